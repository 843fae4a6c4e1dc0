"""An explanation as HTML: one fragment with its own small style, no scripts, nothing loaded, every text escaped.

The style is scoped to one class and takes its colours from the page around it, so that it reads on light
and on dark.
"""

from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Final, assert_never

from supplychain_rules.rules.explain import Explanation
from supplychain_rules.rules.explain_sections import (
    Block,
    Column,
    Grid,
    GridRow,
    Item,
    Line,
    Section,
    Tone,
    explanation_title,
    record_grid,
    sections,
)
from supplychain_rules.rules.explain_text import FINGERPRINT_CHARACTERS
from supplychain_rules.rules.wording import say
from supplychain_rules.values.label import Lang

__all__ = ["EXPLANATION_STYLE", "explanation_body", "explanation_html", "grid_html", "html_text"]

#: The style of an explanation. Greys and tints are half transparent, so that they suit any background.
EXPLANATION_STYLE: Final = """<style>
.scr-explanation{max-width:60rem;line-height:1.45;font-variant-numeric:tabular-nums}
.scr-explanation :is(h2,h3,h4,h5){margin:1.1em 0 .35em;font-size:1.05em;line-height:1.3}
.scr-explanation .scr-title{font-size:1.2em;margin-top:.2em}
.scr-explanation .scr-kind{font-weight:normal;opacity:.7;margin:0 .4em}
.scr-explanation .scr-small{opacity:.7;font-size:.85em;margin:.1em 0}
.scr-explanation table{border-collapse:collapse;margin:.3em 0 .6em}
.scr-explanation caption{text-align:left;opacity:.7;font-size:.85em;padding-bottom:.2em}
.scr-explanation :is(th,td){padding:.2em .7em;text-align:left;vertical-align:baseline;
border-bottom:1px solid rgba(128,128,128,.3)}
.scr-explanation thead th{font-size:.85em;border-bottom-color:rgba(128,128,128,.8);white-space:nowrap}
.scr-explanation tbody th,.scr-explanation tfoot th{font-weight:normal}
.scr-explanation :is(th,td).scr-number{text-align:right;white-space:nowrap}
.scr-explanation tfoot .scr-total :is(th,td){font-weight:bold;border-bottom:3px double rgba(128,128,128,.8)}
.scr-explanation td.scr-chart{width:7em;min-width:7em;padding-left:0}
.scr-explanation .scr-bar{display:block;height:.65em;border-radius:.15em;background:rgba(40,120,200,.6)}
.scr-explanation .scr-bar.scr-minus{background:rgba(200,70,50,.6)}
.scr-explanation dl{margin:.2em 0 .4em;display:grid;grid-template-columns:max-content 1fr;gap:.15em .9em}
.scr-explanation dt{opacity:.75;max-width:18em}
.scr-explanation dd{margin:0;overflow-wrap:anywhere}
.scr-explanation dd dl{margin:.1em 0 .2em;font-size:.92em}
.scr-explanation code{font-family:ui-monospace,Consolas,monospace;font-size:.93em}
.scr-explanation .scr-tag{padding:.05em .5em;border-radius:.7em;background:rgba(128,128,128,.22)}
.scr-explanation .scr-good{background:rgba(40,150,70,.28)}
.scr-explanation .scr-bad{background:rgba(210,60,50,.32)}
.scr-explanation .scr-open{background:rgba(220,150,20,.34)}
</style>"""


def explanation_html(explanation: Explanation, lang: Lang) -> str:
    """Return an explanation as an HTML fragment with its style: the record, then every step in order.

    Raises:
        InvalidValueError: a language that explanations are not written in.
    """
    return f"{EXPLANATION_STYLE}\n{explanation_body(explanation, lang)}"


def explanation_body(explanation: Explanation, lang: Lang, *, level: int = 3, key: str = "") -> str:
    """Return an explanation as an HTML fragment without its style, for pages that have several.

    Args:
        explanation: what to show.
        lang: the language.
        level: the level of the title's heading; steps are one deeper.
        key: the fragment's id on its page; none where it is empty.
    """
    title = escape(explanation_title(explanation, lang))
    fingerprint = explanation.policy.fingerprint[:FINGERPRINT_CHARACTERS]
    identity = f' id="{escape(key)}"' if key else ""
    parts = [
        f'<section class="scr-explanation" lang="{say("language_tag", lang)}"{identity}>',
        f'<h{level} class="scr-title">{title}</h{level}>',
        f'<p class="scr-small">{escape(say("fingerprint", lang))} <code>{escape(fingerprint)}</code></p>',
        grid_html(record_grid(explanation, lang)),
        *(_section(section, level + 1) for section in sections(explanation, lang)),
        "</section>",
    ]
    return "\n".join(parts)


def grid_html(grid: Grid) -> str:
    """Return a table with its caption; the first cell of a row is its head."""
    longest = max((abs(Fraction(row.bar)) for row in grid.rows if row.bar is not None), default=None) or None
    decimals = _decimals(grid)
    head = "".join(f'<th scope="col"{_class(column)}>{html_text(column.title)}</th>' for column in grid.columns)
    body = [row for row in grid.rows if row.kind == "body"]
    foot = [row for row in grid.rows if row.kind != "body"]
    parts = [
        "<table>",
        *([f"<caption>{html_text(grid.caption)}</caption>"] if grid.caption else []),
        f"<thead><tr>{head}{'' if longest is None else '<td></td>'}</tr></thead>",
        "<tbody>",
        *(_row(row, grid.columns, decimals, longest) for row in body),
        "</tbody>",
    ]
    if foot:
        parts += ["<tfoot>", *(_row(row, grid.columns, decimals, longest) for row in foot), "</tfoot>"]
    return "\n".join([*parts, "</table>"])


def html_text(text: str) -> str:
    """Return a text for HTML, between tags or in a quoted attribute.

    >>> html_text('<b> "&"')
    '&lt;b&gt; &quot;&amp;&quot;'
    """
    return escape(text, quote=True)


def _section(section: Section, level: int) -> str:
    outcome = _tag(section.outcome, section.tone) if section.tone else html_text(section.outcome)
    title = f"{section.number}. {html_text(section.name)}"
    heading = f'<h{level}>{title}<span class="scr-kind">{html_text(section.kind)}</span>{outcome}</h{level}>'
    return "\n".join([heading, *_blocks(section.blocks)])


def _blocks(blocks: tuple[Block, ...]) -> list[str]:
    """Return blocks as HTML; lines and items that follow each other make one list."""
    parts: list[str] = []
    listing = False
    for block in blocks:
        entry = not isinstance(block, Grid)
        if entry != listing:
            parts.append("<dl>" if entry else "</dl>")
            listing = entry
        match block:
            case Line():
                parts.append(_line(block))
            case Item():
                parts.append(_item(block))
            case Grid():
                parts.append(grid_html(block))
            case _:
                assert_never(block)
    return [*parts, "</dl>"] if listing else parts


def _line(line: Line) -> str:
    code = f"<code>{html_text(line.code)}</code>" if line.code else ""
    return f"<dt>{html_text(line.term)}</dt><dd>{code}{html_text(line.text)}</dd>"


def _item(item: Item) -> str:
    tagged = item.tone and not item.effect  # where something followed, that carries the colour
    text = _tag(item.result, item.tone) if tagged else html_text(item.result)
    effect = f" &rarr; {_tag(item.effect, item.tone)}" if item.effect else ""
    lines = f"<dl>{''.join(map(_line, item.lines))}</dl>" if item.lines else ""
    return f"<dt>{html_text(item.title)}</dt><dd>{text}{effect}{lines}</dd>"


def _tag(text: str, tone: Tone) -> str:
    return f'<span class="scr-tag{f" scr-{tone}" if tone else ""}">{html_text(text)}</span>'


def _row(row: GridRow, columns: tuple[Column, ...], decimals: list[int], longest: Fraction | None) -> str:
    cells = []
    for place, (text, column) in enumerate(zip(row.cells, columns, strict=True)):
        if place == 0:
            cells.append(f'<th scope="row"{_class(column)}>{html_text(text)}</th>')
        else:
            cells.append(f"<td{_class(column)}{_room(text, column, decimals[place])}>{html_text(text)}</td>")
    if longest is not None:
        cells.append(_bar(row.bar, longest))
    kind = "" if row.kind == "body" else f' class="scr-{row.kind}"'
    return f"<tr{kind}>{''.join(cells)}</tr>"


def _class(column: Column) -> str:
    return "" if column.align == "left" else ' class="scr-number"'


def _decimals(grid: Grid) -> list[int]:
    """Return the most decimals of each column."""
    return [max((_places(row.cells[place]) or 0 for row in grid.rows), default=0) for place in range(len(grid.columns))]


def _places(text: str) -> int | None:
    whole, _, decimals = text.removeprefix("-").partition(".")
    return len(decimals) if (whole + decimals).isdecimal() else None


def _room(text: str, column: Column, most: int) -> str:
    """Leave room for the decimals that a number lacks, so that the points of a column stand below each other."""
    places = _places(text)
    if column.align != "point" or places is None or places == most:
        return ""
    # A digit is 1ch wide in these figures, and the point about half of one.
    halves = 2 * (most - places) + (1 if places == 0 else 0)
    return f' style="padding-right:calc(.7em + {halves // 2}{".5" if halves % 2 else ""}ch)"'


def _bar(bar: Decimal | None, longest: Fraction) -> str:
    if bar is None:
        return '<td class="scr-chart"></td>'
    minus = " scr-minus" if bar < 0 else ""
    width = f"{round(abs(Fraction(bar)) / longest * 100)}%"
    return f'<td class="scr-chart" aria-hidden="true"><span class="scr-bar{minus}" style="width:{width}"></span></td>'
