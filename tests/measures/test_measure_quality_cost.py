"""The cost of poor quality: each amount once, split by kind, against spend, and what an event is expected to cost."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from quality_facts import bought, claim, cost, eur, one, value

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.quality import QUALITY_COST_KINDS
from supplychain_rules.measures import CostOfPoorQuality, LinearDecay, expected_event_cost
from supplychain_rules.values.money import Money

COPQ = CostOfPoorQuality(id="copq")

EVERY_KIND = [
    *(cost("K1", 10, "prevention"), cost("K2", 20, "appraisal"), cost("K3", 30), cost("K4", 40, "external_failure")),
]


def test_failures_count_and_what_avoids_or_looks_for_them_does_not() -> None:
    found = one(COPQ, EVERY_KIND)
    assert (70, "EUR", 2) == (found.value, found.unit, found.evidence)


def test_claims_count_as_internal_failures_unless_said_otherwise() -> None:
    external = CostOfPoorQuality(id="copq", kinds=["external_failure"])
    facts = [*EVERY_KIND, claim("A", 100)]
    assert [170, 40, 140, 70] == [
        value(COPQ, *facts),
        value(external, *facts),
        value(CostOfPoorQuality(id="copq", kinds=["external_failure"], claims_as="external_failure"), *facts),
        value(CostOfPoorQuality(id="copq", claims_as=None), *facts),
    ]


def test_a_cost_that_a_claim_holds_already_counts_once() -> None:
    facts = [claim("A", 100), cost("K1", 60, claim="A"), cost("K2", 15, claim="A"), cost("K3", 7)]
    found = one(COPQ, facts)
    assert (107, 2) == (found.value, found.evidence)


def test_a_cost_counts_by_itself_where_its_claim_does_not_hold_it() -> None:
    unknown = [claim("A"), cost("K1", 60, claim="A")]
    refused = [claim("A", 100, justified=False), cost("K1", 60, claim="A")]
    absent = [cost("K1", 60, claim="A")]
    assert [(60, "")] * 3 == [(one(COPQ, facts).value, one(COPQ, facts).note) for facts in (unknown, refused, absent)]
    without_claims = CostOfPoorQuality(id="copq", claims_as=None)
    assert value(without_claims, claim("A", 100), cost("K1", 60, claim="A")) == 60


def test_an_amount_is_counted_with_its_claim_in_the_period_in_which_that_was_opened() -> None:
    old = claim("A", 100, opened_on=date(2025, 12, 1))
    assert one(COPQ, [old, cost("K1", 60, claim="A")]).state == "no_data"


def test_claims_of_unknown_cost_are_noted() -> None:
    found = one(COPQ, [claim("A"), cost("K1", 60)])
    assert (60, "claims without a known cost left out: 1") == (found.value, found.note)


def test_without_any_amount_there_is_no_data_and_against_spend_the_cost_is_zero() -> None:
    share = CostOfPoorQuality(id="share", relative_to="ordered")
    assert one(COPQ, [bought("L1")]).note == "no cost of quality, or no spend, in the period"
    assert value(share, bought("L1")) == 0
    assert one(share, [bought("L1"), claim("A")]).state == "no_data"


def test_the_shares_of_prevention_appraisal_and_failure_add_up_to_one() -> None:
    facts = [*EVERY_KIND, claim("A", 100), cost("K5", 60, claim="A")]
    split: list[Any] = [["prevention"], ["appraisal"], ["internal_failure", "external_failure"]]
    found = [value(CostOfPoorQuality(id="part", kinds=kinds, relative_to="quality_costs"), *facts) for kinds in split]
    assert [Fraction(10, 200), Fraction(20, 200), Fraction(170, 200)] == found


def test_the_split_notes_claims_of_unknown_cost_and_can_leave_claims_out() -> None:
    facts = [*EVERY_KIND, claim("A"), claim("B", 100)]
    split = CostOfPoorQuality(id="failure", relative_to="quality_costs")
    assert "claims without a known cost left out: 1" == one(split, facts).note
    assert Fraction(70, 100) == value(CostOfPoorQuality(id="f", relative_to="quality_costs", claims_as=None), *facts)


def test_the_supplier_performance_index_is_spend_and_cost_over_spend() -> None:
    index = CostOfPoorQuality(id="index", relative_to="ordered", add_spend=True)
    found = one(index, [bought("L1", 10, 100), claim("A", 30), cost("K1", 20)])
    assert (Fraction(1050, 1000), "", 1) == (found.value, found.unit, found.evidence)
    assert value(index, bought("L1", 10, 100)) == 1


def test_an_older_cost_weighs_less() -> None:
    faded = CostOfPoorQuality(id="copq", decay=LinearDecay(10))
    facts = [cost("K1", 60, incurred_on=date(2026, 12, 26)), claim("A", 30, opened_on=date(2026, 12, 31))]
    assert value(faded, *facts) == 60


def test_costs_of_two_currencies_do_not_mix() -> None:
    facts = [cost("K1", 60), claim("A", cost=Money("5", "USD"))]
    with pytest.raises(InvalidValueError, match="'copq' meets more than one currency: 'EUR, USD'"):
        one(COPQ, facts)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"kinds": []}, "kinds is unknown"),
        ({"kinds": ["scrap"]}, f"kinds is unknown: 'scrap'; expected some of {', '.join(QUALITY_COST_KINDS)}"),
        ({"kinds": "prevention"}, "kinds must be a collection"),
        ({"claims_as": "scrap"}, "claims_as is unknown: 'scrap'"),
        ({"relative_to": "sales"}, "relative_to is unknown: 'sales'"),
        ({"add_spend": True}, "add_spend has no effect without spend"),
        ({"add_spend": True, "relative_to": "quality_costs"}, "add_spend has no effect without spend"),
        ({"add_spend": "yes", "relative_to": "ordered"}, "add_spend must be true or false"),
    ],
)
def test_a_choice_of_cost_that_makes_no_sense_is_refused(choice: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        CostOfPoorQuality(id="copq", **choice)


def test_the_expected_cost_of_an_event_is_not_rounded_and_can_become_a_fact() -> None:
    expected = expected_event_cost(hours="0.25", hourly_rate=eur("31.10"), rate="0.015", volume=37)
    assert eur("4.3151250") == expected
    assert value(COPQ, cost("K1", expected.amount)) == Fraction("4.315125")  # type: ignore[arg-type]  # a Decimal


@pytest.mark.parametrize("nothing", ["hours", "rate", "volume"])
def test_an_event_that_never_happens_or_takes_no_time_costs_nothing(nothing: str) -> None:
    factors: dict[str, Any] = {"hours": 3, "rate": "0.01", "volume": 104} | {nothing: 0}
    assert expected_event_cost(hourly_rate=eur(30), **factors).is_zero


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        ({"hours": -1}, "hours is negative"),
        ({"volume": "-3"}, "volume is negative"),
        ({"rate": "1.5"}, r"rate must be a share from 0 to 1: Decimal\('1.5'\); 1 % is '0.01'"),
        ({"rate": 0.01}, "a quantity is never a float"),
        ({"hours": "three"}, "not a number"),
        ({"hourly_rate": 30}, "hourly_rate must be money"),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(factors: dict[str, Any], message: str) -> None:
    usual: dict[str, Any] = {"hours": 3, "hourly_rate": eur(30), "rate": "0.01", "volume": 104}
    with pytest.raises(InvalidValueError, match=message):
        expected_event_cost(**(usual | factors))
