"""Every kind of frame gives what the Python engine gives: units, options, booleans, dates, the count of problems."""

import attrs
import pytest
from drawn_rows import DrawnTable, drawn_tables, expected_row
from frame_kinds import FRAME_KINDS, FrameKind, make_frame, rows_of, shown, understood
from hypothesis import assume, given
from hypothesis import strategies as st

from supplychain_rules import InputError, Policy
from supplychain_rules.engines.columns import apply
from supplychain_rules.engines.support import supports
from supplychain_rules.testing.strategies_policies import loaded_policies

#: Rows drawn for each policy: drawing a policy and planning a query cost more than a row.
ROWS = 8

#: Kinds of frame that cannot raise.
LAZY = frozenset({"polars lazy", "duckdb"})


@given(data=st.data(), policy=loaded_policies())
def test_every_kind_of_frame_agrees_with_python_on_every_row(data: st.DataObject, policy: Policy) -> None:
    columns = {declared.name: declared.column or declared.name for declared in policy.inputs}
    assume(not supports(policy, "polars") and len(set(columns.values())) == len(columns))
    table: DrawnTable = data.draw(drawn_tables(policy, ROWS))
    pandas = data.draw(st.sampled_from([kind for kind in FRAME_KINDS if kind.startswith("pandas")]))
    for kind in (*(kind for kind in FRAME_KINDS if not kind.startswith("pandas")), pandas):
        expected = [expected_row(policy, understood(row, kind), list(policy.outputs)) for row in table.rows]
        frame = make_frame(kind, table, columns)
        before = rows_of(frame)

        found = rows_of(apply(policy, frame, on_invalid="null", numbers="units"))

        assert (kind, [[*row, *answers] for row, answers in zip(before, expected, strict=True)]) == (kind, found)
        check_floats(kind, policy, columns, table, expected)


def check_floats(
    kind: FrameKind, policy: Policy, columns: dict[str, str], table: DrawnTable, expected: list[list[object]]
) -> None:
    """Good rows give the floats nearest to numbers, without masks in an eager frame, which refuses bad ones."""
    fine = [row for row, answers in zip(table.rows, expected, strict=True) if not answers[-1]]
    if len(fine) < len(table.rows) and kind not in LAZY:
        with pytest.raises(InputError):
            apply(policy, make_frame(kind, table, columns))
    kinds = [binding.type for binding in policy.program.outputs]

    found = rows_of(apply(policy, make_frame(kind, attrs.evolve(table, rows=fine), columns)))

    first = len(columns) + 1
    assert (kind, [list(map(shown, answers[:-1], kinds)) for answers in expected if not answers[-1]]) == (
        kind,
        [row[first : first + len(kinds)] for row in found],
    )
