"""Laws of a policy: they hold for sound rules, and say which record breaks them for others."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from makers import number, policy, rule_set, scorecard

from supplychain_rules import Policy, load_policy
from supplychain_rules.testing import BrokenLawError, check_policy_laws
from supplychain_rules.testing.laws import check_law, policy_laws
from supplychain_rules.testing.outcomes import record_text

#: Enough for the planted faults, which many records show.
EXAMPLES = 30


def broken_law(decided: Policy, name: str) -> BrokenLawError:
    law = next(law for law in policy_laws(decided) if law.id == name)
    with pytest.raises(BrokenLawError) as broken:
        check_law(decided, law, examples=EXAMPLES)
    return broken.value


def promising(step: dict[str, Any], direction: str, **inputs: dict[str, Any]) -> Policy:
    declared = {"rate": {**number(), "monotone": direction}, **inputs}
    return policy(declared, step)


def holds(decided: Policy) -> None:
    check_policy_laws(decided, examples=EXAMPLES, engines=())


LINE = {"kind": "linear", "worst": "20", "best": "80"}
RISK = {"kind": "bands", "bands": [{"from": "50", "points": "10"}, {"points": "0"}]}


def test_a_score_that_rises_keeps_the_promise_of_its_input() -> None:
    step = scorecard({"id": "a", "of": "rate", "value": LINE})

    holds(promising(step, "up"))
    assert "worsens score " in broken_law(promising(step, "down"), "monotone[rate]").what.en


def test_a_score_that_a_ladder_reads_as_less_is_better_is_worse_when_it_rises() -> None:
    bands = [{"name": "low", "to": "5"}, {"name": "high"}]
    steps = (scorecard({"id": "a", "of": "rate", "value": RISK}), {"kind": "ladder", "id": "risk", "of": "score"})
    declared = {"rate": {**number(), "monotone": "down"}}
    risky = policy(declared, steps[0], {**steps[1], "bands": bands})

    holds(risky)
    assert "score" in broken_law(policy(declared, steps[0]), "monotone[rate]").what.en


def test_a_gate_that_refers_is_worse_than_one_that_passes() -> None:
    checks = [{"id": "most", "require": "rate <= 90", "if_false": "refer"}]

    found = broken_law(promising({"kind": "gate", "id": "fit", "checks": checks}, "up"), "monotone[rate]")

    assert "fit pass -> refer" in found.what.en
    assert "fit pass -> refer" in found.what.zh


def test_a_band_for_what_is_unknown_is_neither_better_nor_worse() -> None:
    formula = {"kind": "formula", "id": "part", "formula": "round(100 / (rate - 50), 2)"}
    bands = [{"name": "A", "from": "-1000000"}, {"name": "B"}]
    ladder = {"kind": "ladder", "id": "grade", "of": "part", "bands": bands, "if_unknown": "unrated"}

    holds(policy({"rate": {**number(), "monotone": "up"}}, formula, ladder))


def test_an_unordered_choice_is_not_judged() -> None:
    outputs = {"action": {"type": "choice", "options": ["leave", "keep"]}}
    rows = [{"id": "a", "when": {"rate": ">= 50"}, "then": {"action": "leave"}}]
    table = {"kind": "table", "id": "decide", "when": ["rate"], "outputs": outputs, "rows": rows}
    table["otherwise"] = {"action": "keep"}
    ordered = {**table, "outputs": {"action": {**outputs["action"], "ordered": True}}}

    holds(promising(table, "up"))
    assert "action keep -> leave" in broken_law(promising(ordered, "up"), "monotone[rate]").what.en


@pytest.mark.parametrize("declared", ["date", "choice"])
def test_dates_and_ordered_choices_keep_their_promise(declared: str) -> None:
    of: dict[str, Any] = {"type": "date", "min": "2026-01-01", "max": "2026-12-31", "monotone": "up"}
    require = 'of >= "2026-06-01"'
    if declared == "choice":
        of = {"type": "choice", "options": ["high", "low"], "ordered": True, "monotone": "up"}
        require = 'of == "low"'
    gate = {"kind": "gate", "id": "fit", "checks": [{"id": "a", "require": require}]}

    holds(policy({"of": of}, gate))
    broken_law(policy({"of": {**of, "monotone": "down"}}, gate), "monotone[of]")


def test_an_earlier_rank_and_a_higher_class_are_better() -> None:
    rank = {"kind": "rank", "id": "place", "of": "rate"}
    classes = {"kind": "quantile", "id": "class", "of": "rate", "classes": 3}

    holds(promising(rank, "up"))
    holds(policy({"rate": {**number(), "monotone": "up"}}, {**classes, "id": "group"}))
    assert "place" in broken_law(promising(rank, "down"), "monotone[rate]").what.en


def test_rules_whose_rows_conflict_do_not_answer_every_record() -> None:
    outputs = {"action": {"type": "choice", "options": ["leave", "keep"]}}
    rows = [
        {"id": "a", "when": {"rate": ">= 50"}, "then": {"action": "leave"}},
        {"id": "b", "when": {"rate": "<= 50"}, "then": {"action": "keep"}},
    ]
    table = {"kind": "table", "id": "decide", "when": ["rate"], "outputs": outputs, "rows": rows}

    found = broken_law(policy({"rate": number()}, table), "total")

    assert "rows of different outcome hit this record" in found.what.en
    assert [50] == [Fraction(str(record["rate"])) for record in found.records]


def test_the_laws_do_not_flicker() -> None:
    decided = promising(scorecard({"id": "a", "of": "rate", "value": LINE}), "down")

    assert str(broken_law(decided, "monotone[rate]")) == str(broken_law(decided, "monotone[rate]"))


def test_outputs_beyond_their_type_are_found() -> None:
    sound = policy({"rate": number()}, {"kind": "formula", "id": "twice", "formula": "rate * 2"})
    binding = sound.program.bindings[0]
    lying = attrs.evolve(binding, value=attrs.evolve(binding.value, type=attrs.evolve(binding.type, high=150)))
    wrong = attrs.evolve(sound, program=attrs.evolve(sound.program, bindings=(lying,)))

    assert "which it cannot be" in broken_law(wrong, "bounded").what.en


def test_an_engine_that_says_something_else_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from supplychain_rules.testing import laws_engines  # noqa: PLC0415  what is replaced

    apply_to_records = laws_engines.apply_to_records

    def wrong(decided: Policy, given: Sequence[Any], engine: str) -> list[dict[str, Any]]:
        rows = apply_to_records(decided, given, engine)
        return [{**rows[0], "score": -1}, *rows[1:]]

    monkeypatch.setattr(laws_engines, "apply_to_records", wrong)
    decided = policy({"rate": number()}, scorecard({"id": "a", "of": "rate", "value": LINE}))
    found = broken_law(decided, "engine[polars]")

    assert "score is 0.00, and then -0.01 (polars)" == found.what.en
    assert 1 == len(found.records)


def test_an_engine_that_cannot_run_the_rules_is_skipped_by_name() -> None:
    score = {"id": "only", "of": "rate", "weight": 1, "value": {"kind": "linear", "worst": 0, "best": 100}}
    card = {"kind": "scorecard", "id": "root", "method": "geometric_mean", "criteria": [score]}
    found = {
        law.id: law.skipped for law in policy_laws(policy({"rate": number()}, card)) if law.id.startswith("engine")
    }

    assert ["polars cannot run root", "polars 无法运行 root"] == [
        found["engine[polars]"].text(lang) for lang in ("en", "zh")
    ]


def test_engines_agree_on_rules_that_compare_records() -> None:
    ranked = policy({"rate": number()}, {"kind": "rank", "id": "place", "of": "rate"})

    for law in policy_laws(ranked):
        if law.id.startswith("engine"):
            law.check(law, ranked, 20)


def test_a_promise_is_kept_by_rules_without_any_order() -> None:
    holds(
        load_policy(
            rule_set({"rate": {**number(), "monotone": "up"}}, {"kind": "formula", "id": "x", "formula": "-rate"})
        )
    )


def test_a_record_is_written_as_a_case_has_it() -> None:
    shown = record_text({"a": 0.1, "b": Decimal("2.50"), "c": None, "d": 'say "hi"', "e": Fraction(1, 4), "f": 7})

    assert 'a = "0.1", b = "2.5", d = "say \\"hi\\"", e = "0.25", f = 7' == shown
    assert ["nothing is known", "全部缺失"] == [record_text({"a": None}, lang) for lang in ("en", "zh")]
