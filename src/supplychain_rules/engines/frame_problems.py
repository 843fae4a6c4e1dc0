"""What is wrong with a frame, in the words that a record would be refused with: the column, the rows, the values."""

from collections.abc import Callable, Iterable
from typing import Any, Final

import narwhals.stable.v2 as nw

from supplychain_rules.engines.frame_inputs import Reading, wanted_types
from supplychain_rules.engines.plan import PlanGuard, PlanInput, PlanNegative, PlanPopulation
from supplychain_rules.errors import InputError, InvalidValueError, Problem, bounded_repr
from supplychain_rules.language.convert import convert
from supplychain_rules.language.entry import ROWS_CONFLICT
from supplychain_rules.language.populations import negative_problem, total_problem
from supplychain_rules.language.types import Type
from supplychain_rules.values.scaled import to_decimal

__all__ = [
    "conflicts_found",
    "negatives_found",
    "refuse",
    "totals_found",
    "value_problems",
    "wrong_type",
    "wrong_values",
]

#: Most rows of a column that are looked at one by one to say what is wrong with them.
MAX_LOOKED_AT: Final = 1_000

#: Most rows that a message names, and most values that it shows.
MAX_SHOWN_ROWS: Final = 5


def refuse(problems: list[Problem]) -> None:
    """Raise what was found, if anything was."""
    if problems:
        raise InputError(problems)


def wrong_type(field: PlanInput, column: str, held: object) -> Problem:
    """Return the problem of a column whose type cannot hold its input."""
    wanted = wanted_types(field.type)
    message = f"a column of type {held} cannot hold this input"
    return Problem(code="wrong_type", path=column, message=message, hint=f"cast it to {wanted} first")


def wrong_values(
    frame: nw.DataFrame[Any],
    readings: Iterable[Reading],
    look_up: Callable[[Reading, list[int]], tuple[str, list[Any]]],
) -> list[Problem]:
    """Return what is wrong with the values of a frame, column by column.

    Args:
        frame: the frame.
        readings: how it is read.
        look_up: gives the name of the user's column that is read, and its values in some rows.
    """
    problems: list[Problem] = []
    for reading in readings:
        if reading.wrong is not None:
            rows: list[int] = frame.select(reading.wrong.alias("wrong"))["wrong"].arg_true().to_list()
            column, values = look_up(reading, rows[:MAX_LOOKED_AT])
            problems += value_problems(column, reading.field.type, rows, values)
    return problems


def value_problems(column: str, kind: Type, rows: list[int], values: list[Any]) -> list[Problem]:
    """Return the problems of a column: the rows that have one, and the values of the first of them."""
    grouped: dict[tuple[str, str, str], list[tuple[int, Any]]] = {}
    for row, value in zip(rows, values, strict=False):
        grouped.setdefault(_complaint(value, kind), []).append((row, value))
    rest = len(rows) - len(values)
    return [
        Problem(
            code=code,
            path=column,
            message=f"{what} in {_rows_text([row for row, _ in found], rest)}",
            value="" if code == "required" else ", ".join(bounded_repr(value) for _, value in found[:MAX_SHOWN_ROWS]),
            hint=hint,
        )
        for (code, what, hint), found in grouped.items()
    ]


def conflicts_found(guards: Iterable[PlanGuard], conflicts: Iterable[list[int]]) -> list[Problem]:
    """Return the tables whose rows are in conflict, and for which rows of the frame."""
    problems = []
    for guard, rows in zip(guards, conflicts, strict=True):
        if rows:
            message = f"rows of different outcome hit the frame's {_rows_text(rows, 0)}"
            hint = "make the rows exclude each other, or choose another hit policy"
            problems.append(Problem(code=ROWS_CONFLICT, path=guard.path, message=message, hint=hint))
    return problems


def negatives_found(
    negatives: Iterable[PlanNegative],
    rows: Iterable[list[int]],
    look_up: Callable[[PlanNegative, list[int]], list[Any]],
) -> list[Problem]:
    """Return the columns of which a negative value is added up, with the rows, and the first values.

    Args:
        negatives: the columns.
        rows: the rows in which each is negative.
        look_up: gives the whole units of a column in some rows.
    """
    problems = []
    for negative, places in zip(negatives, rows, strict=False):
        if places:
            shown = look_up(negative, places[:MAX_SHOWN_ROWS])
            values = ", ".join(str(to_decimal(int(units), negative.decimals)) for units in shown)
            where = f" in {_rows_text(places, 0)}"
            problems.append(negative_problem(negative.source, negative.source, negative.path, values, where))
    return problems


def totals_found(populations: Iterable[PlanPopulation]) -> list[Problem]:
    """Return the problem of the first of some populations whose totals are too large."""
    return [total_problem(one.source, one.path) for one in populations][:1]


def _complaint(value: object, kind: Type) -> tuple[str, str, str]:
    """Return code, message and hint of a value as `convert` refuses it."""
    try:
        convert(value, kind)
    except InvalidValueError as error:
        return ("required" if value is None else "bad_value", error.what, error.hint)
    return ("bad_value", "this value cannot be taken", "")


def _rows_text(rows: list[int], rest: int) -> str:
    """Name the first rows, and how many there are."""
    shown = ", ".join(map(str, rows[:MAX_SHOWN_ROWS]))
    if len(rows) == 1 and not rest:
        return f"row {shown}"
    more = ", ..." if len(rows) > MAX_SHOWN_ROWS or rest else ""
    return f"{len(rows)}{' or more' if rest else ''} rows: {shown}{more}"
