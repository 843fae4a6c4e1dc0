"""A share: how much of the total of all records one record has, and how much those with strictly more have.

Beside the share `s` it yields `s_before`, the cumulative share of all strictly larger values: what a
Pareto or ABC analysis cuts. Equal values have the same share before them, so no cut falls between them.

The share is rounded half up; the share before is rounded down, so that `s_before < 0.8` says exactly
whether those with more have less than 80 % of the total. With `within` the total is that of the records that
agree in that input or output; where it is missing, there is no share.
"""

from typing import Final, Literal, final

import attrs

from supplychain_rules.language.limits import MAX_DECIMALS
from supplychain_rules.language.nodes import Name, RoundDivide
from supplychain_rules.language.types import NumberType
from supplychain_rules.rules.lowering import Lowering, inner
from supplychain_rules.rules.rank import BETTER, COUNT
from supplychain_rules.values.label import Label

__all__ = ["ShareStep", "lower_share"]

#: Inner parts of the step: the sum of all values, and of the strictly larger ones.
TOTAL: Final = "total"
LARGER: Final = "larger_total"


@final
@attrs.frozen(kw_only=True)
class ShareStep:
    """The share of the number `of` in the total of all records, 0 to 1; missing where the total is 0."""

    id: str
    of: str
    decimals: int = 4
    #: An input or earlier output: the total is that of the records that agree in it.
    within: str | None = None
    label: Label | None = None
    kind: Literal["share"] = attrs.field(default="share", init=False)


def lower_share(step: ShareStep, path: str, lowering: Lowering) -> None:
    """Bind the share, and the cumulative share of what is strictly larger."""
    where, before = f"{path}.of", f"{step.id}_before"
    kind = lowering.number(step.of, where, "a share is of")
    within = lowering.group(step.within, f"{path}.within")
    places = step.decimals
    if not 0 <= places <= MAX_DECIMALS:
        message = f"decimals are a whole number from 0 to {MAX_DECIMALS}"
        lowering.refuse("bad_decimals", f"{path}.decimals", message, places)
        kind = None
    if kind is None or within is None:
        lowering.poison(step.id)
        lowering.poison(before)
        return
    lowering.compare(inner(step.id, COUNT), "count", step.of, where, within=within)
    lowering.compare(inner(step.id, BETTER), "larger", step.of, where, within=within)
    total = lowering.compare(inner(step.id, TOTAL), "total", step.of, where, decimals=places, within=within)
    larger = lowering.compare(inner(step.id, LARGER), "total_larger", step.of, where, decimals=places, within=within)
    share = NumberType(decimals=places, low=0, high=10**places, optional=True)
    if lowering.bind(step.id, RoundDivide(Name(step.of), total, places), path) is None:
        lowering.poison(before)
        return
    lowering.retype(step.id, share)
    lowering.output(before, RoundDivide(larger, total, places, "floor"), path)
    lowering.retype(before, share)
