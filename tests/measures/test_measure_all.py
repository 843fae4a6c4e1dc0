"""Measuring: every supplier, three states, totals from sums, and records for a policy."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine
from supplychain_rules.measures import (
    DeliveryPerformance,
    Measure,
    Measurement,
    PriceIndex,
    QualityPassRate,
    Scope,
    Spend,
    SpendShare,
    measure,
    records,
)
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

YEAR = Period.year(2026)
YEAR_END = date(2026, 12, 31)


def bought(  # one order line
    name: str,
    supplier: str,
    item: str,
    quantity: int | str,
    price: str,
    *,
    currency: str = "EUR",
    on: date = date(2026, 3, 1),
) -> OrderLine:
    return OrderLine(
        id=name,
        supplier=supplier,
        item=item,
        quantity=quantity,
        unit_price=Money(price, currency),
        ordered_on=on,
        promised_on=on,
    )


def inspected(name: str, supplier: str, inspected: int, rejected: int, *, on: date = date(2026, 3, 1)) -> Inspection:
    return Inspection(id=name, supplier=supplier, item="bolt", inspected=inspected, rejected=rejected, inspected_on=on)


def seen(name: str, supplier: str, price: str, *, unit: str = "", quantity: int = 1) -> PriceObservation:
    return PriceObservation(
        id=name,
        supplier=supplier,
        item="bolt",
        price=Money(price, "EUR"),
        unit=unit,
        quantity=quantity,
        observed_on=date(2026, 3, 1),
    )


def by_supplier(definition: Measure, facts: Iterable[Any]) -> dict[str, Measurement]:
    return {found.key: found for found in measure([definition], Ledger(facts), period=YEAR, as_of=YEAR_END)}


def values(definition: Measure, facts: Iterable[Any]) -> dict[str, Fraction | None]:
    return {key: found.value for key, found in by_supplier(definition, facts).items()}


def total(definition: Measure, facts: Iterable[Any]) -> Measurement:
    (found,) = measure([definition], Ledger(facts), by="total", period=YEAR, as_of=YEAR_END)
    return found


def test_every_supplier_that_a_fact_mentions_is_measured_by_every_measure() -> None:
    facts: list[Fact] = [Supplier(id="V1"), bought("L1", "V2", "bolt", 1, "1"), inspected("Q1", "V3", 5, 0)]
    found = measure([Spend(id="spend"), QualityPassRate(id="quality")], Ledger(facts), period=YEAR, as_of=YEAR_END)
    expected = [
        ("V1", "spend", "no_data"),
        ("V1", "quality", "no_data"),
        ("V2", "spend", "value"),
        ("V2", "quality", "no_data"),
        ("V3", "spend", "no_data"),
        ("V3", "quality", "value"),
    ]
    assert expected == [(entry.key, entry.measure, entry.state) for entry in found]


def test_a_supplier_with_nothing_but_a_certificate_has_no_data() -> None:
    facts = [Certificate(id="C1", supplier="V1", kind="ISO 9001", valid_from=date(2024, 1, 1))]
    every = (
        *(DeliveryPerformance(id="delivery"), QualityPassRate(id="quality")),
        *(PriceIndex(id="price"), Spend(id="spend"), SpendShare(id="share")),
    )
    found = measure(every, Ledger(facts), period=YEAR, as_of=YEAR_END)
    assert [("V1", "no_data", None, 0)] * 5 == [
        (entry.key, entry.state, entry.value, entry.evidence) for entry in found
    ]


def test_an_empty_ledger_has_a_total_without_data() -> None:
    assert ("total", "no_data") == (total(Spend(id="spend"), []).key, total(Spend(id="spend"), []).state)


def test_a_pass_rate_divides_sums_and_never_averages_rates() -> None:
    facts = [inspected("Q1", "V1", 10, 5), inspected("Q2", "V1", 990, 0), inspected("Q3", "V2", 4, 1)]
    assert {"V1": Fraction(995, 1000), "V2": Fraction(3, 4)} == values(QualityPassRate(id="quality"), facts)
    assert Fraction(998, 1004) == total(QualityPassRate(id="quality"), facts).value


def test_too_little_evidence_is_no_data_and_shows_how_little() -> None:
    found = by_supplier(QualityPassRate(id="quality", minimum_evidence=3), [inspected("Q1", "V1", 10, 5)])["V1"]
    expected = ("no_data", None, 1, Fraction(5), "evidence 1 is below the minimum 3")
    assert expected == (found.state, found.value, found.evidence, found.numerator, found.note)


def test_just_enough_evidence_is_a_value() -> None:
    assert Fraction(1, 2) == values(QualityPassRate(id="q", minimum_evidence=1), [inspected("Q1", "V1", 10, 5)])["V1"]


def test_what_lies_outside_the_period_does_not_count() -> None:
    facts = [inspected("Q1", "V1", 10, 5, on=date(2025, 12, 31)), inspected("Q2", "V1", 10, 0)]
    assert {"V1": Fraction(1)} == values(QualityPassRate(id="quality"), facts)


def test_spend_is_what_was_ordered_in_the_period() -> None:
    facts = [
        bought("L1", "V1", "bolt", "2.5", "0.333"),
        bought("L2", "V1", "bolt", 1, "10", on=date(2025, 12, 31)),
        bought("L3", "V2", "bolt", 0, "10"),
    ]
    assert {"V1": Fraction("0.8325"), "V2": None} == values(Spend(id="spend"), facts)
    assert "EUR" == by_supplier(Spend(id="spend"), facts)["V1"].unit


def test_spend_in_two_currencies_is_refused() -> None:
    facts = [bought("L1", "V1", "bolt", 1, "1"), bought("L2", "V2", "bolt", 1, "1", currency="USD")]
    for definition in (Spend(id="money"), SpendShare(id="money"), PriceIndex(id="money")):
        with pytest.raises(InvalidValueError, match="measure 'money' meets more than one currency: 'EUR, USD'"):
            values(definition, facts)


def test_shares_of_spend_add_up_to_one() -> None:
    facts = [bought(f"L{number}", f"V{number}", "bolt", number, "1") for number in (1, 2, 4)]
    expected = {"V1": Fraction(1, 7), "V2": Fraction(2, 7), "V4": Fraction(4, 7)}
    assert expected == values(SpendShare(id="share"), facts)
    assert 1 == total(SpendShare(id="share"), facts).value


def test_a_share_of_nothing_is_no_data() -> None:
    assert {"V1": None} == values(SpendShare(id="share"), [bought("L1", "V1", "bolt", 1, "0")])


def test_a_price_index_compares_with_the_mean_price_of_the_same_item() -> None:
    # Mean 1.25: 100 at 1.00 and 100 at 1.50.
    facts = [bought("L1", "V1", "bolt", 100, "1"), bought("L2", "V2", "bolt", 100, "1.50")]
    assert {"V1": Fraction(4, 5), "V2": Fraction(6, 5)} == values(PriceIndex(id="price"), facts)


def test_a_mean_price_weighs_by_quantity() -> None:
    # Mean (300 x 1 + 100 x 2) / 400 = 1.25.
    facts = [bought("L1", "V1", "bolt", 300, "1"), bought("L2", "V2", "bolt", 100, "2")]
    assert {"V1": Fraction(4, 5), "V2": Fraction(8, 5)} == values(PriceIndex(id="price"), facts)


def test_items_weigh_by_what_they_would_cost_at_the_mean_price() -> None:
    # Bolt: mean 1.5, nut: mean 30. V1 paid 100 + 400 = 500; at mean prices 150 + 300 = 450.
    facts = [
        *(bought("L1", "V1", "bolt", 100, "1"), bought("L2", "V2", "bolt", 100, "2")),
        *(bought("L3", "V1", "nut", 10, "40"), bought("L4", "V2", "nut", 10, "20")),
    ]
    found = by_supplier(PriceIndex(id="price"), facts)["V1"]
    assert [Fraction(10, 9), 500, 450, 2] == [found.value, found.numerator, found.denominator, found.evidence]


def test_an_item_with_one_supplier_compares_with_nothing() -> None:
    facts = [
        *(bought("L1", "V1", "bolt", 1, "1"), bought("L2", "V2", "bolt", 1, "3")),
        *(bought("L3", "V1", "nut", 1, "9"), bought("L4", "V3", "washer", 1, "9")),
    ]
    found = by_supplier(PriceIndex(id="price"), facts)
    assert (Fraction(1, 2), 1) == (found["V1"].value, found["V1"].evidence)
    note = "no comparable item in the period; items without a reference price left out: 1"
    assert ("no_data", note) == (found["V3"].state, found["V3"].note)


def test_an_item_that_costs_nothing_compares_with_nothing() -> None:
    facts = [bought("L1", "V1", "bolt", 1, "0"), bought("L2", "V2", "bolt", 1, "0")]
    assert {"V1": None, "V2": None} == values(PriceIndex(id="price"), facts)


def test_the_price_index_of_all_together_is_one() -> None:
    facts = [bought("L1", "V1", "bolt", 300, "1"), bought("L2", "V2", "bolt", 100, "2")]
    assert 1 == total(PriceIndex(id="price"), facts).value


def test_observed_prices_can_take_the_place_of_orders() -> None:
    facts = [seen("P1", "V1", "1", quantity=3), seen("P2", "V2", "2"), bought("L1", "V1", "bolt", 1, "9")]
    found = values(PriceIndex(id="price", source="observations"), facts)
    assert {"V1": Fraction(4, 5), "V2": Fraction(8, 5)} == found


def test_prices_of_different_units_are_never_compared() -> None:
    facts = [seen("P1", "V1", "1", unit="piece"), seen("P2", "V2", "90", unit="box of 100")]
    assert {"V1": None, "V2": None} == values(PriceIndex(id="price", source="observations"), facts)


def test_a_measure_that_does_not_concern_a_supplier_is_not_applicable() -> None:
    facts = [
        *(Supplier(id="V1", categories=["maker"]), Supplier(id="V2", categories=["trader"])),
        *(bought("L1", "V1", "bolt", 1, "1"), bought("L2", "V2", "bolt", 3, "1"), bought("L3", "V3", "bolt", 1, "1")),
    ]
    found = by_supplier(SpendShare(id="share", scope=Scope(supplier_categories=["maker", "own"])), facts)
    assert 1 == found["V1"].value
    assert ["not_applicable"] * 2 == [found[key].state for key in ("V2", "V3")]
    assert "not a supplier of category maker, own" == found["V2"].note


def test_a_total_over_no_supplier_is_not_applicable() -> None:
    facts = [bought("L1", "V1", "bolt", 1, "1")]
    assert "not_applicable" == total(Spend(id="spend", scope=Scope(supplier_categories=["maker"])), facts).state


def test_two_measures_cannot_share_an_id() -> None:
    with pytest.raises(InvalidValueError, match="two measures with one id: 'kpi'"):
        measure([Spend(id="kpi"), SpendShare(id="kpi")], Ledger([]), period=YEAR, as_of=YEAR_END)


def test_what_is_not_a_measure_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="not a measure: 'spend'; expected one of DeliveryPerformance, "):
        measure(["spend"], Ledger([]), period=YEAR, as_of=YEAR_END)  # type: ignore[list-item]


def test_a_period_is_a_period_and_a_day_a_day() -> None:
    with pytest.raises(InvalidValueError, match="period must be a Period: 2026"):
        measure([], Ledger([]), period=2026, as_of=YEAR_END)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="as_of must be a day: '2026-12-31'"):
        measure([], Ledger([]), period=YEAR, as_of="2026-12-31")  # type: ignore[arg-type]


def test_a_price_seen_outside_the_period_does_not_count() -> None:
    facts = [seen("P1", "V1", "1"), seen("P2", "V2", "2")]
    index = PriceIndex(id="price", source="observations")
    (found,) = measure([index], Ledger(facts), by="total", period=Period.year(2025), as_of=YEAR_END)
    assert "no_data" == found.state


def test_a_key_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="by is unknown: 'buyer'; expected one of supplier, customer"):
        measure([], Ledger([]), by="buyer", period=YEAR, as_of=YEAR_END)  # type: ignore[arg-type]


def test_records_hold_one_mapping_per_supplier_with_missing_as_none() -> None:
    facts: list[Fact] = [
        Supplier(id="V1", categories=["maker"]),
        *(inspected("Q1", "V1", 3, 1), bought("L1", "V2", "bolt", 1, "1")),
    ]
    every = (QualityPassRate(id="quality"), Spend(id="spend", scope=Scope(supplier_categories=["maker"])))
    found = measure(every, Ledger(facts), period=YEAR, as_of=YEAR_END)
    expected = {"V1": {"quality": Fraction(2, 3), "spend": None}, "V2": {"quality": None, "spend": None}}
    assert expected == records(found)
    assert Decimal("0.6667") == records(found, decimals={"quality": 4})["V1"]["quality"]
    flags = records(found, applicability=True)
    assert (True, False) == (flags["V1"]["spend_applicable"], flags["V2"]["spend_applicable"])


def test_two_runs_do_not_fit_into_one_record() -> None:
    found = measure([Spend(id="spend")], Ledger([Supplier(id="V1")]), period=YEAR, as_of=YEAR_END)
    with pytest.raises(InvalidValueError, match="two measurements of 'spend' for one key: 'V1'"):
        records([*found, *found])
