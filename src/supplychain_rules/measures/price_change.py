"""Price history: a supplier's prices of a period against those of a base period, and against the market's."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, cast, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_optional_id
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.prices import IndexValue, PriceKind
from supplychain_rules.measures.counting import (
    BUCKETS,
    Cells,
    Counting,
    Dimension,
    Figure,
    FigureOf,
    LeftOut,
    Row,
    RowsOf,
    Sums,
    left_out_note,
    one_currency,
)
from supplychain_rules.measures.exact import fraction
from supplychain_rules.measures.fields import (
    id_field,
    label_field,
    minimum_evidence_field,
    one_of,
    refuse_idle,
    scope_field,
)
from supplychain_rules.measures.index import Driver, FactIndex
from supplychain_rules.measures.interval import square_root
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.pricing import PriceSource, index_value, market_price, price_kinds, price_rows
from supplychain_rules.measures.scope import Scope
from supplychain_rules.values.label import Label
from supplychain_rules.values.period import Period
from supplychain_rules.values.rounding import round_to_units

__all__ = [
    "FISHER_DECIMALS",
    "PRICE_CHANGE",
    "PriceChange",
    "PriceComparison",
    "PriceFormula",
    "index_change",
    "index_mean",
]

#: Whose quantities weigh the items: those of the base period, of this one, or the geometric mean of both indices.
PriceFormula = Literal["laspeyres", "paasche", "fisher"]

#: What the supplier's change is set against: nothing, each item's market price, or an index series.
PriceComparison = Literal["itself", "market", "series"]

#: Decimals of a Fisher index, which is irrational: finer than any price is agreed.
FISHER_DECIMALS: Final = 6

#: Longest way back in months: a century.
MAX_MONTHS: Final = 1_200

_A_YEAR: Final = 12
_QUOTES: Final[frozenset[PriceKind]] = frozenset({"quote"})

_NOW, _BASE = "now", "base"


def _is_months(_change: object, _field: object, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_MONTHS:
        raise InvalidValueError(f"PriceChange.months_back must be a whole number from 1 to {MAX_MONTHS}", value)


def _is_optional_period(_change: object, _field: object, value: Any) -> None:  # noqa: ANN401  whatever was given
    if value is not None and not isinstance(value, Period):
        raise InvalidValueError("PriceChange.base must be a Period", value, hint="as in Period.year(2025)")


@final
@attrs.frozen(kw_only=True)
class PriceChange:
    """What the basket costs at this period's prices / what it cost at the base period's; above 1 is dearer.

    An item's price is the mean of a period, sum of values / sum of quantities, by supplier, item and unit. Only what
    was bought in both periods, at a base price above zero, compares; the rest is counted in the note. With prices p
    and quantities q of the base (0) and of this period (1):

    - `laspeyres`: sum of p1 x q0 / sum of p0 x q0;
    - `paasche`: sum of p1 x q1 / sum of p0 x q1;
    - `fisher`: the square root of their product, rounded half up to 6 decimals.

    Against the `market` or an index `series`, each base price first moves with its market: p0 becomes p0 x m1 / m0,
    where m is the quantity-weighted mean of the market price, or of the series, on the days of the purchases. Below 1
    the supplier did better than the market. Purchases on a day before the first market price are left out.

    The base period lies `months_back` before the period, or is `base` itself. By month, quarter or year, each
    is compared with the whole base period. The evidence is the number of purchases of the period that compare.

    Sources: E. Laspeyres (1871), H. Paasche (1874), I. Fisher, The Making of Index Numbers (1922).

    Raises:
        InvalidValueError: a choice that does not exist or has no effect, no series where one is compared with; at
            measuring, prices in more than one currency, or a base period outside the calendar.

    >>> PriceChange(id="price_history", against="series", series="WPU101").months_back
    12
    """

    id: str = id_field()
    label: Label | None = label_field()
    formula: PriceFormula = attrs.field(default="laspeyres", validator=one_of(*get_args(PriceFormula)))
    against: PriceComparison = attrs.field(default="itself", validator=one_of(*get_args(PriceComparison)))
    #: The name of the index series.
    series: str | None = attrs.field(default=None, validator=is_optional_id)
    #: Whose market prices are read; `None` for all.
    market_source: str | None = attrs.field(default=None, validator=is_optional_id)
    #: How many months before the period the base period lies.
    months_back: int = attrs.field(default=_A_YEAR, validator=_is_months)
    #: The base period where it is a fixed one.
    base: Period | None = attrs.field(default=None, validator=_is_optional_period)
    source: PriceSource = attrs.field(default="order_lines", validator=one_of(*get_args(PriceSource)))
    #: Kinds of observations that are a source.
    kinds: frozenset[PriceKind] = attrs.field(default=_QUOTES, converter=price_kinds)
    scope: Scope = scope_field()
    #: Fewest purchases of the period that compare for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read, and a comparison with a series that has no name."""
        if self.source != "observations":
            refuse_idle(self, "kinds", without="source='observations'")
        if self.against != "market":
            refuse_idle(self, "market_source", without="against='market'")
        if self.against != "series":
            refuse_idle(self, "series", without="against='series'")
        elif self.series is None:
            raise InvalidValueError("PriceChange.series is not given", None, hint="name the index series")
        if self.base is not None:
            refuse_idle(self, "months_back", without="a base that moves, which base=None is")


#: Supplier, item and unit.
_Good: TypeAlias = tuple[str, str, str]

#: A good, the currencies met, and whether the sums are of what was paid or of what the market asked.
_Part: TypeAlias = tuple[_Good, tuple[str, ...], Literal["paid", "market"]]

_NO_MARKET: Final = LeftOut("purchases without a market price left out")
_NO_VALUE: Final = LeftOut("purchases before the first value of the series left out")


def _spans(measure: PriceChange, period: Period) -> Mapping[str, Period]:
    base = period.shift_months(-measure.months_back) if measure.base is None else measure.base
    return {_NOW: period, _BASE: base}


def _rows(measure: PriceChange, index: FactIndex, _as_of: date) -> RowsOf:
    market = _market(measure, index)

    def make(  # noqa: PLR0913, PLR0917  a price as `PricedRows` gives it
        owner: Driver, day: date, supplier: str, item: str, unit: str, currency: str, paid: Decimal, quantity: Decimal
    ) -> Sequence[Row]:
        good = (supplier, item, unit)
        if market is None:
            return ((owner, day, (good, (currency,), "paid"), paid, quantity, 1),)
        found = market(item, unit, day)
        if isinstance(found, LeftOut):
            return ((owner, day, found, 1, 0, 0),)
        asked, also = found
        return (
            (owner, day, (good, (currency,), "paid"), paid, quantity, 1),
            (owner, day, (good, also, "market"), asked * quantity, quantity, 0),
        )

    return price_rows(measure.source, measure.kinds, index, make)


def _market(
    measure: PriceChange, index: FactIndex
) -> Callable[[str, str, date], tuple[Decimal, tuple[str, ...]] | LeftOut] | None:
    """Return the function from item, unit and day to what the market asked, with the currency where it has one."""
    if measure.series is not None:
        value_on = index_value(index, measure.series)

        def in_series(_item: str, _unit: str, day: date) -> tuple[Decimal, tuple[str, ...]] | LeftOut:
            value = value_on(day)
            return _NO_VALUE if value is None else (value, ())

        return in_series
    if measure.against == "itself":
        return None
    price_on = market_price(index, measure.market_source)

    def on_market(item: str, unit: str, day: date) -> tuple[Decimal, tuple[str, ...]] | LeftOut:
        found = price_on(item, unit, day)
        return _NO_MARKET if found is None or not found[0] else (found[0], (found[1],))

    return on_market


@final
@attrs.define
class _Bought:
    """What was bought of a good in a period: paid, for how much, and what the market asked for it."""

    paid: Fraction = Fraction(0)
    quantity: Fraction = Fraction(0)
    market: Fraction = Fraction(0)
    evidence: int = 0

    def count(self, kind: str, sums: Sums) -> None:
        """Add the sums of a cell."""
        if kind == "market":
            self.market += fraction(sums.numerator)
        else:
            self.paid += fraction(sums.numerator)
            self.quantity += fraction(sums.denominator)
            self.evidence += sums.evidence


_Basket: TypeAlias = dict[_Good, _Bought]


def _figure(measure: PriceChange, everything: Mapping[Key, Cells], by: Sequence[Dimension]) -> FigureOf:
    parts = [part for cells in everything.values() for _, part in _tagged(cells) if not isinstance(part, LeftOut)]
    one_currency(measure.id, (currency for _, currencies, _ in parts for currency in currencies))
    places = [place for place, name in enumerate(by) if name not in BUCKETS]

    def subject_of(key: Key) -> tuple[str, ...]:
        names = key if isinstance(key, tuple) else (key,)
        return tuple(names[place] for place in places)

    bases: dict[tuple[str, ...], _Basket] = {}
    for key, cells in everything.items():
        _fill(bases.setdefault(subject_of(key), {}), cells, _BASE)

    def figure(key: Key, cells: Cells) -> Figure:
        now: _Basket = {}
        _fill(now, cells, _NOW)
        return _compared(measure, now, bases.get(subject_of(key), {}), _note(cells))

    return figure


def _tagged(cells: Cells) -> Iterable[tuple[str, _Part | LeftOut]]:
    return cast("Iterable[tuple[str, _Part | LeftOut]]", cells)


def _fill(basket: _Basket, cells: Cells, wanted: str) -> None:
    for place, sums in cells.items():
        tag, part = cast("tuple[str, _Part | LeftOut]", place)
        if tag == wanted and not isinstance(part, LeftOut):
            basket.setdefault(part[0], _Bought()).count(part[2], sums)


def _note(cells: Cells) -> str:
    """Return the note on the left-out purchases of the period."""
    places = cast("Mapping[tuple[str, _Part | LeftOut], Sums]", cells)
    return left_out_note({part: sums for (tag, part), sums in places.items() if tag == _NOW})


def _compared(measure: PriceChange, now: _Basket, base: _Basket, note: str) -> Figure:
    """Return the figure of the goods that were bought in both periods."""
    both = [(bought, base[good]) for good, bought in now.items() if good in base and base[good].paid]
    apart = len(now) - len(both)
    notes = (note, f"items not bought in both periods left out: {apart}" if apart else "")
    moves = measure.against != "itself"
    if measure.formula == "fisher":
        above, below = _fisher(_costs(both, "laspeyres", moves=moves), _costs(both, "paasche", moves=moves))
    else:
        above, below = _costs(both, measure.formula, moves=moves)
    return Figure(
        numerator=above,
        denominator=below,
        evidence=sum(bought.evidence for bought, _ in both),
        note="; ".join(text for text in notes if text),
    )


def _costs(
    both: Iterable[tuple[_Bought, _Bought]], weights: Literal["laspeyres", "paasche"], *, moves: bool
) -> tuple[Fraction, Fraction]:
    """Return what the basket costs now, and what it cost at the base prices, which may move with the market."""
    above = below = Fraction(0)
    for now, base in both:
        quantity = base.quantity if weights == "laspeyres" else now.quantity
        base_price = base.paid / base.quantity
        if moves:
            base_price *= (now.market / now.quantity) / (base.market / base.quantity)
        above += now.paid / now.quantity * quantity
        below += base_price * quantity
    return above, below


def _fisher(laspeyres: tuple[Fraction, Fraction], paasche: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    below = laspeyres[1] * paasche[1]
    if not below:
        return Fraction(0), Fraction(0)
    root = square_root(laspeyres[0] * paasche[0] / below, 2 * FISHER_DECIMALS)
    return Fraction(round_to_units(root, FISHER_DECIMALS), 10**FISHER_DECIMALS), Fraction(1)


#: How price history counts.
PRICE_CHANGE: Final = Counting(rows=_rows, figure=_figure, nothing="no item was bought in both periods", spans=_spans)


def index_mean(values: Iterable[IndexValue], series: str, period: Period) -> Fraction:
    """Return the mean of an index series over the values whose day lies in a period, exactly.

    Of several editions of a value the one known last counts: give `ledger.as_of(day).index_values` for those known on
    a day. A month without a value does not count.

    Raises:
        InvalidValueError: the series has no value in the period.

    >>> steel = [IndexValue(series="steel", on=date(2026, month, 1), value=100 + month) for month in (1, 2)]
    >>> index_mean(steel, "steel", Period.year(2026))
    Fraction(203, 2)
    """
    found = [entry.value for entry in Ledger(values).index_values if entry.series == series and entry.on in period]
    if not found:
        raise InvalidValueError(
            f"the index series has no value in {period}", series, hint="check its name and what was known by then"
        )
    return sum(map(Fraction, found), Fraction(0)) / len(found)


def index_change(values: Iterable[IndexValue], series: str, *, before: Period, after: Period) -> Fraction:
    """Return by how much the mean of an index series changed, as a share: mean after / mean before - 1, exactly.

    Raises:
        InvalidValueError: the series has no value in one of the periods.

    >>> steel = [IndexValue(series="steel", on=date(year, 1, 1), value=year - 1945) for year in (2025, 2035)]
    >>> index_change(steel, "steel", before=Period.year(2025), after=Period.year(2035))
    Fraction(1, 8)
    """
    known = tuple(values)
    return index_mean(known, series, after) / index_mean(known, series, before) - 1
