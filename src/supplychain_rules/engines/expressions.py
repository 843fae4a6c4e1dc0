"""Expressions of a plan as SQL text: no more parentheses than needed, and whole numbers of 64 bits throughout."""

from collections.abc import Mapping
from typing import Final, assert_never, final

import attrs

from supplychain_rules.engines.dialects import BREAK, Dialect
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
    PlanColumn,
    Plus,
    Present,
    Quotient,
    Sign,
    Text,
    Times,
    Whole,
)
from supplychain_rules.language.types import day_of

__all__ = ["Writer", "date_literal"]

_SIGNS: Final[dict[Sign, str]] = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}

#: How tightly an expression binds: a sum, a product, or one that never needs parentheses.
_SUM: Final = 1
_PRODUCT: Final = 2
_WHOLE: Final = 3

#: Fewest constants that are taken by their place from a list: a case with fewer branches is as fast, and reads better.
_FEWEST_LISTED: Final = 4


@final
@attrs.frozen
class Writer:
    """Writes cells and conditions of one plan in one dialect."""

    dialect: Dialect
    #: The quoted name of each column of the plan.
    names: Mapping[str, str]
    #: The columns that are dates of the engine, which are compared with each other and with fixed days only.
    dates: frozenset[str] = frozenset()

    def column(self, column: PlanColumn) -> str:
        """Write the expression of a column, several branches on lines of their own."""
        if self._constants(column.cell):
            return self._typed(column)
        if isinstance(column.cell, Pick) and len(column.cell.branches) > 1:
            branches = self._branches(column.cell, widen=self._needs_type(column))
            return BREAK.join(["CASE", *(f"  {branch}" for branch in branches), "END"])
        return self._typed(column)

    def inline(self, column: PlanColumn) -> str:
        """Write the expression of a column on one line, to stand in any other in place of its name."""
        text = self._typed(column)
        is_one = isinstance(column.cell, Pick) or (self._needs_type(column) and self.dialect.integer)
        return text if is_one else f"({text})"

    def _typed(self, column: PlanColumn) -> str:
        if column.is_text and isinstance(column.cell, Nothing):
            return f"CAST(NULL AS {self.dialect.characters})"
        constants = self._constants(column.cell)
        if constants and self.dialect.nth is not None:
            place, values = constants
            first = next((at for at, value in enumerate(values) if not isinstance(value, Nothing)))
            texts = [
                self._wide(value) if at == first and not column.is_text else self._cell(value)
                for at, value in enumerate(values)
            ]
            return self.dialect.nth(texts, self.names[place.name])
        if isinstance(column.cell, Pick):
            return _inline(self._branches(column.cell, widen=self._needs_type(column)))
        return self._wide(column.cell) if self._needs_type(column) else self._cell(column.cell)

    def _constants(self, cell: Cell) -> tuple[Column, list[Cell]] | None:
        """Read a cell that takes a constant by the place that a column holds, where the dialect writes it so."""
        if self.dialect.nth is None or not isinstance(cell, Pick) or not isinstance(cell.otherwise, Nothing):
            return None
        place: Column | None = None
        for at, (condition, value) in enumerate(cell.branches):
            match condition:
                case Compare("==", Column() as column, Whole(number)) if number == at and place in (None, column):
                    place = column
                case _:
                    return None
            if not isinstance(value, Whole | Text | Nothing):
                return None
        values = [value for _, value in cell.branches]
        is_some = any(not isinstance(value, Nothing) for value in values)
        return (place, values) if place is not None and is_some and len(values) >= _FEWEST_LISTED else None

    def _needs_type(self, column: PlanColumn) -> bool:
        return not column.is_text and not self._is_wide(column.cell)

    def condition(self, condition: Condition) -> str:
        """Write a condition: true where it is sure, false or null elsewhere."""
        match condition:
            case Compare(sign, left, right) if self._is_date(left) or self._is_date(right):
                return f"{self._date(left)} {_SIGNS[sign]} {self._date(right)}"
            case Compare():
                return f"{self._cell(condition.left)} {_SIGNS[condition.sign]} {self._cell(condition.right)}"
            case Among():
                word = "NOT IN" if condition.out else "IN"
                options = ", ".join(self._literal(option) for option in condition.options)
                return f"{self.names[condition.of.name]} {word} ({options})"
            case Present():
                return f"{self.names[condition.of.name]} IS {'' if condition.out else 'NOT '}NULL"
            case All():
                return " AND ".join(self._part(part, condition) for part in condition.parts) or "1 = 1"
            case Any():
                return " OR ".join(self._part(part, condition) for part in condition.parts) or "1 = 0"
            case _:
                assert_never(condition)

    def _part(self, part: Condition, of: Condition) -> str:
        text = self.condition(part)
        mixed = isinstance(part, All | Any) and type(part) is not type(of) and len(part.parts) > 1
        return f"({text})" if mixed else text

    def _is_date(self, cell: Cell) -> bool:
        return isinstance(cell, Column) and cell.name in self.dates

    def _date(self, cell: Cell) -> str:
        return date_literal(cell.value) if isinstance(cell, Whole) else self._cell(cell)

    def _literal(self, value: int | str) -> str:
        return str(value) if isinstance(value, int) else self.dialect.text(value)

    def _cell(self, cell: Cell, tightness: int = _SUM) -> str:
        """Write a value, in parentheses where it binds less than asked for."""
        match cell:
            case Column():
                return self.names[cell.name]
            case Whole() | Text():
                return self._literal(cell.value)
            case Nothing():
                return "NULL"
            case Plus(left, Whole(value)) | Minus(left, Whole(value)) if value < 0:
                # Two signs side by side would begin a comment.
                turned = Minus(left, Whole(-value)) if isinstance(cell, Plus) else Plus(left, Whole(-value))
                return self._cell(turned, tightness)
            case Minus(whole, Times(Quotient(over, under), by)) if whole == over and under == by:
                # Each once: Spark pastes a column wherever it is read, and would double a long division at each digit.
                return self.dialect.remainder(self._operand(cell, over, _WHOLE), self._cell(under, _WHOLE))
            case Plus() | Minus():
                sign, right = ("+", _SUM) if isinstance(cell, Plus) else ("-", _PRODUCT)
                total = f"{self._operand(cell, cell.left, _SUM)} {sign} {self._cell(cell.right, right)}"
                return f"({total})" if tightness > _SUM else total
            case Times():
                product = f"{self._operand(cell, cell.left, _PRODUCT)} * {self._cell(cell.right, _WHOLE)}"
                return f"({product})" if tightness > _PRODUCT else product
            case Quotient():
                divided = self._operand(cell, cell.numerator, _WHOLE)
                return self.dialect.quotient(divided, self._cell(cell.denominator, _WHOLE))
            case Pick():
                return _inline(self._branches(cell, widen=False))
            case _:
                assert_never(cell)

    def _operand(self, cell: Cell, left: Cell, tightness: int) -> str:
        """Write the left side of an operation; where both are literals it decides the type of the result."""
        return self._cell(left, tightness) if self._is_wide(cell) else self._wide(left, tightness)

    def _branches(self, cell: Pick, *, widen: bool) -> list[str]:
        lines: list[str] = []
        for condition, value in cell.branches:
            typed = widen and isinstance(cell.otherwise, Nothing) and not lines
            lines.append(f"WHEN {self.condition(condition)} THEN {self._wide(value) if typed else self._cell(value)}")
        if not isinstance(cell.otherwise, Nothing):
            lines.append(f"ELSE {self._wide(cell.otherwise) if widen else self._cell(cell.otherwise)}")
        return lines

    def _wide(self, cell: Cell, tightness: int = _SUM) -> str:
        """Write a value of literals so that it has 64 bits."""
        if not self.dialect.integer:
            return self._cell(cell, tightness)
        return f"CAST({self._cell(cell)} AS {self.dialect.integer})"

    def _is_wide(self, cell: Cell) -> bool:
        """Say whether a number has 64 bits by what it reads: literals alone are narrower on some engines."""
        match cell:
            case Column():
                return True
            case Whole() | Text() | Nothing():
                return False
            case Plus() | Minus() | Times():
                return self._is_wide(cell.left) or self._is_wide(cell.right)
            case Quotient():
                return self._is_wide(cell.numerator) or self._is_wide(cell.denominator)
            case Pick():
                return self._is_wide(cell.otherwise) or any(self._is_wide(value) for _, value in cell.branches)
            case _:
                assert_never(cell)


def date_literal(day: int) -> str:
    """Write the date of a day number.

    >>> date_literal(0)
    "DATE '1970-01-01'"
    """
    return f"DATE '{day_of(day).isoformat()}'"


def _inline(branches: list[str]) -> str:
    return f"CASE {' '.join(branches)} END"
