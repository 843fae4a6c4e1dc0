"""Why a record moves: the first step of two rule sets whose outcome differs, and what in it made the difference."""

from collections.abc import Iterator
from decimal import Decimal
from operator import itemgetter
from typing import assert_never, final

import attrs

from supplychain_rules.language.nodes import names_in
from supplychain_rules.language.program import needed_bindings
from supplychain_rules.rules.decision import Decision
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
from supplychain_rules.rules.policy import Policy, Step
from supplychain_rules.rules.table import TableStep
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import EXACT

__all__ = ["Differing", "first_difference"]


@final
@attrs.frozen(kw_only=True)
class Differing:
    """The step that differs first, by its name in both rule sets, and what differs in it."""

    step: str | None
    reason: Label


def first_difference(before: Decision, after: Decision, output: str) -> Differing:
    """Return why an output of one record differs between two policies.

    Only steps that the output depends on count, in the order of the policy after. A step is found again by its id.
    """
    read = _upstream(after.policy, output) | _upstream(before.policy, output)
    old = {step.id: place for place, step in enumerate(before.policy.steps)}
    for place, step in enumerate(after.policy.steps):
        names = [name for name in _outputs(step) if name in read]
        if not names:
            continue
        if step.id not in old:
            return Differing(step=step.id, reason=Label(f"step {step.id} is new", f"步骤 {step.id} 为新增"))
        if any(before.get(name) != after.get(name) for name in names):
            one, other = before.explain().steps[old[step.id]], after.explain().steps[place]
            return Differing(step=step.id, reason=_reason(step.id, one, other))
    gone = [step.id for step in before.policy.steps if step.id not in {one.id for one in after.policy.steps}]
    lost = [name for name in gone if name in read]
    if lost:
        return Differing(step=lost[0], reason=Label(f"step {lost[0]} is gone", f"步骤 {lost[0]} 已删除"))
    return Differing(step=None, reason=Label("the record is read differently", "记录的读取方式不同"))


def _upstream(policy: Policy, output: str) -> frozenset[str]:
    """Return the output and all that it depends on, through comparisons with other records too."""
    found, wanted = {output}, {output}
    while wanted:
        needed = needed_bindings(policy.program, frozenset(wanted))
        read = {name.name for binding in needed for name in names_in(binding.value.node)} | wanted
        compared = {
            name
            for population in policy.program.populations
            if population.name in read
            for name in (population.of, *population.within)
        }
        wanted = compared - found
        found |= read | compared
    return frozenset(found)


def _outputs(step: Step) -> Iterator[str]:
    yield step.id
    if isinstance(step, TableStep):
        yield from (output.name for output in step.outputs)
    yield from (f"{step.id}{ending}" for ending in ("_coverage", "_low", "_high", "_held", "_before"))


def _reason(step: str, before: StepReason, after: StepReason) -> Label:
    match (before, after):
        case (ScorecardReason(), ScorecardReason()):
            return _scorecard(before, after)
        case (LadderReason(), LadderReason()):
            return _ladder(before, after)
        case (TableReason(), TableReason()):
            return _table(before, after)
        case (GateReason(), GateReason()):
            return _gate(before, after)
    one, other = _shown(_value(before)), _shown(_value(after))
    return Label(f"{step} goes from {one[0]} to {other[0]}", f"{step} 由 {one[1]} 变为 {other[1]}")


def _scorecard(before: ScorecardReason, after: ScorecardReason) -> Label:
    """Name the criterion whose contribution changed most in the direction in which the score went."""
    one, other = _shown(before.score), _shown(after.score)
    en, zh = f"{after.id} goes from {one[0]} to {other[0]}", f"{after.id} 由 {one[1]} 变为 {other[1]}"
    earlier = {criterion.id: criterion.contribution for criterion in before.criteria}
    later = {criterion.id: criterion.contribution for criterion in after.criteria}
    moved = [
        (EXACT.subtract(later.get(name) or Decimal(0), earlier.get(name) or Decimal(0)), name)
        for name in dict.fromkeys((*later, *earlier))
    ]
    if before.score is None or after.score is None:
        return Label(en, zh)
    # What pulled the score the way it went; where only rounding did, nobody is named.
    rises = after.score > before.score
    change, most = (max if rises else min)(moved, key=itemgetter(0))
    if change == 0 or (change > 0) != rises:
        return Label(en, zh)
    sign = "+" if change > 0 else ""
    old, new = _shown(earlier.get(most)), _shown(later.get(most))
    return Label(
        f"{en}; {most} contributes {new[0]}, before {old[0]} ({sign}{change})",
        f"{zh}；{most} 贡献 {new[1]}，此前 {old[1]}（{sign}{change}）",
    )


def _ladder(before: LadderReason, after: LadderReason) -> Label:
    value = _shown(after.reading.value)
    old, new = _shown(before.band), _shown(after.band)
    edges = [_edges(one) for one in (before, after)]
    return Label(
        f"{after.id} puts {value[0]} into {new[0]} ({edges[1]}), before into {old[0]} ({edges[0]})",
        f"{after.id} 将 {value[1]} 归入 {new[1]}（{edges[1]}），此前归入 {old[1]}（{edges[0]}）",
    )


def _edges(ladder: LadderReason) -> str:
    low, high = ladder.low, ladder.high
    return f"{'' if low is None else low} … {'' if high is None else high}".strip()


def _table(before: TableReason, after: TableReason) -> Label:
    old, new = _rows(before), _rows(after)
    return Label(
        f"{after.id} is decided by {new[0]}, before by {old[0]}", f"{after.id} 由{new[1]}决定，此前由{old[1]}决定"
    )


def _rows(table: TableReason) -> tuple[str, str]:
    rows = [row.id for row in table.rows if row.hits] if table.decided_by is None else [table.decided_by]
    if not rows:
        return "no row", "“其他情况”"
    return f"row {', '.join(rows)}", f"行 {', '.join(rows)} "


def _gate(before: GateReason, after: GateReason) -> Label:
    old = {check.id: check.effect for check in before.checks}
    changed = [check for check in after.checks if old.get(check.id, "pass") != check.effect]
    told_en = f"{after.id} goes from {before.outcome} to {after.outcome}"
    told_zh = f"{after.id} 由 {before.outcome} 变为 {after.outcome}"
    if changed:
        first = changed[0]
        was = old.get(first.id)
        told_en += f"; check {first.id} says {first.effect}, " + ("is new" if was is None else f"before {was}")
        told_zh += f"；检查项 {first.id} 为 {first.effect}，" + ("系新增" if was is None else f"此前 {was}")
    return Label(told_en, told_zh)


def _value(reason: StepReason) -> object:
    match reason:
        case FormulaReason() | QuantileReason():
            return reason.value
        case RankReason():
            return reason.place
        case ShareReason():
            return reason.share
        case ScorecardReason():
            return reason.score
        case LadderReason():
            return reason.band
        case GateReason():
            return reason.outcome
        case TableReason():
            return reason.decided_by
        case _:
            assert_never(reason)


def _shown(value: object) -> tuple[str, str]:
    if value is None:
        return "missing", "缺失"
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return text, text
