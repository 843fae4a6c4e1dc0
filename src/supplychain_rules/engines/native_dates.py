"""Which dates of facts a statement leaves as the engine's own, because nothing is done with them but comparing.

A day is a whole number to a relation. Where an engine's date is held against other dates and against fixed days only,
turning each row's date into a number is work for nothing, and it hides from the engine which rows it need not read. So
a column of dates stays one from its table to its last comparison, unless anything counts with it, shows it, groups by
it or compares it with what is no such column.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, TypeAlias, assert_never, final

import attrs

from supplychain_rules.engines.plan import (
    All,
    Among,
    Any,
    Cell,
    Column,
    Compare,
    Condition,
    Minus,
    Nothing,
    Pick,
    Plus,
    Present,
    Quotient,
    Text,
    Times,
    Whole,
)
from supplychain_rules.engines.relations import (
    Filtered,
    Grouped,
    Joined,
    Mapped,
    Relation,
    Source,
    Stacked,
    columns_of,
    parts_of,
)
from supplychain_rules.language.types import DateType, day_number

__all__ = ["native_dates"]

#: A column of a source.
_Origin: TypeAlias = tuple[Source, str]

#: The days that an engine's date can be.
_DAYS: Final = range(day_number(date.min), day_number(date.max) + 1)


def native_dates(relation: Relation) -> Mapping[Relation, frozenset[str]]:
    """Return for a relation and all it reads which of their columns may stay dates of the engine."""
    found = _Found()
    for part in _from_the_sources(relation):
        found.read(part)
    found.count(found.origins[relation].values())
    counted = found.all_counted()
    return {
        part: frozenset(name for name, origin in origins.items() if origin not in counted)
        for part, origins in found.origins.items()
    }


def _from_the_sources(relation: Relation) -> Iterator[Relation]:
    """Yield every part of a relation once, each after those that it reads."""
    seen: set[Relation] = set()
    waiting: list[tuple[Relation, bool]] = [(relation, False)]
    while waiting:
        part, is_ready = waiting.pop()
        if is_ready:
            yield part
        elif part not in seen:
            seen.add(part)
            waiting.append((part, True))
            waiting += [(read, False) for read in parts_of(part)]


@final
@attrs.define
class _Found:
    """Where the dates of each relation come from, and with which of them something else is done than comparing."""

    origins: dict[Relation, dict[str, _Origin]] = attrs.field(factory=dict)
    _counted: set[_Origin] = attrs.field(factory=set)
    #: Pairs that are compared with each other, so that both stay dates or none.
    _compared: list[tuple[_Origin, _Origin]] = attrs.field(factory=list)

    def count(self, origins: Iterable[_Origin]) -> None:
        """Note dates that have to be numbers."""
        self._counted.update(origins)

    def all_counted(self) -> set[_Origin]:
        """Return the dates that have to be numbers, with those that are compared with them."""
        found = set(self._counted)
        grown = -1
        while grown != len(found):
            grown = len(found)
            for one, other in self._compared:
                if one in found or other in found:
                    found |= {one, other}
        return found

    def read(self, relation: Relation) -> None:
        """Say where a relation's dates come from, and note what it does with those that it reads."""
        dates: dict[str, _Origin] = {}
        match relation:
            case Source():
                dates = {
                    field.name: (relation, field.name)
                    for field in relation.fields
                    if field.is_date and isinstance(field.read.type, DateType)
                }
            case Mapped():
                known = self.origins[relation.of]
                for made in relation.columns:
                    if isinstance(made.cell, Column) and made.cell.name in known:
                        dates[made.name] = known[made.cell.name]
                    else:
                        self._cell(made.cell, known)
            case Filtered():
                dates = self.origins[relation.of]
                self._condition(relation.condition, dates)
            case Joined():
                left, right = self.origins[relation.left], self.origins[relation.right]
                self.count([left[one] for one, _ in relation.on if one in left])
                self.count([right[other] for _, other in relation.on if other in right])
                dates = left | {name: right[name] for name in relation.take if name in right}
            case Grouped():
                known = self.origins[relation.of]
                self.count([known[name] for name in columns_of(relation) if name in known])
            case Stacked():
                self.count([origin for part in relation.parts for origin in self.origins[part].values()])
            case _:
                assert_never(relation)
        self.origins[relation] = dates

    def _cell(self, cell: Cell, known: Mapping[str, _Origin]) -> None:
        """Note the dates that a value counts with."""
        match cell:
            case Column():
                if cell.name in known:
                    self.count([known[cell.name]])
            case Whole() | Text() | Nothing():
                pass
            case Plus(left=left, right=right) | Minus(left=left, right=right) | Times(left=left, right=right):
                self._cell(left, known)
                self._cell(right, known)
            case Quotient(numerator=numerator, denominator=denominator):
                self._cell(numerator, known)
                self._cell(denominator, known)
            case Pick():
                for condition, value in cell.branches:
                    self._condition(condition, known)
                    self._cell(value, known)
                self._cell(cell.otherwise, known)
            case _:
                assert_never(cell)

    def _condition(self, condition: Condition, known: Mapping[str, _Origin]) -> None:
        match condition:
            case Compare(left=Column() as one, right=Column() as other) if one.name in known and other.name in known:
                self._compared.append((known[one.name], known[other.name]))
            case (
                Compare(left=Column() as one, right=Whole() as day)
                | Compare(left=Whole() as day, right=Column() as one)
            ) if one.name in known and day.value in _DAYS:
                pass
            case Compare():
                self._cell(condition.left, known)
                self._cell(condition.right, known)
            case Among():
                self._cell(condition.of, known)
            case Present():
                pass
            case All() | Any():
                for part in condition.parts:
                    self._condition(part, known)
            case _:
                assert_never(condition)
