"""Published and recomputed splits: the estates of the Talmud, airports, gloves, and the contracts of Cachon."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from supplychain_rules.partnership.sharing import (
    Game,
    Market,
    NormalDemand,
    QuantityFlexibility,
    RevenueSharing,
    SalesRebate,
    UniformDemand,
    Wholesale,
    airport_game,
    as_game,
    bankruptcy_game,
    blocking_coalition,
    chain_optimum,
    claims_rule,
    contract_outcome,
    coordinating_quantity_flexibility,
    coordinating_revenue_sharing,
    coordinating_sales_rebate,
    core_is_empty,
    glove_game,
    nucleolus,
    savings_game,
    shapley,
)

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"


def case(name: str) -> dict[str, Any]:
    """Return one case of the shared collection."""
    file = SHARED / "cases" / "sharing.json"
    if not file.is_file():
        pytest.skip("the shared cases are not here")
    cases = json.loads(file.read_text("utf-8"))["cases"]
    return next(case for case in cases if case["id"] == name)


def named(values: list[int]) -> dict[str, int]:
    return {f"party {place}": value for place, value in enumerate(values, start=1)}


def texts(values: Any) -> list[str]:  # noqa: ANN401  a mapping's values or a tuple
    return [str(value) for value in values]


ESTATES = [
    pytest.param("bankruptcy-100", id="kethubot_93a_aumann_maschler_1985_estate_100"),
    pytest.param("bankruptcy-300", id="kethubot_93a_aumann_maschler_1985_estate_300"),
    pytest.param("bankruptcy-500", id="derived_estate_500"),
]


@pytest.mark.parametrize("name", ESTATES)
@pytest.mark.parametrize("rule", ["proportional", "cea", "cel", "talmud"])
def test_the_estates_of_the_talmud_by_every_rule(name: str, rule: str) -> None:
    estate = case(name)
    shares = claims_rule(estate["inputs"]["estate"], estate["inputs"]["claims"], rule)

    assert estate["expected"][rule] == texts(shares)


@pytest.mark.parametrize("name", ESTATES)
def test_the_estates_as_games(name: str) -> None:
    estate = case(name)
    game = bankruptcy_game(estate["inputs"]["estate"], named(estate["inputs"]["claims"]))

    assert estate["expected"]["shapley_of_bankruptcy_game"] == texts(shapley(game).values())
    assert estate["expected"]["nucleolus_of_bankruptcy_game"] == texts(nucleolus(game).values())


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("airport-4", id="littlechild_owen_1973"),
        pytest.param("airport-3", id="thoughtfulexaminations_19583"),
    ],
)
def test_airports_by_the_shapley_value(name: str) -> None:
    airport = case(name)
    game = airport_game(named(airport["inputs"]["costs"]))

    assert airport["expected"]["shapley_cost"] == texts(shapley(game).values())


def test_thoughtfulexaminations_19583_only_the_third_pays_for_its_own_change() -> None:
    assert ["500", "850", "2150"] == texts(shapley(airport_game(named([1500, 2200, 3500]))).values())


def test_derived_airport_by_the_nucleolus_of_what_is_saved() -> None:
    airport = case("airport-4-nucleolus")
    costs = named(airport["inputs"]["costs"])
    saved = nucleolus(savings_game(airport_game(costs)))
    borne = [costs[party] - saved[party] for party in costs]

    assert airport["expected"]["nucleolus_cost"] == texts(borne)


def test_standard_one_left_and_two_right_gloves() -> None:
    gloves = case("glove-1L2R")
    game = glove_game([f"L{one}" for one in gloves["inputs"]["left"]], [f"R{one}" for one in gloves["inputs"]["right"]])
    by_shapley = shapley(game)

    assert gloves["expected"]["shapley"] == texts(by_shapley.values())
    assert gloves["expected"]["nucleolus"] == texts(nucleolus(game).values())
    assert (("L1", "R2"), Fraction(1, 6)) == blocking_coalition(game, by_shapley)
    assert not core_is_empty(game)


def test_ferguson_game_theory_part_iv_bankruptcy() -> None:
    ferguson = case("ferguson-bankruptcy")
    worth = {tuple(letters): value for letters, value in ferguson["inputs"]["v"].items()}
    game = as_game(["A", "B", "C"], worth)
    estate, claims = ferguson["inputs"]["estate"], ferguson["inputs"]["claims"]

    assert bankruptcy_game(estate, dict(zip("ABC", claims, strict=True))) == game
    assert ferguson["expected"]["proportional"] == texts(claims_rule(estate, claims))
    assert ferguson["expected"]["talmud"] == texts(claims_rule(estate, claims, "talmud"))
    assert ferguson["expected"]["shapley"] == texts(shapley(game).values())
    assert ferguson["expected"]["nucleolus"] == texts(nucleolus(game).values())


def test_standard_majority_of_three_has_an_empty_core() -> None:
    majority = case("majority-3")
    game = as_game(["A", "B", "C"], lambda coalition: int(len(coalition) >= 2))

    assert majority["expected"]["shapley"] == texts(shapley(game).values())
    assert majority["expected"]["nucleolus"] == texts(nucleolus(game).values())
    assert majority["expected"]["core"] == ("empty" if core_is_empty(game) else "not empty")


def market(inputs: dict[str, Any]) -> Market:
    return Market(
        price=inputs["price"],
        supplier_cost=inputs["unit_cost"],
        salvage=inputs["salvage"],
        retailer_goodwill=inputs.get("goodwill", 0),
    )


UP_TO_100 = UniformDemand(low=0, high=100)


def test_cachon_2003_newsvendor_of_the_chain() -> None:
    newsvendor = case("newsvendor-central")
    found = chain_optimum(market(newsvendor["inputs"]), UP_TO_100)

    assert newsvendor["expected"] == {
        "q": str(found.quantity),
        "expected_sales": str(found.expected_sales),
        "chain_profit": str(found.profit),
    }


def test_cachon_2003_wholesale() -> None:
    wholesale = case("contract-wholesale")
    found = contract_outcome(Wholesale(price=wholesale["inputs"]["w"]), market(wholesale["inputs"]), UP_TO_100)

    assert wholesale["expected"] == {
        "q": str(found.quantity),
        "retailer": str(found.retailer),
        "supplier": str(found.supplier),
        "chain": str(found.chain),
        "efficiency": str(found.efficiency),
    }


def test_cachon_lariviere_2005_revenue_sharing() -> None:
    sharing = case("contract-revenue-sharing")
    where, kept = market(sharing["inputs"]), sharing["inputs"]["retailer_share_phi"]
    terms = coordinating_revenue_sharing(where, UP_TO_100, retailer_share=kept)
    found = contract_outcome(terms, where, UP_TO_100)

    assert RevenueSharing(price=sharing["expected"]["w"], kept=kept) == terms
    assert sharing["expected"] == {
        "w": str(terms.price),
        "q": str(found.quantity),
        "retailer": str(found.retailer),
        "supplier": str(found.supplier),
        "efficiency": str(found.efficiency),
    }


def test_cachon_2003_quantity_flexibility() -> None:
    flexible = case("contract-qf-1_5")
    where, part = market(flexible["inputs"]), flexible["inputs"]["delta"]
    terms = coordinating_quantity_flexibility(where, UP_TO_100, protected=part)
    found = contract_outcome(terms, where, UP_TO_100)

    assert QuantityFlexibility(price=flexible["expected"]["w"], protected=part) == terms
    assert flexible["expected"] == {
        "w": str(terms.price),
        "q": str(found.quantity),
        "retailer": str(found.retailer),
        "supplier": str(found.supplier),
    }


def test_cachon_2003_sales_rebate() -> None:
    rebate = case("contract-sales-rebate")
    where, inputs = market(rebate["inputs"]), rebate["inputs"]
    terms = coordinating_sales_rebate(where, UP_TO_100, threshold=inputs["threshold"], rebate=inputs["rebate"])
    found = contract_outcome(terms, where, UP_TO_100)

    assert SalesRebate(price=rebate["expected"]["w"], threshold=40, rebate=4) == terms
    assert rebate["expected"] == {
        "w": str(terms.price),
        "q": str(found.quantity),
        "retailer": str(found.retailer),
        "supplier": str(found.supplier),
    }


def test_expertsmind_5500616_normal_demand_in_floats() -> None:
    normal = case("contract-normal-1")
    where, demand = market(normal["inputs"]), NormalDemand(mean=1000, deviation=400)
    found = contract_outcome(Wholesale(price=normal["inputs"]["w"]), where, demand)

    assert normal["expected"] == pytest.approx(
        {
            "retailer_q": found.quantity,
            "retailer_profit": found.retailer,
            "supplier_profit": found.supplier,
            "central_q": found.optimum.quantity,
            "central_profit": found.optimum.profit,
        }
    )


def test_a_game_is_read_from_all_its_forms_alike() -> None:
    by_number = Game(players=("A", "B"), units=(0, 1, 2, 4))

    assert by_number == as_game(["A", "B"], [0, 1, 2, 4])
    assert by_number == as_game(["A", "B"], {("A",): 1, frozenset("B"): 2, ("B", "A"): 4})
