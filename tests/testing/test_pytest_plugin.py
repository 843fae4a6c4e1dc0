"""The plugin under pytest: which files are tests, and what a failure looks like."""

import subprocess
import sys

import pytest
from policy_files import PLUGIN, SOUND, broken

#: In a file of its own, so that this checkout's settings do not matter.
INI = "[pytest]\nsupplychain_rules_examples = 20\nsupplychain_rules_engines = polars\n"


@pytest.fixture
def folder(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makefile(".ini", pytest=INI)
    return pytester


def write(folder: pytest.Pytester, **files: str) -> None:
    for name, text in files.items():
        folder.makefile(".policy.toml", **{name: text})


def run(folder: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    # A process of its own: pytester forgets what was imported, and engines written in C cannot be imported twice.
    return folder.runpytest_subprocess(*PLUGIN, "-p", "no:cacheprovider", *arguments)


def test_each_case_finding_and_law_of_a_rule_set_is_a_test(folder: pytest.Pytester) -> None:
    write(folder, tier=SOUND)
    folder.makefile(".toml", another="x = 1")

    result = run(folder, "-v")

    result.assert_outcomes(passed=10)
    result.stdout.fnmatch_lines(["*tier.policy.toml::case[[]punctual[]] PASSED*", "*::law[[]engine[[]polars[]][]]*"])


def test_a_failure_says_what_the_check_says_and_shows_no_code(folder: pytest.Pytester) -> None:
    write(folder, tier=broken(('expect = { action = "leave" }', 'expect = { action = "keep" }')))

    result = run(folder)

    result.assert_outcomes(passed=9, failed=1)
    result.stdout.fnmatch_lines(
        ["*tier.policy.toml: case[[]late[]]*", "line 36: cases[[]1[]].expect.action: expected 'keep', the rules say*"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*def runtest*")


def test_a_rule_set_that_does_not_load_is_one_failed_test_and_others_still_run(folder: pytest.Pytester) -> None:
    write(folder, tier=SOUND, worse=broken(("monotone", "monotonous")))
    folder.makefile(".policy.json", json="{")
    (folder.path / "bytes.policy.toml").write_bytes(b"\xff")

    result = run(folder)

    result.assert_outcomes(passed=10, failed=3)
    result.stdout.fnmatch_lines(["*unknown key ('monotonous'); did you mean 'monotone'?*"])
    result.stdout.fnmatch_lines(["*bytes.policy.toml cannot be read:*"])


def test_an_engine_that_cannot_run_a_rule_set_is_skipped_with_the_reason(folder: pytest.Pytester) -> None:
    value = '{ kind = "linear", worst = "0", best = "1" }'
    criterion = f'{{ id = "only", of = "on_time", weight = 1, value = {value} }}'
    card = f'[[steps]]\nkind = "scorecard"\nid = "root"\nmethod = "geometric_mean"\ncriteria = [{criterion}]\n\n'
    case = '[[cases]]\nid = "punctual"'
    write(folder, tier=broken((case, card + case)))

    result = run(folder, "-rs")

    result.assert_outcomes(passed=9, skipped=1)
    result.stdout.fnmatch_lines(["*polars cannot run root*"])


def test_a_finding_that_does_not_fail_is_shown_on_request(folder: pytest.Pytester) -> None:
    case = '[[cases]]\nid = "late"\ngiven = { on_time = "0.94" }\nexpect = { action = "leave" }\n'
    write(folder, tier=broken((case, "")))

    run(folder).assert_outcomes(passed=9)
    run(folder, "-rP").stdout.fnmatch_lines(["*finding*", "info at steps[[]1[]].rows: no case hits 'poor'*"])
    run(folder, "-o", "supplychain_rules_fail_on=info").assert_outcomes(passed=8, failed=1)


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("supplychain_rules_fail_on=eror", "*no such severity of a finding: 'eror'; did you mean 'error'?*"),
        ("supplychain_rules_examples=many", "*supplychain_rules_examples is a whole number: 'many'*"),
        ("supplychain_rules_examples=0", "*a law needs at least one example: 0*"),
        ("supplychain_rules_engines=polar", "*no frames of this engine: 'polar'*"),
    ],
)
def test_an_option_that_cannot_be_is_refused_by_name(folder: pytest.Pytester, option: str, expected: str) -> None:
    write(folder, tier=SOUND)

    result = run(folder, "-o", option)

    assert pytest.ExitCode.OK != result.ret
    (result.stderr if expected in str(result.stderr) else result.stdout).fnmatch_lines([expected])


def test_engines_may_be_left_out(folder: pytest.Pytester) -> None:
    write(folder, tier=SOUND)

    run(folder, "-o", "supplychain_rules_engines=none").assert_outcomes(passed=9)


def test_a_project_without_rule_sets_pays_nothing_for_the_plugin() -> None:
    code = (
        "import sys\nimport supplychain_rules.testing.plugin\n"
        "print(sorted(n for n in sys.modules if n.partition('.')[0] in ('hypothesis', 'attrs', 'cattrs')),"
        " sorted(n for n in sys.modules if n.startswith('supplychain_rules')))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout

    names = ["supplychain_rules", "supplychain_rules.testing", "supplychain_rules.testing.plugin"]
    assert f"[] {names}" == said.strip()
