"""How a customer has paid is seen month by month, scored by rules, and calls for a credit review."""

from datetime import date
from decimal import Decimal

import pytest

from supplychain_rules import InvalidValueError, Ledger, Money, apply, evaluate_all, load_policy, verify
from supplychain_rules.customers.arrears import (
    ArrearsHistory,
    ArrearsMonth,
    CreditReviewPolicy,
    arrears_history,
    behaviour_record,
    behaviour_rules,
    credit_review_triggers,
)
from supplychain_rules.customers.exposure import UNLIMITED, CreditLimits, exposure
from supplychain_rules.facts.billing import InvoiceLine, Payment

POLICY = CreditReviewPolicy()


def eur(amount: object) -> Money:
    return Money(amount, "EUR")  # type: ignore[arg-type]


def billed(name: str, amount: object, on: date, due: date) -> InvoiceLine:
    return InvoiceLine(
        id=name, invoice=name, supplier="us", customer="C1", quantity=1, amount=eur(amount), invoiced_on=on, due_on=due
    )


LEDGER = Ledger(
    [
        billed("I1", 100, date(2026, 1, 1), date(2026, 1, 31)),
        billed("I2", 50, date(2026, 2, 1), date(2026, 3, 3)),
        Payment(id="P1", invoice="I1", amount=eur(100), paid_on=date(2026, 3, 10)),
    ]
)


def history(*worst: int) -> ArrearsHistory:
    months = [
        ArrearsMonth(day=date(2026, 1, 1), outstanding=eur(100), past_due=eur(25), worst_days=days) for days in worst
    ]
    return ArrearsHistory(customer="C1", months=tuple(months))


def test_each_month_end_is_seen_as_it_was_known_then() -> None:
    found = arrears_history(LEDGER, "C1", as_of=date(2026, 4, 15), currency="EUR", months=4)

    assert [
        (date(2025, 12, 31), eur(0), 0),
        (date(2026, 1, 31), eur(100), 0),
        (date(2026, 2, 28), eur(150), 28),
        (date(2026, 3, 31), eur(50), 28),
        (date(2026, 4, 15), eur(50), 43),
    ] == [(month.day, month.outstanding, month.worst_days) for month in found.months]
    assert (43, 3, 3) == (found.worst_days, found.months_past_due, found.months_in_a_row)


def test_months_in_a_row_end_at_a_month_without_arrears() -> None:
    assert (2, 3) == (history(9, 0, 5, 1).months_in_a_row, history(9, 0, 5, 1).months_past_due)
    assert 0 == history(9, 0).months_in_a_row


def test_a_customer_without_debt_has_no_share_past_due() -> None:
    nothing = ArrearsMonth(day=date(2026, 1, 31), outstanding=eur(0), past_due=eur(0), worst_days=0)

    assert behaviour_record(ArrearsHistory(customer="C1", months=(nothing,)))["share_past_due"] is None
    assert Decimal("0.2500") == behaviour_record(history(9))["share_past_due"]


def test_the_behaviour_score_is_sound_monotone_and_the_same_on_a_frame() -> None:
    policy = load_policy(behaviour_rules())
    records = [behaviour_record(history(*worst)) for worst in ((0,), (10,), (45, 0), (95, 95, 95))]

    decisions = evaluate_all(policy, records)

    assert () == verify(policy)
    assert [620, 555, 565, 360] == [int(decision["behaviour"]) for decision in decisions]
    assert ["good", "fair", "fair", "poor"] == [decision["payer"] for decision in decisions]
    pl = pytest.importorskip("polars")
    frame = apply(policy, pl.DataFrame(records, schema_overrides={"share_past_due": pl.Float64}))
    assert [decision["payer"] for decision in decisions] == frame["payer"].to_list()


def triggers(
    limits: CreditLimits, reviewed_on: date | None = date(2026, 1, 1), as_of: date = date(2026, 4, 15)
) -> list[str]:
    past = arrears_history(LEDGER, "C1", as_of=as_of, currency="EUR", months=4)
    owed = exposure(LEDGER, "C1", as_of=as_of, currency="EUR")
    return [one.kind for one in credit_review_triggers(POLICY, past, owed, limits, reviewed_on=reviewed_on)]


def test_every_reason_for_a_review_is_given_from_its_threshold_on() -> None:
    assert ["limit_used", "past_due", "in_a_row"] == triggers(CreditLimits(company=eur("55.55")))
    assert ["past_due", "in_a_row"] == triggers(CreditLimits(company=eur("55.56")))
    assert ["limit_used", "past_due", "in_a_row", "never_reviewed"] == triggers(CreditLimits(company=eur(0)), None)
    assert ["no_limit", "past_due", "in_a_row", "review_due"] == triggers(CreditLimits(), date(2025, 4, 15))
    assert [] == triggers(CreditLimits(company=UNLIMITED), date(2025, 4, 15), date(2026, 1, 20))


def test_reasons_are_told_in_both_languages() -> None:
    past = arrears_history(LEDGER, "C1", as_of=date(2026, 4, 15), currency="EUR", months=4)
    owed = exposure(LEDGER, "C1", as_of=date(2026, 4, 15), currency="EUR")

    found = credit_review_triggers(POLICY, past, owed, CreditLimits(company=eur(50)), reviewed_on=date(2026, 1, 1))

    assert [
        ("EUR 50.00 of EUR 50.00 are used", "额度 EUR 50.00 已用 EUR 50.00"),
        ("43 days past due", "逾期 43 天"),
        ("past due for 3 months in a row", "连续 3 个月有逾期"),
    ] == [(one.reason.en, one.reason.zh) for one in found]


def test_a_policy_that_would_call_at_once_and_a_history_of_no_months_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="above zero"):
        CreditReviewPolicy(limit_used=0)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="days_past_due"):
        CreditReviewPolicy(days_past_due=0)
    with pytest.raises(InvalidValueError, match="months"):
        arrears_history(LEDGER, "C1", as_of=date(2026, 4, 15), currency="EUR", months=0)
