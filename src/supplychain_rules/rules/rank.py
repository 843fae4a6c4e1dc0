"""A rank: the place of a record among all records, 1 for the best.

Equal values share a place; a missing value has none. Row order, ids and units never matter. With `within` it is
the place among the records that agree in that input or output; where that is missing, there is no place.
"""

from typing import Final, Literal, final

import attrs

from supplychain_rules.language.nodes import Expression, Name, Negate, Number, Sum
from supplychain_rules.language.program import MAX_RECORDS, PopulationKind
from supplychain_rules.language.types import NumberType
from supplychain_rules.rules.lowering import Lowering, inner
from supplychain_rules.rules.strategies import ONE
from supplychain_rules.values.label import Label

__all__ = ["RankOrder", "RankStep", "RankTies", "lower_rank"]

#: Which value is the best one: the largest or the smallest.
RankOrder = Literal["descending", "ascending"]

#: Which place equal values share.
#:
#: - `min`: the first of the places that they take together (1, 2, 2, 4), as in sport;
#: - `max`: the last of them (1, 3, 3, 4): how many are as good or better;
#: - `dense`: the next one after those better (1, 2, 2, 3): how many different values are as good or better.
RankTies = Literal["min", "max", "dense"]

#: The inner parts of the step: how many are ranked, and of them how many are better and worse.
COUNT: Final = "count"
BETTER: Final = "better"
WORSE: Final = "worse"


@final
@attrs.frozen(kw_only=True)
class RankStep:
    """The place of the number `of` among all records, or those alike `within` a name; the first one is the best."""

    id: str
    of: str
    order: RankOrder = "descending"
    ties: RankTies = "min"
    #: An input or earlier output: only records that agree in it are compared.
    within: str | None = None
    label: Label | None = None
    kind: Literal["rank"] = attrs.field(default="rank", init=False)


def lower_rank(step: RankStep, path: str, lowering: Lowering) -> None:
    """Bind the place, from how many records are better and worse."""
    where = f"{path}.of"
    kind = lowering.number(step.of, where, "a rank is over")
    within = lowering.group(step.within, f"{path}.within")
    if kind is None or within is None:
        lowering.poison(step.id)
        return
    falling = step.order == "descending"
    count = lowering.compare(inner(step.id, COUNT), "count", step.of, where, within=within)
    lowering.compare(inner(step.id, BETTER), "larger" if falling else "smaller", step.of, where, within=within)
    worse = lowering.compare(inner(step.id, WORSE), "smaller" if falling else "larger", step.of, where, within=within)
    place: Expression
    match step.ties:
        case "min":
            place = Sum((Number(ONE), Name(inner(step.id, BETTER))))
        case "max":
            place = Sum((count, Negate(worse)))
        case "dense":
            distinct = inner(step.id, "distinct_better")
            which: PopulationKind = "distinct_larger" if falling else "distinct_smaller"
            better = lowering.compare(distinct, which, step.of, where, within=within)
            place = Sum((Number(ONE), better))
    bound = lowering.bind(step.id, place, path)
    optional = bound is None or bound.optional
    lowering.retype(step.id, NumberType(decimals=0, low=1, high=MAX_RECORDS, optional=optional))
