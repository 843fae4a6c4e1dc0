"""A state that is given hostile data, and exact sums that are longer than Python likes to write."""

import json
from copy import deepcopy
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from purchases import MARCH, bought, got

from supplychain_rules.errors import InputError, InvalidValueError
from supplychain_rules.facts.corrections import Cancellation
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.measures import (
    DeliveryPerformance,
    Measure,
    Measurement,
    MeasureState,
    SeriesValue,
    Spend,
    dump_state,
    load_state,
    measure,
)
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

YEAR = Period.year(2026)
JUNE = date(2026, 6, 1)
SPEND: tuple[Measure, ...] = (Spend(id="spend", basis="received"),)


def closed_state() -> MeasureState:
    state = MeasureState(SPEND)
    state.add(bought("L1", "V1", "bolt", 10, "2"))
    state.add(got("R1", "L1", 10))
    assert state.close(before=date(2026, 5, 1), as_of=JUNE) == 2
    return state


def nested(depth: int) -> list[Any]:
    part: list[Any] = ["none"]
    for _ in range(depth):
        part = ["parts", part]
    return part


#: Where the closed sum of a dump holds what.
KEY, PART, NUMERATOR, EVIDENCE = 0, 1, 3, 5


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (NUMERATOR, "1e999999999"),
        (NUMERATOR, "9" * 100_001),
        (NUMERATOR, "1/0"),
        (NUMERATOR, 1.5),
        (NUMERATOR, "nan"),
        (NUMERATOR, True),
        (EVIDENCE, -1),
        (EVIDENCE, 1.0),
        (EVIDENCE, "1"),
        (PART, ["number", "1e999999999"]),
        (PART, nested(100_000)),
        (KEY, None),
        (KEY, ["V1", "V2"]),
        (KEY, 7),
    ],
)
def test_a_sum_that_no_state_would_dump_is_refused_at_once(place: int, value: object) -> None:
    dumped = json.loads(json.dumps(dump_state(closed_state())))
    dumped["sums"][0][0][place] = value
    with pytest.raises(InputError, match=r"^1 problem in the record\n  sums: cannot be read"):
        load_state(dumped, SPEND)


def test_a_sum_that_is_there_twice_is_refused_and_not_taken_once() -> None:
    dumped = dump_state(closed_state())
    dumped["sums"][0] *= 2
    with pytest.raises(InputError, match="two sums of one key, part and day"):
        load_state(dumped, SPEND)


@pytest.mark.parametrize(
    ("name", "value"), [("identities", "ab"), ("identities", ["ab"]), ("suppliers", "V1"), ("suppliers", [None])]
)
def test_what_was_closed_is_lists_of_texts(name: str, value: object) -> None:
    dumped = deepcopy(dump_state(closed_state()))
    dumped["closed"][name] = value
    with pytest.raises(InputError, match="closed: cannot be read"):
        load_state(dumped, SPEND)


def test_a_fact_that_cannot_be_read_is_named_by_its_place() -> None:
    state = MeasureState(SPEND)
    state.add(bought("L1", "V1", "bolt", 10, "2"))
    state.add(got("R1", "L1", 10))
    dumped = dump_state(state)
    dumped["facts"][1]["quantity"] = "1e999999999"
    with pytest.raises(InputError, match=r"facts\[1\]\.quantity: more than 30 digits before the point"):
        load_state(dumped, SPEND)


#: The first odd numbers, whose least common multiple has more digits than Python writes.
UNLIKE = range(1, 12_001, 2)


def partly_received() -> list[Fact]:
    facts: list[Fact] = []
    for size in UNLIKE:
        facts.append(bought(f"L{size}", "V1", "bolt", size, "1", value=Money("1", "EUR")))
        facts.append(got(f"R{size}", f"L{size}", "0.5"))
    return facts


def test_an_exact_sum_of_thousands_of_shares_can_be_written_shown_dumped_and_loaded() -> None:
    facts = partly_received()
    (found,) = measure(SPEND, Ledger(facts), by="total", period=YEAR, as_of=JUNE)
    expected = sum((Fraction(1, 2 * size) for size in UNLIKE), Fraction(0))
    assert found.value == expected
    with pytest.raises(ValueError, match="integer string conversion"):
        str(expected)
    above, _, below = found.to_dict()["value"].partition("/")
    assert (len(above) > 4300, int(above[-9:]), int(below[-9:])) == (
        True,
        expected.numerator % 10**9,
        expected.denominator % 10**9,
    )
    assert "<fraction of " in repr(found)
    assert "<fraction of " in repr(SeriesValue(state="value", value=expected, points=1))
    state = MeasureState(SPEND, by="total")
    for fact in facts:
        state.add(fact)
    state.close(before=date(2026, 5, 1), as_of=JUNE)
    dumped = json.loads(json.dumps(dump_state(state)))
    assert (found,) == load_state(dumped, SPEND, by="total").measurements(period=YEAR, as_of=JUNE)


def test_a_measurement_shows_short_fractions_as_python_does() -> None:
    found = Measurement(measure="otd", key="V7", state="value", value=Fraction(1, 3))
    assert "value=Fraction(1, 3), evidence=0, numerator=Fraction(0, 1)" in repr(found)


def test_only_a_state_merges_with_a_state() -> None:
    with pytest.raises(InvalidValueError, match=r"only a state can be merged: Ledger\(\); add facts one by one"):
        MeasureState(SPEND).merge(Ledger())  # type: ignore[arg-type]


def test_a_state_says_that_it_cannot_restore_what_a_corrected_cancellation_took_back() -> None:
    by_line = [DeliveryPerformance(id="otd", in_full=False)]
    facts: list[Fact] = [
        *(bought(name, "V1", "bolt", 1, "1") for name in ("L1", "L2")),
        Cancellation(id="C1", of="order_lines", fact="L1", known_on=MARCH),
    ]
    corrected = Cancellation(id="C1", of="order_lines", fact="L2", known_on=date(2026, 4, 1))
    (whole,) = measure(by_line, Ledger([*facts, corrected]), period=YEAR, as_of=JUNE)
    assert whole.evidence == 1
    state = MeasureState(by_line)
    for fact in facts:
        state.add(fact)
    with pytest.raises(InvalidValueError, match=r"cancellations\['C1'\] takes back another fact than before"):
        state.add(corrected)
    assert state.measurements(period=YEAR, as_of=JUNE)[0].evidence == 1


def test_the_first_version_of_a_cancellation_that_comes_after_its_second_changes_nothing() -> None:
    facts: list[Fact] = [
        *(bought(name, "V1", "bolt", 1, "1") for name in ("L1", "L2")),
        Cancellation(id="C1", of="order_lines", fact="L2", known_on=date(2026, 4, 1)),
        Cancellation(id="C1", of="order_lines", fact="L1", known_on=MARCH),
    ]
    ordered = [Spend(id="spend")]
    state = MeasureState(ordered)
    for fact in facts:
        state.add(fact)
    assert measure(ordered, Ledger(facts), period=YEAR, as_of=JUNE) == state.measurements(period=YEAR, as_of=JUNE)
