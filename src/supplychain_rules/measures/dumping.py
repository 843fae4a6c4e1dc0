"""A state as plain data and back, for a process that stops and goes on tomorrow.

What is dumped are the facts that the state still holds and the sums of what it has closed; the definitions are not.
Whoever loads gives the measures, and they must be the ones that were dumped.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, Final, Never

import attrs

from supplychain_rules.errors import InputError, InvalidValueError, Problem, bounded_repr
from supplychain_rules.facts.plain import from_plain, plain
from supplychain_rules.measures.closed import Closed
from supplychain_rules.measures.counting import By, LeftOut, Part, Sums
from supplychain_rules.measures.exact import Number, fraction
from supplychain_rules.measures.kinds import Measure
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.measuring import check_by, check_measures
from supplychain_rules.measures.state import MeasureState, rebuild
from supplychain_rules.measures.tally import Place
from supplychain_rules.values.dates import parse_date
from supplychain_rules.values.scaled import whole_text

__all__ = ["dump_state", "load_state"]

#: Written into every dump; a later format is another text.
_SCHEMA: Final = "supplychain-rules/measure-state/1"

#: Longest number that is read: the sums of a day have less, and longer ones take seconds.
_MAX_CHARACTERS: Final = 100_000

#: A whole number or a fraction. The sums of a great many fractions have long denominators, but no exponent.
_NUMBER: Final = re.compile(r"-?[0-9]+(?:/[0-9]+)?")

_KEYS: Final = frozenset({"schema", "digest", "as_of", "facts", "closed", "sums"})


def dump_state(state: MeasureState) -> dict[str, Any]:
    """Return a state as JSON-able data.

    Raises:
        InvalidValueError: not a state.

    >>> dump_state(MeasureState([]))["facts"]
    []
    """
    if not isinstance(state, MeasureState):
        raise InvalidValueError("not a state", state, hint="give a MeasureState")
    closed = state.closed
    return {
        "schema": _SCHEMA,
        "digest": _digest(state.measures, state.by),
        "as_of": state.as_of.isoformat(),
        "facts": [plain(fact) for fact in state.facts()],
        "closed": {
            "identities": sorted(map(list, closed.identities)),
            "orders": sorted(map(list, closed.orders)),
            "invoices": sorted(closed.invoices),
            "items": sorted(map(list, closed.items)),
            "suppliers": sorted(closed.suppliers),
            "customers": sorted(closed.customers),
            "before": closed.before.isoformat(),
        },
        "sums": [[_plain_sums(place, sums) for place, sums in found.items()] for found in state.closed_sums],
    }


def load_state(data: Any, measures: Iterable[Measure], *, by: By = "supplier") -> MeasureState:  # noqa: ANN401  untrusted data
    """Return the state that was dumped; it goes on as if it had never stopped.

    Raises:
        InputError: the data are no dump, or one that was changed.
        InvalidValueError: the measures or `by` are not those that were dumped.

    >>> len(load_state(dump_state(MeasureState([])), []))
    0
    """
    definitions, dimensions = check_measures(measures), check_by(by)
    if not isinstance(data, Mapping) or set(data) != _KEYS or data["schema"] != _SCHEMA:
        _refuse("state", "not the dump of a state", data if not isinstance(data, Mapping) else sorted(map(str, data)))
    if data["digest"] != _digest(definitions, dimensions):
        raise InvalidValueError(
            "the state was dumped of other measures", [m.id for m in definitions], hint="give them as they were"
        )
    closed = _read("closed", lambda: _closed(data["closed"]))
    sums = _read("sums", lambda: [_all_sums(found, dimensions) for found in data["sums"]])
    if len(sums) != len(definitions):
        _refuse("sums", "one entry for each measure is expected", len(sums))
    as_of = _read("as_of", lambda: parse_date(data["as_of"]))
    rows = _read("facts", lambda: _list(data["facts"]))
    facts = [_read(f"facts[{place}]", partial(from_plain, fact)) for place, fact in enumerate(rows)]
    return rebuild(definitions, dimensions, facts=facts, closed=closed, sums=sums, as_of=as_of)


def _digest(measures: tuple[Measure, ...], by: tuple[str, ...]) -> str:
    """Return a hash of the definitions; labels decide nothing and are left out."""
    text = json.dumps([[_described(definition) for definition in measures], list(by)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _described(value: Any) -> Any:  # noqa: ANN401  data of any shape
    match value:
        case None | bool() | int() | str():
            return value
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(json.dumps(_described(item), sort_keys=True) for item in value)
        case tuple():
            return [_described(item) for item in value]
        case Mapping():
            return sorted([_described(key), _described(item)] for key, item in value.items())
        case Decimal() | Fraction():
            return str(Fraction(value))
        case _ if attrs.has(type(value)):
            named = {f.name: _described(getattr(value, f.name)) for f in attrs.fields(type(value)) if f.name != "label"}
            return {"": type(value).__name__, **named}
        case _:
            return repr(value)


def _plain_sums(place: Place, sums: Sums) -> list[Any]:
    key, part, day = place
    named = list(key) if isinstance(key, tuple) else key
    return [
        named,
        _plain_part(part),
        day.isoformat(),
        _plain_number(sums.numerator),
        _plain_number(sums.denominator),
        sums.evidence,
    ]


def _all_sums(rows: Any, measured_by: tuple[str, ...]) -> dict[Place, Sums]:  # noqa: ANN401  untrusted data
    found: dict[Place, Sums] = {}
    for key, part, day, numerator, denominator, evidence in rows:
        place = (_key(key, measured_by), _part(part), parse_date(day))
        if place in found:
            raise InvalidValueError("two sums of one key, part and day", key)
        if isinstance(evidence, bool) or not isinstance(evidence, int) or evidence < 0:
            raise InvalidValueError("evidence is a whole number of zero or more", evidence)
        found[place] = Sums(_number(numerator), _number(denominator), evidence)
    return found


def _key(key: Any, measured_by: tuple[str, ...]) -> Key:  # noqa: ANN401  untrusted data
    named = [key] if len(measured_by) == 1 else key
    if not isinstance(named, list) or [type(name) for name in named] != [str] * len(measured_by):
        raise InvalidValueError(f"a key has a text for each of {', '.join(measured_by)}", key)
    return tuple(named) if len(named) > 1 else named[0]


def _number(text: object) -> Number:
    """Read an exact number as it was dumped: a whole one or a fraction, and nothing that a few letters make huge."""
    if not isinstance(text, str) or len(text) > _MAX_CHARACTERS or _NUMBER.fullmatch(text) is None:
        raise InvalidValueError("a number is written as in '-7' or '1/3'", text)
    above, _, below = text.partition("/")
    exact = Fraction(int(Decimal(above)), int(Decimal(below or "1")))  # decimals read what int refuses for its length
    return exact.numerator if exact.denominator == 1 else exact


def _plain_number(number: Number) -> str:
    exact = fraction(number)
    above = whole_text(exact.numerator)
    return above if exact.denominator == 1 else f"{above}/{whole_text(exact.denominator)}"


def _plain_part(part: Part) -> list[Any]:
    """Return a part with its type, because `1` and `"1"` are different parts."""
    match part:
        case None:
            return ["none"]
        case bool():
            return ["boolean", part]
        case str():
            return ["text", part]
        case int():
            return ["whole", part]
        case date():
            return ["day", part.isoformat()]
        case Decimal() | Fraction():
            return ["number", _plain_number(part)]
        case LeftOut():
            return ["left out", part.why]
        case tuple():
            return ["parts", *map(_plain_part, part)]
        case _:
            raise InvalidValueError("a measure counts by what cannot be dumped", part)


def _part(data: list[Any]) -> Part:
    match data:
        case ["none"]:
            return None
        case ["boolean", bool(value)]:
            return value
        case ["text", str(value)]:
            return value
        case ["whole", int(value)]:
            return value
        case ["day", str(value)]:
            return parse_date(value)
        case ["number", str(value)]:
            return fraction(_number(value))
        case ["left out", str(value)]:
            return LeftOut(value)
        case ["parts", *inner]:
            return tuple(map(_part, inner))
        case _:
            raise InvalidValueError("not a part", data)


def _closed(data: Mapping[str, Any]) -> Closed:
    def pairs(name: str) -> frozenset[tuple[str, str]]:
        return frozenset((_text(one), _text(other)) for one, other in map(_list, _list(data[name])))

    def names(name: str) -> frozenset[str]:
        return frozenset(map(_text, _list(data[name])))

    return Closed(
        identities=pairs("identities"),
        orders=pairs("orders"),
        invoices=names("invoices"),
        items=pairs("items"),
        suppliers=names("suppliers"),
        customers=names("customers"),
        before=parse_date(data["before"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidValueError("not a text", value)
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidValueError("not a list", value)
    return value


def _read(place: str, read: Callable[[], Any]) -> Any:  # noqa: ANN401  whatever is read
    """Read a part of untrusted data; whatever it holds instead is refused by its place."""
    try:
        return read()
    except InputError as error:
        raise InputError(attrs.evolve(found, path=f"{place}.{found.path}") for found in error.problems) from None
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        _refuse(place, f"cannot be read ({error})", None)


def _refuse(place: str, message: str, value: object) -> Never:
    shown = "" if value is None else bounded_repr(value)
    raise InputError([Problem(code="not_a_state", path=place, message=message, value=shown, hint="dump it again")])
