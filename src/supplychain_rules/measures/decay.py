"""Time decay: how much less an older fact weighs.

A weight multiplies what counts and what it is measured against alike, so that a rate stays a rate.
"""

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Final, TypeAlias, assert_never, final

import attrs

from supplychain_rules.facts.fields import is_whole

__all__ = ["WEIGHT_DECIMALS", "Decay", "HalfLife", "LinearDecay", "weight_by_day"]

#: A half-life weight is irrational; to this many decimals it is the same number everywhere, and what is cut off
#: changes no rate in its first ten digits.
WEIGHT_DECIMALS: Final = 12

#: Longest half-life or span in days: over a century nothing decays.
_MAX_DAYS: Final = 36_525

#: Digits beyond those kept, so that the last one kept is right.
_PRECISION: Final = Context(prec=40, rounding=ROUND_HALF_EVEN)

_LAST_DECIMAL: Final = Decimal(1).scaleb(-WEIGHT_DECIMALS)


@final
@attrs.frozen
class HalfLife:
    """A fact loses half of its weight every `days` days: weight = 2 ** -(age / days), to 12 decimals, half to even.

    >>> HalfLife(90).weight(0), HalfLife(90).weight(180), HalfLife(90).weight(45)
    (Decimal('1.000000000000'), Decimal('0.250000000000'), Decimal('0.707106781187'))
    """

    #: The half-life.
    days: int = attrs.field(validator=is_whole(1, _MAX_DAYS))

    def weight(self, age: int) -> Decimal:
        """Return the weight of a fact of so many days."""
        halvings = _PRECISION.divide(Decimal(age), Decimal(self.days))
        exponent = _PRECISION.multiply(halvings, _PRECISION.ln(Decimal(2)))
        return _PRECISION.quantize(_PRECISION.exp(_PRECISION.minus(exponent)), _LAST_DECIMAL)


@final
@attrs.frozen
class LinearDecay:
    """A fact loses its weight evenly over `days` days: weight = max(0, 1 - age / days), exactly.

    >>> LinearDecay(360).weight(0), LinearDecay(360).weight(90), LinearDecay(360).weight(400)
    (Fraction(1, 1), Fraction(3, 4), Fraction(0, 1))
    """

    #: The age at which nothing is left.
    days: int = attrs.field(validator=is_whole(1, _MAX_DAYS))

    def weight(self, age: int) -> Fraction:
        """Return the weight of a fact of so many days."""
        return max(Fraction(0), 1 - Fraction(age, self.days))


#: Every kind of time decay.
Decay: TypeAlias = HalfLife | LinearDecay


def weight_by_day(decay: Decay, today: date) -> Callable[[date], Fraction]:
    """Return the function from a fact's day to its weight, seen from `today`; a later day weighs as today.

    >>> weight_by_day(LinearDecay(10), date(2026, 1, 11))(date(2026, 1, 6))
    Fraction(1, 2)
    """
    known: dict[date, Fraction] = {}

    def weight(day: date) -> Fraction:
        found = known.get(day)
        if found is None:
            age = max(0, (today - day).days)
            match decay:
                case HalfLife() | LinearDecay():
                    found = Fraction(decay.weight(age))
                case _:
                    assert_never(decay)
            known[day] = found
        return found

    return weight
