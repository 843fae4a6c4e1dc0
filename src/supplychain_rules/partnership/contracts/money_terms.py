"""The duties about money as data: at which price, when it is paid, and what is taken off for paying early."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_id, is_money_owed, is_optional_day, is_text, one_of
from supplychain_rules.measures.fields import is_count, is_optional_calendar, is_part, is_share
from supplychain_rules.partnership.contracts.kinds import is_optional_label
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.scaled import exact_fraction

__all__ = ["AgreedPrice", "EarlyPayment", "PaymentStart", "PaymentTerms", "PriceTerms"]

#: From which day a payment term runs.
PaymentStart = Literal["invoice", "receipt", "end_of_invoice_month"]


def _prices(given: Iterable["AgreedPrice"]) -> tuple["AgreedPrice", ...]:
    prices = tuple(given)
    for price in prices:
        if not isinstance(price, AgreedPrice):
            raise InvalidValueError("an agreed price is wanted", price, hint="write AgreedPrice(...)")
    return prices


def _discounts(given: Iterable["EarlyPayment"]) -> tuple["EarlyPayment", ...]:
    discounts = tuple(given)
    for discount in discounts:
        if not isinstance(discount, EarlyPayment):
            raise InvalidValueError("a discount for early payment is wanted", discount, hint="write EarlyPayment(...)")
    return discounts


@final
@attrs.frozen(kw_only=True)
class AgreedPrice:
    """The price of one unit of an item, from a day until another, exclusive.

    >>> AgreedPrice(item="bolt", price=Money("2", "EUR"), unit="kg").valid_until is None
    True
    """

    item: str = attrs.field(validator=is_id)
    #: The price of one unit.
    price: Money = attrs.field(validator=is_money_owed)
    #: The unit it is for; a line in another unit is not judged by it.
    unit: str = attrs.field(default="", validator=is_text)
    #: The first day it holds; `None` from the contract's first day on.
    valid_from: date | None = attrs.field(default=None, validator=is_optional_day)
    #: The first day it no longer holds; `None` until the contract ends.
    valid_until: date | None = attrs.field(default=None, validator=is_optional_day)

    def __attrs_post_init__(self) -> None:
        """Refuse a validity that runs backwards."""
        if self.valid_from is not None and self.valid_until is not None and self.valid_until <= self.valid_from:
            raise InvalidValueError(
                f"AgreedPrice.valid_until does not lie after valid_from ({self.valid_from})", self.valid_until
            )


@final
@attrs.frozen(kw_only=True)
class PriceTerms:
    """The agreed prices, fixed or by a list with days, and by how much a price may exceed them.

    Raises:
        InvalidValueError: a field that is wrong by itself, or two prices of an item and unit for one day.

    >>> PriceTerms(id="price", prices=[AgreedPrice(item="bolt", price=Money("2", "EUR"))], tolerance="0.02").checked
    'invoiced'
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    prices: tuple[AgreedPrice, ...] = attrs.field(default=(), converter=_prices)
    #: The share by which a price may lie above what was agreed.
    tolerance: Fraction = attrs.field(default=Fraction(0), converter=exact_fraction, validator=is_share(1))
    #: Which prices are held against the terms: those billed, or those ordered at.
    checked: Literal["invoiced", "ordered"] = attrs.field(default="invoiced", validator=one_of("invoiced", "ordered"))
    #: The day whose price counts.
    priced_on: Literal["ordered", "promised", "invoiced"] = attrs.field(
        default="ordered", validator=one_of("ordered", "promised", "invoiced")
    )

    def __attrs_post_init__(self) -> None:
        """Refuse two prices for one day, and an order priced by an invoice."""
        if self.checked == "ordered" and self.priced_on == "invoiced":
            raise InvalidValueError("PriceTerms.priced_on has no effect with checked='ordered'", self.priced_on)
        seen: dict[tuple[str, str], list[AgreedPrice]] = {}
        for price in sorted(self.prices, key=lambda one: one.valid_from or date.min):
            before = seen.setdefault((price.item, price.unit), [])
            if before and (before[-1].valid_until or date.max) > (price.valid_from or date.min):
                shown = f"{price.item}, {before[-1].price} and {price.price}"
                raise InvalidValueError("PriceTerms.prices has two prices for one day", shown, hint="set valid_until")
            before.append(price)


@final
@attrs.frozen(kw_only=True)
class EarlyPayment:
    """A discount for paying early: so much off within so many days.

    >>> EarlyPayment(rate="0.02", days=10).rate
    Fraction(1, 50)
    """

    #: The share taken off.
    rate: Fraction = attrs.field(converter=exact_fraction, validator=is_part("2 % is '0.02'"))
    #: The days within which it is to be paid, from where the term begins.
    days: int = attrs.field(validator=is_count)


@final
@attrs.frozen(kw_only=True)
class PaymentTerms:
    """When an invoice is to be paid, and what is taken off for paying early.

    The term begins with the invoice's day, with the later of invoice and goods (`receipt`), or with the end of the
    invoice's month, and has `net_days`. With a calendar a due day without work moves to the next working day.

    Raises:
        InvalidValueError: a field that is wrong by itself; a discount that ends after the term or is no larger than one
            that ends later.

    >>> PaymentTerms(id="payment", net_days=30, discounts=[EarlyPayment(rate="0.02", days=10)]).start
    'invoice'
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    net_days: int = attrs.field(validator=is_count)
    start: PaymentStart = attrs.field(default="invoice", validator=one_of(*get_args(PaymentStart)))
    #: Days after the due day in which no payment is late.
    grace_days: int = attrs.field(default=0, validator=is_count)
    #: The calendar by which a due day moves to a working day.
    calendar: WorkCalendar | None = attrs.field(default=None, validator=is_optional_calendar)
    discounts: tuple[EarlyPayment, ...] = attrs.field(default=(), converter=_discounts)

    def __attrs_post_init__(self) -> None:
        """Refuse a discount that nobody would earn."""
        later: EarlyPayment | None = None
        for discount in sorted(self.discounts, key=lambda one: -one.days):
            if discount.days >= (self.net_days if later is None else later.days) or (
                later is not None and discount.rate <= later.rate
            ):
                raise InvalidValueError(
                    "PaymentTerms.discounts do not fall from the earliest day to the term",
                    f"{discount.rate} within {discount.days} days of {self.net_days}",
                )
            later = discount
