"""The two clocks: which days count, and until when a tier lasts."""

from datetime import date

import pytest
from tier_makers import day, tier_policy

from supplychain_rules.customers import TierValidity, TierWindow
from supplychain_rules.customers.tier_clock import judged_periods, leaves_on, period_of, valid_until, window_on

JOINED = date(2024, 1, 31)


def window(kind: str, length: int | None = None, first_month: int = 1) -> TierWindow:
    return TierWindow(kind=kind, length=length, first_month=first_month)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("of", "on", "expected"),
    [
        (window("calendar", 3), "2026-03-31", "[2026-01-01..2026-04-01)"),
        (window("calendar", 12, 4), "2026-03-31", "[2025-04-01..2026-04-01)"),
        (window("calendar", 3, 2), "2026-01-31", "[2025-11-01..2026-02-01)"),
        (window("anniversary", 1), "2024-02-28", "[2024-01-31..2024-02-29)"),
        (window("anniversary", 1), "2024-02-29", "[2024-02-29..2024-03-31)"),
        (window("anniversary", 12), "2026-01-30", "[2025-01-31..2026-01-31)"),
    ],
)
def test_a_day_belongs_to_one_period(of: TierWindow, on: str, expected: str) -> None:
    assert expected == str(period_of(of, day(on), JOINED))


@pytest.mark.parametrize(
    ("of", "together", "expected"),
    [
        (window("lifetime"), 1, "[2024-01-31..2026-05-11)"),
        (window("rolling_days", 90), 1, "[2026-02-10..2026-05-11)"),
        (window("rolling_days", 90), 2, "[2025-11-12..2026-05-11)"),
        (window("rolling_months", 12), 1, "[2025-05-11..2026-05-11)"),
        (window("calendar", 3), 1, "[2026-04-01..2026-05-11)"),
        (window("calendar", 3), 2, "[2026-01-01..2026-05-11)"),
        (window("calendar", 12), 99, "[1928-01-01..2026-05-11)"),
    ],
)
def test_the_window_of_a_day_ends_with_that_day(of: TierWindow, together: int, expected: str) -> None:
    assert expected == str(window_on(of, day("2026-05-10"), JOINED, together=together))


@pytest.mark.parametrize(
    ("of", "on", "expected"),
    [
        (window("lifetime"), "2026-01-31", None),
        (window("rolling_days", 30), "2026-01-31", "2026-03-02"),
        (window("rolling_months", 1), "2026-01-31", "2026-02-28"),
        (window("rolling_months", 1), "2026-01-28", "2026-02-28"),
        (window("calendar", 3), "2026-01-31", "2026-04-01"),
    ],
)
def test_a_day_leaves_the_window_on_the_first_day_that_does_not_count_it(
    of: TierWindow, on: str, expected: str | None
) -> None:
    found = leaves_on(of, day(on), JOINED)
    assert (None if expected is None else day(expected)) == found
    if found is not None:
        assert day(on) not in window_on(of, found, JOINED)
        assert day(on) in window_on(of, date.fromordinal(found.toordinal() - 1), JOINED)


def test_a_review_in_the_middle_of_a_year_judges_the_year_that_ended_too() -> None:
    assert (day("2025-04-14"), day("2024-12-31")) == judged_periods(window("calendar", 12), day("2025-04-15"), JOINED)
    assert (day("2025-04-14"),) == judged_periods(window("rolling_days", 90), day("2025-04-15"), JOINED)


@pytest.mark.parametrize(
    ("validity", "expected"),
    [
        (TierValidity(kind="lifetime"), None),
        (TierValidity(kind="months", length=12), "2027-01-31"),
        (TierValidity(kind="months", length=1), "2026-02-28"),
        (TierValidity(kind="months", length=1, month_end=True), "2026-03-01"),
        (TierValidity(kind="days", length=30), "2026-03-02"),
        (TierValidity(kind="days", length=30, month_end=True), "2026-04-01"),
        (TierValidity(kind="end_of_period"), "2027-01-01"),
        (TierValidity(kind="end_of_period", period=TierWindow(kind="calendar", length=3)), "2026-04-01"),
        (TierValidity(kind="rest_and_next"), "2028-01-01"),
    ],
)
def test_a_tier_earned_on_the_last_of_january_lasts_until(validity: TierValidity, expected: str | None) -> None:
    earned = day("2026-01-31")
    found = valid_until(tier_policy(validity=validity), earned, earned, JOINED)
    assert (None if expected is None else day(expected)) == found
