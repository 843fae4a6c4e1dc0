"""A share says what part of the total a record has, and what part those with strictly more have."""

from decimal import Decimal

import pytest
from makers import number, policy, refusals

from supplychain_rules import Decision, InputError, evaluate_all

SPEND = {"spend": number(-1000, 1_000_000, optional=True)}


def shared(*values: object, **settings: object) -> tuple[Decision, ...]:
    """Share the total of the spend."""
    rules = policy(SPEND, {"kind": "share", "id": "part", "of": "spend", **settings})
    return evaluate_all(rules, [{"spend": value} for value in values])


def parts(*values: object, **settings: object) -> list[tuple[str, str]]:
    return [(str(one["part"]), str(one["part_before"])) for one in shared(*values, **settings)]


def test_a_share_is_of_the_total_and_what_is_larger_stands_before_it() -> None:
    assert [("0.7000", "0.0000"), ("0.2000", "0.7000"), ("0.1000", "0.9000")] == parts(70, 20, 10)


def test_equal_values_have_the_same_share_before_them() -> None:
    assert [("0.5000", "0.0000"), ("0.2500", "0.5000"), ("0.2500", "0.5000")] == parts(50, 25, 25)


def test_a_share_is_rounded_half_up_and_the_share_before_is_rounded_down() -> None:
    # One of the two larger thirds less a unit stands before the smallest: 0.6667 would be too much.
    assert [("0.33", "0.00"), ("0.33", "0.00"), ("0.33", "0.00")] == parts(1, 1, 1, decimals=2)
    assert [("0.67", "0.00"), ("0.33", "0.66")] == parts(2, 1, decimals=2)


def test_what_stands_before_is_compared_exactly_with_a_cut() -> None:
    # 79.999999 % stand before it, which a share of 4 decimals rounded half up would call 0.8000.
    before = shared("799999.99", "200000.01")[1]["part_before"]

    assert Decimal("0.7999") == before
    assert before < Decimal("0.8")


def test_exactly_at_the_cut_is_no_longer_below_it() -> None:
    assert Decimal("0.8") == shared(80, 20)[1]["part_before"]


def test_a_total_of_zero_has_no_shares() -> None:
    assert [("None", "None"), ("None", "None")] == parts(0, 0)


def test_a_missing_value_has_no_share_and_adds_nothing() -> None:
    assert [("1.0000", "0.0000"), ("None", "None")] == parts(5, None)


def test_negative_values_are_refused_with_every_record_named() -> None:
    with pytest.raises(InputError) as refused:
        shared(100, -5, None, "-0.01")

    assert [
        ("negative_value", "[1].spend", "-5.00"),
        ("negative_value", "[3].spend", "-0.01"),
    ] == [(problem.code, problem.path, problem.value) for problem in refused.value.problems]


def test_a_total_beyond_64_bits_is_refused_before_it_is_shared() -> None:
    rules = policy({"spend": number(0, 4_000_000_000_000)}, {"kind": "share", "id": "part", "of": "spend"})
    assert 2 == len(evaluate_all(rules, [{"spend": 2_000_000_000_000}] * 2))
    with pytest.raises(InputError) as refused:
        evaluate_all(rules, [{"spend": 4_000_000_000_000}] * 2)

    assert [("total_too_large", "spend", "8000000000000.00")] == [
        (problem.code, problem.path, problem.value) for problem in refused.value.problems
    ]


@pytest.mark.parametrize("decimals", [-1, 10])
def test_decimals_of_a_share_are_0_to_9(decimals: int) -> None:
    share = {"kind": "share", "id": "part", "of": "spend", "decimals": decimals}
    assert [("bad_decimals", "steps[0].decimals")] == refusals(SPEND, share)


def test_the_ending_of_the_share_before_is_reserved() -> None:
    assert [("bad_name", "inputs.spend_before")] == refusals(
        {"spend_before": number()}, {"kind": "formula", "id": "x", "formula": "1"}
    )
