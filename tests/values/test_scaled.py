"""Exact numbers: what is read, in which form, and what is refused before it can cost anything."""

from decimal import Decimal, Inexact, localcontext
from fractions import Fraction

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.scaled import MAX_DIGITS, exact_fraction, exact_number, number_text, to_decimal


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("40.0", "40"),
        ("-0.00", "0"),
        (0.1, "0.1"),
        (1e22, "10000000000000000000000"),
        (69.995, "69.995"),
        (1200, "1200"),
        (Decimal("1.50E+2"), "150"),
        (" 7 ", "7"),
        ("+7", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("1e-30", "0." + "0" * 29 + "1"),
        ("9" * 30, "9" * 30),
        (Decimal("0E+999999"), "0"),
    ],
)
def test_a_number_is_read_exactly_into_its_one_form(written: object, expected: str) -> None:
    assert expected == format(exact_number(written), "f")
    assert str(exact_number(written)).find("E+") == -1


@pytest.mark.parametrize(
    "written",
    [
        True, None, [1], Fraction(1, 2), 1j, "", "ten", "1,5", "1 000", "1_000", "0x10", "\uff11\uff12", "--1", "NaN",
        "sNaN",
        "Infinity", float("nan"), float("inf"), Decimal("-Infinity"), Decimal("sNaN"), "1e30", "1e999999", "1e-999999",
        "1e99999999999999999999", 10**30, 1e300, 1e-300, Decimal("1e999999"), "9" * 31, "0." + "9" * 31,
        pytest.param(10**5000, id="a giant"), pytest.param(-(10**5000), id="a negative giant"),
        pytest.param("9" * 1_000_000, id="a million digits"),
    ],
)  # fmt: skip
def test_what_is_no_number_of_a_rule_set_is_refused(written: object) -> None:
    with pytest.raises(InvalidValueError):
        exact_number(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("25/48", Fraction(25, 48)),
        (" 1 / 3 ", Fraction(1, 3)),
        ("1e-15/1e15", Fraction(1, 10**30)),
        ("1e29/3", Fraction(10**29, 3)),
        ("-1.5/3", Fraction(-1, 2)),
        ("0.25", Fraction(1, 4)),
        (Fraction(2, 3), Fraction(2, 3)),
        (0.1, Fraction(1, 10)),
    ],
)
def test_a_fraction_is_read_exactly(written: object, expected: Fraction) -> None:
    assert expected == exact_fraction(written)


@pytest.mark.parametrize(
    "written", ["1/0", "1/0.0", "1/", "/2", "1/2/3", "1/x", True, "1e99/2", f"{'3' * 30}.1/7", "1e29/1e-29"]
)
def test_what_is_no_fraction_is_refused(written: object) -> None:
    with pytest.raises(InvalidValueError):
        exact_fraction(written)


@pytest.mark.parametrize(
    ("units", "decimals", "expected"),
    [
        (6687, 2, "66.87"),
        (6680, 2, "66.80"),
        (-5, 1, "-0.5"),
        (0, 2, "0.00"),
        (7, 0, "7"),
        (10**40 + 1, 4, f"1{'0' * 36}.0001"),
    ],
)
def test_units_become_a_decimal_with_exactly_their_decimals(units: int, decimals: int, expected: str) -> None:
    assert expected == str(to_decimal(units, decimals))


def test_a_count_of_any_size_becomes_its_exact_decimal() -> None:
    assert Fraction(10**200 + 1, 100) == Fraction(to_decimal(10**200 + 1, 2))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (Decimal("1.50E+2"), "150"),
        (Decimal("0.50"), "0.5"),
        (Decimal("-0.0"), "0"),
        (Fraction(25, 48), "25/48"),
        (Fraction(-1, 3), "-1/3"),
        (Fraction(1, 4), "0.25"),
        (Fraction(1, 10**MAX_DIGITS), "0." + "0" * 29 + "1"),
    ],
)
def test_an_exact_number_has_one_text(number: Decimal | Fraction, expected: str) -> None:
    assert expected == number_text(number)


def test_the_callers_decimal_context_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 1
        context.Emax, context.Emin = 1, -1
        context.traps[Inexact] = True

        assert format(exact_number("123456.789"), "f") == "123456.789"
        assert str(to_decimal(123456789, 3)) == "123456.789"
        assert number_text(Decimal("123456.789")) == "123456.789"
        assert exact_fraction("123456.789") == Fraction(123456789, 1000)
