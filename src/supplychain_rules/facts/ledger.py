"""The ledger: every fact, as it was known when.

A ledger keeps each fact in all its versions. A correction is a fact of the same kind and id that
became known later; the version known last is the one that counts. `as_of` goes back to what was
known on a day, so that a figure of last year can be had again after this year's corrections.
"""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import Final, TypeAlias, TypeVar, assert_never, cast, final

import attrs

from supplychain_rules.errors import InputError, InvalidValueError, Problem, bounded_repr
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.facts.fields import check_day
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.values.period import Period

__all__ = ["Fact", "Ledger"]

#: Everything that a ledger can hold.
Fact: TypeAlias = Supplier | OrderLine | Receipt | Inspection | PriceObservation | Certificate

#: The kinds in the order in which a ledger lists them, with the name of their accessor.
_KINDS: Final[dict[type[Fact], str]] = {
    Supplier: "suppliers",
    OrderLine: "order_lines",
    Receipt: "receipts",
    Inspection: "inspections",
    PriceObservation: "prices",
    Certificate: "certificates",
}

_RANK: Final[dict[type[Fact], int]] = {kind: rank for rank, kind in enumerate(_KINDS)}

_Kind = TypeVar("_Kind", Supplier, OrderLine, Receipt, Inspection, PriceObservation, Certificate)

#: A fact's identity: its kind and id, shared by all its versions.
_Identity: TypeAlias = tuple[type[Fact], str]


class _Settled(tuple[Fact, ...]):
    """Facts that are already checked, free of duplicates and in order, so that a selection need not do it again."""

    __slots__ = ()


def _settle(facts: Iterable[Fact]) -> _Settled:
    """Check facts, drop duplicates and put them in order."""
    if isinstance(facts, _Settled):
        return facts
    versions: dict[tuple[int, str, date], Fact] = {}
    contradictions: dict[tuple[int, str, date], list[Fact]] = {}
    for fact in facts:
        rank = _RANK.get(type(fact))
        if rank is None:
            raise InvalidValueError("not a fact", fact, hint=f"give {', '.join(kind.__name__ for kind in _KINDS)}")
        key = (rank, fact.id, fact.known_on)
        twin = versions.setdefault(key, fact)
        if twin is not fact and twin != fact:
            contradictions.setdefault(key, [twin]).append(fact)
    if contradictions:
        raise InputError(_contradiction(contradictions[key]) for key in sorted(contradictions))
    return _Settled(fact for _, fact in sorted(versions.items(), key=itemgetter(0)))


def _contradiction(versions: list[Fact]) -> Problem:
    """Describe facts that cannot all be true, in words that do not depend on their order."""
    first = versions[0]
    names = [field.name for field in attrs.fields(type(first))]
    differing = [name for name in names if len({getattr(fact, name) for fact in versions}) > 1]
    shown = sorted({bounded_repr(getattr(fact, differing[0])) for fact in versions})
    return Problem(
        code="contradiction",
        path=f"{_KINDS[type(first)]}[{bounded_repr(first.id)}]",
        message=f"versions known on the same day ({first.known_on}) differ in {', '.join(differing)}",
        value=" or ".join(shown),
        hint="give the correction a later known_on",
    )


@final
@attrs.frozen(repr=False)
class Ledger:
    """An immutable set of facts; the order in which they are given never matters.

    Duplicates (same kind, id and `known_on`, equal content) collapse into one. Two facts that agree
    on kind, id and `known_on` and differ in content contradict each other.

    Raises:
        InputError: facts that contradict each other, all of them at once.
        InvalidValueError: something that is not a fact.

    >>> ledger = Ledger([Supplier(id="V7"), Supplier(id="V3"), Supplier(id="V7")])
    >>> ledger
    Ledger(2 suppliers)
    >>> [supplier.id for supplier in ledger.suppliers]
    ['V3', 'V7']
    """

    #: Every version of every fact, by kind, id and the day it became known.
    facts: tuple[Fact, ...] = attrs.field(default=(), converter=_settle)

    def __repr__(self) -> str:
        """Return how many facts of each kind are in force, never the facts themselves."""
        counts = ((len(facts), _KINDS[kind]) for kind, facts in self._in_force.items())
        return f"Ledger({', '.join(f'{count} {name}' for count, name in counts)})"

    def __len__(self) -> int:
        """Return the number of facts, every version counted."""
        return len(self.facts)

    @property
    def suppliers(self) -> tuple[Supplier, ...]:
        """The supplier facts in force, by id."""
        return self._of_kind(Supplier)

    @property
    def order_lines(self) -> tuple[OrderLine, ...]:
        """The order lines in force, by id; a cancelled line has quantity zero."""
        return self._of_kind(OrderLine)

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """The receipts in force, by id."""
        return self._of_kind(Receipt)

    @property
    def inspections(self) -> tuple[Inspection, ...]:
        """The inspections in force, by id."""
        return self._of_kind(Inspection)

    @property
    def prices(self) -> tuple[PriceObservation, ...]:
        """The price observations in force, by id."""
        return self._of_kind(PriceObservation)

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """The certificates in force, by id, expired ones included."""
        return self._of_kind(Certificate)

    @property
    def unmatched_receipts(self) -> tuple[Receipt, ...]:
        """The receipts whose order line is not in the ledger; no measure can count them."""
        known = {line.id for line in self.order_lines}
        return tuple(receipt for receipt in self.receipts if receipt.order_line not in known)

    @cached_property
    def supplier_ids(self) -> tuple[str, ...]:
        """The ids of all suppliers that any fact in force mentions, sorted."""
        return tuple(sorted({owner for owner in self._owners.values() if owner is not None}))

    def as_of(self, day: date) -> "Ledger":
        """Return what was known on a day, that day included: later facts and corrections do not exist.

        Raises:
            InvalidValueError: `day` is not a calendar day.
        """
        check_day("as_of", day)
        known = _Settled(fact for fact in self.facts if fact.known_on <= day)
        return self if len(known) == len(self.facts) else Ledger(known)  # itself keeps the indexes it has built

    def within(self, period: Period) -> "Ledger":
        """Return the facts that happened in a period, with their history.

        What counts is the version in force: an order line's day of order, a receipt's, inspection's
        or price's own day. A supplier always belongs, a certificate when it was valid for a day of it.
        """
        chosen = {
            (kind, fact.id) for kind, facts in self._in_force.items() for fact in facts if _happened_in(fact, period)
        }
        return Ledger(_Settled(fact for fact in self.facts if (type(fact), fact.id) in chosen))

    def of(self, supplier: str) -> "Ledger":
        """Return the facts about one supplier, with their history; its receipts are those of its order lines."""
        return Ledger(self._by_supplier.get(supplier, _Settled()))

    def merge(self, other: "Ledger") -> "Ledger":
        """Return the facts of both ledgers.

        Raises:
            InputError: the ledgers contradict each other.
        """
        return Ledger((*self.facts, *other.facts))

    def _of_kind(self, kind: type[_Kind]) -> tuple[_Kind, ...]:
        return cast("tuple[_Kind, ...]", self._in_force.get(kind, ()))

    @cached_property
    def _in_force(self) -> dict[type[Fact], tuple[Fact, ...]]:
        """The version of each fact that was known last, by kind."""
        latest: dict[_Identity, Fact] = {}
        for fact in self.facts:  # ordered by the day they became known, so the last one stays
            latest[type(fact), fact.id] = fact
        kinds: dict[type[Fact], list[Fact]] = {}
        for (kind, _), fact in latest.items():
            kinds.setdefault(kind, []).append(fact)
        return {kind: tuple(facts) for kind, facts in kinds.items()}

    @cached_property
    def _owners(self) -> dict[_Identity, str | None]:
        """The supplier of each fact in force; `None` for a receipt without its order line."""
        by_line = {line.id: line.supplier for line in self.order_lines}
        return {(kind, fact.id): _owner(fact, by_line) for kind, facts in self._in_force.items() for fact in facts}

    @cached_property
    def _by_supplier(self) -> dict[str, _Settled]:
        owned: dict[str, list[Fact]] = {}
        for fact in self.facts:
            owner = self._owners[type(fact), fact.id]
            if owner is not None:
                owned.setdefault(owner, []).append(fact)
        return {owner: _Settled(facts) for owner, facts in owned.items()}


def _owner(fact: Fact, supplier_of_line: dict[str, str]) -> str | None:
    match fact:
        case Supplier():
            return fact.id
        case Receipt():
            return supplier_of_line.get(fact.order_line)
        case OrderLine() | Inspection() | PriceObservation() | Certificate():
            return fact.supplier
        case _:
            assert_never(fact)


def _happened_in(fact: Fact, period: Period) -> bool:
    match fact:
        case Supplier():
            return True
        case OrderLine():
            return fact.ordered_on in period
        case Receipt():
            return fact.received_on in period
        case Inspection():
            return fact.inspected_on in period
        case PriceObservation():
            return fact.observed_on in period
        case Certificate():
            until = fact.valid_until
            return fact.valid_from < period.end and (until is None or until > max(fact.valid_from, period.start))
        case _:
            assert_never(fact)
