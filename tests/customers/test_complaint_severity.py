"""Every complaint has a severity, and the severity names the target of its clock."""

from datetime import timedelta

from supplychain_rules import coverage, evaluate, load_policy, verify
from supplychain_rules.customers.complaint_clock import ComplaintTargets, Target
from supplychain_rules.customers.complaint_severity import SEVERITIES, severity_rules


def test_the_table_has_a_row_for_every_complaint_and_a_case_for_every_row() -> None:
    policy = load_policy(severity_rules())

    assert [] == [finding for finding in verify(policy) if finding.severity != "info"]
    assert coverage(policy).complete


def test_what_is_decided_names_the_target() -> None:
    hours = dict(zip(SEVERITIES, (1, 4, 8, 16), strict=True))
    targets = ComplaintTargets(
        targets={
            (None, name): Target(first_answer=timedelta(hours=count), resolution=timedelta(hours=10 * count))
            for name, count in hours.items()
        }
    )
    decision = evaluate(load_policy(severity_rules()), {"safety": False, "standstill": True})

    assert timedelta(hours=4) == targets.of("gold", decision["severity"]).first_answer
