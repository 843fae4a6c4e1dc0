"""Between which weights a ranking stays, where records may also lose their score or come to have one.

A scorecard that leaves missing criteria out can have no score at some weights: its coverage falls below the minimum,
or all that is present weighs nothing. Between such weights every score is a continuous function of the weight.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import final

import attrs

from supplychain_rules.analysis.cards import Course
from supplychain_rules.analysis.keyed import Key
from supplychain_rules.analysis.sensitivity_report import RankFlip, RankFlipKind, WeightInterval
from supplychain_rules.analysis.weights import Meeting, Trade, next_meeting, rank_pairs

__all__ = ["best_interval", "ranking_interval"]


@final
@attrs.frozen(kw_only=True)
class _Side:
    """One direction of a weight: where something flips first, and what."""

    weight: Fraction
    flips: tuple[RankFlip, ...] = ()


def ranking_interval(keys: Sequence[Key], scores: Sequence[Course], moves: Trade) -> WeightInterval:
    """Return the weights between which the records stay in the order of their exact scores.

    Args:
        keys: the names of the records.
        scores: how the score of each goes as the weight moves.
        moves: the weight that moves.
    """
    return _interval(_ranking_side(keys, scores, moves, moves.least), _ranking_side(keys, scores, moves, moves.most))


def best_interval(keys: Sequence[Key], scores: Sequence[Course], moves: Trade) -> WeightInterval:
    """Return the weights between which the best record stays the best; of several, each of them."""
    return _interval(_best_side(keys, scores, moves, moves.least), _best_side(keys, scores, moves, moves.most))


def _interval(down: _Side, up: _Side) -> WeightInterval:
    return WeightInterval(low=down.weight, high=up.weight, below=down.flips, above=up.flips)


def _ranking_side(keys: Sequence[Key], scores: Sequence[Course], moves: Trade, end: Fraction) -> _Side:
    start = moves.weight
    if start == end:
        return _Side(weight=end)
    changes = _presence_changes(scores, start, end)
    rows = [row for row, score in enumerate(scores) if score.exact(start) is not None]
    pairs = rank_pairs(_values(rows, scores, start), [scores[row].ratio for row in rows], best=False)
    found = [
        (meeting.weight, _met(keys, rows[ahead], rows[behind], meeting, start))
        for ahead, behind in pairs
        if (meeting := next_meeting(scores[rows[ahead]].ratio, scores[rows[behind]].ratio, start, end)) is not None
    ]
    found += [(weight, _changed(keys, row, scores, start, weight)) for weight, row in changes]
    return _nearest(found, start, end)


def _best_side(keys: Sequence[Key], scores: Sequence[Course], moves: Trade, end: Fraction) -> _Side:
    """Go from one change of who has a score to the next, and look for a meeting with the best between them."""
    start = moves.weight
    rows = {row for row, score in enumerate(scores) if score.exact(start) is not None}
    changes = [] if start == end else _presence_changes(scores, start, end)
    if not rows:
        return _nearest([(weight, _changed(keys, row, scores, start, weight)) for weight, row in changes], start, end)
    top = max(_values(sorted(rows), scores, start))
    best = next(row for row in sorted(rows) if scores[row].exact(start) == top)
    equals = {row for row in rows if scores[row].ratio.equals(scores[best].ratio)}
    place = start
    stops = [] if start == end else [*dict.fromkeys(weight for weight, _ in changes), end]
    for stop in stops:
        found = [
            (meeting.weight, _met(keys, best, row, meeting, start))
            for row in rows - equals
            if (meeting := next_meeting(scores[best].ratio, scores[row].ratio, place, stop)) is not None
        ]
        if found:
            return _nearest(found, place, stop)
        for weight, row in changes:
            if weight != stop:
                continue
            if row in equals:
                return _Side(weight=stop, flips=(_changed(keys, row, scores, start, stop),))
            level, lead = scores[row].ratio.limit(stop), scores[best].ratio.limit(stop)
            if row in rows:
                rows.discard(row)
            elif level is None or lead is None or level >= lead:
                return _Side(weight=stop, flips=(_changed(keys, row, scores, start, stop),))
            else:
                rows.add(row)
        place = stop
    return _Side(weight=end)


def _values(rows: Sequence[int], scores: Sequence[Course], weight: Fraction) -> list[Fraction]:
    values = [scores[row].exact(weight) for row in rows]
    return [value for value in values if value is not None]


def _presence_changes(scores: Sequence[Course], start: Fraction, end: Fraction) -> list[tuple[Fraction, int]]:
    """Return where each record loses its score or gets one on the way, in the order of the way."""
    side = 1 if end > start else -1
    found = []
    for row, score in enumerate(scores):
        present = score.exact(start) is not None
        ways = {start, *(one for one in score.breaks() if (one - start) * side > 0 and (end - one) * side >= 0)}
        for weight in sorted(ways, reverse=side < 0):
            sides = (0,) if weight == end else (0, side)
            for looked in sides:
                if (score.units(weight, looked) is not None) != present:
                    present = not present
                    found.append((weight, row))
    return sorted(found, key=lambda one: abs(one[0] - start))


def _met(keys: Sequence[Key], ahead: int, behind: int, meeting: Meeting, start: Fraction) -> RankFlip:
    kind: RankFlipKind = "parts" if meeting.weight == start else "overtakes"
    return RankFlip(kind=kind, weight=meeting.weight, record=keys[behind], other=keys[ahead], exact=meeting.exact)


def _changed(keys: Sequence[Key], row: int, scores: Sequence[Course], start: Fraction, weight: Fraction) -> RankFlip:
    kind: RankFlipKind = "enters" if scores[row].exact(start) is None else "drops_out"
    return RankFlip(kind=kind, weight=weight, record=keys[row])


def _nearest(found: Sequence[tuple[Fraction, RankFlip]], start: Fraction, end: Fraction) -> _Side:
    if not found:
        return _Side(weight=end)
    weight = min((weight for weight, _ in found), key=lambda one: abs(one - start))
    return _Side(weight=weight, flips=tuple(flip for one, flip in found if one == weight))
