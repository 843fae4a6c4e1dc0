"""Which rows a fact can change: its own, and those of every driver that looks it up.

Rows of a driver look only at facts that refer to it or that it refers to; so these are all there are.
"""

from collections.abc import Hashable, Iterable
from typing import Final, TypeAlias, assert_never

from supplychain_rules.facts.billing import CreditNote, InvoiceLine, Payment
from supplychain_rules.facts.care import Complaint, Consent, Interaction, Preference, ServiceEvent, SurveyAnswer
from supplychain_rules.facts.corrections import Cancellation
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.parties import Contact, Customer, Site, Supplier
from supplychain_rules.facts.prices import IndexValue, MarketPrice, PriceObservation
from supplychain_rules.facts.quality import Claim, Inspection, QualityCost
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.measures.counting import Table
from supplychain_rules.measures.index import FactIndex, Order, kinds_naming, order_key

__all__ = ["DriverId", "crowd", "touched"]

#: A driver: its kind, and its id or order key.
DriverId: TypeAlias = tuple[Table, Hashable]

#: The kinds of facts that name an order line in a field of that name.
_NAMES_A_LINE: Final = kinds_naming("order_line")

#: The kinds of facts that have a price, which a measure may set against an index series.
_PRICED: Final[tuple[type[Fact], ...]] = (OrderLine, PriceObservation, InvoiceLine)

#: The kinds of facts that name a supplier, apart from those that name an order line only.
_NAMES_A_SUPPLIER: Final = kinds_naming("supplier")


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
        case Receipt():
            found |= _ordered(fact.order_line, index)
            found |= _billing(fact.order_line, index)
        case Delay() | Inspection():
            found |= _ordered(fact.order_line, index)
        case Claim():
            found |= _ordered(fact.order_line, index)
            found.update((QualityCost, cost.id) for cost in index.by(QualityCost, "claim").get(fact.id, ()))
        case QualityCost():
            if fact.claim is not None:
                found.add((Claim, fact.claim))
        case InvoiceLine():
            found |= _ordered(fact.order_line, index)
            found |= _billing(fact.order_line, index)
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
        case CreditNote() | Interaction() | Consent() | Preference() | Cancellation():
            pass
        case _:
            assert_never(fact)
    return found


def crowd(fact: Fact) -> Hashable | None:
    """Return what two facts have in common that touch the same others, or `None` where that takes more to say.

    Of a crowd only the first has to be asked, as long as nothing is counted anew: whatever comes later is touched
    by itself.

    >>> crowd(Supplier(id="V7", name="Nordic")) == crowd(Supplier(id="V7"))
    True
    """
    match fact:
        case Receipt():
            return Receipt, fact.order_line
        case InvoiceLine():
            return InvoiceLine, fact.order_line, fact.invoice
        case Payment():
            return Payment, fact.invoice
        case PriceObservation():
            return PriceObservation, fact.supplier, fact.item
        case MarketPrice():
            return MarketPrice, fact.item
        case IndexValue():
            return IndexValue
        case Supplier() | Customer():
            return type(fact), fact.id
        case _:
            return None


def _ordered(identity: str | None, index: FactIndex) -> set[DriverId]:
    """Return an order line that is known, and its order."""
    line = None if identity is None else index.table(OrderLine).get(identity)
    return set() if line is None else {(OrderLine, line.id), (Order, order_key(line))}


def _billing(order_line: str | None, index: FactIndex) -> set[DriverId]:
    """Return the invoice lines that bill an order line: each looks at what was received and billed before."""
    if order_line is None:
        return set()
    return {(InvoiceLine, line.id) for line in index.by(InvoiceLine, "order_line").get(order_line, ())}


def _around(lines: Iterable[OrderLine], index: FactIndex) -> set[DriverId]:
    """Return order lines, their orders, and every fact that names one of them."""
    found: set[DriverId] = set()
    for line in lines:
        found |= {(OrderLine, line.id), (Order, order_key(line))}
        for kind in _NAMES_A_LINE:
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
