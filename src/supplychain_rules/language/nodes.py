"""The expressions: a closed union of frozen nodes, each with one meaning on every engine.

Users write formulas and table cells; steps of a policy are lowered to the same nodes. Walk the
union with `match` and end in `assert_never`. `column` is where a node began in its formula, from 1
(0 where it has no text); it takes no part in equality.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never, final

import attrs

from supplychain_rules.values.rounding import RoundingMode

__all__ = [
    "And",
    "Boolean",
    "Branch",
    "Call",
    "Case",
    "Choose",
    "Compare",
    "Comparison",
    "Constant",
    "Day",
    "Expression",
    "FunctionName",
    "GeometricMean",
    "In",
    "Missing",
    "Name",
    "Negate",
    "Not",
    "Number",
    "Or",
    "Piecewise",
    "Product",
    "Round",
    "RoundDivide",
    "Sum",
    "Text",
    "case",
    "children",
    "names_in",
]

Comparison = Literal["==", "!=", "<", "<=", ">", ">="]
FunctionName = Literal["min", "max", "abs", "clamp", "coalesce", "is_missing", "days_between", "add_days"]


def _column() -> int:
    """Declare the field that says where a node began in its formula."""
    field: int = attrs.field(default=0, eq=False, repr=False, kw_only=True)
    return field


@final
@attrs.frozen
class Number:
    """An exact decimal literal."""

    value: Decimal
    column: int = _column()


@final
@attrs.frozen
class Text:
    """A text literal: an option, a text, or a date in ISO form where a date is expected."""

    value: str
    column: int = _column()


@final
@attrs.frozen
class Boolean:
    """The literal `True` or `False`."""

    value: bool
    column: int = _column()


@final
@attrs.frozen
class Day:
    """A date literal."""

    value: date
    column: int = _column()


@final
@attrs.frozen
class Missing:
    """The literal that is always missing; only lowering writes it."""

    column: int = _column()


Constant = Number | Text | Boolean | Day | Missing


@final
@attrs.frozen
class Name:
    """The value of an input or of an earlier step's output."""

    name: str
    column: int = _column()


@final
@attrs.frozen
class Negate:
    """Minus the operand."""

    of: "Expression"
    column: int = _column()


@final
@attrs.frozen
class Sum:
    """The sum of two or more terms; a subtraction is a negated term."""

    terms: tuple["Expression", ...]
    column: int = _column()


@final
@attrs.frozen
class Product:
    """The product of two or more factors."""

    factors: tuple["Expression", ...]
    column: int = _column()


@final
@attrs.frozen
class Compare:
    """A comparison of two operands of one type; unknown when either is missing."""

    operator: Comparison
    left: "Expression"
    right: "Expression"
    column: int = _column()


@final
@attrs.frozen
class In:
    """Membership of a non-empty set of literals; unknown when the operand is missing."""

    of: "Expression"
    options: tuple[Constant, ...]
    column: int = _column()


@final
@attrs.frozen
class And:
    """Three-valued conjunction: false if any part is false, else unknown if any is."""

    parts: tuple["Expression", ...]
    column: int = _column()


@final
@attrs.frozen
class Or:
    """Three-valued disjunction: true if any part is true, else unknown if any is."""

    parts: tuple["Expression", ...]
    column: int = _column()


@final
@attrs.frozen
class Not:
    """Three-valued negation: unknown stays unknown."""

    of: "Expression"
    column: int = _column()


@final
@attrs.frozen
class Branch:
    """One branch of a `Case`: taken when `when` is surely true."""

    when: "Expression"
    then: "Expression"


@final
@attrs.frozen
class Case:
    """The first branch whose condition is surely true, else `otherwise`; build it with `case`."""

    branches: tuple[Branch, ...]
    otherwise: "Expression"
    column: int = _column()


@final
@attrs.frozen
class Round:
    """The operand rounded to `decimals` places."""

    of: "Expression"
    decimals: int
    mode: RoundingMode = "half_up"
    column: int = _column()


@final
@attrs.frozen
class RoundDivide:
    """The exact quotient rounded to `decimals` places; missing when the divisor is zero."""

    left: "Expression"
    right: "Expression"
    decimals: int
    mode: RoundingMode = "half_up"
    column: int = _column()


@final
@attrs.frozen
class Call:
    """A function of the fixed table; all but `coalesce` and `is_missing` are missing when an argument is."""

    function: FunctionName
    arguments: tuple["Expression", ...]
    column: int = _column()


@final
@attrs.frozen
class Piecewise:
    """Linear interpolation between points of strictly rising x, flat outside, rounded half up."""

    of: "Expression"
    points: tuple[tuple[Decimal, Decimal], ...]
    decimals: int = 4
    column: int = _column()


@final
@attrs.frozen
class GeometricMean:
    """The weighted geometric mean of the operands that are present, correctly rounded half up.

    Missing when none is present. Only the Python engine can run it: no other engine rounds roots exactly.
    """

    terms: tuple["Expression", ...]
    weights: tuple[int, ...]
    decimals: int
    column: int = _column()


@final
@attrs.frozen
class Choose:
    """The constant at position `index` (from 0) of `values`; missing when the index is."""

    index: "Expression"
    values: tuple[Constant, ...]
    column: int = _column()


Expression = (
    Number
    | Text
    | Boolean
    | Day
    | Missing
    | Name
    | Negate
    | Sum
    | Product
    | Compare
    | In
    | And
    | Or
    | Not
    | Case
    | Round
    | RoundDivide
    | Call
    | Piecewise
    | GeometricMean
    | Choose
)


def case(branches: tuple[Branch, ...], otherwise: Expression, *, column: int = 0) -> Expression:
    """Build a `Case` in normal form: a `Case` in the last place continues the list of branches.

    >>> inner = case((Branch(Name("b"), Number(Decimal(2))),), Number(Decimal(3)))
    >>> len(case((Branch(Name("a"), Number(Decimal(1))),), inner).branches)
    2
    """
    if isinstance(otherwise, Case):
        return Case(branches + otherwise.branches, otherwise.otherwise, column=column)
    return Case(branches, otherwise, column=column) if branches else otherwise


def children(node: Expression) -> tuple[Expression, ...]:
    """Return a node's operands, in evaluation order; a case alternates conditions and values."""
    match node:
        case Number() | Text() | Boolean() | Day() | Missing() | Name():
            return ()
        case Negate() | Not() | Round() | Piecewise() | In():
            return (node.of,)
        case Sum() | GeometricMean():
            return node.terms
        case Product():
            return node.factors
        case And() | Or():
            return node.parts
        case Compare() | RoundDivide():
            return (node.left, node.right)
        case Call():
            return node.arguments
        case Choose():
            return (node.index,)
        case Case():
            flat = [operand for branch in node.branches for operand in (branch.when, branch.then)]
            return (*flat, node.otherwise)
        case _:
            assert_never(node)


def names_in(node: Expression) -> Iterator[Name]:
    """Yield every name the expression reads, in order, repeated where it is read again."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, Name):
            yield current
        stack.extend(reversed(children(current)))
