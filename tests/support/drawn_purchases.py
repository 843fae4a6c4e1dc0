"""Drawn ledgers of purchases: orders, receipts, invoices, payments, observed, market and index prices, and measures."""

from datetime import date, timedelta

from hypothesis import strategies as st

from supplychain_rules.facts.billing import InvoiceLine, Payment
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.prices import PRICE_KINDS, IndexValue, MarketPrice, PriceObservation
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import (
    Concentration,
    InvoiceVariance,
    Measure,
    PaymentPunctuality,
    PriceChange,
    PriceIndex,
    PurchasePriceVariance,
    Spend,
)
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

__all__ = ["ADDITIVE", "EVERY", "PERIOD", "START", "days", "purchases"]

START = date(2026, 1, 1)
PERIOD = Period(START, START + timedelta(days=60))
SUPPLIERS = ("V1", "V2", "V3")
ITEMS = ("bolt", "nut")

days = st.integers(-60, 80).map(lambda count: START + timedelta(days=count))
_lags = st.integers(0, 30).map(lambda count: timedelta(days=count))
_quantities = st.sampled_from(("0.5", "1", "3", "10"))
_prices = st.sampled_from(("1", "1.25", "3", "0")).map(lambda amount: Money(amount, "EUR"))
_units = st.sampled_from(("", "", "", "kg"))
_early_days = st.integers(-60, 10).map(lambda count: START + timedelta(days=count))

#: Measures whose numerators and denominators of all suppliers add up to those of the total.
ADDITIVE: tuple[Measure, ...] = (
    *(
        PriceIndex(id=f"index_{against}", against=against)
        for against in ("mean", "peers", "lowest", "market", "contract")
    ),
    PriceIndex(id="quotes", source="observations", against="market"),
    PriceIndex(id="billed", source="invoices"),
    *(PurchasePriceVariance(id=f"ppv_{against}", against=against) for against in ("standard", "list", "previous")),
    PurchasePriceVariance(id="ppv_mean", figure="line_mean"),
    *(PriceChange(id=formula, formula=formula, months_back=1) for formula in ("laspeyres", "paasche")),
    PriceChange(id="against_market", against="market", months_back=1),
    PriceChange(id="against_series", against="series", series="steel", months_back=2),
    InvoiceVariance(id="invoice_rate", figure="rate"),
    InvoiceVariance(id="invoice_exact", figure="exact_share", match="received", without_order="variance"),
    PaymentPunctuality(id="punctual"),
    PaymentPunctuality(id="beyond", figure="days_beyond_terms", level="value", early="negative"),
)

EVERY: tuple[Measure, ...] = (
    *ADDITIVE,
    PurchasePriceVariance(id="ppv_amount", figure="amount"),
    PurchasePriceVariance(id="ppv_median", figure="median", against="contract"),
    PriceChange(id="fisher", formula="fisher", against="market", months_back=1),
    InvoiceVariance(id="invoice_amount"),
    *(Spend(id=f"spend_{basis}", basis=basis) for basis in ("ordered", "received", "invoiced")),
    Concentration(id="items_hhi", of="item"),
    Concentration(id="top_item", of="item", figure="top_share", top=1),
    Concentration(id="items_for_80", of="item", figure="count_for_share", basis="received"),
)


@st.composite
def purchases(draw: st.DrawFn) -> list[Fact]:
    """Draw order lines of three suppliers with what was received and billed, prices of all kinds, and payments."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(0, 7))):
        facts.extend(_order(draw, number))
    for number in range(draw(st.integers(0, 3))):
        invoiced_on = draw(days)
        facts.append(
            InvoiceLine(
                id=f"X{number}",
                invoice="X",
                supplier=draw(st.sampled_from(SUPPLIERS)),
                item=draw(st.none() | st.sampled_from(ITEMS)),
                quantity=draw(_quantities),
                amount=draw(_prices),
                invoiced_on=invoiced_on,
                due_on=draw(st.none() | days),
            )
        )
    goods = [(line.supplier, line.item, line.unit) for line in facts if isinstance(line, OrderLine)]
    facts.extend(_prices_of_all_kinds(draw, goods))
    return facts


def _order(draw: st.DrawFn, number: int) -> list[Fact]:
    ordered_on, name, supplier = draw(days), f"L{number}", draw(st.sampled_from(SUPPLIERS))
    facts: list[Fact] = [
        OrderLine(
            id=name,
            supplier=supplier,
            item=draw(st.sampled_from(ITEMS)),
            quantity=draw(_quantities),
            unit=draw(_units),
            unit_price=draw(_prices),
            value=draw(st.none() | _prices),
            ordered_on=ordered_on,
            promised_on=ordered_on,
            known_on=ordered_on + draw(_lags),
        )
    ]
    for part in range(draw(st.integers(0, 2))):
        on = draw(days)
        facts += (
            Receipt(id=f"{name}/{part}", order_line=name, received_on=on, quantity=draw(_quantities)),
            InvoiceLine(
                id=f"{name}/{part}",
                invoice=draw(st.sampled_from((name, f"{name}/{part}"))),
                supplier=supplier,
                order_line=name,
                quantity=draw(_quantities),
                amount=draw(_prices),
                invoiced_on=on,
                due_on=draw(st.none() | days),
                known_on=on + draw(_lags),
            ),
            Payment(id=f"{name}/{part}", invoice=name, amount=draw(_prices), paid_on=draw(days)),
        )
    return facts


def _prices_of_all_kinds(draw: st.DrawFn, goods: list[tuple[str, str, str]]) -> list[Fact]:
    """Draw prices mostly of what was ordered, and mostly from before it was."""
    facts: list[Fact] = []
    if not goods:
        return facts
    for number in range(draw(st.integers(0, 6))):
        on, (supplier, item, unit) = draw(_early_days), draw(st.sampled_from(goods))
        facts.append(
            PriceObservation(
                id=f"P{number}",
                supplier=supplier,
                item=item,
                kind=draw(st.sampled_from(PRICE_KINDS)),
                price=draw(_prices),
                unit=unit,
                observed_on=on,
                valid_until=draw(st.none() | _lags.map(lambda lag, on=on: on + 3 * lag)),
                known_on=on + draw(_lags),
            )
        )
    for number in range(draw(st.integers(0, 4))):
        on, (_, item, unit) = draw(_early_days), draw(st.sampled_from(goods))
        facts.append(
            MarketPrice(id=f"M{number}", item=item, price=draw(_prices), unit=unit, on=on, known_on=on + draw(_lags))
        )
    for on in (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)):
        value = draw(st.sampled_from(("90", "100", "120")))
        facts.append(IndexValue(series="steel", on=on, value=value, known_on=on + draw(_lags)))
    return facts
