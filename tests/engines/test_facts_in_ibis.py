"""Facts in tables of Ibis: measures and profiles are one query of their connection, and the figures of the ledger's."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any, Final

import ibis
import pytest

from supplychain_rules import InvalidValueError, Ledger, Money, Period, measure, measure_frame
from supplychain_rules.customers import profiles
from supplychain_rules.engines.measure_frames import measurements_of
from supplychain_rules.engines.profile_frames import profile_frame
from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import DeliveryPerformance, Measure, Spend

pytestmark = pytest.mark.filterwarnings("ignore")  # Ibis uses what pandas and it will change

MEASURES: Final[tuple[Measure, ...]] = (Spend(id="spend"), DeliveryPerformance(id="otif", late_days=1))
ASKED: Final[dict[str, Any]] = {"period": Period.year(2026), "as_of": date(2026, 12, 31)}

LINES: Final = [
    ("L1", "V7", 10, 2.5, "2026-01-05", "2026-02-01"),
    ("L2", "V8", 4, 1.25, "2026-01-05", "2026-02-01"),
    ("L3", "V8", 4, 1.25, "2026-03-05", "2026-03-09"),
]
RECEIPTS: Final = [("R1", "L1", 10, "2026-01-30"), ("R2", "L2", 4, "2026-02-02")]
BILLED: Final = [
    ("I1", "us", "C1", 12.5, "2026-01-05"),
    ("I2", "us", "C1", 7.5, "2026-01-05"),
    ("I3", "us", "C2", 1.0, "2026-02-03"),
]

TABLES: Final = {
    "order_lines": ("id TEXT, supplier TEXT, quantity REAL, unit_price REAL, ordered_on DATE, promised_on DATE", LINES),
    "receipts": ("id TEXT, order_line TEXT, quantity REAL, received_on DATE", RECEIPTS),
    "invoice_lines": ("id TEXT, supplier TEXT, customer TEXT, amount REAL, invoiced_on DATE", BILLED),
}


def filled(rows: bool = True) -> Any:  # noqa: ANN401, FBT001, FBT002  a connection of Ibis
    connection: Any = ibis.sqlite.connect()
    for name, (columns, facts) in TABLES.items():
        connection.con.execute(f"CREATE TABLE {name} ({columns})")
        marks = ", ".join("?" for _ in facts[0])
        connection.con.executemany(f"INSERT INTO {name} VALUES ({marks})", facts if rows else [])
    return connection


@pytest.fixture
def connection() -> Iterator[Any]:
    found = filled()
    yield found
    found.disconnect()


def delivered(connection: Any) -> dict[Any, Any]:  # noqa: ANN401  any value
    return {name: connection.table(name) for name in ("order_lines", "receipts")}


def rows_of(table: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401  a table of Ibis
    return sorted(tuple(row.values()) for row in table.to_pyarrow().to_pylist())


def ledger() -> Ledger:
    lines = [
        OrderLine(
            id=name,
            supplier=supplier,
            item="bolt",
            quantity=quantity,
            unit_price=Money(str(price), "EUR"),
            ordered_on=date.fromisoformat(ordered),
            promised_on=date.fromisoformat(promised),
        )
        for name, supplier, quantity, price, ordered, promised in LINES
    ]
    receipts = [
        Receipt(id=name, order_line=line, quantity=quantity, received_on=date.fromisoformat(day))
        for name, line, quantity, day in RECEIPTS
    ]
    return Ledger([*lines, *receipts])


def test_measures_of_tables_are_those_of_the_ledger(connection: Any) -> None:  # noqa: ANN401  any value
    found = measure_frame(MEASURES, delivered(connection), currency="EUR", **ASKED)
    values = {(one.key, one.measure): one.value for one in measure(MEASURES, ledger(), **ASKED)}

    assert isinstance(found, ibis.Table)
    assert [
        (key, float(values[key, "spend"] or 0), float(values[key, "otif"] or Fraction(0)), 0) for key in ("V7", "V8")
    ] == rows_of(found)


def test_the_columns_have_their_types_without_a_single_row() -> None:
    connection = filled(rows=False)
    found = measure_frame(
        MEASURES, delivered(connection), by=("supplier", "month"), detail=True, currency="EUR", **ASKED
    )
    kinds = {name: str(kind) for name, kind in found.schema().items()}

    assert [] == rows_of(found)
    assert ("string", "string", "float64", "int64") == tuple(
        kinds[n] for n in ("supplier", "month", "otif", "problems")
    )
    connection.disconnect()


def test_profiles_of_tables_are_those_of_the_ledger(connection: Any) -> None:  # noqa: ANN401  any value
    facts = Ledger(
        InvoiceLine(
            id=name,
            invoice=name,
            supplier=supplier,
            customer=customer,
            quantity=1,
            amount=Money(str(amount), "EUR"),
            invoiced_on=date.fromisoformat(day),
        )
        for name, supplier, customer, amount, day in BILLED
    )
    day, figures = date(2026, 12, 31), ("recency_days", "purchase_days", "monetary")
    tables: Any = {"invoice_lines": connection.table("invoice_lines")}
    found = profile_frame(tables, as_of=day, figures=figures, currency="EUR")
    expected = {
        name: (one.recency_days, one.purchase_days, float(one.monetary.amount))
        for name, one in profiles(facts, as_of=day, currency="EUR").items()
    }
    assert expected == {row[0]: row[1:4] for row in rows_of(found)}


def test_tables_of_two_connections_are_refused(connection: Any) -> None:  # noqa: ANN401  any value
    other = filled()
    tables: Any = delivered(connection) | {"receipts": other.table("receipts")}
    with pytest.raises(InvalidValueError, match="different connections"):
        measure_frame(MEASURES, tables, currency="EUR", **ASKED)
    other.disconnect()


def test_measurements_are_not_read_from_tables_of_ibis_and_the_way_out_is_named(connection: Any) -> None:  # noqa: ANN401  any value
    with pytest.raises(InvalidValueError, match=r"measure_frame does; or give table\.to_pyarrow"):
        measurements_of(MEASURES, delivered(connection), currency="EUR", **ASKED)
