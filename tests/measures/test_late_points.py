"""Points for punctuality: bands that cover every day once, and the mean points of what came."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from delivery_makers import DUE, MARCH, due, found, got, line, total

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures import DayBand, LatePoints, LinearDecay, Measurement
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.money import Money

#: On time 100, up to three days late 80, up to a week 40, later 0.
BANDS = (
    DayBand(up_to=0, points=100),
    DayBand(up_to=3, points=80),
    DayBand(up_to=7, points="40"),
    DayBand(points=0),
)


def points(facts: list[Any], *, as_of: date = MARCH, bands: Any = BANDS, **choices: Any) -> Measurement:  # noqa: ANN401
    return total(LatePoints(id="punctuality", bands=bands, **choices), facts, as_of=as_of)


@pytest.mark.parametrize(
    ("late", "expected"), [(-300, 100), (0, 100), (1, 80), (3, 80), (4, 40), (7, 40), (8, 0), (9000, 0)]
)
def test_every_day_lies_in_exactly_one_band(late: int, expected: int) -> None:
    assert expected == LatePoints(id="punctuality", bands=BANDS).points_of(late)


def test_points_are_the_mean_over_lines() -> None:
    facts = [line("A"), got(0, of="A"), line("B"), got(2, of="B"), line("C"), got(39, of="C")]
    entry = points(facts)
    assert (Fraction(180, 3), 3, "points") == (entry.value, entry.evidence, entry.unit)


def test_points_can_weigh_by_what_each_line_is_worth() -> None:
    facts = [line("A", price="9"), got(0, of="A"), line("B", price="1"), got(2, of="B")]
    assert [90, 98] == [points(facts, level=level).value for level in ("line", "value")]


def test_early_bands_judge_early_deliveries() -> None:
    bands = (DayBand(up_to=-15, points=60), DayBand(up_to=-1, points=90), *BANDS)
    assert [60, 60, 90, 100] == [points([line(), got(late)], bands=bands).value for late in (-20, -15, -14, 0)]


def test_an_open_line_loses_points_with_every_day() -> None:
    facts = [line()]
    by_day = [points(facts, as_of=due(days)).value for days in (0, 1, 4, 8)]
    assert [None, 80, 40, 0] == by_day
    left_out = points(facts, open_overdue="left_out")
    assert ("no_data", "overdue order lines that have not arrived left out: 1") == (
        left_out.state,
        left_out.note.partition("; ")[2],
    )


def test_the_receipt_that_counts_is_a_choice_of_points_too() -> None:
    facts = [line(), got(0, 6), got(2, 4), got(5, 1)]
    by_receipt = {to: points(facts, to=to).value for to in ("first", "completing", "last")}
    assert {"first": 100, "completing": 80, "last": 40} == by_receipt


def test_days_late_can_be_working_days() -> None:
    facts = [line(promised_on=date(2026, 1, 23)), got(7)]  # from a Friday to the Tuesday after
    assert [40, 80] == [points(facts, calendar=calendar).value for calendar in (None, WorkCalendar())]


def test_a_line_without_a_requested_date_earns_no_points_and_is_counted_in_the_note() -> None:
    facts = [line("A", requested_on=DUE), got(0, of="A"), line("B"), got(0, of="B")]
    entry = points(facts, promise="requested")
    assert (100, 1, "order lines without a requested date left out: 1") == (entry.value, entry.evidence, entry.note)


def test_a_cancelled_line_earns_nothing_and_costs_nothing() -> None:
    assert "no_data" == points([line(quantity=0)]).state


def test_older_points_weigh_less() -> None:
    facts = [line("A", promised_on=date(2026, 1, 1)), got(-19, of="A"), line("B", promised_on=date(2026, 1, 11))]
    assert Fraction(100 * 20 + 0 * 30, 50) == points(facts, as_of=date(2026, 1, 21), decay=LinearDecay(40)).value


def test_points_by_value_need_one_currency() -> None:
    facts = [line("A"), got(0, of="A"), line("B", unit_price=Money("1", "USD")), got(0, of="B")]
    with pytest.raises(InvalidValueError, match="'punctuality' meets more than one currency: 'EUR, USD'"):
        points(facts, level="value")
    assert 100 == points(facts).value


def test_points_of_every_supplier_add_up_to_the_total() -> None:
    facts = [line("A", supplier="V1"), got(0, of="A"), line("B", supplier="V2"), got(2, of="B")]
    definition = LatePoints(id="punctuality", bands=BANDS)
    assert {"V1": 100, "V2": 80} == {key: entry.value for key, entry in found(definition, facts, by="supplier").items()}
    assert 180 == total(definition, facts).numerator


def test_points_may_be_fractions_of_a_point_or_below_zero() -> None:
    bands = (DayBand(up_to=0, points="2.5"), DayBand(points="-1"))
    assert [Fraction(5, 2), -1] == [points([line(), got(late)], bands=bands).value for late in (0, 1)]


@pytest.mark.parametrize(
    ("bands", "message"),
    [
        ((), "LatePoints.bands leave the latest days out: 0"),
        ((DayBand(up_to=3, points=1),), "LatePoints.bands leave the latest days out: 3"),
        ((DayBand(points=1), DayBand(points=0)), "LatePoints.bands after an open band are never reached"),
        (
            (DayBand(up_to=3, points=1), DayBand(up_to=0, points=2), DayBand(points=0)),
            "LatePoints.bands do not ascend: '3, 0'",
        ),
        (
            (DayBand(up_to=3, points=1), DayBand(up_to=3, points=2), DayBand(points=0)),
            "LatePoints.bands do not ascend: '3, 3'",
        ),
        (({"up_to": 3},), "LatePoints.bands holds something else than bands"),
    ],
)
def test_bands_that_leave_a_day_out_or_overlap_are_refused(bands: Any, message: str) -> None:  # noqa: ANN401
    with pytest.raises(InvalidValueError, match=message):
        LatePoints(id="punctuality", bands=bands)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"up_to": 1.5, "points": 1}, "DayBand.up_to must be a whole number from -10000 to 10000: 1.5"),
        ({"up_to": True, "points": 1}, "DayBand.up_to must be a whole number"),
        ({"up_to": 10_001, "points": 1}, "DayBand.up_to must be a whole number"),
        ({"points": 0.5}, "points are never a float: 0.5"),
        ({"points": 1_000_001}, r"DayBand.points lies outside -1000000\.\.1000000"),
        ({"points": "many"}, "not a number"),
    ],
)
def test_a_band_refuses_what_is_no_day_and_no_number_of_points(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        DayBand(**fields)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"level": "order"}, "LatePoints.level is unknown: 'order'"),
        ({"to": "first", "under_tolerance": "0.1"}, "under_tolerance has no effect without to='last'"),
        ({"under_tolerance": 1}, "LatePoints.under_tolerance lets nothing at all be complete"),
        ({"open_overdue": "late"}, "LatePoints.open_overdue is unknown: 'late'"),
    ],
)
def test_late_points_refuse_what_does_not_exist(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        LatePoints(id="punctuality", bands=BANDS, **choices)


@pytest.mark.parametrize(("up_to", "points"), [(-10_000, -1_000_000), (10_000, 1_000_000), (None, 0)])
def test_a_band_may_end_and_count_up_to_its_limits(up_to: int | None, points: int) -> None:
    band = DayBand(up_to=up_to, points=points)
    assert (up_to, Decimal(points)) == (band.up_to, band.points)


def test_points_are_exact_decimals() -> None:
    assert Decimal(40) == BANDS[2].points
