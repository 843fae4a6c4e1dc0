"""ABC rule sets: who crosses a cut belongs to the better class, ties stay together, amounts freeze the classes."""

from collections.abc import Sequence

import pytest

from supplychain_rules import InvalidValueError, evaluate, evaluate_all, load_policy, verify
from supplychain_rules.customers import abc_rules, frozen_abc


def rows(*amounts: object) -> list[dict[str, object]]:
    return [{"monetary": amount} for amount in amounts]


def classes(*amounts: object) -> list[object]:
    return [one["abc_class"] for one in evaluate_all(load_policy(abc_rules()), rows(*amounts))]


def test_verify_finds_nothing_in_the_rule_sets() -> None:
    assert () == verify(load_policy(abc_rules()))
    assert () == verify(load_policy(frozen_abc(abc_rules(), rows(700, 200, 60, 40), version="2")))


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ((700, 200, 60, 40), "AABC"),
        ((800, 150, 50), "ABC"),  # exactly 80 and 95 % before: the next class
        ((100, 100, 100, 100), "AAAA"),
        ((700, 100, 100, 100), "AAAA"),
        ((10, -5, 0), "ACC"),
        ((0, 0), "CC"),
    ],
)
def test_customers_are_classed_by_what_those_with_more_bring(amounts: Sequence[int], expected: str) -> None:
    assert list(expected) == classes(*amounts)


@pytest.mark.parametrize("amounts", [(700, 200, 60, 40), (800, 150, 50), (100, 100, 100), (10, -5, 0), (96, 4)])
def test_fixed_amounts_decide_their_own_population_alike(amounts: Sequence[int]) -> None:
    fixed = load_policy(frozen_abc(abc_rules(), rows(*amounts), version="2"))

    assert classes(*amounts) == [evaluate(fixed, row)["abc_class"] for row in rows(*amounts)]


def test_by_fixed_amounts_a_customer_stays_when_the_others_grow() -> None:
    fixed = load_policy(frozen_abc(abc_rules(), rows(700, 200, 60, 40), version="2"))

    assert "B" == classes(4_000, 200, 60, 40)[1]
    assert "A" == evaluate(fixed, {"monetary": 200})["abc_class"]


def test_a_population_without_money_has_no_amounts() -> None:
    with pytest.raises(InvalidValueError, match="no record has money above zero"):
        frozen_abc(abc_rules(), rows(0, -3), version="2")


@pytest.mark.parametrize(("a", "b"), [("0.95", "0.80"), ("0", "0.5"), ("0.8", "1"), ("0.8", "0.8")])
def test_shares_that_do_not_rise_are_refused(a: str, b: str) -> None:
    with pytest.raises(InvalidValueError, match="the shares rise from above 0 to below 1"):
        abc_rules(a=a, b=b)


def test_a_share_of_more_places_than_the_step_has_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="a share has at most 4 decimals: '0\\.80001'"):
        abc_rules(a="0.80001")
