"""Invoice variance: what was billed against what the order, and what was received, say."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias, cast, final, get_args

import attrs

from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.facts.fields import is_optional_money_owed
from supplychain_rules.facts.trade import OrderLine, Receipt
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
    one_currency,
    ratio,
)
from supplychain_rules.measures.exact import Number, fraction
from supplychain_rules.measures.fields import (
    MAX_COUNT,
    id_field,
    is_share,
    label_field,
    minimum_evidence_field,
    one_of,
    optional_fraction,
    refuse_idle,
    scope_field,
)
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.scope import Scope
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money

__all__ = [
    "INVOICE_VARIANCE",
    "InvoiceFigure",
    "InvoiceMatch",
    "InvoicePart",
    "InvoiceVariance",
    "WithoutOrder",
]

#: Which number is made of the variances: their sum, that against what the orders say, or the share of exact lines.
InvoiceFigure = Literal["amount", "rate", "exact_share"]

#: Which part of a variance counts.
InvoicePart = Literal["both", "price", "quantity"]

#: What the billed quantity is held to: what was ordered, or what was received.
InvoiceMatch = Literal["ordered", "received"]

#: What a billed line is that no order has.
WithoutOrder = Literal["left_out", "variance"]


@final
@attrs.frozen(kw_only=True)
class InvoiceVariance:
    """What the invoice lines of the period bill beyond what their order lines say; above zero we are overcharged.

    A billed line's variance has two parts that add up:

    - `price`: billed amount - order price x billed quantity. The order price is the order line's value / its
      quantity, so a stated value counts;
    - `quantity`: order price x the quantity billed beyond what was ordered, or, by `match`, beyond what was `received`
      so far, whenever it came (a three-way match). Lines that bill one order line use its quantity up in the order of
      their days, then of their ids. To bill less than was ordered is no variance: more may follow.

    By `figure`: `amount` is the sum of the variances in the one currency; `rate` is that sum / the sum of order price x
    billed quantity; `exact_share` is the share of lines whose variance, up or down, is within every tolerance given:
    `tolerance_share` of order price x billed quantity, and `tolerance` in money. Without one it must be zero.

    A line without an order line is left out and counted in the note, or by `without_order` its whole amount is a
    `variance`, of quantity. The evidence is the number of lines counted. Receipts of a wrong item do not count.

    Raises:
        InvalidValueError: a choice that does not exist or has no effect, a tolerance below zero; at measuring,
            amounts in more than one currency.

    >>> InvoiceVariance(id="invoice_accuracy", figure="exact_share", tolerance_share="0.05").match
    'ordered'
    """

    id: str = id_field()
    label: Label | None = label_field()
    figure: InvoiceFigure = attrs.field(default="amount", validator=one_of(*get_args(InvoiceFigure)))
    part: InvoicePart = attrs.field(default="both", validator=one_of(*get_args(InvoicePart)))
    match: InvoiceMatch = attrs.field(default="ordered", validator=one_of(*get_args(InvoiceMatch)))
    without_order: WithoutOrder = attrs.field(default="left_out", validator=one_of(*get_args(WithoutOrder)))
    #: The share of what the order says that a line may differ by.
    tolerance_share: Fraction | None = attrs.field(
        default=None, converter=optional_fraction, validator=is_share(MAX_COUNT)
    )
    #: The money that a line may differ by.
    tolerance: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    scope: Scope = scope_field()
    #: Fewest lines for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read."""
        if self.figure != "exact_share":
            refuse_idle(self, "tolerance_share", without="figure='exact_share'")
            refuse_idle(self, "tolerance", without="figure='exact_share'")
        if self.part == "price":
            refuse_idle(self, "match", without="a part other than 'price'")
            refuse_idle(self, "without_order", without="a part other than 'price'")


#: The currencies of the billed amount and of the order price.
_Part: TypeAlias = tuple[str, str]

_NO_ORDER: Final = LeftOut("invoice lines without an order line left out")

_ZERO: Final = Decimal(0)


def _rows(measure: InvoiceVariance, index: FactIndex, _as_of: date) -> RowsOf:
    orders = index.table(OrderLine)
    beyond = _billed_beyond(measure, index)
    by_price, by_quantity = measure.part != "quantity", measure.part != "price"
    is_exact = _exactness(measure) if measure.figure == "exact_share" else None
    leaves_out = measure.without_order == "left_out"

    def rows(line: InvoiceLine) -> Sequence[Row]:
        day, billed, quantity = line.invoiced_on, line.amount, line.quantity
        order = None if line.order_line is None else orders.get(line.order_line)
        variance: Number
        expected: Number
        if order is None:
            if leaves_out:
                return ((line, day, _NO_ORDER, 1, 0, 0),)
            currency, variance, expected = billed.currency, billed.amount, 0
        else:
            currency, price = order.unit_price.currency, _order_price(order)
            expected = _times(price, quantity)
            variance = 0
            if by_price:
                variance = _minus(billed.amount, expected)
            if by_quantity:
                over = beyond(line, order)
                if over:
                    variance = fraction(variance) + fraction(_times(price, over))
        part = (billed.currency, currency)
        if is_exact is None:
            return ((line, day, part, variance, expected, 1),)
        return ((line, day, part, int(is_exact(fraction(variance), fraction(expected))), 1, 1),)

    return {InvoiceLine: rows}


def _order_price(order: OrderLine) -> Number:
    """Return what one unit of an order line costs; its stated value says so where it has one."""
    if order.value is None or not order.quantity:
        return order.unit_price.amount
    return Fraction(order.value.amount) / Fraction(order.quantity)


def _times(price: Number, quantity: Decimal) -> Number:
    return price * Fraction(quantity) if isinstance(price, Fraction) else price * quantity


def _minus(billed: Decimal, expected: Number) -> Number:
    return Fraction(billed) - expected if isinstance(expected, Fraction) else billed - expected


def _billed_beyond(measure: InvoiceVariance, index: FactIndex) -> Callable[[InvoiceLine, OrderLine], Decimal]:
    """Return the function from a billed line to the quantity that it bills beyond what was ordered or received."""
    billing = index.by(InvoiceLine, "order_line").get
    receipts_of = index.by(Receipt, "order_line").get
    three_way = measure.match == "received"

    def beyond(line: InvoiceLine, order: OrderLine) -> Decimal:
        if three_way:
            allowed = sum((got.quantity for got in receipts_of(order.id, ()) if not got.wrong_item), _ZERO)
        else:
            allowed = order.quantity
        place = (line.invoiced_on, line.id)
        before = sum(
            (other.quantity for other in billing(order.id, ()) if (other.invoiced_on, other.id) < place), _ZERO
        )
        left = max(_ZERO, allowed - before)
        return max(_ZERO, line.quantity - left)

    return beyond


def _exactness(measure: InvoiceVariance) -> Callable[[Fraction, Fraction], bool]:
    """Return the test whether a variance is within every tolerance that is given."""
    share = measure.tolerance_share
    most = None if measure.tolerance is None else Fraction(measure.tolerance.amount)
    if share is None and most is None:
        return lambda variance, _expected: not variance

    def test(variance: Fraction, expected: Fraction) -> bool:
        size = abs(variance)
        return (share is None or size <= share * expected) and (most is None or size <= most)

    return test


def _figure(
    measure: InvoiceVariance,
    everything: Mapping[Key, Cells],
    by: Sequence[Dimension],  # noqa: ARG001  one signature for all kinds
) -> FigureOf:
    currencies = {name for cells in everything.values() for part in counted(cells) for name in cast("_Part", part)}
    if measure.tolerance is not None:
        currencies.add(measure.tolerance.currency)
    currency = one_currency(measure.id, currencies)

    def figure(_key: Key, cells: Cells) -> Figure:
        if measure.figure == "exact_share":
            return ratio(cells, trials="denominator")
        found = ratio(cells)
        return attrs.evolve(found, denominator=Fraction(1), unit=currency) if measure.figure == "amount" else found

    return figure


#: How invoice variance counts.
INVOICE_VARIANCE: Final = Counting(rows=_rows, figure=_figure, nothing="no invoice line with an order in the period")
