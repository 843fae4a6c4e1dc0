"""Findings in a policy as a whole: inputs that nobody reads, cases, and versions that do not fit each other."""

import itertools
from datetime import date

from supplychain_rules.analysis.inspection import Inspection, listed
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.entry import read_record
from supplychain_rules.language.nodes import names_in
from supplychain_rules.language.program import INNER
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.table import TableStep

__all__ = ["inspect_cases", "inspect_inputs", "inspect_versions"]


def inspect_inputs(inspection: Inspection) -> None:
    """Look for inputs that no step reads."""
    program = inspection.policy.program
    read = {name.name for binding in program.bindings for name in names_in(binding.value.node)}
    read |= {population.of for population in program.populations}
    read |= {name for population in program.populations for name in population.within}
    for field in program.inputs:
        if field.name not in read:
            message = (f"no step reads '{field.name}'", f"没有步骤读取“{field.name}”")
            inspection.report("unread_input", "warning", f"inputs.{field.name}", message)


def inspect_cases(inspection: Inspection) -> None:
    """Look for cases that hit no row of any table, and for rows that no case hits."""
    policy = inspection.policy
    fired = {
        step.id: f"{step.id}{INNER}row"
        for step in policy.steps
        if isinstance(step, TableStep) and step.hit != "collect"
    }
    if not policy.cases or not fired or policy.program.populations:
        return
    hit: dict[str, set[int]] = {name: set() for name in fired}
    for place, case in enumerate(policy.cases):
        units = read_record(policy.program, case.given, ignore_extra=False)
        rows = {name: inspection.pool.value(binding, units) for name, binding in fired.items()}
        some = False
        for step in policy.steps:
            if isinstance(step, TableStep) and step.id in rows:
                row = int(rows[step.id] or 0)
                some |= row < len(step.rows)
                hit[step.id].add(row)
        if not some:
            message = (f"case '{case.id}' hits no row of any table", f"用例“{case.id}”未命中任何表的规则行")
            inspection.report("case_without_row", "info", f"cases[{place}]", message, units=units)
    for place, step in enumerate(policy.steps):
        if isinstance(step, TableStep) and step.id in hit:
            left = [row.id for at, row in enumerate(step.rows) if at not in hit[step.id]]
            if left:
                message = (f"no case hits {listed(left, 'en')}", f"没有用例命中 {listed(left, 'zh')}")
                inspection.report("row_without_case", "info", f"steps[{place}].rows", message)


def inspect_versions(inspection: Inspection, others: tuple[Policy, ...]) -> None:
    """Look for days on which no version of a policy is in force, or more than one.

    Raises:
        InvalidValueError: another policy is among them.
    """
    if not others:
        return
    policy = inspection.policy
    for other in others:
        if other.id != policy.id:
            raise InvalidValueError(f"not a version of '{policy.id}'", other.id, hint="give policies of one id")
    versions = sorted([policy, *others], key=_begin)
    reach = versions[0]
    for earlier, later in itertools.pairwise(versions):
        reach = earlier if _end(earlier) >= _end(reach) else reach
        names = f"'{reach.version}'", f"'{later.version}'"
        begin, end = _begin(later), _end(reach)
        if begin < end:
            message = (
                f"versions {names[0]} and {names[1]} are both in force from {begin}",
                f"版本{_quoted(reach)}与{_quoted(later)}自 {begin} 起同时有效",
            )
            inspection.report("version_overlap", "error", "effective", message)
        elif begin > end:
            message = (
                f"no version is in force from {end} until {begin}, between {names[0]} and {names[1]}",
                f"自 {end} 至 {begin}（{_quoted(reach)}与{_quoted(later)}之间）没有有效版本",
            )
            inspection.report("version_gap", "error", "effective", message)


def _begin(policy: Policy) -> date:
    return policy.effective.from_ or date.min


def _end(policy: Policy) -> date:
    return policy.effective.until or date.max


def _quoted(policy: Policy) -> str:
    return f"“{policy.version}”"
