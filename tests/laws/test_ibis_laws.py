"""A table of Ibis gives what the Python engine gives."""

from typing import Any

import ibis
import pytest
from drawn_rows import DrawnTable, drawn_tables, expected_row
from example_counts import at_the_gate
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sql_runs import TABLE, as_sqlite_stores, fill_sqlite

from supplychain_rules import Policy, apply, supports
from supplychain_rules.testing.strategies_policies import loaded_policies

pytestmark = pytest.mark.filterwarnings("ignore")  # Ibis uses what pandas and it will change

#: Ibis reads and writes each statement anew, which takes longer than to run it.
EXAMPLES = at_the_gate(25)

#: Rows drawn for each policy.
ROWS = 10


@settings(max_examples=EXAMPLES)
@given(data=st.data(), policy=loaded_policies())
def test_a_table_of_ibis_agrees_with_python_on_every_row(data: st.DataObject, policy: Policy) -> None:
    assume(not supports(policy, "ibis") and all(declared.column is None for declared in policy.inputs))
    table: DrawnTable = data.draw(drawn_tables(policy, ROWS))
    stored = [{name: as_sqlite_stores(value) for name, value in row.items()} for row in table.rows]
    outputs = list(policy.outputs)
    connection: Any = ibis.sqlite.connect()
    fill_sqlite(connection.con, table.kinds, table.rows)

    scored = apply(policy, connection.table(TABLE), numbers="units").order_by("place")
    found = scored.select(*outputs, "problems").to_pyarrow().to_pylist()
    connection.disconnect()

    assert [expected_row(policy, row, outputs) for row in stored] == [list(row.values()) for row in found]
