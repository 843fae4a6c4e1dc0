"""What always holds of risks: tails, sums, covers and splits; responses that only lower never raise a class."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from price_makers import eur
from risk_makers import MATRIX, RPN, risk, risk_policy

from supplychain_rules.partnership.risks import (
    SEVERITY_FIRST_EXAMPLE,
    Backup,
    BackupCandidate,
    BackupNeed,
    ItemSupply,
    LossDistribution,
    Response,
    RiskPolicy,
    RiskRegister,
    SupplySource,
    assess,
    choose_backups,
    cvar,
    expected_loss,
    how_many_suppliers,
    independent_sum,
    supply_concentration,
    supply_exposure,
    var,
)

LEVEL = st.integers(1, 99).map(lambda percent: Fraction(percent, 100))
LOSS = st.integers(-50, 200)
SHARES = st.lists(st.integers(1, 20), min_size=1, max_size=6)
POLICIES = tuple(risk_policy(scoring) for scoring in (MATRIX, RPN, SEVERITY_FIRST_EXAMPLE))


def distribution(losses: list[int], weights: list[int]) -> LossDistribution:
    """Return losses with the probabilities of weights."""
    whole = sum(weights)
    return LossDistribution([(loss, Fraction(weight, whole)) for loss, weight in zip(losses, weights, strict=True)])


@st.composite
def scenarios(draw: st.DrawFn) -> tuple[list[int], list[int], list[int]]:
    """Draw weights of shared scenarios, and two losses in each."""
    weights = draw(SHARES)
    size = len(weights)
    return weights, *(draw(st.lists(LOSS, min_size=size, max_size=size)) for _each in range(2))


@given(scenarios(), LEVEL)
def test_cvar_is_at_least_var_and_the_mean_and_subadditive(
    drawn: tuple[list[int], list[int], list[int]], level: Fraction
) -> None:
    weights, one, other = drawn
    left, right = distribution(one, weights), distribution(other, weights)
    both = distribution([a + b for a, b in zip(one, other, strict=True)], weights)

    assert cvar(left, level) >= var(left, level)
    assert cvar(left, level) >= expected_loss(left)
    assert cvar(both, level) <= cvar(left, level) + cvar(right, level)
    assert expected_loss(both) == expected_loss(left) + expected_loss(right)


@given(scenarios(), LEVEL)
def test_cvar_is_the_least_of_rockafellar_and_uryasevs_function(
    drawn: tuple[list[int], list[int], list[int]], level: Fraction
) -> None:
    weights, losses, _other = drawn
    found = distribution(losses, weights)

    def target(bound: Fraction) -> Fraction:
        beyond = sum(max(Fraction(0), loss - bound) * chance for loss, chance in found.outcomes)
        return bound + beyond / (1 - level)

    assert cvar(found, level) == min(target(loss) for loss, _chance in found.outcomes)


@given(scenarios(), scenarios())
def test_independent_losses_add_up_in_the_mean(
    one: tuple[list[int], list[int], list[int]], other: tuple[list[int], list[int], list[int]]
) -> None:
    parts = [distribution(one[1], one[0]), distribution(other[1], other[0])]

    assert expected_loss(independent_sum(parts)) == sum(expected_loss(part) for part in parts)
    assert independent_sum(parts) == independent_sum(parts[::-1])


@given(SHARES)
def test_an_hhi_lies_between_equal_shares_and_a_monopoly(shares: list[int]) -> None:
    found = supply_concentration({str(place): share for place, share in enumerate(shares)})

    assert 1 <= found.effective_number <= len(shares)
    assert found == supply_concentration({str(place): 3 * share for place, share in enumerate(shares)})


@given(
    st.sampled_from(POLICIES),
    st.tuples(*[st.integers(1, 5)] * 3),
    st.lists(st.tuples(*[st.integers(-4, 0)] * 3), max_size=3),
)
def test_a_response_that_only_lowers_never_raises_a_class(
    policy: RiskPolicy, levels: tuple[int, int, int], changes: list[tuple[int, int, int]]
) -> None:
    responses = [
        Response(
            action=f"A{place}",
            kind="reduce",
            in_place=place % 2 == 0,
            likelihood_change=likelihood,
            impact_change=impact,
            detectability_change=detectability,
        )
        for place, (likelihood, impact, detectability) in enumerate(changes)
    ]
    (found,) = assess(policy, RiskRegister(id="x", risks=[risk(levels, responses=responses)]))

    assert policy.rank(found.residual_class) <= policy.rank(found.inherent_class)
    assert policy.rank(found.target_class) <= policy.rank(found.residual_class)


@given(SHARES, st.integers(0, 100), st.integers(0, 100), st.integers(0, 100), st.integers(0, 30))
def test_more_stock_and_faster_backups_never_lose_more(
    shares: list[int], recover: int, survive: int, switch: int, better: int
) -> None:
    def lost(survive: int, switch: int) -> list[Fraction]:
        supply = ItemSupply(
            item="x",
            revenue=eur(365),
            time_to_survive=survive,
            sources=[
                SupplySource(supplier=f"V{place}", share=Fraction(share, sum(shares)), time_to_recover=recover)
                for place, share in enumerate(shares)
            ],
            backups=[Backup(supplier="B", qualified=True, switching_days=switch, capacity="0.3")],
        )
        return [outage.lost_days for outage in sorted(supply_exposure(supply).outages, key=lambda each: each.supplier)]

    pairs = [
        *zip(lost(survive + better, switch), lost(survive, switch), strict=True),
        *zip(lost(survive, max(0, switch - better)), lost(survive, switch), strict=True),
    ]
    assert all(less <= more for less, more in pairs)
    assert all(days <= max(0, recover - survive) for days in lost(survive, switch))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(-20, 80)), max_size=5), st.integers(1, 100))
def test_backups_cover_the_need_or_say_what_is_left(given_candidates: list[tuple[int, int]], quantity: int) -> None:
    choice = choose_backups(
        BackupNeed(quantity=quantity, within_days=10, unit_price=eur(1)),
        [
            BackupCandidate(
                supplier=f"V{place}",
                qualified=True,
                lead_time_days=5,
                capacity=capacity,
                premium=Fraction(premium, 100),
            )
            for place, (capacity, premium) in enumerate(given_candidates)
        ],
    )
    units = sorted(premium for capacity, premium in given_candidates for _unit in range(capacity))[:quantity]

    assert quantity == sum(each.quantity for each in choice.candidates) + choice.uncovered
    assert max(0, quantity - len(units)) == choice.uncovered
    assert eur(str(sum(units))).amount / 100 == choice.premium_cost.amount


@given(LEVEL, LEVEL, st.integers(0, 1_000), st.integers(0, 100))
def test_the_best_number_of_suppliers_costs_least(shared: Fraction, own: Fraction, loss: int, cost: int) -> None:
    found = how_many_suppliers(
        super_event=shared, unique_event=own, loss=eur(loss), cost_per_supplier=eur(cost), most=6
    )
    costs = [each.expected_cost for each in found.counts]

    assert min(costs) == costs[found.best - 1]
    assert costs.index(min(costs)) == found.best - 1
