"""Payment, volume and documents against their terms."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from contract_makers import agreed, breach, breaches, check, eur, invoiced, kinds, paid
from delivery_makers import due, got, line

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.billing import CreditNote
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.partnership.contracts import (
    AgreedPrice,
    BreachPart,
    ContractParty,
    DocumentTerms,
    EarlyPayment,
    PaymentTerms,
    PriceTerms,
    VolumeTerms,
    due_day,
    payable_on,
)
from supplychain_rules.values.calendar import WorkCalendar

INVOICED = date(2026, 1, 10)
DUE = INVOICED + timedelta(days=30)


def terms(**choices: Any) -> Any:  # noqa: ANN401  any choice
    return agreed(PaymentTerms(id="payment", net_days=30, **choices))


# When an invoice is due


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({}, date(2026, 2, 9)),
        ({"start": "end_of_invoice_month"}, date(2026, 3, 2)),
        ({"calendar": WorkCalendar(holidays=[date(2026, 2, 9)])}, date(2026, 2, 10)),
        ({"grace_days": 5}, date(2026, 2, 9)),
    ],
)
def test_the_due_day_follows_from_the_terms(choices: dict[str, Any], expected: date) -> None:
    assert expected == due_day(PaymentTerms(id="payment", net_days=30, **choices), INVOICED)


# Late payment


def test_an_invoice_paid_by_its_due_day_is_no_breach() -> None:
    assert check(terms(), [line(), invoiced(100, INVOICED), paid(100, DUE)]).complies


def test_an_invoice_paid_late_is_our_breach_with_each_payments_days() -> None:
    facts = [line(), invoiced(100, INVOICED), paid(40, DUE), paid(35, DUE + timedelta(days=3))]
    found = breach(terms(), facts, as_of=date(2026, 3, 1))

    assert ("late_payment", "us", "V7", DUE + timedelta(days=1)) == (found.kind, found.debtor, found.creditor, found.on)
    assert (
        BreachPart(size=Decimal(35), until=DUE + timedelta(days=3)),
        BreachPart(size=Decimal(25), until=date(2026, 3, 1), is_open=True),
    ) == found.parts
    assert (60, 100) == (found.value, found.whole)


def test_days_of_grace_are_no_breach() -> None:
    assert [] == kinds(terms(grace_days=5), [line(), invoiced(100, INVOICED), paid(100, DUE + timedelta(days=5))])


def test_lines_of_one_invoice_are_one_debt() -> None:
    facts = [line("A"), line("B"), invoiced(60, INVOICED, line="A"), invoiced(40, INVOICED, line="B"), paid(100, DUE)]

    assert [] == kinds(terms(), facts)


def test_the_discount_for_early_payment_settles_the_invoice_and_is_no_debt() -> None:
    contract = terms(discounts=[EarlyPayment(rate="0.02", days=10)])
    bill = [line(), invoiced("99.99", INVOICED)]

    assert [] == kinds(contract, [*bill, paid("97.99", INVOICED + timedelta(days=10))], as_of=date(2026, 6, 1))
    found = breach(contract, [*bill, paid("97.99", INVOICED + timedelta(days=11))], as_of=date(2026, 6, 1))
    assert Decimal(2) == found.value


def test_what_is_to_be_paid_falls_with_the_discounts() -> None:
    discounts = [EarlyPayment(rate="0.03", days=5), EarlyPayment(rate="0.02", days=10)]
    clause = PaymentTerms(id="payment", net_days=30, discounts=discounts)

    assert [eur(97), eur(98), eur(100)] == [
        payable_on(clause, eur(100), INVOICED, INVOICED + timedelta(days=days)) for days in (5, 6, 11)
    ]
    with pytest.raises(InvalidValueError, match="only money is paid"):
        payable_on(clause, 100, INVOICED, INVOICED)  # type: ignore[arg-type]  # wrong on purpose


def test_a_term_that_runs_from_the_receipt_waits_for_the_goods() -> None:
    contract = terms(start="receipt")
    (left,) = check(contract, [line(), invoiced(100, INVOICED)], as_of=date(2026, 6, 1)).not_judged

    assert ("nothing of what is billed has come", ("invoices/I1",)) == (left.reason.en, left.subjects)
    found = breach(contract, [line(), got(0), invoiced(100, INVOICED)], as_of=date(2026, 6, 1))
    assert due(30) == found.due_on


def test_an_invoice_that_bills_other_business_too_is_told_and_not_judged() -> None:
    contract = agreed(PaymentTerms(id="payment", net_days=30), items=["bolt"])
    facts = [line("A"), line("B", item="nut"), invoiced(60, INVOICED, line="A"), invoiced(40, INVOICED, line="B")]
    (left,) = check(contract, facts, as_of=date(2026, 6, 1)).not_judged

    assert ("the invoice bills other business too", ("invoices/I1",)) == (left.reason.en, left.subjects)


# Volume


def volume(**choices: Any) -> Any:  # noqa: ANN401  any choice
    return agreed(VolumeTerms(id="volume", **({"per": "quarter"} | choices)))


def test_a_missed_minimum_is_the_buyers_breach_once_the_window_has_ended() -> None:
    contract = volume(minimum=50, unit_price=eur(3))

    assert [] == kinds(contract, [line()], as_of=date(2026, 3, 31))
    found = breach(contract, [line()], as_of=date(2026, 4, 1))
    assert ("minimum_missed", "us", "V7") == (found.kind, found.debtor, found.creditor)
    assert (40, 120, 50, 10) == (found.quantity, found.value, found.agreed, found.actual)


def test_an_exceeded_maximum_is_a_breach_from_the_day_it_is_exceeded() -> None:
    facts = [line("A", 8), line("B", 4, ordered_on=date(2026, 1, 8)), line("C", 1, ordered_on=date(2026, 1, 9))]
    found = breach(volume(maximum=10), facts, as_of=date(2026, 1, 31))

    assert ("maximum_exceeded", date(2026, 1, 8), 3) == (found.kind, found.on, found.quantity)


@pytest.mark.parametrize(
    ("basis", "expected"), [("ordered", 30), ("received", 12), ("order_value", 80), ("invoiced", 45)]
)
def test_a_volume_counts_what_its_basis_says(basis: Any, expected: int) -> None:  # noqa: ANN401  a word
    facts = [line("A", 10, price="2"), line("B", 20, price="3"), got(0, 12, of="A"), got(1, 7, of="B", wrong_item=True)]
    bills = [invoiced(45, INVOICED, line="A"), invoiced(70, date(2026, 4, 1), number="I2", line="B")]

    assert expected == breach(volume(minimum=999, basis=basis), [*facts, *bills], as_of=date(2026, 4, 1)).actual


def test_what_is_billed_without_an_order_counts_by_its_own_item() -> None:
    contract = volume(minimum=999, basis="invoiced", items=["bolt"])
    bills = [
        invoiced(45, INVOICED, line=None, item="bolt"),
        invoiced(9, INVOICED, number="I2", line=None, item="nut"),
        invoiced(7, INVOICED, number="I3", line="L1"),
    ]

    assert 52 == breach(contract, [line(), *bills], as_of=date(2026, 4, 1)).actual


def test_other_units_and_items_do_not_count() -> None:
    facts = [line("A", unit="kg"), line("B", item="nut", unit="kg"), line("C")]

    assert 10 == breach(volume(minimum=50, unit="kg", items=["bolt"]), facts, as_of=date(2026, 4, 1)).actual


def test_two_volume_clauses_stand_beside_each_other() -> None:
    bolts = VolumeTerms(id="bolts", per="quarter", minimum=20, items=["bolt"])
    nuts = VolumeTerms(id="nuts", per="quarter", minimum=5, items=["nut"])
    found = breaches(agreed(bolts, nuts), [line("A"), line("B", item="nut")], as_of=date(2026, 4, 1))

    assert [("bolts", 10)] == [(one.clause, one.actual) for one in found]


def test_a_window_that_the_contract_clips_owes_its_share_of_the_minimum() -> None:
    contract = {"valid_from": date(2026, 3, 2), "valid_until": date(2026, 4, 1)}
    pro_rata = agreed(VolumeTerms(id="volume", per="quarter", minimum=90), **contract)
    full = agreed(VolumeTerms(id="volume", per="quarter", minimum=90, clipped="full"), **contract)

    assert Fraction(30) == breach(pro_rata, [], as_of=date(2026, 4, 1)).agreed
    assert Fraction(90) == breach(full, [], as_of=date(2026, 4, 1)).agreed


def test_a_capacity_that_the_supplier_owes_is_the_suppliers_breach() -> None:
    assert "V7" == breach(volume(minimum=50, debtor="supplier"), [], as_of=date(2026, 4, 1)).debtor


# Documents


def paper(name: str, kind: str, start: date, until: date | None = None, **others: Any) -> Certificate:  # noqa: ANN401  any field
    return Certificate(id=name, supplier="V7", kind=kind, valid_from=start, valid_until=until, **others)


def test_each_gap_in_a_certificate_that_must_be_held_is_a_breach() -> None:
    contract = agreed(DocumentTerms(id="papers", held=["ISO 9001"]))
    facts = [
        paper("C1", "ISO 9001", date(2025, 1, 1), date(2026, 2, 1)),
        paper("C2", "ISO 9001", date(2026, 2, 11), date(2026, 5, 1)),
        paper("C3", "ISO 14001", date(2026, 1, 1)),
    ]
    found = breaches(contract, facts, as_of=date(2026, 5, 10))

    assert [(date(2026, 2, 1), 10, False), (date(2026, 5, 1), 10, True)] == [
        (one.on, one.days, one.is_open) for one in found
    ]
    assert ("certificates/C1", "certificates/C2") == found[1].facts


def test_a_certificate_that_holds_on_the_day_of_the_report_is_no_gap_yet() -> None:
    contract = agreed(DocumentTerms(id="papers", held=["ISO 9001"]))
    iso = paper("C1", "ISO 9001", date(2025, 1, 1), date(2026, 2, 1))

    assert [] == kinds(contract, [iso], as_of=date(2026, 1, 31))
    assert [1] == [one.days for one in breaches(contract, [iso], as_of=date(2026, 2, 1))]


def test_a_certificate_that_nobody_has_shown_is_missing_from_the_first_day() -> None:
    contract = agreed(DocumentTerms(id="papers", held=["ISO 9001"]))

    assert (date(2026, 1, 1), True) == (breach(contract, []).on, breach(contract, []).is_open)


def test_a_certificate_of_a_delivery_is_no_certificate_of_the_supplier() -> None:
    contract = agreed(DocumentTerms(id="papers", held=["CoA"]))

    assert ["missing_document"] == kinds(contract, [line(), paper("C1", "CoA", date(2026, 1, 1), order_line="L1")])


def test_the_paper_of_a_delivery_is_due_with_it() -> None:
    contract = agreed(DocumentTerms(id="papers", with_delivery=["CoA"], days=2))
    facts = [line(), got(0)]

    assert [] == kinds(contract, facts, as_of=due(2))
    missing = breach(contract, facts, as_of=due(5))
    assert (due(3), 3, True) == (missing.on, missing.days, missing.is_open)
    late = breach(contract, [*facts, paper("C1", "CoA", due(0), order_line="L1", known_on=due(4))])
    assert (2, False) == (late.days, late.is_open)
    assert [] == kinds(contract, [*facts, paper("C1", "CoA", due(0), order_line="L1")])


def test_a_line_of_which_nothing_came_needs_no_paper() -> None:
    assert [] == kinds(agreed(DocumentTerms(id="papers", with_delivery=["CoA"])), [line()])


def test_what_is_credited_to_a_customer_settles_as_a_payment_does() -> None:
    parties = [ContractParty(id="V7", role="supplier"), ContractParty(id="K1", role="customer")]
    contract = agreed(PaymentTerms(id="payment", net_days=30), parties=parties)
    bill = [line(customer="K1"), invoiced(100, INVOICED, customer="K1"), paid(70, DUE)]
    note = CreditNote(id="N1", customer="K1", invoice="I1", amount=eur(30), credited_on=DUE)

    assert 30 == breach(contract, bill).value
    assert [] == kinds(contract, [*bill, note])


def test_an_invoice_of_a_cancelled_line_is_still_held_against_the_terms() -> None:
    contract = agreed(
        PriceTerms(id="price", prices=[AgreedPrice(item="bolt", price=eur(2))]),
        PaymentTerms(id="payment", net_days=30),
    )
    facts = [line("L1", 0, price="2"), invoiced(21, INVOICED)]

    assert ["price_above_terms", "late_payment"] == kinds(contract, facts)
