"""Facts as plain data: their form, and what is refused on the way back."""

from datetime import date
from typing import Any

import pytest

from supplychain_rules.errors import InputError, InvalidValueError
from supplychain_rules.facts.plain import from_plain, plain
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.quality import Inspection, RejectCause
from supplychain_rules.values.money import Money

INSPECTION = Inspection(
    id="Q1",
    supplier="007",
    item="bolt",
    inspected="80.0",
    rejected=2,
    causes=[RejectCause(quantity=2, cause="scratched", fault="carrier")],
    inspected_on=date(2026, 1, 21),
)


def refused(**changes: object) -> list[str]:
    data = {key: value for key, value in {**plain(INSPECTION), **changes}.items() if value is not ...}
    with pytest.raises(InputError) as caught:
        from_plain(data)
    return [f"{problem.path} {problem.code}" for problem in caught.value.problems]


def test_the_kind_comes_first_then_the_fields_in_the_order_of_their_class() -> None:
    assert {
        "type": "Inspection",
        "id": "Q1",
        "supplier": "007",
        "item": "bolt",
        "order_line": None,
        "lot": None,
        "inspected": "80",
        "rejected": "2",
        "conceded": "0",
        "causes": [{"quantity": "2", "cause": "scratched", "fault": "carrier"}],
        "accepted": None,
        "category": None,
        "site": None,
        "inspected_on": "2026-01-21",
        "known_on": "2026-01-21",
    } == plain(INSPECTION)
    assert "type" == next(iter(plain(INSPECTION)))


def test_the_type_of_a_fact_and_its_own_kind_do_not_collide() -> None:
    price = PriceObservation(
        id="P1", supplier="V7", item="bolt", kind="list", price=Money("2.50", "EUR"), observed_on=date(2026, 1, 5)
    )

    data = plain(price)

    assert ("PriceObservation", "list") == (data["type"], data["kind"])
    assert {"amount": "2.5", "currency": "EUR"} == data["price"]
    assert price == from_plain(data)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"inspceted": "3"}, ["inspceted unknown_key"]),
        ({"inspected": ..., "supplier": ...}, ["supplier missing_key", "inspected missing_key"]),
        ({"inspected": 80.0}, ["inspected wrong_type"]),
        ({"inspected": True}, ["inspected wrong_type"]),
        ({"inspected": "many"}, ["inspected bad_value"]),
        ({"id": 7}, ["id wrong_type"]),
        ({"id": None}, ["id wrong_type"]),
        ({"id": " "}, ["id bad_value"]),
        ({"accepted": "yes"}, ["accepted wrong_type"]),
        ({"inspected_on": "21.01.2026"}, ["inspected_on bad_date"]),
        ({"inspected_on": 20260121}, ["inspected_on wrong_type"]),
        ({"rejected": "81"}, ["rejected bad_value"]),
        ({"rejected": "-1", "known_on": "2026-01-20"}, ["rejected bad_value", "known_on bad_value"]),
        ({"causes": "scratched"}, ["causes wrong_type"]),
        ({"causes": ["scratched"]}, ["causes[0] wrong_type"]),
        ({"causes": [{"quantity": "1", "cause": "scratched"}]}, ["causes[0].fault missing_key"]),
        ({"causes": [{"quantity": "1", "cause": "x", "fault": "nobody"}]}, ["causes[0] bad_value"]),
        ({"causes": [{"quantity": "1", "cause": "x", "fault": "buyer", "note": ""}]}, ["causes[0].note unknown_key"]),
        ({"type": "Inspektion"}, ["type unknown_kind"]),
        ({"type": ...}, ["type missing_key"]),
    ],
)
def test_what_is_wrong_is_told_with_its_path_and_all_of_it_at_once(
    changes: dict[str, Any], expected: list[str]
) -> None:
    assert expected == refused(**changes)


@pytest.mark.parametrize(
    ("money", "expected"),
    [
        ({"amount": "2.50"}, "price.currency missing_key"),
        ({"amount": 2.5, "currency": "EUR"}, "price.amount wrong_type"),
        ({"amount": "2.50", "currency": "EURO"}, "price bad_value"),
        ("2.50 EUR", "price wrong_type"),
    ],
)
def test_money_is_an_amount_with_its_currency(money: object, expected: str) -> None:
    data = {"type": "MarketPrice", "id": "M1", "item": "bolt", "on": "2026-01-05", "price": money}

    with pytest.raises(InputError) as caught:
        from_plain(data)

    assert [expected] == [f"{problem.path} {problem.code}" for problem in caught.value.problems]


def test_what_a_kind_refuses_about_the_whole_fact_is_told_of_the_fact() -> None:
    data = {"type": "Payment", "id": "Z1", "amount": {"amount": "2", "currency": "EUR"}, "paid_on": "2026-01-05"}

    with pytest.raises(InputError, match="fact: Payment names neither invoice nor party"):
        from_plain(data)


def test_a_misspelt_kind_and_key_are_told_with_what_was_meant() -> None:
    with pytest.raises(InputError, match="did you mean 'Inspection'"):
        from_plain({"type": "Inspektion"})
    with pytest.raises(InputError, match="did you mean 'inspected'"):
        from_plain({**plain(INSPECTION), "inspceted": "3"})


def test_what_is_no_fact_has_no_plain_form() -> None:
    with pytest.raises(InvalidValueError, match="not a fact"):
        plain("bolt")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="is not a mapping"):
        from_plain(["Inspection"])  # type: ignore[arg-type]
