"""The plain data of an explanation leaves out nothing that its reasons say."""

from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules import InputError, Policy, evaluate, evaluate_all
from supplychain_rules.rules.explain import Explanation
from supplychain_rules.rules.reasons import (
    Cause,
    CheckReason,
    CriterionReason,
    FormulaReason,
    GateReason,
    LadderReason,
    QuantileReason,
    RankReason,
    Reading,
    RowReason,
    ScorecardReason,
    ShareReason,
    Standing,
    TableReason,
)
from supplychain_rules.testing.strategies_policies import loaded_policies, population_policies
from supplychain_rules.testing.strategies_records import records

REASONS = (
    Cause,
    CheckReason,
    CriterionReason,
    FormulaReason,
    GateReason,
    LadderReason,
    QuantileReason,
    RankReason,
    Reading,
    RowReason,
    ScorecardReason,
    ShareReason,
    Standing,
    TableReason,
)


def check_keys(reason: object, plain: Any) -> None:  # noqa: ANN401  data of any shape
    """Walk a reason and its plain data side by side."""
    if isinstance(reason, tuple):
        assert len(reason) == len(plain)
        for one, other in zip(reason, plain, strict=True):
            check_keys(one, other)
    elif isinstance(reason, REASONS):
        names = [field.name for field in attrs.fields(type(reason))]
        assert names == [key for key in plain if key != "kind" or "kind" in names]
        for name in names:
            check_keys(getattr(reason, name), plain[name])


@given(data=st.data(), policy=loaded_policies())
def test_every_field_of_every_reason_is_a_key_in_the_same_order(data: st.DataObject, policy: Policy) -> None:
    try:
        explanation = evaluate(policy, data.draw(records(policy))).explain()
    except InputError:  # rows that conflict
        return
    check_explanation(policy, explanation)


@given(data=st.data(), policy=population_policies())
def test_every_field_of_what_compares_records_is_a_key_too(data: st.DataObject, policy: Policy) -> None:
    try:
        decisions = evaluate_all(policy, data.draw(st.lists(records(policy), min_size=1, max_size=3)))
    except InputError:  # rows that conflict, negative values to share
        return
    for decision in decisions:
        check_explanation(policy, decision.explain())


def check_explanation(policy: Policy, explanation: Explanation) -> None:
    plain = explanation.to_dict()
    check_keys(explanation.steps, plain["steps"])
    check_keys(explanation.inputs, plain["inputs"])
    assert [step.kind for step in policy.steps] == [step["kind"] for step in plain["steps"]]
