"""Rhythms: on which days something recurs, as every two weeks on a Tuesday or on the third Thursday of a quarter.

A rhythm gives *nominal* days and knows no calendar of working days; what falls on a day that is not worked is moved by
whoever uses it. Every rhythm is counted from the first day of the plan, so that it does not depend on when it is read.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, TypeAlias, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_whole
from supplychain_rules.values.label import Label
from supplychain_rules.values.period import Period, add_months

__all__ = ["EveryMonths", "EveryWeeks", "NthWeekday", "Rhythm", "nominal_days", "rhythm_label"]

#: Longest rhythm in months: ten years.
_MOST_MONTHS: Final = 120

#: Longest rhythm in weeks: two years; whoever means more counts in months.
_MOST_WEEKS: Final = 104

_DAYS_PER_WEEK: Final = 7

_WEEKDAYS: Final = (
    Label("Monday", "周一"),
    Label("Tuesday", "周二"),
    Label("Wednesday", "周三"),
    Label("Thursday", "周四"),
    Label("Friday", "周五"),
    Label("Saturday", "周六"),
    Label("Sunday", "周日"),
)

_NTH: Final = {
    1: Label("first", "第一个"),
    2: Label("second", "第二个"),
    3: Label("third", "第三个"),
    4: Label("fourth", "第四个"),
    -1: Label("last", "最后一个"),
}


@final
@attrs.frozen(kw_only=True)
class EveryWeeks:
    """Every so many weeks on a weekday; the first one is the first such weekday of the plan.

    >>> EveryWeeks(weeks=2, weekday=2).weekday
    2
    """

    weeks: int = attrs.field(default=1, validator=is_whole(1, _MOST_WEEKS))
    #: By ISO 8601: Monday is 1, Sunday is 7.
    weekday: int = attrs.field(validator=is_whole(1, _DAYS_PER_WEEK, "Monday is 1, Sunday is 7"))


@final
@attrs.frozen(kw_only=True)
class EveryMonths:
    """Every so many months on a day of the month, the last day where the month has fewer.

    The months are counted from the one in which the plan begins, which is the first.

    >>> EveryMonths(months=3, day=31).day
    31
    """

    months: int = attrs.field(default=1, validator=is_whole(1, _MOST_MONTHS))
    day: int = attrs.field(validator=is_whole(1, 31))


def _nth(instance: object, field: "attrs.Attribute[int]", value: object) -> None:  # noqa: ARG001  attrs gives three
    if type(value) is not int or value not in _NTH:
        hint = "1 to 4, or -1 for the last: many months have no fifth"
        raise InvalidValueError("NthWeekday.nth is none of a month", value, hint=hint)


@final
@attrs.frozen(kw_only=True)
class NthWeekday:
    """Every so many months on the first to fourth or the last of a weekday, as the third Thursday of a quarter.

    >>> NthWeekday(months=3, nth=3, weekday=4).nth
    3
    """

    months: int = attrs.field(default=1, validator=is_whole(1, _MOST_MONTHS))
    #: 1 to 4, or -1 for the last.
    nth: int = attrs.field(validator=_nth)
    weekday: int = attrs.field(validator=is_whole(1, _DAYS_PER_WEEK, "Monday is 1, Sunday is 7"))


#: When something recurs.
Rhythm: TypeAlias = EveryWeeks | EveryMonths | NthWeekday


def nominal_days(rhythm: Rhythm, valid: Period, until: date) -> Iterator[date]:
    """Yield the nominal days of a rhythm within a validity and before a day, earliest first.

    >>> quarterly = NthWeekday(months=3, nth=3, weekday=4)
    >>> [day.isoformat() for day in nominal_days(quarterly, Period.year(2026), date(2026, 8, 1))]
    ['2026-01-15', '2026-04-16', '2026-07-16']
    """
    end = min(valid.end, until)
    match rhythm:
        case EveryWeeks(weeks=weeks, weekday=weekday):
            ahead = (weekday - valid.start.isoweekday()) % _DAYS_PER_WEEK
            first, step = valid.start.toordinal() + ahead, weeks * _DAYS_PER_WEEK
            for ordinal in range(first, end.toordinal(), step):
                yield date.fromordinal(ordinal)
        case EveryMonths(months=months, day=day):
            for month in _months(valid, months, end):
                found = month.replace(day=min(day, monthrange(month.year, month.month)[1]))
                if valid.start <= found < end:
                    yield found
        case NthWeekday(months=months, nth=nth, weekday=weekday):
            for month in _months(valid, months, end):
                found = _nth_of(month, nth, weekday)
                if valid.start <= found < end:
                    yield found
        case _:
            assert_never(rhythm)


def rhythm_label(rhythm: Rhythm) -> Label:
    """Return a rhythm in words.

    >>> rhythm_label(EveryMonths(day=5)).en, rhythm_label(NthWeekday(months=3, nth=3, weekday=4)).zh
    ('every month on day 5', '每 3 个月的第三个周四')
    """
    match rhythm:
        case EveryWeeks(weeks=weeks, weekday=weekday):
            day = _WEEKDAYS[weekday - 1]
            return Label(f"every {_count(weeks, 'week')} on {day.en}", f"每 {weeks} 周的{day.zh}")
        case EveryMonths(months=months, day=on):
            return Label(f"every {_count(months, 'month')} on day {on}", f"每 {months} 个月的 {on} 日")
        case NthWeekday(months=months, nth=nth, weekday=weekday):
            day, place = _WEEKDAYS[weekday - 1], _NTH[nth]
            en = f"every {_count(months, 'month')} on the {place.en} {day.en}"
            return Label(en, f"每 {months} 个月的{place.zh}{day.zh}")
        case _:
            assert_never(rhythm)


def _count(number: int, what: str) -> str:
    return what if number == 1 else f"{number} {what}s"


def _months(valid: Period, step: int, end: date) -> Iterator[date]:
    """Yield the first days of every so many months, from the month in which the validity begins."""
    month = valid.start.replace(day=1)
    while month < end:
        yield month
        if (date.max.year - month.year) * 12 <= step:  # the calendar ends before the next one
            return
        month = add_months(month, step)


def _nth_of(month: date, nth: int, weekday: int) -> date:
    if nth > 0:
        return month + timedelta(days=(weekday - month.isoweekday()) % _DAYS_PER_WEEK + (nth - 1) * _DAYS_PER_WEEK)
    last = month.replace(day=monthrange(month.year, month.month)[1])
    return last - timedelta(days=(last.isoweekday() - weekday) % _DAYS_PER_WEEK)
