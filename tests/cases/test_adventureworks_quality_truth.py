"""AdventureWorks, purchasing: every figure of quality of its truth file, over all orders and over complete ones.

Source: Microsoft, AdventureWorks sample database, MIT licence; figures and definitions from `truth.json` beside the
data. The data is synthetic. It has no day of receipt; the day on which a row was last changed stands in.
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

from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import Measurement, QualityPassRate, RejectRate, Scope, measure
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import to_decimal

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "adventureworks_purchasing"

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the shared data folder is not beside the checkout")

STATUSES = {"1": "pending", "2": "approved", "3": "rejected", "4": "complete"}

PERIOD = Period(date(2022, 1, 1), date(2027, 1, 1))
AS_OF = date(2026, 12, 31)

#: Orders that the sample calls rejected show everything as rejected, so the filter is said out loud.
SCOPES = {"all": Scope(), "complete": Scope(statuses=["complete"])}

MEASURES = tuple(
    definition
    for name, scope in SCOPES.items()
    for definition in (
        RejectRate(id=f"{name}_reject_rate", per=1, scope=scope),
        RejectRate(id=f"{name}_rejected_of_received", per=1, of="received", scope=scope),
        RejectRate(id=f"{name}_mean_line_reject_rate", per=1, level="mean_of_lots", scope=scope),
        RejectRate(id=f"{name}_lines_with_reject", per=1, level="lot", scope=scope),
        RejectRate(id=f"{name}_ppm", scope=scope),
        QualityPassRate(id=f"{name}_lot_acceptance_rate", level="lot", scope=scope),
        QualityPassRate(id=f"{name}_pass_rate", scope=scope),
    )
)


def rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    headers = {row["PurchaseOrderID"]: row for row in rows("PurchaseOrderHeader.csv")}
    facts: list[Fact] = []
    for row in rows("PurchaseOrderDetail.csv"):
        header, name = headers[row["PurchaseOrderID"]], row["PurchaseOrderDetailID"]
        received_on = day(row["ModifiedDate"])
        facts += (
            OrderLine(
                id=name,
                order=row["PurchaseOrderID"],
                supplier=header["VendorID"],
                item=row["ProductID"],
                quantity=row["OrderQty"],
                unit_price=Money(row["UnitPrice"], "USD"),
                ordered_on=day(header["OrderDate"]),
                promised_on=day(row["DueDate"]),
                status=STATUSES[header["Status"]],
            ),
            Receipt(id=name, order_line=name, received_on=received_on, quantity=row["ReceivedQty"]),
            Inspection(
                id=name,
                supplier=header["VendorID"],
                item=row["ProductID"],
                order_line=name,
                inspected=row["ReceivedQty"],
                rejected=row["RejectedQty"],
                inspected_on=received_on,
            ),
        )
    return Ledger(facts)


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"), parse_float=Decimal)
    return loaded


@pytest.fixture(scope="module")
def totals(ledger: Ledger) -> dict[str, Measurement]:
    return {found.measure: found for found in measure(MEASURES, ledger, by="total", period=PERIOD, as_of=AS_OF)}


@pytest.fixture(scope="module")
def by_vendor(ledger: Ledger) -> dict[tuple[str, str], Measurement]:
    return {(found.measure, found.key): found for found in measure(MEASURES, ledger, period=PERIOD, as_of=AS_OF)}


def shown(value: Fraction | None, decimals: int = 6) -> Decimal:
    assert value is not None
    return to_decimal(round_to_units(value, decimals), decimals)


@pytest.mark.parametrize("name", SCOPES)
@pytest.mark.parametrize("figure", ["reject_rate", "lot_acceptance_rate", "mean_line_reject_rate"])
def test_adventureworks_every_rate_of_quality_is_the_published_one(
    name: str, figure: str, truth: dict[str, Any], totals: dict[str, Measurement]
) -> None:
    assert truth["figures"][f"{name}_{figure}"]["value"] == shown(totals[f"{name}_{figure}"].value)


@pytest.mark.parametrize("name", SCOPES)
def test_adventureworks_quantities_and_lots_are_the_published_ones(
    name: str, truth: dict[str, Any], totals: dict[str, Measurement]
) -> None:
    figures = {figure: truth["figures"][f"{name}_{figure}"]["value"] for figure in ("rejected_qty", "received_qty")}
    stocked, with_reject = (
        truth["figures"][f"{name}_{figure}"]["value"] for figure in ("stocked_qty", "lines_with_reject")
    )
    rejects = totals[f"{name}_reject_rate"]
    assert (figures["rejected_qty"], figures["received_qty"]) == (rejects.numerator, rejects.denominator)
    assert (stocked, with_reject) == (
        totals[f"{name}_pass_rate"].numerator,
        totals[f"{name}_lines_with_reject"].numerator,
    )


@pytest.mark.parametrize("name", SCOPES)
def test_adventureworks_every_received_unit_was_inspected_so_both_bases_agree(
    name: str, totals: dict[str, Measurement]
) -> None:
    rejects = totals[f"{name}_reject_rate"].value
    assert rejects == totals[f"{name}_rejected_of_received"].value
    assert rejects is not None
    assert 1_000_000 * rejects == totals[f"{name}_ppm"].value


@pytest.mark.parametrize("name", SCOPES)
def test_adventureworks_every_vendor_has_the_published_quantities_and_reject_rate(
    name: str, truth: dict[str, Any], by_vendor: dict[tuple[str, str], Measurement]
) -> None:
    table = truth["tables"][f"vendor_table_{name}"]["rows"]
    expected = {
        row["VendorID"]: (
            row["rejected"],
            row["received"],
            row["stocked"],
            row["lines_with_reject"],
            row["reject_rate"],
        )
        for row in table
    }
    found = {
        vendor: (
            by_vendor[f"{name}_reject_rate", vendor].numerator,
            by_vendor[f"{name}_reject_rate", vendor].denominator,
            by_vendor[f"{name}_pass_rate", vendor].numerator,
            by_vendor[f"{name}_lines_with_reject", vendor].numerator,
            shown(by_vendor[f"{name}_reject_rate", vendor].value),
        )
        for vendor in expected
    }
    assert expected == found


def test_adventureworks_vendors_are_all_in_the_published_table(truth: dict[str, Any], ledger: Ledger) -> None:
    assert sorted(row["VendorID"] for row in truth["tables"]["vendor_table_all"]["rows"]) == list(ledger.supplier_ids)
