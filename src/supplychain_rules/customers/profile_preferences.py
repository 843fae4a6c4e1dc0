"""What customers prefer, ranked by evidence: what they said, and what they did.

A statement is one piece of evidence. Every day on which a customer bought of a category or an item, or came to us over
a channel, is one more. What is said and what is done stand side by side: a customer that asks for e-mail and calls
every week prefers the telephone, and the rank shows it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import final

import attrs

from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.values.period import Period
from supplychain_rules.values.read_only import ReadOnlyMapping

__all__ = ["RankedPreference", "ranked_preferences"]


@final
@attrs.frozen(kw_only=True)
class RankedPreference:
    """One preference of a customer, with what speaks for it.

    >>> RankedPreference(topic="channel", value="email", evidence=1, stated=True, last_on=date(2026, 1, 5)).stated
    True
    """

    #: The matter: `category`, `item`, `channel`, or what the customer itself spoke of.
    topic: str
    value: str
    #: How many days with something that speaks for it, a statement counted once more.
    evidence: int
    #: Whether the customer said so.
    stated: bool
    #: The last day on which anything spoke for it.
    last_on: date


def ranked_preferences(
    ledger: Ledger, *, as_of: date, period: Period | None = None
) -> Mapping[str, tuple[RankedPreference, ...]]:
    """Return what each customer prefers, by id: topics by name, within one the most evidence first, then the latest.

    Args:
        ledger: the facts.
        as_of: what happened later does not count.
        period: where purchases and contacts are counted; a statement counts from its day on, in every later period.

    >>> from supplychain_rules.facts.care import Preference
    >>> said = Preference(id="F1", customer="C12", topic="channel", value="email", stated_on=date(2026, 1, 5))
    >>> ranked_preferences(Ledger([said]), as_of=date(2026, 4, 1))["C12"][0].value
    'email'
    """
    days: dict[str, dict[tuple[str, str], set[date]]] = {}
    for customer, topic, value, day in _observed(ledger):
        if day <= as_of and (period is None or day in period):
            days.setdefault(customer, {}).setdefault((topic, value), set()).add(day)
    stated: dict[str, dict[tuple[str, str], date]] = {}
    for said in ledger.preferences:
        if said.stated_on <= as_of and (period is None or said.stated_on < period.end):
            own = stated.setdefault(said.customer, {})
            key = (said.topic, said.value)
            own[key] = max(said.stated_on, own.get(key, said.stated_on))
    return ReadOnlyMapping(
        {customer: _ranked(days.get(customer, {}), stated.get(customer, {})) for customer in sorted({*days, *stated})}
    )


def _observed(ledger: Ledger) -> Iterator[tuple[str, str, str, date]]:
    """Yield customer, topic, value and day of everything that customers did."""
    for line in ledger.invoice_lines:
        if line.customer is not None:
            if line.category is not None:
                yield line.customer, "category", line.category, line.invoiced_on
            if line.item is not None:
                yield line.customer, "item", line.item, line.invoiced_on
    for contact in ledger.interactions:
        if contact.direction == "inbound":  # how we reach a customer is our habit and not its own
            yield contact.customer, "channel", contact.channel, contact.happened_on


def _ranked(
    days: Mapping[tuple[str, str], set[date]], stated: Mapping[tuple[str, str], date]
) -> tuple[RankedPreference, ...]:
    found = []
    for topic, value in {**days, **stated}:
        seen = days.get((topic, value), set())
        said_on = stated.get((topic, value))
        found.append(
            RankedPreference(
                topic=topic,
                value=value,
                evidence=len(seen) + (said_on is not None),
                stated=said_on is not None,
                last_on=max(seen | ({said_on} if said_on is not None else set())),
            )
        )
    found.sort(key=lambda one: (one.topic, -one.evidence, -one.last_on.toordinal(), one.value))
    return tuple(found)
