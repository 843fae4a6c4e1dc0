"""Concentration of spend, and what it is called by which guidelines; spend by each of its bases."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from purchases import billed, bought, found_by, got, total, values

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures import Concentration, HalfLife, Scope, Spend, concentration_class
from supplychain_rules.values.money import Money

APRIL = date(2026, 4, 1)


def spread(**choices: Any) -> Concentration:  # noqa: ANN401  any value
    return Concentration(id="spread", **choices)


def shares(*amounts: int, **others: Any) -> list[Any]:  # noqa: ANN401  any value
    return [bought(f"L{place}", f"V{place}", "bolt", amount, "1", **others) for place, amount in enumerate(amounts)]


def test_one_supplier_of_everything_has_an_index_of_10000() -> None:
    assert 10_000 == total(spread(), shares(7)).value


def test_the_index_is_the_sum_of_squared_shares_in_percent() -> None:
    found = total(spread(), shares(1, 2, 4))
    assert (10_000 * Fraction(1 + 4 + 16, 49), 3) == (found.value, found.evidence)


def test_several_orders_of_a_supplier_are_one_share() -> None:
    facts = [*shares(1, 2), bought("L9", "V0", "bolt", 1, "1")]
    assert 5_000 == total(spread(), facts).value


@pytest.mark.parametrize(("top", "expected"), [(1, Fraction(4, 7)), (2, Fraction(6, 7)), (3, 1), (9, 1)])
def test_the_share_of_the_largest_few(top: int, expected: Fraction) -> None:
    assert expected == total(spread(figure="top_share", top=top), shares(1, 2, 4)).value


@pytest.mark.parametrize(
    ("share", "expected"), [("0.0001", 1), ("0.5", 1), ("0.51", 2), ("0.8", 2), ("0.81", 3), ("1", 3)]
)
def test_as_few_of_the_largest_as_reach_the_share_make_it_up(share: str, expected: int) -> None:
    assert expected == total(spread(figure="count_for_share", share=share), shares(20, 30, 50)).value


@pytest.mark.parametrize("figure", ["hhi", "top_share", "count_for_share"])
def test_a_spend_of_nothing_is_not_concentrated_and_not_spread(figure: Any) -> None:  # noqa: ANN401  any value
    found = total(spread(figure=figure), [bought("L1", "V1", "bolt", 1, "0")])
    assert ("no_data", "all that counts has the value zero") == (found.state, found.note)


def test_by_category_each_category_has_its_own_suppliers() -> None:
    facts = [
        *shares(1, 1, category="steel"),
        bought("L9", "V9", "nut", 8, "1", category="paint"),
    ]
    assert {"steel": 5_000, "paint": 10_000} == values(spread(), facts, by="category")


def test_by_supplier_the_items_of_each_can_be_concentrated() -> None:
    facts = [bought("L1", "V1", "bolt", 3, "1"), bought("L2", "V1", "nut", 1, "1"), bought("L3", "V2", "nut", 1, "1")]
    assert {"V1": 6_250, "V2": 10_000} == values(spread(over="item"), facts)


def test_spend_that_does_not_say_whose_it_is_is_left_out_and_counted() -> None:
    facts = [*shares(3, 1), bought("L9", "V1", "bolt", 1, "1", site="P1")]
    found = total(spread(over="site"), facts)
    assert (10_000, 1, "spend without a site left out: 2") == (found.value, found.evidence, found.note)


def test_to_measure_by_what_the_spend_is_spread_over_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="'spread' is measured by what its spend is spread over: 'supplier'"):
        values(spread(), shares(1, 2))


def test_a_scope_leaves_an_own_warehouse_out_before_shares_are_formed() -> None:
    scope = Scope(without_suppliers=["V2"])
    assert 5_000 == total(spread(scope=scope), shares(1, 1, 98)).value


def test_an_older_purchase_may_weigh_less() -> None:
    facts = [
        bought("L1", "V1", "bolt", 2, "1", on=date(2026, 12, 1)),
        bought("L2", "V2", "bolt", 1, "1", on=date(2026, 12, 31)),
    ]
    assert 5_000 == total(spread(decay=HalfLife(30)), facts).value


def test_received_and_billed_spend_can_be_concentrated_too() -> None:
    facts = [*shares(1, 9), got("R1", "L0", 1), got("R2", "L1", 1), billed("I1", "L0", 1, "3", supplier="V0")]
    assert [5_000, 10_000] == [total(spread(basis=basis), facts).value for basis in ("received", "invoiced")]


def test_shares_in_two_currencies_are_refused() -> None:
    facts = [*shares(1), bought("L9", "V9", "bolt", 1, "1", currency="USD")]
    with pytest.raises(InvalidValueError, match="measure 'spread' meets more than one currency: 'EUR, USD'"):
        total(spread(), facts)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"figure": "gini"}, "figure is unknown: 'gini'; expected one of hhi, top_share, count_for_share"),
        ({"over": "month"}, "over is unknown: 'month'; expected one of supplier, customer, item, category, site"),
        ({"top": 5}, "top has no effect without figure='top_share'"),
        ({"share": "0.9"}, "share has no effect without figure='count_for_share'"),
        ({"figure": "top_share", "top": 0}, "top must be a whole number from 1 to 10000"),
        ({"figure": "top_share", "top": True}, "top must be a whole number"),
        ({"figure": "count_for_share", "share": "0"}, "share must be above 0 and at most 1"),
        ({"figure": "count_for_share", "share": 80}, "share must be above 0 and at most 1: .*; 80 % is '0.8'"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        spread(**choices)


@pytest.mark.parametrize(
    ("hhi", "of_2010", "of_2023"),
    [
        ("999.99", "unconcentrated", "unconcentrated"),
        ("1000", "unconcentrated", "moderate"),
        ("1499.99", "unconcentrated", "moderate"),
        ("1500", "moderate", "moderate"),
        ("1800", "moderate", "moderate"),
        ("1800.01", "moderate", "high"),
        ("2500", "moderate", "high"),
        ("2500.01", "high", "high"),
    ],
)
def test_how_concentrated_a_market_is_depends_on_the_edition(hhi: str, of_2010: str, of_2023: str) -> None:
    assert (of_2010, of_2023, of_2023) == (
        concentration_class(hhi, edition="doj_2010"),
        concentration_class(hhi, edition="doj_2023"),
        concentration_class(hhi, edition="doj_1992"),
    )


def test_an_index_out_of_range_or_an_unknown_edition_is_refused() -> None:
    for wrong in ("-1", "10000.01"):
        with pytest.raises(InvalidValueError, match="an HHI lies from 0 to 10000"):
            concentration_class(wrong, edition="doj_2023")
    known = "expected one of doj_1992, doj_2010, doj_2023"
    with pytest.raises(InvalidValueError, match=f"edition is unknown: 'doj_1982'; {known}"):
        concentration_class(1, edition="doj_1982")  # type: ignore[arg-type]  # wrong on purpose


#: 10 ordered at 2 in March; 4 received in March and 5 in April, 2 of another item; 9 billed in April for 20.
TRADE = (
    bought("L1", "V1", "bolt", 10, "2"),
    *(got("R1", "L1", 4), got("R2", "L1", 5, on=APRIL), got("R3", "L1", 2, wrong_item=True)),
    billed("I1", "L1", 9, "20", on=APRIL),
)


@pytest.mark.parametrize(
    ("basis", "march", "april", "facts"), [("ordered", 20, None, 1), ("received", 8, 10, 2), ("invoiced", None, 20, 1)]
)
def test_spend_is_what_was_ordered_received_or_billed(basis: Any, march: int, april: int, facts: int) -> None:  # noqa: ANN401  any value
    found = values(Spend(id="spend", basis=basis), TRADE, by="month")
    assert (march, april) == (found["2026-03"], found["2026-04"])
    assert facts == total(Spend(id="spend", basis=basis), TRADE).evidence


def test_a_stated_line_value_is_received_in_proportion() -> None:
    facts = [bought("L1", "V1", "bolt", 3, "0.33", value=Money("1", "EUR")), got("R1", "L1", 1)]
    assert Fraction(1, 3) == total(Spend(id="spend", basis="received"), facts).value


def test_what_was_received_without_an_order_line_or_after_its_cancelling_has_no_value() -> None:
    facts = [got("R1", "unknown", 1), bought("L1", "V1", "bolt", 0, "2"), got("R2", "L1", 1)]
    assert "no_data" == total(Spend(id="spend", basis="received"), facts).state


def test_sales_have_a_value_by_customer_too() -> None:
    facts = [
        bought("S1", "V1", "bolt", 10, "2", customer="C1", value=Money("18", "EUR")),
        bought("S2", "V1", "bolt", 1, "2", customer="C2"),
    ]
    assert {"C1": 18, "C2": 2} == values(Spend(id="sales"), facts, by="customer")
    assert 18 * 18 + 2 * 2 == found_by(spread(over="customer"), facts, by="total")["total"].numerator / 10_000
