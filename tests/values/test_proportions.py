"""Shares and factors are exact, and money is made of them once."""

from fractions import Fraction

import pytest

from supplychain_rules import InvalidValueError, Money
from supplychain_rules.values.proportions import Rounding, check_money, exact_share, money_of, optional_share, shown


def test_a_share_is_read_from_every_exact_form() -> None:
    assert [Fraction(1, 4)] * 3 == [exact_share("0.25"), exact_share("1/4"), exact_share(Fraction(1, 4))]
    assert None is optional_share(None)


def test_a_float_is_no_share() -> None:
    with pytest.raises(InvalidValueError, match="a share is never a float"):
        optional_share(0.25)


def test_money_is_rounded_as_declared() -> None:
    assert [Money("0.12", "EUR"), Money("0.13", "EUR"), Money("0.125", "EUR")] == [
        money_of(Fraction(1, 8), "EUR", "half_even"),
        money_of(Fraction(1, 8), "EUR"),
        money_of(Fraction(1, 8), "EUR", decimals=3),
    ]


def test_a_currency_without_a_smallest_unit_needs_decimals() -> None:
    with pytest.raises(InvalidValueError, match="no smallest unit to round to"):
        money_of(Fraction(1, 8), "XAU")


@pytest.mark.parametrize("mode", ["up", "HALF_UP"])
def test_an_unknown_mode_is_refused(mode: str) -> None:
    with pytest.raises(InvalidValueError, match="unknown rounding mode"):
        Rounding(decimals=2, mode=mode)  # type: ignore[arg-type]  # wrong on purpose


def test_what_is_rounded_for_reading_says_so() -> None:
    assert ("0.5", "≈0.67") == (shown(Fraction(1, 2)), shown(Fraction(2, 3), 2))


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (100, "a price must be money"),
        (Money(1, "USD"), "a price must be in EUR"),
        (Money(0, "EUR"), "a price must be above zero"),
    ],
)
def test_what_is_no_price_is_refused(value: object, what: str) -> None:
    with pytest.raises(InvalidValueError, match=what):
        check_money("a price", value, currency="EUR", least="above_zero")


def test_a_cost_may_be_zero_and_not_negative() -> None:
    assert Money(0, "EUR") == check_money("a cost", Money(0, "EUR"), least="zero")
    with pytest.raises(InvalidValueError, match="a cost is negative"):
        check_money("a cost", Money(-1, "EUR"), least="zero")
