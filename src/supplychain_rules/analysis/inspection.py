"""One inspection of a policy at work: its space, its pool, its budget, and what was found so far."""

from collections.abc import Iterable, Mapping
from typing import final

import attrs

from supplychain_rules.analysis.findings import Finding, FindingKind, Severity
from supplychain_rules.analysis.pool import Pool
from supplychain_rules.analysis.search import Answer, Budget, Space
from supplychain_rules.language.nodes import Call, Compare, Expression, Name, Not, Text
from supplychain_rules.language.types import Type, Value, external
from supplychain_rules.rules.policy import Policy
from supplychain_rules.values.label import MAX_LABEL_CHARACTERS, Label

__all__ = ["Inspection", "listed", "record_of"]


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
    #: What nobody could decide, by the path where it was asked.
    _undecided: dict[str, list[tuple[str, str]]] = attrs.field(factory=dict)

    @property
    def types(self) -> Mapping[str, Type]:
        """Return the type of every input, population and binding."""
        if not self._types:
            program = self.policy.program.row_wise
            self._types |= {field.name: field.type for field in program.inputs}
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

    def report(
        self,
        kind: FindingKind,
        severity: Severity,
        path: str,
        message: tuple[str, str],
        *,
        units: tuple[Value, ...] | None = None,
    ) -> None:
        """Add a finding; `message` is in English and Chinese, `units` are those of the witness."""
        label = Label(*(text[:MAX_LABEL_CHARACTERS] for text in message))
        witness = None if units is None else record_of(self.policy, units)
        self.findings.append(Finding(kind=kind, severity=severity, path=path, message=label, witness=witness))

    def undecided(self, path: str, question: tuple[str, str]) -> None:
        """Add that a question stays open."""
        self._undecided.setdefault(path, []).append(question)

    def reach(self, name: str, value: Value) -> Answer:
        """Look for a record on which an input or binding has a value: in the pool first, then among all."""
        key = name, value
        if key not in self._reached:
            column = self.pool.column(name)
            at = next((at for at, one in enumerate(column) if one is value or (one == value and one is not None)), None)
            if at is not None:
                self._reached[key] = Answer(outcome="found", units=self.pool.records[at])
            else:
                self._reached[key] = self.find(_is(name, value))
        return self._reached[key]

    def find(self, condition: Expression) -> Answer:
        """Look for a record on which a condition is true."""
        return self.space.find(self.space.question(condition), self.budget)

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
