"""Rounding: the modes at ties, on both sides of zero, and with either sign of the divisor."""

from fractions import Fraction

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.rounding import ROUNDING_MODES, RoundingMode, divide, round_to_units

#: Halves from -2.5 to 2.5 and a neighbour on each side of a tie, in tenths.
TENTHS = (-25, -24, -15, -5, -4, 0, 4, 5, 15, 24, 25, 26)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("half_up", [-3, -2, -2, -1, 0, 0, 0, 1, 2, 2, 3, 3]),
        ("half_even", [-2, -2, -2, 0, 0, 0, 0, 0, 2, 2, 2, 3]),
        ("floor", [-3, -3, -2, -1, -1, 0, 0, 0, 1, 2, 2, 2]),
        ("ceil", [-2, -2, -1, 0, 0, 0, 1, 1, 2, 3, 3, 3]),
    ],
)
def test_each_mode_sends_a_tie_where_it_says(mode: RoundingMode, expected: list[int]) -> None:
    assert expected == [divide(tenths, 10, mode) for tenths in TENTHS]


@pytest.mark.parametrize("mode", ROUNDING_MODES)
def test_the_sign_may_stand_on_either_side(mode: RoundingMode) -> None:
    assert [divide(tenths, 10, mode) for tenths in TENTHS] == [divide(-tenths, -10, mode) for tenths in TENTHS]


def test_half_up_is_the_default() -> None:
    assert ROUNDING_MODES[0] == "half_up"
    assert [7000, 7000] == [divide(13999, 2), round_to_units(Fraction("69.995"), 2)]


def test_division_by_zero_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="division by zero: 5"):
        divide(5, 0)


def test_integers_of_any_size_round_exactly() -> None:
    assert 10**60 + 1 == divide(2 * 10**60 + 1, 2)
    assert 10**60 == divide(2 * 10**60 + 1, 2, "half_even")


def test_rounding_to_units_counts_the_last_decimal() -> None:
    assert [6667, -6667, 67, 1, 5] == [
        round_to_units(Fraction(2, 3), 4),
        round_to_units(Fraction(-2, 3), 4),
        round_to_units(Fraction(2, 3), 2),
        round_to_units(Fraction(2, 3), 0),
        round_to_units(5, 0),
    ]


def test_rounding_to_tens_is_refused_because_it_would_use_a_float() -> None:
    with pytest.raises(InvalidValueError, match="decimals are never negative: -1"):
        round_to_units(15, -1)
