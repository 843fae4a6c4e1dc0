"""The two clocks of a tier policy as arithmetic of days: what counts, and until when a level lasts.

Every span is half-open: its `end`, and the day until which a level is valid, are the first days outside. Nothing here
knows a customer but for the day of joining.
"""

from datetime import MINYEAR, date, timedelta
from typing import assert_never

from supplychain_rules.customers.tier_policy import TierPolicy, TierWindow
from supplychain_rules.values.period import Period, add_months

__all__ = ["judged_periods", "leaves_on", "period_of", "valid_until", "window_on"]

_DAY = timedelta(days=1)


def period_of(window: TierWindow, day: date, joined: date) -> Period:
    """Return the period of a calendar or anniversary window that holds a day.

    Args:
        window: one that has periods.
        day: the day; for an anniversary window, not before `joined`.
        joined: the day from which anniversaries are counted; 29 February clamps like `add_months`.

    >>> str(period_of(TierWindow(kind="calendar", length=12, first_month=4), date(2026, 2, 1), date(2020, 1, 1)))
    '[2025-04-01..2026-04-01)'
    >>> str(period_of(TierWindow(kind="anniversary", length=12), date(2026, 2, 1), date(2024, 2, 29)))
    '[2025-02-28..2026-02-28)'
    """
    assert window.length is not None  # noqa: S101  only a lifetime has none
    if window.kind == "calendar":
        month = day.year * 12 + day.month - 1
        first = month - (month - (window.first_month - 1)) % window.length
        start = date(first // 12, first % 12 + 1, 1)
        return Period(start, add_months(start, window.length))
    # From the joining and not step by step: 31 January, 28 February, 31 March must not become the 28th for good.
    elapsed = (day.year - joined.year) * 12 + day.month - joined.month
    count = elapsed // window.length
    if add_months(joined, count * window.length) > day:
        count -= 1
    return Period(add_months(joined, count * window.length), add_months(joined, (count + 1) * window.length))


def window_on(window: TierWindow, day: date, joined: date, *, together: int = 1) -> Period:
    """Return the days that count on a day, that day included, several periods together where asked.

    >>> str(window_on(TierWindow(kind="rolling_days", length=30), date(2026, 1, 30), date(2020, 1, 1)))
    '[2026-01-01..2026-01-31)'
    >>> str(window_on(TierWindow(kind="calendar", length=3), date(2026, 5, 9), date(2020, 1, 1), together=2))
    '[2026-01-01..2026-05-10)'
    """
    end = day + _DAY
    match window.kind:
        case "lifetime":
            return Period(min(joined, day), end)
        case "rolling_days":
            assert window.length is not None  # noqa: S101  only a lifetime has none
            return Period(end - timedelta(days=window.length * together), end)
        case "rolling_months":
            assert window.length is not None  # noqa: S101  only a lifetime has none
            return Period(add_months(end, -window.length * together), end)
        case "calendar" | "anniversary":
            start = period_of(window, day, joined).start
            for _ in range(together - 1):
                if start.year == MINYEAR:  # no calendar has the period before
                    break
                start = period_of(window, start - _DAY, joined).start
            return Period(start, end)
        case _:
            assert_never(window.kind)


def judged_periods(window: TierWindow, review: date, joined: date) -> tuple[date, ...]:
    """Return the days as of which a review judges: the day before it, and the last day of the period that ended last.

    A review in the middle of a year would otherwise see the running year only, and lower everybody.

    >>> judged_periods(TierWindow(kind="calendar", length=12), date(2026, 1, 1), date(2020, 1, 1))
    (datetime.date(2025, 12, 31),)
    >>> judged_periods(TierWindow(kind="calendar", length=12), date(2026, 4, 15), date(2020, 1, 1))
    (datetime.date(2026, 4, 14), datetime.date(2025, 12, 31))
    """
    last = review - _DAY
    if not window.has_periods or review <= joined:
        return (last,)
    start = period_of(window, review, joined).start
    return (last,) if start in (review, joined) else (last, start - _DAY)


def leaves_on(window: TierWindow, day: date, joined: date) -> date | None:
    """Return the first day on which a day counts no longer; None where it always counts.

    >>> leaves_on(TierWindow(kind="rolling_months", length=1), date(2026, 1, 31), date(2020, 1, 1))
    datetime.date(2026, 2, 28)
    """
    match window.kind:
        case "lifetime":
            return None
        case "rolling_days":
            assert window.length is not None  # noqa: S101  only a lifetime has none
            return day + timedelta(days=window.length)
        case "rolling_months":
            assert window.length is not None  # noqa: S101  only a lifetime has none
            # Clamping makes the months unequal by up to three days; the window itself says when.
            left = add_months(day, window.length) - _DAY
            while window_on(window, left, joined).start <= day:
                left += _DAY
            return left
        case "calendar" | "anniversary":
            return period_of(window, day, joined).end
        case _:
            assert_never(window.kind)


def valid_until(policy: TierPolicy, on: date, earned_on: date, joined: date) -> date | None:
    """Return the first day on which a level is no longer valid, which is the day of its review; None is never.

    Args:
        policy: the policy.
        on: the day from which the level is valid.
        earned_on: the last day of what was judged: `on` itself, or the day before at a review.
        joined: the day the customer joined.

    >>> from supplychain_rules.customers.tier_policy import TierCondition, TierLevel, TierMeasure, TierValidity
    >>> levels = [TierLevel(id="gold", all_of=[TierCondition(measure="spend", at_least=9)]), TierLevel(id="basic")]
    >>> policy = TierPolicy(id="air", version="1", measures=[TierMeasure(id="spend")], levels=levels,
    ...     window=TierWindow(kind="calendar", length=12), validity=TierValidity(kind="rest_and_next"))
    >>> valid_until(policy, date(2026, 5, 9), date(2026, 5, 9), date(2020, 1, 1))
    datetime.date(2028, 1, 1)
    """
    validity = policy.validity
    periods = policy.window if validity.period is None else validity.period
    match validity.kind:
        case "lifetime":
            return None
        case "months":
            assert validity.length is not None  # noqa: S101  checked when it was built
            end = add_months(on, validity.length)
        case "days":
            assert validity.length is not None  # noqa: S101  checked when it was built
            end = on + timedelta(days=validity.length)
        case "end_of_period":
            end = period_of(periods, on, joined).end
        case "rest_and_next":
            end = period_of(periods, period_of(periods, earned_on, joined).end, joined).end
        case _:
            assert_never(validity.kind)
    if validity.month_end:
        last = end - _DAY
        end = add_months(last.replace(day=1), 1)
    return end
