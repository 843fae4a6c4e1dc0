"""A piecewise linear function of one number, held exactly: what a clause of a contract pays for an outturn.

The function is linear between breaks, may jump at a break, and every break says which side owns its point: a rebate
"in full above 5 %" is 0 at 5 % itself and jumps right after it. Its domain is an interval that may be unbounded.
Slopes, values and breaks are fractions, so that two functions are equal exactly when they agree everywhere: there is
one form of each, and equality of functions is equality of values.

Questions about a function (where it reaches a value, its extremes, its jumps, its mean) stand in
`values.piecewise_questions`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.intervals import Interval, IntervalSet
from supplychain_rules.values.scaled import exact_fraction, number_text

__all__ = [
    "MAX_PIECES",
    "Number",
    "Piece",
    "Piecewise",
    "choose",
    "compose",
    "maximum",
    "minimum",
    "rational",
    "total_of",
]

#: Most pieces of a function. A contract has a dozen bands, and a sum of dozens of clauses stays below; whoever nests
#: minima so that pieces multiply is stopped after a second, not after an hour.
MAX_PIECES: Final = 1000

#: An exact number, as it is given: never a float.
Number: TypeAlias = int | Fraction | Decimal | str

#: The slope of a line, and its value at 0.
_Line: TypeAlias = tuple[Fraction, Fraction]

#: An end of an interval.
_End: TypeAlias = int | Fraction | None

#: All numbers.
_EVERYWHERE: Final = Interval(None, None, low_closed=False, high_closed=False)


def rational(value: object) -> Fraction:
    """Return an exact number as a fraction.

    Raises:
        InvalidValueError: a float, a boolean or no number.

    >>> rational("0.5"), rational(3)
    (Fraction(1, 2), Fraction(3, 1))
    """
    if type(value) is Fraction:
        return value
    if isinstance(value, float):
        raise InvalidValueError("an exact number is never a float", value, hint="give text, int, Decimal or Fraction")
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    return exact_fraction(value)


@final
@attrs.frozen
class Piece:
    """One linear piece: on `interval` the function is `intercept + slope * x`; a single point has slope 0.

    >>> Piece(Interval(0, 10, low_closed=True, high_closed=False), "0.5", 2).at(4)
    Fraction(4, 1)
    """

    interval: Interval = attrs.field(validator=attrs.validators.instance_of(Interval))
    slope: Fraction = attrs.field(converter=rational)
    #: The value that the line has, or would have, at 0.
    intercept: Fraction = attrs.field(converter=rational)

    @property
    def is_point(self) -> bool:
        """Whether the piece is a single point."""
        return self.interval.low is not None and self.interval.low == self.interval.high

    def at(self, x: Fraction | int) -> Fraction:
        """Return the value of the piece's line at a number, inside the interval or not."""
        return self.intercept + self.slope * x

    def text(self, variable: str = "x", *, number: Callable[[Fraction], str] = number_text) -> str:
        """Return the line as text: `2 x - 10`.

        >>> Piece(Interval(0, 10, low_closed=True, high_closed=False), "0.5", -2).text("cost")
        '0.5 cost - 2'
        """
        if not self.slope:
            return number(self.intercept)
        size = number(abs(self.slope))
        head = ("-" if self.slope < 0 else "") + (variable if abs(self.slope) == 1 else f"{size} {variable}")
        if not self.intercept:
            return head
        return f"{head} {'+' if self.intercept > 0 else '-'} {number(abs(self.intercept))}"


class _Joined(tuple[Piece, ...]):
    """Pieces in the one form of their function already."""

    __slots__ = ()


def _normal(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Check that pieces follow each other without gap or overlap, and return the one form of their function."""
    if isinstance(pieces, _Joined):
        return tuple(pieces)
    given = tuple(pieces)
    if not given:
        raise InvalidValueError("a function without pieces", hint="give at least one")
    if len(given) > 2 * MAX_PIECES:
        raise InvalidValueError(f"more than {MAX_PIECES} pieces", len(given), hint="split the contract")
    for piece in given:
        if not isinstance(piece, Piece):
            raise InvalidValueError("not a piece", piece, hint="write Piece(interval, slope, intercept)")
    for one, other in pairwise(given):
        left, right = one.interval, other.interval
        if left.high is None or left.high != right.low or left.high_closed == right.low_closed:
            hint = "a piece begins where the one before ends, and one of the two owns the point"
            raise InvalidValueError("pieces that do not follow each other", f"{left} then {right}", hint=hint)
    return tuple(_joined(given))


@final
@attrs.frozen
class Piecewise:
    """A piecewise linear function, exact, on an interval.

    Raises:
        InvalidValueError: no piece, pieces with a gap or an overlap, more than `MAX_PIECES`.

    >>> full_once_triggered = choose(IntervalSet.greater_than(5), Piecewise.identity(), Piecewise.constant(0))
    >>> print(full_once_triggered)
    <= 5: 0; > 5: x
    >>> full_once_triggered.at(5), full_once_triggered.at("5.01")
    (Fraction(0, 1), Fraction(501, 100))
    """

    #: The pieces in order; whatever is given is joined to as few as possible.
    pieces: tuple[Piece, ...] = attrs.field(converter=_normal)

    def __attrs_post_init__(self) -> None:
        """Refuse what has more pieces than any contract."""
        if len(self.pieces) > MAX_PIECES:
            raise InvalidValueError(f"more than {MAX_PIECES} pieces", len(self.pieces), hint="split the contract")

    @classmethod
    def line(cls, slope: Number, intercept: Number = 0, domain: Interval = _EVERYWHERE) -> "Piecewise":
        """Return `intercept + slope * x`."""
        return cls((Piece(domain, slope, intercept),))

    @classmethod
    def constant(cls, value: Number, domain: Interval = _EVERYWHERE) -> "Piecewise":
        """Return the function that is the same everywhere."""
        return cls((Piece(domain, 0, value),))

    @classmethod
    def identity(cls, domain: Interval = _EVERYWHERE) -> "Piecewise":
        """Return the function that gives back its argument."""
        return cls((Piece(domain, 1, 0),))

    @classmethod
    def from_points(cls, points: Iterable[tuple[Number, Number]]) -> "Piecewise":
        """Return the continuous function through points, on the interval from the first to the last.

        Raises:
            InvalidValueError: no point, or points whose first numbers do not rise.

        >>> print(Piecewise.from_points([(0, 0), (10, 5), (20, 5)]))
        [0..10): 0.5 x; [10..20]: 5
        """
        placed = [(rational(x), rational(y)) for x, y in points]
        if not placed:
            raise InvalidValueError("a function through no point", hint="give at least one")
        first, last = placed[0][0], placed[-1][0]
        if len(placed) == 1:
            return cls.constant(placed[0][1], Interval(first, first, low_closed=True, high_closed=True))
        pieces = []
        for (x, y), (then, value) in pairwise(placed):
            if then <= x:
                raise InvalidValueError("points that do not rise", number_text(then), hint="sort them, each x once")
            slope = (value - y) / (then - x)
            pieces.append(Piece(Interval(x, then, low_closed=True, high_closed=then == last), slope, y - slope * x))
        return cls(pieces)

    @classmethod
    def from_bands(cls, limits: Sequence[Number], rates: Sequence[Number], *, zero_at: Number) -> "Piecewise":
        """Return the continuous function whose slope is the rate of each band and that is 0 at a number.

        The share of a contractor who bears 15 % below 80, 30 % from 80 to 90, 50 % from 90 to 110 and 20 % above, of
        what the cost departs from 100, is the opposite of this function.

        Args:
            limits: where a band ends and the next begins, rising.
            rates: one more than limits: the slope below the first limit, between two, above the last.
            zero_at: where the function is 0.

        Raises:
            InvalidValueError: limits that do not rise, or not one rate more than limits.

        >>> print(Piecewise.from_bands([80, 90], ["0.15", "0.3", "0.5"], zero_at=100))
        < 80: 0.15 x - 20; [80..90): 0.3 x - 32; >= 90: 0.5 x - 50
        """
        edges, slopes = [rational(limit) for limit in limits], [rational(rate) for rate in rates]
        if len(slopes) != len(edges) + 1:
            raise InvalidValueError("there is one rate more than limits", len(slopes), hint=f"give {len(edges) + 1}")
        for one, other in pairwise(edges):
            if other <= one:
                raise InvalidValueError("limits that do not rise", number_text(other), hint="sort them, each once")
        intercepts = [Fraction(0)]
        for edge, (below, above) in zip(edges, pairwise(slopes), strict=True):
            intercepts.append(intercepts[-1] + (below - above) * edge)
        ends: list[Fraction | None] = [None, *edges, None]
        pieces = [
            Piece(Interval(low, high, low_closed=low is not None, high_closed=False), slope, intercept)
            for (low, high), slope, intercept in zip(pairwise(ends), slopes, intercepts, strict=True)
        ]
        raw = cls(pieces)
        return raw - raw.at(zero_at)

    @property
    def domain(self) -> Interval:
        """The interval on which the function is defined."""
        first, last = self.pieces[0].interval, self.pieces[-1].interval
        return Interval(first.low, last.high, low_closed=first.low_closed, high_closed=last.high_closed)

    @property
    def breaks(self) -> tuple[Fraction, ...]:
        """Where one piece ends and the next begins, rising; the ends of the domain are none."""
        edges = (one.interval.high for one in self.pieces[:-1])
        return tuple(dict.fromkeys(Fraction(edge) for edge in edges if edge is not None))

    def at(self, x: Number) -> Fraction:
        """Return the value at a number.

        Raises:
            InvalidValueError: a float or no number, or outside the domain.
        """
        number = rational(x)
        if not self.domain.contains(number):
            raise InvalidValueError("outside the domain of the function", number_text(number), hint=str(self.domain))
        return self.piece_at(number).at(number)

    def piece_at(self, x: Fraction) -> Piece:
        """Return the piece that owns a number of the domain."""
        low, high = 0, len(self.pieces) - 1
        while low < high:
            middle = (low + high) // 2
            edge, closed = self.pieces[middle].interval.high, self.pieces[middle].interval.high_closed
            if edge is None or x < edge or (x == edge and closed):
                high = middle
            else:
                low = middle + 1
        return self.pieces[low]

    def restricted(self, domain: Interval) -> "Piecewise":
        """Return the function on a part of its domain.

        Raises:
            InvalidValueError: an interval that reaches outside.

        >>> print(Piecewise.identity().restricted(Interval(0, None, low_closed=True, high_closed=False)))
        >= 0: x
        """
        if not IntervalSet((domain,)).is_subset(IntervalSet((self.domain,))):
            raise InvalidValueError("outside the domain of the function", str(domain), hint=str(self.domain))
        return _cellwise(domain, self.breaks, lambda x: _line_of(self.piece_at(x)))

    def clamped(self, low: Number | None = None, high: Number | None = None) -> "Piecewise":
        """Return the function held between two values.

        Raises:
            InvalidValueError: the lower value is above the upper one.

        >>> print(Piecewise.identity().clamped(0, 10))
        < 0: 0; [0..10): x; >= 10: 10
        """
        if low is not None and high is not None and rational(low) > rational(high):
            raise InvalidValueError("the lower bound is above the upper one", low, hint=f"lower it to {high}")
        held = self
        if low is not None:
            held = maximum(held, Piecewise.constant(low, self.domain))
        if high is not None:
            held = minimum(held, Piecewise.constant(high, self.domain))
        return held

    def __add__(self, other: "Piecewise | Number") -> "Piecewise":
        """Add a function of the same domain, or a number."""
        if not isinstance(other, Piecewise):
            added = rational(other)
            return Piecewise(Piece(one.interval, one.slope, one.intercept + added) for one in self.pieces)
        _check_domains(self, other)
        return _cellwise(
            self.domain, [*self.breaks, *other.breaks], lambda x: _sum(self.piece_at(x), other.piece_at(x))
        )

    __radd__ = __add__

    def __sub__(self, other: "Piecewise | Number") -> "Piecewise":
        """Subtract a function of the same domain, or a number."""
        return self + (-other if isinstance(other, Piecewise) else -rational(other))

    def __rsub__(self, other: Number) -> "Piecewise":
        """Subtract the function from a number."""
        return -self + other

    def __mul__(self, factor: Number) -> "Piecewise":
        """Multiply every value by an exact number."""
        times = rational(factor)
        return Piecewise(Piece(one.interval, one.slope * times, one.intercept * times) for one in self.pieces)

    __rmul__ = __mul__

    def __neg__(self) -> "Piecewise":
        """Return the function of opposite values."""
        return self * -1

    def text(self, variable: str = "x") -> str:
        """Return the function as text, a piece after the other: `<= 5: 0; > 5: 2 x - 10`."""
        return "; ".join(f"{one.interval}: {one.text(variable)}" for one in self.pieces)

    def __str__(self) -> str:
        """Return the function as text in `x`."""
        return self.text()


def minimum(one: Piecewise, other: Piecewise) -> Piecewise:
    """Return the lesser of two functions of one domain, point by point.

    Raises:
        InvalidValueError: two domains.

    >>> print(minimum(Piecewise.identity(), Piecewise.constant(3)))
    < 3: x; >= 3: 3
    """
    return _extreme(one, other, lambda left, right: left <= right)


def maximum(one: Piecewise, other: Piecewise) -> Piecewise:
    """Return the greater of two functions of one domain, point by point.

    Raises:
        InvalidValueError: two domains.
    """
    return _extreme(one, other, lambda left, right: left >= right)


def total_of(functions: Iterable[Piecewise], domain: Interval = _EVERYWHERE) -> Piecewise:
    """Add up functions of one domain; none at all is 0.

    >>> print(total_of([Piecewise.identity(), Piecewise.constant(1)]))
    anything: x + 1
    """
    found = Piecewise.constant(0, domain)
    for function in functions:
        found = found + function
    return found


def choose(where: IntervalSet, inside: Piecewise, outside: Piecewise) -> Piecewise:
    """Return the function that is one on a set of numbers and another elsewhere; this is how a cliff is written.

    Raises:
        InvalidValueError: two domains.
    """
    _check_domains(inside, outside)
    edges = [edge for part in where.parts for edge in (part.low, part.high) if edge is not None]
    return _cellwise(
        inside.domain,
        [*inside.breaks, *outside.breaks, *(Fraction(edge) for edge in edges)],
        lambda x: _line_of((inside if where.contains(x) else outside).piece_at(x)),
    )


def compose(outer: Piecewise, inner: Piecewise) -> Piecewise:
    """Return `outer(inner(x))`.

    Raises:
        InvalidValueError: `inner` reaches outside the domain of `outer`.

    >>> print(compose(Piecewise.identity().clamped(0, 10), Piecewise.line(-1, 100)))
    < 90: 10; [90..100): -x + 100; >= 100: 0
    """
    edges = {edge for edge in (outer.domain.low, outer.domain.high) if edge is not None} | set(outer.breaks)
    points = list(inner.breaks)
    for piece in inner.pieces:
        if piece.slope:
            found = ((edge - piece.intercept) / piece.slope for edge in edges)
            points += [x for x in found if piece.interval.contains(x)]

    def composed(x: Fraction) -> _Line:
        first = inner.piece_at(x)
        value = first.at(x)
        if not outer.domain.contains(value):
            hint = f"the outer function is defined for {outer.domain}"
            raise InvalidValueError("a value outside the domain of the outer function", number_text(value), hint=hint)
        then = outer.piece_at(value)
        return first.slope * then.slope, then.intercept + then.slope * first.intercept

    return _cellwise(inner.domain, points, composed)


def _between(low: _End, high: _End) -> Fraction:
    """Return a number strictly between two ends."""
    if low is None:
        return Fraction(0) if high is None else Fraction(high) - 1
    return Fraction(low) + 1 if high is None else Fraction(low + high) / 2


def _strictly_inside(domain: Interval, x: Fraction) -> bool:
    return (domain.low is None or x > domain.low) and (domain.high is None or x < domain.high)


def _line_of(piece: Piece) -> _Line:
    return piece.slope, piece.intercept


def _sum(one: Piece, other: Piece) -> _Line:
    return one.slope + other.slope, one.intercept + other.intercept


def _cellwise(domain: Interval, points: Iterable[Fraction], line: Callable[[Fraction], _Line]) -> Piecewise:
    """Build a function that is linear between points, from the line that holds at a number of each cell."""
    edges = sorted({x for x in points if _strictly_inside(domain, x)})
    if len(edges) > MAX_PIECES:
        raise InvalidValueError(f"more than {MAX_PIECES} pieces", len(edges), hint="split the contract")
    closed = [
        end for end, is_closed in ((domain.low, domain.low_closed), (domain.high, domain.high_closed)) if is_closed
    ]
    values: dict[_End, Fraction] = {}
    for x in (*edges, *(Fraction(end) for end in closed if end is not None)):
        slope, intercept = line(x)
        values[x] = intercept + slope * x
    if domain.low is not None and domain.low == domain.high:
        return Piecewise((_point(domain.low, values[domain.low]),))
    ends: list[_End] = [domain.low, *edges, domain.high]
    lines = [line(_between(low, high)) for low, high in pairwise(ends)]
    return Piecewise(_Joined(_assembled(ends, lines, values)))


def _check_domains(one: Piecewise, other: Piecewise) -> None:
    if one.domain != other.domain:
        hint = "restrict both to the same interval"
        raise InvalidValueError("functions of two domains", f"{one.domain} and {other.domain}", hint=hint)


def _extreme(one: Piecewise, other: Piecewise, first: Callable[[Fraction, Fraction], bool]) -> Piecewise:
    """Return the function that is at each number the one that comes first."""
    _check_domains(one, other)
    edges = sorted({*one.breaks, *other.breaks})
    domain = one.domain
    crossings = []
    for low, high in pairwise([domain.low, *edges, domain.high]):
        inside = _between(low, high)
        left, right = one.piece_at(inside), other.piece_at(inside)
        if left.slope != right.slope:
            crossing = (right.intercept - left.intercept) / (left.slope - right.slope)
            if (low is None or low < crossing) and (high is None or crossing < high):
                crossings.append(crossing)

    def better(x: Fraction) -> _Line:
        left, right = one.piece_at(x), other.piece_at(x)
        return _line_of(left if first(left.at(x), right.at(x)) else right)

    return _cellwise(domain, [*edges, *crossings], better)


def _joined(pieces: Sequence[Piece]) -> Iterable[Piece]:
    """Return the one form of the function of pieces that follow each other."""
    opens = [piece for piece in pieces if not piece.is_point]
    if not opens:
        only = pieces[0]
        return (_point(only.interval.low, only.at(Fraction(only.interval.low or 0))),)
    ends = [opens[0].interval.low, *(piece.interval.high for piece in opens)]
    return _assembled(ends, [_line_of(piece) for piece in opens], _point_values(pieces))


def _assembled(ends: Sequence[_End], lines: Sequence[_Line], values: Mapping[_End, Fraction]) -> Iterator[Piece]:
    """Yield as few pieces as possible: a point that both sides meet belongs to the right one.

    Args:
        ends: where each line begins, and where the last one ends.
        lines: the line between each two ends.
        values: the value at every end that belongs to the domain.
    """
    low, (slope, intercept) = ends[0], lines[0]
    owned = low in values and values[low] == intercept + slope * Fraction(low or 0)
    if low in values and not owned:
        yield _point(low, values[low])
    for edge, (then_slope, then_intercept) in zip(ends[1:-1], lines[1:], strict=True):
        assert edge is not None  # noqa: S101  only the first and the last end are unbounded
        value = values[edge]
        met_left, met_right = value == intercept + slope * edge, value == then_intercept + then_slope * edge
        if met_left and met_right and slope == then_slope:
            continue
        yield Piece(Interval(low, edge, low_closed=owned, high_closed=met_left and not met_right), slope, intercept)
        if not met_left and not met_right:
            yield _point(edge, value)
        low, owned, slope, intercept = edge, met_right, then_slope, then_intercept
    high = ends[-1]
    closed = high in values and values[high] == intercept + slope * Fraction(high or 0)
    yield Piece(Interval(low, high, low_closed=owned, high_closed=closed), slope, intercept)
    if high in values and not closed:
        yield _point(high, values[high])


def _point_values(pieces: Sequence[Piece]) -> dict[_End, Fraction]:
    """Return the value at every end that belongs to a piece."""
    values: dict[_End, Fraction] = {}
    for piece in pieces:
        low, high = piece.interval.low, piece.interval.high
        if low is not None and piece.interval.low_closed:
            values[low] = piece.at(low)
        if high is not None and piece.interval.high_closed:
            values[high] = piece.at(high)
    return values


def _point(x: _End, value: Fraction) -> Piece:
    return Piece(Interval(x, x, low_closed=True, high_closed=True), 0, value)
