"""The yardstick of the measures: the same three figures, written by hand for these facts, exact and without choices."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from facts_workload import AS_OF, PERIOD

from supplychain_rules import Ledger
from supplychain_rules.facts.trade import Receipt

__all__ = ["hand_measures"]

_EARLY = timedelta(days=5)
_LATE = timedelta(days=2)


def hand_measures(ledger: Ledger) -> dict[tuple[str, str], Fraction]:
    """Return on time in full, pass rate and spend of every supplier, each in one loop over its facts.

    Sums of decimals are exact here because the workload's are short; the library cannot count on that.
    """
    begin, end = PERIOD.start, PERIOD.end
    receipts: dict[str, list[Receipt]] = {}
    for receipt in ledger.receipts:
        receipts.setdefault(receipt.order_line, []).append(receipt)
    delivered: dict[str, list[int]] = {}
    spent: dict[str, Decimal] = {}
    for line in ledger.order_lines:
        if not line.quantity:
            continue
        if begin <= line.ordered_on < end:
            spent[line.supplier] = spent.get(line.supplier, Decimal(0)) + line.unit_price.amount * line.quantity
        if not begin <= line.promised_on < end:
            continue
        first, last = line.promised_on - _EARLY, line.promised_on + _LATE
        inside = received = Decimal(0)
        for receipt in receipts.get(line.id, ()):
            received += receipt.quantity
            if first <= receipt.received_on <= last:
                inside += receipt.quantity
        if received < line.quantity and last >= AS_OF:
            continue
        counts = delivered.setdefault(line.supplier, [0, 0])
        counts[0] += inside >= line.quantity
        counts[1] += 1
    inspected: dict[str, list[Decimal]] = {}
    for inspection in ledger.inspections:
        if begin <= inspection.inspected_on < end:
            sums = inspected.setdefault(inspection.supplier, [Decimal(0), Decimal(0)])
            sums[0] += inspection.inspected - inspection.rejected
            sums[1] += inspection.inspected
    found = {("otif", supplier): Fraction(good, counted) for supplier, (good, counted) in delivered.items()}
    found |= {("quality", supplier): Fraction(good) / Fraction(all_) for supplier, (good, all_) in inspected.items()}
    found |= {("spend", supplier): Fraction(amount) for supplier, amount in spent.items()}
    return found
