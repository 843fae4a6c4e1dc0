"""From a program to a plan: scales, signs, rounding and three-valued logic become a dozen operators.

A condition is lowered twice, to where it is surely true and to where it is surely false, with negation pushed down to
the comparisons; unknown is neither. What numbers become stands in `lowering_numbers`.
"""

import operator
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final, assert_never

import attrs

from supplychain_rules.engines.lowering_numbers import ALWAYS, NEVER, Columns, Number, pick
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
    PlanGuard,
    PlanInput,
    PlanNegative,
    PlanOutput,
    PlanPopulation,
    Plus,
    Present,
    Sign,
    Text,
    Times,
    Whole,
)
from supplychain_rules.language import nodes
from supplychain_rules.language.populations import SUMS
from supplychain_rules.language.program import (
    MAX_RECORDS,
    Binding,
    Population,
    Program,
    needed_parts,
)
from supplychain_rules.language.segments import segments
from supplychain_rules.language.typed import Typed
from supplychain_rules.language.types import (
    BooleanType,
    NumberType,
    Type,
    day_number,
    with_optional,
)
from supplychain_rules.values.rounding import round_to_units

__all__ = ["checked_populations", "lower", "negative_sums", "unsupported"]

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
    checked = checked_populations(program)
    read = {guard.count for guard in program.guards} | {population.name for population in checked}
    for one in needed_parts(program, frozenset(wanted) | read):
        if isinstance(one, Population):
            lowering.compare(one)
        else:
            lowering.bind(one)
    types = program.types
    return Plan(
        inputs=tuple(lowering.inputs),
        columns=tuple(lowering.numbers.columns),
        outputs=tuple(PlanOutput(output=name, column=lowering.named[name].name, type=types[name]) for name in wanted),
        guards=tuple(PlanGuard(column=lowering.named[g.count].name, path=g.path) for g in program.guards),
        reach=lowering.numbers.reach,
        populations=tuple(lowering.populations),
        negatives=tuple(lowering.negatives.values()),
    )


def checked_populations(program: Program) -> tuple[Population, ...]:
    """Return the sums that may meet a negative value or outgrow their type: like guards they run whatever is asked."""
    types = program.types
    return tuple(one for one in program.populations if one.kind in SUMS and _is_checked(one, types[one.of]))


def negative_sums(program: Program) -> dict[str, Population]:
    """Return the names of what is added up and may be negative, each with the first population that does so."""
    types = program.types
    found: dict[str, Population] = {}
    for one in program.populations:
        if one.kind in SUMS and _may_be_negative(types[one.of]):
            found.setdefault(one.of, one)
    return found


def _may_be_negative(compared: Type) -> bool:
    return isinstance(compared, NumberType) and compared.low < 0


def _is_checked(population: Population, compared: Type) -> bool:
    assert isinstance(compared, NumberType)  # noqa: S101  only numbers are compared
    return _may_be_negative(compared) or _may_outgrow(population, compared)


def _may_outgrow(population: Population, compared: NumberType) -> bool:
    return compared.high * MAX_RECORDS > population.type.high


class _Lowering:
    """What the names of a program became so far."""

    def __init__(self, program: Program) -> None:
        self.numbers = Columns()
        self.inputs: list[PlanInput] = []
        #: The column of each input and binding.
        self.named: dict[str, Column] = {}
        for place, field in enumerate(program.inputs):
            column = self.numbers.input(f"i{place}")
            self.inputs.append(PlanInput(name=column.name, input=field.name, type=field.type))
            self.named[field.name] = column
            if isinstance(field.type, NumberType):
                self.numbers.reaches(field.type.low, field.type.high)
        self.populations: list[PlanPopulation] = []
        #: By column: the ones that are added up and may be negative.
        self.negatives: dict[str, PlanNegative] = {}
        self._types = program.types

    def compare(self, population: Population) -> None:
        """Add what a comparison says, as a column that nothing computes row by row."""
        of, *within = (self.named[name].name for name in (population.of, *population.within))
        stage = self.numbers.stage((of, *within))
        column = self.numbers.input(f"p{len(self.populations)}", stage + 1)
        self.named[population.name] = column
        self.numbers.reaches(population.type.low, population.type.high)
        limit: int | None = None
        if population.kind in SUMS:
            compared = self._types[population.of]
            assert isinstance(compared, NumberType)  # noqa: S101  only numbers are compared
            limit = population.type.high if _may_outgrow(population, compared) else None
            if _may_be_negative(compared):
                negative = PlanNegative(
                    column=of, decimals=compared.decimals, source=population.of, path=population.path
                )
                self.negatives.setdefault(of, negative)
        self.populations.append(
            PlanPopulation(
                name=column.name,
                kind=population.kind,
                of=of,
                within=tuple(within),
                limit=limit,
                stage=stage,
                source=population.of,
                path=population.path,
            )
        )

    def bind(self, binding: Binding) -> None:
        """Lower a binding to a column; a mere copy shares the column."""
        cell = self._cell(binding.value, binding.type)
        self.named[binding.name] = self.numbers.hold(cell, binding.type)

    def _column(self, value: Typed) -> Column:
        """Return the column that holds a value."""
        return self.numbers.hold(self._cell(value, value.type), value.type)

    # Values

    def _cell(self, value: Typed, kind: Type) -> Cell:
        """Lower a value, scaled as `kind`."""
        node = value.node
        match node:
            case nodes.Missing():
                return Nothing()
            case nodes.Name():
                if isinstance(value.type, NumberType) and isinstance(kind, NumberType):
                    return self.numbers.at(self._number(value), kind.decimals).cell
                return self.named[node.name]
            case nodes.Case():
                branches = tuple(
                    (self._sure(when, wanted=True), self._cell(then, kind))
                    for when, then in zip(value.parts[0:-1:2], value.parts[1::2], strict=True)
                )
                return pick(branches, self._cell(value.parts[-1], kind))
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
                return pick((true,), Whole(0))
            return pick((true, (self._sure(value, wanted=False), Whole(0))), Nothing())
        decimals = kind.decimals if isinstance(kind, NumberType) else 0
        return self.numbers.at(self._number(value), decimals).cell

    def _constant(self, node: nodes.Constant, kind: Type) -> Whole | Text | Nothing:
        match node:
            case nodes.Number():
                units = round_to_units(Fraction(node.value), kind.decimals if isinstance(kind, NumberType) else 0)
                self.numbers.reaches(units, units)
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
                return pick(tuple(branches), cell)
            if not isinstance(cell, Nothing):
                column = self.numbers.hold(cell, with_optional(kind, optional=True))
                branches.append((Present(column), column))
        return pick(tuple(branches), self._cell(value.parts[-1], kind))

    # Numbers

    def _number(self, value: Typed) -> Number:
        """Lower a number or a day."""
        node, kind = value.node, value.type
        decimals = kind.decimals if isinstance(kind, NumberType) else 0
        low, high = _bounds(kind)
        match node:
            case nodes.Name():
                return Number(self.named[node.name], decimals, low, high, kind.optional)
            case nodes.Number() | nodes.Day():
                return Number(self._constant(node, kind), decimals, low, high, optional=False)
            case nodes.Negate():
                operand = self._number(value.parts[0])
                return self.numbers.made(Minus(Whole(0), operand.cell), decimals, low, high, operand.optional)
            case nodes.Sum():
                return self._sum(value, decimals)
            case nodes.Product():
                return self._product(value)
            case nodes.Round():
                return self._round(value, node)
            case nodes.RoundDivide():
                over, under = (self._number(part) for part in value.parts)
                return self.numbers.quotient(over, under, node.decimals, node.mode)
            case nodes.Piecewise():
                return self._piecewise(value, node)
            case nodes.Call(function="min" | "max"):
                return self._extreme(value, node.function, decimals)
            case nodes.Call(function="abs"):
                return self.numbers.size(self._number(value.parts[0]))
            case nodes.Call(function="days_between"):
                first, last = (self._number(part) for part in value.parts)
                return self.numbers.made(Minus(last.cell, first.cell), 0, low, high, kind.optional)
            case nodes.Call(function="add_days"):
                day, count = (self._number(part) for part in value.parts)
                return self.numbers.made(Plus(day.cell, count.cell), 0, low, high, kind.optional)
            case nodes.GeometricMean():
                raise AssertionError(node)  # `unsupported` names it, and nobody may ask for it
            case _:
                return Number(self._column(value), decimals, low, high, kind.optional)

    def _sum(self, value: Typed, decimals: int) -> Number:
        low = high = 0
        cell: Cell | None = None
        for term in value.parts:
            if isinstance(term.node, nodes.Negate) and cell is not None:
                part = self.numbers.at(self._number(term.parts[0]), decimals)
                low, high = low - part.high, high - part.low
                cell = Minus(cell, part.cell)
            else:
                part = self.numbers.at(self._number(term), decimals)
                low, high = low + part.low, high + part.high
                cell = part.cell if cell is None else Plus(cell, part.cell)
            self.numbers.reaches(low, high)
        assert cell is not None  # noqa: S101  a sum has terms
        return self.numbers.made(cell, decimals, *_bounds(value.type), value.type.optional)

    def _product(self, value: Typed) -> Number:
        whole = self._number(value.parts[0])
        for factor in value.parts[1:]:
            part = self._number(factor)
            corners = [one * other for one in (whole.low, whole.high) for other in (part.low, part.high)]
            decimals, optional = whole.decimals + part.decimals, whole.optional or part.optional
            whole = self.numbers.made(Times(whole.cell, part.cell), decimals, min(corners), max(corners), optional)
        return whole

    def _extreme(self, value: Typed, function: str, decimals: int) -> Number:
        """Take the least or largest, two at a time; missing where any is."""
        best = self.numbers.held(self.numbers.at(self._number(value.parts[0]), decimals))
        for part in value.parts[1:]:
            best = self.numbers.extreme(best, self.numbers.at(self._number(part), decimals), function)
        return best

    def _round(self, value: Typed, node: nodes.Round) -> Number:
        operand = self._number(value.parts[0])
        if operand.decimals <= node.decimals:
            return self.numbers.at(operand, node.decimals)
        power = 10 ** (operand.decimals - node.decimals)
        return attrs.evolve(self.numbers.divided(operand, power, node.mode), decimals=node.decimals)

    def _piecewise(self, value: Typed, node: nodes.Piecewise) -> Number:
        assert isinstance(value.type, NumberType)  # noqa: S101  a piecewise function gives numbers
        operand = self._number(value.parts[0])
        return self.numbers.piecewise(operand, segments(node, operand.decimals), value.type)

    # Conditions

    def _sure(self, value: Typed, *, wanted: bool) -> Condition:
        """Lower a condition to where it is surely `wanted`."""
        node = value.node
        match node:
            case nodes.Boolean():
                return ALWAYS if node.value is wanted else NEVER
            case nodes.Missing():
                return NEVER
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
                    return NEVER if wanted else ALWAYS
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
            one, other = (self.numbers.at(self._number(side), decimals) for side in (left, right))
            return _compared(sign, one.cell, other.cell)
        one_cell, other_cell = (self._cell(side, side.type) for side in (left, right))
        if isinstance(one_cell, Nothing) or isinstance(other_cell, Nothing):
            return NEVER
        return _compared(sign, self._plain(one_cell, left.type), self._plain(other_cell, right.type))

    def _plain(self, cell: Cell, kind: Type) -> Cell:
        """Return a value as something cheap to compare: a column or a constant."""
        return cell if isinstance(cell, Column | Whole | Text | Nothing) else self.numbers.hold(cell, kind)

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
                    self.numbers.reaches(int(units), int(units))
            else:
                constant = self._constant(option, kind)
                if not isinstance(constant, Nothing):
                    kept.append(constant.value)
        if wanted:
            return _among(column, tuple(kept))
        if kept:
            return Among(column, tuple(kept), out=True)  # type: ignore[arg-type]  # all numbers or all texts
        return Present(column) if kind.optional else ALWAYS


def _bounds(kind: Type) -> tuple[int, int]:
    low, high = getattr(kind, "low", 0), getattr(kind, "high", 0)
    return low, high


def _compared(sign: Sign, left: Cell, right: Cell) -> Condition:
    """Build a comparison, decided at once between constants."""
    match left, right:
        case Whole(one), Whole(other):
            return ALWAYS if _ORDERS[sign](one, other) else NEVER
        case Text(), Text():
            return ALWAYS if (left == right) is (sign == "==") else NEVER
        case _:
            return Compare(sign, left, right)


def _among(column: Column, options: tuple[int | str, ...]) -> Condition:
    return Among(column, options) if options else NEVER  # type: ignore[arg-type]  # all numbers or all texts


def _all(parts: tuple[Condition, ...]) -> Condition:
    if NEVER in parts:
        return NEVER
    kept = tuple(dict.fromkeys(part for part in parts if part != ALWAYS))
    return kept[0] if len(kept) == 1 else All(kept)


def _any(parts: tuple[Condition, ...]) -> Condition:
    if ALWAYS in parts:
        return ALWAYS
    kept = tuple(dict.fromkeys(part for part in parts if part != NEVER))
    return kept[0] if len(kept) == 1 else Any(kept)
