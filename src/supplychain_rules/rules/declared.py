"""Declared types: what an input or an output of a table says of its values, as a type of the language."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, Protocol, assert_never

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.limits import INPUT_LIMIT, MAX_DECIMALS, MAX_OPTION_CHARACTERS, MAX_OPTIONS
from supplychain_rules.language.types import BooleanType, ChoiceType, DateType, NumberType, TextType, Type, day_number
from supplychain_rules.values.scaled import number_text

__all__ = ["Declared", "TypeName", "declared_type"]

#: The types a rule set can name; `integer` is a number without decimals.
TypeName = Literal["number", "integer", "boolean", "choice", "text", "date"]


class Declared(Protocol):
    """What inputs and outputs declare alike."""

    @property
    def type(self) -> TypeName:
        """Name of the type."""

    @property
    def decimals(self) -> int | None:
        """Places of a number that count."""

    @property
    def min(self) -> Decimal | date | None:
        """Least value, included; of a number or a date."""

    @property
    def max(self) -> Decimal | date | None:
        """Largest value, included."""

    @property
    def options(self) -> tuple[str, ...]:
        """Options of a choice."""

    @property
    def ordered(self) -> bool:
        """The options stand from worst to best."""


def declared_type(declared: Declared, *, optional: bool, bounds_needed: bool) -> Type:
    """Return the type that a declaration describes.

    Args:
        declared: an input or an output.
        optional: the value may be missing.
        bounds_needed: a number must give `min` and `max`; without, the widest bounds that fit stand in.

    Raises:
        InvalidValueError: a key is missing, does not suit the type, or is out of range.
    """
    _refuse_unused(declared)
    match declared.type:
        case "number" | "integer":
            return _number_type(declared, optional=optional, bounds_needed=bounds_needed)
        case "boolean":
            return BooleanType(optional=optional)
        case "choice":
            _check_options(declared.options)
            ranking = declared.options if declared.ordered else ()
            return ChoiceType(options=declared.options, ranking=ranking, optional=optional)
        case "text":
            return TextType(optional=optional)
        case "date":
            return _date_type(declared, optional=optional)
        case _:
            assert_never(declared.type)


#: Which keys suit which type, beside those that suit all.
_KEYS: Final = {
    "number": {"decimals", "min", "max"},
    "integer": {"decimals", "min", "max"},
    "boolean": set[str](),
    "choice": {"options", "ordered"},
    "text": set[str](),
    "date": {"min", "max"},
}


def _refuse_unused(declared: Declared) -> None:
    given = {
        "decimals": declared.decimals is not None,
        "min": declared.min is not None,
        "max": declared.max is not None,
        "options": bool(declared.options),
        "ordered": declared.ordered,
    }
    for key, is_given in given.items():
        if is_given and key not in _KEYS[declared.type]:
            raise InvalidValueError(f"'{key}' does not suit the type {declared.type}")


def _number_type(declared: Declared, *, optional: bool, bounds_needed: bool) -> NumberType:
    decimals = 0 if declared.type == "integer" else declared.decimals
    if declared.type == "integer" and declared.decimals not in (None, 0):
        raise InvalidValueError("an integer has no decimals", declared.decimals)
    if decimals is None:
        raise InvalidValueError("a number needs 'decimals'", hint=f"how many places count, 0 to {MAX_DECIMALS}")
    if not 0 <= decimals <= MAX_DECIMALS:
        raise InvalidValueError("'decimals' is out of range", decimals, hint=f"0 to {MAX_DECIMALS}")
    if bounds_needed and (declared.min is None or declared.max is None):
        raise InvalidValueError("a number needs 'min' and 'max'", hint="they prove that no engine overflows")
    low = 1 - INPUT_LIMIT if declared.min is None else _units("min", declared.min, decimals)
    high = INPUT_LIMIT - 1 if declared.max is None else _units("max", declared.max, decimals)
    if low > high:
        raise InvalidValueError("'min' is above 'max'", f"{declared.min} {declared.max}")
    return NumberType(decimals=decimals, low=low, high=high, optional=optional)


def _units(key: str, value: Decimal | date, decimals: int) -> int:
    if isinstance(value, date):
        raise InvalidValueError(f"'{key}' of a number is a number", value)
    units = Fraction(value) * 10**decimals
    if units.denominator != 1:
        raise InvalidValueError(f"'{key}' has more decimals than declared", number_text(value))
    if abs(units) >= INPUT_LIMIT:
        hint = "use fewer decimals or narrower bounds: the units must stay below 2**50"
        raise InvalidValueError(f"'{key}' is too large", number_text(value), hint)
    return int(units)


def _date_type(declared: Declared, *, optional: bool) -> DateType:
    first = date.min if declared.min is None else declared.min
    last = date.max if declared.max is None else declared.max
    if not isinstance(first, date) or not isinstance(last, date):
        wrong = last if isinstance(first, date) else first
        raise InvalidValueError("the bound of a date is a date", str(wrong), hint="write it as 2026-01-31")
    if first > last:
        raise InvalidValueError("'min' is after 'max'", f"{first} {last}")
    return DateType(low=day_number(first), high=day_number(last), optional=optional)


def _check_options(options: tuple[str, ...]) -> None:
    if not options:
        raise InvalidValueError("a choice needs 'options'")
    if len(options) > MAX_OPTIONS:
        raise InvalidValueError(f"more than {MAX_OPTIONS} options", len(options), hint="declare it as text")
    seen: set[str] = set()
    for option in options:
        if not option or len(option) > MAX_OPTION_CHARACTERS or not option.isprintable():
            raise InvalidValueError("an option is 1 to 200 printable characters", option)
        if option in seen:
            raise InvalidValueError("this option is declared twice", option)
        seen.add(option)
