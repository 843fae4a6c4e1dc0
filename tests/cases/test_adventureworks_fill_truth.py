"""AdventureWorks purchasing: fill rates, short lines and the stand-in for punctuality of its truth file.

Source: Microsoft's AdventureWorks sample database, MIT licence; figures and definitions from `truth.json` beside the
data. Orders of every status have received goods, so the status is a filter that has to be said. There is no receipt
date; the row's own date of change stands in for it.
"""

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import DeliveryPerformance, FillRate, Measurement, Scope, measure
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import to_decimal

ADVENTURE = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "adventureworks_purchasing"

pytestmark = pytest.mark.skipif(not ADVENTURE.exists(), reason="the shared data folder is not beside the checkout")

#: A line was due a year before it was ordered, and another one eight months after.
PERIOD = Period(date(2021, 1, 1), date(2027, 1, 1))
AS_OF = date(2026, 12, 31)

COMPLETE = Scope(statuses=["4"])

MEASURES = tuple(
    definition
    for name, scope in (("all", Scope()), ("complete", COMPLETE))
    for definition in (
        FillRate(id=f"{name}_fill_rate", scope=scope, capped=False),
        FillRate(id=f"{name}_net_fill_rate", scope=scope, basis="accepted", capped=False),
        FillRate(id=f"{name}_lines_filled", scope=scope, level="line"),
        DeliveryPerformance(id=f"{name}_on_time", scope=scope, in_full=False),
    )
)


def rows(name: str) -> Iterator[dict[str, str]]:
    with (ADVENTURE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    orders = {row["PurchaseOrderID"]: row for row in rows("PurchaseOrderHeader")}
    facts: list[OrderLine | Receipt | Inspection] = []
    for row in rows("PurchaseOrderDetail"):
        order, name = orders[row["PurchaseOrderID"]], row["PurchaseOrderDetailID"]
        received = day(row["ModifiedDate"])
        facts += (
            OrderLine(
                id=name,
                order=row["PurchaseOrderID"],
                supplier=order["VendorID"],
                item=row["ProductID"],
                quantity=row["OrderQty"],
                unit_price=Money(row["UnitPrice"], "USD"),
                ordered_on=day(order["OrderDate"]),
                promised_on=day(row["DueDate"]),
                status=order["Status"],
            ),
            Receipt(id=name, order_line=name, received_on=received, quantity=row["ReceivedQty"]),
            Inspection(
                id=name,
                supplier=order["VendorID"],
                item=row["ProductID"],
                order_line=name,
                inspected=row["ReceivedQty"],
                rejected=row["RejectedQty"],
                inspected_on=received,
            ),
        )
    return Ledger(facts)


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ADVENTURE / "truth.json").read_text(encoding="utf-8"), parse_float=Decimal)
    return loaded


@pytest.fixture(scope="module")
def figures(truth: dict[str, Any]) -> dict[str, Any]:
    return {name: entry["value"] for name, entry in truth["figures"].items()}


@pytest.fixture(scope="module")
def totals(ledger: Ledger) -> dict[str, Measurement]:
    return {found.measure: found for found in measure(MEASURES, ledger, by="total", period=PERIOD, as_of=AS_OF)}


@pytest.fixture(scope="module")
def by_vendor(ledger: Ledger) -> dict[tuple[str, str], Measurement]:
    return {(found.measure, found.key): found for found in measure(MEASURES, ledger, period=PERIOD, as_of=AS_OF)}


def shown(value: Fraction | None) -> Decimal:
    assert value is not None
    # The file's figures were rounded half to even: 9231 / 9600 is 0.9615625 and stands there as 0.961562.
    return to_decimal(round_to_units(value, 6, "half_even"), 6)


@pytest.mark.parametrize("status", ["all", "complete"])
def test_adventureworks_fill_rates_are_the_published_ones(
    status: str, figures: dict[str, Any], totals: dict[str, Measurement]
) -> None:
    fill, net = totals[f"{status}_fill_rate"], totals[f"{status}_net_fill_rate"]
    quantities = tuple(figures[f"{status}_{name}"] for name in ("received_qty", "stocked_qty", "ordered_qty"))
    assert quantities == (fill.numerator, net.numerator, fill.denominator)
    rates = (figures[f"{status}_fill_rate"], figures[f"{status}_net_fill_rate"])
    assert rates == (shown(fill.value), shown(net.value))


@pytest.mark.parametrize("status", ["all", "complete"])
def test_adventureworks_lines_short_are_those_not_filled(
    status: str, figures: dict[str, Any], totals: dict[str, Measurement]
) -> None:
    lines = totals[f"{status}_lines_filled"]
    assert figures[f"{status}_lines_short"] == lines.denominator - lines.numerator


def test_adventureworks_proxy_receipts_on_time(figures: dict[str, Any], totals: dict[str, Measurement]) -> None:
    found = totals["all_on_time"]
    late = found.denominator - found.numerator
    assert figures["proxy_receipt_on_time_lines"] == found.numerator
    assert (figures["lines"], figures["proxy_receipt_late_lines"]) == (found.evidence, late)
    assert figures["proxy_receipt_on_time_rate"] == shown(found.value)


@pytest.mark.parametrize(("status", "vendors"), [("all", 86), ("complete", 79)])
def test_adventureworks_every_vendor_has_the_published_fill(
    status: str, vendors: int, truth: dict[str, Any], by_vendor: dict[tuple[str, str], Measurement]
) -> None:
    table = truth["tables"][f"vendor_table_{status}"]["rows"]
    expected = [
        tuple(row[name] for name in ("lines", "ordered", "received", "stocked", "lines_short"))
        + tuple(Decimal(row[name]) for name in ("fill_rate", "net_fill_rate", "proxy_on_time_rate"))
        for row in table
    ]
    found = []
    for row in table:
        fill, net, lines, on_time = (
            by_vendor[f"{status}_{name}", row["VendorID"]]
            for name in ("fill_rate", "net_fill_rate", "lines_filled", "on_time")
        )
        short = lines.denominator - lines.numerator
        counts = (fill.evidence, fill.denominator, fill.numerator, net.numerator, short)
        found.append((*counts, shown(fill.value), shown(net.value), shown(on_time.value)))
    assert vendors == len(found)
    assert expected == found
