"""Tables of Ibis: expressions stay expressions, several rules meet in one query, unknown backends are refused."""

from datetime import date
from typing import Any

import ibis
import polars as pl
import pytest
from makers import number, policy

from supplychain_rules import InputError, InvalidValueError, apply, explain_row

pytestmark = pytest.mark.filterwarnings("ignore")  # Ibis uses what pandas and it will change

DAY = {"type": "date", "min": "2020-01-01", "max": "2030-12-31", "optional": True}

PENALTY = policy(
    {"late": number(0, 100, 1) | {"optional": True}, "due": DAY},
    {"kind": "formula", "id": "penalty", "formula": "round(late * 25 / 3, 2)"},
    {"kind": "formula", "id": "is_late", "formula": "late > 0"},
    {"kind": "formula", "id": "paid_by", "formula": "add_days(due, 30)"},
)

DOUBLED = policy({"penalty": number(0, 1000, 2)}, {"kind": "formula", "id": "twice", "formula": "penalty * 2"})


@pytest.fixture
def kpis() -> Any:  # noqa: ANN401  a table of Ibis
    connection: Any = ibis.sqlite.connect()
    connection.con.execute("CREATE TABLE kpis (supplier TEXT, late REAL, due DATE, open BOOLEAN)")
    rows = [("S1", 1.5, "2026-01-31", 1), ("S2", None, None, None), ("S3", 200.0, "2026-01-31", 0)]
    connection.con.executemany("INSERT INTO kpis VALUES (?, ?, ?, ?)", rows)
    yield connection.table("kpis")
    connection.disconnect()


def rows_of(table: Any) -> list[tuple[object, ...]]:  # noqa: ANN401
    return [tuple(row.values()) for row in table.to_pyarrow().to_pylist()]


def test_outputs_are_columns_of_their_types_after_all_others(kpis: Any) -> None:  # noqa: ANN401
    scored = apply(PENALTY, kpis)

    assert isinstance(scored, ibis.Table)
    assert [
        ("S1", 1.5, date(2026, 1, 31), True, 12.5, True, date(2026, 3, 2), 0),
        ("S2", None, None, None, None, None, None, 0),
        ("S3", 200.0, date(2026, 1, 31), False, None, None, None, 1),
    ] == rows_of(scored.order_by("supplier"))


def test_an_expression_is_scored_as_a_table_is_and_can_go_on(kpis: Any) -> None:  # noqa: ANN401
    some = kpis.filter(kpis.supplier != "S2").mutate(late=kpis.late + 1)
    scored = apply(PENALTY, some)

    assert [("S1", 20.83)] == rows_of(scored.filter(scored.problems == 0).select("supplier", "penalty"))


def test_rules_over_the_outputs_of_rules_and_over_several_tables_meet_in_one_query(kpis: Any) -> None:  # noqa: ANN401
    both = apply(DOUBLED, apply(PENALTY, kpis), problems="problems_then")
    shown = both.order_by("supplier").select("supplier", "penalty", "twice", "problems", "problems_then")
    assert [("S1", 12.5, 25.0, 0, 0), ("S2", None, None, 0, 1), ("S3", None, None, 1, 1)] == rows_of(shown)

    one, two = apply(PENALTY, kpis), apply(PENALTY, kpis.mutate(late=kpis.late * 2))
    joined = one.join(two, "supplier").order_by("supplier").select("penalty", "penalty_right")
    assert [(12.5, 25.0), (None, None), (None, None)] == rows_of(joined)


def test_a_row_of_a_table_is_explained(kpis: Any) -> None:  # noqa: ANN401
    assert "12.50" in str(explain_row(PENALTY, kpis, where={"supplier": "S1"}))


def test_a_table_without_the_columns_is_refused(kpis: Any) -> None:  # noqa: ANN401
    with pytest.raises(InputError, match="no such column"):
        apply(PENALTY, kpis.drop("late"))


def test_a_table_cannot_raise(kpis: Any) -> None:  # noqa: ANN401
    with pytest.raises(InvalidValueError, match="a lazy frame cannot raise"):
        apply(PENALTY, kpis, on_invalid="error")


def test_a_backend_whose_sql_is_not_written_here_is_refused_by_name() -> None:
    table = ibis.polars.connect().create_table("kpis", pl.DataFrame({"penalty": [1.5]}))
    with pytest.raises(InvalidValueError, match=r"do not run on this backend of Ibis.*'polars'.*to_pyarrow"):
        apply(DOUBLED, table)


def test_a_table_of_no_connection_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="no backends"):
        apply(DOUBLED, ibis.memtable({"penalty": [1.5]}))
