"""What records or cases exercise of a rule set, and the smallest set of cases that exercises all of it.

A row that no case hits can be wrong for years. Coverage names it, with a record that would hit it, or with the proof
that no record does.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, Final, final

import attrs

from supplychain_rules.analysis.inspection import Inspection, record_of
from supplychain_rules.analysis.search import Answer, Budget
from supplychain_rules.analysis.targets import Target, TargetKind, targets_function, targets_of
from supplychain_rules.analysis.verify_tables import row_answers
from supplychain_rules.errors import InputError, InvalidValueError, Problem
from supplychain_rules.language.entry import reading_function
from supplychain_rules.language.types import ChoiceType, TextType, Type, Value
from supplychain_rules.rules.evaluate import evaluate
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.table import TableStep
from supplychain_rules.values.label import Lang

__all__ = ["BUDGET", "CaseSuggestions", "Coverage", "CoverageLine", "coverage", "suggest_cases"]

#: How many boxes of records are evaluated at most, in the search for what is not exercised.
BUDGET: Final = 40_000


@final
@attrs.frozen(kw_only=True)
class CoverageLine:
    """One row, band, outcome or branch, and how many records exercise it."""

    kind: TargetKind
    #: Where it stands, as `steps[1].rows[3]`.
    path: str
    #: The id of the row, the name of the band, the outcome, or the condition of the branch.
    name: str
    #: How many of the records exercise it.
    count: int
    #: Whether any record that the policy accepts does: None where that is not decided.
    reachable: bool | None
    #: A record that would exercise it, where none of those given does.
    witness: Mapping[str, object] | None = attrs.field(default=None, hash=False)


@final
@attrs.frozen(kw_only=True)
class Coverage:
    """What some records exercise of a policy."""

    policy: Policy = attrs.field(repr=False)
    #: How many records there were.
    records: int
    lines: tuple[CoverageLine, ...]

    @property
    def missing(self) -> tuple[CoverageLine, ...]:
        """Return what no record exercises, though one could, or may."""
        return tuple(line for line in self.lines if not line.count and line.reachable is not False)

    @property
    def complete(self) -> bool:
        """Say whether everything that can be exercised is."""
        return not self.missing

    def text(self, lang: Lang = "en") -> str:
        """Return how much is exercised, and a line for each thing that is not."""
        able = [line for line in self.lines if line.reachable is not False]
        done = sum(1 for line in able if line.count)
        head = {
            "en": f"{done} of {len(able)} reachable rows, bands, outcomes and branches exercised;"
            f" records: {self.records}",
            "zh": f"{self.records} 条记录覆盖了 {len(able)} 个可达的规则行、等级、结果与分支中的 {done} 个",
        }[lang]
        return "\n".join([head, *(_line(line, lang) for line in self.missing)])

    def __str__(self) -> str:
        """Return the same in English."""
        return self.text("en")


@final
@attrs.frozen(kw_only=True)
class CaseSuggestions:
    """Cases that together exercise everything that can be, as plain data for a rule set's `cases`."""

    #: Each with `id`, `given` and `expect`.
    cases: tuple[Mapping[str, Any], ...] = attrs.field(hash=False)
    #: Whether it is proved that fewer cases cannot do it.
    smallest: bool
    #: What nobody could decide whether a record exercises it: paths.
    undecided: tuple[str, ...]


def coverage(
    policy: Policy, records: Iterable[Mapping[str, object]] | None = None, *, budget: int = BUDGET
) -> Coverage:
    """Count what records exercise: rows of tables, bands of ladders, outcomes of gates, branches of formulas.

    Args:
        policy: the rules.
        records: records as `evaluate_all` takes them; the policy's own cases by default.
        budget: how many boxes of records may be evaluated to find records for what is not exercised.

    Raises:
        InputError: some records are wrong; the paths begin with their positions, as `[3].grade`.
        InvalidValueError: the budget is not positive.

    >>> from supplychain_rules.rules.codec import load_policy
    >>> rules = load_policy({"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"rate": {"type": "integer", "min": 0, "max": 100}},
    ...     "steps": [{"kind": "ladder", "id": "grade", "of": "rate",
    ...         "bands": [{"name": "A", "from": 90}, {"name": "B"}]}]})
    >>> [(line.name, line.count, line.witness) for line in coverage(rules, [{"rate": 95}]).missing]
    [('B', 0, {'rate': Decimal('0')})]
    """
    checked = Budget.of(budget)
    given = [case.given for case in policy.cases] if records is None else records
    inspection = Inspection(policy=policy, budget=checked)
    targets = targets_of(policy, inspection.types)
    exercise = targets_function(policy, targets, inspection.types)
    known = _known(policy, given)
    counts = [0] * len(targets)
    for units in known:
        for place, hit in enumerate(exercise(units)):
            counts[place] += bool(hit)
    find = _finder(inspection)
    lines = [_covered(inspection, find, target, count) for target, count in zip(targets, counts, strict=True)]
    return Coverage(policy=policy, records=len(known), lines=tuple(lines))


def suggest_cases(policy: Policy, *, budget: int = BUDGET) -> CaseSuggestions:
    """Propose few cases that together exercise everything of a policy that can be exercised.

    What they expect is what the policy says now: read them before they become its tests.

    Args:
        policy: the rules.
        budget: how many boxes of records may be evaluated.

    Raises:
        InvalidValueError: the rules compare records with each other, so that no case can stand alone; or the budget is
            not positive.

    >>> from supplychain_rules.rules.codec import load_policy
    >>> rules = load_policy({"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"rate": {"type": "integer", "min": 0, "max": 100}},
    ...     "steps": [{"kind": "ladder", "id": "grade", "of": "rate",
    ...         "bands": [{"name": "A", "from": 90}, {"name": "B"}]}]})
    >>> [case["expect"] for case in suggest_cases(rules).cases]
    [{'grade': 'A'}, {'grade': 'B'}]
    """
    checked = Budget.of(budget)
    if policy.program.populations:
        names = ", ".join(policy.program.population_steps)
        raise InvalidValueError("these steps compare records with each other", names, hint="no case can stand alone")
    inspection = Inspection(policy=policy, budget=checked)
    targets = targets_of(policy, inspection.types)
    exercise = targets_function(policy, targets, inspection.types)
    candidates: dict[int, tuple[Value, ...]] = {}
    for units in inspection.pool.records:
        if _decidable(policy, units):
            candidates.setdefault(_bits(exercise(units)), units)
    reached = reduce(or_, candidates, 0)
    find = _finder(inspection)
    undecided = []
    for place, target in enumerate(targets):
        if reached >> place & 1:
            continue
        answer = find(target)
        if answer.units is not None and _decidable(policy, answer.units):
            bits = _bits(exercise(answer.units))
            candidates.setdefault(bits, answer.units)
            reached |= bits
        elif answer.outcome != "none":
            undecided.append(target.path)
    chosen = _cover(list(candidates), reached)
    cases = [_case(policy, number, candidates[bits]) for number, bits in enumerate(chosen, start=1)]
    least = _least(targets, reached)
    return CaseSuggestions(
        cases=tuple(cases), smallest=len(cases) == least and not undecided, undecided=tuple(undecided)
    )


def _known(policy: Policy, records: Iterable[Mapping[str, object]]) -> Sequence[tuple[Value, ...]]:
    """Return what is known of every record: the units of its inputs, and how it stands among the others."""
    read = reading_function(policy.program, ignore_extra=False)
    found: list[tuple[Value, ...]] = []
    problems: list[Problem] = []
    for place, record in enumerate(records):
        try:
            found.append(read(record))
        except InputError as error:
            problems += [
                attrs.evolve(p, path=f"[{place}].{p.path}" if p.path else f"[{place}]") for p in error.problems
            ]
    if problems:
        raise InputError(problems)
    return policy.populate(found) if policy.program.populations else found


def _finder(inspection: Inspection) -> Callable[[Target], Answer]:
    """Return what finds a record for a target; tables know more about their rows than their conditions say."""
    tables: dict[int, Callable[[int | None], Answer]] = {}

    def find(target: Target) -> Answer:
        step = inspection.policy.steps[target.step]
        if not isinstance(step, TableStep):
            return inspection.find(target.condition)
        if target.step not in tables:
            tables[target.step] = row_answers(inspection, step, target.step)
        return tables[target.step](target.row)

    return find


def _covered(inspection: Inspection, find: Callable[[Target], Answer], target: Target, count: int) -> CoverageLine:
    reachable: bool | None = True
    witness = None
    if not count:
        answer = find(target)
        reachable = {"found": True, "none": False, "undecided": None}[answer.outcome]
        if answer.units is not None:
            # Where records are compared, no record shows it alone; and one whose rows conflict has no answer.
            alone = not inspection.policy.program.populations and _decidable(inspection.policy, answer.units)
            reachable = True if alone else None
            witness = record_of(inspection.policy, answer.units) if alone else None
    return CoverageLine(
        kind=target.kind, path=target.path, name=target.name, count=count, reachable=reachable, witness=witness
    )


def _bits(hits: Sequence[Value]) -> int:
    return sum(1 << place for place, hit in enumerate(hits) if hit)


def _decidable(policy: Policy, units: tuple[Value, ...]) -> bool:
    """Say whether a record has an answer: its rows do not conflict."""
    try:
        evaluate(policy, record_of(policy, units))
    except InputError:
        return False
    return True


def _cover(candidates: list[int], wanted: int) -> list[int]:
    """Choose few candidates that exercise all that is wanted: greedily, then without those that others replace."""
    chosen: list[int] = []
    left = wanted
    while left:
        best = max(candidates, key=lambda bits: (bits & left).bit_count())
        chosen.append(best)
        left &= ~best
    for one in list(chosen):
        others = reduce(or_, (bits for bits in chosen if bits is not one), 0)
        if not wanted & ~others:
            chosen.remove(one)
    return chosen


def _least(targets: Sequence[Target], reached: int) -> int:
    """Return how many cases are needed at least: a record exercises one exclusive target of a step."""
    groups: dict[int, int] = {}
    for place, target in enumerate(targets):
        if target.exclusive and reached >> place & 1:
            groups[target.step] = groups.get(target.step, 0) + 1
    return max(groups.values(), default=1 if reached else 0)


def _case(policy: Policy, number: int, units: tuple[Value, ...]) -> dict[str, Any]:
    record = record_of(policy, units)
    decision = evaluate(policy, record)
    return {
        "id": f"suggested-{number}",
        "given": {name: _plain(value) for name, value in record.items() if value is not None},
        "expect": {name: _expected(decision[name], kind) for name, (_, kind) in policy.eager_places.items()},
    }


def _expected(value: object, kind: Type) -> object:
    """Write what a case expects; a missing one is None where the word would be read as a text."""
    return None if value is None and _is_word("missing", kind) else _plain(value)


def _is_word(text: str, kind: Type) -> bool:
    return isinstance(kind, TextType) or (isinstance(kind, ChoiceType) and text in kind.options)


def _plain(value: object) -> object:
    """Write a value as a rule set does."""
    if value is None:
        return "missing"
    return value if isinstance(value, bool | str) else str(value)


def _line(line: CoverageLine, lang: Lang) -> str:
    english = lang == "en"
    head = f"{line.path} {line.name}"
    if line.witness is not None:
        fields = ", ".join(f"{name}={_plain(value)}" for name, value in line.witness.items())
        return f"{head}: {'for example' if english else '例如'} {fields}"
    return f"{head}: {'not decided whether any record does' if english else '未能判定是否有记录可覆盖'}"
