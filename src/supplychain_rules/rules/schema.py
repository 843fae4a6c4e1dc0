"""The JSON Schema of rule sets: what an editor needs to complete keys, explain them and underline mistakes.

It is generated from the classes that a rule set fills, so it cannot lag behind them. It says what has
the right shape; whether names are defined, types agree and numbers fit is for `load_policy` to say.
"""

import datetime as dt
import inspect
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import UnionType
from typing import Any, Final, Literal, TypeAlias, Union, final, get_args, get_origin, get_type_hints

import attrs

from supplychain_rules.language.limits import (
    MAX_DECIMALS,
    MAX_FORMULA_CHARACTERS,
    MAX_NAME_CHARACTERS,
    MAX_OPTION_CHARACTERS,
    MAX_PARTS,
)
from supplychain_rules.language.nodes import Expression
from supplychain_rules.rules.codec import STRATEGIES
from supplychain_rules.rules.codec_fields import key_of
from supplychain_rules.rules.policy import SCHEMA, Effective, Input, PolicyCase, Step
from supplychain_rules.rules.strategies import ScoringMethod, Strategies, ValueFunction
from supplychain_rules.rules.table import Output
from supplychain_rules.values.label import MAX_LABEL_CHARACTERS, Label

__all__ = ["policy_schema"]

#: A piece of JSON Schema.
_Schema: TypeAlias = dict[str, Any]

#: Draft 2020-12: the one that current editors read, and the first with `prefixItems` for pairs.
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

#: Pattern of a name that steps and formulas use. What is a word of the language besides, `load_policy` knows.
_NAME_PATTERN: Final = "^[A-Za-z][A-Za-z0-9_]*$"

_DIGITS: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"

#: What stands for itself: plain values, each under the name by which the others refer to it.
_PLAIN: Final[Mapping[str, _Schema]] = {
    "number": {
        "title": "Number",
        "description": 'An exact number, best as text: "0.90". A number without quotes is read by its shortest text.',
        "anyOf": [{"type": "string", "pattern": rf"^\s*{_DIGITS}\s*$"}, {"type": "number"}],
    },
    "fraction": {
        "title": "Number or fraction",
        "description": 'An exact number such as "40", or a fraction such as "25/48".',
        "anyOf": [{"type": "string", "pattern": rf"^\s*{_DIGITS}\s*(?:/\s*{_DIGITS}\s*)?$"}, {"type": "number"}],
    },
    "date": {"title": "Date", "description": "A day, as 2026-01-31.", "type": "string", "format": "date"},
    "bound": {
        "title": "Bound",
        "description": "A number, or for a date input a day.",
        "anyOf": [{"$ref": "#/$defs/number"}, {"$ref": "#/$defs/date"}],
    },
    "label": {
        "title": "Label",
        "description": "What people read: English text, or a text in each language. It decides nothing.",
        "anyOf": [
            {"type": "string", "maxLength": MAX_LABEL_CHARACTERS},
            {
                "type": "object",
                "properties": {
                    "en": {"type": "string", "maxLength": MAX_LABEL_CHARACTERS, "description": "English text."},
                    "zh": {"type": "string", "maxLength": MAX_LABEL_CHARACTERS, "description": "Chinese text."},
                },
                "additionalProperties": False,
            },
        ],
    },
    "formula": {
        "title": "Formula",
        "description": "Names, numbers, and or not, comparisons, + - *, round(a / b, n), x if c else y, "
        "min max abs clamp coalesce is_missing round floor ceil days_between add_days piecewise.",
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_FORMULA_CHARACTERS,
    },
    "value": {
        "title": "Value",
        "description": "A number, a text, true or false, a day; null where it is missing.",
        "type": ["string", "number", "boolean", "null"],
    },
    "cell": {
        "title": "Cell",
        "description": 'A test: ">= 95", "[90..95)", "A, B", "not(A)", "missing", or "-" for anything.',
        "type": ["string", "number", "boolean"],
    },
}

_NUMBER, _FRACTION, _DATE, _BOUND, _LABEL, _FORMULA, _VALUE, _CELL = ({"$ref": f"#/$defs/{name}"} for name in _PLAIN)

#: What a key means, by `class.key`. The library reads no source at run time, so comments cannot serve.
_MEANINGS: Final[Mapping[str, str]] = {
    "Input.type": "What values it takes.",
    "Input.decimals": "Decimal places that count, 0 to 9; what a record has beyond is rounded half up.",
    "Input.min": "Least value, included.",
    "Input.max": "Largest value, included.",
    "Input.options": "The values of a choice; from worst to best where 'ordered'.",
    "Input.ordered": "The options stand from worst to best and may be compared.",
    "Input.optional": "A record may lack it: missing is a value of its own, never zero.",
    "Input.monotone": "A promise that tests check: a higher (up) or lower (down) value never worsens the outcome.",
    "Input.label": "What people read for it.",
    "Input.column": "Column of a frame that holds it, where that has another name; any text.",
    "Effective.from": "First day in force.",
    "Effective.until": "Day on which it is in force no more.",
    "PolicyCase.id": "Name of the case.",
    "PolicyCase.given": "The record: a value for each input; one that is left out is missing.",
    "PolicyCase.expect": 'What the rules must say: outputs and their values, "missing" where there is none.',
    "PolicyCase.label": "What people read for it.",
    "FormulaStep.id": "Name of the result.",
    "FormulaStep.formula": "How it is computed from inputs and earlier outputs.",
    "FormulaStep.decimals": "Round the result half up to so many places.",
    "FormulaStep.label": "What people read for it.",
    "GateStep.id": "Name of the outcome: pass, refer or fail.",
    "GateStep.checks": "Conditions that must hold; fail beats refer beats pass.",
    "GateStep.label": "What people read for it.",
    "Check.id": "Name of the check.",
    "Check.require": "The condition that must hold.",
    "Check.if_false": "What follows when it does not hold; fail where not given.",
    "Check.if_unknown": "What follows when it cannot be decided; fail where not given.",
    "Check.reason": "What to tell the supplier or the buyer when the check does not hold.",
    "ScorecardStep.id": "Name of the score; it also yields ..._coverage, ..._low and ..._high.",
    "ScorecardStep.criteria": "What is scored, and what it weighs.",
    "ScorecardStep.method": "How the criteria become one score.",
    "ScorecardStep.decimals": "Places of the score; 2 where not given.",
    "ScorecardStep.missing": "What becomes of a missing criterion: it makes the score missing (null, where not "
    "given), is left out (reweight), takes the least score (worst), or a neutral one.",
    "ScorecardStep.min_coverage": "Least share of the weight that must have data, 0 to 1; below, the score is missing.",
    "ScorecardStep.label": "What people read for it.",
    "Criterion.id": "Name of the criterion.",
    "Criterion.of": "The input or earlier output that is scored.",
    "Criterion.weight": "Its weight; weights need not add up to 100. 1 where not given.",
    "Criterion.value": "How the value becomes a score; left out, the number itself is the score.",
    "Criterion.missing": "What becomes of it when missing, where that differs from the scorecard's.",
    "Criterion.neutral": "The score that stands in under missing = neutral; 50 where not given.",
    "Criterion.applies": "The criterion counts unless this is surely false.",
    "Criterion.label": "What people read for it.",
    "LadderStep.id": "Name of the band that is reached.",
    "LadderStep.of": "The number that is graded.",
    "LadderStep.bands": "Bands, best first; the last one takes the rest.",
    "LadderStep.if_unknown": "The band where the number is missing; without it the band is missing too.",
    "LadderStep.hysteresis": "How hard a band is to leave.",
    "LadderStep.label": "What people read for it.",
    "Band.name": "Name of the band.",
    "Band.from": "Least number in the band, where higher is better.",
    "Band.to": "Largest number in the band, where lower is better.",
    "Band.label": "What people read for it.",
    "Hysteresis.previous": "The choice input that holds the band of the last evaluation.",
    "Hysteresis.held": "The integer input that carries ..._held of the last evaluation.",
    "Hysteresis.margin": "How far beyond an edge the number must be; 0 where not given.",
    "Hysteresis.periods": "How many evaluations running must indicate a change; 1 where not given.",
    "Hysteresis.periods_up": "The same for a change to a better band, where it differs.",
    "TableStep.id": "Name of the table.",
    "TableStep.when": "The columns: inputs and earlier outputs that rows may test.",
    "TableStep.outputs": "What a row decides, by name.",
    "TableStep.rows": "Conditions, and what follows when they hold.",
    "TableStep.hit": "What happens when several rows hold; at most one may (unique) where not given.",
    "TableStep.aggregate": "How the numbers of all rows that hold become one; for hit = collect.",
    "TableStep.otherwise": "What follows where no row holds; without it the outputs are missing.",
    "TableStep.label": "What people read for it.",
    "RankStep.id": "Name of the place, 1 for the best.",
    "RankStep.of": "The number by which all records are ranked; a missing one has no place.",
    "RankStep.order": "The best value: the largest (descending, where not given) or the smallest (ascending).",
    "RankStep.ties": "The place that equal values share: the first of theirs (min, where not given), the last (max), "
    "or one with none left out after it (dense).",
    "RankStep.within": "An input or earlier output; only records that agree in it are compared. All are where not "
    "given.",
    "RankStep.label": "What people read for it.",
    "QuantileStep.id": "Name of the class, 1 for the worst.",
    "QuantileStep.of": "The number by which all records are classed; a missing one has no class.",
    "QuantileStep.classes": "How many classes; 5 where not given.",
    "QuantileStep.better": "The better values: high where not given, or low.",
    "QuantileStep.ties": "The class that equal values share: that of the worst of them (min, where not given), or the "
    "best (max).",
    "QuantileStep.cuts": "Fixed cut points instead of a comparison, from the worst class upwards: the first value of "
    "class 2, of class 3, and so on.",
    "QuantileStep.within": "An input or earlier output; only records that agree in it are compared. All are where not "
    "given.",
    "QuantileStep.label": "What people read for it.",
    "ShareStep.id": "Name of the share, 0 to 1; it also yields ..._before, the share of all strictly larger values.",
    "ShareStep.of": "The number whose total is shared; it must not be negative.",
    "ShareStep.decimals": "Places of both shares; 4 where not given.",
    "ShareStep.within": "An input or earlier output; the total is that of the records that agree in it. It is that of "
    "all where not given.",
    "ShareStep.label": "What people read for it.",
    "Output.type": "What values it takes.",
    "Output.decimals": "Decimal places of a number, 0 to 9.",
    "Output.min": "Least value, included.",
    "Output.max": "Largest value, included.",
    "Output.options": "The values of a choice; for hit = priority the first one wins.",
    "Output.ordered": "The options stand from worst to best and may be compared.",
    "Output.label": "What people read for it.",
    "Row.id": "Name of the row.",
    "Row.when": "A test for each column that matters; the others take anything.",
    "Row.then": "A value for each output.",
    "Row.label": "What people read for it.",
    "Linear.worst": "The value that scores 0.",
    "Linear.best": "The value that scores 100; it may be the smaller one.",
    "Linear.outside": "What a value beyond both scores: as the nearer one (flat, where not given), or missing.",
    "Target.target": "The value that scores 100.",
    "Target.low": "The value below the target from which on the score is 0.",
    "Target.high": "The value above the target from which on the score is 0.",
    "Target.tolerance_below": "How far below the target still scores 100; 0 where not given.",
    "Target.tolerance_above": "How far above the target still scores 100; 0 where not given.",
    "Target.outside": "What a value beyond low and high scores: 0 (flat, where not given), or missing.",
    "PiecewiseLinear.points": "Pairs of value and score, by rising value.",
    "PiecewiseLinear.outside": "What a value beyond the ends scores: as the nearer end (flat), or missing.",
    "Bands.bands": "Steps, best first; the last one may leave its threshold out and takes the rest.",
    "PointBand.points": "What the band scores.",
    "PointBand.from": "Least value in the band, where higher is better.",
    "PointBand.to": "Largest value in the band, where lower is better.",
    "Categories.points": "The score of each option; true and false for a boolean.",
    "Categories.otherwise": "The score of every option that is not named.",
    "PeerLinear.better": "The value of all records at hand that scores 100: the largest (high, where not given) or the "
    "least (low).",
    "PeerLinear.within": "An input or earlier output; only records that agree in it are compared. All are where not "
    "given.",
    "Points.start": "The points one begins with; 0 where not given.",
}

#: Keys whose values are narrower, or of another kind, than their Python type says.
_SPECIAL: Final[Mapping[str, _Schema]] = {
    "Row.when": {"type": "object", "additionalProperties": _CELL},
    "Input.decimals": {"type": "integer", "minimum": 0, "maximum": MAX_DECIMALS},
    "Output.decimals": {"type": "integer", "minimum": 0, "maximum": MAX_DECIMALS},
    "FormulaStep.decimals": {"type": "integer", "minimum": 0, "maximum": MAX_DECIMALS},
    "ScorecardStep.decimals": {"type": "integer", "minimum": 0, "maximum": MAX_DECIMALS},
    "ShareStep.decimals": {"type": "integer", "minimum": 0, "maximum": MAX_DECIMALS},
    "QuantileStep.classes": {"type": "integer", "minimum": 2, "maximum": MAX_PARTS},
    "Input.options": {
        "type": "array",
        "items": {"type": "string", "minLength": 1, "maxLength": MAX_OPTION_CHARACTERS},
        "minItems": 1,
        "uniqueItems": True,
    },
}

#: Which keys each type of an input needs: an editor then says so before anyone loads the rule set.
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("decimals", "min", "max"),
    "integer": ("min", "max"),
    "choice": ("options",),
}


def policy_schema(*, strategies: Strategies = STRATEGIES) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of rule sets, as plain data, for an editor to read.

    It describes what a rule set looks like in JSON; TOML's own dates count as text of the form 2026-01-31.
    Every rule set that `dump_policy` writes is valid. A rule set may be valid and still be refused by `load_policy`,
    which knows what names mean. A key that has no value is left out, not written as null.

    Args:
        strategies: value functions and scoring methods to know, the built-in ones where not given.

    >>> schema = policy_schema()
    >>> schema["required"], schema["additionalProperties"]
    (['schema', 'id', 'version', 'inputs', 'steps'], False)
    >>> schema["$defs"]["Criterion"]["properties"]["weight"]["$ref"]
    '#/$defs/fraction'
    """
    definitions = _Definitions(strategies=strategies, known={name: dict(plain) for name, plain in _PLAIN.items()})
    steps = [definitions.reference(step) for step in get_args(Step)]
    return {
        "$schema": _DIALECT,
        "title": "Rule set",
        "description": "Declared inputs, and a list of steps that lead from a record to a decision.",
        "type": "object",
        "properties": {
            "schema": {"const": SCHEMA, "description": "The version of the format."},
            "id": {**_short_text(), "description": "Name of the rule set."},
            "version": {**_short_text(), "description": "Version of the rule set."},
            "effective": {**definitions.reference(Effective), "description": "The days on which it is in force."},
            "label": {**_LABEL, "description": "What people read for it."},
            "inputs": {
                "type": "object",
                "description": "What a record must or may hold, by name.",
                "propertyNames": _name(),
                "additionalProperties": definitions.reference(Input),
                "minProperties": 1,
            },
            "steps": {
                "type": "array",
                "description": "Each step adds named outputs that later steps may use.",
                "items": {"oneOf": steps},
                "minItems": 1,
            },
            "cases": {
                "type": "array",
                "description": "Examples that the rules must get right, or the rule set is refused.",
                "items": definitions.reference(PolicyCase),
            },
        },
        "required": ["schema", "id", "version", "inputs", "steps"],
        "additionalProperties": False,
        "$defs": definitions.known,
    }


def _short_text() -> _Schema:
    return {"type": "string", "minLength": 1, "maxLength": 100}


def _name() -> _Schema:
    return {"type": "string", "pattern": _NAME_PATTERN, "maxLength": MAX_NAME_CHARACTERS}


@final
@attrs.define(kw_only=True)
class _Definitions:
    """The `$defs` as they grow: every class is described once and referred to."""

    strategies: Strategies
    known: dict[str, _Schema]
    _names: dict[type, str] = attrs.field(factory=dict)

    def reference(self, described: type) -> _Schema:
        """Describe a class where that was not done yet, and return the reference to it."""
        if described not in self._names:
            name = _class_name(described)
            self._names[described] = name if name not in self.known else f"{name}.{len(self.known)}"
            self.known[self._names[described]] = {}  # a class may hold itself
            self.known[self._names[described]] = self.table(described)
        return {"$ref": f"#/$defs/{self._names[described]}"}

    def table(self, described: type, kind: str | None = None) -> _Schema:
        """Describe a class as a table of keys; `kind` is the tag that chooses it."""
        fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(described)
        hints = _hints(described)
        by_key = described in (Input, Output)  # their name is the key under which they stand
        properties: dict[str, _Schema] = {}
        required: list[str] = []
        for field in fields:
            if not field.init:
                kind = field.default
            elif not (by_key and field.name == "name"):
                key = key_of(field.name)
                properties[key] = self.field(f"{_class_name(described)}.{key}", hints.get(field.name, field.type))
                if field.default is attrs.NOTHING:
                    required.append(key)
        if kind is not None:
            properties = {"kind": {"const": kind}, **properties}
            required.insert(0, "kind")
        table: _Schema = {"title": kind or described.__name__, "type": "object", "properties": properties}
        if described.__doc__:
            table["description"] = " ".join(inspect.cleandoc(described.__doc__).partition("\n\n")[0].split())
        if required:
            table["required"] = required
        if described is Input:
            table["allOf"] = [_if_type(name, needed) for name, needed in _NEEDED.items()]
        return {**table, "additionalProperties": False}

    def field(self, place: str, hint: object) -> _Schema:
        """Describe one key."""
        schema: _Schema
        if place == "Criterion.value":
            schema = {"oneOf": [self.tagged(strategy) for strategy in self.strategies.value_functions]}
        elif place == "ScorecardStep.method":
            schema = self.methods()
        elif place == "TableStep.outputs":
            schema = {"type": "object", "propertyNames": _name(), "additionalProperties": self.reference(Output)}
        else:
            schema = _SPECIAL.get(place) or self.typed(hint)
        meaning = _MEANINGS.get(place)
        return {**schema, "description": meaning} if meaning else dict(schema)

    def tagged(self, strategy: ValueFunction | ScoringMethod) -> _Schema:
        """Describe a strategy as a table whose `kind` chooses it."""
        group = "value" if isinstance(strategy, ValueFunction) else "method"
        name = f"{group}.{strategy.kind}"
        self.known[name] = self.table(strategy.spec, strategy.kind)
        return {"$ref": f"#/$defs/{name}"}

    def methods(self) -> _Schema:
        """Describe a scoring method: its name alone where it needs no settings, or a table."""
        tables = [self.tagged(method) for method in self.strategies.methods]
        bare = [
            method.kind
            for method in self.strategies.methods
            if all(field.default is not attrs.NOTHING for field in attrs.fields(method.spec))
        ]
        return {"oneOf": [*([{"enum": bare}] if bare else []), *tables]}

    def typed(self, hint: Any) -> _Schema:  # noqa: ANN401  whatever a class declares
        """Describe the values of a type; one that is not known may hold anything, for the loader to judge."""
        if isinstance(hint, type) and hint in _OF_TYPE:
            return dict(_OF_TYPE[hint])
        if isinstance(hint, type) and attrs.has(hint):
            return self.reference(hint)
        arguments = get_args(hint)
        origin = get_origin(hint)
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin is tuple and arguments:
            return self.array(arguments)
        if origin in (Mapping, dict):
            return {"type": "object", "additionalProperties": self.typed(arguments[1])}
        if origin in (Union, UnionType):
            return self.union([member for member in arguments if member is not type(None)])
        return {}

    def union(self, members: list[Any]) -> _Schema:
        """Describe a value of one of several types; the nodes of the language are written as a formula."""
        if set(members) == {Decimal, dt.date}:
            return dict(_BOUND)
        if set(members) <= set(get_args(Expression)):
            return dict(_FORMULA)
        if len(members) == 1:
            return self.typed(members[0])
        return {"anyOf": [self.typed(member) for member in members]}

    def array(self, members: tuple[Any, ...]) -> _Schema:
        """Describe a tuple: of any length, or of one type in each place."""
        if members[-1] is Ellipsis:
            return {"type": "array", "items": self.typed(members[0])}
        places = [self.typed(member) for member in members]
        return {"type": "array", "prefixItems": places, "items": False, "minItems": len(places)}


#: What the values of a type look like in a rule set.
_OF_TYPE: Final[Mapping[type, _Schema]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Decimal: _NUMBER,
    Fraction: _FRACTION,
    dt.date: _DATE,
    Label: _LABEL,
    object: _VALUE,
}


def _class_name(described: type) -> str:
    """Return the name of a class; with a user's module in front, so that it is never taken for one of ours."""
    ours = described.__module__.partition(".")[0] == __name__.partition(".")[0]
    return described.__name__ if ours else f"{described.__module__}.{described.__name__}"


def _hints(described: type) -> Mapping[str, Any]:
    """Return the types of a class's fields; of a user's class that cannot say them, none."""
    try:
        return get_type_hints(described)
    except (NameError, TypeError):
        return {}


def _if_type(name: str, needed: tuple[str, ...]) -> _Schema:
    condition = {"properties": {"type": {"const": name}}, "required": ["type"]}
    return {"if": condition, "then": {"required": list(needed)}}
