"""Working time runs in working hours only, in a time zone that is said, and stands still on hold."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules import InvalidValueError
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.working_time import Hold, WorkingTime

OFFICE = WorkingTime(hours=[(time(9), time(17))], zone=UTC)

MONDAY = date(2026, 1, 5)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=UTC)


def test_a_friday_afternoon_and_four_hours_end_on_monday_at_eleven() -> None:
    friday = at(date(2026, 1, 2), 15)

    assert at(MONDAY, 11) == OFFICE.after(friday, timedelta(hours=4))


def test_a_hold_outside_working_hours_never_moves_a_due_time() -> None:
    night = Hold(at(MONDAY, 17), at(MONDAY + timedelta(days=1), 9))

    assert at(MONDAY, 17) == OFFICE.after(at(MONDAY, 9), timedelta(hours=8), holds=[night])


def test_a_hold_in_working_hours_moves_it_by_what_it_took_once_where_holds_overlap() -> None:
    holds = [Hold(at(MONDAY, 12), at(MONDAY, 13)), Hold(at(MONDAY, 12, 30), at(MONDAY, 14))]

    assert at(MONDAY + timedelta(days=1), 11) == OFFICE.after(at(MONDAY, 9), timedelta(hours=8), holds=holds)
    assert timedelta(hours=6) == OFFICE.between(at(MONDAY, 9), at(MONDAY, 17), holds=holds)


def test_while_a_hold_lasts_nothing_is_due_unless_it_was_before() -> None:
    waiting = [Hold(at(MONDAY, 12))]

    assert OFFICE.after(at(MONDAY, 9), timedelta(hours=8), holds=waiting) is None
    assert at(MONDAY, 11) == OFFICE.after(at(MONDAY, 9), timedelta(hours=2), holds=waiting)


def test_a_case_opened_outside_hours_begins_with_the_next_working_moment() -> None:
    assert at(MONDAY, 10) == OFFICE.after(at(date(2026, 1, 3), 20), timedelta(hours=1))


def test_holidays_make_up_days_and_split_days_count() -> None:
    split = WorkingTime(
        hours=[(time(13), time(17)), (time(8), time(12))],
        zone=UTC,
        calendar=WorkCalendar(holidays=[MONDAY], workdays=[date(2026, 1, 4)]),
    )

    assert timedelta(hours=8) == split.between(at(date(2026, 1, 4), 0), at(MONDAY, 23))
    assert not split.is_working(at(MONDAY, 9))
    assert split.is_working(at(date(2026, 1, 4), 9))


def test_a_night_in_which_the_clocks_change_has_its_real_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = WorkingTime(hours=[(time(0), time(6))], zone=berlin, calendar=WorkCalendar(weekend=[6]))
    start = datetime(2026, 3, 29, 0, 0, tzinfo=berlin)  # at 2 o'clock it becomes 3

    assert timedelta(hours=5) == night.between(start, datetime(2026, 3, 29, 12, 0, tzinfo=berlin))


def test_hours_until_midnight_are_whole_hours() -> None:
    late = WorkingTime(hours=[(time(22), time(0))], zone=UTC)

    assert timedelta(hours=2) == late.between(at(MONDAY, 0), at(MONDAY + timedelta(days=1), 1))


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ([], "no working hours"),
        ([(time(17), time(9))], "end after they start"),
        ([(time(9), time(12)), (time(11), time(17))], "overlap"),
        ([(time(9), time(0)), (time(10), time(11))], "overlap"),
        ([(time(9), time(17, tzinfo=UTC))], "without a zone"),
        ([(9, 17)], "pairs of times"),
    ],
)
def test_hours_that_cannot_be_are_refused(hours: list[tuple[time, time]], said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        WorkingTime(hours=hours, zone=UTC)


def test_a_moment_without_a_zone_and_a_negative_duration_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="no time zone"):
        OFFICE.after(datetime(2026, 1, 5, 9, 0), timedelta(hours=1))  # noqa: DTZ001  that is the point
    with pytest.raises(InvalidValueError, match="not negative"):
        OFFICE.after(at(MONDAY, 9), timedelta(hours=-1))
    with pytest.raises(InvalidValueError, match="not a time zone"):
        WorkingTime(hours=[(time(9), time(17))], zone="UTC")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="after it starts"):
        Hold(at(MONDAY, 9), at(MONDAY, 9))
    never = WorkingTime(
        hours=[(time(9), time(17))], zone=UTC, calendar=WorkCalendar(weekend=range(1, 8), workdays=[MONDAY])
    )
    with pytest.raises(InvalidValueError, match="century"):
        never.after(at(MONDAY, 9), timedelta(hours=9))


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001  given a zone
durations = st.integers(0, 60 * 24 * 10).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def holds(draw: st.DrawFn) -> list[Hold]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(moments)
        found.append(Hold(start, start + timedelta(minutes=draw(st.integers(1, 5_000)))))
    return found


@given(moments, durations, holds())
def test_so_much_working_time_lies_before_the_due_moment_and_no_less(
    start: datetime, duration: timedelta, paused: list[Hold]
) -> None:
    due = OFFICE.after(start, duration, holds=paused)

    assert due is not None
    assert duration == OFFICE.between(start, due, holds=paused)
    if duration:
        assert OFFICE.between(start, due - timedelta(seconds=1), holds=paused) < duration


@given(moments, durations, st.integers(0, 40), st.integers(1, 16))
def test_no_hold_outside_working_hours_moves_a_due_moment(
    start: datetime, duration: timedelta, day: int, hours: int
) -> None:
    closing = at(date(2026, 1, 1) + timedelta(days=day), 17)
    opening = closing + timedelta(hours=min(hours, 16))

    assert OFFICE.after(start, duration) == OFFICE.after(start, duration, holds=[Hold(closing, opening)])
