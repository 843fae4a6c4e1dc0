"""Working days: weekends, holidays, make-up days, and where the calendar ends."""

import pickle
import time
from datetime import UTC, date, datetime

import attrs
import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.calendar import WorkCalendar

#: Spring Festival 2026 as China's State Council announced it: 15 to 23 February off, Saturdays 14 and 28 worked.
SPRING_FESTIVAL = WorkCalendar(
    holidays=frozenset(date(2026, 2, day) for day in range(15, 24)),
    workdays=frozenset({date(2026, 2, 14), date(2026, 2, 28)}),
)


def test_without_further_words_saturday_and_sunday_are_off() -> None:
    week = [date(2026, 1, day) for day in range(5, 12)]

    assert [True, True, True, True, True, False, False] == [WorkCalendar().is_working(day) for day in week]


def test_friday_and_saturday_are_the_weekend_where_the_caller_says_so() -> None:
    gulf = WorkCalendar(weekend=frozenset({5, 6}))

    assert date(2026, 1, 4) == gulf.shift(date(2026, 1, 1), 1)


def test_a_holiday_is_not_worked() -> None:
    new_year = WorkCalendar(holidays=frozenset({date(2026, 1, 1)}))

    assert date(2026, 1, 2) == new_year.shift(date(2025, 12, 31), 1)
    assert 1 == new_year.days_between(date(2025, 12, 31), date(2026, 1, 2))


def test_a_make_up_day_is_worked_although_it_is_a_saturday() -> None:
    assert date(2026, 2, 14) == SPRING_FESTIVAL.shift(date(2026, 2, 13), 1)
    assert date(2026, 2, 24) == SPRING_FESTIVAL.shift(date(2026, 2, 13), 2)
    assert date(2026, 2, 28) == SPRING_FESTIVAL.shift(date(2026, 2, 13), 6)
    assert 6 == SPRING_FESTIVAL.days_between(date(2026, 2, 13), date(2026, 3, 1))


def test_going_back_over_the_festival_lands_on_the_make_up_day() -> None:
    assert date(2026, 2, 14) == SPRING_FESTIVAL.shift(date(2026, 2, 24), -1)
    assert date(2026, 2, 13) == SPRING_FESTIVAL.shift(date(2026, 2, 20), -2)


def test_a_factory_that_never_rests_counts_days() -> None:
    always = WorkCalendar(weekend=frozenset())

    assert date(2026, 1, 11) == always.shift(date(2026, 1, 1), 10)
    assert 365 == always.days_between(date(2025, 12, 31), date(2026, 12, 31))


def test_only_the_days_named_are_worked_where_the_whole_week_is_off() -> None:
    audits = WorkCalendar(
        weekend=frozenset(range(1, 8)), workdays=frozenset({date(2026, 3, 2), date(2026, 9, 1), date(2027, 3, 1)})
    )

    assert date(2026, 9, 1) == audits.shift(date(2026, 3, 2), 1)
    assert date(2026, 3, 2) == audits.shift(date(2026, 9, 1), -1)
    assert 3 == audits.days_between(date(2026, 1, 1), date(2030, 1, 1))
    assert date.max == audits.shift(date(2027, 3, 1), 1)
    assert date.min == audits.shift(date(2026, 3, 2), -1)


def test_moving_by_no_days_stays_even_on_a_day_off() -> None:
    assert date(2026, 1, 3) == WorkCalendar().shift(date(2026, 1, 3), 0)


def test_from_a_day_off_the_next_working_day_is_one_ahead_and_the_last_one_back() -> None:
    saturday = date(2026, 1, 3)

    assert date(2026, 1, 5) == WorkCalendar().shift(saturday, 1)
    assert date(2026, 1, 2) == WorkCalendar().shift(saturday, -1)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 1, 2), date(2026, 1, 2), 0),
        (date(2026, 1, 2), date(2026, 1, 4), 0),
        (date(2026, 1, 3), date(2026, 1, 5), 1),
        (date(2026, 1, 5), date(2026, 1, 2), -1),
        (date(2026, 1, 3), date(2026, 1, 2), 0),
    ],
)
def test_the_first_day_does_not_count_and_the_last_one_does(start: date, end: date, days: int) -> None:
    assert days == WorkCalendar().days_between(start, end)


@pytest.mark.parametrize(("days", "stop"), [(10**30, date.max), (-(10**30), date.min), (1, date.max)])
def test_a_shift_out_of_the_calendar_stops_at_its_end(days: int, stop: date) -> None:
    start = date.max if days == 1 else date(2026, 1, 1)

    assert stop == WorkCalendar().shift(start, days)


def test_the_first_and_the_last_working_day_of_the_calendar_are_reached() -> None:
    assert date(1, 1, 1) == WorkCalendar().shift(date(1, 1, 2), -1)
    assert date(9999, 12, 31) == WorkCalendar().shift(date(9999, 12, 30), 1)


def test_holidays_on_weekends_and_make_up_days_in_the_week_change_nothing() -> None:
    odd = WorkCalendar(holidays=frozenset({date(2026, 1, 3)}), workdays=frozenset({date(2026, 1, 6)}))

    assert [odd.shift(date(2026, 1, 1), days) for days in range(-9, 9)] == [
        WorkCalendar().shift(date(2026, 1, 1), days) for days in range(-9, 9)
    ]


def test_a_span_of_centuries_costs_no_more_than_a_span_of_days() -> None:
    holidays = frozenset(date(year, 12, 25) for year in range(1, 9999))
    calendar = WorkCalendar(holidays=holidays)
    started = time.perf_counter()
    for _ in range(1000):
        calendar.shift(date(1, 1, 1), 2_000_000)
        calendar.days_between(date.min, date.max)

    assert time.perf_counter() - started < 1  # a day-by-day walk would take minutes


# One value


def test_equal_calendars_are_one_key_however_their_days_were_given() -> None:
    listed = WorkCalendar(holidays=[date(2026, 1, 1), date(2026, 5, 1)], weekend=[7, 6])
    keyed = WorkCalendar(holidays={date(2026, 5, 1): "Labour Day", date(2026, 1, 1): "New Year"})

    assert listed == keyed
    assert {listed: "China"}[keyed] == "China"
    assert listed != WorkCalendar()


def test_a_calendar_survives_a_pickle_and_still_counts() -> None:
    copy = pickle.loads(pickle.dumps(SPRING_FESTIVAL))  # noqa: S301  our own bytes

    assert SPRING_FESTIVAL == copy
    assert hash(SPRING_FESTIVAL) == hash(copy)
    assert date(2026, 2, 24) == copy.shift(date(2026, 2, 14), 1)


def test_a_calendar_with_other_holidays_counts_anew() -> None:
    assert date(2026, 2, 16) == attrs.evolve(SPRING_FESTIVAL, holidays=frozenset()).shift(date(2026, 2, 14), 1)


def test_the_representation_builds_the_calendar_again() -> None:
    calendar = WorkCalendar(
        weekend=frozenset({7}), holidays=frozenset({date(2026, 5, 1), date(2026, 1, 1)}), workdays=frozenset()
    )

    assert repr(calendar) == (
        "WorkCalendar(weekend=frozenset([7]), "
        "holidays=frozenset({date(2026, 1, 1), date(2026, 5, 1)}), workdays=frozenset())"
    )
    assert calendar == eval(repr(calendar))  # noqa: S307  our own text


def test_a_calendar_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        SPRING_FESTIVAL.holidays = frozenset()  # type: ignore[misc]


# What is refused


def test_a_day_that_is_both_off_and_worked_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="both a holiday and a workday: '2026-02-14'; take it out of one"):
        WorkCalendar(holidays=frozenset({date(2026, 2, 14)}), workdays=frozenset({date(2026, 2, 14)}))


def test_a_calendar_without_any_working_day_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="without any working day"):
        WorkCalendar(weekend=frozenset(range(1, 8)), holidays=frozenset({date(2026, 1, 1)}))


@pytest.mark.parametrize("weekend", [{0}, {8}, {"6"}, {True}, {6.0}, {None}])
def test_a_weekday_is_a_number_from_one_to_seven(weekend: set[object]) -> None:
    with pytest.raises(InvalidValueError, match="a weekday is an integer from 1 to 7"):
        WorkCalendar(weekend=weekend)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["weekend", "holidays", "workdays"])
@pytest.mark.parametrize("given", ["67", b"67", 6, None, date(2026, 1, 1), [[6]]])
def test_what_is_no_set_of_days_is_refused(name: str, given: object) -> None:
    with pytest.raises(InvalidValueError, match=rf"WorkCalendar\.{name}"):
        WorkCalendar(**{name: given})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["holidays", "workdays"])
@pytest.mark.parametrize("day", [datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01", 20260101, None])
def test_an_exception_that_is_no_day_is_refused(name: str, day: object) -> None:
    with pytest.raises(InvalidValueError, match=rf"a day of WorkCalendar\.{name} must be a day"):
        WorkCalendar(**{name: {day}})  # type: ignore[arg-type]


@pytest.mark.parametrize("day", [datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01", None])
def test_a_question_about_what_is_no_day_is_refused(day: object) -> None:
    good = date(2026, 1, 1)
    for ask in (
        lambda: WorkCalendar().is_working(day),  # type: ignore[arg-type]
        lambda: WorkCalendar().shift(day, 1),  # type: ignore[arg-type]
        lambda: WorkCalendar().days_between(day, good),  # type: ignore[arg-type]
        lambda: WorkCalendar().days_between(good, day),  # type: ignore[arg-type]
    ):
        with pytest.raises(InvalidValueError, match="must be a day"):
            ask()


@pytest.mark.parametrize("days", [1.0, True, "1", None])
def test_a_shift_is_by_a_whole_number_of_days(days: object) -> None:
    with pytest.raises(InvalidValueError, match="a number of working days is an integer"):
        WorkCalendar().shift(date(2026, 1, 1), days)  # type: ignore[arg-type]
