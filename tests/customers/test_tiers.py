"""Tiers over time: upgrades, reviews, grace, soft landings, minimum holds, pins, late entries."""

from datetime import date
from decimal import Decimal

import pytest
from tier_makers import day, entry, history, level, spend_levels, tier_on, tier_policy

from supplychain_rules.customers import (
    TierCondition,
    TierDowngrade,
    TierHistory,
    TierMeasure,
    TierPin,
    TierPolicy,
    TierValidity,
    TierWindow,
    replay_tiers,
    resume_tiers,
    tier_changes,
    tier_histories,
)
from supplychain_rules.customers.tier_needs import unmet
from supplychain_rules.errors import InputError, InvalidValueError
from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money

QUARTERLY = {
    "window": TierWindow(kind="calendar", length=3),
    "validity": TierValidity(kind="end_of_period"),
    "upgrade": "at_period_end",
    "levels": spend_levels(gold=100, silver=50),
}


def quarterly(**downgrade: object) -> TierPolicy:
    return tier_policy(**QUARTERLY, downgrade=TierDowngrade(**downgrade))  # type: ignore[arg-type]  # wrong on purpose


def path(policy: TierPolicy, *spent: object) -> str:
    """Return the initials of the tiers after each of the quarters of 2025 and 2026 in which so much was spent."""
    months = [(2025 + place // 4, 1 + 3 * (place % 4)) for place in range(len(spent) + 1)]
    entries = [(f"{year}-{month:02}-15", amount) for (year, month), amount in zip(months, spent, strict=False)]
    found = replay_tiers(policy, {"C1": history(*entries, joined="2025-01-01")}, until=date(*months[-1], 1))
    return "".join((found.tier("C1", date(*one, 1)) or "-")[0] for one in months[1:])


@pytest.mark.parametrize(
    ("downgrade", "expected"),
    [
        ({}, "gbbbsg"),
        ({"misses": 2}, "ggbbsg"),
        ({"misses": 3}, "gggbsg"),
        ({"to": "one_level"}, "gsbbsg"),
        ({"to": "soft_landing"}, "gsbbsg"),
        ({"to": "never"}, "gggggg"),
        ({"together": 2}, "ggbbsg"),
        ({"hold_months": 9}, "gggbsg"),
        ({"misses": 2, "to": "one_level"}, "ggsssg"),
    ],
)
def test_each_rule_lowers_at_its_own_pace(downgrade: dict[str, object], expected: str) -> None:
    assert expected == path(quarterly(**downgrade), 100, 0, 0, 0, 50, 100)


def test_a_soft_landing_happens_once_and_then_the_figures_count() -> None:
    policy = tier_policy(
        **(QUARTERLY | {"levels": spend_levels(top=400, gold=200, silver=100)}),
        downgrade=TierDowngrade(to="soft_landing"),
    )
    assert "tgb" == path(policy, 400, 0, 0)
    one_by_one = tier_policy(
        **(QUARTERLY | {"levels": spend_levels(top=400, gold=200, silver=100)}),
        downgrade=TierDowngrade(to="one_level"),
    )
    assert "tgs" == path(one_by_one, 400, 0, 0)


def test_a_level_is_kept_at_a_part_of_its_threshold_and_falls_only_to_what_the_part_keeps() -> None:
    policy = quarterly(keep_at="0.8")
    assert "gg" == path(policy, 100, 80)
    assert "gs" == path(policy, 100, "79.99")
    assert "gs" == path(policy, 100, 40)
    assert "bb" == path(policy, 40, 40)


def test_one_day_of_the_reviews_quarter_changes_nothing_of_the_quarter_before() -> None:
    spent = history(("2025-03-31", 100), ("2025-04-01", 1), joined="2025-01-01")
    found = replay_tiers(quarterly(), {"C1": spent}, until=day("2025-04-01"))
    assert ["basic", "gold"] == [found.tier("C1", day(on)) for on in ("2025-03-31", "2025-04-01")]


def test_a_level_earned_again_before_its_end_is_lengthened_at_once_only_where_the_policy_says_so() -> None:
    spent = history(("2024-05-09", 1000), ("2025-03-01", 1000))
    plain, extending = (
        tier_policy(validity=TierValidity(kind="rest_and_next", extends=extends)) for extends in (False, True)
    )
    assert day("2026-01-01") == tier_on(plain, spent, "2025-03-01").valid_until
    assert day("2027-01-01") == tier_on(extending, spent, "2025-03-01").valid_until


def test_a_return_takes_back_what_it_earned_at_the_review_and_a_balance_at_once() -> None:
    spent = history(("2026-01-05", 1000), ("2026-01-20", -600))
    assert "gold" == tier_on(tier_policy(), spent, "2026-01-31").tier
    assert "basic" == tier_on(tier_policy(), spent, "2026-01-31").earned
    rolling = tier_policy(
        window=TierWindow(kind="rolling_days", length=365),
        validity=TierValidity(kind="lifetime"),
        downgrade=TierDowngrade(when="at_once"),
    )
    assert "basic" == tier_on(rolling, spent, "2026-01-31").tier


def test_a_rolling_window_lets_a_level_fall_on_the_day_the_purchase_leaves_it() -> None:
    policy = tier_policy(
        window=TierWindow(kind="rolling_days", length=30),
        validity=TierValidity(kind="lifetime"),
        downgrade=TierDowngrade(when="at_once"),
    )
    spent = history(("2026-01-01", 1000))
    assert ["gold", "basic"] == [tier_on(policy, spent, on).tier for on in ("2026-01-30", "2026-01-31")]


def test_tenure_and_purchase_days_raise_on_the_day_they_are_reached() -> None:
    policy = tier_policy(
        measures=[
            TierMeasure(id="tenure", figure="tenure_days", decimals=0, window=TierWindow(kind="lifetime")),
            TierMeasure(id="orders", figure="days", decimals=0),
        ],
        levels=[
            level("loyal", all_of=[TierCondition(measure="tenure", at_least=10)]),
            level("regular", 2, "orders"),
            level("basic"),
        ],
    )
    bought = history(("2026-01-01", 5), ("2026-01-01", 5), ("2026-01-03", 5))
    found = [tier_on(policy, bought, on).tier for on in ("2026-01-02", "2026-01-03", "2026-01-10", "2026-01-11")]
    assert ["basic", "regular", "regular", "loyal"] == found


def test_a_loss_vetoes_a_level_until_the_margin_is_back() -> None:
    vetoed = level("gold", 1000, unless=[TierCondition(measure="margin", below=0)])
    policy = tier_policy(
        measures=[TierMeasure(id="spend"), TierMeasure(id="margin", of="margin")], levels=[vetoed, level("basic")]
    )
    sold = history(("2026-01-05", 1000), entry("2026-01-05", "-30.5", "margin"), entry("2026-02-05", "30.5", "margin"))
    lossy = tier_on(policy, sold, "2026-01-05")
    assert ("basic", "30.5 more of margin (-30.5 of 0)") == (lossy.tier, str(lossy.needed_for_next[0]))
    assert "gold" == tier_on(policy, sold, "2026-02-05").tier


def test_a_pin_holds_until_it_expires_with_its_reason_and_the_earned_tier_goes_on_below() -> None:
    pin = TierPin(level="silver", from_=day("2026-02-01"), until=day("2026-04-01"), reason="flagship project")
    spent = history(("2026-01-05", 10), ("2026-03-01", 1000), pins=(pin,))
    assert ["basic", "silver", "gold"] == [
        tier_on(tier_policy(), spent, on).tier for on in ("2026-01-31", "2026-02-01", "2026-03-01")
    ]
    pinned = tier_on(tier_policy(), spent, "2026-02-01")
    assert (True, day("2026-04-01")) == (pinned.pinned, pinned.valid_until)
    assert "silver is set by hand: flagship project" == str(pinned.reason)
    held_down = TierPin(
        level="basic", from_=day("2026-02-01"), until=day("2026-04-01"), reason="dispute", holds="exactly"
    )
    disputed = history(("2026-01-05", 1000), pins=(held_down,))
    assert ["gold", "basic", "gold"] == [
        tier_on(tier_policy(), disputed, on).tier for on in ("2026-01-31", "2026-02-01", "2026-04-01")
    ]


def test_a_pin_of_an_unknown_level_or_without_reason_or_days_is_refused() -> None:
    pin = TierPin(level="platin", from_=day("2026-02-01"), until=day("2026-04-01"), reason="x")
    with pytest.raises(InvalidValueError, match="unknown level"):
        replay_tiers(tier_policy(), {"C1": history(("2026-01-05", 1), pins=(pin,))}, until=day("2026-02-01"))
    with pytest.raises(InvalidValueError, match="blank"):
        TierPin(level="gold", from_=day("2026-02-01"), until=day("2026-04-01"), reason=" ")
    with pytest.raises(InvalidValueError, match="ends before it begins"):
        TierPin(level="gold", from_=day("2026-02-01"), until=day("2026-02-01"), reason="x")


def test_what_is_needed_to_keep_looks_at_the_period_that_the_next_review_will_judge() -> None:
    found = tier_on(tier_policy(), history(("2025-05-09", 1000), ("2026-02-01", 300)), "2026-03-01")
    assert ("gold", None, day("2027-01-01")) == (found.tier, found.next_tier, found.next_review)
    assert ["700 more of spend (300 of 1000)"] == [str(need) for need in found.needed_to_keep]
    safe = tier_on(tier_policy(), history(("2025-05-09", 1000), ("2026-02-01", 1000)), "2026-03-01")
    assert () == safe.needed_to_keep
    eased = tier_policy(downgrade=TierDowngrade(keep_at="0.8"))
    kept = tier_on(eased, history(("2025-05-09", 1000), ("2026-02-01", 300)), "2026-03-01")
    assert ["spend 还差 500（300 / 800）"] == [need.text("zh") for need in kept.needed_to_keep]


def test_what_is_needed_for_the_next_level_looks_at_the_running_window() -> None:
    found = tier_on(tier_policy(), history(("2025-05-09", 499), ("2026-02-01", "100.5")), "2026-03-01")
    assert ("silver", "399.5 more of spend (100.5 of 500)") == (found.next_tier, str(found.needed_for_next[0]))


@pytest.mark.parametrize(
    ("downgrade", "spent", "expected"),
    [
        ({}, (100,), "gold is earned | 达到gold标准"),
        ({}, (100, 100), "gold is earned again | 再次达到gold标准，保级"),
        (
            {"misses": 2},
            (100, 50),
            (
                "the figures earn silver only: miss 1/2, gold is kept in grace | "
                "数据仅达到silver：第 1/2 次未达标，宽限期内保留gold"
            ),
        ),
        (
            {"misses": 2},
            (100, 0, 0),
            (
                "the figures earn basic only (miss 2/2): lowered to what the figures keep, basic | "
                "数据仅达到basic（未达标 2/2）：降至数据所支持的级别，现为basic"
            ),
        ),
        ({"keep_at": "0.8"}, (100, 80), "the figures are enough to keep gold | 数据足以保留gold"),
        (
            {"hold_months": 12},
            (100, 0),
            (
                "the figures earn basic only, but it is held for 12 months from 2025-04-01 | "
                "数据仅达到basic，但自 2025-04-01 起最短保留 12 个月"
            ),
        ),
        (
            {"to": "never"},
            (100, 0),
            "the figures earn basic only, but levels are never lowered | 数据仅达到basic，但本政策不降级",
        ),
    ],
)
def test_every_reason_is_told_in_both_languages(
    downgrade: dict[str, object], spent: tuple[int, ...], expected: str
) -> None:
    months = ["2025-02-01", "2025-05-01", "2025-08-01"]
    bought = history(*zip(months, spent, strict=False), joined="2025-01-01")
    review = ["2025-04-01", "2025-07-01", "2025-10-01"][len(spent) - 1]
    reason = tier_on(quarterly(**downgrade), bought, review).reason
    assert expected == f"{reason.en} | {reason.zh}"


def test_a_late_return_changes_the_tiers_that_it_would_have_changed() -> None:
    bought = history(("2025-02-01", 100), ("2025-05-01", 60), joined="2025-01-01")
    before = replay_tiers(quarterly(), {"C1": bought}, until=day("2025-10-01"))
    late = {"C1": history(entry("2025-02-20", -30, known_on="2025-10-05"))}
    after = resume_tiers(before, late, until=day("2025-12-31"))
    (change,) = tier_changes(before, after)
    assert "C1: gold → silver from 2025-04-01 until 2025-07-01" == change.text()
    assert "C1：2025-04-01 起 gold → silver，至 2025-07-01" == change.text("zh")


def test_a_corrected_invoice_of_a_ledger_changes_tiers_from_the_day_it_is_known() -> None:
    def line(amount: str, known_on: str) -> InvoiceLine:
        return InvoiceLine(
            id="I1/1",
            invoice="I1",
            supplier="us",
            customer="C1",
            quantity=1,
            amount=Money(amount, "EUR"),
            invoiced_on=day("2026-01-05"),
            known_on=day(known_on),
        )

    ledger = Ledger([line("1000", "2026-01-05"), line("100", "2026-03-01")])
    policy = tier_policy(currency="EUR")
    before = replay_tiers(policy, ledger, until=day("2026-02-01"))
    after = replay_tiers(policy, ledger, until=day("2026-03-01"))
    assert [("C1", "gold", "basic")] == [(one.customer, one.before, one.after) for one in tier_changes(before, after)]


def test_lines_in_another_currency_and_ledgers_without_one_are_refused() -> None:
    line = InvoiceLine(
        id="I1/1",
        invoice="I1",
        supplier="us",
        customer="C1",
        quantity=1,
        amount=Money("1", "USD"),
        invoiced_on=day("2026-01-05"),
    )
    with pytest.raises(InvalidValueError, match="is not in EUR"):
        tier_histories(Ledger([line]), as_of=day("2026-02-01"), currency="EUR")
    with pytest.raises(InvalidValueError, match="need the policy's currency"):
        replay_tiers(tier_policy(), Ledger([line]), until=day("2026-02-01"))


def test_nobody_has_a_tier_before_joining_and_what_was_bought_before_does_not_count() -> None:
    bought = history(("2026-01-05", 1000), joined="2026-02-01")
    with pytest.raises(InvalidValueError, match="has not joined"):
        tier_on(tier_policy(), bought, "2026-01-31")
    assert "basic" == tier_on(tier_policy(), bought, "2026-02-01").tier
    found = replay_tiers(tier_policy(), {"C1": bought, "C2": TierHistory()}, until=day("2026-03-01"))
    assert {"C1": "basic", "C2": None} == found.tiers(day("2026-03-01"))
    assert {"gold": 0, "silver": 0, "basic": 1} == found.counts(day("2026-03-01"))


def test_a_figure_outside_its_bounds_is_refused_by_name_and_a_day_beyond_the_replay_too() -> None:
    policy = tier_policy(measures=[TierMeasure(id="spend", max=5000)])
    with pytest.raises(InputError, match="spend"):
        tier_on(policy, history(("2026-01-05", 5001)), "2026-01-05")
    found = replay_tiers(tier_policy(), {"C1": history(("2026-01-05", 1))}, until=day("2026-02-01"))
    with pytest.raises(InvalidValueError, match="replayed until"):
        found.tier("C1", day("2026-02-02"))
    with pytest.raises(InvalidValueError, match="already"):
        resume_tiers(found, until=day("2026-01-31"))
    with pytest.raises(InvalidValueError, match="joined on"):
        resume_tiers(found, {"C1": history(joined="2026-01-01")}, until=day("2026-03-01"))


@pytest.mark.parametrize(
    ("fields", "figures", "expected"),
    [
        ({"all_of": [{"at_least": 10}]}, None, ["- of spend, and 10 needed", "spend 缺失，需 10"]),
        ({"all_of": [{"below": 10}]}, 10, ["spend below 10 needed (10 now)", "spend 须低于 10（现为 10）"]),
        ({"any_of": [{"at_least": 10}, {"at_least": 8}]}, 7, ["3 more of spend (7 of 10)", "spend 还差 3（7 / 10）"]),
        ({"unless": [{"at_least": 5}]}, 7, ["spend below 5 needed (7 now)", "spend 须低于 5（现为 7）"]),
        ({"unless": [{"below": 9}]}, 7, ["2 more of spend (7 of 9)", "spend 还差 2（7 / 9）"]),
        ({"unless": [{"below": 9, "if_missing": True}]}, None, ["- of spend, and 9 needed", "spend 缺失，需 9"]),
    ],
)
def test_what_is_lacking_is_told_in_both_languages(
    fields: dict[str, list[dict[str, object]]], figures: int | None, expected: list[str]
) -> None:
    tests = {part: [TierCondition(measure="spend", **one) for one in given] for part, given in fields.items()}  # type: ignore[arg-type]  # wrong on purpose
    needed = unmet(tier_policy(), level("gold", **tests), {"spend": None if figures is None else Decimal(figures)})
    assert expected == [needed[0].text("en"), needed[0].text("zh")]
    assert expected[0] == str(needed[0])


def test_what_is_lacking_and_what_changed_are_told_in_the_words_of_the_policy() -> None:
    policy = tier_policy(
        measures=[TierMeasure(id="spend", label=Label("turnover", "消费额"))],
        levels=[level("gold", 1000, label=Label("Gold", "金卡")), level("basic", label=Label("Basic", "普通"))],
    )
    (need,) = tier_on(policy, history(("2026-02-01", 300)), "2026-03-01").needed_for_next
    assert ("700 more of turnover (300 of 1000)", "消费额 还差 700（300 / 1000）") == (need.text("en"), need.text("zh"))
    before, after = (
        replay_tiers(policy, {"C1": history(("2026-02-01", amount))}, until=day("2026-03-01")) for amount in (300, 1200)
    )
    (change,) = tier_changes(before, after)
    assert ("C1: Basic → Gold from 2026-02-01", "C1：2026-02-01 起 普通 → 金卡") == (
        change.text("en"),
        change.text("zh"),
    )
