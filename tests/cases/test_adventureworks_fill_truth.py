"""AdventureWorks purchasing: fill rates, short lines and the stand-in for punctuality of its truth file.

Source: Microsoft's AdventureWorks sample database, MIT licence; `adventureworks.py` says what stands in for what.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from adventureworks import COMPLETE, NEEDS_ADVENTUREWORKS, adventureworks, adventureworks_truth
from purchases import shown

from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.measures import DeliveryPerformance, FillRate, Measurement, Scope, measure
from supplychain_rules.values.period import Period

pytestmark = NEEDS_ADVENTUREWORKS

#: A line was due a year before it was ordered, and another one eight months after.
PERIOD = Period(date(2021, 1, 1), date(2027, 1, 1))
AS_OF = date(2026, 12, 31)

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


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return adventureworks()


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return adventureworks_truth()


@pytest.fixture(scope="module")
def figures(truth: dict[str, Any]) -> dict[str, Any]:
    return {name: entry["value"] for name, entry in truth["figures"].items()}


@pytest.fixture(scope="module")
def totals(ledger: Ledger) -> dict[str, Measurement]:
    return {found.measure: found for found in measure(MEASURES, ledger, by="total", period=PERIOD, as_of=AS_OF)}


@pytest.fixture(scope="module")
def by_vendor(ledger: Ledger) -> dict[tuple[str, str], Measurement]:
    return {(found.measure, found.key): found for found in measure(MEASURES, ledger, period=PERIOD, as_of=AS_OF)}


def rounded(value: Fraction | None) -> Decimal:
    # The file's figures were rounded half to even: 9231 / 9600 is 0.9615625 and stands there as 0.961562.
    return shown(value, mode="half_even")


@pytest.mark.parametrize("status", ["all", "complete"])
def test_adventureworks_fill_rates_are_the_published_ones(
    status: str, figures: dict[str, Any], totals: dict[str, Measurement]
) -> None:
    fill, net = totals[f"{status}_fill_rate"], totals[f"{status}_net_fill_rate"]
    quantities = tuple(figures[f"{status}_{name}"] for name in ("received_qty", "stocked_qty", "ordered_qty"))
    assert quantities == (fill.numerator, net.numerator, fill.denominator)
    rates = (figures[f"{status}_fill_rate"], figures[f"{status}_net_fill_rate"])
    assert rates == (rounded(fill.value), rounded(net.value))


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
    assert figures["proxy_receipt_on_time_rate"] == rounded(found.value)


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
        found.append((*counts, rounded(fill.value), rounded(net.value), rounded(on_time.value)))
    assert vendors == len(found)
    assert expected == found
