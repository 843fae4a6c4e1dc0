"""A change of class is behaviour or drift, and never mixed up."""

from decimal import Decimal

import pytest

from supplychain_rules import InvalidValueError, Policy, evaluate, load_policy
from supplychain_rules.customers import class_changes, rfm_rules

Records = dict[str, dict[str, object]]


@pytest.fixture(scope="module")
def rules() -> Policy:
    return load_policy(rfm_rules())


def of(**spends: int) -> Records:
    return {name: {"recency_days": 9, "purchase_days": 1, "monetary": spend} for name, spend in spends.items()}


FIVE = of(a=10, b=20, c=30, d=40, e=50)


def test_nothing_changes_where_nobody_changed(rules: Policy) -> None:
    found = class_changes(rules, FIVE, FIVE)

    assert ((), 5) == (found.changes, found.compared)


def test_who_spends_as_before_among_others_that_grew_only_drifts(rules: Policy) -> None:
    found = class_changes(rules, FIVE, of(a=60, b=70, c=30, d=80, e=90))

    (own,) = (one for one in found.changes if one.customer == "c")
    assert ("money", 3, 3, 1, False, True) == (
        own.output,
        own.before,
        own.behaviour,
        own.among_peers,
        own.is_behaviour,
        own.is_drift,
    )
    assert (3, 4) == found.counts("money")  # a, b and d spend more; all but e have another class among the others


def test_who_spends_more_among_others_that_did_not_change_is_behaviour_only(rules: Policy) -> None:
    found = class_changes(rules, FIVE, FIVE | of(a=50))

    (own,) = (one for one in found.changes if one.customer == "a")
    assert (1, 5) == (own.before, own.behaviour)


def test_the_cut_points_of_both_periods_stand_beside(rules: Policy) -> None:
    found = class_changes(rules, FIVE, of(a=20, b=40, c=60, d=80, e=100))

    assert (("20", "30", "40", "50"), ("40", "60", "80", "100")) == found.cuts["money"]


def test_who_came_and_who_left_is_not_compared(rules: Policy) -> None:
    found = class_changes(rules, FIVE, {name: FIVE[name] for name in "abcd"} | of(f=10))

    assert (("f",), ("e",), 4) == (found.joined, found.left, found.compared)


def test_the_frozen_rules_are_kept_for_the_next_period(rules: Policy) -> None:
    found = class_changes(rules, FIVE, FIVE)

    decided = evaluate(load_policy(found.frozen), {"recency_days": 9, "purchase_days": 1, "monetary": 35})
    assert (Decimal(3), "1-frozen") == (decided["money"], found.frozen["version"])


def test_segments_are_compared_where_they_are_asked_for(rules: Policy) -> None:
    before = {name: row | {"recency_days": 100 - place} for place, (name, row) in enumerate(FIVE.items())}
    after = before | {"a": before["a"] | {"recency_days": 2}}

    found = class_changes(rules, before, after, outputs=["segment"])

    (own,) = (one for one in found.changes if one.customer == "a")
    assert ("segment", "lost", "new") == (own.output, own.before, own.behaviour)


def test_an_output_that_does_not_exist_and_a_period_without_customers_are_refused(rules: Policy) -> None:
    with pytest.raises(InvalidValueError, match="no output of the policy: 'monney'"):
        class_changes(rules, FIVE, FIVE, outputs=["monney"])
    with pytest.raises(InvalidValueError, match="a period has no customer"):
        class_changes(rules, FIVE, {})
