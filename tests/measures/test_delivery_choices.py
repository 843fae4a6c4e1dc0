"""Delivery performance, choice by choice: what each one changes, and what it leaves alone."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from delivery_makers import DUE, MARCH, ORDERED, due, found, got, held_up, line, total

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import FAULTS
from supplychain_rules.facts.parties import Customer, Supplier
from supplychain_rules.measures import DeliveryPerformance, HalfLife, LinearDecay, Measurement, Scope
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.period import Period

HALF = Fraction(1, 2)


def delivery(facts: list[Any], *, as_of: date = MARCH, **choices: Any) -> Measurement:  # noqa: ANN401
    return total(DeliveryPerformance(id="delivery", **choices), facts, as_of=as_of)


def order(*days: int, name: str = "PO1") -> list[Any]:
    """Make an order whose lines came whole, each so many days after the promise."""
    facts: list[Any] = []
    for number, late in enumerate(days):
        facts += [line(f"{name}/{number}", order=name), got(late, of=f"{name}/{number}")]
    return facts


def test_an_order_is_good_when_all_its_lines_are() -> None:
    facts = order(0, -1) + order(0, 1, name="PO2")
    assert (HALF, 2) == (delivery(facts, level="order").value, delivery(facts, level="order").evidence)
    assert Fraction(3, 4) == delivery(facts).value


def test_lines_without_an_order_number_are_orders_of_their_own() -> None:
    facts = [line("L1"), line("L2"), got(0, of="L1"), got(5, of="L2")]
    assert HALF == delivery(facts, level="order").value


def test_two_suppliers_may_use_one_order_number() -> None:
    facts = [line("A", order="1", supplier="V1"), line("B", order="1", supplier="V2"), got(0, of="A"), got(5, of="B")]
    by_supplier = found(DeliveryPerformance(id="delivery", level="order"), facts, by="supplier")
    assert {"V1": 1, "V2": 0} == {key: entry.value for key, entry in by_supplier.items()}


def test_a_cancelled_line_neither_spoils_nor_delays_its_order() -> None:
    assert 1 == delivery([*order(0), line("PO1/9", 0, order="PO1")], level="order").value
    assert "no_data" == delivery([line("PO1/9", 0, order="PO1")], level="order").state


def test_an_order_falls_due_with_the_last_of_its_lines() -> None:
    facts = [*order(0), line("PO1/9", order="PO1", promised_on=due(20)), got(20, of="PO1/9")]
    definition = DeliveryPerformance(id="delivery", level="order")
    by_month = found(definition, facts, by="month", period=Period.quarter(2026, 1))
    assert {"2026-01": 0, "2026-02": 1, "2026-03": 0} == {key: entry.evidence for key, entry in by_month.items()}


def test_an_order_is_not_judged_before_the_last_of_its_lines_is_known() -> None:
    facts = [*order(9), line("PO1/9", order="PO1", promised_on=due(60))]
    assert "no_data" == delivery(facts, level="order").state
    assert 0 == delivery(facts, level="order", as_of=due(61)).value


def test_an_order_with_a_line_left_out_is_left_out_unless_another_line_is_bad() -> None:
    asked = {"requested_on": DUE}
    facts = [
        *(line("A/1", order="A", **asked), line("A/2", order="A"), got(0, of="A/1"), got(0, of="A/2")),
        *(line("B/1", order="B", **asked), line("B/2", order="B"), got(9, of="B/1"), got(0, of="B/2")),
    ]
    entry = delivery(facts, level="order", promise="requested")
    expected = (0, 1, "orders with a line without a requested date left out: 1")
    assert expected == (entry.value, entry.evidence, entry.note)


@pytest.mark.parametrize(
    ("receipts", "every", "first", "last", "completing"),
    [
        ([got(0, 10)], 1, 1, 1, 1),
        ([got(1, 10)], 0, 0, 0, 0),
        ([got(0, 4), got(0, 6)], 1, 1, 1, 1),
        ([got(-1, 4), got(5, 6)], 0, 1, 0, 0),
        ([got(-1, 4), got(0, 6), got(5, 1)], 0, 1, 0, 1),
        ([got(0, 4)], 1, 1, 1, 0),
        ([got(-1, 4), got(5, 2)], 0, 1, 0, 0),
        ([got(0, 10), got(9, 0)], 1, 1, 1, 1),
        ([], 0, 0, 0, 0),
    ],
)
def test_partial_names_the_receipt_that_decides(
    receipts: list[Any], every: int, first: int, last: int, completing: int
) -> None:
    expected = {"every": every, "first": first, "last": last, "completing": completing}
    choices = {name: delivery([line(), *receipts], in_full=False, partial=name).value for name in expected}
    assert expected == choices


def test_the_completing_receipt_may_leave_the_tolerance_short() -> None:
    facts = [line(), got(0, 9), got(9, 1)]
    choices = {"in_full": False, "partial": "completing"}
    assert [0, 1] == [delivery(facts, under_tolerance=share, **choices).value for share in ("0", "0.1")]


def test_the_deciding_receipt_must_not_be_early_either() -> None:
    facts = [line(), got(-9, 4), got(0, 6)]
    choices: dict[str, Any] = {"in_full": False, "early_days": 5}
    assert [0, 0, 1] == [delivery(facts, partial=name, **choices).value for name in ("every", "first", "last")]


@pytest.mark.parametrize(
    "choices",
    [{}, {"level": "quantity"}, {"level": "order"}, {"in_full": False}, {"in_full": False, "partial": "first"}],
)
def test_a_wrong_item_fills_no_order_and_keeps_no_promise(choices: dict[str, Any]) -> None:
    assert 0 == delivery([line(), got(0, wrong_item=True)], **choices).value


def test_the_right_item_after_a_wrong_one_is_judged_by_its_own_day() -> None:
    wrong = got(0, 10, wrong_item=True)
    assert [1, 0] == [delivery([line(), wrong, right]).value for right in (got(-1), got(1))]


def test_a_wrong_item_is_no_over_delivery() -> None:
    assert 1 == delivery([line(), got(0), got(-1, 5, wrong_item=True)], over_tolerance=0).value


BUYER: dict[str, Any] = {"excused_faults": ["buyer"]}
LEFT_OUT: dict[str, Any] = BUYER | {"excuse": "leave_out"}


@pytest.mark.parametrize(("days", "expected"), [(2, 1), (3, 1), (4, 0)])
def test_an_excused_delay_extends_the_promise_by_its_days_and_no_more(days: int, expected: int) -> None:
    assert expected == delivery([line(), held_up(3), got(days)], **BUYER).value


def test_a_delay_of_another_partys_fault_is_not_excused() -> None:
    assert 0 == delivery([line(), held_up(3, "carrier"), got(2)], **BUYER).value


def test_delays_of_several_excused_faults_add_up() -> None:
    facts = [line(), held_up(3), held_up(4, "customer"), got(7)]
    assert [0, 1] == [delivery(facts, excused_faults=faults).value for faults in (["buyer"], ["buyer", "customer"])]


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_can_be_excused(fault: str) -> None:
    assert 1 == delivery([line(), held_up(3, fault), got(3)], excused_faults=[fault]).value


def test_a_line_late_only_by_an_excused_delay_is_left_out_and_counted_in_the_note() -> None:
    entry = delivery([line(), held_up(3), got(3), line("L2"), got(0, of="L2")], **LEFT_OUT)
    expected = (1, 1, "order lines late by an excused delay left out: 1")
    assert expected == (entry.value, entry.evidence, entry.note)


def test_leaving_out_never_forgives_the_suppliers_own_lateness() -> None:
    entry = delivery([line(), held_up(1), got(30)], **LEFT_OUT)
    assert (0, 1, "") == (entry.value, entry.evidence, entry.note)


def test_leaving_out_never_forgives_what_has_nothing_to_do_with_the_delay() -> None:
    early = delivery([line(), held_up(1), got(-30)], early_days=5, **LEFT_OUT)
    too_much = delivery([line(), held_up(1), got(0, 20)], over_tolerance=0, **LEFT_OUT)
    assert [0, 0] == [early.value, too_much.value]


def test_a_good_line_stays_although_it_was_held_up() -> None:
    assert 1 == delivery([line(), held_up(3), got(0)], **LEFT_OUT).value


def test_pieces_late_only_by_an_excused_delay_are_left_out_one_by_one() -> None:
    facts = [line(price="2"), held_up(3), got(0, 5), got(3, 3), got(9, 2)]
    by_piece, by_value = (delivery(facts, level=level, **LEFT_OUT) for level in ("quantity", "value"))
    assert (Fraction(5, 7), 7) == (by_piece.value, by_piece.denominator)
    assert (Fraction(5, 7), 14) == (by_value.value, by_value.denominator)
    assert "order lines late in part by an excused delay, and that part left out: 1" == by_piece.note


def test_an_order_late_only_by_an_excused_delay_is_left_out() -> None:
    facts = [*order(0, 3), held_up(3, of="PO1/1")]
    entry = delivery(facts, level="order", **LEFT_OUT)
    assert ("no_data", "no order line fell due in the period; orders late by an excused delay left out: 1") == (
        entry.state,
        entry.note,
    )
    own_fault = delivery([*facts, line("PO1/2", order="PO1"), got(9, of="PO1/2")], level="order", **LEFT_OUT)
    assert (0, 1) == (own_fault.value, own_fault.evidence)


@pytest.mark.parametrize("excuse", ["extend", "leave_out"])
def test_an_open_line_is_not_late_while_its_excused_days_run(excuse: str) -> None:
    facts, choices = [line(), held_up(3)], BUYER | {"excuse": excuse}
    assert ["no_data", "value"] == [delivery(facts, as_of=due(days), **choices).state for days in (3, 4)]
    assert 0 == delivery(facts, as_of=due(4), **choices).value


#: Lunar new year of 2026 in China, with a make-up Saturday: passed in, never known.
SPRING = WorkCalendar(
    holidays=[date(2026, 2, day) for day in range(16, 24)], workdays=[date(2026, 2, 14), date(2026, 2, 28)]
)


@pytest.mark.parametrize(
    ("received", "calendar", "expected"),
    [
        (date(2026, 2, 16), None, 1),
        (date(2026, 2, 17), None, 0),
        (date(2026, 2, 14), SPRING, 1),
        (date(2026, 2, 24), SPRING, 1),
        (date(2026, 2, 25), SPRING, 0),
        (date(2026, 2, 17), WorkCalendar(), 1),
        (date(2026, 2, 18), WorkCalendar(), 0),
    ],
)
def test_late_days_are_working_days_with_the_holidays_passed_in(
    received: date, calendar: WorkCalendar | None, expected: int
) -> None:
    friday = date(2026, 2, 13)
    receipt = got((received - DUE).days)
    facts = [line(promised_on=friday), receipt]
    late_days = 3 if calendar is None else 2
    assert expected == delivery(facts, late_days=late_days, calendar=calendar).value


def test_early_days_and_excused_delays_are_working_days_too() -> None:
    monday = date(2026, 1, 26)
    facts = [line(promised_on=monday), got(3), line("L2", promised_on=monday), held_up(5, of="L2"), got(13, of="L2")]
    choices: dict[str, Any] = {"early_days": 1, **BUYER}
    assert [0, 1] == [delivery(facts, calendar=calendar, **choices).value for calendar in (None, WorkCalendar())]


@pytest.mark.parametrize(
    ("counted_in", "expected"), [("order", "2026-01"), ("promise", "2026-02"), ("receipt", "2026-03")]
)
def test_a_line_belongs_to_the_month_of_its_order_promise_or_last_receipt(counted_in: Any, expected: str) -> None:  # noqa: ANN401
    facts = [line(promised_on=date(2026, 2, 10)), got(25, 5), got(45, 5)]
    definition = DeliveryPerformance(id="delivery", counted_in=counted_in)
    by_month = found(definition, facts, by="month", period=Period.quarter(2026, 1), as_of=date(2026, 6, 1))
    assert [expected] == [key for key, entry in by_month.items() if entry.evidence]


def test_a_line_without_a_receipt_belongs_to_the_month_of_its_promise() -> None:
    definition = DeliveryPerformance(id="delivery", counted_in="receipt")
    facts = [line(), got(9, wrong_item=True)]
    assert "value" == total(definition, facts, period=Period.month(2026, 1)).state


@pytest.mark.parametrize("level", ["line", "order", "quantity", "value"])
def test_overdue_lines_can_be_left_out_and_the_note_says_how_many(level: str) -> None:
    facts = [line("L1"), line("L2"), line("L3"), got(0, of="L1"), got(0, 9, of="L2")]
    kept, left = (delivery(facts, level=level, open_overdue=choice) for choice in ("late", "left_out"))
    assert 3 == kept.evidence
    assert (1, 1) == (left.value, left.evidence)
    what = "orders" if level == "order" else "order lines"
    assert f"overdue {what} that are not complete left out: 2" == left.note


def test_a_line_short_within_the_tolerance_is_complete_at_once_and_not_left_out() -> None:
    facts, choices = [line(), got(-5, 9)], {"under_tolerance": "0.1"}
    assert 1 == delivery(facts, as_of=due(-5), **choices).value
    assert 1 == delivery(facts, open_overdue="left_out", **choices).value
    assert "no_data" == delivery([line(), got(-5, "8.9")], as_of=due(-5), **choices).state


def test_a_late_but_complete_line_is_not_left_out() -> None:
    assert 0 == delivery([line(), got(9)], open_overdue="left_out").value


def test_an_older_line_weighs_less() -> None:
    facts = [line("L1", promised_on=date(2026, 1, 1)), got(-20, of="L1"), line("L2", promised_on=date(2026, 1, 11))]
    entry = delivery(facts, as_of=date(2026, 1, 21), decay=LinearDecay(40))
    assert Fraction(20, 40) / (Fraction(20, 40) + Fraction(30, 40)) == entry.value


def test_a_half_life_halves_the_weight_of_a_line() -> None:
    kept, early = date(2026, 1, 1), date(2026, 1, 31)
    facts = [line("L1", promised_on=kept), got(-19, of="L1"), line("L2", promised_on=early), got(-19, of="L2")]
    assert Fraction(1, 2 + 1) == delivery(facts, as_of=early, early_days=0, decay=HalfLife(30)).value


def test_a_decayed_rate_has_no_interval_and_a_rate_of_lines_has_wilsons() -> None:
    facts = [line("L1"), line("L2"), got(0, of="L1")]
    assert (Decimal("0.0945"), Decimal("0.9055")) == delivery(facts).interval()
    assert (Decimal("0.0945"), Decimal("0.9055")) == delivery(facts, level="order").interval()
    assert [None] * 3 == [
        delivery(facts, decay=HalfLife(30)).interval(),
        delivery(facts, level="quantity").interval(),
        delivery(facts, level="value").interval(),
    ]


def test_too_few_lines_are_no_data_and_say_how_few() -> None:
    entry = delivery([line(), got(0)], minimum_evidence=5)
    assert ("no_data", 1, "evidence 1 is below the minimum 5") == (entry.state, entry.evidence, entry.note)


def test_pieces_of_different_units_have_no_sum() -> None:
    facts = [line("L1", unit="kg"), line("L2", unit="m"), line("L3"), got(0, of="L1")]
    entry = delivery(facts, level="quantity")
    assert ("no_data", "quantities in several units have no sum: (none), kg, m") == (entry.state, entry.note)
    assert Fraction(1, 3) == delivery(facts).value


def shop(name: str, days: int, **others: Any) -> list[Any]:  # noqa: ANN401
    return [line(name, **others), got(days, of=name)]


PLACES = [
    *shop("A", 0, supplier="V1", customer="C1", item="bolt", category="steel", site="north", status="complete"),
    *shop("B", 9, supplier="V1", customer="C2", item="nut", category="steel", site="south", status="open"),
    *shop("C", 9, supplier="V2", item="glue"),
]


@pytest.mark.parametrize(
    "scope",
    [
        {"customers": ["C1"]},
        {"items": ["bolt"]},
        {"categories": ["steel"], "sites": ["north"]},
        {"sites": ["north", "west"]},
        {"statuses": ["complete"]},
    ],
)
@pytest.mark.parametrize("level", ["line", "order", "quantity", "value"])
def test_a_scope_leaves_the_other_lines_out(scope: dict[str, Any], level: str) -> None:
    entry = delivery(PLACES, scope=Scope(**scope), level=level)
    assert (1, 1) == (entry.value, entry.evidence)


def test_a_supplier_outside_the_scope_is_not_applicable_and_not_no_data() -> None:
    facts = [*PLACES, Supplier(id="V1", categories=["raw"]), Supplier(id="V2", categories=["warehouse"])]
    scopes = (Scope(supplier_categories=["raw"]), Scope(without_suppliers=["V2"]))
    for scope in scopes:
        entries = found(DeliveryPerformance(id="delivery", scope=scope), facts, by="supplier")
        assert {"V1": "value", "V2": "not_applicable"} == {key: entry.state for key, entry in entries.items()}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("supplier", {"V1": HALF, "V2": 0}),
        ("customer", {"": 0, "C1": 1, "C2": 0, "C3": None}),
        ("item", {"bolt": 1, "nut": 0, "glue": 0}),
        ("category", {"": 0, "steel": HALF}),
        ("site", {"": 0, "north": 1, "south": 0}),
        ("month", {"2026-01": Fraction(1, 3), "2026-02": None, "2026-03": None}),
        ("quarter", {"2026-Q1": Fraction(1, 3)}),
        ("year", {"2026": Fraction(1, 3)}),
        ("total", {"total": Fraction(1, 3)}),
        (("supplier", "item"), {("V1", "bolt"): 1, ("V1", "nut"): 0, ("V2", "glue"): 0}),
        (("site", "supplier"), {("", "V2"): 0, ("north", "V1"): 1, ("south", "V1"): 0}),
        (("quarter", "supplier"), {("2026-Q1", "V1"): HALF, ("2026-Q1", "V2"): 0}),
    ],
)
def test_lines_are_measured_by_whatever_one_asks(by: Any, expected: dict[Any, Fraction | None]) -> None:  # noqa: ANN401
    facts = [*PLACES, Customer(id="C3")]
    entries = found(DeliveryPerformance(id="delivery"), facts, by=by, period=Period.quarter(2026, 1))
    assert expected == {key: entry.value for key, entry in entries.items()}


def test_a_month_without_activity_is_no_data_for_every_supplier() -> None:
    entries = found(
        DeliveryPerformance(id="delivery"), PLACES, by=("supplier", "month"), period=Period.quarter(2026, 1)
    )
    idle = {key: entry for key, entry in entries.items() if key[1] != "2026-01"}
    assert [(name, month) for name in ("V1", "V2") for month in ("2026-02", "2026-03")] == sorted(idle)
    assert {("no_data", None, "no order line fell due in the period")} == {
        (entry.state, entry.value, entry.note) for entry in idle.values()
    }


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"promise": "hoped"}, "DeliveryPerformance.promise is unknown: 'hoped'"),
        ({"level": "pallet"}, "DeliveryPerformance.level is unknown: 'pallet'"),
        ({"partial": "biggest"}, "DeliveryPerformance.partial is unknown: 'biggest'"),
        ({"open_overdue": "early"}, "DeliveryPerformance.open_overdue is unknown: 'early'"),
        ({"counted_in": "mood"}, "DeliveryPerformance.counted_in is unknown: 'mood'"),
        ({"excuse": "forget", "excused_faults": ["buyer"]}, "DeliveryPerformance.excuse is unknown: 'forget'"),
        ({"excused_faults": ["nobody"]}, "unknown fault: 'nobody'"),
        ({"excused_faults": "buyer"}, "faults must be a collection: 'buyer'"),
        ({"late_days": -1}, "DeliveryPerformance.late_days must be a whole number from 0 to 10000: -1"),
        ({"early_days": True}, "DeliveryPerformance.early_days must be a whole number from 0 to 10000: True"),
        ({"calendar": "DE"}, "DeliveryPerformance.calendar must be a WorkCalendar: 'DE'"),
        ({"in_full": 1}, "DeliveryPerformance.in_full must be true or false: 1"),
        ({"under_tolerance": "1.5"}, r"DeliveryPerformance.under_tolerance lies outside 0\.\.1"),
        ({"under_tolerance": 1}, "DeliveryPerformance.under_tolerance lets nothing at all be complete"),
        ({"over_tolerance": "0.1", "in_full": False}, "over_tolerance has no effect without in_full"),
        ({"partial": "first"}, "partial has no effect without in_full=False by line"),
        ({"partial": "first", "level": "value"}, "partial has no effect without in_full=False by line"),
        ({"excuse": "leave_out"}, "excuse has no effect without excused_faults"),
        ({"calendar": WorkCalendar()}, "calendar has no effect without days to count"),
        ({"scope": ["raw"]}, "DeliveryPerformance.scope must be a Scope"),
        ({"decay": 90}, "DeliveryPerformance.decay must be a decay: 90"),
        ({"minimum_evidence": -1}, "DeliveryPerformance.minimum_evidence must be a whole number"),
        ({"id": "on time"}, "a measure's id must be a name: 'on time'"),
    ],
)
def test_a_choice_that_does_not_exist_or_that_nothing_reads_is_refused(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        DeliveryPerformance(**({"id": "delivery"} | choices))


def test_a_line_ordered_after_its_promise_is_still_held_to_it() -> None:
    assert 0 == delivery([line(promised_on=ORDERED, ordered_on=DUE), got(0)]).value


def test_a_window_that_leaves_the_calendar_ends_at_its_first_or_last_day() -> None:
    first, last = Period(date.min, date(1, 2, 1)), Period(date(9999, 12, 1), date.max)
    early, late = date(1, 1, 3), date(9999, 12, 30)
    window = DeliveryPerformance(id="delivery", early_days=9, late_days=9)
    facts = [
        *(line("A", promised_on=early, ordered_on=date.min), got((date.min - DUE).days, of="A")),
        *(line("B", promised_on=late, ordered_on=date.min), got((date.max - DUE).days, of="B")),
    ]
    assert [1, 1] == [total(window, facts, period=period, as_of=date.max).value for period in (first, last)]
