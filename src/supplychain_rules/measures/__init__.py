"""What the facts say: key figures as data, each choice of their definition written down."""

from supplychain_rules.measures.claim_filter import ClaimFilter
from supplychain_rules.measures.claims import ClaimCost, ClaimRate, ComplaintScore
from supplychain_rules.measures.concentration import Concentration, concentration_class
from supplychain_rules.measures.counting import DIMENSIONS, By, Dimension
from supplychain_rules.measures.decay import Decay, HalfLife, LinearDecay
from supplychain_rules.measures.delivery import DeliveryPerformance
from supplychain_rules.measures.delivery_time import DeliveryTime
from supplychain_rules.measures.dumping import dump_state, load_state
from supplychain_rules.measures.fill import FillRate
from supplychain_rules.measures.information import (
    ContradictionRate,
    InformationCompleteness,
    InformationFreshness,
    measure_information,
)
from supplychain_rules.measures.interval import Z_95_PERCENT, wilson_interval
from supplychain_rules.measures.invoices import InvoiceVariance
from supplychain_rules.measures.kinds import Measure
from supplychain_rules.measures.late_points import DayBand, LatePoints
from supplychain_rules.measures.measurement import TOTAL, Key, Measurement, MeasurementState
from supplychain_rules.measures.measuring import measure, records
from supplychain_rules.measures.payments import PaymentPunctuality
from supplychain_rules.measures.price_change import PriceChange, index_change, index_mean
from supplychain_rules.measures.price_index import PriceIndex
from supplychain_rules.measures.price_variance import PurchasePriceVariance
from supplychain_rules.measures.quality import QualityPassRate, RejectRate
from supplychain_rules.measures.quality_cost import CostOfPoorQuality, expected_event_cost
from supplychain_rules.measures.scope import Scope
from supplychain_rules.measures.series import series
from supplychain_rules.measures.service import ResponseDays, ServiceResponse
from supplychain_rules.measures.spend import Spend, SpendShare
from supplychain_rules.measures.state import MeasureState
from supplychain_rules.measures.survey import QuestionnaireScore
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
    "ClaimCost",
    "ClaimFilter",
    "ClaimRate",
    "ComplaintScore",
    "Concentration",
    "ContradictionRate",
    "CostOfPoorQuality",
    "DayBand",
    "Decay",
    "DeliveryPerformance",
    "DeliveryTime",
    "Dimension",
    "FillRate",
    "HalfLife",
    "InformationCompleteness",
    "InformationFreshness",
    "InvoiceVariance",
    "Key",
    "LatePoints",
    "LinearDecay",
    "Measure",
    "MeasureState",
    "Measurement",
    "MeasurementState",
    "PaymentPunctuality",
    "PriceChange",
    "PriceIndex",
    "PurchasePriceVariance",
    "QualityPassRate",
    "QuestionnaireScore",
    "RejectRate",
    "ResponseDays",
    "Scope",
    "SeriesValue",
    "ServiceResponse",
    "Spend",
    "SpendShare",
    "Trend",
    "concentration_class",
    "dump_state",
    "expected_event_cost",
    "half_life_mean",
    "index_change",
    "index_mean",
    "linear_mean",
    "load_state",
    "measure",
    "measure_information",
    "moving_means",
    "records",
    "series",
    "smoothed",
    "trend",
    "wilson_interval",
]
