"""Frames of every kind from rows of plain values, and back: one column type for each kind of value."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
from drawn_rows import DrawnTable, Kind

from supplychain_rules.language.types import NumberType, Type

__all__ = ["FRAME_KINDS", "FrameKind", "make_frame", "rows_of", "shown", "understood"]

#: A name of a way to hold rows.
FrameKind = str

#: A column that no policy reads: it must come back as it went in.
NOTE: Final = "a note"


def make_frame(kind: FrameKind, table: DrawnTable, columns: Mapping[str, str]) -> Any:  # noqa: ANN401  of any library
    """Return a frame of a table: a column for each input, called as `columns` says, and a column of notes."""
    named = {columns[name]: ([row[name] for row in table.rows], held) for name, held in table.kinds.items()}
    named[NOTE] = ([f"row {place}" for place in range(len(table.rows))], "text")
    return FRAME_KINDS[kind](named)


def rows_of(frame: Any) -> list[list[object]]:  # noqa: ANN401  any value
    """Return the rows of any frame as plain values: None for what is missing, dates as dates."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        return [[_same_nan(value) for value in row] for row in frame.rows()]
    if isinstance(frame, pa.Table):
        return [[_same_nan(value) for value in row.values()] for row in frame.to_pylist()]
    if isinstance(frame, duckdb.DuckDBPyRelation):
        return [[_same_nan(value) for value in row] for row in frame.fetchall()]
    columns = [[plain(value) for value in frame[column]] for column in frame.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def understood(row: dict[str, object], kind: FrameKind) -> dict[str, object]:
    """Return a row as a kind of frame can hold it: in pandas NaN is how a missing number is written."""
    if not kind.startswith("pandas"):
        return row
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()}


def shown(value: object, kind: Type) -> object:
    """Return a value as frames show it: a number as the nearest float."""
    if not isinstance(kind, NumberType) or not isinstance(value, int):
        return value
    return float(Fraction(value, 10**kind.decimals))


def plain(value: Any) -> object:  # noqa: ANN401  any value
    """Return a value of pandas as Python has it."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124  NaN
        return None
    if isinstance(value, datetime):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def _same_nan(value: object) -> object:
    """Return one and the same NaN for every NaN, so that lists of them are equal."""
    return math.nan if value != value else value  # noqa: PLR0124  equality with itself is the test


_Named = Mapping[str, tuple[list[Any], Kind]]


def _polars(named: _Named) -> pl.DataFrame:
    types: dict[Kind, Any] = {
        "double": pl.Float64,
        "integer": pl.Int64,
        "boolean": pl.Boolean,
        "text": pl.String,
        "date": pl.Date,
    }
    return pl.DataFrame(
        [
            pl.Series(name, values, dtype=pl.Decimal(38, _places(values)) if kind == "decimal" else types[kind])
            for name, (values, kind) in named.items()
        ]
    )


def _arrow_type(values: Sequence[Any], kind: Kind) -> pa.DataType:
    match kind:
        case "double":
            return pa.float64()
        case "decimal":
            return pa.decimal128(38, _places(values))
        case "integer":
            return pa.int64()
        case "boolean":
            return pa.bool_()
        case "date":
            return pa.date32()
        case _:
            return pa.string()


def _arrow(named: _Named) -> pa.Table:
    return pa.table({name: pa.array(values, _arrow_type(values, kind)) for name, (values, kind) in named.items()})


def _duckdb(named: _Named) -> duckdb.DuckDBPyRelation:
    return duckdb.connect().from_arrow(_arrow(named))


def _pandas_numpy(named: _Named) -> pd.DataFrame:
    def series(values: list[Any], kind: Kind) -> pd.Series:
        match kind:
            case "double" | "integer":
                return pd.Series(values, dtype="float64")
            case "date":
                return pd.Series(pd.Series(values, dtype=object).to_numpy().astype("datetime64[s]"))
            case "boolean" if None not in values:
                return pd.Series(values, dtype=bool)
            case "text":
                return pd.Series(values, dtype=pd.Series(["text"]).dtype)
            case _:
                return pd.Series(values, dtype=object)

    return pd.DataFrame({name: series(*held) for name, held in named.items()})


def _pandas_nullable(named: _Named) -> pd.DataFrame:
    types = {"double": "Float64", "integer": "Int64", "boolean": "boolean", "text": "string"}
    return pd.DataFrame(
        {name: pd.Series(values, dtype=types.get(kind, object)) for name, (values, kind) in named.items()}
    )


def _pandas_arrow(named: _Named) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=pd.ArrowDtype(_arrow_type(values, kind)))
            for name, (values, kind) in named.items()
        }
    )


def _places(values: Sequence[Any]) -> int:
    return max((-value.as_tuple().exponent for value in values if value is not None), default=0)


FRAME_KINDS: Final[Mapping[FrameKind, Callable[[_Named], Any]]] = {
    "polars": _polars,
    "polars lazy": lambda named: _polars(named).lazy(),
    "duckdb": _duckdb,
    "pyarrow": _arrow,
    "pandas numpy": _pandas_numpy,
    "pandas nullable": _pandas_nullable,
    "pandas arrow": _pandas_arrow,
}
