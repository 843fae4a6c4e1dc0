"""Interval arithmetic on units: the bounds of a result are those of its extremes."""

import pytest

from supplychain_rules.analysis.intervals import (
    FALSE,
    NOTHING,
    TRUE,
    UNKNOWN,
    Interval,
    Numeric,
    Set,
    absolute,
    added,
    compared,
    constant,
    divided,
    extreme,
    first_present,
    hull,
    multiplied,
    negated,
    rounded,
    scaled,
)
from supplychain_rules.language.nodes import Comparison

NO_BOX: list[Set] = []


def of(low: int, high: int, *, absent: bool = False) -> Numeric:
    return lambda _: (low, high, absent)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (constant(5), (5, 5, False)),
        (negated(of(2, 5)), (-5, -2, False)),
        (scaled(of(2, 5), -10), (-50, -20, False)),
        (added([of(1, 2), of(10, 20, absent=True)]), (11, 22, True)),
        (multiplied([of(-2, 3), of(-5, 4)]), (-15, 12, False)),
        (rounded(of(14, 15), 10, "half_up"), (1, 2, False)),
        (divided(of(10, 20), of(-2, 5), "half_up"), (-20, 20, True)),
        (divided(of(10, 20), of(0, 0), "half_up"), NOTHING),
        (absolute(of(-7, 3)), (0, 7, False)),
        (extreme([of(1, 9), of(4, 6)], largest=True), (4, 9, False)),
        (first_present([of(1, 2, absent=True), of(8, 9)]), (1, 9, False)),
    ],
)
def test_an_operation_reaches_from_its_least_to_its_largest_result(operation: Numeric, expected: Interval) -> None:
    assert expected == operation(NO_BOX)


@pytest.mark.parametrize("operation", [negated, absolute, lambda part: added([of(1, 1), part])])
def test_what_is_made_of_a_missing_number_is_missing(operation: object) -> None:
    assert callable(operation)
    assert NOTHING == operation(lambda _: NOTHING)(NO_BOX)


def test_a_number_that_may_be_missing_widens_another_by_missing_only() -> None:
    assert (3, 4, True) == hull(NOTHING, (3, 4, False))


@pytest.mark.parametrize(
    ("operator", "left", "right", "expected"),
    [
        ("<", (1, 4), (5, 9), TRUE),
        ("<", (1, 5), (5, 9), TRUE | FALSE),
        (">=", (5, 9), (1, 5), TRUE),
        ("==", (5, 5), (5, 5), TRUE),
        ("==", (1, 4), (5, 9), FALSE),
        ("!=", (1, 4), (5, 9), TRUE),
    ],
)
def test_a_comparison_says_which_truths_can_come_out(
    operator: Comparison, left: tuple[int, int], right: tuple[int, int], expected: int
) -> None:
    assert expected == compared(operator, of(*left), of(*right))(NO_BOX)


def test_a_comparison_with_what_may_be_missing_may_be_unknown() -> None:
    assert TRUE | UNKNOWN == compared("<", of(1, 4, absent=True), of(5, 9))(NO_BOX)
