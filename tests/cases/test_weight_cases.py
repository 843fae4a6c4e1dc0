"""Published weights: AHP, rank-order centroid, rank-sum, rank-reciprocal, to the digits given."""

import json
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from supplychain_rules.rules.weights import (
    ACCEPTED_CONSISTENCY_RATIO,
    AhpEstimator,
    AhpResult,
    RandomIndex,
    ahp_weights,
    rank_order_centroid,
    rank_reciprocal,
    rank_sum,
)

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"

ESTIMATES: dict[AhpEstimator, str] = {
    "principal_eigenvector": "eigenvector",
    "row_geometric_mean": "geometric_mean",
    "mean_of_normalised_columns": "mean_normalised",
}


def case(name: str) -> dict[str, Any]:
    """Return one case of the shared collection, its numbers as exact decimals."""
    file = SHARED / "cases" / "scoring.json"
    if not file.is_file():
        pytest.skip("the shared cases are not here")
    cases = json.loads(file.read_text("utf-8"), parse_float=Decimal)
    return next(case for case in cases if case["name"] == name)


def house(estimator: AhpEstimator = "principal_eigenvector", random_index: RandomIndex = "saaty_1980") -> AhpResult:
    """Return the weights of Saaty's eight criteria for buying a house."""
    data = case("saaty_house_criteria_weights")
    comparisons = {
        (data["criteria"][row], data["criteria"][row + 1 + offset]): value
        for row, values in enumerate(data["params"]["upper_triangle"])
        for offset, value in enumerate(values)
    }
    return ahp_weights(comparisons, estimator, random_index)


@pytest.mark.parametrize("estimator", ESTIMATES)
def test_saaty_1990_house_weights_for_each_estimator(estimator: AhpEstimator) -> None:
    data = case("saaty_house_criteria_weights")

    assert dict(zip(data["criteria"], data["expected"][ESTIMATES[estimator]], strict=True)) == house(estimator).weights


def test_saaty_1990_house_principal_eigenvalue_and_consistency_index() -> None:
    expected = case("saaty_house_criteria_weights")["expected"]
    result = house()

    assert (expected["lambda_max"], expected["CI"]) == (result.lambda_max, result.consistency_index)
    assert expected["consistent_at_0.10"] == (result.consistency_ratio <= ACCEPTED_CONSISTENCY_RATIO)


@pytest.mark.parametrize(
    ("random_index", "named"),
    [
        ("saaty_1980", "saaty_1980 (1.41)"),
        ("saaty_later", "saaty_later (1.40)"),
        ("tummala_ling_1998", "tummala_ling_1998 (1.3952, pymcdm)"),
        ("donegan_dodd", "donegan_dodd (ahpy default)"),
    ],
)
def test_saaty_1990_house_consistency_ratio_depends_on_the_table(random_index: RandomIndex, named: str) -> None:
    expected = case("saaty_house_criteria_weights")["expected"]["CR_by_random_index"][named]

    assert expected == house(random_index=random_index).consistency_ratio


def test_saaty_1990_house_as_published_to_three_digits() -> None:
    expected = case("saaty_house_criteria_weights")["expected"]
    result = house()

    assert expected["published_eigenvector"] == [round(weight, 3) for weight in result.weights.values()]
    assert expected["published_lambda_max"] == round(result.lambda_max, 3)
    assert expected["published_CR"] == round(result.consistency_ratio, 3)


@pytest.mark.parametrize(
    ("columns", "expected", "best"),
    [("columns_before", "before", "B"), ("columns_after_adding_D_copy_of_B", "after", "A")],
)
def test_belton_gear_1983_a_copy_of_b_makes_a_the_best(columns: str, expected: str, best: str) -> None:
    data = case("belton_gear_1983_rank_reversal")
    totals: dict[str, Fraction] = {}
    for column in data["params"][columns]:
        performance = dict(zip("ABCD", column, strict=False))
        weights = ahp_weights(
            {pair: f"{performance[pair[0]]}/{performance[pair[1]]}" for pair in combinations(performance, 2)}
        )
        for name, weight in weights.weights.items():
            totals[name] = totals.get(name, Fraction()) + Fraction(weight) / 3

    distance = [
        abs(total - Fraction(given)) for total, given in zip(totals.values(), data["expected"][expected], strict=True)
    ]
    assert max(distance) <= data["tolerance_computed"]
    assert best == max(totals, key=lambda name: totals[name])


@pytest.mark.parametrize("count", [2, 4, 6, 8])
def test_barron_barrett_1996_rank_order_centroid(count: int) -> None:
    expected = case(f"roc_weights_n{count}")["expected"]["weights_exact"]

    assert [Fraction(weight) for weight in expected] == list(rank_order_centroid([*"ABCDEFGH"[:count]]).values())


def test_stillwell_seaver_edwards_1981_rank_sum_and_reciprocal() -> None:
    expected = case("rank_sum_and_reciprocal_n4")["expected"]

    assert [Fraction(weight) for weight in expected["rank_sum_exact"]] == list(rank_sum([*"ABCD"]).values())
    assert [Fraction(weight) for weight in expected["rank_reciprocal_exact"]] == list(
        rank_reciprocal([*"ABCD"]).values()
    )
