"""Random deliveries: order lines with receipts, delays and inspections, and definitions over every choice."""

from datetime import date, timedelta

from hypothesis import strategies as st

from supplychain_rules.facts.fields import FAULTS
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.measures import (
    DayBand,
    DeliveryPerformance,
    DeliveryTime,
    FillRate,
    HalfLife,
    LatePoints,
    LinearDecay,
    Scope,
)
from supplychain_rules.measures.statistics import STATISTICS
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

START = date(2026, 1, 1)
PERIOD = Period(START, START + timedelta(days=60))
SUPPLIERS = ("V1", "V2", "V3")

#: So late that every window has closed and every line is overdue or complete.
LONG_AFTER = date(2027, 1, 1)

days = st.integers(0, 80).map(lambda count: START + timedelta(days=count))
quantities = st.sampled_from(("0.5", "1", "3", "10"))
dates_known = st.integers(0, 20).map(lambda count: timedelta(days=count))
tolerances = st.sampled_from(("0", "0.1", "1/3"))
promises = st.sampled_from(("original", "latest", "requested"))
days_counted = st.sampled_from(("promise", "order", "receipt"))
faults = st.frozensets(st.sampled_from(FAULTS))
scopes = st.builds(
    Scope,
    without_suppliers=st.sampled_from(((), ("V3",))),
    items=st.sampled_from(((), ("bolt",))),
    sites=st.sampled_from(((), ("north",))),
    statuses=st.sampled_from(((), ("open", "complete"))),
)
decays = st.none() | st.sampled_from((HalfLife(30), LinearDecay(45)))

#: A calendar with a holiday and a make-up day in the drawn days.
CALENDAR = WorkCalendar(holidays=[date(2026, 1, 14), date(2026, 2, 2)], workdays=[date(2026, 1, 17)])
calendars = st.none() | st.just(CALENDAR)


@st.composite
def definitions(draw: st.DrawFn) -> DeliveryPerformance:
    """Draw a definition of delivery performance over every choice that something reads."""
    level = draw(st.sampled_from(("line", "order", "quantity", "value")))
    in_full = draw(st.booleans())
    excused = draw(faults)
    early, late = draw(st.none() | st.integers(0, 10)), draw(st.integers(0, 10))
    by_receipt = not in_full and level in ("line", "order")
    return DeliveryPerformance(
        id="delivery",
        promise=draw(promises),
        early_days=early,
        late_days=late,
        calendar=draw(calendars) if early or late or excused else None,
        level=level,
        in_full=in_full,
        partial=draw(st.sampled_from(("every", "first", "last", "completing"))) if by_receipt else "every",
        under_tolerance=draw(tolerances),
        over_tolerance=draw(st.none() | tolerances) if in_full else None,
        open_overdue=draw(st.sampled_from(("late", "left_out"))),
        excused_faults=excused,
        excuse=draw(st.sampled_from(("extend", "leave_out"))) if excused else "extend",
        counted_in=draw(days_counted),
        scope=draw(scopes),
        decay=draw(decays),
        minimum_evidence=draw(st.integers(0, 2)),
    )


@st.composite
def delivery_times(draw: st.DrawFn) -> DeliveryTime:
    """Draw a definition of delivery time."""
    statistic = draw(st.sampled_from(STATISTICS))
    to = draw(st.sampled_from(("first", "last", "completing")))
    return DeliveryTime(
        id="drawn_days",
        of=draw(st.sampled_from(("lead_time", "delay", "lateness", "earliness"))),
        statistic=statistic,
        percentile=draw(st.sampled_from(("0.1", "0.5", "1"))) if statistic == "percentile" else None,
        level=draw(st.sampled_from(("line", "order"))),
        promise=draw(promises),
        calendar=draw(calendars),
        to=to,
        under_tolerance=0 if to == "first" else draw(tolerances),
        open_overdue=draw(st.sampled_from(("left_out", "so_far"))),
        relative_to_days=draw(st.none() | st.integers(1, 30)),
        counted_in=draw(days_counted),
        scope=draw(scopes),
        decay=draw(decays),
    )


@st.composite
def late_points(draw: st.DrawFn) -> LatePoints:
    """Draw points for punctuality by which no day earns more than the promised one."""
    ends = sorted(draw(st.sets(st.integers(-20, 20), max_size=4)))
    promised = next((place for place, end in enumerate(ends) if end >= 0), len(ends))
    earned = [draw(st.sampled_from(("0", "40", "79.5", "100"))) for _ in range(len(ends) + 1)]
    earned[promised] = "100"
    bands = [DayBand(up_to=end, points=points) for end, points in zip([*ends, None], earned, strict=True)]
    to = draw(st.sampled_from(("first", "last", "completing")))
    return LatePoints(
        id="drawn_points",
        bands=bands,
        level=draw(st.sampled_from(("line", "value"))),
        promise=draw(promises),
        calendar=draw(calendars),
        to=to,
        under_tolerance=0 if to == "first" else draw(tolerances),
        open_overdue=draw(st.sampled_from(("left_out", "so_far"))),
        counted_in=draw(days_counted),
        scope=draw(scopes),
        decay=draw(decays),
    )


@st.composite
def fill_rates(draw: st.DrawFn) -> FillRate:
    """Draw a fill rate, capped, so that it is a rate."""
    basis = draw(st.sampled_from(("received", "accepted")))
    return FillRate(
        id="drawn_fill",
        basis=basis,
        level=draw(st.sampled_from(("line", "quantity", "value"))),
        concessions=draw(st.sampled_from(("rejected", "accepted"))) if basis == "accepted" else "rejected",
        promise=draw(promises),
        counted_in=draw(days_counted),
        scope=draw(scopes),
        decay=draw(decays),
    )


@st.composite
def worlds(draw: st.DrawFn) -> list[Fact]:
    """Draw order lines of three suppliers, receipts before and after their promises, delays and inspections."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(0, 6))):
        ordered_on, name = draw(days), f"L{number}"
        facts.append(
            OrderLine(
                id=name,
                order=draw(st.none() | st.sampled_from(("PO1", "PO2"))),
                supplier=draw(st.sampled_from(SUPPLIERS)),
                item=draw(st.sampled_from(("bolt", "nut"))),
                quantity=draw(quantities | st.just("0")),
                unit_price=Money(draw(st.sampled_from(("0", "1", "2.50"))), "EUR"),
                ordered_on=ordered_on,
                promised_on=draw(days),
                latest_promise_on=draw(st.none() | days),
                requested_on=draw(st.none() | days),
                site=draw(st.none() | st.just("north")),
                status=draw(st.sampled_from((None, "open", "complete", "draft"))),
                known_on=ordered_on + draw(dates_known),
            )
        )
        for part in range(draw(st.integers(0, 3))):
            received_on = draw(days)
            facts.append(
                Receipt(
                    id=f"{name}/{part}",
                    order_line=name,
                    received_on=received_on,
                    quantity=draw(quantities | st.just("0")),
                    wrong_item=draw(st.sampled_from((False, False, False, True))),
                    known_on=received_on + draw(dates_known),
                )
            )
        for fault in draw(faults):
            facts.append(  # noqa: PERF401  drawing in a comprehension hides what was drawn
                Delay(
                    id=f"{name}/{fault}",
                    order_line=name,
                    days=draw(st.integers(0, 15)),
                    fault=fault,
                    recorded_on=draw(days),
                )
            )
    lines = [fact for fact in facts if isinstance(fact, OrderLine)]
    for number in range(draw(st.integers(0, 3))):
        of = draw(st.none() | st.sampled_from(lines)) if lines else None
        facts.append(
            Inspection(
                id=f"Q{number}",
                supplier=of.supplier if of is not None else draw(st.sampled_from(SUPPLIERS)),
                item="bolt",
                order_line=of.id if of is not None else None,
                inspected=10,
                rejected=draw(st.integers(2, 10)),
                conceded=draw(st.integers(0, 2)),
                inspected_on=draw(days),
            )
        )
    return facts


def perfect(supplier: str, quantity: str, due: date) -> list[Fact]:
    """Return a line of an order of its own that came whole on the promised and requested day."""
    return [
        OrderLine(
            id="perfect",
            supplier=supplier,
            item="bolt",
            quantity=quantity,
            unit_price=Money("1", "EUR"),
            ordered_on=START,
            promised_on=due,
            requested_on=due,
            site="north",
            status="complete",
        ),
        Receipt(id="perfect", order_line="perfect", received_on=due, quantity=quantity),
    ]
