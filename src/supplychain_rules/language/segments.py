"""Piecewise functions as integers: what every engine emits, in one place.

On the segment from (x1, y1) to (x2, y2) the rounded value is `round((slope * x + offset) / divisor)` with
whole numbers only, where x counts units of the operand and the result counts units of the score.
"""

import itertools
import math
from decimal import Decimal
from fractions import Fraction
from typing import final

import attrs

from supplychain_rules.language.nodes import Piecewise
from supplychain_rules.values.rounding import divide, round_to_units

__all__ = ["Segment", "Segments", "interpolate", "segments"]


@final
@attrs.frozen(kw_only=True)
class Segment:
    """One straight piece; it holds for x up to and including `until`."""

    until: int
    slope: int
    offset: int
    divisor: int

    def numerator(self, x: int) -> int:
        """Return what is divided by `divisor` at `x` units."""
        return self.slope * x + self.offset


@final
@attrs.frozen(kw_only=True)
class Segments:
    """A piecewise function over units: flat at `first` up to `start`, then the pieces, then flat at `last`."""

    #: Decimals of x; the operand is rescaled to them.
    decimals: int
    start: int
    first: int
    pieces: tuple[Segment, ...]
    last: int

    def value(self, x: int) -> int:
        """Return the rounded value at `x` units."""
        if x <= self.start:
            return self.first
        for piece in self.pieces:
            if x <= piece.until:
                return divide(piece.numerator(x), piece.divisor)
        return self.last

    def reach(self, low: int, high: int) -> int:
        """Return the largest temporary of any piece for x in `low`..`high`, taken or not."""
        return max(2 * abs(piece.numerator(x)) + 2 * piece.divisor for piece in self.pieces for x in (low, high))


def segments(node: Piecewise, operand_decimals: int) -> Segments:
    """Turn a piecewise node into whole numbers, for an operand of the given decimals.

    >>> from supplychain_rules.language.nodes import Name
    >>> points = ((Decimal("0.9"), Decimal(0)), (Decimal(1), Decimal(100)))
    >>> segments(Piecewise(Name("x"), points, 2), operand_decimals=2).pieces
    (Segment(until=100, slope=1000, offset=-90000, divisor=1),)
    """
    decimals = max([operand_decimals, *(_places(x) for x, _ in node.points)])
    xs = [int(Fraction(x) * 10**decimals) for x, _ in node.points]
    ys = [Fraction(y) * 10**node.decimals for _, y in node.points]
    pieces = []
    for (x1, y1), (x2, y2) in itertools.pairwise(zip(xs, ys, strict=True)):
        slope = (y2 - y1) / (x2 - x1)
        offset = y1 - slope * x1
        divisor = math.lcm(slope.denominator, offset.denominator)
        pieces.append(Segment(until=x2, slope=int(slope * divisor), offset=int(offset * divisor), divisor=divisor))
    return Segments(
        decimals=decimals,
        start=xs[0],
        first=round_to_units(ys[0], 0),
        pieces=tuple(pieces),
        last=round_to_units(ys[-1], 0),
    )


def interpolate(node: Piecewise, x: Fraction) -> Fraction:
    """Return the exact, unrounded value at `x`; plain arithmetic, for the reference interpreter."""
    if x <= node.points[0][0]:
        return Fraction(node.points[0][1])
    for (x1, y1), (x2, y2) in itertools.pairwise(node.points):
        if x <= x2:
            share = (x - Fraction(x1)) / (Fraction(x2) - Fraction(x1))
            return Fraction(y1) + share * (Fraction(y2) - Fraction(y1))
    return Fraction(node.points[-1][1])


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
