"""RFM rule sets: every code has one segment, and a map that is not sound is refused before anybody is classed by it."""

import itertools
from typing import Any

import pytest
from sql_runs import TABLE, run_duckdb, run_sqlite

from supplychain_rules import InvalidValueError, Label, evaluate, evaluate_all, load_policy, to_sql, verify
from supplychain_rules.customers import RFM_SEGMENTS, Scores, Segment, rfm_rules, segment_of
from supplychain_rules.rules.quantile import QuantileTies

#: Cut points by which a record's own numbers are its classes.
_CUTS = {"recency": ["3", "2", "1", "0"], "frequency": ["2", "3", "4", "5"], "money": ["2", "3", "4", "5"]}


def segment(name: str, *boxes: Scores) -> Segment:
    return Segment(id=name, label=Label(name, name), boxes=boxes)


def by_classes() -> dict[str, Any]:
    rules = rfm_rules()
    steps = [step | ({"cuts": _CUTS[step["id"]]} if step["id"] in _CUTS else {}) for step in rules["steps"]]
    return rules | {"steps": steps}


def test_verify_finds_nothing_in_the_rule_set() -> None:
    assert () == verify(load_policy(rfm_rules()))
    assert () == verify(load_policy(rfm_rules(classes=4, ties="max")))
    assert () == verify(load_policy(by_classes()))


def test_verify_finds_the_gap_of_a_map_with_a_row_taken_out() -> None:
    rules = by_classes()
    rules["steps"][-1]["rows"].pop()

    assert ["gap"] == [finding.kind for finding in verify(load_policy(rules)) if finding.severity == "error"]


def test_verify_finds_the_overlap_of_a_map_with_a_row_made_wider() -> None:
    rules = by_classes()
    rules["steps"][-1]["rows"][-1]["when"]["recency"] = "[1..2]"

    assert ["overlap"] == [finding.kind for finding in verify(load_policy(rules)) if finding.severity == "error"]


def test_every_code_belongs_to_exactly_one_segment() -> None:
    policy = load_policy(by_classes())
    for recency, frequency, money in itertools.product(range(1, 6), repeat=3):
        record = {"recency_days": 5 - recency, "purchase_days": frequency, "monetary": money}
        code = 100 * recency + 10 * frequency + money
        owners = [one.id for one in RFM_SEGMENTS if any(box.holds((recency, frequency, money)) for box in one.boxes)]

        found = evaluate(policy, record)

        assert (code, owners) == (found["code"], [found["segment"]])
        assert found["segment"] == segment_of(code).id


def test_every_segment_has_a_code_and_a_name_in_both_languages() -> None:
    reached = {segment_of(100 * r + 10 * f + m).id for r, f, m in itertools.product(range(1, 6), repeat=3)}

    assert {one.id for one in RFM_SEGMENTS} == reached
    assert all(one.label.en and one.label.zh for one in RFM_SEGMENTS)


def test_a_map_that_leaves_codes_open_is_refused_with_the_codes() -> None:
    with pytest.raises(InvalidValueError, match="4 of 8 codes belong to no segment: 111, 112, 121, 122"):
        rfm_rules(classes=2, segments=[segment("good", Scores(recency=2))])


def test_a_map_that_names_codes_twice_is_refused_with_both_names() -> None:
    with pytest.raises(InvalidValueError, match="2 codes belong to several: 221, 222 \\(the first to all, good\\)"):
        rfm_rules(classes=2, segments=[segment("all", Scores()), segment("good", Scores(recency=2, frequency=2))])


def test_a_segment_that_no_code_reaches_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="no code of 2 classes belongs to 'best'"):
        rfm_rules(classes=2, segments=[segment("all", Scores()), segment("best", Scores(recency=5))])


def test_everything_wrong_with_a_map_is_said_at_once() -> None:
    with pytest.raises(InvalidValueError) as refused:
        rfm_rules(classes=2, segments=[segment("a", Scores(recency=2)), segment("a", Scores(recency=5))])

    assert "4 of 8 codes belong to no segment: 111, 112, 121, 122; 'a' names two segments" in str(refused.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"recency": 0}, "Scores.recency must be a whole number from 1 to 9"),
        ({"monetary": (3, 2)}, "Scores.monetary runs backwards"),
        ({"frequency": (1, 2, 3)}, "scores are one class, or the least and the greatest"),
    ],
)
def test_a_box_of_no_codes_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        Scores(**given)


@pytest.mark.parametrize("classes", [1, 10, "5", True])
def test_classes_that_are_no_digit_of_a_code_are_refused(classes: Any) -> None:  # noqa: ANN401  what is refused
    with pytest.raises(InvalidValueError, match="classes must be a whole number from 2 to 9"):
        rfm_rules(classes=classes)


def test_other_classes_than_five_have_segments_only_where_a_map_is_given() -> None:
    assert ["recency", "frequency", "money", "code"] == [step["id"] for step in rfm_rules(classes=4)["steps"]]


def test_a_code_of_another_map_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="no segment has this code: 777"):
        segment_of(777)


@pytest.mark.parametrize("run", [run_duckdb, run_sqlite], ids=["duckdb", "sqlite"])
@pytest.mark.parametrize("ties", ["min", "max"])
def test_sql_says_what_the_records_say(run: Any, ties: QuantileTies) -> None:  # noqa: ANN401  of the two engines
    kinds = {"recency_days": "integer", "purchase_days": "integer", "monetary": "double"}
    rows: list[dict[str, object]] = [
        {"recency_days": place % 4, "purchase_days": 1 + place % 3, "monetary": place * 2.25 - 5} for place in range(20)
    ]
    policy, dialect = load_policy(rfm_rules(ties=ties)), run.__name__.removeprefix("run_")
    statement = to_sql(
        policy, dialect=dialect, table=TABLE, table_columns=["place", *kinds], outputs=["code", "segment"]
    )

    found = [(int(row[-3]), row[-2]) for row in run(statement, kinds, rows)]

    assert [(one["code"], one["segment"]) for one in evaluate_all(policy, rows)] == found
