"""From facts to what a contact plan has to know: purchases, deliveries, complaints, contacts, consents, preferences.

Purchases are invoice lines, one event a day; deliveries are receipts of the customer's order lines; a closed complaint,
an outbound contact and a word from the customer are what they are called. A contact that carried out a rule of the plan
names it as its `kind`.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from supplychain_rules.customers.care_customer import CareCustomer, ConsentGiven, ContactEvent, ContactPreferences
from supplychain_rules.facts.ledger import Ledger

__all__ = ["CHANNEL_TOPIC", "NEVER_TOPIC", "care_customers"]

#: The topic under which a `Preference` names a channel that goes first.
CHANNEL_TOPIC = "channel"

#: The topic under which a `Preference` names a channel that is never to be used.
NEVER_TOPIC = "never channel"


def care_customers(
    ledger: Ledger,
    *,
    as_of: date,
    rules: Iterable[str] = (),
    tiers: Mapping[str, str] | None = None,
    contracts: Mapping[str, date] | None = None,
) -> tuple[CareCustomer, ...]:
    """Return every customer of a ledger as a contact plan sees it, in order of their ids.

    Args:
        ledger: the facts.
        as_of: the day; what was not known or had not happened by then does not count.
        rules: the ids of the plan's rules: an outbound contact whose `kind` is one of them carried it out.
        tiers: the tier of each customer that has one.
        contracts: the first day of each customer's contract, where there is one.

    >>> from supplychain_rules.facts.care import Consent, Interaction
    >>> facts = [Consent(id="E1", customer="C1", channel="email", purpose="service", given_on=date(2026, 1, 2)),
    ...     Interaction(id="X1", customer="C1", channel="email", kind="thanks", direction="outbound",
    ...         happened_on=date(2026, 1, 9))]
    >>> (customer,) = care_customers(Ledger(facts), as_of=date(2026, 1, 31), rules=["thanks"], tiers={"C1": "gold"})
    >>> customer.tier, customer.consents[0].channel, customer.events[0].rule
    ('gold', 'email', 'thanks')
    """
    known = ledger.as_of(as_of)
    named, tiers, contracts = frozenset(rules), tiers or {}, contracts or {}
    events = _events(known, as_of, named)
    consents: dict[str, list[ConsentGiven]] = {}
    for consent in known.consents:
        if consent.given_on <= as_of:
            withdrawn = consent.withdrawn_on if consent.withdrawn_on is None or consent.withdrawn_on <= as_of else None
            given = ConsentGiven(
                channel=consent.channel, purpose=consent.purpose, given_on=consent.given_on, withdrawn_on=withdrawn
            )
            consents.setdefault(consent.customer, []).append(given)
    preferences = _preferences(known, as_of)
    names = sorted({*known.customer_ids, *events, *consents, *tiers, *contracts})
    return tuple(
        CareCustomer(
            id=name,
            tier=tiers.get(name),
            since=min((event.happened_on for event in events.get(name, ())), default=None),
            contract_from=contracts.get(name),
            events=tuple(events.get(name, ())),
            consents=tuple(consents.get(name, ())),
            preferences=preferences.get(name, ContactPreferences()),
        )
        for name in names
    )


def _events(known: Ledger, as_of: date, rules: frozenset[str]) -> dict[str, list[ContactEvent]]:
    found: dict[str, dict[ContactEvent, None]] = {}

    def add(customer: str | None, event: ContactEvent) -> None:
        if customer is not None and event.happened_on <= as_of:
            found.setdefault(customer, {})[event] = None

    for line in known.invoice_lines:
        add(line.customer, ContactEvent(kind="purchase", happened_on=line.invoiced_on))
    owners = {line.id: line.customer for line in known.order_lines}
    for receipt in known.receipts:
        add(owners.get(receipt.order_line), ContactEvent(kind="delivery", happened_on=receipt.received_on))
    for complaint in known.complaints:
        if complaint.closed_on is not None:
            add(complaint.customer, ContactEvent(kind="complaint_closed", happened_on=complaint.closed_on))
    for contact in known.interactions:
        if contact.direction == "outbound":
            rule = contact.kind if contact.kind in rules else None
            event = ContactEvent(kind="contact", happened_on=contact.happened_on, channel=contact.channel, rule=rule)
        else:
            event = ContactEvent(kind="heard", happened_on=contact.happened_on, channel=contact.channel)
        add(contact.customer, event)
    return {customer: list(events) for customer, events in found.items()}


def _preferences(known: Ledger, as_of: date) -> dict[str, ContactPreferences]:
    """Return how each customer likes to be contacted; the channel stated last goes first."""
    first: dict[str, dict[str, None]] = {}
    never: dict[str, set[str]] = {}
    stated = sorted(known.preferences, key=lambda one: (one.stated_on, one.id), reverse=True)
    for preference in stated:
        if preference.stated_on > as_of:
            continue
        if preference.topic == CHANNEL_TOPIC:
            first.setdefault(preference.customer, {})[preference.value] = None
        elif preference.topic == NEVER_TOPIC:
            never.setdefault(preference.customer, set()).add(preference.value)
    return {
        customer: ContactPreferences(
            channels=tuple(first.get(customer, ())), never=frozenset(never.get(customer, set()))
        )
        for customer in {*first, *never}
    }
