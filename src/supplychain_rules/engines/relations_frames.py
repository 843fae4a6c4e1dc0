"""Relations on data frames, through narwhals: lazy frames of Polars stay lazy, tables of PyArrow are computed at once.

Frames of pandas are computed as tables of PyArrow, whose whole numbers stay whole beside missing ones.
"""

from collections.abc import Mapping
from functools import reduce
from operator import and_
from typing import Any, Final, assert_never, final

import attrs
import narwhals.stable.v2 as nw

from supplychain_rules.engines.codes import Coding
from supplychain_rules.engines.frame_decimals import DecimalColumn, with_arrow_decimals, with_polars_decimals
from supplychain_rules.engines.frame_expressions import Emission, Nulls
from supplychain_rules.engines.frame_inputs import Reading, is_taken, nothing, prepared, read_column
from supplychain_rules.engines.frame_problems import refuse, wrong_type, wrong_values
from supplychain_rules.engines.plan import Pick, Plan, PlanInput, Whole
from supplychain_rules.engines.relations import (
    BAD,
    Field,
    Filtered,
    Grouped,
    Joined,
    Made,
    Mapped,
    Relation,
    Source,
    Stacked,
)
from supplychain_rules.errors import InputError, Problem
from supplychain_rules.language.types import BooleanType, DateType, NumberType

__all__ = ["FrameRun", "arrow_table"]

#: Set before the columns of units while a decimal is read, so that they meet no name of the frame.
_PREFIX: Final = "~"

#: Digits of a decimal that a whole number of 64 bits holds.
_NARROW: Final = 18

#: How the columns of the right of a join are called while it is made.
_ONE: Final = "~one_"


def arrow_table(frame: Any, columns: Mapping[str, bool]) -> Any:  # noqa: ANN401  a frame of pandas, a table of PyArrow
    """Return columns of a pandas frame as a table of PyArrow.

    Args:
        frame: the frame.
        columns: the columns to take, and whether each holds days.

    Raises:
        InputError: a column of days holds a time of day.
    """
    table = nw.from_native(frame[list(columns)].reset_index(drop=True), eager_only=True).to_arrow()
    pa: Any = nw.dependencies.get_pyarrow()
    for place, name in enumerate(table.column_names):
        held = table.schema.field(name).type
        if pa.types.is_dictionary(held):
            table = table.set_column(place, name, table[name].cast(held.value_type))
        elif columns[name] and pa.types.is_timestamp(held) and held.tz is None:
            days = table[name].cast(pa.date32())
            if not days.cast(held).equals(table[name]):
                message = "a column of days holds a time of day"
                refuse([Problem(code="bad_value", path=name, message=message, hint="cut it to days first")])
            table = table.set_column(place, name, days)
    return table


@final
@attrs.define
class FrameRun:
    """Runs relations on frames; what is used twice is computed once."""

    #: A lazy frame of Polars or a table of PyArrow for each table of facts.
    frames: Mapping[str, Any]
    #: Whether bad values are refused; else they are counted.
    refusing: bool
    _found: dict[Relation, Any] = attrs.field(factory=dict, init=False)

    def run(self, relation: Relation) -> Any:  # noqa: ANN401  a frame of narwhals
        """Return the frame of a relation."""
        known = self._found.get(relation)
        if known is None:
            known = self._found[relation] = self._run(relation)
        return known

    def _run(self, relation: Relation) -> Any:  # noqa: ANN401  of any library
        match relation:
            case Source():
                return _Reader(source=relation, native=self.frames[relation.table], refusing=self.refusing).frame()
            case Mapped():
                frame = self.run(relation.of)
                return frame.select(*(_made(column) for column in relation.columns))
            case Filtered():
                frame = self.run(relation.of)
                return frame.filter(_EMISSION.condition(relation.condition))
            case Joined():
                on = {f"{_ONE}{place}": pair for place, pair in enumerate(relation.on)}
                others = (nw.col(other).alias(name) for name, (_, other) in on.items())
                right = self.run(relation.right).select(*others, *relation.take)
                left_on = [one for one, _ in relation.on]
                return self.run(relation.left).join(right, left_on=left_on, right_on=list(on), how="left")
            case Grouped():
                return self._grouped(relation)
            case Stacked():
                return nw.concat(_alike([self.run(part) for part in relation.parts]), how="vertical")
            case _:
                assert_never(relation)

    def _grouped(self, relation: Grouped) -> Any:  # noqa: ANN401  of any library
        if isinstance(relation.of, Mapped):
            frame = self.run(relation.of.of).select(
                *(_to_aggregate(column, relation.distinct) for column in relation.of.columns)
            )
        else:
            frame = self.run(relation.of)
        found = [
            *(nw.col(column).sum() for column in relation.sums),
            *(nw.col(column).min() for column in relation.least),
            *(nw.col(column).max() for column in relation.most),
            *(nw.col(column).n_unique() for column in relation.distinct),
        ]
        grouped = frame.group_by(*relation.keys).agg(*found) if relation.keys else frame.select(*found)
        counts = [nw.col(column).cast(nw.Int64()) for column in relation.distinct]
        return grouped.with_columns(*counts) if counts else grouped


def _alike(frames: list[Any]) -> list[Any]:
    """Return frames whose ids are held alike: whole numbers of different widths become such of 64 bits.

    Raises:
        InputError: an id is a text in one frame and a whole number in another.
    """
    schemas = [frame.collect_schema() for frame in frames]
    uneven = [name for name, held in schemas[0].items() if any(held != schema[name] for schema in schemas[1:])]
    if not uneven:
        return frames
    found = []
    for name in uneven:
        if not all(schema[name].is_integer() for schema in schemas):
            message = f"ids are held as {' and as '.join(dict.fromkeys(str(schema[name]) for schema in schemas))}"
            hint = "write them in all frames alike, as texts or as whole numbers"
            found.append(Problem(code="wrong_type", path=name, message=message, hint=hint))
    refuse(found)
    return [frame.with_columns(*(nw.col(name).cast(nw.Int64()) for name in uneven)) for frame in frames]


#: How cells are written: whole numbers of 64 bits, null for what is missing, no codes.
_EMISSION: Final = Emission(
    plan=Plan(inputs=(), columns=(), outputs=(), guards=(), reach=0),
    coding=Coding(columns=frozenset(), texts={}, largest=0),
    nulls=Nulls.NULL,
    prefix="",
    floats=False,
)


def _made(column: Made) -> nw.Expr:
    found = _EMISSION._text(column.cell) if column.is_text else _EMISSION.value(column.cell)  # noqa: SLF001
    return found.alias(column.name)


def _to_aggregate(column: Made, distinct: tuple[str, ...]) -> nw.Expr:
    """Return a column that is only aggregated: one that says yes or no is small, and null where its condition is."""
    if column.name in distinct:  # numbers of 32 bits are told apart faster
        return _made(column).cast(nw.Int32()).alias(column.name)
    match column.cell:
        case Pick(branches=((condition, Whole(1)),), otherwise=Whole(0)):
            return _EMISSION.condition(condition).cast(nw.Int8()).alias(column.name)
        case _:
            return _made(column)


@final
@attrs.frozen(kw_only=True)
class _Reader:
    """Reads the fields of a source from its frame."""

    source: Source
    native: Any
    refusing: bool

    def frame(self) -> Any:  # noqa: ANN401  a frame of narwhals
        """Return the units of every field, and how many of a row's are bad.

        Raises:
            InputError: a column is missing or of a wrong type, or (`refusing`) values are bad.
        """
        frame, readings = self._readings()
        units = {each.field.name: each.trusting() if self.refusing else _fitting(each) for each in readings}
        bad = nw.lit(0, dtype=nw.Int64())
        if self.refusing:
            self._refuse(frame, readings)
        else:
            fine = [condition for each in readings for condition in _fine(each)]
            if fine:  # null where a value is missing that may not be
                bad = nw.when(reduce(and_, fine)).then(bad).otherwise(nw.lit(1, dtype=nw.Int64()))
        return frame.select(*(expression.alias(name) for name, expression in units.items()), bad.alias(BAD))

    def _readings(self) -> tuple[Any, list[Reading]]:
        schema = nw.from_native(self.native).collect_schema()
        is_polars = nw.dependencies.is_polars_lazyframe(self.native)
        found: list[Problem] = []
        readings: list[Reading] = []
        decimals: list[DecimalColumn] = []
        stored: dict[str, str] = {}
        for field in self.source.fields:
            held = schema[field.column]
            kind = field.read.type
            if str(self._native_type(field.column)).lower() == "null":  # of no rows, or of nothing but nulls
                readings.append(nothing(field.read, field.column, _EMISSION))
            elif field.is_id:
                readings.append(self._id(field, held, found))
            elif not is_taken(kind, held):
                found.append(wrong_type(field.read, field.column, held))
            elif isinstance(kind, BooleanType):
                readings.append(_as_it_is(field.read, field.column, to=nw.Int64()))
            elif is_polars and isinstance(kind, NumberType) and isinstance(held, nw.Decimal) and self._is_narrow(field):
                stored[f"{_PREFIX}{field.name}_stored"] = field.column
                readings.append(self._stored(field, kind))
            elif isinstance(kind, NumberType) and isinstance(held, nw.Decimal):
                fits, units = f"{_PREFIX}{field.name}_fits", f"{_PREFIX}{field.name}_units"
                places = int(self._native_type(field.column).scale)
                decimals.append(DecimalColumn(column=field.column, places=places, type=kind, fits=fits, units=units))
                readings.append(prepared(field.read, field.column, fits, units, _EMISSION))
            else:
                readings.append(read_column(field.read, field.column, held, _EMISSION))
        refuse(found)
        native = self.native
        own = nw.get_native_namespace(native)
        if stored:
            whole = (own.col(column).to_physical().cast(own.Int64).alias(name) for name, column in stored.items())
            native = native.with_columns(*whole)
        if decimals:
            native = (with_polars_decimals if is_polars else with_arrow_decimals)(native, own, decimals)
        return nw.from_native(native), readings

    def _id(self, field: Field, held: nw.dtypes.DType, found: list[Problem]) -> Reading:
        if not isinstance(held, nw.String | nw.Categorical | nw.Enum) and not held.is_integer():
            hint = "give texts or whole numbers"
            message = f"a column of type {held} cannot hold ids"
            found.append(Problem(code="wrong_type", path=field.column, message=message, hint=hint))
        return _as_it_is(field.read, field.column, to=None if held.is_integer() else nw.String())

    def _is_narrow(self, field: Field) -> bool:
        """Say whether a decimal column of Polars is stored as 64 bits of no more places than count."""
        held = self._native_type(field.column)
        kind = field.read.type
        return isinstance(kind, NumberType) and held.precision <= _NARROW and held.scale <= kind.decimals

    def _stored(self, field: Field, kind: NumberType) -> Reading:
        """Return how such a column is read: the whole number that it is stored as."""
        stored = nw.col(f"{_PREFIX}{field.name}_stored")
        factor = 10 ** (kind.decimals - int(self._native_type(field.column).scale))
        fits = (stored >= -(-kind.low // factor)) & (stored <= kind.high // factor)
        return Reading(
            field=field.read,
            emission=_EMISSION,
            column=field.column,
            fits=fits,
            units=lambda _: stored * factor if factor > 1 else stored,
        )

    def _native_type(self, column: str) -> Any:  # noqa: ANN401  of any library
        if nw.dependencies.is_polars_lazyframe(self.native):
            return self.native.collect_schema()[column]
        return self.native.schema.field(column).type

    def _refuse(self, frame: Any, readings: list[Reading]) -> None:  # noqa: ANN401  of any library
        troubles = [trouble for reading in readings for trouble in reading.troubles()]
        if not troubles:
            return
        found = frame.select(*(each.alias(str(at)) for at, each in enumerate(troubles)))
        if any(_collected(found).row(0)):
            whole = _collected(frame)
            raise InputError(
                wrong_values(whole, readings, lambda one, rows: (one.column, whole[one.column][rows].to_list()))
            )


def _fitting(reading: Reading) -> nw.Expr:
    """Return the units of a column, null where a value cannot be taken and would stop a cast."""
    if reading.fits is None or isinstance(reading.field.type, DateType):
        return reading.trusting()
    return reading.units(nw.when(reading.fits).then(nw.col(reading.column)))


def _fine(reading: Reading) -> list[nw.Expr]:
    """Return what is true of a row whose value can be taken, and false or null of another."""
    absent = nw.col(reading.column).is_null()
    if reading.field.type.optional:
        return [] if reading.fits is None else [reading.fits | absent]
    return [~absent if reading.fits is None else reading.fits]


def _as_it_is(field: PlanInput, column: str, *, to: Any) -> Reading:  # noqa: ANN401  a type of narwhals
    return Reading(
        field=field,
        emission=_EMISSION,
        column=column,
        fits=None,
        units=(lambda of: of) if to is None else (lambda of: of.cast(to)),
    )


def _collected(frame: Any) -> Any:  # noqa: ANN401  of any library
    return frame if isinstance(frame, nw.DataFrame) else frame.collect()
