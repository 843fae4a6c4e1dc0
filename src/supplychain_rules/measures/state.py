"""Measuring a stream: a state takes one fact at a time and gives what measuring the whole ledger would.

The state keeps the facts that can still matter and the sums of the rest. A late fact or a correction takes
the rows that it changes back and counts them anew. `close` gives up the facts of finished business, so that a
state does not grow for ever; a fact that comes too late for that is refused, never miscounted.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, final

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.corrections import Cancellation
from supplychain_rules.facts.ledger import KINDS, Fact, Ledger, check_fact
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.trade import OrderLine
from supplychain_rules.measures.closed import Closed, Identity, business
from supplychain_rules.measures.counting import By, Sums
from supplychain_rules.measures.exact import exactly
from supplychain_rules.measures.index import FactIndex, Order, order_key
from supplychain_rules.measures.kinds import Measure
from supplychain_rules.measures.measurement import Measurement
from supplychain_rules.measures.measuring import check_by, check_measures, check_period, conclude
from supplychain_rules.measures.tally import Place, Tally
from supplychain_rules.measures.touched import DriverId, touched
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.period import Period

__all__ = ["MeasureState", "rebuild"]

_NAMES: Final[Mapping[str, type[Fact]]] = {name: kind for kind, name in KINDS.items()}


@final
class MeasureState:
    """The running sums of measures over facts that come one at a time, in any order.

    `measurements` gives exactly what `measure` gives for a ledger of the same facts; the law is tested for any split
    and order. A state is the one mutable thing of this floor: `add` and `close` change it, or raise and change nothing.

    Raises:
        InvalidValueError: as `measure` does for its measures and `by`.

    >>> from supplychain_rules.measures.spend import Spend
    >>> from supplychain_rules.values.money import Money
    >>> state = MeasureState([Spend(id="spend")])
    >>> state.add(OrderLine(id="L1", supplier="V7", item="bolt", quantity=10, unit_price=Money("2", "EUR"),
    ...                     ordered_on=date(2026, 1, 5), promised_on=date(2026, 1, 20)))
    >>> [found.value for found in state.measurements(period=Period.year(2026), as_of=date(2026, 2, 1))]
    [Fraction(20, 1)]
    """

    def __init__(self, measures: Iterable[Measure], *, by: By = "supplier") -> None:
        self.measures = check_measures(measures)
        self.by = check_by(by)
        self._index = FactIndex(Ledger())
        self._latest: dict[Identity, Fact] = {}
        self._cancelled: dict[Identity, Cancellation] = {}
        self._known: date = date.min
        self._as_of: date = date.min
        self._tallies = [Tally(definition, self._index, self.by) for definition in self.measures]
        self._closed = Closed()

    def __len__(self) -> int:
        """Return how many facts the state holds; those it has closed are given up."""
        return len(self._latest) + len(self._cancelled)

    @property
    def closed(self) -> Closed:
        """What has been closed, for dumping."""
        return self._closed

    @property
    def closed_sums(self) -> tuple[Mapping[Place, Sums], ...]:
        """The sums of what has been closed, by measure, for dumping."""
        return tuple(tally.closed for tally in self._tallies)

    @property
    def as_of(self) -> date:
        """The latest day that was asked about; the state cannot go back before it."""
        return self._as_of

    def facts(self) -> Iterator[Fact]:
        """Yield the facts that the state holds, each in its last version, cancellations included."""
        yield from self._latest.values()
        yield from self._cancelled.values()

    def add(self, fact: Fact) -> None:
        """Take in a fact: a new one, a version of one, or a cancellation.

        A version known earlier than the one at hand changes nothing.

        Raises:
            InputError: the fact contradicts one at hand: same kind, id and `known_on`, other content.
            InvalidValueError: not a fact, or one that comes too late: what it would change is closed.
        """
        check_fact(fact)
        if isinstance(fact, Cancellation):
            self._cancel(fact)
            return
        identity = (KINDS[type(fact)], fact.id)
        before = self._latest.get(identity)
        if before is not None and before.known_on >= fact.known_on:
            Ledger((before, fact))  # refuses a contradiction
            return
        self.check_in_time(fact)
        cancelled = self._cancelled.get(identity)
        in_force = cancelled is None or fact.known_on > cancelled.known_on
        with exactly():
            self._disturb(touched(fact, self._index) | (touched(before, self._index) if before is not None else set()))
            if in_force:
                self._index.put(fact)
            else:
                self._index.take(type(fact), fact.id)
            self._disturb(touched(fact, self._index))
        self._latest[identity] = fact
        self._known = max(self._known, fact.known_on)

    def check_in_time(self, fact: Fact) -> None:
        """Refuse a fact that comes too late: what it would change is closed.

        Raises:
            InvalidValueError: what was closed, and before which day.
        """
        if isinstance(fact, Cancellation):
            identity = (fact.of, fact.fact)
            self._closed.check_identity(identity)
            if fact.of == KINDS[Supplier]:  # without its fact a supplier has no categories
                self._closed.check(Supplier(id=fact.fact), self._index, self.measures)
        else:
            identity = (KINDS[type(fact)], fact.id)
            self._closed.check(fact, self._index, self.measures)
        before = self._latest.get(identity)
        if before is not None and before != fact:
            self._closed.check_price(before, self.measures)

    def measurements(self, *, period: Period, as_of: date) -> tuple[Measurement, ...]:
        """Return what `measure` would return for a ledger of all facts taken in.

        Raises:
            InvalidValueError: `as_of` lies before a day asked about earlier, or before a fact became known: a state
                cannot forget; measure the ledger instead. Otherwise as `measure`.
        """
        check_period(period)
        self._settle(as_of)
        with exactly():
            columns = [tally.cells(period, as_of) for tally in self._tallies]
            return conclude(self.measures, columns, self._index, self.by, period)

    def merge(self, other: "MeasureState") -> "MeasureState":
        """Return a state of the facts of both, which stay as they are.

        Raises:
            InputError: the facts contradict each other.
            InvalidValueError: the states measure different things, closed the same business, or one holds facts
                that come too late for what the other has closed.
        """
        if (self.measures, self.by) != (other.measures, other.by):
            raise InvalidValueError("states of different measures do not merge", [m.id for m in other.measures])
        for one, another in ((self, other), (other, self)):
            for fact in another.facts():
                one.check_in_time(fact)
        return rebuild(
            self.measures,
            self.by,
            facts=(*self.facts(), *other.facts()),
            closed=self._closed.joined(other.closed),
            sums=[_added(mine, theirs) for mine, theirs in zip(self.closed_sums, other.closed_sums, strict=True)],
            as_of=max(self._as_of, other.as_of),
        )

    def close(self, *, before: date, as_of: date) -> int:
        """Give up the facts of business that was finished before a day, and keep its sums; return how many.

        Finished is an order whose every line is settled (complete, or overdue for good), with all that names it, and
        any other fact that nothing refers to, where all of it happened before the day. Parties, prices and indices
        stay.

        Raises:
            InvalidValueError: as `measurements` for `as_of`; `before` lies after it.
        """
        check_day("before", before)
        self._settle(as_of)
        if before > as_of:
            raise InvalidValueError("business is closed before it is over", before, hint=f"at most {as_of}")
        given_up = 0
        with exactly():
            for chain in list(business(self._index, before=before)):
                drivers: set[DriverId] = {(type(fact), fact.id) for fact in chain}
                drivers |= {(Order, order_key(fact)) for fact in chain if isinstance(fact, OrderLine)}
                if any(tally.is_unsettled(drivers) for tally in self._tallies):
                    continue
                for tally in self._tallies:
                    tally.close(drivers)
                self._closed = self._closed.with_chain(chain, self._index, before)
                for fact in chain:
                    self._index.take(type(fact), fact.id)
                    del self._latest[KINDS[type(fact)], fact.id]
                given_up += len(chain)
            self._index.remember(self._closed.suppliers, self._closed.customers)
        return given_up

    def _cancel(self, cancellation: Cancellation) -> None:
        identity = (cancellation.of, cancellation.fact)
        before = self._cancelled.get(identity)
        if before is not None and before.known_on >= cancellation.known_on:
            Ledger((before, cancellation))
            return
        self.check_in_time(cancellation)
        fact = self._latest.get(identity)
        if fact is not None and fact.known_on <= cancellation.known_on:
            with exactly():
                self._disturb(touched(fact, self._index))
                self._index.take(_NAMES[cancellation.of], cancellation.fact)
        self._cancelled[identity] = cancellation
        self._known = max(self._known, cancellation.known_on)

    def _disturb(self, drivers: Iterable[DriverId]) -> None:
        for tally in self._tallies:
            tally.disturb(drivers)

    def _settle(self, as_of: date) -> None:
        check_day("as_of", as_of)
        least = max(self._known, self._as_of)
        if as_of < least:
            raise InvalidValueError(
                "a state cannot go back", as_of, hint=f"ask as of {least} or later, or measure the ledger"
            )
        self._as_of = as_of
        with exactly():
            for tally in self._tallies:
                tally.settle(as_of)


def rebuild(  # noqa: PLR0913  all that a state is made of
    measures: Iterable[Measure],
    by: By,
    *,
    facts: Iterable[Fact],
    closed: Closed,
    sums: Iterable[Mapping[Place, Sums]],
    as_of: date,
) -> MeasureState:
    """Return a state of facts that came in time and of sums that were closed, as `merge` and loading need it."""
    state = MeasureState(measures, by=by)
    for fact in facts:
        state.add(fact)
    state._closed = closed  # noqa: SLF001  the constructor of a state that is not new
    state._as_of = as_of  # noqa: SLF001  as above
    state._index.remember(closed.suppliers, closed.customers)  # noqa: SLF001  as above
    for tally, given in zip(state._tallies, sums, strict=True):  # noqa: SLF001  as above
        tally.closed.update(given)
    return state


def _added(one: Mapping[Place, Sums], other: Mapping[Place, Sums]) -> dict[Place, Sums]:
    """Return the sums of both."""
    found: dict[Place, Sums] = {}
    with exactly():
        for places in (one, other):
            for place, sums in places.items():
                found.setdefault(place, Sums()).count(sums.numerator, sums.denominator, sums.evidence)
    return found
