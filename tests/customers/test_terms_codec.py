"""Dunning, credit limits and complaint targets as plain data: written, read again, and refused by path."""

import json
import tomllib
from datetime import timedelta
from typing import Any

import pytest

from supplychain_rules import Money, PolicyError
from supplychain_rules.customers import (
    ComplaintTargets,
    CreditLimits,
    DunningLevel,
    DunningPolicy,
    Escalation,
    Target,
    dump_complaint_targets,
    dump_credit_limits,
    dump_dunning_policy,
    load_complaint_targets,
    load_credit_limits,
    load_dunning_policy,
)
from supplychain_rules.values.label import Label

DUNNING = """
schema = "supplychain-rules/dunning/1"
interest = "0.09"
levels = [
  { name = "reminder", days = -3 },
  { name = "first", days = 10, fee = { amount = "5", currency = "EUR" }, label = { en = "First", zh = "一次催款" } },
  { name = "last", days = 14, clock = "previous_reminder" },
]
"""

LIMITS = """
schema = "supplychain-rules/credit-limits/1"
company = { amount = "1000", currency = "EUR" }

[customers]
C1 = "unlimited"
C2 = { amount = "0", currency = "EUR" }

[groups]
retail = { amount = "500", currency = "EUR" }

[group_of]
C3 = "retail"
"""

TARGETS = """
schema = "supplychain-rules/complaint-targets/1"
near = "3/4"
escalations = [{ name = "team lead", at = "0.8" }, { name = "board", at = "1.5" }]
targets = [
  { tier = "gold", severity = "high", first_answer_hours = "0.5", resolution_hours = 16 },
  { first_answer_hours = "1/3", resolution_hours = "40" },
]
"""


def test_a_dunning_policy_is_read_as_it_is_meant() -> None:
    expected = DunningPolicy(
        levels=(
            DunningLevel(name="reminder", days=-3),
            DunningLevel(name="first", days=10, fee=Money("5", "EUR"), label=Label("First", "一次催款")),
            DunningLevel(name="last", days=14, clock="previous_reminder"),
        ),
        interest="0.09",
    )
    assert expected == load_dunning_policy(tomllib.loads(DUNNING))


def test_no_limit_a_limit_of_zero_and_an_unset_one_stay_apart() -> None:
    limits = load_credit_limits(tomllib.loads(LIMITS))
    assert ["unlimited", Money(0, "EUR"), Money(500, "EUR"), Money(1000, "EUR")] == [
        found.limit for name in ("C1", "C2", "C3", "C4") if (found := limits.of(name))
    ]


def test_targets_are_hours_of_working_time() -> None:
    expected = ComplaintTargets(
        targets={
            ("gold", "high"): Target(first_answer=timedelta(minutes=30), resolution=timedelta(hours=16)),
            (None, None): Target(first_answer=timedelta(minutes=20), resolution=timedelta(hours=40)),
        },
        near="3/4",
        escalations=(Escalation(name="team lead", at="0.8"), Escalation(name="board", at="1.5")),
    )
    assert expected == load_complaint_targets(tomllib.loads(TARGETS))


def test_what_is_written_as_json_is_read_again() -> None:
    dunning, limits, targets = (tomllib.loads(text) for text in (DUNNING, LIMITS, TARGETS))
    policy = load_dunning_policy(dunning)
    assert policy == load_dunning_policy(json.loads(json.dumps(dump_dunning_policy(policy))))
    found: CreditLimits = load_credit_limits(limits)
    assert found == load_credit_limits(json.loads(json.dumps(dump_credit_limits(found))))
    clocks = load_complaint_targets(targets)
    assert clocks == load_complaint_targets(json.loads(json.dumps(dump_complaint_targets(clocks))))


@pytest.mark.parametrize(
    ("load", "text", "changes", "expected"),
    [
        (load_dunning_policy, DUNNING, {"levels": []}, [("bad_value", "")]),
        (load_dunning_policy, DUNNING, {"intrest": "0.1"}, [("unknown_key", "intrest")]),
        (
            load_dunning_policy,
            DUNNING,
            {"levels": [{"name": "first", "clock": "due_dat", "days": "ten", "fee": 5}], "interest": "much"},
            [
                ("bad_value", "levels[0].clock"),
                ("wrong_type", "levels[0].days"),
                ("wrong_type", "levels[0].fee"),
                ("bad_value", "interest"),
            ],
        ),
        (load_credit_limits, LIMITS, {"company": "boundless"}, [("bad_value", "")]),
        (load_credit_limits, LIMITS, {"customers": {"C1": 500}}, [("bad_value", "")]),
        (
            load_credit_limits,
            LIMITS,
            {"customers": {"C1": {"amount": "1"}, "C2": {"amount": "x", "currency": "EUR"}}},
            [("wrong_type", "customers.C1"), ("bad_value", "customers.C2")],
        ),
        (load_complaint_targets, TARGETS, {"targets": []}, [("bad_value", "")]),
        (
            load_complaint_targets,
            TARGETS,
            {"targets": [{"first_answer_hours": 0, "resolution_hours": "1/7"}]},
            [("bad_value", "targets[0].first_answer_hours"), ("bad_value", "targets[0].resolution_hours")],
        ),
        (
            load_complaint_targets,
            TARGETS,
            {"targets": [{"first_answer_hours": 4, "resolution_hours": 2}]},
            [("bad_value", "targets[0]")],
        ),
        (
            load_complaint_targets,
            TARGETS,
            {"targets": [{"first_answer_hours": 4, "resolution_hours": 8}] * 2},
            [("bad_value", "targets")],
        ),
    ],
)
def test_everything_that_is_wrong_is_named_by_its_path(
    load: Any,  # noqa: ANN401  any value
    text: str,
    changes: dict[str, Any],
    expected: list[tuple[str, str]],
) -> None:
    with pytest.raises(PolicyError) as refused:
        load(tomllib.loads(text) | changes)
    assert expected == [(problem.code, problem.path) for problem in refused.value.problems]
