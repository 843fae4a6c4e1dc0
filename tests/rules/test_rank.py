"""A rank gives every record its place among all of them, and equal values share one."""

import pytest
from makers import number, policy, refusals

from supplychain_rules import evaluate_all

SPEND = {"spend": number(0, 1000, optional=True)}


def places(*values: object, **settings: object) -> list[int | None]:
    """Rank records by their spend."""
    rules = policy(SPEND, {"kind": "rank", "id": "place", "of": "spend", **settings})
    found = [decision["place"] for decision in evaluate_all(rules, [{"spend": value} for value in values])]
    return [None if place is None else int(place) for place in found]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [4, 2, 2, 1]),
        ({"ties": "min"}, [4, 2, 2, 1]),
        ({"ties": "max"}, [4, 3, 3, 1]),
        ({"ties": "dense"}, [3, 2, 2, 1]),
        ({"order": "ascending"}, [1, 2, 2, 4]),
        ({"order": "ascending", "ties": "max"}, [1, 3, 3, 4]),
        ({"order": "ascending", "ties": "dense"}, [1, 2, 2, 3]),
    ],
)
def test_equal_values_share_the_first_the_last_or_the_next_place(
    settings: dict[str, object], expected: list[int]
) -> None:
    assert expected == places(10, 20, 20, 30, **settings)


def test_a_missing_value_has_no_place_and_takes_none() -> None:
    assert [None, 1, 2] == places(None, 20, 10)


def test_a_value_alone_is_first() -> None:
    assert [1] == places(7)
    assert [1] == places(7, ties="max")


def test_nobody_is_ranked_where_every_value_is_missing() -> None:
    assert [None, None] == places(None, None)


def test_no_records_give_no_places() -> None:
    assert [] == places()


def test_values_that_differ_beyond_the_declared_places_are_equal() -> None:
    assert [1, 1] == places("10.004", "10.001")


def test_a_place_can_be_read_by_later_steps() -> None:
    first = {"kind": "rank", "id": "place", "of": "spend"}
    top = {"kind": "gate", "id": "shortlist", "checks": [{"id": "top", "require": "place <= 2"}]}
    again = {"kind": "rank", "id": "last", "of": "place", "order": "descending"}
    rules = policy(SPEND, first, top, again)
    decided = evaluate_all(rules, [{"spend": spend} for spend in (1, 2, 3)])

    assert ["fail", "pass", "pass"] == [one["shortlist"] for one in decided]
    assert [1, 2, 3] == [one["last"] for one in decided]


def test_a_rank_over_what_is_no_number_is_refused() -> None:
    assert [("type_mismatch", "steps[0].of")] == refusals(
        {"late": {"type": "boolean"}}, {"kind": "rank", "id": "place", "of": "late"}
    )
