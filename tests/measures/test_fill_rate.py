"""Fill rates: what came of what was ordered, and what inspection left of it."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from delivery_makers import DUE, MARCH, due, found, got, line, total

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.measures import FillRate, HalfLife, Measurement, Scope
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period


def fill(facts: list[Any], *, as_of: date = MARCH, **choices: Any) -> Measurement:  # noqa: ANN401
    return total(FillRate(id="fill", **choices), facts, as_of=as_of)


def rejected(count: int, *, conceded: int = 0, of: str = "L1", name: str = "Q1") -> Inspection:
    return Inspection(
        id=name,
        supplier="V7",
        item="bolt",
        order_line=of,
        inspected=10,
        rejected=count,
        conceded=conceded,
        inspected_on=DUE,
    )


def test_late_goods_fill_an_order_as_well_as_punctual_ones() -> None:
    assert [1, 1] == [fill([line(), got(late)]).value for late in (0, 30)]


def test_levels_count_pieces_lines_or_money() -> None:
    facts = [line("A", 10, price="1"), line("B", 30, price="3"), got(0, 10, of="A"), got(0, 15, of="B")]
    by_level = {level: fill(facts, level=level).value for level in ("quantity", "line", "value")}
    assert {"quantity": Fraction(25, 40), "line": Fraction(1, 2), "value": Fraction(55, 100)} == by_level


def test_lines_short_are_the_lines_that_were_not_filled() -> None:
    entry = fill([line("A"), got(0, of="A"), line("B"), got(0, 9, of="B"), line("C")], level="line")
    assert 2 == entry.denominator - entry.numerator
    assert 3 == entry.trials


def test_surplus_fills_nothing_while_capped_and_hides_a_shortage_where_not() -> None:
    facts = [line("A"), got(0, 20, of="A"), line("B")]
    assert [Fraction(1, 2), 1] == [fill(facts, capped=capped).value for capped in (True, False)]
    assert 2 == fill([line(price="3"), got(0, 20)], level="value", capped=False).value


def test_a_line_of_which_nothing_came_is_all_short_or_left_to_the_measures_of_lateness() -> None:
    facts = [line("A"), got(0, 8, of="A"), line("B")]
    found_by = {choice: fill(facts, untouched=choice) for choice in ("short", "left_out")}
    assert {"short": (Fraction(8, 20), 2), "left_out": (Fraction(8, 10), 1)} == {
        choice: (entry.value, entry.evidence) for choice, entry in found_by.items()
    }


@pytest.mark.parametrize(
    ("receipts", "inspections", "received", "accepted"),
    [
        ([got(0)], [], 10, 10),
        ([got(0)], [rejected(3)], 10, 7),
        ([got(0)], [rejected(3), rejected(2, name="Q2")], 10, 5),
        ([got(0, 4)], [rejected(9)], 4, 0),
        ([got(0, 12)], [rejected(1)], 12, 11),
        ([got(0, 5), got(1, 5, wrong_item=True)], [], 5, 5),
    ],
)
def test_net_fill_is_what_inspection_left(
    receipts: list[Any], inspections: list[Any], received: int, accepted: int
) -> None:
    facts = [line(), *receipts, *inspections]
    numerators = tuple(fill(facts, basis=basis, capped=False).numerator for basis in ("received", "accepted"))
    assert (received, accepted) == numerators


def test_rejects_are_taken_off_what_came_before_it_is_capped() -> None:
    assert 1 == fill([line(), got(0, 12), rejected(2)], basis="accepted").value


def test_conceded_units_fill_the_order_where_one_says_so() -> None:
    facts = [line(), got(0), rejected(3, conceded=2)]
    found_rates = [fill(facts, basis="accepted", concessions=choice).value for choice in ("rejected", "accepted")]
    assert [Fraction(7, 10), Fraction(9, 10)] == found_rates


def test_a_line_filled_with_rejects_is_short() -> None:
    facts = [line(), got(0), rejected(1)]
    assert [1, 0] == [fill(facts, basis=basis, level="line").value for basis in ("received", "accepted")]


def test_an_inspection_of_no_order_line_takes_nothing_off() -> None:
    free = Inspection(id="Q", supplier="V7", item="bolt", inspected=10, rejected=10, inspected_on=DUE)
    assert 1 == fill([line(), got(0), free], basis="accepted").value


def test_a_line_that_may_still_be_filled_does_not_count_yet() -> None:
    facts = [line(), got(-3, 4)]
    assert "no_data" == fill(facts, as_of=DUE).state
    assert Fraction(4, 10) == fill(facts, as_of=due(1)).value
    assert 1 == fill([*facts, got(-2, 6)], as_of=DUE).value


def test_a_later_promise_gives_a_line_more_time_to_be_filled() -> None:
    facts = [line(latest_promise_on=due(30))]
    assert ["value", "no_data"] == [fill(facts, as_of=due(9), promise=which).state for which in ("original", "latest")]


def test_lines_without_a_requested_date_are_left_out_of_requested() -> None:
    entry = fill([line("A", requested_on=DUE), line("B")], promise="requested")
    assert (0, 1, "order lines without a requested date left out: 1") == (entry.value, entry.evidence, entry.note)


def test_a_cancelled_line_need_not_be_filled() -> None:
    assert "no order line fell due in the period" == fill([line(quantity=0)]).note


def test_a_line_counts_in_the_month_that_counted_in_names() -> None:
    facts = [line(), got(20)]
    for counted_in, month in (("promise", "2026-01"), ("order", "2026-01"), ("receipt", "2026-02")):
        definition = FillRate(id="fill", counted_in=counted_in)
        by_month = found(definition, facts, by="month", period=Period.quarter(2026, 1))
        assert [month] == [key for key, entry in by_month.items() if entry.evidence]


def test_pieces_of_several_units_have_no_fill_rate_and_their_lines_have() -> None:
    facts = [line("A", unit="kg"), got(0, of="A"), line("B", unit="m")]
    assert "quantities in several units have no sum: kg, m" == fill(facts).note
    assert Fraction(1, 2) == fill(facts, level="line").value


def test_values_of_two_currencies_have_no_fill_rate() -> None:
    facts = [line("A"), line("B", unit_price=Money("1", "USD"))]
    with pytest.raises(InvalidValueError, match="'fill' meets more than one currency"):
        fill(facts, level="value")


def test_scope_decay_and_minimum_hold_for_fill_too() -> None:
    facts = [line("A", status="complete"), got(0, of="A"), line("B", status="open")]
    assert 1 == fill(facts, scope=Scope(statuses=["complete"])).value
    assert None is fill(facts, level="line", decay=HalfLife(30)).trials
    assert "evidence 2 is below the minimum 3" == fill(facts, minimum_evidence=3).note


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"basis": "stocked"}, "FillRate.basis is unknown: 'stocked'"),
        ({"level": "order"}, "FillRate.level is unknown: 'order'"),
        ({"untouched": "late"}, "FillRate.untouched is unknown: 'late'; expected one of short, left_out"),
        ({"concessions": "free"}, "FillRate.concessions is unknown: 'free'"),
        ({"capped": "yes"}, "FillRate.capped must be true or false: 'yes'"),
        ({"capped": False, "level": "line"}, "FillRate.capped has no effect without level='quantity' or 'value'"),
        ({"concessions": "accepted"}, "FillRate.concessions has no effect without basis='accepted'"),
    ],
)
def test_a_fill_rate_refuses_what_does_not_exist(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        FillRate(id="fill", **choices)
