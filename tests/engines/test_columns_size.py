"""Large rule sets on frames: no expression too deep for a stack, and work that grows with the steps and no faster."""

from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from supplychain_rules import Policy, apply, evaluate_all, load_policy
from supplychain_rules.engines.lowering import lower

NUMBER = {"type": "integer", "min": 0, "max": 10_000, "optional": True}


def rules(inputs: dict[str, Any], steps: list[dict[str, Any]]) -> Policy:
    return load_policy(
        {"schema": "supplychain-rules/1", "id": "large", "version": "1", "inputs": inputs, "steps": steps}
    )


def long_table(rows: int) -> Policy:
    """Return a table whose every row names a number and has an option of its own."""
    outputs = {"option": {"type": "choice", "options": [f"o{place}" for place in range(rows)] + ["none"]}}
    table = {
        "kind": "table",
        "id": "long",
        "hit": "first",
        "when": ["x"],
        "outputs": outputs,
        "rows": [
            {"id": f"r{place}", "when": {"x": str(place)}, "then": {"option": f"o{place}"}} for place in range(rows)
        ],
        "otherwise": {"option": "none"},
    }
    return rules({"x": NUMBER}, [table])


def chained(steps: int) -> Policy:
    """Return formulas that each read the one before."""
    formulas = [
        {"kind": "formula", "id": f"f{at}", "formula": f"clamp({f'f{at - 1}' if at else 'x'} + {at}, 0, 9000)"}
        for at in range(steps)
    ]
    return rules({"x": NUMBER}, formulas)


def frames(values: list[int | None]) -> list[Any]:
    return [pl.DataFrame({"x": values}), pa.table({"x": values}), pd.DataFrame({"x": pd.array(values, dtype="Int64")})]


def column(frame: Any, name: str) -> list[object]:  # noqa: ANN401  of any library
    values = frame[name].to_pylist() if isinstance(frame, pa.Table) else frame[name].to_list()
    return [None if value is pd.NA else value for value in values]


@pytest.mark.parametrize("calls", [0, 600])
def test_a_table_of_three_hundred_rows_runs_even_from_deep_inside_a_program(calls: int) -> None:
    policy = long_table(300)
    values = [0, 150, 299, 300, None]

    def deeper(more: int, frame: Any) -> Any:  # noqa: ANN401  any value
        return deeper(more - 1, frame) if more else apply(policy, frame)

    for frame in frames(values):
        assert ["o0", "o150", "o299", "none", "none"] == column(deeper(calls, frame), "option")


def test_a_sum_of_two_hundred_terms_and_a_condition_nested_deeply_run() -> None:
    inner = "x > 1"
    for at in range(18):
        inner = f"({inner} or x == {at}) and x != {100 + at}"
    steps = [
        {"kind": "formula", "id": "total", "formula": " + ".join(["x"] * 200)},
        {"kind": "formula", "id": "nested", "formula": inner},
    ]
    policy = rules({"x": NUMBER}, steps)
    values = [0, 1, 5, 104, 117, None]
    expected = evaluate_all(policy, [{"x": value} for value in values])

    for frame in frames(values):
        result = apply(policy, frame, numbers="units")
        assert [decision["nested"] for decision in expected] == column(result, "nested")
        assert [decision["total"] for decision in expected] == column(result, "total")


def test_two_hundred_steps_in_a_row_agree_with_python() -> None:
    policy = chained(200)
    values = [0, 17, 10_000, None]
    expected = [decision["f199"] for decision in evaluate_all(policy, [{"x": value} for value in values])]

    for frame in frames(values):
        assert expected == column(apply(policy, frame, outputs=["f199"], numbers="units"), "f199")


def test_a_plan_grows_with_the_steps_and_no_faster() -> None:
    few, many = chained(20), chained(200)

    ratio = len(lower(many.program, many.outputs).columns) / len(lower(few.program, few.outputs).columns)
    assert ratio <= 10.5
    frame = pl.LazyFrame({"x": [1]})
    nodes = [
        len(apply(policy, frame, outputs=policy.outputs[-1:]).explain().split("WITH_COLUMNS")) for policy in (few, many)
    ]
    assert nodes[1] / nodes[0] <= 10.5


def test_whole_numbers_beyond_a_float_stay_exact_on_every_frame() -> None:
    wide = {"type": "number", "decimals": 6, "min": 0, "max": 1_000_000_000, "optional": True}
    policy = rules({"x": wide}, [{"kind": "formula", "id": "y", "formula": "x * 4000 - 0.000001"}])
    assert not lower(policy.program, policy.outputs).fits_float
    values = [999_999_999.999999, 123_456_789.123457, 0.000001, None]
    expected = [
        None if decision["y"] is None else int(decision["y"] * 10**6)
        for decision in evaluate_all(policy, [{"x": value} for value in values])
    ]

    for frame in (pl.DataFrame({"x": values}), pa.table({"x": values})):
        assert expected == column(apply(policy, frame, numbers="units"), "y")
    # Whole numbers divide to the float that is nearest.
    floats = [None if units is None else units / 10**6 for units in expected]
    for frame in (pl.DataFrame({"x": values}), pa.table({"x": values})):
        assert floats == column(apply(policy, frame), "y")
    for held in ("float64", "Float64", "double[pyarrow]"):
        found = apply(policy, pd.DataFrame({"x": pd.Series(values, dtype=held)}), numbers="units")["y"]
        assert expected == [None if value is pd.NA else int(value) for value in found]
