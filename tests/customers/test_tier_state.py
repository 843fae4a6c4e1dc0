"""The state machine of tiers: every step that is in its table, and none that is not."""

from datetime import date
from typing import get_args

import pytest

from supplychain_rules.customers.tier_state import (
    EVENT_LABELS,
    OUTSIDE,
    TRANSITIONS,
    TierEvent,
    TierEventKind,
    TierPhase,
    TierState,
    step_tier,
)
from supplychain_rules.errors import InvalidValueError

ON, LATER = date(2026, 2, 1), date(2027, 1, 1)

STATES: dict[TierPhase, TierState] = {
    "outside": OUTSIDE,
    "held": TierState(phase="held", rank=1, since=date(2026, 1, 1), until=ON, last_on=date(2026, 1, 1)),
    "at_risk": TierState(phase="at_risk", rank=1, since=date(2025, 1, 1), until=ON, misses=1, last_on=date(2026, 1, 1)),
}

RANKS: dict[TierEventKind, int] = {"joined": 0, "raised": 2, "renewed": 1, "missed": 1, "spared": 1, "lowered": 0}


@pytest.mark.parametrize("kind", get_args(TierEventKind))
@pytest.mark.parametrize("phase", get_args(TierPhase))
def test_only_the_steps_of_the_table_happen_and_others_change_nothing(phase: TierPhase, kind: TierEventKind) -> None:
    before = STATES[phase]
    event = TierEvent(kind=kind, on=ON, rank=RANKS[kind], until=LATER)
    if (phase, kind) in TRANSITIONS:
        after = step_tier(before, event)
        assert (TRANSITIONS[phase, kind], RANKS[kind], LATER) == (after.phase, after.rank, after.until)
    else:
        with pytest.raises(InvalidValueError, match="from there only"):
            step_tier(before, event)
    assert before == STATES[phase]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (TierEvent(kind="raised", on=ON, rank=1, until=LATER), "is none"),
        (TierEvent(kind="lowered", on=ON, rank=1, until=LATER), "is none"),
        (TierEvent(kind="renewed", on=ON, rank=2, until=LATER), "is none"),
        (TierEvent(kind="renewed", on=date(2025, 12, 31), rank=1, until=LATER), "lies before"),
        (TierEvent(kind="renewed", on=ON, rank=1, until=ON), "ends before it begins"),
    ],
)
def test_a_step_that_contradicts_itself_is_refused(event: TierEvent, words: str) -> None:
    with pytest.raises(InvalidValueError, match=words):
        step_tier(STATES["held"], event)


def test_misses_count_up_are_kept_by_mercy_and_end_with_any_other_step() -> None:
    missed = step_tier(STATES["held"], TierEvent(kind="missed", on=ON, rank=1, until=LATER))
    spared = step_tier(missed, TierEvent(kind="spared", on=LATER, rank=1, until=date(2028, 1, 1)))
    renewed = step_tier(spared, TierEvent(kind="renewed", on=date(2028, 1, 1), rank=1, until=None))
    assert [1, 1, 0] == [missed.misses, spared.misses, renewed.misses]
    assert date(2026, 1, 1) == renewed.since


def test_every_event_is_called_something_in_both_languages() -> None:
    assert set(get_args(TierEventKind)) == set(EVENT_LABELS)
    assert all(label.en and label.zh for label in EVENT_LABELS.values())
