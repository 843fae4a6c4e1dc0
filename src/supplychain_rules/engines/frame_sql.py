"""A policy on a frame that lives in an SQL engine: one statement over it, and the frame stays lazy.

Chained projections would grow quadratically there, and engines differ in what a frame library makes of them.
"""

from typing import Any, Final

import narwhals.stable.v2 as nw

from supplychain_rules.engines.dialects import Dialect, dialect_named
from supplychain_rules.engines.frame_inputs import is_taken
from supplychain_rules.engines.frame_problems import refuse, wrong_type
from supplychain_rules.engines.request import Request
from supplychain_rules.engines.sql import statement
from supplychain_rules.language.types import NumberType

__all__ = ["frame_statement", "run_duckdb", "run_spark"]

#: What the frame is called in the statement.
_ROWS: Final = "~rows"


def run_duckdb(request: Request, relation: Any) -> Any:  # noqa: ANN401  a relation of DuckDB
    """Return the relation with the outputs; nothing runs."""
    dialect = dialect_named("duckdb")
    return relation.query(_ROWS, frame_statement(request, relation, dialect, dialect.identifier(_ROWS)))


def run_spark(request: Request, frame: Any) -> Any:  # noqa: ANN401  a frame of Spark
    """Return the frame with the outputs; nothing runs."""
    marker = "\N{REPLACEMENT CHARACTER}rows"
    text = frame_statement(request, frame, dialect_named("spark"), marker)
    # The session puts the frame where the braces are, and takes doubled ones for braces.
    escaped = text.replace("{", "{{").replace("}", "}}").replace(marker, "{rows}")
    return frame.sparkSession.sql(escaped, rows=frame)


def frame_statement(request: Request, frame: Any, dialect: Dialect, source: str) -> str:  # noqa: ANN401  a frame of a database
    """Write the statement over what `source` names, with the columns that a frame gets.

    Raises:
        InputError: a column is missing, of a wrong type, or in the way.
    """
    schema = nw.from_native(frame).collect_schema()
    found = request.check_columns(schema, "null", fold=True)
    columns: dict[str, str | None] = {}
    for field in request.plan.inputs:
        column = request.column_of(field)
        columns[field.input] = column if column in schema else None
        if column in schema and not is_taken(field.type, schema[column]):
            found.append(wrong_type(field, column, schema[column]))
    refuse(found)
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
