"""Apportionment: a whole number of units split by weights into whole numbers that add up to it.

The exact share of a party is the pool times its weight over the sum of the weights; with bounds it is the water level
that all have in common times the weight, or the bound where that lies outside (`water_level`). Shares of whole units
must depart from it, and no way to do so has every good property:

- **Largest remainder**: everybody gets the whole part of the exact share, and the units left over go to the largest
  remainders. Every share is within one unit of the exact one. A larger pool may *lower* a share by one: weights 1, 3, 3
  give 1, 1, 1 of a pool of 3, and 0, 2, 2 of a pool of 4 (the Alabama paradox).
- **Webster**, the divisor method that rounds half up: one divisor for all, chosen so that the rounded quotients add
  up. A larger pool never lowers a share. A share may, rarely, lie *more than one unit* from the exact one.

That no method keeps both properties when the weights change as well is the theorem of Balinski and Young, *Fair
Representation* (1982). Both methods here add up, depend on no order, give the larger weight no less, and never lower
the share of a party whose own weight rises. Ties go to the larger weight, then to the key that comes first in the order
of its characters.

Everything is integers; `allocate` in `values.money` is the same for amounts of money.
"""

import heapq
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Final, Literal, assert_never, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.scaled import MAX_DIGITS, exact_fraction

__all__ = [
    "ALLOCATION_METHODS",
    "AllocationMethod",
    "Bounds",
    "apportion",
    "integer_weights",
    "largest_remainder",
    "water_level",
    "webster",
]

#: How whole units are found for exact shares.
AllocationMethod = Literal["largest_remainder", "webster"]

#: The methods in the order in which the documentation lists them.
ALLOCATION_METHODS: Final[tuple[AllocationMethod, ...]] = get_args(AllocationMethod)

#: A weight of more bits than this has more digits than any number of a rule set.
_MAX_BITS: Final = 4 * MAX_DIGITS

#: Said wherever a pool meets parties that cannot take it.
_WAY_OUT: Final = "raise a maximum, lower a minimum, or change the pool"


@final
@attrs.frozen
class Bounds:
    """The least and the most whole units of a party; `None` is no upper bound."""

    low: int = 0
    high: int | None = None


#: Nobody pays in, and nothing else holds.
_UNBOUNDED: Final = Bounds()


def apportion(
    pool: int,
    weights: Mapping[str, int],
    method: AllocationMethod = "largest_remainder",
    *,
    minimum: Mapping[str, int] | None = None,
    maximum: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """Split units by weights; a negative pool is split like its opposite, and every share negated.

    Args:
        pool: how many units, of either sign.
        weights: how much each party counts, at least 0; only their ratios matter. A weight of 0 gets its minimum.
        method: how whole units are found.
        minimum: the least share of a party; of a positive pool nobody gets less than 0.
        maximum: the greatest share of a party; of a negative pool nobody gets more than 0.

    Raises:
        InvalidValueError: an unknown method, no party, all weights 0 with a pool that is not, a bound for a party that
            has no weight, a minimum above the maximum, or bounds that the pool cannot meet.

    >>> apportion(5, {"north": 70, "south": 30})
    {'north': 4, 'south': 1}
    >>> apportion(-5, {"north": 70, "south": 30})
    {'north': -4, 'south': -1}
    >>> apportion(100, {"north": 70, "south": 30, "west": 20}, maximum={"north": 40})
    {'north': 40, 'south': 36, 'west': 24}
    """
    if method not in ALLOCATION_METHODS:
        hint = f"expected one of {', '.join(ALLOCATION_METHODS)}"
        raise InvalidValueError("unknown method of allocation", method, hint=hint)
    if not weights:
        raise InvalidValueError("nobody to allocate to", hint="give at least one weight")
    bounds = _bounds(pool, weights, minimum or {}, maximum or {})
    units = abs(pool)
    if units and not any(weights.values()):
        raise InvalidValueError("all weights are zero", pool, hint="give somebody a weight above zero")
    if bounds:
        _check_feasible(units, weights, bounds)
    elif not units:
        return dict.fromkeys(weights, 0)
    match method:
        case "largest_remainder":
            shares = largest_remainder(units, weights, bounds)
        case "webster":
            shares = webster(units, weights, bounds)
        case _:
            assert_never(method)
    return shares if pool >= 0 else {party: -share for party, share in shares.items()}


def largest_remainder(
    pool: int, weights: Mapping[str, int], bounds: Mapping[str, Bounds] | None = None
) -> dict[str, int]:
    """Give everybody the whole part of the exact share, and the units left over to the largest remainders.

    Hamilton's method. The pool is at least 0, some weight is above 0, and the bounds can be met: `apportion` checks it.

    >>> largest_remainder(3, {"a": 1, "b": 3, "c": 3}), largest_remainder(4, {"a": 1, "b": 3, "c": 3})
    ({'a': 1, 'b': 1, 'c': 1}, {'a': 0, 'b': 2, 'c': 2})
    """
    if bounds:
        level = water_level(pool, weights, bounds)
        over, under = level.numerator, level.denominator
    else:
        over, under = pool, sum(weights.values())
    shares = {}
    waiting = []
    left = pool
    for party, weight in weights.items():
        share, remainder = divmod(over * weight, under)
        if bounds and party in bounds:
            held = _clip(share, bounds[party])
            if held != share or share == bounds[party].high:
                share, remainder = held, 0
        shares[party] = share
        left -= share
        if remainder:
            waiting.append((-remainder, -weight, party))
    if left:
        waiting.sort()
        for _, _, party in waiting[:left]:
            shares[party] += 1
    return shares


def webster(pool: int, weights: Mapping[str, int], bounds: Mapping[str, Bounds] | None = None) -> dict[str, int]:
    """Round the quotients by one divisor half up, the divisor chosen so that they add up to the pool.

    The method of Webster and Sainte-Laguë. The same is: the next unit always goes to the largest weight over
    2 x share + 1. Conditions as for `largest_remainder`.

    >>> webster(49, {"a": 3, "b": 7, "c": 90}), webster(51, {"a": 3, "b": 7, "c": 90})
    ({'a': 1, 'b': 3, 'c': 45}, {'a': 2, 'b': 4, 'c': 45})
    """
    limits = bounds or {}
    # A level that is half a unit a party too low gives too few units, and at most as many too few as there are parties.
    target = Fraction(max(2 * pool - len(weights), 2 * _floors(limits)), 2)
    level = water_level(target, weights, limits) if limits else target / sum(weights.values())
    over, under = 2 * level.numerator, 2 * level.denominator
    shares = {}
    for party, weight in weights.items():
        below = -((level.denominator - over * weight) // under)  # a half goes down
        shares[party] = _clip(below, limits.get(party, _UNBOUNDED))
    left = pool - sum(shares.values())
    # Two different fractions with divisors up to `widest` differ by more than 1 when they are scaled by its square.
    widest = 2 * pool + 1
    scale = widest * widest
    waiting = [
        (-(weight * scale // (2 * shares[party] + 1)), -weight, party) for party, weight in weights.items() if weight
    ]
    heapq.heapify(waiting)
    while left:
        _, _, party = waiting[0]
        high = limits.get(party, _UNBOUNDED).high
        if high is not None and shares[party] >= high:
            heapq.heappop(waiting)
            continue
        shares[party] += 1
        left -= 1
        weight = weights[party]
        heapq.heapreplace(waiting, (-(weight * scale // (2 * shares[party] + 1)), -weight, party))
    return shares


def water_level(pool: int | Fraction, weights: Mapping[str, int], bounds: Mapping[str, Bounds]) -> Fraction:
    """Return the level at which weight times level, held within the bounds, adds up to the pool.

    The exact shares under bounds: who would get too little is lifted to the minimum, who would get too much is held at
    the maximum, and all others share the rest by weight. Where nobody is free, any level does, and one is returned.

    >>> water_level(100, {"a": 70, "b": 30, "c": 20}, {"a": Bounds(high=40)})
    Fraction(6, 5)
    """
    # Walk up over the levels at which somebody leaves the minimum or reaches the maximum.
    turns = []
    for party, weight in weights.items():
        if weight:
            limit = bounds.get(party, _UNBOUNDED)
            turns.append((Fraction(limit.low, weight), weight, -limit.low))
            if limit.high is not None:
                turns.append((Fraction(limit.high, weight), -weight, limit.high))
    turns.sort(key=lambda turn: turn[0])
    level, free, held = Fraction(0), 0, _floors(bounds)
    for turn, weight, units in turns:
        if held + free * turn >= pool:
            break
        level, free, held = turn, free + weight, held + units
    return Fraction(pool - held) / free if free else level


def integer_weights(weights: Mapping[str, int | Decimal | Fraction | str]) -> dict[str, int]:
    """Return weights as integers in the same ratios.

    Raises:
        InvalidValueError: not a mapping, a party that is not text or blank, or a weight that is a float, a boolean,
            negative, or no exact number.

    >>> integer_weights({"a": "1/3", "b": "0.5"}), integer_weights({"a": 2, "b": 4})
    ({'a': 2, 'b': 3}, {'a': 2, 'b': 4})
    """
    _check_parties(weights)
    exact: dict[str, int | Fraction] = {}
    denominator = 1
    for party, weight in weights.items():
        number = _weight(party, weight)
        if number < 0:
            raise InvalidValueError(f"the weight of {party!r} is negative", weight, hint="weights are 0 or more")
        exact[party] = number
        denominator = lcm(denominator, number.denominator)
    return {party: number.numerator * (denominator // number.denominator) for party, number in exact.items()}


def _check_parties(weights: object) -> None:
    if not isinstance(weights, Mapping):
        hint = "give a mapping from party to weight, in which nobody can stand twice"
        raise InvalidValueError("weights are not a mapping", weights, hint=hint)
    for party in weights:
        if not isinstance(party, str):
            raise InvalidValueError("a party is named by text", party, hint=f"write {str(party)!r}")
        if not party.strip():
            raise InvalidValueError("a party's name is blank", party, hint="every name needs a visible character")


def _weight(party: str, weight: object) -> int | Fraction:
    if type(weight) is int and weight.bit_length() <= _MAX_BITS:
        return weight
    if isinstance(weight, float):
        raise InvalidValueError(
            f"the weight of {party!r} is a float", weight, hint="give int, Decimal, Fraction or text"
        )
    try:
        return exact_fraction(weight)
    except InvalidValueError as error:
        raise InvalidValueError(f"the weight of {party!r}: {error.what}", weight, hint=error.hint) from None


def _bounds(
    pool: int, weights: Mapping[str, int], minimum: Mapping[str, int], maximum: Mapping[str, int]
) -> dict[str, Bounds]:
    """Return the bounds of those who have any, for the pool without its sign."""
    found = {}
    for party in [*minimum, *(party for party in maximum if party not in minimum)]:
        if party not in weights:
            raise InvalidValueError("a bound for a party without a weight", party, hint="give it a weight of 0")
        low, high = minimum.get(party), maximum.get(party)
        if low is not None and high is not None and low > high:
            raise InvalidValueError(f"the minimum of {party!r} is above its maximum", low, hint=f"lower it to {high}")
        if pool < 0:
            low, high = (None if high is None else -high), (None if low is None else -low)
        if high is not None and high < 0:
            raise InvalidValueError(f"the bounds of {party!r} turn the sign of the pool around", pool, hint=_WAY_OUT)
        found[party] = Bounds(max(low or 0, 0), high)
    return found


def _check_feasible(units: int, weights: Mapping[str, int], bounds: Mapping[str, Bounds]) -> None:
    floors = _floors(bounds)
    if floors > units:
        raise InvalidValueError(f"the bounds ask for at least {floors} smallest units", units, hint=_WAY_OUT)
    most = 0
    for party, weight in weights.items():
        limit = bounds.get(party, _UNBOUNDED)
        high = limit.high if weight else limit.low
        if high is None:
            return
        most += high
    if most < units:
        raise InvalidValueError(f"the bounds and weights allow at most {most} smallest units", units, hint=_WAY_OUT)


def _floors(bounds: Mapping[str, Bounds]) -> int:
    return sum(limit.low for limit in bounds.values())


def _clip(units: int, limit: Bounds) -> int:
    units = max(units, limit.low)
    return units if limit.high is None else min(units, limit.high)
