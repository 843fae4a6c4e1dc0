"""Relations: the few things that are done with tables of facts before rules score them.

A relation is a tree of seven kinds of node over whole numbers and texts. Values of rows are the cells of a plan;
aggregates are sums, least and most, and counts of different values, of plain columns, which no engine computes in a way
of its own: a condition inside an aggregate is silently ignored by some. Each engine runs the same tree.
"""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias, assert_never, final

import attrs

from supplychain_rules.engines.plan import (
    Cell,
    Column,
    Compare,
    Condition,
    Minus,
    Nothing,
    Pick,
    PlanInput,
    Plus,
    Quotient,
    Text,
    Times,
    Whole,
)
from supplychain_rules.errors import InvalidValueError

__all__ = [
    "BAD",
    "WIDEST",
    "Field",
    "Filtered",
    "Grouped",
    "Joined",
    "Made",
    "Mapped",
    "Relation",
    "Source",
    "Stacked",
    "columns_of",
    "parts_of",
    "read_twice",
    "size_of",
    "sources_in",
]

#: What every engine's whole numbers hold.
WIDEST: Final = 2**63 - 1

#: The column of a source that says whether a row is bad: 1 where a value is, or one is missing that may not be.
BAD: Final = "bad"


@final
@attrs.frozen(kw_only=True)
class Field:
    """A column of a table as a relation reads it."""

    #: Its name in the relation.
    name: str
    #: The table's column.
    column: str
    read: PlanInput
    #: Whether it is an id: a text or a whole number that is passed on as it is.
    is_id: bool = False
    #: Digits and decimals of a column that is known to hold decimals or whole numbers of 64 bits.
    stored: tuple[int, int] | None = None
    #: Whether the column is known to hold dates, without a time of day.
    is_date: bool = False


@final
@attrs.frozen(kw_only=True, cache_hash=True)
class Source:
    """The rows of a table: its fields as whole numbers and texts, missing and bad ones null, and `BAD`."""

    table: str
    fields: tuple[Field, ...]


@final
@attrs.frozen
class Made:
    """A column made of a row's others."""

    name: str
    cell: Cell
    is_text: bool = False


@final
@attrs.frozen(cache_hash=True)
class Mapped:
    """The rows with these columns in place of theirs."""

    of: "Relation"
    columns: tuple[Made, ...]


@final
@attrs.frozen(cache_hash=True)
class Filtered:
    """The rows of which a condition is sure."""

    of: "Relation"
    condition: Condition


@final
@attrs.frozen(kw_only=True, cache_hash=True)
class Joined:
    """The rows of the left, each with columns of the one row of the right that has its keys, or null."""

    left: "Relation"
    right: "Relation"
    #: The pairs of columns that must be equal.
    on: tuple[tuple[str, str], ...]
    #: Columns of the right, which no column of the left is called like.
    take: tuple[str, ...]


@final
@attrs.frozen(kw_only=True, cache_hash=True)
class Grouped:
    """One row for each key, with aggregates of columns under their own names."""

    of: "Relation"
    #: None of them for one row of everything.
    keys: tuple[str, ...]
    #: Never missing; the sum of no rows is zero.
    sums: tuple[str, ...] = ()
    least: tuple[str, ...] = ()
    most: tuple[str, ...] = ()
    #: How many different numbers of 32 bits there are, of columns that are missing in no row that counts: engines do
    #: not agree on whether a missing one is one more. Alone of all these, such counts are not to be merged.
    distinct: tuple[str, ...] = ()


@final
@attrs.frozen(cache_hash=True)
class Stacked:
    """The rows of relations that have the same columns."""

    parts: tuple["Relation", ...]


#: What an engine runs.
Relation: TypeAlias = Source | Mapped | Filtered | Joined | Grouped | Stacked


def columns_of(relation: Relation) -> tuple[str, ...]:
    """Return the names of a relation's columns, in order.

    >>> columns_of(Mapped(Source(table="receipts", fields=()), (Made("one", Whole(1)),)))
    ('one',)
    """
    match relation:
        case Source():
            return (*(field.name for field in relation.fields), BAD)
        case Mapped():
            return tuple(made.name for made in relation.columns)
        case Filtered():
            return columns_of(relation.of)
        case Joined():
            return (*columns_of(relation.left), *relation.take)
        case Grouped():
            return (*relation.keys, *relation.sums, *relation.least, *relation.most, *relation.distinct)
        case Stacked():
            return columns_of(relation.parts[0])
        case _:
            assert_never(relation)


def parts_of(relation: Relation) -> tuple[Relation, ...]:
    """Return the relations that a relation reads."""
    match relation:
        case Source():
            return ()
        case Mapped(of=of) | Filtered(of=of) | Grouped(of=of):
            return (of,)
        case Joined(left=left, right=right):
            return (left, right)
        case Stacked(parts=parts):
            return parts
        case _:
            assert_never(relation)


def sources_in(relation: Relation) -> Iterator[Source]:
    """Yield the sources of a relation, one that is read twice only once."""
    return (found for found in _readers(relation) if isinstance(found, Source))


def read_twice(relation: Relation) -> Iterator[Relation]:
    """Yield what more than one part of a relation reads."""
    return (found for found, readers in _readers(relation).items() if readers > 1)


def _readers(relation: Relation) -> dict[Relation, int]:
    """Return every part of a relation, and how many others read it."""
    found: dict[Relation, int] = {relation: 0}
    waiting = [relation]
    while waiting:
        for part in parts_of(waiting.pop()):
            if part not in found:
                found[part] = 0
                waiting.append(part)
            found[part] += 1
    return found


def size_of(cell: Cell, sizes: Mapping[str, int]) -> int:
    """Return the largest size that a number can have, from those of the columns that it reads.

    Raises:
        InvalidValueError: it, or a part of it, may outgrow 64 bits.

    >>> size_of(Times(Column("price"), Whole(10)), {"price": 99})
    990
    """
    match cell:
        case Column():
            found = sizes[cell.name]
        case Whole():
            found = abs(cell.value)
        case Nothing() | Text():
            found = 0
        case Plus() | Minus():
            found = size_of(cell.left, sizes) + size_of(cell.right, sizes)
        case Times():
            found = size_of(cell.left, sizes) * size_of(cell.right, sizes)
        case Quotient():
            size_of(cell.denominator, sizes)
            found = size_of(cell.numerator, sizes)
        case Pick():
            found = max(size_of(cell.otherwise, sizes), *(_size_where(*branch, sizes) for branch in cell.branches))
        case _:
            assert_never(cell)
    if found > WIDEST:
        hint = "declare fewer decimals or a smaller maximum for the quantities and amounts"
        raise InvalidValueError("a number may outgrow 64 bits", f"up to {found}", hint=hint)
    return found


def _size_where(condition: Condition, value: Cell, sizes: Mapping[str, int]) -> int:
    """Return the largest size of a value of zero or more where a condition is sure, which may bound it."""
    size = size_of(value, sizes)
    match condition:
        case Compare("<" | "<=", left, right) if left == value:
            return min(size, size_of(right, sizes))
        case _:
            return size
