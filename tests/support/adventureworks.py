"""The purchasing part of AdventureWorks as facts.

Source: Microsoft's AdventureWorks sample database, MIT licence; figures and definitions from `truth.json` beside the
data. The data is synthetic. It has no day of receipt; the day on which a row was last changed stands in.
"""

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import Scope
from supplychain_rules.values.money import Money

__all__ = ["COMPLETE", "NEEDS_ADVENTUREWORKS", "adventureworks", "adventureworks_truth"]

_FOLDER: Final = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "adventureworks_purchasing"

NEEDS_ADVENTUREWORKS: Final = pytest.mark.skipif(
    not _FOLDER.exists(), reason="the shared data folder is not beside the checkout"
)

_STATUSES: Final = {"1": "pending", "2": "approved", "3": "rejected", "4": "complete"}

#: Orders of every status have received goods, and rejected ones show everything as rejected: the filter is said aloud.
COMPLETE: Final = Scope(statuses=["complete"])


def adventureworks_truth() -> dict[str, Any]:
    """Return the truth file, its numbers exact."""
    loaded: dict[str, Any] = json.loads((_FOLDER / "truth.json").read_text(encoding="utf-8"), parse_float=Decimal)
    return loaded


def adventureworks(*, price_list_from: date | None = None) -> Ledger:
    """Return all order lines with what was received and inspected of them, and the price list from a day on."""
    facts: list[Fact] = []
    orders = {row["PurchaseOrderID"]: row for row in _rows("PurchaseOrderHeader")}
    for row in _rows("PurchaseOrderDetail"):
        facts += _line(row, orders[row["PurchaseOrderID"]])
    if price_list_from is not None:
        facts += [
            PriceObservation(
                id=f"{row['ProductID']}/{row['BusinessEntityID']}",
                supplier=row["BusinessEntityID"],
                item=row["ProductID"],
                kind="standard",
                price=Money(row["StandardPrice"], "USD"),
                observed_on=price_list_from,
            )
            for row in _rows("ProductVendor")
        ]
    return Ledger(facts)


def _line(row: dict[str, str], order: dict[str, str]) -> tuple[OrderLine, Receipt, Inspection]:
    name, received_on = row["PurchaseOrderDetailID"], _day(row["ModifiedDate"])
    return (
        OrderLine(
            id=name,
            order=row["PurchaseOrderID"],
            supplier=order["VendorID"],
            item=row["ProductID"],
            quantity=row["OrderQty"],
            unit_price=Money(row["UnitPrice"], "USD"),
            ordered_on=_day(order["OrderDate"]),
            promised_on=_day(row["DueDate"]),
            status=_STATUSES[order["Status"]],
        ),
        Receipt(id=name, order_line=name, received_on=received_on, quantity=row["ReceivedQty"]),
        Inspection(
            id=name,
            supplier=order["VendorID"],
            item=row["ProductID"],
            order_line=name,
            inspected=row["ReceivedQty"],
            rejected=row["RejectedQty"],
            inspected_on=received_on,
        ),
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])
