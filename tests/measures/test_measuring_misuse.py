"""Measuring with what is no measure, ledger, dimension or number of places: refused with the way out."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.measures import (
    DayBand,
    LatePoints,
    Measurement,
    Scope,
    Spend,
    SpendShare,
    measure,
    records,
    series,
    wilson_interval,
)
from supplychain_rules.values.period import Period

SPEND: Any = Spend(id="spend")
YEAR: Any = Period.year(2026)
DAY = date(2026, 6, 1)
EMPTY: Any = Ledger()
HALF = Measurement(measure="otd", key="V7", state="value", value=Fraction(1, 2), trials=Fraction(2))


def found(measures: Any = (SPEND,), ledger: Any = EMPTY, by: Any = "supplier") -> object:  # noqa: ANN401
    return measure(measures, ledger, by=by, period=YEAR, as_of=DAY)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: found(measures=SPEND), r"measures must be a collection: Spend.*; write \[measure\]"),
        (lambda: found(ledger=[]), r"ledger must be a Ledger: \[\]; write Ledger\(facts\)"),
        (
            lambda: found(by={"supplier", "month"}),
            "by must be a dimension or a sequence of them: .*'supplier', 'month'",
        ),
        (lambda: found(by=None), "by must be a dimension or a sequence of them"),
        (lambda: series(SPEND, Ledger(), periods=YEAR, as_of=DAY), "periods must be a collection: Period"),
        (lambda: series(SPEND, [], periods=[YEAR], as_of=DAY), "ledger must be a Ledger"),  # type: ignore[arg-type]
        (lambda: LatePoints(id="late", bands=DayBand(points=0)), "LatePoints.bands must be a collection"),  # type: ignore[arg-type]
        (lambda: SpendShare(id="share", within={"item"}), "SpendShare.within must be a"),  # type: ignore[arg-type]
        (lambda: Scope(items=None), "a set of a scope must be a collection; give a tuple"),
        (lambda: Scope(items=[""]), "each of a set of a scope is text with a visible character: ''"),
    ],
)
def test_what_is_no_measure_ledger_or_dimension_is_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        call()


@pytest.mark.parametrize("decimals", [-1, True, 1.5, "2", 31, 10**6])
def test_places_are_a_whole_number_that_people_read(decimals: Any) -> None:  # noqa: ANN401
    for ask in (
        lambda: records([HALF], decimals=decimals),
        lambda: records([HALF], decimals={"otd": decimals}),
        lambda: HALF.interval(decimals=decimals),
        lambda: wilson_interval(1, 2, decimals=decimals),
    ):
        with pytest.raises(InvalidValueError, match="decimals must be a whole number from 0 to 30"):
            ask()
