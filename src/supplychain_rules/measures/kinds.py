"""Every kind of measure, and how each counts: the one table that a new kind is entered in."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.claims import (
    CLAIM_COST,
    CLAIM_RATE,
    COMPLAINT_SCORE,
    ClaimCost,
    ClaimRate,
    ComplaintScore,
)
from supplychain_rules.measures.concentration import CONCENTRATION, Concentration
from supplychain_rules.measures.counting import Counting
from supplychain_rules.measures.delivery import DELIVERY, DeliveryPerformance
from supplychain_rules.measures.delivery_time import DELIVERY_TIME, DeliveryTime
from supplychain_rules.measures.fill import FILL_RATE, FillRate
from supplychain_rules.measures.invoices import INVOICE_VARIANCE, InvoiceVariance
from supplychain_rules.measures.late_points import LATE_POINTS, LatePoints
from supplychain_rules.measures.payments import PAYMENT_PUNCTUALITY, PaymentPunctuality
from supplychain_rules.measures.price_change import PRICE_CHANGE, PriceChange
from supplychain_rules.measures.price_index import PRICE_INDEX, PriceIndex
from supplychain_rules.measures.price_variance import PRICE_VARIANCE, PurchasePriceVariance
from supplychain_rules.measures.quality import QUALITY_PASS_RATE, REJECT_RATE, QualityPassRate, RejectRate
from supplychain_rules.measures.quality_cost import COST_OF_POOR_QUALITY, CostOfPoorQuality
from supplychain_rules.measures.service import RESPONSE_DAYS, SERVICE_RESPONSE, ResponseDays, ServiceResponse
from supplychain_rules.measures.spend import SPEND, SPEND_SHARE, Spend, SpendShare
from supplychain_rules.measures.survey import QUESTIONNAIRE_SCORE, QuestionnaireScore

__all__ = ["COUNTINGS", "Measure", "counting_of"]

#: Every kind of measure.
Measure: TypeAlias = (
    DeliveryPerformance
    | QualityPassRate
    | RejectRate
    | PriceIndex
    | Spend
    | SpendShare
    | ClaimRate
    | ClaimCost
    | ComplaintScore
    | ServiceResponse
    | ResponseDays
    | CostOfPoorQuality
    | QuestionnaireScore
    | PurchasePriceVariance
    | PriceChange
    | InvoiceVariance
    | PaymentPunctuality
    | Concentration
    | DeliveryTime
    | LatePoints
    | FillRate
)

#: How each kind counts.
COUNTINGS: Final[Mapping[type, Counting]] = MappingProxyType(
    {
        DeliveryPerformance: DELIVERY,
        DeliveryTime: DELIVERY_TIME,
        LatePoints: LATE_POINTS,
        FillRate: FILL_RATE,
        QualityPassRate: QUALITY_PASS_RATE,
        RejectRate: REJECT_RATE,
        PriceIndex: PRICE_INDEX,
        PurchasePriceVariance: PRICE_VARIANCE,
        PriceChange: PRICE_CHANGE,
        InvoiceVariance: INVOICE_VARIANCE,
        PaymentPunctuality: PAYMENT_PUNCTUALITY,
        Spend: SPEND,
        SpendShare: SPEND_SHARE,
        ClaimRate: CLAIM_RATE,
        ClaimCost: CLAIM_COST,
        ComplaintScore: COMPLAINT_SCORE,
        ServiceResponse: SERVICE_RESPONSE,
        ResponseDays: RESPONSE_DAYS,
        CostOfPoorQuality: COST_OF_POOR_QUALITY,
        QuestionnaireScore: QUESTIONNAIRE_SCORE,
        Concentration: CONCENTRATION,
    }
)


def counting_of(definition: object) -> Counting:
    """Return how a measure counts.

    Raises:
        InvalidValueError: not a measure.
    """
    found = COUNTINGS.get(type(definition))
    if found is None:
        kinds = ", ".join(kind.__name__ for kind in COUNTINGS)
        raise InvalidValueError("not a measure", definition, hint=f"expected one of {kinds}")
    return found
