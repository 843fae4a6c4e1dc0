"""Days written in declared formats: `%d.%m.%Y`, `%d-%b-%y`, `%Y-%m-%d %H:%M:%S`.

The directives are those of C's `strptime` that matter for a day. Names of months are always English, whatever the
machine speaks. A text that two declared formats read as two different days is refused: which one was meant is not ours
to say.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import MAXYEAR, MINYEAR, date, datetime, time
from types import MappingProxyType
from typing import Final, Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError

__all__ = ["TIMES", "DayFormats", "Times"]

#: What becomes of a time of day: refused unless it is midnight, or dropped.
Times = Literal["refuse", "drop"]

#: The ways in the order in which messages list them.
TIMES: Final[tuple[Times, ...]] = ("refuse", "drop")

#: English months, the first three letters of which are their short names.
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

#: Short and long names, each with the number of its month.
_NUMBERS: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {
        "b": {name[:3]: number for number, name in enumerate(_MONTHS, 1)},
        "B": {name: number for number, name in enumerate(_MONTHS, 1)},
    }
)

#: What each directive matches; a day, month or hour may lack its leading zero where something stands between.
_DIRECTIVES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Y": "[0-9]{4}",
        "y": "[0-9]{2}",
        "m": "[0-9]{1,2}",
        "d": "[0-9]{1,2}",
        "b": "[A-Za-z]{3}",
        "B": "[A-Za-z]{3,9}",
        "H": "[0-9]{1,2}",
        "M": "[0-9]{1,2}",
        "S": "[0-9]{1,2}",
        "f": "[0-9]{1,6}",
    }
)

#: A format is cut into directives and the text between.
_PARTS: Final = re.compile(r"%.?|[^%]+", re.DOTALL)

#: Longest text that is looked at: a day and a time in words have half of it.
_MAX_CHARACTERS: Final = 60

_CENTURY: Final = 100


def _texts(given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise InvalidValueError("formats of dates are a collection", given, hint=f"write ({given!r},)")
    return tuple(given)


@final
@attrs.frozen(kw_only=True)
class DayFormats:
    """The declared formats of days.

    Raises:
        InvalidValueError: no format, an unknown directive, a format without day, month or year, or two-digit years
            without a `pivot`.

    >>> DayFormats(formats=("%d-%b-%y", "%m/%d/%y"), pivot=1970).day("2-Jun-06")
    datetime.date(2006, 6, 2)
    """

    formats: tuple[str, ...] = attrs.field(converter=_texts)
    #: The first year that two digits can mean: with 1970, `70` is 1970 and `69` is 2069.
    pivot: int | None = None
    times: Times = "refuse"
    _patterns: tuple[re.Pattern[str], ...] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Compile the formats."""
        if self.pivot is not None and not (type(self.pivot) is int and MINYEAR <= self.pivot <= MAXYEAR - _CENTURY + 1):
            raise InvalidValueError("pivot is not a year", self.pivot, hint="give the first year two digits can mean")
        if any("%y" in _PARTS.findall(form) for form in self.formats) and self.pivot is None:
            raise InvalidValueError(
                "two-digit years need a pivot", self.formats, hint="pivot=1970 reads 70 as 1970 and 69 as 2069"
            )
        object.__setattr__(self, "_patterns", tuple(_pattern(form) for form in self.formats))

    def day(self, text: str) -> date:
        """Return the day that a text says.

        Raises:
            InvalidValueError: no format fits, no calendar has the day, two formats read it as two days, or it has a
                time of day that is not to be dropped.
        """
        found: set[datetime] = set()
        if len(text) <= _MAX_CHARACTERS:
            for pattern in self._patterns:
                match = pattern.fullmatch(text)
                moment = _moment(match.groupdict(), self.pivot) if match else None
                if moment is not None:
                    found.add(moment)
        days = sorted({moment.date() for moment in found})
        if not days:
            raise InvalidValueError("is not a date", text, hint=f"expected {' or '.join(self.formats)}")
        if len(days) > 1:
            raise InvalidValueError(
                f"reads as {' and as '.join(map(str, days))}", text, hint="declare the one format that is meant"
            )
        return self.day_of(min(found))

    def day_of(self, moment: datetime) -> date:
        """Return the day of a moment.

        Raises:
            InvalidValueError: it has a time of day, or a time zone, that is not to be dropped.

        >>> DayFormats(formats=("%Y-%m-%d",)).day_of(datetime(2026, 1, 5))
        datetime.date(2026, 1, 5)
        """
        if self.times == "refuse" and (moment.time() != time.min or moment.tzinfo is not None):
            raise InvalidValueError("has a time of day", moment, hint='times="drop" keeps the day only')
        return moment.date()


def _pattern(form: str) -> "re.Pattern[str]":
    """Compile a format; only what is listed here becomes part of the pattern, all else stands for itself."""
    parts = _PARTS.findall(form)
    seen = [part[1:] for part in parts if part.startswith("%") and part != "%%"]
    for name in seen:
        if name not in _DIRECTIVES:
            known = ", ".join(f"%{known}" for known in _DIRECTIVES)
            raise InvalidValueError(f"unknown directive %{name} in a format of dates", form, hint=f"known are {known}")
    whole = (("year", "Yy"), ("month", "mbB"), ("day", "d"))
    for what, names in whole:
        if sum(name in names for name in seen) != 1:
            raise InvalidValueError(f"a format of dates needs one {what}", form, hint="as in %Y-%m-%d")
    if len(set(seen)) < len(seen):
        raise InvalidValueError("a format of dates names a part twice", form)
    pattern = ""
    for place, part in enumerate(parts):
        if not part.startswith("%") or part == "%%":
            pattern += re.escape("%" if part == "%%" else part)
            continue
        beside = parts[max(place - 1, 0) : place] + parts[place + 1 : place + 2]
        crowded = any(other.startswith("%") and other != "%%" for other in beside)
        digits = _DIRECTIVES[part[1:]]
        # 1997111 would be the first of November as well as the eleventh of January.
        pattern += f"(?P<{part[1:]}>{digits.replace('{1,2}', '{2}') if crowded else digits})"
    return re.compile(pattern)


def _moment(parts: Mapping[str, str], pivot: int | None) -> datetime | None:
    """Return the moment that a format's parts say, or None where no calendar or clock has it."""
    month = int(parts.get("m", 0))
    for name, numbers in _NUMBERS.items():
        if name in parts:
            month = numbers.get(parts[name].lower(), 0)
    year = int(parts["Y"]) if "Y" in parts else _year(int(parts["y"]), pivot)
    hour, minute, second = (int(parts.get(name, 0)) for name in "HMS")
    microsecond = int(parts.get("f", "0").ljust(6, "0"))
    try:
        return datetime(year, month, int(parts["d"]), hour, minute, second, microsecond)  # noqa: DTZ001  a cell has no zone
    except ValueError:
        return None


def _year(digits: int, pivot: int | None) -> int:
    first = pivot or MINYEAR  # a format with two digits is refused without one
    return first + (digits - first) % _CENTURY
