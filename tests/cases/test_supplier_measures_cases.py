"""Worked examples of other systems' delivery, quality and price figures, each named by its source."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import (
    Concentration,
    DeliveryPerformance,
    Measurement,
    PriceIndex,
    QualityPassRate,
    concentration_class,
    measure,
    records,
)
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import to_decimal

DUE = date(2026, 1, 20)
YEAR = Period.year(2026)
MARCH = date(2026, 3, 1)

#: Odoo credits pieces, whenever they come before the promise ends.
ODOO = DeliveryPerformance(id="on_time_rate", level="quantity")


def ordered(name: str, quantity: int, *, supplier: str = "V7", **others: Any) -> OrderLine:  # noqa: ANN401
    return OrderLine(
        id=name,
        supplier=supplier,
        item="bolt",
        quantity=quantity,
        unit_price=Money("1", "EUR"),
        ordered_on=date(2026, 1, 5),
        **({"promised_on": DUE} | others),
    )


def received(name: str, quantity: int, *, days: int = 0, of: str = "L1") -> Receipt:
    return Receipt(id=name, order_line=of, received_on=DUE + timedelta(days=days), quantity=quantity)


def one(definition: DeliveryPerformance, facts: Iterable[Any], *, as_of: date = MARCH) -> Measurement:
    (found,) = measure([definition], Ledger([Supplier(id="V7"), *facts]), period=YEAR, as_of=as_of)
    return found


def test_w17_odoo_225529_ordered_10_received_6_and_4_on_time_is_100_percent_and_not_71() -> None:
    facts = [ordered("L1", 10), received("R1", 6, days=-3), received("R2", 4)]
    assert 1 == one(ODOO, facts).value
    assert 1 == one(DeliveryPerformance(id="otif"), facts).value


def test_w17_odoo_219691_twice_the_order_received_is_100_percent_and_not_200() -> None:
    facts = [ordered("L1", 10), received("R1", 20)]
    assert 1 == one(ODOO, facts).value
    assert 1 == one(DeliveryPerformance(id="otif"), facts).value


def test_w17_odoo_58653_nothing_due_is_no_data_and_neither_100_nor_minus_1() -> None:
    found = one(ODOO, [ordered("L1", 10, promised_on=MARCH)])
    assert ("no_data", None) == (found.state, found.value)


def test_w17_odoo_overdue_with_nothing_received_is_0_percent_and_not_excluded() -> None:
    found = one(ODOO, [ordered("L1", 10)])
    assert ["value", 0, 1] == [found.state, found.value, found.evidence]


def test_odoo_162632_a_cancelled_line_neither_divides_by_zero_nor_counts() -> None:
    facts = [ordered("L1", 10), ordered("L1", 0, known_on=date(2026, 1, 10))]
    assert "no_data" == one(ODOO, facts).state


def test_odoo_260384_a_receipt_on_the_promised_day_is_on_time_at_any_hour() -> None:
    assert 1 == one(ODOO, [ordered("L1", 10), received("R1", 10)]).value


@pytest.mark.parametrize(("quantity", "expected"), [(9, 0), (10, 1), (11, 0)])
def test_erpnext_on_time_shipments_want_exactly_the_ordered_quantity(quantity: int, expected: int) -> None:
    # supplier_scorecard_variable.py, on_time_shipment_num: the receipt's quantity equals the order's.
    exact = DeliveryPerformance(id="exact", over_tolerance=0)
    assert expected == one(exact, [ordered("L1", 10), received("R1", quantity)]).value


def test_erpnext_never_counts_a_split_delivery_that_arrived_whole_and_in_time() -> None:
    exact = DeliveryPerformance(id="exact", over_tolerance=0)
    assert 1 == one(exact, [ordered("L1", 10), received("R1", 6, days=-1), received("R2", 4)]).value


@pytest.mark.parametrize(("quantity", "expected"), [(94, 0), (95, 1), (100, 1), (105, 1), (106, 0)])
def test_abg_perfect_order_fills_within_5_percent_either_way(quantity: int, expected: int) -> None:
    fill = DeliveryPerformance(id="fill", under_tolerance="0.05", over_tolerance="0.05")
    assert expected == one(fill, [ordered("L1", 100), received("R1", quantity)]).value


def test_bell_on_time_delivery_is_100_times_1_minus_late_units_of_scheduled_units() -> None:
    facts = [ordered("L1", 60), received("R1", 60), ordered("L2", 40), received("R2", 30, of="L2", days=4)]
    late_units, scheduled_units = 30 + 10, 100  # 30 came late, 10 are overdue
    assert 1 - Fraction(late_units, scheduled_units) == one(ODOO, facts).value


def test_s4hana_early_and_late_are_both_a_variance() -> None:
    exact = DeliveryPerformance(id="exact_day", early_days=0)
    assert [0, 1, 0] == [one(exact, [ordered("L1", 10), received("R1", 10, days=days)]).value for days in (-1, 0, 1)]


def test_sap_me_the_statistics_date_outlives_a_re_planned_date() -> None:
    facts = [ordered("L1", 10, latest_promise_on=DUE + timedelta(days=14)), received("R1", 10, days=12)]
    original, latest = (DeliveryPerformance(id="otd", promise=promise) for promise in ("original", "latest"))
    assert [0, 1] == [one(original, facts).value, one(latest, facts).value]


def test_infor_ln_price_rating_is_unit_price_over_average_price() -> None:
    facts = [
        PriceObservation(id=f"P{supplier}", supplier=supplier, item="bolt", price=Money(price, "EUR"), observed_on=DUE)
        for supplier, price in (("A", "90"), ("B", "110"))
    ]
    found = measure([PriceIndex(id="price", source="observations")], Ledger(facts), period=YEAR, as_of=MARCH)
    assert {"A": Fraction(90, 100), "B": Fraction(110, 100)} == {entry.key: entry.value for entry in found}


def test_sap_me_price_level_with_one_vendor_does_not_compare_with_itself() -> None:
    facts = [PriceObservation(id="P1", supplier="A", item="bolt", price=Money("90", "EUR"), observed_on=DUE)]
    (found,) = measure([PriceIndex(id="price", source="observations")], Ledger(facts), period=YEAR, as_of=MARCH)
    assert "no_data" == found.state


#: Supplier: lots accepted, lots delivered, deliveries on time, deliveries, offered price, published score.
W8 = {
    "A": (66, 78, 20, 21, 10_000, "93.77"),
    "B": (43, 47, 16, 16, 12_000, "93.71"),
    "C": (66, 68, 17, 19, 15_000, "85.67"),
    "D": (88, 94, 24, 26, 10_500, "93.37"),
    "E": (52, 59, 16, 18, 13_000, "85.71"),
}


def w8_facts() -> list[Inspection | OrderLine | Receipt | PriceObservation]:
    facts: list[Inspection | OrderLine | Receipt | PriceObservation] = []
    for supplier, (accepted, lots, on_time, deliveries, offered, _) in W8.items():
        facts += [
            Inspection(
                id=f"{supplier}{lot}",
                supplier=supplier,
                item="lot",
                inspected=1,
                rejected=int(lot >= accepted),
                inspected_on=DUE,
            )
            for lot in range(lots)
        ]
        for number in range(deliveries):
            name = f"{supplier}{number}"
            facts += (ordered(name, 1, supplier=supplier), received(name, 1, of=name, days=int(number >= on_time)))
        price = Money(offered, "USD")
        facts.append(PriceObservation(id=supplier, supplier=supplier, item="lot", price=price, observed_on=DUE))
    return facts


@pytest.mark.parametrize("supplier", sorted(W8))
def test_w8_scribd_585678952_lots_deliveries_and_offers_give_the_published_score(supplier: str) -> None:
    lowest = PriceIndex(id="price", against="lowest", source="observations")
    every = (DeliveryPerformance(id="delivery"), QualityPassRate(id="quality"), lowest)
    record = records(measure(every, Ledger(w8_facts()), period=YEAR, as_of=MARCH))[supplier]
    accepted, lots, on_time, deliveries, offered, published = W8[supplier]
    dearer = Fraction(offered, 10_000)
    assert {"delivery": Fraction(on_time, deliveries), "quality": Fraction(accepted, lots), "price": dearer} == record
    price = 1 / dearer  # the price score is lowest / offered, the index offered / lowest
    score = 50 * Fraction(on_time, deliveries) + 25 * Fraction(accepted, lots) + 25 * price
    assert Decimal(published) == to_decimal(round_to_units(score, 2), 2)


@pytest.mark.parametrize(
    ("shares", "hhi", "of_2010", "of_2023"),
    [((30, 30, 20, 20), 2600, "high", "high"), ((25, 25, 25, 25), 2500, "moderate", "high")],
)
def test_w24_us_department_of_justice_the_hhi_has_its_class_by_the_edition(
    shares: tuple[int, ...], hhi: int, of_2010: str, of_2023: str
) -> None:
    facts = [ordered(f"L{number}", share, supplier=f"V{number}") for number, share in enumerate(shares)]
    (found,) = measure([Concentration(id="hhi")], Ledger(facts), by="total", period=YEAR, as_of=MARCH)
    assert found.value is not None
    classes = [concentration_class(found.value, edition=edition) for edition in ("doj_2010", "doj_2023")]
    assert (hhi, [of_2010, of_2023]) == (found.value, classes)
