"""Questions about piecewise linear functions: jumps, inverses, extremes, areas and expected values."""

from fractions import Fraction

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.intervals import Interval, IntervalSet
from supplychain_rules.values.piecewise import Piecewise, choose
from supplychain_rules.values.piecewise_questions import (
    Jump,
    expectation,
    greatest,
    integral,
    jumps,
    least,
    mean_over,
    where_above,
    where_at_least,
    where_at_most,
    where_below,
    where_equal,
    where_slope,
)

X = Piecewise.identity()
HELD = X.clamped(0, 10)
CLIFF = choose(IntervalSet.greater_than(5), X, Piecewise.constant(0))


def test_a_cliff_is_found_with_its_height() -> None:
    assert (Jump(at=Fraction(5), before=Fraction(0), value=Fraction(0), after=Fraction(5)),) == jumps(CLIFF)
    assert 5 == jumps(CLIFF)[0].size
    assert -5 == jumps(-CLIFF)[0].size


def test_a_value_of_its_own_at_a_point_is_a_cliff_without_height() -> None:
    bonus = choose(IntervalSet.point(5), Piecewise.constant(100), Piecewise.constant(0))

    assert [(5, 100, 0)] == [(jump.at, jump.value, jump.size) for jump in jumps(bonus)]


def test_a_cliff_at_the_end_of_the_domain_is_found() -> None:
    domain = Interval(0, 5, low_closed=True, high_closed=True)
    at_the_end = choose(IntervalSet.point(5), Piecewise.constant(1, domain), Piecewise.constant(0, domain))
    at_the_start = choose(IntervalSet.point(0), Piecewise.constant(1, domain), Piecewise.constant(0, domain))

    assert (Jump(at=Fraction(5), before=Fraction(0), value=Fraction(1), after=None),) == jumps(at_the_end)
    assert [1, -1] == [jumps(one)[0].size for one in (at_the_end, at_the_start)]


def test_a_continuous_function_has_no_cliff() -> None:
    assert () == jumps(HELD)


def test_a_value_is_reached_at_points_and_on_intervals() -> None:
    assert "4" == str(where_equal(HELD, 4))
    assert ">= 10" == str(where_equal(HELD, 10))
    assert where_equal(HELD, 11).is_empty
    assert "<= 5" == str(where_equal(CLIFF, 0))
    assert where_equal(CLIFF, 5).is_empty


def test_where_a_function_is_at_least_at_most_above_and_below_a_value() -> None:
    assert [">= 4", "<= 4", "> 4", "< 4"] == [
        str(where(HELD, 4)) for where in (where_at_least, where_at_most, where_above, where_below)
    ]
    assert "> 5" == str(where_at_least(CLIFF, 1))


def test_where_a_function_rises_falls_and_rests() -> None:
    assert "(0..10)" == str(where_slope(HELD, lambda slope: slope > 0))
    assert "< 0, > 10" == str(where_slope(HELD, lambda slope: not slope))
    assert where_slope(HELD, lambda slope: slope < 0).is_empty


def test_the_greatest_value_and_where_it_is_reached() -> None:
    top = greatest(HELD)

    assert (10, True, ">= 10", 10) == (top.value, top.attained, str(top.where), top.near)


def test_the_least_value_that_is_only_approached() -> None:
    open_below = X.restricted(Interval(2, 5, low_closed=False, high_closed=True))
    bottom = least(open_below)

    assert (2, False, 2) == (bottom.value, bottom.attained, bottom.near)


def test_a_function_without_bound_has_no_greatest_value() -> None:
    top = greatest(X)

    assert (None, False, None) == (top.value, top.attained, top.near)
    assert 0 == least(X.clamped(0)).value


def test_the_area_and_the_mean_over_an_interval() -> None:
    assert 150 == integral(HELD, -5, 20)
    assert Fraction(15, 2) == mean_over(HELD, 0, 20)
    assert Fraction(75, 20) == mean_over(CLIFF, 0, 10)
    assert 0 == integral(HELD, 3, 3)


def test_the_expected_value_over_outcomes() -> None:
    assert Fraction(25, 3) == expectation(HELD, [(5, "1/3"), (20, "2/3")])


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        pytest.param(lambda: expectation(HELD, [(5, "0.3"), (20, "0.3")]), "do not add up to 1", id="probabilities"),
        pytest.param(lambda: expectation(HELD, [(5, 2), (20, -1)]), "below 0", id="negative probability"),
        pytest.param(lambda: expectation(HELD, [(5, 0.5), (20, 0.5)]), "never a float", id="float probability"),
        pytest.param(lambda: integral(HELD, 3, 2), "backwards", id="backwards"),
        pytest.param(lambda: mean_over(HELD, 3, 3), "without width", id="no width"),
        pytest.param(lambda: integral(Piecewise.from_points([(0, 0), (1, 1)]), 0, 2), "outside", id="outside"),
    ],
)
def test_a_question_without_an_answer_is_refused(ask: object, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        ask()
