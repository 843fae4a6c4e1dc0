"""An explanation as plain text: what a buyer lays on the table in a meeting with a supplier."""

from collections.abc import Iterable, Sequence
from typing import assert_never
from unicodedata import category, east_asian_width

from supplychain_rules.rules.explain import Explanation
from supplychain_rules.rules.explain_sections import (
    Block,
    Column,
    Grid,
    Item,
    Line,
    explanation_title,
    record_grid,
    sections,
)
from supplychain_rules.rules.wording import say
from supplychain_rules.values.label import Lang

__all__ = ["aligned", "display_width", "explanation_text"]

#: What stands before the lines of a step, and before the lines of an item in it.
_INDENT = "   "

#: Between two columns.
_GAP = "  "

#: How many characters of the fingerprint are shown: enough to tell versions apart, `to_dict` has them all.
FINGERPRINT_CHARACTERS = 12


def explanation_text(explanation: Explanation, lang: Lang) -> str:
    """Return an explanation as text: the record, then every step in order.

    Raises:
        InvalidValueError: a language that explanations are not written in.
    """
    fingerprint = explanation.policy.fingerprint[:FINGERPRINT_CHARACTERS]
    record = record_grid(explanation, lang)
    lines = [
        explanation_title(explanation, lang),
        say("line", lang, term=say("fingerprint", lang), text=fingerprint),
        "",
        record.caption,
        *(_INDENT + line for line in _grid_lines(record)),
    ]
    for section in sections(explanation, lang):
        places = {"name": section.name, "kind": section.kind, "outcome": section.outcome}
        lines += ["", say("heading", lang, number=str(section.number), **places)]
        lines += [_INDENT + line for block in section.blocks for line in _block_lines(block, lang)]
    return "\n".join(lines)


def aligned(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a head, a rule and rows as lines of equal columns, by the width that a terminal gives each character.

    >>> aligned([Column(title="准则"), Column(title="Points", align="point")], [("质量", "73.5"), ("x", "60")])
    ['准则  Points', '----  ------', '质量    73.5', 'x       60']
    """
    bodies = list(zip(*rows, strict=True)) or [()] * len(columns)
    lines = zip(*(_column(column, body) for column, body in zip(columns, bodies, strict=True)), strict=True)
    return [_GAP.join(line).rstrip() for line in lines]


def display_width(text: str) -> int:
    """Return how many columns a text takes in a terminal: two for a Chinese character, none for a combining mark.

    >>> display_width("质量 A")
    6
    """
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _column(column: Column, body: Sequence[str]) -> list[str]:
    """Return the head, the rule and the texts of a column, all of one width."""
    texts = [column.title, "", *_pointed(column, body)]
    left = column.align == "left"
    if "".join(texts).isascii():  # the usual case in English: a character is a column
        width = max(map(len, texts))
        padded = [text.ljust(width) if left else text.rjust(width) for text in texts]
    else:
        width = max(map(display_width, texts))
        padded = [_padded(text, width, left=left) for text in texts]
    padded[1] = "-" * width
    return padded


def _padded(text: str, width: int, *, left: bool) -> str:
    gap = " " * (width - display_width(text))
    return text + gap if left else gap + text


def _pointed(column: Column, texts: Sequence[str]) -> Sequence[str]:
    """Pad numbers of fewer decimals on the right, so that all points of a column stand below each other."""
    if column.align != "point":
        return texts
    tails = [_tail(text) for text in texts]
    longest = max((tail for tail in tails if tail is not None), default=0)
    return [text if tail is None else text + " " * (longest - tail) for text, tail in zip(texts, tails, strict=True)]


def _tail(text: str) -> int | None:
    """Return how many characters a number has from its point on; None where it is none."""
    whole, point, decimals = text.removeprefix("-").partition(".")
    if not (whole + decimals).isdecimal():
        return None
    return len(point + decimals)


def _grid_lines(grid: Grid) -> list[str]:
    lines = aligned(grid.columns, [row.cells for row in grid.rows])
    ends = [place for place, row in enumerate(grid.rows) if row.kind == "rest"]
    if ends:  # a rule of its own above what is left over
        lines.insert(2 + ends[0], lines[1])
    return lines


def _block_lines(block: Block, lang: Lang) -> list[str]:
    match block:
        case Line():
            return [_line(block, lang)]
        case Item():
            result = block.result
            if block.effect:
                result += say("gives", lang, value=block.effect)
            return [
                say("line", lang, term=block.title, text=result),
                *(_INDENT + _line(line, lang) for line in block.lines),
            ]
        case Grid():
            return _grid_lines(block)
        case _:
            assert_never(block)


def _line(line: Line, lang: Lang) -> str:
    return say("line", lang, term=line.term, text=line.code + line.text).rstrip()
