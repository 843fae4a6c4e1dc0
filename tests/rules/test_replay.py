"""A stored decision is decided again, and what differs is named: by today's code, by today's rules, or not at all."""

import json
import pickle
from decimal import Decimal
from typing import Any

import attrs
import pytest
from makers import number, rule_set

from supplychain_rules import (
    InputError,
    InvalidValueError,
    Label,
    Policy,
    evaluate,
    evaluate_all,
    load_policy,
    replay,
)
from supplychain_rules.language.nodes import Expression, Number, Product
from supplychain_rules.language.types import Type
from supplychain_rules.rules.codec import STRATEGIES
from supplychain_rules.rules.replay import Difference, Replay
from supplychain_rules.rules.strategies import ValueFunction

INPUTS: dict[str, Any] = {"quality": number(0, 1, 4, optional=True), "certified": {"type": "boolean"}}

RECORD = {"quality": "0.97", "certified": True}


@attrs.frozen
class Times:
    """A user's own value function without settings."""


def rules(version: str = "1", *, best: str = "0.995", threshold: int = 70, **changes: object) -> dict[str, Any]:
    value = {"kind": "linear", "worst": "0.90", "best": best}
    criterion = {"id": "quality", "of": "quality", "value": value, "label": changes.pop("label", "Quality")}
    steps = [
        {"kind": "gate", "id": "qualified", "checks": [{"id": "certificate", "require": "certified", "reason": "No"}]},
        {"kind": "scorecard", "id": "score", "method": "weighted_mean", "criteria": [criterion]},
        {"kind": "ladder", "id": "grade", "of": "score", "bands": [{"name": "A", "from": threshold}, {"name": "B"}]},
    ]
    return {**rule_set(INPUTS, *steps), "version": version, **changes}


def policy(version: str = "1", **changes: Any) -> Policy:  # noqa: ANN401  as `rules`
    return load_policy(rules(version, **changes))


def stored(by: Policy | None = None, *, reasons: bool = True) -> dict[str, Any]:
    """Store a decision and read it back."""
    kept: dict[str, Any] = json.loads(json.dumps(evaluate(by or policy(), RECORD).to_dict(reasons=reasons)))
    return kept


def changed(*path: str | int, to: object) -> dict[str, Any]:
    """Store a decision, and change one value in what was kept."""
    kept = part = stored()
    for key in path[:-1]:
        part = part[key]  # type: ignore[index]
    part[path[-1]] = to  # type: ignore[index]
    return kept


def paths(found: Replay) -> list[str]:
    return [difference.path for difference in found.differences]


@pytest.mark.parametrize("reasons", [True, False])
def test_the_same_rules_and_the_same_code_give_the_same(reasons: bool) -> None:  # noqa: FBT001  parametrised
    found = replay(stored(reasons=reasons), [policy("2"), policy()])
    assert ("same", (), False) == (found.verdict, found.differences, found.rules_changed)
    assert policy() == found.policy
    assert evaluate(policy(), RECORD) == found.decision


def test_an_output_that_comes_out_otherwise_is_found() -> None:
    found = replay(changed("outputs", "grade", to="B"), [policy()])
    assert "different" == found.verdict
    assert (Difference(path="outputs.grade", kind="changed", stored="B", now="A"),) == found.differences


def test_a_number_of_other_decimals_is_another_output() -> None:
    assert ["outputs.score"] == paths(replay(changed("outputs", "score", to="73.684"), [policy()]))


def test_true_is_not_the_text_true() -> None:
    found = replay(changed("reasons", 0, "checks", 0, "holds", to="true"), [policy()])
    assert ["reasons.qualified.checks.certificate.holds"] == paths(found)


def test_reasons_that_read_otherwise_leave_the_outputs_the_same() -> None:
    found = replay(changed("reasons", 1, "criteria", 0, "score", to="73.0000"), [policy()])
    assert "same_outputs" == found.verdict
    assert ["reasons.score.criteria.quality.score: 73.0000 -> 73.6842"] == [*map(str, found.differences)]


def test_an_input_that_is_understood_otherwise_is_named() -> None:
    found = replay(changed("inputs", "quality", to="0.97"), [policy()])
    assert ("same_outputs", ["inputs.quality"]) == (found.verdict, paths(found))


@pytest.mark.parametrize("key", ["policy", "version"])
def test_rules_that_were_stored_under_another_name_are_noticed(key: str) -> None:
    found = replay(changed(key, to="other"), [policy()])
    assert ("same_outputs", [key]) == (found.verdict, paths(found))


def test_a_label_decides_nothing_and_is_not_compared() -> None:
    found = replay(stored(), [policy(label=Label("Pass rate", "合格率"))])
    assert "same" == found.verdict


def test_a_reason_that_is_gone_or_new_is_named() -> None:
    kept = stored()
    kept["reasons"][1]["criteria"][0]["id"] = "price"
    found = replay(kept, [policy()])
    assert [
        ("reasons.score.criteria.price", "removed"),
        ("reasons.score.criteria.quality", "added"),
    ] == [(difference.path, difference.kind) for difference in found.differences]


def test_reasons_without_names_are_compared_by_place() -> None:
    kept = stored()
    kept["reasons"][2].pop("id")
    assert "reasons[2].id" in paths(replay(kept, [policy()]))


def test_two_reasons_of_one_name_are_compared_by_place() -> None:
    kept = stored()
    kept["reasons"].append(kept["reasons"][0])
    assert ["reasons[3]"] == paths(replay(kept, [policy()]))


def test_an_output_that_was_not_stored_is_a_difference() -> None:
    kept = stored()
    del kept["outputs"]["grade"]
    found = replay(kept, [policy()])
    assert ("different", [("outputs.grade", "added", None, "A")]) == (
        found.verdict,
        [(one.path, one.kind, one.stored, one.now) for one in found.differences],
    )


def test_rules_of_the_same_version_with_another_fingerprint_have_changed() -> None:
    found = replay(stored(), [policy(threshold=60), policy("2")])
    assert ("rules_changed_same_outputs", True) == (found.verdict, found.rules_changed)


def test_rules_of_another_version_stand_in_where_they_are_the_only_ones() -> None:
    found = replay(stored(), [policy("2", threshold=80)])
    assert "rules_changed_different" == found.verdict
    assert ("2", ("2",)) == (found.policy and found.policy.version, found.versions)
    assert "outputs.grade: A -> B" in [*map(str, found.differences)]


def test_of_several_other_versions_none_stands_in() -> None:
    found = replay(stored(), [policy("2"), policy("3"), policy("2", id="other")])
    assert ("policy_missing", None, None, ("2", "3")) == (found.verdict, found.policy, found.decision, found.versions)


def test_one_rule_set_given_twice_is_one() -> None:
    assert "rules_changed_same_outputs" == replay(stored(), [policy("2"), policy("2")]).verdict


def test_without_rules_of_that_name_there_is_nothing_to_replay() -> None:
    found = replay(stored(), [policy(id="other")])
    assert ("policy_missing", ()) == (found.verdict, found.versions)


def test_without_any_rules_there_is_nothing_to_replay() -> None:
    assert "policy_missing" == replay(stored(), []).verdict


def test_what_other_rules_would_say_comes_with_what_changed_in_them() -> None:
    new = policy("2", threshold=80)
    found = replay(stored(), [policy()], by=new)
    assert ("rules_changed_different", new) == (found.verdict, found.policy)
    assert ["rule set: version 1 -> 2", "band 'A' of 'grade': from 70 -> 80"] == [
        str(change.text) for change in found.policy_changes
    ]


def test_what_changed_in_the_rules_is_unknown_where_the_old_ones_are_not_at_hand() -> None:
    assert () == replay(stored(), [], by=policy("2", threshold=80)).policy_changes


def test_inputs_that_the_rules_no_longer_take_are_named() -> None:
    narrower = {"quality": number("0.98", 1, 4), "certified": {"type": "boolean"}, "size": number()}
    found = replay(stored(), [policy("2", inputs=narrower)])
    assert ("inputs_refused", None, ()) == (found.verdict, found.decision, found.differences)
    assert ["quality", "size"] == [problem.path for problem in found.problems]


def test_an_input_that_the_rules_no_longer_declare_is_refused_and_not_dropped() -> None:
    formula = {"kind": "formula", "id": "result", "formula": "quality * 2"}
    found = replay(stored(), [load_policy({**rule_set({"quality": INPUTS["quality"]}, formula), "version": "2"})])
    assert [("certified", "unknown_field")] == [(problem.path, problem.code) for problem in found.problems]


def test_rows_that_conflict_by_other_rules_are_a_refusal() -> None:
    rows = [
        {"id": "one", "when": {"quality": ">= 0.5"}, "then": {"action": "keep"}},
        {"id": "two", "when": {"certified": "true"}, "then": {"action": "drop"}},
    ]
    outputs = {"action": {"type": "choice", "options": ["keep", "drop"]}}
    table = {"kind": "table", "id": "result", "hit": "unique", "when": ["quality", "certified"]}
    table |= {"outputs": outputs, "rows": rows}
    found = replay(stored(), [load_policy({**rule_set(INPUTS, table), "version": "2"})])
    assert ("inputs_refused", ["rows_conflict"]) == (found.verdict, [problem.code for problem in found.problems])


def test_a_strategy_that_computes_otherwise_under_the_same_version_is_found() -> None:
    def by(factor: int) -> Policy:
        def lower(_spec: Times, operand: Expression, _kind: Type) -> Expression:
            return Product((Number(Decimal(factor)), operand))

        strategies = STRATEGIES.with_strategy(ValueFunction(kind="times", version="1", spec=Times, lower=lower))
        data = rules()
        data["steps"][1]["criteria"][0]["value"] = {"kind": "times"}
        return load_policy(data, strategies=strategies)

    then, today = by(75), by(60)
    assert then.fingerprint == today.fingerprint
    found = replay(stored(then), [today])
    assert ("different", False) == (found.verdict, found.rules_changed)
    assert ["outputs.score", "outputs.score_low", "outputs.score_high", "outputs.grade"] == [
        path for path in paths(found) if path.startswith("outputs")
    ]


@pytest.mark.parametrize("policies", [policy(), None, 7, ["supplier-review"], [None]], ids=repr)
def test_rules_that_are_none_are_refused(policies: object) -> None:
    with pytest.raises(InvalidValueError):
        replay(stored(), policies)  # type: ignore[arg-type]


def test_rules_to_replay_by_that_are_none_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="not a rule set: '2026'"):
        replay(stored(), [policy()], by="2026")  # type: ignore[arg-type]


def test_what_is_no_stored_decision_is_refused_whatever_the_rules() -> None:
    with pytest.raises(InputError, match="outputs: this key is missing"):
        replay({key: value for key, value in stored().items() if key != "outputs"}, [])


def test_a_decision_that_was_never_stored_is_replayed_too() -> None:
    assert "same" == replay(evaluate(policy(), RECORD).to_dict(reasons=True), [policy()]).verdict


def test_a_replay_is_picklable() -> None:
    found = replay(stored(), [policy("2", threshold=80)])
    assert str(found) == str(pickle.loads(pickle.dumps(found)))  # noqa: S301  our own bytes


def test_the_text_says_rules_verdict_and_differences() -> None:
    old, new = policy(), policy("2", threshold=80)
    short = [one.fingerprint[:12] for one in (old, new)]
    kept = stored(reasons=False)
    assert [
        f"Replay of case, decided by version 1 (rules {short[0]})",
        f"Replayed by version 2 (rules {short[1]})",
        "Other rules give other outputs.",
        "What differs:",
        "   outputs.grade: A -> B",
        "What changed in the rules:",
        "   rule set: version 1 -> 2",
        "   band 'A' of 'grade': from 70 -> 80",
    ] == str(replay(kept, [old], by=new)).splitlines()


def test_the_text_says_the_same_in_chinese() -> None:
    old, new = policy(), policy("2", threshold=80)
    short = [one.fingerprint[:12] for one in (old, new)]
    assert [
        f"复算 case，当时所用版本 1（规则 {short[0]}）",
        f"复算所用版本 2（规则 {short[1]}）",
        "规则不同，输出不同。",
        "不同之处：",
        "   outputs.grade：A → B",
        "规则的改动：",
        "   规则集：版本 1 -> 2",
        "   “grade”的等级“A”：起点 70 -> 80",
    ] == replay(stored(reasons=False), [old], by=new).text("zh").splitlines()


def test_the_text_names_the_versions_at_hand_where_none_stands_in() -> None:
    assert "Versions at hand: 2, 3" == str(replay(stored(), [policy("2"), policy("3")])).splitlines()[-1]


def test_the_text_says_why_inputs_are_refused() -> None:
    narrower = INPUTS | {"quality": number("0.98", 1, 4)}
    lines = str(replay(stored(), [policy("2", inputs=narrower)])).splitlines()
    assert "These rules do not take the stored inputs." == lines[2]
    assert "Why they are refused:" == lines[3]
    assert lines[4].startswith("   quality: outside the declared range")


def test_no_stored_text_breaks_a_line_of_the_replay() -> None:
    kept = changed("outputs", "grade", to="A\nVerdict: same")
    assert r"   outputs.grade: A\x0aVerdict: same -> A" in str(replay(kept, [policy()])).splitlines()


def test_a_language_that_nobody_wrote_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="unknown language"):
        replay(stored(), [policy()]).text("de")  # type: ignore[arg-type]


def test_what_was_compared_with_other_records_is_not_replayed_without_them() -> None:
    steps = [{"kind": "rank", "id": "place", "of": "quality"}, {"kind": "quantile", "id": "class_", "of": "quality"}]
    compares = load_policy(rule_set(INPUTS, *steps))
    kept = evaluate_all(compares, [RECORD])[0].to_dict(reasons=True)
    found = replay(kept, [compares])
    short = compares.fingerprint[:12]

    assert ("population_needed", None, ()) == (found.verdict, found.decision, found.differences)
    assert ("place", "class_") == found.population_steps
    assert [
        f"Replay of case, decided by version 1 (rules {short})",
        "These rules compare records with each other, and a stored decision holds only one of them.",
        "Steps that compare records: place, class_",
    ] == str(found).splitlines()
    assert "须比较多条记录的步骤：place、class_" == found.text("zh").splitlines()[-1]


def test_a_decision_is_not_replayed_by_rules_that_compare_records_either() -> None:
    compares = load_policy({**rule_set(INPUTS, {"kind": "rank", "id": "place", "of": "quality"}), "version": "2"})
    found = replay(stored(), [policy()], by=compares)

    assert "population_needed" == found.verdict
    assert found.rules_changed
    assert "step 'place' added" in [change.text.en for change in found.policy_changes]
    assert () == replay(stored(), [policy()]).population_steps
