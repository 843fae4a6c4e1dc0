"""The running sums of one measure, which can be taken back and counted anew driver by driver."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeAlias, final

from supplychain_rules.measures.counting import (
    Counting,
    Dimension,
    LeftOut,
    Part,
    Row,
    RowsOf,
    Sums,
    key_reader,
    weights,
)
from supplychain_rules.measures.exact import fraction
from supplychain_rules.measures.index import Driver, FactIndex
from supplychain_rules.measures.kinds import Measure, counting_of, decay_of, spans_of
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.touched import DriverId
from supplychain_rules.values.period import Period

__all__ = ["Place", "Tally"]

#: Where a row adds up: key, part and day, so that any period can be asked for later.
Place: TypeAlias = tuple[Key, Part, date]


@final
class Tally:
    """The running sums of one measure."""

    def __init__(self, definition: Measure, index: FactIndex, by: tuple[Dimension, ...]) -> None:
        self._definition = definition
        self._counting: Counting = counting_of(definition)
        self._index = index
        self._key_of = key_reader(index, by)
        self._as_of = date.min
        self._rows: RowsOf = self._counting.rows(definition, index, date.min)
        self._tables = frozenset(self._rows)
        #: Drivers to be counted anew.
        self._disturbed: set[DriverId] = set()
        #: Drivers whose rows a later day may change; their rows are in no sum.
        self._open: set[DriverId] = set()
        self._sums: dict[Place, Sums] = {}
        self.closed: dict[Place, Sums] = {}

    def disturb(self, drivers: Iterable[DriverId]) -> None:
        """Take the rows of drivers back, before the facts that they look at change."""
        for driver in drivers:
            if driver[0] in self._tables and driver not in self._disturbed:
                if driver not in self._open:
                    self._count(self._rows_of(driver), -1, self._sums)
                self._open.discard(driver)
                self._disturbed.add(driver)

    def settle(self, as_of: date) -> None:
        """Count the disturbed and open drivers whose rows no later day can change."""
        self._as_of = as_of
        self._rows = self._counting.rows(self._definition, self._index, as_of)
        waiting = self._disturbed | self._open
        self._disturbed, self._open = set(), set()
        test = self._counting.is_open
        is_open: Callable[[Any], bool] | None = None if test is None else test(self._definition, self._index, as_of)
        for driver in waiting:
            found = self._index.driver(*driver)
            if found is None:
                continue
            if is_open is not None and is_open(found):
                self._open.add(driver)
            else:
                self._count(self._rows_of(driver), 1, self._sums)

    def is_unsettled(self, drivers: Iterable[DriverId]) -> bool:
        """Return whether one of the drivers is still open."""
        return any(driver in self._open or driver in self._disturbed for driver in drivers)

    def close(self, drivers: Iterable[DriverId]) -> None:
        """Move the sums of settled drivers to those that stay without their facts."""
        for driver in drivers:
            if driver[0] in self._tables:
                rows = self._rows_of(driver)
                self._count(rows, -1, self._sums)
                self._count(rows, 1, self.closed)

    def cells(self, period: Period, as_of: date) -> dict[Key, dict[Part, Sums]]:
        """Return the cells of a period, as `measure` sums them."""
        of_open: dict[Place, Sums] = {}
        for driver in self._open:
            self._count(self._rows_of(driver), 1, of_open)
        spans = spans_of(self._definition, period)
        weight = weights(decay_of(self._definition), period, as_of)
        cells: dict[Key, dict[Part, Sums]] = {}
        for found in (self._sums, self.closed, of_open):
            for (key, part, day), sums in found.items():
                by = weight(day) if weight is not None and not isinstance(part, LeftOut) else None
                for tag, span in spans.items():
                    if span.start <= day < span.end:
                        place = (tag, part) if tag else part
                        cell = cells.setdefault(key, {}).setdefault(place, Sums())
                        if by is None:
                            cell.count(sums.numerator, sums.denominator, sums.evidence)
                        else:
                            cell.count(fraction(sums.numerator) * by, fraction(sums.denominator) * by, sums.evidence)
        return cells

    def _rows_of(self, driver: DriverId) -> Iterable[Row]:
        found: Driver | None = self._index.driver(*driver)
        return () if found is None else self._rows[driver[0]](found)

    def _count(self, rows: Iterable[Row], sign: int, into: dict[Place, Sums]) -> None:
        admits = self._index.admits(self._definition.scope)
        for owner, day, part, numerator, denominator, evidence in rows:
            if admits is not None and not admits(owner):
                continue
            place = (self._key_of(owner, day), part, day)
            sums = into.get(place)
            if sums is None:
                sums = into[place] = Sums()
            sums.count(sign * numerator, sign * denominator, sign * evidence)
            if not (sums.numerator or sums.denominator or sums.evidence):
                del into[place]
