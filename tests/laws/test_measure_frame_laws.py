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
from example_counts import at_the_gate
from fact_frames import KINDS, duck_relations, polars_frames, rows_of, sqlite_tables
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from supplychain_rules.engines.measure_frames import measure_frame, measurements_of
from supplychain_rules.engines.measure_sql import SqlTable, measures_to_sql
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.trade import OrderLine
from supplychain_rules.measures import Measure, Measurement, measure
from supplychain_rules.measures.counting import By
from supplychain_rules.values.period import Period
from supplychain_rules.values.rounding import round_to_units

PERIOD: Final = Period.quarter(2026, 1)

#: An example runs up to seven engines, which take longer to start on five rows than to compute.
EXAMPLES: Final = at_the_gate(12)

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
    assume(all(getattr(each, "over", "") not in (by, *by) for each in definitions))  # always one holder of everything
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


def rounded(measurements: tuple[Measurement, ...]) -> dict[tuple[tuple[str, ...], str], float | None]:
    """Return what an engine gives for each key and measure: the float nearest to the value with six decimals."""
    found: dict[tuple[tuple[str, ...], str], float | None] = {}
    for each in measurements:
        key = () if each.key == "total" else each.key if isinstance(each.key, tuple) else (each.key,)
        units = None if each.value is None else round_to_units(Fraction(each.value), 6)
        found[key, each.measure] = None if units is None else units / 10**6
    return found


def in_duckdb(frames: Mapping[str, pl.DataFrame], connection: duckdb.DuckDBPyConnection, statement: str) -> list[Any]:
    cursor = connection.cursor()
    for kind, frame in frames.items():
        cursor.register(kind, frame.to_arrow())
    return cursor.execute(statement).fetchall()
