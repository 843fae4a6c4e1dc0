"""Compare two rule sets on a frame: the same migration matrices and totals as on records, counted by the engine.

Both policies add their outputs as whole numbers and texts; groups of equal pairs are counted, and numbers added up in
two halves, so that no sum leaves 64 bits.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from supplychain_rules.analysis.compare import compared_outputs
from supplychain_rules.analysis.comparison import (
    Comparison,
    MigrationMatrix,
    Total,
    matrix_order,
    migration_matrix,
)
from supplychain_rules.engines.columns import apply, narwhals_for
from supplychain_rules.engines.request import MissingColumns
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.types import NumberType, Type
from supplychain_rules.rules.policy import Policy
from supplychain_rules.values.scaled import EXACT, to_decimal

__all__ = ["compare_frame"]

#: Units are added up in two parts of this many bits and the rest: sums of both stay within 64 bits for a billion rows.
_HALF: Final = 2**31

#: Set before the columns that the comparison adds.
_BEFORE: Final = "compared_before_"
_AFTER: Final = "compared_after_"


def compare_frame(
    before: Policy,
    after: Policy,
    frame: Any,  # noqa: ANN401  a frame of any library
    *,
    outputs: Iterable[str] | None = None,
    missing_columns: MissingColumns = "error",
) -> Comparison:
    """Return what a change of rules does to the rows of a frame: migration matrices and totals.

    Rows with a value that either policy refuses are left out and counted. Rows have no names, so that movers and their
    reasons are not listed: `explain_row` gives them for one row, `compare` on records for all.

    Args:
        before: the rules now.
        after: the rules to be.
        frame: a frame or lazy frame of Polars, a frame of pandas or Spark, a table of PyArrow, or a relation of DuckDB.
            A lazy one runs, for the counts.
        outputs: the outputs to compare; None for those that `compare_records` compares.
        missing_columns: as in `apply`.

    Raises:
        InputError: columns are missing, in the way or of a wrong type.
        InvalidValueError: an output that not both have, or no frame that rules run on.
        PolicyError: frames cannot run some of the steps.
        MissingExtraError: narwhals is not installed.

    >>> import polars
    >>> from supplychain_rules import load_policy
    >>> def rules(version, least):
    ...     return load_policy({"schema": "supplychain-rules/1", "id": "demo", "version": version,
    ...         "inputs": {"score": {"type": "integer", "min": 0, "max": 100}},
    ...         "steps": [{"kind": "ladder", "id": "grade", "of": "score",
    ...                    "bands": [{"name": "A", "from": least}, {"name": "B"}]}]})
    >>> print(compare_frame(rules("1", 90), rules("2", 80), polars.DataFrame({"score": [95, 85, 40]})))
    demo 1 → demo 2: 3 records
    grade: 1 moved
      A → A 1
      B → A 1, B 1
    """
    nw = narwhals_for("compare_frame")
    found = compared_outputs(before, after, outputs)
    names = list(found.outputs)
    taken = nw.from_native(frame, pass_through=True)
    if not isinstance(taken, nw.DataFrame | nw.LazyFrame):
        hint = "give a frame of Polars, pandas or Spark, a table of PyArrow, or a relation of DuckDB"
        raise InvalidValueError("this is no frame that rules run on", type(frame).__name__, hint=hint)
    problems = [f"{_BEFORE}problems", f"{_AFTER}problems"]
    columns = [f"{prefix}{place}" for prefix in (_BEFORE, _AFTER) for place in range(len(names))]
    first = _decided(before, frame, names, problems[0], missing_columns, nw)
    renamed = first.rename({name: f"{_BEFORE}{place}" for place, name in enumerate(names)})
    second = _decided(after, renamed.to_native(), names, problems[1], missing_columns, nw)
    both = second.rename({name: f"{_AFTER}{place}" for place, name in enumerate(names)}).select(*columns, *problems)
    rows = _one_row(both.select(nw.len().alias("rows")))["rows"]
    good = both.filter((nw.col(problems[0]) == 0) & (nw.col(problems[1]) == 0))
    kept = _one_row(good.select(nw.len().alias("rows")))["rows"]
    return Comparison(
        before=f"{before.id} {before.version}",
        after=f"{after.id} {after.version}",
        records=kept,
        migrations=_migrations(good, found.outputs, nw),
        totals=_totals(good, found.outputs, nw),
        refused_count=rows - kept,
        notes=found.notes,
    )


def _decided(  # noqa: PLR0913, PLR0917  one policy on one frame
    policy: Policy,
    frame: Any,  # noqa: ANN401
    names: list[str],
    problems: str,
    missing_columns: MissingColumns,
    nw: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401  a frame of narwhals
    decided = apply(
        policy,
        frame,
        outputs=names,
        on_invalid="null",
        numbers="units",
        problems=problems,
        missing_columns=missing_columns,
    )
    return nw.from_native(decided)


def _migrations(rows: Any, outputs: Mapping[str, tuple[Type, Type]], nw: Any) -> tuple[MigrationMatrix, ...]:  # noqa: ANN401
    found = []
    for place, (name, (before, after)) in enumerate(outputs.items()):
        if isinstance(before, NumberType):
            continue
        sides = [f"{_BEFORE}{place}", f"{_AFTER}{place}"]
        # Grouped by codes: some engines drop a group whose value is missing.
        order = matrix_order(before, after)
        coded = rows.select(*(_code(nw, side, order).alias(side) for side in sides))
        counted = _collected(coded.group_by(*sides).agg(nw.len().alias("rows"))).rows()
        pairs = ((order[int(one)], order[int(other)], int(count)) for one, other, count in counted)
        found.append(migration_matrix(name, order, pairs))
    return tuple(found)


def _code(nw: Any, column: str, order: tuple[str | bool | None, ...]) -> Any:  # noqa: ANN401
    """Return the place of a value in the order; missing stands last."""
    expression = nw.lit(len(order) - 1)
    for place, value in enumerate(order):
        if value is not None:
            same = nw.col(column) == nw.lit(value)
            present = ~nw.col(column).is_null()
            expression = nw.when(present & same).then(nw.lit(place)).otherwise(expression)
    return expression


def _totals(rows: Any, outputs: Mapping[str, tuple[Type, Type]], nw: Any) -> tuple[Total, ...]:  # noqa: ANN401
    found = []
    for place, (name, kinds) in enumerate(outputs.items()):
        if not isinstance(kinds[0], NumberType):
            continue
        sums = []
        for prefix, kind in zip((_BEFORE, _AFTER), kinds, strict=True):
            assert isinstance(kind, NumberType)  # noqa: S101  compared outputs are of one kind
            sums.append(_sum(rows, f"{prefix}{place}", kind, nw))
        (before, had), (after, has) = sums
        found.append(
            Total(
                output=name,
                before=before,
                after=after,
                difference=EXACT.subtract(after, before),
                present_before=had,
                present_after=has,
            )
        )
    return tuple(found)


def _sum(rows: Any, column: str, kind: NumberType, nw: Any) -> tuple[Decimal, int]:  # noqa: ANN401
    """Return the exact sum of a column of units, and how many rows have one."""
    units = nw.col(column).cast(nw.Int64())
    high = units // _HALF
    parts = rows.filter(~nw.col(column).is_null()).select(
        high.sum().alias("high"), (units - high * _HALF).sum().alias("low"), nw.len().alias("rows")
    )
    row = _one_row(parts)
    total = int(row["high"] or 0) * _HALF + int(row["low"] or 0)
    return to_decimal(total, kind.decimals), int(row["rows"])


def _one_row(frame: Any) -> dict[str, Any]:  # noqa: ANN401
    row: dict[str, Any] = _collected(frame).rows(named=True)[0]
    return row


def _collected(frame: Any) -> Any:  # noqa: ANN401
    return frame.collect() if hasattr(frame, "collect") else frame
