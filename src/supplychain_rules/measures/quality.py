"""Quality of what came: the share of inspected units or lots that passed, and rejects per million."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import Fault
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
    Unattributed,
    check_unattributed,
    decay_field,
    fault_set,
    id_field,
    label_field,
    minimum_evidence_field,
    one_of,
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
    "Concessions",
    "QualityLevel",
    "QualityPassRate",
    "RejectBase",
    "RejectRate",
]

#: What is counted: units, lots, or each lot's own rate, of which the unweighted mean is taken.
QualityLevel = Literal["unit", "lot", "mean_of_lots"]

#: What a rejected unit is that was used under a concession.
Concessions = Literal["reject", "pass"]

#: What rejects are measured against: the units inspected, or the units received in the period.
RejectBase = Literal["inspected", "received"]

#: Most units that rejects are counted among: parts per thousand million.
_MOST_PER: Final = 1_000_000_000


@final
@attrs.frozen(kw_only=True)
class QualityPassRate:
    """The share of what was inspected in the period that passed, from 0 to 1.

    - `level="unit"`: units passed / units inspected. Sums are divided once, so a lot of 10,000 weighs more than a
      lot of 10.
    - `level="lot"`: lots accepted / lots inspected, the lot acceptance rate. A lot is accepted by its verdict, else
      where none of its units was rejected.
    - `level="mean_of_lots"`: the unweighted mean of the lots' own rates, which many reports show: one reject in a lot
      of ten then weighs like a thousand in a lot of ten thousand.

    With `faults`, only rejects that were the doing of one of them count as rejects; a unit or lot that somebody else
    spoilt counts as passed. Where nobody says whose doing it was, `unattributed` decides: the reject counts, or it is
    left out of both sides and noted. With `concessions="pass"` units used under a concession count as passed, each
    cause sharing in them by its quantity, and so does a lot whose rejects were all conceded.

    The evidence is the number of inspections.

    Raises:
        InvalidValueError: a choice that does not exist, or `unattributed` without `faults`.

    >>> QualityPassRate(id="lot_acceptance", level="lot", faults=["supplier"]).unattributed
    'count'
    """

    id: str = id_field()
    label: Label | None = label_field()
    level: QualityLevel = attrs.field(default="unit", validator=one_of(*get_args(QualityLevel)))
    concessions: Concessions = attrs.field(default="reject", validator=one_of(*get_args(Concessions)))
    #: Whose rejects count; empty for all, whoever's doing they were.
    faults: frozenset[Fault] = attrs.field(default=frozenset(), converter=fault_set)
    #: Whether a reject counts of which nobody says whose doing it was.
    unattributed: Unattributed = attrs.field(default="count", validator=one_of(*get_args(Unattributed)))
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest inspections for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read."""
        check_unattributed(self, self.faults, self.unattributed)


def _is_per(_measure: object, _field: object, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_PER:
        hint = "parts per million is 1_000_000"
        raise InvalidValueError(f"RejectRate.per must be a whole number from 1 to {_MOST_PER}", value, hint=hint)


@final
@attrs.frozen(kw_only=True)
class RejectRate:
    """Rejects among so many: by default in a million inspected units, parts per million (PPM).

    What counts as a reject is chosen as for `QualityPassRate`. Rejects are measured against

    - `of="inspected"`: the units, or lots, inspected in the period, from 0 to `per`;
    - `of="received"`: the quantity of the period's receipts, whatever share of it was inspected, as carmakers count.
      The receipts are those of the same supplier, item or whatever one measures by; cancelled order lines are among
      them, wrong items are not. Rejects of what came before the period can lift the value above `per`.

    The evidence is the number of inspections: a receipt that nobody inspected says nothing. An interval belongs to a
    rate, so it is there with `per=1` and `of="inspected"` only.

    Raises:
        InvalidValueError: a choice that does not exist, `per` out of range, `unattributed` without `faults`, or a
            `level` other than units of what was received.

    >>> RejectRate(id="ppm", of="received").per
    1000000
    """

    id: str = id_field()
    label: Label | None = label_field()
    #: Among how many; 1 for a share, 100 for per cent.
    per: int = attrs.field(default=1_000_000, validator=_is_per)
    of: RejectBase = attrs.field(default="inspected", validator=one_of(*get_args(RejectBase)))
    level: QualityLevel = attrs.field(default="unit", validator=one_of(*get_args(QualityLevel)))
    concessions: Concessions = attrs.field(default="reject", validator=one_of(*get_args(Concessions)))
    #: Whose rejects count; empty for all, whoever's doing they were.
    faults: frozenset[Fault] = attrs.field(default=frozenset(), converter=fault_set)
    #: Whether a reject counts of which nobody says whose doing it was.
    unattributed: Unattributed = attrs.field(default="count", validator=one_of(*get_args(Unattributed)))
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest inspections for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read."""
        check_unattributed(self, self.faults, self.unattributed)
        if self.of == "received" and self.level != "unit":
            hint = "receipts have quantities and no lots; leave it out, or set of='inspected'"
            raise InvalidValueError("RejectRate.level has no effect with of='received'", self.level, hint=hint)


#: Of one inspection: what is bad, what that is measured against, and how many units or lots are left out.
_Outcome: TypeAlias = tuple[Number, Number, Number]

_UNITS_LEFT_OUT: Final = LeftOut("rejected units without a stated cause left out")
_LOTS_LEFT_OUT: Final = LeftOut("refused lots without a stated cause left out")

_ZERO: Final = Decimal(0)


def _judge(measure: QualityPassRate | RejectRate) -> Callable[[Inspection], _Outcome]:
    """Return the function that says of an inspection how much of it was bad, with all choices worked out once."""
    faults, conceded_pass = measure.faults, measure.concessions == "pass"
    counts_unstated = measure.unattributed == "count"

    def units(found: Inspection) -> _Outcome:
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

    def lots(found: Inspection) -> _Outcome:
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

    def rates(found: Inspection) -> _Outcome:
        bad, whole, left_out = units(found)
        return (Fraction(bad) / Fraction(whole), 1, left_out) if whole else (0, 0, left_out)

    return {"unit": units, "lot": lots, "mean_of_lots": rates}[measure.level]


def _stated(found: Inspection) -> Decimal:
    return sum((cause.quantity for cause in found.causes), _ZERO)


def _at_fault(found: Inspection, faults: frozenset[Fault]) -> Decimal:
    return sum((cause.quantity for cause in found.causes if cause.fault in faults), _ZERO)


def _left_out(measure: QualityPassRate | RejectRate, found: Inspection, how_many: Number) -> Row:
    part = _LOTS_LEFT_OUT if measure.level == "lot" else _UNITS_LEFT_OUT
    return found, found.inspected_on, part, how_many, 0, 0


def _pass_rows(measure: QualityPassRate, _index: FactIndex, _as_of: date) -> RowsOf:
    if measure.level == "unit" and measure.concessions == "reject" and not measure.faults:  # the usual case
        return {Inspection: _passed_units}
    judge = _judge(measure)

    def rows(found: Inspection) -> Sequence[Row]:
        bad, whole, left_out = judge(found)
        counted: Row = (found, found.inspected_on, "", add(whole, -bad), whole, 1 if whole else 0)
        return (counted, _left_out(measure, found, left_out)) if left_out else (counted,)

    return {Inspection: rows}


def _passed_units(found: Inspection) -> Sequence[Row]:
    return ((found, found.inspected_on, "", found.inspected - found.rejected, found.inspected, 1),)


def _reject_rows(measure: RejectRate, index: FactIndex, _as_of: date) -> RowsOf:
    judge = _judge(measure)
    of_inspected = measure.of == "inspected"

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
    return lambda _key, cells: ratio(cells, trials="denominator" if is_of_trials else None)


def _reject_figure(measure: RejectRate, _everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    of_inspected = measure.of == "inspected"
    is_rate = of_inspected and measure.per == 1 and measure.decay is None and measure.level != "mean_of_lots"
    unit = "" if measure.per == 1 else f"per {measure.per}"

    def figure(_key: Key, cells: Cells) -> Figure:
        found = ratio(cells, unit=unit, factor=measure.per, trials="denominator" if is_rate else None)
        return found if of_inspected else attrs.evolve(found, why_not=no_received_quantity(cells))

    return figure


#: How the pass rate counts.
QUALITY_PASS_RATE: Final = Counting(rows=_pass_rows, figure=_pass_figure, nothing="no inspection in the period")

#: How rejects per million count.
REJECT_RATE: Final = Counting(rows=_reject_rows, figure=_reject_figure, nothing="no inspection in the period")
