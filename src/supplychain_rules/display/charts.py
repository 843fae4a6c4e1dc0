"""Charts: what each party gets over the outturn, drawn from exact functions.

Nothing is sampled. A piecewise linear function is drawn by the ends of its pieces, so that every kink stands where it
is and a cliff is a gap between two lines, with a dot on the side that owns the point. Only what is drawn is a float;
what is decided never is.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from supplychain_rules.errors import InvalidValueError, MissingExtraError
from supplychain_rules.values.intervals import Interval
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.piecewise import Number, Piecewise, rational
from supplychain_rules.values.piecewise_questions import jumps

if TYPE_CHECKING:
    import altair as alt

__all__ = ["shares_chart"]

#: Colours that people who see fewer colours tell apart (Okabe and Ito 2008), without the black that marks are drawn in.
_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")

_WIDTH: Final = 640
_HEIGHT: Final = 360

_WORDS: Final = {
    "outturn": Label("outturn", "实际结果"),
    "share": Label("share", "份额"),
    "party": Label("party", "当事方"),
}


def shares_chart(  # noqa: PLR0913  each is a word of its own
    shares: Mapping[str, Piecewise],
    *,
    low: Number,
    high: Number,
    marks: Mapping[str, Number] | None = None,
    unit: str = "",
    title: str = "",
    lang: Lang = "en",
) -> "alt.LayerChart | alt.FacetChart":
    """Return a chart of what each party gets over the outturn, as `altair` draws it.

    Args:
        shares: the function of each party, by the name that the legend shows; at most seven.
        low: where the chart begins.
        high: where it ends.
        marks: upright lines with their names, as the target or the point of total assumption.
        unit: what both axes count, as `EUR`.
        title: what stands above.
        lang: the language of the axes.

    Raises:
        MissingExtraError: the package `altair` is not installed.
        InvalidValueError: no party or more than can be told apart, or an empty range.

    >>> chart = shares_chart({"buyer": Piecewise.line("0.5"), "supplier": Piecewise.line("0.5")}, low=-10, high=10)
    >>> chart.to_dict()["layer"][0]["mark"]["type"]
    'line'
    """
    try:
        import altair as alt  # noqa: PLC0415  only who calls this needs it
    except ImportError as error:
        raise MissingExtraError("shares_chart", package="altair", extra="charts") from error
    if not 1 <= len(shares) <= len(_COLOURS):
        hint = "draw the parties in groups"
        raise InvalidValueError(f"a chart shows 1 to {len(_COLOURS)} parties", len(shares), hint=hint)
    first, last = rational(low), rational(high)
    if first >= last:
        raise InvalidValueError("a chart begins before it ends", str(low), hint=f"below {high}")
    window = Interval(first, last, low_closed=True, high_closed=True)
    seen = {party: function.restricted(window) for party, function in shares.items()}
    data: Any = alt.Data  # it has no types
    suffix = f" ({unit})" if unit else ""
    across = alt.X(
        "outturn:Q", title=_WORDS["outturn"].text(lang) + suffix, scale=alt.Scale(domain=[float(first), float(last)])
    )
    up = alt.Y("share:Q", title=_WORDS["share"].text(lang) + suffix)
    scale = alt.Scale(domain=list(shares), range=list(_COLOURS[: len(shares)]))
    colour = alt.Color("party:N", title=_WORDS["party"].text(lang), scale=scale)
    lines = [row for party, function in seen.items() for row in _line_ends(party, function)]
    dots = [row for party, function in seen.items() for row in _dots(party, function)]
    layers = [
        alt.Chart(data(values=lines))
        .mark_line(strokeWidth=2)
        .encode(x=across, y=up, color=colour, detail="piece:N", tooltip=["party:N", "outturn:Q", "share:Q"])
    ]
    if dots:
        points = alt.Chart(data(values=dots)).mark_point(filled=True, size=50)
        layers.append(points.encode(x=across, y=up, color=colour))
    if marks:
        layers += _marks(alt, marks, across)
    return alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT, title=title)


def _line_ends(party: str, function: Piecewise) -> Iterator[dict[str, Any]]:
    """Yield the two ends of each piece that is more than a point."""
    for place, piece in enumerate(function.pieces):
        if piece.is_point:
            continue
        for end in (piece.interval.low, piece.interval.high):
            assert end is not None  # noqa: S101  the window has two ends
            yield _row(party, Fraction(end), piece.at(end)) | {"piece": f"{party} {place}"}


def _dots(party: str, function: Piecewise) -> Iterator[dict[str, Any]]:
    """Yield the value at each cliff."""
    for jump in jumps(function):
        yield _row(party, jump.at, jump.value)


def _row(party: str, outturn: Fraction, share: Fraction) -> dict[str, Any]:
    return {"party": party, "outturn": float(outturn), "share": float(share)}


def _marks(alt: Any, marks: Mapping[str, Number], across: Any) -> list[Any]:  # noqa: ANN401  altair's own types
    """Return the upright lines and their names."""
    values = [{"mark": name, "outturn": float(rational(at))} for name, at in marks.items()]
    base = alt.Chart(alt.Data(values=values)).encode(x=across)
    rule = base.mark_rule(strokeDash=[4, 4], color="#444444")
    text = base.mark_text(align="left", baseline="top", dx=4, angle=0, color="#444444").encode(
        y=alt.value(4), text="mark:N"
    )
    return [rule, text]
