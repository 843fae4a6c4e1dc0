"""The same by others' programs: coopgame-py for games and claims, stockpyl (extra `oracles`) for the newsvendor."""

from fractions import Fraction
from random import Random

import pytest

from supplychain_rules.partnership.sharing import (
    Game,
    Market,
    NormalDemand,
    chain_optimum,
    claims_rule,
    nucleolus,
    shapley,
)

SEEDS = range(40)


def drawn(seed: int, most: int = 6) -> Game:
    random = Random(seed)  # noqa: S311  a seed, so that a failure comes again
    count = random.randint(2, most)
    worths = [0, *(random.randrange(-10, 40) for _ in range(2**count - 2))]
    alone = sum(worths[1 << place] for place in range(count))
    return Game(players=tuple("ABCDEF"[:count]), units=(*worths, alone + random.randrange(9)))


@pytest.mark.parametrize("seed", SEEDS)
def test_coopgame_finds_the_same_nucleolus(seed: int) -> None:
    coopgame = pytest.importorskip("coopgame")
    game = drawn(seed)
    worths = list(game.units[1:])

    assert coopgame.nucleolus_exact(worths, "imputation")["allocation"] == list(nucleolus(game).values())
    free = nucleolus(game, individually_rational=False)
    assert coopgame.nucleolus_exact(worths, "preimputation")["allocation"] == list(free.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_coopgame_finds_the_same_shapley_value_in_floats(seed: int) -> None:
    coopgame = pytest.importorskip("coopgame")
    game = drawn(seed, most=5)

    theirs = coopgame.shapley(coopgame.Game([float(worth) for worth in game.units[1:]]))
    assert pytest.approx([float(share) for share in shapley(game).values()]) == list(theirs)


@pytest.mark.parametrize("seed", SEEDS)
def test_coopgame_finds_the_same_awards(seed: int) -> None:
    coopgame = pytest.importorskip("coopgame")
    random = Random(seed)  # noqa: S311  as above
    claims = [random.randrange(1, 500) for _ in range(random.randint(2, 7))]
    estate = random.randrange(sum(claims) + 1)

    for ours, theirs in (
        ("talmud", coopgame.talmud),
        ("cea", coopgame.constrained_equal_awards),
        ("cel", coopgame.constrained_equal_losses),
    ):
        assert [Fraction(award) for award in theirs(estate, claims, exact=True)] == list(
            claims_rule(estate, claims, ours)
        )


def test_stockpyl_finds_the_same_newsvendor() -> None:
    newsvendor = pytest.importorskip("stockpyl.newsvendor")
    market, demand = Market(price=200, supplier_cost=40, salvage=15), NormalDemand(mean=1000, deviation=400)

    quantity, profit = newsvendor.newsvendor_normal_explicit(200, 40, 15, 1000, 400)
    found = chain_optimum(market, demand)
    assert pytest.approx((quantity, profit), rel=1e-6) == (found.quantity, found.profit)
