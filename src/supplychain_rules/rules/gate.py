"""A gate: knock-out checks, kept apart from compensating scores.

A gate is `pass`, `refer` (a person decides) or `fail`. A check that is surely false fails, or refers
where it says so; an unknown one does what its `if_unknown` says. Fail beats refer beats pass.
"""

from typing import Final, Literal, final, get_args

import attrs

from supplychain_rules.language.nodes import Branch, Call, Expression, Name, Not, Or, Text, case
from supplychain_rules.language.types import BooleanType, ChoiceType, describe_type
from supplychain_rules.rules.lowering import Lowering, inner
from supplychain_rules.values.label import Label

__all__ = ["GATE_OUTCOMES", "Check", "GateOutcome", "GateStep", "lower_gate"]

GateOutcome = Literal["fail", "refer", "pass"]

#: The outcomes from worst to best, as the ordered type of a gate's output.
GATE_OUTCOMES: Final[tuple[GateOutcome, ...]] = get_args(GateOutcome)


@final
@attrs.frozen(kw_only=True)
class Check:
    """One condition that must hold, and what follows when it does not or is unknown."""

    id: str
    require: Expression
    if_false: Literal["fail", "refer"] = "fail"
    if_unknown: GateOutcome = "fail"
    #: What to tell the supplier or the buyer when the check does not hold.
    reason: Label | None = None


@final
@attrs.frozen(kw_only=True)
class GateStep:
    """A list of checks with one outcome, named by the step."""

    id: str
    checks: tuple[Check, ...]
    label: Label | None = None
    kind: Literal["gate"] = attrs.field(default="gate", init=False)


def lower_gate(step: GateStep, path: str, lowering: Lowering) -> None:
    """Bind every check's truth, then the outcome."""
    conditions: dict[GateOutcome, list[Expression]] = {"fail": [], "refer": [], "pass": []}
    refused = False
    for place, check in enumerate(step.checks):
        where = f"{path}.checks[{place}].require"
        name = inner(step.id, check.id)
        kind = lowering.bind(name, check.require, where)
        if kind is not None and not isinstance(kind, BooleanType):
            hint = "write a condition, as in certified or spend <= 100"
            lowering.refuse("type_mismatch", where, f"a check is a condition, not {describe_type(kind)}", hint=hint)
            kind = None
        refused = refused or kind is None
        conditions[check.if_false].append(Not(Name(name)))
        conditions[check.if_unknown].append(Call("is_missing", (Name(name),)))
    if not step.checks:
        lowering.refuse("empty", f"{path}.checks", "a gate needs at least one check")
    if refused or not step.checks:
        lowering.poison(step.id)
        return
    branches = tuple(
        Branch(_any(conditions[outcome]), Text(outcome)) for outcome in ("fail", "refer") if conditions[outcome]
    )
    lowering.bind(step.id, case(branches, Text("pass")), path)
    # Every gate has the same ordered type, whatever outcomes its checks can reach.
    bound = lowering.scope[step.id]
    if bound is not None:
        lowering.retype(step.id, ChoiceType(options=GATE_OUTCOMES, ranking=GATE_OUTCOMES))


def _any(conditions: list[Expression]) -> Expression:
    return conditions[0] if len(conditions) == 1 else Or(tuple(conditions))
