"""A working-day calendar: which days are worked, moving by working days, counting them.

The public holidays of a country are the caller's to pass in; nothing here knows any. Days that are worked although
they fall on a weekend (China's make-up days, 调休) are passed in beside them.

Everything follows from one number: how many working days lie on or before a day. It is found by whole weeks and by
bisection over the exceptions, so that a span of centuries costs no more than a span of days.
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.dates import check_day, date_repr

__all__ = ["WorkCalendar"]

_DAYS_PER_WEEK: Final = 7

#: Saturday and Sunday by ISO 8601, where Monday is 1.
_SATURDAY_AND_SUNDAY: Final = frozenset({6, 7})

_FIRST: Final = date.min.toordinal()
_LAST: Final = date.max.toordinal()


def _weekend(days: Iterable[int]) -> frozenset[int]:
    weekend = _members("weekend", "a weekday", days)
    for day in weekend:
        if isinstance(day, bool) or not isinstance(day, int) or not 1 <= day <= _DAYS_PER_WEEK:
            raise InvalidValueError("a weekday is an integer from 1 to 7", day, hint="Monday is 1, Sunday is 7")
    return weekend


def _holidays(days: Iterable[date]) -> frozenset[date]:
    return _days("holidays", days)


def _workdays(days: Iterable[date]) -> frozenset[date]:
    return _days("workdays", days)


def _days(name: str, days: Iterable[date]) -> frozenset[date]:
    found = _members(name, "a day", days)
    for day in found:
        check_day(f"a day of WorkCalendar.{name}", day)
    return found


def _members(name: str, kind: str, given: Iterable[Any]) -> frozenset[Any]:
    """Return what was given as a set; a text would fall into letters, and one value is no set."""
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise InvalidValueError(f"WorkCalendar.{name} must be a set", given, hint=f"put {kind} in braces")
    try:
        return frozenset(given)
    except TypeError:
        raise InvalidValueError(f"WorkCalendar.{name} holds what is not {kind}", given) from None


def _days_repr(days: frozenset[date]) -> str:
    """Return an expression that builds the set again, in order of the days, so that two runs show the same."""
    shown = ", ".join(date_repr(day) for day in sorted(days))
    return f"frozenset({{{shown}}})" if shown else "frozenset()"


@final
@attrs.frozen(kw_only=True)
class WorkCalendar:
    """Which days are worked: every day but the weekend and the holidays, and the make-up days besides.

    A holiday on a weekend and a make-up day in the middle of a week change nothing. Any iterable of days will do, also
    a mapping whose keys are days.

    Raises:
        InvalidValueError: a weekday that is not an integer from 1 to 7, a holiday or workday that is not a `date` (a
            `datetime` is refused), a day that is both, or a calendar without any working day.

    >>> china = WorkCalendar(
    ...     holidays=frozenset({date(2026, 2, 16), date(2026, 2, 17)}), workdays=frozenset({date(2026, 2, 14)})
    ... )
    >>> china.is_working(date(2026, 2, 14)), china.is_working(date(2026, 2, 15)), china.is_working(date(2026, 2, 16))
    (True, False, False)
    >>> china.shift(date(2026, 2, 13), 2), china.days_between(date(2026, 2, 13), date(2026, 2, 18))
    (datetime.date(2026, 2, 18), 2)
    """

    #: The weekdays that are not worked, by ISO 8601: Monday is 1, Sunday is 7.
    weekend: frozenset[int] = attrs.field(
        default=_SATURDAY_AND_SUNDAY, converter=_weekend, repr=lambda days: f"frozenset({sorted(days)})"
    )
    #: Days that are not worked, whatever their weekday.
    holidays: frozenset[date] = attrs.field(default=frozenset[date](), converter=_holidays, repr=_days_repr)
    #: Days that are worked although they fall on a weekend.
    workdays: frozenset[date] = attrs.field(default=frozenset[date](), converter=_workdays, repr=_days_repr)
    #: What `shift` and `days_between` bisect; it follows from the fields above.
    _index: "_Index" = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse contradictions between the fields, and derive the index."""
        both = self.holidays & self.workdays
        if both:
            hint = "take it out of one of them"
            raise InvalidValueError("a day is both a holiday and a workday", str(min(both)), hint=hint)
        if len(self.weekend) == _DAYS_PER_WEEK and not self.workdays:
            hint = "leave a weekday out of the weekend, or give workdays"
            raise InvalidValueError("a calendar without any working day", sorted(self.weekend), hint=hint)
        object.__setattr__(self, "_index", _index(self))

    def is_working(self, day: date) -> bool:
        """Return whether a day is worked.

        Raises:
            InvalidValueError: not a day.

        >>> WorkCalendar().is_working(date(2026, 1, 2)), WorkCalendar().is_working(date(2026, 1, 3))
        (True, False)
        """
        check_day("day", day)
        return day in self.workdays or (day.isoweekday() not in self.weekend and day not in self.holidays)

    def shift(self, day: date, days: int) -> date:
        """Return the day so many working days later, or earlier where negative.

        Forwards it is the n-th working day strictly after `day`, backwards the n-th strictly before it; 0 returns
        `day` itself, worked or not. Where the calendar holds no such day, it stops at `date.max` or `date.min`.

        Args:
            day: where to start; it need not be a working day.
            days: how many working days.

        Raises:
            InvalidValueError: not a day, or not an integer.

        >>> friday = date(2026, 1, 2)
        >>> WorkCalendar().shift(friday, 1), WorkCalendar().shift(friday, -5), WorkCalendar().shift(friday, 0)
        (datetime.date(2026, 1, 5), datetime.date(2025, 12, 26), datetime.date(2026, 1, 2))
        """
        check_day("day", day)
        if isinstance(days, bool) or not isinstance(days, int):
            raise InvalidValueError("a number of working days is an integer", days, hint="give an int")
        if days == 0:
            return day
        if days > 0:
            ordinal = self._index.nth(self._index.count(day.toordinal()) + days)
        else:
            ordinal = self._index.nth(self._index.count(day.toordinal() - 1) + days + 1)
        return date.fromordinal(min(max(ordinal, _FIRST), _LAST))

    def days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after `start` up to and including `end`.

        Where `end` is earlier, it is minus the number after `end` up to and including `start`, so that

        - turning the two around turns the sign around,
        - `days_between(a, b) + days_between(b, c) == days_between(a, c)` for any three days,
        - `days_between(day, shift(day, n)) == n` for n of 0 or more,
        - `days_between(day, shift(day, -n)) == -n` where `day` is worked, and one less far, `1 - n`, where it is not:
          a day off counts as the end of the working day before it, which is then the first one back.

        The last two hold as long as `shift` stays inside the calendar.

        Raises:
            InvalidValueError: not a day.

        >>> WorkCalendar().days_between(date(2026, 1, 2), date(2026, 1, 5))
        1
        >>> WorkCalendar().days_between(date(2026, 1, 5), date(2026, 1, 2))
        -1
        """
        check_day("start", start)
        check_day("end", end)
        return self._index.count(end.toordinal()) - self._index.count(start.toordinal())


@final
@attrs.frozen(kw_only=True)
class _Index:
    """Counts working days by the ordinals of `date`, where 1 is a Monday and Sundays are the multiples of 7.

    An exception is a day that is worked against the week's pattern or not worked against it.
    """

    #: How many of the week's first 0 to 6 days the pattern works.
    within_week: tuple[int, ...]
    #: The weekdays that the pattern works, in order.
    pattern: tuple[int, ...]
    #: The ordinals of the exceptions, in order.
    exceptions: tuple[int, ...]
    #: How many working days the first 0, 1, 2, ... exceptions add to the pattern, taken together.
    added: tuple[int, ...]
    #: How many working days lie on or before each exception.
    ranks: tuple[int, ...]

    def count(self, ordinal: int) -> int:
        """Return how many working days lie on or before a day."""
        weeks, days = divmod(ordinal, _DAYS_PER_WEEK)
        place = bisect_left(self.exceptions, ordinal + 1)
        return weeks * len(self.pattern) + self.within_week[days] + self.added[place]

    def nth(self, rank: int) -> int:
        """Return the first day by which `rank` working days have passed; beyond the calendar where there is none."""
        if rank < 1:
            return _FIRST
        place = bisect_left(self.ranks, rank)
        # Between two exceptions the pattern rules, and an exception that is worked ends the search.
        ordinal = self._nth_of_pattern(rank - self.added[place])
        return ordinal if place == len(self.exceptions) else min(ordinal, self.exceptions[place])

    def _nth_of_pattern(self, rank: int) -> int:
        if not self.pattern:
            return _LAST
        weeks, place = divmod(rank - 1, len(self.pattern))
        return weeks * _DAYS_PER_WEEK + self.pattern[place]


def _index(calendar: WorkCalendar) -> _Index:
    pattern = tuple(day for day in range(1, _DAYS_PER_WEEK + 1) if day not in calendar.weekend)
    within_week = tuple(sum(1 for day in pattern if day <= days) for days in range(_DAYS_PER_WEEK))
    changes = [(day.toordinal(), -1) for day in calendar.holidays if day.isoweekday() in pattern]
    changes += [(day.toordinal(), 1) for day in calendar.workdays if day.isoweekday() not in pattern]
    changes.sort()
    added = [0]
    ranks = []
    for ordinal, change in changes:
        added.append(added[-1] + change)
        weeks, days = divmod(ordinal, _DAYS_PER_WEEK)
        ranks.append(weeks * len(pattern) + within_week[days] + added[-1])
    return _Index(
        within_week=within_week,
        pattern=pattern,
        exceptions=tuple(ordinal for ordinal, _ in changes),
        added=tuple(added),
        ranks=tuple(ranks),
    )
