"""The shape of each kind of fact: its fields, what they hold, and what a fact of given values is refused for.

What reads facts from rows or from plain data, and what writes them, asks here; the fact classes stay the only place
where a field is declared.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType, NoneType
from typing import Any, Final, Literal, final, get_args, get_origin

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import KINDS, Fact
from supplychain_rules.facts.quality import RejectCause
from supplychain_rules.values.money import Money

__all__ = ["Content", "Refused", "Shape", "kind_named", "refusals", "shapes"]

#: What a field holds. An `option` is one of a few words, `whole` a count of days, `texts` a set of categories.
Content = Literal["text", "day", "quantity", "whole", "money", "truth", "option", "texts", "causes"]

_CONTENTS: Final[Mapping[object, Content]] = MappingProxyType(
    {
        str: "text",
        date: "day",
        Decimal: "quantity",
        int: "whole",
        Money: "money",
        bool: "truth",
        frozenset[str]: "texts",
        tuple[RejectCause, ...]: "causes",
    }
)

#: How a fact class says what it refuses: class and field first.
_PLACE: Final = re.compile(r"\w+\.(\w+) (.+)", re.DOTALL)


@final
@attrs.frozen(kw_only=True)
class Shape:
    """One field of a kind of fact."""

    name: str
    content: Content
    #: Whether `None`, not known, may stand in it.
    optional: bool
    #: What stands in it where nothing is given; `attrs.NOTHING` where something must be, or it is found from others.
    default: object
    #: Whether a fact cannot be built without it.
    required: bool
    #: The words of an option, in the order in which messages list them.
    options: tuple[str, ...] = ()


@final
@attrs.frozen(kw_only=True)
class Refused:
    """What a fact class refuses: the field, empty where several are to blame together, and why."""

    field: str
    what: str
    value: object
    hint: str


def shapes(kind: type[Fact]) -> Mapping[str, Shape]:
    """Return the fields of a kind of fact by name, in the order of their declaration.

    >>> from supplychain_rules.facts.trade import Receipt
    >>> [name for name, shape in shapes(Receipt).items() if shape.required]
    ['id', 'order_line', 'received_on', 'quantity']
    """
    return _SHAPES[kind]


def kind_named(name: object) -> type[Fact] | None:
    """Return the kind of fact with a class name, or None where there is none.

    >>> kind_named("Receipt"), kind_named("receipt")
    (<class 'supplychain_rules.facts.trade.Receipt'>, None)
    """
    return next((kind for kind in KINDS if kind.__name__ == name), None)


def refusals(kind: type[Fact], values: Mapping[str, object]) -> list[Refused]:
    """Return everything that a fact of these values is refused for, field by field; nothing where it is not.

    Some values may be missing, as those that could not be read: what depends on them is not looked at.
    """
    draft = kind.__new__(kind)  # it never leaves this function: a fact is only ever built whole
    found: list[Refused] = []
    for field in attrs.fields(kind):
        if field.name not in values:
            continue
        try:
            value: Any = values[field.name]
            if field.converter is not None:
                value = field.converter(value)
            object.__setattr__(draft, field.name, value)
            if field.validator is not None:
                field.validator(draft, field, value)
        except InvalidValueError as error:
            found.append(_refused(error, field.name))
        except AttributeError:  # known_on is compared with a day that could not be read
            continue
        except TypeError:  # raised by attrs' own validators, and by what iterates
            found.append(Refused(field=field.name, what="has the wrong type", value=values[field.name], hint=""))
    if not found and all(shape.name in values for shape in shapes(kind).values() if shape.required):
        build: Callable[..., Fact] = kind
        try:
            build(**values)
        except InvalidValueError as error:
            found.append(_refused(error, ""))
    return found


def _shape(field: "attrs.Attribute[Any]") -> Shape:
    given = get_args(field.type)
    optional = NoneType in given
    inner = next(part for part in given if part is not NoneType) if optional else field.type
    is_option = get_origin(inner) is Literal
    computed = isinstance(field.default, attrs.Factory)  # type: ignore[arg-type]  # attrs types Factory as a function
    return Shape(
        name=field.name,
        content="option" if is_option else _CONTENTS[inner],
        optional=optional,
        default=attrs.NOTHING if computed else field.default,
        required=field.default is attrs.NOTHING,
        options=get_args(inner) if is_option else (),
    )


def _refused(error: InvalidValueError, field: str) -> Refused:
    """Take class and field out of the sentence: a reader of rows knows the one and shows the other in its own way."""
    placed = _PLACE.fullmatch(error.what)
    if placed:
        return Refused(field=placed[1], what=placed[2], value=error.value, hint=error.hint)
    return Refused(field=field, what=error.what, value=error.value, hint=error.hint)


_SHAPES: Final[Mapping[type[Fact], Mapping[str, Shape]]] = MappingProxyType(
    {kind: MappingProxyType({field.name: _shape(field) for field in attrs.fields(kind)}) for kind in KINDS}
)
