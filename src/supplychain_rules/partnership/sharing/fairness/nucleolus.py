"""The nucleolus: the shares with which the most dissatisfied coalition is as content as can be, then the next one.

The *excess* of a coalition is what it is worth by itself less what its members get: its reason to leave. The nucleolus
makes the largest excess as small as possible, then, among all shares that do so, the next largest, and so on. It always
exists where the parties can all get what they are worth alone, it is a single point, and it lies in the core (where no
coalition has a reason to leave) whenever there is a core.

It is found by a sequence of linear programs in whole numbers, nothing rounded. After each one those coalitions are held
at their excess that have it in *all* its solutions. A coalition has it in all solutions if it bears weight in a
solution of the dual program. Who instead holds each coalition that happens to have it in *one* solution gets another
point, and a worse one. The dual weights are kept as a proof: see `NucleolusStep`.

Kopelowitz (1967) and Schmeidler, "The nucleolus of a characteristic function game" (1969); the criterion of balanced
weights is that of Kohlberg, "On the nucleolus of a characteristic function game" (1971).
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Final, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.sharing.exact import pickled, read_only
from supplychain_rules.partnership.sharing.fairness.basis import Basis
from supplychain_rules.partnership.sharing.fairness.games import Game, Worth, as_game

__all__ = [
    "MAX_NUCLEOLUS_PLAYERS",
    "LeastCore",
    "Nucleolus",
    "NucleolusLevel",
    "NucleolusStep",
    "core_is_empty",
    "least_core",
    "nucleolus",
    "nucleolus_proof",
]

#: Most parties of a nucleolus: 4,094 coalitions, priced some hundred times. Shares of more parties are hard to explain.
MAX_NUCLEOLUS_PLAYERS: Final = 12

#: Steps without progress after which the program takes the first vector instead of the best one, so that it must end.
_PATIENCE: Final = 12

#: A weight that a coalition bears in the proof of a step.
Weighted: TypeAlias = tuple[tuple[str, ...], Fraction]


@final
@attrs.frozen(kw_only=True)
class NucleolusStep:
    """One linear program: how small the largest excess of those not held yet can be made, and the proof.

    The proof: the weights are above zero, those of coalitions add up to 1, and the sum over `coalitions` and `floors`
    of weight times members is a combination of the members of what was held before (with any signs) and of all parties.
    So the weighted sum of their excesses is the same for all shares that keep what is held, and none of them can be
    lowered unless another rises.
    """

    #: The least possible largest excess.
    excess: Fraction
    #: Coalitions that bear weight: they have this excess in every solution, and are held there from now on.
    coalitions: tuple[Weighted, ...]
    #: Parties that get what they are worth alone in every solution, and bear weight; they are held there from now on.
    floors: tuple[Weighted, ...] = ()


@final
@attrs.frozen(kw_only=True)
class NucleolusLevel:
    """An excess, and all coalitions that have it in every solution of the programs up to here."""

    excess: Fraction
    coalitions: tuple[tuple[str, ...], ...]


@final
@attrs.frozen(kw_only=True)
class Nucleolus:
    """The shares, and how they were found.

    `levels` says in words why: the coalitions that decided, the most dissatisfied first. `steps` is the proof.
    """

    #: Exact shares by party, which add up to the worth of all.
    shares: Mapping[str, Fraction] = attrs.field(converter=read_only, repr=lambda shares: repr(dict(shares)))
    levels: tuple[NucleolusLevel, ...]
    steps: tuple[NucleolusStep, ...]

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as plain data, because a read-only view cannot be pickled."""
        return pickled(self)


@final
@attrs.frozen(kw_only=True)
class LeastCore:
    """How small the largest excess can be made at all: above 0 the core is empty, and the weights prove it.

    With weights above zero under which every party counts once, the coalitions are worth more than all together where
    the core is empty: the condition of Bondareva (1963) and Shapley (1967).
    """

    excess: Fraction
    #: Shares at which no excess is larger.
    shares: Mapping[str, Fraction] = attrs.field(converter=read_only, repr=lambda shares: repr(dict(shares)))
    #: Coalitions and weights, in which every party counts with the same sum of weights.
    balance: tuple[Weighted, ...]

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as plain data, because a read-only view cannot be pickled."""
        return pickled(self)


def nucleolus(
    players: Game | Sequence[str], worth: Worth | None = None, *, individually_rational: bool = True
) -> dict[str, Fraction]:
    """Return the shares that make the largest excess as small as possible, then the next, and so on; exactly.

    Args:
        players: the parties, at most `MAX_NUCLEOLUS_PLAYERS`, or a game.
        worth: what their coalitions are worth, as for `as_game`.
        individually_rational: as for `nucleolus_proof`, which also says why these are the shares.

    Raises:
        InvalidValueError: as `nucleolus_proof`.

    >>> worth = {("A",): 0, ("B",): 0, ("C",): 6, ("A", "B"): 6, ("A", "C"): 16, ("B", "C"): 26, ("A", "B", "C"): 36}
    >>> {party: str(share) for party, share in nucleolus(["A", "B", "C"], worth).items()}
    {'A': '5', 'B': '21/2', 'C': '41/2'}
    """
    return dict(nucleolus_proof(players, worth, individually_rational=individually_rational).shares)


def nucleolus_proof(
    players: Game | Sequence[str], worth: Worth | None = None, *, individually_rational: bool = True
) -> Nucleolus:
    """Return the nucleolus with what proves it: the excesses level by level, and the steps that fixed them.

    Args:
        players: the parties, at most `MAX_NUCLEOLUS_PLAYERS`, or a game.
        worth: what their coalitions are worth, as for `as_game`.
        individually_rational: whether nobody may get less than it is worth alone. Without it the answer is the
            *prenucleolus*, which differs only where a party can be worth more alone than with others.

    Raises:
        InvalidValueError: what `as_game` refuses; too many parties; parties worth more alone than all together.

    >>> worth = {("A",): 0, ("B",): 0, ("C",): 6, ("A", "B"): 6, ("A", "C"): 16, ("B", "C"): 26, ("A", "B", "C"): 36}
    >>> found = nucleolus_proof(["A", "B", "C"], worth)
    >>> [(str(level.excess), level.coalitions) for level in found.levels]
    [('-5', (('A',), ('B', 'C'))), ('-19/2', (('A', 'B'), ('A', 'C')))]
    """
    game = _small(as_game(players, worth))
    count = len(game.players)
    alone = sum(game.units[1 << place] for place in range(count))
    if individually_rational and alone > game.units[-1]:
        hint = "split what there is by claims, or ask for the prenucleolus with individually_rational=False"
        raise InvalidValueError("the parties are worth more alone than all together", str(game.total), hint=hint)
    held = _Held(game)
    steps: list[NucleolusStep] = []
    levels: dict[Fraction, list[int]] = {}
    while not held.decides_all:
        program = _solve(game, held, floors=individually_rational)
        free = held.free
        held.hold(program)
        steps.append(
            NucleolusStep(
                excess=program.excess / game.denominator,
                coalitions=tuple(
                    (game.members(number), weight) for number, weight in program.weights if number <= held.everybody
                ),
                floors=tuple(
                    (game.members(number - held.everybody), weight)
                    for number, weight in program.weights
                    if number > held.everybody
                ),
            )
        )
        found = levels.setdefault(program.excess, [])
        decided = set(free) - set(held.free)
        found += [number for number in free if number in decided and held.excess(number) == program.excess]
    return Nucleolus(
        shares=held.shares(),
        levels=tuple(
            NucleolusLevel(
                excess=excess / game.denominator, coalitions=tuple(game.members(number) for number in sorted(numbers))
            )
            for excess, numbers in levels.items()
        ),
        steps=tuple(steps),
    )


def least_core(players: Game | Sequence[str], worth: Worth | None = None) -> LeastCore:
    """Return how small the largest excess can be made, with shares that do it and the proof that none do better.

    Raises:
        InvalidValueError: what `as_game` refuses, or more than `MAX_NUCLEOLUS_PLAYERS` parties.

    >>> found = least_core(["A", "B", "C"], lambda coalition: int(len(coalition) >= 2))
    >>> str(found.excess), [(coalition, str(weight)) for coalition, weight in found.balance]
    ('1/3', [(('A', 'B'), '1/3'), (('A', 'C'), '1/3'), (('B', 'C'), '1/3')])
    """
    game = _small(as_game(players, worth))
    if len(game.players) == 1:
        return LeastCore(excess=Fraction(0), shares={game.players[0]: game.total}, balance=())
    program = _solve(game, _Held(game), floors=False)
    return LeastCore(
        excess=program.excess / game.denominator,
        shares={player: share / game.denominator for player, share in zip(game.players, program.shares, strict=True)},
        balance=tuple((game.members(number), weight) for number, weight in program.weights),
    )


def core_is_empty(players: Game | Sequence[str], worth: Worth | None = None) -> bool:
    """Return whether, however it is split, some coalition gets less than it is worth by itself.

    Raises:
        InvalidValueError: what `least_core` refuses.

    >>> core_is_empty(["A", "B", "C"], lambda coalition: int(len(coalition) >= 2))
    True
    """
    return least_core(players, worth).excess > 0


def _small(game: Game) -> Game:
    if len(game.players) > MAX_NUCLEOLUS_PLAYERS:
        hint = "use the Shapley value, or let parties that act together be one"
        raise InvalidValueError(
            f"at most {MAX_NUCLEOLUS_PLAYERS} parties for exact linear programs", len(game.players), hint=hint
        )
    return game


@final
@attrs.frozen(kw_only=True)
class _Program:
    """A solution: the excess and shares times the game's denominator, and the weights above zero.

    A weight belongs to the coalition of its number; numbers above that of all parties are floors: the number of all,
    plus that of a party alone.
    """

    excess: Fraction
    shares: tuple[Fraction, ...]
    weights: tuple[tuple[int, Fraction], ...]


@final
class _Held:
    """What is held so far: coalitions whose members' sum is decided, all parties first."""

    def __init__(self, game: Game) -> None:
        self._game = game
        self.count = len(game.players)
        self.everybody = (1 << self.count) - 1
        self._span = Basis(self.count)
        #: The place of each held coalition in the basis, and the sum of its members.
        self._sums: dict[int, Fraction] = {}
        #: The numbers of held coalitions, none of which depends on the others, and the sums of their members.
        self.sums: dict[int, Fraction] = {}
        #: Coalitions whose sum is not decided yet, in the order of their numbers.
        self.free: list[int] = list(range(1, self.everybody))
        self._add(self.everybody, Fraction(game.units[-1]))
        self._drop_decided()

    @property
    def decides_all(self) -> bool:
        """Return whether the shares are a single point."""
        return not self._span.missing

    def hold(self, program: _Program) -> None:
        """Hold all that bears weight in a solution."""
        for number, _ in program.weights:
            if number > self.everybody:
                alone = number - self.everybody
                self._add(alone, Fraction(self._game.units[alone]))
            else:
                self._add(number, self._game.units[number] - program.excess)
        self._drop_decided()

    def excess(self, number: int) -> Fraction:
        """Return the excess of a decided coalition, times the game's denominator."""
        coordinates = self._span.coordinates(_members(number, self.count))
        total = sum((coordinates[place] * one for place, one in self._sums.items()), Fraction(0))
        return self._game.units[number] - total / self._span.denominator

    def shares(self) -> dict[str, Fraction]:
        """Return the shares once all is decided."""
        return {
            player: (self._game.units[1 << place] - self.excess(1 << place)) / self._game.denominator
            for place, player in enumerate(self._game.players)
        }

    def _add(self, number: int, total: Fraction) -> None:
        place = self._span.enter(_members(number, self.count))
        if place is not None:
            self.sums[number] = self._sums[place] = total

    def _drop_decided(self) -> None:
        """Leave among the free only coalitions that depend on more than what is held."""
        # The coordinates of all coalitions at a missing place at once; they are zero for all that are decided.
        rows = [_subset_sums(self._span.rows[place]) for place in self._span.missing]
        self.free = [number for number in self.free if any(row[number] for row in rows)]


@final
class _Simplex:
    """The dual simplex method for the largest excess of the free coalitions, given what is held.

    A basis is as many conditions, met exactly, as there are parties and the excess. The weights of conditions stay at
    zero or above; the condition that is broken most enters, until none is broken.
    """

    def __init__(self, game: Game, held: _Held, *, floors: bool) -> None:
        self._count, self._everybody, self._free = held.count, held.everybody, held.free
        self._basis = Basis(held.count + 1)
        #: The sums that are held may be fractions; all worths are scaled so that they are whole.
        self._scale = lcm(*(total.denominator for total in held.sums.values()))
        self._units = [worth * self._scale for worth in game.units]
        #: By place: the condition, 0 for what is held and so may bear any weight, and the sum that it asks for.
        self._conditions = [0] * (held.count + 1)
        self._bounds = [0] * (held.count + 1)
        for number, total in held.sums.items():
            self._begin(0, (*_members(number, held.count), 0), int(total * self._scale))
        # A coalition and all others bear half the weight each to begin with. Who completes the basis bears none.
        first = max(
            (number for number in held.free if number < held.everybody - number),
            key=lambda number: game.units[number] + game.units[held.everybody - number],
        )
        free = set(held.free)
        single = [1 << place for place in range(held.count) if 1 << place in free]
        for number in (first, held.everybody - first, *single):
            self._begin(number, (*_members(number, held.count), 1), self._units[number])
        self._floors = single if floors else []

    def run(self) -> _Program:
        """Exchange conditions until none is broken."""
        stalled = 0
        while True:
            prices = [
                sum(bound * row[column] for bound, row in zip(self._bounds, self._basis.rows, strict=True) if bound)
                for column in range(self._count + 1)
            ]
            entering = self._broken(prices, first=stalled > _PATIENCE)
            weights = [row[-1] for row in self._basis.rows]
            if not entering:
                return self._solution(prices, weights)
            above = entering > self._everybody
            number = entering - self._everybody if above else entering
            direction = self._basis.coordinates((*_members(number, self._count), int(not above)))
            leaving = min(
                (place for place, held in enumerate(self._conditions) if held and direction[place] > 0),
                key=lambda place: (Fraction(weights[place], direction[place]), self._conditions[place]),
            )
            stalled = 0 if weights[leaving] else stalled + 1
            self._basis.exchange(leaving, direction)
            self._conditions[leaving], self._bounds[leaving] = entering, self._units[number]

    def _begin(self, condition: int, vector: tuple[int, ...], bound: int) -> None:
        place = self._basis.enter(vector)
        if place is not None:
            self._conditions[place], self._bounds[place] = condition, bound

    def _broken(self, prices: list[int], *, first: bool) -> int:
        """Return the condition that is broken most, or the first one that is; 0 if none is."""
        under, units, sums = self._basis.denominator, self._units, _subset_sums(prices[:-1])
        level = prices[-1]
        gaps = [units[number] * under - sums[number] - level for number in self._free]
        below = [units[number] * under - sums[number] for number in self._floors]
        most = max(gaps)
        if first:
            most = next((gap for gap in gaps if gap > 0), 0)
        entering = self._free[gaps.index(most)] if most > 0 else 0
        for number, gap in zip(self._floors, below, strict=True):
            if gap > max(most, 0) and not (first and entering):
                most, entering = gap, self._everybody + number
        return entering

    def _solution(self, prices: list[int], weights: list[int]) -> _Program:
        under = self._basis.denominator * self._scale
        return _Program(
            excess=Fraction(prices[-1], under),
            shares=tuple(Fraction(price, under) for price in prices[:-1]),
            weights=tuple(
                sorted(
                    (condition, Fraction(weight, self._basis.denominator))
                    for condition, weight in zip(self._conditions, weights, strict=True)
                    if condition and weight
                )
            ),
        )


def _solve(game: Game, held: _Held, *, floors: bool) -> _Program:
    return _Simplex(game, held, floors=floors).run()


def _members(number: int, count: int) -> tuple[int, ...]:
    return tuple(number >> place & 1 for place in range(count))


def _subset_sums(values: Sequence[int]) -> list[int]:
    """Return the sums of all subsets, in the order of their numbers."""
    sums = [0]
    for value in values:
        sums += [value + others for others in sums]
    return sums
