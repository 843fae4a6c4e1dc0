"""Order lines and receipts that read like a ledger: days count from one promise, 20 January 2026, a Tuesday."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.measures import Measure, Measurement, measure
from supplychain_rules.measures.counting import By
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

DUE = date(2026, 1, 20)
ORDERED = date(2026, 1, 5)
YEAR = Period.year(2026)
MARCH = date(2026, 3, 1)


def due(days: int) -> date:
    """Return the day so many days after the promise."""
    return DUE + timedelta(days=days)


def line(name: str = "L1", quantity: int | str = 10, *, price: str = "1", **others: Any) -> OrderLine:  # noqa: ANN401
    given: dict[str, Any] = {
        "supplier": "V7",
        "item": "bolt",
        "ordered_on": ORDERED,
        "promised_on": DUE,
        "unit_price": Money(price, "EUR"),
    }
    return OrderLine(id=name, quantity=quantity, **(given | others))


def got(days: int, quantity: int | str = 10, *, of: str = "L1", wrong_item: bool = False) -> Receipt:
    """Make a receipt so many days after the promise; a line has at most one of a day and quantity."""
    name = f"{of}/{days}/{quantity}"
    return Receipt(id=name, order_line=of, received_on=due(days), quantity=quantity, wrong_item=wrong_item)


def held_up(days: int, fault: Any = "buyer", *, of: str = "L1") -> Delay:  # noqa: ANN401  a fault, also a wrong one
    return Delay(id=f"{of}/{fault}", order_line=of, days=days, fault=fault, recorded_on=DUE)


def found(
    definition: Measure, facts: Iterable[Any], *, by: By = "total", as_of: date = MARCH, period: Period = YEAR
) -> dict[Any, Measurement]:
    """Measure by key."""
    return {entry.key: entry for entry in measure([definition], Ledger(facts), by=by, period=period, as_of=as_of)}


def total(definition: Measure, facts: Iterable[Any], *, as_of: date = MARCH, period: Period = YEAR) -> Measurement:
    """Measure everything together."""
    return found(definition, facts, as_of=as_of, period=period)["total"]
