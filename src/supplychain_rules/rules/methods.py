"""Scoring methods: weighted mean, geometric mean, worst of, and points."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Final, final

import attrs

from supplychain_rules.language.nodes import (
    And,
    Branch,
    Call,
    Case,
    Compare,
    Expression,
    GeometricMean,
    Missing,
    Number,
    Product,
    Round,
    RoundDivide,
    Sum,
    case,
)
from supplychain_rules.rules.strategies import SCORE_DECIMALS, ScoringMethod, Term

__all__ = ["METHODS", "Points", "Simple", "whole_weights"]


@final
@attrs.frozen(kw_only=True)
class Simple:
    """The spec of a method without settings."""


@final
@attrs.frozen(kw_only=True)
class Points:
    """Points are added up, each times its weight (1 where not given), beginning at `start`."""

    start: Decimal = Decimal(0)


def whole_weights(weights: tuple[Fraction, ...]) -> tuple[int, ...]:
    """Return the same proportions in the smallest whole numbers.

    >>> whole_weights((Fraction(25, 48), Fraction(13, 48), Fraction(10, 48)))
    (25, 13, 10)
    """
    scale = math.lcm(*(weight.denominator for weight in weights))
    whole = [int(weight * scale) for weight in weights]
    divisor = math.gcd(*whole) or 1
    return tuple(weight // divisor for weight in whole)


def present_weight(terms: tuple[Term, ...], weights: tuple[int, ...]) -> Expression:
    """Return the sum of the weights of the terms that are present."""
    return _added([_if_present(term, _whole(weight)) for term, weight in zip(terms, weights, strict=True)])


def _mean(_spec: Simple, terms: tuple[Term, ...], decimals: int) -> Expression:
    weights = whole_weights(tuple(term.weight for term in terms))
    return RoundDivide(_weighted_sum(terms, weights), present_weight(terms, weights), decimals)


def _mean_contributions(_spec: object, terms: tuple[Term, ...], _total: Expression) -> tuple[Expression, ...]:
    weights = whole_weights(tuple(term.weight for term in terms))
    total = present_weight(terms, weights)
    return tuple(
        RoundDivide(Product((_whole(weight), term.score)), total, SCORE_DECIMALS)
        for term, weight in zip(terms, weights, strict=True)
    )


def _points(spec: Points, terms: tuple[Term, ...], decimals: int) -> Expression:
    scale, weights = _common_scale(terms)
    start = Number(spec.start)
    total = Sum((Product((_whole(scale), start)), _weighted_sum(terms, weights)))
    return RoundDivide(total, _whole(scale), decimals)


def _points_contributions(_spec: Points, terms: tuple[Term, ...], _total: Expression) -> tuple[Expression, ...]:
    scale, weights = _common_scale(terms)
    return tuple(
        RoundDivide(Product((_whole(weight), term.score)), _whole(scale), SCORE_DECIMALS)
        for term, weight in zip(terms, weights, strict=True)
    )


def _worst(_spec: Simple, terms: tuple[Term, ...], decimals: int) -> Expression:
    return Round(_least(terms), decimals)


def _worst_contributions(_spec: Simple, terms: tuple[Term, ...], total: Expression) -> tuple[Expression, ...]:
    """Give the whole score to the first criterion that is the worst."""
    contributions = []
    is_worst = [Compare("==", term.score, total) for term in terms]
    for place, term in enumerate(terms):
        earlier = tuple(Branch(test, _whole(0)) for test in is_worst[:place])
        contributions.append(case((*earlier, Branch(is_worst[place], term.score)), _whole(0)))
    return tuple(contributions)


def _geometric(_spec: Simple, terms: tuple[Term, ...], decimals: int) -> Expression:
    weights = whole_weights(tuple(term.weight for term in terms))
    return GeometricMean(tuple(term.score for term in terms), weights, decimals)


def _least(terms: tuple[Term, ...]) -> Expression:
    """Return the least score that is present; a missing one stands at the top, where it cannot decide."""
    if len(terms) == 1:
        return terms[0].score
    beyond = Number(max(term.highest for term in terms))
    filled = [Call("coalesce", (term.score, beyond)) if term.optional else term.score for term in terms]
    least = Call("min", tuple(filled))
    if not all(term.optional for term in terms):
        return least
    none_present = And(tuple(Call("is_missing", (term.score,)) for term in terms))
    return case((Branch(none_present, Missing()),), least)


def _weighted_sum(terms: tuple[Term, ...], weights: tuple[int, ...]) -> Expression:
    parts: list[Expression] = []
    for term, weight in zip(terms, weights, strict=True):
        score = Call("coalesce", (term.score, _whole(0))) if term.optional else term.score
        parts.append(Product((_whole(weight), score)))
    return _added(parts)


def _if_present(term: Term, value: Expression) -> Expression:
    if not term.optional:
        return value
    return Case((Branch(Call("is_missing", (term.score,)), _whole(0)),), value)


def _added(parts: list[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def _common_scale(terms: tuple[Term, ...]) -> tuple[int, tuple[int, ...]]:
    scale = math.lcm(*(term.weight.denominator for term in terms))
    return scale, tuple(int(term.weight * scale) for term in terms)


def _whole(value: int) -> Number:
    return Number(Decimal(value))


#: The built-in scoring methods.
METHODS: Final[tuple[ScoringMethod, ...]] = (
    ScoringMethod(
        kind="weighted_mean", version="1", spec=Simple, combine=_mean, contribute=_mean_contributions, averages=True
    ),
    ScoringMethod(
        kind="geometric_mean",
        version="1",
        spec=Simple,
        combine=_geometric,
        contribute=_mean_contributions,
        averages=True,
        remainder=("imbalance of the scores, and rounding", "得分不均衡扣减及四舍五入"),
    ),
    ScoringMethod(
        kind="worst_of", version="1", spec=Simple, combine=_worst, contribute=_worst_contributions, averages=True
    ),
    ScoringMethod(
        kind="points",
        version="1",
        spec=Points,
        combine=_points,
        contribute=_points_contributions,
        remainder=("start and rounding", "起始分及四舍五入"),
        reweights=False,
    ),
)
