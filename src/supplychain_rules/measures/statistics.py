"""Statistics of a distribution: exact, from how often each value was met.

A distribution is held as counts by value, which add up like any sum: so the median of a year is found from
the months' counts, and never from the months' medians.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, Literal, assert_never, cast, get_args

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.counting import Cells, Figure, counted, left_out_note
from supplychain_rules.measures.exact import fraction
from supplychain_rules.measures.interval import square_root
from supplychain_rules.values.rounding import round_to_units

__all__ = ["STATISTICS", "Statistic", "check_percentile", "distribution_figure", "statistic_of"]

#: What one asks of a distribution. `least` and `greatest` are the ends; `percentile` needs a rank.
Statistic = Literal["mean", "median", "least", "greatest", "variance", "standard_deviation", "percentile"]

#: The statistics in the order in which messages list them.
STATISTICS: Final[tuple[Statistic, ...]] = get_args(Statistic)

#: Decimals of a standard deviation, which is irrational: finer than anybody plans by.
_ROOT_DECIMALS: Final = 6


def check_percentile(measure: Any, statistic: Statistic, percentile: Fraction | None) -> None:  # noqa: ANN401  any definition
    """Refuse a percentile without a rank above 0 and at most 1, and a rank that nothing reads."""
    place = f"{type(measure).__name__}.percentile"
    if statistic != "percentile":
        if percentile is not None:
            raise InvalidValueError(f"{place} has no effect with {statistic!r}", percentile, hint="leave it out")
        return
    if percentile is None or not 0 < percentile <= 1:
        raise InvalidValueError(f"{place} must be above 0 and at most 1", percentile, hint="the 90th is '0.9'")


def statistic_of(
    counts: Mapping[Fraction, Fraction], statistic: Statistic, percentile: Fraction | None = None
) -> Fraction:
    """Return a statistic of the values that were met, each with how often (or its weight, above zero).

    - `mean` = sum of count x value / sum of counts;
    - `median`: the middle value, or the mean of the two middle ones where the count splits evenly between them;
    - `variance` = sum of count x (value - mean)² / sum of counts: of all that was met, not estimated from a sample;
    - `standard_deviation`: its square root, rounded half up to 6 decimals;
    - `percentile` p by the nearest rank: the least value with at least p of the count at or below it.

    Raises:
        InvalidValueError: no value was met.

    >>> met = {Fraction(0): Fraction(2), Fraction(3): Fraction(1), Fraction(5): Fraction(1)}
    >>> statistic_of(met, "median"), statistic_of(met, "mean"), statistic_of(met, "percentile", Fraction(3, 4))
    (Fraction(3, 2), Fraction(2, 1), Fraction(3, 1))
    """
    values = sorted(value for value, count in counts.items() if count)
    if not values:
        raise InvalidValueError("a statistic of nothing", statistic, hint="no value is no data")
    match statistic:
        case "mean":
            return _mean(counts)
        case "median":
            half = Fraction(1, 2)
            return (_nearest_rank(counts, values, half) + _above(counts, values, half)) / 2
        case "least":
            return values[0]
        case "greatest":
            return values[-1]
        case "variance":
            return _variance(counts)
        case "standard_deviation":
            root = square_root(_variance(counts), 2 * _ROOT_DECIMALS)
            return Fraction(round_to_units(root, _ROOT_DECIMALS), 10**_ROOT_DECIMALS)
        case "percentile":
            return _nearest_rank(counts, values, percentile or Fraction(1))
        case _:
            assert_never(statistic)


def distribution_figure(
    cells: Cells, statistic: Statistic, percentile: Fraction | None, *, over: int = 1, unit: str
) -> Figure:
    """Return the figure of a distribution of whole numbers: each is a part, and its numerator how often it was met.

    The numerator and denominator of a mean are the sum of the numbers and their count, so that means of several keys
    can be merged; other statistics have the denominator 1.

    Args:
        cells: the cells of a key; left-out rows become a note.
        statistic: what is asked of the distribution.
        percentile: the rank of a percentile.
        over: what the numbers are divided by.
        unit: what the value is in.
    """
    met = counted(cells)
    counts = {Fraction(cast("int", number), over): fraction(sums.numerator) for number, sums in met.items()}
    weight = sum(counts.values(), Fraction(0))
    numerator, denominator = Fraction(0), weight
    if weight and statistic == "mean":
        numerator = sum((number * count for number, count in counts.items()), Fraction(0))
    elif weight:
        numerator, denominator = statistic_of(counts, statistic, percentile), Fraction(1)
    return Figure(
        numerator=numerator,
        denominator=denominator,
        evidence=sum(sums.evidence for sums in met.values()),
        unit=unit,
        why_not="" if weight else "all that counts has lost its weight",
        note=left_out_note(cells),
    )


def _mean(counts: Mapping[Fraction, Fraction]) -> Fraction:
    return sum((value * count for value, count in counts.items()), Fraction(0)) / sum(counts.values())


def _variance(counts: Mapping[Fraction, Fraction]) -> Fraction:
    squares = sum((value * value * count for value, count in counts.items()), Fraction(0))
    return squares / sum(counts.values()) - _mean(counts) ** 2


def _nearest_rank(counts: Mapping[Fraction, Fraction], values: list[Fraction], share: Fraction) -> Fraction:
    """Return the least value with at least `share` of the count at or below it."""
    wanted, met = sum(counts.values()) * share, Fraction(0)
    for value in values:
        met += counts[value]
        if met >= wanted:
            return value
    return values[-1]


def _above(counts: Mapping[Fraction, Fraction], values: list[Fraction], share: Fraction) -> Fraction:
    """Return the least value with more than `share` of the count at or below it."""
    wanted, met = sum(counts.values()) * share, Fraction(0)
    for value in values:
        met += counts[value]
        if met > wanted:
            return value
    return values[-1]
