"""Judgements of people become exact weights, or are refused with everything that is wrong."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.rules.weights import (
    AHP_ESTIMATORS,
    MAX_CRITERIA,
    RANDOM_INDEX_TABLES,
    ahp_weights,
    rank_order_centroid,
    rank_reciprocal,
    rank_sum,
    swing_weights,
    weight_text,
)
from supplychain_rules.values.scaled import exact_fraction


def refusal(call: object, *arguments: object, **options: object) -> list[str]:
    """Return the problems that the call is refused with, without the headline."""
    assert callable(call)
    with pytest.raises(InvalidValueError) as caught:
        call(*arguments, **options)
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def test_swing_points_become_exact_shares() -> None:
    expected = {"quality": Fraction(20, 37), "delivery": Fraction(12, 37), "price": Fraction(5, 37)}

    assert expected == swing_weights({"quality": 100, "delivery": "60", "price": Decimal("25.0")})


def test_swing_points_that_are_no_judgement_are_all_named() -> None:
    points = {"a": 0, "b": -5, "c": "many", "d": True, "e": 1001, "f": "1/3", "": 10}

    assert [
        "'' is not a criterion's name",
        "'a': not above zero: 0; leave out what has no importance",
        "'b': not above zero: -5; leave out what has no importance",
        "'c': not a number: 'many'; write plain digits, as in '12.5'",
        "'d': a boolean is not a number: True",
        "'e': not between 1/1000 and 1000: 1001",
        "'f': more than 9 decimals: '1/3'; round the points",
    ] == refusal(swing_weights, points)


def test_swing_points_need_a_criterion() -> None:
    assert ["no criteria"] == refusal(swing_weights, {})


def test_swing_points_without_names_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="not a mapping"):
        swing_weights([100, 60])  # type: ignore[arg-type]


@pytest.mark.parametrize("weigh", [rank_order_centroid, rank_sum, rank_reciprocal])
def test_one_ranked_criterion_takes_all_the_weight(weigh: object) -> None:
    assert callable(weigh)
    assert {"quality": Fraction(1)} == weigh(["quality"])


@pytest.mark.parametrize("weigh", [rank_order_centroid, rank_sum, rank_reciprocal])
def test_a_ranking_that_names_a_criterion_twice_is_refused(weigh: object) -> None:
    problems = refusal(weigh, ["price", "price", "", 7])

    assert ["'price' is listed twice", "'' is not a criterion's name", "7 is not a criterion's name"] == problems


@pytest.mark.parametrize("criteria", ["price", {"price": 1}, None])
def test_a_ranking_is_a_list_of_names(criteria: object) -> None:
    with pytest.raises(InvalidValueError, match="list them, the most important first"):
        rank_sum(criteria)  # type: ignore[arg-type]


def test_more_criteria_than_anyone_ranks_are_refused() -> None:
    problems = refusal(rank_order_centroid, [f"criterion {number}" for number in range(MAX_CRITERIA + 1)])

    assert ["51 criteria, more than 50; group them and weigh the groups first"] == problems


def test_the_longest_ranking_still_fits_into_a_rule_set() -> None:
    exact = rank_order_centroid([f"criterion {number}" for number in range(MAX_CRITERIA)])

    assert exact == {criterion: exact_fraction(text) for criterion, text in weight_text(exact).items()}


@pytest.mark.parametrize("estimator", AHP_ESTIMATORS)
def test_consistent_comparisons_give_back_the_weights_they_came_from(estimator: str) -> None:
    result = ahp_weights({("a", "b"): 2, ("b", "c"): "2.5", ("a", "c"): 5}, estimator=estimator)  # type: ignore[arg-type]

    assert {"a": Decimal("0.5882352941"), "b": Decimal("0.2941176471"), "c": Decimal("0.1176470588")} == result.weights
    assert (Decimal(3), Decimal(0), Decimal(0)) == (
        result.lambda_max,
        result.consistency_index,
        result.consistency_ratio,
    )
    assert estimator == result.estimator


def test_two_criteria_cannot_contradict_each_other() -> None:
    result = ahp_weights({("quality", "price"): 3})

    assert {"quality": Decimal("0.75"), "price": Decimal("0.25")} == result.weights
    assert Decimal(0) == result.consistency_ratio


def test_comparisons_that_run_in_a_circle_have_a_ratio_far_above_the_accepted_one() -> None:
    result = ahp_weights({("a", "b"): 9, ("b", "c"): 9, ("c", "a"): 9})

    assert Decimal("0.3333333333") == result.weights["a"] == result.weights["b"] == result.weights["c"]
    assert Decimal("10.1111111111") == result.lambda_max  # 1 + 9 + 1/9
    assert Decimal("6.1302681992") == result.consistency_ratio  # (10.111... - 3) / 2 / 0.58


def test_a_mirrored_comparison_and_the_diagonal_may_be_given_if_they_agree() -> None:
    sparse = ahp_weights({("a", "b"): 3, ("a", "c"): 5, ("b", "c"): 2})
    full = ahp_weights(
        {("a", "b"): 3, ("b", "a"): "1/3", ("a", "a"): 1, ("a", "c"): 5, ("c", "a"): 0.2, ("b", "c"): 2},
    )

    assert sparse == full


def test_weights_that_fall_on_a_half_round_the_same_way_in_every_order() -> None:
    parts = {"a": 1, "b": 1000, "c": 1000, "d": 47}  # a's share is 1/2048 = 0.00048828125
    forward = ahp_weights({(x, y): f"{parts[x]}/{parts[y]}" for x in "abcd" for y in "abcd"})
    backward = ahp_weights({(x, y): f"{parts[x]}/{parts[y]}" for x in "dcba" for y in "dcba"})

    assert Decimal("0.0004882813") == forward.weights["a"]
    assert forward.weights == backward.weights


def test_the_callers_decimal_context_does_not_touch_a_weight() -> None:
    comparisons = {("a", "b"): "1/3", ("a", "c"): 5, ("b", "c"): 7}
    expected = ahp_weights(comparisons, "row_geometric_mean")
    with localcontext(prec=3):
        actual = ahp_weights(comparisons, "row_geometric_mean")

    assert expected == actual


def test_everything_wrong_with_comparisons_is_named_at_once() -> None:
    comparisons = {
        ("a", "b"): 3,
        ("b", "a"): 3,
        ("a", "a"): 2,
        ("a", "c"): 0,
        ("b", "c"): "1/0",
        ("d", "a"): 9999,
        ("a",): 1,
        "ab": 1,
        ("a", ""): 1,
    }

    assert [
        "unknown estimator 'eigenvektor'; did you mean 'principal_eigenvector'?",
        "unknown random index 'saaty_1981'; did you mean 'saaty_1980'?",
        "'a' over 'c': not above zero: 0; leave out what has no importance",
        "'b' over 'c': a fraction's denominator is zero: '1/0'",
        "'d' over 'a': not between 1/1000 and 1000: 9999",
        "('a',) is not a pair of two criteria's names",
        "'ab' is not a pair of two criteria's names",
        "('a', '') is not a pair of two criteria's names",
        "'a' over 'a' is 2; it equals itself, leave it out",
        "'a' over 'b' is 3, yet 'b' over 'a' is 3; give only one of them",
        "'b' over 'd' is not compared",
        "'c' over 'd' is not compared",
    ] == refusal(ahp_weights, comparisons, estimator="eigenvektor", random_index="saaty_1981")


@pytest.mark.parametrize("comparisons", [{}, {("a", "a"): 1}])
def test_fewer_than_two_criteria_cannot_be_compared(comparisons: object) -> None:
    count = 1 if comparisons else 0

    assert [f"{count} criteria; compare 2 to 15, the reach of the random index"] == refusal(ahp_weights, comparisons)


def test_comparisons_that_are_no_mapping_are_refused() -> None:
    assert "[3] is not a mapping; give {('quality', 'price'): 3, ...}" in refusal(ahp_weights, [3])


@pytest.mark.parametrize(("random_index", "most"), [(name, len(row) + 2) for name, row in RANDOM_INDEX_TABLES.items()])
def test_a_table_of_random_indices_reaches_just_as_far_as_it_was_printed(random_index: str, most: int) -> None:
    def equal(count: int) -> dict[tuple[str, str], int]:
        return {(f"c{row}", f"c{column}"): 1 for row in range(count) for column in range(row)}

    assert most == len(ahp_weights(equal(most), random_index=random_index).weights)  # type: ignore[arg-type]
    assert [f"{most + 1} criteria; compare 2 to {most}, the reach of the random index"] == refusal(
        ahp_weights, equal(most + 1), random_index=random_index
    )


def test_a_message_spells_out_twenty_problems_and_counts_the_rest() -> None:
    problems = refusal(ahp_weights, {(f"c{number}", f"c{number + 1}"): 1 for number in range(9)})

    assert 21 == len(problems)
    assert "and 16 more" == problems[-1]  # 10 criteria make 45 pairs, 9 are given


def test_weights_become_the_text_of_a_rule_set() -> None:
    assert {"quality": "25/48", "price": "0.0625"} == weight_text(
        {"quality": Fraction(25, 48), "price": Decimal("0.06250")}
    )
