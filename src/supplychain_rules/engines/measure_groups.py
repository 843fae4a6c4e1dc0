"""From tallies to grouped queries: one for each table, key and division into parts, whatever the number of measures.

Each sum is of a plain column of whole numbers. Where the declared sizes do not prove that a sum fits 64 bits, its
numbers are split in two columns of 32 bits each, whose sums do.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias, final

import attrs

from supplychain_rules.engines.fact_rows import ZERO, FactRows, Facts
from supplychain_rules.engines.fact_tables import FactKind
from supplychain_rules.engines.measure_lowering import Count, Tally
from supplychain_rules.engines.plan import (
    All,
    Any,
    Cell,
    Column,
    Compare,
    Condition,
    Minus,
    Nothing,
    Pick,
    Plus,
    Present,
    Quotient,
    Text,
    Times,
    Whole,
)
from supplychain_rules.engines.relations import (
    BAD,
    WIDEST,
    Filtered,
    Grouped,
    Made,
    Mapped,
    Relation,
    size_of,
)
from supplychain_rules.language.types import day_number
from supplychain_rules.measures.counting import BUCKETS, Dimension
from supplychain_rules.values.period import Period, months

__all__ = ["SPLIT", "Group", "Slot", "Sum", "groups_of", "key_name", "mentions_of", "whole_of"]

#: Where a number is split; both halves of a sum stay far from 64 bits.
SPLIT: Final = 2**32

#: Room that a sum leaves for what is reckoned with it: a digit more, and doubling.
_ROOM: Final = 32

#: What the upper half of a split sum stays below where the whole is reckoned with: the sum then has 58 bits.
_MOST_HIGH: Final = 2**26

#: A sum: its columns, each with what it weighs; none for zero.
Sum: TypeAlias = tuple[tuple[str, int], ...]


@final
@attrs.frozen(kw_only=True)
class Slot:
    """Where the sums of one count of a measure stand in a group."""

    #: The place of the measure among those that are computed.
    measure: int
    count: Count
    tally: Tally
    numerator: Sum
    denominator: Sum
    #: How many rows counted.
    rows: str
    #: How many numbers behind the denominator had no 64 bits, where one may have had none.
    lost: str | None = None


@final
@attrs.frozen(kw_only=True)
class Group:
    """A grouped query: its keys, its parts, its sums, and what they mean."""

    relation: Grouped
    keys: tuple[str, ...]
    parts: tuple[str, ...]
    slots: tuple[Slot, ...]
    #: The largest size of each sum.
    sizes: Mapping[str, int]
    #: How many facts were known, where not all were; None where each row is one.
    known: str | None
    #: How many bad values there are; None where they were refused, or another group of the same origin says it.
    bad: str | None
    #: Whose rows by which keys: two groups of one origin have the same bad values.
    origin: tuple[Relation, tuple[Cell, ...]]
    #: What makes a row bad beyond its single columns.
    checks: tuple[str, ...]
    #: The kinds of facts whose rows are counted.
    kinds: tuple[FactKind, ...]


def key_name(place: int) -> str:
    """Return the column of a key in every group."""
    return f"key_{place}"


def whole_of(sums: Sum, sizes: Mapping[str, int], *, prefix: str = "") -> tuple[Cell, list[Condition], int]:
    """Return a sum, the conditions under which it has 64 bits, and its largest size then.

    Args:
        sums: its columns.
        sizes: the largest size of each column.
        prefix: what the columns' names begin with.
    """
    if not sums:
        return ZERO, [], 0
    if len(sums) == 1:
        name = prefix + sums[0][0]
        return Column(name), [], sizes[name]
    (high, weight), (low, _) = ((Column(prefix + name), weight) for name, weight in sums)
    size = _MOST_HIGH * weight + sizes[low.name]
    return Plus(Times(high, Whole(weight)), low), [Compare("<", high, Whole(_MOST_HIGH))], size


def groups_of(
    tallies: Sequence[Sequence[Tally]],
    by: Sequence[Dimension],
    period: Period,
    *,
    rows: int,
    counts_bad: bool,
) -> tuple[Group, ...]:
    """Return the grouped queries of measures.

    Args:
        tallies: those of each measure.
        by: the dimensions to measure by.
        period: the days that count.
        rows: most rows of a table.
        counts_bad: whether bad values are counted; else the reader of the tables refuses them.

    Raises:
        InvalidValueError: the numbers of a row may outgrow 64 bits.
    """
    drafts: dict[tuple[object, ...], _Draft] = {}
    for measure, of_measure in enumerate(tallies):
        for tally in of_measure:
            keys = tuple(_key(tally, name, period) for name in by if name != "total")
            place = (id(tally.rows), keys or tally.kind, tally.parts)
            draft = drafts.get(place)
            if draft is None:
                draft = drafts[place] = _Draft(tally, keys, rows)
            draft.kinds[tally.kind] = None
            for count in tally.counts:
                draft.add(measure, tally, count, _inside(tally.day, period))
    whole = {draft.origin for draft in drafts.values() if not draft.has_parts}
    return tuple(
        draft.group(counts_bad=counts_bad, said=draft.has_parts and draft.origin in whole) for draft in drafts.values()
    )


def mentions_of(facts: Facts, name: Dimension, *, rows: int, counts_bad: bool) -> tuple[Group, ...]:
    """Return the queries of everybody whom facts mention, a supplier or a customer, one for each table."""
    found = []
    for kind in facts.tables:
        whose = facts.tables[kind].has(name)
        if kind == "suppliers" and name == "supplier":
            mentions = FactRows(facts, facts.table(kind).table)
            key: Cell = mentions.field(kind, "id")
        elif whose:
            mentions = FactRows(facts, facts.table(kind).table)
            key = mentions.field(kind, name)
        else:
            continue
        tally = Tally(rows=mentions, kind=kind, day=ZERO, counts=())
        draft = _Draft(tally, (key,), rows)
        draft.kinds[kind] = None
        found.append(draft.group(counts_bad=counts_bad))
    return tuple(found)


def _every(*conditions: Condition) -> All:
    """Return the condition that all of them are sure, each part of it once and none that another one says."""
    parts: dict[Condition, None] = {}
    for condition in conditions:
        match condition:
            case All():
                parts |= dict.fromkeys(_every(*condition.parts).parts)
            case Compare(sign, Pick(branches=((when, value),), otherwise=Nothing()), other):  # no value compares
                parts |= dict.fromkeys(_every(when, Compare(sign, value, other)).parts)
            case _:
                parts[condition] = None
    compared = {cell for part in parts if isinstance(part, Compare) for cell in (part.left, part.right)}
    return All(
        tuple(
            part
            for part in parts
            if not (isinstance(part, Present) and not part.out and part.of in compared)
            and not (isinstance(part, Any) and any(_follows(choice, parts) for choice in part.parts))
        )
    )


def _follows(condition: Condition, known: Iterable[Condition]) -> bool:
    """Say whether a condition is sure where some others are: a day before the end of the period is before a later one.

    >>> _follows(Compare("<", Column("day"), Whole(9)), [Compare("<", Column("day"), Whole(7))])
    True
    """
    for one in known:
        match condition, one:
            case Compare("<", left, Whole(bound)), Compare("<", other, Whole(least)) if left == other:
                if least <= bound:
                    return True
            case _:
                pass
    return False


def _where_asked(cell: Cell, asked: Condition | None) -> Cell:
    """Return what a sum adds up in rows of which one condition is known."""
    match cell:
        case Pick(branches=((condition, value),), otherwise=Whole(0)) if condition == asked:
            return value
        case _:
            return cell


def _inside(day: Cell, period: Period) -> Condition:
    first, end = (Whole(day_number(bound)) for bound in (period.start, period.end))
    return All((Compare(">=", day, first), Compare("<", day, end)))


def _key(tally: Tally, name: Dimension, period: Period) -> Cell:
    bucket = BUCKETS.get(name)
    if bucket is None:
        return tally.rows.dimension(tally.kind, name)
    texts: dict[str, int] = {}
    for month in months(period):
        texts[bucket(month.start)] = day_number(month.end)
    branches = [(Compare("<", tally.day, Whole(end)), Text(text)) for text, end in texts.items()]
    return Pick(tuple(branches), Text(""))


@final
class _Draft:
    """A group in the making."""

    def __init__(self, first: Tally, keys: tuple[Cell, ...], rows: int) -> None:
        self.kinds: dict[FactKind, None] = {}
        self._rows: FactRows = first.rows
        self._keys = keys
        self._parts = first.parts
        self._most = rows
        self._columns: dict[Cell, str] = {}
        self._sums: dict[Cell, Sum] = {}
        self._sizes: dict[str, int] = {}
        self._slots: list[Slot] = []
        self._conditions: list[Condition] = []

    def add(self, measure: int, tally: Tally, count: Count, inside: Condition) -> None:
        """Add what one count of a tally sums."""
        when = _every(inside, count.when)
        self._conditions.append(when)
        one = self._sum(Pick(((when, Whole(1)),), ZERO))
        self._slots.append(
            Slot(
                measure=measure,
                count=count,
                tally=tally,
                numerator=self._of(count.numerator, when),
                denominator=self._of(count.denominator, when),
                rows=one[0][0],
            )
        )

    def _of(self, cell: Cell, when: Condition) -> Sum:
        if cell == ZERO:
            return ()
        match cell:
            case Pick(branches=((condition, value),), otherwise=Whole(0)):  # one choice is easier to read than two
                return self._sum(Pick(((_every(when, condition), value),), ZERO))
            case _:
                return self._sum(Pick(((when, cell),), ZERO))

    def _sum(self, cell: Cell) -> Sum:
        known = self._sums.get(cell)
        if known is not None:
            return known
        size = size_of(cell, self._rows.sizes)
        if size * self._most * _ROOM <= WIDEST:
            found: Sum = ((self._column(cell, size), 1),)
        else:
            high = Quotient(cell, Whole(SPLIT))
            low = Minus(cell, Times(high, Whole(SPLIT)))
            found = ((self._column(high, size // SPLIT), SPLIT), (self._column(low, SPLIT), 1))
        self._sums[cell] = found
        return found

    def _column(self, cell: Cell, size: int) -> str:
        name = self._columns.setdefault(cell, f"sum_{len(self._columns)}")
        self._sizes[name] = size * self._most
        return name

    @property
    def has_parts(self) -> bool:
        """Whether what counts is grouped by more than the keys."""
        return bool(self._parts)

    @property
    def origin(self) -> tuple[Relation, tuple[Cell, ...]]:
        """Whose rows are grouped, by which keys."""
        return self._rows.relation(), self._keys

    def group(self, *, counts_bad: bool, said: bool = False) -> Group:
        """Return the finished query; bad values that another one says are not looked for again."""
        known = self._known()
        keys = tuple(key_name(place) for place in range(len(self._keys)))
        known_as = dict(zip(self._keys, keys, strict=True))
        parts = tuple(known_as.get(cell, f"part_{place}") for place, (cell, _) in enumerate(self._parts))
        made = [Made(name, cell, is_text=True) for name, cell in zip(keys, self._keys, strict=True)]
        more = {name: Made(name, *part) for name, part in zip(parts, self._parts, strict=True) if name not in keys}
        made += more.values()
        bad = BAD if (counts_bad or self._rows.checks) and not said else None
        if bad is not None:
            made.append(Made(bad, Column(BAD)))
        relation, _ = origin = self.origin
        counting = dict.fromkeys(self._conditions) if parts else {}  # what does not count would only make more groups
        if parts and bad is not None:
            counting[Compare(">", Column(BAD), ZERO)] = None
        if parts:
            relation = Filtered(relation, Any(tuple(counting)))
        asked = next(iter(counting)) if len(counting) == 1 else None
        made += [Made(name, _where_asked(cell, asked)) for cell, name in self._columns.items()]
        sums = (*([] if bad is None else [bad]), *self._columns.values())
        grouped = Grouped(of=Mapped(relation, tuple(made)), keys=(*keys, *more), sums=sums)
        return Group(
            relation=grouped,
            keys=keys,
            parts=parts,
            slots=tuple(self._slots),
            sizes={**self._sizes, BAD: 100 * self._most},
            known=known,
            bad=bad,
            origin=origin,
            kinds=tuple(self.kinds),
            checks=self._rows.checks,
        )

    def _known(self) -> str | None:
        """Return the column of how many facts were known, or None where every row is one."""
        if self._parts or not self._keys:
            return None
        known = Any(tuple(self._rows.mentions(kind) for kind in self.kinds))
        if All() in known.parts:
            return None
        return self._column(Pick(((known, Whole(1)),), ZERO), 1)
