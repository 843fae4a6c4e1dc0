"""Profiles from frames and in SQL are those of a ledger to the last digit, whatever the engine and order of rows."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from math import isnan
from typing import Any, Final

import duckdb
import polars as pl
import pytest
from drawn_customers import customer_facts, customer_frames, moments
from example_counts import at_the_gate
from fact_frames import duck_relations, sqlite_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain_rules import Ledger, Money, Period, apply, evaluate_all, load_policy, to_sql
from supplychain_rules.customers import profiles, rfm_records, rfm_rules
from supplychain_rules.customers.profile import Profile
from supplychain_rules.engines.fact_tables import Sizes
from supplychain_rules.engines.measure_sql import SqlTable
from supplychain_rules.engines.profile_figures import PROFILE_FIGURES
from supplychain_rules.engines.profile_frames import profile_frame
from supplychain_rules.engines.profile_sql import profile_to_sql
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import to_decimal

#: An example runs up to eight engines, which take longer to start on five rows than to compute.
EXAMPLES: Final = at_the_gate(12)

#: Amounts whose sums need two halves in 64 bits, and amounts whose sums need one.
sizes = st.sampled_from((Sizes(), Sizes(largest_amount=1_000_000, rows=1_000)))
periods = st.none() | st.tuples(moments, st.integers(1, 40)).map(
    lambda found: Period(found[0], date.fromordinal(found[0].toordinal() + found[1]))
)
figures = st.none() | st.lists(st.sampled_from(PROFILE_FIGURES), min_size=1, max_size=4, unique=True)


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 2})


@settings(max_examples=EXAMPLES)
@given(facts=customer_facts(), time=st.tuples(moments, periods), size=sizes, wanted=figures)
def test_profiles_of_frames_and_of_sql_are_those_of_the_ledger(
    connection: duckdb.DuckDBPyConnection,
    facts: list[Fact],
    time: tuple[date, Period | None],
    size: Sizes,
    wanted: list[str] | None,
) -> None:
    ledger = Ledger(facts)
    asked: dict[str, Any] = dict(zip(("as_of", "period"), time, strict=True))
    expected = shown(profiles(ledger, currency="EUR", **asked), wanted)
    asked |= {"currency": "EUR", "sizes": size, "figures": wanted}
    for engine, rows in on_every_engine(customer_frames(ledger), connection, asked).items():
        names = wanted or PROFILE_FIGURES
        found = {row[0]: tuple(map(plain, row[1 : len(names) + 1])) for row in rows}
        assert (engine, expected) == (engine, found)


def on_every_engine(
    frames: Mapping[str, pl.DataFrame], connection: duckdb.DuckDBPyConnection, asked: dict[str, Any]
) -> dict[str, list[tuple[Any, ...]]]:
    given_frames: Any = frames
    tables: Any = {kind: SqlTable(name=kind, columns=frame.columns) for kind, frame in frames.items()}
    statements = {name: profile_to_sql(tables, dialect=name, **asked) for name in ("sqlite", "duckdb")}
    arrow = profile_frame({k: f.to_arrow() for k, f in given_frames.items()}, **asked)
    pandas = profile_frame({k: f.to_pandas() for k, f in given_frames.items()}, **asked)
    for kind, frame in frames.items():
        connection.register(kind, frame)
    return {
        "polars": profile_frame(given_frames, **asked).rows(),
        "counting": profile_frame(given_frames, on_invalid="null", **asked).rows(),
        "lazy": profile_frame({k: f.lazy() for k, f in given_frames.items()}, **asked).collect().rows(),
        "pandas": [tuple(row) for row in pandas.to_numpy(dtype=object).tolist()],
        "pyarrow": [tuple(row.values()) for row in arrow.to_pylist()],
        "duckdb": profile_frame(duck_relations(frames, connection), **asked).fetchall(),
        "sql:sqlite": sqlite_tables(frames).execute(statements["sqlite"]).fetchall(),
        "sql:duckdb": connection.execute(statements["duckdb"]).fetchall(),
    }


def shown(found: Mapping[str, Profile], wanted: list[str] | None) -> dict[str, tuple[object, ...]]:
    names = wanted or PROFILE_FIGURES
    return {customer: tuple(figure(one, name) for name in names) for customer, one in found.items()}


def figure(one: Profile, name: str) -> object:
    value = getattr(one, name)
    if isinstance(value, Money):
        return float(value.amount)
    if name == "margin_rate" and value is not None:
        return float(to_decimal(round_to_units(value, 6), 6))
    return value


def plain(value: object) -> object:
    if value is None or value is pl.Null or (isinstance(value, float) and isnan(value)) or str(value) == "<NA>":
        return None
    return float(value) if isinstance(value, Decimal) else value


@settings(max_examples=EXAMPLES)
@given(facts=customer_facts(), seed=st.integers(0, 999))
def test_the_order_of_rows_changes_no_profile(facts: list[Fact], seed: int) -> None:
    frames: Any = customer_frames(Ledger(facts))
    shuffled = {kind: frame.sample(fraction=1, shuffle=True, seed=seed) for kind, frame in frames.items()}
    asked: dict[str, Any] = {"as_of": date(2026, 2, 1), "currency": "EUR"}
    assert profile_frame(frames, **asked).sort("customer").equals(profile_frame(shuffled, **asked).sort("customer"))


#: RFM classes, code and segment.
CODES: Final = ("recency", "frequency", "money", "code", "segment")


@settings(max_examples=EXAMPLES)
@given(facts=customer_facts(), as_of=moments)
def test_rfm_of_profiles_on_frames_and_in_sql_is_rfm_of_the_ledger(
    connection: duckdb.DuckDBPyConnection, facts: list[Fact], as_of: date
) -> None:
    """Who has not bought is a row without classes, and no one is compared with it."""
    ledger, policy = Ledger(facts), load_policy(rfm_rules())
    records = rfm_records(profiles(ledger, as_of=as_of, currency="EUR"))
    decided = dict(zip(records, evaluate_all(policy, records.values()), strict=True))
    expected = {customer: tuple(one[name] for name in CODES) for customer, one in decided.items()}
    frames: Any = customer_frames(ledger)
    asked: dict[str, Any] = {
        "as_of": as_of,
        "currency": "EUR",
        "figures": ("recency_days", "purchase_days", "monetary"),
    }
    for kind, frame in frames.items():
        connection.register(kind, frame)
    tables: Any = {kind: SqlTable(name=kind, columns=frame.columns) for kind, frame in frames.items()}
    rows = profile_to_sql(tables, dialect="duckdb", problems="wrong", **asked)
    query = to_sql(policy, dialect="duckdb", raw_table=f"({rows})", outputs=CODES)
    in_sql = connection.sql(query).pl()
    lazy = profile_frame({kind: frame.lazy() for kind, frame in frames.items()}, problems="wrong", **asked)
    scored = apply(policy, lazy, outputs=CODES).collect()
    for found in (in_sql, scored):
        bought = found.filter(pl.col("purchase_days") > 0)
        assert expected == {row["customer"]: tuple(row[name] for name in CODES) for row in bought.rows(named=True)}
