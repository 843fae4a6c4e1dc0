"""Delivery time: lead times, delays and lateness in days, and what one asks of their distribution.

A mean hides its tail, so the days are kept as a distribution (how many lines took how many days), which adds up over
suppliers and months like any sum; means, medians and percentiles are then made of the sums, never of each other.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, Literal, TypeAlias, assert_never, cast, final, get_args

import attrs

from supplychain_rules.facts.trade import OrderLine
from supplychain_rules.measures.arrivals import (
    NO_REQUEST,
    OVERDUE,
    ArrivalBy,
    CountedIn,
    OpenDays,
    Promise,
    TimedBy,
    Verdict,
    check_under_tolerance,
    refuse_idle,
    timed,
)
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
    left_out_note,
)
from supplychain_rules.measures.decay import Decay
from supplychain_rules.measures.exact import fraction
from supplychain_rules.measures.fields import (
    decay_field,
    id_field,
    is_optional_calendar,
    is_optional_day_count,
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
from supplychain_rules.measures.statistics import STATISTICS, Statistic, check_percentile, statistic_of
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import exact_fraction

__all__ = ["DELIVERY_TIME", "DeliveryTime", "TimeLevel", "TimeOf"]

#: Which days: from order to arrival, or from promise to arrival with early ones below zero, as zero, or alone.
TimeOf = Literal["lead_time", "delay", "lateness", "earliness"]

#: What takes time: a line, or a whole order.
TimeLevel = Literal["line", "order"]


@final
@attrs.frozen(kw_only=True)
class DeliveryTime:
    """A statistic of the days that deliveries took: lead time, delay, lateness or earliness.

    - `lead_time` = day of arrival - day of the order;
    - `delay` = day of arrival - promise, below zero where it came early;
    - `lateness` = max(0, delay): an early delivery does not make up for a late one;
    - `earliness` = max(0, -delay).

    Days are calendar days, or the working days of `calendar` after the one day up to the other. Which receipt is the
    arrival is said by `to`; a line that has not arrived has no days until its promise has passed, and then
    those that `open_overdue` says. An order takes as long as the slowest of its lines.

    The value is in days, or, with `relative_to_days`, a ratio to so many days. The evidence is the number of lines or
    orders. The numerator and denominator of a mean are the sum of days and their number; other statistics have the
    denominator 1.

    Raises:
        InvalidValueError: a choice that does not exist or that nothing would read, as an `under_tolerance` of the
            first receipt; a percentile without a rank; a number out of range.

    >>> DeliveryTime(id="slow", of="lead_time", statistic="percentile", percentile="0.9").to
    'last'
    """

    id: str = id_field()
    label: Label | None = label_field()
    of: TimeOf = attrs.field(validator=one_of(*get_args(TimeOf)))
    statistic: Statistic = attrs.field(default="mean", validator=one_of(*STATISTICS))
    #: The rank of the statistic `percentile`: above 0, at most 1.
    percentile: Fraction | None = attrs.field(default=None, converter=optional_fraction)
    level: TimeLevel = attrs.field(default="line", validator=one_of(*get_args(TimeLevel)))
    #: The date that a line is held to. A line without a requested date is left out of `requested`.
    promise: Promise = attrs.field(default="original", validator=one_of(*get_args(Promise)))
    #: The calendar whose working days are counted; `None` for calendar days.
    calendar: WorkCalendar | None = attrs.field(default=None, validator=is_optional_calendar)
    #: Which receipt is the arrival: the first, the one that completes the line, or the last of a complete line.
    to: ArrivalBy = attrs.field(default="last", validator=one_of(*get_args(ArrivalBy)))
    #: The share of the ordered quantity that may be short of a complete line.
    under_tolerance: Fraction = attrs.field(default=Fraction(0), converter=exact_fraction, validator=is_share(1))
    #: Whether an overdue line that has not arrived is left out, or takes the days that have passed until now.
    open_overdue: OpenDays = attrs.field(default="left_out", validator=one_of(*get_args(OpenDays)))
    #: Days that the days are divided by, as a standard of 20 days; `None` for days.
    relative_to_days: int | None = attrs.field(default=None, validator=is_optional_day_count)
    #: The day by which a line belongs to a period; a line without a receipt has its promise only.
    counted_in: CountedIn = attrs.field(default="promise", validator=one_of(*get_args(CountedIn)))
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest lines or orders for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read."""
        check_percentile(self, self.statistic, self.percentile)
        check_under_tolerance(self, self.under_tolerance)
        if self.under_tolerance and self.to == "first":
            refuse_idle(self, "under_tolerance", self.under_tolerance, without="to='last' or 'completing'")


#: What is said of an order for what is said of one of its lines.
_OF_ORDERS: Final[Mapping[LeftOut, LeftOut]] = {
    NO_REQUEST: LeftOut("orders with a line without a requested date left out"),
    OVERDUE: LeftOut("overdue orders that have not arrived left out"),
}

#: The function from what takes time to the days of its slowest part.
_Judge: TypeAlias = Callable[[OrderLine], Verdict] | Callable[[Order], Verdict]


def _rows(measure: DeliveryTime, index: FactIndex, as_of: date) -> RowsOf:
    judge = _judge(measure, index, as_of)
    days_of = _days_of(measure.of)

    def rows(driver: OrderLine | Order) -> Sequence[Row]:
        verdict = judge(driver)  # type: ignore[arg-type]  # a judge of orders is given orders, one of lines lines
        if verdict is None or not _is_live(driver):
            return ()
        days, day, _ = verdict
        return ((driver, day, days, 1, 0, 0) if isinstance(days, LeftOut) else (driver, day, days_of(days), 1, 0, 1),)

    return {Order if measure.level == "order" else OrderLine: rows}


def _is_open(measure: DeliveryTime, index: FactIndex, as_of: date) -> Callable[[OrderLine | Order], bool]:
    judge = _judge(measure, index, as_of)

    def is_open(driver: OrderLine | Order) -> bool:
        verdict = judge(driver)  # type: ignore[arg-type]  # as in rows
        return _is_live(driver) and (verdict is None or not verdict[2])

    return is_open


def _is_live(driver: OrderLine | Order) -> bool:
    """Return whether a line was not cancelled; an order holds cancelled lines only where it has no others."""
    line = driver if isinstance(driver, OrderLine) else driver.lines[0]
    return bool(line.quantity)


def _judge(measure: DeliveryTime, index: FactIndex, as_of: date) -> _Judge:
    of_line = timed(measure, index, as_of, from_order=measure.of == "lead_time")
    if measure.level == "line":
        return of_line
    return lambda order: _slowest(order, of_line)


def _slowest(order: Order, of_line: TimedBy) -> Verdict:
    """Return the days of an order: those of its slowest line, once each line has days."""
    slowest, last, settled, left_out = None, date.min, True, None
    for line in order.lines:
        verdict = of_line(line)
        if verdict is None:
            return None
        days, day, is_settled = verdict
        last, settled = max(last, day), settled and is_settled
        if isinstance(days, LeftOut):
            left_out = left_out or _OF_ORDERS[days]
        else:
            slowest = days if slowest is None else max(slowest, days)
    if left_out is not None:
        return left_out, last, settled
    return cast("int", slowest), last, settled


def _days_of(of: TimeOf) -> Callable[[int], int]:
    match of:
        case "lead_time" | "delay":
            return lambda days: days
        case "lateness":
            return lambda delay: max(0, delay)
        case "earliness":
            return lambda delay: max(0, -delay)
        case _:
            assert_never(of)


def _figure(measure: DeliveryTime, _everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    over = measure.relative_to_days or 1
    unit = "" if measure.relative_to_days else "days²" if measure.statistic == "variance" else "days"

    def figure(_key: Key, cells: Cells) -> Figure:
        lines = counted(cells)
        counts = {Fraction(cast("int", days), over): fraction(sums.numerator) for days, sums in lines.items()}
        weight = sum(counts.values(), Fraction(0))
        numerator, denominator = Fraction(0), weight
        if weight and measure.statistic == "mean":
            numerator = sum((days * count for days, count in counts.items()), Fraction(0))
        elif weight:
            numerator, denominator = statistic_of(counts, measure.statistic, measure.percentile), Fraction(1)
        return Figure(
            numerator=numerator,
            denominator=denominator,
            evidence=sum(sums.evidence for sums in lines.values()),
            unit=unit,
            why_not="" if weight else "all that counts has lost its weight",
            note=left_out_note(cells),
        )

    return figure


#: How delivery times count.
DELIVERY_TIME: Final = Counting(
    rows=_rows,
    figure=_figure,
    nothing="no order line arrived in the period",
    is_open=_is_open,
)
