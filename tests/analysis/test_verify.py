"""Verifying a rule set: the findings, in order, within a budget, the same each time."""

import pytest
from short_rules import integer, kinds, ladder, number, rules, table

from supplychain_rules import InputError, InvalidValueError, evaluate
from supplychain_rules.analysis.findings import SEVERITIES
from supplychain_rules.analysis.verify import verify

FAULTY = rules(
    {"score": integer(0, 100), "unused": integer(0, 9)},
    ladder("score"),
    table(
        ({"grade": "A"}, "grow"), ({"grade": ">= B", "score": "< 90"}, "keep"), ({"grade": "C"}, "grow"), hit="unique"
    ),
)


def test_the_gravest_finding_comes_first() -> None:
    order = [SEVERITIES.index(finding.severity) for finding in verify(FAULTY)]

    assert sorted(order) == order
    assert 3 == len(order)


def test_a_sound_rule_set_has_no_findings() -> None:
    assert () == verify(rules({"score": integer(0, 100)}, ladder("score")))


def test_a_witness_runs_through_the_rules_and_shows_the_finding() -> None:
    overlap = next(finding for finding in verify(FAULTY) if finding.kind == "overlap")

    assert overlap.witness is not None
    with pytest.raises(InputError, match="rows of different outcome"):
        evaluate(FAULTY, overlap.witness)


@pytest.mark.parametrize("budget", [0, -1, 1.5, True, "many"])
def test_a_budget_that_is_no_positive_whole_number_is_refused(budget: object) -> None:
    with pytest.raises(InvalidValueError, match="budget"):
        verify(FAULTY, budget=budget)  # type: ignore[arg-type]  refused for what it is


def test_with_hardly_a_budget_open_questions_are_said_to_be_open() -> None:
    score = {"kind": "formula", "id": "total", "formula": "x * x - 2 * y * y"}
    policy = rules(
        {"x": integer(0, 1_000_000), "y": integer(0, 1_000_000)},
        score,
        table(({"total": "3"}, "odd"), ({"total": "not(3)"}, "even")),
    )

    found = verify(policy, budget=1)

    assert ["undecided"] == [finding.kind for finding in found]
    assert "steps[1].rows[0]" == found[0].path


def test_two_hundred_steps_are_verified_each() -> None:
    inputs = {"score": number("0", "100")}
    steps = [ladder("score", id=f"grade_{place}") for place in range(199)]
    gap = table(({"grade_198": "A"}, "grow"))

    assert [("gap", "steps[199].rows")] == kinds(rules(inputs, *steps, gap))


def test_a_policy_of_one_truth_is_verified_too() -> None:
    assert [] == kinds(rules({"x": {"type": "boolean"}}, {"kind": "formula", "id": "known", "formula": "not x"}))
