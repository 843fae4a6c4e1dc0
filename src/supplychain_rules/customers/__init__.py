"""Customers: who they are to us, what they get, when we speak, how far we trust them."""

from supplychain_rules.customers.abc import ABC_CLASSES, abc_rules, frozen_abc
from supplychain_rules.customers.class_changes import ClassChange, ClassChanges, class_changes
from supplychain_rules.customers.information import CustomerInformation, FieldAge, customer_information
from supplychain_rules.customers.lifetime import (
    BgNbd,
    Expectation,
    History,
    expected_purchases,
    purchase_history,
)
from supplychain_rules.customers.profile import (
    RECORD_FIELDS,
    STAGES,
    Profile,
    Stage,
    potential_customers,
    profile_record,
    profiles,
)
from supplychain_rules.customers.profile_payment import PaymentBehaviour
from supplychain_rules.customers.profile_preferences import RankedPreference
from supplychain_rules.customers.review import CONSEQUENCES, Consequence, review_record, review_rules
from supplychain_rules.customers.rfm import (
    RFM_INPUTS,
    RFM_SEGMENTS,
    Scores,
    Segment,
    rfm_records,
    rfm_rules,
    segment_of,
)

__all__ = [
    "ABC_CLASSES",
    "CONSEQUENCES",
    "RECORD_FIELDS",
    "RFM_INPUTS",
    "RFM_SEGMENTS",
    "STAGES",
    "BgNbd",
    "ClassChange",
    "ClassChanges",
    "Consequence",
    "CustomerInformation",
    "Expectation",
    "FieldAge",
    "History",
    "PaymentBehaviour",
    "Profile",
    "RankedPreference",
    "Scores",
    "Segment",
    "Stage",
    "abc_rules",
    "class_changes",
    "customer_information",
    "expected_purchases",
    "frozen_abc",
    "potential_customers",
    "profile_record",
    "profiles",
    "purchase_history",
    "review_record",
    "review_rules",
    "rfm_records",
    "rfm_rules",
    "segment_of",
]
