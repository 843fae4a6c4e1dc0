"""A plan: what a program becomes for engines that compute whole columns.

A plan is a list of columns, each an expression over columns before it. Every number is a whole number of units, a
date is its day number, a boolean is 1 or 0, and a missing value is the engine's null. Rounding, signs, scales and
three-valued logic are worked out here once, so that an engine needs a dozen operators and no knowledge of rules:

- arithmetic with a missing value is missing;
- a condition is *sure* or not: a comparison with a missing side is not, and there is no negation, so that no engine's
  negated null matters;
- a quotient is the floor of a division of a number of zero or more by a positive one.

Where the rules compare records, a plan has stages: columns of single rows, then populations, which take all rows at
once, then columns of single rows that read those, and so on. A row takes part in a comparison unless it is *left out*:
its inputs are bad, or a value of it is negative that shares are taken of. What all rows say then is what they would say
without it, and to the row itself every population is missing. A total too large for exact shares stops all rows.
"""

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias, assert_never, final

import attrs

from supplychain_rules.language.program import PopulationKind
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
    "PlanNegative",
    "PlanOutput",
    "PlanPopulation",
    "PlanStage",
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
    #: How many columns of its stage stand in a row before it: columns of one level do not read each other.
    level: int
    #: How many comparisons of records stand in a row before it.
    stage: int = 0


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
class PlanPopulation:
    """A column that takes all rows at once: what it says is what a `Population` of its kind says.

    It is missing in a row that is left out, and in one that belongs to no group.
    """

    name: str
    kind: PopulationKind
    #: The column whose values are compared: whole numbers.
    of: str
    #: The columns in which rows agree that belong together; without any, all rows do.
    within: tuple[str, ...]
    #: The largest total that the rules can reckon with, of a sum that may be larger than that; else None.
    limit: int | None
    #: The stage whose columns it reads; those of the next one may read it.
    stage: int
    #: The input or binding that is compared, and the path of the step that asks for it.
    source: str
    path: str


@final
@attrs.frozen(kw_only=True)
class PlanNegative:
    """A column of the first stage that is added up for shares, and that a row may have a negative value of."""

    column: str
    #: Decimals of its units.
    decimals: int
    #: The input or binding, and the path of the step that shares it.
    source: str
    path: str


@final
@attrs.frozen(kw_only=True)
class PlanStage:
    """Columns by level, and the populations that can be computed after them."""

    levels: tuple[tuple[PlanColumn, ...], ...]
    populations: tuple[PlanPopulation, ...]


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
    populations: tuple[PlanPopulation, ...] = ()
    negatives: tuple[PlanNegative, ...] = ()

    @property
    def fits_float(self) -> bool:
        """Whether a float64 can hold every whole number of the plan, with bits to spare."""
        return self.reach < FLOAT_LIMIT

    @property
    def stages(self) -> tuple[PlanStage, ...]:
        """The columns by level, those of one level at once, with the populations between them; at least one stage."""
        levels: list[dict[int, list[PlanColumn]]] = [{}]
        compared: list[list[PlanPopulation]] = [[]]
        last = max([0, *(column.stage for column in self.columns), *(one.stage for one in self.populations)])
        for _ in range(last):
            levels.append({})
            compared.append([])
        for column in self.columns:
            levels[column.stage].setdefault(column.level, []).append(column)
        for population in self.populations:
            compared[population.stage].append(population)
        return tuple(
            PlanStage(levels=tuple(tuple(found[level]) for level in sorted(found)), populations=tuple(populations))
            for found, populations in zip(levels, compared, strict=True)
        )

    @property
    def wanted(self) -> frozenset[str]:
        """The columns that are read by more than other columns: by users, guards and comparisons."""
        asked = (output.column for output in self.outputs)
        guards = (guard.column for guard in self.guards)
        compared = (name for one in self.populations for name in (one.of, *one.within))
        return frozenset((*asked, *guards, *compared, *(negative.column for negative in self.negatives)))


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
