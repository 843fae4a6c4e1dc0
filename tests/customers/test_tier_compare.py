"""What a change of tier policy does: who moves, how restless the tiers are, what they cost, how fair they are."""

import pickle
from decimal import Decimal
from fractions import Fraction

import pytest
from tier_makers import day, history, level, spend_levels, tier_policy

from supplychain_rules.customers import (
    TierHistory,
    TierPolicy,
    TierValidity,
    TierWindow,
    compare_tiers,
    replay_tiers,
    resume_tiers,
)
from supplychain_rules.customers.tier_compare import gini
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money


def monthly(version: str, gold: int) -> TierPolicy:
    return tier_policy(
        version=version,
        levels=spend_levels(gold=gold),
        window=TierWindow(kind="calendar", length=1),
        validity=TierValidity(kind="end_of_period"),
        upgrade="at_period_end",
    )


def months(*amounts: int) -> TierHistory:
    spent = [(f"2026-{place:02}-15", amount) for place, amount in enumerate(amounts, start=1)]
    return history(*spent, joined="2026-01-01")


CUSTOMERS = {"A": months(100, 0, 100), "B": months(100, 100, 96), "C": months(0, 0, 0), "D": months(50, 60, 500)}
DAYS = [day("2026-02-01"), day("2026-03-01"), day("2026-04-01")]


def test_a_comparison_counts_moves_changes_reversals_and_costs() -> None:
    found = compare_tiers(
        monthly("1", 100),
        monthly("2", 50),
        CUSTOMERS,
        days=DAYS,
        benefit_cost={"gold": Money("5", "EUR")},
        groups={"A": "north", "B": "north", "C": "south"},
    )
    before, after = found.before, found.after
    assert [{"gold": 2, "basic": 2}, {"gold": 1, "basic": 3}, {"gold": 2, "basic": 2}] == [
        dict(one) for one in before.counts
    ]
    assert (4, 2, 2, 1) == (before.changes, before.raised, before.lowered, before.reversals)
    assert (2, 1, 1, 1) == (after.changes, after.raised, after.lowered, after.reversals)
    assert ((Fraction(1, 2), Fraction(1)), (Fraction(1, 3), Fraction(0))) == (before.churn, after.churn)
    assert (Money("25", "EUR"), Money("40", "EUR")) == (before.benefit_cost, after.benefit_cost)
    assert Decimal(15) == found.comparison.total("benefit_cost").difference
    assert ("A", "B") == before.near_threshold
    assert {"gold": Fraction(1, 2), "basic": Fraction(1, 2)} == dict(before.shares["north"])
    assert ("A",) == found.comparison.reversals[0].records_before
    matrix = found.comparison.migration("tier")
    assert (2, 1, 1) == (
        matrix.count("gold", "gold"),
        matrix.count("basic", "gold"),
        matrix.count("basic", "basic"),
    )
    (mover,) = found.comparison.movers
    assert "B: tier basic → gold, because gold is earned again" == mover.text()


def test_a_comparison_reads_as_text_in_both_languages() -> None:
    found = compare_tiers(monthly("1", 100), monthly("2", 50), CUSTOMERS, days=DAYS)
    assert "club 1: 4 changes (2 up, 2 down), 1 reversals, 2 customers near a threshold" in str(found)
    assert "club 1：4 次变动（升 2，降 2），1 次反复，2 名客户临近门槛" in found.text("zh")


def test_concentration_is_exact() -> None:
    found = compare_tiers(monthly("1", 100), monthly("2", 50), CUSTOMERS, days=DAYS, top="0.25").concentration
    # 200, 296, 0 and 610 of 1106: the largest of four has 610.
    assert Fraction(610, 1106) == found.top_share
    assert Fraction(2 * (1 * 0 + 2 * 200 + 3 * 296 + 4 * 610), 4 * 1106) - Fraction(5, 4) == found.gini
    assert None is gini([Decimal(0)])


def test_a_comparison_that_cannot_be_made_is_refused() -> None:
    one, other = monthly("1", 100), monthly("2", 50)
    with pytest.raises(InvalidValueError, match="rise"):
        compare_tiers(one, other, CUSTOMERS, days=[])
    with pytest.raises(InvalidValueError, match="rise"):
        compare_tiers(one, other, CUSTOMERS, days=DAYS[::-1])
    with pytest.raises(InvalidValueError, match="unknown tier"):
        compare_tiers(one, other, CUSTOMERS, days=DAYS, benefit_cost={"god": Money("5", "EUR")})
    with pytest.raises(InvalidValueError, match="between 0 and 1"):
        compare_tiers(one, other, CUSTOMERS, days=DAYS, near=5)
    costs = {"gold": Money("5", "EUR"), "basic": Money("5", "USD")}
    with pytest.raises(InvalidValueError, match="more than one currency"):
        compare_tiers(one, other, CUSTOMERS, days=DAYS, benefit_cost=costs)


def test_replays_and_figures_of_a_comparison_survive_pickling() -> None:
    policy = tier_policy()
    histories = {"C1": history(("2026-02-01", 1200)), "C2": history(("2026-02-01", 10))}
    replay = replay_tiers(policy, histories, until=day("2026-12-31"))
    compared = compare_tiers(
        policy,
        tier_policy(version="2", levels=spend_levels(gold=2000)),
        histories,
        days=[day("2026-06-30"), day("2026-12-31")],
        groups={"C1": "retail", "C2": "retail"},
    )
    for found in (replay, compared.before, compared):
        assert found == pickle.loads(pickle.dumps(found))  # noqa: S301  our own bytes
    further = pickle.loads(pickle.dumps(replay))  # noqa: S301  as above
    assert resume_tiers(replay, until=day("2027-12-31")) == resume_tiers(further, until=day("2027-12-31"))


def test_a_migration_reads_in_the_words_of_the_levels() -> None:
    def named(version: str, threshold: int) -> TierPolicy:
        levels = [level("gold", threshold, label=Label("Gold", "金卡")), level("basic", label=Label("Basic", "普通"))]
        return tier_policy(version=version, levels=levels)

    histories = {"C1": history(("2026-02-01", 1200))}
    found = compare_tiers(named("1", 1000), named("2", 2000), histories, days=[day("2026-12-31")]).comparison
    assert ["层级：1 条变动", "  金卡 → 普通 1"] == found.migration("tier").text("zh").splitlines()
    assert "C1：层级 金卡 → 普通" in found.text("zh")
    assert "层级：变更前 0 次反复，变更后 0 次" in found.text("zh")
    assert ["tier: 1 moved", "  Gold → Basic 1"] == found.migration("tier").text("en").splitlines()
    assert "labels" not in found.to_dict()["migrations"][0]
