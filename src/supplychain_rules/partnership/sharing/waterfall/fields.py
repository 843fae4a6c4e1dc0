"""What the classes of a settlement have in common: converters, validators and fields of attrs."""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_id, place_of
from supplychain_rules.partnership.sharing.waterfall.levels import OfBase, percent_text
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money

__all__ = [
    "are_ids",
    "as_label",
    "by_name",
    "is_money",
    "is_not_below_zero",
    "is_part",
    "plain_fields",
    "rebuilt",
]


def as_label(given: object) -> Label | None:
    """Read a label, or `None` where there is none."""
    return None if given is None else Label.of(given)


def are_ids(instance: object, field: "attrs.Attribute[Any]", value: tuple[str, ...]) -> None:
    """Refuse ids that are not text or blank."""
    for name in value:
        is_id(instance, field, name)


def is_money(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse what is not money."""
    if not isinstance(value, Money):
        raise InvalidValueError(f"{place_of(instance, field)} is not money", value, hint="give Money")


def is_part(instance: object, field: "attrs.Attribute[Any]", value: Fraction) -> None:
    """Refuse a rate outside 0..1."""
    if not 0 <= value <= 1:
        raise InvalidValueError(f"{place_of(instance, field)} is not a part", percent_text(value), hint="0% to 100%")


def is_not_below_zero(instance: object, field: "attrs.Attribute[Any]", value: Money | OfBase | Fraction | None) -> None:
    """Refuse a level or a number below zero; none at all may stand."""
    match value:
        case Money(amount=amount) if amount < 0:
            refused = True
        case OfBase(share=share) if share < 0:
            refused = True
        case Fraction() if value < 0:
            refused = True
        case _:
            refused = False
    if refused:
        raise InvalidValueError(f"{place_of(instance, field)} is below zero", str(value), hint="0 or more")


def by_name() -> Any:  # noqa: ANN401  attrs.field's own type says nothing either
    """Return a read-only field of values by name, equal whatever their order."""
    return attrs.field(
        converter=lambda given: MappingProxyType(dict(given)),
        eq=lambda found: frozenset(found.items()),
        repr=lambda found: repr(dict(found)),
    )


def plain_fields(record: Any) -> dict[str, object]:  # noqa: ANN401  an object of any class of attrs
    """Return the fields of an object with plain dicts in them, because a read-only view cannot be pickled."""
    values = {field.name: getattr(record, field.name) for field in attrs.fields(type(record))}
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()}


def rebuilt(kind: Any, fields: dict[str, object]) -> object:  # noqa: ANN401  a class of attrs
    """Return the object that `plain_fields` took apart."""
    return kind(**fields)
