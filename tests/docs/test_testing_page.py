"""docs/how-to/test-a-rule-set-in-ci.md shows what the commands really say of the rule set that it shows."""

import re
import tomllib
from pathlib import Path

import pytest
from policy_files import PLUGIN

from supplychain_rules.testing.__main__ import main

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "how-to"
PAGES = {"en": "test-a-rule-set-in-ci.md", "zh": "test-a-rule-set-in-ci.zh.md"}


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


def test_the_rule_set_of_the_page_is_sound(pytester: pytest.Pytester) -> None:
    (text,) = blocks("en", "toml")
    path = pytester.makefile(".policy.toml", supplier=text)

    assert [text] == blocks("zh", "toml")
    assert "up" == tomllib.loads(text)["inputs"]["on_time"]["monotone"]
    assert 0 == main([str(path)])


@pytest.mark.parametrize("lang", PAGES)
def test_pytest_says_of_the_broken_copy_what_the_page_shows(lang: str, pytester: pytest.Pytester) -> None:
    pytester.makefile(".policy.toml", supplier=broken_copy(lang))
    shown = blocks(lang, "text")[0].rstrip()

    said = pytester.runpytest_subprocess(*PLUGIN, "-p", "no:cacheprovider", "supplier.policy.toml").stdout.str()

    assert shown in said


@pytest.mark.parametrize("lang", PAGES)
def test_the_command_says_of_the_broken_copy_what_the_page_shows(
    lang: str, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    pytester.makefile(".policy.toml", supplier=broken_copy(lang))
    command, _, shown = blocks(lang, "text")[1].partition("\n")
    arguments = command.removeprefix("$ python -m supplychain_rules.testing ").split()

    assert 1 == main(arguments)
    assert shown == capsys.readouterr().out
