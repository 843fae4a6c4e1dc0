"""Rule sets with one fault each, which `verify` must find where it is, and sound ones, of which it must say nothing.

The first lines of a file say in words what is wrong, and `# finds:` what is expected: severity, kind and path. A line
`# another version:` stands for the same rules in force at another time.
"""

import re
import tomllib
from pathlib import Path

import attrs
import pytest

from supplychain_rules import InputError, Policy, load_policy
from supplychain_rules.analysis.findings import FINDING_KINDS, Finding
from supplychain_rules.analysis.verify import verify
from supplychain_rules.language.entry import ROWS_CONFLICT
from supplychain_rules.rules.evaluate import evaluate_all
from supplychain_rules.rules.policy import Effective
from supplychain_rules.values.dates import parse_date

HERE = Path(__file__).resolve().parent
BAD = sorted((HERE / "bad").glob("*.toml"))
GOOD = sorted((HERE / "good").glob("*.toml"))

FINDS = re.compile(r"^# finds: (\w+) (\w+) (\S+)$", re.MULTILINE)
VERSION = re.compile(r"^# another version: (\S+) from (\S+)(?: until (\S+))?$", re.MULTILINE)

#: Beside these, a faulty rule set may be told what is worth a look; nothing graver.
GRAVE = ("error", "warning", "undecided")


def policy_at(path: Path) -> Policy:
    return load_policy(tomllib.loads(path.read_text(encoding="utf-8")))


def found_in(path: Path) -> tuple[Finding, ...]:
    policy = policy_at(path)
    others = []
    for version, begin, end in VERSION.findall(path.read_text(encoding="utf-8")):
        effective = Effective(from_=parse_date(begin), until=parse_date(end) if end else None)
        others.append(attrs.evolve(policy, version=version, effective=effective))
    return verify(policy, versions=others)


def expected_at(path: Path) -> set[tuple[str, str, str]]:
    return set(FINDS.findall(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_planted_fault_is_found_where_it_is_and_nothing_graver_beside_it(path: Path) -> None:
    expected = expected_at(path)
    found = {(finding.severity, finding.kind, finding.path) for finding in found_in(path)}

    assert expected <= found
    assert {one for one in found if one[0] in GRAVE} <= expected


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_witness_of_a_planted_fault_is_a_record_that_the_rules_take(path: Path) -> None:
    policy = policy_at(path)
    for finding in found_in(path):
        if finding.witness is None:
            continue
        refused: list[str] = []
        try:
            evaluate_all(policy, [finding.witness])
        except InputError as error:
            refused = [problem.code for problem in error.problems]
        assert refused == ([ROWS_CONFLICT] if (finding.kind, finding.severity) == ("overlap", "error") else [])


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_nothing_is_said_of_a_sound_rule_set(path: Path) -> None:
    assert [] == [str(finding) for finding in found_in(path)]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_finding_reads_in_both_languages(path: Path) -> None:
    for finding in found_in(path):
        assert finding.message.en
        assert re.search(r"[\u4e00-\u9fff]", finding.message.zh)


def test_every_kind_of_finding_has_a_rule_set_with_that_fault() -> None:
    planted = {kind for path in BAD for _, kind, _ in expected_at(path)}

    assert set(FINDING_KINDS) == planted


def test_there_are_forty_faulty_rule_sets_and_twenty_sound_ones() -> None:
    assert len(BAD) >= 40
    assert len(GOOD) >= 20
