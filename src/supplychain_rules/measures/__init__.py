"""What the facts say: key figures as data, each choice of their definition written down."""

from supplychain_rules.measures.counting import DIMENSIONS, By, Dimension
from supplychain_rules.measures.decay import Decay, HalfLife, LinearDecay
from supplychain_rules.measures.delivery import DeliveryPerformance
from supplychain_rules.measures.delivery_time import DeliveryTime
from supplychain_rules.measures.fill import FillRate
from supplychain_rules.measures.interval import Z_95_PERCENT, wilson_interval
from supplychain_rules.measures.kinds import Measure
from supplychain_rules.measures.late_points import DayBand, LatePoints
from supplychain_rules.measures.measurement import TOTAL, Key, Measurement, MeasurementState
from supplychain_rules.measures.measuring import measure, records
from supplychain_rules.measures.price_index import PriceIndex
from supplychain_rules.measures.quality import QualityPassRate
from supplychain_rules.measures.scope import Scope
from supplychain_rules.measures.series import series
from supplychain_rules.measures.spend import Spend, SpendShare
from supplychain_rules.measures.trends import (
    SeriesValue,
    Trend,
    half_life_mean,
    linear_mean,
    moving_means,
    smoothed,
    trend,
)

__all__ = [
    "DIMENSIONS",
    "TOTAL",
    "Z_95_PERCENT",
    "By",
    "DayBand",
    "Decay",
    "DeliveryPerformance",
    "DeliveryTime",
    "Dimension",
    "FillRate",
    "HalfLife",
    "Key",
    "LatePoints",
    "LinearDecay",
    "Measure",
    "Measurement",
    "MeasurementState",
    "PriceIndex",
    "QualityPassRate",
    "Scope",
    "SeriesValue",
    "Spend",
    "SpendShare",
    "Trend",
    "half_life_mean",
    "linear_mean",
    "measure",
    "moving_means",
    "records",
    "series",
    "smoothed",
    "trend",
    "wilson_interval",
]
