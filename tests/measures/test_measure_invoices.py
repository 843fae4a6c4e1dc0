"""Invoice variance: price and quantity, two-way and three-way, with and without an order."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from purchases import billed, bought, found_by, got, total, values

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures import InvoiceVariance
from supplychain_rules.values.money import Money

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


def variance(**choices: Any) -> InvoiceVariance:  # noqa: ANN401
    return InvoiceVariance(id="variance", **choices)


#: 10 ordered at 2; 12 billed at 2.50: 6 by price, 4 by quantity.
DEAR = (bought("L1", "V1", "bolt", 10, "2"), billed("I1", "L1", 12, "30"))


@pytest.mark.parametrize(("part", "expected"), [("price", 6), ("quantity", 4), ("both", 10)])
def test_price_and_quantity_parts_add_up(part: Any, expected: int) -> None:  # noqa: ANN401
    found = total(variance(part=part), DEAR)
    assert (expected, "EUR", 1) == (found.value, found.unit, found.evidence)
    assert Fraction(expected, 24) == total(variance(part=part, figure="rate"), DEAR).value


def test_billing_less_than_the_price_is_below_zero() -> None:
    facts = [bought("L1", "V1", "bolt", 10, "2"), billed("I1", "L1", 10, "19")]
    assert (-1, Fraction(-1, 20)) == (total(variance(), facts).value, total(variance(figure="rate"), facts).value)


def test_to_bill_less_than_was_ordered_is_no_variance_because_more_may_follow() -> None:
    facts = [bought("L1", "V1", "bolt", 10, "2"), billed("I1", "L1", 4, "8")]
    assert 0 == total(variance(), facts).value


def test_lines_that_bill_one_order_line_use_its_quantity_up_by_day() -> None:
    facts = [
        *(bought("L1", "V1", "bolt", 10, "2"), billed("I9", "L1", 6, "12")),
        *(billed("I1", "L1", 6, "12", on=APRIL), billed("I2", "L1", 1, "2", on=MAY)),
    ]
    found = values(variance(), facts, by="month")
    assert [0, 4, 2] == [found[month] for month in ("2026-03", "2026-04", "2026-05")]


def test_of_two_bills_of_one_day_the_second_is_one_too_many() -> None:
    facts = [bought("L1", "V1", "bolt", 10, "2"), billed("I1", "L1", 10, "20"), billed("I2", "L1", 10, "20")]
    assert (20, 2) == (total(variance(), facts).value, total(variance(), facts).evidence)
    assert Fraction(1, 2) == total(variance(figure="exact_share"), facts).value


def test_a_three_way_match_holds_the_bill_to_what_was_received() -> None:
    facts = [
        *(bought("L1", "V1", "bolt", 10, "2"), billed("I1", "L1", 10, "20"), got("R1", "L1", 4)),
        *(got("R2", "L1", 3, on=APRIL), got("R3", "L1", 2, wrong_item=True)),
    ]
    three_way = variance(match="received")
    assert [12, 6] == [total(three_way, facts, as_of=day).value for day in (date(2026, 3, 31), APRIL)]
    assert 0 == total(variance(), facts).value


def test_a_stated_line_value_is_what_the_order_says() -> None:
    facts = [
        bought("L1", "V1", "bolt", 3, "0.33", value=Money("1", "EUR")),
        *(billed("I1", "L1", 3, "1"), billed("I2", "L1", 3, "1")),
    ]
    assert (1, 0) == (total(variance(), facts).value, total(variance(part="price"), facts).value)


def test_what_is_billed_of_a_cancelled_order_is_all_variance() -> None:
    facts = [*DEAR, bought("L1", "V1", "bolt", 0, "2", known_on=APRIL)]
    assert (24, 6) == (total(variance(part="quantity"), facts).value, total(variance(part="price"), facts).value)


def test_a_line_without_an_order_is_left_out_and_counted_or_a_variance() -> None:
    facts = [*DEAR, billed("I2", None, 1, "7"), billed("I3", "unknown", 1, "5")]
    found = total(variance(), facts)
    assert (10, 1, "invoice lines without an order line left out: 2") == (found.value, found.evidence, found.note)
    counted = total(variance(without_order="variance"), facts)
    assert (22, 3, "") == (counted.value, counted.evidence, counted.note)
    assert Fraction(22, 24) == total(variance(without_order="variance", figure="rate"), facts).value
    assert 16 == total(variance(without_order="variance", part="quantity"), facts).value
    exact = variance(without_order="variance", figure="exact_share", tolerance_share="10000")
    assert Fraction(1, 3) == total(exact, facts).value


def test_a_supplier_that_only_bills_without_orders_has_no_data() -> None:
    found = found_by(variance(figure="rate"), [billed("I1", None, 1, "7")])["V1"]
    note = "no invoice line with an order in the period; invoice lines without an order line left out: 1"
    assert ("no_data", note) == (found.state, found.note)


@pytest.mark.parametrize(
    ("tolerances", "expected"),
    [
        ({}, Fraction(1, 4)),
        ({"tolerance_share": "0.05"}, Fraction(3, 4)),
        ({"tolerance": Money("0.50", "EUR")}, Fraction(2, 4)),
        ({"tolerance": Money("50", "EUR")}, Fraction(4, 4)),
        ({"tolerance_share": "0.05", "tolerance": Money("0.50", "EUR")}, Fraction(2, 4)),
        ({"tolerance_share": "0.01", "tolerance": Money("0.50", "EUR")}, Fraction(1, 4)),
    ],
)
def test_a_line_is_exact_within_every_tolerance_up_and_down(tolerances: dict[str, Any], expected: Fraction) -> None:
    facts = [
        *(bought("L1", "V1", "bolt", 10, "1"), billed("I1", "L1", 10, "10")),
        *(bought("L2", "V1", "bolt", 10, "1"), billed("I2", "L2", 10, "9.50")),
        *(bought("L3", "V1", "bolt", 100, "1"), billed("I3", "L3", 100, "105")),
        *(bought("L4", "V1", "bolt", 100, "1"), billed("I4", "L4", 100, "106")),
    ]
    found = total(variance(figure="exact_share", **tolerances), facts)
    assert (expected, 4) == (found.value, found.trials)


def test_an_invoice_in_another_currency_than_its_order_is_refused() -> None:
    facts = [bought("L1", "V1", "bolt", 10, "2"), billed("I1", "L1", 12, "30", currency="USD")]
    with pytest.raises(InvalidValueError, match="measure 'variance' meets more than one currency: 'EUR, USD'"):
        total(variance(), facts)
    exact = variance(figure="exact_share", tolerance=Money("1", "USD"))
    with pytest.raises(InvalidValueError, match="measure 'variance' meets more than one currency: 'EUR, USD'"):
        total(exact, DEAR)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"figure": "count"}, "figure is unknown: 'count'; expected one of amount, rate, exact_share"),
        ({"part": "freight"}, "part is unknown: 'freight'; expected one of both, price, quantity"),
        ({"match": "three_way"}, "match is unknown: 'three_way'; expected one of ordered, received"),
        ({"without_order": "zero"}, "without_order is unknown"),
        ({"tolerance_share": "0.05"}, "tolerance_share has no effect without figure='exact_share'"),
        ({"tolerance": Money(1, "EUR")}, "tolerance has no effect without figure='exact_share'"),
        ({"figure": "exact_share", "tolerance": 1}, "tolerance must be money: 1"),
        ({"figure": "exact_share", "tolerance": Money(-1, "EUR")}, "tolerance is negative"),
        ({"figure": "exact_share", "tolerance_share": "-0.1"}, "tolerance_share lies outside 0..10000"),
        ({"part": "price", "match": "received"}, "match has no effect without a part other than 'price'"),
        ({"part": "price", "without_order": "variance"}, "without_order has no effect without a part"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        variance(**choices)
