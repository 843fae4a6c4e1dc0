"""The contact plan: when a customer is due to hear from us, on which channel, for what reason, and how often at most.

A *contact rule* says what makes a contact due (its trigger), from which day, how long it may wait, on which channels
and for which purpose. A *cap* limits contacts within any so many days. The calendar says on which days nobody is
contacted. The plan is data: `care.schedule_contacts` reads it, and nothing here sends anything.
"""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, assert_never, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError, PolicyError, Problem, did_you_mean, problem_at
from supplychain_rules.facts.fields import is_id, is_optional_id, is_whole, one_of, several
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import exact_fraction, number_text

__all__ = [
    "AfterEvent",
    "Anniversary",
    "Cadence",
    "ContactCap",
    "ContactPlan",
    "ContactRule",
    "EventKind",
    "Silence",
    "SlowingDown",
    "Trigger",
    "happening",
]

#: What happened with a customer that one contact follows.
EventKind = Literal["purchase", "delivery", "complaint_closed"]

#: Longest distance in days of anything here: ten years. Whoever plans further ahead plans for somebody else.
_MOST_DAYS: Final = 3_653

#: Longest wait of a due contact: a year later its reason is another one.
_MOST_WAIT: Final = 366

_is_days = is_whole(1, _MOST_DAYS)


def _names(instance: object, field: "attrs.Attribute[tuple[str, ...]]", value: tuple[str, ...]) -> None:
    for name in value:
        is_id(instance, field, name)


def _days(given: Iterable[date]) -> frozenset[date]:
    return frozenset(check_day("a day of ContactPlan.quiet", day) for day in given)


@final
@attrs.frozen
class AfterEvent:
    """So many days after each event of a kind: the thank-you after a purchase, the question after a complaint."""

    event: EventKind = attrs.field(validator=one_of(*get_args(EventKind)))
    days: int = attrs.field(default=0, validator=is_whole(0, _MOST_DAYS))


@final
@attrs.frozen
class Cadence:
    """Every so many days after the last contact on one of the rule's channels or for its reason, and on from there.

    A customer who was never contacted there is counted from the day on which the relationship began, or is due at once
    where that is not known. A contact that is overdue keeps its turn however long it waited.
    """

    days: int = attrs.field(validator=_is_days)


@final
@attrs.frozen
class Anniversary:
    """The birthday of the contract, every year, so many days later, or earlier where negative.

    A contract of 29 February has its birthday on the 28th in a year without that day.
    """

    days: int = attrs.field(default=0, validator=is_whole(-_MOST_WAIT, _MOST_WAIT))


@final
@attrs.frozen
class Silence:
    """So many days without a purchase and without a word from the customer; once for each silence.

    The silence counts from the last of these, else from the day on which the relationship began. While it lasts, a
    contact that was not made keeps its turn.
    """

    days: int = attrs.field(validator=_is_days)


def _ratio(instance: object, field: "attrs.Attribute[Fraction]", value: Fraction) -> None:  # noqa: ARG001  attrs gives three
    if not 1 <= value <= _MOST_DAYS:
        hint = "1.5 is half as long again as usual"
        raise InvalidValueError("SlowingDown.ratio is 1 or more", str(value), hint=hint)


@final
@attrs.frozen
class SlowingDown:
    """No purchase for longer than usual: the first day on which `days since the last > ratio x mean interval`.

    The mean interval is that between the customer's purchase days so far, exactly: last less first, divided by their
    number less one. Once for each last purchase; a contact that was not made keeps its turn.

    >>> SlowingDown("1.5").ratio
    Fraction(3, 2)
    """

    ratio: Fraction = attrs.field(converter=exact_fraction, validator=_ratio)
    #: The least number of purchase days that make a habit.
    purchases: int = attrs.field(default=3, validator=is_whole(2, _MOST_DAYS))


#: What makes a contact due.
Trigger: TypeAlias = AfterEvent | Cadence | Anniversary | Silence | SlowingDown


def _trigger(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:  # noqa: ARG001  attrs gives three
    if not isinstance(value, Trigger):
        hint = f"expected one of {', '.join(kind.__name__ for kind in get_args(Trigger))}"
        raise InvalidValueError("ContactRule.trigger is unknown", value, hint=hint)


@final
@attrs.frozen(kw_only=True)
class ContactRule:
    """One reason to contact customers.

    Raises:
        InvalidValueError: a blank id or purpose, a trigger that is none, a number out of range.

    >>> ContactRule(id="thanks", trigger=AfterEvent("purchase", 2), channels=["email"], purpose="service",
    ...     priority=2, reason=Label("thank for the purchase", "购买致谢")).wait
    14
    """

    id: str = attrs.field(validator=is_id)
    trigger: Trigger = attrs.field(validator=_trigger)
    #: The tiers it is for; empty for everybody, also for who has no tier.
    tiers: tuple[str, ...] = attrs.field(default=(), converter=several, validator=_names)
    #: The channels it may take, the best one first; a customer's own order goes before it.
    channels: tuple[str, ...] = attrs.field(converter=several, validator=_names)
    #: What the customer consented to, such as `service` or `marketing`.
    purpose: str = attrs.field(validator=is_id)
    #: 1 goes first: where caps leave room for one only, the smaller number gets it.
    priority: int = attrs.field(validator=is_whole(1, 1_000))
    #: How many days it may come later than due; then its time is over.
    wait: int = attrs.field(default=14, validator=is_whole(0, _MOST_WAIT))
    #: What people read. Rules of one reason do not contact a customer twice on one day.
    reason: Label = attrs.field(validator=attrs.validators.instance_of(Label))


@final
@attrs.frozen(kw_only=True)
class ContactCap:
    """At most so many contacts of a customer within any so many days in a row.

    >>> ContactCap(most=2, days=30, channel="phone").most
    2
    """

    most: int = attrs.field(validator=is_whole(0, 1_000))
    days: int = attrs.field(validator=is_whole(1, _MOST_WAIT))
    #: The channel it counts; None counts all together.
    channel: str | None = attrs.field(default=None, validator=is_optional_id)


@final
@attrs.frozen(kw_only=True)
class ContactPlan:
    """All contact rules, the caps over them and the days on which nobody is contacted.

    Raises:
        InvalidValueError: a field that is wrong by itself.
        PolicyError: everything that does not go together, at once: an unknown channel or tier, an id that stands
            twice, a rule without channels.

    >>> thanks = ContactRule(id="thanks", trigger=AfterEvent("purchase", 2), channels=["emial"], purpose="service",
    ...     priority=2, reason=Label("thank for the purchase", "购买致谢"))
    >>> ContactPlan(id="care", version="1", channels=["email", "phone"], rules=[thanks])
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.PolicyError: 1 problem in the rule set
      rules[0].channels[0]: unknown channel ('emial'); did you mean 'email'? [unknown_name]
    """

    id: str = attrs.field(validator=is_id)
    version: str = attrs.field(validator=is_id)
    channels: tuple[str, ...] = attrs.field(converter=several, validator=_names)
    #: The tiers that customers may have.
    tiers: tuple[str, ...] = attrs.field(default=(), converter=several, validator=_names)
    rules: tuple[ContactRule, ...] = attrs.field(converter=several)
    caps: tuple[ContactCap, ...] = attrs.field(default=(), converter=several)
    #: Contacts take place on its working days only.
    calendar: WorkCalendar = attrs.field(factory=WorkCalendar)
    #: Working days that are quiet all the same: stocktaking, the week of a fair.
    quiet: frozenset[date] = attrs.field(default=frozenset[date](), converter=_days)
    label: Label | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what does not go together, all of it at once."""
        problems = [*_twice(self), *_unknown(self)]
        if problems:
            raise PolicyError(problems)

    def is_quiet(self, day: date) -> bool:
        """Return whether nobody is contacted on a day.

        >>> plan = ContactPlan(id="care", version="1", channels=["email"], rules=[], quiet=[date(2026, 1, 5)])
        >>> plan.is_quiet(date(2026, 1, 4)), plan.is_quiet(date(2026, 1, 5)), plan.is_quiet(date(2026, 1, 6))
        (True, True, False)
        """
        return day in self.quiet or not self.calendar.is_working(day)


def happening(trigger: Trigger) -> Label:
    """Return what makes a contact due, in words.

    >>> happening(AfterEvent("purchase", 2)).en, happening(Cadence(90)).zh
    ('2 days after purchase', '每 90 天联系一次')
    """
    match trigger:
        case AfterEvent(event, days):
            zh = {"purchase": "购买", "delivery": "交付", "complaint_closed": "投诉结案"}[event]
            return Label(f"{days} days after {event.replace('_', ' ')}", f"{zh}后 {days} 天")
        case Cadence(days):
            return Label(f"every {days} days", f"每 {days} 天联系一次")
        case Anniversary(days):
            shift = {"en": "", "zh": ""}
            if days:
                shift = {"en": f", {days:+d} days", "zh": f"（{days:+d} 天）"}
            return Label(f"birthday of the contract{shift['en']}", f"合同周年{shift['zh']}")
        case Silence(days):
            return Label(f"{days} days of silence", f"沉默 {days} 天")
        case SlowingDown(ratio):
            times = number_text(ratio)
            return Label(f"no purchase for {times} times the usual interval", f"未购买时间超过平常间隔的 {times} 倍")
        case _:
            assert_never(trigger)


def _twice(plan: ContactPlan) -> list[Problem]:
    lists = (("channels", plan.channels), ("tiers", plan.tiers), ("rules", tuple(rule.id for rule in plan.rules)))
    return [
        problem_at("duplicate_id", f"{where}[{place}]", "this stands here twice", name)
        for where, names in lists
        for place, name in enumerate(names)
        if name in names[:place]
    ]


def _unknown(plan: ContactPlan) -> list[Problem]:
    problems = []
    for place, rule in enumerate(plan.rules):
        if not rule.channels:
            hint = "name one at least"
            problems.append(problem_at("empty", f"rules[{place}].channels", "a rule without channels", rule.id, hint))
        for what, names, known in (("channel", rule.channels, plan.channels), ("tier", rule.tiers, plan.tiers)):
            for at, name in enumerate(names):
                if name not in known:
                    path, hint = f"rules[{place}].{what}s[{at}]", did_you_mean(name, known)
                    problems.append(problem_at("unknown_name", path, f"unknown {what}", name, hint))
    for place, cap in enumerate(plan.caps):
        if cap.channel is not None and cap.channel not in plan.channels:
            path, hint = f"caps[{place}].channel", did_you_mean(cap.channel, plan.channels)
            problems.append(problem_at("unknown_name", path, "unknown channel", cap.channel, hint))
    return problems
