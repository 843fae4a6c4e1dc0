"""The clauses that a contract can have, which breaches each can show, and which remedy answers them."""

from typing import TypeAlias

from supplychain_rules.partnership.contracts.kinds import BreachKind
from supplychain_rules.partnership.contracts.money_terms import PaymentTerms, PriceTerms
from supplychain_rules.partnership.contracts.remedies import (
    LateInterest,
    LiquidatedDamages,
    PriceReduction,
    Remedy,
    Retention,
    ReworkCost,
    ServiceCredits,
)
from supplychain_rules.partnership.contracts.terms import (
    ClaimTerms,
    DeliveryTerms,
    DocumentTerms,
    QualityTerms,
    ServiceLevelTerms,
    TerminationTerms,
    VolumeTerms,
)

__all__ = ["Clause", "answers", "broken_by"]

#: One clause.
Clause: TypeAlias = (
    PriceTerms
    | QualityTerms
    | DeliveryTerms
    | ServiceLevelTerms
    | PaymentTerms
    | VolumeTerms
    | DocumentTerms
    | TerminationTerms
    | ClaimTerms
    | LiquidatedDamages
    | ServiceCredits
    | PriceReduction
    | ReworkCost
    | LateInterest
    | Retention
)


def broken_by(clause: Clause) -> tuple[BreachKind, ...]:
    """Return the kinds of breach that a clause can show.

    >>> broken_by(DeliveryTerms(id="delivery"))
    ('late_delivery', 'wrong_item')
    """
    match clause:
        case DeliveryTerms():
            optional: list[tuple[BreachKind, bool]] = [
                ("early_delivery", clause.early_days is not None),
                ("short_delivery", bool(clause.closed_states)),
                ("over_delivery", clause.over_tolerance is not None),
            ]
            return ("late_delivery", "wrong_item", *(kind for kind, possible in optional if possible))
        case PriceTerms():
            return ("price_above_terms",)
        case QualityTerms():
            of_lots = clause.lots_must_pass or clause.least_lot_pass_rate is not None
            of_windows = any(
                one is not None for one in (clause.least_pass_rate, clause.least_lots_accepted, clause.most_ppm)
            )
            asked: list[tuple[BreachKind, bool]] = [
                ("lot_below_standard", of_lots),
                ("quality_below_standard", of_windows),
            ]
            return tuple(kind for kind, possible in asked if possible)
        case ServiceLevelTerms():
            return ("service_level_missed",)
        case PaymentTerms():
            return ("late_payment",)
        case VolumeTerms():
            bounds: list[tuple[BreachKind, bool]] = [
                ("minimum_missed", clause.minimum is not None),
                ("maximum_exceeded", clause.maximum is not None),
            ]
            return tuple(kind for kind, possible in bounds if possible)
        case DocumentTerms():
            return ("missing_document",)
        case _:
            return ()


def answers(remedy: Remedy, kind: BreachKind, clause: str) -> bool:
    """Return whether a remedy is for a kind of breach of a clause."""
    return kind in remedy.breaches and (not remedy.of or clause in remedy.of)
