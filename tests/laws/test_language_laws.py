"""What holds for every formula and every cell: its text comes back, and it means what the words say."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from plain_cells import cell_holds
from plain_formulas import Facts, Value, formula_value

from supplychain_rules import PolicyError, Problem
from supplychain_rules.language.cells import Cell, cell_condition, cell_text, parse_cell
from supplychain_rules.language.disjoint import masks_disjoint, row_masks
from supplychain_rules.language.infer import infer
from supplychain_rules.language.parse import parse
from supplychain_rules.language.reference import interpret, plain_value
from supplychain_rules.language.show import show
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    NumberType,
    TextType,
    Type,
    day_of,
)
from supplychain_rules.testing.strategies_formulas import Scope, formulas, near
from supplychain_rules.testing.strategies_tables import cells

SCOPE: Scope = {
    "rate": NumberType(decimals=2, low=-100, high=100, optional=True),
    "count": NumberType(decimals=0, low=0, high=7),
    "certified": BooleanType(optional=True),
    "grade": ChoiceType(options=("C", "B", "A"), ranking=("C", "B", "A"), optional=True),
    "category": ChoiceType(options=("raw", "a,b", "it's")),
    "country": TextType(optional=True),
    "since": DateType(low=20_000, high=20_100, optional=True),
}

RANKINGS = {"grade": ("C", "B", "A")}

KINDS = st.sampled_from(
    [
        *SCOPE.values(),
        NumberType(decimals=9, low=-3, high=3, optional=True),
        ChoiceType(options=("missing", "not", "-", "A (new)", 'say "hi"', " x", "> 5"), optional=True),
        ChoiceType(options=("-", "A.", "a..b", "质量"), ranking=("-", "A.", "a..b", "质量"), optional=True),
    ]
)


def texts() -> st.SearchStrategy[str]:
    """Draw expressions with as few or as many parentheses as Python allows, whatever their types."""
    leaves = st.sampled_from(["a", "b", "c", "1", "0", "2.5", "'x'", '"it\'s"', "True", "False", "0.10"])

    def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        boxed = inner.map(lambda text: f"({text})")
        part = st.one_of(inner, boxed)
        signs = st.sampled_from([" + ", " - ", " * ", "-", "*", " == ", " < ", ">=", " != ", " and ", " or "])
        return st.one_of(
            st.builds("{}{}{}".format, part, signs, part),
            st.builds("{} if {} else {}".format, part, part, part),
            st.builds("{}{}".format, st.sampled_from(["-", "- -", "not ", "not not "]), part),
            st.builds("{} {} (1, 'x', -2.5)".format, part, st.sampled_from(["in", "not in"])),
            st.builds("{}({}, {})".format, st.sampled_from(["min", "max", "coalesce", "days_between"]), inner, inner),
            st.builds("{}({})".format, st.sampled_from(["abs", "floor", "ceil", "is_missing"]), inner),
            st.builds("round({}, {})".format, part, st.integers(0, 9)),
            st.builds('round({} / {}, {}, "{}")'.format, boxed, boxed, st.integers(0, 9), st.just("floor")),
            st.builds("piecewise({}, (0, 1), (2.5, -1))".format, inner),
        )

    return st.recursive(leaves, extend, max_leaves=12)


def value_of(kind: Type, data: st.DataObject) -> Value:
    """Draw a value of a type, missing where it may be."""
    if kind.optional and data.draw(st.integers(0, 5)) == 0:
        return None
    match kind:
        case NumberType():
            return Fraction(near(data.draw, kind), 10**kind.decimals)
        case DateType():
            return day_of(near(data.draw, kind))
        case BooleanType():
            return data.draw(st.booleans())
        case ChoiceType():
            return data.draw(st.sampled_from(kind.options))
        case _:
            return data.draw(st.sampled_from(["Acme", "a b", "", "A..B"]))


def as_plain(value: Value, kind: Type) -> object:
    """Write a value as the reference interpreter holds it."""
    return Fraction((value - day_of(0)).days) if isinstance(kind, DateType) and value is not None else value  # type: ignore[operator]


def read(raw: object, kind: Type) -> Cell:
    """Parse a cell that is well formed."""
    problems: list[Problem] = []
    cell = parse_cell(raw, kind, "cell", problems)
    assert [] == problems
    assert cell is not None
    return cell


def judged(cell: Cell, kind: Type, value: Value) -> object:
    """Return what the reference interpreter says of a cell."""
    condition = cell_condition(cell, "it", kind)
    if condition is None:
        return True
    typed = infer(condition, {"it": kind}, "cell", [])
    assert typed is not None
    return interpret(typed, {"it": as_plain(value, kind)})  # type: ignore[dict-item]


@given(text=texts())
def test_the_text_of_an_expression_reads_back_as_the_same_expression(text: str) -> None:
    try:
        expression = parse(text)
    except PolicyError as error:
        codes = {problem.code for problem in error.problems}
        assume(not codes <= {"syntax", "not_allowed"})
        raise

    assert expression == parse(show(expression))
    assert show(expression) == show(parse(show(expression)))


@pytest.mark.parametrize(
    "text",
    [
        "-(5) + -(-5) - (-(-a))",
        "((a if b else c) if d else e) if f else (g if h else i)",
        "not (not a in (1,))",
        "(a < b < c) == d",
    ],
    ids=["signs", "conditions", "not in", "chain in a chain"],
)
def test_the_text_of_whatever_can_be_read_can_be_read_again(text: str) -> None:
    expression = parse(text)

    assert expression == parse(show(expression))


@pytest.mark.parametrize(
    "text",
    [
        "<".join(["n" * 48] * 40),  # a chain says its middle operands twice
        "x in (" + ",".join("1" * 900) + ")",  # a list gets a space after every comma
        "not " * 38 + "a < b < c",  # a chain becomes a conjunction, one level deeper
    ],
    ids=["long chain", "long list", "deep chain"],
)
def test_what_could_not_be_read_again_as_it_is_shown_is_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        parse(text)


@given(text=formulas(SCOPE))
def test_the_text_of_a_well_typed_formula_reads_back_and_keeps_its_type(text: str) -> None:
    expression = parse(text)
    shown = parse(show(expression))
    problems: list[list[Problem]] = [[], []]
    typed = [infer(each, SCOPE, "", found) for each, found in zip((expression, shown), problems, strict=True)]

    assert expression == shown
    assert typed[0] == typed[1]


@given(data=st.data(), text=formulas(SCOPE, depth=4))
def test_a_formula_means_what_its_words_say(data: st.DataObject, text: str) -> None:
    problems: list[Problem] = []
    typed = infer(parse(text), SCOPE, "", problems)
    assert {"overflow", "division_by_zero"} >= {problem.code for problem in problems}
    assume(typed is not None)
    assert typed is not None
    for _ in range(3):
        record = {name: value_of(kind, data) for name, kind in SCOPE.items()}
        known = {name: as_plain(value, SCOPE[name]) for name, value in record.items()}
        expected = formula_value(text, Facts(dict(record), RANKINGS))

        assert as_plain(expected, typed.type) == interpret(typed, known)  # type: ignore[arg-type]


@given(data=st.data(), kind=KINDS)
def test_the_text_of_a_cell_reads_back_as_the_same_cell(data: st.DataObject, kind: Type) -> None:
    cell = read(data.draw(cells(kind)), kind)

    assert cell == read(cell_text(cell), kind)


@given(data=st.data(), kind=KINDS)
def test_a_cell_means_what_its_words_say(data: st.DataObject, kind: Type) -> None:
    raw = data.draw(cells(kind))
    cell = read(raw, kind)
    ranking = kind.ranking if isinstance(kind, ChoiceType) else ()
    for _ in range(5):
        value = value_of(kind, data)

        assert cell_holds(raw, value, ranking) == judged(cell, kind, value)


@given(data=st.data(), kind=KINDS)
def test_cells_proved_disjoint_never_both_take_a_value(data: st.DataObject, kind: Type) -> None:
    one, other = (read(data.draw(cells(kind)), kind) for _ in range(2))
    if masks_disjoint(*row_masks([{"it": one}, {"it": other}], {"it": kind})):
        for _ in range(10):
            value = value_of(kind, data)

            assert not (judged(one, kind, value) is True and judged(other, kind, value) is True)


@given(data=st.data(), kind=st.sampled_from([kind for kind in SCOPE.values() if isinstance(kind, NumberType)]))
def test_units_and_plain_values_are_the_same_number(data: st.DataObject, kind: NumberType) -> None:
    units = near(data.draw, kind)

    assert Fraction(units, 10**kind.decimals) == plain_value(units, kind)
