"""Northwind's orders: how many were late, and by how many days, as its truth file has it.

Source: Microsoft's Northwind sample database; figures and definitions from `truth.json` beside the data. Northwind
holds sales orders, so the supplier is Northwind itself and the promise is the date that the customer required.
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

from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import DeliveryPerformance, DeliveryTime, Measurement, measure
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import to_decimal

NORTHWIND = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "northwind"

pytestmark = pytest.mark.skipif(not NORTHWIND.exists(), reason="the shared data folder is not beside the checkout")

#: The last order is of 6 May 1998, its required date a month later.
PERIOD = Period(date(1996, 1, 1), date(1999, 1, 1))
AS_OF = date(1998, 5, 7)

SHIPPED = DeliveryPerformance(id="on_time_rate_of_shipped", level="order", open_overdue="left_out", counted_in="order")
EVERY = DeliveryPerformance(id="on_time_rate", level="order", counted_in="order")
VARIANCE = DeliveryTime(id="mean_days_shipped_minus_required", of="delay", level="order", counted_in="order")


def rows(name: str) -> Iterator[dict[str, str]]:
    with (NORTHWIND / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def day(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007  the file has days without a zone


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    orders = {row["OrderID"]: row for row in rows("orders")}
    facts: list[OrderLine | Receipt] = []
    for row in rows("order_details"):
        order = orders[row["OrderID"]]
        line = OrderLine(
            id=f"{row['OrderID']}/{row['ProductID']}",
            order=row["OrderID"],
            supplier="Northwind",
            customer=order["CustomerID"],
            item=row["ProductID"],
            quantity=row["Quantity"],
            unit_price=Money(row["UnitPrice"], "USD"),
            ordered_on=day(order["OrderDate"]),
            promised_on=day(order["RequiredDate"]),
        )
        facts.append(line)
        if order["ShippedDate"]:
            shipped = day(order["ShippedDate"])
            facts.append(Receipt(id=line.id, order_line=line.id, received_on=shipped, quantity=line.quantity))
    return Ledger(facts)


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((NORTHWIND / "truth.json").read_text(encoding="utf-8"), parse_float=Decimal)
    return loaded


@pytest.fixture(scope="module")
def figures(truth: dict[str, Any]) -> dict[str, Any]:
    return {name: entry["value"] for name, entry in truth["figures"].items()}


def total(ledger: Ledger, definition: DeliveryPerformance | DeliveryTime, as_of: date = AS_OF) -> Measurement:
    (found,) = measure([definition], ledger, by="total", period=PERIOD, as_of=as_of)
    return found


def shown(value: Fraction | None) -> Decimal:
    assert value is not None
    return to_decimal(round_to_units(value, 6), 6)


def test_northwind_on_time_rate_of_shipped_orders(figures: dict[str, Any], ledger: Ledger) -> None:
    found = total(ledger, SHIPPED)
    shipped = figures["orders"] - figures["unshipped_orders"]
    assert (shipped, figures["late_orders"]) == (found.evidence, found.denominator - found.numerator)
    assert figures["on_time_rate_of_shipped"] == shown(found.value)


def test_northwind_mean_days_shipped_minus_required(figures: dict[str, Any], ledger: Ledger) -> None:
    found = total(ledger, VARIANCE)
    assert figures["orders"] - figures["unshipped_orders"] == found.evidence
    assert figures["mean_days_shipped_minus_required"] == shown(found.value)


def test_northwind_unshipped_orders_count_as_late_once_they_are_overdue(
    figures: dict[str, Any], ledger: Ledger
) -> None:
    later = total(ledger, EVERY, as_of=date(1998, 12, 31))
    late = figures["late_orders"] + figures["unshipped_orders"]
    assert (figures["orders"], late) == (later.evidence, later.denominator - later.numerator)


def test_northwind_leaving_unshipped_orders_out_is_said(figures: dict[str, Any], ledger: Ledger) -> None:
    note = total(ledger, SHIPPED, as_of=date(1998, 12, 31)).note
    assert f"overdue orders that are not complete left out: {figures['unshipped_orders']}" == note


def test_northwind_late_orders_of_every_customer(truth: dict[str, Any], ledger: Ledger) -> None:
    expected = {row["cid"]: row["late_orders"] for row in truth["tables"]["customer_table"]["rows"]}
    found = measure([SHIPPED], ledger, by="customer", period=PERIOD, as_of=AS_OF)
    assert 89 == len(found)
    assert expected == {entry.key: entry.denominator - entry.numerator for entry in found}
