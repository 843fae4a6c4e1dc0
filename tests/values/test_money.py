"""Money: exact, of one currency, never a float, rounded only when told to."""

import pickle
from collections.abc import Callable
from decimal import Decimal, Inexact, getcontext, localcontext
from fractions import Fraction

import attrs
import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.money import Money, ratio, total
from supplychain_rules.values.rounding import RoundingMode


def eur(amount: Decimal | int | str) -> Money:
    return Money(amount, "EUR")


def usd(amount: Decimal | int | str) -> Money:
    return Money(amount, "USD")


# What money is


@pytest.mark.parametrize("amount", ["10", "10.0", "1e1", 10, Decimal("10.00"), " 10 "])
def test_equal_amounts_are_equal_money_however_written(amount: Decimal | int | str) -> None:
    assert eur("10") == eur(amount)
    assert hash(eur("10")) == hash(eur(amount))
    assert repr(eur("10")) == repr(eur(amount))


def test_the_same_amount_of_two_currencies_is_not_equal() -> None:
    assert eur("10") != usd("10")


def test_money_is_not_equal_to_its_amount() -> None:
    assert eur("10") != Decimal(10)


@pytest.mark.parametrize("amount", [0.1, 1.0, float("nan")])
def test_a_float_is_refused_even_where_it_is_whole(amount: float) -> None:
    with pytest.raises(InvalidValueError, match=r"money is never a float: .*; give text, int or Decimal"):
        Money(amount, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", [True, None, Fraction(1, 2), [1], b"1"])
def test_what_is_no_exact_number_is_refused(amount: object) -> None:
    with pytest.raises(InvalidValueError):
        Money(amount, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "amount",
    [
        "",
        "ten",
        "1,000.00",
        "1.000,00",
        "€10",
        "NaN",
        "Infinity",
        "-inf",
        "1_000",
        "\uff11\uff10",
        "1e999999",
        "9" * 31,
    ],
)
def test_a_text_that_is_no_plain_number_is_refused(amount: str) -> None:
    with pytest.raises(InvalidValueError):
        eur(amount)


@pytest.mark.parametrize(
    ("currency", "hint"),
    [
        ("eur", "did you mean 'EUR'"),
        ("RMB", "did you mean 'CNY'"),
        ("hrk", "did you mean 'HRK'"),
        ("?", "give a current code of ISO 4217"),
        ("", "give a current code of ISO 4217"),
    ],
)
def test_an_unknown_currency_is_refused_with_a_way_out(currency: str, hint: str) -> None:
    with pytest.raises(InvalidValueError, match=f"unknown currency: .*; {hint}"):
        Money("10", currency)


@pytest.mark.parametrize(
    ("money", "shown", "units"),
    [
        (Money("10", "HRK"), "HRK 10.00", 1000),
        (Money("1000", "ITL"), "ITL 1000", 1000),
        (Money("5", "MRO"), "MRO 5.00", 500),
    ],
)
def test_money_of_an_old_ledger_keeps_its_withdrawn_currency(money: Money, shown: str, units: int) -> None:
    assert shown == str(money)
    assert units == money.minor_units
    assert money == Money.from_minor(units, money.currency).round()


@pytest.mark.parametrize("currency", [None, 978, ["EUR"]])
def test_a_currency_that_is_no_text_is_refused(currency: object) -> None:
    with pytest.raises(InvalidValueError, match="a currency is text"):
        Money("10", currency)  # type: ignore[arg-type]


def test_money_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        eur("10").amount = Decimal(11)  # type: ignore[misc]


def test_money_survives_a_pickle() -> None:
    assert eur("10.50") == pickle.loads(pickle.dumps(eur("10.50")))  # noqa: S301  our own bytes


# How money is shown


@pytest.mark.parametrize(
    ("money", "shown"),
    [
        (eur("10"), "EUR 10.00"),
        (eur("-0.5"), "EUR -0.50"),
        (eur("0.12345"), "EUR 0.12345"),
        (eur("1e6"), "EUR 1000000.00"),
        (eur("-0"), "EUR 0.00"),
        (Money("10", "JPY"), "JPY 10"),
        (Money("10.5", "JPY"), "JPY 10.5"),
        (Money("1", "KWD"), "KWD 1.000"),
        (Money("1", "CLF"), "CLF 1.0000"),
        (Money("1.5", "XAU"), "XAU 1.5"),
    ],
)
def test_money_shows_at_least_its_smallest_unit(money: Money, shown: str) -> None:
    assert shown == str(money)


def test_the_representation_builds_the_money_again() -> None:
    assert repr(eur("10")) == "Money('10.00', 'EUR')"
    assert eur("10") == eval(repr(eur("10")))  # noqa: S307  our own text


# Arithmetic


def test_ten_cents_and_twenty_cents_are_thirty_cents() -> None:
    assert eur("0.30") == eur("0.1") + eur("0.2")


def test_money_subtracts_negates_and_loses_its_sign() -> None:
    assert eur("-5") == eur("10") - eur("15")
    assert eur("5") == -eur("-5")
    assert eur("5") == +eur("5")
    assert [eur("5"), eur("5")] == [abs(eur("-5")), abs(eur("5"))]


@pytest.mark.parametrize("factor", [3, Decimal("3.0")])
def test_money_multiplies_exactly_from_both_sides(factor: int | Decimal) -> None:
    assert eur("59.97") == eur("19.99") * factor
    assert eur("59.97") == factor * eur("19.99")


def test_a_product_is_not_rounded() -> None:
    assert eur("0.0333") == eur("0.37") * Decimal("0.09")


@pytest.mark.parametrize("factor", [0.5, True, "2", Fraction(1, 3), None, Decimal("NaN"), Decimal("Infinity")])
def test_a_factor_that_is_no_exact_number_is_refused(factor: object) -> None:
    with pytest.raises(InvalidValueError):
        eur("10") * factor  # type: ignore[operator]
    with pytest.raises(InvalidValueError):
        factor * eur("10")  # type: ignore[arg-type]


def test_money_times_money_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="money times money has no meaning"):
        eur("10") * eur("10")  # type: ignore[operator]


def test_there_is_no_division_because_the_parts_would_not_add_up() -> None:
    with pytest.raises(TypeError):
        eur("10") / 3  # type: ignore[operator]


@pytest.mark.parametrize(
    "mix",
    [
        lambda: eur("10") + usd("10"),
        lambda: eur("10") - usd("10"),
        lambda: eur("10") < usd("10"),
        lambda: eur("10") <= usd("10"),
        lambda: eur("10") > usd("10"),
        lambda: eur("10") >= usd("10"),
        lambda: ratio(eur("10"), usd("10")),
        lambda: total([eur("10"), usd("10")], "EUR"),
    ],
)
def test_currencies_never_mix(mix: Callable[[], object]) -> None:
    with pytest.raises(InvalidValueError, match=r"currencies do not mix: EUR and USD: .*dated rate"):
        mix()


@pytest.mark.parametrize("other", [0, 10, Decimal(10), "10", None])
def test_money_goes_with_money_only(other: object) -> None:
    for mix in (
        lambda: eur("10") + other,  # type: ignore[operator]
        lambda: other + eur("10"),
        lambda: eur("10") - other,  # type: ignore[operator]
        lambda: other - eur("10"),
        lambda: eur("10") < other,  # type: ignore[operator]
        lambda: ratio(other, eur("10")),  # type: ignore[arg-type]
        lambda: ratio(eur("10"), other),  # type: ignore[arg-type]
    ):
        with pytest.raises(InvalidValueError, match="money goes with money only"):
            mix()


def test_the_built_in_sum_is_refused_and_points_to_total() -> None:
    with pytest.raises(InvalidValueError, match=r"total\(moneys, currency\)"):
        sum([eur("1"), eur("2")])


def test_a_total_adds_up_and_of_nothing_is_zero() -> None:
    assert eur("0.6") == total((eur(part) for part in ("0.1", "0.2", "0.3")), "EUR")
    assert Money(0, "JPY") == total([], "JPY")


def test_a_total_in_an_unknown_currency_is_refused_even_of_nothing() -> None:
    with pytest.raises(InvalidValueError, match="unknown currency"):
        total([], "EURO")


def test_a_result_that_outgrows_the_limit_is_refused_and_never_rounded() -> None:
    tiny = eur("0." + "0" * 29 + "1")

    with pytest.raises(InvalidValueError, match="more than 30 decimals"):
        tiny * Decimal("0.1")
    with pytest.raises(InvalidValueError, match="more than 30 digits"):
        eur("9" * 30) + eur("1")


def test_a_ratio_is_an_exact_fraction() -> None:
    assert Fraction(1, 3) == ratio(eur("1"), eur("3"))
    assert Fraction(-1, 2) == ratio(eur("-1.5"), eur("3"))


def test_a_ratio_to_zero_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="a ratio to zero money"):
        ratio(eur("1"), eur("0"))


def test_money_of_one_currency_is_ordered_by_amount() -> None:
    assert [eur("-1"), eur("0.5"), eur("2")] == sorted([eur("2"), eur("-1"), eur("0.5")])
    assert [True, True, False, False] == [
        eur("1") < eur("2"),
        eur("1") <= eur("1.0"),
        eur("1") > eur("1"),
        eur("1") >= eur("2"),
    ]


def test_only_zero_is_zero() -> None:
    assert [True, False] == [eur("-0.00").is_zero, eur("0.001").is_zero]


# Smallest units


@pytest.mark.parametrize(
    ("amount", "mode", "rounded"),
    [
        ("2.345", "half_up", "2.35"),
        ("-2.345", "half_up", "-2.35"),
        ("2.345", "half_even", "2.34"),
        ("2.355", "half_even", "2.36"),
        ("-2.341", "floor", "-2.35"),
        ("2.341", "ceil", "2.35"),
        ("-2.349", "ceil", "-2.34"),
        ("69.995", "half_up", "70.00"),
    ],
)
def test_money_rounds_to_the_cent_as_told(amount: str, mode: RoundingMode, rounded: str) -> None:
    assert eur(rounded) == eur(amount).round(mode)


@pytest.mark.parametrize(
    ("money", "rounded"),
    [
        (Money("10.5", "JPY"), Money("11", "JPY")),
        (Money("1.00049", "IQD"), Money("1", "IQD")),
        (Money("1.005", "MGA"), Money("1.01", "MGA")),
        (Money("1.00005", "UYW"), Money("1.0001", "UYW")),
    ],
)
def test_every_currency_rounds_to_its_own_smallest_unit(money: Money, rounded: Money) -> None:
    assert rounded == money.round()


def test_an_unknown_rounding_mode_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="unknown rounding mode: 'up'; expected one of half_up, half_even"):
        eur("1").round("up")  # type: ignore[arg-type]


def test_smallest_units_count_cents() -> None:
    assert [1999, -1, 0] == [eur(amount).minor_units for amount in ("19.99", "-0.01", "0")]
    assert [1999, 1999] == [Money("1999", "JPY").minor_units, Money("1.999", "KWD").minor_units]


def test_unrounded_money_has_no_count_of_smallest_units() -> None:
    with pytest.raises(InvalidValueError, match=r"smallest units: Money\('0.125', 'EUR'\); round it first"):
        _ = eur("0.125").minor_units


def test_money_comes_back_from_its_smallest_units() -> None:
    assert [eur("19.99"), eur("-0.01")] == [Money.from_minor(1999, "EUR"), Money.from_minor(-1, "EUR")]
    assert Money("1.9999", "CLF") == Money.from_minor(19999, "CLF")


@pytest.mark.parametrize("units", [19.99, Decimal(1999), "1999", True, None, pytest.param(10**5000, id="a giant")])
def test_smallest_units_are_integers_of_a_sane_size(units: object) -> None:
    with pytest.raises(InvalidValueError):
        Money.from_minor(units, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "use",
    [lambda gold: gold.round(), lambda gold: gold.minor_units, lambda gold: Money.from_minor(1, gold.currency)],
)
def test_gold_has_no_smallest_unit(use: Callable[[Money], object]) -> None:
    with pytest.raises(InvalidValueError, match="ISO 4217 gives XAU no smallest unit"):
        use(Money("1.5", "XAU"))


# The caller's decimal context


def test_the_callers_decimal_context_changes_nothing() -> None:
    large, small = eur("123456789012345678901234567890"), eur("0.000000000000000000000000000001")
    expected = (large + small, large - small, small * Decimal(-7), -large, abs(-large), total([large, small], "EUR"))

    with localcontext() as context:
        context.prec = 1
        context.Emax, context.Emin = 1, -1
        context.traps[Inexact] = True
        context.clear_flags()
        actual = (
            large + small,
            large - small,
            small * Decimal(-7),
            -large,
            abs(-large),
            total([large, small], "EUR"),
        )
        assert str(large + small) == "EUR 123456789012345678901234567890.000000000000000000000000000001"
        assert eur("12.35") == eur("12.345").round()
        assert large > small
        assert not any(getcontext().flags.values())

    assert expected == actual
