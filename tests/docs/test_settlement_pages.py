"""The pages on settlement and gain share name every kind of clause, every field of it and every finding."""

import re
from pathlib import Path
from typing import get_args

import attrs
import pytest

from supplychain_rules.partnership.sharing import CLAUSE_LABELS, SETTLEMENT_FINDINGS, Clause
from supplychain_rules.partnership.sharing.waterfall.analysing import SettlementFindingKind

ROOT = Path(__file__).resolve().parents[2]
RULEBOOK = ROOT / "docs" / "rulebook"

#: Fields that every clause has.
COMMON = {"id", "label"}


def page(name: str) -> str:
    return (RULEBOOK / name).read_text("utf-8")


@pytest.mark.parametrize("language", ["", ".zh"])
def test_every_kind_of_clause_and_every_field_of_it_stands_on_the_page(language: str) -> None:
    text = page(f"settlement{language}.md")
    rows = {row[1]: row[0] for row in re.finditer(r"^\| `(\w+)`.*$", text, re.MULTILINE) if row[1] != "kind"}

    assert list(CLAUSE_LABELS) == [kind.KIND for kind in get_args(Clause)]
    assert set(CLAUSE_LABELS) == set(rows)
    for kind in get_args(Clause):
        told = rows[kind.KIND] + text.partition("```python")[2].partition("```")[0]
        missing = {field.name for field in attrs.fields(kind)} - COMMON - set(re.findall(r"[a-z_]+", told))
        assert set() == missing


@pytest.mark.parametrize("language", ["", ".zh"])
def test_every_finding_stands_on_the_page_with_its_severity(language: str) -> None:
    assert list(get_args(SettlementFindingKind)) == list(SETTLEMENT_FINDINGS)
    rows = re.findall(r"^\| (`\w+`(?:(?:, |、)`\w+`)*) \| (\w+)", page(f"gain-share{language}.md"), re.MULTILINE)
    severities = {name: severity for names, severity in rows for name in re.findall(r"`(\w+)`", names)}

    assert dict.fromkeys(SETTLEMENT_FINDINGS) | severities == severities
    assert ["error", "error", *["warning"] * 6, *["info"] * 3] == [severities[kind] for kind in SETTLEMENT_FINDINGS]


def test_the_glossary_has_the_chinese_name_of_every_kind_of_clause_that_is_a_term() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    for kind in ("recoup", "bands", "dead_band", "hurdle", "catch_up", "clawback"):
        assert CLAUSE_LABELS[kind].zh in glossary
