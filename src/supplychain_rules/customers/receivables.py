"""Receivables: what a customer owes on a day, item by item, and how old that is.

An *open item* is an invoice and what is still unpaid of it. A payment or credit note that names its invoice counts
there; what goes beyond the invoice, and what names none, is *unallocated*: it is shown as such, or is used up oldest
item first where that is asked for. *Ageing* sorts open items by days past due. Whatever is asked: not due + buckets -
unallocated = outstanding.

Everything is as of a day: receipts dated later do not exist for the report, so that last year's can be had again.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.facts.fields import is_day, is_id, is_optional_day
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.values.currencies import decimals_of
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money, total
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import exact_fraction, to_decimal

__all__ = [
    "AGEING_DAYS",
    "Ageing",
    "AgeingBucket",
    "Allocation",
    "OpenItem",
    "Receivables",
    "age",
    "allowance",
    "receivables",
    "rounded_money",
]

#: How payments meet items: only those they name, or the oldest due item first with all that is left over.
Allocation = Literal["by_document", "oldest_first"]

#: The usual edges between buckets, in days past due: 1-30, 31-60, 61-90, beyond.
AGEING_DAYS: Final = (30, 60, 90)


@final
@attrs.frozen(kw_only=True)
class OpenItem:
    """An invoice and what is unpaid of it."""

    invoice: str = attrs.field(validator=is_id)
    invoiced_on: date = attrs.field(validator=is_day)
    #: The day by which it is to be paid; None where no terms are known: it is then never past due.
    due_on: date | None = attrs.field(default=None, validator=is_optional_day)
    amount: Money
    paid: Money

    @property
    def open(self) -> Money:
        """Return what is unpaid."""
        return self.amount - self.paid

    def days_past_due(self, as_of: date) -> int:
        """Return the days since the due date; zero or less while it is not past, zero without terms."""
        return 0 if self.due_on is None else (as_of - self.due_on).days


@final
@attrs.frozen(kw_only=True)
class Receivables:
    """What a customer owes as of a day: the open items, and what was paid without naming one."""

    customer: str
    as_of: date
    currency: str
    items: tuple[OpenItem, ...]
    #: Money of the customer's that settles no item yet.
    unallocated: Money

    @property
    def outstanding(self) -> Money:
        """Return what is owed on balance: below zero where the customer has paid ahead."""
        return total((item.open for item in self.items), self.currency) - self.unallocated


@final
@attrs.frozen(kw_only=True)
class AgeingBucket:
    """Open items whose days past due lie in one range."""

    #: Days past due from and to, both included; `to` None is without end. None and None is not due.
    from_: int | None
    to: int | None
    label: Label
    items: tuple[OpenItem, ...]
    amount: Money


@final
@attrs.frozen(kw_only=True)
class Ageing:
    """Receivables sorted by days past due; the buckets and what is unallocated add up to what is outstanding.

    Raises:
        InvalidValueError: they do not.
    """

    receivables: Receivables
    #: Not due first, then by rising days past due.
    buckets: tuple[AgeingBucket, ...]

    def __attrs_post_init__(self) -> None:
        """Hold the law: whoever has an ageing need not add it up again."""
        owed = self.receivables
        added = total((bucket.amount for bucket in self.buckets), owed.currency) - owed.unallocated
        if added != owed.outstanding:
            raise InvalidValueError("the buckets do not add up to what is outstanding", f"{added}, {owed.outstanding}")

    def text(self, lang: Literal["en", "zh"] = "en") -> str:
        """Return a line for each bucket, what is unallocated, and the sum."""
        words = {"en": ("unallocated", "outstanding"), "zh": ("未核销款", "未清余额")}[lang]
        lines = [f"{bucket.label.text(lang)}: {bucket.amount}" for bucket in self.buckets]
        lines += [f"{words[0]}: {-self.receivables.unallocated}", f"{words[1]}: {self.receivables.outstanding}"]
        return "\n".join(lines)

    def __str__(self) -> str:
        """Return the same in English."""
        return self.text("en")


def receivables(
    ledger: Ledger, customer: str, *, as_of: date, currency: str, allocation: Allocation = "by_document"
) -> Receivables:
    """Return what a customer owes as of a day, by the invoices, credit notes and payments of a ledger.

    Args:
        ledger: the facts; only those known by `as_of`, and payments dated by then, count.
        customer: the customer's id.
        as_of: the day.
        currency: the currency of the account; all that the customer was billed, credited and paid must be in it.
        allocation: `"by_document"`: a payment settles the invoice it names; `"oldest_first"`: what is left over and
            what names none settles the item due first.

    Raises:
        InvalidValueError: an invoice, credit note or payment of the customer in another currency, or an unknown
            allocation.

    >>> from supplychain_rules.facts.billing import InvoiceLine, Payment
    >>> facts = [InvoiceLine(id="I1/1", invoice="I1", supplier="us", customer="C1", quantity=1,
    ...         amount=Money("100", "EUR"), invoiced_on=date(2026, 1, 5), due_on=date(2026, 2, 4)),
    ...     Payment(id="P1", invoice="I1", amount=Money("30", "EUR"), paid_on=date(2026, 2, 1))]
    >>> receivables(Ledger(facts), "C1", as_of=date(2026, 3, 1), currency="EUR").outstanding
    Money('70.00', 'EUR')
    """
    if allocation not in get_args(Allocation):
        raise InvalidValueError("unknown allocation", allocation, hint=f"one of {', '.join(get_args(Allocation))}")
    known = ledger.as_of(as_of)
    lines = [line for line in known.invoice_lines if line.customer == customer and line.invoiced_on <= as_of]
    invoices: dict[str, list[Money]] = {}
    first: dict[str, InvoiceLine] = {}
    for line in lines:
        _check_currency(line.amount, currency, line.id)
        invoices.setdefault(line.invoice, []).append(line.amount)
        first.setdefault(line.invoice, line)
    nothing = Money(0, currency)
    paid = dict.fromkeys(invoices, nothing)
    unallocated = nothing
    for note in known.credit_notes:
        if note.customer != customer or note.credited_on > as_of:
            continue
        _check_currency(note.amount, currency, note.id)
        if note.invoice in invoices:
            paid[note.invoice] += note.amount
        else:
            unallocated += note.amount
    for payment in known.payments:
        if payment.paid_on > as_of:
            continue
        if payment.invoice in invoices:
            _check_currency(payment.amount, currency, payment.id)
            paid[payment.invoice] += payment.amount
        elif payment.invoice is None and payment.party == customer:
            _check_currency(payment.amount, currency, payment.id)
            unallocated += payment.amount
    items = []
    for name, amounts in invoices.items():
        amount = total(amounts, currency)
        settled = min(paid[name], amount)
        unallocated += paid[name] - settled
        line = first[name]
        items.append(
            OpenItem(invoice=name, invoiced_on=line.invoiced_on, due_on=line.due_on, amount=amount, paid=settled)
        )
    items.sort(key=_by_age)
    if allocation == "oldest_first":
        items, unallocated = _used_up(items, unallocated)
    kept = tuple(item for item in items if item.open.amount)
    return Receivables(customer=customer, as_of=as_of, currency=currency, items=kept, unallocated=unallocated)


def age(owed: Receivables, *, days: Sequence[int] = AGEING_DAYS) -> Ageing:
    """Sort receivables by days past due: not due (0 days or less), then 1 to the first edge, and so on.

    Args:
        owed: the receivables.
        days: the last day of each bucket but the last, rising from 1.

    Raises:
        InvalidValueError: edges that do not rise, or are below 1.

    >>> item = OpenItem(invoice="I1", invoiced_on=date(2026, 1, 1), due_on=date(2026, 1, 31),
    ...     amount=Money("100", "EUR"), paid=Money("0", "EUR"))
    >>> owed = Receivables(customer="C1", as_of=date(2026, 3, 2), currency="EUR", items=(item,),
    ...     unallocated=Money("20", "EUR"))
    >>> print(age(owed))
    not due: EUR 0.00
    1-30 days: EUR 100.00
    31-60 days: EUR 0.00
    61-90 days: EUR 0.00
    over 90 days: EUR 0.00
    unallocated: EUR -20.00
    outstanding: EUR 80.00
    """
    edges = tuple(days)
    if not edges or edges[0] < 1 or any(one >= other for one, other in pairwise(edges)):
        raise InvalidValueError("the edges of buckets rise from 1 day", edges)
    ranges: list[tuple[int | None, int | None]] = [(None, None)]
    ranges += [(low + 1, high) for low, high in zip((0, *edges), edges, strict=False)]
    ranges.append((edges[-1] + 1, None))
    sorted_items: list[list[OpenItem]] = [[] for _ in ranges]
    for item in owed.items:
        past = item.days_past_due(owed.as_of)
        place = 0 if past <= 0 else 1 + sum(past > edge for edge in edges)
        sorted_items[place].append(item)
    buckets = [
        AgeingBucket(
            from_=low,
            to=high,
            label=_bucket_label(low, high),
            items=tuple(items),
            amount=total((item.open for item in items), owed.currency),
        )
        for (low, high), items in zip(ranges, sorted_items, strict=True)
    ]
    return Ageing(receivables=owed, buckets=tuple(buckets))


def allowance(ageing: Ageing, rates: Iterable[object]) -> Money:
    """Return the allowance for doubtful accounts: each bucket times its rate, added up, rounded once.

    Args:
        ageing: receivables by age.
        rates: a rate for each bucket, not due first: text, int, Decimal or Fraction from 0 to 1.

    Raises:
        InvalidValueError: another number of rates than buckets, or a rate outside 0 to 1.
    """
    given = [rate if isinstance(rate, Fraction) else exact_fraction(rate) for rate in rates]
    if len(given) != len(ageing.buckets):
        raise InvalidValueError(f"a rate for each of {len(ageing.buckets)} buckets is needed", len(given))
    for rate in given:
        if not 0 <= rate <= 1:
            raise InvalidValueError("a rate lies between 0 and 1", str(rate), hint="5 % is 0.05")
    exact = sum(
        (exact_fraction(bucket.amount.amount) * rate for bucket, rate in zip(ageing.buckets, given, strict=True)),
        Fraction(0),
    )
    return rounded_money(exact, ageing.receivables.currency)


def rounded_money(exact: Fraction, currency: str) -> Money:
    """Return an exact amount rounded once, half up, to the currency's smallest unit.

    Raises:
        InvalidValueError: a currency without one.

    >>> rounded_money(Fraction(150, 365), "EUR")
    Money('0.41', 'EUR')
    """
    decimals = decimals_of(currency)
    if decimals is None:
        raise InvalidValueError("this currency has no smallest unit to round to", currency)
    return Money(to_decimal(round_to_units(exact, decimals), decimals), currency)


def _check_currency(amount: Money, currency: str, name: str) -> None:
    if amount.currency != currency:
        hint = f"convert it to {currency} with a dated rate first"
        raise InvalidValueError(f"{name} is in another currency than the account ({currency})", amount, hint=hint)


def _by_age(item: OpenItem) -> tuple[bool, date, str]:
    return item.due_on is None, item.due_on or item.invoiced_on, item.invoice


def _used_up(items: list[OpenItem], unallocated: Money) -> tuple[list[OpenItem], Money]:
    """Settle the oldest items with what is left over."""
    settled = []
    for item in items:
        part = min(item.open, unallocated)
        unallocated -= part
        settled.append(attrs.evolve(item, paid=item.paid + part))
    return settled, unallocated


def _bucket_label(low: int | None, high: int | None) -> Label:
    if low is None:
        return Label("not due", "未到期")
    if high is None:
        return Label(f"over {low - 1} days", f"逾期 {low - 1} 天以上")
    return Label(f"{low}-{high} days", f"逾期 {low}-{high} 天")
