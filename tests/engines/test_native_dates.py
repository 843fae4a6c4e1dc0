"""Dates that are only compared stay dates in DuckDB; those that anything counts with become days, and so do theirs."""

from datetime import date
from typing import Any, Final

import duckdb
import pytest

from supplychain_rules import Period, measures_to_sql
from supplychain_rules.engines.measure_sql import SqlTable
from supplychain_rules.engines.native_dates import native_dates
from supplychain_rules.engines.plan import Among, Column, Compare, Condition, PlanInput, Plus, Whole
from supplychain_rules.engines.relations import Field, Filtered, Grouped, Joined, Made, Mapped, Source, Stacked
from supplychain_rules.language.types import DateType, day_number
from supplychain_rules.measures import DeliveryPerformance

DAYS: Final = DateType(low=day_number(date.min), high=day_number(date.max))
ASKED: Final[dict[str, Any]] = {"period": Period.year(2026), "as_of": date(2026, 12, 31), "dialect": "duckdb"}
TYPES: Final = {
    "id": "VARCHAR",
    "supplier": "VARCHAR",
    "quantity": "DECIMAL(15,2)",
    "ordered_on": "DATE",
    "promised_on": "DATE",
    "received_on": "DATE",
}

#: What turns a date into a number in DuckDB.
COUNTED: Final = "- DATE '1970-01-01'"


def day(name: str, *, is_date: bool = True) -> Field:
    return Field(name=name, column=name, read=PlanInput(name=name, input=name, type=DAYS), is_date=is_date)


FACTS: Final = Source(table="facts", fields=(day("promised"), day("received"), day("told", is_date=False)))
NOTHING: Final = Mapped(FACTS, (Made("one", Whole(1)),))


def kept(condition: Condition) -> set[str]:
    """Return the dates of the facts that stay dates where a condition chooses rows of which nothing is shown."""
    return set(native_dates(Mapped(Filtered(FACTS, condition), (Made("one", Whole(1)),)))[FACTS])


def statement(measure: Any, types: dict[str, str]) -> str:  # noqa: ANN401  any measure
    table = SqlTable(name="facts", columns=types, types=types)
    return measures_to_sql([measure], {"order_lines": table, "receipts": table}, **ASKED)


def test_dates_that_nothing_counts_with_stay_dates() -> None:
    assert {"promised", "received"} == set(native_dates(NOTHING)[FACTS])


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Compare("<=", Column("received"), Column("promised")), {"promised", "received"}),
        (Compare("<", Column("received"), Whole(day_number(date(2026, 1, 1)))), {"promised", "received"}),
        (Compare(">", Whole(0), Column("received")), {"promised", "received"}),
        (Compare("<=", Column("received"), Plus(Column("promised"), Whole(2))), set()),
        (Compare("<=", Column("received"), Column("told")), {"promised"}),
        (Compare("<=", Column("received"), Whole(10**9)), {"promised"}),
        (Among(Column("promised"), (1, 2)), {"received"}),
    ],
)
def test_a_date_stays_one_while_it_meets_dates_and_fixed_days_only(condition: Condition, expected: set[str]) -> None:
    assert expected == kept(condition)


def test_what_is_compared_with_a_counted_date_is_counted_too() -> None:
    compared = Filtered(FACTS, Compare("<=", Column("received"), Column("promised")))
    counting = Mapped(compared, (Made("days", Plus(Column("promised"), Whole(1))),))
    assert set() == set(native_dates(counting)[FACTS])


def test_what_is_shown_grouped_joined_or_stacked_is_a_number() -> None:
    renamed = Mapped(FACTS, (Made("day", Column("received")),))
    grouped = Grouped(of=renamed, keys=("day",))
    joined = Joined(left=NOTHING, right=renamed, on=(("one", "day"),), take=())
    for relation in (renamed, grouped, joined, Stacked((renamed, renamed))):
        assert {"promised"} == set(native_dates(relation)[FACTS])


def test_on_time_compares_dates_as_they_are() -> None:
    assert COUNTED not in statement(DeliveryPerformance(id="otif"), TYPES)


@pytest.mark.parametrize(
    "measure", [DeliveryPerformance(id="otif", late_days=2), DeliveryPerformance(id="otif", early_days=3)]
)
def test_a_measure_that_counts_days_reads_numbers(measure: Any) -> None:  # noqa: ANN401  any measure
    assert COUNTED in statement(measure, TYPES)


@pytest.mark.parametrize("types", [{}, dict.fromkeys(TYPES, "TIMESTAMP")])
def test_a_column_that_is_not_known_to_hold_dates_is_read_as_before(types: dict[str, str]) -> None:
    table = SqlTable(name="facts", columns=tuple(TYPES), types=types)
    text = measures_to_sql([DeliveryPerformance(id="otif")], {"order_lines": table, "receipts": table}, **ASKED)
    assert COUNTED in text


def test_the_figures_are_those_that_numbers_give() -> None:
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE facts ({', '.join(f'{name} {kind}' for name, kind in TYPES.items())})")
    connection.execute(
        "INSERT INTO facts VALUES ('1', 'V7', 5, '2026-01-02', '2026-02-01', '2026-02-01'),"
        " ('2', 'V7', 5, '2026-01-02', '2026-02-01', '2026-02-02'), ('3', 'V7', 5, '2026-01-02', '2026-02-01', NULL)"
    )
    table = SqlTable(name="facts", columns=tuple(TYPES))
    numbers = measures_to_sql([DeliveryPerformance(id="otif")], {"order_lines": table, "receipts": table}, **ASKED)
    dates = statement(DeliveryPerformance(id="otif"), TYPES)
    assert [("V7", 1)] == [(name, round(3 * value)) for name, value, _ in connection.execute(dates).fetchall()]
    assert connection.execute(numbers).fetchall() == connection.execute(dates).fetchall()
