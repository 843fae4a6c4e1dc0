"""Findings in tables: gaps, overlaps, rows that never decide, and rows that say what others say.

Each question is first asked of the regions of the columns alone, where the answer is exact for free columns and a
proof that there is nothing to find is one for all. Only what is left is asked of the records, through the steps that
lead to the columns.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from operator import and_
from typing import Final, Literal, final

import attrs

from supplychain_rules.analysis.inspection import Inspection, listed
from supplychain_rules.analysis.joint import Joint
from supplychain_rules.analysis.regions import Region, Regions, bits_of, table_regions
from supplychain_rules.analysis.search import Answer
from supplychain_rules.language.types import Value
from supplychain_rules.rules.table import TableStep

__all__ = ["inspect_table", "row_answers"]

#: How many choices of regions one question about a table may try: a table of 500 rows needs some thousands.
_MAX_NODES: Final = 100_000

#: Most pairs of rows that one table reports: nobody reads more, and a table with that many is to be rewritten.
_MAX_PAIRS: Final = 50

#: Most exceptions that are looked at for one row under `first`.
_MAX_EXCEPTIONS: Final = 8


def inspect_table(inspection: Inspection, step: TableStep, place: int) -> set[int]:
    """Look for everything that can be wrong with a table; return the places of the rows that never decide."""
    path = f"steps[{place}]"
    regions = table_regions(inspection.policy, step, inspection.types)
    table = _Table(inspection=inspection, step=step, path=path, regions=regions, joint=Joint(inspection, regions))
    dead = table.dead_rows()
    table.gap()
    match step.hit:
        case "unique" | "any":
            table.conflicts(dead)
        case "first" | "priority":
            table.exceptions(dead)
        case "collect":
            pass
    if step.hit in ("first", "priority", "any"):
        table.subsumed(dead)
    if step.hit != "collect":
        table.contractions(dead)
    return {regions.order[row] for row in bits_of(dead)}


def row_answers(inspection: Inspection, step: TableStep, place: int) -> Callable[[int | None], Answer]:
    """Return what finds a record on which a row decides, by its place in the rule set; None asks for no row at all."""
    regions = table_regions(inspection.policy, step, inspection.types)
    joint = Joint(inspection, regions)
    table = _Table(inspection=inspection, step=step, path=f"steps[{place}]", regions=regions, joint=joint)

    def answer(row: int | None) -> Answer:
        if row is None:
            cover = table.covered(regions.possible, None)
        else:
            at = regions.order.index(row)
            cover = table.covered(0 if step.hit == "collect" else (1 << at) - 1, at)
        outcomes: Mapping[str, Literal["found", "none", "undecided"]]
        outcomes = {"no": "found", "yes": "none", "unreached": "none", "undecided": "undecided"}
        return Answer(outcome=outcomes[cover.outcome], units=cover.units)

    return answer


@final
@attrs.frozen(kw_only=True)
class _Cover:
    """Whether rows cover others: `yes`, `no` with a record that shows it, or nobody knows."""

    outcome: Literal["yes", "no", "unreached", "undecided"]
    units: tuple[Value, ...] | None = None


@final
@attrs.frozen(kw_only=True)
class _Table:
    """A table under inspection; rows are bits in the order in which they are tried."""

    inspection: Inspection
    step: TableStep
    path: str
    regions: Regions
    joint: Joint

    def gap(self) -> None:
        """Report a record that no row hits, where the table does not say what then."""
        if self.step.otherwise is not None or self.step.aggregate == "count":
            return
        question = ("whether some row always hits", "是否总有规则行命中")
        cover = self.covered(self.regions.possible, None)
        if cover.outcome == "undecided":
            self.inspection.undecided(f"{self.path}.rows", question)
        elif cover.outcome == "no":
            severity: Literal["error", "warning"] = "warning" if self.step.hit == "collect" else "error"
            english = f"no row of '{self.step.id}' hits, and there is no 'otherwise': the outputs are missing"
            chinese = f"“{self.step.id}”没有规则行命中，也没有 otherwise：输出缺失"
            self.inspection.report("gap", severity, f"{self.path}.rows", (english, chinese), units=cover.units)

    def dead_rows(self) -> int:
        """Report rows that nothing reaches and rows behind others; return both as bits."""
        dead = 0
        for row in range(len(self.regions.order)):
            bit = 1 << row
            where, name = self._where(row), self._name(row)
            if not self.regions.possible & bit:
                self._unreachable(where, name)
                dead |= bit
                continue
            earlier = (bit - 1) & ~dead if self.step.hit in ("first", "priority") else 0
            cover = self.covered(earlier, row)
            if cover.outcome == "undecided":
                self.inspection.undecided(where, ("whether this row ever decides", "该规则行是否会生效"))
            elif cover.outcome == "unreached":
                self._unreachable(where, name)
                dead |= bit
            elif cover.outcome == "yes":
                answer = self.joint.witness(self._own(row))
                if answer.outcome == "none":
                    self._unreachable(where, name)
                    dead |= bit
                    continue
                before = [self._name(other) for other in bits_of(self.regions.meeting[row] & earlier)]
                english = f"row '{name}' never decides: {listed(before, 'en')} hit before it whatever it takes"
                chinese = f"规则行“{name}”从不生效：凡它命中的情形，{listed(before, 'zh')} 都先命中"
                self.inspection.report("masked_row", "error", where, (english, chinese), units=answer.units)
                dead |= bit
        return dead

    def conflicts(self, dead: int) -> None:
        """Report pairs of rows that hit one record, where the hit policy forbids it."""
        reported = 0
        for row, other in self._pairs(dead):
            if self.step.hit == "any" and self._outcome(row) == self._outcome(other):
                continue
            answer = self.joint.witness(self._shared(row, other))
            names = self._name(row), self._name(other)
            if answer.outcome == "undecided":
                question = (f"whether {names[0]!r} and {names[1]!r} overlap", f"“{names[0]}”与“{names[1]}”是否重叠")
                self.inspection.undecided(f"{self.path}.rows", question)
            if answer.units is None:
                continue
            english = f"rows '{names[0]}' and '{names[1]}' hit one record, which hit = '{self.step.hit}' forbids"
            chinese = f"规则行“{names[0]}”与“{names[1]}”命中同一记录，而 hit = “{self.step.hit}”不允许"
            self.inspection.report("overlap", "error", self._where(other), (english, chinese), units=answer.units)
            reported += 1
            if reported == _MAX_PAIRS:
                self.inspection.undecided(
                    f"{self.path}.rows",
                    (f"more overlaps than the {_MAX_PAIRS} named", f"所列 {_MAX_PAIRS} 处之外的重叠"),
                )
                return

    def exceptions(self, dead: int) -> None:
        """Report rows that take records of other outcome from a row below: meant as exceptions, it is hoped."""
        for row in range(len(self.regions.order)):
            if dead >> row & 1:
                continue
            below = self.regions.meeting[row] & ~dead & ~((2 << row) - 1)
            found: list[str] = []
            units: tuple[Value, ...] | None = None
            tried = 0
            for other in bits_of(below):
                if self._outcome(other) == self._outcome(row):
                    continue
                tried += 1
                if tried > _MAX_EXCEPTIONS:
                    break
                answer = self.joint.witness(self._shared(row, other))
                if answer.units is not None:
                    found.append(self._name(other))
                    units = units or answer.units
            if found:
                name = self._name(row)
                english = f"row '{name}' decides before {listed(found, 'en')}, with another outcome: as an exception?"
                chinese = f"规则行“{name}”先于 {listed(found, 'zh')} 生效且结果不同：是否为有意的例外？"
                self.inspection.report("overlap", "info", self._where(row), (english, chinese), units=units)

    def subsumed(self, dead: int) -> None:
        """Report rows that could be left out, because a later one says the same of whatever they take."""
        alive = self.regions.all_rows & ~dead
        for row in bits_of(alive):
            for other in bits_of(self.regions.covering[row] & alive & ~((2 << row) - 1)):
                if self._outcome(row) != self._outcome(other) or self._between(row, other, row):
                    continue
                names = self._name(row), self._name(other)
                english = f"row '{names[0]}' can be left out: '{names[1]}' says the same of whatever it takes"
                chinese = f"规则行“{names[0]}”可以省去：它命中的情形，“{names[1]}”给出相同结果"
                shown = self._record(row)
                self.inspection.report("subsumed_row", "warning", self._where(row), (english, chinese), units=shown)
                break

    def contractions(self, dead: int) -> None:
        """Report pairs of rows of one outcome that differ in one column only, and there touch."""
        alive = [row for row in range(len(self.regions.order)) if not dead >> row & 1]
        taken = [self._taken(row) for row in range(len(self.regions.order))]
        merged: set[int] = set()
        for column in range(len(self.regions.columns)):
            groups: dict[object, list[int]] = {}
            for row in alive:
                rest = (*taken[row][:column], *taken[row][column + 1 :])
                groups.setdefault((self._outcome(row), rest), []).append(row)
            for rows in groups.values():
                for row, other in itertools.pairwise(rows):
                    if row in merged or other in merged or taken[row][column] == taken[other][column]:
                        continue
                    if self.step.hit in ("first", "priority") and self._between(row, other, other):
                        continue
                    if not self._touch(column, row, other):
                        continue
                    merged |= {row, other}
                    names = self._name(row), self._name(other)
                    of = self.regions.columns[column].name
                    english = f"rows '{names[0]}' and '{names[1]}' could be one: they differ in '{of}' only"
                    chinese = f"规则行“{names[0]}”与“{names[1]}”可合并：两者仅在“{of}”上不同"
                    self.inspection.report("contraction", "info", self._where(other), (english, chinese))

    def covered(self, rows: int, within: int | None) -> _Cover:
        """Say whether some of `rows` take every record that the row `within` takes (all records for None)."""
        if within is not None and not self.regions.possible >> within & 1:
            return _Cover(outcome="unreached")
        if within is not None:
            if not rows & self.regions.meeting[within]:
                units = self._record(within)
                if units is None:
                    answer = self.joint.witness(self._own(within))
                    return _Cover(outcome="undecided" if answer.outcome == "undecided" else "unreached")
                return _Cover(outcome="no", units=units)
            if rows & self.regions.covering[within]:
                return _Cover(outcome="yes")
        columns = [
            [region for region in column.regions if within is None or region.rows >> within & 1]
            for column in self.regions.columns
        ]
        return _Covering(joint=self.joint, columns=columns).search(rows)

    def _record(self, row: int) -> tuple[Value, ...] | None:
        """Return a record that a row takes."""
        return self.joint.witness(self._own(row)).units

    def _own(self, row: int) -> dict[int, Region]:
        """Return the union of the regions that a row takes, by column; columns that it takes whole are left out."""
        return self._within(1 << row)

    def _shared(self, row: int, other: int) -> dict[int, Region]:
        return self._within(1 << row | 1 << other)

    def _within(self, rows: int) -> dict[int, Region]:
        found: dict[int, Region] = {}
        for place, column in enumerate(self.regions.columns):
            inside = [region for region in column.regions if region.rows & rows == rows]
            if len(inside) == len(column.regions):
                continue
            pieces = tuple(piece for region in inside for piece in region.pieces)
            found[place] = Region(rows, pieces)
        return found

    def _pairs(self, dead: int) -> Iterator[tuple[int, int]]:
        for row in range(len(self.regions.order)):
            if not dead >> row & 1:
                for other in bits_of(self.regions.meeting[row] & ~dead & ~((2 << row) - 1)):
                    yield row, other

    def _between(self, row: int, other: int, moved: int) -> bool:
        """Say whether a row between two stands in the way of moving one past it."""
        if self.step.hit not in ("first", "priority"):
            return False
        between = self.regions.meeting[moved] & ~((2 << row) - 1) & ((1 << other) - 1)
        return any(self._outcome(one) != self._outcome(moved) for one in bits_of(between))

    def _taken(self, row: int) -> tuple[int, ...]:
        """Return the regions that a row takes, as bits for every column."""
        return tuple(
            sum(1 << at for at, region in enumerate(column.regions) if region.rows >> row & 1)
            for column in self.regions.columns
        )

    def _touch(self, column: int, row: int, other: int) -> bool:
        """Say whether what two rows take of a column is one stretch, or can be listed."""
        regions = self.regions.columns[column].regions
        stretches = sorted(
            piece
            for region in regions
            if region.rows & (1 << row | 1 << other)
            for piece in region.pieces
            if isinstance(piece, tuple)
        )
        missing = any(
            piece is None for region in regions if region.rows & (1 << row | 1 << other) for piece in region.pieces
        )
        if stretches and missing:
            return False
        return all(one[1] + 1 == next_[0] for one, next_ in itertools.pairwise(stretches))

    def _outcome(self, row: int) -> tuple[object, ...]:
        then = self.step.rows[self.regions.order[row]].then
        return tuple(then[output.name] for output in self.step.outputs)

    def _where(self, row: int) -> str:
        return f"{self.path}.rows[{self.regions.order[row]}]"

    def _name(self, row: int) -> str:
        return self.step.rows[self.regions.order[row]].id

    def _unreachable(self, where: str, name: str) -> None:
        english = f"row '{name}' is never hit: no record has such values together"
        chinese = f"规则行“{name}”从不命中：没有记录同时具有这些取值"
        self.inspection.report("unreachable_row", "error", where, (english, chinese))


@final
@attrs.define(kw_only=True)
class _Covering:
    """The search for values that none of some rows take: column by column, the rows left over as bits."""

    joint: Joint
    columns: list[list[Region]]
    _nodes: int = 0
    _undecided: bool = False
    _unreached: bool = False
    _memo: set[tuple[int, int]] = attrs.field(factory=set)

    def search(self, rows: int) -> _Cover:
        """Return whether `rows` take every choice of regions that some record reaches."""
        if any(not regions for regions in self.columns):
            return _Cover(outcome="unreached")
        order = sorted(range(len(self.columns)), key=lambda place: len(self.columns[place]))
        # Rows that take every region of all columns from a place on: where one is left, the rest is covered.
        always = [rows] * (len(order) + 1)
        for at in range(len(order) - 1, -1, -1):
            taken = rows
            for region in self.columns[order[at]]:
                taken &= region.rows
            always[at] = always[at + 1] & taken
        found = self._descend(order, always, 0, rows, {})
        if found is not None:
            return _Cover(outcome="no", units=found)
        if self._undecided:
            return _Cover(outcome="undecided")
        return _Cover(outcome="yes")

    def _descend(
        self, order: list[int], always: list[int], at: int, rows: int, chosen: dict[int, Region]
    ) -> tuple[Value, ...] | None:
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            self._undecided = True
            return None
        if not rows:
            answer = self.joint.witness(chosen)
            self._undecided |= answer.outcome == "undecided"
            self._unreached |= answer.outcome == "none"
            return answer.units
        if rows & always[at] or (at, rows) in self._memo:
            return None
        before = self._undecided, self._unreached
        self._undecided = self._unreached = False
        seen: dict[int, list[Region]] = {}
        for region in self.columns[order[at]]:
            seen.setdefault(rows & region.rows, []).append(region)
        for left, regions in seen.items():
            same = regions[0] if len(regions) == 1 else _joined(regions)
            found = self._descend(order, always, at + 1, left, {**chosen, order[at]: same})
            if found is not None:
                return found
        if not self._undecided and not self._unreached:
            # Covered whatever came before: what no record reaches depends on it, and is not remembered.
            self._memo.add((at, rows))
        self._undecided |= before[0]
        self._unreached |= before[1]
        return None


def _joined(regions: list[Region]) -> Region:
    """Return several regions as one, with the rows that take all of it."""
    rows = reduce(and_, (region.rows for region in regions))
    return Region(rows, tuple(piece for region in regions for piece in region.pieces))
