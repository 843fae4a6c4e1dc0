"""Measures of frames and in SQL are those of a ledger, whatever the engine and the order of rows."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import isnan
from typing import Any, Final

import attrs
import duckdb
import polars as pl
import pytest
from drawn_measures import quotients, tabled_measures
from drawn_trade import days, trades
from fact_frames import KINDS, duck_relations, polars_frames, rows_of, sqlite_tables
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from supplychain_rules.engines.measure_frames import measure_frame, measurements_of
from supplychain_rules.engines.measure_sql import SqlTable, measures_to_sql
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.trade import OrderLine
from supplychain_rules.measures import DeliveryPerformance, FillRate, Measure, Measurement, Spend, measure
from supplychain_rules.measures.counting import By
from supplychain_rules.values.period import Period
from supplychain_rules.values.rounding import round_to_units

PERIOD: Final = Period.quarter(2026, 1)

#: An example runs up to seven engines, which take longer to start on five rows than to compute.
EXAMPLES: Final = settings.default.max_examples // 8

dimensions = st.sampled_from(
    ("supplier", "item", "site", "month", "total", ("supplier", "item"), ("month", "supplier"))
)


@st.composite
def worlds(draw: st.DrawFn) -> list[Fact]:
    """Draw facts of the kinds that tables hold, order lines in several units."""
    facts = [fact for fact in draw(trades()) if isinstance(fact, (*KINDS.values(), Supplier))]
    units = draw(st.lists(st.sampled_from(("", "", "kg")), min_size=len(facts), max_size=len(facts)))
    return [
        attrs.evolve(fact, unit=unit) if isinstance(fact, OrderLine) else fact
        for fact, unit in zip(facts, units, strict=True)
    ]


def named(definitions: list[Measure]) -> list[Measure]:
    return [attrs.evolve(each, id=f"m{place}") for place, each in enumerate(definitions)]


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 2})


@settings(max_examples=EXAMPLES)
@given(facts=worlds(), definitions=st.lists(tabled_measures, min_size=1, max_size=3), by=dimensions, as_of=days)
def test_measurements_of_frames_are_those_of_the_ledger(
    connection: duckdb.DuckDBPyConnection, facts: list[Fact], definitions: list[Measure], by: By, as_of: date
) -> None:
    assume(all(getattr(each, "of", "") not in (by, *by) for each in definitions))  # always one holder of everything
    ledger, measures = Ledger(facts), named(definitions)
    frames = polars_frames(rows_of(ledger, as_of))
    asked: dict[str, Any] = {"by": by, "period": PERIOD, "as_of": as_of}
    expected = measure(measures, ledger, **asked)
    asked["currency"] = "EUR"
    assert expected == measurements_of(measures, frames, **asked)
    assert expected == measurements_of(measures, {kind: frame.to_pandas() for kind, frame in frames.items()}, **asked)
    assert expected == measurements_of(measures, duck_relations(frames, connection), **asked)


@settings(max_examples=EXAMPLES)
@given(facts=worlds(), definitions=st.lists(quotients, min_size=1, max_size=3), by=dimensions, as_of=days)
def test_values_of_frames_and_of_sql_are_those_of_the_ledger_rounded_once(
    connection: duckdb.DuckDBPyConnection, facts: list[Fact], definitions: list[Measure], by: By, as_of: date
) -> None:
    ledger, measures = Ledger(facts), named(definitions)
    frames = polars_frames(rows_of(ledger, as_of))
    asked: dict[str, Any] = {"by": by, "period": PERIOD, "as_of": as_of}
    expected = rounded(measure(measures, ledger, **asked))
    asked |= {"currency": "EUR"}
    tables: Any = {kind: SqlTable(name=kind, columns=frame.columns) for kind, frame in frames.items()}
    statements = {name: measures_to_sql(measures, tables, dialect=name, **asked) for name in ("sqlite", "duckdb")}
    typed: Any = {kind: SqlTable(name=kind, columns=f.columns, types=duck_types(f)) for kind, f in frames.items()}
    statements["typed"] = measures_to_sql(measures, typed, dialect="duckdb", **asked)
    found = {
        "polars": measure_frame(measures, frames, **asked).rows(),
        "lazy": measure_frame(measures, {kind: frame.lazy() for kind, frame in frames.items()}, **asked)
        .collect()
        .rows(),
        "pandas": measure_frame(measures, {k: f.to_pandas() for k, f in frames.items()}, **asked).values.tolist(),
        "pyarrow": pl.from_arrow(measure_frame(measures, {k: f.to_arrow() for k, f in frames.items()}, **asked)).rows(),
        "duckdb": measure_frame(measures, duck_relations(frames, connection), **asked).fetchall(),
        "sql:sqlite": sqlite_tables(frames).execute(statements["sqlite"]).fetchall(),
        "sql:duckdb": in_duckdb(frames, connection, statements["duckdb"]),
        "sql:duckdb with types": in_duckdb(frames, connection, statements["typed"]),
    }
    keys = 0 if by == "total" else 1 if isinstance(by, str) else len(by)
    for engine, rows in found.items():
        values = {}
        for row in rows:
            for place, definition in enumerate(measures):
                value = row[keys + place]
                values[tuple(row[:keys]), definition.id] = None if value is None or isnan(value) else float(value)
        assert (engine, expected) == (engine, {**dict.fromkeys(expected), **values})


@settings(max_examples=EXAMPLES)
@given(facts=worlds(), definitions=st.lists(tabled_measures, min_size=1, max_size=3), seed=st.integers(0, 999))
def test_the_order_of_rows_changes_nothing(facts: list[Fact], definitions: list[Measure], seed: int) -> None:
    measures = named(definitions)
    frames = polars_frames(rows_of(Ledger(facts), date(2026, 12, 31)))
    asked: dict[str, Any] = {"period": PERIOD, "as_of": date(2026, 12, 31), "currency": "EUR"}
    shuffled = {kind: frame.sample(fraction=1, shuffle=True, seed=seed) for kind, frame in frames.items()}
    assert measurements_of(measures, frames, **asked) == measurements_of(measures, shuffled, **asked)


LINES: Final = st.lists(
    st.tuples(
        st.sampled_from(("V1", "V2")),
        st.integers(0, 9),
        st.integers(0, 500),
        st.dates(date(2025, 12, 25), date(2026, 4, 5)),
        st.none() | st.dates(date(2025, 12, 25), date(2026, 4, 5)),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=EXAMPLES)
@given(lines=LINES)
def test_what_parts_of_a_frame_add_up_to_is_what_the_whole_comes_to(lines: list[tuple[Any, ...]]) -> None:
    """So a frame may be measured batch by batch, and the sums added."""
    schema = {
        "supplier": pl.String,
        "quantity": pl.Int64,
        "unit_price": pl.Int64,
        "promised_on": pl.Date,
        "received_on": pl.Date,
        "part": pl.Int8,
    }
    whole = pl.DataFrame(lines, schema=schema, orient="row")
    whole = whole.with_columns(ordered_on="promised_on", item=pl.lit("bolt"))
    measures = [
        DeliveryPerformance(id="on_time", in_full=False),
        FillRate(id="fill"),
        Spend(id="spend"),
        Spend(id="came", basis="received"),
    ]
    sums = [f"{each.id}_{name}" for each in measures for name in ("numerator", "denominator", "evidence")]
    sums.remove("spend_denominator")  # they are always one
    sums.remove("came_denominator")
    asked: dict[str, Any] = {"period": PERIOD, "as_of": date(2026, 3, 1), "currency": "EUR", "detail": True}

    def measured(frame: pl.DataFrame) -> pl.DataFrame:
        return measure_frame(measures, {"order_lines": frame, "receipts": frame}, **asked).select("supplier", *sums)

    parts = pl.concat([measured(part) for part in whole.partition_by("part")])
    added = parts.group_by("supplier").agg(pl.all().sum())
    assert measured(whole).sort("supplier").rows() == added.sort("supplier").rows()


def rounded(measurements: tuple[Measurement, ...]) -> dict[tuple[tuple[str, ...], str], float | None]:
    """Return what an engine gives for each key and measure: the float nearest to the value with six decimals."""
    found: dict[tuple[tuple[str, ...], str], float | None] = {}
    for each in measurements:
        key = () if each.key == "total" else each.key if isinstance(each.key, tuple) else (each.key,)
        units = None if each.value is None else round_to_units(Fraction(each.value), 6)
        found[key, each.measure] = None if units is None else units / 10**6
    return found


def duck_types(frame: pl.DataFrame) -> dict[str, str]:
    """Return the types that DuckDB gives to the columns of a frame."""
    relation = duckdb.from_arrow(frame.to_arrow())
    return {name: str(kind) for name, kind in zip(relation.columns, relation.types, strict=True)}


def in_duckdb(frames: Mapping[str, pl.DataFrame], connection: duckdb.DuckDBPyConnection, statement: str) -> list[Any]:
    cursor = connection.cursor()
    for kind, frame in frames.items():
        cursor.register(kind, frame.to_arrow())
    return cursor.execute(statement).fetchall()
