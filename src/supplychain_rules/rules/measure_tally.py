"""Sums and counts that merge: what a measure keeps of the facts it has seen.

Two tallies of disjoint facts add up to the tally of their union, which is why batches, streams and
partitions give one result. Decimals are added in a context that refuses to round.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from typing import Final, final

import attrs

from supplychain_rules.errors import InvalidValueError

__all__ = ["EXACT", "ONE", "ZERO", "Tally", "merge_tallies", "one_currency"]

#: Enough digits that no sum of products is ever rounded: a quantity and a price have at most 60
#: digits each, their product 120, and ten to the 60th facts do not exist. `Inexact` makes sure.
_DIGITS: Final = 180

#: The context of every sum, every field of it given: the caller's defaults must not change a result.
EXACT: Final = Context(
    prec=_DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-999_999,
    Emax=999_999,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[Inexact, InvalidOperation, DivisionByZero, Overflow],
)

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)


@final
@attrs.frozen(kw_only=True)
class Tally:
    """What a ratio needs of its facts: two exact sums, how many facts counted, how many could not."""

    numerator: Fraction = Fraction(0)
    denominator: Fraction = Fraction(0)
    evidence: int = 0
    #: Facts that lack what the measure needs, such as a requested date.
    left_out: int = 0


def merge_tallies(tallies: Iterable[Tally]) -> Tally:
    """Add tallies of disjoint facts.

    >>> half = Tally(numerator=Fraction(1), denominator=Fraction(2), evidence=2)
    >>> merge_tallies([half, half]).evidence
    4
    """
    numerator = denominator = Fraction(0)
    evidence = left_out = 0
    for tally in tallies:
        numerator += tally.numerator
        denominator += tally.denominator
        evidence += tally.evidence
        left_out += tally.left_out
    return Tally(numerator=numerator, denominator=denominator, evidence=evidence, left_out=left_out)


def one_currency(measure: str, currencies: Iterable[str]) -> str:
    """Return the one currency of a measure's amounts, empty where there is none.

    Raises:
        InvalidValueError: more than one; amounts of different currencies have no sum.
    """
    found = sorted(set(currencies))
    if len(found) > 1:
        raise InvalidValueError(
            f"measure {measure!r} meets more than one currency",
            ", ".join(found),
            hint="convert the prices at dated rates first, or measure one ledger per currency",
        )
    return found[0] if found else ""
