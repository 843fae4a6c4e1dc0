"""Prices that were seen: quotes, invoices and list prices, outside the order lines themselves."""

from datetime import date
from decimal import Decimal
from typing import final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import exact_quantity, is_day, is_id, is_positive
from supplychain_rules.values.money import Money

__all__ = ["PriceObservation"]


def _observed_on(observation: "PriceObservation") -> date:
    return observation.observed_on


@final
@attrs.frozen(kw_only=True)
class PriceObservation:
    """A supplier's price of one `unit` of an item, seen on a day for a quantity.

    >>> from supplychain_rules.values.money import Money
    >>> PriceObservation(id="P1", supplier="V7", item="bolt", price=Money("2", "EUR"), unit="kg",
    ...                  observed_on=date(2026, 1, 5)).quantity
    Decimal('1')
    """

    id: str = attrs.field(validator=is_id)
    #: The supplier's id.
    supplier: str = attrs.field(validator=is_id)
    item: str = attrs.field(validator=is_id)
    #: The price of one unit.
    price: Money = attrs.field(validator=attrs.validators.instance_of(Money))
    #: How many units the price was paid or quoted for: its weight in an average.
    quantity: Decimal = attrs.field(default=Decimal(1), converter=exact_quantity, validator=is_positive)
    #: The unit that the price is for; prices of different units are never compared.
    unit: str = attrs.field(default="", validator=attrs.validators.instance_of(str))
    observed_on: date = attrs.field(validator=is_day)
    #: The day the fact became known; by default the day of the observation, and never before it.
    known_on: date = attrs.field(default=attrs.Factory(_observed_on, takes_self=True), validator=is_day)

    def __attrs_post_init__(self) -> None:
        """Refuse a price below zero, and a price known before it was seen."""
        if self.price.amount < 0:
            raise InvalidValueError("PriceObservation.price is negative", self.price, hint="leave the fact out")
        if self.known_on < self.observed_on:
            raise InvalidValueError(
                "PriceObservation.known_on lies before observed_on",
                self.known_on,
                hint="a price is known on the day it is seen or later; put the later of the two days",
            )
