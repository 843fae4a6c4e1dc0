"""Strategies: the open part of the language.

A strategy says how a value function or a scoring method works: a frozen spec class that a rule set's
data fills, and a pure function that lowers it to expressions. Because it lowers, it runs on every
engine, is verified and is explained like the built-in ones, which are built on this same interface.
There is no registry: strategies are held in an immutable `Strategies` that the caller passes.
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.nodes import Expression

__all__ = ["ScoringMethod", "Strategies", "Term", "ValueFunction"]


@final
@attrs.frozen(kw_only=True)
class ValueFunction:
    """How a criterion's raw value becomes a score.

    `lower(spec, operand, kind)` returns the score of `operand` (of type `kind`) as an expression; it is
    rounded half up to 4 decimals afterwards. It raises `InvalidValueError` for a spec that does not
    suit the operand. With `among_peers` the scale depends on the records at hand: `lower(spec, operand, kind, least,
    largest)` is given their least and largest present value too, both missing where there is none.
    """

    #: The tag in the rule set, as `kind = "linear"`.
    kind: str
    #: Part of the policy's fingerprint: change it when the meaning changes.
    version: str
    #: A frozen attrs class; the data beside `kind` fills its fields.
    spec: type
    lower: Callable[..., Expression]
    #: The scale is taken from all records together, so that they can only be decided together.
    among_peers: bool = False


@final
@attrs.frozen(kw_only=True)
class Term:
    """One criterion as a scoring method sees it: its score (missing: leave it out) and its weight."""

    id: str
    score: Expression
    weight: Fraction
    #: The score can be missing, so the method must leave it out then.
    optional: bool
    #: The largest score this criterion can attain.
    highest: Decimal


@final
@attrs.frozen(kw_only=True)
class ScoringMethod:
    """How the scores of the criteria become one score.

    `combine(spec, terms, decimals)` returns the total, rounded to `decimals`; it is called with the
    scores as they are, and with the missing ones at their least and at their largest attainable value
    for the interval. `contribute(spec, terms, total)`, where the method has it, returns for each term what it
    adds to the total (here to 4 decimals), to 4 decimals; the explanation shows the difference as its last line.
    """

    kind: str
    version: str
    spec: type
    combine: Callable[[Any, tuple[Term, ...], int], Expression]
    contribute: Callable[[Any, tuple[Term, ...], Expression], tuple[Expression, ...]] | None = None
    #: What the last line of the explanation stands for, in English and Chinese.
    remainder: tuple[str, str] = ("rounding", "四舍五入")
    #: The total lies between the least and the largest score, which bounds it more closely than its arithmetic does.
    averages: bool = False
    #: Whether the method leaves a missing criterion out (`missing = "reweight"`).
    reweights: bool = True


@final
@attrs.frozen(kw_only=True)
class Strategies:
    """An immutable set of strategies, each found by its kind."""

    value_functions: tuple[ValueFunction, ...] = ()
    methods: tuple[ScoringMethod, ...] = ()

    def with_strategy(self, strategy: ValueFunction | ScoringMethod) -> "Strategies":
        """Return a new set with one strategy more.

        Raises:
            InvalidValueError: the kind is taken: what a rule set means must not depend on who comes last.
        """
        group = self.value_functions if isinstance(strategy, ValueFunction) else self.methods
        if any(known.kind == strategy.kind for known in group):
            raise InvalidValueError("this kind of strategy is taken", strategy.kind, hint="choose another kind")
        if not attrs.has(strategy.spec):
            raise InvalidValueError("a strategy's spec is an attrs class", strategy.spec, hint="use @attrs.frozen")
        if isinstance(strategy, ValueFunction):
            return attrs.evolve(self, value_functions=(*self.value_functions, strategy))
        return attrs.evolve(self, methods=(*self.methods, strategy))

    def value_function(self, kind: str) -> ValueFunction | None:
        """Return the value function of a kind, or None."""
        return next((strategy for strategy in self.value_functions if strategy.kind == kind), None)

    def method(self, kind: str) -> ScoringMethod | None:
        """Return the scoring method of a kind, or None."""
        return next((strategy for strategy in self.methods if strategy.kind == kind), None)


#: A score is kept to this many decimals before it is weighted.
SCORE_DECIMALS: int = 4

#: A score of zero and one of a hundred: the ends of the usual scale. One, where something is counted from it.
ZERO, HUNDRED, ONE = Decimal(0), Decimal(100), Decimal(1)
