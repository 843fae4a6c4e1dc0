"""A ledger in one currency: every amount of its facts, converted at dated rates.

Two amounts that were equal in their own currency are no longer equal when each is converted at its own day: a payment
of a dollar invoice differs from it in euros. So spend and prices are compared across currencies in a converted ledger,
while payments and invoice variances are measured in the currency of the trade, or at the rate `on` one day for all.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.billing import CreditNote, InvoiceLine, Payment
from supplychain_rules.facts.care import Complaint, Interaction
from supplychain_rules.facts.ledger import Fact, Ledger, check_ledger
from supplychain_rules.facts.prices import MarketPrice, PriceObservation
from supplychain_rules.facts.quality import Claim, QualityCost
from supplychain_rules.facts.trade import OrderLine
from supplychain_rules.values.currencies import check_currency
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.exchange import ExchangeRates, check_rates
from supplychain_rules.values.money import Money
from supplychain_rules.values.rounding import check_decimals, round_to_units
from supplychain_rules.values.scaled import number_text, to_decimal

__all__ = ["MONEY_FIELDS", "converted"]

#: The kinds of facts that hold money: the field of their own day, and the fields that hold it.
MONEY_FIELDS: Final[Mapping[type[Fact], tuple[str, tuple[str, ...]]]] = MappingProxyType(
    {
        OrderLine: ("ordered_on", ("unit_price", "value")),
        InvoiceLine: ("invoiced_on", ("amount", "cost")),
        CreditNote: ("credited_on", ("amount",)),
        Payment: ("paid_on", ("amount",)),
        PriceObservation: ("observed_on", ("price",)),
        MarketPrice: ("on", ("price",)),
        Claim: ("opened_on", ("cost",)),
        QualityCost: ("incurred_on", ("amount",)),
        Complaint: ("opened_on", ("cost",)),
        Interaction: ("happened_on", ("cost",)),
    }
)


def converted(  # noqa: PLR0913  each allowance is a word of its own
    ledger: Ledger,
    *,
    to: str,
    rates: ExchangeRates,
    on: date | None = None,
    max_age_days: int = 0,
    inverse: bool = False,
    pivot: str | None = None,
    decimals: int | None = None,
) -> Ledger:
    """Return the ledger with all money in one currency, every version of every fact converted.

    Each fact is converted at the rate of its own day: an order at that of the order, an invoice or a payment at its
    own, a price at that of the day on which it was seen or began. Amounts stay exact. The rates are not kept in
    the facts, because the same rates give the same ledger again; `ExchangeRates.rate` says which one was used.

    Args:
        ledger: the facts.
        to: the currency to arrive at; what is in it stays as it is.
        rates: the published rates.
        on: the one day whose rates count for all facts, as for a budget; `None` for each fact's own day.
        max_age_days: how many days earlier a rate may be.
        inverse: whether a rate in the other direction may divide.
        pivot: the currency over which a cross rate may lead.
        decimals: places to which each converted amount is rounded half up; `None` keeps it exact.

    Raises:
        InvalidValueError: not a ledger, an unknown currency, not a day, no rate that is allowed, decimals outside
            0..30, or, without decimals, an amount that does not end as a decimal, as after dividing by a rate.

    >>> from supplychain_rules.values.exchange import ExchangeRate
    >>> paid = Payment(id="Z1", invoice="I1", amount=Money("20", "USD"), paid_on=date(2026, 2, 20))
    >>> rates = ExchangeRates([ExchangeRate(base="USD", quote="EUR", rate="0.9217", on=date(2026, 2, 20))])
    >>> converted(Ledger([paid]), to="EUR", rates=rates).payments[0].amount
    Money('18.434', 'EUR')
    """
    check_ledger(ledger)
    check_rates(rates)
    check_currency(to)
    if on is not None:
        check_day("on", on)
    if decimals is not None:
        check_decimals(decimals)
    factors: dict[tuple[str, date], Fraction] = {}

    def convert(money: Money, day: date) -> Money:
        place = (money.currency, day)
        factor = factors.get(place)
        if factor is None:
            used = rates.rate(money.currency, to, day, max_age_days=max_age_days, inverse=inverse, pivot=pivot)
            factor = factors[place] = used.factor
        return _money(Fraction(money.amount) * factor, to, decimals)

    return Ledger(_facts(ledger, to, on, convert))


def _facts(ledger: Ledger, to: str, on: date | None, convert: Callable[[Money, date], Money]) -> Iterator[Fact]:
    for fact in ledger.facts:
        day_field, money_fields = MONEY_FIELDS.get(type(fact), ("", ()))
        found = ((name, getattr(fact, name)) for name in money_fields)
        foreign = {name: money for name, money in found if money is not None and money.currency != to}
        if not foreign:
            yield fact
            continue
        day: date = on or getattr(fact, day_field)
        yield attrs.evolve(fact, **{name: convert(money, day) for name, money in foreign.items()})  # type: ignore[arg-type]  # the field names are checked by a test


def _money(exact: Fraction, to: str, decimals: int | None) -> Money:
    if decimals is not None:
        return Money(to_decimal(round_to_units(exact, decimals), decimals), to)
    text = number_text(exact)
    if "/" in text:
        raise InvalidValueError("a converted amount does not end as a decimal", text, hint="give decimals, as 12")
    return Money(text, to)
