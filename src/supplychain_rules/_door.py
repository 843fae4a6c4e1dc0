"""What the front door opens to; `supplychain_rules` itself loads this at the first use of a name."""

from supplychain_rules.analysis.counterfactual import counterfactual
from supplychain_rules.analysis.coverage import coverage
from supplychain_rules.analysis.findings import Finding
from supplychain_rules.analysis.sensitivity import sensitivity
from supplychain_rules.analysis.verify import verify
from supplychain_rules.engines.columns import apply
from supplychain_rules.engines.comparing import compare
from supplychain_rules.engines.explain_row import explain_row
from supplychain_rules.engines.measure_frames import measure_frame
from supplychain_rules.engines.measure_sql import measures_to_sql
from supplychain_rules.engines.sql import to_sql
from supplychain_rules.engines.support import supports
from supplychain_rules.errors import InputError, InvalidValueError, PolicyError, Problem
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.structure import Structure, structure
from supplychain_rules.measures import MeasureState, measure, records
from supplychain_rules.rules.codec import STRATEGIES, dump_policy, load_policy
from supplychain_rules.rules.codec_text import load_policy_text
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.differences import diff_policies
from supplychain_rules.rules.drafting import draft_policy
from supplychain_rules.rules.evaluate import evaluate, evaluate_all, evaluator
from supplychain_rules.rules.fitting import fit_cuts
from supplychain_rules.rules.policy import Policy, in_force
from supplychain_rules.rules.replay import replay
from supplychain_rules.rules.schema import policy_schema
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

__all__ = [
    "STRATEGIES",
    "Decision",
    "Finding",
    "InputError",
    "InvalidValueError",
    "Label",
    "Ledger",
    "MeasureState",
    "Money",
    "Period",
    "Policy",
    "PolicyError",
    "Problem",
    "Structure",
    "apply",
    "compare",
    "counterfactual",
    "coverage",
    "diff_policies",
    "draft_policy",
    "dump_policy",
    "evaluate",
    "evaluate_all",
    "evaluator",
    "explain_row",
    "fit_cuts",
    "in_force",
    "load_policy",
    "load_policy_text",
    "measure",
    "measure_frame",
    "measures_to_sql",
    "policy_schema",
    "records",
    "replay",
    "sensitivity",
    "structure",
    "supports",
    "to_sql",
    "verify",
]
