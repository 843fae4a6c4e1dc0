"""Strategies of the user's own stand on the interface of the built-in ones, and no rule set reaches others."""

import pickle
from decimal import Decimal

import attrs
import pytest
from makers import number, policy, rule_set, scorecard

from supplychain_rules import (
    STRATEGIES,
    InvalidValueError,
    Policy,
    PolicyError,
    dump_policy,
    evaluate,
    load_policy,
)
from supplychain_rules.language.nodes import Call, Expression, Number, Product, Round, RoundDivide, Sum
from supplychain_rules.language.types import NumberType, Type
from supplychain_rules.rules.strategies import ScoringMethod, Strategies, Term, ValueFunction

INPUTS = {"a": number(0, 100, 4, optional=True), "b": number(0, 100, 4)}


@attrs.frozen(kw_only=True)
class Quadratic:
    """The spec: the value that scores 100."""

    best: Decimal


def lower_quadratic(spec: Quadratic, operand: Expression, kind: Type) -> Expression:
    """Score 100 x (value / best) squared."""
    if not isinstance(kind, NumberType):
        raise InvalidValueError("a square needs a number")
    square = Product((Number(Decimal(100)), operand, operand))
    return RoundDivide(square, Number(spec.best * spec.best), 4)


@attrs.frozen(kw_only=True)
class Spread:
    """The spec of a method without settings."""


def combine_spread(_spec: Spread, terms: tuple[Term, ...], decimals: int) -> Expression:
    """Return the best score less the worst."""
    scores = tuple(term.score for term in terms)
    return Round(Sum((Call("max", scores), Product((Number(Decimal(-1)), Call("min", scores))))), decimals)


QUADRATIC = ValueFunction(kind="quadratic", version="1", spec=Quadratic, lower=lower_quadratic)

SPREAD = ScoringMethod(kind="spread", version="1", spec=Spread, combine=combine_spread, reweights=False)

OURS = STRATEGIES.with_strategy(QUADRATIC).with_strategy(SPREAD)

CARD = scorecard(
    {"id": "a", "of": "a", "value": {"kind": "quadratic", "best": "10"}},
    {"id": "b", "of": "b"},
    method="spread",
    missing="null",
)


def loaded(strategies: Strategies = OURS) -> Policy:
    """Load the scorecard of our own strategies."""
    return policy(INPUTS, CARD, strategies=strategies)


def test_a_value_function_and_a_method_of_our_own_score_like_built_in_ones() -> None:
    decision = evaluate(loaded(), {"a": 5, "b": 80})

    assert Decimal("55.00") == decision["score"]  # 80 - 25
    assert (Decimal("55.00"), Decimal("55.00")) == (decision["score_low"], decision["score_high"])
    assert evaluate(loaded(), {"b": 80})["score"] is None


def test_a_method_without_contributions_is_explained_without_them() -> None:
    (reason,) = evaluate(loaded(), {"a": 5, "b": 80}).explain().steps

    assert ("spread", None) == (reason.method, reason.remainder)
    assert [Decimal("25.0000"), Decimal("80.0000")] == [line.score for line in reason.criteria]
    assert [None, None] == [line.contribution for line in reason.criteria]


def test_rules_of_our_own_strategies_survive_writing_reading_and_pickling() -> None:
    rules = loaded()

    thawed = pickle.loads(pickle.dumps(rules))  # noqa: S301  our own bytes

    assert rules == load_policy(dump_policy(rules), strategies=OURS)
    assert rules == thawed
    assert evaluate(rules, {"a": 5, "b": 80}) == evaluate(thawed, {"a": 5, "b": 80})


def test_another_version_of_a_strategy_is_another_fingerprint_where_it_is_used() -> None:
    newer = STRATEGIES.with_strategy(attrs.evolve(QUADRATIC, version="2")).with_strategy(SPREAD)
    unused = scorecard({"id": "b", "of": "b"})

    assert loaded().fingerprint != loaded(newer).fingerprint
    assert policy(INPUTS, unused, strategies=OURS).fingerprint == policy(INPUTS, unused).fingerprint


def test_without_its_strategy_a_rule_set_is_refused_by_name() -> None:
    with pytest.raises(PolicyError) as refused:
        load_policy(rule_set(INPUTS, CARD))

    assert [
        ("unknown_kind", "steps[0].criteria[0].value.kind"),
        ("unknown_kind", "steps[0].method.kind"),
    ] == sorted((problem.code, problem.path) for problem in refused.value.problems)


def test_a_set_of_strategies_is_never_changed_only_extended() -> None:
    assert STRATEGIES.value_function("quadratic") is None
    assert QUADRATIC == OURS.value_function("quadratic")
    assert SPREAD == OURS.method("spread")
    assert STRATEGIES.value_function("linear") == OURS.value_function("linear")


@pytest.mark.parametrize("taken", [attrs.evolve(QUADRATIC, kind="linear"), attrs.evolve(SPREAD, kind="points")])
def test_a_kind_that_is_taken_stays_what_it_is(taken: ValueFunction | ScoringMethod) -> None:
    with pytest.raises(InvalidValueError, match="taken"):
        STRATEGIES.with_strategy(taken)


def test_a_spec_is_an_attrs_class() -> None:
    with pytest.raises(InvalidValueError, match="attrs"):
        STRATEGIES.with_strategy(attrs.evolve(QUADRATIC, spec=dict))


def test_what_a_spec_does_not_suit_is_a_problem_of_the_rule_set() -> None:
    inputs = {**INPUTS, "name": {"type": "text"}}
    card = scorecard({"id": "a", "of": "name", "value": {"kind": "quadratic", "best": "10"}})
    with pytest.raises(PolicyError, match="a square needs a number"):
        policy(inputs, card, strategies=OURS)


def test_keys_that_a_spec_does_not_know_are_refused() -> None:
    card = scorecard({"id": "a", "of": "a", "value": {"kind": "quadratic", "best": "10", "bets": 1}})
    with pytest.raises(PolicyError, match="did you mean 'best'"):
        policy(INPUTS, card, strategies=OURS)


def test_what_our_own_strategy_lets_overflow_is_refused_like_everything() -> None:
    inputs = {"a": number(0, 1_000_000, 6)}
    card = scorecard({"id": "a", "of": "a", "value": {"kind": "quadratic", "best": "10"}})
    with pytest.raises(PolicyError, match="overflow"):
        policy(inputs, card, strategies=OURS)
