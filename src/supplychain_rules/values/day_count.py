"""Day counts: what share of a year lies between two days, by the convention that a contract names.

Interest is principal x yearly rate x share of a year, and the same days are not the same share: from 31 January to
1 March 2026 are 29 days, which is 29/360, 29/365 or, with months of 30 days, 31/360. The first day does not bear
interest, the last one does.
"""

from datetime import date
from fractions import Fraction
from typing import Final, Literal, assert_never, get_args

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.dates import check_day

__all__ = ["DAY_COUNTS", "DayCount", "year_share"]

#: The days that are counted, over the days that a year has: actual days over 360 or 365, or months of 30 days by the
#: bond basis (`30/360`) or the European rule (`30e/360`), which differ at the end of months only.
DayCount = Literal["act/360", "act/365", "30/360", "30e/360"]

#: The conventions in the order in which messages list them.
DAY_COUNTS: Final[tuple[DayCount, ...]] = get_args(DayCount)

_DAYS_OF_A_MONTH: Final = 30
_DAYS_OF_A_YEAR: Final = 360


def year_share(start: date, end: date, day_count: DayCount) -> Fraction:
    """Return the share of a year from one day to another, exactly.

    Args:
        start: the first day, which does not count.
        end: the last day, which does; not before the first.
        day_count: the convention.

    Raises:
        InvalidValueError: not days, an end before the start, or an unknown convention.

    Source:
        2006 ISDA Definitions, section 4.16: (d) actual/365 fixed, (e) actual/360, (f) 30/360 bond basis, (g) 30E/360.

    >>> year_share(date(2026, 1, 31), date(2026, 3, 1), "30/360")
    Fraction(31, 360)
    >>> year_share(date(2026, 1, 31), date(2026, 3, 1), "act/365")
    Fraction(29, 365)
    """
    if check_day("end", end) < check_day("start", start):
        raise InvalidValueError(f"the end lies before the start ({start})", end)
    if day_count not in DAY_COUNTS:
        raise InvalidValueError("unknown day count", day_count, hint=f"one of {', '.join(DAY_COUNTS)}")
    match day_count:
        case "act/360":
            return Fraction((end - start).days, 360)
        case "act/365":
            return Fraction((end - start).days, 365)
        case "30/360":
            first = min(start.day, _DAYS_OF_A_MONTH)
            last = _DAYS_OF_A_MONTH if first == _DAYS_OF_A_MONTH and end.day > first else end.day
        case "30e/360":
            first, last = min(start.day, _DAYS_OF_A_MONTH), min(end.day, _DAYS_OF_A_MONTH)
        case _:
            assert_never(day_count)
    months = (end.year - start.year) * 12 + end.month - start.month
    return Fraction(months * _DAYS_OF_A_MONTH + last - first, _DAYS_OF_A_YEAR)
