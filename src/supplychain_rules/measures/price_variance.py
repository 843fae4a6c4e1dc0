"""Purchase price variance (PPV): order lines against a price that was set, agreed or paid before."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, Literal, TypeAlias, cast, final, get_args

import attrs

from supplychain_rules.facts.trade import OrderLine, line_amount
from supplychain_rules.measures.counting import (
    Cells,
    Counting,
    Dimension,
    Figure,
    FigureOf,
    LeftOut,
    Row,
    RowsOf,
    Sums,
    counted,
    left_out_note,
    one_currency,
)
from supplychain_rules.measures.exact import fraction
from supplychain_rules.measures.fields import id_field, label_field, minimum_evidence_field, one_of, scope_field
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.pricing import observed_price
from supplychain_rules.measures.scope import Scope
from supplychain_rules.measures.statistics import Statistic, statistic_of
from supplychain_rules.values.label import Label
from supplychain_rules.values.period import Period

__all__ = ["PRICE_VARIANCE", "PurchasePriceVariance", "StandardPrice", "VarianceFigure"]

#: What a line's price is compared with: our standard price, the supplier's contract or list price of the day, or the
#: price at which the supplier last sold the item before.
StandardPrice = Literal["standard", "contract", "list", "previous"]

#: Which number is made of the lines' variances.
VarianceFigure = Literal["amount", "rate", "line_mean", "least", "greatest", "median"]

#: The figures that are a statistic of the lines' ratios, each with its statistic.
_STATISTICS: Final[Mapping[str, Statistic]] = {
    "line_mean": "mean",
    "least": "least",
    "greatest": "greatest",
    "median": "median",
}


@final
@attrs.frozen(kw_only=True)
class PurchasePriceVariance:
    """What the order lines of the period cost more than at their reference prices; below zero is favourable.

    A line's variance is its value - reference price x quantity, its ratio is value / (reference price x quantity) - 1.
    The reference is the supplier's price of the item, in the line's unit, on the day of the order: the `standard`,
    `contract` or `list` price in force, or, for `previous`, the mean price, sum of values / sum of quantities, of the
    last earlier day on which it was ordered from the supplier, within the scope. By `figure`:

    - `amount`: the sum of the variances, in the one currency;
    - `rate`: sum of variances / sum of reference price x quantity, so that a line weighs by its money;
    - `line_mean`, `median`, `least`, `greatest`: of the lines' ratios, each line weighing the same.

    Lines without a reference price above zero are left out and counted in the note. The evidence is the number of
    lines that compare; cancelled lines do not count.

    Raises:
        InvalidValueError: a choice that does not exist; at measuring, prices in more than one currency.

    >>> PurchasePriceVariance(id="ppv", against="contract").figure
    'rate'
    """

    id: str = id_field()
    label: Label | None = label_field()
    against: StandardPrice = attrs.field(default="standard", validator=one_of(*get_args(StandardPrice)))
    figure: VarianceFigure = attrs.field(default="rate", validator=one_of(*get_args(VarianceFigure)))
    scope: Scope = scope_field()
    #: Fewest lines that compare for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()


#: The currencies of a line and of its reference, and its ratio where the figure is a statistic of ratios.
_Listed: TypeAlias = tuple[str, str, Fraction | None]

#: Supplier, item and unit.
_Good: TypeAlias = tuple[str, str, str]

#: What was ordered, the currency, the day, and the price where the figure is a statistic of ratios.
_Ordered: TypeAlias = tuple[_Good, str, date, Fraction | None]

_NOW, _BEFORE = "now", "before"


def _spans(measure: PurchasePriceVariance, period: Period) -> Mapping[str, Period]:
    if measure.against != "previous":
        return {"": period}
    earliest = period.start == date.min
    return {_NOW: period} if earliest else {_NOW: period, _BEFORE: Period(date.min, period.start)}


def _rows(measure: PurchasePriceVariance, index: FactIndex, _as_of: date) -> RowsOf:
    by_line = measure.figure in _STATISTICS
    if measure.against == "previous":
        return {OrderLine: lambda line: _ordered_rows(line, by_line=by_line)}
    missing = LeftOut(_without(measure))
    listed = observed_price(index, measure.against)

    def rows(line: OrderLine) -> Sequence[Row]:
        quantity = line.quantity
        if not quantity:
            return ()
        found = listed(line.supplier, line.item, line.unit, line.ordered_on)
        if found is None or not found[0]:
            return ((line, line.ordered_on, missing, 1, 0, 0),)
        paid, at_reference = line_amount(line), found[0] * quantity
        ratio = fraction(paid) / fraction(at_reference) if by_line else None
        return ((line, line.ordered_on, (line.unit_price.currency, found[1], ratio), paid, at_reference, 1),)

    return {OrderLine: rows}


def _ordered_rows(line: OrderLine, *, by_line: bool) -> Sequence[Row]:
    if not line.quantity:
        return ()
    paid, good = line_amount(line), (line.supplier, line.item, line.unit)
    price = fraction(paid) / fraction(line.quantity) if by_line else None
    part = (good, line.unit_price.currency, line.ordered_on, price)
    return ((line, line.ordered_on, part, paid, line.quantity, 1),)


def _without(measure: PurchasePriceVariance) -> str:
    return f"order lines without a {measure.against} price left out"


@final
@attrs.define
class _Compared:
    """The lines of a key that compare: what was paid, what it would have been at the reference, and how many lines."""

    lines: list[tuple[Fraction, Fraction, int]] = attrs.field(factory=list)
    currencies: set[str] = attrs.field(factory=set)
    note: str = ""

    def ratios(self) -> Mapping[Fraction, Fraction]:
        """Return how many lines have each ratio."""
        counts: dict[Fraction, Fraction] = {}
        for paid, at_reference, lines in self.lines:
            ratio = paid / at_reference - 1
            counts[ratio] = counts.get(ratio, Fraction(0)) + lines
        return counts


def _figure(
    measure: PurchasePriceVariance,
    everything: Mapping[Key, Cells],
    by: Sequence[Dimension],  # noqa: ARG001  one signature for all kinds
) -> FigureOf:
    compare = _with_previous(everything, _without(measure)) if measure.against == "previous" else _with_listed
    found = {key: compare(cells) for key, cells in everything.items()}
    currency = one_currency(measure.id, {name for compared in found.values() for name in compared.currencies})

    def figure(key: Key, _cells: Cells) -> Figure:
        compared = found.get(key, _Compared())
        evidence = sum(lines for _, _, lines in compared.lines)
        above, below = _summed_up(measure.figure, compared, evidence)
        unit = currency if measure.figure == "amount" else ""
        return Figure(numerator=above, denominator=below, evidence=evidence, unit=unit, note=compared.note)

    return figure


def _summed_up(figure: VarianceFigure, compared: _Compared, evidence: int) -> tuple[Fraction, Fraction]:
    """Return the numerator and denominator of a figure."""
    if figure == "line_mean":
        ratios = compared.ratios()
        return sum((ratio * count for ratio, count in ratios.items()), Fraction(0)), Fraction(evidence)
    if figure in _STATISTICS:
        return (statistic_of(compared.ratios(), _STATISTICS[figure]) if evidence else Fraction(0)), Fraction(1)
    paid = sum((paid for paid, _, _ in compared.lines), Fraction(0))
    at_reference = sum((reference for _, reference, _ in compared.lines), Fraction(0))
    return paid - at_reference, at_reference if figure == "rate" else Fraction(1)


def _with_listed(cells: Cells) -> _Compared:
    found = _Compared(note=left_out_note(cells))
    for part, sums in counted(cells).items():
        found.currencies.update(cast("_Listed", part)[:2])
        found.lines.append((fraction(sums.numerator), fraction(sums.denominator), sums.evidence))
    return found


def _with_previous(everything: Mapping[Key, Cells], without: str) -> Callable[[Cells], _Compared]:
    """Return the function from the cells of a key to its lines, compared with what was ordered before, by any key."""
    history = _history(everything)

    def compare(cells: Cells) -> _Compared:
        found, missing = _Compared(), 0
        for place, sums in cells.items():
            tag, (good, currency, day, _) = cast("tuple[str, _Ordered]", place)
            if tag != _NOW:
                continue
            days, ordered = history[good]
            earlier = bisect_left(days, day)
            before, currencies = ordered[earlier - 1] if earlier else (Sums(), set())
            if not before.numerator:
                missing += sums.evidence
                continue
            found.currencies |= {currency, *currencies}
            price = fraction(before.numerator) / fraction(before.denominator)
            found.lines.append((fraction(sums.numerator), price * fraction(sums.denominator), sums.evidence))
        if missing:
            found.note = f"{without}: {missing}"
        return found

    return compare


#: What was paid on a day and for how much, and in which currencies.
_OfDay: TypeAlias = tuple[Sums, set[str]]


def _history(everything: Mapping[Key, Cells]) -> dict[_Good, tuple[list[date], list[_OfDay]]]:
    """Return what was ordered of each good by day, the days in their order."""
    by_good: dict[_Good, dict[date, _OfDay]] = {}
    for cells in everything.values():
        for place, sums in cells.items():
            _, (good, currency, day, _) = cast("tuple[str, _Ordered]", place)
            whole, currencies = by_good.setdefault(good, {}).setdefault(day, (Sums(), set()))
            whole.count(sums.numerator, sums.denominator, sums.evidence)
            currencies.add(currency)
    found: dict[_Good, tuple[list[date], list[_OfDay]]] = {}
    for good, of_good in by_good.items():
        days = sorted(of_good)
        found[good] = days, [of_good[day] for day in days]
    return found


#: How the purchase price variance counts.
PRICE_VARIANCE: Final = Counting(
    rows=_rows, figure=_figure, nothing="no order line with a reference price in the period", spans=_spans
)
