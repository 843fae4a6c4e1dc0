"""Whatever a rule set or a record holds, the answer is a policy, a decision, or a refusal that can be read."""

import copy
import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.errors import InputError, PolicyError
from supplychain_rules.rules.codec import dump_policy, load_policy
from supplychain_rules.rules.evaluate import evaluate, evaluate_all, evaluator

ACCEPTED = sorted((Path(__file__).resolve().parents[1] / "accepted").glob("*.toml"))
RULE_SETS = [tomllib.loads(path.read_text(encoding="utf-8")) for path in ACCEPTED]

#: Nothing that is said about a value may be as long as the value.
LONGEST_PROBLEM = 3_000

#: Every key that a rule set may have, so that junk lands where something reads it.
KEYS = sorted({key for rules in RULE_SETS for key in json.dumps(rules, default=str).split('"') if key.isidentifier()})

#: Words that mean something in a formula, a cell or a field.
WORDS = [
    *KEYS,
    "-",
    "not(raw)",
    "[0..1]",
    ">= 5",
    "x + 1",
    "x > 0",
    "missing",
    "1/3",
    "50",
    "-1",
    "2026-01-01",
    "round(x / 3, 2)",
]

#: Values that plain data can hold, and some that it cannot.
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-2, 12),
    st.just(10**4_000),  # more digits than any number may have, and few enough to be printed
    st.floats(),
    st.decimals(),
    st.just(Decimal("1e999999")),
    st.text(max_size=8),
    st.sampled_from(WORDS),
    st.dates(),
    st.datetimes(),
    st.binary(max_size=2),
    st.builds(object),
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4) | st.integers(0, 3), inner, max_size=5),
    ),
    max_leaves=12,
)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value below."""
    found = [path] if path else []
    match value:
        case dict():
            steps: Any = value.items()
        case list():
            steps = enumerate(value)
        case _:
            steps = ()
    for key, inner in steps:
        found.extend(places(inner, (*path, key)))
    return found


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """Return a sound rule set with one to three places deleted, replaced, repeated, or given an extra key."""
    rules: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(RULE_SETS)))
    for _ in range(draw(st.integers(1, 3))):
        known = places(rules)
        if not known:
            break
        path = draw(st.sampled_from(known))
        place: Any = rules
        for step in path[:-1]:
            place = place[step]
        match draw(st.sampled_from(["delete", "replace", "repeat", "extend", "move"])):
            case "delete":
                del place[path[-1]]
            case "replace":
                place[path[-1]] = draw(JUNK)
            case "repeat" if isinstance(place, list):
                place.append(copy.deepcopy(place[path[-1]]))
            case "extend" if isinstance(place, dict):
                place[draw(st.sampled_from(KEYS))] = draw(JUNK)
            case _:
                other: Any = rules
                for step in draw(st.sampled_from(known)):
                    other = other[step] if isinstance(other, dict | list) and step in places_of(other) else other
                place[path[-1]] = copy.deepcopy(other)
    return rules


def places_of(value: dict[Any, Any] | list[Any]) -> list[Any]:
    return list(value) if isinstance(value, dict) else list(range(len(value)))


def check_report(refused: PolicyError | InputError) -> None:
    """Make sure that a person can read why, and a log can hold it."""
    assert refused.problems
    assert all(problem.code and len(str(problem)) < LONGEST_PROBLEM for problem in refused.problems)
    str(refused).encode()


def check_rule_set(raw: Any) -> None:  # noqa: ANN401  anything at all
    """Load, and where that works, write, read, run and compare with the reference."""
    try:
        policy = load_policy(raw)
    except PolicyError as refused:
        check_report(refused)
        return
    assert policy == load_policy(json.loads(json.dumps(dump_policy(policy))))
    assert policy.outputs
    if policy.program.populations:
        for decision in evaluate_all(policy, [case.given for case in policy.cases]):
            json.dumps(decision.explain().to_dict())
        return
    for case in policy.cases:
        decision = evaluate(policy, case.given)
        assert decision == evaluator(policy, trusted=True)(case.given)
        json.dumps(decision.explain().to_dict())


@given(JUNK)
def test_arbitrary_data_is_refused_with_reasons(raw: object) -> None:
    check_rule_set(raw)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("schema", "id", "version", "inputs", "steps", "cases"), JUNK)))
def test_arbitrary_parts_of_a_rule_set_are_refused_with_reasons(raw: dict[str, object]) -> None:
    check_rule_set({"schema": "supplychain-rules/1", "id": "a", "version": "1", **raw})


@given(spoilt())
def test_a_spoilt_rule_set_loads_or_is_refused_with_reasons(raw: dict[str, Any]) -> None:
    check_rule_set(raw)


@given(
    st.sampled_from(RULE_SETS),
    st.data(),
)
def test_any_record_is_decided_or_refused_by_its_fields(raw: dict[str, Any], data: st.DataObject) -> None:
    policy = load_policy(raw)
    names = [field.name for field in policy.inputs]
    record = data.draw(st.dictionaries(st.sampled_from(names) | st.text(max_size=3), SCALARS, max_size=len(names) + 1))
    try:
        decision = evaluate_all(policy, [record])[0] if policy.program.populations else evaluate(policy, record)
    except InputError as refused:
        check_report(refused)
        return
    assert set(decision) == set(policy.outputs)
    json.dumps(decision.to_dict())
    json.dumps(decision.explain().to_dict())
