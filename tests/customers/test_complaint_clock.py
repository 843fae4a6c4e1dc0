"""The complaint clock runs in working time, stands still on hold, and gains nothing by closing and reopening."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from supplychain_rules import InvalidValueError
from supplychain_rules.customers.complaint_clock import (
    ComplaintCase,
    ComplaintReading,
    ComplaintTargets,
    Escalation,
    Target,
    read_complaint,
)
from supplychain_rules.values.working_time import Hold, WorkingTime

OFFICE = WorkingTime(hours=[(time(9), time(17))], zone=UTC)

TARGETS = ComplaintTargets(
    targets={
        ("gold", "high"): Target(first_answer=timedelta(hours=1), resolution=timedelta(hours=8)),
        ("gold", None): Target(first_answer=timedelta(hours=2), resolution=timedelta(hours=16)),
        (None, "high"): Target(first_answer=timedelta(hours=4), resolution=timedelta(hours=24)),
        (None, None): Target(first_answer=timedelta(hours=8), resolution=timedelta(hours=40)),
    },
    escalations=(
        Escalation(name="owner", at="0.5"),  # type: ignore[arg-type]
        Escalation(name="lead", at="0.8"),  # type: ignore[arg-type]
        Escalation(name="head", at=1),  # type: ignore[arg-type]
    ),
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of January 2026; the fifth is a Monday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def read(as_of: datetime, **fields: Any) -> ComplaintReading:  # noqa: ANN401  fields of a case
    case = ComplaintCase(**{"id": "B1", "tier": "gold", "severity": "high", "opened_at": at(5, 9)} | fields)
    return read_complaint(case, TARGETS, OFFICE, as_of=as_of)


@pytest.mark.parametrize(
    ("tier", "severity", "hours"), [("gold", "high", 1), ("gold", "low", 2), ("basic", "high", 4), ("basic", "low", 8)]
)
def test_the_target_named_most_exactly_counts(tier: str, severity: str, hours: int) -> None:
    assert timedelta(hours=hours) == TARGETS.of(tier, severity).first_answer


def test_an_answer_in_time_is_met_and_a_late_one_missed() -> None:
    assert "met" == read(at(6, 9), answered_at=at(5, 10)).first_answer.state
    assert "missed" == read(at(6, 9), answered_at=at(5, 10, 1)).first_answer.state


@pytest.mark.parametrize(
    ("moment", "state", "level"),
    [
        (at(5, 12), "running", None),
        (at(5, 13), "running", "owner"),
        (at(5, 15, 24), "near", "lead"),
        (at(5, 16, 59), "near", "lead"),
        (at(5, 17), "breached", "head"),
        (at(6, 8), "breached", "head"),
    ],
)
def test_a_clock_nears_its_breach_and_escalates_by_what_is_used(
    moment: datetime, state: str, level: str | None
) -> None:
    reading = read(moment).resolution

    assert (state, level) == (reading.state, None if reading.escalation is None else reading.escalation.name)
    assert at(5, 17) == reading.due_at


def test_on_hold_nothing_is_used_and_nothing_is_due() -> None:
    reading = read(at(7, 9), holds=(Hold(at(5, 12)),)).resolution

    assert ("on_hold", timedelta(hours=3), None) == (reading.state, reading.used, reading.due_at)
    assert "已暂停: 3:00:00 / 8:00:00" == reading.text("zh")


def test_a_hold_over_night_never_moves_the_due_time() -> None:
    assert at(5, 17) == read(at(6, 9, 1), holds=(Hold(at(5, 17), at(6, 9)),)).resolution.due_at


def test_what_happens_later_does_not_exist_yet() -> None:
    reading = read(at(5, 12), answered_at=at(5, 13), resolved_at=(at(5, 14),), holds=(Hold(at(5, 11), at(5, 13)),))

    assert ("breached", "on_hold") == (reading.first_answer.state, reading.resolution.state)


def test_closing_and_reopening_gains_no_time() -> None:
    reading = read(at(7, 12), resolved_at=(at(5, 12),), reopened_at=(at(7, 9),)).resolution

    assert (timedelta(hours=6), "running") == (reading.used, reading.state)
    assert at(7, 14) == reading.due_at
    again = read(at(8, 9), resolved_at=(at(5, 12), at(7, 14)), reopened_at=(at(7, 9),)).resolution
    assert (timedelta(hours=8), "met") == (again.used, again.state)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"answered_at": at(5, 8)}, "before it was opened"),
        ({"reopened_at": (at(6, 9),)}, "cannot be reopened"),
        ({"resolved_at": (at(6, 9),), "reopened_at": (at(5, 9),)}, "out of order"),
        ({"opened_at": datetime(2026, 1, 5, 9, 0)}, "no time zone"),  # noqa: DTZ001  that is the point
    ],
)
def test_what_cannot_have_happened_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        read(at(9, 9), **fields)


def test_targets_that_can_never_be_reached_are_refused() -> None:
    fine = Target(first_answer=timedelta(hours=1), resolution=timedelta(hours=8))
    with pytest.raises(InvalidValueError, match="before the first answer"):
        Target(first_answer=timedelta(hours=2), resolution=timedelta(hours=1))
    with pytest.raises(InvalidValueError, match="above zero"):
        Target(first_answer=timedelta(0), resolution=timedelta(hours=1))
    with pytest.raises(InvalidValueError, match="no target"):
        ComplaintTargets(targets={})
    with pytest.raises(InvalidValueError, match="between 0 and 1"):
        ComplaintTargets(targets={(None, None): fine}, near=1)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="escalations rise"):
        ComplaintTargets(targets={(None, None): fine}, escalations=TARGETS.escalations[::-1])
    with pytest.raises(InvalidValueError, match="no target for this tier"):
        ComplaintTargets(targets={("gold", None): fine}).of("basic", None)
