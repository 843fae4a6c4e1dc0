"""Cooperative games: what every coalition of parties is worth, and what each party adds to it on average.

A *game* says for each coalition what its members can earn (or save) by themselves; the coalition of all is what there
is to share. The **Shapley value** gives each party what it adds to those who came before it, on average over all orders
in which the parties may come. It always adds up, gives equals the same, and gives nothing to whom adds nothing.

Worths are exact: whole numbers over one common denominator, so that the shares add up to the last digit.

Four games that come up in practice stand ready: sharing the cost of a facility by size (`airport_game`), sharing what
is left of an estate (`bankruptcy_game`), pairs of complements (`glove_game`), and saving by doing together what each
would pay for alone (`savings_game`).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from math import comb, lcm
from operator import add, mul
from typing import Any, Final, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.partnership.sharing.exact import exact_amount, exact_amounts

__all__ = [
    "MAX_PLAYERS",
    "Coalition",
    "Game",
    "Worth",
    "airport_game",
    "as_game",
    "bankruptcy_game",
    "glove_game",
    "savings_game",
    "shapley",
]

#: Most parties of a game: 2^20 coalitions are a million numbers; each party more would double time and memory.
MAX_PLAYERS: Final = 20

#: Most coalitions that a message names.
_MAX_NAMED: Final = 3

#: Parties together, in no order.
Coalition: TypeAlias = Collection[str]

#: What coalitions are worth: by coalition, by a function of a coalition, or for all coalitions in the order of their
#: numbers, where the party at place i counts 2^i.
Worth: TypeAlias = Mapping[Any, object] | Callable[[frozenset[str]], object] | Sequence[object]


@final
@attrs.frozen(kw_only=True)
class Game:
    """What every coalition is worth, as whole numbers over one denominator.

    A coalition's number is the sum of 2^i over the places i of its members. `as_game` makes a game from worths as
    people write them.

    Raises:
        InvalidValueError: no party, a party twice or blank, more than `MAX_PLAYERS`, another number of worths than of
            coalitions, an empty coalition that is worth something, or a denominator below 1.

    >>> game = as_game(["A", "B"], {("A",): 1, ("B",): "1/2", ("A", "B"): 2})
    >>> game.worth_of({"B"}), game.units, game.denominator
    (Fraction(1, 2), (0, 2, 1, 4), 2)
    """

    players: tuple[str, ...]
    #: Worths times the denominator, by the coalition's number.
    units: tuple[int, ...] = attrs.field(repr=False)
    denominator: int = 1

    def __attrs_post_init__(self) -> None:
        """Refuse what is no game."""
        _check_players(self.players)
        if len(self.units) != 2 ** len(self.players):
            hint = f"{len(self.players)} parties have {2 ** len(self.players)} coalitions, the empty one included"
            raise InvalidValueError("as many worths as coalitions are needed", len(self.units), hint=hint)
        if set(map(type, self.units)) - {int}:
            odd = next(worth for worth in self.units if type(worth) is not int)
            raise InvalidValueError("worths of a game are whole numbers", odd, hint="as_game reads fractions")
        if self.units[0]:
            raise InvalidValueError("nobody earns nothing: the empty coalition must be worth 0", self.units[0])
        if self.denominator < 1:
            raise InvalidValueError("a denominator is 1 or more", self.denominator)

    @property
    def total(self) -> Fraction:
        """Return what all are worth together."""
        return Fraction(self.units[-1], self.denominator)

    def number_of(self, coalition: Coalition) -> int:
        """Return the number of a coalition.

        Raises:
            InvalidValueError: a member that is no party of the game, or named twice.
        """
        return _number(coalition, {player: 1 << place for place, player in enumerate(self.players)})

    def worth_of(self, coalition: Coalition) -> Fraction:
        """Return what a coalition is worth."""
        return Fraction(self.units[self.number_of(coalition)], self.denominator)

    def members(self, number: int) -> tuple[str, ...]:
        """Return the members of the coalition of a number, in the order of the parties."""
        return tuple(player for place, player in enumerate(self.players) if number >> place & 1)


def as_game(players: Game | Sequence[str], worth: Worth | None = None) -> Game:
    """Read a game from its parties and their worths; a game that is one already stays as it is.

    Args:
        players: the parties, each once.
        worth: exact numbers for all coalitions: a mapping whose keys are frozensets or tuples of parties, a function of
            a frozenset, or a sequence in the order of the coalitions' numbers. The empty coalition may be left out of a
            mapping.

    Raises:
        InvalidValueError: a coalition that is missing (by name), given twice, or of somebody who is no party; a worth
            that is a float or no number; an empty coalition that is worth something; what `Game` refuses.

    >>> as_game(["A", "B"], {("A",): 1, ("A", "B"): 3})
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InvalidValueError: 1 coalition has no worth: [('B',)]; every coalition needs one, also of 0
    """
    if isinstance(players, Game):
        return players
    names = tuple(players)
    _check_players(names)
    if isinstance(players, str) or worth is None:
        raise InvalidValueError("a game needs parties and their worths", players, hint="give (players, worth)")
    if isinstance(worth, Mapping):
        worths = _from_mapping(names, worth)
    elif callable(worth):
        worths = [_worth(coalition, worth(frozenset(coalition))) for coalition in _coalitions(names)]
    else:
        worths = [value if type(value) is int else exact_amount("a worth", value) for value in worth]
    if set(map(type, worths)) <= {int}:
        return Game(players=names, units=tuple(map(int, worths)))
    denominator = lcm(*(value.denominator for value in worths))
    units = tuple(value.numerator * (denominator // value.denominator) for value in worths)
    return Game(players=names, units=units, denominator=denominator)


def shapley(players: Game | Sequence[str], worth: Worth | None = None) -> dict[str, Fraction]:
    """Return what each party adds to a coalition, on average over all orders in which the parties may come.

    Args:
        players: the parties, or a game.
        worth: what their coalitions are worth, as for `as_game`.

    Returns:
        Exact shares by party, which add up to the worth of all.

    Raises:
        InvalidValueError: what `as_game` refuses.

    Source:
        Shapley, "A value for n-person games" (1953).

    >>> worth = {("A",): 0, ("B",): 0, ("C",): 6, ("A", "B"): 6, ("A", "C"): 16, ("B", "C"): 26, ("A", "B", "C"): 36}
    >>> {party: str(share) for party, share in shapley(["A", "B", "C"], worth).items()}
    {'A': '6', 'B': '11', 'C': '19'}
    """
    game = as_game(players, worth)
    count = len(game.players)
    if count == 1:
        return {game.players[0]: game.total}
    # Collecting the terms of each coalition S of s < n members, a party's share is v(N)/n plus how far
    # b(i) = sum over S with i of v(S) / ((n - 1) comb(n - 2, s - 1)) lies above the mean of all b.
    scale = lcm(*(comb(count - 2, size) for size in range(count - 1)))
    factors = [0, *(scale // comb(count - 2, size - 1) for size in range(1, count)), 0]
    sums = list(map(mul, game.units, map(factors.__getitem__, map(int.bit_count, range(len(game.units))))))
    found = []
    # The upper half of the list is the coalitions with the last party. Folding it onto the lower half drops that party.
    while len(sums) > 1:
        half = len(sums) // 2
        found.append(sum(islice(sums, half, None)))
        sums = list(map(add, sums, islice(sums, half, None)))
    found.reverse()
    under = count * (count - 1) * scale * game.denominator
    everything, mean = sum(found), game.units[-1] * (count - 1) * scale
    return {
        player: Fraction(mean + count * own - everything, under)
        for player, own in zip(game.players, found, strict=True)
    }


def airport_game(costs: object) -> Game:
    """Return the cost game of a facility that the largest user decides: a coalition costs what its largest needs.

    Args:
        costs: what a facility for each party alone would cost, at least 0. Shares of this game are costs to bear.

    Raises:
        InvalidValueError: a cost that is negative or not exact, or what `Game` refuses.

    Source:
        Littlechild and Owen, "A simple expression for the Shapley value in a special case" (1973).

    >>> {party: str(cost) for party, cost in shapley(airport_game({"A": 8, "B": 11, "C": 13, "D": 18})).items()}
    {'A': '2', 'B': '3', 'C': '4', 'D': '9'}
    """
    units, under = _whole("the cost", costs)
    worths = [0]
    for cost in units.values():
        worths += [max(cost, worth) for worth in worths]
    return Game(players=tuple(units), units=tuple(worths), denominator=under)


def bankruptcy_game(estate: object, claims: object) -> Game:
    """Return O'Neill's game of an estate that does not cover the claims: what the others leave, should they get all.

    Args:
        estate: what there is, at least 0 and no more than the claims.
        claims: what each party is owed, at least 0.

    Raises:
        InvalidValueError: an estate that is negative or more than all claims, a claim that is negative or not exact, or
            what `Game` refuses.

    Source:
        O'Neill, "A problem of rights arbitration from the Talmud" (1982).

    >>> game = bankruptcy_game(36, {"A": 10, "B": 20, "C": 30})
    >>> str(game.worth_of({"B", "C"})), str(game.worth_of({"C"}))
    ('26', '6')
    """
    amount = exact_amount("the estate", estate)
    units, under = _whole("the claim", claims, also=amount)
    left = amount.numerator * (under // amount.denominator) - sum(units.values())
    if amount < 0 or left > 0:
        raise InvalidValueError("an estate lies between 0 and all claims", str(estate), hint="nobody needs a rule")
    sums = [0]
    for claim in units.values():
        sums += [claim + claimed for claimed in sums]
    worths = tuple(max(0, left + claimed) for claimed in sums)
    return Game(players=tuple(units), units=worths, denominator=under)


def glove_game(left: Sequence[str], right: Sequence[str]) -> Game:
    """Return the game of those who hold a left and those who hold a right glove: a coalition is worth its pairs.

    Args:
        left: who holds one of the first kind, such as a licence.
        right: who holds one of the other, such as a plant that may use it.

    Raises:
        InvalidValueError: what `Game` refuses.

    >>> {party: str(share) for party, share in shapley(glove_game(["A"], ["B", "C"])).items()}
    {'A': '2/3', 'B': '1/6', 'C': '1/6'}
    """
    players = (*left, *right)
    _check_players(players)
    below = (1 << len(left)) - 1
    worths = (min((number & below).bit_count(), (number & ~below).bit_count()) for number in range(2 ** len(players)))
    return Game(players=players, units=tuple(worths))


def savings_game(players: Game | Sequence[str], cost: Worth | None = None) -> Game:
    """Return what coalitions save: the costs of their members each alone, less what they cost together.

    Args:
        players: the parties, or a game of costs such as `airport_game`.
        cost: what each coalition costs, as for `as_game`.

    Raises:
        InvalidValueError: what `as_game` refuses.

    >>> saved = savings_game(["A", "B"], {("A",): 60, ("B",): 80, ("A", "B"): 110})
    >>> str(saved.total), str(saved.worth_of({"A"}))
    ('30', '0')
    """
    game = as_game(players, cost)
    alone = [0]
    for place in range(len(game.players)):
        own = game.units[1 << place]
        alone += [own + others for others in alone]
    units = tuple(apart - together for apart, together in zip(alone, game.units, strict=True))
    return Game(players=game.players, units=units, denominator=game.denominator)


def _check_players(players: Sequence[object]) -> None:
    if not players:
        raise InvalidValueError("a game needs a party", hint="name at least one")
    if len(players) > MAX_PLAYERS:
        hint = "let parties that always act together be one"
        raise InvalidValueError(f"a game has at most {MAX_PLAYERS} parties", len(players), hint=hint)
    seen = set()
    for player in players:
        if not isinstance(player, str) or not player.strip():
            raise InvalidValueError("a party is named by text", player, hint="every name needs a visible character")
        if player in seen:
            raise InvalidValueError("a party is named twice", player)
        seen.add(player)


def _coalitions(players: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for number in range(2 ** len(players)):
        yield tuple(player for place, player in enumerate(players) if number >> place & 1)


def _from_mapping(players: tuple[str, ...], worth: Mapping[Any, object]) -> list[int | Fraction]:
    bits = {player: 1 << place for place, player in enumerate(players)}
    found: list[int | Fraction | None] = [None] * 2 ** len(players)
    for coalition, value in worth.items():
        number = _number(coalition, bits)
        if found[number] is not None:
            raise InvalidValueError("a coalition has two worths", coalition, hint="the order of its members is none")
        found[number] = _worth(coalition, value)
    if found[0] is None:
        found[0] = 0
    missing = [number for number, value in enumerate(found) if value is None]
    if missing:
        named = [
            tuple(player for place, player in enumerate(players) if number >> place & 1)
            for number in missing[:_MAX_NAMED]
        ]
        what = "1 coalition has no worth" if len(missing) == 1 else f"{len(missing)} coalitions have no worth"
        raise InvalidValueError(what, named, hint="every coalition needs one, also of 0")
    return [value for value in found if value is not None]


def _number(coalition: object, bits: Mapping[str, int]) -> int:
    if isinstance(coalition, str) or not isinstance(coalition, Collection):
        hint = "write a tuple or a frozenset of parties, ('A',) for A alone"
        raise InvalidValueError("not a coalition", coalition, hint=hint)
    number = 0
    for player in coalition:
        bit = bits.get(player)
        if bit is None:
            raise InvalidValueError("a coalition of somebody who is no party", player, hint=did_you_mean(player, bits))
        if number & bit:
            raise InvalidValueError("a coalition names a party twice", coalition)
        number |= bit
    return number


def _worth(coalition: object, value: object) -> int | Fraction:
    return value if type(value) is int else exact_amount(f"the worth of {coalition!r}", value)


def _whole(what: str, values: object, *, also: Fraction = Fraction(0)) -> tuple[dict[str, int], int]:
    """Return numbers of parties as whole numbers over one denominator, which fits another number too."""
    exact = exact_amounts(what, values)
    _check_players(tuple(exact))
    for party, value in exact.items():
        if value < 0:
            raise InvalidValueError(f"{what} of {party!r} is negative", str(value))
    under = lcm(also.denominator, *(value.denominator for value in exact.values()))
    return {party: value.numerator * (under // value.denominator) for party, value in exact.items()}, under
