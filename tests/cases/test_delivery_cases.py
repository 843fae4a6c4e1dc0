"""Worked examples and known defects of other systems in delivery times, smoothing and series; each names its source."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from delivery_makers import DUE, MARCH, due, found, got, held_up, line, total

from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.trade import Receipt
from supplychain_rules.measures import (
    DayBand,
    DeliveryPerformance,
    DeliveryTime,
    FillRate,
    LatePoints,
    Measurement,
    Scope,
    linear_mean,
    measure,
    moving_means,
    series,
    smoothed,
    trend,
)
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.period import Period, months
from supplychain_rules.values.rounding import round_to_units

OTIF = DeliveryPerformance(id="otif")


def test_w2_sap_0smooth_del_previous_80_and_new_20_at_a_tenth_smooth_to_74() -> None:
    assert 74 == smoothed([80, 20], weight_of_new="0.1").value


@pytest.mark.parametrize(("standard", "percent"), [(20, 60), (60, 20)])
def test_w3_sap_date_variance_due_15_november_received_on_the_27th(standard: int, percent: int) -> None:
    facts = [line(promised_on=date(2025, 11, 15)), got((date(2025, 11, 27) - DUE).days)]
    variance = DeliveryTime(id="date_variance", of="delay", relative_to_days=standard)
    assert Fraction(percent, 100) == total(variance, facts, period=Period.year(2025)).value


@pytest.mark.parametrize(
    ("newest_first", "tenths"),
    [([90, 80, 70], 806), ([0, *[100] * 11], 846), ([*[100] * 11, 0], 987)],
)
def test_w18_erpnext_default_weighting_function_over_12_periods(newest_first: list[int], tenths: int) -> None:
    score = linear_mean(reversed(newest_first), over=12).value
    assert score is not None
    assert tenths == round_to_units(score, 1)


def test_w18_erpnext_no_period_is_no_score_and_not_100() -> None:
    score = linear_mean([], over=12)
    assert ("no_data", None) == (score.state, score.value)


def test_erpnext_31597_idle_months_do_not_drift_a_supplier_to_100() -> None:
    active, idle = [60, 60, 60], [None] * 6
    assert 60 == linear_mean([*active, *idle], over=12).value
    poor_workaround = linear_mean([*active, *[100] * 6], over=12).value
    assert poor_workaround is not None
    assert 85 < poor_workaround


def test_erpnext_weeks_of_eight_days_would_count_a_line_twice_and_half_open_weeks_do_not() -> None:
    # supplier_scorecard.py: end = start + 7 days, and both ends are included.
    start = date(2026, 1, 1)
    weeks = [Period(start + timedelta(days=7 * week), start + timedelta(days=7 * week + 7)) for week in range(4)]
    facts = [line(promised_on=weeks[1].start), got(0)]
    evidence = [entry.evidence for entry in series(OTIF, Ledger(facts), periods=weeks, as_of=MARCH)["V7"]]
    assert [0, 1, 0, 0] == evidence


def test_erpnext_total_working_days_are_working_days_and_not_one_short() -> None:
    # supplier_scorecard_variable.py, get_total_workdays: end - start, whatever the weekday.
    facts = [line(ordered_on=date(2026, 1, 5)), got(-8)]  # Monday to Monday
    working = DeliveryTime(id="lead_time", of="lead_time", calendar=WorkCalendar())
    assert 5 == total(working, facts).value


def test_erpnext_cancelled_orders_have_no_days_late() -> None:
    # supplier_scorecard_variable.py, get_total_days_late: the missed half has no filter of the document's status.
    so_far = DeliveryTime(id="days_late", of="lateness", open_overdue="so_far", scope=Scope(statuses=["submitted"]))
    facts = [line("A", status="submitted"), line("B", status="draft"), line("C", 0, status="submitted")]
    entry = total(so_far, facts, as_of=due(10))
    assert (10, 1) == (entry.value, entry.evidence)


def test_odoo_partner_without_receipts_due_is_no_data_in_its_months_too() -> None:
    # odoo 58653 and 128426: no data was 100 in one place and -1 in another.
    found_states = [
        entry.state
        for entry in series(
            OTIF, Ledger([Supplier(id="V7")]), periods=months(Period.quarter(2026, 1)), as_of=date(2026, 4, 1)
        )["V7"]
    ]
    assert ["no_data"] * 3 == found_states


def test_odoo_a_line_of_which_nothing_came_is_late_and_its_exclusion_is_said() -> None:
    # res_partner._compute_on_time_rate leaves lines with qty_received = 0 out, so never shipping costs nothing.
    facts = [line("A"), got(0, of="A"), line("B")]
    kept, left = (
        total(DeliveryPerformance(id="otd", level="quantity", open_overdue=choice), facts)
        for choice in ("late", "left_out")
    )
    assert (Fraction(1, 2), 1) == (kept.value, left.value)
    assert "overdue order lines that are not complete left out: 1" == left.note


def test_axelor_16740_the_day_of_delivery_counts_and_not_the_day_of_entry() -> None:
    receipt = Receipt(id="R", order_line="L1", received_on=due(-1), quantity=10, known_on=due(6))
    assert 1 == total(OTIF, [line(), receipt]).value
    assert 0 == total(OTIF, [line(), receipt], as_of=due(5)).value


def test_dynamics_365_4444_60_percent_on_time_says_by_how_many_days_the_rest_was_late() -> None:
    facts = [fact for number in range(5) for fact in (line(f"L{number}"), got(int(number > 2), of=f"L{number}"))]
    lateness = {
        statistic: total(DeliveryTime(id="late", of="lateness", statistic=statistic), facts).value
        for statistic in ("mean", "greatest")
    }
    assert Fraction(60, 100) == total(OTIF, facts).value
    assert {"mean": Fraction(2, 5), "greatest": 1} == lateness


def test_sap_me_minimum_delivery_percentage_leaves_a_too_small_receipt_without_a_score_for_time() -> None:
    at_least_80 = DeliveryPerformance(id="otd", under_tolerance="0.2", open_overdue="left_out")
    states = {quantity: total(at_least_80, [line(), got(0, quantity)]).state for quantity in (7, 8)}
    assert {7: "no_data", 8: "value"} == states


def test_sap_bw_a_zero_is_a_value_and_not_a_missing_one() -> None:
    # BW: "average of all values that are not zero".
    assert [50, 100] == [moving_means(values, over=2)[-1].value for values in ([0, 100], [None, 100])]


def test_sap_forum_the_days_of_a_rescheduled_order_are_counted_from_both_promises() -> None:
    facts = [line(latest_promise_on=due(14)), got(12)]
    both = [total(DeliveryTime(id="d", of="delay", promise=which), facts).value for which in ("original", "latest")]
    assert [12, -2] == both


def test_infor_ln_days_of_several_parties_are_kept_apart_and_not_stored_as_the_buyers_own() -> None:
    # Infor LN, vendor rating: 3 own + 5 supplier + 2 own is stored as 10 own.
    facts = [line(), held_up(3), held_up(5, "supplier"), held_up(2, "customer"), got(10)]
    excused = {
        name: total(DeliveryPerformance(id="otd", excused_faults=faults, late_days=late), facts).value
        for name, faults, late in (
            ("own five", ["buyer", "customer"], 4),
            ("own five, and five of grace", ["buyer", "customer"], 5),
            ("all ten", ["buyer", "customer", "supplier"], 0),
        )
    }
    assert {"own five": 0, "own five, and five of grace": 1, "all ten": 1} == excused


def test_infor_ln_a_trend_of_too_few_ratings_is_not_applicable_there_and_no_data_here() -> None:
    assert "no_data" == trend([91, 95]).state


def test_mckinsey_2019_on_time_times_in_full_is_not_on_time_in_full() -> None:
    # Some glossaries multiply the two rates; here half the lines are late and the other half are short.
    facts = [fact for name in ("A", "B") for fact in (line(name), got(5, of=name))]
    facts += [fact for name in ("C", "D") for fact in (line(name), got(0, 9, of=name))]
    on_time = total(DeliveryPerformance(id="otd", in_full=False), facts).value
    in_full = total(FillRate(id="fill", level="line"), facts).value
    assert on_time is not None
    assert in_full is not None
    assert (Fraction(1, 4), 0) == (on_time * in_full, total(OTIF, facts).value)


def test_s4hana_a_mean_of_item_scores_is_not_the_score_of_all_items() -> None:
    facts = [line("A", item="bolt"), got(5, of="A")]
    facts += [fact for number in range(9) for fact in (line(f"N{number}", item="nut"), got(0, of=f"N{number}"))]
    by_item = [entry.value or Fraction(0) for entry in found(OTIF, facts, by="item").values()]
    assert (Fraction(1, 2), Fraction(9, 10)) == (sum(by_item) / len(by_item), total(OTIF, facts).value)


@pytest.mark.parametrize(("day", "points"), [(0, 100), (1, 90), (2, 90), (5, 50), (6, 0)])
def test_s4hana_the_interval_of_a_documents_variance_gives_its_points(day: int, points: int) -> None:
    bands = (DayBand(up_to=0, points=100), DayBand(up_to=2, points=90), DayBand(up_to=5, points=50), DayBand(points=0))
    assert points == total(LatePoints(id="points", bands=bands), [line(), got(day)]).value


def test_bell_late_units_are_those_that_missed_the_window_and_not_those_that_never_fill() -> None:
    facts = [line("A", 60), got(0, 60, of="A"), line("B", 40), got(4, 40, of="B")]
    by_piece: Measurement = total(DeliveryPerformance(id="otd", level="quantity"), facts)
    assert (Fraction(60, 100), 1) == (by_piece.value, total(FillRate(id="fill"), facts).value)


def test_odoo_vendor_delay_report_one_definition_gives_one_answer_everywhere() -> None:
    # Odoo computes the on-time rate by two formulas, which disagree on one partner.
    facts = [line("A", supplier="V1"), got(0, of="A"), line("B", supplier="V1"), got(3, 7, of="B")]
    by_piece = DeliveryPerformance(id="otd", level="quantity")
    (partner,) = measure([by_piece], Ledger(facts), by="supplier", period=Period.year(2026), as_of=MARCH)
    assert (partner.numerator, partner.denominator) == (
        total(by_piece, facts).numerator,
        sum(entry.denominator for entry in found(by_piece, facts, by=("supplier", "month")).values()),
    )
