"""A rule set's text is read exactly, and whatever is wrong with it is said with its line, soon."""

import inspect
import json
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supplychain_rules.errors import InvalidValueError, PolicyError, Problem
from supplychain_rules.rules.codec import STRATEGIES, dump_policy, load_policy
from supplychain_rules.rules.codec_text import MAX_NESTING, MAX_TEXT_CHARACTERS, TextFormat, load_policy_text
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.scorecard import ScorecardStep
from supplychain_rules.testing.strategies_policies import loaded_policies

TOML = """# a rule set
schema = "supplychain-rules/1"
id = "review"
version = "1"

[inputs.rate]
type = "number"
decimals = 4
min = 0
max = 1

[[steps]]
kind = "scorecard"
id = "score"
method = "weighted_mean"
[[steps.criteria]]
id = "rate"
of = "rate"
weight = 0.1
value = { kind = "linear", worst = 0.90, best = 1 }
"""

JSON = """{
  "schema": "supplychain-rules/1",
  "id": "review",
  "version": "1",
  "inputs": {
    "rate": {"type": "number", "decimals": 4, "min": 0, "max": 1}
  },
  "steps": [
    {"kind": "scorecard", "id": "score", "method": "weighted_mean", "criteria": [
      {"id": "rate", "of": "rate", "weight": 0.1,
       "value": {"kind": "linear", "worst": 0.90, "best": 1}}
    ]}
  ]
}
"""

TEXTS: dict[TextFormat, str] = {"toml": TOML, "json": JSON}

FORMATS = pytest.mark.parametrize("form", ["toml", "json"])

#: Seconds of work: generous for a slow machine that measures coverage too, and far from the minutes that
#: `tomllib` spends on hostile keys.
SOON = 15.0


def problems(text: Any, form: TextFormat = "toml") -> tuple[Problem, ...]:  # noqa: ANN401  what nobody should give
    started = process_time()
    with pytest.raises(PolicyError) as caught:
        load_policy_text(text, format=form)
    assert process_time() - started < SOON
    return caught.value.problems


def problem(text: Any, form: TextFormat = "toml") -> Problem:  # noqa: ANN401  what nobody should give
    (found,) = problems(text, form)
    return found


def place(found: Problem) -> tuple[str, str, int | None, int | None]:
    return found.code, found.path, found.line, found.column


@FORMATS
def test_a_text_gives_the_policy_that_its_data_gives(form: TextFormat) -> None:
    data = tomllib.loads(TOML) if form == "toml" else json.loads(JSON)

    assert load_policy(data) == load_policy_text(TEXTS[form], format=form)


def test_both_formats_give_the_same_policy() -> None:
    assert load_policy_text(TOML) == load_policy_text(JSON, format="json")


@FORMATS
def test_a_number_without_quotes_is_read_digit_by_digit(form: TextFormat) -> None:
    weight = "12345678901.123456789"  # more digits than a float holds
    policy = load_policy_text(TEXTS[form].replace("0.1", weight), format=form)

    (step,) = policy.steps
    assert isinstance(step, ScorecardStep)
    assert Decimal(weight) == Decimal(step.criteria[0].weight.numerator) / step.criteria[0].weight.denominator


def test_digits_may_be_grouped_in_toml() -> None:
    assert load_policy_text(TOML.replace("0.1", "1_000.5")) == load_policy_text(TOML.replace("0.1", "1000.5"))


@FORMATS
def test_a_byte_order_mark_at_the_beginning_is_skipped(form: TextFormat) -> None:
    assert load_policy_text(TEXTS[form], format=form) == load_policy_text(f"\ufeff{TEXTS[form]}", format=form)


def test_a_byte_order_mark_elsewhere_is_a_mistake() -> None:
    assert ("syntax_error", "", 1, 1) == place(problem(f"\ufeff\ufeff{TOML}"))


def test_windows_line_ends_are_line_ends() -> None:
    text = TOML.replace("\n", "\r\n")

    assert load_policy_text(TOML) == load_policy_text(text)
    assert 7 == problems(text.replace('"number"', '"numbr"'))[0].line


def test_the_strategies_are_the_callers() -> None:
    none = type(STRATEGIES)(methods=STRATEGIES.methods)

    with pytest.raises(PolicyError) as caught:
        load_policy_text(TOML, strategies=none)
    assert [("unknown_kind", "steps[0].criteria[0].value.kind", 20, None)] == [place(p) for p in caught.value.problems]


@FORMATS
def test_every_problem_has_the_line_where_it_stands(form: TextFormat) -> None:
    text = TEXTS[form].replace('"number"', '"numbr"').replace("0.90", '"low"').replace('"of"', '"off"')
    text = text.replace("\nof =", "\noff =")

    expected = {
        "toml": {"inputs.rate.type": 7, "steps[0].criteria[0].value.worst": 20, "steps[0].criteria[0].off": 18},
        "json": {"inputs.rate.type": 6, "steps[0].criteria[0].value.worst": 11, "steps[0].criteria[0].off": 10},
    }[form]
    found = {p.path: p.line for p in problems(text, form)}
    assert expected.items() <= found.items()


def test_what_is_missing_is_reported_at_the_table_that_lacks_it() -> None:
    assert ("missing_key", "steps[0].kind", 12, None) == place(problems(TOML.replace('kind = "scorecard"', ""))[0])


def test_the_message_reads_like_a_compilers() -> None:
    found = problem(TOML.replace("weight = 0.1", 'weight = "forty"'))

    assert "line 19: steps[0].criteria[0].weight: not a number ('forty')" in str(found)


@pytest.mark.parametrize(
    ("text", "form", "line", "column", "message"),
    [
        ("id = 1\nversion = \n", "toml", 2, 11, "Invalid value"),
        ("id = 1\nid = 2\n", "toml", 2, 7, "Cannot overwrite a value"),
        ("[a]\n[a]\n", "toml", 2, 3, "Cannot declare ('a',) twice"),
        ("id = '''\n\n", "toml", 3, 1, "Expected \"'''\""),
        ("id = 2026-02-30\n", "toml", 1, 6, "Invalid date or datetime"),
        ('{"id": 1,\n "b" 2}', "json", 2, 6, "Expecting ':' delimiter"),
        ('{"id": 1,}', "json", 1, 10, "Expecting property name enclosed in double quotes"),
        ("", "json", 1, 1, "Expecting value"),
        ("{} {}", "json", 1, 4, "Extra data"),
        ('{"id": "a\nb"}', "json", 1, 10, "Invalid control character at"),
    ],
)
def test_what_is_not_the_format_is_refused_with_line_and_column(
    text: str, form: TextFormat, line: int, column: int, message: str
) -> None:
    found = problem(text, form)

    assert ("syntax_error", "", line, column) == place(found)
    assert message in found.message


def test_who_mixes_the_formats_up_is_told() -> None:
    assert "this looks like JSON: give format='json'" == problem(JSON).hint
    assert "format='toml'" in problem(TOML, "json").hint


def test_a_giant_key_in_a_parsers_message_is_cut() -> None:
    key = ".".join(["x" * 190] * 30)

    assert len(problem(f"[{key}]\n[{key}]").message) < 250


@pytest.mark.parametrize("fraction", [b"id", bytearray(b"id"), None, 7, ["id"], Path("rules.toml")])
def test_what_is_no_text_is_refused(fraction: object) -> None:
    assert ("wrong_type", "", None, None) == place(problem(fraction))


@pytest.mark.parametrize("form", ["yaml", "TOML", "", None, 7])
def test_a_format_that_nobody_knows_is_refused(form: Any) -> None:  # noqa: ANN401  what nobody should give
    with pytest.raises(InvalidValueError, match="give 'toml' or 'json'"):
        load_policy_text(TOML, format=form)


def test_json_that_is_no_table_is_refused() -> None:
    assert ("wrong_type", "", None, None) == place(problem("[1, 2]", "json"))


def test_a_key_that_stands_twice_in_json_is_refused_where_it_stands_last() -> None:
    text = JSON.replace('"of": "rate",', '"of": "rate",\n"of": "rat",\n"of": "rate",')

    assert ("duplicate_key", "steps[0].criteria[0].of", 12, None) == place(problem(text, "json"))


def test_every_key_that_stands_twice_is_reported_and_the_other_problems_too() -> None:
    text = (
        '{"schema": "supplychain-rules/1", "id": 1, "id": "b", "label": {"en": "", "en": "y"}, "x": {"y": 1, "y": 2}}'
    )
    found = {(p.code, p.path) for p in problems(text, "json")}

    assert {("duplicate_key", "id"), ("duplicate_key", "label.en"), ("duplicate_key", "x.y")} <= found
    assert {("missing_key", "version"), ("unknown_key", "x"), ("missing_key", "steps")} <= found


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999999", "1e99999999999999999999", "1e-999999"])
def test_a_number_of_json_that_no_rule_can_use_is_refused_where_it_stands(number: str) -> None:
    found = problem(JSON.replace("0.1", number), "json")

    assert ("bad_value", "steps[0].criteria[0].weight", 10, None) == place(found)
    assert repr(number) == found.value


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e999999", "1e99999999999999999999", f"0.{'1' * 40}"])
def test_a_number_of_toml_that_no_rule_can_use_is_refused_where_it_stands(number: str) -> None:
    assert ("bad_value", "steps[0].criteria[0].weight", 19, None) == place(problem(TOML.replace("0.1", number)))


def test_such_a_number_is_refused_where_any_value_may_stand() -> None:
    text = f'{TOML}\n[[cases]]\nid = "one"\ngiven.rate = nan\nexpect.score = "0"\n'

    assert ("bad_value", "cases[0].given.rate", 24, None) in [place(p) for p in problems(text)]


@FORMATS
@pytest.mark.parametrize("digits", [201, 10_000, 900_000])
def test_a_giant_integer_is_refused_before_anyone_multiplies_it_out(form: TextFormat, digits: int) -> None:
    found = problem(TEXTS[form].replace("0.1", "1" * digits), form)

    assert ("too_large", "") == (found.code, found.path)
    assert {"toml": (19, 10), "json": (10, 46)}[form] == (found.line, found.column)


@pytest.mark.parametrize("number", [f"0x{'f' * 1000}", f"0o{'7' * 100_000}", f"{'1_' * 1000}1", f"0.{'1' * 5000}"])
def test_a_giant_number_in_toml_has_many_forms(number: str) -> None:
    assert "too_large" == problem(f"id = {number}").code


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("[" * 100_000, "json"),
        ("[" * 100_000 + "]" * 100_000, "json"),
        ('{"a":' * 100_000, "json"),
        ("a = " + "[" * 100_000, "toml"),
        ("a = " + "{a = " * 100_000, "toml"),
        ("a = " + "[" * 200 + "]" * 200, "toml"),
        ("[" + "a." * 100_000 + "a]", "toml"),
        ("a." * 100_000 + "a = 1", "toml"),
        ("'a'.\"a\"." * 10_000 + "a = 1", "toml"),
        ("[[" + "a . " * 10_000 + "a]]", "toml"),
        ("[" * 100_000, "toml"),
    ],
)
def test_a_nesting_bomb_is_refused_at_once(text: str, form: TextFormat) -> None:
    assert "too_deep" == problem(text, form).code


def test_what_only_looks_deep_is_not() -> None:
    brackets = "[{" * MAX_NESTING
    text = TOML.replace("# a rule set", f"# {brackets}").replace(
        'id = "score"', f'id = "score"\nlabel = """{brackets} "quoted" {"." * 99}"""'
    )

    assert load_policy_text(text).steps[0].id == "score"


def test_a_stack_that_is_nearly_full_is_no_crash() -> None:
    def deeper(left: int) -> str:
        if left:
            return deeper(left - 1)
        try:
            load_policy_text(JSON, format="json")
        except PolicyError:
            return "refused"
        except RecursionError:
            return "the caller's own"
        return "loaded"

    frames = len(inspect.stack(0))
    answers = {deeper(sys.getrecursionlimit() - frames - left) for left in range(15, 400, 5)}
    assert {"loaded", "refused", "the caller's own"} >= answers


def test_a_text_may_be_long_but_not_endless() -> None:
    longest = TOML + "#" * (MAX_TEXT_CHARACTERS - len(TOML))

    assert "review" == load_policy_text(longest).id
    assert ("too_large", "", None, None) == place(problem(f"{longest}#"))


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 999_999 + "x",
        "a = '" + "x" * 999_000,
        '"' * 999_999,
        "'''" * 300_000,
        "a = [" + "1," * 400_000,
        "[[a]]\n" * 150_000,
        "x" * 999_999,
        " " * 999_999,
        "=" * 999_999,
        "#" * 999_999,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_a_megabyte_of_anything_is_refused_soon(text: str) -> None:
    problems(text)


def test_a_flood_of_misfits_is_cut_off() -> None:
    assert len(problems('{"x": [' + "NaN," * 200_000 + "1]}", "json")) < 120


def test_a_giant_key_is_not_repeated_below_itself() -> None:
    found = problem('{"' + "k" * 400_000 + '": [' + "NaN," * 100_000 + "1]}", "json")

    assert ("too_large", "") == (found.code, found.path)


@pytest.mark.parametrize("code", [0, 0xD800, 0xDFFF])
@FORMATS
def test_a_nul_and_a_lone_surrogate_are_refused_where_they_stand(form: TextFormat, code: int) -> None:
    found = problem(TEXTS[form].replace("review", f"re{chr(code)}view"), form)

    assert ("bad_text", "", 3) == (found.code, found.path, found.line)
    assert f"U+{code:04X}" in found.message
    str(found).encode()


@pytest.mark.parametrize("escape", ["\\u0000", "\\ud800", "a\\udc00b"])
def test_an_escape_does_not_let_them_in_either(escape: str) -> None:
    text = JSON.replace('"review"', f'"{escape}"').replace('"score"', f'"score", "{escape}": "{escape}"')
    found = [place(p)[::2] for p in problems(text, "json")]

    assert ("bad_text", 3) in found
    assert ("bad_text", 9) in found


def test_a_pair_of_surrogates_is_one_character() -> None:
    text = JSON.replace('"score", "method"', '"score", "label": "\\ud83d\\ude00", "method"')

    assert "😀" == str(load_policy_text(text, format="json").steps[0].label)


@given(policy=loaded_policies())
def test_what_is_dumped_as_json_text_loads_as_it_was(policy: Policy) -> None:
    assert policy == load_policy_text(json.dumps(dump_policy(policy), ensure_ascii=False), format="json")


@pytest.mark.parametrize(
    "file", sorted((Path(__file__).resolve().parents[1] / "accepted").glob("*.toml")), ids=lambda file: file.stem
)
def test_every_accepted_rule_set_loads_from_its_text(file: Path) -> None:
    text = file.read_text("utf-8")

    assert load_policy(tomllib.loads(text)) == load_policy_text(text)


@pytest.mark.parametrize(
    "file", sorted((Path(__file__).resolve().parents[1] / "refused").glob("*.toml")), ids=lambda file: file.stem
)
def test_every_refused_rule_set_is_refused_from_its_text_for_the_same_reasons_with_lines(file: Path) -> None:
    text = file.read_text("utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(tomllib.loads(text))
    from_text = problems(text)

    assert {p.path for p in caught.value.problems} == {p.path for p in from_text}
    assert all(p.line is not None for p in from_text if not is_missing_from_the_text(p))


def is_missing_from_the_text(found: Problem) -> bool:
    return found.code in ("missing_key", "wrong_type") and "." not in found.path


PIECES = st.sampled_from(
    ["[", "]", "{", "}", '"', "'", '"""', "\\", "\n", "=", ",", ".", ":", "#", "a", "é", "1", "-", "e9", "inf", "\x00"]
)


@given(text=st.lists(PIECES, max_size=60).map("".join), form=st.sampled_from(["toml", "json"]))
@example(text="a = 1979-05-27T25:00:00", form="toml")
@example(text="a = 99:99:99", form="toml")
def test_no_text_gives_anything_but_a_policy_error(text: str, form: TextFormat) -> None:
    assert problems(text, form)


@given(cut=st.integers(0, len(TOML)), piece=PIECES, form=st.sampled_from(["toml", "json"]))
def test_a_slip_of_the_pen_gives_a_policy_or_a_policy_error(cut: int, piece: str, form: TextFormat) -> None:
    text = TEXTS[form][:cut] + piece + TEXTS[form][cut:]
    try:
        policy = load_policy_text(text, format=form)
    except PolicyError as error:
        str(error).encode()
    else:
        assert policy.outputs
