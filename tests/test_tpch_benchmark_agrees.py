"""The benchmark on TPC-H times like with like: every contestant gives the same answers."""

import importlib
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

pl = pytest.importorskip("polars")
duckdb = pytest.importorskip("duckdb")

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
MODULES = ("timing", "hand_tpch", "tpch_facts", "tpch")

MONEY = pl.Decimal(15, 2)

#: Lines, and the suppliers and parts that they go around.
LINES, SUPPLIERS, PARTS = 700, 7, 11


@pytest.fixture(scope="module")
def bench() -> Iterator[SimpleNamespace]:
    """Import the benchmark's modules as its script does, and forget them again."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        modules: dict[str, ModuleType] = {name: importlib.import_module(name) for name in MODULES}
        yield SimpleNamespace(**modules)
    finally:
        sys.path.remove(str(BENCHMARKS))
        for name in MODULES:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write tables as TPC-H has them: days before, in and after the period, and a part of one supplier."""
    place = tmp_path_factory.mktemp("tpch")
    rows = range(LINES)
    ordered = [date(1992, 10, 1) + timedelta(days=3 * row) for row in rows]
    quantities = [Decimal(1 + row * 7 % 50) for row in rows]
    parts = [0 if row % SUPPLIERS == 0 and row % 2 else 1 + row % PARTS for row in rows]
    pl.DataFrame(
        {
            "l_orderkey": list(rows),
            "l_partkey": parts,
            "l_suppkey": [row % SUPPLIERS for row in rows],
            "l_quantity": pl.Series(quantities, dtype=MONEY),
            "l_returnflag": ["R" if row * 5 % 13 < 3 else "N" for row in rows],
            "l_commitdate": [day + timedelta(days=30) for day in ordered],
            "l_receiptdate": [day + timedelta(days=10 + row * 11 % 50) for row, day in zip(rows, ordered, strict=True)],
        }
    ).write_parquet(place / "lineitem.parquet")
    pl.DataFrame({"o_orderkey": list(rows), "o_orderdate": ordered}).write_parquet(place / "orders.parquet")
    offers = [(part, supplier) for part in range(PARTS + 1) for supplier in range(SUPPLIERS)]
    costs = [Decimal(900 + 37 * part * (supplier + 3) % 211) / 100 for part, supplier in offers]
    pl.DataFrame(
        {
            "ps_partkey": [part for part, _ in offers],
            "ps_suppkey": [supplier for _, supplier in offers],
            "ps_supplycost": pl.Series(costs, dtype=MONEY),
        }
    ).write_parquet(place / "partsupp.parquet")
    return place


@pytest.mark.parametrize("resident", [False, True])
def test_every_contestant_gives_the_same_answers(bench: SimpleNamespace, folder: Path, *, resident: bool) -> None:
    runs = {name: make(folder, resident=resident) for name, make in bench.tpch.CONTESTANTS.items()}
    found = {name: bench.tpch.answers_in(run()) for name, run in runs.items()}
    assert dict.fromkeys(found, found["duckdb hand exact"]) == found
    figures = [answer[:4] for answer in found["duckdb hand exact"].values()]
    assert SUPPLIERS == len(figures)
    assert None not in {figure for answer in figures for figure in answer}


def test_the_checked_contestants_count_the_problems_that_the_library_counts(
    bench: SimpleNamespace, folder: Path
) -> None:
    facts = bench.tpch_facts.polars_facts(folder).collect()
    wrong = facts.with_columns(
        quantity=pl.when(pl.col("supplier") == 3).then(Decimal(101)).otherwise("quantity").cast(MONEY)
    )
    connection = duckdb.connect()
    connection.register("facts", wrong.to_arrow())
    by_hand = connection.sql(bench.hand_tpch.hand_text(checked=True)).pl()
    in_polars = bench.hand_tpch.hand_polars(wrong.lazy(), checked=True).collect()
    generated = bench.tpch.sr.measure_frame(
        bench.tpch.MEASURES, dict.fromkeys(bench.tpch.KINDS, wrong.lazy()), **bench.tpch.ASKED
    ).collect()
    expected = {3: LINES // SUPPLIERS}
    for frame in (by_hand, in_polars, generated):
        assert expected == dict(frame.filter(pl.col("problems") > 0).select("supplier", "problems").rows())
        assert [None] == frame.filter(pl.col("supplier") == 3)["spend"].to_list()
    connection.close()
