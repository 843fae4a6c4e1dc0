"""The state of a customer's tier, and the table of what may happen to it.

`TRANSITIONS` is the whole machine: what is not in it is refused and changes nothing. When which event happens is
decided elsewhere, by the clocks and the figures.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.label import Label

__all__ = [
    "EVENT_LABELS",
    "OUTSIDE",
    "TRANSITIONS",
    "TierEvent",
    "TierEventKind",
    "TierPhase",
    "TierState",
    "step_tier",
]

#: Not a customer yet, a level held, or one held after a miss.
TierPhase = Literal["outside", "held", "at_risk"]

#: What happens to a tier.
TierEventKind = Literal["joined", "raised", "renewed", "missed", "spared", "lowered"]

#: What each event is called.
EVENT_LABELS: Final[Mapping[TierEventKind, Label]] = MappingProxyType(
    {
        "joined": Label("joined", "加入"),
        "raised": Label("raised to a better level", "升级"),
        "renewed": Label("level earned again", "保级"),
        "missed": Label("level missed, within grace", "未达标，处于宽限期"),
        "spared": Label("level missed, and not lowered yet", "未达标，暂不降级"),
        "lowered": Label("lowered", "降级"),
    }
)

#: Which event may happen in which phase, and the phase that follows.
TRANSITIONS: Final[Mapping[tuple[TierPhase, TierEventKind], TierPhase]] = MappingProxyType(
    {
        ("outside", "joined"): "held",
        ("held", "raised"): "held",
        ("held", "renewed"): "held",
        ("held", "missed"): "at_risk",
        ("held", "spared"): "held",
        ("held", "lowered"): "held",
        ("at_risk", "raised"): "held",
        ("at_risk", "renewed"): "held",
        ("at_risk", "missed"): "at_risk",
        ("at_risk", "spared"): "at_risk",
        ("at_risk", "lowered"): "held",
    }
)


@final
@attrs.frozen(kw_only=True)
class TierState:
    """Where a customer stands: the level by rank (0 is the bottom), since when, and until when it is valid."""

    phase: TierPhase = "outside"
    rank: int = 0
    #: The day the level began.
    since: date | None = None
    #: The first day on which it is no longer valid; None is never.
    until: date | None = None
    #: Reviews missed one after the other.
    misses: int = 0
    #: Whether the level is the soft landing of a fall.
    landed: bool = False
    #: The day of the last event.
    last_on: date | None = None


#: The state of whoever has not joined.
OUTSIDE: Final = TierState()


@final
@attrs.frozen(kw_only=True)
class TierEvent:
    """Something that happens to a tier on a day: the level from then on, and until when."""

    kind: TierEventKind
    on: date
    rank: int
    until: date | None
    landed: bool = False


def step_tier(state: TierState, event: TierEvent) -> TierState:
    """Return the state after an event.

    Raises:
        InvalidValueError: an event that the phase does not allow, one before the last, one that raises to no better or
            lowers to no worse level, or a validity that ends before it begins. The state stays what it was.

    >>> state = step_tier(OUTSIDE, TierEvent(kind="joined", on=date(2026, 1, 1), rank=0, until=None))
    >>> step_tier(state, TierEvent(kind="lowered", on=date(2026, 2, 1), rank=0, until=None))
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InvalidValueError: 'lowered' from level 0 to level 0 is none: ...
    """
    following = TRANSITIONS.get((state.phase, event.kind))
    if following is None:
        allowed = ", ".join(kind for phase, kind in TRANSITIONS if phase == state.phase)
        hint = f"from there only: {allowed}"
        raise InvalidValueError(f"a tier that is {state.phase!r} cannot be {event.kind!r}", str(event.on), hint=hint)
    if state.last_on is not None and event.on < state.last_on:
        hint = "replay the whole history where an entry comes late"
        raise InvalidValueError(f"{event.kind!r} lies before {state.last_on}", str(event.on), hint=hint)
    if event.until is not None and event.until <= event.on:
        raise InvalidValueError(f"a level from {event.on} ends before it begins", str(event.until))
    move = event.rank - state.rank
    sound = {"joined": event.rank == 0, "raised": move > 0, "lowered": move < 0}.get(event.kind, move == 0)
    if not sound:
        what = f"{event.kind!r} from level {state.rank} to level {event.rank} is none"
        raise InvalidValueError(
            what, str(event.on), hint="joined begins at 0, raised rises, lowered falls, others stay"
        )
    changes = event.kind in ("joined", "raised", "lowered")
    misses = state.misses + 1 if event.kind == "missed" else state.misses if event.kind == "spared" else 0
    return TierState(
        phase=following,
        rank=event.rank,
        since=event.on if changes else state.since,
        until=event.until,
        misses=misses,
        landed=event.landed,
        last_on=event.on,
    )
