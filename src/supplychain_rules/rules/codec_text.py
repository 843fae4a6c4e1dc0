"""Rule sets as text: `load_policy_text` reads TOML or JSON, and every problem says on which line it stands.

The standard library's parsers do the reading. They answer hostile text with whatever they like (a
`RecursionError`, a `ValueError` of `int`, minutes of work on a key of 50,000 dots), accept a JSON key
twice and take NaN for a number. So the text is measured before it is parsed, and the data is looked
through afterwards: whatever is wrong, it is a `PolicyError`, and soon.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, Final, Literal, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError, PolicyError, Problem, bounded_repr
from supplychain_rules.language.limits import MAX_DEPTH, MAX_OPTION_CHARACTERS
from supplychain_rules.rules.codec import STRATEGIES, load_policy
from supplychain_rules.rules.locate import join_path, line_of, locate_json, locate_toml
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.strategies import Strategies
from supplychain_rules.values.scaled import exact_number

__all__ = ["MAX_TEXT_CHARACTERS", "TextFormat", "load_policy_text"]

#: How a rule set's text is written.
TextFormat = Literal["toml", "json"]

#: Longest text of a rule set. Two tables of the largest size allowed fit in, and the parsers, which are
#: Python, stay within about a second; a program that writes more than people read has data for `load_policy`.
MAX_TEXT_CHARACTERS: Final = 1_000_000

#: Deepest nesting of brackets, and most parts of a dotted key: that of formulas, more than four times what a
#: rule set needs, and far below the recursion limit. `tomllib` works for minutes on a key of 50,000 parts.
MAX_NESTING: Final = MAX_DEPTH

#: Longest number, bare word or key: an option may be a key, and nothing else in a rule set is as long. Below the
#: 640 digits that every Python turns into an integer.
MAX_WORD_CHARACTERS: Final = MAX_OPTION_CHARACTERS

#: Most misfits looked for: whoever has more has one and the same mistake everywhere, or none at heart.
MAX_MISFITS: Final = 100

#: Longest message of a parser that is passed on: some quote a key, however long.
_MAX_MESSAGE: Final = 200

#: What no text of a rule set may hold: no file can keep a lone surrogate, and no database's text a NUL.
_UNFIT: Final = re.compile("[\x00\ud800-\udfff]")

#: A string or a remark, in which nothing counts; a bracket; the end of a key; a dot; a number or bare word. The
#: quantifiers are possessive, so an open quote costs no more than its text.
_TOML_PIECE: Final = re.compile(
    r"""
      \#[^\n]*+
    | "{3} (?: [^"\\]++ | \\. | "(?!"") )*+ "{0,5}
    | '{3} (?: [^']++ | '(?!'') )*+ '{0,5}
    | " (?: [^"\\\n]++ | \\. )*+ "?
    | ' [^'\n]*+ '?
    | (?P<open> [\[{] )
    | (?P<close> [\]}] )
    | (?P<end> [\n=,] )
    | (?P<dot> \. )
    | (?P<word> [^\s\[\]{}=,.\#"']++ )
    """,
    re.DOTALL | re.VERBOSE,
)

_JSON_PIECE: Final = re.compile(
    r'"(?:[^"\\]++|\\.)*+"?|(?P<open>[\[{])|(?P<close>[\]}])|(?P<word>[^\s\[\]{}:,"]++)', re.DOTALL
)

#: How `tomllib` says where: it has no fields for it before Python 3.14.
_TOML_PLACE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

#: Keys that stand more than once, by the identity of the table that holds them.
_Repeated: TypeAlias = Mapping[int, tuple[str, ...]]


def load_policy_text(
    text: str,
    *,
    format: TextFormat = "toml",  # noqa: A002  the word everyone looks for
    strategies: Strategies = STRATEGIES,
) -> Policy:
    r"""Build a policy from the text of a rule set.

    Numbers are read exactly: `0.1` is one tenth. A byte order mark at the beginning, which some
    Windows editors write, is skipped; it takes no column.

    Args:
        text: at most `MAX_TEXT_CHARACTERS`; read the file as UTF-8.
        format: how the text is written, TOML or JSON.
        strategies: value functions and scoring methods to know, the built-in ones where not given.

    Raises:
        PolicyError: `problems` names everything wrong at once, each with the `line` where it stands. A text that
            is no TOML or JSON has one problem, with line and column. A key that stands twice, NaN, infinity,
            a number of more than 30 digits, a NUL and a lone surrogate are refused wherever they stand.
        InvalidValueError: `format` is neither `"toml"` nor `"json"`.

    >>> load_policy_text('schema = "supplychain-rules/1"\nid = "demo"\nversion = 1')
    Traceback (most recent call last):
    supplychain_rules.errors.PolicyError: 3 problems in the rule set
      line 3: version: this must be 1 to 100 printable characters (1) [bad_value]
      inputs: a table of at least one input is needed [missing_key]
      steps: a list of at least one step is needed [missing_key]
    """
    if format not in ("toml", "json"):
        raise InvalidValueError("unknown format of a rule set's text", format, hint="give 'toml' or 'json'")
    if not isinstance(text, str):
        raise PolicyError([_problem("wrong_type", "a rule set's text is a str", text, "decode bytes as UTF-8")])
    if len(text) > MAX_TEXT_CHARACTERS:
        message = f"a text has at most {MAX_TEXT_CHARACTERS:,} characters"
        raise PolicyError([_problem("too_large", message, len(text), "parse it yourself and use load_policy")])
    text = text.removeprefix("\ufeff")
    _measure(text, _TOML_PIECE if format == "toml" else _JSON_PIECE)
    data, repeated = _parsed(text, format)
    problems = list(islice(_misfits(data, repeated), MAX_MISFITS))
    if not any(problem.code == "too_large" for problem in problems):  # a giant key would stand in every path below it
        try:
            policy = load_policy(data, strategies=strategies)
        except PolicyError as error:
            known = {problem.path for problem in problems}
            problems += [problem for problem in error.problems if problem.path not in known]
        else:
            if not problems:
                return policy
    raise PolicyError(_placed(problems, text, format))


def _problem(code: str, message: str, value: object, hint: str = "", path: str = "") -> Problem:
    return Problem(code=code, path=path, message=message, value=bounded_repr(value), hint=hint)


def _placed(problems: list[Problem], text: str, form: TextFormat) -> Iterator[Problem]:
    """Give every problem the line of its path."""
    lines = locate_toml(text) if form == "toml" else locate_json(text)
    for problem in problems:
        yield attrs.evolve(problem, line=line_of(lines, problem.path))


def _at(text: str, position: int, code: str, message: str, hint: str = "") -> PolicyError:
    """Return the refusal of a text for what stands at a position of it."""
    line, column = text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
    return _in_line(text, line, column, code, message, hint)


def _in_line(text: str, line: int, column: int, code: str, message: str, hint: str) -> PolicyError:  # noqa: PLR0913, PLR0917  the parts of one problem
    begin = 0
    for _ in range(line - 1):
        begin = text.find("\n", begin) + 1
    written = text[begin:].partition("\n")[0].strip()
    shown = bounded_repr(written) if written else ""
    problem = Problem(code=code, path="", message=message, value=shown, hint=hint, line=line, column=column)
    return PolicyError([problem])


def _measure(text: str, pieces: re.Pattern[str]) -> None:
    """Refuse what would keep a parser busy or break it, without judging what is well written."""
    unfit = _UNFIT.search(text)
    if unfit is not None:
        raise _at(text, unfit.start(), "bad_text", f"the text holds the character U+{ord(unfit[0]):04X}")
    depth = dots = 0
    for match in pieces.finditer(text):
        match match.lastgroup:
            case "open":
                depth, dots = depth + 1, 0
            case "close":
                depth = max(depth - 1, 0)
            case "end":
                dots = 0
            case "dot":
                dots += 1
            case "word" if len(match[0]) > MAX_WORD_CHARACTERS:
                message = f"a number or bare word of more than {MAX_WORD_CHARACTERS} characters"
                raise _at(text, match.start(), "too_large", message)
        if max(depth, dots) > MAX_NESTING:
            raise _at(text, match.start(), "too_deep", f"nested more than {MAX_NESTING} levels deep")


def _parsed(text: str, form: TextFormat) -> tuple[Any, _Repeated]:
    """Parse a text that was measured; numbers that cannot be read are marked, for `_misfits` to find."""
    tables = _Tables()
    hint = ""
    try:
        if form == "toml":
            hint = "this looks like JSON: give format='json'" if text.lstrip()[:1] == "{" else ""
            return tomllib.loads(text, parse_float=_number), {}
        hint = "" if text.lstrip()[:1] in ("{", "") else "a rule set in JSON begins with '{'; for TOML, format='toml'"
        data = json.loads(text, parse_float=_number, parse_constant=_Unreadable, object_pairs_hook=tables.table)
    except json.JSONDecodeError as error:
        raise _in_line(text, error.lineno, error.colno, "syntax_error", error.msg, hint) from None
    except tomllib.TOMLDecodeError as error:
        raise _toml_error(text, str(error), hint) from None
    except RecursionError:  # the caller's own stack was nearly full
        message = "nested too deep for the stack that is left"
        raise PolicyError([Problem(code="too_deep", path="", message=message)]) from None
    except ValueError as error:  # such as a date that no calendar has
        raise PolicyError([_problem("syntax_error", "this cannot be read", str(error))]) from None
    return data, tables.repeated


def _toml_error(text: str, said: str, hint: str) -> PolicyError:
    place = _TOML_PLACE.search(said)
    message = said[: place.start()] if place else said
    if len(message) > _MAX_MESSAGE:
        message = message[:_MAX_MESSAGE] + "..."
    if place is None or place[1] is None:
        return _at(text, len(text), "syntax_error", message, hint)
    return _in_line(text, int(place[1]), int(place[2]), "syntax_error", message, hint)


@final
@attrs.frozen
class _Unreadable:
    """A number that is written well and cannot be used: `NaN`, `1e999999`."""

    text: str


def _number(text: str) -> Decimal | _Unreadable:
    try:
        return exact_number(text.replace("_", ""))
    except InvalidValueError:
        return _Unreadable(text)


@final
@attrs.define
class _Tables:
    """The tables of a JSON text as they are closed; a key that stands twice is kept in mind."""

    #: The tables themselves too: while they live, no other one takes their identity.
    _kept: list[tuple[dict[str, object], tuple[str, ...]]] = attrs.field(factory=list)

    def table(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        """Build a table from its pairs."""
        built = dict(pairs)
        if len(built) < len(pairs):
            seen: set[str] = set()
            twice = [key for key, _ in pairs if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
            self._kept.append((built, tuple(dict.fromkeys(twice))))
        return built

    @property
    def repeated(self) -> _Repeated:
        """Return the keys that stand more than once, by the table's identity."""
        return {id(built): keys for built, keys in self._kept}


@final
@attrs.frozen
class _Place:
    """Where a value stands; its path is spelled out only where something is wrong."""

    above: "_Place | None" = None
    key: str | int = ""

    @property
    def path(self) -> str:
        """Return the path, as in `steps[0].weight`."""
        keys: list[str | int] = []
        place = self
        while place.above is not None:
            keys.append(place.key)
            place = place.above
        path = ""
        for key in reversed(keys):
            path = join_path(path, key)
        return path


def _misfits(data: object, repeated: _Repeated) -> Iterator[Problem]:
    """Yield what the parsers let pass and no rule set may hold, from the top of the text to its end."""
    waiting: list[tuple[_Place, object]] = [(_Place(), data)]
    while waiting:
        place, value = waiting.pop()
        match value:
            case dict():
                for key in repeated.get(id(value), ()):
                    yield _problem("duplicate_key", "this key stands twice", key, path=_below(place, key))
                fits = [key for key in value if len(key) <= MAX_WORD_CHARACTERS]
                for key in value:
                    yield from _key_problems(place, key)
                waiting.extend((_Place(place, key), value[key]) for key in reversed(fits))
            case list():
                waiting.extend((_Place(place, index), value[index]) for index in reversed(range(len(value))))
            case str() if _UNFIT.search(value):
                yield _problem("bad_text", "this text holds a NUL or a lone surrogate", value, path=place.path)
            case _Unreadable():
                message = "not a number that can be used: it is not finite, or has more than 30 digits on a side"
                yield _problem("bad_value", message, value.text, path=place.path)


def _key_problems(place: _Place, key: str) -> Iterator[Problem]:
    if len(key) > MAX_WORD_CHARACTERS:
        message = f"a key has at most {MAX_WORD_CHARACTERS} characters"
        yield _problem("too_large", message, key, path=place.path)
    elif _UNFIT.search(key):
        yield _problem("bad_text", "this key holds a NUL or a lone surrogate", key, path=_below(place, key))


def _below(place: _Place, key: str) -> str:
    """Return the path of a key; of the table that holds it where the key is too long to be shown."""
    return place.path if len(key) > MAX_WORD_CHARACTERS else join_path(place.path, key)
