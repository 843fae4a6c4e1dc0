"""Periods: half-open, never empty, in days; months clamp."""

import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.period import Period, add_months, months


def day(text: str) -> date:
    return date.fromisoformat(text)


def period(start: str, end: str) -> Period:
    return Period(day(start), day(end))


# What a period is


def test_the_start_belongs_and_the_end_does_not() -> None:
    march = period("2026-03-01", "2026-04-01")

    assert [False, True, True, False] == [
        day(text) in march for text in ("2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01")
    ]


@pytest.mark.parametrize("end", ["2026-03-01", "2026-02-28"])
def test_a_period_cannot_run_backwards_or_be_empty(end: str) -> None:
    with pytest.raises(InvalidValueError, match=f"a period ends after it starts: '2026-03-01..{end}'"):
        period("2026-03-01", end)


@pytest.mark.parametrize("bound", [datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01", None, 20260301])
def test_only_days_bound_a_period(bound: object) -> None:
    with pytest.raises(InvalidValueError, match=r"Period\.start must be a day"):
        Period(bound, day("2026-04-01"))  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match=r"Period\.end must be a day"):
        Period(day("2026-01-01"), bound)  # type: ignore[arg-type]


def test_a_moment_is_refused_because_its_day_depends_on_a_time_zone() -> None:
    with pytest.raises(InvalidValueError, match=r"give \.date\(\) of it"):
        _ = datetime(2026, 3, 1, tzinfo=UTC) in Period.month(2026, 3)


@pytest.mark.parametrize("value", [None, "2026-03-01", 1])
def test_what_is_no_day_is_refused_rather_than_outside(value: object) -> None:
    with pytest.raises(InvalidValueError, match="a day of a period must be a day"):
        _ = value in Period.month(2026, 3)  # type: ignore[operator]


def test_a_period_counts_its_days() -> None:
    assert [31, 28, 29, 1] == [
        Period.month(2026, 3).days,
        Period.month(2026, 2).days,
        Period.month(2024, 2).days,
        period("2026-03-01", "2026-03-02").days,
    ]


def test_a_period_shows_its_bounds_and_its_representation_builds_it_again() -> None:
    march = Period.month(2026, 3)

    assert str(march) == "[2026-03-01..2026-04-01)"
    assert repr(march) == "Period(start=date(2026, 3, 1), end=date(2026, 4, 1))"
    assert march == eval(repr(march))  # noqa: S307  our own text


def test_a_period_is_equal_by_value_and_survives_a_pickle() -> None:
    quarter = Period.quarter(2026, 1)

    assert quarter == period("2026-01-01", "2026-04-01")
    assert quarter == pickle.loads(pickle.dumps(quarter))  # noqa: S301  our own bytes
    assert len({quarter, period("2026-01-01", "2026-04-01")}) == 1


# Calendar and fiscal periods


@pytest.mark.parametrize(
    ("actual", "start", "end"),
    [
        (Period.month(2026, 12), "2026-12-01", "2027-01-01"),
        (Period.month(1, 1), "0001-01-01", "0001-02-01"),
        (Period.month(9999, 11), "9999-11-01", "9999-12-01"),
        (Period.quarter(2026, 1), "2026-01-01", "2026-04-01"),
        (Period.quarter(2026, 4), "2026-10-01", "2027-01-01"),
        (Period.year(2024), "2024-01-01", "2025-01-01"),
        (Period.fiscal_year(2026, first_month=1), "2026-01-01", "2027-01-01"),
        (Period.fiscal_year(2026, first_month=4), "2026-04-01", "2027-04-01"),
        (Period.fiscal_year(2026, first_month=12), "2026-12-01", "2027-12-01"),
        (Period.fiscal_quarter(2026, 1, first_month=4), "2026-04-01", "2026-07-01"),
        (Period.fiscal_quarter(2026, 4, first_month=4), "2027-01-01", "2027-04-01"),
        (Period.fiscal_quarter(2026, 1, first_month=12), "2026-12-01", "2027-03-01"),
    ],
)
def test_a_named_period_has_the_days_of_the_calendar(actual: Period, start: str, end: str) -> None:
    assert period(start, end) == actual


@pytest.mark.parametrize(
    ("name", "build"),
    [
        ("month", lambda: Period.month(2026, 0)),
        ("month", lambda: Period.month(2026, 13)),
        ("month", lambda: Period.month(2026, 3.0)),  # type: ignore[arg-type]
        ("month", lambda: Period.month(2026, True)),  # noqa: FBT003
        ("year", lambda: Period.month("2026", 3)),  # type: ignore[arg-type]
        ("year", lambda: Period.year(0)),
        ("year", lambda: Period.year(-1)),
        ("year", lambda: Period.year(10_000)),
        ("year", lambda: Period.year(10**5000)),
        ("quarter", lambda: Period.quarter(2026, 0)),
        ("quarter", lambda: Period.quarter(2026, 5)),
        ("first_month", lambda: Period.fiscal_year(2026, first_month=13)),
        ("first_month", lambda: Period.fiscal_quarter(2026, 1, first_month=0)),
        ("days", lambda: Period.rolling_days(date(2026, 1, 1), 0)),
        ("days", lambda: Period.rolling_days(date(2026, 1, 1), 10**30)),
        ("months", lambda: Period.rolling_months(date(2026, 1, 1), 0)),
        ("months", lambda: add_months(date(2026, 1, 1), 10**30)),
        ("months", lambda: add_months(date(2026, 1, 1), None)),  # type: ignore[arg-type]
        ("until", lambda: Period.rolling_days("2026-01-01", 30)),  # type: ignore[arg-type]
        ("day", lambda: add_months(datetime(2026, 1, 1, tzinfo=UTC), 1)),
    ],
)
def test_a_number_or_day_out_of_place_is_refused_by_name(name: str, build: Callable[[], object]) -> None:
    with pytest.raises(InvalidValueError, match=f"^{name} must be"):
        build()


@pytest.mark.parametrize(
    "build",
    [
        lambda: Period.year(9999),
        lambda: Period.month(9999, 12),
        lambda: Period.quarter(9999, 4),
        lambda: Period.fiscal_year(9999, first_month=2),
        lambda: Period.fiscal_quarter(9999, 4, first_month=12),
        lambda: Period.rolling_days(date(1, 1, 10), 10),
        lambda: Period.rolling_months(date(1, 1, 10), 1),
        lambda: Period.month(1, 1).shift_months(-1),
        lambda: Period.month(9999, 11).shift_months(1),
        lambda: add_months(date(9999, 12, 1), 1),
    ],
)
def test_a_bound_outside_the_calendar_is_refused(build: Callable[[], object]) -> None:
    with pytest.raises(InvalidValueError, match=r"outside the calendar.*dates run from 0001-01-01 to 9999-12-31"):
        build()


# Rolling periods and months


@pytest.mark.parametrize(
    ("actual", "start"),
    [
        (Period.rolling_days(date(2026, 4, 1), 1), "2026-03-31"),
        (Period.rolling_days(date(2026, 4, 1), 90), "2026-01-01"),
        (Period.rolling_months(date(2026, 4, 1), 12), "2025-04-01"),
        (Period.rolling_months(date(2026, 5, 31), 3), "2026-02-28"),
        (Period.rolling_months(date(2024, 5, 31), 3), "2024-02-29"),
        (Period.rolling_days(date(1, 1, 10), 9), "0001-01-01"),
    ],
)
def test_a_rolling_period_ends_before_the_day_it_is_asked_on(actual: Period, start: str) -> None:
    assert day(start) == actual.start
    assert actual.end not in actual


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-31", 3, "2026-04-30"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("1900-01-29", 1, "1900-02-28"),
        ("2000-01-29", 1, "2000-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-01-15", 0, "2026-01-15"),
        ("0001-01-31", 119_987, "9999-12-31"),
    ],
)
def test_a_month_later_clamps_to_the_end_of_a_shorter_month(start: str, count: int, expected: str) -> None:
    assert day(expected) == add_months(day(start), count)


def test_clamping_does_not_return_to_where_it_came_from() -> None:
    assert day("2026-01-28") == add_months(add_months(day("2026-01-31"), 1), -1)


def test_whole_months_stay_whole_when_shifted() -> None:
    assert Period.month(2026, 2) == Period.month(2026, 3).shift_months(-1)
    assert Period.quarter(2027, 1) == Period.quarter(2026, 1).shift_months(12)


def test_a_shift_whose_clamping_leaves_no_day_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="a period ends after it starts"):
        period("2026-01-30", "2026-01-31").shift_months(1)


# Two periods


def test_periods_that_meet_do_not_overlap() -> None:
    march, april = Period.month(2026, 3), Period.month(2026, 4)

    assert not march.overlaps(april)
    assert march.intersect(april) is None


def test_periods_overlap_in_the_days_they_share() -> None:
    quarter = Period.quarter(2026, 1)
    window = period("2026-03-15", "2026-05-01")

    assert quarter.overlaps(window)
    assert period("2026-03-15", "2026-04-01") == quarter.intersect(window)
    assert Period.month(2026, 2) == quarter.intersect(Period.month(2026, 2))


def test_a_period_splits_into_calendar_months_clipped_at_both_ends() -> None:
    assert months(period("2026-01-15", "2026-03-10")) == (
        period("2026-01-15", "2026-02-01"),
        Period.month(2026, 2),
        period("2026-03-01", "2026-03-10"),
    )


def test_a_period_inside_one_month_is_one_part() -> None:
    inside = period("2026-03-10", "2026-03-20")

    assert (inside,) == months(inside)


def test_a_year_has_twelve_months() -> None:
    assert months(Period.year(2026)) == tuple(Period.month(2026, number) for number in range(1, 13))


def test_the_last_days_of_the_calendar_split_too() -> None:
    last = Period(date(9999, 11, 20), date.max)

    assert months(last) == (period("9999-11-20", "9999-12-01"), Period(date(9999, 12, 1), date.max))
