"""A cell of a table says what it takes; a mistyped one is refused with the column of the mistake."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.errors import Problem
from supplychain_rules.language.cells import (
    Cell,
    Interval,
    IsMissing,
    Threshold,
    cell_condition,
    cell_text,
    parse_cell,
)
from supplychain_rules.language.nodes import And, Boolean, Call, Compare, Day, In, Name, Not, Number, Or, Text
from supplychain_rules.language.types import BooleanType, ChoiceType, DateType, NumberType, TextType, Type

NUMBER = NumberType(decimals=2, low=0, high=10_000)
TRUTH = BooleanType(optional=True)
MATERIAL = ChoiceType(
    options=("raw", "pack", "service", "a, b", "missing", "not(a)", 'say "no"', "-", "[1..2]", "质量")
)
GRADE = ChoiceType(options=("D", "C", "B", "A", "unrated"), ranking=("D", "C", "B", "A"))
TEXT = TextType()
DAY = DateType(low=-(10**5), high=10**5)
KINDS = (NUMBER, TRUTH, MATERIAL, GRADE, TEXT, DAY)


def number(text: str) -> Number:
    return Number(Decimal(text))


def cell(raw: object, kind: Type = NUMBER) -> Cell:
    problems: list[Problem] = []
    read = parse_cell(raw, kind, "cell", problems)
    assert [] == problems
    assert read is not None
    return read


def refusal(raw: object, kind: Type = NUMBER) -> Problem:
    problems: list[Problem] = []
    assert parse_cell(raw, kind, "cell", problems) is None
    (problem,) = problems
    assert "cell" == problem.path
    return problem


def interval(low: str, high: str, *, low_closed: bool, high_closed: bool) -> Cell:
    return Cell((Interval(low=number(low), high=number(high), low_closed=low_closed, high_closed=high_closed),))


@pytest.mark.parametrize("raw", ["-", " - "])
def test_a_dash_takes_anything(raw: str) -> None:
    assert Cell() == cell(raw)
    assert None is cell_condition(cell(raw), "x", NUMBER)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("95", Cell((Threshold("==", number("95")),))),
        ("= 95", Cell((Threshold("==", number("95")),))),
        (">= 95.5", Cell((Threshold(">=", number("95.5")),))),
        (">=95", Cell((Threshold(">=", number("95")),))),
        ("!= -1", Cell((Threshold("!=", number("-1")),))),
        ("1, 2", Cell((Threshold("==", number("1")), Threshold("==", number("2"))))),
        ("< 5, missing", Cell((Threshold("<", number("5")), IsMissing()))),
        ("missing", Cell((IsMissing(),))),
        ("not(missing)", Cell((IsMissing(),), negated=True)),
        ("not( 1 , 2 )", Cell((Threshold("==", number("1")), Threshold("==", number("2"))), negated=True)),
        ("not (1)", Cell((Threshold("==", number("1")),), negated=True)),
        ("[90..95]", interval("90", "95", low_closed=True, high_closed=True)),
        ("[90..95)", interval("90", "95", low_closed=True, high_closed=False)),
        ("(90..95]", interval("90", "95", low_closed=False, high_closed=True)),
        ("]90..95[", interval("90", "95", low_closed=False, high_closed=False)),
        ("[ 0.5 .. 1.5 ]", interval("0.5", "1.5", low_closed=True, high_closed=True)),
        ("[5..5]", interval("5", "5", low_closed=True, high_closed=True)),
    ],
)
def test_a_cell_over_a_number_is_read(raw: str, expected: Cell) -> None:
    assert expected == cell(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(5, "5"), (0.1, "0.1"), (Decimal("1.50"), "1.5"), (-3, "-3")],
    ids=str,
)
def test_a_native_number_stands_for_itself(raw: object, expected: str) -> None:
    assert expected == cell_text(cell(raw))


def test_a_native_date_and_a_native_boolean_stand_for_themselves() -> None:
    assert Cell((Threshold("==", Day(date(2026, 1, 31))),)) == cell(date(2026, 1, 31), DAY)
    assert Cell((Threshold("==", Boolean(value=False)),)) == cell(False, TRUTH)  # noqa: FBT003  the cell itself


def test_an_option_that_could_be_misread_is_quoted() -> None:
    assert Cell((Threshold("==", Text("a, b")), Threshold("==", Text("raw")))) == cell('"a, b", raw', MATERIAL)
    assert Cell((Threshold("==", Text('say "no"')),)) == cell('"say ""no"""', MATERIAL)
    assert Cell((Threshold("==", Text("missing")),)) == cell('"missing"', MATERIAL)
    assert Cell((IsMissing(),)) == cell("missing", MATERIAL)
    assert Cell((Threshold("==", Text("质量")),)) == cell("质量", MATERIAL)


def test_ordered_options_have_thresholds_and_intervals() -> None:
    assert Cell((Threshold(">=", Text("B")),)) == cell(">= B", GRADE)
    assert cell("[C..A]", GRADE).tests


@pytest.mark.parametrize(
    ("raw", "kind", "code", "column"),
    [
        (">> 98", NUMBER, "bad_value", 2),
        (">= 98x", NUMBER, "bad_value", 4),
        ("abc def", NUMBER, "bad_value", 1),
        ("90..95", NUMBER, "bad_value", 1),
        ("1 2", NUMBER, "bad_value", 1),
        ("1,, 2", NUMBER, "bad_value", 3),
        ("1,", NUMBER, "bad_value", 3),
        ("true", NUMBER, "bad_value", 1),
        ("1e999999", NUMBER, "bad_value", 1),
        ("=", NUMBER, "bad_value", 2),
        ("not()", NUMBER, "bad_value", 5),
        ("not(1", NUMBER, "bad_cell", 6),
        ("not(1) 2", NUMBER, "bad_cell", 8),
        ("1)", NUMBER, "bad_cell", 2),
        ("[1..2", NUMBER, "bad_cell", 6),
        ("[1..2} ", NUMBER, "bad_value", 5),
        ("[1, 2]", NUMBER, "bad_value", 2),
        ("[2..1]", NUMBER, "empty_interval", None),
        ("(1..1]", NUMBER, "empty_interval", None),
        ("", NUMBER, "empty_cell", 1),
        ("   ", NUMBER, "empty_cell", None),
        ("0.1234567891", NUMBER, "too_many_decimals", None),
        ("row", MATERIAL, "unknown_option", 1),
        ("raw, pck", MATERIAL, "unknown_option", 6),
        ('"raw', MATERIAL, "bad_cell", None),
        ('"raw" "pack"', MATERIAL, "bad_cell", 7),
        (">= raw", MATERIAL, "type_mismatch", None),
        ("yes", TRUTH, "bad_value", 1),
        ("1", TRUTH, "bad_value", 1),
        ("> true", TRUTH, "type_mismatch", None),
        ("2026-02-30", DAY, "bad_value", 1),
        ("31.01.2026", DAY, "bad_value", 1),
        ("2026-01-31T00:00", DAY, "bad_value", 1),
        ("> Ulm", TEXT, "type_mismatch", None),
    ],
)
def test_a_mistyped_cell_is_refused_where_the_mistake_is(raw: str, kind: Type, code: str, column: int | None) -> None:
    problem = refusal(raw, kind)
    assert code == problem.code
    if column is not None:
        assert column == problem.column
    assert problem.column is not None
    assert 1 <= problem.column <= len(raw) + 1


@pytest.mark.parametrize(
    "raw", [None, [1], {"a": 1}, b"1", datetime(2026, 1, 1, tzinfo=UTC), float("nan"), 10**100, Decimal("1e999999")]
)
def test_a_native_value_of_another_class_is_no_cell(raw: object) -> None:
    assert "wrong_type" == refusal(raw).code


def test_a_number_is_no_date() -> None:
    assert refusal(20260131, DAY)


def test_a_near_miss_among_options_is_named() -> None:
    assert "did you mean 'service'?" == refusal("servce", MATERIAL).hint


def test_a_cell_becomes_the_condition_that_it_says() -> None:
    x = Name("x")
    assert Compare(">=", x, number("95")) == cell_condition(cell(">= 95"), "x", NUMBER)
    assert In(x, (Text("raw"), Text("pack"))) == cell_condition(cell("raw, pack", MATERIAL), "x", MATERIAL)
    assert Not(Compare("==", x, Text("raw"))) == cell_condition(cell("not(raw)", MATERIAL), "x", MATERIAL)
    assert Not(Call("is_missing", (x,))) == cell_condition(cell("not(missing)"), "x", NUMBER)
    assert Or((Compare("==", x, number("1")), Call("is_missing", (x,)))) == cell_condition(
        cell("missing, 1"), "x", NUMBER
    )
    assert And((Compare(">=", x, number("1")), Compare("<", x, number("2")))) == cell_condition(
        cell("[1..2)"), "x", NUMBER
    )
    assert Not(x) == cell_condition(cell("false", TRUTH), "x", TRUTH)


@given(
    st.sampled_from(KINDS),
    st.text(alphabet='-<>=!()[].,"0159 abmising質ntoruwe\u00a0', max_size=25) | st.text(max_size=12),
)
def test_any_text_is_a_cell_that_reads_back_or_is_refused(kind: Type, raw: str) -> None:
    problems: list[Problem] = []
    read = parse_cell(raw, kind, "cell", problems)
    assert (read is None) == (len(problems) == 1)
    if read is not None:
        assert read == cell(cell_text(read), kind)
        cell_condition(read, "x", kind)


@given(st.text(min_size=1, max_size=20).filter(str.isprintable))
def test_every_text_has_a_cell_that_means_it(option: str) -> None:
    read = Cell((Threshold("==", Text(option)),))
    assert read == cell(cell_text(read), TEXT)
