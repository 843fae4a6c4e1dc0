"""`python -m supplychain_rules.testing`: one line a check, and an exit status that a build can act upon."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from policy_files import SOUND, broken

from supplychain_rules import testing
from supplychain_rules.errors import MissingExtraError
from supplychain_rules.testing.__main__ import main

#: What makes hypothesis look as if it were not installed.
WITHOUT = "import sys\nsys.modules['hypothesis'] = None\nfrom supplychain_rules.testing.__main__ import main\n"


@pytest.fixture
def sound(tmp_path: Path) -> str:
    return written(tmp_path, SOUND)


def written(folder: Path, text: str, name: str = "tier.policy.toml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_sound_rule_set_ends_with_zero(sound: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main([sound, "--examples", "5"])

    said = capsys.readouterr().out.splitlines()
    assert [sound, "  passed loads", "  passed case[punctual]"] == said[:3]
    assert "1 file: 13 passed" == said[-1]


def test_a_failure_ends_with_one_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, broken(('monotone = "up"', 'monotone = "down"')))

    assert 1 == main([path, "--examples", "20"])
    said = capsys.readouterr().out
    assert "  FAILED law[monotone[on_time]]\n    broken law monotone[on_time]: less on_time never worsens" in said
    assert said.endswith("1 file: 12 passed, 1 failed\n")


def test_what_cannot_be_read_or_loaded_ends_with_two(
    sound: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worse = written(tmp_path, "{", "worse.policy.json")

    assert 2 == main([sound, str(tmp_path / "none.toml"), worse, "--examples", "1"])
    said = capsys.readouterr().out
    assert "none.toml cannot be read: " in said
    assert said.endswith("3 files: 13 passed, 2 failed\n")


def test_the_report_is_chinese_on_request(sound: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main([sound, "--lang", "zh", "--examples", "1"])

    said = capsys.readouterr().out.splitlines()
    assert "  通过 loads" == said[1]
    assert "1 个文件：通过 13" == said[-1]


def test_the_report_is_data_on_request(sound: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main([sound, "--json", "--examples", "1"])

    report = json.loads(capsys.readouterr().out)
    assert {"passed": 13, "noted": 0, "failed": 0, "skipped": 0} == report["counts"]
    first = {"file": sound, "check": "loads", "label": "the rule set loads", "status": "passed", "text": ""}
    assert first == report["checks"][0]


@pytest.mark.parametrize(
    "wrong", [["--fail-on", "eror"], ["--examples", "0"], ["--examples", "many"], ["--lang", "de"]]
)
def test_a_command_that_cannot_be_ends_with_two(
    sound: str, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([sound, *wrong])

    assert 2 == ended.value.code
    assert "usage: python -m supplychain_rules.testing" in capsys.readouterr().err


def alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"{WITHOUT}raise SystemExit(main({arguments!r}))"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_without_hypothesis_the_laws_are_left_out_and_a_line_says_so(sound: str) -> None:
    ran = alone(sound)

    assert 0 == ran.returncode, ran.stderr
    assert [
        "  skipped laws",
        '    check_policy_laws needs the package hypothesis; install it with: pip install "supplychain-rules[testing]"',
        "1 file: 4 passed, 1 skipped",
    ] == ran.stdout.splitlines()[-3:]
    assert 1 == alone(sound, "--need-laws").returncode


def test_a_strategy_without_hypothesis_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    monkeypatch.delitem(vars(testing), "records", raising=False)

    with pytest.raises(MissingExtraError, match=r'install it with: pip install "supplychain-rules\[testing\]"'):
        _ = testing.records


def test_the_package_lists_what_it_offers() -> None:
    assert set(testing.__all__) <= set(dir(testing))
    with pytest.raises(AttributeError, match="no attribute 'recrods'"):
        _ = testing.recrods  # type: ignore[attr-defined]


def test_the_command_runs_as_a_module(sound: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "supplychain_rules.testing", sound, "--examples", "1"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (0, "") == (ran.returncode, ran.stderr)
