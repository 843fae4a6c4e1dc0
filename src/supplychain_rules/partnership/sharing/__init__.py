"""Sharing: who has what of a gain or a loss, by clauses or by a rule of fairness."""

from supplychain_rules.partnership.sharing.clauses import (
    CLAUSE_LABELS,
    REST,
    Band,
    Bands,
    Cap,
    CatchUp,
    Charge,
    Clause,
    Clawback,
    DeadBand,
    Fee,
    Floor,
    Hurdle,
    IncentiveFee,
    Recoup,
    Reserve,
    Split,
    share_ranges,
)
from supplychain_rules.partnership.sharing.compiling import (
    CompiledClause,
    CompiledPolicy,
    compile_policy,
    dead_band,
)
from supplychain_rules.partnership.sharing.levels import Level, OfBase
from supplychain_rules.partnership.sharing.policy import SettlementPolicy, adjust_base
from supplychain_rules.partnership.sharing.settlement import InterimSettlement, Settlement, TraceLine
from supplychain_rules.partnership.sharing.settling import settle, settle_interim

__all__ = [
    "CLAUSE_LABELS",
    "REST",
    "Band",
    "Bands",
    "Cap",
    "CatchUp",
    "Charge",
    "Clause",
    "Clawback",
    "CompiledClause",
    "CompiledPolicy",
    "DeadBand",
    "Fee",
    "Floor",
    "Hurdle",
    "IncentiveFee",
    "InterimSettlement",
    "Level",
    "OfBase",
    "Recoup",
    "Reserve",
    "Settlement",
    "SettlementPolicy",
    "Split",
    "TraceLine",
    "adjust_base",
    "compile_policy",
    "dead_band",
    "settle",
    "settle_interim",
    "share_ranges",
]
