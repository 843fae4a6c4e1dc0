"""Columns of pandas as NumPy columns that a plan can be computed on.

What is missing is what pandas says is missing: None, NaN, NaT and NA, because a NumPy column of floats cannot tell them
apart. Only in a nullable or an Arrow column a NaN that is not NA is a number that nobody can take.
"""

from typing import Any, Final, final

import attrs
import narwhals.stable.v2 as nw

from supplychain_rules.engines.codes import MISSING
from supplychain_rules.engines.frame_expressions import Emission
from supplychain_rules.engines.frame_inputs import Reading, prepared, read_column
from supplychain_rules.engines.frame_problems import wrong_type
from supplychain_rules.engines.plan import PlanInput
from supplychain_rules.errors import InvalidValueError, Problem
from supplychain_rules.language.convert import convert
from supplychain_rules.language.types import BooleanType, ChoiceType, DateType, NumberType, TextType, Value

__all__ = ["PandasInputs"]

#: Integers with a sign and without, and floats, by the letters that NumPy and pandas give to types.
_NUMBERS: Final = "iuf"

#: Objects and texts.
_OBJECTS: Final = "OU"

#: What no engine holds: a value that cannot be taken.
_WRONG: Final = object()


@final
class PandasInputs:
    """The inputs of a plan, gathered from a frame of pandas."""

    def __init__(self, frame: Any, emission: Emission) -> None:  # noqa: ANN401  a frame of pandas
        self._frame = frame
        self._emission = emission
        self._columns: dict[str, Any] = {"row": range(len(frame))}

    def frame(self) -> Any:  # noqa: ANN401  a frame of pandas
        """Return a frame of what was read."""
        return nw.dependencies.get_pandas().DataFrame(self._columns)

    def read(self, field: PlanInput, column: str) -> Reading | Problem:
        """Read a column of the frame, unless its type cannot hold the input."""
        series = self._frame[column]
        letter = series.dtype.kind
        is_arrow = type(series.dtype).__name__ == "ArrowDtype"
        match field.type:
            case NumberType() if letter in _NUMBERS:
                return self._floats(field, series)
            case BooleanType() if letter == "b" or (letter == "O" and _holds_booleans(series)):
                return self._booleans(field, series)
            case DateType() if letter == "M" and not is_arrow and getattr(series.dtype, "tz", None) is None:
                return self._days(field, series, field.type)
            case DateType() if is_arrow and str(series.dtype).startswith("date"):
                return self._distinct(field, series)
            case ChoiceType() | TextType() if letter in _OBJECTS:
                return self._distinct(field, series)
            case NumberType() | BooleanType() | DateType() if letter == "O" and not _holds_text(series):
                return self._values(field, series)
            case _:
                return wrong_type(field, column, "text" if letter in _OBJECTS else series.dtype)

    def _floats(self, field: PlanInput, series: Any) -> Reading:  # noqa: ANN401  of pandas or NumPy
        """Take numbers as floats: a whole number that a float cannot hold is far out of any range."""
        values = series.to_numpy(dtype="float64", na_value=float("nan")).copy()
        values[(values != values) & ~series.isna().to_numpy()] = float("inf")  # noqa: PLR0124  NaN that is not NA
        self._columns[f"{field.name}_value"] = values
        return read_column(field, f"{field.name}_value", nw.Float64(), self._emission)

    def _booleans(self, field: PlanInput, series: Any) -> Reading:  # noqa: ANN401  of pandas or NumPy
        missing = series.isna().to_numpy()
        units = series.to_numpy(dtype=bool, na_value=False) if missing.any() else series.to_numpy(dtype=bool)
        codes = units.astype("int8")
        codes[missing] = MISSING
        return self._prepared(field, missing, missing | True, codes)

    def _days(self, field: PlanInput, series: Any, kind: DateType) -> Reading:  # noqa: ANN401  of pandas or NumPy
        """Take moments as days, where they are midnights: NumPy has no type for a day in pandas."""
        missing = series.isna().to_numpy()
        moments = series.to_numpy()
        midnights = moments.astype("datetime64[D]")
        days = midnights.astype("int64").astype("float64")
        fits = missing | ((midnights == moments) & (days >= kind.low) & (days <= kind.high))
        days[missing | ~fits] = float("nan")
        return self._prepared(field, missing, fits, days)

    def _values(self, field: PlanInput, series: Any) -> Reading:  # noqa: ANN401  of pandas or NumPy
        """Convert value by value: objects that compare equal may differ in what they mean, as 1 and True."""
        missing = series.isna().to_numpy()
        found = [None if gone else _unit(field, value) for gone, value in zip(missing, series, strict=True)]
        return self._taken(field, missing, found)

    def _distinct(self, field: PlanInput, series: Any) -> Reading:  # noqa: ANN401  of pandas or NumPy
        """Convert each distinct value once."""
        try:
            places, values = series.factorize()
        except TypeError:  # one of them cannot be hashed
            return self._values(field, series)
        found = [*(_unit(field, value) for value in values), None]
        return self._taken(field, places == -1, [found[place] for place in places])

    def _taken(self, field: PlanInput, missing: Any, found: list[object]) -> Reading:  # noqa: ANN401  of pandas or NumPy
        """Hold units, with None for what is missing."""
        fits = [unit is not _WRONG for unit in found]
        if field.name in self._emission.coding.columns:
            texts = self._emission.coding.texts
            codes = [
                MISSING if unit is None or unit is _WRONG else texts[unit] if isinstance(unit, str) else int(unit)  # type: ignore[call-overload]
                for unit in found
            ]
            return self._prepared(field, missing, fits, codes)
        return self._prepared(field, missing, fits, [None if unit is _WRONG else unit for unit in found])

    def _prepared(self, field: PlanInput, missing: Any, fits: Any, units: Any) -> Reading:  # noqa: ANN401  of pandas or NumPy
        """Hold where the input is there (NaN elsewhere), where it fits, and its units."""
        present, fitting, held = (f"{field.name}_{part}" for part in ("here", "fits", "units"))
        series = nw.dependencies.get_pandas().Series
        here = series(1.0, index=range(len(missing)))
        here[missing] = float("nan")
        coded = field.name in self._emission.coding.columns
        is_text = isinstance(field.type, ChoiceType | TextType)
        self._columns[present] = here
        self._columns[fitting] = series(fits, dtype=bool)
        self._columns[held] = series(units, dtype="int16" if coded else object if is_text else "float64")
        return attrs.evolve(prepared(field, present, fitting, held, self._emission), by_value=True)


def _unit(field: PlanInput, value: object) -> Value | object:
    """Return what the plan holds for a value, or `_WRONG`."""
    try:
        return convert(value, field.type)
    except InvalidValueError:
        return _WRONG


def _holds_booleans(series: Any) -> bool:  # noqa: ANN401  a column of pandas
    """Say whether every object that is not missing is a boolean, which pandas knows without a loop of ours."""
    return bool(nw.dependencies.get_pandas().api.types.infer_dtype(series, skipna=True) == "boolean")


def _holds_text(series: Any) -> bool:  # noqa: ANN401  of pandas or NumPy
    return any(isinstance(value, str) for value in series)
