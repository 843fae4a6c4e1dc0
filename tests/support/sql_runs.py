"""Statements run on engines: a table is made, the statement is run, and its rows come back as Python has them."""

import math
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import duckdb

from supplychain_rules.language.types import BooleanType, DateType, Type

__all__ = ["TABLE", "as_python", "as_sqlite_stores", "run_duckdb", "run_sqlite"]

#: The name of the table that every run makes.
TABLE = "rows"

_DUCKDB = {
    "double": "DOUBLE",
    "decimal": "DECIMAL(38, 12)",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "text": "VARCHAR",
}

#: SQLite has no decimals, booleans or dates: a column holds floats, 1 and 0, and ISO text instead.
_SQLITE = {
    "double": "REAL",
    "decimal": "DECIMAL(38, 12)",
    "integer": "INTEGER",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "text": "TEXT",
}

Row = Mapping[str, object]


def run_duckdb(statement: str, kinds: Mapping[str, str], rows: Sequence[Row]) -> list[tuple[object, ...]]:
    """Run a statement over rows in DuckDB; columns are named as the inputs, after a column `place`."""
    with duckdb.connect() as connection:
        connection.execute(_create(kinds, _DUCKDB))
        if rows:
            connection.executemany(_insert(kinds), [[place, *row.values()] for place, row in enumerate(rows)])
        return connection.execute(f"SELECT * FROM ({statement}) ORDER BY place").fetchall()


def run_sqlite(statement: str, kinds: Mapping[str, str], rows: Sequence[Row]) -> list[tuple[object, ...]]:
    """Run a statement over rows in SQLite."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(_create(kinds, _SQLITE))
        stored = [[place, *map(_to_sqlite, row.values())] for place, row in enumerate(rows)]
        connection.executemany(_insert(kinds), stored)
        return connection.execute(f"SELECT * FROM ({statement}) ORDER BY place").fetchall()
    finally:
        connection.close()


def as_python(value: object, kind: Type) -> object:
    """Return a value of SQLite as Python has it: there, booleans are numbers and dates are text."""
    match kind, value:
        case BooleanType(), int():
            return bool(value)
        case DateType(), str():
            return date.fromisoformat(value)
        case _:
            return value


def as_sqlite_stores(value: object) -> object:
    """Return what a value is once SQLite has stored it: decimals become floats, NaN becomes missing."""
    if isinstance(value, Decimal):
        return float(value)
    return None if isinstance(value, float) and math.isnan(value) else value


def _to_sqlite(value: object) -> object:
    match value:
        case Decimal():
            return float(value)
        case date():
            return value.isoformat()
        case _:
            return value


def _create(kinds: Mapping[str, str], types: Mapping[str, str]) -> str:
    columns = ", ".join(f'"{name}" {types[kind]}' for name, kind in kinds.items())
    return f"CREATE TABLE {TABLE} (place INTEGER, {columns})"


def _insert(kinds: Mapping[str, str]) -> str:
    return f"INSERT INTO {TABLE} VALUES (?, {', '.join('?' for _ in kinds)})"
