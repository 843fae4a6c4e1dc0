"""How many wrong rule sets get through: every cell, threshold, weight and hit policy of an example, changed one by one.

A mutant is the rule set with one slip: an option taken for another, a number one off in its last written place, a
comparison that loses its equal sign, a cell left out, two rows exchanged. It is caught by whoever notices first: the
loader (which also runs the cases), or `verify`, where it finds what the rule set as it stands does not have.

    python benchmarks/mutants.py                 # all mutants of examples/policies, JSON lines on stdout
    python benchmarks/mutants.py supplier_review # of one rule set
"""

import copy
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs

from supplychain_rules import PolicyError, load_policy
from supplychain_rules.analysis.verify import verify

__all__ = ["POLICIES", "Mutant", "caught", "known_findings", "mutants", "read_rules"]

#: The rule sets that are changed.
POLICIES: Final = tuple(sorted((Path(__file__).resolve().parents[1] / "examples" / "policies").glob("*.toml")))

#: The share of mutants that must be noticed.
DEMANDED: Final = 0.95

_NUMBER: Final = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_COMPARISONS: Final = {">=": ">", "<=": "<", ">": ">=", "<": "<=", "==": "!=", "!=": "=="}
_COMPARISON: Final = re.compile(r">=|<=|==|!=|>|<")
_HIT_POLICIES: Final = ("unique", "any", "first", "priority")
_MISSING: Final = ("reweight", "null", "worst", "neutral")

#: A place in a rule set: keys and positions.
_Place = tuple[str | int, ...]


@attrs.frozen
class Mutant:
    """A rule set with one thing changed."""

    place: str
    before: str
    after: str
    rules: Mapping[str, Any]


def read_rules(path: Path) -> dict[str, Any]:
    """Return a rule set as plain data."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def mutants(rules: Mapping[str, Any]) -> Iterator[Mutant]:
    """Yield every mutant, in the order of the rule set."""
    for place, step in enumerate(rules["steps"]):
        for where, value in _changes(step, rules):
            changed = copy.deepcopy(dict(rules))
            before = _put(changed["steps"][place], where, value)
            after = "-" if value is _LEFT_OUT else str(value)
            yield Mutant(f"{step['id']}.{'.'.join(map(str, where))}", str(before), after, changed)


def known_findings(rules: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """Return what `verify` says of a rule set: kinds, severities and paths."""
    found = verify(load_policy(rules))
    return {(one.kind, one.severity, one.path) for one in found if one.severity != "undecided"}


def caught(mutant: Mutant, known: set[tuple[str, str, str]]) -> str | None:
    """Return who notices a mutant: the loader, its cases, or verify with a finding; None where nobody does."""
    try:
        new = known_findings(mutant.rules) - known
    except PolicyError as error:
        return "cases" if all(one.path.startswith("cases") for one in error.problems) else "loading"
    return "verify: " + ", ".join(sorted({kind for kind, _, _ in new})) if new else None


#: Stands for leaving a key out.
_LEFT_OUT: Final = object()


def _put(step: dict[str, Any], where: _Place, value: object) -> object:
    inner: Any = step
    for key in where[:-1]:
        inner = inner[key]
    if value is _LEFT_OUT:
        return inner.pop(where[-1])
    before = inner[where[-1]]
    inner[where[-1]] = value
    return before


def _changes(step: Mapping[str, Any], rules: Mapping[str, Any]) -> Iterator[tuple[_Place, object]]:
    match step["kind"]:
        case "table":
            yield from _of_table(step, rules)
        case "gate":
            for at, check in enumerate(step["checks"]):
                for text in _texts(check["require"], rules):
                    yield ("checks", at, "require"), text
        case "scorecard":
            yield from _of_scorecard(step)
        case "ladder":
            for at, band in enumerate(step["bands"]):
                for key in ("from", "to"):
                    for number in _beside(band.get(key)):
                        yield ("bands", at, key), number
            for number in _beside(step.get("hysteresis", {}).get("margin")):
                yield ("hysteresis", "margin"), number
        case "formula":
            for text in _texts(step["formula"], rules):
                yield ("formula",), text


def _of_table(step: Mapping[str, Any], rules: Mapping[str, Any]) -> Iterator[tuple[_Place, object]]:
    for policy in _HIT_POLICIES:
        if policy != step["hit"]:
            yield ("hit",), policy
    rows: Sequence[Mapping[str, Any]] = step["rows"]
    for at, row in enumerate(rows):
        for column, cell in row["when"].items():
            yield ("rows", at, "when", column), _LEFT_OUT
            for text in _texts(str(cell), rules):
                yield ("rows", at, "when", column), text
        for output, value in row["then"].items():
            for other in _others(step["outputs"][output], value):
                yield ("rows", at, "then", output), other
    for output, value in step.get("otherwise", {}).items():
        for other in _others(step["outputs"][output], value):
            yield ("otherwise", output), other


def _of_scorecard(step: Mapping[str, Any]) -> Iterator[tuple[_Place, object]]:
    for number in _beside(step.get("min_coverage")):
        yield ("min_coverage",), number
    several = len({str(criterion["weight"]) for criterion in step["criteria"]}) > 1
    for at, criterion in enumerate(step["criteria"]):
        if several or step["method"] != "worst_of":  # the worst of all knows no weights
            for number in _beside(criterion["weight"]):
                yield ("criteria", at, "weight"), number
        for where, value in _numbers(criterion.get("value", {})):
            for number in _beside(value):
                yield ("criteria", at, "value", *where), number
        for number in _beside(criterion.get("neutral")):
            yield ("criteria", at, "neutral"), number


def _numbers(value: object) -> Iterator[tuple[_Place, object]]:
    """Yield the numbers of a value function, and where each stands."""
    match value:
        case dict():
            pairs: Sequence[tuple[str | int, object]] = list(value.items())
        case list():
            pairs = list(enumerate(value))
        case _:
            if _NUMBER.fullmatch(str(value)):
                yield (), value
            return
    for key, inner in pairs:
        for where, number in _numbers(inner):
            yield (key, *where), number


def _beside(value: object) -> list[str]:
    """Return a number one more and one less in its last written place, and at least a thousandth of itself."""
    if value is None:
        return []
    number = Decimal(str(value))
    place = Decimal((0, (1,), int(number.as_tuple().exponent)))
    step = max(place, (abs(number) / 1000).quantize(place))
    return [str(number + step), str(number - step)]


def _texts(text: str, rules: Mapping[str, Any]) -> Iterator[str]:
    """Yield a cell or formula with one number beside itself, one comparison changed, one option for another."""
    for found in _NUMBER.finditer(text):
        for number in _beside(found[0]):
            yield text[: found.start()] + number + text[found.end() :]
    for found in _COMPARISON.finditer(text):
        yield text[: found.start()] + _COMPARISONS[found[0]] + text[found.end() :]
    for options in _vocabularies(rules):
        for found in re.finditer(r"[A-Za-z_]+", text):
            if found[0] in options:
                for option in options:
                    if option != found[0]:
                        yield text[: found.start()] + option + text[found.end() :]


def _vocabularies(rules: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the options that may be taken for each other."""
    yield ("pass", "refer", "fail")
    for field in rules["inputs"].values():
        if field["type"] == "choice" and "unrated" not in field["options"]:
            yield tuple(field["options"])
    for step in rules["steps"]:
        if step["kind"] == "ladder":
            unknown = (step["if_unknown"],) if "if_unknown" in step else ()
            yield (*(band["name"] for band in step["bands"]), *unknown)
        for output in step["outputs"].values() if step["kind"] == "table" else ():
            if output["type"] == "choice":
                yield tuple(output["options"])


def _others(output: Mapping[str, Any], value: object) -> list[object]:
    """Return other values for a cell of a table's outputs; a text is advice to people, and no rule."""
    if output["type"] == "choice":
        return [option for option in output["options"] if option != value]
    if output["type"] == "text" or value == "missing":
        return []
    return list(_beside(value))


def main(names: Sequence[str]) -> int:
    """Try all mutants, print those that nobody noticed, and how many did."""
    enough = True
    for path in POLICIES:
        if names and path.stem not in names:
            continue
        rules = read_rules(path)
        known = known_findings(rules)
        by: dict[str, int] = {}
        missed = []
        for mutant in mutants(rules):
            who = caught(mutant, known)
            by[(who or "nobody").partition(":")[0]] = by.get((who or "nobody").partition(":")[0], 0) + 1
            if who is None:
                missed.append(f"{mutant.place}: {mutant.before} -> {mutant.after}")
                print(json.dumps({"policy": path.stem, "missed": missed[-1]}), flush=True)
        total = sum(by.values())
        share = 1 - len(missed) / total
        enough = enough and share >= DEMANDED
        print(json.dumps({"policy": path.stem, "mutants": total, "caught": round(share, 4), "by": by}), flush=True)
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
