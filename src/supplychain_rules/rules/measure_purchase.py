"""Folding order lines, price observations and inspections into spend, price index and pass rate."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias, final

import attrs

from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, line_amount
from supplychain_rules.rules.measure_tally import EXACT, ZERO, Tally, one_currency
from supplychain_rules.values.period import Period

__all__ = ["Purchase", "fold_pass_rate", "fold_price_index", "fold_spend", "observed_prices", "ordered_prices"]

_add: Final = EXACT.add
_subtract: Final = EXACT.subtract
_multiply: Final = EXACT.multiply

#: A quantity of an item bought or quoted: supplier, item with its unit, amount, currency, quantity.
Purchase: TypeAlias = tuple[str, tuple[str, str], Decimal, str, Decimal]


def fold_spend(measure: str, lines: Iterable[OrderLine], *, period: Period) -> tuple[dict[str, Tally], str]:
    """Return each supplier's spend on lines ordered in the period (as the numerator), and its currency.

    Raises:
        InvalidValueError: the lines have more than one currency.
    """
    amounts: dict[str, Decimal] = {}
    counts: dict[str, int] = {}
    currencies: set[str] = set()
    start, end = period.start, period.end
    for line in lines:
        if line.quantity and start <= line.ordered_on < end:
            currencies.add(line.unit_price.currency)
            amounts[line.supplier] = _add(amounts.get(line.supplier, ZERO), line_amount(line))
            counts[line.supplier] = counts.get(line.supplier, 0) + 1
    tallies = {
        supplier: Tally(numerator=Fraction(amount), evidence=counts[supplier]) for supplier, amount in amounts.items()
    }
    return tallies, one_currency(measure, currencies)


def fold_pass_rate(inspections: Iterable[Inspection], *, period: Period) -> dict[str, Tally]:
    """Return each supplier's accepted and inspected units over the inspections of the period."""
    sums: dict[str, _Trade] = {}
    start, end = period.start, period.end
    for inspection in inspections:
        if start <= inspection.inspected_on < end:
            accepted = _subtract(inspection.inspected, inspection.rejected)
            sums.setdefault(inspection.supplier, _Trade()).count(accepted, inspection.inspected)
    return {
        supplier: Tally(numerator=Fraction(found.amount), denominator=Fraction(found.quantity), evidence=found.facts)
        for supplier, found in sums.items()
    }


def ordered_prices(lines: Iterable[OrderLine], *, period: Period) -> Iterable[Purchase]:
    """Yield what was ordered in the period, cancelled lines left out."""
    start, end = period.start, period.end
    for line in lines:
        if line.quantity and start <= line.ordered_on < end:
            yield line.supplier, (line.item, ""), line_amount(line), line.unit_price.currency, line.quantity


def observed_prices(observations: Iterable[PriceObservation], *, period: Period) -> Iterable[Purchase]:
    """Yield the prices observed in the period; the unit is part of what is priced."""
    start, end = period.start, period.end
    for seen in observations:
        if start <= seen.observed_on < end:
            amount = _multiply(seen.price.amount, seen.quantity)
            yield seen.supplier, (seen.item, seen.unit), amount, seen.price.currency, seen.quantity


def fold_price_index(measure: str, purchases: Iterable[Purchase]) -> dict[str, Tally]:
    """Return, for each supplier, what was paid and what it would have cost at each item's mean price.

    Raises:
        InvalidValueError: the purchases have more than one currency.
    """
    markets: dict[tuple[str, str], dict[str, _Trade]] = {}
    currencies: set[str] = set()
    for supplier, item, amount, currency, quantity in purchases:
        currencies.add(currency)
        markets.setdefault(item, {}).setdefault(supplier, _Trade()).count(amount, quantity)
    one_currency(measure, currencies)
    paid: dict[str, Decimal] = {}
    at_mean: dict[str, Fraction] = {}
    evidence: dict[str, int] = {}
    for trades in markets.values():
        mean = _mean_price(trades.values()) if len(trades) > 1 else Fraction(0)
        if not mean:  # nothing to compare with
            continue
        for supplier, trade in trades.items():
            paid[supplier] = _add(paid.get(supplier, ZERO), trade.amount)
            at_mean[supplier] = at_mean.get(supplier, Fraction(0)) + Fraction(trade.quantity) * mean
            evidence[supplier] = evidence.get(supplier, 0) + trade.facts
    return {
        supplier: Tally(numerator=Fraction(amount), denominator=at_mean[supplier], evidence=evidence[supplier])
        for supplier, amount in paid.items()
    }


@final
@attrs.define
class _Trade:
    """A running amount, the quantity it belongs to, and how many facts made it up."""

    amount: Decimal = ZERO
    quantity: Decimal = ZERO
    facts: int = 0

    def count(self, amount: Decimal, quantity: Decimal) -> None:
        self.amount = _add(self.amount, amount)
        self.quantity = _add(self.quantity, quantity)
        self.facts += 1


def _mean_price(trades: Iterable[_Trade]) -> Fraction:
    amount = quantity = ZERO
    for trade in trades:
        amount, quantity = _add(amount, trade.amount), _add(quantity, trade.quantity)
    return Fraction(amount) / Fraction(quantity)
