"""What holds for weights whoever judges: they are shares, keep the ranking and ignore order and unit."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.rules.weights import (
    AHP_ESTIMATORS,
    MAX_CRITERIA,
    MAX_JUDGEMENT,
    WEIGHT_DECIMALS,
    AhpEstimator,
    ahp_weights,
    rank_order_centroid,
    rank_reciprocal,
    rank_sum,
    swing_weights,
    weight_text,
)
from supplychain_rules.values.scaled import exact_fraction

Ranking = Callable[[Sequence[str]], Mapping[str, Fraction]]

names = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=MAX_CRITERIA, unique=True)
points = st.decimals("0.001", 100, places=3)
saaty_scale = st.sampled_from([*map(str, range(1, 10)), *(f"1/{value}" for value in range(2, 10))])
any_judgement = st.fractions(Fraction(1, MAX_JUDGEMENT), MAX_JUDGEMENT, max_denominator=MAX_JUDGEMENT)
one_unit = Decimal(1).scaleb(-WEIGHT_DECIMALS)


@st.composite
def comparisons(draw: st.DrawFn, judgement: st.SearchStrategy[object] = saaty_scale) -> dict[tuple[str, str], object]:
    """Draw a complete set of comparisons of two to seven criteria."""
    criteria = "ABCDEFG"[: draw(st.integers(2, 7))]
    return {pair: draw(judgement) for pair in combinations(criteria, 2)}


@pytest.mark.parametrize("weigh", [rank_order_centroid, rank_sum, rank_reciprocal])
@given(criteria=names)
def test_rank_weights_are_falling_shares_of_one(weigh: Ranking, criteria: list[str]) -> None:
    weights = weigh(criteria)

    assert criteria == list(weights)
    assert 1 == sum(weights.values())
    assert all(more > less for more, less in pairwise(weights.values()))
    assert weights == {name: exact_fraction(text) for name, text in weight_text(weights).items()}


@given(judged=st.dictionaries(st.text(min_size=1, max_size=8), points, min_size=1, max_size=MAX_CRITERIA))
def test_swing_weights_are_shares_of_one_whatever_the_unit_of_the_points(judged: dict[str, Decimal]) -> None:
    weights = swing_weights(judged)

    assert 1 == sum(weights.values())
    assert weights == swing_weights({name: value * 10 for name, value in judged.items()})
    assert weights == {name: exact_fraction(text) for name, text in weight_text(weights).items()}


@pytest.mark.parametrize("estimator", AHP_ESTIMATORS)
@given(judged=comparisons())
def test_ahp_weights_are_positive_and_add_up_to_one_within_rounding(
    estimator: AhpEstimator, judged: dict[tuple[str, str], str]
) -> None:
    result = ahp_weights(judged, estimator)

    assert min(result.weights.values()) > 0
    assert abs(1 - sum(result.weights.values())) <= len(result.weights) * one_unit / 2


@given(judged=comparisons())
def test_comparisons_are_never_more_consistent_than_consistent(judged: dict[tuple[str, str], str]) -> None:
    result = ahp_weights(judged)

    assert result.lambda_max >= len(result.weights)
    assert result.consistency_index >= 0
    assert result.consistency_ratio >= 0


@pytest.mark.parametrize("estimator", AHP_ESTIMATORS)
@given(judged=comparisons(), data=st.data())
def test_order_and_direction_of_the_comparisons_do_not_matter(
    estimator: AhpEstimator, judged: dict[tuple[str, str], str], data: st.DataObject
) -> None:
    shuffled = {
        pair if data.draw(st.booleans()) else pair[::-1]: value
        for pair, value in data.draw(st.permutations([*judged.items()]))
    }
    turned = {pair: value if pair in judged else 1 / exact_fraction(value) for pair, value in shuffled.items()}

    expected, actual = ahp_weights(judged, estimator), ahp_weights(turned, estimator)

    assert expected.weights == actual.weights
    assert expected.lambda_max == actual.lambda_max


@pytest.mark.parametrize("estimator", AHP_ESTIMATORS)
@given(shares=st.lists(st.integers(1, 30), min_size=2, max_size=7))
def test_consistent_comparisons_give_back_their_weights_with_every_estimator(
    estimator: AhpEstimator, shares: list[int]
) -> None:
    criteria = dict(zip("ABCDEFG", shares, strict=False))
    result = ahp_weights({(a, b): Fraction(criteria[a], criteria[b]) for a, b in combinations(criteria, 2)}, estimator)

    exact = {name: Fraction(share, sum(shares)) for name, share in criteria.items()}
    assert all(2 * abs(Fraction(result.weights[name]) - exact[name]) <= Fraction(one_unit) for name in criteria)
    assert 0 == result.consistency_index


@given(judged=comparisons(any_judgement))
def test_even_absurd_judgements_end_in_an_eigenvector(judged: dict[tuple[str, str], Fraction]) -> None:
    result = ahp_weights(judged)
    weights = {name: Fraction(weight) for name, weight in result.weights.items()}

    for name, weight in weights.items():
        row = sum(
            weights[other] * (1 if other == name else judged.get((name, other)) or 1 / judged[other, name])
            for other in weights
        )
        rounding = len(weights) * 2 * MAX_JUDGEMENT * Fraction(one_unit)
        assert abs(row - Fraction(result.lambda_max) * weight) <= rounding


@given(judged=comparisons(), data=st.data())
def test_a_stronger_preference_never_lowers_the_weight_by_row_geometric_mean(
    judged: dict[tuple[str, str], str], data: st.DataObject
) -> None:
    pair = data.draw(st.sampled_from([*judged]))
    stronger = judged | {pair: exact_fraction(judged[pair]) * 2}

    before, after = (ahp_weights(answers, "row_geometric_mean").weights[pair[0]] for answers in (judged, stronger))
    assert before < after
