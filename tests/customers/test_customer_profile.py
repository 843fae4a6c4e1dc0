"""A profile says what the facts say: days and not lines, money net of returns, and nothing that is not known."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from supplychain_rules import InvalidValueError, Ledger, Money, Period
from supplychain_rules.customers import Profile, potential_customers, profile_record, profiles
from supplychain_rules.facts.billing import CreditNote, InvoiceLine, Payment
from supplychain_rules.facts.care import Complaint, Consent, Interaction, Preference, SurveyAnswer
from supplychain_rules.facts.corrections import Cancellation
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.parties import Contact, Customer

AS_OF = date(2026, 7, 1)


def eur(amount: str) -> Money:
    return Money(amount, "EUR")


def sold(name: str, on: date, amount: str = "100", customer: str = "C1", **more: Any) -> InvoiceLine:  # noqa: ANN401  a maker
    fields: dict[str, Any] = {"invoice": name, "supplier": "us", "quantity": 1}
    return InvoiceLine(id=name, customer=customer, amount=eur(amount), invoiced_on=on, **(fields | more))


def credited(amount: str, on: date) -> CreditNote:
    return CreditNote(id=f"N{on}", customer="C1", amount=eur(amount), credited_on=on)


def contact(name: str, on: date, **more: Any) -> Interaction:  # noqa: ANN401  a maker
    fields: dict[str, Any] = {"channel": "telephone", "kind": "enquiry", "direction": "inbound"}
    return Interaction(id=name, customer="C1", happened_on=on, **(fields | more))


def answer(name: str, points: object, of: object = 5) -> SurveyAnswer:
    on = date(2026, 6, 1)
    return SurveyAnswer(id=name, survey="2026", question="tidy", party="C1", points=points, of=of, answered_on=on)  # type: ignore[arg-type]


def profile(*facts: Fact, as_of: date = AS_OF, **asked: Any) -> Profile:  # noqa: ANN401  a maker
    return profiles(Ledger(facts), as_of=as_of, currency="EUR", **asked)["C1"]


def test_lines_of_one_day_are_one_purchase_day() -> None:
    found = profile(
        sold("I1", date(2026, 3, 2)), sold("I2", date(2026, 3, 2)), sold("I3", date(2026, 5, 2)), sold("I4", AS_OF)
    )

    assert (3, 4, 0, 121, "repeat") == (
        found.purchase_days,
        found.purchases,
        found.recency_days,
        found.tenure_days,
        found.stage,
    )


def test_a_return_lowers_the_money_and_not_the_frequency() -> None:
    found = profile(sold("I1", date(2026, 3, 2)), credited("30.50", date(2026, 3, 9)))

    assert (1, eur("69.50"), eur("30.50"), "one_time") == (
        found.purchase_days,
        found.monetary,
        found.returned,
        found.stage,
    )


def test_more_may_come_back_than_went_out() -> None:
    assert eur("-20") == profile(sold("I1", date(2026, 3, 2)), credited("120", date(2026, 3, 9))).monetary


def test_what_happened_or_became_known_later_does_not_exist() -> None:
    late = sold("I2", date(2026, 6, 2), known_on=date(2026, 7, 2))
    found = profile(sold("I1", date(2026, 3, 2)), late, sold("I3", date(2026, 7, 2)), credited("9", date(2026, 7, 3)))

    assert (1, eur("100"), date(2026, 3, 2)) == (found.purchases, found.monetary, found.last_purchase_on)


def test_a_cancelled_purchase_never_was() -> None:
    taken_back = Cancellation(of="invoice_lines", fact="I2", known_on=date(2026, 6, 9))

    assert 1 == profile(sold("I1", date(2026, 3, 2)), sold("I2", date(2026, 6, 2)), taken_back).purchase_days


def test_a_period_counts_its_own_purchases_while_recency_and_tenure_look_at_all() -> None:
    found = profile(
        sold("I1", date(2025, 12, 31)),
        sold("I2", date(2026, 1, 1)),
        sold("I3", date(2026, 3, 31)),
        sold("I4", date(2026, 4, 1)),
        credited("5", date(2026, 3, 31)),
        period=Period.quarter(2026, 1),
    )

    assert (2, eur("195"), 91, 182, 4) == (
        found.purchase_days,
        found.monetary,
        found.recency_days,
        found.tenure_days,
        found.purchase_days_ever,
    )


def test_a_margin_needs_the_cost_of_every_line() -> None:
    known = sold("I1", date(2026, 3, 2), cost=eur("60"))
    unknown = sold("I2", date(2026, 4, 2))

    assert (eur("40"), Fraction(2, 5)) == (profile(known).margin, profile(known).margin_rate)
    assert (None, None, None) == (
        profile(known, unknown).margin,
        profile(known, unknown).margin_rate,
        profile(known, unknown).contribution,
    )


def test_contacts_and_complaints_are_the_cost_to_serve() -> None:
    found = profile(
        sold("I1", date(2026, 3, 2), cost=eur("60")),
        contact("X1", date(2026, 4, 1), cost=eur("7")),
        contact("X2", date(2026, 4, 2)),
        Complaint(id="B1", customer="C1", kind="damaged", opened_on=date(2026, 4, 3), cost=eur("5.50")),
    )

    assert (eur("12.50"), eur("27.50"), 2, date(2026, 4, 2)) == (
        found.cost_to_serve,
        found.contribution,
        found.interactions,
        found.last_contact_on,
    )


def test_without_money_above_zero_there_is_no_margin_rate() -> None:
    assert None is profile(sold("I1", date(2026, 3, 2), "0", cost=eur("1"))).margin_rate


def test_a_share_of_wallet_is_only_where_the_wallet_is_given() -> None:
    line = sold("I1", date(2026, 3, 2))

    assert Fraction(1, 4) == profile(line, wallets={"C1": eur("400")}).share_of_wallet
    assert None is profile(line).share_of_wallet


@pytest.mark.parametrize("wallet", [eur("0"), Money("400", "USD"), "400"])
def test_a_wallet_that_is_none_is_refused(wallet: Any) -> None:  # noqa: ANN401  what is refused
    with pytest.raises(InvalidValueError, match="the wallet of 'C1' is money in EUR, above zero"):
        profile(sold("I1", date(2026, 3, 2)), wallets={"C1": wallet})


def test_payment_is_judged_by_invoices_with_a_due_day() -> None:
    found = profile(
        sold("I1", date(2026, 3, 2), due_on=date(2026, 4, 1)),
        Payment(id="Z1", invoice="I1", amount=eur("100"), paid_on=date(2026, 3, 30)),
        sold("I2", date(2026, 5, 2), due_on=date(2026, 6, 1)),
        Payment(id="Z2", invoice="I2", amount=eur("100"), paid_on=date(2026, 6, 11)),
        sold("I3", date(2026, 6, 2), due_on=date(2026, 8, 1)),
    )

    assert found.payment is not None
    assert (2, Fraction(1, 2), 5) == (
        found.payment.invoices,
        found.paid_on_time_rate,
        found.days_beyond_terms,
    )
    assert None is profile(sold("I1", date(2026, 3, 2))).paid_on_time_rate


def test_who_pays_what_a_credit_note_left_of_an_invoice_has_paid_it() -> None:
    line = sold("I1", date(2026, 3, 2), due_on=date(2026, 4, 1))
    note = CreditNote(id="N1", customer="C1", invoice="I1", amount=eur("30"), credited_on=date(2026, 3, 9))
    paid = Payment(id="Z1", invoice="I1", amount=eur("70"), paid_on=date(2026, 3, 30))

    assert 1 == profile(line, note, paid).paid_on_time_rate
    assert 0 == profile(line, paid).paid_on_time_rate


def test_satisfaction_is_the_mean_of_the_answers_and_unanswered_is_not_zero() -> None:
    found = profile(Customer(id="C1"), answer("A1", 5), answer("A2", 2), answer("A3", None))

    assert (70, 2) == (found.satisfaction, found.answers)
    assert None is profile(Customer(id="C1"), answer("A3", None)).satisfaction


def test_a_complaint_stays_open_beyond_its_period() -> None:
    old = Complaint(id="B1", customer="C1", kind="late", opened_on=date(2025, 5, 1))
    closed = Complaint(id="B2", customer="C1", kind="late", opened_on=date(2026, 5, 1), closed_on=date(2026, 7, 1))

    found = profile(old, closed, period=Period.year(2026))

    assert (1, 1) == (found.complaints, found.open_complaints)


def test_who_the_customer_is_and_what_it_allows_stand_in_its_profile() -> None:
    customer, person = Customer(id="C1", name="Harbour Foods"), Contact(id="K1", party="C1", role="buyer")
    given = Consent(id="E1", customer="C1", channel="email", purpose="offers", given_on=date(2026, 1, 5))
    gone = Consent(
        id="E2",
        customer="C1",
        channel="telephone",
        purpose="offers",
        given_on=date(2026, 1, 5),
        withdrawn_on=AS_OF,
        known_on=AS_OF,
    )

    found = profile(customer, person, given, gone, Contact(id="K2", party="V1"))

    assert (customer, (person,), (given,)) == (found.identity, found.contacts, found.consents)


def test_preferences_are_ranked_by_what_speaks_for_them() -> None:
    found = profile(
        Preference(id="F1", customer="C1", topic="channel", value="email", stated_on=date(2026, 1, 5)),
        contact("X1", date(2026, 2, 1)),
        contact("X2", date(2026, 2, 1)),
        contact("X3", date(2026, 3, 1)),
        contact("X4", date(2026, 3, 2), channel="visit", direction="outbound"),
        sold("I1", date(2026, 3, 2), category="fish"),
        sold("I2", date(2026, 3, 2), category="fish"),
        sold("I3", date(2026, 4, 2), category="bread"),
    )

    assert [
        ("category", "bread", 1, False),
        ("category", "fish", 1, False),
        ("channel", "telephone", 2, False),
        ("channel", "email", 1, True),
    ] == [(one.topic, one.value, one.evidence, one.stated) for one in found.preferences]


def test_who_is_known_and_never_bought_is_a_potential_customer() -> None:
    ledger = Ledger(
        [
            Customer(id="C1"),
            sold("I1", date(2026, 3, 2), "40", customer="C2"),
            sold("I2", date(2026, 3, 2), "50", customer="C3"),
            contact("X1", date(2026, 3, 2)),
        ]
    )
    found = profiles(ledger, as_of=AS_OF, currency="EUR")

    assert ("C1",) == potential_customers(found)
    assert ("C1", "C2") == potential_customers(found, entry=eur("50"))


@pytest.mark.parametrize(
    "fact",
    [
        sold("I1", date(2026, 3, 2)),
        credited("5", date(2026, 3, 2)),
        contact("X1", date(2026, 3, 2), cost=eur("1")),
        Complaint(id="B1", customer="C1", kind="late", opened_on=date(2026, 3, 2), cost=eur("1")),
    ],
    ids=["purchase", "return", "contact", "complaint"],
)
def test_money_of_another_currency_is_refused_and_never_added(fact: Fact) -> None:
    with pytest.raises(InvalidValueError, match="is in another currency than the profile \\(USD\\)"):
        profiles(Ledger([fact]), as_of=AS_OF, currency="USD")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"as_of": "2026-07-01"}, "as_of"),
        ({"currency": "Euro"}, "Euro"),
        ({"period": 2026}, "2026"),
        ({"ledger": []}, "ledger must be a Ledger"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(asked: dict[str, Any], message: str) -> None:
    usual: dict[str, Any] = {"ledger": Ledger(), "as_of": AS_OF, "currency": "EUR"}

    with pytest.raises(InvalidValueError, match=message):
        profiles(**(usual | asked))


def test_a_rule_set_reads_exact_numbers_and_no_figure_that_does_not_exist() -> None:
    found = profile(sold("I1", date(2026, 3, 2), "0.30"))

    assert {"purchase_days": 1, "margin": None} == profile_record(found, ["purchase_days", "margin"])
    with pytest.raises(InvalidValueError, match="no figure of a profile: 'recency'; did you mean 'recency_days'"):
        profile_record(found, ["recency"])
