"""Customers: who they are to us, what they get, when we speak, how far we trust them."""

from supplychain_rules.customers.tier_codec import TIER_SCHEMA, dump_tier_policy, load_tier_policy
from supplychain_rules.customers.tier_compare import SpendConcentration, TierComparison, TierFigures, compare_tiers
from supplychain_rules.customers.tier_history import TierEntry, TierHistory, TierPin, tier_histories
from supplychain_rules.customers.tier_needs import TierNeed
from supplychain_rules.customers.tier_policy import (
    TierCondition,
    TierCriterion,
    TierDowngrade,
    TierLevel,
    TierMeasure,
    TierPolicy,
    TierScore,
    TierValidity,
    TierWindow,
)
from supplychain_rules.customers.tier_rules import tier_rules
from supplychain_rules.customers.tier_state import TierEvent, TierState, step_tier
from supplychain_rules.customers.tier_status import TierStatus, TierTimeline, tier_reason
from supplychain_rules.customers.tiers import (
    TierAssignment,
    TierChange,
    TierReplay,
    assign_tier,
    replay_tiers,
    resume_tiers,
    tier_changes,
)

__all__ = [
    "TIER_SCHEMA",
    "SpendConcentration",
    "TierAssignment",
    "TierChange",
    "TierComparison",
    "TierCondition",
    "TierCriterion",
    "TierDowngrade",
    "TierEntry",
    "TierEvent",
    "TierFigures",
    "TierHistory",
    "TierLevel",
    "TierMeasure",
    "TierNeed",
    "TierPin",
    "TierPolicy",
    "TierReplay",
    "TierScore",
    "TierState",
    "TierStatus",
    "TierTimeline",
    "TierValidity",
    "TierWindow",
    "assign_tier",
    "compare_tiers",
    "dump_tier_policy",
    "load_tier_policy",
    "replay_tiers",
    "resume_tiers",
    "step_tier",
    "tier_changes",
    "tier_histories",
    "tier_reason",
    "tier_rules",
]
