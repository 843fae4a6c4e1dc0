"""Check the proof of a nucleolus by Kohlberg's criterion: plain fractions, plain elimination, no linear program."""

from fractions import Fraction

from supplychain_rules.partnership.sharing import Game, Nucleolus

__all__ = ["flaws"]

Row = list[Fraction]


def flaws(game: Game, found: Nucleolus, *, individually_rational: bool = True) -> list[str]:
    """Return what is wrong with a proof; nothing if it shows that no other shares are better.

    At each step the coalitions that are not decided yet have no larger excess than the step says, those that bear
    weight have exactly that, and their weighted sum is decided by what was held before: whoever lowers one of them
    raises another. Held at their excess, they leave in the end one point only.
    """
    players = game.players
    excess = {
        number: Fraction(game.units[number], game.denominator)
        - sum((found.shares[player] for player in game.members(number)), Fraction(0))
        for number in range(len(game.units))
    }
    wrong = [] if excess[len(game.units) - 1] == 0 else ["the shares do not add up"]
    if individually_rational:
        wrong += [f"{player} gets less than alone" for place, player in enumerate(players) if excess[1 << place] > 0]
    held = [members(game, players)]
    for place, step in enumerate(found.steps):
        free = [number for number in range(1, len(game.units) - 1) if not spans(held, members_of(game, number))]
        if max(excess[number] for number in free) != step.excess:
            wrong.append(f"step {place}: a coalition is more dissatisfied")
        if any(excess[game.number_of(coalition)] != step.excess for coalition, _ in step.coalitions):
            wrong.append(f"step {place}: a coalition that bears weight has another excess")
        if any(excess[game.number_of(party)] != 0 for party, _ in step.floors):
            wrong.append(f"step {place}: a party that bears weight gets more than alone")
        weights = [weight for _, weight in (*step.coalitions, *step.floors)]
        if any(weight <= 0 for weight in weights) or sum(weight for _, weight in step.coalitions) != 1:
            wrong.append(f"step {place}: the weights are none")
        rows = [members(game, coalition) for coalition, _ in (*step.coalitions, *step.floors)]
        total = [
            sum((w * row[i] for w, row in zip(weights, rows, strict=True)), Fraction(0)) for i in range(len(players))
        ]
        if not spans(held, total):
            wrong.append(f"step {place}: the weighted sum is not decided")
        held += rows
    return wrong if rank(held) == len(players) else [*wrong, "the shares are not decided"]


def members(game: Game, coalition: tuple[str, ...]) -> Row:
    return [Fraction(int(player in coalition)) for player in game.players]


def members_of(game: Game, number: int) -> Row:
    return members(game, game.members(number))


def spans(rows: list[Row], row: Row) -> bool:
    return rank([*rows, row]) == rank(rows)


def rank(rows: list[Row]) -> int:
    left, found = [list(row) for row in rows], 0
    for column in range(len(rows[0])):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        found += 1
        left = [[a - b * row[column] / pivot[column] for a, b in zip(row, pivot, strict=True)] for row in left]
    return found
