"""Which lines and orders a later day alone may change: those that a stream must look at again every day."""

from datetime import date
from typing import Any

import pytest
from delivery_makers import DUE, due, got, held_up, line

from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.measures import DayBand, DeliveryPerformance, DeliveryTime, FillRate, LatePoints, Measure
from supplychain_rules.measures.exact import exactly
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.kinds import counting_of

OTIF = DeliveryPerformance(id="otif")
ORDERS = DeliveryPerformance(id="orders", level="order")
EXCUSED = DeliveryPerformance(id="excused", excused_faults=["buyer"])
LEFT_OUT = DeliveryPerformance(id="left_out", open_overdue="left_out")
DELAY = DeliveryTime(id="delay", of="delay")
SO_FAR = DeliveryTime(id="so_far", of="delay", open_overdue="so_far")
ORDERS_SO_FAR = DeliveryTime(id="orders_so_far", of="delay", level="order", open_overdue="so_far")
FIRST = DeliveryTime(id="first", of="delay", to="first", open_overdue="so_far")
POINTS = LatePoints(id="points", bands=[DayBand(points=1)])
FILL = FillRate(id="fill")
REQUESTED = DeliveryPerformance(id="requested", promise="requested")

EVERY = (OTIF, ORDERS, EXCUSED, LEFT_OUT, DELAY, SO_FAR, ORDERS_SO_FAR, FIRST, POINTS, FILL)


def open_drivers(definition: Measure, facts: list[Any], as_of: date) -> int:
    counting, index = counting_of(definition), FactIndex(Ledger(facts))
    assert counting.is_open is not None
    with exactly():
        is_open = counting.is_open(definition, index, as_of)
        tables = counting.rows(definition, index, as_of)
        return sum(is_open(driver) for table in tables for driver in index.drivers(table))


@pytest.mark.parametrize("definition", EVERY)
def test_a_line_that_may_still_arrive_in_time_is_open(definition: Measure) -> None:
    assert 1 == open_drivers(definition, [line()], DUE)


@pytest.mark.parametrize("definition", EVERY)
def test_a_complete_line_is_not_open(definition: Measure) -> None:
    assert 0 == open_drivers(definition, [line(), got(-2)], DUE)


@pytest.mark.parametrize("definition", EVERY)
def test_a_cancelled_line_is_not_open(definition: Measure) -> None:
    assert 0 == open_drivers(definition, [line(quantity=0)], DUE)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (OTIF, 0),
        (ORDERS, 0),
        (LEFT_OUT, 0),
        (DELAY, 0),
        (FILL, 0),
        (SO_FAR, 1),
        (ORDERS_SO_FAR, 1),
        (FIRST, 0),
        (POINTS, 1),
    ],
)
def test_an_overdue_line_stays_open_only_where_its_days_go_on(definition: Measure, expected: int) -> None:
    assert expected == open_drivers(definition, [line(), got(1, 9)], due(9))


def test_an_excused_line_is_open_until_its_excused_days_have_passed() -> None:
    facts = [line(), held_up(3)]
    assert [1, 0] == [open_drivers(EXCUSED, facts, due(days)) for days in (3, 4)]


def test_an_order_is_open_while_one_of_its_lines_is() -> None:
    facts = [line("A", order="PO1"), got(-2, of="A"), line("B", order="PO1", promised_on=due(5))]
    assert [1, 0] == [open_drivers(ORDERS, facts, due(days)) for days in (5, 6)]


def test_a_line_that_is_left_out_for_want_of_a_date_is_not_open() -> None:
    assert 0 == open_drivers(REQUESTED, [line()], DUE)
    assert 0 == open_drivers(DeliveryTime(id="days", of="delay", promise="requested"), [line()], DUE)
    assert 0 == open_drivers(FillRate(id="fill", promise="requested"), [line()], DUE)
