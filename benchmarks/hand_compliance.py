"""The check of delivery terms written by hand: one loop over the lines, as somebody would write it without a library.

It knows the terms of the workload by heart, and passes by the usual line, which came at once, in full and in time.
"""

from datetime import date
from decimal import Decimal
from typing import TypeAlias

from compliance_workload import AS_OF, TERMS

from supplychain_rules import Ledger
from supplychain_rules.facts.trade import OrderLine

__all__ = ["Found", "hand_breaches"]

#: Kind, line, first day, units, days beyond the last day allowed, what these units are worth, and its receipts.
Found: TypeAlias = tuple[str, str, date, Decimal, int | None, Decimal, tuple[str, ...]]

#: Day, id and quantity of a receipt.
Arrival: TypeAlias = tuple[int, str, Decimal]

_NEEDED, _MOST = Decimal("0.98"), Decimal("1.05")


def hand_breaches(ledger: Ledger) -> list[Found]:
    """Return the breaches of the supplier V7, by day, kind and line."""
    receipts: dict[str, list[Arrival]] = {}
    for receipt in ledger.receipts:
        if receipt.quantity and not receipt.wrong_item:
            arrival = (receipt.received_on.toordinal(), receipt.id, receipt.quantity)
            receipts.setdefault(receipt.order_line, []).append(arrival)
    held_up: dict[str, int] = {}
    for delay in ledger.delays:
        if delay.fault in TERMS.excused_faults:
            held_up[delay.order_line] = held_up.get(delay.order_line, 0) + delay.days
    begin, end = date(2025, 1, 1), date(2026, 1, 1)
    early_days, late_days = TERMS.early_days or 0, TERMS.late_days
    found: list[Found] = []
    for line in ledger.order_lines:
        if line.supplier != "V7" or line.customer is not None or not begin <= line.ordered_on < end:
            continue
        if not line.quantity:
            continue
        promise = line.promised_on.toordinal()
        first, last = promise - early_days, promise + late_days + held_up.get(line.id, 0)
        arrivals = receipts.get(line.id, [])
        if len(arrivals) == 1 and first <= arrivals[0][0] <= last and arrivals[0][2] == line.quantity:
            continue
        found += _judged(line, sorted(arrivals), first, last)
    found.sort(key=lambda one: (one[2], one[0], one[1]))
    return found


def _judged(line: OrderLine, arrivals: list[Arrival], first: int, last: int) -> list[Found]:
    ordered, price, today = line.quantity, line.unit_price.amount, AS_OF.toordinal()
    received, late, enough, exceeded = Decimal(0), Decimal(0), False, 0
    until, late_ones, early, early_ones = last, [], Decimal(0), []
    for day, name, quantity in arrivals:
        if day > last and not enough:
            late += min(quantity, ordered - received)
            late_ones.append(name)
            until = day
        if day < first:
            early += quantity
            early_ones.append(name)
        received += quantity
        enough = enough or received >= ordered * _NEEDED
        if not exceeded and received > ordered * _MOST:
            exceeded = day
    found: list[Found] = []
    if early:
        on = date.fromordinal(arrivals[0][0])
        found.append(("early_delivery", line.id, on, early, None, early * price, tuple(early_ones)))
    if exceeded:
        over, names = received - ordered, tuple(name for _, name, _ in arrivals)
        found.append(("over_delivery", line.id, date.fromordinal(exceeded), over, None, over * price, names))
    if not enough and today > last:
        late += ordered - received
        until = today
    if late:
        on = date.fromordinal(last + 1)
        found.append(("late_delivery", line.id, on, late, until - last, late * price, tuple(late_ones)))
    return found
