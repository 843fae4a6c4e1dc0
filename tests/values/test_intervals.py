"""Sets of numbers and options: one form for each set, readable as a table cell."""

import pickle
from collections.abc import Callable
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.intervals import ChoiceSet, Interval, IntervalSet

HIGH = IntervalSet.at_least(95)
MIDDLE = IntervalSet.between(90, 95, high_closed=False)
LOW = IntervalSet.less_than(90)


# One interval


@pytest.mark.parametrize(
    ("interval", "shown"),
    [
        (Interval(90, 95, low_closed=True, high_closed=False), "[90..95)"),
        (Interval(90, 95, low_closed=False, high_closed=True), "(90..95]"),
        (Interval(5, None, low_closed=True, high_closed=False), ">= 5"),
        (Interval(5, None, low_closed=False, high_closed=False), "> 5"),
        (Interval(None, 5, low_closed=False, high_closed=True), "<= 5"),
        (Interval(None, 0, low_closed=False, high_closed=False), "< 0"),
        (Interval(2, 2, low_closed=True, high_closed=True), "2"),
        (Interval(None, None, low_closed=False, high_closed=False), "anything"),
        (Interval(Decimal("0.50"), Fraction(2, 3), low_closed=True, high_closed=True), "[0.5..2/3]"),
    ],
)
def test_an_interval_reads_like_a_table_cell(interval: Interval, shown: str) -> None:
    assert shown == str(interval)


@pytest.mark.parametrize(
    ("low", "high", "closed"),
    [(5, 3, "both"), (5, 5, "low"), (5, 5, "high"), (5, 5, "neither"), (Fraction(1, 2), 0, "both")],
)
def test_an_interval_without_members_cannot_be_written(low: int, high: int, closed: str) -> None:
    with pytest.raises(InvalidValueError, match="an interval without members"):
        Interval(low, high, low_closed=closed in {"low", "both"}, high_closed=closed in {"high", "both"})


def test_an_unbounded_end_cannot_be_closed() -> None:
    with pytest.raises(InvalidValueError, match="an unbounded end cannot be closed"):
        Interval(None, 5, low_closed=True, high_closed=True)
    with pytest.raises(InvalidValueError, match="an unbounded end cannot be closed"):
        Interval(5, None, low_closed=True, high_closed=True)


@pytest.mark.parametrize("bound", [1.5, True, "5", date(2026, 1, 1), Decimal("NaN"), Decimal("1e999999")])
def test_a_bound_is_an_exact_number(bound: object) -> None:
    with pytest.raises(InvalidValueError):
        IntervalSet.point(bound)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [1.5, True, "5", None])
def test_only_an_exact_number_is_looked_up(value: object) -> None:
    with pytest.raises(InvalidValueError, match="not an exact number"):
        HIGH.contains(value)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="not an exact number"):
        HIGH.parts[0].contains(value)  # type: ignore[arg-type]


def test_equal_bounds_are_one_bound_however_written() -> None:
    written = [IntervalSet.point(value) for value in (2, Fraction(4, 2), Decimal("2.00"))]

    assert len(set(written)) == 1
    assert len({repr(each) for each in written}) == 1


# Sets of numbers


def test_the_edge_belongs_to_one_side_only() -> None:
    assert [False, True, False] == [part.contains(90) for part in (LOW, MIDDLE, HIGH)]
    assert [False, False, True] == [part.contains(95) for part in (LOW, MIDDLE, HIGH)]
    assert [True, False] == [IntervalSet.at_most(5).contains(5), IntervalSet.greater_than(5).contains(5)]


def test_a_ladder_without_gaps_is_everything() -> None:
    assert IntervalSet.everything() == HIGH.union(LOW).union(MIDDLE)


def test_a_gap_between_bands_is_what_the_complement_shows() -> None:
    bands = HIGH.union(IntervalSet.at_most(Decimal("89.99")))

    assert str(bands.complement()) == "(89.99..95)"


def test_touching_intervals_join_and_a_missing_point_keeps_them_apart() -> None:
    below, above = IntervalSet.less_than(5), IntervalSet.greater_than(5)

    assert str(below.union(above)) == "< 5, > 5"
    assert IntervalSet.everything() == below.union(above).union(IntervalSet.point(5))


def test_an_interval_inside_another_vanishes_in_it() -> None:
    wide = IntervalSet.between(0, 10)

    assert wide == wide.union(IntervalSet.between(2, 3)).union(IntervalSet.point(10))


def test_sets_overlap_only_where_they_share_a_number() -> None:
    assert not MIDDLE.overlaps(HIGH)
    assert IntervalSet.between(90, 95).overlaps(HIGH)
    assert IntervalSet.point(95) == IntervalSet.between(90, 95).intersection(HIGH)


def test_an_intersection_walks_along_several_intervals() -> None:
    left = IntervalSet.between(0, 2).union(IntervalSet.between(4, 6)).union(IntervalSet.at_least(8))
    right = IntervalSet.between(1, 5, low_closed=False).union(IntervalSet.between(6, 9, high_closed=False))

    assert str(left.intersection(right)) == "(1..2], [4..5], 6, [8..9)"


def test_a_difference_cuts_a_point_out() -> None:
    assert str(IntervalSet.between(1, 3).difference(IntervalSet.point(2))) == "[1..2), (2..3]"


def test_a_subset_lies_inside() -> None:
    assert IntervalSet.point(95).is_subset(HIGH)
    assert not HIGH.is_subset(IntervalSet.greater_than(95))
    assert IntervalSet.nothing().is_subset(IntervalSet.nothing())


def test_nothing_is_empty_and_everything_is_not() -> None:
    assert [True, False] == [IntervalSet.nothing().is_empty, IntervalSet.everything().is_empty]
    assert ["nothing", "anything"] == [str(IntervalSet.nothing()), str(IntervalSet.everything())]
    assert IntervalSet.everything() == IntervalSet.nothing().complement()


def test_dates_take_part_by_their_ordinals() -> None:
    first, after = date(2026, 3, 1).toordinal(), date(2026, 4, 1).toordinal()
    march = IntervalSet.between(first, after, high_closed=False)

    assert [True, False] == [march.contains(date(2026, 3, 31).toordinal()), march.contains(after)]


def test_what_is_no_interval_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="not an interval: 5"):
        IntervalSet([5])  # type: ignore[list-item]


def test_the_callers_decimal_context_moves_no_bound() -> None:
    with localcontext() as context:
        context.prec = 2
        assert IntervalSet.point(Decimal("89.995")).contains(Fraction(89995, 1000))


# Sets of options


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (ChoiceSet(["raw", "pack"]), "pack, raw"),
        (ChoiceSet(["raw"]).complement(), "not(raw)"),
        (ChoiceSet(["raw", "pack"], complemented=True), "not(pack, raw)"),
        (ChoiceSet.nothing(), "nothing"),
        (ChoiceSet.everything(), "anything"),
        (ChoiceSet(["nuts, bolts", "-", "missing", " x", "", 'say "a"', "not(A)", "原材料"]),
         '"", " x", "-", "missing", "not(A)", "nuts, bolts", "say \\"a\\"", 原材料'),
    ],
)  # fmt: skip
def test_a_choice_set_reads_like_a_table_cell(options: ChoiceSet, shown: str) -> None:
    assert shown == str(options)


def test_listed_options_belong_and_all_but_excludes_them() -> None:
    raw = ChoiceSet(["raw"])

    assert [True, False] == [raw.contains("raw"), raw.contains("pack")]
    assert [False, True] == [raw.complement().contains("raw"), raw.complement().contains("pack")]


def test_all_but_two_options_without_a_third_are_all_but_three() -> None:
    but_two = ChoiceSet(["A", "B"], complemented=True)

    assert ChoiceSet(["A", "B", "C"], complemented=True) == but_two.difference(ChoiceSet(["C"]))
    assert ChoiceSet.everything() == but_two.union(ChoiceSet(["A", "B"]))


def test_all_but_is_never_empty_even_if_it_excludes_every_declared_option() -> None:
    declared = ChoiceSet(["A", "B"])

    assert not declared.complement().is_empty
    assert declared.complement().intersection(declared).is_empty


def test_choice_sets_overlap_and_contain_one_another() -> None:
    assert ChoiceSet(["A"]).is_subset(ChoiceSet(["A", "B"]))
    assert not ChoiceSet(["A"], complemented=True).is_subset(ChoiceSet(["A", "B"]))
    assert ChoiceSet(["A"], complemented=True).overlaps(ChoiceSet(["B"]))
    assert not ChoiceSet(["A"]).overlaps(ChoiceSet(["B"]))


def test_a_bare_text_is_no_collection_of_options() -> None:
    with pytest.raises(InvalidValueError, match="options are a collection of texts: 'AB'"):
        ChoiceSet("AB")


def test_an_option_that_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="an option is text: 7"):
        ChoiceSet(["A", 7])  # type: ignore[list-item]


@pytest.mark.parametrize(
    "build", [lambda: HIGH.union(IntervalSet.point(2)), lambda: ChoiceSet(["A"], complemented=True)]
)
def test_a_set_is_equal_by_value_and_survives_a_pickle(build: Callable[[], object]) -> None:
    assert build() == pickle.loads(pickle.dumps(build()))  # noqa: S301  our own bytes
    assert hash(build()) == hash(build())
