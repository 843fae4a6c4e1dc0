"""Tier policies as plain data: what is written is read again, and what is wrong is named at once."""

import json
import tomllib
from typing import Any

import pytest
from tier_makers import level, spend_levels, tier_policy

from supplychain_rules.customers import (
    TierCondition,
    TierCriterion,
    TierDowngrade,
    TierMeasure,
    TierPolicy,
    TierScore,
    TierValidity,
    TierWindow,
    dump_tier_policy,
    load_tier_policy,
)
from supplychain_rules.errors import PolicyError
from supplychain_rules.values.label import Label

CLUB = """
schema = "supplychain-rules/tiers/1"
id = "club"
version = "2026.1"
currency = "CNY"
measures = [{ id = "spend" }, { id = "margin", of = "margin" }]
window = { kind = "calendar", length = 12, first_month = 4 }
validity = { kind = "rest_and_next" }
downgrade = { misses = 2, keep_at = "2/3" }

[[levels]]
id = "gold"
label = { en = "Gold", zh = "金卡" }
all_of = [{ measure = "spend", at_least = "1000" }]
unless = [{ measure = "margin", below = 0 }]

[[levels]]
id = "basic"
"""


def test_a_programme_kept_as_toml_is_read_as_it_is_meant() -> None:
    expected = TierPolicy(
        id="club",
        version="2026.1",
        currency="CNY",
        measures=[TierMeasure(id="spend"), TierMeasure(id="margin", of="margin")],
        levels=[
            level("gold", 1000, label=Label("Gold", "金卡"), unless=[TierCondition(measure="margin", below=0)]),
            level("basic"),
        ],
        window=TierWindow(kind="calendar", length=12, first_month=4),
        validity=TierValidity(kind="rest_and_next"),
        downgrade=TierDowngrade(misses=2, keep_at="2/3"),
    )
    assert expected == load_tier_policy(tomllib.loads(CLUB))


@pytest.mark.parametrize(
    "policy",
    [
        tier_policy(),
        tier_policy(downgrade=TierDowngrade(to="soft_landing", keep_at="1/3", together=2, hold_months=6)),
        tier_policy(
            window=TierWindow(kind="rolling_days", length=90),
            validity=TierValidity(kind="end_of_period", period=TierWindow(kind="calendar", length=3), extends=True),
            measures=[TierMeasure(id="spend", max="5000.5", window=TierWindow(kind="lifetime"))],
            score=TierScore(id="score", criteria=[TierCriterion(measure="spend", weight="1/3", worst=0, best="0.5")]),
            levels=[
                level("gold", 50, "score", any_of=[TierCondition(measure="spend", below=3, if_missing=True)]),
                *spend_levels(silver=5),
            ],
            label=Label("", "会员"),
        ),
    ],
)
def test_what_is_written_as_json_is_read_again(policy: TierPolicy) -> None:
    assert policy == load_tier_policy(json.loads(json.dumps(dump_tier_policy(policy))))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"schema": "supplychain-rules/1"}, [("bad_value", "schema")]),
        ({"windw": {}}, [("unknown_key", "windw")]),
        ({"window": None}, [("wrong_type", "window")]),
        ({"window": {"kind": "rolling_days"}}, [("bad_value", "window.length")]),
        ({"window": {"kind": "yearly", "length": 12}}, [("bad_value", "window.kind")]),
        ({"version": 1}, [("wrong_type", "version")]),
        ({"label": 5}, [("bad_value", "label")]),
        ({"levels": {}}, [("wrong_type", "levels")]),
        ({"levels": [{"id": "gold", "all_of": [{"at_least": 5}]}]}, [("missing_key", "levels[0].all_of[0].measure")]),
        (
            {"measures": ["spend"], "levels": [{"name": "gold"}]},
            [("wrong_type", "measures[0]"), ("unknown_key", "levels[0].name"), ("missing_key", "levels[0].id")],
        ),
        ({"downgrade": {"when": "at_once"}}, [("bad_value", "downgrade.when")]),
    ],
)
def test_everything_that_is_wrong_is_named_by_its_path(
    changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(PolicyError) as refused:
        load_tier_policy(tomllib.loads(CLUB) | {"downgrade": {}} | changes)
    assert expected == [(problem.code, problem.path) for problem in refused.value.problems]


def test_what_is_no_mapping_is_refused() -> None:
    with pytest.raises(PolicyError, match="a mapping is needed"):
        load_tier_policy([])  # type: ignore[arg-type]  # wrong on purpose
