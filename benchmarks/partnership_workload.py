"""What the benchmark of partnership shares out: amounts with weights, costs and games, from a seeded generator."""

from collections.abc import Sequence
from random import Random
from typing import Final

from supplychain_rules import Money

__all__ = ["PRICES", "RANGES", "SEED", "Task", "make_costs", "make_tasks", "make_worths", "names"]

#: One seed, so that every run shares out the same.
SEED: Final = 20260101

#: The total of the Prices, in cents, and the share ranges in per cent: where each ends and the contractor's share.
PRICES: Final = 100_000_000
RANGES: Final[Sequence[tuple[int | None, int]]] = ((80, 15), (90, 30), (110, 50), (None, 20))

#: An amount of money and the weights of the parties.
Task = tuple[Money, dict[str, int]]


def names(count: int) -> tuple[str, ...]:
    """Return the names of parties."""
    return tuple(f"party {place:02}" for place in range(count))


def make_tasks(count: int, parties: int = 5) -> list[Task]:
    """Return amounts in cents with weights, some of them equal, so that remainders tie."""
    random = Random(SEED)  # noqa: S311  a workload, not a secret
    return [
        (
            Money.from_minor(random.randrange(1, 10_000_000), "EUR"),
            {name: random.choice((1, 1, 2, 3, 7, 30, 70, random.randrange(1, 100_000))) for name in names(parties)},
        )
        for _ in range(count)
    ]


def make_costs(count: int) -> list[int]:
    """Return costs in cents, from two thirds of the Prices to four thirds."""
    random = Random(SEED)  # noqa: S311  as above
    return [random.randrange(PRICES * 2 // 3, PRICES * 4 // 3) for _ in range(count)]


def make_worths(parties: int) -> list[int]:
    """Return the worths of all coalitions by number: larger ones are worth more, all together most."""
    random = Random(SEED + parties)  # noqa: S311  as above
    worths = [random.randrange(100) * number.bit_count() for number in range(2**parties)]
    worths[-1] = 100 * parties * parties
    return worths
