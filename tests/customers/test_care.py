"""Care: who is due to be contacted when, why, and what stands in the way."""

from datetime import date, timedelta
from typing import Any

import pytest

from supplychain_rules import InputError, InvalidValueError, PolicyError
from supplychain_rules.customers.care import ContactSchedule, due_contacts, schedule_contacts
from supplychain_rules.customers.care_customer import CareCustomer, ConsentGiven, ContactEvent, ContactPreferences
from supplychain_rules.customers.contact_plan import (
    AfterEvent,
    Anniversary,
    Cadence,
    ContactCap,
    ContactPlan,
    ContactRule,
    Silence,
    SlowingDown,
    Trigger,
    happening,
)
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label

#: A Monday.
MONDAY = date(2026, 1, 5)
EVERY_DAY = WorkCalendar(weekend=frozenset())
CHANNELS = ("email", "phone", "visit")
#: Consent for everything since long ago.
ALL = tuple(
    ConsentGiven(channel=channel, purpose=purpose, given_on=date(2020, 1, 1))
    for channel in CHANNELS
    for purpose in ("service", "marketing")
)


def rule(name: str, trigger: Trigger, **changes: Any) -> ContactRule:  # noqa: ANN401  fields
    given: dict[str, Any] = {
        "channels": ["email"],
        "purpose": "service",
        "priority": 5,
        "reason": Label(f"{name} reason", f"{name} 事由"),
    }
    return ContactRule(id=name, trigger=trigger, **given | changes)


def plan(*rules: ContactRule, **changes: Any) -> ContactPlan:  # noqa: ANN401  fields
    given: dict[str, Any] = {"channels": CHANNELS, "tiers": ["gold", "basic"], "calendar": EVERY_DAY}
    return ContactPlan(id="care", version="1", rules=rules, **given | changes)


def customer(*events: ContactEvent, **changes: Any) -> CareCustomer:  # noqa: ANN401  fields
    given: dict[str, Any] = {"id": "C1", "consents": ALL}
    return CareCustomer(events=events, **given | changes)


def bought(*days: date) -> tuple[ContactEvent, ...]:
    return tuple(ContactEvent(kind="purchase", happened_on=day) for day in days)


def contacted(day: date, channel: str = "email", by: str | None = None) -> ContactEvent:
    return ContactEvent(kind="contact", happened_on=day, channel=channel, rule=by)


def schedule(care: ContactPlan, *customers: CareCustomer, days: int = 30, as_of: date = MONDAY) -> ContactSchedule:
    return schedule_contacts(care, customers, as_of=as_of, until=as_of + timedelta(days=days))


def days_of(found: ContactSchedule) -> list[date]:
    return [contact.due_on for contact in found.due]


def january(*days: int) -> list[date]:
    return [date(2026, 1, day) for day in days]


THANKS = rule("thanks", AfterEvent("purchase", 2))


def test_a_purchase_is_followed_by_a_thank_you_with_its_reason_in_both_languages() -> None:
    (contact,) = schedule(plan(THANKS), customer(*bought(MONDAY))).due

    assert (date(2026, 1, 7), "email", "C1", 5) == (
        contact.due_on,
        contact.channel,
        contact.customer,
        contact.priority,
    )
    assert "2026-01-07 C1: thanks reason, by email (2 days after purchase)" == contact.text()
    assert "2026-01-07 C1：thanks 事由，渠道 email（购买后 2 天）" == contact.text("zh")


@pytest.mark.parametrize("kind", ["purchase", "delivery", "complaint_closed"])
def test_each_kind_of_event_has_its_own_contact(kind: Any) -> None:  # noqa: ANN401  a literal
    care = plan(*(rule(each, AfterEvent(each, 1)) for each in ("purchase", "delivery", "complaint_closed")))

    found = schedule(care, customer(ContactEvent(kind=kind, happened_on=MONDAY)))

    assert [(kind, date(2026, 1, 6))] == [(contact.rule.id, contact.due_on) for contact in found.due]


def test_two_purchases_of_one_day_are_thanked_for_once() -> None:
    assert january(7) == days_of(schedule(plan(THANKS), customer(*bought(MONDAY, MONDAY))))


def test_a_contact_that_was_made_settles_what_was_due_by_its_rule() -> None:
    done = customer(*bought(date(2026, 1, 1)), contacted(date(2026, 1, 4), by="thanks"))
    by_chance = customer(*bought(date(2026, 1, 1)), contacted(date(2026, 1, 4)))

    assert [] == days_of(schedule(plan(THANKS), done))
    assert january(5) == days_of(schedule(plan(THANKS), by_chance))


def test_an_overdue_contact_is_due_today_until_its_time_is_over() -> None:
    care = plan(rule("thanks", AfterEvent("purchase", 2), wait=7))

    assert january(5) == days_of(schedule(care, customer(*bought(date(2025, 12, 27)))))
    assert ContactSchedule(due=(), later=(), dropped=()) == schedule(care, customer(*bought(date(2025, 12, 26))))


def test_what_happens_after_the_as_of_day_does_not_exist() -> None:
    found = schedule(plan(THANKS), customer(*bought(date(2026, 1, 6))))

    assert ContactSchedule(due=(), later=(), dropped=()) == found


def test_the_last_day_of_the_schedule_is_the_day_before_until() -> None:
    before = schedule(plan(THANKS), customer(*bought(MONDAY)), days=2)

    assert ContactSchedule(due=(), later=(), dropped=()) == before
    assert january(7) == days_of(schedule(plan(THANKS), customer(*bought(MONDAY)), days=3))


def test_the_cadence_of_a_tier_counts_from_the_last_contact_on_its_channels() -> None:
    care = plan(
        rule("gold", Cadence(10), tiers=["gold"], channels=["phone"]),
        rule("basic", Cadence(20), tiers=["basic"], channels=["email"]),
    )
    events = (contacted(date(2026, 1, 1), "phone"), contacted(date(2026, 1, 3), "email"))

    assert january(11, 21, 31) == days_of(schedule(care, customer(*events, tier="gold")))
    assert january(23) == days_of(schedule(care, customer(*events, tier="basic")))
    assert [] == days_of(schedule(care, customer(*events)))


def test_the_cadence_of_who_was_never_contacted_counts_from_the_beginning_or_is_due_at_once() -> None:
    care = plan(rule("hello", Cadence(20)))

    assert january(8, 28) == days_of(schedule(care, customer(since=date(2025, 12, 19))))
    assert january(5, 25) == days_of(schedule(care, customer()))


def test_an_overdue_cadence_keeps_its_turn_however_long_it_waited() -> None:
    found = schedule(plan(rule("hello", Cadence(20))), customer(contacted(date(2024, 6, 1))))

    assert january(5, 25) == days_of(found)
    assert date(2024, 6, 21) == found.due[0].nominal_on


def test_the_birthday_of_a_contract_comes_every_year_and_may_be_announced() -> None:
    care = plan(rule("birthday", Anniversary()), rule("renewal", Anniversary(-14)))

    found = schedule(care, customer(contract_from=date(2020, 1, 20)), days=400)

    assert [
        ("renewal", date(2026, 1, 6)),
        ("birthday", date(2026, 1, 20)),
        ("renewal", date(2027, 1, 6)),
        ("birthday", date(2027, 1, 20)),
    ] == [(contact.rule.id, contact.due_on) for contact in found.due]


def test_a_birthday_at_the_end_of_last_year_is_still_kept_in_january() -> None:
    care = plan(rule("birthday", Anniversary(), wait=20))

    assert january(5) == days_of(schedule(care, customer(contract_from=date(2020, 12, 20))))


def test_without_a_contract_there_is_no_birthday() -> None:
    assert [] == days_of(schedule(plan(rule("birthday", Anniversary())), customer()))


def test_the_day_a_contract_begins_is_no_birthday() -> None:
    assert [] == days_of(schedule(plan(rule("birthday", Anniversary())), customer(contract_from=MONDAY)))


@pytest.mark.parametrize(
    ("year", "day"), [(2026, date(2026, 2, 28)), (2028, date(2028, 2, 29)), (2100, date(2100, 2, 28))]
)
def test_a_contract_of_29_february_has_its_birthday_at_the_end_of_february(year: int, day: date) -> None:
    care = plan(rule("birthday", Anniversary()))

    found = schedule(care, customer(contract_from=date(2024, 2, 29)), as_of=date(year, 2, 1))

    assert [day] == days_of(found)


def test_silence_counts_from_the_last_purchase_or_word_of_the_customer() -> None:
    care = plan(rule("silence", Silence(60)))
    heard = ContactEvent(kind="heard", happened_on=date(2025, 11, 20))

    assert january(9) == days_of(schedule(care, customer(*bought(date(2025, 11, 10)))))
    assert january(19) == days_of(schedule(care, customer(*bought(date(2025, 11, 10)), heard)))
    assert january(14) == days_of(schedule(care, customer(since=date(2025, 11, 15))))
    assert [] == days_of(schedule(care, customer()))


def test_our_own_contact_does_not_end_a_silence_but_is_made_once() -> None:
    care = plan(rule("silence", Silence(60)))
    other = customer(*bought(date(2025, 11, 10)), contacted(date(2026, 1, 2)))
    done = customer(*bought(date(2025, 10, 10)), contacted(date(2025, 12, 20), by="silence"))

    assert january(9) == days_of(schedule(care, other))
    assert [] == days_of(schedule(care, done))


def test_a_silence_that_nobody_broke_keeps_its_turn_however_long_it_lasts() -> None:
    care = plan(rule("silence", Silence(60)), rule("slower", SlowingDown(2)))
    long_ago = [date(2024, 1, 1), date(2024, 1, 11), date(2024, 1, 21)]

    found = schedule(care, customer(*bought(*long_ago)))

    assert [("silence", MONDAY, date(2024, 3, 21)), ("slower", MONDAY, date(2024, 2, 11))] == [
        (contact.rule.id, contact.due_on, contact.nominal_on) for contact in found.due
    ]


def test_a_customer_who_buys_less_often_is_contacted_once_the_usual_interval_is_well_over() -> None:
    """Purchases on days 0, 10 and 21: the mean is 10.5 days, half as long again is 15.75, so the 16th day is late."""
    care = plan(rule("slower", SlowingDown("1.5")))
    days = [date(2025, 12, 5), date(2025, 12, 15), date(2025, 12, 26)]

    assert january(11) == days_of(schedule(care, customer(*bought(*days))))
    assert [] == days_of(schedule(care, customer(*bought(*days[1:]))))


def test_an_interval_that_is_met_exactly_is_not_yet_longer() -> None:
    """Purchases every 10 days: twice that is day 20, so the 21st day is late."""
    care = plan(rule("slower", SlowingDown(2, 2)))

    found = schedule(care, customer(*bought(date(2025, 12, 10), date(2025, 12, 20))))

    assert january(10) == days_of(found)


def test_without_consent_nobody_is_contacted_and_the_schedule_says_so() -> None:
    found = schedule(plan(THANKS), customer(*bought(MONDAY), consents=()))

    assert () == found.due
    assert ["2026-01-07 C1: thanks reason, left out: no consent"] == [each.text() for each in found.dropped]
    assert ["2026-01-07 C1：thanks 事由，不联系：未获同意"] == [each.text("zh") for each in found.dropped]


@pytest.mark.parametrize(
    ("consents", "due"),
    [
        ([("email", "service", date(2026, 1, 5), None)], True),
        ([("email", "marketing", date(2020, 1, 1), None)], False),
        ([("phone", "service", date(2020, 1, 1), None)], False),
        ([("email", "service", date(2026, 1, 6), None)], False),  # not yet given as of the 5th
        ([("email", "service", date(2020, 1, 1), date(2026, 1, 8))], True),
        # given again on the day of a withdrawal: the withdrawal counts
        (
            [("email", "service", date(2020, 1, 1), date(2022, 1, 1)), ("email", "service", date(2022, 1, 1), None)],
            False,
        ),
        ([("email", "service", date(2020, 1, 1), date(2026, 1, 7))], False),
        (
            [("email", "service", date(2020, 1, 1), None), ("email", "service", date(2021, 1, 1), date(2022, 1, 1))],
            False,
        ),
        (
            [("email", "service", date(2020, 1, 1), date(2022, 1, 1)), ("email", "service", date(2023, 1, 1), None)],
            True,
        ),
    ],
)
def test_a_consent_is_for_one_channel_and_purpose_until_it_is_withdrawn(consents: Any, due: bool) -> None:  # noqa: ANN401, FBT001  a table
    given = [
        ConsentGiven(channel=channel, purpose=purpose, given_on=start, withdrawn_on=end)
        for channel, purpose, start, end in consents
    ]

    assert (january(7) if due else []) == days_of(schedule(plan(THANKS), customer(*bought(MONDAY), consents=given)))


def test_a_contact_that_waits_past_the_withdrawal_of_its_consent_is_left_out() -> None:
    ends = [ConsentGiven(channel="email", purpose="service", given_on=date(2020, 1, 1), withdrawn_on=date(2026, 1, 8))]

    found = schedule(plan(THANKS, quiet=january(7)), customer(*bought(MONDAY), consents=ends))

    assert () == found.due
    assert [("no_consent", "quiet_day")] == [each.obstacles for each in found.dropped]


def test_a_channel_without_consent_gives_way_to_the_next_one() -> None:
    care = plan(rule("thanks", AfterEvent("purchase", 2), channels=["email", "phone"]))
    only_phone = [ConsentGiven(channel="phone", purpose="service", given_on=date(2020, 1, 1))]

    (contact,) = schedule(care, customer(*bought(MONDAY), consents=only_phone)).due

    assert ("phone", ("no_consent",)) == (contact.channel, contact.obstacles)


def test_the_channel_that_the_customer_prefers_goes_first_and_the_unwanted_one_never() -> None:
    care = plan(rule("thanks", AfterEvent("purchase", 2), channels=["email", "phone"]))

    def with_wish(**wish: Any) -> ContactSchedule:  # noqa: ANN401  fields
        return schedule(care, customer(*bought(MONDAY), preferences=ContactPreferences(**wish)))

    assert ["phone"] == [each.channel for each in with_wish(channels=["visit", "phone"]).due]
    assert ["phone"] == [each.channel for each in with_wish(never=["email"]).due]
    assert [("unwanted",)] == [each.obstacles for each in with_wish(never=["email", "phone"]).dropped]


def test_a_contact_on_a_quiet_day_moves_to_the_next_day_that_is_none() -> None:
    care = plan(THANKS, calendar=WorkCalendar(holidays=frozenset(january(12))), quiet=january(13))

    (contact,) = schedule(care, customer(*bought(date(2026, 1, 8))), as_of=date(2026, 1, 8)).due

    assert (date(2026, 1, 14), date(2026, 1, 10), ("quiet_day",)) == (
        contact.due_on,
        contact.nominal_on,
        contact.obstacles,
    )


def test_a_customer_may_have_quiet_weekdays() -> None:
    wish = ContactPreferences(not_on=[3, 4])

    assert january(9) == days_of(schedule(plan(THANKS), customer(*bought(MONDAY), preferences=wish)))


def test_a_contact_that_finds_only_quiet_days_while_it_may_wait_is_left_out() -> None:
    care = plan(rule("thanks", AfterEvent("purchase", 2), wait=1), quiet=january(7, 8))

    assert [("quiet_day",)] == [each.obstacles for each in schedule(care, customer(*bought(MONDAY))).dropped]


def test_what_is_moved_past_the_end_of_the_schedule_is_said_to_come_later() -> None:
    found = schedule(plan(THANKS, quiet=january(7)), customer(*bought(MONDAY)), days=3)

    assert () == found.due
    assert [date(2026, 1, 8)] == [contact.due_on for contact in found.later]


def test_a_cap_makes_the_less_urgent_contact_wait() -> None:
    urgent = rule("complaint", AfterEvent("complaint_closed", 2), priority=1)
    care = plan(THANKS, urgent, caps=[ContactCap(most=1, days=7)])
    events = (*bought(MONDAY), ContactEvent(kind="complaint_closed", happened_on=MONDAY))

    found = schedule(care, customer(*events))

    assert [("complaint", date(2026, 1, 7), ()), ("thanks", date(2026, 1, 14), ("cap",))] == [
        (contact.rule.id, contact.due_on, contact.obstacles) for contact in found.due
    ]


def test_a_cap_leaves_out_what_cannot_wait_so_long() -> None:
    care = plan(rule("thanks", AfterEvent("purchase", 2), wait=3), caps=[ContactCap(most=1, days=7)])

    found = schedule(care, customer(*bought(MONDAY), contacted(date(2026, 1, 4))))

    assert [("cap",)] == [each.obstacles for each in found.dropped]


def test_a_cap_of_one_channel_sends_the_contact_to_another() -> None:
    care = plan(
        rule("thanks", AfterEvent("purchase", 2), channels=["email", "phone"]),
        caps=[ContactCap(most=1, days=7, channel="email")],
    )

    (contact,) = schedule(care, customer(*bought(MONDAY), contacted(MONDAY, "email"))).due

    assert ("phone", date(2026, 1, 7), ("cap",)) == (contact.channel, contact.due_on, contact.obstacles)


def test_a_less_urgent_contact_before_an_urgent_one_counts_against_the_cap_too() -> None:
    """The urgent one on the 9th is placed first; thanks on the 7th would make two within seven days."""
    care = plan(
        THANKS, rule("complaint", AfterEvent("complaint_closed", 4), priority=1), caps=[ContactCap(most=1, days=7)]
    )
    events = (*bought(MONDAY), ContactEvent(kind="complaint_closed", happened_on=MONDAY))

    assert january(9, 16) == days_of(schedule(care, customer(*events)))


def test_a_cap_of_none_forbids_every_contact() -> None:
    assert () == schedule(plan(THANKS, caps=[ContactCap(most=0, days=1)]), customer(*bought(MONDAY))).due


def test_rules_of_one_reason_contact_a_customer_once_a_day() -> None:
    reason = Label("say thank you", "致谢")
    care = plan(
        rule("by mail", AfterEvent("purchase", 2), reason=reason, priority=2),
        rule("by phone", AfterEvent("delivery", 2), reason=reason, channels=["phone"], priority=1),
    )

    found = schedule(care, customer(*bought(MONDAY), ContactEvent(kind="delivery", happened_on=MONDAY)))

    assert ["by phone"] == [contact.rule.id for contact in found.due]
    assert [("by mail", ("same_reason",))] == [(each.rule.id, each.obstacles) for each in found.dropped]


def test_a_contact_for_the_same_reason_by_another_rule_settles_what_was_due() -> None:
    reason = Label("say thank you", "致谢")
    care = plan(
        rule("by mail", AfterEvent("purchase", 2), reason=reason),
        rule("by phone", AfterEvent("delivery", 2), reason=reason, channels=["phone"]),
        rule("now and then", Cadence(10), reason=reason, channels=["visit"]),
    )
    done = customer(*bought(MONDAY), contacted(date(2026, 1, 7), "phone", by="by phone"))

    assert january(17, 27) == days_of(schedule(care, done, as_of=date(2026, 1, 8), days=23))


def test_purchases_of_a_weekend_are_thanked_for_once_on_monday() -> None:
    care = plan(rule("thanks", AfterEvent("purchase")), calendar=WorkCalendar())

    found = schedule(care, customer(*bought(*january(3, 4))))

    assert january(5) == days_of(found)
    assert [("same_reason",)] == [each.obstacles for each in found.dropped]


def test_a_reason_that_was_heard_today_is_not_repeated_today() -> None:
    reason = Label("say thank you", "致谢")
    care = plan(
        rule("mail", AfterEvent("purchase"), reason=reason), rule("phone", AfterEvent("delivery"), reason=reason)
    )
    events = (contacted(MONDAY, by="mail"), ContactEvent(kind="delivery", happened_on=MONDAY))

    assert ContactSchedule(due=(), later=(), dropped=()) == schedule(care, customer(*events))


def test_customers_do_not_use_up_each_others_caps() -> None:
    care = plan(THANKS, caps=[ContactCap(most=1, days=30)])
    both = (customer(*bought(MONDAY), id="C2"), customer(*bought(MONDAY), id="C1"))

    found = due_contacts(care, both, as_of=MONDAY, until=date(2026, 2, 1))

    assert [("C1", date(2026, 1, 7)), ("C2", date(2026, 1, 7))] == [(each.customer, each.due_on) for each in found]


def test_a_schedule_at_the_ends_of_the_calendar_does_not_fail() -> None:
    care = plan(
        rule("birthday", Anniversary(-366)),
        rule("thanks", AfterEvent("purchase", 3_000)),
        rule("hello", Cadence(3_000)),
    )
    for as_of, until in ((date.min, date(1, 1, 3)), (date(9999, 12, 30), date.max)):
        found = schedule_contacts(
            care, [customer(*bought(as_of), contract_from=as_of, consents=())], as_of=as_of, until=until
        )
        assert () == found.due


def test_customers_that_stand_twice_or_name_what_the_plan_does_not_know_are_refused_at_once() -> None:
    wish = ContactPreferences(never=["emial"])
    given = [customer(), customer(tier="glod"), customer(contacted(MONDAY, "fax"), id="C2", preferences=wish)]

    with pytest.raises(InputError) as caught:
        schedule(plan(THANKS), *given)

    assert [("duplicate_id", "C1"), ("unknown_name", "C1.tier"), ("unknown_name", "C2"), ("unknown_name", "C2")] == [
        (problem.code, problem.path) for problem in caught.value.problems
    ]


def test_everything_wrong_with_a_contact_plan_is_said_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        plan(
            THANKS,
            rule("thanks", Cadence(5), channels=["fax"], tiers=["glod"]),
            rule("mute", Cadence(5), channels=[]),
            channels=["email", "email"],
            caps=[ContactCap(most=1, days=1, channel="phone")],
        )

    assert [
        ("duplicate_id", "channels[1]"),
        ("duplicate_id", "rules[1]"),
        ("unknown_name", "rules[1].channels[0]"),
        ("unknown_name", "rules[1].tiers[0]"),
        ("empty", "rules[2].channels"),
        ("unknown_name", "caps[0].channel"),
    ] == [(problem.code, problem.path) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "build",
    [
        lambda: AfterEvent("purchas", 1),  # type: ignore[arg-type]
        lambda: AfterEvent("purchase", -1),
        lambda: Cadence(0),
        lambda: Anniversary(367),
        lambda: Silence(True),  # noqa: FBT003  on purpose
        lambda: SlowingDown("0.9"),
        lambda: SlowingDown(2, 1),
        lambda: rule("x", "purchase"),  # type: ignore[arg-type]
        lambda: rule("x", Cadence(1), channels="email"),
        lambda: rule("x", Cadence(1), priority=0),
        lambda: rule("x", Cadence(1), wait=367),
        lambda: ContactCap(most=-1, days=1),
        lambda: ContactCap(most=1, days=0),
        lambda: plan(quiet=["2026-01-01"]),
        lambda: ContactEvent(kind="contact", happened_on=MONDAY),
        lambda: ContactEvent(kind="heard", happened_on=MONDAY, rule="thanks"),
        lambda: ContactEvent(kind="rumour", happened_on=MONDAY),  # type: ignore[arg-type]
        lambda: ConsentGiven(channel="email", purpose="service", given_on=MONDAY, withdrawn_on=date(2026, 1, 4)),
        lambda: ContactPreferences(not_on=[8]),
        lambda: ContactPreferences(never="email"),
        lambda: schedule(plan(THANKS), days=0),
    ],
)
def test_what_cannot_be_meant_is_refused(build: Any) -> None:  # noqa: ANN401  any call
    with pytest.raises(InvalidValueError):
        build()


@pytest.mark.parametrize(
    ("trigger", "en", "zh"),
    [
        (AfterEvent("complaint_closed", 5), "5 days after complaint closed", "投诉结案后 5 天"),
        (Cadence(90), "every 90 days", "每 90 天联系一次"),
        (Anniversary(), "birthday of the contract", "合同周年"),
        (Anniversary(-30), "birthday of the contract, -30 days", "合同周年（-30 天）"),
        (Silence(60), "60 days of silence", "沉默 60 天"),
        (SlowingDown("1.5"), "no purchase for 1.5 times the usual interval", "未购买时间超过平常间隔的 1.5 倍"),
    ],
)
def test_every_trigger_has_its_words(trigger: Trigger, en: str, zh: str) -> None:
    assert Label(en, zh) == happening(trigger)
