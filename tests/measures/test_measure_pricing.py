"""Reference prices in force: looked up in an index that takes one fact at a time, and found as a reader finds them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from purchases import MARCH, market, priced, series

from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.prices import IndexValue, MarketPrice, PriceObservation
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.pricing import index_value, market_price, observed_price

JANUARY, FEBRUARY, APRIL = date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)


def index_of(*facts: Any) -> FactIndex:  # noqa: ANN401
    return FactIndex(Ledger(facts))


def test_a_market_price_that_arrives_corrects_or_goes_is_seen_at_once() -> None:
    index = index_of(market("M1", "1", on=JANUARY))
    find = market_price(index, None)
    found = [find("bolt", "", MARCH)]
    index.put(market("M2", "2", on=FEBRUARY))
    found.append(find("bolt", "", MARCH))
    index.put(market("M2", "3", on=FEBRUARY))
    found.append(find("bolt", "", MARCH))
    index.take(MarketPrice, "M2")
    found.append(find("bolt", "", MARCH))
    index.take(MarketPrice, "M1")
    assert [Decimal(1), Decimal(2), Decimal(3), Decimal(1)] == [price[0] for price in found if price is not None]
    assert find("bolt", "", MARCH) is None


def test_a_contract_price_that_arrives_is_seen_at_once() -> None:
    index = index_of(priced("C1", "V1", "10", kind="contract", on=JANUARY))
    find = observed_price(index, "contract")
    before = find("V1", "bolt", "", MARCH)
    index.put(priced("C2", "V1", "12", kind="contract", on=FEBRUARY))
    assert ((Decimal(10), "EUR"), (Decimal(12), "EUR")) == (before, find("V1", "bolt", "", MARCH))
    index.take(PriceObservation, "C1")
    assert find("V1", "bolt", "", JANUARY) is None


def test_an_edition_of_an_index_that_arrives_is_seen_at_once() -> None:
    index = index_of(series("100", JANUARY))
    find = index_value(index, "steel")
    before = find(MARCH)
    index.put(series("110", JANUARY, known_on=APRIL))
    assert (Decimal(100), Decimal(110), None) == (before, find(MARCH), find(date(2025, 12, 31)))
    index.take(IndexValue, "steel@2026-01-01")
    assert find(MARCH) is None


offsets = st.integers(0, 8)


def a_day(offset: int) -> date:
    return JANUARY + timedelta(days=offset)


@given(
    prices=st.lists(st.tuples(offsets, st.none() | offsets, st.sampled_from(("contract", "list"))), max_size=6),
    on=offsets,
)
def test_the_price_in_force_is_the_one_that_a_reader_finds(prices: list[tuple[int, int | None, Any]], on: int) -> None:
    facts = [
        priced(
            f"C{number}",
            "V1",
            str(number + 1),
            kind=kind,
            on=a_day(start),
            valid_until=None if length is None else a_day(start + length),
        )
        for number, (start, length, kind) in enumerate(prices)
    ]
    begun = [one for one in facts if one.kind == "contract" and one.observed_on <= a_day(on)]
    begun.sort(key=lambda one: (one.observed_on, one.id))
    # With an end it holds until then; without one it holds until another begins.
    holding = [one for one in begun if (one is begun[-1] if one.valid_until is None else a_day(on) < one.valid_until)]
    expected = (holding[-1].price.amount, "EUR") if holding else None
    assert expected == observed_price(index_of(*facts), "contract")("V1", "bolt", "", a_day(on))
