"""Relations as SQL: one statement, a chain of common table expressions, every name quoted. Nothing is run here."""

from collections.abc import Iterable, Mapping
from typing import Final, assert_never, final

import attrs

from supplychain_rules.engines.dialects import BREAK, Dialect
from supplychain_rules.engines.expressions import Writer, date_literal
from supplychain_rules.engines.native_dates import native_dates
from supplychain_rules.engines.plan import Nothing, Pick, PlanColumn, Whole
from supplychain_rules.engines.relations import (
    BAD,
    Field,
    Filtered,
    Grouped,
    Joined,
    Made,
    Mapped,
    Relation,
    Source,
    Stacked,
    columns_of,
    read_twice,
)
from supplychain_rules.language.types import BooleanType, ChoiceType, DateType, NumberType, TextType
from supplychain_rules.values.scaled import to_decimal

__all__ = ["Chain"]

#: How the statement's own tables begin.
_OWN: Final = "_sr_"

#: How table expressions of rows open where the dialect would keep one that is used twice in memory: reading it twice
#: is cheaper, and needs no memory for the rows of facts.
_OPENS: Final[Mapping[str, str]] = {"duckdb": "AS NOT MATERIALIZED"}

#: How others open in dialects that would paste each into what reads it, doubling the text.
_KEPT: Final[Mapping[str, str]] = {"postgres": "AS MATERIALIZED", "sqlite": "AS MATERIALIZED"}


#: Dialects that compare dates faster than numbers made of them, and skip whole blocks of rows by them.
_KEEPS_DATES: Final = frozenset({"duckdb"})


@final
@attrs.define
class Chain:
    """A statement in the making: each relation becomes a table expression, one that is used twice only once."""

    dialect: Dialect
    #: SQL text after FROM for each table of facts.
    tables: Mapping[str, str]
    _written: dict[Relation, str] = attrs.field(factory=dict, init=False)
    #: Groupings that are read twice: reading the facts twice would cost more than keeping their sums.
    _kept: frozenset[Relation] = attrs.field(default=frozenset(), init=False)
    #: The columns of each relation that stay dates of the engine.
    _dates: Mapping[Relation, frozenset[str]] = attrs.field(factory=dict, init=False)
    _parts: list[str] = attrs.field(factory=list, init=False)

    def statement(self, relation: Relation, select: list[str]) -> str:
        """Return the whole statement: a select list over a relation."""
        self._kept = frozenset(found for found in read_twice(relation) if isinstance(found, Grouped))
        if self.dialect.name in _KEEPS_DATES:
            self._dates = native_dates(relation)
        last = self.add(relation)
        text = f"WITH {f',{BREAK}'.join(self._parts)}{BREAK}{_select(select, last)}"
        return text.replace(BREAK, "\n")

    def add(self, relation: Relation) -> str:
        """Write a relation, and return the quoted name under which the statement knows it."""
        known = self._written.get(relation)
        if known is not None:
            return known
        name = self._written[relation] = self._part(self._body(relation), is_kept=relation in self._kept)
        return name

    def _part(self, body: str, *, is_kept: bool = False) -> str:
        """Write a table expression, and return its quoted name."""
        name = self.name(f"{_OWN}{len(self._parts) + 1}")
        kept = _KEPT.get(self.dialect.name, "AS")
        opens = kept if is_kept else _OPENS.get(self.dialect.name, kept)
        self._parts.append(f"{name} {opens} ({BREAK}{_indented(body)}{BREAK})")
        return name

    def name(self, column: str) -> str:
        """Quote a name."""
        return self.dialect.identifier(column)

    def cell(self, made: Made, relation: Relation) -> str:
        """Write a value of a relation's rows."""
        column = PlanColumn(name=made.name, cell=made.cell, optional=True, is_text=made.is_text, level=1)
        return self._writer(relation).column(column)

    def _writer(self, relation: Relation) -> Writer:
        names = {column: self.name(column) for column in columns_of(relation)}
        return Writer(self.dialect, names, self._dates.get(relation, frozenset()))

    def _body(self, relation: Relation) -> str:
        match relation:
            case Source():
                return self._source(relation)
            case Mapped():
                made = [f"{self.cell(column, relation.of)} AS {self.name(column.name)}" for column in relation.columns]
                return _select(made, self.add(relation.of))
            case Filtered():
                kept = [self.name(column) for column in columns_of(relation)]
                source, condition = self.add(relation.of), self._writer(relation.of).condition(relation.condition)
                return f"{_select(kept, source)}{BREAK}WHERE {condition}"
            case Joined():
                return self._joined(relation)
            case Grouped():
                return self._grouped(relation)
            case Stacked():
                names = [self.name(column) for column in columns_of(relation)]
                return f"{BREAK}UNION ALL{BREAK}".join(_select(names, self.add(part)) for part in relation.parts)
            case _:
                assert_never(relation)

    def _source(self, source: Source) -> str:
        """Read the fields as units, and say in an outer query whether one could not be read."""
        inner: list[str] = []
        fine: list[str] = []
        for field in source.fields:
            name, column = self.name(field.name), f"{self.name('_t')}.{self.name(field.column)}"
            is_date = field.name in self._dates.get(source, ())
            inner.append(f"{_within(column, field) if is_date else self._units(field, column)} AS {name}")
            if not field.read.type.optional:
                fine.append(f"{name} IS NOT NULL")
            elif not field.is_id:
                given = self.name(f"_given_{field.name}")
                inner.append(f"{column} AS {given}")
                fine.append(f"({name} IS NOT NULL OR {given} IS NULL)")
        bad = f"CASE WHEN {' AND '.join(fine)} THEN 0 ELSE 1 END" if fine else "0"
        outer = [*(self.name(field.name) for field in source.fields), f"{bad} AS {self.name(BAD)}"]
        rows = f"{self.tables[source.table]} AS {self.name('_t')}"
        return _select(outer, f"({BREAK}{_indented(_select(inner, rows))}{BREAK}) AS {self.name('_u')}")

    def _units(self, field: Field, column: str) -> str:
        kind = field.read.type
        if field.is_id:
            return column
        match kind:
            case NumberType() if self.dialect.name == "duckdb" and _is_narrow(field, kind):
                return _stored_units(column, field, kind)
            case NumberType():
                return self.dialect.number(column, kind)
            case DateType():
                return self.dialect.day(column, kind)
            case BooleanType():
                true, false = self.dialect.booleans
                return f"CASE {column} WHEN {true} THEN 1 WHEN {false} THEN 0 END"
            case ChoiceType():
                options = ", ".join(self.dialect.text(option) for option in kind.options)
                text = self.dialect.exact_text(column)
                return f"CASE WHEN {text} IN ({options}) THEN {column} END"
            case TextType():
                return column
            case _:
                raise AssertionError(kind)  # no field is declared so

    def _joined(self, relation: Joined) -> str:
        left, right = self.add(relation.left), self.add(relation.right)
        kept = [f"{left}.{self.name(column)} AS {self.name(column)}" for column in columns_of(relation.left)]
        taken = [f"{right}.{self.name(column)} AS {self.name(column)}" for column in relation.take]
        equal = (f"{left}.{self.name(one)} = {right}.{self.name(other)}" for one, other in relation.on)
        return f"{_select([*kept, *taken], left)}{BREAK}LEFT JOIN {right} ON {' AND '.join(equal)}"

    def _grouped(self, relation: Grouped) -> str:
        source, counted = self._to_aggregate(relation)
        keys = [self.name(key) for key in relation.keys]
        lines = list(keys)
        for column in relation.sums:
            if column in counted:
                lines.append(f"COUNT({self.name(column)}) AS {self.name(column)}")
                continue
            total = f"COALESCE(SUM({self.name(column)}), 0)"
            wide = f"CAST({total} AS {self.dialect.integer})" if self.dialect.integer else total
            lines.append(f"{wide} AS {self.name(column)}")
        lines += [f"MIN({self.name(column)}) AS {self.name(column)}" for column in relation.least]
        lines += [f"MAX({self.name(column)}) AS {self.name(column)}" for column in relation.most]
        lines += [f"COUNT(DISTINCT {self.name(column)}) AS {self.name(column)}" for column in relation.distinct]
        body = _select(lines, source)
        return f"{body}{BREAK}GROUP BY {', '.join(keys)}" if keys else body

    def _to_aggregate(self, relation: Grouped) -> tuple[str, frozenset[str]]:
        """Write the rows of a grouping, and return their name and the columns to count rather than to sum.

        What a row does not add is null, because an aggregate passes over nulls and a zero it would add.
        """
        rows = relation.of
        if not isinstance(rows, Mapped):
            return self.add(rows), frozenset()
        made: list[str] = []
        counted: set[str] = set()
        for column in rows.columns:
            cell = column.cell
            match cell:
                case Pick(branches=((condition, value),), otherwise=Whole(0)) if column.name in relation.sums:
                    if value == Whole(1):
                        counted.add(column.name)
                        text = f"CASE WHEN {self._writer(rows.of).condition(condition)} THEN 1 END"
                    else:
                        text = self.cell(attrs.evolve(column, cell=Pick(((condition, value),), Nothing())), rows.of)
                case _:
                    text = self.cell(column, rows.of)
            made.append(f"{text} AS {self.name(column.name)}")
        return self._part(_select(made, self.add(rows.of))), frozenset(counted)


def _within(column: str, field: Field) -> str:
    """Write a date as it is, null where no fact can have it."""
    kind = field.read.type
    assert isinstance(kind, DateType)  # noqa: S101  no other column is a date
    return f"CASE WHEN {column} BETWEEN {date_literal(kind.low)} AND {date_literal(kind.high)} THEN {column} END"


#: Digits of a decimal that DuckDB holds in 64 bits.
_NARROW: Final = 18


def _is_narrow(field: Field, kind: NumberType) -> bool:
    """Say whether DuckDB reads a column exactly, and in 64 bits, without asking for its type row by row."""
    if field.stored is None:
        return False
    digits, decimals = field.stored
    return not decimals or (decimals <= kind.decimals and digits + kind.decimals + 1 <= _NARROW)


def _stored_units(column: str, field: Field, kind: NumberType) -> str:
    """Write the units of a column of DuckDB whose type is known."""
    power = 10**kind.decimals
    low, high = (to_decimal(bound, kind.decimals) for bound in (kind.low, kind.high))
    units = f"CAST({column} AS BIGINT) * {power}" if field.stored == (19, 0) else f"CAST({column} * {power} AS BIGINT)"
    return f"CASE WHEN {column} BETWEEN {low:f} AND {high:f} THEN {units} END"


def _select(lines: Iterable[str], source: str) -> str:
    return f"SELECT{BREAK}{f',{BREAK}'.join(_indented(line) for line in lines)}{BREAK}FROM {source}"


def _indented(text: str) -> str:
    return BREAK.join(f"  {line}" for line in text.split(BREAK))
