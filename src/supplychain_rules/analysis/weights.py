"""What a weight changes: the pure mathematics of weighted means, exactly, on fractions.

One normalised weight t moves from 0 to 1 and the others give or take in proportion; held ones stay. Every weight is
then linear in t, so a weighted mean is a quotient of two linear functions of t: a `Ratio`. Two records swap where
their ratios meet. With the same criteria present that is one point, a fraction; otherwise it can be a square root,
which is enclosed in fractions and marked as not exact.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise
from typing import Final, final

import attrs

from supplychain_rules.errors import InvalidValueError

__all__ = [
    "ENCLOSURE",
    "Meeting",
    "Ratio",
    "Trade",
    "WeightChange",
    "WeightRange",
    "best_ranges",
    "minimum_changes",
    "next_meeting",
    "rank_pairs",
    "ranking_ranges",
    "stable_range",
    "trade",
    "weighted_mean",
]

#: A square root is enclosed this closely: twelve decimals of a share are more than any rule set writes.
ENCLOSURE: Final = Fraction(1, 10**12)

_ZERO: Final = Fraction(0)
_ONE: Final = Fraction(1)

#: The scores of a record by criterion; None where the record has none, so that the weighted mean leaves it out.
Scores = Sequence[Fraction | int | None]


@final
@attrs.frozen(kw_only=True)
class Trade:
    """How all weights move with one of them: each is `base + slope * t`."""

    #: The weight as it is, as a share of all.
    weight: Fraction
    #: The least and the largest value of the weight: the held ones keep theirs.
    least: Fraction
    most: Fraction
    base: tuple[Fraction, ...]
    slope: tuple[Fraction, ...]

    def at(self, weight: Fraction) -> tuple[Fraction, ...]:
        """Return all weights when this one is `weight`; they add up to 1."""
        return tuple(base + slope * weight for base, slope in zip(self.base, self.slope, strict=True))


@final
@attrs.frozen
class Ratio:
    """(n0 + n1 t) / (d0 + d1 t), with a divisor that is positive where the weight may be, or zero at its ends."""

    n0: Fraction
    n1: Fraction
    d0: Fraction
    d1: Fraction

    def at(self, weight: Fraction) -> Fraction | None:
        """Return the value at a weight; None where the divisor is zero: nothing that is present has any weight."""
        divisor = self.d0 + self.d1 * weight
        return None if divisor == 0 else (self.n0 + self.n1 * weight) / divisor

    def limit(self, weight: Fraction) -> Fraction | None:
        """Return the value at a weight, or the one just beside it where nothing that is present has any weight there.

        All that is present weighs in proportion then, so that the value beside it is constant. None for the ratio of
        nothing at all.
        """
        value = self.at(weight)
        return self.n1 / self.d1 if value is None and self.d1 != 0 else value

    @cached_property
    def trend(self) -> int:
        """Return 1 where the value rises with the weight, -1 where it falls, 0 where it is constant."""
        change = self.n1 * self.d0 - self.n0 * self.d1
        return (change > 0) - (change < 0)

    def reaches(self, value: Fraction) -> Fraction | None:
        """Return the one weight at which the ratio has a value, or None where it never or always has."""
        steepness = self.n1 - value * self.d1
        return None if steepness == 0 or self.trend == 0 else (value * self.d0 - self.n0) / steepness

    def equals(self, other: "Ratio") -> bool:
        """Say whether two ratios are the same at every weight."""
        return not any(_difference(self, other))


@final
@attrs.frozen(kw_only=True)
class Meeting:
    """A weight at which two ratios have the same value."""

    #: The weight; where it is a square root, a fraction on the near side, at most `ENCLOSURE` away.
    weight: Fraction
    #: The weight is no square root.
    exact: bool = True


@final
@attrs.frozen(kw_only=True)
class WeightRange:
    """The weights between which no pair of rows changes places, and the pairs that do at the ends."""

    low: Fraction
    high: Fraction
    #: The pairs (ahead, behind) of row numbers that are level at `low` and change places below it.
    below: tuple[tuple[int, int], ...] = ()
    #: The same at `high`.
    above: tuple[tuple[int, int], ...] = ()
    #: Whether `low` and `high` are the very ends; else they lie inside, at most `ENCLOSURE` away.
    low_exact: bool = True
    high_exact: bool = True


@final
@attrs.frozen(kw_only=True)
class WeightChange:
    """The change of one weight, the others kept, that puts the row `ahead` level with the row `behind`."""

    ahead: int
    behind: int
    criterion: int
    #: How much must be taken off the weight; below zero, added to it.
    decrease: Fraction
    #: The decrease as a share of the weight; None for a weight of zero.
    relative: Fraction | None
    #: The weight has as much to give: it does not fall below zero.
    feasible: bool


def trade(weights: Sequence[Fraction | int], place: int, held: Iterable[int] = ()) -> Trade:
    """Return how the weights move with the one at `place`.

    Args:
        weights: weights as they are, not negative; they are normalised first.
        place: which one moves.
        held: the places of those that stay.

    Raises:
        InvalidValueError: no weights, a negative one, all zero, or a place that is not there or held.

    >>> trade([50, 25, 25], 2, held=[0]).at(Fraction(1, 10))
    (Fraction(1, 2), Fraction(2, 5), Fraction(1, 10))
    """
    shares = _shares(weights)
    kept = frozenset(held)
    for one in (place, *kept):
        if not 0 <= one < len(shares):
            raise InvalidValueError("there is no weight at this place", one)
    if place in kept:
        raise InvalidValueError("a weight that is held cannot move", place)
    keeps = sum((shares[one] for one in kept), _ZERO)
    rest = _ONE - keeps - shares[place]
    if rest == 0:  # nothing to trade with: the weight stays as it is
        still = (_ZERO,) * len(shares)
        return Trade(weight=shares[place], least=shares[place], most=shares[place], base=shares, slope=still)
    base, slope = [], []
    for one, share in enumerate(shares):
        if one == place:
            base.append(_ZERO)
            slope.append(_ONE)
        elif one in kept:
            base.append(share)
            slope.append(_ZERO)
        else:
            base.append(share / rest * (_ONE - keeps))
            slope.append(-share / rest)
    return Trade(weight=shares[place], least=_ZERO, most=_ONE - keeps, base=tuple(base), slope=tuple(slope))


def weighted_mean(moves: Trade, scores: Scores) -> Ratio:
    """Return the weighted mean of the scores that are present, as a function of the weight that moves."""
    n0 = n1 = d0 = d1 = _ZERO
    for base, slope, score in zip(moves.base, moves.slope, scores, strict=True):
        if score is not None:
            n0, n1 = n0 + base * score, n1 + slope * score
            d0, d1 = d0 + base, d1 + slope
    return Ratio(n0, n1, d0, d1)


def best_ranges(
    weights: Sequence[Fraction | int], rows: Sequence[Scores], held: Iterable[int] = ()
) -> tuple[WeightRange, ...]:
    """Return for each weight the range within which the best row stays the best: weight stability intervals.

    >>> [(str(one.low), str(one.high)) for one in best_ranges([1, 1], [[4, 1], [2, 2]])]
    [('1/3', '1'), ('0', '2/3')]
    """
    return _ranges(weights, rows, held, best=True)


def ranking_ranges(
    weights: Sequence[Fraction | int], rows: Sequence[Scores], held: Iterable[int] = ()
) -> tuple[WeightRange, ...]:
    """Return for each weight the range within which the whole ranking of the rows stays the same."""
    return _ranges(weights, rows, held, best=False)


def minimum_changes(weights: Sequence[Fraction | int], rows: Sequence[Sequence[Fraction | int]]) -> list[WeightChange]:
    """Return for each pair of rows and each weight the change of that weight alone which makes the two level.

    After Triantaphyllou and Sanchez (1997): with P the weighted sums and a the scores, the weight k must fall by
    (P(i) - P(j)) / (a(i, k) - a(j, k)), which is feasible where the weight is as large. Beyond it the order of i
    and j is reversed. Normalising the weights afterwards changes no order. Pairs whose scores for a criterion are the
    same have no such change of its weight.

    >>> [(one.criterion, str(one.decrease), one.feasible) for one in minimum_changes([1, 1], [[4, 1], [2, 2]])]
    [(0, '1/2', True), (1, '-1', True)]
    """
    exact = [Fraction(weight) for weight in weights]
    sums = [sum((w * Fraction(a) for w, a in zip(exact, row, strict=True)), _ZERO) for row in rows]
    changes = []
    for first, second in combinations(range(len(rows)), 2):
        ahead, behind = (first, second) if sums[first] >= sums[second] else (second, first)
        for place, weight in enumerate(exact):
            difference = Fraction(rows[ahead][place]) - Fraction(rows[behind][place])
            if difference != 0:
                decrease = (sums[ahead] - sums[behind]) / difference
                changes.append(
                    WeightChange(
                        ahead=ahead,
                        behind=behind,
                        criterion=place,
                        decrease=decrease,
                        relative=None if weight == 0 else decrease / weight,
                        feasible=decrease <= weight,
                    )
                )
    return changes


def next_meeting(one: Ratio, other: Ratio, start: Fraction, end: Fraction) -> Meeting | None:
    """Return the first weight from `start` towards `end` at which two ratios are level, or None.

    Two that are level at `start` already meet there, unless they always are.
    """
    a, b, c = _difference(one, other)
    if a == b == c == 0:
        return None
    if a * start * start + b * start + c == 0:
        return Meeting(weight=start)
    roots: Iterable[Meeting] = ()
    if a != 0:
        roots = _square_roots(a, b, c, start, end)
    elif b != 0:
        roots = (Meeting(weight=-c / b),)
    ahead = [root for root in roots if min(start, end) <= root.weight <= max(start, end)]
    return min(ahead, key=lambda root: abs(root.weight - start), default=None)


def stable_range(ratios: Sequence[Ratio], pairs: Sequence[tuple[int, int]], moves: Trade) -> WeightRange:
    """Return the range of a weight around its present value within which none of the pairs meets."""
    low, low_exact, below = _first_meeting(ratios, pairs, moves.weight, moves.least)
    high, high_exact, above = _first_meeting(ratios, pairs, moves.weight, moves.most)
    return WeightRange(low=low, high=high, below=below, above=above, low_exact=low_exact, high_exact=high_exact)


def rank_pairs(values: Sequence[Fraction], ratios: Sequence[Ratio], *, best: bool) -> list[tuple[int, int]]:
    """Return the pairs of rows (ahead, behind) of which one must meet first when the ranking, or the best row, changes.

    For a ranking neighbours suffice: ratios are continuous, so while no neighbours have met the order is as it was, and
    where two rows meet, all those between them are level with them too.
    """
    order = sorted(range(len(values)), key=lambda row: -values[row])
    if not best:
        return list(pairwise(order))
    return [
        (order[0], row)
        for row in order[1:]
        if values[row] != values[order[0]] or not ratios[row].equals(ratios[order[0]])
    ]


def _ranges(
    weights: Sequence[Fraction | int], rows: Sequence[Scores], held: Iterable[int], *, best: bool
) -> tuple[WeightRange, ...]:
    kept = frozenset(held)
    found = []
    for place in range(len(weights)):
        if place in kept:
            share = _shares(weights)[place]
            found.append(WeightRange(low=share, high=share))
            continue
        moves = trade(weights, place, kept)
        ratios = [weighted_mean(moves, row) for row in rows]
        values = [ratio.at(moves.weight) for ratio in ratios]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            hint = "leave out the rows without any score of a criterion that weighs"
            raise InvalidValueError("a row has no weighted mean", values.index(None), hint=hint)
        found.append(stable_range(ratios, rank_pairs(known, ratios, best=best), moves))
    return tuple(found)


def _first_meeting(
    ratios: Sequence[Ratio], pairs: Sequence[tuple[int, int]], start: Fraction, end: Fraction
) -> tuple[Fraction, bool, tuple[tuple[int, int], ...]]:
    """Return where the first pairs meet from `start` towards `end`, whether that is exact, and which they are."""
    found: list[tuple[Meeting, tuple[int, int]]] = []
    for ahead, behind in pairs:
        meeting = next_meeting(ratios[ahead], ratios[behind], start, end)
        if meeting is not None:
            found.append((meeting, (ahead, behind)))
    if not found:
        return end, True, ()
    nearest = min((meeting for meeting, _ in found), key=lambda meeting: abs(meeting.weight - start))
    return nearest.weight, nearest.exact, tuple(pair for meeting, pair in found if meeting.weight == nearest.weight)


def _difference(one: Ratio, other: Ratio) -> tuple[Fraction, Fraction, Fraction]:
    """Return the polynomial a t**2 + b t + c that is zero where the two are level."""
    one, other = _reduced(one), _reduced(other)
    return (
        one.n1 * other.d1 - other.n1 * one.d1,
        one.n0 * other.d1 + one.n1 * other.d0 - other.n0 * one.d1 - other.n1 * one.d0,
        one.n0 * other.d0 - other.n0 * one.d0,
    )


def _reduced(ratio: Ratio) -> Ratio:
    """Return a constant ratio without the factor that both sides share: its zero is no meeting."""
    if ratio.trend != 0:
        return ratio
    value = ratio.n0 / ratio.d0 if ratio.d0 != 0 else ratio.n1 / ratio.d1 if ratio.d1 != 0 else _ZERO
    return Ratio(value, _ZERO, _ONE, _ZERO)


def _square_roots(a: Fraction, b: Fraction, c: Fraction, start: Fraction, end: Fraction) -> Iterator[Meeting]:
    """Yield the roots of a quadratic; an irrational one by its enclosure's end that lies towards `start`."""
    under = b * b - 4 * a * c
    if under < 0:
        return
    whole = under.numerator * under.denominator
    root = math.isqrt(whole)
    if root * root == whole:
        exact = Fraction(root, under.denominator)
        yield from (Meeting(weight=(-b + sign * exact) / (2 * a)) for sign in (1, -1))
        return
    for sign in (1, -1):
        scale = 10**15
        while True:
            near = math.isqrt(whole * scale * scale)
            ends = sorted(
                (-b + sign * Fraction(part, under.denominator * scale)) / (2 * a) for part in (near, near + 1)
            )
            if ends[1] - ends[0] <= ENCLOSURE and not any(ends[0] <= one <= ends[1] for one in (start, end)):
                break  # the root is irrational, so that a closer look always tells it from a fraction
            scale *= 10**6
        yield Meeting(weight=ends[0] if ends[0] > start else ends[1], exact=False)


def _shares(weights: Sequence[Fraction | int]) -> tuple[Fraction, ...]:
    exact = [Fraction(weight) for weight in weights]
    if any(weight < 0 for weight in exact):
        raise InvalidValueError("a weight is not negative", str(min(exact)))
    total = sum(exact, _ZERO)
    if total == 0:
        raise InvalidValueError("all weights are zero", hint="give at least one criterion a weight")
    return tuple(weight / total for weight in exact)
