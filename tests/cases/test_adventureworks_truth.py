"""AdventureWorks, purchasing: every price and spend figure of its truth file.

Source: Microsoft sample database (MIT licence); figures and definitions from `truth.json` beside the data.
"""

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from purchases import shown

from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.trade import OrderLine
from supplychain_rules.measures import (
    Concentration,
    Measurement,
    PurchasePriceVariance,
    Scope,
    Spend,
    SpendShare,
    measure,
)
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

ADVENTUREWORKS = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "adventureworks_purchasing"

pytestmark = pytest.mark.skipif(not ADVENTUREWORKS.exists(), reason="the shared data folder is not beside the checkout")

PERIOD = Period(date(2022, 1, 1), date(2026, 1, 1))
AS_OF = date(2025, 12, 31)

#: Status 4 is an order that is complete.
SCOPES = {"all": Scope(), "complete": Scope(statuses=["4"])}

MEASURES = tuple(
    definition
    for part, scope in SCOPES.items()
    for definition in (
        Spend(id=f"{part}_spend", scope=scope),
        Concentration(id=f"{part}_hhi_spend", scope=scope),
        Concentration(id=f"{part}_top1_share", figure="top_share", top=1, scope=scope),
        Concentration(id=f"{part}_top5_share", figure="top_share", top=5, scope=scope),
        Concentration(id=f"{part}_vendors_for_80pct", figure="count_for_share", share="0.8", scope=scope),
    )
)

VARIANCES = (
    PurchasePriceVariance(id="spend_weighted_price_variance"),
    PurchasePriceVariance(id="mean_price_variance_vs_standard", figure="line_mean"),
    PurchasePriceVariance(id="price_variance_min", figure="least"),
    PurchasePriceVariance(id="price_variance_max", figure="greatest"),
)


def rows(name: str) -> Iterator[dict[str, str]]:
    with (ADVENTUREWORKS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def day(text: str) -> date:
    return datetime.fromisoformat(text).date()


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    orders = {row["PurchaseOrderID"]: row for row in rows("PurchaseOrderHeader")}
    facts: list[OrderLine | PriceObservation] = []
    for row in rows("PurchaseOrderDetail"):
        order = orders[row["PurchaseOrderID"]]
        facts.append(
            OrderLine(
                id=row["PurchaseOrderDetailID"],
                order=row["PurchaseOrderID"],
                supplier=order["VendorID"],
                item=row["ProductID"],
                quantity=row["OrderQty"],
                unit_price=Money(row["UnitPrice"], "USD"),
                ordered_on=day(order["OrderDate"]),
                promised_on=day(row["DueDate"]),
                status=order["Status"],
            )
        )
    facts += [
        PriceObservation(
            id=f"{row['ProductID']}/{row['BusinessEntityID']}",
            supplier=row["BusinessEntityID"],
            item=row["ProductID"],
            kind="standard",
            price=Money(row["StandardPrice"], "USD"),
            observed_on=PERIOD.start,  # the price list does not say since when; it is meant for all orders
        )
        for row in rows("ProductVendor")
    ]
    return Ledger(facts)


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        (ADVENTUREWORKS / "truth.json").read_text(encoding="utf-8"), parse_float=Decimal
    )
    return loaded


@pytest.fixture(scope="module")
def totals(ledger: Ledger) -> dict[str, Measurement]:
    found = measure((*MEASURES, *VARIANCES), ledger, by="total", period=PERIOD, as_of=AS_OF)
    return {entry.measure: entry for entry in found}


@pytest.mark.parametrize("name", [definition.id for definition in MEASURES])
def test_adventureworks_spend_and_its_concentration_are_the_published_ones(
    name: str, truth: dict[str, Any], totals: dict[str, Measurement]
) -> None:
    assert truth["figures"][name]["value"] == shown(totals[name].value)


@pytest.mark.parametrize("name", [definition.id for definition in VARIANCES])
def test_adventureworks_price_variances_against_the_standard_are_the_published_ones(
    name: str, truth: dict[str, Any], totals: dict[str, Measurement]
) -> None:
    assert truth["figures"][name]["value"] == shown(totals[name].value)
    assert truth["figures"]["lines_matching_price_list"]["value"] == totals[name].evidence


@pytest.mark.parametrize("part", SCOPES)
def test_adventureworks_the_vendor_tables_are_reproduced(part: str, truth: dict[str, Any], ledger: Ledger) -> None:
    scope = SCOPES[part]
    spend, share = Spend(id="spend", scope=scope), SpendShare(id="share", scope=scope)
    found = {(one.measure, one.key): one for one in measure([spend, share], ledger, period=PERIOD, as_of=AS_OF)}
    table = truth["tables"][f"vendor_table_{part}"]["rows"]
    expected = [(row["VendorID"], row["lines"], Fraction(row["spend"]), Decimal(row["spend_share"])) for row in table]
    reproduced = [
        (vendor, found["spend", vendor].evidence, found["spend", vendor].value, shown(found["share", vendor].value))
        for vendor, *_ in expected
    ]
    assert expected == reproduced
    assert len(expected) == sum(1 for (name, _), one in found.items() if name == "spend" and one.value is not None)


def test_adventureworks_spend_by_year_is_reproduced(truth: dict[str, Any], ledger: Ledger) -> None:
    found = measure([Spend(id="spend")], ledger, by="year", period=PERIOD, as_of=AS_OF)
    expected = [
        (str(row["y"]), row["lines"], Fraction(row["spend"])) for row in truth["tables"]["by_order_year"]["rows"]
    ]
    assert expected == [(year.key, year.evidence, year.value) for year in found]
