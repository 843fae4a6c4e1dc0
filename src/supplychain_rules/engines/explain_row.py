"""Why a row of a frame was decided so: the row as a record, explained by the Python engine."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_
from typing import Any

from supplychain_rules.engines.columns import narwhals_for
from supplychain_rules.engines.problem_kinds import plain_value
from supplychain_rules.engines.record_populations import compared, negative_values
from supplychain_rules.engines.request import MissingColumns, Request
from supplychain_rules.engines.support import inputs_of
from supplychain_rules.errors import InputError, InvalidValueError, did_you_mean
from supplychain_rules.language.entry import reading_function
from supplychain_rules.language.types import DateType, Value
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.evaluate import decide_known, evaluate
from supplychain_rules.rules.explain import Explanation
from supplychain_rules.rules.policy import Policy

__all__ = ["explain_row"]


def explain_row(
    policy: Policy,
    frame: object,
    *,
    where: int | Mapping[str, object],
    missing_columns: MissingColumns = "error",
) -> Explanation:
    """Return the reasons for one row of a frame: what they say is what `apply` computed.

    Where the rules compare rows, the whole frame is read, and the Python engine compares the rows: those that `apply`
    would leave out are left out here too.

    Args:
        policy: the rules.
        frame: a frame as `apply` takes it, or what `apply` gave back.
        where: the position of the row, from 0, in an eager frame; or values of columns that only one row has, as
            `{"supplier": "S17"}`, in any frame. A lazy frame runs once to find it.
        missing_columns: as in `apply`.

    Raises:
        InputError: a column is missing, or the row holds a value that is not as declared; where rows are compared, also
            a negative value to take shares of, or the total of all rows is too large for that.
        InvalidValueError: no row is there, or several are.
        MissingExtraError: narwhals is not installed.

    >>> import polars
    >>> from supplychain_rules import load_policy
    >>> policy = load_policy({"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"late": {"type": "integer", "min": 0, "max": 100}},
    ...     "steps": [{"kind": "formula", "id": "penalty", "formula": "late * 25"}]})
    >>> frame = polars.DataFrame({"supplier": ["S1", "S2"], "late": [2, 7]})
    >>> explain_row(policy, frame, where={"supplier": "S2"}).steps[0].value
    Decimal('175')
    """
    nw = narwhals_for("explain_row")
    rows = nw.from_native(frame, pass_through=True)
    if not isinstance(rows, nw.DataFrame | nw.LazyFrame):
        hint = "give a frame of Polars, pandas or Spark, a table of PyArrow or Ibis, or a relation of DuckDB"
        raise InvalidValueError("this is no frame that rules run on", type(frame).__name__, hint=hint)
    request = Request(policy=policy, plan=inputs_of(policy), missing_columns=missing_columns)
    columns = rows.collect_schema().names()
    problems = request.absent_columns(columns)
    if problems:
        raise InputError(problems)
    found = _matching(rows, where, nw) if isinstance(where, Mapping) else _at(rows, where, nw)
    record = _record(request, found)
    if not policy.program.populations:
        return evaluate(policy, record).explain()
    held = list(dict.fromkeys(column for field in request.plan.inputs if (column := request.column_of(field)) in found))
    others = (_record(request, row) for row in _all_rows(rows.select(*held) if held else rows, nw))
    return _among(policy, record, others).explain()


def _record(request: Request, row: Mapping[str, Any]) -> dict[str, object]:
    """Return a row of a frame as a record."""
    return {
        field.input: plain_value(row[column], is_date=isinstance(field.type, DateType))
        for field in request.plan.inputs
        if (column := request.column_of(field)) in row
    }


def _among(policy: Policy, record: Mapping[str, object], others: Iterable[Mapping[str, object]]) -> Decision:
    """Decide a record among the rows of a frame, of which it is one: what equals it is decided alike."""
    read = reading_function(policy.program, ignore_extra=False)
    own = read(record)
    rows: list[tuple[Value, ...] | None] = []
    for other in others:
        try:
            rows.append(read(other))
        except InputError:  # the row takes no part
            rows.append(None)
    place = rows.index(own)
    found = compared(policy, rows)
    if found.too_large is not None:
        raise found.too_large
    known = found.known[place]
    if known is None:
        raise InputError(negative_values(policy, found, place))
    return decide_known(policy, known)


def _all_rows(rows: Any, nw: Any) -> Iterable[dict[str, Any]]:  # noqa: ANN401  frame and library
    """Return the rows of a frame; what is missing, NaN in pandas too, as None."""
    if isinstance(rows, nw.LazyFrame):
        return _records(rows)
    columns = {
        name: [
            None if gone else value
            for gone, value in zip(rows[name].is_null().to_list(), rows[name].to_list(), strict=True)
        ]
        for name in rows.columns
    }
    return ({name: values[at] for name, values in columns.items()} for at in range(len(rows)))


def _at(rows: Any, position: int, nw: Any) -> dict[str, Any]:  # noqa: ANN401  frame and library
    if isinstance(rows, nw.LazyFrame):
        hint = "give a mapping of columns to values that only one row has"
        raise InvalidValueError("the rows of a lazy frame have no positions", position, hint=hint)
    if not 0 <= position < len(rows):
        raise InvalidValueError("no such row", position, hint=f"the frame has {len(rows)} rows, counted from 0")
    return next(iter(_all_rows(rows[position : position + 1], nw)))


def _matching(rows: Any, where: Mapping[str, object], nw: Any) -> dict[str, Any]:  # noqa: ANN401  a frame of any library
    columns = rows.collect_schema().names()
    for name in where:
        if name not in columns:
            raise InvalidValueError("the frame has no such column", name, hint=did_you_mean(name, columns))
    if not where:
        raise InvalidValueError("'where' names no column", where)
    tests = [nw.col(name).is_null() if value is None else nw.col(name) == value for name, value in where.items()]
    found = rows.filter(reduce(and_, tests)).head(2)
    several = list(_all_rows(found, nw))
    if len(several) != 1:
        what = "several rows are so" if several else "no row is so"
        raise InvalidValueError(what, dict(where), hint="name columns whose values only one row has")
    return several[0]


def _records(rows: Any) -> list[dict[str, Any]]:  # noqa: ANN401  a lazy frame
    native = rows.to_native()
    if hasattr(native, "fetchall"):  # DuckDB
        return [dict(zip(native.columns, row, strict=True)) for row in native.fetchall()]
    if hasattr(native, "to_pyarrow"):  # Ibis
        return list(native.to_pyarrow().to_pylist())
    collected = native.collect()
    return collected.to_dicts() if hasattr(collected, "to_dicts") else [row.asDict() for row in collected]
