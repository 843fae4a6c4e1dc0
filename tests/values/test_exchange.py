"""Exchange rates: of which day, in which direction, over which currency, and what rounding changed."""

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import attrs
import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.exchange import Conversion, ExchangeRate, ExchangeRates, RateUsed, convert
from supplychain_rules.values.money import Money
from supplychain_rules.values.rounding import RoundingMode

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 1, day) for day in (2, 3, 4, 5))


def quoted(base: str, quote: str, rate: Decimal | int | str, on: date = FRIDAY, source: str = "") -> ExchangeRate:
    return ExchangeRate(base=base, quote=quote, rate=rate, on=on, source=source)


RATES = ExchangeRates(
    [
        quoted("EUR", "USD", "1.0850"),
        quoted("EUR", "USD", "1.0900", MONDAY),
        quoted("EUR", "CNY", "7.8120"),
        quoted("EUR", "HRK", "7.5345", date(2022, 12, 30)),
    ]
)


def used(
    base: str, quote: str, on: date, *, max_age_days: int = 0, inverse: bool = False, pivot: str | None = None
) -> RateUsed:
    return RATES.rate(base, quote, on, max_age_days=max_age_days, inverse=inverse, pivot=pivot)


# Which rate


def test_the_rate_of_the_day_itself_is_taken() -> None:
    assert Fraction("1.085") == used("EUR", "USD", FRIDAY).factor
    assert Fraction("1.09") == used("EUR", "USD", MONDAY).factor


def test_over_a_weekend_fridays_rate_is_taken_where_the_caller_allows_its_age() -> None:
    found = used("EUR", "USD", SUNDAY, max_age_days=2)

    assert (Fraction("1.085"), 2) == (found.factor, found.age_days)


def test_a_rate_older_than_allowed_is_refused_with_the_nearest_days() -> None:
    with pytest.raises(
        InvalidValueError,
        match=r"no rate EUR/USD for 2026-01-04; nearest: EUR/USD of 2026-01-02 \(2 days earlier\), "
        r"EUR/USD of 2026-01-05 \(later, never used\); allow max_age_days",
    ):
        used("EUR", "USD", SUNDAY, max_age_days=1)


def test_a_later_rate_is_never_taken_however_old_the_other_may_be() -> None:
    with pytest.raises(InvalidValueError, match=r"nearest: EUR/USD of 2026-01-02 \(later, never used\)"):
        used("EUR", "USD", date(2026, 1, 1), max_age_days=9999)


def test_a_rate_divides_against_its_direction_only_where_allowed() -> None:
    assert Fraction(1000, 1085) == used("USD", "EUR", FRIDAY, inverse=True).factor
    with pytest.raises(InvalidValueError, match=r"no rate USD/EUR .*EUR/USD of 2026-01-02 .*inverse=True"):
        used("USD", "EUR", FRIDAY)


def test_a_direct_rate_is_preferred_to_an_inverse_one_even_where_it_is_older() -> None:
    rates = ExchangeRates([quoted("EUR", "USD", "1.1"), quoted("USD", "EUR", "0.9", MONDAY)])

    assert Fraction("1.1") == rates.rate("EUR", "USD", MONDAY, max_age_days=3, inverse=True).factor


def test_a_cross_rate_leads_over_the_pivot_only_where_it_is_named() -> None:
    found = used("USD", "CNY", FRIDAY, inverse=True, pivot="EUR")

    assert Fraction(7812, 1085) == found.factor
    assert ["EUR/USD 1.085 of 2026-01-02", "EUR/CNY 7.812 of 2026-01-02"] == [str(leg) for leg in found.legs]
    with pytest.raises(InvalidValueError, match=r"no rate USD/CNY .*give one, or name a pivot"):
        used("USD", "CNY", FRIDAY, inverse=True)


def test_both_legs_of_a_cross_rate_keep_to_the_age() -> None:
    with pytest.raises(InvalidValueError, match=r"no rate USD/CNY for 2026-01-05.*EUR/CNY of 2026-01-02 \(3 days"):
        used("USD", "CNY", MONDAY, inverse=True, pivot="EUR")
    assert 3 == used("USD", "CNY", MONDAY, inverse=True, pivot="EUR", max_age_days=3).age_days


@pytest.mark.parametrize("pivot", ["EUR", "USD", "CNY"])
def test_a_pivot_changes_nothing_where_the_pair_itself_has_a_rate(pivot: str) -> None:
    assert used("EUR", "USD", FRIDAY) == used("EUR", "USD", FRIDAY, pivot=pivot)


def test_a_currency_is_worth_itself_without_any_rate() -> None:
    found = used("JPY", "JPY", FRIDAY)

    assert (Fraction(1), (), 0) == (found.factor, found.legs, found.age_days)


def test_a_rate_of_a_withdrawn_currency_converts_an_old_ledger() -> None:
    found = convert(
        Money("753.45", "HRK"), "EUR", date(2022, 12, 31), RATES, rounding="half_up", max_age_days=1, inverse=True
    )

    assert Money("100", "EUR") == found.money


@pytest.mark.parametrize("max_age_days", [-1, 1.0, True, "3", None])
def test_an_age_is_a_whole_number_of_days(max_age_days: object) -> None:
    with pytest.raises(InvalidValueError, match="max_age_days is an integer of 0 or more"):
        used("EUR", "USD", FRIDAY, max_age_days=max_age_days)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("base", "quote", "pivot"), [("EURO", "USD", None), ("EUR", "usd", None), ("EUR", "USD", "euro"), (1, "USD", None)]
)
def test_a_question_about_an_unknown_currency_is_refused(base: object, quote: str, pivot: str | None) -> None:
    with pytest.raises(InvalidValueError, match="currency"):
        used(base, quote, FRIDAY, pivot=pivot)  # type: ignore[arg-type]


@pytest.mark.parametrize("on", [datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02", None])
def test_a_question_about_what_is_no_day_is_refused(on: object) -> None:
    with pytest.raises(InvalidValueError, match="on must be a day"):
        used("EUR", "USD", on)  # type: ignore[arg-type]


# What a rate is


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rate": 1.085}, "a rate is never a float"),
        ({"rate": "0"}, "a rate is above zero"),
        ({"rate": "-1"}, "a rate is above zero"),
        ({"rate": "much"}, "not a number"),
        ({"rate": True}, "a boolean is not a number"),
        ({"rate": Decimal("Infinity")}, "not a finite number"),
        ({"base": "EURO"}, "unknown currency: 'EURO'; did you mean 'EUR'"),
        ({"quote": "EUR"}, "a rate is between two currencies"),
        ({"on": datetime(2026, 1, 2, tzinfo=UTC)}, r"ExchangeRate.on must be a day.*\.date\(\)"),
        ({"on": "2026-01-02"}, "ExchangeRate.on must be a day"),
    ],
)
def test_what_is_no_rate_is_refused(change: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"base": "EUR", "quote": "USD", "rate": "1.085", "on": FRIDAY}

    with pytest.raises(InvalidValueError, match=message):
        ExchangeRate(**good | change)


def test_two_rates_for_one_pair_and_day_are_refused() -> None:
    with pytest.raises(
        InvalidValueError, match=r"two rates for one day: EUR/USD 1.09 .*\(ECB\).*\(bank\).*keep one of them"
    ):
        ExchangeRates([quoted("EUR", "USD", "1.09", source="ECB"), quoted("EUR", "USD", "1.08", source="bank")])


def test_the_same_rate_twice_is_one_rate() -> None:
    twice = ExchangeRates([quoted("EUR", "USD", "1.085"), quoted("EUR", "USD", "1.0850")])
    sourced = ExchangeRates([quoted("EUR", "USD", "1.085", source="ECB"), quoted("EUR", "USD", "1.085", source="bank")])

    assert 1 == len(twice.rates)
    assert Fraction("1.085") == sourced.rate("EUR", "USD", FRIDAY).factor


def test_what_is_no_rate_is_not_collected() -> None:
    with pytest.raises(InvalidValueError, match="not an exchange rate"):
        ExchangeRates([("EUR", "USD", "1.085")])  # type: ignore[list-item]


def test_rates_are_one_value_in_any_order_and_survive_a_pickle() -> None:
    turned = ExchangeRates(reversed(RATES.rates))
    copy = pickle.loads(pickle.dumps(RATES))  # noqa: S301  our own bytes

    assert RATES == turned == copy
    assert hash(RATES) == hash(turned)
    assert used("EUR", "USD", FRIDAY) == copy.rate("EUR", "USD", FRIDAY)


@pytest.mark.parametrize(
    ("legs", "message"),
    [
        ((), "the rates lead from EUR to EUR: 'USD'"),
        ((quoted("EUR", "CNY", "7.8"),), "the rates lead from EUR to CNY"),
        ((quoted("GBP", "USD", "1.3"),), "a rate that does not start from EUR"),
        ((quoted("EUR", "USD", "1.09", MONDAY),), "a rate of a day after 2026-01-02"),
    ],
)
def test_rates_that_lead_elsewhere_cannot_be_used(legs: tuple[ExchangeRate, ...], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        RateUsed(base="EUR", quote="USD", on=FRIDAY, legs=legs)


# Conversion


@pytest.mark.parametrize(
    ("amount", "mode", "money", "residual"),
    [
        ("19.99", "half_up", "21.69", "0.00085"),
        ("19.99", "floor", "21.68", "-0.00915"),
        ("-19.99", "half_up", "-21.69", "-0.00085"),
        ("0", "half_even", "0", "0"),
    ],
)
def test_a_conversion_is_rounded_once_and_shows_what_that_changed(
    amount: str, mode: RoundingMode, money: str, residual: str
) -> None:
    found = convert(Money(amount, "EUR"), "USD", FRIDAY, RATES, rounding=mode)

    assert Money(money, "USD") == found.money
    assert Fraction(residual) == found.residual
    assert Fraction(amount) * Fraction("1.085") == found.exact


def test_a_conversion_is_kept_exact_where_it_is_told_so() -> None:
    found = convert(Money("19.99", "EUR"), "USD", FRIDAY, RATES, rounding=None)

    assert (Money("21.68915", "USD"), Fraction(0)) == (found.money, found.residual)


def test_a_quotient_that_does_not_end_cannot_be_kept_exact() -> None:
    with pytest.raises(InvalidValueError, match=r"the exact value does not end as a decimal: .*; give a rounding mode"):
        convert(Money("100", "USD"), "EUR", FRIDAY, RATES, rounding=None, inverse=True)


def test_a_quotient_that_does_not_end_is_rounded_and_its_residual_is_exact() -> None:
    found = convert(Money("100", "USD"), "EUR", FRIDAY, RATES, rounding="half_up", inverse=True)

    assert Money("92.17", "EUR") == found.money
    assert Fraction("92.17") - Fraction(100000, 1085) == found.residual


def test_a_cross_rate_is_not_rounded_on_its_way() -> None:
    found = convert(Money("1085", "USD"), "CNY", FRIDAY, RATES, rounding=None, inverse=True, pivot="EUR")

    assert Money("7812", "CNY") == found.money


def test_money_is_converted_to_its_own_currency_by_rounding_alone() -> None:
    found = convert(Money("1.005", "EUR"), "EUR", FRIDAY, ExchangeRates(), rounding="half_up")

    assert (Money("1.01", "EUR"), Fraction("0.005")) == (found.money, found.residual)


def test_a_conversion_to_a_currency_without_smallest_unit_is_exact_or_refused() -> None:
    gold = ExchangeRates([quoted("USD", "XAU", "0.0004")])

    assert Money("0.4", "XAU") == convert(Money("1000", "USD"), "XAU", FRIDAY, gold, rounding=None).money
    with pytest.raises(InvalidValueError, match="without a smallest unit to round to: 'XAU'; give rounding=None"):
        convert(Money("1000", "USD"), "XAU", FRIDAY, gold, rounding="half_up")


def test_a_conversion_reads_as_one_line() -> None:
    assert "EUR 100.00 = USD 108.50 at EUR/USD 1.085 of 2026-01-02" == str(
        convert(Money("100", "EUR"), "USD", FRIDAY, RATES, rounding="half_up")
    )
    assert "USD 1.00 = CNY 7.20 at EUR/USD 1.085 of 2026-01-02 and EUR/CNY 7.812 of 2026-01-02" == str(
        convert(Money("1", "USD"), "CNY", FRIDAY, RATES, rounding="half_up", inverse=True, pivot="EUR")
    )
    assert "EUR 1.00 = EUR 1.00" == str(convert(Money("1", "EUR"), "EUR", FRIDAY, RATES, rounding=None))


@pytest.mark.parametrize("money", [100, "100", None])
def test_only_money_is_converted(money: object) -> None:
    with pytest.raises(InvalidValueError, match="only money is converted"):
        convert(money, "USD", FRIDAY, RATES, rounding="half_up")  # type: ignore[arg-type]


def test_an_unknown_rounding_mode_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="unknown rounding mode: 'up'"):
        convert(Money("1", "EUR"), "USD", FRIDAY, RATES, rounding="up")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"money": Money("1.08", "USD")}, "do not add up to the money"),
        ({"residual": Fraction(1)}, "do not add up to the money"),
        ({"exact": Fraction(1)}, "the exact value is not the amount times the factor"),
        ({"source": Money("1", "GBP")}, "between other currencies than the rate's"),
    ],
)
def test_a_conversion_whose_parts_do_not_add_up_cannot_be_made(change: dict[str, Any], message: str) -> None:
    good = convert(Money("1", "EUR"), "USD", FRIDAY, RATES, rounding="half_up")

    with pytest.raises(InvalidValueError, match=message):
        attrs.evolve(good, **change)


def test_the_callers_decimal_context_changes_no_conversion() -> None:
    expected = convert(Money("123456789.01", "EUR"), "USD", FRIDAY, RATES, rounding="half_up")
    with localcontext() as context:
        context.prec = 1
        assert expected == convert(Money("123456789.01", "EUR"), "USD", FRIDAY, RATES, rounding="half_up")
    assert isinstance(expected, Conversion)


def test_a_bare_list_of_rates_converts_nothing() -> None:
    with pytest.raises(InvalidValueError, match=r"rates must be ExchangeRates: \[\]; write ExchangeRates\(rates\)"):
        convert(Money("10", "USD"), "EUR", date(2026, 1, 1), [], rounding=None)  # type: ignore[arg-type]
