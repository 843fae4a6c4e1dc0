"""Inputs of a plan from the columns of a frame: which rows fit, and their units, as `language/convert.py` means them.

A column is taken by its type and never parsed: text that holds numbers is refused by name, because every engine reads
text in a way of its own. A float becomes units by the same IEEE operations everywhere, a decimal exactly.
"""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor
from typing import assert_never, final

import attrs
import narwhals.stable.v2 as nw

from supplychain_rules.engines.codes import MISSING
from supplychain_rules.engines.frame_expressions import Emission, Nulls
from supplychain_rules.engines.plan import PlanInput
from supplychain_rules.language.limits import MAX_OPTION_CHARACTERS
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
    Type,
)

__all__ = ["Reading", "absent", "is_taken", "nothing", "prepared", "read_column", "wanted_types"]


@final
@attrs.frozen(kw_only=True)
class Reading:
    """How one input is read from a column of a frame."""

    #: The input in the plan.
    field: PlanInput
    emission: Emission
    #: The column of the frame.
    column: str
    #: Where a value that is there can be taken, and true or null where none is there; None where every value can.
    fits: nw.Expr | None
    #: From the column to what the plan holds.
    units: Callable[[nw.Expr], nw.Expr]
    #: Whether the user's column holds objects, of which each was looked at.
    by_value: bool = False

    @property
    def wrong(self) -> nw.Expr | None:
        """Return where the column has a problem; never null, and None where it cannot have one."""
        absent = self.emission.library.col(self.column).is_null()
        if self.fits is None:
            return None if self.field.type.optional else absent
        return ~self.fits & ~absent if self.field.type.optional else absent | ~self.fits

    def troubles(self) -> list[nw.Expr]:
        """Return what is true of a column that has a problem somewhere, cheaper to find than where."""
        found = [] if self.fits is None else [~self.fits.all()]
        return found if self.field.type.optional else [*found, self.emission.library.col(self.column).is_null().any()]

    def trusting(self) -> nw.Expr:
        """Return the units of a column without problems."""
        return self.units(self.emission.library.col(self.column))

    def masked(self) -> nw.Expr:
        """Return the units, and where there is a problem a missing value or the stand-in."""
        value = self.emission.library.col(self.column)
        units = self.units(value if self.fits is None else self.emission.library.when(self.fits).then(value))
        wrong = None if self.field.type.optional else self.wrong
        return (
            units
            if wrong is None
            else self.emission.library.when(wrong).then(_stand_in(self.field, self.emission)).otherwise(units)
        )


def wanted_types(kind: Type) -> str:
    """Say which types of column hold an input."""
    match kind:
        case NumberType():
            return "an integer, float or decimal type"
        case BooleanType():
            return "a boolean type"
        case ChoiceType() | TextType():
            return "text"
        case DateType():
            return "a date without a time"
        case MissingType():
            raise AssertionError(kind)  # no input is declared so
        case _:
            assert_never(kind)


def is_taken(kind: Type, held: nw.dtypes.DType) -> bool:
    """Say whether a type of column holds an input."""
    match kind:
        case NumberType():
            return held.is_numeric()
        case BooleanType():
            return isinstance(held, nw.Boolean)
        case ChoiceType() | TextType():
            return isinstance(held, nw.String | nw.Categorical | nw.Enum)
        case DateType():
            return isinstance(held, nw.Date)
        case MissingType():
            raise AssertionError(kind)  # no input is declared so
        case _:
            assert_never(kind)


def read_column(field: PlanInput, column: str, held: nw.dtypes.DType, emission: Emission) -> Reading:
    """Return how an input is read from a column of a type that `is_taken`, decimals left out."""
    kind = field.type
    value = emission.library.col(column)
    units: Callable[[nw.Expr], nw.Expr]
    fits: nw.Expr | None
    match kind:
        case NumberType() if held.is_integer():
            fits, units = _integers(value, kind, held, emission)
        case NumberType():
            fits, units = _floats(value, kind, held, emission)
        case BooleanType():
            fits, units = None, _booleans(emission)
        case ChoiceType():
            fits, units = _options(value, kind, held, emission, coded=field.name in emission.coding.columns)
        case TextType():
            text = _as_text(held, emission)
            fits, units = text(value).str.len_chars() <= MAX_OPTION_CHARACTERS, text
        case DateType():
            days = value.cast(emission.library.Int32())
            fits = (days >= kind.low) & (days <= kind.high)
            units = _days(emission)
        case MissingType():
            raise AssertionError(kind)  # no input is declared so
        case _:
            assert_never(kind)
    if fits is not None and emission.nulls is Nulls.NAN:  # it compares false
        fits = fits | value.is_null()
    return Reading(field=field, emission=emission, column=column, fits=fits, units=units)


def prepared(field: PlanInput, column: str, fits: str, units: str, emission: Emission) -> Reading:
    """Return how an input is read whose frame already has columns of what fits and of its units."""

    def read(_: nw.Expr) -> nw.Expr:
        return (
            emission.library.col(units)
            if _is_text(field, emission)
            else emission.library.col(units).cast(_held_type(field, emission))
        )

    return Reading(field=field, emission=emission, column=column, fits=emission.library.col(fits), units=read)


def absent(field: PlanInput, column: str, emission: Emission) -> Reading:
    """Return how an optional input is read that the frame has no column for: it is always missing."""

    def read(_: nw.Expr) -> nw.Expr:
        if field.name in emission.coding.columns:
            return emission.code(MISSING)
        return emission.library.lit(None, dtype=_held_type(field, emission))

    return Reading(field=field, emission=emission, column=column, fits=None, units=read)


def nothing(field: PlanInput, column: str, emission: Emission) -> Reading:
    """Return how an input is read from a column whose type holds nothing but nulls."""

    def read(value: nw.Expr) -> nw.Expr:
        held = value.cast(_held_type(field, emission))
        return held.fill_null(MISSING) if field.name in emission.coding.columns else held

    return Reading(field=field, emission=emission, column=column, fits=None, units=read)


def _is_text(field: PlanInput, emission: Emission) -> bool:
    return isinstance(field.type, ChoiceType | TextType) and field.name not in emission.coding.columns


def _held_type(field: PlanInput, emission: Emission) -> nw.dtypes.DType:
    """Return the type that the plan's column of an input has."""
    if field.name in emission.coding.columns:
        return emission.code_type
    return emission.library.String() if _is_text(field, emission) else emission.number_type


_Read = tuple[nw.Expr | None, Callable[[nw.Expr], nw.Expr]]


def _integers(value: nw.Expr, kind: NumberType, held: nw.dtypes.DType, emission: Emission) -> _Read:
    power = 10**kind.decimals
    low, high = ceil(Fraction(kind.low, power)), floor(Fraction(kind.high, power))
    if held.is_unsigned_integer() and high < 0:
        low, high = 1, 0  # nothing fits
    elif held.is_unsigned_integer():
        low = max(low, 0)
    # Arrow compares 64-bit numbers without a sign only with their like.
    bound = (
        (lambda at: emission.library.lit(at, dtype=emission.library.UInt64()))
        if isinstance(held, nw.UInt64)
        else (lambda at: at)
    )

    def units(of: nw.Expr) -> nw.Expr:
        whole = of.cast(emission.number_type)
        return whole * emission.scalar(power) if power > 1 else whole

    return (value >= bound(low)) & (value <= bound(high)), units


def _floats(value: nw.Expr, kind: NumberType, held: nw.dtypes.DType, emission: Emission) -> _Read:
    power = 10**kind.decimals
    # The bounds are the nearest floats, as `convert` has them.
    low, high = float(Fraction(kind.low, power)), float(Fraction(kind.high, power))

    def wide(of: nw.Expr) -> nw.Expr:
        return of if isinstance(held, nw.Float64) else of.cast(emission.library.Float64())

    def size(of: nw.Expr) -> nw.Expr:
        scaled = of * float(power) if power > 1 else of
        found = (scaled + 0.5).floor()
        return found if emission.floats else found.cast(emission.library.Int64())

    def units(of: nw.Expr) -> nw.Expr:
        of = wide(of)
        if kind.low >= 0:
            return size(of)
        whole = size(of.abs())
        return emission.library.when(of < 0).then(emission.number(0) - whole).otherwise(whole)

    return (wide(value) >= low) & (wide(value) <= high), units


def _booleans(emission: Emission) -> Callable[[nw.Expr], nw.Expr]:
    return lambda of: of.cast(emission.code_type).fill_null(MISSING)


def _as_text(held: nw.dtypes.DType, emission: Emission) -> Callable[[nw.Expr], nw.Expr]:
    return (lambda of: of) if isinstance(held, nw.String) else (lambda of: of.cast(emission.library.String()))


def _options(value: nw.Expr, kind: ChoiceType, held: nw.dtypes.DType, emission: Emission, *, coded: bool) -> _Read:
    text = _as_text(held, emission)
    if not coded:
        return text(value).is_in(kind.options), text

    def units(of: nw.Expr) -> nw.Expr:
        found = emission.code(MISSING)
        for option in reversed(kind.options):
            code = emission.code(emission.coding.texts[option])
            found = emission.library.when(text(of) == option).then(code).otherwise(found)
        return found

    return (units(value) != MISSING) | value.is_null(), units


def _days(emission: Emission) -> Callable[[nw.Expr], nw.Expr]:
    return lambda of: of.cast(emission.library.Int32()).cast(emission.number_type)


def _stand_in(field: PlanInput, emission: Emission) -> nw.Expr:
    match field.type:
        case NumberType() | DateType():
            return emission.number(field.type.low)
        case BooleanType():
            return emission.code(0)
        case ChoiceType():
            first = field.type.options[0]
            coded = field.name in emission.coding.columns
            return (
                emission.code(emission.coding.texts[first])
                if coded
                else emission.library.lit(first, dtype=emission.library.String())
            )
        case TextType():
            return emission.library.lit("", dtype=emission.library.String())
        case MissingType():
            raise AssertionError(field)  # no input is declared so
        case _:
            assert_never(field.type)
