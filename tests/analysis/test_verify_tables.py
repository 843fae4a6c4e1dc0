"""Findings in tables."""

import pytest
from short_rules import choice, found, integer, kinds, ladder, number, rules, table

RATE = {"rate": integer(0, 100)}


def test_a_gap_is_shown_in_its_middle() -> None:
    policy = rules(RATE, table(({"rate": ">= 90"}, "grow"), ({"rate": "< 80"}, "leave")))

    assert [{"rate": 84}] == [finding.witness for finding in found(policy, "gap")]


@pytest.mark.parametrize("more", [{"otherwise": {"action": "keep"}}, {"otherwise": {"action": None}}])
def test_who_says_otherwise_has_no_gap(more: dict[str, object]) -> None:
    step = table(({"rate": ">= 90"}, "grow"), otherwise={"action": "grow"})

    assert [] == found(rules(RATE, {**step, **more, "outputs": {"action": choice("grow", "keep")}}), "gap")


def test_a_gap_that_no_record_reaches_is_none() -> None:
    rows = (({"grade": "A"}, "grow"), ({"grade": "B", "score": ">= 50"}, "keep"), ({"grade": "C"}, "leave"))

    assert [] == kinds(rules({"score": number("0", "100", 1)}, ladder("score"), table(*rows)))


def test_a_gap_is_shown_by_a_record_on_which_no_other_rows_conflict() -> None:
    conflicting = {**table(({"y": "<= 5"}, "u"), ({"y": ">= 3"}, "v"), hit="unique"), "id": "other"}
    conflicting["outputs"] = {"stock": choice("u", "v")}
    for row in conflicting["rows"]:
        row["then"] = {"stock": row["then"]["action"]}
    policy = rules({**RATE, "y": integer(0, 9)}, conflicting, table(({"rate": "> 0"}, "grow")))

    (gap,) = found(policy, "gap")

    assert gap.witness is not None
    assert gap.witness["rate"] == 0
    assert gap.witness["y"] not in (3, 4, 5)


def test_rows_that_agree_may_overlap_under_any() -> None:
    rows = (({"rate": "> 50"}, "grow"), ({"rate": "> 40"}, "grow"), ({"rate": "<= 40"}, "keep"))

    assert [] == found(rules(RATE, table(*rows, hit="any")), "overlap")
    assert 1 == len(found(rules(RATE, table(*rows, hit="unique")), "overlap"))


def test_an_exception_is_reported_where_it_decides_and_no_further() -> None:
    rows = (
        ({"rate": "> 90"}, "grow"),
        ({"rate": "> 80"}, "keep"),
        ({"rate": "> 90"}, "leave"),
        ({"rate": "<= 80"}, "leave"),
    )
    policy = rules(RATE, table(*rows))

    assert ["steps[0].rows[2]"] == [finding.path for finding in found(policy, "masked_row")]
    assert ["steps[0].rows[0]"] == [finding.path for finding in found(policy, "overlap")]
    assert "'r1'" in found(policy, "overlap")[0].message.en


def test_a_row_behind_what_it_cannot_meet_is_not_alive_for_that() -> None:
    # The row for C and 70 points meets no record; that the rows before it leave other grades open is no life.
    rows = (({"grade": "B"}, "keep"), ({"grade": "C", "score": ">= 70"}, "leave"), ({"grade": "not(B)"}, "grow"))
    policy = rules({"score": number("0", "100", 1)}, ladder("score"), table(*rows))

    assert ["steps[1].rows[1]"] == [finding.path for finding in found(policy, "unreachable_row")]


def test_a_row_within_another_is_needed_where_a_row_between_says_otherwise() -> None:
    narrow = ({"rate": "> 90"}, "grow")
    between, broad, rest = ({"rate": "> 95"}, "keep"), ({"rate": "> 50"}, "grow"), ({"rate": "<= 50"}, "keep")

    assert ["steps[0].rows[0]"] == [f.path for f in found(rules(RATE, table(narrow, broad, rest)), "subsumed_row")]
    assert [] == found(rules(RATE, table(narrow, between, broad, rest)), "subsumed_row")


def test_of_two_rows_that_say_the_same_one_is_left_out() -> None:
    rows = (({"rate": "> 50"}, "grow"), ({"rate": "> 50"}, "grow"), ({"rate": "<= 50"}, "keep"))

    assert 1 == len(found(rules(RATE, table(*rows, hit="any")), "subsumed_row"))


def test_rows_that_do_not_touch_stay_two() -> None:
    rows = (({"rate": "< 10"}, "keep"), ({"rate": "[10..90]"}, "grow"), ({"rate": "> 90"}, "keep"))

    assert [] == found(rules(RATE, table(*rows, hit="unique")), "contraction")


def test_a_table_with_too_many_overlaps_names_fifty_and_says_that_there_are_more() -> None:
    rows = [({"rate": f">= {place}"}, "grow") for place in range(20)]
    policy = rules(RATE, table(*rows, hit="unique"))

    assert 50 == len(found(policy, "overlap"))
    assert ["steps[0].rows"] == [finding.path for finding in found(policy, "undecided")]


def test_a_gap_that_rests_on_places_among_all_is_undecided() -> None:
    rank = {"kind": "rank", "id": "place", "of": "rate"}
    (gap,) = found(rules(RATE, rank, table(({"place": "<= 3"}, "grow"))), "gap")

    assert "undecided" == gap.severity
    assert None is gap.witness
    assert "if records compare so" in gap.message.en


def test_a_place_that_nobody_has_is_dead_whoever_is_there() -> None:
    rank = {"kind": "rank", "id": "place", "of": "rate"}
    rows = (({"place": "0"}, "leave"), ({"place": ">= 1"}, "grow"))

    assert ["steps[1].rows[0]"] == [f.path for f in found(rules(RATE, rank, table(*rows)), "unreachable_row")]


def test_a_row_whose_only_other_values_no_record_has_is_masked() -> None:
    # Nobody with 60 points has a C, so the first row takes all that the second one could.
    stars = (({"grade": "A", "score": "[90..95)"}, "grow"), ({"grade": "A", "score": ">= 95"}, "keep"))
    rows = (({"grade": "B"}, "keep"), ({"grade": "B, C", "score": ">= 60"}, "leave"), *stars, ({"grade": "C"}, "grow"))
    policy = rules({"score": number("0", "100", 1)}, ladder("score"), table(*rows))

    assert ["steps[1].rows[1]"] == [finding.path for finding in found(policy, "masked_row")]


def test_two_rows_that_meet_only_behind_a_third_are_no_exception_to_each_other() -> None:
    rows = (({"rate": "(90..95]"}, "keep"), ({"rate": "[85..95]"}, "grow"), ({"rate": "> 90"}, "leave"))
    policy = rules(RATE, table(*rows, ({"rate": "< 85"}, "leave")))

    assert ["steps[0].rows[0]"] == [finding.path for finding in found(policy, "overlap")]
