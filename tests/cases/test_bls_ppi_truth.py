"""US producer price indexes: the means of 2020 and 2022 and their change, of every series of the truth file.

Source: US Bureau of Labor Statistics (public domain); figures and definitions from `truth.json` beside the data.
"""

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from purchases import shown

from supplychain_rules.facts.prices import IndexValue
from supplychain_rules.measures import index_change, index_mean
from supplychain_rules.values.period import Period

BLS = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "bls_ppi"

pytestmark = pytest.mark.skipif(not BLS.exists(), reason="the shared data folder is not beside the checkout")

#: The day of the snapshot: the only edition that the file has.
KNOWN_ON = date(2023, 12, 17)


@pytest.fixture(scope="module")
def by_series() -> dict[str, list[IndexValue]]:
    found: dict[str, list[IndexValue]] = {}
    with (BLS / "ppi_long.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["value"]:  # two months are missing
                name, on = row["series_id"], date.fromisoformat(row["date"])
                value = IndexValue(series=name, on=on, value=row["value"], known_on=KNOWN_ON)
                found.setdefault(name, []).append(value)
    return found


@pytest.fixture(scope="module")
def truth() -> list[dict[str, Any]]:
    loaded = json.loads((BLS / "truth.json").read_text(encoding="utf-8"), parse_float=Decimal)
    rows: list[dict[str, Any]] = loaded["tables"]["series"]["rows"]
    return rows


def test_bls_every_series_has_its_published_means_and_change(
    truth: list[dict[str, Any]], by_series: dict[str, list[IndexValue]]
) -> None:
    y2020, y2022 = Period.year(2020), Period.year(2022)
    found = []
    for row in truth:
        name, values = row["series_id"], by_series[row["series_id"]]
        means = [shown(index_mean(values, name, year)) for year in (y2020, y2022)]
        found.append((name, *means, shown(index_change(values, name, before=y2020, after=y2022))))
    expected = [(row["series_id"], row["avg_2020"], row["avg_2022"], row["change_avg_2020_2022"]) for row in truth]
    assert 17 == len(expected)
    assert expected == found
