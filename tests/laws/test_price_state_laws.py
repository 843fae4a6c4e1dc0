"""Prices, invoices and payments measured as a stream, merged, closed and dumped, as in a batch."""

import json
from datetime import date, timedelta
from random import Random

from drawn_purchases import EVERY, PERIOD, START, days, purchases
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.corrections import Cancellation
from supplychain_rules.facts.ledger import KINDS, Fact, Ledger
from supplychain_rules.measures import By, Measurement, MeasureState, dump_state, load_state, measure

#: After everything is known.
END = START + timedelta(days=180)

bys: st.SearchStrategy[By] = st.sampled_from(("supplier", "total", ("supplier", "month")))
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


@st.composite
def corrected(draw: st.DrawFn) -> list[Fact]:
    """Draw purchases of which some facts are taken back later."""
    facts = draw(purchases())
    taken = draw(st.lists(st.sampled_from(facts), max_size=3, unique=True)) if facts else []
    late = START + timedelta(days=150)
    return facts + [Cancellation(of=KINDS[type(fact)], fact=fact.id, known_on=late) for fact in taken]


@given(facts=corrected(), by=bys, shuffled=shuffles)
def test_a_stream_of_purchases_in_any_order_measures_like_the_batch(
    facts: list[Fact], by: By, shuffled: Random
) -> None:
    shuffled.shuffle(facts)
    assert batch(facts, by) == asked(stream(facts, by))


@given(facts=corrected(), by=bys, stops=st.sets(st.integers(0, 30)))
def test_questions_in_between_purchases_change_no_answer(facts: list[Fact], by: By, stops: set[int]) -> None:
    facts.sort(key=lambda fact: fact.known_on)
    state = MeasureState(EVERY, by=by)
    for place, fact in enumerate(facts):
        state.add(fact)
        if place in stops:
            today = max(START, fact.known_on)
            expected = measure(EVERY, Ledger(facts[: place + 1]), by=by, period=PERIOD, as_of=today)
            assert expected == state.measurements(period=PERIOD, as_of=today)
    assert batch(facts, by) == asked(state)


@given(facts=corrected(), by=bys, cut=st.integers(0, 30))
def test_merged_states_of_purchases_measure_like_the_whole(facts: list[Fact], by: By, cut: int) -> None:
    assert batch(facts, by) == asked(stream(facts[:cut], by).merge(stream(facts[cut:], by)))


@given(facts=corrected(), by=bys, before=days, shuffled=shuffles)
def test_after_closing_purchases_a_fact_is_counted_right_or_refused(
    facts: list[Fact], by: By, before: date, shuffled: Random
) -> None:
    shuffled.shuffle(facts)
    half = len(facts) // 2
    state, taken = stream(facts[:half], by), facts[:half]
    state.close(before=before, as_of=END)
    assert batch(taken, by) == asked(state)
    for fact in facts[half:]:
        try:
            state.add(fact)
        except InvalidValueError as error:
            assert "was closed before" in str(error)  # noqa: PT017  both outcomes are right
        else:
            taken.append(fact)
    assert batch(taken, by) == asked(state)
    text = json.dumps(dump_state(state))
    assert asked(state) == asked(load_state(json.loads(text), EVERY, by=by))
