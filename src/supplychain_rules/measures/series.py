"""Series: one measure over one period after another, for every key, with the gaps left as gaps.

A period in which nothing happened is no data. It is neither zero nor a perfect score, and what is made of a series
(`trends.py`) says what a gap does there.
"""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.measures.counting import BUCKETS, By
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.kinds import Measure, counting_of
from supplychain_rules.measures.measurement import Key, Measurement
from supplychain_rules.measures.measuring import check_by, check_measures, check_period, measure_index
from supplychain_rules.values.period import Period

__all__ = ["series"]


def series(
    definition: Measure, ledger: Ledger, *, by: By = "supplier", periods: Iterable[Period], as_of: date
) -> dict[Key, tuple[Measurement, ...]]:
    """Measure a ledger once for every period, as it was known on one day.

    Args:
        definition: what to measure.
        ledger: the facts; those known after `as_of` do not exist.
        by: as `measure` has it, without the spans of time: the periods are these.
        periods: in order of time, without overlap; they need not meet, nor be of one length.
        as_of: the day on which a line is open, overdue or complete, for all periods alike. To see each month as it
            looked at its end, measure month by month.

    Returns:
        For every key that any period met, its measurements in the order of the periods. A key that a period did not
        meet has the state `no_data` there.

    Raises:
        InvalidValueError: no period, periods out of order, `by` a span of time, or what `measure` refuses.

    >>> from supplychain_rules.facts.parties import Supplier
    >>> from supplychain_rules.measures.spend import Spend
    >>> from supplychain_rules.values.period import months
    >>> quarter = months(Period.quarter(2026, 1))
    >>> found = series(Spend(id="spend"), Ledger([Supplier(id="V7")]), periods=quarter, as_of=date(2026, 4, 1))
    >>> [entry.state for entry in found["V7"]]
    ['no_data', 'no_data', 'no_data']
    """
    (checked,) = check_measures([definition])
    spans = _check_periods(periods)
    dimensions = check_by(by)
    for name in dimensions:
        if name in BUCKETS:
            raise InvalidValueError("a series is not measured by a span of time", name, hint="the periods are these")
    index = FactIndex(ledger.as_of(as_of))
    columns = [
        {found.key: found for found in measure_index([checked], index, dimensions, span, as_of)} for span in spans
    ]
    nothing = counting_of(checked).nothing
    keys = sorted({key for column in columns for key in column})
    return {
        key: tuple(
            column.get(key) or Measurement(measure=checked.id, key=key, state="no_data", note=nothing)
            for column in columns
        )
        for key in keys
    }


def _check_periods(periods: Iterable[Period]) -> tuple[Period, ...]:
    spans = tuple(periods)
    if not spans:
        raise InvalidValueError("a series needs at least one period", periods, hint="as in months(Period.year(2026))")
    for span in spans:
        check_period(span)
    for before, after in pairwise(spans):
        if after.start < before.end:
            raise InvalidValueError("the periods of a series overlap or run backwards", f"{before}, {after}")
    return spans
