"""The search for a record: it finds one, proves that there is none, or says that it does not know."""

import pytest
from short_rules import choice, integer, ladder, number, rules

from supplychain_rules.analysis.search import Budget, Space, split
from supplychain_rules.language.nodes import And, Compare, Expression, Name, Text
from supplychain_rules.rules.policy import Policy

PUZZLE = {"kind": "formula", "id": "even", "formula": "boxes * boxes == 2 * pallets * pallets + 3"}


def score_policy() -> Policy:
    capped = {"kind": "formula", "id": "final", "formula": "min(score, 70) if blocked else score"}
    return rules({"score": number("0", "100"), "blocked": {"type": "boolean"}}, capped, ladder("final"))


def is_(name: str, value: str) -> Expression:
    return Compare("==", Name(name), Text(value))


def test_a_record_with_the_best_grade_is_found_and_has_it() -> None:
    policy = score_policy()
    space = Space(policy.program)

    answer = space.find(space.question(is_("grade", "A")), Budget(1_000))

    assert "found" == answer.outcome
    assert answer.units is not None
    assert policy.reason_units(answer.units)[1] == "A"


def test_that_nobody_who_is_blocked_has_the_best_grade_is_proved() -> None:
    space = Space(score_policy().program)

    answer = space.find(space.question(And((is_("grade", "A"), Name("blocked")))), Budget(1_000))

    assert "none" == answer.outcome
    assert None is answer.units


def test_a_search_within_a_box_looks_at_no_other_record() -> None:
    space = Space(score_policy().program)
    question = space.question(is_("grade", "A"))
    low = space.box_of((0, False))

    assert "none" == space.find(question, Budget(100), within=low).outcome


def test_a_puzzle_beyond_the_budget_is_undecided_and_spends_no_more() -> None:
    policy = rules({"boxes": integer(0, 1_000_000), "pallets": integer(0, 1_000_000)}, PUZZLE)
    space, budget = Space(policy.program), Budget(200)

    answer = space.find(space.question(Name("even")), budget)

    assert "undecided" == answer.outcome
    assert -20 < budget.left < 0


def test_two_texts_that_nobody_names_may_be_equal_or_not() -> None:
    same = {"kind": "formula", "id": "same", "formula": "buyer == approver"}
    policy = rules({"buyer": {"type": "text"}, "approver": {"type": "text"}}, same)
    space = Space(policy.program)

    assert "none" != space.find(space.question(Name("same")), Budget(100)).outcome


@pytest.mark.parametrize(
    ("value", "cuts", "parts"),
    [
        ((0, 9, True), (), [(1, 0, True), (0, 9, False)]),
        ((0, 9, False), (3, 8), [(0, 2, False), (3, 9, False)]),
        ((0, 9, False), (), [(0, 4, False), (5, 9, False)]),
        ((4, 4, False), (), None),
        (0b1010, (), [0b0010, 0b1000]),
        (0b1000, (), None),
    ],
)
def test_a_set_is_cut_where_a_rule_changes_else_in_the_middle(
    value: object, cuts: tuple[int, ...], parts: object
) -> None:
    assert parts == split(value, cuts)  # type: ignore[arg-type]  intervals and bits alike


def test_the_units_of_a_record_come_back_from_its_box() -> None:
    policy = rules(
        {"rate": number("0", "1", optional=True), "kind": choice("raw", "pack"), "known": {"type": "boolean"}},
        {"kind": "formula", "id": "late", "formula": "rate < 0.5"},
    )
    space = Space(policy.program)

    for record in ((50, "pack", True), (None, "raw", False)):
        assert record == space.units(space.box_of(record))
