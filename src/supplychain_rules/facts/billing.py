"""What was billed, credited and paid: invoice lines, credit notes and payments."""

from datetime import date
from decimal import Decimal
from typing import final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import (
    exact_quantity,
    is_day,
    is_id,
    is_money_owed,
    is_optional_day,
    is_optional_id,
    is_optional_money_owed,
    is_positive,
    known_since,
)
from supplychain_rules.values.money import Money

__all__ = ["CreditNote", "InvoiceLine", "Payment"]


@final
@attrs.frozen(kw_only=True)
class InvoiceLine:
    """One line of an invoice: a quantity and an amount, best with the order line that it bills.

    >>> InvoiceLine(id="I1/1", invoice="I1", supplier="V7", order_line="PO1/1", quantity=10,
    ...             amount=Money("20", "EUR"), invoiced_on=date(2026, 1, 25)).amount
    Money('20.00', 'EUR')
    """

    id: str = attrs.field(validator=is_id)
    #: The invoice's number, shared by its lines.
    invoice: str = attrs.field(validator=is_id)
    #: The id of the supplier that bills, or whose goods we bill.
    supplier: str = attrs.field(validator=is_id)
    #: The id of the customer that is billed, on an invoice of ours.
    customer: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The order line's id; `None` for a charge that no order has.
    order_line: str | None = attrs.field(default=None, validator=is_optional_id)
    item: str | None = attrs.field(default=None, validator=is_optional_id)
    quantity: Decimal = attrs.field(converter=exact_quantity, validator=is_positive)
    #: What the line bills, without tax.
    amount: Money = attrs.field(validator=is_money_owed)
    #: What the goods or the service of the line cost us, on an invoice of ours; `None` where that is not known.
    cost: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    category: str | None = attrs.field(default=None, validator=is_optional_id)
    site: str | None = attrs.field(default=None, validator=is_optional_id)
    invoiced_on: date = attrs.field(validator=is_day)
    #: The day by which it is to be paid.
    due_on: date | None = attrs.field(default=None, validator=is_optional_day)
    known_on: date = known_since("invoiced_on")

    def __attrs_post_init__(self) -> None:
        """Refuse a cost in another currency than the amount: no margin would follow from the two."""
        if self.cost is not None and self.cost.currency != self.amount.currency:
            what = f"InvoiceLine.cost is in another currency than the amount ({self.amount.currency})"
            raise InvalidValueError(what, self.cost, hint="convert the cost at the rate of its day")


@final
@attrs.frozen(kw_only=True)
class CreditNote:
    """Money given back to a customer for goods returned or an allowance granted; it lowers what the customer bought.

    >>> CreditNote(id="N1", customer="C12", amount=Money("5", "EUR"), credited_on=date(2026, 2, 9)).amount
    Money('5.00', 'EUR')
    """

    id: str = attrs.field(validator=is_id)
    #: The id of the customer that is credited.
    customer: str = attrs.field(validator=is_id)
    #: The number of the invoice it credits; `None` where it names none, as a bonus of the year.
    invoice: str | None = attrs.field(default=None, validator=is_optional_id)
    #: What is given back, above zero and without tax, as the invoice line.
    amount: Money = attrs.field(validator=is_money_owed)
    #: Why, as `return` or `allowance`.
    reason: str | None = attrs.field(default=None, validator=is_optional_id)
    credited_on: date = attrs.field(validator=is_day)
    known_on: date = known_since("credited_on")


@final
@attrs.frozen(kw_only=True)
class Payment:
    """Money paid on an invoice.

    >>> Payment(id="Z1", invoice="I1", amount=Money("20", "EUR"), paid_on=date(2026, 2, 20)).invoice
    'I1'
    """

    id: str = attrs.field(validator=is_id)
    #: The invoice's number; `None` for a payment that is not allocated yet.
    invoice: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The id of the party that paid or was paid, where the payment names no invoice.
    party: str | None = attrs.field(default=None, validator=is_optional_id)
    amount: Money = attrs.field(validator=is_money_owed)
    paid_on: date = attrs.field(validator=is_day)
    known_on: date = known_since("paid_on")

    def __attrs_post_init__(self) -> None:
        """Refuse a payment of nobody for nothing."""
        if self.invoice is None and self.party is None:
            raise InvalidValueError("Payment names neither invoice nor party", self.id, hint="give one of the two")
