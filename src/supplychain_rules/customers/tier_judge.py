"""The judge of tiers: when a customer's figures are looked at, and which step of the state machine follows.

It holds a policy compiled to its rule set, and remembers what it said of the same figures and the same days; it is made
for one call and shared by nobody.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Any, Final, final

import attrs

from supplychain_rules.customers.tier_clock import judged_periods, leaves_on, period_of, valid_until, window_on
from supplychain_rules.customers.tier_history import FoldedHistory
from supplychain_rules.customers.tier_needs import TierNeed, unmet
from supplychain_rules.customers.tier_policy import TierMeasure, TierPolicy, TierWindow
from supplychain_rules.customers.tier_rules import EARNED, KEPT, tier_rules
from supplychain_rules.customers.tier_state import OUTSIDE, TierEvent, TierState, step_tier
from supplychain_rules.customers.tier_status import TierStatus
from supplychain_rules.rules.codec import load_policy
from supplychain_rules.rules.evaluate import Evaluator, evaluator
from supplychain_rules.values.period import Period, add_months

__all__ = ["TierJudge"]

_DAY: Final = timedelta(days=1)

#: Most answers that are remembered of one kind: more than a file of customers shares, and some megabytes at most.
_MOST_REMEMBERED: Final = 50_000


@final
@attrs.frozen(kw_only=True)
class TierJudge:
    """A policy compiled to its rule set, and what was judged already: many customers have the same figures."""

    policy: TierPolicy
    decide: Evaluator
    #: Whether a window or period depends on the day a customer joined.
    by_joining: bool
    ranks_by_figures: dict[tuple[Decimal | None, ...], tuple[int, int]] = attrs.field(factory=dict)
    windows: dict[tuple[date, date | None, int], tuple[tuple[TierMeasure, Period], ...]] = attrs.field(factory=dict)
    #: What the clocks say of a day: customers share days, and most customers few joinings.
    ends: dict[tuple[date, date | None], date] = attrs.field(factory=dict)
    lasting: dict[tuple[date, date, date | None], date | None] = attrs.field(factory=dict)
    leaving: dict[tuple[str, date, date | None], date | None] = attrs.field(factory=dict)

    @classmethod
    def of(cls, policy: TierPolicy) -> "TierJudge":
        """Return the judge of a policy.

        Raises:
            PolicyError: a rule set that does not load, as where a threshold is finer than its measure.
        """
        windows = (policy.window, policy.validity.period, *(one.window for one in policy.measures))
        by_joining = any(one is not None and one.kind in ("anniversary", "lifetime") for one in windows)
        return cls(policy=policy, decide=evaluator(load_policy(tier_rules(policy))), by_joining=by_joining)

    def figures(self, folded: FoldedHistory, day: date, together: int = 1) -> tuple[Decimal | None, ...]:
        """Return the measures over the windows that end with a day."""
        # The joining is in the key: windows since then, and anniversaries, differ by customer.
        key = (day, folded.joined if self.by_joining else None, together)
        windows = self.windows.get(key)
        if windows is None:
            _forget(self.windows)
            windows = self.windows[key] = tuple(
                (one, window_on(self.policy.window, day, folded.joined, together=together))
                if one.window is None
                else (one, window_on(one.window, day, folded.joined))
                for one in self.policy.measures
            )
        return tuple([folded.figure(measure, period) for measure, period in windows])

    def ranks(self, folded: FoldedHistory, day: date, together: int = 1) -> tuple[int, int]:
        """Return the ranks of the levels that figures earn, and that they are enough to keep."""
        figures = self.figures(folded, day, together)
        found = self.ranks_by_figures.get(figures)
        if found is None:
            _forget(self.ranks_by_figures)
            record = {one.id: value for one, value in zip(self.policy.measures, figures, strict=True)}
            decision = self.decide(record)
            earned = self.policy.rank(decision[EARNED])
            kept = self.policy.rank(decision[KEPT]) if KEPT in decision else earned
            found = self.ranks_by_figures[figures] = (earned, kept)
        return found

    def advance(
        self, folded: FoldedHistory, state: TierState, *, until: date, after: date | None = None
    ) -> tuple[TierState, list[TierStatus]]:
        """Take a state through the days after one, or from the joining on, up to and including another."""
        statuses: list[TierStatus] = []
        if state is OUTSIDE:
            if folded.joined > until:
                return OUTSIDE, []
            event = TierEvent(kind="joined", on=folded.joined, rank=0, until=None)
            state = self._stepped(state, event, 0, statuses)
        ticks = sorted(day for day in self._ticks(folded) if day <= until and (after is None or day > after))
        place = 0
        while True:
            tick = ticks[place] if place < len(ticks) else None
            review = state.until
            day = tick if review is None or (tick is not None and tick < review) else review
            if day is None or day > until:
                return state, statuses
            if day == review:
                state = self._review(folded, state, day, statuses)
            if day == tick:
                place += 1
                state = self._tick(folded, state, day, statuses)

    def _ticks(self, folded: FoldedHistory) -> set[date]:
        """Return the days on which figures are looked at: when they change, or when that period ends."""
        policy = self.policy
        changes = {folded.joined, *folded.days}
        for measure in policy.measures:
            window = policy.window if measure.window is None else measure.window
            if measure.figure == "tenure_days":
                changes.update(self._tenures(folded.joined, measure.id))
            elif measure.of in folded.series:
                left = [self._leaves(measure.id, window, day, folded.joined) for day in folded.series[measure.of].days]
                changes.update(day for day in left if day is not None)
        if policy.upgrade == "at_once":
            return changes
        periods = policy.periods
        assert periods is not None  # noqa: S101  the policy refused upgrades at the end of none
        return {self._end(periods, day, folded.joined) for day in changes}

    def _leaves(self, measure: str, window: TierWindow, day: date, joined: date) -> date | None:
        key = (measure, day, joined if window.kind == "anniversary" else None)
        if key not in self.leaving:
            _forget(self.leaving)
            self.leaving[key] = leaves_on(window, day, joined)
        return self.leaving[key]

    def _end(self, periods: TierWindow, day: date, joined: date) -> date:
        key = (day, joined if periods.kind == "anniversary" else None)
        if key not in self.ends:
            _forget(self.ends)
            self.ends[key] = period_of(periods, day, joined).end
        return self.ends[key]

    def _lasts(self, on: date, earned_on: date, joined: date) -> date | None:
        key = (on, earned_on, joined if self.by_joining else None)
        if key not in self.lasting:
            _forget(self.lasting)
            self.lasting[key] = valid_until(self.policy, on, earned_on, joined)
        return self.lasting[key]

    def _tenures(self, joined: date, measure: str) -> Iterator[date]:
        for level in self.policy.levels:
            for condition in level.conditions:
                if condition.measure == measure:
                    for edge in (condition.at_least, condition.below):
                        if edge is not None and 0 <= edge <= (date.max - joined).days:
                            yield joined + timedelta(days=ceil(edge))

    def _tick(self, folded: FoldedHistory, state: TierState, day: date, statuses: list[TierStatus]) -> TierState:
        """Raise, lengthen, or let fall at once, by the figures of a day."""
        policy = self.policy
        judged = day if policy.upgrade == "at_once" else day - _DAY
        earned, kept = self.ranks(folded, judged)
        fair = max(earned, kept)
        lasts = self._lasts(day, judged, folded.joined)
        if earned > state.rank:
            event = TierEvent(kind="raised", on=day, rank=earned, until=lasts)
        elif policy.downgrade.when == "at_once" and fair < state.rank:
            event = TierEvent(kind="lowered", on=day, rank=fair, until=lasts if fair else None)
        elif (
            policy.validity.extends
            and 0 < earned == state.rank
            and lasts is not None
            and state.until is not None
            and lasts > state.until
        ):
            event = TierEvent(kind="renewed", on=day, rank=state.rank, until=lasts)
        else:
            return state
        return self._stepped(state, event, earned, statuses)

    def _review(self, folded: FoldedHistory, state: TierState, day: date, statuses: list[TierStatus]) -> TierState:
        """Judge a level whose validity ends."""
        policy, rule, joined = self.policy, self.policy.downgrade, folded.joined
        judged = judged_periods(policy.window, day, joined)
        earned = max(self.ranks(folded, one)[0] for one in judged)
        kept = max(self.ranks(folded, one, rule.together)[1] for one in judged)
        fair = max(earned, kept)
        lasts = self._lasts(day, judged[0], joined)
        may_rise = policy.upgrade == "at_once" or self._is_period_end(day, joined)
        if earned > state.rank and may_rise:
            event = TierEvent(kind="raised", on=day, rank=earned, until=lasts)
        elif fair >= state.rank:
            event = TierEvent(kind="renewed", on=day, rank=state.rank, until=lasts)
        elif rule.to == "never" or (state.since is not None and add_months(state.since, rule.hold_months) > day):
            event = TierEvent(kind="spared", on=day, rank=state.rank, until=lasts, landed=state.landed)
        elif state.misses + 1 < rule.misses:
            event = TierEvent(kind="missed", on=day, rank=state.rank, until=lasts, landed=state.landed)
        else:
            softly = rule.to == "one_level" or (rule.to == "soft_landing" and not state.landed)
            rank = max(fair, state.rank - 1) if softly else fair
            landed = rule.to == "soft_landing" and rank > fair
            event = TierEvent(kind="lowered", on=day, rank=rank, until=lasts if rank else None, landed=landed)
        return self._stepped(state, event, earned, statuses)

    def _is_period_end(self, day: date, joined: date) -> bool:
        periods = self.policy.periods
        return periods is not None and period_of(periods, day, joined).start == day

    def _stepped(self, state: TierState, event: TierEvent, earned: int, statuses: list[TierStatus]) -> TierState:
        following = step_tier(state, event)
        misses = state.misses + 1 if event.kind == "lowered" else following.misses
        statuses.append(
            TierStatus(
                level=self.policy.level(event.rank).id,
                valid_from=event.on,
                valid_until=event.until,
                event=event.kind,
                earned=self.policy.level(earned).id,
                misses=misses,
                since=following.since or event.on,
                landed=event.landed,
            )
        )
        return following

    def next_review(self, state: TierState, as_of: date, joined: date) -> date | None:
        """Return the day on which figures are judged next without a new entry."""
        periods = self.policy.periods
        if self.policy.upgrade == "at_once" or periods is None:
            return state.until
        end = period_of(periods, as_of, joined).end
        return end if state.until is None else min(end, state.until)

    def needed_to_keep(self, folded: FoldedHistory, state: TierState) -> tuple[TierNeed, ...]:
        """Return what is lacking at the end of a level's validity, by the entries known so far."""
        if state.until is None or state.rank == 0 or self.policy.downgrade.to == "never":
            return ()
        together = self.policy.downgrade.together
        lacking = [
            self.lacking(folded, day, state.rank, together=together, keeping=True)
            for day in judged_periods(self.policy.window, state.until, folded.joined)
        ]
        return () if () in lacking else lacking[0]

    def lacking(
        self, folded: FoldedHistory, day: date, rank: int, *, together: int = 1, keeping: bool = False
    ) -> tuple[TierNeed, ...]:
        """Return what the figures of a day lack for a level."""
        figures = self.figures(folded, day, together)
        known: dict[str, Decimal | None] = {
            one.id: value for one, value in zip(self.policy.measures, figures, strict=True)
        }
        decision = self.decide(known)
        known = dict(decision.inputs)
        if self.policy.score is not None:
            known[self.policy.score.id] = decision[self.policy.score.id]
        return unmet(self.policy, self.policy.level(rank), known, keeping=keeping)


def _forget(remembered: dict[Any, Any]) -> None:
    """Make room where too much is remembered; what is forgotten is found again."""
    if len(remembered) >= _MOST_REMEMBERED:
        remembered.clear()
