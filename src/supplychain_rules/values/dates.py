"""Days: a `date` and never a `datetime`, and as text one form only, `2026-01-31`.

ISO 8601 has more forms (`20260131`, `2026-W05-6`); a number or a typing slip could be read as one, so
they are refused.
"""

from datetime import date, datetime, timedelta

from supplychain_rules.errors import InvalidValueError

__all__ = ["add_days", "check_day", "date_repr", "parse_date"]

#: Length and hyphens of the one form.
_SHAPE = ("2026-01-31", (4, 7))


def parse_date(text: str) -> date:
    """Read a date written as `2026-01-31`.

    Raises:
        InvalidValueError: any other form, or a day that no calendar has.

    >>> parse_date("2026-01-31")
    datetime.date(2026, 1, 31)
    """
    example, hyphens = _SHAPE
    shaped = len(text) == len(example) and text.isascii() and all(text[place] == "-" for place in hyphens)
    if shaped:
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise InvalidValueError("not a date", text, hint=f"write it as {example}")


def check_day(place: str, value: object) -> date:
    """Return a calendar day and refuse anything else; a datetime compares differently and once made 100 % into 0 %.

    Raises:
        InvalidValueError: not a `date`, or a `datetime`.

    >>> check_day("as_of", datetime(2026, 1, 5))
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InvalidValueError: as_of must be a day: ...; give .date() of it
    """
    if isinstance(value, datetime) or not isinstance(value, date):
        hint = "give .date() of it" if isinstance(value, datetime) else "give a datetime.date"
        raise InvalidValueError(f"{place} must be a day", value, hint=hint)
    return value


def add_days(day: date, days: int) -> date:
    """Return the day so many days later, or earlier where negative.

    Raises:
        InvalidValueError: a result outside the calendar.

    >>> add_days(date(2028, 2, 28), 2)
    datetime.date(2028, 3, 1)
    """
    try:
        return day + timedelta(days=days)
    except OverflowError:
        hint = "dates run from 0001-01-01 to 9999-12-31"
        raise InvalidValueError(f"{day} and {days} days is outside the calendar", days, hint=hint) from None


def date_repr(day: date) -> str:
    """Return the expression that builds a day again after `from datetime import date`.

    >>> date_repr(date(2026, 1, 31))
    'date(2026, 1, 31)'
    """
    return f"date({day.year}, {day.month}, {day.day})"
