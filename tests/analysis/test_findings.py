"""A finding is data: it can be shown in both languages, compared, kept and sent."""

import pickle
from typing import get_args

from supplychain_rules.analysis.findings import FINDING_KINDS, SEVERITIES, Finding, FindingKind
from supplychain_rules.values.label import Label

GAP = Finding(
    kind="gap",
    severity="error",
    path="steps[0].rows",
    message=Label("no row hits", "无规则行命中"),
    witness={"rate": 84},
)


def test_a_finding_reads_as_one_line_with_its_witness() -> None:
    assert "error at steps[0].rows: no row hits; for example rate=84 [gap]" == str(GAP)


def test_a_finding_reads_in_chinese() -> None:
    assert "错误（steps[0].rows）：无规则行命中；例如 rate=84 [gap]" == GAP.text("zh")


def test_a_finding_about_the_whole_rule_set_says_so() -> None:
    finding = Finding(kind="version_gap", severity="error", path="", message=Label("a month", "一个月"))

    assert "error at rule set: a month [version_gap]" == finding.text()


def test_a_finding_can_be_kept_and_read_again() -> None:
    assert GAP == pickle.loads(pickle.dumps(GAP))  # noqa: S301  our own bytes


def test_a_witness_does_not_change_with_the_record_it_was_made_of() -> None:
    record = {"rate": 84}
    finding = Finding(kind="gap", severity="error", path="", message=Label("x"), witness=record)
    record["rate"] = 0

    assert {"rate": 84} == finding.witness


def test_every_kind_has_a_name_in_both_languages_and_the_gravest_severity_comes_first() -> None:
    assert list(get_args(FindingKind)) == list(FINDING_KINDS)
    assert all(label.en and label.zh for label in FINDING_KINDS.values())
    assert "error" == SEVERITIES[0]
