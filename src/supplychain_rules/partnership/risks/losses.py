"""What a bad year costs: the expected loss, value at risk (VaR) and conditional value at risk (CVaR), exactly.

Losses are discrete: scenarios with probabilities, or samples that the caller passes in. The CVaR of a discrete loss is
not the mean of all losses from the VaR on, which counts too much where a scenario straddles the level.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import accumulate
from math import lcm
from operator import itemgetter
from typing import Final, Protocol, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import several
from supplychain_rules.values.proportions import exact_share
from supplychain_rules.values.scaled import check_whole, number_text

__all__ = [
    "Generator",
    "LossDistribution",
    "Losses",
    "cvar",
    "expected_loss",
    "independent_sum",
    "sampled_losses",
    "var",
]

#: Most outcomes of a distribution: the sum of twelve independent yes-or-no risks of different size has 4096.
_MOST_OUTCOMES: Final = 100_000


class Generator(Protocol):
    """A source of chance that the caller owns and seeds, as `random.Random(7)`."""

    def randrange(self, stop: int, /) -> int:
        """Return a whole number from 0 to below `stop`, each as likely."""
        ...


def _outcomes(given: Iterable[tuple[object, object]]) -> tuple[tuple[Fraction, Fraction], ...]:
    found: dict[Fraction, Fraction] = {}
    for place, pair in enumerate(several(given)):
        parts = several(pair)
        if len(parts) != 2:
            raise InvalidValueError(f"outcome {place} is no pair of loss and probability", pair)
        loss, probability = exact_share(parts[0]), exact_share(parts[1])
        if probability < 0:
            raise InvalidValueError("a probability is not negative", number_text(probability))
        if probability:
            found[loss] = found.get(loss, Fraction(0)) + probability
    return tuple(sorted(found.items(), key=itemgetter(0)))


@final
@attrs.frozen
class LossDistribution:
    """Losses with their probabilities; a gain is a negative loss. Equal losses are one outcome.

    Raises:
        InvalidValueError: probabilities that are not exactly 1 together, negative ones, floats, or too many outcomes.

    >>> LossDistribution([(0, "0.9"), (100, "0.1")]).outcomes
    ((Fraction(0, 1), Fraction(9, 10)), (Fraction(100, 1), Fraction(1, 10)))
    """

    #: Pairs of loss and probability, the smallest loss first.
    outcomes: tuple[tuple[Fraction, Fraction], ...] = attrs.field(converter=_outcomes)
    #: The probabilities as whole numbers of one common part, so that sums of many of them stay fast, and exact.
    _weights: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)
    _whole: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no distribution."""
        if len(self.outcomes) > _MOST_OUTCOMES:
            raise InvalidValueError(
                f"more than {_MOST_OUTCOMES} outcomes", len(self.outcomes), hint="put some together"
            )
        whole = lcm(*(probability.denominator for _loss, probability in self.outcomes))
        weights = tuple(chance.numerator * (whole // chance.denominator) for _loss, chance in self.outcomes)
        if sum(weights) != whole:
            found = number_text(Fraction(sum(weights), whole))
            hint = "write thirds as '1/3', and name the scenario in which nothing happens"
            raise InvalidValueError("the probabilities are not exactly 1 together", found, hint=hint)
        object.__setattr__(self, "_weights", weights)
        object.__setattr__(self, "_whole", whole)

    @classmethod
    def of_samples(cls, samples: Iterable[object]) -> "LossDistribution":
        """Return the distribution of samples, each as likely.

        Raises:
            InvalidValueError: no sample, or one that is a float or no number.

        >>> expected_loss(LossDistribution.of_samples([0, 0, 30]))
        Fraction(10, 1)
        """
        losses = Counter(exact_share(sample) for sample in samples)
        if not losses:
            raise InvalidValueError("no sample", None, hint="give at least one")
        count = losses.total()
        return cls([(loss, Fraction(times, count)) for loss, times in losses.items()])

    def parts(self) -> tuple[int, tuple[tuple[Fraction, int], ...]]:
        """Return how many equal parts there are of all cases, and each loss with the number of its parts.

        >>> LossDistribution([(0, "2/3"), (100, "1/3")]).parts()
        (3, ((Fraction(0, 1), 2), (Fraction(100, 1), 1)))
        """
        losses = (loss for loss, _probability in self.outcomes)
        return self._whole, tuple(zip(losses, self._weights, strict=True))


#: A distribution, or what one is made of.
Losses: TypeAlias = LossDistribution | Iterable[tuple[object, object]]


def expected_loss(losses: Losses) -> Fraction:
    """Return the mean of losses, each times its probability.

    >>> expected_loss(LossDistribution([(0, "0.9"), (100, "0.1")]))
    Fraction(10, 1)
    """
    whole, parts = _distribution(losses).parts()
    return sum((loss * count for loss, count in parts), Fraction(0)) / whole


def var(losses: Losses, level: object) -> Fraction:
    """Return the value at risk: the least loss that is not exceeded with a probability of the level or more.

    Args:
        losses: the distribution, or pairs of loss and probability.
        level: above 0 and below 1, as `"0.95"`.

    Raises:
        InvalidValueError: a level out of its range, or a float.

    >>> var([(0, "0.90"), (100_000, "0.07"), (1_000_000, "0.03")], "0.95")
    Fraction(100000, 1)
    """
    whole, parts = _distribution(losses).parts()
    wanted = _level(level) * whole
    reached = accumulate(count for _loss, count in parts)
    return next(loss for (loss, _count), sofar in zip(parts, reached, strict=True) if sofar >= wanted)


def cvar(losses: Losses, level: object) -> Fraction:
    """Return the conditional value at risk: the mean of the worst part of 1 - level of all cases.

    Where a scenario straddles the level, only its part beyond counts: CVaR = VaR + E[max(0, loss - VaR)] / (1 - level).

    Raises:
        InvalidValueError: a level out of its range, or a float.

    Source:
        R. T. Rockafellar and S. Uryasev, "Optimization of conditional value-at-risk", Journal of Risk 2 (2000), and
        "Conditional value-at-risk for general loss distributions", Journal of Banking & Finance 26 (2002).

    >>> cvar(LossDistribution([(0, "0.90"), (100_000, "0.07"), (1_000_000, "0.03")]), "0.95")
    Fraction(640000, 1)
    """
    distribution = _distribution(losses)
    wanted, bound = _level(level), var(distribution, level)
    whole, parts = distribution.parts()
    beyond = sum(((loss - bound) * count for loss, count in parts if loss > bound), Fraction(0))
    return bound + beyond / (whole * (1 - wanted))


def _distribution(losses: Losses) -> LossDistribution:
    return losses if isinstance(losses, LossDistribution) else LossDistribution(losses)


def independent_sum(parts: Iterable[LossDistribution]) -> LossDistribution:
    """Return the distribution of the sum of independent losses, exactly; none at all lose nothing.

    Raises:
        InvalidValueError: more outcomes than a distribution may have.

    >>> fire = LossDistribution([(0, "0.9"), (100, "0.1")])
    >>> [str(probability) for _loss, probability in independent_sum([fire, fire]).outcomes]
    ['81/100', '9/50', '1/100']
    """
    found, whole = {Fraction(0): 1}, 1
    for part in parts:
        if len(found) * len(part.outcomes) > _MOST_OUTCOMES:
            hint = "round the losses to fewer sizes, or sample"
            raise InvalidValueError(f"more than {_MOST_OUTCOMES} outcomes", len(found), hint=hint)
        of_part, counts = part.parts()
        following: dict[Fraction, int] = {}
        for loss, count in found.items():
            for more, times in counts:
                following[loss + more] = following.get(loss + more, 0) + count * times
        found, whole = following, whole * of_part
    return LossDistribution([(loss, Fraction(count, whole)) for loss, count in found.items()])


def sampled_losses(parts: Mapping[str, LossDistribution], *, draws: int, generator: Generator) -> list[Fraction]:
    """Draw sums of independent losses; the same seed gives the same draws.

    Each outcome is drawn by whole numbers, so that its chance is exactly its probability. The parts are drawn in the
    order of their names, so that the order of the mapping does not matter.

    Args:
        parts: the losses by name.
        draws: how many sums, from 1 to 100,000.
        generator: the caller's own, as `random.Random(7)`.

    Raises:
        InvalidValueError: a number of draws out of its range.
    """
    check_whole("draws", draws, least=1, most=_MOST_OUTCOMES)
    tables = [_tickets(parts[name]) for name in sorted(parts)]
    return [sum((_drawn(table, generator) for table in tables), Fraction(0)) for _draw in range(draws)]


def _level(level: object) -> Fraction:
    found = exact_share(level)
    if not 0 < found < 1:
        raise InvalidValueError("a level lies above 0 and below 1", str(level), hint="95 % is '0.95'")
    return found


def _tickets(losses: LossDistribution) -> tuple[int, list[int], list[Fraction]]:
    """Return how many tickets there are, the first ticket after those of each loss, and the losses."""
    whole, parts = losses.parts()
    return whole, list(accumulate(count for _loss, count in parts)), [loss for loss, _count in parts]


def _drawn(table: tuple[int, list[int], list[Fraction]], generator: Generator) -> Fraction:
    whole, ends, losses = table
    return losses[bisect_right(ends, generator.randrange(whole))]
