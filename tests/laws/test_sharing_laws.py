"""What always holds of a split: it adds up, knows no order and no names, and keeps what its rule promises."""

from fractions import Fraction
from itertools import pairwise, product
from random import Random
from typing import Final

import attrs
from hypothesis import given
from hypothesis import strategies as st
from proved_nucleolus import flaws

from supplychain_rules import InvalidValueError, Money
from supplychain_rules.partnership.sharing import (
    BY_CONTRIBUTION,
    CLAIMS_RULES,
    NUCLEOLUS_SPLIT,
    SHAPLEY_SPLIT,
    ClaimsProblem,
    DiscreteDemand,
    Game,
    Market,
    SplitFacts,
    as_game,
    bankruptcy_game,
    blocking_coalition,
    by_claims,
    chain_optimum,
    claims_rule,
    contract_outcome,
    coordinating_buyback,
    coordinating_revenue_sharing,
    core_is_empty,
    nucleolus,
    nucleolus_proof,
    shapley,
    split,
)
from supplychain_rules.partnership.sharing.fairness.claims import awards

PARTIES: Final = "ABCDE"

RULES = st.sampled_from(CLAIMS_RULES)


@st.composite
def problems(draw: st.DrawFn, *, whole: bool = False) -> ClaimsProblem:
    """Draw claims, some equal and some none, and a part of them as the estate."""
    sizes = [0, 1, 1, 2, 5, 99] if whole else [0, 1, 1, 2, 5, 99, "1/3", "7/2"]
    claims = {party: draw(st.sampled_from(sizes)) for party in PARTIES[: draw(st.integers(1, 5))]}
    everything = sum(map(Fraction, claims.values()))
    estate = draw(st.integers(0, int(everything))) if whole else everything * draw(st.integers(0, 12)) / 12
    return ClaimsProblem(estate=estate, claims=claims)


@st.composite
def games(draw: st.DrawFn, least: int = 1, most: int = 4, *, rational: bool = False) -> Game:
    """Draw any worths, a denominator now and then; rational: all together are worth what each is alone, or more."""
    count = draw(st.integers(least, most))
    units = draw(st.lists(st.integers(-9, 30), min_size=2**count - 1, max_size=2**count - 1))
    if rational:
        units[-1] = sum(units[(1 << place) - 1] for place in range(count)) + draw(st.integers(0, 9)) if count > 1 else 7
    return Game(players=tuple(PARTIES[:count]), units=(0, *units), denominator=draw(st.sampled_from([1, 1, 3])))


@given(problems(), RULES)
def test_awards_add_up_and_stay_within_the_claims(problem: ClaimsProblem, rule: str) -> None:
    found = claims_rule(problem.estate, problem.claims, rule)

    assert problem.estate == sum(found.values())
    assert all(0 <= award <= problem.claims[party] for party, award in found.items())


@given(problems(), RULES)
def test_a_larger_claim_gets_no_less_and_loses_no_less(problem: ClaimsProblem, rule: str) -> None:
    found = claims_rule(problem.estate, problem.claims, rule)
    by_claim = sorted(problem.claims, key=problem.claims.__getitem__)

    for small, large in pairwise(by_claim):
        assert found[small] <= found[large]
        assert problem.claims[small] - found[small] <= problem.claims[large] - found[large]


@given(problems(), RULES)
def test_a_larger_estate_lowers_no_award(problem: ClaimsProblem, rule: str) -> None:
    more = attrs.evolve(problem, estate=problem.estate + problem.lacking / 3)
    before, after = (claims_rule(one.estate, one.claims, rule) for one in (problem, more))

    assert all(before[party] <= after[party] for party in before)


@given(problems())
def test_equal_losses_are_what_equal_awards_of_the_lack_leave_and_talmud_and_proportion_are_their_own_dual(
    problem: ClaimsProblem,
) -> None:
    def left(rule: str) -> dict[str, Fraction]:
        dual = claims_rule(problem.lacking, problem.claims, rule)
        return {party: claim - dual[party] for party, claim in problem.claims.items()}

    assert claims_rule(problem.estate, problem.claims, "cel") == left("cea")
    assert claims_rule(problem.estate, problem.claims, "talmud") == left("talmud")
    assert claims_rule(problem.estate, problem.claims, "proportional") == left("proportional")


@given(problems())
def test_the_talmud_rule_is_the_nucleolus_of_the_game(problem: ClaimsProblem) -> None:
    game = bankruptcy_game(problem.estate, problem.claims)

    assert nucleolus(game) == claims_rule(problem.estate, problem.claims, "talmud")


@given(problems(whole=True), RULES)
def test_awards_in_cents_add_up_keep_the_claims_and_both_orders(problem: ClaimsProblem, rule: str) -> None:
    cents = {party: Money.from_minor(int(claim), "EUR") for party, claim in problem.claims.items()}
    found = claims_rule(Money.from_minor(int(problem.estate), "EUR"), cents, rule).shares
    exact = claims_rule(problem.estate, problem.claims, rule)
    paid = {party: share.minor_units for party, share in found.items()}

    assert problem.estate == sum(paid.values())
    assert all(0 <= units <= problem.claims[party] for party, units in paid.items())
    assert all(abs(units - exact[party]) < 1 for party, units in paid.items())
    for (small, less), (large, more) in product(problem.claims.items(), repeat=2):
        if less < more:
            assert paid[small] <= paid[large]
            assert less - paid[small] <= more - paid[large]


@given(problems(whole=True), RULES, st.randoms(use_true_random=False))
def test_the_order_of_the_claims_decides_nothing(problem: ClaimsProblem, rule: str, shuffled: Random) -> None:
    cents = {party: Money.from_minor(int(claim), "EUR") for party, claim in problem.claims.items()}
    mixed = list(cents.items())
    shuffled.shuffle(mixed)
    estate = Money.from_minor(int(problem.estate), "EUR")

    assert claims_rule(estate, cents, rule) == claims_rule(estate, dict(mixed), rule)


@given(games())
def test_a_shapley_value_adds_up(game: Game) -> None:
    assert game.total == sum(shapley(game).values())


@given(games(), st.integers(-5, 20))
def test_who_adds_the_same_to_everybody_gets_that(game: Game, own: int) -> None:
    joined = Game(
        players=(*game.players, "new"),
        units=(*game.units, *(worth + own * game.denominator for worth in game.units)),
        denominator=game.denominator,
    )

    assert shapley(game) | {"new": own} == shapley(joined)


@given(games(least=2))
def test_interchangeable_parties_get_the_same(game: Game) -> None:
    def swapped(number: int) -> int:
        return number & ~3 | (number & 1) << 1 | (number & 2) >> 1

    fair = attrs.evolve(game, units=tuple(worth + game.units[swapped(at)] for at, worth in enumerate(game.units)))
    found = shapley(fair)

    assert found["A"] == found["B"]


@given(games(least=3, most=3), games(least=3, most=3))
def test_the_shapley_value_of_two_games_together_is_the_sum(one: Game, other: Game) -> None:
    first, second = shapley(one), shapley(other)
    both = as_game(one.players, lambda coalition: one.worth_of(coalition) + other.worth_of(coalition))

    assert {party: share + second[party] for party, share in first.items()} == shapley(both)


@given(games(), st.randoms(use_true_random=False))
def test_neither_order_nor_names_decide_a_share(game: Game, shuffled: Random) -> None:
    players = list(game.players)
    shuffled.shuffle(players)
    renamed = {player: f"firm {place}" for place, player in enumerate(players)}
    back = {name: player for player, name in renamed.items()}
    mixed = as_game(list(back), lambda coalition: game.worth_of([back[name] for name in coalition]))
    free = {"individually_rational": False}

    assert {renamed[party]: share for party, share in shapley(game).items()} == shapley(mixed)
    assert {renamed[party]: share for party, share in nucleolus(game, **free).items()} == nucleolus(mixed, **free)


@given(games())
def test_a_nucleolus_is_proved(game: Game) -> None:
    assert [] == flaws(game, nucleolus_proof(game, individually_rational=False), individually_rational=False)


@given(games(rational=True))
def test_a_nucleolus_that_gives_nobody_less_than_alone_is_proved(game: Game) -> None:
    assert [] == flaws(game, nucleolus_proof(game))


@given(games())
def test_a_nucleolus_lies_in_the_core_wherever_there_is_one(game: Game) -> None:
    found = nucleolus(game, individually_rational=False)

    assert core_is_empty(game) == (blocking_coalition(game, found) is not None)


@given(games(), st.integers(1, 4), st.integers(-9, 9))
def test_another_currency_and_what_each_has_besides_move_a_nucleolus_alike(game: Game, rate: int, own: int) -> None:
    moved = as_game(game.players, lambda coalition: rate * game.worth_of(coalition) + own * len(coalition))
    found = nucleolus(game, individually_rational=False)

    assert {party: rate * share + own for party, share in found.items()} == nucleolus(
        moved, individually_rational=False
    )


@given(games(rational=True), st.sampled_from([SHAPLEY_SPLIT, NUCLEOLUS_SPLIT]))
def test_a_game_in_cents_is_split_to_the_cent(game: Game, rule: object) -> None:
    cents = attrs.evolve(game, denominator=100)
    amount = Money.from_minor(cents.units[-1], "EUR")
    found = split(amount, rule, SplitFacts(parties=cents.players, game=cents))  # type: ignore[arg-type]  # wrong on purpose

    assert amount == found.allocation.amount
    assert all(
        abs(Fraction(found.allocation[party].amount) - share) < Fraction(1, 100) for party, share in found.exact.items()
    )


@given(problems(whole=True), RULES)
def test_a_report_of_exact_awards_never_complains_of_what_every_rule_keeps(problem: ClaimsProblem, rule: str) -> None:
    facts = SplitFacts(parties=tuple(problem.claims), claims=problem.claims)
    found = split(Money(int(problem.estate), "EUR"), by_claims(rule), facts)

    assert set(found.report.lost) <= {"self_duality", "claims_truncation"}
    assert awards(problem, rule) == dict(found.exact)  # type: ignore[arg-type]  # wrong on purpose


@given(st.lists(st.integers(0, 50), min_size=1, max_size=5).filter(any), st.integers(-500, 500))
def test_a_split_by_weight_reports_only_what_rounding_loses(weights: list[int], cents: int) -> None:
    contributions = dict(zip(PARTIES, weights, strict=False))
    facts = SplitFacts(parties=tuple(contributions), weights={"contribution": contributions})
    found = split(Money.from_minor(cents, "EUR"), BY_CONTRIBUTION, facts)

    assert () == found.report.lost
    assert set(found.rounded_report.lost) <= {"symmetry", "monotone_in_the_pool"}


@given(
    st.dictionaries(st.integers(0, 60), st.integers(1, 9), min_size=1, max_size=4),
    st.tuples(st.integers(1, 5), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)),
    st.integers(1, 9),
)
def test_revenue_sharing_and_buyback_coordinate_whatever_the_demand(
    counts: dict[int, int], terms: tuple[int, int, int, int], tenths: int
) -> None:
    everything = sum(counts.values())
    demand = DiscreteDemand({quantity: Fraction(count, everything) for quantity, count in counts.items()})
    cost, more, lost, missed = terms
    market = Market(price=20, supplier_cost=cost, retailer_cost=more, retailer_goodwill=lost, supplier_goodwill=missed)
    share = Fraction(tenths, 10)
    for agree in (coordinating_revenue_sharing, coordinating_buyback):
        try:
            contract = agree(market, demand, retailer_share=share)
        except InvalidValueError:  # with goodwill, a chain that earns nothing
            assert chain_optimum(market, demand).profit <= 0
            continue
        found = contract_outcome(contract, market, demand)
        assert found.coordinates
        assert share * found.optimum.profit == found.retailer
