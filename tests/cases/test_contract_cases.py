"""Published numbers of contracts: damages with a cap, and what a discount for early payment amounts to a year."""

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from supplychain_rules.partnership.contracts import (
    Breach,
    EarlyPayment,
    LiquidatedDamages,
    compound_rate,
    remedy,
    simple_rate,
)
from supplychain_rules.values.money import Money
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import to_decimal

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"


def case(name: str) -> dict[str, Any]:
    """Return one case of the shared collection."""
    file = SHARED / "cases" / "sharing.json"
    if not file.is_file():
        pytest.skip("the shared cases are not here")
    cases = json.loads(file.read_text("utf-8"))["cases"]
    return next(case for case in cases if case["id"] == name)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("ld-cap-not-hit", id="gera_services_calculator_cap_not_hit"),
        pytest.param("ld-cap-hit", id="gera_services_calculator_cap_hit"),
    ],
)
def test_liquidated_damages_as_published(name: str) -> None:
    found = case(name)
    given = found["inputs"]
    last = date(2026, 1, 20)
    late = Breach(
        kind="late_delivery",
        clause="delivery",
        debtor="V7",
        creditor="us",
        on=last + timedelta(days=1),
        governed_on=last,
        subject="order_lines/PO1",
        facts=(),
        due_on=last,
        last_on=last,
        until=last + timedelta(days=given["days"]),
    )
    damages = LiquidatedDamages(
        id="ld",
        breaches=["late_delivery"],
        amount=Money(given["rate_per_day"], "EUR"),
        cap=Money(given["cap"], "EUR"),
    )
    due = remedy(damages, late, currency="EUR")

    assert due is not None
    assert Money(found["expected"]["ld"], "EUR") == due.amount


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("terms-2-10-net-30-365", id="2_10_net_30_of_365_days"),
        pytest.param("terms-2-10-net-30-360", id="2_10_net_30_of_360_days"),
        pytest.param("terms-3-10-net-90-365", id="3_10_net_90_of_365_days"),
        pytest.param("terms-1-10-net-30-365", id="1_10_net_30_of_365_days"),
    ],
)
def test_early_payment_as_published(name: str) -> None:
    found = case(name)
    given, expected = found["inputs"], found["expected"]
    discount = EarlyPayment(rate=Fraction(given["discount_pct"], 100), days=given["discount_days"])
    simple = simple_rate(discount, given["net_days"], days_of_year=given["year"])
    compound = compound_rate(discount, given["net_days"], days_of_year=given["year"], decimals=8)

    assert Fraction(expected["simple_exact"]) == simple
    assert Decimal(str(expected["compound_pct"])) == compound * 100


@pytest.mark.parametrize(
    ("rate", "days", "net", "year", "expected"),
    [
        pytest.param("0.02", 10, 30, 360, "36.73", id="textbooks_of_360_days"),
        pytest.param("0.02", 10, 45, 365, "21.28", id="paid_on_day_45_in_place_of_30"),
        pytest.param("0.03", 10, 90, 365, "14.11", id="3_10_net_90"),
    ],
)
def test_simple_rates_as_printed_elsewhere(rate: str, days: int, net: int, year: int, expected: str) -> None:
    found = simple_rate(EarlyPayment(rate=rate, days=days), net, days_of_year=year)

    assert Decimal(expected) == to_decimal(round_to_units(found * 100, 2), 2)


@pytest.mark.parametrize(
    ("rate", "days", "net", "expected"),
    [
        pytest.param("0.03", 10, 90, "14.91", id="3_10_net_90"),
        pytest.param("0.02", 20, 45, "34.3", id="2_20_net_45"),
    ],
)
def test_compound_rates_as_printed_elsewhere(rate: str, days: int, net: int, expected: str) -> None:
    printed = Decimal(expected)
    places = -printed.as_tuple().exponent  # type: ignore[operator]  # a finite number
    found = compound_rate(EarlyPayment(rate=rate, days=days), net, decimals=places + 2)

    assert printed == found * 100
