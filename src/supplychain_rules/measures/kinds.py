"""Every kind of measure, and how each counts: the one table that a new kind is entered in."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.counting import Counting
from supplychain_rules.measures.delivery import DELIVERY, DeliveryPerformance
from supplychain_rules.measures.price_index import PRICE_INDEX, PriceIndex
from supplychain_rules.measures.quality import QUALITY_PASS_RATE, REJECT_RATE, QualityPassRate, RejectRate
from supplychain_rules.measures.spend import SPEND, SPEND_SHARE, Spend, SpendShare

__all__ = ["COUNTINGS", "Measure", "counting_of"]

#: Every kind of measure.
Measure: TypeAlias = DeliveryPerformance | QualityPassRate | PriceIndex | Spend | SpendShare | RejectRate

#: How each kind counts.
COUNTINGS: Final[Mapping[type, Counting]] = MappingProxyType(
    {
        DeliveryPerformance: DELIVERY,
        QualityPassRate: QUALITY_PASS_RATE,
        PriceIndex: PRICE_INDEX,
        Spend: SPEND,
        SpendShare: SPEND_SHARE,
        RejectRate: REJECT_RATE,
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
