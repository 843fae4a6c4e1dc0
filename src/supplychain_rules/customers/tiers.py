"""Tiers: which level a customer has on a day, why, until when, and what it takes to keep it or reach the next.

A tier is derived from the whole history by one pass: at each day on which a figure can change, and at each review, the
figures are judged by the policy's rule set and the state machine takes a step. So a late return or a corrected invoice
changes what it would have changed, and nothing is kept that facts could contradict.
"""

from collections.abc import Mapping
from datetime import date
from typing import final

import attrs

from supplychain_rules.customers.tier_history import TierHistory, fold_history, tier_histories
from supplychain_rules.customers.tier_judge import TierJudge
from supplychain_rules.customers.tier_needs import TierNeed
from supplychain_rules.customers.tier_policy import TierPolicy
from supplychain_rules.customers.tier_state import OUTSIDE, TierState
from supplychain_rules.customers.tier_status import TierStatus, TierTimeline, tier_reason
from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.read_only import ReadOnlyMapping

__all__ = ["TierAssignment", "TierChange", "TierReplay", "assign_tier", "replay_tiers", "resume_tiers", "tier_changes"]


@final
@attrs.frozen(kw_only=True)
class TierAssignment:
    """A customer's tier on a day."""

    tier: str
    as_of: date
    valid_from: date
    #: The first day on which it is no longer valid; None is never.
    valid_until: date | None
    #: The day on which the figures are judged next without a new entry; None where nothing is planned.
    next_review: date | None
    reason: Label
    #: The level that the figures of the running window earn, whatever the status is.
    earned: str
    #: What is lacking at the next review to keep the tier as things stand; empty where nothing is.
    needed_to_keep: tuple[TierNeed, ...]
    #: What is lacking for the next better level; empty at the top.
    needed_for_next: tuple[TierNeed, ...]
    next_tier: str | None
    #: Whether the tier was set by hand.
    pinned: bool


def _timelines(given: Mapping[str, TierTimeline]) -> Mapping[str, TierTimeline]:
    return ReadOnlyMapping(dict(given))


def _histories(given: Mapping[str, TierHistory]) -> Mapping[str, TierHistory]:
    return ReadOnlyMapping(dict(given))


def _kept_states(given: Mapping[str, TierState]) -> Mapping[str, TierState]:
    return ReadOnlyMapping(dict(given))


@final
@attrs.frozen(kw_only=True)
class TierReplay:
    """The whole history of tiers of every customer, derived from facts; `until` is the last day that was looked at."""

    policy: TierPolicy
    until: date
    timelines: Mapping[str, TierTimeline] = attrs.field(converter=_timelines)
    #: What it was derived from, so that it can be taken further.
    histories: Mapping[str, TierHistory] = attrs.field(repr=False, converter=_histories)
    _states: Mapping[str, TierState] = attrs.field(repr=False, converter=_kept_states)

    def tier(self, customer: str, day: date) -> str | None:
        """Return the tier of a customer on a day; None before joining.

        Raises:
            KeyError: a customer that was not replayed.
            InvalidValueError: a day after `until`.
        """
        return self.tiers(day)[customer]

    def tiers(self, day: date) -> dict[str, str | None]:
        """Return the tier of every customer on a day.

        Raises:
            InvalidValueError: a day after `until`.
        """
        if check_day("day", day) > self.until:
            raise InvalidValueError(f"replayed until {self.until} only", str(day), hint="replay further")
        return {name: timeline.tier_on(day) for name, timeline in self.timelines.items()}

    def counts(self, day: date) -> dict[str, int]:
        """Return how many customers have each tier on a day, the best first; who has not joined is in none."""
        counted = {level.id: 0 for level in self.policy.levels}
        for tier in self.tiers(day).values():
            if tier is not None:
                counted[tier] += 1
        return counted


@final
@attrs.frozen(kw_only=True)
class TierChange:
    """A span of days on which a replay says another tier than one before it."""

    customer: str
    from_: date
    #: The first day on which both agree again; None where they do not until the end.
    until: date | None
    #: None is not a customer yet.
    before: str | None
    after: str | None
    #: How people call the levels, where they have labels.
    labels: Mapping[str, Label] = attrs.field(factory=dict, eq=False, repr=False)

    def text(self, lang: Lang = "en") -> str:
        """Return the change as one line."""
        before, after = (
            "-" if tier is None else self.labels[tier].text(lang) if tier in self.labels else tier
            for tier in (self.before, self.after)
        )
        if lang == "zh":
            return f"{self.customer}：{self.from_} 起 {before} → {after}" + (f"，至 {self.until}" if self.until else "")
        return f"{self.customer}: {before} → {after} from {self.from_}" + (f" until {self.until}" if self.until else "")


def assign_tier(policy: TierPolicy, history: TierHistory, *, as_of: date) -> TierAssignment:
    """Return a customer's tier on a day, with reason, next review, and what it takes.

    Args:
        policy: the policy.
        history: the customer's entries and pins; those known by `as_of` and dated by then count.
        as_of: the day.

    Raises:
        InvalidValueError: a customer who has not joined by then, or a pin of an unknown level.
        InputError: a figure outside the bounds that its measure declares.

    >>> from supplychain_rules.customers import TierCondition, TierEntry, TierLevel, TierMeasure
    >>> from supplychain_rules.customers import TierValidity, TierWindow
    >>> levels = [TierLevel(id="gold", all_of=[TierCondition(measure="spend", at_least=1000)]), TierLevel(id="basic")]
    >>> policy = TierPolicy(id="club", version="1", measures=[TierMeasure(id="spend")], levels=levels,
    ...     window=TierWindow(kind="calendar", length=12), validity=TierValidity(kind="rest_and_next"))
    >>> history = TierHistory(entries=[TierEntry(on=date(2026, 5, 9), amount=1200)])
    >>> found = assign_tier(policy, history, as_of=date(2026, 6, 1))
    >>> found.tier, found.valid_until, str(found.needed_to_keep[0])
    ('gold', datetime.date(2028, 1, 1), '1000 more of spend (0 of 1000)')
    """
    check_day("as_of", as_of)
    judge = TierJudge.of(policy)
    known = history.known(as_of)
    _check_pins(policy, known, "history")
    folded = fold_history(known)
    if folded is None or folded.joined > as_of:
        hint = "give an entry, or the day of joining"
        raise InvalidValueError("a customer who has not joined has no tier", str(as_of), hint=hint)
    state, statuses = judge.advance(folded, OUTSIDE, until=as_of)
    timeline = TierTimeline(policy=policy, statuses=tuple(statuses), pins=known.pins)
    status = timeline.status_on(as_of)
    assert status is not None  # noqa: S101  joined by then
    earned, _ = judge.ranks(folded, as_of)
    next_rank = state.rank + 1
    has_next = next_rank < len(policy.levels)
    return TierAssignment(
        tier=status.level,
        as_of=as_of,
        valid_from=status.valid_from,
        valid_until=status.valid_until,
        next_review=judge.next_review(state, as_of, folded.joined),
        reason=tier_reason(policy, status),
        earned=policy.level(earned).id,
        needed_to_keep=judge.needed_to_keep(folded, state),
        needed_for_next=judge.lacking(folded, as_of, next_rank) if has_next else (),
        next_tier=policy.level(next_rank).id if has_next else None,
        pinned=status.event == "pinned",
    )


def replay_tiers(policy: TierPolicy, source: Ledger | Mapping[str, TierHistory], *, until: date) -> TierReplay:
    """Derive every customer's history of tiers from facts.

    Args:
        policy: the policy.
        source: a ledger, whose invoice lines to customers are `spend` in the policy's currency; or histories by
            customer, as `tier_histories` gives them, where margins, points, returns, pins and joinings count too.
        until: the last day; what is dated or known later does not exist.

    Raises:
        InvalidValueError: a ledger and a policy without currency, a line in another one, or a pin of an unknown level.
        InputError: a figure outside the bounds that its measure declares.
    """
    check_day("until", until)
    histories = tier_source(policy, source, until)
    judge = TierJudge.of(policy)
    timelines, states = {}, {}
    for customer, history in histories.items():
        _check_pins(policy, history, customer)
        known = history.known(until)
        folded = fold_history(known)
        state, statuses = (OUTSIDE, []) if folded is None else judge.advance(folded, OUTSIDE, until=until)
        states[customer] = state
        timelines[customer] = TierTimeline(policy=policy, statuses=tuple(statuses), pins=known.pins)
    return TierReplay(policy=policy, until=until, timelines=timelines, histories=histories, states=states)


def resume_tiers(replay: TierReplay, more: Mapping[str, TierHistory] | None = None, *, until: date) -> TierReplay:
    """Take a replay further, which gives what replaying everything would.

    A customer whose new entries all lie after the replay's `until` goes on from the state reached; one with a late
    entry is derived anew.

    Args:
        replay: the replay so far.
        more: entries and pins that came in since, by customer; a new customer's joining.
        until: the last day, not before the replay's.

    Raises:
        InvalidValueError: an earlier day, or another joining than the one known.
    """
    if check_day("until", until) < replay.until:
        raise InvalidValueError(f"the replay is at {replay.until} already", str(until), hint="replay from the facts")
    histories = dict(replay.histories)
    for customer, added in (more or {}).items():
        histories[customer] = _joined(customer, histories.get(customer), added)
    judge = TierJudge.of(replay.policy)
    timelines, states = {}, {}
    for customer, history in histories.items():
        _check_pins(replay.policy, history, customer)
        known = history.known(until)
        folded = fold_history(known)
        before: TierState = OUTSIDE
        statuses: list[TierStatus] = []
        if customer in replay.timelines and not _is_late(replay.histories[customer], known, replay.until):
            before, statuses = replay._states[customer], list(replay.timelines[customer].statuses)  # noqa: SLF001  its own
        after = replay.until if before is not OUTSIDE else None
        state, found = OUTSIDE, list[TierStatus]()
        if folded is not None:
            state, found = judge.advance(folded, before, until=until, after=after)
        states[customer] = state
        timelines[customer] = TierTimeline(policy=replay.policy, statuses=(*statuses, *found), pins=known.pins)
    return TierReplay(policy=replay.policy, until=until, timelines=timelines, histories=histories, states=states)


def tier_changes(before: TierReplay, after: TierReplay) -> tuple[TierChange, ...]:
    """Return where two replays differ, by customer and span of days, up to the day that both reached.

    What a late return or a corrected invoice did to tiers is the difference of a replay before it was known and one
    after.
    """
    until = min(before.until, after.until)
    levels = (*before.policy.levels, *after.policy.levels)
    labels = {level.id: level.label for level in levels if level.label is not None}
    found: list[TierChange] = []
    for customer in sorted({*before.timelines, *after.timelines}):
        one, other = before.timelines.get(customer), after.timelines.get(customer)
        days = sorted({day for line in (one, other) if line is not None for day in line.turns if day <= until})
        spans: list[TierChange] = []
        for day in days:
            old = None if one is None else one.tier_on(day)
            new = None if other is None else other.tier_on(day)
            last = spans[-1] if spans and spans[-1].until is None else None
            if last is not None and (last.before, last.after) == (old, new):
                continue
            if last is not None:
                spans[-1] = attrs.evolve(last, until=day)
            if old != new:
                change = TierChange(customer=customer, from_=day, until=None, before=old, after=new, labels=labels)
                spans.append(change)
        found += spans
    return tuple(found)


def tier_source(
    policy: TierPolicy, source: Ledger | Mapping[str, TierHistory], until: date
) -> Mapping[str, TierHistory]:
    """Return the histories of a source.

    Raises:
        InvalidValueError: a ledger and a policy without currency, or a line in another one.
    """
    if not isinstance(source, Ledger):
        return source
    if policy.currency is None:
        hint = "give the policy its currency"
        raise InvalidValueError("amounts of a ledger need the policy's currency", policy.id, hint=hint)
    return tier_histories(source, as_of=until, currency=policy.currency)


def _check_pins(policy: TierPolicy, history: TierHistory, customer: str) -> None:
    known = [level.id for level in policy.levels]
    for pin in history.pins:
        if pin.level not in known:
            hint = did_you_mean(pin.level, known)
            raise InvalidValueError(f"a pin of {customer} names an unknown level", pin.level, hint=hint)


def _joined(customer: str, before: TierHistory | None, added: TierHistory) -> TierHistory:
    if before is None:
        return added
    if added.joined not in (None, before.joined):
        hint = "replay from the facts"
        raise InvalidValueError(f"{customer} joined on {before.joined} already", str(added.joined), hint=hint)
    return attrs.evolve(before, entries=(*before.entries, *added.entries), pins=(*before.pins, *added.pins))


def _is_late(before: TierHistory, now: TierHistory, until: date) -> bool:
    """Say whether anything that is known now lies within the days that were replayed without it."""
    replayed = before.known(until).entries
    return tuple(one for one in now.entries if one.on <= until) != replayed
