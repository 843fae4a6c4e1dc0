"""SQL: a policy as one statement that adds its outputs to the rows of a table. Nothing is ever run here.

The statement is a chain of common table expressions: the table's rows and the columns that the policy reads; the
inputs as whole units, null where a value is out of range or of the wrong kind; then one query for each level of the
plan. The last one gives the table's own columns, the outputs, and how many of the row's inputs were bad. A bad row
has null in every output: the Python engine refuses such a record as a whole.

Every name in the chain that the policy did not declare begins with an underscore, which no declared name does.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, assert_never, final

import attrs

from supplychain_rules.engines.dialects import Dialect, dialect_named
from supplychain_rules.engines.expressions import Writer
from supplychain_rules.engines.plan import Plan, PlanInput, PlanOutput
from supplychain_rules.engines.support import plan_of
from supplychain_rules.engines.tables import check_names, input_columns, table_text
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.limits import MAX_OPTION_CHARACTERS
from supplychain_rules.language.types import BooleanType, ChoiceType, DateType, MissingType, NumberType, TextType
from supplychain_rules.rules.policy import Policy

__all__ = ["Numbers", "statement", "to_sql"]

#: How numbers come out: as exact decimals, or as whole units of the declared decimals.
Numbers = Literal["decimal", "units"]

#: How the statement's own tables are called, or begin.
_OWN: Final = "_sr"


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
    or in which rows of a `unique` or `any` table conflict has null in every output, and `problems` counts them.

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
    >>> print(to_sql(load_policy(rules), dialect="postgres", table="sales.kpis", columns={"spend": "Spend"}))
    WITH "_sr_source" AS MATERIALIZED (
      SELECT
        "_sr" AS "_row",
        "_sr"."Spend" AS "_given_spend"
      FROM "sales"."kpis" AS "_sr"
    ),
    """
    found = dialect_named(dialect)
    if numbers not in ("decimal", "units"):
        raise InvalidValueError("unknown 'numbers'", numbers, hint="'decimal' or 'units'")
    source = table_text(found, table, raw_table, private=_OWN)
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
    names = _names(plan, dialect)
    statement_ = _Statement(dialect=dialect, plan=plan, names=names, writer=Writer(dialect, names))
    kept = _kept(dialect, table_columns)
    queries = [
        (statement_.source(kept, columns), f"{source} AS {dialect.identifier(_OWN)}", "source"),
        (["*", *statement_.units(columns)], "", "units"),
        *((["*", *level], "", f"level_{place}") for place, level in enumerate(statement_.levels(columns), start=1)),
    ]
    return _chain(dialect, queries, [*(column.out for column in kept), *statement_.outputs(numbers, problems)])


@final
@attrs.frozen
class _Kept:
    """A column of the table, or its whole row, on its way through the chain."""

    #: As it is read from the table.
    read: str
    #: As it comes out in the end.
    out: str


def _kept(dialect: Dialect, table_columns: Sequence[str] | None) -> list[_Kept]:
    table = dialect.identifier(_OWN)
    if table_columns is None:
        if dialect.row is None:
            hint = "give 'table_columns': the columns of the table in their order"
            raise InvalidValueError(f"{dialect.name} cannot carry a row whole", hint=hint)
        take, spread = dialect.row
        row = dialect.identifier("_row")
        return [_Kept(f"{take(table)} AS {row}", spread(row))]
    quoted = [dialect.identifier(column) for column in table_columns]
    private = [dialect.identifier(f"_t{place}") for place in range(len(quoted))]
    return [
        _Kept(f"{table}.{column} AS {name}", f"{name} AS {column}")
        for column, name in zip(quoted, private, strict=True)
    ]


def _names(plan: Plan, dialect: Dialect) -> dict[str, str]:
    """Name the plan's columns: inputs and outputs as the policy does, the others by number."""
    names = {field.name: field.input for field in plan.inputs}
    for output in plan.outputs:
        if not dialect.forbids.isdisjoint(output.output):
            continue
        names.setdefault(output.column, output.output)
    for column in plan.columns:
        names.setdefault(column.name, f"_{column.name}")
    return {column: dialect.identifier(name) for column, name in names.items()}


@final
@attrs.frozen(kw_only=True)
class _Statement:
    """The select lists of a statement."""

    dialect: Dialect
    plan: Plan
    names: Mapping[str, str]
    writer: Writer

    def source(self, kept: Iterable[_Kept], columns: Mapping[str, str | None]) -> list[str]:
        """Write what is taken from the table: its rows, and once more what the policy reads."""
        table = self.dialect.identifier(_OWN)
        read = [
            f"{table}.{self.dialect.identifier(column)} AS {self._given(field)}"
            for field in self.plan.inputs
            if (column := columns[field.input]) is not None
        ]
        return [*(column.read for column in kept), *read]

    def units(self, columns: Mapping[str, str | None]) -> list[str]:
        """Write the inputs as whole numbers and texts, null where a value is bad."""
        lines: list[str] = []
        for field in self.plan.inputs:
            text = self._missing(field) if columns[field.input] is None else self._read(field)
            lines.append(f"{text} AS {self.names[field.name]}")
        return lines

    def levels(self, columns: Mapping[str, str | None]) -> list[list[str]]:
        """Write the computed columns by level: the bad inputs are counted in the first, the conflicts at the end."""
        bad = [
            f"CASE WHEN {given} THEN 1 ELSE 0 END"
            for field in self.plan.inputs
            if columns[field.input] is not None
            for given in [self._bad(field)]
        ]
        found = [
            [f"{self.writer.column(column)} AS {self.names[column.name]}" for column in level]
            for level in self.plan.levels
        ] or [[]]
        found[0] = [f"{' + '.join(bad) or '0'} AS {self._own('_bad')}", *found[0]]
        if self.plan.guards:
            conflicts = [
                f"CASE WHEN {self._own('_bad')} = 0 AND {self.names[guard.column]} > 1 THEN 1 ELSE 0 END"
                for guard in self.plan.guards
            ]
            found.append([f"{' + '.join([self._own('_bad'), *conflicts])} AS {self._own('_problems')}"])
        return found

    def outputs(self, numbers: Numbers, problems: str | None) -> list[str]:
        """Write the outputs as users see them, null in a bad row."""
        count = self._own("_problems" if self.plan.guards else "_bad")
        lines = [
            f"CASE WHEN {count} = 0 THEN {self._output(output, numbers)} END AS {self._own(output.output)}"
            for output in self.plan.outputs
        ]
        return lines if problems is None else [*lines, f"{count} AS {self._own(problems)}"]

    def _own(self, name: str) -> str:
        return self.dialect.identifier(name)

    def _given(self, field: PlanInput) -> str:
        return self._own(f"_given_{field.input}")

    def _bad(self, field: PlanInput) -> str:
        missing = f"{self.names[field.name]} IS NULL"
        return f"{missing} AND {self._given(field)} IS NOT NULL" if field.type.optional else missing

    def _missing(self, field: PlanInput) -> str:
        is_text = isinstance(field.type, TextType | ChoiceType)
        kind = self.dialect.characters if is_text else self.dialect.integer
        return f"CAST(NULL AS {kind})" if kind else "NULL"

    def _read(self, field: PlanInput) -> str:
        dialect, kind, given = self.dialect, field.type, self._given(field)
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
            case ChoiceType() | TextType() | MissingType():
                return name
            case _:
                assert_never(kind)


def _chain(dialect: Dialect, queries: Iterable[tuple[list[str], str, str]], last: list[str]) -> str:
    """Join select lists into one statement; a query without a source of its own reads the one before."""
    parts: list[str] = []
    before = ""
    for lines, source, name in queries:
        quoted = dialect.identifier(f"{_OWN}_{name}")
        parts.append(f"{quoted} {dialect.opens} (\n{_indented(_select(lines, source or before))}\n)")
        before = quoted
    return "WITH " + ",\n".join(parts) + "\n" + _select(last, before)


def _select(lines: Iterable[str], source: str) -> str:
    return "SELECT\n" + ",\n".join(_indented(line) for line in lines) + f"\nFROM {source}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))
