"""Shares of a year by each day count, at the ends of months where they differ."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.day_count import DAY_COUNTS, DayCount, year_share


@pytest.mark.parametrize(
    ("start", "end", "actual", "bond", "european"),
    [
        pytest.param(date(2026, 1, 15), date(2026, 2, 15), 31, 30, 30, id="a_month"),
        pytest.param(date(2026, 1, 31), date(2026, 2, 28), 28, 28, 28, id="to_the_end_of_february"),
        pytest.param(date(2026, 1, 30), date(2026, 3, 31), 60, 60, 60, id="both_at_the_end"),
        pytest.param(date(2026, 1, 29), date(2026, 3, 31), 61, 62, 61, id="the_two_rules_of_30_days_differ"),
        pytest.param(date(2024, 2, 29), date(2025, 2, 28), 365, 359, 359, id="from_a_leap_day"),
        pytest.param(date(2026, 5, 5), date(2026, 5, 5), 0, 0, 0, id="no_day"),
    ],
)
def test_days_are_counted_by_the_convention(start: date, end: date, actual: int, bond: int, european: int) -> None:
    assert {
        "act/360": Fraction(actual, 360),
        "act/365": Fraction(actual, 365),
        "30/360": Fraction(bond, 360),
        "30e/360": Fraction(european, 360),
    } == {name: year_share(start, end, name) for name in DAY_COUNTS}


@pytest.mark.parametrize("day_count", ["30/360", "30e/360"])
def test_a_year_is_a_year_by_months_of_thirty_days(day_count: DayCount) -> None:
    assert 1 == year_share(date(2024, 2, 15), date(2025, 2, 15), day_count)


@pytest.mark.parametrize(
    ("start", "end", "day_count"),
    [
        (date(2026, 1, 2), date(2026, 1, 1), "act/365"),
        (date(2026, 1, 1), date(2026, 1, 2), "act/364"),
        ("2026-01-01", date(2026, 1, 2), "act/365"),
    ],
)
def test_what_is_no_span_or_no_day_count_is_refused(start: Any, end: Any, day_count: Any) -> None:  # noqa: ANN401  anything
    with pytest.raises(InvalidValueError):
        year_share(start, end, day_count)
