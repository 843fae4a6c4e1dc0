"""What a rule set's text is checked for, one by one, and how each check ends."""

import json

import pytest
from policy_files import SOUND, broken

from supplychain_rules import InvalidValueError, dump_policy, load_policy_text
from supplychain_rules.testing import PolicyCheck, policy_checks
from supplychain_rules.testing.checks import read_fail_on

#: Enough for the planted faults, which every second record shows.
EXAMPLES = 20


def ended(text: str, **options: object) -> dict[str, str]:
    return {check.id: check.run().status for check in checked(text, **options)}


def checked(text: str, **options: object) -> tuple[PolicyCheck, ...]:
    return policy_checks(text, **{"engines": (), "examples": EXAMPLES, **options})  # type: ignore[arg-type]


def failures(text: str, **options: object) -> dict[str, str]:
    outcomes = {check.id: check.run() for check in checked(text, **options)}
    return {name: outcome.en for name, outcome in outcomes.items() if outcome.status == "failed"}


def test_a_sound_rule_set_passes_every_check() -> None:
    expected = ["loads", "case[punctual]", "case[late]", "findings[none]"]
    expected += [f"law[{name}]" for name in ("total", "deterministic", "bounded", "explained", "monotone[on_time]")]

    assert dict.fromkeys(expected, "passed") == ended(SOUND)


def test_every_installed_engine_is_held_to_what_python_says() -> None:
    found = ended(SOUND, engines="installed")

    assert {"passed"} == {found[f"law[engine[{name}]]"] for name in ("polars", "pandas", "pyarrow", "duckdb")}


def test_json_is_checked_as_toml_is() -> None:
    text = json.dumps(dump_policy(load_policy_text(SOUND)))

    assert ended(SOUND) == ended(text, format="json")


def test_only_the_case_that_fails_fails_and_says_its_line() -> None:
    text = broken(('given = { on_time = "0.94" }', 'given = { on_time = "0.95" }'))

    assert {
        "case[late]": "line 37: cases[1].expect.action: expected 'leave', the rules say 'keep'; correct the rule or "
        "the case [case_failed]"
    } == failures(text)
    assert "passed" == ended(text)["case[punctual]"]


def test_a_case_whose_record_is_bad_fails_alone() -> None:
    found = failures(broken(('given = { on_time = "0.94" }', 'given = { on_time = "94" }')))

    assert ["case[late]"] == list(found)
    assert "[bad_value]" in found["case[late]"]


def test_cases_that_are_compared_with_each_other_are_told_apart() -> None:
    rank = '[[steps]]\nkind = "rank"\nid = "place"\nof = "on_time"\n\n[[cases]]\nid = "punctual"'
    text = broken(
        ('[[cases]]\nid = "punctual"', rank),
        ('expect = { action = "keep" }', "expect = { place = 2 }"),
        ('expect = { action = "leave" }', "expect = { place = 2 }"),
    )

    assert ["case[punctual]"] == list(failures(text))


def test_a_gap_is_a_finding_with_a_record_that_shows_it() -> None:
    poor = '  { id = "poor", when = { grade = "B" }, then = { action = "leave" } },\n'
    case = '[[cases]]\nid = "late"\ngiven = { on_time = "0.94" }\nexpect = { action = "leave" }\n'
    found = failures(broken((poor, ""), (case, "")))

    assert "for example on_time=0.00 [gap]" in found["finding[gap at steps[1].rows]"]


def test_findings_of_one_kind_at_one_place_are_told_apart() -> None:
    text = broken(
        ('[[steps]]\nkind = "ladder"', '[inputs.spare]\ntype = "boolean"\n\n[[steps]]\nkind = "ladder"'),
    )
    names = [check.id for check in checked(text)]

    assert len(names) == len(set(names))
    assert any(name.startswith("finding[unread_input") for name in names)


def test_the_owner_chooses_which_findings_fail() -> None:
    poor = '  { id = "poor", when = { grade = "B" }, then = { action = "leave" } },\n'
    case = '[[cases]]\nid = "late"\ngiven = { on_time = "0.94" }\nexpect = { action = "leave" }\n'
    text = broken((poor, ""), (case, ""))

    assert "noted" == ended(text, fail_on=("undecided",))["finding[gap at steps[1].rows]"]


def test_a_broken_promise_names_the_input_the_outputs_and_the_smallest_records() -> None:
    text = broken(('monotone = "up"', 'monotone = "down"'))
    found = failures(text)

    assert ["law[monotone[on_time]]"] == list(found)
    lines = found["law[monotone[on_time]]"].splitlines()
    assert "broken law monotone[on_time]: less on_time never worsens an outcome" == lines[0]
    assert "  on_time 0.95 -> 0.00 worsens grade A -> B" == lines[1]
    assert ["  record: on_time = ", "  record: on_time = "] == [line[:20] for line in lines[2:]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("schema = ", "rule set"),
        (broken(("monotone", "monotonous")), "inputs.on_time.monotonous: unknown key"),
        ("cases = 1", "cases: a list of cases is needed"),
    ],
)
def test_what_does_not_load_has_one_check_that_says_why(text: str, expected: str) -> None:
    found = failures(text)

    assert ["loads"] == list(found)
    assert ["loads"] == list(ended(text))
    assert expected in found["loads"]


def test_options_that_cannot_be_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="at least one example"):
        checked(SOUND, examples=0)
    with pytest.raises(InvalidValueError, match="no frames of this engine"):
        checked(SOUND, engines=("polar",))
    with pytest.raises(InvalidValueError, match="no such severity of a finding: 'eror'; did you mean 'error'"):
        read_fail_on("eror")


def test_severities_are_read_from_words_in_any_order() -> None:
    assert ("error", "info") == read_fail_on(" info,error ,")
    assert () == read_fail_on("")
