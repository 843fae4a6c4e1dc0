"""Delivery performance: on time (OTD), on time in full (OTIF), and every choice that such a rate has to make.

Systems in use define it by accident. Here the definition is an object, so that its variants run side by
side on the same facts.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias, assert_never, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import Fault
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt, line_amount
from supplychain_rules.measures.counting import (
    Cells,
    Counting,
    Dimension,
    Figure,
    FigureOf,
    LeftOut,
    Row,
    RowsOf,
    counted,
    one_currency,
    ratio,
)
from supplychain_rules.measures.decay import Decay
from supplychain_rules.measures.exact import Number
from supplychain_rules.measures.fields import (
    MAX_COUNT,
    decay_field,
    fault_set,
    id_field,
    is_boolean,
    is_count,
    is_optional_count,
    is_share,
    label_field,
    minimum_evidence_field,
    one_of,
    optional_fraction,
    scope_field,
)
from supplychain_rules.measures.index import FactIndex, Order
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.scope import Scope
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import exact_fraction

__all__ = [
    "DELIVERY",
    "CountedIn",
    "DeliveryLevel",
    "DeliveryPerformance",
    "Excuse",
    "OpenOverdue",
    "Partial",
    "Promise",
    "promise_of",
    "shifted",
]

#: Which date an order line is held to: the original promise, the latest one, or the buyer's request.
Promise = Literal["original", "latest", "requested"]

#: What a delivery measure counts: lines, whole orders, pieces, or money.
DeliveryLevel = Literal["line", "order", "quantity", "value"]

#: Which receipt of a line that came in parts decides whether it was on time.
Partial = Literal["every", "first", "last", "completing"]

#: What an overdue line is of which nothing, or too little, has come.
OpenOverdue = Literal["late", "left_out"]

#: What an excused delay does: move the promise, or leave a late line out.
Excuse = Literal["extend", "leave_out"]

#: The day by which a line belongs to a period: its promise, its order, or its last receipt.
CountedIn = Literal["promise", "order", "receipt"]


def _counts_lines(measure: "DeliveryPerformance") -> bool:
    return measure.level in ("line", "order")


@final
@attrs.frozen(kw_only=True)
class DeliveryPerformance:
    """The share of what fell due that arrived inside its window: on time (OTD) or on time in full (OTIF).

    A line counts once its outcome is known: when it is complete, or when the last day of its window
    has passed. A line that is overdue and open therefore counts as late (`open_overdue`), and one that
    may still arrive in time is left out.

    The window runs from `early_days` before the promise to `late_days` after it, both included.
    What counts is a line, an order, a piece, or a unit of money (`level`):

    - `line` and `in_full`: a line is good when the quantity received inside the window, over all
      its receipts, reaches ordered x (1 - `under_tolerance`), and the quantity received at any time
      does not exceed ordered x (1 + `over_tolerance`);
    - `line` without `in_full`: quantity does not matter; a line is good when the receipt that
      `partial` names came inside the window;
    - `order`: an order is good when all its lines are; it falls due with the last of them;
    - `quantity` or `value` without `in_full` (their default): each ordered piece is good when it
      arrived inside the window; what was received beyond the order is capped and not credited;
    - `quantity` or `value` with `in_full`: the whole quantity or value of the lines that are good.

    The value is good / counted, from 0 to 1; the evidence is the number of lines, or of orders,
    counted. Cancelled lines (quantity zero) and receipts of the wrong item do not count.

    Raises:
        InvalidValueError: a choice that does not exist, a count out of range, a tolerance outside
            0..1 (`under_tolerance`) or 0..10,000 (`over_tolerance`), `over_tolerance` without `in_full`,
            `partial` where no receipt decides, or `excuse` without `excused_faults`.

    >>> DeliveryPerformance(id="otif", early_days=14, late_days=7).in_full
    True
    """

    id: str = id_field()
    label: Label | None = label_field()
    #: The date that a line is held to. A line without a requested date is left out of `requested`.
    promise: Promise = attrs.field(default="original", validator=one_of(*get_args(Promise)))
    #: Most days before the promise; `None` where no delivery is too early.
    early_days: int | None = attrs.field(default=None, validator=is_optional_count)
    #: Most days after the promise.
    late_days: int = attrs.field(default=0, validator=is_count)
    #: The calendar whose working days `early_days`, `late_days` and excused delays are; `None` for calendar days.
    calendar: WorkCalendar | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.instance_of(WorkCalendar))
    )
    level: DeliveryLevel = attrs.field(default="line", validator=one_of(*get_args(DeliveryLevel)))
    #: Whether a line is good only as a whole; by default for lines and orders, not for quantity and value.
    in_full: bool = attrs.field(default=attrs.Factory(_counts_lines, takes_self=True), validator=is_boolean)
    #: Which receipt decides about a line that need not be in full.
    partial: Partial = attrs.field(default="every", validator=one_of(*get_args(Partial)))
    #: The share of the ordered quantity that may be short of a complete line.
    under_tolerance: Fraction = attrs.field(default=Fraction(0), converter=exact_fraction, validator=is_share(1))
    #: The share of the ordered quantity that may be delivered beyond it; `None` where any may.
    over_tolerance: Fraction | None = attrs.field(
        default=None, converter=optional_fraction, validator=is_share(MAX_COUNT)
    )
    #: Whether an overdue line that is not complete counts as late or not at all.
    open_overdue: OpenOverdue = attrs.field(default="late", validator=one_of(*get_args(OpenOverdue)))
    #: Whose delays are excused: lateness that is not the supplier's own.
    excused_faults: frozenset[Fault] = attrs.field(default=frozenset(), converter=fault_set)
    #: What an excused delay does.
    excuse: Excuse = attrs.field(default="extend", validator=one_of(*get_args(Excuse)))
    #: The day by which a line belongs to a period; a line without a receipt has its promise only.
    counted_in: CountedIn = attrs.field(default="promise", validator=one_of(*get_args(CountedIn)))
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest counted lines or orders for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read."""
        idle = (
            ("over_tolerance", self.over_tolerance, self.over_tolerance is not None and not self.in_full, "in_full"),
            ("partial", self.partial, self.partial != "every" and not self._a_receipt_decides, "in_full=False by line"),
            ("excuse", self.excuse, self.excuse != "extend" and not self.excused_faults, "excused_faults"),
        )
        for name, value, has_no_effect, without in idle:
            if has_no_effect:
                place = f"DeliveryPerformance.{name}"
                hint = f"leave it out, or set {without}"
                raise InvalidValueError(f"{place} has no effect without {without}", value, hint=hint)

    @property
    def _a_receipt_decides(self) -> bool:
        return not self.in_full and self.level in ("line", "order")


#: How much of a line is good, from zero to what was ordered, or why it does not count; and the day it belongs to.
#: `None` while that is open.
_Verdict: TypeAlias = tuple[Decimal | LeftOut, date] | None

_NO_REQUEST: Final = LeftOut("order lines without a requested date left out")
_EXCUSED: Final = LeftOut("order lines late by an excused delay left out")

_ZERO: Final = Decimal(0)


def _rows(measure: DeliveryPerformance, index: FactIndex, as_of: date) -> RowsOf:
    judge = _judge(measure, index, as_of)
    level = measure.level
    if level == "order":
        return {Order: lambda order: _order_rows(order, judge)}

    def rows(line: OrderLine) -> Sequence[Row]:
        ordered = line.quantity
        if not ordered:
            return ()
        verdict = judge(line)
        if verdict is None:
            return ()
        credit, day = verdict
        if isinstance(credit, LeftOut):
            return ((line, day, credit, 1, 0, 0),)
        if level == "line":
            return ((line, day, "", 1 if credit else 0, 1, 1),)
        if level == "quantity":
            return ((line, day, line.unit, credit, ordered, 1),)
        worth = line_amount(line)
        good: Number = worth if credit == ordered else _share(worth, credit, ordered) if credit else 0
        return ((line, day, line.unit_price.currency, good, worth, 1),)

    return {OrderLine: rows}


def _share(worth: Decimal, credit: Decimal, ordered: Decimal) -> Fraction:
    return Fraction(worth) * Fraction(credit) / Fraction(ordered)


def _order_rows(order: Order, judge: Callable[[OrderLine], _Verdict]) -> Sequence[Row]:
    """Return the row of an order, once the outcome of each of its lines is known."""
    good, last = True, date.min
    for line in order.lines:
        if not line.quantity:
            return ()
        verdict = judge(line)
        if verdict is None:
            return ()
        credit, day = verdict
        if isinstance(credit, LeftOut):
            return ((order, day, credit, 1, 0, 0),)
        good, last = good and bool(credit), max(last, day)
    return ((order, last, "", int(good), 1, 1),)


def _is_open(
    measure: DeliveryPerformance, index: FactIndex, as_of: date
) -> Callable[[OrderLine], bool] | Callable[[Order], bool]:
    judge = _judge(measure, index, as_of)
    if measure.level == "order":
        return lambda order: any(line.quantity and judge(line) is None for line in order.lines)
    return lambda line: bool(line.quantity) and judge(line) is None


def _judge(measure: DeliveryPerformance, index: FactIndex, as_of: date) -> Callable[[OrderLine], _Verdict]:
    """Return the function that says of an ordered line how much of it was good, with all choices worked out once."""
    receipts_of = index.by(Receipt, "order_line").get
    delays_of = index.by(Delay, "order_line").get if measure.excused_faults else None
    whole = not measure.under_tolerance
    needed, of_needed = _ratio(1 - measure.under_tolerance)
    most = None if measure.over_tolerance is None else _ratio(1 + measure.over_tolerance)
    calendar, early_days, late_days = measure.calendar, measure.early_days, measure.late_days
    original, by_promise = measure.promise == "original", measure.counted_in == "promise"
    in_full = measure.in_full
    by_piece = not in_full and measure.level in ("quantity", "value")

    def excused(line: OrderLine) -> int:
        found = delays_of(line.id, ()) if delays_of is not None else ()
        return sum(delay.days for delay in found if delay.fault in measure.excused_faults)

    def judge(line: OrderLine) -> _Verdict:
        promise = line.promised_on if original else promise_of(line, measure.promise)
        if promise is None:
            return _NO_REQUEST, line.ordered_on
        ordered, grace = line.quantity, late_days
        pardon = excused(line) if delays_of is not None else 0
        if pardon and measure.excuse == "extend":
            grace += pardon
        last = shifted(promise, grace, calendar) if grace else promise
        first = None if early_days is None else shifted(promise, -early_days, calendar)
        inside = received = _ZERO
        arrivals = receipts_of(line.id, ())
        for receipt in arrivals:
            if receipt.wrong_item:
                continue
            received += receipt.quantity
            if receipt.received_on <= last and (first is None or first <= receipt.received_on):
                inside += receipt.quantity
        complete = received >= ordered if whole else received * of_needed >= ordered * needed
        if not complete and (as_of <= last or measure.open_overdue == "left_out"):
            return None
        day = promise if by_promise else _day_of(measure, line, promise, arrivals)
        if by_piece:
            credit = min(inside, ordered)
        elif in_full:
            good = inside >= ordered if whole else inside * of_needed >= ordered * needed
            if good and most is not None:
                good = received * most[1] <= ordered * most[0]
            credit = ordered if good else _ZERO
        else:
            credit = ordered if _in_time(measure.partial, arrivals, first, last, ordered) else _ZERO
        if pardon and credit < ordered and measure.excuse == "leave_out":
            return _EXCUSED, day
        return credit, day

    return judge


def _in_time(partial: Partial, arrivals: Sequence[Receipt], first: date | None, last: date, ordered: Decimal) -> bool:
    """Return whether the receipt that decides about a line lies in its window, whatever the quantity."""
    days = sorted((receipt.received_on, receipt.quantity) for receipt in arrivals if _came(receipt))
    if not days:
        return False

    def inside(day: date) -> bool:
        return day <= last and (first is None or first <= day)

    match partial:
        case "every":
            return all(inside(day) for day, _ in days)
        case "first":
            return inside(days[0][0])
        case "last":
            return inside(days[-1][0])
        case "completing":
            received = _ZERO
            for day, quantity in days:
                received += quantity
                if received >= ordered:
                    return inside(day)
            return False
        case _:
            assert_never(partial)


def _came(receipt: Receipt) -> bool:
    return bool(receipt.quantity) and not receipt.wrong_item


def _day_of(measure: DeliveryPerformance, line: OrderLine, promise: date, arrivals: Sequence[Receipt]) -> date:
    match measure.counted_in:
        case "promise":
            return promise
        case "order":
            return line.ordered_on
        case "receipt":
            return max((receipt.received_on for receipt in arrivals if _came(receipt)), default=promise)
        case _:
            assert_never(measure.counted_in)


def promise_of(line: OrderLine, promise: Promise) -> date | None:
    """Return the date that a line is held to, or `None` where it has none of that kind."""
    match promise:
        case "original":
            return line.promised_on
        case "latest":
            return line.latest_promise_on or line.promised_on
        case "requested":
            return line.requested_on
        case _:
            assert_never(promise)


def shifted(day: date, days: int, calendar: WorkCalendar | None) -> date:
    """Move a day by calendar or working days, stopping at either end of the calendar: no receipt lies beyond it."""
    if calendar is not None:
        return calendar.shift(day, days)
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def _ratio(share: Fraction) -> tuple[Decimal, Decimal]:
    return Decimal(share.numerator), Decimal(share.denominator)


def _figure(
    measure: DeliveryPerformance,
    everything: Mapping[Key, Cells],
    by: Sequence[Dimension],  # noqa: ARG001  one signature for all kinds
) -> FigureOf:
    parts = {str(part) for cells in everything.values() for part in counted(cells)}
    if measure.level == "value":
        one_currency(measure.id, parts)
    counts_trials = measure.level in ("line", "order") and measure.decay is None

    def figure(_key: Key, cells: Cells) -> Figure:
        found = ratio(cells, trials="denominator" if counts_trials else None)
        units = sorted(str(part) for part in counted(cells)) if measure.level == "quantity" else []
        if len(units) > 1:
            why = f"quantities in several units have no sum: {', '.join(unit or '(none)' for unit in units)}"
            return attrs.evolve(found, why_not=why)
        return found

    return figure


#: How delivery performance counts.
DELIVERY: Final = Counting(
    rows=_rows,
    figure=_figure,
    nothing="no order line fell due in the period",
    is_open=_is_open,
)
