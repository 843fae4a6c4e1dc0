"""What must not load is refused, with exactly these problems, each at its place, all at once.

The rule sets stand in `tests/refused`, each with its problems in its head; what no TOML file can hold is
in `tests/refused/test_hostile_rule_sets.py`.
"""

import re
import tomllib
from pathlib import Path

import pytest

from supplychain_rules.errors import PolicyError, Problem
from supplychain_rules.rules.codec import load_policy

HERE = Path(__file__).resolve().parent
REFUSED = sorted((HERE.parent / "refused").glob("*.toml"))
SOURCE = HERE.parents[1] / "src" / "supplychain_rules"

#: How the head of a rule set says what is wrong with it: one line a problem, in the order of the report.
EXPECTED = re.compile(r"^# refused: (\S+) (.+)$", re.MULTILINE)

#: Where the source names the code of a problem.
CODES = re.compile(r'(?:code=|\brefuse\(\s*(?:(?!code)\w+,\s*)?|\b_fail\(\s*|\b_refusal\(\s*)"([a-z_]+)"')


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as refused:
        load_policy(tomllib.loads(text))
    return refused.value.problems


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_a_rule_set_that_must_not_load_is_refused_for_exactly_its_faults(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = EXPECTED.findall(text)
    assert expected, "the rule set does not say what is wrong with it"
    assert expected == [(problem.code, problem.path) for problem in problems_of(text)]


@pytest.mark.parametrize("path", [path for path in REFUSED if "misspelt" in path.stem], ids=lambda path: path.stem)
def test_a_misspelt_key_is_told_the_one_that_was_meant(path: Path) -> None:
    problems = problems_of(path.read_text(encoding="utf-8"))
    assert any(problem.hint.startswith("did you mean ") for problem in problems)


def test_every_way_to_be_refused_has_a_rule_set_that_shows_it() -> None:
    sources = [*(SOURCE / "language").glob("*.py"), *(SOURCE / "rules").glob("*.py")]
    codes = {code for path in sources for code in CODES.findall(path.read_text(encoding="utf-8"))}
    shown = {code for path in REFUSED for code, _ in EXPECTED.findall(path.read_text(encoding="utf-8"))}
    assert {"too_many_problems"} == codes - shown, "the flood has a test of its own among the hostile rule sets"
