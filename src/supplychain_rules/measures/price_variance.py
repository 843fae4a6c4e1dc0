"""Purchase price variance (PPV): order lines against a price that was set, agreed or paid before."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, Literal, TypeAlias, cast, final, get_args

import attrs

from supplychain_rules.facts.prices import PriceKind
from supplychain_rules.facts.trade import OrderLine, line_amount
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
    merged,
    one_currency,
)
from supplychain_rules.measures.exact import Number, fraction
from supplychain_rules.measures.fields import id_field, label_field, minimum_evidence_field, one_of, scope_field
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.pricing import observed_price, previous_price
from supplychain_rules.measures.scope import Scope
from supplychain_rules.measures.statistics import Statistic, statistic_of
from supplychain_rules.values.label import Label

__all__ = ["PRICE_VARIANCE", "PurchasePriceVariance", "StandardPrice", "VarianceFigure"]

#: What a line's price is compared with: our standard price, the supplier's contract or list price of the day, or the
#: price at which the supplier last sold the item before.
StandardPrice = Literal["standard", "contract", "list", "previous"]

#: Which number is made of the lines' variances.
VarianceFigure = Literal["amount", "rate", "line_mean", "least", "greatest", "median"]

#: The figures that are a statistic of the lines' ratios, each with its statistic.
_STATISTICS: Final[Mapping[str, Statistic]] = {
    "line_mean": "mean",
    "least": "least",
    "greatest": "greatest",
    "median": "median",
}


@final
@attrs.frozen(kw_only=True)
class PurchasePriceVariance:
    """What the order lines of the period cost more than at their reference prices; below zero is favourable.

    A line's variance is its value - reference price x quantity, its ratio is value / (reference price x quantity) - 1.
    The reference is the supplier's price of the item, in the line's unit, on the day of the order: the `standard`,
    `contract` or `list` price in force, or, for `previous`, the mean price of the last earlier day on which
    it was ordered from the supplier. By `figure`:

    - `amount`: the sum of the variances, in the one currency;
    - `rate`: sum of variances / sum of reference price x quantity, so that a line weighs by its money;
    - `line_mean`, `median`, `least`, `greatest`: of the lines' ratios, each line weighing the same.

    Lines without a reference price above zero are left out and counted in the note. The evidence is the number of
    lines that compare; cancelled lines do not count.

    Raises:
        InvalidValueError: a choice that does not exist; at measuring, prices in more than one currency.

    >>> PurchasePriceVariance(id="ppv", against="contract").figure
    'rate'
    """

    id: str = id_field()
    label: Label | None = label_field()
    against: StandardPrice = attrs.field(default="standard", validator=one_of(*get_args(StandardPrice)))
    figure: VarianceFigure = attrs.field(default="rate", validator=one_of(*get_args(VarianceFigure)))
    scope: Scope = scope_field()
    #: Fewest lines that compare for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()


#: The line's currency, that of its reference, and its ratio where the figure is a statistic of ratios.
_Part: TypeAlias = tuple[str, str, Fraction | None]


def _rows(measure: PurchasePriceVariance, index: FactIndex, _as_of: date) -> RowsOf:
    missing = LeftOut(f"order lines without a {measure.against} price left out")
    by_line = measure.figure in _STATISTICS
    reference = previous_price(index) if measure.against == "previous" else _listed_price(index, measure.against)

    def rows(line: OrderLine) -> Sequence[Row]:
        quantity = line.quantity
        if not quantity:
            return ()
        found = reference(line)
        if found is None or not found[0]:
            return ((line, line.ordered_on, missing, 1, 0, 0),)
        price, currency = found
        paid = line_amount(line)
        at_reference = price * fraction(quantity) if isinstance(price, Fraction) else price * quantity
        if by_line:
            ratio = fraction(paid) / fraction(at_reference) - 1
            return ((line, line.ordered_on, (line.unit_price.currency, currency, ratio), 0, 1, 1),)
        return ((line, line.ordered_on, (line.unit_price.currency, currency, None), paid, at_reference, 1),)

    return {OrderLine: rows}


def _listed_price(index: FactIndex, kind: PriceKind) -> Callable[[OrderLine], tuple[Number, str] | None]:
    find = observed_price(index, kind)
    return lambda line: find(line.supplier, line.item, line.unit, line.ordered_on)


def _figure(
    measure: PurchasePriceVariance,
    everything: Mapping[Key, Cells],
    by: Sequence[Dimension],  # noqa: ARG001  one signature for all kinds
) -> FigureOf:
    parts = (cast("_Part", part) for cells in everything.values() for part in counted(cells))
    currency = one_currency(measure.id, (name for part in parts for name in part[:2]))
    statistic = _STATISTICS.get(measure.figure)

    def figure(_key: Key, cells: Cells) -> Figure:
        whole = merged(counted(cells).values())
        above, below = fraction(whole.numerator), fraction(whole.denominator)
        if statistic is None:
            above, below = above - below, below if measure.figure == "rate" else Fraction(1)
        elif statistic == "mean":
            above = sum((ratio * count for ratio, count in _counts(cells).items()), Fraction(0))
        elif whole.evidence:
            above, below = statistic_of(_counts(cells), statistic), Fraction(1)
        return Figure(
            numerator=above,
            denominator=below,
            evidence=whole.evidence,
            unit=currency if measure.figure == "amount" else "",
            note=left_out_note(cells),
        )

    return figure


def _counts(cells: Cells) -> Mapping[Fraction, Fraction]:
    """Return how many lines have each ratio."""
    counts: dict[Fraction, Fraction] = {}
    for part, sums in counted(cells).items():
        _, _, ratio = cast("_Part", part)
        assert ratio is not None  # noqa: S101  a statistic's parts carry their ratios
        counts[ratio] = counts.get(ratio, Fraction(0)) + fraction(sums.denominator)
    return counts


#: How the purchase price variance counts.
PRICE_VARIANCE: Final = Counting(
    rows=_rows, figure=_figure, nothing="no order line with a reference price in the period"
)
