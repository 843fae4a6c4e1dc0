"""A record's value becomes units in one way, whatever class it comes in."""

from datetime import date, datetime
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.convert import convert
from supplychain_rules.language.limits import INPUT_LIMIT
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
    Type,
    day_number,
)

RATE = NumberType(decimals=2, low=-10_000, high=10_000)
COUNT = NumberType(decimals=0, low=0, high=30)
MATERIAL = ChoiceType(options=("raw", "pack", "质量"))
DAY = DateType(low=day_number(date(2020, 1, 1)), high=day_number(date(2030, 12, 31)))


@pytest.mark.parametrize(
    "value", ["12.5", 12.5, Decimal("12.50"), Fraction(25, 2), " 12.5 ", "+12.5", "1.25e1", Decimal("1.25e1")], ids=repr
)
def test_a_number_is_the_same_in_every_class(value: object) -> None:
    assert 1_250 == convert(value, RATE)


@pytest.mark.parametrize(
    ("value", "units"),
    [
        ("0.005", 1),
        ("-0.005", -1),
        ("0.0049999", 0),
        (Decimal("0.015"), 2),
        (Fraction(1, 3), 33),
        (Fraction(-1, 200), -1),
        (0.125, 13),
        (-0.125, -13),
        (99.999, 10_000),
        (0.1 + 0.2, 30),
        (-0.0, 0),
        (5e-324, 0),
        ("1e-30", 0),
    ],
    ids=repr,
)
def test_digits_past_the_declared_ones_round_half_up_away_from_zero(value: object, units: int) -> None:
    assert units == convert(value, RATE)


def test_a_float_that_prints_more_digits_may_differ_from_its_text() -> None:
    assert 101 == convert("1.005", RATE) == convert(Decimal("1.005"), RATE)
    assert 100 == convert(1.005, RATE)  # the float is 1.00499999999999989..., as every engine sees it


@given(st.integers(0, 9), st.integers(1 - INPUT_LIMIT, INPUT_LIMIT - 1))
@example(9, INPUT_LIMIT - 1)
@example(9, 1 - INPUT_LIMIT)
@example(2, 6_999)
def test_a_float_that_prints_at_most_the_declared_digits_converts_like_its_text(decimals: int, units: int) -> None:
    kind = NumberType(decimals=decimals, low=1 - INPUT_LIMIT, high=INPUT_LIMIT - 1)
    exact = Fraction(units, 10**decimals)
    assert units == convert(exact, kind) == convert(float(exact), kind)


@given(st.integers(0, 9), st.floats(-1e6, 1e6))
def test_a_float_converts_by_the_same_operations_as_on_every_engine(decimals: int, value: float) -> None:
    kind = NumberType(decimals=decimals, low=-(10 ** (decimals + 6)), high=10 ** (decimals + 6))
    text = Decimal(repr(value))
    units = convert(value, kind)
    assert isinstance(units, int)
    assert abs(units - Fraction(value) * 10**decimals) <= Fraction(1, 2) + Fraction(1, 8)
    if -text.as_tuple().exponent <= decimals:  # type: ignore[operator]  a finite number
        assert convert(text, kind) == units


@pytest.mark.parametrize(
    "value", ["100.01", 100.01, Decimal("100.001"), Fraction(100_001, 1_000), -101, 10**400], ids=str
)
def test_a_number_past_its_bounds_is_refused_even_where_it_would_round_into_them(value: object) -> None:
    with pytest.raises(InvalidValueError) as refused:
        convert(value, RATE)
    assert "declared from -100.00 to 100.00" == refused.value.hint


@pytest.mark.parametrize("value", [100, -100, "100", 100.0, "-100.00", Decimal(100)], ids=repr)
def test_both_bounds_belong_to_the_range(value: object) -> None:
    assert 10_000 == abs(convert(value, RATE))  # type: ignore[arg-type]  units of a number


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")], ids=repr
)
def test_nan_and_infinity_are_refused_and_never_missing(value: object) -> None:
    with pytest.raises(InvalidValueError):
        convert(value, NumberType(decimals=2, low=0, high=1, optional=True))


@pytest.mark.parametrize(
    "value",
    ["", "x", "O.5", "1,5", "5%", "0x10", "1_000", "\u0665", "½", b"1", 1j, [], pytest.param(object(), id="an object")],
    ids=ascii,
)
def test_what_only_looks_like_a_number_is_refused(value: object) -> None:
    with pytest.raises(InvalidValueError):
        convert(value, RATE)


@pytest.mark.parametrize("value", [Decimal("1e999999"), Decimal("-1e999999"), Decimal("1e-999999")], ids=str)
def test_a_decimal_of_a_million_digits_is_never_written_out(value: Decimal) -> None:
    with pytest.raises(InvalidValueError):
        convert(value, RATE)


def test_a_decimal_zero_of_any_exponent_is_zero() -> None:
    assert 0 == convert(Decimal("0e-999999"), RATE) == convert(Decimal("0e999999"), RATE) == convert("0e5", RATE)


def test_the_callers_decimal_context_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 1
        context.traps = dict.fromkeys(context.traps, True)
        assert 1_235 == convert(Decimal("12.345"), RATE) == convert("12.345", RATE)


@pytest.mark.parametrize(
    "kind", [RATE, COUNT, BooleanType(), MATERIAL, TextType(), DAY], ids=lambda kind: type(kind).__name__
)
def test_a_required_value_is_never_missing(kind: Type) -> None:
    with pytest.raises(InvalidValueError):
        convert(None, kind)


def test_none_is_missing_where_the_input_is_optional() -> None:
    assert None is convert(None, NumberType(decimals=0, low=0, high=1, optional=True))
    assert None is convert(None, MissingType())


@pytest.mark.parametrize("value", [1, 0, "true", "", [], 1.0], ids=repr)
def test_a_boolean_is_true_or_false_and_nothing_like_them(value: object) -> None:
    with pytest.raises(InvalidValueError):
        convert(value, BooleanType())
    assert True is convert(True, BooleanType())  # noqa: FBT003  the value itself


@pytest.mark.parametrize("value", ["Raw", "raw ", "", 1, None, ["raw"], {"raw": 1}], ids=repr)
def test_an_option_is_one_of_the_declared_ones(value: object) -> None:
    with pytest.raises(InvalidValueError):
        convert(value, MATERIAL)
    assert "质量" == convert("质量", MATERIAL)


def test_a_text_of_a_subclass_is_kept_as_plain_text() -> None:
    class Shouted(str):
        __slots__ = ()

    assert str is type(convert(Shouted("raw"), MATERIAL)) is type(convert(Shouted("raw"), TextType()))


@pytest.mark.parametrize("value", [date(2026, 1, 31), "2026-01-31"], ids=repr)
def test_a_date_is_a_day_or_its_iso_text(value: object) -> None:
    assert day_number(date(2026, 1, 31)) == convert(value, DAY)


@pytest.mark.parametrize(
    "value",
    [datetime(2026, 1, 31), "2026-01-31T00:00:00", "31.01.2026", "2026-1-31", "soon", 20260131, 46053.0, True, ""],  # noqa: DTZ001
    ids=repr,
)
def test_a_moment_or_another_spelling_is_no_date(value: object) -> None:
    with pytest.raises(InvalidValueError):
        convert(value, DAY)


@pytest.mark.parametrize("value", [date(2019, 12, 31), "2031-01-01", date.min, date.max], ids=repr)
def test_a_date_past_its_bounds_is_refused(value: object) -> None:
    with pytest.raises(InvalidValueError) as refused:
        convert(value, DAY)
    assert "declared from 2020-01-01 to 2030-12-31" == refused.value.hint
