"""Published and computed scores: weighted means and sums, missing data, desirability, points, bands, ties."""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from makers import number, policy, scorecard

from supplychain_rules import Decision, Policy, evaluate, evaluate_all

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"

#: A score of 0..100 that is its own value.
SCORE = number(0, 100, 4)


def case(name: str) -> dict[str, Any]:
    """Return one case of the shared collection, its numbers as exact decimals."""
    file = SHARED / "cases" / "scoring.json"
    if not file.is_file():
        pytest.skip("the shared cases are not here")
    cases = json.loads(file.read_text("utf-8"), parse_float=Decimal)
    return next(case for case in cases if case["name"] == name)


def names(count: int) -> list[str]:
    """Name criteria."""
    return [f"c{place}" for place in range(count)]


def plain_card(weights: Sequence[object], declared: dict[str, Any] = SCORE, **settings: object) -> Policy:
    """Return a scorecard over numbers that are scores themselves."""
    criteria = [{"id": name, "of": name, "weight": w} for name, w in zip(names(len(weights)), weights, strict=True)]
    return policy(dict.fromkeys(names(len(weights)), declared), scorecard(*criteria, **settings))


def scores(rules: Policy, matrix: Sequence[Sequence[object]]) -> list[Decimal]:
    """Return the score of every row."""
    return [d["score"] for d in evaluate_all(rules, [dict(zip(names(len(row)), row, strict=True)) for row in matrix])]


def ranks(values: Sequence[Decimal]) -> list[int]:
    """Rank from the largest; equals share a rank."""
    return [1 + sum(other > value for other in values) for value in values]


def linear(rows: Sequence[tuple[object, object]], weights: Sequence[object], decimals: int) -> Policy:
    """Return a scorecard by fixed bounds: worst and best of each criterion."""
    inputs = {name: number(0, 100000, 3) for name in names(len(rows))}
    criteria = [
        {"id": name, "of": name, "weight": weight, "value": {"kind": "linear", "worst": worst, "best": best}}
        for name, weight, (worst, best) in zip(inputs, weights, rows, strict=True)
    ]
    return policy(inputs, scorecard(*criteria, decimals=decimals))


def test_sap_help_46c_overall_score() -> None:
    data = case("sap_overall_score")
    rules = plain_card(data["weights"], decimals=4)
    decision = evaluate(rules, dict(zip(names(4), data["matrix"][0], strict=True)))
    (reason,) = decision.explain().to_dict()["steps"]
    # The published points carry the weights as they are written, a total of 80; ours are divided by it.
    points = [Decimal(line["contribution"]) * sum(data["weights"]) for line in reason["criteria"]]

    assert Decimal(data["expected"]["score_exact"]) == decision["score"]
    assert data["expected"]["points"] == points
    assert data["expected"]["total_points"] == sum(points)
    assert data["expected"]["weight_percentages"] == [Decimal(line["share"]) * 100 for line in reason["criteria"]]
    assert data["expected"]["score_published"] == scores(plain_card(data["weights"]), data["matrix"])[0]


def test_sap_bw_0smooth_del_smoothing_as_a_formula() -> None:
    data = case("sap_smoothing_new_weight")
    rules = policy(
        {"previous": SCORE, "new": SCORE, "f": number(0, 1, 2)},
        {"kind": "formula", "id": "smoothed", "formula": "previous * (1 - f) + new * f"},
    )
    previous, new = data["matrix"][0]
    decision = evaluate(rules, {"previous": previous, "new": new, "f": data["params"]["f"]})

    assert Decimal(data["expected"]["score_exact"]) == decision["smoothed"]


def test_goodwin_and_wright_smart_office_scores_are_exact() -> None:
    data = case("goodwin_wright_office_smart")
    found = scores(plain_card(data["weights"], decimals=1), data["matrix"])

    assert [Decimal(score) for score in data["expected"]["scores_exact"]] == found
    assert data["expected"]["rank"] == ranks(found)


def test_triantaphyllou_sanchez_1997_scores() -> None:
    data = case("triantaphyllou_sanchez_1997_min_weight_change")
    shares = number(0, 1, 4)
    # The published weights add up to 1.0001 and are used as they are: points, not a mean.
    rules = plain_card(data["weights"], shares, method="points", decimals=8)
    rounded = plain_card(data["weights"], shares, method="points", decimals=4)

    assert data["expected"]["scores"] == scores(rules, data["matrix"])
    # The third published score, 0.2621, is not its own data's: that gives 0.26226621.
    published = [*data["expected"]["scores_published_4d"][:2], Decimal("0.2623"), Decimal("0.1449")]
    assert published == scores(rounded, data["matrix"])


def test_an_exact_tie_stays_a_tie_where_floats_break_it() -> None:
    data = case("decimal_tie_float_trap")
    found = scores(plain_card(data["weights"], decimals=1), data["matrix"])

    assert [Decimal(score) for score in data["expected"]["scores_exact"]] == found
    assert data["expected"]["rank"] == ranks(found)


def test_weights_of_a_hundred_in_tenths_are_a_hundred_as_erpnext_denies() -> None:
    data = case("weights_sum_check_float_trap")
    rules = plain_card(data["weights"], decimals=4)

    assert [Decimal(100)] == scores(rules, [[100] * 9])
    assert sum(map(Decimal, data["weights"])) == Decimal(data["expected"]["sum_exact"])
    assert [Decimal("11.2")] == scores(rules, [[0] * 8 + [100]])


@pytest.mark.parametrize("weights", [["0.5", "0.3", "0.2"], ["1/2", "3/10", "1/5"], [50, 30, 20], [5.0, 3.0, 2.0]])
@pytest.mark.parametrize(
    ("missing", "key", "decimals"),
    [("reweight", "renormalise", 9), ("worst", "zero", 1), ("neutral", "neutral_50", 1), ("null", "fail", 1)],
)
def test_every_answer_to_a_missing_value_as_the_matrix_computes_it(
    weights: list[object], missing: str, key: str, decimals: int
) -> None:
    data = case("missing_policy_matrix")
    expected = data["expected"][key]
    rules = plain_card(weights, number(0, 100, 4, optional=True), missing=missing, decimals=decimals)
    decision = evaluate(rules, dict(zip(names(3), data["params"]["values"], strict=True)))

    assert (None if key == "fail" else round(Decimal(expected), decimals)) == decision["score"]
    assert Decimal(data["expected"]["coverage"]) == decision["score_coverage"]
    bounds = [Decimal(bound) for bound in data["expected"]["bounds_if_missing_in_0_100"]]
    assert bounds == [decision["score_low"], decision["score_high"]]


@pytest.mark.parametrize(("least", "is_rated"), [("0.7", True), ("7/10", True), ("0.7001", False), ("1", False)])
def test_a_coverage_of_exactly_the_least_passes(least: str, is_rated: bool) -> None:  # noqa: FBT001  a table's column
    data = case("missing_policy_matrix")
    optional = number(0, 100, 4, optional=True)
    rules = plain_card(["0.5", "0.3", "0.2"], optional, missing="reweight", min_coverage=least)
    decision = evaluate(rules, dict(zip(names(3), data["params"]["values"], strict=True)))

    assert is_rated == (decision["score"] is not None)


def test_missing_values_may_be_answered_each_in_its_own_way() -> None:
    optional = number(0, 100, 4, optional=True)
    rules = policy(
        dict.fromkeys(names(3), optional),
        scorecard(
            {"id": "c0", "of": "c0", "weight": "0.5", "missing": "neutral", "neutral": "40"},
            {"id": "c1", "of": "c1", "weight": "0.3", "missing": "worst"},
            {"id": "c2", "of": "c2", "weight": "0.2"},
            missing="reweight",
        ),
    )

    assert Decimal("25.00") == evaluate(rules, {})["score"]  # (0.5 x 40 + 0.3 x 0) / 0.8
    assert Decimal("36.00") == evaluate(rules, {"c2": 80})["score"]


def desirability(data: dict[str, Any], method: str = "geometric_mean") -> Callable[[Sequence[object]], Decision]:
    """Return Derringer and Suich's functions on 0..100 as a scorecard."""
    values = []
    for function in data["params"]["functions"]:
        if function["type"] == "target":
            ends = {key: function[key] for key in ("low", "target", "high")}
            values.append({"kind": "target", **ends})
        else:
            values.append({"kind": "linear", "worst": function["low"], "best": function["high"]})
    inputs = {name: number(0, 2000, 1) for name in names(len(values))}
    criteria = [{"id": name, "of": name, "value": value} for name, value in zip(inputs, values, strict=True)]
    rules = policy(inputs, scorecard(*criteria, method=method, decimals=6))
    return lambda row: evaluate(rules, dict(zip(inputs, row, strict=True)))


def test_derringer_and_suich_1980_tire_tread_desirability() -> None:
    data = case("derringer_suich_1980_tire_tread")
    decision = desirability(data)(data["matrix"][0])
    reached = [Decimal(line["score"]) for line in decision.explain().to_dict()["steps"][0]["criteria"]]

    assert [round(100 * value, 4) for value in data["expected"]["d"]] == reached
    # Each desirability is rounded to 4 decimals of 100 before the mean is taken.
    assert abs(100 * data["expected"]["D"] - decision["score"]) < Decimal("0.00005")


def test_one_desirability_of_zero_knocks_out_the_whole() -> None:
    data, functions = case("desirability_veto_zero"), case("derringer_suich_1980_tire_tread")
    row = data["matrix"][0]

    assert Decimal(data["expected"]["D"]) == desirability(functions)(row)["score"]
    assert 100 * data["expected"]["arithmetic_mean_would_be"] == desirability(functions, "weighted_mean")(row)["score"]


def test_the_weighted_product_of_wikipedia_as_a_geometric_mean() -> None:
    data = case("triantaphyllou_wpm")
    found = scores(plain_card(data["weights"], decimals=9, method="geometric_mean"), data["matrix"])

    assert [round(product, 9) for product in data["expected"]["products"]] == found
    assert data["expected"]["rank"] == ranks(found)
    assert data["expected"]["ratios_published"] == [
        round(found[0] / found[1], 3),
        round(found[0] / found[2], 3),
        round(found[1] / found[2], 3),
    ]


def test_hwang_and_yoon_minmax_by_bounds_frozen_from_the_alternatives() -> None:
    data = case("hwang_yoon_minmax_wsm")
    columns = list(zip(*data["matrix"], strict=True))
    ends = [
        (min(c), max(c)) if o == "max" else (max(c), min(c)) for c, o in zip(columns, data["objectives"], strict=True)
    ]
    found = scores(linear(ends, data["weights"], 6), data["matrix"])

    # Criteria's scores are rounded to 4 decimals of 100, so the total is exact to that only.
    assert [round(100 * score, 4) for score in data["expected"]["scores"]] == [round(score, 4) for score in found]
    assert data["expected"]["rank"] == ranks(found)


def test_hwang_and_yoon_saw_by_bounds_frozen_from_the_alternatives() -> None:
    data = case("hwang_yoon_1981_saw")
    columns = list(zip(*data["matrix"], strict=True))
    inputs = {name: number(0, 100000, 1) for name in names(6)}
    formulas = [
        {"kind": "formula", "id": f"score_{name}", "formula": f"round({x} * 100 / {y}, 8)"}
        for name, column, objective in zip(inputs, columns, data["objectives"], strict=True)
        for x, y in [(name, max(column)) if objective == "max" else (min(column), name)]
    ]
    total = " + ".join(f"{w} * score_{name}" for name, w in zip(inputs, data["weights"], strict=True))
    rules = policy(inputs, *formulas, {"kind": "formula", "id": "score", "formula": total, "decimals": 6})
    found = scores(rules, data["matrix"])

    assert [round(100 * score, 6) for score in data["expected"]["scores"]] == found
    assert data["expected"]["rank"] == ranks(found)


def test_a_newcomer_never_flips_the_winner_where_bounds_are_fixed() -> None:
    data = case("minmax_wsm_rank_reversal_by_worst_supplier")
    rules = linear([(0, 10), (0, 10)], data["weights"], 2)
    expected = [100 * score for score in data["expected"]["fixed_bounds_0_10_scores"]]

    assert expected == scores(rules, data["matrix"])
    assert expected[:3] == scores(rules, data["matrix"][:3])


def test_minmax_over_the_alternatives_flips_the_winner_as_computed() -> None:
    data = case("minmax_wsm_rank_reversal_by_worst_supplier")
    for rows, key in ((3, "scores_first3"), (4, "scores_all4")):
        columns = list(zip(*data["matrix"][:rows], strict=True))
        rules = linear([(min(column), max(column)) for column in columns], data["weights"], 3)

        expected = [round(100 * score, 3) for score in data["expected"][key]]
        assert expected == scores(rules, data["matrix"][:rows])


def test_purchasinglead_on_time_points_table_by_lower_bounds() -> None:
    data = case("otd_points_table")
    bands = [{"from": low, "points": p} for low, p in ((98, 25), (95, 20), (93, 10), (90, 5))]
    rules = policy(
        {"otd": number(0, 100, 3)},
        scorecard({"id": "otd", "of": "otd", "value": {"kind": "bands", "bands": [*bands, {"points": 0}]}}),
    )
    expected = data["expected"]["points"]

    assert expected == {value: evaluate(rules, {"otd": value})["score"] for value in expected}


def test_purchasinglead_on_time_points_table_as_published_leaves_gaps_without_points() -> None:
    case("otd_points_table")
    outputs = {"points": {"type": "integer"}}
    published = [("[98..100]", 25), ("[95..97]", 20), ("[93..94]", 10), ("[90..92]", 5), ("< 90", 0)]
    rows = [{"id": cell, "when": {"otd": cell}, "then": {"points": points}} for cell, points in published]
    rules = policy(
        {"otd": number(0, 100, 3)}, {"kind": "table", "id": "t", "when": ["otd"], "outputs": outputs, "rows": rows}
    )

    assert [None, None, None] == [evaluate(rules, {"otd": otd})["points"] for otd in ("97.5", "94.5", "92.001")]


def test_a_perfect_hundred_has_a_standing_as_erpnext_denies() -> None:
    data = case("erpnext_standing_top_edge")
    published = data["params"]["bands_published"]
    bands = [{"name": name, "from": low} for name, low, _ in reversed(published)]
    rules = policy({"score": number(0, 100, 3)}, {"kind": "ladder", "id": "standing", "of": "score", "bands": bands})
    expected = data["expected"]

    assert expected["required_at_100"] == evaluate(rules, {"score": 100})["standing"]
    assert expected["at_80"] == evaluate(rules, {"score": 80})["standing"]
    assert expected["at_79.999"] == evaluate(rules, {"score": "79.999"})["standing"]
    assert expected["at_30"] == evaluate(rules, {"score": 30})["standing"]
    assert "Very Poor" == evaluate(rules, {"score": 0})["standing"]
