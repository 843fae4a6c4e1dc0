"""The yardsticks of sharing, by hand: largest remainder, and the Shapley value by its formula."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import factorial

from supplychain_rules import Money

__all__ = ["hand_allocate", "hand_money", "hand_shapley"]


def hand_allocate(cents: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Split cents by largest remainder, ties to the larger weight, then to the name; no checks."""
    total = sum(weights.values())
    shares, waiting, left = {}, [], cents
    for party, weight in weights.items():
        share, remainder = divmod(cents * weight, total)
        shares[party] = share
        left -= share
        waiting.append((-remainder, -weight, party))
    waiting.sort()
    for _, _, party in waiting[:left]:
        shares[party] += 1
    return shares


def hand_money(amount: Money, weights: Mapping[str, int]) -> dict[str, Money]:
    """Split money as `hand_allocate` splits cents, and give money back, as whoever counts in decimals writes it."""
    shares = hand_allocate(int(amount.amount.scaleb(2)), weights)
    return {party: Money(Decimal(share).scaleb(-2), amount.currency) for party, share in shares.items()}


def hand_shapley(parties: int, worths: Sequence[int]) -> list[Fraction]:
    """Add up what each party adds to each coalition without it, times the weight of the coalition's size."""
    factors = [factorial(size) * factorial(parties - size - 1) for size in range(parties)]
    shares = []
    for place in range(parties):
        own, total = 1 << place, 0
        for number in range(2**parties):
            if not number & own:
                total += factors[number.bit_count()] * (worths[number | own] - worths[number])
        shares.append(Fraction(total, factorial(parties)))
    return shares
