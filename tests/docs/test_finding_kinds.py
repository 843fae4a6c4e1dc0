"""docs/reference/findings.md lists every kind of finding once, with the severities that the source gives it."""

import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from supplychain_rules import load_policy
from supplychain_rules.analysis.findings import FINDING_KINDS, SEVERITIES
from supplychain_rules.analysis.verify import verify

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "findings.md").read_text("utf-8")

#: A kind's heading, the line with its names and severities, and its section.
SECTIONS = re.findall(r"^### `(\w+)`\n(.+)\n((?:(?!^### ).*\n)*)", PAGE, re.MULTILINE)


def test_the_page_lists_every_kind_once_and_in_order() -> None:
    assert list(FINDING_KINDS) == [kind for kind, _, _ in SECTIONS]


@pytest.mark.parametrize(("kind", "line", "section"), SECTIONS, ids=[kind for kind, _, _ in SECTIONS])
def test_a_kind_has_its_names_a_severity_an_example_and_a_way_out(kind: str, line: str, section: str) -> None:
    assert f"{FINDING_KINDS[kind].en} · {FINDING_KINDS[kind].zh} · " in line
    assert any(severity in line for severity in SEVERITIES)
    assert "\n- Example: " in section
    assert "\n- Way out: " in section


def test_the_page_names_every_severity_that_the_planted_faults_show() -> None:
    lines = {kind: line for kind, line, _ in SECTIONS}
    shown: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "tests" / "findings" / "bad").glob("*.toml")):
        for finding in verify(load_policy(tomllib.loads(path.read_text("utf-8"))), budget=3_000):
            shown[finding.kind].add(finding.severity)

    assert [] == [(kind, one) for kind, found in sorted(shown.items()) for one in found if one not in lines[kind]]
