"""The price index in engines: reference prices of declared decimals, and what outgrows 64 bits."""

from datetime import date
from fractions import Fraction
from typing import Any, Final

import duckdb
import polars as pl
import pytest
from fact_frames import duck_relations, polars_frames, rows_of, sqlite_tables
from purchases import bought

from supplychain_rules import InputError, InvalidValueError, Ledger, Period, measure, measure_frame
from supplychain_rules.engines.fact_tables import Sizes
from supplychain_rules.engines.measure_job import measure_supports
from supplychain_rules.engines.measure_sql import SqlTable, measures_to_sql
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.measures import PriceIndex, Scope, Spend
from supplychain_rules.measures.counting import By
from supplychain_rules.measures.price_index import PriceReference
from supplychain_rules.values.rounding import round_to_units

APRIL: Final = date(2026, 4, 1)
ASKED: Final[dict[str, Any]] = {"period": Period.year(2026), "as_of": date(2026, 12, 31)}

#: Means that do not end, an item of one supplier, one that is given away, and a supplier who sells on two days.
FACTS: Final[tuple[Fact, ...]] = (
    bought("L1", "V1", "bolt", 1, "1"),
    bought("L2", "V2", "bolt", 2, "1.50"),
    bought("L3", "V3", "bolt", 4, "2.25"),
    bought("L4", "V1", "bolt", 3, "1.75", on=APRIL),
    bought("L5", "V1", "nut", 7, "0.3333"),
    bought("L6", "V2", "nut", 3, "0.0001"),
    bought("L7", "V3", "washer", 5, "9"),
    bought("L8", "V2", "sample", 1, "0"),
    bought("L9", "V3", "sample", 1, "0"),
)

MEASURES: Final = [
    *(PriceIndex(id=each, against=each, reference_decimals=2) for each in ("mean", "peers", "lowest")),
    PriceIndex(id="fine", reference_decimals=7),
    PriceIndex(id="coarse", reference_decimals=0),
    PriceIndex(id="some", reference_decimals=2, scope=Scope(items=["bolt"]), minimum_evidence=2),
    Spend(id="spend"),
]


def every_engine(by: By) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that each engine finds."""
    frames = polars_frames(rows_of(Ledger(FACTS), ASKED["as_of"]))
    asked = ASKED | {"by": by, "currency": "EUR"}
    tables: Any = {kind: SqlTable(name=kind, columns=frame.columns) for kind, frame in frames.items()}
    statement = measures_to_sql(MEASURES, tables, dialect="sqlite", **asked)
    connection = duckdb.connect()
    in_sqlite = sqlite_tables(frames).execute(statement)
    names = [column[0] for column in in_sqlite.description]
    return {
        "polars": measure_frame(MEASURES, frames, **asked).rows(named=True),
        "lazy": measure_frame(MEASURES, {k: f.lazy() for k, f in frames.items()}, **asked).collect().rows(named=True),
        "pyarrow": measure_frame(MEASURES, {k: f.to_arrow() for k, f in frames.items()}, **asked).to_pylist(),
        "duckdb": measure_frame(MEASURES, duck_relations(frames, connection), **asked).pl().rows(named=True),
        "sqlite": [dict(zip(names, row, strict=True)) for row in in_sqlite.fetchall()],
    }


@pytest.mark.parametrize("by", ["supplier", "total", ("month", "item")])
def test_every_engine_finds_the_indices_of_the_ledger(by: By) -> None:
    keys = (by,) if isinstance(by, str) else by
    expected: dict[object, dict[str, float | None]] = {}
    for one in measure(MEASURES, Ledger(FACTS), by=by, **ASKED):
        value = None if one.value is None else round_to_units(Fraction(one.value), 6) / 10**6
        expected.setdefault(one.key, {})[one.measure] = value
    for engine, rows in every_engine(by).items():
        found = {}
        for row in rows:
            key = tuple(row[name] for name in keys if name != "total") or ("total",)
            found[key[0] if len(key) == 1 else key] = {each.id: row[each.id] for each in MEASURES}
        nothing = dict.fromkeys(each.id for each in MEASURES)  # months without facts have no row
        assert (engine, expected) == (engine, {**dict.fromkeys(expected, nothing), **found})


def test_a_reference_of_declared_decimals_is_rounded_half_up() -> None:
    # The mean of 1.00 and 1.01 is 1.005; a price list of cents says 1.01.
    facts = [bought("L1", "V1", "bolt", 1, "1.00"), bought("L2", "V2", "bolt", 1, "1.01")]
    (first, second) = measure([PriceIndex(id="index", reference_decimals=2)], Ledger(facts), **ASKED)
    assert (Fraction(100, 101), Fraction(1)) == (first.value, second.value)


def test_engines_refuse_an_exact_reference_by_name() -> None:
    assert ("reference_decimals=None",) == measure_supports(PriceIndex(id="index"))
    assert () == measure_supports(PriceIndex(id="index", reference_decimals=4))
    assert ("against='market'",) == measure_supports(PriceIndex(id="index", against="market"))


@pytest.mark.parametrize("against", ["market", "contract"])
def test_a_reference_that_is_no_mean_has_the_decimals_of_its_fact(against: PriceReference) -> None:
    with pytest.raises(InvalidValueError, match="reference_decimals has no effect"):
        PriceIndex(id="index", against=against, reference_decimals=2)


def test_a_bad_value_hides_the_index_of_its_key_and_is_counted() -> None:
    lines = pl.DataFrame(
        {
            "supplier": ["V1", "V2", "V3"],
            "item": ["bolt"] * 3,
            "quantity": [1, 1, -1],
            "unit_price": [1, 3, 1],
            "ordered_on": [APRIL] * 3,
        }
    )
    asked = ASKED | {"currency": "EUR"}
    index = PriceIndex(id="index", reference_decimals=2)
    found = measure_frame([index], {"order_lines": lines.lazy()}, **asked).collect().sort("supplier")
    assert [("V1", 0.5, 0), ("V2", 1.5, 0), ("V3", None, 1)] == found.rows()
    with pytest.raises(InputError, match="quantity"):
        measure_frame([index], {"order_lines": lines}, **asked)


def test_an_index_whose_sums_outgrow_64_bits_is_refused_and_not_wrong() -> None:
    lines = pl.DataFrame(
        {
            "supplier": ["V1", "V2"],
            "item": ["bolt"] * 2,
            "quantity": [10**9] * 2,
            "unit_price": [10**6] * 2,
            "ordered_on": [APRIL] * 2,
        }
    )
    sizes = Sizes(quantity_decimals=0, largest_quantity=10**9, money_decimals=0, largest_price=10**6)
    asked = ASKED | {"currency": "EUR", "sizes": sizes}
    fine = PriceIndex(id="index", reference_decimals=1)
    assert {1.0} == set(measure_frame([fine], {"order_lines": lines}, **asked)["index"])
    finer = PriceIndex(id="index", reference_decimals=9)
    with pytest.raises(InputError, match="outgrows the bounds"):
        measure_frame([finer], {"order_lines": lines}, **asked)
    found = measure_frame([finer], {"order_lines": lines.lazy()}, **asked).collect()
    assert [(None, 1), (None, 1)] == found.select("index", "problems").rows()
