"""The price index in an engine: from what each supplier took for each item to what it would have cost elsewhere.

A reference price is a quotient, one for each item, rounded half up to the decimals that the definition declares. So it
is a whole number of units, and what a key's quantities would have cost is a sum of whole numbers, as any other sum.
"""

from collections.abc import Sequence
from typing import Final, final

import attrs

from supplychain_rules.engines.long_division import MOST_UNITS, LongDivision
from supplychain_rules.engines.measure_groups import SPLIT, Group, Slot, Sum, whole_of
from supplychain_rules.engines.plan import (
    All,
    Cell,
    Column,
    Compare,
    Condition,
    Minus,
    Nothing,
    Pick,
    Present,
    Quotient,
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
)
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.kinds import Measure
from supplychain_rules.measures.price_index import PriceIndex

__all__ = ["priced"]

ONE: Final = Whole(1)
ZERO: Final = Whole(0)


def priced(measures: Sequence[Measure], groups: Sequence[Group]) -> tuple[Group, ...]:
    """Return the groups with those of price indices turned into sums of a key: paid, and at reference prices.

    Raises:
        InvalidValueError: a number may outgrow 64 bits.
    """
    found: list[Group] = []
    for group in groups:
        indices = [slot for slot in group.slots if isinstance(measures[slot.measure], PriceIndex)]
        found += [_Index(measures[slot.measure], group, slot).group() for slot in indices] or [group]
    return tuple(found)


@final
class _Index:
    """A price index in the making."""

    def __init__(self, measure: Measure, group: Group, slot: Slot) -> None:
        if not isinstance(measure, PriceIndex) or measure.reference_decimals is None:
            raise AssertionError(measure)  # `no_quotient` refuses it
        self._measure = measure
        self._group = group
        self._slot = slot
        self._sums = tuple(name for name, _ in (*slot.numerator, *slot.denominator))
        #: The columns of supplier, item and unit, and those of item and unit.
        self._parts = group.parts
        self._good = group.parts[1:]
        above, below = slot.count.decimals
        self._digits = measure.reference_decimals + below - above
        self._decimals = (above, below + measure.reference_decimals)

    def group(self) -> Group:
        """Return one row for each key with what was paid for what compares, and what it would have cost."""
        group, slot = self._group, self._slot
        prices, by = self._references()
        reference = _above_zero(prices, by)
        on = tuple((name, f"of_{name}") for name in by)
        joined = Joined(left=group.relation, right=reference, on=on, take=("price", "price_lost"))
        compares = Compare(">", Column("price"), ZERO)
        pieces, fits, _ = whole_of(slot.denominator, group.sizes)
        fits.append(Compare("<=", pieces, Quotient(Whole(MOST_UNITS), Column("price"))))
        worth = Pick(((All((compares, *fits)), Times(pieces, Column("price"))),), Nothing())
        lost = Pick(((Compare(">", Column("price_lost"), ZERO), ONE),), ZERO)
        bad = () if group.bad is None else (Made(BAD, Column(BAD)),)
        keys = tuple(Made(key, Column(key), is_text=True) for key in group.keys)
        paid = tuple(name for name, _ in slot.numerator)
        valued = Mapped(
            joined,
            (
                *keys,
                *(Made(name, Pick(((compares, Column(name)),), ZERO)) for name in paid),
                Made("rows", Pick(((compares, Column(slot.rows)),), ZERO)),
                Made("all_rows", Column(slot.rows)),
                Made("worth", worth),
                Made("price_lost", lost),
                Made("compared", Pick(((compares, ONE),), ZERO)),
                *bad,
            ),
        )
        high = Quotient(Column("worth"), Whole(SPLIT))
        absent = All((Compare(">", Column("compared"), ZERO), Present(Column("worth"), out=True)))
        lost = Pick(((absent, ONE), (Compare(">", Column("price_lost"), ZERO), ONE)), ZERO)
        same = (*paid, "rows", "all_rows", *(made.name for made in bad))
        split = Mapped(
            valued,
            (
                *keys,
                *(Made(name, Column(name)) for name in same),
                Made("high", high),
                Made("low", Minus(Column("worth"), Times(high, Whole(SPLIT)))),
                Made("lost", lost),
            ),
        )
        rows = group.sizes[slot.rows]
        sizes = {"high": MOST_UNITS // SPLIT * rows, "low": SPLIT * rows, "all_rows": rows, "rows": rows, "lost": rows}
        if max(sizes.values()) > WIDEST:
            hint = "declare fewer rows in 'sizes'"
            raise InvalidValueError(f"the sums of measure {self._measure.id!r} may outgrow 64 bits", rows, hint=hint)
        made = (*same, "high", "low", "lost")
        count = attrs.evolve(slot.count, decimals=self._decimals)
        at_reference: Sum = (("high", SPLIT), ("low", 1))
        return attrs.evolve(
            group,
            relation=Grouped(of=split, keys=group.keys, sums=made),
            parts=(),
            slots=(attrs.evolve(slot, count=count, denominator=at_reference, rows="rows", lost="lost"),),
            sizes={**group.sizes, **sizes},
            known="all_rows",
        )

    def _references(self) -> tuple[Relation, tuple[str, ...]]:
        """Return the reference prices, and the columns of the group's rows that each belongs to."""
        counting = Filtered(self._group.relation, Compare(">", Column(self._slot.rows), ZERO))
        sellers = self._summed(counting, self._parts)
        if self._measure.against == "lowest":
            return self._lowest(sellers), self._good
        goods = self._summed(sellers, self._good, sellers=True)
        several = Filtered(goods, Compare(">", Column("sellers"), ONE))
        if self._measure.against == "mean":
            return self._prices(several, self._good), self._good
        others = Mapped(several, tuple(Made(f"all_{name}", Column(name)) for name in (*self._good, *self._sums)))
        on = tuple((name, f"all_{name}") for name in self._good)
        beside = Joined(left=sellers, right=others, on=on, take=tuple(f"all_{name}" for name in self._sums))
        compared = Filtered(beside, Present(Column(f"all_{self._sums[0]}")))
        names = tuple(Made(name, Column(name), is_text=True) for name in self._parts)
        rest = tuple(Made(name, Minus(Column(f"all_{name}"), Column(name))) for name in self._sums)
        return self._prices(Mapped(compared, (*names, *rest)), self._parts), self._parts

    def _summed(self, rows: Relation, by: tuple[str, ...], *, sellers: bool = False) -> Relation:
        """Return the sums by supplier, item and unit, or by item and unit."""
        if not sellers and set(self._group.keys) <= set(by):  # they are it already
            return rows
        sums = (*self._sums, *(("sellers",) if sellers else ()))
        made = [Made(name, Column(name), is_text=True) for name in by]
        made += [Made(name, Column(name)) for name in self._sums]
        if sellers:
            made.append(Made("sellers", ONE))
        return Grouped(of=Mapped(rows, tuple(made)), keys=by, sums=sums)

    def _lowest(self, sellers: Relation) -> Relation:
        """Return the least of the suppliers' mean prices of each item."""
        prices = self._prices(sellers, self._parts)
        names = tuple(f"of_{name}" for name in self._good)
        made = [Made(name, Column(name), is_text=True) for name in names]
        made += [Made("price", Column("price")), Made("price_lost", Column("price_lost")), Made("sellers", ONE)]
        goods = Grouped(of=Mapped(prices, tuple(made)), keys=names, sums=("price_lost", "sellers"), least=("price",))
        return Filtered(goods, Compare(">", Column("sellers"), ONE))

    def _prices(self, of: Relation, by: tuple[str, ...]) -> Relation:
        """Divide what was paid by the quantity, with a count of one where the quotient has no 64 bits."""
        above, fits, _ = whole_of(self._slot.numerator, self._group.sizes)
        below, fits_below, size = whole_of(self._slot.denominator, self._group.sizes)
        power = 10 ** max(0, -self._digits)
        most = WIDEST // (10 * power)  # a digit more is what the division needs
        if size > most:
            fits_below.append(Compare("<=", below, Whole(most)))
        under = below if power == 1 else Times(below, Whole(power))
        names = tuple(f"of_{name}" for name in by)
        begun = [Made(new, Column(name), is_text=True) for new, name in zip(names, by, strict=True)]
        begun += [Made("rest_price", _where(fits, above)), Made("under_price", _where(fits_below, under))]
        found: Relation = Mapped(of, tuple(begun))
        for level in LongDivision(
            name="price", digits=max(0, self._digits), size_below=min(size, most) * power
        ).steps():
            found = Mapped(found, (*(Made(name, Column(name), is_text=True) for name in names), *level))
        value = Column("value_price")
        lost = Pick(((Present(value, out=True), ONE),), ZERO)
        kept = tuple(Made(name, Column(name), is_text=True) for name in names)
        return Mapped(found, (*kept, Made("price", value), Made("price_lost", lost)))


def _above_zero(prices: Relation, by: Sequence[str]) -> Relation:
    """Return the prices without those of zero: they are no reference, and nothing is divided by them."""
    kept = tuple(Made(f"of_{name}", Column(f"of_{name}"), is_text=True) for name in by)
    price = Pick(((Compare(">", Column("price"), ZERO), Column("price")),), Nothing())
    return Mapped(prices, (*kept, Made("price", price), Made("price_lost", Column("price_lost"))))


def _where(conditions: Sequence[Condition], cell: Cell) -> Cell:
    return Pick(((All(tuple(conditions)), cell),), Nothing()) if conditions else cell
