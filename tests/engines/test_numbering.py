"""Texts of a plan become whole numbers where every text of a column is known."""

from typing import Any

import pytest
from makers import policy

from supplychain_rules import Policy
from supplychain_rules.engines.codes import MAX_CODED_OPTIONS
from supplychain_rules.engines.lowering import lower
from supplychain_rules.engines.numbering import Numbered, numbered

CHOICE = {"type": "choice", "options": ["raw", "pack"], "optional": True}
OTHER = {"type": "choice", "options": ["pack", "service"]}
TEXT = {"type": "text", "optional": True}


def numbers(some: Policy) -> Numbered:
    return numbered(lower(some.program, some.outputs))


def formula(text: str, **inputs: dict[str, Any]) -> Policy:
    return policy(inputs, {"kind": "formula", "id": "y", "formula": text})


def test_options_are_numbered_as_they_are_declared() -> None:
    found = numbers(formula("x == 'pack'", x=CHOICE))

    assert ("raw", "pack") == found.texts["i0"]
    assert "Whole(value=1)" in str(found.plan.columns)
    assert "Text(" not in str(found.plan.columns)


def test_choices_that_are_compared_share_the_numbers_of_their_options() -> None:
    found = numbers(formula("x == z", x=CHOICE, z=OTHER))

    assert ("raw", "pack", "service") == found.texts["i0"] == found.texts["i1"]


def test_a_choice_passed_on_is_numbered_like_the_input_it_comes_from() -> None:
    found = numbers(formula("x if x != 'raw' else z", x=CHOICE, z=OTHER))

    assert found.texts["i0"] == found.texts["i1"] == found.texts[found.plan.outputs[0].column]


def test_choices_that_never_meet_have_numbers_of_their_own() -> None:
    found = numbers(formula("x == 'raw' and z == 'service'", x=CHOICE, z=OTHER))

    assert {"i0": ("raw", "pack"), "i1": ("pack", "service")} == {name: found.texts[name] for name in ("i0", "i1")}


def test_free_text_stays_text_and_so_does_a_choice_that_is_held_against_it() -> None:
    found = numbers(formula("x == note and z == 'pack'", x=CHOICE, z=OTHER, note=TEXT))

    assert {"i1"} == found.texts.keys()


@pytest.mark.parametrize(("count", "is_numbered"), [(MAX_CODED_OPTIONS, True), (MAX_CODED_OPTIONS + 1, False)])
def test_a_long_list_of_options_is_read_as_text(count: int, is_numbered: bool) -> None:  # noqa: FBT001  a parameter
    found = numbers(formula("x == 'o1'", x={"type": "choice", "options": [f"o{at}" for at in range(count)]}))

    assert is_numbered is ("i0" in found.texts)
