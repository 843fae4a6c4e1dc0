"""Prices outside the order lines: quotes, contract and list prices, market prices, and index series with editions."""

from datetime import date
from decimal import Decimal
from typing import Final, Literal, final, get_args

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
    is_text,
    known_since,
    one_of,
)
from supplychain_rules.values.money import Money

__all__ = ["PRICE_KINDS", "IndexValue", "MarketPrice", "PriceKind", "PriceObservation"]

#: What a supplier's price is: offered, agreed, listed, set by us as a standard, or paid.
PriceKind = Literal["quote", "contract", "list", "standard", "paid"]

#: The kinds in the order in which messages list them.
PRICE_KINDS: Final[tuple[PriceKind, ...]] = get_args(PriceKind)


#: Kinds that are seen to happen; a contract, list or standard price is known before it holds.
_SEEN: Final[frozenset[PriceKind]] = frozenset({"quote", "paid"})


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
    kind: PriceKind = attrs.field(default="quote", validator=one_of(*PRICE_KINDS))
    #: The price of one unit.
    price: Money = attrs.field(validator=is_money_owed)
    #: How many units the price was paid or quoted for: its weight in an average.
    quantity: Decimal = attrs.field(default=Decimal(1), converter=exact_quantity, validator=is_positive)
    #: The unit that the price is for; prices of different units are never compared.
    unit: str = attrs.field(default="", validator=is_text)
    category: str | None = attrs.field(default=None, validator=is_optional_id)
    site: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The day it was seen; for a contract, list or standard price the first day on which it holds.
    observed_on: date = attrs.field(validator=is_day)
    #: The first day on which a contract, list or standard price no longer holds; `None` until the next one.
    valid_until: date | None = attrs.field(default=None, validator=is_optional_day)
    #: The day the fact became known; by default `observed_on`, and never before it for a price that was seen.
    known_on: date = attrs.field(default=attrs.Factory(_observed_on, takes_self=True), validator=is_day)

    def __attrs_post_init__(self) -> None:
        """Refuse a validity that runs backwards, and a price known before it was seen."""
        if self.kind in _SEEN and self.known_on < self.observed_on:
            raise InvalidValueError(
                f"PriceObservation.known_on lies before observed_on ({self.observed_on})",
                self.known_on,
                hint="nothing is known before it happens; put the later of the two days",
            )
        if self.valid_until is not None and self.valid_until < self.observed_on:
            raise InvalidValueError(
                f"PriceObservation.valid_until lies before observed_on ({self.observed_on})", self.valid_until
            )


@final
@attrs.frozen(kw_only=True)
class MarketPrice:
    """What an item cost on the market on a day, whoever supplied it; it holds until the next one.

    >>> MarketPrice(id="M1", item="bolt", price=Money("1.90", "EUR"), on=date(2026, 1, 1), source="exchange").source
    'exchange'
    """

    id: str = attrs.field(validator=is_id)
    item: str = attrs.field(validator=is_id)
    price: Money = attrs.field(validator=is_money_owed)
    unit: str = attrs.field(default="", validator=is_text)
    source: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The first day on which it holds.
    on: date = attrs.field(validator=is_day)
    known_on: date = known_since("on")


def _series_and_day(value: "IndexValue") -> str:
    return f"{value.series}@{value.on}"


@final
@attrs.frozen(kw_only=True)
class IndexValue:
    """One value of an index series. A revision is a later edition: the same day, a later `known_on`.

    >>> steel = IndexValue(series="WPU101", on=date(2023, 11, 1), value="316.124", known_on=date(2023, 12, 17))
    >>> steel.id
    'WPU101@2023-11-01'
    """

    #: The series' name.
    series: str = attrs.field(validator=is_id)
    #: The first day of the month, quarter or day that the value is for.
    on: date = attrs.field(validator=is_day)
    value: Decimal = attrs.field(converter=exact_quantity, validator=is_positive)
    #: The day of the edition: indices are revised, and a contract says which edition counts.
    known_on: date = known_since("on")
    #: The identity, which all editions of one value share; by default series and day.
    id: str = attrs.field(default=attrs.Factory(_series_and_day, takes_self=True), validator=is_id)
