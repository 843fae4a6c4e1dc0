"""What compares rows, on every kind of frame and in SQL: groups, rows left out, totals too large for shares."""

from collections.abc import Callable
from typing import Any

import duckdb
import polars as pl
import pytest
from drawn_rows import DrawnTable
from frame_kinds import FRAME_KINDS, make_frame, rows_of
from makers import number, policy
from sql_runs import TABLE, run_duckdb, run_sqlite

from supplychain_rules import InputError, Policy, PolicyError, apply, evaluate_all, explain_row, supports, to_sql
from supplychain_rules.engines.support import ENGINES

Rows = list[dict[str, object]]

EAGER = tuple(kind for kind in FRAME_KINDS if kind not in ("polars lazy", "duckdb"))

SPEND = {"spend": number(-1_000, 1_000_000, 2, optional=True)}

SHARE = {"kind": "share", "id": "part", "of": "spend"}
RANK = {"kind": "rank", "id": "ranked", "of": "spend"}


def table_of(rows: Rows, kinds: dict[str, str]) -> DrawnTable:
    return DrawnTable(kinds, rows)


def on_frame(kind: str) -> Callable[[Policy, DrawnTable, list[str] | None], list[list[object]]]:
    def run(rules: Policy, table: DrawnTable, outputs: list[str] | None) -> list[list[object]]:
        frame = make_frame(kind, table, {name: name for name in table.kinds})
        found = apply(rules, frame, on_invalid="null", numbers="units", outputs=outputs)
        width = len(table.kinds)
        ordered = sorted(rows_of(found), key=lambda row: str(row[width]))
        return [row[width + 1 :] for row in ordered]

    return run


def in_duckdb(rules: Policy, table: DrawnTable, outputs: list[str] | None) -> list[list[object]]:
    statement = to_sql(rules, dialect="duckdb", table=TABLE, numbers="units", outputs=outputs)
    return [list(row[1 + len(table.kinds) :]) for row in run_duckdb(statement, table.kinds, table.rows)]


def in_sqlite(rules: Policy, table: DrawnTable, outputs: list[str] | None) -> list[list[object]]:
    columns = ["place", *table.kinds]
    statement = to_sql(rules, dialect="sqlite", table=TABLE, table_columns=columns, numbers="units", outputs=outputs)
    return [list(row[1 + len(table.kinds) :]) for row in run_sqlite(statement, table.kinds, table.rows)]


RUNS = {**{kind: on_frame(kind) for kind in FRAME_KINDS}, "sql:duckdb": in_duckdb, "sql:sqlite": in_sqlite}


def spends(*values: object) -> DrawnTable:
    return table_of([{"spend": value} for value in values], {"spend": "double"})


@pytest.mark.parametrize("engine", RUNS)
@pytest.mark.parametrize("kind", ["text", "boolean", "integer"])
def test_rows_are_compared_with_those_of_their_group_and_rows_of_none_with_nobody(engine: str, kind: str) -> None:
    one, other, group = {
        "text": ("raw", "pack", {"type": "choice", "options": ["raw", "pack"], "optional": True}),
        "boolean": (True, False, {"type": "boolean", "optional": True}),
        "integer": (1, 0, {"type": "integer", "min": 0, "max": 5, "optional": True}),
    }[kind]
    rules = policy(
        {**SPEND, "kept": group},
        {**RANK, "within": "kept"},
        {"kind": "quantile", "id": "tier", "of": "spend", "classes": 2, "within": "kept"},
    )
    pairs = [(5, one), (7, one), (5, one), (None, one), (100, other), (3, None)]
    table = table_of([{"spend": x, "kept": g} for x, g in pairs], {"spend": "double", "kept": kind})

    found = RUNS[engine](rules, table, ["ranked", "tier", "ranked.count", "tier.least", "tier.largest"])

    assert [
        [2, 1, 3, 500, 500, 0],
        [1, 2, 3, 700, 700, 0],
        [2, 1, 3, 500, 500, 0],
        [None, None, 3, None, None, 0],
        [1, 1, 1, 10_000, 10_000, 0],
        [None, None, None, None, None, 0],
    ] == found


@pytest.mark.parametrize("engine", RUNS)
def test_a_text_that_is_not_declared_may_name_a_group(engine: str) -> None:
    rules = policy({**SPEND, "city": {"type": "text", "optional": True}}, {**SHARE, "within": "city"})
    pairs = [(30, "Köln"), (10, "Köln"), (5, "köln"), (5, None), (0, "")]
    table = table_of([{"spend": x, "city": city} for x, city in pairs], {"spend": "double", "city": "text"})

    assert [
        [7_500, 0, 0],
        [2_500, 7_500, 0],
        [10_000, 0, 0],
        [None, None, 0],
        [None, None, 0],
    ] == RUNS[engine](rules, table, None)


@pytest.mark.parametrize("engine", RUNS)
def test_a_zero_of_either_sign_is_one_value_and_one_group(engine: str) -> None:
    rules = policy(
        {"x": number(-5, 5, 0), "y": number(-5, 5, 0)},
        {"kind": "formula", "id": "area", "formula": "x * y"},
        {"kind": "rank", "id": "ranked", "of": "area"},
        {"kind": "rank", "id": "among", "of": "x", "within": "area"},
        {"kind": "rank", "id": "dense", "of": "area", "ties": "dense", "order": "ascending"},
    )
    rows: Rows = [{"x": 0, "y": -1}, {"x": 0, "y": 1}, {"x": 3, "y": 0}, {"x": -3, "y": 0}, {"x": -1, "y": 1}]

    found = RUNS[engine](rules, table_of(rows, {"x": "double", "y": "double"}), ["ranked", "among", "dense"])

    assert [[1, 2, 2, 0], [1, 2, 2, 0], [1, 1, 2, 0], [1, 4, 2, 0], [5, 1, 1, 0]] == found


@pytest.mark.parametrize("engine", RUNS)
def test_a_row_with_a_bad_input_takes_no_part(engine: str) -> None:
    rules = policy({**SPEND, "score": number(0, 5)}, RANK, {"kind": "share", "id": "part", "of": "score"})
    rows: Rows = [
        {"spend": 10, "score": 2},
        {"spend": 99, "score": 6},  # more than 5
        {"spend": 2_000_000, "score": 2},  # more than a million
        {"spend": 20, "score": None},  # required
        {"spend": None, "score": 2},
    ]

    found = RUNS[engine](rules, table_of(rows, {"spend": "double", "score": "double"}), None)

    nothing: list[object] = [None, None, None, 1]
    assert [[1, 5_000, 0, 0], nothing, nothing, nothing, [None, 5_000, 0, 0]] == found


@pytest.mark.parametrize("engine", RUNS)
def test_a_negative_value_to_be_shared_is_a_problem_of_its_row_which_takes_no_part(engine: str) -> None:
    found = RUNS[engine](policy(SPEND, RANK, SHARE), spends(30, -0.01, 10, None, -1_000), None)

    nothing: list[object] = [None, None, None, 1]
    assert [[1, 7_500, 0, 0], nothing, [2, 2_500, 7_500, 0], [None, None, None, 0], nothing] == found


@pytest.mark.parametrize("engine", RUNS)
def test_what_is_asked_for_changes_neither_who_takes_part_nor_the_problems(engine: str) -> None:
    found = RUNS[engine](policy(SPEND, RANK, SHARE), spends(30, -1, 10), ["ranked"])

    assert [[1, 0], [None, 1], [2, 0]] == found


@pytest.mark.parametrize("engine", RUNS)
@pytest.mark.parametrize("count", [3, 8, 16, 33])  # beyond the limit, 64 bits, and all around them
def test_a_total_too_large_for_exact_shares_is_a_problem_of_every_row(engine: str, count: int) -> None:
    rules = policy(
        {"x": number(0, 2**50 - 1, 0)},
        {"kind": "formula", "id": "large", "formula": "x * 1024"},
        {"kind": "share", "id": "part", "of": "large", "decimals": 0},
    )
    table = table_of([{"x": 2**50 - 1}] * count, {"x": "integer"})

    assert [[None, None, None, 1]] * count == RUNS[engine](rules, table, None)
    assert [[(2**50 - 1) * 1024, 1, 0, 0], [0, 0, 1, 0]] == RUNS[engine](
        rules, table_of([{"x": 2**50 - 1}, {"x": 0}], {"x": "integer"}), None
    )


@pytest.mark.parametrize("engine", RUNS)
def test_no_row_and_one_row_and_rows_of_nothing_are_compared(engine: str) -> None:
    steps = ({"kind": "quantile", "id": "tier", "of": "spend"}, SHARE, {**RANK, "ties": "dense"})
    rules = policy(SPEND, *steps)

    assert [] == RUNS[engine](rules, spends(), None)
    assert [[1, 10_000, 0, 1, 0]] == RUNS[engine](rules, spends(8), None)
    assert [[1, None, None, 1, 0]] == RUNS[engine](rules, spends(0), None)
    assert [[None, None, None, None, 0]] * 2 == RUNS[engine](rules, spends(None, None), None)


@pytest.mark.parametrize("engine", RUNS)
def test_a_row_of_which_only_a_table_conflicts_takes_part(engine: str) -> None:
    rows = [
        {"id": f"row_{at}", "when": {"spend": f"> {at}"}, "then": {"action": option}}
        for at, option in enumerate(("a", "b"), start=50)
    ]
    outputs = {"action": {"type": "choice", "options": ["a", "b"]}}
    table = {"kind": "table", "id": "act", "when": ["spend"], "outputs": outputs, "rows": rows, "hit": "unique"}

    found = RUNS[engine](policy(SPEND, table, RANK), spends(51, 90, 7), None)

    assert [["a", 2, 0], [None, None, 1], [None, 3, 0]] == found


@pytest.mark.parametrize("kind", EAGER)
def test_an_eager_frame_refuses_negative_values_naming_rows_and_values(kind: str) -> None:
    frame = make_frame(kind, spends(30, -1, 10, None, -2.5), {"spend": "spend"})

    with pytest.raises(InputError) as caught:
        apply(policy(SPEND, RANK, SHARE), frame)

    (problem,) = caught.value.problems
    assert ("negative_value", "spend", "-1.00, -2.50") == (problem.code, problem.path, problem.value)
    assert "no share can be taken of a negative value in 2 rows: 1, 4" == problem.message
    assert "steps[1].of adds these values up: leave the record out, or share max(0, spend)" == problem.hint


@pytest.mark.parametrize("kind", EAGER)
def test_an_eager_frame_refuses_a_total_that_is_too_large(kind: str) -> None:
    rules = policy({"x": number(0, 2**50 - 1, 0)}, {"kind": "share", "id": "part", "of": "x", "decimals": 3})
    frame = make_frame(kind, table_of([{"x": 2**50 - 1}] * 5, {"x": "integer"}), {"x": "x"})

    with pytest.raises(InputError) as caught:
        apply(rules, frame)

    assert [("total_too_large", "x")] == [(problem.code, problem.path) for problem in caught.value.problems]


@pytest.mark.parametrize("engine", [engine for engine in ENGINES if engine != "python"])
def test_a_share_of_what_comparisons_made_negative_runs_in_python_only(engine: str) -> None:
    rules = policy(
        SPEND,
        RANK,
        {"kind": "formula", "id": "ahead", "formula": "3 - ranked"},
        {"kind": "share", "id": "part", "of": "ahead"},
        {"kind": "formula", "id": "much", "formula": "part > 0.5"},
    )

    assert ("part", "much") == supports(rules, engine)
    with pytest.raises(PolicyError, match="leaving one out would change the others"):
        to_sql(rules, dialect="duckdb", table="t")


def test_detail_also_gives_what_every_comparison_says() -> None:
    found = apply(policy(SPEND, RANK), pl.DataFrame({"spend": [5, 9, 5]}), detail=True)

    assert [(5, 3, 1, 0, 2), (9, 3, 0, 2, 1), (5, 3, 1, 0, 2)] == found.rows()
    assert ["spend", "ranked.count", "ranked.better", "ranked.worse", "ranked"] == found.columns


def test_a_lazy_frame_stays_lazy() -> None:
    frame = pl.DataFrame({"spend": [5, 9, 5]}).lazy()

    found: Any = apply(policy(SPEND, RANK, SHARE), frame)

    assert isinstance(found, pl.LazyFrame)
    assert [2, 1, 2] == found.collect()["ranked"].to_list()


def frames(rows: Rows) -> list[Any]:
    names = {name: [row[name] for row in rows] for name in rows[0]}
    frame = pl.DataFrame(names)
    pandas = frame.to_pandas()
    return [frame, frame.lazy(), frame.to_arrow(), pandas, duckdb.connect().from_arrow(frame.to_arrow())]


def test_the_reasons_of_a_row_are_those_that_it_has_among_all_rows_that_take_part() -> None:
    rules = policy(SPEND, RANK, SHARE)
    rows: Rows = [{"id": f"S{at}", "spend": x} for at, x in enumerate((30.0, -1.0, 10.0, None, 9e9, 10.0))]
    fine = [{"spend": row["spend"]} for row in rows if row["spend"] not in (-1.0, 9e9)]
    expected = evaluate_all(rules, fine)[1].explain().to_dict()
    for frame in frames(rows):
        assert expected == explain_row(rules, frame, where={"id": "S2"}).to_dict()
        with pytest.raises(InputError, match=r"spend: no share can be taken of a negative value \(-1.00\)"):
            explain_row(rules, frame, where={"id": "S1"})
        with pytest.raises(InputError, match="outside the declared range"):
            explain_row(rules, frame, where={"id": "S4"})


def test_a_total_too_large_leaves_no_row_to_explain() -> None:
    rules = policy({"x": number(0, 2**50 - 1, 0)}, {"kind": "share", "id": "part", "of": "x", "decimals": 3})

    with pytest.raises(InputError, match="total_too_large"):
        explain_row(rules, pl.DataFrame({"x": [*[2**50 - 1] * 5, 7]}), where=5)
