"""The facts in force, indexed by id and by what they refer to, for measures to look things up.

An index is built from a ledger once for all measures; a state that takes one fact at a time keeps its
index up to date. An index by reference is made when it is first asked for.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Final, Literal, TypeAlias, TypeVar, cast, final

import attrs

from supplychain_rules.facts.care import SurveyAnswer
from supplychain_rules.facts.ledger import KINDS, Fact, Ledger
from supplychain_rules.facts.parties import Customer, Supplier
from supplychain_rules.facts.trade import OrderLine
from supplychain_rules.measures.scope import ATTRIBUTES, Scope

__all__ = ["Driver", "FactIndex", "Order", "OrderKey", "changes_of", "dimension", "kinds_naming", "order_key"]

_Kind = TypeVar("_Kind", bound=Fact)

#: The field by which lines are grouped into orders; no fact has one of that name.
_ORDER: Final = "order_key"

#: What identifies an order: its supplier and number, because two suppliers may use one number.
OrderKey: TypeAlias = tuple[str, str]


@final
@attrs.frozen(kw_only=True)
class Order:
    """The lines of one order that were not cancelled; what they do not agree on, the order does not say.

    >>> from supplychain_rules.measures.index import Order
    >>> Order(supplier="V7", lines=()).item is None
    True
    """

    supplier: str
    lines: tuple[OrderLine, ...]
    customer: str | None = None
    item: str | None = None
    category: str | None = None
    site: str | None = None
    status: str | None = None

    @staticmethod
    def of(lines: Iterable[OrderLine]) -> "Order":
        """Return the order of lines that share supplier and number; cancelled ones only if there are no others."""
        every = sorted(lines, key=_id)
        live = tuple(line for line in every if line.quantity) or tuple(every)
        said = {
            name: getattr(live[0], name) if len({getattr(line, name) for line in live}) == 1 else None
            for name in ("customer", "item", "category", "site", "status")
        }
        return Order(supplier=live[0].supplier, lines=live, **said)


#: What makes a measure count: a fact, or an order with its lines.
Driver: TypeAlias = Fact | Order


def _id(fact: Fact) -> str:
    return fact.id


def kinds_naming(field: str) -> tuple[type[Fact], ...]:
    """Return the kinds of facts that name something in a field.

    >>> [kind.__name__ for kind in kinds_naming("order_line")]
    ['Receipt', 'Delay', 'Inspection', 'Claim', 'InvoiceLine', 'Certificate']
    """
    return tuple(kind for kind in KINDS if field in attrs.fields_dict(kind))


def order_key(line: OrderLine) -> OrderKey:
    """Return what identifies the order of a line; a line without an order number is an order of its own."""
    return line.supplier, line.order if line.order is not None else line.id


@final
class _Thinned(list[Fact]):
    """A group out of which facts are taken one by one, without looking at all the others."""

    __slots__ = ("_places", "taken")

    def __init__(self, facts: Iterable[Fact]) -> None:
        super().__init__(facts)
        #: How many have been taken out.
        self.taken = 0
        self._places = {fact.id: place for place, fact in enumerate(self)}

    def append(self, fact: Fact) -> None:
        """Add a fact of another id."""
        self._places[fact.id] = len(self)
        super().append(fact)

    def take(self, identity: str) -> None:
        """Take a fact out; the last one moves to its place."""
        place, last = self._places.pop(identity), self.pop()
        if place < len(self):
            self[place] = last
            self._places[last.id] = place
        self.taken += 1


def changes_of(group: list[Any]) -> tuple[int, int]:
    """Return what tells whether a group of an index has changed: how many facts it holds, and how many were taken."""
    return len(group), group.taken if isinstance(group, _Thinned) else 0


@final
class FactIndex:
    """The facts in force by kind and id, and by what a field of theirs refers to."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._changed = False
        self._tables: dict[type[Fact], dict[str, Fact]] = {}
        self._groups: dict[tuple[type[Fact], str], dict[Hashable, list[Fact]]] = {}
        self._remembered: dict[str, frozenset[str]] = {"supplier": frozenset(), "customer": frozenset()}

    def table(self, kind: type[_Kind]) -> Mapping[str, _Kind]:
        """Return the facts of a kind by id."""
        return cast("Mapping[str, _Kind]", self._table(cast("type[Fact]", kind)))

    def _table(self, kind: type[Fact]) -> dict[str, Fact]:
        table = self._tables.get(kind)
        if table is None:
            table = self._tables[kind] = {fact.id: fact for fact in self._ledger.in_force(kind)}
        return table

    def _facts(self, kind: type[Fact]) -> Iterable[Fact]:
        """Return the facts of a kind without making a table of them."""
        table = self._tables.get(kind)
        return self._ledger.in_force(kind) if table is None else table.values()

    def by(self, kind: type[_Kind], field: str) -> Mapping[Hashable, list[_Kind]]:
        """Return the facts of a kind by the value of a field."""
        asked = cast("type[Fact]", kind)
        groups = self._groups.get((asked, field))
        if groups is None:
            groups = {}
            read = _reader(field)
            for fact in self._facts(asked):
                key = read(fact)
                if key in groups:
                    groups[key].append(fact)
                else:
                    groups[key] = [fact]
            self._groups[asked, field] = groups
        return cast("Mapping[Hashable, list[_Kind]]", groups)

    def lines_by_order(self) -> Mapping[Hashable, list[OrderLine]]:
        """Return the order lines by their order."""
        return self.by(OrderLine, _ORDER)

    def drivers(self, kind: type[Driver]) -> Iterable[Driver]:
        """Return all of a kind that makes measures count."""
        if kind is Order:
            return map(Order.of, self.lines_by_order().values())
        return self._facts(kind)

    def driver(self, kind: type[Driver], key: Hashable) -> Driver | None:
        """Return one driver, or `None` where there is none of that identity."""
        if kind is Order:
            lines = self.lines_by_order().get(key)
            return Order.of(lines) if lines else None
        return self._table(kind).get(cast("str", key))

    def put(self, fact: Fact) -> None:
        """Set a fact in force, in place of its version before."""
        kind = type(fact)
        self.take(kind, fact.id)
        self._changed = True
        self._table(kind)[fact.id] = fact
        for (of, field), groups in self._groups.items():
            if of is kind:
                groups.setdefault(_reader(field)(fact), []).append(fact)

    def take(self, kind: type[Fact], identity: str) -> None:
        """Take a fact out of force, if it is in it."""
        fact = self._table(kind).pop(identity, None)
        if fact is None:
            return
        self._changed = True
        for (of, field), groups in self._groups.items():
            if of is kind:
                key = _reader(field)(fact)
                group = groups[key]
                if not isinstance(group, _Thinned):
                    group = groups[key] = _Thinned(group)
                group.take(identity)
                if not group:
                    del groups[key]

    def remember(self, suppliers: frozenset[str], customers: frozenset[str]) -> None:
        """Keep parties among those that are known, although no fact mentions them any more."""
        self._remembered = {"supplier": suppliers, "customer": customers}

    def parties(self, role: Literal["supplier", "customer"]) -> tuple[str, ...]:
        """Return the ids of all suppliers, or customers, that any fact mentions, sorted."""
        named: set[Hashable] = set(self._remembered[role])
        if not self._changed:
            named.update(self._ledger.supplier_ids if role == "supplier" else self._ledger.customer_ids)
        else:
            named.update(self.table(Supplier if role == "supplier" else Customer))
            for kind in kinds_naming(role):
                named.update(self.by(kind, role))
        named.update(dimension(self, answers[0], role) for answers in self.by(SurveyAnswer, "party").values())
        return tuple(sorted(cast("set[str]", named - {None})))

    def admits(self, scope: Scope) -> Callable[[Driver], bool] | None:
        """Return the test whether a fact belongs to a scope; `None` where all do."""
        filters = [(name, getattr(scope, field)) for field, name in ATTRIBUTES if getattr(scope, field)]
        choosy = bool(scope.supplier_categories or scope.without_suppliers)
        if not filters and not choosy:
            return None
        concerned: dict[str | None, bool] = {}

        def test(owner: Driver) -> bool:
            if choosy:
                supplier = dimension(self, owner, "supplier")
                found = concerned.get(supplier)
                if found is None:
                    found = concerned[supplier] = self.concerns(scope, supplier)
                if not found:
                    return False
            return all(dimension(self, owner, name) in chosen for name, chosen in filters)

        return test

    def concerns(self, scope: Scope, supplier: str | None) -> bool:
        """Return whether a scope concerns a supplier, by the categories of its fact."""
        if supplier is None:
            return not scope.supplier_categories
        known = self.table(Supplier).get(supplier)
        return scope.concerns(supplier, known.categories if known is not None else frozenset())


def _reader(field: str) -> Callable[[Any], Hashable]:
    if field == _ORDER:
        return order_key

    def read(fact: Any) -> Hashable:  # noqa: ANN401  each kind has its own fields
        found: Hashable = getattr(fact, field)
        return found

    return read


def dimension(index: FactIndex, owner: Driver, name: str) -> str | None:
    """Return what a fact says of a dimension, or what its order line says where the fact itself does not.

    >>> from datetime import date
    >>> from supplychain_rules.facts.quality import Inspection
    >>> found = Inspection(id="Q1", supplier="V7", item="bolt", inspected=1, rejected=0, inspected_on=date(2026, 1, 2))
    >>> dimension(FactIndex(Ledger()), found, "item"), dimension(FactIndex(Ledger()), found, "site")
    ('bolt', None)
    """
    said: str | None = getattr(owner, name, None)
    if said is None:
        of = getattr(owner, "order_line", None)
        line = None if of is None else index.table(OrderLine).get(of)
        said = getattr(line, name, None)
    if said is None and name in ("supplier", "customer"):
        party: str | None = getattr(owner, "party", None)
        is_customer = party in index.table(Customer)
        said = party if is_customer == (name == "customer") else None
    return said
