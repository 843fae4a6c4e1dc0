"""Whether invoices are paid in time: by the terms of the contract, not by the day that an invoice names itself.

An invoice is its lines, by supplier and number. A payment early enough for a discount settles the invoice with the
discount taken off; the same sum paid later leaves the rest open. Of a late invoice each payment bears its own days.
What is credited to a customer settles as a payment does.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.measures.arrivals import came, shifted
from supplychain_rules.partnership.contracts.breaches import Breach, BreachPart
from supplychain_rules.partnership.contracts.job import Job
from supplychain_rules.partnership.contracts.money_terms import PaymentTerms
from supplychain_rules.values.currencies import decimals_of
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period
from supplychain_rules.values.rounding import round_to_units

__all__ = ["MIXED_INVOICE", "NOTHING_CAME", "check_payment", "due_day", "invoices_of", "term_begin"]

#: Why an invoice is held to no day.
MIXED_INVOICE: Final = Label("the invoice bills other business too", "发票还包含其他业务")
NOTHING_CAME: Final = Label("nothing of what is billed has come", "所开票的货物尚未到货")

_ZERO: Final = Decimal(0)

#: The day, the name and the amount of a payment or a credit note.
_Settled: TypeAlias = tuple[date, str, Money]


def due_day(terms: PaymentTerms, start: date) -> date:
    """Return the day by which an invoice is to be paid.

    Args:
        terms: the payment terms.
        start: the invoice's day, or where the term runs from the receipt the later of invoice and receipt.

    >>> due_day(PaymentTerms(id="payment", net_days=30, start="end_of_invoice_month"), date(2026, 1, 10))
    datetime.date(2026, 3, 2)
    """
    due = shifted(term_begin(terms, start), terms.net_days, None)
    if terms.calendar is not None and not terms.calendar.is_working(due):
        due = terms.calendar.shift(due, 1)
    return due


def term_begin(terms: PaymentTerms, start: date) -> date:
    """Return the day from which a term counts: the start itself, or the end of its month.

    >>> term_begin(PaymentTerms(id="payment", net_days=30, start="end_of_invoice_month"), date(2026, 1, 10))
    datetime.date(2026, 1, 31)
    """
    if terms.start != "end_of_invoice_month":
        return start
    return Period.month(start.year, start.month).end - timedelta(days=1)


def check_payment(job: Job) -> None:
    """Add the breaches of the payment terms."""
    invoices, payments = invoices_of(job), _payments(job)
    for start, end, terms in job.spans(PaymentTerms):
        for number, lines in invoices.items():
            governed = min(_governed_on(job, line) for line in lines)
            if start <= governed < end:
                _check_invoice(job, terms, (number, governed), lines, payments.get(number, ()))


def invoices_of(job: Job) -> dict[str, list[InvoiceLine]]:
    """Return the invoices that bill the contract's business, by number, in the order of their numbers."""
    found: dict[str, list[InvoiceLine]] = {}
    mixed: set[str] = set()
    customer = job.contract.customer
    for line in job.ledger.invoice_lines:
        if line.supplier != job.supplier or line.customer != customer:
            continue
        if job.is_about(line.order_line, line.item, line.invoiced_on):
            job.check_currency(line.amount, f"invoice_lines/{line.id}")
            found.setdefault(line.invoice, []).append(line)
        else:
            mixed.add(line.invoice)
    for number in sorted(mixed & set(found)):
        del found[number]
        for _, _, terms in job.spans(PaymentTerms):
            job.leave(terms.id, MIXED_INVOICE, f"invoices/{number}")
    return dict(sorted(found.items()))


def _payments(job: Job) -> dict[str, list[_Settled]]:
    """Return what settles each invoice: payments, and what was credited to the customer."""
    parties = (None, job.supplier, job.payer, job.contract.customer)
    found: dict[str, list[_Settled]] = defaultdict(list)
    for payment in job.ledger.payments:
        if payment.invoice is not None and payment.party in parties:
            found[payment.invoice].append((payment.paid_on, f"payments/{payment.id}", payment.amount))
    for note in job.ledger.credit_notes:
        if note.invoice is not None and note.customer == job.contract.customer:
            found[note.invoice].append((note.credited_on, f"credit_notes/{note.id}", note.amount))
    return found


def _governed_on(job: Job, line: InvoiceLine) -> date:
    """Return the day whose terms count: that of the order, else that of the invoice."""
    ordered = job.lines_by_id.get(line.order_line) if line.order_line is not None else None
    return line.invoiced_on if ordered is None else ordered.ordered_on


def _check_invoice(
    job: Job, terms: PaymentTerms, which: tuple[str, date], lines: Sequence[InvoiceLine], payments: Iterable[_Settled]
) -> None:
    number, governed = which
    subject = f"invoices/{number}"
    start = max(line.invoiced_on for line in lines)
    if terms.start == "receipt":
        arrived = [one.received_on for line in lines for one in job.receipts_of(line.order_line or "") if came(one)]
        if not arrived:
            job.leave(terms.id, NOTHING_CAME, subject)
            return
        start = max(start, *arrived)
    amount = sum((line.amount.amount for line in lines), _ZERO)
    due = due_day(terms, start)
    last = shifted(due, terms.grace_days, None)
    begin = term_begin(terms, start)
    discounted = [
        (shifted(begin, discount.days, None), _rounded(Fraction(amount) * (1 - discount.rate), job.contract.currency))
        for discount in terms.discounts
    ]
    paid, parts, late, behind = _ZERO, [], [], _ZERO
    for on, name, money in sorted(payments, key=lambda one: one[:2]):
        job.check_currency(money, name)
        rest = amount - paid
        if rest <= 0:
            break
        if on > last:
            size = min(money.amount, rest)
            if size:
                parts.append(BreachPart(size=size, until=on))
                late.append(name)
                behind += size
        paid += money.amount
        if any(on <= day and paid >= enough for day, enough in discounted):
            return
    if paid < amount and job.as_of > last:
        parts.append(BreachPart(size=amount - paid, until=job.as_of, is_open=True))
        behind += amount - paid
    if parts:
        job.add(
            Breach(
                kind="late_payment",
                clause=terms.id,
                debtor=job.payer,
                creditor=job.supplier,
                on=last + timedelta(days=1),
                governed_on=governed,
                subject=subject,
                facts=(*(f"invoice_lines/{line.id}" for line in lines), *late),
                due_on=due,
                last_on=last,
                until=parts[-1].until,
                is_open=parts[-1].is_open,
                value=behind,
                whole=amount,
                parts=tuple(parts),
            )
        )


def _rounded(exact: Fraction, currency: str) -> Fraction:
    """Return an amount rounded half up to the smallest unit, where there is one: so it is paid."""
    decimals = decimals_of(currency)
    return exact if decimals is None else Fraction(round_to_units(exact, decimals), 10**decimals)
