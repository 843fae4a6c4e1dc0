"""What every fact's fields have in common: ids are text, dates are days, quantities are exact.

These are attrs converters, validators and fields; each refuses with the class, the field, the value and the way out.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.money import Money
from supplychain_rules.values.scaled import check_whole, exact_number

__all__ = [
    "FAULTS",
    "Fault",
    "each_is_a",
    "exact_quantity",
    "is_a",
    "is_boolean",
    "is_day",
    "is_id",
    "is_money_owed",
    "is_not_negative",
    "is_optional_a",
    "is_optional_boolean",
    "is_optional_day",
    "is_optional_fault",
    "is_optional_id",
    "is_optional_money_owed",
    "is_positive",
    "is_text",
    "is_whole",
    "known_since",
    "one_of",
    "optional_quantity",
    "place_of",
    "several",
    "some_of",
    "text_set",
]

#: Whose doing a delay, a reject or a claim was. `force_majeure` is nobody's.
Fault = Literal["supplier", "buyer", "carrier", "customer", "force_majeure"]

#: The faults in the order in which messages list them.
FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)


def place_of(instance: object, field: "attrs.Attribute[Any]") -> str:
    """Return how messages name a field: by its class and name, as `Receipt.quantity`."""
    return f"{type(instance).__name__}.{field.name}"


def some_of(what: str, values: Iterable[str], options: Sequence[str]) -> frozenset[str]:
    """Read a collection of options, at least one.

    Raises:
        InvalidValueError: a text, nothing, or something that is no option.

    >>> sorted(some_of("faults", ["carrier", "buyer"], FAULTS))
    ['buyer', 'carrier']
    """
    found = text_set(values, what)
    unknown = sorted(found.difference(options))
    if unknown or not found:
        hint = f"expected some of {', '.join(options)}"
        raise InvalidValueError(f"{what} is unknown", unknown[0] if unknown else (), hint=hint)
    return found


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


def optional_quantity(value: Decimal | int | str | None) -> Decimal | None:
    """Read a quantity like `exact_quantity`, or `None` where it is not known.

    >>> optional_quantity(None), optional_quantity("2")
    (None, Decimal('2'))
    """
    return None if value is None else exact_quantity(value)


def several(given: Any) -> tuple[Any, ...]:  # noqa: ANN401  what they are, their own class says
    """Read several things into a tuple; a text is one thing, though it is a collection of letters.

    Raises:
        InvalidValueError: a text, or what is no collection.

    >>> several([1, 2])
    (1, 2)
    """
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidValueError("several things are wanted", given, hint="give a tuple or list")
    return tuple(given)


def is_id(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse an id that is not text or is blank: `7` and `"007"` must never become one id."""
    if not isinstance(value, str):
        hint = f"write '{value}'" if type(value) is int else ""
        raise InvalidValueError(f"{place_of(instance, field)} must be text", value, hint=hint)
    if not value.strip():
        raise InvalidValueError(
            f"{place_of(instance, field)} is blank", value, hint="every id needs a visible character"
        )


def is_text(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse a description that is not text; it may be empty."""
    if not isinstance(value, str):
        raise InvalidValueError(f"{place_of(instance, field)} must be text", value, hint="leave it out if unknown")


def text_set(values: object, what: str) -> frozenset[str]:
    """Read a collection of texts, each with a visible character.

    >>> sorted(text_set(["raw", "metal"], "categories"))
    ['metal', 'raw']
    """
    if isinstance(values, str):  # a text is a collection of letters, which nobody means
        raise InvalidValueError(f"{what} must be a collection", values, hint=f"write ({values!r},)")
    if not isinstance(values, Iterable):
        raise InvalidValueError(f"{what} must be a collection", values, hint="give a tuple, list or set of texts")
    found = tuple(values)
    for value in found:
        if not isinstance(value, str) or not value.strip():
            hint = f"write '{value}'" if type(value) is int else ""
            raise InvalidValueError(f"each of {what} is text with a visible character", value, hint=hint)
    return frozenset(found)


def is_optional_id(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse an id that is neither `None` nor text with a visible character."""
    if value is not None:
        is_id(instance, field, value)


def is_day(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse a field that is not a calendar day."""
    check_day(place_of(instance, field), value)


def is_optional_day(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse anything but `None` or a calendar day."""
    if value is not None:
        is_day(instance, field, value)


def is_not_negative(instance: object, field: "attrs.Attribute[Any]", value: Decimal | None) -> None:
    """Refuse a quantity below zero; `None` is not known, which is not zero."""
    if value is not None and value < 0:
        raise InvalidValueError(
            f"{place_of(instance, field)} is negative", value, hint="record a return as a correction"
        )


def is_positive(instance: object, field: "attrs.Attribute[Any]", value: Decimal | None) -> None:
    """Refuse a quantity of zero or less; `None` is not known."""
    if value is not None and value <= 0:
        raise InvalidValueError(f"{place_of(instance, field)} must be above zero", value, hint="leave the fact out")


def is_boolean(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse anything but true and false: 0, 1 and "no" are not an answer."""
    if not isinstance(value, bool):
        raise InvalidValueError(f"{place_of(instance, field)} must be true or false", value)


def is_optional_boolean(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse anything but true, false and `None`."""
    if value is not None:
        is_boolean(instance, field, value)


def is_money_owed(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse what is not money, and money below zero: a credit is a fact of its own kind."""
    if not isinstance(value, Money):
        raise InvalidValueError(f"{place_of(instance, field)} must be money", value, hint="write Money('10.00', 'EUR')")
    if value.amount < 0:
        raise InvalidValueError(
            f"{place_of(instance, field)} is negative", value, hint="record a credit as its own fact"
        )


def is_optional_money_owed(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse what is neither `None` nor money of zero or more."""
    if value is not None:
        is_money_owed(instance, field, value)


def is_whole(least: int, most: int, hint: str = "") -> Callable[[Any, "attrs.Attribute[Any]", object], None]:
    """Return a validator that refuses anything but a whole number from `least` to `most`."""

    def validate(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        check_whole(place_of(instance, field), value, least=least, most=most, hint=hint)

    return validate


def is_a(*kinds: type) -> Callable[[Any, "attrs.Attribute[Any]", object], None]:
    """Return a validator that refuses anything but an instance of one of our classes, as a mapping of its fields."""
    names = " or ".join(kind.__name__ for kind in kinds)

    def validate(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if not isinstance(value, kinds):
            hint = f"write {kinds[0].__name__}(...)"
            raise InvalidValueError(f"{place_of(instance, field)} must be a {names}", value, hint=hint)

    return validate


def is_optional_a(*kinds: type) -> Callable[[Any, "attrs.Attribute[Any]", object], None]:
    """Return a validator that refuses what is neither `None` nor an instance of one of our classes."""
    check = is_a(*kinds)

    def validate(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if value is not None:
            check(instance, field, value)

    return validate


def each_is_a(*kinds: type) -> Callable[[Any, "attrs.Attribute[Any]", tuple[object, ...]], None]:
    """Return a validator that refuses a tuple with anything in it but instances of one of our classes."""
    check = is_a(*kinds)

    def validate(instance: object, field: "attrs.Attribute[Any]", value: tuple[object, ...]) -> None:
        for each in value:
            check(instance, field, each)

    return validate


def one_of(*options: str) -> Callable[[Any, "attrs.Attribute[Any]", str], None]:
    """Return a validator that refuses any text but the options."""

    def validate(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if value not in options:
            hint = f"expected one of {', '.join(options)}"
            raise InvalidValueError(f"{place_of(instance, field)} is unknown", value, hint=hint)

    return validate


#: Refuse what is neither `None` nor a fault.
is_optional_fault: Final = attrs.validators.optional(one_of(*FAULTS))


def known_since(day: str) -> Any:  # noqa: ANN401  attrs.field's own type says nothing either
    """Return the field `known_on`: by default the day of the event, named by its field, and never before it."""

    def default(instance: object) -> date:
        found: date = getattr(instance, day)
        return found

    def validate(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        is_day(instance, field, value)
        event = getattr(instance, day)
        if value < event:
            raise InvalidValueError(
                f"{place_of(instance, field)} lies before {day} ({event})",
                value,
                hint="nothing is known before it happens; put the later of the two days",
            )

    return attrs.field(default=attrs.Factory(default, takes_self=True), validator=validate)
