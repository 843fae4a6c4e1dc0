"""A period: the days from a start up to, but not including, an end.

Half-open periods meet without a gap or an overlap: the end of March is the start of April, and twelve months
make exactly a year. A period has at least one day; time of day and time zones do not exist here.

Moving by months clamps at the end of a month: 31 January plus one month is the last day of February. Clamping
forgets the day it came from, so going back does not always return: 28 February minus one month is 28 January.
"""

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Any, Final, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.dates import check_day, date_repr

__all__ = ["Period", "add_months", "check_period", "months"]

_MONTHS_PER_YEAR: Final = 12
_MONTHS_PER_QUARTER: Final = 3
_QUARTERS_PER_YEAR: Final = 4

#: Months from the first to the last that a date can hold; a longer way certainly leaves the calendar.
_MAX_MONTHS: Final = (MAXYEAR - MINYEAR + 1) * _MONTHS_PER_YEAR

#: Where the calendar ends, said wherever a date falls out of it.
_CALENDAR: Final = f"dates run from {date.min} to {date.max}"


def _check_day(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:  # noqa: ARG001  attrs gives three
    check_day(f"Period.{field.name}", value)


def _check_order(instance: "Period", field: "attrs.Attribute[Any]", value: date) -> None:  # noqa: ARG001  attrs gives three
    if value <= instance.start:
        raise InvalidValueError(
            "a period ends after it starts", f"{instance.start}..{value}", hint="the end is the first day outside it"
        )


@final
@attrs.frozen
class Period:
    """The days of `[start, end)`: the start belongs, the end does not.

    Raises:
        InvalidValueError: a bound that is not a `date` (a `datetime` is refused), or no day between them.

    >>> march = Period.month(2026, 3)
    >>> march.days, date(2026, 3, 31) in march, date(2026, 4, 1) in march
    (31, True, False)
    """

    #: The first day.
    start: date = attrs.field(validator=_check_day, repr=date_repr)
    #: The first day after the period.
    end: date = attrs.field(validator=[_check_day, _check_order], repr=date_repr)

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        """Return a calendar month, from 1 (January) to 12.

        Raises:
            InvalidValueError: no such month, or its end is outside the calendar.

        >>> str(Period.month(2026, 2))
        '[2026-02-01..2026-03-01)'
        """
        return _whole_months(year, _number("month", month, 1, _MONTHS_PER_YEAR), 1)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> "Period":
        """Return a calendar quarter, from 1 (January to March) to 4.

        Raises:
            InvalidValueError: no such quarter, or its end is outside the calendar.

        >>> str(Period.quarter(2026, 1))
        '[2026-01-01..2026-04-01)'
        """
        return cls.fiscal_quarter(year, quarter, first_month=1)

    @classmethod
    def year(cls, year: int) -> "Period":
        """Return a calendar year.

        Raises:
            InvalidValueError: no such year, or its end is outside the calendar.

        >>> Period.year(2024).days
        366
        """
        return _whole_months(year, 1, _MONTHS_PER_YEAR)

    @classmethod
    def fiscal_year(cls, year: int, *, first_month: int) -> "Period":
        """Return a fiscal year, named by the calendar year in which it *starts*.

        Many firms name it by the year in which it ends: their fiscal year 2027 from April 2026 is
        `fiscal_year(2026, first_month=4)`.

        Raises:
            InvalidValueError: no such year or month, or its end is outside the calendar.

        >>> str(Period.fiscal_year(2026, first_month=4))
        '[2026-04-01..2027-04-01)'
        """
        return _whole_months(year, _number("first_month", first_month, 1, _MONTHS_PER_YEAR), _MONTHS_PER_YEAR)

    @classmethod
    def fiscal_quarter(cls, year: int, quarter: int, *, first_month: int) -> "Period":
        """Return a quarter, from 1 to 4, of the fiscal year that *starts* in a calendar year.

        Raises:
            InvalidValueError: no such year, quarter or month, or its end is outside the calendar.

        >>> str(Period.fiscal_quarter(2026, 4, first_month=4))
        '[2027-01-01..2027-04-01)'
        """
        first = _number("first_month", first_month, 1, _MONTHS_PER_YEAR)
        skipped = (_number("quarter", quarter, 1, _QUARTERS_PER_YEAR) - 1) * _MONTHS_PER_QUARTER
        return _whole_months(year, first + skipped, _MONTHS_PER_QUARTER)

    @classmethod
    def rolling_days(cls, until: date, days: int) -> "Period":
        """Return the last so many days before `until`, which itself is outside.

        Raises:
            InvalidValueError: `until` is not a day, fewer than 1 day, or a start outside the calendar.

        >>> str(Period.rolling_days(date(2026, 4, 1), 90))
        '[2026-01-01..2026-04-01)'
        """
        end = check_day("until", until)
        length = _number("days", days, 1, date.max.toordinal())
        if end.toordinal() - length < date.min.toordinal():
            raise InvalidValueError(f"{length} days before {end} is outside the calendar", days, hint=_CALENDAR)
        return cls(end - timedelta(days=length), end)

    @classmethod
    def rolling_months(cls, until: date, months: int) -> "Period":
        """Return the last so many months before `until`, which itself is outside; the start clamps like `add_months`.

        Raises:
            InvalidValueError: `until` is not a day, fewer than 1 month, or a start outside the calendar.

        >>> str(Period.rolling_months(date(2026, 5, 31), 3))
        '[2026-02-28..2026-05-31)'
        """
        return cls(add_months(until, -_number("months", months, 1, _MAX_MONTHS)), until)

    @property
    def days(self) -> int:
        """The number of days, at least 1."""
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        """Return whether a day belongs to the period; a `datetime` is refused, because it has a time zone."""
        return self.start <= check_day("a day of a period", day) < self.end

    def overlaps(self, other: "Period") -> bool:
        """Return whether the periods share a day; periods that only meet do not.

        >>> Period.month(2026, 3).overlaps(Period.month(2026, 4))
        False
        """
        return self.start < other.end and other.start < self.end

    def intersect(self, other: "Period") -> "Period | None":
        """Return the days of both periods, or `None` where they share none.

        >>> str(Period.quarter(2026, 1).intersect(Period.rolling_days(date(2026, 2, 15), 60)))
        '[2026-01-01..2026-02-15)'
        """
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def shift_months(self, months: int) -> "Period":
        """Return the period so many months later, or earlier where negative; both ends clamp like `add_months`.

        Whole months stay whole months, whatever their lengths.

        Raises:
            InvalidValueError: a bound leaves the calendar, or clamping leaves no day.

        >>> str(Period.month(2026, 3).shift_months(-1))
        '[2026-02-01..2026-03-01)'
        """
        return Period(add_months(self.start, months), add_months(self.end, months))

    def __str__(self) -> str:
        """Return the bounds as ISO 8601 dates in interval notation."""
        return f"[{self.start}..{self.end})"


def check_period(period: object) -> None:
    """Refuse anything but a period; a pair of days would hold no day but these two.

    Raises:
        InvalidValueError: not a `Period`.

    >>> check_period((date(2026, 1, 1), date(2026, 2, 1)))
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InvalidValueError: period must be a Period: ...; as in Period.month(2026, 3)
    """
    if not isinstance(period, Period):
        raise InvalidValueError("period must be a Period", period, hint="as in Period.month(2026, 3)")


def add_months(day: date, months: int) -> date:
    """Return the same day of the month so many months later, clamped to the end of a shorter month.

    Clamping is not invertible: 31 January and 28 February plus and minus a month do not return.

    Raises:
        InvalidValueError: not a day, not an integer, or a result outside the calendar.

    >>> add_months(date(2026, 1, 31), 1), add_months(date(2024, 2, 29), -12)
    (datetime.date(2026, 2, 28), datetime.date(2023, 2, 28))
    """
    start = check_day("day", day)
    count = _number("months", months, -_MAX_MONTHS, _MAX_MONTHS)
    year, month_index = divmod(start.year * _MONTHS_PER_YEAR + start.month - 1 + count, _MONTHS_PER_YEAR)
    if not MINYEAR <= year <= MAXYEAR:
        raise InvalidValueError(f"{start} and {count} months is outside the calendar", months, hint=_CALENDAR)
    month = month_index + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def months(period: Period) -> tuple[Period, ...]:
    """Split a period into calendar months, the first and the last clipped to the period.

    >>> [str(part) for part in months(Period(date(2026, 1, 15), date(2026, 3, 1)))]
    ['[2026-01-15..2026-02-01)', '[2026-02-01..2026-03-01)']
    """
    parts: list[Period] = []
    start = period.start
    while (start.year, start.month) != (period.end.year, period.end.month):
        following = add_months(start.replace(day=1), 1)
        parts.append(Period(start, following))
        start = following
    if start < period.end:
        parts.append(Period(start, period.end))
    return tuple(parts)


def _whole_months(year: int, first_month: int, count: int) -> Period:
    """Return `count` months from a month of a year; a month past 12 lies in the next year."""
    january = date(_number("year", year, MINYEAR, MAXYEAR), 1, 1)
    start = add_months(january, first_month - 1)
    return Period(start, add_months(start, count))


def _number(name: str, value: object, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidValueError(f"{name} must be an integer", value, hint=f"give an int from {least} to {most}")
    if not least <= value <= most:
        raise InvalidValueError(f"{name} must be from {least} to {most}", value)
    return value
