"""Tier policies as plain data: mappings, lists, text and numbers, as TOML and JSON hold them.

The keys are the names of the fields. Numbers may be text, so that nothing is rounded on the way; a key that is not
known is refused, and every problem is named at once, by its path.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

import attrs

from supplychain_rules.customers.tier_policy import (
    TierCondition,
    TierCriterion,
    TierDowngrade,
    TierLevel,
    TierMeasure,
    TierPolicy,
    TierScore,
    TierValidity,
    TierWindow,
)
from supplychain_rules.errors import InvalidValueError, PolicyError, Problem, bounded_repr, did_you_mean
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import number_text

__all__ = ["TIER_SCHEMA", "dump_tier_policy", "load_tier_policy"]

#: The format of a tier policy as plain data.
TIER_SCHEMA: Final = "supplychain-rules/tiers/1"

#: Most entries of a list: more levels, measures or conditions than any programme has.
_MOST_ENTRIES: Final = 200

#: Which class a field holds, and whether a list of it.
_NESTED: Final[Mapping[tuple[type, str], tuple[type, bool]]] = MappingProxyType(
    {
        (TierPolicy, "measures"): (TierMeasure, True),
        (TierPolicy, "levels"): (TierLevel, True),
        (TierPolicy, "window"): (TierWindow, False),
        (TierPolicy, "validity"): (TierValidity, False),
        (TierPolicy, "score"): (TierScore, False),
        (TierPolicy, "downgrade"): (TierDowngrade, False),
        (TierMeasure, "window"): (TierWindow, False),
        (TierValidity, "period"): (TierWindow, False),
        (TierScore, "criteria"): (TierCriterion, True),
        (TierLevel, "all_of"): (TierCondition, True),
        (TierLevel, "any_of"): (TierCondition, True),
        (TierLevel, "unless"): (TierCondition, True),
    }
)


def load_tier_policy(data: Mapping[str, object]) -> TierPolicy:
    """Read a tier policy from plain data.

    Args:
        data: a mapping, as `tomllib` or `json` give it, with `schema = "supplychain-rules/tiers/1"`.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> policy = load_tier_policy({"schema": "supplychain-rules/tiers/1", "id": "club", "version": "1",
    ...     "measures": [{"id": "spend"}],
    ...     "levels": [{"id": "gold", "all_of": [{"measure": "spend", "at_least": "1000"}]}, {"id": "basic"}],
    ...     "window": {"kind": "calendar", "length": 12}, "validity": {"kind": "rest_and_next"}})
    >>> policy.levels[0].all_of[0].at_least
    Decimal('1000')
    """
    problems: list[Problem] = []
    rest: object = data
    if isinstance(data, Mapping):
        rest = {key: value for key, value in data.items() if key != "schema"}
        if data.get("schema") != TIER_SCHEMA:
            hint = f"write schema = {TIER_SCHEMA!r}"
            value = bounded_repr(data.get("schema"))
            message = "not the format of a tier policy"
            problems.append(Problem(code="bad_value", path="schema", message=message, value=value, hint=hint))
    policy = _built(TierPolicy, rest, "", problems)
    if problems or not isinstance(policy, TierPolicy):
        raise PolicyError(problems)
    return policy


def dump_tier_policy(policy: TierPolicy) -> dict[str, Any]:
    """Return a tier policy as plain data that JSON and TOML can keep; what is as by default is left out.

    >>> from supplychain_rules.customers import TierValidity
    >>> gold = TierLevel(id="gold", all_of=[TierCondition(measure="spend", at_least="99.5")])
    >>> plain = dump_tier_policy(TierPolicy(id="club", version="1", measures=[TierMeasure(id="spend")],
    ...     levels=[gold, TierLevel(id="basic")], window=TierWindow(kind="lifetime"),
    ...     validity=TierValidity(kind="lifetime")))
    >>> plain["levels"][0]
    {'id': 'gold', 'all_of': [{'measure': 'spend', 'at_least': '99.5'}]}
    """
    return {"schema": TIER_SCHEMA, **_plain(policy)}


def _plain(value: object) -> Any:  # noqa: ANN401  JSON
    match value:
        case Decimal() | Fraction():
            return number_text(value)
        case tuple():
            return [_plain(one) for one in value]
        case Label():
            return {lang: text for lang, text in (("en", value.en), ("zh", value.zh)) if text}
    kind: type = type(value)
    if not attrs.has(kind):
        return value
    found = {}
    for field in attrs.fields(kind):
        held = getattr(value, field.name)
        default = field.default
        if default is not attrs.NOTHING and field.converter is not None:
            default = getattr(field.converter, "converter", field.converter)(default)
        if held is not None and held != default:
            found[field.name] = _plain(held)
    return found


def _built(kind: type, data: object, path: str, problems: list[Problem]) -> object:
    """Return a class built from plain data, or None where that is wrong and `problems` say how."""
    if not isinstance(data, Mapping):
        message = "a mapping is needed here"
        problems.append(Problem(code="wrong_type", path=path, message=message, value=bounded_repr(data)))
        return None
    before = len(problems)
    fields = {field.name: field for field in attrs.fields(kind)}
    for key in data:
        if key not in fields:
            hint = did_you_mean(key, fields)
            where = _join(path, key if isinstance(key, str) else bounded_repr(key))
            problems.append(Problem(code="unknown_key", path=where, message="unknown key", hint=hint))
    for name, field in fields.items():
        if field.default is attrs.NOTHING and name not in data:
            problems.append(Problem(code="missing_key", path=_join(path, name), message="this key is needed"))
    values = {
        name: _value(kind, name, value, _join(path, name), problems) for name, value in data.items() if name in fields
    }
    if len(problems) > before:
        return None
    try:
        return kind(**values)
    except PolicyError as error:
        problems += [attrs.evolve(one, path=_join(path, one.path)) for one in error.problems]
    except InvalidValueError as error:
        value = bounded_repr(error.value)
        problems.append(Problem(code="bad_value", path=path, message=error.what, value=value, hint=error.hint))
    return None


def _value(kind: type, name: str, value: object, path: str, problems: list[Problem]) -> object:
    """Return the value of a field, built where it is a class of its own."""
    nested = _NESTED.get((kind, name))
    if name == "label" and value is not None:
        try:
            return Label.of(value)
        except InvalidValueError as error:
            shown = bounded_repr(error.value)
            problems.append(Problem(code="bad_value", path=path, message=error.what, value=shown, hint=error.hint))
            return None
    if nested is None or (value is None and getattr(attrs.fields(kind), name).default is None):
        return value
    of, many = nested
    if not many:
        return _built(of, value, path, problems)
    if not isinstance(value, list | tuple) or len(value) > _MOST_ENTRIES:
        message = f"a list of at most {_MOST_ENTRIES} is needed here"
        problems.append(Problem(code="wrong_type", path=path, message=message, value=bounded_repr(value)))
        return None
    return [_built(of, one, f"{path}[{place}]", problems) for place, one in enumerate(value)]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name
