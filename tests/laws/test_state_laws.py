"""A stream, a batch and merged partitions of the same facts measure alike, whatever the order."""

import json
from datetime import date, timedelta
from random import Random

import pytest
from drawn_trade import START, days, trades
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.errors import InputError, InvalidValueError
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.measures import (
    By,
    DeliveryPerformance,
    HalfLife,
    LinearDecay,
    Measure,
    Measurement,
    PriceIndex,
    QualityPassRate,
    Scope,
    Spend,
    SpendShare,
    measure,
)
from supplychain_rules.measures.dumping import dump_state, load_state
from supplychain_rules.measures.state import MeasureState
from supplychain_rules.values.label import Label
from supplychain_rules.values.period import Period

PERIOD = Period(START, START + timedelta(days=60))

#: After everything is known.
END = START + timedelta(days=140)

EVERY: tuple[Measure, ...] = (
    DeliveryPerformance(id="otif", late_days=2),
    DeliveryPerformance(id="otd", in_full=False, partial="last", promise="latest", early_days=5),
    DeliveryPerformance(id="orders", level="order", counted_in="receipt"),
    DeliveryPerformance(id="pieces", level="quantity", open_overdue="left_out", decay=HalfLife(30)),
    DeliveryPerformance(id="worth", level="value", excused_faults=["buyer", "carrier"], excuse="leave_out"),
    DeliveryPerformance(id="asked", promise="requested", scope=Scope(statuses=["complete"])),
    QualityPassRate(id="quality", decay=LinearDecay(90)),
    QualityPassRate(id="at_p1", scope=Scope(sites=["P1"])),
    PriceIndex(id="price"),
    Spend(id="spend", scope=Scope(supplier_categories=["raw"])),
    Spend(id="arrived", basis="received"),
    Spend(id="billed", basis="invoiced"),
    SpendShare(id="share", scope=Scope(without_suppliers=["V3"])),
)

bys: st.SearchStrategy[By] = st.sampled_from(("supplier", "total", "site", ("supplier", "month"), ("category", "item")))
shuffles = st.randoms(use_true_random=False)


def batch(facts: list[Fact], by: By) -> tuple[Measurement, ...]:
    return measure(EVERY, Ledger(facts), by=by, period=PERIOD, as_of=END)


def stream(facts: list[Fact], by: By) -> MeasureState:
    state = MeasureState(EVERY, by=by)
    for fact in facts:
        state.add(fact)
    return state


def asked(state: MeasureState) -> tuple[Measurement, ...]:
    return state.measurements(period=PERIOD, as_of=END)


@given(facts=trades(), by=bys, shuffled=shuffles)
def test_a_stream_in_any_order_measures_like_the_batch(facts: list[Fact], by: By, shuffled: Random) -> None:
    shuffled.shuffle(facts)
    assert batch(facts, by) == asked(stream(facts, by))


@given(facts=trades(), by=bys, stops=st.sets(st.integers(0, 40)))
def test_questions_in_between_change_no_answer(facts: list[Fact], by: By, stops: set[int]) -> None:
    facts.sort(key=lambda fact: fact.known_on)
    state = MeasureState(EVERY, by=by)
    for place, fact in enumerate(facts):
        state.add(fact)
        if place in stops:
            today = max(START, fact.known_on)
            known = Ledger(facts[: place + 1])
            expected = measure(EVERY, known, by=by, period=PERIOD, as_of=today)
            assert expected == state.measurements(period=PERIOD, as_of=today)
    assert batch(facts, by) == asked(state)


@given(facts=trades(), by=bys, shuffled=shuffles, cut=st.integers(0, 40))
def test_merged_states_measure_like_the_whole(facts: list[Fact], by: By, shuffled: Random, cut: int) -> None:
    shuffled.shuffle(facts)
    parts = stream(facts[:cut], by), stream(facts[cut:], by)
    assert batch(facts, by) == asked(parts[0].merge(parts[1])) == asked(parts[1].merge(parts[0]))


@given(facts=trades(), by=bys, before=days)
def test_closing_finished_business_changes_no_answer(facts: list[Fact], by: By, before: date) -> None:
    state = stream(facts, by)
    held = len(state)
    given_up = state.close(before=before, as_of=END)
    assert batch(facts, by) == asked(state)
    assert held - given_up == len(state)


@given(facts=trades(), by=bys, before=days, shuffled=shuffles)
def test_after_closing_a_fact_is_counted_right_or_refused(
    facts: list[Fact], by: By, before: date, shuffled: Random
) -> None:
    shuffled.shuffle(facts)
    half = len(facts) // 2
    state, taken = stream(facts[:half], by), facts[:half]
    state.close(before=before, as_of=END)
    for fact in facts[half:]:
        try:
            state.add(fact)
        except InvalidValueError as error:
            assert "was closed before" in str(error)  # noqa: PT017  a fact in time is no error
        else:
            taken.append(fact)
    assert batch(taken, by) == asked(state)


@given(facts=trades(), by=bys, before=days, cut=st.integers(0, 40))
def test_a_state_that_was_dumped_and_loaded_goes_on_as_if_it_had_never_stopped(
    facts: list[Fact], by: By, before: date, cut: int
) -> None:
    facts.sort(key=lambda fact: fact.known_on)
    state = stream(facts[:cut], by)
    state.close(before=before, as_of=max([START, *(fact.known_on for fact in facts[:cut]), before]))
    loaded = load_state(json.loads(json.dumps(dump_state(state))), EVERY, by=by)
    assert dump_state(state) == dump_state(loaded)
    for fact in facts[cut:]:
        told = []
        for one in (state, loaded):
            try:
                one.add(fact)
            except InvalidValueError as error:
                told.append(str(error))
        assert len(told) in (0, 2)
        assert len(set(told)) < 2
    assert asked(state) == asked(loaded)


def test_a_dump_is_loaded_with_the_measures_that_it_was_made_of() -> None:
    data = dump_state(MeasureState([DeliveryPerformance(id="otif")]))
    with pytest.raises(InvalidValueError, match="dumped of other measures"):
        load_state(data, [DeliveryPerformance(id="otif", late_days=1)])
    assert 0 == len(load_state(data, [DeliveryPerformance(id="otif", label=Label("On time"))]))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"schema": "other"}, ""),
        ({"as_of": "today"}, "as_of"),
        ({"facts": [{"type": "Receipt"}]}, "facts."),
        ({"facts": 7}, "facts"),
        ({"closed": {}}, "closed"),
        ({"sums": [["V7"]]}, "sums"),
        ({"sums": []}, "sums"),
    ],
)
def test_what_is_no_dump_is_refused_by_its_place(change: dict[str, object], place: str) -> None:
    data = dump_state(MeasureState([DeliveryPerformance(id="otif")]))
    with pytest.raises(InputError) as refused:
        load_state(data | change, [DeliveryPerformance(id="otif")])
    assert refused.value.problems[0].path.startswith(place)


def test_a_state_does_not_go_back() -> None:
    state = MeasureState(EVERY)
    state.measurements(period=PERIOD, as_of=END)
    with pytest.raises(InvalidValueError, match="a state cannot go back"):
        state.measurements(period=PERIOD, as_of=END - timedelta(days=1))
