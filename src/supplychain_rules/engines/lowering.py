"""From a program to a plan: scales, signs, rounding and three-valued logic become a dozen operators.

A condition is lowered twice, to where it is surely true and to where it is surely false, with negation pushed down to
the comparisons; unknown is neither. A value that is asked about (is it present? which sign has it?) gets a column of
its own.
"""

import operator
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final, assert_never, final

import attrs

from supplychain_rules.engines.plan import (
    FLOAT_LIMIT,
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
    PlanGuard,
    PlanInput,
    PlanOutput,
    Plus,
    Present,
    Quotient,
    Sign,
    Text,
    Times,
    Whole,
    columns_in,
)
from supplychain_rules.language import nodes
from supplychain_rules.language.program import Binding, Program, needed_bindings
from supplychain_rules.language.segments import Segment, segments
from supplychain_rules.language.typed import Typed
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    NumberType,
    TextType,
    Type,
    day_number,
    with_optional,
)
from supplychain_rules.values.rounding import RoundingMode, divide, round_to_units

__all__ = ["lower", "unsupported"]

_ALWAYS: Final = All()
_NEVER: Final = Any()

_NEGATED: Final[dict[Sign, Sign]] = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}

_ORDERS: Final[dict[Sign, Callable[[int, int], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def unsupported(program: Program) -> tuple[str, ...]:
    """Return the names of the bindings that no plan can hold: a geometric mean is exact on the Python engine only."""
    return tuple(binding.name for binding in program.bindings if _has_root(binding.value))


def _has_root(value: Typed) -> bool:
    return isinstance(value.node, nodes.GeometricMean) or any(_has_root(part) for part in value.parts)


def lower(program: Program, outputs: Iterable[str]) -> Plan:
    """Return the plan that computes the given outputs; inner parts of a step count as outputs too.

    What cannot be lowered must not be among what they read; see `unsupported`.
    """
    wanted = tuple(outputs)
    lowering = _Lowering(program)
    read = {guard.count for guard in program.guards}
    for binding in needed_bindings(program, frozenset(wanted) | read):
        lowering.bind(binding)
    types = {field.name: field.type for field in program.inputs} | {b.name: b.type for b in program.bindings}
    return Plan(
        inputs=tuple(lowering.inputs),
        columns=tuple(lowering.columns),
        outputs=tuple(PlanOutput(output=name, column=lowering.named[name].name, type=types[name]) for name in wanted),
        guards=tuple(PlanGuard(column=lowering.named[g.count].name, path=g.path) for g in program.guards),
        reach=lowering.reach,
    )


@final
@attrs.frozen
class _Number:
    """A number under construction: its units, their decimals and their bounds."""

    cell: Cell
    decimals: int
    low: int
    high: int
    optional: bool


class _Lowering:
    """The columns so far."""

    def __init__(self, program: Program) -> None:
        self.inputs: list[PlanInput] = []
        self.columns: list[PlanColumn] = []
        #: The column of each input and binding.
        self.named: dict[str, Column] = {}
        self.reach = 1
        self._levels: dict[str, int] = {}
        #: The column of each expression that has one.
        self._held: dict[tuple[Cell, bool], Column] = {}
        for place, field in enumerate(program.inputs):
            column = Column(f"i{place}")
            self.inputs.append(PlanInput(name=column.name, input=field.name, type=field.type))
            self.named[field.name] = column
            self._levels[column.name] = 0
            if isinstance(field.type, NumberType):
                self._reaches(field.type.low, field.type.high)

    def bind(self, binding: Binding) -> None:
        """Lower a binding to a column; a mere copy shares the column."""
        cell = self._cell(binding.value, binding.type)
        self.named[binding.name] = self._hold(cell, binding.type)

    def _hold(self, cell: Cell, kind: Type) -> Column:
        """Give a value a column of its own, unless it has one."""
        if isinstance(cell, Column):
            return cell
        is_text = isinstance(kind, TextType | ChoiceType)
        found = self._held.get((cell, is_text))
        if found is None:
            found = Column(f"c{len(self.columns)}")
            level = 1 + max((self._levels[name] for name in columns_in(cell)), default=0)
            self.columns.append(
                PlanColumn(name=found.name, cell=cell, optional=kind.optional, is_text=is_text, level=level)
            )
            self._levels[found.name] = level
            self._held[cell, is_text] = found
        return found

    def _column(self, value: Typed) -> Column:
        """Return the column that holds a value."""
        return self._hold(self._cell(value, value.type), value.type)

    # Values

    def _cell(self, value: Typed, kind: Type) -> Cell:
        """Lower a value, scaled as `kind`."""
        node = value.node
        match node:
            case nodes.Missing():
                return Nothing()
            case nodes.Name():
                if isinstance(value.type, NumberType) and isinstance(kind, NumberType):
                    return self._at(self._number(value), kind.decimals).cell
                return self.named[node.name]
            case nodes.Case():
                branches = tuple(
                    (self._sure(when, wanted=True), self._cell(then, kind))
                    for when, then in zip(value.parts[0:-1:2], value.parts[1::2], strict=True)
                )
                return _pick(branches, self._cell(value.parts[-1], kind))
            case nodes.Call(function="coalesce"):
                return self._coalesce(value, kind)
            case nodes.Choose():
                index = self._column(value.parts[0])
                options = tuple(self._constant(option, kind) for option in node.values)
                return Pick(
                    tuple((Compare("==", index, Whole(at)), option) for at, option in enumerate(options)), Nothing()
                )
            case nodes.Number() | nodes.Day() | nodes.Text() | nodes.Boolean():
                return self._constant(node, kind)
        if isinstance(kind, BooleanType):
            true = (self._sure(value, wanted=True), Whole(1))
            if not value.type.optional:
                return _pick((true,), Whole(0))
            return _pick((true, (self._sure(value, wanted=False), Whole(0))), Nothing())
        decimals = kind.decimals if isinstance(kind, NumberType) else 0
        return self._at(self._number(value), decimals).cell

    def _constant(self, node: nodes.Constant, kind: Type) -> Whole | Text | Nothing:
        match node:
            case nodes.Number():
                units = round_to_units(Fraction(node.value), kind.decimals if isinstance(kind, NumberType) else 0)
                self._reaches(units, units)
                return Whole(units)
            case nodes.Text():
                return Text(node.value)
            case nodes.Boolean():
                return Whole(int(node.value))
            case nodes.Day():
                return Whole(day_number(node.value))
            case nodes.Missing():
                return Nothing()
            case _:
                assert_never(node)

    def _coalesce(self, value: Typed, kind: Type) -> Cell:
        branches: list[tuple[Condition, Cell]] = []
        for part in value.parts[:-1]:
            cell = self._cell(part, kind)
            if not part.type.optional:
                return _pick(tuple(branches), cell)
            if not isinstance(cell, Nothing):
                column = self._hold(cell, with_optional(kind, optional=True))
                branches.append((Present(column), column))
        return _pick(tuple(branches), self._cell(value.parts[-1], kind))

    # Numbers

    def _number(self, value: Typed) -> _Number:
        """Lower a number or a day."""
        node, kind = value.node, value.type
        decimals = kind.decimals if isinstance(kind, NumberType) else 0
        low, high = _bounds(kind)
        match node:
            case nodes.Name():
                return _Number(self.named[node.name], decimals, low, high, kind.optional)
            case nodes.Number() | nodes.Day():
                return _Number(self._constant(node, kind), decimals, low, high, optional=False)
            case nodes.Negate():
                operand = self._number(value.parts[0])
                return self._made(Minus(Whole(0), operand.cell), decimals, low, high, operand.optional)
            case nodes.Sum():
                return self._sum(value, decimals)
            case nodes.Product():
                return self._product(value)
            case nodes.Round():
                return self._round(value, node)
            case nodes.RoundDivide():
                return self._round_divide(value, node)
            case nodes.Piecewise():
                return self._piecewise(value, node)
            case nodes.Call(function="min" | "max"):
                return self._extreme(value, node.function, decimals)
            case nodes.Call(function="abs"):
                return self._size(self._number(value.parts[0]))
            case nodes.Call(function="days_between"):
                first, last = (self._number(part) for part in value.parts)
                return self._made(Minus(last.cell, first.cell), 0, low, high, kind.optional)
            case nodes.Call(function="add_days"):
                day, count = (self._number(part) for part in value.parts)
                return self._made(Plus(day.cell, count.cell), 0, low, high, kind.optional)
            case nodes.GeometricMean():
                raise AssertionError(node)  # `unsupported` names it, and nobody may ask for it
            case _:
                return _Number(self._column(value), decimals, low, high, kind.optional)

    def _made(self, cell: Cell, decimals: int, low: int, high: int, optional: bool) -> _Number:  # noqa: FBT001
        self._reaches(low, high)
        return _Number(_folded(cell), decimals, low, high, optional)

    def _reaches(self, low: int, high: int) -> None:
        self.reach = max(self.reach, abs(low), abs(high))

    def _at(self, number: _Number, decimals: int) -> _Number:
        """Rescale a number to as many decimals or more."""
        power = 10 ** (decimals - number.decimals)
        return number if power == 1 else attrs.evolve(self._times(number, power), decimals=decimals)

    def _times(self, number: _Number, factor: int) -> _Number:
        low, high = sorted((number.low * factor, number.high * factor))
        self._reaches(factor, factor)
        cell = number.cell if factor == 1 else Times(number.cell, Whole(factor))
        return self._made(cell, number.decimals, low, high, number.optional)

    def _plus(self, number: _Number, amount: int) -> _Number:
        if not amount:
            return number
        self._reaches(amount, amount)
        cell = Plus(number.cell, Whole(amount))
        return self._made(cell, number.decimals, number.low + amount, number.high + amount, number.optional)

    def _held_number(self, number: _Number) -> _Number:
        """Give a number a column, where its text would be repeated."""
        if isinstance(number.cell, Column | Whole):
            return number
        kind = NumberType(decimals=number.decimals, low=number.low, high=number.high, optional=number.optional)
        return attrs.evolve(number, cell=self._hold(number.cell, kind))

    def _negated(self, number: _Number) -> _Number:
        cell = Minus(Whole(0), number.cell)
        return self._made(cell, number.decimals, -number.high, -number.low, number.optional)

    def _size(self, number: _Number) -> _Number:
        """Return the number without its sign."""
        if number.low >= 0:
            return number
        if number.high <= 0:
            return self._negated(number)
        held = self._held_number(number)
        cell = Pick(((Compare("<", held.cell, Whole(0)), Minus(Whole(0), held.cell)),), held.cell)
        return self._made(cell, number.decimals, 0, max(-number.low, number.high), number.optional)

    def _sum(self, value: Typed, decimals: int) -> _Number:
        low = high = 0
        cell: Cell | None = None
        for term in value.parts:
            if isinstance(term.node, nodes.Negate) and cell is not None:
                part = self._at(self._number(term.parts[0]), decimals)
                low, high = low - part.high, high - part.low
                cell = Minus(cell, part.cell)
            else:
                part = self._at(self._number(term), decimals)
                low, high = low + part.low, high + part.high
                cell = part.cell if cell is None else Plus(cell, part.cell)
            self._reaches(low, high)
        assert cell is not None  # noqa: S101  a sum has terms
        return self._made(cell, decimals, *_bounds(value.type), value.type.optional)

    def _product(self, value: Typed) -> _Number:
        whole = self._number(value.parts[0])
        for factor in value.parts[1:]:
            part = self._number(factor)
            corners = [one * other for one in (whole.low, whole.high) for other in (part.low, part.high)]
            decimals, optional = whole.decimals + part.decimals, whole.optional or part.optional
            whole = self._made(Times(whole.cell, part.cell), decimals, min(corners), max(corners), optional)
        return whole

    def _extreme(self, value: Typed, function: str, decimals: int) -> _Number:
        """Take the least or largest, two at a time; missing where any is."""
        sign: Sign = "<" if function == "min" else ">"
        best_of = min if function == "min" else max
        best = self._held_number(self._at(self._number(value.parts[0]), decimals))
        for part in value.parts[1:]:
            other = self._held_number(self._at(self._number(part), decimals))
            better = Compare(sign, best.cell, other.cell)
            guards = [side for side in (best, other) if side.optional]
            low, high = best_of(best.low, other.low), best_of(best.high, other.high)
            if guards:
                present = All(tuple(Present(_as_column(side.cell)) for side in guards))
                cell: Cell = Pick(((better, best.cell), (present, other.cell)), Nothing())
            else:
                cell = Pick(((better, best.cell),), other.cell)
            best = self._held_number(self._made(cell, decimals, low, high, bool(guards)))
        return best

    def _round(self, value: Typed, node: nodes.Round) -> _Number:
        operand = self._number(value.parts[0])
        if operand.decimals <= node.decimals:
            return self._at(operand, node.decimals)
        power = 10 ** (operand.decimals - node.decimals)
        return attrs.evolve(self._divided(operand, power, node.mode), decimals=node.decimals)

    def _divided(self, over: _Number, under: int, mode: RoundingMode) -> _Number:
        """Divide by a positive constant and round."""
        unit = _Number(Whole(under), 0, under, under, optional=False)
        return self._signed(over, unit, mode)

    def _signed(self, number: _Number, under: _Number, mode: RoundingMode) -> _Number:
        """Divide a number of any sign by a positive one and round."""
        if number.low >= 0:
            return self._rounded(number, under, mode, negative=False)
        if number.high <= 0:
            return self._negated(self._rounded(self._negated(number), under, mode, negative=True))
        held = self._held_number(number)
        if mode in ("half_up", "half_even"):  # both signs alike
            above = self._held_number(self._rounded(self._held_number(self._size(held)), under, mode, negative=False))
            below = self._negated(above)
        else:
            above = self._rounded(attrs.evolve(held, low=0), under, mode, negative=False)
            turned = attrs.evolve(self._negated(held), low=0)
            below = self._negated(self._rounded(turned, under, mode, negative=True))
        cell = Pick(((Compare("<", held.cell, Whole(0)), below.cell),), above.cell)
        return self._made(cell, number.decimals, below.low, above.high, number.optional)

    def _rounded(self, over: _Number, under: _Number, mode: RoundingMode, *, negative: bool) -> _Number:
        """Divide a size of zero or more by a positive number; `negative` says whose size it is."""
        optional = over.optional or under.optional
        self._reaches(0, under.high)
        if mode == "half_even":
            return self._half_even(over, under)
        if mode == "half_up":
            if isinstance(under.cell, Whole):
                top = self._plus(over, under.low // 2)
                bottom = under
            else:
                doubled = self._times(over, 2)
                high = doubled.high + under.high
                top = self._made(Plus(doubled.cell, under.cell), 0, doubled.low + under.low, high, optional)
                bottom = self._times(under, 2)
        elif (mode == "ceil") is not negative:  # away from zero
            high = over.high + under.high - 1
            cell = Minus(Plus(over.cell, under.cell), Whole(1))
            top, bottom = self._made(cell, 0, over.low + under.low - 1, high, optional), under
            self._reaches(0, high + 1)
        else:
            top, bottom = over, under
        least = max(1, bottom.low)
        floor = top.cell if bottom.cell == Whole(1) else Quotient(top.cell, bottom.cell)
        return self._made(floor, 0, top.low // max(1, bottom.high), top.high // least, optional)

    def _half_even(self, over: _Number, under: _Number) -> _Number:
        """Take the floor, and one more where the rest is more than half, or half and the floor odd."""
        optional = over.optional or under.optional
        high = over.high // max(1, under.low)
        size, unit = self._held_number(over), self._held_number(under)
        floor = self._held_number(self._made(Quotient(size.cell, unit.cell), 0, 0, high, optional))
        rest = Minus(size.cell, Times(floor.cell, unit.cell))
        twice = self._held_number(self._made(Times(rest, Whole(2)), 0, 0, 2 * under.high, optional))
        odd = Compare("==", Minus(floor.cell, Times(Quotient(floor.cell, Whole(2)), Whole(2))), Whole(1))
        more = Any(
            (Compare(">", twice.cell, unit.cell), All((Compare("==", twice.cell, unit.cell), odd))),
        )
        cell = Pick(((more, Plus(floor.cell, Whole(1))),), floor.cell)
        return self._made(cell, 0, 0, high + 1, optional)

    def _round_divide(self, value: Typed, node: nodes.RoundDivide) -> _Number:
        over, under = (self._number(part) for part in value.parts)
        shift = node.decimals + under.decimals - over.decimals
        over = self._times(over, 10 ** max(shift, 0))
        under = self._times(under, 10 ** max(-shift, 0))
        if isinstance(under.cell, Whole) and under.cell.value > 0:
            return attrs.evolve(self._divided(over, under.cell.value, node.mode), decimals=node.decimals)
        may_be_zero = under.low <= 0 <= under.high
        under = self._held_number(under)
        if under.low < 0:  # turn both signs round where the divisor is negative
            over = self._held_number(over)
            turn = Compare("<", under.cell, Whole(0))
            largest = max(-over.low, over.high)
            turned = Pick(((turn, Minus(Whole(0), over.cell)),), over.cell)
            over = self._made(turned, over.decimals, -largest, largest, over.optional or under.optional)
        size = self._size(under)
        if may_be_zero:  # no engine may ever divide by zero, not even where the result is not used
            cell = Pick(((Compare("==", under.cell, Whole(0)), Whole(1)),), size.cell)
            size = self._made(cell, 0, 1, max(1, size.high), under.optional)
        size = self._held_number(size)
        found = self._signed(over, size, node.mode)
        if may_be_zero:
            cell = Pick(((Compare("!=", under.cell, Whole(0)), found.cell),), Nothing())
            found = self._made(cell, 0, found.low, found.high, optional=True)
        return attrs.evolve(found, decimals=node.decimals, optional=value.type.optional)

    def _piecewise(self, value: Typed, node: nodes.Piecewise) -> _Number:
        operand = self._number(value.parts[0])
        function = segments(node, operand.decimals)
        x = self._held_number(self._at(operand, function.decimals))
        self._reaches(0, function.reach(x.low, x.high))
        self._reaches(function.start, function.pieces[-1].until)
        branches: list[tuple[Condition, Cell]] = [(Compare("<=", x.cell, Whole(function.start)), Whole(function.first))]
        begin = function.start
        for piece in function.pieces:
            ends = (piece.numerator(begin), piece.numerator(piece.until))
            if piece.slope == 0:
                level: Cell = Whole(divide(piece.offset, piece.divisor))
            else:
                # Between its ends the piece is what these bounds say; elsewhere another branch is taken.
                line = self._line(x, piece, begin)
                number = _Number(line, node.decimals, min(ends), max(ends), x.optional)
                level = self._divided(number, piece.divisor, "half_up").cell
            branches.append((Compare("<", x.cell, Whole(piece.until)), level))
            begin = piece.until
        # A missing operand is in no branch.
        last: Cell = Whole(function.last)
        if x.optional:
            branches.append((Present(_as_column(x.cell)), last))
            last = Nothing()
        return self._made(_pick(tuple(branches), last), node.decimals, *_bounds(value.type), value.type.optional)

    def _line(self, x: _Number, piece: Segment, begin: int) -> Cell:
        """Lower what a piece divides; counted from its beginning where the terms alone would grow too large."""
        reach = max(abs(x.low * piece.slope), abs(x.high * piece.slope), abs(piece.offset), abs(piece.slope))
        if reach < FLOAT_LIMIT:
            self._reaches(0, reach)
            return _folded(Plus(Times(x.cell, Whole(piece.slope)), Whole(piece.offset)))
        start = piece.numerator(begin)
        ends = [piece.numerator(at) - start for at in (x.low, x.high)]
        self._reaches(min(ends), max(ends))
        self._reaches(abs(begin) + max(abs(x.low), abs(x.high)), max(abs(start), abs(piece.slope)))
        return _folded(Plus(Times(Minus(x.cell, Whole(begin)), Whole(piece.slope)), Whole(start)))

    # Conditions

    def _sure(self, value: Typed, *, wanted: bool) -> Condition:
        """Lower a condition to where it is surely `wanted`."""
        node = value.node
        match node:
            case nodes.Boolean():
                return _ALWAYS if node.value is wanted else _NEVER
            case nodes.Missing():
                return _NEVER
            case nodes.Not():
                return self._sure(value.parts[0], wanted=not wanted)
            case nodes.And() | nodes.Or():
                parts = tuple(self._sure(part, wanted=wanted) for part in value.parts)
                return _all(parts) if isinstance(node, nodes.And) is wanted else _any(parts)
            case nodes.Compare():
                return self._comparison(value, node, wanted=wanted)
            case nodes.In():
                return self._membership(value, node, wanted=wanted)
            case nodes.Call(function="is_missing"):
                operand = value.parts[0]
                if not operand.type.optional:
                    return _NEVER if wanted else _ALWAYS
                column = self._column(operand)
                return Present(column, out=wanted)
            case _:
                return Compare("==", self._column(value), Whole(int(wanted)))

    def _comparison(self, value: Typed, node: nodes.Compare, *, wanted: bool) -> Condition:
        sign = node.operator if wanted else _NEGATED[node.operator]
        left, right = value.parts
        if (
            isinstance(node.left, nodes.Name)
            and isinstance(node.right, nodes.Text)
            and isinstance(left.type, NumberType)
        ):
            return self._ranked(node.left, left, right, sign)
        if isinstance(left.type, NumberType) and isinstance(right.type, NumberType):
            decimals = max(left.type.decimals, right.type.decimals)
            one, other = (self._at(self._number(side), decimals) for side in (left, right))
            return _compared(sign, one.cell, other.cell)
        one_cell, other_cell = (self._cell(side, side.type) for side in (left, right))
        if isinstance(one_cell, Nothing) or isinstance(other_cell, Nothing):
            return _NEVER
        return _compared(sign, self._plain(one_cell, left.type), self._plain(other_cell, right.type))

    def _plain(self, cell: Cell, kind: Type) -> Cell:
        """Return a value as something cheap to compare: a column or a constant."""
        return cell if isinstance(cell, Column | Whole | Text | Nothing) else self._hold(cell, kind)

    def _ranked(self, option: nodes.Name, ranks: Typed, edge: Typed, sign: Sign) -> Condition:
        """Lower the order of options against a fixed one: it is one of the options on that side."""
        assert isinstance(ranks.node, nodes.Case)  # noqa: S101  `infer` writes the order as a case
        assert isinstance(edge.node, nodes.Number)  # noqa: S101
        options = [
            branch.when.right.value
            for branch in ranks.node.branches
            if isinstance(branch.when, nodes.Compare) and isinstance(branch.when.right, nodes.Text)
        ]
        test = _ORDERS[sign]
        kept = tuple(option for at, option in enumerate(options) if test(at, int(edge.node.value)))
        return _among(self.named[option.name], kept)

    def _membership(self, value: Typed, node: nodes.In, *, wanted: bool) -> Condition:
        operand = value.parts[0]
        column = self._column(operand)
        kind = operand.type
        kept: list[int | str] = []
        for option in node.options:
            if isinstance(option, nodes.Number) and isinstance(kind, NumberType):
                units = Fraction(option.value) * 10**kind.decimals
                if units.denominator == 1:  # one with more decimals can never be equal to it
                    kept.append(int(units))
                    self._reaches(int(units), int(units))
            else:
                constant = self._constant(option, kind)
                if not isinstance(constant, Nothing):
                    kept.append(constant.value)
        if wanted:
            return _among(column, tuple(kept))
        if kept:
            return Among(column, tuple(kept), out=True)  # type: ignore[arg-type]  # all numbers or all texts
        return Present(column) if kind.optional else _ALWAYS


def _bounds(kind: Type) -> tuple[int, int]:
    low, high = getattr(kind, "low", 0), getattr(kind, "high", 0)
    return low, high


def _as_column(cell: Cell) -> Column:
    assert isinstance(cell, Column)  # noqa: S101  a literal is never missing, and anything else was given a column
    return cell


def _compared(sign: Sign, left: Cell, right: Cell) -> Condition:
    """Build a comparison, decided at once between constants."""
    match left, right:
        case Whole(one), Whole(other):
            return _ALWAYS if _ORDERS[sign](one, other) else _NEVER
        case Text(), Text():
            return _ALWAYS if (left == right) is (sign == "==") else _NEVER
        case _:
            return Compare(sign, left, right)


def _among(column: Column, options: tuple[int | str, ...]) -> Condition:
    return Among(column, options) if options else _NEVER  # type: ignore[arg-type]  # all numbers or all texts


def _all(parts: tuple[Condition, ...]) -> Condition:
    if _NEVER in parts:
        return _NEVER
    kept = tuple(dict.fromkeys(part for part in parts if part != _ALWAYS))
    return kept[0] if len(kept) == 1 else All(kept)


def _any(parts: tuple[Condition, ...]) -> Condition:
    if _ALWAYS in parts:
        return _ALWAYS
    kept = tuple(dict.fromkeys(part for part in parts if part != _NEVER))
    return kept[0] if len(kept) == 1 else Any(kept)


def _pick(branches: tuple[tuple[Condition, Cell], ...], otherwise: Cell) -> Cell:
    """Build a pick without branches that are never or always taken."""
    kept: list[tuple[Condition, Cell]] = []
    for condition, cell in branches:
        if condition == _ALWAYS:
            otherwise = cell
            break
        if condition != _NEVER:
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
        case Plus(inner, Whole(0)) | Times(inner, Whole(1)):
            return inner
        case _:
            return cell
