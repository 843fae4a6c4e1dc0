"""Allocation: money split to the smallest unit, always adding up, whatever the order, sign and bounds."""

import pickle
from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from fractions import Fraction

import attrs
import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.allocation import AllocationMethod, apportion
from supplychain_rules.values.money import Allocation, Money, allocate, allocate_interim

METHODS: tuple[AllocationMethod, ...] = ("largest_remainder", "webster")


def eur(amount: str) -> Money:
    return Money(amount, "EUR")


def shares(allocation: Allocation) -> dict[str, str]:
    return {party: f"{share.amount:.2f}" for party, share in allocation.shares.items()}


# Shares by weight


@pytest.mark.parametrize("method", METHODS)
def test_a_hundred_by_three_gives_the_odd_cent_to_the_first_name(method: AllocationMethod) -> None:
    allocation = allocate(eur("100"), {"west": 1, "south": 1, "north": 1}, method)

    assert {"north": "33.34", "south": "33.33", "west": "33.33"} == shares(allocation)


@pytest.mark.parametrize(
    "weights",
    [
        {"a": 70, "b": 30},
        {"b": 30, "a": 70},
        {"a": "0.7", "b": "0.3"},
        {"a": Decimal(7), "b": Decimal(3)},
        {"a": Fraction(7, 3), "b": 1},
        {"a": "7/10", "b": Decimal("0.3")},
    ],
)
def test_weights_are_any_exact_numbers_and_only_their_ratios_matter(weights: Mapping[str, int]) -> None:
    assert {"a": "0.04", "b": "0.01"} == shares(allocate(eur("0.05"), weights))


def test_a_tie_goes_to_the_larger_weight_whatever_its_name() -> None:
    assert {"z": "0.04", "a": "0.01"} == shares(allocate(eur("0.05"), {"a": 3, "z": 7}))


def test_a_tie_of_equal_weights_goes_to_the_first_name() -> None:
    assert {"b": "0.00", "a": "0.01"} == shares(allocate(eur("0.01"), {"b": 1, "a": 1}))


@pytest.mark.parametrize("method", METHODS)
def test_a_negative_amount_is_split_like_its_opposite(method: AllocationMethod) -> None:
    assert {"a": "-0.04", "b": "-0.01"} == shares(allocate(eur("-0.05"), {"a": 70, "b": 30}, method))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("weights", [{"a": 1, "b": 2}, {"a": 0, "b": 0}])
def test_nothing_is_split_into_nothings(method: AllocationMethod, weights: Mapping[str, int]) -> None:
    assert {"a": "0.00", "b": "0.00"} == shares(allocate(eur("0"), weights, method))


@pytest.mark.parametrize("method", METHODS)
def test_who_has_no_weight_gets_nothing(method: AllocationMethod) -> None:
    assert {"a": "0.00", "b": "0.01", "c": "0.00"} == shares(allocate(eur("0.01"), {"a": 0, "b": 1, "c": 1}, method))


def test_every_currency_is_split_to_its_own_smallest_unit() -> None:
    weights = {"a": 1, "b": 1, "c": 1}

    assert [Money("34", "JPY"), Money("33", "JPY")] == [allocate(Money("100", "JPY"), weights)[party] for party in "ab"]
    assert Money("33.334", "KWD") == allocate(Money("100", "KWD"), weights)["a"]
    assert Money("34", "ITL") == allocate(Money("100", "ITL"), weights)["a"]


def test_the_names_keep_the_callers_order_and_equality_does_not_see_it() -> None:
    one, other = allocate(eur("1"), {"a": 1, "b": 2}), allocate(eur("1"), {"b": 2, "a": 1})

    assert ["a", "b"] == list(one.shares)
    assert ["b", "a"] == list(other.shares)
    assert one == other
    assert hash(one) == hash(other)


def test_the_callers_decimal_context_changes_no_share() -> None:
    expected = allocate(eur("123456789.01"), {"a": "0.123456789", "b": "0.987654321"})
    with localcontext() as context:
        context.prec = 1
        assert expected == allocate(eur("123456789.01"), {"a": "0.123456789", "b": "0.987654321"})


def test_a_share_of_a_larger_amount_may_be_smaller_by_largest_remainder_but_not_by_webster() -> None:
    weights = {"a": 1, "b": 3, "c": 3}

    assert [eur("0.01"), eur("0")] == [allocate(eur(amount), weights)["a"] for amount in ("0.03", "0.04")]
    assert [eur("0"), eur("0")] == [allocate(eur(amount), weights, "webster")["a"] for amount in ("0.03", "0.04")]


def test_webster_may_leave_the_exact_share_by_more_than_a_unit() -> None:
    weights = {"a": 97, "b": 10, "c": 10, "d": 6}

    assert {"a": 5, "b": 0, "c": 0, "d": 0} == apportion(5, weights, "webster")  # the exact share of a is 3.94
    assert {"a": 4, "b": 1, "c": 0, "d": 0} == apportion(5, weights)


# Bounds


def test_what_is_above_a_maximum_goes_to_the_others_by_weight() -> None:
    allocation = allocate(eur("100"), {"a": 70, "b": 30, "c": 20}, maximum={"a": eur("40")})

    assert {"a": "40.00", "b": "36.00", "c": "24.00"} == shares(allocation)


def test_what_a_minimum_needs_comes_from_the_others_by_weight() -> None:
    allocation = allocate(eur("100"), {"a": 70, "b": 20, "c": 10}, minimum={"c": eur("19")})

    assert {"a": "63.00", "b": "18.00", "c": "19.00"} == shares(allocation)


def test_a_maximum_that_sends_another_over_its_own_holds_both() -> None:
    allocation = allocate(eur("100"), {"a": 60, "b": 30, "c": 10}, maximum={"a": eur("40"), "b": eur("40")})

    assert {"a": "40.00", "b": "40.00", "c": "20.00"} == shares(allocation)


@pytest.mark.parametrize("method", METHODS)
def test_rounding_never_breaks_a_bound_by_a_cent(method: AllocationMethod) -> None:
    weights = {"a": 1, "b": 1, "c": 1}

    assert {"a": "0.33", "b": "0.34", "c": "0.33"} == shares(
        allocate(eur("1"), weights, method, maximum={"a": eur("0.33")})
    )
    assert {"a": "0.33", "b": "0.33", "c": "0.34"} == shares(
        allocate(eur("1"), weights, method, minimum={"c": eur("0.34")})
    )


@pytest.mark.parametrize("method", METHODS)
def test_a_minimum_is_paid_without_any_weight(method: AllocationMethod) -> None:
    allocation = allocate(eur("10"), {"a": 1, "b": 0}, method, minimum={"b": eur("3")})

    assert {"a": "7.00", "b": "3.00"} == shares(allocation)


@pytest.mark.parametrize("method", METHODS)
def test_bounds_that_leave_no_choice_are_met_exactly(method: AllocationMethod) -> None:
    fixed = {"a": eur("1"), "b": eur("2")}

    assert {"a": "1.00", "b": "2.00"} == shares(
        allocate(eur("3"), {"a": 9, "b": 1}, method, minimum=fixed, maximum=fixed)
    )


@pytest.mark.parametrize("method", METHODS)
def test_bounds_of_a_negative_amount_are_amounts_too(method: AllocationMethod) -> None:
    allocation = allocate(eur("-100"), {"a": 70, "b": 30, "c": 20}, method, minimum={"a": eur("-40")})

    assert {"a": "-40.00", "b": "-36.00", "c": "-24.00"} == shares(allocation)


def test_a_bound_that_the_sign_of_the_amount_meets_anyway_changes_nothing() -> None:
    assert {"a": "0.50", "b": "0.50"} == shares(allocate(eur("1"), {"a": 1, "b": 1}, minimum={"a": eur("-5")}))


@pytest.mark.parametrize(
    ("amount", "bounds", "message"),
    [
        ("10", {"minimum": {"a": eur("6"), "b": eur("4.01")}}, "ask for at least 1001 smallest units: 1000"),
        ("10", {"maximum": {"a": eur("6"), "b": eur("3.99")}}, "allow at most 999 smallest units: 1000"),
        ("0", {"minimum": {"a": eur("0.01")}}, "ask for at least 1 smallest units: 0"),
        ("-10", {"minimum": {"a": eur("-6"), "b": eur("-3.99")}}, "allow at most 999 smallest units: 1000"),
        ("10", {"maximum": {"a": eur("-1")}}, "turn the sign of the pool around"),
        ("-10", {"minimum": {"a": eur("1")}}, "turn the sign of the pool around"),
        ("10", {"minimum": {"a": eur("2")}, "maximum": {"a": eur("1")}}, "minimum of 'a' is above its maximum"),
        ("10", {"maximum": {"z": eur("1")}}, "a bound for a party without a weight: 'z'; give it a weight of 0"),
        ("10", {"minimum": {"a": eur("0.001")}}, "not a whole number of the currency's smallest units"),
        ("10", {"minimum": {"a": Money("1", "USD")}}, "currencies do not mix"),
        ("10", {"minimum": {"a": 1}}, "money goes with money only"),
    ],
)
@pytest.mark.parametrize("method", METHODS)
def test_bounds_that_cannot_be_met_are_refused(
    amount: str, bounds: dict[str, dict[str, Money]], message: str, method: AllocationMethod
) -> None:
    with pytest.raises(InvalidValueError, match=message):
        allocate(eur(amount), {"a": 1, "b": 1}, method, **bounds)


def test_who_has_no_weight_takes_nothing_off_the_others_hands() -> None:
    with pytest.raises(InvalidValueError, match="the bounds and weights allow at most 500"):
        allocate(eur("10"), {"a": 1, "b": 0}, maximum={"a": eur("5")})


# What is refused


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({}, "nobody to allocate to"),
        ({"a": 0, "b": 0}, "all weights are zero"),
        ({"a": -1, "b": 2}, "the weight of 'a' is negative: -1"),
        ({"a": 0.5, "b": 1}, "the weight of 'a' is a float: 0.5; give int, Decimal, Fraction or text"),
        ({"a": True}, "the weight of 'a': a boolean is not a number"),
        ({"a": None}, "the weight of 'a': not a number"),
        ({"a": "much"}, "the weight of 'a': not a number: 'much'"),
        ({"a": Decimal("NaN")}, "the weight of 'a': not a finite number"),
        ({"a": 10**40}, "the weight of 'a': more than 30 digits"),
        ({"": 1}, "a party's name is blank"),
        ({" \t": 1}, "a party's name is blank"),
        ({7: 1}, "a party is named by text: 7; write '7'"),
        ([("a", 1), ("a", 2)], "weights are not a mapping.*in which nobody can stand twice"),
        (["a", "b"], "weights are not a mapping"),
    ],
)
def test_weights_that_say_nothing_clear_are_refused(weights: object, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        allocate(eur("10"), weights)  # type: ignore[arg-type]


def test_an_amount_finer_than_the_smallest_unit_is_refused_with_the_way_out() -> None:
    with pytest.raises(InvalidValueError, match=r"smallest units: Money\('0.125', 'EUR'\); round it first"):
        allocate(eur("0.125"), {"a": 1})


def test_gold_has_no_smallest_unit_to_split_to() -> None:
    with pytest.raises(InvalidValueError, match="ISO 4217 gives XAU no smallest unit"):
        allocate(Money("1", "XAU"), {"a": 1})


@pytest.mark.parametrize("amount", [10, Decimal(10), "10", None])
def test_only_money_is_allocated(amount: object) -> None:
    with pytest.raises(InvalidValueError, match="only money is allocated"):
        allocate(amount, {"a": 1})  # type: ignore[arg-type]


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="unknown method of allocation: 'hamilton'; expected one of largest_"):
        allocate(eur("1"), {"a": 1}, "hamilton")  # type: ignore[arg-type]


# The result


def test_an_allocation_that_does_not_add_up_cannot_be_made() -> None:
    with pytest.raises(InvalidValueError, match=r"shares of EUR 0\.99 do not add up to the amount"):
        Allocation(amount=eur("1"), shares={"a": eur("0.99")})
    with pytest.raises(InvalidValueError, match="currencies do not mix"):
        Allocation(amount=eur("1"), shares={"a": Money("1", "USD")})


@pytest.mark.parametrize(
    "change",
    [
        lambda allocation: setattr(allocation, "amount", eur("2")),
        lambda allocation: allocation.shares.update(a=eur("2")),
    ],
)
def test_an_allocation_cannot_be_changed(change: Callable[[Allocation], None]) -> None:
    with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
        change(allocate(eur("1"), {"a": 1}))


def test_an_allocation_is_not_changed_through_the_mapping_it_was_made_of() -> None:
    given = {"a": eur("1")}
    allocation = Allocation(amount=eur("1"), shares=given)
    given["b"] = eur("1")

    assert {"a": eur("1")} == dict(allocation.shares)


def test_an_allocation_survives_a_pickle_and_its_representation_builds_it_again() -> None:
    allocation = allocate(eur("1"), {"a": 1, "b": 2})

    assert allocation == pickle.loads(pickle.dumps(allocation))  # noqa: S301  our own bytes
    assert allocation == eval(repr(allocation))  # noqa: S307  our own text


# Interim settlement


def test_instalments_add_up_to_the_allocation_of_the_whole() -> None:
    weights = {"a": 1, "b": 1, "c": 1}
    first = allocate(eur("100"), weights)
    second = allocate_interim(eur("200"), weights, first.shares)

    assert {"a": "33.33", "b": "33.34", "c": "33.33"} == shares(second)
    assert eur("100") == second.amount


def test_a_party_that_joins_late_catches_up_and_one_that_left_pays_back() -> None:
    second = allocate_interim(eur("20"), {"a": 0, "b": 1, "c": 1}, {"a": eur("5"), "b": eur("5")})

    assert {"a": "-5.00", "b": "5.00", "c": "10.00"} == shares(second)


def test_a_cap_holds_over_all_instalments_together() -> None:
    second = allocate_interim(eur("100"), {"a": 3, "b": 1}, {"a": eur("30"), "b": eur("10")}, maximum={"a": eur("50")})

    assert {"a": "20.00", "b": "40.00"} == shares(second)


@pytest.mark.parametrize(
    ("paid", "message"),
    [
        ({"z": eur("1")}, "paid to a party without a weight: 'z'; give it a weight of 0"),
        ({"a": Money("1", "USD")}, "currencies do not mix"),
        ({"a": 1}, "money goes with money only"),
    ],
)
def test_what_was_paid_must_fit_the_weights_and_the_currency(paid: dict[str, Money], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        allocate_interim(eur("10"), {"a": 1}, paid)
