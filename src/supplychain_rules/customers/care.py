"""Care: which customers are due to hear from us on which day, on which channel, and why.

Out of a contact plan and what is known of each customer comes a dated list of contacts. Nothing is sent. A contact
takes place only on a channel and for a purpose that the customer consented to, never on a quiet day, and never beyond
a cap; what has to give way comes later or is left out, and says why. The more urgent contact is placed first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from math import floor
from typing import Final, Literal, assert_never, final

import attrs

from supplychain_rules.customers.care_customer import CareCustomer, ContactEvent, ContactPreferences
from supplychain_rules.customers.contact_plan import (
    AfterEvent,
    Anniversary,
    Cadence,
    ContactCap,
    ContactPlan,
    ContactRule,
    Silence,
    SlowingDown,
    happening,
)
from supplychain_rules.errors import InputError, InvalidValueError, Problem, bounded_repr, did_you_mean
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.label import Label, Lang

__all__ = [
    "ContactSchedule",
    "DroppedContact",
    "DueContact",
    "Obstacle",
    "due_contacts",
    "schedule_contacts",
]

#: What stands in the way of a contact.
Obstacle = Literal["unwanted", "no_consent", "quiet_day", "cap", "same_reason"]

_OBSTACLES: Final[Mapping[Obstacle, Label]] = {
    "unwanted": Label("the customer wants none of the channels", "客户不接受这些渠道"),
    "no_consent": Label("no consent", "未获同意"),
    "quiet_day": Label("a quiet day", "静默日"),
    "cap": Label("a cap on contacts", "联系次数上限"),
    "same_reason": Label("a contact for the same reason on that day", "当天已有同一事由的联系"),
}

_LAST: Final = date.max.toordinal()


@final
@attrs.frozen(kw_only=True)
class DueContact:
    """A contact that is due: who, when, how and why."""

    customer: str
    due_on: date
    channel: str
    rule: ContactRule
    #: The day on which it was due by the rule alone.
    nominal_on: date
    #: What kept it from an earlier day or a better channel; empty where nothing did.
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def reason(self) -> Label:
        """Return what people read."""
        return self.rule.reason

    @property
    def priority(self) -> int:
        """Return the priority: 1 goes first."""
        return self.rule.priority

    def text(self, lang: Lang = "en") -> str:
        """Return the contact, its cause and what stood in the way as one line."""
        cause = happening(self.rule.trigger).text(lang)
        held = [_OBSTACLES[each].text(lang) for each in self.obstacles]
        if lang == "en":
            waited = f"; due {self.nominal_on}, in the way: {', '.join(held)}" if held else ""
            return f"{self.due_on} {self.customer}: {self.reason.text(lang)}, by {self.channel} ({cause}){waited}"
        waited = f"；应于 {self.nominal_on}，受阻于：{'、'.join(held)}" if held else ""
        return f"{self.due_on} {self.customer}：{self.reason.text(lang)}，渠道 {self.channel}（{cause}）{waited}"


@final
@attrs.frozen(kw_only=True)
class DroppedContact:
    """A contact that was due and does not take place, and why."""

    customer: str
    rule: ContactRule
    nominal_on: date
    #: What stood in the way on every day that it could have waited for.
    obstacles: tuple[Obstacle, ...]

    def text(self, lang: Lang = "en") -> str:
        """Return what is left out and why as one line."""
        held = [_OBSTACLES[each].text(lang) for each in self.obstacles]
        if lang == "en":
            return f"{self.nominal_on} {self.customer}: {self.rule.reason.text(lang)}, left out: {', '.join(held)}"
        return f"{self.nominal_on} {self.customer}：{self.rule.reason.text(lang)}，不联系：{'、'.join(held)}"


@final
@attrs.frozen(kw_only=True)
class ContactSchedule:
    """All that comes of a plan for some days."""

    #: In order of day, customer, priority and rule.
    due: tuple[DueContact, ...]
    #: Due before the end, and moved to it or past it.
    later: tuple[DueContact, ...]
    dropped: tuple[DroppedContact, ...]


def due_contacts(
    plan: ContactPlan, customers: Iterable[CareCustomer], *, as_of: date, until: date
) -> tuple[DueContact, ...]:
    """Return the contacts that are due from `as_of` on and before `until`; see `schedule_contacts`.

    Raises:
        InputError, InvalidValueError: as `schedule_contacts`.

    >>> from supplychain_rules.customers.care_customer import ConsentGiven
    >>> thanks = ContactRule(id="thanks", trigger=AfterEvent("purchase", 2), channels=["email"], purpose="service",
    ...     priority=2, reason=Label("thank for the purchase", "购买致谢"))
    >>> plan = ContactPlan(id="care", version="1", channels=["email"], rules=[thanks])
    >>> customer = CareCustomer(id="C1", events=[ContactEvent(kind="purchase", happened_on=date(2026, 1, 1))],
    ...     consents=[ConsentGiven(channel="email", purpose="service", given_on=date(2025, 1, 1))])
    >>> [contact.text() for contact in due_contacts(plan, [customer], as_of=date(2026, 1, 1), until=date(2026, 2, 1))]
    ['2026-01-05 C1: thank for the purchase, by email (2 days after purchase); due 2026-01-03, in the way: a quiet day']
    """
    return schedule_contacts(plan, customers, as_of=as_of, until=until).due


def schedule_contacts(
    plan: ContactPlan, customers: Iterable[CareCustomer], *, as_of: date, until: date
) -> ContactSchedule:
    """Place the contacts of some days, with those that came later or were left out.

    What happens after `as_of` does not exist yet. A contact that was due earlier counts as due from `as_of` on; after
    an event or a birthday only until its time is over, while a rhythm or a silence keeps its turn. A contact that was
    made by a rule settles all that was due until then for the rule's reason. The order of the customers and of what is
    known of them decides nothing.

    Args:
        plan: rules, caps, quiet days.
        customers: each once.
        as_of: the first day to place contacts on.
        until: the day after the last one.

    Raises:
        InputError: a customer that stands twice, or a tier or channel that the plan does not know, all of them at once.
        InvalidValueError: days out of order.
    """
    check_day("as_of", as_of)
    check_day("until", until)
    if until <= as_of:
        raise InvalidValueError("until lies after as_of", until.isoformat(), hint="it is the day after the last one")
    everybody = sorted(customers, key=lambda customer: customer.id)
    _check_customers(plan, everybody)
    placed: list[DueContact] = []
    dropped: list[DroppedContact] = []
    for customer in everybody:
        desk = _Desk(plan, customer, as_of)
        for call in sorted(_calls(plan, customer, as_of, until), key=_Call.order):
            found = desk.place(call)
            if isinstance(found, DueContact):
                placed.append(found)
            else:
                dropped.append(found)
    placed.sort(key=lambda each: (each.due_on, each.customer, each.priority, each.rule.id, each.nominal_on))
    dropped.sort(key=lambda each: (each.nominal_on, each.customer, each.rule.priority, each.rule.id))
    return ContactSchedule(
        due=tuple(each for each in placed if each.due_on < until),
        later=tuple(each for each in placed if each.due_on >= until),
        dropped=tuple(dropped),
    )


@final
@attrs.frozen
class _Call:
    """A contact to place: on no day before `nominal`, on none after `last`; days are ordinals."""

    rule: ContactRule
    nominal: int
    last: int

    def order(self) -> tuple[int, int, str]:
        return self.rule.priority, self.nominal, self.rule.id


class _Desk:
    """The contacts of one customer, made and placed, and whether one more fits."""

    def __init__(self, plan: ContactPlan, customer: CareCustomer, as_of: date) -> None:
        self._plan = plan
        self._customer = customer
        self._as_of = as_of
        made = [each for each in _known(customer, as_of) if each.kind == "contact"]
        self._contacts = [(each.happened_on.toordinal(), each.channel) for each in made]
        #: The reasons that the customer hears on the days to come; what was heard until today is settled already.
        self._heard: set[tuple[int, Label]] = set()

    def place(self, call: _Call) -> DueContact | DroppedContact:
        """Place a contact on the first day and the best channel that nothing stands in the way of."""
        first = max(call.nominal, self._as_of.toordinal())
        wanted = _in_order(call.rule.channels, self._customer.preferences)
        if not wanted:
            return self._dropped(call, {"unwanted"})
        # A consent can only end as days go by, so a channel without it on the first day has none later.
        ends = {channel: self._consent_ends(channel, call.rule.purpose, first) for channel in wanted}
        usable = [channel for channel in wanted if first < ends[channel]]
        met: set[Obstacle] = set() if usable == wanted else {"no_consent"}
        if not usable:
            return self._dropped(call, met)
        for ordinal in range(first, call.last + 1):
            if self._is_quiet(ordinal):
                met.add("quiet_day")
                continue
            if (ordinal, call.rule.reason) in self._heard:
                return self._dropped(call, {"same_reason"})
            for channel in usable:
                if ordinal >= ends[channel]:
                    met.add("no_consent")
                elif not all(self._fits(cap, channel, ordinal) for cap in self._plan.caps):
                    met.add("cap")
                else:
                    return self._placed(call, channel, ordinal, met)
        return self._dropped(call, met)

    def _placed(self, call: _Call, channel: str, ordinal: int, met: set[Obstacle]) -> DueContact:
        self._contacts.append((ordinal, channel))
        self._heard.add((ordinal, call.rule.reason))
        return DueContact(
            customer=self._customer.id,
            due_on=date.fromordinal(ordinal),
            channel=channel,
            rule=call.rule,
            nominal_on=date.fromordinal(call.nominal),
            obstacles=_sorted(met),
        )

    def _dropped(self, call: _Call, met: set[Obstacle]) -> DroppedContact:
        nominal = date.fromordinal(call.nominal)
        return DroppedContact(customer=self._customer.id, rule=call.rule, nominal_on=nominal, obstacles=_sorted(met))

    def _is_quiet(self, ordinal: int) -> bool:
        day = date.fromordinal(ordinal)
        return day.isoweekday() in self._customer.preferences.not_on or self._plan.is_quiet(day)

    def _consent_ends(self, channel: str, purpose: str, first: int) -> int:
        """Return the first day without consent from a day on: that day itself where none holds then.

        A consent holds that is known by now and given after the last withdrawal; the next withdrawal ends them all.
        """
        given = [each for each in self._customer.consents if (each.channel, each.purpose) == (channel, purpose)]
        ends = [each.withdrawn_on.toordinal() for each in given if each.withdrawn_on is not None]
        since = max((end for end in ends if end <= first), default=0)
        if not any(each.given_on <= self._as_of and each.given_on.toordinal() > since for each in given):
            return first
        return min((end for end in ends if end > first), default=_LAST + 1)

    def _fits(self, cap: ContactCap, channel: str, ordinal: int) -> bool:
        """Return whether no window of the cap's days that holds this day would have too many contacts."""
        if cap.channel not in (None, channel):
            return True
        near = [day for day, other in self._contacts if abs(day - ordinal) < cap.days and cap.channel in (None, other)]
        days = sorted([*near, ordinal])
        return not any(
            one <= ordinal <= other and other - one < cap.days
            for one, other in zip(days, days[cap.most :], strict=False)
        )


def _calls(plan: ContactPlan, customer: CareCustomer, as_of: date, until: date) -> Iterator[_Call]:
    """Yield what is due before `until` and not over by `as_of`, each day of a rule once."""
    today, end = as_of.toordinal(), until.toordinal()
    events = _known(customer, as_of)
    for rule in plan.rules:
        if rule.tiers and customer.tier not in rule.tiers:
            continue
        if isinstance(rule.trigger, Cadence):
            made = [each for each in events if each.kind == "contact" and each.channel in rule.channels]
            base = max(_days_of([*made, *_for_reason(plan, rule, events)], "contact"), default=None)
            if base is None and customer.since is not None:
                base = customer.since.toordinal()
            yield from _rhythm(rule, rule.trigger.days, base, (today, end))
            continue
        settled = max(_days_of(_for_reason(plan, rule, events), "contact"), default=0)
        # A birthday lies up to a year off its contact, and that up to a year off the day it is placed on.
        for nominal in sorted(_nominal_days(rule.trigger, customer, events, (as_of.year - 3, until.year + 2))):
            # A silence goes on until it ends, so what it makes due keeps its turn; an event grows old.
            begins = max(nominal, today) if isinstance(rule.trigger, Silence | SlowingDown) else nominal
            last = min(begins + rule.wait, _LAST)
            if nominal > settled and nominal < end and last >= today:
                yield _Call(rule, nominal, last)


def _for_reason(plan: ContactPlan, rule: ContactRule, events: Iterable[ContactEvent]) -> list[ContactEvent]:
    """Return the contacts that were made for the reason of a rule, by it or by another one."""
    alike = {other.id for other in plan.rules if other.reason == rule.reason}
    return [each for each in events if each.rule in alike]


def _rhythm(rule: ContactRule, days: int, base: int | None, span: tuple[int, int]) -> Iterator[_Call]:
    today, end = span
    nominal = today if base is None else base + days
    while nominal < end:
        begins = max(nominal, today)  # an overdue one keeps its turn, and the rhythm goes on from there
        yield _Call(rule, nominal, min(begins + rule.wait, _LAST))
        nominal = begins + days


def _nominal_days(
    trigger: AfterEvent | Anniversary | Silence | SlowingDown,
    customer: CareCustomer,
    events: Sequence[ContactEvent],
    years: tuple[int, int],
) -> set[int]:
    """Return the days, as ordinals, on which the trigger alone makes a contact due."""
    match trigger:
        case AfterEvent(kind, days):
            return {day + days for day in _days_of(events, kind)}
        case Anniversary(days):
            return {day + days for day in _birthdays(customer.contract_from, years)}
        case Silence(days):
            began = set() if customer.since is None else {customer.since.toordinal()}
            signs = _days_of(events, "purchase", "heard") or began
            return {max(signs) + days} if signs else set()
        case SlowingDown(ratio, least):
            bought = sorted(_days_of(events, "purchase"))
            if len(bought) < least:
                return set()
            longest = ratio * (bought[-1] - bought[0]) / (len(bought) - 1)
            return {bought[-1] + floor(longest) + 1}
        case _:
            assert_never(trigger)


def _birthdays(start: date | None, years: tuple[int, int]) -> Iterator[int]:
    """Yield the birthdays in some years; 29 February is the 28th in a year without it."""
    if start is None:
        return
    first, last = years
    for year in range(max(first, start.year + 1), min(last, date.max.year) + 1):
        try:
            yield start.replace(year=year).toordinal()
        except ValueError:
            yield date(year, 2, 28).toordinal()


def _known(customer: CareCustomer, as_of: date) -> list[ContactEvent]:
    return [each for each in customer.events if each.happened_on <= as_of]


def _days_of(events: Iterable[ContactEvent], *kinds: str) -> set[int]:
    return {each.happened_on.toordinal() for each in events if each.kind in kinds}


def _in_order(channels: Sequence[str], preferences: ContactPreferences) -> list[str]:
    """Return the channels of a rule that the customer takes, the customer's own favourites first."""
    favourites = (channel for channel in preferences.channels if channel in channels)
    return [each for each in dict.fromkeys(chain(favourites, channels)) if each not in preferences.never]


def _sorted(met: set[Obstacle]) -> tuple[Obstacle, ...]:
    return tuple(obstacle for obstacle in _OBSTACLES if obstacle in met)


def _check_customers(plan: ContactPlan, everybody: Sequence[CareCustomer]) -> None:
    problems = []
    seen: set[str] = set()
    for customer in everybody:
        if customer.id in seen:
            message = "this customer stands here twice"
            problems.append(Problem(code="duplicate_id", path=customer.id, message=message, hint="join what is known"))
        seen.add(customer.id)
        if customer.tier is not None and customer.tier not in plan.tiers:
            value, hint = bounded_repr(customer.tier), did_you_mean(customer.tier, plan.tiers)
            path = f"{customer.id}.tier"
            problems.append(Problem(code="unknown_name", path=path, message="unknown tier", value=value, hint=hint))
        # A misspelt channel would let a contact through that a cap counts or a customer does not want.
        named = {each.channel for each in customer.events if each.channel is not None}
        for channel in sorted(named.union(customer.preferences.channels, customer.preferences.never)):
            if channel not in plan.channels:
                value, hint = bounded_repr(channel), did_you_mean(channel, plan.channels)
                problems.append(
                    Problem(code="unknown_name", path=customer.id, message="unknown channel", value=value, hint=hint)
                )
    if problems:
        raise InputError(problems)
