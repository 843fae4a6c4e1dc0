"""Answers: within the target or late, open or overdue, and how many days they took."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from quality_facts import MARCH, asked, claim, complaint, measured, one, value

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.measures import LinearDecay, ResponseDays, ServiceResponse
from supplychain_rules.values.calendar import WorkCalendar

IN_TIME = ServiceResponse(id="in_time", within_days=3)
DAYS = ResponseDays(id="days")


def after(days: int) -> date:
    return MARCH + timedelta(days=days)


@pytest.mark.parametrize(("days", "expected"), [(0, 1), (3, 1), (4, 0)])
def test_the_last_day_of_the_target_is_in_time(days: int, expected: int) -> None:
    assert expected == value(IN_TIME, asked("S1", after(days)))


def test_the_same_day_is_a_target_of_zero_days() -> None:
    same_day = ServiceResponse(id="same_day", within_days=0)
    assert Fraction(1, 2) == value(same_day, asked("S1", MARCH), asked("S2", after(1)))


def test_a_question_that_waits_is_left_out_within_the_target_and_late_beyond_it() -> None:
    facts = [asked("S1", after(1)), asked("S2")]
    within, beyond = one(IN_TIME, facts, as_of=after(3)), one(IN_TIME, facts, as_of=after(4))
    assert [(1, 1), (Fraction(1, 2), 2)] == [(found.value, found.evidence) for found in (within, beyond)]


def test_nothing_whose_target_has_passed_is_no_data() -> None:
    found = one(IN_TIME, [asked("S1")], as_of=after(1))
    assert ("no_data", "nothing was raised in the period whose target has passed") == (found.state, found.note)


def test_an_answer_dated_after_the_day_from_which_one_looks_has_not_come() -> None:
    facts = [asked("S1", after(2))]
    assert [None, 1] == [one(IN_TIME, facts, as_of=after(days)).value for days in (1, 2)]
    assert [None, 2] == [one(DAYS, facts, as_of=after(days)).value for days in (1, 2)]


def test_a_late_answer_stays_late_however_long_one_waits() -> None:
    assert [0, 0] == [one(IN_TIME, [asked("S1", after(9))], as_of=after(days)).value for days in (5, 9)]


def test_what_was_resolved_was_also_answered() -> None:
    resolved = asked("S1", resolved_on=after(2))
    both = asked("S2", after(1), resolved_on=after(9))
    resolution = ServiceResponse(id="resolved", within_days=3, of="resolution")
    assert [1, Fraction(1, 2)] == [value(definition, resolved, both) for definition in (IN_TIME, resolution)]
    assert [Fraction(3, 2), Fraction(11, 2)] == [
        value(definition, resolved, both) for definition in (DAYS, ResponseDays(id="days", of="resolution"))
    ]


def test_a_target_may_be_in_working_days() -> None:
    friday = date(2026, 3, 6)
    facts = [asked("S1", date(2026, 3, 9), raised_on=friday)]
    one_day = {"within_days": 1}
    assert [0, 1] == [
        value(ServiceResponse(id="a", calendar=calendar, **one_day), *facts) for calendar in (None, WorkCalendar())
    ]
    assert [3, 1] == [value(ResponseDays(id="a", calendar=calendar), *facts) for calendar in (None, WorkCalendar())]


def test_only_the_kinds_asked_for_are_counted() -> None:
    facts = [asked("S1", after(1)), asked("S2", after(9), kind="query"), asked("S3", kind="query")]
    assert [1, 1] == [
        value(ServiceResponse(id="in_time", kinds=["quotation"], within_days=3), *facts),
        value(ResponseDays(id="days", kinds=["quotation"]), *facts),
    ]


def test_an_answer_belongs_to_the_period_in_which_the_question_was_raised() -> None:
    assert one(DAYS, [asked("S1", MARCH, raised_on=date(2025, 12, 31))]).state == "no_data"


def test_how_many_still_wait_is_noted_and_may_be_counted_with_their_days_so_far() -> None:
    facts = [asked("S1", after(2)), asked("S2")]
    left_out, so_far = DAYS, ResponseDays(id="days", unanswered="days_so_far")
    found = one(left_out, facts, as_of=after(10))
    assert (2, 1, "days", "still waiting, left out: 1") == (found.value, found.evidence, found.unit, found.note)
    grown = [one(so_far, facts, as_of=after(days)).value for days in (10, 20)]
    assert [Fraction(2 + 10, 2), Fraction(2 + 20, 2)] == grown


def test_who_never_answers_has_no_days_and_a_note() -> None:
    found = one(DAYS, [asked("S1")])
    expected = "nothing was answered that was raised in the period; still waiting, left out: 1"
    assert ("no_data", expected) == (found.state, found.note)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"statistic": "mean"}, Fraction(17, 5)),
        ({"statistic": "median"}, 2),
        ({"statistic": "least"}, 0),
        ({"statistic": "greatest"}, 12),
        ({"statistic": "percentile", "percentile": "0.8"}, 2),
        ({"statistic": "percentile", "percentile": "0.9"}, 12),
    ],
)
def test_every_statistic_of_the_days_is_found_from_counts_by_day(choice: dict[str, Any], expected: Fraction) -> None:
    facts = [asked(f"S{number}", after(days)) for number, days in enumerate((0, 1, 2, 2, 12))]
    found = one(ResponseDays(id="days", **choice), facts)
    assert (expected, 5, "days") == (found.value, found.evidence, found.unit)


def test_the_mean_keeps_the_sum_of_the_days_as_its_numerator() -> None:
    found = one(DAYS, [asked("S1", after(2)), asked("S2", after(5))])
    assert (7, 2) == (found.numerator, found.denominator)


def test_days_that_weigh_nothing_any_more_have_no_statistic() -> None:
    forgotten = ResponseDays(id="days", statistic="median", decay=LinearDecay(30))
    found = one(forgotten, [asked("S1", after(2))])
    assert ("no_data", "all that counts has the value zero") == (found.state, found.note)


def test_an_older_answer_weighs_less() -> None:
    facts = [
        asked("S1", date(2026, 12, 31), raised_on=date(2026, 12, 31)),
        asked("S2", date(2026, 12, 11), raised_on=date(2026, 12, 11)),
    ]
    late = [*facts, asked("S3", None, raised_on=date(2026, 12, 11))]
    faded = ServiceResponse(id="in_time", within_days=3, decay=LinearDecay(40))
    found = one(faded, late)
    assert (Fraction(3, 2) / 2, None) == (found.value, found.trials)


def test_a_share_answered_in_time_is_a_rate_of_trials() -> None:
    assert one(IN_TIME, [asked("S1", MARCH)]).trials == 1


def test_customers_complaints_are_answered_and_resolved_by_us() -> None:
    facts = [complaint("A", answered_on=after(1), closed_on=after(9)), complaint("B", closed_on=after(2))]
    answered = ServiceResponse(id="answered", source="complaints", within_days=3)
    resolved = ResponseDays(id="resolved", source="complaints", of="resolution", statistic="greatest")
    assert [1, 9] == [measured(definition, facts, by="customer")["C12"].value for definition in (answered, resolved)]


def test_a_claim_on_a_supplier_is_resolved_and_not_answered() -> None:
    facts: list[Fact] = [claim("A", closed_on=after(9)), claim("B")]
    resolved = ServiceResponse(id="resolved", source="claims", of="resolution", within_days=10)
    assert Fraction(1, 2) == value(resolved, *facts)
    for kind in (ServiceResponse, ResponseDays):
        target = {"within_days": 3} if kind is ServiceResponse else {}
        with pytest.raises(
            InvalidValueError, match=r"of cannot be the answer to a claim: 'answer'; write of='resolution'"
        ):
            kind(id="answered", source="claims", **target)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"within_days": -1}, "within_days must be a whole number from 0"),
        ({"within_days": 3, "of": "reply"}, "of is unknown: 'reply'; expected one of answer, resolution"),
        ({"within_days": 3, "source": "mail"}, "source is unknown: 'mail'"),
        ({"within_days": 3, "kinds": "quotation"}, "names must be a collection"),
    ],
)
def test_a_choice_of_a_target_that_makes_no_sense_is_refused(choice: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        ServiceResponse(id="in_time", **choice)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"statistic": "mode"}, "statistic is unknown: 'mode'"),
        ({"statistic": "percentile"}, "percentile must be above 0 and at most 1"),
        ({"percentile": "0.9"}, "percentile has no effect with 'mean'"),
        ({"unanswered": "never"}, "unanswered is unknown: 'never'"),
    ],
)
def test_a_choice_of_days_that_makes_no_sense_is_refused(choice: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        ResponseDays(id="days", **choice)


def test_a_calendar_is_a_calendar() -> None:
    with pytest.raises(TypeError, match="calendar"):
        ServiceResponse(id="in_time", within_days=3, calendar="China")  # type: ignore[arg-type]
