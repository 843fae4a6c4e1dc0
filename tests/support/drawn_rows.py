"""Rows of a table for a policy: columns of one type each, good values and bad ones."""

import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import attrs
from hypothesis import strategies as st

from supplychain_rules import InputError, Policy, evaluate
from supplychain_rules.language.convert import convert
from supplychain_rules.language.entry import reading_function
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    NumberType,
    Type,
    Value,
    external,
)
from supplychain_rules.testing.strategies_formulas import Draw, decimal_text
from supplychain_rules.testing.strategies_records import drawn_records

__all__ = ["DrawnTable", "Kind", "compared_tables", "drawn_tables", "expected_row", "expected_rows"]

#: Column types that a row's values may have.
Kind = str

#: Decimals of a decimal column beyond those that the input counts.
FINER = 3


@attrs.frozen
class DrawnTable:
    """A column for each input, named as the policy says, and rows whose values fit the columns' types."""

    kinds: dict[str, Kind]
    rows: list[dict[str, object]]


@st.composite
def drawn_tables(draw: Draw, policy: Policy, size: int) -> DrawnTable:
    """Draw a table; about every fifth row has bad values."""
    kinds = {field.name: _kind(draw, field.type) for field in policy.program.inputs}
    rows = []
    for _ in range(size):
        record = draw(drawn_records(policy))
        is_bad = draw(st.integers(0, 4)) == 0
        row: dict[str, object] = {}
        for field in policy.program.inputs:
            value = record.exact[field.name]
            if is_bad and draw(st.booleans()):
                row[field.name] = _bad(draw, field.type, kinds[field.name])
            else:
                row[field.name] = None if value is None else _stored(value, kinds[field.name], field.type)
        rows.append(row)
    return DrawnTable(kinds, rows)


@st.composite
def compared_tables(draw: Draw, policy: Policy, most: int) -> DrawnTable:
    """Draw a table of few rows or none, some of them alike, with now and then a column of nothing."""
    different: DrawnTable = draw(drawn_tables(policy, draw(st.integers(0, most // 2))))
    again = draw(st.lists(st.sampled_from(different.rows), max_size=most // 2)) if different.rows else []
    rows = [dict(row) for row in draw(st.permutations([*different.rows, *again]))]
    for field in policy.program.inputs:
        if field.type.optional and draw(st.integers(0, 5)) == 0:
            for row in rows:
                row[field.name] = None
    return attrs.evolve(different, rows=rows)


def expected_rows(
    policy: Policy, rows: Sequence[dict[str, object]], outputs: list[str], *, in_units: bool = True
) -> list[list[object]]:
    """Return what the Python engine says of rows that are compared: their outputs and the count of problems.

    Rows of bad inputs, and such as have a negative value to be added up, are left out of the comparison.
    """
    read = reading_function(policy.program, ignore_extra=False)
    problems = [0] * len(rows)
    units: dict[int, tuple[Value, ...]] = {}
    for place, row in enumerate(rows):
        try:
            units[place] = read(row)
        except InputError as error:
            problems[place] = len(error.problems)
    while True:
        try:
            known = dict(zip(units, policy.populate(list(units.values())), strict=True))
            break
        except InputError as error:
            if {"total_too_large"} == {problem.code for problem in error.problems}:
                return [[*[None] * len(outputs), count or 1] for count in problems]
            if {"negative_value"} != {problem.code for problem in error.problems}:
                raise
            places = list(units)
            for problem in error.problems:
                negative = places[int(problem.path[1:].partition("]")[0])]
                problems[negative] = 1
                units.pop(negative, None)
    names, types = list(policy.program.types), list(policy.program.types.values())
    found: list[list[object]] = []
    for place, count in enumerate(problems):
        values = (*known[place], *policy.reason_units(known[place])) if not count else ()
        if not count:
            count = sum(int(values[names.index(guard.count)] or 0) > 1 for guard in policy.program.guards)  # noqa: PLW2901
        if count:
            found.append([*[None] * len(outputs), count])
            continue
        row_found: list[object] = []
        for name in outputs:
            at = names.index(name)
            is_counted = in_units and isinstance(types[at], NumberType)
            row_found.append(values[at] if is_counted else external(values[at], types[at]))
        found.append([*row_found, 0])
    return found


def expected_row(policy: Policy, row: dict[str, object], outputs: list[str], *, in_units: bool = True) -> list[object]:
    """Return what the Python engine says of a row: its outputs, numbers in units if so, and the count of problems."""
    types = {binding.name: binding.type for binding in policy.program.bindings}
    try:
        decision = evaluate(policy, row)
    except InputError as error:
        return [*[None] * len(outputs), len(error.problems)]
    found: list[object] = []
    for name in outputs:
        value, kind = decision[name], types[name]
        is_counted = in_units and isinstance(kind, NumberType)
        found.append(convert(value, attrs.evolve(kind, optional=True)) if is_counted else value)
    return [*found, 0]


def _kind(draw: Draw, kind: Type) -> Kind:
    match kind:
        case NumberType():
            return draw(st.sampled_from(("double", "double", "decimal", "integer")))
        case BooleanType():
            return "boolean"
        case DateType():
            return "date"
        case _:
            return "text"


def _stored(value: object, kind: Kind, declared: Type) -> object:
    match value, kind:
        case Fraction(), "double":
            return float(value)
        case Fraction(), "decimal":
            assert isinstance(declared, NumberType)
            return Decimal(decimal_text(value)).quantize(Decimal(1).scaleb(-declared.decimals - FINER))
        case Fraction(), _:
            return math.floor(value)
        case _:
            return value


def _bad(draw: Draw, declared: Type, kind: Kind) -> object:
    """Draw a value that the input refuses, or one that only looks so."""
    match declared:
        case NumberType():
            span = Fraction(declared.high - declared.low + 1, 10**declared.decimals)
            high, low = (Fraction(units, 10**declared.decimals) for units in (declared.high, declared.low))
            outside = draw(st.sampled_from((high + span / 2, low - span / 2, high + Fraction(1, 10**12), low - 1)))
            if kind == "double":
                bad = [
                    float(outside),
                    math.inf,
                    -math.inf,
                    math.nan,
                    None,
                    1e300,
                    math.nextafter(float(high), math.inf),
                ]
                return draw(st.sampled_from(bad))
            return draw(st.sampled_from((_stored(_to_places(outside, declared), kind, declared), None)))
        case DateType():
            return draw(st.sampled_from((date.min, date.max, date(1970, 1, 1) + timedelta(days=declared.low), None)))
        case ChoiceType():
            case_changed: Callable[[str], str] = str.swapcase
            some = draw(st.sampled_from(declared.options))
            return draw(st.sampled_from((case_changed(some), f"{some} ", f" {some}", "", None)))
        case BooleanType():
            return None
        case _:
            return draw(st.sampled_from(("x" * 201, "x" * 200, None)))


def _to_places(value: Fraction, kind: NumberType) -> Fraction:
    power = 10 ** (kind.decimals + FINER)
    return Fraction(math.floor(value * power), power)
