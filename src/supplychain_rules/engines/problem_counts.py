"""Problems of a frame by column: how many rows each input spoils, and in which way, in one pass over the rows.

`apply` counts the problems of each row; this counts them the other way, so that who supplies a column can be told.
"""

from collections.abc import Iterable
from typing import Any

from supplychain_rules.engines.columns import narwhals_for
from supplychain_rules.engines.plan import PlanInput
from supplychain_rules.engines.problem_kinds import ProblemCount, ProblemKind
from supplychain_rules.engines.request import MissingColumns, Request
from supplychain_rules.engines.support import inputs_of
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.rules.policy import Policy

__all__ = ["ProblemCount", "ProblemKind", "problem_counts"]


def problem_counts(
    policy: Policy,
    frame: Any,  # noqa: ANN401  a frame of any library
    *,
    missing_columns: MissingColumns = "error",
) -> tuple[ProblemCount, ...]:
    """Count the rows of a frame that each input of a policy spoils, by what is wrong with the value.

    The counts add up to what `apply` counts row by row, but for what rows of good inputs may have: tables in conflict,
    and negative or too large numbers to take shares of. No rule is computed.

    Args:
        policy: the rules.
        frame: a frame as `apply` takes it. A lazy one, a relation of DuckDB, a frame of Spark or a table of Ibis runs
            once, for the counts alone.
        missing_columns: as in `apply`.

    Returns:
        A count for each input and kind of problem that some row has, in the order of the policy's inputs; none at all
        where every row can be decided.

    Raises:
        InputError: columns are missing or of a wrong type.
        InvalidValueError: this is no frame that rules run on.
        MissingExtraError: narwhals is not installed.

    >>> import polars
    >>> from supplychain_rules import load_policy
    >>> policy = load_policy({"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"late": {"type": "integer", "min": 0, "max": 100}},
    ...     "steps": [{"kind": "formula", "id": "penalty", "formula": "late * 25"}]})
    >>> for count in problem_counts(policy, polars.DataFrame({"late": [2, None, -1, 101]})):
    ...     print(count.column, count.problem, count.rows)
    late required 1
    late out_of_range 2
    """
    dependencies = narwhals_for("problem_counts").dependencies
    from supplychain_rules.engines import frame_counts  # noqa: PLC0415  it needs narwhals

    request = Request(policy=policy, plan=inputs_of(policy), missing_columns=missing_columns)
    if dependencies.is_pandas_dataframe(frame):
        return _found(request, frame_counts.counts_in_pandas(request, frame))
    if (
        dependencies.is_polars_dataframe(frame)
        or dependencies.is_polars_lazyframe(frame)
        or dependencies.is_pyarrow_table(frame)
    ):
        return _found(request, frame_counts.counts_in_columns(request, frame))
    run = (
        frame_counts.row_of_duckdb
        if dependencies.is_duckdb_relation(frame)
        else frame_counts.row_of_spark
        if dependencies.is_pyspark_dataframe(frame) or dependencies.is_pyspark_connect_dataframe(frame)
        else frame_counts.row_of_ibis
        if dependencies.is_ibis_table(frame)
        else None
    )
    if run is None:
        hint = "give a frame of Polars, pandas or Spark, a table of PyArrow or Ibis, or a relation of DuckDB"
        raise InvalidValueError("this is no frame that rules run on", type(frame).__name__, hint=hint)
    return _found(request, frame_counts.counts_in_database(request, frame, run))


def _found(request: Request, counts: Iterable[tuple[PlanInput, ProblemKind, int]]) -> tuple[ProblemCount, ...]:
    """Return the counts that are not zero."""
    return tuple(
        ProblemCount(input=field.input, column=request.column_of(field), problem=problem, rows=rows)
        for field, problem, rows in counts
        if rows
    )
