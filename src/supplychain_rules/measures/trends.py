"""What a series says: smoothed values, means that weigh recent periods more, and trends, all exact.

Every function takes the values of a series in order of time, the oldest first, as `series` returns them. A gap is
`None`, or a measurement without a value. The rule for gaps is one: **a gap has no weight, and time passes
all the same**. It neither lifts nor lowers a mean, it leaves a smoothed value as it is, and what lies before it is
older by its period.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.decay import HalfLife
from supplychain_rules.measures.fields import MAX_COUNT
from supplychain_rules.measures.measurement import Key, Measurement, MeasurementState
from supplychain_rules.values.scaled import exact_fraction

__all__ = [
    "Direction",
    "Point",
    "SeriesValue",
    "Trend",
    "half_life_mean",
    "linear_mean",
    "moving_means",
    "smoothed",
    "trend",
]

#: A value of a series, or a gap.
Point: TypeAlias = Measurement | Fraction | Decimal | int | str | None

#: Where a trend points to; whether that is good or bad is for the policy to say.
Direction = Literal["rising", "flat", "falling"]

#: Fewest points of a trend: two always lie on a line, and prove nothing.
MIN_TREND_POINTS: Final = 3

_OUTSIDE: Final = "outside the scope of the measure"


@final
@attrs.frozen(kw_only=True)
class SeriesValue:
    """What was made of a series, in one of the three states of a measurement.

    >>> smoothed([], weight_of_new="0.1").note
    'no value in the series'
    """

    state: MeasurementState
    #: The exact value; only in the state `value`.
    value: Fraction | None = None
    #: How many values of the series it rests on.
    points: int = 0
    #: Why there is no value.
    note: str = ""

    def measurement(self, measure: str, key: Key) -> Measurement:
        """Return it as a measurement, so that it reaches a policy's record like any other.

        >>> smoothed([80, 20], weight_of_new="0.1").measurement("delivery_smoothed", "V7").value
        Fraction(74, 1)
        """
        return Measurement(
            measure=measure,
            key=key,
            state=self.state,
            value=self.value,
            evidence=self.points,
            numerator=self.value or Fraction(0),
            denominator=Fraction(0 if self.value is None else 1),
            note=self.note,
        )


@final
@attrs.frozen(kw_only=True)
class Trend:
    """The straight line through a series: how much it rises or falls per period.

    >>> trend([70, None, 80, 84]).direction
    'rising'
    """

    state: MeasurementState
    #: The least-squares slope: the change per period; only in the state `value`.
    slope: Fraction | None = None
    direction: Direction | None = None
    #: How many values the line is drawn through.
    points: int = 0
    #: Why there is no trend.
    note: str = ""

    def measurement(self, measure: str, key: Key) -> Measurement:
        """Return the slope as a measurement, so that it reaches a policy's record like any other.

        >>> trend([90, 85, 80]).measurement("delivery_trend", "V7").value
        Fraction(-5, 1)
        """
        slope = SeriesValue(state=self.state, value=self.slope, points=self.points, note=self.note)
        return slope.measurement(measure, key)


def smoothed(points: Iterable[Point], *, weight_of_new: Fraction | Decimal | int | str) -> SeriesValue:
    """Smooth a series exponentially: smoothed = new x weight + smoothed before x (1 - weight).

    It starts from the first value; a gap leaves the smoothed value as it is. Source: R. G. Brown, Statistical
    Forecasting for Inventory Control (1959); SAP's vendor evaluation calls it smoothing.

    Args:
        points: the series, the oldest first.
        weight_of_new: above 0, at most 1.

    Raises:
        InvalidValueError: a weight out of range, or a point that is no number.

    >>> smoothed([80, 20], weight_of_new="0.1").value, smoothed([80, None, 20], weight_of_new="0.1").value
    (Fraction(74, 1), Fraction(74, 1))
    """
    weight = exact_fraction(weight_of_new)
    if not 0 < weight <= 1:
        raise InvalidValueError("weight_of_new must be above 0 and at most 1", weight_of_new, hint="a tenth is '0.1'")
    values, state = _read(points)
    level: Fraction | None = None
    for value in values:
        if value is not None:
            level = value if level is None else value * weight + level * (1 - weight)
    return _value(level, sum(value is not None for value in values), state)


def linear_mean(points: Iterable[Point], *, over: int) -> SeriesValue:
    """Return the mean of a series in which a value loses 1 / `over` of its weight with every period.

    The weight is max(0, (over - age) / over), where the last point has the age 0. A gap takes its weight with it;
    without any value there is no data, and no score. Source of the weights: ERPNext, Supplier Scorecard, default
    weighting function over 12 periods.

    Args:
        points: the series, the oldest first.
        over: the age in periods at which nothing is left.

    Raises:
        InvalidValueError: `over` is not a whole number of at least 1, or a point that is no number.

    >>> linear_mean([70, 80, 90], over=12).value, linear_mean([], over=12).state
    (Fraction(2660, 33), 'no_data')
    """
    _check_periods("over", over)
    return _weighted(points, lambda age: max(Fraction(0), Fraction(over - age, over)))


def half_life_mean(points: Iterable[Point], *, half_life: int) -> SeriesValue:
    """Return the mean of a series in which a value loses half of its weight every `half_life` periods.

    The weight is 2 ** -(age / half_life) to 12 decimals, where the last point has the age 0. A gap takes its weight
    with it.

    Args:
        points: the series, the oldest first.
        half_life: in periods.

    Raises:
        InvalidValueError: `half_life` is not a whole number of at least 1, or a point that is no number.

    >>> half_life_mean([60, 90], half_life=1).value
    Fraction(80, 1)
    """
    _check_periods("half_life", half_life)
    decay = HalfLife(half_life)
    return _weighted(points, lambda age: Fraction(decay.weight(age)))


def moving_means(points: Iterable[Point], *, over: int, at_least: int = 1) -> tuple[SeriesValue, ...]:
    """Return, for every point of a series, the mean of the last `over` points up to it.

    Gaps count among the points and have no value: a mean of 3 periods never reaches back to a fourth.

    Args:
        points: the series, the oldest first.
        over: how many periods a mean spans.
        at_least: fewest values among them; below it there is no data.

    Raises:
        InvalidValueError: `over` or `at_least` is not a whole number of at least 1, `at_least` exceeds `over`, or a
            point that is no number.

    >>> [mean.value for mean in moving_means([6, None, 9, 12], over=2, at_least=2)]
    [None, None, None, Fraction(21, 2)]
    """
    _check_periods("over", over)
    _check_periods("at_least", at_least)
    if at_least > over:
        raise InvalidValueError("at_least exceeds over", at_least, hint=f"only {over} periods are looked at")
    values, state = _read(points)
    return tuple(_mean(values[max(0, end - over) : end], at_least, state) for end in range(1, len(values) + 1))


def trend(
    points: Iterable[Point], *, flat_within: Fraction | Decimal | int | str = 0, at_least: int = MIN_TREND_POINTS
) -> Trend:
    """Return the least-squares slope of a series per period, and where it points to.

    slope = sum of (x - mean x) x (y - mean y) / sum of (x - mean x)², where x counts the periods, gaps included, and
    the sums run over the values.

    Args:
        points: the series, the oldest first, its periods of one length.
        flat_within: the slope up to which, either way, a series is called flat.
        at_least: fewest values for a trend, at least three.

    Raises:
        InvalidValueError: `flat_within` is negative, `at_least` is below 3, or a point that is no number.

    >>> found = trend(["0.90", "0.93", "0.93", "0.96"], flat_within="0.02")
    >>> found.slope, found.direction, found.points
    (Fraction(9, 500), 'flat', 4)
    """
    flat = exact_fraction(flat_within)
    if flat < 0:
        raise InvalidValueError("flat_within is negative", flat_within, hint="it holds for rising and falling alike")
    _check_periods("at_least", at_least, least=MIN_TREND_POINTS)
    values, state = _read(points)
    met = [(Fraction(place), value) for place, value in enumerate(values) if value is not None]
    if len(met) < at_least:
        why = _OUTSIDE if state == "not_applicable" else f"{len(met)} of {at_least} values for a trend"
        return Trend(state=state, points=len(met), note=why)
    slope = _slope(met)
    direction: Direction = "rising" if slope > flat else "falling" if slope < -flat else "flat"
    return Trend(state="value", slope=slope, direction=direction, points=len(met))


def _slope(met: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    middle = sum((place for place, _ in met), Fraction(0)) / len(met)
    # The mean of the values drops out, because the distances from the middle add up to zero.
    above = sum(((place - middle) * value for place, value in met), Fraction(0))
    return above / sum(((place - middle) ** 2 for place, _ in met), Fraction(0))


def _read(points: Iterable[Point]) -> tuple[list[Fraction | None], MeasurementState]:
    """Return the values of a series, and the state of what is made of it where that has no value."""
    every = list(points)
    never = bool(every) and all(isinstance(point, Measurement) and point.state == "not_applicable" for point in every)
    return [_number(point) for point in every], "not_applicable" if never else "no_data"


def _number(point: Point) -> Fraction | None:
    if point is None:
        return None
    if isinstance(point, Measurement):
        return point.value
    if isinstance(point, float):
        raise InvalidValueError("a series never holds a float", point, hint="give Fraction, Decimal, int or text")
    return exact_fraction(point)


def _weighted(points: Iterable[Point], weight_of: Callable[[int], Fraction]) -> SeriesValue:
    values, state = _read(points)
    newest = len(values) - 1
    weighed = [(weight_of(newest - place), value) for place, value in enumerate(values) if value is not None]
    weighed = [(weight, value) for weight, value in weighed if weight]
    if not weighed:
        return _value(None, 0, state)
    whole = sum((weight for weight, _ in weighed), Fraction(0))
    return _value(sum((weight * value for weight, value in weighed), Fraction(0)) / whole, len(weighed), state)


def _mean(values: Sequence[Fraction | None], at_least: int, state: MeasurementState) -> SeriesValue:
    met = [value for value in values if value is not None]
    if 0 < len(met) < at_least:
        return SeriesValue(state="no_data", points=len(met), note=f"{len(met)} of {at_least} values for a mean")
    return _value(sum(met, Fraction(0)) / len(met) if met else None, len(met), state)


def _value(value: Fraction | None, points: int, state: MeasurementState) -> SeriesValue:
    if value is not None:
        return SeriesValue(state="value", value=value, points=points)
    note = _OUTSIDE if state == "not_applicable" else "no value in the series"
    return SeriesValue(state=state, note=note)


def _check_periods(name: str, value: Any, *, least: int = 1) -> None:  # noqa: ANN401  whatever a caller gives
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MAX_COUNT:
        raise InvalidValueError(f"{name} must be a whole number from {least} to {MAX_COUNT}", value)
