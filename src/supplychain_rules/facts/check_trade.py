"""The checks of orders, receipts, inspections, invoices and payments against each other."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from supplychain_rules.errors import bounded_repr
from supplychain_rules.facts.billing import InvoiceLine, Payment
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.facts.findings import (
    Books,
    Checks,
    InformationFinding,
    exact_total,
    grouped,
    make_finding,
    with_share,
)
from supplychain_rules.facts.quality import Claim, Inspection
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.values.money import Money
from supplychain_rules.values.scaled import number_text

__all__ = [
    "credit_without_invoice",
    "credited_more_than_invoiced",
    "inspected_more_than_received",
    "invoice_without_order",
    "invoiced_more_than_ordered",
    "known_before_ordered",
    "paid_before_invoiced",
    "paid_in_another_currency",
    "paid_more_than_invoiced",
    "payment_without_invoice",
    "promised_before_ordered",
    "receipt_without_order_line",
    "received_before_ordered",
    "received_more_than_ordered",
    "unknown_order_line",
    "zero_quantity",
]

#: Most currencies that a message lists; an invoice has one.
_MAX_SHOWN: Final = 5


def received_before_ordered(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find receipts before the order: one of the two dates is wrong, or the order was written afterwards."""
    for receipt in books.ledger.receipts:
        line = books.lines.get(receipt.order_line)
        if line is not None and receipt.received_on < line.ordered_on:
            yield make_finding(
                "received_before_ordered",
                (receipt, line),
                "received_on",
                f"received on {receipt.received_on}, ordered on {line.ordered_on}",
                f"收货日期 {receipt.received_on} 早于下单日期 {line.ordered_on}",
            )


def promised_before_ordered(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find promises and requests for a day before the order: nobody could keep them."""
    for line in books.ledger.order_lines:
        for field in ("promised_on", "latest_promise_on", "requested_on"):
            day = getattr(line, field)
            if day is not None and day < line.ordered_on:
                yield make_finding(
                    "promised_before_ordered",
                    (line,),
                    field,
                    f"due on {day}, ordered on {line.ordered_on}",
                    f"交期 {day} 早于下单日期 {line.ordered_on}",
                )


def known_before_ordered(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find order lines that became known before they were ordered, as plans do."""
    for line in books.ledger.order_lines:
        if line.known_on < line.ordered_on:
            yield make_finding(
                "known_before_ordered",
                (line,),
                "known_on",
                f"known on {line.known_on}, ordered on {line.ordered_on}",
                f"获知日期 {line.known_on} 早于下单日期 {line.ordered_on}",
            )


def received_more_than_ordered(books: Books, checks: Checks) -> Iterator[InformationFinding]:
    """Find order lines of which more arrived than was ordered and the declared share beyond it."""
    for name in books.receipts:
        line, received = books.lines.get(name), books.received(name)
        if line is not None and received > with_share(line.quantity, checks.over_delivery):
            yield make_finding(
                "received_more_than_ordered",
                (line, *books.receipts[name]),
                "quantity",
                f"{number_text(received)} received, {number_text(line.quantity)} ordered",
                f"收货 {number_text(received)}，订购 {number_text(line.quantity)}",
            )


def zero_quantity(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find order lines and receipts of nothing: a correction made them so, or they never said anything."""
    in_force: tuple[OrderLine | Receipt, ...] = (*books.ledger.order_lines, *books.ledger.receipts)
    zeros = [fact for fact in in_force if not fact.quantity]
    wanted = {(type(fact), fact.id) for fact in zeros}
    before = {
        (type(fact), fact.id): fact
        for fact in books.ledger.facts  # ordered by the day they became known, so that the last one above zero stays
        if isinstance(fact, OrderLine | Receipt) and fact.quantity and (type(fact), fact.id) in wanted
    }
    for fact in zeros:
        earlier = before.get((type(fact), fact.id))
        if earlier is None:
            en, zh = "is zero and never was above", "数量为零，且从未大于零"
        else:
            was = number_text(earlier.quantity)
            en = f"is zero since {fact.known_on}, was {was}"
            zh = f"自 {fact.known_on} 起更正为零，原为 {was}"
        facts: tuple[OrderLine | Receipt, ...] = (fact,) if earlier is None else (fact, earlier)
        yield make_finding("zero_quantity", facts, "quantity", en, zh)


def receipt_without_order_line(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find receipts whose order line is not in the ledger; no measure can count them."""
    for receipt in books.ledger.unmatched_receipts:
        said = _no_line(receipt.order_line)
        yield make_finding("receipt_without_order_line", (receipt,), "order_line", *said)


def unknown_order_line(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find delays, inspections, claims, invoice lines and certificates of an order line that is not in the ledger."""
    ledger = books.ledger
    facts: list[Delay | Inspection | Claim | InvoiceLine | Certificate] = [*ledger.delays, *ledger.inspections]
    facts += [*ledger.claims, *ledger.invoice_lines, *ledger.certificates]
    for fact in facts:
        if fact.order_line is not None and fact.order_line not in books.lines:
            yield make_finding("unknown_order_line", (fact,), "order_line", *_no_line(fact.order_line))


def inspected_more_than_received(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find inspections of more than has arrived for their order line; several inspections of one lot are none."""
    for inspection in books.ledger.inspections:
        line = inspection.order_line
        if line is not None and line in books.receipts and inspection.inspected > books.received(line):
            received = number_text(books.received(line))
            yield make_finding(
                "inspected_more_than_received",
                (inspection, *books.receipts[line]),
                "inspected",
                f"{number_text(inspection.inspected)} inspected, {received} received",
                f"检验 {number_text(inspection.inspected)}，收货 {received}",
            )


def invoice_without_order(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find invoice lines that name no order line: a charge, or a purchase past the buyers."""
    for line in books.ledger.invoice_lines:
        if line.order_line is None:
            yield make_finding("invoice_without_order", (line,), "order_line", "names no order line", "未注明订单行")


def invoiced_more_than_ordered(books: Books, checks: Checks) -> Iterator[InformationFinding]:
    """Find order lines of which more was billed than was ordered and the declared share beyond it."""
    for name, invoice_lines in grouped(books.ledger.invoice_lines, lambda found: found.order_line).items():
        line = books.lines.get(name or "")
        quantity = exact_total(found.quantity for found in invoice_lines)
        if line is not None and quantity > with_share(line.quantity, checks.over_invoicing):
            yield make_finding(
                "invoiced_more_than_ordered",
                (line, *invoice_lines),
                "quantity",
                f"{number_text(quantity)} invoiced, {number_text(line.quantity)} ordered",
                f"开票 {number_text(quantity)}，订购 {number_text(line.quantity)}",
            )


def payment_without_invoice(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find payments of an invoice that is not in the ledger, where there are invoices at all."""
    for payments in books.payments.values():
        invoice = payments[0].invoice
        if invoice is not None and books.billed and not _billed(books, payments[0]):
            for payment in payments:
                name = bounded_repr(invoice)
                yield make_finding(
                    "payment_without_invoice",
                    (payment,),
                    "invoice",
                    f"no invoice {name} of this party",
                    f"没有该往来方的发票 {name}",
                )


def paid_before_invoiced(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find payments before the day of the invoice."""
    for payment in books.ledger.payments:
        lines = _billed(books, payment)
        if lines and payment.paid_on < min(line.invoiced_on for line in lines):
            first = min(line.invoiced_on for line in lines)
            yield make_finding(
                "paid_before_invoiced",
                (payment, *lines),
                "paid_on",
                f"paid on {payment.paid_on}, invoiced on {first}",
                f"付款日期 {payment.paid_on} 早于开票日期 {first}",
            )


def paid_in_another_currency(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find payments in a currency in which nothing was billed."""
    for payment in books.ledger.payments:
        lines = _billed(books, payment)
        currencies = sorted({line.amount.currency for line in lines})
        if lines and payment.amount.currency not in currencies:
            yield make_finding(
                "paid_in_another_currency",
                (payment, *lines),
                "amount",
                f"paid in {payment.amount.currency}, invoiced in {', '.join(currencies[:_MAX_SHOWN])}",
                f"付款币种 {payment.amount.currency}，开票币种 {'、'.join(currencies[:_MAX_SHOWN])}",
            )


def paid_more_than_invoiced(books: Books, checks: Checks) -> Iterator[InformationFinding]:
    """Find invoices of which more was paid than was billed and the declared share beyond it, for the tax."""
    for payments in books.payments.values():
        lines = _billed(books, payments[0])
        for currency, paid_in in grouped(payments, lambda payment: payment.amount.currency).items():
            billed = _total([line.amount for line in lines if line.amount.currency == currency])
            paid = _total([payment.amount for payment in paid_in])
            if billed is not None and paid is not None and paid > with_share(billed, checks.over_payment):
                in_force = tuple(line for line in lines if line.amount.currency == currency)
                yield make_finding(
                    "paid_more_than_invoiced",
                    (*paid_in, *in_force),
                    "amount",
                    f"{currency} {number_text(paid)} paid, {currency} {number_text(billed)} invoiced",
                    f"付款 {currency} {number_text(paid)}，开票 {currency} {number_text(billed)}",
                )


def credit_without_invoice(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find credit notes of an invoice that the ledger does not have for the customer, where it has invoices."""
    for (number, customer), notes in books.credits.items() if books.billed else ():
        if not _sold(books, number, customer):
            name = bounded_repr(number)
            yield make_finding(
                "credit_without_invoice",
                tuple(notes),
                "invoice",
                f"no invoice {name} to the customer in the ledger",
                f"台账中没有开给该客户的发票 {name}",
            )


def credited_more_than_invoiced(books: Books, _checks: Checks) -> Iterator[InformationFinding]:
    """Find invoices of which more was credited than was billed."""
    for (number, customer), notes in books.credits.items():
        lines = _sold(books, number, customer)
        for currency, credited_in in grouped(notes, lambda note: note.amount.currency).items():
            billed = _total([line.amount for line in lines if line.amount.currency == currency])
            credited = _total([note.amount for note in credited_in])
            if billed is not None and credited is not None and credited > billed:
                in_force = tuple(line for line in lines if line.amount.currency == currency)
                yield make_finding(
                    "credited_more_than_invoiced",
                    (*credited_in, *in_force),
                    "amount",
                    f"{currency} {number_text(credited)} credited, {currency} {number_text(billed)} invoiced",
                    f"贷记 {currency} {number_text(credited)}，开票 {currency} {number_text(billed)}",
                )


def _sold(books: Books, number: str | None, customer: str) -> tuple[InvoiceLine, ...]:
    return tuple(line for line in books.billed.get(number or "", ()) if line.customer == customer)


def _no_line(order_line: str) -> tuple[str, str]:
    name = bounded_repr(order_line)
    return f"no order line {name} in the ledger", f"台账中没有订单行 {name}"


def _billed(books: Books, payment: Payment) -> tuple[InvoiceLine, ...]:
    """Return the lines of a payment's invoice; of its party only, because two firms may use one number."""
    lines = books.billed.get(payment.invoice or "", ())
    return tuple(line for line in lines if payment.party in (None, line.supplier, line.customer))


def _total(moneys: list[Money]) -> Decimal | None:
    return exact_total(money.amount for money in moneys) if moneys else None
