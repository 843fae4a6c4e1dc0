"""The speed: one generated Python function for a program, with the reference interpreter's meaning.

The text of the function comes from the templates below: positional variable names, whole numbers
that we computed, and constants bound by name. No text of a rule set or of a record ever enters it.

The file is long because every template relies on what the others have left certain, computed or held.
"""

import operator
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Final, assert_never, final

import attrs

from supplychain_rules.language.nodes import (
    And,
    Boolean,
    Call,
    Case,
    Choose,
    Compare,
    Comparison,
    Constant,
    Day,
    Expression,
    GeometricMean,
    In,
    Missing,
    Name,
    Negate,
    Not,
    Number,
    Or,
    Piecewise,
    Product,
    Round,
    RoundDivide,
    Sum,
    Text,
)
from supplychain_rules.language.program import Binding
from supplychain_rules.language.roots import rounded_geometric_mean
from supplychain_rules.language.segments import segments
from supplychain_rules.language.sharing import Pair, share_first_tests
from supplychain_rules.language.typed import Typed
from supplychain_rules.language.types import NumberType, Type, Value, day_number
from supplychain_rules.values.rounding import RoundingMode, divide, round_to_units

__all__ = ["Generator", "build"]

_NEGATED: Final[dict[Comparison, Comparison]] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
}

_ORDERS: Final[dict[Comparison, Callable[[int, int], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

#: Only these built-ins exist for generated code.
_BUILTINS: Final = {"abs": abs, "float": float, "int": int, "len": len, "max": max, "min": min, "Exception": Exception}

#: From this many branches a case becomes a flat list of tests: nested ones would strain the compiler.
_FLAT_CASE: Final = 20

#: CPython refuses more than 20 nested loops; deeper flat cases fall back to nesting.
_MAX_LOOPS: Final = 12


#: Branches that begin with the same test are nested no deeper than this: CPython refuses 100 levels of indentation.
_MAX_SHARING_DEPTH: Final = 20


@final
@attrs.frozen
class _Number:
    """A number under construction: Python text for its units, and the variables that must be present."""

    code: str
    decimals: int
    guards: frozenset[str] = frozenset()

    def at(self, decimals: int) -> str:
        """Return the text of the units at a larger number of decimals."""
        power = 10 ** (decimals - self.decimals)
        if power == 1:
            return self.code
        if self.code.lstrip("-").isdigit():
            return str(int(self.code) * power)
        return f"({self.code}) * {power}" if not self.code.isidentifier() else f"{self.code} * {power}"


@attrs.define
class Generator:
    """Collect the lines of one function and the constants it binds."""

    #: Lines of the function's body.
    lines: list[str] = attrs.field(factory=list)
    #: Constants by the name the function reads them under.
    constants: dict[str, Any] = attrs.field(factory=dict)
    #: The variable that holds each input and binding.
    variables: dict[str, str] = attrs.field(factory=dict)
    _names: dict[object, str] = attrs.field(factory=dict)
    #: Variables that cannot be missing where the next line stands, whatever their type says.
    _certain: frozenset[str] = frozenset()
    #: Numbers that a variable holds already where the next line stands.
    _computed: dict[Expression, _Number] = attrs.field(factory=dict)
    _depth: int = 1
    _loops: int = 0
    _count: int = 0

    def line(self, text: str) -> None:
        """Add a line at the present indentation."""
        self.lines.append("    " * self._depth + text)

    def constant(self, value: object) -> str:
        """Bind a constant and return its name; equal constants of one type share it."""
        parts = tuple(map(type, value)) if isinstance(value, tuple) else ()  # (True,) == (1,), yet they differ
        key = (type(value), value, parts)
        if key not in self._names:
            self._names[key] = f"K{len(self.constants)}"
            self.constants[self._names[key]] = value
        return self._names[key]

    def variable(self) -> str:
        """Return a new variable name."""
        self._count += 1
        return f"v{self._count}"

    def declare(self, name: str) -> str:
        """Give an input or binding its variable."""
        variable = self.variable()
        self.variables[name] = variable
        return variable

    def indent(self) -> None:
        """Begin a block below the last line."""
        self._depth += 1

    def dedent(self) -> None:
        """End the block."""
        self._depth -= 1

    def bind(self, binding: Binding) -> None:
        """Emit the assignment of one binding; a mere copy shares the variable."""
        if isinstance(binding.value.node, Name):
            self.variables[binding.name] = self.variables[binding.value.node.name]
            return
        target = self.declare(binding.name)
        self._assign(target, binding.value, binding.type)

    def _assign(self, target: str, value: Typed, kind: Type) -> None:
        """Emit code that puts a value, scaled as `kind`, into a variable."""
        match value.node:
            case Missing():
                self.line(f"{target} = None")
            case Case():
                self._assign_case(target, value, kind)
            case Call(function="coalesce"):
                self._assign_coalesce(target, value, kind)
            case Round(decimals=decimals) if _decimals(value.parts[0].type) <= decimals:
                self._assign(target, value.parts[0], kind)  # nothing to round: only the scale changes
            case _ if isinstance(kind, NumberType):
                self._assign_number(target, self._number(value), kind)
            case Compare() | In() | And() | Or() | Not() | Call(function="is_missing"):
                self._assign_truth(target, value)
            case _:
                self.line(f"{target} = {self._atom(value)}")

    def _assign_number(self, target: str, number: _Number, kind: NumberType) -> None:
        code = number.at(kind.decimals)
        if number.guards and code not in number.guards:
            code = f"{code} if {_present(number.guards)} else None"
        self.line(f"{target} = {code}")

    def _assign_truth(self, target: str, value: Typed) -> None:
        true = self._truth(value, wanted=True)
        if not value.type.optional:
            self.line(f"{target} = {true}")
            return
        self.line(f"{target} = True if {true} else False if {self._truth(value, wanted=False)} else None")

    def _assign_case(self, target: str, value: Typed, kind: Type) -> None:
        """Emit a case as if, elif, else; a condition that needs lines of its own begins a nested if."""
        pairs = list(zip(value.parts[0:-1:2], value.parts[1::2], strict=True))
        if self._depth < _MAX_SHARING_DEPTH:
            pairs = share_first_tests(pairs, value.type)
        certain, computed = self._certain, dict(self._computed)
        if len(pairs) > _FLAT_CASE and self._loops < _MAX_LOOPS:
            self._assign_flat_case(target, pairs, value.parts[-1], kind)
        else:
            self._assign_nested_case(target, pairs, value.parts[-1], kind)
        self._certain, self._computed = certain, computed

    def _assign_nested_case(self, target: str, pairs: list[Pair], otherwise: Typed, kind: Type) -> None:
        opened = 0
        for when, then in pairs:
            before = len(self.lines)
            condition = self._truth(when, wanted=True)
            if opened and len(self.lines) == before:
                self.lines.pop()  # the last line is this level's "else:"
                self._depth -= 1
                self.line(f"elif {condition}:")
            else:
                self.line(f"if {condition}:")
                opened += 1
            self._assign_branch(target, when, then, kind)
            self.line("else:")
            self._depth += 1
        self._assign(target, otherwise, kind)
        self._depth -= opened

    def _assign_flat_case(self, target: str, pairs: list[Pair], otherwise: Typed, kind: Type) -> None:
        """Emit a loop that runs once and is left at the first branch that is taken."""
        self.line("while True:")
        self._depth += 1
        self._loops += 1
        for when, then in pairs:
            self.line(f"if {self._truth(when, wanted=True)}:")
            self._assign_branch(target, when, then, kind)
            self.lines.append("    " * (self._depth + 1) + "break")
        self._assign(target, otherwise, kind)
        self.line("break")
        self._loops -= 1
        self._depth -= 1

    def _assign_branch(self, target: str, when: Typed, then: Typed, kind: Type) -> None:
        """Emit what a branch assigns; after a test for missing, the tested variable is present."""
        computed = dict(self._computed)
        self._depth += 1
        self._assign(target, then, kind)
        self._depth -= 1
        self._computed = computed
        match when:
            case Typed(node=Call(function="is_missing"), parts=(Typed(node=Name(name=name)),)):
                self._certain |= {self.variables[name]}

    def _assign_coalesce(self, target: str, value: Typed, kind: Type) -> None:
        """Emit one test after the other; each nested one is reached only while nothing is present."""
        depth, computed = self._depth, dict(self._computed)
        for place, part in enumerate(value.parts):
            self._assign(target, part, kind)
            if not part.type.optional or place == len(value.parts) - 1:
                break
            self.line(f"if {target} is None:")
            self._depth += 1
        self._depth, self._computed = depth, computed

    def _materialise(self, value: Typed) -> str:
        """Put a value into a variable of its own unless it is one already, and return the variable."""
        if isinstance(value.node, Name):
            return self.variables[value.node.name]
        target = self.variable()
        self._assign(target, value, value.type)
        return target

    def _atom(self, value: Typed) -> str:
        """Return text that is cheap to repeat: a variable or a constant."""
        match value.node:
            case Number() | Text() | Boolean() | Day() | Missing():
                return self._constant(value.node, value.type)
            case Choose():
                return self._choose(value, value.node)
            case Call(function="add_days"):
                number = self._number(value)
                target = self.variable()
                guard = f" if {_present(number.guards)} else None" if number.guards else ""
                self.line(f"{target} = {number.code}{guard}")
                return target
            case _:
                return self._materialise(value)

    def _constant(self, node: Constant, kind: Type) -> str:
        unit = _constant_value(node, kind)
        return repr(unit) if unit is None or isinstance(unit, bool | int) else self.constant(unit)

    def _choose(self, value: Typed, node: Choose) -> str:
        index = self._materialise(value.parts[0])
        table = self.constant(tuple(_constant_value(option, value.type) for option in node.values))
        if value.parts[0].type.optional:
            return f"({table}[{index}] if {index} is not None else None)"
        return f"{table}[{index}]"

    def _number(self, value: Typed) -> _Number:
        """Return text for a number (or a day) whose guards are assumed to be present."""
        node, kind = value.node, value.type
        decimals = kind.decimals if isinstance(kind, NumberType) else 0
        match node:
            case Number() | Day():
                return _Number(self._constant(node, kind), decimals)
            case Negate():
                operand = self._number(value.parts[0])
                return attrs.evolve(operand, code=f"-({operand.code})")
            case Sum():
                return self._sum(value, node, decimals)
            case Product():
                parts = [self._number(part) for part in value.parts]
                code = " * ".join(_factor(part.code) for part in parts)
                return _Number(code, decimals, _all_guards(parts))
            case Round():
                return self._round(value, node, decimals)
            case RoundDivide():
                return self._round_divide(value, node, decimals)
            case Piecewise():
                return self._piecewise(value, node)
            case Call(function="min" | "max"):
                return self._extreme(value, node.function, decimals)
            case Call(function="abs"):
                operand = self._number(value.parts[0])
                return attrs.evolve(operand, code=f"abs({operand.code})")
            case Call(function="days_between"):
                first, last = (self._number(part) for part in value.parts)
                return _Number(f"({_factor(last.code)} - {_factor(first.code)})", 0, first.guards | last.guards)
            case Call(function="add_days"):
                day, count = (self._number(part) for part in value.parts)
                return _Number(f"({_factor(day.code)} + {_factor(count.code)})", 0, day.guards | count.guards)
            case GeometricMean():
                return self._geometric_mean(value, node, decimals)
            case Call(function="coalesce") if _defaults_to_zero(value):
                number = self._number(value.parts[0])
                text = f"({number.code} or 0)" if number.guards else number.code  # missing is false, and so is 0
                return _Number(attrs.evolve(number, code=text).at(decimals), decimals)
            case Case() if _is_either_number(value):
                when, then, otherwise = value.parts
                one, other = (self._number(part).at(decimals) for part in (then, otherwise))
                return _Number(f"({one} if {self._truth(when, wanted=True)} else {other})", decimals)
            case _:
                return self._variable_number(value, decimals)

    def _variable_number(self, value: Typed, decimals: int) -> _Number:
        variable = self._materialise_plain(value)
        certain = not value.type.optional or variable in self._certain
        return _Number(variable, decimals, frozenset() if certain else frozenset({variable}))

    def _materialise_plain(self, value: Typed) -> str:
        """Materialise a node that `_number` itself has no template for."""
        if isinstance(value.node, Choose):
            target = self.variable()
            self.line(f"{target} = {self._choose(value, value.node)}")
            return target
        if isinstance(value.node, Missing):
            target = self.variable()
            self.line(f"{target} = None")
            return target
        return self._materialise(value)

    def _sum(self, value: Typed, node: Sum, decimals: int) -> _Number:
        """Add up; a longer sum that stands above already is read from its variable."""
        if node in self._computed:
            return self._computed[node]
        parts = [self._number(part) for part in value.parts]
        code = _term(parts[0].at(decimals))
        for term, part in zip(value.parts[1:], parts[1:], strict=True):
            if isinstance(term.node, Negate):
                inner = attrs.evolve(part, code=part.code[2:-1])  # without its own "-(" and ")"
                code += f" - {_factor(inner.at(decimals))}"
            else:
                code += f" + {_term(part.at(decimals))}"
        number = _Number(f"({code})", decimals, _all_guards(parts))
        if len(parts) > 2:
            number = self._held(number)
            self._computed[node] = number
        return number

    def _extreme(self, value: Typed, function: str, decimals: int) -> _Number:
        """Take the least or largest; two are compared in place, which is faster than a call."""
        parts = [self._number(part) for part in value.parts]
        if len(parts) > 2:
            code = f"{function}({', '.join(part.at(decimals) for part in parts)})"
            return _Number(code, decimals, _all_guards(parts))
        sides = [self._held(_Number(part.at(decimals), decimals, part.guards)) for part in parts]
        one, other = (side.code for side in sides)
        sign = "<" if function == "min" else ">"
        return _Number(f"({one} if {one} {sign} {other} else {other})", decimals, _all_guards(sides))

    def _held(self, number: _Number) -> _Number:
        """Put a number into a variable where its text would be repeated."""
        if number.code.isidentifier() or number.code.lstrip("-").isdigit():
            return number
        target = self.variable()
        guard = f" if {_present(number.guards)} else None" if number.guards else ""
        self.line(f"{target} = {number.code}{guard}")
        return _Number(target, number.decimals, frozenset({target}) if number.guards else frozenset())

    def _round(self, value: Typed, node: Round, decimals: int) -> _Number:
        operand, kind = self._number(value.parts[0]), value.parts[0].type
        assert isinstance(kind, NumberType)  # noqa: S101  `infer` lets nothing else be rounded
        if operand.decimals <= node.decimals:
            return _Number(operand.at(node.decimals), decimals, operand.guards)
        power = 10 ** (operand.decimals - node.decimals)
        return self._divided(operand, power, node.mode, decimals, signed=kind.low < 0)

    def _divided(self, over: _Number, under: int, mode: RoundingMode, decimals: int, *, signed: bool) -> _Number:
        """Divide by a positive constant and round."""
        match mode:
            case "floor":
                return attrs.evolve(over, code=f"({_factor(over.code)} // {under})", decimals=decimals)
            case "ceil":
                return attrs.evolve(over, code=f"(-(-{_factor(over.code)} // {under}))", decimals=decimals)
            case "half_even":
                helper = self.constant(divide)
                return attrs.evolve(over, code=f"{helper}({over.code}, {under}, 'half_even')", decimals=decimals)
            case "half_up":
                half = under // 2
                if not signed:
                    return attrs.evolve(over, code=f"(({_term(over.code)} + {half}) // {under})", decimals=decimals)
                held = self._held(over)
                code = (
                    f"(({held.code} + {half}) // {under} if {held.code} >= 0 else -(({half} - {held.code}) // {under}))"
                )
                return _Number(code, decimals, held.guards)
            case _:
                assert_never(mode)

    def _round_divide(self, value: Typed, node: RoundDivide, decimals: int) -> _Number:
        left, right = value.parts
        over, under = self._number(left), self._number(right)
        over_kind, under_kind = left.type, right.type
        assert isinstance(over_kind, NumberType)  # noqa: S101  `infer` lets nothing else be divided
        assert isinstance(under_kind, NumberType)  # noqa: S101
        shift = node.decimals + under.decimals - over.decimals
        over = attrs.evolve(over, code=over.at(over.decimals + max(shift, 0)))
        under = attrs.evolve(under, code=under.at(under.decimals + max(-shift, 0)))
        if under.code.isdigit() and int(under.code) > 0:
            return self._divided(over, int(under.code), node.mode, decimals, signed=over_kind.low < 0)
        may_be_zero = under_kind.low <= 0 <= under_kind.high
        under = self._held(under)
        guards = over.guards | under.guards
        if node.mode == "half_up" and over_kind.low >= 0 and under_kind.low >= 0:
            code = f"({_term(over.code)} + {under.code} // 2) // {under.code}"
        else:
            code = f"{self.constant(divide)}({over.code}, {under.code}, {node.mode!r})"
        if not may_be_zero:
            return _Number(f"({code})", decimals, guards)
        target = self.variable()
        present = f"{_present(guards)} and " if guards else ""
        self.line(f"{target} = {code} if {present}{under.code} else None")
        return _Number(target, decimals, frozenset({target}))

    def _piecewise(self, value: Typed, node: Piecewise) -> _Number:
        operand = self._number(value.parts[0])
        kind = value.parts[0].type
        assert isinstance(kind, NumberType)  # noqa: S101  `infer` lets nothing else be interpolated
        function = segments(node, kind.decimals)
        x = self._held(attrs.evolve(operand, code=operand.at(function.decimals), decimals=function.decimals))
        code = str(function.last)
        begins = [function.start, *(piece.until for piece in function.pieces)]
        for begin, piece in reversed(list(zip(begins, function.pieces, strict=False))):
            never_negative = min(piece.numerator(begin), piece.numerator(piece.until)) >= 0
            inner = f"{x.code} * {piece.slope} + {piece.offset}"
            half, divisor = piece.divisor // 2, piece.divisor
            if piece.slope == 0:
                level = str(divide(piece.offset, divisor))
            elif never_negative:
                level = f"({x.code} * {piece.slope} + {piece.offset + half}) // {divisor}"
                level = f"{x.code} * {piece.slope} + {piece.offset}" if divisor == 1 else level
            else:
                level = f"{self.constant(divide)}({inner}, {divisor})"
            code = f"{level} if {x.code} < {piece.until} else {code}"
        code = f"({function.first} if {x.code} <= {function.start} else {code})"
        return _Number(code, node.decimals, x.guards)

    def _geometric_mean(self, value: Typed, node: GeometricMean, decimals: int) -> _Number:
        kinds = [part.type for part in value.parts]
        scale = max(kind.decimals for kind in kinds if isinstance(kind, NumberType))
        units = []
        for part in value.parts:
            held = self._held(self._number(part))
            guard = f" if {held.code} is not None else None" if held.guards else ""
            units.append(f"{held.at(scale)}{guard}")
        helper = self.constant(rounded_geometric_mean)
        target = self.variable()
        weights = self.constant(node.weights)
        self.line(f"{target} = {helper}(({', '.join(units)},), {weights}, {scale}, {node.decimals})")
        return _Number(target, decimals, frozenset({target}) if value.type.optional else frozenset())

    def _truth(self, value: Typed, *, wanted: bool) -> str:
        """Return text that is true when the condition is surely `wanted`; an unknown one is neither."""
        node = value.node
        match node:
            case Boolean():
                return repr(node.value is wanted)
            case Missing():
                return "False"
            case Not():
                return self._truth(value.parts[0], wanted=not wanted)
            case And() | Or():
                word = " and " if isinstance(node, And) is wanted else " or "
                return "(" + word.join(self._truth(part, wanted=wanted) for part in value.parts) + ")"
            case Compare():
                return self._comparison(value, node, wanted=wanted)
            case In():
                return self._membership(value, node, wanted=wanted)
            case Call(function="is_missing"):
                return self._missing(value.parts[0], wanted=wanted)
            case _:
                variable = self._materialise(value)
                if wanted:
                    return variable if not value.type.optional else f"({variable} is True)"
                return f"(not {variable})" if not value.type.optional else f"({variable} is False)"

    def _comparison(self, value: Typed, node: Compare, *, wanted: bool) -> str:
        sign = node.operator if wanted else _NEGATED[node.operator]
        left, right = value.parts
        if isinstance(node.left, Name) and isinstance(node.right, Text) and isinstance(left.type, NumberType):
            return self._ranked(node.left, left, right, sign)
        if isinstance(left.type, NumberType) and isinstance(right.type, NumberType):
            decimals = max(left.type.decimals, right.type.decimals)
            one, other = self._number(left), self._number(right)
            guards = one.guards | other.guards
            test = f"{_term(one.at(decimals))} {sign} {_term(other.at(decimals))}"
        else:
            atoms = [self._atom(side) for side in (left, right)]
            sides = zip(atoms, (left, right), strict=True)
            guards = frozenset(atom for atom, side in sides if side.type.optional and atom not in self._certain)
            test = f"{atoms[0]} {sign} {atoms[1]}"
        return f"({_present(guards)} and {test})" if guards else f"({test})"

    def _ranked(self, option: Name, ranks: Typed, edge: Typed, sign: Comparison) -> str:
        """Test the order of an option against a fixed one: it is one of the options on that side."""
        assert isinstance(ranks.node, Case)  # noqa: S101  `infer` writes the order as a case
        assert isinstance(edge.node, Number)  # noqa: S101
        options = [
            b.when.right.value
            for b in ranks.node.branches
            if isinstance(b.when, Compare) and isinstance(b.when.right, Text)
        ]
        test = _ORDERS[sign]
        kept = frozenset(o for place, o in enumerate(options) if test(place, int(edge.node.value)))
        return f"({self.variables[option.name]} in {self.constant(kept)})"

    def _membership(self, value: Typed, node: In, *, wanted: bool) -> str:
        operand = value.parts[0]
        variable = self._materialise(operand)
        table = self.constant(frozenset(_in_units(node.options, operand.type)))
        test = f"{variable} in {table}" if wanted else f"{variable} not in {table}"
        if operand.type.optional and not wanted and variable not in self._certain:
            test = f"{variable} is not None and {test}"
        return f"({test})"

    def _missing(self, operand: Typed, *, wanted: bool) -> str:
        if not operand.type.optional:
            return repr(not wanted)
        variable = self._materialise(operand)
        if variable in self._certain:
            return repr(not wanted)
        return f"({variable} is None)" if wanted else f"({variable} is not None)"


def _defaults_to_zero(value: Typed) -> bool:
    """Say whether a value is a name's, or 0 where that is missing."""
    match value.parts:
        case (Typed(node=Name()), Typed(node=Number(value=0))):
            return True
        case _:
            return False


def _is_either_number(value: Typed) -> bool:
    """Say whether a case chooses between two literal numbers."""
    match value.parts:
        case (_, Typed(node=Number()), Typed(node=Number())):
            return True
        case _:
            return False


def build(generator: Generator, name: str, parameters: str) -> Callable[..., Any]:
    """Compile the collected lines into a function of the given parameters."""
    text = f"def {name}({parameters}):\n" + "\n".join(generator.lines) + "\n"
    space: dict[str, Any] = {"__builtins__": _BUILTINS, **generator.constants}
    exec(compile(text, f"<supplychain_rules {name}>", "exec"), space)  # noqa: S102  our own templates, no user text
    function: Callable[..., Any] = space[name]
    return function


def _constant_value(node: Constant, kind: Type) -> Value:
    match node:
        case Number():
            decimals = kind.decimals if isinstance(kind, NumberType) else 0
            return round_to_units(Fraction(node.value), decimals)
        case Text() | Boolean():
            return node.value
        case Day():
            return day_number(node.value)
        case Missing():
            return None
        case _:
            assert_never(node)


def _in_units(options: tuple[Constant, ...], kind: Type) -> Iterable[Value]:
    """Yield the options as the operand holds them; one with more decimals can never be equal to it."""
    for option in options:
        if isinstance(option, Number) and isinstance(kind, NumberType):
            units = Fraction(option.value) * 10**kind.decimals
            if units.denominator == 1:
                yield int(units)
        else:
            yield _constant_value(option, kind)


def _decimals(kind: Type) -> int:
    return kind.decimals if isinstance(kind, NumberType) else 0


def _present(guards: frozenset[str]) -> str:
    return " and ".join(f"{guard} is not None" for guard in sorted(guards))


def _all_guards(parts: list[_Number]) -> frozenset[str]:
    return frozenset().union(*(part.guards for part in parts))


def _factor(code: str) -> str:
    return code if code.isidentifier() or code.isdigit() else f"({code})"


def _term(code: str) -> str:
    return f"({code})" if " if " in code and not code.startswith("(") else code
