"""A stored decision: the plain data that `Decision.to_dict` writes and that `replay` reads back.

Whoever kept a decision hands it over years later, from a database, a file or another company; so it is
read like a rule set: nothing of it is trusted, and everything wrong with it is named at once.
"""

import math
from collections.abc import Mapping
from typing import Final, TypeAlias, final

import attrs

from supplychain_rules.errors import InputError, Problem, bounded_repr
from supplychain_rules.language.naming import did_you_mean
from supplychain_rules.rules.codec_plain import MAX_DATA_DEPTH, plain_copy
from supplychain_rules.rules.locate import join_path
from supplychain_rules.values.scaled import MAX_DIGITS

__all__ = ["DECISION_SCHEMA", "Json", "StoredDecision", "json_copy", "read_stored"]

#: The version of the format in which a decision is stored.
DECISION_SCHEMA: Final = "supplychain-rules/decision/1"

#: Data that JSON writes and reads back as it was.
Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

#: Keys that every stored decision has, and those that it may have.
_NEEDED: Final = ("schema", "policy", "version", "fingerprint", "inputs", "outputs")
_OPTIONAL: Final = ("reasons", "evidence")

#: Most unknown keys that are named: whoever has more passes another kind of data.
_MAX_UNKNOWN_KEYS: Final = 20


@final
@attrs.frozen(kw_only=True)
class StoredDecision:
    """A decision as it was stored, its shape checked; whether its values suit any rules is for `replay`."""

    #: Id of the policy that decided.
    policy: str
    version: str
    fingerprint: str
    #: Values by name, as `to_dict` writes them: numbers and dates as text.
    inputs: Mapping[str, Json]
    outputs: Mapping[str, Json]
    #: The reason of each step; None where none were stored.
    reasons: list[Json] | None = None


def read_stored(data: object) -> StoredDecision:
    """Read what `Decision.to_dict` wrote, in whatever state it comes back.

    Raises:
        InputError: with a problem for every key that is missing, unknown, or not as a decision is stored.

    >>> read_stored({"schema": DECISION_SCHEMA, "policy": "review", "version": "1", "outputs": {}})
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InputError: 2 problems in the record
      fingerprint: this key is missing [missing_key]
      inputs: this key is missing [missing_key]
    """
    if not isinstance(data, Mapping):
        hint = "give what Decision.to_dict returned, as json.loads reads it"
        message = "a stored decision is a mapping"
        raise InputError(
            [Problem(code="wrong_type", path="decision", message=message, value=bounded_repr(data), hint=hint)]
        )
    problems: list[Problem] = []
    stored = json_copy(data, "", problems)
    if isinstance(stored, dict):
        problems += _misshapen(stored)
    if problems:
        raise InputError(attrs.evolve(problem, path=problem.path or "decision") for problem in problems)
    assert isinstance(stored, dict)  # noqa: S101  a mapping that is none any more was refused
    return StoredDecision(**{key: stored[key] for key in (*_NEEDED[1:], "reasons") if key in stored})  # type: ignore[arg-type]


def json_copy(value: object, path: str, problems: list[Problem]) -> Json:
    """Copy data that JSON can keep without loss; whatever else is in it becomes a problem with its path.

    Tuples become lists, as in JSON. Refused are objects, keys that are no text, numbers that are not finite or have
    more than `MAX_DIGITS` digits, and data that is nested too deeply or holds itself.

    >>> problems = []
    >>> json_copy({"on_time": {"good": 61, "of": float("nan")}}, "evidence[0]", problems)
    {'on_time': {'good': 61, 'of': None}}
    >>> print(*problems)
    evidence[0].on_time.of: not a finite number (nan); write null where a value is missing [bad_value]
    """
    found: list[Problem] = []
    copied = plain_copy(value, found, path)
    if found:  # the copy stopped there, and stands in for what it did not reach
        problems += found
        return None
    return _json(copied, path, problems)


def _json(value: object, path: str, problems: list[Problem]) -> Json:
    """Return the value, with null in place of what was refused."""
    match value:
        case None | bool():
            return value
        case str():
            return _text(value, path, problems)
        case int():
            if value.bit_length() <= 4 * MAX_DIGITS:
                return int(value)
            message, hint = f"more than {MAX_DIGITS} digits", "write text"
        case float():
            if math.isfinite(value):
                return float(value)
            message, hint = "not a finite number", "write null where a value is missing"
        case list():
            return [_json(item, join_path(path, place), problems) for place, item in enumerate(value)]
        case dict():
            return _mapping(value, path, problems)
        case _:
            message = "JSON cannot keep this"
            hint = f"write text, numbers, true, false, null, lists and mappings, at most {MAX_DATA_DEPTH} levels deep"
    problems.append(Problem(code="bad_value", path=path, message=message, value=bounded_repr(value), hint=hint))
    return None


def _text(value: str, path: str, problems: list[Problem]) -> str:
    if not value.isascii() and value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") != value:
        message, hint = "a character in two halves", "JSON reads it back as one; decode the text first"
        problems.append(Problem(code="bad_value", path=path, message=message, value=bounded_repr(value), hint=hint))
    return value


def _mapping(value: Mapping[object, object], path: str, problems: list[Problem]) -> dict[str, Json]:
    copied: dict[str, Json] = {}
    for key, item in value.items():
        if isinstance(key, str):
            below = join_path(path, key)
            copied[_text(key, below, problems)] = _json(item, below, problems)
        else:
            shown = bounded_repr(key)
            message = "a key must be text"
            problems.append(Problem(code="wrong_type", path=path, message=message, value=shown))
    return copied


def _misshapen(stored: Mapping[str, Json]) -> list[Problem]:
    """Return what is wrong with the keys; of another schema nothing else is looked at."""
    if "schema" in stored and stored["schema"] != DECISION_SCHEMA:
        shown, hint = bounded_repr(stored["schema"]), f"this version reads {DECISION_SCHEMA!r}"
        message = "unknown schema of a decision"
        return [Problem(code="bad_value", path="schema", message=message, value=shown, hint=hint)]
    problems = [_missing(key) for key in _NEEDED if key not in stored]
    problems += _unknown(stored)
    for key, value in stored.items():
        problems += _shape(key, value)
    return problems


def _missing(key: str) -> Problem:
    hint = f"write schema = {DECISION_SCHEMA!r}" if key == "schema" else ""
    return Problem(code="missing_key", path=key, message="this key is missing", hint=hint)


def _unknown(stored: Mapping[str, Json]) -> list[Problem]:
    known = (*_NEEDED, *_OPTIONAL)
    unknown = [key for key in stored if key not in known]
    return [
        Problem(
            code="unknown_key",
            path=join_path("", key),
            message="unknown key",
            hint=did_you_mean(key, known),
        )
        for key in unknown[:_MAX_UNKNOWN_KEYS]
    ]


def _shape(key: str, value: Json) -> list[Problem]:
    """Return what is wrong with the value of a key."""
    match key:
        case "policy" | "version" | "fingerprint":
            return [] if isinstance(value, str) else [_wrong(key, "text is needed here", value)]
        case "inputs" | "outputs":
            if not isinstance(value, dict):
                return [_wrong(key, "a mapping of values by name is needed here", value)]
            return [
                _wrong(join_path(key, name), "a decision stores text, true, false or null here", item)
                for name, item in value.items()
                if not (item is None or isinstance(item, str | bool))
            ]
        case "reasons" | "evidence":
            if not isinstance(value, list):
                return [_wrong(key, "a list of mappings is needed here", value)]
            return [
                _wrong(join_path(key, place), "a mapping is needed here", item)
                for place, item in enumerate(value)
                if not isinstance(item, dict)
            ]
        case _:
            return []


def _wrong(path: str, message: str, value: Json) -> Problem:
    return Problem(code="wrong_type", path=path, message=message, value=bounded_repr(value))
