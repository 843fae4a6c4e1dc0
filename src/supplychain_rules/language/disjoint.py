"""Whether two rows of a table can hit the same record: the exact set of what each cell takes."""

from collections.abc import Mapping

from supplychain_rules.language.cells import Cell, Interval, IsMissing, Test, Threshold
from supplychain_rules.language.nodes import Boolean, Comparison, Constant, Day, Number, Text
from supplychain_rules.language.types import BooleanType, ChoiceType, Type, day_number
from supplychain_rules.values.intervals import ChoiceSet, IntervalSet

__all__ = ["cell_values", "cells_disjoint", "takes_missing"]

#: What a cell takes of the values that are present.
Values = IntervalSet | ChoiceSet


def cells_disjoint(one: Mapping[str, Cell], other: Mapping[str, Cell], kinds: Mapping[str, Type]) -> bool:
    """Say whether two rows surely cannot both hit: some column has no value that both take."""
    return any(_exclude(one[name], other[name], kinds[name]) for name in one if name in other)


def cell_values(cell: Cell, kind: Type) -> Values:
    """Return the present values that a cell surely takes."""
    if not cell.tests:
        return _everything(kind)
    taken = _nothing(kind)
    for test in cell.tests:
        taken = _union(taken, _test_values(test, kind))
    return _complement(taken, kind) if cell.negated else taken


def takes_missing(cell: Cell) -> bool:
    """Say whether a cell surely takes a missing value."""
    if not cell.tests:
        return True
    return not cell.negated and any(isinstance(test, IsMissing) for test in cell.tests)


def _exclude(one: Cell, other: Cell, kind: Type) -> bool:
    if takes_missing(one) and takes_missing(other) and kind.optional:
        return False
    left, right = cell_values(one, kind), cell_values(other, kind)
    if isinstance(left, IntervalSet) and isinstance(right, IntervalSet):
        return not left.overlaps(right)
    if isinstance(left, ChoiceSet) and isinstance(right, ChoiceSet):
        return not left.overlaps(right)
    return False


def _discrete(kind: Type) -> tuple[str, ...] | None:
    """Return the options of a type that has them."""
    match kind:
        case ChoiceType():
            return kind.options
        case BooleanType():
            return ("true", "false")
        case _:
            return None


def _is_named(kind: Type) -> bool:
    """Say whether values are options or texts, not numbers and dates."""
    return _discrete(kind) is not None or not hasattr(kind, "low")


def _everything(kind: Type) -> Values:
    if not _is_named(kind):
        return IntervalSet.everything()
    options = _discrete(kind)
    return ChoiceSet.everything() if options is None else ChoiceSet(frozenset(options))


def _nothing(kind: Type) -> Values:
    return ChoiceSet.nothing() if _is_named(kind) else IntervalSet.nothing()


def _union(one: Values, other: Values) -> Values:
    if isinstance(one, IntervalSet) and isinstance(other, IntervalSet):
        return one.union(other)
    assert isinstance(one, ChoiceSet)  # noqa: S101  both sides come from one column
    assert isinstance(other, ChoiceSet)  # noqa: S101
    return one.union(other)


def _complement(values: Values, kind: Type) -> Values:
    whole = _everything(kind)
    if isinstance(values, IntervalSet) and isinstance(whole, IntervalSet):
        return whole.difference(values)
    assert isinstance(values, ChoiceSet)  # noqa: S101  both sides come from one column
    assert isinstance(whole, ChoiceSet)  # noqa: S101
    return whole.difference(values)


def _test_values(test: Test, kind: Type) -> Values:
    match test:
        case IsMissing():
            return _nothing(kind)
        case Threshold():
            return _threshold(test.operator, test.value, kind)
        case Interval():
            low = _threshold(">=" if test.low_closed else ">", test.low, kind)
            high = _threshold("<=" if test.high_closed else "<", test.high, kind)
            return _intersection(low, high)


def _intersection(one: Values, other: Values) -> Values:
    if isinstance(one, IntervalSet) and isinstance(other, IntervalSet):
        return one.intersection(other)
    assert isinstance(one, ChoiceSet)  # noqa: S101  both sides come from one column
    assert isinstance(other, ChoiceSet)  # noqa: S101
    return one.intersection(other)


def _threshold(operator: Comparison, value: Constant, kind: Type) -> Values:
    match value:
        case Number():
            return _numbers(operator, IntervalSet.point(value.value), value)
        case Day():
            return _numbers(operator, IntervalSet.point(day_number(value.value)), value)
        case Text():
            return _options(operator, value.value, kind)
        case Boolean():
            return _options(operator, "true" if value.value else "false", kind)
        case _:
            raise AssertionError(value)  # a cell holds no missing literal


def _numbers(operator: Comparison, point: IntervalSet, value: Number | Day) -> IntervalSet:
    edge = value.value if isinstance(value, Number) else day_number(value.value)
    match operator:
        case "==":
            return point
        case "!=":
            return point.complement()
        case "<":
            return IntervalSet.less_than(edge)
        case "<=":
            return IntervalSet.at_most(edge)
        case ">":
            return IntervalSet.greater_than(edge)
        case ">=":
            return IntervalSet.at_least(edge)


def _options(operator: Comparison, option: str, kind: Type) -> ChoiceSet:
    point = ChoiceSet(frozenset({option}))
    ranking = kind.ranking if isinstance(kind, ChoiceType) else ()
    if operator == "==":
        return point
    if operator == "!=":
        whole = _everything(kind)
        return whole.difference(point) if isinstance(whole, ChoiceSet) else point.complement()
    if option not in ranking:
        return ChoiceSet.nothing()  # outside the order every comparison is unknown
    at = ranking.index(option)
    taken = {
        "<": ranking[:at],
        "<=": ranking[: at + 1],
        ">": ranking[at + 1 :],
        ">=": ranking[at:],
    }[operator]
    return ChoiceSet(frozenset(taken))
