"""Facts about customers: what they refuse, whose they are, and to which period they belong."""

from datetime import date
from typing import Any

import pytest

from supplychain_rules import InvalidValueError, Ledger, Money, Period
from supplychain_rules.facts.billing import CreditNote, InvoiceLine
from supplychain_rules.facts.care import Consent, Interaction, Preference
from supplychain_rules.facts.ledger import Fact

DAY = date(2026, 3, 2)


def consent(given_on: date = DAY, **more: Any) -> Consent:  # noqa: ANN401  a maker
    return Consent(id="E1", customer="C1", channel="email", purpose="offers", given_on=given_on, **more)


def line(**more: Any) -> InvoiceLine:  # noqa: ANN401  a maker
    fields: dict[str, Any] = {"id": "I1/1", "invoice": "I1", "supplier": "us", "quantity": 1, "invoiced_on": DAY}
    return InvoiceLine(amount=Money("10", "EUR"), **(fields | more))


def test_a_cost_is_in_the_currency_of_its_line() -> None:
    assert Money("6", "EUR") == line(cost=Money("6", "EUR")).cost
    with pytest.raises(InvalidValueError, match=r"InvoiceLine\.cost is in another currency than the amount"):
        line(cost=Money("6", "USD"))


def test_a_credit_is_given_as_money_above_zero() -> None:
    with pytest.raises(InvalidValueError, match=r"CreditNote\.amount is negative"):
        CreditNote(id="N1", customer="C1", amount=Money("-5", "EUR"), credited_on=DAY)


def test_a_contact_is_begun_by_the_customer_or_by_us() -> None:
    fields: dict[str, Any] = {"id": "X1", "customer": "C1", "channel": "visit", "kind": "offer", "happened_on": DAY}
    with pytest.raises(InvalidValueError, match="expected one of inbound, outbound"):
        Interaction(direction="both", **fields)


def test_a_consent_cannot_be_withdrawn_before_it_is_given() -> None:
    with pytest.raises(InvalidValueError, match=r"Consent\.withdrawn_on lies before given_on"):
        consent(withdrawn_on=date(2026, 3, 1))


@pytest.mark.parametrize(
    "fact",
    [
        CreditNote(id="N1", customer="C1", amount=Money("5", "EUR"), credited_on=DAY),
        Interaction(id="X1", customer="C1", channel="visit", kind="offer", direction="outbound", happened_on=DAY),
        consent(),
        Preference(id="F1", customer="C1", topic="channel", value="email", stated_on=DAY),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_a_fact_about_a_customer_is_found_by_the_customer(fact: Fact) -> None:
    ledger = Ledger([fact])

    assert (("C1",), (fact,), 0) == (ledger.customer_ids, ledger.of("C1").facts, len(ledger.of("C2")))


@pytest.mark.parametrize(
    ("withdrawn_on", "quarters"),
    [(None, [1, 2, 3, 4]), (date(2026, 7, 1), [1, 2]), (date(2026, 7, 2), [1, 2, 3]), (DAY, [])],
)
def test_a_consent_belongs_to_every_period_in_which_it_holds(withdrawn_on: date | None, quarters: list[int]) -> None:
    ledger = Ledger([consent(withdrawn_on=withdrawn_on)])

    assert quarters == [number for number in range(1, 5) if len(ledger.within(Period.quarter(2026, number)))]
    assert 0 == len(ledger.within(Period.year(2025)))


def test_a_preference_holds_from_the_day_on_which_it_was_stated() -> None:
    said = Preference(id="F1", customer="C1", topic="channel", value="email", stated_on=date(2026, 4, 1))
    ledger = Ledger([said])

    assert [2, 3, 4] == [number for number in range(1, 5) if len(ledger.within(Period.quarter(2026, number)))]
