"""Delivery times: which days are counted, and what is asked of their distribution."""

from datetime import date
from decimal import localcontext
from fractions import Fraction
from typing import Any

import pytest
from delivery_makers import DUE, MARCH, due, found, got, held_up, line, total

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures import DeliveryTime, HalfLife, LinearDecay, Measurement, Scope
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.period import Period


def days(facts: list[Any], *, of: Any = "delay", as_of: date = MARCH, **choices: Any) -> Measurement:  # noqa: ANN401
    return total(DeliveryTime(id="days", of=of, **choices), facts, as_of=as_of)


def lines(*late: int) -> list[Any]:
    """Make lines that came whole, each so many days after the promise."""
    facts: list[Any] = []
    for number, count in enumerate(late):
        facts += [line(f"L{number}"), got(count, of=f"L{number}")]
    return facts


@pytest.mark.parametrize(
    ("of", "expected"),
    [("lead_time", [11, 15, 18]), ("delay", [-4, 0, 3]), ("lateness", [0, 0, 3]), ("earliness", [4, 0, 0])],
)
def test_days_run_from_the_order_or_from_the_promise(of: str, expected: list[int]) -> None:
    assert expected == [days(lines(late), of=of).value for late in (-4, 0, 3)]


def test_early_days_make_up_for_late_ones_in_a_delay_and_not_in_a_lateness() -> None:
    facts = lines(-10, 10)
    found_days = {of: days(facts, of=of).value for of in ("delay", "lateness", "earliness")}
    assert {"delay": 0, "lateness": 5, "earliness": 5} == found_days


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("mean", Fraction(3)),
        ("median", Fraction(1, 2)),
        ("least", Fraction(-2)),
        ("greatest", Fraction(13)),
        ("variance", Fraction(25 + 9 + 4 + 100, 4)),
        ("standard_deviation", Fraction("5.873670")),
    ],
)
def test_every_statistic_is_made_of_all_the_days(statistic: Any, expected: Fraction) -> None:  # noqa: ANN401
    assert expected == days(lines(-2, 0, 1, 13), statistic=statistic).value


@pytest.mark.parametrize(("rank", "expected"), [("0.01", 0), ("0.5", 4), ("0.51", 5), ("0.9", 8), ("1", 9)])
def test_a_percentile_is_the_days_within_which_such_a_share_arrived(rank: str, expected: int) -> None:
    assert expected == days(lines(*range(10)), statistic="percentile", percentile=rank).value


def test_the_median_of_two_suppliers_is_not_made_of_their_medians() -> None:
    facts = [
        *(line("A", supplier="V1"), got(0, of="A")),
        *(line("B", supplier="V2"), got(4, of="B"), line("C", supplier="V2"), got(8, of="C")),
        *(line("D", supplier="V2"), got(9, of="D")),
    ]
    definition = DeliveryTime(id="days", of="delay", statistic="median")
    by_supplier = {key: entry.value for key, entry in found(definition, facts, by="supplier").items()}
    assert ({"V1": 0, "V2": 8}, 6) == (by_supplier, total(definition, facts).value)


@pytest.mark.parametrize(
    ("receipts", "first", "completing", "last"),
    [
        ([got(2)], 2, 2, 2),
        ([got(-3, 4), got(2, 6)], -3, 2, 2),
        ([got(-3, 4), got(2, 6), got(9, 1)], -3, 2, 9),
        ([got(2, 6), got(-3, 4)], -3, 2, 2),
        ([got(-3, 4)], -3, None, None),
        ([got(1, 10, wrong_item=True), got(5)], 5, 5, 5),
        ([], None, None, None),
    ],
)
def test_to_names_the_receipt_that_is_the_arrival(
    receipts: list[Any], first: int | None, completing: int | None, last: int | None
) -> None:
    expected = {"first": first, "completing": completing, "last": last}
    assert expected == {to: days([line(), *receipts], to=to).value for to in expected}


def test_a_tolerance_lets_a_short_line_arrive() -> None:
    facts = [line(), got(2, 9)]
    assert [None, 2] == [days(facts, under_tolerance=share).value for share in ("0", "0.1")]


def test_an_open_overdue_line_is_left_out_and_the_note_says_so() -> None:
    entry = days([*lines(3), line("open")], as_of=due(30))
    assert (3, 1, "overdue order lines that have not arrived left out: 1") == (entry.value, entry.evidence, entry.note)


def test_an_open_overdue_line_can_have_the_days_so_far() -> None:
    facts = [*lines(0), line("open")]
    assert [0, Fraction(1, 2), 15] == [
        days(facts, open_overdue="so_far", as_of=as_of).value for as_of in (DUE, due(1), due(30))
    ]
    assert Fraction(15 + 15 + 30, 2) == days(facts, of="lead_time", open_overdue="so_far", as_of=due(30)).value


def test_a_partial_receipt_does_not_stop_the_days_so_far() -> None:
    facts = [line(), got(1, 9)]
    assert 30 == days(facts, open_overdue="so_far", as_of=due(30)).value
    assert 1 == days(facts, to="first", open_overdue="so_far", as_of=due(30)).value


def test_a_line_that_may_still_arrive_in_time_has_no_days() -> None:
    entry = days([line()], as_of=DUE, open_overdue="so_far")
    assert ("no_data", "no order line arrived in the period") == (entry.state, entry.note)


def test_working_days_skip_weekends_and_the_holidays_passed_in() -> None:
    facts = [line(promised_on=date(2026, 1, 23)), got(7)]  # from a Friday to the Tuesday after
    easter = WorkCalendar(holidays=[date(2026, 1, 26)])
    assert [4, 2, 1] == [days(facts, calendar=calendar).value for calendar in (None, WorkCalendar(), easter)]


def test_working_days_of_a_receipt_on_a_day_off_end_with_the_working_day_before() -> None:
    facts = [line(promised_on=date(2026, 1, 23)), got(5)]  # the Sunday after that Friday
    assert 0 == days(facts, calendar=WorkCalendar()).value


def test_days_relative_to_a_standard_are_a_ratio() -> None:
    entry = days(lines(12), relative_to_days=20)
    assert (Fraction(60, 100), "") == (entry.value, entry.unit)
    assert Fraction(144, 400) == days(lines(0, 24), statistic="variance", relative_to_days=20).value


@pytest.mark.parametrize(("statistic", "unit"), [("mean", "days"), ("variance", "days²"), ("greatest", "days")])
def test_days_say_their_unit(statistic: Any, unit: str) -> None:  # noqa: ANN401
    assert unit == days(lines(1), statistic=statistic).unit


def test_an_order_takes_as_long_as_the_slowest_of_its_lines() -> None:
    facts = [line("A", order="PO1"), got(-2, of="A"), line("B", order="PO1"), got(5, of="B"), *lines(1)]
    entry = days(facts, level="order")
    assert (Fraction(5 + 1, 2), 2) == (entry.value, entry.evidence)
    assert 0 == days(facts, level="order", of="earliness").value


def test_an_order_with_an_open_line_has_not_arrived() -> None:
    facts = [line("A", order="PO1"), got(-2, of="A"), line("B", order="PO1", promised_on=due(5))]
    assert "no_data" == days(facts, level="order", as_of=due(5)).state
    note = "no order line arrived in the period; overdue orders that have not arrived left out: 1"
    assert note == days(facts, level="order", as_of=due(6)).note
    assert 4 == days(facts, level="order", as_of=due(9), open_overdue="so_far").value


def test_a_cancelled_line_takes_no_time() -> None:
    facts = [line("A", 0, order="PO1"), *lines(2)]
    assert [(2, 1)] * 2 == [
        (entry.value, entry.evidence) for entry in (days(facts, level=level) for level in ("line", "order"))
    ]


def test_a_line_without_a_requested_date_is_left_out_of_requested() -> None:
    facts = [line("A", requested_on=due(-4)), got(0, of="A"), *lines(9)]
    entry = days(facts, promise="requested")
    assert (4, 1, "order lines without a requested date left out: 1") == (entry.value, entry.evidence, entry.note)


def test_re_planning_shortens_the_delay_from_the_latest_promise_only() -> None:
    facts = [line(latest_promise_on=due(8)), got(10)]
    assert [10, 2] == [days(facts, promise=promise).value for promise in ("original", "latest")]


def test_a_line_belongs_to_the_month_that_counted_in_names() -> None:
    facts = [line(), got(20)]
    months = {}
    for counted_in in ("order", "promise", "receipt"):
        definition = DeliveryTime(id="days", of="delay", counted_in=counted_in)
        by_month = found(definition, facts, by="month", period=Period.quarter(2026, 1))
        months[counted_in] = [key for key, entry in by_month.items() if entry.value is not None]
    assert {"order": ["2026-01"], "promise": ["2026-01"], "receipt": ["2026-02"]} == months


def test_older_lines_weigh_less_in_every_statistic() -> None:
    facts = [line("A", promised_on=date(2026, 1, 1)), got(-14, of="A"), line("B", promised_on=date(2026, 1, 31))]
    facts += [got(11, of="B"), line("C", promised_on=date(2026, 1, 31)), got(11, of="C")]
    decayed = {"as_of": date(2026, 1, 31), "decay": HalfLife(30)}
    assert Fraction(5 * 1 + 0 * 4, 5) == days(facts, **decayed).value
    assert 0 == days(facts, statistic="median", **decayed).value


def test_what_has_lost_its_weight_is_no_data() -> None:
    entry = days(lines(3), decay=LinearDecay(1), statistic="median")
    assert ("no_data", "all that counts has lost its weight") == (entry.state, entry.note)
    assert (1, 0, 0) == (entry.evidence, entry.numerator, entry.denominator)


def test_a_scope_and_a_minimum_hold_for_times_too() -> None:
    facts = [line("A", site="north"), got(2, of="A"), *lines(9)]
    assert 2 == days(facts, scope=Scope(sites=["north"])).value
    assert "evidence 2 is below the minimum 3" == days(facts, minimum_evidence=3).note


def test_the_callers_decimal_context_changes_no_deviation() -> None:
    with localcontext() as context:
        context.prec = 2
        assert Fraction("0.471405") == days(lines(0, 0, 1), statistic="standard_deviation").value


def test_delays_that_others_answer_for_are_days_all_the_same() -> None:
    assert 3 == days([*lines(3), held_up(3, of="L0")]).value


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"of": "patience"}, "DeliveryTime.of is unknown: 'patience'"),
        ({"statistic": "mode"}, "DeliveryTime.statistic is unknown: 'mode'"),
        ({"to": "best"}, "DeliveryTime.to is unknown: 'best'"),
        ({"level": "value"}, "DeliveryTime.level is unknown: 'value'"),
        ({"open_overdue": "late"}, "DeliveryTime.open_overdue is unknown: 'late'"),
        ({"statistic": "percentile"}, "DeliveryTime.percentile must be above 0 and at most 1"),
        ({"statistic": "percentile", "percentile": 0}, "DeliveryTime.percentile must be above 0 and at most 1"),
        ({"percentile": "0.9"}, "DeliveryTime.percentile has no effect with 'mean'"),
        ({"relative_to_days": 0}, "DeliveryTime.relative_to_days must be a whole number from 1 to 10000: 0"),
        ({"relative_to_days": True}, "DeliveryTime.relative_to_days must be a whole number"),
        ({"to": "first", "under_tolerance": "0.1"}, "under_tolerance has no effect without to='last'"),
        ({"under_tolerance": 1}, "DeliveryTime.under_tolerance lets nothing at all be complete"),
        ({"calendar": 5}, "DeliveryTime.calendar must be a WorkCalendar: 5"),
    ],
)
def test_a_delivery_time_refuses_what_does_not_exist(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        DeliveryTime(**({"id": "days", "of": "delay"} | choices))
