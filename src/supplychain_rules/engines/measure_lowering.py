"""From the definition of a measure to what is summed: conditions and whole numbers of one row, by kind of measure.

A *tally* is what a row of one table adds to a measure: where it counts, on which day, to which part, how much to the
numerator and the denominator. The rules are those of `measures`, in cells instead of Python. What a definition asks
for and sums of whole numbers cannot say is refused by name, never approximated.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, TypeAlias, cast, final

import attrs

from supplychain_rules.engines.fact_rows import ZERO, FactRows, Facts, Window, present_or, shifted
from supplychain_rules.engines.fact_tables import FactKind
from supplychain_rules.engines.plan import (
    All,
    Cell,
    Column,
    Compare,
    Condition,
    Minus,
    Nothing,
    Pick,
    Present,
    Text,
    Times,
    Whole,
)
from supplychain_rules.engines.plan import (
    Any as Either,
)
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.arrivals import NO_REQUEST, OVERDUE, CountedIn
from supplychain_rules.measures.concentration import Concentration
from supplychain_rules.measures.counting import LeftOut, Part
from supplychain_rules.measures.delivery import INCOMPLETE, DeliveryPerformance
from supplychain_rules.measures.delivery_time import DeliveryTime
from supplychain_rules.measures.fill import FillRate
from supplychain_rules.measures.kinds import Measure
from supplychain_rules.measures.price_index import PriceIndex
from supplychain_rules.measures.quality import QualityPassRate, RejectRate
from supplychain_rules.measures.spend import Spend, SpendShare

__all__ = ["Count", "Tally", "refusals", "tallies_of"]

ONE: Final = Whole(1)


@final
@attrs.frozen(kw_only=True)
class Count:
    """What the rows of which a condition is sure add."""

    when: Condition
    numerator: Cell
    denominator: Cell
    #: Decimals of the numerator and of the denominator.
    decimals: tuple[int, int] = (0, 0)
    #: What a row adds to the evidence.
    evidence: int = 1
    #: Why the rows are left out, where they are only counted.
    left_out: LeftOut | None = None


@final
@attrs.frozen(kw_only=True)
class Tally:
    """What the rows of one table add to one measure."""

    rows: FactRows
    #: The kind of fact whose dimensions are the key.
    kind: FactKind
    day: Cell
    counts: tuple[Count, ...]
    #: Columns whose values tell parts apart; whole numbers where the flag is not set.
    parts: tuple[tuple[Cell, bool], ...] = ()
    #: The measure's part of the values of these columns.
    part: Callable[[Sequence[Any]], Part] = lambda _values: ""


def tallies_of(measure: Measure, facts: Facts) -> tuple[Tally, ...]:
    """Return what rows add to a measure.

    Raises:
        InvalidValueError: a choice that only the Python engine can make, or a table or column that is not there.
    """
    reasons = refusals(measure)
    if reasons:
        raise InvalidValueError(
            f"measure {measure.id!r} cannot be computed from tables", "; ".join(reasons), hint="measure a ledger"
        )
    return _TALLIES[type(measure)](measure, facts)


def refusals(measure: Measure) -> tuple[str, ...]:
    """Return why tables cannot compute a measure, choice by choice; empty where they can."""
    if type(measure) not in _TALLIES:
        return (f"{type(measure).__name__} is no kind of measure that tables compute",)
    asked = {
        "decay": getattr(measure, "decay", None) is not None,
        "calendar": getattr(measure, "calendar", None) is not None,
    }
    match measure:
        case DeliveryPerformance():
            asked["level='order'"] = measure.level == "order"
            asked["partial='completing'"] = measure.partial == "completing"
            asked["excused_faults"] = bool(measure.excused_faults)
        case DeliveryTime():
            asked["level='order'"] = measure.level == "order"
            asked["arrival='completing'"] = measure.arrival == "completing"
        case FillRate():
            asked["basis='accepted'"] = measure.basis == "accepted"
        case QualityPassRate() | RejectRate():
            asked["level='mean_of_lots'"] = measure.level == "mean_of_lots"
            asked["faults"] = bool(measure.faults)
            asked["concessions='accepted' by quantity"] = (
                measure.concessions == "accepted" and measure.level == "quantity"
            )
            asked["relative_to='received'"] = isinstance(measure, RejectRate) and measure.relative_to == "received"
        case PriceIndex():
            asked[f"against={measure.against!r}"] = measure.against in ("market", "contract")
            asked[f"source={measure.source!r}"] = measure.source != "order_lines"
        case _:
            pass
    return tuple(choice for choice, is_asked in asked.items() if is_asked)


# Deliveries


def _tolerated(share: Fraction) -> tuple[Whole, Whole]:
    return Whole(share.numerator), Whole(share.denominator)


def _complete(received: Cell, ordered: Cell, under_tolerance: Fraction) -> tuple[Condition, Condition]:
    """Return whether a line of something is complete, and whether it is not."""
    needed, of_needed = _tolerated(1 - under_tolerance)
    one, other = _times(received, of_needed), _times(ordered, needed)
    incomplete = Compare("<", one, other)
    match received:
        case Pick(branches=((came, quantity),), otherwise=Whole(0)) if needed.value:  # nothing completes no line
            if quantity == ordered and not under_tolerance:
                return came, incomplete
            return All((came, Compare(">=", _times(quantity, of_needed), other))), incomplete
        case _:
            return Compare(">=", one, other), incomplete


def _times(cell: Cell, by: Whole) -> Cell:
    return cell if by.value == 1 else Times(cell, by)


def _counted_day(rows: FactRows, counted_in: CountedIn, promise: Cell) -> Cell:
    if counted_in == "promise":
        return promise
    if counted_in == "order":
        return rows.field("order_lines", "ordered_on")
    last = rows.last_day()
    if isinstance(last, Column):
        return present_or(last, promise)
    return Pick((*cast("Pick", last).branches,), promise)


def _without_request(rows: FactRows, known: Condition, promise: Cell) -> Tally:
    """Return the tally of lines without a requested date, which are only counted."""
    missing = Present(cast("Column", promise), out=True)
    count = Count(when=All((known, missing)), numerator=ONE, denominator=ZERO, evidence=0, left_out=NO_REQUEST)
    day = rows.field("order_lines", "ordered_on")
    return Tally(rows=rows, kind="order_lines", day=day, counts=(count,))


def _live(rows: FactRows, measure: Measure) -> All:
    """Return whether a line is known, not cancelled and in the scope."""
    ordered = rows.field("order_lines", "quantity")
    scope = rows.within("order_lines", measure.scope)
    return All((rows.known("order_lines"), scope, Compare(">", ordered, ZERO)))


def _units(rows: FactRows) -> tuple[tuple[tuple[Cell, bool], ...], Callable[[Sequence[Any]], Part]]:
    """Return the parts of quantities: their unit, where the table says one."""
    unit = rows.optional("order_lines", "unit")
    if isinstance(unit, Nothing):
        return (), lambda _values: ""
    return ((present_or(unit, Text("")), True),), lambda values: values[0]


def _delivery(measure: DeliveryPerformance, facts: Facts) -> tuple[Tally, ...]:
    rows = facts.rows("order_lines")
    live = _live(rows, measure)
    ordered, received = rows.field("order_lines", "quantity"), rows.received()
    promise = rows.promise(measure.promise)
    complete, incomplete = _complete(received, ordered, measure.under_tolerance)
    overdue = Compare("<", shifted(promise, measure.late_days), Whole(facts.as_of))
    day = _counted_day(rows, measure.counted_in, promise)
    window = Window(measure.promise, measure.early_days, measure.late_days)
    places = facts.table("order_lines").sizes.quantity_decimals
    late = measure.open_overdue == "late"
    promised: tuple[Condition, ...] = (Present(promise),) if isinstance(promise, Column) else ()
    counted = All((live, *promised, Either((complete, overdue)) if late else complete))
    parts: tuple[tuple[Cell, bool], ...] = ()
    part: Callable[[Sequence[Any]], Part] = lambda _values: ""  # noqa: E731  the usual part
    above: Cell
    below: Cell
    decimals = (0, 0)
    match measure.level:
        case "line" | "order":
            above, below = Pick(((_good(measure, rows, window, ordered, received), ONE),), ZERO), ONE
        case "quantity":
            parts, part = _units(rows)
            decimals = (places, places)
            above, below = _pieces(measure, rows, window, ordered, received), ordered
        case "value":
            below, worth = rows.amount()
            decimals = (worth, worth)
            currency = rows.refuse_currencies("order_lines")
            part = lambda _values: currency  # noqa: E731  as above
            if measure.in_full:
                above = Pick(((_good(measure, rows, window, ordered, received), below),), ZERO)
            else:
                above, _ = rows.amount(of=_pieces(measure, rows, window, ordered, received))
    counts = [Count(when=counted, numerator=above, denominator=below, decimals=decimals)]
    if not late:
        left_out = All((live, *promised, incomplete, overdue))
        counts.append(Count(when=left_out, numerator=ONE, denominator=ZERO, evidence=0, left_out=INCOMPLETE))
    tally = Tally(rows=rows, kind="order_lines", day=day, counts=tuple(counts), parts=parts, part=part)
    return (tally, _without_request(rows, live, promise)) if measure.promise == "requested" else (tally,)


def _good(measure: DeliveryPerformance, rows: FactRows, window: Window, ordered: Cell, received: Cell) -> Condition:
    """Return whether a line is good as a whole."""
    if measure.in_full:
        good, _ = _complete(rows.inside(window), ordered, measure.under_tolerance)
        if measure.over_tolerance is None:
            return good
        most, of_most = _tolerated(1 + measure.over_tolerance)
        return All((good, Compare("<=", _times(received, of_most), _times(ordered, most))))
    promise = rows.promise(window.promise)
    decides_last = rows.first_day() if measure.partial == "first" else rows.last_day()
    parts: list[Condition] = [Compare("<=", decides_last, shifted(promise, window.late_days))]
    if window.early_days is not None:
        decides_first = rows.last_day() if measure.partial == "last" else rows.first_day()
        parts.append(Compare(">=", decides_first, shifted(promise, -window.early_days)))
    return All(tuple(parts))


def _pieces(measure: DeliveryPerformance, rows: FactRows, window: Window, ordered: Cell, received: Cell) -> Cell:
    """Return how much of a line is good."""
    if measure.in_full:
        return Pick(((_good(measure, rows, window, ordered, received), ordered),), ZERO)
    inside = rows.inside(window)
    return Pick(((Compare("<", inside, ordered), inside),), ordered)


def _fill(measure: FillRate, facts: Facts) -> tuple[Tally, ...]:
    rows = facts.rows("order_lines")
    live = _live(rows, measure)
    ordered, received = rows.field("order_lines", "quantity"), rows.received()
    promise = rows.promise(measure.promise)
    promised: tuple[Condition, ...] = (Present(promise),) if isinstance(promise, Column) else ()
    overdue = Compare("<", promise, Whole(facts.as_of))
    conditions: list[Condition] = [live, *promised, Either((Compare(">=", received, ordered), overdue))]
    if measure.untouched == "left_out":
        conditions.append(Compare(">", received, ZERO))
    filled = Pick(((Compare("<", received, ordered), received),), ordered) if measure.capped else received
    above: Cell
    below: Cell
    places = facts.table("order_lines").sizes.quantity_decimals
    decimals = (places, places)
    parts, part = _units(rows) if measure.level == "quantity" else ((), lambda _values: "")
    match measure.level:
        case "line":
            above, below, decimals = Pick(((Compare(">=", filled, ordered), ONE),), ZERO), ONE, (0, 0)
        case "quantity":
            above, below = filled, ordered
        case "value":
            below, worth = rows.amount()
            above, _ = rows.amount(of=filled)
            decimals = (worth, worth)
            currency = rows.refuse_currencies("order_lines")
            part = lambda _values: currency  # noqa: E731  a part of no columns
    count = Count(when=All(tuple(conditions)), numerator=above, denominator=below, decimals=decimals)
    day = _counted_day(rows, measure.counted_in, promise)
    tally = Tally(rows=rows, kind="order_lines", day=day, counts=(count,), parts=parts, part=part)
    return (tally, _without_request(rows, live, promise)) if measure.promise == "requested" else (tally,)


def _delivery_time(measure: DeliveryTime, facts: Facts) -> tuple[Tally, ...]:
    rows = facts.rows("order_lines")
    live = _live(rows, measure)
    ordered = rows.field("order_lines", "quantity")
    promise = rows.promise(measure.promise)
    promised: tuple[Condition, ...] = (Present(promise),) if isinstance(promise, Column) else ()
    overdue = Compare("<", promise, Whole(facts.as_of))
    if measure.arrival == "first":
        arrived_on = rows.first_day()
        arrived: Condition = Compare(">=", arrived_on, Whole(-_FAR))
    else:
        arrived_on = rows.last_day()
        arrived, _ = _complete(rows.received(), ordered, measure.under_tolerance)
    start = rows.field("order_lines", "ordered_on") if measure.of == "lead_time" else promise
    until = Pick(((arrived, arrived_on),), Whole(facts.as_of))
    days: Cell = Minus(until, start)
    if measure.of == "lateness":
        days = Pick(((Compare(">", until, start), days),), ZERO)
    elif measure.of == "earliness":
        days = Pick(((Compare("<", until, start), Minus(start, until)),), ZERO)
    so_far = measure.open_overdue == "so_far"
    counted = All((live, *promised, Either((arrived, overdue)) if so_far else arrived))
    counts = [Count(when=counted, numerator=ONE, denominator=ZERO)]
    if not so_far:
        missing: Condition
        if measure.arrival == "first":
            never = rows.first_day()
            missing = Present(never, out=True) if isinstance(never, Column) else Compare("==", rows.received(), ZERO)
        else:
            _, missing = _complete(rows.received(), ordered, measure.under_tolerance)
        left_out = All((live, *promised, missing, overdue))
        counts.append(Count(when=left_out, numerator=ONE, denominator=ZERO, evidence=0, left_out=OVERDUE))
    tally = Tally(
        rows=rows,
        kind="order_lines",
        day=_counted_day(rows, measure.counted_in, promise),
        counts=tuple(counts),
        parts=((days, False),),
        part=lambda values: int(values[0]),
    )
    return (tally, _without_request(rows, live, promise)) if measure.promise == "requested" else (tally,)


#: Before every day.
_FAR: Final = 4_000_000


# Quality


def _quality(measure: QualityPassRate | RejectRate, facts: Facts) -> tuple[Tally, ...]:
    rows = facts.rows("inspections")
    inspected, rejected = rows.field("inspections", "inspected"), rows.field("inspections", "rejected")
    rows.at_most("inspections", "rejected", "inspected")
    bad: Cell
    whole: Cell
    if measure.level == "lot":
        bad, whole, places = _refused(measure, rows, rejected), ONE, 0
    else:
        bad, whole, places = rejected, inspected, facts.table("inspections").sizes.quantity_decimals
    passes = isinstance(measure, QualityPassRate)
    count = Count(
        when=All((rows.known("inspections"), rows.within("inspections", measure.scope))),
        numerator=Minus(whole, bad) if passes else bad,
        denominator=whole,
        decimals=(places, places),
    )
    return (Tally(rows=rows, kind="inspections", day=rows.field("inspections", "inspected_on"), counts=(count,)),)


def _refused(measure: QualityPassRate | RejectRate, rows: FactRows, rejected: Column) -> Cell:
    """Return one for a lot that was refused, by its verdict or its rejects."""
    branches: list[tuple[Condition, Cell]] = []
    conceded = rows.optional("inspections", "conceded")
    if measure.concessions == "accepted" and isinstance(conceded, Column):
        branches.append((All((Compare(">", conceded, ZERO), Compare("==", conceded, rejected))), ZERO))
    accepted = rows.optional("inspections", "accepted")
    if isinstance(accepted, Column):
        branches += [(Compare("==", accepted, ONE), ZERO), (Compare("==", accepted, ZERO), ONE)]
    return Pick((*branches, (Compare(">", rejected, ZERO), ONE)), ZERO)


# Money


def _spent(measure: Spend | SpendShare | Concentration, facts: Facts) -> tuple[Tally, str]:
    """Return the tally of an amount spent, and its currency."""
    kind: FactKind = "invoice_lines" if measure.basis == "invoiced" else "order_lines"
    amount: Cell
    when: Condition
    if measure.basis == "ordered":
        rows = facts.rows("order_lines")
        amount, places = rows.amount()
        when, day = _live(rows, measure), rows.field("order_lines", "ordered_on")
    elif measure.basis == "received":
        rows = facts.rows("order_lines" if facts.own_receipts else "receipts")
        own = True if facts.own_receipts else None
        amount, places = rows.amount(of=rows.field("receipts", "quantity", optional=own))
        when = All((rows.brought(), _live(rows, measure)))
        day = rows.field("receipts", "received_on", optional=own)
    else:
        rows = facts.rows("invoice_lines")
        amount, places = rows.field("invoice_lines", "amount"), facts.table("invoice_lines").sizes.money_decimals
        when = All((rows.known("invoice_lines"), rows.within("invoice_lines", measure.scope)))
        day = rows.field("invoice_lines", "invoiced_on")
    currency = rows.refuse_currencies(kind)
    count = Count(when=when, numerator=amount, denominator=ZERO, decimals=(places, 0))
    return Tally(rows=rows, kind=kind, day=day, counts=(count,), part=lambda _values: currency), currency


def _spend(measure: Spend | SpendShare, facts: Facts) -> tuple[Tally, ...]:
    return (_spent(measure, facts)[0],)


def _concentration(measure: Concentration, facts: Facts) -> tuple[Tally, ...]:
    tally, currency = _spent(measure, facts)
    holder = tally.rows.dimension(tally.kind, measure.over)
    missing = LeftOut(f"spend without a {measure.over} left out")
    (count,) = tally.counts
    if measure.over == "supplier" or (measure.over == "item" and tally.kind != "invoice_lines"):
        there: tuple[Count, ...] = (count,)
    else:
        said = tally.rows.optional(tally.kind, measure.over)
        is_said, is_not = (Either(), All()) if isinstance(said, Nothing) else (Present(said), Present(said, out=True))
        unsaid = All((count.when, is_not))
        left_out = Count(when=unsaid, numerator=ONE, denominator=ZERO, evidence=0, left_out=missing)
        there = (attrs.evolve(count, when=All((count.when, is_said))), left_out)
    return (attrs.evolve(tally, counts=there, parts=((holder, True),), part=lambda values: (str(values[0]), currency)),)


def _price_index(measure: PriceIndex, facts: Facts) -> tuple[Tally, ...]:
    rows = facts.rows("order_lines")
    paid, places = rows.amount()
    currency = rows.refuse_currencies("order_lines")
    unit = rows.optional("order_lines", "unit")
    units: tuple[tuple[Cell, bool], ...] = () if isinstance(unit, Nothing) else ((present_or(unit, Text("")), True),)
    count = Count(
        when=_live(rows, measure),
        numerator=paid,
        denominator=rows.field("order_lines", "quantity"),
        decimals=(places, facts.table("order_lines").sizes.quantity_decimals),
    )
    return (
        Tally(
            rows=rows,
            kind="order_lines",
            day=rows.field("order_lines", "ordered_on"),
            counts=(count,),
            parts=((rows.field("order_lines", "supplier"), True), (rows.field("order_lines", "item"), True), *units),
            part=lambda values: (str(values[0]), str(values[1]), values[2] if units else "", currency),
        ),
    )


_Lowering: TypeAlias = Callable[[Any, Facts], tuple[Tally, ...]]

#: How each kind of measure is lowered.
_TALLIES: Final[Mapping[type, _Lowering]] = {
    DeliveryPerformance: _delivery,
    DeliveryTime: _delivery_time,
    FillRate: _fill,
    QualityPassRate: _quality,
    RejectRate: _quality,
    Spend: _spend,
    SpendShare: _spend,
    Concentration: _concentration,
    PriceIndex: _price_index,
}
