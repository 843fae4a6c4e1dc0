"""The regions of a table: each column cut where its cells cut it, and which rows take each piece.

Between two cuts every value of a column hits the same rows, so a table over numbers becomes one over a handful of
pieces. Rows are bits of whole numbers, in the order in which the table tries them; what many rows have in common is
found by one operation on the bits.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, reduce
from operator import and_, or_
from typing import Final, TypeAlias, assert_never, final

import attrs

from supplychain_rules.errors import Problem
from supplychain_rules.language.cells import Cell, parse_cell
from supplychain_rules.language.disjoint import cell_values, takes_missing
from supplychain_rules.language.nodes import (
    And,
    Call,
    Case,
    Compare,
    Day,
    Expression,
    In,
    Name,
    Not,
    Number,
    Or,
    Text,
)
from supplychain_rules.language.program import INNER
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
    Type,
    day_of,
)
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.table import TableStep
from supplychain_rules.values.intervals import ChoiceSet, IntervalSet
from supplychain_rules.values.scaled import to_decimal

__all__ = ["OTHER", "Column", "Other", "Piece", "Region", "Regions", "bits_of", "table_regions"]


@final
@attrs.frozen
class Other:
    """Every text that no cell names."""


#: The piece of a text column that no cell names.
OTHER: Final = Other()

#: Values that hit the same rows: units from and to, one option or truth, missing (None), or texts that no cell names.
Piece: TypeAlias = tuple[int, int] | str | bool | Other | None


@final
@attrs.frozen
class Region:
    """The pieces of a column that the same rows take."""

    rows: int
    pieces: tuple[Piece, ...]


@final
@attrs.frozen
class Column:
    """A column of a table, cut into regions."""

    name: str
    type: Type
    regions: tuple[Region, ...]

    def condition(self, region: Region) -> Expression:
        """Return the condition that the column's value lies in a region."""
        tests = [self._test(piece) for piece in region.pieces]
        return tests[0] if len(tests) == 1 else Or(tuple(tests))

    def _test(self, piece: Piece) -> Expression:
        name = Name(self.name)
        match piece:
            case None:
                return Call("is_missing", (name,))
            case bool():
                return name if piece else Not(name)
            case str():
                return Compare("==", name, Text(piece))
            case Other():
                named = [one for region in self.regions for one in region.pieces if isinstance(one, str)]
                here = Not(Call("is_missing", (name,)))
                return And((here, Not(In(name, tuple(map(Text, named)))))) if named else here
            case low, high:
                ends = (Compare(">=", name, self._literal(low)), Compare("<=", name, self._literal(high)))
                return And(ends)

    def _literal(self, units: int) -> Expression:
        if isinstance(self.type, NumberType):
            return Number(to_decimal(units, self.type.decimals))
        return Day(day_of(units))


@final
@attrs.frozen
class Regions:
    """A table's columns in regions, and its rows in the order in which they are tried."""

    columns: tuple[Column, ...]
    #: The place in the rule set of the row at each bit.
    order: tuple[int, ...]

    @property
    def all_rows(self) -> int:
        """Return the bits of all rows."""
        return (1 << len(self.order)) - 1

    @cached_property
    def meeting(self) -> tuple[int, ...]:
        """Return for every row the rows that share a value with it in every column, itself among them."""
        found = [self.all_rows] * len(self.order)
        for column in self.columns:
            shared = [0] * len(self.order)
            for region in column.regions:
                for row in bits_of(region.rows):
                    shared[row] |= region.rows
            found = list(map(and_, found, shared))
        return tuple(found)

    @cached_property
    def covering(self) -> tuple[int, ...]:
        """Return for every row the rows that take whatever it takes, itself among them."""
        found = [self.all_rows] * len(self.order)
        for column in self.columns:
            for region in column.regions:
                for row in bits_of(region.rows):
                    found[row] &= region.rows
        return tuple(found)

    @cached_property
    def possible(self) -> int:
        """Return the rows that take something in every column."""
        taken = [reduce(or_, (region.rows for region in column.regions), 0) for column in self.columns]
        return reduce(and_, taken, self.all_rows)


def bits_of(bits: int) -> Iterable[int]:
    """Yield the places of the bits that are set, the lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def table_regions(policy: Policy, step: TableStep, types: Mapping[str, Type]) -> Regions:
    """Cut the columns of a loaded table.

    Args:
        policy: the policy that has the table.
        step: the table.
        types: the type of every input and binding.
    """
    order = _order(policy, step)
    columns = []
    for name in step.when:
        kind = types[name]
        known: dict[object, _Taken] = {}
        taken = []
        for place in order:
            written = step.rows[place].when.get(name, "-")
            if written not in known:
                known[written] = _taken(written, kind)
            taken.append(known[written])
        columns.append(Column(name, kind, _regions(kind, taken)))
    return Regions(tuple(columns), order)


def _order(policy: Policy, step: TableStep) -> tuple[int, ...]:
    """Return the rows as the program tries them: by place, or by priority."""
    name = f"{step.id}{INNER}row"
    for binding in policy.program.bindings if step.hit == "priority" else ():
        node = binding.value.node
        if binding.name == name and isinstance(node, Case):
            thens = [branch.then for branch in node.branches]
            return tuple(int(then.value) for then in thens if isinstance(then, Number))
    return tuple(range(len(step.rows)))


#: Stretches of units, from and to, both included.
_Ranges: TypeAlias = tuple[tuple[int, int], ...]

#: What a cell takes: of the values that are present, and whether of missing.
_Taken: TypeAlias = tuple[_Ranges | ChoiceSet, bool]

#: A number or day as a loaded cell writes it: sign and whole part, and decimals.
_NUMBER: Final = re.compile(r"(-?[0-9]+)(?:\.([0-9]+))?")


def _taken(written: object, kind: Type) -> _Taken:
    """Return what a cell takes; the most common cells of a loaded table are read at a glance."""
    if isinstance(written, str):
        if written == "-":
            return _everything(kind), kind.optional
        glance = _glance(written, kind)
        if glance is not None:
            return glance, False
    problems: list[Problem] = []
    cell = parse_cell(written, kind, "", problems)
    assert isinstance(cell, Cell), problems  # noqa: S101  the policy loaded
    values = cell_values(cell, kind)
    ranges = _ranges(values, kind) if isinstance(values, IntervalSet) else values
    return ranges, takes_missing(cell) and kind.optional


def _everything(kind: Type) -> _Ranges | ChoiceSet:
    if isinstance(kind, NumberType | DateType):
        return ((kind.low, kind.high),)
    return ChoiceSet.everything()


def _glance(written: str, kind: Type) -> _Ranges | ChoiceSet | None:
    """Return what a cell of one option, one threshold or one interval takes; None for any other."""
    match kind:
        case NumberType():
            return _number_range(written, kind)
        case BooleanType():
            return ChoiceSet(frozenset({written})) if written in ("true", "false") else None
        case ChoiceType():
            plain = written.isalnum() and written != "missing"  # all others may be signs, lists, or quoted
            return ChoiceSet(frozenset({written})) if plain and written in kind.options else None
        case _:
            return None


def _number_range(written: str, kind: NumberType) -> _Ranges | None:
    low, high = kind.low, kind.high
    if written[0] in "[(":
        first, dots, last = written[1:-1].partition("..")
        low_units, high_units = _whole_units(first, kind.decimals), _whole_units(last, kind.decimals)
        if not dots or low_units is None or high_units is None:
            return None
        low, high = low_units + (written[0] == "("), high_units - (written[-1] != "]")
    else:
        sign, space, text = written.rpartition(" ")
        units = _whole_units(text, kind.decimals)
        if units is None:
            return None
        match sign:
            case ">=":
                low = units
            case ">":
                low = units + 1
            case "<=":
                high = units
            case "<":
                high = units - 1
            case "" if not space:
                low = high = units
            case _:
                return None
    low, high = max(low, kind.low), min(high, kind.high)
    return ((low, high),) if low <= high else ()


def _whole_units(text: str, decimals: int) -> int | None:
    """Return a number in units where it is a whole number of them."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    whole, digits = found[1], found[2] or ""
    return int(whole + digits) * 10 ** (decimals - len(digits)) if len(digits) <= decimals else None


def _ranges(values: IntervalSet, kind: Type) -> _Ranges:
    """Return the units of a type that lie in a set of numbers."""
    assert isinstance(kind, NumberType | DateType)  # noqa: S101  only their cells take numbers
    scale = 10**kind.decimals if isinstance(kind, NumberType) else 1
    found = []
    for part in values.parts:
        low = kind.low if part.low is None else _first(part.low * scale, closed=part.low_closed)
        high = kind.high if part.high is None else _last(part.high * scale, closed=part.high_closed)
        low, high = max(low, kind.low), min(high, kind.high)
        if low <= high:
            found.append((low, high))
    return tuple(found)


def _regions(kind: Type, taken: Sequence[_Taken]) -> tuple[Region, ...]:
    pieces = list(_pieces(kind, [values for values, _ in taken]))
    if kind.optional:
        pieces.append((None, _rows([missing for _, missing in taken])))
    grouped: dict[int, list[Piece]] = {}
    for piece, rows in pieces:
        grouped.setdefault(rows, []).append(piece)
    return tuple(Region(rows, tuple(found)) for rows, found in grouped.items())


def _rows(taken: Iterable[bool]) -> int:
    return sum(1 << row for row, takes in enumerate(taken) if takes)


def _pieces(kind: Type, taken: Sequence[_Ranges | ChoiceSet]) -> list[tuple[Piece, int]]:
    match kind:
        case NumberType() | DateType():
            return _stretches(kind, [ranges for ranges in taken if not isinstance(ranges, ChoiceSet)])
        case BooleanType():
            return [(truth, _holding(taken, "true" if truth else "false")) for truth in (True, False)]
        case ChoiceType():
            return [(option, _holding(taken, option)) for option in kind.options]
        case TextType():
            sets = [values for values in taken if isinstance(values, ChoiceSet)]
            named = sorted({option for values in sets for option in values.options})
            rest = _rows(values.complemented for values in sets)
            return [*((option, _holding(taken, option)) for option in named), (OTHER, rest)]
        case MissingType():
            return []
        case _:
            assert_never(kind)


def _holding(taken: Sequence[_Ranges | ChoiceSet], option: str) -> int:
    return _rows(isinstance(values, ChoiceSet) and values.contains(option) for values in taken)


def _stretches(kind: NumberType | DateType, taken: Sequence[_Ranges]) -> list[tuple[Piece, int]]:
    """Cut a number's range where a row begins or ceases to take it; the rows change by one bit each."""
    changes: dict[int, int] = {kind.low: 0}
    for row, ranges in enumerate(taken):
        for low, high in ranges:
            changes[low] = changes.get(low, 0) ^ (1 << row)
            changes[high + 1] = changes.get(high + 1, 0) ^ (1 << row)
    found: list[tuple[Piece, int]] = []
    starts = sorted(start for start in changes if start <= kind.high)
    rows = 0
    for start, end in zip(starts, [*starts[1:], kind.high + 1], strict=True):
        rows ^= changes[start]
        found.append(((start, end - 1), rows))
    return found


def _first(edge: Fraction | int, *, closed: bool) -> int:
    return math.ceil(edge) if closed else math.floor(edge) + 1


def _last(edge: Fraction | int, *, closed: bool) -> int:
    return math.floor(edge) if closed else math.ceil(edge) - 1
