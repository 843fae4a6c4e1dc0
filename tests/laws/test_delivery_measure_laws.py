"""What must always hold within the delivery family: choices against each other, and two roads to one number."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import attrs
from drawn_deliveries import (
    LONG_AFTER,
    PERIOD,
    START,
    days,
    definitions,
    delivery_times,
    faults,
    fill_rates,
    late_points,
    promises,
    quantities,
    tolerances,
    worlds,
)
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import (
    DayBand,
    DeliveryPerformance,
    DeliveryTime,
    FillRate,
    LatePoints,
    Measure,
    Measurement,
    measure,
    series,
)
from supplychain_rules.measures.arrivals import Promise
from supplychain_rules.measures.exact import exactly
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.kinds import counting_of
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

deliveries = st.one_of(definitions(), delivery_times(), late_points(), fill_rates())

#: Rates compared with each other keep every line in one period and weigh it once.
plain = definitions().map(lambda drawn: attrs.evolve(drawn, decay=None, minimum_evidence=0, counted_in="promise"))


def total(definition: Measure, facts: list[Fact], as_of: date = LONG_AFTER) -> Measurement:
    (found,) = measure([definition], Ledger(facts), by="total", period=PERIOD, as_of=as_of)
    return found


@given(facts=worlds(), definition=deliveries, as_of=days, later=st.integers(1, 200))
def test_a_driver_that_is_not_open_is_not_changed_by_a_later_day(
    facts: list[Fact], definition: Measure, as_of: date, later: int
) -> None:
    counting, index = counting_of(definition), FactIndex(Ledger(facts))
    assert counting.is_open is not None
    with exactly():
        today, then = (counting.rows(definition, index, day) for day in (as_of, as_of + timedelta(days=later)))
        is_open = counting.is_open(definition, index, as_of)
        for table, rows in today.items():
            for driver in index.drivers(table):
                assert is_open(driver) or rows(driver) == then[table](driver)


def rate(definition: DeliveryPerformance, facts: list[Fact]) -> Fraction | None:
    return total(definition, facts).value


@given(facts=worlds(), definition=plain, more=st.integers(1, 10))
def test_a_wider_window_never_lowers_a_rate_once_every_window_has_closed(
    facts: list[Fact], definition: DeliveryPerformance, more: int
) -> None:
    wider = attrs.evolve(definition, late_days=definition.late_days + more)
    before, after = rate(definition, facts), rate(wider, facts)
    if before is not None:
        assert after is not None
        assert before <= after


@given(facts=worlds(), definition=plain, excused=faults)
def test_no_excuse_is_stricter_than_leaving_out_and_leaving_out_than_extending(
    facts: list[Fact], definition: DeliveryPerformance, excused: frozenset[Any]
) -> None:
    strict = attrs.evolve(definition, excused_faults=(), excuse="extend", calendar=None)
    extended = attrs.evolve(strict, excused_faults=excused)
    left_out = attrs.evolve(extended, excuse="leave_out") if excused else extended
    rates = [rate(one, facts) for one in (strict, left_out, extended)]
    met = [value for value in rates if value is not None]
    assert sorted(met) == met


@given(facts=worlds(), definition=plain)
def test_leaving_overdue_lines_out_never_lowers_a_rate_by_line_and_is_counted(
    facts: list[Fact], definition: DeliveryPerformance
) -> None:
    # Without `in_full` a line may be good although it is not complete; left out, it takes its good mark with it.
    whole = attrs.evolve(definition, level="line", partial="every", in_full=True, excuse="extend")
    late, left_out = (attrs.evolve(whole, open_overdue=choice) for choice in ("late", "left_out"))
    kept, less = total(late, facts), total(left_out, facts)
    if less.value is not None:
        assert kept.value is not None
        assert kept.value <= less.value
    said = less.note.partition("not complete left out: ")[2].partition(";")[0]
    assert kept.evidence == less.evidence + int(said or 0)


@given(facts=worlds(), promise=promises, tolerance=tolerances, late_days=st.integers(0, 10))
def test_rates_and_points_take_three_roads_to_one_number(
    facts: list[Fact], promise: Promise, tolerance: str, late_days: int
) -> None:
    common: dict[str, Any] = {"promise": promise, "under_tolerance": tolerance}
    otif = DeliveryPerformance(id="otif", late_days=late_days, **common)
    by_receipt = attrs.evolve(otif, in_full=False, partial="completing")
    bands = (DayBand(up_to=late_days, points=1), DayBand(points=0))
    points = LatePoints(id="points", bands=bands, to="completing", **common)
    assert total(otif, facts).value == total(by_receipt, facts).value == total(points, facts).value


@given(facts=worlds(), definition=delivery_times(), as_of=days)
def test_a_mean_delay_is_the_mean_lateness_less_the_mean_earliness(
    facts: list[Fact], definition: DeliveryTime, as_of: date
) -> None:
    mean = attrs.evolve(definition, statistic="mean", percentile=None)
    delay, lateness, earliness = (
        total(attrs.evolve(mean, of=of), facts, as_of).value for of in ("delay", "lateness", "earliness")
    )
    if delay is not None:
        assert lateness is not None
        assert earliness is not None
        assert lateness - earliness == delay


@given(facts=worlds(), definition=delivery_times(), rank=st.sampled_from(("0.1", "0.5", "0.9")))
def test_every_statistic_lies_between_the_least_and_the_greatest(
    facts: list[Fact], definition: DeliveryTime, rank: str
) -> None:
    def of(statistic: Any, percentile: str | None = None) -> Fraction | None:  # noqa: ANN401
        return total(attrs.evolve(definition, statistic=statistic, percentile=percentile), facts).value

    least, greatest = of("least"), of("greatest")
    if least is not None and greatest is not None:
        for inside in (of("mean"), of("median"), of("percentile", rank)):
            assert inside is not None
            assert least <= inside <= greatest
        variance = of("variance")
        assert variance is not None
        assert 0 <= variance <= (greatest - least) ** 2


@given(facts=worlds(), definition=fill_rates())
def test_inspection_never_fills_an_order(facts: list[Fact], definition: FillRate) -> None:
    received = total(attrs.evolve(definition, basis="received", concessions="rejected"), facts)
    accepted = total(attrs.evolve(definition, basis="accepted"), facts)
    assert received.denominator == accepted.denominator
    assert accepted.numerator <= received.numerator


@given(facts=worlds(), definition=plain)
def test_pieces_are_never_less_punctual_than_whole_lines(facts: list[Fact], definition: DeliveryPerformance) -> None:
    pieces = attrs.evolve(
        definition,
        level="quantity",
        in_full=False,
        partial="every",
        under_tolerance=0,
        over_tolerance=None,
        open_overdue="late",
        excuse="extend",
    )
    whole = attrs.evolve(pieces, in_full=True)
    assert total(whole, facts).denominator == total(pieces, facts).denominator
    assert total(whole, facts).numerator <= total(pieces, facts).numerator


@given(facts=worlds(), definition=deliveries, as_of=days)
def test_a_series_adds_up_to_the_whole_period(facts: list[Fact], definition: Measure, as_of: date) -> None:
    undecayed = attrs.evolve(definition, decay=None)
    weeks = [Period(day, day + timedelta(days=7)) for day in (START + timedelta(days=7 * week) for week in range(8))]
    parts = series(undecayed, Ledger(facts), by="total", periods=weeks, as_of=as_of)["total"]
    whole = Period(weeks[0].start, weeks[-1].end)
    (entry,) = measure([undecayed], Ledger(facts), by="total", period=whole, as_of=as_of)
    assert entry.evidence == sum(part.evidence for part in parts)
    if not isinstance(definition, DeliveryTime):
        assert entry.numerator == sum((part.numerator for part in parts), Fraction(0))


@given(ordered=quantities, parts=st.tuples(quantities, quantities), promised=days, one=days, other=days)
def test_two_receipts_of_a_day_are_one_receipt_of_their_sum(
    ordered: str, parts: tuple[str, str], promised: date, one: date, other: date
) -> None:
    line = OrderLine(
        id="L",
        supplier="V1",
        item="bolt",
        quantity=ordered,
        unit_price=Money("1", "EUR"),
        ordered_on=START,
        promised_on=promised,
    )
    half, rest = (
        Receipt(id=f"R{number}", order_line="L", received_on=one, quantity=part) for number, part in enumerate(parts)
    )
    more = Receipt(id="M", order_line="L", received_on=other, quantity=parts[0])
    whole = attrs.evolve(half, quantity=half.quantity + rest.quantity)
    for level in ("line", "quantity", "value"):
        performance = DeliveryPerformance(id="delivery", level=level, early_days=9, late_days=3)
        assert total(performance, [line, half, rest, more]) == total(performance, [line, whole, more])
    for to in ("first", "last", "completing"):
        time = DeliveryTime(id="days", of="delay", to=to)
        assert total(time, [line, half, rest, more]) == total(time, [line, whole, more])
