"""Facts as the rows of tables: what a ledger holds, as a data team would have it in columns."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import polars as pl

from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures.index import FactIndex, dimension
from supplychain_rules.values.money import Money

__all__ = ["KINDS", "duck_relations", "polars_frames", "rows_of", "sqlite_tables"]

KINDS: Mapping[str, type[Fact]] = {
    "order_lines": OrderLine,
    "receipts": Receipt,
    "inspections": Inspection,
    "invoice_lines": InvoiceLine,
}

_TEXT, _DAY, _YES = pl.String, pl.Date, pl.Boolean
_QUANTITY, _MONEY = pl.Decimal(18, 3), pl.Decimal(18, 4)

_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "order_lines": {
        **dict.fromkeys(("id", "order", "supplier", "customer", "item"), _TEXT),
        "quantity": _QUANTITY,
        "unit": _TEXT,
        "unit_price": _MONEY,
        **dict.fromkeys(("ordered_on", "promised_on", "latest_promise_on", "requested_on"), _DAY),
        **dict.fromkeys(("category", "site", "status"), _TEXT),
        "known_on": _DAY,
    },
    "receipts": {
        "id": _TEXT,
        "order_line": _TEXT,
        "received_on": _DAY,
        "quantity": _QUANTITY,
        "wrong_item": _YES,
        "known_on": _DAY,
    },
    "inspections": {
        **dict.fromkeys(("id", "supplier", "item"), _TEXT),
        **dict.fromkeys(("inspected", "rejected", "conceded"), _QUANTITY),
        "accepted": _YES,
        **dict.fromkeys(("category", "site"), _TEXT),
        **dict.fromkeys(("inspected_on", "known_on"), _DAY),
    },
    "invoice_lines": {
        **dict.fromkeys(("id", "supplier", "customer", "item"), _TEXT),
        "amount": _MONEY,
        **dict.fromkeys(("category", "site"), _TEXT),
        **dict.fromkeys(("invoiced_on", "known_on"), _DAY),
    },
    "suppliers": {"id": _TEXT, "category": _TEXT},
}


def rows_of(ledger: Ledger, as_of: date) -> dict[str, list[dict[str, Any]]]:
    """Return the rows by kind: every id once, in the version of that day or, if it was not known yet, a later one."""
    index = FactIndex(ledger.as_of(as_of))
    found: dict[str, list[dict[str, Any]]] = {"suppliers": []}
    for name, kind in KINDS.items():
        later = {fact.id: fact for fact in ledger.in_force(kind) if fact.known_on > as_of}
        known = {fact.id: fact for fact in ledger.as_of(as_of).in_force(kind)}
        found[name] = [_row(fact, name, index) for fact in (later | known).values()]
    for supplier in ledger.as_of(as_of).in_force(Supplier):
        for category in sorted(supplier.categories) or [None]:
            found["suppliers"].append({"id": supplier.id, "category": category})
    return found


def _row(fact: Fact, name: str, index: FactIndex) -> dict[str, Any]:
    row = {}
    for column in _SCHEMAS[name]:
        value = getattr(fact, column, None)
        if value is None and column in {"customer", "item", "category", "site"}:
            value = dimension(index, fact, column)
        row[column] = value.amount if isinstance(value, Money) else value
    return row


def polars_frames(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, pl.DataFrame]:
    """Return the rows as frames of Polars."""
    return {kind: pl.DataFrame(of_kind, schema=_SCHEMAS[kind], orient="row") for kind, of_kind in rows.items()}


def duck_relations(frames: Mapping[str, pl.DataFrame], connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return the rows as relations of DuckDB."""
    return {kind: connection.from_arrow(frame.to_arrow()) for kind, frame in frames.items()}


def sqlite_tables(frames: Mapping[str, pl.DataFrame]) -> sqlite3.Connection:
    """Return a database of SQLite with a table for each kind, days as ISO text."""
    connection = sqlite3.connect(":memory:")
    for kind, frame in frames.items():
        names = ", ".join(f'"{name}"' for name in frame.columns)
        connection.execute(f'CREATE TABLE "{kind}" ({names})')
        marks = ", ".join("?" for _ in frame.columns)
        connection.executemany(
            f'INSERT INTO "{kind}" VALUES ({marks})', [tuple(map(_plain, row)) for row in frame.rows()]
        )
    return connection


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | bool | int):
        return value
    return float(str(value))
