"""Contradictions: facts that are possible one by one and hardly together.

Received before ordered, billed beyond the order, a price ten times the last one: nothing is corrected and nothing left
out of a measure because of a finding. It says where to look before a figure is believed.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from supplychain_rules.facts import check_records, check_trade
from supplychain_rules.facts.findings import CODES, Books, Checks, Code, InformationFinding, Severity
from supplychain_rules.facts.ledger import Ledger, check_ledger

__all__ = ["CODES", "Checks", "Code", "InformationFinding", "Severity", "contradictions"]

#: A check: a function of the facts and of the limits.
_Check = Callable[[Books, Checks], Iterator[InformationFinding]]

#: Every check by its code, in the order in which findings are reported.
_CHECKS: Final[Mapping[Code, _Check]] = MappingProxyType(
    {
        "received_before_ordered": check_trade.received_before_ordered,
        "promised_before_ordered": check_trade.promised_before_ordered,
        "known_before_ordered": check_trade.known_before_ordered,
        "received_more_than_ordered": check_trade.received_more_than_ordered,
        "zero_quantity": check_trade.zero_quantity,
        "receipt_without_order_line": check_trade.receipt_without_order_line,
        "unknown_order_line": check_trade.unknown_order_line,
        "inspected_more_than_received": check_trade.inspected_more_than_received,
        "invoice_without_order": check_trade.invoice_without_order,
        "invoiced_more_than_ordered": check_trade.invoiced_more_than_ordered,
        "payment_without_invoice": check_trade.payment_without_invoice,
        "paid_before_invoiced": check_trade.paid_before_invoiced,
        "paid_in_another_currency": check_trade.paid_in_another_currency,
        "paid_more_than_invoiced": check_trade.paid_more_than_invoiced,
        "credit_without_invoice": check_trade.credit_without_invoice,
        "credited_more_than_invoiced": check_trade.credited_more_than_invoiced,
        "price_jump": check_records.price_jump,
        "currency_change": check_records.currency_change,
        "unit_change": check_records.unit_change,
        "implausible_day": check_records.implausible_day,
        "party_unknown": check_records.party_unknown,
        "certificate_overlap": check_records.certificate_overlap,
    }
)

_USUAL: Final = Checks()


def contradictions(ledger: Ledger, checks: Checks = _USUAL) -> tuple[InformationFinding, ...]:
    """Find where the facts in force contradict each other, in the order of `CODES` and then of the path.

    Raises:
        InvalidValueError: not a ledger.

    >>> from datetime import date
    >>> from supplychain_rules.facts.trade import OrderLine, Receipt
    >>> from supplychain_rules.values.money import Money
    >>> line = OrderLine(id="PO1/1", supplier="V7", item="bolt", quantity=10, unit_price=Money("2", "EUR"),
    ...                  ordered_on=date(2026, 1, 5), promised_on=date(2026, 1, 20))
    >>> early = Receipt(id="GR1", order_line="PO1/1", received_on=date(2025, 1, 19), quantity=10)
    >>> print(*contradictions(Ledger([line, early])))
    receipts['GR1'].received_on: received on 2025-01-19, ordered on 2026-01-05 [received_before_ordered]
    """
    books = Books(check_ledger(ledger))
    found: list[InformationFinding] = []
    for code, check in _CHECKS.items():
        if code not in checks.left_out:
            found += sorted(check(books, checks), key=lambda finding: finding.path)
    return tuple(found)
