"""Price history: baskets of two periods, against themselves, the market or an index series."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from purchases import MARCH, YEAR, bought, found_by, market, priced, series, total, values

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures import PriceChange, Scope, index_change, index_mean
from supplychain_rules.values.period import Period

LAST_MARCH, APRIL = date(2025, 3, 1), date(2026, 4, 1)


def history(**choices: Any) -> PriceChange:  # noqa: ANN401
    return PriceChange(id="history", **choices)


#: Bolts from 1 to 2 (10, then 30 pieces), nuts from 4 to 3 (5, then 10 pieces).
BASKET = (
    bought("B1", "V1", "bolt", 10, "1", on=LAST_MARCH),
    bought("B2", "V1", "nut", 5, "4", on=LAST_MARCH),
    bought("N1", "V1", "bolt", 30, "2"),
    bought("N2", "V1", "nut", 10, "3"),
)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("laspeyres", Fraction(20 + 15, 10 + 20)),
        ("paasche", Fraction(60 + 30, 30 + 40)),
        ("fisher", Fraction("1.224745")),  # the root of 7/6 x 9/7 = 3/2
    ],
)
def test_quantities_of_the_base_of_now_or_of_both_weigh_the_items(formula: Any, expected: Fraction) -> None:  # noqa: ANN401
    found = total(history(formula=formula), BASKET)
    assert (expected, 2) == (found.value, found.evidence)


def test_an_items_price_is_its_mean_of_the_period() -> None:
    facts = [
        *(bought("B1", "V1", "bolt", 1, "1", on=LAST_MARCH), bought("B2", "V1", "bolt", 3, "2", on=date(2025, 9, 1))),
        bought("N1", "V1", "bolt", 7, "3.50"),
    ]
    assert Fraction("3.5") / Fraction(7, 4) == total(history(), facts).value


def test_what_was_not_bought_in_both_periods_is_left_out_and_counted() -> None:
    facts = [
        *(*BASKET, bought("N3", "V1", "washer", 1, "1"), bought("N4", "V1", "bolt", 1, "90", unit="box")),
        *(bought("B3", "V1", "screw", 1, "1", on=LAST_MARCH), bought("N5", "V2", "bolt", 1, "1")),
        *(bought("B6", "V1", "gift", 1, "0", on=LAST_MARCH), bought("N6", "V1", "gift", 1, "1")),
    ]
    found = found_by(history(), facts)
    assert (Fraction(7, 6), 2) == (found["V1"].value, found["V1"].evidence)
    assert "items not bought in both periods left out: 3" == found["V1"].note
    note = "no item was bought in both periods; items not bought in both periods left out: 1"
    assert ("no_data", note) == (found["V2"].state, found["V2"].note)


def test_a_supplier_is_compared_with_itself_also_in_a_total() -> None:
    # V1 stays at 1, V2 at 3: moving all to V2 is no change of prices.
    facts = [
        *(bought("B1", "V1", "bolt", 9, "1", on=LAST_MARCH), bought("B2", "V2", "bolt", 1, "3", on=LAST_MARCH)),
        *(bought("N1", "V1", "bolt", 1, "1"), bought("N2", "V2", "bolt", 9, "3")),
    ]
    assert {"bolt": 1} == values(history(), facts, by="item")


def test_the_base_period_may_be_some_months_back_or_a_fixed_one() -> None:
    facts = [
        *(bought("B1", "V1", "bolt", 1, "1", on=date(2024, 3, 1)), bought("B2", "V1", "bolt", 1, "2", on=LAST_MARCH)),
        bought("N1", "V1", "bolt", 1, "6"),
    ]
    changes = (history(), history(months_back=24), history(base=Period(date(2024, 1, 1), date(2026, 1, 1))))
    assert [3, 6, 4] == [total(change, facts).value for change in changes]


def test_by_month_each_month_is_compared_with_the_whole_base_period() -> None:
    facts = [*BASKET, bought("N3", "V1", "bolt", 1, "3", on=APRIL)]
    found = found_by(history(), facts, by="month")
    assert (Fraction(7, 6), 3, "no_data") == (found["2026-03"].value, found["2026-04"].value, found["2026-05"].state)
    assert [f"2026-{month:02}" for month in range(1, 13)] == list(found)


def test_by_supplier_and_quarter_each_supplier_has_its_own_base() -> None:
    facts = [
        *(*BASKET, bought("B9", "V2", "bolt", 1, "5", on=LAST_MARCH), bought("N9", "V2", "bolt", 1, "4", on=APRIL)),
    ]
    found = values(history(), facts, by=("supplier", "quarter"))
    assert (Fraction(7, 6), Fraction(4, 5)) == (found["V1", "2026-Q1"], found["V2", "2026-Q2"])
    assert found["V2", "2026-Q1"] is None


def test_a_price_that_rose_less_than_the_market_is_below_one() -> None:
    # The supplier went from 10 to 11, the market from 20 to 25.
    facts = [
        *(bought("B1", "V1", "bolt", 1, "10", on=LAST_MARCH), bought("N1", "V1", "bolt", 1, "11")),
        *(market("M0", "20", on=date(2025, 1, 1)), market("M1", "25", on=date(2026, 2, 1))),
    ]
    for formula in ("laspeyres", "paasche", "fisher"):
        assert Fraction("0.88") == total(history(formula=formula, against="market"), facts).value


def test_each_item_moves_with_its_own_market() -> None:
    # Bolts double with their market, nuts fall to 3 where their market stays at 4: 35 against 10 x 2 + 20.
    facts = [
        *(*BASKET, market("M1", "5", on=date(2025, 1, 1)), market("M2", "10", on=date(2026, 1, 1))),
        market("M3", "4", item="nut", on=date(2025, 1, 1)),
    ]
    assert Fraction(35, 40) == total(history(against="market"), facts).value


def test_the_market_counts_on_the_days_of_the_purchases() -> None:
    # Bought at 4 when the market was at 4, and three times as much at 8 when it was at 8: the market's mean is 7.
    facts = [
        *(bought("B1", "V1", "bolt", 1, "2", on=LAST_MARCH), market("M0", "2", on=date(2025, 1, 1))),
        *(bought("N1", "V1", "bolt", 1, "4"), bought("N2", "V1", "bolt", 3, "8", on=APRIL)),
        *(market("M1", "4", on=date(2026, 2, 1)), market("M2", "8", on=date(2026, 4, 1))),
    ]
    assert 1 == total(history(against="market"), facts).value


def test_purchases_without_a_market_price_are_left_out_and_counted() -> None:
    facts = [*BASKET, market("M1", "5", on=date(2025, 1, 1)), market("M2", "0", item="nut", on=date(2025, 1, 1))]
    found = total(history(against="market"), facts)
    assert (2, "purchases without a market price left out: 1") == (found.value, found.note)
    found = total(history(against="series", series="steel"), [*BASKET, series("10", date(2026, 2, 1))])
    assert ("no_data", 0) == (found.state, found.evidence)
    assert "items not bought in both periods left out: 2" in found.note


def test_the_note_counts_what_was_left_out_of_this_period_only() -> None:
    facts = [*BASKET, market("M1", "5", on=date(2026, 1, 1))]
    found = total(history(against="market"), facts)
    nuts, bolts = "purchases without a market price left out: 1", "items not bought in both periods left out: 1"
    assert f"no item was bought in both periods; {nuts}; {bolts}" == found.note


def test_an_index_series_stands_for_the_market_in_the_edition_known_on_the_day() -> None:
    facts = [
        *(*BASKET[::2], series("100", date(2025, 3, 1)), series("125", date(2026, 3, 1))),
        series("160", date(2026, 3, 1), known_on=date(2026, 7, 1)),
        series("999", date(2026, 3, 1), name="copper"),
    ]
    change = history(against="series", series="steel")
    found = [total(change, facts, as_of=day).value for day in (APRIL, date(2026, 7, 1))]
    assert [Fraction(200, 125), Fraction(200, 160)] == found


def test_market_prices_of_one_source_can_be_named() -> None:
    facts = [
        *(*BASKET[::2], market("M0", "1", on=date(2025, 1, 1), source="exchange")),
        *(market("M1", "2", on=date(2026, 1, 1), source="exchange"), market("M2", "8", on=MARCH, source="rumour")),
    ]
    assert 1 == total(history(against="market", market_source="exchange"), facts).value


def test_quotes_can_have_a_history_of_their_own() -> None:
    facts = [priced("P0", "V1", "2", on=LAST_MARCH), priced("P1", "V1", "3"), priced("P2", "V1", "9", kind="list")]
    assert Fraction(3, 2) == total(history(source="observations"), facts).value


def test_a_history_in_two_currencies_is_refused() -> None:
    bases = [bought("B1", "V1", "bolt", 1, "1", on=LAST_MARCH, currency="USD"), bought("N1", "V1", "bolt", 1, "1")]
    markets = [*BASKET, market("M1", "1", currency="USD", on=date(2025, 1, 1))]
    for change, facts in ((history(), bases), (history(against="market"), markets)):
        with pytest.raises(InvalidValueError, match="measure 'history' meets more than one currency: 'EUR, USD'"):
            total(change, facts)


def test_a_scope_holds_for_both_periods() -> None:
    assert {"V1": 2} == values(history(scope=Scope(items=["bolt"])), BASKET)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"formula": "toernqvist"}, "formula is unknown: 'toernqvist'; expected one of laspeyres, paasche, fisher"),
        ({"against": "peers"}, "against is unknown: 'peers'"),
        ({"against": "series"}, "series is not given"),
        ({"series": "steel"}, "series has no effect without against='series'"),
        ({"market_source": "exchange"}, "market_source has no effect without against='market'"),
        ({"kinds": ["paid"]}, "kinds has no effect without source='observations'"),
        ({"months_back": 0}, "months_back must be a whole number from 1 to 1200"),
        ({"months_back": True}, "months_back must be a whole number"),
        ({"months_back": 6, "base": Period.year(2020)}, "months_back has no effect without a base that moves"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        history(**choices)


def test_a_base_is_a_period() -> None:
    with pytest.raises(InvalidValueError, match="base must be a Period: 2025; as in"):
        history(base=2025)


VALUES = [series("100", date(2025, 1, 1)), series("110", date(2025, 2, 1)), series("126", date(2026, 1, 1))]


def test_the_change_of_an_index_is_that_of_its_means() -> None:
    assert Fraction(105) == index_mean(VALUES, "steel", Period.year(2025))
    assert Fraction(1, 5) == index_change(VALUES, "steel", before=Period.year(2025), after=YEAR)


def test_the_edition_known_last_is_the_value_of_an_index() -> None:
    revised = [*VALUES, series("147", date(2026, 1, 1), known_on=APRIL)]
    assert Fraction(2, 5) == index_change(revised, "steel", before=Period.year(2025), after=YEAR)


def test_an_index_without_a_value_has_no_mean() -> None:
    for name, period in (("steel", Period.year(2024)), ("copper", YEAR)):
        with pytest.raises(InvalidValueError, match=rf"the index series has no value in .*: '{name}'"):
            index_mean(VALUES, name, period)
