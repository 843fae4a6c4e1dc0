"""The price index: what was paid against what the same goods cost elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, Literal, TypeAlias, cast, final, get_args

import attrs

from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.trade import OrderLine, line_amount
from supplychain_rules.measures.counting import (
    Cells,
    Counting,
    Dimension,
    Figure,
    FigureOf,
    Row,
    RowsOf,
    Sums,
    one_currency,
)
from supplychain_rules.measures.exact import fraction
from supplychain_rules.measures.fields import id_field, label_field, minimum_evidence_field, one_of, scope_field
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.scope import Scope
from supplychain_rules.values.label import Label

__all__ = ["PRICE_INDEX", "PriceIndex", "PriceSource"]

#: Where a price index takes its prices from: what was ordered, or what was observed.
PriceSource = Literal["order_lines", "observations"]


@final
@attrs.frozen(kw_only=True)
class PriceIndex:
    """What was paid / what the same quantities would have cost at each item's mean price; below 1 is cheap.

    An item's mean price is the quantity-weighted mean over all its suppliers in the period, the
    supplier itself included: sum of values / sum of quantities. So each item weighs by the quantity
    bought, valued at the mean price. An item with one supplier compares with nothing and is left
    out, and so is one whose mean price is zero; without a comparable item there is no data.

    The evidence is the number of order lines (ordered in the period) or observations on comparable
    items. Observations of different units are different items.

    Raises:
        InvalidValueError: at measuring, prices in more than one currency.

    >>> PriceIndex(id="price_index").source
    'order_lines'
    """

    id: str = id_field()
    label: Label | None = label_field()
    source: PriceSource = attrs.field(default="order_lines", validator=one_of(*get_args(PriceSource)))
    #: As subjects and as peers.
    scope: Scope = scope_field()
    #: Fewest lines or observations on comparable items for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()


#: Supplier, item, unit and currency of a price; amount over quantity is the price.
_Part: TypeAlias = tuple[str, str, str, str]


def _rows(measure: PriceIndex, _index: FactIndex, _as_of: date) -> RowsOf:
    def ordered(line: OrderLine) -> Sequence[Row]:
        if not line.quantity:
            return ()
        part = (line.supplier, line.item, line.unit, line.unit_price.currency)
        return ((line, line.ordered_on, part, line_amount(line), line.quantity, 1),)

    def observed(seen: PriceObservation) -> Sequence[Row]:
        part = (seen.supplier, seen.item, seen.unit, seen.price.currency)
        return ((seen, seen.observed_on, part, seen.price.amount * seen.quantity, seen.quantity, 1),)

    return {OrderLine: ordered} if measure.source == "order_lines" else {PriceObservation: observed}


def _figure(measure: PriceIndex, everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    one_currency(measure.id, (cast("_Part", part)[3] for cells in everything.values() for part in cells))
    markets: dict[tuple[str, str], tuple[set[str], Sums]] = {}
    for cells in everything.values():
        for part, sums in cells.items():
            supplier, item, unit, _ = cast("_Part", part)
            suppliers, market = markets.setdefault((item, unit), (set(), Sums()))
            suppliers.add(supplier)
            market.count(sums.numerator, sums.denominator, sums.evidence)
    means = {
        item: fraction(market.numerator) / fraction(market.denominator)
        for item, (suppliers, market) in markets.items()
        if len(suppliers) > 1
    }

    def figure(_key: Key, cells: Cells) -> Figure:
        paid = at_mean = Fraction(0)
        evidence = 0
        for part, sums in cells.items():
            _, item, unit, _ = cast("_Part", part)
            mean = means.get((item, unit))
            if mean:  # nothing to compare with else
                paid += fraction(sums.numerator)
                at_mean += fraction(sums.denominator) * mean
                evidence += sums.evidence
        return Figure(numerator=paid, denominator=at_mean, evidence=evidence)

    return figure


#: How the price index counts.
PRICE_INDEX: Final = Counting(rows=_rows, figure=_figure, nothing="no comparable item in the period")
