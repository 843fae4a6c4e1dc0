"""The law of an input that is declared monotone: more of it (or less of it) never worsens an outcome.

What is better is what the policy itself declares: a gate that passes, a better band of a ladder, a higher score (a
lower one where a ladder with `to` reads it), an earlier rank, a higher class, a later option of an ordered choice. What
is missing, or outside its order as a ladder's `if_unknown`, is neither better nor worse.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from hypothesis import strategies as st

from supplychain_rules.language.types import ChoiceType, Type
from supplychain_rules.rules.ladder import LadderStep
from supplychain_rules.rules.policy import Monotone, Policy
from supplychain_rules.rules.quantile import QuantileStep
from supplychain_rules.rules.rank import RankStep
from supplychain_rules.rules.scorecard import ScorecardStep
from supplychain_rules.testing.law import Breach, Example, Law, checked_on, decide, said, several, shown
from supplychain_rules.testing.strategies_records import input_values
from supplychain_rules.values.label import Label

__all__ = ["monotone_law"]


def monotone_law(name: str, direction: Monotone) -> Law:
    """Return the law that an input is declared to keep."""
    more = {"up": Label("more", "升高"), "down": Label("less", "降低")}[direction]
    return Law(
        id=f"monotone[{name}]",
        label=Label(f"{more.en} {name} never worsens an outcome", f"{name}{more.zh}不会使结果变差"),
        check=checked_on(lambda policy: _moved(policy, name), lambda policy: _monotone(policy, name, direction)),
    )


def _monotone(policy: Policy, name: str, direction: Monotone) -> Breach:
    kind = next(field.type for field in policy.program.inputs if field.name == name)
    orders = _orders(policy)

    def breach(example: Example) -> Label | None:
        if example.changed is None:
            return None
        one = decide(policy, example.records)
        two = decide(policy, (example.changed, *example.records[1:]))
        if one is None or two is None:
            return None
        before, after = one[0], two[0]
        was, becomes = (_place(decision.inputs[name], kind) for decision in (before, after))
        if (was > becomes) == (direction == "up"):
            before, after = after, before
        for output, order in orders.items():
            worse, better = order(before[output]), order(after[output])
            if was != becomes and worse is not None and better is not None and better < worse:
                step = f"{name} {shown(before.inputs[name])} -> {shown(after.inputs[name])}"
                fall = f"{output} {shown(before[output])} -> {shown(after[output])}"
                return said(f"{step} worsens {fall}", f"{step} 使 {fall} 变差")
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


def _moved(policy: Policy, name: str) -> st.SearchStrategy[Example]:
    """Draw records, and the first of them with another value of one input."""

    def changed(drawn: tuple[Example, object, object]) -> Example:
        example, before, after = drawn
        first, *others = example.records
        return Example(({**first, name: before}, *others), {**first, name: after})

    values = input_values(policy, name)
    return st.tuples(several(policy), values, values).map(changed)
