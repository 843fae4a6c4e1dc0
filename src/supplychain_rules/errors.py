"""Every exception of the library: facts as fields, a way out in the message.

Anything wrong with a rule set is a `PolicyError`, anything wrong with a record is an
`InputError`, and a value that cannot be built (money from a float, a period that runs backwards)
is an `InvalidValueError`. All three are `ValueError`, so a caller who knows nothing of this library still
catches them. A function whose optional package is not installed raises a `MissingExtraError`, an `ImportError`.
"""

import difflib
import reprlib
from collections.abc import Iterable
from typing import Final, final

import attrs

__all__ = [
    "InputError",
    "InvalidValueError",
    "MissingExtraError",
    "PolicyError",
    "Problem",
    "SupplyChainRulesError",
    "bounded_repr",
    "did_you_mean",
    "path_step",
    "problem_at",
]

#: Longest representation of a bad value in a message: enough to recognise it, too short to flood a log.
MAX_SHOWN_CHARACTERS = 80

#: Most problems a message spells out; `problems` always holds them all.
MAX_SHOWN_PROBLEMS = 20

#: Most candidates that a word is compared with: the comparison is slow, and hostile data has many of both.
_MAX_COMPARED: Final = 200

#: Longest part of a word that is compared; whoever errs, errs within it.
_MAX_COMPARED_CHARACTERS: Final = 48

#: Longest candidate that is suggested: a name or an option, not a document.
_MAX_CANDIDATE_CHARACTERS: Final = 200


@final
@attrs.frozen(kw_only=True)
class Problem:
    """One thing that is wrong, where it is, and the way out.

    >>> print(Problem(code="unknown_key", path="steps[0].wieght", message="unknown key", hint="did you mean 'weight'?"))
    steps[0].wieght: unknown key; did you mean 'weight'? [unknown_key]
    """

    #: Stable identifier of the kind of problem, for tests and programs.
    code: str
    #: Where in the rule set or record, as `steps[1].criteria[0].weight`.
    path: str
    #: What is wrong, in one clause.
    message: str
    #: The offending value in a bounded representation; empty where there is none.
    value: str = ""
    #: The way out; empty where the message says it already.
    hint: str = ""
    #: Line in the rule set's text, from 1; only when it was loaded from text.
    line: int | None = None
    #: Column in the formula or cell, from 1.
    column: int | None = None

    def __str__(self) -> str:
        """Return the problem as one line: where, what, the value, the way out, the code."""
        where = self.path or "rule set"
        if self.line is not None:
            where = f"line {self.line}: {where}"
        if self.column is not None:
            where = f"{where} (column {self.column})"
        value = f" ({self.value})" if self.value else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{where}: {self.message}{value}{hint} [{self.code}]"


def problem_at(code: str, path: str, message: str, value: object = None, hint: str = "") -> Problem:
    """Return a problem whose value is shown short; `None` is no value.

    >>> print(problem_at("unknown_name", "rules[0].tier", "unknown tier", "glod", "did you mean 'gold'?"))
    rules[0].tier: unknown tier ('glod'); did you mean 'gold'? [unknown_name]
    """
    shown = "" if value is None else bounded_repr(value)
    return Problem(code=code, path=path, message=message, value=shown, hint=hint)


class SupplyChainRulesError(Exception):
    """Base of every exception that this library raises on purpose."""


class _ProblemsError(SupplyChainRulesError, ValueError):
    """An exception that carries problems; picklable, because the problems are its only argument."""

    _where = ""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return a headline and one line a problem, at most `MAX_SHOWN_PROBLEMS` of them."""
        shown = [f"  {problem}" for problem in self.problems[:MAX_SHOWN_PROBLEMS]]
        rest = len(self.problems) - len(shown)
        if rest:
            shown.append(f"  and {rest} more")
        count = len(self.problems)
        plural = "" if count == 1 else "s"
        return "\n".join([f"{count} problem{plural} in the {self._where}", *shown])


@final
class PolicyError(_ProblemsError):
    """Refuse a rule set; `problems` names everything wrong with it at once."""

    _where = "rule set"


@final
class InputError(_ProblemsError):
    """Refuse a record; each problem's `path` is the field's name."""

    _where = "record"


@final
class InvalidValueError(SupplyChainRulesError, ValueError):
    """Refuse to build a value: `what` is wrong, the offending `value`, and the way out (`hint`).

    >>> str(InvalidValueError("money is never a float", value=0.1, hint="give text, int or Decimal"))
    'money is never a float: 0.1; give text, int or Decimal'
    """

    def __init__(self, what: str, value: object = None, hint: str = "") -> None:
        self.what = what
        self.value = value
        self.hint = hint
        super().__init__(what, value, hint)

    def __str__(self) -> str:
        """Return the message: what, the value, the way out."""
        value = "" if self.value is None else f": {bounded_repr(self.value)}"
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.what}{value}{hint}"


@final
class MissingExtraError(SupplyChainRulesError, ImportError):
    """Refuse a call that needs a package which is not installed, and say how to install it.

    >>> str(MissingExtraError("format_money", package="babel", extra="locale"))
    'format_money needs the package babel; install it with: pip install "supplychain-rules[locale]"'
    """

    def __init__(self, caller: str, package: str, extra: str) -> None:
        self.caller = caller
        self.package = package
        self.extra = extra
        super().__init__(caller, package, extra)

    def __str__(self) -> str:
        """Return the message: who needs what, and the line that installs it."""
        install = f'pip install "supplychain-rules[{self.extra}]"'
        return f"{self.caller} needs the package {self.package}; install it with: {install}"


def bounded_repr(value: object) -> str:
    """Return a short, safe representation of any value, however large, deep or hostile.

    >>> bounded_repr("x" * 1000)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'"
    """
    shortener = reprlib.Repr()
    shortener.maxstring = shortener.maxother = shortener.maxlong = MAX_SHOWN_CHARACTERS - 4
    shortener.maxlevel = 2
    try:
        text = shortener.repr(value)
    except Exception:  # noqa: BLE001  a value whose own repr raises must still be reported
        return f"<{type(value).__name__}>"
    if len(text) > MAX_SHOWN_CHARACTERS:
        return text[: MAX_SHOWN_CHARACTERS - 3] + "..."
    return text


def did_you_mean(word: object, candidates: Iterable[str]) -> str:
    """Return a hint that names the nearest candidate, else all of them where they are few, else nothing.

    >>> did_you_mean("wieght", ["id", "weight"])
    "did you mean 'weight'?"
    """
    known = [candidate for candidate in candidates if len(candidate) <= _MAX_CANDIDATE_CHARACTERS]
    if isinstance(word, str) and len(known) <= _MAX_COMPARED:
        near = difflib.get_close_matches(word[:_MAX_COMPARED_CHARACTERS], known, n=1)
        if near:
            return f"did you mean {bounded_repr(near[0])}?"
    few = 8  # a longer list helps nobody
    if known and len(known) <= few:
        return f"expected one of {', '.join(option[:_MAX_COMPARED_CHARACTERS] for option in sorted(known))}"
    return ""


def path_step(key: object) -> str:
    r"""Return a key of given data as a part of a path: as it is where it is short and can be printed.

    >>> path_step("weight"), path_step("a\nb"), path_step(7)
    ('weight', "'a\\nb'", '7')
    """
    plain = isinstance(key, str) and key.isprintable() and len(key) <= MAX_SHOWN_CHARACTERS
    return str(key) if plain else bounded_repr(key)
