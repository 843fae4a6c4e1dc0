"""From the values of one decision to the reason of each step."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, assert_never, final

import attrs

from supplychain_rules.language.reference import Plain, interpret, plain_value
from supplychain_rules.language.types import NumberType, Value, external
from supplychain_rules.rules.explain_missing import why_missing
from supplychain_rules.rules.explain_plan import (
    Cell,
    CheckPlan,
    CriterionPlan,
    ExplanationPlan,
    FormulaPlan,
    GatePlan,
    LadderPlan,
    PopulationPlan,
    RowPlan,
    ScorecardPlan,
    StepPlan,
    TablePlan,
)
from supplychain_rules.rules.gate import GateOutcome
from supplychain_rules.rules.ladder import LadderStep
from supplychain_rules.rules.lowering import inner
from supplychain_rules.rules.quantile import LARGEST, LEAST, QuantileStep
from supplychain_rules.rules.rank import BETTER, COUNT, WORSE, RankStep
from supplychain_rules.rules.reasons import (
    Cause,
    CheckReason,
    CriterionReason,
    CriterionState,
    FormulaReason,
    GateReason,
    LadderReason,
    QuantileReason,
    RankReason,
    Reading,
    RowReason,
    ScorecardReason,
    ShareReason,
    Standing,
    StepReason,
    TableReason,
)
from supplychain_rules.rules.scorecard import MissingPolicy, policy_of
from supplychain_rules.rules.share import LARGER, TOTAL, ShareStep
from supplychain_rules.rules.strategies import SCORE_DECIMALS
from supplychain_rules.values.rounding import divide
from supplychain_rules.values.scaled import number_text, to_decimal

__all__ = ["Facts", "step_reason"]

#: What a missing policy does with a criterion, as the state of its reason.
_MISSING_STATES: Final[Mapping[MissingPolicy, CriterionState]] = {
    "reweight": "reweighted",
    "null": "null",
    "worst": "worst",
    "neutral": "neutral",
}


@final
@attrs.frozen
class Facts:
    """Every value of one decision, by name; what was asked for once is kept."""

    plan: ExplanationPlan
    #: The units of every input and binding, in the order of the program.
    units: tuple[Value, ...]
    _values: dict[str, Any] = attrs.field(factory=dict, init=False)
    _readings: dict[str, Reading] = attrs.field(factory=dict, init=False)

    def value(self, name: str) -> Any:  # noqa: ANN401  Decimal, date, bool, str or None
        """Return a value as users see it."""
        if name not in self._values:
            place, kind = self.plan.places[name]
            self._values[name] = external(self.units[place], kind)
        return self._values[name]

    def decimals(self, name: str) -> int:
        """Return how many decimals a number has."""
        kind = self.plan.places[name][1]
        return kind.decimals if isinstance(kind, NumberType) else 0

    def whole(self, name: str, decimals: int) -> int:
        """Return a number that is there, in units of more decimals than it has."""
        power: int = 10 ** (decimals - self.decimals(name))
        return int(self.units[self.plan.places[name][0]] or 0) * power

    def reading(self, name: str) -> Reading:
        """Return a named value with its label."""
        if name not in self._readings:
            self._readings[name] = Reading(name=name, label=self.plan.labels.get(name), value=self.value(name))
        return self._readings[name]

    def reads(self, names: tuple[str, ...]) -> tuple[Reading, ...]:
        """Return named values with their labels."""
        return tuple([self.reading(name) for name in names])

    def causes(self, name: str, reads: tuple[str, ...]) -> tuple[Cause, ...]:
        """Return why a binding that reads these names is missing; nothing where it is not."""
        if self.value(name) is not None:
            return ()
        return why_missing(self.plan.bound[name], {one: self._plain(one) for one in reads}, self.plan.labels)

    def held(self, cell: Cell) -> Plain:
        """Try a cell, with the meaning of the reference interpreter."""
        answers = cell.answers
        if answers is None:
            return interpret(cell.test, {cell.column: self._plain(cell.column)})
        value = self.units[self.plan.places[cell.column][0]]
        if value not in answers:
            answers[value] = interpret(cell.test, {cell.column: self._plain(cell.column)})
        return answers[value]

    def _plain(self, name: str) -> Plain:
        """Return a value as the reference interpreter takes it."""
        place, kind = self.plan.places[name]
        return plain_value(self.units[place], kind)


def step_reason(planned: StepPlan, facts: Facts) -> StepReason:
    """Return the reason of one step."""
    match planned:
        case FormulaPlan():
            step = planned.step
            return FormulaReason(
                id=step.id,
                label=step.label,
                formula=planned.formula,
                decimals=step.decimals,
                reads=facts.reads(planned.reads),
                value=facts.value(step.id),
                causes=facts.causes(step.id, planned.reads),
            )
        case GatePlan():
            checks = tuple([_check_reason(check, facts) for check in planned.checks])
            return GateReason(
                id=planned.step.id, label=planned.step.label, checks=checks, outcome=facts.value(planned.step.id)
            )
        case ScorecardPlan():
            return _scorecard_reason(planned, facts)
        case LadderPlan():
            return _ladder_reason(planned, facts)
        case TablePlan():
            return _table_reason(planned, facts)
        case PopulationPlan():
            return _population_reason(planned, facts)
        case _:
            assert_never(planned)


def _check_reason(planned: CheckPlan, facts: Facts) -> CheckReason:
    check, holds = planned.check, facts.value(planned.name)
    effect: GateOutcome = "pass" if holds else check.if_unknown if holds is None else check.if_false
    return CheckReason(
        id=check.id,
        reason=check.reason,
        condition=planned.condition,
        reads=facts.reads(planned.reads),
        holds=holds,
        effect=effect,
        causes=facts.causes(planned.name, planned.reads),
    )


def _scorecard_reason(planned: ScorecardPlan, facts: Facts) -> ScorecardReason:
    step = planned.step
    score: Decimal | None = facts.value(step.id)
    weights = _Weights.of(planned, facts)
    criteria = tuple([_criterion_reason(planned, one, weights, facts) for one in planned.criteria])
    lacking = tuple([reason.id for reason in criteria if reason.state == "null"])
    least = step.min_coverage
    return ScorecardReason(
        id=step.id,
        label=step.label,
        method=step.method.kind,
        criteria=criteria,
        remainder_label=planned.remainder_label,
        remainder=_remainder(planned, criteria, facts) if score is not None and planned.adds_up else None,
        score=score,
        coverage=facts.value(planned.coverage),
        min_coverage=planned.min_coverage,
        low=facts.value(planned.low),
        high=facts.value(planned.high),
        missing_because=lacking if score is None else (),
        coverage_too_low=weights.present * least.denominator < least.numerator * weights.applying,
    )


@final
@attrs.frozen(kw_only=True)
class _Weights:
    """The weights of a scorecard on one record: that apply, that have data, and that counted."""

    applying: int
    present: int
    counted: int

    @staticmethod
    def of(planned: ScorecardPlan, facts: Facts) -> "_Weights":
        applying = [one for one in planned.criteria if _applies(one, facts) is not False]
        return _Weights(
            applying=sum([one.weight for one in applying]),
            present=sum([one.weight for one in applying if facts.value(one.score) is not None]),
            counted=sum([one.weight for one in applying if facts.value(one.used) is not None]),
        )


def _applies(one: CriterionPlan, facts: Facts) -> bool | None:
    applies: bool | None = True if one.applies is None else facts.value(one.applies)
    return applies


def _criterion_reason(planned: ScorecardPlan, one: CriterionPlan, weights: _Weights, facts: Facts) -> CriterionReason:
    criterion, applies, score = one.criterion, _applies(one, facts), facts.value(one.used)
    state: CriterionState = "present"
    if applies is False:
        state = "not_applicable"
    elif facts.value(one.score) is None:
        state = _MISSING_STATES[policy_of(planned.step, criterion)]
    contribution = None
    if one.contribution is not None and score is not None and facts.value(planned.step.id) is not None:
        contribution = facts.value(one.contribution)
    return CriterionReason(
        id=criterion.id,
        label=one.label,
        reading=facts.reading(criterion.of),
        state=state,
        score=score,
        weight=criterion.weight,
        share=_share(one.weight if applies is not False else 0, weights.applying),
        counted_share=None if score is None else _share(one.weight, weights.counted),
        contribution=contribution,
        value_function=criterion.value,
        applies_when=one.applies_when,
        applies=applies,
        peers=None if one.peers is None else (facts.value(one.peers[0]), facts.value(one.peers[1])),
    )


def _share(part: int, whole: int) -> Decimal:
    return to_decimal(divide(part * 10**SCORE_DECIMALS, whole) if whole else 0, SCORE_DECIMALS)


def _remainder(planned: ScorecardPlan, criteria: tuple[CriterionReason, ...], facts: Facts) -> Decimal:
    """Return the score minus the contributions, exactly, to 4 decimals or as many as the score has."""
    pairs = zip(planned.criteria, criteria, strict=True)
    given = [one.contribution for one, reason in pairs if one.contribution and reason.contribution is not None]
    names = (planned.step.id, *given)
    places = max(SCORE_DECIMALS, *[facts.decimals(name) for name in names])
    units = [facts.whole(name, places) for name in names]
    return to_decimal(units[0] - sum(units[1:]), places)


def _ladder_reason(planned: LadderPlan, facts: Facts) -> LadderReason:
    step, number = planned.step, facts.value(planned.step.of)
    band: str | None = facts.value(step.id)
    by_thresholds = None
    if number is not None:
        by_thresholds = band if step.hysteresis is None else _between(step, number, 0, Decimal(0))[0]
    low, high = (None, None) if by_thresholds is None else planned.edges[by_thresholds]
    reason = LadderReason(
        id=step.id,
        label=step.label,
        reading=facts.reading(step.of),
        band=band,
        band_label=planned.labels.get(band) if band is not None else None,
        by_thresholds=by_thresholds,
        low=low,
        high=high,
        closed="low" if step.bands[0].to is None else "high",
    )
    return reason if step.hysteresis is None else _with_hysteresis(reason, step, facts)


def _with_hysteresis(reason: LadderReason, step: LadderStep, facts: Facts) -> LadderReason:
    rule = step.hysteresis
    assert rule is not None  # noqa: S101  the caller looked
    names = [band.name for band in step.bands]
    previous = facts.value(rule.previous)
    place, margin = (names.index(previous), rule.margin) if previous in names else (0, Decimal(0))
    number = reason.reading.value
    moved = None if number is None else _between(step, number, place, margin)
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
    step: LadderStep, number: Decimal, previous: int, margin: Decimal
) -> tuple[str, Decimal | None, Decimal | None]:
    """Return the band of a number, and its edges, with the thresholds moved away from the previous band's place."""
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


def _population_reason(planned: PopulationPlan, facts: Facts) -> StepReason:
    step = planned.step
    value: Decimal | None = facts.value(step.id)
    reading = facts.reading(step.of)
    within = None if step.within is None else facts.reading(step.within)
    match step:
        case RankStep():
            return RankReason(
                id=step.id,
                label=step.label,
                reading=reading,
                order=step.order,
                ties=step.ties,
                within=within,
                standing=_standing(step.id, facts),
                place=value,
            )
        case QuantileStep():
            low, high = _class_edges(step, value, facts)
            return QuantileReason(
                id=step.id,
                label=step.label,
                reading=reading,
                classes=step.classes,
                better=step.better,
                ties=step.ties,
                within=within,
                standing=_standing(step.id, facts) if step.cuts is None else None,
                value=value,
                low=low,
                high=high,
            )
        case ShareStep():
            return ShareReason(
                id=step.id,
                label=step.label,
                reading=reading,
                within=within,
                count=_whole(facts.value(inner(step.id, COUNT))),
                larger=_whole(facts.value(inner(step.id, BETTER))),
                total=facts.value(inner(step.id, TOTAL)),
                larger_total=facts.value(inner(step.id, LARGER)),
                share=value,
                before=facts.value(f"{step.id}_before"),
            )
        case _:
            assert_never(step)


def _standing(step: str, facts: Facts) -> Standing:
    count, better, worse = (_whole(facts.value(inner(step, part))) for part in (COUNT, BETTER, WORSE))
    equal = None if count is None or better is None or worse is None else count - better - worse
    return Standing(count=count, better=better, equal=equal, worse=worse)


def _whole(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


def _class_edges(step: QuantileStep, value: Decimal | None, facts: Facts) -> tuple[Decimal | None, Decimal | None]:
    """Return the least and the largest value of a class; with cuts, its own one and that of the next better class."""
    if value is None:
        return None, None
    if step.cuts is None:
        return facts.value(inner(step.id, LEAST)), facts.value(inner(step.id, LARGEST))
    place, cuts = int(value), step.cuts
    worse = cuts[place - 2] if place > 1 else None
    better = cuts[place - 1] if place <= len(cuts) else None
    return (worse, better) if step.better == "high" else (better, worse)


def _table_reason(planned: TablePlan, facts: Facts) -> TableReason:
    step = planned.step
    fired = None if planned.fired is None else int(facts.value(planned.fired))
    tried = planned.rows if fired is None or step.hit != "first" else planned.rows[: fired + 1]
    rows = tuple([_row_reason(row, facts) for row in tried])
    return TableReason(
        id=step.id,
        label=step.label,
        hit=planned.hit,
        reads=facts.reads(step.when),
        rows=rows,
        decided_by=step.rows[fired].id if fired is not None and fired < len(step.rows) else None,
        otherwise=not any(reason.hits for reason in rows),
        has_otherwise=step.otherwise is not None,
        outputs=tuple([facts.reading(output.name) for output in step.outputs]),
    )


def _row_reason(planned: RowPlan, facts: Facts) -> RowReason:
    """Try the cells of a row in order."""
    row = planned.row
    for cell in planned.cells:
        held = facts.held(cell)
        if held is not True:
            return RowReason(
                id=row.id,
                label=row.label,
                hits=False,
                column=cell.column,
                column_label=facts.plan.labels.get(cell.column),
                cell=cell.text,
                seen=facts.value(cell.column),
                unknown=held is None,
            )
    return RowReason(id=row.id, label=row.label, hits=True)
