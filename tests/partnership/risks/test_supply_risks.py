"""Supply exposure, Kraljic, backups, concentration, losses, Altman, arrears, and who bears what."""

import json
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from price_makers import eur

from supplychain_rules import InvalidValueError, Money, evaluate, load_policy, verify
from supplychain_rules.partnership.risks import (
    AltmanFigures,
    Backup,
    BackupCandidate,
    BackupNeed,
    BearingTable,
    CreditRisk,
    DefaultRate,
    DefaultRates,
    ItemSupply,
    LossDistribution,
    RiskBearing,
    SupplySource,
    altman_ratios,
    altman_z,
    bearing_findings,
    borne_losses,
    choose_backups,
    cvar,
    expected_credit_loss,
    expected_loss,
    how_many_suppliers,
    independent_sum,
    kraljic_rules,
    sampled_losses,
    supply_concentration,
    supply_exposure,
    var,
)

FOUNDRY = SupplySource(supplier="V1", share=1, time_to_recover=80)


def castings(*sources: SupplySource, backups: object = (), survive: int = 20) -> ItemSupply:
    """Return an item whose revenue is EUR 10,000 a day."""
    return ItemSupply(
        item="casting",
        revenue=eur(3_650_000),
        sources=sources or (FOUNDRY,),
        backups=backups,
        time_to_survive=survive,
    )


def test_only_the_days_between_survival_and_recovery_count() -> None:
    assert [(60, Fraction(60), eur(600_000)), (0, Fraction(0), eur(0)), (0, Fraction(0), eur(0))] == [
        (worst.gap_days, worst.lost_days, worst.revenue_at_risk)
        for worst in (supply_exposure(castings(survive=days)).worst for days in (20, 80, 100))
    ]


@pytest.mark.parametrize(
    ("backup", "lost"),
    [
        pytest.param(Backup(supplier="V3", qualified=True, switching_days=50, capacity=1), 30, id="in_the_gap"),
        pytest.param(Backup(supplier="V3", qualified=True, switching_days=10, capacity=1), 0, id="before_the_gap"),
        pytest.param(Backup(supplier="V3", qualified=True, switching_days=80, capacity=1), 60, id="after_the_gap"),
        pytest.param(Backup(supplier="V3", qualified=True, switching_days=50, capacity="0.5"), 45, id="half"),
        pytest.param(Backup(supplier="V3", qualified=False, switching_days=50, capacity=1), 60, id="not_qualified"),
    ],
)
def test_a_backup_counts_from_the_day_the_switch_is_done(backup: Backup, lost: int) -> None:
    assert Fraction(lost) == supply_exposure(castings(backups=[backup])).worst.lost_days


def test_the_others_help_with_what_they_have_to_spare() -> None:
    exposure = supply_exposure(
        castings(
            SupplySource(supplier="V1", share="0.7", time_to_recover=80),
            SupplySource(supplier="V2", share="0.3", time_to_recover=30, spare="0.1"),
        )
    )

    assert [("V1", Fraction(36)), ("V2", Fraction(3))] == [
        (outage.supplier, outage.lost_days) for outage in exposure.outages
    ]


def test_an_exposure_says_what_to_look_at() -> None:
    new = Backup(supplier="V3", qualified=False, switching_days=50, capacity=1)
    alone = supply_exposure(castings(backups=[new]))
    split = supply_exposure(
        castings(
            SupplySource(supplier="V1", share="0.9", time_to_recover=1),
            SupplySource(supplier="V2", share="0.1", time_to_recover=1),
        )
    )

    assert ["single_source", "no_backup", "backup_not_qualified", "revenue_at_risk"] == [
        finding.kind for finding in alone.findings
    ]
    assert ["concentrated", "no_backup"] == [finding.kind for finding in split.findings]
    assert [
        "V1（100 %）：缺口 60 天，损失 60 天，EUR 600000.00",
        "casting：V1 是唯一供应商",
    ] == alone.explain("zh").splitlines()[:2]
    assert "60" == json.loads(json.dumps(alone.to_dict()))["outages"][0]["lost_days"]


@pytest.mark.parametrize(
    ("impact", "risk", "position"),
    [
        ("50", "50", "strategic"),
        ("50", "49.99", "leverage"),
        ("49.99", "50", "bottleneck"),
        ("49.99", "49.99", "non_critical"),
    ],
)
def test_a_score_of_the_threshold_is_high(impact: str, risk: str, position: str) -> None:
    decision = evaluate(load_policy(kraljic_rules()), {"profit_impact": impact, "supply_risk": risk})

    assert position == decision["position"]


def test_the_portfolio_has_a_position_for_every_pair_of_scores_and_none_without() -> None:
    rules = load_policy(kraljic_rules(impact_from="33.3", risk_from=60))

    assert set() == {finding.kind for finding in verify(rules)} & {"gap", "overlap", "undecided"}
    assert None is evaluate(rules, {"profit_impact": 80})["position"]


@pytest.mark.parametrize("threshold", [0, 101, "1/3", 50.0])
def test_a_threshold_that_no_score_can_meet_is_refused(threshold: object) -> None:
    with pytest.raises(InvalidValueError):
        kraljic_rules(impact_from=threshold)


NEED = BackupNeed(quantity=100, within_days=30, unit_price=eur(10), most_premium="0.5")


def candidate(name: str, premium: object, capacity: object = 60, **settings: object) -> BackupCandidate:
    given = {"supplier": name, "qualified": True, "lead_time_days": 20, "capacity": capacity, "premium": premium}
    return BackupCandidate(**(given | settings))


def test_the_cheapest_candidates_that_are_fit_cover_the_need() -> None:
    choice = choose_backups(
        NEED,
        [
            candidate("dear", "0.6"),
            candidate("second", "0.2"),
            candidate("first", "0.1"),
            candidate("third", "0.3"),
            candidate("late", "0", lead_time_days=31),
            candidate("empty", "0", capacity=0),
            candidate("new", "0", qualified=False),
        ],
    )

    assert [("first", Decimal(60)), ("second", Decimal(40))] == [
        (each.candidate.supplier, each.quantity) for each in choice.chosen
    ]
    assert {
        "dear": "too_dear",
        "third": "not_needed",
        "late": "too_late",
        "empty": "no_capacity",
        "new": "not_qualified",
    } == {each.candidate.supplier: each.out for each in choice.candidates if each.out}
    assert (eur(140), Decimal(0)) == (choice.premium_cost, choice.uncovered)
    assert "140" == choice.to_dict()["premium_cost"]["amount"]


def test_what_nobody_covers_is_said() -> None:
    assert Decimal(40) == choose_backups(NEED, [candidate("only", "0.1")]).uncovered


def test_equal_premiums_go_to_the_shorter_lead_time_and_then_by_name() -> None:
    choice = choose_backups(
        NEED,
        [candidate("b", "0.1"), candidate("a", "0.1"), candidate("fast", "0.1", capacity=50, lead_time_days=5)],
    )

    assert ["fast", "a"] == [each.candidate.supplier for each in choice.chosen]


def test_concentration_is_exact_and_depends_on_ratios_only() -> None:
    found = supply_concentration({"a": "50", "b": "30", "c": "20"})

    assert found == supply_concentration({"c": 2, "a": 5, "b": 3})
    assert ("a", Fraction(1, 2)) == (found.largest, found.largest_share)
    assert "50/19" == found.to_dict()["effective_number"]


LOSSES = LossDistribution([(0, "0.90"), (100_000, "0.07"), (1_000_000, "0.03")])


def test_the_mean_of_losses_from_the_value_at_risk_on_is_not_the_conditional_one() -> None:
    from_there = [(loss, chance) for loss, chance in LOSSES.outcomes if loss >= var(LOSSES, "0.95")]
    naive = sum(loss * chance for loss, chance in from_there) / sum(chance for _loss, chance in from_there)

    assert (Fraction(370_000), Fraction(640_000)) == (naive, cvar(LOSSES, "0.95"))


def test_samples_are_a_distribution_too() -> None:
    samples = LossDistribution.of_samples([3, 1, 2, 4])

    assert (Fraction(5, 2), Fraction(3), Fraction(4)) == (
        expected_loss(samples),
        var(samples, "0.75"),
        cvar(samples, "0.75"),
    )


def test_draws_are_the_callers_and_the_same_for_the_same_seed() -> None:
    parts = {"fire": LOSSES, "strike": LossDistribution([(0, "1/3"), (7, "2/3")])}
    first, again, turned = (
        sampled_losses(each, draws=200, generator=Random(7))  # noqa: S311  chance, and no secret
        for each in (parts, parts, dict(reversed(parts.items())))
    )

    assert first == again == turned
    assert set(first) <= {loss for loss, _chance in independent_sum(parts.values()).outcomes}


class Tickets:
    """Every ticket once, in order."""

    def __init__(self) -> None:
        self.at = -1

    def randrange(self, stop: int, /) -> int:
        self.at += 1
        return self.at % stop


def test_a_draw_has_exactly_the_chance_of_its_outcome() -> None:
    drawn = sampled_losses({"strike": LossDistribution([(0, "1/3"), (7, "2/3")])}, draws=3, generator=Tickets())

    assert [0, 7, 7] == drawn


@pytest.mark.parametrize(
    ("variant", "z", "zone"),
    [
        ("1968_public", "3.09", "safe"),
        ("1968_public_0999", "3.0888", "safe"),
        ("1983_private", "2.5358", "grey"),
        ("1995_non_manufacturing", "4.537", "safe"),
        ("1995_emerging", "7.787", "safe"),
    ],
)
def test_every_variant_has_its_own_coefficients_and_bounds(variant: str, z: str, zone: str) -> None:
    ratios = {"x1": "0.2", "x2": "0.3", "x3": "0.1", "x4": "1.5", "x5": "1.2"}

    score = altman_z(ratios, variant=variant)

    assert (Fraction(z), zone) == (score.z, score.zone)
    assert score.z == sum(value for _name, value in score.contributions)


@pytest.mark.parametrize(
    ("x5", "zone"), [("1.80999", "distress"), ("1.81", "grey"), ("2.99", "grey"), ("2.99001", "safe")]
)
def test_both_bounds_belong_to_the_grey_zone(x5: str, zone: str) -> None:
    assert zone == altman_z({"x1": 0, "x2": 0, "x3": 0, "x4": 0, "x5": x5}, variant="1968_public").zone


def test_ratios_come_from_the_figures_of_a_year() -> None:
    figures = AltmanFigures(
        working_capital=eur(20),
        retained_earnings=eur(30),
        ebit=eur(-10),
        equity=eur(60),
        total_liabilities=eur(40),
        total_assets=eur(100),
    )

    score = altman_z(altman_ratios(figures), variant="1995_non_manufacturing")

    assert Fraction("3.193") == score.z
    assert "≈" not in score.explain()
    assert score.explain("zh").endswith("安全区")
    assert "safe" == score.to_dict()["zone"]


def test_an_item_without_a_probability_takes_it_from_its_days_overdue() -> None:
    rates = DefaultRates(rows=[DefaultRate(from_days=-30, default="0.01"), DefaultRate(from_days=30, default="0.1")])
    items = [CreditRisk(id=f"I{days}", customer="C1", exposure=eur(1_000), days_overdue=days) for days in (-30, 29, 30)]

    found = expected_credit_loss(items, currency="EUR", rates=rates)

    assert (eur(120), eur(3_000), {"C1": Fraction(120)}) == (found.money, found.exposure, found.by_customer())
    with pytest.raises(InvalidValueError, match="no default rate for I9"):
        expected_credit_loss(
            [CreditRisk(id="I9", customer="C1", exposure=eur(1), days_overdue=-31)], currency="EUR", rates=rates
        )


def test_an_expected_loss_is_rounded_once_for_all_items() -> None:
    items = [CreditRisk(id=f"I{place}", customer="C", exposure=eur("0.10"), default="0.04") for place in range(3)]

    found = expected_credit_loss(items, currency="EUR")

    assert (eur("0.01"), Fraction("-0.002")) == (found.money, found.residual)
    assert "0.004" == found.to_dict()["lines"][0]["loss"]


TABLE = BearingTable(
    id="T",
    parties=("buyer", "supplier"),
    rows=[
        RiskBearing(risk="delay", shares={"supplier": "2/3", "buyer": "1/3"}),
        RiskBearing(risk="currency", shares={"supplier": "0.5", "buyer": "0.75"}),
        RiskBearing(risk="fire", shares={"supplier": "0.4", "insurer": "0.5"}),
        RiskBearing(risk="flood", shares={}),
    ],
)


def test_every_risk_is_borne_and_once() -> None:
    found = bearing_findings(TABLE, ["delay", "currency", "fire", "war"])

    assert [
        ("overborne", "currency"),
        ("unknown_party", "fire"),
        ("partly_borne", "fire"),
        ("unknown_risk", "flood"),
        ("not_borne", "flood"),
        ("not_in_table", "war"),
    ] == [(finding.kind, finding.risk) for finding in found]
    assert "currency 被承担了 125 %" == found[0].message.zh
    assert "1.25" == found[0].to_dict()["borne"]


def test_a_loss_is_split_to_the_cent_only_where_the_table_is_settled() -> None:
    split = borne_losses(TABLE, {"delay": eur(100)})["delay"]

    assert (eur("66.67"), eur("33.33")) == (split["supplier"], split["buyer"])
    with pytest.raises(InvalidValueError, match="a loss of currency cannot be split"):
        borne_losses(TABLE, {"currency": eur(100)})


def test_a_row_of_a_table_survives_pickle() -> None:
    assert TABLE == pickle.loads(pickle.dumps(TABLE))  # noqa: S301  our own bytes


@pytest.mark.parametrize(
    ("build", "what"),
    [
        pytest.param(
            lambda: castings(SupplySource(supplier="V1", share="0.5", time_to_recover=1)), "not exactly 1", id="shares"
        ),
        pytest.param(
            lambda: castings(backups=[Backup(supplier="V1", qualified=True, switching_days=1, capacity=1)]),
            "a supplier of casting stands twice",
            id="twice",
        ),
        pytest.param(lambda: SupplySource(supplier="V", share=0.5, time_to_recover=1), "never a float", id="float"),
        pytest.param(lambda: SupplySource(supplier="V", share=1, time_to_recover=-1), "time_to_recover", id="days"),
        pytest.param(
            lambda: Backup(supplier="V", qualified=1, switching_days=1, capacity=1), "true or false", id="truth"
        ),
        pytest.param(lambda: candidate("x", "-2"), "the premium of x is below -1", id="premium"),
        pytest.param(lambda: choose_backups(NEED, [candidate("x", 0)] * 2), "a candidate stands twice", id="candidate"),
        pytest.param(lambda: SupplySource(supplier="V", share=2, time_to_recover=1), "lies outside 0..1", id="share"),
        pytest.param(
            lambda: SupplySource(supplier="V", share=1, time_to_recover=1, spare=-1), "the spare capacity", id="spare"
        ),
        pytest.param(
            lambda: Backup(supplier="V", qualified=True, switching_days=1, capacity=-1),
            "the capacity of V",
            id="capacity",
        ),
        pytest.param(
            lambda: ItemSupply(item="x", revenue=eur(1), sources=(), time_to_survive=1),
            "x has no supplier",
            id="sources",
        ),
        pytest.param(
            lambda: independent_sum([LossDistribution.of_samples(range(400))] * 2), "more than 100000", id="outcomes"
        ),
        pytest.param(
            lambda: CreditRisk(id="I", customer="C", exposure=eur(1), default=2), "default of I lies outside", id="pd"
        ),
        pytest.param(lambda: DefaultRate(from_days=0, default=2), "a probability lies from 0 to 1", id="rate"),
        pytest.param(
            lambda: DefaultRates(rows=[DefaultRate(from_days=0, default=0)] * 2), "do not rise", id="same_days"
        ),
        pytest.param(
            lambda: expected_credit_loss(
                [CreditRisk(id="I", customer="C", exposure=eur(1), default=0)] * 2, currency="EUR"
            ),
            "an item is counted twice",
            id="item_twice",
        ),
        pytest.param(lambda: RiskBearing(risk="x", shares="all"), "shares must be a mapping", id="no_mapping"),
        pytest.param(lambda: BearingTable(id="T", parties=(), rows=[]), "table T has no party", id="no_party"),
        pytest.param(lambda: supply_concentration({}), "shares of nothing", id="nothing"),
        pytest.param(lambda: supply_concentration({"a": -1, "b": 2}), "the share of a is negative", id="negative"),
        pytest.param(lambda: LossDistribution([(0, "0.5")]), "not exactly 1 together", id="probabilities"),
        pytest.param(lambda: LossDistribution([(0, "1.5"), (1, "-0.5")]), "is not negative", id="probability"),
        pytest.param(lambda: LossDistribution([(0,)]), "no pair of loss and probability", id="pair"),
        pytest.param(lambda: LossDistribution.of_samples([]), "no sample", id="samples"),
        pytest.param(lambda: var(LOSSES, 1), "a level lies above 0 and below 1", id="level"),
        pytest.param(lambda: cvar(LOSSES, 0.95), "never a float", id="float_level"),
        pytest.param(lambda: sampled_losses({}, draws=0, generator=Tickets()), "draws must be a whole", id="draws"),
        pytest.param(lambda: altman_z({}, variant="1967"), "unknown variant", id="variant"),
        pytest.param(lambda: altman_z({"x1": 1}, variant="1968_public"), "1968_public needs x2", id="ratio"),
        pytest.param(lambda: altman_z({"x9": 1}, variant="1968_public"), "no ratio of this model", id="unknown_ratio"),
        pytest.param(
            lambda: how_many_suppliers(super_event=2, unique_event=0, loss=eur(1), cost_per_supplier=eur(1), most=2),
            "super_event is a probability",
            id="super_event",
        ),
        pytest.param(
            lambda: how_many_suppliers(
                super_event=0, unique_event=0, loss=eur(1), cost_per_supplier=Money(1, "USD"), most=2
            ),
            "cost_per_supplier must be in EUR",
            id="two_currencies",
        ),
        pytest.param(
            lambda: DefaultRates(
                rows=[DefaultRate(from_days=0, default="0.1"), DefaultRate(from_days=30, default="0.05")]
            ),
            "a default rate falls with the days",
            id="rates",
        ),
        pytest.param(
            lambda: CreditRisk(id="I", customer="C", exposure=eur(1)), "neither a probability", id="no_default"
        ),
        pytest.param(lambda: RiskBearing(risk="x", shares={"a": "1.5"}), "lies outside 0..1", id="bearing"),
        pytest.param(
            lambda: BearingTable(id="T", parties=("a", "a"), rows=[]), "a party stands twice in table T", id="party"
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(build: Callable[[], object], what: str) -> None:
    with pytest.raises(InvalidValueError, match=what):
        build()
