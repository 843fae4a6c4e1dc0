"""Every type of column as `convert` takes a value: floats by IEEE operations, decimals exactly, text never parsed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from supplychain_rules import InputError, Policy, apply, load_policy
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.convert import convert

RATE = {"type": "number", "decimals": 2, "min": -100, "max": 100, "optional": True}
FLAG = {"type": "boolean", "optional": True}
KIND = {"type": "choice", "options": ["raw", "pack"], "optional": True}
NOTE = {"type": "text", "optional": True}
DAY = {"type": "date", "min": "2020-01-01", "max": "2030-12-31", "optional": True}


def passed_on(declared: dict[str, Any]) -> Policy:
    """Return rules that give an input back, and say whether it is missing."""
    return load_policy(
        {
            "schema": "supplychain-rules/1",
            "id": "echo",
            "version": "1",
            "inputs": {"given": declared},
            "steps": [
                {"kind": "formula", "id": "taken", "formula": "coalesce(given, given)"},
                {"kind": "formula", "id": "absent", "formula": "is_missing(given)"},
            ],
        }
    )


def taken(declared: dict[str, Any], frame: Any) -> list[object]:  # noqa: ANN401  of any library
    """Return what rules see in a column `given`, in units, and `"bad"` where it is refused."""
    result = apply(passed_on(declared), frame, on_invalid="null", numbers="units")
    if isinstance(result, duckdb.DuckDBPyRelation):
        columns = dict(zip(result.columns, zip(*result.fetchall(), strict=True), strict=True))
        values, problems = list(columns["taken"]), list(columns["problems"])
    elif isinstance(result, pd.DataFrame):
        values = [None if gone else value for gone, value in zip(result["taken"].isna(), result["taken"], strict=True)]
        problems = result["problems"].tolist()
    elif isinstance(result, pa.Table):
        values, problems = result["taken"].to_pylist(), result["problems"].to_pylist()
    else:
        values, problems = result["taken"].to_list(), result["problems"].to_list()
    return ["bad" if count else value for value, count in zip(values, problems, strict=True)]


def converted(declared: dict[str, Any], values: Sequence[object]) -> list[object]:
    """Return what the Python engine sees."""
    kind = passed_on(declared).program.inputs[0].type
    found: list[object] = []
    for value in values:
        try:
            found.append(convert(value, kind))
        except InvalidValueError:
            found.append("bad")
    return found


FLOATS = [0.005, -0.005, 1.005, 99.995, 100.0, 100.00000000000001, -100.0, -0.004, 1e300, float("inf"), None, 12.345]

DECIMALS = [Decimal(text) for text in ("0.0050", "-0.0050", "1.0049", "-1.0049", "99.9999", "100.0001", "-100", "12")]


# Numbers


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"given": FLOATS}),
        pa.table({"given": FLOATS}),
        pd.DataFrame({"given": FLOATS}),
        pd.DataFrame({"given": pd.array(FLOATS, dtype="Float64")}),
        pd.DataFrame({"given": pd.array(FLOATS, dtype="double[pyarrow]")}),
        duckdb.connect().from_arrow(pa.table({"given": FLOATS})),
    ],
    ids=["polars", "pyarrow", "pandas", "pandas nullable", "pandas arrow", "duckdb"],
)
def test_floats_become_units_as_in_python(frame: Any) -> None:  # noqa: ANN401  of any library
    assert converted(RATE, FLOATS) == taken(RATE, frame)


@pytest.mark.parametrize("places", [4, 20])
def test_decimals_round_half_up_away_from_zero_exactly(places: int) -> None:
    values = [*(value + Decimal(1).scaleb(-places) * 0 for value in DECIMALS), None]
    arrow = pa.table({"given": pa.array(values, pa.decimal128(38, places))})
    expected = converted(RATE, values)

    assert expected == taken(RATE, pl.DataFrame({"given": pl.Series(values, dtype=pl.Decimal(38, places))}))
    assert expected == taken(RATE, arrow)
    assert expected == taken(RATE, duckdb.connect().from_arrow(arrow))
    assert expected == taken(RATE, pd.DataFrame({"given": pd.Series(values, dtype=object)}))
    assert expected == taken(RATE, arrow.to_pandas(types_mapper=pd.ArrowDtype))


def test_a_decimal_of_fewer_places_than_count_is_scaled_up() -> None:
    values = [Decimal(100), Decimal(101), Decimal(-3), None]
    arrow = pa.table({"given": pa.array(values, pa.decimal128(10, 0))})

    assert [10000, "bad", -300, None] == taken(
        RATE, pl.DataFrame({"given": pl.Series(values, dtype=pl.Decimal(10, 0))})
    )
    assert [10000, "bad", -300, None] == taken(RATE, arrow)


@pytest.mark.parametrize("held", [pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64])
def test_whole_numbers_of_any_width_are_taken(held: Any) -> None:  # noqa: ANN401  of any library
    frame = pl.DataFrame({"given": pl.Series([0, 100, 101, None], dtype=held)})

    assert [0, 10000, "bad", None] == taken(RATE, frame)
    assert [0, 10000, "bad", None] == taken(RATE, frame.to_arrow())
    assert [0, 10000, "bad", None] == taken(RATE, frame.to_pandas())
    assert [0, 10000, "bad", None] == taken(RATE, frame.to_pandas(use_pyarrow_extension_array=True))


def test_a_whole_number_beyond_63_bits_is_out_of_range() -> None:
    frame = pl.DataFrame({"given": pl.Series([2**64 - 1, 5], dtype=pl.UInt64)})

    assert ["bad", 500] == taken(RATE, frame)
    assert ["bad", 500] == taken(RATE, frame.to_arrow())
    assert ["bad", 500] == taken(RATE, frame.to_pandas())
    assert ["bad", "bad"] == taken({**RATE, "max": -1}, frame)


def test_a_float_of_32_bits_is_taken_at_its_exact_value() -> None:
    values = [0.005, 1.005, 99.995, 100.0]
    frame = pl.DataFrame({"given": pl.Series(values, dtype=pl.Float32)})

    assert converted(RATE, frame["given"].to_list()) == taken(RATE, frame)
    assert converted(RATE, frame["given"].to_list()) == taken(RATE, frame.to_pandas())


def test_nan_is_refused_where_a_frame_can_tell_it_from_missing() -> None:
    values = [float("nan"), None, 1.0]

    assert ["bad", None, 100] == taken(RATE, pl.DataFrame({"given": values}))
    assert ["bad", None, 100] == taken(RATE, pa.table({"given": pa.array(values, pa.float64())}))
    relation = duckdb.connect().from_arrow(pa.table({"given": pa.array(values, pa.float64())}))
    assert ["bad", None, 100] == taken(RATE, relation)


def test_nan_is_missing_in_pandas() -> None:
    assert [None, None, 100] == taken(RATE, pd.DataFrame({"given": [float("nan"), None, 1.0]}))


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"given": ["1", "2"]}),
        pl.DataFrame({"given": ["1", "2"]}).lazy(),
        pa.table({"given": ["1", "2"]}),
        pd.DataFrame({"given": ["1", "2"]}),
        pd.DataFrame({"given": pd.Series([1, "2"], dtype=object)}),
        pd.DataFrame({"given": pd.Series(["1", "2"], dtype="category")}),
        duckdb.connect().from_arrow(pa.table({"given": ["1", "2"]})),
    ],
)
def test_text_is_never_read_as_a_number(frame: Any) -> None:  # noqa: ANN401  of any library
    with pytest.raises(InputError, match=r"given: a column of type .* cannot hold this input; cast it to an integer"):
        apply(passed_on(RATE), frame)


def test_booleans_are_no_numbers_and_numbers_no_booleans() -> None:
    for frame in (pl.DataFrame({"given": [True]}), pd.DataFrame({"given": [True]}), pa.table({"given": [True]})):
        with pytest.raises(InputError, match="cannot hold this input"):
            apply(passed_on(RATE), frame)
    for frame in (pl.DataFrame({"given": [1]}), pd.DataFrame({"given": [1]}), pa.table({"given": [1]})):
        with pytest.raises(InputError, match="cast it to a boolean type"):
            apply(passed_on(FLAG), frame)


def test_a_column_of_nothing_but_nulls_is_missing_throughout() -> None:
    for declared in (RATE, FLAG, KIND, NOTE, DAY):
        assert [None, None] == taken(declared, pl.DataFrame({"given": [None, None]}))
        assert [None, None] == taken(declared, pa.table({"given": pa.nulls(2)}))
        assert [None, None] == taken(declared, pd.DataFrame({"given": [None, None]}))
        needed = {**declared, "optional": False}
        assert ["bad", "bad"] == taken(needed, pl.DataFrame({"given": [None, None]}))
        assert ["bad", "bad"] == taken(needed, pa.table({"given": pa.nulls(2)}))
        assert ["bad", "bad"] == taken(needed, pd.DataFrame({"given": [None, None]}))


# Booleans, options, texts


def test_booleans_of_every_kind_are_taken() -> None:
    values = [True, False, None]

    assert values == taken(FLAG, pl.DataFrame({"given": values}))
    assert values == taken(FLAG, pa.table({"given": values}))
    for held in (object, "boolean", "bool[pyarrow]"):
        assert values == taken(FLAG, pd.DataFrame({"given": pd.Series(values, dtype=held)}))
    assert [True, False] == taken(FLAG, pd.DataFrame({"given": [True, False]}))


def test_an_object_that_only_equals_true_is_no_boolean() -> None:
    assert [True, "bad", "bad", None] == taken(
        FLAG, pd.DataFrame({"given": pd.Series([True, 1, 0.0, None], dtype=object)})
    )


def test_options_are_taken_from_text_categories_and_dictionaries() -> None:
    values = ["raw", "pack", None, "Raw"]
    expected = ["raw", "pack", None, "bad"]

    frame = pl.DataFrame({"given": values})
    for held in (pl.String, pl.Categorical, pl.Enum(["raw", "pack", "Raw", "unused"])):
        assert expected == taken(KIND, frame.cast(held))
    for arrow in (pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())):
        assert expected == taken(KIND, pa.table({"given": pa.array(values, pa.string()).cast(arrow)}))
    for pandas in (object, "string", "category", pd.ArrowDtype(pa.string())):
        assert expected == taken(KIND, pd.DataFrame({"given": pd.Series(values, dtype=pandas)}))


def test_a_long_list_of_options_is_compared_as_text() -> None:
    options = [f"option {number}" for number in range(100)]
    declared = {**KIND, "options": options}
    values = ["option 99", "option 100", None]

    assert ["option 99", "bad", None] == taken(declared, pl.DataFrame({"given": values}))
    assert ["option 99", "bad", None] == taken(declared, pa.table({"given": values}))
    assert ["option 99", "bad", None] == taken(declared, pd.DataFrame({"given": values}))


def test_objects_that_are_no_text_are_no_options() -> None:
    frame = pd.DataFrame({"given": pd.Series(["raw", 5, ["raw"], None], dtype=object)})

    assert ["raw", "bad", "bad", None] == taken(KIND, frame)


def test_texts_are_bounded_in_length() -> None:
    values = ["质" * 200, "质" * 201, "", None]
    expected = ["质" * 200, "bad", "", None]

    assert expected == taken(NOTE, pl.DataFrame({"given": values}))
    assert expected == taken(NOTE, pa.table({"given": values}))
    assert expected == taken(NOTE, pd.DataFrame({"given": values}))
    assert expected == taken(NOTE, duckdb.connect().from_arrow(pa.table({"given": values})))


# Dates


def days(found: list[object]) -> list[object]:
    return [value.date() if isinstance(value, datetime) else value for value in found]


def test_dates_are_taken_from_date_columns() -> None:
    values = [date(2026, 2, 28), date(2019, 12, 31), date(2030, 12, 31), None]
    expected = [date(2026, 2, 28), "bad", date(2030, 12, 31), None]

    assert expected == taken(DAY, pl.DataFrame({"given": values}))
    assert expected == taken(DAY, pa.table({"given": values}))
    assert expected == taken(DAY, duckdb.connect().from_arrow(pa.table({"given": values})))
    for held in (object, pd.ArrowDtype(pa.date32())):
        assert expected == days(taken(DAY, pd.DataFrame({"given": pd.Series(values, dtype=held)})))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_midnights_of_pandas_are_days_and_other_moments_are_not(unit: str) -> None:
    moments = pd.Series(["2026-02-28", "2026-02-28 00:00:01", "1960-01-01", None]).astype(f"datetime64[{unit}]")

    assert [date(2026, 2, 28), "bad", "bad", None] == days(taken(DAY, pd.DataFrame({"given": moments})))


def test_columns_of_moments_are_refused_where_a_frame_has_dates() -> None:
    moment = datetime(2026, 2, 28, tzinfo=UTC)
    frames = (
        pl.DataFrame({"given": [moment.replace(tzinfo=None)]}),
        pa.table({"given": [moment.replace(tzinfo=None)]}),
        pa.table({"given": pa.array([moment.date()], pa.date64())}),
        pd.DataFrame({"given": [moment]}),
        pd.DataFrame({"given": pd.Series([moment.replace(tzinfo=None)], dtype=pd.ArrowDtype(pa.timestamp("us")))}),
    )
    for frame in frames:
        with pytest.raises(InputError, match="cast it to a date without a time"):
            apply(passed_on(DAY), frame)
