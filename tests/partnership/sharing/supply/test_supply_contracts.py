"""Supply contracts: who bears the risk orders less, and shared risk can make both order what is best for the chain."""

import pickle
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import pytest

from supplychain_rules import InvalidValueError
from supplychain_rules.partnership.sharing import (
    Buyback,
    ContractOutcome,
    Demand,
    DiscreteDemand,
    Market,
    NormalDemand,
    QuantityFlexibility,
    RevenueSharing,
    SalesRebate,
    SupplyContract,
    UniformDemand,
    Wholesale,
    chain_optimum,
    contract_outcome,
    coordinating_buyback,
    coordinating_quantity_flexibility,
    coordinating_revenue_sharing,
    coordinating_sales_rebate,
    expected_sales,
    mean_demand,
    order_at,
    share_below,
)

PLAIN = Market(price=10, supplier_cost=4)
FULL = Market(price=10, supplier_cost=3, retailer_cost=1, salvage=1, retailer_goodwill=1, supplier_goodwill=2)
POOR = Market(price=10, supplier_cost=9, supplier_goodwill=90)
UP_TO_100 = UniformDemand(low=0, high=100)
SOME = DiscreteDemand({10: "1/2", 30: "1/3", 100: "1/6"})
NORMAL = NormalDemand(mean=1000, deviation=250)


def outcome(contract: SupplyContract, market: Market = PLAIN, demand: Demand = UP_TO_100) -> ContractOutcome:
    return contract_outcome(contract, market, demand)


def test_the_retailer_bears_all_risk_at_wholesale_and_orders_too_little() -> None:
    found = outcome(Wholesale(price=7))

    assert (30, 45, 90) == (found.quantity, found.retailer, found.supplier)
    assert (60, 180) == (found.optimum.quantity, found.optimum.profit)
    assert Fraction(3, 4) == found.efficiency
    assert not found.coordinates


def test_wholesale_at_cost_coordinates_and_leaves_the_supplier_nothing() -> None:
    found = outcome(Wholesale(price=4))

    assert (60, 180, 0) == (found.quantity, found.retailer, found.supplier)
    assert found.coordinates


def test_a_price_that_leaves_no_margin_is_not_ordered_at() -> None:
    for contract in (
        Wholesale(price=10),
        QuantityFlexibility(price=11, protected="1/2"),
        SalesRebate(price=12, threshold=5, rebate=1),
    ):
        assert (0, 0, 0) == (outcome(contract).quantity, outcome(contract).retailer, outcome(contract).supplier)


@pytest.mark.parametrize("demand", [UP_TO_100, UniformDemand(low=20, high=90), SOME], ids=["from 0", "from 20", "some"])
@pytest.mark.parametrize("market", [PLAIN, FULL], ids=["plain", "salvage and goodwill"])
@pytest.mark.parametrize("share", ["1/4", "1/2", "4/5"])
@pytest.mark.parametrize("agree", [coordinating_revenue_sharing, coordinating_buyback])
def test_the_profit_of_the_chain_is_split_as_wanted_and_as_large_as_can_be(
    agree: Any,  # noqa: ANN401  one of two functions
    share: str,
    market: Market,
    demand: Demand,
) -> None:
    found = outcome(agree(market, demand, retailer_share=share), market, demand)

    assert found.coordinates
    assert Fraction(share) == found.retailer / found.optimum.profit


def test_revenue_sharing_needs_no_knowledge_of_demand() -> None:
    terms = {coordinating_revenue_sharing(PLAIN, demand, retailer_share="3/5") for demand in (UP_TO_100, SOME, NORMAL)}

    assert {RevenueSharing(price="12/5", kept="3/5")} == terms


def test_buyback_and_revenue_sharing_pay_the_same_whatever_is_sold() -> None:
    shared = coordinating_revenue_sharing(PLAIN, UP_TO_100, retailer_share="3/5")
    bought = coordinating_buyback(PLAIN, UP_TO_100, retailer_share="3/5")

    for quantity in (0, 30, 60, 95):
        one, other = (contract_outcome(each, PLAIN, UP_TO_100, quantity=quantity) for each in (shared, bought))
        assert one.retailer == other.retailer


def test_more_protection_costs_more_and_gives_the_supplier_more() -> None:
    found = [
        outcome(coordinating_quantity_flexibility(PLAIN, UP_TO_100, protected=part))
        for part in (0, "1/5", "1/2", "9/10")
    ]

    assert [4, Fraction(250, 49), Fraction(80, 11), Fraction(2000, 203)] == [one.contract.price for one in found]
    assert found == sorted(found, key=lambda one: one.supplier)
    assert 0 == found[0].supplier
    assert all(one.coordinates for one in found)


def test_a_rebate_follows_from_the_share_that_is_wanted() -> None:
    terms = coordinating_sales_rebate(PLAIN, UP_TO_100, threshold=40, retailer_share="31/45")

    assert SalesRebate(price="28/5", threshold=40, rebate=4) == terms


def test_a_rebate_is_not_reached_where_the_retailer_had_rather_order_less() -> None:
    with pytest.raises(InvalidValueError, match="would rather order less and forgo the rebate"):
        coordinating_sales_rebate(PLAIN, UP_TO_100, threshold=59, rebate=40)


def best_of_many(contract: SupplyContract, market: Market, demand: Demand) -> object:
    return max(
        contract_outcome(contract, market, demand, quantity=Fraction(quarters, 4)).retailer
        for quarters in range(0, 600, 3)
    )


@pytest.mark.parametrize("demand", [UP_TO_100, UniformDemand(low=20, high=90), SOME], ids=["from 0", "from 20", "some"])
@pytest.mark.parametrize("market", [PLAIN, FULL], ids=["plain", "salvage and goodwill"])
@pytest.mark.parametrize(
    "contract",
    [
        Wholesale(price=6),
        Buyback(price=6, paid_back=2),
        RevenueSharing(price=2, kept="2/3"),
        QuantityFlexibility(price=6, protected="1/4"),
        QuantityFlexibility(price=6, protected=1),
        SalesRebate(price=6, threshold=30, rebate=3),
        SalesRebate(price=8, threshold=50, rebate=9),
    ],
    ids=["wholesale", "buyback", "revenue sharing", "flexible", "all protected", "rebate", "high rebate"],
)
def test_no_other_order_is_better_for_the_retailer(contract: SupplyContract, market: Market, demand: Demand) -> None:
    found = outcome(contract, market, demand)

    assert best_of_many(contract, market, demand) <= found.retailer  # type: ignore[operator]  # wrong on purpose
    assert found.chain <= found.optimum.profit


def test_normal_demand_gives_floats_and_finds_the_same_best_orders() -> None:
    flexible = contract_outcome(QuantityFlexibility(price=6, protected="1/4"), PLAIN, NORMAL)
    nearby = [
        contract_outcome(flexible.contract, PLAIN, NORMAL, quantity=round(flexible.quantity) + step).retailer
        for step in (-20, 20)
    ]

    assert isinstance(flexible.quantity, float)
    assert max(nearby) < flexible.retailer
    shared = coordinating_buyback(PLAIN, NORMAL, retailer_share="1/2")
    assert contract_outcome(shared, PLAIN, NORMAL).coordinates
    assert not contract_outcome(Wholesale(price=7), PLAIN, NORMAL).coordinates


def test_a_best_order_far_above_the_mean_is_found() -> None:
    market = Market(price=1000, supplier_cost=1)
    found = contract_outcome(QuantityFlexibility(price=2, protected="9/10"), market, NORMAL)
    nearby = [
        contract_outcome(found.contract, market, NORMAL, quantity=round(found.quantity) + step).retailer
        for step in (-50, 50)
    ]

    assert found.quantity > 1250
    assert max(nearby) < found.retailer


@pytest.mark.parametrize(
    ("contract", "demand"),
    [
        (Wholesale(price=-1), UP_TO_100),
        (Buyback(price=6, paid_back=7), UP_TO_100),
        (Buyback(price=6, paid_back=6), NORMAL),
        (QuantityFlexibility(price=-1, protected=0), SOME),
        (QuantityFlexibility(price=6, protected=1), NORMAL),
    ],
)
def test_who_earns_on_leftovers_would_order_without_end(contract: SupplyContract, demand: Demand) -> None:
    with pytest.raises(InvalidValueError, match="the retailer would order without end"):
        contract_outcome(contract, PLAIN, demand)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Market(price=10, supplier_cost=10), "salvage < costs < price does not hold"),
        (lambda: Market(price=10, supplier_cost=4, salvage=4), "salvage < costs < price does not hold"),
        (lambda: Market(price=10, supplier_cost=4, retailer_goodwill=-1), "retailer_goodwill is negative"),
        (lambda: Market(price=10.0, supplier_cost=4), "a number of a contract is a float"),
        (lambda: RevenueSharing(price=1, kept=2), "the share of revenue that is kept lies from 0 to 1"),
        (lambda: QuantityFlexibility(price=1, protected=-1), "protected lies from 0 to 1"),
        (lambda: SalesRebate(price=1, threshold=-1, rebate=1), "a threshold and a rebate are 0 or more"),
        (lambda: contract_outcome(Wholesale(price=6), PLAIN, SOME, quantity=-1), "an order is not negative"),
        (lambda: contract_outcome(Wholesale(price=6), PLAIN, SOME, quantity=0.5), "the quantity is a float"),
        (lambda: coordinating_buyback(PLAIN, SOME, retailer_share=0), "not above 0 and at most 1"),
        (lambda: coordinating_buyback(PLAIN, SOME, retailer_share=2), "not above 0 and at most 1"),
        (lambda: coordinating_revenue_sharing(FULL, NORMAL, retailer_share="1/2"), "normal demand is not exact"),
        (lambda: coordinating_buyback(POOR, UP_TO_100, retailer_share=1), "even the best order earns nothing"),
        (lambda: coordinating_quantity_flexibility(PLAIN, SOME, protected="1/5"), "for uniform demand only"),
        (lambda: coordinating_sales_rebate(PLAIN, SOME, threshold=1, rebate=1), "for uniform demand only"),
        (lambda: coordinating_sales_rebate(PLAIN, UP_TO_100, threshold=60, rebate=1), "lies below the best order"),
        (lambda: coordinating_sales_rebate(PLAIN, UP_TO_100, threshold=40), "either a rebate or the retailer's share"),
        (
            lambda: coordinating_sales_rebate(PLAIN, UP_TO_100, threshold=40, retailer_share=2),
            "no rebate gives the retailer 360",
        ),
    ],
)
def test_terms_that_cannot_be_are_refused(call: Any, message: str) -> None:  # noqa: ANN401  a call
    with pytest.raises(InvalidValueError, match=message):
        call()


def test_a_chain_that_cannot_earn_has_no_efficiency() -> None:
    found = contract_outcome(Wholesale(price=9), POOR, UP_TO_100)

    assert found.optimum.profit < 0
    with pytest.raises(InvalidValueError, match="even the best order earns nothing"):
        _ = found.efficiency


@pytest.mark.parametrize("demand", [UniformDemand(low=20, high=100), SOME], ids=["uniform", "some"])
def test_what_is_sold_is_the_lesser_of_order_and_demand(demand: Demand) -> None:
    assert 0 == expected_sales(demand, Fraction(0))
    assert 5 == expected_sales(demand, Fraction(5))
    assert mean_demand(demand) == expected_sales(demand, Fraction(500))
    assert 0 == share_below(demand, Fraction(5))
    assert 1 == share_below(demand, Fraction(100))
    assert 100 == order_at(demand, Fraction(1))


def test_a_step_of_discrete_demand_is_covered_exactly_at_its_probability() -> None:
    assert [10, 10, 30, 30, 100] == [order_at(SOME, Fraction(part)) for part in ("1/9", "1/2", "4/7", "5/6", "6/7")]


def test_normal_demand_is_that_of_the_standard_library() -> None:
    assert NormalDist(1000, 250).inv_cdf(0.9) == order_at(NORMAL, 0.9)
    assert NormalDist(1000, 250).cdf(1100) == share_below(NORMAL, 1100)
    assert pytest.approx(1000) == expected_sales(NORMAL, 5000)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: UniformDemand(low=5, high=5), "0 <= low < high does not hold"),
        (lambda: UniformDemand(low=-5, high=5), "0 <= low < high does not hold"),
        (lambda: UniformDemand(low=0.5, high=5), "the least demand is a float"),
        (lambda: DiscreteDemand({1: "1/2"}), "the probabilities do not add up to 1"),
        (lambda: DiscreteDemand({1: 1, 2: 0}), "the probability of 2 is not above 0"),
        (lambda: DiscreteDemand({-1: 1}), "a demand is not negative"),
        (lambda: DiscreteDemand({1: "1/2", "1": "1/2"}), "a demand has two probabilities"),
        (lambda: DiscreteDemand({1: 0.5, 2: "1/2"}), "the probability of 1 is a float"),
        (lambda: NormalDemand(mean=0, deviation=1), "the mean of normal demand is a number above 0"),
        (lambda: NormalDemand(mean=1, deviation=float("nan")), "the deviation of normal demand"),
        (lambda: NormalDemand(mean=float("inf"), deviation=1), "the mean of normal demand"),
        (lambda: NormalDemand(mean="1", deviation=1), "the mean of normal demand"),
        (lambda: order_at(SOME, Fraction(0)), "lies above 0 and at most at 1"),
        (lambda: order_at(NORMAL, 1), "normal demand has no greatest quantity"),
    ],
)
def test_what_is_no_demand_is_refused(call: Any, message: str) -> None:  # noqa: ANN401  a call
    with pytest.raises(InvalidValueError, match=message):
        call()


def test_demand_is_a_value() -> None:
    assert SOME == pickle.loads(pickle.dumps(SOME))  # noqa: S301  ours
    assert SOME == DiscreteDemand({100: "1/6", 30: "1/3", 10: "0.5"})
    assert 60 == chain_optimum(PLAIN, UP_TO_100).quantity
