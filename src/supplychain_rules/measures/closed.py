"""What a state has given up to stay small, and what can be given up together."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final, Never, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.billing import CreditNote, InvoiceLine, Payment
from supplychain_rules.facts.care import Complaint, Interaction, ServiceEvent, SurveyAnswer
from supplychain_rules.facts.ledger import KINDS, Fact, happened_on
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.prices import IndexValue, MarketPrice, PriceObservation
from supplychain_rules.facts.quality import Claim, Inspection, QualityCost
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.measures.counting import Table
from supplychain_rules.measures.index import FactIndex, Order, OrderKey, dimension, order_key
from supplychain_rules.measures.kinds import Measure
from supplychain_rules.measures.touched import DriverId, crowd, touched

__all__ = ["Closed", "Identity", "business"]

#: A fact's identity: its kind's name and its id.
Identity: TypeAlias = tuple[str, str]

#: What business is made of. Parties, prices and indices are looked up by business to come.
_BUSINESS: Final[tuple[type[Fact], ...]] = (
    OrderLine,
    Receipt,
    Delay,
    Inspection,
    Claim,
    QualityCost,
    InvoiceLine,
    CreditNote,
    Payment,
    ServiceEvent,
    Complaint,
    SurveyAnswer,
    Interaction,
)

#: Fields that name another fact, and the kind of what they name.
_REFERENCES: Final = (("order_line", "order_lines"), ("claim", "claims"))


@final
@attrs.frozen(kw_only=True)
class Closed:
    """The identities of what a state has given up, so that a fact that comes too late is recognised."""

    #: The facts, by kind and id.
    identities: frozenset[Identity] = frozenset()
    #: The orders, by supplier and number.
    orders: frozenset[OrderKey] = frozenset()
    #: The invoices, by number.
    invoices: frozenset[str] = frozenset()
    #: What was bought: supplier and item.
    items: frozenset[tuple[str, str]] = frozenset()
    #: Whose facts they were.
    suppliers: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    #: The latest day before which business was closed.
    before: date = date.min

    def with_facts(self, facts: Sequence[Fact], index: FactIndex, before: date) -> "Closed":
        """Return this and more facts, which the index still holds."""
        lines = [fact for fact in facts if isinstance(fact, OrderLine)]
        return Closed(
            identities=self.identities | {(KINDS[type(fact)], fact.id) for fact in facts},
            orders=self.orders | {order_key(line) for line in lines},
            invoices=self.invoices | {fact.invoice for fact in facts if isinstance(fact, InvoiceLine)},
            items=self.items | _items(facts),
            suppliers=self.suppliers | _named("supplier", facts, index),
            customers=self.customers | _named("customer", facts, index),
            before=max(self.before, before),
        )

    def joined(self, other: "Closed") -> "Closed":
        """Return both.

        Raises:
            InvalidValueError: both closed the same fact.
        """
        both = sorted(self.identities & other.identities)
        if both:
            raise InvalidValueError("both states closed the same fact", both[0], hint="merge states of other facts")
        return Closed(
            identities=self.identities | other.identities,
            orders=self.orders | other.orders,
            invoices=self.invoices | other.invoices,
            items=self.items | other.items,
            suppliers=self.suppliers | other.suppliers,
            customers=self.customers | other.customers,
            before=max(self.before, other.before),
        )

    def check_identity(self, identity: Identity) -> None:
        """Refuse to change a fact that is closed."""
        if identity in self.identities:
            self._refuse(f"{identity[0]}[{identity[1]!r}]")

    def check(self, fact: Fact, index: FactIndex, measures: Iterable[Measure]) -> None:
        """Refuse a fact that would change closed sums."""
        self.check_identity((KINDS[type(fact)], fact.id))
        for field, kind in _REFERENCES:
            of = getattr(fact, field, None)
            if of is not None and (kind, of) in self.identities:
                self._refuse(f"{kind}[{of!r}]")
        match fact:
            case OrderLine():
                if order_key(fact) in self.orders:
                    self._refuse(f"order {fact.order!r} of {fact.supplier!r}")
            case InvoiceLine() | Payment():
                if fact.invoice in self.invoices:
                    self._refuse(f"invoice {fact.invoice!r}")
            case PriceObservation() | MarketPrice() | IndexValue():
                if index.table(type(fact)).get(fact.id) != fact:
                    self.check_price(fact, measures)
            case Supplier():
                known = index.table(Supplier).get(fact.id)
                was = known.categories if known is not None else frozenset[str]()
                chosen = any(definition.scope.supplier_categories for definition in measures)
                if chosen and fact.id in self.suppliers and fact.categories != was:
                    self._refuse(f"facts of {fact.id!r}, counted under its categories before,")
            case _:
                pass

    def check_price(self, fact: Fact, measures: Iterable[Measure]) -> None:
        """Refuse to add, change or take back a price of a day on which what it prices is closed."""
        match fact:
            case PriceObservation():
                if fact.observed_on < self.before and (fact.supplier, fact.item) in self.items:
                    self._refuse(f"the orders of {fact.item!r} from {fact.supplier!r}")
            case MarketPrice():
                if fact.on < self.before and any(fact.item == item for _, item in self.items):
                    self._refuse(f"the orders of {fact.item!r}")
            case IndexValue():
                read = any(getattr(definition, "series", None) == fact.series for definition in measures)
                if fact.on < self.before and read and self.items:
                    self._refuse(f"business priced by {fact.series!r}")
            case _:
                pass

    def _refuse(self, what: str) -> Never:
        raise InvalidValueError(
            f"{what} was closed before {self.before}", hint="a fact this late needs measuring the ledger anew"
        )


def _items(chain: Iterable[Fact]) -> set[tuple[str, str]]:
    bought = [fact for fact in chain if isinstance(fact, OrderLine | InvoiceLine)]
    return {(fact.supplier, fact.item) for fact in bought if fact.item is not None}


def _named(role: str, chain: Iterable[Fact], index: FactIndex) -> set[str]:
    return {party for fact in chain if (party := dimension(index, fact, role)) is not None}


def business(index: FactIndex, *, before: date) -> Iterator[tuple[Fact, ...]]:
    """Yield the facts that can be given up together: an order with all that names it, or one that nothing names.

    Only business of which everything happened, and was known, before the day is yielded.
    """
    seen: set[tuple[type, str]] = set()
    for kind in _BUSINESS:
        for fact in list(index.table(kind).values()):
            if (kind, fact.id) in seen:
                continue
            chain = _connected(fact, index)
            seen.update((type(other), other.id) for other in chain)
            over = all(happened_on(other) < before and other.known_on < before for other in chain)
            if over and not _waits_for_another(chain):
                yield chain


def _waits_for_another(chain: Iterable[Fact]) -> bool:
    """Return whether a fact names one that has not come yet, as a receipt without its order line."""
    present: set[tuple[str, str | None]] = {(KINDS[type(fact)], fact.id) for fact in chain}
    present |= {("invoice", fact.invoice) for fact in chain if isinstance(fact, InvoiceLine)}
    for fact in chain:
        named = [(kind, getattr(fact, field, None)) for field, kind in _REFERENCES]
        if isinstance(fact, Payment):
            named.append(("invoice", fact.invoice))
        if any(of is not None and (kind, of) not in present for kind, of in named):
            return True
    return False


def _connected(fact: Fact, index: FactIndex) -> tuple[Fact, ...]:
    """Return a business fact with all business facts that touch it, directly or through others."""
    found: dict[tuple[type, str], Fact] = {(type(fact), fact.id): fact}
    met: set[DriverId] = set()
    asked: set[Hashable] = set()
    waiting = [fact]
    while waiting:
        one = waiting.pop()
        shared = crowd(one)
        if shared is not None and shared in asked:
            continue
        asked.add(shared)
        for kind, key in touched(one, index) - met:
            met.add((kind, key))
            for other in _facts_of(kind, key, index):
                if (type(other), other.id) not in found:
                    found[type(other), other.id] = other
                    waiting.append(other)
    return tuple(found.values())


def _facts_of(kind: Table, key: Hashable, index: FactIndex) -> Sequence[Fact]:
    """Return the business facts that a driver is: an order's lines, or one fact."""
    if kind is Order:
        return index.lines_by_order().get(key, ())
    driver = index.driver(kind, key)
    return (driver,) if isinstance(driver, _BUSINESS) else ()
