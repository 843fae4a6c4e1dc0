"""Prices as measures read them: what was paid for how much, and the reference price in force on a day.

What was paid comes from order lines, observed prices or invoice lines. A reference price is one that was agreed, set,
paid before, or quoted on a market; it is compared only with a price of the same item in the same unit.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.facts.prices import PRICE_KINDS, IndexValue, MarketPrice, PriceKind, PriceObservation
from supplychain_rules.facts.trade import OrderLine, line_amount
from supplychain_rules.measures.counting import LeftOut, Row, RowsOf
from supplychain_rules.measures.index import Driver, FactIndex, dimension

__all__ = [
    "PriceSource",
    "PricedRows",
    "index_value",
    "market_price",
    "observed_price",
    "price_kinds",
    "price_rows",
]

#: Where prices are taken from: what was ordered, what was observed, or what was billed.
PriceSource = Literal["order_lines", "observations", "invoices"]

#: Make the rows of one price: whose fact, its day, supplier, item, unit, currency, what was paid, and for how much.
PricedRows: TypeAlias = Callable[[Driver, date, str, str, str, str, Decimal, Decimal], Sequence[Row]]

_Fact = TypeVar("_Fact", PriceObservation, MarketPrice, IndexValue)

_NO_ITEM: Final = LeftOut("invoice lines without an item left out")


def price_kinds(values: Iterable[PriceKind]) -> frozenset[PriceKind]:
    """Read a collection of kinds of observed prices, at least one.

    >>> sorted(price_kinds(["quote", "paid"]))
    ['paid', 'quote']
    """
    if isinstance(values, str):  # a text is a collection of letters, which nobody means
        raise InvalidValueError("kinds of prices must be a collection", values, hint=f"write ({values!r},)")
    kinds = frozenset(values)
    unknown = sorted(map(str, kinds.difference(PRICE_KINDS)))
    if unknown or not kinds:
        found = unknown[0] if unknown else ()
        raise InvalidValueError("unknown kind of price", found, hint=f"expected some of {', '.join(PRICE_KINDS)}")
    return kinds


def price_rows(source: PriceSource, kinds: frozenset[PriceKind], index: FactIndex, make: PricedRows) -> RowsOf:
    """Return the rows of every price of a source; cancelled lines have none.

    A billed line takes its item, and always its unit, from its order line; without an item it is left out.

    Args:
        source: which facts say what was paid.
        kinds: which observed prices count.
        index: where order lines are found.
        make: what one price gives.
    """

    def ordered(line: OrderLine) -> Sequence[Row]:
        quantity = line.quantity
        if not quantity:
            return ()
        currency = line.unit_price.currency
        return make(line, line.ordered_on, line.supplier, line.item, line.unit, currency, line_amount(line), quantity)

    def observed(seen: PriceObservation) -> Sequence[Row]:
        if seen.kind not in kinds:
            return ()
        price, quantity = seen.price, seen.quantity
        paid = price.amount * quantity
        return make(seen, seen.observed_on, seen.supplier, seen.item, seen.unit, price.currency, paid, quantity)

    def invoiced(line: InvoiceLine) -> Sequence[Row]:
        item = dimension(index, line, "item")
        day, billed = line.invoiced_on, line.amount
        if item is None:
            return ((line, day, _NO_ITEM, 1, 0, 0),)
        of = None if line.order_line is None else index.table(OrderLine).get(line.order_line)
        unit = "" if of is None else of.unit
        return make(line, day, line.supplier, item, unit, billed.currency, billed.amount, line.quantity)

    match source:
        case "order_lines":
            return {OrderLine: ordered}
        case "observations":
            return {PriceObservation: observed}
        case "invoices":
            return {InvoiceLine: invoiced}
        case _:
            assert_never(source)


def observed_price(index: FactIndex, kind: PriceKind) -> Callable[[str, str, str, date], tuple[Decimal, str] | None]:
    """Return the function from supplier, item, unit and day to the price of a kind in force, with its currency.

    In force is the price that began last and has not ended. One with an end holds until then; one without holds until
    the next one begins, and does not come back when that ends. Of two that begin on one day, the one known last counts.
    """

    def place(seen: PriceObservation) -> tuple[str, str] | None:
        return (seen.supplier, seen.unit) if seen.kind == kind else None

    timelines = _Timelines(index.by(PriceObservation, "item"), place, lambda seen: seen.observed_on)

    def find(supplier: str, item: str, unit: str, day: date) -> tuple[Decimal, str] | None:
        line = timelines.of(item, (supplier, unit))
        last = 0 if line is None else bisect_right(line.days, day)
        if line is None or not last:
            return None
        for number in range(last - 1, -1, -1):
            seen = line.facts[number]
            until = seen.valid_until
            holds = number == last - 1 if until is None else day < until
            if holds:
                return seen.price.amount, seen.price.currency
        return None

    return find


def market_price(index: FactIndex, source: str | None) -> Callable[[str, str, date], tuple[Decimal, str] | None]:
    """Return the function from item, unit and day to the market price in force, with its currency.

    In force is the last one on or before the day; `source` says whose prices count, `None` that all do.
    """

    def place(quoted: MarketPrice) -> str | None:
        return quoted.unit if source is None or quoted.source == source else None

    timelines = _Timelines(index.by(MarketPrice, "item"), place, lambda quoted: quoted.on)

    def find(item: str, unit: str, day: date) -> tuple[Decimal, str] | None:
        quoted = timelines.last(item, unit, day)
        return None if quoted is None else (quoted.price.amount, quoted.price.currency)

    return find


def index_value(index: FactIndex, series: str) -> Callable[[date], Decimal | None]:
    """Return the function from a day to the value of an index series: the last one for a day on or before it."""
    timelines = _Timelines(index.by(IndexValue, "series"), lambda value: value.series, lambda value: value.on)

    def find(day: date) -> Decimal | None:
        value = timelines.last(series, series, day)
        return None if value is None else value.value

    return find


@final
@attrs.frozen
class _Timeline(Generic[_Fact]):
    """Facts in the order of their days, with the days beside them for searching."""

    days: list[date]
    facts: list[_Fact]


@final
class _Timelines(Generic[_Fact]):
    """The facts of each group in the order of their days, put in order when a group is first asked for.

    A group of an index grows at its end or is replaced by another list, so the list and its length tell whether it
    has changed since.
    """

    def __init__(
        self,
        groups: Mapping[Hashable, list[_Fact]],
        place: Callable[[_Fact], Hashable | None],
        day: Callable[[_Fact], date],
    ) -> None:
        self._groups: Mapping[Hashable, list[_Fact]] = groups
        self._place: Callable[[_Fact], Hashable | None] = place
        self._day: Callable[[_Fact], date] = day
        self._known: dict[Hashable, tuple[list[_Fact], int, dict[Hashable, _Timeline[_Fact]]]] = {}

    def of(self, group: Hashable, place: Hashable) -> _Timeline[_Fact] | None:
        """Return the facts of a place within a group, or `None` where there are none."""
        facts = self._groups.get(group)
        if facts is None:
            return None
        known = self._known.get(group)
        if known is None or known[0] is not facts or known[1] != len(facts):
            known = self._known[group] = (facts, len(facts), self._ordered(facts))
        return known[2].get(place)

    def last(self, group: Hashable, place: Hashable, day: date) -> _Fact | None:
        """Return the last fact of a place on or before a day."""
        line = self.of(group, place)
        found = 0 if line is None else bisect_right(line.days, day)
        return None if line is None or not found else line.facts[found - 1]

    def _ordered(self, facts: list[_Fact]) -> dict[Hashable, _Timeline[_Fact]]:
        places: dict[Hashable, _Timeline[_Fact]] = {}
        for fact in sorted(facts, key=self._order):
            place = self._place(fact)
            if place is None:
                continue
            line = places.setdefault(place, _Timeline([], []))
            line.days.append(self._day(fact))
            line.facts.append(fact)
        return places

    def _order(self, fact: Any) -> tuple[date, date, str]:  # noqa: ANN401  a type variable has no common fields
        return self._day(fact), fact.known_on, fact.id
