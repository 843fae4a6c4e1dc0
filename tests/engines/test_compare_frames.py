from typing import Any

import polars as pl
import pytest
from drawn_rows import DrawnTable
from frame_kinds import FRAME_KINDS, FrameKind, make_frame
from makers import number, policy

from supplychain_rules import InvalidValueError, Policy
from supplychain_rules.analysis.compare import compare_records
from supplychain_rules.engines.comparing import compare

COLUMNS = {"q": "double", "p": "double", "certified": "boolean"}
RECORDS: list[dict[str, Any]] = [
    {"q": 90.0, "p": 50.0, "certified": True},
    {"q": 60.0, "p": -90.25, "certified": None},
    {"q": None, "p": 20.5, "certified": False},
    {"q": 75.0, "p": 0.0, "certified": None},
    {"q": 75.0, "p": 0.0, "certified": True},
]


def rules(weight: str, top: str, condition: str = "certified") -> Policy:
    inputs = {
        "q": number(optional=True),
        "p": number(-100, 100),
        "certified": {"type": "boolean", "optional": True},
    }
    return policy(
        inputs,
        {
            "kind": "scorecard",
            "id": "score",
            "method": "weighted_mean",
            "criteria": [{"id": "q", "of": "q", "weight": weight}, {"id": "p", "of": "p", "weight": "1"}],
        },
        {
            "kind": "ladder",
            "id": "grade",
            "of": "score",
            "bands": [{"name": "A", "from": top}, {"name": "B", "from": "0"}, {"name": "C"}],
        },
        {"kind": "formula", "id": "trusted", "formula": condition},
    )


BEFORE, AFTER = rules("1", "60"), rules("3", "55", "certified and q > 80")


@pytest.mark.parametrize("kind", FRAME_KINDS)
def test_a_frame_of_any_kind_gives_the_matrices_and_totals_of_its_records(kind: FrameKind) -> None:
    table = DrawnTable(rows=RECORDS, kinds=dict(COLUMNS))  # type: ignore[arg-type]
    frame = make_frame(kind, table, {name: name for name in COLUMNS})
    expected, found = compare_records(BEFORE, AFTER, RECORDS), compare(BEFORE, AFTER, frame)

    assert expected.migrations == found.migrations
    assert expected.totals == found.totals
    assert (expected.records, expected.refused_count) == (found.records, found.refused_count)


def test_rows_that_a_rule_set_refuses_are_counted_and_left_out() -> None:
    frame = pl.DataFrame({"q": [90.0, 900.0], "p": [1.0, 1.0], "certified": [True, True]})
    found = compare(BEFORE, AFTER, frame)

    assert (1, 1) == (found.records, found.refused_count)
    assert "1 records refused" in str(found)


def test_the_same_call_takes_records_in_a_list_and_in_a_generator() -> None:
    assert compare(BEFORE, AFTER, RECORDS) == compare(BEFORE, AFTER, (record for record in RECORDS))


def test_totals_beyond_64_bits_are_exact() -> None:
    low, high = "-999999999999", "999999999999"
    wide = policy({"x": number(low, high, 3)}, {"kind": "formula", "id": "y", "formula": "x * 1.000"})
    rows = 20_000
    found = compare(wide, wide, pl.DataFrame({"x": pl.Series([float(high)] * rows)}))

    assert f"{int(high) * rows}.000" == str(found.total("y").before)


@pytest.mark.parametrize("asked", [{"key": "supplier"}, {"period": "month"}])
def test_rows_of_a_frame_have_no_names(asked: dict[str, str]) -> None:
    with pytest.raises(InvalidValueError, match="rows of a frame have no names"):
        compare(BEFORE, AFTER, pl.DataFrame(RECORDS), **asked)


def test_what_is_neither_records_nor_a_frame_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="no frame"):
        compare(BEFORE, AFTER, 7)
