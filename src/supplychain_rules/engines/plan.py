"""A plan: what a program becomes for engines that compute whole columns.

A plan is a list of columns, each an expression over columns before it. Every number is a whole number of units, a
date is its day number, a boolean is 1 or 0, and a missing value is the engine's null. Rounding, signs, scales and
three-valued logic are worked out here once, so that an engine needs a dozen operators and no knowledge of rules:

- arithmetic with a missing value is missing;
- a condition is *sure* or not: a comparison with a missing side is not, and there is no negation, so that no engine's
  negated null matters;
- a quotient is the floor of a division of a number of zero or more by a positive one.
"""

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias, assert_never, final

import attrs

from supplychain_rules.language.types import Type

__all__ = [
    "FLOAT_LIMIT",
    "All",
    "Among",
    "Any",
    "Cell",
    "Column",
    "Compare",
    "Condition",
    "Constant",
    "Minus",
    "Nothing",
    "Pick",
    "Plan",
    "PlanColumn",
    "PlanGuard",
    "PlanInput",
    "PlanOutput",
    "Plus",
    "Present",
    "Quotient",
    "Sign",
    "Text",
    "Times",
    "Whole",
    "columns_in",
]

#: Below this a float64 holds every whole number with three bits to spare: one for doubling, one for the half that
#: keeps a quotient off the edge, one for the error of a division.
FLOAT_LIMIT: Final = 2**50

Sign = Literal["==", "!=", "<", "<=", ">", ">="]


@final
@attrs.frozen
class Column:
    """The value of an input or of a column before."""

    name: str


@final
@attrs.frozen
class Whole:
    """A whole number."""

    value: int


@final
@attrs.frozen
class Text:
    """A text."""

    value: str


@final
@attrs.frozen
class Nothing:
    """Always missing."""


@final
@attrs.frozen
class Plus:
    """The sum; missing where a side is."""

    left: "Cell"
    right: "Cell"


@final
@attrs.frozen
class Minus:
    """The difference; missing where a side is."""

    left: "Cell"
    right: "Cell"


@final
@attrs.frozen
class Times:
    """The product; missing where a side is."""

    left: "Cell"
    right: "Cell"


@final
@attrs.frozen
class Quotient:
    """The floor of numerator / denominator; missing where a side is.

    Where its value is used, the numerator is zero or more; the denominator is never zero or negative.
    """

    numerator: "Cell"
    denominator: "Cell"


@final
@attrs.frozen
class Pick:
    """The value of the first branch whose condition is sure, else `otherwise`."""

    branches: tuple[tuple["Condition", "Cell"], ...]
    otherwise: "Cell"


#: A value: a whole number or a text, or missing.
Cell: TypeAlias = Column | Whole | Text | Nothing | Plus | Minus | Times | Quotient | Pick

#: A value that every row shares.
Constant: TypeAlias = Whole | Text | Nothing


@final
@attrs.frozen
class Compare:
    """Sure where both sides are present and compare so; texts are compared for equality only."""

    sign: Sign
    left: Cell
    right: Cell


@final
@attrs.frozen
class Among:
    """Sure where the column is present and among the options, or (`out`) present and not among them."""

    of: Column
    options: tuple[int, ...] | tuple[str, ...]
    out: bool = False


@final
@attrs.frozen
class Present:
    """Sure where the column has a value, or (`out`) where it has none."""

    of: Column
    out: bool = False


@final
@attrs.frozen
class All:
    """Sure where all parts are; no part at all is always sure."""

    parts: tuple["Condition", ...] = ()


@final
@attrs.frozen
class Any:
    """Sure where a part is; no part at all never is."""

    parts: tuple["Condition", ...] = ()


#: What a branch asks.
Condition: TypeAlias = Compare | Among | Present | All | Any


@final
@attrs.frozen(kw_only=True)
class PlanInput:
    """An input as a column of units."""

    #: The column of the plan.
    name: str
    #: The input's name in the rule set.
    input: str
    type: Type


@final
@attrs.frozen(kw_only=True)
class PlanColumn:
    """A computed column."""

    name: str
    cell: Cell
    #: Whether it may be missing.
    optional: bool
    is_text: bool
    #: How many columns stand in a row before it: columns of one level do not read each other.
    level: int


@final
@attrs.frozen(kw_only=True)
class PlanOutput:
    """A column that users see."""

    #: The output's name in the rule set.
    output: str
    #: The column of the plan; an output may be an input passed on.
    column: str
    type: Type


@final
@attrs.frozen(kw_only=True)
class PlanGuard:
    """A count that must not exceed one: how many different outcomes of a table's rows a record hits."""

    column: str
    path: str


@final
@attrs.frozen(kw_only=True)
class Plan:
    """The columns of a program in an order in which each can be computed."""

    inputs: tuple[PlanInput, ...]
    columns: tuple[PlanColumn, ...]
    outputs: tuple[PlanOutput, ...]
    guards: tuple[PlanGuard, ...]
    #: The largest whole number, by its size, that any part of any expression can be.
    reach: int

    @property
    def fits_float(self) -> bool:
        """Whether a float64 can hold every whole number of the plan, with bits to spare."""
        return self.reach < FLOAT_LIMIT

    @property
    def levels(self) -> tuple[tuple[PlanColumn, ...], ...]:
        """The columns by level: those of one level can be computed at once."""
        found: dict[int, list[PlanColumn]] = {}
        for column in self.columns:
            found.setdefault(column.level, []).append(column)
        return tuple(tuple(found[level]) for level in sorted(found))


def columns_in(part: Cell | Condition) -> Iterator[str]:
    """Yield the names of the columns that a value or condition reads, repeated where one is read again.

    >>> list(columns_in(Plus(Column("a"), Times(Column("b"), Whole(2)))))
    ['a', 'b']
    """
    match part:
        case Column():
            yield part.name
        case Whole() | Text() | Nothing():
            return
        case Plus() | Minus() | Times() | Compare():
            yield from columns_in(part.left)
            yield from columns_in(part.right)
        case Quotient():
            yield from columns_in(part.numerator)
            yield from columns_in(part.denominator)
        case Pick():
            for condition, cell in part.branches:
                yield from columns_in(condition)
                yield from columns_in(cell)
            yield from columns_in(part.otherwise)
        case Among() | Present():
            yield part.of.name
        case All() | Any():
            for inner in part.parts:
                yield from columns_in(inner)
        case _:
            assert_never(part)
