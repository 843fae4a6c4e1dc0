"""Records through a frame engine: the same records on a frame of a given kind, and what that engine says of each.

For whoever wants to see with eyes, or in a test, that engines agree. Columns of numbers are floats, as frames mostly
have them; a float of declared places is read exactly.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from supplychain_rules.engines.columns import apply, narwhals_for
from supplychain_rules.errors import InvalidValueError, MissingExtraError
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    NumberType,
    TextType,
    Type,
    Value,
    day_number,
)
from supplychain_rules.rules.policy import Policy

__all__ = ["FRAME_ENGINES", "apply_to_records", "installed_engines"]

#: The engines whose frames can be made here from records, by the names that `supports` takes.
FRAME_ENGINES: Final = ("polars", "pandas", "pyarrow", "duckdb")

#: The engines that hold data of their own; DuckDB reads it from one of these.
_EAGER: Final = ("polars", "pyarrow", "pandas")

#: The column that keeps the records in order, where an engine promises none; longer than any input's column.
_ORDER: Final = "order of the records" + " " * 200


def installed_engines() -> tuple[str, ...]:
    """Return the names of the frame engines that are installed here: none without narwhals.

    >>> "polars" in installed_engines()
    True
    """
    try:
        nw = narwhals_for("installed_engines")
    except MissingExtraError:
        return ()
    found = tuple(name for name in FRAME_ENGINES if _is_installed(nw, name))
    return found if set(found) & set(_EAGER) else ()


def apply_to_records(policy: Policy, records: Iterable[Mapping[str, object]], engine: str) -> list[dict[str, Value]]:
    """Run a policy on a frame made of records, and return each record's outputs in units.

    Args:
        policy: the rules; `supports` must find no step that the engine cannot run.
        records: valid records as decisions understood them (`Decision.inputs`).
        engine: one of `FRAME_ENGINES`.

    Returns:
        For each record, in order, every output by name: units of a number, days of a date, or the value.

    Raises:
        InvalidValueError: no such engine.
        MissingExtraError: narwhals or the engine is not installed.
        InputError, PolicyError: as `apply` raises them.
    """
    nw = narwhals_for("apply_to_records")
    if engine not in FRAME_ENGINES:
        raise InvalidValueError("no frames of this engine", engine, hint=f"one of {', '.join(FRAME_ENGINES)}")
    if not _is_installed(nw, engine):
        raise MissingExtraError("apply_to_records", package=engine, extra="columns")
    known = list(records)
    result = nw.from_native(apply(policy, _frame(nw, policy, known, engine), numbers="units"))
    if isinstance(result, nw.LazyFrame):
        result = result.collect(next(name for name in _EAGER if _is_installed(nw, name)))
    result = result.sort(_ORDER)
    columns = [_column(result[binding.name], binding.type) for binding in policy.program.outputs]
    return [dict(zip(policy.outputs, row, strict=True)) for row in zip(*columns, strict=True)]


def _is_installed(nw: Any, name: str) -> bool:  # noqa: ANN401  a module
    try:
        nw.Implementation.from_backend(name).to_native_namespace()
    except ImportError:
        return False
    return True


def _frame(nw: Any, policy: Policy, records: Sequence[Mapping[str, object]], engine: str) -> Any:  # noqa: ANN401  frames
    columns: dict[str, list[Any]] = {}
    types: dict[str, Any] = {}
    for declared, field in zip(policy.inputs, policy.program.inputs, strict=True):
        values: list[Any] = [record.get(field.name) for record in records]
        if isinstance(field.type, NumberType):
            values = [None if value is None else float(value) for value in values]
        name = declared.column or declared.name
        columns[name], types[name] = values, _column_type(nw, field.type)
    columns[_ORDER], types[_ORDER] = list(range(len(records))), nw.Int64
    if engine == "pandas":  # narwhals would turn what is missing of a boolean into False
        pandas = nw.Implementation.from_backend("pandas").to_native_namespace()
        floats = (nw.Float64, nw.Int64)
        return pandas.DataFrame(
            {n: pandas.Series(v, dtype="float64" if types[n] in floats else object) for n, v in columns.items()}
        )
    if engine != "duckdb":
        return nw.from_dict(columns, types, backend=engine).to_native()
    backend = next(name for name in ("polars", "pyarrow", "pandas") if _is_installed(nw, name))
    return nw.from_dict(columns, types, backend=backend).lazy("duckdb").to_native()


def _column_type(nw: Any, kind: Type) -> Any:  # noqa: ANN401  a type of narwhals
    match kind:
        case NumberType():
            return nw.Float64
        case BooleanType():
            return nw.Boolean
        case DateType():
            return nw.Date
        case _:
            return nw.String


def _column(series: Any, kind: Type) -> list[Value]:  # noqa: ANN401  a series of any library
    return [
        None if missing else _value(value, kind)
        for value, missing in zip(series.to_list(), series.is_null().to_list(), strict=True)
    ]


def _value(value: Any, kind: Type) -> Value:  # noqa: ANN401  a value of any library
    match kind:
        case NumberType():
            return int(value)
        case DateType():
            return day_number(value.date() if isinstance(value, datetime) else value)
        case BooleanType():
            return bool(value)
        case ChoiceType() | TextType():
            return str(value)
        case _:
            return None
