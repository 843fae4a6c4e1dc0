"""The communication mechanism as data: who meets when and about what, who owes whom which information, who is told.

A *meeting* recurs, has parties, standing items and topics: kinds of signals that come onto its agenda as they occur.
A *call rule* makes an extraordinary meeting out of a signal that cannot wait. An *information duty* says what one party
owes others, how often, and by when. *Escalation levels* say who is told how many working days after something was due.
Nothing is sent: `schedule.collaboration_schedule` makes a dated plan of it.
"""

from typing import Any, Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import PolicyError, Problem, did_you_mean, problem_at
from supplychain_rules.facts.fields import each_is_a, is_a, is_id, is_whole, one_of, several
from supplychain_rules.partnership.collaboration.rhythm import EveryMonths, EveryWeeks, NthWeekday, Rhythm
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label
from supplychain_rules.values.period import Period

__all__ = [
    "SEVERITIES",
    "SIGNAL_KINDS",
    "AfterSignal",
    "CallRule",
    "CollaborationPlan",
    "EscalationLevel",
    "InformationDuty",
    "Meeting",
    "Member",
    "Recurring",
    "Severity",
    "SignalKind",
]

#: What may put something onto an agenda.
SignalKind = Literal["breach", "red_measure", "price_move", "disruption", "risk", "complaint", "proposal"]

#: The kinds in the order of an agenda: what was broken first, what could be won last.
SIGNAL_KINDS: Final[tuple[SignalKind, ...]] = get_args(SignalKind)

#: How much is at stake.
Severity = Literal["low", "medium", "high"]

#: The severities, the mildest first.
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)

#: What happens to a day that is not worked.
_Moved = Literal["next", "previous", "keep"]

#: Longest lag in working days: a year.
_MOST_DAYS: Final = 260


def _ids(instance: object, field: "attrs.Attribute[tuple[str, ...]]", value: tuple[str, ...]) -> None:
    for name in value:
        is_id(instance, field, name)


def _kinds(instance: object, field: "attrs.Attribute[tuple[SignalKind, ...]]", value: tuple[SignalKind, ...]) -> None:
    check = one_of(*SIGNAL_KINDS)
    for name in value:
        check(instance, field, name)


_is_label = attrs.validators.instance_of(Label)


@final
@attrs.frozen(kw_only=True)
class Member:
    """A party of the partnership, such as the customer, our company or the supplier."""

    id: str = attrs.field(validator=is_id)
    label: Label = attrs.field(validator=_is_label)


@final
@attrs.frozen(kw_only=True)
class Meeting:
    """A meeting that recurs.

    >>> from supplychain_rules.partnership.collaboration.rhythm import NthWeekday
    >>> Meeting(id="review", parties=["us", "supplier"], rhythm=NthWeekday(months=3, nth=3, weekday=4),
    ...     topics=["breach", "red_measure"], label=Label("Quarterly review", "季度评审")).chair is None
    True
    """

    id: str = attrs.field(validator=is_id)
    #: Who takes part, two at least.
    parties: tuple[str, ...] = attrs.field(converter=several, validator=_ids)
    #: The party that invites and keeps the minutes; None where they take turns.
    chair: str | None = None
    rhythm: Rhythm = attrs.field(validator=is_a(EveryWeeks, EveryMonths, NthWeekday))
    #: Items of every agenda, in order.
    standing: tuple[Label, ...] = attrs.field(default=(), converter=several, validator=each_is_a(Label))
    #: Kinds of signals that come onto the next agenda.
    topics: tuple[SignalKind, ...] = attrs.field(default=(), converter=several, validator=_kinds)
    #: Whether the open actions of the parties stand on every agenda.
    actions: bool = True
    label: Label = attrs.field(validator=_is_label)


@final
@attrs.frozen(kw_only=True)
class CallRule:
    """Signals of a kind and of at least a severity call a meeting within so many working days.

    A regular meeting that falls into these days takes the signal up instead.
    """

    kind: SignalKind = attrs.field(validator=one_of(*SIGNAL_KINDS))
    at_least: Severity = attrs.field(default="high", validator=one_of(*SEVERITIES))
    #: The meeting whose parties come together.
    meeting: str = attrs.field(validator=is_id)
    #: Working days after the signal by which they meet.
    within: int = attrs.field(validator=is_whole(0, _MOST_DAYS))


@final
@attrs.frozen
class Recurring:
    """Information that is owed again and again, for each nominal day of a rhythm."""

    rhythm: Rhythm = attrs.field(validator=is_a(EveryWeeks, EveryMonths, NthWeekday))


@final
@attrs.frozen
class AfterSignal:
    """Information that is owed once for each signal of a kind."""

    signal: SignalKind = attrs.field(validator=one_of(*SIGNAL_KINDS))


@final
@attrs.frozen(kw_only=True)
class InformationDuty:
    """What one party owes others, and by when.

    >>> from supplychain_rules.partnership.collaboration.rhythm import EveryMonths
    >>> InformationDuty(id="forecast", owed_by="us", owed_to=["supplier"], when=Recurring(EveryMonths(day=1)), lag=3,
    ...     label=Label("Rolling forecast", "滚动预测")).lag
    3
    """

    id: str = attrs.field(validator=is_id)
    owed_by: str = attrs.field(validator=is_id)
    owed_to: tuple[str, ...] = attrs.field(converter=several, validator=_ids)
    when: Recurring | AfterSignal = attrs.field(validator=is_a(Recurring, AfterSignal))
    #: Working days after the nominal day or the signal until it is due; 0 is that day itself, or the next worked one.
    lag: int = attrs.field(default=0, validator=is_whole(0, _MOST_DAYS))
    label: Label = attrs.field(validator=_is_label)


@final
@attrs.frozen(kw_only=True)
class EscalationLevel:
    """Who is told when something is overdue by so many working days, as the two purchasing managers after five.

    The level may be a role in any of the parties, so it is a text of its own and no party.
    """

    id: str = attrs.field(validator=is_id)
    #: Working days after the due day from which on it is reached, 1 at least.
    after: int = attrs.field(validator=is_whole(1, _MOST_DAYS))
    label: Label = attrs.field(validator=_is_label)


@final
@attrs.frozen(kw_only=True)
class CollaborationPlan:
    """Parties, meetings, information duties and escalation of one partnership.

    Raises:
        InvalidValueError: a field that is wrong by itself.
        PolicyError: everything that does not go together, at once: an unknown party or meeting, an id that stands
            twice, a meeting of one, a duty to oneself, escalation levels out of order.

    >>> from supplychain_rules.partnership.collaboration.rhythm import EveryMonths
    >>> CollaborationPlan(id="steel", version="2026", valid=Period.year(2026),
    ...     parties=[Member(id="us", label=Label("We", "本公司")), Member(id="V7", label=Label("Supplier", "供应商"))],
    ...     meetings=[Meeting(id="review", parties=["us", "V8"], rhythm=EveryMonths(day=15), label=Label("Review"))])
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.PolicyError: 1 problem in the rule set
      meetings[0].parties[1]: unknown party ('V8'); expected one of V7, us [unknown_name]
    """

    id: str = attrs.field(validator=is_id)
    version: str = attrs.field(validator=is_id)
    #: The days on which the plan holds; rhythms are counted from the first.
    valid: Period = attrs.field(validator=attrs.validators.instance_of(Period))
    parties: tuple[Member, ...] = attrs.field(converter=several, validator=each_is_a(Member))
    meetings: tuple[Meeting, ...] = attrs.field(default=(), converter=several, validator=each_is_a(Meeting))
    calls: tuple[CallRule, ...] = attrs.field(default=(), converter=several, validator=each_is_a(CallRule))
    duties: tuple[InformationDuty, ...] = attrs.field(
        default=(), converter=several, validator=each_is_a(InformationDuty)
    )
    #: The levels from the first on, each later than the one before.
    escalation: tuple[EscalationLevel, ...] = attrs.field(
        default=(), converter=several, validator=each_is_a(EscalationLevel)
    )
    #: Working days of the parties; public holidays are passed in.
    calendar: WorkCalendar = attrs.field(factory=WorkCalendar, validator=is_a(WorkCalendar))
    #: Where a meeting goes whose nominal day is not worked: to the `next` or `previous` working day, or nowhere.
    moved: _Moved = attrs.field(default="next", validator=one_of(*get_args(_Moved)))
    label: Label | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what does not go together, all of it at once."""
        problems = [*_twice(self), *_unknown(self), *_senseless(self)]
        if problems:
            raise PolicyError(problems)


def _twice(plan: CollaborationPlan) -> list[Problem]:
    lists: tuple[tuple[str, tuple[Any, ...]], ...] = (
        ("parties", plan.parties),
        ("meetings", plan.meetings),
        ("duties", plan.duties),
        ("escalation", plan.escalation),
    )
    problems = []
    for where, entries in lists:
        ids = [entry.id for entry in entries]
        for place, name in enumerate(ids):
            if name in ids[:place]:
                problems.append(problem_at("duplicate_id", f"{where}[{place}].id", "this stands here twice", name))
    return problems


def _unknown(plan: CollaborationPlan) -> list[Problem]:
    parties, meetings = [party.id for party in plan.parties], [meeting.id for meeting in plan.meetings]
    named: list[tuple[str, str, str, list[str]]] = []
    for place, meeting in enumerate(plan.meetings):
        at = f"meetings[{place}]"
        named += [(f"{at}.parties[{of}]", "party", name, parties) for of, name in enumerate(meeting.parties)]
        if meeting.chair is not None:
            named.append((f"{at}.chair", "party of the meeting", meeting.chair, list(meeting.parties)))
    for place, duty in enumerate(plan.duties):
        at = f"duties[{place}]"
        named.append((f"{at}.owed_by", "party", duty.owed_by, parties))
        named += [(f"{at}.owed_to[{of}]", "party", name, parties) for of, name in enumerate(duty.owed_to)]
    named += [(f"calls[{place}].meeting", "meeting", call.meeting, meetings) for place, call in enumerate(plan.calls)]
    return [
        problem_at("unknown_name", path, f"unknown {what}", name, did_you_mean(name, known))
        for path, what, name, known in named
        if name not in known
    ]


def _senseless(plan: CollaborationPlan) -> list[Problem]:
    problems = []
    for place, meeting in enumerate(plan.meetings):
        if len(set(meeting.parties)) < 2 or len(set(meeting.parties)) < len(meeting.parties):
            path, hint = f"meetings[{place}].parties", "name two different parties at least, each once"
            problems.append(problem_at("bad_value", path, "no meeting of several parties", meeting.parties, hint))
    for place, duty in enumerate(plan.duties):
        path = f"duties[{place}].owed_to"
        if not duty.owed_to:
            problems.append(problem_at("empty", path, "information owed to nobody", hint="name a party"))
        elif duty.owed_by in duty.owed_to:
            problems.append(problem_at("bad_value", path, "a party owes itself nothing", duty.owed_by))
    for place, (one, other) in enumerate(zip(plan.escalation, plan.escalation[1:], strict=False), start=1):
        if other.after <= one.after:
            path, hint = f"escalation[{place}].after", f"more than the {one.after} of {one.id!r}"
            problems.append(problem_at("not_ordered", path, "a level that is not later", other.after, hint))
    return problems
