"""A frame of Spark gives what the Python engine gives. Needs the extra `spark-tests` and a Java; skipped without."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from drawn_rows import DrawnTable, Kind, compared_tables, drawn_tables, expected_row, expected_rows
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from supplychain_rules import Policy, apply, supports
from supplychain_rules.testing.strategies_policies import loaded_policies, population_policies

pyspark_sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
    pytest.skip("Spark needs a Java", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore")  # Spark's own, of its log and of the pandas that it finds

#: A statement costs Spark a second: few policies, and many rows of each.
POLICIES = 8
ROWS = 40


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    builder = pyspark_sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "1").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def type_of(kind: Kind, values: list[Any]) -> str:
    places = max((-value.as_tuple().exponent for value in values if kind == "decimal" and value is not None), default=0)
    return {
        "double": "double",
        "decimal": f"decimal(38,{places})",
        "integer": "bigint",
        "boolean": "boolean",
        "date": "date",
        "text": "string",
    }[kind]


def frame_of(session: Any, table: DrawnTable, columns: dict[str, str]) -> Any:  # noqa: ANN401  of Spark
    """Return a frame of a table's rows, with their places before the inputs."""
    types = [
        f"`{columns[name]}` {type_of(kind, [row[name] for row in table.rows])}" for name, kind in table.kinds.items()
    ]
    rows = [tuple(row[name] for name in table.kinds) for row in table.rows]
    return session.createDataFrame([(place, *row) for place, row in enumerate(rows)], ", ".join(["place int", *types]))


@settings(max_examples=POLICIES)
@given(data=st.data(), policy=loaded_policies())
def test_a_frame_of_spark_agrees_with_python_on_every_row(session: Any, data: st.DataObject, policy: Policy) -> None:  # noqa: ANN401
    columns = {declared.name: declared.column or declared.name for declared in policy.inputs}
    assume(not supports(policy, "pyspark") and len(set(columns.values())) == len(columns))
    table: DrawnTable = data.draw(drawn_tables(policy, ROWS))
    expected = [expected_row(policy, row, list(policy.outputs)) for row in table.rows]

    found = sorted(apply(policy, frame_of(session, table, columns), numbers="units").collect())

    assert expected == [list(row)[1 + len(columns) :] for row in found]


@settings(max_examples=POLICIES)
@given(data=st.data(), policy=population_policies())
def test_a_frame_of_spark_compares_rows_as_python_does(session: Any, data: st.DataObject, policy: Policy) -> None:  # noqa: ANN401
    columns = {declared.name: declared.column or declared.name for declared in policy.inputs}
    assume(not supports(policy, "pyspark") and len(set(columns.values())) == len(columns))
    table: DrawnTable = data.draw(compared_tables(policy, ROWS))
    expected = expected_rows(policy, table.rows, list(policy.outputs))

    found = sorted(apply(policy, frame_of(session, table, columns), numbers="units").collect())

    assert expected == [list(row)[1 + len(columns) :] for row in found]
