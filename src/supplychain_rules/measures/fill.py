"""Fill rate: how much of what was ordered came at all, whenever it came."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Literal, final, get_args

import attrs

from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt, line_amount
from supplychain_rules.measures.arrivals import (
    NO_REQUEST,
    CountedIn,
    Promise,
    counted_day,
    promise_of,
    refuse_idle,
    share_of,
)
from supplychain_rules.measures.counting import (
    Cells,
    Counting,
    Dimension,
    Figure,
    FigureOf,
    Row,
    RowsOf,
    counted,
    one_currency,
    ratio,
    several_units,
)
from supplychain_rules.measures.decay import Decay
from supplychain_rules.measures.fields import (
    decay_field,
    id_field,
    is_boolean,
    label_field,
    minimum_evidence_field,
    one_of,
    scope_field,
)
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.scope import Scope
from supplychain_rules.values.label import Label

__all__ = ["FILL_RATE", "Concessions", "FillBasis", "FillLevel", "FillRate", "Untouched"]

#: What fills an order: all that came, or what inspection left of it.
FillBasis = Literal["received", "accepted"]

#: What counts: lines filled whole, pieces, or money.
FillLevel = Literal["line", "quantity", "value"]

#: What units are that were rejected and then used under a concession.
Concessions = Literal["rejected", "accepted"]


#: What a line is of which nothing has come: all short, or not counted, because lateness is measured elsewhere.
Untouched = Literal["short", "left_out"]


@final
@attrs.frozen(kw_only=True)
class FillRate:
    """What came / what was ordered, over the lines that are complete or past their promise.

    A fill rate does not ask when the goods came: late goods fill an order as well as punctual ones. A line that is not
    complete counts from the day after its promise, with what has come until then.

    - `received`: the quantity of all receipts; wrong items fill nothing;
    - `accepted`: that quantity less what inspections of the line rejected, never below zero (the net fill rate).

    By `line` a line is filled when that quantity reaches the ordered one: the lines short are the denominator less
    the numerator. By `quantity` and `value` each piece counts; what came beyond the order fills nothing while `capped`,
    and hides the shortage of other lines where it is not. The evidence is the number of lines. Cancelled lines do not
    count.

    Raises:
        InvalidValueError: a choice that does not exist, `capped=False` by line, `concessions` without inspections; at
            measuring by `value`, amounts in more than one currency.

    >>> FillRate(id="net_fill_rate", basis="accepted").capped
    True
    """

    id: str = id_field()
    label: Label | None = label_field()
    basis: FillBasis = attrs.field(default="received", validator=one_of(*get_args(FillBasis)))
    level: FillLevel = attrs.field(default="quantity", validator=one_of(*get_args(FillLevel)))
    #: Whether what came beyond an order is cut off, line by line.
    capped: bool = attrs.field(default=True, validator=is_boolean)
    #: Whether a line of which nothing has come counts. Left out, the measure is the reliability of the quantities that
    #: came, and a line that is merely late is not punished twice.
    untouched: Untouched = attrs.field(default="short", validator=one_of(*get_args(Untouched)))
    #: Whether rejected units that were used under a concession fill the order.
    concessions: Concessions = attrs.field(default="rejected", validator=one_of(*get_args(Concessions)))
    #: The date after which an incomplete line counts. A line without a requested date is left out of `requested`.
    promise: Promise = attrs.field(default="original", validator=one_of(*get_args(Promise)))
    #: The day by which a line belongs to a period; a line without a receipt has its promise only.
    counted_in: CountedIn = attrs.field(default="promise", validator=one_of(*get_args(CountedIn)))
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest lines for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read."""
        if not self.capped and self.level == "line":
            refuse_idle(self, "capped", self.capped, without="level='quantity' or 'value'")
        if self.concessions == "accepted" and self.basis == "received":
            refuse_idle(self, "concessions", self.concessions, without="basis='accepted'")


_ZERO: Final = Decimal(0)


def _rows(measure: FillRate, index: FactIndex, as_of: date) -> RowsOf:
    receipts_of = index.by(Receipt, "order_line").get
    rejected_of = _rejected(measure, index) if measure.basis == "accepted" else None
    level, capped, counts_untouched = measure.level, measure.capped, measure.untouched == "short"

    def rows(line: OrderLine) -> Sequence[Row]:
        ordered = line.quantity
        if not ordered:
            return ()
        promise = promise_of(line, measure.promise)
        if promise is None:
            return ((line, line.ordered_on, NO_REQUEST, 1, 0, 0),)
        arrivals = receipts_of(line.id, ())
        received = _received(arrivals)
        if (received < ordered and as_of <= promise) or (not received and not counts_untouched):
            return ()
        filled = received if rejected_of is None else max(_ZERO, received - rejected_of(line))
        if capped:
            filled = min(filled, ordered)
        day = counted_day(measure.counted_in, line, promise, arrivals)
        if level == "line":
            return ((line, day, "", 1 if filled >= ordered else 0, 1, 1),)
        if level == "quantity":
            return ((line, day, line.unit, filled, ordered, 1),)
        worth = line_amount(line)
        return ((line, day, line.unit_price.currency, share_of(worth, filled, ordered), worth, 1),)

    return {OrderLine: rows}


def _is_open(measure: FillRate, index: FactIndex, as_of: date) -> Callable[[OrderLine], bool]:
    receipts_of = index.by(Receipt, "order_line").get

    def is_open(line: OrderLine) -> bool:
        promise = promise_of(line, measure.promise)
        return promise is not None and as_of <= promise and _received(receipts_of(line.id, ())) < line.quantity

    return is_open


def _received(arrivals: Sequence[Receipt]) -> Decimal:
    received = _ZERO
    for receipt in arrivals:
        if not receipt.wrong_item:
            received += receipt.quantity
    return received


def _rejected(measure: FillRate, index: FactIndex) -> Callable[[OrderLine], Decimal]:
    """Return the function from a line to the units that its inspections took away."""
    inspections_of = index.by(Inspection, "order_line").get
    forgives = measure.concessions == "accepted"

    def rejected(line: OrderLine) -> Decimal:
        taken = _ZERO
        for found in inspections_of(line.id, ()):
            taken += found.rejected - found.conceded if forgives else found.rejected
        return taken

    return rejected


def _figure(measure: FillRate, everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    if measure.level == "value":
        one_currency(measure.id, (str(part) for cells in everything.values() for part in counted(cells)))
    trials: Final = "denominator" if measure.level == "line" and measure.decay is None else None

    def figure(_key: Key, cells: Cells) -> Figure:
        found = ratio(cells, trials=trials)
        why = several_units(cells) if measure.level == "quantity" else ""
        return attrs.evolve(found, why_not=why) if why else found

    return figure


#: How the fill rate counts.
FILL_RATE: Final = Counting(
    rows=_rows,
    figure=_figure,
    nothing="no order line fell due in the period",
    is_open=_is_open,
)
