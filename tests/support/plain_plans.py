"""An oracle for plans: one row at a time on Python integers, one rule for each operator."""

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import assert_never

from supplychain_rules.engines.plan import (
    All,
    Among,
    Any,
    Cell,
    Column,
    Compare,
    Condition,
    Minus,
    Nothing,
    Pick,
    Plan,
    Plus,
    Present,
    Quotient,
    Text,
    Times,
    Whole,
)

__all__ = ["run_plan"]

Found = int | str | None

_COMPARE: Mapping[str, Callable[[object, object], bool]] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def run_plan(plan: Plan, row: Mapping[str, Found]) -> dict[str, Found]:
    """Return every column of a plan, from the units of its inputs by plan name."""
    known: dict[str, Found] = dict(row)
    for level in (level for stage in plan.stages for level in stage.levels):
        known |= {column.name: _cell(column.cell, known, plan) for column in level}
        for column in level:
            assert column.optional or known[column.name] is not None, column
    return known


def _cell(cell: Cell, known: Mapping[str, Found], plan: Plan) -> Found:
    match cell:
        case Column():
            return known[cell.name]
        case Whole() | Text():
            return cell.value
        case Nothing():
            return None
        case Pick():
            taken = (value for condition, value in cell.branches if _sure(condition, known, plan))
            return _cell(next(taken, cell.otherwise), known, plan)
        case Plus() | Minus() | Times():
            left, right = _cell(cell.left, known, plan), _cell(cell.right, known, plan)
        case Quotient():
            left, right = _cell(cell.numerator, known, plan), _cell(cell.denominator, known, plan)
        case _:
            assert_never(cell)
    if left is None or right is None:
        return None
    assert isinstance(left, int)
    assert isinstance(right, int)
    match cell:
        case Plus():
            result = left + right
        case Minus():
            result = left - right
        case Times():
            result = left * right
        case Quotient():
            assert left >= 0
            assert right > 0
            result = left // right
        case _:
            assert_never(cell)
    assert max(abs(left), abs(right), abs(result)) <= plan.reach
    return result


def _sure(condition: Condition, known: Mapping[str, Found], plan: Plan) -> bool:
    match condition:
        case Compare():
            left, right = _cell(condition.left, known, plan), _cell(condition.right, known, plan)
            return left is not None and right is not None and _COMPARE[condition.sign](left, right)
        case Among():
            value = known[condition.of.name]
            return value is not None and (value in condition.options) is not condition.out
        case Present():
            return (known[condition.of.name] is not None) is not condition.out
        case All():
            return all(_sure(part, known, plan) for part in condition.parts)
        case Any():
            return any(_sure(part, known, plan) for part in condition.parts)
        case _:
            assert_never(condition)
