"""What must always hold of smoothed values, means and trends of a series."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.measures import SeriesValue, half_life_mean, linear_mean, moving_means, smoothed, trend

numbers = st.fractions(min_value=-1000, max_value=1000, max_denominator=50)
gapped = st.lists(st.none() | numbers, max_size=15)
weights = st.fractions(min_value="1/50", max_value=1, max_denominator=50)

MEANS: list[Callable[[list[Any]], SeriesValue]] = [
    lambda values: smoothed(values, weight_of_new="0.3"),
    lambda values: linear_mean(values, over=20),
    lambda values: half_life_mean(values, half_life=4),
    lambda values: moving_means(values, over=20)[-1] if values else smoothed([], weight_of_new=1),
]


@pytest.mark.parametrize("mean", MEANS)
@given(values=gapped)
def test_a_mean_lies_among_its_values_and_counts_them(
    mean: Callable[[list[Any]], SeriesValue], values: list[Fraction | None]
) -> None:
    met = [value for value in values if value is not None]
    found = mean(values)
    assert len(met) == found.points
    if met:
        assert found.value is not None
        assert min(met) <= found.value <= max(met)
    else:
        assert ("no_data", None) == (found.state, found.value)


@pytest.mark.parametrize("mean", MEANS)
@given(values=st.lists(numbers, min_size=1, max_size=10), shift=numbers, stretch=numbers)
def test_a_mean_moves_and_stretches_with_its_values(
    mean: Callable[[list[Any]], SeriesValue], values: list[Fraction], shift: Fraction, stretch: Fraction
) -> None:
    plain = mean(values).value
    assert plain is not None
    assert plain * stretch + shift == mean([value * stretch + shift for value in values]).value


@given(values=gapped, gaps=st.integers(1, 5), weight=weights)
def test_gaps_at_the_end_change_no_smoothed_value(values: list[Fraction | None], gaps: int, weight: Fraction) -> None:
    expected = smoothed(values, weight_of_new=weight)
    assert expected == smoothed([*values, *[None] * gaps], weight_of_new=weight)


@given(values=gapped, gaps=st.integers(1, 5))
def test_gaps_at_the_beginning_change_nothing(values: list[Fraction | None], gaps: int) -> None:
    later = [*[None] * gaps, *values]
    assert linear_mean(values, over=12) == linear_mean(later, over=12)
    assert half_life_mean(values, half_life=3) == half_life_mean(later, half_life=3)
    assert trend(values) == trend(later)


@given(values=gapped, over=st.integers(1, 15))
def test_every_moving_mean_is_the_plain_mean_of_its_span(values: list[Fraction | None], over: int) -> None:
    means = moving_means(values, over=over)
    assert len(values) == len(means)
    for place, mean in enumerate(means):
        met = [value for value in values[max(0, place + 1 - over) : place + 1] if value is not None]
        assert (sum(met, Fraction(0)) / len(met) if met else None) == mean.value


@given(start=numbers, slope=numbers, kept=st.lists(st.booleans(), min_size=3, max_size=20))
def test_a_straight_line_has_its_slope_whatever_its_gaps(start: Fraction, slope: Fraction, kept: list[bool]) -> None:
    found = trend([start + slope * place if keep else None for place, keep in enumerate(kept)])
    assert (slope if sum(kept) >= 3 else None) == found.slope


@given(values=gapped, shift=numbers, stretch=numbers)
def test_a_trend_forgets_the_level_and_keeps_the_scale(
    values: list[Fraction | None], shift: Fraction, stretch: Fraction
) -> None:
    moved = trend([None if value is None else value * stretch + shift for value in values])
    plain = trend(values).slope
    assert (None if plain is None else plain * stretch) == moved.slope


@given(values=gapped, flat_within=st.fractions(min_value=0, max_value=10, max_denominator=10))
def test_a_trend_turned_around_points_the_other_way(values: list[Fraction | None], flat_within: Fraction) -> None:
    forwards, backwards = trend(values, flat_within=flat_within), trend(values[::-1], flat_within=flat_within)
    opposite = {"rising": "falling", "falling": "rising", "flat": "flat", None: None}
    assert opposite[forwards.direction] == backwards.direction
    assert (None if forwards.slope is None else -forwards.slope) == backwards.slope
