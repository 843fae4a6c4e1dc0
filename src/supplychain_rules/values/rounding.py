"""Rounding, defined once: integers in, an integer out, never a float.

Every rounded quotient of the library goes through `divide`. The default mode is the one people
learn at school, half up away from zero: 2.5 becomes 3 and -2.5 becomes -3.
"""

from fractions import Fraction
from typing import Final, Literal, assert_never, get_args

from supplychain_rules.errors import InvalidValueError

__all__ = ["MAX_DECIMALS", "ROUNDING_MODES", "RoundingMode", "check_decimals", "divide", "round_to_units"]

#: How a number between two neighbours goes to one of them.
RoundingMode = Literal["half_up", "half_even", "floor", "ceil"]

#: The modes in the order in which the documentation lists them.
ROUNDING_MODES: Final[tuple[RoundingMode, ...]] = get_args(RoundingMode)


#: Most places that a caller can ask for: as many as any number of a rule set may have.
MAX_DECIMALS: Final = 30


def check_decimals(decimals: object) -> None:
    """Refuse what is not a number of places: a million of them would take minutes, and nobody means them.

    Raises:
        InvalidValueError: not a whole number from 0 to `MAX_DECIMALS`.

    >>> check_decimals(2.0)
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InvalidValueError: decimals must be a whole number from 0 to 30: 2.0
    """
    if isinstance(decimals, bool) or not isinstance(decimals, int) or not 0 <= decimals <= MAX_DECIMALS:
        raise InvalidValueError(f"decimals must be a whole number from 0 to {MAX_DECIMALS}", decimals)


def divide(numerator: int, denominator: int, mode: RoundingMode = "half_up") -> int:
    """Divide two integers and round the exact quotient to an integer.

    `half_up` rounds a half away from zero, `half_even` to the even neighbour, `floor` towards
    minus infinity and `ceil` towards plus infinity.

    Raises:
        InvalidValueError: `denominator` is zero.

    >>> divide(5, 2), divide(-5, 2), divide(5, 2, "half_even"), divide(-5, 2, "floor")
    (3, -3, 2, -3)
    """
    if denominator == 0:
        raise InvalidValueError("division by zero", numerator, hint="test the divisor before dividing")
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    match mode:
        case "half_up":
            rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
            return rounded if numerator >= 0 else -rounded
        case "half_even":
            quotient, remainder = divmod(numerator, denominator)
            return quotient + (2 * remainder + quotient % 2 > denominator)
        case "floor":
            return numerator // denominator
        case "ceil":
            return -(-numerator // denominator)
        case _:
            assert_never(mode)


def round_to_units(value: Fraction | int, decimals: int, mode: RoundingMode = "half_up") -> int:
    """Round an exact number to `decimals` places and return it as a count of 10**-decimals units.

    Raises:
        InvalidValueError: `decimals` is negative; 10 to its power would be a float.

    >>> round_to_units(Fraction(2, 3), 4)
    6667
    """
    if decimals < 0:
        raise InvalidValueError("decimals are never negative", decimals, hint="round to 0 decimals or more")
    exact = Fraction(value)
    return divide(exact.numerator * 10**decimals, exact.denominator, mode)
