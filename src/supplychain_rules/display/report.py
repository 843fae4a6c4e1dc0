"""A report of many decisions: a ranked table for the console, and one self-contained HTML page.

Nothing here reads or writes files or asks the clock: what a page is about and which day it speaks of are
arguments, and what comes back is text.
"""

from collections.abc import Sequence
from typing import Final, Literal

from supplychain_rules.display.ranking import Ranked, cell_text, column_title, is_number, ranked, tallies
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.explain_html import (
    EXPLANATION_STYLE,
    explanation_body,
    grid_html,
    html_text,
)
from supplychain_rules.rules.explain_sections import NONE, Column, Grid, GridRow
from supplychain_rules.rules.explain_text import aligned, display_width
from supplychain_rules.rules.wording import one_line, say
from supplychain_rules.values.label import Lang

__all__ = ["ranked_table", "report_html"]

#: The page's own style; the browser's light and dark colours are taken as they are.
_PAGE_STYLE: Final = """<style>
:root{color-scheme:light dark}
body{font-family:system-ui,"Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;
max-width:76rem;margin:1.5rem auto;padding:0 1.2rem;line-height:1.45;font-variant-numeric:tabular-nums}
h1{font-size:1.6rem;margin:.2em 0}
h2{font-size:1.2rem;margin:1.4em 0 .5em}
.scr-for{opacity:.75;margin:.1em 0 1em}
.scr-tallies{display:flex;flex-wrap:wrap;align-items:flex-start;gap:.3rem 2.5rem}
.scr-wide{overflow-x:auto}
main table{border-collapse:collapse;margin:.3em 0 .6em}
main caption{text-align:left;opacity:.75;font-size:.85em;padding-bottom:.2em}
main :is(th,td){padding:.22em .7em;text-align:left;vertical-align:baseline;border-bottom:1px solid rgba(128,128,128,.3)}
main thead th{font-size:.85em;border-bottom-color:rgba(128,128,128,.8)}
main tbody th{font-weight:normal}
main :is(th,td).scr-number{text-align:right}
main td.scr-number,main .scr-short{white-space:nowrap}
main .scr-wide tbody th{min-width:11em}
main thead th{vertical-align:bottom}
details{border:1px solid rgba(128,128,128,.35);border-radius:.4em;padding:.35em .9em;margin:.35em 0}
summary{cursor:pointer}
summary .scr-rank{display:inline-block;min-width:2.2em;opacity:.7}
summary .scr-facts{opacity:.75;margin-left:.8em}
.scr-notes{font-size:.9em}
@media print{details{break-inside:avoid-page}}
</style>"""

#: Widest text that a cell keeps on one line: a band with its label, no sentence.
MAX_UNBROKEN: Final = 24

#: A cell of numbers, which stand right.
_NUMBER: Final = ' class="scr-number"'

#: No script runs and nothing is fetched, even if a browser found something to run or fetch.
_CONTENT_POLICY: Final = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)


def ranked_table(decisions: Sequence[tuple[str, Decision]], lang: Lang, *, rank_by: str, columns: Sequence[str]) -> str:
    """Return decisions as a ranked table of plain text, aligned by the width of each character.

    Args:
        decisions: each with the name under which it is shown.
        lang: the language of the heads.
        rank_by: the output or input to rank by, largest or best first; what has none stands last without a rank.
        columns: outputs or inputs to show beside rank and name.

    Raises:
        InvalidValueError: a name that the rules do not have, or one that cannot be ranked.
    """
    rows = ranked(decisions, rank_by=rank_by, columns=columns)
    heads = [Column(title=say("rank", lang), align="right"), Column(title=say("name", lang))]
    for column in columns:
        align: Literal["point", "left"] = "point" if is_number(column, decisions) else "left"
        heads.append(Column(title=column_title(column, decisions, lang), align=align))
    return "\n".join(aligned(heads, [(_rank(row), one_line(row.name), *_cells(row, columns, lang)) for row in rows]))


def report_html(  # noqa: PLR0913  the parts of a page
    title: str,
    decisions: Sequence[tuple[str, Decision]],
    lang: Lang,
    *,
    rank_by: str,
    columns: Sequence[str],
    generated_for: str | None = None,
    notes: Sequence[str] = (),
) -> str:
    """Return one self-contained HTML page: summary, ranking, notes, and the explanation of every decision.

    The page loads nothing and runs no script; every text in it is escaped.

    Args:
        title: the title of the page.
        decisions: each with the name under which it is shown.
        lang: the language of the page.
        rank_by: the output or input to rank by, as in `ranked_table`.
        columns: outputs or inputs to show; those that are choices are counted in the summary.
        generated_for: what the page speaks of, such as a period and the day it is seen from; None says nothing.
        notes: what else a reader must know, a paragraph each.

    Raises:
        InvalidValueError: a name that the rules do not have, one that cannot be ranked, or an unknown language.
    """
    rows = ranked(decisions, rank_by=rank_by, columns=columns)
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{say("language_tag", lang)}">',
        "<head>",
        '<meta charset="utf-8">',
        _CONTENT_POLICY,
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html_text(one_line(title))}</title>",
        _PAGE_STYLE,
        EXPLANATION_STYLE,
        "</head>",
        "<body>",
        "<main>",
        f"<h1>{html_text(title)}</h1>",
    ]
    if generated_for is not None:
        parts.append(f'<p class="scr-for">{html_text(generated_for)}</p>')
    parts += _summary(decisions, columns, lang)
    if rows:
        parts += _ranking(rows, rank_by, columns, lang)
    if notes:
        parts += [_heading("notes", lang), '<ul class="scr-notes">']
        parts += [*(f"<li>{html_text(note)}</li>" for note in notes), "</ul>"]
    if rows:
        parts.append(_heading("explanations", lang))
        counted = [tally.column for tally in tallies(decisions, columns, lang)]
        told = list(dict.fromkeys((rank_by, *counted)))
        parts += [_details(place, row, told, lang) for place, row in enumerate(rows, start=1)]
    return "\n".join([*parts, "</main>", "</body>", "</html>", ""])


def _rank(row: Ranked) -> str:
    return NONE if row.rank is None else str(row.rank)


def _cells(row: Ranked, columns: Sequence[str], lang: Lang) -> list[str]:
    return [cell_text(column, row.decision, lang) for column in columns]


def _heading(key: str, lang: Lang) -> str:
    return f"<h2>{html_text(say(key, lang))}</h2>"


def _summary(decisions: Sequence[tuple[str, Decision]], columns: Sequence[str], lang: Lang) -> list[str]:
    """Return how many decisions there are, and how many have each grade, action and other choice."""
    parts = [_heading("summary", lang)]
    if not decisions:
        return [*parts, f"<p>{html_text(say('no_records', lang))}</p>"]
    parts += [f"<p>{html_text(say('records', lang, count=str(len(decisions))))}</p>", '<div class="scr-tallies">']
    for tally in tallies(decisions, columns, lang):
        title = column_title(tally.column, decisions, lang)
        heads = (Column(title=title), Column(title=say("count", lang), align="right"))
        rows = tuple(GridRow(cells=(text, str(count))) for text, count in tally.counts)
        parts.append(grid_html(Grid(caption="", columns=heads, rows=rows)))
    return [*parts, "</div>"]


def _ranking(rows: Sequence[Ranked], rank_by: str, columns: Sequence[str], lang: Lang) -> list[str]:
    """Return the ranked table; each name leads to its explanation."""
    decisions = [(row.name, row.decision) for row in rows]
    numbers = [_NUMBER if is_number(column, decisions) else "" for column in columns]
    titles = [column_title(column, decisions, lang) for column in columns]
    heads = [f'<th scope="col"{_NUMBER}>{html_text(say("rank", lang))}</th>']
    heads.append(f'<th scope="col">{html_text(say("name", lang))}</th>')
    heads += [f'<th scope="col"{kind}>{html_text(title)}</th>' for title, kind in zip(titles, numbers, strict=True)]
    lines = []
    for place, row in enumerate(rows, start=1):
        texts = zip(_cells(row, columns, lang), numbers, strict=True)
        name = f'<th scope="row"><a href="#{_key(place)}">{html_text(row.name)}</a></th>'
        cells = "".join(f"<td{kind or _width_class(text)}>{html_text(text)}</td>" for text, kind in texts)
        lines.append(f"<tr><td{_NUMBER}>{_rank(row)}</td>{name}{cells}</tr>")
    caption = say("ranked_by", lang, name=column_title(rank_by, decisions, lang))
    return [
        _heading("ranking", lang),
        '<div class="scr-wide"><table>',
        f"<caption>{html_text(caption)}</caption>",
        f"<thead><tr>{''.join(heads)}</tr></thead>",
        "<tbody>",
        *lines,
        "</tbody></table></div>",
    ]


def _width_class(text: str) -> str:
    """Keep a date or a band on one line; a sentence may break."""
    return ' class="scr-short"' if display_width(text) <= MAX_UNBROKEN else ""


def _key(place: int) -> str:
    """Return the id of an explanation on the page: by its place, since a name may be any text."""
    return f"scr-{place}"


def _details(place: int, row: Ranked, columns: Sequence[str], lang: Lang) -> str:
    """Return a decision's explanation, folded behind its name and its value in some columns."""
    facts = say("comma", lang).join(_cells(row, columns, lang))
    return (
        f'<details><summary><span class="scr-rank">{_rank(row)}</span><strong>{html_text(row.name)}</strong>'
        f'<span class="scr-facts">{html_text(facts)}</span></summary>\n'
        f"{explanation_body(row.decision.explain(), lang, key=_key(place))}</details>"
    )
