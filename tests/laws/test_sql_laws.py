"""A statement gives what the Python engine gives: units, options, booleans, dates, and the count of bad values."""

from typing import Any

from drawn_rows import DrawnTable, drawn_tables, expected_row
from hypothesis import assume, given
from hypothesis import strategies as st
from sql_runs import TABLE, as_python, as_sqlite_stores, run_duckdb, run_sqlite

from supplychain_rules import Policy, supports, to_sql
from supplychain_rules.engines.sql import Numbers
from supplychain_rules.language.types import NumberType
from supplychain_rules.testing.strategies_policies import loaded_policies

#: Rows drawn for each policy: drawing a policy and starting a statement cost more than a row.
ROWS = 5


@given(data=st.data(), policy=loaded_policies())
def test_duckdb_and_sqlite_agree_with_python_on_every_row(data: st.DataObject, policy: Policy) -> None:
    assume(not supports(policy, "sql:duckdb"))
    table: DrawnTable = data.draw(drawn_tables(policy, ROWS))
    in_units = data.draw(st.booleans())
    outputs = list(policy.outputs)
    first = 1 + len(table.kinds)
    given_columns: dict[str, Any] = {"table": TABLE, "columns": {name: name for name in table.kinds}}

    numbers: Numbers = "units" if in_units else "decimal"
    statement = to_sql(policy, dialect="duckdb", numbers=numbers, **given_columns)
    found = [list(row[first:]) for row in run_duckdb(statement, table.kinds, table.rows)]
    assert [expected_row(policy, row, outputs, in_units=in_units) for row in table.rows] == found

    statement = to_sql(
        policy, dialect="sqlite", numbers="units", table_columns=["place", *table.kinds], **given_columns
    )
    stored = [{name: as_sqlite_stores(value) for name, value in row.items()} for row in table.rows]
    kinds = [*(binding.type for binding in policy.program.outputs), NumberType(decimals=0, low=0, high=0)]
    rows = run_sqlite(statement, table.kinds, table.rows)
    found = [[as_python(*pair) for pair in zip(row[first:], kinds, strict=True)] for row in rows]
    assert [expected_row(policy, row, outputs) for row in stored] == found
