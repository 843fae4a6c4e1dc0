"""A plan on a frame of Polars or a table of PyArrow: columns of units, the plan's columns level by level, the outputs.

Rows with problems are found before anything is computed where that is an error, which leaves the computation free of
masks; where they are kept, their inputs are masked, their outputs made null and their problems counted.
"""

from collections.abc import Callable, Iterable
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
from supplychain_rules.engines.frame_problems import conflicts_found, refuse, wrong_type, wrong_values
from supplychain_rules.engines.memo import remembered
from supplychain_rules.engines.plan import Column, Plan, PlanOutput, columns_in
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

__all__ = ["conflicts_of", "counted", "emission_for", "run_eager", "run_lazy", "with_levels"]

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


def with_levels(frame: Any, emission: Emission) -> Any:  # noqa: ANN401  a frame of Polars, or of narwhals
    """Add the columns of a plan to a frame that has its inputs, level by level."""
    if isinstance(frame, nw.DataFrame):
        return _with_levels_at_once(frame, emission)
    for level in emission.plan.levels:
        frame = frame.with_columns(*(emission.column(column) for column in level))
    return frame


def _with_levels_at_once(frame: nw.DataFrame[Any], emission: Emission) -> nw.DataFrame[Any]:
    """Compute level by level and set aside what no later level reads, or the work would grow with its square."""
    plan = emission.plan
    last: dict[str, int] = {}
    for column in plan.columns:
        for name in columns_in(column.cell):
            last[name] = max(column.level, last.get(name, 0))
    wanted = {output.column for output in plan.outputs} | {guard.column for guard in plan.guards}
    present = {field.name for field in plan.inputs}
    aside: list[nw.Series[Any]] = []
    for place, level in enumerate(plan.levels, start=1):
        frame = frame.with_columns(*(emission.column(column) for column in level))
        present.update(column.name for column in level)
        done = [name for name in present if last.get(name, 0) <= place]
        aside += [frame[emission.name(name)] for name in done if name in wanted]
        frame = frame.drop([emission.name(name) for name in done])
        present.difference_update(done)
    return frame.with_columns(*aside) if aside else frame


def output_column(output: PlanOutput, emission: Emission, numbers: Numbers) -> nw.Expr:
    """Return the expression of an output, as a user sees it."""
    kind = output.type
    held = emission.read(output.column)
    coded = output.column in emission.coding.columns
    match kind:
        case NumberType():
            units = emission.value(Column(output.column))
            return (
                units.cast(emission.library.Int64())
                if numbers == "units"
                else _divided(_as_float(units, kind, emission), kind.decimals)
            )
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


def _as_float(units: nw.Expr, kind: NumberType, emission: Emission) -> nw.Expr:
    """Return whole numbers as floats; in two halves where a float may not hold one, which Arrow refuses to cast."""
    real = emission.library.Float64()
    if emission.floats or max(-kind.low, kind.high) < _FLOAT_HOLDS:
        return units.cast(real)
    upper = units // _HALF
    return upper.cast(real) * float(_HALF) + (units - upper * _HALF).cast(real)


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
        inputs = [reading.trusting().alias(self.emission.name(reading.field.name)) for reading in self.readings]
        frame = with_levels(self.frame.with_columns(*inputs) if inputs else self.frame, self.emission)
        conflicts = [
            conflict.alias(self.emission.name(str(at))) for at, conflict in enumerate(conflicts_of(self.emission))
        ]
        result = _collected(frame.select(*self.columns, *self._outputs(), *conflicts))
        if conflicts:
            names = [self.emission.name(str(at)) for at in range(len(conflicts))]
            refuse(conflicts_found(self.emission.plan.guards, [result[name].arg_true().to_list() for name in names]))
            result = result.drop(names)
        return result

    def _look_up(self, frame: Any) -> Callable[[Reading, list[int]], tuple[str, list[Any]]]:  # noqa: ANN401  a frame of any library
        def look_up(reading: Reading, rows: list[int]) -> tuple[str, list[Any]]:
            return self.request.column_of(reading.field), frame[reading.column][rows].to_list()

        return look_up

    def keeping(self) -> Any:  # noqa: ANN401  a frame of any library
        """Return the frame with the outputs, null in rows with problems, and the count of problems."""
        emission = self.emission
        inputs = [reading.masked().alias(emission.name(reading.field.name)) for reading in self.readings]
        bad = counted([wrong for reading in self.readings if (wrong := reading.wrong) is not None], emission)
        frame = with_levels(self.frame.with_columns(*inputs, bad.alias(emission.name("bad"))), emission)
        count = emission.read("bad")
        conflicts = conflicts_of(emission)
        if conflicts:
            count = emission.library.when(count == 0).then(counted(conflicts, emission)).otherwise(count)
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
    """Return where the rows of a table are in conflict, for each guard."""
    return [emission.value(Column(guard.column)) > 1 for guard in emission.plan.guards]


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
