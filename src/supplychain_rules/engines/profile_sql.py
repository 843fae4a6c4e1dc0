"""Profiles of customers as SQL: one statement over tables of facts, one row for each customer. Nothing is run here."""

from collections.abc import Iterable, Mapping
from datetime import date

from supplychain_rules.engines.dialects import dialect_named
from supplychain_rules.engines.fact_tables import PROFILE_KINDS, FactKind, Sizes, TableColumns, check_kinds
from supplychain_rules.engines.measure_sql import SqlTable, tables_of
from supplychain_rules.engines.profile_lowering import CUSTOMER, PROBLEMS, ProfileJob
from supplychain_rules.engines.relations_sql import Chain
from supplychain_rules.values.period import Period

__all__ = ["profile_statement", "profile_to_sql"]


def profile_to_sql(  # noqa: PLR0913  as `profile_frame`
    tables: Mapping[FactKind, SqlTable],
    *,
    dialect: str,
    as_of: date,
    currency: str | None = None,
    period: Period | None = None,
    figures: Iterable[str] | None = None,
    columns: TableColumns | None = None,
    sizes: Sizes | None = None,
    decimals: int = 6,
    problems: str = "problems",
) -> str:
    """Return one SQL query that derives profiles from facts that are rows of tables: `profile_frame` as text.

    In brackets it is a table: `to_sql(policy, raw_table=f"({statement})", ...)` decides RFM classes or tiers on it.

    Args:
        tables: the table of each kind of fact, with its columns.
        dialect: `duckdb`, `sqlite`, `postgres` or `spark`.
        as_of: as for `profile_frame`.
        currency: as for `profile_frame`.
        period: as for `profile_frame`.
        figures: as for `profile_frame`.
        columns: as for `profile_frame`.
        sizes: as for `profile_frame`.
        decimals: as for `profile_frame`; money and rates are exact decimals (floats in SQLite, which has none).
        problems: the name of the column that counts what is wrong with the facts of a customer; its figures are null.

    Raises:
        InvalidValueError: an argument does not fit, or a figure is more than the tables can say.

    >>> lines = SqlTable(name="lines", columns=["customer", "invoiced_on", "amount"])
    >>> statement = profile_to_sql({"invoice_lines": lines}, dialect="duckdb", as_of=date(2026, 4, 1),
    ...     figures=["recency_days"])
    >>> print(statement[statement.rindex("SELECT") :])
    SELECT
      "customer" AS "customer",
      "recency_days" AS "recency_days",
      "problems" AS "problems"
    FROM "_sr_5"
    """
    found = dialect_named(dialect)
    sizes = Sizes() if sizes is None else sizes
    check_kinds(tables, PROFILE_KINDS)
    check_kinds(columns or PROFILE_KINDS, PROFILE_KINDS)
    texts, facts = tables_of(tables, found, columns or {}, sizes, currency)
    job = ProfileJob.of(
        facts, as_of=as_of, period=period, figures=figures, sizes=sizes, decimals=decimals, counts_bad=True
    )
    job.check_name(problems)
    return profile_statement(Chain(dialect=found, tables=texts), job, problems, as_floats=False)


def profile_statement(chain: Chain, job: ProfileJob, problems: str, *, as_floats: bool) -> str:
    """Return the statement of figures, as exact decimals or (`as_floats`) as the floats nearest to them."""
    lines = [f"{chain.name(CUSTOMER)} AS {chain.name(CUSTOMER)}"]
    for name in job.figures:
        value = chain.name(name)
        kind = job.types.get(name)
        if kind is not None and kind.decimals:
            value = chain.dialect.decimal(value, kind)
            if as_floats:
                value = f"CAST({value} AS DOUBLE)"
        lines.append(f"{value} AS {chain.name(name)}")
    lines.append(f"{chain.name(PROBLEMS)} AS {chain.name(problems)}")
    return chain.statement(job.relation, lines)
