"""Results as plain data: mappings, lists, text and whole numbers, as JSON keeps them."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs

__all__ = ["plain_data"]


def plain_data(value: object) -> Any:  # noqa: ANN401  JSON
    """Return a result as plain data: numbers and fractions as text, dates in ISO form, classes as mappings.

    >>> plain_data((Fraction(1, 3), Decimal("1.50"), None))
    ['1/3', '1.50', None]
    """
    match value:
        case None | bool() | int() | str():
            return value
        case Fraction():
            return str(value)
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case tuple() | list():
            return [plain_data(one) for one in value]
    kind: type = type(value)
    if attrs.has(kind):
        fields = attrs.fields(kind)
        return {field.name: plain_data(getattr(value, field.name)) for field in fields if field.repr}
    return str(value)
