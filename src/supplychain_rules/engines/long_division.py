"""Division on paper: a quotient rounded half up to so many digits, by whole numbers that never outgrow 64 bits."""

from typing import Final, final

import attrs

from supplychain_rules.engines.plan import (
    Column,
    Compare,
    Minus,
    Nothing,
    Pick,
    Plus,
    Quotient,
    Times,
    Whole,
)
from supplychain_rules.engines.relations import WIDEST, Made

__all__ = ["MOST_UNITS", "LongDivision", "kept"]

#: What the size of a value stays below, in units of its last decimal.
MOST_UNITS: Final = 2**62


@final
@attrs.frozen(kw_only=True)
class LongDivision:
    """A long division of `rest` by `under`, some digits at a time."""

    #: What the columns' names end with.
    name: str
    #: How many digits after the quotient of the two are wanted.
    digits: int
    size_below: int

    def steps(self) -> list[list[Made]]:
        """Return the columns of each level; the last one has the value, rounded half up."""
        rest, under, units = (Column(f"{column}_{self.name}") for column in ("rest", "under", "units"))
        most = Whole(MOST_UNITS // 10**self.digits)
        whole = Quotient(rest, under)
        first = Pick(((Compare("<", whole, most), whole),), Nothing())
        found = [[Made(units.name, first), Made(rest.name, Minus(rest, Times(whole, under))), *kept(under)]]
        left = self.digits
        while left:
            step = 1
            while step < left and self.size_below * 10 ** (step + 1) <= WIDEST:
                step += 1
            left -= step
            raised = Times(rest, Whole(10**step))
            more = Quotient(raised, under)
            found.append(
                [
                    Made(rest.name, Minus(raised, Times(more, under))),
                    Made(units.name, Plus(Times(units, Whole(10**step)), more)),
                    *kept(under),
                ]
            )
        half = Compare(">=", Times(rest, Whole(2)), under)
        found.append([Made(f"value_{self.name}", Pick(((half, Plus(units, Whole(1))),), units))])
        return found


def kept(*columns: Column) -> list[Made]:
    """Return columns as they are."""
    return [Made(column.name, column) for column in columns]
