"""What always holds of conversions: the parts add up, no rate comes from the future, there and back returns."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.exchange import ExchangeRate, ExchangeRates, convert
from supplychain_rules.values.money import Money
from supplychain_rules.values.rounding import ROUNDING_MODES, RoundingMode
from supplychain_rules.values.scaled import to_decimal

START = date(2026, 1, 1)
DAYS = st.integers(0, 12).map(lambda days: START + timedelta(days=days))
CODES = st.sampled_from(["EUR", "USD", "JPY", "KWD"])
PRICES = st.builds(to_decimal, st.integers(1, 10**6), st.integers(0, 5))
AMOUNTS = st.builds(to_decimal, st.integers(-(10**9), 10**9), st.integers(0, 4))
MODES = st.sampled_from(ROUNDING_MODES)


@st.composite
def collections(draw: st.DrawFn) -> ExchangeRates:
    prices = draw(st.dictionaries(st.tuples(CODES, CODES, DAYS), PRICES, max_size=20))
    return ExchangeRates(
        ExchangeRate(base=base, quote=quote, rate=price, on=on)
        for (base, quote, on), price in prices.items()
        if base != quote
    )


@given(collections(), st.tuples(CODES, CODES), DAYS, st.integers(0, 12), st.none() | CODES)
def test_a_rate_found_is_never_of_a_later_day_nor_older_than_allowed(
    rates: ExchangeRates, pair: tuple[str, str], on: date, age: int, pivot: str | None
) -> None:
    try:
        found = rates.rate(*pair, on, max_age_days=age, inverse=True, pivot=pivot)
    except InvalidValueError:
        return
    assert 0 <= found.age_days <= age
    assert [] == [leg for leg in found.legs if leg.on > on or leg not in rates.rates]


@given(collections(), st.tuples(CODES, CODES), DAYS, CODES)
def test_no_rate_divides_unless_that_is_allowed(
    rates: ExchangeRates, pair: tuple[str, str], on: date, pivot: str
) -> None:
    try:
        found = rates.rate(*pair, on, max_age_days=12, pivot=pivot)
    except InvalidValueError:
        return
    product = Fraction(1)
    for leg in found.legs:
        product *= Fraction(leg.rate)
    assert product == found.factor


@given(collections(), CODES, CODES, DAYS, st.integers(0, 12))
def test_the_newest_direct_rate_within_the_age_is_taken(
    rates: ExchangeRates, base: str, quote: str, on: date, age: int
) -> None:
    in_reach = [
        rate for rate in rates.rates if (rate.base, rate.quote) == (base, quote) and 0 <= (on - rate.on).days <= age
    ]
    try:
        found = rates.rate(base, quote, on, max_age_days=age).legs
    except InvalidValueError:
        assert in_reach == []
        assert base != quote
    else:
        assert (() if base == quote else (max(in_reach, key=lambda rate: rate.on),)) == found


@given(AMOUNTS, PRICES, MODES)
def test_exact_value_and_residual_add_up_to_the_money(amount: Decimal, price: Decimal, mode: RoundingMode) -> None:
    rates = ExchangeRates([ExchangeRate(base="EUR", quote="JPY", rate=price, on=START)])
    there = convert(Money(amount, "EUR"), "JPY", START, rates, rounding=mode)

    assert Fraction(amount) * Fraction(price) == there.exact
    assert Fraction(there.money.amount) == there.exact + there.residual
    assert abs(there.residual) < 1


@given(AMOUNTS, PRICES)
def test_without_rounding_there_and_back_is_the_money_itself(amount: Decimal, price: Decimal) -> None:
    rates = ExchangeRates([ExchangeRate(base="EUR", quote="USD", rate=price, on=START)])
    there = convert(Money(amount, "EUR"), "USD", START, rates, rounding=None).money

    assert Money(amount, "EUR") == convert(there, "EUR", START, rates, rounding=None, inverse=True).money
