"""Tiers: the worked examples of the programmes that were read, as they state them."""

import pytest
from tier_makers import day, entry, history, level, spend_levels, tier_on, tier_policy

from supplychain_rules.customers import (
    TierDowngrade,
    TierMeasure,
    TierValidity,
    TierWindow,
    replay_tiers,
    tier_rules,
)
from supplychain_rules.rules.codec import load_policy
from supplychain_rules.rules.evaluate import evaluate

LIFETIME = TierWindow(kind="lifetime")
FOR_EVER = TierValidity(kind="lifetime")


@pytest.mark.parametrize(
    ("before", "purchase", "expected"),
    [(0, 6000, "bronze"), (0, 15000, "silver"), (4000, 500, "bronze"), (18000, 3000, "gold")],
)
def test_what_was_spent_before_and_this_purchase_make_the_tier_at_once(
    before: int, purchase: int, expected: str
) -> None:
    policy = tier_policy(
        levels=[level("gold", 20000), level("silver", 10000), level("bronze")], window=LIFETIME, validity=FOR_EVER
    )
    spent = history(("2026-01-05", before), ("2026-03-01", purchase))
    assert expected == tier_on(policy, spent, "2026-03-01").tier


@pytest.mark.parametrize(("spent", "expected"), [("20000", "gold"), ("19999.99", "silver"), ("10000", "silver")])
def test_a_value_equal_to_a_threshold_reaches_it(spent: str, expected: str) -> None:
    levels = [level("gold", 20000), level("silver", 10000), level("bronze")]
    policy = tier_policy(levels=levels, window=LIFETIME, validity=FOR_EVER)
    assert expected == tier_on(policy, history(("2026-03-01", spent)), "2026-03-01").tier
    assert expected == evaluate(load_policy(tier_rules(policy)), {"spend": spent})["earned"]


def test_a_balance_of_points_raises_and_lowers_on_the_day_it_changes() -> None:
    policy = tier_policy(
        measures=[TierMeasure(id="balance", of="points", decimals=0)],
        levels=[
            level("platinum", 1000, "balance"),
            level("gold", 500, "balance"),
            level("silver", 100, "balance"),
            level("basic"),
        ],
        window=LIFETIME,
        validity=FOR_EVER,
        downgrade=TierDowngrade(when="at_once"),
    )
    points = history(
        entry("2026-01-10", 100, "points"), entry("2026-02-15", -50, "points"), entry("2026-02-25", 500, "points")
    )
    timeline = replay_tiers(policy, {"C1": points}, until=day("2026-03-01")).timelines["C1"]
    assert [
        ("basic", "joined", "2026-01-10"),
        ("silver", "raised", "2026-01-10"),
        ("basic", "lowered", "2026-02-15"),
        ("gold", "raised", "2026-02-25"),
    ] == [(one.level, one.event, str(one.valid_from)) for one in timeline.statuses]


def test_a_tier_of_twelve_months_is_checked_after_twelve_and_a_higher_one_starts_them_anew() -> None:
    policy = tier_policy(
        window=TierWindow(kind="rolling_months", length=12), validity=TierValidity(kind="months", length=12)
    )
    spent = history(("2024-04-15", 600), ("2024-06-01", 10), ("2024-10-25", 500))
    assert day("2025-04-15") == tier_on(policy, spent, "2024-07-01").next_review
    assert ("gold", day("2025-10-25")) == (
        tier_on(policy, spent, "2024-10-25").tier,
        tier_on(policy, spent, "2024-10-25").next_review,
    )


def test_an_airlines_tier_lasts_for_the_rest_of_the_year_and_the_whole_next_one() -> None:
    policy = tier_policy(levels=spend_levels(gold=1000))
    flights = history(("2024-05-09", 1000))
    found = [tier_on(policy, flights, on).tier for on in ("2024-05-09", "2025-12-31", "2026-01-01")]
    assert ["gold", "gold", "basic"] == found
    again = history(("2024-05-09", 1000), ("2025-11-30", 1000))
    assert ("gold", day("2027-01-01")) == (
        tier_on(policy, again, "2026-01-01").tier,
        tier_on(policy, again, "2026-01-01").valid_until,
    )
