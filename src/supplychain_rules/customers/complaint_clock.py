"""The complaint clock: first answer and resolution in working time, by the tier of the customer and the severity.

Two clocks start when a complaint is opened. The first one stops at the first answer, the second at the resolution.
Both run in working time only, and stand still on hold; a complaint that is reopened goes on where it stopped, so that
closing and reopening gains no time. How much of a target is used decides whether it is near its breach, and which
level of escalation it has reached.

What severity a complaint has is decided by rules (a table); here it is given.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_id
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.scaled import exact_fraction
from supplychain_rules.values.working_time import Hold, WorkingTime, check_instant

__all__ = [
    "ClockReading",
    "ClockState",
    "ComplaintCase",
    "ComplaintReading",
    "ComplaintTargets",
    "Escalation",
    "Target",
    "read_complaint",
]

#: Where a clock stands: stopped in time or too late, running, close to its target, beyond it, or on hold.
ClockState = Literal["met", "missed", "running", "near", "breached", "on_hold"]

_STATES: Final[Mapping[ClockState, Label]] = {
    "met": Label("met", "按时完成"),
    "missed": Label("missed", "超时完成"),
    "running": Label("running", "进行中"),
    "near": Label("near its breach", "即将超时"),
    "breached": Label("breached", "已超时"),
    "on_hold": Label("on hold", "已暂停"),
}


def _positive(instance: object, field: "attrs.Attribute[timedelta]", value: timedelta) -> None:
    if value <= timedelta(0):
        raise InvalidValueError(f"{type(instance).__name__}.{field.name} is above zero", str(value))


@final
@attrs.frozen(kw_only=True)
class Target:
    """How much working time there is for the first answer and for the resolution."""

    first_answer: timedelta = attrs.field(validator=_positive)
    resolution: timedelta = attrs.field(validator=_positive)

    def __attrs_post_init__(self) -> None:
        """Refuse a resolution that is due before the first answer."""
        if self.resolution < self.first_answer:
            raise InvalidValueError("the resolution is due before the first answer", str(self.resolution))


@final
@attrs.frozen(kw_only=True)
class Escalation:
    """A level that a complaint reaches once so much of a target is used."""

    name: str = attrs.field(validator=is_id)
    #: The share of the target, as `"0.8"`; more than 1 is beyond it.
    at: Fraction = attrs.field(converter=exact_fraction)
    label: Label | None = None


@final
@attrs.frozen(kw_only=True)
class ComplaintTargets:
    """Targets by tier and severity, when a clock is near its breach, and the levels of escalation.

    Raises:
        InvalidValueError: no target at all, a share that is not between 0 and 1, or levels that do not rise.

    >>> targets = ComplaintTargets(targets={
    ...     ("gold", "high"): Target(first_answer=timedelta(hours=2), resolution=timedelta(hours=16)),
    ...     (None, None): Target(first_answer=timedelta(hours=8), resolution=timedelta(hours=40))})
    >>> targets.of("gold", "high").first_answer, targets.of("basic", "high").first_answer
    (datetime.timedelta(seconds=7200), datetime.timedelta(seconds=28800))
    """

    #: By tier and severity; None stands for any. The more exactly named one counts, the tier before the severity.
    targets: Mapping[tuple[str | None, str | None], Target]
    #: The share of a target from which on a clock is near its breach.
    near: Fraction = attrs.field(default=Fraction(4, 5), converter=exact_fraction)
    #: By rising share.
    escalations: tuple[Escalation, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be reached."""
        if not self.targets:
            raise InvalidValueError("no target", dict(self.targets), hint="give one for (None, None): anybody else")
        if not 0 < self.near < 1:
            raise InvalidValueError("a share between 0 and 1", str(self.near), hint="80 % is 0.8")
        for lower, higher in pairwise(self.escalations):
            if lower.at >= higher.at:
                raise InvalidValueError("escalations rise", f"{lower.name} {lower.at}, {higher.name} {higher.at}")

    def of(self, tier: str | None, severity: str | None) -> Target:
        """Return the target of a tier and severity.

        Raises:
            InvalidValueError: none is declared, not even for anybody.
        """
        for key in ((tier, severity), (tier, None), (None, severity), (None, None)):
            if key in self.targets:
                return self.targets[key]
        hint = "declare one for (None, None): anybody else"
        raise InvalidValueError("no target for this tier and severity", f"{tier} {severity}", hint=hint)


@final
@attrs.frozen(kw_only=True)
class ComplaintCase:
    """What happened to a complaint, by moments with a time zone.

    Raises:
        InvalidValueError: moments without a zone or out of order, or a reopening of what was not resolved.
    """

    id: str = attrs.field(validator=is_id)
    tier: str | None = None
    severity: str | None = None
    opened_at: datetime
    answered_at: datetime | None = None
    #: When it was resolved: more than once where it was reopened in between.
    resolved_at: tuple[datetime, ...] = ()
    #: When it was reopened; each one after the resolution of the same place.
    reopened_at: tuple[datetime, ...] = ()
    holds: tuple[Hold, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot have happened."""
        check_instant("ComplaintCase.opened_at", self.opened_at)
        if not 0 <= len(self.resolved_at) - len(self.reopened_at) <= 1:
            counts = f"{len(self.resolved_at)} resolutions, {len(self.reopened_at)} reopenings"
            raise InvalidValueError("what was not resolved cannot be reopened", counts)
        turns = [self.opened_at]
        for place, resolved in enumerate(self.resolved_at):
            turns += [resolved, *self.reopened_at[place : place + 1]]
        for moment in turns[1:]:
            check_instant("ComplaintCase.resolved_at and reopened_at", moment)
        if any(later < earlier for earlier, later in pairwise(turns)):
            raise InvalidValueError("resolutions and reopenings are out of order", self.id)
        if self.answered_at is not None:
            check_instant("ComplaintCase.answered_at", self.answered_at)
            if self.answered_at < self.opened_at:
                raise InvalidValueError("answered before it was opened", self.id)

    @property
    def closed(self) -> bool:
        """Return whether it is resolved and was not reopened."""
        return len(self.resolved_at) > len(self.reopened_at)


@final
@attrs.frozen(kw_only=True)
class ClockReading:
    """One clock as of a moment."""

    target: timedelta
    #: Working time used so far.
    used: timedelta
    state: ClockState
    #: When the target is used up; None while the case is on hold without an end.
    due_at: datetime | None
    #: The level of escalation reached; None below the first.
    escalation: Escalation | None

    @property
    def left(self) -> timedelta:
        """Return the working time left; below zero beyond the target."""
        return self.target - self.used

    def text(self, lang: Lang = "en") -> str:
        """Return the state and what is used, as a few words."""
        return f"{_STATES[self.state].text(lang)}: {self.used} / {self.target}"


@final
@attrs.frozen(kw_only=True)
class ComplaintReading:
    """Both clocks of a complaint as of a moment."""

    case: ComplaintCase
    as_of: datetime
    first_answer: ClockReading
    resolution: ClockReading


def read_complaint(
    case: ComplaintCase, targets: ComplaintTargets, working: WorkingTime, *, as_of: datetime
) -> ComplaintReading:
    """Read both clocks of a complaint; what happens after `as_of` does not exist yet.

    Args:
        case: what happened.
        targets: by tier and severity.
        working: the hours in which the clocks run.
        as_of: the moment, with its time zone.

    Raises:
        InvalidValueError: a moment without a zone or before the complaint was opened, or no target.

    >>> from datetime import UTC, time
    >>> office = WorkingTime(hours=[(time(9), time(17))], zone=UTC)
    >>> targets = ComplaintTargets(targets={
    ...     (None, None): Target(first_answer=timedelta(hours=2), resolution=timedelta(hours=8))})
    >>> case = ComplaintCase(id="B1", opened_at=datetime(2026, 1, 5, 9, tzinfo=UTC),
    ...     answered_at=datetime(2026, 1, 5, 10, tzinfo=UTC))
    >>> reading = read_complaint(case, targets, office, as_of=datetime(2026, 1, 6, 9, tzinfo=UTC))
    >>> reading.first_answer.state, reading.resolution.state, reading.resolution.due_at.hour
    ('met', 'breached', 17)
    """
    check_instant("as_of", as_of)
    if as_of < case.opened_at:
        raise InvalidValueError("this complaint is not open yet", as_of.isoformat())
    known = _as_known(case, as_of)
    target = targets.of(case.tier, case.severity)
    holds = (*known.holds, *(_reopened(known)))
    return ComplaintReading(
        case=case,
        as_of=as_of,
        first_answer=_reading(target.first_answer, known, known.answered_at, known.holds, targets, working, as_of),
        resolution=_reading(
            target.resolution, known, known.resolved_at[-1] if known.closed else None, holds, targets, working, as_of
        ),
    )


def _as_known(case: ComplaintCase, as_of: datetime) -> ComplaintCase:
    """Return the case as it was known at a moment; a hold that has not ended by then has no end."""
    holds = tuple(
        hold if hold.end is not None and hold.end <= as_of else Hold(hold.start)
        for hold in case.holds
        if hold.start < as_of
    )
    return attrs.evolve(
        case,
        answered_at=case.answered_at if case.answered_at is not None and case.answered_at <= as_of else None,
        resolved_at=tuple(moment for moment in case.resolved_at if moment <= as_of),
        reopened_at=tuple(moment for moment in case.reopened_at if moment <= as_of),
        holds=holds,
    )


def _reopened(case: ComplaintCase) -> list[Hold]:
    """Return the intervals between a resolution and the reopening after it, in which no clock runs."""
    pairs = zip(case.resolved_at, case.reopened_at, strict=False)
    return [Hold(resolved, reopened) for resolved, reopened in pairs if resolved < reopened]


def _reading(  # noqa: PLR0913, PLR0917  what a clock depends on
    target: timedelta,
    case: ComplaintCase,
    stopped_at: datetime | None,
    holds: tuple[Hold, ...],
    targets: ComplaintTargets,
    working: WorkingTime,
    as_of: datetime,
) -> ClockReading:
    until = as_of if stopped_at is None else stopped_at
    used = working.between(case.opened_at, until, holds=holds)
    share = Fraction(used // timedelta(microseconds=1), target // timedelta(microseconds=1))
    reached = [level for level in targets.escalations if share >= level.at]
    return ClockReading(
        target=target,
        used=used,
        state=_state(share, targets.near, stopped=stopped_at is not None, held=any(h.end is None for h in holds)),
        due_at=working.after(case.opened_at, target, holds=holds),
        escalation=reached[-1] if reached else None,
    )


def _state(share: Fraction, near: Fraction, *, stopped: bool, held: bool) -> ClockState:
    if stopped:
        return "met" if share <= 1 else "missed"
    if share > 1 or (share == 1 and not held):
        return "breached"
    if held:
        return "on_hold"
    return "near" if share >= near else "running"
