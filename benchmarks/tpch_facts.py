"""TPC-H as a buyer sees it: each line item is an order line with its one receipt and its one inspection.

A supplier is paid `ps_supplycost`, the one price in TPC-H that its suppliers ask for the same part and that differs
between them: `l_extendedprice / l_quantity` is the part's list price, the same from whomever it came, and would make
every price index 1. A line is returned where `l_returnflag` is R.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

import supplychain_rules as sr
from supplychain_rules.engines.fact_tables import FactKind, Sizes
from supplychain_rules.measures import DeliveryPerformance, PriceIndex, RejectRate, Spend

__all__ = ["ASKED", "KINDS", "MEASURES", "RULES", "duckdb_facts", "facts_text", "generate", "polars_facts"]

#: The tables that are read.
TABLES: Final = ("lineitem", "orders", "partsupp")

#: Five of the seven years, so that the days that count are asked for.
PERIOD: Final = sr.Period(date(1993, 1, 1), date(1998, 1, 1))

#: The kinds of facts that one row is.
KINDS: Final[tuple[FactKind, ...]] = ("order_lines", "receipts", "inspections")

MEASURES: Final = (
    DeliveryPerformance(id="on_time", in_full=False),
    RejectRate(id="returned", level="quantity", per=1),
    PriceIndex(id="price_index", reference_decimals=4),
    Spend(id="spend"),
)

#: What the measures are asked with: the history is closed, so every fact is known.
ASKED: Final[dict[str, Any]] = {
    "period": PERIOD,
    "as_of": date(1998, 12, 1),
    "currency": "USD",
    "columns": {
        "order_lines": {"known_on": None},
        "receipts": {"known_on": None},
        "inspections": {"inspected": "quantity", "inspected_on": "received_on", "known_on": None},
    },
    # TPC-H sells at most 50 of a part in a line, and a part costs at most 1,000.
    "sizes": Sizes(quantity_decimals=2, largest_quantity=100, money_decimals=2, largest_price=1_000),
    "decimals": {"spend": 2},
}


def _rate(most: int) -> dict[str, object]:
    return {"type": "number", "decimals": 6, "min": 0, "max": most, "optional": True}


def _criterion(of: str, weight: int, worst: str, best: str) -> dict[str, object]:
    return {"id": f"{of}_points", "of": of, "weight": weight, "value": {"kind": "linear", "worst": worst, "best": best}}


def _row(grade: str, spend: str, action: str, change: str) -> dict[str, object]:
    identity = f"{grade.lower()}_{spend.removeprefix('>= ') if spend != '-' else 'any'}"
    return {"id": identity, "when": {"grade": grade, "spend": spend}, "then": {"action": action, "change": change}}


_ACTIONS: Final = ["partner", "grow", "keep", "improve", "replace", "review"]

#: A scorecard of the rates and the price, a ladder, and a table of twelve rows over grade and spend.
RULES: Final[dict[str, Any]] = {
    "schema": "supplychain-rules/1",
    "id": "tpch",
    "version": "1",
    "inputs": {
        "on_time": _rate(1),
        "returned": _rate(1),
        "price_index": _rate(1_000),
        "spend": {"type": "number", "decimals": 2, "min": 0, "max": 1_000_000_000, "optional": True},
    },
    "steps": [
        {
            "kind": "scorecard",
            "id": "score",
            "method": "weighted_mean",
            "decimals": 2,
            "missing": "null",
            "criteria": [
                _criterion("on_time", 40, "0.30", "0.425"),
                _criterion("returned", 35, "0.305", "0.18"),
                _criterion("price_index", 25, "1.10", "0.90"),
            ],
        },
        {
            "kind": "ladder",
            "id": "grade",
            "of": "score",
            "bands": [{"name": "A", "from": 60}, {"name": "B", "from": 50}, {"name": "C", "from": 40}, {"name": "D"}],
            "if_unknown": "unrated",
        },
        {
            "kind": "table",
            "id": "decision",
            "hit": "first",
            "when": ["grade", "spend"],
            "outputs": {
                "action": {"type": "choice", "options": _ACTIONS},
                "change": {"type": "number", "decimals": 2, "min": -1, "max": 1},
            },
            "rows": [
                _row("A", ">= 6500000", "partner", "0.15"),
                _row("A", ">= 5500000", "grow", "0.10"),
                _row("A", "-", "grow", "0.05"),
                _row("B", ">= 6500000", "grow", "0.05"),
                _row("B", ">= 5500000", "keep", "0.02"),
                _row("B", "-", "keep", "0"),
                _row("C", ">= 6500000", "keep", "0"),
                _row("C", ">= 5500000", "improve", "-0.05"),
                _row("C", "-", "improve", "-0.10"),
                _row("D", ">= 6500000", "improve", "-0.10"),
                _row("D", ">= 5500000", "improve", "-0.30"),
                _row("D", "-", "replace", "-0.50"),
            ],
            "otherwise": {"action": "review", "change": "0"},
        },
    ],
}


def generate(scale: float, data: Path) -> Path:
    """Return the folder of the tables at a scale; they are generated where an earlier run has not left them.

    Raises:
        SystemExit: the generator is not installed.
    """
    folder = data / f"tpch-{scale:g}"
    if folder.exists():
        return folder
    beside = Path(sys.executable).with_name("tpchgen-cli")
    program = str(beside) if beside.exists() else shutil.which("tpchgen-cli")
    if program is None:
        sys.exit('tpchgen-cli is not installed: python -m pip install -e ".[bench]"')
    unfinished = data / f"tpch-{scale:g}-unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [program, "parquet", "-s", f"{scale:g}", "-T", ",".join(TABLES), "-o", str(unfinished), "-q"]
    subprocess.run(command, check=True)  # noqa: S603  the generator that the bench extra installs
    return unfinished.rename(folder)


def polars_facts(folder: Path) -> pl.LazyFrame:
    """Return the facts as a lazy frame over the tables."""
    lines, orders, offers = (pl.scan_parquet(folder / f"{name}.parquet") for name in TABLES)
    return (
        lines.join(orders, left_on="l_orderkey", right_on="o_orderkey")
        .join(offers, left_on=("l_partkey", "l_suppkey"), right_on=("ps_partkey", "ps_suppkey"))
        .select(
            supplier="l_suppkey",
            item="l_partkey",
            quantity="l_quantity",
            rejected=pl.when(pl.col("l_returnflag") == "R").then("l_quantity").otherwise(0),
            unit_price="ps_supplycost",
            ordered_on="o_orderdate",
            promised_on="l_commitdate",
            received_on="l_receiptdate",
        )
    )


def facts_text(tables: Mapping[str, str]) -> str:
    """Return the facts as SQL over the tables, each by its text after FROM."""
    return f"""
SELECT l_suppkey AS supplier, l_partkey AS item, l_quantity AS quantity,
  CASE WHEN l_returnflag = 'R' THEN l_quantity ELSE 0 END AS rejected,
  ps_supplycost AS unit_price, o_orderdate AS ordered_on, l_commitdate AS promised_on, l_receiptdate AS received_on
FROM {tables["lineitem"]}
JOIN {tables["orders"]} ON l_orderkey = o_orderkey
JOIN {tables["partsupp"]} ON l_partkey = ps_partkey AND l_suppkey = ps_suppkey"""  # noqa: S608  our own text


def duckdb_facts(folder: Path, *, resident: bool) -> duckdb.DuckDBPyConnection:
    """Return a connection whose `facts` are a view of the tables, or (`resident`) a table."""
    connection = duckdb.connect()
    text = facts_text({name: f"read_parquet('{folder / name}.parquet')" for name in TABLES})
    connection.execute(f"CREATE {'TABLE' if resident else 'VIEW'} facts AS {text}")
    return connection
