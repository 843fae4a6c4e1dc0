"""What was ordered and what arrived: order lines, their receipts, and the delays that somebody answers for.

An order line carries three dates that people call "due": the original promise, the latest promise
and the date the buyer requested. A delivery measure names the one it means.
"""

from datetime import date
from decimal import Decimal
from typing import Final, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import (
    FAULTS,
    Fault,
    exact_quantity,
    is_boolean,
    is_day,
    is_id,
    is_money_owed,
    is_not_negative,
    is_optional_day,
    is_optional_id,
    is_optional_money_owed,
    is_text,
    is_whole,
    known_since,
    one_of,
)
from supplychain_rules.values.money import Money
from supplychain_rules.values.scaled import EXACT

__all__ = ["Delay", "OrderLine", "Receipt", "line_amount"]

#: Longest delay that anyone answers for, in days: ten thousand is a slip of the keyboard.
_MAX_DELAY: Final = 10_000


def _ordered_on(line: "OrderLine") -> date:
    return line.ordered_on


@final
@attrs.frozen(kw_only=True)
class OrderLine:
    """One line of an order. A cancelled line is a later fact with the same id and quantity zero.

    >>> from supplychain_rules.values.money import Money
    >>> line = OrderLine(id="PO1/1", supplier="V7", item="bolt", quantity=10, unit_price=Money("2", "EUR"),
    ...                  ordered_on=date(2026, 1, 5), promised_on=date(2026, 1, 20))
    >>> line.known_on
    datetime.date(2026, 1, 5)
    """

    id: str = attrs.field(validator=is_id)
    #: The order's number, shared by its lines; `None` where each line is an order of its own.
    order: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The supplier's id.
    supplier: str = attrs.field(validator=is_id)
    #: The id of the customer that the line is for, on a line of a sales order.
    customer: str | None = attrs.field(default=None, validator=is_optional_id)
    item: str = attrs.field(validator=is_id)
    #: The quantity ordered, in `unit`; zero for a cancelled line.
    quantity: Decimal = attrs.field(converter=exact_quantity, validator=is_not_negative)
    #: What is counted, as `kg`; an item is bought in one unit, or its prices cannot be compared.
    unit: str = attrs.field(default="", validator=is_text)
    #: The price of one unit.
    unit_price: Money = attrs.field(validator=is_money_owed)
    ordered_on: date = attrs.field(validator=is_day)
    #: The original promise; re-planning never moves it, so re-planning cannot hide lateness.
    promised_on: date = attrs.field(validator=is_day)
    #: The promise as it stands now; `None` where the original one still does.
    latest_promise_on: date | None = attrs.field(default=None, validator=is_optional_day)
    #: The day the buyer asked for.
    requested_on: date | None = attrs.field(default=None, validator=is_optional_day)
    #: The value of the whole line, where the source states one that is not price x quantity (a rounded price).
    value: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    category: str | None = attrs.field(default=None, validator=is_optional_id)
    site: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The state of the line as the source writes it, as `complete`; a measure's scope may name states.
    status: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The day the fact became known; by default the day of the order.
    known_on: date = attrs.field(default=attrs.Factory(_ordered_on, takes_self=True), validator=is_day)

    def __attrs_post_init__(self) -> None:
        """Refuse two currencies on one line."""
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
    #: Whether what arrived was another item than ordered; it fills no order.
    wrong_item: bool = attrs.field(default=False, validator=is_boolean)
    #: The day the fact became known; by default the day of the receipt, and never before it.
    known_on: date = known_since("received_on")


@final
@attrs.frozen(kw_only=True)
class Delay:
    """Days by which an order line was held up, and whose doing that was, as both sides agreed.

    A measure that excuses the fault gives the line so many days more; one that does not, reads past it.

    >>> Delay(id="D1", order_line="PO1/1", days=3, fault="buyer", recorded_on=date(2026, 1, 22)).fault
    'buyer'
    """

    id: str = attrs.field(validator=is_id)
    #: The order line's id.
    order_line: str = attrs.field(validator=is_id)
    #: Days of delay, of the calendar by which a measure counts; zero as the correction of a delay that never was.
    days: int = attrs.field(validator=is_whole(0, _MAX_DELAY))
    fault: Fault = attrs.field(validator=one_of(*FAULTS))
    reason: str = attrs.field(default="", validator=is_text)
    recorded_on: date = attrs.field(validator=is_day)
    #: The day the fact became known; by default the day it was recorded, and never before it.
    known_on: date = known_since("recorded_on")


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
    return EXACT.multiply(line.unit_price.amount, line.quantity)
