"""The dated plan of a partnership: meetings with their agendas, information that is due, actions and who is told.

It is a pure function of the plan, of what happened until a day, and of how far to look ahead. A signal stands on the
next agenda of every meeting whose topic it is, until it is closed. What is overdue keeps its due day and climbs the
levels of escalation. Nothing is sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.collaboration.plan import (
    SEVERITIES,
    SIGNAL_KINDS,
    AfterSignal,
    CallRule,
    CollaborationPlan,
    EscalationLevel,
    InformationDuty,
    Meeting,
)
from supplychain_rules.partnership.collaboration.record import Action, CollaborationRecord, Held, Signal, check_record
from supplychain_rules.partnership.collaboration.rhythm import nominal_days
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.label import Label, Lang

__all__ = [
    "ActionDue",
    "AgendaLine",
    "CollaborationSchedule",
    "InformationDue",
    "InformationStatus",
    "MissedMeeting",
    "PlannedMeeting",
    "collaboration_schedule",
    "information_due",
]

#: How a piece of information stands: not yet due, provided in time, provided late, or due and not there.
InformationStatus = Literal["due", "in_time", "late", "overdue"]

_STATUS: Final = {
    "due": Label("due", "待提供"),
    "in_time": Label("provided in time", "按时提供"),
    "late": Label("provided late", "逾期提供"),
    "overdue": Label("overdue", "逾期未提供"),
}

#: What people read for each party.
Names: TypeAlias = Mapping[str, Label]

_NAMELESS: Final[Names] = MappingProxyType({})


@final
@attrs.frozen(kw_only=True)
class AgendaLine:
    """One item of an agenda: a standing item, a signal, or an open action."""

    label: Label
    signal: Signal | None = None
    action: Action | None = None
    #: Whether no such meeting was held since the signal.
    new: bool = False


@final
@attrs.frozen(kw_only=True)
class PlannedMeeting:
    """A meeting to come."""

    meeting: Meeting
    on: date
    #: The nominal day of its rhythm; None for an extraordinary meeting.
    nominal_on: date | None
    agenda: tuple[AgendaLine, ...]
    #: The signals that called an extraordinary meeting.
    called_by: tuple[Signal, ...] = ()

    def text(self, lang: Lang = "en", names: Names = _NAMELESS) -> str:
        """Return the meeting and its agenda as lines; a party without a name is told by its id."""
        name = self.meeting.label.text(lang)
        kind = Label("extraordinary", "临时会议").text(lang)
        extra = "" if self.nominal_on is not None else (f" ({kind})" if lang == "en" else f"（{kind}）")
        parties = [_name(party, lang, names) for party in self.meeting.parties]
        lines = [f"{self.on} {name}{extra}: {', '.join(parties)}"]
        if lang == "zh":
            lines = [f"{self.on} {name}{extra}：{'、'.join(parties)}"]
        items = (f"  {place}. {_item(line, lang, names)}" for place, line in enumerate(self.agenda, 1))
        return "\n".join([*lines, *items])


@final
@attrs.frozen(kw_only=True)
class MissedMeeting:
    """A meeting whose day has passed and that nobody held."""

    meeting: Meeting
    nominal_on: date
    #: The day on which it was to be.
    on: date


@final
@attrs.frozen(kw_only=True)
class InformationDue:
    """One piece of information that a party owes, and how it stands."""

    duty: InformationDuty
    #: The nominal day it is for, or the day of the signal.
    nominal_on: date
    signal: Signal | None
    due_on: date
    provided_on: date | None
    status: InformationStatus
    #: Working days after the due day at which it came, or that have passed without it; 0 where it is not late.
    days_late: int
    level: EscalationLevel | None

    def text(self, lang: Lang = "en", names: Names = _NAMELESS) -> str:
        """Return the duty and how it stands as one line; a party without a name is told by its id."""
        by, to = _name(self.duty.owed_by, lang, names), [_name(party, lang, names) for party in self.duty.owed_to]
        duty, status = self.duty, _STATUS[self.status].text(lang)
        if lang == "en":
            late = f" by {self.days_late} working days" if self.days_late else ""
            told = f", tell {self.level.label.text(lang)}" if self.level else ""
            owed = f"{by} to {', '.join(to)}"
            return f"{self.due_on} {duty.label.text(lang)} for {self.nominal_on}, {owed}: {status}{late}{told}"
        late = f" {self.days_late} 个工作日" if self.days_late else ""
        told = f"，告知{self.level.label.text(lang)}" if self.level else ""
        owed = f"{by}提供给{'、'.join(to)}"
        return f"{self.due_on} {duty.label.text(lang)}（{self.nominal_on}），{owed}：{status}{late}{told}"


@final
@attrs.frozen(kw_only=True)
class ActionDue:
    """An open action, and how it stands."""

    action: Action
    #: Working days past the day by which it is due as things stand; 0 where it is not overdue.
    days_late: int
    level: EscalationLevel | None

    def text(self, lang: Lang = "en", names: Names = _NAMELESS) -> str:
        """Return the action and how it stands as one line; an owner without a name is told by its id."""
        action, owner = self.action, _name(self.action.owner, lang, names)
        if lang == "en":
            late = f", overdue by {self.days_late} working days" if self.days_late else ""
            told = f", tell {self.level.label.text(lang)}" if self.level else ""
            return f"{action.stands_on} {owner}: {action.label.text(lang)}{late}{told}"
        late = f"，逾期 {self.days_late} 个工作日" if self.days_late else ""
        told = f"，告知{self.level.label.text(lang)}" if self.level else ""
        return f"{action.stands_on} {owner}：{action.label.text(lang)}{late}{told}"


@final
@attrs.frozen(kw_only=True)
class CollaborationSchedule:
    """All that is to come, and what should have been."""

    as_of: date
    until: date
    meetings: tuple[PlannedMeeting, ...]
    missed: tuple[MissedMeeting, ...]
    #: Due before `until` and not provided yet, the oldest first.
    information: tuple[InformationDue, ...]
    #: Every open action, the oldest first.
    actions: tuple[ActionDue, ...]
    #: What people read for the parties.
    names: tuple[tuple[str, Label], ...] = ()

    def text(self, lang: Lang = "en") -> str:
        """Return the plan as lines, in English or Chinese."""
        heads = {
            "meetings": Label("Meetings", "会议"),
            "missed": Label("Missed meetings", "未召开的会议"),
            "information": Label("Information due", "应提供的信息"),
            "actions": Label("Open actions", "未完成事项"),
        }
        missed = [f"{each.on} {each.meeting.label.text(lang)}" for each in self.missed]
        names = dict(self.names)
        parts = {
            "meetings": [meeting.text(lang, names) for meeting in self.meetings],
            "missed": missed,
            "information": [each.text(lang, names) for each in self.information],
            "actions": [each.text(lang, names) for each in self.actions],
        }
        return "\n".join(line for part, lines in parts.items() if lines for line in (heads[part].text(lang), *lines))

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as JSON-able data."""
        return {
            "as_of": self.as_of.isoformat(),
            "until": self.until.isoformat(),
            "meetings": [
                {
                    "meeting": each.meeting.id,
                    "on": each.on.isoformat(),
                    "nominal_on": None if each.nominal_on is None else each.nominal_on.isoformat(),
                    "parties": list(each.meeting.parties),
                    "called_by": [signal.id for signal in each.called_by],
                    "agenda": [
                        {
                            "en": line.label.text("en"),
                            "zh": line.label.text("zh"),
                            "signal": line.signal.id if line.signal else None,
                            "action": line.action.id if line.action else None,
                            "new": line.new,
                        }
                        for line in each.agenda
                    ],
                }
                for each in self.meetings
            ],
            "missed": [{"meeting": each.meeting.id, "on": each.on.isoformat()} for each in self.missed],
            "information": [
                {
                    "duty": each.duty.id,
                    "owed_by": each.duty.owed_by,
                    "owed_to": list(each.duty.owed_to),
                    "nominal_on": each.nominal_on.isoformat(),
                    "signal": each.signal.id if each.signal else None,
                    "due_on": each.due_on.isoformat(),
                    "status": each.status,
                    "days_late": each.days_late,
                    "level": each.level.id if each.level else None,
                }
                for each in self.information
            ],
            "actions": [
                {
                    "action": each.action.id,
                    "owner": each.action.owner,
                    "due_on": each.action.stands_on.isoformat(),
                    "days_late": each.days_late,
                    "level": each.level.id if each.level else None,
                }
                for each in self.actions
            ],
        }


def collaboration_schedule(
    plan: CollaborationPlan, record: CollaborationRecord, *, as_of: date, until: date
) -> CollaborationSchedule:
    """Return the dated plan from a day on.

    What happens after `as_of` does not exist yet: a signal, a minute, a delivery of information. A nominal day that is
    not worked is moved as the plan says. A signal of a call rule makes an extraordinary meeting by its deadline unless
    a regular one takes place until then; where the deadline has passed, on the next working day.

    Args:
        plan: who meets and owes what.
        record: what happened.
        as_of: the first day to plan.
        until: the day after the last one.

    Raises:
        InputError: a record that names what the plan does not have, everything at once.
        InvalidValueError: days out of order.

    >>> from supplychain_rules.partnership.collaboration.plan import Member
    >>> from supplychain_rules.partnership.collaboration.rhythm import NthWeekday
    >>> from supplychain_rules.values.period import Period
    >>> review = Meeting(id="review", parties=["us", "V7"], rhythm=NthWeekday(months=3, nth=3, weekday=4),
    ...     standing=[Label("Key figures")], topics=["breach"], label=Label("Quarterly review"))
    >>> plan = CollaborationPlan(id="steel", version="1", valid=Period.year(2026), meetings=[review],
    ...     parties=[Member(id="us", label=Label("We")), Member(id="V7", label=Label("Supplier"))])
    >>> late = Signal(id="B1", kind="breach", about="V7", happened_on=date(2026, 2, 2), label=Label("12 days late"))
    >>> print(collaboration_schedule(plan, CollaborationRecord(signals=[late]), as_of=date(2026, 4, 1),
    ...     until=date(2026, 7, 1)).meetings[0].text())
    2026-04-16 Quarterly review: us, V7
      1. Key figures
      2. breach, medium, V7: 12 days late (new)
    """
    check_day("as_of", as_of)
    check_day("until", until)
    if until <= as_of:
        raise InvalidValueError("until lies after as_of", until.isoformat(), hint="it is the day after the last one")
    check_record(plan, record)
    desk = _Desk(plan, record, as_of)
    pieces = sorted(
        (
            each
            for each in information_due(plan, record, as_of=as_of)
            if each.provided_on is None and each.due_on < until
        ),
        key=lambda each: (each.due_on, each.duty.id, each.nominal_on, each.signal.id if each.signal else ""),
    )
    return CollaborationSchedule(
        as_of=as_of,
        until=until,
        meetings=tuple(desk.meetings(until)),
        missed=tuple(desk.missed()),
        information=tuple(pieces),
        actions=desk.actions(),
        names=tuple((party.id, party.label) for party in plan.parties),
    )


def information_due(plan: CollaborationPlan, record: CollaborationRecord, *, as_of: date) -> Iterator[InformationDue]:
    """Yield every piece of information that is ever owed within the plan's validity, and how it stands on a day.

    A duty after a signal exists once the signal happened.

    >>> from supplychain_rules.partnership.collaboration.plan import Member, Recurring
    >>> from supplychain_rules.partnership.collaboration.rhythm import EveryMonths
    >>> from supplychain_rules.values.period import Period
    >>> forecast = InformationDuty(id="forecast", owed_by="us", owed_to=["V7"], when=Recurring(EveryMonths(day=1)),
    ...     lag=3, label=Label("Forecast"))
    >>> plan = CollaborationPlan(id="steel", version="1", valid=Period.quarter(2026, 1), duties=[forecast],
    ...     parties=[Member(id="us", label=Label("We")), Member(id="V7", label=Label("Supplier"))])
    >>> [(str(each.due_on), each.status, each.days_late)
    ...  for each in information_due(plan, CollaborationRecord(), as_of=date(2026, 2, 10))]
    [('2026-01-06', 'overdue', 25), ('2026-02-04', 'overdue', 4), ('2026-03-04', 'due', 0)]
    """
    provided = {(each.duty, each.nominal_on, each.signal): each.on for each in record.provided if each.on <= as_of}
    signals = sorted((each for each in record.signals if each.happened_on <= as_of), key=_by_day)
    for duty in plan.duties:
        occasions: list[tuple[date, Signal | None]]
        if isinstance(duty.when, AfterSignal):
            kind, valid = duty.when.signal, plan.valid
            occasions = [
                (each.happened_on, each) for each in signals if each.kind == kind and each.happened_on in valid
            ]
        else:
            occasions = [(day, None) for day in nominal_days(duty.when.rhythm, plan.valid, plan.valid.end)]
        for day, signal in occasions:
            key = (duty.id, None, signal.id) if signal else (duty.id, day, None)
            yield _stands(plan, duty, (day, signal), provided.get(key), as_of)


def _stands(
    plan: CollaborationPlan,
    duty: InformationDuty,
    occasion: tuple[date, Signal | None],
    provided_on: date | None,
    as_of: date,
) -> InformationDue:
    nominal_on, signal = occasion
    due_on = _worked_after(plan, nominal_on, duty.lag)
    status: InformationStatus
    if provided_on is not None:
        status = "late" if provided_on > due_on else "in_time"
    else:
        status = "overdue" if as_of > due_on else "due"
    late = status in ("late", "overdue")
    days = max(plan.calendar.days_between(due_on, provided_on or as_of), 0) if late else 0
    return InformationDue(
        duty=duty,
        nominal_on=nominal_on,
        signal=signal,
        due_on=due_on,
        provided_on=provided_on,
        status=status,
        days_late=days,
        level=_level(plan, days) if status == "overdue" else None,
    )


class _Desk:
    """What is known of a partnership on a day."""

    def __init__(self, plan: CollaborationPlan, record: CollaborationRecord, as_of: date) -> None:
        self._plan = plan
        self._as_of = as_of
        happened = [each for each in record.signals if each.happened_on <= as_of]
        self._open = sorted((each for each in happened if _is_open(each.closed_on, as_of)), key=_rank)
        self._held = [each for each in record.held if each.on <= as_of]
        self._actions = sorted(
            (each for each in record.actions if each.opened_on <= as_of and _is_open(each.closed_on, as_of)),
            key=lambda each: (each.stands_on, each.id),
        )

    def meetings(self, until: date) -> list[PlannedMeeting]:
        """Return the meetings to come, with their agendas."""
        found = []
        for meeting in self._plan.meetings:
            days = [(day, on) for day, on in self._days(meeting, until) if on >= self._as_of]
            calls = self._called(meeting, [on for _, on in days])
            coming: list[tuple[date, date | None, tuple[Signal, ...]]] = [(on, day, ()) for day, on in days]
            if calls and calls[0] < until:
                coming.append((calls[0], None, calls[1]))
            coming.sort(key=lambda each: (each[0], each[1] is not None))
            for place, (on, nominal, called) in enumerate(coming):
                agenda = self._agenda(meeting, first=place == 0)
                found.append(
                    PlannedMeeting(meeting=meeting, on=on, nominal_on=nominal, agenda=agenda, called_by=called)
                )
        return sorted(found, key=lambda each: (each.on, each.meeting.id, each.nominal_on is not None))

    def missed(self) -> Iterator[MissedMeeting]:
        """Yield the meetings whose days have passed without them, the oldest first of each."""
        for meeting in self._plan.meetings:
            for day, on in self._days(meeting, self._as_of):
                if on < self._as_of:
                    yield MissedMeeting(meeting=meeting, nominal_on=day, on=on)

    def actions(self) -> tuple[ActionDue, ...]:
        """Return the open actions."""
        found = []
        for action in self._actions:
            days = max(self._plan.calendar.days_between(action.stands_on, self._as_of), 0)
            found.append(ActionDue(action=action, days_late=days, level=_level(self._plan, days)))
        return tuple(found)

    def _days(self, meeting: Meeting, until: date) -> Iterator[tuple[date, date]]:
        """Yield the nominal days that no meeting was held for and the days they are moved to, before a day."""
        held = {each.nominal_on for each in self._held if each.meeting == meeting.id}
        # A nominal day past the last one may be moved back to before it, though never by a whole month.
        margin = timedelta(days=0 if self._plan.moved == "next" else _FURTHEST)
        far = until + margin if date.max - until > margin else date.max
        for day in nominal_days(meeting.rhythm, self._plan.valid, far):
            on = self._moved(day)
            if day not in held and on < until:
                yield day, on

    def _moved(self, day: date) -> date:
        calendar = self._plan.calendar
        if self._plan.moved == "keep" or calendar.is_working(day):
            return day
        return calendar.shift(day, 1 if self._plan.moved == "next" else -1)

    def _called(self, meeting: Meeting, regular: Sequence[date]) -> tuple[date, tuple[Signal, ...]] | None:
        """Return when an extraordinary meeting is due and what calls it, or None where none is."""
        rules = [call for call in self._plan.calls if call.meeting == meeting.id]
        due: list[tuple[date, Signal]] = []
        for signal in self._open:
            days = [
                _worked_after(self._plan, signal.happened_on, call.within) for call in rules if _calls(call, signal)
            ]
            if not days or not self._is_new(meeting, signal):
                continue
            deadline = min(days)
            if not any(on <= deadline for on in regular):
                due.append((max(deadline, _worked_after(self._plan, self._as_of, 0)), signal))
        if not due:
            return None
        return min(day for day, _ in due), tuple(signal for _, signal in due)

    def _agenda(self, meeting: Meeting, *, first: bool) -> tuple[AgendaLine, ...]:
        """Return the agenda; only the next one can name what is open now."""
        lines = [AgendaLine(label=label) for label in meeting.standing]
        if first:
            lines += [
                AgendaLine(label=signal.label, signal=signal, new=self._is_new(meeting, signal))
                for signal in self._open
                if self._is_topic(meeting, signal)
            ]
            if meeting.actions:
                own = [action for action in self._actions if action.owner in meeting.parties]
                lines += [AgendaLine(label=action.label, action=action) for action in own]
        return tuple(lines)

    def _is_topic(self, meeting: Meeting, signal: Signal) -> bool:
        if any(call.meeting == meeting.id and _calls(call, signal) for call in self._plan.calls):
            return True  # whoever it is about, these are the ones who were called for it
        return signal.kind in meeting.topics and (signal.about is None or signal.about in meeting.parties)

    def _is_new(self, meeting: Meeting, signal: Signal) -> bool:
        return not any(_took_up(held, meeting, signal) for held in self._held)


#: Most days by which a nominal day is moved: the longest row of days off that a calendar of ours holds, and some more.
_FURTHEST: Final = 31


def _took_up(held: Held, meeting: Meeting, signal: Signal) -> bool:
    return held.meeting == meeting.id and held.on >= signal.happened_on


def _calls(call: CallRule, signal: Signal) -> bool:
    return call.kind == signal.kind and SEVERITIES.index(signal.severity) >= SEVERITIES.index(call.at_least)


def _is_open(closed_on: date | None, as_of: date) -> bool:
    return closed_on is None or closed_on > as_of


def _by_day(signal: Signal) -> tuple[date, str]:
    return signal.happened_on, signal.id


def _rank(signal: Signal) -> tuple[int, int, date, str]:
    """Return the place on an agenda: the gravest first, then by kind, then the oldest."""
    severity, kind = SEVERITIES.index(signal.severity), SIGNAL_KINDS.index(signal.kind)
    return -severity, kind, signal.happened_on, signal.id


def _worked_after(plan: CollaborationPlan, day: date, lag: int) -> date:
    """Return the day so many working days later; 0 is the day itself, or the next one that is worked."""
    if lag or plan.calendar.is_working(day):
        return plan.calendar.shift(day, lag)
    return plan.calendar.shift(day, 1)


def _level(plan: CollaborationPlan, days: int) -> EscalationLevel | None:
    return next((level for level in reversed(plan.escalation) if days >= level.after), None)


def _name(party: str, lang: Lang, names: Names) -> str:
    return names[party].text(lang) if party in names else party


def _item(line: AgendaLine, lang: Lang, names: Names) -> str:
    text = line.label.text(lang)
    if line.signal is not None:
        kind, severity = _KINDS[line.signal.kind].text(lang), _SEVERE[line.signal.severity].text(lang)
        new = Label("new", "新").text(lang)
        if lang == "en":
            about = f", {_name(line.signal.about, lang, names)}" if line.signal.about else ""
            return f"{kind}, {severity}{about}: {text}{f' ({new})' if line.new else ''}"
        about = f"，{_name(line.signal.about, lang, names)}" if line.signal.about else ""
        return f"{kind}，{severity}{about}：{text}{f'（{new}）' if line.new else ''}"
    if line.action is not None:
        due = Label("due", "截止").text(lang)
        owner = _name(line.action.owner, lang, names)
        by = f"{owner}: {text}, {due} {line.action.stands_on}"
        return by if lang == "en" else f"{owner}：{text}，{due} {line.action.stands_on}"
    return text


_KINDS: Final = {
    "breach": Label("breach", "违约"),
    "red_measure": Label("red measure", "指标异常"),
    "price_move": Label("price move", "价格波动"),
    "disruption": Label("disruption", "供应中断"),
    "risk": Label("risk", "风险"),
    "complaint": Label("complaint", "投诉"),
    "proposal": Label("proposal", "提案"),
}

_SEVERE: Final = {"low": Label("low", "低"), "medium": Label("medium", "中"), "high": Label("high", "高")}
