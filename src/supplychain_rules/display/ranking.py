"""Ranking decisions for the eye: who is first, who shares a place, and who cannot be placed.

Competition ranking: equal values share a rank, and the next one counts everybody before it (1, 2, 2, 4).
What has no value stands last without a rank, because missing is not the lowest score.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.naming import did_you_mean
from supplychain_rules.language.types import BooleanType, ChoiceType, NumberType, Type
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.gate import GateStep
from supplychain_rules.rules.ladder import LadderStep
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.wording import called, one_line, say, shown
from supplychain_rules.values.label import Label, Lang

__all__ = ["Ranked", "Tally", "cell_text", "column_title", "is_number", "ranked", "tallies"]


@final
@attrs.frozen(kw_only=True)
class Ranked:
    """A decision with its name and its rank; None where there is nothing to rank it by."""

    rank: int | None
    name: str
    decision: Decision


@final
@attrs.frozen(kw_only=True)
class Tally:
    """How many decisions have each value of a column, in the order of the values."""

    column: str
    counts: tuple[tuple[str, int], ...]


def ranked(decisions: Sequence[tuple[str, Decision]], *, rank_by: str, columns: Sequence[str]) -> tuple[Ranked, ...]:
    """Return decisions best first; those that share a value keep their order.

    Args:
        decisions: each with the name under which it is shown.
        rank_by: an output or input that is a number (larger is better) or an ordered choice.
        columns: outputs or inputs that will be shown; looked at only to refuse an unknown one at once.

    Raises:
        InvalidValueError: a decision's rules do not have one of the names, or `rank_by` cannot be ranked.
    """
    for policy in {decision.policy.fingerprint: decision.policy for _, decision in decisions}.values():
        kinds = _kinds(policy)
        for name in (rank_by, *columns):
            if name not in kinds:
                raise InvalidValueError("no such output or input", name, hint=did_you_mean(name, kinds))
        kind = kinds[rank_by]
        if not isinstance(kind, NumberType) and not (isinstance(kind, ChoiceType) and kind.ranking):
            hint = "take a number or an ordered choice, such as a ladder"
            raise InvalidValueError("this cannot be ranked", rank_by, hint=hint)
    placed = [(_worth(decision, rank_by), name, decision) for name, decision in decisions]
    known = [(worth, name, decision) for worth, name, decision in placed if worth is not None]
    known.sort(key=lambda one: one[0], reverse=True)
    ranks: dict[Decimal | int, int] = {}
    for place, (worth, _, _) in enumerate(known, start=1):
        ranks.setdefault(worth, place)
    first = [Ranked(rank=ranks[worth], name=name, decision=decision) for worth, name, decision in known]
    last = [Ranked(rank=None, name=name, decision=decision) for worth, name, decision in placed if worth is None]
    return (*first, *last)


def tallies(decisions: Sequence[tuple[str, Decision]], columns: Sequence[str], lang: Lang) -> tuple[Tally, ...]:
    """Count the values of each column that is a choice or a condition; of ordered ones also those nobody has."""
    found = []
    for column in columns:
        kinds = [_kinds(decision.policy)[column] for _, decision in decisions]
        if not all(isinstance(kind, ChoiceType | BooleanType) for kind in kinds):
            continue
        order: dict[str, None] = {}
        for (_, decision), kind in zip(decisions, kinds, strict=True):
            order |= dict.fromkeys(_cell(column, value, decision.policy, lang) for value in _options(kind))
        counted = Counter(cell_text(column, decision, lang) for _, decision in decisions)
        always = all(isinstance(kind, ChoiceType) and kind.ranking for kind in kinds)
        texts = [text for text in (*order, *(text for text in counted if text not in order)) if always or counted[text]]
        found.append(Tally(column=column, counts=tuple((text, counted[text]) for text in texts)))
    return tuple(found)


def column_title(column: str, decisions: Sequence[tuple[str, Decision]], lang: Lang) -> str:
    """Return what a column is called, by the label of its output or input."""
    return called(column, decisions[0][1].policy.explanation_plan.labels.get(column) if decisions else None, lang)


def is_number(column: str, decisions: Sequence[tuple[str, Decision]]) -> bool:
    """Say whether a column holds numbers, which stand right."""
    return all(isinstance(_kinds(decision.policy)[column], NumberType) for _, decision in decisions)


def cell_text(column: str, decision: Decision, lang: Lang) -> str:
    """Return a decision's value in a column: a gate's outcome in words, a band with its label."""
    value = decision[column] if column in decision else decision.inputs[column]
    return _cell(column, value, decision.policy, lang)


def _cell(column: str, value: Any, policy: Policy, lang: Lang) -> str:  # noqa: ANN401  a value of any type
    step = next((step for step in policy.steps if step.id == column), None)
    if isinstance(step, GateStep):
        return say(value, lang)
    if isinstance(step, LadderStep) and value is not None:
        label = next((band.label for band in step.bands if band.name == value), None)
        return _with_label(value, label, lang)
    return shown(value, lang)


def _with_label(band: str, label: Label | None, lang: Lang) -> str:
    text, plain = called(band, label, lang), one_line(band)
    return plain if text == plain else say("named", lang, label=plain, name=text)


def _worth(decision: Decision, rank_by: str) -> Decimal | int | None:
    """Return what a decision is ranked by; a band outside the order is worth as little as a missing one."""
    value = decision[rank_by] if rank_by in decision else decision.inputs[rank_by]
    kind = _kinds(decision.policy)[rank_by]
    if isinstance(kind, ChoiceType):
        return kind.ranking.index(value) if value in kind.ranking else None
    worth: Decimal | None = value
    return worth


def _options(kind: Type) -> tuple[Any, ...]:
    """Return the values that a column can have, best first where they are ordered."""
    if isinstance(kind, ChoiceType):
        best_first = tuple(reversed(kind.ranking))
        return (*best_first, *(option for option in kind.options if option not in best_first))
    return (True, False)


def _kinds(policy: Policy) -> dict[str, Type]:
    """Return the type of every output and input."""
    program = policy.program
    return {one.name: one.type for one in program.outputs} | {one.name: one.type for one in program.inputs}
