"""Exact arithmetic for sums: a decimal context that refuses to round.

Sums of integers, decimals and fractions are exact, and order never matters: that is why batches, streams and
partitions of the same facts give one result.
"""

from contextlib import AbstractContextManager
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import TypeAlias

from supplychain_rules.values.scaled import EXACT

__all__ = ["Number", "add", "as_decimals", "exactly", "fraction"]

#: What a sum may hold. Integers and decimals add up directly; a fraction joins them through `add`.
Number: TypeAlias = int | Decimal | Fraction


def exactly() -> AbstractContextManager[Context]:
    """Return a context manager within which the operators of decimals never round.

    >>> with exactly():
    ...     Decimal("1e20") + Decimal("1e-20")
    Decimal('100000000000000000000.00000000000000000001')
    """
    return localcontext(EXACT)


def fraction(number: Number) -> Fraction:
    """Return a number as a fraction, exactly.

    >>> fraction(Decimal("0.5"))
    Fraction(1, 2)
    """
    return number if isinstance(number, Fraction) else Fraction(number)


def as_decimals(share: Fraction) -> tuple[Decimal, Decimal]:
    """Return a share as two decimals, above and below, so that comparing a quantity with it never divides.

    >>> as_decimals(Fraction(19, 20))
    (Decimal('19'), Decimal('20'))
    """
    return Decimal(share.numerator), Decimal(share.denominator)


def add(one: Number, other: Number) -> Number:
    """Add two numbers of any kind exactly; decimals need `exactly()` around it.

    >>> add(1, Fraction(1, 3))
    Fraction(4, 3)
    """
    if type(one) is Fraction or type(other) is Fraction:  # isinstance asks Fraction's abstract bases first
        return fraction(one) + fraction(other)
    return one + other  # type: ignore[operator]  # neither is a fraction
