"""Codes: small whole numbers for what a plan only asks about, because text is the dearest thing a frame computes.

A grade, an option of a choice, the number of the row that a table hit: they are compared with constants and passed on,
never added up. Such a column is held as codes in the smallest integer there is and is never null: `MISSING` stands for
a missing value. Every text that a plan mentions has one code, whatever the column, so that columns compare by code.
"""

from collections.abc import Iterator, Mapping
from typing import Final, final

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
    Plus,
    Present,
    Quotient,
    Text,
    Times,
    Whole,
    columns_in,
)
from supplychain_rules.language.types import BooleanType, ChoiceType, Type

__all__ = ["MAX_CODED_OPTIONS", "MISSING", "Coding", "code_columns"]

#: The code of a missing value.
MISSING: Final = -1

#: Most options of an input that are turned into codes: each one is a comparison, and a longer list is read as text.
MAX_CODED_OPTIONS: Final = 32

#: The largest code; a 16-bit integer holds it.
_MAX_CODE: Final = 2**15 - 1


@final
@attrs.frozen(kw_only=True)
class Coding:
    """Which columns of a plan are held as codes, and the code of each text."""

    #: The columns that hold codes, inputs among them.
    columns: frozenset[str]
    #: The code of each text that the plan mentions.
    texts: Mapping[str, int]
    #: The largest code that a column may hold.
    largest: int

    def code(self, constant: Whole | Text | Nothing) -> int:
        """Return the code of a constant."""
        match constant:
            case Whole():
                return constant.value
            case Text():
                return self.texts[constant.value]
            case Nothing():
                return MISSING


def code_columns(plan: Plan) -> Coding:
    """Find the columns of a plan that can be held as codes.

    >>> from supplychain_rules.engines.plan import PlanColumn
    >>> grade = Pick(((Compare(">=", Column("i0"), Whole(90)), Text("A")),), Text("B"))
    >>> column = PlanColumn(name="c0", cell=grade, optional=False, is_text=True, level=1)
    >>> coding = code_columns(Plan(inputs=(), columns=(column,), outputs=(), guards=(), reach=90))
    >>> sorted(coding.columns), dict(coding.texts)
    (['c0'], {'A': 0, 'B': 1})
    """
    counted = {name for column in plan.columns for name in _counted(column.cell)}
    counted |= {population.of for population in plan.populations}
    coded = {field.name for field in plan.inputs if _is_coded_input(field.type)}
    texts: dict[str, None] = {}
    for field in plan.inputs:
        if field.name in coded and isinstance(field.type, ChoiceType):
            texts.update(dict.fromkeys(field.type.options))
    largest = 1
    for column in plan.columns:
        texts.update(dict.fromkeys(_texts(column.cell)))
        leaves = tuple(_leaves(column.cell))
        if column.name not in counted and all(_is_code(leaf, coded) for leaf in leaves):
            coded.add(column.name)
            largest = max([largest, *(leaf.value for leaf in leaves if isinstance(leaf, Whole))])
    numbered = {text: place for place, text in enumerate(sorted(texts))}
    if len(numbered) > _MAX_CODE:
        coded -= {field.name for field in plan.inputs if isinstance(field.type, ChoiceType)}
        coded -= {column.name for column in plan.columns if column.is_text}
        numbered = {}
    return Coding(columns=frozenset(coded), texts=numbered, largest=max(largest, len(numbered)))


def _is_coded_input(kind: Type) -> bool:
    return isinstance(kind, BooleanType) or (isinstance(kind, ChoiceType) and len(kind.options) <= MAX_CODED_OPTIONS)


def _is_code(leaf: Cell, coded: set[str]) -> bool:
    match leaf:
        case Whole():
            return 0 <= leaf.value <= _MAX_CODE
        case Text() | Nothing():
            return True
        case Column():
            return leaf.name in coded
        case _:
            return False


def _leaves(cell: Cell) -> Iterator[Cell]:
    """Yield the values among which a cell picks."""
    if isinstance(cell, Pick):
        for _, value in cell.branches:
            yield from _leaves(value)
        yield from _leaves(cell.otherwise)
    else:
        yield cell


def _texts(part: Cell | Condition) -> Iterator[str]:
    """Yield the texts that a value or a condition mentions."""
    match part:
        case Text():
            yield part.value
        case Among():
            yield from (option for option in part.options if isinstance(option, str))
        case Pick():
            for condition, value in part.branches:
                yield from _texts(condition)
                yield from _texts(value)
            yield from _texts(part.otherwise)
        case Plus() | Minus() | Times() | Compare():
            yield from _texts(part.left)
            yield from _texts(part.right)
        case Quotient():
            yield from _texts(part.numerator)
            yield from _texts(part.denominator)
        case All() | Any():
            for inner in part.parts:
                yield from _texts(inner)
        case Column() | Whole() | Nothing() | Present():
            return


def _counted(part: Cell | Condition) -> Iterator[str]:
    """Yield the columns that are reckoned with, or held against something that is."""
    match part:
        case Pick():
            for condition, value in part.branches:
                yield from _counted(condition)
                yield from _counted(value)
            yield from _counted(part.otherwise)
        case Plus() | Minus() | Times() | Quotient():
            yield from columns_in(part)
        case Compare():
            sides = (part.left, part.right)
            if not all(isinstance(side, Column | Whole | Text | Nothing) for side in sides):
                yield from columns_in(part)
        case All() | Any():
            for inner in part.parts:
                yield from _counted(inner)
        case Column() | Whole() | Text() | Nothing() | Among() | Present():
            return
