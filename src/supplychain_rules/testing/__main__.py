"""Check rule-set files without pytest: `python -m supplychain_rules.testing FILE...`.

One line for each check, then a count. Ends with 0 where nothing failed, with 1 where a case, a finding or a law did,
and with 2 where a file cannot be read or loaded, or the command is not as it must be. Without hypothesis the laws are
left out, which one line says; `--need-laws` makes that a failure.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.rules.codec_text import TextFormat
from supplychain_rules.testing.checks import LOADS, Outcome, PolicyCheck, failed_to_read, policy_checks, read_fail_on
from supplychain_rules.values.label import Lang

__all__ = ["main"]

#: How each ending is written; any other file is taken for TOML.
_FORMATS: Final[dict[str, TextFormat]] = {".json": "json"}

_STATUSES: Final[dict[Lang, dict[str, str]]] = {
    "en": {"passed": "passed", "noted": "noted", "failed": "FAILED", "skipped": "skipped"},
    "zh": {"passed": "通过", "noted": "提示", "failed": "失败", "skipped": "跳过"},
}


@attrs.frozen
class _Result:
    """A check of a file, and how it ended."""

    file: str
    check: PolicyCheck
    outcome: Outcome


def main(arguments: Sequence[str] | None = None) -> int:
    """Check files and print what was found; return the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    results: list[_Result] = []
    for name in options.files:
        try:
            checks = _checks(name, options)
        except InvalidValueError as error:
            parser.error(str(error))
        ran = [_Result(name, check, check.run()) for check in checks]
        if not options.json:
            _print_file(name, ran, options.lang)
        results += ran
    counts = {status: sum(one.outcome.status == status for one in results) for status in _STATUSES["en"]}
    if options.json:
        print(json.dumps({"counts": counts, "checks": [_plain(one, options.lang) for one in results]}, indent=2))
    else:
        print(_summary(len(options.files), counts, options.lang))
    if any(one.check.id == LOADS and one.outcome.status == "failed" for one in results):
        return 2
    without_laws = any(one.check.id == "laws" for one in results)
    return 1 if counts["failed"] or (options.need_laws and without_laws) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m supplychain_rules.testing",
        description="Check rule sets: they load, their cases hold, verify finds nothing wrong, their laws hold.",
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a rule set in TOML, or in JSON where it ends in .json"
    )
    parser.add_argument("--lang", choices=("en", "zh"), default="en", help="the language of the report")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--examples", type=int, metavar="N", help="examples to draw for each law; 100 if not given")
    parser.add_argument(
        "--fail-on",
        default="error, warning, undecided",
        metavar="LIST",
        help="findings that fail, between commas: error, warning, info, undecided",
    )
    parser.add_argument("--need-laws", action="store_true", help="fail where hypothesis is not installed")
    return parser


def _checks(name: str, options: argparse.Namespace) -> tuple[PolicyCheck, ...]:
    path = Path(name)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return (failed_to_read(f"{name} cannot be read: {error}"),)
    form = _FORMATS.get(path.suffix, "toml")
    return policy_checks(text, format=form, examples=options.examples, fail_on=read_fail_on(options.fail_on))


def _print_file(name: str, results: Sequence[_Result], lang: Lang) -> None:
    print(name)
    for one in results:
        print(f"  {_STATUSES[lang][one.outcome.status]} {one.check.id}")
        for line in one.outcome.text(lang).splitlines():
            print(f"    {line}")


def _summary(files: int, counts: dict[str, int], lang: Lang) -> str:
    heading = {"en": f"{files} file{'' if files == 1 else 's'}", "zh": f"{files} 个文件"}[lang]
    shown = [(count, _STATUSES[lang][status].lower()) for status, count in counts.items() if count]
    if lang == "zh":
        return f"{heading}：{'，'.join(f'{word} {count}' for count, word in shown)}"
    return f"{heading}: {', '.join(f'{count} {word}' for count, word in shown)}"


def _plain(result: _Result, lang: Lang) -> dict[str, Any]:
    return {
        "file": result.file,
        "check": result.check.id,
        "label": result.check.label.text(lang),
        "status": result.outcome.status,
        "text": result.outcome.text(lang),
    }


if __name__ == "__main__":
    raise SystemExit(main())
