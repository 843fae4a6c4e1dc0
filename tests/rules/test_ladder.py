"""A ladder gives every number one band, and with hysteresis is slow to change it."""

from decimal import Decimal, localcontext
from typing import Any

import pytest
from makers import decided, number, policy, refusals

from supplychain_rules import Policy, evaluate

GRADES = [{"name": "A", "from": 90}, {"name": "B", "from": 75}, {"name": "C", "from": 60}, {"name": "D"}]

PPM = [{"name": "A", "to": 50}, {"name": "B", "to": 500}, {"name": "C"}]

OPTIONAL = number(0, 100, optional=True)


def ladder(bands: list[dict[str, Any]], **settings: object) -> dict[str, Any]:
    """Write a ladder named `grade` over `score`."""
    return {"kind": "ladder", "id": "grade", "of": "score", "bands": bands, **settings}


def slow(**hysteresis: object) -> Policy:
    """Load the grades with hysteresis."""
    was = {"type": "choice", "options": ["A", "B", "C", "D", "unrated"], "optional": True}
    held = {"type": "integer", "min": -12, "max": 12, "optional": True}
    rule = {"previous": "was", **({"held": "held"} if "periods" in hysteresis else {}), **hysteresis}
    inputs = {"score": OPTIONAL, "was": was, **({"held": held} if "held" in rule else {})}
    return policy(inputs, ladder(GRADES, if_unknown="unrated", hysteresis=rule))


def followed(rules: Policy, first: str, *scores: object) -> list[tuple[str, int]]:
    """Decide one period after the other, each fed what the last one said."""
    band, held = first, None
    found = []
    for score in scores:
        decision = evaluate(rules, {"score": score, "was": band, "held": held})
        band, held = decision["grade"], decision["grade_held"]
        found.append((band, int(held)))
    return found


@pytest.mark.parametrize(
    ("score", "grade"),
    [(100, "A"), (90, "A"), ("89.99", "B"), (75, "B"), ("74.99", "C"), (60, "C"), ("59.99", "D"), (0, "D")],
)
def test_a_threshold_belongs_to_its_band_and_the_last_band_takes_the_rest(score: object, grade: str) -> None:
    assert grade == decided({"score": OPTIONAL}, ladder(GRADES), score=score)["grade"]


@pytest.mark.parametrize(("ppm", "grade"), [(0, "A"), (50, "A"), ("50.01", "B"), (500, "B"), (501, "C")])
def test_where_lower_is_better_a_band_reaches_up_to_its_threshold(ppm: object, grade: str) -> None:
    assert grade == decided({"score": number(0, 1_000_000)}, ladder(PPM), score=ppm)["grade"]


def test_a_missing_number_gets_the_unknown_band_or_none() -> None:
    assert "unrated" == decided({"score": OPTIONAL}, ladder(GRADES, if_unknown="unrated"))["grade"]
    assert decided({"score": OPTIONAL}, ladder(GRADES))["grade"] is None


def test_bands_are_ordered_and_the_unknown_band_stands_outside_the_order() -> None:
    good = {"kind": "formula", "id": "good", "formula": 'grade >= "C"'}
    rules = policy({"score": OPTIONAL}, ladder(GRADES, if_unknown="unrated"), good)

    assert [True, True, False, None] == [evaluate(rules, {"score": s})["good"] for s in (95, 60, 59, None)]


@pytest.mark.parametrize(
    ("was", "score", "grade"),
    [
        ("B", "91.99", "B"),
        ("B", "92", "A"),
        ("A", "88", "A"),
        ("A", "87.99", "B"),
        ("C", "76.99", "C"),
        ("C", "91.99", "B"),
        ("D", "61.99", "D"),
        ("D", "62", "C"),
        ("A", "57.99", "D"),
        ("unrated", "90", "A"),
        (None, "89.99", "B"),
    ],
)
def test_a_band_is_left_only_when_its_edge_is_passed_by_the_margin(was: object, score: str, grade: str) -> None:
    assert grade == evaluate(slow(margin="2"), {"score": score, "was": was})["grade"]


@pytest.mark.parametrize(("was", "ppm", "grade"), [("B", 40, "A"), ("B", "40.01", "B"), ("A", 60, "A"), ("A", 61, "B")])
def test_the_margin_works_downwards_where_lower_is_better(was: str, ppm: object, grade: str) -> None:
    inputs = {"score": number(0, 1_000_000), "was": {"type": "choice", "options": ["A", "B", "C"]}}
    step = ladder(PPM, hysteresis={"previous": "was", "margin": "10"})

    assert grade == decided(inputs, step, score=ppm, was=was)["grade"]


def test_a_change_waits_for_so_many_periods_in_one_direction() -> None:
    rules = slow(periods=3)

    assert [("B", -1), ("B", -2), ("C", 0), ("C", 0)] == followed(rules, "B", 70, 65, 70, 70)
    assert [("B", 1), ("B", 2), ("A", 0)] == followed(rules, "B", 95, 91, 99)


def test_a_period_back_in_the_band_or_the_other_way_starts_the_count_again() -> None:
    rules = slow(periods=3)

    assert [("B", -1), ("B", -2), ("B", 0), ("B", -1)] == followed(rules, "B", 70, 70, 80, 70)
    assert [("B", -1), ("B", -2), ("B", 1), ("B", -1)] == followed(rules, "B", 70, 70, 95, 70)


def test_after_the_wait_the_band_is_the_one_indicated_then() -> None:
    assert [("A", -1), ("A", -2), ("D", 0)] == followed(slow(periods=3), "A", 80, 80, 10)


def test_a_promotion_may_need_another_number_of_periods_than_a_demotion() -> None:
    rules = slow(periods=1, periods_up=2)

    assert [("C", 0), ("C", 1), ("B", 0)] == followed(rules, "B", 70, 80, 80)


def test_a_missing_number_is_unknown_at_once_and_forgets_the_count() -> None:
    assert [("B", -1), ("unrated", 0), ("C", 0)] == followed(slow(periods=3), "B", 70, None, 70)


def test_the_explanation_shows_the_edges_and_what_was_held_back() -> None:
    decision = evaluate(slow(periods=3), {"score": 70, "was": "B", "held": -1})
    (reason,) = decision.explain().steps

    assert ("B", "B", "C", -2) == (reason.band, reason.previous, reason.indicated, reason.held)
    assert ("C", Decimal(60), Decimal(75), "low") == (reason.by_thresholds, reason.low, reason.high, reason.closed)


@pytest.mark.parametrize(
    ("bands", "problem"),
    [
        ([{"name": "A"}], ("empty", "steps[0].bands")),
        ([{"name": "A", "from": 90}, {"name": "A"}], ("duplicate_id", "steps[0].bands[1].name")),
        (
            [{"name": "A", "from": 60}, {"name": "B", "from": 60}, {"name": "C"}],
            ("not_ordered", "steps[0].bands[1].from"),
        ),
        ([{"name": "A", "to": 60}, {"name": "B", "to": 50}, {"name": "C"}], ("not_ordered", "steps[0].bands[1].to")),
        ([{"name": "A", "from": 60}, {"name": "B", "to": 50}], ("mixed_thresholds", "steps[0].bands[0]")),
        ([{"name": "A"}, {"name": "B", "from": 50}], ("missing_key", "steps[0].bands[0].from")),
        ([{"name": "A", "from": 60}, {"name": "B", "from": 10}], ("band_gap", "steps[0].bands[1]")),
    ],
)
def test_bands_that_gap_overlap_or_contradict_cannot_be_written(
    bands: list[dict[str, Any]], problem: tuple[str, str]
) -> None:
    assert problem in refusals({"score": OPTIONAL}, ladder(bands))


def test_a_last_threshold_that_takes_all_the_rest_is_allowed() -> None:
    bands = [{"name": "A", "from": 60}, {"name": "B", "from": 0}]

    assert "B" == decided({"score": OPTIONAL}, ladder(bands), score=0)["grade"]


def test_hysteresis_needs_inputs_that_can_hold_what_it_feeds_back() -> None:
    inputs = {"score": OPTIONAL, "was": {"type": "choice", "options": ["A", "B"]}, "text": {"type": "text"}}

    def codes(**rule: object) -> list[tuple[str, str]]:
        return refusals(inputs, ladder(GRADES, hysteresis=rule))

    assert [("unknown_option", "steps[0].hysteresis.previous")] == codes(previous="was")
    assert [("type_mismatch", "steps[0].hysteresis.previous")] == codes(previous="text")
    assert [("unknown_name", "steps[0].hysteresis.previous")] == codes(previous="wsa")
    assert ("missing_key", "steps[0].hysteresis.held") in codes(previous="was", periods=2)
    assert ("bad_value", "steps[0].hysteresis.margin") in codes(previous="was", margin="-1")
    assert ("type_mismatch", "steps[0].hysteresis.held") in codes(previous="was", held="score")


def test_the_callers_decimal_context_moves_no_threshold() -> None:
    inputs = {"score": number(0, 100, 4), "was": {"type": "choice", "options": ["A", "B"]}}
    bands = [{"name": "A", "from": "90.1234"}, {"name": "B"}]
    step = ladder(bands, hysteresis={"previous": "was", "margin": "0.0011"})
    with localcontext() as context:
        context.prec = 2
        rules = policy(inputs, step)

    assert "A" == evaluate(rules, {"score": "90.1223", "was": "A"})["grade"]
    assert "B" == evaluate(rules, {"score": "90.1222", "was": "A"})["grade"]
