"""From the sums of measures to their values, by whole numbers alone: one row for each key.

A value is a quotient rounded half up to so many decimals, worked out as on paper, digit by digit, so that no step
outgrows 64 bits. It is missing where there is nothing to measure, too little of it, or a bad value among its facts.
"""

from collections.abc import Sequence
from typing import Final, final

import attrs

from supplychain_rules.engines.long_division import LongDivision, kept
from supplychain_rules.engines.measure_groups import Group, Slot, Sum, whole_of
from supplychain_rules.engines.measure_prices import priced
from supplychain_rules.engines.plan import (
    All,
    Any,
    Cell,
    Column,
    Compare,
    Condition,
    Nothing,
    Pick,
    Plus,
    Present,
    Text,
    Times,
    Whole,
)
from supplychain_rules.engines.relations import (
    BAD,
    WIDEST,
    Filtered,
    Grouped,
    Joined,
    Made,
    Mapped,
    Relation,
    Stacked,
    columns_of,
)
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.counting import Dimension
from supplychain_rules.measures.delivery import DeliveryPerformance
from supplychain_rules.measures.delivery_time import DeliveryTime
from supplychain_rules.measures.fill import FillRate
from supplychain_rules.measures.kinds import Measure
from supplychain_rules.measures.price_index import PriceIndex
from supplychain_rules.measures.quality import QualityPassRate, RejectRate
from supplychain_rules.measures.spend import Spend, SpendShare

__all__ = ["PROBLEMS", "Valued", "no_quotient", "values_of"]

#: The column that counts what is wrong with the facts of a key.
PROBLEMS: Final = "problems"


@final
@attrs.frozen(kw_only=True)
class Valued:
    """A relation of values, and what its columns are."""

    relation: Relation
    #: The dimension of each key, and its column.
    keys: tuple[tuple[Dimension, str], ...]
    #: The columns of each measure: units of the value; with details also numerator, denominator and evidence.
    values: tuple[str, ...]
    details: tuple[tuple[str, str, str], ...]
    decimals: tuple[int, ...]


def no_quotient(measure: Measure) -> str:
    """Return why a measure's value is more than a quotient of two sums of a key, or an empty text where it is one."""
    match measure:
        case DeliveryPerformance() | FillRate() | QualityPassRate() | RejectRate() | Spend():
            return ""
        case SpendShare():
            return "" if not measure.within else "within"
        case DeliveryTime():
            return f"statistic={measure.statistic!r} of days"
        case PriceIndex():
            return "reference_decimals=None" if measure.reference_decimals is None else ""
        case _:
            return f"{type(measure).__name__}, whose value needs more than two sums of a key"


def values_of(
    measures: Sequence[Measure],
    groups: Sequence[Group],
    mentions: Sequence[Group],
    by: Sequence[Dimension],
    decimals: Sequence[int],
) -> Valued:
    """Return the values of measures by key.

    Args:
        measures: the definitions.
        groups: what was counted for them.
        mentions: whom facts mention that are not counted, where one measures by supplier or by customer.
        by: the dimensions of the key.
        decimals: the decimals of each value.

    Raises:
        InvalidValueError: a number may outgrow 64 bits.
    """
    keys = tuple((name, f"key_{place}") for place, name in enumerate(by) if name != "total")
    work = _Work(measures, groups, decimals, tuple(by))
    return work.valued(keys, mentions)


@final
class _Work:
    """Values in the making."""

    def __init__(
        self, measures: Sequence[Measure], groups: Sequence[Group], decimals: Sequence[int], by: tuple[Dimension, ...]
    ) -> None:
        self._measures = measures
        groups = priced(measures, groups)
        self._groups = groups
        self._decimals = decimals
        self._keys = tuple(f"key_{place}" for place, name in enumerate(by) if name != "total")
        self._by = by
        self._sizes: dict[str, int] = {}
        self._slots: dict[int, tuple[int, Slot]] = {}
        for place, group in enumerate(groups):
            for slot in group.slots:
                if slot.count.evidence:
                    self._slots[slot.measure] = (place, slot)

    def valued(self, keys: tuple[tuple[Dimension, str], ...], mentions: Sequence[Group]) -> Valued:
        """Return the relation of values."""
        relation = self._summed(mentions)
        shares = [place for place, measure in enumerate(self._measures) if isinstance(measure, SpendShare)]
        if shares:
            relation = self._with_wholes(relation, shares)
        relation = self._with_problems(self._quotients(relation))
        if self._keys:
            met = (Compare(">", Column("met"), Whole(0)), Compare(">", Column(PROBLEMS), Whole(0)))
            relation = Filtered(relation, Any(met))
        places = range(len(self._measures))
        return Valued(
            relation=relation,
            keys=keys,
            values=tuple(f"value_{place}" for place in places),
            details=tuple((f"above_{place}", f"below_{place}", f"evidence_{place}") for place in places),
            decimals=tuple(self._decimals),
        )

    def _summed(self, mentions: Sequence[Group]) -> Relation:
        """Return one row for each key with every sum, whether a group knows the key or not."""
        sums: dict[str, tuple[Group, Cell]] = {}
        everything = (*self._groups, *mentions)
        for place, group in enumerate(everything):
            for name in group.relation.sums:
                if name != BAD:
                    sums[f"g{place}_{name}"] = (group, Column(name))
                    self._sizes[f"g{place}_{name}"] = group.sizes[name]
        for measure, (place, slot) in self._slots.items():
            if self._groups[place].parts:
                group = self._groups[place]
                sums[f"parts_{measure}"] = (
                    group,
                    Pick(((Compare(">", Column(slot.rows), Whole(0)), Whole(1)),), Whole(0)),
                )
                self._sizes[f"parts_{measure}"] = group.sizes[slot.rows]
        counts_bad = any(group.bad for group in everything)
        counted = {group.origin: group for group in reversed(everything) if group.bad}  # none counts twice
        parts: list[Relation] = []
        for group in everything:
            made = [Made(key, Column(key), is_text=True) for key in self._keys]
            made += [Made(name, cell if of is group else Whole(0)) for name, (of, cell) in sums.items()]
            made.append(Made("met", self._met(group)))
            if counts_bad:
                made.append(Made(BAD, Column(BAD) if counted.get(group.origin) is group else Whole(0)))
            parts.append(Mapped(group.relation, tuple(made)))
        if len(parts) == 1 and not everything[0].parts:  # it is grouped already
            return parts[0]
        names = (*sums, "met", *([BAD] if counts_bad else []))
        return Grouped(of=Stacked(tuple(parts)), keys=self._keys, sums=names)

    def _met(self, group: Group) -> Cell:
        """Return whether a key is reported: a party that is mentioned, and anything else where something counts."""
        counted: Cell = Whole(0)
        for name in dict.fromkeys(slot.rows for slot in group.slots):
            counted = Plus(counted, Column(name))
        if group.known is not None and self._by not in {("supplier",), ("customer",)}:
            return Column(group.known) if any(slot.lost for slot in group.slots) else counted
        if group.parts or self._by not in {("supplier",), ("customer",)}:
            return counted
        mentioned: Cell = Whole(1) if group.known is None else Column(group.known)
        if self._by == ("supplier",):
            return mentioned
        return Pick(((Compare("!=", Column(self._keys[0]), Text("")), mentioned),), counted)

    def _total(self, measure: int, sums: Sum) -> tuple[Cell, list[Condition], int]:
        """Return a sum, the conditions under which it has 64 bits, and its largest size then."""
        return whole_of(sums, self._sizes, prefix=f"g{self._slots[measure][0]}_")

    def _with_wholes(self, relation: Relation, shares: Sequence[int]) -> Relation:
        """Put the sums of all keys beside each key."""
        names: dict[str, str] = {}
        for place in shares:
            group, slot = self._slots[place]
            names |= {f"g{group}_{column}": f"whole_{group}_{column}" for column, _ in slot.numerator}
        if BAD in columns_of(relation):
            names[BAD] = "whole_bad"
        for column, whole in names.items():
            self._sizes[whole] = self._sizes.get(column, 0)
        one = Made("one", Whole(1))
        wholes = Mapped(
            Grouped(
                of=Mapped(relation, tuple(Made(w, Column(c)) for c, w in names.items())),
                keys=(),
                sums=tuple(names.values()),
            ),
            (Made("whole_one", Whole(1)), *(Made(whole, Column(whole)) for whole in names.values())),
        )
        kept = tuple(Made(c, Column(c), is_text=c in self._keys) for c in columns_of(relation))
        return Joined(
            left=Mapped(relation, (*kept, one)), right=wholes, on=(("one", "whole_one"),), take=tuple(names.values())
        )

    def _quotients(self, relation: Relation) -> Relation:
        """Divide, level by level."""
        passed = [key for key in (*self._keys, "met", BAD) if key in columns_of(relation)]
        first: list[Made] = [Made(name, Column(name), is_text=name in self._keys) for name in passed]
        divisions: list[LongDivision] = []
        for place in range(len(self._measures)):
            made, division = self._begin(place, has_bad=BAD in passed, shared="whole_bad" in columns_of(relation))
            first += made
            divisions.append(division)
        found: Relation = Mapped(relation, tuple(first))
        carried = [
            *passed,
            *(f"{name}_{p}" for p in range(len(self._measures)) for name in ("above", "below", "evidence")),
        ]
        steps = [division.steps() for division in divisions]
        for level in range(max(map(len, steps), default=0)):
            made = [Made(name, Column(name), is_text=name in self._keys) for name in carried]
            for division, own in zip(divisions, steps, strict=True):
                made += own[level] if level < len(own) else kept(Column(f"value_{division.name}"))
            found = Mapped(found, tuple(made))
        return found

    def _with_problems(self, relation: Relation) -> Relation:
        """Count what is wrong: bad values, else values that should be there and outgrew 64 bits."""
        outgrown: Cell = Whole(0)
        for place, measure in enumerate(self._measures):
            above, below, evidence = (Column(f"{name}_{place}") for name in ("above", "below", "evidence"))
            lost = (Present(above, out=True), Present(below, out=True), Compare(">", below, Whole(0)))
            should = Compare(">=", evidence, Whole(max(1, measure.minimum_evidence)))
            absent = Present(Column(f"value_{place}"), out=True)
            outgrown = Plus(outgrown, Pick(((All((absent, should, Any(lost))), Whole(1)),), Whole(0)))
        names = columns_of(relation)
        if BAD in names:
            outgrown = Pick(((Compare(">", Column(BAD), Whole(0)), Column(BAD)),), outgrown)
        kept = (Made(name, Column(name), is_text=name in self._keys) for name in names if name != BAD)
        return Mapped(relation, (*kept, Made(PROBLEMS, outgrown)))

    def _begin(self, place: int, *, has_bad: bool, shared: bool) -> tuple[list[Made], "LongDivision"]:
        measure = self._measures[place]
        group, slot = self._slots[place]
        above, fits, size_above = self._total(place, slot.numerator)
        scale_above, scale_below = slot.count.decimals
        below: Cell
        fits_below: list[Condition] = []
        if isinstance(measure, Spend):
            below, size_below, scale_below = Whole(1), 1, 0
        elif isinstance(measure, SpendShare):
            scale_below = scale_above
            below, fits_below, size_below = self._whole(place)
        else:
            below, fits_below, size_below = self._total(place, slot.denominator)
            if slot.lost is not None:
                fits_below.append(Compare("==", Column(f"g{group}_{slot.lost}"), Whole(0)))
        evidence = Column(f"g{group}_{slot.rows}")
        enough: list[Condition] = [
            Compare(">=", evidence, Whole(max(1, measure.minimum_evidence))),
            Compare(">", below, Whole(0)),
            *fits,
            *fits_below,
        ]
        if f"parts_{place}" in self._sizes:  # quantities in several units have no sum
            below = Pick(((Compare("<=", Column(f"parts_{place}"), Whole(1)), below),), Whole(0))
            enough[1] = Compare(">", below, Whole(0))
        if has_bad:
            enough.append(Compare("==", Column(BAD), Whole(0)))
        if shared and isinstance(measure, SpendShare):
            enough.append(Compare("==", Column("whole_bad"), Whole(0)))
        digits = self._decimals[place] + scale_below - scale_above
        per = measure.per if isinstance(measure, RejectRate) else 1
        while per % 10 == 0:
            per, digits = per // 10, digits + 1
        power = 10 ** max(0, -digits)
        numerator = above if per == 1 else Times(above, Whole(per))
        denominator = below if power == 1 else Times(below, Whole(power))
        if size_above * per > WIDEST or size_below * power * 10 > WIDEST:
            hint = "declare fewer decimals or smaller largest numbers in 'sizes'"
            raise InvalidValueError(f"the sums of measure {measure.id!r} may outgrow 64 bits", size_below, hint=hint)
        made = [
            Made(f"above_{place}", _where(fits, above)),
            Made(f"below_{place}", _where(fits_below, below)),
            Made(f"evidence_{place}", evidence),
            Made(f"rest_{place}", _where(fits, numerator)),
            Made(f"under_{place}", _where(enough, denominator)),
        ]
        return made, LongDivision(name=str(place), digits=max(0, digits), size_below=size_below * power)

    def _whole(self, place: int) -> tuple[Cell, list[Condition], int]:
        group, slot = self._slots[place]
        return whole_of(slot.numerator, self._sizes, prefix=f"whole_{group}_")


def _where(conditions: Sequence[Condition], cell: Cell) -> Cell:
    return Pick(((All(tuple(conditions)), cell),), Nothing()) if conditions else cell
