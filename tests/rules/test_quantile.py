"""A quantile gives equal values one class, whatever stands beside them; with cut points it compares nobody."""

from typing import Any

import pytest
from makers import decided, number, policy, refusals

from supplychain_rules import evaluate, evaluate_all

SPEND = {"spend": number(0, 1000, optional=True)}


def quantile(**settings: object) -> dict[str, Any]:
    """Write a quantile named `size` over `spend`."""
    return {"kind": "quantile", "id": "size", "of": "spend", **settings}


def classes(*values: object, **settings: object) -> list[int | None]:
    """Class records by their spend."""
    found = evaluate_all(policy(SPEND, quantile(**settings)), [{"spend": value} for value in values])
    return [None if one["size"] is None else int(one["size"]) for one in found]


def test_ten_different_values_make_five_classes_of_two() -> None:
    assert [1, 1, 2, 2, 3, 3, 4, 4, 5, 5] == classes(*range(10))


def test_the_best_class_is_the_highest_whichever_way_better_is() -> None:
    assert [1, 2, 3] == classes(10, 20, 30, classes=3)
    assert [3, 2, 1] == classes(10, 20, 30, classes=3, better="low")


@pytest.mark.parametrize(
    ("ties", "expected"),
    [("min", [1, 1, 1, 4, 5]), ("max", [3, 3, 3, 4, 5])],
)
def test_equal_values_share_the_class_of_the_worst_or_of_the_best_of_them(ties: str, expected: list[int]) -> None:
    assert expected == classes(10, 10, 10, 20, 30, ties=ties)


def test_where_all_are_equal_all_are_in_one_class() -> None:
    assert [1, 1, 1] == classes(7, 7, 7)
    assert [5, 5, 5] == classes(7, 7, 7, ties="max")


def test_fewer_values_than_classes_leave_classes_empty() -> None:
    assert [1, 3] == classes(10, 20)


def test_a_missing_value_has_no_class_and_is_not_counted() -> None:
    assert [1, 2, None, None] == classes(10, 20, None, None, classes=2)


@pytest.mark.parametrize(
    ("spend", "expected"),
    [(0, 1), ("7.99", 1), (8, 2), ("15.99", 2), (16, 4), (1000, 4), (None, None)],
)
def test_a_value_has_the_best_class_whose_cut_it_reaches(spend: object, expected: int | None) -> None:
    assert expected == decided(SPEND, quantile(cuts=["8", "16", "16"]), spend=spend)["size"]


@pytest.mark.parametrize(("spend", "expected"), [(31, 1), (30, 2), (8, 2), (7, 3), (0, 3)])
def test_where_less_is_better_a_cut_is_reached_from_above(spend: object, expected: int) -> None:
    assert expected == decided(SPEND, quantile(classes=3, better="low", cuts=[30, 7]), spend=spend)["size"]


def test_without_any_cut_everyone_is_in_the_worst_class() -> None:
    assert 1 == decided(SPEND, quantile(cuts=[]), spend=500)["size"]


def test_with_cut_points_one_record_alone_can_be_decided() -> None:
    rules = policy(SPEND, quantile(cuts=["8"]))

    assert 2 == evaluate(rules, {"spend": 9})["size"]
    assert () == rules.program.populations


def test_a_class_lies_between_1_and_the_number_of_classes() -> None:
    # The product fits 64 bits because a class is known to be 5 at most, though a billion records may be counted.
    rules = policy(SPEND, quantile(), {"kind": "formula", "id": "bonus", "formula": "size * 1000000.000000001"})

    assert "5000000.000000005" == str(evaluate_all(rules, [{"spend": n} for n in range(5)])[4]["bonus"])


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"classes": 1}, ("bad_value", "steps[0].classes")),
        ({"classes": 0}, ("bad_value", "steps[0].classes")),
        ({"classes": -5}, ("bad_value", "steps[0].classes")),
        ({"classes": 101}, ("bad_value", "steps[0].classes")),
        ({"classes": "5"}, ("wrong_type", "steps[0].classes")),
        ({"classes": True}, ("wrong_type", "steps[0].classes")),
        ({"cuts": "8"}, ("wrong_type", "steps[0].cuts")),
        ({"cuts": ["many"]}, ("bad_value", "steps[0].cuts[0]")),
        ({"cuts": [1, 2, 3, 4, 5]}, ("too_large", "steps[0].cuts")),
        ({"cuts": [2, 1]}, ("not_ordered", "steps[0].cuts[1]")),
        ({"ties": "dense"}, ("bad_value", "steps[0].ties")),
    ],
)
def test_a_quantile_that_cannot_be_is_refused_at_its_key(
    settings: dict[str, object], expected: tuple[str, str]
) -> None:
    assert [expected] == refusals(SPEND, quantile(**settings))
