"""Decimal columns to units, exactly: in the frame's own library, because no two libraries reckon with decimals alike.

Products of decimals lose digits in one library and outgrow their precision in another, and a cast to float is off by a
digit in a third. So a decimal is held against its bounds as the whole number that it is stored as, or in 256 bits, and
rounded half up away from zero only where it has more places than count.
"""

from decimal import Decimal
from typing import Any, Final, final

import attrs

from supplychain_rules.language.types import NumberType
from supplychain_rules.values.scaled import to_decimal

__all__ = ["DecimalColumn", "with_arrow_decimals", "with_polars_decimals"]

#: Digits of a 256-bit decimal: room for every 128-bit one with nine places more.
_WIDE_DIGITS: Final = 76

#: Digits that hold every number of a plan with its places: 2**50 has sixteen, and nine places may follow.
_INPUT_DIGITS: Final = 25

#: What a decimal of 38 digits can be stored as.
_LARGEST: Final = 10**38 - 1


@final
@attrs.frozen(kw_only=True)
class DecimalColumn:
    """A decimal column to read: two columns are added, where it fits and its units."""

    column: str
    #: Decimal places of the frame's column.
    places: int
    type: NumberType
    fits: str
    units: str


def with_polars_decimals(frame: Any, polars: Any, columns: list[DecimalColumn]) -> Any:  # noqa: ANN401  a frame of Polars, lazy or not
    """Add what fits and the units of decimal columns to a frame of Polars."""
    first = []
    second = []

    def whole(value: int) -> Any:  # noqa: ANN401  an expression of Polars
        return polars.lit(value, dtype=polars.Int128)

    for each in columns:
        stored = polars.col(each.column).to_physical().cast(polars.Int128)
        low, high, divisor, factor = _whole_bounds(each)
        first.append(stored.is_between(whole(low), whole(high)).alias(each.fits))
        kept = polars.when(each.fits).then(stored)
        if divisor > 1:
            size = (kept.abs() + whole(divisor // 2)) // whole(divisor)
            kept = polars.when(kept < whole(0)).then(whole(0) - size).otherwise(size)
        second.append((kept * whole(factor)).cast(polars.Int64).alias(each.units))
    return frame.with_columns(first).with_columns(second)


def with_arrow_decimals(table: Any, arrow: Any, columns: list[DecimalColumn]) -> Any:  # noqa: ANN401  a table of PyArrow
    """Add what fits and the units of decimal columns to a table of PyArrow."""
    compute = arrow.compute
    for each in columns:
        kind = each.type
        wide = arrow.decimal256(_WIDE_DIGITS, max(each.places, kind.decimals))
        value = table[each.column].cast(wide)
        low, high = (arrow.scalar(to_decimal(bound, kind.decimals)).cast(wide) for bound in (kind.low, kind.high))
        fits = compute.and_(compute.greater_equal(value, low), compute.less_equal(value, high))
        kept = compute.if_else(fits, value, arrow.scalar(None, wide))
        rounded = compute.round(kept, kind.decimals, "half_towards_infinity")
        narrow = rounded.cast(arrow.decimal128(_INPUT_DIGITS, kind.decimals))
        power = arrow.scalar(Decimal(10**kind.decimals))
        units = compute.multiply(narrow, power).cast(arrow.int64())
        table = table.append_column(each.fits, fits).append_column(each.units, units)
    return table


def _whole_bounds(each: DecimalColumn) -> tuple[int, int, int, int]:
    """Return the bounds of what is stored, and what to divide and multiply it by to have units."""
    more = each.places - each.type.decimals
    if more >= 0:
        low, high = (max(-_LARGEST, min(bound * 10**more, _LARGEST)) for bound in (each.type.low, each.type.high))
        return low, high, 10**more, 1
    factor = 10**-more
    low, high = -(-each.type.low // factor), each.type.high // factor
    return low, high, 1, factor
