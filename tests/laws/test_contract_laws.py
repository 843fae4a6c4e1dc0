"""What must always hold of contracts: order and cuts never matter, statements add up, damages rise up to their cap."""

import copy
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from drawn_deliveries import LONG_AFTER, START
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules import Ledger, Money, Period
from supplychain_rules.errors import InvalidValueError, PolicyError
from supplychain_rules.facts.billing import InvoiceLine, Payment
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.measures import DeliveryPerformance, measure
from supplychain_rules.partnership.contracts import (
    AgreedPrice,
    Breach,
    BreachPart,
    Compliance,
    Contract,
    ContractParty,
    DeliveryTerms,
    LateInterest,
    LiquidatedDamages,
    PaymentTerms,
    PriceReduction,
    PriceTerms,
    QualityTerms,
    ReworkCost,
    VolumeTerms,
    check_compliance,
    dump_contract,
    load_contract,
    remedy,
    settle,
    statement,
)

BOTH = (ContractParty(id="V1", role="supplier"), ContractParty(id="us", role="buyer"))
WHOLE = Period(START, LONG_AFTER + timedelta(days=400))

days = st.integers(0, 90).map(lambda count: START + timedelta(days=count))
quantities = st.sampled_from(("1", "3", "10"))
amounts = st.integers(1, 4_000).map(lambda cents: Money(Decimal(cents) / 100, "EUR"))


@st.composite
def businesses(draw: st.DrawFn) -> list[Fact]:
    """Draw orders with what follows from them: receipts, delays, inspections, invoices and payments."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(0, 5))):
        name, ordered = f"L{number}", draw(days)
        facts.append(
            OrderLine(
                id=name,
                supplier=draw(st.sampled_from(("V1", "V1", "V2"))),
                item=draw(st.sampled_from(("bolt", "nut"))),
                quantity=draw(quantities),
                unit_price=Money(draw(st.sampled_from(("0.37", "2", "19.99"))), "EUR"),
                ordered_on=ordered,
                promised_on=ordered + timedelta(days=draw(st.integers(0, 30))),
                status=draw(st.sampled_from((None, "closed"))),
            )
        )
        facts += [
            Receipt(
                id=f"R{number}/{part}",
                order_line=name,
                received_on=draw(days),
                quantity=draw(quantities),
                wrong_item=draw(st.integers(0, 9)) == 0,
            )
            for part in range(draw(st.integers(0, 3)))
        ]
        if draw(st.booleans()):
            fault = draw(st.sampled_from(("buyer", "supplier")))
            facts.append(
                Delay(id=f"D{number}", order_line=name, days=draw(st.integers(0, 9)), fault=fault, recorded_on=ordered)
            )
        if draw(st.booleans()):
            facts.append(
                Inspection(
                    id=f"Q{number}",
                    supplier="V1",
                    item="bolt",
                    order_line=name,
                    inspected=10,
                    rejected=draw(st.integers(0, 2)),
                    inspected_on=draw(days),
                )
            )
        if draw(st.booleans()):
            billed = InvoiceLine(
                id=f"I{number}",
                invoice=f"I{number // 2}",
                supplier="V1",
                order_line=name,
                quantity=draw(quantities),
                amount=draw(amounts),
                invoiced_on=draw(days),
            )
            facts.append(billed)
            if draw(st.booleans()):
                facts.append(Payment(id=f"Z{number}", invoice=billed.invoice, amount=draw(amounts), paid_on=draw(days)))
    return facts


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """Draw a contract of every kind of duty, with remedies that go together."""
    point = draw(st.sampled_from(("breach", "total")))
    rate = draw(st.fractions(Fraction(1, 1000), Fraction(1, 10), max_denominator=1000))
    return Contract(
        id="C1",
        currency="EUR",
        parties=BOTH,
        valid_from=START,
        valid_until=draw(st.sampled_from((None, START + timedelta(days=60)))),
        items=draw(st.sampled_from((frozenset(), frozenset({"bolt"})))),
        clauses=[
            DeliveryTerms(
                id="delivery",
                early_days=draw(st.sampled_from((None, 3))),
                late_days=draw(st.integers(0, 3)),
                under_tolerance=draw(st.sampled_from(("0", "0.1", "1/3"))),
                over_tolerance=draw(st.sampled_from((None, "0.1"))),
                excused_faults=draw(st.sampled_from((frozenset(), frozenset({"buyer"})))),
                closed_states=draw(st.sampled_from((frozenset(), frozenset({"closed"})))),
            ),
            PriceTerms(id="price", prices=[AgreedPrice(item="bolt", price=Money(2, "EUR"))]),
            QualityTerms(id="quality", lots_must_pass=True),
            PaymentTerms(id="payment", net_days=draw(st.integers(0, 30))),
            VolumeTerms(id="volume", per="month", minimum=5, maximum=9, unit_price=Money("0.333", "EUR")),
            LiquidatedDamages(id="ld", breaches=["late_delivery"], rate=rate, cap_share="0.05", rounding_point=point),
            LiquidatedDamages(
                id="volume-fee",
                breaches=["minimum_missed", "maximum_exceeded"],
                rate="1/3",
                per="unit",
                total_cap=draw(st.none() | amounts),
                rounding_point=point,
            ),
            PriceReduction(id="difference", breaches=["price_above_terms"], by="difference", rounding_point=point),
            ReworkCost(id="rework", breaches=["lot_below_standard"], unit_rate=Money("0.125", "EUR")),
            LateInterest(
                id="interest",
                rate="0.08",
                day_count=draw(st.sampled_from(("act/360", "act/365", "30/360", "30e/360"))),
                rounding_point=point,
            ),
        ],
    )


def check(contract: Contract, facts: list[Fact], *, as_of: date = LONG_AFTER, period: Period = WHOLE) -> Compliance:
    return check_compliance(contract, Ledger(facts), period, as_of=as_of)


@given(contract=contracts(), facts=businesses(), order=st.randoms())
def test_the_order_of_the_facts_does_not_matter(contract: Contract, facts: list[Fact], order: Any) -> None:  # noqa: ANN401  a Random
    shuffled = list(facts)
    order.shuffle(shuffled)

    assert check(contract, facts) == check(contract, shuffled)


@given(contract=contracts(), facts=businesses(), cut=days)
def test_the_breaches_of_two_periods_that_meet_are_those_of_both(
    contract: Contract, facts: list[Fact], cut: date
) -> None:
    edge = max(cut, START + timedelta(days=1))
    parts = [check(contract, facts, period=part) for part in (Period(START, edge), Period(edge, WHOLE.end))]

    assert check(contract, facts).breaches == (*parts[0].breaches, *parts[1].breaches)


@given(contract=contracts(), facts=businesses(), as_of=days)
def test_what_became_known_later_does_not_exist(contract: Contract, facts: list[Fact], as_of: date) -> None:
    known = [fact for fact in facts if fact.known_on <= as_of]

    assert check(contract, known, as_of=as_of) == check(contract, facts, as_of=as_of)


@given(contract=contracts(), facts=businesses())
def test_every_breach_but_a_missed_minimum_is_proved_by_facts_of_the_ledger(
    contract: Contract, facts: list[Fact]
) -> None:
    ledger = Ledger(facts)
    names = {"receipts": ledger.receipts, "order_lines": ledger.order_lines, "invoice_lines": ledger.invoice_lines}
    names |= {"payments": ledger.payments, "inspections": ledger.inspections, "delays": ledger.delays}
    known = {f"{kind}/{fact.id}" for kind, found in names.items() for fact in found}
    found = check(contract, facts).breaches

    assert set() == {fact for breach in found for fact in breach.facts} - known
    assert [] == [breach for breach in found if not breach.facts and breach.kind != "minimum_missed"]
    assert {"minimum_missed"} >= {breach.kind for breach in check(contract, []).breaches}


@given(contract=contracts(), orders=st.lists(st.tuples(days, st.integers(0, 30), quantities), max_size=5), seed=days)
def test_business_that_goes_as_agreed_breaks_nothing(
    contract: Contract, orders: list[tuple[date, int, str]], seed: date
) -> None:
    facts: list[Fact] = []
    for number, (ordered, lead, quantity) in enumerate(orders):
        promised = ordered + timedelta(days=lead)
        price, billed = Money("1.99", "EUR"), Money("1.99", "EUR") * Decimal(quantity)
        name, amounted = f"L{number}", {"supplier": "V1", "quantity": quantity}
        dated = {"ordered_on": ordered, "promised_on": promised}
        facts += [
            OrderLine(id=name, item="bolt", unit_price=price, **dated, **amounted),
            Receipt(id=name, order_line=name, received_on=promised, quantity=quantity),
            InvoiceLine(id=name, invoice=name, order_line=name, amount=billed, invoiced_on=seed, **amounted),
            Payment(id=name, invoice=name, amount=billed, paid_on=seed),
        ]
    kinds = {breach.kind for breach in check(contract, facts).breaches}

    assert {"minimum_missed", "maximum_exceeded"} >= kinds


@given(contract=contracts(), facts=businesses())
def test_no_two_breaches_have_one_id(contract: Contract, facts: list[Fact]) -> None:
    ids = [breach.id for breach in check(contract, facts).breaches]

    assert len(ids) == len(set(ids))


@given(contract=contracts(), facts=businesses())
def test_statements_are_whole_cents_add_up_and_cancel_out(contract: Contract, facts: list[Fact]) -> None:
    settlement = settle(contract, check(contract, facts))
    found = [statement(settlement, party) for party in settlement.parties]

    assert Money(0, "EUR") == found[0].net + found[1].net
    assert all(line.amount.minor_units is not None for one in found for line in one.lines)
    for clause in ("ld", "volume-fee", "difference", "interest"):
        exact = sum((due.exact for due in settlement.dues if due.remedy == clause), Fraction(0))
        lines = [line.amount.amount for line in found[0].lines if line.clause == clause]
        whole_total = any(line.remedy == clause for line in settlement.roundings)
        capped = any(due.capped for due in settlement.dues if due.remedy == clause)
        if whole_total and not capped:
            assert abs(exact - abs(Fraction(sum(lines)))) <= Fraction(1, 200)


@given(contract=contracts(), facts=businesses())
def test_a_cap_over_all_breaches_is_never_exceeded(contract: Contract, facts: list[Fact]) -> None:
    fee = next(clause for clause in contract.clauses if clause.id == "volume-fee")
    assert isinstance(fee, LiquidatedDamages)
    lines = statement(settle(contract, check(contract, facts)), "V1").lines
    charged = sum(line.amount.amount for line in lines if line.clause == "volume-fee")

    assert fee.total_cap is None or charged <= fee.total_cap.amount


@given(facts=businesses(), contract=contracts())
def test_lines_are_late_or_short_as_the_measure_of_delivery_performance_says(
    facts: list[Fact], contract: Contract
) -> None:
    terms = next(clause for clause in contract.clauses if isinstance(clause, DeliveryTerms))
    same = DeliveryPerformance(
        id="otif", late_days=terms.late_days, under_tolerance=terms.under_tolerance, excused_faults=terms.excused_faults
    )
    about = {
        line.id
        for line in Ledger(facts).order_lines
        if line.supplier == "V1"
        and (not contract.items or line.item in contract.items)
        and (contract.valid_until is None or line.ordered_on < contract.valid_until)
    }
    own = [
        fact
        for fact in facts
        if (isinstance(fact, OrderLine) and fact.id in about) or (isinstance(fact, Receipt | Delay))
    ]
    late = {
        breach.subject
        for breach in check(contract, facts).breaches
        if breach.kind in ("late_delivery", "short_delivery")
    }
    found = measure([same], Ledger(own), by="total", period=WHOLE, as_of=LONG_AFTER)

    assert len(late) == sum((one.denominator - one.numerator for one in found), Fraction(0))


def late_by(days_late: int, *, quantity: int = 10, value: str = "17.35") -> Breach:
    last = date(2026, 1, 20)
    until = last + timedelta(days=days_late)
    return Breach(
        kind="late_delivery",
        clause="delivery",
        debtor="V1",
        creditor="us",
        on=last + timedelta(days=1),
        governed_on=last,
        subject="order_lines/L1",
        facts=(),
        due_on=last,
        last_on=last,
        until=until,
        quantity=quantity,
        value=Decimal(value),
        whole=Decimal(value),
        parts=(BreachPart(size=quantity, until=until),),
    )


@st.composite
def damages(draw: st.DrawFn) -> LiquidatedDamages:
    """Draw damages by time over every choice."""
    per = draw(st.sampled_from(("day", "week_started", "unit_day")))
    by_rate = draw(st.booleans())
    grace = draw(st.integers(0, 5))
    points = ("breach", "total") if per == "week_started" else ("day", "breach", "total")
    return LiquidatedDamages(
        id="ld",
        breaches=["late_delivery"],
        rate=draw(st.fractions(Fraction(1, 10_000), Fraction(1, 5), max_denominator=10_000)) if by_rate else None,
        amount=None if by_rate else draw(amounts),
        per=per,
        base=draw(st.sampled_from(("delayed_part", "whole"))) if by_rate else "delayed_part",
        grace_days=grace,
        grace=draw(st.sampled_from(("deducted", "waiting"))) if grace else "deducted",
        cap=draw(st.none() | amounts),
        cap_share=draw(st.none() | st.fractions(0, 1, max_denominator=997)),
        rounding_point=draw(st.sampled_from(points)),
        rounding=draw(st.sampled_from(("half_up", "half_even", "floor", "ceil"))),
    )


@given(clause=damages(), days_late=st.integers(0, 60), more=st.integers(0, 30))
def test_damages_never_fall_with_the_days_and_never_exceed_their_cap(
    clause: LiquidatedDamages, days_late: int, more: int
) -> None:
    sooner = remedy(clause, late_by(days_late), currency="EUR")
    later = remedy(clause, late_by(days_late + more), currency="EUR")

    assert sooner is not None
    assert later is not None
    assert sooner.amount <= later.amount
    assert clause.cap is None or later.amount <= clause.cap
    assert clause.cap_share is None or Fraction(later.amount.amount) <= clause.cap_share * Fraction("17.35")


@given(contract=contracts())
def test_a_contract_that_is_dumped_is_read_again(contract: Contract) -> None:
    assert contract == load_contract(dump_contract(contract))


EURO = {"amount": "1", "currency": "EUR"}

#: A contract with every kind of clause and an amendment, as plain data.
PLAIN: dict[str, Any] = {
    "schema": "supplychain-rules/contract/1",
    "id": "C1",
    "currency": "EUR",
    "valid_from": "2026-01-01",
    "valid_until": "2027-01-01",
    "parties": [{"id": "V1", "role": "supplier"}, {"id": "us", "role": "buyer"}],
    "items": ["bolt"],
    "clauses": [
        {"kind": "delivery_terms", "id": "delivery", "late_days": 2, "excused_faults": ["buyer"]},
        {
            "kind": "price_terms",
            "id": "price",
            "prices": [{"item": "bolt", "price": {"amount": "2", "currency": "EUR"}}],
        },
        {"kind": "quality_terms", "id": "quality", "lots_must_pass": True},
        {"kind": "service_level_terms", "id": "level", "least": "0.9", "source": "given"},
        {"kind": "payment_terms", "id": "payment", "net_days": 30, "discounts": [{"rate": "0.02", "days": 10}]},
        {"kind": "volume_terms", "id": "volume", "minimum": "5", "unit_price": EURO},
        {"kind": "document_terms", "id": "papers", "held": ["ISO"], "with_delivery": ["CoA"]},
        {"kind": "termination_terms", "id": "termination", "count": 2, "within_days": 30},
        {"kind": "claim_terms", "id": "claims", "years": 3},
        {"kind": "liquidated_damages", "id": "ld", "breaches": ["late_delivery"], "rate": "0.01"},
        {
            "kind": "service_credits",
            "id": "credits",
            "breaches": ["service_level_missed"],
            "tiers": [{"below": "0.9", "credit": "0.1"}],
        },
        {"kind": "retention", "id": "retention", "share": "0.05", "releases": [{"share": "1"}]},
        {"kind": "late_interest", "id": "interest", "rate": "0.08", "day_count": "act/365"},
    ],
    "amendments": [
        {"id": "A1", "signed_on": "2026-01-10", "effective_from": "2026-02-01", "ends": ["volume"]},
    ],
}

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 12),
    st.just(10**4_000),
    st.floats(),
    st.text(max_size=4),
    st.sampled_from(("term", "day", "total", "0.5", "1e999999", "1/0", "9999-12-31", "late_payment", "USD", "ld")),
    st.just([]),
    st.just({}),
    st.dates(),
    st.lists(st.text(max_size=2), max_size=2),
)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value below."""
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(*path, key) for key, _ in steps] + [
        found for key, inner in steps if isinstance(inner, dict | list) for found in places(inner, (*path, key))
    ]


@given(where=st.sampled_from(places(PLAIN)), junk=JUNK, drop=st.booleans(), facts=businesses())
def test_whatever_a_contract_holds_it_is_read_or_refused_and_then_checked_and_settled(
    where: tuple[Any, ...],
    junk: object,
    drop: bool,  # noqa: FBT001  a choice
    facts: list[Fact],
) -> None:
    data: Any = copy.deepcopy(PLAIN)
    inner = data
    for key in where[:-1]:
        inner = inner[key]
    if drop:
        del inner[where[-1]]
    else:
        inner[where[-1]] = junk
    loaded = attempted(lambda: load_contract(data))
    if isinstance(loaded, PolicyError):
        assert all(len(str(problem)) < 3_000 for problem in loaded.problems)
        return
    contract = loaded
    assert contract == load_contract(dump_contract(contract))
    settled = attempted(lambda: settle(contract, check(contract, facts)))
    assert "currency" in str(settled) if isinstance(settled, InvalidValueError) else settled.contract == contract.id


def attempted(make: Any) -> Any:  # noqa: ANN401  a function and what it returns
    """Return what a function returns, or one of our two refusals."""
    try:
        return make()
    except (PolicyError, InvalidValueError) as error:
        return error
