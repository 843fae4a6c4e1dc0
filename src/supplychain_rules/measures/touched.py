"""Which rows a fact can change: its own, and those of every driver that looks it up.

Rows of a driver look only at facts that refer to it or that it refers to; so these are all there are.
"""

from collections.abc import Hashable, Iterable
from typing import Final, TypeAlias, assert_never

from supplychain_rules.facts.billing import InvoiceLine, Payment
from supplychain_rules.facts.care import Complaint, ServiceEvent, SurveyAnswer
from supplychain_rules.facts.corrections import Cancellation
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.parties import Contact, Customer, Site, Supplier
from supplychain_rules.facts.prices import IndexValue, MarketPrice, PriceObservation
from supplychain_rules.facts.quality import Claim, Inspection, QualityCost
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.measures.counting import Table
from supplychain_rules.measures.index import FactIndex, Order, order_key

__all__ = ["NAMES_A_LINE", "DriverId", "touched"]

#: A driver: its kind, and its id or order key.
DriverId: TypeAlias = tuple[Table, Hashable]

#: The kinds of facts that name an order line in a field of that name.
NAMES_A_LINE: Final[tuple[type[Fact], ...]] = (Receipt, Delay, Inspection, Claim, InvoiceLine)

#: The kinds of facts that have a price, which a measure may set against an index series.
_PRICED: Final[tuple[type[Fact], ...]] = (OrderLine, PriceObservation, InvoiceLine)

#: The kinds of facts that name a supplier, apart from those that name an order line only.
_NAMES_A_SUPPLIER: Final[tuple[type[Fact], ...]] = (
    OrderLine,
    Inspection,
    Claim,
    QualityCost,
    InvoiceLine,
    PriceObservation,
    ServiceEvent,
    Complaint,
    Certificate,
)


def touched(fact: Fact, index: FactIndex) -> set[DriverId]:
    """Return the drivers whose rows a fact can change, as far as the index knows them.

    >>> from supplychain_rules.facts.ledger import Ledger
    >>> touched(Supplier(id="V7"), FactIndex(Ledger())) == {(Supplier, "V7")}
    True
    """
    found: set[DriverId] = {(type(fact), fact.id)}
    match fact:
        case OrderLine():
            found |= _around([fact], index)
        case Receipt() | Delay() | Inspection():
            found |= _around(_line(fact.order_line, index), index)
        case Claim():
            found |= _around(_line(fact.order_line, index), index)
            found.update((QualityCost, cost.id) for cost in index.by(QualityCost, "claim").get(fact.id, ()))
        case QualityCost():
            if fact.claim is not None:
                found.add((Claim, fact.claim))
        case InvoiceLine():
            found |= _around(_line(fact.order_line, index), index)
            found.update(_invoice(fact.invoice, index))
        case Payment():
            if fact.invoice is not None:
                found.update(_invoice(fact.invoice, index))
        case PriceObservation():
            found |= _priced(fact.item, fact.supplier, index)
        case MarketPrice():
            found |= _priced(fact.item, None, index)
        case IndexValue():
            for kind in _PRICED:
                found.update((kind, other) for other in index.table(kind))
        case Supplier():
            for kind in _NAMES_A_SUPPLIER:
                found.update((kind, other.id) for other in index.by(kind, "supplier").get(fact.id, ()))
            found |= _around(index.by(OrderLine, "supplier").get(fact.id, ()), index)
            found |= _judged(fact.id, index)
        case Customer():
            found |= _judged(fact.id, index)
        case Site() | Contact() | ServiceEvent() | Complaint() | SurveyAnswer() | Certificate():
            pass
        case Cancellation():
            pass
        case _:
            assert_never(fact)
    return found


def _line(identity: str | None, index: FactIndex) -> list[OrderLine]:
    line = None if identity is None else index.table(OrderLine).get(identity)
    return [] if line is None else [line]


def _around(lines: Iterable[OrderLine], index: FactIndex) -> set[DriverId]:
    """Return order lines, their orders, and every fact that names one of them."""
    found: set[DriverId] = set()
    for line in lines:
        found |= {(OrderLine, line.id), (Order, order_key(line))}
        for kind in NAMES_A_LINE:
            found.update((kind, other.id) for other in index.by(kind, "order_line").get(line.id, ()))
        for billed in index.by(InvoiceLine, "order_line").get(line.id, ()):
            found.update(_invoice(billed.invoice, index))
    return found


def _priced(item: str, supplier: str | None, index: FactIndex) -> set[DriverId]:
    """Return what has a price of an item, from one supplier or from all."""
    ordered = index.by(OrderLine, "item").get(item, ())
    found = _around([line for line in ordered if supplier in (None, line.supplier)], index)
    observed, billed = index.by(PriceObservation, "item").get(item, ()), index.by(InvoiceLine, "item").get(item, ())
    found.update((PriceObservation, seen.id) for seen in observed if supplier in (None, seen.supplier))
    found.update((InvoiceLine, line.id) for line in billed if supplier in (None, line.supplier))
    return found


def _invoice(number: str, index: FactIndex) -> Iterable[DriverId]:
    yield from ((InvoiceLine, line.id) for line in index.by(InvoiceLine, "invoice").get(number, ()))
    yield from ((Payment, payment.id) for payment in index.by(Payment, "invoice").get(number, ()))


def _judged(party: str, index: FactIndex) -> set[DriverId]:
    return {(SurveyAnswer, answer.id) for answer in index.by(SurveyAnswer, "party").get(party, ())}
