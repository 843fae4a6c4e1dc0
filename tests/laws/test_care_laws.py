"""What always holds of contacts: no more than a cap, with consent, on no quiet day, whatever the order of input."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final, get_args

import attrs
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.customers.care import ContactSchedule, DueContact, schedule_contacts
from supplychain_rules.customers.care_customer import (
    CareCustomer,
    CareEventKind,
    ConsentGiven,
    ContactEvent,
    ContactPreferences,
)
from supplychain_rules.customers.contact_plan import (
    AfterEvent,
    Anniversary,
    Cadence,
    ContactCap,
    ContactPlan,
    ContactRule,
    EventKind,
    Silence,
    SlowingDown,
)
from supplychain_rules.customers.plan_codec import dump_contact_plan, load_contact_plan
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label

AS_OF: Final = date(2026, 2, 2)
UNTIL: Final = date(2026, 3, 2)
CHANNELS: Final = ("email", "phone", "visit")
PURPOSES: Final = ("service", "marketing")

#: Before, within and after the schedule.
DAYS = st.dates(date(2025, 12, 15), date(2026, 3, 15))
SMALL = st.integers(1, 30)

TRIGGERS = st.one_of(
    st.builds(AfterEvent, st.sampled_from(get_args(EventKind)), st.integers(0, 20)),
    st.builds(Cadence, SMALL),
    st.builds(Anniversary, st.integers(-20, 20)),
    st.builds(Silence, SMALL),
    st.builds(SlowingDown, st.fractions(1, 4, max_denominator=7), st.integers(2, 4)),
)


@st.composite
def plans(draw: st.DrawFn) -> ContactPlan:
    reasons = st.sampled_from([Label("thanks", "致谢"), Label("question", "询问"), Label("offer", "优惠")])
    rules = [
        ContactRule(
            id=f"R{number}",
            trigger=draw(TRIGGERS),
            tiers=draw(st.sampled_from([(), ("gold",), ("gold", "basic")])),
            channels=draw(st.lists(st.sampled_from(CHANNELS), min_size=1, unique=True)),
            purpose=draw(st.sampled_from(PURPOSES)),
            priority=draw(st.integers(1, 3)),
            wait=draw(st.integers(0, 20)),
            reason=draw(reasons),
        )
        for number in range(draw(st.integers(1, 5)))
    ]
    caps = st.builds(ContactCap, most=st.integers(0, 3), days=SMALL, channel=st.sampled_from([None, None, *CHANNELS]))
    return ContactPlan(
        id="care",
        version="1",
        channels=CHANNELS,
        tiers=["gold", "basic"],
        rules=rules,
        caps=draw(st.lists(caps, max_size=3)),
        calendar=WorkCalendar(weekend=draw(st.frozensets(st.integers(1, 7), max_size=3))),
        quiet=draw(st.frozensets(DAYS, max_size=5)),
    )


@st.composite
def events(draw: st.DrawFn) -> ContactEvent:
    kind = draw(st.sampled_from(get_args(CareEventKind)))
    channel = draw(st.sampled_from(CHANNELS)) if kind == "contact" else None
    rule = draw(st.sampled_from([None, "R0", "R1"])) if kind == "contact" else None
    return ContactEvent(kind=kind, happened_on=draw(DAYS), channel=channel, rule=rule)


@st.composite
def consents(draw: st.DrawFn) -> ConsentGiven:
    start = draw(st.dates(date(2025, 12, 1), date(2026, 2, 20)))
    end = draw(st.none() | st.none() | st.dates(start, date(2026, 3, 20)))
    channel, purpose = draw(st.sampled_from(CHANNELS)), draw(st.sampled_from(PURPOSES))
    return ConsentGiven(channel=channel, purpose=purpose, given_on=start, withdrawn_on=end)


#: Consent for everything: without it few contacts would ever meet a cap.
EVERYTHING: Final = [
    ConsentGiven(channel=channel, purpose=purpose, given_on=date(2025, 12, 1))
    for channel in CHANNELS
    for purpose in PURPOSES
]

CUSTOMER = st.builds(
    CareCustomer,
    id=st.sampled_from(["C1", "C2", "C3"]),
    tier=st.sampled_from([None, "gold", "basic"]),
    since=st.none() | DAYS,
    contract_from=st.none() | st.dates(date(2020, 2, 1), date(2024, 3, 10)),
    events=st.lists(events(), max_size=6),
    consents=st.just(EVERYTHING) | st.lists(consents(), min_size=1, max_size=6),
    preferences=st.just(ContactPreferences())
    | st.builds(
        ContactPreferences,
        channels=st.lists(st.sampled_from(CHANNELS), max_size=2),
        never=st.frozensets(st.sampled_from(CHANNELS), max_size=1),
        not_on=st.frozensets(st.integers(1, 7), max_size=2),
    ),
)
CUSTOMERS = st.lists(CUSTOMER, min_size=1, max_size=3, unique_by=lambda customer: customer.id)

#: Plans and customers with many contacts and a tight cap.
CROWDED_PLANS = st.builds(
    lambda rules, caps: ContactPlan(
        id="care", version="1", channels=CHANNELS, rules=rules, caps=caps, calendar=WorkCalendar(weekend=frozenset())
    ),
    st.lists(
        st.builds(
            ContactRule,
            id=st.sampled_from(["R0", "R1", "R2", "R3"]),
            trigger=st.builds(AfterEvent, st.just("purchase"), st.integers(0, 9))
            | st.builds(Cadence, st.integers(1, 9)),
            channels=st.sampled_from([("email",), ("phone",), ("email", "phone")]),
            purpose=st.just("service"),
            priority=st.integers(1, 3),
            reason=st.sampled_from([Label("thanks"), Label("question")]),
        ),
        min_size=2,
        max_size=4,
        unique_by=lambda rule: rule.id,
    ),
    st.lists(
        st.builds(ContactCap, most=st.integers(1, 2), days=st.integers(2, 9), channel=st.sampled_from([None, "email"])),
        min_size=1,
        max_size=2,
    ),
)
NEAR = st.dates(date(2026, 1, 27), AS_OF)
CROWDED_CUSTOMER = st.builds(
    lambda bought, made: CareCustomer(
        id="C1",
        consents=EVERYTHING,
        events=[
            *(ContactEvent(kind="purchase", happened_on=day) for day in bought),
            *(ContactEvent(kind="contact", happened_on=day, channel="email") for day in made),
        ],
    ),
    st.lists(NEAR, max_size=4),
    st.lists(NEAR, max_size=2),
)


def schedule(plan: ContactPlan, customers: Sequence[CareCustomer]) -> ContactSchedule:
    return schedule_contacts(plan, customers, as_of=AS_OF, until=UNTIL)


def placed(plan: ContactPlan, customer: CareCustomer) -> list[DueContact]:
    found = schedule(plan, [customer])
    return [*found.due, *found.later]


@given(st.one_of(st.tuples(plans(), CUSTOMER), st.tuples(CROWDED_PLANS, CROWDED_CUSTOMER)))
def test_no_window_that_holds_a_new_contact_has_more_contacts_than_the_cap(
    case: tuple[ContactPlan, CareCustomer],
) -> None:
    plan, customer = case
    new = placed(plan, customer)
    made = [
        (event.happened_on, event.channel)
        for event in customer.events
        if event.kind == "contact" and event.happened_on <= AS_OF
    ]
    everything = [*made, *((each.due_on, each.channel) for each in new)]
    for cap in plan.caps:
        counted = [day for day, channel in everything if cap.channel in (None, channel)]
        for contact in new:
            if cap.channel not in (None, contact.channel):
                continue
            for back in range(cap.days):
                start = contact.due_on - timedelta(days=back)
                end = start + timedelta(days=cap.days)
                assert cap.most >= sum(1 for day in counted if start <= day < end)


@given(plans(), CUSTOMER)
def test_every_contact_has_a_consent_that_no_withdrawal_ended(plan: ContactPlan, customer: CareCustomer) -> None:
    for contact in placed(plan, customer):
        of_it = [
            each
            for each in customer.consents
            if each.channel == contact.channel and each.purpose == contact.rule.purpose
        ]
        valid = [each for each in of_it if each.given_on <= AS_OF]
        ends = [each.withdrawn_on for each in of_it if each.withdrawn_on and each.withdrawn_on <= contact.due_on]
        assert any(all(end < each.given_on for end in ends) for each in valid)


@given(plans(), CUSTOMER)
def test_no_contact_is_on_a_quiet_day_or_an_unwanted_channel(plan: ContactPlan, customer: CareCustomer) -> None:
    for contact in placed(plan, customer):
        assert plan.calendar.is_working(contact.due_on)
        assert contact.due_on not in plan.quiet
        assert contact.due_on.isoweekday() not in customer.preferences.not_on
        assert contact.channel in set(contact.rule.channels) - customer.preferences.never


@given(plans(), CUSTOMER)
def test_a_contact_is_never_early_and_never_later_than_it_may_wait(plan: ContactPlan, customer: CareCustomer) -> None:
    for contact in placed(plan, customer):
        assert AS_OF <= contact.due_on >= contact.nominal_on
        begins = contact.nominal_on
        if isinstance(contact.rule.trigger, Cadence | Silence | SlowingDown):  # they keep their turn
            begins = max(begins, AS_OF)
        assert contact.due_on <= begins + timedelta(days=contact.rule.wait)
        assert contact.nominal_on < UNTIL


@given(plans(), CUSTOMERS)
def test_no_customer_hears_one_reason_twice_on_a_day(plan: ContactPlan, customers: list[CareCustomer]) -> None:
    found = schedule(plan, customers)
    reasons = {rule.id: rule.reason for rule in plan.rules}
    heard = [(each.customer, each.due_on, each.reason) for each in (*found.due, *found.later)]
    heard += {
        (customer.id, event.happened_on, reasons[event.rule])
        for customer in customers
        for event in customer.events
        if event.rule in reasons and event.happened_on <= AS_OF
    }

    assert len(heard) == len(set(heard))


def shuffled(chance: Random, values: Sequence[Any]) -> list[Any]:
    return chance.sample(list(values), len(values))


@given(plans(), CUSTOMERS, st.randoms(use_true_random=False))
def test_the_order_of_rules_caps_customers_and_events_decides_nothing(
    plan: ContactPlan, customers: list[CareCustomer], chance: Random
) -> None:
    others = [
        attrs.evolve(each, events=shuffled(chance, each.events), consents=shuffled(chance, each.consents))
        for each in shuffled(chance, customers)
    ]

    assert schedule(plan, customers) == schedule(
        attrs.evolve(plan, rules=shuffled(chance, plan.rules), caps=shuffled(chance, plan.caps)), others
    )


@given(plans(), CUSTOMERS)
def test_what_is_known_of_one_customer_decides_nothing_for_another(
    plan: ContactPlan, customers: list[CareCustomer]
) -> None:
    together = schedule(plan, customers)

    for customer in customers:
        alone = schedule(plan, [customer])
        assert alone.due == tuple(each for each in together.due if each.customer == customer.id)
        assert alone.dropped == tuple(each for each in together.dropped if each.customer == customer.id)


@given(plans(), CUSTOMERS)
def test_what_happens_after_the_as_of_day_changes_nothing(plan: ContactPlan, customers: list[CareCustomer]) -> None:
    known = [
        attrs.evolve(each, events=[event for event in each.events if event.happened_on <= AS_OF]) for each in customers
    ]

    assert schedule(plan, known) == schedule(plan, customers)


@given(plans(), CUSTOMERS)
def test_what_is_left_out_or_moved_says_what_stood_in_the_way(plan: ContactPlan, customers: list[CareCustomer]) -> None:
    found = schedule(plan, customers)

    for left_out in found.dropped:
        assert left_out.obstacles
    for contact in (*found.due, *found.later):
        if contact.due_on > max(contact.nominal_on, AS_OF):
            assert contact.obstacles


@given(plans())
def test_a_plan_that_is_written_and_read_again_is_the_same(plan: ContactPlan) -> None:
    assert plan == load_contact_plan(json.loads(json.dumps(dump_contact_plan(plan))))
