"""Counts of bad values on each kind of frame: an expression for each input and kind of problem, added up at once."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import narwhals.stable.v2 as nw

from supplychain_rules.engines.dialects import Dialect
from supplychain_rules.engines.frame_columns import emission_for, read_frame
from supplychain_rules.engines.frame_expressions import Nulls
from supplychain_rules.engines.frame_ibis import query_ibis
from supplychain_rules.engines.frame_inputs import Reading
from supplychain_rules.engines.frame_pandas import read_pandas
from supplychain_rules.engines.frame_sql import held_columns, query_duckdb, query_spark
from supplychain_rules.engines.plan import PlanInput
from supplychain_rules.engines.problem_kinds import (
    ProblemKind,
    default_kind,
    kind_of_problem,
    kinds_of,
    plain_value,
)
from supplychain_rules.engines.problem_sql import count_statement, counted_kinds
from supplychain_rules.engines.request import Request
from supplychain_rules.language.types import DateType

__all__ = [
    "Count",
    "counts_in_columns",
    "counts_in_database",
    "counts_in_pandas",
    "row_of_duckdb",
    "row_of_ibis",
    "row_of_spark",
]

#: An input, a kind of problem, and how many rows have it.
Count = tuple[PlanInput, ProblemKind, int]


def counts_in_columns(request: Request, native: Any) -> Iterator[Count]:  # noqa: ANN401  of Polars or PyArrow
    """Count in a frame of Polars, which runs once if it is lazy, or in a table of PyArrow."""
    frame, readings = read_frame(request, native)
    yield from _counted(frame, readings)


def counts_in_pandas(request: Request, frame: Any) -> Iterator[Count]:  # noqa: ANN401  a frame of pandas
    """Count in a frame of pandas; what its columns of objects hold is looked at value by value, where it is bad."""
    readings, rows = read_pandas(request, frame, emission_for(request, Nulls.NAN), "error")
    by_value = {each.field.name: each for each in readings if each.by_value}
    for field, kind, count in _counted(rows, readings):
        others = [other for other in kinds_of(field.type) if other != "required"]
        if not count or kind == "required" or field.name not in by_value or len(others) == 1:
            yield field, kind, count
            continue
        values = frame[request.column_of(field)].iloc[_bad_places(rows, by_value[field.name])].tolist()
        plain = (plain_value(value, is_date=isinstance(field.type, DateType)) for value in values)
        found = Counter(kind_of_problem(value, field.type) for value in plain)
        yield from ((field, other, found[other]) for other in others)


def counts_in_database(
    request: Request,
    frame: Any,  # noqa: ANN401  of a database
    run: Callable[[Any, Callable[[Dialect, str], str]], Sequence[Any]],
) -> Iterator[Count]:
    """Count where a frame lives in an SQL engine; `run` gives the only row of a statement over it."""
    columns = held_columns(request, nw.from_native(frame).collect_schema(), "error")
    counted = counted_kinds(request.plan, columns)
    if counted:
        row = run(frame, lambda dialect, source: count_statement(request.plan, dialect, source=source, columns=columns))
        for (field, kind), count in zip(counted, row, strict=True):
            yield field, kind, int(count)


def row_of_duckdb(relation: Any, write: Callable[[Dialect, str], str]) -> Sequence[Any]:  # noqa: ANN401  a value of any library
    """Return the only row of a statement over a relation of DuckDB."""
    row: Sequence[Any] = query_duckdb(relation, write).fetchall()[0]
    return row


def row_of_spark(frame: Any, write: Callable[[Dialect, str], str]) -> Sequence[Any]:  # noqa: ANN401  a value of any library
    """Return the only row of a statement over a frame of Spark."""
    row: Sequence[Any] = query_spark(frame, write).collect()[0]
    return row


def row_of_ibis(table: Any, write: Callable[[Dialect, str], str]) -> Sequence[Any]:  # noqa: ANN401  a value of any library
    """Return the only row of a statement over a table of Ibis."""
    return list(query_ibis(table, write).to_pyarrow().to_pylist()[0].values())


def _bad_places(rows: nw.DataFrame[Any], reading: Reading) -> list[int]:
    """Return the places of values that are there and cannot be taken."""
    assert reading.fits is not None  # noqa: S101  a column of objects has a column of what fits
    bad = ~reading.fits & ~nw.col(reading.column).is_null()
    places: list[int] = rows.select(bad.alias("bad"))["bad"].arg_true().to_list()
    return places


def _counted(frame: Any, readings: Sequence[Reading]) -> Iterator[Count]:  # noqa: ANN401  of Polars or narwhals
    """Count by expressions: what is missing, what is not finite, and the rest as the default of its type."""
    schema = frame.collect_schema()
    counts: list[tuple[PlanInput, ProblemKind]] = []
    expressions: list[nw.Expr] = []

    def count(reading: Reading, kind: ProblemKind, condition: nw.Expr) -> None:
        library = reading.emission.library
        expressions.append(condition.cast(library.Int64()).sum().alias(str(len(counts))))
        counts.append((reading.field, kind))

    for reading in readings:
        if reading.wrong is None:
            continue
        value = reading.emission.library.col(reading.column)
        if not reading.field.type.optional:
            count(reading, "required", value.is_null())
        if reading.fits is None:
            continue
        bad = ~reading.fits & ~value.is_null()
        if schema[reading.column].is_float() and "not_finite" in kinds_of(reading.field.type):
            finite = value.is_finite()
            count(reading, "not_finite", bad & ~finite)
            bad &= finite
        count(reading, default_kind(reading.field.type), bad)
    if not expressions:
        return
    found = frame.select(*expressions)
    row = (found if isinstance(found, nw.DataFrame) else found.collect()).row(0)
    for (field, kind), rows in zip(counts, row, strict=True):
        yield field, kind, int(rows or 0)
