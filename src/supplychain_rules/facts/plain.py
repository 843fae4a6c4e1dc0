"""Facts as plain data and back: what JSON can hold, and nothing lost on the way.

The kind comes first, under `type`, because many kinds have a field `kind` of their own. Days are ISO dates, numbers are
texts so that no reader makes floats of them, money is an amount with its currency, categories are a sorted list.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import attrs

from supplychain_rules.errors import InputError, InvalidValueError, Problem, bounded_repr, did_you_mean
from supplychain_rules.facts.ledger import KINDS, Fact, check_fact
from supplychain_rules.facts.quality import RejectCause
from supplychain_rules.facts.shapes import Shape, kind_named, refusals, shapes
from supplychain_rules.values.dates import parse_date
from supplychain_rules.values.money import Money
from supplychain_rules.values.scaled import number_text

__all__ = ["from_plain", "plain"]

#: The key under which the kind stands.
_TYPE: Final = "type"

#: The path of a problem with the fact as a whole.
_WHOLE: Final = "fact"


def plain(fact: Fact) -> dict[str, object]:
    """Return a fact as plain data; `from_plain` makes the same fact of it again.

    Raises:
        InvalidValueError: not a fact.

    >>> from supplychain_rules.facts.trade import Receipt
    >>> plain(Receipt(id="GR1", order_line="PO1/1", received_on=date(2026, 1, 19), quantity="6.50"))["quantity"]
    '6.5'
    """
    check_fact(fact)
    return {_TYPE: type(fact).__name__, **_fields(fact)}


def from_plain(data: Mapping[str, object]) -> Fact:
    """Return the fact that plain data say; a field with a default may be left out.

    Raises:
        InputError: an unknown kind or key, a missing one, a value of the wrong type or one that the kind refuses; all
            of them at once.

    >>> from_plain({"type": "Supplier", "id": "V7", "categories": ["raw"]}).categories
    frozenset({'raw'})
    >>> from_plain({"type": "Supplier", "id": "V7", "nmae": "Nordic Steel"})
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InputError: 1 problem in the record
      nmae: Supplier has no such key ('Nordic Steel'); did you mean 'name'? [unknown_key]
    """
    if not isinstance(data, Mapping):
        raise InputError([_wrong(_WHOLE, "is not a mapping", data)])
    name = data.get(_TYPE)
    kind = kind_named(name)
    if kind is None:
        code = "unknown_kind" if _TYPE in data else "missing_key"
        hint = did_you_mean(name, (known.__name__ for known in KINDS))
        raise InputError([_problem(code, _TYPE, "is no kind of fact", name, hint or "give the name of its class")])
    reading = _Reading()
    values = reading.fields(shapes(kind), {key: value for key, value in data.items() if key != _TYPE}, kind.__name__)
    for refused in refusals(kind, values):
        path = refused.field or _WHOLE
        reading.problems.append(_problem("bad_value", path, refused.what, refused.value, refused.hint))
    if reading.problems:
        raise InputError(reading.problems)
    build: Callable[..., Fact] = kind
    return build(**values)


def _fields(record: Any) -> dict[str, object]:  # noqa: ANN401  a fact, or a part of one
    return {field.name: _plain(getattr(record, field.name)) for field in attrs.fields(type(record))}


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return number_text(value)
        case date():
            return value.isoformat()
        case Money():
            return {"amount": number_text(value.amount), "currency": value.currency}
        case frozenset():
            return sorted(value)
        case tuple():
            return [_fields(part) for part in value]
        case _:
            return value


class _Reading:
    """What was found wrong so far in one fact's plain data."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def fields(
        self, known: Mapping[str, Shape], data: Mapping[str, object], of: str, at: str = ""
    ) -> dict[str, object]:
        """Return the values that could be read, and note what could not."""
        values: dict[str, object] = {}
        for key in data:
            if key not in known:
                hint = did_you_mean(key, known)
                self.problems.append(_problem("unknown_key", f"{at}{key}", f"{of} has no such key", data[key], hint))
        for name, shape in known.items():
            if name in data:
                found = len(self.problems)
                value = self.value(shape, data[name], f"{at}{name}")
                if len(self.problems) == found:
                    values[name] = value
            elif shape.required:
                message = f"{of} needs it"
                self.problems.append(Problem(code="missing_key", path=f"{at}{name}", message=message))
        return values

    def value(self, shape: Shape, value: object, path: str) -> object:
        """Return the value of one field."""
        if value is None and shape.optional:
            return None
        match shape.content, value:
            case (("text" | "option"), str()):
                return value
            case "truth", bool():
                return value
            case "whole", int() if not isinstance(value, bool):
                return value
            case "quantity", str() | int() if not isinstance(value, bool):
                return value
            case "day", str():
                try:
                    return parse_date(value)
                except InvalidValueError as error:
                    self.problems.append(_problem("bad_date", path, error.what, value, error.hint))
            case "money", Mapping():
                return self.money(value, path)
            case "texts", list() if all(isinstance(part, str) for part in value):
                return frozenset(value)
            case "causes", list():
                return tuple(self.cause(part, f"{path}[{place}]") for place, part in enumerate(value))
            case _:
                self.problems.append(_wrong(path, f"is not {_WANTED[shape.content]}", value))
        return None

    def money(self, data: Mapping[str, object], path: str) -> object:
        """Return money of its amount and currency."""
        values = self.fields(_MONEY, data, "money", f"{path}.")
        if len(values) == len(_MONEY):
            try:
                return Money(values["amount"], values["currency"])  # type: ignore[arg-type]  # the shapes say so
            except InvalidValueError as error:
                self.problems.append(_problem("bad_value", path, error.what, error.value, error.hint))
        return None

    def cause(self, data: object, path: str) -> object:
        """Return one cause of rejects."""
        if not isinstance(data, Mapping):
            self.problems.append(_wrong(path, "is not a mapping", data))
            return None
        values = self.fields(_CAUSE, data, "a cause", f"{path}.")
        if len(values) == len(_CAUSE):
            build: Callable[..., RejectCause] = RejectCause
            try:
                return build(**values)
            except InvalidValueError as error:
                self.problems.append(_problem("bad_value", path, error.what, error.value, error.hint))
        return None


def _part(name: str, content: Any) -> Shape:  # noqa: ANN401  one of the contents, which a literal below is
    return Shape(name=name, content=content, optional=False, default=attrs.NOTHING, required=True)


_MONEY: Final = {"amount": _part("amount", "quantity"), "currency": _part("currency", "text")}

_CAUSE: Final = {
    "quantity": _part("quantity", "quantity"),
    "cause": _part("cause", "text"),
    "fault": _part("fault", "option"),
}

#: What a field's value must be, in words.
_WANTED: Final = {
    "text": "text",
    "option": "text",
    "truth": "true or false",
    "whole": "a whole number",
    "quantity": "a number written as text",
    "day": "a date written as text",
    "money": "an amount with a currency",
    "texts": "a list of texts",
    "causes": "a list of causes",
}


def _wrong(path: str, message: str, value: object) -> Problem:
    return _problem("wrong_type", path, message, value, "")


def _problem(code: str, path: str, message: str, value: object, hint: str) -> Problem:
    return Problem(code=code, path=path, message=message, value=bounded_repr(value), hint=hint)
