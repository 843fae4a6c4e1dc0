"""Price indices: against whom or what a price is compared."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from purchases import MARCH, billed, bought, found_by, market, priced, total, values

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures import PriceIndex, Scope

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


def index(**choices: Any) -> PriceIndex:  # noqa: ANN401
    return PriceIndex(id="price", **choices)


THREE = (
    bought("L1", "V1", "bolt", 100, "1"),
    bought("L2", "V2", "bolt", 100, "1.50"),
    bought("L3", "V3", "bolt", 200, "2"),
)


def test_peers_are_the_other_suppliers_only() -> None:
    # V1 against (150 + 400) / 300, V2 against (100 + 400) / 300, V3 against (100 + 150) / 200.
    expected = {"V1": Fraction(6, 11), "V2": Fraction(9, 10), "V3": Fraction(8, 5)}
    assert expected == values(index(against="peers"), THREE)


def test_the_lowest_price_is_that_of_the_cheapest_supplier_on_average() -> None:
    # V1 sold one bolt for 0.50, but its mean is (100 + 0.50) / 101.
    cheap = Fraction("100.50") / 101
    facts = [*THREE, bought("L4", "V1", "bolt", 1, "0.50")]
    expected = {"V1": 1, "V2": Fraction(3, 2) / cheap, "V3": 2 / cheap}
    assert expected == values(index(against="lowest"), facts)


@pytest.mark.parametrize("against", ["mean", "peers", "lowest"])
def test_an_item_that_nobody_else_sells_is_left_out_and_counted(against: Any) -> None:  # noqa: ANN401
    facts = [bought("L4", "V1", "nut", 1, "9"), bought("L5", "V1", "washer", 1, "9"), *THREE]
    found = found_by(index(against=against), facts)["V1"]
    assert (1, "items without a reference price left out: 2") == (found.evidence, found.note)


def test_an_item_that_the_others_give_away_compares_with_nothing() -> None:
    facts = [bought("L1", "V1", "bolt", 1, "1"), bought("L2", "V2", "bolt", 1, "0")]
    assert {"V1": None, "V2": 0} == values(index(against="peers"), facts)
    assert {"V1": None, "V2": None} == values(index(against="lowest"), facts)


@pytest.mark.parametrize("against", ["mean", "peers", "lowest"])
def test_by_month_the_reference_is_that_of_the_whole_period(against: Any) -> None:  # noqa: ANN401
    facts = [bought("L1", "V1", "bolt", 1, "1"), bought("L2", "V2", "bolt", 1, "4", on=APRIL)]
    found = values(index(against=against), facts, by="month")
    expected = {
        "mean": (Fraction(2, 5), Fraction(8, 5)),
        "peers": (Fraction(1, 4), Fraction(4)),
        "lowest": (Fraction(1), Fraction(4)),
    }
    assert (expected[against], None) == ((found["2026-03"], found["2026-04"]), found["2026-05"])


def test_by_item_the_lowest_price_says_what_buying_elsewhere_would_have_saved() -> None:
    found = found_by(index(against="lowest"), THREE, by="item")["bolt"]
    assert (650, 400) == (found.numerator, found.denominator)


def test_the_market_price_is_the_one_in_force_on_the_day_of_the_order() -> None:
    facts = [
        *(market("M1", "2", on=date(2025, 12, 1)), market("M2", "4", on=APRIL)),
        *(bought("L1", "V1", "bolt", 10, "1"), bought("L2", "V1", "bolt", 10, "5", on=APRIL)),
    ]
    found = found_by(index(against="market"), facts)["V1"]
    assert [1, 60, 60, 2] == [found.value, found.numerator, found.denominator, found.evidence]


def test_one_supplier_alone_compares_with_the_market() -> None:
    assert {"V1": Fraction(1, 2)} == values(
        index(against="market"), [market("M1", "2"), bought("L1", "V1", "bolt", 10, "1")]
    )


def test_what_has_no_market_price_is_left_out_and_counted() -> None:
    facts = [
        *(
            market("M1", "2", on=APRIL),
            market("M2", "90", on=date(2026, 1, 1), unit="box"),
            market("M0", "0", item="nut"),
        ),
        *(
            bought("L1", "V1", "bolt", 1, "1"),
            bought("L2", "V1", "nut", 1, "1"),
            bought("L3", "V1", "bolt", 1, "1", on=MAY),
        ),
    ]
    found = found_by(index(against="market"), facts)["V1"]
    assert (Fraction(1, 2), 1) == (found.value, found.evidence)
    assert "prices without a market price left out: 2" == found.note


def test_the_market_may_be_that_of_one_source() -> None:
    facts = [
        *(market("M1", "2", source="exchange"), market("M2", "4", source="newsletter", on=APRIL)),
        bought("L1", "V1", "bolt", 1, "1", on=MAY),
    ]
    assert {"V1": Fraction(1, 4)} == values(index(against="market"), facts)
    assert {"V1": Fraction(1, 2)} == values(index(against="market", market_source="exchange"), facts)


def test_the_contract_price_is_the_suppliers_own() -> None:
    facts = [
        *(priced("P1", "V1", "2", kind="contract"), priced("P2", "V2", "1", kind="contract")),
        *(priced("P3", "V1", "9", kind="list"), bought("L1", "V1", "bolt", 1, "3"), bought("L2", "V3", "bolt", 1, "3")),
    ]
    found = found_by(index(against="contract"), facts)
    assert (Fraction(3, 2), "no_data") == (found["V1"].value, found["V3"].state)
    assert "no comparable item in the period; prices without a contract price left out: 1" == found["V3"].note


def test_billed_prices_can_take_the_place_of_ordered_ones() -> None:
    facts = [
        *(bought("L1", "V1", "bolt", 10, "1", unit="kg"), bought("L2", "V2", "bolt", 10, "1", unit="kg")),
        *(billed("I1", "L1", 5, "5"), billed("I2", "L2", 5, "15", supplier="V2")),
    ]
    assert {"V1": Fraction(1, 2), "V2": Fraction(3, 2)} == values(index(source="invoices"), facts)


def test_a_billed_line_without_an_item_is_left_out_and_counted() -> None:
    facts = [
        *(billed("I1", None, 5, "5", item="bolt"), billed("I2", None, 5, "15", supplier="V2", item="bolt")),
        billed("I3", None, 1, "7"),
    ]
    found = found_by(index(source="invoices"), facts)["V1"]
    assert (Fraction(1, 2), "invoice lines without an item left out: 1") == (found.value, found.note)


def test_contract_and_standard_prices_do_not_enter_a_mean_of_quotes() -> None:
    facts = [
        *(priced("P1", "V1", "1"), priced("P2", "V2", "3"), priced("P3", "V1", "90", kind="standard")),
        *(priced("P4", "V2", "90", kind="contract"), priced("P5", "V2", "4", kind="paid")),
    ]
    quotes = index(source="observations")
    assert {"V1": Fraction(1, 2), "V2": Fraction(3, 2)} == values(quotes, facts)
    both = index(source="observations", kinds=["quote", "paid"])
    assert Fraction(1) / Fraction(8, 3) == values(both, facts)["V1"]


def test_prices_in_two_currencies_are_refused_whatever_they_are_compared_with() -> None:
    facts = [
        *(bought("L1", "V1", "bolt", 1, "1"), market("M1", "1", currency="USD")),
        priced("P1", "V1", "1", kind="contract", currency="USD"),
    ]
    for against in ("market", "contract"):
        with pytest.raises(InvalidValueError, match="measure 'price' meets more than one currency: 'EUR, USD'"):
            total(index(against=against), facts)


def test_a_scope_draws_the_circle_of_the_peers() -> None:
    found = values(index(against="peers", scope=Scope(without_suppliers=["V3"])), THREE)
    assert {"V1": Fraction(2, 3), "V2": Fraction(3, 2), "V3": None} == found


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"against": "median"}, "against is unknown: 'median'; expected one of mean, peers, lowest, market, contract"),
        ({"kinds": ["paid"]}, "kinds has no effect without source='observations'"),
        ({"source": "observations", "kinds": []}, r"unknown kind of price: \(\); expected some of quote"),
        ({"source": "observations", "kinds": ["offer"]}, "unknown kind of price: 'offer'"),
        ({"source": "observations", "kinds": "quote"}, "kinds of prices must be a collection"),
        ({"market_source": "exchange"}, "market_source has no effect without against='market'"),
        ({"against": "market", "market_source": " "}, "market_source is blank"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        index(**choices)


def test_a_later_correction_of_a_market_price_counts_from_the_day_it_is_known() -> None:
    facts = [market("M1", "2"), market("M1", "4", known_on=APRIL), bought("L1", "V1", "bolt", 1, "1")]
    found = [total(index(against="market"), facts, as_of=day).value for day in (MARCH, APRIL)]
    assert [Fraction(1, 2), Fraction(1, 4)] == found
