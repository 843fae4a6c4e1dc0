"""How fields of a rule set are read and written: cattrs with strict hooks, and its errors as problems.

Every hook refuses what is merely similar: a number is not text, a boolean is not a number, a text is
not a list. cattrs collects what fails; `structured` turns that into problems with paths.
"""

import functools
import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, TypeVar, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError, IterableValidationError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from supplychain_rules.errors import InvalidValueError, Problem, bounded_repr
from supplychain_rules.language.limits import INTEGER_LIMIT, MAX_OPTION_CHARACTERS
from supplychain_rules.language.naming import did_you_mean
from supplychain_rules.language.nodes import Expression
from supplychain_rules.language.parse import parse_formula
from supplychain_rules.language.show import show
from supplychain_rules.rules.locate import join_path
from supplychain_rules.rules.scorecard import ScorecardStep, Tagged
from supplychain_rules.rules.strategies import ScoringMethod, Strategies, ValueFunction
from supplychain_rules.values.dates import parse_date
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import exact_fraction, exact_number, number_text

__all__ = ["key_of", "structured", "unstructured"]

T = TypeVar("T")


class _RefusedError(Exception):
    """What a hook found wrong; paths are relative to the field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def structured(raw: object, kind: type[T], path: str, problems: list[Problem], strategies: Strategies) -> T | None:
    """Read a value of the given class; add what is wrong to `problems` under `path`, and return None then."""
    try:
        return _converter(strategies).structure(raw, kind)
    except Exception as error:  # noqa: BLE001  cattrs wraps whatever a hook raises; all of it is a problem of the data
        found = _flatten(error, path, kind)
        problems.extend(found)
        return None


def unstructured(value: object, strategies: Strategies) -> Any:  # noqa: ANN401  plain data of any shape
    """Write a value as plain data: text for numbers, formulas, dates; defaults left out."""
    return _converter(strategies).unstructure(value)


def key_of(field: str) -> str:
    """Return the key a field has in data: `from_` is written `from`."""
    return field.rstrip("_")


def _flatten(error: BaseException, path: str, kind: object) -> list[Problem]:
    """Turn an error of cattrs, however nested, into problems."""
    match error:
        case _RefusedError():
            return [attrs.evolve(problem, path=_joined(path, problem.path)) for problem in error.problems]
        case ClassValidationError():
            found: list[Problem] = []
            with_notes, without = error.group_exceptions()
            for inner, note in with_notes:
                found.extend(_flatten(inner, join_path(path, key_of(note.name)), note.type))
            for inner in without:
                found.extend(_flatten(inner, path, kind))
            return found
        case IterableValidationError():
            found = []
            with_indexes, rest = error.group_exceptions()
            for inner, place in with_indexes:
                found.extend(_flatten(inner, join_path(path, place.index), place.type))
            for inner in rest:
                found.extend(_flatten(inner, path, kind))
            return found
        case ForbiddenExtraKeysError():
            known = [key_of(field.name) for field in attrs.fields(error.cl)] if attrs.has(error.cl) else []
            return [
                Problem(
                    code="unknown_key",
                    path=join_path(path, key),
                    message="unknown key",
                    value=bounded_repr(key),
                    hint=did_you_mean(key, known),
                )
                for key in sorted(error.extra_fields)
            ]
        case KeyError():
            return [Problem(code="missing_key", path=path, message="this key is missing")]
        case InvalidValueError():
            value = "" if error.value is None else bounded_repr(error.value)
            return [Problem(code="bad_value", path=path, message=error.what, value=value, hint=error.hint)]
        case _:
            return [
                Problem(code="wrong_type", path=path, message="this cannot be read", value=bounded_repr(str(error)))
            ]


def _joined(path: str, rest: str) -> str:
    if not rest:
        return path
    return path + rest if rest.startswith("[") else f"{path}.{rest}" if path else rest


@functools.cache
def _converter(strategies: Strategies) -> Converter:
    converter = Converter(forbid_extra_keys=True, omit_if_default=True, detailed_validation=True)
    converter.register_structure_hook(str, lambda raw, _: _name(raw))
    converter.register_structure_hook(bool, lambda raw, _: _boolean(raw))
    converter.register_structure_hook(int, lambda raw, _: _whole(raw))
    converter.register_structure_hook(Decimal, lambda raw, _: exact_number(raw))
    converter.register_structure_hook(Fraction, lambda raw, _: exact_fraction(raw))
    converter.register_structure_hook(date, lambda raw, _: _date(raw))
    converter.register_structure_hook(Label, lambda raw, _: Label.of(raw))
    converter.register_structure_hook_func(lambda kind: kind == Expression, lambda raw, _: _expression(raw))
    converter.register_structure_hook_func(lambda kind: kind is object, lambda raw, _: raw)
    converter.register_structure_hook_func(lambda kind: kind == Decimal | date, lambda raw, _: _bound(raw))
    converter.register_structure_hook_func(_is_literal, _literal)
    converter.register_structure_hook_factory(_is_optional, lambda kind: _optional(kind, converter))
    converter.register_structure_hook_factory(_is_tuple, lambda kind: _tuple(kind, converter))
    converter.register_structure_hook_factory(_is_mapping, lambda kind: _mapping(kind, converter))
    converter.register_structure_hook_factory(attrs.has, lambda kind: _attrs(kind, converter, strategies))
    converter.register_unstructure_hook(Decimal, number_text)
    converter.register_unstructure_hook(Fraction, number_text)
    converter.register_unstructure_hook(date, lambda day: day.isoformat())
    converter.register_unstructure_hook(
        Label, lambda label: label.en if not label.zh else {"en": label.en, "zh": label.zh}
    )
    converter.register_unstructure_hook_func(lambda kind: kind == Expression, show)
    converter.register_unstructure_hook_func(
        lambda kind: kind == Expression | None, lambda formula: None if formula is None else show(formula)
    )
    converter.register_unstructure_hook_func(
        lambda kind: kind == Decimal | date | None,
        lambda bound: None if bound is None else bound.isoformat() if isinstance(bound, date) else number_text(bound),
    )
    converter.register_unstructure_hook_factory(_is_mapping, lambda _: _plain_mapping(converter))
    converter.register_unstructure_hook_factory(_is_tuple, lambda _: _plain_list(converter))
    converter.register_unstructure_hook_factory(attrs.has, lambda kind: _plain(kind, converter))
    converter.register_unstructure_hook(Tagged, lambda tagged: _plain_tagged(tagged, converter))
    return converter


def _boolean(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise _refusal("wrong_type", "true or false is needed here", raw)
    return raw


def _name(raw: object) -> str:
    """Read a text: every one in a rule set is a name of something, so it is short and printable."""
    if not isinstance(raw, str):
        raise _refusal("wrong_type", "text is needed here", raw)
    if not raw or len(raw) > MAX_OPTION_CHARACTERS or not raw.isprintable():
        raise _refusal("bad_value", f"this must be 1 to {MAX_OPTION_CHARACTERS} printable characters", raw)
    return raw


def _column(raw: object) -> str | None:
    """Read a frame's column name: any text that can be written, as headers of spreadsheets hold line breaks."""
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise _refusal("wrong_type", "text is needed here", raw)
    if not raw or len(raw) > MAX_OPTION_CHARACTERS or any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in raw):
        raise _refusal("bad_value", f"a column is 1 to {MAX_OPTION_CHARACTERS} writable characters", raw)
    return raw


def _whole(raw: object) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise _refusal("wrong_type", "a whole number is needed here", raw)
    if abs(raw) > INTEGER_LIMIT:
        raise _refusal("bad_value", "this whole number is too large", raw)
    return raw


def _refusal(code: str, message: str, value: object, hint: str = "") -> _RefusedError:
    return _RefusedError([Problem(code=code, path="", message=message, value=bounded_repr(value), hint=hint)])


def _date(raw: object) -> date:
    if isinstance(raw, str):
        return parse_date(raw)
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    raise _refusal("wrong_type", "a date is needed here", raw, "write it as 2026-01-31, without a time")


def _bound(raw: object) -> Decimal | date:
    """Read the bound of a number or of a date: only text with two hyphens inside can be a date."""
    if isinstance(raw, date) or (isinstance(raw, str) and raw.strip()[1:].count("-") == 2):
        return _date(raw)
    return exact_number(raw)


def _expression(raw: object) -> Expression:
    problems: list[Problem] = []
    expression = parse_formula(raw, "", problems)
    if expression is None:
        raise _RefusedError(problems)
    return expression


def _is_literal(kind: object) -> bool:
    return get_origin(kind) is Literal


def _literal(raw: object, kind: object) -> object:
    options = get_args(kind)
    if isinstance(raw, str) and raw in options:
        return raw
    raise _refusal("bad_value", "not one of the known words", raw, did_you_mean(raw, options))


def _is_optional(kind: object) -> bool:
    """Say whether a type is `X | None`, for an X of any shape."""
    return type(None) in get_args(kind)


def _optional(kind: object, converter: Converter) -> Callable[[object, object], object]:
    members = [member for member in get_args(kind) if member is not type(None)]
    inner: Any = functools.reduce(operator.or_, members)

    def hook(raw: object, _: object) -> object:
        return None if raw is None else converter.structure(raw, inner)

    return hook


def _is_tuple(kind: object) -> bool:
    return get_origin(kind) is tuple


def _tuple(kind: object, converter: Converter) -> Callable[[object, object], object]:
    members = get_args(kind)
    variadic = members[-1] is Ellipsis

    def hook(raw: object, _: object) -> object:
        if not isinstance(raw, list | tuple):
            raise _refusal("wrong_type", "a list is needed here", raw)
        if not variadic and len(raw) != len(members):
            raise _refusal("wrong_type", f"a list of {len(members)} is needed here", raw)
        kinds = [members[0]] * len(raw) if variadic else list(members)
        return tuple(
            _each([(place, item, kind) for place, (item, kind) in enumerate(zip(raw, kinds, strict=True))], converter)
        )

    return hook


def _is_mapping(kind: object) -> bool:
    return get_origin(kind) is Mapping


def _mapping(kind: object, converter: Converter) -> Callable[[object, object], object]:
    member = get_args(kind)[1]

    def hook(raw: object, _: object) -> object:
        if not isinstance(raw, Mapping) or not all(isinstance(key, str) for key in raw):
            raise _refusal("wrong_type", "a table of names and values is needed here", raw)
        return dict(zip(raw, _each([(key, item, member) for key, item in raw.items()], converter), strict=True))

    return hook


def _each(items: list[tuple[str | int, object, Any]], converter: Converter) -> list[object]:
    """Structure every item, and refuse all that fail at once."""
    read: list[object] = []
    problems: list[Problem] = []
    for key, item, kind in items:
        try:
            read.append(converter.structure(item, kind))
        except Exception as error:  # noqa: BLE001  see `structured`
            problems.extend(_flatten(error, join_path("", key), kind))
    if problems:
        raise _RefusedError(problems)
    return read


def _attrs(kind: Any, converter: Converter, strategies: Strategies) -> Callable[[object, object], object]:  # noqa: ANN401  any attrs class
    overrides: dict[str, Any] = {
        field.name: override(rename=key_of(field.name)) for field in attrs.fields(kind) if field.name.endswith("_")
    }
    if any(field.type == Tagged | None for field in attrs.fields(kind)):
        overrides["value"] = override(struct_hook=lambda raw, _: _value_function(raw, converter, strategies))
    if kind is ScorecardStep:
        overrides["method"] = override(struct_hook=lambda raw, _: _method(raw, converter, strategies))
    if any(field.name == "column" for field in attrs.fields(kind)):
        overrides["column"] = override(struct_hook=lambda raw, _: _column(raw))
    plain = make_dict_structure_fn(kind, converter, **overrides)

    def hook(raw: object, cls: Any) -> object:  # noqa: ANN401  any attrs class
        if not isinstance(raw, Mapping) or not all(isinstance(key, str) for key in raw):
            raise _refusal("wrong_type", "a table of keys and values is needed here", raw)
        return plain(raw, cls)

    return hook


def _value_function(raw: object, converter: Converter, strategies: Strategies) -> Tagged | None:
    return None if raw is None else _tagged(raw, converter, strategies.value_functions)


def _method(raw: object, converter: Converter, strategies: Strategies) -> Tagged:
    return _tagged({"kind": raw} if isinstance(raw, str) else raw, converter, strategies.methods)


def _tagged(raw: object, converter: Converter, known: tuple[ValueFunction, ...] | tuple[ScoringMethod, ...]) -> Tagged:
    """Read a union tagged by `kind`: the tag chooses the strategy, the rest fills its spec."""
    if not isinstance(raw, Mapping):
        raise _refusal("wrong_type", "a table with a 'kind' is needed here", raw)
    kinds = {strategy.kind: strategy for strategy in known}
    if "kind" not in raw:
        raise _RefusedError([Problem(code="missing_key", path="kind", message="this key is missing")])
    tag = raw["kind"]
    if not isinstance(tag, str) or tag not in kinds:
        problem = Problem(
            code="unknown_kind",
            path="kind",
            message="unknown kind",
            value=bounded_repr(tag),
            hint=did_you_mean(tag, kinds),
        )
        raise _RefusedError([problem])
    spec = {key: item for key, item in raw.items() if key != "kind"}
    return Tagged(tag, converter.structure(spec, kinds[tag].spec))


def _plain(kind: Any, converter: Converter) -> Callable[[Any], dict[str, Any]]:  # noqa: ANN401  any attrs class
    overrides: dict[str, Any] = {
        field.name: override(rename=key_of(field.name)) for field in attrs.fields(kind) if field.name.endswith("_")
    }
    return make_dict_unstructure_fn(kind, converter, _cattrs_omit_if_default=True, **overrides)


def _plain_mapping(converter: Converter) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    return lambda mapping: {key: converter.unstructure(value) for key, value in mapping.items()}


def _plain_list(converter: Converter) -> Callable[[tuple[Any, ...]], list[Any]]:
    return lambda items: [converter.unstructure(item) for item in items]


def _plain_tagged(tagged: Tagged, converter: Converter) -> object:
    spec = converter.unstructure(tagged.spec)
    return {"kind": tagged.kind, **spec}
