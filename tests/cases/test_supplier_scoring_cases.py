"""Supplier scores of handbooks and systems, by the numbers of the collection (W1 to W33) that names them."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from makers import decided, number, policy, refusals, scorecard

from supplychain_rules import Policy, evaluate, evaluate_all

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"

SCORE = number(0, 100, 4)

RATING = {"type": "integer", "min": 1, "max": 5}


def published(label: str) -> None:
    """Skip where the collection is not here; otherwise its entry must still be there."""
    file = SHARED / "cases" / "supplier.md"
    if not file.is_file():
        pytest.skip("the shared cases are not here")
    assert f"\n- {label} " in file.read_text("utf-8")


def formula(text: str, decimals: int | None = None) -> dict[str, Any]:
    """Write a formula step named `result`."""
    return {"kind": "formula", "id": "result", "formula": text} | ({} if decimals is None else {"decimals": decimals})


def test_w1_sap_weighting_key() -> None:
    published("W1")
    step = scorecard(
        {"id": "price", "of": "price", "weight": 3}, {"id": "delivery", "of": "delivery", "weight": 1}, decimals=1
    )

    assert Decimal("82.5") == decided({"price": SCORE, "delivery": SCORE}, step, price=80, delivery=90)["score"]


def test_w2_sap_smoothing_factor() -> None:
    published("W2")
    step = formula("previous + (new - previous) * alpha")
    inputs = {"previous": SCORE, "new": SCORE, "alpha": number(0, 1, 1)}

    assert Decimal(74) == decided(inputs, step, previous=80, new=20, alpha=0.1)["result"]


@pytest.mark.parametrize(("standard", "expected"), [(20, 60), (60, 20)])
def test_w3_sap_date_variance_of_twelve_days(standard: int, expected: int) -> None:
    published("W3")
    day = {"type": "date", "min": "2000-01-01", "max": "2100-12-31"}
    inputs = {"due": day, "received": day, "standard": {"type": "integer", "min": 1, "max": 1000}}
    step = formula("round(days_between(due, received) * 100 / standard, 0)")
    record = {"due": "2025-11-15", "received": "2025-11-27", "standard": standard}

    assert Decimal(expected) == decided(inputs, step, **record)["result"]


@pytest.mark.parametrize(("factor", "expected"), [("0.1", "95.05"), ("0.001", "1.00")])
def test_w5_sap_complaints_by_the_share_of_turnover_that_may_be_claimed(factor: str, expected: str) -> None:
    published("W5")
    inputs = {
        "turnover": number(0, 100_000_000),
        "factor": number("0.001", 1, 3),
        "complaints": {"type": "integer", "min": 0, "max": 1000},
        "cost": number(0, 10_000),
    }
    step = formula("max(1, round(100 - round(99 * complaints * cost / (turnover * factor), 4), 2))")
    record = {"turnover": 1_000_000, "factor": factor, "complaints": 10, "cost": 500}

    assert Decimal(expected) == decided(inputs, step, **record)["result"]


def lots() -> Policy:
    """Return W8's rules: delivery 50, quality 25, price 25 per cent; price is the lowest over the offered."""
    count = {"type": "integer", "min": 0, "max": 1000}
    ratio = "round({} * 100 / {}, 9)".format
    steps = [
        {"kind": "formula", "id": "quality", "formula": ratio("good", "lots")},
        {"kind": "formula", "id": "delivery", "formula": ratio("on_time", "deliveries")},
        {"kind": "formula", "id": "price", "formula": ratio("lowest", "offered")},
        scorecard(
            {"id": "delivery", "of": "delivery", "weight": "50"},
            {"id": "quality", "of": "quality", "weight": "25"},
            {"id": "price", "of": "price", "weight": "25"},
        ),
    ]
    inputs = dict.fromkeys(("good", "lots", "on_time", "deliveries"), count)
    return policy({**inputs, "lowest": number(1, 100_000), "offered": number(1, 100_000)}, *steps)


def test_w8_weighted_points_of_five_suppliers_with_a_close_call() -> None:
    published("W8")
    suppliers = {
        "A": (66, 78, 20, 21, 10_000),
        "B": (43, 47, 16, 16, 12_000),
        "C": (66, 68, 17, 19, 15_000),
        "D": (88, 94, 24, 26, 10_500),
        "E": (52, 59, 16, 18, 13_000),
    }
    keys = ("good", "lots", "on_time", "deliveries", "offered")
    records = [{**dict(zip(keys, facts, strict=True)), "lowest": 10_000} for facts in suppliers.values()]
    scores = dict(zip(suppliers, (d["score"] for d in evaluate_all(lots(), records)), strict=True))
    expected = {"A": "93.77", "B": "93.71", "C": "85.67", "D": "93.37", "E": "85.71"}

    assert {name: Decimal(score) for name, score in expected.items()} == scores
    assert ["A", "B", "D", "E", "C"] == sorted(scores, key=lambda name: -scores[name])


@pytest.mark.parametrize(("ratings", "expected"), [((5, 2, 3, 2), "3.9"), ((4, 5, 4, 5), "4.3"), ((3, 5, 3, 4), "3.5")])
def test_w10_jolly_supplier_ratings(ratings: tuple[int, ...], expected: str) -> None:
    published("W10")
    names = [f"c{place}" for place in range(4)]
    criteria = [{"id": name, "of": name, "weight": w} for name, w in zip(names, (60, 20, 10, 10), strict=True)]
    inputs = dict.fromkeys(names, RATING)
    decision = decided(inputs, scorecard(*criteria, decimals=1), **dict(zip(names, ratings, strict=True)))

    assert Decimal(expected) == decision["score"]


@pytest.mark.parametrize(
    ("ratings", "weighted", "equal"),
    [((3, 5, 5), "4.600", "4.333"), ((4, 4, 3), "3.600", "3.667"), ((5, 4, 2), "3.400", "3.667")],
)
def test_w12_lincoln_lights_with_and_without_weights(ratings: tuple[int, ...], weighted: str, equal: str) -> None:
    published("W12")
    names = ("a", "b", "c")
    inputs = dict.fromkeys(names, RATING)
    record = dict(zip(names, ratings, strict=True))
    by_weight = [{"id": n, "of": n, "weight": w} for n, w in zip(names, (".2", ".4", ".4"), strict=True)]
    alike = [{"id": name, "of": name} for name in names]

    assert Decimal(weighted) == decided(inputs, scorecard(*by_weight, decimals=3), **record)["score"]
    assert Decimal(equal) == decided(inputs, scorecard(*alike, decimals=3), **record)["score"]


@pytest.mark.parametrize(
    ("value", "points"), [(90, 100), (91, 90), (92, 80), (93, 70), (100, 0), (45, 50), (0, 0), (89, "98.8889")]
)
def test_w14_ariba_tent_about_an_ideal_of_ninety(value: int, points: object) -> None:
    published("W14")
    tent = {"kind": "target", "target": 90, "low": 0, "high": 100}
    step = scorecard({"id": "kpi", "of": "kpi", "value": tent}, decimals=4)

    assert Decimal(str(points)) == decided({"kpi": number(0, 100)}, step, kpi=value)["score"]


def test_w16_ifs_bands_as_published_leave_a_value_between_them_without_a_band() -> None:
    published("W16")
    outputs = {"points": {"type": "integer"}}
    cells = {"[76..100]": 100, "[51..75]": 75, "[26..50]": 40, "[0..25]": 0}
    rows = [{"id": cell, "when": {"score": cell}, "then": {"points": points}} for cell, points in cells.items()]
    table = {"kind": "table", "id": "t", "when": ["score"], "outputs": outputs, "rows": rows}
    inputs = {"score": number(0, 100, 1)}

    assert [None, 100, 75] == [decided(inputs, table, score=s)["points"] for s in ("75.5", "76", "75")]


@pytest.mark.parametrize(
    ("score", "points"), [("75.5", 75), ("76", 100), ("100", 100), ("51", 75), ("50.9", 40), ("25.9", 0), ("0", 0)]
)
def test_w16_ifs_bands_as_steps_have_a_band_for_every_value(score: str, points: int) -> None:
    published("W16")
    bands = [{"from": 76, "points": 100}, {"from": 51, "points": 75}, {"from": 26, "points": 40}, {"points": 0}]
    step = scorecard({"id": "s", "of": "given", "value": {"kind": "bands", "bands": bands}})

    assert Decimal(points) == decided({"given": number(0, 100, 1)}, step, given=score)["score"]


@pytest.mark.parametrize(
    ("score", "band"),
    [
        ("89.5", "Acceptable"),
        ("90", "Preferred"),
        ("69.5", "Developmental"),
        ("70", "Acceptable"),
        ("100", "Preferred"),
    ],
)
def test_w16_driv_bands_have_no_hole_between_two_whole_numbers(score: str, band: str) -> None:
    published("W16")

    assert band == decided({"given": number(0, 100, 1)}, driv_ladder(), given=score)["band"]


def test_w16_a_ladder_whose_last_band_leaves_a_rest_is_refused() -> None:
    published("W16")
    bands = [{"name": "high", "from": 50}, {"name": "low", "from": 1}]
    step = {"kind": "ladder", "id": "band", "of": "given", "bands": bands}

    assert [("band_gap", "steps[0].bands[1]")] == refusals({"given": number(0, 100, 1)}, step)


@pytest.mark.parametrize(
    ("newest_first", "expected"),
    [((90, 80, 70), "80.6"), ((0, *[100] * 11), "84.6"), ((*[100] * 11, 0), "98.7"), ((), None)],
)
def test_w18_erpnext_weighting_of_periods_and_no_score_without_one(
    newest_first: tuple[int, ...], expected: str | None
) -> None:
    """A period's weight falls by a twelfth with its age: 12, 11, ... 1 from the newest to the oldest."""
    published("W18")
    periods = [f"p{age}" for age in range(12)]
    criteria = [{"id": name, "of": name, "weight": 12 - age} for age, name in enumerate(periods)]
    inputs = dict.fromkeys(periods, number(0, 100, 1, optional=True))
    record = dict(zip(periods, newest_first, strict=False))
    decision = decided(inputs, scorecard(*criteria, missing="reweight", decimals=1), **record)

    assert (None if expected is None else Decimal(expected)) == decision["score"]


def test_w21_iveco_without_a_certificate_is_red_whatever_the_score() -> None:
    published("W21")
    gate = {"kind": "gate", "id": "eligible", "checks": [{"id": "iso_certificate", "require": "certified"}]}
    bands = [{"name": "Green", "from": 80}, {"name": "Yellow", "from": 60}, {"name": "Red"}]
    ladder = {"kind": "ladder", "id": "colour", "of": "points", "bands": bands}
    status = {
        "kind": "formula",
        "id": "status",
        "formula": '"Red" if eligible == "fail" else colour',
    }
    rules = policy({"points": number(), "certified": {"type": "boolean", "optional": True}}, gate, ladder, status)

    assert "Red" == evaluate(rules, {"points": 92, "certified": False})["status"]
    assert "Red" == evaluate(rules, {"points": 92})["status"]
    assert "Green" == evaluate(rules, {"points": 92, "certified": True})["status"]
    assert "Green" == evaluate(rules, {"points": 92})["colour"]


def driv_ladder(**hysteresis: object) -> dict[str, Any]:
    """Write DRiV's bands, with hysteresis where it is given."""
    bands = [{"name": "Preferred", "from": 90}, {"name": "Acceptable", "from": 70}, {"name": "Developmental"}]
    step = {"kind": "ladder", "id": "band", "of": "given", "bands": bands}
    return step | ({"hysteresis": hysteresis} if hysteresis else {})


@pytest.mark.parametrize(
    ("scores", "standing"),
    [
        ((65, 68, 71, 66, 67), ["Acceptable"] * 5),
        ((65, 68, 66), ["Acceptable", "Acceptable", "Developmental"]),
    ],
)
def test_w32_driv_acts_in_the_third_month_running_below_seventy(scores: tuple[int, ...], standing: list[str]) -> None:
    published("W32")
    rules = policy(
        {
            "given": number(),
            "previous": {"type": "choice", "options": ["Preferred", "Acceptable", "Developmental"]},
            "months": {"type": "integer", "min": -3, "max": 3, "optional": True},
        },
        driv_ladder(previous="previous", held="months", periods=3, periods_up=1),
    )
    band, held = "Acceptable", None
    found = []
    for score in scores:
        decision = evaluate(rules, {"given": score, "previous": band, "months": held})
        band, held = decision["band"], decision["band_held"]
        found.append(band)

    assert standing == found


def test_w33_weights_of_eight_times_11_1_and_11_2_are_accepted_as_a_hundred() -> None:
    published("W33")
    names = [f"c{place}" for place in range(9)]
    weights = [11.1] * 8 + [11.2]
    criteria = [{"id": name, "of": name, "weight": w} for name, w in zip(names, weights, strict=True)]
    decision = decided(dict.fromkeys(names, SCORE), scorecard(*criteria), **dict.fromkeys(names, 100))
    shares = [Decimal(line["share"]) for line in decision.explain().to_dict()["steps"][0]["criteria"]]

    assert Decimal(100) == decision["score"]
    assert [Decimal("0.1110")] * 8 + [Decimal("0.1120")] == shares
    assert Decimal(1) == sum(shares)
