"""Every rule set of the customers' room says the same on frames and in SQL as in Python, and passes `verify`."""

from typing import Any, Final

import pytest
from drawn_rows import DrawnTable, compared_tables, drawn_tables, expected_row, expected_rows
from example_counts import at_the_gate
from frame_kinds import FRAME_KINDS, make_frame, rows_of, understood
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_runs import TABLE, as_python, as_sqlite_stores, run_duckdb, run_sqlite
from tier_makers import level, spend_levels, tier_policy

from supplychain_rules import Policy, apply, load_policy, supports, to_sql, verify
from supplychain_rules.customers import (
    TierCondition,
    TierDowngrade,
    TierMeasure,
    abc_rules,
    behaviour_rules,
    benefit_rules,
    frozen_abc,
    load_benefit_plan,
    review_rules,
    rfm_rules,
    severity_rules,
    tier_rules,
)
from supplychain_rules.language.types import NumberType

#: Most rows drawn for each run.
ROWS: Final = 8

_SPENDS: Final = [{"monetary": amount} for amount in (700, 200, 60, 40)]

_VETOED: Final = tier_policy(
    measures=[TierMeasure(id="spend"), TierMeasure(id="margin", of="margin")],
    levels=[
        level("gold", 1000, unless=[TierCondition(measure="margin", below=0)]),
        level("silver", 500),
        level("basic"),
    ],
)

_PLAN: Final = load_benefit_plan(
    {
        "schema": "supplychain-rules/benefits/1",
        "id": "service",
        "version": "1",
        "currency": "EUR",
        "tiers": ["gold", "basic"],
        "benefits": [
            {"id": "five", "kind": "discount", "value": 5},
            {"id": "list", "kind": "price_list", "value": "A"},
        ],
        "packages": [
            {"id": "gold", "tiers": ["gold"], "benefits": ["five"]},
            {"id": "all", "benefits": ["list"]},
        ],
    }
)

POLICIES: Final[dict[str, Policy]] = {
    name: load_policy(rules)
    for name, rules in {
        "rfm": rfm_rules(),
        "abc": abc_rules(),
        "frozen abc": frozen_abc(abc_rules(), _SPENDS, version="2"),
        "ladder of tiers": tier_rules(
            tier_policy(levels=spend_levels(gold=1000, silver=500), downgrade=TierDowngrade(keep_at="0.8"))
        ),
        "tiers with a veto": tier_rules(_VETOED),
        "review": review_rules(),
        "severity": severity_rules(),
        "behaviour": behaviour_rules(),
        "benefits": benefit_rules(_PLAN),
    }.items()
}

every_policy = pytest.mark.parametrize("name", POLICIES)


@every_policy
def test_verify_finds_neither_an_error_nor_a_warning(name: str) -> None:
    assert {"info"} >= {finding.severity for finding in verify(POLICIES[name])}


def drawn(data: st.DataObject, policy: Policy) -> DrawnTable:
    strategy = compared_tables(policy, ROWS) if policy.program.populations else drawn_tables(policy, ROWS)
    table: DrawnTable = data.draw(strategy)
    return table


def expected(policy: Policy, rows: list[dict[str, object]]) -> list[list[object]]:
    outputs = list(policy.outputs)
    if policy.program.populations:
        return expected_rows(policy, rows, outputs)
    return [expected_row(policy, row, outputs) for row in rows]


@every_policy
@settings(max_examples=at_the_gate(8))
@given(data=st.data())
def test_duckdb_and_sqlite_say_what_python_says(data: st.DataObject, name: str) -> None:
    policy = POLICIES[name]
    assert () == supports(policy, "sql:duckdb") == supports(policy, "sql:sqlite")
    table = drawn(data, policy)
    first = 1 + len(table.kinds)
    asked: dict[str, Any] = {
        "table": TABLE,
        "columns": {column: column for column in table.kinds},
        "numbers": "units",
        "table_columns": ["place", *table.kinds],
        "outputs": list(policy.outputs),
    }
    rows = run_duckdb(to_sql(policy, dialect="duckdb", **asked), table.kinds, table.rows)
    assert expected(policy, table.rows) == [list(row[first:]) for row in rows]

    stored = [{column: as_sqlite_stores(value) for column, value in row.items()} for row in table.rows]
    kinds = [*(binding.type for binding in policy.program.outputs), NumberType(decimals=0, low=0, high=0)]
    rows = run_sqlite(to_sql(policy, dialect="sqlite", **asked), table.kinds, table.rows)
    assert expected(policy, stored) == [
        [as_python(*pair) for pair in zip(row[first:], kinds, strict=True)] for row in rows
    ]


@every_policy
@settings(max_examples=at_the_gate(4))
@given(data=st.data())
def test_every_kind_of_frame_says_what_python_says(data: st.DataObject, name: str) -> None:
    policy = POLICIES[name]
    table = drawn(data, policy)
    columns = {declared.name: declared.column or declared.name for declared in policy.inputs}
    for kind in FRAME_KINDS:
        answers = expected(policy, [understood(row, kind) for row in table.rows])
        frame = make_frame(kind, table, columns)
        scored = apply(policy, frame, on_invalid="null", numbers="units", outputs=list(policy.outputs))
        found = sorted(rows_of(scored), key=lambda row: int(str(row[len(columns)]).removeprefix("row ")))
        assert (kind, answers) == (kind, [row[len(columns) + 1 :] for row in found])
