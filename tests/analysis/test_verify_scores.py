"""Findings in scorecards."""

from typing import Any

import pytest
from short_rules import choice, found, integer, kinds, ladder, number, rules

LINEAR = {"kind": "linear", "worst": 0, "best": 100}


def card(*weights: int | str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  keys of the format
    criteria = [{"id": f"k{n}", "of": f"x{n}", "weight": w, "value": LINEAR} for n, w in enumerate(weights)]
    return {"kind": "scorecard", "id": "score", "method": "weighted_mean", "criteria": criteria, **more}


def inputs(count: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401  keys of the format
    return {f"x{n}": integer(0, 100, **more) for n in range(count)}


def valued(value: dict[str, Any], declared: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what is found in a scorecard of one plain criterion and one with this value function."""
    step = card(50, 50)
    step["criteria"][1]["value"] = value
    return [one for one in kinds(rules({**inputs(1), "x1": declared}, step, ladder("score"))) if "value" in one[0]]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ((40, 35, 25), []),
        ((40, 35, 20), [("weight_sum", "steps[0].criteria")]),
        ((2, 1, 1), []),
        (("0.4", "0.3", "0.2"), [("weight_sum", "steps[0].criteria")]),
        ((60, 25, 15), [("dominant_weight", "steps[0].criteria[0].weight")]),
        ((60, 40), []),
        ((50, 50, 0), [("zero_weight", "steps[0].criteria[2].weight")]),
    ],
)
def test_weights_out_of_line_are_named(weights: tuple[int | str, ...], expected: list[tuple[str, str]]) -> None:
    assert expected == kinds(rules(inputs(len(weights)), card(*weights), ladder("score")))


def test_a_value_that_rises_and_falls_is_named_and_a_target_is_not() -> None:
    bent = {"kind": "piecewise", "points": [["0", "0"], ["50", "80"], ["80", "70"], ["100", "100"]]}
    target = {"kind": "target", "target": 50, "low": 0, "high": 100}

    assert [("non_monotone_value", "steps[0].criteria[1].value")] == valued(bent, integer(0, 100))
    assert [] == valued(target, integer(0, 100))


def test_a_fall_beyond_the_bounds_of_the_input_is_no_fall() -> None:
    bent = {"kind": "piecewise", "points": [["0", "0"], ["50", "80"], ["80", "70"]]}

    assert [] == valued(bent, integer(0, 50))


def test_points_that_do_not_follow_the_order_of_the_options_are_named() -> None:
    points = {"kind": "categories", "points": {"overdue": 40, "open": 0, "none": 100}}

    assert 1 == len(valued(points, choice("overdue", "open", "none", ordered=True)))
    assert [] == valued(points, choice("overdue", "open", "none"))


def test_a_scale_in_percent_over_a_fraction_is_flat() -> None:
    assert [("flat_value", "steps[0].criteria[1].value")] == valued(
        {"kind": "linear", "worst": 80, "best": 98}, number("0", "1", 4)
    )


def test_a_criterion_too_light_to_move_a_grade_is_idle_and_a_heavier_one_is_not() -> None:
    steps = {"kind": "bands", "bands": [{"from": 80, "points": 100}, {"from": 40, "points": 50}, {"points": 0}]}
    bands = [{"name": "A", "from": "85"}, {"name": "B", "from": "40"}, {"name": "C"}]

    for weight, idle in ((1, True), (400, False)):
        step = card(1_000 - weight, weight)
        for criterion in step["criteria"]:
            criterion["value"] = steps
        policy = rules(inputs(2), step, ladder("score", bands=bands))
        assert idle == bool(found(policy, "idle_criterion"))


def test_a_criterion_is_not_idle_where_records_are_ranked_by_the_score() -> None:
    step = card(999, 1)
    rank = {"kind": "rank", "id": "place", "of": "score"}
    bands = [{"name": "A", "from": "99"}, {"name": "B"}]

    assert [] == found(rules(inputs(2), step, rank, ladder("score", bands=bands)), "idle_criterion")


def test_a_score_that_decides_no_choice_has_no_idle_criteria() -> None:
    assert [] == kinds(rules(inputs(2), card(50, 50)))


def test_a_coverage_that_can_never_decide_contradicts_itself() -> None:
    never = rules(inputs(2, optional=True), card(50, 50, min_coverage="0.5"), ladder("score"))
    full = rules(inputs(2, optional=True), card(50, 50, min_coverage="1", missing="reweight"), ladder("score"))
    sound = rules(inputs(2, optional=True), card(50, 50, min_coverage="0.5", missing="reweight"), ladder("score"))

    assert [("unknown_handling", "steps[0].min_coverage")] == kinds(never)
    assert [("unknown_handling", "steps[0].min_coverage")] == kinds(full)
    assert [] == kinds(sound)
