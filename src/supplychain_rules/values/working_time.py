"""Working time: hours of the day on the working days of a calendar, in a time zone that is always said.

A clock that runs in working time stands still at night, on holidays and while a case is on hold. Holds are intervals
of real time: one that lies outside the working hours takes nothing from the clock, because nothing was running.

Durations are counted between instants, so that a night in which the clocks are changed costs nothing and gives
nothing. The time zone is the caller's object, as `zoneinfo.ZoneInfo("Europe/Berlin")` or `datetime.timezone.utc`;
nothing here looks one up.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Any, Final, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.calendar import WorkCalendar

__all__ = ["Hold", "WorkingTime", "check_instant"]

#: The longest that a clock is followed, in days: a century; whatever is not due by then is not due.
_MAX_DAYS: Final = 36_525

_ONE_DAY: Final = timedelta(days=1)
_NOTHING: Final = timedelta(0)


def check_instant(what: str, value: object) -> None:
    """Refuse what is not a point in time with its time zone.

    Raises:
        InvalidValueError: not a `datetime`, or one without a zone.

    >>> check_instant("opened_at", datetime(2026, 1, 2, 9, 0))
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InvalidValueError: opened_at has no time zone: ...
    """
    if not isinstance(value, datetime):
        raise InvalidValueError(f"{what} is not a datetime", value)
    if value.utcoffset() is None:
        raise InvalidValueError(f"{what} has no time zone", value, hint="give it one, as tzinfo=timezone.utc")


def _hours(given: Iterable[tuple[time, time]]) -> tuple[tuple[time, time], ...]:
    spans = tuple(tuple(span) for span in given)
    if not all(len(span) == 2 and all(isinstance(end, time) for end in span) for span in spans):
        raise InvalidValueError("working hours are pairs of times", spans, hint="as (time(9), time(17))")
    return tuple(sorted((start, end) for start, end in spans))


def _check_hours(instance: object, field: "attrs.Attribute[Any]", value: tuple[tuple[time, time], ...]) -> None:  # noqa: ARG001  attrs gives three
    if not value:
        raise InvalidValueError("no working hours", value, hint="give spans, as (time(9), time(17))")
    for span in value:
        start, end = span
        if start.tzinfo is not None or end.tzinfo is not None:
            raise InvalidValueError("a span of working hours is two times without a zone", span)
        if end != time(0) and start >= end:
            raise InvalidValueError("working hours end after they start", f"{start}..{end}", hint="midnight is time(0)")
    for (_, end), (start, _) in pairwise(value):
        if end == time(0) or start < end:
            raise InvalidValueError("working hours overlap", f"{start} lies before {end}")


def _check_zone(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:  # noqa: ARG001  as above
    if not isinstance(value, tzinfo):
        raise InvalidValueError("not a time zone", value, hint="give a zoneinfo.ZoneInfo or timezone.utc")


@final
@attrs.frozen
class Hold:
    """An interval during which a case waits for somebody else: `[start, end)`, open while it lasts.

    Raises:
        InvalidValueError: an end that is not after the start, or a time without a zone.
    """

    start: datetime
    #: The first moment after it; None while the case is on hold.
    end: datetime | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what is no interval."""
        check_instant("Hold.start", self.start)
        if self.end is not None:
            check_instant("Hold.end", self.end)
            if self.end <= self.start:
                raise InvalidValueError("a hold ends after it starts", f"{self.start}..{self.end}")


@final
@attrs.frozen(kw_only=True)
class WorkingTime:
    """When work is done: spans of hours on the working days of a calendar, by the clocks of a time zone.

    Raises:
        InvalidValueError: no hours, spans that overlap or end before they start, or what is no time zone.

    >>> office = WorkingTime(hours=[(time(9), time(17))], zone=UTC)
    >>> friday = datetime(2026, 1, 2, 15, 0, tzinfo=UTC)
    >>> office.after(friday, timedelta(hours=4)).isoformat()
    '2026-01-05T11:00:00+00:00'
    """

    #: Spans of the day, as `(time(9), time(17))`; one that ends at midnight ends with `time(0)`.
    hours: tuple[tuple[time, time], ...] = attrs.field(converter=_hours, validator=_check_hours)
    zone: tzinfo = attrs.field(validator=_check_zone)
    calendar: WorkCalendar = attrs.field(factory=WorkCalendar, validator=attrs.validators.instance_of(WorkCalendar))

    def between(self, start: datetime, end: datetime, *, holds: Iterable[Hold] = ()) -> timedelta:
        """Return the working time from one moment to another, without that of holds; zero where the end comes first.

        Raises:
            InvalidValueError: a time without a zone, or more than a century.
        """
        check_instant("start", start)
        check_instant("end", end)
        total = _NOTHING
        for opened, closed in self._spans(start, end):
            total += closed - opened - _overlap(opened, closed, _merged(holds, end))
        return total

    def after(self, start: datetime, duration: timedelta, *, holds: Iterable[Hold] = ()) -> datetime | None:
        """Return the moment at which so much working time has passed, in the zone; None while a hold has no end.

        A duration of zero is over at `start` itself. A duration that is used up at the end of a working span is over
        then, not at the beginning of the next one.

        Raises:
            InvalidValueError: a time without a zone, a negative duration, or no such moment within a century.
        """
        check_instant("start", start)
        if duration < _NOTHING:
            raise InvalidValueError("a duration is not negative", str(duration))
        if duration == _NOTHING:
            return start.astimezone(self.zone)
        left = duration
        open_from = min((hold.start for hold in holds if hold.end is None), default=None)
        far = start + timedelta(days=_MAX_DAYS)
        paused = _merged(holds, far)
        for opened, closed in self._spans(start, far, unbounded=True):
            for begin, finish in _without(opened, closed, paused):
                if finish - begin >= left:
                    return (begin + left).astimezone(self.zone)
                left -= finish - begin
            if open_from is not None and closed >= open_from:
                return None
        raise InvalidValueError("this is not over within a century", str(duration), hint="is it a slip?")

    def is_working(self, moment: datetime) -> bool:
        """Return whether a moment lies in working time.

        Raises:
            InvalidValueError: a time without a zone.
        """
        check_instant("moment", moment)
        return any(opened <= moment < closed for opened, closed in self._of_day(moment.astimezone(self.zone).date()))

    def _spans(self, start: datetime, end: datetime, *, unbounded: bool = False) -> Iterator[tuple[datetime, datetime]]:
        """Yield the working spans between two moments, cut to them, as instants."""
        begin, finish = start.astimezone(UTC), end.astimezone(UTC)
        if not unbounded and finish - begin > timedelta(days=_MAX_DAYS):
            raise InvalidValueError("more than a century of working time", f"{start}..{end}")
        # The day before: a span of it may end after midnight by the zone's clocks.
        day = start.astimezone(self.zone).date()
        last = end.astimezone(self.zone).date()
        while day <= last:
            for start_of_span, end_of_span in self._of_day(day):
                opened, closed = max(start_of_span, begin), min(end_of_span, finish)
                if opened < closed:
                    yield opened, closed
            day += _ONE_DAY

    def _of_day(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if self.calendar.is_working(day):
            for start, end in self.hours:
                ends_on = day + _ONE_DAY if end == time(0) else day
                opened = datetime.combine(day, start, tzinfo=self.zone).astimezone(UTC)
                closed = datetime.combine(ends_on, end, tzinfo=self.zone).astimezone(UTC)
                if opened < closed:
                    yield opened, closed


def _merged(holds: Iterable[Hold], open_until: datetime) -> list[tuple[datetime, datetime]]:
    """Return holds as intervals that do not overlap, in order; one without an end lasts until `open_until`."""
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted((hold.start, hold.end or open_until) for hold in holds):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def _overlap(start: datetime, end: datetime, intervals: list[tuple[datetime, datetime]]) -> timedelta:
    total = _NOTHING
    for begin, finish in intervals:
        shared = min(end, finish) - max(start, begin)
        total += max(shared, _NOTHING)
    return total


def _without(
    start: datetime, end: datetime, intervals: list[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    """Yield what is left of a span without some intervals."""
    at = start
    for begin, finish in intervals:
        if finish <= at or begin >= end:
            continue
        if begin > at:
            yield at, begin
        at = max(at, finish)
    if at < end:
        yield at, end
