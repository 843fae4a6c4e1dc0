"""The nearest records: of all that differ from a record in one input or two, the one that differs least.

Boxes of records are taken by how near they begin, so that the first record found is the nearest one, and none is
nearer that was not looked at. Distances are exact: units of an input by the width of its range.
"""

import heapq
import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Final, Literal, final

import attrs

from supplychain_rules.analysis.intervals import TRUE, Box, Set
from supplychain_rules.analysis.search import Budget, Question, Space, split
from supplychain_rules.language.types import Value

__all__ = ["Found", "Target", "nearest"]

#: What it costs to change a choice or a condition: as much as the whole range of a number.
_WHOLE: Final = Fraction(1)


@final
@attrs.frozen(kw_only=True)
class Target:
    """Where to go from, what is to hold there, and which inputs may change."""

    space: Space
    question: Question
    #: The box of the record itself.
    origin: Box
    #: The inputs that may change, by place.
    places: tuple[int, ...]
    #: The nearest that is of interest; whatever is farther is not looked for.
    limit: Fraction | None = None

    def cost(self, box: Sequence[Set]) -> Fraction:
        """Return how near a box begins."""
        return sum((self._distance(place, box[place]) for place in self.places), Fraction(0))

    def wants(self, cost: Fraction, best: tuple[Fraction, Box] | None) -> bool:
        """Say whether something at a distance is nearer than the best so far, and near enough to matter."""
        return (best is None or cost < best[0]) and (self.limit is None or cost < self.limit)

    def near_corner(self, box: Box) -> Box:
        """Return the record of a box that is nearest."""
        corner = list(box)
        for place in self.places:
            corner[place] = self._nearest_value(place, box[place])
        return tuple(corner)

    def _distance(self, place: int, value: Set) -> Fraction:
        origin = self.origin[place]
        if isinstance(value, int) or isinstance(origin, int):
            return Fraction(0) if value == origin else _WHOLE
        low, high, _ = value
        start, end, _ = origin
        if start > end:  # missing: any value is new, and no one nearer than another
            return Fraction(0) if low > high else _WHOLE
        gap = max(low - start, start - high, 0)
        return Fraction(gap, self.span(place))

    def _nearest_value(self, place: int, value: Set) -> Set:
        origin = self.origin[place]
        if isinstance(value, int) or isinstance(origin, int):
            return value
        low, high, _ = value
        at = min(max(origin[0], low), high)
        return (at, at, False)

    def span(self, place: int) -> int:
        """Return the width of an input's range in units."""
        whole = self.space.whole[place]
        return max(1, whole[1] - whole[0]) if isinstance(whole, tuple) else 1


@final
@attrs.frozen(kw_only=True)
class Found:
    """The nearest record, a proof that there is none, or neither; with a record, whether it is proved the nearest."""

    outcome: Literal["found", "none", "undecided"]
    units: tuple[Value, ...] | None = None
    cost: Fraction | None = None
    nearest: bool = False


def nearest(target: Target, starts: Sequence[Box], budget: Budget) -> Found:
    """Look for the nearest record of some boxes on which the condition is true.

    Args:
        target: what is looked for.
        starts: the boxes; none of them holds a mixture of missing and present, or of options.
        budget: how many boxes may be evaluated.
    """
    order = itertools.count()
    heap = [(target.cost(box), next(order), box) for box in starts]
    heapq.heapify(heap)
    best: tuple[Fraction, Box] | None = None
    while heap:
        cost, _, box = heapq.heappop(heap)
        if not target.wants(cost, best):
            break
        if not budget.spend():
            return _stopped(target, best)
        truths, _ = target.question.on(box)
        if not truths & TRUE:
            continue
        corner = target.near_corner(box)
        if truths == TRUE or target.question.on(corner)[0] == TRUE:
            # The nearest record of the box: every other box that could hold a nearer one comes before.
            best = cost, corner
            continue
        far = _shrunk(target, box)
        if far is not None and target.wants(target.cost(far), best):
            best = target.cost(far), far
        for half in _halves(target, box):
            cheap = target.cost(half)
            if target.wants(cheap, best):
                heapq.heappush(heap, (cheap, next(order), half))
    if best is None:
        return Found(outcome="none")
    return Found(outcome="found", units=target.space.units(best[1]), cost=best[0], nearest=True)


def _stopped(target: Target, best: tuple[Fraction, Box] | None) -> Found:
    if best is None:
        return Found(outcome="undecided")
    return Found(outcome="found", units=target.space.units(best[1]), cost=best[0])


def _halves(target: Target, box: Box) -> list[Box]:
    """Cut a box along the input that is widest for its range."""
    widest, parts = Fraction(-1), None
    for place in target.places:
        value = box[place]
        if not isinstance(value, tuple) or value[0] >= value[1]:
            continue
        width = Fraction(value[1] - value[0], target.span(place))
        if width > widest:
            found = split(value, target.space.cuts(place) if width > Fraction(1, 8) else ())
            widest, parts = width, None if found is None else (place, found)
    if parts is None:
        return []
    place, found = parts
    return [(*box[:place], part, *box[place + 1 :]) for part in found]


def _shrunk(target: Target, box: Box) -> Box | None:
    """Return a record of a box that will do, drawn as near as one input after the other allows; None without one."""
    far: list[Set] = list(box)
    for place in target.places:
        value, origin = box[place], target.origin[place]
        if isinstance(value, tuple) and isinstance(origin, tuple):
            at = value[1] if value[0] > origin[0] else value[0]
            far[place] = (at, at, False)
    if target.question.on(far)[0] != TRUE:
        return None
    for place in target.places:
        value, origin, end = box[place], target.origin[place], far[place]
        if not isinstance(value, tuple) or not isinstance(origin, tuple) or not isinstance(end, tuple):
            continue
        near, good = min(max(origin[0], value[0]), value[1]), end[0]
        while abs(good - near) > 1:  # whether it is monotone or not: what is kept was tried
            middle = (near + good) // 2
            far[place] = (middle, middle, False)
            if target.question.on(far)[0] == TRUE:
                good = middle
            else:
                near = middle
        far[place] = (good, good, False)
    return tuple(far)
