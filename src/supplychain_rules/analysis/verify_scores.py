"""Findings in scorecards: weights, value functions, and criteria that cannot change anything."""

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import attrs

from supplychain_rules.analysis.inspection import Inspection, listed
from supplychain_rules.analysis.intervals import FALSE, TRUE, Set
from supplychain_rules.analysis.search import Answer, Question, Space
from supplychain_rules.language.entry import units_function
from supplychain_rules.language.nodes import names_in
from supplychain_rules.language.program import INNER, Binding, Program, ProgramInput
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    NumberType,
    Type,
    Value,
    external,
    with_optional,
)
from supplychain_rules.rules.scorecard import Criterion, ScorecardStep, policy_of

__all__ = ["inspect_scorecard"]

#: Sums of weights that people mean weights to have, and how far off one still looks like a slip.
_TOTALS: Final = (Fraction(1), Fraction(100))
_SLIP: Final = Fraction(1, 10)

#: Value functions that are meant to rise and fall.
_PEAKED: Final = frozenset({"target"})


def inspect_scorecard(inspection: Inspection, step: ScorecardStep, place: int) -> None:
    """Look for weights out of line, value functions that rise and fall or stay, and criteria without effect."""
    path = f"steps[{place}]"
    _inspect_weights(inspection, step, path)
    if step.min_coverage > 0 and all(policy_of(step, criterion) == "null" for criterion in step.criteria):
        message = (
            "'min_coverage' never decides: with missing = 'null' any missing criterion makes the score missing",
            "min_coverage 不起作用：missing = “null” 时任一准则缺失，得分即缺失",
        )
        inspection.report("unknown_handling", "warning", f"{path}.min_coverage", message)
    _inspect_full_coverage(inspection, step, path)
    effects = _effects(inspection, step)
    for at, criterion in enumerate(step.criteria):
        where = f"{path}.criteria[{at}]"
        flat = _inspect_value(inspection, step, criterion, where)
        if effects and criterion.weight > 0 and not flat:
            _inspect_effect(inspection, step, criterion, effects, where)


def _inspect_full_coverage(inspection: Inspection, step: ScorecardStep, path: str) -> None:
    """Report criteria that say what stands in for a missing value, where the coverage allows none to be missing."""
    filled = [
        criterion.id
        for criterion in step.criteria
        if policy_of(step, criterion) != "null"
        and criterion.weight > 0
        and inspection.types[f"{step.id}{INNER}{criterion.id}"].optional
    ]
    if step.min_coverage == 1 and filled:
        message = (
            f"'min_coverage' of 1 lets nothing be missing: what 'missing' says of {listed(filled, 'en')} never decides",
            f"min_coverage 为 1 时不允许缺失，{listed(filled, 'zh')} 的 missing 设置不起作用",
        )
        inspection.report("unknown_handling", "warning", f"{path}.min_coverage", message)


def _inspect_weights(inspection: Inspection, step: ScorecardStep, path: str) -> None:
    weights = [criterion.weight for criterion in step.criteria]
    total = sum(weights, Fraction(0))
    for at, criterion in enumerate(step.criteria):
        where = f"{path}.criteria[{at}].weight"
        if criterion.weight == 0:
            message = (f"'{criterion.id}' weighs nothing", f"“{criterion.id}”的权重为零")
            inspection.report("zero_weight", "warning", where, message)
        elif len(weights) > 2 and criterion.weight > total - criterion.weight and step.method.kind != "worst_of":
            message = (
                f"'{criterion.id}' weighs more than all others together",
                f"“{criterion.id}”的权重超过其余准则之和",
            )
            inspection.report("dominant_weight", "info", where, message)
    if step.method.kind in ("points", "worst_of") or len(weights) == 1:
        return
    for meant in _TOTALS:
        if total != meant and abs(total - meant) <= meant * _SLIP:
            shown = total if total.denominator == 1 else f"{total.numerator}/{total.denominator}"
            message = (f"the weights add up to {shown}, not to {meant}", f"权重合计为 {shown}，而非 {meant}")
            inspection.report("weight_sum", "warning", f"{path}.criteria", message)


def _inspect_value(inspection: Inspection, step: ScorecardStep, criterion: Criterion, where: str) -> bool:
    """Report a value function that is flat, or rises and falls; return whether it is flat."""
    name = f"{step.id}{INNER}{criterion.id}"
    binding = next(one for one in inspection.policy.program.bindings if one.name == name)
    kind = inspection.types[criterion.of]
    if criterion.value is None or {one.name for one in names_in(binding.value.node)} != {criterion.of}:
        return False
    space = Space(
        Program(inputs=(ProgramInput(criterion.of, with_optional(kind, optional=False)),), bindings=(binding,))
    )
    decide = units_function(space.program, (name,))
    trial = [(unit, decide((unit,))[0]) for unit in _trials(space, kind)]
    scores = [(unit, int(score)) for unit, score in trial if score is not None]
    if len({score for _, score in scores}) == 1 and len(scores) == len(trial) and _is_flat(space, name):
        shown = external(scores[0][1], binding.type)
        message = (f"every value of '{criterion.of}' scores {shown}", f"“{criterion.of}”的任何取值都得 {shown} 分")
        inspection.report("flat_value", "warning", f"{where}.value", message)
        return True
    ordered = isinstance(kind, NumberType | DateType) or (isinstance(kind, ChoiceType) and kind.ranking)
    if ordered and criterion.value.kind not in _PEAKED:
        steps = [(one, other) for one, other in itertools.pairwise(scores) if one[1] != other[1]]
        rises = next((pair for pair in steps if pair[0][1] < pair[1][1]), None)
        falls = next((pair for pair in steps if pair[0][1] > pair[1][1]), None)
        if rises is not None and falls is not None:
            english, chinese = (
                [f"{external(unit, kind)}: {external(score, binding.type)}" for unit, score in pair]
                for pair in (rises, falls)
            )
            message = (
                f"the score rises ({' to '.join(english)}) and falls ({' to '.join(chinese)})",
                f"得分先后有升（{' → '.join(english)}）有降（{' → '.join(chinese)}）",
            )
            inspection.report("non_monotone_value", "warning", f"{where}.value", message)
    return False


def _is_flat(space: Space, name: str) -> bool:
    """Say whether a value is the same on all records, by its bounds."""
    env: list[Set] = [*space.whole, 0]
    bounds = space.compiler.functions[name](env)
    return isinstance(bounds, int) or bounds[0] == bounds[1]


def _trials(space: Space, kind: Type) -> Sequence[Value]:
    """Return the values at which a value function of one input can turn, in order."""
    whole = space.whole[0]
    match kind:
        case NumberType() | DateType():
            edges = {kind.low, kind.high, *(cut for cut in space.cuts(0) if kind.low <= cut <= kind.high)}
            return tuple(sorted(edges | {cut - 1 for cut in edges if cut > kind.low}))
        case BooleanType():
            return [False, True]
        case ChoiceType():
            outside = tuple(option for option in kind.options if option not in kind.ranking)
            return (*kind.ranking, *outside)
        case _:
            assert isinstance(whole, int)  # noqa: S101  a text
            return [space.compiler.text_of(1 << at) for at in range(whole.bit_length()) if whole >> at & 1]


def _effects(inspection: Inspection, step: ScorecardStep) -> tuple[str, ...]:
    """Return the choices and conditions that depend on the score; none where records are compared by it."""
    reached = {step.id}
    found = []
    program = inspection.policy.program
    for binding in program.bindings:
        if any(name.name in reached for name in names_in(binding.value.node)):
            reached.add(binding.name)
            if binding.is_output and isinstance(binding.type, BooleanType | ChoiceType):
                found.append(binding.name)
    if any(not reached.isdisjoint((population.of, *population.within)) for population in program.populations):
        return ()
    return tuple(found)


def _inspect_effect(
    inspection: Inspection, step: ScorecardStep, criterion: Criterion, effects: Sequence[str], where: str
) -> None:
    """Report a criterion whose score changes none of `effects`, whatever the others are."""
    name = f"{step.id}{INNER}{criterion.id}"
    program = inspection.policy.program.row_wise
    binding = next(one for one in program.bindings if one.name == name)
    free = Program(
        inputs=(*program.inputs, ProgramInput(name, _attainable(inspection, binding))),
        bindings=tuple(one for one in program.bindings if one.name != name),
    )
    ends = _ends(inspection, binding)
    decide = units_function(free, tuple(effects))
    for record in inspection.pool.records:
        if len({decide((*record, end)) for end in ends}) > 1:
            return
    answer = _influence(inspection, free, effects, ends)
    if answer.outcome == "none":
        message = (
            f"'{criterion.id}' changes none of {', '.join(effects)}: its weight is too small, or others decide",
            f"“{criterion.id}”不影响 {'、'.join(effects)}：权重过小，或由其他准则决定",
        )
        inspection.report("idle_criterion", "warning", where, message)
    elif answer.outcome == "undecided":
        question = (f"whether '{criterion.id}' changes anything", f"“{criterion.id}”是否有影响")
        inspection.undecided(where, question)


def _attainable(inspection: Inspection, binding: Binding) -> Type:
    """Return the type of a score, as narrow as it is known to be."""
    kind = binding.type
    if kind.optional and inspection.reach(binding.name, None).outcome == "none":
        kind = with_optional(kind, optional=False)
    space = inspection.space
    _, env = space.reading((binding.name,)).on(space.whole)
    bounds = env[space.compiler.slots[binding.name]]
    if isinstance(kind, NumberType) and isinstance(bounds, tuple) and bounds[0] <= bounds[1]:
        return attrs.evolve(kind, low=max(kind.low, bounds[0]), high=min(kind.high, bounds[1]))
    return kind


def _ends(inspection: Inspection, binding: Binding) -> tuple[Value, ...]:
    """Return the least and the largest score of a criterion that records are known to have, and missing."""
    column = inspection.pool.column(binding.name)
    present = [int(value) for value in column if value is not None]
    ends = dict.fromkeys((min(present), max(present))) if present else {}
    return (*ends, *((None,) if None in column else ()))


def _influence(inspection: Inspection, free: Program, effects: Sequence[str], ends: Sequence[Value]) -> Answer:
    """Look for a record on which the last input of `free` changes an effect, or prove that there is none."""
    space = Space(free)
    slots = [space.compiler.slots[name] for name in effects]
    last = len(free.inputs) - 1
    points = [space.box_of((*([None] * last), end))[last] for end in ends]
    question = space.reading(effects)
    if last not in question.inputs:
        return Answer(outcome="none")
    questions: list[Question] = []

    def test(env: list[Set]) -> int:
        if all(_is_single(env[slot]) for slot in slots):
            return FALSE
        found = [questions[0].changed(env, last, point)[1] for point in points]
        for slot in slots:
            for one, other in itertools.combinations([inside[slot] for inside in found], 2):
                if isinstance(one, int) and isinstance(other, int) and not one & other:
                    return TRUE
        return TRUE | FALSE

    questions.append(question)
    inputs = tuple(place for place in question.inputs if place != last)
    return inspection.search(space, attrs.evolve(question, test=test, inputs=inputs))


def _is_single(value: Set) -> bool:
    return isinstance(value, int) and value & (value - 1) == 0
