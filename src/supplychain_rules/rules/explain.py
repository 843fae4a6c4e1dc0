"""Explanations: why each output is what it is, line by line, as data that adds up exactly.

Building costs nothing until it is looked at: an `Explanation` holds the values that the generated
function computed, and makes its lines when asked for.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, assert_never, final

import attrs

from supplychain_rules.language.nodes import Expression, RoundDivide, names_in
from supplychain_rules.language.reference import Plain, interpret, plain_value
from supplychain_rules.language.show import show
from supplychain_rules.language.types import Type, Value, external
from supplychain_rules.rules.formula import FormulaStep
from supplychain_rules.rules.gate import Check, GateOutcome, GateStep
from supplychain_rules.rules.ladder import LadderStep
from supplychain_rules.rules.lowering import inner
from supplychain_rules.rules.policy import Policy, Step
from supplychain_rules.rules.scorecard import Criterion, MissingPolicy, ScorecardStep, policy_of
from supplychain_rules.rules.table import TableStep
from supplychain_rules.values.label import Label
from supplychain_rules.values.rounding import divide
from supplychain_rules.values.scaled import number_text, to_decimal

__all__ = [
    "CheckReason",
    "CriterionReason",
    "Explanation",
    "FormulaReason",
    "GateReason",
    "LadderReason",
    "Reading",
    "RowReason",
    "ScorecardReason",
    "StepReason",
    "TableReason",
    "explain_values",
]

#: What happened to a criterion: its data counted, or why and how not.
CriterionState = Literal["present", "reweighted", "null", "worst", "neutral", "not_applicable"]


@final
@attrs.frozen(kw_only=True)
class Reading:
    """A value that a step read: its name and label, and the value (None is missing)."""

    name: str
    label: Label | None
    value: Any


@final
@attrs.frozen(kw_only=True)
class FormulaReason:
    """A formula, what it read, and what came out."""

    id: str
    label: Label | None
    formula: str
    reads: tuple[Reading, ...]
    value: Any
    #: Where the value is missing: the names that are missing, and every divisor that is zero, as `/ (a - b)`.
    missing_because: tuple[str, ...] = ()


@final
@attrs.frozen(kw_only=True)
class CheckReason:
    """A check: its condition, whether it holds (None: unknown), and what followed."""

    id: str
    reason: Label | None
    condition: str
    reads: tuple[Reading, ...]
    holds: bool | None
    effect: GateOutcome


@final
@attrs.frozen(kw_only=True)
class GateReason:
    """A gate's checks and outcome."""

    id: str
    label: Label | None
    checks: tuple[CheckReason, ...]
    outcome: str


@final
@attrs.frozen(kw_only=True)
class CriterionReason:
    """A criterion: raw value, score, share of the weight, contribution (None where it has none)."""

    id: str
    label: Label | None
    reading: Reading
    state: CriterionState
    #: The score that counted, a substitute included; None where none did.
    score: Decimal | None
    #: The weight as written, and its exact share of the weights that apply.
    weight: Fraction
    share: Decimal
    contribution: Decimal | None


@final
@attrs.frozen(kw_only=True)
class ScorecardReason:
    """A scorecard: contributions plus `remainder` are the score, exactly."""

    id: str
    label: Label | None
    method: str
    criteria: tuple[CriterionReason, ...]
    remainder_label: Label
    remainder: Decimal | None
    score: Decimal | None
    coverage: Decimal | None
    min_coverage: Decimal
    low: Decimal | None
    high: Decimal | None
    #: The criteria whose missing values made the score missing, or "coverage" where that was too low.
    missing_because: tuple[str, ...]


@final
@attrs.frozen(kw_only=True)
class LadderReason:
    """A ladder: the number, its band and the band's edges; with hysteresis, what the thresholds alone say."""

    id: str
    label: Label | None
    reading: Reading
    band: str | None
    band_label: Label | None
    #: The edges of the band by the thresholds as they stand: at least, and below (or above, and at most).
    low: Decimal | None
    high: Decimal | None
    #: The edge that belongs to the band is the lower one (`from`) or the upper one (`to`).
    closed: Literal["low", "high"]
    previous: str | None = None
    indicated: str | None = None
    held: int | None = None


@final
@attrs.frozen(kw_only=True)
class RowReason:
    """A row that was tried: whether it hit, and if not the first cell that failed and what it saw."""

    id: str
    label: Label | None
    hits: bool
    column: str | None = None
    cell: str | None = None
    seen: Any = None
    #: The cell was neither true nor false, because the value is missing.
    unknown: bool = False


@final
@attrs.frozen(kw_only=True)
class TableReason:
    """A table: the rows tried in order, those that hit, and the outputs."""

    id: str
    label: Label | None
    hit: str
    reads: tuple[Reading, ...]
    rows: tuple[RowReason, ...]
    #: No row hit, so `otherwise` (or missing) applies.
    otherwise: bool
    outputs: tuple[Reading, ...]


StepReason = FormulaReason | GateReason | ScorecardReason | LadderReason | TableReason


@final
@attrs.frozen(eq=False, repr=False)
class Explanation:
    """The reasons of one decision: `str()` for text, `_repr_html_` for notebooks, `to_dict()` for data."""

    policy: Policy
    _inputs: tuple[Value, ...]
    _values: tuple[Value, ...]

    @cached_property
    def inputs(self) -> tuple[Reading, ...]:
        """Return the record as it was understood."""
        return tuple(self._facts.reading(declared.name) for declared in self.policy.inputs)

    @cached_property
    def steps(self) -> tuple[StepReason, ...]:
        """Return the reason of each step, in order."""
        return tuple(_step_reason(step, self._facts) for step in self.policy.steps)

    @cached_property
    def _facts(self) -> "_Facts":
        return _Facts(self.policy, self._inputs, self._values)

    def text(self, lang: Literal["en", "zh"] = "en") -> str:
        """Return the explanation as plain text."""
        from supplychain_rules.rules.explain_text import explanation_text  # noqa: PLC0415  it reads this module's types

        return explanation_text(self, lang)

    def html(self, lang: Literal["en", "zh"] = "en") -> str:
        """Return the explanation as an HTML fragment without scripts; every text in it is escaped."""
        from supplychain_rules.rules.explain_html import explanation_html  # noqa: PLC0415  it reads this module's types

        return explanation_html(self, lang)

    def __str__(self) -> str:
        """Return the explanation as English text."""
        return self.text()

    def __repr__(self) -> str:
        """Return which policy is explained."""
        return f"<Explanation of {self.policy.id} {self.policy.version}>"

    def _repr_html_(self) -> str:
        """Show the explanation in a notebook."""
        return self.html()

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain, JSON-able data; numbers are text."""
        return {
            "policy": self.policy.id,
            "version": self.policy.version,
            "fingerprint": self.policy.fingerprint,
            "inputs": [_plain(reading) for reading in self.inputs],
            "steps": [{"kind": _KINDS[type(step)], **_plain(step)} for step in self.steps],
        }


def explain_values(policy: Policy, inputs: tuple[Value, ...], values: tuple[Value, ...]) -> Explanation:
    """Return the explanation of a record, from the units of its inputs and of every binding."""
    return Explanation(policy, inputs, values)


@final
@attrs.frozen
class _Facts:
    """Every value of one decision, by name."""

    policy: Policy
    inputs: tuple[Value, ...]
    values: tuple[Value, ...]

    @cached_property
    def known(self) -> Mapping[str, tuple[Value, Type]]:
        """Return the units and type of every input and binding."""
        program = self.policy.program
        known = {f.name: (v, f.type) for f, v in zip(program.inputs, self.inputs, strict=True)}
        known |= {b.name: (v, b.type) for b, v in zip(program.bindings, self.values, strict=True)}
        return known

    @cached_property
    def labels(self) -> Mapping[str, Label | None]:
        """Return the label of every input and output that has one."""
        labels: dict[str, Label | None] = {declared.name: declared.label for declared in self.policy.inputs}
        for step in self.policy.steps:
            labels[step.id] = step.label
            if isinstance(step, TableStep):
                labels.update({output.name: output.label for output in step.outputs})
        return labels

    def value(self, name: str) -> Any:  # noqa: ANN401  Decimal, date, bool, str or None
        """Return a value as users see it."""
        return external(*self.known[name])

    def reading(self, name: str) -> Reading:
        """Return a named value with its label."""
        return Reading(name=name, label=self.labels.get(name), value=self.value(name))

    def reads(self, expression: Expression) -> tuple[Reading, ...]:
        """Return what an expression reads, each name once."""
        return tuple(self.reading(name) for name in dict.fromkeys(name.name for name in names_in(expression)))

    def zero_divisors(self, name: str) -> tuple[Expression, ...]:
        """Return the divisors of a binding's expression that are zero."""
        known = {known: plain_value(*found) for known, found in self.known.items()}
        stack = [binding.value for binding in self.policy.program.bindings if binding.name == name]
        found: list[Expression] = []
        while stack:
            typed = stack.pop()
            stack.extend(typed.parts)
            if isinstance(typed.node, RoundDivide) and interpret(typed.parts[1], known) == 0:
                found.append(typed.node.right)
        return tuple(found)

    def plain(self, name: str) -> Plain:
        """Return a value for the reference interpreter."""
        return plain_value(*self.known[name])


def _step_reason(step: Step, facts: _Facts) -> StepReason:
    match step:
        case FormulaStep():
            return _formula_reason(step, facts)
        case GateStep():
            checks = tuple(_check_reason(step, check, facts) for check in step.checks)
            return GateReason(id=step.id, label=step.label, checks=checks, outcome=facts.value(step.id))
        case ScorecardStep():
            return _scorecard_reason(step, facts)
        case LadderStep():
            return _ladder_reason(step, facts)
        case TableStep():
            return _table_reason(step, facts)
        case _:
            assert_never(step)


def _formula_reason(step: FormulaStep, facts: _Facts) -> FormulaReason:
    reads, value = facts.reads(step.formula), facts.value(step.id)
    because: tuple[str, ...] = ()
    if value is None:
        missing = tuple(reading.name for reading in reads if reading.value is None)
        because = (*missing, *(f"/ {show(divisor)}" for divisor in facts.zero_divisors(step.id)))
    return FormulaReason(
        id=step.id,
        label=step.label,
        formula=show(step.formula),
        reads=reads,
        value=value,
        missing_because=because,
    )


def _check_reason(step: GateStep, check: Check, facts: _Facts) -> CheckReason:
    holds = facts.value(inner(step.id, check.id))
    effect: GateOutcome = "pass" if holds else check.if_unknown if holds is None else check.if_false
    return CheckReason(
        id=check.id,
        reason=check.reason,
        condition=show(check.require),
        reads=facts.reads(check.require),
        holds=holds,
        effect=effect,
    )


def _scorecard_reason(step: ScorecardStep, facts: _Facts) -> ScorecardReason:
    method = facts.policy.strategies.method(step.method.kind)
    assert method is not None  # noqa: S101  the policy was loaded with these strategies
    applying = [c for c in step.criteria if _applies(step, c, facts)]
    total = sum((criterion.weight for criterion in applying), Fraction(0))
    criteria = tuple(_criterion_reason(step, criterion, total, facts) for criterion in step.criteria)
    score: Decimal | None = facts.value(step.id)
    given = [reason.contribution for reason in criteria if reason.contribution is not None]
    remainder = None
    if score is not None and method.contribute is not None:
        remainder = _difference(score, given)
    return ScorecardReason(
        id=step.id,
        label=step.label,
        method=step.method.kind,
        criteria=criteria,
        remainder_label=Label(*method.remainder),
        remainder=remainder,
        score=score,
        coverage=facts.value(f"{step.id}_coverage"),
        min_coverage=Decimal(
            number_text(Fraction(divide(step.min_coverage.numerator * 10**4, step.min_coverage.denominator), 10**4))
        ),
        low=facts.value(f"{step.id}_low"),
        high=facts.value(f"{step.id}_high"),
        missing_because=_why_missing(criteria, score),
    )


def _difference(score: Decimal, contributions: list[Decimal]) -> Decimal:
    """Return the score minus the contributions, exactly, in units of 4 decimals."""
    places = max(4, *(-_exponent(part) for part in (score, *contributions)))
    units = [int(Fraction(part) * 10**places) for part in (score, *contributions)]
    return to_decimal(units[0] - sum(units[1:]), places)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)  # noqa: S101  scores are finite
    return exponent


def _why_missing(criteria: tuple[CriterionReason, ...], score: Decimal | None) -> tuple[str, ...]:
    if score is not None:
        return ()
    missing = tuple(reason.id for reason in criteria if reason.state == "null")
    return missing or ("coverage",)


def _applies(step: ScorecardStep, criterion: Criterion, facts: _Facts) -> bool:
    return criterion.applies is None or facts.value(inner(step.id, f"{criterion.id}.applies")) is not False


def _criterion_reason(step: ScorecardStep, criterion: Criterion, total: Fraction, facts: _Facts) -> CriterionReason:
    applies = _applies(step, criterion, facts)
    score = facts.value(inner(step.id, criterion.id))
    used = inner(step.id, f"{criterion.id}.used")
    state: CriterionState = "present"
    if not applies:
        state = "not_applicable"
    elif score is None:
        state = _MISSING_STATES[policy_of(step, criterion)]
    contribution = inner(step.id, f"{criterion.id}.contribution")
    share = criterion.weight / total if applies and total else Fraction(0)
    return CriterionReason(
        id=criterion.id,
        label=criterion.label or facts.labels.get(criterion.of),
        reading=facts.reading(criterion.of),
        state=state,
        score=facts.value(used) if used in facts.known else score,
        weight=criterion.weight,
        share=to_decimal(divide(share.numerator * 10**4, share.denominator), 4),
        contribution=facts.value(contribution) if contribution in facts.known else None,
    )


_MISSING_STATES: dict[MissingPolicy, CriterionState] = {
    "reweight": "reweighted",
    "null": "null",
    "worst": "worst",
    "neutral": "neutral",
}


def _ladder_reason(step: LadderStep, facts: _Facts) -> LadderReason:
    band = facts.value(step.id)
    names = [declared.name for declared in step.bands]
    low = high = None
    label = None
    closed: Literal["low", "high"] = "high" if any(b.to is not None for b in step.bands) else "low"
    if band in names and facts.value(step.of) is not None:
        place = names.index(band)
        here, better = step.bands[place], step.bands[place - 1] if place else None
        label = here.label
        if closed == "low":
            low, high = here.from_, better.from_ if better is not None else None
        else:
            low, high = better.to if better is not None else None, here.to
    hysteresis = step.hysteresis
    return LadderReason(
        id=step.id,
        label=step.label,
        reading=facts.reading(step.of),
        band=band,
        band_label=label,
        low=low,
        high=high,
        closed=closed,
        previous=None if hysteresis is None else facts.value(hysteresis.previous),
        indicated=None if hysteresis is None else facts.value(inner(step.id, "indicated")),
        held=None if hysteresis is None else int(facts.value(f"{step.id}_held")),
    )


def _table_reason(step: TableStep, facts: _Facts) -> TableReason:
    collects = step.hit == "collect"
    fired = None if collects else int(facts.value(inner(step.id, "row")))
    rows: list[RowReason] = []
    for place in range(len(step.rows)):
        rows.append(_row_reason(step, place, facts))
        if place == fired and step.hit == "first":
            break
    return TableReason(
        id=step.id,
        label=step.label,
        hit=step.hit if step.aggregate is None else f"{step.hit} {step.aggregate}",
        reads=tuple(facts.reading(name) for name in step.when),
        rows=tuple(rows),
        otherwise=not any(reason.hits for reason in rows),
        outputs=tuple(facts.reading(output.name) for output in step.outputs),
    )


def _row_reason(step: TableStep, place: int, facts: _Facts) -> RowReason:
    """Try the cells of a row in order, with the meaning of the reference interpreter."""
    row = step.rows[place]
    for column, text in row.when.items():
        held = interpret(facts.policy.cell_tests[step.id, place, column], {column: facts.plain(column)})
        if held is not True:
            seen = facts.value(column)
            return RowReason(
                id=row.id, label=row.label, hits=False, column=column, cell=str(text), seen=seen, unknown=held is None
            )
    return RowReason(id=row.id, label=row.label, hits=True)


_KINDS: dict[type, str] = {
    FormulaReason: "formula",
    GateReason: "gate",
    ScorecardReason: "scorecard",
    LadderReason: "ladder",
    TableReason: "table",
}


def _plain(value: Any) -> Any:  # noqa: ANN401  data of any shape
    """Turn reasons into JSON-able data."""
    match value:
        case None | str() | bool() | int():
            return value
        case Decimal():
            return format(value, "f")
        case tuple():
            return [_plain(item) for item in value]
        case Label():
            return {"en": value.en, "zh": value.zh}
        case Fraction():
            return number_text(value)
        case date():
            return value.isoformat()
        case _:
            return {field.name: _plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
