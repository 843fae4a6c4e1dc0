"""Why a row of a frame was decided so: the reasons of the Python engine, for the very row."""

from datetime import date
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from supplychain_rules import InputError, InvalidValueError, Policy, apply, evaluate, explain_row, load_policy

RULES: dict[str, Any] = {
    "schema": "supplychain-rules/1",
    "id": "review",
    "version": "1",
    "inputs": {
        "on_time": {"type": "number", "decimals": 2, "min": 0, "max": 1, "optional": True, "column": "On time"},
        "audited": {"type": "date", "optional": True},
    },
    "steps": [
        {"kind": "formula", "id": "shown", "formula": "on_time * 100"},
        {"kind": "formula", "id": "recent", "formula": "audited >= '2026-01-01'"},
    ],
}

ROWS: dict[str, list[Any]] = {
    "supplier": ["S1", "S2", "S3", "S3"],
    "On time": [0.5, None, 0.75, 9.0],
    "audited": [date(2026, 2, 1), None, date(2025, 1, 1), None],
}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(RULES)


EAGER: dict[str, Any] = {
    "polars": pl.DataFrame(ROWS),
    "pyarrow": pa.table(ROWS),
    "pandas": pd.DataFrame({**ROWS, "audited": pd.to_datetime(ROWS["audited"])}),
    "pandas nullable": pd.DataFrame(ROWS).convert_dtypes(),
    "pandas arrow": pl.DataFrame(ROWS).to_pandas(use_pyarrow_extension_array=True),
}


@pytest.mark.parametrize("name", EAGER)
def test_a_row_is_found_by_its_position(policy: Policy, name: str) -> None:
    for place in range(3):
        record = {"on_time": ROWS["On time"][place], "audited": ROWS["audited"][place]}
        assert evaluate(policy, record).explain().to_dict() == explain_row(policy, EAGER[name], where=place).to_dict()


def lazy() -> dict[str, Any]:
    return {"lazy": pl.DataFrame(ROWS).lazy(), "duckdb": duckdb.connect().from_arrow(pa.table(ROWS))}


@pytest.mark.parametrize("name", [*EAGER, *lazy()])
def test_a_row_is_found_by_what_only_it_has(policy: Policy, name: str) -> None:
    frame = (EAGER | lazy())[name]

    assert "50" in explain_row(policy, frame, where={"supplier": "S1"}).text()
    with pytest.raises(InvalidValueError, match="several rows are so"):
        explain_row(policy, frame, where={"supplier": "S3"})
    with pytest.raises(InvalidValueError, match="no row is so"):
        explain_row(policy, frame, where={"supplier": "S9"})
    with pytest.raises(InvalidValueError, match="did you mean 'supplier'"):
        explain_row(policy, frame, where={"suplier": "S1"})


def test_a_missing_value_can_be_asked_for(policy: Policy) -> None:
    for frame in (*EAGER.values(), *lazy().values()):
        found = explain_row(policy, frame, where={"On time": None})
        assert evaluate(policy, {}).explain().to_dict() == found.to_dict()


def test_the_reasons_say_what_apply_computed(policy: Policy) -> None:
    frame = apply(policy, pl.DataFrame(ROWS)[:3])

    assert [50.0, None, 75.0] == frame["shown"].to_list()
    assert "75.00" in explain_row(policy, frame, where=2).text()


def test_a_row_that_is_not_there_is_refused(policy: Policy) -> None:
    for place in (-1, 4):
        with pytest.raises(InvalidValueError, match="no such row"):
            explain_row(policy, EAGER["polars"], where=place)
    with pytest.raises(InvalidValueError, match="'where' names no column"):
        explain_row(policy, EAGER["polars"], where={})


def test_a_lazy_frame_has_no_positions(policy: Policy) -> None:
    for frame in lazy().values():
        with pytest.raises(InvalidValueError, match="the rows of a lazy frame have no positions"):
            explain_row(policy, frame, where=0)


def test_a_row_with_a_bad_value_is_refused_as_a_record_is(policy: Policy) -> None:
    for frame in EAGER.values():
        with pytest.raises(InputError, match="on_time: outside the declared range"):
            explain_row(policy, frame, where=3)


def test_a_missing_column_is_refused_unless_told_otherwise(policy: Policy) -> None:
    frame = EAGER["polars"].drop("audited")

    with pytest.raises(InputError, match="audited: the frame has no such column"):
        explain_row(policy, frame, where=0)
    assert "50" in explain_row(policy, frame, where=0, missing_columns="null").text()


def test_what_is_no_frame_cannot_be_explained(policy: Policy) -> None:
    with pytest.raises(InvalidValueError, match="this is no frame that rules run on"):
        explain_row(policy, ROWS, where=0)
