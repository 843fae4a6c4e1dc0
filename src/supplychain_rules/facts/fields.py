"""What every fact's fields have in common: ids are text, dates are days, quantities are exact.

These are attrs converters and validators; each refuses with the class, the field, the value and the way out.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.scaled import exact_number

if TYPE_CHECKING:
    import attrs

__all__ = [
    "check_day",
    "exact_quantity",
    "is_day",
    "is_id",
    "is_not_negative",
    "is_optional_day",
    "is_optional_id",
    "is_positive",
]


def exact_quantity(value: Decimal | int | str) -> Decimal:
    """Read a quantity exactly: `Decimal`, `int` or text, without trailing zeros so that equal ones are equal.

    Raises:
        InvalidValueError: a float, a boolean, not a number, not finite, or too many digits.

    >>> exact_quantity("10.50"), exact_quantity(3)
    (Decimal('10.5'), Decimal('3'))
    """
    if isinstance(value, float):
        raise InvalidValueError("a quantity is never a float", value, hint="give Decimal, int or text")
    return exact_number(value)


def is_id(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse an id that is not text or is blank: `7` and `"007"` must never become one id."""
    if not isinstance(value, str):
        raise InvalidValueError(f"{_place(instance, field)} must be text", value, hint=f"write {str(value)!r}")
    if not value.strip():
        raise InvalidValueError(f"{_place(instance, field)} is blank", value, hint="every id needs a visible character")


def is_optional_id(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse an id that is neither `None` nor text with a visible character."""
    if value is not None:
        is_id(instance, field, value)


def is_day(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse a field that is not a calendar day."""
    check_day(_place(instance, field), value)


def is_optional_day(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse anything but `None` or a calendar day."""
    if value is not None:
        is_day(instance, field, value)


def is_not_negative(instance: object, field: "attrs.Attribute[Any]", value: Decimal) -> None:
    """Refuse a quantity below zero."""
    if value < 0:
        raise InvalidValueError(f"{_place(instance, field)} is negative", value, hint="record a return as a correction")


def is_positive(instance: object, field: "attrs.Attribute[Any]", value: Decimal) -> None:
    """Refuse a quantity of zero or less."""
    if value <= 0:
        raise InvalidValueError(f"{_place(instance, field)} must be above zero", value, hint="leave the fact out")


def _place(instance: object, field: "attrs.Attribute[Any]") -> str:
    return f"{type(instance).__name__}.{field.name}"
