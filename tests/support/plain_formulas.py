"""Formulas once more, straight from the words of the design: Python's tree walked over fractions.

It shares nothing with the library but Python's own parser, so that parser, types, interpreter and
generated code are all judged by it. A number is a `Fraction`, a day a `date`, what is missing or
unknown is None.
"""

import ast
import math
import operator
import re
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import attrs

__all__ = ["Facts", "Value", "as_date", "formula_value", "rounded", "three_valued_and", "three_valued_not"]

Value = Fraction | bool | str | date | None

_OPERATORS: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}

#: No option of the random policies looks so: such a text stands for a day.
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@attrs.frozen
class Facts:
    """What is known so far: values by name, and the order (worst to best) of the ordered choices."""

    values: dict[str, Value] = attrs.field(factory=dict)
    rankings: dict[str, tuple[str, ...]] = attrs.field(factory=dict)


def rounded(value: Fraction, places: int, mode: str = "half_up") -> Fraction:
    """Round as a person would: a half goes away from zero, unless the mode says otherwise."""
    scaled = value * 10**places
    match mode:
        case "floor":
            whole = math.floor(scaled)
        case "ceil":
            whole = math.ceil(scaled)
        case "half_even":
            whole = round(scaled)
        case _:
            whole = math.floor(abs(scaled) + Fraction(1, 2)) * (1 if scaled >= 0 else -1)
    return Fraction(whole, 10**places)


def three_valued_and(parts: list[Value]) -> bool | None:
    """Return false if any part is false, else unknown if any is, else true."""
    return False if False in parts else None if None in parts else True


def three_valued_not(part: Value) -> bool | None:
    """Swap true and false; unknown stays."""
    return None if part is None else not part


def as_date(value: Value) -> Value:
    """Read a text as a date where a date is wanted."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def formula_value(text: str, facts: Facts) -> Value:
    """Evaluate a formula."""
    return _Walk(text, facts).value(ast.parse(text, mode="eval").body)


@attrs.frozen
class _Walk:
    text: str
    facts: Facts

    def value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=str() as text) if _ISO_DAY.fullmatch(text):
                return date.fromisoformat(text)
            case ast.Constant(value=bool() | str() as plain):
                return plain
            case ast.Constant():
                return Fraction(ast.get_source_segment(self.text, node) or "")
            case ast.Name(id=name):
                return self.facts.values[name]
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return three_valued_not(self.value(operand))
            case ast.UnaryOp(operand=operand):
                return _lifted(operator.neg, self.value(operand))
            case ast.BoolOp(op=ast.And(), values=parts):
                return three_valued_and([self.value(part) for part in parts])
            case ast.BoolOp(values=parts):
                return three_valued_not(three_valued_and([three_valued_not(self.value(part)) for part in parts]))
            case ast.BinOp(left=left, op=op, right=right):
                signs = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}
                return _lifted(signs[type(op)], self.value(left), self.value(right))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.value(body if self.value(test) is True else orelse)
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                operands = [left, *comparators]
                return three_valued_and([self.link(*link) for link in zip(ops, operands, comparators, strict=False)])
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self.call(name, arguments)
        raise AssertionError(ast.dump(node))

    def link(self, op: ast.cmpop, left: ast.expr, right: ast.expr) -> bool | None:
        one = self.value(left)
        if isinstance(op, ast.In | ast.NotIn):
            assert isinstance(right, ast.Tuple | ast.List)
            options = [self.value(element) for element in right.elts]
            found = None if one is None else one in options
            return three_valued_not(found) if isinstance(op, ast.NotIn) else found
        other = self.value(right)
        if one is None or other is None:
            return None
        if isinstance(one, str) and not isinstance(op, ast.Eq | ast.NotEq):
            ranking = self.ranking(left) or self.ranking(right)
            if one not in ranking or other not in ranking:
                return None
            return _OPERATORS[type(op)](ranking.index(one), ranking.index(str(other)))
        return _OPERATORS[type(op)](one, other)

    def ranking(self, node: ast.expr) -> tuple[str, ...]:
        return self.facts.rankings.get(node.id, ()) if isinstance(node, ast.Name) else ()

    def call(self, name: str, arguments: list[ast.expr]) -> Value:
        match name:
            case "round":
                return self.rounded(arguments)
            case "piecewise":
                return self.piecewise(arguments)
        values = [self.value(argument) for argument in arguments]
        match name:
            case "is_missing":
                return values[0] is None
            case "coalesce":
                return next((value for value in values if value is not None), None)
            case "floor" | "ceil":
                return _lifted(lambda x: rounded(x, 0, name), values[0])
            case "abs" | "min" | "max":
                return _lifted({"abs": abs, "min": min, "max": max}[name], *values)
            case "clamp":
                return _lifted(lambda x, low, high: max(low, min(x, high)), *values)
            case "days_between":
                return _lifted(lambda a, b: Fraction((b - a).days), *values)
            case "add_days":
                return _lifted(lambda day, count: day + timedelta(int(count)), *values)
        raise AssertionError(name)

    def rounded(self, arguments: list[ast.expr]) -> Value:
        of, places = arguments[0], int(ast.literal_eval(arguments[1]))
        mode = str(ast.literal_eval(arguments[2])) if len(arguments) > 2 else "half_up"
        if isinstance(of, ast.BinOp) and isinstance(of.op, ast.Div):
            divisor = self.value(of.right)
            if divisor == 0:
                return None
            return _lifted(lambda a, b: rounded(a / b, places, mode), self.value(of.left), divisor)
        return _lifted(lambda x: rounded(x, places, mode), self.value(of))

    def piecewise(self, arguments: list[ast.expr]) -> Value:
        x = self.value(arguments[0])
        pairs = [node for node in arguments[1:] if isinstance(node, ast.Tuple)]
        places = int(ast.literal_eval(arguments[-1])) if len(pairs) < len(arguments) - 1 else 4
        points = [tuple(self.value(element) for element in pair.elts) for pair in pairs]
        return _lifted(lambda given: rounded(interpolated(given, points), places), x)


def interpolated(x: Fraction, points: list[tuple[Value, ...]]) -> Fraction:
    """Return the height of the straight lines through the points at `x`; flat outside."""
    known = [(Fraction(a), Fraction(b)) for a, b in points]  # type: ignore[arg-type]
    below = [point for point in known if point[0] <= x]
    above = [point for point in known if point[0] >= x]
    if not below or not above:
        return (below[-1] if below else above[0])[1]
    (x1, y1), (x2, y2) = below[-1], above[0]
    return y1 if x1 == x2 else y1 + (y2 - y1) * (x - x1) / (x2 - x1)


def _lifted(function: Callable[..., Value], *operands: Value) -> Value:
    return None if any(operand is None for operand in operands) else function(*operands)
