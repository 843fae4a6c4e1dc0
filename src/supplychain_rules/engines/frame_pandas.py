"""A plan on a frame of pandas, whatever its types: NumPy, nullable or Arrow.

The inputs become plain NumPy columns, with NaN or a code for what is missing, so that one way of computing serves every
kind of pandas; the outputs become columns of the frame's own kind again. Where whole numbers outgrow a float64, the
Python engine computes the rows instead, because pandas has no whole numbers with missing ones that stay exact.
"""

from typing import Any, final

import attrs
import narwhals.stable.v2 as nw

from supplychain_rules.engines.codes import MISSING
from supplychain_rules.engines.frame_columns import conflicts_of, counted, emission_for, with_levels
from supplychain_rules.engines.frame_expressions import Emission, Nulls
from supplychain_rules.engines.frame_inputs import Reading, absent
from supplychain_rules.engines.frame_populations import too_large_of
from supplychain_rules.engines.frame_problems import conflicts_found, negatives_found, refuse, wrong_values
from supplychain_rules.engines.pandas_inputs import PandasInputs
from supplychain_rules.engines.pandas_outputs import PandasOutputs, family_of, without
from supplychain_rules.engines.plan import PlanInput, PlanOutput
from supplychain_rules.engines.record_populations import Compared, compared
from supplychain_rules.engines.request import OnInvalid, Request
from supplychain_rules.errors import InputError, Problem
from supplychain_rules.language.types import BooleanType, ChoiceType, DateType, NumberType, TextType, Value

__all__ = ["read_pandas", "run_pandas"]


def run_pandas(request: Request, frame: Any) -> Any:  # noqa: ANN401  a frame of pandas
    """Return the frame with the outputs.

    Raises:
        InputError: the columns are not as declared, or (`on_invalid="error"`) some values are not.
    """
    on_invalid = request.on_invalid or "error"
    emission = emission_for(request, Nulls.NAN)
    readings, rows = read_pandas(request, frame, emission, on_invalid)
    keep = on_invalid == "null"
    if not keep:
        _refuse_values(request, frame, rows, readings)
    run = _Run(
        request=request,
        emission=emission,
        outputs=PandasOutputs(family=family_of(frame), numbers=request.numbers),
        keep=keep,
    )
    units = [(each.masked() if keep else each.trusting()).alias(emission.name(each.field.name)) for each in readings]
    bad = counted([wrong for each in readings if keep and (wrong := each.wrong) is not None], emission)
    inputs = rows.select("row", *units, bad.alias("bad"))
    added = run.columns(inputs) if emission.plan.fits_float else run.columns_by_record(inputs)
    pandas = nw.dependencies.get_pandas()
    return pandas.concat([frame, pandas.DataFrame(added, index=frame.index)], axis="columns")


def read_pandas(
    request: Request,
    frame: Any,  # noqa: ANN401  of pandas
    emission: Emission,
    on_invalid: OnInvalid,
) -> tuple[list[Reading], nw.DataFrame[Any]]:
    """Return how the inputs are read, and the frame that they are read from.

    Raises:
        InputError: a column is missing, of a wrong type, or in the way.
    """
    found = request.check_columns(frame.columns, on_invalid)
    inputs = PandasInputs(frame, emission)
    readings: list[Reading] = []
    for field in emission.plan.inputs:
        column = request.column_of(field)
        count = list(frame.columns).count(column)
        if count > 1:
            found.append(
                Problem(
                    code="duplicate_column", path=column, message=f"the frame has it {count} times", hint="keep one"
                )
            )
        elif count:
            reading = inputs.read(field, column)
            if isinstance(reading, Problem):
                found.append(reading)
            else:
                readings.append(reading)
        else:
            readings.append(absent(field, column, emission))
    refuse(found)
    return readings, nw.from_native(inputs.frame(), eager_only=True)


def _refuse_values(request: Request, frame: Any, rows: nw.DataFrame[Any], readings: list[Reading]) -> None:  # noqa: ANN401  of pandas
    troubles = [trouble for reading in readings for trouble in reading.troubles()]
    if not troubles or not any(rows.select(*(each.alias(str(at)) for at, each in enumerate(troubles))).row(0)):
        return

    def look_up(reading: Reading, places: list[int]) -> tuple[str, list[Any]]:
        column = request.column_of(reading.field)
        values = frame[column].iloc[places]
        return column, [None if gone else value for gone, value in zip(values.isna(), values.tolist(), strict=True)]

    raise InputError(wrong_values(rows, readings, look_up))


@final
@attrs.frozen(kw_only=True)
class _Run:
    """From the units of the inputs to the columns that a frame gets."""

    request: Request
    emission: Emission
    outputs: PandasOutputs
    #: Whether rows with problems are kept.
    keep: bool

    def columns(self, inputs: nw.DataFrame[Any]) -> dict[str, Any]:
        """Compute whole columns."""
        emission = self.emission
        frame = with_levels(inputs, emission, "bad" if self.keep else None)
        for name in too_large_of(emission):
            count = nw.when((nw.col("bad") == 0) & nw.col(name)).then(emission.counter(1)).otherwise(nw.col("bad"))
            frame = frame.with_columns(count.alias("bad"))
        bad = frame["bad"].to_numpy()
        conflicts = [
            frame.select((condition & (nw.col("bad") == 0)).alias("conflict"))["conflict"]
            for condition in conflicts_of(emission)
        ]
        self._refuse_conflicts([conflict.arg_true().to_list() for conflict in conflicts])
        for conflict in conflicts:
            bad = bad + conflict.to_numpy()
        found: dict[str, Any] = {}
        for output in emission.plan.outputs:
            held = frame[emission.name(output.column)].to_numpy()
            if output.column in emission.coding.columns and isinstance(output.type, NumberType | DateType):
                held = without(held.astype("float64"), held == MISSING)
            found[output.output] = self._array(output, without(held, bad > 0) if self.keep else held)
        return self._counted(found, bad.tolist())

    def columns_by_record(self, inputs: nw.DataFrame[Any]) -> dict[str, Any]:
        """Let the Python engine compute row by row."""
        policy = self.request.policy
        program = policy.program
        names = list(program.types)
        guards = [names.index(guard.count) for guard in program.guards]
        places = [names.index(output.output) for output in self.emission.plan.outputs]
        bad: list[int] = inputs["bad"].to_list()
        conflicts: list[list[int]] = [[] for _ in guards]
        rows: list[list[Value]] = []
        fields = [self._units(inputs, field) for field in self.emission.plan.inputs]
        units = zip(bad, *fields, strict=True)
        comparison = compared(policy, [None if wrong else tuple(held) for wrong, *held in units])
        self._refuse_comparison(comparison)
        for row, known in enumerate(comparison.known):
            if known is None:
                bad[row] = bad[row] or 1
                rows.append([None] * len(places))
                continue
            values = (*known, *policy.reason_units(known))
            rows.append([values[place] for place in places])
            first = next((at for at, guard in enumerate(guards) if int(values[guard] or 0) > 1), None)
            if first is not None and not bad[row]:
                bad[row] = 1
                conflicts[first].append(row)
        self._refuse_conflicts(conflicts)
        found: dict[str, Any] = {}
        for at, output in enumerate(self.emission.plan.outputs):
            column = [None if wrong else row[at] for wrong, row in zip(bad, rows, strict=True)]
            found[output.output] = self.outputs.of_values(column, output.type)
        return self._counted(found, bad)

    def _refuse_comparison(self, found: Compared) -> None:
        if self.keep:
            return
        negatives = self.emission.plan.negatives
        rows = [list(found.negatives[negative.source]) for negative in negatives]
        refuse(
            negatives_found(
                negatives, rows, lambda one, places: [found.negatives[one.source][place] for place in places]
            )
        )
        if found.too_large is not None:
            raise found.too_large

    def _refuse_conflicts(self, rows: list[list[int]]) -> None:
        if not self.keep:
            refuse(conflicts_found(self.emission.plan.guards, rows))

    def _counted(self, found: dict[str, Any], bad: list[int]) -> dict[str, Any]:
        """Add the count of problems, where rows with problems are kept."""
        if self.keep:
            found[self.request.problems] = self.outputs.counts(bad)
        return found

    def _array(self, output: PlanOutput, held: Any) -> Any:  # noqa: ANN401  of pandas
        match output.type:
            case NumberType() | DateType():
                return self.outputs.of_numbers(held, output.type)
            case _ if output.column in self.emission.coding.columns:
                return self.outputs.of_codes(held, output.type, self.emission.coding.texts)
            case _:
                return self.outputs.of_values([None if text != text else text for text in held], output.type)  # noqa: PLR0124  equality with itself is the test

    def _units(self, inputs: nw.DataFrame[Any], field: PlanInput) -> list[Value]:
        """Return an input as the Python engine holds it."""
        held = inputs[self.emission.name(field.name)].to_list()
        coded = field.name in self.emission.coding.columns
        match field.type:
            case BooleanType():
                return [None if code == MISSING else bool(code) for code in held]
            case ChoiceType() if coded:
                texts = tuple(self.emission.coding.texts)
                return [None if code == MISSING else texts[code] for code in held]
            case ChoiceType() | TextType():
                return [text if isinstance(text, str) else None for text in held]
            case _:
                return [None if number is None or number != number else int(number) for number in held]  # noqa: PLR0124  equality with itself is the test
