"""A plan on a frame of Polars or a table of PyArrow: columns of units, the plan's columns level by level, the outputs.

Rows with problems are found before anything is computed where that is an error, which leaves the computation free of
masks; where they are kept, their inputs are masked, their outputs made null and their problems counted.
"""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any, Final, assert_never, final

import attrs
import narwhals.stable.v2 as nw

from supplychain_rules.engines.codes import MISSING, Coding, code_columns
from supplychain_rules.engines.frame_decimals import DecimalColumn, with_arrow_decimals, with_polars_decimals
from supplychain_rules.engines.frame_expressions import NARWHALS, Emission, Library, Nulls
from supplychain_rules.engines.frame_inputs import (
    Reading,
    absent,
    is_taken,
    nothing,
    prepared,
    read_column,
)
from supplychain_rules.engines.frame_populations import too_large_of, with_populations
from supplychain_rules.engines.frame_problems import (
    conflicts_found,
    negatives_found,
    refuse,
    totals_found,
    wrong_type,
    wrong_values,
)
from supplychain_rules.engines.memo import remembered
from supplychain_rules.engines.plan import Column, Plan, PlanColumn, PlanOutput, columns_in
from supplychain_rules.engines.request import Numbers, OnInvalid, Request
from supplychain_rules.engines.shallow import shallow
from supplychain_rules.errors import InputError
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
)

__all__ = ["conflicts_of", "counted", "emission_for", "read_frame", "run_eager", "run_lazy", "with_levels"]

#: A float64 holds every whole number up to here.
_FLOAT_HOLDS: Final = 2**53

#: Splits a whole number of 64 bits into halves that a float64 holds.
_HALF: Final = 2**32


def run_lazy(request: Request, native: Any) -> Any:  # noqa: ANN401  a lazy frame of Polars
    """Return the lazy frame with the outputs; nothing runs."""
    return _job(request, native, request.on_invalid or "null").keeping()


def run_eager(request: Request, native: Any) -> Any:  # noqa: ANN401  a frame of Polars or a table of PyArrow
    """Return the frame with the outputs.

    Raises:
        InputError: the columns are not as declared, or (`on_invalid="error"`) some values are not.
    """
    on_invalid = request.on_invalid or "error"
    # Polars plans a whole query better than its parts.
    job = _job(request, native.lazy() if nw.dependencies.is_polars_dataframe(native) else native, on_invalid)
    found = _collected(job.keeping()) if on_invalid == "null" else job.refusing()
    return nw.to_native(found, pass_through=True)


def read_frame(request: Request, native: Any) -> tuple[Any, tuple[Reading, ...]]:  # noqa: ANN401  a frame of Polars or a table of PyArrow
    """Return a frame of Polars, or one of narwhals, and how the inputs are read from it.

    Raises:
        InputError: a column is missing or of a wrong type.
    """
    job = _job(request, native.lazy() if nw.dependencies.is_polars_dataframe(native) else native, "error")
    return job.frame, job.readings


def emission_for(request: Request, nulls: Nulls, columns: Iterable[str] = (), library: Library = NARWHALS) -> Emission:
    """Return how the plan of a request is written, with a prefix that none of the columns has."""
    prefix = "~"
    while any(column.startswith(prefix) for column in columns):
        prefix += "~"
    plan, coding = _coded(request.plan)
    return Emission(
        plan=plan,
        coding=coding,
        nulls=nulls,
        prefix=prefix,
        floats=plan.fits_float or nulls is Nulls.NAN,
        library=library,
    )


@remembered
def _coded(plan: Plan) -> tuple[Plan, Coding]:
    found = shallow(plan)
    return found, code_columns(found)


def with_levels(frame: Any, emission: Emission, bad: str | None = None) -> Any:  # noqa: ANN401  a value of any library
    """Add the columns of a plan to a frame that has its inputs: level by level, and what compares rows between them.

    Args:
        frame: a lazy frame of Polars, or an eager one of narwhals.
        emission: how the plan is written.
        bad: the column that counts the problems of a row, which is compared with others where that is 0; also negative
            values to be added up are counted there. None where no row has a problem.

    Raises:
        InputError: without `bad`, in an eager frame: a negative value is added up, or a total is too large.
    """
    is_eager = isinstance(frame, nw.DataFrame)
    aside = _Aside(emission) if is_eager else None
    for at, stage in enumerate(emission.plan.stages):
        for level in stage.levels:
            frame = frame.with_columns(*(emission.column(column) for column in level))
            if aside is not None:
                frame = aside.without_unread(frame, level)
        if at == 0 and emission.plan.negatives:
            frame = _leaving_out(frame, emission, bad, is_eager=is_eager)
        frame = with_populations(frame, emission, at, bad)
    return frame.with_columns(*aside.columns) if aside is not None and aside.columns else frame


def _leaving_out(frame: Any, emission: Emission, bad: str | None, *, is_eager: bool) -> Any:  # noqa: ANN401  a value of any library
    """Count negative values to be added up as a problem; without a count, refuse them where the frame is at hand."""
    library, negatives = emission.library, emission.plan.negatives
    if bad is not None:
        is_negative = reduce(or_, (emission.value(Column(one.column)).fill_null(0) < 0 for one in negatives))
        count = library.when((library.col(bad) == 0) & is_negative).then(emission.counter(1))
        return frame.with_columns(count.otherwise(library.col(bad)).alias(bad))
    if is_eager:
        _refuse_negatives(
            frame.select(*(emission.value(Column(one.column)).alias(one.column) for one in negatives)), emission
        )
    return frame


def _refuse_negatives(values: Any, emission: Emission) -> None:  # noqa: ANN401  a frame of Polars or of narwhals
    """Refuse negative values in columns that are named as the plan's."""
    negatives = emission.plan.negatives
    rows = [(values[one.column] < 0).fill_null(value=False).arg_true().to_list() for one in negatives]
    refuse(negatives_found(negatives, rows, lambda one, at: values[one.column][at].to_list()))


@final
class _Aside:
    """Columns set aside that no later level reads, or the work of an eager frame would grow with its square."""

    def __init__(self, emission: Emission) -> None:
        self.columns: list[nw.Series[Any]] = []
        self._emission = emission
        plan = emission.plan
        # After the last level that reads it a column is no more needed.
        self._last: dict[str, tuple[int, int]] = {}
        for column in plan.columns:
            for name in columns_in(column.cell):
                self._last[name] = max((column.stage, column.level), self._last.get(name, (0, 0)))
        for population in plan.populations:
            for name in (population.of, *population.within):
                self._last[name] = max((population.stage + 1, 0), self._last.get(name, (0, 0)))
        for negative in plan.negatives:
            self._last[negative.column] = max((1, 0), self._last.get(negative.column, (0, 0)))
        self._wanted = {output.column for output in plan.outputs} | {guard.column for guard in plan.guards}
        self._present = {field.name for field in plan.inputs} | {population.name for population in plan.populations}

    def without_unread(self, frame: nw.DataFrame[Any], level: tuple[PlanColumn, ...]) -> nw.DataFrame[Any]:
        """Drop what was read for the last time; what users see is kept apart."""
        self._present.update(column.name for column in level)
        now = (level[0].stage, level[0].level)
        name_of = self._emission.name
        held = set(frame.columns)
        done = [name for name in self._present if self._last.get(name, (0, 0)) <= now and name_of(name) in held]
        self.columns += [frame[name_of(name)] for name in done if name in self._wanted]
        self._present.difference_update(done)
        return frame.drop([name_of(name) for name in done])


def output_column(output: PlanOutput, emission: Emission, numbers: Numbers) -> nw.Expr:
    """Return the expression of an output, as a user sees it."""
    kind = output.type
    held = emission.read(output.column)
    coded = output.column in emission.coding.columns
    match kind:
        case NumberType():
            units = emission.value(Column(output.column))
            return units.cast(emission.library.Int64()) if numbers == "units" else _shown(units, kind, emission)
        case BooleanType() if coded:
            answer = held == 1
            return emission.library.when(held != MISSING).then(answer) if kind.optional else answer
        case BooleanType():
            return emission.library.when(~held.is_null()).then(held == 1)
        case ChoiceType() if coded:
            return emission.decoded(output.column, [text for text in kind.options if text in emission.coding.texts])
        case TextType() if coded:
            return emission.decoded(output.column)
        case ChoiceType() | TextType():
            return held
        case DateType():
            return emission.value(Column(output.column)).cast(emission.library.Int32()).cast(emission.library.Date())
        case MissingType():
            return emission.library.lit(None, dtype=emission.library.String())
        case _:
            assert_never(kind)


def _shown(units: nw.Expr, kind: NumberType, emission: Emission) -> nw.Expr:
    """Return the float nearest to a decimal of so many units."""
    largest, power = max(-kind.low, kind.high), 10**kind.decimals
    if emission.floats or largest < _FLOAT_HOLDS:
        return _divided(units.cast(emission.library.Float64()), kind.decimals)
    if not kind.decimals:
        return _as_float(units, emission)
    # More units than a float holds: what stands before the point is added to what stands behind it.
    whole = units // power
    rest = units - whole * power
    exact = _as_float(whole, emission) + _divided(rest.cast(emission.library.Float64()), kind.decimals)
    if largest < _FLOAT_HOLDS * power:
        return exact
    # Here a float is a whole number, an even one: one bit behind the point says all that rounding asks.
    beyond = _as_float(whole * 2 + (rest > 0).cast(emission.library.Int64()), emission) * 0.5
    return emission.library.when(whole.abs() < _FLOAT_HOLDS).then(exact).otherwise(beyond)


def _as_float(whole: nw.Expr, emission: Emission) -> nw.Expr:
    """Return the float nearest to a whole number: in halves, because Arrow casts none that a float does not hold."""
    real = emission.library.Float64()
    upper = whole // _HALF
    return upper.cast(real) * float(_HALF) + (whole - upper * _HALF).cast(real)


def _divided(units: nw.Expr, decimals: int) -> nw.Expr:
    """Return the float nearest to a decimal: a power of ten divides it, in a column, or Polars would multiply.

    Zero is added because zero times a negative number is -0.0.
    """
    return (units + 0.0) / (units * 0.0 + float(10**decimals)) if decimals else units + 0.0


@final
@attrs.frozen(kw_only=True)
class _Job:
    """A frame, and how its columns are read."""

    request: Request
    #: The columns that it came with.
    columns: tuple[str, ...]
    #: A lazy frame of Polars, or an eager one of narwhals.
    frame: Any
    emission: Emission
    readings: tuple[Reading, ...]

    def refusing(self) -> Any:  # noqa: ANN401  a frame of any library
        """Return the frame with the outputs, or raise what is wrong with its rows."""
        troubles = [trouble for reading in self.readings for trouble in reading.troubles()]
        if troubles:
            found = _collected(self.frame.select(*(each.alias(str(at)) for at, each in enumerate(troubles))))
            if any(found.row(0)):
                whole = _collected(self.frame)
                raise InputError(wrong_values(whole, self.readings, self._look_up(whole)))
        emission, plan = self.emission, self.emission.plan
        inputs = [reading.trusting().alias(emission.name(reading.field.name)) for reading in self.readings]
        frame = with_levels(self.frame.with_columns(*inputs) if inputs else self.frame, emission)
        # An eager frame was looked at on the way.
        is_lazy = not isinstance(frame, nw.DataFrame)
        totals = too_large_of(emission) if is_lazy else {}
        shared = {emission.name(f"{one.column}_shared"): one.column for one in plan.negatives if is_lazy}
        conflicts = {emission.name(f"{at}_conflict"): one for at, one in enumerate(conflicts_of(emission))}
        checks = [emission.value(Column(column)).alias(name) for name, column in shared.items()]
        checks += [conflict.alias(name) for name, conflict in conflicts.items()]
        result = _collected(frame.select(*self.columns, *self._outputs(), *totals, *checks))
        if shared:
            read = emission.library.col
            _refuse_negatives(result.select(*(read(name).alias(column) for name, column in shared.items())), emission)
        refuse(totals_found([one for name, one in totals.items() if result[name].any()]))
        refuse(conflicts_found(plan.guards, [result[name].arg_true().to_list() for name in conflicts]))
        return result.drop([*totals, *shared, *conflicts])

    def _look_up(self, frame: Any) -> Callable[[Reading, list[int]], tuple[str, list[Any]]]:  # noqa: ANN401  a frame of any library
        def look_up(reading: Reading, rows: list[int]) -> tuple[str, list[Any]]:
            return self.request.column_of(reading.field), frame[reading.column][rows].to_list()

        return look_up

    def keeping(self) -> Any:  # noqa: ANN401  a frame of any library
        """Return the frame with the outputs, null in rows with problems, and the count of problems."""
        emission = self.emission
        inputs = [reading.masked().alias(emission.name(reading.field.name)) for reading in self.readings]
        bad = counted([wrong for reading in self.readings if (wrong := reading.wrong) is not None], emission)
        frame = with_levels(
            self.frame.with_columns(*inputs, bad.alias(emission.name("bad"))), emission, emission.name("bad")
        )
        count = emission.read("bad")
        conflicts = conflicts_of(emission)
        too_large = [emission.library.col(name) for name in too_large_of(emission)]
        if conflicts or too_large:
            more = counted(conflicts, emission)
            if too_large:
                more = emission.library.when(reduce(or_, too_large)).then(emission.counter(1)).otherwise(more)
            count = emission.library.when(count == 0).then(more).otherwise(count)
        frame = frame.with_columns(count.alias(self.request.problems))
        fine = emission.library.col(self.request.problems) == 0
        outputs = [
            emission.library.when(fine).then(output).alias(name)
            for name, output in zip(self.request.added("error"), self._outputs(), strict=True)
        ]
        return frame.select(*self.columns, *outputs, self.request.problems)

    def _outputs(self) -> list[nw.Expr]:
        numbers = self.request.numbers
        return [
            output_column(output, self.emission, numbers).alias(output.output) for output in self.emission.plan.outputs
        ]


def conflicts_of(emission: Emission) -> list[nw.Expr]:
    """Return where the rows of a table are in conflict, for each guard; as in Python, the first one ends a record."""
    found: list[nw.Expr] = []
    before: nw.Expr | None = None
    for guard in emission.plan.guards:
        conflict = emission.value(Column(guard.column)) > 1
        found.append(conflict if before is None else conflict & ~before)
        before = conflict if before is None else before | conflict
    return found


def counted(conditions: list[nw.Expr], emission: Emission) -> nw.Expr:
    """Return how many of some conditions, none of them null, hold."""
    total: nw.Expr = emission.library.lit(0, dtype=emission.library.Int64())
    for condition in conditions:
        total = total + condition.cast(emission.library.Int64())
    return total


def _job(request: Request, native: Any, on_invalid: OnInvalid) -> _Job:  # noqa: ANN401  a frame of any library
    """Decide how the columns of a frame are read.

    Raises:
        InputError: a column is missing, of a wrong type, or in the way.
    """
    schema = nw.from_native(native).collect_schema()
    names = tuple(schema)
    is_polars = nw.dependencies.is_polars_lazyframe(native)
    own = nw.get_native_namespace(native)
    # Polars is spoken to in its own words, which are those of narwhals: translating took a tenth of a large call.
    emission = emission_for(request, Nulls.NULL, names, own if is_polars else NARWHALS)
    found = request.check_columns(names, on_invalid)
    readings: list[Reading] = []
    decimals: list[DecimalColumn] = []
    for field in emission.plan.inputs:
        column = request.column_of(field)
        if column not in schema:
            readings.append(absent(field, column, emission))
            continue
        own_type = _native_type(native, column)
        if str(own_type).lower() == "null":
            readings.append(nothing(field, column, emission))
        elif not is_taken(field.type, schema[column]):
            found.append(wrong_type(field, column, own_type))
        elif isinstance(field.type, NumberType) and isinstance(schema[column], nw.Decimal):
            fits, units = emission.name(f"{field.name}_fits"), emission.name(f"{field.name}_units")
            places = own_type.scale
            decimals.append(DecimalColumn(column=column, places=places, type=field.type, fits=fits, units=units))
            readings.append(prepared(field, column, fits, units, emission))
        else:
            if str(own_type) == "string_view":  # Arrow computes with no views
                name = emission.name(f"{field.name}_text")
                native = native.append_column(name, native[column].cast(own.string()))
                column = name
            readings.append(read_column(field, column, schema[request.column_of(field)], emission))
    refuse(found)
    if decimals:
        native = (with_polars_decimals if is_polars else with_arrow_decimals)(native, own, decimals)
    frame = native if is_polars else nw.from_native(native)
    return _Job(request=request, columns=names, frame=frame, emission=emission, readings=tuple(readings))


def _collected(frame: Any) -> Any:  # noqa: ANN401  a frame of Polars, or of narwhals
    return frame if isinstance(frame, nw.DataFrame) else frame.collect()


def _native_type(native: Any, column: str) -> Any:  # noqa: ANN401  a type of Polars or PyArrow
    if nw.dependencies.is_polars_lazyframe(native):
        return native.collect_schema()[column]
    return native.schema.field(column).type
