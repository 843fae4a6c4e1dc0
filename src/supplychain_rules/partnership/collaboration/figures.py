"""How well a partnership keeps its own communication plan: information in time, actions done, meetings held.

Each figure is a pair of whole numbers, kept of due, so that figures of periods and partners add up before they are
divided. What was due on no day of the period is not applicable, never 100 %.
"""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import final

import attrs

from supplychain_rules.partnership.collaboration.plan import CollaborationPlan
from supplychain_rules.partnership.collaboration.record import CollaborationRecord, check_record
from supplychain_rules.partnership.collaboration.rhythm import nominal_days
from supplychain_rules.partnership.collaboration.schedule import information_due
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.period import Period, check_period

__all__ = ["CollaborationFigures", "Kept", "collaboration_figures"]


@final
@attrs.frozen
class Kept:
    """How many of those that were due were kept in time.

    >>> Kept(2, 3).rate, Kept(0, 0).rate is None
    (Fraction(2, 3), True)
    """

    kept: int
    due: int

    @property
    def rate(self) -> Fraction | None:
        """The share that was kept; None where nothing was due."""
        return Fraction(self.kept, self.due) if self.due else None


@final
@attrs.frozen(kw_only=True)
class CollaborationFigures:
    """What one party kept of its duties and actions, and what of the meetings it takes part in was held."""

    party: str
    #: Pieces of information due in the period, and of them those provided by their due day.
    information: Kept
    #: Actions whose first due day lies in the period, and of them those closed by it; moving the day helps nobody.
    actions: Kept
    #: Meetings with a nominal day in the period, and of them those that were held.
    meetings: Kept


def collaboration_figures(
    plan: CollaborationPlan, record: CollaborationRecord, period: Period, *, as_of: date
) -> tuple[CollaborationFigures, ...]:
    """Return the figures of each party of a plan, in its order.

    Only what was due before `as_of` counts: what is due on the day itself may still come.

    Raises:
        InputError: a record that names what the plan does not have.
        InvalidValueError: no period, or no day.

    >>> from supplychain_rules.partnership.collaboration.plan import InformationDuty, Member, Recurring
    >>> from supplychain_rules.partnership.collaboration.record import Provided
    >>> from supplychain_rules.partnership.collaboration.rhythm import EveryMonths
    >>> from supplychain_rules.values.label import Label
    >>> forecast = InformationDuty(id="forecast", owed_by="us", owed_to=["V7"], when=Recurring(EveryMonths(day=1)),
    ...     lag=3, label=Label("Forecast"))
    >>> first = Period.quarter(2026, 1)
    >>> plan = CollaborationPlan(id="steel", version="1", valid=first, duties=[forecast],
    ...     parties=[Member(id="us", label=Label("We")), Member(id="V7", label=Label("Supplier"))])
    >>> sent = Provided(duty="forecast", nominal_on=date(2026, 2, 1), on=date(2026, 2, 4))
    >>> collaboration_figures(plan, CollaborationRecord(provided=[sent]), first, as_of=date(2026, 4, 1))[0].information
    Kept(kept=1, due=3)
    """
    check_period(period)
    check_day("as_of", as_of)
    check_record(plan, record)

    def counts(due_on: date) -> bool:
        return due_on in period and due_on < as_of

    pieces = [each for each in information_due(plan, record, as_of=as_of) if counts(each.due_on)]
    actions = [each for each in record.actions if each.opened_on <= as_of and counts(each.due_on)]
    found = []
    for party in plan.parties:
        own = [each for each in pieces if each.duty.owed_by == party.id]
        tasks = [each for each in actions if each.owner == party.id]
        done = [each for each in tasks if each.closed_on is not None and each.closed_on <= min(each.due_on, as_of)]
        found.append(
            CollaborationFigures(
                party=party.id,
                information=Kept(sum(each.status == "in_time" for each in own), len(own)),
                actions=Kept(len(done), len(tasks)),
                meetings=_meetings(plan, record, party.id, as_of, counts),
            )
        )
    return tuple(found)


def _meetings(
    plan: CollaborationPlan, record: CollaborationRecord, party: str, as_of: date, counts: Callable[[date], bool]
) -> Kept:
    held = {(each.meeting, each.nominal_on) for each in record.held if each.on <= as_of}
    days = [
        (meeting.id, day)
        for meeting in plan.meetings
        if party in meeting.parties
        for day in nominal_days(meeting.rhythm, plan.valid, as_of)
        if counts(day)
    ]
    return Kept(sum(day in held for day in days), len(days))
