"""What follows from an immutable thing alone is worked out once for it."""

import pytest
from makers import number, policy

from supplychain_rules import InvalidValueError, to_sql
from supplychain_rules.engines.memo import remembered
from supplychain_rules.engines.support import plan_of

DOUBLE = policy({"x": number(0, 9)}, {"kind": "formula", "id": "y", "formula": "x * 2"})


def test_a_rule_set_is_planned_once_for_the_same_outputs() -> None:
    assert plan_of(DOUBLE, outputs=["y"], detail=False) is plan_of(DOUBLE, outputs=["y"], detail=False)


def test_other_outputs_have_a_plan_of_their_own() -> None:
    both = policy(
        {"x": number(0, 9)},
        {"kind": "formula", "id": "y", "formula": "x * 2"},
        {"kind": "formula", "id": "z", "formula": "x * 3"},
    )

    plans = [plan_of(both, outputs=[name], detail=False) for name in ("y", "z")]

    assert [["y"], ["z"]] == [[output.output for output in plan.outputs] for plan in plans]


def test_rule_sets_that_differ_never_share_a_plan() -> None:
    statements = {
        to_sql(
            policy({"x": number(0, 9)}, {"kind": "formula", "id": "y", "formula": f"x * {factor}"}),
            dialect="sqlite",
            table="t",
            table_columns=["x"],
        )
        for factor in range(2, 102)  # more than are kept
    }

    assert 100 == len(statements)


def test_an_error_is_raised_each_time() -> None:
    @remembered
    def refused(words: tuple[str, ...]) -> int:
        raise InvalidValueError("no words", words)

    for _ in range(2):
        with pytest.raises(InvalidValueError):
            refused(())
