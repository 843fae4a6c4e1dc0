"""Rule sets on data frames: the same kind of frame back, with the outputs as columns.

Polars (eager and lazy), pandas, PyArrow, DuckDB and Spark. The rules mean what they mean for one record, digit
for digit; a frame only changes who computes.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from supplychain_rules.engines.request import MissingColumns, Numbers, OnInvalid, Request
from supplychain_rules.engines.support import plan_of
from supplychain_rules.errors import InvalidValueError, MissingExtraError
from supplychain_rules.rules.policy import Policy

__all__ = ["apply", "narwhals_for"]

Frame = TypeVar("Frame")


def apply(  # noqa: PLR0913  what a column engine can be asked
    policy: Policy,
    frame: Frame,
    *,
    outputs: Iterable[str] | None = None,
    detail: bool = False,
    on_invalid: OnInvalid | None = None,
    numbers: Numbers = "float",
    problems: str = "problems",
    missing_columns: MissingColumns = "error",
) -> Frame:
    """Run a policy on every row of a frame.

    Where the rules compare records, the rows of the frame are compared, less those of bad inputs and those with a
    negative value to take shares of; a total too large for exact shares is a problem of every row.

    Args:
        policy: the rules.
        frame: a frame or lazy frame of Polars, a frame of pandas or Spark, a table of PyArrow, or a relation of DuckDB.
            Its columns are the inputs, by the name or the `column` that each declares.
        outputs: names of the outputs to add, or of inner parts as `performance.quality`; None for all outputs.
        detail: without `outputs`: also add the inner parts: checks, criteria, hit rows.
        on_invalid: `"error"` raises where a value is not as declared, naming columns, rows and first values; `"null"`
            leaves every output of such a row missing, and counts its problems in a column. An eager frame's default is
            `"error"`; a lazy one cannot raise and knows `"null"` only.
        numbers: `"float"` for the float64 nearest to the exact decimal, `"units"` for whole numbers that count the last
            decimal place.
        problems: the name of the column that counts problems.
        missing_columns: `"null"` lets an optional input have no column, and be missing in every row.

    Returns:
        A frame of the same kind: all columns of `frame`, then the outputs. A lazy frame stays lazy.

    Raises:
        InputError: columns are missing, in the way or of a wrong type, or values are not as declared.
        InvalidValueError: an argument is not as it must be.
        PolicyError: frames cannot run some of the steps; see `supports`.
        MissingExtraError: narwhals is not installed.

    >>> import polars
    >>> from supplychain_rules import load_policy
    >>> policy = load_policy({"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"late": {"type": "integer", "min": 0, "max": 100, "optional": True}},
    ...     "steps": [{"kind": "formula", "id": "penalty", "formula": "late * 25"}]})
    >>> apply(policy, polars.DataFrame({"supplier": ["S1", "S2"], "late": [2, None]})).rows()
    [('S1', 2, 50.0), ('S2', None, None)]
    """
    request = Request(
        policy=policy,
        plan=plan_of(policy, outputs=outputs, detail=detail),
        on_invalid=on_invalid,
        numbers=numbers,
        problems=problems,
        missing_columns=missing_columns,
    )
    found: Frame = _run(request, frame)
    return found


def narwhals_for(caller: str) -> Any:  # noqa: ANN401  a module
    """Import narwhals, which speaks to every library of frames.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import narwhals.stable.v2 as nw  # noqa: PLC0415  an extra is imported when it is needed
    except ImportError:
        raise MissingExtraError(caller, package="narwhals", extra="columns") from None
    return nw


def _run(request: Request, frame: Any) -> Any:  # noqa: ANN401  a frame of any library
    dependencies = narwhals_for("apply").dependencies
    from supplychain_rules.engines import frame_columns, frame_pandas, frame_sql  # noqa: PLC0415  they need narwhals

    if dependencies.is_pandas_dataframe(frame):
        return frame_pandas.run_pandas(request, frame)
    if dependencies.is_polars_dataframe(frame) or dependencies.is_pyarrow_table(frame):
        return frame_columns.run_eager(request, frame)
    run = (
        frame_columns.run_lazy
        if dependencies.is_polars_lazyframe(frame)
        else frame_sql.run_duckdb
        if dependencies.is_duckdb_relation(frame)
        else frame_sql.run_spark
        if dependencies.is_pyspark_dataframe(frame) or dependencies.is_pyspark_connect_dataframe(frame)
        else None
    )
    if run is None:
        hint = "give a frame of Polars, pandas or Spark, a table of PyArrow, or a relation of DuckDB"
        raise InvalidValueError("this is no frame that rules run on", type(frame).__name__, hint=hint)
    if request.on_invalid == "error":  # only running the frame could find one
        hint = "leave it out, and look at the column of problems"
        raise InvalidValueError("a lazy frame cannot raise", "on_invalid='error'", hint=hint)
    return run(request, frame)
