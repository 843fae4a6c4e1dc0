"""Our classes as plain data and back: mappings, lists, text and numbers, as TOML and JSON hold them.

The keys are the names of the fields, and the types of the fields say how they are read: days are ISO dates, numbers may
be text so that nothing is rounded on the way, money is an amount with its currency, and one class out of several is
told by its `kind`, its name in lower case with underscores. A key that is not known is refused, and every problem is
named at once, by its path.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs

from supplychain_rules.errors import (
    MAX_SHOWN_PROBLEMS,
    InvalidValueError,
    PolicyError,
    Problem,
    bounded_repr,
    did_you_mean,
    path_step,
)
from supplychain_rules.values.dates import parse_date
from supplychain_rules.values.label import Label, check_line
from supplychain_rules.values.money import Money
from supplychain_rules.values.scaled import number_text

__all__ = ["dump_plain", "load_plain"]

#: Most entries of a list or a mapping: more rules, levels or parties than any programme has.
_MOST_ENTRIES: Final = 2_000

#: Deepest nesting of classes: ours have five at most, and a cycle of containers would have no end.
_MOST_LEVELS: Final = 20

#: The key that says which class is meant where there are several.
_TAG: Final = "kind"

#: How a class says what it refuses: class and field first.
_PLACE: Final = re.compile(r"\w+\.(\w+) (.+)", re.DOTALL)

#: Where a word begins in the name of a class.
_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")

#: What stands for a value that could not be read.
_UNREAD: Final = object()

#: A class to build.
Built = TypeVar("Built")


def load_plain(kind: type[Built], data: object, *, schema: str) -> Built:
    """Return an instance of a class, read from plain data.

    Args:
        kind: a frozen attrs class whose fields have types.
        data: a mapping, as `tomllib` or `json` give it, whose `schema` says the format.
        schema: what stands there.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> from supplychain_rules.values.exchange import ExchangeRate
    >>> load_plain(ExchangeRate, {"schema": "rate/1", "base": "USD", "quote": "EUR", "rate": "0.92", "on": "2026-03-31",
    ...     "sorce": "ECB"}, schema="rate/1")
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.PolicyError: 1 problem in the rule set
      sorce: unknown key; did you mean 'source'? [unknown_key]
    """
    reading = _Reading()
    rest = data
    if isinstance(data, Mapping):
        rest = {key: value for key, value in data.items() if key != "schema"}
        if data.get("schema") != schema:
            hint = f"write schema = {schema!r}"
            reading.note("bad_value", "schema", "not the format that is read here", data.get("schema"), hint)
    built = reading.build(kind, rest, "", 0)
    if reading.problems or not isinstance(built, kind):
        raise PolicyError(reading.problems)
    return built


def dump_plain(value: object, *, schema: str) -> dict[str, Any]:
    """Return an instance of an attrs class as plain data; what is as by default is left out.

    `load_plain` makes an equal instance of it again.

    >>> from supplychain_rules.values.exchange import ExchangeRate
    >>> dump_plain(ExchangeRate(base="USD", quote="EUR", rate="0.92", on=date(2026, 3, 31)), schema="rate/1")["rate"]
    '0.92'
    """
    return {"schema": schema, **_fields(value)}


class _Reading:
    """What was found wrong so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def note(self, code: str, path: str, message: str, value: object = _UNREAD, hint: str = "") -> object:
        """Add a problem, and return what stands for a value that could not be read."""
        shown = "" if value is _UNREAD else bounded_repr(value)
        self.problems.append(Problem(code=code, path=path, message=message, value=shown, hint=hint))
        return _UNREAD

    def near(self, word: object, known: Iterable[str]) -> str:
        """Return what was meant, where so much is not wrong already that nobody would read it."""
        return did_you_mean(word, known) if len(self.problems) < MAX_SHOWN_PROBLEMS else ""

    def build(self, kind: type, data: object, path: str, level: int) -> object:
        """Return an instance of a class."""
        if not isinstance(data, Mapping):
            return self.note("wrong_type", path, "a mapping is needed here", data)
        if level > _MOST_LEVELS:
            return self.note("too_deep", path, f"more than {_MOST_LEVELS} levels")
        before = len(self.problems)
        fields = {field.name: field for field in attrs.fields(kind) if field.init}
        if len(data) > _MOST_ENTRIES:
            return self.note("too_large", path, f"more than {_MOST_ENTRIES} keys")
        for key in data:
            if key not in fields:
                self.note("unknown_key", _join(path, path_step(key)), "unknown key", hint=self.near(key, fields))
        values = {}
        for name, field in fields.items():
            if name in data:
                values[name] = self.read(_types(kind)[name], data[name], _join(path, name), level)
            elif field.default is attrs.NOTHING:
                self.note("missing_key", _join(path, name), "this key is needed")
        readable = {name: value for name, value in values.items() if value is not _UNREAD}
        self._check(kind, readable, path)
        if len(self.problems) > before:
            return _UNREAD
        try:
            return kind(**values)
        except PolicyError as error:
            self.problems += [attrs.evolve(one, path=_join(path, one.path)) for one in error.problems]
        except InvalidValueError as error:
            self._refused(error, path)
        return _UNREAD

    def read(self, hint: Any, value: object, path: str, level: int) -> object:  # noqa: ANN401  a type of any shape
        """Return a value of a type, as far as its class does not read and check it itself."""
        choices = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
        if value is None and NoneType in choices:
            return None
        choices = tuple(choice for choice in choices if choice is not NoneType)
        classes = [choice for choice in choices if _is_built(choice)]
        if any(isinstance(value, each) for each in classes):
            return value
        if len(classes) > 1 and isinstance(value, Mapping):
            return self._one_of(classes, value, path, level)
        if classes and len(classes) == len(choices):
            return self.build(classes[0], value, path, level + 1)
        if Money in choices and isinstance(value, Mapping):  # beside a word, as for a limit
            choices = (Money,)
        only = choices[0] if len(choices) == 1 else None
        origin, inner = get_origin(only), get_args(only)
        if origin is Literal:
            return self._option(inner, value, path)
        if origin in (tuple, frozenset):
            return self._several(origin, inner[0], value, path, level)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return self._mapping(inner, value, path, level)
        try:
            return self._single(only, value, path)
        except InvalidValueError as error:
            return self.note("bad_value", path, error.what, error.value, error.hint)

    def _single(self, hint: object, value: object, path: str) -> object:
        if hint is Label:
            return Label.of(value)
        if hint is date and isinstance(value, str):
            return parse_date(value)
        if hint is Money and not isinstance(value, Money):
            return self._money(value, path)
        for plain, name in ((str, "text"), (bool, "true or false"), (int, "a whole number")):
            if hint is plain and type(value) is not plain:
                return self.note("wrong_type", path, f"{name} is needed here", value)
        return check_line("this text", value) if isinstance(value, str) and hint is str else value

    def _money(self, value: object, path: str) -> object:
        way = 'write {amount = "10.00", currency = "EUR"}'
        if not isinstance(value, Mapping):
            return self.note("wrong_type", path, "an amount with a currency is needed here", value, way)
        if set(value) != {"amount", "currency"}:
            return self.note(
                "wrong_type", path, "money has an amount and a currency", sorted(map(path_step, value)), way
            )
        return Money(value["amount"], value["currency"])

    def _option(self, options: tuple[object, ...], value: object, path: str) -> object:
        if any(type(value) is type(option) and value == option for option in options):
            return value
        hint = self.near(value, (option for option in options if isinstance(option, str)))
        return self.note("bad_value", path, "no option", value, hint)

    def _several(self, origin: Any, inner: object, value: object, path: str, level: int) -> object:  # noqa: ANN401  a type
        if not isinstance(value, list | tuple | set | frozenset) or len(value) > _MOST_ENTRIES:
            return self.note("wrong_type", path, f"a list of at most {_MOST_ENTRIES} is needed here", value)
        found = [self.read(inner, one, f"{path}[{place}]", level) for place, one in enumerate(value)]
        if origin is frozenset:
            found = [
                one if _is_hashable(one) else self.note("wrong_type", f"{path}[{place}]", "no single value", one)
                for place, one in enumerate(found)
            ]
        return _UNREAD if any(one is _UNREAD for one in found) else origin(found)

    def _mapping(self, inner: tuple[object, ...], value: object, path: str, level: int) -> object:
        if not isinstance(value, Mapping) or len(value) > _MOST_ENTRIES:
            return self.note("wrong_type", path, f"a mapping of at most {_MOST_ENTRIES} is needed here", value)
        names = [self.read(inner[0], key, _join(path, path_step(key)), level) for key in value]
        found = [self.read(inner[1], one, _join(path, path_step(key)), level) for key, one in value.items()]
        if any(one is _UNREAD for one in (*names, *found)):
            return _UNREAD
        return dict(zip(names, found, strict=True))

    def _one_of(self, classes: list[type], value: Mapping[object, object], path: str, level: int) -> object:
        known = {_tag(each): each for each in classes}
        tag = value.get(_TAG)
        if not isinstance(tag, str) or tag not in known:
            code = "unknown_kind" if _TAG in value else "missing_key"
            hint = self.near(tag, known) or f"expected one of {', '.join(sorted(known))}"
            return self.note(code, _join(path, _TAG), "no kind that is known here", tag, hint)
        rest = {key: one for key, one in value.items() if key != _TAG}
        return self.build(known[tag], rest, path, level + 1)

    def _check(self, kind: type, values: Mapping[str, object], path: str) -> None:
        """Note what each field refuses by itself, so that one wrong field hides no other."""
        draft: Any = object.__new__(kind)  # it never leaves this function: an instance is only ever built whole
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
                self._refused(error, path, field.name)
            except AttributeError:  # it is compared with a field that could not be read
                continue
            except TypeError:  # raised by attrs' own validators, and by what iterates
                self.note("wrong_type", _join(path, field.name), "this has the wrong type", values[field.name])

    def _refused(self, error: InvalidValueError, path: str, field: str = "") -> None:
        placed = _PLACE.fullmatch(error.what)
        where, what = (placed[1], placed[2]) if placed else (field, error.what)
        self.note("bad_value", _join(path, where), what, error.value, error.hint)


@cache
def _types(kind: type) -> Mapping[str, Any]:
    return MappingProxyType(get_type_hints(kind))


def _is_built(choice: object) -> bool:
    """Return whether a type is a class that is read field by field."""
    return isinstance(choice, type) and attrs.has(choice) and choice not in (Label, Money)


def _tag(kind: type) -> str:
    """Return the name of a class in a union, which no field of it may be named like."""
    if _TAG in attrs.fields_dict(kind):
        raise TypeError(f"{kind.__name__} is one of several and has a field {_TAG!r}: rename the field")
    return _WORD.sub("_", kind.__name__).lower()


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401  an instance of any attrs class
    kind: Any = type(value)
    return {
        field.name: _plain(held, _types(kind)[field.name])
        for field in attrs.fields(kind)
        if field.init and (held := getattr(value, field.name)) is not None and held != _default(field)
    }


def _default(field: "attrs.Attribute[Any]") -> object:
    """Return what stands in a field where nothing is given, or something equal to nothing."""
    default: Any = field.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # attrs types Factory as a function
        if default.takes_self:
            return _UNREAD
        default = default.factory()
    if default is attrs.NOTHING:
        return _UNREAD
    converter: Any = getattr(field.converter, "converter", field.converter)
    return default if converter is None else converter(default)


def _plain(value: object, hint: Any) -> Any:  # noqa: ANN401  JSON
    match value:
        case Decimal() | Fraction():
            return number_text(value)
        case date():
            return value.isoformat()
        case Money():
            return {"amount": number_text(value.amount), "currency": value.currency}
        case Label():
            return value.plain()
        case tuple():
            return [_plain(one, _inner(hint)) for one in value]
        case frozenset():
            return sorted(_plain(one, _inner(hint)) for one in value)
        case Mapping():
            return {key: _plain(one, _inner(hint)) for key, one in value.items()}
    if not attrs.has(type(value)):
        return value
    several = sum(_is_built(choice) for choice in _choices(hint)) > 1
    return {_TAG: _tag(type(value)), **_fields(value)} if several else _fields(value)


def _choices(hint: object) -> Iterator[object]:
    if get_origin(hint) in (Union, UnionType):
        for choice in get_args(hint):
            yield from _choices(choice)
    else:
        yield hint


def _inner(hint: object) -> object:
    """Return the type of the entries of a tuple, set or mapping."""
    for choice in _choices(hint):
        origin, inner = get_origin(choice), get_args(choice)
        if inner and origin in (tuple, frozenset):
            return inner[0]
        if inner and isinstance(origin, type) and issubclass(origin, Mapping):
            return inner[1]
    return None


def _is_hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name
