"""How customers pay: what their profile says of it, by the measure of payment punctuality.

A credit note settles a part of the invoice that it names, on its day: who pays all that is left of an invoice has paid
it.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Final, final

import attrs

from supplychain_rules.facts.billing import Payment
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.measures.measuring import measure
from supplychain_rules.measures.payments import PaymentPunctuality
from supplychain_rules.values.period import Period
from supplychain_rules.values.read_only import ReadOnlyMapping

__all__ = ["PaymentBehaviour", "payment_behaviour"]


@final
@attrs.frozen(kw_only=True)
class PaymentBehaviour:
    """How a customer paid the invoices whose outcome is known: those paid, and those overdue.

    >>> PaymentBehaviour(invoices=3, on_time_rate=Fraction(2, 3), days_beyond_terms=Fraction(4)).on_time_rate
    Fraction(2, 3)
    """

    #: How many invoices.
    invoices: int
    #: The share of them that was paid by the due day.
    on_time_rate: Fraction
    #: The mean of the days after the due day; early ones count as zero, an open one up to the day of the question.
    days_beyond_terms: Fraction


_ON_TIME: Final = PaymentPunctuality(id="on_time", paid_by="customers")
_BEYOND: Final = PaymentPunctuality(id="beyond", paid_by="customers", figure="days_beyond_terms")

#: The period of everything.
_EVER: Final = Period(date.min, date.max)


def payment_behaviour(ledger: Ledger, *, as_of: date, period: Period | None = None) -> Mapping[str, PaymentBehaviour]:
    """Return how each customer pays that was sent an invoice with a due day, by id.

    Args:
        ledger: the facts.
        as_of: the day on which an invoice is open or overdue.
        period: invoices due in it count; all where not given.

    >>> payment_behaviour(Ledger(), as_of=date(2026, 4, 1))
    {}
    """
    known = ledger.as_of(as_of)
    sold = any(line.due_on is not None and line.customer is not None for line in known.invoice_lines)
    if not sold:
        return ReadOnlyMapping({})
    settled = Ledger(
        Payment(
            id=f"credit note {note.id}",
            invoice=note.invoice,
            party=note.customer,
            amount=note.amount,
            paid_on=note.credited_on,
            known_on=note.known_on,
        )
        for note in known.credit_notes
        if note.invoice is not None
    )
    if len(settled):
        known = known.merge(settled)
    found = measure([_ON_TIME, _BEYOND], known, by="customer", period=period or _EVER, as_of=as_of)
    values = {(one.key, one.measure): (one.value, one.evidence) for one in found if one.value is not None}
    return ReadOnlyMapping(
        {
            customer: PaymentBehaviour(
                invoices=evidence,
                on_time_rate=rate,
                days_beyond_terms=values[customer, _BEYOND.id][0],
            )
            for (customer, which), (rate, evidence) in values.items()
            if which == _ON_TIME.id
        }
    )
