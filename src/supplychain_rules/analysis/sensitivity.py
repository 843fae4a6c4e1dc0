"""Sensitivity: how far a weight or a threshold may move until a ranking, a grade or an action becomes another.

One weight of a scorecard moves at a time, the others give or take in proportion. Every flip is found exactly: rankings
are of the exact scores, before they are rounded; grades and actions are of the rounded ones, as the rules have it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, final

import attrs

from supplychain_rules.analysis.cards import Card, Course, card_outputs, courses, read_card
from supplychain_rules.analysis.keyed import Key, Keyed, keyed_records
from supplychain_rules.analysis.outcomes import CONFLICT, Found, RecordSearch, Search, compared_names, output_search
from supplychain_rules.analysis.sensitivity_report import (
    CriterionSensitivity,
    NamedChange,
    OutcomeFlip,
    OutcomeSensitivity,
    Sensitivity,
    WeightInterval,
)
from supplychain_rules.analysis.stability import best_interval, ranking_interval
from supplychain_rules.analysis.thresholds import Facts, standings, threshold_slacks
from supplychain_rules.analysis.weights import Trade, minimum_changes, trade
from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.language.entry import reading_function
from supplychain_rules.language.types import ChoiceType, Type, Value, external
from supplychain_rules.rules.evaluate import evaluate_all
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.scorecard import ScorecardStep
from supplychain_rules.values.label import Label

__all__ = ["Reading", "minimum_weight_changes", "read_records", "scorecard_named", "sensitivity"]

#: The method whose weights trade off against each other.
_MEAN: Final = "weighted_mean"


@final
@attrs.frozen(kw_only=True)
class Reading:
    """Records of a policy with everything that the rules make of them, in units."""

    keys: tuple[Key, ...]
    #: Of each record the inputs and populations, as the row-wise program takes them.
    known: tuple[tuple[Value, ...], ...]
    #: Of each record every input, population and binding by name.
    facts: tuple[Facts, ...]


def sensitivity(  # noqa: PLR0913  what can be asked about weights
    policy: Policy,
    records: Iterable[Mapping[str, object]],
    *,
    step: str | None = None,
    held: Iterable[str] = (),
    outputs: Iterable[str] | None = None,
    key: str | None = None,
) -> Sensitivity:
    """Return how far each weight and each threshold may move until something flips, what flips, and for whom.

    Args:
        policy: the rules.
        records: the records whose ranking, grades and actions are at stake.
        step: the scorecard whose weights move; None for every one that is a weighted mean.
        held: criteria of that scorecard that keep their share, so that the others trade off among themselves.
        outputs: the outputs to watch; None for every choice, such as grades and actions.
        key: the field that names a record; None to call each by its position.

    Raises:
        InputError: a record is not as the policy declares, or lacks its name.
        InvalidValueError: no records, an unknown step, criterion or output, or a scorecard whose method has no weights
            that trade off.

    >>> from supplychain_rules import load_policy
    >>> share = {"type": "number", "decimals": 0, "min": 0, "max": 100}
    >>> policy = load_policy({"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"quality": share, "price": share},
    ...     "steps": [{"kind": "scorecard", "id": "score", "method": "weighted_mean", "criteria": [
    ...         {"id": "quality", "of": "quality", "weight": 60}, {"id": "price", "of": "price", "weight": 40}]}]})
    >>> found = sensitivity(policy, [{"quality": 90, "price": 50}, {"quality": 60, "price": 80}])
    >>> print(found.of("price").text())
    score.price: 40.000 %
      ranking: 0.000 % … 50.000 %; above: #1 overtakes #0
      best: 0.000 % … 50.000 %; above: #1 overtakes #0
      outputs: 0.000 % … 100.000 %
    """
    notes: list[Label] = []
    steps = _steps(policy, step, notes)
    kept = _held(steps, held)
    reading = read_records(policy, keyed_records((policy,), records, key))
    asked = None if outputs is None else tuple(outputs)
    criteria: list[CriterionSensitivity] = []
    for one in steps:
        cards = [read_card(one, policy.program, facts) for facts in reading.facts]
        searches = [
            [search.record(known) for known in reading.known] for search in _searches(policy, one, asked, notes)
        ]
        criteria += [
            _criterion(policy, one, place, kept, reading, cards, searches) for place in range(len(one.criteria))
        ]
    return Sensitivity(
        policy=policy.id,
        version=policy.version,
        fingerprint=policy.fingerprint,
        records=reading.keys,
        criteria=tuple(criteria),
        standings=standings(policy, reading.keys, reading.facts),
        thresholds=threshold_slacks(policy, reading.keys, reading.facts),
        notes=tuple(dict.fromkeys(notes)),
    )


def minimum_weight_changes(
    policy: Policy, records: Iterable[Mapping[str, object]], *, step: str | None = None, key: str | None = None
) -> tuple[NamedChange, ...]:
    """Return for each pair of records and each weight the change of that weight alone that puts them level.

    The weights are those of the rule set as they are written, and the others keep theirs: see `minimum_changes`.
    Only pairs with the same criteria present have such a change. Others are left out, and so are records without a
    score.

    Args:
        policy: the rules.
        records: the records that are compared.
        step: the scorecard; None where the policy has one weighted mean only.
        key: the field that names a record; None to call each by its position.

    Raises:
        InputError: a record is not as the policy declares, or lacks its name.
        InvalidValueError: no records, no such step, or a method without weights that trade off.
    """
    card = scorecard_named(policy, step)
    reading = read_records(policy, keyed_records((policy,), records, key))
    groups: dict[tuple[bool, ...], list[tuple[Key, list[Fraction]]]] = {}
    for name, facts in zip(reading.keys, reading.facts, strict=True):
        used = read_card(card, policy.program, facts).used
        scores = [score for score in used if score is not None]
        if facts[card.id] is not None:
            groups.setdefault(tuple(score is not None for score in used), []).append((name, scores))
    found = []
    for present, members in groups.items():
        criteria = [one for one, here in zip(card.criteria, present, strict=True) if here]
        for change in minimum_changes([one.weight for one in criteria], [scores for _, scores in members]):
            ahead, behind = members[change.ahead][0], members[change.behind][0]
            found.append(NamedChange.of(change, card.id, criteria[change.criterion].id, ahead, behind))
    return tuple(found)


def scorecard_named(policy: Policy, step: str | None) -> ScorecardStep:
    """Return the scorecard of a name, or the only one where no name is given.

    Raises:
        InvalidValueError: there is none, there are several, or its method has no weights that trade off.
    """
    steps = _steps(policy, step, [])
    if len(steps) > 1:
        raise InvalidValueError("the policy has several scorecards", policy.id, hint="name one: step='...'")
    return steps[0]


def read_records(policy: Policy, records: Sequence[Keyed]) -> Reading:
    """Return records with everything that the rules make of them.

    Raises:
        InputError: records are not as the policy declares; all are named by their positions.
    """
    evaluate_all(policy, [one.record for one in records])  # refuses what the rules refuse, with every reason
    read = reading_function(policy.program, ignore_extra=False)
    rows = [read(one.record) for one in records]
    known = policy.populate(rows) if policy.program.populations else rows
    names = [one.name for one in policy.program.row_wise.inputs]
    bound = [binding.name for binding in policy.program.bindings]
    facts = [
        dict(zip(names, row, strict=True)) | dict(zip(bound, policy.reason_units(row), strict=True)) for row in known
    ]
    return Reading(keys=tuple(one.key for one in records), known=tuple(known), facts=tuple(facts))


def _steps(policy: Policy, step: str | None, notes: list[Label]) -> list[ScorecardStep]:
    """Return the scorecards whose weights can move; note those that cannot, or refuse the one asked for."""
    cards = [one for one in policy.steps if isinstance(one, ScorecardStep)]
    if step is not None:
        cards = [one for one in cards if one.id == step]
        if not cards:
            hint = did_you_mean(step, [one.id for one in policy.steps if isinstance(one, ScorecardStep)])
            raise InvalidValueError("there is no scorecard of this name", step, hint=hint)
    found = [one for one in cards if one.method.kind == _MEAN]
    others = [one for one in cards if one.method.kind != _MEAN]
    if not found:
        if not others:
            raise InvalidValueError("the policy has no scorecard", policy.id)
        kinds = ", ".join(f"{one.id} ({one.method.kind})" for one in others)
        hint = "only the weights of a weighted_mean give and take in proportion"
        raise InvalidValueError("these scorecards have no weights that trade off", kinds, hint=hint)
    notes += [
        Label(
            f"{one.id}: the weights of {one.method.kind} do not trade off in proportion; left out",
            f"{one.id}：{one.method.kind} 的权重不按比例此消彼长，未分析",
        )
        for one in others
    ]
    return found


def _held(steps: Sequence[ScorecardStep], held: Iterable[str]) -> frozenset[str]:
    if isinstance(held, str):
        raise InvalidValueError("held criteria are a list", held, hint=f"give [{held!r}]")
    kept = frozenset(held)
    if kept and len(steps) > 1:
        raise InvalidValueError("criteria are held in one scorecard", sorted(kept), hint="name it: step='...'")
    known = [criterion.id for criterion in steps[0].criteria]
    for name in sorted(kept):
        if name not in known:
            raise InvalidValueError("there is no criterion of this name", name, hint=did_you_mean(name, known))
    return kept


def _searches(policy: Policy, step: ScorecardStep, asked: tuple[str, ...] | None, notes: list[Label]) -> list[Search]:
    """Return a search for each output that is watched and follows from the scorecard of each record alone."""
    program = policy.program.row_wise
    types = {binding.name: binding.type for binding in policy.program.outputs}
    if asked is None:
        asked = tuple(name for name, kind in types.items() if isinstance(kind, ChoiceType))
    for name in asked:
        if name not in types:
            raise InvalidValueError("there is no output of this name", name, hint=did_you_mean(name, types))
    drivers = card_outputs(step)
    compared = compared_names(policy.program, frozenset(drivers))
    found = []
    for name in asked:
        if name in compared:
            notes.append(
                Label(
                    f"{name} compares the records by {step.id}: where it flips is not decided",
                    f"{name} 依据 {step.id} 在记录之间比较：未判定其何时改变",
                )
            )
            continue
        search = output_search(program, drivers, name)
        if search.drivers:
            found.append(search)
    return found


def _criterion(  # noqa: PLR0913, PLR0917  what one weight is looked at with
    policy: Policy,
    step: ScorecardStep,
    place: int,
    kept: frozenset[str],
    reading: Reading,
    cards: Sequence[Card],
    searches: Sequence[Sequence[RecordSearch]],
) -> CriterionSensitivity:
    criterion = step.criteria[place]
    weights = [one.weight for one in step.criteria]
    stays = [number for number, one in enumerate(step.criteria) if one.id in kept and number != place]
    moves = trade(weights, place, stays)
    held = criterion.id in kept
    if held:
        moves = attrs.evolve(moves, least=moves.weight, most=moves.weight)
    outs = [courses(step, card, moves) for card in cards]
    scores = [one[step.id] for one in outs]
    types = {binding.name: binding.type for binding in policy.program.outputs}
    outcomes = []
    for records in searches:
        for key, record, course in zip(reading.keys, records, outs, strict=True):
            outcomes.append(_outcome(record, key, course, moves, types[record.search.output]))
    return CriterionSensitivity(
        step=step.id,
        criterion=criterion.id,
        label=criterion.label,
        weight=moves.weight,
        least=moves.least,
        most=moves.most,
        held=held,
        ranking=ranking_interval(reading.keys, scores, moves),
        best=best_interval(reading.keys, scores, moves),
        outcomes=tuple(outcomes),
    )


def _outcome(
    record: RecordSearch, key: Key, course: Mapping[str, Course], moves: Trade, kind: Type
) -> OutcomeSensitivity:
    output = record.search.output
    now = record.value(tuple(course[name].units(moves.weight) for name in record.search.drivers))
    down = record.first_change(course, moves.weight, moves.least)
    up = record.first_change(course, moves.weight, moves.most)
    before = external(now, kind)

    def flips(found: Found) -> Iterator[OutcomeFlip]:
        if found.changes:
            after = CONFLICT if found.after is CONFLICT else external(found.after, kind)
            yield OutcomeFlip(
                weight=found.weight,
                reached=found.reached,
                record=key,
                output=output,
                before=before,
                after=after,
            )

    interval = WeightInterval(
        low=down.weight,
        high=up.weight,
        below=tuple(flips(down)),
        above=tuple(flips(up)),
        decided=down.decided and up.decided,
    )
    return OutcomeSensitivity(record=key, output=output, value=before, interval=interval)
