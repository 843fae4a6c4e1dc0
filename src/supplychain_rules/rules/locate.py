"""Where a rule set's text says what: the line on which each key and each array element begins.

The parsers of the standard library return data without places. So the text is read a second time,
only to find places: one pass over its pieces, an explicit stack in place of recursion, no judgement
about what is valid. On text that no parser would accept the answer is incomplete, never an exception
and never slow; a path that was not found falls back on the longest prefix that was (`line_of`).
"""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, final

import attrs

__all__ = ["MAX_PATH_CHARACTERS", "join_path", "line_of", "locate_json", "locate_toml"]

#: Longest path that is located. A rule set's own paths stay below two hundred characters; the limit keeps
#: hostile nesting and giant keys, which every path below them repeats, from costing more than their text.
MAX_PATH_CHARACTERS: Final = 1_000

#: A key that a path shows as it is; any other one is shown in brackets and quotes.
_BARE_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")

#: One step of a path.
_SEGMENT: Final = re.compile(r'\["(?:[^"\\]++|\\.)*+"\]|\[\d+\]|\.?[A-Za-z_][A-Za-z0-9_-]*', re.DOTALL)

#: A string, a mark, or anything else between them. A quote that is never closed runs to the end of the
#: text: the quantifiers are possessive, so nothing is ever read twice.
_JSON_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\],:]|[^\s{}\[\],:"]++', re.DOTALL)

_JSON_MARKS: Final = frozenset("{}[],:")

#: As for JSON, with TOML's four kinds of strings; a text in three quotes may end with two more of them.
_TOML_TOKEN: Final = re.compile(
    r"""
      (?P<comment> \#[^\n]*+ )
    | (?P<newline> \n )
    | (?P<string>
          "{3} (?: [^"\\]++ | \\. | "(?!"") )*+ "{0,5}
        | '{3} (?: [^']++ | '(?!'') )*+ '{0,5}
        | " (?: [^"\\\n]++ | \\. )*+ "?
        | ' [^'\n]*+ '?
      )
    | (?P<mark> [\[\]{}=,.] )
    | (?P<bare> [^\s\[\]{}=,.\#"']++ )
    """,
    re.DOTALL | re.VERBOSE,
)

#: How a piece of text is read as a key.
_Name: TypeAlias = Callable[[str], str]


def locate_toml(text: str) -> Mapping[str, int]:
    r"""Return the line, from 1, on which each key and each array element of a TOML 1.0 text begins.

    A table is located at its own header where it has one, otherwise where its name is first used;
    an array of tables at its first header, and each of its elements at the element's.

    Args:
        text: what `tomllib.loads` accepted.

    >>> dict(locate_toml('[inputs.age]\nmin = "0"\n[[steps]]\nid = "grade"\n'))
    {'inputs': 1, 'inputs.age': 1, 'inputs.age.min': 2, 'steps': 3, 'steps[0]': 3, 'steps[0].id': 4}
    """
    walk = _Walk()
    tables = _Tables(walk=walk)
    header: list[str] | None = None
    is_element = False
    line, counted = 1, 0
    for match in _TOML_TOKEN.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        kind, piece = match.lastgroup, match[0]
        if kind == "newline":
            if header is not None:
                tables.open(header, line, is_element=is_element)
                header = None
            walk.end_line()
        elif header is not None:
            if kind in {"string", "bare"}:
                header.append(_toml_name(piece))
            is_element = is_element or piece == "["
        elif piece == "[" and walk.is_at_line_start():
            header, is_element = [], False
        elif kind == "mark":
            walk.mark(piece, line)
        elif kind != "comment":
            walk.text(piece, _toml_name, line)
    if header is not None:
        tables.open(header, line, is_element=is_element)
    return MappingProxyType(walk.lines)


def locate_json(text: str) -> Mapping[str, int]:
    r"""Return the line, from 1, on which each key and each array element of a JSON text begins.

    A key that is written twice is located where it is written last, as `json.loads` keeps the last.

    Args:
        text: what `json.loads` accepted.

    >>> dict(locate_json('{"steps": [\n  {"id": "grade"},\n  7\n]}'))
    {'steps': 1, 'steps[0]': 2, 'steps[0].id': 2, 'steps[1]': 3}
    """
    walk = _Walk(expects="value")
    line, counted = 1, 0
    for match in _JSON_TOKEN.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        piece = match[0]
        if piece in _JSON_MARKS:
            walk.mark(piece, line)
        else:
            walk.text(piece, _json_name, line)
    return MappingProxyType(walk.lines)


def line_of(lines: Mapping[str, int], path: str) -> int | None:
    r"""Return the line of a path, or of the longest part of it, from the left, that has a line.

    So a key that is missing is reported at the table that should hold it.

    >>> lines = locate_toml('[[steps]]\nid = "grade"\n')
    >>> line_of(lines, "steps[0].id"), line_of(lines, "steps[0].bands[2].from"), line_of(lines, "inputs")
    (2, 1, None)
    """
    ends = [match.end() for match in _SEGMENT.finditer(path, 0, MAX_PATH_CHARACTERS)]
    prefixes = (path[:end] for end in reversed(ends))
    return next((lines[prefix] for prefix in prefixes if prefix in lines), None)


def join_path(parent: str, key: str | int) -> str:
    """Return the path of a key of a table, or of an element of an array, from 0.

    A key that is not a plain ASCII name stands in brackets and quotes, escaped as in JSON, and
    letters of other scripts stay readable; so no two keys share a path, and none can break a line.

    >>> join_path(join_path("steps", 1), "weight"), join_path("inputs", "质量"), join_path("", "id")
    ('steps[1].weight', 'inputs["质量"]', 'id')
    """
    if isinstance(key, int):
        return f"{parent}[{key}]"
    if _BARE_KEY.fullmatch(key):
        return f"{parent}.{key}" if parent else key
    plain = (letter if letter.isprintable() and letter not in '"\\' else json.dumps(letter)[1:-1] for letter in key)
    return f'{parent}["{"".join(plain)}"]'


@final
@attrs.define
class _Frame:
    """A table or an array that is open; an array counts its elements."""

    #: `None` where the path is too long to be located.
    path: str | None
    #: The element that comes next; `None` in a table.
    index: int | None = None


@final
@attrs.define(kw_only=True)
class _Walk:
    """The walk through tables, arrays, keys and values, which TOML and JSON have in common."""

    lines: dict[str, int] = attrs.field(factory=dict)
    #: What is open, the outermost first; the first one is never closed.
    frames: list[_Frame] = attrs.field(factory=lambda: [_Frame("")])
    expects: Literal["key", "value", "nothing"] = "key"
    #: The key that was read last, as a path; its value comes next.
    path: str | None = ""
    #: The line of that key; `None` before its first part.
    key_line: int | None = None

    def is_at_line_start(self) -> bool:
        """Tell whether a bracket would begin a header."""
        return len(self.frames) == 1 and self.expects == "key" and self.key_line is None

    def end_line(self) -> None:
        """Expect a key on the next line, unless an array or a table is still open."""
        if len(self.frames) == 1:
            self.expect_key()

    def expect_key(self) -> None:
        """Begin a key of the innermost table."""
        self.expects, self.path, self.key_line = "key", self.frames[-1].path, None

    def text(self, piece: str, name: _Name, line: int) -> None:
        """Take a string or a bare word: part of a key, or the beginning of a value."""
        if self.expects == "key":
            if self.key_line is None:
                self.key_line = line
            elif self.path is not None:  # the key goes on behind a dot, so what we have is a table
                self.lines.setdefault(self.path, self.key_line)
            self.path = _child(self.path, name(piece))
        elif self.expects == "value":
            self.begin_value(line)
            self.expects = "nothing"

    def mark(self, sign: str, line: int) -> None:
        """Take a bracket, a comma, a dot, or the sign between key and value."""
        match sign:
            case "{" | "[" if self.expects == "value":
                path = self.begin_value(line)
                self.frames.append(_Frame(path, None if sign == "{" else 0))
                if sign == "{":
                    self.expect_key()
            case "}" | "]":
                if len(self.frames) > 1:
                    self.frames.pop()
                self.expects = "nothing"
            case ",":
                frame = self.frames[-1]
                if frame.index is None:
                    self.expect_key()
                else:
                    frame.index += 1
                    self.expects = "value"
            case "=" | ":" if self.expects == "key":
                if self.path is not None and self.key_line is not None:
                    self.lines[self.path] = self.key_line
                self.expects = "value"

    def begin_value(self, line: int) -> str | None:
        """Return the path of the value that begins here; an array's element gets its line."""
        frame = self.frames[-1]
        if frame.index is None:
            return self.path
        path = _child(frame.path, frame.index)
        if path is not None:
            self.lines[path] = line
        return path


@final
@attrs.define(kw_only=True)
class _Tables:
    """TOML's headers, which name the table that the lines after them belong to."""

    walk: _Walk
    #: The last element of each array of tables that was begun by a header.
    last: dict[str, int] = attrs.field(factory=dict)

    def open(self, names: list[str], line: int, *, is_element: bool) -> None:
        """Go to the table that a header names; `is_element` for a header in double brackets."""
        lines = self.walk.lines
        path: str | None = ""
        for name in names[:-1]:
            path = _child(path, name)
            if path is None:
                break
            lines.setdefault(path, line)
            if path in self.last:  # a table below an array of tables belongs to its last element
                path = _child(path, self.last[path])
        path = _child(path, names[-1]) if names else path
        if path is not None and is_element:
            lines.setdefault(path, line)
            self.last[path] = self.last.get(path, -1) + 1
            path = _child(path, self.last[path])
        if path is not None:
            lines[path] = line
        self.walk.frames[0] = _Frame(path)


def _child(parent: str | None, key: str | int) -> str | None:
    """Return the path of a key, or nothing where it is too long to be located."""
    if parent is None:
        return None
    path = join_path(parent, key)
    return path if len(path) <= MAX_PATH_CHARACTERS else None


def _json_name(piece: str) -> str:
    try:
        return str(json.loads(piece))
    except ValueError:
        return piece


def _toml_name(piece: str) -> str:
    if piece[0] not in "\"'":
        return piece
    if piece[0] == "'" or "\\" not in piece:
        return piece[1:-1]
    try:
        return next(iter(tomllib.loads(f"{piece} = 0")))
    except ValueError:
        return piece
