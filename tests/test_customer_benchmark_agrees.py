"""The benchmark of customers times like with like: every contestant decides every customer alike."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from supplychain_rules import apply, evaluate_all, to_sql
from supplychain_rules.customers import RFM_SEGMENTS

pytest.importorskip("numpy")
pl = pytest.importorskip("polars")
duckdb = pytest.importorskip("duckdb")

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
MODULES = ("timing", "customer_workload", "hand_customers", "customers")
CONTESTANTS = (
    "polars apply",
    "polars hand exact",
    "polars hand checked",
    "duckdb to_sql",
    "duckdb hand exact",
    "duckdb hand checked",
)

#: Enough for every segment and every tier.
LINES = 20_000

#: A customer that is as declared.
GOOD = {"customer": 1, "recency_days": 30, "purchase_days": 4, "monetary": 500.0}


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
def lines(bench: SimpleNamespace) -> Any:  # noqa: ANN401  a frame of Polars
    return bench.customer_workload.make_lines(LINES)


@pytest.fixture(scope="module")
def expected(bench: SimpleNamespace, lines: Any) -> list[tuple[object, ...]]:  # noqa: ANN401  as above
    """Decide every customer by the Python engine."""
    found = bench.hand_customers.hand_profile(lines.lazy()).sort("customer").collect()
    inputs = ("recency_days", "purchase_days", "monetary")
    decisions = evaluate_all(bench.customer_workload.customer_policy(), found.select(inputs).to_dicts())
    outputs = bench.customer_workload.OUTPUTS
    return [
        (customer, *(decision[name] for name in outputs))
        for customer, decision in zip(found["customer"], decisions, strict=True)
    ]


@pytest.mark.parametrize("beginning", ["lines", "profiles"])
@pytest.mark.parametrize("name", CONTESTANTS)
def test_every_contestant_decides_every_customer_as_the_python_engine_does(
    bench: SimpleNamespace,
    lines: Any,  # noqa: ANN401  as above
    expected: list[tuple[object, ...]],
    name: str,
    beginning: str,
) -> None:
    found = bench.customers.CONTESTANTS[name](lines, beginning)()
    assert expected == bench.customers.answers_in(found).rows()


def test_the_contestants_tested_are_the_contestants_measured(bench: SimpleNamespace) -> None:
    assert sorted(CONTESTANTS) == sorted(bench.customers.CONTESTANTS)


def test_the_workload_has_every_segment_and_every_tier(expected: list[tuple[object, ...]]) -> None:
    assert {one.id for one in RFM_SEGMENTS} == {answer[-2] for answer in expected}
    assert {"platinum", "gold", "silver", "basic"} == {answer[-1] for answer in expected}


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({}, 0),
        ({"recency_days": -1}, 1),
        ({"recency_days": None, "purchase_days": 0}, 2),
        ({"monetary": 10_000_000_001.0}, 1),
    ],
)
def test_the_checked_contestants_leave_out_the_rows_that_the_library_leaves_out(
    bench: SimpleNamespace, change: dict[str, Any], problems: int
) -> None:
    others = [{"customer": 2 + n, "recency_days": n, "purchase_days": 1 + n, "monetary": 10.0 * n} for n in range(9)]
    schema = {"customer": pl.Int64, "recency_days": pl.Int64, "purchase_days": pl.Int64, "monetary": pl.Float64}
    rows = pl.DataFrame([GOOD | change, *others], schema=schema)
    policy = bench.customer_workload.customer_policy()
    outputs = bench.customer_workload.OUTPUTS
    connection = duckdb.connect()
    connection.register("profiles", rows.to_arrow())
    frames = [
        apply(policy, rows.lazy(), outputs=outputs).collect(),
        bench.hand_customers.hand_frame(rows.lazy(), checked=True).collect(),
        connection.sql(to_sql(policy, dialect="duckdb", table="profiles", outputs=outputs)).pl(),
        connection.sql(bench.hand_customers.hand_text("profiles", checked=True)).pl(),
    ]
    connection.close()
    assert [{1: problems}] * 4 == [
        dict(frame.filter(pl.col("customer") == 1).select("customer", "problems").rows()) for frame in frames
    ]
    answers = [bench.customers.answers_in(frame).rows() for frame in frames]
    assert [answers[0]] * 4 == answers
    assert (problems > 0) == (set(answers[0][0][1:]) == {None})


def test_the_fold_by_hand_finds_the_figures_of_the_profiles(bench: SimpleNamespace, lines: Any) -> None:  # noqa: ANN401  as above
    ledger = bench.customer_workload.make_ledger(lines.head(2_000))
    assert 100 == len(ledger.credit_notes)
    bench.customers.check_profiles(ledger)


def test_a_fold_by_hand_that_finds_other_figures_ends_the_run(
    bench: SimpleNamespace,
    lines: Any,  # noqa: ANN401  as above
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger = bench.customer_workload.make_ledger(lines.head(100))
    monkeypatch.setattr(bench.customers, "hand_profiles", lambda *_: {})
    with pytest.raises(SystemExit, match="differ"):
        bench.customers.check_profiles(ledger)


@pytest.mark.filterwarnings("default")  # lifetimes is of 2020, and warns of what has become old since
def test_lifetimes_counts_the_same_purchase_days(bench: SimpleNamespace, lines: Any) -> None:  # noqa: ANN401  as above
    summary = bench.customers.lifetimes_summary()
    if isinstance(summary, str):
        pytest.skip(summary)
    transactions = lines.select("customer", pl.col("invoiced_on").cast(pl.Datetime("ns"))).to_pandas()
    theirs = summary(transactions, "customer", "invoiced_on", observation_period_end=bench.customers.AS_OF)
    bench.customers.check_summary(theirs, bench.hand_customers.hand_profile(lines.lazy()).collect())
