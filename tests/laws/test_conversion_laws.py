"""What must always hold of a ledger that was converted to one currency."""

from datetime import date
from decimal import ROUND_FLOOR, Context, Decimal, localcontext
from fractions import Fraction

from drawn_purchases import EVERY, PERIOD, purchases
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.facts.conversion import converted
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.measures import measure
from supplychain_rules.values.exchange import ExchangeRate, ExchangeRates

DAY = date(2026, 1, 1)

rates = st.sampled_from(("0.5", "1", "1.0857", "7.8120")).map(
    lambda rate: ExchangeRates([ExchangeRate(base="EUR", quote="USD", rate=rate, on=DAY)])
)


@given(facts=purchases(), rates=rates)
def test_parts_convert_like_the_whole(facts: list[Fact], rates: ExchangeRates) -> None:
    one, other = (converted(Ledger(part), to="USD", rates=rates, on=DAY) for part in (facts[::2], facts[1::2]))
    assert converted(Ledger(facts), to="USD", rates=rates, on=DAY) == one.merge(other)


@given(facts=purchases(), rates=rates)
def test_at_one_rate_amounts_scale_and_everything_else_stays(facts: list[Fact], rates: ExchangeRates) -> None:
    factor = rates.rate("EUR", "USD", DAY).factor
    ledger = Ledger(facts)
    before, after = (
        measure(EVERY, book, period=PERIOD, as_of=PERIOD.end)
        for book in (ledger, converted(ledger, to="USD", rates=rates, on=DAY))
    )
    for euros, dollars in zip(before, after, strict=True):
        is_money = euros.unit == "EUR"
        expected = None if euros.value is None else euros.value * (factor if is_money else Fraction(1))
        assert (euros.key, expected, euros.evidence, euros.note) == (
            dollars.key,
            dollars.value,
            dollars.evidence,
            dollars.note,
        )
        assert is_money == (dollars.unit == "USD")


@given(facts=purchases(), rates=rates)
def test_the_callers_decimal_context_changes_nothing(facts: list[Fact], rates: ExchangeRates) -> None:
    expected = converted(Ledger(facts), to="USD", rates=rates, on=DAY)
    found = measure(EVERY, expected, period=PERIOD, as_of=PERIOD.end)
    with localcontext(Context(prec=3, rounding=ROUND_FLOOR)):
        assert Decimal("1.234") + 0 == Decimal("1.23")
        again = converted(Ledger(facts), to="USD", rates=rates, on=DAY)
        assert (expected, found) == (again, measure(EVERY, again, period=PERIOD, as_of=PERIOD.end))
