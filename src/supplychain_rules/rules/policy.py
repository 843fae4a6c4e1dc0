"""A policy: declared inputs, and a list of steps over a growing record.

A policy is built by `load_policy` only, which proves it sound enough to run: every name defined, every
type right, every number within 64 bits, and every case of its own passed.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final, Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.entry import (
    RecordFunction,
    UnitsFunction,
    deciding_function,
    record_function,
    units_function,
)
from supplychain_rules.language.populations import PopulationFunction, population_function
from supplychain_rules.language.program import Program
from supplychain_rules.language.types import ChoiceType, DateType, NumberType, Type
from supplychain_rules.rules.declared import TypeName, declared_type
from supplychain_rules.rules.explain_plan import ExplanationPlan, explanation_plan
from supplychain_rules.rules.formula import FormulaStep
from supplychain_rules.rules.gate import GateStep
from supplychain_rules.rules.ladder import LadderStep
from supplychain_rules.rules.quantile import QuantileStep
from supplychain_rules.rules.rank import RankStep
from supplychain_rules.rules.scorecard import ScorecardStep
from supplychain_rules.rules.share import ShareStep
from supplychain_rules.rules.strategies import Strategies
from supplychain_rules.rules.table import TableStep
from supplychain_rules.values.label import Label

__all__ = ["SCHEMA", "Effective", "Input", "Monotone", "Policy", "PolicyCase", "Step", "in_force", "input_type"]

#: The version of the rule-set format that this library reads.
SCHEMA: Final = "supplychain-rules/1"

#: Which way an input is declared to lead: with `up` a higher value never worsens the outcome, with `down` a lower one.
Monotone = Literal["up", "down"]

Step = FormulaStep | GateStep | ScorecardStep | LadderStep | TableStep | RankStep | QuantileStep | ShareStep


@final
@attrs.frozen(kw_only=True)
class Input:
    """A declared input: what a record must or may hold under its name."""

    name: str
    type: TypeName
    #: Decimal places that count; what a record has beyond is rounded half up.
    decimals: int | None = None
    #: Least value, included; of a number or a date.
    min: Decimal | date | None = None
    #: Largest value, included.
    max: Decimal | date | None = None
    #: Options of a choice.
    options: tuple[str, ...] = ()
    #: The options stand from worst to best and may be compared.
    ordered: bool = False
    #: May be missing.
    optional: bool = False
    #: A promise about the rules that changes no decision; `supplychain_rules.testing` puts it to the test.
    monotone: Monotone | None = None
    label: Label | None = None
    #: Column of a frame that holds it, where that has another name; any text.
    column: str | None = None


@final
@attrs.frozen(kw_only=True)
class Effective:
    """The days on which a version of a policy is in force: from (included) until (excluded)."""

    from_: date | None = None
    until: date | None = None

    def __attrs_post_init__(self) -> None:
        if self.from_ is not None and self.until is not None and self.from_ >= self.until:
            raise InvalidValueError("'from' is not before 'until'", f"{self.from_} {self.until}")


@final
@attrs.frozen(kw_only=True)
class PolicyCase:
    """An example kept beside the rules: a record, and what the policy must say of it."""

    id: str
    given: Mapping[str, object]
    expect: Mapping[str, object]
    label: Label | None = None


@final
@attrs.frozen(kw_only=True)
class Policy:
    """A checked rule set; immutable, picklable, safe to share among threads."""

    id: str
    version: str
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    cases: tuple[PolicyCase, ...] = ()
    effective: Effective = Effective()
    label: Label | None = None
    strategies: Strategies = attrs.field(repr=False)
    #: SHA-256 of the normalised rules without labels, cases and promises; every decision carries it.
    fingerprint: str
    #: What the steps were lowered to: what every engine runs.
    program: Program = attrs.field(eq=False, repr=False)

    @cached_property
    def decide_units(self) -> RecordFunction:
        """Return the generated function that checks and decides one record.

        Raises:
            InvalidValueError: the rules compare records, so that none can be decided alone.
        """
        return record_function(self.program, trusted=False, ignore_extra=False)

    @cached_property
    def decide_units_ignoring(self) -> RecordFunction:
        """Return the generated function that decides one record and never looks at its other keys."""
        return record_function(self.program, trusted=False, ignore_extra=True)

    @cached_property
    def reason_units(self) -> UnitsFunction:
        """Return the generated function that computes every inner value from what is known of a record, in units."""
        return units_function(self.program.row_wise)

    @cached_property
    def populate(self) -> PopulationFunction:
        """Return the function that compares records, and so completes what is known of each of them."""
        return population_function(self.program)

    @cached_property
    def decide_known(self) -> UnitsFunction:
        """Return the generated function that decides a record of which everything is known that the rules compare."""
        return deciding_function(self.program.row_wise)

    @cached_property
    def known_count(self) -> int:
        """Return of how many inputs and populations the units are known before a record is decided."""
        return len(self.program.inputs) + len(self.program.populations)

    @cached_property
    def eager_places(self) -> Mapping[str, tuple[int, Type]]:
        """Return where `decide_units` puts each output that it computes, and its type."""
        eager = [binding for binding in self.program.outputs if not binding.lazy]
        return {binding.name: (self.known_count + place, binding.type) for place, binding in enumerate(eager)}

    @cached_property
    def output_places(self) -> Mapping[str, tuple[int, Type]]:
        """Return where `reason_units` puts each output, and its type."""
        return {b.name: (place, b.type) for place, b in enumerate(self.program.bindings) if b.is_output}

    @cached_property
    def explanation_plan(self) -> ExplanationPlan:
        """Return what explanations say whatever the record."""
        labels = [(declared.name, declared.label) for declared in self.inputs]
        return explanation_plan(self.program, self.steps, labels, self.strategies)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Return the names of the outputs, in order."""
        return tuple(binding.name for binding in self.program.outputs)


def in_force(policies: Iterable[Policy], day: date) -> Policy | None:
    """Return the policy whose effective period holds `day`, or None.

    Raises:
        InvalidValueError: more than one is in force that day.
    """
    found = [policy for policy in policies if _holds(policy.effective, day)]
    if len(found) > 1:
        names = ", ".join(f"{policy.id} {policy.version}" for policy in found)
        raise InvalidValueError(f"several policies are in force on {day}", names, hint="end one with 'until'")
    return found[0] if found else None


def input_type(declared: Input) -> Type:
    """Return the type that an input declares.

    Raises:
        InvalidValueError: a key is missing, does not suit the type, or is out of range.
    """
    kind = declared_type(declared, optional=declared.optional, bounds_needed=True)
    if declared.monotone is not None:
        ordered = isinstance(kind, NumberType | DateType) or (isinstance(kind, ChoiceType) and bool(kind.ranking))
        if not ordered:
            hint = "only numbers, dates and choices with ordered = true have higher and lower values"
            raise InvalidValueError(f"'monotone' does not suit this {declared.type}", declared.monotone, hint)
    return kind


def _holds(effective: Effective, day: date) -> bool:
    begun = effective.from_ is None or effective.from_ <= day
    return begun and (effective.until is None or day < effective.until)
