"""Compare two rule sets on the same records: migration matrices, movers with reasons, totals, reversals.

Both policies decide the same records: a record that either refuses is left out of everything, and named.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, final

import attrs

from supplychain_rules.analysis.comparison import (
    Change,
    Comparison,
    MigrationMatrix,
    Mover,
    Outcome,
    Refused,
    Reversals,
    Total,
    comparable,
    matrix_order,
    migration_matrix,
)
from supplychain_rules.analysis.keyed import Key, Keyed, keyed_records
from supplychain_rules.analysis.moves import Differing, first_difference
from supplychain_rules.errors import InputError, InvalidValueError, Problem, did_you_mean
from supplychain_rules.language.types import NumberType, Type
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.evaluate import evaluate, evaluate_all
from supplychain_rules.rules.policy import Policy
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import EXACT

__all__ = ["Compared", "compare_records", "compared_outputs"]

#: Most records of which a change of a number is listed.
_MOST_CHANGES: Final = 10


@final
@attrs.frozen(kw_only=True)
class Compared:
    """The outputs that two policies have in common, with their types before and after, and what was left out."""

    outputs: Mapping[str, tuple[Type, Type]]
    notes: tuple[Label, ...]


def compare_records(  # noqa: PLR0913  what a comparison is made of
    before: Policy,
    after: Policy,
    records: Iterable[Mapping[str, object]],
    *,
    outputs: Iterable[str] | None = None,
    key: str | None = None,
    period: str | None = None,
) -> Comparison:
    """Return what a change of rules does to records.

    Args:
        before: the rules now.
        after: the rules to be.
        records: records with the inputs of both; a field that only one of them declares is not shown to the other.
        outputs: the outputs to compare; None for every choice, condition and number that both have, but for a score's
            coverage and bounds.
        key: the field that names a record; None to call each by its position.
        period: the field by whose order the records of one name follow each other, to count reversals: an output that
            goes to another value and straight back.

    Raises:
        InputError: what is no record, or lacks its name.
        InvalidValueError: no records, two of one name and period, an output that not both have, periods without a key
            or of kinds that have no order.
    """
    if period is not None and key is None:
        raise InvalidValueError("periods without names", period, hint="give 'key', the field that names a record")
    found = compared_outputs(before, after, outputs)
    rows = keyed_records((before, after), records, key, period)
    ordered = None if period is None else _in_order(rows)
    decided, refused = _decide(before, after, rows)
    migrations, totals, movers, reversals = [], [], [], []
    for name, (first, second) in found.outputs.items():
        if isinstance(first, NumberType) and isinstance(second, NumberType):
            totals.append(_total(name, decided))
            continue
        migrations.append(_migration(name, first, second, decided))
        movers += _movers(name, decided)
        if ordered is not None:
            reversals.append(_reversals(name, decided, ordered))
    return Comparison(
        before=f"{before.id} {before.version}",
        after=f"{after.id} {after.version}",
        records=len(decided),
        migrations=tuple(migrations),
        totals=tuple(totals),
        movers=tuple(movers),
        reversals=tuple(reversals),
        refused=refused,
        refused_count=len(refused),
        notes=found.notes,
    )


def compared_outputs(before: Policy, after: Policy, outputs: Iterable[str] | None) -> Compared:
    """Return the outputs that are compared.

    Raises:
        InvalidValueError: an output that was asked for is not of both, or of another kind in each.
    """
    if isinstance(outputs, str):
        raise InvalidValueError("outputs are a list", outputs, hint=f"give [{outputs!r}]")
    first = {binding.name: binding.type for binding in before.program.outputs}
    second = {binding.name: binding.type for binding in after.program.outputs}
    shared = [name for name in first if name in second]
    asked = None if outputs is None else tuple(outputs)
    notes = []
    for name in asked or ():
        if name not in shared:
            raise InvalidValueError("not both rule sets have this output", name, hint=did_you_mean(name, shared))
        if not comparable(first[name], second[name]):
            raise InvalidValueError("this output is of a kind that is not compared", name)
    if asked is None:
        lost, new = [name for name in first if name not in second], [name for name in second if name not in first]
        if lost:
            names = ", ".join(lost)
            notes.append(Label(f"only before: {names}", f"仅变更前有：{names}"))
        if new:
            names = ", ".join(new)
            notes.append(Label(f"only after: {names}", f"仅变更后有：{names}"))
    # A score's coverage and bounds are computed only for those who ask, and their totals say nothing.
    lazy = {binding.name for binding in before.program.outputs if binding.lazy}
    usual = [name for name in shared if name not in lazy and comparable(first[name], second[name])]
    wanted = usual if asked is None else list(dict.fromkeys(asked))
    return Compared(outputs={name: (first[name], second[name]) for name in wanted}, notes=tuple(notes))


@final
@attrs.frozen
class _Pair:
    """A record that both policies have decided."""

    row: Keyed
    before: Decision
    after: Decision


def _decide(before: Policy, after: Policy, rows: Sequence[Keyed]) -> tuple[list[_Pair], tuple[Refused, ...]]:
    """Let both policies decide the records that both take: where records are compared, all by the same ones."""
    views = [
        [_seen_by(policy, other, row.record) for row in rows] for policy, other in ((before, after), (after, before))
    ]
    taken = list(range(len(rows)))
    reasons: tuple[dict[int, tuple[str, ...]], ...] = ({}, {})
    while True:
        answers = [
            _answers(policy, [view[place] for place in taken])
            for policy, view in zip((before, after), views, strict=True)
        ]
        bad: set[int] = set()
        for why, (_, problems) in zip(reasons, answers, strict=True):
            for position, told in problems.items():
                why[taken[position]] = told
                bad.add(taken[position])
        if not bad:
            break
        taken = [place for place in taken if place not in bad]
    pairs = [
        _Pair(rows[place], one, other) for place, one, other in zip(taken, answers[0][0], answers[1][0], strict=True)
    ]
    refused = tuple(
        Refused(
            record=rows[place].key,
            period=rows[place].period,
            before=reasons[0].get(place, ()),
            after=reasons[1].get(place, ()),
        )
        for place in sorted({*reasons[0], *reasons[1]})
    )
    return pairs, refused


def _seen_by(policy: Policy, other: Policy, record: Mapping[str, object]) -> Mapping[str, object]:
    """Return a record without the fields that only the other policy declares; a misspelt one stays, and is refused."""
    own = {declared.name for declared in policy.inputs}
    others = {declared.name for declared in other.inputs} - own
    return {name: value for name, value in record.items() if name not in others}


def _answers(
    policy: Policy, records: Sequence[Mapping[str, object]]
) -> tuple[tuple[Decision, ...], dict[int, tuple[str, ...]]]:
    """Return the decisions, or the positions of the records that are refused with the reasons."""
    if not policy.program.populations:
        decisions, problems = [], {}
        for place, record in enumerate(records):
            try:
                decisions.append(evaluate(policy, record))
            except InputError as error:
                problems[place] = tuple(str(problem) for problem in error.problems)
        return tuple(decisions), problems
    try:
        return evaluate_all(policy, records), {}
    except InputError as error:
        problems = {}
        for problem in error.problems:
            position, _, path = problem.path.partition("]")
            if not position.startswith("["):  # about all records together: nobody is left to compare
                raise
            told = _of_record(problem, path)
            problems[int(position[1:])] = (*problems.get(int(position[1:]), ()), told)
        return (), problems


def _of_record(problem: Problem, path: str) -> str:
    return str(attrs.evolve(problem, path=path.removeprefix(".")))


def _migration(name: str, before: Type, after: Type, decided: Sequence[_Pair]) -> MigrationMatrix:
    pairs = ((pair.before[name], pair.after[name], 1) for pair in decided)
    return migration_matrix(name, matrix_order(before, after), pairs)


def _movers(name: str, decided: Sequence[_Pair]) -> list[Mover]:
    found = []
    for pair in decided:
        one, other = pair.before[name], pair.after[name]
        if one != other:
            why: Differing = first_difference(pair.before, pair.after, name)
            found.append(
                Mover(
                    record=pair.row.key,
                    period=pair.row.period,
                    output=name,
                    before=one,
                    after=other,
                    step=why.step,
                    reason=why.reason,
                )
            )
    return found


def _total(name: str, decided: Sequence[_Pair]) -> Total:
    before, after = Decimal(0), Decimal(0)
    present = [0, 0]
    changes: list[tuple[Decimal, Change]] = []
    for pair in decided:
        one, other = pair.before[name], pair.after[name]
        before = before if one is None else EXACT.add(before, one)
        after = after if other is None else EXACT.add(after, other)
        present[0] += one is not None
        present[1] += other is not None
        if one != other:
            size = EXACT.subtract(other or Decimal(0), one or Decimal(0)).copy_abs()
            changes.append((size, Change(record=pair.row.key, period=pair.row.period, before=one, after=other)))
    changes.sort(key=lambda change: change[0], reverse=True)
    return Total(
        output=name,
        before=before,
        after=after,
        difference=EXACT.subtract(after, before),
        present_before=present[0],
        present_after=present[1],
        largest=tuple(change for _, change in changes[:_MOST_CHANGES]),
    )


def _in_order(rows: Sequence[Keyed]) -> Callable[[Sequence[_Pair]], list[_Pair]]:
    """Return what puts records into the order of their periods, or refuse periods that have none."""
    periods: list[Any] = [row.period for row in rows]
    try:
        for one, other in pairwise(periods):
            one < other  # noqa: B015  asks whether they can be compared at all
    except TypeError:
        raise InvalidValueError("these periods have no order", periods[0], hint="give dates, numbers or text") from None
    return lambda pairs: sorted(pairs, key=_period)


def _period(pair: _Pair) -> Any:  # noqa: ANN401  whatever the caller's periods are
    return pair.row.period


def _reversals(name: str, decided: Sequence[_Pair], ordered: Callable[[Sequence[_Pair]], list[_Pair]]) -> Reversals:
    by_record: dict[Key, list[_Pair]] = {}
    for pair in ordered(decided):
        by_record.setdefault(pair.row.key, []).append(pair)
    counts: list[dict[Key, int]] = []
    for side in ("before", "after"):
        backs = {
            key: _backs([(pair.before if side == "before" else pair.after)[name] for pair in pairs])
            for key, pairs in by_record.items()
        }
        counts.append({key: count for key, count in backs.items() if count})
    return Reversals(
        output=name,
        before=sum(counts[0].values()),
        after=sum(counts[1].values()),
        records_before=tuple(counts[0]),
        records_after=tuple(counts[1]),
    )


def _backs(series: Sequence[Outcome]) -> int:
    """Count how often a value is left for another and found again at once: X, Y, X."""
    return sum(one == third != second for one, second, third in zip(series, series[1:], series[2:], strict=False))
