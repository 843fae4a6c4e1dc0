"""One inspection of a policy at work: its space, its pool, its budget, and what was found so far.

A record on which rows conflict, where the hit policy forbids it, is refused by `evaluate`. The conflict is a finding
of its own; for all other findings a record without one is looked for first, and only where there is none does one
with a conflict serve.

Steps that compare records with each other make of a record what the others at hand make of it. What no result of a
comparison can bring about is proved as ever; what some result would bring about is undecided, because nobody can say
whether records exist that compare so.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final, final

import attrs

from supplychain_rules.analysis.findings import Finding, FindingKind, Severity
from supplychain_rules.analysis.pool import Pool
from supplychain_rules.analysis.search import Answer, Budget, Question, Space
from supplychain_rules.language.entry import units_function
from supplychain_rules.language.nodes import And, Call, Compare, Expression, Name, Not, Number, Text, names_in
from supplychain_rules.language.types import Type, Value, external
from supplychain_rules.rules.policy import Policy
from supplychain_rules.values.label import MAX_LABEL_CHARACTERS, Label

__all__ = ["Inspection", "listed", "record_of"]

#: One question may use this part of what is left of the budget, so that a greedy one leaves enough for the others.
_SHARE: Final = 8

#: What one question may use at least, where as much is left: most are settled within.
_LEAST_SHARE: Final = 500


@final
@attrs.define
class Inspection:
    """A policy, what can be asked of it, and the findings so far."""

    policy: Policy
    budget: Budget
    findings: list[Finding] = attrs.field(factory=list)
    _space: Space | None = None
    _pool: Pool | None = None
    _types: dict[str, Type] = attrs.field(factory=dict)
    _reached: dict[tuple[str, Value], Answer] = attrs.field(factory=dict)
    _accepted: Callable[[tuple[Value, ...]], bool] | None = None
    _accepted_in_pool: int | None = None
    _compared: frozenset[str] | None = None
    _places: dict[str, int] | None = None
    #: What nobody could decide, by the path where it was asked.
    _undecided: dict[str, list[tuple[str, str]]] = attrs.field(factory=dict)

    @property
    def types(self) -> Mapping[str, Type]:
        """Return the type of every input, population and binding."""
        if not self._types:
            program = self.policy.program
            self._types |= {field.name: field.type for field in program.inputs}
            self._types |= {population.name: population.type for population in program.populations}
            self._types |= {binding.name: binding.type for binding in program.bindings}
        return self._types

    @property
    def space(self) -> Space:
        """Return all records that the policy accepts."""
        if self._space is None:
            self._space = Space(self.policy.program)
        return self._space

    @property
    def pool(self) -> Pool:
        """Return the records to begin with."""
        if self._pool is None:
            self._pool = Pool(self.space)
        return self._pool

    def report(  # noqa: PLR0913  a finding has as many parts
        self,
        kind: FindingKind,
        severity: Severity,
        path: str,
        message: tuple[str, str],
        *,
        units: tuple[Value, ...] | None = None,
        seen_on: Iterable[str] = (),
    ) -> None:
        """Add a finding.

        Args:
            kind: what was found.
            severity: how much it matters.
            path: where in the rule set.
            message: in English and Chinese.
            units: those of the witness.
            seen_on: the inputs and bindings whose values on the witness are the finding; none where it is proved.
        """
        if any(name in self.compared for name in seen_on):
            severity, units = "undecided", None
            message = (f"{message[0]}, if records compare so", f"{message[1]}（前提是记录之间的比较结果如此）")
        label = Label(*(text[:MAX_LABEL_CHARACTERS] for text in message))
        witness = None if units is None else record_of(self.policy, units)
        self.findings.append(Finding(kind=kind, severity=severity, path=path, message=label, witness=witness))

    def undecided(self, path: str, question: tuple[str, str]) -> None:
        """Add that a question stays open."""
        self._undecided.setdefault(path, []).append(question)

    @property
    def compared(self) -> frozenset[str]:
        """Return the names of all that depends on how records compare with each other."""
        if self._compared is None:
            program = self.policy.program
            found = {population.name for population in program.populations}
            for binding in program.bindings if found else ():
                if any(name.name in found for name in names_in(binding.value.node)):
                    found.add(binding.name)
            self._compared = frozenset(found)
        return self._compared

    def accepts(self, record: tuple[Value, ...]) -> bool:
        """Say whether no table's rows conflict on a record."""
        if not self.policy.program.guards:
            return True
        if self._accepted is None:
            counts = tuple(guard.count for guard in self.policy.program.guards)
            count = units_function(self.policy.program.row_wise, counts)
            self._accepted = lambda units: all(int(hits or 0) <= 1 for hits in count(units))
        return self._accepted(record)

    def value(self, name: str, record: tuple[Value, ...]) -> Value:
        """Return what an input or binding is on one record."""
        fields = self.policy.program.inputs
        if self._places is None:
            self._places = {field.name: place for place, field in enumerate(fields)}
        return record[self._places[name]] if name in self._places else self.pool.value(name, record)

    def choose(self, among: int) -> tuple[Value, ...] | None:
        """Return the first of some records of the pool, given as bits, on which no rows conflict."""
        if self._accepted_in_pool is None:
            self._accepted_in_pool = sum(1 << at for at, one in enumerate(self.pool.records) if self.accepts(one))
        among &= self._accepted_in_pool
        return self.pool.records[(among & -among).bit_length() - 1] if among else None

    def reach(self, name: str, value: Value) -> Answer:
        """Look for a record on which an input or binding has a value: in the pool first, then among all."""
        key = name, value
        if key not in self._reached:
            column = self.pool.column(name)
            bits = sum(1 << at for at, one in enumerate(column) if one is value or (one == value and one is not None))
            self._reached[key] = self.first(bits, lambda: _is(name, value))
        return self._reached[key]

    def first(self, among: int, condition: Callable[[], Expression]) -> Answer:
        """Return one of some records of the pool on which a condition is known to be true, or look among all."""
        if not among:
            return self.find(condition())
        chosen = self.choose(among)
        units = self.pool.records[(among & -among).bit_length() - 1] if chosen is None else chosen
        return Answer(outcome="found", units=units)

    def find(self, condition: Expression, *, without_conflict: bool = False) -> Answer:
        """Look for a record on which a condition is true, and perhaps no rows conflict."""
        parts = (condition, *self._no_conflict()) if without_conflict else (condition,)
        return self.search(self.space, self.space.question(And(parts) if len(parts) > 1 else condition))

    def search(self, space: Space, question: Question) -> Answer:
        """Search a space with the share of the budget that one question has."""
        given = min(max(self.budget.left // _SHARE, _LEAST_SHARE), self.budget.left)
        share = Budget(given)
        answer = space.find(question, share)
        self.budget.left -= given - max(share.left, 0)
        return answer

    def _no_conflict(self) -> tuple[Expression, ...]:
        one = Number(Decimal(1))
        return tuple(Compare("<=", Name(guard.count), one) for guard in self.policy.program.guards)

    def all_findings(self) -> tuple[Finding, ...]:
        """Return what was found, and one finding for each place where something stayed open."""
        for path, questions in self._undecided.items():
            english = "; ".join(dict.fromkeys(question[0] for question in questions))
            chinese = "；".join(dict.fromkeys(question[1] for question in questions))
            message = (f"not decided within the budget: {english}", f"预算内未能判定：{chinese}")
            self.report("undecided", "undecided", path, message)
        return tuple(self.findings)


def _is(name: str, value: Value) -> Expression:
    match value:
        case None:
            return Call("is_missing", (Name(name),))
        case bool():
            return Name(name) if value else Not(Name(name))
        case str():
            return Compare("==", Name(name), Text(value))
        case int():
            raise AssertionError(value)  # numbers are searched by their own conditions


def record_of(policy: Policy, units: tuple[Value, ...]) -> dict[str, object]:
    """Return a record as `evaluate` takes it; a missing value is None."""
    fields = policy.program.inputs
    return {field.name: external(unit, field.type) for field, unit in zip(fields, units, strict=False)}


def listed(names: Iterable[str], lang: str, *, most: int = 5) -> str:
    """Join some names for a sentence, the first few and how many more.

    >>> listed(["a", "b", "c"], "en", most=2)
    "'a', 'b' and 1 more"
    """
    found = list(names)
    quoted = [f"'{name}'" if lang == "en" else f"“{name}”" for name in found[:most]]
    joined = (", " if lang == "en" else "、").join(quoted)
    rest = len(found) - most
    if rest <= 0:
        return joined
    return f"{joined} and {rest} more" if lang == "en" else f"{joined}等另外 {rest} 个"
