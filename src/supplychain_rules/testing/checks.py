"""Everything that a rule set's text is checked for, one by one: it loads, its cases, its findings, its laws.

What pytest shows as test items and the command as lines is the same list. No file is read here, and hypothesis is
loaded only where it is installed: without it the laws are left out, and one check says so.
"""

import json
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any, Final, Literal, TypeAlias, final, get_args

import attrs

from supplychain_rules.analysis.findings import SEVERITIES, Finding, Severity
from supplychain_rules.analysis.verify import verify
from supplychain_rules.errors import InvalidValueError, MissingExtraError, PolicyError, Problem, did_you_mean
from supplychain_rules.rules.codec import STRATEGIES, load_policy
from supplychain_rules.rules.codec_text import TextFormat, load_policy_text
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.strategies import Strategies
from supplychain_rules.testing.outcomes import BrokenLawError
from supplychain_rules.values.label import Label, Lang

__all__ = ["FAIL_ON", "LOADS", "Outcome", "PolicyCheck", "Status", "failed_to_read", "policy_checks", "read_fail_on"]

#: How a check ends: `noted` is a finding that is worth a look and no failure.
Status = Literal["passed", "noted", "failed", "skipped"]

#: The findings that fail where nothing else is said: what is wrong, what is wrong unless meant, and what nobody knows.
FAIL_ON: Final[tuple[Severity, ...]] = ("error", "warning", "undecided")

#: The id of the check that a rule set loads at all; where it fails there is no other one.
LOADS: Final = "loads"

#: The engines that must agree, as `check_policy_laws` takes them.
_Engines: TypeAlias = Literal["installed"] | tuple[str, ...]


@final
@attrs.frozen
class Outcome:
    """How a check ended, and what there is to say, in English and Chinese; empty where there is nothing."""

    status: Status
    en: str = ""
    zh: str = ""

    def text(self, lang: Lang = "en") -> str:
        """Return what there is to say in a language."""
        return {"en": self.en, "zh": self.zh}[lang]


@final
@attrs.frozen(kw_only=True)
class PolicyCheck:
    """One check of a rule set: its id, what it is about, and `run`, which says how it ended."""

    #: As `case[a-good-year]`, `finding[gap at steps[1].rows]`, `law[total]`; unique within a rule set.
    id: str
    label: Label
    run: Callable[[], Outcome]


def policy_checks(  # noqa: PLR0913  what whoever runs them may choose
    text: str,
    *,
    format: TextFormat = "toml",  # noqa: A002  as `load_policy_text` says it
    strategies: Strategies = STRATEGIES,
    examples: int | None = None,
    engines: _Engines = "installed",
    fail_on: tuple[Severity, ...] = FAIL_ON,
) -> tuple[PolicyCheck, ...]:
    """Return the checks of a rule set's text, each ready to run.

    Where cases fail, the rule set is checked without those, and each of them is a check that fails.

    Args:
        text: the rule set.
        format: how it is written.
        strategies: value functions and scoring methods to know.
        examples: how many examples to draw for each law; those of `check_policy_laws` where not given.
        engines: which frame engines must agree; `()` for none.
        fail_on: which findings fail; the others are noted.

    Raises:
        InvalidValueError: `examples` is not positive, or no engine has that name.
        MissingExtraError: an engine that was asked for is not installed.

    >>> rules = '''
    ... schema = "supplychain-rules/1"
    ... id = "demo"
    ... version = "1"
    ... inputs.late = { type = "integer", min = 0, max = 100 }
    ... steps = [{ kind = "formula", id = "penalty", formula = "late * 25" }]
    ... cases = [{ id = "two", given = { late = 2 }, expect = { penalty = 75 } }]
    ... '''
    >>> for check in policy_checks(rules, engines=())[:2]:
    ...     print(check.id, check.run().status)
    loads passed
    case[two] failed
    """
    if examples is not None and examples < 1:
        raise InvalidValueError("a law needs at least one example", examples)
    try:
        policy, cases = _loaded(text, format, strategies)
    except PolicyError as error:
        return (failed_to_read(str(error)),)
    return (
        PolicyCheck(id=LOADS, label=_LOADS_LABEL, run=lambda: Outcome("passed")),
        *_unique([*cases, *_finding_checks(policy, fail_on), *_law_checks(policy, examples, engines)]),
    )


def failed_to_read(said: str) -> PolicyCheck:
    """Return the only check of a rule set that cannot be read or loaded."""
    return PolicyCheck(id=LOADS, label=_LOADS_LABEL, run=lambda: Outcome("failed", said, said))


def read_fail_on(words: str) -> tuple[Severity, ...]:
    """Read the severities that fail from words between commas, as an option of a command has them.

    Raises:
        InvalidValueError: no severity has that name.

    >>> read_fail_on("error, warning")
    ('error', 'warning')
    """
    given = [word.strip() for word in words.split(",") if word.strip()]
    for word in given:
        if word not in get_args(Severity):
            raise InvalidValueError("no such severity of a finding", word, hint=did_you_mean(word, SEVERITIES))
    return tuple(severity for severity in SEVERITIES if severity in given)


_LOADS_LABEL: Final = Label("the rule set loads", "规则集可加载")


# Loading


def _loaded(text: str, form: TextFormat, strategies: Strategies) -> tuple[Policy, list[PolicyCheck]]:
    """Load a rule set, without the cases that fail; return a check for each of its cases."""
    try:
        policy = load_policy_text(text, format=form, strategies=strategies)
    except PolicyError as error:
        problems = error.problems
        places = {problem: _case_place(problem.path) for problem in problems}
        if None in places.values():
            raise
        # The text was measured and parsed before its cases were run, so the plain parsers can be trusted with it.
        data = _plain_data(text, form)
    else:
        return policy, [_case_check(case.id, ()) for case in policy.cases]
    failed = set(places.values())
    names = [str(case.get("id")) if isinstance(case, dict) else f"{place}" for place, case in enumerate(data["cases"])]
    kept = [case for place, case in enumerate(data["cases"]) if place not in failed]
    try:
        policy = load_policy({**data, "cases": kept}, strategies=strategies)
    except PolicyError:  # cases that are compared with each other fail otherwise without the others
        policy = load_policy({**data, "cases": []}, strategies=strategies)
    checks = [
        _case_check(name, [problem for problem in problems if places[problem] == place])
        for place, name in enumerate(names)
    ]
    return policy, checks


def _plain_data(text: str, form: TextFormat) -> dict[str, Any]:
    bare = text.removeprefix("\ufeff")
    data: dict[str, Any] = (
        tomllib.loads(bare, parse_float=Decimal) if form == "toml" else json.loads(bare, parse_float=Decimal)
    )
    return data


def _case_place(path: str) -> int | None:
    """Return the position of the case in which a problem lies, or None where it lies elsewhere."""
    inside = path.removeprefix("cases[")
    number, closed, _ = inside.partition("]")
    return int(number) if inside != path and closed and number.isdigit() else None


def _case_check(name: str, problems: list[Problem] | tuple[()]) -> PolicyCheck:
    said = "\n".join(str(problem) for problem in problems)
    outcome = Outcome("failed", said, said) if problems else Outcome("passed")
    return PolicyCheck(id=f"case[{name}]", label=Label(f"case {name}"[:200], f"用例 {name}"[:200]), run=lambda: outcome)


# Findings


def _finding_checks(policy: Policy, fail_on: tuple[Severity, ...]) -> Iterator[PolicyCheck]:
    found = verify(policy)
    for finding in found:
        status: Status = "failed" if finding.severity in fail_on else "noted"
        yield _finding_check(finding, status)
    if not found:
        yield PolicyCheck(id="findings[none]", label=_NO_FINDING, run=lambda: Outcome("passed"))


_NO_FINDING: Final = Label("verify finds nothing", "校验无发现")


def _finding_check(finding: Finding, status: Status) -> PolicyCheck:
    outcome = Outcome(status, finding.text("en"), finding.text("zh"))
    where = finding.path or "rule set"
    return PolicyCheck(id=f"finding[{finding.kind} at {where}]", label=finding.message, run=lambda: outcome)


# Laws


def _law_checks(policy: Policy, examples: int | None, engines: _Engines) -> Iterator[PolicyCheck]:
    try:
        import hypothesis  # noqa: F401, PLC0415  an extra is imported when it is needed
    except ImportError:
        said = str(MissingExtraError("check_policy_laws", package="hypothesis", extra="testing"))
        label = Label("the laws", "规则性质")
        yield PolicyCheck(id="laws", label=label, run=lambda: Outcome("skipped", said, said))
        return
    from supplychain_rules.testing.laws import EXAMPLES, check_law, policy_laws  # noqa: PLC0415  they need hypothesis

    for law in policy_laws(policy, engines=engines):
        if law.skipped is not None:
            outcome = Outcome("skipped", law.skipped.text("en"), law.skipped.text("zh"))
            yield PolicyCheck(id=f"law[{law.id}]", label=law.label, run=partial(_same, outcome))
            continue
        run = partial(check_law, policy, law, examples=EXAMPLES if examples is None else examples)
        yield PolicyCheck(id=f"law[{law.id}]", label=law.label, run=partial(_law_outcome, run))


def _same(outcome: Outcome) -> Outcome:
    return outcome


def _law_outcome(check: Callable[[], None]) -> Outcome:
    try:
        check()
    except BrokenLawError as error:
        return Outcome("failed", error.text("en"), error.text("zh"))
    return Outcome("passed")


def _unique(checks: list[PolicyCheck]) -> Iterator[PolicyCheck]:
    """Return the checks, numbered where ids repeat, as those of two findings at one place do."""
    seen: dict[str, int] = {}
    for check in checks:
        seen[check.id] = seen.get(check.id, 0) + 1
        yield check if seen[check.id] == 1 else attrs.evolve(check, id=f"{check.id} #{seen[check.id]}")
