"""A stored decision loses nothing, and one that comes back in another shape is refused with every place named."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any

import pytest
from makers import number, policy

from supplychain_rules import Decision, InputError, Label, evaluate
from supplychain_rules.rules.codec_plain import MAX_DATA_DEPTH, MAX_DATA_ITEMS
from supplychain_rules.rules.stored import DECISION_SCHEMA, read_stored

INPUTS: dict[str, Any] = {
    "rate": number(0, 1, 4, optional=True),
    "due": {"type": "date", "max": "2099-12-31", "optional": True},
    "certified": {"type": "boolean", "optional": True},
    "category": {"type": "choice", "options": ["原料", "pack"], "optional": True},
    "remark": {"type": "text", "optional": True},
}

PERCENT = {"kind": "formula", "id": "percent", "formula": "rate * 100"}
LATEST = {"kind": "formula", "id": "latest", "formula": "add_days(due, 30)"}


class Level(IntEnum):
    HIGH = 3


class Unreadable(dict[str, object]):
    def items(self) -> Any:  # noqa: ANN401  never returns
        message = "no"
        raise RuntimeError(message)


def decided(**record: object) -> Decision:
    return evaluate(policy(INPUTS, PERCENT, LATEST), record)


def stored(**changes: object) -> dict[str, Any]:
    return {**decided(rate="0.91").to_dict(reasons=True, evidence=[{"rate": {"lines": 7}}]), **changes}


def problems_of(function: Callable[[], object]) -> list[str]:
    with pytest.raises(InputError) as refused:
        function()
    return [str(problem) for problem in refused.value.problems]


def paths_of(function: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as refused:
        function()
    return [(problem.path, problem.code) for problem in refused.value.problems]


def holding_itself() -> dict[str, object]:
    data: dict[str, object] = {}
    data["again"] = data
    return data


def nested(levels: int) -> object:
    data: object = 1
    for _ in range(levels):
        data = [data]
    return data


def test_a_decision_is_stored_under_its_schema_with_rules_inputs_and_outputs() -> None:
    decision = decided(rate="0.91", due=date(2026, 3, 1), certified=True, category="原料")
    assert {
        "schema": "supplychain-rules/decision/1",
        "policy": "case",
        "version": "1",
        "fingerprint": decision.fingerprint,
        "inputs": {"rate": "0.9100", "due": "2026-03-01", "certified": True, "category": "原料", "remark": None},
        "outputs": {"percent": "91.0000", "latest": "2026-03-31"},
    } == decision.to_dict()


def test_a_stored_decision_survives_json_to_the_last_decimal() -> None:
    kept = decided(rate="0.91", due=date(2026, 3, 1), remark='"\\\n ☃ 质量').to_dict(
        reasons=True, evidence=[{"rate": {"good": 61, "of": 67, "mean": 0.1, "note": None, "lines": [1, 2]}}]
    )
    assert kept == json.loads(json.dumps(kept, allow_nan=False))


def test_reasons_are_the_steps_of_the_explanation() -> None:
    decision = decided(rate="0.91")
    assert decision.explain().to_dict()["steps"] == decision.to_dict(reasons=True)["reasons"]


def test_evidence_is_stored_as_it_is() -> None:
    evidence = [{"rate": {"numerator": "61", "denominator": "67"}}, {"due": {"source": "PO-17"}}]
    kept = decided().to_dict(evidence=iter(evidence))["evidence"]
    assert evidence == kept


def test_stored_evidence_does_not_follow_what_the_caller_changes_later() -> None:
    one: dict[str, list[int]] = {"rate": [1]}
    kept = decided().to_dict(evidence=[one])
    one["rate"].append(2)
    assert [{"rate": [1]}] == kept["evidence"]


def test_without_evidence_there_is_no_key_for_it() -> None:
    assert "evidence" not in decided().to_dict(evidence=[])


@pytest.mark.parametrize(
    ("value", "path", "code"),
    [
        pytest.param(float("nan"), "evidence[0].rate", "bad_value", id="not a number"),
        pytest.param(float("inf"), "evidence[0].rate", "bad_value", id="infinite"),
        pytest.param(Decimal("0.91"), "evidence[0].rate", "bad_value", id="a decimal"),
        pytest.param(Fraction(61, 67), "evidence[0].rate", "bad_value", id="a fraction"),
        pytest.param(date(2026, 1, 1), "evidence[0].rate", "bad_value", id="a date"),
        pytest.param(Label("Rate"), "evidence[0].rate", "bad_value", id="a label"),
        pytest.param(object(), "evidence[0].rate", "bad_value", id="an object"),
        pytest.param({1, 2}, "evidence[0].rate", "bad_value", id="a set"),
        pytest.param(b"0.91", "evidence[0].rate", "bad_value", id="bytes"),
        pytest.param(10**5000, "evidence[0].rate", "bad_value", id="more digits than json writes"),
        pytest.param("\ud83d\ude00", "evidence[0].rate", "bad_value", id="a character in two halves"),
        pytest.param({1: "x"}, "evidence[0].rate", "wrong_type", id="a key that is no text"),
        pytest.param([0, {"of": Decimal(1)}], "evidence[0].rate[1].of", "bad_value", id="deep inside"),
        pytest.param(holding_itself(), "evidence[0].rate.again", "bad_value", id="holding itself"),
        pytest.param([0] * (MAX_DATA_ITEMS + 1), "evidence[0].rate", "too_large", id="too many items"),
        pytest.param(Unreadable(), "evidence[0].rate", "wrong_type", id="unreadable"),
    ],
)
def test_evidence_that_json_cannot_keep_is_refused_with_its_place(value: object, path: str, code: str) -> None:
    assert [(path, code)] == paths_of(lambda: decided().to_dict(evidence=[{"rate": value}]))


def test_everything_that_json_cannot_keep_is_named_at_once() -> None:
    evidence: list[Any] = [{"a": Decimal(1), "b": float("nan")}, "rate", {"c": object()}]
    assert ["evidence[0].a", "evidence[0].b", "evidence[1]", "evidence[2].c"] == [
        path for path, _ in paths_of(lambda: decided().to_dict(evidence=evidence))
    ]


def test_evidence_nested_too_deeply_is_refused() -> None:
    (problem,) = problems_of(lambda: decided().to_dict(evidence=[{"rate": nested(MAX_DATA_DEPTH + 1)}]))
    assert f"at most {MAX_DATA_DEPTH} levels deep" in problem


def test_a_whole_number_of_a_named_kind_is_stored_as_a_plain_one() -> None:
    ((level,),) = (one.values() for one in decided().to_dict(evidence=[{"level": Level.HIGH}])["evidence"])
    assert (3, int) == (level, type(level))


def test_a_stored_decision_is_read_as_it_was_written() -> None:
    found = read_stored(json.loads(json.dumps(stored())))
    assert ("case", "1", {"percent": "91.0000", "latest": None}) == (found.policy, found.version, found.outputs)


@pytest.mark.parametrize("data", [None, [], "{}", 7, decided()], ids=repr)
def test_what_is_no_mapping_is_no_stored_decision(data: object) -> None:
    assert [("decision", "wrong_type")] == paths_of(lambda: read_stored(data))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"schema": "supplychain-rules/decision/2"}, [("schema", "bad_value")], id="another schema"),
        pytest.param({"schema": None}, [("schema", "bad_value")], id="no schema"),
        pytest.param({"policy": 7}, [("policy", "wrong_type")], id="a policy that is no text"),
        pytest.param({"version": ["1"]}, [("version", "wrong_type")], id="a version that is no text"),
        pytest.param({"fingerprint": None}, [("fingerprint", "wrong_type")], id="no fingerprint"),
        pytest.param({"inputs": []}, [("inputs", "wrong_type")], id="inputs that are a list"),
        pytest.param({"inputs": {"rate": 0.91}}, [("inputs.rate", "wrong_type")], id="an input as a float"),
        pytest.param({"inputs": {"a b": {}}}, [('inputs["a b"]', "wrong_type")], id="an input of an odd name"),
        pytest.param({"outputs": {"percent": 91}}, [("outputs.percent", "wrong_type")], id="an output as a number"),
        pytest.param({"outputs": None}, [("outputs", "wrong_type")], id="no outputs"),
        pytest.param({"reasons": {}}, [("reasons", "wrong_type")], id="reasons that are no list"),
        pytest.param({"reasons": [{}, "x"]}, [("reasons[1]", "wrong_type")], id="a reason that is no mapping"),
        pytest.param({"evidence": [None]}, [("evidence[0]", "wrong_type")], id="evidence that is no mapping"),
        pytest.param({"evidence": [{"a": Decimal(1)}]}, [("evidence[0].a", "bad_value")], id="evidence of objects"),
        pytest.param({"resons": []}, [("resons", "unknown_key")], id="a misspelt key"),
        pytest.param({1: 2}, [("decision", "wrong_type")], id="a key that is no text"),
    ],
)
def test_another_shape_is_refused_with_its_place(changes: dict[Any, object], expected: list[tuple[str, str]]) -> None:
    assert expected == paths_of(lambda: read_stored(stored() | changes))


def test_everything_wrong_with_a_stored_decision_is_named_at_once() -> None:
    data = {"policy": 1, "inputs": {"a": 1}, "outputs": {"b": {}}, "supplier": "V7"}
    assert [
        ("schema", "missing_key"),
        ("version", "missing_key"),
        ("fingerprint", "missing_key"),
        ("supplier", "unknown_key"),
        ("policy", "wrong_type"),
        ("inputs.a", "wrong_type"),
        ("outputs.b", "wrong_type"),
    ] == paths_of(lambda: read_stored(data))


def test_a_misspelt_key_is_answered_with_the_right_one() -> None:
    assert ["resons: unknown key; did you mean 'reasons'? [unknown_key]"] == problems_of(
        lambda: read_stored(stored(resons=[]))
    )


def test_what_else_is_known_of_a_decision_stays_beside_it_and_not_in_it() -> None:
    assert [("erp_document", "unknown_key")] == paths_of(lambda: read_stored(stored(erp_document="4711")))


def test_of_many_unknown_keys_only_the_first_are_named() -> None:
    assert len(paths_of(lambda: read_stored(stored(**{f"x{place}": 1 for place in range(1000)})))) == 20


@pytest.mark.parametrize("data", [Unreadable(), {"inputs": [0] * (MAX_DATA_ITEMS + 1)}], ids=["unreadable", "large"])
def test_data_that_cannot_be_read_is_refused_and_nothing_else(data: dict[str, object]) -> None:
    ((path, code),) = paths_of(lambda: read_stored(data))
    assert (path, code) in {("decision", "wrong_type"), ("inputs", "too_large")}


def test_the_schema_is_a_format_of_its_own() -> None:
    assert DECISION_SCHEMA == stored()["schema"]
