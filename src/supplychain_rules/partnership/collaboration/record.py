"""What happened in a partnership: signals, actions, meetings that were held, information that was provided.

A signal is something that the parties have to talk about: a breach, a red key figure, a price that moved, a supply that
broke. It stays open until it is closed. An action is what somebody undertook to do by a day.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final, final

import attrs

from supplychain_rules.errors import InputError, InvalidValueError, Problem, bounded_repr, did_you_mean
from supplychain_rules.facts.fields import each_is_a, is_day, is_id, is_optional_day, is_optional_id, one_of, several
from supplychain_rules.partnership.collaboration.plan import (
    SEVERITIES,
    SIGNAL_KINDS,
    CollaborationPlan,
    Severity,
    SignalKind,
)
from supplychain_rules.rules.decision import Decision
from supplychain_rules.values.label import Label, composed
from supplychain_rules.values.money import Money, ratio
from supplychain_rules.values.scaled import exact_fraction, number_text

__all__ = [
    "Action",
    "CollaborationRecord",
    "Held",
    "Provided",
    "Signal",
    "check_record",
    "price_signal",
    "red_signals",
]

_is_label = attrs.validators.instance_of(Label)


@final
@attrs.frozen(kw_only=True)
class Signal:
    """Something that the parties have to talk about.

    >>> Signal(id="late-1", kind="breach", severity="high", about="V7", happened_on=date(2026, 3, 2),
    ...     label=Label("Delivery 12 days late", "交货延误 12 天")).closed_on is None
    True
    """

    id: str = attrs.field(validator=is_id)
    kind: SignalKind = attrs.field(validator=one_of(*SIGNAL_KINDS))
    severity: Severity = attrs.field(default="medium", validator=one_of(*SEVERITIES))
    #: The party that it is about; None where it concerns all.
    about: str | None = attrs.field(default=None, validator=is_optional_id)
    happened_on: date = attrs.field(validator=is_day)
    #: The day on which the parties were done with it; None while they are not.
    closed_on: date | None = attrs.field(default=None, validator=is_optional_day)
    label: Label = attrs.field(validator=_is_label)

    def __attrs_post_init__(self) -> None:
        """Refuse an end before the beginning."""
        if self.closed_on is not None and self.closed_on < self.happened_on:
            raise InvalidValueError(f"Signal.closed_on lies before happened_on ({self.happened_on})", self.closed_on)


@final
@attrs.frozen(kw_only=True)
class Action:
    """What a party undertook to do by a day.

    >>> Action(id="A1", owner="V7", opened_on=date(2026, 1, 15), due_on=date(2026, 2, 13),
    ...     label=Label("Second shift on press 4", "4 号压机增开一班")).person is None
    True
    """

    id: str = attrs.field(validator=is_id)
    #: The party that undertook it.
    owner: str = attrs.field(validator=is_id)
    #: Who there, where that is known.
    person: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The signal that it answers.
    signal: str | None = attrs.field(default=None, validator=is_optional_id)
    opened_on: date = attrs.field(validator=is_day)
    #: The first day promised; moving it later does not make the action punctual.
    due_on: date = attrs.field(validator=is_day)
    #: The day that was agreed instead, where it was moved: escalation counts from here.
    moved_to: date | None = attrs.field(default=None, validator=is_optional_day)
    closed_on: date | None = attrs.field(default=None, validator=is_optional_day)
    label: Label = attrs.field(validator=_is_label)

    def __attrs_post_init__(self) -> None:
        """Refuse days before the first."""
        for name, day in (("due_on", self.due_on), ("moved_to", self.moved_to), ("closed_on", self.closed_on)):
            if day is not None and day < self.opened_on:
                raise InvalidValueError(f"Action.{name} lies before opened_on ({self.opened_on})", day)

    @property
    def stands_on(self) -> date:
        """The day by which it is due as things stand."""
        return self.due_on if self.moved_to is None else self.moved_to


@final
@attrs.frozen(kw_only=True)
class Held:
    """A meeting that took place."""

    meeting: str = attrs.field(validator=is_id)
    on: date = attrs.field(validator=is_day)
    #: The nominal day of the rhythm that it was; None for an extraordinary meeting.
    nominal_on: date | None = attrs.field(default=None, validator=is_optional_day)


@final
@attrs.frozen(kw_only=True)
class Provided:
    """Information that was provided."""

    duty: str = attrs.field(validator=is_id)
    on: date = attrs.field(validator=is_day)
    #: The nominal day of the rhythm that it is for; None where it answers a signal.
    nominal_on: date | None = attrs.field(default=None, validator=is_optional_day)
    #: The signal that it answers; None where it is for a nominal day.
    signal: str | None = attrs.field(default=None, validator=is_optional_id)

    def __attrs_post_init__(self) -> None:
        """Refuse information for nothing, or for two things."""
        if (self.nominal_on is None) == (self.signal is None):
            what = "Provided answers either a nominal day or a signal"
            raise InvalidValueError(what, (self.nominal_on, self.signal), hint="give one of the two")


@final
@attrs.frozen(kw_only=True)
class CollaborationRecord:
    """All that happened; the order of its parts decides nothing."""

    signals: tuple[Signal, ...] = attrs.field(default=(), converter=several, validator=each_is_a(Signal))
    actions: tuple[Action, ...] = attrs.field(default=(), converter=several, validator=each_is_a(Action))
    held: tuple[Held, ...] = attrs.field(default=(), converter=several, validator=each_is_a(Held))
    provided: tuple[Provided, ...] = attrs.field(default=(), converter=several, validator=each_is_a(Provided))


def red_signals(
    decisions: Mapping[str, Decision], red: Mapping[str, Mapping[str, Severity]], *, on: date
) -> tuple[Signal, ...]:
    """Return a signal for each output of a decision that is red: a grade, a verdict, an action.

    Args:
        decisions: by party, as `evaluate` gives them.
        red: which values of which outputs are red, and how bad each is: `{"grade": {"D": "high", "C": "medium"}}`.
        on: the day of the review.

    Raises:
        InvalidValueError: an output that a decision does not have, or no severity.

    >>> from supplychain_rules import evaluate, load_policy
    >>> review = load_policy({"schema": "supplychain-rules/1", "id": "review", "version": "1",
    ...     "inputs": {"score": {"type": "number", "decimals": 0, "min": 0, "max": 100}},
    ...     "steps": [{"kind": "ladder", "id": "grade", "of": "score",
    ...                "bands": [{"name": "A", "from": 80}, {"name": "C"}], "if_unknown": "unrated"}]})
    >>> found = red_signals({"V7": evaluate(review, {"score": 60})}, {"grade": {"C": "high"}}, on=date(2026, 4, 1))
    >>> found[0].id, found[0].severity, found[0].label.zh
    ('V7:grade:2026-04-01', 'high', 'V7：grade 为 C')
    """
    signals = []
    for party, decision in sorted(decisions.items()):
        for output, values in sorted(red.items()):
            if output not in decision:
                hint = did_you_mean(output, decision)
                raise InvalidValueError(f"the decision on {party} has no output", output, hint=hint)
            value = decision[output]
            if isinstance(value, str) and value in values:
                signal = Signal(
                    id=f"{party}:{output}:{on}",
                    kind="red_measure",
                    severity=values[value],
                    about=party,
                    happened_on=on,
                    label=composed(f"{party}: {output} is {value}", f"{party}：{output} 为 {value}"),
                )
                signals.append(signal)
    return tuple(signals)


def price_signal(  # noqa: PLR0913  each is a word of its own
    item: str,
    before: Money,
    after: Money,
    *,
    on: date,
    steps: Mapping[Severity, str | Fraction],
    about: str | None = None,
) -> Signal | None:
    """Return the signal of a price that moved, up or down, by at least the smallest step; None where it did not.

    Args:
        item: what is priced.
        before: the price that was agreed, above zero.
        after: the price now, in the same currency.
        on: the day it moved.
        steps: from which relative move on a severity is reached, as `{"medium": "0.05", "high": "0.10"}`.
        about: the party it is about; None for all.

    Raises:
        InvalidValueError: two currencies, a price of zero before, or steps that do not rise with the severity.

    >>> moved = price_signal("steel", Money("500", "EUR"), Money("560", "EUR"), on=date(2026, 3, 2),
    ...     steps={"medium": "0.05", "high": "0.10"})
    >>> moved.severity, moved.label.en
    ('high', 'steel: price +12 %')
    """
    least = {severity: exact_fraction(steps[severity]) for severity in SEVERITIES if severity in steps}
    if not least or any(one >= other for one, other in pairwise((Fraction(0), *least.values()))):
        hint = "as in {'medium': '0.05', 'high': '0.10'}"
        raise InvalidValueError(
            "the steps of a price move rise with the severity, from above 0", dict(steps), hint=hint
        )
    move = ratio(after, before) - 1
    reached = [severity for severity, step in least.items() if abs(move) >= step]
    if not reached:
        return None
    percent = number_text(_in_hundredths(move))
    sign = "+" if move > 0 else ""
    label = composed(f"{item}: price {sign}{percent} %", f"{item}：价格变动 {sign}{percent} %")
    kind: Final = "price_move"
    return Signal(id=f"{item}:price:{on}", kind=kind, severity=reached[-1], about=about, happened_on=on, label=label)


def check_record(plan: CollaborationPlan, record: CollaborationRecord) -> None:
    """Refuse a record that names what the plan or the record itself does not have, everything at once.

    Raises:
        InvalidValueError: no plan, or no record.
        InputError: ids that stand twice, unknown parties, meetings, duties and signals, and days that are no nominal
            days of a rhythm.
    """
    for what, given, kind in (("plan", plan, CollaborationPlan), ("record", record, CollaborationRecord)):
        if not isinstance(given, kind):
            hint = f"write {kind.__name__}(...)"
            raise InvalidValueError(f"this is no {what} of a collaboration", type(given).__name__, hint=hint)
    problems = [*_twice(record), *_unknown(plan, record)]
    if problems:
        raise InputError(problems)


def _in_hundredths(move: Fraction) -> Fraction:
    """Return a move in per cent, to two decimals for the eye; the severity was found from the exact one."""
    return Fraction(round(move * 10_000), 100)


def _twice(record: CollaborationRecord) -> list[Problem]:
    lists: tuple[tuple[str, list[object]], ...] = (
        ("signals", [signal.id for signal in record.signals]),
        ("actions", [action.id for action in record.actions]),
        ("held", [(held.meeting, held.nominal_on) for held in record.held if held.nominal_on is not None]),
        ("provided", [(each.duty, each.nominal_on, each.signal) for each in record.provided]),
    )
    problems = []
    for where, ids in lists:
        seen = set()
        for place, name in enumerate(ids):
            if name in seen:
                message, value = "this stands here twice", bounded_repr(name)
                problems.append(Problem(code="duplicate_id", path=f"{where}[{place}]", message=message, value=value))
            seen.add(name)
    return problems


def _unknown(plan: CollaborationPlan, record: CollaborationRecord) -> list[Problem]:
    parties = {party.id for party in plan.parties}
    meetings, duties = {meeting.id for meeting in plan.meetings}, {duty.id for duty in plan.duties}
    signals = {signal.id for signal in record.signals}
    named: list[tuple[str, str, str | None, set[str]]] = []
    for place, signal in enumerate(record.signals):
        named.append((f"signals[{place}].about", "party", signal.about, parties))
    for place, action in enumerate(record.actions):
        named.append((f"actions[{place}].owner", "party", action.owner, parties))
        named.append((f"actions[{place}].signal", "signal", action.signal, signals))
    for place, held in enumerate(record.held):
        named.append((f"held[{place}].meeting", "meeting", held.meeting, meetings))
    for place, each in enumerate(record.provided):
        named.append((f"provided[{place}].duty", "information duty", each.duty, duties))
        named.append((f"provided[{place}].signal", "signal", each.signal, signals))
    return [
        Problem(
            code="unknown_name",
            path=path,
            message=f"unknown {what}",
            value=bounded_repr(name),
            hint=did_you_mean(name, known),
        )
        for path, what, name, known in named
        if name is not None and name not in known
    ]
