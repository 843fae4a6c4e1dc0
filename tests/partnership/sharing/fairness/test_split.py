"""Split rules as data: money that adds up, by whatever both agreed, with what rounding costs told apart."""

import pickle
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from supplychain_rules import InvalidValueError, Money
from supplychain_rules.partnership.sharing import (
    BY_CONTRIBUTION,
    BY_INVESTMENT,
    BY_RISK,
    BY_VOLUME,
    EQUAL_SPLIT,
    NUCLEOLUS_SPLIT,
    SHAPLEY_SPLIT,
    RatioProblem,
    SplitFacts,
    SplitRule,
    agreed_ratio,
    as_game,
    by_claims,
    split,
    split_blended,
    split_by,
)
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import allocate


def eur(amount: object) -> Money:
    return Money(amount, "EUR")  # type: ignore[arg-type]  # wrong on purpose


GAME = as_game(["A", "B", "C"], [0, 0, 0, 6, 6, 16, 26, 36])

FACTS = SplitFacts(
    parties=("A", "B", "C"),
    weights={
        "contribution": {"A": 1, "B": 1, "C": 2},
        "volume": {"A": 10, "B": 0, "C": 0},
        "investment": {"A": 100, "B": 300, "C": 500},
        "risk": {"A": "1/2", "B": "1/4", "C": "1/4"},
    },
    claims={"A": 10, "B": 20, "C": 30},
    game=GAME,
)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (agreed_ratio({"A": 50, "B": 30, "C": 20}), ("18.00", "10.80", "7.20")),
        (EQUAL_SPLIT, ("12.00", "12.00", "12.00")),
        (BY_CONTRIBUTION, ("9.00", "9.00", "18.00")),
        (BY_VOLUME, ("36.00", "0.00", "0.00")),
        (BY_INVESTMENT, ("4.00", "12.00", "20.00")),
        (BY_RISK, ("18.00", "9.00", "9.00")),
        (split_blended({"risk": 1, "contribution": 1}), ("13.50", "9.00", "13.50")),
        (by_claims("proportional"), ("6.00", "12.00", "18.00")),
        (by_claims("cea"), ("10.00", "13.00", "13.00")),
        (by_claims("cel"), ("2.00", "12.00", "22.00")),
        (by_claims("talmud"), ("5.00", "10.50", "20.50")),
        (SHAPLEY_SPLIT, ("6.00", "11.00", "19.00")),
        (NUCLEOLUS_SPLIT, ("5.00", "10.50", "20.50")),
    ],
    ids=lambda given: given.id if isinstance(given, SplitRule) else "",
)
def test_the_same_36_are_split_by_every_rule(rule: SplitRule, expected: tuple[str, ...]) -> None:
    found = split(eur(36), rule, FACTS)

    assert dict(zip("ABC", map(eur, expected), strict=True)) == dict(found.allocation.shares)
    assert rule is found.rule


def test_an_agreed_ratio_pays_what_allocate_pays() -> None:
    weights = {"A": 3, "B": 7, "C": 90}

    for amount in ("0.49", "-0.49", "0.50", "0"):
        found = split(eur(amount), agreed_ratio(weights), SplitFacts(parties=("A", "B", "C")))
        assert allocate(eur(amount), weights) == found.allocation


def test_rounding_is_reported_apart_from_the_rule() -> None:
    found = split(eur("0.05"), EQUAL_SPLIT, SplitFacts(parties=("A", "B")))

    assert () == found.report.lost
    assert ("symmetry",) == found.rounded_report.lost
    assert "A and B have the same weight and get 0.03 and 0.02" == found.rounded_report["symmetry"].witness.en
    assert {"A": Fraction(1, 40), "B": Fraction(1, 40)} == dict(found.exact)


def test_a_cent_more_may_lower_a_share_by_a_cent_and_the_report_shows_it() -> None:
    found = split(eur("0.03"), agreed_ratio({"A": 1, "B": 3, "C": 3}), SplitFacts(parties=("A", "B", "C")))

    assert () == found.report.lost
    assert "with 0.01 more A gets 0 instead of 0.01" == found.rounded_report["monotone_in_the_pool"].witness.en


def test_a_loss_is_borne_as_a_gain_is_shared() -> None:
    gain, loss = (split(eur(amount), BY_INVESTMENT, FACTS).allocation.shares for amount in ("0.05", "-0.05"))

    assert {party: -share for party, share in gain.items()} == dict(loss)


def test_a_game_that_is_worth_a_loss_is_shared_too() -> None:
    game = as_game(["A", "B"], [0, 0, -1, "-1.01"])
    facts = SplitFacts(parties=("A", "B"), game=game)

    assert {"A": eur(0), "B": eur("-1.01")} == dict(split(eur("-1.01"), SHAPLEY_SPLIT, facts).allocation.shares)


def by_years(amount: Fraction, facts: SplitFacts) -> RatioProblem:
    return RatioProblem(amount=amount, weights=facts.weights["years"])


def first_takes_all(problem: RatioProblem) -> Mapping[str, Fraction]:
    first, *others = problem.weights
    return {first: problem.amount} | dict.fromkeys(others, Fraction(0))


def test_a_rule_of_ones_own_is_a_specification_and_two_functions() -> None:
    rule = SplitRule(id="first", version="2", label=Label("first in line"), problem=by_years, share_out=first_takes_all)
    found = split(eur(9), rule, SplitFacts(parties=("A", "B"), weights={"years": {"A": 1, "B": 2}}))

    assert {"A": eur(9), "B": eur(0)} == dict(found.allocation.shares)
    assert "B has the larger weight and gets 0, A 9" == found.report["order_preservation"].witness.en
    assert rule == pickle.loads(pickle.dumps(rule))  # noqa: S301  ours


def test_a_split_and_its_facts_can_be_kept() -> None:
    for rule in (BY_RISK, by_claims("talmud"), SHAPLEY_SPLIT):
        found = split(eur(36), rule, FACTS)
        assert found == pickle.loads(pickle.dumps(found))  # noqa: S301  ours
    assert agreed_ratio({"A": 1}) == agreed_ratio({"A": "1.0"}) != agreed_ratio({"A": 2})
    assert FACTS == pickle.loads(pickle.dumps(FACTS))  # noqa: S301  as above


def too_little(problem: RatioProblem) -> Mapping[str, Fraction]:
    return dict.fromkeys(problem.weights, Fraction(0))


@pytest.mark.parametrize(
    ("amount", "rule", "facts", "message"),
    [
        (36, EQUAL_SPLIT, FACTS, "only money is split"),
        (eur("0.001"), EQUAL_SPLIT, FACTS, "not a whole number of the currency's smallest units"),
        (eur(1), split_by("tonnes"), FACTS, "a fact that the rule asks for is missing: 'tonnes'"),
        (eur(1), split_by("volum"), FACTS, "did you mean 'volume'"),
        (eur(1), by_claims("cea"), SplitFacts(parties=("A",)), "the rule asks for claims"),
        (eur(61), by_claims("cea"), FACTS, "the estate is more than all claims"),
        (eur(-1), by_claims("cea"), FACTS, "an estate is not negative"),
        (eur(1), by_claims("cea"), SplitFacts(parties=("A",), claims={"A": "1.001"}), "no whole smallest units"),
        (eur(1), SHAPLEY_SPLIT, SplitFacts(parties=("A",)), "the rule asks for a game"),
        (eur(1), NUCLEOLUS_SPLIT, FACTS, "the game is not worth the amount: '36'"),
        (eur(1), agreed_ratio({"A": 1}), FACTS, r"the agreed ratio is not one of the parties: \['B', 'C'\]"),
        (
            eur(1),
            SplitRule(id="x", label=Label("x"), problem=by_years, share_out=too_little),
            SplitFacts(parties=("A",), weights={"years": {"A": 1}}),
            "the rule's shares add up to 0, not to the amount",
        ),
        (
            eur(1),
            SplitRule(id="x", label=Label("x"), problem=by_years, share_out=lambda problem: {"Z": problem.amount}),
            SplitFacts(parties=("A",), weights={"years": {"A": 1}}),
            "the rule's shares are not the parties'",
        ),
    ],
)
def test_what_cannot_be_split_is_refused(amount: Any, rule: SplitRule, facts: SplitFacts, message: str) -> None:  # noqa: ANN401  anything
    with pytest.raises(InvalidValueError, match=message):
        split(amount, rule, facts)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"parties": ()}, "parties are named once each"),
        ({"parties": ("A", "A")}, "parties are named once each"),
        ({"parties": ("A",), "weights": {"volume": {"B": 1}}}, r"volume: not the parties: \['A', 'B'\]"),
        ({"parties": ("A", "B"), "claims": {"A": 1}}, r"claims: not the parties: \['B'\]"),
        ({"parties": ("A", "B"), "game": GAME}, r"game: not the parties: \['C'\]"),
        ({"parties": ("A",), "weights": {"volume": {"A": 0.5}}}, "volume of 'A' is a float"),
        ({"parties": ("A",), "weights": {"volume": 7}}, "not a mapping from party to number: 7"),
        ({"parties": ("A",), "claims": {"A": eur(1)}}, "not a number: .*; give int, Decimal, Fraction or text"),
    ],
)
def test_facts_of_others_are_refused(settings: Any, message: str) -> None:  # noqa: ANN401  anything
    with pytest.raises(InvalidValueError, match=message):
        SplitFacts(**settings)


def test_terms_that_are_no_ratio_are_refused_when_they_are_agreed() -> None:
    with pytest.raises(InvalidValueError, match="all weights are zero"):
        agreed_ratio({"A": 0})
    with pytest.raises(InvalidValueError, match="is a float"):
        split_blended({"volume": 0.5})
    with pytest.raises(InvalidValueError, match="unknown claims rule"):
        by_claims("fair")
