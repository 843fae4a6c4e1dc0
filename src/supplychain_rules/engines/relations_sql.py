"""Relations as SQL: one statement, a chain of common table expressions, every name quoted. Nothing is run here."""

from collections.abc import Mapping
from typing import Final, assert_never, final

import attrs

from supplychain_rules.engines.dialects import Dialect
from supplychain_rules.engines.expressions import Writer
from supplychain_rules.engines.plan import PlanColumn
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
)
from supplychain_rules.language.types import BooleanType, ChoiceType, DateType, NumberType, TextType

__all__ = ["Chain"]

#: How the statement's own tables begin.
_OWN: Final = "_sr_"


@final
@attrs.define
class Chain:
    """A statement in the making: each relation becomes a table expression, one that is used twice only once."""

    dialect: Dialect
    #: SQL text after FROM for each table of facts.
    tables: Mapping[str, str]
    _written: dict[Relation, str] = attrs.field(factory=dict, init=False)
    _parts: list[str] = attrs.field(factory=list, init=False)

    def statement(self, relation: Relation, select: list[str]) -> str:
        """Return the whole statement: a select list over a relation."""
        last = self.add(relation)
        lists = ",\n".join(f"  {line}" for line in select)
        return "WITH " + ",\n".join(self._parts) + f"\nSELECT\n{lists}\nFROM {last}"

    def add(self, relation: Relation) -> str:
        """Write a relation, and return the quoted name under which the statement knows it."""
        known = self._written.get(relation)
        if known is not None:
            return known
        body = self._body(relation)
        name = self.name(f"{_OWN}{len(self._parts) + 1}")
        indented = "\n".join(f"  {line}" for line in body.split("\n"))
        self._parts.append(f"{name} {self.dialect.opens} (\n{indented}\n)")
        self._written[relation] = name
        return name

    def name(self, column: str) -> str:
        """Quote a name."""
        return self.dialect.identifier(column)

    def cell(self, made: Made, relation: Relation) -> str:
        """Write a value of a relation's rows."""
        writer = self._writer(relation)
        return writer.column(
            PlanColumn(name=made.name, cell=made.cell, optional=True, is_text=made.is_text, level=1)
        )

    def _writer(self, relation: Relation) -> Writer:
        return Writer(self.dialect, {column: self.name(column) for column in columns_of(relation)})

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
                return f"{_select(kept, source)}\nWHERE {condition}"
            case Joined():
                return self._joined(relation)
            case Grouped():
                return self._grouped(relation)
            case Stacked():
                names = [self.name(column) for column in columns_of(relation)]
                return "\nUNION ALL\n".join(_select(names, self.add(part)) for part in relation.parts)
            case _:
                assert_never(relation)

    def _source(self, source: Source) -> str:
        """Read the fields as units, and count in an outer query what could not be read."""
        given = [(field, f"{self.name('_t')}.{self.name(field.column)}") for field in source.fields]
        rows = f"{self.tables[source.table]} AS {self.name('_t')}"
        inner: list[str] = []
        outer: list[str] = []
        bad: list[str] = []
        for field, column in given:
            name = self.name(field.name)
            inner.append(f"{self._units(field, column)} AS {name}")
            if not field.read.type.optional:
                bad.append(f"CASE WHEN {name} IS NULL THEN 1 ELSE 0 END")
                outer.append(f"COALESCE({name}, {_stand_in(field)}) AS {name}" if not field.is_id else name)
                continue
            outer.append(name)
            if not field.is_id:
                there = self.name(f"_has_{field.name}")
                inner.append(f"{column} IS NOT NULL AS {there}")
                bad.append(f"CASE WHEN {there} AND {name} IS NULL THEN 1 ELSE 0 END")
        outer.append(f"{' + '.join(bad) or '0'} AS {self.name(BAD)}")
        inside = _select(inner, rows).replace("\n", "\n  ")
        return _select(outer, f"(\n  {inside}\n) AS {self.name('_u')}")

    def _units(self, field: Field, column: str) -> str:
        kind = field.read.type
        if field.is_id:
            return column
        match kind:
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
        one, other = (self.name(column) for column in relation.on)
        return f"{_select([*kept, *taken], left)}\nLEFT JOIN {right} ON {left}.{one} = {right}.{other}"

    def _grouped(self, relation: Grouped) -> str:
        keys = [self.name(key) for key in relation.keys]
        lines = list(keys)
        for column in relation.sums:
            total = f"COALESCE(SUM({self.name(column)}), 0)"
            wide = f"CAST({total} AS {self.dialect.integer})" if self.dialect.integer else total
            lines.append(f"{wide} AS {self.name(column)}")
        lines += [f"MIN({self.name(column)}) AS {self.name(column)}" for column in relation.least]
        lines += [f"MAX({self.name(column)}) AS {self.name(column)}" for column in relation.most]
        body = _select(lines, self.add(relation.of))
        return f"{body}\nGROUP BY {', '.join(keys)}" if keys else body


def _stand_in(field: Field) -> str:
    """Return what stands for a bad value of a field that may not be missing; its row counts as bad."""
    kind = field.read.type
    if isinstance(kind, NumberType | DateType):
        return str(kind.low)
    return "0" if isinstance(kind, BooleanType) else "''"


def _select(lines: list[str], source: str) -> str:
    return "SELECT\n" + ",\n".join(f"  {line}" for line in lines) + f"\nFROM {source}"
