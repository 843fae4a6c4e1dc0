"""Random money and periods."""

from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st

from supplychain_rules.values.currencies import decimals_of
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period
from supplychain_rules.values.scaled import to_decimal

__all__ = ["moneys", "periods"]

#: Currencies of two, no and three minor digits: where what is right for the euro goes wrong.
_CURRENCIES: Final = ("EUR", "JPY", "KWD", "CNY", "USD")

#: Largest drawn amount, in minor units: more than most firms turn over, and it adds up without a thought.
_MOST_UNITS: Final = 10**12


def moneys(
    currency: str | None = None, *, least: int = -_MOST_UNITS, most: int = _MOST_UNITS
) -> st.SearchStrategy[Money]:
    """Draw an amount of money in whole minor units, of one currency or of several with 0, 2 and 3 minor digits.

    Args:
        currency: the currency; one of several where not given.
        least: least amount in minor units (cents), included.
        most: largest amount in minor units, included.

    >>> import hypothesis
    >>> hypothesis.find(moneys("JPY", least=1), lambda money: True)
    Money('1', 'JPY')
    """
    currencies = st.sampled_from(_CURRENCIES) if currency is None else st.just(currency)
    return st.builds(_money, st.integers(least, most), currencies)


@st.composite
def periods(
    draw: st.DrawFn, first: date = date(2000, 1, 1), last: date = date(2099, 12, 31), longest: int = 2_000
) -> Period:
    """Draw a period: a month, a quarter or a year of the calendar, or any run of days.

    Args:
        draw: given by hypothesis.
        first: the first day on which a drawn period may start.
        last: the last one.
        longest: most days of a period that is none of the calendar's.
    """
    start = draw(st.dates(first, last))
    match draw(st.sampled_from(("month", "quarter", "year", "days"))):
        case "month":
            return Period.month(start.year, start.month)
        case "quarter":
            return Period.quarter(start.year, (start.month + 2) // 3)
        case "year":
            return Period.year(start.year)
        case _:
            return Period(start, start + timedelta(days=draw(st.integers(1, longest))))


def _money(units: int, currency: str) -> Money:
    return Money(to_decimal(units, decimals_of(currency) or 0), currency)
