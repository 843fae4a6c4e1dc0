"""How many rows each column spoils, and in which way: the same on every kind of frame and in every dialect."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import sqlglot

from supplychain_rules import InputError, Policy, apply, load_policy
from supplychain_rules.engines.dialects import DIALECTS
from supplychain_rules.engines.problem_counts import ProblemCount, problem_counts
from supplychain_rules.engines.problem_sql import problem_counts_to_sql
from supplychain_rules.errors import InvalidValueError

RULES: dict[str, Any] = {
    "schema": "supplychain-rules/1",
    "id": "review",
    "version": "1",
    "inputs": {
        "on_time": {"type": "number", "decimals": 2, "min": 0, "max": 1, "optional": True, "column": "On time"},
        "spend": {"type": "integer", "min": 0, "max": 1000},
        "category": {"type": "choice", "options": ["raw", "pack"]},
        "since": {"type": "date", "min": "2020-01-01", "max": "2029-12-31", "optional": True},
        "certified": {"type": "boolean"},
        "note": {"type": "text", "optional": True},
    },
    "steps": [{"kind": "formula", "id": "twice", "formula": "on_time * 2"}],
}

NAN, INFINITE = float("nan"), float("inf")

ROWS: dict[str, list[Any]] = {
    "On time": [0.5, 1.5, None, -INFINITE, 2.0, INFINITE],
    "spend": [10, 2000, None, None, -1, 5],
    "category": ["raw", "row", None, "pack", "", "raw"],
    "since": [date(2026, 1, 1), date(2019, 12, 31), None, date(2030, 1, 1), date(2020, 1, 1), None],
    "certified": [True, None, False, None, None, True],
    "note": ["", "x" * 5_000, None, "y", "z", "é" * 3],
}

FOUND = [
    ("On time", "not_finite", 2),
    ("On time", "out_of_range", 2),
    ("spend", "required", 2),
    ("spend", "out_of_range", 2),
    ("category", "required", 1),
    ("category", "undeclared", 2),
    ("since", "out_of_range", 2),
    ("certified", "required", 3),
    ("note", "too_long", 1),
]


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(RULES)


def pandas_rows() -> pd.DataFrame:
    frame = pd.DataFrame({**ROWS, "certified": pd.Series(ROWS["certified"], dtype=object)})
    return frame.assign(since=pd.to_datetime(pd.Series(ROWS["since"])))


FRAMES = {
    "polars": lambda: pl.DataFrame(ROWS),
    "polars lazy": lambda: pl.LazyFrame(ROWS),
    "pyarrow": lambda: pa.table(ROWS),
    "pandas": pandas_rows,
    "pandas objects": lambda: pd.DataFrame(ROWS, dtype=object),
    "pandas arrow": lambda: pl.DataFrame(ROWS).to_pandas(use_pyarrow_extension_array=True),
    "duckdb": lambda: duckdb.connect().from_arrow(pa.table(ROWS)),
}


def shown(counts: tuple[ProblemCount, ...]) -> list[tuple[str, str, int]]:
    return [(count.column, count.problem, count.rows) for count in counts]


@pytest.mark.parametrize("kind", FRAMES)
def test_each_column_says_how_many_rows_it_spoils_and_how(policy: Policy, kind: str) -> None:
    assert FOUND == shown(problem_counts(policy, FRAMES[kind]()))


def test_a_frame_of_spark_counts_as_the_others_do(policy: Policy, spark: Any) -> None:  # noqa: ANN401  any value
    assert FOUND == shown(problem_counts(policy, spark.createDataFrame(pa.table(ROWS))))


@pytest.fixture
def lite() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    columns = ", ".join(f'"{name}"' for name in ROWS)
    connection.execute(f"CREATE TABLE kpis ({columns})")
    rows = [
        [str(value) if isinstance(value, date) else value for value in row] for row in zip(*ROWS.values(), strict=True)
    ]
    connection.executemany("INSERT INTO kpis VALUES (?, ?, ?, ?, ?, ?)", rows)
    yield connection
    connection.close()


def test_a_table_of_sqlite_counts_as_the_frames_do(policy: Policy, lite: sqlite3.Connection) -> None:
    statement = problem_counts_to_sql(policy, dialect="sqlite", table="kpis")

    assert FOUND == [row[1:] for row in lite.execute(statement)]


@pytest.mark.filterwarnings("ignore")  # Ibis uses what pandas and it will change
def test_a_table_of_ibis_counts_as_the_frames_do(policy: Policy, tmp_path: Any) -> None:  # noqa: ANN401  any value
    file = tmp_path / "kpis.db"
    with sqlite3.connect(file) as connection:
        connection.execute('CREATE TABLE kpis ("On time" REAL, spend INTEGER, category TEXT)')
        connection.executemany(
            "INSERT INTO kpis VALUES (?, ?, ?)", zip(ROWS["On time"], ROWS["spend"], ROWS["category"], strict=True)
        )
    connection.close()
    rules = {**RULES, "inputs": {name: RULES["inputs"][name] for name in ("on_time", "spend", "category")}}
    table = ibis.sqlite.connect(file).table("kpis")

    assert FOUND[:6] == shown(problem_counts(load_policy(rules), table))


def test_duckdb_counts_the_rows_of_a_table_in_one_pass(policy: Policy) -> None:
    connection = duckdb.connect()
    connection.register("kpis", pa.table(ROWS))
    statement = problem_counts_to_sql(policy, dialect="duckdb", table="kpis")

    assert FOUND == [row[1:] for row in connection.execute(statement).fetchall()]
    plan = str(connection.execute(f"EXPLAIN {statement}").fetchall())
    assert 1 == plan.count("ARROW_SCAN")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_statement_is_of_its_dialect(policy: Policy, dialect: str) -> None:
    statement = problem_counts_to_sql(policy, dialect=dialect, table="kpis")

    assert 1 == len(sqlglot.parse(statement, dialect=dialect))


def test_values_of_other_types_are_told_apart_where_a_column_holds_several(
    policy: Policy, lite: sqlite3.Connection
) -> None:
    lite.execute("DELETE FROM kpis")
    lite.execute("INSERT INTO kpis VALUES ('high', 'much', 3, 'soon', 'yes', 7)")
    statement = problem_counts_to_sql(policy, dialect="sqlite", table="kpis")

    assert [
        ("On time", "wrong_type", 1),
        ("spend", "wrong_type", 1),
        ("category", "undeclared", 1),
        ("since", "wrong_type", 1),
        ("certified", "wrong_type", 1),
        ("note", "wrong_type", 1),
    ] == [row[1:] for row in lite.execute(statement)]


def test_objects_of_pandas_are_told_apart_one_by_one(policy: Policy) -> None:
    frame = pd.DataFrame(
        {
            "On time": pd.Series([Decimal("0.5"), Decimal("-Infinity"), True, Decimal(7)], dtype=object),
            "spend": pd.Series([1, [], Decimal("Infinity"), 9999], dtype=object),
            "category": pd.Series(["raw", 3, "pack", "row"], dtype=object),
            "since": pd.to_datetime(pd.Series(["2026-01-01 00:00", "2026-01-01 12:00", None, "2031-01-01 00:00"])),
            "certified": pd.Series([True, 7, None, False], dtype=object),
            "note": pd.Series(["", 1, None, "x" * 5_000], dtype=object),
        }
    )

    assert [
        ("On time", "wrong_type", 1),
        ("On time", "not_finite", 1),
        ("On time", "out_of_range", 1),
        ("spend", "wrong_type", 1),
        ("spend", "not_finite", 1),
        ("spend", "out_of_range", 1),
        ("category", "undeclared", 2),
        ("since", "wrong_type", 1),
        ("since", "out_of_range", 1),
        ("certified", "required", 1),
        ("certified", "wrong_type", 1),
        ("note", "wrong_type", 1),
        ("note", "too_long", 1),
    ] == shown(problem_counts(policy, frame))


def test_good_rows_and_no_rows_give_no_counts(policy: Policy) -> None:
    good = pl.DataFrame(ROWS).head(1)
    connection = duckdb.connect()
    connection.register("kpis", good.to_arrow())

    assert () == problem_counts(policy, good)
    assert () == problem_counts(policy, good.clear())
    assert () == problem_counts(policy, connection.table("kpis").limit(0))
    assert [] == connection.execute(problem_counts_to_sql(policy, dialect="duckdb", table="kpis")).fetchall()


def test_a_scored_frame_can_be_counted_again_whatever_its_columns_are_called(policy: Policy) -> None:
    frame = pl.DataFrame(ROWS)
    scored = apply(policy, frame, on_invalid="null")

    assert FOUND == shown(problem_counts(policy, scored))
    assert sum(rows for _, _, rows in FOUND) == scored["problems"].sum()


def test_a_column_that_is_absent_is_refused_or_missing_in_every_row(policy: Policy) -> None:
    frame = pl.DataFrame(ROWS).drop("since")

    with pytest.raises(InputError, match="missing_columns='null'"):
        problem_counts(policy, frame)
    expected = [found for found in FOUND if found[0] != "since"]
    assert expected == shown(problem_counts(policy, frame, missing_columns="null"))
    assert expected == shown(
        problem_counts(policy, duckdb.connect().from_arrow(frame.to_arrow()), missing_columns="null")
    )


def test_a_column_of_nothing_spoils_every_row_where_a_value_is_required(policy: Policy) -> None:
    frame = pa.table({**ROWS, "spend": pa.nulls(6)})

    assert ("spend", "required", 6) in shown(problem_counts(policy, frame))


def test_a_column_of_a_type_that_cannot_hold_the_input_is_refused(policy: Policy) -> None:
    for frame in (
        pl.DataFrame({**ROWS, "spend": ["a"] * 6}),
        FRAMES["duckdb"]().project("* REPLACE (category AS spend)"),
    ):
        with pytest.raises(InputError, match="a column of type String cannot hold this input"):
            problem_counts(policy, frame)


def test_hundreds_of_inputs_are_counted_in_one_statement() -> None:
    names = [f"x{place}" for place in range(300)]
    inputs = {name: {"type": "integer", "min": 0, "max": 9} for name in names}
    rules = load_policy({**RULES, "inputs": inputs, "steps": [{"kind": "formula", "id": "y", "formula": "x0"}]})
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE kpis ({', '.join(names)})")
    connection.execute(f"INSERT INTO kpis VALUES ({', '.join(map(str, range(300)))})")

    found = list(connection.execute(problem_counts_to_sql(rules, dialect="sqlite", table="kpis")))

    assert [(name, name, "out_of_range", 1) for name in names[10:]] == found
    connection.close()


def test_what_is_no_frame_and_what_reads_nothing_is_refused(policy: Policy) -> None:
    with pytest.raises(InvalidValueError, match="no frame that rules run on"):
        problem_counts(policy, [{"spend": 1}])
    optional = {"x": {"type": "integer", "min": 0, "max": 9, "optional": True}}
    rules = load_policy({**RULES, "inputs": optional, "steps": [{"kind": "formula", "id": "y", "formula": "x"}]})
    with pytest.raises(InvalidValueError, match="no input is read from a column"):
        problem_counts_to_sql(rules, dialect="duckdb", table="kpis", columns={"x": None})
