"""Prove a rule set sound before it runs: gaps, overlaps, dead rows, and whatever else is not as it was meant.

Everything is decided on the declared inputs, through all steps: a row is dead when no record that the policy accepts
makes it decide. What the search cannot decide within its budget is reported as `undecided`, never as fine.
"""

from collections.abc import Iterable
from typing import Final

from supplychain_rules.analysis.findings import SEVERITIES, Finding
from supplychain_rules.analysis.inspection import Inspection
from supplychain_rules.analysis.search import Budget
from supplychain_rules.analysis.verify_policy import inspect_cases, inspect_inputs, inspect_versions
from supplychain_rules.analysis.verify_scores import inspect_scorecard
from supplychain_rules.analysis.verify_steps import inspect_gate, inspect_ladder, inspect_outputs
from supplychain_rules.analysis.verify_tables import inspect_table
from supplychain_rules.rules.gate import GateStep
from supplychain_rules.rules.ladder import LadderStep
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.scorecard import ScorecardStep
from supplychain_rules.rules.table import TableStep

__all__ = ["BUDGET", "verify"]

#: How many boxes of records are evaluated at most: some ten seconds' worth for a large policy.
BUDGET: Final = 40_000


def verify(policy: Policy, *, versions: Iterable[Policy] = (), budget: int = BUDGET) -> tuple[Finding, ...]:
    """Look for everything in a rule set that is wrong, idle or contradicts itself.

    Args:
        policy: the rules.
        versions: the other versions of this policy, whose effective periods are to fit each other.
        budget: how many boxes of records may be evaluated; what is then still open is reported as `undecided`.

    Returns:
        The findings, the gravest first, then by the order of the rule set. Those that a record can show carry one
        as `witness`, on which the policy was run. None means that nothing of what `FINDING_KINDS` lists is there.

    Raises:
        InvalidValueError: the budget is not a positive whole number, or a version is of another policy.

    >>> from supplychain_rules.rules.codec import load_policy
    >>> rules = {"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"rate": {"type": "integer", "min": 0, "max": 100}},
    ...     "steps": [{"kind": "table", "id": "decide", "hit": "first", "when": ["rate"],
    ...         "outputs": {"action": {"type": "choice", "options": ["keep", "leave"]}},
    ...         "rows": [{"id": "good", "when": {"rate": ">= 90"}, "then": {"action": "keep"}},
    ...             {"id": "bad", "when": {"rate": "< 80"}, "then": {"action": "leave"}}]}]}
    >>> [(finding.kind, finding.path, finding.witness) for finding in verify(load_policy(rules))]
    [('gap', 'steps[0].rows', {'rate': Decimal('84')})]
    """
    inspection = Inspection(policy=policy, budget=Budget.of(budget))
    for place, step in enumerate(policy.steps):
        match step:
            case TableStep():
                dead = inspect_table(inspection, step, place)
                inspect_outputs(inspection, step, place, dead)
            case GateStep():
                inspect_gate(inspection, step, place)
            case LadderStep():
                inspect_ladder(inspection, step, place)
            case ScorecardStep():
                inspect_scorecard(inspection, step, place)
            case _:
                pass
    inspect_inputs(inspection)
    inspect_cases(inspection)
    inspect_versions(inspection, tuple(versions))
    return tuple(sorted(inspection.all_findings(), key=lambda finding: SEVERITIES.index(finding.severity)))
