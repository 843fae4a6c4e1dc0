"""A gate passes, refers or fails, and says of each check what it read and what followed."""

from decimal import Decimal

import pytest
from makers import decided, number, policy, refusals

from supplychain_rules import evaluate

OPTIONAL = {"type": "boolean", "optional": True}


def gate(*checks: dict[str, object]) -> dict[str, object]:
    """Write a gate named `gate`."""
    return {"kind": "gate", "id": "gate", "checks": list(checks)}


@pytest.mark.parametrize(("certified", "outcome"), [(True, "pass"), (False, "fail"), (None, "fail")])
def test_a_check_fails_when_false_and_when_unknown_unless_it_says_otherwise(certified: object, outcome: str) -> None:
    step = gate({"id": "certificate", "require": "certified"})

    assert outcome == decided({"certified": OPTIONAL}, step, certified=certified)["gate"]


@pytest.mark.parametrize("if_false", ["fail", "refer"])
@pytest.mark.parametrize("if_unknown", ["fail", "refer", "pass"])
@pytest.mark.parametrize("certified", [True, False, None])
def test_a_check_does_what_it_says_for_false_and_for_unknown(if_false: str, if_unknown: str, certified: object) -> None:
    step = gate({"id": "c", "require": "certified", "if_false": if_false, "if_unknown": if_unknown})
    expected = {True: "pass", False: if_false, None: if_unknown}[certified]  # type: ignore[index]

    assert expected == decided({"certified": OPTIONAL}, step, certified=certified)["gate"]


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (True, True, "pass"),
        (False, True, "refer"),
        (True, False, "fail"),
        (False, False, "fail"),
        (None, True, "refer"),
        (None, False, "fail"),
    ],
)
def test_fail_beats_refer_beats_pass(first: object, second: object, outcome: str) -> None:
    step = gate(
        {"id": "one", "require": "a", "if_false": "refer", "if_unknown": "refer"}, {"id": "two", "require": "b"}
    )

    assert outcome == decided({"a": OPTIONAL, "b": OPTIONAL}, step, a=first, b=second)["gate"]


def test_an_unknown_part_decides_nothing_where_another_part_settles_the_check() -> None:
    step = gate({"id": "either", "require": "a or b"})
    inputs = {"a": OPTIONAL, "b": OPTIONAL}

    assert "pass" == decided(inputs, step, a=True)["gate"]
    assert "fail" == decided(inputs, step, a=False)["gate"]


def test_the_outcomes_are_ordered_from_fail_to_pass_for_later_steps() -> None:
    later = {"kind": "formula", "id": "may_bid", "formula": 'gate >= "refer"'}
    rules = policy({"a": OPTIONAL}, gate({"id": "one", "require": "a", "if_unknown": "refer"}), later)

    assert [True, False, True] == [evaluate(rules, {"a": a})["may_bid"] for a in (True, False, None)]


def test_the_explanation_tells_for_each_check_what_it_read_and_what_followed() -> None:
    step = gate(
        {"id": "certificate", "require": "certified", "reason": "No valid certificate"},
        {"id": "size", "require": "spend <= 100", "if_false": "refer"},
        {"id": "country", "require": "spend >= 0", "if_unknown": "pass"},
    )
    decision = decided({"certified": OPTIONAL, "spend": number(0, 1000)}, step, spend=250)
    (reason,) = decision.explain().steps

    assert "fail" == reason.outcome
    assert [("certificate", None, "fail"), ("size", False, "refer"), ("country", True, "pass")] == [
        (check.id, check.holds, check.effect) for check in reason.checks
    ]
    assert [[None], [Decimal("250.00")], [Decimal("250.00")]] == [[r.value for r in c.reads] for c in reason.checks]
    assert "spend <= 100" == reason.checks[1].condition
    assert "No valid certificate" == reason.checks[0].reason.en


def test_a_gate_needs_a_check_and_every_check_a_condition() -> None:
    inputs = {"spend": number()}

    assert [("empty", "steps[0].checks")] == refusals(inputs, gate())
    assert [("type_mismatch", "steps[0].checks[0].require")] == refusals(
        inputs, gate({"id": "one", "require": "spend"})
    )
    assert [("bad_value", "steps[0].checks[0].if_false")] == refusals(
        inputs, gate({"id": "one", "require": "spend > 0", "if_false": "pass"})
    )
    assert [("duplicate_id", "steps[0].checks[1].id")] == refusals(
        inputs, gate({"id": "one", "require": "spend > 0"}, {"id": "One", "require": "spend > 1"})
    )
