"""Every phrase is there in both languages, is used, and has the same places."""

import ast
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from supplier_reviews import METHODS

from supplychain_rules import STRATEGIES, InvalidValueError, Label
from supplychain_rules.rules.reasons import Cause
from supplychain_rules.rules.replay import DifferenceKind, Verdict
from supplychain_rules.rules.wording import PHRASES, called, cause_text, named, say, shown

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "supplychain_rules"

#: Keys that are put together from a value: outcomes of gates, states of criteria, methods, hit policies, and what
#: replays find.
COMPOSED = {
    *("pass", "fail", "refer"),
    *("reweighted", "null", "worst", "neutral", "not_applicable"),
    *METHODS,
    *("hit_first", "hit_unique", "hit_any", "hit_priority"),
    *(f"hit_collect {aggregate}" for aggregate in ("sum", "min", "max", "count")),
    *(f"verdict_{verdict}" for verdict in get_args(Verdict)),
    *(f"difference_{kind}" for kind in get_args(DifferenceKind)),
}


def texts_in_code() -> set[str]:
    """Return every text that the code outside the table holds."""
    rules = PACKAGE / "rules"
    files = [*rules.glob("explain*.py"), *rules.glob("replay*.py"), *(PACKAGE / "display").glob("*.py")]
    trees = [ast.parse(file.read_text("utf-8")) for file in files]
    functions = ast.parse((PACKAGE / "rules" / "wording.py").read_text("utf-8")).body
    trees += [ast.Module(body=[node for node in functions if isinstance(node, ast.FunctionDef)], type_ignores=[])]
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def keys_said() -> set[str]:
    """Return every key that the code gives to `say` as a text."""
    files = [*(PACKAGE / "rules").glob("*.py"), *(PACKAGE / "display").glob("*.py")]
    return {
        call.args[0].value
        for file in files
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "say"
        and isinstance(call.args[0], ast.Constant)
    }


def places(text: str) -> set[str | None]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


@pytest.mark.parametrize("key", PHRASES)
def test_every_phrase_is_there_in_english_and_in_chinese(key: str) -> None:
    assert PHRASES[key].en
    assert PHRASES[key].zh


@pytest.mark.parametrize("key", PHRASES)
def test_both_languages_of_a_phrase_have_the_same_places(key: str) -> None:
    assert places(PHRASES[key].en) == places(PHRASES[key].zh)


def test_no_english_phrase_holds_chinese() -> None:
    assert [] == [key for key, phrase in PHRASES.items() if not phrase.en.isascii()]


def test_every_phrase_that_is_said_is_there() -> None:
    assert set() == keys_said() - set(PHRASES)
    assert set() == COMPOSED - set(PHRASES)


def test_every_phrase_is_used() -> None:
    assert set() == set(PHRASES) - texts_in_code() - COMPOSED


def test_every_built_in_method_has_a_name() -> None:
    assert [] == [method.kind for method in STRATEGIES.methods if method.kind not in PHRASES]


def test_the_line_that_is_left_over_is_there_in_both_languages() -> None:
    assert [] == [method.kind for method in STRATEGIES.methods if not all(method.remainder)]


def test_an_unknown_language_is_refused_with_the_way_out() -> None:
    with pytest.raises(InvalidValueError, match="did you mean 'zh'"):
        say("missing", "zh-CN")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("label", "lang", "expected"),
    [
        (None, "en", "otif"),
        (Label("On time", "准时"), "zh", "准时"),
        (Label("", "准时"), "en", "准时"),
        (Label(""), "en", "otif"),
    ],
)
def test_a_thing_is_called_by_its_label_or_else_by_its_name(label: Label | None, lang: str, expected: str) -> None:
    assert expected == called("otif", label, lang)  # type: ignore[arg-type]


def test_a_label_that_repeats_the_name_is_not_said_twice() -> None:
    assert "otif" == named("otif", Label("otif"), "en")


def test_causes_are_listed_in_the_readers_language() -> None:
    causes = (
        Cause(kind="missing", of="otif", label=Label("On time", "准时率")),
        Cause(kind="zero_divisor", of="a - b"),
    )

    assert "On time is missing, the divisor a - b is 0" == cause_text(causes, "en")
    assert "准时率缺失，除数 a - b 为 0" == cause_text(causes, "zh")


def test_a_missing_value_is_never_shown_as_zero_or_blank() -> None:
    assert ("missing", "缺失") == (shown(None, "en"), shown(None, "zh"))
