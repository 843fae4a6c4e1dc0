"""Published and constructed allocations: Fowler's five cents, the Alabama paradox, caps of a pain-gain pool."""

import json
from pathlib import Path
from typing import Any

import pytest

from supplychain_rules.values.allocation import AllocationMethod, apportion
from supplychain_rules.values.currencies import decimals_of
from supplychain_rules.values.money import Money, allocate
from supplychain_rules.values.rounding import RoundingMode

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"


def case(name: str) -> dict[str, Any]:
    """Return one case of the shared collection."""
    file = SHARED / "cases" / "sharing.json"
    if not file.is_file():
        pytest.skip("the shared cases are not here")
    cases = json.loads(file.read_text("utf-8"))["cases"]
    return next(case for case in cases if case["id"] == name)


def split(name: str, method: AllocationMethod = "largest_remainder") -> list[int]:
    """Split the pool of a case among parties that are named in its order."""
    inputs = case(name)["inputs"]
    weights = {f"party {place}": weight for place, weight in enumerate(inputs["weights"], start=1)}
    return list(apportion(inputs["pool_minor"], weights, method).values())


def test_fowler_poeaa_money_5c_70_30() -> None:
    assert case("fowler-5c-70-30")["expected"]["largest_remainder_tie_by_weight"] == split("fowler-5c-70-30")


@pytest.mark.parametrize("method", ["largest_remainder", "webster"])
def test_fowler_poeaa_hundred_by_three(method: AllocationMethod) -> None:
    assert case("hundred-by-3")["expected"]["all"] == split("hundred-by-3", method)


def test_constructed_negative_pool() -> None:
    assert case("negative-pool")["expected"]["result"] == split("negative-pool")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("alabama-1982-49", id="net_math_15_mar_1982_citing_saari_49"),
        pytest.param("alabama-1982-51", id="net_math_15_mar_1982_citing_saari_51"),
        pytest.param("alabama-blitzer-24", id="blitzer_thinking_mathematically_ch13_24"),
        pytest.param("alabama-blitzer-25", id="blitzer_thinking_mathematically_ch13_25"),
    ],
)
@pytest.mark.parametrize("method", ["largest_remainder", "webster"])
def test_the_alabama_paradox_as_published(name: str, method: AllocationMethod) -> None:
    assert case(name)["expected"][method] == split(name, method)


def test_found_by_search_pool_nonmonotone_3c() -> None:
    assert case("pool-nonmonotone-3c")["expected"]["largest_remainder"] == split("pool-nonmonotone-3c")


def test_constructed_waterfall_1_split_of_the_capped_pool() -> None:
    waterfall = case("waterfall-1")
    pool = Money(waterfall["expected"]["pool"], "EUR")
    weights = {
        f"supplier {place}": weight for place, weight in enumerate(waterfall["inputs"]["split_weights"], start=1)
    }

    split_of_pool = [f"{share.amount:.2f}" for share in allocate(pool, weights).shares.values()]

    assert waterfall["expected"]["split"] == split_of_pool


def test_iso_4217_minor_units() -> None:
    minor = case("iso4217-minor")

    assert minor["expected"]["digits"] == [decimals_of(code) for code in minor["inputs"]["codes"]]


@pytest.mark.parametrize("mode", ["half_even", "half_up"])
def test_ieee_754_half_even_beside_half_up(mode: RoundingMode) -> None:
    halves = case("half-even")
    currencies = {0: "JPY", 2: "EUR"}
    rounded = [
        Money(number, currencies[digits]).round(mode).amount
        for number, digits in zip(halves["inputs"]["x"], halves["inputs"]["digits"], strict=True)
    ]

    assert [Money(number, "EUR").amount for number in halves["expected"][mode]] == rounded
