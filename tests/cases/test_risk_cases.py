"""Risk as published and constructed: HHI, the number of suppliers, VaR and CVaR, Altman's Z, FMEA's equal products."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from risk_makers import risk_policy

from supplychain_rules import Label, Money, evaluate, load_policy
from supplychain_rules.partnership.risks import (
    LossDistribution,
    RiskScale,
    RiskScales,
    RpnBand,
    RpnBands,
    altman_z,
    cvar,
    expected_loss,
    hhi,
    how_many_suppliers,
    risk_rules,
    supply_concentration,
    var,
)

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"


def case(name: str) -> dict[str, Any]:
    """Return one case of the shared collection."""
    file = SHARED / "cases" / "sharing.json"
    if not file.is_file():
        pytest.skip("the shared cases are not here")
    cases = json.loads(file.read_text("utf-8"))["cases"]
    return next(case for case in cases if case["id"] == name)


def test_the_hhi_by_its_definition() -> None:
    given = case("hhi")

    shares = given["inputs"]["shares_pct"]
    found = supply_concentration({f"supplier {place}": share for place, share in enumerate(shares)})
    assert Fraction(given["expected"]["hhi"]) == hhi(shares)

    assert (Fraction(given["expected"]["hhi"]), Fraction(given["expected"]["effective_n"])) == (
        found.hhi,
        found.effective_number,
    )


def test_w24_the_class_of_an_hhi_depends_on_the_edition() -> None:
    doj = supply_concentration({"a": 30, "b": 30, "c": 20, "d": 20})
    equal = supply_concentration(dict.fromkeys("abcd", 25))

    assert (2600, "high", "high") == (doj.hhi, doj.class_by("doj_2010"), doj.class_by("doj_2023"))
    assert (2500, "moderate", "high") == (equal.hhi, equal.class_by("doj_2010"), equal.class_by("doj_2023"))


def test_how_many_suppliers_heizer_render_after_berger_gerstenfeld_zeng_2004() -> None:
    given = case("suppliers-heizer-geng")
    inputs = given["inputs"]

    found = how_many_suppliers(
        super_event=inputs["super_event"],
        unique_event=inputs["unique_event"],
        loss=Money(inputs["loss"], "USD"),
        cost_per_supplier=Money(inputs["cost_per_supplier"], "USD"),
        most=inputs["max_n"],
    )

    assert [Fraction(cost) for cost in given["expected"]["expected_cost"]] == [
        each.expected_cost for each in found.counts
    ]
    assert given["expected"]["best_n"] == found.best
    assert "80636.8" == found.to_dict()["counts"][2]["expected_cost"]


def test_var_and_cvar_rockafellar_uryasev_2000() -> None:
    given, expected = case("var-cvar")["inputs"], case("var-cvar")["expected"]
    losses = LossDistribution([tuple(pair) for pair in given["losses"]])

    assert expected["expected"] == expected_loss(losses)
    assert [(expected[f"var{level[2:]}"], expected[f"cvar{level[2:]}"]) for level in given["alpha"]] == [
        (var(losses, level), cvar(losses, level)) for level in given["alpha"]
    ]


def test_altman_1968() -> None:
    given = case("altman-z")

    assert (Fraction(given["expected"]["z"]), "safe") == (
        (score := altman_z(given["inputs"], variant="1968_public")).z,
        score.zone,
    )
    assert Fraction("3.0888") == altman_z(given["inputs"], variant="1968_public_0999").z


def ten() -> RiskScale:
    return RiskScale(levels=[Label(f"level {level}") for level in range(1, 11)])


@pytest.mark.parametrize(
    ("severity", "occurrence", "detection", "rpn", "risk_class"),
    [
        pytest.param(9, 3, 5, 135, "high", id="quasist_severe"),
        pytest.param(5, 9, 3, 135, "medium", id="quasist_frequent"),
        pytest.param(10, 2, 2, 40, "high", id="quasist_most_severe"),
        pytest.param(9, 2, 3, 54, "high", id="nirmiq_severe"),
        pytest.param(3, 6, 6, 108, "medium", id="nirmiq_frequent"),
    ],
)
def test_w29_equal_numbers_are_not_equal_risks(
    severity: int, occurrence: int, detection: int, rpn: int, risk_class: str
) -> None:
    scales = RiskScales(likelihood=ten(), impact=ten(), detectability=ten())
    bands = [RpnBand(from_rpn=200, risk_class="high"), RpnBand(from_rpn=80, risk_class="medium")]
    policy = risk_policy(RpnBands(bands=bands, gate_impact=9, gate_class="high"), scales=scales)

    decision = evaluate(
        load_policy(risk_rules(policy)), {"impact": severity, "likelihood": occurrence, "detectability": detection}
    )

    assert (rpn, risk_class) == (decision["rpn"], decision["risk_class"])
