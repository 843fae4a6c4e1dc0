"""A policy on a frame that lives in an SQL engine: one statement over it, and the frame stays lazy.

Chained projections would grow quadratically there, and engines differ in what a frame library makes of them.
"""

from collections.abc import Callable
from typing import Any, Final

import narwhals.stable.v2 as nw

from supplychain_rules.engines.dialects import Dialect, dialect_named
from supplychain_rules.engines.frame_inputs import is_taken
from supplychain_rules.engines.frame_problems import refuse, wrong_type
from supplychain_rules.engines.request import OnInvalid, Request
from supplychain_rules.engines.sql import statement
from supplychain_rules.language.types import NumberType

__all__ = ["frame_statement", "held_columns", "query_duckdb", "query_spark", "run_duckdb", "run_spark"]

#: What the frame is called in the statement.
_ROWS: Final = "~rows"


def run_duckdb(request: Request, relation: Any) -> Any:  # noqa: ANN401  a relation of DuckDB
    """Return the relation with the outputs; nothing runs."""
    return query_duckdb(relation, lambda dialect, source: frame_statement(request, relation, dialect, source))


def run_spark(request: Request, frame: Any) -> Any:  # noqa: ANN401  a frame of Spark
    """Return the frame with the outputs; nothing runs."""
    return query_spark(frame, lambda dialect, source: frame_statement(request, frame, dialect, source))


def query_duckdb(relation: Any, write: Callable[[Dialect, str], str]) -> Any:  # noqa: ANN401  a relation of DuckDB
    """Return the relation of a statement over another; nothing runs.

    Args:
        relation: what the statement reads.
        write: writes it, given the dialect and what stands after FROM.
    """
    dialect = dialect_named("duckdb")
    return relation.query(_ROWS, write(dialect, dialect.identifier(_ROWS)))


def query_spark(frame: Any, write: Callable[[Dialect, str], str]) -> Any:  # noqa: ANN401  a frame of Spark
    """Return the frame of a statement over another, as `query_duckdb` does for a relation."""
    marker = "\N{REPLACEMENT CHARACTER}rows"
    text = write(dialect_named("spark"), marker)
    # The session puts the frame where the braces are, and takes doubled ones for braces.
    escaped = text.replace("{", "{{").replace("}", "}}").replace(marker, "{rows}")
    return frame.sparkSession.sql(escaped, rows=frame)


def frame_statement(request: Request, frame: Any, dialect: Dialect, source: str) -> str:  # noqa: ANN401  a frame of a database
    """Write the statement over what `source` names, with the columns that a frame gets.

    Raises:
        InputError: a column is missing, of a wrong type, or in the way.
    """
    schema = nw.from_native(frame).collect_schema()
    columns = held_columns(request, schema, "null")
    inner = statement(
        request.plan,
        dialect,
        source=source,
        columns=columns,
        table_columns=tuple(schema),
        numbers="units" if request.numbers == "units" else "decimal",
        problems=request.problems,
    )
    if request.numbers == "units":
        return inner
    kept = [dialect.identifier(column) for column in schema]
    added = [
        f"CAST({name} AS DOUBLE) AS {name}" if isinstance(output.type, NumberType) else name
        for output in request.plan.outputs
        for name in [dialect.identifier(output.output)]
    ]
    names = ", ".join([*kept, *added, dialect.identifier(request.problems)])
    return f"SELECT {names} FROM (\n{inner}\n)"  # noqa: S608  our own text and quoted names


def held_columns(request: Request, schema: nw.Schema, on_invalid: OnInvalid) -> dict[str, str | None]:
    """Return the column of each input, None where an optional one has none.

    Raises:
        InputError: a column is missing, of a wrong type, or in the way.
    """
    found = request.check_columns(schema, on_invalid, fold=True)
    columns: dict[str, str | None] = {}
    for field in request.plan.inputs:
        column = request.column_of(field)
        columns[field.input] = column if column in schema else None
        if column in schema and not is_taken(field.type, schema[column]):
            found.append(wrong_type(field, column, schema[column]))
    refuse(found)
    return columns
