"""Scaled numbers as columns: what each operation does to units, decimals, bounds and the largest temporary.

Rounding, signs and pieces of a line become sums, products and floors of a number of zero or more by a positive one.
A value that is asked about (is it present? which sign has it?) gets a column of its own.
"""

from collections.abc import Iterable
from typing import Final, final

import attrs

from supplychain_rules.engines.plan import (
    FLOAT_LIMIT,
    All,
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
    Times,
    Whole,
    columns_in,
)
from supplychain_rules.language.segments import Segment, Segments
from supplychain_rules.language.types import ChoiceType, NumberType, TextType, Type
from supplychain_rules.values.rounding import RoundingMode, divide

__all__ = ["ALWAYS", "NEVER", "Columns", "Number", "pick"]

#: The condition that is sure for every row.
ALWAYS: Final = All()

#: The condition that is sure for no row.
NEVER: Final = Any()


@final
@attrs.frozen
class Number:
    """A number under construction: its units, their decimals and their bounds."""

    cell: Cell
    decimals: int
    low: int
    high: int
    optional: bool


class Columns:
    """The columns so far, and the arithmetic that adds to them."""

    def __init__(self) -> None:
        self.columns: list[PlanColumn] = []
        #: The largest whole number so far, by its size.
        self.reach = 1
        self._levels: dict[str, int] = {}
        #: How many comparisons of records stand before each column.
        self._stages: dict[str, int] = {}
        #: The column of each expression that has one.
        self._held: dict[tuple[Cell, bool], Column] = {}

    def hold(self, cell: Cell, kind: Type) -> Column:
        """Give a value a column of its own, unless it has one."""
        if isinstance(cell, Column):
            return cell
        is_text = isinstance(kind, TextType | ChoiceType)
        found = self._held.get((cell, is_text))
        if found is None:
            found = Column(f"c{len(self.columns)}")
            reads = tuple(columns_in(cell))
            stage = self.stage(reads)
            level = 1 + max((self._levels[name] for name in reads if self._stages[name] == stage), default=0)
            self.columns.append(
                PlanColumn(
                    name=found.name, cell=cell, optional=kind.optional, is_text=is_text, level=level, stage=stage
                )
            )
            self._levels[found.name] = level
            self._stages[found.name] = stage
            self._held[cell, is_text] = found
        return found

    def input(self, name: str, stage: int = 0) -> Column:
        """Add a column that is not computed from others: an input, or at a later stage what a comparison says."""
        self._levels[name] = 0
        self._stages[name] = stage
        return Column(name)

    def stage(self, names: Iterable[str]) -> int:
        """Return the first stage at which some columns are all known."""
        return max((self._stages[name] for name in names), default=0)

    def made(self, cell: Cell, decimals: int, low: int, high: int, optional: bool) -> Number:  # noqa: FBT001
        """Return a number and remember how large it may be."""
        self.reaches(low, high)
        return Number(_folded(cell), decimals, low, high, optional)

    def reaches(self, low: int, high: int) -> None:
        """Remember that some whole number may be as small or as large as that."""
        self.reach = max(self.reach, abs(low), abs(high))

    def at(self, number: Number, decimals: int) -> Number:
        """Rescale a number to as many decimals or more."""
        power = 10 ** (decimals - number.decimals)
        return number if power == 1 else attrs.evolve(self.times(number, power), decimals=decimals)

    def times(self, number: Number, factor: int) -> Number:
        """Multiply by a whole number."""
        low, high = sorted((number.low * factor, number.high * factor))
        self.reaches(factor, factor)
        cell = number.cell if factor == 1 else Times(number.cell, Whole(factor))
        return self.made(cell, number.decimals, low, high, number.optional)

    def _plus(self, number: Number, amount: int) -> Number:
        if not amount:
            return number
        self.reaches(amount, amount)
        cell = Plus(number.cell, Whole(amount))
        return self.made(cell, number.decimals, number.low + amount, number.high + amount, number.optional)

    def held(self, number: Number) -> Number:
        """Give a number a column, where its text would be repeated."""
        if isinstance(number.cell, Column | Whole):
            return number
        kind = NumberType(decimals=number.decimals, low=number.low, high=number.high, optional=number.optional)
        return attrs.evolve(number, cell=self.hold(number.cell, kind))

    def negated(self, number: Number) -> Number:
        """Return the number with the other sign."""
        cell = Minus(Whole(0), number.cell)
        return self.made(cell, number.decimals, -number.high, -number.low, number.optional)

    def size(self, number: Number) -> Number:
        """Return the number without its sign."""
        if number.low >= 0:
            return number
        if number.high <= 0:
            return self.negated(number)
        held = self.held(number)
        cell = Pick(((Compare("<", held.cell, Whole(0)), Minus(Whole(0), held.cell)),), held.cell)
        return self.made(cell, number.decimals, 0, max(-number.low, number.high), number.optional)

    def extreme(self, best: Number, other: Number, function: str) -> Number:
        """Take the least or largest (`function`: min or max) of two; missing where one is."""
        sign: Sign = "<" if function == "min" else ">"
        best_of = min if function == "min" else max
        best, other = self.held(best), self.held(other)
        better = Compare(sign, best.cell, other.cell)
        guards = [side for side in (best, other) if side.optional]
        low, high = best_of(best.low, other.low), best_of(best.high, other.high)
        if guards:
            present = All(tuple(Present(_as_column(side.cell)) for side in guards))
            cell: Cell = Pick(((better, best.cell), (present, other.cell)), Nothing())
        else:
            cell = Pick(((better, best.cell),), other.cell)
        return self.held(self.made(cell, best.decimals, low, high, bool(guards)))

    def divided(self, over: Number, under: int, mode: RoundingMode) -> Number:
        """Divide by a positive constant and round."""
        unit = Number(Whole(under), 0, under, under, optional=False)
        return self._signed(over, unit, mode)

    def _signed(self, number: Number, under: Number, mode: RoundingMode) -> Number:
        """Divide a number of any sign by a positive one and round."""
        if number.low >= 0:
            return self._rounded(number, under, mode, negative=False)
        if number.high <= 0:
            return self.negated(self._rounded(self.negated(number), under, mode, negative=True))
        held = self.held(number)
        if mode in ("half_up", "half_even"):  # both signs alike
            above = self.held(self._rounded(self.held(self.size(held)), under, mode, negative=False))
            below = self.negated(above)
        else:
            above = self._rounded(attrs.evolve(held, low=0), under, mode, negative=False)
            turned = attrs.evolve(self.negated(held), low=0)
            below = self.negated(self._rounded(turned, under, mode, negative=True))
        cell = Pick(((Compare("<", held.cell, Whole(0)), below.cell),), above.cell)
        return self.made(cell, number.decimals, below.low, above.high, number.optional)

    def _rounded(self, over: Number, under: Number, mode: RoundingMode, *, negative: bool) -> Number:
        """Divide a size of zero or more by a positive number; `negative` says whose size it is."""
        optional = over.optional or under.optional
        self.reaches(0, under.high)
        if mode == "half_even":
            return self._half_even(over, under)
        if mode == "half_up":
            if isinstance(under.cell, Whole):
                top = self._plus(over, under.low // 2)
                bottom = under
            else:
                doubled = self.times(over, 2)
                high = doubled.high + under.high
                top = self.made(Plus(doubled.cell, under.cell), 0, doubled.low + under.low, high, optional)
                bottom = self.times(under, 2)
        elif (mode == "ceil") is not negative:  # away from zero
            high = over.high + under.high - 1
            cell = Minus(Plus(over.cell, under.cell), Whole(1))
            top, bottom = self.made(cell, 0, over.low + under.low - 1, high, optional), under
            self.reaches(0, high + 1)
        else:
            top, bottom = over, under
        least = max(1, bottom.low)
        floor = top.cell if bottom.cell == Whole(1) else Quotient(top.cell, bottom.cell)
        return self.made(floor, 0, top.low // max(1, bottom.high), top.high // least, optional)

    def _half_even(self, over: Number, under: Number) -> Number:
        """Take the floor, and one more where the rest is more than half, or half and the floor odd."""
        optional = over.optional or under.optional
        high = over.high // max(1, under.low)
        size, unit = self.held(over), self.held(under)
        floor = self.held(self.made(Quotient(size.cell, unit.cell), 0, 0, high, optional))
        rest = Minus(size.cell, Times(floor.cell, unit.cell))
        twice = self.held(self.made(Times(rest, Whole(2)), 0, 0, 2 * under.high, optional))
        odd = Compare("==", Minus(floor.cell, Times(Quotient(floor.cell, Whole(2)), Whole(2))), Whole(1))
        more = Any(
            (Compare(">", twice.cell, unit.cell), All((Compare("==", twice.cell, unit.cell), odd))),
        )
        cell = Pick(((more, Plus(floor.cell, Whole(1))),), floor.cell)
        return self.made(cell, 0, 0, high + 1, optional)

    def quotient(self, over: Number, under: Number, decimals: int, mode: RoundingMode) -> Number:
        """Divide and round to `decimals` places; missing where the divisor is zero."""
        shift = decimals + under.decimals - over.decimals
        over = self.times(over, 10 ** max(shift, 0))
        under = self.times(under, 10 ** max(-shift, 0))
        if isinstance(under.cell, Whole) and under.cell.value > 0:
            return attrs.evolve(self.divided(over, under.cell.value, mode), decimals=decimals)
        may_be_zero = under.low <= 0 <= under.high
        under = self.held(under)
        if under.low < 0:  # turn both signs round where the divisor is negative
            over = self.held(over)
            turn = Compare("<", under.cell, Whole(0))
            largest = max(-over.low, over.high)
            turned = Pick(((turn, Minus(Whole(0), over.cell)),), over.cell)
            over = self.made(turned, over.decimals, -largest, largest, over.optional or under.optional)
        size = self.size(under)
        if may_be_zero:  # no engine may ever divide by zero, not even where the result is not used
            cell = Pick(((Compare("==", under.cell, Whole(0)), Whole(1)),), size.cell)
            size = self.made(cell, 0, 1, max(1, size.high), under.optional)
        size = self.held(size)
        found = self._signed(over, size, mode)
        if may_be_zero:
            cell = Pick(((Compare("!=", under.cell, Whole(0)), found.cell),), Nothing())
            found = self.made(cell, 0, found.low, found.high, optional=True)
        return attrs.evolve(found, decimals=decimals, optional=may_be_zero or over.optional or under.optional)

    def piecewise(self, operand: Number, function: Segments, kind: NumberType) -> Number:
        """Read a piecewise function at a number; `kind` is the type of the result."""
        x = self.held(self.at(operand, function.decimals))
        self.reaches(0, function.reach(x.low, x.high))
        self.reaches(function.start, function.pieces[-1].until)
        branches: list[tuple[Condition, Cell]] = [(Compare("<=", x.cell, Whole(function.start)), Whole(function.first))]
        begin = function.start
        for piece in function.pieces:
            ends = (piece.numerator(begin), piece.numerator(piece.until))
            if piece.slope == 0:
                level: Cell = Whole(divide(piece.offset, piece.divisor))
            else:
                # Between its ends the piece is what these bounds say; elsewhere another branch is taken.
                line = self._line(x, piece, begin)
                number = Number(line, kind.decimals, min(ends), max(ends), x.optional)
                level = self.divided(number, piece.divisor, "half_up").cell
            branches.append((Compare("<", x.cell, Whole(piece.until)), level))
            begin = piece.until
        # A missing operand is in no branch.
        last: Cell = Whole(function.last)
        if x.optional:
            branches.append((Present(_as_column(x.cell)), last))
            last = Nothing()
        return self.made(pick(tuple(branches), last), kind.decimals, kind.low, kind.high, kind.optional)

    def _line(self, x: Number, piece: Segment, begin: int) -> Cell:
        """Lower what a piece divides; counted from its beginning where the terms alone would grow too large."""
        reach = max(abs(x.low * piece.slope), abs(x.high * piece.slope), abs(piece.offset), abs(piece.slope))
        if reach < FLOAT_LIMIT:
            self.reaches(0, reach)
            return _folded(Plus(Times(x.cell, Whole(piece.slope)), Whole(piece.offset)))
        start = piece.numerator(begin)
        ends = [piece.numerator(at) - start for at in (x.low, x.high)]
        self.reaches(min(ends), max(ends))
        self.reaches(abs(begin) + max(abs(x.low), abs(x.high)), max(abs(start), abs(piece.slope)))
        return _folded(Plus(Times(Minus(x.cell, Whole(begin)), Whole(piece.slope)), Whole(start)))


def _as_column(cell: Cell) -> Column:
    assert isinstance(cell, Column)  # noqa: S101  a literal is never missing, and anything else was given a column
    return cell


def pick(branches: tuple[tuple[Condition, Cell], ...], otherwise: Cell) -> Cell:
    """Build a pick without branches that are never or always taken."""
    kept: list[tuple[Condition, Cell]] = []
    for condition, cell in branches:
        if condition == ALWAYS:
            otherwise = cell
            break
        if condition != NEVER:
            kept.append((condition, cell))
    while kept and kept[-1][1] == otherwise:
        kept.pop()
    return Pick(tuple(kept), otherwise) if kept else otherwise


def _folded(cell: Cell) -> Cell:
    """Compute what is constant."""
    match cell:
        case Plus(Whole(one), Whole(other)):
            return Whole(one + other)
        case Minus(Whole(one), Whole(other)):
            return Whole(one - other)
        case Times(Whole(one), Whole(other)):
            return Whole(one * other)
        case Quotient(Whole(one), Whole(other)):
            return Whole(one // other)
        case Plus(inner, Whole(0)) | Times(inner, Whole(1)):
            return inner
        case _:
            return cell
