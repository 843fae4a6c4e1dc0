"""Delivery performance: every choice of its definition, on lines small enough to see."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import DeliveryPerformance, Measurement, measure
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

DUE = date(2026, 1, 20)
YEAR = Period.year(2026)


def line(
    name: str = "L1",
    quantity: int | str = 10,
    *,
    price: str = "1",
    currency: str = "EUR",
    **dates: Any,  # noqa: ANN401
) -> OrderLine:
    return OrderLine(
        id=name,
        supplier="V7",
        item="bolt",
        quantity=quantity,
        unit_price=Money(price, currency),
        ordered_on=date(2026, 1, 5),
        **({"promised_on": DUE} | dates),
    )


def arrivals(*received: tuple[int, int | str], of: str = "L1") -> list[Receipt]:
    """Make receipts from pairs: days after the promise, quantity."""
    return [
        Receipt(id=f"{of}/R{number}", order_line=of, received_on=DUE + timedelta(days=days), quantity=quantity)
        for number, (days, quantity) in enumerate(received)
    ]


def delivery(
    facts: Iterable[Any],
    *,
    as_of: date = date(2026, 3, 1),
    period: Period = YEAR,
    **choices: Any,  # noqa: ANN401
) -> Measurement:
    spec = DeliveryPerformance(id="delivery", **choices)
    (found,) = measure([spec], Ledger(facts), by="total", period=period, as_of=as_of)
    return found


@pytest.mark.parametrize(
    ("received", "choices", "expected"),
    [
        ([(0, 10)], {}, 1),
        ([(1, 10)], {}, 0),
        ([(1, 10)], {"late_days": 1}, 1),
        ([(-300, 10)], {}, 1),
        ([(-3, 10)], {"early_days": 3}, 1),
        ([(-4, 10)], {"early_days": 3}, 0),
        ([(-1, 10)], {"early_days": 0}, 0),
        ([(0, 9)], {}, 0),
        ([(0, 9)], {"under_tolerance": "0.1"}, 1),
        ([(0, "8.99")], {"under_tolerance": "0.1"}, 0),
        ([(0, 8), (1, 1)], {"under_tolerance": "0.1"}, 0),
        ([(0, 9), (5, 1)], {"under_tolerance": "0.1"}, 1),
        ([(0, 7)], {"under_tolerance": "1/3"}, 1),
        ([(0, 11)], {}, 1),
        ([(0, 11)], {"over_tolerance": "0.1"}, 1),
        ([(0, "11.01")], {"over_tolerance": "0.1"}, 0),
        ([(0, 11)], {"over_tolerance": 0}, 0),
        ([(0, 10), (9, 1)], {"over_tolerance": 0}, 0),
        ([], {}, 0),
    ],
)
def test_a_line_is_on_time_in_full_when_enough_arrives_inside_the_window(
    received: list[tuple[int, int | str]], choices: dict[str, Any], expected: int
) -> None:
    assert expected == delivery([line(), *arrivals(*received)], **choices).value


@pytest.mark.parametrize(
    ("received", "expected"), [([(0, 3)], 1), ([(0, 3), (1, 7)], 0), ([(1, 10)], 0), ([], 0), ([(-5, 4), (0, 4)], 1)]
)
def test_without_in_full_a_line_is_judged_by_its_days_only(
    received: list[tuple[int, int | str]], expected: int
) -> None:
    assert expected == delivery([line(), *arrivals(*received)], in_full=False).value


@pytest.mark.parametrize(
    ("received", "expected"),
    [([(0, 6), (3, 4)], Fraction(6, 10)), ([(0, 20)], 1), ([(-30, 10)], 0), ([(-30, 10), (0, 10)], 1), ([], 0)],
)
def test_pieces_are_credited_one_by_one_and_never_beyond_the_order(
    received: list[tuple[int, int | str]], expected: Fraction
) -> None:
    assert expected == delivery([line(), *arrivals(*received)], level="quantity", early_days=10).value


def test_levels_weigh_the_same_lines_differently() -> None:
    facts = [
        *(line("L1", 10, price="1"), line("L2", 90, price="0.5")),
        *arrivals((0, 10), of="L1"),
        *arrivals((0, 30), (2, 60), of="L2"),
    ]
    found = {level: delivery(facts, level=level).value for level in ("line", "quantity", "value")}
    assert {"line": Fraction(1, 2), "quantity": Fraction(40, 100), "value": Fraction(25, 55)} == found


def test_whole_lines_can_be_weighed_by_quantity_or_value() -> None:
    facts = [line("L1", 10), line("L2", 90), *arrivals((0, 10), of="L1"), *arrivals((0, 30), (2, 60), of="L2")]
    expected = (Fraction(1, 10), Fraction(1, 10))
    assert expected == tuple(delivery(facts, level=level, in_full=True).value for level in ("quantity", "value"))


def test_a_stated_line_value_outweighs_price_times_quantity() -> None:
    facts = [line("L1", value=Money("30", "EUR")), line("L2", value=Money("70", "EUR")), *arrivals((0, 10))]
    assert Fraction(3, 10) == delivery(facts, level="value").value


def test_an_open_overdue_line_counts_as_late() -> None:
    found = delivery([line("L1"), line("L2"), *arrivals((0, 10))], as_of=DUE + timedelta(days=1))
    assert (Fraction(1, 2), 2) == (found.value, found.evidence)


def test_a_line_that_may_still_arrive_in_time_is_left_out() -> None:
    facts = [line("L1"), line("L2"), *arrivals((-1, 10))]
    last_day = DUE + timedelta(days=3)
    assert 1 == delivery(facts, late_days=3, as_of=last_day).evidence
    assert 2 == delivery(facts, late_days=3, as_of=last_day + timedelta(days=1)).evidence


def test_a_partial_delivery_is_not_judged_before_its_window_closes() -> None:
    facts = [line(), *arrivals((-2, 6))]
    assert "no_data" == delivery(facts, as_of=DUE, level="quantity").state
    assert Fraction(6, 10) == delivery(facts, as_of=DUE + timedelta(days=1), level="quantity").value


def test_a_complete_line_is_judged_at_once() -> None:
    assert 1 == delivery([line(), *arrivals((-9, 10))], as_of=DUE - timedelta(days=9)).value


def test_re_planning_does_not_hide_lateness_from_the_original_promise() -> None:
    facts = [line(latest_promise_on=DUE + timedelta(days=30)), *arrivals((25, 10))]
    assert [0, 1] == [delivery(facts).value, delivery(facts, promise="latest").value]


def test_a_line_without_a_later_promise_keeps_the_original_one() -> None:
    assert 1 == delivery([line(), *arrivals((0, 10))], promise="latest").value


def test_a_line_without_a_requested_date_is_left_out_and_said_so() -> None:
    facts = [line("L1", requested_on=DUE - timedelta(days=5)), line("L2"), *arrivals((0, 10))]
    found = delivery(facts, promise="requested")
    assert 0 == found.value
    assert (1, "order lines without a requested date left out: 1") == (found.evidence, found.note)


def test_a_line_belongs_to_the_period_of_its_promise() -> None:
    facts = [line(), *arrivals((20, 10))]
    assert "value" == delivery(facts, period=Period.month(2026, 1)).state
    assert "no_data" == delivery(facts, period=Period.month(2026, 2)).state


def test_a_cancelled_line_does_not_count() -> None:
    found = delivery([line(), line(quantity=0, known_on=date(2026, 1, 15))])
    assert ("no_data", "no order line fell due in the period") == (found.state, found.note)


def test_lines_worth_nothing_have_no_rate_by_value() -> None:
    found = delivery([line(price="0"), *arrivals((0, 10))], level="value")
    assert ("no_data", 1, "all that counts has the value zero") == (found.state, found.evidence, found.note)


def test_values_in_two_currencies_have_no_sum() -> None:
    facts = [line("L1"), line("L2", currency="USD")]
    with pytest.raises(InvalidValueError, match=r"'delivery' meets more than one currency: 'EUR, USD'"):
        delivery(facts, level="value")
    assert 0 == delivery(facts, level="quantity").value


def test_a_window_may_reach_the_ends_of_the_calendar() -> None:
    facts = [line(promised_on=date.max), *arrivals((0, 10))]
    period = Period(date(2026, 1, 1), date.max)
    assert "no_data" == delivery(facts, period=period, late_days=5, early_days=5).state
    early = [line(promised_on=date(1, 1, 3)), *arrivals((0, 10))]
    assert 0 == delivery(early, period=Period.year(1), early_days=10).value


def test_the_callers_decimal_context_changes_nothing() -> None:
    facts = [line(quantity="1.000000000000001"), *arrivals((0, "1"), (1, "0.000000000000001"))]
    with localcontext() as context:
        context.prec = 2
        found = delivery(facts, level="quantity")
    assert 1 / Fraction(Decimal("1.000000000000001")) == found.value
