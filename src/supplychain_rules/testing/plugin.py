"""The plugin for pytest: files named `*.policy.toml` and `*.policy.json` are tests, and no other file is touched.

Pytest loads this module in every run of every project in which the library is installed, so it imports nothing but
pytest until such a file is collected. Options of `pytest.ini` or `pyproject.toml`, and what they are without:

- `supplychain_rules_fail_on = error, warning, undecided`: the findings that fail; the others are shown by `-rA`.
- `supplychain_rules_examples = 100`: examples for each law.
- `supplychain_rules_engines = installed`: the engines that must agree: `none`, or names between commas.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from supplychain_rules.testing.checks import PolicyCheck
    from supplychain_rules.testing.laws_engines import Engines

__all__ = ["PolicyFile", "PolicyItem", "pytest_addoption", "pytest_collect_file"]

#: How the files are named that hold rule sets, and how each is written.
_FORMATS = {".policy.toml": "toml", ".policy.json": "json"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    parser.addini("supplychain_rules_fail_on", "findings in rule sets that fail", default="error, warning, undecided")
    parser.addini("supplychain_rules_examples", "examples for each law of a rule set", default="100")
    parser.addini(
        "supplychain_rules_engines", "engines that must agree: installed, none, or names", default="installed"
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "PolicyFile | None":
    """Collect rule sets."""
    if any(file_path.name.endswith(ending) for ending in _FORMATS):
        return PolicyFile.from_parent(parent, path=file_path)
    return None


class PolicyFile(pytest.File):
    """A file that holds a rule set; its items are what the rule set is checked for."""

    def collect(self) -> Iterable["PolicyItem"]:
        """Load the rule set and yield an item for each check."""
        for check in self._checks():
            item = PolicyItem.from_parent(self, name=check.id)
            item.check = check
            yield item

    def _checks(self) -> "Iterable[PolicyCheck]":
        from supplychain_rules.errors import InvalidValueError, MissingExtraError  # noqa: PLC0415  see the docstring
        from supplychain_rules.testing.checks import failed_to_read, policy_checks, read_fail_on  # noqa: PLC0415  as above

        try:
            text = self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            return (failed_to_read(f"{self.path.name} cannot be read: {error}"),)
        form: Any = next(form for ending, form in _FORMATS.items() if self.path.name.endswith(ending))
        try:
            return policy_checks(
                text,
                format=form,
                fail_on=read_fail_on(self.config.getini("supplychain_rules_fail_on")),
                examples=_examples(self.config.getini("supplychain_rules_examples")),
                engines=_engines(self.config.getini("supplychain_rules_engines")),
            )
        except (InvalidValueError, MissingExtraError) as error:  # an option says what cannot be
            raise pytest.UsageError(str(error)) from None


class PolicyItem(pytest.Item):
    """One check of a rule set as a test."""

    check: "PolicyCheck"

    def runtest(self) -> None:
        """Run the check; a finding that does not fail is shown as a section of the report."""
        outcome = self.check.run()
        if outcome.status == "skipped":
            pytest.skip(outcome.en)
        if outcome.status == "failed":
            raise _FailedCheckError(outcome.en)
        if outcome.en:
            self.add_report_section("call", "finding", outcome.en)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401  as pytest declares it
        """Show what the check says, without the code that said it."""
        if isinstance(excinfo.value, _FailedCheckError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the heading of the report: what was checked, in words."""
        return self.path, None, f"{self.path.name}: {self.name}"


class _FailedCheckError(Exception):
    """What a failed check says."""


def _examples(words: str) -> int:
    from supplychain_rules.errors import InvalidValueError  # noqa: PLC0415  see the docstring of this module

    if not words.strip().isdecimal():
        raise InvalidValueError("supplychain_rules_examples is a whole number", words)
    return int(words)


def _engines(words: str) -> "Engines":
    names = tuple(word.strip() for word in words.split(",") if word.strip())
    if names == ("installed",):
        return "installed"
    return () if names == ("none",) else names
