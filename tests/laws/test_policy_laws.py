"""What holds for every rule set: it means what its words say, and it survives being written and read again."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from plain_formulas import Value, as_date
from plain_rules import Reach, RowsConflictError, decide
from understood_records import understood

from supplychain_rules import Decision, InputError, Policy, PolicyError, dump_policy, evaluate, load_policy
from supplychain_rules.language.types import ChoiceType, DateType, NumberType
from supplychain_rules.testing.strategies_formulas import decimal_text
from supplychain_rules.testing.strategies_policies import DrawnPolicy, drawn_policies, is_honest
from supplychain_rules.testing.strategies_records import DrawnRecord, drawn_records

#: Records drawn for each policy: drawing a policy costs more than deciding a record.
RECORDS = 3

#: How many of the drawn steps may be refused although they are well formed, because they may overflow.
MOST_REFUSED = 0.1


def reach_of(policy: Policy) -> Reach:
    """Return what every input and output can be."""
    kinds = {f.name: f.type for f in policy.program.inputs} | {b.name: b.type for b in policy.program.outputs}
    return Reach(
        spans={
            name: (Fraction(kind.low, 10**kind.decimals), Fraction(kind.high, 10**kind.decimals))
            for name, kind in kinds.items()
            if isinstance(kind, NumberType)
        },
        options={name: kind.options for name, kind in kinds.items() if isinstance(kind, ChoiceType)},
    )


def in_plain_words(drawn: DrawnPolicy, record: DrawnRecord) -> dict[str, Value] | None:
    """Return the outputs by the oracle, or None where rows conflict."""
    dates = {binding.name for binding in drawn.policy.program.outputs if isinstance(binding.type, DateType)}
    try:
        found = decide(drawn.data, understood(drawn.policy, record), reach_of(drawn.policy))
    except RowsConflictError:
        return None
    return {name: as_date(value) if name in dates else value for name, value in found.items()}


def outputs(policy: Policy, record: DrawnRecord) -> dict[str, Value] | None:
    """Return the outputs by the library, or None where rows conflict."""
    try:
        decision: Decision = evaluate(policy, record.given)
    except InputError as error:
        if {"rows_conflict"} != {problem.code for problem in error.problems}:
            raise
        return None
    shown = {name: decision[name] for name in decision}
    return {name: Fraction(value) if isinstance(value, Decimal) else value for name, value in shown.items()}


def as_json(value: object) -> object:
    """Write the one thing of a drawn rule set that JSON lacks."""
    return value.isoformat() if isinstance(value, date) else str(value)


def reordered(value: object, draw: st.DataObject) -> Any:  # noqa: ANN401  plain data of any shape
    """Shuffle the keys of every table, except where the order of outputs is the order of priority."""
    if isinstance(value, Mapping):
        keys = list(value)
        if not any(isinstance(item, Mapping) and "type" in item for item in value.values()):
            keys = draw.draw(st.permutations(keys))
        return {key: reordered(value[key], draw) for key in keys}
    return [reordered(item, draw) for item in value] if isinstance(value, list) else value


def relabelled(rule_set: dict[str, Any]) -> dict[str, Any]:
    """Give every input and step another label."""
    label = {"en": "Another label", "zh": "另一个标签"}
    steps = [{**step, "label": label} for step in rule_set["steps"]]
    inputs = {name: {**declared, "label": label} for name, declared in rule_set["inputs"].items()}
    return {**rule_set, "label": label, "inputs": inputs, "steps": steps}


@given(data=st.data(), drawn=drawn_policies())
def test_a_rule_set_decides_as_its_words_read_plainly(data: st.DataObject, drawn: DrawnPolicy) -> None:
    for _ in range(RECORDS):
        record = data.draw(drawn_records(drawn.policy))

        assert in_plain_words(drawn, record) == outputs(drawn.policy, record)


def test_hardly_a_well_formed_step_is_refused_and_then_only_for_its_size() -> None:
    counts: Counter[str] = Counter()

    # Only drawn, never mutated: a rule set that overflows has many cousins that do, and this counts a share.
    @settings(max_examples=250, phases=[Phase.generate], database=None)
    @given(drawn=drawn_policies())
    def count(drawn: DrawnPolicy) -> None:
        counts["kept"] += drawn.kept
        counts.update(drawn.refused)

    count()

    assert MOST_REFUSED * counts["kept"] >= counts.total() - counts["kept"], counts


def promising(rule_set: dict[str, Any]) -> dict[str, Any]:
    """Declare of every number that more of it is never worse."""
    inputs = {
        name: {**declared, "monotone": "up"} if declared["type"] in ("number", "integer") else declared
        for name, declared in rule_set["inputs"].items()
    }
    return {**rule_set, "inputs": inputs}


@given(drawn=drawn_policies())
def test_a_policy_is_the_same_after_it_was_written_and_read(drawn: DrawnPolicy) -> None:
    dumped = dump_policy(drawn.policy)

    assert drawn.policy == load_policy(dumped)
    assert drawn.policy == load_policy(json.loads(json.dumps(dumped)))
    assert drawn.policy == load_policy(json.loads(json.dumps(drawn.data, default=as_json)))
    assert dumped == dump_policy(load_policy(dumped))


@given(data=st.data(), drawn=drawn_policies())
def test_the_fingerprint_ignores_labels_promises_and_the_order_of_keys(data: st.DataObject, drawn: DrawnPolicy) -> None:
    assert drawn.policy.fingerprint == load_policy(reordered(drawn.data, data)).fingerprint
    assert drawn.policy.fingerprint == load_policy(relabelled(drawn.data)).fingerprint
    assert drawn.policy.fingerprint == load_policy(promising(drawn.data)).fingerprint
    assert drawn.policy.fingerprint == load_policy(dump_policy(drawn.policy)).fingerprint


@given(data=st.data(), drawn=drawn_policies())
def test_any_change_of_a_rule_changes_the_fingerprint(data: st.DataObject, drawn: DrawnPolicy) -> None:
    changed = data.draw(st.sampled_from(changes(drawn.data)))
    try:
        policy = load_policy(changed)
    except PolicyError as error:  # twice as many terms, or a higher threshold, can be too large
        if not all(is_honest(problem) for problem in error.problems):
            raise
        return

    assert drawn.policy.fingerprint != policy.fingerprint
    assert drawn.policy != policy


@given(drawn=drawn_policies())
def test_the_callers_decimal_context_changes_no_rule(drawn: DrawnPolicy) -> None:
    with localcontext() as context:
        context.prec = 2
        loaded = load_policy(drawn.data)

    assert drawn.policy == loaded
    assert drawn.policy.program == loaded.program


@given(data=st.data(), drawn=drawn_policies())
def test_a_case_of_what_the_rules_decide_passes_and_any_other_is_refused(
    data: st.DataObject, drawn: DrawnPolicy
) -> None:
    record = data.draw(drawn_records(drawn.policy))
    decided = outputs(drawn.policy, record)
    if decided is None:
        return
    facts = {name: as_fact(value) for name, value in record.given.items()}
    expected = {name: as_fact(value) for name, value in decided.items()}
    right = {**drawn.data, "cases": [{"id": "as decided", "given": facts, "expect": expected}]}
    name = data.draw(st.sampled_from(sorted(expected)))
    wrong = {**drawn.data, "cases": [{"id": "wrong", "given": facts, "expect": {name: "no such answer"}}]}

    assert drawn.policy.fingerprint == load_policy(right).fingerprint
    assert load_policy(right) == load_policy(dump_policy(load_policy(right)))
    if decided[name] != "no such answer":  # a text that tables and records of these tests may hold
        with pytest.raises(PolicyError, match="case_failed"):
            load_policy(wrong)


def as_fact(value: object) -> object:
    """Write a fraction as a rule set can: as decimal text."""
    return decimal_text(value) if isinstance(value, Fraction) else value


def changes(rule_set: dict[str, Any]) -> list[dict[str, Any]]:
    """Return rule sets that differ from a given one in one rule."""
    found = [
        {**rule_set, "version": "2"},
        {**rule_set, "effective": {"from": "2026-01-01"}},
        {**rule_set, "inputs": {**rule_set["inputs"], "another": {"type": "boolean"}}},
        {**rule_set, "steps": [*rule_set["steps"], {"kind": "formula", "id": "another", "formula": "1"}]},
    ]
    for name, declared in rule_set["inputs"].items():
        column = {**declared, "column": "another column"}
        found.append({**rule_set, "inputs": {**rule_set["inputs"], name: column}})
    for place, step in enumerate(rule_set["steps"]):
        steps = [*rule_set["steps"][:place], step_change(step), *rule_set["steps"][place + 1 :]]
        found.append({**rule_set, "steps": steps})
    return found


def step_change(step: dict[str, Any]) -> dict[str, Any]:
    """Return a step that differs in one rule and still gives values of the same type."""
    match step["kind"]:
        case "formula":
            return {**step, "formula": f"coalesce({step['formula']}, {step['formula']})"}
        case "gate":
            return {**step, "checks": [*step["checks"], {"id": "another", "require": "1 > 0"}]}
        case "scorecard":
            first, *rest = step["criteria"]
            policy = "worst" if first.get("missing", step.get("missing", "null")) != "worst" else "null"
            bare = {key: value for key, value in first.items() if key != "neutral"}
            return {**step, "criteria": [{**bare, "missing": policy}, *rest]}
        case "ladder":
            first, *rest = step["bands"]
            side, way = ("from", 1) if "from" in first else ("to", -1)
            return {**step, "bands": [{**first, side: decimal_text(Fraction(first[side]) + way)}, *rest]}
        case _:
            return {**step, "rows": [*step["rows"], {**step["rows"][0], "id": "another"}]}
