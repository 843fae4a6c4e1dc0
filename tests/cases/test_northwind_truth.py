"""Northwind: revenue and its concentration on suppliers and customers, as its truth file has them.

Sales orders: each line names its customer, and its value is price x quantity x (1 - discount), unrounded.
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

import attrs
import pytest
from purchases import shown

from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.trade import OrderLine
from supplychain_rules.measures import Concentration, Spend, measure
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

NORTHWIND = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "northwind"

pytestmark = pytest.mark.skipif(not NORTHWIND.exists(), reason="the shared data folder is not beside the checkout")

PERIOD = Period(date(1996, 1, 1), date(1999, 1, 1))
AS_OF = date(1998, 12, 31)


def rows(name: str) -> Iterator[dict[str, str]]:
    with (NORTHWIND / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def day(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007  the file has days without a zone


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    supplier_of = {row["ProductID"]: row["SupplierID"] for row in rows("products")}
    orders = {row["OrderID"]: row for row in rows("orders")}
    facts = []
    for row in rows("order_details"):
        order, price, quantity = orders[row["OrderID"]], Decimal(row["UnitPrice"]), Decimal(row["Quantity"])
        facts.append(
            OrderLine(
                id=f"{row['OrderID']}/{row['ProductID']}",
                order=row["OrderID"],
                supplier=supplier_of[row["ProductID"]],
                customer=order["CustomerID"],
                item=row["ProductID"],
                quantity=quantity,
                unit_price=Money(price, "USD"),
                value=Money(price * quantity * (1 - Decimal(row["Discount"])), "USD"),
                ordered_on=day(order["OrderDate"]),
                promised_on=day(order["RequiredDate"]),
            )
        )
    return Ledger(facts)


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((NORTHWIND / "truth.json").read_text(encoding="utf-8"), parse_float=Decimal)
    return loaded


def figure(truth: dict[str, Any], name: str) -> Any:  # noqa: ANN401  numbers of several kinds
    return truth["figures"][name]["value"]


def of_everything(definition: Spend | Concentration, ledger: Ledger) -> Fraction:
    (found,) = measure([definition], ledger, by="total", period=PERIOD, as_of=AS_OF)
    assert found.value is not None
    return found.value


def test_northwind_revenue_counts_the_discount_and_gross_does_not(truth: dict[str, Any], ledger: Ledger) -> None:
    before = Ledger(attrs.evolve(line, value=None) for line in ledger.order_lines)
    found = [of_everything(Spend(id="revenue"), facts) for facts in (ledger, before)]
    assert [Fraction(figure(truth, name)) for name in ("revenue", "gross")] == found


@pytest.mark.parametrize("of", ["supplier", "customer"])
def test_northwind_revenue_is_as_concentrated_as_published(of: Any, truth: dict[str, Any], ledger: Ledger) -> None:  # noqa: ANN401
    assert figure(truth, f"hhi_{of}s") == shown(of_everything(Concentration(id="hhi", of=of), ledger))


@pytest.mark.parametrize("of", ["supplier", "customer"])
def test_northwind_abc_classes_are_the_counts_that_reach_80_and_95_percent(
    of: Any,  # noqa: ANN401
    truth: dict[str, Any],
    ledger: Ledger,
) -> None:
    # An entry is A while the share before it is below 80 %, so the one that crosses is A; B likewise with 95 %.
    reached = [
        of_everything(Concentration(id="abc", figure="count_for_share", share=share, of=of), ledger)
        for share in ("0.8", "0.95", "1")
    ]
    classes = [figure(truth, f"abc_{of}s_class_{name}") for name in "ABC"]
    assert [classes[0], classes[0] + classes[1], sum(classes)] == reached


def test_northwind_the_sales_of_every_suppliers_products_are_reproduced(truth: dict[str, Any], ledger: Ledger) -> None:
    found = measure([Spend(id="sales")], ledger, period=PERIOD, as_of=AS_OF)
    expected = {
        str(row["SupplierID"]): (row["lines"], Fraction(row["revenue"])) for row in truth["tables"]["suppliers"]["rows"]
    }
    assert expected == {sales.key: (sales.evidence, sales.value) for sales in found}
