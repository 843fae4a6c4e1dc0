"""Every kind of frame gives what the Python engine gives: units, options, booleans, dates, the count of problems."""

import math

import attrs
import pytest
from drawn_policies import loaded_policies
from drawn_rows import DrawnTable, drawn_tables, expected_row
from frame_kinds import FRAME_KINDS, FrameKind, make_frame, rows_of
from hypothesis import assume, given
from hypothesis import strategies as st

from supplychain_rules import InputError, Policy
from supplychain_rules.engines.columns import apply
from supplychain_rules.engines.support import supports

#: Rows drawn for each policy: drawing a policy and planning a query cost more than a row.
ROWS = 6

#: Kinds of frame in which NaN is how a missing number is written.
NAN_IS_MISSING = frozenset(kind for kind in FRAME_KINDS if kind.startswith("pandas"))


#: Kinds of frame that cannot raise.
LAZY = frozenset({"polars lazy", "duckdb"})


def understood(table: DrawnTable, kind: FrameKind) -> list[dict[str, object]]:
    """Return the rows as a kind of frame can hold them."""
    if kind not in NAN_IS_MISSING:
        return table.rows
    return [
        {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()}
        for row in table.rows
    ]


def columns_of(policy: Policy) -> dict[str, str]:
    return {declared.name: declared.column or declared.name for declared in policy.inputs}


@pytest.mark.parametrize("kind", FRAME_KINDS)
@given(data=st.data(), policy=loaded_policies())
def test_a_frame_agrees_with_python_on_every_row(kind: FrameKind, data: st.DataObject, policy: Policy) -> None:
    columns = columns_of(policy)
    assume(not supports(policy, "polars") and len(set(columns.values())) == len(columns))
    table: DrawnTable = data.draw(drawn_tables(policy, ROWS))
    outputs = list(policy.outputs)
    expected = [expected_row(policy, row, outputs) for row in understood(table, kind)]
    frame = make_frame(kind, table, columns)
    given_rows = rows_of(frame)

    found = rows_of(apply(policy, frame, on_invalid="null", numbers="units"))

    assert [[*row, *answers] for row, answers in zip(given_rows, expected, strict=True)] == found
    fine = [row for row, answers in zip(table.rows, expected, strict=True) if not answers[-1]]
    if kind not in LAZY:
        if len(fine) < len(table.rows):
            with pytest.raises(InputError):
                apply(policy, frame)
        checked = make_frame(kind, attrs.evolve(table, rows=fine), columns)
        assert [answers[:-1] for answers in expected if not answers[-1]] == [
            row[len(columns) + 1 :] for row in rows_of(apply(policy, checked, numbers="units"))
        ]
