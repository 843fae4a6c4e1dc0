"""docs/how-to/test-a-rule-set-in-ci.md shows what the commands really say of the rule set that it shows."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from policy_files import PLUGIN

from supplychain_rules.testing.__main__ import main

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "how-to"
PAGES = {"en": "test-a-rule-set-in-ci.md", "zh": "test-a-rule-set-in-ci.zh.md"}

#: What would change how pytest shows its results: whoever runs these tests may have set it.
_OF_THE_RUNNER = ("CI", "BUILD_NUMBER", "COLUMNS", "PYTEST_ADDOPTS")


def blocks(lang: str, kind: str) -> list[str]:
    page = (FOLDER / PAGES[lang]).read_text("utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def broken_copy(lang: str) -> str:
    """Apply the page's change to the page's rule set."""
    (text,), (change,) = blocks(lang, "toml"), blocks(lang, "diff")
    lines = change.splitlines()
    removed, added = ([line[1:] for line in lines if line[0] == sign] for sign in "-+")
    for old, new in zip(removed, added, strict=True):
        assert 1 == text.count(old)
        text = text.replace(old, new)
    return text


def test_the_rule_set_of_the_page_is_sound(tmp_path: Path) -> None:
    (text,) = blocks("en", "toml")
    path = tmp_path / "supplier.policy.toml"
    path.write_text(text, "utf-8")

    assert [text] == blocks("zh", "toml")
    assert "up" == tomllib.loads(text)["inputs"]["on_time"]["monotone"]
    assert 0 == main([str(path)])


@pytest.mark.parametrize("lang", PAGES)
def test_pytest_says_of_the_broken_copy_what_the_page_shows(lang: str, tmp_path: Path) -> None:
    (tmp_path / "supplier.policy.toml").write_text(broken_copy(lang), "utf-8")
    shown = blocks(lang, "text")[0].rstrip()

    # Fewer engines say the same sooner; on CI pytest would not shorten its lines to the width of a screen.
    options = ["-p", "no:cacheprovider", "-o", "supplychain_rules_engines=polars"]
    command = [sys.executable, "-m", "pytest", *PLUGIN, *options, "supplier.policy.toml"]
    at_a_desk = {name: value for name, value in os.environ.items() if name not in _OF_THE_RUNNER}
    ran = subprocess.run(command, cwd=tmp_path, env=at_a_desk, capture_output=True, text=True, check=False, timeout=300)

    assert shown in ran.stdout


@pytest.mark.parametrize("lang", PAGES)
def test_the_command_says_of_the_broken_copy_what_the_page_shows(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "supplier.policy.toml").write_text(broken_copy(lang), "utf-8")
    monkeypatch.chdir(tmp_path)
    command, _, shown = blocks(lang, "text")[1].partition("\n")
    arguments = command.removeprefix("$ python -m supplychain_rules.testing ").split()

    assert 1 == main(arguments)
    assert shown == capsys.readouterr().out
