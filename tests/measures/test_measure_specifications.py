"""Measures as data: choices have names, and a choice that makes no sense cannot be written."""

import pickle
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures import (
    ClaimCost,
    ClaimRate,
    ComplaintScore,
    Concentration,
    CostOfPoorQuality,
    DeliveryPerformance,
    InvoiceVariance,
    Measurement,
    PaymentPunctuality,
    PriceChange,
    PriceIndex,
    PurchasePriceVariance,
    QualityPassRate,
    QuestionnaireScore,
    RejectRate,
    ResponseDays,
    Scope,
    ServiceResponse,
    Spend,
    SpendShare,
)
from supplychain_rules.values.label import Label

KINDS: list[Callable[..., Any]] = [
    *(DeliveryPerformance, QualityPassRate, RejectRate, PriceIndex, Spend, SpendShare),
    *(ClaimRate, ClaimCost, partial(ComplaintScore, tolerated_share="0.1")),
    *(partial(ServiceResponse, within_days=3), ResponseDays, CostOfPoorQuality),
    partial(QuestionnaireScore, survey="2026", weights={"tidy": 1}),
    *(PurchasePriceVariance, PriceChange, InvoiceVariance, PaymentPunctuality, Concentration),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["", "on time", "1st", "准时率", 7, None])
def test_a_measure_is_named_as_an_input_of_a_rule_set(kind: Callable[..., Any], name: object) -> None:
    with pytest.raises(InvalidValueError, match="a measure's id must be a name"):
        kind(id=name)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("least", [-1, 10_001, "3", 2.0, True])
def test_a_minimum_evidence_is_a_reasonable_count(kind: Callable[..., Any], least: object) -> None:
    with pytest.raises(InvalidValueError, match=r"minimum_evidence must be a whole number from 0 to 10000"):
        kind(id="kpi", minimum_evidence=least)


@pytest.mark.parametrize("kind", KINDS)
def test_one_text_is_not_a_collection_of_categories(kind: Callable[..., Any]) -> None:
    with pytest.raises(InvalidValueError, match=r"a set of a scope must be a collection: 'raw'; write \('raw',\)"):
        kind(id="kpi", scope=Scope(supplier_categories="raw"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_measure_is_a_value(kind: Callable[..., Any]) -> None:
    spec = kind(id="kpi", label=Label("KPI", "指标"), scope=Scope(supplier_categories=["raw"]))
    assert spec == pickle.loads(pickle.dumps(spec))  # noqa: S301  our own bytes
    assert hash(spec) == hash(kind(id="kpi", label=Label("KPI", "指标"), scope=Scope(supplier_categories=("raw",))))


@pytest.mark.parametrize("kind", KINDS)
def test_a_label_is_a_label(kind: Callable[..., Any]) -> None:
    with pytest.raises(InvalidValueError, match="a measure's label must be a Label"):
        kind(id="kpi", label="KPI")


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"promise": "planned"}, "promise is unknown: 'planned'; expected one of original, latest, requested"),
        ({"level": "pallet"}, "level is unknown: 'pallet'; expected one of line, order, quantity, value"),
        ({"early_days": -1}, "early_days must be a whole number"),
        ({"late_days": None}, "late_days must be a whole number"),
        ({"in_full": "yes"}, "in_full must be true or false"),
        ({"under_tolerance": "1.01"}, "under_tolerance lies outside 0..1"),
        ({"under_tolerance": "-0.01"}, "under_tolerance lies outside 0..1"),
        ({"under_tolerance": Fraction(1, 10**31)}, "under_tolerance is finer than any quantity"),
        ({"over_tolerance": "-0.01"}, "over_tolerance lies outside 0..10000"),
        ({"over_tolerance": "0.05", "in_full": False}, "over_tolerance has no effect without in_full"),
        ({"over_tolerance": "0.05", "level": "value"}, "over_tolerance has no effect without in_full"),
    ],
)
def test_a_choice_that_does_not_exist_is_refused(choice: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        DeliveryPerformance(id="otif", **choice)


def test_a_price_source_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="source is unknown: 'catalogue'"):
        PriceIndex(id="price", source="catalogue")  # type: ignore[arg-type]


@pytest.mark.parametrize(("level", "whole"), [("line", True), ("quantity", False), ("value", False)])
def test_lines_count_as_a_whole_and_pieces_one_by_one_unless_said_otherwise(level: Any, whole: bool) -> None:  # noqa: ANN401, FBT001
    assert whole == DeliveryPerformance(id="otif", level=level).in_full


@pytest.mark.parametrize(
    ("state", "value"), [("value", None), ("no_data", Fraction(1)), ("not_applicable", Fraction(0))]
)
def test_no_data_is_not_a_number(state: Any, value: Fraction | None) -> None:  # noqa: ANN401
    with pytest.raises(InvalidValueError, match="a measurement in the state"):
        Measurement(measure="otif", key="V7", state=state, value=value)
