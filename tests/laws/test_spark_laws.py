"""Frames of Spark and tables of Ibis over it give what the Python engine gives, and its measures what Polars gives."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import polars as pl
import pyarrow as pa
import pytest
from drawn_customers import customer_facts, customer_frames, moments
from drawn_measures import quotients, tabled_measures
from drawn_rows import DrawnTable, compared_tables, drawn_tables, expected_row, expected_rows
from drawn_trade import days, trades
from fact_frames import KINDS, polars_frames, rows_of
from frame_kinds import make_frame
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from supplychain_rules import Ledger, Period, Policy, apply, supports
from supplychain_rules.engines.measure_frames import measure_frame, measurements_of
from supplychain_rules.engines.profile_frames import profile_frame
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.measures import Measure
from supplychain_rules.testing.strategies_policies import loaded_policies, population_policies

pytestmark = pytest.mark.filterwarnings("ignore")  # Spark's own, of its log and of the pandas that it finds

#: A statement takes Spark a second and more to plan: few policies, and many rows of each.
EXAMPLES = max(8, settings.default.max_examples // 100)
ROWS = 60

#: Ibis writes the statement that a frame gets, and measures share theirs with DuckDB: a sample will do.
FEWER = EXAMPLES // 4
MEASURED = EXAMPLES // 8


def drawn(data: st.DataObject, policy: Policy) -> tuple[pa.Table, list[list[object]]]:
    """Return a table of drawn rows, each with its place, and what the Python engine says of each."""
    columns = {declared.name: declared.column or declared.name for declared in policy.inputs}
    assume(not supports(policy, "pyspark") and len(set(columns.values())) == len(columns))
    compares = bool(policy.program.populations)
    table: DrawnTable = data.draw(compared_tables(policy, ROWS) if compares else drawn_tables(policy, ROWS))
    made = make_frame("pyarrow", table, columns)
    places = pa.array(range(len(table.rows)), pa.int64())
    outputs = list(policy.outputs)
    if compares:
        return made.append_column("place", places), expected_rows(policy, table.rows, outputs)
    return made.append_column("place", places), [expected_row(policy, row, outputs) for row in table.rows]


@settings(max_examples=EXAMPLES)
@given(data=st.data(), policy=loaded_policies())
def test_a_frame_of_spark_agrees_with_python_on_every_row(spark: Any, data: st.DataObject, policy: Policy) -> None:  # noqa: ANN401  any value
    table, expected = drawn(data, policy)

    scored = apply(policy, spark.createDataFrame(table), numbers="units").orderBy("place")

    assert expected == [list(row)[table.num_columns :] for row in scored.collect()]


@settings(max_examples=FEWER)
@given(data=st.data(), policy=population_policies())
def test_a_frame_of_spark_compares_rows_as_python_does(spark: Any, data: st.DataObject, policy: Policy) -> None:  # noqa: ANN401  any value
    table, expected = drawn(data, policy)

    scored = apply(policy, spark.createDataFrame(table), numbers="units").orderBy("place")

    assert expected == [list(row)[table.num_columns :] for row in scored.collect()]


@settings(max_examples=FEWER)
@given(data=st.data(), policy=loaded_policies())
def test_a_table_of_ibis_on_spark_agrees_with_python_on_every_row(
    spark: Any,  # noqa: ANN401  any value
    data: st.DataObject,
    policy: Policy,
) -> None:
    table, expected = drawn(data, policy)
    spark.createDataFrame(table).createOrReplaceTempView("drawn")

    scored = apply(policy, ibis.pyspark.connect(spark).table("drawn"), numbers="units").order_by("place")

    assert expected == [list(row.values())[table.num_columns :] for row in scored.to_pyarrow().to_pylist()]


@settings(max_examples=MEASURED)
@given(facts=trades(), definition=quotients, exact=tabled_measures, as_of=days)
def test_measures_of_frames_of_spark_are_those_of_frames_of_polars(
    spark: Any,  # noqa: ANN401  any value
    facts: list[Any],
    definition: Measure,
    exact: Measure,
    as_of: date,
) -> None:
    ledger = Ledger([fact for fact in facts if isinstance(fact, (*KINDS.values(), Supplier))])
    frames = polars_frames(rows_of(ledger, as_of))
    in_spark = {kind: spark.createDataFrame(frame.to_arrow()) for kind, frame in frames.items()}
    asked: dict[str, Any] = {"period": Period.quarter(2026, 1), "as_of": as_of, "currency": "EUR"}

    assert measurements_of([exact], frames, **asked) == measurements_of([exact], in_spark, **asked)
    assert sorted_rows(measure_frame([definition], lazy(frames), **asked).collect().rows()) == sorted_rows(
        map(tuple, measure_frame([definition], in_spark, **asked).collect())
    )


@settings(max_examples=MEASURED)
@given(facts=customer_facts(), as_of=moments)
def test_profiles_of_frames_of_spark_are_those_of_frames_of_polars(
    spark: Any,  # noqa: ANN401  any value
    facts: list[Any],
    as_of: date,
) -> None:
    frames = customer_frames(Ledger(facts))
    in_spark: Any = {kind: spark.createDataFrame(frame.to_arrow()) for kind, frame in frames.items()}

    assert sorted_rows(profile_frame(lazy(frames), as_of=as_of, currency="EUR").collect().rows()) == sorted_rows(
        map(tuple, profile_frame(in_spark, as_of=as_of, currency="EUR").collect())
    )


def lazy(frames: Mapping[str, pl.DataFrame]) -> dict[Any, pl.LazyFrame]:
    return {kind: frame.lazy() for kind, frame in frames.items()}


def sorted_rows(rows: Any) -> list[Any]:  # noqa: ANN401  any value
    return sorted(rows, key=repr)
