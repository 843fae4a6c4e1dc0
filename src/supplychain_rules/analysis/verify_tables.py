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

from supplychain_rules.analysis.covering import Cover, Covering
from supplychain_rules.analysis.findings import FindingKind, Severity
from supplychain_rules.analysis.inspection import Inspection, listed
from supplychain_rules.analysis.joint import Joint
from supplychain_rules.analysis.regions import Region, Regions, bits_of, table_regions
from supplychain_rules.analysis.search import Answer
from supplychain_rules.language.types import Value
from supplychain_rules.rules.table import TableStep

__all__ = ["inspect_table", "row_answers"]

#: How many choices of regions one question about a table may try: a table of 500 rows needs some thousands.
_MAX_NODES: Final = 20_000

#: How many all questions about one table may try together, some seconds' worth.
_MAX_TABLE_NODES: Final = 100_000

#: Most pairs of rows that one table reports: nobody reads more, and a table with that many is to be rewritten.
_MAX_PAIRS: Final = 50

#: Most rows below that are looked at beside one that decides before them; in a table where more of them meet, to look
#: at every pair would take minutes.
_MAX_TRIED: Final = 40

#: Most rows that are named beside a row that decides before them.
_MAX_EXCEPTIONS: Final = 5


def inspect_table(inspection: Inspection, step: TableStep, place: int) -> set[int]:
    """Look for everything that can be wrong with a table; return the places of the rows that never decide.

    The place after the last row stands for `otherwise`.
    """
    path = f"steps[{place}]"
    regions = table_regions(inspection.policy, step, inspection.types)
    table = _Table(inspection=inspection, step=step, path=path, regions=regions, joint=Joint(inspection, regions))
    dead = table.dead_rows()
    complete = table.gap()
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
    return {regions.order[row] for row in bits_of(dead)} | ({len(step.rows)} if complete else set())


def row_answers(inspection: Inspection, step: TableStep, place: int) -> Callable[[int | None], Answer]:
    """Return what finds a record on which a row decides, by its place in the rule set; None asks for no row at all."""
    regions = table_regions(inspection.policy, step, inspection.types)
    joint = Joint(inspection, regions)
    table = _Table(inspection=inspection, step=step, path=f"steps[{place}]", regions=regions, joint=joint)
    return table.answer


@final
@attrs.define(kw_only=True)
class _Table:
    """A table under inspection; rows are bits in the order in which they are tried."""

    inspection: Inspection
    step: TableStep
    path: str
    regions: Regions
    joint: Joint
    _nodes: int = _MAX_TABLE_NODES

    def answer(self, row: int | None) -> Answer:
        """Look for a record on which the row at a place decides, or for None no row at all."""
        if row is None:
            cover = self._covered(self.regions.possible, 0)
        else:
            bit = 1 << self.regions.order.index(row)
            own = self.joint.witness(self._own(bit.bit_length() - 1)) if self.regions.possible & bit else None
            if own is None or own.outcome == "none":
                return Answer(outcome="none")
            cover = self._covered(0 if self.step.hit == "collect" else bit - 1, bit)
        outcomes: Mapping[str, Literal["found", "none", "undecided"]]
        outcomes = {"no": "found", "yes": "none", "undecided": "undecided"}
        return Answer(outcome=outcomes[cover.outcome], units=cover.units)

    def gap(self) -> bool:
        """Report a record that no row hits, where the table does not say what then; return whether there is none."""
        asked = self.step.otherwise is None and self.step.aggregate != "count"
        if not asked and not any(output.type == "choice" for output in self.step.outputs):
            return False  # nobody asks whether `otherwise` ever decides
        cover = self._covered(self.regions.possible, 0)
        if cover.outcome == "undecided":
            question = ("whether some row always hits", "是否总有规则行命中")
            self.inspection.undecided(f"{self.path}.rows", question)
        elif cover.outcome == "no" and asked:
            severity: Literal["error", "warning"] = "warning" if self.step.hit == "collect" else "error"
            english = f"no row of '{self.step.id}' hits, and there is no 'otherwise': the outputs are missing"
            chinese = f"“{self.step.id}”没有规则行命中，也没有 otherwise：输出缺失"
            units = self.joint.without_conflict(cover.chosen).units
            self._report("gap", severity, f"{self.path}.rows", (english, chinese), units=units)
        return cover.outcome == "yes"

    def dead_rows(self) -> int:
        """Report rows that nothing reaches and rows behind others; return both as bits."""
        dead = 0
        for row in range(len(self.regions.order)):
            bit = 1 << row
            earlier = (bit - 1) & ~dead if self.step.hit in ("first", "priority") else 0
            possible = self.regions.possible & bit
            if possible and self.joint.all_free and not self.regions.meeting[row] & earlier:
                continue
            where, name = self._where(row), self._name(row)
            own = self.joint.witness(self._own(row)) if possible else Answer(outcome="none")
            if own.outcome == "none":
                english = f"row '{name}' is never hit: no record has such values together"
                chinese = f"规则行“{name}”从不命中：没有记录同时具有这些取值"
                self._report("unreachable_row", "error", where, (english, chinese))
                dead |= bit
                continue
            if own.units is not None and not (earlier and self.joint.hits(own.units) & earlier):
                continue
            cover = self._covered(earlier, bit)
            if cover.outcome == "undecided" or (cover.outcome == "yes" and own.outcome == "undecided" and not earlier):
                self.inspection.undecided(where, ("whether this row ever decides", "该规则行是否会生效"))
            elif cover.outcome == "yes":
                before = [self._name(other) for other in bits_of(self.regions.meeting[row] & earlier)]
                english = f"row '{name}' never decides: {listed(before, 'en')} hit before it whatever it takes"
                chinese = f"规则行“{name}”从不生效：凡它命中的情形，{listed(before, 'zh')} 都先命中"
                self.inspection.report("masked_row", "error", where, (english, chinese), units=self._shown(own))
                dead |= bit
        return dead

    def conflicts(self, dead: int) -> None:
        """Report pairs of rows that hit one record, where the hit policy forbids it."""
        reported = 0
        for row, other in self._pairs(dead):
            if self.step.hit == "any" and self._outcome(row) == self._outcome(other):
                continue
            answer = self.joint.witness(self._within(1 << row | 1 << other))
            names = self._name(row), self._name(other)
            if answer.outcome == "undecided":
                question = (f"whether {names[0]!r} and {names[1]!r} overlap", f"“{names[0]}”与“{names[1]}”是否重叠")
                self.inspection.undecided(f"{self.path}.rows", question)
            if answer.units is None:
                continue
            english = f"rows '{names[0]}' and '{names[1]}' hit one record, which hit = '{self.step.hit}' forbids"
            chinese = f"规则行“{names[0]}”与“{names[1]}”命中同一记录，而 hit = “{self.step.hit}”不允许"
            self._report("overlap", "error", self._where(other), (english, chinese), units=answer.units)
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
            found: list[str] = []
            units: tuple[Value, ...] | None = None
            open_ = False
            tried = 0
            for other in bits_of(self.regions.meeting[row] & ~dead & ~((2 << row) - 1)):
                if self._outcome(other) == self._outcome(row):
                    continue
                tried += 1
                if tried > _MAX_TRIED:
                    open_ = True
                    break
                answer = self._deciding(row, other)
                open_ |= answer.outcome == "undecided"
                if answer.units is not None:
                    found.append(self._name(other))
                    units = units or answer.units
                    if len(found) > _MAX_EXCEPTIONS:
                        break
            name = self._name(row)
            if found:
                more = len(found) > _MAX_EXCEPTIONS
                names = [listed(found[:_MAX_EXCEPTIONS], lang) for lang in ("en", "zh")]
                names = [f"{names[0]} and others", f"{names[1]}等"] if more else names
                english = f"row '{name}' decides before {names[0]}, with another outcome: an exception?"
                chinese = f"规则行“{name}”先于 {names[1]} 生效且结果不同：是否为有意的例外？"
                self._report("overlap", "info", self._where(row), (english, chinese), units=units)
            elif open_:
                question = ("whether this row takes records from others", "该规则行是否截取了其他行的记录")
                self.inspection.undecided(self._where(row), question)

    def subsumed(self, dead: int) -> None:
        """Report rows that could be left out, because another says the same of whatever they take."""
        alive = self.regions.all_rows & ~dead
        left_out = 0
        for row in bits_of(alive):
            others = self.regions.covering[row] & alive & ~left_out & ~(1 << row)
            if self.step.hit != "any":
                others &= ~((2 << row) - 1)
            for other in bits_of(others):
                if self._outcome(row) != self._outcome(other) or self._between(row, other, row):
                    continue
                left_out |= 1 << row
                names = self._name(row), self._name(other)
                english = f"row '{names[0]}' can be left out: '{names[1]}' says the same of whatever it takes"
                chinese = f"规则行“{names[0]}”可以省去：它命中的情形，“{names[1]}”给出相同结果"
                shown = self._shown(self.joint.witness(self._own(row)))
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

    def _covered(self, rows: int, within: int) -> Cover:
        """Say whether some of `rows` take every record that all rows `within` take; those are bits too."""
        if within and rows & reduce(and_, (self.regions.covering[row] for row in bits_of(within))):
            return Cover(outcome="yes")
        covering = Covering(
            joint=self.joint,
            columns=[
                [region for region in column.regions if region.rows & within == within]
                for column in self.regions.columns
            ],
            within=self._within(within),
            nodes=min(_MAX_NODES, self._nodes),
            disjoint=self._exclusive,
        )
        before = covering.nodes
        found = covering.search(rows)
        self._nodes -= before - max(covering.nodes, 0)
        return found

    @property
    def _exclusive(self) -> bool:
        """Say whether no two rows share a choice of regions."""
        return all(meeting == 1 << row for row, meeting in enumerate(self.regions.meeting))

    def _deciding(self, row: int, other: int) -> Answer:
        """Look for a record that two rows take and none before the first one of them."""
        both = self._within(1 << row | 1 << other)
        shared = self.joint.witness(both)
        earlier = (1 << row) - 1
        if shared.units is None or not self.joint.hits(shared.units) & earlier:
            return shared
        cover = self._covered(earlier, 1 << row | 1 << other)
        if cover.outcome == "no":
            return Answer(outcome="found", units=cover.units)
        return Answer(outcome="undecided" if cover.outcome == "undecided" else "none")

    def _shown(self, answer: Answer) -> tuple[Value, ...] | None:
        """Return a record that shows a row, unless it rests on how records compare."""
        compared = any(name in self.inspection.compared for name in self.step.when)
        return None if compared else answer.units

    def _report(
        self,
        kind: FindingKind,
        severity: Severity,
        path: str,
        message: tuple[str, str],
        *,
        units: tuple[Value, ...] | None = None,
    ) -> None:
        seen_on = () if units is None else self.step.when
        self.inspection.report(kind, severity, path, message, units=units, seen_on=seen_on)

    def _own(self, row: int) -> dict[int, Region]:
        """Return the union of the regions that a row takes, by column; columns that it takes whole are left out."""
        return self._within(1 << row)

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
