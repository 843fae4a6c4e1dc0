"""A formula is read as a person reads it, and what is not on the list is refused by name and column."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.errors import PolicyError, Problem
from supplychain_rules.language.limits import MAX_DEPTH, MAX_NODES
from supplychain_rules.language.nodes import (
    And,
    Boolean,
    Branch,
    Call,
    Case,
    Compare,
    Expression,
    In,
    Name,
    Negate,
    Not,
    Number,
    Or,
    Piecewise,
    Product,
    Round,
    RoundDivide,
    Sum,
    Text,
)
from supplychain_rules.language.parse import parse, parse_formula
from supplychain_rules.language.show import show

A, B, C = Name("a"), Name("b"), Name("c")


def number(text: str) -> Number:
    return Number(Decimal(text))


def refusals(text: object) -> list[Problem]:
    problems: list[Problem] = []
    assert parse_formula(text, "steps[0].formula", problems) is None
    assert all(problem.path == "steps[0].formula" for problem in problems)
    return problems


def column_of(text: str) -> int | None:
    (problem,) = refusals(text)
    return problem.column


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b - c", Sum((A, B, Negate(C)))),
        ("(a + b) + c", Sum((Sum((A, B)), C))),
        ("a - (b - c)", Sum((A, Negate(Sum((B, Negate(C))))))),
        ("a + b * c", Sum((A, Product((B, C))))),
        ("-a * b", Product((Negate(A), B))),
        ("-5", number("-5")),
        ("a - 5", Sum((A, Negate(number("5"))))),
        ("a < b <= c", And((Compare("<", A, B), Compare("<=", B, C)))),
        ("not a and b or c", Or((And((Not(A), B)), C))),
        ("a not in (1, 2)", Not(In(A, (number("1"), number("2"))))),
        ("a in ['x']", In(A, (Text("x"),))),
        ("a in (-1, True)", In(A, (number("-1"), Boolean(value=True)))),
        ("1 if a else 2 if b else 3", Case((Branch(A, number("1")), Branch(B, number("2"))), number("3"))),
        ("(1 if a else 2) if b else 3", Case((Branch(B, Case((Branch(A, number("1")),), number("2"))),), number("3"))),
        ("round(a / b, 2)", RoundDivide(A, B, 2)),
        ("round((a) / (b), 0, 'floor')", RoundDivide(A, B, 0, "floor")),
        ("round(a, 2, 'half_even')", Round(A, 2, "half_even")),
        ("floor(a) + ceil(b)", Sum((Round(A, 0, "floor"), Round(B, 0, "ceil")))),
        ("max(a, b, c)", Call("max", (A, B, C))),
        ("piecewise(a, (0, 1), (2.5, -3))", Piecewise(A, ((Decimal(0), Decimal(1)), (Decimal("2.5"), Decimal(-3))))),
        ("piecewise(a, (0, 1), (2, 3), 0)", Piecewise(A, ((Decimal(0), Decimal(1)), (Decimal(2), Decimal(3))), 0)),
        ("  a  ", A),
        ("((((a))))", A),
    ],
)
def test_a_formula_means_what_it_says(text: str, expected: Expression) -> None:
    assert expected == parse(text)


@pytest.mark.parametrize("text", ["0.1", "0.30", "12.5", ".5", "1.", "123456789012345678901234567890"])
def test_a_number_is_read_from_its_text_and_never_through_a_float(text: str) -> None:
    assert Decimal(text) == parse(text).value  # type: ignore[union-attr]  a number


@pytest.mark.parametrize("text", ["0.1 + 0.2", "a == 'it is'", "round(a / b, 2)", "a in (1, 'x', True)", "-(-5)"])
def test_what_is_shown_is_read_as_the_same_formula(text: str) -> None:
    assert parse(text) == parse(show(parse(text)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a / b", "not_allowed"),
        ("round(a / b / c, 2)", "not_allowed"),
        ("a ** 2", "not_allowed"),
        ("a // 2", "not_allowed"),
        ("a % 2", "not_allowed"),
        ("+a", "not_allowed"),
        ("a.b", "not_allowed"),
        ("a[0]", "not_allowed"),
        ("(a, b)", "not_allowed"),
        ("[a]", "not_allowed"),
        ("{a}", "not_allowed"),
        ("a is b", "not_allowed"),
        ("a in b", "not_allowed"),
        ("a in (b,)", "not_allowed"),
        ("a in ()", "not_allowed"),
        ("None", "not_allowed"),
        ("b'a'", "not_allowed"),
        ("a()", "unknown_function"),
        ("min()", "wrong_arguments"),
        ("coalesce(a)", "wrong_arguments"),
        ("clamp(a, b)", "wrong_arguments"),
        ("max(" + ", ".join("a" * 21) + ")", "wrong_arguments"),
        ("round(a)", "wrong_arguments"),
        ("round(a, 2, 'floor', 1)", "wrong_arguments"),
        ("round(a, 1.5)", "bad_decimals"),
        ("round(a, True)", "bad_decimals"),
        ("round(a, 2, 'up')", "bad_mode"),
        ("round(a, 2, b)", "bad_mode"),
        ("piecewise()", "wrong_arguments"),
        ("piecewise(a)", "wrong_arguments"),
        ("piecewise(a, (1, 2, 3), (4, 5))", "wrong_arguments"),
        ("piecewise(a, (0, 0), (0, 1))", "not_ordered"),
        ("1e3", "bad_number"),
        ("0b1", "bad_number"),
        ("1" * 31, "bad_number"),
        ("0.0000000001", "too_many_decimals"),
        ("007", "syntax"),
        ("a = 5", "syntax"),
        ("a; b", "syntax"),
        ("a\tb", "syntax"),
        ("lambda: a", "not_allowed"),
    ],
)
def test_what_is_not_on_the_list_is_refused(text: str, code: str) -> None:
    assert [code] == [problem.code for problem in refusals(text)]


def test_two_texts_side_by_side_are_not_glued_together() -> None:
    # Doubling a quote is how SQL and spreadsheets write one: 'it''s' must not become its.
    assert refusals("a == 'it''s'")


def test_every_part_that_is_wrong_is_named_at_once() -> None:
    assert ["not_allowed", "unknown_function", "bad_number"] == [p.code for p in refusals("max(a % 2, f(a), 1e3)")]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a + b % 2", 5),
        ("max(a, b.c)", 8),
        ('"质量" == a.b', 9),
        ("  a.b", 3),
        ("a +  1e3", 6),
        ("a + (b", 5),
    ],
)
def test_a_column_counts_the_characters_that_the_author_typed(text: str, column: int) -> None:
    assert column == column_of(text)


@pytest.mark.parametrize("text", ["", " ", "a +", "(", "a if", "not"])
def test_the_column_of_a_formula_cut_short_lies_within_reach(text: str) -> None:
    column = column_of(text)
    assert column is None or 1 <= column <= len(text) + 1


def test_a_node_remembers_the_character_where_it_begins() -> None:
    assert 9 == parse('"质量" == a').right.column  # type: ignore[union-attr]  a comparison


def test_a_formula_of_the_deepest_allowed_nesting_is_read() -> None:
    depth = MAX_DEPTH - 1
    assert parse("abs(" * depth + "a" + ")" * depth)
    assert ["too_deep"] == [problem.code for problem in refusals("abs(" * (depth + 1) + "a" + ")" * (depth + 1))]


def test_a_long_chain_is_wide_and_not_deep() -> None:
    terms = MAX_NODES - 1
    assert terms == len(parse("+".join("a" * terms)).terms)  # type: ignore[union-attr]  a sum
    assert ["too_large"] == [problem.code for problem in refusals("+".join("a" * (terms + 1)))]
    assert parse("1 if a else " * 80 + "2")


def test_a_refused_formula_raises_with_every_problem() -> None:
    with pytest.raises(PolicyError) as refused:
        parse("a % 2 + b ** 2")
    assert ["not_allowed", "not_allowed"] == [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize("value", [None, 5, True, ["a"], b"a", {}], ids=repr)
def test_a_formula_is_text(value: object) -> None:
    assert ["wrong_type"] == [problem.code for problem in refusals(value)]


@given(st.text(alphabet="ab01.+-*/%()[]{},'\"<>=! ifelsenotandor#\\质\u0430", max_size=30) | st.text(max_size=20))
def test_any_text_is_a_formula_or_is_refused(text: str) -> None:
    problems: list[Problem] = []
    expression = parse_formula(text, "f", problems)
    assert (expression is None) == bool(problems)
    for problem in problems:
        assert problem.column is None or problem.column >= 1
    if expression is not None:
        assert expression == parse(show(expression))
