"""The rule sets of risks run on data frames and as SQL, and say there what they say of one record."""

import sqlite3
from itertools import product

import polars as pl
import pytest
from risk_makers import MATRIX, RPN, risk_policy

from supplychain_rules import apply, evaluate, load_policy, to_sql
from supplychain_rules.partnership.risks import SEVERITY_FIRST_EXAMPLE, Escalation, kraljic_rules, risk_rules

LEVELS = (None, 1, 2, 3, 4, 5)


@pytest.mark.parametrize("scoring", [MATRIX, RPN, SEVERITY_FIRST_EXAMPLE], ids=["matrix", "rpn", "severity_first"])
def test_a_register_is_classed_on_a_frame_as_one_by_one(scoring: object) -> None:
    rules = load_policy(
        risk_rules(risk_policy(scoring, escalations=[Escalation(risk_class="high", to="board", within_days=7)]))
    )
    names = list(rules.program.inputs)
    records = [
        dict(zip((one.name for one in names), levels, strict=True)) for levels in product(LEVELS, repeat=len(names))
    ]

    frame = apply(rules, pl.DataFrame(records))

    expected = [evaluate(rules, {name: level for name, level in record.items() if level}) for record in records]
    for name in ("risk_class", "due", "escalate_to"):
        assert [decision[name] for decision in expected] == frame[name].to_list()


def test_a_portfolio_is_placed_in_a_database_as_one_by_one() -> None:
    rules = load_policy(kraljic_rules(impact_from="50", risk_from="60.5"))
    scores = [(impact, risk) for impact in (0, 49.99, 50, 100) for risk in (0, 60.49, 60.5, 100)]
    with sqlite3.connect(":memory:") as database:
        database.execute("create table items (profit_impact real, supply_risk real)")
        database.executemany("insert into items values (?, ?)", scores)
        columns = ["profit_impact", "supply_risk"]
        query = to_sql(rules, dialect="sqlite", table="items", table_columns=columns)
        found = [row[0] for row in database.execute(f"select position from ({query})")]

    expected = [evaluate(rules, {"profit_impact": impact, "supply_risk": risk}) for impact, risk in scores]
    assert [decision["position"] for decision in expected] == found
