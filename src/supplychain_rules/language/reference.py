"""The meaning: a plain interpreter over fractions, slow and obvious, that every engine must agree with.

It walks the typed tree with one rule for each node and knows nothing of scales, bounds or integer
tricks. A number is a `Fraction`, a date is its day number, a missing value or an unknown condition
is None.
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import assert_never

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
from supplychain_rules.language.program import PopulationKind, Program
from supplychain_rules.language.segments import interpolate
from supplychain_rules.language.typed import Typed
from supplychain_rules.language.types import NumberType, Type, Value, day_number
from supplychain_rules.values.rounding import RoundingMode, round_to_units

__all__ = ["Plain", "interpret", "interpret_populations", "interpret_program", "plain_value"]

#: A value in the interpreter: an exact number (or day number), a boolean, a text, or missing.
Plain = Fraction | bool | str | None


def interpret_program(program: Program, record: Mapping[str, Value]) -> dict[str, Value]:
    """Evaluate every binding on a record of units, and return the values in units again."""
    known: dict[str, Plain] = {field.name: plain_value(record[field.name], field.type) for field in program.inputs}
    results: dict[str, Value] = {}
    for binding in program.bindings:
        known[binding.name] = interpret(binding.value, known)
        results[binding.name] = _units(known[binding.name], binding.type)
    return results


def interpret_populations(program: Program, records: Sequence[Mapping[str, Value]]) -> list[dict[str, Value]]:
    """Evaluate every binding and population on records of units: each record is compared with every other one."""
    known = [
        {field.name: plain_value(record[field.name], field.type) for field in program.inputs} for record in records
    ]
    done = 0
    for population in program.populations:
        for row in known:
            for binding in program.bindings[done : population.place]:
                row[binding.name] = interpret(binding.value, row)
        done = population.place
        answers: list[Plain] = []
        for row in known:
            group = [row[name] for name in population.within]
            if None in group:
                answers.append(None)
                continue
            peers = [peer[population.of] for peer in known if [peer[name] for name in population.within] == group]
            present = [value for value in peers if isinstance(value, Fraction)]
            answers.append(_among(population.kind, row[population.of], present))
        for row, answer in zip(known, answers, strict=True):
            row[population.name] = answer
    for row in known:
        for binding in program.bindings[done:]:
            row[binding.name] = interpret(binding.value, row)
    kinds: dict[str, Type] = {population.name: population.type for population in program.populations}
    kinds |= {binding.name: binding.type for binding in program.bindings}
    return [{name: _units(row[name], kind) for name, kind in kinds.items()} for row in known]


def interpret(value: Typed, known: Mapping[str, Plain]) -> Plain:
    """Evaluate one typed expression on plain values."""
    node = value.node
    match node:
        case Number() | Text() | Boolean() | Day() | Missing():
            return _constant(node)
        case Name():
            return known[node.name]
        case Case():
            for when, then in zip(value.parts[0:-1:2], value.parts[1::2], strict=True):
                if interpret(when, known) is True:
                    return interpret(then, known)
            return interpret(value.parts[-1], known)
        case And():
            return _conjunction([interpret(part, known) for part in value.parts])
        case Or():
            parts = [interpret(part, known) for part in value.parts]
            return _negation(_conjunction([_negation(part) for part in parts]))
        case Not():
            return _negation(interpret(value.parts[0], known))
        case Call(function="is_missing"):
            return interpret(value.parts[0], known) is None
        case Call(function="coalesce"):
            parts = [interpret(part, known) for part in value.parts]
            return next((part for part in parts if part is not None), None)
        case GeometricMean():
            return _geometric_mean(node, [interpret(part, known) for part in value.parts])
        case _:
            operands = [interpret(part, known) for part in value.parts]
            if any(operand is None for operand in operands):
                return None
    match node:
        case Compare():
            return _compare(node.operator, operands[0], operands[1])
        case In():
            return operands[0] in {_constant(option) for option in node.options}
    numbers = [operand for operand in operands if isinstance(operand, Fraction)]
    match node:
        case Negate():
            return -numbers[0]
        case Sum():
            return sum(numbers, Fraction(0))
        case Product():
            return math.prod(numbers, start=Fraction(1))
        case Round():
            return _rounded(numbers[0], node.decimals, node.mode)
        case RoundDivide():
            return None if numbers[1] == 0 else _rounded(numbers[0] / numbers[1], node.decimals, node.mode)
        case Piecewise():
            return _rounded(interpolate(node, numbers[0]), node.decimals, "half_up")
        case Choose():
            return _constant(node.values[int(numbers[0])])
        case Call():
            return _call(node, numbers)
        case _:
            assert_never(node)


def _among(kind: PopulationKind, own: Plain, present: list[Fraction]) -> Fraction | None:
    """Say how a value stands among the present ones, its own among them."""
    match kind:
        case "count":
            return Fraction(len(present))
        case "total":
            return sum(present, Fraction(0))
        case "least":
            return min(present, default=None)
        case "largest":
            return max(present, default=None)
    if not isinstance(own, Fraction):
        return None
    smaller, larger = [value for value in present if value < own], [value for value in present if value > own]
    match kind:
        case "smaller":
            return Fraction(len(smaller))
        case "larger":
            return Fraction(len(larger))
        case "distinct_smaller":
            return Fraction(len(set(smaller)))
        case "distinct_larger":
            return Fraction(len(set(larger)))
        case "total_larger":
            return sum(larger, Fraction(0))
        case _:
            assert_never(kind)


def _call(node: Call, numbers: list[Fraction]) -> Plain:
    match node.function:
        case "min":
            return min(numbers)
        case "max":
            return max(numbers)
        case "abs":
            return abs(numbers[0])
        case "days_between":
            return numbers[1] - numbers[0]
        case "add_days":
            return numbers[0] + numbers[1]
        case "clamp" | "coalesce" | "is_missing":
            raise AssertionError(node.function)  # resolved by `infer`, or handled before missing operands
        case _:
            assert_never(node.function)


def _constant(node: Constant) -> Plain:
    match node:
        case Number():
            return Fraction(node.value)
        case Text() | Boolean():
            return node.value
        case Day():
            return Fraction(day_number(node.value))
        case Missing():
            return None
        case _:
            assert_never(node)


def _conjunction(parts: list[Plain]) -> Plain:
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True


def _negation(part: Plain) -> Plain:
    return None if part is None else not part


def _compare(operator: Comparison, left: Plain, right: Plain) -> bool:
    match operator:
        case "==":
            return left == right
        case "!=":
            return left != right
        case "<" | "<=" | ">" | ">=":
            assert isinstance(left, Fraction)  # noqa: S101  `infer` lets nothing else be ordered
            assert isinstance(right, Fraction)  # noqa: S101
            return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]
        case _:
            assert_never(operator)


def _rounded(value: Fraction, decimals: int, mode: RoundingMode) -> Fraction:
    return Fraction(round_to_units(value, decimals, mode), 10**decimals)


def _geometric_mean(node: GeometricMean, operands: list[Plain]) -> Fraction | None:
    """Find the rounded root by trying: the largest u with (u - 1/2)**W <= product of s**w."""
    present = [(o, w) for o, w in zip(operands, node.weights, strict=True) if isinstance(o, Fraction)]
    total = sum(weight for _, weight in present)
    if total == 0:
        return None
    product = math.prod((score**weight for score, weight in present), start=Fraction(1))
    unit = Fraction(1, 10**node.decimals)
    low, high = 0, 1 + int(max(score for score, _ in present) / unit) + 1
    while low < high:  # bisection on the units
        middle = (low + high + 1) // 2
        if ((middle - Fraction(1, 2)) * unit) ** total <= product:
            low = middle
        else:
            high = middle - 1
    return low * unit


def plain_value(value: Value, kind: Type) -> Plain:
    """Turn units into a value of the interpreter."""
    if isinstance(kind, NumberType) and value is not None:
        return Fraction(int(value), 10**kind.decimals)
    return Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _units(value: Plain, kind: Type) -> Value:
    if isinstance(value, Fraction):
        units = value * 10**kind.decimals if isinstance(kind, NumberType) else value
        assert units.denominator == 1, (value, kind)  # noqa: S101  the inferred scale must hold every value
        return int(units)
    return value
