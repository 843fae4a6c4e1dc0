"""Concentration of spend: the Herfindahl-Hirschman index (HHI), the share of the largest, how many make up a share."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, assert_never, cast, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_whole, one_of
from supplychain_rules.measures.counting import (
    Cells,
    Counting,
    Dimension,
    Figure,
    FigureOf,
    LeftOut,
    Row,
    RowsOf,
    counted,
    left_out_note,
    one_currency,
)
from supplychain_rules.measures.decay import Decay
from supplychain_rules.measures.exact import fraction
from supplychain_rules.measures.fields import (
    MAX_COUNT,
    decay_field,
    id_field,
    is_part,
    label_field,
    minimum_evidence_field,
    refuse_idle,
    scope_field,
)
from supplychain_rules.measures.index import FactIndex, dimension
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.scope import Scope
from supplychain_rules.measures.spend import SpendBasis, spend_rows
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import exact_fraction

__all__ = [
    "CONCENTRATION",
    "Concentration",
    "ConcentrationClass",
    "ConcentrationFigure",
    "HhiEdition",
    "SpreadOver",
    "concentration_class",
]

#: The index, the share of the largest few, or how many of the largest make up a share.
ConcentrationFigure = Literal["hhi", "top_share", "count_for_share"]

#: Over whom or what the spend is spread.
SpreadOver = Literal["supplier", "customer", "item", "category", "site"]

#: Shares are written in percent before they are squared, so that one holder of everything has 10,000.
_MONOPOLY: Final = 10_000


@final
@attrs.frozen(kw_only=True)
class Concentration:
    """How the spend of a key is concentrated on its suppliers, or on whatever `over` says.

    Spend is that of `Spend`. By total it is the concentration of all spend; by category that of each category's
    suppliers; by supplier and of items, that of what each supplier supplies. By `figure`:

    - `hhi`: the sum of the squared shares in percent, from just above 0 to 10,000 for a single holder;
    - `top_share`: the share of the `top` largest, from 0 to 1;
    - `count_for_share`: the least number of holders, largest first, whose shares reach `share`.

    To leave an own warehouse out before shares are formed, name it in the scope. Spend that does not say whose it is,
    as a line without site, is left out and counted in the note. The evidence is the number of lines or receipts.

    Sources: O. C. Herfindahl (1950), A. O. Hirschman (1945).

    Raises:
        InvalidValueError: a choice that does not exist or has no effect; at measuring, amounts in more than one
            currency, or a measuring by what the spend is spread over, where everything is always one.

    >>> Concentration(id="top3", figure="top_share").top
    3
    """

    id: str = id_field()
    label: Label | None = label_field()
    figure: ConcentrationFigure = attrs.field(default="hhi", validator=one_of(*get_args(ConcentrationFigure)))
    #: Over whom or what the spend is spread.
    over: SpreadOver = attrs.field(default="supplier", validator=one_of(*get_args(SpreadOver)))
    basis: SpendBasis = attrs.field(default="ordered", validator=one_of(*get_args(SpendBasis)))
    #: How many are the largest.
    top: int = attrs.field(default=3, validator=is_whole(1, MAX_COUNT))
    #: The share that is to be reached.
    share: Fraction = attrs.field(default=Fraction(4, 5), converter=exact_fraction, validator=is_part("80 % is '0.8'"))
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest lines or receipts for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read."""
        if self.figure != "top_share":
            refuse_idle(self, "top", without="figure='top_share'")
        if self.figure != "count_for_share":
            refuse_idle(self, "share", without="figure='count_for_share'")


#: Who holds a part of the spend, and its currency.
_Part: TypeAlias = tuple[str, str]


def _rows(measure: Concentration, index: FactIndex, _as_of: date) -> RowsOf:
    over = measure.over
    missing = LeftOut(f"spend without a {over} left out")

    def held(rows: Callable[[Any], Sequence[Row]]) -> Callable[[Any], Sequence[Row]]:
        def spread(driver: Any) -> Sequence[Row]:  # noqa: ANN401  whichever fact the basis counts
            found = rows(driver)
            if not found:
                return ()
            ((owner, day, currency, amount, below, evidence),) = found
            holder = dimension(index, owner, over)
            if holder is None:
                return ((owner, day, missing, 1, 0, 0),)
            return ((owner, day, (holder, currency), amount, below, evidence),)

        return spread

    return {kind: held(rows) for kind, rows in spend_rows(measure.basis, index).items()}


def _figure(measure: Concentration, everything: Mapping[Key, Cells], by: Sequence[Dimension]) -> FigureOf:
    if measure.over in by:
        hint = "measure by total, or by something else"
        raise InvalidValueError(
            f"measure {measure.id!r} is measured by what its spend is spread over", measure.over, hint=hint
        )
    one_currency(measure.id, (cast("_Part", part)[1] for cells in everything.values() for part in counted(cells)))

    def figure(_key: Key, cells: Cells) -> Figure:
        spent = counted(cells).values()
        amounts = sorted((fraction(sums.numerator) for sums in spent), reverse=True)
        above, below = _concentrated(measure, amounts)
        evidence = sum(sums.evidence for sums in spent)
        return Figure(numerator=above, denominator=below, evidence=evidence, note=left_out_note(cells))

    return figure


def _concentrated(measure: Concentration, amounts: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """Return numerator and denominator of the figure of amounts, the largest first."""
    whole = sum(amounts, Fraction(0))
    match measure.figure:
        case "hhi":
            return _MONOPOLY * sum((amount * amount for amount in amounts), Fraction(0)), whole * whole
        case "top_share":
            return sum(amounts[: measure.top], Fraction(0)), whole
        case "count_for_share":
            reached, wanted = Fraction(0), whole * measure.share
            for count, amount in enumerate(amounts, start=1):
                reached += amount
                if reached >= wanted and whole:
                    return Fraction(count), Fraction(1)
            return Fraction(0), Fraction(0)
        case _:
            assert_never(measure.figure)


#: How concentration counts.
CONCENTRATION: Final = Counting(rows=_rows, figure=_figure, nothing="no order line in the period")

#: Which merger guidelines of the United States Department of Justice (DOJ) name the bounds.
HhiEdition = Literal["doj_1992", "doj_2010", "doj_2023"]

#: How concentrated a market is.
ConcentrationClass = Literal["unconcentrated", "moderate", "high"]

#: The index from which a market is moderately concentrated, and that above which it is highly so.
_BOUNDS: Final[Mapping[HhiEdition, tuple[int, int]]] = {
    "doj_1992": (1_000, 1_800),
    "doj_2010": (1_500, 2_500),
    "doj_2023": (1_000, 1_800),
}


def concentration_class(hhi: Fraction | Decimal | int | str, *, edition: HhiEdition) -> ConcentrationClass:
    """Return how concentrated a market of this index is, by the bounds of a named edition.

    `doj_2010`: moderate from 1,500 to 2,500; `doj_1992` and `doj_2023`: from 1,000 to 1,800, both ends included.

    Sources: Horizontal Merger Guidelines (1992), section 1.5, and (2010), section 5.3; Merger Guidelines (2023),
    guideline 1.

    Raises:
        InvalidValueError: an index outside 0..10,000, or an unknown edition.

    >>> concentration_class(2500, edition="doj_2010"), concentration_class(2500, edition="doj_2023")
    ('moderate', 'high')
    """
    exact = exact_fraction(hhi)
    if not 0 <= exact <= _MONOPOLY:
        raise InvalidValueError(f"an HHI lies from 0 to {_MONOPOLY}", hhi, hint="square shares in percent, and add up")
    bounds = _BOUNDS.get(edition)
    if bounds is None:
        raise InvalidValueError("edition is unknown", edition, hint=f"expected one of {', '.join(_BOUNDS)}")
    moderate, high = bounds
    if exact > high:
        return "high"
    return "moderate" if exact >= moderate else "unconcentrated"
