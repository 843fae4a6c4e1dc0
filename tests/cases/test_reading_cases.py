"""Real rows become facts, and what cannot be read is counted exactly as the notes beside the data describe it.

Sources: USAID SCMS project (public domain), Microsoft AdventureWorks and Northwind (MIT), US Bureau of Labor
Statistics (public domain), CDNOW (Fader and Hardie, through the package lifetimes, MIT); each with its quirks in
`README.txt` beside the data.
"""

import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.facts.cells import Spaces
from supplychain_rules.facts.checks import contradictions
from supplychain_rules.facts.duplicates import lookalikes, same_content
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.parties import Customer, Supplier
from supplychain_rules.facts.prices import IndexValue, PriceObservation
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.structure import MAX_PROBLEMS, Structure, Structured, structure
from supplychain_rules.facts.trade import OrderLine, Receipt

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the shared data folder is not beside the checkout")

#: The texts that the SCMS history writes where a date or a mode of transport is not known.
SCMS_BLANKS = ("", "N/A", "Date Not Captured", "N/A - From RDC", "Pre-PQ Process")

SCMS_LINES = {
    "id": "ID",
    "order": "PO / SO #",
    "supplier": "Vendor",
    "item": "Item Description",
    "quantity": "Line Item Quantity",
    "unit_price": "Pack Price",
    "value": "Line Item Value",
    "ordered_on": "PO Sent to Vendor Date",
    "promised_on": "Scheduled Delivery Date",
    "status": "Shipment Mode",
}


@cache
def scms() -> tuple[dict[str, str], ...]:
    packed = (DATA / "scms" / "deliveries_2006_2011.csv.gz").read_bytes()
    return tuple(csv.DictReader(io.StringIO(gzip.decompress(packed).decode("utf-8"))))


def sheet(place: str) -> list[dict[str, str]]:
    with (DATA / place).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def scms_read(kind: type[Any], columns: dict[str, str], **declared: Any) -> Structured[Any]:  # noqa: ANN401  of a structure
    spec = Structure(kind=kind, columns=columns, dates=("%d-%b-%y", "%m/%d/%y"), pivot=1970, currency="USD", **declared)
    return structure(spec, scms(), first_row=2)


# SCMS


def test_scms_order_lines_without_a_day_of_order_are_refused_one_by_one() -> None:
    found = scms_read(OrderLine, SCMS_LINES, blanks=SCMS_BLANKS)

    # 2,992 lines come from the programme's own warehouse, 271 have "Date Not Captured".
    assert (5261, 1998, 2992 + 271) == (found.rows, len(found.facts), found.refused)
    assert MAX_PROBLEMS + 1 == len(found.problems)
    assert "2263 more problems are not listed" == found.problems[-1].message
    assert {("ordered_on", "required")} == {
        (problem.path.partition(".")[2], problem.code) for problem in found.problems[:-1]
    }


def test_scms_words_in_a_date_are_no_dates_until_they_are_declared_blank() -> None:
    found = scms_read(OrderLine, {**SCMS_LINES, "requested_on": "PQ First Sent to Client Date"})

    # Of the 1,998 lines with a day of order, 750 have "Pre-PQ Process" or "Date Not Captured" as their request.
    assert 5261 - 1248 == found.refused
    assert {"bad_date"} == {problem.code for problem in found.problems[:-1]}


def test_scms_blanks_are_not_known_and_days_are_read_in_both_forms() -> None:
    columns = {**SCMS_LINES, "ordered_on": "Scheduled Delivery Date", "requested_on": "PQ First Sent to Client Date"}
    found = scms_read(OrderLine, columns, blanks=SCMS_BLANKS)

    assert (5261, ()) == (len(found.facts), found.problems)
    assert 2476 + 205 == sum(line.requested_on is None for line in found.facts)
    assert 360 == sum(line.status is None for line in found.facts)
    assert date(2006, 6, 2) == found.facts[0].promised_on


def test_scms_freight_that_is_no_amount_is_refused_by_its_words() -> None:
    columns = {
        "id": "ID",
        "invoice": "ASN/DN #",
        "supplier": "Vendor",
        "amount": "Freight Cost (USD)",
        "invoiced_on": "Delivered to Client Date",
    }
    found = scms_read(InvoiceLine, columns, constants={"quantity": 1})

    # Included in the commodity cost 704, invoiced separately 78, a reference to another row 1,003 + 170.
    assert (3036 + 270, 704 + 78 + 1003 + 170) == (len(found.facts), found.refused)
    first = found.problems[0]
    assert ("bad_number", "'Freight Included in Commodity Cost'") == (first.code, first.value)


def test_scms_receipts_before_their_order_are_found() -> None:
    receipts = scms_read(
        Receipt,
        {
            "id": "ID",
            "order_line": "ID",
            "received_on": "Delivered to Client Date",
            "quantity": "Line Item Quantity",
            "known_on": "Delivery Recorded Date",
        },
    )
    lines = scms_read(OrderLine, SCMS_LINES, blanks=SCMS_BLANKS)
    found = contradictions(Ledger((*lines.facts, *receipts.facts)))

    assert (5261, ()) == (len(receipts.facts), receipts.problems)
    assert ["receipts['4190'].received_on", "receipts['4432'].received_on"] == [
        finding.path for finding in found if finding.code == "received_before_ordered"
    ]
    assert 2992 + 271 == sum(finding.code == "receipt_without_order_line" for finding in found)


# AdventureWorks


def adventure_works_lines() -> list[dict[str, str]]:
    heads = {row["PurchaseOrderID"]: row for row in sheet("adventureworks_purchasing/PurchaseOrderHeader.csv")}
    return [
        {**heads[row["PurchaseOrderID"]], **row} for row in sheet("adventureworks_purchasing/PurchaseOrderDetail.csv")
    ]


ADVENTURE_WORKS: dict[str, Any] = {"dates": ("%Y-%m-%d %H:%M:%S.%f",), "currency": "USD"}


def test_adventure_works_lines_and_inspections_are_read_whole() -> None:
    rows = adventure_works_lines()
    line_columns = {
        "id": "PurchaseOrderDetailID",
        "order": "PurchaseOrderID",
        "supplier": "VendorID",
        "item": "ProductID",
        "quantity": "OrderQty",
        "unit_price": "UnitPrice",
        "ordered_on": "OrderDate",
        "promised_on": "DueDate",
        "status": "Status",
    }
    inspection_columns = {
        "id": "PurchaseOrderDetailID",
        "order_line": "PurchaseOrderDetailID",
        "supplier": "VendorID",
        "item": "ProductID",
        "inspected": "ReceivedQty",
        "rejected": "RejectedQty",
        "inspected_on": "DueDate",
    }

    lines = structure(Structure(kind=OrderLine, columns=line_columns, **ADVENTURE_WORKS), rows)
    inspections = structure(Structure(kind=Inspection, columns=inspection_columns, **ADVENTURE_WORKS), rows)

    assert (8845, 8845, (), ()) == (len(lines.facts), len(inspections.facts), lines.problems, inspections.problems)
    received, rejected = (
        sum(getattr(found, name) for found in inspections.facts) for name in ("inspected", "rejected")
    )
    assert Decimal("0.0312") == round(rejected / received, 4)  # 3.12 % over all statuses
    # Seven due dates lie before their order; nothing else is wrong with it.
    assert {"promised_before_ordered": 7} == Counter(
        finding.code for finding in contradictions(Ledger((*lines.facts, *inspections.facts)))
    )


PRICE_LIST = {
    "id": "Id",
    "supplier": "BusinessEntityID",
    "item": "ProductID",
    "price": "StandardPrice",
    "unit": "UnitMeasureCode",
    "observed_on": "LastReceiptDate",
}


@pytest.mark.parametrize(("spaces", "refused", "codes"), [("refuse", 199, {"bad_value"}), ("strip", 0, set())])
def test_adventure_works_units_with_trailing_blanks_are_refused_or_stripped(
    spaces: Spaces, refused: int, codes: set[str]
) -> None:
    rows = [
        {**row, "Id": f"{row['ProductID']}/{row['BusinessEntityID']}"}
        for row in sheet("adventureworks_purchasing/ProductVendor.csv")
    ]
    spec = Structure(
        kind=PriceObservation, columns=PRICE_LIST, constants={"kind": "standard"}, spaces=spaces, **ADVENTURE_WORKS
    )

    found = structure(spec, rows)

    assert (460, refused) == (found.rows, found.refused)
    assert codes == {problem.code for problem in found.problems}


def test_adventure_works_prices_of_several_vendors_under_one_product_number_contradict_each_other() -> None:
    rows = sheet("adventureworks_purchasing/ProductVendor.csv")
    spec = Structure(
        kind=PriceObservation,
        columns={**PRICE_LIST, "id": "ProductID"},
        constants={"kind": "standard"},
        spaces="strip",
        **ADVENTURE_WORKS,
    )

    found = structure(spec, rows)

    # A product's number is no identity of a price: of several vendors' prices the first one stands.
    assert len(rows) - len({row["ProductID"] for row in rows}) == found.refused
    assert {"contradiction"} == {problem.code for problem in found.problems}


# Northwind


def northwind_lines() -> list[dict[str, str]]:
    heads = {row["OrderID"]: row for row in sheet("northwind/orders.csv")}
    supplier = {row["ProductID"]: row["SupplierID"] for row in sheet("northwind/products.csv")}
    return [
        {
            **heads[row["OrderID"]],
            **row,
            "Line": f"{row['OrderID']}/{row['ProductID']}",
            "SupplierID": supplier[row["ProductID"]],
        }
        for row in sheet("northwind/order_details.csv")
    ]


NORTHWIND_LINES = {
    "id": "Line",
    "order": "OrderID",
    "supplier": "SupplierID",
    "customer": "CustomerID",
    "item": "ProductID",
    "quantity": "Quantity",
    "unit_price": "UnitPrice",
    "ordered_on": "OrderDate",
    "promised_on": "RequiredDate",
}


def test_northwind_orders_and_parties_are_read_whole_and_agree() -> None:
    lines = structure(
        Structure(kind=OrderLine, columns=NORTHWIND_LINES, dates=("%m/%d/%Y",), currency="USD"), northwind_lines()
    )
    suppliers = structure(
        Structure(kind=Supplier, columns={"id": "SupplierID", "name": "CompanyName", "country": "Country"}),
        sheet("northwind/suppliers.csv"),
    )
    customers = structure(
        Structure(kind=Customer, columns={"id": "CustomerID", "name": "CompanyName", "country": "Country"}),
        sheet("northwind/customers.csv"),
    )

    assert (2155, 29, 91) == (len(lines.facts), len(suppliers.facts), len(customers.facts))
    assert () == (*lines.problems, *suppliers.problems, *customers.problems)
    assert () == contradictions(Ledger((*lines.facts, *suppliers.facts, *customers.facts)))
    assert () == (*lookalikes(suppliers.facts), *lookalikes(customers.facts))


def test_northwind_orders_that_were_not_shipped_are_no_receipts() -> None:
    columns = {"id": "OrderID", "order_line": "OrderID", "received_on": "ShippedDate"}
    spec = Structure(kind=Receipt, columns=columns, constants={"quantity": 1}, dates=("%m/%d/%Y",))

    found = structure(spec, sheet("northwind/orders.csv"), first_row=2)

    assert (830, 21) == (found.rows, found.refused)
    assert {("received_on", "required")} == {(p.path.partition(".")[2], p.code) for p in found.problems}


def test_northwind_days_that_two_formats_read_differently_are_refused() -> None:
    spec = Structure(kind=OrderLine, columns=NORTHWIND_LINES, dates=("%m/%d/%Y", "%d/%m/%Y"), currency="USD")
    rows = northwind_lines()

    found = structure(spec, rows)

    def is_ambiguous(text: str) -> bool:
        month, day, _ = map(int, text.split("/"))
        return day <= 12 and day != month

    ambiguous = sum(is_ambiguous(row["OrderDate"]) or is_ambiguous(row["RequiredDate"]) for row in rows)
    assert ambiguous == found.refused == 1066


# Indices and customers


def test_producer_price_indices_lack_two_months_and_are_read_otherwise() -> None:
    spec = Structure(kind=IndexValue, columns={"series": "series_id", "on": "date", "value": "value"})

    found = structure(spec, sheet("bls_ppi/ppi_long.csv"))

    assert (14391, 14389) == (found.rows, len(found.facts))
    assert [("value", "required")] * 2 == [(p.path.partition(".")[2], p.code) for p in found.problems]


def test_cdnow_customers_keep_their_leading_zeros_and_repeated_rows_are_shown_not_merged() -> None:
    def rows() -> Iterator[dict[str, str]]:
        for number, line in enumerate((DATA / "cdnow" / "CDNOW_master.txt").read_text("ascii").splitlines()[1:], 1):
            customer, day, count, dollars = line.split()
            yield {"id": str(number), "customer": customer, "day": day, "count": count, "dollars": dollars}

    columns = {"id": "id", "invoice": "customer", "customer": "customer", "invoiced_on": "day", "quantity": "count"}
    spec = Structure(
        kind=InvoiceLine,
        columns={**columns, "amount": "dollars"},
        constants={"supplier": "CDNOW"},
        dates=("%Y%m%d",),
        currency="USD",
    )

    found = structure(spec, rows())

    assert (69_659, ()) == (len(found.facts), found.problems)
    assert "00001" == found.facts[0].customer
    assert 80 == sum(line.amount.is_zero for line in found.facts)
    assert (date(1997, 1, 1), date(1998, 6, 30)) == (
        min(line.invoiced_on for line in found.facts),
        max(line.invoiced_on for line in found.facts),
    )
    assert 255 == sum(len(group.ids) - 1 for group in same_content(found.facts))
