"""Random trade: orders with receipts, delays, inspections, claims, invoices and payments, in several versions."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from supplychain_rules.facts.billing import InvoiceLine, Payment
from supplychain_rules.facts.care import Complaint, ServiceEvent, SurveyAnswer
from supplychain_rules.facts.corrections import Cancellation
from supplychain_rules.facts.fields import FAULTS
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.prices import MarketPrice, PriceObservation
from supplychain_rules.facts.quality import Claim, Inspection, QualityCost, RejectCause
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.values.money import Money

__all__ = ["START", "SUPPLIERS", "days", "trades"]

START = date(2026, 1, 1)
SUPPLIERS = ("V1", "V2", "V3")
ITEMS = ("bolt", "nut")

days = st.integers(0, 80).map(lambda count: START + timedelta(days=count))
quantities = st.sampled_from(("0.5", "1", "3", "10"))
money = st.sampled_from(("0", "1", "2.50", "19.99")).map(lambda amount: Money(amount, "EUR"))
late_knowledge = st.integers(0, 20).map(lambda count: timedelta(days=count))
faults = st.sampled_from(FAULTS)
sites = st.none() | st.sampled_from(("P1", "P2"))


@st.composite
def trades(draw: st.DrawFn) -> list[Fact]:
    """Draw a world whose every version has a day of its own, so that nothing contradicts."""
    facts: list[Fact] = [
        Supplier(id=supplier, categories=draw(st.sampled_from(((), ("raw",), ("raw", "pack")))))
        for supplier in draw(st.lists(st.sampled_from(SUPPLIERS), unique=True))
    ]
    facts += [
        PriceObservation(
            id=f"C{number}",
            supplier=draw(st.sampled_from(SUPPLIERS)),
            item=draw(st.sampled_from(ITEMS)),
            kind=draw(st.sampled_from(("contract", "standard", "quote"))),
            price=draw(money),
            observed_on=draw(days),
        )
        for number in range(draw(st.integers(0, 2)))
    ]
    if draw(st.booleans()):
        facts.append(MarketPrice(id="M1", item=draw(st.sampled_from(ITEMS)), price=Money("2", "EUR"), on=draw(days)))
    for number in range(draw(st.integers(0, 5))):
        facts += draw(_ordered(f"L{number}"))
    facts += draw(_alone())
    for taken_back in draw(st.lists(st.sampled_from(("receipts", "inspections", "delays")), max_size=2, unique=True)):
        known = [fact for fact in facts if taken_back == _KIND_NAMES.get(type(fact))]
        if known:
            target = draw(st.sampled_from(known))
            facts.append(Cancellation(of=taken_back, fact=target.id, known_on=target.known_on + draw(late_knowledge)))
    return facts


_KIND_NAMES: dict[type, str] = {Receipt: "receipts", Inspection: "inspections", Delay: "delays"}


@st.composite
def _ordered(draw: st.DrawFn, name: str) -> list[Fact]:
    ordered_on, supplier = draw(days), draw(st.sampled_from(SUPPLIERS))
    fields: dict[str, Any] = {
        "id": name,
        "order": draw(st.sampled_from((None, "PO1", "PO2"))),
        "supplier": supplier,
        "item": draw(st.sampled_from(ITEMS)),
        "quantity": draw(quantities),
        "unit_price": draw(money),
        "ordered_on": ordered_on,
        "promised_on": draw(days),
        "latest_promise_on": draw(st.none() | days),
        "requested_on": draw(st.none() | days),
        "category": draw(st.sampled_from((None, "steel"))),
        "site": draw(sites),
        "status": draw(st.sampled_from((None, "complete"))),
        "known_on": ordered_on + draw(late_knowledge),
    }
    facts: list[Fact] = [OrderLine(**fields)]
    if draw(st.booleans()):
        again = {"quantity": draw(st.sampled_from(("0", "2", "10"))), "supplier": draw(st.sampled_from(SUPPLIERS))}
        known = fields["known_on"] + timedelta(days=draw(st.integers(1, 30)))
        facts.append(OrderLine(**(fields | again | {"known_on": known})))
    for part in range(draw(st.integers(0, 3))):
        received_on = draw(days)
        arrival = {"id": f"{name}/{part}", "order_line": name, "received_on": received_on, "quantity": draw(quantities)}
        facts.append(Receipt(**arrival, wrong_item=draw(st.booleans()), known_on=received_on + draw(late_knowledge)))
    if draw(st.booleans()):
        facts.append(
            Delay(id=name, order_line=name, days=draw(st.integers(0, 9)), fault=draw(faults), recorded_on=draw(days))
        )
    if draw(st.booleans()):
        facts.append(draw(_inspected(f"{name}/Q", supplier, name)))
    if draw(st.booleans()):
        invoice = draw(st.sampled_from(("I1", name)))
        facts.append(
            InvoiceLine(
                id=f"{name}/I",
                invoice=invoice,
                supplier=supplier,
                order_line=name,
                quantity=draw(quantities),
                amount=draw(money),
                invoiced_on=draw(days),
                due_on=draw(st.none() | days),
            )
        )
        if draw(st.booleans()):
            facts.append(Payment(id=f"{name}/Z", invoice=invoice, amount=draw(money), paid_on=draw(days)))
    return facts


@st.composite
def _inspected(draw: st.DrawFn, name: str, supplier: str, line: str | None) -> Inspection:
    rejected = draw(st.integers(0, 10))
    blamed = Decimal(draw(st.integers(0, 2 * rejected))) / 2
    causes = [RejectCause(quantity=blamed, cause="bent", fault=draw(faults))] if blamed else []
    return Inspection(
        id=name,
        supplier=supplier,
        item=draw(st.sampled_from(ITEMS)),
        order_line=line,
        inspected=10,
        rejected=rejected,
        conceded=draw(st.integers(0, rejected)),
        causes=causes,
        accepted=draw(st.none() | st.booleans()),
        inspected_on=draw(days),
    )


@st.composite
def _alone(draw: st.DrawFn) -> list[Fact]:
    """Draw facts that name no order line."""
    supplier = st.sampled_from(SUPPLIERS)
    facts: list[Fact] = [
        draw(_inspected(f"Q{number}", draw(st.sampled_from(SUPPLIERS)), None))
        for number in range(draw(st.integers(0, 2)))
    ]
    supplier = st.sampled_from(SUPPLIERS)
    for number in range(draw(st.integers(0, 2))):
        claim = Claim(
            id=f"CL{number}",
            supplier=draw(supplier),
            kind=draw(st.sampled_from(("quality", "papers"))),
            order_line=draw(st.sampled_from((None, "L0", "L1"))),
            quantity=draw(st.none() | quantities),
            cost=draw(st.none() | money),
            fault=draw(st.none() | faults),
            justified=draw(st.none() | st.booleans()),
            opened_on=draw(days),
        )
        facts.append(claim)
        if draw(st.booleans()):
            facts.append(
                QualityCost(
                    id=f"K{number}",
                    supplier=claim.supplier,
                    kind=draw(st.sampled_from(("internal_failure", "prevention"))),
                    amount=draw(money),
                    claim=draw(st.sampled_from((None, claim.id))),
                    incurred_on=draw(days),
                )
            )
    for number in range(draw(st.integers(0, 2))):
        raised_on = draw(days)
        answered = draw(st.none() | st.integers(0, 20))
        facts.append(
            ServiceEvent(
                id=f"S{number}",
                supplier=draw(supplier),
                kind="quotation",
                raised_on=raised_on,
                answered_on=None if answered is None else raised_on + timedelta(days=answered),
            )
        )
    facts += [
        SurveyAnswer(
            id=f"A{number}",
            survey="2026",
            question=draw(st.sampled_from(("tidy", "kind"))),
            party=draw(supplier),
            respondent=draw(st.sampled_from((None, "R1", "R2"))),
            points=draw(st.none() | st.integers(0, 5)),
            of=5,
            answered_on=draw(days),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    facts += [
        Complaint(
            id=f"B{number}",
            customer=draw(st.sampled_from(("C1", "C2"))),
            supplier=draw(st.none() | supplier),
            kind="damaged",
            cost=draw(st.none() | money),
            opened_on=START,
            answered_on=draw(st.none() | days),
            closed_on=draw(st.none() | days),
        )
        for number in range(draw(st.integers(0, 2)))
    ]
    return facts
