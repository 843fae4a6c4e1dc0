"""The market of a season and the contracts that share its risk: nouns only.

A retailer orders once, before the season, and pays the supplier by a contract. What is not sold is worth its salvage
value, and demand that is not met may cost goodwill. All numbers are money per unit, of one currency, and exact.
"""

from fractions import Fraction
from typing import TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.sharing.exact import exact_amount

__all__ = [
    "Buyback",
    "Market",
    "QuantityFlexibility",
    "RevenueSharing",
    "SalesRebate",
    "SupplyContract",
    "Wholesale",
]


def _number(value: object) -> Fraction:
    return exact_amount("a number of a contract", value)


@final
@attrs.frozen(kw_only=True)
class Market:
    """What a unit sells for, costs, and is worth when it is left over or missing; money per unit, of one currency.

    Raises:
        InvalidValueError: a number that is not exact, a cost or goodwill below 0, a price that does not exceed all
            costs, or a salvage value that does not lie below them: whoever earned on leftovers would order without end.
    """

    #: What the customer pays.
    price: Fraction = attrs.field(converter=_number)
    #: What the supplier pays to make a unit.
    supplier_cost: Fraction = attrs.field(converter=_number)
    #: What the retailer pays for a unit besides the supplier's price.
    retailer_cost: Fraction = attrs.field(default=Fraction(0), converter=_number)
    #: What a unit that is left over at the retailer brings; negative where it costs.
    salvage: Fraction = attrs.field(default=Fraction(0), converter=_number)
    #: What a unit of demand that is not met costs each side.
    retailer_goodwill: Fraction = attrs.field(default=Fraction(0), converter=_number)
    supplier_goodwill: Fraction = attrs.field(default=Fraction(0), converter=_number)

    def __attrs_post_init__(self) -> None:
        """Refuse a market that nobody would serve, or everybody without end."""
        for name in ("supplier_cost", "retailer_cost", "retailer_goodwill", "supplier_goodwill"):
            if getattr(self, name) < 0:
                raise InvalidValueError(f"{name} is negative", str(getattr(self, name)))
        if not self.salvage < self.cost < self.price:
            found = (str(self.salvage), str(self.cost), str(self.price))
            raise InvalidValueError("salvage < costs < price does not hold", found, hint="check the numbers")

    @property
    def cost(self) -> Fraction:
        """Return what a unit costs both together."""
        return self.supplier_cost + self.retailer_cost

    @property
    def goodwill(self) -> Fraction:
        """Return what a unit of demand that is not met costs both together."""
        return self.retailer_goodwill + self.supplier_goodwill

    @property
    def sold_not_left(self) -> Fraction:
        """Return what a unit that is sold, and not left over, is worth to both together."""
        return self.price - self.salvage + self.goodwill

    @property
    def retailer_sold_not_left(self) -> Fraction:
        """Return what a unit that is sold, and not left over, is worth to the retailer at a plain wholesale price."""
        return self.price - self.salvage + self.retailer_goodwill


@final
@attrs.frozen(kw_only=True)
class Wholesale:
    """A price for each unit ordered, and nothing else."""

    price: Fraction = attrs.field(converter=_number)


@final
@attrs.frozen(kw_only=True)
class Buyback:
    """A price for each unit ordered; for each unit left over, and sold off, the supplier pays something back."""

    price: Fraction = attrs.field(converter=_number)
    paid_back: Fraction = attrs.field(converter=_number)


@final
@attrs.frozen(kw_only=True)
class RevenueSharing:
    """A price for each unit ordered; the retailer keeps a share of all revenue, salvage included."""

    price: Fraction = attrs.field(converter=_number)
    #: The retailer's share, from 0 to 1.
    kept: Fraction = attrs.field(converter=_number)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no share."""
        if not 0 <= self.kept <= 1:
            raise InvalidValueError("the share of revenue that is kept lies from 0 to 1", str(self.kept))


@final
@attrs.frozen(kw_only=True)
class QuantityFlexibility:
    """A price for each unit ordered; what is left over costs the retailer nothing, up to a part of the order."""

    price: Fraction = attrs.field(converter=_number)
    #: The part of the order that is protected, from 0 to 1.
    protected: Fraction = attrs.field(converter=_number)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no part."""
        if not 0 <= self.protected <= 1:
            raise InvalidValueError("the part of the order that is protected lies from 0 to 1", str(self.protected))


@final
@attrs.frozen(kw_only=True)
class SalesRebate:
    """A price for each unit ordered; for each unit sold above a threshold the supplier pays something back."""

    price: Fraction = attrs.field(converter=_number)
    threshold: Fraction = attrs.field(converter=_number)
    rebate: Fraction = attrs.field(converter=_number)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no rebate."""
        if self.threshold < 0 or self.rebate < 0:
            raise InvalidValueError("a threshold and a rebate are 0 or more", (str(self.threshold), str(self.rebate)))


#: How both can share the risk.
SupplyContract: TypeAlias = Wholesale | Buyback | RevenueSharing | QuantityFlexibility | SalesRebate
