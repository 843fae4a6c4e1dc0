"""The laws of every policy: total, deterministic, bounded, explained."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from supplychain_rules.errors import InputError, SupplyChainRulesError
from supplychain_rules.language.types import BooleanType, ChoiceType, DateType, NumberType, TextType, Type, day_number
from supplychain_rules.rules.codec import dump_policy, load_policy
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.evaluate import evaluate_all, evaluator
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
from supplychain_rules.rules.policy import Policy
from supplychain_rules.testing.law import Breach, Example, Law, checked_on, decide, differ, said, several, shown
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import number_text

__all__ = ["ANSWER_LAWS"]


def _total(policy: Policy) -> Breach:
    def breach(example: Example) -> Label | None:
        try:
            for decision in evaluate_all(policy, example.records):
                decision.to_dict(reasons=True)
        except SupplyChainRulesError as error:
            why = "; ".join(map(str, error.problems)) if isinstance(error, InputError) else str(error)
            return said(f"there is no answer: {why}", f"没有结果：{why}")
        except Exception as error:  # noqa: BLE001  whatever it is, it is no answer
            why = f"{type(error).__name__}: {error}"
            return said(f"the evaluation failed: {why}", f"计算出错：{why}")
        return None

    return breach


def _deterministic(policy: Policy) -> Breach:
    """Decide again: keys and records in another order, by rules that were written and read, and trusted."""
    again = load_policy(dump_policy(policy), strategies=policy.strategies)
    trusting = None if policy.program.populations else evaluator(policy, trusted=True)

    def breach(example: Example) -> Label | None:
        first = decide(policy, example.records)
        if first is None:
            return None
        backwards = [dict(reversed(list(record.items()))) for record in reversed(example.records)]
        others = [tuple(reversed(evaluate_all(again, backwards)))]
        others += [] if trusting is None else [tuple(trusting(record) for record in example.records)]
        for other in others:
            for one, two in zip(first, other, strict=True):
                for name in one:
                    if one[name] != two[name]:
                        return differ(name, one[name], two[name])
        return None

    return breach


def _bounded(policy: Policy) -> Breach:
    kinds = [(binding.name, binding.type) for binding in policy.program.outputs]

    def breach(example: Example) -> Label | None:
        for decision in decide(policy, example.records) or ():
            for name, kind in kinds:
                if not _within(decision[name], kind):
                    value = shown(decision[name])
                    return said(f"{name} is {value}, which it cannot be", f"{name} 为 {value}，超出其类型或范围")
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
            return isinstance(value, date) and kind.low <= day_number(value) <= kind.high
        case BooleanType():
            return isinstance(value, bool)
        case ChoiceType():
            return value in kind.options
        case TextType():
            return isinstance(value, str)
        case _:
            return False


def _explained(policy: Policy) -> Breach:
    def breach(example: Example) -> Label | None:
        for decision in decide(policy, example.records) or ():
            for step in decision.explain().steps:
                what = _misexplained(step, decision)
                if what is not None:
                    return what
        return None

    return breach


def _misexplained(step: StepReason, decision: Decision) -> Label | None:
    """Return where an explanation and its decision part, or where its lines do not add up."""
    for name, named in _named(step).items():
        if named != decision[name]:
            one, two = shown(decision[name]), shown(named)
            return said(f"{name} is {one}, and the explanation says {two}", f"{name} 为 {one}，而解释为 {two}")
    if isinstance(step, ScorecardReason) and step.score is not None and step.remainder is not None:
        lines = [Fraction(one.contribution) for one in step.criteria if one.contribution is not None]
        total = sum(lines, Fraction(step.remainder))
        if total != Fraction(step.score):
            name, one, two = step.id, str(step.score), number_text(total)
            return said(f"{name} is {one}, and its lines add up to {two}", f"{name} 为 {one}，而各行合计 {two}")
    return None


def _named(step: StepReason) -> dict[str, object]:
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


#: What holds of every policy.
ANSWER_LAWS: Final = (
    Law(
        id="total",
        label=Label("every valid record gets an answer", "每条有效记录都有结果"),
        check=checked_on(several, _total),
    ),
    Law(
        id="deterministic",
        label=Label("the same record always gets the same answer", "相同记录总得到相同结果"),
        check=checked_on(several, _deterministic),
    ),
    Law(
        id="bounded",
        label=Label("every output keeps its type and bounds", "每项输出均不超出其类型与范围"),
        check=checked_on(several, _bounded),
    ),
    Law(
        id="explained",
        label=Label("every explanation adds up", "每份解释都与结果相符"),
        check=checked_on(several, _explained),
    ),
)
