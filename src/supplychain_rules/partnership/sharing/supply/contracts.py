"""Supply contracts: how retailer and supplier share the risk of a season's demand, and what it does to the order.

The retailer orders once, before the season; what is not sold is worth its salvage value, and demand that is not met may
cost goodwill. At a plain **wholesale** price above cost the retailer orders less than is best for the chain, because it
bears all the risk and gets only a part of the margin. Four contracts let the supplier bear some of it:

- **buyback**: the supplier pays for each unit that is left over;
- **revenue sharing**: the retailer pays less per unit, and passes on a part of all revenue;
- **quantity flexibility**: what is left over is taken back in full, up to a part of the order;
- **sales rebate**: the supplier pays for each unit that is sold above a threshold.

A contract *coordinates* if the order that is best for the retailer is best for the chain. A quantity is any number, and
the supplier delivers what is ordered. Uniform and discrete demand give exact fractions, normal demand floats.

Cachon, "Supply chain coordination with contracts" (*Handbooks in Operations Research and Management Science* 11, 2003,
chapter 6); Cachon and Lariviere, "Supply chain coordination with revenue-sharing contracts" (*Management Science* 51,
2005).
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Final, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.sharing.exact import exact_amount
from supplychain_rules.partnership.sharing.supply.demand import (
    Demand,
    DiscreteDemand,
    NormalDemand,
    Quantity,
    UniformDemand,
    expected_sales,
    mean_demand,
    order_at,
    share_below,
)
from supplychain_rules.partnership.sharing.supply.terms import (
    Buyback,
    Market,
    QuantityFlexibility,
    RevenueSharing,
    SalesRebate,
    SupplyContract,
    Wholesale,
)

__all__ = ["ChainOptimum", "ContractOutcome", "chain_optimum", "contract_outcome"]

#: Halvings of an interval until no float lies between its ends any more; 1,100 reach from the largest to the least.
_HALVINGS: Final = 1_100

#: How far a chain profit in floats may lie below the best one and still be called the best: rounding of the machine.
_NEAR: Final = 1e-9


@final
@attrs.frozen(kw_only=True)
class ChainOptimum:
    """The order that is best for both together."""

    quantity: Quantity
    expected_sales: Quantity
    profit: Quantity


@final
@attrs.frozen(kw_only=True)
class ContractOutcome:
    """What the retailer orders under a contract, and what both earn on average."""

    contract: SupplyContract
    quantity: Quantity
    expected_sales: Quantity
    retailer: Quantity
    supplier: Quantity
    optimum: ChainOptimum

    @property
    def chain(self) -> Quantity:
        """Return what both earn together."""
        return self.retailer + self.supplier

    @property
    def efficiency(self) -> Quantity:
        """Return what both earn of what they could earn together.

        Raises:
            InvalidValueError: the best that they could do earns nothing.
        """
        if self.optimum.profit <= 0:
            raise InvalidValueError("even the best order earns nothing", str(self.optimum.profit))
        return self.chain / self.optimum.profit

    @property
    def coordinates(self) -> bool:
        """Return whether both together cannot earn more; with normal demand, but for the machine's rounding."""
        found, best = self.chain, self.optimum.profit
        if isinstance(found, Fraction) and isinstance(best, Fraction):
            return found == best
        return float(best) - float(found) <= _NEAR * abs(float(best))


def chain_optimum(market: Market, demand: Demand) -> ChainOptimum:
    """Return the order that is best for both together: it covers demand with the probability (p - c + g) / (p - v + g).

    Here p is the price, c the costs, g the goodwill and v the salvage value. Where several orders are best, the least.

    >>> found = chain_optimum(Market(price=10, supplier_cost=4), UniformDemand(low=0, high=100))
    >>> str(found.quantity), str(found.expected_sales), str(found.profit)
    ('60', '42', '180')
    """
    quantity = order_at(demand, _chain_ratio(market))
    return ChainOptimum(
        quantity=quantity,
        expected_sales=expected_sales(demand, quantity),
        profit=_chain_profit(market, demand, quantity),
    )


def contract_outcome(
    contract: SupplyContract, market: Market, demand: Demand, *, quantity: object = None
) -> ContractOutcome:
    """Return what the retailer orders under a contract, what both earn, and what they could earn together.

    Args:
        contract: what was agreed.
        market: price, costs, salvage value and goodwill.
        demand: the season's demand.
        quantity: an order to look at instead of the one that is best for the retailer, at least 0.

    Returns:
        The outcome at the order that is best for the retailer; the least such order where there are several.

    Raises:
        InvalidValueError: a contract under which the retailer earns on leftovers, and would order without end; a
            quantity that is negative or not exact.

    Source:
        Cachon (2003), sections 2 to 6.

    >>> market, demand = Market(price=10, supplier_cost=4), UniformDemand(low=0, high=100)
    >>> found = contract_outcome(Wholesale(price=7), market, demand)
    >>> str(found.quantity), str(found.retailer), str(found.supplier), str(found.efficiency), found.coordinates
    ('30', '45', '90', '3/4', False)
    """
    ordered = _best_order(contract, market, demand) if quantity is None else _order(quantity)
    retailer = _retailer_profit(contract, market, demand, ordered)
    return ContractOutcome(
        contract=contract,
        quantity=ordered,
        expected_sales=expected_sales(demand, ordered),
        retailer=retailer,
        supplier=_chain_profit(market, demand, ordered) - retailer,
        optimum=chain_optimum(market, demand),
    )


def _chain_ratio(market: Market) -> Fraction:
    return (market.price - market.cost + market.goodwill) / market.sold_not_left


def _chain_profit(market: Market, demand: Demand, quantity: Quantity) -> Quantity:
    return (
        market.sold_not_left * expected_sales(demand, quantity)
        - (market.cost - market.salvage) * quantity
        - market.goodwill * mean_demand(demand)
    )


def _retailer_profit(contract: SupplyContract, market: Market, demand: Demand, quantity: Quantity) -> Quantity:
    return (
        market.retailer_sold_not_left * expected_sales(demand, quantity)
        - (market.retailer_cost - market.salvage) * quantity
        - market.retailer_goodwill * mean_demand(demand)
        - _transfer(contract, market, demand, quantity)
    )


def _transfer(contract: SupplyContract, market: Market, demand: Demand, quantity: Quantity) -> Quantity:
    """Return what the retailer pays the supplier on average."""
    ordered = contract.price * quantity
    sold = expected_sales(demand, quantity)
    match contract:
        case Wholesale():
            return ordered
        case Buyback(paid_back=paid_back):
            return ordered - paid_back * (quantity - sold)
        case RevenueSharing(kept=kept):
            return ordered + (1 - kept) * (market.price * sold + market.salvage * (quantity - sold))
        case QuantityFlexibility(price=price, protected=protected):
            # Left over on average: of the whole order, less of the part that is not protected.
            open_part = (1 - protected) * quantity
            left = quantity - sold - (open_part - expected_sales(demand, open_part))
            return ordered - (price + market.retailer_cost - market.salvage) * left
        case SalesRebate(threshold=threshold, rebate=rebate):
            above = sold - expected_sales(demand, threshold) if quantity > threshold else 0
            return ordered - rebate * above
        case _:
            assert_never(contract)


def _order(quantity: object) -> Quantity:
    exact = exact_amount("the quantity", quantity)
    if exact < 0:
        raise InvalidValueError("an order is not negative", str(quantity))
    return exact


def _best_order(contract: SupplyContract, market: Market, demand: Demand) -> Quantity:
    """Return the least order at which the retailer earns most."""
    own = market.retailer_sold_not_left
    unit = contract.price + market.retailer_cost - market.salvage
    candidates: list[Quantity]
    match contract:
        case Wholesale():
            return _newsvendor(demand, own, unit)
        case Buyback(paid_back=paid_back):
            return _newsvendor(demand, own - paid_back, unit - paid_back)
        case RevenueSharing(kept=kept):
            passed = (1 - kept) * (market.price - market.salvage)
            return _newsvendor(demand, own - passed, unit + (1 - kept) * market.salvage)
        case QuantityFlexibility():
            candidates = list(_flexible_orders(contract, demand, own, unit))
        case SalesRebate(threshold=threshold, rebate=rebate):
            candidates = [
                min(_newsvendor(demand, own, unit), threshold),
                max(_newsvendor(demand, own + rebate, unit), threshold),
            ]
        case _:
            assert_never(contract)
    return max(sorted(candidates), key=lambda order: _retailer_profit(contract, market, demand, order))


def _newsvendor(demand: Demand, sold: Fraction, ordered: Fraction) -> Quantity:
    """Return the best order where a unit sold brings and a unit ordered costs a fixed amount."""
    if ordered < 0 or (ordered == 0 and sold > 0 and isinstance(demand, NormalDemand)):
        hint = "raise the price, or lower what is paid back"
        raise InvalidValueError("the retailer would order without end", str(ordered), hint=hint)
    if sold <= ordered:
        return Fraction(0)
    return order_at(demand, (sold - ordered) / sold)


def _flexible_orders(
    contract: QuantityFlexibility, demand: Demand, own: Fraction, unit: Fraction
) -> Iterator[Quantity]:
    """Yield the orders among which the best one is; the retailer's profit is concave, or grows from 0 nowhere.

    Its slope is (own - unit) (1 - F(q)) - unit (1 - d) F((1 - d) q), with d the protected part.
    """
    kept = 1 - contract.protected
    if unit < 0 or (unit == 0 and isinstance(demand, NormalDemand)):
        hint = "raise the price above what a unit left over brings"
        raise InvalidValueError("the retailer would order without end", str(unit), hint=hint)
    yield Fraction(0)
    if own <= unit:
        return

    def slope(quantity: Quantity) -> Quantity:
        below = share_below(demand, kept * quantity)
        return (own - unit) * (1 - share_below(demand, quantity)) - unit * kept * below

    match demand:
        case DiscreteDemand(probabilities=found):
            yield from found
            if kept:
                yield from (quantity / kept for quantity in found)
        case UniformDemand(low=low, high=high):
            turns = sorted({low, high, *((low / kept, high / kept) if kept else ())})
            yield from turns
            for start, end in pairwise(turns):
                first, last = Fraction(slope(start)), Fraction(slope(end))  # of fractions, so nothing is converted
                if first > 0 > last:
                    yield start + (end - start) * first / (first - last)
        case NormalDemand(mean=mean, deviation=deviation):
            if not kept:
                hint = "protect less than all, or take a demand with a greatest quantity"
                raise InvalidValueError("the retailer would order without end", str(contract.protected), hint=hint)
            yield _root(slope, mean, deviation)
        case _:
            assert_never(demand)


def _root(slope: Callable[[Quantity], Quantity], mean: float, deviation: float) -> float:
    """Return where a slope that falls from above to below 0 crosses it, by halving."""
    low, high = 0.0, float(mean + deviation)
    while slope(high) > 0:
        low, high = high, 2 * high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return low
