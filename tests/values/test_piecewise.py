"""Piecewise linear functions: how they are written, joined, combined and shown, and what they refuse."""

import pickle
from fractions import Fraction
from itertools import pairwise

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.intervals import Interval, IntervalSet
from supplychain_rules.values.piecewise import (
    MAX_PIECES,
    Piece,
    Piecewise,
    choose,
    compose,
    maximum,
    minimum,
    total_of,
)

NEC = Piecewise.from_bands([800, 900, 1100], ["0.15", "0.30", "0.50", "0.20"], zero_at=1000)
X = Piecewise.identity()
ABOVE_FIVE = IntervalSet.greater_than(5)


def closed(low: int, high: int) -> Interval:
    return Interval(low, high, low_closed=True, high_closed=True)


def test_full_once_triggered_pays_nothing_at_the_threshold_itself() -> None:
    cliff = choose(ABOVE_FIVE, X, Piecewise.constant(0))

    assert [Fraction(0), Fraction(501, 100)] == [cliff.at(5), cliff.at("5.01")]
    assert "<= 5: 0; > 5: x" == str(cliff)


def test_full_from_the_threshold_on_pays_there_already() -> None:
    cliff = choose(IntervalSet.at_least(5), X, Piecewise.constant(0))

    assert [Fraction(0), Fraction(5)] == [cliff.at("4.99"), cliff.at(5)]
    assert "< 5: 0; >= 5: x" == str(cliff)


def test_bands_of_rates_add_up_from_where_the_function_is_zero() -> None:
    assert [-95, -65, 0, 25] == [NEC.at(cost) for cost in (700, 850, 1000, 1050)]


def test_a_function_through_points_is_defined_between_the_first_and_the_last() -> None:
    curve = Piecewise.from_points([(0, 0), (10, 5), (20, 5)])

    assert closed(0, 20) == curve.domain
    assert (Fraction(10),) == curve.breaks
    assert [Fraction(5, 2), 5] == [curve.at(5), curve.at(20)]


def test_a_function_through_one_point_is_that_point() -> None:
    point = Piecewise.from_points([(3, 7)])

    assert closed(3, 3) == point.domain
    assert 7 == point.at(3)


def test_equal_functions_are_equal_values_however_they_were_built() -> None:
    hinged = maximum(X, -X)
    by_points = Piecewise.from_bands([0], [-1, 1], zero_at=0)

    assert hinged == by_points
    assert hash(hinged) == hash(by_points)
    assert hinged != X


def test_a_break_that_changes_nothing_is_no_break() -> None:
    cut = Piecewise(
        [
            Piece(Interval(None, 3, low_closed=False, high_closed=True), 1, 0),
            Piece(Interval(3, None, low_closed=False, high_closed=False), 1, 0),
        ]
    )

    assert X == cut
    assert () == cut.breaks


def test_a_value_of_its_own_at_a_single_point_is_kept() -> None:
    bonus = choose(IntervalSet.point(5), Piecewise.constant(100), Piecewise.constant(0))

    assert "< 5: 0; 5: 100; > 5: 0" == str(bonus)
    assert (Fraction(5),) == bonus.breaks
    assert [0, 100, 0] == [bonus.at(x) for x in (4, 5, 6)]


def test_values_of_their_own_at_the_ends_of_the_domain_are_kept() -> None:
    ends = choose(
        IntervalSet.between(0, 10, low_closed=False, high_closed=False),
        Piecewise.constant(1, closed(0, 10)),
        Piecewise.constant(0, closed(0, 10)),
    )

    assert "0: 0; (0..10): 1; 10: 0" == str(ends)


def test_what_is_cut_off_at_a_cap_and_what_is_kept_add_up() -> None:
    kept = minimum(X, Piecewise.constant(60))
    cut_off = maximum(X - 60, Piecewise.constant(0))

    assert X == kept + cut_off


def test_sums_differences_and_multiples() -> None:
    assert Piecewise.line(3, 1) == X * 3 + 1
    assert Piecewise.line("-0.5", 10) == 10 - X * Fraction(1, 2)
    assert Piecewise.constant(0) == NEC - NEC
    assert Piecewise.line(2, 5) == total_of([X, X, Piecewise.constant(5)])
    assert X * 0 == Piecewise.constant(0)
    assert 2 * X == X + X


def test_a_function_of_a_function() -> None:
    saving = Piecewise.line(-1, 1000)
    shared = compose(Piecewise.identity().clamped(0, 100) * "0.5", saving)

    assert [50, 25, 0] == [shared.at(cost) for cost in (800, 950, 1200)]


def test_a_jump_keeps_its_owner_when_the_argument_runs_the_other_way() -> None:
    cliff = choose(ABOVE_FIVE, X, Piecewise.constant(0))
    turned = compose(cliff, -X)

    assert [0, Fraction(51, 10)] == [turned.at(-5), turned.at("-5.1")]
    assert "< -5: -x; >= -5: 0" == str(turned)


def test_a_function_held_between_two_values() -> None:
    held = X.clamped(0, 10)

    assert [0, 4, 10] == [held.at(x) for x in (-3, 4, 30)]
    assert X == X.clamped()


def test_a_function_on_a_part_of_its_domain() -> None:
    assert closed(1, 4) == X.restricted(closed(1, 4)).domain


def test_functions_are_shown_as_people_write_them() -> None:
    assert "anything: -x" == str(-X)
    assert "anything: -2 cost + 1/3" == (X * -2 + Fraction(1, 3)).text("cost")
    assert "anything: 0.5 x - 3" == str(X * "0.5" - 3)
    assert "anything: 7" == str(Piecewise.constant(7))


def test_a_function_is_pickled() -> None:
    assert NEC == pickle.loads(pickle.dumps(NEC))  # noqa: S301  our own bytes


@pytest.mark.parametrize(
    ("build", "said"),
    [
        pytest.param(lambda: X.at(0.5), "never a float", id="float argument"),
        pytest.param(lambda: X * 0.5, "never a float", id="float factor"),
        pytest.param(lambda: X.at(True), "a boolean is not a number", id="boolean argument"),  # noqa: FBT003  the value that is shown
        pytest.param(lambda: X * X, "not a number", id="product of functions"),
        pytest.param(lambda: Piecewise.from_points([(0, 0), (1, 1)]).at(2), "outside the domain", id="outside"),
        pytest.param(lambda: X + Piecewise.from_points([(0, 0), (1, 1)]), "two domains", id="two domains"),
        pytest.param(lambda: Piecewise.from_points([(0, 0), (0, 1)]), "do not rise", id="points do not rise"),
        pytest.param(lambda: Piecewise.from_points([]), "no point", id="no point"),
        pytest.param(lambda: Piecewise.from_bands([1, 1], [0, 1, 2], zero_at=0), "do not rise", id="limits"),
        pytest.param(lambda: Piecewise.from_bands([1], [0], zero_at=0), "one rate more", id="too few rates"),
        pytest.param(lambda: X.clamped(3, 2), "above the upper", id="bounds crossed"),
        pytest.param(lambda: Piecewise([]), "without pieces", id="no pieces"),
        pytest.param(lambda: Piecewise(["x"]), "not a piece", id="text for a piece"),
        pytest.param(lambda: Piecewise.from_points([(0, 0), (1, 1)]).restricted(closed(0, 2)), "outside", id="wider"),
    ],
)
def test_what_is_no_function_is_refused(build: object, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        build()


@pytest.mark.parametrize(
    ("low", "high_closed", "low_closed"),
    [
        pytest.param(4, False, True, id="overlap"),
        pytest.param(6, False, True, id="gap"),
        pytest.param(5, True, True, id="both own the point"),
        pytest.param(5, False, False, id="nobody owns the point"),
    ],
)
def test_pieces_with_a_gap_or_an_overlap_are_refused(low: int, *, high_closed: bool, low_closed: bool) -> None:
    pieces = [
        Piece(Interval(0, 5, low_closed=True, high_closed=high_closed), 0, 0),
        Piece(Interval(low, 9, low_closed=low_closed, high_closed=True), 1, 0),
    ]
    with pytest.raises(InvalidValueError, match="do not follow each other"):
        Piecewise(pieces)


def test_a_function_that_an_outer_one_is_not_defined_for_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="outside the domain of the outer function"):
        compose(Piecewise.from_points([(0, 0), (1, 1)]), X)


def test_more_pieces_than_any_contract_has_are_refused() -> None:
    edges = range(MAX_PIECES + 2)
    pieces = [
        Piece(Interval(low, high, low_closed=True, high_closed=False), low % 2, 0) for low, high in pairwise(edges)
    ]
    with pytest.raises(InvalidValueError, match=f"more than {MAX_PIECES} pieces"):
        Piecewise(pieces)
