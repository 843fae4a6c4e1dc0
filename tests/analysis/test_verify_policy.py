"""Findings in a policy as a whole: inputs, cases, versions."""

from datetime import date
from typing import Any

import attrs
import pytest
from short_rules import choice, found, integer, kinds, ladder, rules, table

from supplychain_rules import InvalidValueError, Policy
from supplychain_rules.analysis.verify import verify
from supplychain_rules.rules.policy import Effective

GRADED = rules({"score": integer(0, 100)}, ladder("score"))


def version(name: str, begin: date | None, end: date | None) -> Policy:
    return attrs.evolve(GRADED, version=name, effective=Effective(from_=begin, until=end))


def year(number: int) -> Policy:
    return version(str(number), date(number, 1, 1), date(number + 1, 1, 1))


def case(name: str, score: int, action: str | None) -> dict[str, Any]:
    return {"id": name, "given": {"score": score}, "expect": {"action": action}}


def test_an_input_that_no_step_reads_is_named() -> None:
    policy = rules({"score": integer(0, 100), "employees": integer(0, 9)}, ladder("score"))

    assert [("unread_input", "inputs.employees")] == kinds(policy)


def test_an_input_that_only_a_comparison_reads_is_read() -> None:
    policy = rules({"score": integer(0, 100)}, {"kind": "share", "id": "part", "of": "score"})

    assert [] == kinds(policy)


def test_rows_without_a_case_are_named_once_there_are_cases() -> None:
    step = table(({"score": ">= 60"}, "grow"), ({"score": "< 60"}, "keep"))

    assert [] == kinds(rules({"score": integer(0, 100)}, step))
    (finding,) = found(rules({"score": integer(0, 100)}, step, cases=[case("good", 80, "grow")]), "row_without_case")
    assert "no case hits 'r1'" == finding.message.en


def test_a_case_of_otherwise_covers_it_and_one_without_any_answer_does_not() -> None:
    step = table(({"score": ">= 60"}, "grow"), otherwise={"action": "keep"})
    silent = {**step, "otherwise": {"action": None}, "outputs": {"action": choice("grow")}}
    cases = [case("good", 80, "grow")]

    says = rules({"score": integer(0, 100)}, step, cases=[*cases, case("poor", 5, "keep")])
    says_nothing = rules({"score": integer(0, 100)}, silent, cases=[*cases, case("poor", 5, None)])

    assert [] == kinds(says)
    assert [{"score": 5}] == [finding.witness for finding in found(says_nothing, "case_without_row")]


def test_versions_that_meet_have_no_finding_in_whatever_order_they_come() -> None:
    assert () == verify(year(2025), versions=[year(2026), year(2024)])


def test_a_version_may_stand_among_its_own_versions() -> None:
    assert () == verify(year(2025), versions=[year(2024), year(2025)])


def test_a_hole_between_versions_is_an_error_with_its_days() -> None:
    (finding,) = verify(year(2024), versions=[year(2026)])

    assert ("version_gap", "error", "effective") == (finding.kind, finding.severity, finding.path)
    assert "from 2025-01-01 until 2026-01-01" in finding.message.en


def test_an_old_version_without_an_end_overlaps_with_every_later_one() -> None:
    endless = version("old", None, None)

    found_ = verify(endless, versions=[year(2025), year(2026)])

    assert ["version_overlap", "version_overlap"] == [finding.kind for finding in found_]


def test_a_version_of_another_policy_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="not a version of 'short'"):
        verify(GRADED, versions=[attrs.evolve(GRADED, id="another")])
