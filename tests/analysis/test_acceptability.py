import random
from fractions import Fraction
from typing import Any

import pytest
from makers import number, policy, scorecard

from supplychain_rules import InvalidValueError, Policy
from supplychain_rules.analysis.acceptability import Acceptability, rank_acceptability

RECORDS = [{"name": "X", "q": 90, "p": 50}, {"name": "Y", "q": 60, "p": 60}, {"name": "Z", "q": 10, "p": 10}]


def card(**settings: Any) -> Policy:  # noqa: ANN401
    inputs = {"q": number(optional=True), "p": number(optional=True)}
    criteria = [{"id": "q", "of": "q", "weight": 60}, {"id": "p", "of": "p", "weight": 40}]
    return policy(inputs, scorecard(*criteria, **settings))


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  weights are no secrets


def drawn(seed: int = 1, **others: Any) -> Acceptability:  # noqa: ANN401
    settings = {"samples": 400, "key": "name"} | others
    return rank_acceptability(card(), RECORDS, rng=seeded(seed), **settings)


def test_the_same_seed_gives_the_same_counts_and_another_one_others() -> None:
    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_every_record_has_one_rank_in_each_sample() -> None:
    found = drawn()

    assert [400, 400, 400] == [sum(counts) for counts in found.counts]
    assert (0, 0, 400) == found.counts[2]


def test_weights_anywhere_are_uniform_so_that_a_quarter_of_them_favours_y() -> None:
    # X is ahead while the weight of q is above 1/4.
    share = drawn(samples=4000).share("X")

    assert abs(share - Fraction(3, 4)) < Fraction(3, 100)


def test_weights_near_the_given_ones_change_nothing_where_the_flip_is_far() -> None:
    assert Fraction(1) == drawn(spread="0.2").share("X")


def test_records_that_are_level_share_the_first_of_their_places() -> None:
    records = [{"q": 50, "p": 50}, {"q": 50, "p": 50}]
    found = rank_acceptability(card(), records, rng=seeded(1), samples=10)

    assert ((10, 0), (10, 0)) == found.counts


def test_a_record_without_a_score_has_no_rank() -> None:
    records = [{"q": 50, "p": 50}, {"q": 50}]
    found = rank_acceptability(card(), records, rng=seeded(1), samples=10)

    assert ((10, 0), (0, 0)) == found.counts
    assert (0, 10) == found.unranked


def test_a_record_is_ranked_while_its_coverage_is_enough() -> None:
    records = [{"q": 50, "p": 50}, {"q": 60}]
    rules = card(missing="reweight", min_coverage="0.5")
    found = rank_acceptability(rules, records, rng=seeded(1), samples=1000)

    assert found.unranked[1] == found.counts[0][0]
    assert 400 < found.unranked[1] < 600


def test_the_ranks_are_told_in_english_and_chinese() -> None:
    found = drawn(spread="0.2", samples=4)

    assert "X: rank 1 in 100.000 %" == str(found).splitlines()[0]
    assert "X: 第 1 名 100.000 %" == found.text("zh").splitlines()[0]
    assert found.to_dict()["counts"] == [[4, 0, 0], [0, 4, 0], [0, 0, 4]]


@pytest.mark.parametrize(
    "bad", [{"samples": 0}, {"samples": True}, {"samples": 10**9}, {"spread": 0}, {"spread": "1.5"}, {"step": "none"}]
)
def test_a_simulation_that_cannot_be_run_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError):
        drawn(**bad)


def test_a_source_without_random_bits_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="random"):
        rank_acceptability(card(), RECORDS, rng=7, samples=1, key="name")  # type: ignore[arg-type]


def test_an_unknown_record_has_no_share() -> None:
    with pytest.raises(KeyError):
        drawn().share("W")
