"""What always holds of piecewise linear functions, held against evaluation number by number."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.values.intervals import Interval, IntervalSet
from supplychain_rules.values.piecewise import Piece, Piecewise, choose, compose, maximum, minimum
from supplychain_rules.values.piecewise_questions import (
    expectation,
    greatest,
    integral,
    jumps,
    least,
    where_above,
    where_at_least,
    where_at_most,
    where_below,
    where_equal,
)

#: Few numbers close together, so that breaks, values and levels meet each other often.
SMALL = st.integers(-4, 4).map(lambda number: Fraction(number, 2))
#: Every break that may be drawn, a number on each side of it and between any two.
GRID = [Fraction(number, 24) for number in range(-24 * 4, 24 * 4 + 1)]


@st.composite
def functions(draw: st.DrawFn) -> Piecewise:
    """Draw a function on all numbers with up to four breaks, each continuous, a jump, or a point of its own."""
    edges = sorted(draw(st.sets(SMALL, max_size=4)))
    ends = [None, *edges, None]
    pieces = []
    for low, high in pairwise(ends):
        owned = draw(st.sampled_from(["left", "right", "alone"])) if low is not None else "none"
        if pieces and owned == "left":
            last = pieces.pop()
            pieces.append(
                Piece(
                    Interval(last.interval.low, low, low_closed=last.interval.low_closed, high_closed=True),
                    last.slope,
                    last.intercept,
                )
            )
        if owned == "alone":
            pieces.append(Piece(Interval(low, low, low_closed=True, high_closed=True), 0, draw(SMALL)))
        pieces.append(
            Piece(Interval(low, high, low_closed=owned == "right", high_closed=False), draw(SMALL), draw(SMALL))
        )
    return Piecewise(pieces)


def raw_value(pieces: tuple[Piece, ...], x: Fraction) -> Fraction:
    return next(piece for piece in pieces if piece.interval.contains(x)).at(x)


@given(functions(), functions(), SMALL)
def test_arithmetic_agrees_with_evaluation(one: Piecewise, other: Piecewise, factor: Fraction) -> None:
    computed = [
        (one + other, lambda a, b: a + b),
        (one - other, lambda a, b: a - b),
        (one * factor, lambda a, _: a * factor),
    ]
    for function, plain in computed:
        assert [plain(raw_value(one.pieces, x), raw_value(other.pieces, x)) for x in GRID] == [
            function.at(x) for x in GRID
        ]


@given(functions(), functions())
def test_the_lesser_and_the_greater_agree_with_evaluation(one: Piecewise, other: Piecewise) -> None:
    pairs: list[tuple[Piecewise, Callable[..., Fraction]]] = [
        (minimum(one, other), min),
        (maximum(one, other), max),
    ]
    for function, plain in pairs:
        assert [plain(one.at(x), other.at(x)) for x in GRID] == [function.at(x) for x in GRID]
    assert one + other == minimum(one, other) + maximum(one, other)


@given(functions(), functions())
def test_composition_agrees_with_evaluation(outer: Piecewise, inner: Piecewise) -> None:
    composed = compose(outer, inner)

    assert [outer.at(inner.at(x)) for x in GRID] == [composed.at(x) for x in GRID]


@given(functions(), functions(), functions())
def test_functions_that_agree_everywhere_are_equal_values(one: Piecewise, two: Piecewise, three: Piecewise) -> None:
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one
    assert one == (one - two) + two
    assert hash(one) == hash((one - two) + two)


@given(functions())
def test_no_two_pieces_of_the_one_form_could_be_joined(function: Piecewise) -> None:
    for one, other in pairwise(function.pieces):
        if one.is_point or other.is_point:
            continue
        edge = other.interval.low
        assert edge is not None
        if one.at(edge) == other.at(edge):
            assert one.slope != other.slope
            assert other.interval.low_closed


@given(functions(), functions(), st.lists(SMALL, min_size=2, max_size=2, unique=True))
def test_a_choice_is_one_function_inside_and_the_other_outside(
    inside: Piecewise, outside: Piecewise, ends: list[Fraction]
) -> None:
    where = IntervalSet.between(min(ends), max(ends), high_closed=False).union(IntervalSet.point(max(ends) + 1))
    chosen = choose(where, inside, outside)

    assert [(inside if where.contains(x) else outside).at(x) for x in GRID] == [chosen.at(x) for x in GRID]


@given(functions(), SMALL)
def test_where_a_value_is_reached_agrees_with_evaluation(function: Piecewise, level: Fraction) -> None:
    questions: list[tuple[IntervalSet, Callable[[Fraction], bool]]] = [
        (where_at_least(function, level), lambda value: value >= level),
        (where_at_most(function, level), lambda value: value <= level),
        (where_above(function, level), lambda value: value > level),
        (where_below(function, level), lambda value: value < level),
        (where_equal(function, level), lambda value: value == level),
    ]
    for where, plain in questions:
        assert [plain(function.at(x)) for x in GRID] == [where.contains(x) for x in GRID]


@given(functions())
def test_no_value_exceeds_the_greatest_and_an_attained_one_is_met(function: Piecewise) -> None:
    top, bottom = greatest(function), least(function)
    for x in GRID:
        assert top.value is None or function.at(x) <= top.value
        assert bottom.value is None or function.at(x) >= bottom.value
    for extreme in (top, bottom):
        if extreme.attained:
            assert extreme.near is not None
            assert extreme.value == function.at(extreme.near)
        else:
            assert extreme.value is None or where_equal(function, extreme.value).is_empty


@given(functions())
def test_a_function_is_continuous_but_at_its_jumps(function: Piecewise) -> None:
    tiny = Fraction(1, 10**9)
    steepest = max(abs(piece.slope) for piece in function.pieces)
    found = {jump.at for jump in jumps(function)}
    for edge in function.breaks:
        near = [abs(function.at(edge + side) - function.at(edge)) <= steepest * tiny for side in (-tiny, tiny)]
        assert (edge in found) == (not all(near))


@given(functions(), st.lists(SMALL, min_size=2, max_size=2, unique=True))
def test_areas_add_up_and_equal_the_sum_over_the_cells(function: Piecewise, ends: list[Fraction]) -> None:
    low, high = sorted(ends)
    cells = [x for x in GRID if low <= x <= high]
    # The mid-point rule is exact on a cell without a break inside, and every break is a number of the grid.
    by_cells = sum(
        (function.at((left + right) / 2) * (right - left) for left, right in pairwise(cells)), start=Fraction(0)
    )

    assert by_cells == integral(function, low, high)


@given(
    functions(),
    st.lists(st.tuples(SMALL, st.integers(0, 5)), min_size=1).filter(lambda drawn: any(w for _, w in drawn)),
)
def test_an_expected_value_is_the_weighted_sum(function: Piecewise, drawn: list[tuple[Fraction, int]]) -> None:
    whole = sum(weight for _, weight in drawn)
    weighted = sum((function.at(x) * weight for x, weight in drawn), start=Fraction(0)) / whole

    assert weighted == expectation(function, [(x, Fraction(weight, whole)) for x, weight in drawn])
