"""The benchmarks of frames and SQL time like with like: every exact contestant gives the Python engine's answer."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import supplychain_rules as sr

pl = pytest.importorskip("polars")
duckdb = pytest.importorskip("duckdb")

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
MODULES = ("workload", "ours", "hand_frames", "engine_contestants")
EXACT = (
    "polars apply eager",
    "polars apply lazy",
    "polars apply nine outputs",
    "polars hand exact",
    "polars hand checked",
    "duckdb to_sql",
    "duckdb to_sql table_columns",
    "duckdb to_sql nine outputs",
    "duckdb apply",
    "duckdb hand exact",
    "duckdb hand checked",
    "pandas apply",
    "pyarrow apply",
)
FLOAT = ("polars hand float", "duckdb hand float")

Answer = dict[str, object]

#: Enough for every row of the table and for some ties; the benchmark itself verifies on 20,000.
SAMPLE = 2_000

#: A row that is as declared.
GOOD = {
    "quality": 0.95,
    "on_time": 0.9,
    "service": 4.0,
    "price_index": 1.0,
    "ppm": 10.0,
    "certified": True,
    "category": "raw",
    "spend": 1000.0,
}


@pytest.fixture(scope="module")
def bench() -> Iterator[SimpleNamespace]:
    """Import the benchmark's modules as its script does, and forget them again."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        modules: dict[str, ModuleType] = {name: importlib.import_module(name) for name in MODULES}
        yield SimpleNamespace(**modules)
    finally:
        sys.path.remove(str(BENCHMARKS))
        for name in MODULES:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def policy(bench: SimpleNamespace) -> sr.Policy:
    return sr.load_policy(bench.workload.RULES)


@pytest.fixture(scope="module")
def file(bench: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the rows as the benchmark does."""
    path = tmp_path_factory.mktemp("rows") / "kpis.parquet"
    bench.engine_contestants.make_rows(SAMPLE).write_parquet(path)
    return path


@pytest.fixture(scope="module")
def expected(bench: SimpleNamespace, policy: sr.Policy) -> list[Answer]:
    records = bench.workload.make_records(SAMPLE)
    return [bench.ours.answer_of(decision) for decision in sr.evaluate_all(policy, records)]


@pytest.mark.parametrize("name", EXACT)
def test_every_exact_contestant_gives_the_python_engines_answer(
    bench: SimpleNamespace, policy: sr.Policy, file: Path, expected: list[Answer], name: str
) -> None:
    if not name.startswith(("polars", "duckdb")):
        pytest.importorskip(name.split(maxsplit=1)[0])
    run = bench.engine_contestants.contestant(name, policy, file)
    assert expected == bench.engine_contestants.answers_in(run(), SAMPLE)


@pytest.mark.parametrize("name", FLOAT)
def test_float_frames_and_sql_are_wrong_on_some_of_the_ties_and_on_nothing_else(
    bench: SimpleNamespace, policy: sr.Policy, file: Path, expected: list[Answer], name: str
) -> None:
    found = bench.engine_contestants.answers_in(bench.engine_contestants.contestant(name, policy, file)(), SAMPLE)
    assert 0 < bench.ours.differences(found, expected) < SAMPLE / 20
    off = [
        abs(answer["performance"] - right["performance"])
        for answer, right in zip(found, expected, strict=True)
        if right["performance"] is not None
    ]
    assert max(off) == 1


def test_the_contestants_tested_are_the_contestants_measured(bench: SimpleNamespace) -> None:
    assert sorted((*EXACT, *FLOAT)) == sorted(bench.engine_contestants.KINDS)


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({}, 0),
        ({"quality": 1.01}, 1),
        ({"on_time": -0.01, "service": 5.1}, 2),
        ({"price_index": 10.1, "ppm": 1_000_001.0}, 2),
        ({"category": "other"}, 1),
        ({"category": None, "spend": None}, 2),
        ({"spend": 100_000_001.0, "quality": None}, 1),
    ],
)
def test_the_checked_contestants_count_the_problems_that_the_library_counts(
    bench: SimpleNamespace, policy: sr.Policy, change: dict[str, Any], problems: int
) -> None:
    kpis = pl.DataFrame([GOOD | change], schema=bench.engine_contestants.make_rows(1).schema)
    connection = duckdb.connect()
    connection.register("kpis", kpis.to_arrow())
    frames = [
        sr.apply(policy, kpis.lazy()).collect(),
        bench.hand_frames.polars_checked(kpis.lazy()).collect(),
        connection.sql(sr.to_sql(policy, dialect="duckdb", table="kpis")).pl(),
        connection.sql(bench.hand_frames.SQL["checked"]).pl(),
    ]
    assert [problems] * 4 == [frame["problems"].item() for frame in frames]
    answers = [bench.engine_contestants.answers_in(frame, 1) for frame in frames]
    assert [answers[0]] * 4 == answers
    assert (problems > 0) == (set(answers[0][0].values()) == {None})
    connection.close()
