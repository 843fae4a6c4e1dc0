"""Measuring: from a ledger to measurements, and from measurements to records that a policy evaluates.

Each measure folds the facts once into mergeable sums per supplier; a total is the merged sums of
all suppliers, never a mean of their ratios.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Final, Literal, TypeAlias, assert_never, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.trade import Receipt
from supplychain_rules.rules.measure import (
    DeliveryPerformance,
    Measure,
    Measurement,
    PriceIndex,
    QualityPassRate,
    Spend,
    SpendShare,
)
from supplychain_rules.rules.measure_delivery import fold_delivery
from supplychain_rules.rules.measure_purchase import (
    fold_pass_rate,
    fold_price_index,
    fold_spend,
    observed_prices,
    ordered_prices,
)
from supplychain_rules.rules.measure_tally import Tally, merge_tallies
from supplychain_rules.values.period import Period
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import to_decimal

__all__ = ["TOTAL", "MeasureKey", "RecordValue", "measure", "records"]

#: What measurements are about: each supplier, or all of them together.
MeasureKey = Literal["supplier", "total"]

#: The key of the measurements by `total`.
TOTAL: Final = "total"

#: What a record holds for a measure: the exact value, a rounded one, missing, or whether it applies.
RecordValue: TypeAlias = Fraction | Decimal | bool | None


def measure(
    measures: Iterable[Measure], ledger: Ledger, *, by: MeasureKey = "supplier", period: Period, as_of: date
) -> tuple[Measurement, ...]:
    """Measure a ledger as it was known on a day.

    Every supplier that any fact mentions gets a measurement of every measure, one without facts the
    state `no_data`. By `total` the sums of all suppliers are merged and divided once.

    Args:
        measures: the definitions; their ids must differ.
        ledger: the facts; those known after `as_of` do not exist.
        by: `supplier`, or `total` for all suppliers together.
        period: a delivery belongs to the period of its promise, a purchase to that of its order, an
            inspection or price observation to that of its own day.
        as_of: the day on which a line is open, overdue or complete.

    Returns:
        The measurements by supplier id, and within one supplier in the order of `measures`.

    Raises:
        InvalidValueError: two measures with one id, an unknown `by`, a period or day that is none, or
            amounts in several currencies.

    >>> from supplychain_rules.facts.parties import Supplier
    >>> from supplychain_rules.rules.measure import Spend
    >>> year = Period(date(2026, 1, 1), date(2027, 1, 1))
    >>> found = measure([Spend(id="spend")], Ledger([Supplier(id="V7")]), period=year, as_of=date(2026, 6, 30))
    >>> found[0].key, found[0].state, found[0].note
    ('V7', 'no_data', 'no order line in the period')
    """
    chosen = tuple(measures)
    _check_measures(chosen)
    _check_period(period)
    if by not in get_args(MeasureKey):
        raise InvalidValueError("by is unknown", by, hint=f"expected one of {', '.join(get_args(MeasureKey))}")
    known = _Known.of(ledger.as_of(as_of), period, as_of)
    found = [_measure_one(definition, known, by) for definition in chosen]
    keys = known.suppliers if by == "supplier" else (TOTAL,)
    return tuple(column[key] for key in keys for column in found)


def records(
    measurements: Iterable[Measurement],
    *,
    decimals: int | Mapping[str, int] | None = None,
    applicability: bool = False,
) -> dict[str, dict[str, RecordValue]]:
    """Return one record per key: measure id -> value, ready to be completed and evaluated.

    No data and not applicable are `None`, which a policy reads as missing.

    Args:
        measurements: what `measure` returned.
        decimals: places to which values are rounded half up, for all or by measure id; exact
            fractions where not given.
        applicability: add `<id>_applicable` for every measure, so that a policy can tell a measure
            that does not concern a supplier from one without data.

    Raises:
        InvalidValueError: two measurements of one measure for one key.

    >>> third = Measurement(measure="otif", key="V7", state="value", value=Fraction(1, 3))
    >>> records([third]), records([third], decimals=4)
    ({'V7': {'otif': Fraction(1, 3)}}, {'V7': {'otif': Decimal('0.3333')}})
    """
    found: dict[str, dict[str, RecordValue]] = {}
    for measurement in measurements:
        record = found.setdefault(measurement.key, {})
        if measurement.measure in record:
            raise InvalidValueError(
                f"two measurements of {measurement.measure!r} for one key", measurement.key, hint="pass one run's"
            )
        places = decimals.get(measurement.measure) if isinstance(decimals, Mapping) else decimals
        record[measurement.measure] = _rounded(measurement.value, places)
        if applicability:
            record[f"{measurement.measure}_applicable"] = measurement.state != "not_applicable"
    return found


@final
@attrs.frozen(kw_only=True)
class _Known:
    """The facts known on a day, indexed once for all measures."""

    ledger: Ledger
    period: Period
    as_of: date
    suppliers: tuple[str, ...]
    categories: Mapping[str, frozenset[str]]
    receipts: Mapping[str, Sequence[Receipt]]

    @staticmethod
    def of(ledger: Ledger, period: Period, as_of: date) -> "_Known":
        """Index a ledger that is already cut to `as_of`."""
        receipts: dict[str, list[Receipt]] = {}
        for receipt in ledger.receipts:
            receipts.setdefault(receipt.order_line, []).append(receipt)
        return _Known(
            ledger=ledger,
            period=period,
            as_of=as_of,
            suppliers=ledger.supplier_ids,
            categories={supplier.id: supplier.categories for supplier in ledger.suppliers},
            receipts=receipts,
        )

    def concerned(self, definition: Measure) -> frozenset[str]:
        """Return the suppliers that a measure applies to; one without categories is in none."""
        if not definition.applies_to:
            return frozenset(self.suppliers)
        return frozenset(
            supplier
            for supplier in self.suppliers
            if not definition.applies_to.isdisjoint(self.categories.get(supplier, frozenset()))
        )


def _check_period(period: object) -> None:
    if not isinstance(period, Period):
        raise InvalidValueError("period must be a Period", period, hint="as in Period.month(2026, 3)")


def _check_measures(measures: Sequence[Measure]) -> None:
    seen: set[str] = set()
    for definition in measures:
        if type(definition) not in get_args(Measure):
            kinds = ", ".join(kind.__name__ for kind in get_args(Measure))
            raise InvalidValueError("not a measure", definition, hint=f"expected one of {kinds}")
        if definition.id in seen:
            raise InvalidValueError("two measures with one id", definition.id, hint="each measure needs its own id")
        seen.add(definition.id)


def _measure_one(definition: Measure, known: _Known, by: MeasureKey) -> dict[str, Measurement]:
    concerned = known.concerned(definition)
    folded = _fold(definition, known, concerned)
    if by == "total":
        applies = bool(concerned) or not definition.applies_to
        return {TOTAL: _measurement(definition, TOTAL, folded.all_together, folded, applies=applies)}
    return {
        supplier: _measurement(
            definition, supplier, folded.tallies.get(supplier, Tally()), folded, applies=supplier in concerned
        )
        for supplier in known.suppliers
    }


@final
@attrs.frozen
class _Folded:
    """The tally of each concerned supplier that has facts, and the currency of an amount of money."""

    tallies: Mapping[str, Tally]
    currency: str = ""

    @cached_property
    def all_together(self) -> Tally:
        """The tallies of all suppliers, merged."""
        return merge_tallies(self.tallies.values())


def _fold(definition: Measure, known: _Known, concerned: frozenset[str]) -> _Folded:
    period = known.period
    lines = (line for line in known.ledger.order_lines if line.supplier in concerned)
    match definition:
        case DeliveryPerformance():
            return _Folded(fold_delivery(definition, lines, known.receipts, period=period, as_of=known.as_of))
        case QualityPassRate():
            inspections = (found for found in known.ledger.inspections if found.supplier in concerned)
            return _Folded(fold_pass_rate(inspections, period=period))
        case PriceIndex():
            match definition.source:
                case "order_lines":
                    purchases = ordered_prices(lines, period=period)
                case "observations":
                    observations = (seen for seen in known.ledger.prices if seen.supplier in concerned)
                    purchases = observed_prices(observations, period=period)
                case _:
                    assert_never(definition.source)
            return _Folded(fold_price_index(definition.id, purchases))
        case Spend():
            return _Folded(*fold_spend(definition.id, lines, period=period))
        case SpendShare():
            tallies, _ = fold_spend(definition.id, lines, period=period)
            return _Folded(tallies)
        case _:
            assert_never(definition)


def _measurement(definition: Measure, key: str, tally: Tally, folded: _Folded, *, applies: bool) -> Measurement:
    """Turn a tally into one of the three states."""
    if not applies:
        wanted = ", ".join(sorted(definition.applies_to))
        return Measurement(
            measure=definition.id, key=key, state="not_applicable", note=f"not a supplier of category {wanted}"
        )
    denominator = _denominator(definition, tally, folded)
    note = _why_no_data(definition, tally, denominator)
    value = None if note else tally.numerator / denominator
    if tally.left_out:
        left_out = f"order lines without a requested date left out: {tally.left_out}"
        note = f"{note}; {left_out}" if note else left_out
    return Measurement(
        measure=definition.id,
        key=key,
        state="no_data" if value is None else "value",
        value=value,
        evidence=tally.evidence,
        numerator=tally.numerator,
        denominator=denominator,
        currency=folded.currency,
        note=note,
    )


def _denominator(definition: Measure, tally: Tally, folded: _Folded) -> Fraction:
    match definition:
        case DeliveryPerformance() | QualityPassRate() | PriceIndex():
            return tally.denominator
        case Spend():
            return Fraction(1)
        case SpendShare():
            return folded.all_together.numerator
        case _:
            assert_never(definition)


def _why_no_data(definition: Measure, tally: Tally, denominator: Fraction) -> str:
    """Return why a tally has no value, or an empty text where it has one."""
    if not tally.evidence:
        return _nothing_found(definition)
    if tally.evidence < definition.minimum_evidence:
        return f"evidence {tally.evidence} is below the minimum {definition.minimum_evidence}"
    if not denominator:
        return "all that counts has the value zero"
    return ""


def _nothing_found(definition: Measure) -> str:
    match definition:
        case DeliveryPerformance():
            return "no order line fell due in the period"
        case QualityPassRate():
            return "no inspection in the period"
        case PriceIndex():
            return "no comparable item in the period"
        case Spend() | SpendShare():
            return "no order line in the period"
        case _:
            assert_never(definition)


def _rounded(value: Fraction | None, decimals: int | None) -> Fraction | Decimal | None:
    if value is None or decimals is None:
        return value
    return to_decimal(round_to_units(value, decimals), decimals)
