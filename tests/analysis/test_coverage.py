"""Coverage names what no record exercises, with one that would; suggested cases exercise all of it."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from makers import number, policy, rule_set

from supplychain_rules import InputError, InvalidValueError, Policy, dump_policy, load_policy
from supplychain_rules.analysis.coverage import coverage, suggest_cases
from supplychain_rules.testing.strategies_policies import loaded_policies

INPUTS = {"rate": number(0, 100, 0), "certified": {"type": "boolean", "optional": True}}

TABLE: dict[str, Any] = {
    "kind": "table",
    "id": "decide",
    "hit": "first",
    "when": ["rate", "certified"],
    "outputs": {"action": {"type": "choice", "options": ["keep", "ask", "leave"]}},
    "rows": [
        {"id": "good", "when": {"rate": ">= 90", "certified": True}, "then": {"action": "keep"}},
        {"id": "dead", "when": {"rate": ">= 95", "certified": True}, "then": {"action": "keep"}},
        {"id": "open", "when": {"certified": "missing"}, "then": {"action": "ask"}},
    ],
    "otherwise": {"action": "leave"},
}


def test_rows_are_counted_and_the_dead_one_is_no_gap_in_the_tests() -> None:
    rules = policy(INPUTS, TABLE)

    found = coverage(rules, [{"rate": 95, "certified": True}, {"rate": 90, "certified": True}])

    assert [("good", 2, True), ("dead", 0, False), ("open", 0, True), ("otherwise", 0, True)] == [
        (line.name, line.count, line.reachable) for line in found.lines
    ]
    assert ["steps[0].rows[2]", "steps[0].otherwise"] == [line.path for line in found.missing]
    assert found.missing[0].witness is not None
    assert found.missing[0].witness["certified"] is None


def test_the_cases_of_a_policy_are_its_records() -> None:
    data = rule_set(INPUTS, TABLE)
    data["cases"] = [{"id": "a", "given": {"rate": 91, "certified": True}, "expect": {"action": "keep"}}]

    found = coverage(load_policy(data))

    assert 1 == found.records
    assert not found.complete
    assert "1 of 3 reachable rows, bands, outcomes and branches exercised; records: 1" == str(found).splitlines()[0]
    assert "1 条记录覆盖了 3 个可达的规则行、等级、结果与分支中的 1 个" == found.text("zh").splitlines()[0]


def test_each_branch_of_a_formula_is_one_also_inside_another() -> None:
    formula = "(1 if rate >= 90 else 2 if rate >= 50 else 3) + (1 if certified else 0)"
    rules = policy(INPUTS, {"kind": "formula", "id": "steps", "formula": formula})

    found = coverage(rules, [{"rate": 95, "certified": True}])

    names = {line.name: line.count for line in found.lines}
    assert {
        "if rate >= 90": 1,
        "if rate >= 50": 0,
        "else, not rate >= 50": 0,
        "if certified": 1,
        "else, not certified": 0,
    } == names
    assert found.lines[1].witness is not None
    assert 50 <= Decimal(str(found.lines[1].witness["rate"])) < 90


def test_bands_and_outcomes_are_counted_also_the_band_of_who_has_no_data() -> None:
    ladder = {"kind": "ladder", "id": "grade", "of": "score", "bands": [{"name": "A", "from": 90}, {"name": "B"}]}
    gate = {"kind": "gate", "id": "passed", "checks": [{"id": "c", "require": "certified", "if_unknown": "refer"}]}
    rules = policy(INPUTS | {"score": number(optional=True)}, gate, ladder | {"if_unknown": "unrated"})

    found = coverage(rules, [{"rate": 1, "certified": True, "score": None}])

    assert {"fail": 0, "refer": 0, "pass": 1, "A": 0, "B": 0, "unrated": 1} == {
        line.name: line.count for line in found.lines
    }


def test_rows_that_are_collected_may_all_be_hit_at_once() -> None:
    table = {
        "kind": "table",
        "id": "penalty",
        "hit": "collect",
        "aggregate": "sum",
        "when": ["rate", "certified"],
        "outputs": {"points": {"type": "integer", "min": 0, "max": 9}},
        "rows": [
            {"id": "slow", "when": {"rate": "< 50"}, "then": {"points": 1}},
            {"id": "paper", "when": {"certified": False}, "then": {"points": 2}},
        ],
        "otherwise": {"points": 0},
    }
    rules = policy(INPUTS, table)

    assert [1, 1, 0] == [line.count for line in coverage(rules, [{"rate": 1, "certified": False}]).lines]
    assert 2 == len(suggest_cases(rules).cases)


def test_records_that_are_compared_are_covered_together_and_no_witness_is_made_up() -> None:
    quantile = {"kind": "quantile", "id": "class", "of": "rate", "classes": 2}
    ladder = {"kind": "ladder", "id": "band", "of": "class", "bands": [{"name": "top", "to": 1}, {"name": "rest"}]}
    rules = policy({"rate": number(0, 100, 0)}, quantile | {"id": "half"}, ladder | {"of": "half"})

    found = coverage(rules, [{"rate": 5}, {"rate": 9}])

    assert [1, 1] == [line.count for line in found.lines]
    (left,) = coverage(rules, [{"rate": 5}]).missing
    assert (None, None) == (left.reachable, left.witness)
    with pytest.raises(InvalidValueError, match="half"):
        suggest_cases(rules)


def test_records_that_do_not_fit_are_named_all_at_once() -> None:
    with pytest.raises(InputError) as caught:
        coverage(policy(INPUTS, TABLE), [{"rate": 5}, {"rate": 101}, {"rat": 5}])

    assert ["[1].rate", "[2].rate", "[2].rat"] == [problem.path for problem in caught.value.problems]


@settings(max_examples=25)
@given(loaded_policies())
def test_suggested_cases_pass_and_leave_nothing_to_exercise(rules: Policy) -> None:
    suggested = suggest_cases(rules, budget=2_000)

    tested = load_policy(dump_policy(rules) | {"cases": [dict(case) for case in suggested.cases]})

    open_paths = {line.path for line in coverage(tested, budget=2_000).missing if line.reachable}
    assert open_paths <= set(suggested.undecided)
