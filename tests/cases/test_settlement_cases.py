"""Published and constructed settlements: NEC4 share ranges, FPIF, CPIF, a target moved, a dead band, a waterfall."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import pytest

from supplychain_rules.partnership.sharing import (
    Band,
    Bands,
    Cap,
    Charge,
    IncentiveFee,
    SettlementPolicy,
    Split,
    adjust_base,
    compile_policy,
    dead_band,
    settle,
    share_ranges,
)
from supplychain_rules.values.money import Money
from supplychain_rules.values.piecewise import Piecewise, compose
from supplychain_rules.values.piecewise_questions import jumps, where_slope

Mode = Literal["excess_only", "in_full"]

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"


def case(name: str) -> dict[str, Any]:
    """Return one case of the shared collection."""
    file = SHARED / "cases" / "sharing.json"
    if not file.is_file():
        pytest.skip("the shared cases are not here")
    cases = json.loads(file.read_text("utf-8"))["cases"]
    return next(case for case in cases if case["id"] == name)


def ranges_of(text: str) -> list[tuple[str | None, str]]:
    """Read share ranges as the cases print them: `<80%:15%, 80-90%:30%, >90%:50%`."""
    found: list[tuple[str | None, str]] = []
    for part in text.split(","):
        where, _, share = part.strip().partition(":")
        if where.startswith(">"):
            found.append((None, share))
        else:
            found.append((where.lstrip("<").rpartition("-")[2].rstrip("%") + "%", share))
    return found


def nec4(inputs: dict[str, Any]) -> SettlementPolicy:
    ranges = ranges_of(inputs["share_ranges"])
    return SettlementPolicy(
        id="ECC option C",
        version="1",
        currency="GBP",
        outturn="cost",
        base=Money(inputs["total_of_the_prices"], "GBP"),
        parties=["contractor", "client"],
        clauses=[share_ranges("54.1", to="contractor", others="client", ranges=ranges)],
    )


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("nec4-c-700000", id="nec4_ecc_54_1_700000"),
        pytest.param("nec4-c-850000", id="nec4_ecc_54_1_850000"),
        pytest.param("nec4-c-1050000", id="nec4_ecc_54_1_1050000"),
        pytest.param("nec4-c-narrow-950000", id="reachback_14954_narrow_950000"),
        pytest.param("nec4-c-narrow-1020000", id="reachback_14954_narrow_1020000"),
    ],
)
def test_nec4_option_c_share_ranges(name: str) -> None:
    nec = case(name)

    settled = settle(nec4(nec["inputs"]), {"outturn": Money(nec["inputs"]["pwdd"], "GBP")})

    assert Money(nec["expected"]["contractor_share"], "GBP") == settled["contractor"]
    assert Money(nec["expected"]["final_payment"], "GBP") == settled.paid_to("contractor")


def test_reachback_17290_a_compensation_event_moves_the_target() -> None:
    event = case("nec-target-ce")
    target = Money(event["inputs"]["target"], "GBP")
    before = nec4({"total_of_the_prices": target.amount, "share_ranges": "<80%:15%, >80%:50%"})

    after = adjust_base(before, {"compensation event": Money(event["inputs"]["compensation_event"], "GBP")})

    assert Money(event["expected"]["target"], "GBP") == after.base


def incentive(inputs: dict[str, Any], share: str, **bounds: Money) -> SettlementPolicy:
    """Return a contract whose buyer has what the supplier leaves of the target price."""
    cost = Money(inputs["target_cost"], "USD")
    fee = Money(inputs.get("target_fee", inputs.get("target_profit")), "USD")
    return SettlementPolicy(
        id="incentive",
        version="1",
        currency="USD",
        outturn="cost",
        base=cost + fee,
        parties=["supplier", "buyer"],
        clauses=[
            IncentiveFee(id="fee", to="supplier", target_cost=cost, target_fee=fee, under=share, **bounds),
            Split(id="the buyer's", weights={"buyer": 1}),
        ],
    )


@pytest.mark.parametrize(
    "name",
    [pytest.param("cpif-900", id="wikipedia_cpif_900"), pytest.param("cpif-1000", id="wikipedia_cpif_1000")],
)
def test_cost_plus_incentive_fee(name: str) -> None:
    cpif = case(name)
    cost = Money(cpif["inputs"]["actual_cost"], "USD")

    settled = settle(incentive(cpif["inputs"], "20%"), {"outturn": cost})

    assert "80%" == cpif["inputs"]["buyer_share"]
    assert Money(cpif["expected"]["fee"], "USD") == settled["supplier"]
    assert Money(cpif["expected"]["price"], "USD") == settled.paid_to("supplier")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("fpif-mnc", id="mnccertified_fpif"),
        pytest.param("fpif-900000", id="far_16_403_1_below_the_target"),
        pytest.param("fpif-1150000", id="far_16_403_1_beyond_the_point_of_total_assumption"),
    ],
)
def test_fixed_price_incentive(name: str) -> None:
    fpif = case(name)
    inputs, expected = fpif["inputs"], fpif["expected"]
    contract = incentive(inputs, f"{inputs['share'].partition('/')[2]}%", ceiling=Money(inputs["ceiling"], "USD"))

    settled = settle(contract, {"outturn": Money(inputs["actual_cost"], "USD")})

    assert Money(expected["profit"], "USD") == settled["supplier"]
    assert Money(expected["price"], "USD") == settled.paid_to("supplier")
    if "pta" in expected:
        assert f"> {expected['pta']}" == str(
            where_slope(compile_policy(contract)["supplier"], lambda slope: slope == -1)
        )


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        pytest.param("surcharge-excess-only", "excess_only", id="constructed_excess_over_the_threshold"),
        pytest.param("surcharge-full-once-triggered", "in_full", id="constructed_full_move_once_triggered"),
        pytest.param("surcharge-down", "excess_only", id="constructed_as_us_dot_steel_clauses"),
    ],
)
def test_dead_band_of_a_surcharge(name: str, mode: Mode) -> None:
    surcharge = case(name)
    price = price_by_index(surcharge["inputs"], mode)

    assert Fraction(surcharge["expected"]["price"]) == price.at(surcharge["inputs"]["index"])


def price_by_index(inputs: dict[str, Any], mode: Mode) -> Piecewise:
    """Return the price as a function of the index."""
    band = Fraction(inputs["threshold"].rstrip("%")) / 100
    weight = Fraction(inputs["material_weight"].rstrip("%")) / 100
    move = Piecewise.line(Fraction(1, inputs["base_index"]), -1)
    return (compose(dead_band(band, band, mode), move) * weight + 1) * inputs["base_price"]


def test_constructed_the_cliff_of_the_surcharge_is_where_the_case_says() -> None:
    surcharge = case("surcharge-full-once-triggered")
    price = price_by_index(surcharge["inputs"], "in_full")

    assert [100, Fraction("102.004")] == [price.at(525), price.at("525.05")]
    assert [475, 525] == [jump.at for jump in jumps(price)]
    assert [Fraction(2), Fraction(2)] == [jump.size for jump in jumps(price)]


def test_constructed_waterfall_1() -> None:
    waterfall = case("waterfall-1")
    inputs, expected = waterfall["inputs"], waterfall["expected"]
    suppliers = [f"supplier {place}" for place in (1, 2, 3)]
    damages = inputs["ld_supplier_2"]
    bands = [
        Band(high=high, shares={"suppliers": share, "buyer": f"{100 - int(share.rstrip('%'))}%"})
        for high, share in ranges_of(inputs["bands"])
    ]
    policy = SettlementPolicy(
        id="waterfall",
        version="1",
        currency="EUR",
        outturn="cost",
        base=Money(inputs["target"], "EUR"),
        parties=[*suppliers, "buyer"],
        groups=["suppliers"],
        clauses=[
            Bands(id="ranges", bands=bands),
            Cap(id="pool cap", on="suppliers", at=Money(inputs["supplier_pool_cap"], "EUR"), to="buyer"),
            Split(id="members", of="suppliers", weights=dict(zip(suppliers, inputs["split_weights"], strict=True))),
            Charge(
                id="late delivery",
                by="supplier 2",
                to="buyer",
                rate=Money(damages["rate_per_day"], "EUR"),
                actual="days late",
                cap=Money(damages["cap"], "EUR"),
            ),
        ],
    )

    settled = settle(policy, {"outturn": Money(inputs["outturn"], "EUR"), "days late": damages["days"]})

    lines = {line.clause: line for line in settled.trace}
    assert Money(expected["saving"], "EUR") == settled.pool
    assert Fraction(expected["pool_before_cap"]) == lines["ranges"].moves["suppliers"]
    assert Fraction(expected["returned_to_buyer_by_cap"]) == lines["pool cap"].moves["buyer"]
    assert Fraction(expected["pool"]) == -lines["members"].moves["suppliers"]
    assert Fraction(expected["ld"]) == lines["late delivery"].moves["buyer"]
    assert expected["supplier_net"] == [f"{settled[supplier].amount:.2f}" for supplier in suppliers]
    assert Money(expected["buyer_net"], "EUR") == settled["buyer"]
