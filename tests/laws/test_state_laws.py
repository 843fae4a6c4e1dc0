"""A stream, a batch and merged partitions of the same facts measure alike, whatever the order."""

import json
from datetime import date, timedelta
from random import Random

import pytest
from drawn_trade import START, days, trades
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.errors import InputError, InvalidValueError
from supplychain_rules.facts.corrections import Cancellation
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.trade import OrderLine
from supplychain_rules.measures import (
    By,
    ClaimCost,
    ClaimRate,
    ComplaintScore,
    Concentration,
    CostOfPoorQuality,
    DayBand,
    DeliveryPerformance,
    DeliveryTime,
    FillRate,
    HalfLife,
    InvoiceVariance,
    LatePoints,
    LinearDecay,
    Measure,
    Measurement,
    MeasureState,
    PaymentPunctuality,
    PriceChange,
    PriceIndex,
    PurchasePriceVariance,
    QualityPassRate,
    QuestionnaireScore,
    RejectRate,
    ResponseDays,
    Scope,
    ServiceResponse,
    Spend,
    SpendShare,
    dump_state,
    load_state,
    measure,
)
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

PERIOD = Period(START, START + timedelta(days=60))

#: After everything is known.
END = START + timedelta(days=140)

EVERY: tuple[Measure, ...] = (
    DeliveryPerformance(id="otif", late_days=2),
    DeliveryPerformance(id="otd", in_full=False, partial="last", promise="latest", early_days=5),
    DeliveryPerformance(id="orders", level="order", counted_in="receipt"),
    DeliveryPerformance(id="pieces", level="quantity", open_overdue="left_out", decay=HalfLife(30)),
    DeliveryPerformance(id="worth", level="value", excused_faults=["buyer", "carrier"], excuse="left_out"),
    DeliveryPerformance(id="asked", promise="requested", scope=Scope(statuses=["complete"])),
    DeliveryTime(id="delay", of="delay", statistic="mean"),
    DeliveryTime(id="days", of="lead_time", statistic="median"),
    LatePoints(id="points", bands=(DayBand(up_to=0, points="100"), DayBand(points="0"))),
    FillRate(id="fill"),
    FillRate(id="accepted", basis="accepted", level="line"),
    QualityPassRate(id="quality", decay=LinearDecay(90)),
    QualityPassRate(id="at_p1", scope=Scope(sites=["P1"]), level="lot"),
    RejectRate(id="ppm", relative_to="received", faults=["supplier"]),
    PriceIndex(id="price"),
    PriceIndex(id="agreed", against="contract"),
    PriceIndex(id="market", against="market"),
    PurchasePriceVariance(id="variance", against="standard"),
    PurchasePriceVariance(id="dearer", against="previous", figure="rate"),
    PriceChange(id="change", base=Period(START - timedelta(days=30), START + timedelta(days=20))),
    InvoiceVariance(id="billed_wrong"),
    PaymentPunctuality(id="paid"),
    Spend(id="spend", scope=Scope(supplier_categories=["raw"])),
    Spend(id="arrived", basis="received"),
    Spend(id="billed", basis="invoiced"),
    SpendShare(id="share", scope=Scope(without_suppliers=["V3"])),
    Concentration(id="hhi", over="item"),
    ClaimRate(id="claims"),
    ClaimCost(id="cost", relative_to="ordered"),
    ComplaintScore(id="complaints", tolerated_share="0.1"),
    ServiceResponse(id="service", within_days=5),
    ResponseDays(id="response"),
    CostOfPoorQuality(id="copq", relative_to="ordered"),
    QuestionnaireScore(id="survey", survey="2026", weights={"tidy": 1, "kind": 2}),
)

Chosen = tuple[Measure, ...]

bys: st.SearchStrategy[By] = st.sampled_from(
    ("supplier", "total", "site", ("supplier", "month"), ("category", "month"))
)
shuffles = st.randoms(use_true_random=False)


#: A few of the measures at a time: each example then takes a fraction of a second, and a hundred meet them all.
some = st.lists(st.sampled_from(EVERY), min_size=1, max_size=5, unique_by=lambda definition: definition.id).map(tuple)


def batch(facts: list[Fact], by: By, chosen: Chosen) -> tuple[Measurement, ...]:
    return measure(chosen, Ledger(facts), by=by, period=PERIOD, as_of=END)


def stream(facts: list[Fact], by: By, chosen: Chosen) -> MeasureState:
    state = MeasureState(chosen, by=by)
    for fact in facts:
        state.add(fact)
    return state


def asked(state: MeasureState) -> tuple[Measurement, ...]:
    return state.measurements(period=PERIOD, as_of=END)


@given(facts=trades(), by=bys, chosen=some, shuffled=shuffles)
def test_a_stream_in_any_order_measures_like_the_batch(
    facts: list[Fact], by: By, chosen: Chosen, shuffled: Random
) -> None:
    shuffled.shuffle(facts)
    assert batch(facts, by, chosen) == asked(stream(facts, by, chosen))


@given(facts=trades(), by=bys, chosen=some, stops=st.sets(st.integers(0, 40)))
def test_questions_in_between_change_no_answer(facts: list[Fact], by: By, chosen: Chosen, stops: set[int]) -> None:
    facts.sort(key=lambda fact: fact.known_on)
    state = MeasureState(chosen, by=by)
    for place, fact in enumerate(facts):
        state.add(fact)
        if place in stops:
            today = max(START, fact.known_on)
            known = Ledger(facts[: place + 1])
            expected = measure(chosen, known, by=by, period=PERIOD, as_of=today)
            assert expected == state.measurements(period=PERIOD, as_of=today)
    assert batch(facts, by, chosen) == asked(state)


@given(facts=trades(), by=bys, chosen=some, shuffled=shuffles, cut=st.integers(0, 40))
def test_merged_states_measure_like_the_whole(
    facts: list[Fact], by: By, chosen: Chosen, shuffled: Random, cut: int
) -> None:
    shuffled.shuffle(facts)
    parts = stream(facts[:cut], by, chosen), stream(facts[cut:], by, chosen)
    assert batch(facts, by, chosen) == asked(parts[0].merge(parts[1])) == asked(parts[1].merge(parts[0]))


@given(facts=trades(), by=bys, chosen=some, before=days)
def test_closing_finished_business_changes_no_answer(facts: list[Fact], by: By, chosen: Chosen, before: date) -> None:
    state = stream(facts, by, chosen)
    held = len(state)
    given_up = state.close(before=before, as_of=END)
    assert batch(facts, by, chosen) == asked(state)
    assert held - given_up == len(state)


@given(facts=trades(), by=bys, chosen=some, before=days, shuffled=shuffles)
def test_after_closing_a_fact_is_counted_right_or_refused(
    facts: list[Fact], by: By, chosen: Chosen, before: date, shuffled: Random
) -> None:
    shuffled.shuffle(facts)
    half = len(facts) // 2
    state, taken = stream(facts[:half], by, chosen), facts[:half]
    state.close(before=before, as_of=END)
    for fact in facts[half:]:
        try:
            state.add(fact)
        except InvalidValueError as error:
            assert "was closed before" in str(error)  # noqa: PT017  a fact in time is no error
        else:
            taken.append(fact)
    assert batch(taken, by, chosen) == asked(state)


@given(facts=trades(), by=bys, chosen=some, before=days, cut=st.integers(0, 40))
def test_a_state_that_was_dumped_and_loaded_goes_on_as_if_it_had_never_stopped(
    facts: list[Fact], by: By, chosen: Chosen, before: date, cut: int
) -> None:
    facts.sort(key=lambda fact: fact.known_on)
    state = stream(facts[:cut], by, chosen)
    state.close(before=before, as_of=max([START, *(fact.known_on for fact in facts[:cut]), before]))
    loaded = load_state(json.loads(json.dumps(dump_state(state))), chosen, by=by)
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
        ({"schema": "other"}, "state"),
        ({"as_of": "today"}, "as_of"),
        ({"facts": [{"type": "Receipt"}]}, "facts[0]."),
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


def test_the_categories_under_which_closed_business_was_counted_are_not_taken_back() -> None:
    state = MeasureState([Spend(id="spend", scope=Scope(supplier_categories=["raw"]))])
    state.add(Supplier(id="V1", categories=["raw"]))
    line = OrderLine(
        id="L1",
        supplier="V1",
        item="bolt",
        quantity=1,
        unit_price=Money("2", "EUR"),
        ordered_on=START,
        promised_on=START,
    )
    state.add(line)
    assert 1 == state.close(before=END, as_of=END)
    with pytest.raises(InvalidValueError, match="counted under its categories before"):
        state.add(Cancellation(of="suppliers", fact="V1", known_on=END))
    with pytest.raises(InvalidValueError, match="counted under its categories before"):
        state.add(Supplier(id="V1", categories=["pack"], known_on=END))


def test_a_state_does_not_go_back() -> None:
    state = MeasureState(EVERY)
    state.measurements(period=PERIOD, as_of=END)
    with pytest.raises(InvalidValueError, match="a state cannot go back"):
        state.measurements(period=PERIOD, as_of=END - timedelta(days=1))
