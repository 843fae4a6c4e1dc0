"""What must load does load, passes its own cases, and is the same after it was written and read again."""

import json
import pickle
import tomllib
from pathlib import Path
from typing import Any

import pytest

from supplychain_rules.rules.codec import dump_policy, load_policy
from supplychain_rules.rules.evaluate import evaluate_all
from supplychain_rules.rules.policy import Policy

ACCEPTED = sorted(Path(__file__).resolve().parent.glob("*.toml"))

#: TOML has no null, so a missing value is written in JSON or Python only.
WITH_NULL: dict[str, Any] = {
    "schema": "supplychain-rules/1",
    "id": "accepted",
    "version": "1",
    "inputs": {"x": {"type": "integer", "min": 0, "max": 9, "label": None, "column": None}},
    "steps": [
        {
            "kind": "table",
            "id": "table",
            "hit": "first",
            "when": ["x"],
            "outputs": {"action": {"type": "choice", "options": ["keep"]}},
            "rows": [{"id": "none", "when": {"x": "> 5"}, "then": {"action": None}}],
            "otherwise": {"action": "keep"},
        }
    ],
    "cases": [
        {"id": "one", "given": {"x": 6}, "expect": {"action": None}},
        {"id": "two", "given": {"x": 5}, "expect": {"action": "keep"}},
    ],
}


def policy_at(path: Path) -> Policy:
    return load_policy(tomllib.loads(path.read_text(encoding="utf-8")))


def kinds_of(value: object) -> set[type]:
    """Return the classes of all values in plain data."""
    match value:
        case dict():
            inner = [kinds_of(part) for pair in value.items() for part in pair]
        case list():
            inner = [kinds_of(part) for part in value]
        case _:
            inner = []
    return {type(value)}.union(*inner)


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_a_sound_rule_set_is_the_same_after_it_was_dumped_and_loaded(path: Path) -> None:
    policy = policy_at(path)
    again = load_policy(dump_policy(policy))
    assert policy == again
    assert policy.program == again.program
    assert policy.fingerprint == again.fingerprint


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_a_dumped_rule_set_is_data_that_toml_can_write(path: Path) -> None:
    assert kinds_of(dump_policy(policy_at(path))) <= {dict, list, str, bool, int}


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_a_dumped_rule_set_goes_through_json_unchanged(path: Path) -> None:
    dumped = dump_policy(policy_at(path))
    assert dumped == json.loads(json.dumps(dumped))


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_dumping_twice_writes_the_same(path: Path) -> None:
    dumped = dump_policy(policy_at(path))
    assert json.dumps(dumped) == json.dumps(dump_policy(load_policy(dumped)))


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_a_sound_rule_set_can_be_pickled(path: Path) -> None:
    policy = policy_at(path)
    assert policy == pickle.loads(pickle.dumps(policy))  # noqa: S301  our own bytes


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_a_sound_rule_set_explains_each_of_its_cases(path: Path) -> None:
    policy = policy_at(path)
    for decision in evaluate_all(policy, [case.given for case in policy.cases]):
        assert json.dumps(decision.explain().to_dict())


def test_a_missing_value_is_written_as_null() -> None:
    policy = load_policy(WITH_NULL)
    dumped = dump_policy(policy)
    assert policy == load_policy(json.loads(json.dumps(dumped)))
    assert None is dumped["steps"][0]["rows"][0]["then"]["action"]


def test_what_is_given_is_never_changed() -> None:
    for path in ACCEPTED:
        text = path.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
        load_policy(raw)
        assert tomllib.loads(text) == raw


def test_labels_and_cases_are_no_part_of_the_fingerprint() -> None:
    raw = tomllib.loads((ACCEPTED[0].parent / "labels_everywhere.toml").read_text(encoding="utf-8"))
    bare = {key: value for key, value in raw.items() if key not in ("label", "cases")}
    bare["steps"] = [{key: value for key, value in step.items() if key != "label"} for step in raw["steps"]]
    assert load_policy(raw).fingerprint == load_policy(bare).fingerprint
    assert load_policy(raw).fingerprint != load_policy({**bare, "version": "2"}).fingerprint
