"""Prices against their terms: fixed, by a list with days, adjusted, billed or ordered."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from contract_makers import agreed, breach, check, eur, invoiced, kinds
from delivery_makers import line

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.contracts import AgreedPrice, PriceTerms
from supplychain_rules.values.money import Money

FEBRUARY = date(2026, 2, 1)


def terms(*prices: AgreedPrice, **choices: Any) -> Any:  # noqa: ANN401  any choice
    return agreed(PriceTerms(id="price", prices=prices or [AgreedPrice(item="bolt", price=eur(2))], **choices))


def test_an_invoice_at_the_agreed_price_is_no_breach() -> None:
    assert check(terms(), [line(), invoiced(20, FEBRUARY)]).complies


def test_an_invoice_above_the_agreed_price_is_a_breach_worth_the_difference() -> None:
    found = breach(terms(), [line(), invoiced(21, FEBRUARY)])

    assert ("price_above_terms", FEBRUARY, 1, 21) == (found.kind, found.on, found.value, found.whole)
    assert (2, Fraction(21, 10)) == (found.agreed, found.actual)
    assert ("invoice_lines/I1/L1", "order_lines/L1") == found.facts


def test_a_price_within_the_tolerance_is_no_breach_and_beyond_it_all_of_the_difference_counts() -> None:
    contract = terms(tolerance="0.05")

    assert [] == kinds(contract, [line(), invoiced(21, FEBRUARY)])
    assert Fraction(101, 100) == breach(contract, [line(), invoiced("21.01", FEBRUARY)]).value


def test_an_amount_rounded_to_the_cent_is_no_breach() -> None:
    contract = terms(AgreedPrice(item="bolt", price=eur("0.3335")))
    facts = [line(), invoiced("1.00", FEBRUARY, quantity=3)]

    assert [] == kinds(contract, facts)
    assert ["price_above_terms"] == kinds(contract, [line(), invoiced("1.01", FEBRUARY, quantity=3)])


def test_a_price_list_counts_by_the_day_that_the_terms_name() -> None:
    prices = (
        AgreedPrice(item="bolt", price=eur(2), valid_until=date(2026, 1, 10)),
        AgreedPrice(item="bolt", price=eur(3), valid_from=date(2026, 1, 10)),
    )
    facts = [line(), invoiced(30, FEBRUARY)]

    assert ["price_above_terms"] == kinds(terms(*prices), facts)
    assert [] == kinds(terms(*prices, priced_on="promised"), facts)
    assert [] == kinds(terms(*prices, priced_on="invoiced"), facts)


def test_an_adjusted_price_goes_before_the_agreed_one_from_its_day_on() -> None:
    adjusted = {"bolt": {date(2026, 1, 1): eur("2.50"), date(2026, 1, 6): eur(9)}}

    assert [] == kinds(terms(), [line(), invoiced(25, FEBRUARY)], adjusted_prices=adjusted)
    assert ["price_above_terms"] == kinds(terms(), [line(), invoiced("25.01", FEBRUARY)], adjusted_prices=adjusted)


def test_before_its_first_day_an_adjusted_price_does_not_hold() -> None:
    adjusted = {"bolt": {date(2026, 1, 6): eur(9)}}

    assert 2 == breach(terms(), [line(), invoiced(25, FEBRUARY)], adjusted_prices=adjusted).agreed


def test_orders_may_be_held_against_the_terms_in_place_of_invoices() -> None:
    found = breach(terms(checked="ordered"), [line(price="2.5"), invoiced(99, FEBRUARY)])

    assert ("order_lines/L1", 5) == (found.subject, found.value)


def test_an_order_at_the_price_or_within_its_tolerance_is_no_breach() -> None:
    ordered = {"checked": "ordered", "tolerance": "0.05"}

    assert [] == kinds(terms(**ordered), [line(price="2")])
    assert [] == kinds(terms(**ordered), [line(price="2.1")])
    assert ["price_above_terms"] == kinds(terms(**ordered), [line(price="2.11")])


def test_a_price_of_nothing_is_a_price() -> None:
    assert [] == kinds(terms(), [line(), invoiced(0, FEBRUARY)], adjusted_prices={"bolt": {date(2026, 1, 1): eur(0)}})


def test_what_has_no_agreed_price_is_told_and_not_judged() -> None:
    facts = [
        line("L1", item="nut"),
        line("L2", unit="kg"),
        invoiced(99, FEBRUARY, line="L1"),
        invoiced(99, FEBRUARY, number="I2", line="L2"),
        invoiced(99, FEBRUARY, number="I3", line="L9"),
    ]
    found = check(terms(), facts)

    assert () == found.breaches
    assert [
        ("no price is agreed for item, unit and day", ("invoice_lines/I1/L1", "invoice_lines/I2/L2")),
        ("the order line that is billed is not known", ("invoice_lines/I3/L9",)),
    ] == [(one.reason.en, one.subjects) for one in found.not_judged]


def test_an_invoice_of_an_unknown_order_is_told_only_where_it_may_be_business_of_the_contract() -> None:
    contract = agreed(PriceTerms(id="price"), items=["bolt"])
    bills = [
        invoiced(9, FEBRUARY, line=None, item="nut"),
        invoiced(9, FEBRUARY, number="I2", line=None, item="bolt"),
        invoiced(9, date(2027, 2, 1), number="I3", line=None, item="bolt"),
    ]
    (left,) = check(contract, bills, as_of=date(2027, 6, 1)).not_judged

    assert ("invoice_lines/I2/None",) == left.subjects


def test_invoices_of_other_business_are_passed_by() -> None:
    facts = [line("A", supplier="V8"), invoiced(99, FEBRUARY, line="A", supplier="V8"), line("B", customer="K1")]
    facts_of_b = [invoiced(99, FEBRUARY, number="I2", line="B", customer="K1")]

    facts_of_c = [line("C"), invoiced(99, FEBRUARY, number="I3", line="C", supplier="V8")]
    facts_of_d = [line("D"), invoiced(99, FEBRUARY, number="I4", line="D", customer="K1")]

    found = check(terms(), [*facts, *facts_of_b, *facts_of_c, *facts_of_d])
    assert ((), ()) == (found.breaches, found.not_judged)


@pytest.mark.parametrize(
    "adjusted",
    [{"bolt": {"2026-01-01": eur(2)}}, {"bolt": {date(2026, 1, 1): 2}}, {"bolt": {date(2026, 1, 1): Money(2, "USD")}}],
)
def test_adjusted_prices_that_are_none_are_refused(adjusted: Any) -> None:  # noqa: ANN401  anything
    with pytest.raises(InvalidValueError):
        check(terms(), [], adjusted_prices=adjusted)
