"""Quality of what came: the share of inspected units or lots that passed, and rejects per million."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import Fault, is_whole, one_of
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import Receipt
from supplychain_rules.measures.counting import (
    Cells,
    Counting,
    Dimension,
    Figure,
    FigureOf,
    LeftOut,
    Row,
    RowsOf,
    ratio,
)
from supplychain_rules.measures.decay import Decay
from supplychain_rules.measures.exact import Number, add
from supplychain_rules.measures.fields import (
    Concessions,
    Unattributed,
    decay_field,
    fault_set,
    id_field,
    label_field,
    minimum_evidence_field,
    refuse_idle,
    scope_field,
)
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.received import no_received_quantity, received_quantity
from supplychain_rules.measures.scope import Scope
from supplychain_rules.values.label import Label

__all__ = [
    "QUALITY_PASS_RATE",
    "REJECT_RATE",
    "InspectionOutcome",
    "QualityLevel",
    "QualityPassRate",
    "RejectBase",
    "RejectRate",
    "inspection_judge",
]

#: What is counted: units, lots, or each lot's own rate, of which the unweighted mean is taken.
QualityLevel = Literal["quantity", "lot", "mean_of_lots"]

#: What rejects are measured against: the units inspected, or the units received in the period.
RejectBase = Literal["inspected", "received"]

#: Most units that rejects are counted among: parts per thousand million.
_MOST_PER: Final = 1_000_000_000


@final
@attrs.frozen(kw_only=True)
class QualityPassRate:
    """The share of what was inspected in the period that passed, from 0 to 1.

    - `level="quantity"`: units passed / units inspected. Sums are divided once, so a lot of 10,000 weighs more than a
      lot of 10.
    - `level="lot"`: lots accepted / lots inspected, the lot acceptance rate. A lot is accepted by its verdict, else
      where none of its units was rejected.
    - `level="mean_of_lots"`: the unweighted mean of the lots' own rates, which many reports show: one reject in a lot
      of ten then weighs like a thousand in a lot of ten thousand.

    With `faults`, only rejects that were the doing of one of them count as rejects; a unit or lot that somebody else
    spoilt counts as passed. Where nobody says whose doing it was, `unattributed` decides: the reject counts, or it is
    left out of both sides and noted. With `concessions="accepted"` units used under a concession count as passed, each
    cause sharing in them by its quantity, and so does a lot whose rejects were all conceded.

    The evidence is the number of inspections.

    Raises:
        InvalidValueError: a choice that does not exist, or `unattributed` without `faults`.

    >>> QualityPassRate(id="lot_acceptance", level="lot", faults=["supplier"]).unattributed
    'counted'
    """

    id: str = id_field()
    label: Label | None = label_field()
    level: QualityLevel = attrs.field(default="quantity", validator=one_of(*get_args(QualityLevel)))
    concessions: Concessions = attrs.field(default="rejected", validator=one_of(*get_args(Concessions)))
    #: Whose rejects count; empty for all, whoever's doing they were.
    faults: frozenset[Fault] = attrs.field(default=frozenset(), converter=fault_set)
    #: Whether a reject counts of which nobody says whose doing it was.
    unattributed: Unattributed = attrs.field(default="counted", validator=one_of(*get_args(Unattributed)))
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest inspections for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read."""
        if not self.faults:
            refuse_idle(self, "unattributed", without="faults")


@final
@attrs.frozen(kw_only=True)
class RejectRate:
    """Rejects among so many: by default in a million inspected units, parts per million (PPM).

    What counts as a reject is chosen as for `QualityPassRate`. Rejects are measured against

    - `relative_to="inspected"`: the units, or lots, inspected in the period, from 0 to `per`;
    - `relative_to="received"`: the quantity of the period's receipts, whatever share of it was inspected, as carmakers
      count. The receipts are those of the same supplier, item or whatever one measures by; cancelled order lines are
      among them, wrong items are not. Rejects of what came before the period can lift the value above `per`.

    The evidence is the number of inspections: a receipt that nobody inspected says nothing. An interval belongs to a
    rate, so it is there with `per=1` and `relative_to="inspected"` only.

    Raises:
        InvalidValueError: a choice that does not exist, `per` out of range, `unattributed` without `faults`, or a
            `level` other than units of what was received.

    >>> RejectRate(id="ppm", relative_to="received").per
    1000000
    """

    id: str = id_field()
    label: Label | None = label_field()
    #: Among how many; 1 for a share, 100 for per cent.
    per: int = attrs.field(default=1_000_000, validator=is_whole(1, _MOST_PER, "parts per million is 1_000_000"))
    #: What rejects are measured against.
    relative_to: RejectBase = attrs.field(default="inspected", validator=one_of(*get_args(RejectBase)))
    level: QualityLevel = attrs.field(default="quantity", validator=one_of(*get_args(QualityLevel)))
    concessions: Concessions = attrs.field(default="rejected", validator=one_of(*get_args(Concessions)))
    #: Whose rejects count; empty for all, whoever's doing they were.
    faults: frozenset[Fault] = attrs.field(default=frozenset(), converter=fault_set)
    #: Whether a reject counts of which nobody says whose doing it was.
    unattributed: Unattributed = attrs.field(default="counted", validator=one_of(*get_args(Unattributed)))
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest inspections for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read."""
        if not self.faults:
            refuse_idle(self, "unattributed", without="faults")
        if self.relative_to == "received" and self.level != "quantity":
            hint = "receipts have quantities and no lots; leave it out, or set relative_to='inspected'"
            raise InvalidValueError("RejectRate.level has no effect with relative_to='received'", self.level, hint=hint)


#: Of one inspection: what is bad, what that is measured against, and how many units or lots are left out.
InspectionOutcome: TypeAlias = tuple[Number, Number, Number]

_UNITS_LEFT_OUT: Final = LeftOut("rejected units without a stated cause left out")
_LOTS_LEFT_OUT: Final = LeftOut("refused lots without a stated cause left out")

_ZERO: Final = Decimal(0)


def inspection_judge(measure: QualityPassRate | RejectRate) -> Callable[[Inspection], InspectionOutcome]:
    """Return the function that says of an inspection how much of it was bad, with all choices worked out once."""
    faults, conceded_pass = measure.faults, measure.concessions == "accepted"
    counts_unstated = measure.unattributed == "counted"

    def units(found: Inspection) -> InspectionOutcome:
        bad: Number = found.rejected
        unstated: Number = 0
        if faults:
            unstated = found.rejected - _stated(found)
            bad = _at_fault(found, faults)
        if conceded_pass and found.conceded:
            kept = 1 - Fraction(found.conceded) / Fraction(found.rejected)
            bad, unstated = Fraction(bad) * kept, Fraction(unstated) * kept
        if not unstated:
            return bad, found.inspected, 0
        if counts_unstated:
            return add(bad, unstated), found.inspected, 0
        return bad, add(found.inspected, -unstated), unstated

    def lots(found: Inspection) -> InspectionOutcome:
        refused = bool(found.rejected) if found.accepted is None else not found.accepted
        if refused and conceded_pass and found.conceded and found.conceded == found.rejected:
            refused = False
        if not refused:
            return 0, 1, 0
        if not faults or any(cause.fault in faults for cause in found.causes):
            return 1, 1, 0
        if found.causes and _stated(found) == found.rejected:
            return 0, 1, 0
        return (1, 1, 0) if counts_unstated else (0, 0, 1)

    def rates(found: Inspection) -> InspectionOutcome:
        bad, whole, left_out = units(found)
        return (Fraction(bad) / Fraction(whole), 1, left_out) if whole else (0, 0, left_out)

    return {"quantity": units, "lot": lots, "mean_of_lots": rates}[measure.level]


def _stated(found: Inspection) -> Decimal:
    return sum((cause.quantity for cause in found.causes), _ZERO)


def _at_fault(found: Inspection, faults: frozenset[Fault]) -> Decimal:
    return sum((cause.quantity for cause in found.causes if cause.fault in faults), _ZERO)


def _left_out(measure: QualityPassRate | RejectRate, found: Inspection, how_many: Number) -> Row:
    part = _LOTS_LEFT_OUT if measure.level == "lot" else _UNITS_LEFT_OUT
    return found, found.inspected_on, part, how_many, 0, 0


def _pass_rows(measure: QualityPassRate, _index: FactIndex, _as_of: date) -> RowsOf:
    if measure.level == "quantity" and measure.concessions == "rejected" and not measure.faults:  # the usual case
        return {Inspection: _passed_units}
    judge = inspection_judge(measure)

    def rows(found: Inspection) -> Sequence[Row]:
        bad, whole, left_out = judge(found)
        counted: Row = (found, found.inspected_on, "", add(whole, -bad), whole, 1 if whole else 0)
        return (counted, _left_out(measure, found, left_out)) if left_out else (counted,)

    return {Inspection: rows}


def _passed_units(found: Inspection) -> Sequence[Row]:
    return ((found, found.inspected_on, "", found.inspected - found.rejected, found.inspected, 1),)


def _reject_rows(measure: RejectRate, index: FactIndex, _as_of: date) -> RowsOf:
    judge = inspection_judge(measure)
    of_inspected = measure.relative_to == "inspected"

    def rows(found: Inspection) -> Sequence[Row]:
        bad, whole, left_out = judge(found)
        against = whole if of_inspected else 0
        counted: Row = (found, found.inspected_on, "", bad, against, 1 if whole else 0)
        return (counted, _left_out(measure, found, left_out)) if left_out else (counted,)

    if of_inspected:
        return {Inspection: rows}
    return {Inspection: rows, Receipt: received_quantity(index, evidence=0)}


def _pass_figure(measure: QualityPassRate, _everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    is_of_trials = measure.decay is None and measure.level != "mean_of_lots"
    return lambda _key, cells: ratio(cells, of_trials=is_of_trials)


def _reject_figure(measure: RejectRate, _everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    of_inspected = measure.relative_to == "inspected"
    is_rate = of_inspected and measure.per == 1 and measure.decay is None and measure.level != "mean_of_lots"
    unit = "" if measure.per == 1 else f"per {measure.per}"

    def figure(_key: Key, cells: Cells) -> Figure:
        found = ratio(cells, unit=unit, factor=measure.per, of_trials=is_rate)
        return found if of_inspected else attrs.evolve(found, why_not=no_received_quantity(cells))

    return figure


#: How the pass rate counts.
QUALITY_PASS_RATE: Final = Counting(rows=_pass_rows, figure=_pass_figure, nothing="no inspection in the period")

#: How rejects per million count.
REJECT_RATE: Final = Counting(rows=_reject_rows, figure=_reject_figure, nothing="no inspection in the period")
