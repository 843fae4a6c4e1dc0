"""Folding order lines and receipts into delivery performance, in one pass over the lines."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, assert_never, final

import attrs

from supplychain_rules.facts.trade import OrderLine, Receipt, line_amount
from supplychain_rules.rules.measure import DeliveryPerformance, Promise
from supplychain_rules.rules.measure_tally import EXACT, ONE, ZERO, Tally, one_currency
from supplychain_rules.values.period import Period

__all__ = ["fold_delivery"]

_add: Final = EXACT.add
_multiply: Final = EXACT.multiply


def fold_delivery(
    measure: DeliveryPerformance,
    lines: Iterable[OrderLine],
    receipts: Mapping[str, Sequence[Receipt]],
    *,
    period: Period,
    as_of: date,
) -> dict[str, Tally]:
    """Return each supplier's tally: what was good of what is counted.

    Raises:
        InvalidValueError: the level is `value` and the lines have more than one currency.
    """
    sums: dict[str, _Sums] = {}
    currencies: set[str] = set()
    window = _Window.of(measure, as_of)
    start, end = period.start, period.end
    for line in lines:
        if not line.quantity:
            continue
        promise = _promise_of(line, measure.promise)
        if promise is None:
            sums.setdefault(line.supplier, _Sums()).left_out += 1
            continue
        if not start <= promise < end:
            continue
        credit = _credit(window, line.quantity, promise, receipts.get(line.id, ()))
        if credit is None:
            continue
        weight = ONE
        match measure.level:
            case "line":
                pass
            case "quantity":
                weight = line.quantity
            case "value":
                weight = line_amount(line)
                currencies.add(line.unit_price.currency)
            case _:
                assert_never(measure.level)
        sums.setdefault(line.supplier, _Sums()).count(weight, credit, line.quantity)
    one_currency(measure.id, currencies)
    return {supplier: found.tally() for supplier, found in sums.items()}


@final
@attrs.define
class _Sums:
    """A supplier's running sums: decimals while lines are all good or all bad, fractions for parts of a value."""

    good: Decimal = ZERO
    good_parts: Fraction = Fraction(0)
    counted: Decimal = ZERO
    evidence: int = 0
    left_out: int = 0

    def count(self, weight: Decimal, credit: Decimal, ordered: Decimal) -> None:
        """Count a line of `ordered` pieces, `credit` of them good, that weighs `weight` in all."""
        self.evidence += 1
        self.counted = _add(self.counted, weight)
        if credit == ordered:
            self.good = _add(self.good, weight)
        elif credit:
            self.good_parts += Fraction(weight) * Fraction(credit) / Fraction(ordered)

    def tally(self) -> Tally:
        return Tally(
            numerator=Fraction(self.good) + self.good_parts,
            denominator=Fraction(self.counted),
            evidence=self.evidence,
            left_out=self.left_out,
        )


@final
@attrs.frozen(kw_only=True)
class _Window:
    """A measure's choices, worked out once for all lines."""

    early: timedelta | None
    late: timedelta
    as_of: date
    #: Whether pieces are credited one by one.
    by_piece: bool
    #: Whether a line is good only when enough of it arrived inside the window.
    in_full: bool
    #: Share of the ordered quantity that completes a line, as numerator and denominator.
    needed: tuple[Decimal, Decimal]
    #: Largest share of the ordered quantity that may arrive, or `None`.
    allowed: tuple[Decimal, Decimal] | None

    @staticmethod
    def of(measure: DeliveryPerformance, as_of: date) -> "_Window":
        """Prepare a measure for folding."""
        return _Window(
            early=None if measure.early_days is None else timedelta(days=measure.early_days),
            late=timedelta(days=measure.late_days),
            as_of=as_of,
            by_piece=not measure.in_full and measure.level != "line",
            in_full=measure.in_full,
            needed=_ratio(1 - measure.under_tolerance),
            allowed=None if measure.over_tolerance is None else _ratio(1 + measure.over_tolerance),
        )


def _credit(window: _Window, ordered: Decimal, promise: date, arrivals: Sequence[Receipt]) -> Decimal | None:
    """Return how much of a line is good, from zero to `ordered`; `None` while its outcome is open."""
    last = _shifted(promise, window.late)
    first = date.min if window.early is None else _shifted(promise, -window.early)
    inside = received = ZERO
    for receipt in arrivals:
        received = _add(received, receipt.quantity)
        if first <= receipt.received_on <= last:
            inside = _add(inside, receipt.quantity)
    if not _reaches(received, ordered, window.needed) and window.as_of <= last:
        return None
    if window.by_piece:
        return min(inside, ordered)
    if not window.in_full:
        return ordered if inside and inside == received else ZERO
    full = _reaches(inside, ordered, window.needed)
    if full and window.allowed is not None:
        full = not _exceeds(received, ordered, window.allowed)
    return ordered if full else ZERO


def _promise_of(line: OrderLine, promise: Promise) -> date | None:
    match promise:
        case "original":
            return line.promised_on
        case "latest":
            return line.latest_promise_on or line.promised_on
        case "requested":
            return line.requested_on
        case _:
            assert_never(promise)


def _shifted(day: date, by: timedelta) -> date:
    """Move a day, stopping at either end of the calendar: no receipt lies beyond it."""
    try:
        return day + by
    except OverflowError:
        return date.max if by > timedelta(0) else date.min


def _ratio(share: Fraction) -> tuple[Decimal, Decimal]:
    return Decimal(share.numerator), Decimal(share.denominator)


def _reaches(quantity: Decimal, ordered: Decimal, share: tuple[Decimal, Decimal]) -> bool:
    return _multiply(quantity, share[1]) >= _multiply(ordered, share[0])


def _exceeds(quantity: Decimal, ordered: Decimal, share: tuple[Decimal, Decimal]) -> bool:
    return _multiply(quantity, share[1]) > _multiply(ordered, share[0])
