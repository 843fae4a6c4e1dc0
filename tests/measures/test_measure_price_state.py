"""Prices in a state: what a price changes is counted anew, and what is closed no price changes any more."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from purchases import MARCH, YEAR, billed, bought, market, priced, series

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.corrections import Cancellation
from supplychain_rules.measures import Measure, MeasureState, PriceChange, PriceIndex

JANUARY, APRIL, MAY, JUNE = (date(2026, month, 1) for month in (1, 4, 5, 6))

CONTRACT = PriceIndex(id="price", against="contract")


def state_of(measure: Measure, *facts: Any) -> MeasureState:  # noqa: ANN401
    state = MeasureState([measure])
    for fact in facts:
        state.add(fact)
    return state


def value(state: MeasureState) -> Fraction | None:
    return state.measurements(period=YEAR, as_of=JUNE)[0].value


def closed(measure: Measure, *facts: Any) -> MeasureState:  # noqa: ANN401
    state = state_of(measure, *facts)
    assert state.close(before=APRIL, as_of=JUNE) == 1
    return state


AGREED = priced("C1", "V1", "2", kind="contract", on=JANUARY)
MARKET = market("M1", "2", on=JANUARY)
STEEL = series("100", JANUARY)
LINE = bought("L1", "V1", "bolt", 1, "1")


def test_a_price_that_comes_after_the_order_is_counted_anew() -> None:
    state = state_of(CONTRACT, LINE)
    assert value(state) is None
    state.add(AGREED)
    assert Fraction(1, 2) == value(state)


def test_a_billed_line_without_an_order_is_counted_anew_too() -> None:
    state = state_of(
        PriceIndex(id="price", against="market", source="invoices"), billed("I1", None, 1, "1", item="bolt")
    )
    state.add(MARKET)
    assert Fraction(1, 2) == value(state)


@pytest.mark.parametrize(
    ("measure", "price", "change"),
    [
        (CONTRACT, AGREED, priced("C2", "V1", "3", kind="contract", on=MARCH)),
        (CONTRACT, AGREED, priced("C1", "V1", "3", kind="contract", on=MAY)),
        (CONTRACT, AGREED, Cancellation(of="prices", fact="C1", known_on=MAY)),
        (PriceIndex(id="price", against="market"), MARKET, market("M2", "3", on=MARCH)),
        (PriceIndex(id="price", against="market"), MARKET, market("M1", "3", on=MAY)),
        (PriceIndex(id="price", against="market"), MARKET, Cancellation(of="market_prices", fact="M1", known_on=MAY)),
        (PriceChange(id="price", against="series", series="steel"), STEEL, series("110", JANUARY, known_on=MAY)),
    ],
)
def test_a_price_of_closed_business_can_no_longer_change(measure: Measure, price: Any, change: Any) -> None:  # noqa: ANN401
    state = closed(measure, price, LINE)
    before = value(state)
    with pytest.raises(InvalidValueError, match="was closed before 2026-04-01"):
        state.add(change)
    assert before == value(state)


def test_a_price_of_a_later_day_or_of_something_else_may_still_come() -> None:
    state = closed(CONTRACT, AGREED, LINE)
    state.add(priced("C2", "V1", "4", kind="contract", on=MAY))
    state.add(priced("C3", "V1", "4", kind="contract", on=JANUARY, item="nut"))
    state.add(series("110", JANUARY, known_on=MAY))
    state.add(bought("L2", "V1", "bolt", 1, "3", on=MAY))
    assert Fraction(1 + 3, 2 + 4) == value(state)
