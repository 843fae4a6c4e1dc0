"""The contestants on many rows: the library on each engine, and the hand-written rules of `hand_frames`.

A contestant is made with its rows, which it reads from a Parquet file and keeps; then it runs as often as it is asked.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl
from hand_frames import POLARS, SQL
from workload import OUTPUTS, Answer, make_records

import supplychain_rules as sr

__all__ = ["KINDS", "Run", "answers_in", "contestant", "make_rows", "stored"]

#: Rows are made in batches of this many, because a million records of plain Python fill a gigabyte.
_BATCH: Final = 100_000

#: The columns of the rows.
_SCHEMA: Final = {
    "quality": pl.Float64(),
    "on_time": pl.Float64(),
    "service": pl.Float64(),
    "price_index": pl.Float64(),
    "ppm": pl.Float64(),
    "certified": pl.Boolean(),
    "category": pl.String(),
    "spend": pl.Float64(),
}

#: What runs, again and again, on rows that it holds; it returns them with the outputs.
Run = Callable[[], Any]


def make_rows(count: int) -> pl.DataFrame:
    """Return rows as a warehouse holds them: the records of the scalar benchmark, batch after batch."""
    sizes = [min(_BATCH, count - begun) for begun in range(0, count, _BATCH)]
    return pl.concat(
        (pl.from_dicts(make_records(size, seed=20260101 + batch), schema=_SCHEMA) for batch, size in enumerate(sizes)),
        rechunk=True,
    )


def contestant(name: str, policy: sr.Policy, file: Path) -> Run:
    """Return a contestant that holds the rows of a Parquet file.

    Raises:
        KeyError: there is no contestant of that name.
    """
    return KINDS[name](policy, file)


def answers_in(found: Any, count: int) -> list[Answer]:  # noqa: ANN401  what any contestant returns
    """Return the first rows of a result as answers: text, and numbers in hundredths."""
    frame = found.limit(count).pl() if isinstance(found, duckdb.DuckDBPyRelation) else found
    if not isinstance(frame, pl.DataFrame):
        frame = pl.DataFrame(frame[:count])  # of pandas or PyArrow
    rows = frame.head(count).select(OUTPUTS).rows()
    return [dict(zip(OUTPUTS, map(_hundredths, row), strict=True)) for row in rows]


def _polars_eager(policy: sr.Policy, file: Path) -> Run:
    kpis = pl.read_parquet(file)
    return lambda: sr.apply(policy, kpis, outputs=OUTPUTS)


def _polars_lazy(policy: sr.Policy, file: Path) -> Run:
    kpis = pl.read_parquet(file)
    return lambda: sr.apply(policy, kpis.lazy(), outputs=OUTPUTS).collect()


def _polars_nine(policy: sr.Policy, file: Path) -> Run:
    kpis = pl.read_parquet(file)
    return lambda: sr.apply(policy, kpis.lazy()).collect()


def _polars_hand(name: str) -> Callable[[sr.Policy, Path], Run]:
    def make(_: sr.Policy, file: Path) -> Run:
        kpis = pl.read_parquet(file)
        return lambda: POLARS[name](kpis.lazy()).collect()

    return make


def _duckdb_sql(policy: sr.Policy, file: Path) -> Run:
    connection = _connected(file)
    return lambda: stored(connection, sr.to_sql(policy, dialect="duckdb", table="kpis", outputs=OUTPUTS))


def _duckdb_columns(policy: sr.Policy, file: Path) -> Run:
    connection, columns = _connected(file), tuple(_SCHEMA)

    def run() -> Any:  # noqa: ANN401
        text = sr.to_sql(policy, dialect="duckdb", table="kpis", table_columns=columns, outputs=OUTPUTS)
        return stored(connection, text)

    return run


def _duckdb_nine(policy: sr.Policy, file: Path) -> Run:
    connection = _connected(file)
    return lambda: stored(connection, sr.to_sql(policy, dialect="duckdb", table="kpis"))


def _duckdb_relation(policy: sr.Policy, file: Path) -> Run:
    connection = _connected(file)

    def run() -> Any:  # noqa: ANN401
        connection.execute("DROP TABLE IF EXISTS answers")
        sr.apply(policy, connection.table("kpis"), outputs=OUTPUTS).create("answers")
        return connection.table("answers")

    return run


def _duckdb_hand(name: str) -> Callable[[sr.Policy, Path], Run]:
    def make(_: sr.Policy, file: Path) -> Run:
        connection = _connected(file)
        return lambda: stored(connection, SQL[name])

    return make


def _pandas(policy: sr.Policy, file: Path) -> Run:
    kpis = pl.read_parquet(file).to_pandas()
    return lambda: sr.apply(policy, kpis, outputs=OUTPUTS)


def _pyarrow(policy: sr.Policy, file: Path) -> Run:
    kpis = pl.read_parquet(file).to_arrow()
    return lambda: sr.apply(policy, kpis, outputs=OUTPUTS)


#: Every contestant by name: ours, then the hand-written ones, which each engine's are held against.
KINDS: Final[Mapping[str, Callable[[sr.Policy, Path], Run]]] = {
    "polars apply eager": _polars_eager,
    "polars apply lazy": _polars_lazy,
    "polars apply nine outputs": _polars_nine,
    **{f"polars hand {name}": _polars_hand(name) for name in POLARS},
    "duckdb to_sql": _duckdb_sql,
    "duckdb to_sql table_columns": _duckdb_columns,
    "duckdb to_sql nine outputs": _duckdb_nine,
    "duckdb apply": _duckdb_relation,
    **{f"duckdb hand {name}": _duckdb_hand(name) for name in SQL},
    "pandas apply": _pandas,
    "pyarrow apply": _pyarrow,
}


def _connected(file: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE kpis AS SELECT * FROM read_parquet(?)", [str(file)])
    return connection


def stored(connection: duckdb.DuckDBPyConnection, statement: str) -> duckdb.DuckDBPyRelation:
    """Run a statement into a table, so that every row and column of it is computed and kept."""
    connection.execute(f"CREATE OR REPLACE TABLE answers AS {statement}")
    return connection.table("answers")


def _hundredths(value: object) -> object:
    """Return a number in hundredths, exactly: a float is the decimal that it prints as."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    return value.scaleb(2) if isinstance(value, Decimal) else value
