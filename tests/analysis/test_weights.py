from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain_rules.analysis.weights import (
    ENCLOSURE,
    Ratio,
    Trade,
    WeightRange,
    best_ranges,
    next_meeting,
    rank_pairs,
    ranking_ranges,
    stable_range,
    trade,
    weighted_mean,
)
from supplychain_rules.errors import InvalidValueError

scores = st.none() | st.sampled_from((0, 10, 33, 50, 100))


def ratio(*parts: int) -> Ratio:
    return Ratio(*(Fraction(part) for part in parts))


def test_the_other_weights_give_and_take_in_proportion() -> None:
    moves = trade([40, 35, 25], 0)

    assert (Fraction(1, 5), Fraction(7, 15), Fraction(1, 3)) == moves.at(Fraction(1, 5))
    assert (Fraction(2, 5), Fraction(0), Fraction(1)) == (moves.weight, moves.least, moves.most)


def test_a_single_weight_has_nothing_to_trade_with() -> None:
    assert Trade(
        weight=Fraction(1), least=Fraction(1), most=Fraction(1), base=(Fraction(1),), slope=(Fraction(0),)
    ) == trade([7], 0)


@pytest.mark.parametrize(
    ("weights", "place", "held", "message"),
    [
        ([], 0, [], "all weights are zero"),
        ([0, 0], 0, [], "all weights are zero"),
        ([1, -1], 0, [], "a weight is not negative"),
        ([1, 1], 2, [], "there is no weight at this place"),
        ([1, 1], 0, [5], "there is no weight at this place"),
        ([1, 1], 0, [0], "a weight that is held cannot move"),
    ],
)
def test_weights_that_cannot_move_are_refused(weights: list[int], place: int, held: list[int], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        trade(weights, place, held)


def test_two_records_with_different_criteria_missing_may_meet_at_a_square_root_which_is_enclosed() -> None:
    # 4t / (1 + t) and 1 / (1 + 2t) are level where 8t² + 3t - 1 = 0.
    one, other = ratio(0, 4, 1, 1), ratio(1, 0, 1, 2)
    found = next_meeting(one, other, Fraction(0), Fraction(1))

    assert found is not None
    assert not found.exact
    for weight, ahead in ((found.weight, False), (found.weight + ENCLOSURE, True)):
        assert ahead == ((one.at(weight) or 0) > (other.at(weight) or 0))


def test_ratios_that_are_always_level_never_meet() -> None:
    assert next_meeting(ratio(1, 1, 1, 0), ratio(2, 2, 2, 0), Fraction(0), Fraction(1)) is None


def test_a_row_without_any_weighed_score_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="a row has no weighted mean"):
        best_ranges([1, 0], [[1, 1], [None, 1]])


def test_a_held_weight_has_an_interval_of_one_point() -> None:
    assert WeightRange(low=Fraction(1, 3), high=Fraction(1, 3)) == ranking_ranges([1, 1, 1], [[1, 2, 3]], [0])[0]


@given(st.lists(st.integers(1, 9), min_size=2, max_size=4).flatmap(
    lambda weights: st.tuples(
        st.just(weights), st.lists(st.tuples(*(scores for _ in weights)), min_size=2, max_size=6)
    )
))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_neighbours_in_the_order_meet_first_whatever_the_other_pairs_do(
    drawn: tuple[list[int], list[tuple[int | None, ...]]],
) -> None:
    weights, rows = drawn
    moves = trade(weights, 0)
    ratios = [weighted_mean(moves, row) for row in rows]
    known = [one for one in ratios if one.at(moves.weight) is not None]
    values = [value for one in known if (value := one.at(moves.weight)) is not None]
    pairs = rank_pairs(values, known, best=False)
    everyone = list(combinations(range(len(known)), 2))

    near, far = stable_range(known, pairs, moves), stable_range(known, everyone, moves)
    assert (far.low, far.high) == (near.low, near.high)
