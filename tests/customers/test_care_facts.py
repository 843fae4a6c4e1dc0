"""A contact plan sees of a ledger what was known and had happened by a day."""

from datetime import date

from supplychain_rules import Ledger, Money
from supplychain_rules.customers.care_customer import CareCustomer, ConsentGiven, ContactEvent
from supplychain_rules.customers.care_facts import care_customers
from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.facts.care import Complaint, Consent, Interaction, Preference
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.trade import OrderLine, Receipt

TODAY = date(2026, 3, 31)


def bought(name: str, on: date) -> InvoiceLine:
    amount = Money(5, "EUR")
    return InvoiceLine(id=name, invoice=name, supplier="us", customer="C1", quantity=1, amount=amount, invoiced_on=on)


def spoke(name: str, kind: str, direction: str, on: date) -> Interaction:
    return Interaction(id=name, customer="C1", channel="email", kind=kind, direction=direction, happened_on=on)


def seen(*facts: Fact, as_of: date = TODAY) -> CareCustomer:
    (customer,) = care_customers(Ledger(facts), as_of=as_of, rules=["thanks"], tiers={"C1": "gold"})
    return customer


def test_purchases_of_one_day_are_one_event_and_later_ones_do_not_exist() -> None:
    days = [date(2026, 1, 5), date(2026, 1, 5), date(2026, 2, 1), date(2026, 4, 1)]

    found = seen(*(bought(f"I{place}", on) for place, on in enumerate(days)))

    assert [date(2026, 1, 5), date(2026, 2, 1)] == [event.happened_on for event in found.events]
    assert (date(2026, 1, 5), "gold") == (found.since, found.tier)


def test_deliveries_belong_to_who_ordered_and_a_complaint_counts_when_it_is_closed() -> None:
    line = OrderLine(
        id="O1",
        supplier="us",
        customer="C1",
        item="bolt",
        quantity=1,
        unit_price=Money(5, "EUR"),
        ordered_on=date(2026, 1, 1),
        promised_on=date(2026, 1, 9),
    )
    receipt = Receipt(id="R1", order_line="O1", received_on=date(2026, 1, 8), quantity=1)
    open_one = Complaint(id="B1", customer="C1", kind="late", opened_on=date(2026, 2, 1))
    closed = Complaint(id="B2", customer="C1", kind="late", opened_on=date(2026, 2, 1), closed_on=date(2026, 2, 9))

    found = seen(line, receipt, open_one, closed)

    assert [("delivery", date(2026, 1, 8)), ("complaint_closed", date(2026, 2, 9))] == [
        (event.kind, event.happened_on) for event in found.events
    ]


def test_a_contact_that_names_a_rule_carried_it_out_and_an_inbound_one_was_heard() -> None:
    day = date(2026, 3, 1)

    found = seen(
        spoke("X1", "thanks", "outbound", day),
        spoke("X2", "offer", "outbound", day),
        spoke("X3", "thanks", "inbound", day),
    )

    assert [
        ContactEvent(kind="contact", happened_on=day, channel="email", rule="thanks"),
        ContactEvent(kind="contact", happened_on=day, channel="email"),
        ContactEvent(kind="heard", happened_on=day, channel="email"),
    ] == list(found.events)


def test_a_withdrawal_that_is_not_known_yet_does_not_count() -> None:
    given = Consent(id="E1", customer="C1", channel="email", purpose="offers", given_on=date(2026, 1, 2))
    withdrawn = Consent(
        id="E1",
        customer="C1",
        channel="email",
        purpose="offers",
        given_on=date(2026, 1, 2),
        withdrawn_on=date(2026, 3, 1),
        known_on=date(2026, 3, 1),
    )
    consent = ConsentGiven(channel="email", purpose="offers", given_on=date(2026, 1, 2))

    assert (consent,) == seen(given, withdrawn, as_of=date(2026, 2, 1)).consents
    assert date(2026, 3, 1) == seen(given, withdrawn).consents[0].withdrawn_on


def test_the_channel_stated_last_goes_first_and_one_may_be_ruled_out() -> None:
    stated = [
        ("channel", "telephone", 1),
        ("channel", "email", 2),
        ("never channel", "letter", 1),
        ("colour", "blue", 1),
    ]

    found = seen(
        *(
            Preference(id=value, customer="C1", topic=topic, value=value, stated_on=date(2026, month, 1))
            for topic, value, month in stated
        )
    )

    assert ("email", "telephone") == found.preferences.channels
    assert frozenset({"letter"}) == found.preferences.never
