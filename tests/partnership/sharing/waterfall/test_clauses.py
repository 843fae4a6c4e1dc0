"""Each kind of clause on numbers that can be checked by hand, and what no clause may say."""

from fractions import Fraction

import pytest
from settlement_makers import eur, policy, rest_to

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.sharing import (
    Band,
    Bands,
    Cap,
    CatchUp,
    Charge,
    Clause,
    Clawback,
    DeadBand,
    Fee,
    Floor,
    Hurdle,
    IncentiveFee,
    OfBase,
    Recoup,
    Reserve,
    SettlementPolicy,
    Split,
    compile_policy,
    settle,
    share_ranges,
)
from supplychain_rules.values.money import Money

BUYER_HAS_THE_REST = rest_to("buyer")


def shares(cost: object, *clauses: Clause, **actuals: object) -> list[Fraction]:
    """Return what supplier and buyer have of a base of 1000 less a cost."""
    found = settled(policy(*clauses), eur(cost), actuals)
    return [found["supplier"], found["buyer"]]


def pooled(amount: object, *clauses: Clause, **changes: object) -> dict[str, Fraction]:
    """Return who has what of proceeds."""
    return settled(policy(*clauses, outturn="proceeds", base=eur(0), **changes), eur(amount), {})


def settled(contract: SettlementPolicy, outturn: Money, actuals: dict[str, object]) -> dict[str, Fraction]:
    """Settle step by step, and see that the functions of the outturn say the same."""
    found = settle(contract, {"outturn": outturn, **actuals})
    functions = compile_policy(contract, actuals).parties
    assert dict(found.exact) == {party: function.at(outturn.amount) for party, function in functions.items()}
    return {party: Fraction(share.amount) for party, share in found.shares.items()}


def test_what_was_spent_is_recouped_first_as_far_as_there_is_a_rest() -> None:
    tooling = Recoup(id="tooling", to="supplier", amount=eur(40))

    assert [40, 60] == shares(900, tooling, BUYER_HAS_THE_REST)
    assert [30, 0] == shares(970, tooling, BUYER_HAS_THE_REST)
    assert [0, -50] == shares(1050, tooling, BUYER_HAS_THE_REST)


def test_a_measured_cost_is_recouped() -> None:
    assert [25, 75] == shares(
        900, Recoup(id="tooling", to="supplier", actual="tooling cost"), BUYER_HAS_THE_REST, **{"tooling cost": eur(25)}
    )


def test_what_an_earlier_clause_took_is_recouped() -> None:
    damages = Charge(id="damages", by="supplier", to="buyer", rate=eur(10), actual="days")
    given_back = Recoup(id="relief", to="supplier", of=["damages"])

    assert [0, 100] == shares(900, damages, given_back, BUYER_HAS_THE_REST, days=3)
    assert [0, 0] == shares(1000, damages, BUYER_HAS_THE_REST, days=0)
    assert [-30, 30] == shares(1000, damages, given_back, BUYER_HAS_THE_REST, days=3)


def test_a_fixed_fee_is_paid_in_full_or_as_far_as_there_is_a_rest() -> None:
    assert [50, -30] == shares(980, Fee(id="fee", to="supplier", amount=eur(50)), BUYER_HAS_THE_REST)
    assert [20, 0] == shares(980, Fee(id="fee", to="supplier", amount=eur(50), as_available=True), BUYER_HAS_THE_REST)


@pytest.mark.parametrize(
    ("of", "fee"),
    [
        pytest.param("pool", 20, id="a tenth of the saving"),
        pytest.param("rest", 15, id="a tenth of what the fee before left"),
        pytest.param("outturn", 80, id="a tenth of the cost"),
        pytest.param("base", 100, id="a tenth of the target"),
    ],
)
def test_a_percentage_fee_is_of_what_it_says(of: str, fee: int) -> None:
    first = Fee(id="first", to="buyer", amount=eur(50))
    percentage = Fee(id="percentage", to="supplier", rate="10%", of=of)

    assert [fee, 200 - fee] == shares(800, first, percentage, BUYER_HAS_THE_REST)


def test_a_percentage_of_a_loss_is_no_fee() -> None:
    assert [0, -100] == shares(1100, Fee(id="fee", to="supplier", rate="10%", of="pool"), BUYER_HAS_THE_REST)


def test_share_ranges_over_the_outturn_count_from_the_base() -> None:
    ranges = share_ranges(
        "54.1", to="supplier", others="buyer", ranges=[("80%", "15%"), ("110%", "50%"), (None, "20%")]
    )

    assert [Fraction(115), Fraction(185)] == shares(700, ranges)
    assert [-60, -90] == shares(1150, ranges)


def test_ranges_over_the_rest_count_from_zero() -> None:
    tiers = Bands(
        id="tiers",
        over="rest",
        bands=[
            Band(high=eur(0), shares={"supplier": "100%"}),
            Band(low=eur(0), high=eur(100), shares={"supplier": "30%", "buyer": "70%"}),
            Band(shares={"supplier": "50%", "buyer": "50%"}),
        ],
    )

    assert {"supplier": 80, "buyer": 120} == pooled(200, tiers)
    assert {"supplier": -40, "buyer": 0} == pooled(-40, tiers)


def test_ranges_of_proceeds_rise_with_them() -> None:
    tiers = Bands(
        id="revenue",
        bands=[
            Band(high=eur(100), shares={"supplier": "60%", "buyer": "40%"}),
            Band(shares={"supplier": "80%", "buyer": "20%"}),
        ],
    )

    assert {"supplier": 76, "buyer": 44} == pooled(120, tiers)


def test_what_a_fee_took_before_the_ranges_is_borne_by_who_has_the_rest() -> None:
    ranges = share_ranges("share", to="supplier", others="buyer", ranges=[(None, "50%")])

    assert [60, 40] == shares(900, Fee(id="fee", to="supplier", amount=eur(10)), ranges, BUYER_HAS_THE_REST)


def test_an_incentive_fee_rises_by_the_share_of_what_is_saved_and_falls_by_that_of_an_overrun() -> None:
    fee = IncentiveFee(id="fee", to="supplier", target_cost=eur(900), target_fee=eur(100), under="20%", over="40%")

    assert [120, 80] == shares(800, fee, BUYER_HAS_THE_REST)
    assert [80, -30] == shares(950, fee, BUYER_HAS_THE_REST)


def test_an_incentive_fee_is_held_between_the_least_and_the_greatest() -> None:
    fee = IncentiveFee(
        id="fee", to="supplier", target_cost="90%", target_fee=eur(100), under="50%", least=eur(20), most=eur(150)
    )

    assert [150, 350] == shares(500, fee, BUYER_HAS_THE_REST)
    assert [20, -220] == shares(1200, fee, BUYER_HAS_THE_REST)


def test_a_ceiling_comes_before_the_least_fee() -> None:
    fee = IncentiveFee(
        id="fee",
        to="supplier",
        target_cost=eur(900),
        target_fee=eur(100),
        under="20%",
        least=eur(20),
        ceiling=eur(1050),
    )

    assert [-150, -50] == shares(1200, fee, BUYER_HAS_THE_REST)


def test_a_dead_band_leaves_small_departures_unshared() -> None:
    def band(mode: str) -> DeadBand:
        return DeadBand(id="small", to="buyer", gain="5%", pain="2%", mode=mode)

    half = rest_to("supplier", "buyer")

    assert [0, 50] == shares(950, band("excess_only"), half)
    assert [Fraction(5), Fraction(55)] == shares(940, band("excess_only"), half)
    assert [-15, -35] == shares(1050, band("excess_only"), half)
    assert [0, 50] == shares(950, band("in_full"), half)
    assert [30, 30] == shares(940, band("in_full"), half)
    assert [0, -20] == shares(1020, band("in_full"), half)
    assert [-15, -15] == shares(1030, band("in_full"), half)


def test_what_a_cap_cuts_off_goes_to_a_named_party() -> None:
    half = Split(id="half", weights={"supplier": 1, "buyer": 1})
    cap = Cap(id="cap", on="supplier", at=eur(60), to="buyer")

    assert [60, 140] == shares(800, half, cap)
    assert [-50, -50] == shares(1100, half, cap)


def test_what_a_cap_cuts_off_may_go_back_to_the_rest() -> None:
    fee = Fee(id="fee", to="supplier", amount=eur(80))
    cap = Cap(id="cap", on="supplier", at=eur(60), to="rest")

    assert [60, 40] == shares(900, fee, cap, BUYER_HAS_THE_REST)


def test_what_a_floor_lacks_is_paid_by_a_named_party_or_the_rest() -> None:
    half = Split(id="half", weights={"supplier": 1, "buyer": 1})

    assert [-20, -80] == shares(1100, half, Floor(id="floor", on="supplier", at=eur(-20), by="buyer"))
    assert [30, 70] == shares(900, Floor(id="floor", on="supplier", at=eur(30), by="rest"), BUYER_HAS_THE_REST)


def test_a_hurdle_is_filled_before_anybody_else_has_something() -> None:
    hurdle = Hurdle(id="preferred", to="supplier", until=eur(80))

    assert [80, 20] == shares(900, Fee(id="fee", to="supplier", amount=eur(30)), hurdle, BUYER_HAS_THE_REST)
    assert [60, 0] == shares(940, hurdle, BUYER_HAS_THE_REST)


def test_a_catch_up_ends_when_the_share_of_both_is_reached() -> None:
    waterfall = (
        Recoup(id="capital", to="investor", amount=eur(1000)),
        Hurdle(id="preferred", to="investor", until=eur(1080)),
        CatchUp(id="catch-up", to="manager", against="investor", share="20%", counting=["preferred"]),
        Split(id="carried", shares={"manager": "20%", "investor": "80%"}),
    )
    parties = {"parties": ["investor", "manager"]}

    assert {"investor": 1080, "manager": 10} == pooled(1090, *waterfall, **parties)
    assert {"investor": 1080, "manager": 20} == pooled(1100, *waterfall, **parties)
    assert {"investor": 1160, "manager": 40} == pooled(1200, *waterfall, **parties)


def test_a_catch_up_at_half_speed_shares_meanwhile() -> None:
    waterfall = (
        Hurdle(id="preferred", to="investor", until=eur(60)),
        CatchUp(id="catch-up", to="manager", against="investor", share="20%", rate="50%"),
        rest_to("investor"),
    )

    # 20 % of 60 + 40 is 20, which the manager has after half of 40
    assert {"investor": 80, "manager": 20} == pooled(100, *waterfall, parties=["investor", "manager"])


def test_a_clawback_takes_back_what_earlier_clauses_paid_when_the_rest_is_below_zero() -> None:
    advance = Fee(id="advance", to="supplier", amount=eur(50))
    bonus = Fee(id="bonus", to="supplier", amount=eur(10))
    back = Clawback(id="back", by="supplier", of=["advance"])

    assert [10, -10] == shares(1000, advance, bonus, back, BUYER_HAS_THE_REST)
    assert [60, 40] == shares(900, advance, bonus, back, BUYER_HAS_THE_REST)
    assert [30, -30] == shares(1000, advance, bonus, Clawback(id="back", by="supplier", rate="50%"), BUYER_HAS_THE_REST)
    assert [45, -45] == shares(
        1000, advance, bonus, Clawback(id="back", by="supplier", limit=eur(15)), BUYER_HAS_THE_REST
    )


def test_a_clawback_takes_nothing_from_who_has_nothing() -> None:
    damages = Charge(id="damages", by="supplier", to="buyer", rate=eur(10), actual="days")

    assert [-30, -70] == shares(1100, damages, Clawback(id="back", by="supplier"), BUYER_HAS_THE_REST, days=3)


def test_a_reserve_sets_a_part_of_a_gain_aside() -> None:
    reserve = Reserve(id="reserve", to="supplier", rate="10%", limit=eur(15))

    assert [10, 90] == shares(900, reserve, BUYER_HAS_THE_REST)
    assert [15, 185] == shares(800, reserve, BUYER_HAS_THE_REST)
    assert [0, -100] == shares(1100, reserve, BUYER_HAS_THE_REST)


def test_damages_are_charged_by_the_day_after_days_of_grace_up_to_a_cap() -> None:
    damages = Charge(id="damages", by="supplier", to="buyer", rate=eur("7.50"), actual="days", free=2, cap="3%")

    assert [Fraction("-22.5"), Fraction("22.5")] == shares(1000, damages, BUYER_HAS_THE_REST, days=5)
    assert [-30, 30] == shares(1000, damages, BUYER_HAS_THE_REST, days=100)
    assert [0, 0] == shares(1000, damages, BUYER_HAS_THE_REST, days=1)


def test_a_clause_is_told_by_the_name_of_its_kind_or_its_own_label() -> None:
    found = settle(
        policy(Split(id="s", weights={"buyer": 1}, label={"en": "Client's part", "zh": "业主部分"})),
        {"outturn": eur(1)},
    )

    assert ["分配池", "业主部分", "舍入（最大余数法）"] == [line.title.zh for line in found.trace]


@pytest.mark.parametrize(
    ("build", "said"),
    [
        pytest.param(lambda: Recoup(id="x", to="a"), "nothing or of two", id="recoupment of nothing"),
        pytest.param(
            lambda: Recoup(id="x", to="a", amount=eur(1), actual="y"), "of two", id="recoupment of two things"
        ),
        pytest.param(lambda: Recoup(id="x", to="a", amount=eur(-1)), "below zero", id="negative recoupment"),
        pytest.param(lambda: Fee(id="x", to="a"), "nothing or of two", id="fee of nothing"),
        pytest.param(lambda: Fee(id="x", to="a", amount=eur(1), rate="1%"), "of two", id="fee of two things"),
        pytest.param(lambda: Fee(id="x", to="a", rate=0.1), "never a float", id="float rate"),
        pytest.param(lambda: Fee(id="x", to="a", rate="-1%"), "below zero", id="negative rate"),
        pytest.param(lambda: Fee(id="x", to="a", rate="1%", of="cost"), "of", id="unknown basis"),
        pytest.param(lambda: Fee(id="x", to="a", amount=5), "not a level", id="bare number for a level"),
        pytest.param(lambda: Fee(id=" ", to="a", rate=1), "blank", id="blank id"),
        pytest.param(lambda: Bands(id="x", bands=[]), "no band", id="no band"),
        pytest.param(lambda: Bands(id="x", bands=["y"]), "not a band", id="text for a band"),
        pytest.param(lambda: Bands(id="x", bands="y"), "several things", id="text for bands"),
        pytest.param(lambda: Band(shares=["a"]), "not a mapping", id="shares as a list"),
        pytest.param(lambda: Band(shares={7: 1}), "named by text", id="number for a party"),
        pytest.param(
            lambda: IncentiveFee(
                id="x", to="a", target_cost=eur(1), target_fee=eur(1), under=0, least=eur(2), most=eur(1)
            ),
            "above the greatest",
            id="bounds of a fee crossed",
        ),
        pytest.param(
            lambda: IncentiveFee(id="x", to="a", target_cost=eur(1), target_fee=1, under=0), "not money", id="bare fee"
        ),
        pytest.param(
            lambda: DeadBand(id="x", to="a", gain="-1%", pain="1%", mode="in_full"), "below zero", id="negative band"
        ),
        pytest.param(lambda: CatchUp(id="x", to="a", against="b", share="20%", rate="20%"), "never ends", id="no end"),
        pytest.param(lambda: CatchUp(id="x", to="a", against="b", share="120%"), "not a part", id="share above 1"),
        pytest.param(lambda: Reserve(id="x", to="a", rate="120%"), "not a part", id="rate above 1"),
        pytest.param(
            lambda: Charge(id="x", by="a", to="b", rate=eur(-1), actual="d"), "below zero", id="negative rate"
        ),
        pytest.param(lambda: Charge(id="x", by="a", to="b", rate=eur(1), actual="d", free=-1), "below zero", id="free"),
        pytest.param(lambda: Split(id="x"), "nothing or by two", id="split by nothing"),
        pytest.param(lambda: Split(id="x", weights={"a": 1}, shares={"a": 1}), "two things", id="split by two things"),
        pytest.param(lambda: Split(id="x", weights={"a": -1}), "negative", id="negative weight"),
        pytest.param(lambda: Split(id="x", weights={"a": 0}), "all weights are zero", id="weights of zero"),
        pytest.param(lambda: OfBase("x%"), "not a number", id="no percentage"),
    ],
)
def test_a_clause_that_says_nothing_sensible_is_refused(build: object, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        build()
