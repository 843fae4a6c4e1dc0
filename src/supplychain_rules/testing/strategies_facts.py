"""Random facts of every kind, and random worlds whose facts belong together."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import strategies as st

from supplychain_rules.facts.billing import InvoiceLine, Payment
from supplychain_rules.facts.corrections import Cancellation
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.facts.ledger import KINDS, Fact, Ledger
from supplychain_rules.facts.parties import Customer, Supplier
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.quality import Claim, Inspection, RejectCause
from supplychain_rules.facts.shapes import Shape, shapes
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.values.money import Money

__all__ = ["any_fact", "facts_of", "ledgers", "worlds"]

#: The first day of every drawn world; `known_on` of a party may be any day at all.
START = date(2026, 1, 1)

#: The parties of every drawn world.
SUPPLIERS = ("V1", "V2", "V3")
CUSTOMERS = ("C1", "C2")

_DAYS = st.integers(0, 120).map(lambda count: START + timedelta(days=count))

#: Ids from few, so that they meet; with zeros in front, in Chinese, and with what a careless format would break.
_IDS = st.sampled_from(("V1", "V2", "007", "7", "宝钢", "a/b", 'say "x"', "A,B;C")) | st.text(
    st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6
).filter(lambda text: bool(text.strip()))

_QUANTITIES = st.decimals("0.001", "999999", places=3) | st.sampled_from((Decimal("1E+20"), Decimal("1E-25")))

_MONEYS = st.builds(Money, st.decimals("0", "99999", places=4), st.sampled_from(("EUR", "JPY", "KWD", "CNY")))


def _value(shape: Shape) -> st.SearchStrategy[Any]:
    drawn: dict[str, st.SearchStrategy[Any]] = {
        "text": _IDS,
        "day": _DAYS,
        "quantity": _QUANTITIES,
        "whole": st.integers(0, 60),
        "money": _MONEYS,
        "truth": st.booleans(),
        "option": st.sampled_from(shape.options or ("",)),
        "texts": st.frozensets(_IDS, max_size=3),
        "causes": st.just(()),  # drawn with the quantities they are parts of
    }
    return st.none() | drawn[shape.content] if shape.optional else drawn[shape.content]


@st.composite
def facts_of(draw: st.DrawFn, kind: type[Fact]) -> Fact:
    """Draw a fact of one kind, whatever it says of others."""
    values = {
        name: draw(_value(shape)) for name, shape in shapes(kind).items() if shape.required or draw(st.booleans())
    }
    _in_order(values)
    if kind is Inspection:
        _parts_of_whole(draw, values)
    if kind is Cancellation:
        values["of"] = draw(st.sampled_from([name for other, name in KINDS.items() if other is not Cancellation]))
    if "points" in values and values["points"] is not None:
        values["points"] = min(values["points"], values["of"])
    if kind is Cancellation:
        values["of"] = draw(st.sampled_from([name for of, name in KINDS.items() if of is not Cancellation]))
    if "value" in values and isinstance(values["value"], Money):
        values["value"] = Money(values["value"].amount, values["unit_price"].currency)
    if kind is InvoiceLine and isinstance(values.get("cost"), Money):
        values["cost"] = Money(values["cost"].amount, values["amount"].currency)
    if kind.__name__ == "Payment" and values.get("invoice") is None and values.get("party") is None:
        values["party"] = "V1"
    build: Callable[..., Fact] = kind
    return build(**values)


def any_fact() -> st.SearchStrategy[Fact]:
    """Draw a fact of any kind."""
    return st.one_of(*(facts_of(kind) for kind in KINDS))


#: Days that follow the day of the event, in every kind that has them.
_LATER = ("answered_on", "resolved_on", "closed_on", "withdrawn_on", "valid_until", "known_on")

_EVENTS = (
    *("ordered_on", "received_on", "recorded_on", "inspected_on", "opened_on", "incurred_on", "invoiced_on"),
    *("paid_on", "observed_on", "on", "raised_on", "valid_from", "answered_on"),
    *("credited_on", "happened_on", "given_on", "stated_on"),
)


def _in_order(values: dict[str, Any]) -> None:
    """Move what follows an event to its day, where it was drawn before it."""
    event = next((values[name] for name in _EVENTS if values.get(name) is not None), None)
    for name in _LATER:
        if event is not None and values.get(name) is not None:
            values[name] = max(values[name], event)


def _parts_of_whole(draw: st.DrawFn, values: dict[str, Any]) -> None:
    values["rejected"] = min(values["rejected"], values["inspected"])
    if "conceded" in values:
        values["conceded"] = min(values["conceded"], values["rejected"])
    if values["rejected"] >= 3 and draw(st.booleans()):
        faults = ("supplier", "carrier", "buyer")
        count = draw(st.integers(1, 3))
        values["causes"] = tuple(
            RejectCause(quantity=1, cause=f"cause {place}", fault=faults[place])  # type: ignore[arg-type]
            for place in range(count)
        )


@st.composite
def worlds(draw: st.DrawFn) -> list[Fact]:
    """Draw facts that belong together: parties, orders and all that follows from them, corrections too."""
    facts: list[Fact] = [Supplier(id=name, name=f"Firm {name}", country="DE") for name in SUPPLIERS]
    facts += [Customer(id=name) for name in CUSTOMERS]
    for name in SUPPLIERS:
        if draw(st.booleans()):
            valid_from = draw(_DAYS)
            until = draw(st.none() | _DAYS.map(lambda day: day + timedelta(days=200)))
            facts.append(Certificate(id=name, supplier=name, kind="ISO 9001", valid_from=valid_from, valid_until=until))
    for number in range(draw(st.integers(0, 6))):
        line = _order_line(draw, f"L{number}")
        facts.append(line)
        if draw(st.integers(0, 4)) == 0:  # re-planned, as a later version of the line
            later = timedelta(days=draw(st.integers(1, 20)))
            facts.append(
                attrs.evolve(line, latest_promise_on=line.promised_on + later, known_on=line.ordered_on + later)
            )
        facts += _delays_and_quotes(draw, line)
        facts += _receipts(draw, line)
    return facts


def ledgers() -> st.SearchStrategy[Ledger]:
    """Draw a ledger of facts that belong together."""
    return worlds().map(Ledger)


def _order_line(draw: st.DrawFn, name: str) -> OrderLine:
    ordered_on = draw(_DAYS)
    return OrderLine(
        id=name,
        supplier=draw(st.sampled_from(SUPPLIERS)),
        customer=draw(st.none() | st.sampled_from(CUSTOMERS)),
        item=draw(st.sampled_from(("bolt", "nut"))),
        quantity=draw(st.integers(1, 40)),
        unit_price=Money(draw(st.sampled_from(("1", "2.50", "0.333"))), "EUR"),
        ordered_on=ordered_on,
        promised_on=ordered_on + timedelta(days=draw(st.integers(0, 30))),
        category=draw(st.none() | st.sampled_from(("raw", "pack"))),
    )


def _delays_and_quotes(draw: st.DrawFn, line: OrderLine) -> list[Fact]:
    facts: list[Fact] = []
    if draw(st.integers(0, 4)) == 0:
        days, on = draw(st.integers(0, 9)), line.ordered_on
        facts.append(Delay(id=line.id, order_line=line.id, days=days, fault="buyer", recorded_on=on))
    if draw(st.integers(0, 2)) == 0:
        facts.append(
            PriceObservation(
                id=line.id, supplier=line.supplier, item=line.item, price=line.unit_price, observed_on=line.ordered_on
            )
        )
    return facts


def _receipts(draw: st.DrawFn, line: OrderLine) -> list[Fact]:
    """Draw the receipts of a line, never more than was ordered, each perhaps inspected, billed and paid."""
    facts: list[Fact] = []
    left = int(line.quantity)
    for part in range(draw(st.integers(0, 3))):
        if not left:
            break
        quantity = draw(st.integers(1, left))
        left -= quantity
        received_on = line.ordered_on + timedelta(days=draw(st.integers(0, 45)))
        name = f"{line.id}/{part}"
        facts.append(Receipt(id=name, order_line=line.id, received_on=received_on, quantity=quantity))
        if draw(st.booleans()):
            facts += _inspected(draw, line, name, quantity, received_on)
        if draw(st.booleans()):
            facts += _billed(draw, line, name, quantity, received_on)
        if draw(st.integers(0, 6)) == 0:  # taken back: it was never received
            facts.append(Cancellation(of="receipts", fact=name, known_on=received_on + timedelta(days=9)))
    return facts


def _inspected(draw: st.DrawFn, line: OrderLine, name: str, quantity: int, on: date) -> list[Fact]:
    rejected = draw(st.integers(0, quantity))
    facts: list[Fact] = [
        Inspection(
            id=name,
            supplier=line.supplier,
            item=line.item,
            order_line=line.id,
            inspected=quantity,
            rejected=rejected,
            inspected_on=on,
        )
    ]
    if rejected and draw(st.booleans()):
        facts.append(
            Claim(id=name, supplier=line.supplier, kind="quality", order_line=line.id, quantity=rejected, opened_on=on)
        )
    return facts


def _billed(draw: st.DrawFn, line: OrderLine, name: str, quantity: int, on: date) -> list[Fact]:
    amount = line.unit_price * quantity
    facts: list[Fact] = [
        InvoiceLine(
            id=name,
            invoice=name,
            supplier=line.supplier,
            customer=line.customer,
            order_line=line.id,
            quantity=quantity,
            amount=amount,
            invoiced_on=on,
        )
    ]
    if draw(st.booleans()):
        paid_on = on + timedelta(days=draw(st.integers(0, 60)))
        facts.append(Payment(id=name, invoice=name, amount=amount, paid_on=paid_on))
    return facts
