"""What a discount for early payment amounts to a year, and what is no such discount."""

from decimal import Decimal
from fractions import Fraction

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.contracts import EarlyPayment, compound_rate, simple_rate
from supplychain_rules.values.rounding import round_to_units

TWO_PERCENT = EarlyPayment(rate="0.02", days=10)


def test_the_simple_rate_is_exact() -> None:
    assert Fraction(2, 98) * Fraction(365, 20) == simple_rate(TWO_PERCENT, 30)


def test_the_compound_rate_of_whole_spans_is_exact_before_it_is_rounded() -> None:
    half = EarlyPayment(rate="0.5", days=0)

    assert Decimal(31) == compound_rate(half, 73, decimals=0)
    assert Decimal("3.000") == compound_rate(EarlyPayment(rate="0.5", days=10), 190, days_of_year=360, decimals=3)


@pytest.mark.parametrize("decimals", [0, 2, 8, 20, 30])
def test_more_decimals_begin_with_the_digits_of_fewer(decimals: int) -> None:
    precise = Fraction(compound_rate(TWO_PERCENT, 30, decimals=30))
    rounded = Fraction(round_to_units(precise, decimals), 10**decimals)

    assert rounded == Fraction(compound_rate(TWO_PERCENT, 30, decimals=decimals))


def test_a_rate_of_very_many_digits_is_computed_to_its_last_one() -> None:
    # (1 / 0.01) ^ 182.5 - 1: a square root of a whole power, with 365 digits before the point.
    found = compound_rate(EarlyPayment(rate="0.99", days=0), 2, days_of_year=365, decimals=2)

    assert Fraction(10**365 - 1) == Fraction(found)


@pytest.mark.parametrize(
    ("rate", "days", "net", "year"),
    [("1", 10, 30, 365), ("0.02", 30, 30, 365), ("0.02", 10, 30, 0), ("0.02", 0, 0, 365)],
)
def test_what_is_no_discount_for_paying_earlier_has_no_rate(rate: str, days: int, net: int, year: int) -> None:
    discount = EarlyPayment(rate=rate, days=days)

    with pytest.raises(InvalidValueError):
        simple_rate(discount, net, days_of_year=year)
    with pytest.raises(InvalidValueError):
        compound_rate(discount, net, days_of_year=year)


def test_decimals_that_are_none_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="decimals"):
        compound_rate(TWO_PERCENT, 30, decimals=-1)
