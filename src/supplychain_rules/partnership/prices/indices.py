"""Index values for a clause: which months, which edition, converted or not.

What is missing is refused by series and month, and nothing is ever filled in: an index that was not published yet is no
reason to take the month before.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import several
from supplychain_rules.facts.prices import IndexValue
from supplychain_rules.partnership.prices.clause import AdjustmentClause, BaseRule, CurrentRule, EditionRule, IndexTerm
from supplychain_rules.values.dates import add_days
from supplychain_rules.values.exchange import ExchangeRates, RateUsed
from supplychain_rules.values.period import add_months

__all__ = ["IndexBook", "IndexReading", "base_months", "current_months", "index_book", "read_months", "sought"]

#: Months of a quarter.
_QUARTER = 3


def _values(given: Iterable[IndexValue]) -> tuple[IndexValue, ...]:
    found = several(given)
    for value in found:
        if not isinstance(value, IndexValue):
            raise InvalidValueError("not a value of an index", value, hint="write IndexValue(series=..., ...)")
    return tuple(sorted(set(found), key=lambda value: (value.series, value.on, value.known_on, value.value)))


@final
@attrs.frozen
class IndexBook:
    """Index values with their editions, in order; build it once where many prices are adjusted.

    Raises:
        InvalidValueError: something that is no index value, or two editions of one day that differ.

    >>> book = IndexBook([IndexValue(series="S", on=date(2026, 1, 1), value=100, known_on=date(2026, 2, 15))])
    >>> [str(value.value) for value in book.editions("S", date(2026, 1, 1))]
    ['100']
    """

    values: tuple[IndexValue, ...] = attrs.field(converter=_values)
    _by_month: dict[tuple[str, date], list[IndexValue]] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse contradictions, and index the values by series and month."""
        found: dict[tuple[str, date], list[IndexValue]] = {}
        for value in self.values:
            editions = found.setdefault((value.series, value.on), [])
            if editions and editions[-1].known_on == value.known_on:
                hint = "an edition has one value; keep one of them"
                what = f"two values of {value.id} of the edition {value.known_on}"
                raise InvalidValueError(what, value.value, hint=hint)
            editions.append(value)
        object.__setattr__(self, "_by_month", found)

    def editions(self, series: str, on: date) -> tuple[IndexValue, ...]:
        """Return all editions of the value of a month, the first one published first."""
        return tuple(self._by_month.get((series, on), ()))


@final
@attrs.frozen(kw_only=True)
class IndexReading:
    """One value of an index as a clause counts it: of which month, in which edition, at which rate."""

    series: str
    #: The first day of the month, or quarter, that the value is for.
    on: date
    value: Decimal
    #: The day of the edition.
    known_on: date
    #: The rate that converted it; None where nothing was converted.
    rate: RateUsed | None = None

    @property
    def counted(self) -> Fraction:
        """Return the value in the currency of the clause, exactly."""
        return Fraction(self.value) * (Fraction(1) if self.rate is None else self.rate.factor)


def index_book(indices: "Iterable[IndexValue] | IndexBook") -> IndexBook:
    """Return the values as a book; a book is returned as it is, so that it is built once for many prices.

    Raises:
        InvalidValueError: something that is no index value, or two editions of one day that differ.

    >>> book = index_book([IndexValue(series="S", on=date(2026, 1, 1), value=100, known_on=date(2026, 2, 15))])
    >>> index_book(book) is book
    True
    """
    return indices if isinstance(indices, IndexBook) else IndexBook(indices)


def base_months(rule: BaseRule) -> tuple[date, ...]:
    """Return the first days of the base months, the earliest first."""
    return _months_to(rule.month, rule.average_months)


def current_months(rule: CurrentRule, on: date) -> tuple[date, ...]:
    """Return the first days of the months whose index counts for a delivery, the earliest first.

    >>> rule = CurrentRule(lag_months=1, average_months=2, step_months=3, edition=EditionRule(kind="latest"))
    >>> [month.isoformat() for month in current_months(rule, date(2026, 5, 20))]
    ['2026-02-01', '2026-03-01']
    """
    day = on
    if rule.step_months is not None:
        day = date(on.year, on.month - (on.month - 1) % rule.step_months, 1)
    day = add_months(add_days(day, -rule.lag_days).replace(day=1), -rule.lag_months)
    return _months_to(day, rule.average_months)


def read_months(  # noqa: PLR0913  what decides which number counts
    term: IndexTerm,
    months: Sequence[date],
    edition: EditionRule,
    book: IndexBook,
    *,
    clause: AdjustmentClause,
    on: date,
    as_of: date,
    rates: ExchangeRates,
) -> tuple[list[IndexReading], list[str]]:
    """Return the values of a term for months, and what is missing, in words.

    Raises:
        InvalidValueError: no rate where a value is to be converted, or an edition of a day after `as_of`.
    """
    until = _edition_day(edition, on, as_of)
    found, missing = [], []
    for month in months:
        start = _quarter(month) if term.frequency == "quarter" else month
        later = book.editions(term.series, start)
        editions = [value for value in later if value.known_on <= until]
        if not editions:
            known = f", known only since {later[0].known_on}" if later else ""
            missing.append(f"{term.series} of {start} as known on {until}{known}")
            continue
        taken = editions[0] if edition.kind == "first_published" else editions[-1]
        found.append(
            IndexReading(
                series=term.series,
                on=start,
                value=taken.value,
                known_on=taken.known_on,
                rate=_rate(term, start, clause.currency, rates),
            )
        )
    return found, missing


def sought(missing: Sequence[str]) -> InvalidValueError:
    """Return the error that names every index value that is missing."""
    first, rest = missing[0], missing[1:]
    more = f"; and {'; '.join(rest)}" if rest else ""
    return InvalidValueError(f"no index value: {first}{more}", None, hint="give the edition; nothing is filled in")


def _edition_day(edition: EditionRule, on: date, as_of: date) -> date:
    """Return the last day on which an edition may have become known."""
    if edition.kind != "known_on":
        return as_of
    day = edition.on if edition.on is not None else add_days(on, edition.days_after)
    if day > as_of:
        hint = "compute the price on that day or later; until then another edition may come"
        raise InvalidValueError(f"the clause counts what is known on {day}, and as_of lies before it", as_of, hint=hint)
    return day


def _rate(term: IndexTerm, start: date, currency: str, rates: ExchangeRates) -> RateUsed | None:
    if term.conversion != "dated_rate" or term.currency is None:
        return None
    day = start
    if term.rate_day == "last":
        last = add_months(start, _QUARTER - 1) if term.frequency == "quarter" else start
        day = last.replace(day=monthrange(last.year, last.month)[1])
    return rates.rate(term.currency, currency, day, max_age_days=term.max_age_days, inverse=term.inverse)


def _months_to(last: date, count: int) -> tuple[date, ...]:
    return tuple(add_months(last, place - count + 1) for place in range(count))


def _quarter(month: date) -> date:
    return date(month.year, month.month - (month.month - 1) % _QUARTER, 1)
