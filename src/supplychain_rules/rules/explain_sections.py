"""An explanation in a language, before it is text or HTML: sections of lines, items and tables.

Text and HTML render these same sections, so that neither can say more than the other. Every string here
is plain text; escaping is for the renderer.
"""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal, assert_never, final

import attrs

from supplychain_rules.rules.explain import Explanation
from supplychain_rules.rules.explain_plan import ExplanationPlan
from supplychain_rules.rules.reasons import (
    CheckReason,
    CriterionReason,
    FormulaReason,
    GateReason,
    LadderReason,
    QuantileReason,
    RankReason,
    Reading,
    RowReason,
    ScorecardReason,
    ShareReason,
    Standing,
    StepReason,
    TableReason,
)
from supplychain_rules.rules.wording import (
    PHRASES,
    called,
    cause_text,
    lacking,
    named,
    one_line,
    percent,
    say,
    shown,
    visible,
)
from supplychain_rules.values.label import Lang
from supplychain_rules.values.scaled import number_text

__all__ = [
    "NONE",
    "Block",
    "Column",
    "Grid",
    "GridRow",
    "Item",
    "Line",
    "Section",
    "Tone",
    "explanation_title",
    "outcome_text",
    "record_grid",
    "sections",
]

#: Whether an outcome is good news, bad news, an open question, or neither.
Tone = Literal["good", "bad", "open", ""]

#: What stands in a table where there is no number.
NONE = "-"

#: The tone of a gate's outcome and of a check's effect.
_TONES: dict[str, Tone] = {"pass": "good", "fail": "bad", "refer": "open"}

#: Cells that are said by the words that values have.
_CELL_WORDS: Final[Mapping[str, str]] = {"true": "yes", "false": "no", "missing": "missing"}


@final
@attrs.frozen(kw_only=True)
class Line:
    """A term and what is said of it; `code` is a formula that stands before the text."""

    term: str
    text: str
    code: str = ""


@final
@attrs.frozen(kw_only=True)
class Item:
    """A thing with a result, what followed from it, and lines about it."""

    title: str
    result: str
    effect: str = ""
    tone: Tone = ""
    lines: tuple[Line, ...] = ()


@final
@attrs.frozen(kw_only=True)
class Column:
    """A column of a table: texts stand left, numbers right, numbers of different decimals at their point."""

    title: str
    align: Literal["left", "right", "point"] = "left"


@final
@attrs.frozen(kw_only=True)
class GridRow:
    """A row of a table; the last rows may be what is left over, and the total."""

    cells: tuple[str, ...]
    kind: Literal["body", "rest", "total"] = "body"
    #: The last cell's number, for a bar; the longest bar is that of the largest one.
    bar: Decimal | None = None


@final
@attrs.frozen(kw_only=True)
class Grid:
    """A table with a caption."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[GridRow, ...]


Block = Line | Item | Grid


@final
@attrs.frozen(kw_only=True)
class Section:
    """One step: what it is called, its kind, its outcome, and the blocks that explain it."""

    number: int
    name: str
    kind: str
    outcome: str
    tone: Tone
    blocks: tuple[Block, ...]


def sections(explanation: Explanation, lang: Lang) -> tuple[Section, ...]:
    """Return a section for each step, in order."""
    plan = explanation.policy.explanation_plan
    return tuple(_section(number, step, plan, lang) for number, step in enumerate(explanation.steps, start=1))


def explanation_title(explanation: Explanation, lang: Lang) -> str:
    """Return the label of the rule set with its id and version."""
    policy = explanation.policy
    label = "" if policy.label is None else policy.label.text(lang)
    places = {"id": one_line(policy.id), "version": one_line(policy.version)}
    return say("title", lang, label=label, **places) if label else say("title_plain", lang, **places)


def record_grid(explanation: Explanation, lang: Lang) -> Grid:
    """Return the record as the rules understood it; names stand beside labels where there are any."""
    rows = [(called(one.name, one.label, lang), one.name, shown(one.value, lang)) for one in explanation.inputs]
    columns = [Column(title=say(key, lang)) for key in ("input", "name", "value")]
    places = (0, 1, 2) if any(label != name for label, name, _ in rows) else (0, 2)
    return Grid(
        caption=say("record", lang),
        columns=tuple(columns[place] for place in places),
        rows=tuple(GridRow(cells=tuple(row[place] for place in places)) for row in rows),
    )


def outcome_text(outcome: str, lang: Lang) -> str:
    """Return a gate's outcome, with the word that rules use for it where that is another one."""
    return named(outcome, PHRASES[outcome], lang)


def _section(number: int, step: StepReason, plan: ExplanationPlan, lang: Lang) -> Section:
    tone: Tone = ""
    match step:
        case FormulaReason():
            kind, outcome, blocks = say("kind_formula", lang), shown(step.value, lang), _formula(step, lang)
        case GateReason():
            kind, outcome, tone = say("kind_gate", lang), outcome_text(step.outcome, lang), _TONES[step.outcome]
            blocks = tuple(_check(check, lang) for check in step.checks)
        case ScorecardReason():
            method = say(step.method, lang) if step.method in PHRASES else one_line(step.method)
            kind, outcome = say("kind_scorecard", lang, method=method), shown(step.score, lang)
            blocks = _scorecard(step, plan, lang)
        case LadderReason():
            kind, outcome, blocks = say("kind_ladder", lang), _band(step, step.band, lang), _ladder(step, lang)
        case TableReason():
            kind = say("kind_table", lang, hit=say(f"hit_{step.hit}", lang))
            # The first output is the one the table is about; the others follow below.
            first = step.outputs[0]
            name = called(first.name, first.label, lang)
            outcome, blocks = say("equals", lang, name=name, value=shown(first.value, lang)), _table(step, lang)
        case RankReason():
            kind, outcome, blocks = say("kind_rank", lang), shown(step.place, lang), _rank(step, lang)
        case QuantileReason():
            kind, outcome = say("kind_quantile", lang), shown(step.value, lang)
            blocks = _cut(step, lang) if step.standing is None else _quantile(step, step.standing, lang)
        case ShareReason():
            kind, outcome, blocks = say("kind_share", lang), shown(step.share, lang), _share(step, lang)
        case _:
            assert_never(step)
    name = named(step.id, step.label, lang)
    return Section(number=number, name=name, kind=kind, outcome=outcome, tone=tone, blocks=blocks)


def _readings(readings: tuple[Reading, ...], lang: Lang) -> str:
    """Return values by the names that formulas use, with their labels."""
    pairs = [
        say("equals", lang, name=named(one.name, one.label, lang), value=shown(one.value, lang)) for one in readings
    ]
    return say("comma", lang).join(pairs)


def _formula(step: FormulaReason, lang: Lang) -> tuple[Block, ...]:
    pairs = [say("equals", lang, name=one.name, value=shown(one.value, lang)) for one in step.reads]
    text = say("with", lang, values=say("comma", lang).join(pairs)) if pairs else ""
    if step.decimals is not None:
        text += say("rounded", lang, places=str(step.decimals))
    value = shown(step.value, lang)
    if step.causes:
        value = say("line", lang, term=value, text=cause_text(step.causes, lang))
    return (Line(term=say("formula", lang), code=visible(step.formula), text=text + say("gives", lang, value=value)),)


def _check(check: CheckReason, lang: Lang) -> Item:
    if check.holds is None:
        result = say("unknown", lang)
        if check.causes:
            result = say("line", lang, term=result, text=cause_text(check.causes, lang))
    else:
        result = say("holds" if check.holds else "holds_not", lang)
    lines = [Line(term=say("condition", lang), code=visible(check.condition), text="")]
    if check.reads:
        lines.append(Line(term=say("values_read", lang), text=_readings(check.reads, lang)))
    if not check.holds and check.reason is not None:
        lines.append(Line(term=say("reason", lang), text=check.reason.text(lang)))
    return Item(
        title=one_line(check.id),
        result=result,
        effect=outcome_text(check.effect, lang),
        tone=_TONES[check.effect],
        lines=tuple(lines),
    )


def _scorecard(step: ScorecardReason, plan: ExplanationPlan, lang: Lang) -> tuple[Block, ...]:
    names = _criterion_names(step, lang)
    blocks: list[Block] = [_score_grid(step, names, lang)]
    if step.score is None:
        blocks.append(Line(term=say("no_score", lang), text=_why_no_score(step, names, lang)))
    blocks += [_left(one, names[one.id], lang) for one in step.criteria if one.state != "present"]
    blocks += [
        Line(term=names[one.id], text=say("applies_unknown", lang), code=visible(one.applies_when or ""))
        for one in step.criteria
        if one.applies is None
    ]
    blocks += [Line(term=say("coverage", lang), text=_coverage(step, lang)), _interval(step, lang)]
    blocks += [
        Line(term=say("scale", lang, name=names[one.id]), text=_scale(step, one, plan, lang))
        for one in step.criteria
        if one.value_function is not None
    ]
    return tuple(blocks)


def _scale(step: ScorecardReason, one: CriterionReason, plan: ExplanationPlan, lang: Lang) -> str:
    """Return a value function in words, with the ends of a scale that is taken from the records."""
    assert one.value_function is not None  # noqa: S101  the caller looked
    text = plan.scale(step.id, one.id, one.value_function, lang)
    if one.peers is None:
        return text
    least, largest = one.peers
    if least is None or largest is None:
        ends = say("no_peers", lang)
    else:
        ends = say("peers", lang, least=shown(least, lang), largest=shown(largest, lang))
    return say("semicolon", lang).join((text, ends))


def _criterion_names(step: ScorecardReason, lang: Lang) -> dict[str, str]:
    """Return what each criterion is called; two that read one input are told apart by their ids."""
    plain = {one.id: called(one.id, one.label, lang) for one in step.criteria}
    twice = Counter(plain.values())
    return {
        one.id: plain[one.id] if twice[plain[one.id]] == 1 else named(one.id, one.label, lang) for one in step.criteria
    }


def _score_grid(step: ScorecardReason, names: dict[str, str], lang: Lang) -> Grid:
    adds_up = step.remainder is not None
    shares = [one.counted_share for one in step.criteria]
    recounted = step.method != "points" and any(one.counted_share != one.share for one in step.criteria)
    columns: list[tuple[Column, list[str]]] = [
        (Column(title=say("criterion", lang)), [names[one.id] for one in step.criteria]),
        (Column(title=say("value", lang), align="point"), [shown(one.reading.value, lang) for one in step.criteria]),
        (Column(title=say("score_points", lang), align="point"), [_number(one.score, lang) for one in step.criteria]),
    ]
    if step.method == "points":
        columns.append(
            (Column(title=say("factor", lang), align="point"), [number_text(one.weight) for one in step.criteria])
        )
    columns.append(
        (Column(title=say("share", lang), align="right"), [percent(one.share, lang) for one in step.criteria])
    )
    if recounted:
        counted = [NONE if share is None else percent(share, lang) for share in shares]
        columns.append((Column(title=say("counted_share", lang), align="right"), counted))
    if adds_up:
        given = [_number(one.contribution, lang) for one in step.criteria]
        columns.append((Column(title=say("contribution", lang), align="point"), given))
    texts = zip(*(cells for _, cells in columns), strict=True)
    rows = [GridRow(cells=row, bar=one.contribution) for row, one in zip(texts, step.criteria, strict=True)]
    empty = ("",) * (len(columns) - 2)
    if step.remainder is not None:
        label = step.remainder_label.text(lang)
        last = (label[:1].upper() + label[1:], *empty, shown(step.remainder, lang))
        rows.append(GridRow(cells=last, kind="rest"))
    rows.append(GridRow(cells=(say("total", lang), *empty, shown(step.score, lang)), kind="total"))
    return Grid(caption=say("contributions", lang), columns=tuple(column for column, _ in columns), rows=tuple(rows))


def _number(value: Decimal | None, lang: Lang) -> str:
    return NONE if value is None else shown(value, lang)


def _why_no_score(step: ScorecardReason, names: dict[str, str], lang: Lang) -> str:
    reasons = []
    if step.missing_because:
        lack = say("list", lang).join(names[one] for one in step.missing_because)
        reasons.append(say("because_null", lang, names=lack))
    if step.coverage_too_low and step.coverage is not None:
        places = {"coverage": percent(step.coverage, lang), "minimum": percent(step.min_coverage, lang)}
        reasons.append(say("because_coverage", lang, **places))
        if step.coverage == step.min_coverage:
            reasons.append(say("because_rounding", lang))
    if not reasons:
        has_data = any(one.score is not None for one in step.criteria)
        applies = any(one.state != "not_applicable" for one in step.criteria)
        reasons.append(say("because_method" if has_data else "because_no_data" if applies else "no_coverage", lang))
    return say("semicolon", lang).join(reasons)


def _left(one: CriterionReason, name: str, lang: Lang) -> Item | Line:
    """Say of a criterion without data what was missing, and what was decided because of it."""
    if one.state == "not_applicable":
        return Line(term=name, text=say("not_applicable", lang), code=visible(one.applies_when or ""))
    value = one.reading.value
    read = called(one.reading.name, one.reading.label, lang)
    if value is None:
        result = say("missing", lang) if read == name else lacking(read, lang)
    else:
        result = say("unscored", lang, value=shown(value, lang))
    points = _number(one.score, lang)
    effect = say(one.state, lang, points=points)
    return Item(title=name, result=result, effect=effect, tone="open")


def _coverage(step: ScorecardReason, lang: Lang) -> str:
    if step.coverage is None:
        return say("no_coverage", lang)
    minimum = (
        say("minimum_coverage", lang, minimum=percent(step.min_coverage, lang))
        if step.min_coverage
        else say("no_minimum", lang)
    )
    return say("semicolon", lang).join((say("coverage_text", lang, coverage=percent(step.coverage, lang)), minimum))


def _interval(step: ScorecardReason, lang: Lang) -> Line:
    text = say("interval_text", lang, low=shown(step.low, lang), high=shown(step.high, lang))
    if step.low is not None:
        open_ = any(one.state not in ("present", "not_applicable") for one in step.criteria)
        text += say("comma", lang) + say("interval_wide" if open_ else "interval_point", lang)
    return Line(term=say("interval", lang), text=text)


def _band(step: LadderReason, band: str | None, lang: Lang) -> str:
    """Return a band, with its label where it is the one that was given."""
    if band is None:
        return say("missing", lang)
    plain = one_line(band)
    label = "" if step.band_label is None or band != step.band else step.band_label.text(lang)
    return plain if label in ("", plain) else say("named", lang, label=plain, name=label)


def _ladder(step: LadderReason, lang: Lang) -> tuple[Block, ...]:
    number, band = step.reading.value, _band(step, step.band, lang)
    if number is None:
        result = lacking(called(step.reading.name, step.reading.label, lang), lang)
        return (Item(title=say("unknown", lang), result=result, effect=band, tone="open"),)
    term = named(step.reading.name, step.reading.label, lang)
    plain = _within(number, step.low, step.high, step.closed)
    if not step.hysteresis:
        return (Line(term=term, code=plain, text=say("gives", lang, value=band)),)
    value = _band(step, step.by_thresholds, lang)
    blocks = [
        Line(term=term, text=shown(number, lang)),
        Line(term=say("by_thresholds", lang), code=plain, text=say("gives", lang, value=value)),
        Line(
            term=say("previous", lang),
            text=say("no_previous", lang) if step.previous is None else _band(step, step.previous, lang),
        ),
    ]
    indicated = _band(step, step.indicated, lang)
    if step.margin:
        moved = _within(number, step.indicated_low, step.indicated_high, step.closed)
        text = say("gives", lang, value=indicated) + say("moved", lang, margin=number_text(step.margin))
        blocks.append(Line(term=say("indicated", lang), code=moved, text=text))
    if step.periods is not None:
        counts = {"count": str(abs(step.held)), "periods": str(step.periods)}
        text = say("held_text", lang, indicated=indicated, band=band, **counts)
        blocks.append(Line(term=say("held", lang), text=text))
    return tuple(blocks)


def _within(number: Decimal, low: Decimal | None, high: Decimal | None, closed: str) -> str:
    """Return a number between the edges of its band; an open end has no edge."""
    text = format(number, "f")
    if low is not None:
        text = f"{number_text(low)} {'<=' if closed == 'low' else '<'} {text}"
    if high is not None:
        text = f"{text} {'<' if closed == 'low' else '<='} {number_text(high)}"
    return text


def _unranked(reading: Reading, lang: Lang) -> Item:
    """Say that a record without a value has no standing among the others."""
    result = lacking(called(reading.name, reading.label, lang), lang)
    return Item(title=say("unknown", lang), result=result, effect=say("missing", lang), tone="open")


def _compared(standing: Standing, lang: Lang) -> Line:
    counts = {"count": standing.count, "better": standing.better, "equal": standing.equal, "worse": standing.worse}
    text = say("compared_text", lang, **{name: str(count) for name, count in counts.items()})
    return Line(term=say("compared", lang), text=text)


def _rank(step: RankReason, lang: Lang) -> tuple[Block, ...]:
    if step.place is None:
        return (_unranked(_lacking(step), lang), *_counted(step, step.standing.count, lang))
    return (
        Line(term=named(step.reading.name, step.reading.label, lang), text=shown(step.reading.value, lang)),
        Line(term=say("best_first", lang), text=say(step.order, lang)),
        *_among(step, lang),
        _compared(step.standing, lang),
        Line(term=say("ties", lang), text=say(f"ties_{step.ties}", lang)),
    )


def _counted(step: RankReason | QuantileReason, count: int | None, lang: Lang) -> tuple[Line, ...]:
    if count is None:
        return ()
    return (*_among(step, lang), Line(term=say("compared", lang), text=say("counted", lang, count=str(count))))


def _lacking(step: RankReason | QuantileReason | ShareReason) -> Reading:
    """Return what a record lacks that has no standing: the group that it belongs to, else the value."""
    return step.within if step.within is not None and step.within.value is None else step.reading


def _among(step: RankReason | QuantileReason | ShareReason, lang: Lang) -> tuple[Line, ...]:
    """Say which records are compared, where not all of them are."""
    if step.within is None:
        return ()
    name, value = called(step.within.name, step.within.label, lang), shown(step.within.value, lang)
    return (Line(term=say("among", lang), text=say("equals", lang, name=name, value=value)),)


def _quantile(step: QuantileReason, standing: Standing, lang: Lang) -> tuple[Block, ...]:
    if step.value is None:
        return (_unranked(_lacking(step), lang), *_counted(step, standing.count, lang))
    value, classes, count = shown(step.value, lang), str(step.classes), str(standing.count)
    if step.ties == "min":
        formula = f"1 + floor({classes} * {standing.worse} / {count}) = {value}"
    else:
        formula = f"ceil({classes} * {(standing.worse or 0) + (standing.equal or 0)} / {count}) = {value}"
    edges = {"low": shown(step.low, lang), "high": shown(step.high, lang)}
    return (
        Line(term=named(step.reading.name, step.reading.label, lang), text=shown(step.reading.value, lang)),
        Line(term=say("best_class", lang, classes=classes), text=say(f"better_{step.better}", lang)),
        *_among(step, lang),
        _compared(standing, lang),
        Line(term=say("class", lang, value=value, classes=classes), code=formula, text=""),
        Line(term=say("in_class", lang, value=value), text=say("interval_text", lang, **edges)),
    )


def _cut(step: QuantileReason, lang: Lang) -> tuple[Block, ...]:
    """Explain a class by cut points."""
    number = step.reading.value
    if step.value is None or number is None:
        return (_unranked(step.reading, lang),)
    closed = "low" if step.better == "high" else "high"
    text = say("gives", lang, value=say("class", lang, value=shown(step.value, lang), classes=str(step.classes)))
    return (
        Line(
            term=named(step.reading.name, step.reading.label, lang),
            code=_within(number, step.low, step.high, closed),
            text=text,
        ),
        Line(term=say("cuts", lang), text=say("cuts_text", lang)),
    )


def _share(step: ShareReason, lang: Lang) -> tuple[Block, ...]:
    if step.total is None or step.count is None:
        return (_unranked(_lacking(step), lang),)
    total = shown(step.total, lang)
    counted = say("total_text", lang, total=total, count=str(step.count))
    if step.reading.value is None or step.larger_total is None:
        return (_unranked(step.reading, lang), *_among(step, lang), Line(term=say("sum", lang), text=counted))
    own, larger = shown(step.reading.value, lang), shown(step.larger_total, lang)
    return (
        *_among(step, lang),
        Line(term=say("sum", lang), text=counted),
        Line(
            term=named(step.reading.name, step.reading.label, lang),
            code=f"{own} / {total}",
            text=say("gives", lang, value=shown(step.share, lang)),
        ),
        Line(
            term=say("before", lang, count=str(step.larger)),
            code=f"{larger} / {total}",
            text=say("gives", lang, value=shown(step.before, lang)),
        ),
    )


def _table(step: TableReason, lang: Lang) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if step.reads:
        blocks.append(Line(term=say("values_read", lang), text=_readings(step.reads, lang)))
    blocks += [_row(row, row.id == step.decided_by, lang) for row in step.rows]
    blocks.append(Line(term=say("decided", lang), text=_decided(step, lang)))
    blocks += [Line(term=named(one.name, one.label, lang), text=shown(one.value, lang)) for one in step.outputs]
    return tuple(blocks)


def _row(row: RowReason, decides: bool, lang: Lang) -> Item:  # noqa: FBT001  a fact about the row
    title = say("row", lang, name=called(row.id, row.label, lang))
    if row.hits:
        return Item(title=title, result=say("hits", lang), tone="good" if decides else "")
    cell = _cell(row.cell or "", lang)
    column = called(row.column or "", row.column_label, lang)
    if row.unknown:
        result = say("line", lang, term=say("unknown", lang), text=lacking(column, lang))
        return Item(title=title, result=result + say("comma", lang) + say("cell_asks", lang, cell=cell), tone="open")
    return Item(title=title, result=say("cell_fails", lang, column=column, seen=shown(row.seen, lang), cell=cell))


def _cell(text: str, lang: Lang) -> str:
    """Return a cell as it is written, but yes, no and missing by the words that values have."""
    return say(_CELL_WORDS[text], lang) if text in _CELL_WORDS else visible(text)


def _decided(step: TableReason, lang: Lang) -> str:
    if step.otherwise:
        return say("otherwise" if step.has_otherwise else "no_otherwise", lang)
    if step.decided_by is None:
        return say("collected", lang, count=str(sum(row.hits for row in step.rows)))
    label = next((row.label for row in step.rows if row.id == step.decided_by), None)
    return say("row", lang, name=called(step.decided_by, label, lang))
