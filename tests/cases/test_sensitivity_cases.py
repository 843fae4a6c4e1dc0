"""Published cases of weight sensitivity, exactly."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from makers import number, policy, scorecard

from supplychain_rules import Policy
from supplychain_rules.analysis.sensitivity import minimum_weight_changes, sensitivity
from supplychain_rules.analysis.sensitivity_report import RankFlip, WeightInterval
from supplychain_rules.analysis.weights import best_ranges, minimum_changes, ranking_ranges

CASES = Path(__file__).resolve().parents[2] / ".." / "shared" / "cases" / "scoring.json"

pytestmark = pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not beside the checkout")


def case(name: str) -> dict[str, Any]:
    listed = json.loads(CASES.read_text(encoding="utf-8"), parse_float=Decimal)
    found: dict[str, Any] = next(one for one in listed if one["name"] == name)
    return found


def exact(rows: list[list[object]]) -> list[list[Fraction]]:
    return [[Fraction(str(value)) for value in row] for row in rows]


def weighed(weights: list[object], *, decimals: int = 4) -> Policy:
    """Return a policy that weighs the inputs c0, c1, ... as they are."""
    criteria = [{"id": f"c{place}", "of": f"c{place}", "weight": str(w)} for place, w in enumerate(weights)]
    inputs = {f"c{place}": number(0, 100, decimals) for place in range(len(weights))}
    return policy(inputs, scorecard(*criteria, decimals=4))


def records(rows: list[list[object]], names: str) -> list[dict[str, object]]:
    return [
        {"name": name, **{f"c{place}": value for place, value in enumerate(row)}}
        for name, row in zip(names, rows, strict=True)
    ]


def overtaker(flips: tuple[object, ...]) -> object:
    found = [flip for flip in flips if isinstance(flip, RankFlip)]
    return found[0].record if found else None


def test_goodwin_and_wright_offices_have_the_weight_stability_intervals_of_the_book() -> None:
    given = case("goodwin_wright_weight_stability_intervals")
    found = best_ranges([Fraction(weight) for weight in given["weights"]], exact(given["matrix"]))

    assert given["expected"]["interval_exact"] == [[str(one.low), str(one.high)] for one in found]


def test_a_policy_names_who_takes_over_from_the_best_office_below_and_above() -> None:
    given = case("goodwin_wright_weight_stability_intervals")
    found = sensitivity(weighed(given["weights"]), records(given["matrix"], "ABCDEFG"), key="name")
    intervals: list[WeightInterval] = [one.best for one in found.criteria]

    assert given["expected"]["interval_exact"] == [[str(one.low), str(one.high)] for one in intervals]
    assert given["expected"]["takes_over_below"] == [overtaker(one.below) for one in intervals]
    assert given["expected"]["takes_over_above"] == [overtaker(one.above) for one in intervals]


def test_triantaphyllou_and_sanchez_find_the_least_change_of_each_weight_that_reverses_a_pair() -> None:
    given = case("triantaphyllou_sanchez_1997_min_weight_change")
    found = minimum_changes([Fraction(weight) for weight in given["weights"]], exact(given["matrix"]))
    feasible = [one for one in found if one.feasible]

    def shown(decrease: Fraction, relative: Fraction | None) -> tuple[Decimal, Decimal]:
        assert relative is not None
        return round(Decimal(float(decrease)), 9), round(Decimal(float(relative * 100)), 6)

    assert [
        (one["pair"], one["criterion"], round(one["abs"], 9), round(one["rel_pct"], 6))
        for one in given["expected"]["feasible_changes"]
    ] == [([one.ahead + 1, one.behind + 1], one.criterion + 1, *shown(one.decrease, one.relative)) for one in feasible]


def test_the_criterion_most_critical_to_the_best_and_to_any_pair_are_those_published() -> None:
    given = case("triantaphyllou_sanchez_1997_min_weight_change")
    found = minimum_weight_changes(weighed(given["weights"]), records(given["matrix"], "1234"), key="name")
    feasible = [one for one in found if one.feasible and one.relative is not None]
    anyone = min(feasible, key=lambda one: abs(one.relative or 0))
    top = min((one for one in feasible if one.ahead == "1"), key=lambda one: abs(one.relative or 0))

    expected = [
        (given["expected"][name]["pair"], given["expected"][name]["criterion"])
        for name in ("percent_any", "percent_top")
    ]
    assert expected == [
        ([int(str(one.ahead)), int(str(one.behind))], int(one.criterion[1:]) + 1) for one in (anyone, top)
    ]


def test_an_exact_tie_is_a_tie_and_any_change_of_a_weight_parts_it() -> None:
    given = case("decimal_tie_float_trap")
    found = sensitivity(weighed(given["weights"]), records(given["matrix"], "AB"), key="name")

    assert [("1/10", "1/10"), ("1/5", "1/5"), ("3/10", "3/10"), ("0", "1")] == [
        (str(one.ranking.low), str(one.ranking.high)) for one in found.criteria
    ]
    assert {"parts"} == {
        flip.kind for one in found.criteria for flip in one.ranking.above if isinstance(flip, RankFlip)
    }


# W8 of the supplier cases (a weighted point plan for cement): quality 25, delivery 50, price 25; lowest price / price.
CEMENT = {"A": ("66/78", "20/21", 10_000), "B": ("43/47", "1", 12_000), "C": ("66/68", "17/19", 15_000),
          "D": ("88/94", "24/26", 10_500), "E": ("52/59", "16/18", 13_000)}  # fmt: skip


def cement() -> list[list[Fraction]]:
    return [[Fraction(d) * 100, Fraction(q) * 100, Fraction(10_000, p) * 100] for q, d, p in CEMENT.values()]


def test_cement_vendors_a_and_b_swap_below_a_price_weight_of_24_714_percent_while_delivery_keeps_its_half() -> None:
    price = best_ranges([50, 25, 25], cement(), held=[0])[2]

    assert ("24.714", Fraction(1, 2), ((0, 1),)) == (f"{float(price.low * 100):.3f}", price.high, price.below)


def test_the_cement_policy_shows_the_same_flip_and_its_best_vendor() -> None:
    rows: list[list[object]] = [[f"{float(value):.4f}" for value in row] for row in cement()]
    found = sensitivity(weighed([50, 25, 25]), records(rows, "ABCDE"), key="name", held=["c0"])

    price = found.of("c2")
    assert "24.714 % … 50.000 %; below: B overtakes A" == price.best.text()
    assert (Fraction(0), Fraction(1, 2)) == (price.least, price.most)
    assert found.of("c0").held


def test_the_ranking_of_all_cement_vendors_is_less_stable_than_its_best() -> None:
    best, ranking = best_ranges([50, 25, 25], cement(), held=[0])[2], ranking_ranges([50, 25, 25], cement(), [0])[2]

    assert best.low < ranking.low < Fraction(1, 4) < ranking.high < best.high
