"""Statements run on Spark, where pyspark and Java 17 or newer are found (`JAVA_HOME`, or `java` on the path)."""

import os
import shutil
import warnings
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from drawn_rows import DrawnTable, compared_tables, drawn_tables, expected_row, expected_rows
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from makers import number, policy

from supplychain_rules import Policy, supports, to_sql
from supplychain_rules.testing.strategies_policies import loaded_policies, population_policies

pytest.importorskip("pyspark")
if "JAVA_HOME" not in os.environ and shutil.which("java") is None:
    pytest.skip("no Java for Spark", allow_module_level=True)

#: Starting a statement costs a second or more, a row nothing.
ROWS = 25

TYPES = {
    "double": "DOUBLE",
    "decimal": "DECIMAL(38, 12)",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "text": "STRING",
}


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyspark warns about versions of packages that are not asked for here
        from pyspark.sql import SparkSession  # noqa: PLC0415  only where Java is found

        builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        session = builder.config("spark.sql.shuffle.partitions", "1").getOrCreate()
    yield session
    session.stop()


def run(
    spark: Any,  # noqa: ANN401  a session, whose type only exists where pyspark does
    statement: str,
    kinds: dict[str, str],
    rows: list[dict[str, object]],
) -> list[list[object]]:
    """Return the rows of a statement over a view named `rows`, with a column `place` before the inputs."""
    schema = "place INT" + "".join(f", `{name}` {kind}" for name, kind in kinds.items())
    stored = [(place, *row.values()) for place, row in enumerate(rows)]
    spark.createDataFrame(stored, schema).createOrReplaceTempView("rows")
    return [list(row) for row in spark.sql(statement).orderBy("place").collect()]


@given(data=st.data(), policy=loaded_policies())
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_spark_agrees_with_python_on_every_row(spark: Any, data: st.DataObject, policy: Policy) -> None:  # noqa: ANN401
    assume(not supports(policy, "sql:spark"))
    table: DrawnTable = data.draw(drawn_tables(policy, ROWS))
    columns = {name: name for name in table.kinds}
    statement = to_sql(policy, dialect="spark", table="rows", columns=columns, numbers="decimal")
    kinds = {name: TYPES[kind] for name, kind in table.kinds.items()}

    found = [row[1 + len(kinds) :] for row in run(spark, statement, kinds, table.rows)]

    assert [expected_row(policy, row, list(policy.outputs), in_units=False) for row in table.rows] == found


@given(data=st.data(), policy=population_policies())
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_spark_compares_rows_as_python_does(spark: Any, data: st.DataObject, policy: Policy) -> None:  # noqa: ANN401
    assume(not supports(policy, "sql:spark"))
    table: DrawnTable = data.draw(compared_tables(policy, ROWS))
    columns = {name: name for name in table.kinds}
    outputs = [*policy.outputs, *(population.name for population in policy.program.populations)]
    statement = to_sql(policy, dialect="spark", table="rows", columns=columns, outputs=outputs)
    kinds = {name: TYPES[kind] for name, kind in table.kinds.items()}

    found = [row[1 + len(kinds) :] for row in run(spark, statement, kinds, table.rows)]

    assert expected_rows(policy, table.rows, outputs, in_units=False) == found


@pytest.mark.parametrize(
    ("kind", "value"),
    [("INT", -30), ("BIGINT", -30), ("FLOAT", -30.0), ("DOUBLE", -30.0), ("DECIMAL(38, 18)", Decimal(-30))],
)
def test_a_number_column_of_any_type_is_read_in_spark(spark: Any, kind: str, value: object) -> None:  # noqa: ANN401
    double = policy({"x": number(-100_000, 100_000, 6)}, {"kind": "formula", "id": "y", "formula": "x * 2"})
    statement = to_sql(double, dialect="spark", table="rows")

    assert [[Decimal(-60), 0]] == [row[2:] for row in run(spark, statement, {"x": kind}, [{"x": value}])]


def test_a_quoted_option_and_a_column_with_a_backtick_stay_themselves(spark: Any) -> None:  # noqa: ANN401
    chosen = policy(
        {"x": {"type": "choice", "options": ["it's \\ so"], "column": "a`b"}},
        {"kind": "formula", "id": "y", "formula": "x"},
    )
    statement = to_sql(chosen, dialect="spark", table="rows")

    assert [["it's \\ so", 0]] == [
        row[2:] for row in run(spark, statement, {"a``b": "STRING"}, [{"a`b": "it's \\ so"}])
    ]
