"""What always holds of working days, against a calendar that looks at one day after the other."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.values.calendar import WorkCalendar

DAY = timedelta(days=1)

#: Two months hold every weekday often, and exceptions in them meet.
DAYS = st.dates(date(2026, 1, 20), date(2026, 3, 20))
SHIFTS = st.integers(-40, 40)


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    weekend = draw(st.frozensets(st.integers(1, 7), max_size=6))
    holidays = draw(st.frozensets(DAYS, max_size=20))
    workdays = draw(st.frozensets(DAYS, max_size=20)) - holidays
    return WorkCalendar(weekend=weekend, holidays=holidays, workdays=workdays)


def is_worked(calendar: WorkCalendar, day: date) -> bool:
    if day in calendar.holidays:
        return False
    return day in calendar.workdays or day.isoweekday() not in calendar.weekend


def walked(calendar: WorkCalendar, day: date, days: int) -> date:
    step = DAY if days > 0 else -DAY
    for _ in range(abs(days)):
        day += step
        while not is_worked(calendar, day):
            day += step
    return day


def counted(calendar: WorkCalendar, start: date, end: date) -> int:
    if end < start:
        return -counted(calendar, end, start)
    return sum(is_worked(calendar, start + DAY * ahead) for ahead in range(1, (end - start).days + 1))


@given(calendars(), DAYS)
def test_a_day_is_worked_as_its_weekday_says_unless_it_is_an_exception(calendar: WorkCalendar, day: date) -> None:
    assert is_worked(calendar, day) == calendar.is_working(day)


@given(calendars(), DAYS, SHIFTS)
def test_a_shift_goes_where_a_walk_day_by_day_goes(calendar: WorkCalendar, day: date, days: int) -> None:
    assert walked(calendar, day, days) == calendar.shift(day, days)


@given(calendars(), DAYS, DAYS)
def test_a_count_is_what_a_walk_day_by_day_counts(calendar: WorkCalendar, start: date, end: date) -> None:
    assert counted(calendar, start, end) == calendar.days_between(start, end)


@given(calendars(), st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 10_000))
def test_after_a_shift_ahead_so_many_days_lie_between(calendar: WorkCalendar, day: date, days: int) -> None:
    assert days == calendar.days_between(day, calendar.shift(day, days))


@given(calendars(), st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 10_000))
def test_after_a_shift_back_so_many_days_lie_between_and_from_a_day_off_one_less(
    calendar: WorkCalendar, day: date, days: int
) -> None:
    between = calendar.days_between(day, calendar.shift(day, -days))

    assert between == (-days if calendar.is_working(day) else 1 - days)


@given(calendars(), DAYS, DAYS, DAYS)
def test_counts_add_up_and_turn_their_sign_around(calendar: WorkCalendar, one: date, two: date, three: date) -> None:
    assert calendar.days_between(one, three) == calendar.days_between(one, two) + calendar.days_between(two, three)
    assert calendar.days_between(one, two) == -calendar.days_between(two, one)


@given(calendars(), DAYS, SHIFTS.filter(bool))
def test_a_shift_lands_on_a_working_day_and_from_one_the_way_back_returns(
    calendar: WorkCalendar, day: date, days: int
) -> None:
    there = calendar.shift(day, days)

    assert calendar.is_working(there)
    assert not calendar.is_working(day) or day == calendar.shift(there, -days)


@given(calendars(), st.dates(), st.integers(-(10**7), 10**7))
def test_a_shift_never_leaves_the_calendar_and_never_turns_around(calendar: WorkCalendar, day: date, days: int) -> None:
    there = calendar.shift(day, days)

    assert (there >= day) if days >= 0 else (there <= day)
