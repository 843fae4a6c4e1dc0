"""Tier policies that must not be built, with every problem they have, and the rule sets of those that may."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from tier_makers import level, spend_levels, tier_policy

from supplychain_rules.analysis.verify import verify
from supplychain_rules.customers import (
    TierCondition,
    TierCriterion,
    TierDowngrade,
    TierMeasure,
    TierScore,
    TierValidity,
    TierWindow,
    tier_rules,
)
from supplychain_rules.engines.columns import apply
from supplychain_rules.errors import InvalidValueError, PolicyError
from supplychain_rules.rules.codec import load_policy
from supplychain_rules.rules.evaluate import evaluate

QUARTER = TierWindow(kind="calendar", length=3)

BAD_LENGTH = ("bad_value", "length")


def paths(make: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(PolicyError) as refused:
        make()
    return [(problem.code, problem.path) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: TierWindow(kind="calendar", length=5, first_month=1), [BAD_LENGTH]),
        (lambda: TierWindow(kind="rolling_days"), [BAD_LENGTH]),
        (lambda: TierWindow(kind="lifetime", length=1), [BAD_LENGTH]),
        (lambda: TierWindow(kind="anniversary", first_month=4), [BAD_LENGTH, ("bad_value", "first_month")]),
        (lambda: TierValidity(kind="months"), [BAD_LENGTH]),
        (lambda: TierValidity(kind="rest_and_next", length=3), [BAD_LENGTH]),
        (lambda: TierValidity(kind="days", length=3, period=QUARTER), [("bad_value", "period")]),
        (lambda: TierValidity(kind="end_of_period", period=TierWindow(kind="lifetime")), [("bad_value", "period")]),
        (lambda: TierValidity(kind="lifetime", month_end=True), [("bad_value", "month_end")]),
        (lambda: TierDowngrade(keep_at=0), [("bad_value", "keep_at")]),
        (lambda: TierDowngrade(keep_at="1.1"), [("bad_value", "keep_at")]),
        (lambda: TierDowngrade(when="at_once", misses=2), [("bad_value", "when")]),
    ],
)  # fmt: skip
def test_a_clock_or_rule_that_contradicts_itself_is_refused(
    make: Callable[[], object], expected: list[tuple[str, str]]
) -> None:
    assert expected == paths(make)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"levels": [level("gold", 9)]}, [("empty", "levels"), ("bad_value", "levels[0]")]),
        ({"levels": [level("gold"), level("basic")]}, [("bad_value", "levels[0]")]),
        ({"levels": [level("gold", 9), level("Gold", 5), level("basic")]}, [("duplicate_id", "levels[1].id")]),
        ({"levels": [level("gold", 9, "spent"), level("basic")]}, [("unknown_name", "levels[0].all_of[0].measure")]),
        ({"measures": [TierMeasure(id="earned"), TierMeasure(id="spend")]}, [("bad_value", "measures[0].id")]),
        ({"measures": [TierMeasure(id="spend"), TierMeasure(id="spend")]}, [("duplicate_id", "measures[1].id")]),
        ({"window": TierWindow(kind="rolling_days", length=90)}, [("bad_value", "validity.period")]),
        (
            {
                "window": TierWindow(kind="lifetime"),
                "validity": TierValidity(kind="months", length=12),
                "upgrade": "at_period_end",
                "downgrade": TierDowngrade(together=2),
            },
            [("bad_value", "upgrade"), ("bad_value", "downgrade.together")],
        ),
        (
            {"downgrade": TierDowngrade(when="at_once"), "upgrade": "at_period_end"},
            [("bad_value", "downgrade.when"), ("bad_value", "upgrade")],
        ),
        (
            {"validity": TierValidity(kind="lifetime"), "downgrade": TierDowngrade(misses=2)},
            [("bad_value", "downgrade")],
        ),
        (
            {"levels": [level("gold", -5), level("basic")], "downgrade": TierDowngrade(keep_at="0.8")},
            [("bad_value", "levels[0].all_of[0].at_least")],
        ),
        (
            {"score": TierScore(id="score", criteria=[TierCriterion(measure="x", weight=0, worst=1, best=1)])},
            [
                ("unknown_name", "score.criteria[0].measure"),
                ("bad_value", "score.criteria[0].weight"),
                ("bad_value", "score.criteria[0]"),
            ],
        ),
    ],
)
def test_a_policy_that_does_not_hold_together_names_all_its_problems(
    fields: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert expected == paths(lambda: tier_policy(**fields))


def test_conditions_that_nothing_meets_are_refused() -> None:
    bad = [TierCondition(measure="spend"), TierCondition(measure="spend", at_least=5, below=5)]
    expected = [("bad_value", "levels[0].all_of[0]"), ("bad_value", "levels[0].all_of[1]")]
    assert expected == paths(lambda: tier_policy(levels=[level("gold", all_of=bad), level("basic")]))


def test_an_unknown_kind_of_window_or_of_fall_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="expected one of"):
        TierWindow(kind="rolling", length=3)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="expected one of"):
        TierDowngrade(to="earnt")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fields", [{"window": None}, {"validity": "year"}, {"levels": "gold"}, {"levels": ["gold"]}, {"measures": 3}]
)
def test_what_is_no_part_of_a_policy_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError):
        tier_policy(**fields)


def test_one_threshold_a_level_compiles_to_a_ladder_and_anything_else_to_a_table() -> None:
    assert "ladder" == tier_rules(tier_policy())["steps"][0]["kind"]
    vetoed = level("gold", 1000, unless=[TierCondition(measure="margin", below=0)])
    measures = [TierMeasure(id="spend"), TierMeasure(id="margin", of="margin")]
    assert "table" == tier_rules(tier_policy(measures=measures, levels=[vetoed, level("basic")]))["steps"][0]["kind"]


def test_the_rule_set_of_a_programme_has_no_findings() -> None:
    assert () == verify(load_policy(tier_rules(tier_policy(downgrade=TierDowngrade(keep_at="0.8")))))


MEASURES = [
    TierMeasure(id="spend"),
    TierMeasure(id="orders", figure="days", decimals=0),
    TierMeasure(id="margin", of="margin"),
    TierMeasure(id="payment", of="payment", figure="last", min=0, max=100),
    TierMeasure(id="tenure", figure="tenure_days", decimals=0),
]

RICH = tier_policy(
    measures=MEASURES,
    score=TierScore(
        id="score",
        criteria=[
            TierCriterion(measure="spend", weight=3, worst=0, best=1000),
            TierCriterion(measure="payment", weight=1, worst=0, best=100),
        ],
    ),
    levels=[
        level("key", 80, "score"),
        level(
            "gold",
            1000,
            any_of=[TierCondition(measure="orders", at_least=6), TierCondition(measure="tenure", at_least=365)],
            unless=[TierCondition(measure="margin", below=0)],
        ),
        level("silver", all_of=[TierCondition(measure="spend", at_least=500, below=1000)]),
        level("basic"),
    ],
)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"spend": 1000, "payment": 20}, "key"),
        ({"spend": 1000, "payment": "19.99", "orders": 6}, "key"),
        ({"spend": 1000, "payment": 19, "orders": 6}, "gold"),
        ({"spend": 1000, "payment": 19, "tenure": 365}, "gold"),
        ({"spend": 1000, "payment": 19, "orders": 5, "tenure": 364}, "basic"),
        ({"spend": 1000, "payment": 19, "orders": 6, "margin": "-0.01"}, "basic"),
        ({"spend": 1000, "payment": 19, "orders": 6, "margin": 0}, "gold"),
        ({"spend": 1000, "orders": 6}, "gold"),
        ({"spend": "999.99", "payment": 0}, "silver"),
        ({"spend": "499.99", "payment": 0}, "basic"),
        ({}, "basic"),
    ],
)
def test_scores_alternatives_and_vetoes_decide_as_they_are_written(record: dict[str, object], expected: str) -> None:
    assert expected == evaluate(load_policy(tier_rules(RICH)), record)["earned"]


def test_a_missing_figure_may_meet_a_condition_where_it_says_so() -> None:
    tested = TierCondition(measure="payment", at_least=50, if_missing=True)
    policy = tier_policy(measures=MEASURES, levels=[level("gold", all_of=[tested]), level("basic")])
    rules = load_policy(tier_rules(policy))
    assert ["gold", "basic"] == [evaluate(rules, {"payment": score})["earned"] for score in (None, 49)]


def test_a_part_of_a_threshold_is_enough_to_keep_a_level_and_rounds_up_to_the_last_decimal() -> None:
    policy = tier_policy(levels=spend_levels(gold=100), downgrade=TierDowngrade(keep_at="2/3"))
    rules = load_policy(tier_rules(policy))
    assert ["basic", "gold"] == [evaluate(rules, {"spend": spent})["kept"] for spent in ("66.66", "66.67")]
    assert "basic" == evaluate(rules, {"spend": "66.67"})["earned"]


def test_earned_levels_on_a_frame_are_those_of_the_records() -> None:
    rules = load_policy(tier_rules(RICH))
    records = [
        {"spend": "1000", "orders": 6, "margin": margin, "payment": payment, "tenure": tenure}
        for margin in ("-0.01", "0", None)
        for payment in ("19", "20", None)
        for tenure in (364, 365)
    ]
    frame = pl.DataFrame(
        [{name: None if value is None else float(value) for name, value in one.items()} for one in records]
    )
    expected = [evaluate(rules, record)["earned"] for record in records]
    assert expected == apply(rules, frame)["earned"].to_list()
