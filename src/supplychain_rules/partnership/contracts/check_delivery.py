"""Whether order lines came when and as they were promised: late, early, short, beyond the order, or the wrong item.

The words are those of `DeliveryPerformance`: promise, window, tolerances, excused delays. A line is late once the last
day allowed has passed and too little has come by then; an open line is late as of the day of the report, with the days
until then. Of a late line each part bears its own days.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeAlias, final

import attrs

from supplychain_rules.facts.trade import OrderLine, Receipt, line_amount
from supplychain_rules.measures.arrivals import came, promise_of, share_of, shifted
from supplychain_rules.measures.exact import Number, as_decimals
from supplychain_rules.partnership.contracts.breaches import Breach, BreachPart
from supplychain_rules.partnership.contracts.job import Job
from supplychain_rules.partnership.contracts.kinds import BreachKind
from supplychain_rules.partnership.contracts.terms import DeliveryTerms
from supplychain_rules.values.label import Label

__all__ = ["NO_PROMISE", "check_delivery", "last_day"]

#: Why a line is held to nothing.
NO_PROMISE: Final = Label("order lines without a requested date", "没有要求交货日期的订单行")

_ZERO: Final = Decimal(0)

#: First and last day allowed; the first is `None` where no delivery is too early.
_Window: TypeAlias = tuple[date | None, date]


def check_delivery(job: Job) -> None:
    """Add the breaches of the delivery terms."""
    spans = list(job.spans(DeliveryTerms))
    for start, end, terms in spans:
        lines = job.lines
        if len(spans) > 1 or start > job.start or end < job.end:
            lines = [line for line in lines if start <= line.ordered_on < end]
        _check_lines(job, terms, lines)


def last_day(job: Job, terms: DeliveryTerms, line: OrderLine) -> date:
    """Return the last day on which a line is in time, excused delays included; without a promise the first day ever."""
    promise = promise_of(line, terms.promise)
    if promise is None:
        return date.min
    excused = (one.days for one in job.delays.get(line.id, ()) if one.fault in terms.excused_faults)
    return _window(terms, promise, sum(excused))[1]


def _check_lines(job: Job, terms: DeliveryTerms, lines: Iterable[OrderLine]) -> None:
    """Judge lines; most came at once, in full and in time, and are passed by without a second look."""
    receipt_of, as_of = job.receipts.get, job.as_of
    original, promised = terms.promise == "original", terms.promise
    judge = _judge(job, terms)
    windows: dict[date, _Window] = {}
    for line in lines:
        promise = line.promised_on if original else promise_of(line, promised)
        if promise is None:
            job.leave(terms.id, NO_PROMISE, f"order_lines/{line.id}")
            continue
        window = windows.get(promise)
        if window is None:
            window = windows[promise] = _window(terms, promise, 0)
        first, last = window
        receipt = receipt_of(line.id)
        if receipt is None:
            if as_of <= last:
                continue
        elif not isinstance(receipt, list):
            on = receipt.received_on
            if (
                on <= last
                and receipt.quantity == line.quantity
                and not receipt.wrong_item
                and (first is None or first <= on)
            ):
                continue
        judge(line, promise)


def _window(terms: DeliveryTerms, promise: date, pardon: int) -> _Window:
    first = None if terms.early_days is None else shifted(promise, -terms.early_days, terms.calendar)
    grace = terms.late_days + pardon
    return first, shifted(promise, grace, terms.calendar) if grace else promise


@final
@attrs.frozen
class _Finding:
    """What a line is judged by, so that each kind of breach can be told in one call."""

    job: Job
    terms: DeliveryTerms
    line: OrderLine

    def add(  # noqa: PLR0913  what the kinds of breach have in common
        self,
        kind: BreachKind,
        on: date,
        quantity: Decimal,
        facts: Iterable[Receipt],
        *,
        due_on: date | None = None,
        last_on: date | None = None,
        until: date | None = None,
        is_open: bool = False,
        parts: tuple[BreachPart, ...] = (),
        delays: Iterable[str] = (),
    ) -> None:
        """Add a breach of so many units of the line."""
        job, line = self.job, self.line
        job.check_currency(line.unit_price, f"order_lines/{line.id}")
        whole = line_amount(line)
        subject = f"order_lines/{line.id}"
        value: Number = share_of(whole, quantity, line.quantity)
        job.breaches.append(
            Breach(
                kind=kind,
                clause=self.terms.id,
                debtor=job.supplier,
                creditor=job.payer,
                on=on,
                governed_on=line.ordered_on,
                subject=subject,
                facts=(subject, *(f"receipts/{one.id}" for one in facts), *delays),
                item=line.item,
                due_on=due_on,
                last_on=last_on,
                until=until,
                is_open=is_open,
                quantity=quantity,
                value=value,
                whole=whole,
                parts=parts,
            )
        )


def _judge(job: Job, terms: DeliveryTerms) -> Callable[[OrderLine, date], None]:
    """Return the function that judges a line and its promise, with all choices worked out once."""
    as_of, excused = job.as_of, terms.excused_faults
    delays_of = job.delays.get if excused else None
    needed, of_needed = as_decimals(1 - terms.under_tolerance)
    most = None if terms.over_tolerance is None else as_decimals(1 + terms.over_tolerance)

    def judge(line: OrderLine, promise: date) -> None:
        finding = _Finding(job, terms, line)
        delays = [] if delays_of is None else [one for one in delays_of(line.id, ()) if one.fault in excused]
        pardon = sum(one.days for one in delays)
        first, last = _window(terms, promise, pardon)
        due = shifted(promise, pardon, terms.calendar) if pardon else promise
        ordered, every = line.quantity, job.receipts_of(line.id)
        arrivals = [one for one in every if came(one)]
        wrong = [one for one in every if one.wrong_item and one.quantity]
        if wrong:
            quantity = sum((one.quantity for one in wrong), _ZERO)
            finding.add("wrong_item", wrong[0].received_on, quantity, wrong)
        if first is not None and arrivals and arrivals[0].received_on < first:
            early = [one for one in arrivals if one.received_on < first]
            finding.add(
                "early_delivery",
                early[0].received_on,
                sum((one.quantity for one in early), _ZERO),
                early,
                due_on=promise,
                last_on=first,
            )
        received = _ZERO
        sufficient, exceeded_on, behind = False, None, _ZERO
        parts: list[BreachPart] = []
        late: list[Receipt] = []
        for arrival in arrivals:
            if arrival.received_on > last and not sufficient:
                size = min(arrival.quantity, ordered - received)
                behind += size
                parts.append(BreachPart(size=size, until=arrival.received_on))
                late.append(arrival)
            received += arrival.quantity
            sufficient = sufficient or received * of_needed >= ordered * needed
            if exceeded_on is None and most is not None and received * most[1] > ordered * most[0]:
                exceeded_on = arrival.received_on
        if exceeded_on is not None:
            finding.add("over_delivery", exceeded_on, received - ordered, arrivals)
        if as_of <= last:
            return
        rest = ordered - received
        closed = line.status is not None and line.status in terms.closed_states
        if not sufficient and closed:
            begun = max(_next(last), line.known_on)
            finding.add("short_delivery", begun, rest, arrivals, due_on=due, last_on=last)
        elif not sufficient:
            behind += rest
            parts.append(BreachPart(size=rest, until=as_of, is_open=True))
        if parts:
            finding.add(
                "late_delivery",
                _next(last),
                behind,
                late,
                due_on=due,
                last_on=last,
                until=parts[-1].until,
                is_open=parts[-1].is_open,
                parts=tuple(parts),
                delays=[f"delays/{one.id}" for one in delays],
            )

    return judge


def _next(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day
