"""Published rating tables whose bands leave holes: found with a value in the hole, or not to be written at all.

Supplier ratings as their vendors print them: IFS (76-100, 51-75, 26-50, 0-25), DRiV (90-100, 70-89, below 70), Infor
(80-100, below 79), ERPNext's default scorecard standings, which end below 100.
"""

import itertools
from decimal import Decimal
from typing import Any

import pytest

from supplychain_rules import PolicyError, evaluate, load_policy
from supplychain_rules.analysis.verify import verify

#: The published bands, as the closed ranges of whole numbers that they are printed as, and the value without a band.
PUBLISHED = {
    "IFS": (["[76..100]", "[51..75]", "[26..50]", "[0..25]"], "75.5"),
    "DRiV, the upper hole": (["[90..100]", "[70..89]", "[0..70)"], "89.5"),
    "DRiV, the lower hole": (["[90..100]", "[70..90)", "[0..69]"], "69.5"),
    "Infor": (["[80..100]", "[0..79]"], "79.5"),
    "ERPNext": (["[80..100)", "[50..80)", "[30..50)", "[0..30)"], "100.0"),
}


def rules(step: dict[str, Any]) -> dict[str, Any]:
    inputs = {"score": {"type": "number", "decimals": 1, "min": "0", "max": "100"}}
    return {"schema": "supplychain-rules/1", "id": "published", "version": "1", "inputs": inputs, "steps": [step]}


def table(bands: list[str]) -> dict[str, Any]:
    outputs = {"standing": {"type": "integer", "min": 1, "max": 9}}
    rows = [{"id": f"r{n}", "when": {"score": band}, "then": {"standing": n}} for n, band in enumerate(bands, 1)]
    return rules({"kind": "table", "id": "rate", "hit": "unique", "when": ["score"], "outputs": outputs, "rows": rows})


@pytest.mark.parametrize(("bands", "hole"), PUBLISHED.values(), ids=PUBLISHED)
def test_a_published_table_with_a_hole_is_found_with_that_very_score(bands: list[str], hole: str) -> None:
    policy = load_policy(table(bands))

    findings = verify(policy)

    assert [("gap", {"score": Decimal(hole)})] == [(finding.kind, finding.witness) for finding in findings]
    assert None is evaluate(policy, {"score": hole})["standing"]


@pytest.mark.parametrize("bands", [bands for bands, _ in PUBLISHED.values()], ids=PUBLISHED)
def test_the_same_table_with_half_open_bands_has_no_finding(bands: list[str]) -> None:
    lows = [band[1:].partition("..")[0] for band in bands]
    closed = [f">= {lows[0]}", *(f"[{low}..{high})" for high, low in itertools.pairwise(lows))]

    assert () == verify(load_policy(table(closed)))


def test_a_ladder_with_two_edges_for_a_band_cannot_be_written() -> None:
    bands = [{"name": "best", "from": "76", "to": "100"}, {"name": "good", "from": "51", "to": "75"}, {"name": "rest"}]

    with pytest.raises(PolicyError) as refusal:
        load_policy(rules({"kind": "ladder", "id": "rate", "of": "score", "bands": bands}))

    assert "mixed_thresholds" in {problem.code for problem in refusal.value.problems}


def test_a_ladder_whose_last_band_ends_above_the_least_score_cannot_be_written() -> None:
    bands = [{"name": "best", "from": "80"}, {"name": "rest", "from": "0.5"}]

    with pytest.raises(PolicyError) as refusal:
        load_policy(rules({"kind": "ladder", "id": "rate", "of": "score", "bands": bands}))

    assert {"band_gap"} == {problem.code for problem in refusal.value.problems}
