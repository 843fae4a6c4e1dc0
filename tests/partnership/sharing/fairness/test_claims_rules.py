"""Claims rules: what each protects, in whole smallest units too, and what is no claims problem."""

import pickle
from fractions import Fraction
from typing import Any

import pytest

from supplychain_rules import InvalidValueError, Money
from supplychain_rules.partnership.sharing import CLAIMS_RULES, ClaimsProblem, claims_rule


def eur(amount: object) -> Money:
    return Money(amount, "EUR")  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("rule", CLAIMS_RULES)
def test_an_estate_that_covers_all_claims_pays_them(rule: str) -> None:
    assert {"A": 100, "B": 50} == claims_rule(150, {"A": 100, "B": 50}, rule)


@pytest.mark.parametrize("rule", CLAIMS_RULES)
def test_an_estate_of_nothing_pays_nothing(rule: str) -> None:
    assert (0, 0) == claims_rule(0, [100, 50], rule)
    assert {"A": eur(0)} == dict(claims_rule(eur(0), {"A": eur(0)}, rule).shares)


def test_equal_awards_protect_the_small_claim_and_equal_losses_the_large_one() -> None:
    claims = {"small": 10, "large": 90}

    assert {"small": 10, "large": 40} == claims_rule(50, claims, "constrained_equal_awards")
    assert {"small": 0, "large": 50} == claims_rule(50, claims, "constrained_equal_losses")


def test_the_talmud_splits_the_contested_garment() -> None:
    """One claims all of a garment, the other half of it: three quarters and one quarter (Baba Metzia 2a)."""
    assert {"all": Fraction(3, 4), "half": Fraction(1, 4)} == claims_rule(1, {"all": 1, "half": "1/2"}, "talmud")


def test_a_short_name_is_the_rule() -> None:
    assert claims_rule(50, (10, 90), "constrained_equal_losses") == claims_rule(50, (10, 90), "cel")


def test_of_equal_awards_the_odd_cent_goes_to_the_larger_claim() -> None:
    shares = claims_rule(eur("1"), {"A": eur(1), "B": eur(2), "C": eur(3)}, "cea").shares

    assert {"A": eur("0.33"), "B": eur("0.33"), "C": eur("0.34")} == dict(shares)


def test_of_equal_losses_the_odd_cent_goes_to_the_smaller_claim() -> None:
    shares = claims_rule(eur("5"), {"A": eur(1), "B": eur(2), "C": eur(3)}, "cel").shares

    assert {"A": eur("0.67"), "B": eur("1.67"), "C": eur("2.66")} == dict(shares)


def test_a_claim_that_is_paid_in_full_gets_no_odd_cent_above_it() -> None:
    shares = claims_rule(eur("1.00"), {"A": eur("0.01"), "B": eur(2), "C": eur(2)}, "cea").shares

    assert {"A": eur("0.01"), "B": eur("0.50"), "C": eur("0.49")} == dict(shares)


def test_money_without_decimals_is_split_in_whole_units() -> None:
    claims = {"A": Money(100, "JPY"), "B": Money(200, "JPY")}

    assert {"A": Money(33, "JPY"), "B": Money(67, "JPY")} == dict(claims_rule(Money(100, "JPY"), claims).shares)


@pytest.mark.parametrize(
    ("estate", "claims", "rule", "what"),
    [
        (100, {"A": 60}, "proportional", "the estate is more than all claims"),
        (-1, {"A": 60}, "proportional", "an estate is not negative"),
        (1, {"A": -1, "B": 5}, "proportional", "the claim of 'A' is negative"),
        (1, {"A": 0.5}, "proportional", "the claim of 'A' is a float"),
        (0.5, {"A": 1}, "proportional", "the estate is a float"),
        (1, {"A": True}, "proportional", "the claim of 'A': a boolean is not a number"),
        (1, {}, "proportional", "nobody to share with"),
        (1, {" ": 5}, "proportional", "a party is named by text"),
        (1, {7: 5}, "proportional", "a party is named by text"),
        (1, "12", "proportional", "claims are a mapping or a sequence"),
        (1, None, "proportional", "claims are a mapping or a sequence"),
        (1, {"A": 5}, "talmut", "unknown claims rule"),
        (1, {"A": 5}, ["cea"], "unknown claims rule"),
        (eur(1), {"A": 5}, "talmud", "the claim of 'A' is no money"),
        (eur(1), [eur(5)], "talmud", "claims in money are a mapping from party to money"),
        (eur(1), {"A": Money(5, "USD")}, "talmud", "the claim of 'A' is in another currency"),
        (eur("0.001"), {"A": eur(5)}, "talmud", "not a whole number of the currency's smallest units"),
        (1, {"A": eur(5)}, "talmud", "the claim of 'A': not a number"),
    ],
)
def test_what_is_no_claims_problem_is_refused(estate: Any, claims: Any, rule: Any, what: str) -> None:  # noqa: ANN401  anything
    with pytest.raises(InvalidValueError) as refused:
        claims_rule(estate, claims, rule)

    assert what == refused.value.what


def test_a_misspelt_rule_is_suggested() -> None:
    with pytest.raises(InvalidValueError, match="did you mean 'talmud'"):
        claims_rule(1, {"A": 5}, "talmut")


def test_a_problem_is_a_value() -> None:
    problem = ClaimsProblem(estate=1, claims={"A": "1/2", "B": 2})

    assert problem == ClaimsProblem(estate="1.0", claims={"B": 2, "A": "0.5"})
    assert problem == pickle.loads(pickle.dumps(problem))  # noqa: S301  ours
    with pytest.raises(TypeError):
        problem.claims["A"] = Fraction(1)  # type: ignore[index]  # wrong on purpose
