"""What holds for every scorecard: it adds up, and neither order, weights' total nor units decide anything."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from drawn_scorecards import DECIMALS, HIGH, LOW, MonotoneCard, Scale, monotone_cards, scales
from hypothesis import assume, given
from hypothesis import strategies as st

from supplychain_rules import Decision, InputError, Policy, evaluate, load_policy
from supplychain_rules.rules.explain import ScorecardReason
from supplychain_rules.testing.strategies_formulas import decimal_text
from supplychain_rules.testing.strategies_policies import DrawnPolicy, drawn_policies
from supplychain_rules.testing.strategies_records import drawn_records

#: From worst to best.
GRADES = (None, "C", "B", "A")

#: Contributions are shown to so many places.
CONTRIBUTION_DECIMALS = 4

OUTPUTS = ("score", "score_coverage", "score_low", "score_high", "grade")

Record = dict[str, Fraction | None]


def decisions_of(drawn: DrawnPolicy, data: st.DataObject, count: int = 3) -> list[Decision]:
    """Decide some random records."""
    decided = []
    for _ in range(count):
        try:
            decided.append(evaluate(drawn.policy, data.draw(drawn_records(drawn.policy)).given))
        except InputError as error:
            if {"rows_conflict"} != {problem.code for problem in error.problems}:
                raise
    return decided


def record_of(card: MonotoneCard, data: st.DataObject) -> Record:
    """Draw a record in tenths, on and beside the thresholds, with missing values."""
    units = st.integers(LOW * 10**DECIMALS, HIGH * 10**DECIMALS)
    value = st.one_of(st.none(), units.map(lambda unit: Fraction(unit, 10**DECIMALS)))
    return {criterion["of"]: data.draw(value) for criterion in card.step["criteria"]}


def outputs(policy: Policy, record: Mapping[str, object]) -> dict[str, object]:
    """Return every output of a monotone card."""
    decision = evaluate(policy, record)
    return {name: decision[name] for name in OUTPUTS}


def scaled_weights(step: dict[str, Any], factor: Fraction) -> dict[str, Any]:
    """Return the scorecard with all weights times a factor."""
    return {**step, "criteria": [{**c, "weight": str(Fraction(c["weight"]) * factor)} for c in step["criteria"]]}


@given(data=st.data(), drawn=drawn_policies())
def test_contributions_and_the_last_line_add_up_to_the_score_exactly(data: st.DataObject, drawn: DrawnPolicy) -> None:
    for decision in decisions_of(drawn, data):
        for reason in decision.explain().steps:
            if isinstance(reason, ScorecardReason) and reason.score is not None:
                lines = [c.contribution for c in reason.criteria if c.contribution is not None]
                assert reason.remainder is not None
                assert Fraction(reason.score) == sum(map(Fraction, [*lines, reason.remainder]), Fraction(0))


@given(data=st.data(), drawn=drawn_policies())
def test_the_explanation_as_plain_data_adds_up_to_the_score_as_shown(data: st.DataObject, drawn: DrawnPolicy) -> None:
    for decision in decisions_of(drawn, data):
        for step in decision.explain().to_dict()["steps"]:
            if step["kind"] == "scorecard" and step["score"] is not None:
                lines = [line["contribution"] for line in step["criteria"] if line["contribution"] is not None]
                assert decision.to_dict()["outputs"][step["id"]] == step["score"]
                assert Decimal(step["score"]) == sum(map(Decimal, [*lines, step["remainder"]]))


@given(data=st.data(), drawn=drawn_policies())
def test_the_last_line_of_a_weighted_mean_is_rounding_and_nothing_else(data: st.DataObject, drawn: DrawnPolicy) -> None:
    decimals = {step["id"]: step.get("decimals", 2) for step in drawn.data["steps"] if step["kind"] == "scorecard"}
    for decision in decisions_of(drawn, data):
        for reason in decision.explain().steps:
            if not isinstance(reason, ScorecardReason) or reason.method != "weighted_mean":
                continue
            if reason.remainder is not None:
                halves = [decimals[reason.id], *(CONTRIBUTION_DECIMALS for _ in reason.criteria)]
                assert sum(Fraction(1, 2 * 10**places) for places in halves) >= abs(Fraction(reason.remainder))


@given(data=st.data(), card=monotone_cards())
def test_a_better_value_never_lowers_the_score_or_the_grade(data: st.DataObject, card: MonotoneCard) -> None:
    policy = load_policy(card.rule_set())
    record = record_of(card, data)
    place = data.draw(st.integers(0, len(card.rising) - 1))
    name = card.step["criteria"][place]["of"]
    known = record[name]
    assume(known is not None)
    assert known is not None
    better = known + data.draw(st.integers(0, 40)) * Fraction(1 if card.rising[place] else -1, 10**DECIMALS)
    better = max(Fraction(LOW), min(better, Fraction(HIGH)))
    before, after = (outputs(policy, given_) for given_ in (record, {**record, name: better}))

    assert (before["score"] is None) == (after["score"] is None)
    if before["score"] is not None:
        assert before["score"] <= after["score"]  # type: ignore[operator]
    assert GRADES.index(before["grade"]) <= GRADES.index(after["grade"])  # type: ignore[arg-type]


@given(data=st.data(), card=monotone_cards())
def test_the_order_of_the_criteria_changes_no_output(data: st.DataObject, card: MonotoneCard) -> None:
    record = record_of(card, data)
    shuffled = {**card.step, "criteria": data.draw(st.permutations(card.step["criteria"]))}

    assert outputs(load_policy(card.rule_set()), record) == outputs(load_policy(card.rule_set(shuffled)), record)


@given(data=st.data(), card=monotone_cards())
def test_multiplying_all_weights_changes_no_output(data: st.DataObject, card: MonotoneCard) -> None:
    assume(card.step["method"] != "points")  # there a weight multiplies the points themselves
    record = record_of(card, data)
    factor = data.draw(st.sampled_from([Fraction(100), Fraction(1, 3), Fraction(7, 10), Fraction(2)]))
    scaled = scaled_weights(card.step, factor)

    assert outputs(load_policy(card.rule_set()), record) == outputs(load_policy(card.rule_set(scaled)), record)


@given(data=st.data(), card=monotone_cards(), scale=scales())
def test_another_unit_of_the_inputs_changes_no_output(data: st.DataObject, card: MonotoneCard, scale: Scale) -> None:
    record = record_of(card, data)
    in_unit = {
        name: None if value is None else decimal_text(value * scale.factor + scale.offset)
        for name, value in record.items()
    }

    assert outputs(load_policy(card.rule_set()), record) == outputs(load_policy(card.rescaled(scale)), in_unit)


@given(data=st.data(), card=monotone_cards())
def test_with_all_data_there_the_interval_is_the_score(data: st.DataObject, card: MonotoneCard) -> None:
    record = record_of(card, data)
    record = {name: Fraction(50) if value is None else value for name, value in record.items()}
    decided = outputs(load_policy(card.rule_set()), record)

    assert Decimal(1) == decided["score_coverage"]
    assert decided["score"] == decided["score_low"] == decided["score_high"]


@given(data=st.data(), card=monotone_cards())
def test_the_worst_case_is_the_lower_end_of_the_interval(data: st.DataObject, card: MonotoneCard) -> None:
    criteria = [{k: v for k, v in criterion.items() if k != "missing"} for criterion in card.step["criteria"]]
    pessimist = {**card.step, "criteria": criteria, "missing": "worst", "min_coverage": "0"}
    decided = outputs(load_policy(card.rule_set(pessimist)), record_of(card, data))

    assert decided["score"] == decided["score_low"]


@given(data=st.data(), card=monotone_cards())
def test_whatever_a_missing_value_turns_out_to_be_the_score_lies_in_the_interval(
    data: st.DataObject, card: MonotoneCard
) -> None:
    policy = load_policy(card.rule_set())
    record = record_of(card, data)
    known = {name: value for name, value in record_of(card, data).items() if value is not None}
    filled = {name: known.get(name, Fraction(0)) if value is None else value for name, value in record.items()}
    before, after = outputs(policy, record), outputs(policy, filled)

    assert before["score_low"] <= after["score"] <= before["score_high"]  # type: ignore[operator]
