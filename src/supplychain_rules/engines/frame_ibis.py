"""A policy on a table of Ibis: one statement in the dialect of the table's backend, and the table stays an expression.

Ibis reads the statement and writes it again, in the same dialect; nothing is translated. A backend whose SQL is not
written here (Polars, DataFusion) is refused by name.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final, assert_never

import narwhals.stable.v2 as nw

from supplychain_rules.engines.dialects import Dialect, dialect_named
from supplychain_rules.engines.frame_sql import frame_statement
from supplychain_rules.engines.request import Numbers, Request
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
    Type,
)

__all__ = ["query_ibis", "query_ibis_tables", "run_ibis"]

#: The dialects of the backends that rules run on.
_DIALECTS: Final[Mapping[str, str]] = {
    "bigquery": "bigquery",
    "databricks": "spark",
    "duckdb": "duckdb",
    "postgres": "postgres",
    "pyspark": "spark",
    "snowflake": "snowflake",
    "sqlite": "sqlite",
}

#: Where the table is named in the statement, until it has a name.
_MARKER: Final = "\N{REPLACEMENT CHARACTER}rows"

#: Digits of the name of a table: two tables of one expression do not meet by chance.
_DIGITS: Final = 16


def run_ibis(request: Request, table: Any) -> Any:  # noqa: ANN401  a table of Ibis
    """Return the table with the outputs; the backend is asked for the statement's types, and nothing else runs.

    Raises:
        InputError: a column is missing, of a wrong type, or in the way.
        InvalidValueError: the table has no backend, or one whose SQL is not written here.
    """
    found = query_ibis(table, lambda dialect, source: frame_statement(request, table, dialect, source))
    types = found.schema()
    # SQLite does not say what type an expression is of: Ibis looks at the values of a row.
    wanted = dict(table.schema().items())
    wanted |= {output.output: _type_of(output.type, request.numbers) for output in request.plan.outputs}
    return found.cast({column: kind for column, kind in wanted.items() if types[column] != kind})


def query_ibis(table: Any, write: Callable[[Dialect, str], str]) -> Any:  # noqa: ANN401  a table of Ibis
    """Return the table of a statement over another; the backend is asked for its types.

    Args:
        table: what the statement reads.
        write: writes it, given the dialect and what stands after FROM.

    Raises:
        InvalidValueError: the table has no backend, or one whose SQL is not written here.
    """
    try:
        return _queried(table, write)
    except nw.get_native_namespace(table).common.exceptions.IbisError as error:
        hint = "give a table of one connection"
        raise InvalidValueError("Ibis cannot ask the table's backend", str(error), hint=hint) from error


def query_ibis_tables(
    tables: Mapping[str, Any], write: Callable[[Dialect, Mapping[str, str]], str], types: Mapping[str, str]
) -> Any:  # noqa: ANN401  a table of Ibis
    """Return the table of a statement over several tables of one connection; nothing runs.

    Args:
        tables: what the statement reads, by name.
        write: writes it, given the dialect and what stands after FROM for each table.
        types: the columns of the statement with their types; SQLite could not tell those of a table without rows.

    Raises:
        InvalidValueError: tables of several connections or of none, or a backend whose SQL is not written here.
    """
    first = next(iter(tables.values()))
    try:
        backends = [table.get_backend() for table in tables.values()]
        if any(backend is not backends[0] for backend in backends):
            names = ", ".join(sorted({backend.name for backend in backends}))
            hint = "bring them into one"
            raise InvalidValueError("tables of Ibis of different connections", names, hint=hint)
        texts = {name: f"(\n{backends[0].compile(table)}\n)" for name, table in tables.items()}
        return backends[0].sql(write(_dialect_of(backends[0]), texts), schema=dict(types))
    except nw.get_native_namespace(first).common.exceptions.IbisError as error:
        hint = "give tables of one connection"
        raise InvalidValueError("Ibis cannot ask the tables' backend", str(error), hint=hint) from error


def _dialect_of(backend: Any) -> Dialect:  # noqa: ANN401  a backend of Ibis
    if backend.name not in _DIALECTS:
        hint = f"a table of {', '.join(_DIALECTS)}; or its rows as a frame, `table.to_pyarrow()`"
        raise InvalidValueError("rules do not run on this backend of Ibis", backend.name, hint=hint)
    return dialect_named(_DIALECTS[backend.name])


def _queried(table: Any, write: Callable[[Dialect, str], str]) -> Any:  # noqa: ANN401  a value of any library
    backend = table.get_backend()
    dialect = _dialect_of(backend)
    text = write(dialect, _MARKER)
    # Ibis puts what it names side by side in one query, so that a name must belong to this table and this statement.
    name = f"~rows_{sha256((backend.compile(table) + text).encode()).hexdigest()[:_DIGITS]}"
    inner = text.replace(_MARKER, dialect.identifier(name))
    # In a query of its own, because the names within would meet those of other rules, side by side.
    whole = f"SELECT * FROM (\n{inner}\n) AS {dialect.identifier('~scored')}"  # noqa: S608  our own text and quoted names
    return table.alias(name).sql(whole)


def _type_of(kind: Type, numbers: Numbers) -> str:
    match kind:
        case NumberType():
            return "int64" if numbers == "units" else "float64"
        case BooleanType():
            return "boolean"
        case DateType():
            return "date"
        case ChoiceType() | TextType() | MissingType():
            return "string"
        case _:
            assert_never(kind)
