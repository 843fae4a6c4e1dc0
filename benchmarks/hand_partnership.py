"""The yardsticks of sharing, by hand: largest remainder, share ranges, and the Shapley value by its formula."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import factorial

from supplychain_rules import Money

__all__ = ["hand_allocate", "hand_bands", "hand_money", "hand_shapley"]


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


def hand_bands(prices: int, cost: int, ranges: Sequence[tuple[int | None, int]]) -> int:
    """Return the contractor's share of NEC4 option C in hundredths of a cent: ranges in per cent of the prices.

    Args:
        prices: the total of the Prices, in cents.
        cost: the Price for Work Done to Date, in cents.
        ranges: where each range ends in per cent of the prices, and the contractor's share in per cent; rising.
    """
    low, high = (cost, prices) if cost <= prices else (prices, cost)
    share, begins = 0, 0
    for until, percent in ranges:
        ends = high if until is None else prices * until // 100
        part = min(high, ends) - max(low, begins)
        if part > 0:
            share += part * percent
        begins = ends
    return share if cost <= prices else -share


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
