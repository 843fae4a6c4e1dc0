"""What the explanations of a policy say whatever the record: texts, labels, and where each value stands.

It is worked out once a policy, so that an explanation only fills in values.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias, assert_never, final

import attrs

from supplychain_rules.language.cells import cell_condition, parse_cell
from supplychain_rules.language.infer import infer
from supplychain_rules.language.nodes import Boolean, Expression, names_in
from supplychain_rules.language.program import Program
from supplychain_rules.language.reference import Plain
from supplychain_rules.language.show import show
from supplychain_rules.language.typed import Typed
from supplychain_rules.language.types import BooleanType, ChoiceType, Type, Value
from supplychain_rules.rules.explain_scales import scale_text
from supplychain_rules.rules.formula import FormulaStep
from supplychain_rules.rules.gate import Check, GateStep
from supplychain_rules.rules.ladder import LadderStep
from supplychain_rules.rules.lowering import inner
from supplychain_rules.rules.methods import whole_weights
from supplychain_rules.rules.scorecard import COVERAGE_DECIMALS, Criterion, ScorecardStep, Tagged
from supplychain_rules.rules.strategies import Strategies
from supplychain_rules.rules.table import Row, TableStep
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import number_text, to_decimal

__all__ = [
    "Cell",
    "CheckPlan",
    "CriterionPlan",
    "ExplanationPlan",
    "FormulaPlan",
    "GatePlan",
    "LadderPlan",
    "RowPlan",
    "ScorecardPlan",
    "StepPlan",
    "TablePlan",
    "explanation_plan",
]

#: A step of any kind.
_Step: TypeAlias = FormulaStep | GateStep | ScorecardStep | LadderStep | TableStep


@final
@attrs.frozen(kw_only=True)
class FormulaPlan:
    """A formula as text, and the names that it reads, each once."""

    step: FormulaStep
    formula: str
    reads: tuple[str, ...]


@final
@attrs.frozen(kw_only=True)
class CheckPlan:
    """A check, the binding that says whether it holds, its condition as text, and what that reads."""

    check: Check
    name: str
    condition: str
    reads: tuple[str, ...]


@final
@attrs.frozen(kw_only=True)
class GatePlan:
    """A gate and its checks."""

    step: GateStep
    checks: tuple[CheckPlan, ...]


@final
@attrs.frozen(kw_only=True)
class CriterionPlan:
    """A criterion and the bindings of its parts."""

    criterion: Criterion
    label: Label | None
    #: Its weight among the others, as a whole number.
    weight: int
    #: The score of its value; the score that counts, a substitute included; what it adds to the total.
    score: str
    used: str
    contribution: str | None
    #: Whether it applies, and that condition as text.
    applies: str | None
    applies_when: str | None


@final
@attrs.frozen(kw_only=True)
class ScorecardPlan:
    """A scorecard, its criteria, and how its method names the last line."""

    step: ScorecardStep
    criteria: tuple[CriterionPlan, ...]
    #: The method says what each criterion adds to the score.
    adds_up: bool
    remainder_label: Label
    min_coverage: Decimal
    coverage: str
    low: str
    high: str


@final
@attrs.frozen(kw_only=True)
class LadderPlan:
    """A ladder, and of each band its label and its edges by the thresholds as they stand."""

    step: LadderStep
    labels: Mapping[str, Label | None]
    edges: Mapping[str, tuple[Decimal | None, Decimal | None]]


@final
@attrs.frozen(kw_only=True)
class Cell:
    """A cell: its column, what is written in it, and its condition, which equal cells of a column share."""

    column: str
    text: str
    test: Typed
    #: What the test says of each value that was tried; None where a column has more values than can be kept.
    answers: dict[Value, Plain] | None = attrs.field(eq=False, repr=False)


@final
@attrs.frozen(kw_only=True)
class RowPlan:
    """A row of a table and its cells."""

    row: Row
    cells: tuple[Cell, ...]


@final
@attrs.frozen(kw_only=True)
class TablePlan:
    """A table, its rows, and the binding that says which row decides."""

    step: TableStep
    rows: tuple[RowPlan, ...]
    #: None where the rows that hit are collected.
    fired: str | None
    hit: str


StepPlan = FormulaPlan | GatePlan | ScorecardPlan | LadderPlan | TablePlan


@final
@attrs.frozen(kw_only=True)
class ExplanationPlan:
    """Everything that the explanations of one policy have in common."""

    #: The label of every input, step and table output.
    labels: Mapping[str, Label | None]
    #: Where the value of each input and binding stands among the units of all of them, and its type.
    places: Mapping[str, tuple[int, Type]]
    #: The typed expression of every binding.
    bound: Mapping[str, Typed]
    steps: tuple[StepPlan, ...]
    _scales: dict[tuple[str, str, Lang], str] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    def scale(self, step: str, criterion: str, function: Tagged, lang: Lang) -> str:
        """Return the value function of a criterion in words."""
        key = (step, criterion, lang)
        if key not in self._scales:
            self._scales[key] = scale_text(function, lang)
        return self._scales[key]


def explanation_plan(
    program: Program, steps: tuple[_Step, ...], inputs: Iterable[tuple[str, Label | None]], strategies: Strategies
) -> ExplanationPlan:
    """Work out what the explanations of a policy have in common.

    Args:
        program: what the steps were lowered to.
        steps: the steps.
        inputs: name and label of every input.
        strategies: those that the policy was loaded with.
    """
    labels = dict(inputs)
    for step in steps:
        labels[step.id] = step.label
        if isinstance(step, TableStep):
            labels.update({output.name: output.label for output in step.outputs})
    kinds = [(field.name, field.type) for field in program.inputs]
    kinds += [(binding.name, binding.type) for binding in program.bindings]
    places = {name: (place, kind) for place, (name, kind) in enumerate(kinds)}
    cells = _Cells(places=places)
    return ExplanationPlan(
        labels=labels,
        places=places,
        bound={binding.name: binding.value for binding in program.bindings},
        steps=tuple(_planned(step, labels, cells, strategies) for step in steps),
    )


@final
@attrs.define(kw_only=True)
class _Cells:
    """The cells of all tables, each distinct one typed once."""

    places: Mapping[str, tuple[int, Type]]
    _known: dict[tuple[str, type, object], Cell] = attrs.field(factory=dict, init=False)

    def cell(self, column: str, written: object) -> Cell:
        key = (column, type(written), written)  # True is not 1
        if key not in self._known:
            kind = self.places[column][1]
            self._known[key] = Cell(
                column=column,
                text=str(written),
                test=_typed_cell(written, column, kind),
                answers={} if isinstance(kind, ChoiceType | BooleanType) else None,
            )
        return self._known[key]


def _planned(step: _Step, labels: Mapping[str, Label | None], cells: _Cells, strategies: Strategies) -> StepPlan:
    match step:
        case FormulaStep():
            return FormulaPlan(step=step, formula=show(step.formula), reads=_names(step.formula))
        case GateStep():
            return GatePlan(step=step, checks=tuple(_planned_check(step, check) for check in step.checks))
        case ScorecardStep():
            return _planned_scorecard(step, labels, cells, strategies)
        case LadderStep():
            bands = {band.name: band.label for band in step.bands}
            return LadderPlan(step=step, labels=bands, edges=_edges(step))
        case TableStep():
            return TablePlan(
                step=step,
                rows=tuple(
                    RowPlan(row=row, cells=tuple(cells.cell(column, written) for column, written in row.when.items()))
                    for row in step.rows
                ),
                fired=None if step.hit == "collect" else inner(step.id, "row"),
                hit=step.hit if step.aggregate is None else f"{step.hit} {step.aggregate}",
            )
        case _:
            assert_never(step)


def _planned_check(step: GateStep, check: Check) -> CheckPlan:
    return CheckPlan(
        check=check, name=inner(step.id, check.id), condition=show(check.require), reads=_names(check.require)
    )


def _planned_scorecard(
    step: ScorecardStep, labels: Mapping[str, Label | None], cells: _Cells, strategies: Strategies
) -> ScorecardPlan:
    method = strategies.method(step.method.kind)
    assert method is not None  # noqa: S101  the policy was loaded with these strategies
    weights = whole_weights(tuple(criterion.weight for criterion in step.criteria))
    criteria = []
    for criterion, weight in zip(step.criteria, weights, strict=True):
        score, applies = inner(step.id, criterion.id), criterion.applies
        used, contribution = (inner(step.id, f"{criterion.id}.{part}") for part in ("used", "contribution"))
        criteria.append(
            CriterionPlan(
                criterion=criterion,
                label=criterion.label or labels.get(criterion.of),
                weight=weight,
                score=score,
                used=used if used in cells.places else score,
                contribution=contribution if contribution in cells.places else None,
                applies=None if applies is None else inner(step.id, f"{criterion.id}.applies"),
                applies_when=None if applies is None else show(applies),
            )
        )
    return ScorecardPlan(
        step=step,
        criteria=tuple(criteria),
        adds_up=method.contribute is not None,
        remainder_label=Label(*method.remainder),
        min_coverage=to_decimal(round_to_units(step.min_coverage, COVERAGE_DECIMALS), COVERAGE_DECIMALS),
        coverage=f"{step.id}_coverage",
        low=f"{step.id}_low",
        high=f"{step.id}_high",
    )


def _edges(step: LadderStep) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    """Return the edges of each band, the lower one first: its own, and that of the next better one."""
    found: dict[str, tuple[Decimal | None, Decimal | None]] = {}
    better: Decimal | None = None
    rising = step.bands[0].to is not None
    for band in step.bands:
        threshold = band.to if band.from_ is None else band.from_
        own = None if threshold is None else Decimal(number_text(Fraction(threshold)))
        found[band.name] = (better, own) if rising else (own, better)
        better = own
    return found


def _names(expression: Expression) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.name for name in names_in(expression)))


def _typed_cell(written: object, column: str, kind: Type) -> Typed:
    cell = parse_cell(written, kind, column, [])
    condition = None if cell is None else cell_condition(cell, column, kind)
    typed = infer(condition or Boolean(value=True), {column: kind}, column, [])
    assert typed is not None  # noqa: S101  the policy was loaded with this cell
    return typed
