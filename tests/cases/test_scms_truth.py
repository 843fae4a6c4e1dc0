"""The USAID SCMS delivery history 2006-2011: every figure of its truth file that the measures define.

Source: USAID, SCMS project, public domain; figures and definitions from `truth.json` beside the data.
"""

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import (
    TOTAL,
    Concentration,
    DeliveryPerformance,
    DeliveryTime,
    Measurement,
    Scope,
    Spend,
    SpendShare,
    measure,
)
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import to_decimal

SCMS = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "scms"

pytestmark = pytest.mark.skipif(not SCMS.exists(), reason="the shared data folder is not beside the checkout")

#: The programme's own warehouse, which is not a supplier.
WAREHOUSE = "SCMS from RDC"

#: The file writes dates in two ways: 2-Jun-06 and 11/13/06.
DATE_FORMATS = ("%d-%b-%y", "%m/%d/%y")

#: Early deliveries of 2011 were scheduled for as late as May 2012.
PERIOD = Period(date(2006, 1, 1), date(2012, 7, 1))
AS_OF = date(2011, 12, 31)

VENDORS = ["vendor"]

MEASURES = (
    DeliveryPerformance(id="on_time_rate"),
    DeliveryPerformance(id="on_time_rate_excl_rdc", scope=Scope(supplier_categories=VENDORS)),
    DeliveryPerformance(id="on_time_rate_window_m14_p7", early_days=14, late_days=7),
    DeliveryPerformance(id="on_time_within_14_days", late_days=14),
    DeliveryPerformance(id="on_time_rate_value_weighted", level="value"),
    DeliveryTime(id="mean_delay_days", of="delay"),
    DeliveryTime(id="mean_lateness_days", of="lateness"),
    DeliveryTime(id="median_delay_days", of="delay", statistic="median"),
    DeliveryTime(id="max_delay_days", of="delay", statistic="greatest"),
    Spend(id="spend_total"),
    Spend(id="spend_excl_rdc", scope=Scope(supplier_categories=VENDORS)),
    SpendShare(id="share_incl_rdc"),
    SpendShare(id="share_excl_rdc", scope=Scope(supplier_categories=VENDORS)),
)

CONCENTRATIONS = (
    Concentration(id="hhi_incl_rdc"),
    Concentration(id="hhi_excl_rdc", scope=Scope(without_suppliers=[WAREHOUSE])),
    Concentration(id="top3_share_excl_rdc", figure="top_share", scope=Scope(without_suppliers=[WAREHOUSE])),
    Concentration(
        id="vendors_for_80pct_spend_excl_rdc", figure="count_for_share", scope=Scope(without_suppliers=[WAREHOUSE])
    ),
)


def day(text: str) -> date:
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  the file has days without a zone
        except ValueError:
            continue
    raise AssertionError(text)


def rows() -> Iterator[dict[str, str]]:
    with gzip.open(SCMS / "deliveries_2006_2011.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    facts: list[Supplier | OrderLine | Receipt] = []
    for row in rows():
        scheduled, delivered = day(row["Scheduled Delivery Date"]), day(row["Delivered to Client Date"])
        vendor = row["Vendor"]
        facts += (
            Supplier(id=vendor, name=vendor, categories=["warehouse" if vendor == WAREHOUSE else "vendor"]),
            OrderLine(
                id=row["ID"],
                supplier=vendor,
                item=row["Item Description"],
                quantity=row["Line Item Quantity"],
                unit_price=Money(row["Pack Price"], "USD"),
                value=Money(row["Line Item Value"], "USD"),
                ordered_on=min(scheduled, delivered),  # most rows have no order date, and the latest possible will do
                promised_on=scheduled,
            ),
            Receipt(id=row["ID"], order_line=row["ID"], received_on=delivered, quantity=row["Line Item Quantity"]),
        )
    return Ledger(facts)


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    text = (SCMS / "truth.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return loaded


@pytest.fixture(scope="module")
def figures(truth: dict[str, Any]) -> dict[str, Any]:
    found = truth["figures"]
    return {name: entry["value"] for name, entry in found.items()}


@pytest.fixture(scope="module")
def table(truth: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = truth["tables"]["vendor_table"]["rows"]
    return rows


@pytest.fixture(scope="module")
def totals(ledger: Ledger) -> dict[str, Measurement]:
    return {found.measure: found for found in measure(MEASURES, ledger, by="total", period=PERIOD, as_of=AS_OF)}


@pytest.fixture(scope="module")
def by_vendor(ledger: Ledger) -> dict[tuple[str, str], Measurement]:
    return {(found.measure, found.key): found for found in measure(MEASURES, ledger, period=PERIOD, as_of=AS_OF)}


@pytest.fixture(scope="module")
def concentrations(ledger: Ledger) -> dict[str, Fraction | None]:
    found = measure(CONCENTRATIONS, ledger, by="total", period=PERIOD, as_of=AS_OF)
    return {entry.measure: entry.value for entry in found}


def shown(value: Fraction | None, decimals: int = 6) -> Decimal:
    assert value is not None
    return to_decimal(round_to_units(value, decimals), decimals)


def test_scms_every_row_is_an_order_line_that_counts(
    figures: dict[str, Any], ledger: Ledger, totals: dict[str, Measurement]
) -> None:
    counts = (len(ledger.order_lines), totals["on_time_rate"].evidence, totals["spend_total"].evidence)
    assert (figures["rows"],) * 3 == counts
    assert TOTAL == totals["on_time_rate"].key


def test_scms_every_vendor_is_measured(figures: dict[str, Any], ledger: Ledger) -> None:
    assert figures["vendors"] == len(ledger.supplier_ids)


@pytest.mark.parametrize(
    "name", ["on_time_rate", "on_time_rate_excl_rdc", "on_time_rate_window_m14_p7", "on_time_rate_value_weighted"]
)
def test_scms_every_on_time_rate_is_the_published_one(
    name: str, figures: dict[str, Any], totals: dict[str, Measurement]
) -> None:
    assert figures[name] == shown(totals[name].value)


def test_scms_on_time_and_late_lines_are_counted(figures: dict[str, Any], totals: dict[str, Measurement]) -> None:
    otd, within_14 = totals["on_time_rate"], totals["on_time_within_14_days"]
    late, very_late = otd.denominator - otd.numerator, within_14.denominator - within_14.numerator
    expected = (figures["on_time_lines"], figures["late_lines"], figures["late_over_14_days"])
    assert expected == (otd.numerator, late, very_late)


@pytest.mark.parametrize("name", ["mean_delay_days", "mean_lateness_days", "median_delay_days", "max_delay_days"])
def test_scms_every_statistic_of_the_delays_is_the_published_one(
    name: str, figures: dict[str, Any], totals: dict[str, Measurement]
) -> None:
    assert figures[name] == shown(totals[name].value)
    assert (figures["rows"], "days") == (totals[name].evidence, totals[name].unit)


@pytest.mark.parametrize("name", ["spend_total", "spend_excl_rdc"])
def test_scms_spend_adds_up_to_the_cent(name: str, figures: dict[str, Any], totals: dict[str, Measurement]) -> None:
    assert (Fraction(figures[name]), "USD") == (totals[name].value, totals[name].unit)


@pytest.mark.parametrize("part", ["incl_rdc", "excl_rdc"])
def test_scms_shares_add_up_and_give_the_published_concentration(
    part: str,
    figures: dict[str, Any],
    by_vendor: dict[tuple[str, str], Measurement],
    concentrations: dict[str, Fraction | None],
) -> None:
    found = (entry.value for (name, _), entry in by_vendor.items() if name == f"share_{part}")
    assert 1 == sum(value for value in found if value is not None)
    assert figures[f"hhi_{part}"] == shown(concentrations[f"hhi_{part}"])


def test_scms_the_three_largest_vendors_have_the_published_share(
    figures: dict[str, Any], concentrations: dict[str, Fraction | None]
) -> None:
    assert figures["top3_share_excl_rdc"] == shown(concentrations["top3_share_excl_rdc"])


def test_scms_the_vendors_that_make_up_80_percent_are_counted(
    figures: dict[str, Any], concentrations: dict[str, Fraction | None]
) -> None:
    name = "vendors_for_80pct_spend_excl_rdc"
    assert figures[name] == concentrations[name]


def test_scms_the_warehouse_is_not_a_vendor(by_vendor: dict[tuple[str, str], Measurement]) -> None:
    assert {"not_applicable"} == {
        by_vendor[name, WAREHOUSE].state for name in ("on_time_rate_excl_rdc", "spend_excl_rdc", "share_excl_rdc")
    }


def test_scms_the_vendor_table_is_reproduced(
    table: list[dict[str, Any]], by_vendor: dict[tuple[str, str], Measurement]
) -> None:
    expected = [
        (
            row["Vendor"],
            row["lines"],
            row["on_time_lines"],
            Decimal(row["on_time_rate"]),
            Fraction(row["spend"]),
            Decimal(row["mean_delay_days"]),
            Decimal(row["mean_lateness_days"]),
            row["max_delay_days"],
        )
        for row in table
    ]
    found = []
    for vendor, *_ in expected:
        otd, spend = by_vendor["on_time_rate", vendor], by_vendor["spend_total", vendor]
        delay, lateness, longest = (
            by_vendor[name, vendor].value for name in ("mean_delay_days", "mean_lateness_days", "max_delay_days")
        )
        found.append(
            (
                vendor,
                otd.evidence,
                otd.numerator,
                shown(otd.value),
                spend.value,
                shown(delay),
                shown(lateness),
                longest,
            )
        )
    assert 55 == len(found)
    assert expected == found
