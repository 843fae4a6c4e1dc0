"""The types of the language: what a value may be, and the bounds that prove 64 bits suffice.

A type's `optional` says that the value may be missing. Numbers are counted in units of
10**-`decimals`; dates in days since 1970-01-01.
"""

from datetime import date
from typing import Final, assert_never, final

import attrs

from supplychain_rules.values.scaled import to_decimal

__all__ = [
    "EPOCH_ORDINAL",
    "BooleanType",
    "ChoiceType",
    "DateType",
    "MissingType",
    "NumberType",
    "TextType",
    "Type",
    "Value",
    "day_number",
    "day_of",
    "describe_type",
    "external",
    "with_optional",
]

#: `date.toordinal()` of 1970-01-01.
EPOCH_ORDINAL: Final = 719_163

#: A value inside an engine: units of a number, days of a date, a boolean, a text, or missing.
Value = int | bool | str | None


@final
@attrs.frozen(kw_only=True)
class NumberType:
    """A number of `decimals` places whose units lie in `low`..`high` (both included)."""

    decimals: int
    low: int
    high: int
    optional: bool = False


@final
@attrs.frozen(kw_only=True)
class BooleanType:
    """True or false; an optional one may also be unknown."""

    optional: bool = False


@final
@attrs.frozen(kw_only=True)
class ChoiceType:
    """One of declared options. `ranking` lists the ordered ones from worst to best, and may be empty."""

    options: tuple[str, ...]
    ranking: tuple[str, ...] = ()
    optional: bool = False


@final
@attrs.frozen(kw_only=True)
class TextType:
    """Any text; it can be compared for equality only."""

    optional: bool = False


@final
@attrs.frozen(kw_only=True)
class DateType:
    """A calendar day between `low` and `high` (both included), in days since 1970-01-01."""

    low: int
    high: int
    optional: bool = False


@final
@attrs.frozen
class MissingType:
    """The type of the literal that is always missing; it fits every other type."""

    @property
    def optional(self) -> bool:
        """Say that the value may be missing: it always is."""
        return True


Type = NumberType | BooleanType | ChoiceType | TextType | DateType | MissingType


def with_optional(kind: Type, optional: bool) -> Type:  # noqa: FBT001  the one property every type has
    """Return the type with `optional` set as given."""
    if isinstance(kind, MissingType) or kind.optional == optional:
        return kind
    return attrs.evolve(kind, optional=optional)


def day_number(day: date) -> int:
    """Return the days from 1970-01-01 to `day`.

    >>> day_number(date(1970, 1, 2))
    1
    """
    return day.toordinal() - EPOCH_ORDINAL


def day_of(number: int) -> date:
    """Return the day that is `number` days after 1970-01-01.

    >>> day_of(-1)
    datetime.date(1969, 12, 31)
    """
    return date.fromordinal(number + EPOCH_ORDINAL)


def external(value: Value, kind: Type) -> object:
    """Turn an engine's value into what a user sees: `Decimal`, `date`, `bool`, `str` or `None`.

    >>> external(6687, NumberType(decimals=2, low=0, high=10000))
    Decimal('66.87')
    """
    if value is None:
        return None
    match kind:
        case NumberType():
            return to_decimal(int(value), kind.decimals)
        case DateType():
            return day_of(int(value))
        case BooleanType() | ChoiceType() | TextType() | MissingType():
            return value
        case _:
            assert_never(kind)


def describe_type(kind: Type) -> str:
    """Name a type in the words of a message.

    >>> describe_type(NumberType(decimals=1, low=0, high=50))
    'a number from 0.0 to 5.0'
    """
    match kind:
        case NumberType():
            return f"a number from {to_decimal(kind.low, kind.decimals)} to {to_decimal(kind.high, kind.decimals)}"
        case BooleanType():
            return "a boolean"
        case ChoiceType():
            return "a choice"
        case TextType():
            return "a text"
        case DateType():
            return "a date"
        case MissingType():
            return "always missing"
        case _:
            assert_never(kind)
