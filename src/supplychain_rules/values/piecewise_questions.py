"""Questions about a piecewise linear function, answered from its pieces and never by trying numbers.

Where it reaches a value, how far it goes and whether it gets there, where it jumps and by how much, what it is on
average. Every answer is exact: a set of numbers, a fraction.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import pairwise
from typing import final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.intervals import Interval, IntervalSet
from supplychain_rules.values.piecewise import Number, Piece, Piecewise, rational
from supplychain_rules.values.scaled import number_text

__all__ = [
    "Extreme",
    "Jump",
    "expectation",
    "greatest",
    "integral",
    "jumps",
    "least",
    "mean_over",
    "member_of",
    "where_above",
    "where_at_least",
    "where_at_most",
    "where_below",
    "where_equal",
    "where_slope",
]


@final
@attrs.frozen(kw_only=True)
class Jump:
    """A cliff: a number at which the function is not continuous."""

    at: Fraction
    #: The value that it comes to from below, None at the low end of the domain.
    before: Fraction | None
    #: The value that it has there.
    value: Fraction
    #: The value that it goes on with, None at the high end of the domain.
    after: Fraction | None

    @property
    def size(self) -> Fraction:
        """How much the function changes over the point, from below it to above; up is positive."""
        first = self.value if self.before is None else self.before
        last = self.value if self.after is None else self.after
        return last - first


@final
@attrs.frozen(kw_only=True)
class Extreme:
    """The greatest or least value of a function."""

    #: The value that nothing exceeds; None where the function is unbounded.
    value: Fraction | None
    #: Where it is reached; empty where it is only approached, or unbounded.
    where: IntervalSet
    #: A number near which it is approached: one of `where`, the end of a piece, None where that lies at infinity.
    near: Fraction | None

    @property
    def attained(self) -> bool:
        """Whether the function has this value somewhere."""
        return not self.where.is_empty


def jumps(function: Piecewise) -> tuple[Jump, ...]:
    """Return where a function is not continuous, rising.

    >>> from supplychain_rules.values.piecewise import choose
    >>> cliff = choose(IntervalSet.greater_than(5), Piecewise.identity(), Piecewise.constant(0))
    >>> [(str(jump.at), str(jump.size)) for jump in jumps(cliff)]
    [('5', '5')]
    """
    opens = [piece for piece in function.pieces if not piece.is_point]
    found = []
    sides: dict[Fraction, list[Piece | None]] = {}
    for one, other in pairwise([None, *opens, None]):
        edge = (one.interval.high if one is not None else None) if other is None else other.interval.low
        if edge is not None:
            sides[Fraction(edge)] = [one, other]
    for edge, (left, right) in sides.items():
        if not function.domain.contains(edge):
            continue
        value = function.piece_at(edge).at(edge)
        before, after = (None if side is None else side.at(edge) for side in (left, right))
        if before not in {None, value} or after not in {None, value}:
            found.append(Jump(at=edge, before=before, value=value, after=after))
    return tuple(found)


def where_equal(function: Piecewise, value: Number) -> IntervalSet:
    """Return the numbers at which a function has a value: points, and intervals where it is constant.

    >>> print(where_equal(Piecewise.identity().clamped(0, 10), 10))
    >= 10
    """
    return where_at_least(function, value).intersection(where_at_most(function, value))


def where_at_least(function: Piecewise, value: Number) -> IntervalSet:
    """Return the numbers at which a function is at least a value.

    >>> print(where_at_least(Piecewise.line(-2, 100), 10))
    <= 45
    """
    level = rational(value)
    return _where(function, lambda piece: _half_line(piece.slope, piece.intercept - level))


def where_at_most(function: Piecewise, value: Number) -> IntervalSet:
    """Return the numbers at which a function is at most a value."""
    return where_at_least(-function, -rational(value))


def where_above(function: Piecewise, value: Number) -> IntervalSet:
    """Return the numbers at which a function is greater than a value."""
    return IntervalSet((function.domain,)).difference(where_at_most(function, value))


def where_below(function: Piecewise, value: Number) -> IntervalSet:
    """Return the numbers at which a function is less than a value."""
    return IntervalSet((function.domain,)).difference(where_at_least(function, value))


def where_slope(function: Piecewise, wanted: Callable[[Fraction], bool]) -> IntervalSet:
    """Return the open intervals on which the slope is as wanted; single points have no slope.

    >>> print(where_slope(Piecewise.identity().clamped(0, 10), lambda slope: slope > 0))
    (0..10)
    """
    return IntervalSet(
        Interval(piece.interval.low, piece.interval.high, low_closed=False, high_closed=False)
        for piece in function.pieces
        if not piece.is_point and wanted(piece.slope)
    )


def greatest(function: Piecewise) -> Extreme:
    """Return the greatest value of a function, or the one that it comes arbitrarily near to.

    >>> top = greatest(Piecewise.identity(Interval(0, 10, low_closed=True, high_closed=False)))
    >>> top.value, top.attained, top.near
    (Fraction(10, 1), False, Fraction(10, 1))
    """
    best: Fraction | None = None
    near: Fraction | None = None
    for piece in function.pieces:
        low, high = piece.interval.low, piece.interval.high
        if (piece.slope > 0 and high is None) or (piece.slope < 0 and low is None):
            return Extreme(value=None, where=IntervalSet.nothing(), near=None)
        end = high if piece.slope > 0 else low if piece.slope < 0 else (low if low is not None else high)
        value = piece.intercept if end is None else piece.at(end)
        if best is None or value > best:
            best, near = value, None if end is None else Fraction(end)
    assert best is not None  # noqa: S101  a function has a piece
    where = where_at_least(function, best)
    return Extreme(value=best, where=where, near=near if where.is_empty else member_of(where))


def least(function: Piecewise) -> Extreme:
    """Return the least value of a function, or the one that it comes arbitrarily near to."""
    found = greatest(-function)
    return attrs.evolve(found, value=None if found.value is None else -found.value)


def integral(function: Piecewise, low: Number, high: Number) -> Fraction:
    """Return the area under a function between two numbers of its domain.

    Raises:
        InvalidValueError: the first number is above the second, or one is outside the domain.

    >>> integral(Piecewise.identity().clamped(0, 10), -5, 20)
    Fraction(150, 1)
    """
    first, last = rational(low), rational(high)
    if first > last:
        raise InvalidValueError("an interval that runs backwards", f"{low} to {high}", hint="give the lower end first")
    function.at(first)
    function.at(last)
    area = Fraction(0)
    for piece in function.pieces:
        left = first if piece.interval.low is None else max(first, Fraction(piece.interval.low))
        right = last if piece.interval.high is None else min(last, Fraction(piece.interval.high))
        if left < right:
            area += (right - left) * (piece.at(left) + piece.at(right)) / 2
    return area


def mean_over(function: Piecewise, low: Number, high: Number) -> Fraction:
    """Return the expected value when every number between two is equally likely, in closed form.

    Raises:
        InvalidValueError: the first number is not below the second, or one is outside the domain.

    >>> mean_over(Piecewise.identity().clamped(0, 10), 0, 20)
    Fraction(15, 2)
    """
    first, last = rational(low), rational(high)
    if first >= last:
        raise InvalidValueError("an interval without width", f"{low} to {high}", hint="use `at` for one number")
    return integral(function, first, last) / (last - first)


def expectation(function: Piecewise, outcomes: Iterable[tuple[Number, Number]]) -> Fraction:
    """Return the expected value over a discrete distribution.

    Args:
        function: the function.
        outcomes: numbers of its domain, each with its probability; probabilities add up to 1 exactly.

    Raises:
        InvalidValueError: a probability below 0, or probabilities that do not add up to 1.

    >>> expectation(Piecewise.identity().clamped(0, 10), [(5, "1/3"), (20, "2/3")])
    Fraction(25, 3)
    """
    expected = sum_of = Fraction(0)
    for x, probability in outcomes:
        share = rational(probability)
        if share < 0:
            raise InvalidValueError("a probability below 0", number_text(share), hint="from 0 to 1")
        sum_of += share
        expected += share * function.at(x)
    if sum_of != 1:
        hint = "write thirds as '1/3'"
        raise InvalidValueError("probabilities that do not add up to 1", number_text(sum_of), hint=hint)
    return expected


def member_of(where: IntervalSet) -> Fraction:
    """Return a number of a set: an end that belongs to it where there is one, else one inside.

    Raises:
        InvalidValueError: a set without members.

    >>> member_of(IntervalSet.greater_than(5)), member_of(IntervalSet.between(1, 2))
    (Fraction(6, 1), Fraction(1, 1))
    """
    if where.is_empty:
        raise InvalidValueError("a set without members", hint="test where.is_empty first")
    first = where.parts[0]
    if first.low is not None and first.low_closed:
        return Fraction(first.low)
    if first.high is not None and first.high_closed:
        return Fraction(first.high)
    if first.low is not None:
        return Fraction(first.low) + 1 if first.high is None else Fraction(first.low + first.high) / 2
    return Fraction(0) if first.high is None else Fraction(first.high) - 1


def _where(function: Piecewise, meets: Callable[[Piece], IntervalSet]) -> IntervalSet:
    parts = [
        part for piece in function.pieces for part in meets(piece).intersection(IntervalSet((piece.interval,))).parts
    ]
    return IntervalSet(parts)


def _half_line(slope: Fraction, intercept: Fraction) -> IntervalSet:
    """Return where a line is at least 0."""
    if not slope:
        return IntervalSet.everything() if intercept >= 0 else IntervalSet.nothing()
    root = -intercept / slope
    return IntervalSet.at_least(root) if slope > 0 else IntervalSet.at_most(root)
