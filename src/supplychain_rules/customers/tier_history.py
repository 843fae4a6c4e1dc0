"""What a tier is derived from: a customer's dated entries, and the pins that somebody set by hand.

An *entry* is an amount of one kind on a day: money spent, margin made, points, a payment score. A return is an entry
below zero. Entries are folded once into running sums by day, so that any window costs two look-ups.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, Literal, final

import attrs

from supplychain_rules.customers.tier_policy import TierMeasure
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import exact_quantity, is_day, is_id, is_optional_day, known_since, one_of
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.values.period import Period
from supplychain_rules.values.scaled import EXACT

__all__ = ["FoldedHistory", "TierEntry", "TierHistory", "TierPin", "fold_history", "tier_histories"]

#: The kind of entries that invoice lines are.
SPEND: Final = "spend"


@final
@attrs.frozen(kw_only=True)
class TierEntry:
    """An amount of one kind on a day; a return or correction is below zero.

    >>> TierEntry(on=date(2026, 1, 5), amount="19.90").kind
    'spend'
    """

    kind: str = attrs.field(default=SPEND, validator=is_id)
    on: date = attrs.field(validator=is_day)
    amount: Decimal = attrs.field(converter=exact_quantity)
    known_on: date = known_since("on")


@final
@attrs.frozen(kw_only=True)
class TierPin:
    """A level set by hand, from a day until before another, and why.

    Raises:
        InvalidValueError: no reason, or an end that is not after the beginning.
    """

    level: str = attrs.field(validator=is_id)
    from_: date = attrs.field(validator=is_day)
    #: The first day on which it holds no longer; a pin without expiry would be forgotten.
    until: date = attrs.field(validator=is_day)
    reason: str = attrs.field(validator=is_id)
    #: Whether a better level that is earned counts all the same, or nothing but the pin does.
    holds: Literal["at_least", "exactly"] = attrs.field(default="at_least", validator=one_of("at_least", "exactly"))
    known_on: date = known_since("from_")

    def __attrs_post_init__(self) -> None:
        """Refuse a pin that never holds."""
        if self.until <= self.from_:
            hint = "give the first day on which it holds no longer"
            raise InvalidValueError(f"a pin from {self.from_} ends before it begins", str(self.until), hint=hint)


def _entries(given: Iterable[TierEntry]) -> tuple[TierEntry, ...]:
    return tuple(given)


def _pins(given: Iterable[TierPin]) -> tuple[TierPin, ...]:
    return tuple(given)


@final
@attrs.frozen(kw_only=True)
class TierHistory:
    """A customer's entries and pins; from `joined` on, by default the first entry's day, entries count."""

    joined: date | None = attrs.field(default=None, validator=is_optional_day)
    entries: tuple[TierEntry, ...] = attrs.field(default=(), converter=_entries)
    pins: tuple[TierPin, ...] = attrs.field(default=(), converter=_pins)

    def known(self, until: date) -> "TierHistory":
        """Return what was known by a day and is dated by then."""
        if all(one.on <= until and one.known_on <= until for one in self.entries) and not self.pins:
            return self
        entries = tuple(one for one in self.entries if one.on <= until and one.known_on <= until)
        return attrs.evolve(self, entries=entries, pins=tuple(one for one in self.pins if one.known_on <= until))


@final
@attrs.frozen(kw_only=True)
class _Series:
    """Entries of one kind by day: running sums before each day, days above nothing before each, the last amounts."""

    days: tuple[date, ...]
    sums: tuple[Decimal, ...]
    above: tuple[int, ...]
    last: tuple[Decimal, ...]


@final
@attrs.frozen(kw_only=True)
class FoldedHistory:
    """A history whose figures over any period cost two look-ups."""

    joined: date
    #: Every day with an entry, in order.
    days: tuple[date, ...]
    series: Mapping[str, _Series]

    def figure(self, measure: TierMeasure, period: Period) -> Decimal | None:
        """Return a figure over a period; None where there is none, as for the last of no entries."""
        if measure.figure == "tenure_days":
            return Decimal(max((period.end - self.joined).days - 1, 0))
        found = self.series.get(measure.of)
        if found is None:
            return None if measure.figure == "last" else Decimal(0)
        first, after = bisect_left(found.days, period.start), bisect_left(found.days, period.end)
        if measure.figure == "sum":
            return EXACT.subtract(found.sums[after], found.sums[first])
        if measure.figure == "days":
            return Decimal(found.above[after] - found.above[first])
        return found.last[after - 1] if after > first else None


def fold_history(history: TierHistory) -> FoldedHistory | None:
    """Fold a history; None for a customer who has not joined.

    >>> folded = fold_history(TierHistory(entries=[TierEntry(on=date(2026, 1, 5), amount=10),
    ...     TierEntry(on=date(2026, 2, 1), amount=-4)]))
    >>> folded.figure(TierMeasure(id="spend"), Period.year(2026))
    Decimal('6')
    """
    joined = history.joined
    if joined is None:
        joined = min((one.on for one in history.entries), default=None)
    if joined is None:
        return None
    by_kind: dict[str, dict[date, list[Decimal]]] = {}
    for one in history.entries:
        if one.on >= joined:
            by_kind.setdefault(one.kind, {}).setdefault(one.on, []).append(one.amount)
    days = sorted({day for of_kind in by_kind.values() for day in of_kind})
    series = {kind: _series(of_kind) for kind, of_kind in by_kind.items()}
    return FoldedHistory(joined=joined, days=tuple(days), series=series)


def _series(by_day: Mapping[date, list[Decimal]]) -> _Series:
    days = sorted(by_day)
    sums, above, last = [Decimal(0)], [0], []
    for day in days:
        added = Decimal(0)
        for amount in by_day[day]:
            added = EXACT.add(added, amount)
        sums.append(EXACT.add(sums[-1], added))
        above.append(above[-1] + (added > 0))
        last.append(by_day[day][-1])
    return _Series(days=tuple(days), sums=tuple(sums), above=tuple(above), last=tuple(last))


def tier_histories(  # noqa: PLR0913  what a history is made of
    ledger: Ledger,
    *,
    as_of: date,
    currency: str,
    more: Mapping[str, Iterable[TierEntry]] | None = None,
    pins: Mapping[str, Iterable[TierPin]] | None = None,
    joined: Mapping[str, date] | None = None,
) -> dict[str, TierHistory]:
    """Return the history of every customer of a ledger: invoice lines that name a customer are `spend`, less credits.

    Args:
        ledger: the facts; only the versions known by `as_of` count, each by its own day.
        as_of: the day.
        currency: the currency of all of these lines.
        more: other entries by customer: margins, points, payment scores.
        pins: levels set by hand, by customer.
        joined: the days on which customers joined, where it is not that of the first entry.

    Raises:
        InvalidValueError: a line or credit note in another currency.

    >>> from supplychain_rules.facts.billing import InvoiceLine
    >>> from supplychain_rules.values.money import Money
    >>> line = InvoiceLine(id="I1/1", invoice="I1", supplier="us", customer="C1", quantity=1,
    ...     amount=Money("80", "EUR"), invoiced_on=date(2026, 1, 5))
    >>> tier_histories(Ledger([line]), as_of=date(2026, 2, 1), currency="EUR")["C1"].entries[0].amount
    Decimal('80')
    """
    more, pins, joined = more or {}, pins or {}, joined or {}
    entries: dict[str, list[TierEntry]] = {name: [] for name in sorted({*more, *pins, *joined})}
    known = ledger.as_of(as_of)
    for line in known.invoice_lines:
        if line.customer is None:
            continue
        if line.amount.currency != currency:
            hint = f"convert it to {currency} with a dated rate first"
            raise InvalidValueError(f"{line.id} is not in {currency}", line.amount, hint=hint)
        entry = TierEntry(on=line.invoiced_on, amount=line.amount.amount, known_on=line.known_on)
        entries.setdefault(line.customer, []).append(entry)
    for note in known.credit_notes:
        if note.amount.currency != currency:
            hint = f"convert it to {currency} with a dated rate first"
            raise InvalidValueError(f"{note.id} is not in {currency}", note.amount, hint=hint)
        entry = TierEntry(on=note.credited_on, amount=-note.amount.amount, known_on=note.known_on)
        entries.setdefault(note.customer, []).append(entry)
    return {
        customer: TierHistory(
            joined=joined.get(customer), entries=(*found, *more.get(customer, ())), pins=tuple(pins.get(customer, ()))
        )
        for customer, found in entries.items()
    }
