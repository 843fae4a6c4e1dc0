"""A quantile: all records in classes of about equal size, 1 for the worst, so that equal values share a class.

By definition class = 1 + floor(classes * strictly worse / n), where n counts the present values; with
`ties = "max"` it is ceil(classes * worse or equal / n). Equal values have one class, whatever the order
of the rows, the ids or the unit, so classes are only as equal in size as the ties allow. With `within`
only the records that agree in that input or output are compared; where it is missing, there is no class.

With `cuts` the step compares nobody: the cut points of one period are data for the next.
"""

import itertools
from decimal import Decimal
from typing import Final, Literal, final

import attrs

from supplychain_rules.language.limits import MAX_PARTS
from supplychain_rules.language.nodes import (
    Branch,
    Call,
    Compare,
    Comparison,
    Expression,
    Missing,
    Name,
    Negate,
    Number,
    Product,
    RoundDivide,
    Sum,
    case,
)
from supplychain_rules.language.types import NumberType
from supplychain_rules.rules.lowering import Lowering, inner
from supplychain_rules.rules.rank import BETTER, COUNT, WORSE
from supplychain_rules.rules.strategies import ONE
from supplychain_rules.values.label import Label

__all__ = ["Better", "QuantileStep", "QuantileTies", "lower_quantile"]

#: Which values are the better ones.
Better = Literal["high", "low"]

#: Which class equal values share: the one that the worst of them would have (`min`), or the best (`max`).
QuantileTies = Literal["min", "max"]

#: Inner parts of the step: the least and the largest value in the record's class.
LEAST: Final = "least"
LARGEST: Final = "largest"


@final
@attrs.frozen(kw_only=True)
class QuantileStep:
    """The class of the number `of` among all records, 1 for the worst; or with `cuts`, by fixed cut points.

    `cuts` stand from the worst class upwards: the first value of class 2, of class 3, and so on (rising for
    `better = "high"`, falling for `"low"`). A value has the best class whose cut it reaches, class 1 where it
    reaches none. Fewer cuts than classes - 1 leave the best classes empty; equal cuts, the classes between them.
    """

    id: str
    of: str
    classes: int = 5
    better: Better = "high"
    ties: QuantileTies = "min"
    cuts: tuple[Decimal, ...] | None = None
    #: An input or earlier output: only records that agree in it are compared.
    within: str | None = None
    label: Label | None = None
    kind: Literal["quantile"] = attrs.field(default="quantile", init=False)


def lower_quantile(step: QuantileStep, path: str, lowering: Lowering) -> None:
    """Bind the class, from how many records are worse, or from the cut points."""
    where = f"{path}.of"
    kind = lowering.number(step.of, where, "a quantile is over")
    within = lowering.group(step.within, f"{path}.within")
    sound = _check(step, path, lowering)
    if kind is None or within is None or not sound:
        lowering.poison(step.id)
        return
    if step.cuts is not None:
        bound = lowering.bind(step.id, _by_cuts(step, step.cuts), f"{path}.cuts")
    else:
        bound = lowering.bind(step.id, _by_comparison(step, where, within, lowering), path)
    if bound is None:
        return
    lowering.retype(step.id, NumberType(decimals=0, low=1, high=step.classes, optional=bound.optional))
    if step.cuts is None:
        lowering.compare(inner(step.id, LEAST), "least", step.of, where, within=(step.id, *within))
        lowering.compare(inner(step.id, LARGEST), "largest", step.of, where, within=(step.id, *within))


def _by_comparison(step: QuantileStep, where: str, within: tuple[str, ...], lowering: Lowering) -> Expression:
    high = step.better == "high"
    count = lowering.compare(inner(step.id, COUNT), "count", step.of, where, within=within)
    better = lowering.compare(inner(step.id, BETTER), "larger" if high else "smaller", step.of, where, within=within)
    worse = lowering.compare(inner(step.id, WORSE), "smaller" if high else "larger", step.of, where, within=within)
    classes = Number(Decimal(step.classes))
    if step.ties == "min":
        return Sum((Number(ONE), RoundDivide(Product((classes, worse)), count, 0, "floor")))
    return RoundDivide(Product((classes, Sum((count, Negate(better))))), count, 0, "ceil")


def _by_cuts(step: QuantileStep, cuts: tuple[Decimal, ...]) -> Expression:
    reached: Comparison = ">=" if step.better == "high" else "<="
    branches = [Branch(Call("is_missing", (Name(step.of),)), Missing())]
    for class_, cut in reversed(list(enumerate(cuts, start=2))):
        branches.append(Branch(Compare(reached, Name(step.of), Number(cut)), Number(Decimal(class_))))
    return case(tuple(branches), Number(ONE))


def _check(step: QuantileStep, path: str, lowering: Lowering) -> bool:
    before = len(lowering.problems)
    if not 2 <= step.classes <= MAX_PARTS:
        lowering.refuse("bad_value", f"{path}.classes", f"2 to {MAX_PARTS} classes", step.classes)
    elif step.cuts is not None and len(step.cuts) >= step.classes:
        message = f"{step.classes} classes have at most {step.classes - 1} cuts between them"
        lowering.refuse("too_large", f"{path}.cuts", message, len(step.cuts))
    elif step.cuts is not None and step.within is not None:
        hint = "leave one of the two out"
        lowering.refuse("bad_value", f"{path}.within", "a quantile with cuts compares nobody", step.within, hint)
    for place, (worse, better) in enumerate(itertools.pairwise(step.cuts or ()), start=1):
        if (better < worse) if step.better == "high" else (better > worse):
            way = "rising" if step.better == "high" else "falling"
            hint = f"from the worst class upwards: {way} for better = '{step.better}'"
            lowering.refuse("not_ordered", f"{path}.cuts[{place}]", "cuts are not in order", str(better), hint)
    return len(lowering.problems) == before
