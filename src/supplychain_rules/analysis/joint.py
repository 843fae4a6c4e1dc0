"""What the columns of a table can be together: whether a record reaches a choice of their regions.

Columns that are inputs which no other column depends on are free: any value goes with any other. The rest are
results of earlier steps, so that a grade may never meet a certain score; there records of the pool are tried first,
and then all records are searched.
"""

from bisect import bisect_right
from collections.abc import Mapping
from functools import reduce
from operator import and_
from typing import assert_never, final

from supplychain_rules.analysis.inspection import Inspection
from supplychain_rules.analysis.regions import Column, Other, Piece, Region, Regions
from supplychain_rules.analysis.search import Answer
from supplychain_rules.language.nodes import And, Boolean, Expression, names_in
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
    Type,
    Value,
)

__all__ = ["Joint"]


@final
class Joint:
    """Which regions of a table's columns records reach together."""

    def __init__(self, inspection: Inspection, regions: Regions) -> None:
        self._inspection = inspection
        self._columns = regions.columns
        program = inspection.policy.program
        known = [field.name for field in program.inputs] + [population.name for population in program.populations]
        self._places = {name: place for place, name in enumerate(known)}
        bindings = {binding.name: binding for binding in program.bindings}
        cone: set[str] = set()
        open_names = [column.name for column in regions.columns if column.name not in self._places]
        while open_names:
            name = open_names.pop()
            if name in cone:
                continue
            cone.add(name)
            if name in bindings:
                open_names.extend(read.name for read in names_in(bindings[name].value.node))
        #: Whether a column depends on nothing that another one depends on.
        self.free = [column.name in self._places and column.name not in cone for column in regions.columns]
        #: Whether any region of a column goes with any of another.
        self.all_free = all(self.free)
        self._named = [
            frozenset(p for r in column.regions for p in r.pieces if isinstance(p, str)) for column in regions.columns
        ]
        self._known: dict[tuple[tuple[int, tuple[Piece, ...]], ...], Answer] = {}
        self._in_pool: dict[tuple[int, tuple[Piece, ...]], int] = {}
        #: The stretches of each number column in order: from, to, and the rows that take them.
        self._stretches: dict[str, list[tuple[int, int, int]]] = {}

    def witness(self, chosen: Mapping[int, Region]) -> Answer:
        """Return a record whose columns lie in the chosen regions, by the places of the columns."""
        bound = tuple((place, chosen[place].pieces) for place in sorted(chosen) if not self.free[place])
        if bound not in self._known:
            self._known[bound] = self._search({place: chosen[place] for place, _ in bound})
        answer = self._known[bound]
        if answer.units is None or len(bound) == len(chosen):
            return answer
        units = list(answer.units)
        for place, region in chosen.items():
            if self.free[place]:
                units[self._places[self._columns[place].name]] = _value(self._columns[place], region.pieces)
        return Answer(outcome="found", units=tuple(units))

    def without_conflict(self, chosen: Mapping[int, Region]) -> Answer:
        """Return such a record on which no rows of any table conflict; where there is none, one on which some do."""
        answer = self.witness(chosen)
        if answer.units is None or self._inspection.accepts(answer.units):
            return answer
        condition = self._all(chosen) if chosen else Boolean(value=True)
        better = self._inspection.find(condition, without_conflict=True)
        return better if better.outcome == "found" else answer

    def hits(self, units: tuple[Value, ...]) -> int:
        """Return the rows that a record hits, as bits."""
        rows = -1
        for column, named in zip(self._columns, self._named, strict=True):
            value = self._inspection.value(column.name, units)
            if isinstance(value, int) and not isinstance(value, bool):
                rows &= self._rows_at(column, value)
            else:
                rows &= next((r.rows for r in column.regions for piece in r.pieces if _holds(piece, value, named)), 0)
        return rows

    def _rows_at(self, column: Column, value: int) -> int:
        """Return the rows that take a number of a column; its stretches stand in order, so one is found soon."""
        if column.name not in self._stretches:
            pieces = [(piece, region.rows) for region in column.regions for piece in region.pieces]
            found = [(piece[0], piece[1], rows) for piece, rows in pieces if isinstance(piece, tuple)]
            self._stretches[column.name] = sorted(found)
        stretches = self._stretches[column.name]
        at = bisect_right(stretches, value, key=lambda stretch: stretch[0]) - 1
        return stretches[at][2] if at >= 0 and value <= stretches[at][1] else 0

    def _search(self, chosen: Mapping[int, Region]) -> Answer:
        if not chosen:
            fields = self._inspection.policy.program.row_wise.inputs
            return Answer(outcome="found", units=tuple(_plain(field.type) for field in fields))
        meeting = reduce(and_, (self._records(place, region) for place, region in chosen.items()))
        return self._inspection.first(meeting, lambda: self._all(chosen))

    def _all(self, chosen: Mapping[int, Region]) -> Expression:
        tests = tuple(self._columns[place].condition(region) for place, region in chosen.items())
        return tests[0] if len(tests) == 1 else And(tests)

    def _records(self, place: int, region: Region) -> int:
        """Return the records of the pool whose column lies in a region, as bits."""
        if (place, region.pieces) not in self._in_pool:
            column = self._inspection.pool.column(self._columns[place].name)
            bits = 0
            for at, value in enumerate(column):
                if any(_holds(piece, value, self._named[place]) for piece in region.pieces):
                    bits |= 1 << at
            self._in_pool[place, region.pieces] = bits
        return self._in_pool[place, region.pieces]


def _holds(piece: Piece, value: Value, named: frozenset[str]) -> bool:
    match piece:
        case None:
            return value is None
        case bool() | str():
            return value == piece
        case Other():
            return isinstance(value, str) and value not in named
        case low, high:
            return value is not None and low <= int(value) <= high


def _plain(kind: Type) -> Value:
    """Return some value of a type, a present one."""
    match kind:
        case NumberType() | DateType():
            return min(max(0, kind.low), kind.high)
        case BooleanType():
            return True
        case ChoiceType():
            return kind.options[0]
        case TextType():
            return "other"
        case MissingType():
            return None
        case _:
            assert_never(kind)


def _value(column: Column, pieces: tuple[Piece, ...]) -> Value:
    """Return a value of a region, a present one where there is any: of several stretches the middle of the highest."""
    piece = next((piece for piece in reversed(pieces) if piece is not None), None)
    match piece:
        case None | bool() | str():
            return piece
        case Other():
            named = {one for region in column.regions for one in region.pieces if isinstance(one, str)}
            other = "other"
            while other in named:
                other += "_"
            return other
        case low, high:
            return (low + high) // 2
