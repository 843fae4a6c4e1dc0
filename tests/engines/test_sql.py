"""One statement adds a policy's outputs to the rows of a table."""

import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from makers import number, policy, scorecard
from small_reviews import small_review

from supplychain_rules import InvalidValueError, Policy, PolicyError, evaluate, load_policy, to_sql
from supplychain_rules.engines.dialects import DIALECTS

STATEMENTS = Path(__file__).parent / "statements"

COLUMNS = ["supplier", "on_time", "change", "certified", "category", "signed", "注 释"]

DOUBLE = policy({"x": number(-100, 100, 2)}, {"kind": "formula", "id": "y", "formula": "x * 2"})


def in_duckdb(table: str, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute(table)
        return connection.execute(statement).fetchall()


def in_sqlite(table: str, statement: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(table)
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_statement_of_a_small_policy_reads_as_it_is_kept_here(dialect: str) -> None:
    needs_columns = DIALECTS[dialect].row is None
    statement = to_sql(
        small_review(), dialect=dialect, table="sales.kpis", table_columns=COLUMNS if needs_columns else None
    )

    assert (STATEMENTS / f"{dialect}.sql").read_text("utf-8") == statement + "\n"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_statement_is_the_same_each_time(dialect: str) -> None:
    one, other = (to_sql(small_review(), dialect=dialect, table="kpis", table_columns=COLUMNS) for _ in range(2))

    assert one == other


def test_the_rows_pass_through_and_the_outputs_stand_behind_them() -> None:
    table = """
    CREATE TABLE kpis (supplier TEXT, on_time DOUBLE, change DECIMAL(5, 2), certified BOOLEAN, category VARCHAR,
                       signed DATE, "注 释" VARCHAR);
    INSERT INTO kpis VALUES ('S1', 0.9, -0.5, TRUE, 'raw', '2024-02-29', NULL),
                            ('S2', 0.4, 0, NULL, 'it''s', NULL, 'late')
    """
    statement = to_sql(small_review(), dialect="duckdb", table="kpis")

    given = [
        ("S1", 0.9, Decimal("-0.50"), True, "raw", date(2024, 2, 29), None),
        ("S2", 0.4, Decimal("0.00"), None, "it's", None, "late"),
    ]
    added = [(Decimal("0.60"), "A", True, date(2025, 2, 28), 0), (Decimal("0.40"), "B", False, None, 0)]
    assert [(*row, *more) for row, more in zip(given, added, strict=True)] == in_duckdb(table, statement)


@pytest.mark.parametrize(
    "kind", ["INTEGER", "TINYINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL(9, 3)", "DECIMAL(38, 20)"]
)
def test_a_number_column_of_any_type_is_read_in_duckdb(kind: str) -> None:
    found = in_duckdb(
        f"CREATE TABLE t (x {kind}); INSERT INTO t VALUES (-2)", to_sql(DOUBLE, dialect="duckdb", table="t")
    )

    assert [(Decimal(-4), 0)] == [row[1:] for row in found]


def test_decimals_are_rounded_exactly_and_floats_by_their_formula() -> None:
    table = "CREATE TABLE t (x {}); INSERT INTO t VALUES (1.005), (-1.005), (0.004999)"
    statement = to_sql(DOUBLE, dialect="duckdb", table="t", numbers="units")

    assert [202, -202, 0] == [row[1] for row in in_duckdb(table.format("DECIMAL(9, 6)"), statement)]
    # The float nearest to 1.005 lies below it, and is read as every engine reads it.
    assert [200, -200, 0] == [row[1] for row in in_duckdb(table.format("DOUBLE"), statement)]


@pytest.mark.parametrize("kind", ["INTEGER", "REAL", "DECIMAL(9, 3)", ""])
def test_a_number_column_of_any_type_is_read_in_sqlite(kind: str) -> None:
    statement = to_sql(DOUBLE, dialect="sqlite", table="t", table_columns=["x"])

    assert [(-2, -4.0, 0)] == in_sqlite(f"CREATE TABLE t (x {kind}); INSERT INTO t VALUES (-2)", statement)


def test_a_bad_row_has_no_outputs_and_says_how_many_values_are_bad() -> None:
    table = """
    CREATE TABLE kpis (on_time DOUBLE, change DOUBLE, certified BOOLEAN, category TEXT, signed DATE, "注 释" TEXT);
    INSERT INTO kpis VALUES ('nan', 0, TRUE, 'raw', NULL, NULL), (0.9, NULL, TRUE, 'RAW', '2031-01-01', NULL),
                            (1.00001, 'inf', TRUE, 'raw', NULL, NULL), (NULL, 1, NULL, 'raw', NULL, NULL)
    """
    statement = to_sql(small_review(), dialect="duckdb", table="kpis")

    assert [(None, None, None, None, 1), (None, None, None, None, 3), (None, None, None, None, 2)] == [
        row[6:] for row in in_duckdb(table, statement)[:3]
    ]
    assert (None, None, None, None, 0) == in_duckdb(table, statement)[3][6:]


def test_rows_of_a_table_in_conflict_count_as_one_problem() -> None:
    conflicting = policy(
        {"x": number(0, 10, 0)},
        {
            "kind": "table",
            "id": "rule",
            "hit": "unique",
            "when": ["x"],
            "outputs": {"y": {"type": "choice", "options": ["low", "high"]}},
            "rows": [
                {"id": "a", "when": {"x": "<= 5"}, "then": {"y": "low"}},
                {"id": "b", "when": {"x": ">= 5"}, "then": {"y": "high"}},
            ],
        },
    )
    statement = to_sql(conflicting, dialect="duckdb", table="t")
    table = "CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (4), (5), (6), (11)"

    assert [(4, "low", 0), (5, None, 1), (6, "high", 0), (11, None, 1)] == in_duckdb(table, statement)


def test_a_text_in_place_of_a_number_is_bad_in_sqlite() -> None:
    statement = to_sql(DOUBLE, dialect="sqlite", table="t", table_columns=["x"])

    assert [("2", None, 1)] == in_sqlite("CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('2')", statement)


def test_an_option_is_compared_letter_by_letter_whatever_the_collation() -> None:
    chosen = policy(
        {"kind": {"type": "choice", "options": ["raw"]}, "note": {"type": "text"}},
        {"kind": "formula", "id": "same", "formula": "note == 'late'"},
    )
    rows = "INSERT INTO t VALUES ('raw', 'late'), ('raw', 'LATE'), ('Raw', 'late')"
    table = "CREATE TABLE t (kind TEXT COLLATE NOCASE, note TEXT COLLATE NOCASE);"

    for dialect, run in (("duckdb", in_duckdb), ("sqlite", in_sqlite)):
        statement = to_sql(chosen, dialect=dialect, table="t", table_columns=["kind", "note"])
        assert [(1, 0), (0, 0), (None, 1)] == [row[2:] for row in run(table + rows, statement)]


def test_the_caller_chooses_outputs_their_order_and_inner_parts() -> None:
    rated = policy(
        {"x": number(0, 10, 0)},
        scorecard({"id": "speed", "of": "x", "weight": 1, "value": {"kind": "linear", "worst": 0, "best": 10}}),
    )
    table = "CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (5)"

    chosen = to_sql(rated, dialect="duckdb", table="t", outputs=["score_low", "score.speed", "score"], problems=None)
    assert [(5, Decimal("50.00"), Decimal("50.0000"), Decimal("50.00"))] == in_duckdb(table, chosen)

    detailed = to_sql(rated, dialect="duckdb", table="t", detail=True, numbers="units", problems="wrong")
    with duckdb.connect() as connection:
        connection.execute(table)
        names = [column[0] for column in connection.execute(detailed).description]
    assert ["x", "score.speed", "score", "score_coverage", "score_low", "score_high", "wrong"] == names


def test_an_optional_input_may_have_no_column() -> None:
    rated = policy(
        {"x": number(0, 10, 0, optional=True), "y": number(0, 10, 0)},
        {"kind": "formula", "id": "z", "formula": "coalesce(x, y)"},
    )
    statement = to_sql(rated, dialect="duckdb", table="t", columns={"x": None})

    assert [(3, 3, 0)] == in_duckdb("CREATE TABLE t (y INTEGER); INSERT INTO t VALUES (3)", statement)


def test_a_geometric_mean_is_refused_by_name() -> None:
    inputs = {"x": number(0, 10, 0)}
    step = scorecard(
        {"id": "speed", "of": "x", "weight": 1, "value": {"kind": "linear", "worst": 0, "best": 10}},
        method="geometric_mean",
    )
    shown = {"kind": "formula", "id": "double", "formula": "x * 2"}

    with pytest.raises(PolicyError) as caught:
        to_sql(policy(inputs, shown, step), dialect="duckdb", table="t")

    assert [("engine_cannot", "steps[1]", "score")] == [(p.code, p.path, p.value) for p in caught.value.problems]
    assert '"double"' in to_sql(policy(inputs, shown, step), dialect="duckdb", table="t", outputs=["double"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dialect": "duckdbb"}, "unknown dialect: 'duckdbb'; did you mean 'duckdb'?"),
        ({"numbers": "float"}, "unknown 'numbers': 'float'; 'decimal' or 'units'"),
        ({"outputs": ["z"]}, "no such output: 'z'"),
        ({"outputs": ["y", "y"]}, "the output is asked for twice: 'y'"),
        ({"columns": {"z": "a"}}, "no such input: 'z'"),
        ({"columns": {"x": None}}, "the input is not optional and needs a column: 'x'"),
        ({"columns": {"x": "xx"}, "table_columns": ["x"]}, "the table has no such column: 'xx'"),
        ({"table_columns": ["x", "Y"]}, "a column has this name already: 'y'; ask for other outputs, or rename it"),
        ({"problems": "Y"}, "a column has this name already: 'Y'; ask for other outputs, or rename it"),
        ({"problems": ""}, "no name for a column: ''"),
        ({"table": None}, "give either 'table' or 'raw_table'"),
        ({"raw_table": "t"}, "give either 'table' or 'raw_table'"),
        (
            {"dialect": "sqlite"},
            "sqlite cannot carry a row whole; give 'table_columns': the columns of the table in their order",
        ),
        ({"dialect": "postgres", "problems": "p" * 64}, f"postgres cuts names after 63 bytes: '{'p' * 64}'"),
        ({"dialect": "bigquery", "problems": "p.q"}, "no name for a column in bigquery: 'p.q'"),
    ],
)
def test_what_does_not_fit_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        to_sql(DOUBLE, **{"dialect": "duckdb", "table": "t", **arguments})

    assert str(caught.value).startswith(message)


def test_a_column_that_does_not_exist_is_an_error_of_the_engine_and_no_text() -> None:
    statement = to_sql(DOUBLE, dialect="sqlite", table="t", columns={"x": "typo"}, table_columns=["typo"])

    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        in_sqlite("CREATE TABLE t (x REAL)", statement)


def test_no_column_of_the_table_can_meet_a_name_of_the_statement() -> None:
    names = ["x", "_row", "_bad", "_c0", "_given_x", "_t0", "_problems", "_sr_0"]
    table = f"CREATE TABLE t ({', '.join(f'{name} INTEGER' for name in names)}); INSERT INTO t VALUES (1,2,3,4,5,6,7,8)"

    found = in_duckdb(table, to_sql(DOUBLE, dialect="duckdb", table="t"))
    assert [(1, 2, 3, 4, 5, 6, 7, 8, Decimal(2), 0)] == found
    found = in_sqlite(table, to_sql(DOUBLE, dialect="sqlite", table="t", table_columns=names))
    assert [(1, 2, 3, 4, 5, 6, 7, 8, 2.0, 0)] == found


def test_a_column_named_like_the_tables_alias_is_an_error_and_no_other_result() -> None:
    with pytest.raises(duckdb.Error):
        in_duckdb("CREATE TABLE t (x INTEGER, _sr INTEGER)", to_sql(DOUBLE, dialect="duckdb", table="t"))

    listed = to_sql(DOUBLE, dialect="duckdb", table="t", table_columns=["x", "_sr"])
    assert [(1, 2, Decimal(2), 0)] == in_duckdb(
        "CREATE TABLE t (x INTEGER, _sr INTEGER); INSERT INTO t VALUES (1, 2)", listed
    )


HOSTILE = [
    "'; DROP TABLE kept; --",
    'a"b',
    "back\\slash",
    "\\'; DROP TABLE kept; --",
    "two\nlines",
    "质量👍",
    "{}%s?:x$1",
    "/*",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_or_option_stays_a_name_or_an_option(text: str) -> None:
    chosen = load_hostile(text)
    name = text.replace('"', '""')
    literal = one_line(text).replace("'", "''")
    table = f'CREATE TABLE kept (a INTEGER); CREATE TABLE "{name}" ("{name}" TEXT);'
    table += f" INSERT INTO \"{name}\" VALUES ('{literal}')"

    for dialect, run in (("duckdb", in_duckdb), ("sqlite", in_sqlite)):
        statement = to_sql(chosen, dialect=dialect, table=(text,), table_columns=[text], problems=f"{text} problems")
        assert [(one_line(text), one_line(text), 0)] == run(table, statement)


def one_line(text: str) -> str:
    return text.replace("\n", " ")


def load_hostile(text: str) -> Policy:
    return load_policy(
        {
            "schema": "supplychain-rules/1",
            "id": one_line(text),
            "version": "1",
            "inputs": {"kind": {"type": "choice", "options": [one_line(text)], "column": text}},
            "steps": [{"kind": "formula", "id": "same", "formula": "kind"}],
        }
    )


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_what_no_statement_can_hold_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        to_sql(DOUBLE, dialect="duckdb", table=text)


def test_two_hundred_steps_become_a_statement_that_grows_with_them() -> None:
    def chain(length: int) -> Policy:
        steps = [{"kind": "formula", "id": "s0", "formula": "x"}]
        steps += [
            {"kind": "formula", "id": f"s{i}", "formula": f"min(100, round((s{i - 1} * 3 + {i}) / 4, 2))"}
            for i in range(1, length)
        ]
        return policy({"x": number(-100, 100, 2)}, *steps)

    sizes = [len(to_sql(chain(length), dialect="sqlite", table="t", table_columns=["x"])) for length in (50, 200)]
    assert sizes[1] < 6 * sizes[0]

    statement = to_sql(chain(200), dialect="sqlite", table="t", table_columns=["x"], outputs=["s199"])
    assert [(1, 100.0, 0)] == in_sqlite("CREATE TABLE t (x REAL); INSERT INTO t VALUES (1)", statement)


def test_duckdb_answers_a_chain_of_many_steps_in_sections_as_python_does() -> None:
    steps: list[dict[str, Any]] = []
    for place in range(40):
        before = f"grade_{place - 1}" if place else "category"
        steps += [
            {
                "kind": "formula",
                "id": f"x_{place}",
                "formula": f"clamp(round(({f'x_{place - 1}' if place else 'x'} * 3 + y + {place}) / 4, 2), 0, 100)",
            },
            {
                "kind": "formula",
                "id": f"grade_{place}",
                "formula": f"'A' if x_{place} >= 60 else ('B' if {before} == 'B' or x_{place} < y else 'C')",
            },
        ]
    category = {"type": "choice", "options": ["A", "B"], "optional": True}
    inputs = {"x": number(0, 100, 2, optional=True), "y": number(0, 100), "category": category}
    many = policy(inputs, *steps)
    statement = to_sql(many, dialect="duckdb", table="t")
    records = [
        {"x": Decimal("99.5"), "y": 3, "category": "A"},
        {"x": Decimal("0.25"), "y": 77, "category": None},
        {"x": None, "y": 100, "category": "B"},
    ]
    table = """CREATE TABLE t (id TEXT, x DECIMAL(5, 2), y INTEGER, category TEXT);
    INSERT INTO t VALUES ('S1', 99.5, 3, 'A'), ('S2', 0.25, 77, NULL), ('S3', NULL, 100, 'B'), ('S4', 1, 101, 'A')"""

    found = in_duckdb(table, statement)

    assert "AS MATERIALIZED" in statement
    assert ["S1", "S2", "S3", "S4"] == [row[0] for row in found]
    for record, row in zip(records, found, strict=False):
        decision = evaluate(many, record)
        assert (*(decision[name] for name in many.outputs), 0) == row[4:]
    assert (*(None for _ in many.outputs), 1) == found[3][4:]
    half = to_sql(policy(inputs, *steps[:40]), dialect="duckdb", table="t")
    assert len(statement) < 2.2 * len(half)
