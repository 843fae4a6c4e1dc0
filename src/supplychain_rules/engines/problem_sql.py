"""Problems of a table by column, in SQL: how many rows each input spoils, and in which way, in one pass over the rows.

Each value is read as `to_sql` reads it, and each kind of problem is a count over all rows. Nothing is ever run here.
"""

from collections.abc import Iterable, Mapping, Sequence

from supplychain_rules.engines.chain import OWN, Item, chained
from supplychain_rules.engines.dialects import Dialect, dialect_named
from supplychain_rules.engines.plan import Plan, PlanInput
from supplychain_rules.engines.problem_kinds import ProblemKind, default_kind, kinds_of
from supplychain_rules.engines.sql import SelectLists, column_names
from supplychain_rules.engines.support import inputs_of
from supplychain_rules.engines.tables import input_columns, table_text
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.rules.policy import Policy

__all__ = ["count_statement", "counted_kinds", "problem_counts_to_sql"]

#: Most queries that are put under each other at once: SQLite takes 500.
_MOST_TOGETHER = 400


def problem_counts_to_sql(  # noqa: PLR0913  as `to_sql`
    policy: Policy,
    *,
    dialect: str,
    table: str | Sequence[str] | None = None,
    raw_table: str | None = None,
    columns: Mapping[str, str | None] | None = None,
    table_columns: Sequence[str] | None = None,
) -> str:
    """Return one SQL query that counts the bad values of a table: a row for each input and kind of problem found.

    Its columns are `input`, `column_name`, `problem` (see `ProblemKind`) and `row_count`; the rows are in the order of
    the policy's inputs. A table without bad inputs gives no row. The counts add up to what `to_sql` counts row by row,
    but for what rows of good inputs may have: tables in conflict, and negative or too large numbers to take shares of.

    Args:
        policy: the rules.
        dialect: as in `to_sql`, and so are the others.
        table: the table's name.
        raw_table: SQL text in its place, used as it is and therefore trusted.
        columns: the column of each input that is not called as the input declares.
        table_columns: the table's columns, which are checked where given; no dialect needs them here.

    Raises:
        InvalidValueError: an argument does not fit, or no column is read.

    >>> from supplychain_rules import load_policy
    >>> rules = {
    ...     "schema": "supplychain-rules/1", "id": "bonus", "version": "1",
    ...     "inputs": {"spend": {"type": "integer", "min": 0, "max": 1000}},
    ...     "steps": [{"kind": "formula", "id": "bonus", "formula": "spend * 2"}],
    ... }
    >>> import sqlite3
    >>> database = sqlite3.connect(":memory:")
    >>> _ = database.executescript("CREATE TABLE kpis (spend); INSERT INTO kpis VALUES (1), (-1), (NULL), (2000)")
    >>> statement = problem_counts_to_sql(load_policy(rules), dialect="sqlite", table="kpis")
    >>> for row in database.execute(statement):
    ...     print(row)
    ('spend', 'spend', 'required', 1)
    ('spend', 'spend', 'out_of_range', 2)
    >>> database.close()
    """
    found = dialect_named(dialect)
    source = table_text(found, table, raw_table, private=OWN)
    plan = inputs_of(policy)
    held = input_columns(policy, columns, table_columns)
    counted = counted_kinds(plan, held)
    if not counted:
        raise InvalidValueError("no input is read from a column", policy.id, hint="there is nothing to count")
    name = found.identifier
    place, count = name("_place"), name("row_count")
    rows = [
        f"SELECT {at} AS {place}, {found.text(field.input)} AS {name('input')}, "
        f"{found.text(held[field.input] or '')} AS {name('column_name')}, {found.text(kind)} AS {name('problem')}"
        for at, (field, kind) in enumerate(counted)
    ]
    named = ", ".join(map(name, ("input", "column_name", "problem")))
    branches = " ".join(f"WHEN {at} THEN {name(f'_c{at}')}" for at in range(len(counted)))
    # A row for each count, beside which all counts stand as the only row of the pass over the table.
    return (
        f"SELECT {named}, {count}\nFROM (\n"
        f"SELECT {place}, {named}, CASE {place} {branches} END AS {count}\nFROM (\n"
        f"{_together(rows)}\n) AS {name(f'{OWN}_places')}\nCROSS JOIN (\n"
        f"{count_statement(plan, found, source=source, columns=held)}\n) AS {name(f'{OWN}_counts')}\n"
        f") AS {name(f'{OWN}_found')}\nWHERE {count} > 0\nORDER BY {place}"
    )


def counted_kinds(plan: Plan, columns: Mapping[str, str | None]) -> list[tuple[PlanInput, ProblemKind]]:
    """Return what is counted, in order: the inputs that have a column, and what may be wrong with each."""
    return [(field, kind) for field in plan.inputs if columns[field.input] is not None for kind in kinds_of(field.type)]


def count_statement(plan: Plan, dialect: Dialect, *, source: str, columns: Mapping[str, str | None]) -> str:
    """Return the query whose only row has a count for each of the `counted_kinds`: `_c0`, `_c1` and so on.

    Args:
        plan: the inputs.
        dialect: how to write it.
        source: SQL text after FROM, without an alias.
        columns: the column of each input, None where it has none.
    """
    lists = SelectLists(dialect=dialect, plan=plan, texts={}, names=column_names(plan, dialect), columns=columns)
    counts = []
    for at, (field, kind) in enumerate(counted_kinds(plan, columns)):
        reads = frozenset((lists.given_of(field), lists.names[field.name]))
        text = f"COUNT(CASE WHEN {_is_so(lists, field, kind)} THEN 1 END)"
        counts.append(Item(text, dialect.identifier(f"_c{at}"), reads))
    queries = [lists.given(), lists.units()]
    return chained(dialect, f"{source} AS {dialect.identifier(OWN)}", queries, counts)


def _is_so(lists: SelectLists, field: PlanInput, kind: ProblemKind) -> str:
    """Write the condition that a value has one kind of problem, and none that is looked for before."""
    given, dialect = lists.given_of(field), lists.dialect
    if kind == "required":
        return f"{given} IS NULL"
    tests: dict[ProblemKind, str | None] = {
        "wrong_type": dialect.wrong_type(given, field.type),
        "not_finite": dialect.not_finite(given) if "not_finite" in kinds_of(field.type) else None,
    }
    bad = f"{lists.names[field.name]} IS NULL AND {given} IS NOT NULL"
    before = [test for other, test in tests.items() if test is not None and other != kind]
    if kind == default_kind(field.type):
        return " AND ".join((bad, *(f"NOT ({test})" for test in before)))
    test = tests[kind]
    return "1 = 0" if test is None else f"{bad} AND ({test})"


def _together(queries: Iterable[str]) -> str:
    """Put queries under each other, in groups where there are many."""
    several = list(queries)
    if len(several) <= _MOST_TOGETHER:
        return "\nUNION ALL ".join(several)
    groups = [several[at : at + _MOST_TOGETHER] for at in range(0, len(several), _MOST_TOGETHER)]
    inner = (f"(\n{_together(group)}\n) AS _g{at}" for at, group in enumerate(groups))
    return _together(f"SELECT * FROM {one}" for one in inner)  # noqa: S608  our own text and quoted names
