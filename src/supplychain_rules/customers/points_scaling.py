"""Points and odds: the scale of a credit scorecard, both ways.

A scorecard scale is fixed by two agreements: so many points stand for certain odds of good to bad (600 points, 50 good
to 1 bad), and so many points more double the odds (20). Then

    factor = points to double / ln 2,   offset = points - factor * ln(odds),
    points = offset + factor * ln(odds),   odds = exp((points - offset) / factor),
    probability of default = 1 / (1 + odds).

Source: N. Siddiqi, Credit Risk Scorecards (Wiley, 2006), section on scaling. Odds are always of good to bad here.

Logarithms have no exact value; they are taken with `PRECISION` significant digits, and points are rounded once where
they are asked for as whole ones.
"""

from decimal import Context, Decimal
from typing import Final, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.scaled import exact_number

__all__ = ["PRECISION", "PointsScaling"]

#: Significant digits of logarithms: far more than points are ever given with.
PRECISION: Final = 34

#: Decimals that points are given with; they can be read back and mean the same odds to fifteen digits.
_DECIMALS: Final = 20

_CONTEXT: Final = Context(prec=PRECISION)

#: Points farther from the agreed ones than this many doublings are a slip: odds of 2**200 to 1 are nobody's.
_MOST_DOUBLINGS: Final = 200


@final
@attrs.frozen(kw_only=True)
class PointsScaling:
    """The scale of a scorecard.

    Raises:
        InvalidValueError: odds or points to double that are not above zero.

    >>> scale = PointsScaling(points=600, odds=50, points_to_double=20)
    >>> round(scale.factor, 4), round(scale.offset, 3), round(scale.points_of("100"), 6)
    (Decimal('28.8539'), Decimal('487.123'), Decimal('620.000000'))
    """

    #: The points that stand for `odds`.
    points: Decimal = attrs.field(converter=exact_number)
    #: Good to bad, as 50 for fifty good ones to one bad one.
    odds: Decimal = attrs.field(converter=exact_number)
    #: The points that double the odds.
    points_to_double: Decimal = attrs.field(converter=exact_number)

    def __attrs_post_init__(self) -> None:
        """Refuse what has no logarithm, or divides by zero."""
        for name, value in (("odds", self.odds), ("points_to_double", self.points_to_double)):
            if value <= 0:
                raise InvalidValueError(f"PointsScaling.{name} is above zero", str(value))

    @property
    def factor(self) -> Decimal:
        """Return the points of one unit of log-odds."""
        return _CONTEXT.divide(self.points_to_double, _CONTEXT.ln(Decimal(2)))

    @property
    def offset(self) -> Decimal:
        """Return the points at odds of one to one."""
        return _CONTEXT.subtract(self.points, _CONTEXT.multiply(self.factor, _CONTEXT.ln(self.odds)))

    def points_of(self, odds: object) -> Decimal:
        """Return the points of odds of good to bad.

        Raises:
            InvalidValueError: not an exact number above zero.
        """
        given = exact_number(odds)
        if given <= 0:
            raise InvalidValueError("odds are above zero", str(odds), hint="good to bad, as 50")
        exact = _CONTEXT.add(self.offset, _CONTEXT.multiply(self.factor, _CONTEXT.ln(given)))
        return round(exact, _DECIMALS)

    def odds_of(self, points: object) -> Decimal:
        """Return the odds of good to bad at some points.

        Raises:
            InvalidValueError: not an exact number, or farther off than `2 ** 200` to one.

        >>> scale = PointsScaling(points=600, odds=50, points_to_double=20)
        >>> round(scale.odds_of(620), 6), round(scale.probability_of_default(620), 6)
        (Decimal('100.000000'), Decimal('0.009901'))
        """
        given = exact_number(points)
        away = _CONTEXT.subtract(given, self.points)
        if abs(away) > self.points_to_double * _MOST_DOUBLINGS:
            raise InvalidValueError("points far outside the scale", str(points))
        return _CONTEXT.exp(_CONTEXT.divide(_CONTEXT.subtract(given, self.offset), self.factor))

    def probability_of_default(self, points: object) -> Decimal:
        """Return the share of bad ones at some points: 1 / (1 + odds).

        Raises:
            InvalidValueError: as `odds_of`.
        """
        return _CONTEXT.divide(Decimal(1), _CONTEXT.add(Decimal(1), self.odds_of(points)))
