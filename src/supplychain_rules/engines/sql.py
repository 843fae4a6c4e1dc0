"""SQL: a policy as one statement that adds its outputs to the rows of a table. Nothing is ever run here.

The statement is a chain of common table expressions: the table's rows and the columns that the policy reads; the
inputs as whole units, null where a value is out of range or of the wrong kind; then one query for each level of the
plan, with those that compare rows after each stage. The last one gives the table's own columns, the outputs, and how
many of the row's inputs were bad. A bad row has null in every output: the Python engine refuses such a record as a
whole.

Every name in the chain that the policy did not declare begins with an underscore, which no declared name does.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, assert_never, final

import attrs

from supplychain_rules.engines.chain import OWN, Item, chained
from supplychain_rules.engines.dialects import BREAK, Dialect, dialect_named
from supplychain_rules.engines.numbering import Numbered, numbered
from supplychain_rules.engines.plan import Plan, PlanInput, PlanOutput
from supplychain_rules.engines.sql_populations import Windows
from supplychain_rules.engines.stacking import stacked
from supplychain_rules.engines.support import plan_of
from supplychain_rules.engines.tables import check_names, input_columns, table_text
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.limits import MAX_OPTION_CHARACTERS
from supplychain_rules.language.types import BooleanType, ChoiceType, DateType, MissingType, NumberType, TextType
from supplychain_rules.rules.policy import Policy

__all__ = ["Numbers", "SelectLists", "column_names", "statement", "to_sql"]

#: How numbers come out: as exact decimals, or as whole units of the declared decimals.
Numbers = Literal["decimal", "units"]


def to_sql(  # noqa: PLR0913  each is a decision of the caller, and has a name
    policy: Policy,
    *,
    dialect: str,
    table: str | Sequence[str] | None = None,
    raw_table: str | None = None,
    columns: Mapping[str, str | None] | None = None,
    table_columns: Sequence[str] | None = None,
    outputs: Iterable[str] | None = None,
    detail: bool = False,
    numbers: Numbers = "decimal",
    problems: str | None = "problems",
) -> str:
    """Return one SQL query: the rows of a table with the outputs of a policy beside them.

    A row in which an input is bad (out of range, not finite, an option that is not declared, missing though required)
    or in which rows of a `unique` or `any` table conflict has null in every output, and `problems` counts them. Where
    the rules compare rows, one with bad inputs, or with a negative value to take shares of, takes no part; a total too
    large for exact shares is a problem of every row.

    Args:
        policy: the rules.
        dialect: `duckdb`, `sqlite`, `postgres` or `spark`, whose statements are tested by running them; `snowflake` or
            `bigquery`, whose statements are only tested as text.
        table: the table's name, which may be qualified: `sales.kpis`, or `("sales", "kpis")`.
        raw_table: SQL text in its place, used as it is and therefore trusted: `{{ ref("kpis") }}`.
        columns: the column of each input that is not called as the input declares; None where an optional input has no
            column and is always missing.
        table_columns: the table's columns, in the order in which they shall come out. SQLite and Snowflake need them,
            because they cannot carry a row as a whole; elsewhere they are optional, and checked where given.
        outputs: names of outputs or of inner parts (`performance.quality`), in the order of the columns; None means
            all outputs of the policy.
        detail: without `outputs`: also the inner parts of the steps.
        numbers: `"decimal"` for exact decimals (floats in SQLite, which has none), `"units"` for whole numbers that
            count the last decimal place.
        problems: the name of the column that counts what is wrong with a row; None leaves it out.

    Raises:
        InvalidValueError: an argument does not fit; the message says which and how.
        PolicyError: the outputs need steps that only the Python engine can run (see `supports`).

    >>> from supplychain_rules import load_policy
    >>> rules = {
    ...     "schema": "supplychain-rules/1", "id": "bonus", "version": "1",
    ...     "inputs": {"spend": {"type": "integer", "min": 0, "max": 1000}},
    ...     "steps": [{"kind": "formula", "id": "bonus", "formula": "spend * 2"}],
    ... }
    >>> statement = to_sql(load_policy(rules), dialect="postgres", table="sales.kpis", columns={"spend": "Spend"})
    >>> print(statement[statement.rindex("SELECT") :])
    SELECT
      ("_row").*,
      CASE WHEN "_bad" = 0 THEN "bonus" END AS "bonus",
      "_bad" AS "problems"
    FROM "_sr_2"
    """
    found = dialect_named(dialect)
    if numbers not in ("decimal", "units"):
        raise InvalidValueError("unknown 'numbers'", numbers, hint="'decimal' or 'units'")
    source = table_text(found, table, raw_table, private=OWN)
    plan = plan_of(policy, outputs=outputs, detail=detail)
    held = input_columns(policy, columns, table_columns)
    return statement(
        plan,
        found,
        source=source,
        columns=held,
        table_columns=table_columns,
        numbers=numbers,
        problems=problems,
    )


def statement(  # noqa: PLR0913  as `to_sql`
    plan: Plan,
    dialect: Dialect,
    *,
    source: str,
    columns: Mapping[str, str | None],
    table_columns: Sequence[str] | None,
    numbers: Numbers,
    problems: str | None,
) -> str:
    """Return the query that computes a plan over what `source` names: a table, a relation's alias or a subquery.

    Args:
        plan: what to compute.
        dialect: how to write it.
        source: SQL text after FROM, without an alias.
        columns: the column of each input, None where it has none.
        table_columns: the columns of `source`, where known.
        numbers: how numbers come out, see `to_sql`.
        problems: the name of the column that counts what is wrong with a row; None leaves it out.

    Raises:
        InvalidValueError: a name cannot be used, or the dialect needs `table_columns`.
    """
    added = [output.output for output in plan.outputs] + ([] if problems is None else [problems])
    check_names(dialect, added, table_columns)
    written = Numbered(plan=plan, texts={}) if dialect.nth is None else numbered(plan)
    lists = SelectLists(
        dialect=dialect, plan=written.plan, texts=written.texts, names=column_names(plan, dialect), columns=columns
    )
    kept = _kept(dialect, table_columns)
    queries = [[*kept, *lists.given()], lists.units(), *lists.levels()]
    last = [*_spread(dialect, kept, table_columns), *lists.outputs(numbers, problems)]
    return chained(dialect, f"{source} AS {dialect.identifier(OWN)}", queries, last)


def column_names(plan: Plan, dialect: Dialect) -> dict[str, str]:
    """Quote the names of the plan's columns: inputs and outputs as the policy does, the others by number."""
    names = {field.name: field.input for field in plan.inputs}
    for output in plan.outputs:
        names.setdefault(output.column, output.output)
    for name in (*(column.name for column in plan.columns), *(one.name for one in plan.populations)):
        names.setdefault(name, f"_{name}")
    return {column: dialect.identifier(name) for column, name in names.items()}


def _kept(dialect: Dialect, table_columns: Sequence[str] | None) -> list[Item]:
    """Read the table's own columns under names that nothing else has, or the row as a whole."""
    table = dialect.identifier(OWN)
    if table_columns is not None:
        return [
            Item(f"{table}.{dialect.identifier(column)}", dialect.identifier(f"_t{place}"))
            for place, column in enumerate(table_columns)
        ]
    if dialect.row is None:
        hint = "give 'table_columns': the columns of the table in their order"
        raise InvalidValueError(f"{dialect.name} cannot carry a row whole", hint=hint)
    return [Item(dialect.row.take(table), dialect.identifier("_row"))]


def _spread(dialect: Dialect, kept: Iterable[Item], table_columns: Sequence[str] | None) -> list[Item]:
    """Write the table's own columns as they come out."""
    names = [item.name for item in kept]
    if table_columns is None:
        assert dialect.row is not None  # noqa: S101  `_kept` refused it
        return [Item(dialect.row.spread(name), "", frozenset((name,))) for name in names]
    return [
        Item(name, dialect.identifier(column), frozenset((name,)))
        for name, column in zip(names, table_columns, strict=True)
    ]


@final
@attrs.frozen(kw_only=True)
class SelectLists:
    """The select lists of a statement."""

    dialect: Dialect
    plan: Plan
    #: The texts of each column that holds numbers of them.
    texts: Mapping[str, Sequence[str]]
    #: The quoted names of the plan's columns.
    names: Mapping[str, str]
    #: The column of the table that holds each input, None where none does.
    columns: Mapping[str, str | None]

    def given(self) -> list[Item]:
        """Write what the policy reads, as the table has it."""
        table = self.dialect.identifier(OWN)
        return [
            Item(f"{table}.{self.dialect.identifier(column)}", self.given_of(field))
            for field in self.plan.inputs
            if (column := self.columns[field.input]) is not None
        ]

    def units(self) -> list[Item]:
        """Write the inputs as whole numbers and texts, null where a value is bad."""
        return [
            Item(self._missing(field), self.names[field.name])
            if self.columns[field.input] is None
            else Item(self._read(field), self.names[field.name], frozenset((self.given_of(field),)))
            for field in self.plan.inputs
        ]

    def given_of(self, field: PlanInput) -> str:
        """Return the quoted name of an input's column as the table has it."""
        return self._own(f"_given_{field.input}")

    def is_bad(self, field: PlanInput) -> str:
        """Write the condition that an input's value cannot be taken; it is true or false."""
        missing = f"{self.names[field.name]} IS NULL"
        return f"{missing} AND {self.given_of(field)} IS NOT NULL" if field.type.optional else missing

    def levels(self) -> list[list[Item]]:
        """Write the computed columns stage by stage and level by level, and what compares rows after each stage.

        The bad inputs are counted in the first query, all problems in the last one.
        """
        windows = self._windows
        levels: list[list[Item]] = []
        for place, stage in enumerate(stacked(self.plan, self.dialect, self.names)):
            levels += [
                [
                    Item(column.text, self.names[column.name], frozenset(self.names[name] for name in column.reads))
                    for column in level
                ]
                for level in stage
            ] or ([[]] if place == 0 else [])
            levels += windows.queries(place)
        fields = [field for field in self.plan.inputs if self.columns[field.input] is not None]
        count = f"{BREAK}+ ".join(f"CASE WHEN {self.is_bad(field)} THEN 1 ELSE 0 END" for field in fields)
        reads = {self.given_of(field) for field in fields} | {self.names[field.name] for field in fields}
        levels[0].insert(0, Item(count or "0", self._own("_bad"), frozenset(reads)))
        if self._counts_more:
            levels.append([self._problems()])
        return levels

    @property
    def _windows(self) -> Windows:
        return Windows(dialect=self.dialect, plan=self.plan, names=self.names)

    @property
    def _counts_more(self) -> bool:
        """Whether a row of good inputs may have problems."""
        return bool(self.plan.guards or self._windows.too_large)

    def _problems(self) -> Item:
        """Count what is wrong with a row; tables are looked at only where nothing else is."""
        bad, too_large = self._windows.left_out, self._windows.too_large
        counts = [self.names[guard.column] for guard in self.plan.guards]
        fine = " AND ".join(f"{name} = 0" for name in (bad, *too_large))
        conflicts = []
        if too_large:
            any_ = " OR ".join(f"{name} = 1" for name in too_large)
            conflicts.append(f"CASE WHEN {bad} = 0 AND ({any_}) THEN 1 ELSE 0 END")
        if counts:
            # As in Python, the first conflict ends a record, whatever later tables make of its outputs.
            conflict = " OR ".join(f"{count} > 1" for count in counts)
            conflicts.append(f"CASE WHEN {fine} AND ({conflict}) THEN 1 ELSE 0 END")
        return Item(f"{BREAK}+ ".join([bad, *conflicts]), self._own("_problems"), frozenset((bad, *too_large, *counts)))

    def outputs(self, numbers: Numbers, problems: str | None) -> list[Item]:
        """Write the outputs as users see them, null in a bad row."""
        count = self._own("_problems") if self._counts_more else self._windows.left_out
        items = [
            Item(
                f"CASE WHEN {count} = 0 THEN {self._output(output, numbers)} END",
                self._own(output.output),
                frozenset((count, self.names[output.column])),
            )
            for output in self.plan.outputs
        ]
        return items if problems is None else [*items, Item(count, self._own(problems), frozenset((count,)))]

    def _own(self, name: str) -> str:
        return self.dialect.identifier(name)

    def _missing(self, field: PlanInput) -> str:
        is_text = isinstance(field.type, TextType | ChoiceType) and field.name not in self.texts
        kind = self.dialect.characters if is_text else self.dialect.integer
        return f"CAST(NULL AS {kind})" if kind else "NULL"

    def _read(self, field: PlanInput) -> str:
        dialect, kind, given = self.dialect, field.type, self.given_of(field)
        match kind:
            case NumberType():
                return dialect.number(given, kind)
            case DateType():
                return dialect.day(given, kind)
            case BooleanType():
                true, false = dialect.booleans
                return f"CASE {given} WHEN {true} THEN 1 WHEN {false} THEN 0 END"
            case ChoiceType() | TextType():
                text = dialect.exact_text(given)
                if field.name in self.texts:
                    known = self.texts[field.name]
                    options = kind.options if isinstance(kind, ChoiceType) else ()
                    branches = (f"WHEN {dialect.text(option)} THEN {known.index(option)}" for option in options)
                    return f"CASE {text} {' '.join(branches)} END"
                if isinstance(kind, ChoiceType):
                    fits = f"{text} IN ({', '.join(dialect.text(option) for option in kind.options)})"
                else:
                    fits = f"LENGTH({given}) <= {MAX_OPTION_CHARACTERS}"
                if dialect.is_text is not None:
                    fits = f"{dialect.is_text(given)} AND {fits}"
                return f"CASE WHEN {fits} THEN {text} END"
            case MissingType():
                raise AssertionError(kind)  # no input is declared as always missing
            case _:
                assert_never(kind)

    def _output(self, output: PlanOutput, numbers: Numbers) -> str:
        name, kind = self.names[output.column], output.type
        match kind:
            case NumberType():
                return self.dialect.decimal(name, kind) if numbers == "decimal" and kind.decimals else name
            case BooleanType():
                return f"{name} = 1"
            case DateType():
                return self.dialect.date(name)
            case ChoiceType() | TextType() if output.column in self.texts and self.dialect.nth is not None:
                return self.dialect.nth([self.dialect.text(text) for text in self.texts[output.column]], name)
            case ChoiceType() | TextType() | MissingType():
                return name
            case _:
                assert_never(kind)
