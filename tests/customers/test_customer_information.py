"""How good the information about a customer is: what is missing, how old it is, and what contradicts what."""

from datetime import date
from typing import Any

import pytest

from supplychain_rules import InvalidValueError, Ledger, Money
from supplychain_rules.customers import CustomerInformation, customer_information
from supplychain_rules.facts.billing import CreditNote, InvoiceLine
from supplychain_rules.facts.completeness import Requirement
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.parties import Contact, Customer

AS_OF = date(2026, 7, 1)


def told(*facts: Fact, ages: dict[str, int] | None = None, as_of: date = AS_OF) -> dict[str, CustomerInformation]:
    needed = [Requirement(kind=Customer, fields=("name", "country")), Requirement(kind=Contact, fields=("email",))]
    return dict(customer_information(Ledger(facts), as_of=as_of, requirements=needed, max_age_days=ages or {}))


def sold(name: str, customer: str) -> InvoiceLine:
    fields: dict[str, Any] = {"invoice": name, "supplier": "us", "quantity": 1}
    return InvoiceLine(id=name, customer=customer, amount=Money("10", "EUR"), invoiced_on=date(2026, 3, 2), **fields)


def test_completeness_counts_over_all_requirements() -> None:
    found = told(
        Customer(id="C1", name="Harbour Foods"), Contact(id="K1", party="C1"), Contact(id="K2", party="C1", email="a@b")
    )

    assert (2, 4, ("customers['C1'].country", "contacts['K1'].email")) == (
        found["C1"].filled,
        found["C1"].required,
        found["C1"].missing,
    )


def test_a_customer_that_only_invoices_mention_lacks_everything() -> None:
    found = told(sold("I1", "C9"), ages={"country": 365})["C9"]

    assert (0, "unknown") == (found.completeness, found.fields[0].state)


def test_a_field_is_as_old_as_the_value_that_stands_in_it() -> None:
    versions = [
        Customer(id="C1", name="Harbor", country="DE", known_on=date(2023, 1, 1)),
        Customer(id="C1", name="Harbour Foods", country="DE", known_on=date(2026, 6, 1)),
    ]

    name, country = told(*versions, ages={"name": 30, "country": 30})["C1"].fields

    assert (date(2026, 6, 1), "fresh") == (name.since, name.state)
    assert (date(2023, 1, 1), "stale") == (country.since, country.state)


def test_a_value_that_has_always_been_known_has_no_age() -> None:
    (name,) = told(Customer(id="C1", name="Harbour Foods"), ages={"name": 30})["C1"].fields

    assert (None, "undated") == (name.since, name.state)


def test_a_version_of_later_does_not_exist_yet() -> None:
    late = Customer(id="C1", name="Harbour Foods", country="DE", known_on=date(2026, 7, 2))

    assert 1 == told(Customer(id="C1", name="Harbor"), late)["C1"].filled


def test_contradictions_and_lookalikes_are_told_by_customer() -> None:
    note = CreditNote(id="N1", customer="C1", invoice="I1", amount=Money("11", "EUR"), credited_on=date(2026, 3, 9))
    found = told(
        Customer(id="C1", name="Harbour Foods"), Customer(id="C2", name="HARBOUR FOODS LTD"), sold("I1", "C1"), note
    )

    assert "credited_more_than_invoiced" in [one.code for one in found["C1"].contradictions]
    assert [] == [one for one in found["C2"].contradictions if one.code == "credited_more_than_invoiced"]
    assert (("C2",), ("C1",)) == (found["C1"].lookalikes, found["C2"].lookalikes)


def test_a_field_that_customers_do_not_have_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="Customer has no such field: 'nmae'; did you mean 'name'"):
        told(ages={"nmae": 3})
    with pytest.raises(InvalidValueError, match="the age of name must be a whole number"):
        told(ages={"name": -1})
