"""What `analyse` proves of contracts: cliffs, perverse incentives, dead zones, assumption, exposure, broken bounds."""

import json
import pickle
from fractions import Fraction

import pytest
from settlement_makers import eur, policy, rest_to

from supplychain_rules.errors import InputError, InvalidValueError
from supplychain_rules.partnership.sharing import (
    SETTLEMENT_FINDINGS,
    Analysis,
    Band,
    Bands,
    Cap,
    Charge,
    Clause,
    DeadBand,
    Fee,
    Floor,
    IncentiveFee,
    Recoup,
    Split,
    analyse,
    compile_policy,
    share_ranges,
)
from supplychain_rules.partnership.sharing.waterfall.analysing import SettlementFindingKind
from supplychain_rules.values.intervals import Interval

HALF = rest_to("supplier", "buyer")
BUYER = rest_to("buyer")


def found(analysis: Analysis, kind: SettlementFindingKind) -> list[tuple[str | None, str]]:
    """Return who and where, for the findings of a kind."""
    return [(finding.party or finding.clause, str(finding.where)) for finding in analysis.of(kind)]


def analysed(*clauses: Clause, **changes: object) -> Analysis:
    return analyse(policy(*clauses, **changes))


def test_a_plain_gain_share_conserves_and_has_nothing_to_find_but_losses_without_bound() -> None:
    analysis = analysed(HALF)

    assert analysis.conserves
    assert [("unlimited_loss", "supplier"), ("unlimited_loss", "buyer")] == [
        (finding.kind, finding.party) for finding in analysis.findings
    ]


def test_full_once_triggered_is_a_cliff_on_both_sides() -> None:
    analysis = analysed(DeadBand(id="small", to="buyer", gain="5%", pain="5%", mode="in_full"), HALF)

    assert [("supplier", "950"), ("supplier", "1050"), ("buyer", "950"), ("buyer", "1050")] == found(analysis, "cliff")
    assert "warning for supplier: jumps at 950: 25 -> 0; for example 950 [cliff]" == str(analysis.of("cliff")[0])
    assert "警告（supplier）：在 950 处跳变：25 -> 0；例如 950 [cliff]" == analysis.of("cliff")[0].text("zh")


def test_excess_only_has_no_cliff_but_a_dead_zone() -> None:
    analysis = analysed(DeadBand(id="small", to="buyer", gain="5%", pain="5%", mode="excess_only"), HALF)

    assert [] == found(analysis, "cliff")
    assert [("supplier", "(950..1050)")] == found(analysis, "dead_zone")
    assert [("buyer", "(950..1050)")] == found(analysis, "total_assumption")


def test_a_fee_that_is_a_percentage_of_cost_rewards_cost() -> None:
    analysis = analysed(Fee(id="fee", to="supplier", rate="10%", of="outturn"), BUYER)

    assert [("supplier", "> 0")] == found(analysis, "perverse_incentive")
    assert [("buyer", "> 0")] == found(analysis, "bears_more_than_all")
    assert 1 == analysis.of("perverse_incentive")[0].witness


def test_of_proceeds_it_is_perverse_to_gain_as_they_fall() -> None:
    ranges = Bands(id="x", bands=[Band(shares={"supplier": "-10%", "buyer": "110%"})])
    analysis = analysed(ranges, outturn="proceeds", base=eur(0))

    assert [("supplier", "anything")] == found(analysis, "perverse_incentive")
    assert [("buyer", "anything")] == found(analysis, "bears_more_than_all")


def test_the_point_of_total_assumption_of_a_fixed_price_incentive() -> None:
    fee = IncentiveFee(
        id="fee", to="supplier", target_cost=eur(1000), target_fee=eur(100), under="20%", ceiling=eur(1200)
    )
    analysis = analysed(fee, BUYER, base=eur(1100))

    assert {"supplier": Fraction(1125)} == dict(analysis.total_assumption)
    assert [("supplier", "> 1125")] == found(analysis, "total_assumption")
    assert [("buyer", "> 1125")] == found(analysis, "dead_zone")
    assert Fraction(-100) == analysis.worst["buyer"].value
    assert analysis.worst["supplier"].value is None


def test_share_ranges_under_a_ceiling_price_have_their_point_of_total_assumption_too() -> None:
    # The client never pays more than 1080: it never has less than 1000 - 1080.
    analysis = analysed(
        share_ranges(
            "54.1",
            to="supplier",
            others="buyer",
            ranges=[("80%", "15%"), ("90%", "30%"), ("110%", "50%"), (None, "20%")],
        ),
        Floor(id="ceiling price", on="buyer", at=eur(-80), by="supplier"),
    )

    assert Fraction("1137.5") == analysis.total_assumption["supplier"]


def test_of_proceeds_total_assumption_lies_at_the_low_end() -> None:
    analysis = analysed(
        HALF, Floor(id="floor", on="supplier", at=eur(-50), by="buyer"), outturn="proceeds", base=eur(1000)
    )

    assert {"buyer": Fraction(900)} == dict(analysis.total_assumption)


def test_who_always_bears_everything_has_no_point_from_which_on() -> None:
    assert {} == dict(analysed(BUYER).total_assumption)


def test_exposure_is_the_least_that_a_party_can_have() -> None:
    analysis = analysed(
        HALF,
        Floor(id="floor", on="supplier", at=eur(-50), by="buyer"),
        Cap(id="cap", on="supplier", at=eur(200), to="buyer"),
    )

    assert (-50, ">= 1100") == (analysis.worst["supplier"].value, str(analysis.worst["supplier"].where))
    assert (200, "[0..600]") == (analysis.best["supplier"].value, str(analysis.best["supplier"].where))
    assert ["buyer"] == [finding.party for finding in analysis.of("unlimited_loss")]


def test_within_bounds_no_loss_is_unlimited() -> None:
    within = Interval(500, 2000, low_closed=True, high_closed=True)
    analysis = analyse(policy(HALF), within=within)

    assert () == analysis.of("unlimited_loss")
    assert -500 == analysis.worst["supplier"].value


def test_floors_and_caps_that_cannot_be_met_are_errors_with_the_outturns() -> None:
    analysis = analysed(
        HALF,
        Floor(id="one", on="supplier", at=eur(60), by="buyer"),
        Floor(id="two", on="buyer", at=eur(60), by="supplier"),
        Cap(id="three", on="supplier", at=eur(100), to="buyer"),
        Cap(id="four", on="buyer", at=eur(100), to="supplier"),
    )

    assert [(None, "> 880")] == found(analysis, "impossible_floors")
    assert [(None, "[0..800)")] == found(analysis, "impossible_caps")
    assert "error" == analysis.findings[0].severity


def test_a_bound_that_a_later_clause_breaks_is_told() -> None:
    analysis = analyse(
        policy(
            HALF,
            Floor(id="floor", on="supplier", at=eur(0), by="buyer"),
            Cap(id="cap", on="buyer", at=eur(100), to="supplier"),
            Charge(id="late", by="supplier", to="buyer", rate=eur(1), actual="days"),
        ),
        {"days": 30},
    )

    assert [("supplier", "> 940")] == found(analysis, "broken_floor")
    assert [("buyer", "[0..860)")] == found(analysis, "broken_cap")
    assert "floor" == analysis.of("broken_floor")[0].clause


def test_the_bound_of_a_group_is_held_against_what_its_members_have_in_the_end() -> None:
    analysis = analyse(
        policy(
            Split(id="half", weights={"team": 1, "buyer": 1}),
            Cap(id="cap", on="team", at=eur(100), to="buyer"),
            Split(id="members", of="team", weights={"supplier": 1, "helper": 1}),
            Charge(id="bonus", by="buyer", to="helper", rate=eur(1), actual="days early"),
            parties=["supplier", "helper", "buyer"],
            groups=["team"],
        ),
        {"days early": 10},
    )

    assert [("team", "[0..820)")] == found(analysis, "broken_cap")


def test_a_clause_that_never_moves_anything_is_told() -> None:
    analysis = analysed(HALF, Recoup(id="too late", to="supplier", amount=eur(10)))

    assert [("too late", ">= 0")] == found(analysis, "idle_clause")


def test_findings_come_the_gravest_first_and_every_kind_has_a_name() -> None:
    analysis = analysed(
        DeadBand(id="small", to="buyer", gain="5%", pain="5%", mode="in_full"),
        Fee(id="fee", to="supplier", rate="10%", of="outturn"),
        HALF,
    )
    order = list(SETTLEMENT_FINDINGS)

    assert sorted(order.index(finding.kind) for finding in analysis.findings) == [
        order.index(finding.kind) for finding in analysis.findings
    ]
    assert all(label.en and label.zh for label in SETTLEMENT_FINDINGS.values())


def test_an_analysis_is_text_plain_data_and_pickle() -> None:
    analysis = analysed(HALF, Floor(id="floor", on="supplier", at=eur(-50), by="buyer"))

    pieces = ["  [0..1100): -0.5 x + 500", "  >= 1100: -50"]
    assert ["supplier: from -50 to 500", *pieces] == str(analysis).splitlines()[:3]
    assert ["supplier：从 -50 到 500", *pieces] == analysis.text("zh").splitlines()[:3]
    assert "buyer: from without bound to 500" in str(analysis)
    plain = json.loads(json.dumps(analysis.to_dict()))
    assert {
        "function": "[0..1100): -0.5 x + 500; >= 1100: -50",
        "worst": "-50",
        "best": "500",
        "total_assumption": None,
    } == (plain["parties"]["supplier"])
    assert {
        "kind": "dead_zone",
        "severity": "info",
        "party": "supplier",
        "clause": None,
        "where": "> 1100",
        "witness": "1101",
        "message": {"en": "the outturn is none of its concern at > 1100", "zh": "结果好坏与其无关：> 1100"},
    } == plain["findings"][0]
    assert analysis == pickle.loads(pickle.dumps(analysis))  # noqa: S301  our own bytes


def test_a_single_outturn_has_no_slopes() -> None:
    analysis = analyse(policy(HALF), within=Interval(900, 900, low_closed=True, high_closed=True))

    assert () == analysis.findings
    assert 50 == analysis.worst["supplier"].value


def test_a_finding_at_very_many_outturns_spells_out_the_first_of_them() -> None:
    zigzag = [
        Band(
            high=eur(100 * step) if step < 15 else None,
            shares={"supplier": step % 2 * 2 - 1, "buyer": 2 - step % 2 * 2},
        )
        for step in range(1, 16)
    ]
    analysis = analysed(Bands(id="zigzag", bands=zigzag))
    (perverse,) = (one for one in analysis.of("perverse_incentive") if one.party == "supplier")

    assert 7 == len(perverse.where.parts)
    assert (
        "gains as the outturn worsens at (100..200), (300..400), (500..600), (700..800), … (+3)" == perverse.message.en
    )


def test_actuals_that_clauses_name_are_needed() -> None:
    late = policy(HALF, Charge(id="late", by="supplier", to="buyer", rate=eur(1), actual="days"))

    with pytest.raises(InputError, match="days: this actual is needed"):
        analyse(late)
    with pytest.raises(InputError, match="the policy measures no such thing"):
        analyse(late, {"days": 1, "outturn": eur(1)})


def test_outturns_that_cannot_be_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="outturns that cannot be"):
        compile_policy(policy(HALF), within=Interval(-1, 5, low_closed=True, high_closed=True))
