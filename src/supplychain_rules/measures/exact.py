"""Exact arithmetic for sums: a decimal context that refuses to round.

Sums of integers, decimals and fractions are exact, and order never matters: that is why batches, streams and
partitions of the same facts give one result.
"""

from contextlib import AbstractContextManager
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    localcontext,
)
from fractions import Fraction
from typing import Final, TypeAlias

__all__ = ["Number", "add", "exactly", "fraction"]

#: What a sum may hold. Integers and decimals add up directly; a fraction joins them through `add`.
Number: TypeAlias = int | Decimal | Fraction

#: Enough digits that no sum of products is ever rounded: a quantity and a price have at most 60
#: digits each, a weight 15, and ten to the 40th facts do not exist. `Inexact` makes sure.
_DIGITS: Final = 180

#: Every field is given: the caller's defaults must not change a result.
_EXACT: Final = Context(
    prec=_DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-999_999,
    Emax=999_999,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[Inexact, InvalidOperation, DivisionByZero, Overflow],
)


def exactly() -> AbstractContextManager[Context]:
    """Return a context manager within which the operators of decimals never round.

    >>> with exactly():
    ...     Decimal("1e20") + Decimal("1e-20")
    Decimal('100000000000000000000.00000000000000000001')
    """
    return localcontext(_EXACT)


def fraction(number: Number) -> Fraction:
    """Return a number as a fraction, exactly.

    >>> fraction(Decimal("0.5"))
    Fraction(1, 2)
    """
    return number if isinstance(number, Fraction) else Fraction(number)


def add(one: Number, other: Number) -> Number:
    """Add two numbers of any kind exactly; decimals need `exactly()` around it.

    >>> add(1, Fraction(1, 3))
    Fraction(4, 3)
    """
    if type(one) is Fraction or type(other) is Fraction:  # isinstance asks Fraction's abstract bases first
        return fraction(one) + fraction(other)
    return one + other  # type: ignore[operator]  # neither is a fraction
