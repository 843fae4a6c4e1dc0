"""A scorecard scores by fixed scales, says what missing data means, and shows how it adds up."""

import json
from decimal import Decimal
from typing import Any

import pytest
from makers import codes, decided, number, policy, refusals, scorecard

from supplychain_rules import dump_policy, evaluate, load_policy

WIDE = number(-1000, 1000, 2, optional=True)

SCORE = number(0, 100, 4, optional=True)

METHODS = ("weighted_mean", "geometric_mean", "worst_of", "points")


def points(value: dict[str, Any], raw: object) -> Decimal | None:
    """Return the score of one raw value by one value function."""
    score = decided({"kpi": WIDE}, scorecard({"id": "kpi", "of": "kpi", "value": value}, decimals=4), kpi=raw)["score"]
    assert score is None or isinstance(score, Decimal)
    return score


def two(**settings: object) -> dict[str, Any]:
    """Write a scorecard of two criteria that are scores themselves, of the same weight."""
    return scorecard({"id": "a", "of": "a"}, {"id": "b", "of": "b"}, **settings)


@pytest.mark.parametrize(("raw", "score"), [("0.5", 0), ("1", 0), ("1.5", "12.5"), ("3", 50), ("5", 100), ("900", 100)])
def test_a_line_runs_from_worst_to_best_and_is_flat_outside(raw: str, score: object) -> None:
    assert Decimal(str(score)) == points({"kind": "linear", "worst": 1, "best": 5}, raw)


def test_best_may_be_the_smaller_number() -> None:
    value = {"kind": "linear", "worst": 500, "best": 0}

    assert [Decimal(100), Decimal("99.9"), Decimal(0)] == [points(value, raw) for raw in (0, "0.5", 501)]


@pytest.mark.parametrize(
    ("raw", "score"), [(79, 0), (80, 0), (90, 50), (100, 100), (105, 100), (110, 100), (115, 75), (130, 0)]
)
def test_a_target_is_flat_within_its_tolerances_and_falls_on_both_sides(raw: int, score: int) -> None:
    value = {"kind": "target", "target": 100, "low": 80, "high": 130, "tolerance_above": 10}

    assert Decimal(score) == points(value, raw)


def test_lines_run_through_the_points_and_stay_level_beyond_them() -> None:
    value = {"kind": "piecewise", "points": [["0.70", "0"], ["0.90", "60"], ["1", "100"]]}
    expected = ["0", "0", "30", "60", "80", "100", "100"]

    assert [Decimal(score) for score in expected] == [
        points(value, raw) for raw in ("0.5", "0.7", "0.8", "0.9", "0.95", "1", "2")
    ]


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "linear", "worst": 1, "best": 5},
        {"kind": "linear", "worst": 5, "best": 1},
        {"kind": "target", "target": 3, "low": 1, "high": 5},
        {"kind": "piecewise", "points": [[1, 10], [5, 90]]},
    ],
)
def test_outside_its_points_a_value_function_may_answer_missing(value: dict[str, Any]) -> None:
    strict = {**value, "outside": "missing"}

    assert [None, None] == [points(strict, raw) for raw in ("0.99", "5.01")]
    assert [points(value, raw) for raw in (1, 3, 5)] == [points(strict, raw) for raw in (1, 3, 5)]


def test_steps_by_least_values_take_the_first_that_is_reached() -> None:
    value = {"kind": "bands", "bands": [{"from": "4.5", "points": 100}, {"from": 3, "points": 60}, {"points": 0}]}

    assert [100, 60, 60, 0] == [points(value, raw) for raw in ("4.5", "4.49", "3", "2.99")]


def test_steps_by_largest_values_take_the_first_that_is_kept() -> None:
    value = {"kind": "bands", "bands": [{"to": 50, "points": 100}, {"to": 500, "points": 40}]}

    assert [100, 40, 40, None] == [points(value, raw) for raw in (50, "50.01", 500, "500.01")]


def test_options_score_by_name_and_the_rest_together() -> None:
    inputs = {"incoterm": {"type": "choice", "options": ["DDP", "DAP", "EXW", "missing"], "optional": True}}
    value = {"kind": "categories", "points": {"DDP": "100", "missing": "7.5"}, "otherwise": 20}
    step = scorecard({"id": "terms", "of": "incoterm", "value": value})

    assert [100, Decimal("7.5"), 20, None] == [
        decided(inputs, step, incoterm=option)["score"] for option in ("DDP", "missing", "EXW", None)
    ]


def test_a_condition_scores_by_true_and_false() -> None:
    value = {"kind": "categories", "points": {"true": 100, "false": 0}}
    inputs = {"certified": {"type": "boolean", "optional": True}}
    step = scorecard({"id": "c", "of": "certified", "value": value})

    assert [100, 0, None] == [decided(inputs, step, certified=c)["score"] for c in (True, False, None)]


def test_a_rule_set_with_categories_and_conditions_survives_writing_and_reading() -> None:
    inputs = {"terms": {"type": "choice", "options": ["DDP", "EXW"]}, "certified": {"type": "boolean"}, "a": SCORE}
    value = {"kind": "categories", "points": {"DDP": "100", "EXW": "12.5"}}
    step = scorecard(
        {"id": "terms", "of": "terms", "value": value, "applies": "certified and a > 0"},
        {"id": "a", "of": "a", "applies": "certified"},
    )
    rules = policy(inputs, step)

    assert rules == load_policy(json.loads(json.dumps(dump_policy(rules))))
    assert "certified and a > 0" == dump_policy(rules)["steps"][0]["criteria"][0]["applies"]
    assert {"DDP": "100", "EXW": "12.5"} == dump_policy(rules)["steps"][0]["criteria"][0]["value"]["points"]


@pytest.mark.parametrize(
    ("method", "score"),
    [("weighted_mean", "40.00"), ("geometric_mean", "31.75"), ("worst_of", "20.00")],  # 32000 ** (1 / 3) = 31.748
)
def test_each_method_answers_for_a_balanced_and_an_unbalanced_supplier(method: str, score: str) -> None:
    step = scorecard({"id": "a", "of": "a", "weight": 1}, {"id": "b", "of": "b", "weight": 2}, method=method)

    assert Decimal(score) == decided({"a": SCORE, "b": SCORE}, step, a=80, b=20)["score"]
    assert Decimal(50) == decided({"a": SCORE, "b": SCORE}, step, a=50, b=50)["score"]


def test_a_geometric_mean_is_rounded_correctly_where_roots_are_not() -> None:
    step = two(method="geometric_mean", decimals=4)

    assert Decimal("2.4495") == decided({"a": SCORE, "b": SCORE}, step, a=2, b=3)["score"]
    assert Decimal("12.5000") == decided({"a": SCORE, "b": SCORE}, step, a="6.25", b=25)["score"]
    assert Decimal("0.0000") == decided({"a": SCORE, "b": SCORE}, step, a=0, b=100)["score"]


def test_points_are_added_to_the_start_each_times_its_weight() -> None:
    late = {"id": "late", "of": "a", "value": {"kind": "piecewise", "points": [[0, 0], [10, -50]]}}
    step = scorecard(late, {"id": "bonus", "of": "b", "weight": "0.1"}, method={"kind": "points", "start": "100"})

    assert Decimal("82.00") == decided({"a": SCORE, "b": SCORE}, step, a=4, b=20)["score"]


def test_every_criterion_is_rounded_to_four_decimals_and_the_total_once() -> None:
    inputs = {"kpi": number(0, 3)}
    step = scorecard({"id": "kpi", "of": "kpi", "value": {"kind": "linear", "worst": 0, "best": 3}}, decimals=6)

    assert Decimal("33.333300") == decided(inputs, step, kpi=1)["score"]
    assert Decimal("69.99") == decided({"a": SCORE, "b": SCORE}, two(), a="69.98", b="69.99")["score"]  # 69.985


@pytest.mark.parametrize(
    ("missing", "score"), [("null", None), ("reweight", "80.00"), ("worst", "40.00"), ("neutral", "65.00")]
)
def test_a_missing_value_does_what_the_rules_say(missing: str, score: str | None) -> None:
    decision = decided({"a": SCORE, "b": SCORE}, two(missing=missing), a=80)

    assert (None if score is None else Decimal(score)) == decision["score"]
    assert Decimal("0.5") == decision["score_coverage"]
    assert (Decimal(40), Decimal(90)) == (decision["score_low"], decision["score_high"])


@pytest.mark.parametrize("method", ["weighted_mean", "geometric_mean", "worst_of"])
def test_with_nothing_to_reweight_there_is_no_score(method: str) -> None:
    decision = decided({"a": SCORE, "b": SCORE}, two(method=method, missing="reweight"))

    assert decision["score"] is None
    assert Decimal(0) == decision["score_coverage"]


def test_the_worst_of_those_present_is_never_capped_by_what_a_missing_one_could_reach() -> None:
    capped = {"kind": "bands", "bands": [{"from": 50, "points": 60}, {"points": 0}]}
    step = scorecard(
        {"id": "a", "of": "a"}, {"id": "b", "of": "b", "value": capped}, method="worst_of", missing="reweight"
    )

    assert Decimal(90) == decided({"a": SCORE, "b": SCORE}, step, a=90)["score"]


def test_a_criterion_that_does_not_apply_never_caps_the_worst_of_the_others() -> None:
    inputs = {"a": SCORE, "b": SCORE, "new": {"type": "boolean"}}
    capped = {"kind": "bands", "bands": [{"from": 50, "points": 60}, {"points": 0}]}
    step = scorecard(
        {"id": "a", "of": "a"}, {"id": "b", "of": "b", "value": capped, "applies": "not new"}, method="worst_of"
    )
    decision = decided(inputs, step, a=90, b=100, new=True)

    assert (90, 90, 90) == (decision["score"], decision["score_low"], decision["score_high"])


@pytest.mark.parametrize("method", ["weighted_mean", "geometric_mean"])
def test_data_without_weight_alone_make_no_score(method: str) -> None:
    inputs = {"a": number(0, 100, 4), "b": SCORE}
    card = scorecard(
        {"id": "a", "of": "a", "weight": 0}, {"id": "b", "of": "b", "weight": 1}, method=method, missing="reweight"
    )
    later = {"kind": "formula", "id": "later", "formula": "score + 1"}
    decision = evaluate(policy(inputs, card, later), {"a": 50})

    assert (None, None) == (decision["score"], decision["later"])


def test_a_criterion_that_does_not_apply_leaves_the_denominator_and_the_coverage() -> None:
    inputs = {"a": SCORE, "b": SCORE, "new": {"type": "boolean", "optional": True}}
    step = scorecard({"id": "a", "of": "a"}, {"id": "b", "of": "b", "applies": "not new"})

    new, old, unknown = (decided(inputs, step, a=80, new=answer) for answer in (True, False, None))
    assert (80, 1) == (new["score"], new["score_coverage"])
    assert (None, Decimal("0.5")) == (old["score"], old["score_coverage"])
    assert (None, Decimal("0.5")) == (unknown["score"], unknown["score_coverage"])  # unknown whether: it does


@pytest.mark.parametrize("method", ["weighted_mean", "geometric_mean", "worst_of"])
def test_where_nothing_applies_there_is_neither_score_nor_coverage(method: str) -> None:
    inputs = {"a": SCORE, "new": {"type": "boolean"}}
    decision = decided(inputs, scorecard({"id": "a", "of": "a", "applies": "not new"}, method=method), a=80, new=True)

    assert [None] * 4 == [decision[name] for name in ("score", "score_coverage", "score_low", "score_high")]


@pytest.mark.parametrize(("least", "score"), [("2/3", 80), ("0.6666", 80), ("0.6667", None)])
def test_coverage_is_compared_exactly_not_as_it_is_shown(least: str, score: int | None) -> None:
    step = scorecard(
        {"id": "a", "of": "a", "weight": 2}, {"id": "b", "of": "b"}, missing="reweight", min_coverage=least
    )
    decision = decided({"a": SCORE, "b": SCORE}, step, a=80)

    assert score == decision["score"]
    assert Decimal("0.6667") == decision["score_coverage"]


def test_a_nested_score_reaches_no_further_than_its_criteria_when_it_is_missing() -> None:
    inner = scorecard(
        {"id": "a", "of": "a", "weight": 40}, {"id": "b", "of": "b", "weight": 35}, missing="reweight", decimals=2
    )
    outer = {**scorecard({"id": "inner", "of": "score"}, {"id": "a", "of": "a"}, missing="reweight"), "id": "total"}
    decision = evaluate(policy({"a": SCORE, "b": SCORE}, inner, outer), {})

    assert (Decimal(0), Decimal(100)) == (decision["total_low"], decision["total_high"])


def test_a_nested_score_counts_like_any_criterion() -> None:
    inner = two()
    outer = {**scorecard({"id": "inner", "of": "score", "weight": 3}, {"id": "c", "of": "c"}), "id": "total"}
    rules = policy({"a": SCORE, "b": SCORE, "c": SCORE}, inner, outer)

    assert Decimal("65.00") == evaluate(rules, {"a": 80, "b": 60, "c": 50})["total"]


def test_the_explanation_shows_value_score_share_and_contribution_of_each_criterion() -> None:
    inputs = {"ppm": number(0, 1_000_000), "otd": SCORE, "esg": SCORE}
    step = scorecard(
        {"id": "quality", "of": "ppm", "weight": 2, "value": {"kind": "linear", "worst": 300, "best": 0}},
        {"id": "delivery", "of": "otd", "weight": 1},
        {"id": "esg", "of": "esg", "weight": 1, "missing": "neutral"},
    )
    (reason,) = decided(inputs, step, ppm=100, otd="90.5").explain().steps
    lines = [(line.id, line.state, line.score, line.share, line.contribution) for line in reason.criteria]

    assert [
        ("quality", "present", Decimal("66.6667"), Decimal("0.5000"), Decimal("33.3334")),
        ("delivery", "present", Decimal("90.5000"), Decimal("0.2500"), Decimal("22.6250")),
        ("esg", "neutral", Decimal("50.0000"), Decimal("0.2500"), Decimal("12.5000")),
    ] == lines
    assert (Decimal("68.46"), Decimal("0.0016")) == (reason.score, reason.remainder)


def test_the_worst_criterion_itself_gets_the_score_of_a_worst_of() -> None:
    step = two(method="worst_of", decimals=0)
    (reason,) = decided({"a": SCORE, "b": SCORE}, step, a="50.4", b="49.6").explain().steps

    assert [Decimal(0), Decimal("49.6")] == [line.contribution for line in reason.criteria]
    assert Decimal("0.4") == reason.remainder


def test_the_explanation_names_what_made_the_score_missing() -> None:
    inputs = {"a": SCORE, "b": SCORE}
    (null,) = decided(inputs, two(), a=80).explain().steps
    (thin,) = decided(inputs, two(missing="reweight", min_coverage="0.6"), a=80).explain().steps

    assert (("b",), False) == (null.missing_because, null.coverage_too_low)
    assert ((), True) == (thin.missing_because, thin.coverage_too_low)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ({"kind": "linear", "worst": 1, "best": 1}, "same"),
        ({"kind": "target", "target": 1, "low": 1, "high": 2}, "order"),
        ({"kind": "target", "target": 1, "low": 0, "high": 2, "tolerance_below": -1}, "tolerance"),
        ({"kind": "piecewise", "points": [[1, 0]]}, "points"),
        ({"kind": "piecewise", "points": [[1, 0], [1, 5]]}, "rise"),
        ({"kind": "bands", "bands": [{"points": 1}]}, "two bands"),
        ({"kind": "bands", "bands": [{"from": 1, "points": 1}, {"from": 2, "points": 0}]}, "order"),
        ({"kind": "bands", "bands": [{"points": 1}, {"from": 2, "points": 0}]}, "last"),
        ({"kind": "bands", "bands": [{"from": 2, "points": 1}, {"to": 1, "points": 0}]}, "from"),
        ({"kind": "categories", "points": {"x": 1}}, "choice"),
    ],
)
def test_a_value_function_that_contradicts_itself_is_refused(value: dict[str, Any], hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        points(value, 1)


def test_an_unknown_value_function_is_answered_with_the_one_meant() -> None:
    with pytest.raises(ValueError, match="did you mean 'linear'"):
        points({"kind": "liner", "worst": 0, "best": 1}, 1)


def test_weights_policies_and_coverage_that_make_no_sense_are_refused() -> None:
    inputs = {"a": SCORE}

    def problems(**criterion: object) -> list[tuple[str, str]]:
        return refusals(inputs, scorecard({"id": "a", "of": "a", **criterion}))

    assert [("bad_value", "steps[0].criteria[0].weight")] == problems(weight="-1")
    assert [("bad_value", "steps[0].criteria")] == problems(weight="0")
    assert [("bad_value", "steps[0].criteria[0].neutral")] == problems(neutral="40")
    assert {"bad_value"} == codes(inputs, scorecard({"id": "a", "of": "a"}, min_coverage="1.01"))
    assert {"bad_value"} == codes(inputs, scorecard({"id": "a", "of": "a"}, method="points", missing="reweight"))
    assert {"empty"} == codes(inputs, scorecard())
    assert {"unknown_kind"} == codes(inputs, scorecard({"id": "a", "of": "a"}, method="median"))
    assert [("duplicate_id", "steps[0].criteria[1].id")] == refusals(
        inputs, scorecard({"id": "a", "of": "a"}, {"id": "A", "of": "a"})
    )


@pytest.mark.parametrize("method", METHODS)
def test_a_text_is_no_score(method: str) -> None:
    step = scorecard({"id": "a", "of": "name"}, method=method)

    assert {"type_mismatch"} == codes({"name": {"type": "text"}}, step)


def test_a_geometric_mean_refuses_scores_that_can_be_negative() -> None:
    assert {"negative_root"} == codes(
        {"a": number(-1, 100)}, scorecard({"id": "a", "of": "a"}, method="geometric_mean")
    )


@pytest.mark.parametrize("name", ["exact", "total"])
def test_no_name_of_a_criterion_is_that_of_a_part_of_the_score(name: str) -> None:
    one = {"id": name, "of": "quality", "weight": 1, "value": {"kind": "linear", "worst": 0, "best": 100}}
    rules = policy({"quality": number()}, scorecard(one))

    names = [binding.name for binding in rules.program.bindings]

    assert sorted(set(names)) == sorted(names)
