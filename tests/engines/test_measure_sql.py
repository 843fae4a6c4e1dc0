"""Measures as SQL: one statement over named tables, quoted throughout, and refused where it cannot be written."""

import sqlite3
from datetime import date
from typing import Any, Final

import pytest

from supplychain_rules import InvalidValueError, Period, measures_to_sql
from supplychain_rules.engines.measure_sql import SqlTable
from supplychain_rules.measures import DeliveryPerformance, Spend

ASKED: Final[dict[str, Any]] = {"period": Period.year(2026), "as_of": date(2026, 12, 31), "currency": "EUR"}

LINES: Final = SqlTable(name="lines", columns=["supplier", "quantity", "unit_price", "ordered_on"])


def statement(**more: Any) -> str:  # noqa: ANN401  any argument
    asked: dict[str, Any] = ASKED | {"dialect": "sqlite"} | more
    return measures_to_sql([Spend(id="spend")], {"order_lines": LINES}, **asked)


def rows(text: str, *facts: tuple[object, ...]) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(":memory:")
    connection.execute('CREATE TABLE "lines" ("supplier", "quantity", "unit_price", "ordered_on")')
    connection.executemany('INSERT INTO "lines" VALUES (?, ?, ?, ?)', facts)
    found = sorted(connection.execute(text).fetchall(), key=str)
    connection.close()
    return found


def test_a_row_with_a_bad_value_hides_the_measures_of_its_key_only() -> None:
    good, bad = ("V7", 10, 2.5, "2026-01-05"), ("V8", -1, 2.5, "2026-01-05")
    assert [("V7", 25.0, 0), ("V8", None, 1)] == rows(statement(), good, bad)


def test_a_row_without_a_supplier_has_a_row_of_its_own_that_says_so() -> None:
    assert [("V7", 25.0, 0), (None, None, 1)] == rows(
        statement(), ("V7", 10, 2.5, "2026-01-05"), (None, 1, 1, "2026-01-05")
    )


def test_orders_after_the_day_are_not_known() -> None:
    assert [] == rows(statement(as_of=date(2026, 1, 4)), ("V7", 10, 2.5, "2026-01-05"))


def test_by_total_there_is_one_row_without_a_key() -> None:
    facts = ("V7", 10, 2.5, "2026-01-05"), ("V8", 1, 0.5, "2026-01-05")
    assert [(25.5, 0)] == rows(statement(by="total"), *facts)


def test_details_and_problems_have_the_names_that_were_asked_for() -> None:
    text = statement(detail=True, problems="bad facts")
    assert [("V7", 25.0, 250_000_000, 1, 1, 0)] == rows(text, ("V7", 10, 2.5, "2026-01-05"))
    assert '"bad facts"' in text


def test_names_are_quoted_and_need_no_care() -> None:
    odd = SqlTable(name=("sales", 'a "table"'), columns=["supplier", "quantity", "unit price", "ordered_on"])
    columns: Any = {"order_lines": {"unit_price": "unit price"}}
    text = measures_to_sql([Spend(id="spend")], {"order_lines": odd}, dialect="postgres", columns=columns, **ASKED)
    assert '"sales"."a ""table"""' in text
    assert '"unit price"' in text


def test_a_table_that_holds_lines_and_receipts_is_not_joined() -> None:
    wide = SqlTable(name="lines", columns=["supplier", "quantity", "promised_on", "ordered_on", "received_on"])
    text = measures_to_sql(
        [DeliveryPerformance(id="otif")], {"order_lines": wide, "receipts": wide}, dialect="duckdb", **ASKED
    )
    assert "JOIN" not in text


@pytest.mark.parametrize(
    ("tables", "more", "message"),
    [
        ({"order_lines": LINES}, {"dialect": "oracle"}, "unknown dialect"),
        ({"order_lines": "lines"}, {}, "no table"),
        ({"order_lines": SqlTable(name="_sr_1", columns=["id"])}, {}, "statement's own"),
        ({"order_lines": SqlTable(name="lines", columns=["id"])}, {}, "needs a column of order_lines"),
        ({"lines": LINES}, {}, "no kind of fact"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(tables: Any, more: dict[str, Any], message: str) -> None:  # noqa: ANN401
    asked: dict[str, Any] = ASKED | {"dialect": "sqlite"} | more
    with pytest.raises(InvalidValueError, match=message):
        measures_to_sql([Spend(id="spend")], tables, **asked)
