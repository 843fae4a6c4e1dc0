"""Rows proved to exclude each other really do: checked against every value of small columns."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.errors import Problem
from supplychain_rules.language.cells import Cell, cell_condition, parse_cell
from supplychain_rules.language.disjoint import masks_disjoint, row_masks
from supplychain_rules.language.infer import infer
from supplychain_rules.language.reference import Plain, interpret
from supplychain_rules.language.types import BooleanType, ChoiceType, NumberType, Type

COLUMNS: dict[str, Type] = {
    "n": NumberType(decimals=1, low=0, high=40, optional=True),
    "c": ChoiceType(options=("A", "B", "C", "unrated"), ranking=("C", "B", "A"), optional=True),
    "b": BooleanType(optional=True),
}
VALUES: dict[str, list[Plain]] = {
    "n": [None, *(Fraction(tenths, 10) for tenths in range(41))],
    "c": [None, "A", "B", "C", "unrated"],
    "b": [None, True, False],
}

NUMBERS = st.integers(0, 8).map(lambda halves: str(halves / 2) if halves % 2 else str(halves // 2))
PAIRS = st.tuples(NUMBERS, NUMBERS).filter(lambda pair: float(pair[0]) < float(pair[1]))
NUMBER_TESTS = st.one_of(
    NUMBERS,
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "!="]), NUMBERS),
    st.just("missing"),
    PAIRS.map(lambda pair: f"[{pair[0]}..{pair[1]})"),
)
CHOICE_TESTS = st.sampled_from(["A", "B", "C", "unrated", "missing", ">= B", "< B", "!= C"])
BOOLEAN_TESTS = st.sampled_from(["true", "false", "missing"])


def cells(tests: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lists = st.lists(tests, min_size=1, max_size=3).map(", ".join)
    return st.one_of(st.just("-"), lists, lists.map("not({})".format))


ROWS = st.fixed_dictionaries({"n": cells(NUMBER_TESTS), "c": cells(CHOICE_TESTS), "b": cells(BOOLEAN_TESTS)})


def read(row: dict[str, str]) -> dict[str, Cell]:
    problems: list[Problem] = []
    found = {name: parse_cell(text, COLUMNS[name], name, problems) for name, text in row.items()}
    assert not problems
    return {name: cell for name, cell in found.items() if cell is not None}


def takes(cell: Cell, name: str, value: Plain) -> bool:
    condition = cell_condition(cell, name, COLUMNS[name])
    if condition is None:
        return True
    typed = infer(condition, {name: COLUMNS[name]}, name, [])
    assert typed is not None
    return interpret(typed, {name: value}) is True


def share(one: dict[str, Cell], other: dict[str, Cell], name: str) -> bool:
    return any(takes(one[name], name, value) and takes(other[name], name, value) for value in VALUES[name])


@given(ROWS, ROWS)
def test_rows_proved_to_exclude_each_other_share_no_record(one: dict[str, str], other: dict[str, str]) -> None:
    left, right = read(one), read(other)
    if masks_disjoint(*row_masks([left, right], COLUMNS)):
        assert not all(share(left, right, name) for name in COLUMNS)


@given(ROWS, ROWS)
def test_rows_that_share_no_option_are_proved_so(one: dict[str, str], other: dict[str, str]) -> None:
    left, right = read(one), read(other)
    if not all(share(left, right, name) for name in ("c", "b")):
        assert masks_disjoint(*row_masks([left, right], COLUMNS))
