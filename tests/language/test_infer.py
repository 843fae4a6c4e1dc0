"""Bounds are exact: as wide as what a formula can reach, and no wider."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.errors import Problem
from supplychain_rules.language.infer import infer
from supplychain_rules.language.nodes import Number
from supplychain_rules.language.parse import parse
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
    Type,
)
from supplychain_rules.values.rounding import ROUNDING_MODES, RoundingMode, divide, round_to_units

SCOPE: Mapping[str, Type | None] = {
    "rate": NumberType(decimals=2, low=0, high=10_000),
    "change": NumberType(decimals=1, low=-50, high=20, optional=True),
    "count": NumberType(decimals=0, low=0, high=30),
    "big": NumberType(decimals=0, low=0, high=2**50 - 1),
    "ok": BooleanType(),
    "maybe": BooleanType(optional=True),
    "material": ChoiceType(options=("raw", "pack")),
    "grade": ChoiceType(options=("C", "B", "A", "unrated"), ranking=("C", "B", "A")),
    "city": TextType(),
    "due": DateType(low=0, high=100),
    "refused": None,
}


def typed(text: str) -> Type:
    problems: list[Problem] = []
    found = infer(parse(text), SCOPE, "f", problems)
    assert [] == problems
    assert found is not None
    return found.type


def refusals(text: str) -> list[str]:
    problems: list[Problem] = []
    assert infer(parse(text), SCOPE, "f", problems, {"later": "move it up"}) is None
    return [problem.code for problem in problems]


def number(decimals: int, low: int, high: int, *, optional: bool = False) -> NumberType:
    return NumberType(decimals=decimals, low=low, high=high, optional=optional)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rate", number(2, 0, 10_000)),
        ("rate + count", number(2, 0, 13_000)),
        ("rate - count", number(2, -3_000, 10_000)),
        ("rate + change", number(2, -500, 10_200, optional=True)),
        ("rate * change", number(3, -500_000, 200_000, optional=True)),
        ("change * change", number(2, -1_000, 2_500, optional=True)),
        ("-change", number(1, -20, 50, optional=True)),
        ("abs(change)", number(1, 0, 50, optional=True)),
        ("abs(-rate)", number(2, 0, 10_000)),
        ("min(rate, 50)", number(2, 0, 5_000)),
        ("max(rate, 50)", number(2, 5_000, 10_000)),
        ("clamp(change, 0, 1)", number(1, 0, 10, optional=True)),
        ("coalesce(change, 0)", number(1, -50, 20)),
        ("coalesce(change, 99.99)", number(2, -500, 9_999)),
        ("rate if ok else -1", number(2, -100, 10_000)),
        ("rate if maybe else change", number(2, -500, 10_000, optional=True)),
        ("round(rate, 0)", number(0, 0, 100)),
        ("round(change, 0)", number(0, -5, 2, optional=True)),
        ("round(change, 0, 'ceil')", number(0, -5, 2, optional=True)),
        ("floor(0.5 + count)", number(0, 0, 30)),
        ("ceil(0.5 + count)", number(0, 1, 31)),
        ("round(rate, 4)", number(4, 0, 1_000_000)),
        ("round(rate / 3, 2)", number(2, 0, 3_333)),
        ("round(rate / -3, 2)", number(2, -3_333, 0)),
        ("round(rate / (count + 1), 2)", number(2, 0, 10_000)),
        ("round(rate / count, 2)", number(2, 0, 10_000, optional=True)),
        ("round(count / rate, 0)", number(0, 0, 3_000, optional=True)),
        ("round(1 / change, 1)", number(1, -100, 100, optional=True)),
        ("round(rate / 4, 0)", number(0, 0, 25)),
        ("days_between(due, due)", number(0, -100, 100)),
        ("days_between('1970-01-01', due)", number(0, 0, 100)),
        ("piecewise(count, (0, 0), (10, 5), (30, -5), 1)", number(1, -50, 50)),
        ("piecewise(count, (5, 7), (6, 8), 0)", number(0, 7, 8)),
        ("piecewise(change, (-100, 0), (100, 100), 0)", number(0, 48, 51, optional=True)),
        ("0.10", number(1, 1, 1)),
    ],
)
def test_the_bounds_of_a_number_are_what_it_can_reach(text: str, expected: NumberType) -> None:
    assert expected == typed(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rate > 5", BooleanType()),
        ("change > 5", BooleanType(optional=True)),
        ("ok and maybe", BooleanType(optional=True)),
        ("not ok", BooleanType()),
        ("is_missing(change)", BooleanType()),
        ("material == 'raw'", BooleanType()),
        ("material in ('raw', 'pack')", BooleanType()),
        ("city == 'Ulm'", BooleanType()),
        ("due >= '1970-02-01'", BooleanType()),
        ("grade >= 'B'", BooleanType(optional=True)),
        ("'low' if ok else 'high'", ChoiceType(options=("low", "high"))),
        ("material if ok else 'none'", ChoiceType(options=("raw", "pack", "none"))),
        ("city if ok else 'none'", TextType()),
        ("add_days(due, count)", DateType(low=0, high=130)),
        ("add_days(due, -count)", DateType(low=-30, high=100)),
        ("coalesce(due, '1970-01-11')", DateType(low=0, high=100)),
    ],
)
def test_every_other_formula_has_one_type(text: str, expected: Type) -> None:
    assert expected == typed(text)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("rat + 1", ["unknown_name"]),
        ("later + 1", ["forward_reference"]),
        ("refused + 1", []),
        ("refused + rat", ["unknown_name"]),
        ("material + 1", ["type_mismatch"]),
        ("city < 'b'", ["type_mismatch"]),
        ("material < 'raw'", ["type_mismatch"]),
        ("grade > material", ["type_mismatch"]),
        ("ok == maybe", ["type_mismatch"]),
        ("ok > 1", ["type_mismatch"]),
        ("due > 5", ["type_mismatch"]),
        ("due == 'soon'", ["bad_date"]),
        ("due in ('1970-01-01', 'soon')", ["bad_date"]),
        ("material == 'rwa'", ["unknown_option"]),
        ("material in ('raw', 5)", ["type_mismatch"]),
        ("rate and ok", ["type_mismatch"]),
        ("rate if rate else 0", ["type_mismatch"]),
        ("rate if ok else 'none'", ["type_mismatch"]),
        ("round(rate / 0, 1)", ["division_by_zero"]),
        ("round(rate / (0 * count), 1)", ["division_by_zero"]),
        ("big * big", ["overflow"]),
        ("big * 8193", ["overflow"]),
        ("big * 8191 - big * 8191 + big", ["overflow"]),
        ("round(big / 3, 5)", ["overflow"]),
        ("round(big, 5)", ["overflow"]),
        ("big * 100 == 0.00001", ["overflow"]),
        ("coalesce(big, 0.000001)", ["overflow"]),
        ("add_days(due, big)", ["overflow"]),
        ("add_days(due, rate)", ["type_mismatch"]),
        ("material + 1 + city", ["type_mismatch", "type_mismatch"]),
    ],
)
def test_what_does_not_fit_is_refused(text: str, codes: list[str]) -> None:
    assert codes == refusals(text)


def test_64_bits_are_used_to_the_end() -> None:
    assert number(0, 0, (2**50 - 1) * 8_192) == typed("big * 8192")


def test_a_product_of_eighteen_decimals_is_the_finest() -> None:
    assert number(18, 1, 1) == typed("0.000000001 * 0.000000001")
    assert ["overflow"] == refusals("0.000000001 * 0.000000001 * 0.1")


def test_a_column_points_at_the_part_that_is_wrong() -> None:
    problems: list[Problem] = []
    infer(parse('material == "raw" and rat > 1'), SCOPE, "f", problems)
    assert [23] == [problem.column for problem in problems]
    problems.clear()
    infer(parse('"质量" == city and rat > 1'), SCOPE, "f", problems)
    assert [18] == [problem.column for problem in problems]


def test_a_name_that_was_refused_before_is_not_reported_again() -> None:
    assert [] == refusals("refused")


def test_what_is_always_missing_fits_every_type() -> None:
    assert MissingType().optional


UNITS = st.integers(-40, 40)
RANGE = st.tuples(UNITS, UNITS).map(sorted)
FORMULAS = (
    "a + b",
    "a - b",
    "a * b",
    "-a",
    "abs(a)",
    "min(a, b)",
    "max(a, b)",
    "clamp(a, -1, b)",
    "a if a > b else b",
    "round(a, 0)",
    "floor(a)",
    "ceil(a)",
    "piecewise(a, (-2, 5), (1, -3), (2, 4), 1)",
)


@given(RANGE, RANGE, st.sampled_from(ROUNDING_MODES), st.integers(0, 3))
def test_no_quotient_leaves_its_bounds(over: list[int], under: list[int], mode: RoundingMode, decimals: int) -> None:
    scope = {"a": number(1, over[0], over[1]), "b": number(2, under[0], under[1])}
    problems: list[Problem] = []
    found = infer(parse(f"round(a / b, {decimals}, '{mode}')"), scope, "f", problems)
    if found is None:
        assert under == [0, 0]
        return
    assert isinstance(found.type, NumberType)
    for top, bottom in product(range(over[0], over[1] + 1), range(under[0], under[1] + 1)):
        if bottom:
            exact = Fraction(top, 10) / Fraction(bottom, 100)
            assert found.type.low <= round_to_units(exact, decimals, mode) <= found.type.high
        else:
            assert found.type.optional


@given(RANGE, st.integers(0, 2), st.sampled_from(ROUNDING_MODES))
def test_rounding_reaches_both_bounds(given_range: list[int], decimals: int, mode: RoundingMode) -> None:
    low, high = given_range
    scope = {"a": number(2, low, high)}
    found = infer(parse(f"round(a, {decimals}, '{mode}')"), scope, "f", [])
    assert found is not None
    reached = [divide(units, 10 ** (2 - decimals), mode) for units in range(low, high + 1)]
    assert number(decimals, min(reached), max(reached)) == found.type


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**6), max_value=10**6))
def test_a_literal_is_its_own_bounds(value: Decimal) -> None:
    found = infer(Number(value), {}, "f", [])
    assert found is not None
    assert isinstance(found.type, NumberType)
    assert found.type.low == found.type.high == value * 10**found.type.decimals
