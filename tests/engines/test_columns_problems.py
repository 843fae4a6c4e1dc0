"""What is wrong with a frame is said in full: every column, its rows, its first values, and the way out."""

from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from supplychain_rules import InputError, Policy, apply, load_policy

RULES: dict[str, Any] = {
    "schema": "supplychain-rules/1",
    "id": "review",
    "version": "1",
    "inputs": {
        "on_time": {"type": "number", "decimals": 2, "min": 0, "max": 1, "optional": True, "column": "On time"},
        "spend": {"type": "integer", "min": 0, "max": 1000},
        "category": {"type": "choice", "options": ["raw", "pack"]},
    },
    "steps": [
        {
            "kind": "table",
            "id": "contact",
            "hit": "unique",
            "when": ["spend", "category"],
            "outputs": {"who": {"type": "choice", "options": ["buyer", "lead"]}},
            "rows": [
                {"id": "large", "when": {"spend": ">= 500"}, "then": {"who": "lead"}},
                {"id": "raw", "when": {"category": "raw"}, "then": {"who": "buyer"}},
            ],
            "otherwise": {"who": "buyer"},
        },
        {"kind": "formula", "id": "twice", "formula": "on_time * 2"},
    ],
}

ROWS: dict[str, list[Any]] = {
    "On time": [0.5, 1.5, None, -0.5, 0.25, 2.0, 3.0, 4.0],
    "spend": [10, 20, None, 900, 900, 1, 2, 3],
    "category": ["raw", "row", "raw", "raw", "raw", "pack", "pack", "pack"],
}

#: Rows 3 and 4 hit both rows of the table; only in 4 is nothing else wrong.
COUNTS = [0, 2, 1, 1, 1, 1, 1, 1]


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(RULES)


EAGER = [
    pl.DataFrame(ROWS),
    pa.table(ROWS),
    pd.DataFrame(ROWS),
    pd.DataFrame(ROWS).convert_dtypes(),
    pl.DataFrame(ROWS).to_pandas(use_pyarrow_extension_array=True),
]

NAMES = ["polars", "pyarrow", "pandas", "pandas nullable", "pandas arrow"]


@pytest.mark.parametrize("frame", EAGER, ids=NAMES)
def test_every_column_is_named_with_its_rows_and_first_values(policy: Policy, frame: Any) -> None:  # noqa: ANN401
    with pytest.raises(InputError) as caught:
        apply(policy, frame)

    shown = [(problem.code, problem.path, problem.message) for problem in caught.value.problems]
    assert [
        ("bad_value", "On time", "outside the declared range in 5 rows: 1, 3, 5, 6, 7"),
        ("required", "spend", "a value is required in row 2"),
        ("bad_value", "category", "not one of the declared options in row 1"),
    ] == shown
    assert "1.5, -0.5, 2.0, 3.0, 4.0" == caught.value.problems[0].value
    assert "declared from 0.00 to 1.00" == caught.value.problems[0].hint
    assert "did you mean 'raw'?" == caught.value.problems[2].hint


@pytest.mark.parametrize("frame", EAGER, ids=NAMES)
def test_rows_of_a_table_in_conflict_are_named(policy: Policy, frame: Any) -> None:  # noqa: ANN401
    rows = frame[4:5] if not isinstance(frame, pa.Table) else frame.slice(4, 1)

    with pytest.raises(InputError) as caught:
        apply(policy, rows)
    assert [("rows_conflict", "steps[0].rows", "rows of different outcome hit the frame's row 0")] == [
        (problem.code, problem.path, problem.message) for problem in caught.value.problems
    ]


@pytest.mark.parametrize("frame", EAGER, ids=NAMES)
def test_a_row_with_a_problem_has_no_output_at_all(policy: Policy, frame: Any) -> None:  # noqa: ANN401
    result = apply(policy, frame, on_invalid="null")

    if isinstance(result, pd.DataFrame):
        result = pl.DataFrame({name: [None if pd.isna(v) else v for v in result[name]] for name in result.columns})
    if isinstance(result, pa.Table):
        result = pl.DataFrame(result.to_pydict())
    assert COUNTS == result["problems"].to_list()
    assert ["buyer", *[None] * 7] == result["who"].to_list()
    assert [1.0, *[None] * 7] == result["twice"].to_list()


def test_a_relation_counts_problems_as_the_other_frames_do(policy: Policy) -> None:
    relation = duckdb.connect().from_arrow(pa.table(ROWS))

    assert list(zip(["buyer", *[None] * 7], COUNTS, strict=True)) == (
        apply(policy, relation).project("who, problems").fetchall()
    )


def test_a_flood_of_bad_values_is_counted_but_not_spelled_out(policy: Policy) -> None:
    count = 5_000
    frame = pl.DataFrame({"On time": [9.0] * count, "spend": [1] * count, "category": ["pack"] * count})

    with pytest.raises(InputError) as caught:
        apply(policy, frame)
    assert ["outside the declared range in 1000 or more rows: 0, 1, 2, 3, 4, ..."] == [
        problem.message for problem in caught.value.problems
    ]
    assert len(str(caught.value)) < 500


def test_several_faults_of_one_column_are_told_apart(policy: Policy) -> None:
    frame = pl.DataFrame({"On time": [float("nan"), 9.0], "spend": [1, None], "category": ["pack", "pack"]})

    with pytest.raises(InputError) as caught:
        apply(policy, frame)
    assert ["not a finite number in row 0", "outside the declared range in row 1", "a value is required in row 1"] == [
        problem.message for problem in caught.value.problems
    ]


def test_wrong_columns_are_reported_all_at_once(policy: Policy) -> None:
    frame = pl.DataFrame({"On time": ["high"], "category": [1], "who": ["x"]})

    with pytest.raises(InputError) as caught:
        apply(policy, frame)
    assert [
        ("missing_column", "spend"),
        ("column_taken", "who"),
        ("wrong_type", "On time"),
        ("wrong_type", "category"),
    ] == [(problem.code, problem.path) for problem in caught.value.problems]
