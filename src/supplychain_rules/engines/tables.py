"""Tables as a statement meets them: the table's name, its columns, and which column holds which input."""

from collections.abc import Iterable, Mapping, Sequence

from supplychain_rules.engines.dialects import Dialect
from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.rules.policy import Policy

__all__ = ["check_names", "input_columns", "table_text"]


def table_text(dialect: Dialect, table: str | Sequence[str] | None, raw_table: str | None, private: str) -> str:
    """Return what stands after FROM.

    Args:
        dialect: how identifiers are quoted.
        table: a name, which may be qualified: `sales.kpis`, `"sales.old".kpis`, or its parts as a sequence.
        raw_table: SQL text to use as it is; exactly one of the two is given.
        private: how the statement's own names begin, which the table's may not.

    Raises:
        InvalidValueError: none or both are given, or a name is empty or not closed.
    """
    if (table is None) is (raw_table is None):
        raise InvalidValueError("give either 'table' or 'raw_table'")
    if raw_table is not None:
        if not raw_table.strip() or "\0" in raw_table:
            raise InvalidValueError("no SQL text for a table", raw_table)
        return raw_table
    parts = _name_parts(table) if isinstance(table, str) else tuple(table or ())
    if not parts or not all(parts):
        raise InvalidValueError("not the name of a table", table, hint='as kpis, sales.kpis or ("sales", "kpis")')
    if len(parts) == 1 and parts[0].casefold().startswith(private):
        raise InvalidValueError(f"names beginning with {private} are the statement's own", table, hint="qualify it")
    return ".".join(dialect.identifier(part) for part in parts)


def input_columns(
    policy: Policy, columns: Mapping[str, str | None] | None, table_columns: Iterable[str] | None
) -> dict[str, str | None]:
    """Return the column of each input; None where an optional one is declared to have none.

    Args:
        policy: the rules; an input's own `column` counts where nothing else is said.
        columns: columns by input, None for an optional input that the table does not have.
        table_columns: the table's columns, where known.

    Raises:
        InvalidValueError: no such input, an input that is not optional without a column, or no such column.
    """
    given = dict(columns or {})
    inputs = {declared.name: declared for declared in policy.inputs}
    for name in given:
        if name not in inputs:
            raise InvalidValueError("no such input", name, hint=did_you_mean(name, inputs))
    known = None if table_columns is None else tuple(table_columns)
    found: dict[str, str | None] = {}
    for name, declared in inputs.items():
        column = given.get(name, declared.column or name)
        if column is None:
            if name not in given or not declared.optional:
                raise InvalidValueError("the input is not optional and needs a column", name)
        elif not column:
            raise InvalidValueError("no name of a column", column, hint=f"for the input '{name}'")
        elif known is not None and column not in known:
            hint = did_you_mean(column, known) or f"name the column of '{name}' in 'columns'"
            raise InvalidValueError("the table has no such column", column, hint=hint)
        found[name] = column
    return found


def check_names(dialect: Dialect, added: Sequence[str], table_columns: Iterable[str] | None) -> None:
    """Refuse a name for a new column that the table has, that stands twice, or that the engine cannot hold.

    Engines ignore case where they compare names, or some do, so case is ignored here too.

    Raises:
        InvalidValueError: a name cannot be used.
    """
    taken = {column.casefold() for column in table_columns or ()}
    for name in added:
        if not name:
            raise InvalidValueError("no name for a column", name)
        if name.casefold() in taken:
            raise InvalidValueError("a column has this name already", name, hint="ask for other outputs, or rename it")
        taken.add(name.casefold())
        limit = dialect.max_name_bytes
        if limit is not None and len(name.encode()) > limit:
            raise InvalidValueError(f"{dialect.name} cuts names after {limit} bytes", name)
        if not dialect.forbids.isdisjoint(name):
            raise InvalidValueError(f"no name for a column in {dialect.name}", name)


def _name_parts(name: str) -> tuple[str, ...]:
    """Split a qualified name at its dots; double quotes keep a dot inside a part, a doubled one is itself."""
    parts: list[str] = []
    rest = name
    while True:
        if rest.startswith('"'):
            end = 1
            while (end := rest.find('"', end)) != -1 and rest[end + 1 : end + 2] == '"':
                end += 2
            if end == -1:
                raise InvalidValueError("a quoted name is not closed", name)
            part, rest = rest[1:end].replace('""', '"'), rest[end + 1 :]
            if rest and not rest.startswith("."):
                raise InvalidValueError("a dot must follow a quoted name", name)
        else:
            part, dot, after = rest.partition(".")
            rest = dot + after
        parts.append(part)
        if not rest:
            return tuple(parts)
        rest = rest[1:]
