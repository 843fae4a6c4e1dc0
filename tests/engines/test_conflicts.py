"""The first table whose rows are in conflict ends a record on every engine, whatever later tables make of that."""

import sqlite3
from typing import Any

import duckdb
import polars as pl
import pytest

from supplychain_rules import InputError, apply, evaluate, load_policy, to_sql


def unique(name: str, output: str, when: str) -> dict[str, Any]:
    """Return a table whose first row hits always, and whose second one hits too where `when` does."""
    return {
        "kind": "table",
        "id": name,
        "hit": "unique",
        "when": ["reason"],
        "outputs": {output: {"type": "choice", "options": ["x", "y"]}},
        "rows": [
            {"id": "always", "when": {}, "then": {output: "x"}},
            {"id": "sometimes", "when": {"reason": when}, "then": {output: "y"}},
        ],
    }


INPUTS = {"reason": {"type": "text"}, "spend": {"type": "number", "decimals": 0, "min": 0, "max": 100_000_000_000_000}}

TABLES = [unique("first", "one", "a"), unique("second", "two", "a, b")]

POLICY = load_policy(
    {"schema": "supplychain-rules/1", "id": "twice", "version": "1", "inputs": INPUTS, "steps": TABLES}
)

#: Beyond what a float holds, so that pandas has the Python engine compute row by row.
WIDE = load_policy(
    {
        "schema": "supplychain-rules/1",
        "id": "wide",
        "version": "1",
        "inputs": INPUTS,
        "steps": [*TABLES, {"kind": "formula", "id": "large", "formula": "spend * 90"}],
    }
)

ROWS = pl.DataFrame({"reason": ["a", "b", "c"], "spend": [1, 2, 3]})

HIT = "rows of different outcome hit"


def test_python_names_the_first_table_in_conflict() -> None:
    with pytest.raises(InputError) as caught:
        evaluate(POLICY, {"reason": "a", "spend": 1})
    assert ["steps[0].rows"] == [problem.path for problem in caught.value.problems]


@pytest.mark.parametrize("policy", [POLICY, WIDE])
def test_frames_count_one_problem_and_name_each_row_once(policy: Any) -> None:  # noqa: ANN401
    polars, arrow, pandas = ROWS, ROWS.to_arrow(), ROWS.to_pandas()
    counts = [
        apply(policy, polars, on_invalid="null")["problems"].to_list(),
        apply(policy, polars.lazy()).collect()["problems"].to_list(),
        apply(policy, arrow, on_invalid="null")["problems"].to_pylist(),
        apply(policy, pandas, on_invalid="null")["problems"].tolist(),
    ]
    assert [[1, 1, 0]] * 4 == counts

    for frame in (polars, arrow, pandas):
        with pytest.raises(InputError) as caught:
            apply(policy, frame)
        assert [
            ("steps[0].rows", f"{HIT} the frame's row 0"),
            ("steps[1].rows", f"{HIT} the frame's row 1"),
        ] == [(problem.path, problem.message) for problem in caught.value.problems]


def test_statements_count_one_problem() -> None:
    relation = duckdb.connect().from_arrow(ROWS.to_arrow())
    assert [(1,), (1,), (0,)] == apply(POLICY, relation).order("reason").project("problems").fetchall()

    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE kpis (reason, spend)")
    database.executemany("INSERT INTO kpis VALUES (?, ?)", ROWS.rows())
    statement = to_sql(POLICY, dialect="sqlite", table="kpis", table_columns=ROWS.columns)
    assert [(1,), (1,), (0,)] == database.execute(f"SELECT problems FROM ({statement}) ORDER BY reason").fetchall()
    database.close()
