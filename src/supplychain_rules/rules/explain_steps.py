"""From the values of one decision to the reason of each step."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Final, assert_never, final

import attrs

from supplychain_rules.language.nodes import Expression, names_in
from supplychain_rules.language.reference import Plain, interpret, plain_value
from supplychain_rules.language.show import show
from supplychain_rules.language.typed import Typed
from supplychain_rules.language.types import Type, Value, external
from supplychain_rules.rules.explain_missing import why_missing
from supplychain_rules.rules.formula import FormulaStep
from supplychain_rules.rules.gate import Check, GateOutcome, GateStep
from supplychain_rules.rules.ladder import LadderStep
from supplychain_rules.rules.lowering import inner
from supplychain_rules.rules.policy import Policy, Step
from supplychain_rules.rules.reasons import (
    CheckReason,
    CriterionReason,
    CriterionState,
    FormulaReason,
    GateReason,
    LadderReason,
    Reading,
    RowReason,
    ScorecardReason,
    StepReason,
    TableReason,
)
from supplychain_rules.rules.scorecard import COVERAGE_DECIMALS, Criterion, MissingPolicy, ScorecardStep, policy_of
from supplychain_rules.rules.strategies import SCORE_DECIMALS
from supplychain_rules.rules.table import TableStep
from supplychain_rules.values.label import Label
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import number_text, to_decimal

__all__ = ["Facts", "labels_of", "step_reason"]

#: What a missing policy does with a criterion, as the state of its reason.
_MISSING_STATES: Final[Mapping[MissingPolicy, CriterionState]] = {
    "reweight": "reweighted",
    "null": "null",
    "worst": "worst",
    "neutral": "neutral",
}


def labels_of(policy: Policy) -> dict[str, Label | None]:
    """Return the label of every input, step and table output."""
    labels: dict[str, Label | None] = {declared.name: declared.label for declared in policy.inputs}
    for step in policy.steps:
        labels[step.id] = step.label
        if isinstance(step, TableStep):
            labels.update({output.name: output.label for output in step.outputs})
    return labels


@final
@attrs.frozen
class Facts:
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
    def plain(self) -> Mapping[str, Plain]:
        """Return every value as the reference interpreter takes it."""
        return {name: plain_value(value, kind) for name, (value, kind) in self.known.items()}

    @cached_property
    def labels(self) -> Mapping[str, Label | None]:
        """Return the label of every name."""
        return labels_of(self.policy)

    @cached_property
    def bound(self) -> Mapping[str, Typed]:
        """Return the typed expression of every binding."""
        return {binding.name: binding.value for binding in self.policy.program.bindings}

    def value(self, name: str) -> Any:  # noqa: ANN401  Decimal, date, bool, str or None
        """Return a value as users see it."""
        return external(*self.known[name])

    def reading(self, name: str) -> Reading:
        """Return a named value with its label."""
        return Reading(name=name, label=self.labels.get(name), value=self.value(name))

    def reads(self, expression: Expression) -> tuple[Reading, ...]:
        """Return what an expression reads, each name once."""
        return tuple(self.reading(name) for name in dict.fromkeys(name.name for name in names_in(expression)))


def step_reason(step: Step, facts: Facts) -> StepReason:
    """Return the reason of one step."""
    match step:
        case FormulaStep():
            return FormulaReason(
                id=step.id,
                label=step.label,
                formula=show(step.formula),
                decimals=step.decimals,
                reads=facts.reads(step.formula),
                value=facts.value(step.id),
                causes=why_missing(facts.bound[step.id], facts.plain, facts.labels),
            )
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


def _check_reason(step: GateStep, check: Check, facts: Facts) -> CheckReason:
    name = inner(step.id, check.id)
    holds = facts.value(name)
    effect: GateOutcome = "pass" if holds else check.if_unknown if holds is None else check.if_false
    return CheckReason(
        id=check.id,
        reason=check.reason,
        condition=show(check.require),
        reads=facts.reads(check.require),
        holds=holds,
        effect=effect,
        causes=why_missing(facts.bound[name], facts.plain, facts.labels),
    )


def _scorecard_reason(step: ScorecardStep, facts: Facts) -> ScorecardReason:
    method = facts.policy.strategies.method(step.method.kind)
    assert method is not None  # noqa: S101  the policy was loaded with these strategies
    score: Decimal | None = facts.value(step.id)
    weights = _Weights.of(step, facts)
    criteria = tuple(_criterion_reason(step, criterion, weights, facts) for criterion in step.criteria)
    given = [reason.contribution for reason in criteria if reason.contribution is not None]
    adds_up = score is not None and method.contribute is not None
    lacking = tuple(reason.id for reason in criteria if reason.state == "null")
    return ScorecardReason(
        id=step.id,
        label=step.label,
        method=step.method.kind,
        criteria=criteria,
        remainder_label=Label(*method.remainder),
        remainder=_difference(score, given) if score is not None and adds_up else None,
        score=score,
        coverage=facts.value(f"{step.id}_coverage"),
        min_coverage=_to_places(step.min_coverage, COVERAGE_DECIMALS),
        low=facts.value(f"{step.id}_low"),
        high=facts.value(f"{step.id}_high"),
        missing_because=lacking if score is None else (),
        coverage_too_low=weights.present < step.min_coverage * weights.applying,
    )


@final
@attrs.frozen(kw_only=True)
class _Weights:
    """The weights of a scorecard on one record: that apply, that have data, and that counted."""

    applying: Fraction
    present: Fraction
    counted: Fraction

    @staticmethod
    def of(step: ScorecardStep, facts: Facts) -> "_Weights":
        applying = [criterion for criterion in step.criteria if _applies(step, criterion, facts) is not False]
        present = [criterion for criterion in applying if facts.value(inner(step.id, criterion.id)) is not None]
        counted = [criterion for criterion in applying if _used(step, criterion, facts) is not None]
        sums = [sum((criterion.weight for criterion in some), Fraction(0)) for some in (applying, present, counted)]
        return _Weights(applying=sums[0], present=sums[1], counted=sums[2])


def _applies(step: ScorecardStep, criterion: Criterion, facts: Facts) -> bool | None:
    if criterion.applies is None:
        return True
    applies: bool | None = facts.value(inner(step.id, f"{criterion.id}.applies"))
    return applies


def _used(step: ScorecardStep, criterion: Criterion, facts: Facts) -> Decimal | None:
    """Return the score that counted, a substitute included."""
    used = inner(step.id, f"{criterion.id}.used")
    score: Decimal | None = facts.value(used if used in facts.known else inner(step.id, criterion.id))
    return score


def _criterion_reason(step: ScorecardStep, criterion: Criterion, weights: _Weights, facts: Facts) -> CriterionReason:
    applies, score = _applies(step, criterion, facts), _used(step, criterion, facts)
    state: CriterionState = "present"
    if applies is False:
        state = "not_applicable"
    elif facts.value(inner(step.id, criterion.id)) is None:
        state = _MISSING_STATES[policy_of(step, criterion)]
    contribution = None
    name = inner(step.id, f"{criterion.id}.contribution")
    if name in facts.known and score is not None and facts.value(step.id) is not None:
        contribution = facts.value(name)
    return CriterionReason(
        id=criterion.id,
        label=criterion.label or facts.labels.get(criterion.of),
        reading=facts.reading(criterion.of),
        state=state,
        score=score,
        weight=criterion.weight,
        share=_share(criterion.weight if applies is not False else Fraction(0), weights.applying),
        counted_share=None if score is None else _share(criterion.weight, weights.counted),
        contribution=contribution,
        value_function=criterion.value,
        applies_when=None if criterion.applies is None else show(criterion.applies),
        applies=applies,
    )


def _share(part: Fraction, whole: Fraction) -> Decimal:
    return _to_places(part / whole if whole else Fraction(0), SCORE_DECIMALS)


def _to_places(value: Fraction, places: int) -> Decimal:
    return to_decimal(round_to_units(value, places), places)


def _difference(score: Decimal, contributions: list[Decimal]) -> Decimal:
    """Return the score minus the contributions, exactly, to 4 decimals or as many as the score has."""
    places = max(SCORE_DECIMALS, *(-_exponent(part) for part in (score, *contributions)))
    units = [int(Fraction(part) * 10**places) for part in (score, *contributions)]
    return to_decimal(units[0] - sum(units[1:]), places)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)  # noqa: S101  scores are finite
    return exponent


def _ladder_reason(step: LadderStep, facts: Facts) -> LadderReason:
    number = facts.value(step.of)
    band: str | None = facts.value(step.id)
    labels = {declared.name: declared.label for declared in step.bands}
    plain = _between(step, number, 0, Decimal(0))
    reason = LadderReason(
        id=step.id,
        label=step.label,
        reading=facts.reading(step.of),
        band=band,
        band_label=labels.get(band) if band is not None else None,
        by_thresholds=None if plain is None else plain[0],
        low=None if plain is None else plain[1],
        high=None if plain is None else plain[2],
        closed="low" if step.bands[0].to is None else "high",
    )
    return reason if step.hysteresis is None else _with_hysteresis(reason, step, facts)


def _with_hysteresis(reason: LadderReason, step: LadderStep, facts: Facts) -> LadderReason:
    rule = step.hysteresis
    assert rule is not None  # noqa: S101  the caller looked
    names = [band.name for band in step.bands]
    previous = facts.value(rule.previous)
    place, margin = (names.index(previous), rule.margin) if previous in names else (0, Decimal(0))
    moved = _between(step, reason.reading.value, place, margin)
    held = int(facts.value(f"{step.id}_held"))
    periods = rule.periods if held < 0 or rule.periods_up is None else rule.periods_up
    return attrs.evolve(
        reason,
        hysteresis=True,
        previous=previous,
        indicated=facts.value(inner(step.id, "indicated")),
        indicated_low=None if moved is None else moved[1],
        indicated_high=None if moved is None else moved[2],
        margin=margin,
        held=held,
        periods=periods if held else None,
    )


def _between(
    step: LadderStep, number: Decimal | None, previous: int, margin: Decimal
) -> tuple[str, Decimal | None, Decimal | None] | None:
    """Return the band of a number, and its edges, with the thresholds moved away from the previous band's place."""
    if number is None:
        return None
    edges: list[Fraction | None] = []
    for place, band in enumerate(step.bands):
        harder = Fraction(margin if place < previous else -margin)
        if band.from_ is not None:
            edges.append(Fraction(band.from_) + harder)
        else:
            edges.append(None if band.to is None else Fraction(band.to) - harder)
    if margin:
        edges[-1] = None  # the last band takes the rest, whatever its own threshold
    rising = step.bands[0].to is not None
    last = len(edges) - 1

    def holds(place: int) -> bool:
        edge = edges[place]
        return place == last or edge is None or (number <= edge if rising else number >= edge)

    place = next(place for place in range(len(edges)) if holds(place))
    own, better = (_exact(edges[place]), _exact(edges[place - 1]) if place else None)
    return (step.bands[place].name, better, own) if rising else (step.bands[place].name, own, better)


def _exact(edge: Fraction | None) -> Decimal | None:
    return None if edge is None else Decimal(number_text(edge))


def _table_reason(step: TableStep, facts: Facts) -> TableReason:
    fired = None if step.hit == "collect" else int(facts.value(inner(step.id, "row")))
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
        decided_by=step.rows[fired].id if fired is not None and fired < len(step.rows) else None,
        otherwise=not any(reason.hits for reason in rows),
        has_otherwise=step.otherwise is not None,
        outputs=tuple(facts.reading(output.name) for output in step.outputs),
    )


def _row_reason(step: TableStep, place: int, facts: Facts) -> RowReason:
    """Try the cells of a row in order, with the meaning of the reference interpreter."""
    row = step.rows[place]
    for column, text in row.when.items():
        held = interpret(facts.policy.cell_tests[step.id, place, column], {column: facts.plain[column]})
        if held is not True:
            return RowReason(
                id=row.id,
                label=row.label,
                hits=False,
                column=column,
                column_label=facts.labels.get(column),
                cell=str(text),
                seen=facts.value(column),
                unknown=held is None,
            )
    return RowReason(id=row.id, label=row.label, hits=True)
