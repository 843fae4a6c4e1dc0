"""Whether some rows of a table take everything, or everything that one of its rows takes.

The columns are gone through one after another, those with the fewest regions first; of each, every group of regions
is chosen that the same of the remaining rows take. Where no row remains, the choice is a gap, if a record reaches it.
Rows that no record hits together are counted instead: they cover all exactly where their shares add up to the whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import and_
from typing import Literal, final

import attrs

from supplychain_rules.analysis.joint import Joint
from supplychain_rules.analysis.regions import Region, bits_of
from supplychain_rules.language.types import Value

__all__ = ["Cover", "Covering"]


@final
@attrs.frozen(kw_only=True)
class Cover:
    """Whether rows cover others: `yes`, `no` with a record that shows it, or nobody knows."""

    outcome: Literal["yes", "no", "undecided"]
    units: tuple[Value, ...] | None = None
    #: What the columns of that record lie in.
    chosen: Mapping[int, Region] = attrs.field(factory=dict)


@final
@attrs.define(kw_only=True)
class _Level:
    """A column at work: the rows left before it, the choices still to try, and what was met behind it."""

    rows: int
    chosen: dict[int, Region]
    choices: Iterator[tuple[int, Region]]
    #: Nothing behind it stayed undecided or out of reach, so that it is covered whatever came before.
    settled: bool = True


@final
@attrs.define(kw_only=True)
class Covering:
    """The search for values that none of some rows take."""

    joint: Joint
    #: The regions of each column among which is searched.
    columns: Sequence[Sequence[Region]]
    #: What a record must lie in besides, by column.
    within: Mapping[int, Region]
    #: How many choices may be tried.
    nodes: int
    #: The rows exclude each other.
    disjoint: bool = False
    _undecided: bool = False

    def search(self, rows: int) -> Cover:
        """Return whether `rows` take every choice of regions that some record reaches."""
        if any(not regions for regions in self.columns):
            return Cover(outcome="yes")
        order = sorted(range(len(self.columns)), key=lambda place: len(self.columns[place]))
        found = self._walk(order, rows)
        if found is not None:
            return found
        return Cover(outcome="undecided" if self._undecided else "yes")

    def _walk(self, order: list[int], rows: int) -> Cover | None:
        always = self._always(order, rows)
        volumes = self._volumes(order, rows) if self.disjoint else {}
        whole = self._wholes(order)
        covered: set[tuple[int, int]] = set()
        levels: list[_Level] = []
        entering: tuple[int, dict[int, Region]] | None = rows, dict(self.within)
        while entering is not None or levels:
            if entering is not None:
                left, chosen = entering
                entering = None
                at = len(levels)
                self.nodes -= 1
                if self.nodes < 0:
                    self._undecided = True
                    return None
                if not left:
                    answer = self.joint.witness(chosen)
                    if answer.units is not None:
                        return Cover(outcome="no", units=answer.units, chosen=chosen)
                    self._undecided |= answer.outcome == "undecided"
                    for before in levels:
                        before.settled = False
                elif not (
                    left & always[at]
                    or (at, left) in covered
                    or (volumes and sum(volumes[row][at] for row in bits_of(left)) == whole[at])
                ):
                    levels.append(_Level(rows=left, chosen=chosen, choices=self._choices(order[at], left)))
            if not levels:
                break
            level = levels[-1]
            choice = next(level.choices, None)
            if choice is None:
                levels.pop()
                if level.settled:
                    covered.add((len(levels), level.rows))
                continue
            entering = choice[0], {**level.chosen, order[len(levels) - 1]: choice[1]}
        return None

    def _choices(self, place: int, rows: int) -> Iterator[tuple[int, Region]]:
        """Yield the rows left by each group of regions of a column that the same of `rows` take."""
        groups: dict[int, list[Region]] = {}
        for region in self.columns[place]:
            groups.setdefault(rows & region.rows, []).append(region)
        for left, regions in groups.items():
            yield left, regions[0] if len(regions) == 1 else _joined(regions)

    def _always(self, order: list[int], rows: int) -> list[int]:
        """Return the rows that take every region of all columns from a place on: where one is left, all is covered."""
        always = [rows] * (len(order) + 1)
        for at in range(len(order) - 1, -1, -1):
            always[at] = reduce(and_, (region.rows for region in self.columns[order[at]]), always[at + 1])
        return always

    def _volumes(self, order: list[int], rows: int) -> dict[int, list[int]]:
        """Return for each row how many choices of regions of the columns from a place on it takes."""
        taken = {row: [1] * (len(order) + 1) for row in bits_of(rows)}
        for at in range(len(order) - 1, -1, -1):
            counts = dict.fromkeys(taken, 0)
            for region in self.columns[order[at]]:
                for row in bits_of(region.rows & rows):
                    counts[row] += 1
            for row, volume in taken.items():
                volume[at] = volume[at + 1] * counts[row]
        return taken

    def _wholes(self, order: list[int]) -> list[int]:
        """Return how many choices there are of the columns from a place on."""
        whole = [1] * (len(order) + 1)
        for at in range(len(order) - 1, -1, -1):
            whole[at] = whole[at + 1] * len(self.columns[order[at]])
        return whole


def _joined(regions: Sequence[Region]) -> Region:
    """Return several regions as one, with the rows that take all of it."""
    rows = reduce(and_, (region.rows for region in regions))
    return Region(rows, tuple(piece for region in regions for piece in region.pieces))
