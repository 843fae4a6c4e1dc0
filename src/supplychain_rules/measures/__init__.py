"""What the facts say: key figures as data, each choice of their definition written down."""

from supplychain_rules.measures.concentration import Concentration, concentration_class
from supplychain_rules.measures.counting import DIMENSIONS, By, Dimension
from supplychain_rules.measures.decay import Decay, HalfLife, LinearDecay
from supplychain_rules.measures.delivery import DeliveryPerformance
from supplychain_rules.measures.dumping import dump_state, load_state
from supplychain_rules.measures.interval import Z_95_PERCENT, wilson_interval
from supplychain_rules.measures.invoices import InvoiceVariance
from supplychain_rules.measures.kinds import Measure
from supplychain_rules.measures.measurement import TOTAL, Key, Measurement, MeasurementState
from supplychain_rules.measures.measuring import measure, records
from supplychain_rules.measures.payments import PaymentPunctuality
from supplychain_rules.measures.price_change import PriceChange, index_change, index_mean
from supplychain_rules.measures.price_index import PriceIndex
from supplychain_rules.measures.price_variance import PurchasePriceVariance
from supplychain_rules.measures.quality import QualityPassRate
from supplychain_rules.measures.scope import Scope
from supplychain_rules.measures.spend import Spend, SpendShare
from supplychain_rules.measures.state import MeasureState

__all__ = [
    "DIMENSIONS",
    "TOTAL",
    "Z_95_PERCENT",
    "By",
    "Concentration",
    "Decay",
    "DeliveryPerformance",
    "Dimension",
    "HalfLife",
    "InvoiceVariance",
    "Key",
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
    "Scope",
    "Spend",
    "SpendShare",
    "concentration_class",
    "dump_state",
    "index_change",
    "index_mean",
    "load_state",
    "measure",
    "records",
    "wilson_interval",
]
