"""What always holds of values: money adds up, periods tile, sets obey their algebra and have one form."""

import itertools
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.currencies import MINOR_UNITS
from supplychain_rules.values.intervals import ChoiceSet, Interval, IntervalSet
from supplychain_rules.values.label import LANGS, MAX_LABEL_CHARACTERS, Label
from supplychain_rules.values.money import Money, ratio, total
from supplychain_rules.values.period import Period, add_months, months
from supplychain_rules.values.rounding import ROUNDING_MODES, RoundingMode, divide, round_to_units
from supplychain_rules.values.scaled import exact_fraction, exact_number, number_text, to_decimal

UNITS = st.integers(-(10**12), 10**12)
AMOUNTS = st.builds(to_decimal, UNITS, st.integers(0, 6))
MODES = st.sampled_from(ROUNDING_MODES)
CURRENCIES = st.sampled_from(sorted(MINOR_UNITS))


def euros() -> st.SearchStrategy[Money]:
    return st.builds(Money, AMOUNTS, st.just("EUR"))


#: Days with room for some centuries of months on both sides.
DAYS = st.dates(date(1000, 1, 1), date(9000, 12, 31))
PERIODS = st.builds(lambda start, days: Period(start, start + timedelta(days=days)), DAYS, st.integers(1, 2000))

#: Few and small, so that bounds meet often; thirds, because no decimal is one.
BOUNDS = st.one_of(st.integers(-4, 4), st.builds(Fraction, st.integers(-8, 8), st.sampled_from([2, 3])))
#: Between any two neighbouring bounds there is a sixth.
PROBES = tuple(Fraction(sixths, 12) for sixths in range(-60, 61))


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = sorted((draw(BOUNDS), draw(BOUNDS)))
    unbounded_low, unbounded_high = draw(
        st.sampled_from([(False, False)] * 6 + [(True, False), (False, True), (True, True)])
    )
    single = low == high and not unbounded_low and not unbounded_high
    return Interval(
        None if unbounded_low else low,
        None if unbounded_high else high,
        low_closed=not unbounded_low and (single or draw(st.booleans())),
        high_closed=not unbounded_high and (single or draw(st.booleans())),
    )


INTERVAL_SETS = st.builds(IntervalSet, st.lists(intervals(), max_size=4))
OPTIONS = ("A", "B", "C", "D")
#: One more than is ever listed stands for all texts that no set mentions.
TEXTS = (*OPTIONS, "unlisted")
CHOICE_SETS = st.builds(
    lambda options, complemented: ChoiceSet(options, complemented=complemented),
    st.sets(st.sampled_from(OPTIONS)),
    st.booleans(),
)


def members(numbers: IntervalSet) -> list[bool]:
    return [numbers.contains(probe) for probe in PROBES]


def chosen(options: ChoiceSet) -> list[bool]:
    return [options.contains(text) for text in TEXTS]


# Exact numbers and rounding


@given(st.integers(-(10**30) + 1, 10**30 - 1), st.integers(0, 30))
def test_a_number_is_the_same_from_text_and_decimal_and_back(units: int, decimals: int) -> None:
    number = to_decimal(units, decimals)

    assert exact_number(number) == exact_number(str(number)) == exact_number(number_text(number)) == number
    assert Fraction(units, 10**decimals) == Fraction(exact_number(number))
    assert repr(exact_number(number)) == repr(exact_number(f"{number:f}"))


@given(st.floats(-(10.0**9), 10.0**9).filter(lambda value: value == 0 or abs(value) > 10.0**-9))
def test_a_float_is_read_by_its_shortest_text(value: float) -> None:
    assert Decimal(repr(value)) == exact_number(value)


@given(st.integers(-(10**34), 10**34), st.integers(1, 10**34), st.integers(0, 30), st.integers(0, 30))
def test_a_fraction_that_can_be_read_comes_back_from_its_text(over: int, under: int, left: int, right: int) -> None:
    try:
        value = exact_fraction(f"{to_decimal(over, left)}/{to_decimal(under, right)}")
    except InvalidValueError:
        return
    assert value == Fraction(over * 10**right, under * 10**left)
    assert value == exact_fraction(number_text(value))


@given(st.integers(), st.integers().filter(bool), MODES)
def test_rounding_goes_to_a_neighbour(numerator: int, denominator: int, mode: RoundingMode) -> None:
    exact = Fraction(numerator, denominator)
    rounded = divide(numerator, denominator, mode)

    assert abs(rounded - exact) < 1
    assert mode not in {"half_up", "half_even"} or abs(rounded - exact) <= Fraction(1, 2)
    assert mode != "floor" or rounded <= exact
    assert mode != "ceil" or rounded >= exact


@given(st.integers(), st.integers().filter(bool))
def test_rounding_half_is_symmetric_and_floor_mirrors_ceil(numerator: int, denominator: int) -> None:
    assert -divide(numerator, denominator) == divide(-numerator, denominator)
    assert -divide(numerator, denominator, "half_even") == divide(-numerator, denominator, "half_even")
    assert -divide(numerator, denominator, "floor") == divide(-numerator, denominator, "ceil")


@given(st.fractions(), st.fractions(), st.integers(0, 6), MODES)
def test_rounding_never_turns_an_order_around(
    first: Fraction, second: Fraction, decimals: int, mode: RoundingMode
) -> None:
    low, high = sorted((first, second))

    assert round_to_units(low, decimals, mode) <= round_to_units(high, decimals, mode)


@given(st.integers(), st.integers(0, 9), MODES)
def test_rounding_what_is_round_changes_nothing(units: int, decimals: int, mode: RoundingMode) -> None:
    assert units == round_to_units(Fraction(units, 10**decimals), decimals, mode)


@given(st.text() | st.integers() | st.decimals() | st.floats() | st.none() | st.booleans() | st.binary())
def test_reading_a_number_ends_in_a_number_or_a_refusal(value: object) -> None:
    try:
        number = exact_number(value)
    except InvalidValueError:
        return
    assert number.is_finite()


# Labels


@given(st.text(max_size=MAX_LABEL_CHARACTERS + 2), st.text(max_size=20))
def test_a_label_is_refused_or_says_something_in_every_language(en: str, zh: str) -> None:
    try:
        label = Label(en, zh)
    except InvalidValueError:
        return
    assert all(label.text(lang) for lang in LANGS) == bool(en or zh)
    assert label == Label.of({"en": en, "zh": zh})


# Money


@given(euros(), euros(), euros())
def test_money_adds_in_any_order_and_grouping(first: Money, second: Money, third: Money) -> None:
    assert first + second == second + first
    assert (first + second) + third == first + (second + third)
    assert first == first + second - second
    assert first - second == first + -second


@given(st.lists(euros()))
def test_a_total_is_the_sum_of_its_parts(parts: list[Money]) -> None:
    assert sum(Fraction(part.amount) for part in parts) == Fraction(total(parts, "EUR").amount)


@given(euros(), euros(), AMOUNTS)
def test_multiplying_distributes_over_adding(first: Money, second: Money, factor: Decimal) -> None:
    assert (first + second) * factor == first * factor + second * factor


@given(euros(), euros())
def test_money_is_less_equal_or_more(first: Money, second: Money) -> None:
    assert [first < second, first == second, first > second].count(True) == 1
    assert (first <= second, first >= second) == (not first > second, not first < second)
    assert (first < second) == (-second < -first)


@given(AMOUNTS, CURRENCIES)
def test_equal_money_has_equal_hash_and_its_representation_builds_it_again(amount: Decimal, currency: str) -> None:
    money = Money(amount, currency)
    longer = Money(f"{amount:f}{'' if '.' in f'{amount:f}' else '.'}000", currency)

    assert (money, hash(money), repr(money)) == (longer, hash(longer), repr(longer))
    assert money == eval(repr(money))  # noqa: S307  our own text


@given(AMOUNTS, CURRENCIES, MODES)
def test_rounded_money_goes_to_smallest_units_and_back(amount: Decimal, currency: str, mode: RoundingMode) -> None:
    money = Money(amount, currency)
    rounded = money.round(mode)

    assert rounded == Money.from_minor(rounded.minor_units, currency) == rounded.round(mode)
    assert abs(rounded - money).amount < Decimal(1).scaleb(-MINOR_UNITS[currency])


@given(euros(), euros().filter(lambda money: not money.is_zero))
def test_a_ratio_times_the_whole_is_the_part(part: Money, whole: Money) -> None:
    assert Fraction(part.amount) == ratio(part, whole) * Fraction(whole.amount)


# Periods


@given(PERIODS)
def test_the_months_of_a_period_tile_it(period: Period) -> None:
    parts = months(period)

    assert (parts[0].start, parts[-1].end) == (period.start, period.end)
    assert all(left.end == right.start for left, right in itertools.pairwise(parts))
    assert period.days == sum(part.days for part in parts)
    assert all((part.start.year, part.start.month) == _month_of_last_day(part) for part in parts)


def _month_of_last_day(period: Period) -> tuple[int, int]:
    last = period.end - timedelta(days=1)
    return last.year, last.month


@given(DAYS, st.integers(-1200, 1200))
def test_adding_months_moves_the_month_and_never_the_day_forward(day: date, count: int) -> None:
    moved = add_months(day, count)

    assert moved.year * 12 + moved.month == day.year * 12 + day.month + count
    assert moved.day <= day.day
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1


@given(DAYS.filter(lambda day: day.day <= 28), st.integers(-1200, 1200))
def test_without_clamping_going_back_returns(day: date, count: int) -> None:
    assert day == add_months(add_months(day, count), -count)


@given(DAYS, DAYS, st.integers(-1200, 1200))
def test_adding_months_never_turns_an_order_around(first: date, second: date, count: int) -> None:
    earlier, later = sorted((first, second))

    assert add_months(earlier, count) <= add_months(later, count)


@given(st.integers(1, 9998), st.integers(1, 12))
def test_quarters_tile_every_fiscal_year(year: int, first_month: int) -> None:
    whole = Period.fiscal_year(year, first_month=first_month) if year < 9998 else Period.year(year)
    quarters = [
        Period.fiscal_quarter(year, number, first_month=first_month if year < 9998 else 1) for number in range(1, 5)
    ]

    assert (quarters[0].start, quarters[-1].end) == (whole.start, whole.end)
    assert all(left.end == right.start for left, right in itertools.pairwise(quarters))


@given(PERIODS, PERIODS)
def test_an_intersection_holds_what_both_hold(first: Period, second: Period) -> None:
    shared = first.intersect(second)

    assert shared == second.intersect(first)
    assert (shared is not None) == first.overlaps(second) == second.overlaps(first)
    for day in {*_around(first), *_around(second)}:
        assert (day in first and day in second) == (shared is not None and day in shared)


def _around(period: Period) -> list[date]:
    return [bound + timedelta(days=days) for bound in (period.start, period.end) for days in (-1, 0, 1)]


# Sets of numbers


@given(INTERVAL_SETS, INTERVAL_SETS)
def test_membership_of_combined_sets_follows_the_words(left: IntervalSet, right: IntervalSet) -> None:
    pairs = list(zip(members(left), members(right), strict=True))

    assert [a or b for a, b in pairs] == members(left.union(right))
    assert [a and b for a, b in pairs] == members(left.intersection(right))
    assert [a and not b for a, b in pairs] == members(left.difference(right))
    assert [not a for a, _ in pairs] == members(left.complement())


@given(INTERVAL_SETS, INTERVAL_SETS)
def test_sets_with_the_same_members_are_the_same_object(left: IntervalSet, right: IntervalSet) -> None:
    same = members(left) == members(right)

    assert same == (left == right)
    assert not same or (hash(left), repr(left), str(left)) == (hash(right), repr(right), str(right))


@given(st.lists(intervals(), max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_the_intervals_never_matters(parts: list[Interval], dice: object) -> None:
    shuffled = list(parts)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]

    assert IntervalSet(parts) == IntervalSet(shuffled) == IntervalSet([*parts, *shuffled])


@given(INTERVAL_SETS)
def test_the_parts_of_a_set_are_in_order_with_gaps_between(numbers: IntervalSet) -> None:
    for left, right in itertools.pairwise(numbers.parts):
        assert left.high is not None
        assert right.low is not None
        assert left.high < right.low or (left.high == right.low and not left.high_closed and not right.low_closed)


@given(INTERVAL_SETS, INTERVAL_SETS)
def test_de_morgan_and_double_complement_hold_for_numbers(left: IntervalSet, right: IntervalSet) -> None:
    assert left == left.complement().complement()
    assert left.union(right).complement() == left.complement().intersection(right.complement())
    assert left.intersection(right).complement() == left.complement().union(right.complement())


@given(INTERVAL_SETS, INTERVAL_SETS, INTERVAL_SETS)
def test_numbers_distribute_and_absorb(first: IntervalSet, second: IntervalSet, third: IntervalSet) -> None:
    assert first.intersection(second.union(third)) == first.intersection(second).union(first.intersection(third))
    assert first == first.union(first.intersection(second)) == first.intersection(first.union(second))


@given(INTERVAL_SETS, INTERVAL_SETS)
def test_subset_overlap_and_emptiness_of_numbers_agree(left: IntervalSet, right: IntervalSet) -> None:
    assert left.is_subset(right) == (left.union(right) == right) == (not left.overlaps(right.complement()))
    assert left.is_empty == (left == IntervalSet.nothing()) == (not any(members(left)))
    assert left.union(left.complement()) == IntervalSet.everything()
    assert left.intersection(left.complement()).is_empty


# Sets of options


@given(CHOICE_SETS, CHOICE_SETS)
def test_membership_of_combined_choices_follows_the_words(left: ChoiceSet, right: ChoiceSet) -> None:
    pairs = list(zip(chosen(left), chosen(right), strict=True))

    assert [a or b for a, b in pairs] == chosen(left.union(right))
    assert [a and b for a, b in pairs] == chosen(left.intersection(right))
    assert [a and not b for a, b in pairs] == chosen(left.difference(right))
    assert [not a for a, _ in pairs] == chosen(left.complement())


@given(CHOICE_SETS, CHOICE_SETS)
def test_choices_with_the_same_members_are_the_same_object(left: ChoiceSet, right: ChoiceSet) -> None:
    same = chosen(left) == chosen(right)

    assert same == (left == right)
    assert not same or (hash(left), str(left)) == (hash(right), str(right))


@given(CHOICE_SETS, CHOICE_SETS, CHOICE_SETS)
def test_choices_obey_the_laws_of_sets(first: ChoiceSet, second: ChoiceSet, third: ChoiceSet) -> None:
    assert first == first.complement().complement()
    assert first.union(second).complement() == first.complement().intersection(second.complement())
    assert first.intersection(second.union(third)) == first.intersection(second).union(first.intersection(third))
    assert first.is_subset(second) == (first.union(second) == second)
    assert first.overlaps(second) == any(a and b for a, b in zip(chosen(first), chosen(second), strict=True))
