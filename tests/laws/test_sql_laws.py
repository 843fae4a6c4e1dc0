"""A statement gives what the Python engine gives: units, options, booleans, dates, and the count of bad values."""

from datetime import date

from drawn_policies import loaded_policies
from drawn_rows import DrawnTable, drawn_tables, expected_row
from hypothesis import assume, given
from hypothesis import strategies as st
from sql_runs import TABLE, as_sqlite_stores, run_duckdb, run_sqlite

from supplychain_rules import Policy
from supplychain_rules.engines.sql import to_sql
from supplychain_rules.engines.support import supports
from supplychain_rules.language.types import BooleanType, DateType, Type

#: Rows drawn for each policy: drawing a policy and starting a statement cost more than a row.
ROWS = 5


def as_python(value: object, kind: Type) -> object:
    """Return a value of SQLite as Python has it: there, booleans are numbers and dates are text."""
    match kind, value:
        case BooleanType(), int():
            return bool(value)
        case DateType(), str():
            return date.fromisoformat(value)
        case _:
            return value


@given(data=st.data(), policy=loaded_policies())
def test_duckdb_agrees_with_python_on_every_row(data: st.DataObject, policy: Policy) -> None:
    assume(not supports(policy, "sql:duckdb"))
    table: DrawnTable = data.draw(drawn_tables(policy, ROWS))
    outputs = list(policy.outputs)
    columns = {name: name for name in table.kinds}
    statement = to_sql(policy, dialect="duckdb", table=TABLE, columns=columns, numbers="units")

    found = [list(row[1 + len(table.kinds) :]) for row in run_duckdb(statement, table.kinds, table.rows)]

    assert [expected_row(policy, row, outputs) for row in table.rows] == found


@given(data=st.data(), policy=loaded_policies())
def test_sqlite_agrees_with_python_on_every_row(data: st.DataObject, policy: Policy) -> None:
    assume(not supports(policy, "sql:sqlite"))
    table: DrawnTable = data.draw(drawn_tables(policy, ROWS))
    outputs = list(policy.outputs)
    columns = {name: name for name in table.kinds}
    statement = to_sql(
        policy, dialect="sqlite", table=TABLE, columns=columns, numbers="units", table_columns=["place", *table.kinds]
    )
    stored = [{name: as_sqlite_stores(value) for name, value in row.items()} for row in table.rows]
    kinds = [*(binding.type for binding in policy.program.outputs), None]

    rows = run_sqlite(statement, table.kinds, table.rows)
    found = [
        [as_python(value, kind) for value, kind in zip(row[1 + len(table.kinds) :], kinds, strict=True)]  # type: ignore[arg-type]
        for row in rows
    ]

    assert [expected_row(policy, row, outputs) for row in stored] == found
