"""Measures as SQL: one statement over tables of facts, one row for each key. Nothing is ever run here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, final

import attrs

from supplychain_rules.engines.dialects import Dialect, dialect_named
from supplychain_rules.engines.fact_tables import FACT_KINDS, FactKind, FactTable, Sizes, TableColumns, check_kinds
from supplychain_rules.engines.measure_job import Decimals, MeasureJob, detail_names
from supplychain_rules.engines.measure_values import PROBLEMS, Valued
from supplychain_rules.engines.relations_sql import Chain
from supplychain_rules.engines.tables import table_text
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.types import NumberType
from supplychain_rules.measures.counting import By
from supplychain_rules.measures.kinds import Measure
from supplychain_rules.values.period import Period

__all__ = ["SqlTable", "measures_to_sql", "tables_of", "values_statement"]

#: Larger than every value in units of its last decimal.
_LARGEST = 2**62

#: A decimal type with its digits and decimals.
_DECIMAL: Final = re.compile(r"(?:decimal|numeric)\s*\(\s*(\d{1,3})\s*(?:,\s*(\d{1,3})\s*)?\)", re.IGNORECASE)

#: Types of whole numbers that 64 bits hold.
_WHOLE: Final = frozenset(
    {"tinyint", "smallint", "int", "int2", "int4", "int8", "integer", "bigint", "utinyint", "usmallint", "uinteger"}
)


@final
@attrs.frozen(kw_only=True)
class SqlTable:
    """A table of facts in a database.

    >>> SqlTable(name="sales.order_lines", columns=["id", "supplier"]).columns
    ('id', 'supplier')
    >>> SqlTable(name="lines", columns=["supplier"], types={"supplier": "BIGINT"}).stored
    {'supplier': (19, 0)}
    """

    #: The table's name, which may be qualified: `sales.order_lines`, or its parts as a tuple.
    name: str | Sequence[str]
    #: The columns that it has, or those that measures may read.
    columns: tuple[str, ...] = attrs.field(converter=tuple)
    #: The types of columns, as the database's catalogue writes them. A number whose type is known is read without
    #: asking for its type row by row, and ids of whole numbers are compared as such.
    types: Mapping[str, str] = attrs.field(factory=dict, converter=dict)

    @property
    def stored(self) -> dict[str, tuple[int, int]]:
        """Digits and decimals of the columns that are known to hold whole numbers of 64 bits, or decimals."""
        found: dict[str, tuple[int, int]] = {}
        for column, written in self.types.items():
            decimal = _DECIMAL.fullmatch(written.strip())
            if decimal is not None:
                found[column] = int(decimal[1]), int(decimal[2] or 0)
            elif written.strip().casefold() in _WHOLE:
                found[column] = 19, 0
        return found

    @property
    def dates(self) -> frozenset[str]:
        """The columns that are known to hold dates."""
        return frozenset(column for column, written in self.types.items() if written.strip().casefold() == "date")


def measures_to_sql(  # noqa: PLR0913  as `measure_frame`
    measures: Iterable[Measure],
    tables: Mapping[FactKind, SqlTable],
    *,
    dialect: str,
    by: By = "supplier",
    period: Period,
    as_of: date,
    columns: TableColumns | None = None,
    currency: str | None = None,
    sizes: Sizes | None = None,
    decimals: Decimals = 6,
    detail: bool = False,
    problems: str = "problems",
) -> str:
    """Return one SQL query that measures facts which are rows of tables: what `measure_frame` computes, as text.

    Args:
        measures: as for `measure_frame`.
        tables: the table of each kind of fact, with its columns. Where `receipts` is the table that `order_lines` is,
            each line holds its one receipt.
        dialect: `duckdb`, `sqlite`, `postgres` or `spark`.
        by: as for `measure_frame`.
        period: as for `measure_frame`.
        as_of: as for `measure_frame`.
        columns: as for `measure_frame`.
        currency: as for `measure_frame`.
        sizes: as for `measure_frame`.
        decimals: as for `measure_frame`; values are exact decimals (floats in SQLite, which has none).
        detail: as for `measure_frame`.
        problems: the name of the column that counts what is wrong with the facts of a key; its measures are null.

    Raises:
        InvalidValueError: an argument does not fit, or a measure is more than a query can say (`measure_supports`).

    >>> from supplychain_rules import Period
    >>> from supplychain_rules.measures import Spend
    >>> lines = SqlTable(name="lines", columns=["supplier", "quantity", "unit_price", "ordered_on"])
    >>> spend = measures_to_sql(
    ...     [Spend(id="spend")], {"order_lines": lines}, dialect="duckdb", currency="EUR",
    ...     period=Period.year(2026), as_of=date(2026, 6, 30),
    ... )
    >>> print(spend.splitlines()[0])
    WITH "_sr_1" AS NOT MATERIALIZED (
    """
    found = dialect_named(dialect)
    sizes = Sizes() if sizes is None else sizes
    check_kinds(tables, FACT_KINDS)
    texts, fact_tables = tables_of(tables, found, columns or {}, sizes, currency)
    job = MeasureJob.of(
        measures, fact_tables, by=by, period=period, as_of=as_of, sizes=sizes, counts_bad=True, values=True
    )
    valued = job.valued(decimals, detail=detail, problems=problems)
    return values_statement(
        Chain(dialect=found, tables=texts), job, valued, detail=detail, problems=problems, as_floats=False
    )


def tables_of(
    tables: Mapping[FactKind, SqlTable],
    dialect: Dialect,
    columns: TableColumns,
    sizes: Sizes,
    currency: str | None,
) -> tuple[dict[str, str], dict[FactKind, FactTable]]:
    """Return the text of each table by its name in relations, and the table of each kind of fact.

    Raises:
        InvalidValueError: something else than a table, or fields and columns that there are not.
    """
    texts: dict[str, str] = {}
    found: dict[FactKind, FactTable] = {}
    for kind, table in tables.items():
        if not isinstance(table, SqlTable):
            raise InvalidValueError("no table", table, hint="write SqlTable(name=..., columns=[...])")
        text = table_text(dialect, table.name, None, private="_sr")
        named = next((name for name, known in texts.items() if known == text), kind)
        texts[named] = text
        found[kind] = FactTable.of(
            kind,
            table=named,
            present=table.columns,
            columns=columns.get(kind, {}),
            stored=table.stored,
            dates=table.dates,
            sizes=sizes,
            currency=currency,
        )
    return texts, found


def values_statement(  # noqa: PLR0913  as `measures_to_sql`
    chain: Chain, job: MeasureJob, valued: Valued, *, detail: bool, problems: str, as_floats: bool
) -> str:
    """Return the statement of values, as exact decimals or (`as_floats`) as the floats nearest to them."""
    lines = [f"{chain.name(column)} AS {chain.name(name)}" for name, column in valued.keys]
    for place, measure in enumerate(job.measures):
        places = valued.decimals[place]
        value = chain.name(valued.values[place])
        if places:
            value = chain.dialect.decimal(value, NumberType(decimals=places, low=-_LARGEST, high=_LARGEST))
        if as_floats:
            value = f"CAST({value} AS DOUBLE)"
        lines.append(f"{value} AS {chain.name(measure.id)}")
        if detail:
            named = zip(valued.details[place], detail_names(measure), strict=True)
            lines += [f"{chain.name(column)} AS {chain.name(name)}" for column, name in named]
    lines.append(f"{chain.name(PROBLEMS)} AS {chain.name(problems)}")
    return chain.statement(valued.relation, lines)
