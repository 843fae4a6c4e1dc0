"""Payment punctuality: whether invoices are paid by their due date, and how many days beyond."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, cast, final, get_args

import attrs

from supplychain_rules.facts.billing import InvoiceLine, Payment
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
    one_currency,
    ratio,
)
from supplychain_rules.measures.fields import (
    id_field,
    is_share,
    label_field,
    minimum_evidence_field,
    one_of,
    refuse_idle,
    scope_field,
)
from supplychain_rules.measures.index import FactIndex, dimension
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.scope import Scope
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import exact_fraction

__all__ = [
    "PAYMENT_PUNCTUALITY",
    "PaidBy",
    "PaidEarly",
    "PaymentFigure",
    "PaymentLevel",
    "PaymentPunctuality",
]

#: Which number is made of the invoices: the share paid by the due date, or the mean of the days beyond it.
PaymentFigure = Literal["on_time_share", "days_beyond_terms"]

#: Whose payments are looked at: ours on suppliers' invoices, or customers' on ours.
PaidBy = Literal["us", "customers"]

#: What weighs: every invoice alike, or each by its amount.
PaymentLevel = Literal["invoice", "value"]

#: What days before the due date are in a mean of days: none, or days below zero.
PaidEarly = Literal["as_zero", "negative"]


@final
@attrs.frozen(kw_only=True)
class PaymentPunctuality:
    """The share of the invoices due in the period that were paid by their due date, or their mean days beyond it.

    An invoice is its lines, by supplier and number; it falls due with the last of them. It is paid on the day on
    which its payments reach its amount x (1 - `under_tolerance`). A payment without a party counts for every
    invoice of its number. An invoice counts once its outcome is known: when it is paid, or when its due date has
    passed; open and overdue it is late, with the days up to `as_of`. Invoices without a due date are left out and
    counted in the note, those that bill nothing do not count.

    By `figure`:

    - `on_time_share`: on time / counted, from 0 to 1;
    - `days_beyond_terms`: the mean of day paid - due date; days paid `early` are zero or negative.

    By `level`, an invoice weighs one or, by `value`, its amount. What the lines of an invoice do not agree on, as the
    item, the invoice does not say. The evidence is the number of invoices.

    Raises:
        InvalidValueError: a choice that does not exist or has no effect, a tolerance outside 0..1; at measuring, an
            invoice that is billed or paid in more than one currency, or by value more than one among all.

    >>> PaymentPunctuality(id="we_pay_on_time").paid_by
    'us'
    """

    id: str = id_field()
    label: Label | None = label_field()
    figure: PaymentFigure = attrs.field(default="on_time_share", validator=one_of(*get_args(PaymentFigure)))
    paid_by: PaidBy = attrs.field(default="us", validator=one_of(*get_args(PaidBy)))
    level: PaymentLevel = attrs.field(default="invoice", validator=one_of(*get_args(PaymentLevel)))
    early: PaidEarly = attrs.field(default="as_zero", validator=one_of(*get_args(PaidEarly)))
    #: The share of an invoice that may stay unpaid, as a cash discount.
    under_tolerance: Fraction = attrs.field(default=Fraction(0), converter=exact_fraction, validator=is_share(1))
    scope: Scope = scope_field()
    #: Fewest invoices for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse a choice that nothing would read."""
        if self.figure != "days_beyond_terms":
            refuse_idle(self, "early", without="figure='days_beyond_terms'")


_NO_DUE_DATE: Final = LeftOut("invoices without a due date left out")

_ZERO: Final = Decimal(0)


@final
@attrs.frozen(kw_only=True)
class _Invoice:
    """The lines of an invoice as one line, and when it was due and paid."""

    whole: InvoiceLine
    due_on: date | None
    paid_on: date | None
    amount: Decimal
    currencies: tuple[str, ...]


def _rows(measure: PaymentPunctuality, index: FactIndex, as_of: date) -> RowsOf:
    read = _reader(measure, index)
    by_value, in_days = measure.level == "value", measure.figure == "days_beyond_terms"
    early_counts = measure.early == "negative"

    def rows(line: InvoiceLine) -> Sequence[Row]:
        found = read(line)
        if found is None:
            return ()
        due, paid = found.due_on, found.paid_on
        if due is None:
            return ((found.whole, line.invoiced_on, _NO_DUE_DATE, 1, 0, 0),)
        if paid is None and as_of <= due:
            return ()
        weight = found.amount if by_value else 1
        days = ((paid or as_of) - due).days
        if not in_days:
            good = int(paid is not None and days <= 0)
        elif early_counts or days > 0:
            good = days
        else:
            good = 0
        return ((found.whole, due, found.currencies, weight * good, weight, 1),)

    return {InvoiceLine: rows}


def _is_open(measure: PaymentPunctuality, index: FactIndex, as_of: date) -> Callable[[InvoiceLine], bool]:
    read = _reader(measure, index)
    in_days = measure.figure == "days_beyond_terms"

    def is_open(line: InvoiceLine) -> bool:
        found = read(line)
        if found is None or found.due_on is None or found.paid_on is not None:
            return False
        return in_days or as_of <= found.due_on

    return is_open


def _reader(measure: PaymentPunctuality, index: FactIndex) -> Callable[[InvoiceLine], _Invoice | None]:
    """Return the function from the first line of an invoice to the invoice; its other lines give nothing."""
    lines_of, payments_of = index.by(InvoiceLine, "invoice"), index.by(Payment, "invoice").get
    of_customers = measure.paid_by == "customers"
    share = 1 - measure.under_tolerance
    needed, of_needed = Decimal(share.numerator), Decimal(share.denominator)

    def read(first: InvoiceLine) -> _Invoice | None:
        if (first.customer is not None) != of_customers:
            return None
        lines = [line for line in lines_of[first.invoice] if _same_invoice(line, first)]
        if any(line.id < first.id for line in lines):
            return None
        currencies = {line.amount.currency for line in lines}
        amount = sum((line.amount.amount for line in lines), _ZERO)
        if not amount:
            return None
        wanted = amount * needed
        paid, paid_on = _ZERO, None
        for payment in sorted(payments_of(first.invoice, ()), key=_day_and_id):
            if payment.party is None or payment.party in (first.supplier, first.customer):
                currencies.add(payment.amount.currency)
                paid += payment.amount.amount
                if paid * of_needed >= wanted:
                    paid_on = payment.paid_on
                    break
        dues = [line.due_on for line in lines if line.due_on is not None]
        return _Invoice(
            whole=first if len(lines) == 1 else _whole(index, lines),
            due_on=max(dues, default=None),
            paid_on=paid_on,
            amount=amount,
            currencies=tuple(sorted(currencies)),
        )

    return read


def _same_invoice(line: InvoiceLine, first: InvoiceLine) -> bool:
    return line.supplier == first.supplier and (line.customer is None) == (first.customer is None)


def _day_and_id(payment: Payment) -> tuple[date, str]:
    return payment.paid_on, payment.id


def _whole(index: FactIndex, lines: Sequence[InvoiceLine]) -> InvoiceLine:
    """Return one line that says of an invoice what all its lines say."""

    def agreed(name: str) -> str | None:
        found = {dimension(index, line, name) for line in lines}
        return found.pop() if len(found) == 1 else None

    return attrs.evolve(
        lines[0],
        order_line=agreed("order_line"),
        customer=agreed("customer"),
        item=agreed("item"),
        category=agreed("category"),
        site=agreed("site"),
    )


def _figure(
    measure: PaymentPunctuality,
    everything: Mapping[Key, Cells],
    by: Sequence[Dimension],  # noqa: ARG001  one signature for all kinds
) -> FigureOf:
    parts = {cast("tuple[str, ...]", part) for cells in everything.values() for part in counted(cells)}
    for currencies in sorted(parts):
        one_currency(measure.id, currencies)
    if measure.level == "value":
        one_currency(measure.id, (currency for currencies in parts for currency in currencies))
    in_days = measure.figure == "days_beyond_terms"
    trials: Final = "denominator" if measure.level == "invoice" and not in_days else None

    def figure(_key: Key, cells: Cells) -> Figure:
        return ratio(cells, unit="days" if in_days else "", trials=trials)

    return figure


#: How payment punctuality counts.
PAYMENT_PUNCTUALITY: Final = Counting(
    rows=_rows, figure=_figure, nothing="no invoice fell due in the period", is_open=_is_open
)
