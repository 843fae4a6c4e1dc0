"""Credit: what is owed adds up, counts each document chain once, and limits are inherited unless they are set."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules import InvalidValueError, Ledger, Money
from supplychain_rules.customers.dunning import DunningLevel, DunningPolicy, dunning_step
from supplychain_rules.customers.exposure import UNLIMITED, CreditLimits, Exposure, decide_order, exposure
from supplychain_rules.customers.points_scaling import PointsScaling
from supplychain_rules.customers.receivables import (
    Ageing,
    AgeingBucket,
    OpenItem,
    Receivables,
    age,
    allowance,
    receivables,
)
from supplychain_rules.facts.billing import CreditNote, InvoiceLine, Payment
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.values.label import Label

TODAY = date(2026, 3, 31)


def eur(amount: object) -> Money:
    return Money(amount, "EUR")  # type: ignore[arg-type]


def invoice(name: str, amount: object, due: date | None = None, **others: Any) -> InvoiceLine:  # noqa: ANN401  fields
    given = {"order_line": None, "quantity": 1, "invoiced_on": date(2026, 1, 1), "customer": "C1"} | others
    return InvoiceLine(id=f"{name}/1", invoice=name, supplier="us", amount=eur(amount), due_on=due, **given)


def paid(name: str, amount: object, on: date = TODAY, *, invoice: str | None = None) -> Payment:
    return Payment(id=name, invoice=invoice, party=None if invoice else "C1", amount=eur(amount), paid_on=on)


def owed(*facts: Fact, as_of: date = TODAY, **settings: Any) -> Receivables:  # noqa: ANN401  settings
    return receivables(Ledger(facts), "C1", as_of=as_of, currency="EUR", **settings)


def ordered(quantity: object, price: object = 1) -> OrderLine:
    return OrderLine(
        id="O1",
        supplier="us",
        customer="C1",
        item="bolt",
        quantity=quantity,
        unit_price=eur(price),
        ordered_on=date(2026, 1, 1),
        promised_on=date(2026, 1, 10),
    )


def came(quantity: object, on: date = date(2026, 1, 8)) -> Receipt:
    return Receipt(id=f"R{quantity}", order_line="O1", received_on=on, quantity=quantity)


def exposed(*facts: Fact) -> Exposure:
    return exposure(Ledger(facts), "C1", as_of=TODAY, currency="EUR")


def owing(amount: object) -> Exposure:
    debt = Receivables(customer="C1", as_of=TODAY, currency="EUR", items=(), unallocated=-eur(amount))
    return Exposure(customer="C1", as_of=TODAY, receivables=debt, unbilled=eur(0), undelivered=eur(0))


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-5, "not due"), (0, "not due"), (1, "1-30 days"), (30, "1-30 days"), (31, "31-60 days"), (91, "over 90 days")],
)
def test_an_item_is_in_the_bucket_of_its_days_past_due(days: int, bucket: str) -> None:
    ageing = age(owed(invoice("I1", 100, TODAY - timedelta(days=days))))

    assert [bucket] == [one.label.en for one in ageing.buckets if one.items]


def test_a_report_as_of_a_past_day_ignores_what_was_paid_and_billed_later() -> None:
    facts = [
        invoice("I1", 100, date(2026, 2, 1)),
        invoice("I2", 50, invoiced_on=date(2026, 3, 1)),
        paid("P1", 100, date(2026, 3, 10), invoice="I1"),
    ]

    assert eur(100) == owed(*facts, as_of=date(2026, 2, 15)).outstanding
    assert eur(50) == owed(*facts).outstanding


def test_a_payment_settles_the_invoice_it_names_and_what_is_beyond_stays_unallocated() -> None:
    found = owed(invoice("I1", 100), invoice("I2", 80), paid("P1", 120, invoice="I1"), paid("P2", 5))

    assert [("I2", eur(80))] == [(item.invoice, item.open) for item in found.items]
    assert (eur(25), eur(55)) == (found.unallocated, found.outstanding)


def test_a_credit_note_lowers_what_is_owed_on_its_invoice_or_on_the_account() -> None:
    named = CreditNote(id="N1", customer="C1", invoice="I1", amount=eur(30), credited_on=date(2026, 2, 1))
    free = CreditNote(id="N2", customer="C1", amount=eur(5), credited_on=date(2026, 2, 1))
    later = CreditNote(id="N3", customer="C1", amount=eur(50), credited_on=date(2026, 4, 1))
    other = CreditNote(id="N4", customer="C2", amount=eur(50), credited_on=date(2026, 2, 1))

    found = owed(invoice("I1", 100), named, free, later, other)

    assert (eur(70), eur(5), eur(65)) == (found.items[0].open, found.unallocated, found.outstanding)


def test_oldest_first_uses_up_what_is_left_over() -> None:
    facts = [invoice("new", 80, date(2026, 3, 1)), invoice("old", 50, date(2026, 2, 1)), paid("P1", 60)]

    found = owed(*facts, allocation="oldest_first")

    assert [("new", eur(70))] == [(item.invoice, item.open) for item in found.items]
    assert eur(0) == found.unallocated


def test_the_allowance_of_five_buckets_is_rounded_once() -> None:
    amounts = (700_000, 120_000, 80_000, 30_000, 10_000)
    items = tuple(
        OpenItem(
            invoice=f"I{place}", invoiced_on=TODAY, due_on=TODAY - timedelta(days=days), amount=eur(amount), paid=eur(0)
        )
        for place, (amount, days) in enumerate(zip(amounts, (0, 10, 40, 70, 100), strict=True))
    )
    ageing = age(Receivables(customer="C1", as_of=TODAY, currency="EUR", items=items, unallocated=eur(0)))

    assert eur(940_000) == ageing.receivables.outstanding
    assert eur(73_100) == allowance(ageing, ["0.05", "0.08", "0.20", "0.25", "0.50"])


def test_buckets_that_do_not_add_up_cannot_be_written() -> None:
    bucket = AgeingBucket(from_=None, to=None, label=Label("not due"), items=(), amount=eur(1))

    with pytest.raises(InvalidValueError, match="do not add up"):
        Ageing(receivables=owed(), buckets=(bucket,))


@given(
    st.lists(st.tuples(st.integers(1, 10_000), st.integers(-100, 400), st.integers(0, 12_000)), max_size=8),
    st.integers(0, 20_000),
    st.sampled_from(["by_document", "oldest_first"]),
    st.integers(-50, 50),
)
def test_buckets_and_unallocated_always_add_up_to_what_was_billed_and_not_paid(
    drawn: list[tuple[int, int, int]], ahead: int, allocation: str, back: int
) -> None:
    as_of = TODAY + timedelta(days=back)
    facts: list[Fact] = []
    due = Decimal(0)
    for place, (cents, days, payment) in enumerate(drawn):
        amount, part = Decimal(cents) / 100, Decimal(payment) / 100
        facts.append(invoice(f"I{place}", amount, TODAY - timedelta(days=days)))
        on = TODAY + timedelta(days=place - 4)
        if payment:
            facts.append(paid(f"P{place}", part, on, invoice=f"I{place}"))
        due += amount - (part if payment and on <= as_of else 0)
    if ahead:
        facts.append(paid("A", Decimal(ahead) / 100))
        due -= Decimal(ahead) / 100 if as_of >= TODAY else 0

    ageing = age(owed(*facts, as_of=as_of, allocation=allocation))

    assert eur(due) == ageing.receivables.outstanding
    assert all(item.open.amount > 0 for item in ageing.receivables.items)
    assert ageing.receivables.unallocated.amount >= 0


def test_one_document_chain_counts_once() -> None:
    chain = [ordered(2, 100), came(2), invoice("I1", 200, order_line="O1", quantity=2)]

    assert eur(200) == exposed(*chain).total
    assert eur(0) == exposed(*chain, paid("P1", 200, invoice="I1")).total


def test_a_delivery_against_an_order_of_sixty_is_an_exposure_of_sixty() -> None:
    found = exposed(ordered(60), came(60))

    assert eur(60) == found.total
    assert "accept" == decide_order(found, eur(0), CreditLimits(company=eur(100))).outcome


def test_billed_delivered_and_open_parts_of_one_line_add_up_to_it() -> None:
    found = exposed(ordered(10, 3), came(6), invoice("I1", 12, order_line="O1", quantity=4))

    assert (eur(12), eur(6), eur(12)) == (found.receivables.outstanding, found.unbilled, found.undelivered)
    assert eur(30) == found.total


def test_an_order_within_the_limit_is_accepted_and_the_headroom_told() -> None:
    limits = CreditLimits(company=eur(200_000))

    answer = decide_order(owing("75532.50"), eur("37766.25"), limits)

    assert ("accept", eur("124467.50"), eur("86701.25")) == (answer.outcome, answer.headroom, answer.headroom_after)
    assert "accept: EUR 86701.25 of EUR 200000.00 are left" == str(answer)


def test_the_limit_itself_is_within_it_and_beyond_it_is_referred_or_held() -> None:
    limits = CreditLimits(customers={"C1": eur(100)})

    outcomes = [
        decide_order(owing(60), eur(amount), limits, refer_within="0.05").outcome for amount in (40, "45.00", "45.01")
    ]

    assert ["accept", "refer", "hold"] == outcomes


def test_unset_is_inherited_and_zero_is_a_limit() -> None:
    limits = CreditLimits(
        customers={"zero": eur(0), "free": UNLIMITED},
        groups={"retail": eur(500)},
        group_of={"C1": "retail", "zero": "retail"},
        company=eur(50),
    )

    found = {name: limits.of(name) for name in ("zero", "free", "C1", "other")}

    levels = {name: (None if one is None else (str(one.limit), one.level)) for name, one in found.items()}
    assert {
        "zero": ("EUR 0.00", "customer"),
        "free": ("unlimited", "customer"),
        "C1": ("EUR 500.00", "group"),
        "other": ("EUR 50.00", "company"),
    } == levels
    assert "refer" == decide_order(owing(0), eur(1), CreditLimits()).outcome
    assert "accept" == decide_order(owing(10**9), eur(1), CreditLimits(company=UNLIMITED)).outcome
    assert "hold" == decide_order(owing(0), eur("0.01"), CreditLimits(customers={"C1": eur(0)})).outcome


@pytest.mark.parametrize("limit", [eur(-1), "none", 0])
def test_what_is_no_limit_is_refused(limit: Any) -> None:  # noqa: ANN401  data brings whatever it likes
    with pytest.raises(InvalidValueError, match="limit of C1"):
        CreditLimits(customers={"C1": limit})


def test_currencies_do_not_mix_in_an_account() -> None:
    dollars = attrs.evolve(invoice("I1", 5), amount=Money(5, "USD"))

    with pytest.raises(InvalidValueError, match="another currency"):
        owed(dollars)


def item(due: date = date(2026, 1, 31), amount: object = 100) -> OpenItem:
    return OpenItem(invoice="I1", invoiced_on=date(2026, 1, 1), due_on=due, amount=eur(amount), paid=eur(0))


LEVELS = (
    DunningLevel(name="friendly", days=-3),
    DunningLevel(name="first", days=10, fee=eur(10)),
    DunningLevel(name="month", clock="end_of_month", days=5),
    DunningLevel(name="last", clock="previous_reminder", days=14),
)


def test_fifteen_days_late_at_ten_per_cent_and_a_fee_of_ten() -> None:
    policy = DunningPolicy(levels=(LEVELS[1],), interest="0.10")  # type: ignore[arg-type]

    step = dunning_step(policy, item(), as_of=date(2026, 2, 15))

    assert step is not None
    assert ("EUR 0.41", "EUR 10.41", "EUR 110.41") == (
        str(step.charges.interest),
        str(step.charges.charges),
        str(step.charges.total),
    )


def test_each_level_counts_by_its_own_clock() -> None:
    policy = DunningPolicy(levels=LEVELS)
    sent = [date(2026, 1, 28), date(2026, 2, 12), date(2026, 2, 20)]

    steps = [dunning_step(policy, item(), as_of=date(2026, 2, 1), reminded_on=sent[:count]) for count in range(4)]

    assert [date(2026, 1, 28), date(2026, 2, 10), date(2026, 2, 5), date(2026, 3, 6)] == [
        step.due_on for step in steps if step is not None
    ]
    assert [True, False, False, False] == [step.due for step in steps if step is not None]
    assert dunning_step(policy, item(), as_of=TODAY, reminded_on=[*sent, date(2026, 3, 6)]) is None


def test_dunning_that_could_never_begin_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="no reminder before it"):
        DunningPolicy(levels=LEVELS[3:])
    with pytest.raises(InvalidValueError, match="day count"):
        DunningPolicy(levels=LEVELS, day_count=364)
    with pytest.raises(InvalidValueError, match="order of their days"):
        dunning_step(DunningPolicy(levels=LEVELS), item(), as_of=TODAY, reminded_on=[TODAY, date(2026, 1, 1)])


def test_twenty_points_double_the_odds_and_the_scale_reads_both_ways() -> None:
    """Published: 600 points at 50:1, 20 to double, give factor 28.8539 and offset 487.123."""
    scale = PointsScaling(points=600, odds=50, points_to_double=20)  # type: ignore[arg-type]

    assert (Decimal("28.8539"), Decimal("487.123")) == (round(scale.factor, 4), round(scale.offset, 3))
    assert Decimal(620) == round(scale.points_of(100), 20)
    assert Decimal(100) == round(scale.odds_of(620), 20)
    assert round(Decimal(1) / 101, 20) == round(scale.probability_of_default(620), 20)


@given(st.integers(1, 10**6))
def test_points_and_odds_are_inverse(odds: int) -> None:
    scale = PointsScaling(points=600, odds=50, points_to_double=20)  # type: ignore[arg-type]

    assert Decimal(odds) == round(scale.odds_of(scale.points_of(odds)), 15)


@pytest.mark.parametrize("fields", [{"odds": 0}, {"points_to_double": -1}, {"points": "many"}])
def test_a_scale_that_has_no_logarithm_is_refused(fields: dict[str, Any]) -> None:
    given = {"points": 600, "odds": 50, "points_to_double": 20} | fields

    with pytest.raises(InvalidValueError):
        PointsScaling(**given)
    with pytest.raises(InvalidValueError, match="far outside"):
        PointsScaling(points=600, odds=50, points_to_double=20).odds_of(10**9)  # type: ignore[arg-type]
