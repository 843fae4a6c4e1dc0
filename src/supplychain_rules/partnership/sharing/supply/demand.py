"""Demand of a season that is not known when the goods are ordered: what is sold of a quantity on average.

Three distributions. **Uniform** and **discrete** demand are computed exactly, in fractions. **Normal** demand has no
exact numbers: all that follows from it is floats of the machine, by `statistics.NormalDist`, and says so in its type.
A normal distribution also gives weight to demand below zero; where the mean is less than about three deviations above
it, take another one.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import accumulate
from statistics import NormalDist
from types import MappingProxyType
from typing import TypeAlias, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.sharing.exact import exact_amount, pickled

__all__ = [
    "Demand",
    "DiscreteDemand",
    "NormalDemand",
    "Quantity",
    "UniformDemand",
    "expected_sales",
    "mean_demand",
    "order_at",
    "share_below",
]

#: Exact for uniform and discrete demand, a float for normal demand.
Quantity: TypeAlias = Fraction | float


def _low(value: object) -> Fraction:
    return exact_amount("the least demand", value)


def _high(value: object) -> Fraction:
    return exact_amount("the greatest demand", value)


def _probabilities(values: Mapping[object, object]) -> Mapping[Fraction, Fraction]:
    found: dict[Fraction, Fraction] = {}
    for quantity, probability in values.items():
        exact = exact_amount("a demand", quantity)
        if exact in found:
            raise InvalidValueError("a demand has two probabilities", str(exact))
        found[exact] = exact_amount(f"the probability of {exact}", probability)
    return MappingProxyType({quantity: found[quantity] for quantity in sorted(found)})


@final
@attrs.frozen(kw_only=True)
class UniformDemand:
    """Every quantity between two is as likely as the others.

    Raises:
        InvalidValueError: a bound that is negative or not exact, or bounds that leave nothing between them.

    >>> mean_demand(UniformDemand(low=0, high=100))
    Fraction(50, 1)
    """

    low: Fraction = attrs.field(converter=_low)
    high: Fraction = attrs.field(converter=_high)

    def __attrs_post_init__(self) -> None:
        """Refuse bounds that are none."""
        if not 0 <= self.low < self.high:
            hint = "a demand that is certain is a DiscreteDemand of one quantity"
            raise InvalidValueError("0 <= low < high does not hold", (str(self.low), str(self.high)), hint=hint)


@final
@attrs.frozen
class DiscreteDemand:
    """Some quantities, each with its probability; the probabilities add up to 1.

    Raises:
        InvalidValueError: a quantity that is negative, a probability that is not above 0, numbers that are not exact,
            or probabilities that do not add up to 1.

    >>> mean_demand(DiscreteDemand({10: "1/2", 20: "1/4", 40: "1/4"}))
    Fraction(20, 1)
    """

    probabilities: Mapping[Fraction, Fraction] = attrs.field(
        converter=_probabilities, hash=False, repr=lambda found: repr(dict(found))
    )

    def __attrs_post_init__(self) -> None:
        """Refuse what is no distribution."""
        for quantity, probability in self.probabilities.items():
            if quantity < 0:
                raise InvalidValueError("a demand is not negative", str(quantity))
            if probability <= 0:
                hint = "leave the quantity out"
                raise InvalidValueError(f"the probability of {quantity} is not above 0", str(probability), hint=hint)
        everything = sum(self.probabilities.values(), Fraction(0))
        if everything != 1:
            raise InvalidValueError("the probabilities do not add up to 1", str(everything))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as plain data, because a read-only view cannot be pickled."""
        return pickled(self)


@final
@attrs.frozen(kw_only=True)
class NormalDemand:
    """Demand by the normal distribution: the one that computes with floats.

    Raises:
        InvalidValueError: a mean or deviation that is not above 0, not finite, or no number.

    >>> round(order_at(NormalDemand(mean=1000, deviation=400), 0.5))
    1000
    """

    mean: float = attrs.field()
    deviation: float = attrs.field()

    @mean.validator
    @deviation.validator
    def _check(self, field: "attrs.Attribute[float]", value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise InvalidValueError(f"the {field.name} of normal demand is a number above 0", value)


#: What demand can be.
Demand: TypeAlias = UniformDemand | DiscreteDemand | NormalDemand


def mean_demand(demand: Demand) -> Quantity:
    """Return how much is asked for on average.

    >>> mean_demand(UniformDemand(low=20, high=100))
    Fraction(60, 1)
    """
    match demand:
        case UniformDemand(low=low, high=high):
            return (low + high) / 2
        case DiscreteDemand(probabilities=found):
            return sum((quantity * probability for quantity, probability in found.items()), Fraction(0))
        case NormalDemand(mean=mean):
            return float(mean)
        case _:
            assert_never(demand)


def share_below(demand: Demand, quantity: Quantity) -> Quantity:
    """Return the probability that no more than a quantity is asked for.

    >>> share_below(UniformDemand(low=0, high=100), Fraction(60)), share_below(DiscreteDemand({1: "1/2", 2: "1/2"}), 1)
    (Fraction(3, 5), Fraction(1, 2))
    """
    match demand:
        case UniformDemand(low=low, high=high):
            return min(max((Fraction(quantity) - low) / (high - low), Fraction(0)), Fraction(1))
        case DiscreteDemand(probabilities=found):
            return sum((probability for one, probability in found.items() if one <= quantity), Fraction(0))
        case NormalDemand(mean=mean, deviation=deviation):
            return NormalDist(mean, deviation).cdf(float(quantity))
        case _:
            assert_never(demand)


def expected_sales(demand: Demand, quantity: Quantity) -> Quantity:
    """Return how much of a quantity is sold on average: the mean of the lesser of the quantity and the demand.

    >>> expected_sales(UniformDemand(low=0, high=100), Fraction(60))
    Fraction(42, 1)
    """
    match demand:
        case UniformDemand(low=low, high=high):
            held = min(max(Fraction(quantity), low), high)
            return min(Fraction(quantity), held) - (held - low) ** 2 / (2 * (high - low))
        case DiscreteDemand(probabilities=found):
            exact = Fraction(quantity)
            return sum((min(exact, one) * probability for one, probability in found.items()), Fraction(0))
        case NormalDemand(mean=mean, deviation=deviation):
            standard = NormalDist()
            z = (float(quantity) - mean) / deviation
            return float(quantity) - deviation * (z * standard.cdf(z) + standard.pdf(z))
        case _:
            assert_never(demand)


def order_at(demand: Demand, ratio: Quantity) -> Quantity:
    """Return the least quantity that covers demand with a probability.

    Args:
        demand: the demand.
        ratio: the probability, above 0 and at most 1; below 1 for normal demand, which has no greatest quantity.

    Raises:
        InvalidValueError: a ratio outside these bounds.

    >>> order_at(UniformDemand(low=0, high=100), Fraction(3, 5))
    Fraction(60, 1)
    >>> order_at(DiscreteDemand({1: "1/2", 9: "1/2"}), Fraction(1, 2))
    Fraction(1, 1)
    """
    if not 0 < ratio <= 1:
        raise InvalidValueError("a probability to cover lies above 0 and at most at 1", str(ratio))
    match demand:
        case UniformDemand(low=low, high=high):
            return low + Fraction(ratio) * (high - low)
        case DiscreteDemand(probabilities=found):
            covered = zip(found, accumulate(found.values()), strict=True)
            return next(quantity for quantity, share in covered if share >= ratio)
        case NormalDemand(mean=mean, deviation=deviation):
            if ratio == 1:
                raise InvalidValueError("normal demand has no greatest quantity", str(ratio))
            return NormalDist(mean, deviation).inv_cdf(float(ratio))
        case _:
            assert_never(demand)
