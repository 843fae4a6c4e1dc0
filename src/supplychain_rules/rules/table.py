"""A decision table: rows of conditions, and what follows when a row hits.

Hit policies, after DMN: `first` (rows from the top), `unique` (no two rows may hit), `any` (rows that hit
must agree), `priority` (the best output by the order of its options), and `collect` (numbers of all
rows that hit are added, the least or largest taken, or the hits counted).
"""

import itertools
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.cells import Cell, cell_condition, cell_text, parse_cell
from supplychain_rules.language.disjoint import masks_disjoint, row_masks
from supplychain_rules.language.limits import MAX_OPTION_CHARACTERS, MAX_PROBLEMS
from supplychain_rules.language.merging import rescaled_bounds
from supplychain_rules.language.naming import did_you_mean
from supplychain_rules.language.nodes import (
    And,
    Boolean,
    Branch,
    Call,
    Case,
    Choose,
    Compare,
    Constant,
    Day,
    Expression,
    Missing,
    Name,
    Number,
    Or,
    Sum,
    Text,
    case,
)
from supplychain_rules.language.program import Guard
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    NumberType,
    TextType,
    Type,
    day_number,
    with_optional,
)
from supplychain_rules.rules.declared import TypeName, declared_type
from supplychain_rules.rules.lowering import Lowering, inner
from supplychain_rules.values.dates import parse_date
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import exact_number, number_text

__all__ = ["Aggregate", "HitPolicy", "Output", "Row", "TableStep", "lower_table", "output_type"]

HitPolicy = Literal["first", "unique", "any", "priority", "collect"]
Aggregate = Literal["sum", "min", "max", "count"]

#: Most rows of a table: a page a person can still review; larger ones are data, not rules.
MAX_ROWS: Final = 2_000

#: Tables up to this many rows are tried for a proof that no two rows overlap; larger ones are checked
#: at run time, because the proof compares every pair.
MAX_PROVED_ROWS: Final = 500


@final
@attrs.frozen(kw_only=True)
class Output:
    """A declared output of a table: its name and type."""

    name: str
    type: TypeName
    decimals: int | None = None
    min: Decimal | date | None = None
    max: Decimal | date | None = None
    options: tuple[str, ...] = ()
    #: The options stand from worst to best and may be compared.
    ordered: bool = False
    label: Label | None = None


@final
@attrs.frozen(kw_only=True)
class Row:
    """One row: a cell for each column it tests (the others take anything), and a value for each output."""

    id: str
    when: Mapping[str, object] = attrs.field(factory=dict)
    then: Mapping[str, object]
    label: Label | None = None


@final
@attrs.frozen(kw_only=True)
class TableStep:
    """Columns, rows, outputs, and what happens when several rows hit or none does."""

    id: str
    when: tuple[str, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]
    hit: HitPolicy = "unique"
    aggregate: Aggregate | None = None
    otherwise: Mapping[str, object] | None = None
    label: Label | None = None
    kind: Literal["table"] = attrs.field(default="table", init=False)


def lower_table(step: TableStep, path: str, lowering: Lowering) -> TableStep:
    """Bind which row hits, then every output; return the step with its cells and values in normal form."""
    before = len(lowering.problems)
    columns = _columns(step, path, lowering)
    outputs = [_output(output, f"{path}.outputs.{output.name}", lowering) for output in step.outputs]
    _check_shape(step, path, lowering)
    rows: list[tuple[dict[str, Cell], tuple[Constant, ...]] | None] = []
    for place in range(len(step.rows)):
        if len(lowering.problems) > MAX_PROBLEMS:
            break
        rows.append(_read_row(step, place, columns, outputs, path, lowering))
    otherwise = None
    if step.otherwise is not None:
        otherwise = _values(step, step.otherwise, outputs, f"{path}.otherwise", lowering)
    readable = [row for row in rows if row is not None]
    poisoned = any(kind is None for kind in columns.values())
    if len(lowering.problems) > before or poisoned or len(readable) < len(rows):
        for output in step.outputs:
            lowering.poison(output.name)
        return step
    kinds = {name: kind for name, kind in columns.items() if kind is not None}
    table = _Table(
        step=step,
        path=path,
        outputs=tuple(
            (output.name, kind) for output, kind in zip(step.outputs, outputs, strict=True) if kind is not None
        ),
        conditions=tuple(_condition(cells, kinds) for cells, _ in readable),
        cells=tuple(cells for cells, _ in readable),
        values=tuple(values for _, values in readable),
        otherwise=otherwise,
    )
    if step.hit == "collect":
        _lower_collect(table, lowering)
    else:
        _lower_single(table, kinds, lowering)
    return _normalised(table)


def output_type(output: Output) -> Type:
    """Return the type that a table's output declares.

    Raises:
        InvalidValueError: a key is missing or does not suit the type.
    """
    return declared_type(output, optional=False, bounds_needed=False)


@attrs.frozen(kw_only=True)
class _Table:
    """A table whose cells and values were read."""

    step: TableStep
    path: str
    outputs: tuple[tuple[str, Type], ...]
    conditions: tuple[Expression, ...]
    cells: tuple[Mapping[str, Cell], ...]
    values: tuple[tuple[Constant, ...], ...]
    otherwise: tuple[Constant, ...] | None


def _columns(step: TableStep, path: str, lowering: Lowering) -> dict[str, Type | None]:
    columns: dict[str, Type | None] = {}
    for place, name in enumerate(step.when):
        where = f"{path}.when[{place}]"
        if name in columns:
            lowering.refuse("duplicate_id", where, "this column is named twice", name)
        columns[name] = lowering.known(name, where)
    return columns


def _output(output: Output, where: str, lowering: Lowering) -> Type | None:
    try:
        return output_type(output)
    except InvalidValueError as error:
        lowering.refuse("bad_value", where, error.what, error.value, error.hint)
        return None


def _check_shape(step: TableStep, path: str, lowering: Lowering) -> None:
    if not step.outputs and not lowering.refused_outputs:
        lowering.refuse("empty", f"{path}.outputs", "a table needs at least one output")
    if not step.rows:
        lowering.refuse("empty", f"{path}.rows", "a table needs at least one row")
    if len(step.rows) > MAX_ROWS:
        lowering.refuse("too_large", f"{path}.rows", f"a table has at most {MAX_ROWS} rows", len(step.rows))
    if (step.hit == "collect") != (step.aggregate is not None):
        hint = "hit = 'collect' takes an aggregate: sum, min, max or count; no other hit policy does"
        lowering.refuse("bad_value", f"{path}.aggregate", "aggregate and hit policy do not fit", step.aggregate, hint)
    if step.hit == "collect" and any(output.type not in ("number", "integer") for output in step.outputs):
        lowering.refuse("type_mismatch", f"{path}.outputs", "only numbers can be collected")
    if step.hit == "priority" and not any(output.type == "choice" for output in step.outputs):
        hint = "the order of a choice's options is the priority, first option first"
        lowering.refuse("type_mismatch", f"{path}.outputs", "priority needs an output that is a choice", hint=hint)


def _read_row(  # noqa: PLR0913, PLR0917  a row, and what it is read against
    step: TableStep,
    place: int,
    columns: Mapping[str, Type | None],
    outputs: list[Type | None],
    path: str,
    lowering: Lowering,
) -> tuple[dict[str, Cell], tuple[Constant, ...]] | None:
    row, where = step.rows[place], f"{path}.rows[{place}]"
    before = len(lowering.problems)
    cells: dict[str, Cell] = {}
    for name, raw in row.when.items():
        if name not in columns:
            hint = did_you_mean(name, columns)
            lowering.refuse("unknown_column", f"{where}.when.{name}", "the table has no such column", name, hint)
            continue
        kind = columns[name]
        if kind is None:
            continue
        cell = parse_cell(raw, kind, f"{where}.when.{name}", lowering.problems)
        if cell is not None and cell.tests:
            cells[name] = cell
    values = _values(step, row.then, outputs, f"{where}.then", lowering)
    if values is None or len(lowering.problems) > before:
        return None
    return {name: cells[name] for name in step.when if name in cells}, values


def _values(
    step: TableStep, given: Mapping[str, object], outputs: list[Type | None], where: str, lowering: Lowering
) -> tuple[Constant, ...] | None:
    names = [output.name for output in step.outputs]
    before = len(lowering.problems)
    for name in given:
        if name not in names and name not in lowering.refused_outputs:
            lowering.refuse(
                "unknown_key", f"{where}.{name}", "the table has no such output", name, did_you_mean(name, names)
            )
    values: list[Constant] = []
    for name, kind in zip(names, outputs, strict=True):
        if name not in given:
            lowering.refuse("missing_key", f"{where}.{name}", "this output has no value")
        elif kind is not None:
            value = _value(given[name], kind, f"{where}.{name}", lowering)
            values.extend([] if value is None else [value])
    return tuple(values) if len(lowering.problems) == before and len(values) == len(names) else None


def _value(raw: object, kind: Type, where: str, lowering: Lowering) -> Constant | None:
    """Read one output value; None (null), or the word where it can be nothing else, is missing."""
    a_text = isinstance(kind, TextType) or (isinstance(kind, ChoiceType) and "missing" in kind.options)
    if raw is None or (raw == "missing" and not a_text):
        return Missing()
    try:
        return _constant(raw, kind)
    except InvalidValueError as error:
        lowering.refuse("bad_value", where, error.what, error.value, error.hint)
        return None


def _constant(raw: object, kind: Type) -> Constant:
    match kind:
        case NumberType():
            number = exact_number(raw)
            units = Fraction(number) * 10**kind.decimals
            if units.denominator != 1:
                raise InvalidValueError(f"more than the declared {kind.decimals} decimals", number_text(number))
            if not kind.low <= units <= kind.high:
                raise InvalidValueError("outside the output's 'min' and 'max'", number_text(number))
            return Number(number)
        case BooleanType() if isinstance(raw, bool):
            return Boolean(raw)
        case ChoiceType() if isinstance(raw, str):
            if raw not in kind.options:
                raise InvalidValueError("no such option", raw, hint=did_you_mean(raw, kind.options))
            return Text(raw)
        case TextType() if isinstance(raw, str):
            if len(raw) > MAX_OPTION_CHARACTERS or not raw.isprintable():
                raise InvalidValueError(f"a text is at most {MAX_OPTION_CHARACTERS} printable characters", raw)
            return Text(raw)
        case DateType():
            if isinstance(raw, str):
                return _day(parse_date(raw), kind)
            if type(raw) is date:
                return _day(raw, kind)
    raise InvalidValueError("the value does not have the output's type", raw)


def _day(day: date, kind: DateType) -> Day:
    if not kind.low <= day_number(day) <= kind.high:
        raise InvalidValueError("outside the output's 'min' and 'max'", day.isoformat())
    return Day(day)


def _condition(cells: Mapping[str, Cell], kinds: Mapping[str, Type]) -> Expression:
    conditions = [cell_condition(cell, name, kinds[name]) for name, cell in cells.items()]
    parts = tuple(condition for condition in conditions if condition is not None)
    if not parts:
        return Boolean(value=True)
    return parts[0] if len(parts) == 1 else And(parts)


def _lower_single(table: _Table, kinds: Mapping[str, Type], lowering: Lowering) -> None:
    """Bind the place of the row that decides, then choose every output by it."""
    order = _order(table)
    rows = len(table.conditions)
    branches = tuple(Branch(table.conditions[place], Number(Decimal(place))) for place in order)
    row = inner(table.step.id, "row")
    lowering.bind(row, case(branches, Number(Decimal(rows))), table.path)
    for place, (name, _) in enumerate(table.outputs):
        rest: Constant = Missing() if table.otherwise is None else table.otherwise[place]
        column = (*(values[place] for values in table.values), rest)
        _bind_output(table, place, name, Choose(Name(row), column), lowering)
    if table.step.hit in ("unique", "any"):
        _guard(table, kinds, lowering)


def _order(table: _Table) -> list[int]:
    """Return the rows in the order in which they are tried."""
    places = list(range(len(table.values)))
    if table.step.hit != "priority":
        return places
    ranked = [(place, output.options) for place, output in enumerate(table.step.outputs) if output.type == "choice"]

    def rank(row: int) -> tuple[int, ...]:
        values = [(table.values[row][place], options) for place, options in ranked]
        return tuple(options.index(v.value) if isinstance(v, Text) else len(options) for v, options in values)

    return sorted(places, key=rank)


def _guard(table: _Table, kinds: Mapping[str, Type], lowering: Lowering) -> None:
    """Count how many different outcomes hit, unless the cells prove that it can only be one."""
    unique = table.step.hit == "unique"
    outcomes: dict[object, list[int]] = {}
    for place, values in enumerate(table.values):
        outcomes.setdefault(place if unique else values, []).append(place)
    if len(outcomes) < 2 or _proved_disjoint(table, list(outcomes.values()), kinds):
        return
    counts = []
    for places in outcomes.values():
        conditions = tuple(table.conditions[place] for place in places)
        hit = conditions[0] if len(conditions) == 1 else Or(conditions)
        counts.append(Case((Branch(hit, Number(Decimal(1))),), Number(Decimal(0))))
    name = inner(table.step.id, "outcomes")
    lowering.bind(name, Sum(tuple(counts)), table.path)
    lowering.guards.append(Guard(count=name, path=f"{table.path}.rows"))


def _proved_disjoint(table: _Table, groups: list[list[int]], kinds: Mapping[str, Type]) -> bool:
    if len(table.cells) > MAX_PROVED_ROWS:
        return False
    masks = row_masks(table.cells, kinds)
    return all(
        masks_disjoint(masks[one], masks[other])
        for left, right in itertools.combinations(groups, 2)
        for one in left
        for other in right
    )


def _lower_collect(table: _Table, lowering: Lowering) -> None:
    """Bind each output over all rows that hit; nothing hit gives `otherwise`, else missing (a count gives 0)."""
    nothing = _none_of(table.conditions)
    for place, (name, _) in enumerate(table.outputs):
        rest: Constant = Missing() if table.otherwise is None else table.otherwise[place]
        values = [row[place] for row in table.values]
        match table.step.aggregate:
            case "sum" | None:
                collected = _sum(
                    [_hit(c, v, Number(Decimal(0))) for c, v in zip(table.conditions, values, strict=True)]
                )
            case "count":
                one, zero = Number(Decimal(1)), Number(Decimal(0))
                collected = _sum([_hit(condition, one, zero) for condition in table.conditions])
                rest = Number(Decimal(0)) if table.otherwise is None else rest
            case "min" | "max":
                # A row that does not hit stands at the far end, where it cannot decide.
                numbers = [value.value for value in values if isinstance(value, Number)]
                far = Number(
                    max(numbers, default=Decimal(0))
                    if table.step.aggregate == "min"
                    else min(numbers, default=Decimal(0))
                )
                parts = tuple(_hit(c, v, far) for c, v in zip(table.conditions, values, strict=True))
                collected = parts[0] if len(parts) == 1 else Call(table.step.aggregate, parts)
            case _:
                assert_never(table.step.aggregate)
        _bind_output(table, place, name, case((Branch(nothing, rest),), collected), lowering)


def _none_of(conditions: tuple[Expression, ...]) -> Expression:
    """Return a condition that holds when no row is surely hit, unknown ones included."""
    hits = _sum([_hit(condition, Number(Decimal(1)), Number(Decimal(0))) for condition in conditions])
    return Compare("==", hits, Number(Decimal(0)))


def _hit(condition: Expression, value: Constant, otherwise: Constant) -> Expression:
    return Case((Branch(condition, value),), otherwise)


def _sum(parts: list[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def _bind_output(table: _Table, place: int, name: str, expression: Expression, lowering: Lowering) -> None:
    """Bind an output under its declared type; what is collected must fit the declared bounds."""
    declared = table.outputs[place][1]
    where = f"{table.path}.outputs.{name}"
    kind = lowering.bind(name, expression, where)
    if kind is None:
        return
    if isinstance(declared, NumberType) and isinstance(kind, NumberType):
        lowering.rescale(name, declared.decimals)
        low, high = rescaled_bounds(kind, declared.decimals)
        if low < declared.low or high > declared.high:
            hint = "widen them: every row that hits adds its value"
            lowering.refuse("bad_value", where, "what is collected can leave the output's 'min' and 'max'", hint=hint)
    else:
        lowering.retype(name, with_optional(declared, optional=kind.optional))


def _normalised(table: _Table) -> TableStep:
    """Return the step with every cell and value in its one canonical form."""
    rows = tuple(
        attrs.evolve(
            row,
            when={name: cell_text(cell) for name, cell in cells.items()},
            then=_plain(table, values),
        )
        for row, cells, values in zip(table.step.rows, table.cells, table.values, strict=True)
    )
    otherwise = None if table.otherwise is None else _plain(table, table.otherwise)
    return attrs.evolve(table.step, rows=rows, otherwise=otherwise)


def _plain(table: _Table, values: tuple[Constant, ...]) -> dict[str, object]:
    return {name: _plain_value(value) for (name, _), value in zip(table.outputs, values, strict=True)}


def _plain_value(value: Constant) -> object:
    match value:
        case Number():
            return number_text(value.value)
        case Text() | Boolean():
            return value.value
        case Day():
            return value.value.isoformat()
        case Missing():
            return None
        case _:
            assert_never(value)
