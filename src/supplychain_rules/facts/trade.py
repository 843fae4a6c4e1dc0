"""What was ordered and what arrived: order lines and their receipts.

An order line carries three dates that people call "due": the original promise, the latest promise
and the date the buyer requested. A delivery measure names the one it means.
"""

from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from typing import Final, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import (
    exact_quantity,
    is_day,
    is_id,
    is_not_negative,
    is_optional_day,
    is_optional_id,
)
from supplychain_rules.values.money import Money

__all__ = ["OrderLine", "Receipt", "line_amount"]

#: Every field is given, because the caller's defaults must not change a result. A quantity and a price have at
#: most 60 digits each, so their product is never rounded; `Inexact` makes sure.
_EXACT: Final = Context(
    prec=120,
    rounding=ROUND_HALF_EVEN,
    Emin=-999_999,
    Emax=999_999,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[Inexact, InvalidOperation, DivisionByZero, Overflow],
)


def _ordered_on(line: "OrderLine") -> date:
    return line.ordered_on


def _received_on(receipt: "Receipt") -> date:
    return receipt.received_on


@final
@attrs.frozen(kw_only=True)
class OrderLine:
    """One line of a purchase order. A cancelled line is a later fact with the same id and quantity zero.

    >>> from supplychain_rules.values.money import Money
    >>> line = OrderLine(id="PO1/1", supplier="V7", item="bolt", quantity=10, unit_price=Money("2", "EUR"),
    ...                  ordered_on=date(2026, 1, 5), promised_on=date(2026, 1, 20))
    >>> line.known_on
    datetime.date(2026, 1, 5)
    """

    id: str = attrs.field(validator=is_id)
    #: The supplier's id.
    supplier: str = attrs.field(validator=is_id)
    item: str = attrs.field(validator=is_id)
    #: The quantity ordered, in the item's unit; zero for a cancelled line.
    quantity: Decimal = attrs.field(converter=exact_quantity, validator=is_not_negative)
    #: The price of one unit.
    unit_price: Money = attrs.field(validator=attrs.validators.instance_of(Money))
    ordered_on: date = attrs.field(validator=is_day)
    #: The original promise; re-planning never moves it, so re-planning cannot hide lateness.
    promised_on: date = attrs.field(validator=is_day)
    #: The promise as it stands now; `None` where the original one still does.
    latest_promise_on: date | None = attrs.field(default=None, validator=is_optional_day)
    #: The day the buyer asked for.
    requested_on: date | None = attrs.field(default=None, validator=is_optional_day)
    #: The value of the whole line, where the source states one that is not price x quantity (a rounded price).
    value: Money | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.instance_of(Money))
    )
    category: str | None = attrs.field(default=None, validator=is_optional_id)
    site: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The day the fact became known; by default the day of the order.
    known_on: date = attrs.field(default=attrs.Factory(_ordered_on, takes_self=True), validator=is_day)

    def __attrs_post_init__(self) -> None:
        """Refuse a price or value below zero and two currencies on one line."""
        for name, money in (("unit_price", self.unit_price), ("value", self.value)):
            if money is not None and money.amount < 0:
                raise InvalidValueError(f"OrderLine.{name} is negative", money, hint="record a credit as its own fact")
        if self.value is not None and self.value.currency != self.unit_price.currency:
            raise InvalidValueError(
                f"OrderLine.value is not in {self.unit_price.currency}", self.value, hint="convert it beforehand"
            )


@final
@attrs.frozen(kw_only=True)
class Receipt:
    """A quantity that arrived for an order line; a line may have several, before and after its promise.

    >>> Receipt(id="GR1", order_line="PO1/1", received_on=date(2026, 1, 19), quantity="6").quantity
    Decimal('6')
    """

    id: str = attrs.field(validator=is_id)
    #: The order line's id.
    order_line: str = attrs.field(validator=is_id)
    received_on: date = attrs.field(validator=is_day)
    #: The quantity received; above zero, or zero as the correction of a receipt that never was.
    quantity: Decimal = attrs.field(converter=exact_quantity, validator=is_not_negative)
    #: The day the fact became known; by default the day of the receipt, and never before it.
    known_on: date = attrs.field(default=attrs.Factory(_received_on, takes_self=True), validator=is_day)

    def __attrs_post_init__(self) -> None:
        """Refuse a receipt that is known before it happened."""
        if self.known_on < self.received_on:
            raise InvalidValueError(
                "Receipt.known_on lies before received_on",
                self.known_on,
                hint="a receipt is known on the day it happens or later; put the later of the two days",
            )


def line_amount(line: OrderLine) -> Decimal:
    """Return what an order line is worth, in its price's currency: the stated value, else price x quantity, unrounded.

    >>> from supplychain_rules.values.money import Money
    >>> line = OrderLine(id="PO1/1", supplier="V7", item="bolt", quantity="1.5", unit_price=Money("0.333", "EUR"),
    ...                  ordered_on=date(2026, 1, 5), promised_on=date(2026, 1, 20))
    >>> line_amount(line)
    Decimal('0.4995')
    """
    if line.value is not None:
        return line.value.amount
    return _EXACT.multiply(line.unit_price.amount, line.quantity)
