"""Money by locale: the country's separators and symbols, the standard's decimals, every digit."""

import pickle
import sys
from decimal import localcontext

import pytest

from supplychain_rules.display.money import format_money
from supplychain_rules.errors import InvalidValueError, MissingExtraError, SupplyChainRulesError
from supplychain_rules.values.money import Money

#: The space that never breaks a line, which CLDR puts between an amount and its currency.
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("amount", "currency", "chinese", "american", "german"),
    [
        ("1234567.5", "EUR", "€1,234,567.50", "€1,234,567.50", f"1.234.567,50{NBSP}€"),
        ("1234567.5", "CNY", "¥1,234,567.50", "CN¥1,234,567.50", f"1.234.567,50{NBSP}CN¥"),
        ("1234567.5", "USD", "US$1,234,567.50", "$1,234,567.50", f"1.234.567,50{NBSP}$"),
        ("-0.5", "EUR", "-€0.50", "-€0.50", f"-0,50{NBSP}€"),
        ("0", "EUR", "€0.00", "€0.00", f"0,00{NBSP}€"),
        ("1000", "JPY", "JP¥1,000", "¥1,000", f"1.000{NBSP}¥"),
        ("1", "KWD", f"KWD{NBSP}1.000", f"KWD{NBSP}1.000", f"1,000{NBSP}KWD"),
    ],
)
def test_money_is_written_as_in_china_america_and_germany(
    amount: str, currency: str, chinese: str, american: str, german: str
) -> None:
    money = Money(amount, currency)

    assert [chinese, american, german] == [format_money(money, locale) for locale in ("zh_CN", "en_US", "de_DE")]


@pytest.mark.parametrize(
    ("money", "shown"),
    [
        (Money("0.12345", "EUR"), "€0.12345"),
        (Money("10.5", "JPY"), "¥10.5"),
        (Money("123456789012345678901234567890.000000000000000000000000000001", "EUR"),
         "€123,456,789,012,345,678,901,234,567,890.000000000000000000000000000001"),
    ],
)  # fmt: skip
def test_an_amount_is_never_shown_with_fewer_digits_than_it_has(money: Money, shown: str) -> None:
    assert shown == format_money(money, "en_US")


@pytest.mark.parametrize("currency", ["MGA", "IQD", "IRR"])
def test_the_decimals_are_the_standards_where_daily_life_has_none(currency: str) -> None:
    decimals = "0" * (3 if currency == "IQD" else 2)

    assert f"{currency}{NBSP}1,000.{decimals}" == format_money(Money("1000", currency), "en_US")


def test_an_amount_is_rounded_only_where_it_is_told_so() -> None:
    assert "€0.13" == format_money(Money("0.125", "EUR"), "en_US", rounded="half_up")
    assert "€0.12" == format_money(Money("0.125", "EUR"), "en_US", rounded="half_even")
    assert "¥11" == format_money(Money("10.5", "JPY"), "en_US", rounded="half_up")


def test_a_withdrawn_currency_and_gold_are_written_too() -> None:
    assert f"DEM{NBSP}10.00" == format_money(Money("10", "DEM"), "en_US")
    assert f"10,00{NBSP}HRK" == format_money(Money("10", "HRK"), "de_DE")
    assert f"XAU{NBSP}1.5" == format_money(Money("1.5", "XAU"), "en_US")


def test_a_code_never_touches_a_digit_on_either_side() -> None:
    assert f"1.000{NBSP}KWD" == format_money(Money("1", "KWD"), "bn")
    assert "1.00৳" == format_money(Money("1", "BDT"), "bn")


def test_a_locale_may_be_written_with_a_hyphen() -> None:
    assert format_money(Money("1", "CNY"), "zh_CN") == format_money(Money("1", "CNY"), "zh-CN")


def test_one_call_leaves_no_trace_in_the_next() -> None:
    assert [f"KWD{NBSP}1.000", "¥1", "$1.00"] == [
        format_money(Money("1", currency), "en_US") for currency in ("KWD", "JPY", "USD")
    ]


def test_the_callers_decimal_context_changes_no_digit() -> None:
    with localcontext() as context:
        context.prec = 1
        context.Emax, context.Emin = 1, -1
        assert "€1,234,567.89" == format_money(Money("1234567.89", "EUR"), "en_US")
        assert "€1,234,567.89" == format_money(Money("1234567.891", "EUR"), "en_US", rounded="half_up")
        assert 1 == context.prec


@pytest.mark.parametrize("locale", ["xx", "de_XX", "", "german", "../x", None, 5])
def test_an_unknown_locale_is_refused_with_the_way_out(locale: object) -> None:
    with pytest.raises(InvalidValueError, match=r"unknown locale.*as in 'zh_CN' or 'en_US'"):
        format_money(Money("1", "EUR"), locale)  # type: ignore[arg-type]


@pytest.mark.parametrize("money", [1, "1", None])
def test_only_money_is_formatted(money: object) -> None:
    with pytest.raises(InvalidValueError, match="only money is formatted as money"):
        format_money(money, "en_US")  # type: ignore[arg-type]


def test_gold_cannot_be_rounded_and_a_mode_must_be_known() -> None:
    with pytest.raises(InvalidValueError, match="ISO 4217 gives XAU no smallest unit"):
        format_money(Money("1.5", "XAU"), "en_US", rounded="half_up")
    with pytest.raises(InvalidValueError, match="unknown rounding mode: 'up'"):
        format_money(Money("1.5", "EUR"), "en_US", rounded="up")  # type: ignore[arg-type]


def test_without_babel_the_line_that_installs_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "babel", None)
    monkeypatch.setitem(sys.modules, "babel.numbers", None)

    with pytest.raises(
        MissingExtraError, match=r'babel; install it with: pip install "supplychain-rules\[locale\]"'
    ) as raised:
        format_money(Money("1", "EUR"), "en_US")
    assert isinstance(raised.value, ImportError)
    assert isinstance(raised.value, SupplyChainRulesError)
    assert ("format_money", "babel", "locale") == (raised.value.caller, raised.value.package, raised.value.extra)
    assert str(raised.value) == str(pickle.loads(pickle.dumps(raised.value)))  # noqa: S301  our own bytes
