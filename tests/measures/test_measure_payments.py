"""Payment punctuality: who pays late, how late, and what is still open."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from purchases import billed, bought, found_by, paid, total, values

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.measures import PaymentPunctuality
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.payments import PAYMENT_PUNCTUALITY

DUE = date(2026, 4, 30)


def punctual(**choices: Any) -> PaymentPunctuality:  # noqa: ANN401
    return PaymentPunctuality(id="punctual", **choices)


def due(name: str, amount: str = "100", *, on: date | None = DUE, **others: Any) -> Any:  # noqa: ANN401
    return billed(name, None, 1, amount, due_on=on, **others)


#: One paid 10 days early, one on the day, one 20 days late.
THREE = (
    *(due("I1"), paid("Z1", "I1", "100", date(2026, 4, 20))),
    *(due("I2"), paid("Z2", "I2", "100", DUE)),
    *(due("I3", "300"), paid("Z3", "I3", "300", date(2026, 5, 20))),
)


@pytest.mark.parametrize(
    ("choices", "expected", "unit"),
    [
        ({}, Fraction(2, 3), ""),
        ({"level": "value"}, Fraction(200, 500), ""),
        ({"figure": "days_beyond_terms"}, Fraction(20, 3), "days"),
        ({"figure": "days_beyond_terms", "early": "negative"}, Fraction(20 - 10, 3), "days"),
        ({"figure": "days_beyond_terms", "level": "value"}, Fraction(20 * 300, 500), "days"),
    ],
)
def test_each_figure_weighs_invoices_or_money(choices: dict[str, Any], expected: Fraction, unit: str) -> None:
    found = total(punctual(**choices), THREE)
    assert (expected, 3, unit) == (found.value, found.evidence, found.unit)


def test_only_a_share_of_invoices_has_an_interval() -> None:
    assert [3, None, None] == [
        total(punctual(**choices), THREE).trials
        for choices in ({}, {"level": "value"}, {"figure": "days_beyond_terms"})
    ]


def test_an_invoice_is_paid_when_its_payments_reach_its_amount() -> None:
    facts = [due("I1"), paid("Z1", "I1", "60", date(2026, 4, 1)), paid("Z2", "I1", "40", date(2026, 5, 2))]
    found = total(punctual(figure="days_beyond_terms"), facts)
    assert (2, 0) == (found.value, total(punctual(), facts).value)


def test_the_lines_of_an_invoice_are_one_and_fall_due_with_the_last() -> None:
    facts = [
        *(due("I1/1", on=date(2026, 3, 31)), due("I1/2", "50")),
        paid("Z1", "I1", "150", date(2026, 5, 3)),
    ]
    found = total(punctual(figure="days_beyond_terms"), facts)
    assert (3, 1) == (found.value, found.evidence)


def test_an_overdue_invoice_is_late_by_the_days_up_to_now() -> None:
    facts = [due("I1"), paid("Z1", "I1", "99.99", date(2026, 4, 1))]
    assert (0, 5) == (
        total(punctual(), facts, as_of=date(2026, 5, 5)).value,
        total(punctual(figure="days_beyond_terms"), facts, as_of=date(2026, 5, 5)).value,
    )


def test_an_open_invoice_that_is_not_overdue_does_not_count_yet() -> None:
    assert "no_data" == total(punctual(), [due("I1")], as_of=DUE).state
    assert 1 == total(punctual(), [due("I1"), paid("Z1", "I1", "100", DUE)], as_of=DUE).value


@pytest.mark.parametrize(
    ("figure", "facts", "as_of", "expected"),
    [
        ("on_time_share", [due("I1")], DUE, True),
        ("on_time_share", [due("I1")], date(2026, 5, 1), False),
        ("days_beyond_terms", [due("I1")], date(2026, 5, 1), True),
        ("days_beyond_terms", [due("I1"), paid("Z1", "I1", "100", DUE)], DUE, False),
        ("on_time_share", [due("I1"), paid("Z1", "I1", "100", DUE)], DUE, False),
        ("days_beyond_terms", [due("I1", on=None)], DUE, False),
        ("days_beyond_terms", [due("I1", customer="C1")], DUE, False),
    ],
)
def test_an_invoice_is_open_while_a_day_alone_can_change_its_outcome(
    figure: Any,  # noqa: ANN401
    facts: list[Any],
    as_of: date,
    expected: bool,  # noqa: FBT001
) -> None:
    index = FactIndex(Ledger(facts))
    is_open = PAYMENT_PUNCTUALITY.is_open
    assert is_open is not None
    assert expected == is_open(punctual(figure=figure), index, as_of)(facts[0])


def test_a_cash_discount_may_stay_unpaid() -> None:
    facts = [due("I1"), paid("Z1", "I1", "97", date(2026, 4, 10))]
    assert [0, 1, 0] == [total(punctual(under_tolerance=share), facts).value for share in ("0", "0.03", "0.029")]


def test_an_invoice_without_a_due_date_is_left_out_and_counted() -> None:
    found = total(punctual(), [*THREE, due("I4", on=None)])
    assert (Fraction(2, 3), "invoices without a due date left out: 1") == (found.value, found.note)


def test_an_invoice_that_bills_nothing_does_not_count() -> None:
    assert "no_data" == total(punctual(), [due("I1", "0")]).state


def test_our_invoices_to_customers_are_another_question() -> None:
    facts = [*THREE, due("I4", customer="C1"), bought("L1", "V1", "bolt", 1, "1")]
    assert {"V1": Fraction(2, 3)} == values(punctual(), facts)
    assert {"C1": 0} == values(punctual(paid_by="customers"), facts, by="customer")


def test_two_suppliers_may_use_one_invoice_number() -> None:
    facts = [due("I1"), due("X", supplier="V2", invoice="I1"), paid("Z1", "I1", "100", DUE, party="V2")]
    assert {"V1": 0, "V2": 1} == values(punctual(), facts)


def test_what_its_lines_do_not_agree_on_the_invoice_does_not_say() -> None:
    facts = [due("I1/1", item="bolt", site="P1"), due("I1/2", item="nut", site="P1")]
    assert ([""], ["P1"]) == (
        list(found_by(punctual(), facts, by="item")),
        list(found_by(punctual(), facts, by="site")),
    )


def test_an_invoice_takes_its_item_from_the_order_line_that_it_bills() -> None:
    facts = [bought("L1", "V1", "bolt", 1, "1"), billed("I1/1", "L1", 1, "5", due_on=DUE)]
    assert ["bolt"] == list(found_by(punctual(), facts, by="item"))
    split = [*facts, billed("I1/2", "L1", 1, "5", due_on=DUE)]
    assert ["bolt"] == list(found_by(punctual(), split, by="item"))


def test_a_payment_in_another_currency_is_refused_and_so_is_a_sum_of_two() -> None:
    with pytest.raises(InvalidValueError, match="measure 'punctual' meets more than one currency: 'EUR, USD'"):
        total(punctual(), [due("I1"), paid("Z1", "I1", "100", DUE, currency="USD")])
    facts = [due("I1"), due("I2", currency="USD")]
    assert 2 == total(punctual(), facts).evidence
    with pytest.raises(InvalidValueError, match="measure 'punctual' meets more than one currency: 'EUR, USD'"):
        total(punctual(level="value"), facts)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"figure": "dso"}, "figure is unknown: 'dso'; expected one of on_time_share, days_beyond_terms"),
        ({"paid_by": "suppliers"}, "paid_by is unknown: 'suppliers'; expected one of us, customers"),
        ({"level": "line"}, "level is unknown: 'line'; expected one of invoice, value"),
        ({"early": "negative"}, "early has no effect without figure='days_beyond_terms'"),
        ({"under_tolerance": "1.1"}, "under_tolerance lies outside 0..1"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        punctual(**choices)
