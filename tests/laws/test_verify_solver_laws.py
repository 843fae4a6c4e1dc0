"""A second oracle for tables over numbers: Z3 decides each question of gap, overlap and dead row on its own."""

import itertools
from typing import Any

import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain_rules import load_policy
from supplychain_rules.analysis.verify import verify

Cell = tuple[int, int] | None

#: The largest value of a column: too many records to look at each.
MOST = 10_000

COLUMNS = ("quality", "delivery", "price")


@st.composite
def tables(draw: st.DrawFn) -> list[tuple[Cell, ...]]:
    """Draw the rows of a table: for each column a range of values, or anything."""
    edges = st.sampled_from((0, 1, 2_500, 4_999, 5_000, 5_001, 7_500, 9_999, MOST))
    ranges = st.tuples(edges, edges).map(lambda pair: (min(pair), max(pair)))
    cell = st.one_of(st.none(), ranges)
    return draw(st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=7))


def policy_of(rows: list[tuple[Cell, ...]], hit: str) -> dict[str, Any]:
    outputs = {"points": {"type": "integer", "min": 0, "max": 99}}
    written = [
        {
            "id": f"r{place}",
            "when": {name: f"[{cell[0]}..{cell[1]}]" for name, cell in zip(COLUMNS, row, strict=True) if cell},
            "then": {"points": place},
        }
        for place, row in enumerate(rows)
    ]
    table = {"kind": "table", "id": "decide", "hit": hit, "when": list(COLUMNS), "outputs": outputs, "rows": written}
    inputs = {name: {"type": "integer", "min": 0, "max": MOST} for name in COLUMNS}
    return {"schema": "supplychain-rules/1", "id": "drawn", "version": "1", "inputs": inputs, "steps": [table]}


def conditions(rows: list[tuple[Cell, ...]]) -> tuple[Any, list[Any]]:
    """Return what holds of every record, and when each row hits."""
    columns = [z3.Int(name) for name in COLUMNS]
    domain = z3.And([z3.And(column >= 0, column <= MOST) for column in columns])
    hits = [
        z3.And(
            [z3.And(cell[0] <= column, column <= cell[1]) for cell, column in zip(row, columns, strict=True) if cell]
        )
        for row in rows
    ]
    return domain, hits


def possible(*parts: Any) -> bool:  # noqa: ANN401  terms of a library without types
    solver = z3.Solver()
    solver.add(*parts)
    answer = solver.check()
    assert answer != z3.unknown
    return bool(answer == z3.sat)


@settings(max_examples=60)
@given(tables())
def test_gaps_overlaps_and_dead_rows_are_those_that_a_solver_finds(rows: list[tuple[Cell, ...]]) -> None:
    domain, hits = conditions(rows)

    unique = verify(load_policy(policy_of(rows, "unique")))
    pairs = [(one, other) for one, other in itertools.combinations(range(len(rows)), 2)]
    overlapping = [other for one, other in pairs if possible(domain, hits[one], hits[other])]
    assert sorted(f"steps[0].rows[{other}]" for other in overlapping) == sorted(
        finding.path for finding in unique if finding.kind == "overlap"
    )

    first = verify(load_policy(policy_of(rows, "first")))
    gap = possible(domain, z3.Not(z3.Or(hits)))
    assert gap == any(finding.kind == "gap" for finding in first)
    assert gap == any(finding.kind == "gap" for finding in unique)
    dead = [row for row in range(len(rows)) if not possible(domain, hits[row], z3.Not(z3.Or(hits[:row])))]
    assert [f"steps[0].rows[{row}]" for row in dead] == [
        finding.path for finding in first if finding.kind in ("masked_row", "unreachable_row")
    ]
    assert [] == [finding for finding in (*unique, *first) if finding.severity == "undecided"]
