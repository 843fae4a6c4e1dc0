"""Contracts: clauses as data, whether they are kept, and what follows where they are not."""

from supplychain_rules.partnership.contracts.breaches import (
    Breach,
    BreachPart,
    Compliance,
    NotJudged,
    TerminationRight,
)
from supplychain_rules.partnership.contracts.check_levels import GivenLevels
from supplychain_rules.partnership.contracts.check_payment import due_day
from supplychain_rules.partnership.contracts.check_price import AdjustedPrices
from supplychain_rules.partnership.contracts.claims import (
    ClaimMove,
    ClaimStatus,
    RemedyClaim,
    open_claims,
    remedy_claims,
)
from supplychain_rules.partnership.contracts.clauses import Clause
from supplychain_rules.partnership.contracts.codec import CONTRACT_SCHEMA, dump_contract, load_contract
from supplychain_rules.partnership.contracts.compliance import check_compliance
from supplychain_rules.partnership.contracts.consistency import MAX_CLAUSES
from supplychain_rules.partnership.contracts.contract import (
    Amendment,
    Contract,
    ContractParty,
    PartyRole,
    Version,
    ends_on,
    in_force,
    versions,
)
from supplychain_rules.partnership.contracts.early_payment import compound_rate, payable_on, simple_rate
from supplychain_rules.partnership.contracts.kinds import BREACH_KINDS, BREACH_LABELS, BreachKind
from supplychain_rules.partnership.contracts.money_terms import (
    AgreedPrice,
    EarlyPayment,
    PaymentStart,
    PaymentTerms,
    PriceTerms,
)
from supplychain_rules.partnership.contracts.remedies import (
    CreditTier,
    DamagesPer,
    LateInterest,
    LiquidatedDamages,
    PriceReduction,
    Release,
    Remedy,
    Retention,
    ReworkCost,
    RoundingPoint,
    ServiceCredits,
)
from supplychain_rules.partnership.contracts.remedy import RemedyDue, remedy
from supplychain_rules.partnership.contracts.retention import Held, RetentionAccount, retention
from supplychain_rules.partnership.contracts.settlement import (
    RoundingLine,
    Settlement,
    Statement,
    StatementLine,
    settle,
    statement,
)
from supplychain_rules.partnership.contracts.terms import (
    ClaimTerms,
    DeliveryTerms,
    DocumentTerms,
    QualityTerms,
    ServiceLevelTerms,
    TerminationTerms,
    VolumeBasis,
    VolumeTerms,
    Windows,
)

__all__ = [
    "BREACH_KINDS",
    "BREACH_LABELS",
    "CONTRACT_SCHEMA",
    "MAX_CLAUSES",
    "AdjustedPrices",
    "AgreedPrice",
    "Amendment",
    "Breach",
    "BreachKind",
    "BreachPart",
    "ClaimMove",
    "ClaimStatus",
    "ClaimTerms",
    "Clause",
    "Compliance",
    "Contract",
    "ContractParty",
    "CreditTier",
    "DamagesPer",
    "DeliveryTerms",
    "DocumentTerms",
    "EarlyPayment",
    "GivenLevels",
    "Held",
    "LateInterest",
    "LiquidatedDamages",
    "NotJudged",
    "PartyRole",
    "PaymentStart",
    "PaymentTerms",
    "PriceReduction",
    "PriceTerms",
    "QualityTerms",
    "Release",
    "Remedy",
    "RemedyClaim",
    "RemedyDue",
    "Retention",
    "RetentionAccount",
    "ReworkCost",
    "RoundingLine",
    "RoundingPoint",
    "ServiceCredits",
    "ServiceLevelTerms",
    "Settlement",
    "Statement",
    "StatementLine",
    "TerminationRight",
    "TerminationTerms",
    "Version",
    "VolumeBasis",
    "VolumeTerms",
    "Windows",
    "check_compliance",
    "compound_rate",
    "due_day",
    "dump_contract",
    "ends_on",
    "in_force",
    "load_contract",
    "open_claims",
    "payable_on",
    "remedy",
    "remedy_claims",
    "retention",
    "settle",
    "simple_rate",
    "statement",
    "versions",
]
