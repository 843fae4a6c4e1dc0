"""Outputs as columns of pandas, in types such as the frame's other columns have: NumPy, nullable or Arrow.

| output | NumPy | nullable | Arrow |
| --- | --- | --- | --- |
| number, `"float"` | float64 | Float64 | double |
| number, `"units"` | Int64 | Int64 | int64 |
| boolean | boolean | boolean | bool |
| choice, text | as pandas holds text | string | string |
| date | datetime64[s] | datetime64[s] | date32 |
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, final

import attrs
import narwhals.stable.v2 as nw

from supplychain_rules.engines.codes import MISSING
from supplychain_rules.engines.request import Numbers
from supplychain_rules.language.types import BooleanType, DateType, NumberType, Type, Value

__all__ = ["Family", "PandasOutputs", "family_of", "without"]

#: Which types a frame's columns have.
Family = Literal["numpy", "nullable", "arrow"]

_SECONDS_OF_A_DAY = 86_400


def family_of(frame: Any) -> Family:  # noqa: ANN401  a frame of pandas
    """Return the kind of types that a frame has: Arrow where a column is so, else nullable where one is."""
    types = list(frame.dtypes)
    if any(type(held).__name__ == "ArrowDtype" for held in types):
        return "arrow"
    absent = nw.dependencies.get_pandas().NA
    return "nullable" if any(getattr(held, "na_value", None) is absent for held in types) else "numpy"


@final
@attrs.frozen(kw_only=True)
class PandasOutputs:
    """How outputs become arrays of pandas."""

    family: Family
    numbers: Numbers

    def of_numbers(self, units: Any, kind: Type) -> Any:  # noqa: ANN401  arrays of NumPy and of pandas
        """Return the array of a number or a date, from an array of float64 in which NaN is missing."""
        series = nw.dependencies.get_pandas().Series
        if isinstance(kind, DateType):
            return self._days(series(units))
        if self.numbers == "units":
            return series(units).astype(self._type("int64")).array
        decimals = kind.decimals if isinstance(kind, NumberType) else 0
        # Zero is added because zero times a negative number is -0.0.
        return series((units + 0.0) / float(10**decimals)).astype(self._type("float64")).array

    def of_codes(self, codes: Any, kind: Type, texts: Mapping[str, int]) -> Any:  # noqa: ANN401  of pandas or NumPy
        """Return the array of a boolean or a text, from an array of codes."""
        is_boolean = isinstance(kind, BooleanType)
        # The code of a missing value picks the last one.
        values: list[object] = [*((False, True) if is_boolean else texts), None]
        held = self._type("bool" if is_boolean else "string")
        return nw.dependencies.get_pandas().Series(values, dtype=held).array.take(codes)

    def of_values(self, values: Sequence[Value], kind: Type) -> Any:  # noqa: ANN401  of pandas or NumPy
        """Return the array of an output, from its units, days, booleans or texts."""
        series = nw.dependencies.get_pandas().Series
        match kind:
            case NumberType() if self.numbers == "float":
                power = 10**kind.decimals
                found = [None if units is None else float(Fraction(int(units), power)) for units in values]
                return series(found, dtype="float64").astype(self._type("float64")).array
            case NumberType():
                return series(values, dtype=self._type("int64")).array
            case DateType():
                return self._days(series(values, dtype="float64"))
            case BooleanType():
                return series(values, dtype=self._type("bool")).array
            case _:
                return series(values, dtype=self._type("string")).array

    def counts(self, values: Sequence[int]) -> Any:  # noqa: ANN401  of pandas or NumPy
        """Return the array of counts, none of them missing."""
        held = "int64" if self.family == "numpy" else self._type("int64")
        return nw.dependencies.get_pandas().Series(values, dtype=held).array

    def _days(self, days: Any) -> Any:  # noqa: ANN401  of pandas or NumPy
        if self.family == "arrow":
            return days.astype(self._type("int32")).astype(self._type("date32")).array
        seconds = days.fillna(0).astype("int64") * _SECONDS_OF_A_DAY
        return seconds.astype("datetime64[s]").mask(days.isna()).array

    def _type(self, name: Literal["bool", "date32", "float64", "int32", "int64", "string"]) -> Any:  # noqa: ANN401  of pandas or NumPy
        pandas = nw.dependencies.get_pandas()
        if self.family == "arrow":
            arrow = nw.dependencies.get_pyarrow()
            made = arrow.bool_ if name == "bool" else getattr(arrow, name)
            return pandas.ArrowDtype(made())
        if name == "string":
            return "string" if self.family == "nullable" else pandas.Series(["text"]).dtype
        if name == "float64":
            return "float64" if self.family == "numpy" else "Float64"
        return {"bool": "boolean", "int64": "Int64"}[name]


def without(held: Any, rows: Any) -> Any:  # noqa: ANN401  of pandas or NumPy
    """Return an array of numbers or codes with what is missing put into some rows."""
    changed = held.copy()
    changed[rows] = float("nan") if held.dtype.kind == "f" else MISSING if held.dtype.kind == "i" else None
    return changed
