"""Whether two rows of a table can hit the same record: the exact set of what each cell takes."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from supplychain_rules.language.cells import Cell, Interval, IsMissing, Test, Threshold
from supplychain_rules.language.nodes import Boolean, Comparison, Constant, Day, Number, Text
from supplychain_rules.language.types import BooleanType, ChoiceType, Type, day_number
from supplychain_rules.values.intervals import ChoiceSet, IntervalSet

__all__ = ["cell_values", "masks_disjoint", "row_masks", "takes_missing"]

#: What a cell takes of the values that are present.
Values = IntervalSet | ChoiceSet


def row_masks(rows: Sequence[Mapping[str, Cell]], kinds: Mapping[str, Type]) -> list[tuple[int, ...]]:
    """Return for every row a bit set per column: which elementary regions of the column it takes.

    Two rows can hit the same record only where their bit sets meet in every column, so a pair costs a
    few machine words.
    """
    columns = [_column_masks([row.get(name, Cell()) for row in rows], kind) for name, kind in kinds.items()]
    return list(zip(*columns, strict=True)) if columns else [()] * len(rows)


def masks_disjoint(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Say whether two rows surely cannot both hit: in some column they share no region."""
    return any(not left & right for left, right in zip(one, other, strict=True))


def cell_values(cell: Cell, kind: Type) -> Values:
    """Return the present values that a cell surely takes."""
    if not cell.tests:
        return _everything(kind)
    taken = _nothing(kind)
    for test in cell.tests:
        taken = _union(taken, _test_values(test, kind))
    if not cell.negated:
        return taken
    rest = _complement(taken, kind)
    if isinstance(kind, ChoiceType) and any(_is_ordered(test) for test in cell.tests):
        # Outside the order such a test is unknown, and so is its negation.
        return _intersection(rest, ChoiceSet(frozenset(kind.ranking)))
    return rest


def takes_missing(cell: Cell) -> bool:
    """Say whether a cell surely takes a missing value."""
    if not cell.tests:
        return True
    return not cell.negated and any(isinstance(test, IsMissing) for test in cell.tests)


def _is_ordered(test: Test) -> bool:
    return isinstance(test, Interval) or (isinstance(test, Threshold) and test.operator not in ("==", "!="))


def _column_masks(cells: list[Cell], kind: Type) -> list[int]:
    """Cut a column at every value that a cell names; the first bit stands for missing."""
    taken = [cell_values(cell, kind) for cell in cells]
    points = sorted({edge for values in taken for edge in _edges(values)})
    options = sorted({option for values in taken if isinstance(values, ChoiceSet) for option in values.options})
    masks = []
    for cell, values in zip(cells, taken, strict=True):
        regions = _interval_mask(values, points) if isinstance(values, IntervalSet) else _option_mask(values, options)
        masks.append(regions << 1 | (takes_missing(cell) and kind.optional))
    return masks


def _edges(values: Values) -> Iterator[int | Fraction]:
    if isinstance(values, IntervalSet):
        for part in values.parts:
            yield from (edge for edge in (part.low, part.high) if edge is not None)


def _interval_mask(values: IntervalSet, points: list[int | Fraction]) -> int:
    """Return the regions as bits: below the first point 0, the point itself 1, up to the next 2, and so on."""
    mask = 0
    for part in values.parts:
        first = 0 if part.low is None else 2 * bisect_left(points, part.low) + (1 if part.low_closed else 2)
        last = 2 * len(points) if part.high is None else 2 * bisect_left(points, part.high) + part.high_closed
        mask |= ((1 << (last - first + 1)) - 1) << first
    return mask


def _option_mask(values: ChoiceSet, options: list[str]) -> int:
    """Give every named option a bit, and all others together the last one."""
    mask = sum(1 << place for place, option in enumerate(options) if values.contains(option))
    return mask | values.complemented << len(options)


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
