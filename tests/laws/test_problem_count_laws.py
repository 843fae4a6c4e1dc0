"""Bad values counted by column are those that Python refuses, and add up to those that are counted row by row."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping

import duckdb
from drawn_rows import DrawnTable, drawn_tables
from frame_kinds import FRAME_KINDS, make_frame, understood
from hypothesis import assume, given
from hypothesis import strategies as st
from sql_runs import TABLE, as_sqlite_stores, fill_sqlite

from supplychain_rules import Policy, apply, supports
from supplychain_rules.engines.problem_counts import ProblemCount, problem_counts
from supplychain_rules.engines.problem_kinds import kind_of_problem
from supplychain_rules.engines.problem_sql import problem_counts_to_sql
from supplychain_rules.testing.strategies_policies import loaded_policies

#: Rows drawn for each policy.
ROWS = 8

Counts = dict[tuple[str, str], int]


def expected_counts(policy: Policy, rows: Iterable[Mapping[str, object]]) -> Counts:
    """Return how many rows each input spoils, by what the Python engine says of each value."""
    found = Counter(
        (field.name, problem)
        for row in rows
        for field in policy.program.inputs
        if (problem := kind_of_problem(row[field.name], field.type)) is not None
    )
    return dict(found)


def counted(counts: Iterable[ProblemCount]) -> Counts:
    return {(count.input, count.problem): count.rows for count in counts}


def columns_of(policy: Policy) -> dict[str, str]:
    """Return the column of each input, where no two inputs share one."""
    columns = {declared.name: declared.column or declared.name for declared in policy.inputs}
    assume(len(set(columns.values())) == len(columns))
    return columns


@given(data=st.data(), policy=loaded_policies())
def test_every_kind_of_frame_counts_by_column_what_python_refuses(data: st.DataObject, policy: Policy) -> None:
    columns = columns_of(policy)
    table: DrawnTable = data.draw(drawn_tables(policy, ROWS))
    for kind in FRAME_KINDS:
        expected = expected_counts(policy, (understood(row, kind) for row in table.rows))

        assert (kind, expected) == (kind, counted(problem_counts(policy, make_frame(kind, table, columns))))


@given(data=st.data(), policy=loaded_policies())
def test_duckdb_and_sqlite_count_by_column_what_python_refuses(data: st.DataObject, policy: Policy) -> None:
    columns = {declared.name: declared.name for declared in policy.inputs}
    table: DrawnTable = data.draw(drawn_tables(policy, ROWS))

    with duckdb.connect() as connection:
        connection.register(TABLE, make_frame("pyarrow", table, columns))
        statement = problem_counts_to_sql(policy, dialect="duckdb", table=TABLE, columns=columns)
        found = connection.execute(statement).fetchall()
    assert expected_counts(policy, table.rows) == {(name, problem): rows for name, _, problem, rows in found}

    lite = sqlite3.connect(":memory:")
    fill_sqlite(lite, table.kinds, table.rows)
    statement = problem_counts_to_sql(policy, dialect="sqlite", table=TABLE, columns=columns)
    found = lite.execute(statement).fetchall()
    lite.close()
    stored = [{name: as_sqlite_stores(value) for name, value in row.items()} for row in table.rows]
    assert expected_counts(policy, stored) == {(name, problem): rows for name, _, problem, rows in found}


@given(data=st.data(), policy=loaded_policies())
def test_counts_by_column_add_up_to_the_problems_of_the_rows(data: st.DataObject, policy: Policy) -> None:
    columns = columns_of(policy)
    assume(not supports(policy, "polars"))
    table: DrawnTable = data.draw(drawn_tables(policy, ROWS))
    frame = make_frame("polars", table, columns)
    is_good = [not expected_counts(policy, [row]) for row in table.rows]

    by_row = apply(policy, frame, on_invalid="null")["problems"].to_list()
    by_column = sum(count.rows for count in problem_counts(policy, frame))

    # A row of good inputs may still be one for which the rows of a table conflict.
    conflicts = sum(count for count, fine in zip(by_row, is_good, strict=True) if fine)
    assert sum(by_row) == by_column + conflicts
    assert conflicts <= sum(is_good)
    assert () == problem_counts(policy, frame.filter(is_good))
