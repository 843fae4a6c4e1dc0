"""Contradictions: each check finds what it is there for, at the place that is to blame, and nothing beside it."""

from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.billing import CreditNote, InvoiceLine, Payment
from supplychain_rules.facts.checks import CODES, Checks, InformationFinding, contradictions
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.parties import Customer, Supplier
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

JANUARY_5, JANUARY_20 = date(2026, 1, 5), date(2026, 1, 20)


def eur(amount: str) -> Money:
    return Money(amount, "EUR")


def line(**changes: Any) -> OrderLine:  # noqa: ANN401  a maker
    given: dict[str, Any] = {
        "id": "L1",
        "supplier": "V7",
        "item": "bolt",
        "quantity": 10,
        "unit_price": eur("2"),
        "ordered_on": JANUARY_5,
        "promised_on": JANUARY_20,
    }
    return OrderLine(**(given | changes))


def receipt(quantity: object = 10, **changes: Any) -> Receipt:  # noqa: ANN401  a maker
    given: dict[str, Any] = {"id": "R1", "order_line": "L1", "received_on": JANUARY_20, "quantity": quantity}
    return Receipt(**(given | changes))


def inspection(inspected: object = 10, **changes: Any) -> Inspection:  # noqa: ANN401  a maker
    given: dict[str, Any] = {
        "id": "Q1",
        "supplier": "V7",
        "item": "bolt",
        "order_line": "L1",
        "inspected": inspected,
        "rejected": 0,
        "inspected_on": JANUARY_20,
    }
    return Inspection(**(given | changes))


def invoice(quantity: object = 10, amount: str = "20", **changes: Any) -> InvoiceLine:  # noqa: ANN401  a maker
    given: dict[str, Any] = {
        "id": "I1/1",
        "invoice": "I1",
        "supplier": "V7",
        "order_line": "L1",
        "quantity": quantity,
        "amount": eur(amount),
        "invoiced_on": date(2026, 1, 25),
    }
    return InvoiceLine(**(given | changes))


def payment(amount: str = "20", **changes: Any) -> Payment:  # noqa: ANN401  a maker
    given: dict[str, Any] = {"id": "Z1", "invoice": "I1", "amount": eur(amount), "paid_on": date(2026, 2, 20)}
    return Payment(**(given | changes))


def certificate(name: str, start: date, until: date | None, **changes: Any) -> Certificate:  # noqa: ANN401  a maker
    given: dict[str, Any] = {"supplier": "V7", "kind": "ISO 9001", "valid_from": start, "valid_until": until}
    return Certificate(id=name, **(given | changes))


def found(*facts: Fact, **limits: Any) -> list[InformationFinding]:  # noqa: ANN401  of the checks
    return list(contradictions(Ledger(facts), Checks(**limits)))


def told(*facts: Fact, **limits: Any) -> list[tuple[str, str]]:  # noqa: ANN401  of the checks
    return [(finding.path, finding.code) for finding in found(*facts, **limits)]


def test_a_clean_world_has_no_findings() -> None:
    assert [] == told(Supplier(id="V7"), line(), receipt(), inspection(), invoice(), payment())


# Orders, receipts, inspections


def test_a_receipt_before_the_order_is_an_error_with_both_facts() -> None:
    early = receipt(received_on=date(2026, 1, 4))

    (finding,) = found(line(), early)

    assert ("error", "receipts['R1'].received_on", (early, line())) == (finding.severity, finding.path, finding.facts)
    assert "received on 2026-01-04, ordered on 2026-01-05" == finding.message.en
    assert "收货日期 2026-01-04 早于下单日期 2026-01-05" == finding.message.zh


def test_a_receipt_on_the_day_of_the_order_is_none() -> None:
    assert [] == told(line(), receipt(received_on=JANUARY_5))


def test_each_promise_before_the_order_is_told_by_its_field() -> None:
    early = date(2026, 1, 1)

    assert [
        ("order_lines['L1'].latest_promise_on", "promised_before_ordered"),
        ("order_lines['L1'].promised_on", "promised_before_ordered"),
        ("order_lines['L1'].requested_on", "promised_before_ordered"),
    ] == told(line(promised_on=early, latest_promise_on=early, requested_on=early))


def test_a_line_known_before_it_was_ordered_is_worth_a_look() -> None:
    assert [("info", "known_before_ordered")] == [
        (finding.severity, finding.code) for finding in found(line(known_on=date(2026, 1, 4)))
    ]


@pytest.mark.parametrize(("quantity", "expected"), [("11", []), ("11.001", ["received_more_than_ordered"])])
def test_a_tenth_more_than_ordered_may_arrive(quantity: str, expected: list[str]) -> None:
    assert expected == [code for _, code in told(line(), receipt(quantity))]


def test_several_receipts_are_added_up_and_the_wrong_item_is_not() -> None:
    parts = [receipt(6, id="R1"), receipt(6, id="R2")]

    assert [("order_lines['L1'].quantity", "received_more_than_ordered")] == told(line(), *parts)
    assert [] == told(line(), *parts, over_delivery="0.2")
    assert [] == told(line(), parts[0], receipt(6, id="R2", wrong_item=True))


def test_a_cancelled_line_of_which_something_arrived_is_found() -> None:
    cancelled = line(quantity=0, known_on=date(2026, 1, 10))

    assert {"received_more_than_ordered", "zero_quantity"} == {
        code for _, code in told(line(), cancelled, receipt(1), over_delivery=5)
    }


def test_a_quantity_that_a_correction_made_zero_is_told_with_what_it_was() -> None:
    zero = receipt(0, known_on=date(2026, 2, 1))

    (finding,) = found(line(), receipt(10), zero)

    assert ("zero_quantity", "info", (zero, receipt(10))) == (finding.code, finding.severity, finding.facts)
    assert "is zero since 2026-02-01, was 10" == finding.message.en


def test_a_quantity_that_was_never_above_zero_is_told_too() -> None:
    assert ["is zero and never was above"] == [finding.message.en for finding in found(line(), receipt(0))]


def test_facts_of_an_order_line_that_is_not_there_are_found() -> None:
    delay = Delay(id="D1", order_line="L9", days=3, fault="buyer", recorded_on=JANUARY_20)

    assert [
        ("receipts['R1'].order_line", "receipt_without_order_line"),
        ("delays['D1'].order_line", "unknown_order_line"),
        ("inspections['Q1'].order_line", "unknown_order_line"),
        ("invoice_lines['I1/1'].order_line", "unknown_order_line"),
    ] == told(line(), receipt(order_line="L9"), inspection(order_line="L9"), invoice(order_line="L9"), delay)


def test_more_inspected_than_received_is_found_and_a_second_inspection_is_not() -> None:
    assert [("inspections['Q1'].inspected", "inspected_more_than_received")] == told(line(), receipt(9), inspection(10))
    assert [] == told(line(), receipt(), inspection(), inspection(id="Q2"))
    assert [] == told(line(), inspection())


# Invoices and payments


def test_an_invoice_line_that_names_no_order_is_worth_a_look() -> None:
    assert [("invoice_lines['I1/1'].order_line", "invoice_without_order")] == told(invoice(order_line=None))


def test_more_invoiced_than_ordered_is_found_over_all_invoices() -> None:
    both = (invoice(6), invoice(6, id="I2/1", invoice="I2"))

    assert [("order_lines['L1'].quantity", "invoiced_more_than_ordered")] == told(line(), *both)
    assert [] == told(line(), *both, over_invoicing="0.2")


def test_a_payment_of_an_invoice_that_is_not_there_is_found_where_there_are_invoices() -> None:
    assert [("payments['Z1'].invoice", "payment_without_invoice")] == told(line(), invoice(), payment(invoice="I9"))
    assert [] == told(payment(invoice="I9"))
    assert [] == told(line(), invoice(), payment(invoice=None, party="V7"))


def test_an_invoice_number_of_another_firm_is_another_invoice() -> None:
    assert [("payments['Z1'].invoice", "payment_without_invoice")] == told(line(), invoice(), payment(party="V8"))
    assert [] == told(line(), invoice(), payment(party="V7"))


def test_a_payment_before_the_invoice_is_found() -> None:
    assert [("payments['Z1'].paid_on", "paid_before_invoiced")] == told(
        line(), invoice(), payment(paid_on=date(2026, 1, 24))
    )


@pytest.mark.parametrize(("paid", "expected"), [("25.40", []), ("25.41", ["paid_more_than_invoiced"])])
def test_an_invoice_may_be_paid_with_its_tax(paid: str, expected: list[str]) -> None:
    assert expected == [code for _, code in told(line(), invoice(), payment(paid))]


def test_payments_of_one_invoice_are_added_up() -> None:
    twice = (payment(), payment(id="Z2"))

    assert [("payments['Z1'].amount", "paid_more_than_invoiced")] == told(line(), invoice(), *twice)


def test_a_payment_in_a_currency_that_was_not_billed_is_found_and_not_added() -> None:
    dollars = Payment(id="Z1", invoice="I1", amount=Money("999", "USD"), paid_on=date(2026, 2, 20))

    assert [("payments['Z1'].amount", "paid_in_another_currency")] == told(line(), invoice(), dollars)


def credit(amount: str, **changes: Any) -> CreditNote:  # noqa: ANN401  a maker
    given: dict[str, Any] = {"id": "N1", "customer": "C1", "invoice": "I1", "credited_on": date(2026, 2, 20)}
    return CreditNote(amount=eur(amount), **(given | changes))


def test_a_credit_of_an_invoice_that_the_customer_never_had_is_found() -> None:
    sold = invoice(customer="C1")

    assert [("credit_notes['N1'].invoice", "credit_without_invoice")] == told(line(), sold, credit("5", customer="C2"))
    assert [] == told(line(), sold, credit("20"))
    assert [] == told(line(), sold, credit("99", invoice=None))


def test_credits_of_one_invoice_are_added_up_and_never_exceed_it() -> None:
    twice = (credit("10.01"), credit("10", id="N2"))

    assert [("credit_notes['N1'].amount", "credited_more_than_invoiced")] == told(
        line(), invoice(customer="C1"), *twice
    )


# Prices, currencies, units


def test_a_price_that_jumps_by_more_than_the_declared_share_is_found() -> None:
    first, third = line(id="L1"), line(id="L3", ordered_on=date(2026, 1, 9), unit_price=eur("3.01"))

    (finding,) = found(first, third)

    assert ("price_jump", "order_lines['L3'].unit_price", (third, first)) == (
        finding.code,
        finding.path,
        finding.facts,
    )
    assert [] == told(first, line(id="L3", ordered_on=date(2026, 1, 9), unit_price=eur("3")))
    assert ["price_jump"] == [code for _, code in told(first, third, price_jump="0.504")]
    assert [] == told(first, third, price_jump="0.505")


def test_a_price_is_compared_with_the_one_before_and_not_with_the_first() -> None:
    days = [date(2026, 1, day) for day in (5, 6, 7)]
    rising = [
        line(id=f"L{on.day}", ordered_on=on, unit_price=eur(price)) for on, price in zip(days, "234", strict=True)
    ]

    assert [] == told(*rising)


def test_a_fall_is_a_jump_too_and_so_is_every_price_after_zero() -> None:
    later = date(2026, 1, 9)

    assert ["price_jump"] == [c for _, c in told(line(), line(id="L2", ordered_on=later, unit_price=eur("0.99")))]
    assert ["price_jump"] == [
        c for _, c in told(line(unit_price=eur("0")), line(id="L2", ordered_on=later, unit_price=eur("0.01")))
    ]


@pytest.mark.parametrize(
    "other",
    [{"supplier": "V8"}, {"item": "nut"}, {"quantity": 0}],
    ids=["another supplier", "another item", "a cancelled line"],
)
def test_prices_that_have_nothing_to_do_with_each_other_are_not_compared(other: dict[str, Any]) -> None:
    dearer = line(id="L2", ordered_on=date(2026, 1, 9), unit_price=eur("200"), **other)

    assert [] == told(line(), dearer, left_out={"zero_quantity"})


def test_quotes_are_compared_among_themselves_and_not_with_orders() -> None:
    def quote(name: str, day: int, price: str, kind: Any = "quote") -> PriceObservation:  # noqa: ANN401  of a few words
        return PriceObservation(
            id=name, supplier="V7", item="bolt", kind=kind, price=eur(price), observed_on=date(2026, 1, day)
        )

    assert [("prices['P2'].price", "price_jump")] == told(line(), quote("P1", 6, "20"), quote("P2", 7, "40"))
    assert [] == told(quote("P1", 6, "20"), quote("P2", 7, "40", "list"))


def test_a_change_of_currency_is_found_and_no_price_jump() -> None:
    other = line(id="L2", ordered_on=date(2026, 1, 9), unit_price=Money("200", "JPY"))

    assert [("order_lines['L2'].unit_price", "currency_change")] == told(line(), other)


def test_an_item_in_two_units_is_told_once_for_each_further_unit() -> None:
    lines = [
        line(id=f"L{day}", unit=unit, ordered_on=date(2026, 1, day), supplier=f"V{day}")
        for day, unit in ((5, "kg"), (6, "t"), (7, "t"), (8, "kg"), (9, "lb"))
    ]

    assert [("order_lines['L6'].unit", "unit_change"), ("order_lines['L9'].unit", "unit_change")] == told(*lines)


# Days, parties, certificates


def test_a_day_outside_the_declared_period_is_found_in_every_kind_of_fact() -> None:
    scrambled = line(promised_on=date(2062, 1, 20))
    forever = certificate("C1", date(2025, 1, 1), date(9999, 12, 31))

    assert [
        ("certificates['C1'].valid_until", "implausible_day"),
        ("order_lines['L1'].promised_on", "implausible_day"),
    ] == told(scrambled, forever, plausible=Period(date(2020, 1, 1), date(2030, 1, 1)))
    assert [] == told(scrambled, forever)


def test_a_party_without_a_fact_of_its_own_is_told_once_with_all_that_name_it() -> None:
    lines = (line(id="L1", supplier="V9"), line(id="L2", supplier="V9"))

    (finding,) = found(Supplier(id="V7"), *lines)

    assert ("order_lines['L1'].supplier", "party_unknown", lines) == (finding.path, finding.code, finding.facts)
    assert ("'V9' is not among the 1 suppliers", "'V9' 不在 1 个供应商之中") == (finding.message.en, finding.message.zh)
    assert [] == told(*lines)


def test_an_unknown_customer_is_found_by_the_same_rule() -> None:
    assert [("order_lines['L1'].customer", "party_unknown")] == told(
        Customer(id="C1"), line(customer="C2"), line(id="L2", customer=None)
    )


def test_certificates_that_hold_at_the_same_time_are_found() -> None:
    first = certificate("C1", date(2024, 1, 1), date(2027, 1, 1))

    assert [("certificates['C2'].valid_from", "certificate_overlap")] == told(
        first, certificate("C2", date(2026, 12, 31), None)
    )
    assert [] == told(first, certificate("C2", date(2027, 1, 1), None))
    assert [] == told(first, certificate("C2", date(2025, 1, 1), None, kind="ISO 14001"))
    assert [] == told(first, certificate("C2", date(2025, 1, 1), date(2025, 1, 1)))


def test_certificates_of_two_deliveries_may_hold_at_the_same_time() -> None:
    papers = [certificate(name, date(2026, 1, 5), None, order_line="L1", kind="CoA") for name in ("C1", "C2")]

    assert [("certificates['C2'].valid_from", "certificate_overlap")] == told(line(), *papers)
    assert [("certificates['C2'].order_line", "unknown_order_line")] == told(
        line(), papers[0], certificate("C2", date(2026, 1, 5), None, order_line="L9", kind="CoA")
    )


def test_a_short_certificate_inside_a_long_one_does_not_hide_the_next() -> None:
    long_one = certificate("C1", date(2024, 1, 1), date(2027, 1, 1))
    short = certificate("C2", date(2024, 2, 1), date(2024, 3, 1))

    assert ["certificates['C2'].valid_from", "certificates['C3'].valid_from"] == [
        path for path, _ in told(long_one, short, certificate("C3", date(2026, 1, 1), None))
    ]


# All of them


def test_a_check_can_be_left_out() -> None:
    facts = (line(), receipt(received_on=date(2026, 1, 4)))

    assert [] == told(*facts, left_out={"received_before_ordered"})


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"left_out": {"price_jmp"}}, "no such check: 'price_jmp'; did you mean 'price_jump'"),
        ({"left_out": "price_jump"}, "left_out is a collection"),
        ({"price_jump": "-0.1"}, "price_jump is negative"),
        ({"over_delivery": 0.1}, "never a float"),
        ({"plausible": "2026"}, "plausible must be a period"),
    ],
)
def test_limits_that_are_none_are_refused(limits: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        Checks(**limits)


def test_findings_come_in_the_order_of_their_codes_then_of_their_paths() -> None:
    facts = (
        *(line(id=name, known_on=date(2026, 1, 4)) for name in ("L2", "L1")),
        receipt(received_on=date(2026, 1, 4)),
        receipt(id="R9", order_line="L9"),
    )

    codes = [finding.code for finding in found(*facts)]

    assert sorted(codes, key=CODES.index) == codes
    assert ["order_lines['L1'].known_on", "order_lines['L2'].known_on"] == [
        path for path, code in told(*facts) if code == "known_before_ordered"
    ]


def test_the_callers_decimal_context_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 1
        assert [] == told(line(quantity=Decimal("1234.5")), receipt(Decimal("1357.95")))


def test_a_finding_of_hostile_ids_can_be_shown() -> None:
    name = "L\n\u202e" * 500

    assert ["receipt_without_order_line"] == [finding.code for finding in found(receipt(order_line=name))]
