"""A name means the same to a person, to a formula, and to every engine."""

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.language.limits import MAX_NAME_CHARACTERS
from supplychain_rules.language.naming import FUNCTIONS, RESERVED_SUFFIXES, did_you_mean, name_problem


def code_of(name: object) -> str:
    problem = name_problem(name, "inputs.x")
    return "" if problem is None else problem.code


@pytest.mark.parametrize(
    "name", ["x", "quality_pass_rate", "Q1", "x" * MAX_NAME_CHARACTERS, "rounded", "lowest", "in_2"]
)
def test_a_plain_ascii_identifier_is_a_name(name: str) -> None:
    assert "" == code_of(name)


@pytest.mark.parametrize(
    "name",
    ["", " ", "1st", "a b", "a-b", "a.b", "_x", "__class__", "质量", "\uff58", "\u0430", "x\u0301", "x\n", "x" * 49],
    ids=ascii,
)
def test_what_an_engine_could_read_otherwise_is_no_name(name: str) -> None:
    assert "bad_name" == code_of(name)


@pytest.mark.parametrize("word", [*keyword.kwlist, *keyword.softkwlist, *FUNCTIONS, "missing"])
def test_a_word_of_the_language_is_no_name_whatever_its_case(word: str) -> None:
    assert "bad_name" == code_of(word) == code_of(word.upper()) == code_of(word.capitalize())


@pytest.mark.parametrize("suffix", RESERVED_SUFFIXES)
def test_an_ending_that_steps_add_belongs_to_them(suffix: str) -> None:
    assert "bad_name" == code_of(f"score{suffix}") == code_of(f"score{suffix.upper()}")
    assert "" == code_of(f"score{suffix}_2")


@pytest.mark.parametrize("name", [None, 1, b"x", ("x",), 1.5], ids=repr)
def test_a_name_is_text(name: object) -> None:
    assert "wrong_type" == code_of(name)


def test_the_problem_says_where_and_what_to_do() -> None:
    problem = name_problem("质量", "inputs.x")
    assert problem is not None
    assert ("inputs.x", "'质量'") == (problem.path, problem.value)
    assert "column" in problem.hint


def test_the_nearest_word_is_suggested() -> None:
    assert "did you mean 'weight'?" == did_you_mean("wieght", ["id", "weight"])


def test_a_short_list_is_shown_in_full_and_a_long_one_is_not() -> None:
    assert "expected one of a, b" == did_you_mean("zzz", ["b", "a"])
    assert "" == did_you_mean("zzz", [f"option{number}" for number in range(9)])
    assert "" == did_you_mean("zzz", [])


@pytest.mark.parametrize("word", [None, 5, [], "x" * 1_000_000], ids=["none", "number", "list", "megabyte"])
def test_a_suggestion_can_be_asked_for_anything(word: object) -> None:
    assert "expected one of weight" == did_you_mean(word, ["weight"])


@given(st.text(max_size=60))
def test_every_accepted_name_is_an_identifier_of_ascii(name: str) -> None:
    if not code_of(name):
        assert name.isidentifier()
        assert name.isascii()
        assert len(name) <= MAX_NAME_CHARACTERS
