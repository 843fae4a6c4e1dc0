"""Worked examples and defects of other systems' quality, complaint, service and cost figures, named by their source."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from quality_facts import MARCH, asked, bought, cause, claim, cost, inspected, one, value

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import FAULTS
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.measures import (
    ComplaintScore,
    CostOfPoorQuality,
    QualityPassRate,
    RejectRate,
    ResponseDays,
    ServiceResponse,
    expected_event_cost,
)
from supplychain_rules.values.money import Money

#: SAP's own example: turnover 1,000,000, ten quality notifications, 500 each.
W5_FACTS: list[Fact] = [
    bought("L1", 1000, unit_price=Money("1000", "USD")),
    *(claim(f"Q{number}") for number in range(10)),
]
W5_COST = Money("500", "USD")


def test_w5_sap_complaints_ten_of_500_against_a_tenth_of_a_million_score_95_05() -> None:
    score = ComplaintScore(id="score", tolerated_share="0.1", cost_per_claim=W5_COST)
    assert Fraction("95.05") == one(score, W5_FACTS).value


def test_w5_sap_help_calls_the_share_0_1_percent_and_by_that_the_score_would_be_1() -> None:
    score = ComplaintScore(id="score", tolerated_share="0.001", cost_per_claim=W5_COST)
    assert 1 == one(score, W5_FACTS).value
    for written in ("0.1 percent", "0.1 %", "0.1%"):
        with pytest.raises(InvalidValueError):
            ComplaintScore(id="score", tolerated_share=written, cost_per_claim=W5_COST)


def test_sap_help_46c_without_a_notification_the_vendor_has_the_highest_score() -> None:
    score = ComplaintScore(id="score", tolerated_share="0.1", cost_per_claim=W5_COST)
    assert 100 == one(score, W5_FACTS[:1]).value


def test_sap_forum_1174588_one_complaint_ruins_a_small_vendor_and_a_large_one_does_not_notice_ten() -> None:
    score = ComplaintScore(id="score", tolerated_share="0.1", cost_per_claim=W5_COST)
    small = [bought("L1", 4, unit_price=Money("1000", "USD")), claim("Q0")]
    large = [bought("L1", 100_000, unit_price=Money("1000", "USD")), *W5_FACTS[1:]]
    assert [1, Fraction("99.9505")] == [one(score, small).value, one(score, large).value]


def test_w28_nextlevelpurchasing_three_hours_at_30_for_one_percent_of_104_invoices_cost_93_60() -> None:
    found = expected_event_cost(hours=3, hourly_rate=Money("30", "USD"), rate="0.01", volume=104)
    assert Money("93.60", "USD") == found


def test_infor_ln_3_own_5_supplier_and_2_own_are_5_of_each_and_not_10_own() -> None:
    facts = [inspected("Q1", 100, 10, causes=[cause(3, "buyer"), cause(5, "supplier"), cause(2, "buyer")])]
    rejects = {fault: value(RejectRate(id="rejects", per=100, faults=[fault]), *facts) for fault in FAULTS}
    assert {"buyer": 5, "supplier": 5} == {fault: count for fault, count in rejects.items() if count}
    assert Fraction(95, 100) == value(QualityPassRate(id="quality", faults=["supplier"]), *facts)


def test_erpnext_scorecards_round_a_ratio_of_0_004_to_0_and_lose_every_reject() -> None:
    # supplier_scorecard_variable.py: variables are cut to two decimals before a formula reads them.
    assert 4000 == value(RejectRate(id="ppm"), inspected("Q1", 1000, 4))
    assert Fraction("99.6") == 100 * (value(QualityPassRate(id="quality"), inspected("Q1", 1000, 4)) or 0)


def test_erpnext_rfq_response_days_are_a_sum_of_days_that_a_question_never_answered_leaves_out() -> None:
    # supplier_scorecard_variable.py, get_rfq_response_days: the sum of the days from request to quotation.
    facts = [asked("S1", MARCH + timedelta(days=2)), asked("S2", MARCH + timedelta(days=5)), asked("S3")]
    days = one(ResponseDays(id="rfq_response_days", kinds=["quotation"]), facts)
    assert (7, Fraction(7, 2), "still waiting, left out: 1") == (days.numerator, days.value, days.note)
    in_time = ServiceResponse(id="rfq_in_time", kinds=["quotation"], within_days=5)
    assert Fraction(2, 3) == value(in_time, *facts)


def test_sap_bw_averages_all_values_that_are_not_zero_and_here_a_lot_of_zero_counts() -> None:
    mean = QualityPassRate(id="mean", level="mean_of_lots")
    assert Fraction(1, 2) == value(mean, inspected("Q1", 10, 10), inspected("Q2", 10))


def test_w28_the_expected_cost_of_events_becomes_a_cost_of_poor_quality() -> None:
    amount = expected_event_cost(hours=3, hourly_rate=Money("30", "EUR"), rate="0.01", volume=104)
    facts = [bought("L1", 104, 90), cost("K1", str(amount.amount), incurred_on=date(2026, 6, 30))]
    index = CostOfPoorQuality(id="index", relative_to="ordered", add_spend=True)
    assert Fraction("9453.6") / 9360 == value(index, *facts)
