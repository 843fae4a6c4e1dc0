"""A table's columns cut into regions: which rows take which values."""

from datetime import date
from typing import Any

import pytest
from short_rules import choice, integer, number, rules, table

from supplychain_rules.analysis.regions import OTHER, Piece, Regions, table_regions
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.table import TableStep


def regions_of(policy: Policy) -> Regions:
    step = policy.steps[-1]
    assert isinstance(step, TableStep)
    types = {field.name: field.type for field in policy.program.inputs}
    return table_regions(policy, step, types)


def pieces(declared: dict[str, Any], *cells: str) -> dict[Piece, int]:
    """Return which rows take each piece of a column x, as bits."""
    policy = rules({"x": declared}, table(*(({"x": cell}, "keep") for cell in cells)))
    (column,) = regions_of(policy).columns
    return {piece: region.rows for region in column.regions for piece in region.pieces}


@pytest.mark.parametrize(
    ("cell", "taken"),
    [
        (">= 1.5", (15, 30)),
        ("> 1.5", (16, 30)),
        ("<= 1.5", (0, 15)),
        ("< 1.5", (0, 14)),
        ("1.5", (15, 15)),
        ("[1..2)", (10, 19)),
        ("(1..2]", (11, 20)),
        ("(1.05..1.95)", (11, 19)),
        (">= 1.55", (16, 30)),
        ("[2..99]", (20, 30)),
        ("not(< 1.5)", (15, 30)),
    ],
)
def test_a_cell_over_numbers_takes_whole_units(cell: str, taken: tuple[int, int]) -> None:
    found = pieces(number("0", "3", 1), cell)

    assert [taken] == [piece for piece, rows in found.items() if rows]
    assert (0, 30) == (min(p[0] for p in found), max(p[1] for p in found))  # type: ignore[index]  stretches all


def test_a_list_of_ranges_takes_each_of_them() -> None:
    found = pieces(integer(0, 9, optional=True), "[1..2], 5, missing")

    assert {(1, 2), (5, 5), None} == {piece for piece, rows in found.items() if rows}


def test_a_cell_beyond_the_bounds_takes_nothing() -> None:
    policy = rules({"x": integer(0, 9)}, table(({"x": "> 9"}, "keep"), ({"x": "-"}, "grow")))

    assert 0b10 == regions_of(policy).possible


def test_options_are_taken_by_name_and_by_order() -> None:
    found = pieces(choice("C", "B", "A", ordered=True), ">= B", "not(B)", "A, C")

    assert {"C": 0b110, "B": 0b001, "A": 0b111} == found


def test_an_option_that_reads_like_a_test_is_taken_by_its_name() -> None:
    found = pieces(choice("A", "> 5", "missing", "not"), '"> 5"', '"missing"', "A")

    assert {"A": 0b100, "> 5": 0b001, "missing": 0b010, "not": 0} == found


def test_texts_that_no_cell_names_are_one_piece() -> None:
    found = pieces({"type": "text", "optional": True}, "EXW", "not(EXW)", "missing")

    assert {"EXW": 0b001, OTHER: 0b010, None: 0b100} == found


def test_days_and_truths_are_cut_too() -> None:
    days = pieces({"type": "date", "min": date(2026, 1, 1), "max": date(2026, 1, 31)}, "< 2026-01-10")
    truths = pieces({"type": "boolean", "optional": True}, "true")

    assert [9, 22] == [last - first + 1 for first, last in days]  # type: ignore[misc]  stretches all
    assert {True: 1, False: 0, None: 0} == truths


def test_rows_meet_where_they_share_a_value_and_cover_where_they_take_all() -> None:
    step = table(({"x": "[1..5]"}, "keep"), ({"x": "[2..3]"}, "keep"), ({"x": "9"}, "keep"))
    regions = regions_of(rules({"x": integer(0, 9)}, step))

    assert (0b011, 0b011, 0b100) == regions.meeting
    assert (0b001, 0b011, 0b100) == regions.covering


def test_rows_by_priority_stand_in_the_order_of_their_outcome() -> None:
    step = table(({"x": "1"}, "low"), ({"x": "1"}, "high"), hit="priority")
    policy = rules({"x": integer(0, 9)}, {**step, "outputs": {"action": choice("high", "low")}})

    assert (1, 0) == regions_of(policy).order
