"""Delivery performance: on time (OTD), on time in full (OTIF), and every choice that such a rate has to make.

Systems in use define it by accident. Here the definition is an object, so that its variants run side by
side on the same facts.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias, assert_never, final, get_args

import attrs

from supplychain_rules.facts.fields import Fault, is_boolean, one_of
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt, line_amount
from supplychain_rules.measures.arrivals import (
    NO_REQUEST,
    CountedIn,
    Promise,
    arrival_reader,
    came,
    check_under_tolerance,
    counted_day,
    promise_of,
    share_of,
    shifted,
)
from supplychain_rules.measures.counting import (
    Cells,
    Counting,
    Dimension,
    FigureOf,
    LeftOut,
    Row,
    RowsOf,
    ratio_by_level,
)
from supplychain_rules.measures.decay import Decay
from supplychain_rules.measures.exact import as_decimals
from supplychain_rules.measures.fields import (
    MAX_COUNT,
    decay_field,
    fault_set,
    id_field,
    is_count,
    is_optional_calendar,
    is_optional_count,
    is_share,
    label_field,
    minimum_evidence_field,
    optional_fraction,
    refuse_idle,
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
    "INCOMPLETE",
    "DeliveryLevel",
    "DeliveryPerformance",
    "Excuse",
    "OpenOverdue",
    "Partial",
]

#: What a delivery measure counts: lines, whole orders, pieces, or money.
DeliveryLevel = Literal["line", "order", "quantity", "value"]

#: Which receipt of a line that came in parts decides whether it was on time.
Partial = Literal["every", "first", "last", "completing"]

#: What an overdue line is of which nothing, or too little, has come.
OpenOverdue = Literal["late", "left_out"]

#: What an excused delay does: the window is extended by its days, or what is late only by these days is left out.
Excuse = Literal["extended", "left_out"]


def _counts_lines(measure: "DeliveryPerformance") -> bool:
    return measure.level in ("line", "order")


@final
@attrs.frozen(kw_only=True)
class DeliveryPerformance:
    """The share of what fell due that arrived inside its window: on time (OTD) or on time in full (OTIF).

    A line counts once its outcome is known: when it is complete (the quantity received, at any time, reaches
    ordered x (1 - `under_tolerance`)), or when the last day of its window has passed. A line that is overdue
    and open therefore counts as late (`open_overdue`), and one that may still arrive in time does not count yet.

    The window runs from `early_days` before the promise to `late_days` after it, both included.
    What counts is a line, an order, a piece, or a unit of money (`level`):

    - `line` and `in_full`: a line is good when the quantity received inside the window, over all its
      receipts, suffices in the same way, and the quantity received at any time does not exceed
      ordered x (1 + `over_tolerance`);
    - `line` without `in_full`: quantity does not matter; a line is good when the receipt that
      `partial` names came inside the window;
    - `order`: an order is good when all its lines are; it falls due with the last of them;
    - `quantity` or `value` without `in_full` (their default): each ordered piece is good when it
      arrived inside the window; what was received beyond the order is capped and not credited;
    - `quantity` or `value` with `in_full`: the whole quantity or value of the lines that are good.

    The value is good / counted, from 0 to 1; the evidence is the number of lines, or of orders,
    counted. Cancelled lines (quantity zero) and receipts of the wrong item do not count. What is left out
    by choice is counted in the note, never dropped in silence.

    Days of delay that another party answers for (`excused_faults`) lengthen the window. By `extended` the line is
    then judged like any other; by `left_out` it is left out where it is good only because of them, and pieces
    are left out one by one. Lateness beyond the excused days is the supplier's own either way.

    Raises:
        InvalidValueError: a choice that does not exist, a count out of range, a tolerance outside 0..1
            (`under_tolerance`, 1 excluded) or 0..10,000 (`over_tolerance`), or a choice that nothing would
            read: `over_tolerance` without `in_full`, `partial` where no receipt decides, `excuse` without
            `excused_faults`, a `calendar` without days to count.

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
    calendar: WorkCalendar | None = attrs.field(default=None, validator=is_optional_calendar)
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
    excuse: Excuse = attrs.field(default="extended", validator=one_of(*get_args(Excuse)))
    #: The day by which a line belongs to a period; a line without a receipt has its promise only.
    counted_in: CountedIn = attrs.field(default="promise", validator=one_of(*get_args(CountedIn)))
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest counted lines or orders for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read, and a tolerance that asks for nothing."""
        counts_days = self.early_days or self.late_days or self.excused_faults
        if not self.in_full:
            refuse_idle(self, "over_tolerance", without="in_full")
        if self.in_full or self.level not in ("line", "order"):
            refuse_idle(self, "partial", without="in_full=False by line")
        if not self.excused_faults:
            refuse_idle(self, "excuse", without="excused_faults")
        if not counts_days:
            refuse_idle(self, "calendar", without="days to count")
        check_under_tolerance(self, self.under_tolerance)


#: How much of a line is good and how much of it counts, up to what was ordered, or why it does not count; and the day
#: it belongs to. `None` while that is open.
_Verdict: TypeAlias = tuple[Decimal | LeftOut, Decimal, date] | None

#: The function from an ordered line to its verdict.
_Judge: TypeAlias = Callable[[OrderLine], _Verdict]

#: Why an overdue line without its goods does not count, where that is the choice.
INCOMPLETE: Final = LeftOut("overdue order lines that are not complete left out")
_EXCUSED: Final = LeftOut("order lines late by an excused delay left out")
_EXCUSED_IN_PART: Final = LeftOut("order lines late in part by an excused delay, and that part left out")

#: What is said of an order for what is said of one of its lines.
_OF_ORDERS: Final[Mapping[LeftOut, LeftOut]] = {
    NO_REQUEST: LeftOut("orders with a line without a requested date left out"),
    INCOMPLETE: LeftOut("overdue orders that are not complete left out"),
    _EXCUSED: LeftOut("orders late by an excused delay left out"),
}

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
        credit, counting, day = verdict
        if isinstance(credit, LeftOut):
            return ((line, day, credit, 1, 0, 0),)
        if level == "line":
            return ((line, day, "", 1 if credit else 0, 1, 1),)
        row: Row
        if level == "quantity":
            row = (line, day, line.unit, credit, counting, 1)
        else:
            worth = line_amount(line)
            good, of = (share_of(worth, part, ordered) for part in (credit, counting))
            row = (line, day, line.unit_price.currency, good, of, 1)
        return (row,) if counting == ordered else (row, (line, day, _EXCUSED_IN_PART, 1, 0, 0))

    return {OrderLine: rows}


def _order_rows(order: Order, judge: _Judge) -> Sequence[Row]:
    """Return the row of an order, once the outcome of each of its lines is known; one bad line settles a bad order."""
    good, last, left_out = True, date.min, None
    for line in order.lines:
        verdict = judge(line) if line.quantity else None
        if verdict is None:
            return ()
        credit, _, day = verdict
        last = max(last, day)
        if isinstance(credit, LeftOut):
            left_out = left_out or _OF_ORDERS[credit]
        elif not credit:
            good = False
    if left_out is not None and good:
        return ((order, last, left_out, 1, 0, 0),)
    return ((order, last, "", int(good), 1, 1),)


def _is_open(
    measure: DeliveryPerformance, index: FactIndex, as_of: date
) -> Callable[[OrderLine], bool] | Callable[[Order], bool]:
    judge = _judge(measure, index, as_of)
    if measure.level == "order":
        return lambda order: any(line.quantity and judge(line) is None for line in order.lines)
    return lambda line: bool(line.quantity) and judge(line) is None


def _judge(measure: DeliveryPerformance, index: FactIndex, as_of: date) -> _Judge:
    """Return the function that says of an ordered line how much of it was good, with all choices worked out once."""
    receipts_of = index.by(Receipt, "order_line").get
    pardon_of = _pardon(measure.excused_faults, index) if measure.excused_faults else None
    whole = not measure.under_tolerance
    needed, of_needed = as_decimals(1 - measure.under_tolerance)
    calendar, early_days, late_days = measure.calendar, measure.early_days, measure.late_days
    original, counted_in = measure.promise == "original", measure.counted_in
    leaves_out, late_if_open = measure.excuse == "left_out", measure.open_overdue == "late"
    credit_of = _credit(measure)

    def judge(line: OrderLine) -> _Verdict:
        promise = line.promised_on if original else promise_of(line, measure.promise)
        if promise is None:
            return NO_REQUEST, _ZERO, line.ordered_on
        ordered, arrivals = line.quantity, receipts_of(line.id, ())
        pardon = pardon_of(line) if pardon_of is not None else 0
        grace = late_days + pardon
        last = shifted(promise, grace, calendar) if grace else promise
        received = _ZERO
        for receipt in arrivals:
            if not receipt.wrong_item:
                received += receipt.quantity
        complete = received >= ordered if whole else received * of_needed >= ordered * needed
        if not complete and as_of <= last:
            return None
        day = promise if counted_in == "promise" else counted_day(counted_in, line, promise, arrivals)
        if not complete and not late_if_open:
            return INCOMPLETE, _ZERO, day
        first = None if early_days is None else shifted(promise, -early_days, calendar)
        credit = credit_of(ordered, received, arrivals, first, last)
        if not (pardon and leaves_out and credit):
            return credit, ordered, day
        own = credit_of(ordered, received, arrivals, first, shifted(promise, late_days, calendar))
        counting = ordered - (credit - own)
        return (own, counting, day) if counting else (_EXCUSED, _ZERO, day)

    return judge


def _pardon(excused: frozenset[Fault], index: FactIndex) -> Callable[[OrderLine], int]:
    """Return the function from a line to the days by which others held it up."""
    delays_of = index.by(Delay, "order_line").get
    return lambda line: sum(delay.days for delay in delays_of(line.id, ()) if delay.fault in excused)


#: From the ordered quantity, the received one, the receipts and the window to the quantity that is good.
_CreditOf: TypeAlias = Callable[[Decimal, Decimal, Sequence[Receipt], date | None, date], Decimal]


def _credit(measure: DeliveryPerformance) -> _CreditOf:
    """Return the function that says how much of a line is good in a window: all, nothing, or the pieces inside."""
    if measure.in_full:
        return _whole_lines(measure.under_tolerance, measure.over_tolerance)
    if measure.level in ("quantity", "value"):
        return lambda ordered, _received, arrivals, first, last: min(_inside(arrivals, first, last), ordered)
    return _by_receipt(measure.partial, measure.under_tolerance)


def _inside(arrivals: Sequence[Receipt], first: date | None, last: date) -> Decimal:
    """Return the quantity that came inside a window."""
    inside = _ZERO
    for receipt in arrivals:
        on = receipt.received_on
        if on <= last and (first is None or first <= on) and not receipt.wrong_item:
            inside += receipt.quantity
    return inside


def _whole_lines(under_tolerance: Fraction, over_tolerance: Fraction | None) -> _CreditOf:
    needed, of_needed = as_decimals(1 - under_tolerance)
    most = None if over_tolerance is None else as_decimals(1 + over_tolerance)

    def credit(
        ordered: Decimal, received: Decimal, arrivals: Sequence[Receipt], first: date | None, last: date
    ) -> Decimal:
        good = _inside(arrivals, first, last) * of_needed >= ordered * needed
        if good and most is not None:
            good = received * most[1] <= ordered * most[0]
        return ordered if good else _ZERO

    return credit


def _by_receipt(partial: Partial, under_tolerance: Fraction) -> _CreditOf:
    """Return the function that looks at the days of the receipts that decide, whatever the quantity."""
    completed_on = arrival_reader("completing", under_tolerance)

    def deciding(arrivals: Sequence[Receipt], ordered: Decimal) -> Sequence[date]:
        days = [receipt.received_on for receipt in arrivals if came(receipt)]
        match partial:
            case "every":
                return days
            case "first":
                return [min(days)] if days else []
            case "last":
                return [max(days)] if days else []
            case "completing":
                completed = completed_on(arrivals, ordered)
                return [] if completed is None else [completed]
            case _:
                assert_never(partial)

    def credit(
        ordered: Decimal, _received: Decimal, arrivals: Sequence[Receipt], first: date | None, last: date
    ) -> Decimal:
        days = deciding(arrivals, ordered)
        good = bool(days) and max(days) <= last and (first is None or first <= min(days))
        return ordered if good else _ZERO

    return credit


def _figure(measure: DeliveryPerformance, everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    of_trials = measure.level in ("line", "order") and measure.decay is None
    return ratio_by_level(measure.id, measure.level, everything, of_trials=of_trials)


#: How delivery performance counts.
DELIVERY: Final = Counting(
    rows=_rows,
    figure=_figure,
    nothing="no order line fell due in the period",
    is_open=_is_open,
)
