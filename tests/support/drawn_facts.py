"""Random facts of every kind, and random worlds whose facts belong together."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import strategies as st

from supplychain_rules.facts.ledger import KINDS, Fact, Ledger
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.quality import Inspection, RejectCause
from supplychain_rules.facts.shapes import Shape, shapes
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.values.money import Money

__all__ = ["any_fact", "facts_of", "ledgers", "worlds"]

#: The first day of every drawn world; `known_on` of a party may be any day at all.
START = date(2026, 1, 1)

_DAYS = st.integers(0, 120).map(lambda count: START + timedelta(days=count))

#: Ids from few, so that they meet; with zeros in front, in Chinese, and with what a careless format would break.
_IDS = st.sampled_from(("V1", "V2", "007", "7", "宝钢", "a/b", 'say "x"', "A,B;C")) | st.text(
    st.characters(exclude_categories=("Cs",)), min_size=1, max_size=6
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
    if "points" in values and values["points"] is not None:
        values["points"] = min(values["points"], values["of"])
    if "value" in values and isinstance(values["value"], Money):
        values["value"] = Money(values["value"].amount, values["unit_price"].currency)
    if kind.__name__ == "Payment" and values.get("invoice") is None and values.get("party") is None:
        values["party"] = "V1"
    build: Callable[..., Fact] = kind
    return build(**values)


def any_fact() -> st.SearchStrategy[Fact]:
    """Draw a fact of any kind."""
    return st.one_of(*(facts_of(kind) for kind in KINDS))


#: Days that follow the day of the event, in every kind that has them.
_LATER = ("answered_on", "resolved_on", "closed_on", "valid_until", "known_on")

_EVENTS = (
    *("ordered_on", "received_on", "recorded_on", "inspected_on", "opened_on", "incurred_on", "invoiced_on"),
    *("paid_on", "observed_on", "on", "raised_on", "valid_from", "answered_on"),
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
    """Draw facts that belong together: order lines of known suppliers, with receipts, delays, inspections, versions."""
    suppliers = ("V1", "V2", "V3")
    facts: list[Fact] = [Supplier(id=name, name=f"Firm {name}") for name in suppliers]
    for number in range(draw(st.integers(0, 6))):
        name, ordered_on, quantity = f"L{number}", draw(_DAYS), draw(st.integers(1, 40))
        line = OrderLine(
            id=name,
            supplier=draw(st.sampled_from(suppliers)),
            item=draw(st.sampled_from(("bolt", "nut"))),
            quantity=quantity,
            unit_price=Money(draw(st.sampled_from(("1", "2.50", "0.333"))), "EUR"),
            ordered_on=ordered_on,
            promised_on=ordered_on + timedelta(days=draw(st.integers(0, 30))),
        )
        facts.append(line)
        if draw(st.integers(0, 4)) == 0:  # re-planned, as a later version of the line
            later = timedelta(days=draw(st.integers(1, 20)))
            facts.append(attrs.evolve(line, latest_promise_on=line.promised_on + later, known_on=ordered_on + later))
        if draw(st.integers(0, 4)) == 0:
            facts.append(
                Delay(
                    id=f"D{number}",
                    order_line=name,
                    days=draw(st.integers(0, 9)),
                    fault="buyer",
                    recorded_on=ordered_on,
                )
            )
        facts += _receipts(draw, line)
    return facts


def _receipts(draw: st.DrawFn, line: OrderLine) -> list[Fact]:
    """Draw the receipts of a line, never more than was ordered, each inspected or not."""
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
            facts.append(
                Inspection(
                    id=name,
                    supplier=line.supplier,
                    item=line.item,
                    order_line=line.id,
                    inspected=quantity,
                    rejected=draw(st.integers(0, quantity)),
                    inspected_on=received_on,
                )
            )
    return facts


def ledgers() -> st.SearchStrategy[Ledger]:
    """Draw a ledger of facts that belong together."""
    return worlds().map(Ledger)
