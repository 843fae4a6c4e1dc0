"""Terms that coordinate: contracts under which the order that is best for the retailer is best for both together.

Revenue sharing and buyback coordinate for every demand, and split the profit in any wanted way: they make the
retailer's profit a fixed part of the chain's. Quantity flexibility and sales rebates coordinate at a price that depends
on the demand; it is found exactly where the demand is uniform.

Cachon, "Supply chain coordination with contracts" (*Handbooks in Operations Research and Management Science* 11, 2003,
chapter 6), sections 2 to 6.
"""

from fractions import Fraction

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.sharing.exact import exact_amount
from supplychain_rules.partnership.sharing.supply.contracts import chain_optimum, contract_outcome
from supplychain_rules.partnership.sharing.supply.demand import (
    Demand,
    NormalDemand,
    Quantity,
    UniformDemand,
    mean_demand,
    share_below,
)
from supplychain_rules.partnership.sharing.supply.terms import (
    Buyback,
    Market,
    QuantityFlexibility,
    RevenueSharing,
    SalesRebate,
)

__all__ = [
    "coordinating_buyback",
    "coordinating_quantity_flexibility",
    "coordinating_revenue_sharing",
    "coordinating_sales_rebate",
]


def coordinating_revenue_sharing(market: Market, demand: Demand, *, retailer_share: object) -> RevenueSharing:
    """Return the revenue sharing under which the chain earns most, and the retailer a wanted share of it.

    Raises:
        InvalidValueError: a share that is not exact, or not above 0 and at most 1; with goodwill, normal demand (the
            terms would be floats), or a chain that cannot earn.

    >>> market, demand = Market(price=10, supplier_cost=4), UniformDemand(low=0, high=100)
    >>> terms = coordinating_revenue_sharing(market, demand, retailer_share="3/5")
    >>> str(terms.price), str(terms.kept)
    ('12/5', '3/5')
    """
    scale = _scale(market, demand, retailer_share)
    kept = (scale * market.sold_not_left - market.retailer_goodwill) / (market.price - market.salvage)
    price = scale * (market.cost - market.salvage) - market.retailer_cost + kept * market.salvage
    return RevenueSharing(price=price, kept=kept)


def coordinating_buyback(market: Market, demand: Demand, *, retailer_share: object) -> Buyback:
    """Return the buyback under which the chain earns most, and the retailer a wanted share of it.

    Raises:
        InvalidValueError: as `coordinating_revenue_sharing`.

    >>> market, demand = Market(price=10, supplier_cost=4), UniformDemand(low=0, high=100)
    >>> terms = coordinating_buyback(market, demand, retailer_share="3/5")
    >>> str(terms.price), str(terms.paid_back)
    ('32/5', '4')
    """
    scale = _scale(market, demand, retailer_share)
    paid_back = market.retailer_sold_not_left - scale * market.sold_not_left
    price = paid_back - market.retailer_cost + market.salvage + scale * (market.cost - market.salvage)
    return Buyback(price=price, paid_back=paid_back)


def coordinating_quantity_flexibility(market: Market, demand: Demand, *, protected: object) -> QuantityFlexibility:
    """Return the price at which a protected part of the order makes the retailer order what is best for the chain.

    The more is protected, the higher the price, and the more of the profit is the supplier's.

    Raises:
        InvalidValueError: a part that is not from 0 to 1; demand that is not uniform, because the price is exact only
            there; goodwill that leaves no price above 0.

    >>> market, demand = Market(price=10, supplier_cost=4), UniformDemand(low=0, high=100)
    >>> terms = coordinating_quantity_flexibility(market, demand, protected="1/5")
    >>> found = contract_outcome(terms, market, demand)
    >>> str(terms.price), str(found.retailer), str(found.supplier), found.coordinates
    ('250/49', '7200/49', '1620/49', True)
    """
    best = _smooth_order(market, demand)
    part = exact_amount("the protected part", protected)
    above = 1 - _exactly(share_below(demand, best))
    kept = (1 - part) * _exactly(share_below(demand, (1 - part) * best))
    own = market.retailer_sold_not_left
    price = own * above / (above + kept) - market.retailer_cost + market.salvage
    return QuantityFlexibility(price=price, protected=part)


def coordinating_sales_rebate(
    market: Market, demand: Demand, *, threshold: object, rebate: object = None, retailer_share: object = None
) -> SalesRebate:
    """Return the price at which a rebate makes the retailer order what is best for the chain.

    Args:
        market: price, costs, salvage value and goodwill.
        demand: uniform, because the price is exact only there.
        threshold: from how many units on the rebate is paid; below the best order, or it would not move it.
        rebate: how much, or
        retailer_share: the share of the chain's profit that the retailer is to get, from which the rebate follows.

    Raises:
        InvalidValueError: neither or both of rebate and share, a threshold that the best order does not reach, demand
            that is not uniform, a share that takes a rebate below 0, or terms under which the retailer would rather
            order less.

    >>> market, demand = Market(price=10, supplier_cost=4), UniformDemand(low=0, high=100)
    >>> terms = coordinating_sales_rebate(market, demand, threshold=40, rebate=4)
    >>> found = contract_outcome(terms, market, demand)
    >>> str(terms.price), str(found.retailer), str(found.supplier), found.coordinates
    ('28/5', '124', '56', True)
    """
    best = _smooth_order(market, demand)
    level = exact_amount("the threshold", threshold)
    if not 0 <= level < best:
        raise InvalidValueError("the threshold lies below the best order", str(level), hint=f"below {best}")
    if (rebate is None) == (retailer_share is None):
        raise InvalidValueError("give either a rebate or the retailer's share")

    def terms(rebate: Fraction) -> SalesRebate:
        own = market.retailer_sold_not_left + rebate
        price = own * (1 - _exactly(share_below(demand, best))) - market.retailer_cost + market.salvage
        return SalesRebate(price=price, threshold=level, rebate=rebate)

    if rebate is None:
        # What the retailer earns at the best order is linear in the rebate.
        wanted = exact_amount("the retailer's share", retailer_share) * _exactly(chain_optimum(market, demand).profit)
        without = _exactly(contract_outcome(terms(Fraction(0)), market, demand, quantity=best).retailer)
        slope = _exactly(contract_outcome(terms(Fraction(1)), market, demand, quantity=best).retailer) - without
        exact = (wanted - without) / slope if slope else Fraction(-1)
        if exact < 0:
            hint = f"without one the retailer gets {without}, and each unit of rebate changes that by {slope}"
            raise InvalidValueError(f"no rebate gives the retailer {wanted}", str(retailer_share), hint=hint)
    else:
        exact = exact_amount("the rebate", rebate)
    found = terms(exact)
    if not contract_outcome(found, market, demand).coordinates:
        hint = "a smaller rebate, or a lower threshold"
        raise InvalidValueError("the retailer would rather order less and forgo the rebate", str(exact), hint=hint)
    return found


def _scale(market: Market, demand: Demand, retailer_share: object) -> Fraction:
    """Return the factor by which the retailer's profit is to be the chain's, but for what goodwill adds.

    Under terms that coordinate with factor k the retailer earns k times the chain's profit, and the mean demand times
    (k g - retailer goodwill).
    """
    share = exact_amount("the retailer's share", retailer_share)
    if not 0 < share <= 1:
        hint = "the retailer orders what is best for both only while it gains from it"
        raise InvalidValueError("the retailer's share is not above 0 and at most 1", str(retailer_share), hint=hint)
    if not market.goodwill:
        return share
    if isinstance(demand, NormalDemand):
        hint = "take uniform or discrete demand"
        raise InvalidValueError("with goodwill the terms follow from demand, and normal demand is not exact", hint=hint)
    best, mean = _exactly(chain_optimum(market, demand).profit), _exactly(mean_demand(demand))
    if best <= 0:
        raise InvalidValueError("even the best order earns nothing that could be shared", str(best))
    return (share * best + mean * market.retailer_goodwill) / (best + mean * market.goodwill)


def _smooth_order(market: Market, demand: Demand) -> Fraction:
    """Return the best order of the chain where its price can be found exactly."""
    if not isinstance(demand, UniformDemand):
        hint = "revenue sharing and buyback coordinate for every demand"
        raise InvalidValueError("the exact price is known for uniform demand only", demand, hint=hint)
    return _exactly(chain_optimum(market, demand).quantity)


def _exactly(value: Quantity) -> Fraction:
    assert isinstance(value, Fraction)  # noqa: S101  uniform and discrete demand give fractions only
    return value
