"""Short makers of purchases, prices, invoices and payments, so that a case reads like a ledger."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from supplychain_rules.facts.billing import InvoiceLine, Payment
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.prices import IndexValue, MarketPrice, PriceObservation
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import By, Measure, Measurement, measure
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import to_decimal

__all__ = [
    "MARCH",
    "YEAR",
    "YEAR_END",
    "billed",
    "bought",
    "found_by",
    "got",
    "market",
    "paid",
    "priced",
    "series",
    "shown",
    "total",
    "values",
]

YEAR = Period.year(2026)
YEAR_END = date(2026, 12, 31)
MARCH = date(2026, 3, 1)


def bought(  # one order line
    name: str,
    supplier: str,
    item: str,
    quantity: int | str,
    price: str,
    *,
    currency: str = "EUR",
    on: date = MARCH,
    **others: Any,  # noqa: ANN401  whatever else a line says
) -> OrderLine:
    return OrderLine(
        id=name,
        supplier=supplier,
        item=item,
        quantity=quantity,
        unit_price=Money(price, currency),
        ordered_on=on,
        promised_on=on,
        **others,
    )


def got(name: str, of: str, quantity: int | str, *, on: date = MARCH, **others: Any) -> Receipt:  # noqa: ANN401
    return Receipt(id=name, order_line=of, received_on=on, quantity=quantity, **others)


def priced(  # a supplier's price that was observed
    name: str,
    supplier: str,
    price: str,
    *,
    item: str = "bolt",
    kind: Any = "quote",  # noqa: ANN401  a kind, or a wrong one
    currency: str = "EUR",
    on: date = MARCH,
    **others: Any,  # noqa: ANN401
) -> PriceObservation:
    return PriceObservation(
        id=name, supplier=supplier, item=item, kind=kind, price=Money(price, currency), observed_on=on, **others
    )


def market(
    name: str,
    price: str,
    *,
    item: str = "bolt",
    on: date = MARCH,
    currency: str = "EUR",
    **others: Any,  # noqa: ANN401
) -> MarketPrice:
    return MarketPrice(id=name, item=item, price=Money(price, currency), on=on, **others)


def series(value: str, on: date, *, name: str = "steel", **others: Any) -> IndexValue:  # noqa: ANN401
    return IndexValue(series=name, on=on, value=value, **others)


def billed(  # one line of an invoice
    name: str,
    of: str | None,
    quantity: int | str,
    amount: str,
    *,
    supplier: str = "V1",
    currency: str = "EUR",
    on: date = MARCH,
    **others: Any,  # noqa: ANN401
) -> InvoiceLine:
    return InvoiceLine(
        id=name,
        **({"invoice": name.split("/", maxsplit=1)[0]} | others),
        supplier=supplier,
        order_line=of,
        quantity=quantity,
        amount=Money(amount, currency),
        invoiced_on=on,
    )


def paid(name: str, invoice: str | None, amount: str, on: date, *, currency: str = "EUR", **others: Any) -> Payment:  # noqa: ANN401
    return Payment(id=name, invoice=invoice, amount=Money(amount, currency), paid_on=on, **others)


def found_by(
    definition: Measure, facts: Iterable[Any], *, by: By = "supplier", period: Period = YEAR, as_of: date = YEAR_END
) -> dict[Any, Measurement]:
    return {found.key: found for found in measure([definition], Ledger(facts), by=by, period=period, as_of=as_of)}


def values(definition: Measure, facts: Iterable[Any], **others: Any) -> dict[Any, Fraction | None]:  # noqa: ANN401
    return {key: found.value for key, found in found_by(definition, facts, **others).items()}


def total(definition: Measure, facts: Iterable[Any], **others: Any) -> Measurement:  # noqa: ANN401
    (found,) = found_by(definition, facts, by="total", **others).values()
    return found


def shown(value: Fraction | None, decimals: int = 6) -> Decimal:
    assert value is not None
    return to_decimal(round_to_units(value, decimals), decimals)
