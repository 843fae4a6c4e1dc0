"""Price adjustment as published and constructed: FIDIC's formula and the two readings of a dead band."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from price_makers import clause, eur, index

from supplychain_rules import Money
from supplychain_rules.partnership.prices import DeadBand, IndexTerm, adjust

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"

JUNE = date(2026, 6, 20)


def case(name: str) -> dict[str, Any]:
    """Return one case of the shared collection."""
    file = SHARED / "cases" / "sharing.json"
    if not file.is_file():
        pytest.skip("the shared cases are not here")
    cases = json.loads(file.read_text("utf-8"))["cases"]
    return next(case for case in cases if case["id"] == name)


def test_fidic_1999_clause_13_8() -> None:
    given, expected = case("fidic-hand")["inputs"], case("fidic-hand")["expected"]
    names = ("labour", "equipment", "materials")
    terms = [
        IndexTerm(id=name, series=name, weight=weight, base_value=base)
        for name, (weight, _now, base) in zip(names, given["terms"], strict=True)
    ]
    now = [index(name, 6, value) for name, (_weight, value, _base) in zip(names, given["terms"], strict=True)]

    answer = adjust(clause(*terms, fixed=given["a"]), now, eur(given["certified"]), on=JUNE, as_of=JUNE)

    assert (Fraction(expected["Pn"]), eur(expected["adjusted"]), eur(expected["adjustment"])) == (
        answer.factor,
        answer.adjusted,
        answer.change,
    )


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("surcharge-excess-only", id="constructed_excess_over_threshold"),
        pytest.param("surcharge-full-once-triggered", id="constructed_full_move_once_triggered"),
        pytest.param("surcharge-down", id="constructed_as_us_dot_steel_clauses"),
    ],
)
def test_the_two_readings_of_a_dead_band(name: str) -> None:
    given = case(name)["inputs"]
    weight, threshold = (Fraction(given[key].rstrip("%")) / 100 for key in ("material_weight", "threshold"))
    band = DeadBand(up=threshold, down=threshold, mode="full" if given["mode"].startswith("full") else "excess")
    term = IndexTerm(id="steel", series="S", weight=weight, base_value=given["base_index"])

    answer = adjust(
        clause(term, fixed=1 - weight, dead_band=band),
        [index("S", 6, given["index"])],
        Money(given["base_price"], "EUR"),
        on=JUNE,
        as_of=JUNE,
    )

    assert eur(case(name)["expected"]["price"]) == answer.adjusted
