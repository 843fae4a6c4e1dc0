"""The price index: what was paid against what the same goods cost elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias, cast, final, get_args

import attrs

from supplychain_rules.facts.fields import is_whole, one_of
from supplychain_rules.facts.prices import PriceKind
from supplychain_rules.measures.counting import (
    Cells,
    Counting,
    Dimension,
    Figure,
    FigureOf,
    LeftOut,
    Row,
    RowsOf,
    counted,
    left_out_note,
    one_currency,
    ratio,
)
from supplychain_rules.measures.exact import fraction
from supplychain_rules.measures.fields import (
    id_field,
    label_field,
    minimum_evidence_field,
    refuse_idle,
    scope_field,
)
from supplychain_rules.measures.index import Driver, FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.pricing import (
    PricedRows,
    PriceSource,
    check_price_choices,
    market_price,
    market_source_field,
    observed_price,
    price_kinds_field,
    price_rows,
)
from supplychain_rules.measures.scope import Scope
from supplychain_rules.values.label import Label
from supplychain_rules.values.rounding import round_to_units

__all__ = ["OF_THE_PERIOD", "PRICE_INDEX", "PriceIndex", "PriceReference"]

#: What a price is compared with: the mean of all suppliers, of the other ones, the lowest supplier's mean, the
#: market price of the day, or the supplier's contract price of the day.
PriceReference = Literal["mean", "peers", "lowest", "market", "contract"]

#: The references that are made of what other suppliers took for the item in the period.
OF_THE_PERIOD: Final = ("mean", "peers", "lowest")


@final
@attrs.frozen(kw_only=True)
class PriceIndex:
    """What was paid / what the same quantities would have cost at each item's reference price; below 1 is cheap.

    The reference price of an item in its unit is, by `against`:

    - `mean`: the quantity-weighted mean over all suppliers in the period, the supplier itself included: sum of
      values / sum of quantities;
    - `peers`: the same over the other suppliers only;
    - `lowest`: the least of the suppliers' means, the supplier's own among them. The index is then own / lowest, from
      1 up; a price score of lowest / own is 1 / index;
    - `market`: the market price in force on the day of the price;
    - `contract`: the supplier's contract price in force on the day of the price.

    So each item weighs by the quantity bought, valued at its reference price. An item with one supplier compares with
    nothing under the first three, whatever one measures by: their reference is always that of the whole period. What
    has no reference price above zero is left out and counted in the note; without anything comparable there is no data.

    The first three are quotients, and exact where `reference_decimals` is left out. Where it is given, they are prices
    as a price list would print them, rounded half up to so many decimals; only then can frames and SQL compute the
    index, because a sum over items with a fraction each has no common denominator that 64 bits would hold.

    The evidence is the number of order lines (ordered in the period), observations or invoice lines that compare.
    Prices of different units are prices of different items.

    Raises:
        InvalidValueError: a choice that does not exist, `kinds` where observations are no source, `market_source`
            where no market price is read, or `reference_decimals` where the reference is no quotient; at measuring,
            prices in more than one currency.

    >>> PriceIndex(id="price_index", against="peers").source
    'order_lines'
    """

    id: str = id_field()
    label: Label | None = label_field()
    against: PriceReference = attrs.field(default="mean", validator=one_of(*get_args(PriceReference)))
    source: PriceSource = attrs.field(default="order_lines", validator=one_of(*get_args(PriceSource)))
    #: Kinds of observations that are a source; a contract price has no place in a mean of quotes.
    kinds: frozenset[PriceKind] = price_kinds_field()
    #: Whose market prices are read; `None` for all.
    market_source: str | None = market_source_field()
    #: Decimals of a reference price that is a mean; `None` for the exact fraction.
    reference_decimals: int | None = attrs.field(default=None, validator=attrs.validators.optional(is_whole(0, 9)))
    #: As subjects and as peers.
    scope: Scope = scope_field()
    #: Fewest lines or observations that compare for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read."""
        check_price_choices(self)
        if self.against not in OF_THE_PERIOD:
            refuse_idle(self, "reference_decimals", without="against='mean', 'peers' or 'lowest'")


#: Supplier, item, unit and currency of a price; amount over quantity is the price.
_Part: TypeAlias = tuple[str, str, str, str]

#: Item and unit.
_Good: TypeAlias = tuple[str, str]

_NO_MARKET: Final = LeftOut("prices without a market price left out")
_NO_CONTRACT: Final = LeftOut("prices without a contract price left out")


def _rows(measure: PriceIndex, index: FactIndex, _as_of: date) -> RowsOf:
    return price_rows(measure.source, measure.kinds, index, _priced(measure, index))


def _priced(measure: PriceIndex, index: FactIndex) -> PricedRows:
    if measure.against == "contract":
        return _against(observed_price(index, "contract"), _NO_CONTRACT)
    if measure.against == "market":
        market = market_price(index, measure.market_source)
        return _against(lambda _supplier, item, unit, day: market(item, unit, day), _NO_MARKET)
    return _plain


def _plain(  # noqa: PLR0913, PLR0917  a price as `PricedRows` gives it
    owner: Driver, day: date, supplier: str, item: str, unit: str, currency: str, paid: Decimal, quantity: Decimal
) -> Sequence[Row]:
    return ((owner, day, (supplier, item, unit, currency), paid, quantity, 1),)


def _against(reference: Callable[[str, str, str, date], tuple[Decimal, str] | None], missing: LeftOut) -> PricedRows:
    """Return the function from a price to its row: paid, and what it would have cost at the reference of its day."""

    def make(  # noqa: PLR0913, PLR0917  a price as `PricedRows` gives it
        owner: Driver, day: date, supplier: str, item: str, unit: str, currency: str, paid: Decimal, quantity: Decimal
    ) -> Sequence[Row]:
        found = reference(supplier, item, unit, day)
        if found is None or not found[0]:
            return ((owner, day, missing, 1, 0, 0),)
        return ((owner, day, (currency, found[1]), paid, found[0] * quantity, 1),)

    return make


def _figure(measure: PriceIndex, everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    if measure.against not in OF_THE_PERIOD:
        pairs = (cast("tuple[str, str]", part) for cells in everything.values() for part in counted(cells))
        one_currency(measure.id, (currency for pair in pairs for currency in pair))
        return lambda _key, cells: ratio(cells)
    reference = _references(measure, everything)

    def figure(_key: Key, cells: Cells) -> Figure:
        paid = at_reference = Fraction(0)
        evidence = 0
        alone: set[_Good] = set()
        for part, sums in counted(cells).items():
            supplier, item, unit, _ = cast("_Part", part)
            price = reference(supplier, (item, unit))
            if price:
                paid += fraction(sums.numerator)
                at_reference += fraction(sums.denominator) * price
                evidence += sums.evidence
            else:
                alone.add((item, unit))
        notes = [left_out_note(cells)]
        if alone:
            notes.append(f"items without a reference price left out: {len(alone)}")
        note = "; ".join(text for text in notes if text)
        return Figure(numerator=paid, denominator=at_reference, evidence=evidence, note=note)

    return figure


def _references(measure: PriceIndex, everything: Mapping[Key, Cells]) -> Callable[[str, _Good], Fraction | None]:
    """Return the function from supplier and item to the reference price; `None` where nobody else sells the item."""
    one_currency(measure.id, (cast("_Part", part)[3] for cells in everything.values() for part in counted(cells)))
    sellers: dict[_Good, dict[str, tuple[Fraction, Fraction]]] = {}
    for cells in everything.values():
        for part, sums in counted(cells).items():
            supplier, item, unit, _ = cast("_Part", part)
            of = sellers.setdefault((item, unit), {})
            paid, quantity = of.get(supplier, (Fraction(0), Fraction(0)))
            of[supplier] = paid + fraction(sums.numerator), quantity + fraction(sums.denominator)
    comparable = {good: of for good, of in sellers.items() if len(of) > 1}
    wholes = {good: (sum(p for p, _ in of.values()), sum(q for _, q in of.values())) for good, of in comparable.items()}

    def price(paid: Fraction, quantity: Fraction) -> Fraction:
        exact = paid / quantity
        places = measure.reference_decimals
        return exact if places is None else Fraction(round_to_units(exact, places), 10**places)

    def mean(_supplier: str, good: _Good) -> Fraction | None:
        whole = wholes.get(good)
        return None if whole is None else price(Fraction(whole[0]), Fraction(whole[1]))

    def peers(supplier: str, good: _Good) -> Fraction | None:
        whole = wholes.get(good)
        if whole is None:
            return None
        paid, quantity = comparable[good][supplier]
        return price(whole[0] - paid, whole[1] - quantity)

    def lowest(_supplier: str, good: _Good) -> Fraction | None:
        of = comparable.get(good)
        return None if of is None else min(price(paid, quantity) for paid, quantity in of.values())

    return {"mean": mean, "peers": peers, "lowest": lowest}[measure.against]


#: How the price index counts.
PRICE_INDEX: Final = Counting(rows=_rows, figure=_figure, nothing="no comparable item in the period")
