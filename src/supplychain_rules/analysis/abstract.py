"""What a program can say on a box: its expressions evaluated on sets of inputs instead of single ones.

A box gives every input a set of values: a number an interval of units (and whether it may be missing), a condition
or a choice a set of bits. Evaluating an expression on a box gives a set that holds every value which the expression
has for some record of the box, and perhaps others: what the set does not hold is proved impossible. On a box of one
record the set is that record's one value, so the same functions also decide single records.

Numbers that a case counts, such as which row of a table hits, are kept as sets of numbers, not as intervals: rows 2
and 9 do not make row 5 possible.

Over 600 lines, because every node of the language has its case here, and splitting them would hide which one lacks.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, assert_never, final

import attrs

from supplychain_rules.analysis.intervals import (
    ABSENT,
    FALSE,
    NOTHING,
    TRUE,
    UNKNOWN,
    Interval,
    Numeric,
    Set,
    absolute,
    added,
    along,
    compared,
    constant,
    divided,
    extreme,
    first_present,
    geometric_mean,
    hull,
    multiplied,
    negated,
    rounded,
    scaled,
)
from supplychain_rules.language.nodes import (
    And,
    Boolean,
    Call,
    Case,
    Choose,
    Compare,
    Constant,
    Day,
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
from supplychain_rules.language.program import Binding, Program
from supplychain_rules.language.segments import segments
from supplychain_rules.language.typed import Typed
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
    Type,
    day_number,
)

__all__ = ["Bits", "Compiler", "Domain"]

#: How a value's set is held: an interval, the bits of a condition, those of texts, or those of counted numbers.
Domain = Literal["interval", "truth", "options", "codes"]

#: From the sets of inputs and bindings so far to bits.
Bits: TypeAlias = Callable[[list[Set]], int]

#: Numbers up to this are kept as sets where a case counts them: more than a table has rows.
_MAX_CODE: Final = 4_096

#: The bit of every text that the program does not name.
_OTHER: Final = 2


@final
@attrs.define
class Compiler:
    """Turn the bindings of one program into functions on boxes; texts get their bits as they come up."""

    #: Where the set of an input or binding stands.
    slots: dict[str, int] = attrs.field(factory=dict)
    domains: dict[str, Domain] = attrs.field(factory=dict)
    #: How each binding is computed, by its name.
    functions: dict[str, Callable[[list[Set]], Set]] = attrs.field(factory=dict)
    #: The bit of every text that the program names.
    texts: dict[str, int] = attrs.field(factory=dict)

    @classmethod
    def of(cls, program: Program) -> "Compiler":
        """Compile the inputs and every binding of a program whose populations are inputs."""
        compiler = cls()
        for field in program.inputs:
            compiler._declare(field.name, _domain_of(field.type))
        for binding in program.bindings:
            compiler._bind(binding)
        return compiler

    def everything(self, kind: Type) -> Set:
        """Return the set of all values of a type."""
        match kind:
            case NumberType() | DateType():
                return (kind.low, kind.high, kind.optional)
            case BooleanType():
                return TRUE | FALSE | (UNKNOWN if kind.optional else 0)
            case ChoiceType():
                return self.text_bits(kind.options) | (ABSENT if kind.optional else 0)
            case TextType():
                return _OTHER | self.text_bits(self.texts) | (ABSENT if kind.optional else 0)
            case MissingType():
                return NOTHING
            case _:
                assert_never(kind)

    def text_bits(self, texts: Sequence[str] | dict[str, int]) -> int:
        """Return the bits of some texts together."""
        bits = 0
        for text in list(texts):
            bits |= self.texts.setdefault(text, _OTHER << (len(self.texts) + 1))
        return bits

    def text_of(self, bit: int) -> str:
        """Return the text of one bit; for all others together, one that the program does not name."""
        named = next((text for text, known in self.texts.items() if known == bit), None)
        if named is not None:
            return named
        other = "other"
        while other in self.texts:
            other += "_"
        return other

    def truth(self, value: Typed) -> Bits:
        """Compile a condition."""
        node = value.node
        match node:
            case Boolean():
                bits = TRUE if node.value else FALSE
                return lambda _: bits
            case Missing():
                return lambda _: UNKNOWN
            case Name():
                return self._read_bits(node.name)
            case Compare():
                return self._compare(value, node)
            case In():
                return self._membership(value, node)
            case And():
                return _all([self.truth(part) for part in value.parts], true=TRUE, false=FALSE)
            case Or():
                return _all([self.truth(part) for part in value.parts], true=FALSE, false=TRUE)
            case Not():
                return _swapped(self.truth(value.parts[0]))
            case Case():
                return self._case_bits(value, self.truth)
            case Choose():
                return self._choose_bits(value, node, {True: TRUE, False: FALSE}, UNKNOWN)
            case Call(function="is_missing"):
                return self._is_missing(value.parts[0])
            case Call(function="coalesce"):
                return _first_bits([self.truth(part) for part in value.parts], UNKNOWN)
            case _:
                raise AssertionError(node)  # `infer` lets nothing else be a condition

    def number(self, value: Typed, decimals: int | None = None) -> Numeric:
        """Compile a number or day, in units of its own decimals or of more."""
        own = _decimals(value.type)
        return scaled(self._own(value, own), 10 ** ((own if decimals is None else decimals) - own))

    def _declare(self, name: str, domain: Domain) -> None:
        self.slots[name] = len(self.slots)
        self.domains[name] = domain

    def _bind(self, binding: Binding) -> None:
        domain = self._domain(binding.value)
        match domain:
            case "interval":
                self.functions[binding.name] = self._bounded(binding)
            case "truth":
                self.functions[binding.name] = self.truth(binding.value)
            case "options":
                self.functions[binding.name] = self._options(binding.value)
            case "codes":
                self.functions[binding.name] = self._codes(binding.value)
            case _:
                assert_never(domain)
        self._declare(binding.name, domain)

    def _bounded(self, binding: Binding) -> Numeric:
        """Compile a number and hold it within the bounds of its type, which may know more than the arithmetic."""
        kind = binding.type
        number = self._missing_number() if isinstance(kind, MissingType) else self.number(binding.value)
        if not isinstance(kind, NumberType | DateType):
            return number
        factor = 10 ** (_decimals(kind) - _decimals(binding.value.type))
        number = scaled(number, factor)
        least, largest = kind.low, kind.high

        def bounded(env: list[Set]) -> Interval:
            low, high, absent = number(env)
            return (max(low, least), min(high, largest), absent) if low <= high else NOTHING

        return bounded

    def _missing_number(self) -> Numeric:
        return lambda _: NOTHING

    def _domain(self, value: Typed) -> Domain:
        return "codes" if isinstance(value.node, Case) and self._is_code(value) else _domain_of(value.type)

    def _is_code(self, value: Typed) -> bool:
        """Say whether a number is one of a few that a case counts."""
        kind = value.type
        match value.node:
            case Missing():
                return True
            case Number():
                return isinstance(kind, NumberType) and not kind.decimals and 0 <= kind.low <= _MAX_CODE
            case Name():
                return self.domains[value.node.name] == "codes"
            case Case():
                counted = isinstance(kind, NumberType) and not kind.decimals
                return counted and all(self._is_code(part) for part in (*value.parts[1::2], value.parts[-1]))
            case _:
                return False

    def _read_bits(self, name: str) -> Bits:
        slot = self.slots[name]

        def read(env: list[Set]) -> int:
            bits = env[slot]
            assert isinstance(bits, int)  # noqa: S101  the domain says so
            return bits

        return read

    def _own(self, value: Typed, decimals: int) -> Numeric:
        node = value.node
        match node:
            case Number() | Day():
                return constant(_units(node, decimals))
            case Missing():
                return self._missing_number()
            case Name():
                return self._read_number(node.name)
            case Negate():
                return negated(self.number(value.parts[0], decimals))
            case Sum():
                return added([self.number(part, decimals) for part in value.parts])
            case Product():
                return multiplied([self.number(part) for part in value.parts])
            case Round():
                operand = _decimals(value.parts[0].type)
                if operand <= node.decimals:
                    return self.number(value.parts[0], decimals)
                rounding = rounded(self.number(value.parts[0]), 10 ** (operand - node.decimals), node.mode)
                return scaled(rounding, 10 ** (decimals - node.decimals))
            case RoundDivide():
                over, under = value.parts
                shift = node.decimals + _decimals(under.type) - _decimals(over.type)
                numerator = scaled(self.number(over), 10 ** max(shift, 0))
                divisor = scaled(self.number(under), 10 ** max(-shift, 0))
                return scaled(divided(numerator, divisor, node.mode), 10 ** (decimals - node.decimals))
            case Piecewise():
                operand = _decimals(value.parts[0].type)
                line = segments(node, operand)
                followed = along(self.number(value.parts[0]), line, 10 ** (line.decimals - operand))
                return scaled(followed, 10 ** (decimals - node.decimals))
            case GeometricMean():
                scale = max(_decimals(part.type) for part in value.parts)
                powers = [10 ** (scale - _decimals(part.type)) for part in value.parts]
                parts = [self.number(part) for part in value.parts]
                mean = geometric_mean(parts, powers, node.weights, scale, node.decimals)
                return scaled(mean, 10 ** (decimals - node.decimals))
            case Case():
                return self._case_number(value, decimals)
            case Choose():
                return self._choose_number(value, node, decimals)
            case Call(function="min" | "max" as which):
                return extreme([self.number(part, decimals) for part in value.parts], largest=which == "max")
            case Call(function="abs"):
                return absolute(self.number(value.parts[0], decimals))
            case Call(function="coalesce"):
                return first_present([self.number(part, decimals) for part in value.parts])
            case Call(function="days_between"):
                first, last = (self.number(part) for part in value.parts)
                return added([last, negated(first)])
            case Call(function="add_days"):
                return added([self.number(part) for part in value.parts])
            case _:
                raise AssertionError(node)  # `infer` lets nothing else be a number

    def _read_number(self, name: str) -> Numeric:
        slot = self.slots[name]
        if self.domains[name] == "codes":
            bits = self._read_bits(name)
            return lambda env: _code_interval(bits(env))

        def read(env: list[Set]) -> Interval:
            interval = env[slot]
            assert isinstance(interval, tuple)  # noqa: S101  the domain says so
            return interval

        return read

    def _case_number(self, value: Typed, decimals: int) -> Numeric:
        pairs = [
            (self.truth(when), self.number(then, decimals))
            for when, then in zip(value.parts[0:-1:2], value.parts[1::2], strict=True)
        ]
        otherwise = self.number(value.parts[-1], decimals)

        def choose(env: list[Set]) -> Interval:
            found: Interval | None = None
            for when, then in pairs:
                bits = when(env)
                if bits & TRUE:
                    value = then(env)
                    found = value if found is None else hull(found, value)
                    if bits == TRUE:
                        return found
            value = otherwise(env)
            return value if found is None else hull(found, value)

        return choose

    def _case_bits(self, value: Typed, compile_: Callable[[Typed], Bits]) -> Bits:
        pairs = [
            (self.truth(when), compile_(then))
            for when, then in zip(value.parts[0:-1:2], value.parts[1::2], strict=True)
        ]
        otherwise = compile_(value.parts[-1])

        def choose(env: list[Set]) -> int:
            found = 0
            for when, then in pairs:
                bits = when(env)
                if bits & TRUE:
                    found |= then(env)
                    if bits == TRUE:
                        return found
            return found | otherwise(env)

        return choose

    def _codes(self, value: Typed) -> Bits:
        match value.node:
            case Missing():
                return lambda _: ABSENT
            case Number():
                bit = 2 << int(value.node.value)
                return lambda _: bit
            case Name():
                return self._read_bits(value.node.name)
            case _:
                return self._case_bits(value, self._codes)

    def _options(self, value: Typed) -> Bits:
        node = value.node
        match node:
            case Text():
                bit = self.text_bits((node.value,))
                return lambda _: bit
            case Missing():
                return lambda _: ABSENT
            case Name():
                return self._read_bits(node.name)
            case Case():
                return self._case_bits(value, self._options)
            case Choose():
                texts = {
                    option.value: self.text_bits((option.value,)) for option in node.values if isinstance(option, Text)
                }
                return self._choose_bits(value, node, texts, ABSENT)
            case Call(function="coalesce"):
                return _first_bits([self._options(part) for part in value.parts], ABSENT)
            case _:
                raise AssertionError(node)  # `infer` lets nothing else be a choice or a text

    def _choose_bits(self, value: Typed, node: Choose, bits: Mapping[Any, int], absent: int) -> Bits:
        options = [absent if isinstance(option, Missing) else bits[option.value] for option in node.values]
        index = self._index(value.parts[0], len(options))

        def choose(env: list[Set]) -> int:
            places, missing = index(env)
            found = absent if missing else 0
            for place in places:
                found |= options[place]
            return found

        return choose

    def _choose_number(self, value: Typed, node: Choose, decimals: int) -> Numeric:
        options = [None if isinstance(option, Missing) else _units(option, decimals) for option in node.values]
        index = self._index(value.parts[0], len(options))

        def choose(env: list[Set]) -> Interval:
            places, missing = index(env)
            units = [options[place] for place in places]
            present = [unit for unit in units if unit is not None]
            if not present:
                return NOTHING
            return (min(present), max(present), missing or len(present) < len(units))

        return choose

    def _index(self, value: Typed, count: int) -> Callable[[list[Set]], tuple[Sequence[int], bool]]:
        """Compile the places that an index can have, and whether it may be missing."""
        if self._is_code(value) and not isinstance(value.node, Number | Missing):
            bits = self._codes(value)

            def from_bits(env: list[Set]) -> tuple[Sequence[int], bool]:
                found = bits(env)
                return _places(found >> 1), bool(found & ABSENT)

            return from_bits
        number = self.number(value)

        def from_interval(env: list[Set]) -> tuple[Sequence[int], bool]:
            low, high, absent = number(env)
            return range(max(low, 0), min(high, count - 1) + 1), absent

        return from_interval

    def _compare(self, value: Typed, node: Compare) -> Bits:
        left, right = value.parts
        if isinstance(left.type, MissingType) or isinstance(right.type, MissingType):
            return lambda _: UNKNOWN
        if isinstance(left.type, ChoiceType | TextType):
            return _compared_texts(self._options(left), self._options(right), equal=node.operator == "==")
        if node.operator in ("==", "!=") and self._is_code(left) and self._is_code(right):
            return _compared_bits(self._codes(left), self._codes(right), equal=node.operator == "==")
        decimals = max(_decimals(left.type), _decimals(right.type))
        return compared(node.operator, self.number(left, decimals), self.number(right, decimals))

    def _membership(self, value: Typed, node: In) -> Bits:
        of = value.parts[0]
        if isinstance(of.type, ChoiceType | TextType):
            taken = self.text_bits([option.value for option in node.options if isinstance(option, Text)])
            options = self._options(of)
            return lambda env: _among(options(env), taken)
        if isinstance(of.type, MissingType):
            return lambda _: UNKNOWN
        scale = 10 ** _decimals(of.type)
        listed = [_exact(option) * (scale if isinstance(option, Number) else 1) for option in node.options]
        units = frozenset(int(unit) for unit in listed if unit.denominator == 1)
        number = self.number(of)

        def contains(env: list[Set]) -> int:
            low, high, absent = number(env)
            if low > high:
                return UNKNOWN
            bits = UNKNOWN if absent else 0
            inside = sum(low <= unit <= high for unit in units)
            return bits | (TRUE if inside else 0) | (FALSE if inside <= high - low else 0)

        return contains

    def _is_missing(self, of: Typed) -> Bits:
        """Compile the test for missing, which is never unknown."""
        match of.type:
            case MissingType():
                return lambda _: TRUE
            case BooleanType():
                truth = self.truth(of)
                return lambda env: _missing_bits(truth(env), UNKNOWN)
            case ChoiceType() | TextType():
                options = self._options(of)
                return lambda env: _missing_bits(options(env), ABSENT)
            case NumberType() | DateType():
                number = self.number(of)

                def missing(env: list[Set]) -> int:
                    low, high, absent = number(env)
                    return (TRUE if absent else 0) | (FALSE if low <= high else 0)

                return missing
            case _:
                assert_never(of.type)


def _domain_of(kind: Type) -> Domain:
    match kind:
        case NumberType() | DateType() | MissingType():
            return "interval"
        case BooleanType():
            return "truth"
        case ChoiceType() | TextType():
            return "options"
        case _:
            assert_never(kind)


def _decimals(kind: Type) -> int:
    return kind.decimals if isinstance(kind, NumberType) else 0


def _exact(node: Constant) -> Fraction:
    assert isinstance(node, Number | Day)  # noqa: S101  `infer` lets nothing else stand beside a number
    return Fraction(node.value) if isinstance(node, Number) else Fraction(day_number(node.value))


def _units(node: Constant, decimals: int) -> int:
    units = _exact(node) * (10**decimals if isinstance(node, Number) else 1)
    assert units.denominator == 1, (node, decimals)  # noqa: S101  the inferred scale holds every literal
    return int(units)


def _places(bits: int) -> list[int]:
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found


def _code_interval(bits: int) -> Interval:
    present = bits >> 1
    if not present:
        return NOTHING
    return ((present & -present).bit_length() - 1, present.bit_length() - 1, bool(bits & ABSENT))


def _all(parts: Sequence[Bits], *, true: int, false: int) -> Bits:
    """Compile a conjunction; with true and false exchanged, a disjunction."""

    def test(env: list[Set]) -> int:
        found = true
        open_ = 0  # what can come out if no part decides it
        for part in parts:
            bits = part(env)
            if bits == false:
                return false
            open_ |= bits & (false | UNKNOWN)
            if not bits & true:
                found = 0
        return found | open_

    return test


def _swapped(of: Bits) -> Bits:
    def swap(env: list[Set]) -> int:
        bits = of(env)
        return (bits & UNKNOWN) | (FALSE if bits & TRUE else 0) | (TRUE if bits & FALSE else 0)

    return swap


def _first_bits(parts: Sequence[Bits], absent: int) -> Bits:
    def take(env: list[Set]) -> int:
        found = 0
        for part in parts:
            bits = part(env)
            found |= bits & ~absent
            if not bits & absent:
                return found
        return found | absent

    return take


def _missing_bits(bits: int, absent: int) -> int:
    return (TRUE if bits & absent else 0) | (FALSE if bits & ~absent else 0)


def _among(bits: int, taken: int) -> int:
    present = bits & ~ABSENT
    return (UNKNOWN if bits & ABSENT else 0) | (TRUE if present & taken else 0) | (FALSE if present & ~taken else 0)


def _compared_bits(left: Bits, right: Bits, *, equal: bool) -> Bits:
    same, different = (TRUE, FALSE) if equal else (FALSE, TRUE)

    def compare(env: list[Set]) -> int:
        one, other = left(env), right(env)
        present, others = one & ~ABSENT, other & ~ABSENT
        bits = UNKNOWN if (one | other) & ABSENT else 0
        if not present or not others:
            return UNKNOWN
        if present & others:
            bits |= same
        single = present == others and not present & (present - 1)
        return bits if single else bits | different

    return compare


def _compared_texts(left: Bits, right: Bits, *, equal: bool) -> Bits:
    """Compare texts; two that the program does not name may be equal or not."""
    test = _compared_bits(left, right, equal=equal)

    def compare(env: list[Set]) -> int:
        bits = test(env)
        return bits | TRUE | FALSE if left(env) & right(env) & _OTHER else bits

    return compare
