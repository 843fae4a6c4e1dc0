"""Measures of data frames: the facts are columns, the result is one row for each supplier or whatever one measures by.

The definitions are those of a ledger and mean the same. The engine sums whole numbers, which gives one result whatever
the order of rows and the number of threads; a value is worked out of the sums exactly and rounded once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar, final

from supplychain_rules.engines.columns import narwhals_for
from supplychain_rules.engines.fact_frames import FactFrames
from supplychain_rules.engines.fact_tables import FACT_KINDS, FactKind, Sizes, TableColumns, check_kinds
from supplychain_rules.engines.measure_groups import Group, Sum
from supplychain_rules.engines.measure_job import Decimals, MeasureJob, detail_names
from supplychain_rules.engines.measure_sql import values_statement
from supplychain_rules.engines.measure_values import PROBLEMS, Valued
from supplychain_rules.engines.relations import Relation, Source
from supplychain_rules.engines.request import OnInvalid
from supplychain_rules.errors import InputError, InvalidValueError, Problem, bounded_repr
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.measures.counting import By, Part, Sums
from supplychain_rules.measures.exact import exactly
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.kinds import Measure
from supplychain_rules.measures.measurement import TOTAL, Key, Measurement
from supplychain_rules.measures.measuring import conclude
from supplychain_rules.values.period import Period
from supplychain_rules.values.scaled import to_decimal

__all__ = ["measure_frame", "measurements_of"]

Frame = TypeVar("Frame")

#: Most keys that a message names.
_MOST_SHOWN: Final = 5


def measure_frame(  # noqa: PLR0913  each is a decision of the caller, and has a name
    measures: Iterable[Measure],
    frames: Mapping[FactKind, Frame],
    *,
    by: By = "supplier",
    period: Period,
    as_of: date,
    columns: TableColumns | None = None,
    currency: str | None = None,
    sizes: Sizes | None = None,
    decimals: Decimals = 6,
    detail: bool = False,
    on_invalid: OnInvalid | None = None,
    problems: str = "problems",
) -> Frame:
    """Measure facts that are rows of data frames.

    Args:
        measures: the definitions; their ids must differ, and name the columns of the result.
        frames: a frame for each kind of fact that the measures read: `order_lines`, `receipts`, `inspections`,
            `invoice_lines`, `suppliers`; all of one library (see `apply`). They hold the facts in force, one row for
            each id. Their columns are the facts' fields; `suppliers` has one row for each `id` and `category`. Where
            `receipts` is the very frame that `order_lines` is, each line holds its one receipt, and nothing is
            joined; `received_on` is missing where nothing came.
        by: one dimension or several, as for `measure`. A key's category, site or customer is what the row itself
            says; where it says nothing, an empty text.
        period: the days that count, as for `measure`.
        as_of: the day on which a line is open, overdue or complete. Facts known later do not exist, by the column
            `known_on`, or where there is none by the fact's own day; `columns={"order_lines": {"known_on": None}}`
            says that all are known.
        columns: by kind, the columns of fields that are not called as the field; None for a field without a column.
        currency: the one currency of all amounts. Where a frame has a column `currency`, any other is a bad value.
        sizes: how fine and how large quantities and amounts are; a number beyond is a bad value.
        decimals: to how many decimals values are rounded half up, for all or by measure id.
        detail: also add `<id>_numerator`, `<id>_denominator` and `<id>_evidence`: whole numbers that count the last
            decimal place of quantities (pieces), of prices and quantities together (amounts), or lines.
        on_invalid: `"error"` raises where a value is bad; `"null"` makes every measure of a key missing that a bad
            value belongs to, and counts them in a column. An eager frame's default is `"error"`, a lazy one's `"null"`.
        problems: the name of the column that counts problems.

    Returns:
        A frame of the same kind, one row for each key in no order: the dimensions, then the measures as float64
        nearest to the rounded value, missing where there is no data or the measure does not apply. By supplier, each
        supplier that any of the frames mentions has a row, ready for `apply`. A lazy frame stays lazy.

    Raises:
        InvalidValueError: an argument does not fit, or a measure is more than a query can say (`measure_supports`).
        InputError: columns are of a wrong type, or values are bad.
        MissingExtraError: narwhals, or for pandas PyArrow, is not installed.
    """
    sizes = Sizes() if sizes is None else sizes
    work = _frames(frames, columns, sizes, currency, caller="measure_frame")
    if on_invalid == "error" and not work.is_eager:  # only running the frame could find one
        hint = "leave it out, and look at the column of problems"
        raise InvalidValueError("a lazy frame cannot raise", "on_invalid='error'", hint=hint)
    refusing = work.is_eager and on_invalid != "null"
    job = MeasureJob.of(
        measures,
        work.tables,
        by=by,
        period=period,
        as_of=as_of,
        sizes=sizes,
        counts_bad=not refusing,
        values=True,
    )
    valued = job.valued(decimals, detail=detail, problems=problems)
    found: Frame = _values(work, job, valued, detail=detail, problems=problems, refusing=refusing)
    return found


def measurements_of(  # noqa: PLR0913  as `measure_frame`
    measures: Iterable[Measure],
    frames: Mapping[FactKind, Any],
    *,
    by: By = "supplier",
    period: Period,
    as_of: date,
    columns: TableColumns | None = None,
    currency: str | None = None,
    sizes: Sizes | None = None,
) -> tuple[Measurement, ...]:
    """Measure facts that are rows of data frames, as measurements: exact values with their states, evidence and notes.

    The engine sums; what the sums come to is worked out in Python as for a ledger, so the measurements are those that
    `measure` gives. Lazy frames are run.

    Args:
        measures: as for `measure_frame`; measures whose values are more than quotients too.
        frames: as for `measure_frame`.
        by: as for `measure`.
        period: as for `measure`.
        as_of: as for `measure_frame`.
        columns: as for `measure_frame`.
        currency: as for `measure_frame`.
        sizes: as for `measure_frame`.

    Raises:
        InvalidValueError: an argument does not fit, or tables cannot compute a measure.
        InputError: columns are of a wrong type, or values are bad.
        MissingExtraError: narwhals, or for pandas PyArrow, is not installed.
    """
    sizes = Sizes() if sizes is None else sizes
    work = _frames(frames, columns, sizes, currency, caller="measurements_of")
    job = MeasureJob.of(
        measures,
        work.tables,
        by=by,
        period=period,
        as_of=as_of,
        sizes=sizes,
        counts_bad=not work.is_local,
        values=False,
    )
    with exactly():
        return _Measuring(job, work).measurements()


def _frames(
    frames: Mapping[FactKind, Any],
    columns: TableColumns | None,
    sizes: Sizes,
    currency: str | None,
    *,
    caller: str,
) -> FactFrames:
    """Look at frames of the kinds of facts that measures read."""
    narwhals_for(caller)
    check_kinds(frames, FACT_KINDS)
    check_kinds(columns or FACT_KINDS, FACT_KINDS)
    return FactFrames.of(frames, columns or {}, sizes, currency, caller=caller)


def _values(  # noqa: PLR0913  as `measure_frame`
    work: FactFrames, job: MeasureJob, valued: Valued, *, detail: bool, problems: str, refusing: bool
) -> Any:  # noqa: ANN401  a frame of any library
    """Return the frame of values.

    Raises:
        InputError: a value is bad, or one outgrew its bounds.
    """
    if not work.is_local:
        types: dict[str, str] = {name: work.key_type(name) for name, _ in valued.keys}
        for measure in job.measures:
            types[measure.id] = "float64"
            types |= dict.fromkeys(detail_names(measure) if detail else (), "int64")
        return work.query(
            lambda chain: values_statement(chain, job, valued, detail=detail, problems=problems, as_floats=True),
            types | {problems: "int64"},
        )
    import narwhals.stable.v2 as nw  # noqa: PLC0415  an extra is imported when it is needed

    frame = work.computed(valued.relation, refusing=refusing)
    if refusing:
        _refuse_problems(frame, job, valued)
    chosen = [nw.col(column).alias(name) for name, column in valued.keys]
    for place, measure in enumerate(job.measures):
        units, power = nw.col(valued.values[place]), float(10 ** valued.decimals[place])
        # A column divides, because some engines multiply by the reciprocal of a literal.
        chosen.append((units.cast(nw.Float64()) / (units.cast(nw.Float64()) * 0.0 + power)).alias(measure.id))
        if detail:
            named = zip(valued.details[place], detail_names(measure), strict=True)
            chosen += [nw.col(column).alias(name) for column, name in named]
    if not refusing:
        chosen.append(nw.col(PROBLEMS).alias(problems))
    return work.native(frame.select(*chosen))


def _refuse_problems(frame: Any, job: MeasureJob, valued: Valued) -> None:  # noqa: ANN401  a frame of any library
    """Raise where a value is missing that should be there."""
    bad = [row for row in frame.rows(named=True) if row[PROBLEMS]] if len(frame) and frame[PROBLEMS].max() else []
    if bad:
        keys = [tuple(row[column] for _, column in valued.keys) or (TOTAL,) for row in bad[:_MOST_SHOWN]]
        checks = "; ".join(dict.fromkeys(check for group in job.groups for check in group.checks))
        raise InputError(
            [
                Problem(
                    code="bad_value",
                    path=", ".join(job.by),
                    message=checks or "a measure of these keys outgrows the bounds of its numbers",
                    value=", ".join(bounded_repr(key[0] if len(key) == 1 else key) for key in keys),
                    hint="correct the facts" if checks else "declare fewer decimals in 'sizes' or 'decimals'",
                )
            ]
        )


@final
class _Measuring:
    """From the rows of groups to measurements."""

    def __init__(self, job: MeasureJob, frames: FactFrames) -> None:
        self._job = job
        self._frames = frames
        self._met: dict[str, set[str]] = {"supplier": set(), "customer": set()}

    def measurements(self) -> tuple[Measurement, ...]:
        """Return the measurements."""
        job = self._job
        mentions = [(name, group) for name, groups in job.mentions.items() for group in groups]
        suppliers = self._categories()
        relations = [group.relation for group in job.groups] + [group.relation for _, group in mentions]
        rows = self._frames.rows([*relations, *([] if suppliers is None else [suppliers])])
        self._refuse_bad(rows)
        cells: list[dict[Key, dict[Part, Sums]]] = [{} for _ in job.measures]
        for group, of_group in zip(job.groups, rows, strict=False):
            self._count(group, of_group, cells)
        for (name, group), of_group in zip(mentions, rows[len(job.groups) :], strict=False):
            self._mention(name, group, of_group)
        known = [] if suppliers is None else _suppliers(rows[-1])
        index = FactIndex(Ledger(known))
        index.remember(frozenset(self._met["supplier"]), frozenset(self._met["customer"]))
        return conclude(job.measures, cells, index, job.by, job.period)

    def _categories(self) -> Relation | None:
        table = self._frames.tables.get("suppliers")
        if table is None or not table.has("category"):
            return None
        fields = (table.field("id"), table.field("category"))
        return Source(table=table.table, fields=fields)

    def _refuse_bad(self, rows: Sequence[Sequence[Mapping[str, Any]]]) -> None:
        bad = sum(row.get("bad") or 0 for of_group in rows for row in of_group)
        if bad:
            checks = [check for group in self._job.groups for check in group.checks]
            raise InputError(
                [
                    Problem(
                        code="bad_value",
                        path="",
                        message="values of the facts are bad: missing, out of bounds or of another currency",
                        value="; ".join(dict.fromkeys(checks)),
                        hint="measure_frame counts them by key",
                    )
                ]
            )

    def _count(self, group: Group, rows: Sequence[Mapping[str, Any]], cells: list[dict[Key, dict[Part, Sums]]]) -> None:
        if self._job.by in {("supplier",), ("customer",)} and not group.parts:
            self._mention(self._job.by[0], group, rows)
        for row in rows:
            key = self._key(group, row)
            for slot in group.slots:
                count = row[slot.rows]
                if count:
                    left_out = slot.count.left_out
                    part = slot.tally.part([row[name] for name in group.parts]) if left_out is None else left_out
                    sums = cells[slot.measure].setdefault(key, {}).setdefault(part, Sums())
                    above, below = slot.count.decimals
                    sums.count(
                        _number(slot.numerator, row, above),
                        _number(slot.denominator, row, below),
                        int(count) * slot.count.evidence,
                    )

    def _key(self, group: Group, row: Mapping[str, Any]) -> Key:
        if not group.keys:
            return TOTAL
        found = tuple(str(row[name]) for name in group.keys)
        return found[0] if len(found) == 1 else found

    def _mention(self, name: str, group: Group, rows: Sequence[Mapping[str, Any]]) -> None:
        met = self._met[name]
        for row in rows:
            if (group.known is None or row[group.known]) and row["key_0"] not in (None, ""):
                met.add(str(row["key_0"]))


def _suppliers(rows: Sequence[Mapping[str, Any]]) -> list[Supplier]:
    found: dict[str, set[str]] = {}
    for row in rows:
        categories = found.setdefault(str(row["suppliers_id"]), set())
        if row["suppliers_category"]:
            categories.add(row["suppliers_category"])
    return [Supplier(id=identity, categories=categories) for identity, categories in found.items()]


def _number(sums: Sum, row: Mapping[str, Any], decimals: int) -> Any:  # noqa: ANN401  an int or a Decimal
    total = sum(int(row[name]) * weight for name, weight in sums)
    return to_decimal(total, decimals) if decimals and total else total
