"""Sharing: who has what of a gain or a loss, by clauses or by a rule of fairness."""

from supplychain_rules.partnership.sharing.analysing import (
    SETTLEMENT_FINDINGS,
    Analysis,
    SettlementFinding,
    SettlementFindingKind,
    analyse,
)
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
from supplychain_rules.partnership.sharing.questions import (
    PartyExpectation,
    Scenario,
    difference,
    expected,
    outturns,
)
from supplychain_rules.partnership.sharing.settlement import InterimSettlement, Settlement, TraceLine
from supplychain_rules.partnership.sharing.settlement_codec import (
    SETTLEMENT_SCHEMA,
    dump_settlement,
    load_settlement,
)
from supplychain_rules.partnership.sharing.settling import settle, settle_interim

__all__ = [
    "CLAUSE_LABELS",
    "REST",
    "SETTLEMENT_FINDINGS",
    "SETTLEMENT_SCHEMA",
    "Analysis",
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
    "PartyExpectation",
    "Recoup",
    "Reserve",
    "Scenario",
    "Settlement",
    "SettlementFinding",
    "SettlementFindingKind",
    "SettlementPolicy",
    "Split",
    "TraceLine",
    "adjust_base",
    "analyse",
    "compile_policy",
    "dead_band",
    "difference",
    "dump_settlement",
    "expected",
    "load_settlement",
    "outturns",
    "settle",
    "settle_interim",
    "share_ranges",
]
