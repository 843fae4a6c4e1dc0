"""When an order line was due and when it came: what all delivery measures read of a line and its receipts.

A line carries three dates that people call due, and may come in parts, too much of it, or not at all. What counts as
*the* day of its arrival is therefore a choice, made by the measures and worked out here.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, NoReturn, Protocol, TypeAlias, assert_never

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures.counting import LeftOut
from supplychain_rules.measures.exact import Number
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.values.calendar import WorkCalendar

__all__ = [
    "NO_REQUEST",
    "OVERDUE",
    "ArrivalBy",
    "CountedIn",
    "OpenDays",
    "Promise",
    "Timed",
    "TimedBy",
    "Verdict",
    "arrival_reader",
    "as_decimals",
    "came",
    "check_under_tolerance",
    "counted_day",
    "days_from",
    "promise_of",
    "refuse_idle",
    "share_of",
    "shifted",
    "timed",
]

#: Which date an order line is held to: the original promise, the latest one, or the buyer's request.
Promise = Literal["original", "latest", "requested"]

#: Which receipt is the arrival of a line: its first, its last once it is complete, or the one that completes it.
ArrivalBy = Literal["first", "last", "completing"]

#: The day by which a line belongs to a period: its promise, its order, or its last receipt.
CountedIn = Literal["promise", "order", "receipt"]

#: What the days of an overdue line are that has not arrived: none, or those that have passed until now.
OpenDays = Literal["left_out", "so_far"]

#: Why a line has no promise to be held to.
NO_REQUEST: Final = LeftOut("order lines without a requested date left out")

#: Why an overdue line has no days.
OVERDUE: Final = LeftOut("overdue order lines that have not arrived left out")

_ZERO: Final = Decimal(0)


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


def days_from(start: date, end: date, calendar: WorkCalendar | None) -> int:
    """Return how many calendar or working days lie between two days, below zero where the end is earlier."""
    return (end - start).days if calendar is None else calendar.days_between(start, end)


def came(receipt: Receipt) -> bool:
    """Return whether a receipt brought anything that was ordered."""
    return bool(receipt.quantity) and not receipt.wrong_item


def counted_day(counted_in: CountedIn, line: OrderLine, promise: date, arrivals: Sequence[Receipt]) -> date:
    """Return the day by which a line belongs to a period; a line without a receipt has its promise only."""
    match counted_in:
        case "promise":
            return promise
        case "order":
            return line.ordered_on
        case "receipt":
            return max((receipt.received_on for receipt in arrivals if came(receipt)), default=promise)
        case _:
            assert_never(counted_in)


def as_decimals(share: Fraction) -> tuple[Decimal, Decimal]:
    """Return a share as two decimals, above and below, so that comparing a quantity with it never divides."""
    return Decimal(share.numerator), Decimal(share.denominator)


def share_of(worth: Decimal, part: Decimal, ordered: Decimal) -> Number:
    """Return what a part of a line is worth; a whole stays a decimal, which adds up faster than a fraction."""
    if part == ordered:
        return worth
    return Fraction(worth) * Fraction(part) / Fraction(ordered) if part else 0


def arrival_reader(by: ArrivalBy, under_tolerance: Fraction) -> Callable[[Sequence[Receipt], Decimal], date | None]:
    """Return the function from the receipts of a line and its quantity to the day on which it arrived, if it has.

    By `first` it is the day of the first receipt, whatever the quantity; by `completing` that of the receipt with
    which the quantity reaches ordered x (1 - `under_tolerance`); by `last` that of the last receipt of such a line.
    """
    needed, of_needed = as_decimals(1 - under_tolerance)

    def arrived(arrivals: Sequence[Receipt], ordered: Decimal) -> date | None:
        days = sorted((receipt.received_on, receipt.quantity) for receipt in arrivals if came(receipt))
        if by == "first":
            return days[0][0] if days else None
        received = _ZERO
        for day, quantity in days:
            received += quantity
            if received * of_needed >= ordered * needed:
                return day if by == "completing" else days[-1][0]
        return None

    return arrived


class Timed(Protocol):
    """What a measure of days must say."""

    @property
    def promise(self) -> Promise:
        """Which date a line is held to."""

    @property
    def calendar(self) -> WorkCalendar | None:
        """The calendar whose working days are counted."""

    @property
    def to(self) -> ArrivalBy:
        """Which receipt is the arrival."""

    @property
    def under_tolerance(self) -> Fraction:
        """The share of the quantity that may be short of an arrived line."""

    @property
    def open_overdue(self) -> OpenDays:
        """What the days of an overdue line are."""

    @property
    def counted_in(self) -> CountedIn:
        """By which day a line belongs to a period."""


#: Days or why there are none, the day the line belongs to, and whether a later day alone leaves that as it is.
#: `None` where the line may still arrive in time.
Verdict: TypeAlias = tuple[int | LeftOut, date, bool] | None

#: The function from a line to its days.
TimedBy: TypeAlias = Callable[[OrderLine], Verdict]


def timed(measure: Timed, index: FactIndex, as_of: date, *, from_order: bool) -> TimedBy:
    """Return the function from an ordered line to the days from its promise, or from its order, to its arrival."""
    receipts_of = index.by(Receipt, "order_line").get
    arrived_on = arrival_reader(measure.to, measure.under_tolerance)
    promised, calendar = measure.promise, measure.calendar
    so_far, counted_in = measure.open_overdue == "so_far", measure.counted_in

    def judge(line: OrderLine) -> Verdict:
        promise = promise_of(line, promised)
        if promise is None:
            return NO_REQUEST, line.ordered_on, True
        arrivals = receipts_of(line.id, ())
        arrived = arrived_on(arrivals, line.quantity)
        day = counted_day(counted_in, line, promise, arrivals)
        if arrived is not None:
            return days_from(line.ordered_on if from_order else promise, arrived, calendar), day, True
        if as_of <= promise:
            return None
        if so_far:
            return days_from(line.ordered_on if from_order else promise, as_of, calendar), day, False
        return OVERDUE, day, True

    return judge


def refuse_idle(measure: object, name: str, value: object, *, without: str) -> NoReturn:
    """Refuse a choice that nothing would read.

    Raises:
        InvalidValueError: always; the caller knows that the choice is idle.
    """
    place = f"{type(measure).__name__}.{name}"
    hint = f"leave it out, or set {without}"
    raise InvalidValueError(f"{place} has no effect without {without}", value, hint=hint)


def check_under_tolerance(measure: object, under_tolerance: Fraction) -> None:
    """Refuse a tolerance of the whole quantity, by which every line would be complete before anything came."""
    if under_tolerance == 1:
        place = f"{type(measure).__name__}.under_tolerance"
        raise InvalidValueError(f"{place} lets nothing at all be complete", under_tolerance, hint="stay below 1")
