"""Measuring: from a ledger to measurements, and from measurements to records that a policy evaluates.

Each measure folds the facts once into mergeable sums per key; a total is the merged sums of all keys,
never a mean of their ratios.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any, Final, TypeAlias

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.measures.counting import (
    BUCKETS,
    DIMENSIONS,
    By,
    Cells,
    Counting,
    Dimension,
    Figure,
    Part,
    Row,
    Sums,
    key_reader,
    sum_rows,
    weights,
)
from supplychain_rules.measures.exact import exactly
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.kinds import Measure, counting_of
from supplychain_rules.measures.measurement import TOTAL, Key, Measurement
from supplychain_rules.values.period import Period, months
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import to_decimal

__all__ = [
    "RecordValue",
    "check_by",
    "check_measures",
    "check_period",
    "conclude",
    "measure",
    "measure_index",
    "records",
]

#: What a record holds for a measure: the exact value, a rounded one, missing, or whether it applies.
RecordValue: TypeAlias = Fraction | Decimal | bool | None


def measure(
    measures: Iterable[Measure], ledger: Ledger, *, by: By = "supplier", period: Period, as_of: date
) -> tuple[Measurement, ...]:
    """Measure a ledger as it was known on a day.

    Every supplier (or customer) that any fact mentions gets a measurement of every measure, one without
    facts the state `no_data`; so does every month, quarter or year of the period when one measures by it:
    a period without activity is no data, neither zero nor perfect. Items, categories and sites are those that
    some measure met. By `total` the sums of all are merged and divided once.

    Args:
        measures: the definitions; their ids must differ.
        ledger: the facts; those known after `as_of` do not exist.
        by: one dimension or several of `supplier`, `customer`, `item`, `category`, `site`, `month`, `quarter`,
            `year`; or `total`. By one, keys are texts; by several, tuples of texts in the same order.
        period: a delivery belongs to the period of its promise, a purchase to that of its order, anything else
            to that of its own day, where the definition says nothing else.
        as_of: the day on which a line is open, overdue or complete.

    Returns:
        The measurements by key, and within one key in the order of `measures`.

    Raises:
        InvalidValueError: two measures with one id, an unknown `by`, a period or day that is none, or
            amounts in several currencies.

    >>> from supplychain_rules.facts.parties import Supplier
    >>> from supplychain_rules.measures.spend import Spend
    >>> year = Period(date(2026, 1, 1), date(2027, 1, 1))
    >>> found = measure([Spend(id="spend")], Ledger([Supplier(id="V7")]), period=year, as_of=date(2026, 6, 30))
    >>> found[0].key, found[0].state, found[0].note
    ('V7', 'no_data', 'no order line in the period')
    """
    definitions = check_measures(measures)
    check_period(period)
    dimensions = check_by(by)
    return measure_index(definitions, FactIndex(ledger.as_of(as_of)), dimensions, period, as_of)


def measure_index(
    definitions: Sequence[Measure], index: FactIndex, by: Sequence[Dimension], period: Period, as_of: date
) -> tuple[Measurement, ...]:
    """Measure facts that are indexed already; everything given is checked already too."""
    with exactly():
        columns = [_fold(definition, index, by, period, as_of) for definition in definitions]
        return conclude(definitions, columns, index, by, period)


def _fold(
    definition: Measure, index: FactIndex, by: Sequence[Dimension], period: Period, as_of: date
) -> dict[Key, dict[Part, Sums]]:
    """Sum the rows of one measure over all facts."""
    counting = counting_of(definition)
    cells: dict[Key, dict[Part, Sums]] = {}
    sum_rows(
        _all_rows(definition, counting, index, as_of),
        spans=spans_of(definition, counting, period),
        key_of=key_reader(index, by),
        admits=index.admits(definition.scope),
        weight=weights(decay_of(definition), period, as_of),
        into=cells,
    )
    return cells


def _all_rows(definition: Measure, counting: Counting, index: FactIndex, as_of: date) -> Iterator[Row]:
    for table, rows in counting.rows(definition, index, as_of).items():
        for driver in index.drivers(table):
            yield from rows(driver)


def spans_of(definition: Measure, counting: Counting, period: Period) -> Mapping[str, Period]:
    """Return the periods whose rows a measure needs, by tag."""
    return {"": period} if counting.spans is None else counting.spans(definition, period)


def decay_of(definition: Measure) -> Any:  # noqa: ANN401  a decay, or None for a measure without
    """Return a measure's decay; some kinds have none."""
    return getattr(definition, "decay", None)


def conclude(
    definitions: Sequence[Measure],
    columns: Sequence[Mapping[Key, Cells]],
    index: FactIndex,
    by: Sequence[Dimension],
    period: Period,
) -> tuple[Measurement, ...]:
    """Make the measurements of every key from the cells of each measure."""
    keys = _keys(columns, index, by, period)
    read = [_reader(definition, cells, index, by) for definition, cells in zip(definitions, columns, strict=True)]
    return tuple(find(key) for key in keys for find in read)


def _reader(
    definition: Measure, everything: Mapping[Key, Cells], index: FactIndex, by: Sequence[Dimension]
) -> Callable[[Key], Measurement]:
    """Return the function from a key to its measurement in one of the three states."""
    counting = counting_of(definition)
    figure_of = counting.figure(definition, everything, by)
    suppliers = _all_suppliers(index) if "supplier" not in by else ()
    anyone = not definition.scope.supplier_categories or any(
        index.concerns(definition.scope, supplier) for supplier in suppliers
    )
    place = by.index("supplier") if "supplier" in by else None

    def applies(key: Key) -> bool:
        if place is None:
            return anyone
        supplier = key[place] if isinstance(key, tuple) else key
        return index.concerns(definition.scope, supplier or None)

    def find(key: Key) -> Measurement:
        if not applies(key):
            note = "outside the scope of the measure"
            wanted = sorted(definition.scope.supplier_categories)
            if wanted:
                note = f"not a supplier of category {', '.join(wanted)}"
            return Measurement(measure=definition.id, key=key, state="not_applicable", note=note)
        return _measurement(definition, counting, key, figure_of(key, everything.get(key, {})))

    return find


def _measurement(definition: Measure, counting: Counting, key: Key, figure: Figure) -> Measurement:
    why_not = _why_no_data(definition, counting, figure)
    value = None if why_not else figure.numerator / figure.denominator
    return Measurement(
        measure=definition.id,
        key=key,
        state="no_data" if value is None else "value",
        value=value,
        evidence=figure.evidence,
        numerator=figure.numerator,
        denominator=figure.denominator,
        trials=figure.trials,
        unit=figure.unit,
        note="; ".join(text for text in (why_not, figure.note) if text),
    )


def _why_no_data(definition: Measure, counting: Counting, figure: Figure) -> str:
    """Return why a figure has no value, or an empty text where it has one."""
    if not figure.evidence:
        return counting.nothing
    if figure.evidence < definition.minimum_evidence:
        return f"evidence {figure.evidence} is below the minimum {definition.minimum_evidence}"
    if figure.why_not:
        return figure.why_not
    return "" if figure.denominator else "all that counts has the value zero"


def _keys(
    columns: Sequence[Mapping[Key, Cells]], index: FactIndex, by: Sequence[Dimension], period: Period
) -> list[Key]:
    """Return the keys to report: what was met or is known, in every bucket of time of the period."""
    if by == ("total",):
        return [TOTAL]
    met = {key if isinstance(key, tuple) else (key,) for cells in columns for key in cells}
    places = [place for place, name in enumerate(by) if name not in BUCKETS]
    subjects = {tuple(key[place] for place in places) for key in met}
    if [by[place] for place in places] == ["supplier"]:
        subjects.update((supplier,) for supplier in _all_suppliers(index))
    elif [by[place] for place in places] == ["customer"]:
        subjects.update((customer,) for customer in index.parties("customer"))
    elif not places:
        subjects = {()}
    spans = [_buckets(name, period) for name in by if name in BUCKETS]
    keys: set[tuple[str, ...]] = set()
    for subject, times in product(subjects, product(*spans)):
        said, when = iter(subject), iter(times)
        keys.add(tuple(next(when) if name in BUCKETS else next(said) for name in by))
    return [key[0] if len(by) == 1 else key for key in sorted(keys)]


def _all_suppliers(index: FactIndex) -> tuple[str, ...]:
    return index.parties("supplier")


def _buckets(name: Dimension, period: Period) -> list[str]:
    bucket = BUCKETS[name]
    return list(dict.fromkeys(bucket(month.start) for month in months(period)))


def records(
    measurements: Iterable[Measurement],
    *,
    decimals: int | Mapping[str, int] | None = None,
    applicability: bool = False,
) -> dict[Any, dict[str, RecordValue]]:
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
    found: dict[Any, dict[str, RecordValue]] = {}
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


def _rounded(value: Fraction | None, decimals: int | None) -> Fraction | Decimal | None:
    if value is None or decimals is None:
        return value
    return to_decimal(round_to_units(value, decimals), decimals)


#: What cannot be combined with other dimensions.
_ALONE: Final = "total"


def check_by(by: By) -> tuple[Dimension, ...]:
    """Return the dimensions to measure by.

    Raises:
        InvalidValueError: none, one twice, an unknown one, or `total` among others.
    """
    dimensions: tuple[Dimension, ...] = (by,) if isinstance(by, str) else tuple(by)
    for name in dimensions:
        if name not in DIMENSIONS:
            raise InvalidValueError("by is unknown", name, hint=f"expected one of {', '.join(DIMENSIONS)}")
    if not dimensions or len(set(dimensions)) < len(dimensions):
        raise InvalidValueError("by must name different dimensions, at least one", dimensions)
    if _ALONE in dimensions and len(dimensions) > 1:
        raise InvalidValueError("total is not combined with other dimensions", dimensions, hint="leave it out")
    return dimensions


def check_period(period: object) -> None:
    """Refuse anything but a period."""
    if not isinstance(period, Period):
        raise InvalidValueError("period must be a Period", period, hint="as in Period.month(2026, 3)")


def check_measures(measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """Return the definitions.

    Raises:
        InvalidValueError: something else than a measure, or two measures with one id.
    """
    definitions = tuple(measures)
    seen: set[str] = set()
    for definition in definitions:
        counting_of(definition)
        if definition.id in seen:
            raise InvalidValueError("two measures with one id", definition.id, hint="each measure needs its own id")
        seen.add(definition.id)
    return definitions
