"""Numbering: the texts of a plan as whole numbers, for engines that compare numbers much faster than texts.

A grade, an outcome of a gate, an option of a choice: a plan compares them with constants and with each other, and
passes them on. Columns that meet in a comparison, or of which one passes another on, share the numbers of their texts,
so that equal texts have equal numbers. A missing value stays null. Free text, and whatever meets it, stays text.
"""

from collections.abc import Iterator, Mapping
from typing import Final, assert_never, final

import attrs

from supplychain_rules.engines.codes import MAX_CODED_OPTIONS
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
)
from supplychain_rules.language.types import ChoiceType, TextType

__all__ = ["Numbered", "numbered"]

#: Most texts of columns that meet: each output among them lists them all, and longer lists would make a statement long.
_MOST_TEXTS: Final = 100


@final
@attrs.frozen(kw_only=True)
class Numbered:
    """A plan in which texts are whole numbers."""

    plan: Plan
    #: For each column that holds numbers of texts, an input perhaps: the texts in the order of their numbers.
    texts: Mapping[str, tuple[str, ...]]


def numbered(plan: Plan) -> Numbered:
    """Return the plan with whole numbers in place of the texts whose column is known to hold no others.

    >>> grade = Pick(((Compare(">=", Column("i0"), Whole(90)), Text("A")),), Text("B"))
    >>> column = PlanColumn(name="c0", cell=grade, optional=False, is_text=True, level=1)
    >>> found = numbered(Plan(inputs=(), columns=(column,), outputs=(), guards=(), reach=90))
    >>> found.texts, found.plan.columns[0].is_text
    ({'c0': ('A', 'B')}, False)
    """
    groups = _Groups(plan)
    texts = groups.texts()
    numbers = {column: {text: place for place, text in enumerate(held)} for column, held in texts.items()}
    return Numbered(
        plan=attrs.evolve(plan, columns=tuple(_rewritten(column, numbers) for column in plan.columns)), texts=texts
    )


@final
class _Groups:
    """The columns of texts, those in one group that meet."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._parents: dict[str, str] = {}
        self._found: dict[str, dict[str, None]] = {}
        self._free: set[str] = set()
        for field in plan.inputs:
            if isinstance(field.type, ChoiceType | TextType):
                self._parents[field.name] = field.name
                options = field.type.options if isinstance(field.type, ChoiceType) else ()
                self._found[field.name] = dict.fromkeys(options)
                if not 0 < len(options) <= MAX_CODED_OPTIONS:
                    self._free.add(field.name)
        for column in plan.columns:
            if column.is_text:
                self._parents[column.name] = column.name
                self._found[column.name] = {}
            self._cell(column.cell, column.name)

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Return the texts of each column of which no text is unknown, in the order in which the plan has them."""
        shared: dict[str, dict[str, None]] = {}
        for column in self._parents:
            shared.setdefault(self._root(column), {}).update(self._found[column])
        free = {self._root(column) for column in self._free}
        free.update(root for root, found in shared.items() if len(found) > _MOST_TEXTS)
        roots = {column: self._root(column) for column in self._parents}
        return {column: tuple(shared[root]) for column, root in roots.items() if root not in free}

    def _root(self, column: str) -> str:
        while self._parents[column] != column:
            self._parents[column] = self._parents[self._parents[column]]
            column = self._parents[column]
        return column

    def _meet(self, one: str, other: Cell) -> None:
        """Note that a column may hold a value, or is held against it."""
        if one not in self._parents:
            return
        match other:
            case Text():
                self._found[one][other.value] = None
            case Column() if other.name in self._parents:  # else it is always missing
                self._parents[self._root(other.name)] = self._root(one)
            case _:
                pass

    def _cell(self, cell: Cell, of: str) -> None:
        """Follow the values that a cell picks among, and look at its conditions."""
        if isinstance(cell, Pick):
            for condition, value in cell.branches:
                self._condition(condition)
                self._cell(value, of)
            self._cell(cell.otherwise, of)
        else:
            for condition in _conditions(cell):
                self._condition(condition)
            self._meet(of, cell)

    def _condition(self, condition: Condition) -> None:
        match condition:
            case Compare(_, left, right):
                for one, other in ((left, right), (right, left)):
                    if isinstance(one, Column):
                        self._meet(one.name, other)
                    for inner in _conditions(one):
                        self._condition(inner)
            case Among():
                for option in condition.options:
                    if isinstance(option, str):
                        self._meet(condition.of.name, Text(option))
            case All() | Any():
                for part in condition.parts:
                    self._condition(part)
            case Present():
                pass
            case _:
                assert_never(condition)


def _conditions(cell: Cell) -> Iterator[Condition]:
    """Yield the conditions inside of a number."""
    match cell:
        case Plus() | Minus() | Times():
            yield from _conditions(cell.left)
            yield from _conditions(cell.right)
        case Quotient():
            yield from _conditions(cell.numerator)
            yield from _conditions(cell.denominator)
        case Pick():
            for condition, value in cell.branches:
                yield condition
                yield from _conditions(value)
            yield from _conditions(cell.otherwise)
        case Column() | Whole() | Text() | Nothing():
            return
        case _:
            assert_never(cell)


#: The number of each text, by column.
_Numbers = Mapping[str, Mapping[str, int]]


def _rewritten(column: PlanColumn, numbers: _Numbers) -> PlanColumn:
    cell = _cell(column.cell, numbers, column.name)
    return attrs.evolve(column, cell=cell, is_text=column.is_text and column.name not in numbers)


def _cell(cell: Cell, numbers: _Numbers, of: str) -> Cell:
    """Rewrite a value that the column `of` may hold, or that is held against it."""
    match cell:
        case Text():
            return Whole(numbers[of][cell.value]) if of in numbers else cell
        case Plus() | Minus() | Times():
            return attrs.evolve(cell, left=_cell(cell.left, numbers, of), right=_cell(cell.right, numbers, of))
        case Quotient():
            return Quotient(_cell(cell.numerator, numbers, of), _cell(cell.denominator, numbers, of))
        case Pick():
            branches = tuple((_condition(when, numbers), _cell(then, numbers, of)) for when, then in cell.branches)
            return Pick(branches, _cell(cell.otherwise, numbers, of))
        case Column() | Whole() | Nothing():
            return cell
        case _:
            assert_never(cell)


def _condition(condition: Condition, numbers: _Numbers) -> Condition:
    match condition:
        case Compare(sign, left, right):
            one = left.name if isinstance(left, Column) else ""
            other = right.name if isinstance(right, Column) else ""
            return Compare(sign, _cell(left, numbers, other), _cell(right, numbers, one))
        case Among():
            known = numbers.get(condition.of.name)
            if known is None:
                return condition
            options = tuple(known[option] for option in condition.options if isinstance(option, str))
            return attrs.evolve(condition, options=options)
        case Present():
            return condition
        case All() | Any():
            return attrs.evolve(condition, parts=tuple(_condition(part, numbers) for part in condition.parts))
        case _:
            assert_never(condition)
