"""Smoothed values, weighted means and trends of a series, exact and with gaps."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures import (
    Measurement,
    SeriesValue,
    half_life_mean,
    linear_mean,
    moving_means,
    records,
    smoothed,
    trend,
)

A_TENTH = Fraction(1, 10)


def point(value: Fraction | None, state: Any = "value") -> Measurement:  # noqa: ANN401
    return Measurement(measure="otif", key="V7", state=state, value=value)


def test_a_smoothed_value_starts_from_the_first_and_takes_a_share_of_every_new_one() -> None:
    assert 80 == smoothed([80], weight_of_new=A_TENTH).value
    assert Fraction(80 * 81 + 20 * 9 + 60 * 10, 100) == smoothed([80, 20, 60], weight_of_new=A_TENTH).value


def test_a_gap_leaves_the_smoothed_value_as_it_is() -> None:
    assert smoothed([80, 20], weight_of_new=A_TENTH) == smoothed([None, 80, None, None, 20, None], weight_of_new="0.1")


def test_a_weight_of_one_forgets_all_but_the_newest_value() -> None:
    assert 20 == smoothed([80, 20], weight_of_new=1).value


@pytest.mark.parametrize("weight", [0, -1, "1.01", "a lot"])
def test_a_weight_of_new_outside_0_to_1_is_refused(weight: Any) -> None:  # noqa: ANN401
    with pytest.raises(InvalidValueError, match=r"weight_of_new must be above 0|not a number"):
        smoothed([80], weight_of_new=weight)


def test_a_linear_mean_lets_the_oldest_period_fade_out() -> None:
    assert Fraction(2 * 60 + 1 * 30, 3) == linear_mean([999, 30, 60], over=2).value
    assert 2 == linear_mean([999, 30, 60], over=2).points


def test_a_gap_takes_its_weight_away_and_still_takes_its_time() -> None:
    assert Fraction(12 * 90 + 10 * 70, 22) == linear_mean([70, None, 90], over=12).value
    assert linear_mean([70, 90], over=12).value != linear_mean([70, None, 90], over=12).value
    assert "no_data" == linear_mean([50, None, None], over=2).state


def test_a_half_life_mean_halves_the_weight_of_every_period() -> None:
    assert Fraction(4 * 90 + 2 * 60 + 1 * 20, 7) == half_life_mean([20, 60, 90], half_life=1).value
    assert Fraction(4 * 90 + 1 * 20, 5) == half_life_mean([20, None, 90], half_life=1).value
    assert Fraction(2 * 90 + 1 * 20, 3) == half_life_mean([20, None, 90], half_life=2).value


def test_a_moving_mean_never_reaches_back_across_its_span() -> None:
    means = moving_means([6, None, None, None, 9, 12], over=3)
    assert [6, 6, 6, None, 9, Fraction(21, 2)] == [mean.value for mean in means]
    assert [1, 1, 1, 0, 1, 2] == [mean.points for mean in means]


def test_a_moving_mean_of_too_few_values_says_how_few() -> None:
    means = moving_means([6, None, 9, 12], over=3, at_least=2)
    assert [None, None, Fraction(15, 2), Fraction(21, 2)] == [mean.value for mean in means]
    assert ("no_data", "1 of 2 values for a mean", 1) == (means[0].state, means[0].note, means[0].points)


def test_a_moving_mean_may_ask_for_every_value_of_its_span() -> None:
    assert [None, 5, None] == [mean.value for mean in moving_means([4, 6, None], over=2, at_least=2)]


def test_the_least_slope_has_a_direction_where_no_threshold_is_declared() -> None:
    assert "rising" == trend([0, "0.001", "0.002"]).direction


def test_a_straight_line_has_its_own_slope_as_trend() -> None:
    found = trend([70, 73, 76, 79])
    assert (3, "rising", 4) == (found.slope, found.direction, found.points)


def test_a_trend_is_the_least_squares_slope() -> None:
    # By hand: x = 0, 1, 2, 3 about 3/2; y = 1, 2, 1, 3 about 7/4; 1/8 + 9/8 - 3/8 + 15/8 over 5.
    assert Fraction(5, 2) / 5 == trend([1, 2, 1, 3]).slope


def test_a_gap_in_a_trend_keeps_its_place_in_time() -> None:
    assert 3 == trend([70, None, None, 79, 82]).slope
    assert 5 != trend([70, None, None, 79, 84]).slope


@pytest.mark.parametrize(
    ("step", "direction"),
    [("0.03", "rising"), ("0.02", "flat"), ("0", "flat"), ("-0.02", "flat"), ("-0.03", "falling")],
)
def test_a_direction_is_named_beyond_the_declared_threshold(step: str, direction: str) -> None:
    values = [number * Fraction(step) for number in range(4)]
    assert direction == trend(values, flat_within="0.02").direction


@pytest.mark.parametrize("values", [[], [None], [90], [90, 80], [90, None, 80, None]])
def test_fewer_than_three_values_are_no_trend(values: list[int | None]) -> None:
    found = trend(values)
    assert ("no_data", None, None) == (found.state, found.slope, found.direction)
    met = sum(value is not None for value in values)
    assert (met, f"{met} of 3 values for a trend") == (found.points, found.note)


def test_a_trend_may_ask_for_more_than_three_values() -> None:
    assert ["value", "no_data"] == [trend([1, 2, 3], at_least=count).state for count in (3, 4)]


MEANS: list[Callable[[list[Any]], SeriesValue]] = [
    lambda values: smoothed(values, weight_of_new=A_TENTH),
    lambda values: linear_mean(values, over=12),
    lambda values: half_life_mean(values, half_life=3),
    lambda values: moving_means(values, over=12)[-1],
]


@pytest.mark.parametrize("mean", MEANS)
def test_a_series_of_gaps_is_no_data_and_neither_zero_nor_perfect(mean: Callable[[list[Any]], SeriesValue]) -> None:
    expected = SeriesValue(state="no_data", note="no value in the series")
    assert expected == mean([None, point(None, "no_data")])


@pytest.mark.parametrize("mean", MEANS)
def test_a_series_outside_the_scope_is_not_applicable(mean: Callable[[list[Any]], SeriesValue]) -> None:
    outside = point(None, "not_applicable")
    assert "not_applicable" == mean([outside, outside]).state
    assert "no_data" == mean([outside, point(None, "no_data")]).state
    assert 7 == mean([outside, point(Fraction(7))]).value


@pytest.mark.parametrize("mean", MEANS)
def test_equal_values_have_themselves_as_mean(mean: Callable[[list[Any]], SeriesValue]) -> None:
    assert Fraction(1, 3) == mean([Fraction(1, 3), None, "1/3", Fraction(1, 3)]).value


@pytest.mark.parametrize("mean", MEANS)
def test_values_may_be_measurements_or_exact_numbers_and_never_floats(
    mean: Callable[[list[Any]], SeriesValue],
) -> None:
    assert mean([point(Fraction(1, 2)), 3]) == mean([Decimal("0.5"), "3"])
    with pytest.raises(InvalidValueError, match="a series never holds a float"):
        mean([0.5])


def test_what_a_series_says_reaches_a_record_like_any_measurement() -> None:
    smooth, slope = smoothed([80, 20], weight_of_new="0.1"), trend([90, 85, 80])
    entries = [smooth.measurement("smooth", "V7"), slope.measurement("slope", "V7")]
    assert {"V7": {"smooth": 74, "slope": -5}} == records(entries)
    assert [2, 3] == [entry.evidence for entry in entries]
    assert all(entry.value == entry.numerator / entry.denominator for entry in entries)
    missing = trend([90]).measurement("slope", "V7")
    assert ("no_data", None, "1 of 3 values for a trend") == (missing.state, missing.value, missing.note)
    assert (1, 0, 0) == (missing.evidence, missing.numerator, missing.denominator)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: linear_mean([1], over=0), "over must be a whole number from 1 to 10000: 0"),
        (lambda: half_life_mean([1], half_life=True), "half_life must be a whole number from 1 to 10000: True"),
        (lambda: moving_means([1], over=2, at_least=3), "at_least exceeds over: 3"),
        (lambda: moving_means([1], over=2, at_least=0), "at_least must be a whole number from 1 to 10000: 0"),
        (lambda: trend([1], at_least=2), "at_least must be a whole number from 3 to 10000: 2"),
        (lambda: trend([1], flat_within=-1), "flat_within is negative: -1"),
        (lambda: trend([True]), "a boolean is not a number: True"),
    ],
)
def test_counts_that_make_no_sense_are_refused(wrong: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        wrong()
