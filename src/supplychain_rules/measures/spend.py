"""Spend and shares of spend: what was bought for, ordered, received or invoiced."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.facts.fields import one_of
from supplychain_rules.facts.trade import OrderLine, Receipt, line_amount
from supplychain_rules.measures.counting import (
    DIMENSIONS,
    Cells,
    Counting,
    Dimension,
    Figure,
    FigureOf,
    Row,
    RowsOf,
    merged,
    one_currency,
)
from supplychain_rules.measures.decay import Decay
from supplychain_rules.measures.exact import fraction
from supplychain_rules.measures.fields import (
    decay_field,
    id_field,
    label_field,
    minimum_evidence_field,
    scope_field,
)
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.scope import Scope
from supplychain_rules.values.label import Label

__all__ = ["SPEND", "SPEND_SHARE", "Spend", "SpendBasis", "SpendShare", "spend_rows"]

#: What spend is the value of: lines ordered, goods received at their order's price, or invoice lines.
SpendBasis = Literal["ordered", "received", "invoiced"]


@final
@attrs.frozen(kw_only=True)
class Spend:
    """What was bought for in the period, in its one currency.

    By `ordered` it is the value of the order lines ordered in the period, received or not; by `received`
    that of what was received in it, at the order line's price (a stated line value is shared out by
    quantity); by `invoiced` that of its invoice lines. A line's value is the stated one, else price x
    quantity, unrounded. The evidence is the number of lines or receipts; cancelled lines do not count. A
    supplier without any has no data, not a spend of zero.

    Raises:
        InvalidValueError: at measuring, amounts in more than one currency.

    >>> Spend(id="spend").basis
    'ordered'
    """

    id: str = id_field()
    label: Label | None = label_field()
    basis: SpendBasis = attrs.field(default="ordered", validator=one_of(*get_args(SpendBasis)))
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest lines or receipts for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()


def _within(values: Sequence[Dimension]) -> tuple[Dimension, ...]:
    if isinstance(values, str) or not isinstance(values, Sequence):  # a text falls into letters, a set has no order
        raise InvalidValueError("SpendShare.within must be a collection", values, hint=f"write ({values!r},)")
    return tuple(values)


def _are_dimensions(_share: object, _field: object, values: tuple[Dimension, ...]) -> None:
    for value in values:
        if value not in DIMENSIONS:
            hint = f"expected some of {', '.join(DIMENSIONS)}"
            raise InvalidValueError("SpendShare.within is unknown", value, hint=hint)


@final
@attrs.frozen(kw_only=True)
class SpendShare:
    """The spend of a key / the spend of all keys that the scope concerns, from 0 to 1.

    Spend is that of `Spend`. To leave a warehouse or an own firm out of the whole, name it in the
    scope. By several dimensions, `within` says which of them the whole shares with its parts: by supplier
    and category, `within=("category",)` gives each supplier's share of its category.

    Raises:
        InvalidValueError: at measuring, amounts in more than one currency, or `within` names a dimension
            by which is not measured.

    >>> SpendShare(id="share", scope=Scope(supplier_categories=["vendor"])).within
    ()
    """

    id: str = id_field()
    label: Label | None = label_field()
    basis: SpendBasis = attrs.field(default="ordered", validator=one_of(*get_args(SpendBasis)))
    #: Dimensions that the whole shares with its parts.
    within: tuple[Dimension, ...] = attrs.field(default=(), converter=_within, validator=_are_dimensions)
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest lines or receipts for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()


def spend_rows(basis: SpendBasis, index: FactIndex) -> RowsOf:
    """Return the rows of spend: the amount as numerator, its currency as the part."""

    def ordered(line: OrderLine) -> Sequence[Row]:
        if not line.quantity:
            return ()
        return ((line, line.ordered_on, line.unit_price.currency, line_amount(line), 0, 1),)

    def received(receipt: Receipt) -> Sequence[Row]:
        line = index.table(OrderLine).get(receipt.order_line)
        if line is None or receipt.wrong_item or not receipt.quantity or not line.quantity:
            return ()
        if line.value is None:
            amount = fraction(line.unit_price.amount * receipt.quantity)
        else:
            amount = Fraction(line.value.amount) * Fraction(receipt.quantity) / Fraction(line.quantity)
        return ((line, receipt.received_on, line.unit_price.currency, amount, 0, 1),)

    def invoiced(line: InvoiceLine) -> Sequence[Row]:
        return ((line, line.invoiced_on, line.amount.currency, line.amount.amount, 0, 1),)

    match basis:
        case "ordered":
            return {OrderLine: ordered}
        case "received":
            return {Receipt: received}
        case "invoiced":
            return {InvoiceLine: invoiced}


def _rows(measure: Spend | SpendShare, index: FactIndex, _as_of: date) -> RowsOf:
    return spend_rows(measure.basis, index)


def _currency(measure: Spend | SpendShare, everything: Mapping[Key, Cells]) -> str:
    return one_currency(measure.id, (str(part) for cells in everything.values() for part in cells))


def _spend(measure: Spend, everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    currency = _currency(measure, everything)

    def figure(_key: Key, cells: Cells) -> Figure:
        spent = merged(cells.values())
        return Figure(
            numerator=fraction(spent.numerator), denominator=Fraction(1), evidence=spent.evidence, unit=currency
        )

    return figure


def _share(measure: SpendShare, everything: Mapping[Key, Cells], by: Sequence[Dimension]) -> FigureOf:
    _currency(measure, everything)
    missing = [name for name in measure.within if name not in by]
    if missing:
        hint = f"measure by {', '.join((*by, *missing))}"
        raise InvalidValueError(f"measure {measure.id!r} is within what is not measured by", missing[0], hint=hint)
    places = [by.index(name) for name in measure.within]

    def whole_of(key: Key) -> tuple[str, ...]:
        parts = key if isinstance(key, tuple) else (key,)
        return tuple(parts[place] for place in places)

    wholes: dict[tuple[str, ...], Fraction] = {}
    for key, cells in everything.items():
        of = whole_of(key)
        wholes[of] = wholes.get(of, Fraction(0)) + fraction(merged(cells.values()).numerator)

    def figure(key: Key, cells: Cells) -> Figure:
        spent = merged(cells.values())
        whole = wholes.get(whole_of(key), Fraction(0))
        return Figure(numerator=fraction(spent.numerator), denominator=whole, evidence=spent.evidence)

    return figure


#: How spend counts.
SPEND: Final = Counting(rows=_rows, figure=_spend, nothing="no order line in the period")

#: How shares of spend count.
SPEND_SHARE: Final = Counting(rows=_rows, figure=_share, nothing="no order line in the period")
