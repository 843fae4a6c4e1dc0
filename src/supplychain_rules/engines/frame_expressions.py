"""The columns of a plan as expressions of a data frame.

Three kinds of column: numbers (float64 or int64, missing = null), codes (small integers, see `codes`) and texts that
were not declared and so have no codes. A condition that is null counts as not sure, as a plan wants it; where an engine
sees that differently, `Nulls` says what to write instead.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum, auto
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Final, Protocol, assert_never, cast, final

import attrs
import narwhals.stable.v2 as nw

from supplychain_rules.engines.codes import MISSING, Coding
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
    Sign,
    Text,
    Times,
    Whole,
)
from supplychain_rules.engines.shallow import MAX_DEPTH
from supplychain_rules.language.types import ChoiceType, TextType

__all__ = ["NARWHALS", "Emission", "Library", "Nulls"]

_COMPARE: Final[Mapping[Sign, Callable[[nw.Expr, nw.Expr | int], nw.Expr]]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}

#: The sign that says the same with the sides exchanged.
_TURNED: Final[Mapping[Sign, Sign]] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

#: Up to so many options are compared one by one, which costs less than a look-up in a set.
_FEW_OPTIONS: Final = 4


class Library(Protocol):
    """The words that narwhals and Polars share."""

    col: Callable[[str], nw.Expr]
    lit: Callable[..., nw.Expr]
    when: Callable[[nw.Expr], nw.When]
    Date: Callable[[], nw.dtypes.DType]
    Float64: Callable[[], nw.dtypes.DType]
    Int8: Callable[[], nw.dtypes.DType]
    Int16: Callable[[], nw.dtypes.DType]
    Int32: Callable[[], nw.dtypes.DType]
    Int64: Callable[[], nw.dtypes.DType]
    String: Callable[[], nw.dtypes.DType]
    UInt64: Callable[[], nw.dtypes.DType]


#: For every library but Polars.
NARWHALS: Final = cast("Library", nw)


class Nulls(Enum):
    """What a comparison with a missing number gives."""

    #: Null; and a null condition is not taken.
    NULL = auto()
    #: NaN stands for missing, and compares false except that it differs from everything.
    NAN = auto()


@final
@attrs.frozen(kw_only=True)
class Emission:
    """How the columns of one plan are written for one frame."""

    plan: Plan
    coding: Coding
    nulls: Nulls
    #: Set before the name of every column of the plan, so that it meets no name of the frame.
    prefix: str
    #: Whether numbers are held as float64; else they are int64.
    floats: bool
    #: The module that makes expressions: narwhals, or Polars itself, whose words are the same.
    library: Library = NARWHALS
    _texts: frozenset[str] = attrs.field(init=False)

    @_texts.default
    def _find_texts(self) -> frozenset[str]:
        inputs = (field.name for field in self.plan.inputs if isinstance(field.type, ChoiceType | TextType))
        return frozenset((*inputs, *(column.name for column in self.plan.columns if column.is_text)))

    def column(self, column: PlanColumn) -> nw.Expr:
        """Return the expression of a computed column, named."""
        if column.name in self.coding.columns:
            found = self._code(column.cell)
        elif column.is_text:
            found = self._text(column.cell)
        else:
            found = self.value(column.cell)
        return found.alias(self.name(column.name))

    def name(self, column: str) -> str:
        """Return the frame's name of a column of the plan."""
        return self.prefix + column

    def read(self, column: str) -> nw.Expr:
        """Return a column as it is held."""
        return self.library.col(self.name(column))

    def number(self, value: int) -> nw.Expr:
        """Return a literal as numbers are held."""
        return (
            self.library.lit(float(value), dtype=self.library.Float64())
            if self.floats
            else self.library.lit(value, dtype=self.library.Int64())
        )

    def scalar(self, value: int) -> float | int:
        """Return a number to reckon with, of the kind that columns hold."""
        return float(value) if self.floats else value

    def code(self, value: int) -> nw.Expr:
        """Return a literal as codes are held."""
        return self.library.lit(value, dtype=self.code_type)

    def counter(self, value: int) -> nw.Expr:
        """Return a literal as counts of problems are held."""
        return self.library.lit(value, dtype=self.library.Int64())

    @property
    def number_type(self) -> nw.dtypes.DType:
        """Return the type of number columns."""
        return self.library.Float64() if self.floats else self.library.Int64()

    @property
    def code_type(self) -> nw.dtypes.DType:
        """Return the type of code columns."""
        return self.library.Int8() if self.coding.largest < 2**7 else self.library.Int16()

    # Values

    def value(self, cell: Cell) -> nw.Expr:
        """Return a number."""
        match cell:
            case Column() if cell.name in self.coding.columns:
                held = self.read(cell.name)
                return self.library.when(held != MISSING).then(held.cast(self.number_type))
            case Column():
                return self.read(cell.name)
            case Whole():
                return self.number(cell.value)
            case Nothing():
                return self.library.lit(None, dtype=self.number_type)
            case Plus():
                return self.value(cell.left) + self.value(cell.right)
            case Minus():
                return self.value(cell.left) - self.value(cell.right)
            case Times():
                return self.value(cell.left) * self.value(cell.right)
            case Quotient():
                return self._quotient(cell)
            case Pick(branches=((Present(of, out=False), value),), otherwise=Whole(last)) if value == of:
                return self.value(of).fill_null(self.scalar(last))
            case Pick():
                return self._pick(cell, self.value)
            case Text():
                raise AssertionError(cell)  # a text is in no number
            case _:
                assert_never(cell)

    def _quotient(self, cell: Quotient) -> nw.Expr:
        if not self.floats:
            return self.value(cell.numerator) // self.value(cell.denominator)
        # The half keeps the quotient off the edge even where an engine multiplies by the reciprocal.
        terms, constant = _constant_part(cell.numerator)
        raised = self.library.lit(constant + 0.5) if terms is None else self.value(terms) + (constant + 0.5)
        under = cell.denominator
        return (raised / (float(under.value) if isinstance(under, Whole) else self.value(under))).floor()

    def _code(self, cell: Cell) -> nw.Expr:
        match cell:
            case Column():
                return self.read(cell.name)
            case Whole() | Text() | Nothing():
                return self.code(self.coding.code(cell))
            case Pick():
                return self._pick(cell, self._code)
            case _:
                raise AssertionError(cell)  # `code_columns` takes nothing else

    def _text(self, cell: Cell) -> nw.Expr:
        match cell:
            case Column() if cell.name in self.coding.columns:
                return self.decoded(cell.name)
            case Column():
                return self.read(cell.name)
            case Text():
                return self.library.lit(cell.value, dtype=self.library.String())
            case Nothing():
                return self.library.lit(None, dtype=self.library.String())
            case Pick():
                return self._pick(cell, self._text)
            case _:
                raise AssertionError(cell)  # a number is in no text

    def decoded(self, column: str, texts: Iterable[str] | None = None) -> nw.Expr:
        """Return the texts of a column of codes; `texts` names those that may occur."""
        codes = self.coding.texts
        return self._decoded(self.read(column), sorted(codes if texts is None else texts, key=codes.__getitem__))

    def _decoded(self, held: nw.Expr, texts: Sequence[str]) -> nw.Expr:
        """Compare with each text's code, by halves of them where they are many."""
        codes = self.coding.texts
        if not texts:  # it is always missing
            return self.library.lit(None, dtype=self.library.String())
        if len(texts) > MAX_DEPTH // 2:
            half = len(texts) // 2
            lower = held < codes[texts[half]]
            upper = self._decoded(held, texts[half:])
            return self.library.when(lower).then(self._decoded(held, texts[:half])).otherwise(upper)
        return self.chain(
            [(held == codes[text], self.library.lit(text, dtype=self.library.String())) for text in texts]
        )

    def chain(self, branches: Sequence[tuple[nw.Expr, nw.Expr]], otherwise: nw.Expr | None = None) -> nw.Expr:
        """Return the value of the first branch whose condition is true, else `otherwise`, else null."""
        found = otherwise
        for condition, value in reversed(branches):
            taken = self.library.when(condition).then(value)
            found = taken if found is None else taken.otherwise(found)
        if found is None:
            raise AssertionError  # whoever leaves out `otherwise` has branches
        return found

    def _joined(self, join: Callable[[nw.Expr, nw.Expr], nw.Expr], parts: Sequence[nw.Expr], *, none: bool) -> nw.Expr:
        """Join conditions as a balanced tree, which is shallow; `none` is what no part says."""
        if not parts:
            return self.library.lit(none)
        if len(parts) == 1:
            return parts[0]
        half = len(parts) // 2
        return join(self._joined(join, parts[:half], none=none), self._joined(join, parts[half:], none=none))

    def _pick(self, cell: Pick, emit: Callable[[Cell], nw.Expr]) -> nw.Expr:
        branches = [(self.condition(condition), emit(value)) for condition, value in cell.branches]
        return self.chain(branches, emit(cell.otherwise))

    # Conditions

    def condition(self, condition: Condition) -> nw.Expr:
        """Return where a condition is sure; null may stand for not sure."""
        match condition:
            case Compare():
                return self._comparison(condition)
            case Among():
                return self._among(condition)
            case Present():
                return self._present(condition)
            case All():
                return self._joined(and_, [self.condition(part) for part in condition.parts], none=True)
            case Any():
                return self._joined(or_, [self.condition(part) for part in condition.parts], none=False)
            case _:
                assert_never(condition)

    def _comparison(self, condition: Compare) -> nw.Expr:
        sign, left, right = condition.sign, condition.left, condition.right
        if not isinstance(left, Column | Whole | Text) or not isinstance(right, Column | Whole | Text):
            return self._compared(sign, left, right, self.value)
        if isinstance(left, Whole | Text):
            sign, left, right = _TURNED[sign], right, left
        codes = self.coding.columns
        if isinstance(left, Column) and left.name in codes:
            if not isinstance(right, Column):
                code = self.coding.code(right)
                found = _COMPARE[sign](self.read(left.name), code)
                told_apart = code > MISSING and sign in ("==", ">", ">=")
                return found if told_apart else found & (self.read(left.name) != MISSING)
            if right.name in codes:
                one, other = self.read(left.name), self.read(right.name)
                return _COMPARE[sign](one, other) & (one != MISSING) & (other != MISSING)
        is_text = any(
            isinstance(side, Text) or (isinstance(side, Column) and self.is_text(side.name)) for side in (left, right)
        )
        return self._compared(sign, left, right, self._text if is_text else self.value)

    def _compared(self, sign: Sign, left: Cell, right: Cell, emit: Callable[[Cell], nw.Expr]) -> nw.Expr:
        one, other = emit(left), emit(right)
        found = _COMPARE[sign](one, other)
        if sign == "!=" and self.nulls is Nulls.NAN:
            return found & ~one.is_null() & ~other.is_null()
        return found

    def is_text(self, column: str) -> bool:
        """Say whether a column of the plan holds texts, be it as codes."""
        return column in self._texts

    def _among(self, condition: Among) -> nw.Expr:
        held = self.read(condition.of.name)
        options: list[int | float | str]
        if condition.of.name in self.coding.columns:
            codes = [self.coding.texts[o] if isinstance(o, str) else o for o in condition.options]
            options = [code for code in codes if code > MISSING]  # no value has a negative code
            present = held != MISSING
        else:
            options = [float(o) if self.floats and isinstance(o, int) else o for o in condition.options]
            present = ~held.is_null()
        if condition.out:
            return self._joined(and_, [present, *(held != option for option in options)], none=True)
        if len(options) <= _FEW_OPTIONS:
            return self._joined(or_, [held == option for option in options], none=False)
        return held.is_in(options)

    def _present(self, condition: Present) -> nw.Expr:
        held = self.read(condition.of.name)
        if condition.of.name in self.coding.columns:
            return held == MISSING if condition.out else held != MISSING
        return held.is_null() if condition.out else ~held.is_null()


def _constant_part(cell: Cell) -> tuple[Cell | None, int]:
    """Split a sum into its terms, if there are any, and the constant at its end."""
    match cell:
        case Whole():
            return None, cell.value
        case Plus(terms, Whole(value)):
            inner, constant = _constant_part(terms)
            return inner, constant + value
        case Minus(terms, Whole(value)):
            inner, constant = _constant_part(terms)
            return inner, constant - value
        case _:
            return cell, 0
