"""An editor that reads the schema knows what a rule set looks like."""

import json
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from supplychain_rules.errors import PolicyError
from supplychain_rules.language.nodes import Expression
from supplychain_rules.language.types import Type
from supplychain_rules.rules import schema as module
from supplychain_rules.rules.codec import STRATEGIES, dump_policy, load_policy
from supplychain_rules.rules.schema import policy_schema
from supplychain_rules.rules.strategies import ValueFunction

SCHEMA = policy_schema()

#: Every kind of step, of input, of value function and of method, and most keys.
EVERYTHING = """
{
  "schema": "supplychain-rules/1", "id": "everything", "version": "1",
  "effective": {"from": "2026-01-01", "until": "2027-01-01"},
  "label": {"en": "Everything", "zh": "全部"},
  "inputs": {
    "rate": {"type": "number", "decimals": 4, "min": "0", "max": 1, "optional": true, "column": "质量合格率"},
    "late": {"type": "integer", "min": 0, "max": 1000, "label": "Late lines"},
    "certified": {"type": "boolean", "optional": true},
    "size": {"type": "choice", "options": ["small", "large"], "ordered": true},
    "note": {"type": "text", "optional": true},
    "since": {"type": "date", "min": "2020-01-01"},
    "last": {"type": "choice", "options": ["A", "B"], "optional": true},
    "held": {"type": "integer", "min": -9, "max": 9}
  },
  "steps": [
    {"kind": "gate", "id": "qualified", "label": "Qualified", "checks": [
      {"id": "certificate", "require": "certified", "if_false": "refer", "if_unknown": "pass", "reason": "No"}]},
    {"kind": "formula", "id": "share", "formula": "round(late / 1000, 4)", "decimals": 2},
    {"kind": "scorecard", "id": "score", "method": "weighted_mean", "decimals": 1, "missing": "reweight",
      "min_coverage": "3/5", "criteria": [
      {"id": "a", "of": "rate", "weight": "25/48", "value": {"kind": "linear", "worst": 0.9, "best": "1"}},
      {"id": "b", "of": "late", "weight": 1, "missing": "neutral", "neutral": "40", "applies": "certified",
        "value": {"kind": "bands", "bands": [{"to": "5", "points": 100}, {"points": 0}]}},
      {"id": "c", "of": "rate", "value": {"kind": "target", "target": "0.5", "low": "0", "high": "1",
        "tolerance_below": "0.1", "outside": "missing"}},
      {"id": "d", "of": "size", "value": {"kind": "categories", "points": {"large": "100"}, "otherwise": "0"}},
      {"id": "e", "of": "rate", "value": {"kind": "piecewise", "points": [["0", "0"], ["1", "100"]]}}]},
    {"kind": "scorecard", "id": "demerits", "method": {"kind": "points", "start": "100"},
      "criteria": [{"id": "late", "of": "late", "weight": "1"}]},
    {"kind": "ladder", "id": "grade", "of": "score", "bands": [{"name": "A", "from": "90"}, {"name": "B"}],
      "if_unknown": "unrated",
      "hysteresis": {"previous": "last", "held": "held", "margin": "2", "periods": 3, "periods_up": 1}},
    {"kind": "table", "id": "action", "hit": "first", "when": ["grade", "late", "certified"],
      "outputs": {"todo": {"type": "choice", "options": ["keep", "stop"]},
        "share_change": {"type": "number", "decimals": 2, "min": "-1", "max": "1"}},
      "rows": [
        {"id": "good", "when": {"grade": "A", "late": "<= 3", "certified": true}, "label": "Good",
          "then": {"todo": "keep", "share_change": "0.1"}},
        {"id": "bad", "then": {"todo": "stop", "share_change": null}}],
      "otherwise": {"todo": "stop", "share_change": 0}}
  ],
  "cases": [{"id": "one", "label": "One", "given": {"rate": 1, "late": 0, "size": "large", "since": "2026-01-01",
    "held": 0}, "expect": {"qualified": "pass"}}]
}
"""


def everything() -> dict[str, Any]:
    return dict(json.loads(EVERYTHING))


def complaints(data: object, schema: Mapping[str, Any] = SCHEMA) -> list[str]:
    return [error.json_path for error in Draft202012Validator(schema).iter_errors(data)]


ROOT = Path(__file__).resolve().parents[2]


def as_an_editor_sees_it(file: Path) -> object:
    """Return a rule set as plain JSON; TOML's own dates are text there."""
    return json.loads(json.dumps(tomllib.loads(file.read_text("utf-8")), default=str))


def test_the_schema_is_a_schema_of_draft_2020_12() -> None:
    Draft202012Validator.check_schema(SCHEMA)

    assert "https://json-schema.org/draft/2020-12/schema" == SCHEMA["$schema"]


def test_the_schema_is_plain_data() -> None:
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_a_rule_set_that_uses_everything_is_valid_and_loads() -> None:
    assert [] == complaints(everything())
    assert "action" == load_policy(everything()).steps[-1].id


def test_what_is_dumped_is_valid() -> None:
    dumped = json.loads(json.dumps(dump_policy(load_policy(everything()))))

    assert [] == complaints(dumped)


@pytest.mark.parametrize("file", sorted((ROOT / "tests" / "accepted").glob("*.toml")), ids=lambda file: file.stem)
def test_every_rule_set_that_loads_is_valid_and_so_is_what_is_dumped_of_it(file: Path) -> None:
    policy = load_policy(tomllib.loads(file.read_text("utf-8")))

    assert [] == complaints(as_an_editor_sees_it(file))
    assert [] == complaints(json.loads(json.dumps(dump_policy(policy))))


@pytest.mark.parametrize("file", sorted((ROOT / "examples").rglob("*.policy.toml")), ids=lambda file: file.stem)
def test_every_rule_set_that_we_ship_is_valid(file: Path) -> None:
    assert [] == complaints(as_an_editor_sees_it(file))


def put(data: Any, keys: tuple[str | int, ...], value: object) -> dict[str, Any]:  # noqa: ANN401  data of any shape
    inner = data
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    return dict(data)


#: Every table of the rule set, where a misspelt key could hide.
TABLES: tuple[tuple[str | int, ...], ...] = (
    (),
    ("effective",),
    ("label",),
    ("inputs", "rate"),
    ("steps", 0),
    ("steps", 0, "checks", 0),
    ("steps", 1),
    ("steps", 2, "criteria", 0),
    ("steps", 2, "criteria", 0, "value"),
    ("steps", 2, "criteria", 1, "value", "bands", 0),
    ("steps", 3, "method"),
    ("steps", 4, "bands", 0),
    ("steps", 4, "hysteresis"),
    ("steps", 5, "outputs", "todo"),
    ("steps", 5, "rows", 0),
    ("cases", 0),
)


@given(table=st.sampled_from(TABLES), key=st.sampled_from(["wieght", "Label", "kinds", "", "质量"]))
def test_a_key_that_nobody_knows_is_not_valid(table: tuple[str | int, ...], key: str) -> None:
    wrong = put(everything(), (*table, key), "1")

    assert complaints(wrong)
    with pytest.raises(PolicyError):
        load_policy(wrong)


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("schema",), "supplychain-rules/2"),
        (("inputs", "rate", "type"), "decimal"),
        (("inputs", "rate"), {"type": "number", "min": 0, "max": 1}),
        (("inputs", "late"), {"type": "integer", "min": 0}),
        (("inputs", "size"), {"type": "choice"}),
        (("inputs", "总分"), {"type": "boolean"}),
        (("steps", 0, "kind"), "door"),
        (("steps", 2, "method"), "mean"),
        (("steps", 2, "method"), {"kind": "worst_of", "start": "3"}),
        (("steps", 2, "criteria", 0, "weight"), "forty"),
        (("steps", 2, "criteria", 0, "value", "kind"), "line"),
        (("steps", 2, "criteria", 0, "value"), {"kind": "linear", "worst": "1"}),
        (("steps", 2, "criteria", 4, "value", "points", 0), ["0"]),
        (("steps", 2, "criteria", 4, "value", "points", 0), ["0", "1", "2"]),
        (("steps", 2, "missing"), "skip"),
        (("steps", 2, "decimals"), 10),
        (("steps", 2, "min_coverage"), True),
        (("steps", 5, "rows", 0, "when", "late"), ["<= 3"]),
    ],
)
def test_what_has_the_wrong_shape_is_not_valid_and_does_not_load(keys: tuple[str | int, ...], value: object) -> None:
    wrong = put(everything(), keys, value)

    assert complaints(wrong)
    with pytest.raises(PolicyError):
        load_policy(wrong)


def test_every_key_is_explained_and_nothing_is_explained_that_is_gone() -> None:
    definitions = {name: schema for name, schema in SCHEMA["$defs"].items() if "properties" in schema}
    silent = [
        f"{name}.{key}"
        for name, schema in definitions.items()
        for key, found in schema["properties"].items()
        if key != "kind" and "description" not in found
    ]
    shown = {
        found["description"]
        for schema in definitions.values()
        for found in schema["properties"].values()
        if "description" in found
    }

    assert [] == silent
    assert set() == set(module._MEANINGS.values()) - shown  # noqa: SLF001  the table itself is what is tested


@attrs.frozen
class Step:
    at: Decimal
    label: str = ""


@attrs.frozen
class Stairs:
    steps: tuple[Step, ...]
    pairs: list[int] = attrs.field(factory=list)
    mode: Literal["up", "down"] = "up"
    either: int | str = 0
    named: Mapping[str, Decimal | None] = attrs.field(factory=dict)
    whatever: "Unknown" = None  # type: ignore[name-defined]  # noqa: F821  a user's class may be at odds with itself


def test_a_strategy_of_the_users_own_is_described_too() -> None:
    def lower(_spec: Stairs, operand: Expression, _kind: Type) -> Expression:
        return operand

    own = STRATEGIES.with_strategy(ValueFunction(kind="stairs", version="1", spec=Stairs, lower=lower))
    schema = policy_schema(strategies=own)
    criterion = {"id": "a", "of": "rate", "value": {"kind": "stairs", "steps": [{"at": "1"}], "whatever": [1]}}
    data = put(everything(), ("steps", 2, "criteria", 0), criterion)

    Draft202012Validator.check_schema(schema)
    assert [] == complaints(data, schema)
    assert complaints(data)
    assert complaints(put(everything(), ("steps", 2, "criteria", 0, "value"), {"kind": "stairs"}), schema)
    either = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    assert either == schema["$defs"]["value.stairs"]["properties"]["either"]


def test_two_calls_give_two_schemas_that_share_nothing() -> None:
    first = policy_schema()
    first["$defs"]["number"]["anyOf"].clear()

    assert SCHEMA == policy_schema()
