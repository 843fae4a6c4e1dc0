"""AdventureWorks, purchasing: every figure of quality of its truth file, over all orders and over complete ones.

Source: Microsoft's AdventureWorks sample database, MIT licence; `adventureworks.py` says what stands in for what.
"""

from datetime import date
from typing import Any

import pytest
from adventureworks import COMPLETE, NEEDS_ADVENTUREWORKS, adventureworks, adventureworks_truth
from purchases import shown

from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.measures import Measurement, QualityPassRate, RejectRate, Scope, measure
from supplychain_rules.values.period import Period

pytestmark = NEEDS_ADVENTUREWORKS

PERIOD = Period(date(2022, 1, 1), date(2027, 1, 1))
AS_OF = date(2026, 12, 31)

SCOPES = {"all": Scope(), "complete": COMPLETE}

MEASURES = tuple(
    definition
    for name, scope in SCOPES.items()
    for definition in (
        RejectRate(id=f"{name}_reject_rate", per=1, scope=scope),
        RejectRate(id=f"{name}_rejected_of_received", per=1, relative_to="received", scope=scope),
        RejectRate(id=f"{name}_mean_line_reject_rate", per=1, level="mean_of_lots", scope=scope),
        RejectRate(id=f"{name}_lines_with_reject", per=1, level="lot", scope=scope),
        RejectRate(id=f"{name}_ppm", scope=scope),
        QualityPassRate(id=f"{name}_lot_acceptance_rate", level="lot", scope=scope),
        QualityPassRate(id=f"{name}_pass_rate", scope=scope),
    )
)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return adventureworks()


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return adventureworks_truth()


@pytest.fixture(scope="module")
def totals(ledger: Ledger) -> dict[str, Measurement]:
    return {found.measure: found for found in measure(MEASURES, ledger, by="total", period=PERIOD, as_of=AS_OF)}


@pytest.fixture(scope="module")
def by_vendor(ledger: Ledger) -> dict[tuple[str, str], Measurement]:
    return {(found.measure, found.key): found for found in measure(MEASURES, ledger, period=PERIOD, as_of=AS_OF)}


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
