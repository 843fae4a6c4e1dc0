"""What no TOML file can hold is refused too: giants, bottomless nesting, hostile objects, look-alike names."""

import copy
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from supplychain_rules.errors import MAX_SHOWN_CHARACTERS, PolicyError
from supplychain_rules.rules.codec import load_policy

#: Nothing that is said about a value may be as long as the value.
LONGEST_MESSAGE = 2_000

Found = list[tuple[str, str]]

RULES: dict[str, Any] = {
    "schema": "supplychain-rules/1",
    "id": "refused",
    "version": "1",
    "effective": {"from": "2026-01-01"},
    "label": {"en": "Review", "zh": "评估"},
    "inputs": {
        "x": {"type": "number", "decimals": 2, "min": "0", "max": "100"},
        "due": {"type": "date", "min": "2020-01-01", "max": "2030-12-31"},
        "category": {"type": "choice", "options": ["raw", "pack"]},
        "previous": {"type": "choice", "options": ["A", "B"], "optional": True},
    },
    "steps": [
        {"kind": "formula", "id": "total", "formula": "x + 1", "decimals": 2},
        {"kind": "gate", "id": "gate", "checks": [{"id": "late", "require": "due > '2026-01-01'", "reason": "Late"}]},
        {
            "kind": "scorecard",
            "id": "score",
            "method": {"kind": "points", "start": "10"},
            "decimals": 2,
            "min_coverage": "0.5",
            "criteria": [
                {
                    "id": "level",
                    "of": "x",
                    "weight": "25/48",
                    "missing": "neutral",
                    "neutral": "50",
                    "applies": "x > 1",
                    "value": {"kind": "linear", "worst": "0", "best": "100"},
                },
                {
                    "id": "step",
                    "of": "x",
                    "value": {"kind": "bands", "bands": [{"from": "50", "points": "100"}, {"points": "0"}]},
                },
                {"id": "line", "of": "x", "value": {"kind": "piecewise", "points": [["0", "0"], ["9", "100"]]}},
            ],
        },
        {
            "kind": "ladder",
            "id": "grade",
            "of": "score",
            "bands": [{"name": "A", "from": "90"}, {"name": "B"}],
            "if_unknown": "unrated",
            "hysteresis": {"previous": "previous", "margin": "2"},
        },
        {
            "kind": "table",
            "id": "action",
            "hit": "first",
            "when": ["x", "due", "category"],
            "outputs": {
                "share": {"type": "number", "decimals": 2, "min": "0", "max": "1"},
                "deed": {"type": "choice", "options": ["keep", "drop"]},
            },
            "rows": [
                {
                    "id": "only",
                    "when": {"x": ">= 5", "due": "> 2026-01-01", "category": "raw"},
                    "then": {"share": "0.5", "deed": "keep"},
                }
            ],
            "otherwise": {"share": "0", "deed": "drop"},
        },
    ],
    "cases": [
        {"id": "one", "given": {"x": "5", "due": "2026-02-01", "category": "raw"}, "expect": {"deed": "keep"}},
    ],
}


def problems_of(raw: object) -> Found:
    """Return what a rule set is refused for; and make sure that the whole report can be read."""
    with pytest.raises(PolicyError) as refused:
        load_policy(raw)  # type: ignore[arg-type]  what is refused is often no mapping
    problems = refused.value.problems
    report = str(refused.value)
    assert all(len(str(problem)) <= LONGEST_MESSAGE for problem in problems)
    assert all(len(problem.value) <= MAX_SHOWN_CHARACTERS for problem in problems)
    report.encode()  # a lone surrogate could not be printed
    return [(problem.code, problem.path) for problem in problems]


def changed(path: str, value: object) -> dict[str, Any]:
    """Return the rules with one value put at a path such as `steps[0].formula`."""
    rules = copy.deepcopy(RULES)
    *steps, last = [int(step) if step.isdigit() else step for step in re.findall(r"\w+", path)]
    place: Any = rules
    for step in steps:
        place = place[step]
    place[last] = value
    return rules


def nested(depth: int, wrap: Callable[[object], object]) -> object:
    value: object = "x"
    for _ in range(depth):
        value = wrap(value)
    return value


def cyclic_table() -> dict[str, Any]:
    table: dict[str, Any] = {"kind": "formula"}
    table["kind"] = table["steps"] = table
    return table


def cyclic_list() -> list[Any]:
    items: list[Any] = []
    items.append(items)
    return items


class Speechless:
    """An object whose own representation raises."""

    def __repr__(self) -> str:
        raise RuntimeError


class Incomparable:
    """An object that cannot even be compared."""

    __hash__ = None  # type: ignore[assignment]  unhashable on purpose

    def __eq__(self, other: object) -> bool:
        raise RuntimeError


DEEP_TABLE = nested(10_000, lambda inner: {"a": inner})
DEEP_LIST = nested(10_000, lambda inner: [inner])
MEGABYTE = 1_000_000

#: Values that fit nowhere but in a text for eyes.
STRANGE: dict[str, object] = {
    "a table nested 10 000 deep": DEEP_TABLE,
    "a list nested 10 000 deep": DEEP_LIST,
    "a table that holds itself": cyclic_table(),
    "a list that holds itself": cyclic_list(),
    "an object whose repr raises": Speechless(),
    "an object that cannot be compared": Incomparable(),
    "a set": {1, 2},
    "bytes": b"raw",
    "a time": time(1),
    "a function": len,
    "a complex number": 1j,
    "a table with a numeric key": {1: 2},
    "a table with no key": {None: 1},
}

#: What looks like a number, or is one, and cannot be used as one.
NO_NUMBERS: dict[str, object] = {
    "1e999999 as text": "1e999999",
    "-1e999999 as text": "-1e999999",
    "1e-999999 as text": "1e-999999",
    "1e999999 as Decimal": Decimal("1e999999"),
    "1e-999999 as Decimal": Decimal("1e-999999"),
    "NaN as Decimal": Decimal("NaN"),
    "signalling NaN": Decimal("sNaN"),
    "an integer of 10 000 digits": 10**10_000,
    "a negative integer of 10 000 digits": -(10**10_000),
    "a float that is no number": float("nan"),
    "an infinite float": float("inf"),
    "a letter for a digit": "O.5",
    "a decimal comma": "1,5",
    "a percentage": "50%",
    "a number in words": "fifty",
    "Arabic-Indic digits": "\u0665\u0660",
    "full-width digits": "\uff15\uff10",
    "grouped digits": "1_000",
    "nothing": "",
    "a megabyte of digits": "9" * MEGABYTE,
    "a boolean": True,
    "a list of a number": [5],
    "a date": date(2026, 1, 1),
    "a moment": datetime(2026, 1, 1),  # noqa: DTZ001  a zone would make it no better
}

#: Every place of a rule set that holds a number.
NUMBERS = (
    "inputs.x.min",
    "inputs.x.max",
    "steps[2].method.start",
    "steps[2].min_coverage",
    "steps[2].criteria[0].weight",
    "steps[2].criteria[0].neutral",
    "steps[2].criteria[0].value.worst",
    "steps[2].criteria[1].value.bands[0].from",
    "steps[2].criteria[1].value.bands[0].points",
    "steps[2].criteria[2].value.points[0][0]",
    "steps[2].criteria[2].value.points[0][1]",
    "steps[3].bands[0].from",
    "steps[3].hysteresis.margin",
    "steps[4].rows[0].then.share",
    "steps[4].otherwise.share",
)

#: Every place that holds a whole number, and nothing that is merely like one.
WHOLE_NUMBERS = ("inputs.x.decimals", "steps[0].decimals", "steps[2].decimals", "steps[3].hysteresis.periods")

#: Every place that holds a table, a list, a word or a text, with the code for a value of another shape.
PLACES = {
    "schema": "bad_value",
    "id": "bad_value",
    "version": "bad_value",
    "effective": "wrong_type",
    "effective.from": "wrong_type",
    "label": "bad_value",
    "inputs.x": "wrong_type",
    "inputs.x.type": "bad_value",
    "inputs.x.optional": "wrong_type",
    "inputs.category.options": "wrong_type",
    "inputs.category.options[0]": "wrong_type",
    "steps[0]": "wrong_type",
    "steps[0].kind": "unknown_kind",
    "steps[0].id": "wrong_type",
    "steps[0].formula": "wrong_type",
    "steps[1].checks": "wrong_type",
    "steps[1].checks[0]": "wrong_type",
    "steps[1].checks[0].id": "wrong_type",
    "steps[1].checks[0].require": "wrong_type",
    "steps[2].method": "wrong_type",
    "steps[2].method.kind": "unknown_kind",
    "steps[2].criteria": "wrong_type",
    "steps[2].criteria[0].of": "wrong_type",
    "steps[2].criteria[0].missing": "bad_value",
    "steps[2].criteria[0].applies": "wrong_type",
    "steps[2].criteria[0].value": "wrong_type",
    "steps[2].criteria[0].value.kind": "unknown_kind",
    "steps[2].criteria[1].value.bands": "wrong_type",
    "steps[2].criteria[2].value.points[0]": "wrong_type",
    "steps[3].of": "wrong_type",
    "steps[3].bands[0].name": "wrong_type",
    "steps[3].if_unknown": "wrong_type",
    "steps[3].hysteresis.previous": "wrong_type",
    "steps[4].hit": "bad_value",
    "steps[4].when": "wrong_type",
    "steps[4].when[0]": "wrong_type",
    "steps[4].rows": "wrong_type",
    "steps[4].rows[0].id": "wrong_type",
    "steps[4].rows[0].when": "wrong_type",
    "steps[4].rows[0].then": "wrong_type",
    "steps[4].rows[0].then.deed": "bad_value",
    "cases": "wrong_type",
    "cases[0].id": "wrong_type",
    "cases[0].given": "wrong_type",
    "cases[0].given.x": "wrong_type",
    "cases[0].given.category": "wrong_type",
    "cases[0].expect": "wrong_type",
}


def test_the_rules_that_the_tests_below_spoil_are_sound() -> None:
    assert load_policy(RULES).outputs[0] == "total"


@pytest.mark.parametrize("value", [None, 5, "schema", [], [("id", "x")], DEEP_LIST, Speechless()], ids=lambda _: "")
def test_a_rule_set_is_a_table(value: object) -> None:
    assert [("wrong_type", "")] == problems_of(value)


@pytest.mark.parametrize("path", NUMBERS)
@pytest.mark.parametrize("value", NO_NUMBERS.values(), ids=NO_NUMBERS)
def test_what_is_no_usable_number_is_refused_where_it_stands(path: str, value: object) -> None:
    at_the_input = isinstance(value, date) and not isinstance(value, datetime) and path.startswith("inputs.")
    expected = ("bad_input", "inputs.x") if at_the_input else ("bad_value", path)
    if isinstance(value, datetime) and path.startswith("inputs."):
        expected = ("wrong_type", path)
    assert [expected] == problems_of(changed(path, value))


@pytest.mark.parametrize("path", WHOLE_NUMBERS)
@pytest.mark.parametrize("value", ["2", 2.0, Decimal(2), True, [2], float("nan")], ids=repr)
def test_a_count_is_a_whole_number_and_nothing_like_one(path: str, value: object) -> None:
    assert [("wrong_type", path)] == problems_of(changed(path, value))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("inputs.x.decimals", ("bad_input", "inputs.x")),
        ("steps[0].decimals", ("bad_decimals", "steps[0].decimals")),
        ("steps[2].decimals", ("bad_decimals", "steps[2].decimals")),
    ],
)
@pytest.mark.parametrize("value", [-1, 10], ids=["-1", "10"])
def test_decimals_go_from_zero_to_nine(path: str, expected: tuple[str, str], value: int) -> None:
    assert [expected] == problems_of(changed(path, value))


@pytest.mark.parametrize("path", ["inputs.x.decimals", "steps[0].decimals", "steps[2].decimals"])
@pytest.mark.parametrize("value", [10**10_000, -(10**10_000)], ids=["giant", "negative giant"])
def test_a_count_that_no_machine_word_holds_is_never_written_out(path: str, value: int) -> None:
    assert [("bad_value", path)] == problems_of(changed(path, value))


@pytest.mark.parametrize("value", [0, -1, -(10**10_000)], ids=["0", "-1", "negative giant"])
def test_a_change_takes_at_least_one_period(value: int) -> None:
    path = "steps[3].hysteresis.periods"
    assert [("bad_value", path)] == problems_of(changed(path, value))


@pytest.mark.parametrize(("path", "code"), PLACES.items(), ids=PLACES)
@pytest.mark.parametrize("value", STRANGE.values(), ids=STRANGE)
def test_a_value_of_another_shape_is_refused_where_it_stands(path: str, code: str, value: object) -> None:
    found = problems_of(changed(path, value))
    assert all(where.startswith(path) for _, where in found)
    if not isinstance(value, dict | list):  # a table or list may be searched further: its own keys are wrong then
        assert [(code, path)] == found


@pytest.mark.parametrize("path", ["steps[4].rows[0].when.x", "steps[4].rows[0].when.due"])
@pytest.mark.parametrize("value", STRANGE.values(), ids=STRANGE)
def test_a_cell_is_text_a_number_a_boolean_or_a_date(path: str, value: object) -> None:
    assert [("wrong_type", path)] == problems_of(changed(path, value))


@pytest.mark.parametrize(
    "name", ["1e999999 as Decimal", "an integer of 10 000 digits", "an infinite float", "a moment"]
)
def test_a_native_cell_is_a_number_that_can_be_written(name: str) -> None:
    path = "steps[4].rows[0].when.x"
    assert [("wrong_type", path)] == problems_of(changed(path, NO_NUMBERS[name]))


@pytest.mark.parametrize("value", ["1e999999", ">= 1e999999", "[0..1e999999]", "1e-999999", "9" * 1_000])
def test_a_cell_never_writes_a_huge_number_out(value: str) -> None:
    path = "steps[4].rows[0].when.x"
    assert [("bad_value", path)] == problems_of(changed(path, value))


@pytest.mark.parametrize("name", ["an integer of 10 000 digits", "1e999999 as Decimal", "a float that is no number"])
def test_a_case_record_is_converted_as_any_other_record(name: str) -> None:
    path = "cases[0].given.x"
    assert [("bad_value", path)] == problems_of(changed(path, NO_NUMBERS[name]))


@pytest.mark.parametrize("output", ["total", "grade", "deed", "x"])
def test_a_case_that_expects_nonsense_fails(output: str) -> None:
    rules = changed("cases[0].expect", {output: "much"})
    assert [("case_failed", f"cases[0].expect.{output}")] == problems_of(rules)


@pytest.mark.parametrize("output", ["total", "grade", "deed", "x"])
@pytest.mark.parametrize("value", [10**10_000, Decimal("1e999999"), float("nan")], ids=["giant", "1e999999", "nan"])
def test_a_case_that_expects_no_usable_number_is_refused(output: str, value: object) -> None:
    rules = changed("cases[0].expect", {output: value})
    assert [("bad_value", f"cases[0].expect.{output}")] == problems_of(rules)


@pytest.mark.parametrize("value", STRANGE.values(), ids=STRANGE)
def test_a_case_that_expects_no_value_at_all_is_refused(value: object) -> None:
    found = problems_of(changed("cases[0].expect", {"deed": value}))
    assert [path for _, path in found if path.startswith("cases[0].expect.deed")] == [path for _, path in found]


@pytest.mark.parametrize("numerator", [1, -1])
def test_a_fraction_of_thousands_of_digits_is_no_weight(numerator: int) -> None:
    for path in ("steps[2].criteria[0].weight", "steps[2].min_coverage"):
        value = Fraction(numerator * 10**5_000, 3)
        assert all(where.startswith("steps[2]") for _, where in problems_of(changed(path, value)))


@pytest.mark.parametrize(
    ("formula", "code"),
    {
        "(" * MEGABYTE: "too_large",
        "x" * MEGABYTE: "too_large",
        "x" + " + x" * (MEGABYTE // 4): "too_large",
        "(" * 10_000 + "x" + ")" * 10_000: "too_large",
        "(" * 900 + "x" + ")" * 900: "syntax",
        "-" * 1_500 + "x": "too_deep",
        "not " * 450 + "x": "too_deep",
        "abs(" * 150 + "x" + ")" * 150: "too_deep",
        "x" + "+x" * 600: "too_large",
        "x" + "," * 10: "syntax",
        "x" + "\0": "syntax",
        "x + \ud800": "syntax",
        "x +\n1": "syntax",
        "x + '\\u0041'": "syntax",
        "x + " + "1" * 31: "bad_number",
        "x + 1e999999": "bad_number",
        "x == '" + "a" * 201 + "'": "too_large",
        "x == b'a'": "not_allowed",
        "x if": "syntax",
        "(x := 1)": "not_allowed",
        "x and (yield)": "not_allowed",
        "max(*x)": "not_allowed",
        "x in {1: 2}": "not_allowed",
        "~x": "not_allowed",
        "...": "not_allowed",
    }.items(),
    ids=lambda value: value[:12].encode("unicode_escape").decode(),
)
def test_a_formula_that_is_none_is_refused_whatever_its_size(formula: str, code: str) -> None:
    path = "steps[0].formula"
    assert [(code, path)] == problems_of(changed(path, formula))


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("inputs.category.options", [str(number) for number in range(1_001)], "bad_input inputs.category"),
        ("inputs.category.options[0]", "r" * 201, "bad_value inputs.category.options[0]"),
        ("steps[4].rows[0].when.x", "5," * 600 + "5", "too_large steps[4].rows[0].when.x"),
        ("steps[4].rows[0].when.x", "5" * 2_001, "too_large steps[4].rows[0].when.x"),
        ("label.en", "R" * 501, "bad_value label"),
        ("id", "r" * 101, "bad_value id"),
        ("inputs", {f"n{number}": {"type": "boolean"} for number in range(1_001)}, "too_large inputs"),
        ("steps", [{"kind": "formula", "id": "a", "formula": "x"}] * 501, "too_large steps"),
        ("cases", [{"id": "a", "given": {}, "expect": {}}] * 1_001, "too_large cases"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "",
)
def test_every_list_and_text_has_a_longest_length(path: str, value: object, code: str) -> None:
    first, where = code.split()
    assert (first, where) == problems_of(changed(path, value))[0]


def test_a_table_has_a_largest_number_of_rows() -> None:
    row = RULES["steps"][4]["rows"][0]
    rows = [{**row, "id": f"r{number}"} for number in range(2_001)]
    assert [("too_large", "steps[4].rows")] == problems_of(changed("steps[4].rows", rows))


#: Every place that holds a text, whose text is printed in a report or written to a file.
TEXTS = {
    "id": "bad_value id",
    "version": "bad_value version",
    "label.en": "bad_value label",
    "inputs.category.options[0]": "bad_value inputs.category.options[0]",
    "steps[0].id": "bad_value steps[0].id",
    "steps[0].formula": "syntax steps[0].formula",
    "steps[1].checks[0].id": "bad_value steps[1].checks[0].id",
    "steps[1].checks[0].reason": "bad_value steps[1].checks[0].reason",
    "steps[2].criteria[0].id": "bad_value steps[2].criteria[0].id",
    "steps[3].bands[1].name": "bad_value steps[3].bands[1].name",
    "steps[3].if_unknown": "bad_value steps[3].if_unknown",
    "steps[4].outputs.deed.options[1]": "bad_value steps[4].outputs.deed.options[1]",
    "steps[4].rows[0].id": "bad_value steps[4].rows[0].id",
    "cases[0].id": "bad_value cases[0].id",
}


@pytest.mark.parametrize(("path", "expected"), TEXTS.items(), ids=TEXTS)
@pytest.mark.parametrize("text", ["\ud800", "a\0b", "a\nb", ""], ids=["surrogate", "NUL", "two lines", "empty"])
def test_a_text_is_one_line_that_can_be_written_to_a_file(path: str, expected: str, text: str) -> None:
    if not text and path in ("label.en", "steps[1].checks[0].reason"):
        pytest.skip("a label may be empty in one language")
    code, where = expected.split()
    assert (code, where) in problems_of(changed(path, text))


def test_a_column_is_any_text_that_can_be_written_to_a_file() -> None:
    path = "inputs.x.column"
    assert [("bad_value", path)] == problems_of(changed(path, "\ud800"))
    assert load_policy(changed(path, "质量\n合格率 (%)")).inputs[0].column == "质量\n合格率 (%)"


@pytest.mark.parametrize(
    "path", ["steps[3].bands[1].name", "steps[3].if_unknown", "steps[4].rows[0].id", "cases[0].id"]
)
def test_a_megabyte_is_no_name(path: str) -> None:
    assert ("bad_value", path) in problems_of(changed(path, "n" * MEGABYTE))


def test_a_megabyte_is_no_column_and_is_not_quoted_in_every_row() -> None:
    found = problems_of(changed("steps[4].when[0]", "n" * MEGABYTE))
    assert [("bad_value", "steps[4].when[0]")] == found


@pytest.mark.parametrize("key", [1, None, 1.5, ("x",), b"x", date(2026, 1, 1), frozenset({1})], ids=repr)
@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("effective", "wrong_type"),
        ("inputs.x", "wrong_type"),
        ("steps[0]", "wrong_type"),
        ("steps[1].checks[0]", "wrong_type"),
        ("steps[2].criteria[0].value", "wrong_type"),
        ("steps[3].bands[0]", "wrong_type"),
        ("steps[4].rows[0]", "wrong_type"),
        ("steps[4].rows[0].when", "wrong_type"),
        ("steps[4].otherwise", "wrong_type"),
        ("cases[0].given", "wrong_type"),
    ],
)
def test_a_key_that_is_no_text_is_refused(path: str, code: str, key: object) -> None:
    rules = copy.deepcopy(RULES)
    place: Any = rules
    for step in re.findall(r"\w+", path):
        place = place[int(step) if step.isdigit() else step]
    place[key] = "x"
    assert [(code, path)] == problems_of(rules)


@pytest.mark.parametrize("key", [1, None, ("x",)], ids=repr)
def test_a_top_level_key_that_is_no_text_is_unknown(key: object) -> None:
    assert [("unknown_key", repr(key))] == problems_of({**RULES, key: 1})


@pytest.mark.parametrize("name", ["\u0445", "\uff58", "x\u0301", "\u2179", "x\u200b"], ids=ascii)
def test_a_name_that_looks_like_another_is_no_name(name: str) -> None:
    rules = copy.deepcopy(RULES)
    rules["inputs"][name] = {"type": "boolean"}
    assert ["bad_name"] == [code for code, _ in problems_of(rules)]


def test_the_offending_value_is_shown_as_it_stands() -> None:
    for path, value in (("steps[3].hysteresis.margin", "-1"), ("steps[4].rows[0].then.deed", 5)):
        with pytest.raises(PolicyError) as refused:
            load_policy(changed(path, value))
        assert [repr(value)] == [problem.value for problem in refused.value.problems]


def test_a_flood_of_problems_is_cut_off() -> None:
    step = {"kind": "scorecard", "id": "a", "method": "weighted_mean"}
    criteria = [{"id": f"c{number}", "of": f"unknown{number}", "weight": 1} for number in range(100)]
    steps = [{**step, "id": f"s{number}", "criteria": criteria} for number in range(20)]
    found = problems_of(changed("steps", steps))
    assert ("too_many_problems", "steps[4]") in found
    assert len(found) < 500


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("steps[1].checks", {"id": "c{}", "require": "x > 1"}),
        ("steps[2].criteria", {"id": "c{}", "of": "x"}),
        ("steps[3].bands", {"name": "b{}", "from": "1"}),
    ],
)
def test_a_step_has_at_most_a_hundred_parts(path: str, part: dict[str, str]) -> None:
    parts = [{key: text.format(number) for key, text in part.items()} for number in range(101)]
    assert ("too_large", path) in problems_of(changed(path, parts))
