"""What was billed and what was paid: invoice lines and payments."""

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
    is_positive,
    known_since,
)
from supplychain_rules.values.money import Money

__all__ = ["InvoiceLine", "Payment"]


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
    category: str | None = attrs.field(default=None, validator=is_optional_id)
    site: str | None = attrs.field(default=None, validator=is_optional_id)
    invoiced_on: date = attrs.field(validator=is_day)
    #: The day by which it is to be paid.
    due_on: date | None = attrs.field(default=None, validator=is_optional_day)
    known_on: date = known_since("invoiced_on")


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
