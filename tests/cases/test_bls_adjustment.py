"""A price adjusted by real producer price indexes: steel and power, the mean of three months over January 2020.

Source: US Bureau of Labor Statistics (public domain). Computed by hand from the file: steel (WPU101) 417.852, 433.525
and 433.252 over 212.1; power (WPU054) 225.41, 223.78 and 222.712 over 209.7.
"""

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from supplychain_rules import Money
from supplychain_rules.facts.prices import IndexValue
from supplychain_rules.partnership.prices import AdjustmentClause, BaseRule, CurrentRule, EditionRule, IndexTerm, adjust

BLS = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "bls_ppi"

pytestmark = pytest.mark.skipif(not BLS.exists(), reason="the shared data folder is not beside the checkout")

#: The day of the snapshot: the only edition that the file has.
KNOWN_ON = date(2023, 12, 17)


@pytest.fixture(scope="module")
def indices() -> list[IndexValue]:
    with (BLS / "ppi_long.csv").open(encoding="utf-8", newline="") as file:
        return [
            IndexValue(
                series=row["series_id"], on=date.fromisoformat(row["date"]), value=row["value"], known_on=KNOWN_ON
            )
            for row in csv.DictReader(file)
            if row["value"] and row["series_id"] in {"WPU101", "WPU054"}
        ]


def test_bls_castings_delivered_in_january_2022(indices: list[IndexValue]) -> None:
    edition = EditionRule(kind="latest")
    castings = AdjustmentClause(
        id="castings",
        currency="USD",
        fixed="0.5",
        terms=[
            IndexTerm(id="steel", series="WPU101", weight="0.35"),
            IndexTerm(id="power", series="WPU054", weight="0.15"),
        ],
        base=BaseRule(month=date(2020, 1, 1), edition=edition),
        current=CurrentRule(lag_months=1, average_months=3, edition=edition),
    )

    answer = adjust(castings, indices, Money(10_000, "USD"), on=date(2022, 1, 15), as_of=date(2024, 1, 1))

    steel, power = Fraction("1284.629") / Fraction("636.3"), Fraction("671.902") / Fraction("629.1")
    assert Fraction("0.5") + Fraction("0.35") * steel + Fraction("0.15") * power == answer.factor
    assert Money("13668.22", "USD") == answer.adjusted
