"""Laws: what must hold for every decision of a policy, whatever the record.

A law is checked on many drawn records, the same ones in every run, so that a rule set's tests do not flicker. One
that is broken says so with the smallest record that was found.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, final

import attrs
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st

from supplychain_rules.engines.record_frames import FRAME_ENGINES, apply_to_records, installed_engines
from supplychain_rules.engines.support import supports
from supplychain_rules.errors import InputError, InvalidValueError, MissingExtraError, SupplyChainRulesError
from supplychain_rules.language.types import BooleanType, ChoiceType, DateType, NumberType, TextType, Type, external
from supplychain_rules.rules.codec import dump_policy, load_policy
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.evaluate import evaluate, evaluate_all, evaluator
from supplychain_rules.rules.explain import (
    FormulaReason,
    GateReason,
    LadderReason,
    QuantileReason,
    RankReason,
    ScorecardReason,
    ShareReason,
    StepReason,
    TableReason,
)
from supplychain_rules.rules.ladder import LadderStep
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.quantile import QuantileStep
from supplychain_rules.rules.rank import RankStep
from supplychain_rules.rules.scorecard import ScorecardStep
from supplychain_rules.testing.outcomes import BrokenLawError, Record
from supplychain_rules.testing.strategies_records import input_values, records
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import number_text

__all__ = ["EXAMPLES", "Engines", "Law", "check_law", "check_policy_laws", "policy_laws"]

#: Examples drawn for each law where nothing else is said: enough to meet the boundaries of a rule set of some ten
#: inputs several times, and over in about a second.
EXAMPLES: Final = 100

#: Records compared with each other, or run on one frame, in one example: few, so that a failing one is easy to read.
_MOST_RECORDS: Final = 5

#: The engines that must agree: those that are installed, or these.
Engines: TypeAlias = Literal["installed"] | tuple[str, ...]


@final
@attrs.frozen
class _Example:
    """Records that are decided together, and another record that takes the place of the first."""

    records: tuple[Record, ...]
    changed: Record | None = None


#: From an example to what is wrong with it, or None.
_Breach: TypeAlias = Callable[[_Example], Label | None]


@final
@attrs.frozen(kw_only=True)
class Law:
    """One law, as it applies to one policy: its id, its name, and how it is checked."""

    #: As `total` or `monotone[otif]`.
    id: str
    label: Label
    _examples: Callable[[Policy], st.SearchStrategy[_Example]]
    _breach: Callable[[Policy], _Breach]
    #: Why the law says nothing of this policy here; None where it does.
    skipped: Label | None = None


def check_policy_laws(policy: Policy, *, examples: int = EXAMPLES, engines: Engines = "installed") -> None:
    """Check every law on drawn records: total, deterministic, bounded, explained, monotone where declared, engines.

    The records are the same in every run. The monotone law holds the policy to each input's `monotone`: a higher
    (`up`) or lower (`down`) value, all else equal, worsens no gate, no band, no score, no rank, no class, and no
    ordered choice. A score is worse when it is less, unless a ladder with `to` says otherwise; what is missing, or
    outside its order as a ladder's `if_unknown`, is neither better nor worse.

    Args:
        policy: the rules.
        examples: how many examples to draw for each law.
        engines: which frame engines must say what Python says; one that cannot run the policy is left out.

    Raises:
        BrokenLawError: an `AssertionError` that names the law, the smallest record found, and what differs.
        InvalidValueError: `examples` is not positive, or no engine has that name.
        MissingExtraError: an engine that was asked for is not installed.

    >>> check_policy_laws(load_policy({"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"late": {"type": "integer", "min": 0, "max": 100, "monotone": "down"}},
    ...     "steps": [{"kind": "gate", "id": "fit", "checks": [{"id": "few", "require": "late < 10"}]}]}), examples=20)
    """
    for law in policy_laws(policy, engines=engines):
        if law.skipped is None:
            check_law(policy, law, examples=examples)


def policy_laws(policy: Policy, *, engines: Engines = "installed") -> tuple[Law, ...]:
    """Return the laws of a policy, in order; one that says nothing here says why in `skipped`.

    Raises:
        InvalidValueError: no engine has that name.
        MissingExtraError: an engine that was asked for is not installed.
    """
    laws = [
        Law(id="total", label=_LABELS["total"], examples=_several, breach=_total),
        Law(id="deterministic", label=_LABELS["deterministic"], examples=_several, breach=_deterministic),
        Law(id="bounded", label=_LABELS["bounded"], examples=_several, breach=_bounded),
        Law(id="explained", label=_LABELS["explained"], examples=_several, breach=_explained),
    ]
    for declared in policy.inputs:
        if declared.monotone is not None:
            laws.append(_monotone_law(declared.name, declared.monotone))
    return (*laws, *_engine_laws(policy, engines))


def check_law(policy: Policy, law: Law, *, examples: int = EXAMPLES) -> None:
    """Check one law on drawn records.

    Raises:
        BrokenLawError: an `AssertionError` that names the law, the smallest record found, and what differs.
        InvalidValueError: `examples` is not positive.
    """
    if examples < 1:
        raise InvalidValueError("a law needs at least one example", examples)
    breach = law._breach(policy)  # noqa: SLF001  its own module

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
    )
    @given(example=law._examples(policy))  # noqa: SLF001  its own module
    def hold(example: _Example) -> None:
        what = breach(example)
        if what is not None:
            shown = (*example.records, *(() if example.changed is None else (example.changed,)))
            raise BrokenLawError(law=law.id, name=law.label, what=what, records=shown)

    try:
        hold()
    except BrokenLawError as error:  # without hypothesis' notes, which speak of this function
        raise BrokenLawError(law=error.law, name=error.name, what=error.what, records=error.records) from None


_LABELS: Final[Mapping[str, Label]] = {
    "total": Label("every valid record gets an answer", "每条有效记录都有结果"),
    "deterministic": Label("the same record always gets the same answer", "相同记录总得到相同结果"),
    "bounded": Label("every output keeps its type and bounds", "每项输出均不超出其类型与范围"),
    "explained": Label("every explanation adds up", "每份解释都与结果相符"),
}


# Examples


def _several(policy: Policy) -> st.SearchStrategy[_Example]:
    """Draw one record, or several where the rules compare records with each other."""
    most = _MOST_RECORDS if policy.program.populations else 1
    return st.lists(records(policy), min_size=1, max_size=most).map(lambda drawn: _Example(tuple(drawn)))


def _many(policy: Policy) -> st.SearchStrategy[_Example]:
    return st.lists(records(policy), min_size=1, max_size=_MOST_RECORDS).map(lambda drawn: _Example(tuple(drawn)))


def _moved(policy: Policy, name: str) -> st.SearchStrategy[_Example]:
    """Draw records, and the first of them with another value of one input."""

    def changed(drawn: tuple[_Example, object, object]) -> _Example:
        example, before, after = drawn
        first, *others = example.records
        return _Example(({**first, name: before}, *others), {**first, name: after})

    values = input_values(policy, name)
    return st.tuples(_several(policy), values, values).map(changed)


def _decide(policy: Policy, given_: Sequence[Record]) -> tuple[Decision, ...] | None:
    """Decide records; None where one has no answer, which is the law of totality's to say."""
    try:
        return evaluate_all(policy, given_)
    except InputError:
        return None


# The laws of every policy


def _total(policy: Policy) -> _Breach:
    def breach(example: _Example) -> Label | None:
        try:
            for decision in evaluate_all(policy, example.records):
                decision.to_dict(reasons=True)
        except SupplyChainRulesError as error:
            said = "; ".join(str(problem) for problem in error.problems) if isinstance(error, InputError) else error
            return Label(f"there is no answer: {said}", f"没有结果：{said}")
        except Exception as error:  # noqa: BLE001  whatever it is, it is no answer
            said = f"{type(error).__name__}: {error}"
            return Label(f"the evaluation failed: {said}", f"计算出错：{said}")
        return None

    return breach


def _deterministic(policy: Policy) -> _Breach:
    """Decide again: keys in another order, by rules that were written and read, trusted, the others in another order."""
    again = load_policy(dump_policy(policy), strategies=policy.strategies)
    trusting = None if policy.program.populations else evaluator(policy, trusted=True)

    def breach(example: _Example) -> Label | None:
        first = _decide(policy, example.records)
        if first is None:
            return None
        backwards = [dict(reversed(record.items())) for record in reversed(example.records)]
        others = [tuple(reversed(evaluate_all(again, backwards)))]
        others += [] if trusting is None else [tuple(trusting(record) for record in example.records)]
        for other in others:
            for one, two in zip(first, other, strict=True):
                for name in one:
                    if one[name] != two[name]:
                        return _differ(name, one[name], two[name])
        return None

    return breach


def _bounded(policy: Policy) -> _Breach:
    kinds = [(binding.name, binding.type) for binding in policy.program.outputs]

    def breach(example: _Example) -> Label | None:
        for decision in _decide(policy, example.records) or ():
            for name, kind in kinds:
                if not _within(decision[name], kind):
                    said = _shown(decision[name])
                    return Label(f"{name} is {said}, which it cannot be", f"{name} 为 {said}，超出其类型或范围")
        return None

    return breach


def _within(value: object, kind: Type) -> bool:
    """Say whether a value, as a user sees it, is one of its type."""
    if value is None:
        return kind.optional
    match kind:
        case NumberType():
            return isinstance(value, Decimal) and kind.low <= Fraction(value) * 10**kind.decimals <= kind.high
        case DateType():
            return isinstance(value, date) and external(kind.low, kind) <= value <= external(kind.high, kind)  # type: ignore[operator]  dates
        case BooleanType():
            return isinstance(value, bool)
        case ChoiceType():
            return value in kind.options
        case TextType():
            return isinstance(value, str)
        case _:
            return False


def _explained(policy: Policy) -> _Breach:
    def breach(example: _Example) -> Label | None:
        for decision in _decide(policy, example.records) or ():
            for step in decision.explain().steps:
                what = _misexplained(step, decision)
                if what is not None:
                    return what
        return None

    return breach


def _misexplained(step: StepReason, decision: Decision) -> Label | None:
    """Return where an explanation and its decision part, or where its lines do not add up."""
    for name, said in _said(step).items():
        if said != decision[name]:
            shown, actual = _shown(said), _shown(decision[name])
            return Label(
                f"{name} is {actual}, and the explanation says {shown}", f"{name} 为 {actual}，而解释为 {shown}"
            )
    if isinstance(step, ScorecardReason) and step.score is not None and step.remainder is not None:
        lines = [Fraction(one.contribution) for one in step.criteria if one.contribution is not None]
        total = sum(lines, Fraction(step.remainder))
        if total != Fraction(step.score):
            shown = number_text(total)
            return Label(
                f"{step.id} is {step.score}, and its lines add up to {shown}",
                f"{step.id} 为 {step.score}，而各行合计 {shown}",
            )
    return None


def _said(step: StepReason) -> dict[str, object]:
    """Return the outputs that an explanation names."""
    match step:
        case FormulaReason():
            return {step.id: step.value}
        case GateReason():
            return {step.id: step.outcome}
        case ScorecardReason():
            return {step.id: step.score}
        case LadderReason():
            return {step.id: step.band}
        case TableReason():
            return {reading.name: reading.value for reading in step.outputs}
        case RankReason():
            return {step.id: step.place}
        case QuantileReason():
            return {step.id: step.value}
        case ShareReason():
            return {step.id: step.share}


# Monotone where declared


def _monotone_law(name: str, direction: Literal["up", "down"]) -> Law:
    more = {"up": Label("more", "升高"), "down": Label("less", "降低")}[direction]
    return Law(
        id=f"monotone[{name}]",
        label=Label(f"{more.en} {name} never worsens an outcome", f"{name}{more.zh}不会使结果变差"),
        examples=lambda policy: _moved(policy, name),
        breach=lambda policy: _monotone(policy, name, direction),
    )


def _monotone(policy: Policy, name: str, direction: Literal["up", "down"]) -> _Breach:
    kind = next(field.type for field in policy.program.inputs if field.name == name)
    orders = _orders(policy)

    def breach(example: _Example) -> Label | None:
        if example.changed is None:
            return None
        one = _decide(policy, example.records)
        two = _decide(policy, (example.changed, *example.records[1:]))
        if one is None or two is None:
            return None
        before, after = one[0], two[0]
        was, becomes = (_place(decision.inputs[name], kind) for decision in (before, after))
        if (was > becomes) == (direction == "up"):
            before, after = after, before
        for output, order in orders.items():
            worse, better = order(before[output]), order(after[output])
            if was != becomes and worse is not None and better is not None and better < worse:
                step = f"{name} {_shown(before.inputs[name])} -> {_shown(after.inputs[name])}"
                fall = f"{output} {_shown(before[output])} -> {_shown(after[output])}"
                return Label(f"{step} worsens {fall}", f"{step} 使 {fall} 变差")
        return None

    return breach


def _place(value: object, kind: Type) -> Any:  # noqa: ANN401  a number or a date, by the type
    return kind.ranking.index(str(value)) if isinstance(kind, ChoiceType) else value


#: From an output to how good it is, or None where it has no place in the order.
_Order: TypeAlias = Callable[[Any], Any]


def _orders(policy: Policy) -> dict[str, _Order]:
    """Return the orders that a policy itself declares of its outputs."""
    less_is_better = {
        step.of for step in policy.steps if isinstance(step, LadderStep) and any(b.to is not None for b in step.bands)
    }
    found: dict[str, _Order] = {}
    for binding in policy.program.outputs:
        if isinstance(binding.type, ChoiceType) and binding.type.ranking:
            found[binding.name] = _ranked(binding.type.ranking)
    for step in policy.steps:
        match step:
            case ScorecardStep():
                found[step.id] = _negated if step.id in less_is_better else _itself
            case RankStep():
                found[step.id] = _negated
            case QuantileStep():
                found[step.id] = _itself
            case _:
                continue
    return found


def _ranked(ranking: tuple[str, ...]) -> _Order:
    places = {option: place for place, option in enumerate(ranking)}
    return places.get


def _itself(value: Any) -> Any:  # noqa: ANN401  a number or None
    return value


def _negated(value: Any) -> Any:  # noqa: ANN401  a number or None
    return None if value is None else -value


# Engines


def _engine_laws(policy: Policy, engines: Engines) -> Iterable[Law]:
    """Yield a law for each engine that must agree; where none can, one law that says why."""
    if not engines:
        return
    installed = installed_engines()
    wanted = installed if engines == "installed" else engines
    for engine in wanted:
        if engine not in FRAME_ENGINES:
            raise InvalidValueError("no frames of this engine", engine, hint=f"one of {', '.join(FRAME_ENGINES)}")
        if engine not in installed:
            raise MissingExtraError("the law of engines", package=engine, extra="columns")
        cannot = ", ".join(supports(policy, engine))
        skipped = Label(f"{engine} cannot run {cannot}", f"{engine} 无法运行 {cannot}") if cannot else None
        yield _engine_law(engine, skipped)
    if not wanted:
        yield _engine_law("frames", Label("no frame engine is installed", "未安装任何数据框引擎"))


def _engine_law(engine: str, skipped: Label | None) -> Law:
    return Law(
        id=f"engine[{engine}]",
        label=Label(f"{engine} says what Python says", f"{engine} 与 Python 结果一致"),
        examples=_many,
        breach=lambda policy: _engine(policy, engine),
        skipped=skipped,
    )


def _engine(policy: Policy, engine: str) -> _Breach:
    kinds = {binding.name: binding.type for binding in policy.program.outputs}

    def breach(example: _Example) -> Label | None:
        decided = [decision for decision in map(_one(policy), example.records) if decision is not None]
        if not decided:
            return None
        found = apply_to_records(policy, [decision.inputs for decision in decided], engine)
        for decision, row in zip(decided, found, strict=True):
            for name, kind in kinds.items():
                if decision[name] != external(row[name], kind):
                    return _differ(name, decision[name], external(row[name], kind), by=f" ({engine})")
        return None

    return breach


def _one(policy: Policy) -> Callable[[Record], Decision | None]:
    def decide(record: Record) -> Decision | None:
        try:
            return evaluate(policy, record)
        except InputError:
            return None

    return decide


# Words


def _differ(name: str, one: object, two: object, by: str = "") -> Label:
    shown = f"{_shown(one)}", f"{_shown(two)}{by}"
    return Label(f"{name} is {shown[0]}, and then {shown[1]}", f"{name} 先为 {shown[0]}，后为 {shown[1]}")


def _shown(value: object) -> str:
    return "missing" if value is None else str(value)
