"""Measures of data frames: one wide table, bad values, choices that frames cannot make, numbers near their bounds."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import duckdb
import polars as pl
import pytest

from supplychain_rules import InputError, InvalidValueError, Period, measure_frame
from supplychain_rules.engines.fact_tables import Sizes
from supplychain_rules.engines.measure_frames import measurements_of
from supplychain_rules.engines.measure_job import measure_supports
from supplychain_rules.measures import (
    DeliveryPerformance,
    DeliveryTime,
    FillRate,
    HalfLife,
    Measure,
    PriceIndex,
    QualityPassRate,
    RejectRate,
    Scope,
    Spend,
    SpendShare,
)
from supplychain_rules.values.calendar import WorkCalendar

ASKED: Final[dict[str, Any]] = {"period": Period.year(2026), "as_of": date(2026, 12, 31), "currency": "EUR"}
DUE: Final = date(2026, 1, 20)


def lines(**columns: list[Any]) -> pl.DataFrame:
    """Return order lines, one for each quantity, of supplier V7 where nothing else is said."""
    count = len(next(iter(columns.values()), [1]))
    usual: dict[str, list[Any]] = {
        "id": [f"L{place}" for place in range(count)],
        "supplier": ["V7"] * count,
        "item": ["bolt"] * count,
        "quantity": [10] * count,
        "unit_price": [2] * count,
        "ordered_on": [date(2026, 1, 5)] * count,
        "promised_on": [DUE] * count,
    }
    return pl.DataFrame(usual | columns)


def receipts(**columns: list[Any]) -> pl.DataFrame:
    count = len(columns["order_line"])
    usual: dict[str, list[Any]] = {"received_on": [DUE] * count, "quantity": [10] * count}
    return pl.DataFrame(usual | columns)


def test_a_line_that_holds_its_receipt_measures_as_one_whose_receipt_stands_apart() -> None:
    came = [date(2026, 1, 19), date(2026, 1, 25), None, DUE]
    ordered = lines(supplier=["V7", "V7", "V8", "V8"])
    wide = ordered.with_columns(pl.Series("received_on", came, dtype=pl.Date))
    apart = receipts(order_line=["L0", "L1", "L3"], received_on=[day for day in came if day])
    measures: list[Measure] = [
        DeliveryPerformance(id="otif", early_days=3, late_days=1),
        DeliveryPerformance(id="first", in_full=False, partial="first"),
        FillRate(id="fill"),
        Spend(id="received", basis="received"),
        DeliveryTime(id="days", of="delay"),
    ]
    expected = measurements_of(measures, {"order_lines": ordered, "receipts": apart}, **ASKED)
    assert expected == measurements_of(measures, {"order_lines": wide, "receipts": wide}, **ASKED)


def test_ids_may_be_whole_numbers_and_a_scope_names_them_as_text() -> None:
    ordered = lines(supplier=[7, 8, 8])
    only = Scope(without_suppliers=["8"])
    found = measure_frame([Spend(id="spend", scope=only)], {"order_lines": ordered}, **ASKED).sort("supplier")
    assert [(7, 20.0), (8, None)] == found.rows()


def test_an_eager_frame_refuses_a_bad_value_and_names_its_column_and_row() -> None:
    with pytest.raises(InputError, match=r"quantity: .* row 1") as caught:
        measure_frame([Spend(id="spend")], {"order_lines": lines(quantity=[10, -1])}, **ASKED)
    assert "quantity" == caught.value.problems[0].path


def test_in_a_lazy_frame_a_bad_value_hides_the_measures_of_its_key_only() -> None:
    ordered = lines(supplier=["V7", "V7", "V8"], quantity=[10, -1, 10]).lazy()
    found = measure_frame([Spend(id="spend")], {"order_lines": ordered}, **ASKED).collect().sort("supplier")
    assert [("V7", None, 1), ("V8", 20.0, 0)] == found.rows()


def test_an_eager_frame_may_be_asked_to_count_bad_values() -> None:
    found = measure_frame([Spend(id="spend")], {"order_lines": lines(quantity=[-1])}, on_invalid="null", **ASKED)
    assert [("V7", None, 1)] == found.rows()


def test_a_receipt_that_names_no_order_line_may_be_anybodys() -> None:
    frames = {"order_lines": lines(supplier=["V7", "V8"]).lazy(), "receipts": receipts(order_line=["L0", None]).lazy()}
    found = measure_frame([DeliveryPerformance(id="otif")], frames, **ASKED).collect().sort("supplier")
    assert [("V7", None, 1), ("V8", None, 1)] == found.rows()


def test_a_bad_receipt_is_a_problem_of_its_line_only() -> None:
    frames = {
        "order_lines": lines(supplier=["V7", "V8"]).lazy(),
        "receipts": receipts(order_line=["L0", "L1"], quantity=[10, -3]).lazy(),
    }
    found = measure_frame([DeliveryPerformance(id="otif")], frames, **ASKED).collect().sort("supplier")
    assert [("V7", 1.0, 0), ("V8", None, 1)] == found.rows()


def test_an_amount_in_another_currency_is_a_bad_value() -> None:
    mixed = lines(currency=["EUR", "USD"])
    with pytest.raises(InputError, match="currency"):
        measure_frame([Spend(id="spend")], {"order_lines": mixed}, **ASKED)


def test_amounts_need_a_stated_currency() -> None:
    with pytest.raises(InvalidValueError, match="currency"):
        measure_frame([Spend(id="spend")], {"order_lines": lines()}, **(ASKED | {"currency": None}))


def test_more_rejects_than_inspected_are_refused_by_name() -> None:
    inspections = pl.DataFrame(
        {"supplier": ["V7"], "item": ["bolt"], "inspected": [5], "rejected": [6], "inspected_on": [DUE]}
    )
    with pytest.raises(InputError, match="rejected exceeds inspected"):
        measure_frame([RejectRate(id="ppm")], {"inspections": inspections}, **ASKED)


def test_quantities_in_several_units_have_no_value() -> None:
    frames = {
        "order_lines": lines(supplier=["V7", "V7", "V8"], unit=["kg", "m", "kg"]),
        "receipts": receipts(order_line=["L0", "L2"]),
    }
    found = measure_frame([FillRate(id="fill")], frames, **ASKED).sort("supplier")
    assert [("V7", None), ("V8", 1.0)] == found.rows()


def test_a_supplier_that_only_inspections_mention_has_a_row() -> None:
    inspections = pl.DataFrame(
        {"supplier": ["V9"], "item": ["bolt"], "inspected": [5], "rejected": [1], "inspected_on": [DUE]}
    )
    found = measure_frame([Spend(id="spend")], {"order_lines": lines(), "inspections": inspections}, **ASKED)
    assert [("V7", 20.0), ("V9", None)] == found.sort("supplier").rows()


def test_by_customer_lines_without_one_have_a_row_only_where_they_count() -> None:
    ordered = lines(customer=["C1", "", None], quantity=[0, 0, 0])
    assert [("C1", None)] == measure_frame([Spend(id="spend")], {"order_lines": ordered}, by="customer", **ASKED).rows()
    ordered = lines(customer=["C1", None])
    found = measure_frame([Spend(id="spend")], {"order_lines": ordered}, by="customer", **ASKED)
    assert [("", 20.0), ("C1", 20.0)] == found.sort("customer").rows()


def test_details_are_whole_numbers_of_the_last_place() -> None:
    frames = {
        "order_lines": lines(quantity=["2.5"]).with_columns(pl.col("quantity").cast(pl.Decimal(9, 3))),
        "receipts": receipts(order_line=["L0"], quantity=[1]),
    }
    found = measure_frame([FillRate(id="fill")], frames, detail=True, **ASKED)
    assert [("V7", 0.4, 1_000, 2_500, 1)] == found.rows()
    assert ["supplier", "fill", "fill_numerator", "fill_denominator", "fill_evidence"] == found.columns


def test_sums_beyond_sixty_four_bits_stay_exact() -> None:
    dear = lines(quantity=[Decimal("999999.999")] * 3, unit_price=[Decimal("499999.9999")] * 3)
    (spent,) = measurements_of([Spend(id="spend")], {"order_lines": dear}, **ASKED)
    assert 3 * Fraction("999999.999") * Fraction("499999.9999") == spent.value


def test_a_value_whose_sum_outgrows_sixty_four_bits_is_refused_and_never_wrong() -> None:
    dear = lines(quantity=[999_999] * 3, unit_price=[499_999] * 3)
    with pytest.raises(InputError, match="outgrows"):
        measure_frame([Spend(id="spend")], {"order_lines": dear}, **ASKED)
    assert [("V7", None, 1)] == measure_frame(
        [Spend(id="spend")], {"order_lines": dear.lazy()}, **ASKED
    ).collect().rows()
    coarser = Sizes(quantity_decimals=0, money_decimals=2)
    found = measure_frame([Spend(id="spend")], {"order_lines": dear}, sizes=coarser, **ASKED)
    assert [("V7", 3.0 * 999_999 * 499_999)] == found.rows()


def test_duckdb_keeps_no_view_of_what_was_measured() -> None:
    with duckdb.connect() as connection:
        frames = {"order_lines": connection.from_arrow(lines().to_arrow())}
        assert [("V7", 20.0, 0)] == measure_frame([Spend(id="spend")], frames, **ASKED).fetchall()
        assert [] == connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()


@pytest.mark.parametrize(
    ("definition", "reasons"),
    [
        (Spend(id="m", decay=HalfLife(90)), ("decay",)),
        (DeliveryPerformance(id="m", level="order"), ("level='order'",)),
        (DeliveryPerformance(id="m", late_days=1, calendar=WorkCalendar()), ("calendar",)),
        (DeliveryPerformance(id="m", excused_faults=["buyer"]), ("excused_faults",)),
        (QualityPassRate(id="m", faults=["supplier"]), ("faults",)),
        (PriceIndex(id="m", against="market"), ("against='market'",)),
        (SpendShare(id="m", within=["category"]), ("within",)),
    ],
)
def test_what_frames_cannot_compute_is_said_beforehand(definition: Measure, reasons: tuple[str, ...]) -> None:
    assert reasons == measure_supports(definition)
    with pytest.raises(InvalidValueError, match="more than a query can say"):
        measure_frame([definition], {"order_lines": lines()}, **ASKED)


def test_a_column_that_is_missing_is_named_with_a_suggestion() -> None:
    with pytest.raises(InvalidValueError, match=r"(?s)needs a column of order_lines.*promised_on.*promised"):
        measure_frame(
            [DeliveryPerformance(id="otif")],
            {"order_lines": lines().rename({"promised_on": "promised"}), "receipts": receipts(order_line=["L0"])},
            **ASKED,
        )


def test_measures_of_deliveries_need_receipts() -> None:
    with pytest.raises(InvalidValueError, match="receipts"):
        measure_frame([DeliveryPerformance(id="otif")], {"order_lines": lines()}, **ASKED)


@pytest.mark.parametrize(
    ("frames", "more", "message"),
    [
        ({}, {}, "no table of facts"),
        ({"orders": lines()}, {}, "no kind of fact"),
        ({"order_lines": [1]}, {}, "no frame"),
        ({"order_lines": lines(), "receipts": receipts(order_line=["L0"]).lazy()}, {}, "different libraries"),
        ({"order_lines": lines()}, {"columns": {"order_lines": {"qty": "quantity"}}}, "no such field"),
        ({"order_lines": lines()}, {"columns": {"order_lines": {"quantity": "qty"}}}, "no such column"),
        ({"order_lines": lines()}, {"decimals": 12}, "decimals"),
        ({"order_lines": lines()}, {"problems": "spend"}, "one name"),
        ({"order_lines": lines().lazy()}, {"on_invalid": "error"}, "lazy frame cannot raise"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(frames: dict[Any, Any], more: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        measure_frame([Spend(id="spend")], frames, **ASKED, **more)


def test_a_moment_is_no_day() -> None:
    pandas = lines().to_pandas().assign(ordered_on="2026-01-05 07:00").astype({"ordered_on": "datetime64[us]"})
    with pytest.raises(InputError, match="time of day"):
        measure_frame([Spend(id="spend")], {"order_lines": pandas}, **ASKED)
