"""Every kind of measure, and how each counts: the one table that a new kind is entered in."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.counting import Counting
from supplychain_rules.measures.delivery import DELIVERY, DeliveryPerformance
from supplychain_rules.measures.delivery_time import DELIVERY_TIME, DeliveryTime
from supplychain_rules.measures.fill import FILL_RATE, FillRate
from supplychain_rules.measures.late_points import LATE_POINTS, LatePoints
from supplychain_rules.measures.price_index import PRICE_INDEX, PriceIndex
from supplychain_rules.measures.quality import QUALITY_PASS_RATE, QualityPassRate
from supplychain_rules.measures.spend import SPEND, SPEND_SHARE, Spend, SpendShare

__all__ = ["COUNTINGS", "Measure", "counting_of"]

#: Every kind of measure.
Measure: TypeAlias = (
    DeliveryPerformance | DeliveryTime | LatePoints | FillRate | QualityPassRate | PriceIndex | Spend | SpendShare
)

#: How each kind counts.
COUNTINGS: Final[Mapping[type, Counting]] = MappingProxyType(
    {
        DeliveryPerformance: DELIVERY,
        DeliveryTime: DELIVERY_TIME,
        LatePoints: LATE_POINTS,
        FillRate: FILL_RATE,
        QualityPassRate: QUALITY_PASS_RATE,
        PriceIndex: PRICE_INDEX,
        Spend: SPEND,
        SpendShare: SPEND_SHARE,
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
