"""Expressions back to text: `parse(show(e)) == e` for every expression that a formula can hold."""

from decimal import Decimal
from typing import Final, assert_never

from supplychain_rules.language.nodes import (
    And,
    Boolean,
    Call,
    Case,
    Choose,
    Compare,
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
from supplychain_rules.values.scaled import number_text

__all__ = ["show"]

# Binding strengths of Python's grammar, weakest first.
_CONDITIONAL, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _UNARY, _ATOM = range(9)

#: A quote that a text literal does not hold itself decides how it is written.
_QUOTES: Final = ('"', "'")


def show(expression: Expression) -> str:
    """Return the formula text of an expression, with no more parentheses than needed.

    Nodes that no formula can write (a constant table, a geometric mean, the missing literal, a date)
    are shown as a reader would expect, but cannot be parsed back.

    >>> from supplychain_rules.language.parse import parse
    >>> show(parse("round( (a+b)*2 / c , 2)"))
    'round((a + b) * 2 / c, 2)'
    """
    return _show(expression, _CONDITIONAL)


def _show(node: Expression, least: int) -> str:
    text, strength = _text(node)
    return text if strength >= least else f"({text})"


def _text(node: Expression) -> tuple[str, int]:
    match node:
        case Number() | Text() | Boolean() | Day() | Missing():
            text = _constant(node)
            return text, _UNARY if text.startswith("-") else _ATOM
        case Name():
            return node.name, _ATOM
        case Negate():
            return f"-{_negated(node.of)}", _UNARY
        case Sum():
            return _sum(node), _SUM
        case Product():
            first, *rest = node.factors
            factors = [_show(first, _PRODUCT + isinstance(first, Product)), *(_show(item, _UNARY) for item in rest)]
            return " * ".join(factors), _PRODUCT
        case Compare():
            return f"{_show(node.left, _SUM)} {node.operator} {_show(node.right, _SUM)}", _COMPARE
        case In():
            return f"{_show(node.of, _SUM)} in {_options(node.options)}", _COMPARE
        case Not(of=In() as test):
            return f"{_show(test.of, _SUM)} not in {_options(test.options)}", _COMPARE
        case Not():
            return f"not {_show(node.of, _NOT)}", _NOT
        case And():
            return " and ".join(_show(part, _NOT) for part in node.parts), _AND
        case Or():
            return " or ".join(_show(part, _AND) for part in node.parts), _OR
        case Case():
            branches = "".join(f"{_show(b.then, _OR)} if {_show(b.when, _OR)} else " for b in node.branches)
            return branches + _show(node.otherwise, _OR), _CONDITIONAL
        case Round() | RoundDivide() | Call() | Piecewise() | GeometricMean() | Choose():
            return _call(node), _ATOM
        case _:
            assert_never(node)


def _constant(node: Constant) -> str:
    match node:
        case Number():
            return number_text(node.value)
        case Text():
            quote = next((mark for mark in _QUOTES if mark not in node.value), '"')
            return f"{quote}{node.value}{quote}"
        case Boolean():
            return str(node.value)
        case Day():
            return f'"{node.value.isoformat()}"'
        case Missing():
            return "missing"
        case _:
            assert_never(node)


def _negated(node: Expression) -> str:
    """Show what a minus stands before; parentheses keep a literal apart from its own sign."""
    if isinstance(node, Number) and node.value > 0:
        return f"({number_text(node.value)})"
    return _show(node, _UNARY)


def _sum(node: Sum) -> str:
    first, *rest = node.terms
    text = _show(first, _SUM + isinstance(first, Sum))
    for term in rest:
        if isinstance(term, Negate):
            text += f" - {_show(term.of, _PRODUCT)}"
        else:
            text += f" + {_show(term, _PRODUCT)}"
    return text


def _call(node: Round | RoundDivide | Call | Piecewise | GeometricMean | Choose) -> str:
    match node:
        case Round(decimals=0, mode="floor" | "ceil"):
            return f"{node.mode}({show(node.of)})"
        case Round():
            return f"round({show(node.of)}, {node.decimals}{_mode(node)})"
        case RoundDivide():
            left = _show(node.left, _PRODUCT)
            return f"round({left} / {_show(node.right, _UNARY)}, {node.decimals}{_mode(node)})"
        case Call():
            return f"{node.function}({', '.join(map(show, node.arguments))})"
        case Piecewise():
            points = ", ".join(_point(x, y) for x, y in node.points)
            return f"piecewise({show(node.of)}, {points}, {node.decimals})"
        case GeometricMean():
            terms = ", ".join(f"({show(t)}, {w})" for t, w in zip(node.terms, node.weights, strict=True))
            return f"geometric_mean({terms}, {node.decimals})"
        case Choose():
            return f"choose({show(node.index)}, {', '.join(map(_constant, node.values))})"
        case _:
            assert_never(node)


def _mode(node: Round | RoundDivide) -> str:
    return "" if node.mode == "half_up" else f', "{node.mode}"'


def _point(x: Decimal, y: Decimal) -> str:
    return f"({number_text(x)}, {number_text(y)})"


def _options(options: tuple[Constant, ...]) -> str:
    comma = "," if len(options) == 1 else ""
    return f"({', '.join(map(_constant, options))}{comma})"
