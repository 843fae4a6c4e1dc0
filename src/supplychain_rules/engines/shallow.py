"""Shallow plans: no expression nested so deeply that an engine's stack, or Python's, could end.

A table of 500 rows is a pick of 500 branches, and a frame library walks a nested expression by recursion. What lies
deeper than `MAX_DEPTH` gets a column of its own: the rest of a pick, a part of a sum, a condition as 1 or 0.
"""

from collections.abc import Iterable
from typing import Final, assert_never, final

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
    Plan,
    PlanColumn,
    Plus,
    Present,
    Quotient,
    Text,
    Times,
    Whole,
    columns_in,
)

__all__ = ["MAX_DEPTH", "shallow"]

#: Deepest nesting of one expression. Frame libraries take up to eight Python frames for a level, Python allows a
#: thousand in all, and the caller has used some of them.
MAX_DEPTH: Final = 20


def shallow(plan: Plan, depth: int = MAX_DEPTH) -> Plan:
    """Return a plan of the same meaning whose expressions are nested at most `depth` deep.

    >>> cell = Column("i0")
    >>> for _ in range(3):
    ...     cell = Plus(cell, Column("i1"))
    >>> column = PlanColumn(name="c0", cell=cell, optional=False, is_text=False, level=1)
    >>> found = shallow(Plan(inputs=(), columns=(column,), outputs=(), guards=(), reach=9), depth=2)
    >>> [(column.name, column.level) for column in found.columns]
    [('c0_0', 1), ('c0', 2)]
    """
    split = _Split(depth)
    for population in plan.populations:
        split.stages[population.name] = population.stage + 1
    for column in plan.columns:
        split.add(column)
    return attrs.evolve(plan, columns=tuple(split.columns))


@final
class _Split:
    """The columns so far."""

    def __init__(self, depth: int) -> None:
        self.columns: list[PlanColumn] = []
        #: The stage from which on each column can be read; 0 where it is not named.
        self.stages: dict[str, int] = {}
        self._most = depth
        self._levels: dict[str, int] = {}
        self._column = ""
        self._stage = 0
        self._parts = 0

    def add(self, column: PlanColumn) -> None:
        """Add a column after the parts of it that need one."""
        self._column, self._stage, self._parts = column.name, column.stage, 0
        cell, _ = self._cell(column.cell, is_text=column.is_text)
        self._put(attrs.evolve(column, cell=cell))

    def _put(self, column: PlanColumn) -> None:
        before = (self._levels.get(n, 0) for n in columns_in(column.cell) if self.stages.get(n, 0) == column.stage)
        level = 1 + max(before, default=0)
        self._levels[column.name] = level
        self.stages[column.name] = column.stage
        self.columns.append(attrs.evolve(column, level=level))

    def _hold(self, cell: Cell, *, is_text: bool) -> Column:
        name = f"{self._column}_{self._parts}"
        self._parts += 1
        self._put(PlanColumn(name=name, cell=cell, optional=True, is_text=is_text, level=0, stage=self._stage))
        return Column(name)

    def _cell(self, cell: Cell, *, is_text: bool) -> tuple[Cell, int]:
        """Return a cell that is nested at most as deeply as may be, and how deeply."""
        match cell:
            case Column() | Whole() | Text() | Nothing():
                return cell, 0
            case Plus() | Minus() | Times():
                (left, one), (right, other) = (self._inner(side) for side in (cell.left, cell.right))
                return attrs.evolve(cell, left=left, right=right), 1 + max(one, other)
            case Quotient():
                (over, one), (under, other) = (self._inner(side) for side in (cell.numerator, cell.denominator))
                return Quotient(over, under), 1 + max(one, other)
            case Pick():
                return self._pick(cell, is_text=is_text)
            case _:
                assert_never(cell)

    def _inner(self, cell: Cell, *, is_text: bool = False) -> tuple[Cell, int]:
        """Return a cell that leaves room for one more level about it."""
        found, depth = self._cell(cell, is_text=is_text)
        return (found, depth) if depth < self._most else (self._hold(found, is_text=is_text), 0)

    def _pick(self, pick: Pick, *, is_text: bool) -> tuple[Cell, int]:
        """Build a pick from its last branch on, holding what has grown too deep."""
        found, depth = self._inner(pick.otherwise, is_text=is_text)
        kept: list[tuple[Condition, Cell]] = []
        for when, then in reversed(pick.branches):
            (condition, asked), (value, taken) = self._asked(when), self._inner(then, is_text=is_text)
            if kept and max(depth, asked, taken) >= self._most:
                rest = Pick(tuple(reversed(kept)), found)
                found, depth, kept = self._hold(rest, is_text=is_text), 0, []
            kept.append((condition, value))
            depth = 1 + max(depth, asked, taken)
        return Pick(tuple(reversed(kept)), found), depth

    def _asked(self, condition: Condition) -> tuple[Condition, int]:
        """Return a condition that leaves room for one more level about it."""
        found, depth = self._condition(condition)
        if depth < self._most:
            return found, depth
        return Compare("==", self._hold(Pick(((found, Whole(1)),), Whole(0)), is_text=False), Whole(1)), 1

    def _condition(self, condition: Condition) -> tuple[Condition, int]:
        match condition:
            case Among() | Present():
                return condition, 1
            case Compare():
                (left, one), (right, other) = (self._inner(side) for side in (condition.left, condition.right))
                return attrs.evolve(condition, left=left, right=right), 1 + max(one, other)
            case All() | Any():
                parts, depths = _unzipped(self._asked(part) for part in condition.parts)
                # As many levels as a balanced tree of the parts has.
                return attrs.evolve(condition, parts=parts), len(parts).bit_length() + max(depths, default=0)
            case _:
                assert_never(condition)


def _unzipped(found: Iterable[tuple[Condition, int]]) -> tuple[tuple[Condition, ...], list[int]]:
    pairs = list(found)
    return tuple(condition for condition, _ in pairs), [depth for _, depth in pairs]
