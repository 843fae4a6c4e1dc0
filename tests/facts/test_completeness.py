"""How complete and how fresh facts are: exact counts and days, and never a zero for what is not known."""

from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.completeness import Requirement, completeness, freshness
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.parties import Customer, Supplier
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.values.money import Money

MASTER_DATA = Requirement(kind=Supplier, fields=("country", "tax_number"))


def line(**changes: Any) -> OrderLine:  # noqa: ANN401  a maker
    given: dict[str, Any] = {
        "id": "L1",
        "supplier": "V7",
        "item": "bolt",
        "quantity": 10,
        "unit_price": Money("2", "EUR"),
        "ordered_on": date(2026, 1, 5),
        "promised_on": date(2026, 1, 20),
    }
    return OrderLine(**(given | changes))


def inspection(name: str, supplier: str, on: date, **changes: Any) -> Inspection:  # noqa: ANN401  a maker
    given: dict[str, Any] = {"item": "bolt", "inspected": 80, "rejected": 2}
    return Inspection(id=name, supplier=supplier, inspected_on=on, **(given | changes))


def counted(requirement: Requirement, *facts: Fact) -> list[tuple[str | None, int, int]]:
    return [(found.party, found.filled, found.required) for found in completeness(Ledger(facts), [requirement])]


def test_required_fields_are_counted_per_party_and_in_total() -> None:
    facts = (Supplier(id="V3", country="DE"), Supplier(id="V7", country="IT", tax_number="IT01"))

    assert [("V3", 1, 2), ("V7", 2, 2), (None, 3, 4)] == counted(MASTER_DATA, *facts)


def test_what_is_missing_is_named_and_its_share_is_exact() -> None:
    (_, total) = completeness(Ledger([Supplier(id="V3", country="DE")]), [MASTER_DATA])

    assert (("suppliers['V3'].tax_number",), Fraction(1, 2)) == (total.missing, total.share)


def test_a_supplier_that_only_orders_mention_lacks_everything() -> None:
    assert [("V3", 1, 2), ("V7", 0, 2), (None, 1, 4)] == counted(MASTER_DATA, Supplier(id="V3", country="DE"), line())


def test_the_same_holds_for_customers() -> None:
    named = Requirement(kind=Customer, fields=("name",))

    assert [("C1", 0, 1), (None, 0, 1)] == counted(named, line(customer="C1"))


def test_a_field_may_be_required_only_where_another_is_known() -> None:
    conditional = Requirement(kind=Supplier, fields=("tax_number",), when="country")
    facts = (Supplier(id="V3", country="DE"), Supplier(id="V7"), line(supplier="V9"))

    assert [("V3", 0, 1), ("V7", 0, 0), (None, 0, 1)] == counted(conditional, *facts)


def test_nothing_required_has_no_share() -> None:
    (total,) = completeness(Ledger(), [MASTER_DATA])

    assert (None, 0, None) == (total.party, total.required, total.share)


def test_zero_and_no_are_known_and_an_empty_text_or_set_is_not() -> None:
    receipts = Requirement(kind=Receipt, fields=("quantity", "wrong_item"))
    zero = Receipt(id="R1", order_line="L1", received_on=date(2026, 1, 20), quantity=0)

    assert ("V7", 2, 2) == counted(receipts, line(), zero)[0]
    assert ("V7", 0, 2) == counted(Requirement(kind=Supplier, fields=("name", "categories")), Supplier(id="V7"))[0]


def test_a_fact_of_a_supplier_and_a_customer_counts_for_both_and_once_in_total() -> None:
    sites = Requirement(kind=OrderLine, fields=("site",))

    assert [("C1", 0, 1), ("V7", 0, 1), (None, 0, 1)] == counted(sites, line(customer="C1"))


def test_a_receipt_without_its_order_line_counts_in_the_total_only() -> None:
    stray = Receipt(id="R1", order_line="L9", received_on=date(2026, 1, 20), quantity=1)

    assert [(None, 1, 1)] == counted(Requirement(kind=Receipt, fields=("quantity",)), stray)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": Supplier, "fields": ("contry",)}, "Supplier has no field: 'contry'; did you mean 'country'"),
        ({"kind": Supplier, "fields": ("name",), "when": "contry"}, "Supplier has no field: 'contry'"),
        ({"kind": Supplier, "fields": ()}, "fields is empty"),
        ({"kind": Supplier, "fields": "name"}, "fields are a collection"),
        ({"kind": Money, "fields": ("amount",)}, "not a kind of fact: 'Money'"),
    ],
)
def test_a_requirement_that_no_fact_could_meet_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        Requirement(**given)


def states(as_of: date, *facts: Fact, **asked: Any) -> list[tuple[str, int | None, str]]:  # noqa: ANN401  of the question
    found = freshness(Ledger(facts), as_of=as_of, max_age_days={Inspection: 90}, **asked)
    return [(one.party, one.age_days, one.state) for one in found]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [(date(2026, 4, 1), ("V7", 90, "fresh")), (date(2026, 4, 2), ("V7", 91, "stale"))],
)
def test_a_fact_is_fresh_up_to_its_declared_age(as_of: date, expected: tuple[str, int, str]) -> None:
    assert [expected] == states(as_of, inspection("Q1", "V7", date(2026, 1, 1)))


def test_a_supplier_without_such_a_fact_never_had_one() -> None:
    assert [("V7", None, "never")] == states(date(2026, 4, 1), line())


def test_the_last_fact_counts_not_the_last_entered() -> None:
    facts = [
        inspection("Q1", "V7", date(2026, 3, 1)),
        inspection("Q2", "V7", date(2026, 1, 1), known_on=date(2026, 3, 20)),
    ]

    (found,) = freshness(Ledger(facts), as_of=date(2026, 4, 1), max_age_days={Inspection: 20})

    assert (date(2026, 3, 1), date(2026, 3, 20), 31, "stale") == (
        found.last_happened,
        found.last_known,
        found.age_days,
        found.state,
    )
    assert [("V7", 12, "fresh")] == states(date(2026, 4, 1), *facts, since="known")


def test_what_was_not_known_on_the_day_does_not_count() -> None:
    late = inspection("Q1", "V7", date(2026, 1, 1), known_on=date(2026, 2, 1))

    assert [("V7", None, "never")] == states(date(2026, 1, 15), late, line())


def test_what_lies_ahead_has_not_happened() -> None:
    ahead = line(ordered_on=date(2026, 6, 1), promised_on=date(2026, 7, 1), known_on=date(2026, 1, 1))

    found = freshness(Ledger([ahead]), as_of=date(2026, 3, 1), max_age_days={OrderLine: 30})

    assert ["never"] == [one.state for one in found]


def test_other_parties_can_be_asked_about() -> None:
    found = freshness(
        Ledger([line(customer="C1")]), as_of=date(2026, 1, 6), max_age_days={OrderLine: 30}, parties=("C2", "C1")
    )

    assert [("C1", "fresh"), ("C2", "never")] == [(one.party, one.state) for one in found]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"as_of": datetime(2026, 1, 1)}, "as_of must be a day"),  # noqa: DTZ001  it is refused for its time
        ({"max_age_days": {Money: 30}}, "not a kind of fact"),
        ({"max_age_days": {Supplier: -1}}, "age of Supplier must be a whole number"),
        ({"max_age_days": {Supplier: True}}, "age of Supplier must be a whole number"),
        ({"since": "entered"}, "unknown start of an age"),
    ],
)
def test_a_question_that_has_no_answer_is_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        freshness(Ledger(), **({"as_of": date(2026, 1, 1), "max_age_days": {}} | asked))
