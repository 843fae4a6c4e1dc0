"""What it would take is the smallest change, exact to the input's decimals, with the steps between."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from makers import number, policy

from supplychain_rules import InputError, InvalidValueError, Policy
from supplychain_rules.analysis.counterfactual import counterfactual

RECORD = {"quality": "0.97", "on_time": "0.91", "service": 4, "certified": True}


@pytest.fixture(scope="module")
def review() -> Policy:
    """Return the review of the design: a gate, a scorecard of three criteria, a ladder."""
    inputs = {
        "quality": number(0, 1, 4, optional=True),
        "on_time": number(0, 1, 4, optional=True),
        "service": number(0, 5, 1, optional=True),
        "certified": {"type": "boolean", "optional": True},
    }
    criteria = [
        {"id": "lots", "of": "quality", "weight": 40, "value": {"kind": "linear", "worst": "0.90", "best": "0.995"}},
        {
            "id": "delivery",
            "of": "on_time",
            "weight": 35,
            "value": {"kind": "piecewise", "points": [["0.7", 0], ["0.9", 60], [1, 100]]},
        },
        {
            "id": "care",
            "of": "service",
            "weight": 25,
            "value": {
                "kind": "bands",
                "bands": [{"from": "4.5", "points": 100}, {"from": 3, "points": 60}, {"points": 0}],
            },
        },
    ]
    bands = [{"name": "A", "from": 90}, {"name": "B", "from": 75}, {"name": "C", "from": 60}, {"name": "D"}]
    return policy(
        inputs,
        {"kind": "gate", "id": "qualified", "checks": [{"id": "paper", "require": "certified", "if_unknown": "refer"}]},
        {
            "kind": "scorecard",
            "id": "performance",
            "method": "weighted_mean",
            "missing": "reweight",
            "min_coverage": "0.6",
            "criteria": criteria,
        },
        {"kind": "ladder", "id": "grade", "of": "performance", "bands": bands, "if_unknown": "unrated"},
    )


def test_the_on_time_rate_that_makes_a_b_lifts_delivery_and_performance(review: Policy) -> None:
    answer = counterfactual(review, RECORD, {"grade": "B"}, change=["on_time"])

    (way,) = answer.ways
    assert "on_time 0.9100 → 0.9681: delivery 64.0000 → 87.2400, performance 66.87 → 75.01, grade C → B" == str(way)
    assert way.smallest
    assert Decimal("75.01") == way.decision["performance"]


def test_what_no_value_alone_can_do_is_proved_and_two_together_are_found(review: Policy) -> None:
    answer = counterfactual(review, RECORD, {"grade": "A"})

    assert () == answer.ways
    assert ("quality", "on_time", "service") == answer.impossible
    assert ["quality", "on_time"] == [change.input for change in answer.pairs[0].changes]
    assert Decimal(90) == answer.pairs[0].decision["performance"]


def test_a_test_as_in_a_table_may_be_wanted_and_several_outputs_at_once(review: Policy) -> None:
    answer = counterfactual(review, RECORD | {"certified": None}, {"grade": "<= C", "qualified": "pass"})

    assert ["certified missing → True: qualified refer → pass"] == list(map(str, answer.ways))


def test_a_record_that_is_there_already_needs_nothing(review: Policy) -> None:
    answer = counterfactual(review, RECORD, {"grade": "C"})

    assert answer.reached
    assert "the record reaches it as it is" == str(answer)
    assert "该记录已达到所要结果" == answer.text("zh")


def test_of_a_missing_number_the_least_and_the_largest_value_are_given(review: Policy) -> None:
    unrated = RECORD | {"quality": "0.99", "service": None}

    answer = counterfactual(review, unrated, {"grade": "C"}, change=["service"])

    assert [Decimal("0.0"), Decimal("2.9")] == [way.changes[0].after for way in answer.ways]


def test_a_date_is_moved_by_days() -> None:
    inputs = {
        "until": {"type": "date", "min": "2020-01-01", "max": "2030-12-31"},
        "today": {"type": "date", "min": "2020-01-01", "max": "2030-12-31"},
    }
    rules = policy(
        inputs,
        {"kind": "gate", "id": "valid", "checks": [{"id": "paper", "require": "days_between(today, until) >= 30"}]},
    )

    answer = counterfactual(rules, {"until": "2026-02-01", "today": "2026-01-31"}, {"valid": "pass"}, change=["until"])

    assert date(2026, 3, 2) == answer.ways[0].changes[0].after


def test_the_answer_is_plain_data(review: Policy) -> None:
    answer = counterfactual(review, RECORD, {"grade": "B"}, change=["on_time"])

    data = json.loads(json.dumps(answer.to_dict()))

    assert [{"input": "on_time", "before": "0.9100", "after": "0.9681"}] == data["ways"][0]["changes"]
    assert {"name": "grade", "before": "C", "after": "B"} in data["ways"][0]["steps"]


def test_a_spent_budget_is_said_and_never_taken_for_a_proof(review: Policy) -> None:
    answer = counterfactual(review, RECORD, {"performance": "[87.65..87.66]"}, budget=4)

    assert () == answer.impossible
    assert answer.undecided
    assert "not decided within the budget" in str(answer)


@pytest.mark.parametrize(
    ("reach", "settings", "said"),
    [
        ({}, {}, "nothing to reach"),
        ({"grad": "A"}, {}, "did you mean 'grade'"),
        ({"grade": "E"}, {}, "no such option"),
        ({"grade": "-"}, {}, "any value will do"),
        ({"performance": "high"}, {}, "performance"),
        ({"grade": "A"}, {"change": ["on_tme"]}, "did you mean 'on_time'"),
        ({"grade": "A"}, {"budget": 0}, "positive"),
        ({"grade": "A"}, {"budget": "9"}, "positive"),
        ({"grade": "A"}, {"budget": True}, "positive"),
        ("grade", {}, "nothing to reach"),
        (None, {}, "nothing to reach"),
        ({"grade": "A"}, {"change": "on_time"}, "not a text"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    review: Policy, reach: dict[str, object], settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidValueError, match=said):
        counterfactual(review, RECORD, reach, **settings)


def test_pairs_that_the_budget_left_open_are_counted() -> None:
    inputs = {name: number(0, 1000, 0) for name in ("a", "b", "c")}
    square = policy(inputs, {"kind": "formula", "id": "hit", "formula": "(a * b - c) * (a * b - c) == 123457"})

    answer = counterfactual(square, {"a": 5, "b": 5, "c": 5}, {"hit": True}, budget=400)

    assert ("a", "b") in answer.undecided_pairs
    assert f"pairs not decided within the budget: {len(answer.undecided_pairs)}" in str(answer)


def test_a_record_that_does_not_fit_is_refused(review: Policy) -> None:
    with pytest.raises(InputError, match="unknown field"):
        counterfactual(review, RECORD | {"speed": 1}, {"grade": "A"})


def test_rules_that_compare_records_are_refused_by_name() -> None:
    rules = policy({"spend": number(0, 100)}, {"kind": "rank", "id": "place", "of": "spend"})

    with pytest.raises(InvalidValueError, match="place"):
        counterfactual(rules, {"spend": 5}, {"place": 1})
