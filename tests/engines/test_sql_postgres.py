"""Statements run on PostgreSQL, where a server is named.

`POSTGRES_DSN="host=127.0.0.1 user=postgres" python -m pytest tests/engines/test_sql_postgres.py`, with psycopg
installed. Nothing is left on the server: tables are temporary and every transaction is rolled back.
"""

import os
from collections import Counter
from decimal import Decimal

import pytest
from drawn_rows import DrawnTable, compared_tables, drawn_tables, expected_row, expected_rows
from example_counts import at_the_gate
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from makers import number, policy

from supplychain_rules import Policy, supports, to_sql
from supplychain_rules.engines.problem_kinds import kind_of_problem
from supplychain_rules.engines.problem_sql import problem_counts_to_sql
from supplychain_rules.testing.strategies_policies import loaded_policies, population_policies

DSN = os.environ.get("POSTGRES_DSN")
if DSN is None:
    pytest.skip("POSTGRES_DSN names no server", allow_module_level=True)
psycopg = pytest.importorskip("psycopg")

#: Starting a statement costs more than a row.
ROWS = 20

TYPES = {
    "double": "DOUBLE PRECISION",
    "decimal": "NUMERIC(38, 12)",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "text": "TEXT",
}


def run(statement: str, kinds: dict[str, str], rows: list[dict[str, object]]) -> list[list[object]]:
    """Return the rows of a statement over a temporary table named `rows`, with a column `place` before the inputs."""
    with psycopg.connect(DSN) as connection, connection.cursor() as cursor:
        columns = "".join(f', "{name}" {kind}' for name, kind in kinds.items())
        cursor.execute(f"CREATE TEMPORARY TABLE rows (place INTEGER{columns})")
        places = ", ".join(["%s"] * (1 + len(kinds)))
        stored = [[place, *row.values()] for place, row in enumerate(rows)]
        if stored:
            cursor.executemany(f"INSERT INTO rows VALUES ({places})", stored)
        cursor.execute(f"SELECT * FROM ({statement}) AS found ORDER BY place")
        found = [list(row) for row in cursor.fetchall()]
        connection.rollback()
    return found


@given(data=st.data(), policy=loaded_policies())
@settings(max_examples=at_the_gate(50))
def test_postgres_agrees_with_python_on_every_row(data: st.DataObject, policy: Policy) -> None:
    assume(not supports(policy, "sql:postgres"))
    table: DrawnTable = data.draw(drawn_tables(policy, ROWS))
    columns = {name: name for name in table.kinds}
    statement = to_sql(policy, dialect="postgres", table="rows", columns=columns, numbers="decimal")
    kinds = {name: TYPES[kind] for name, kind in table.kinds.items()}

    found = [row[1 + len(kinds) :] for row in run(statement, kinds, table.rows)]

    assert [expected_row(policy, row, list(policy.outputs), in_units=False) for row in table.rows] == found


@given(data=st.data(), policy=population_policies())
@settings(max_examples=50)
def test_postgres_compares_rows_as_python_does(data: st.DataObject, policy: Policy) -> None:
    assume(not supports(policy, "sql:postgres"))
    table: DrawnTable = data.draw(compared_tables(policy, ROWS))
    columns = {name: name for name in table.kinds}
    outputs = [*policy.outputs, *(population.name for population in policy.program.populations)]
    statement = to_sql(policy, dialect="postgres", table="rows", columns=columns, outputs=outputs)
    kinds = {name: TYPES[kind] for name, kind in table.kinds.items()}

    found = [row[1 + len(kinds) :] for row in run(statement, kinds, table.rows)]

    assert expected_rows(policy, table.rows, outputs, in_units=False) == found


@given(data=st.data(), policy=loaded_policies())
@settings(max_examples=at_the_gate(50))
def test_postgres_counts_by_column_what_python_refuses(data: st.DataObject, policy: Policy) -> None:
    table: DrawnTable = data.draw(drawn_tables(policy, ROWS))
    columns = {name: name for name in table.kinds}
    statement = problem_counts_to_sql(policy, dialect="postgres", table="rows", columns=columns)
    kinds = {name: TYPES[kind] for name, kind in table.kinds.items()}
    expected = Counter(
        (field.name, problem)
        for row in table.rows
        for field in policy.program.inputs
        if (problem := kind_of_problem(row[field.name], field.type)) is not None
    )

    found = run(f"SELECT 0 AS place, counted.* FROM ({statement}) AS counted", kinds, table.rows)

    assert expected == {(name, problem): rows for _, name, _, problem, rows in found}


def test_a_chain_of_many_steps_is_computed_in_sections() -> None:
    steps = [
        {"kind": "formula", "id": f"y_{place}", "formula": f"round(({before} * 3 + {place}) / 4, 2)"}
        for place in range(60)
        for before in [f"y_{place - 1}" if place else "x"]
    ]
    many = policy({"x": number(0, 100, 2, optional=True)}, *steps)
    statement = to_sql(many, dialect="postgres", table="rows", numbers="decimal")
    rows: list[dict[str, object]] = [{"x": Decimal("99.5")}, {"x": Decimal("0.25")}, {"x": None}, {"x": 101}]

    found = [row[2:] for row in run(statement, {"x": "NUMERIC(5, 2)"}, rows)]

    assert "AS MATERIALIZED" in statement
    assert [expected_row(many, row, list(many.outputs), in_units=False) for row in rows] == found


@pytest.mark.parametrize("kind", ["SMALLINT", "INTEGER", "BIGINT", "REAL", "DOUBLE PRECISION", "NUMERIC"])
def test_a_number_column_of_any_type_is_read_in_postgres(kind: str) -> None:
    double = policy({"x": number(-100_000, 100_000, 6)}, {"kind": "formula", "id": "y", "formula": "x * 2"})
    statement = to_sql(double, dialect="postgres", table="rows")

    assert [[Decimal(-60_000), 0]] == [row[2:] for row in run(statement, {"x": kind}, [{"x": -30_000}])]


def test_a_text_is_compared_letter_by_letter_and_a_literal_keeps_its_backslash() -> None:
    chosen = policy(
        {"x": {"type": "choice", "options": ["a\\b", "it's"]}}, {"kind": "formula", "id": "y", "formula": "x"}
    )
    statement = to_sql(chosen, dialect="postgres", table="rows")

    found = run(statement, {"x": "CHAR(5)"}, [{"x": "a\\b"}, {"x": "it's"}, {"x": "IT'S"}])
    assert [["a\\b", 0], ["it's", 0], [None, 1]] == [row[2:] for row in found]
