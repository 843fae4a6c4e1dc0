"""Series: a measure over one period after another, with the gaps left as gaps."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from delivery_makers import MARCH, got, line

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.measures import DeliveryPerformance, Measurement, Scope, Spend, measure, series, trend
from supplychain_rules.values.period import Period, months

QUARTER = months(Period.quarter(2026, 1))

OTIF = DeliveryPerformance(id="otif")

#: On time in January, nothing in February, one late of two in March.
FACTS = [
    *(line("A", promised_on=date(2026, 1, 20)), got(0, of="A")),
    *(line("B", promised_on=date(2026, 3, 20)), got(59, of="B")),
    *(line("C", promised_on=date(2026, 3, 10), item="nut"), got(59, of="C")),
]


def run(definition: Any = OTIF, facts: list[Any] = FACTS, **choices: Any) -> dict[Any, tuple[Measurement, ...]]:  # noqa: ANN401
    given: dict[str, Any] = {"periods": QUARTER, "as_of": date(2026, 6, 1)}
    return series(definition, Ledger(facts), **(given | choices))


def test_a_series_has_a_measurement_for_every_period_and_gaps_are_no_data() -> None:
    found = run()["V7"]
    assert [1, None, Fraction(1, 2)] == [entry.value for entry in found]
    assert ["value", "no_data", "value"] == [entry.state for entry in found]


def test_a_series_is_what_measuring_period_by_period_gives() -> None:
    expected = tuple(measure([OTIF], Ledger(FACTS), period=month, as_of=date(2026, 6, 1))[0] for month in QUARTER)
    assert expected == run()["V7"]


def test_a_key_that_a_period_did_not_meet_has_no_data_there() -> None:
    by_item = run(by="item")
    assert {"bolt": [1, None, 1], "nut": [None, None, 0]} == {
        key: [entry.value for entry in found] for key, found in by_item.items()
    }
    assert ("nut", "no_data", "no order line fell due in the period") == (
        by_item["nut"][0].key,
        by_item["nut"][0].state,
        by_item["nut"][0].note,
    )


def test_a_supplier_outside_the_scope_is_not_applicable_in_every_period() -> None:
    scoped = DeliveryPerformance(id="otif", scope=Scope(without_suppliers=["own"]))
    found = run(scoped, [*FACTS, Supplier(id="own")])
    assert ["not_applicable"] * 3 == [entry.state for entry in found["own"]]
    assert "not_applicable" == trend(found["own"]).state


def test_a_series_sees_no_fact_that_became_known_later() -> None:
    assert [1, None, 0] == [entry.value for entry in run(as_of=date(2026, 3, 15), by="total")["total"]]


def test_periods_need_not_meet_and_keys_may_be_several_things() -> None:
    spans = (Period.month(2026, 1), Period.month(2026, 3))
    found = run(Spend(id="spend"), by=("supplier", "item"), periods=spans)
    assert {("V7", "bolt"), ("V7", "nut")} == set(found)
    assert [[20, None], [10, None]] == [[entry.value for entry in entries] for entries in found.values()]


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"periods": ()}, "a series needs at least one period"),
        ({"periods": (Period.month(2026, 2), Period.month(2026, 1))}, "periods of a series overlap or run backwards"),
        ({"periods": (Period.month(2026, 2), Period.quarter(2026, 1))}, "periods of a series overlap or run backwards"),
        ({"periods": ("2026-01",)}, "period must be a Period"),
        ({"by": "month"}, "a series is not measured by a span of time: 'month'"),
        ({"by": ("supplier", "year")}, "a series is not measured by a span of time: 'year'"),
        ({"by": "mood"}, "by is unknown: 'mood'"),
        ({"definition": "otif"}, "not a measure"),
    ],
)
def test_a_series_refuses_periods_and_dimensions_that_make_none(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        run(**choices)


def test_a_trend_over_a_series_skips_its_gaps_and_counts_their_time() -> None:
    assert "no_data" == trend(run()["V7"]).state
    longer = [*run(by="total")["total"], Measurement(measure="otif", key="total", state="value", value=Fraction(1, 4))]
    assert (Fraction(-1, 4), 3) == (trend(longer).slope, trend(longer).points)


def test_a_series_reads_a_ledger_as_of_its_day() -> None:
    assert "no_data" == run(as_of=MARCH)["V7"][2].state
