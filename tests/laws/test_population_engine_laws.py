"""What compares rows says the same on every kind of frame and in SQL as in Python: ties, missing values, groups."""

from typing import Any

from drawn_rows import DrawnTable, compared_tables, expected_rows
from frame_kinds import FRAME_KINDS, make_frame, rows_of, shown, understood
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sql_runs import TABLE, as_python, as_sqlite_stores, run_duckdb, run_sqlite

from supplychain_rules import Policy, apply, supports, to_sql
from supplychain_rules.engines.sql import Numbers
from supplychain_rules.language.types import NumberType
from supplychain_rules.testing.strategies_policies import population_policies

#: Most rows drawn for each policy.
ROWS = 12

#: A policy with comparisons costs all kinds of frame a second together.
POLICIES = 30


def everything(policy: Policy) -> list[str]:
    """Return the outputs, and what every comparison says."""
    return [*policy.outputs, *(population.name for population in policy.program.populations)]


def in_order(frame: Any, note: int) -> list[list[object]]:  # noqa: ANN401  of any library
    """Return the rows of a frame in the order in which they were put in: a relation of DuckDB has none."""
    return sorted(rows_of(frame), key=lambda row: int(str(row[note]).removeprefix("row ")))


@settings(max_examples=POLICIES)
@given(data=st.data(), policy=population_policies())
def test_every_kind_of_frame_compares_rows_as_python_does(data: st.DataObject, policy: Policy) -> None:
    columns = {declared.name: declared.column or declared.name for declared in policy.inputs}
    assume(not supports(policy, "polars") and len(set(columns.values())) == len(columns))
    table: DrawnTable = data.draw(compared_tables(policy, ROWS))
    outputs = everything(policy)
    for kind in FRAME_KINDS:
        expected = expected_rows(policy, [understood(row, kind) for row in table.rows], outputs)
        frame = make_frame(kind, table, columns)
        before = rows_of(frame)

        found = in_order(apply(policy, frame, on_invalid="null", numbers="units", outputs=outputs), len(columns))

        assert (kind, [[*row, *answers] for row, answers in zip(before, expected, strict=True)]) == (kind, found)


@settings(max_examples=POLICIES)
@given(data=st.data(), policy=population_policies())
def test_eager_frames_of_good_rows_compare_them_without_masks(data: st.DataObject, policy: Policy) -> None:
    columns = {declared.name: declared.column or declared.name for declared in policy.inputs}
    assume(not supports(policy, "polars") and len(set(columns.values())) == len(columns))
    table: DrawnTable = data.draw(compared_tables(policy, ROWS))
    expected = expected_rows(policy, table.rows, list(policy.outputs))
    fine = [row for row, answers in zip(table.rows, expected, strict=True) if not answers[-1]]
    expected = expected_rows(policy, fine, list(policy.outputs))
    assume(not any(answers[-1] for answers in expected))
    kinds = [binding.type for binding in policy.program.outputs]
    for kind in FRAME_KINDS:
        frame = make_frame(kind, DrawnTable(table.kinds, fine), columns)
        rows = in_order(apply(policy, frame), len(columns))
        found = [row[len(columns) + 1 :][: len(kinds)] for row in rows]

        assert (kind, [list(map(shown, answers[:-1], kinds)) for answers in expected]) == (kind, found)


@given(data=st.data(), policy=population_policies())
def test_duckdb_and_sqlite_compare_rows_as_python_does(data: st.DataObject, policy: Policy) -> None:
    assume(not supports(policy, "sql:duckdb"))
    table: DrawnTable = data.draw(compared_tables(policy, ROWS))
    in_units = data.draw(st.booleans())
    outputs = everything(policy)
    types = policy.program.types
    first = 1 + len(table.kinds)
    given_columns: dict[str, Any] = {"table": TABLE, "columns": {name: name for name in table.kinds}}

    numbers: Numbers = "units" if in_units else "decimal"
    statement = to_sql(policy, dialect="duckdb", numbers=numbers, outputs=outputs, **given_columns)
    found = [list(row[first:]) for row in run_duckdb(statement, table.kinds, table.rows)]
    assert expected_rows(policy, table.rows, outputs, in_units=in_units) == found

    statement = to_sql(
        policy,
        dialect="sqlite",
        numbers="units",
        outputs=outputs,
        table_columns=["place", *table.kinds],
        **given_columns,
    )
    stored = [{name: as_sqlite_stores(value) for name, value in row.items()} for row in table.rows]
    kinds = [*(types[name] for name in outputs), NumberType(decimals=0, low=0, high=0)]
    rows = run_sqlite(statement, table.kinds, table.rows)
    found = [[as_python(*pair) for pair in zip(row[first:], kinds, strict=True)] for row in rows]
    assert expected_rows(policy, stored, outputs) == found
