"""Rules on frames: the same kind of frame back, nothing lost, nothing run too early, nothing guessed."""

import subprocess
import sys
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from supplychain_rules import (
    InputError,
    InvalidValueError,
    Policy,
    PolicyError,
    apply,
    evaluate,
    explain_row,
    load_policy,
    supports,
)
from supplychain_rules.errors import MissingExtraError

RULES: dict[str, Any] = {
    "schema": "supplychain-rules/1",
    "id": "review",
    "version": "1",
    "inputs": {
        "on_time": {"type": "number", "decimals": 3, "min": 0, "max": 1, "optional": True, "column": "准时率"},
        "spend": {"type": "number", "decimals": 2, "min": 0, "max": 1000},
        "certified": {"type": "boolean", "optional": True},
        "category": {"type": "choice", "options": ["raw", "pack"]},
    },
    "steps": [
        {
            "kind": "scorecard",
            "id": "score",
            "method": "weighted_mean",
            "missing": "reweight",
            "decimals": 2,
            "criteria": [
                {"id": "delivery", "of": "on_time", "value": {"kind": "linear", "worst": "0.7", "best": 1}},
            ],
        },
        {"kind": "ladder", "id": "grade", "of": "score", "bands": [{"name": "A", "from": 80}, {"name": "B"}]},
        {"kind": "formula", "id": "fine", "formula": "certified and category == 'raw'"},
        {"kind": "formula", "id": "fee", "formula": "round(spend / 3, 2)"},
    ],
}

OUTPUTS = ["score", "score_coverage", "score_low", "score_high", "grade", "fine", "fee"]

ROWS = {
    "supplier": ["S1", "S2", "S3"],
    "准时率": [0.94, None, 0.7],
    "spend": [100.0, 200.0, 0.05],
    "certified": [True, None, False],
    "category": ["raw", "raw", "pack"],
}

#: What the Python engine says of the rows, as a frame shows it.
ANSWERS = {
    "score": [80.0, None, 0.0],
    "score_coverage": [1.0, 0.0, 1.0],
    "score_low": [80.0, 0.0, 0.0],
    "score_high": [80.0, 100.0, 0.0],
    "grade": ["A", None, "B"],
    "fine": [True, None, False],
    "fee": [33.33, 66.67, 0.02],
}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(RULES)


def polars_frame() -> pl.DataFrame:
    return pl.DataFrame(ROWS)


def pandas_frame() -> pd.DataFrame:
    return pd.DataFrame(ROWS)


def listed(frame: pd.DataFrame) -> dict[str, list[object]]:
    """Return the columns of a frame of pandas, with None for what is missing."""
    return {
        name: [None if gone else value for gone, value in zip(column.isna(), column.tolist(), strict=True)]
        for name, column in frame.items()
    }


def test_the_answers_of_this_file_are_those_of_the_python_engine(policy: Policy) -> None:
    for place in range(3):
        names = {"on_time": "准时率", "spend": "spend", "certified": "certified", "category": "category"}
        decision = evaluate(policy, {name: ROWS[column][place] for name, column in names.items()})
        shown = {name: float(value) if isinstance(value, Decimal) else value for name, value in dict(decision).items()}
        assert {name: ANSWERS[name][place] for name in OUTPUTS} == shown


# Kinds of frame


def test_a_polars_frame_comes_back_with_its_columns_first_and_the_outputs_last(policy: Policy) -> None:
    result = apply(policy, polars_frame())

    assert isinstance(result, pl.DataFrame)
    assert {**ROWS, **ANSWERS} == result.to_dict(as_series=False)
    assert [*ROWS, *OUTPUTS] == result.columns


def test_a_lazy_polars_frame_stays_lazy_and_counts_problems(policy: Policy) -> None:
    result = apply(policy, polars_frame().lazy())

    assert isinstance(result, pl.LazyFrame)
    assert {**ROWS, **ANSWERS, "problems": [0, 0, 0]} == result.collect().to_dict(as_series=False)
    assert {**ROWS, **ANSWERS, "problems": [0, 0, 0]} == result.collect(engine="streaming").to_dict(as_series=False)


def test_a_lazy_frame_computes_only_what_is_selected_in_the_end(policy: Policy) -> None:
    plan = apply(policy, polars_frame().lazy()).select("grade").explain()

    assert '"fee"' not in plan
    assert "supplier" not in plan.replace('"supplier", ', "").partition("DF [")[0]


def test_an_arrow_table_comes_back_as_one(policy: Policy) -> None:
    result = apply(policy, pa.table(ROWS))

    assert isinstance(result, pa.Table)
    assert {**ROWS, **ANSWERS} == result.to_pydict()


def test_a_pandas_frame_keeps_its_index(policy: Policy) -> None:
    frame = pandas_frame().set_index(pd.Index([7, 7, 9]))

    result = apply(policy, frame)

    assert [7, 7, 9] == result.index.tolist()
    assert {**ROWS, **ANSWERS} == listed(result)
    assert listed(frame) == ROWS


def test_a_duckdb_relation_stays_a_relation(policy: Policy) -> None:
    relation = duckdb.connect().from_arrow(pa.table(ROWS))

    result = apply(policy, relation)

    assert isinstance(result, duckdb.DuckDBPyRelation)
    assert [*ROWS, *OUTPUTS, "problems"] == result.columns
    columns = {**ROWS, **ANSWERS, "problems": [0, 0, 0]}
    assert list(zip(*columns.values(), strict=True)) == result.fetchall()


def test_an_empty_frame_gets_the_columns_all_the_same(policy: Policy) -> None:
    assert [*ROWS, *OUTPUTS] == apply(policy, polars_frame().clear()).columns
    assert [*ROWS, *OUTPUTS] == list(apply(policy, pandas_frame().astype({"certified": "boolean"}).iloc[:0]).columns)
    assert [*ROWS, *OUTPUTS] == apply(policy, pa.table(polars_frame().clear().to_arrow())).column_names


def test_what_is_no_frame_is_refused_by_its_type(policy: Policy) -> None:
    with pytest.raises(InvalidValueError, match="this is no frame that rules run on: 'list'"):
        apply(policy, [ROWS])


# Outputs


def test_only_the_outputs_asked_for_are_added_in_the_order_asked(policy: Policy) -> None:
    assert [*ROWS, "fee", "score.delivery"] == apply(policy, polars_frame(), outputs=["fee", "score.delivery"]).columns


def test_detail_adds_criteria_beside_their_steps(policy: Policy) -> None:
    result = apply(policy, polars_frame(), detail=True)

    assert [80.0, None, 0.0] == result["score.delivery"].to_list()
    assert set(OUTPUTS) <= set(result.columns)


def test_an_output_that_does_not_exist_is_refused_with_a_suggestion(policy: Policy) -> None:
    with pytest.raises(InvalidValueError, match="did you mean 'score'"):
        apply(policy, polars_frame(), outputs=["scor"])


def test_numbers_may_come_as_whole_units(policy: Policy) -> None:
    units = [3333, 6667, 2]

    assert units == apply(policy, polars_frame(), numbers="units")["fee"].to_list()
    assert pl.Int64 == apply(policy, polars_frame(), numbers="units").schema["fee"]
    assert units == apply(policy, pandas_frame(), numbers="units")["fee"].tolist()
    assert units == apply(policy, pa.table(ROWS), numbers="units")["fee"].to_pylist()
    relation = duckdb.connect().from_arrow(pa.table(ROWS))
    assert units == [row[0] for row in apply(policy, relation, numbers="units").project("fee").fetchall()]


def test_a_zero_has_no_sign() -> None:
    turned = load_policy(
        {
            **RULES,
            "inputs": {"change": {"type": "number", "decimals": 1, "min": -5, "max": 5}},
            "steps": [{"kind": "formula", "id": "loss", "formula": "change * -3"}],
        }
    )
    frames = (pl.DataFrame({"change": [0.0]}), pd.DataFrame({"change": [0.0]}), pa.table({"change": [0.0]}))

    assert ["0.0"] * 3 == [str(next(iter(apply(turned, frame)["loss"].to_numpy())).item()) for frame in frames]


def test_types_of_outputs_are_those_of_polars_and_arrow(policy: Policy) -> None:
    polars = apply(policy, polars_frame()).schema
    arrow = apply(policy, pa.table(ROWS)).schema

    assert [pl.Float64, pl.String, pl.Boolean] == [polars[name] for name in ("score", "grade", "fine")]
    assert [pa.float64(), pa.string(), pa.bool_()] == [arrow.field(name).type for name in ("score", "grade", "fine")]


def test_types_of_outputs_follow_the_kind_of_pandas(policy: Policy) -> None:
    plain = pandas_frame()
    nullable = plain.convert_dtypes()
    arrow = polars_frame().to_pandas(use_pyarrow_extension_array=True)
    names = ["score", "grade", "fine"]

    text = str(pd.Series(["text"]).dtype)
    assert ["float64", text, "boolean"] == [str(apply(policy, plain)[name].dtype) for name in names]
    assert ["Float64", "string", "boolean"] == [str(apply(policy, nullable)[name].dtype) for name in names]
    assert ["double[pyarrow]", "string[pyarrow]", "bool[pyarrow]"] == [
        str(apply(policy, arrow)[name].dtype) for name in names
    ]


def test_dates_come_back_as_dates() -> None:
    due = load_policy(
        {
            **RULES,
            "inputs": {"ordered": {"type": "date", "min": "2020-01-01", "max": "2030-12-31", "optional": True}},
            "steps": [{"kind": "formula", "id": "due", "formula": "add_days(ordered, 30)"}],
        }
    )
    days = pl.Series(["2026-01-31", None]).str.to_date()

    assert ["2026-03-02", None] == apply(due, pl.DataFrame({"ordered": days}))["due"].dt.to_string().to_list()
    assert pa.date32() == apply(due, pa.table({"ordered": days.to_arrow()}))["due"].type
    plain = apply(due, pd.DataFrame({"ordered": pd.to_datetime(["2026-01-31", None])}))["due"]
    assert ["2026-03-02"] == plain.dropna().astype(str).tolist()
    assert "datetime64[s]" == str(plain.dtype)
    arrow = apply(due, pl.DataFrame({"ordered": days}).to_pandas(use_pyarrow_extension_array=True))["due"]
    assert "date32[day][pyarrow]" == str(arrow.dtype)


# Names


def test_a_missing_column_is_refused_with_a_suggestion(policy: Policy) -> None:
    frame = polars_frame().rename({"spend": "spent"})

    with pytest.raises(InputError, match="spend: the frame has no such column; did you mean 'spent'"):
        apply(policy, frame)


def test_an_optional_input_without_a_column_counts_as_missing_only_if_told_so(policy: Policy) -> None:
    frame = polars_frame().drop("准时率")

    with pytest.raises(InputError, match=r"no such column for the input 'on_time'.*missing_columns='null'"):
        apply(policy, frame)
    assert [None] * 3 == apply(policy, frame, missing_columns="null")["score"].to_list()
    assert [None] * 3 == list(listed(apply(policy, frame.to_pandas(), missing_columns="null"))["score"])


def test_a_required_input_needs_its_column_whatever_is_told(policy: Policy) -> None:
    with pytest.raises(InputError, match="spend: the frame has no such column"):
        apply(policy, polars_frame().drop("spend"), missing_columns="null")


@pytest.mark.parametrize("frame", [polars_frame(), polars_frame().lazy(), pandas_frame(), pa.table(ROWS)])
def test_a_column_of_an_outputs_name_is_refused(policy: Policy, frame: Any) -> None:  # noqa: ANN401  of any library
    if isinstance(frame, pa.Table):
        frame = frame.rename_columns(["grade", *frame.column_names[1:]])
    else:
        frame = (
            frame.rename(columns={"supplier": "grade"})
            if isinstance(frame, pd.DataFrame)
            else frame.rename({"supplier": "grade"})
        )

    with pytest.raises(InputError, match="grade: the frame has a column of the name that an output gets"):
        apply(policy, frame)


def test_duckdb_folds_case_so_that_names_that_differ_in_it_collide(policy: Policy) -> None:
    relation = duckdb.connect().from_arrow(pa.table({**ROWS, "GRADE": ["x", "y", "z"]}))

    with pytest.raises(InputError, match="grade: the frame has a column of the name"):
        apply(policy, relation)


def test_the_column_of_problems_can_have_another_name(policy: Policy) -> None:
    frame = polars_frame().rename({"supplier": "problems"})

    with pytest.raises(InputError, match="give another name for it in 'problems'"):
        apply(policy, frame, on_invalid="null")
    assert [0, 0, 0] == apply(policy, frame, on_invalid="null", problems="faults")["faults"].to_list()


def test_a_pandas_frame_that_has_an_input_twice_is_refused(policy: Policy) -> None:
    frame = pd.concat([pandas_frame(), pandas_frame()[["spend"]]], axis="columns")

    with pytest.raises(InputError, match="spend: the frame has it 2 times"):
        apply(policy, frame)


def test_columns_of_pandas_whose_names_are_no_texts_are_passed_on(policy: Policy) -> None:
    frame = pandas_frame().rename(columns={"supplier": 0})

    assert [0, *list(ROWS)[1:], *OUTPUTS] == list(apply(policy, frame).columns)
    with pytest.raises(InputError, match="spend: the frame has no such column"):
        apply(policy, frame.drop(columns="spend"))


def test_names_of_our_own_give_way_to_those_of_the_frame(policy: Policy) -> None:
    odd = polars_frame().with_columns(pl.lit(1).alias("~i0"), pl.lit(2).alias("~~c0"))

    assert odd.columns + OUTPUTS == apply(policy, odd).columns


# Arguments


@pytest.mark.parametrize(
    ("argument", "value"), [("on_invalid", "skip"), ("numbers", "decimal"), ("missing_columns", "guess")]
)
def test_an_argument_that_is_no_choice_is_refused(policy: Policy, argument: str, value: str) -> None:
    with pytest.raises(InvalidValueError, match=f"unknown '{argument}'"):
        apply(policy, polars_frame(), **{argument: value})  # type: ignore[arg-type]


def test_a_lazy_frame_cannot_promise_an_error(policy: Policy) -> None:
    with pytest.raises(InvalidValueError, match="a lazy frame cannot raise"):
        apply(policy, polars_frame().lazy(), on_invalid="error")


def test_problems_cannot_be_called_as_an_output(policy: Policy) -> None:
    with pytest.raises(InvalidValueError, match="'problems' is the name of an output"):
        apply(policy, polars_frame(), problems="grade")


def test_a_step_that_frames_cannot_run_is_refused_beforehand() -> None:
    rates = {name: {"type": "integer", "min": 0, "max": 100} for name in ("on_time", "pass_rate")}
    criteria = [{"id": "delivery", "of": "on_time"}, {"id": "quality", "of": "pass_rate"}]
    steps = [
        {"kind": "scorecard", "id": "score", "method": "geometric_mean", "criteria": criteria},
        {"kind": "formula", "id": "worst", "formula": "min(on_time, pass_rate)"},
    ]
    policy = load_policy({**RULES, "inputs": rates, "steps": steps})
    frame = pl.DataFrame({"on_time": [90], "pass_rate": [40]})

    assert ("score",) == supports(policy, "polars")
    with pytest.raises(PolicyError, match="geometric mean"):
        apply(policy, frame)
    assert [40.0] == apply(policy, frame, outputs=["worst"])["worst"].to_list()


# Extras


def test_without_narwhals_the_extra_to_install_is_named(policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "narwhals.stable.v2", None)

    with pytest.raises(MissingExtraError, match=r'pip install "supplychain-rules\[columns\]"'):
        apply(policy, polars_frame())
    with pytest.raises(MissingExtraError, match="explain_row needs the package narwhals"):
        explain_row(policy, polars_frame(), where=0)


def test_no_library_of_frames_is_imported_that_the_caller_did_not_import() -> None:
    program = f"""
import sys
import polars
import supplychain_rules as sr
assert not {{"narwhals", "pandas", "pyarrow", "duckdb", "sqlglot"}} & set(sys.modules)
policy = sr.load_policy({RULES!r})
sr.apply(policy, polars.DataFrame({ROWS!r}))
assert not {{"pandas", "pyarrow", "duckdb", "numpy", "sqlglot"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
