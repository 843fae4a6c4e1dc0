"""How firm a rate is: the Wilson score interval, in integers, so that one late of two is not a firm 50 %."""

from decimal import Decimal
from fractions import Fraction
from math import isqrt
from typing import Final

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.rounding import check_decimals, round_to_units
from supplychain_rules.values.scaled import exact_fraction, to_decimal

__all__ = ["Z_95_PERCENT", "square_root", "wilson_interval"]

#: The standard normal quantile for a two-sided 95 % interval, to six places.
Z_95_PERCENT: Final = Fraction("1.959964")

#: Digits of the square root beyond those shown: the shown ones are then right but for a tie within 10**-20.
_GUARD_DIGITS: Final = 20


def wilson_interval(
    successes: int | Fraction | Decimal,
    trials: int | Fraction | Decimal,
    *,
    z: Fraction | Decimal | str = Z_95_PERCENT,
    decimals: int = 4,
) -> tuple[Decimal, Decimal]:
    """Return the Wilson score interval of a rate, rounded half up to `decimals` places, within 0..1.

    The ends are (s + z²/2 -+ z * sqrt(s * (n - s) / n + z²/4)) / (n + z²) for s successes in n trials.
    Source: E. B. Wilson, Probable Inference, J. Am. Stat. Assoc. 22 (1927).

    Raises:
        InvalidValueError: `trials` is not above zero, `successes` lies outside 0..`trials`, `z` is negative, or
            `decimals` is no whole number from 0 to 30.

    >>> wilson_interval(1, 2)
    (Decimal('0.0945'), Decimal('0.9055'))
    """
    check_decimals(decimals)
    good, count, quantile = exact_fraction(successes), exact_fraction(trials), exact_fraction(z)
    if count <= 0:
        raise InvalidValueError("an interval needs at least one trial", trials, hint="no trial is no data")
    if not 0 <= good <= count:
        raise InvalidValueError(f"successes lie outside 0..{trials}", successes)
    if quantile < 0:
        raise InvalidValueError("z is negative", z, hint="give 1.96 for 95 %")
    squared = quantile * quantile
    half_width = quantile * square_root(good * (count - good) / count + squared / 4, decimals + _GUARD_DIGITS)
    middle, scale = good + squared / 2, count + squared
    low = max(Fraction(0), (middle - half_width) / scale)
    high = min(Fraction(1), (middle + half_width) / scale)
    return to_decimal(round_to_units(low, decimals), decimals), to_decimal(round_to_units(high, decimals), decimals)


def square_root(value: Fraction, digits: int) -> Fraction:
    """Return the square root of a number of zero or more, cut off after `digits` places.

    >>> square_root(Fraction(2), 4)
    Fraction(7071, 5000)
    """
    scale = 10**digits
    return Fraction(isqrt(value.numerator * value.denominator * scale * scale), value.denominator * scale)
