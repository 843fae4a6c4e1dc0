"""The benchmarks time like with like: every contestant gives the reference interpreter's answer."""

import importlib
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import supplychain_rules as sr

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
MODULES = ("workload", "hand", "ours", "peers")
PEERS = ("zen-engine", "rule-engine", "simpleeval", "json-logic-qubit")

Answer = dict[str, object]

#: Enough for every reweighting, band and row; the benchmark itself verifies on 2,000.
SAMPLE = 400


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
def sample(bench: SimpleNamespace) -> list[Answer]:
    records: list[Answer] = bench.workload.make_records(SAMPLE)
    return records


@pytest.fixture(scope="module")
def expected(bench: SimpleNamespace, policy: sr.Policy, sample: list[Answer]) -> list[Answer]:
    return [bench.ours.reference_answer(policy, record) for record in sample]


@pytest.mark.parametrize("settings", [{"trusted": True}, {"trusted": False}, {"extra": "ignore"}])
def test_the_library_gives_the_reference_answer_on_every_benchmark_record(
    bench: SimpleNamespace, policy: sr.Policy, sample: list[Answer], expected: list[Answer], settings: dict[str, Any]
) -> None:
    decide = sr.evaluator(policy, **settings)
    assert expected == [bench.ours.answer_of(decide(record)) for record in sample]


@pytest.mark.parametrize("name", ["hand", "hand_checked"])
def test_the_hand_written_yardsticks_give_the_reference_answer(
    bench: SimpleNamespace, sample: list[Answer], expected: list[Answer], name: str
) -> None:
    contestant = getattr(bench.hand, name)
    assert expected == [contestant(record) for record in sample]


def test_the_yardstick_in_decimals_reads_as_a_decision_does(
    bench: SimpleNamespace, policy: sr.Policy, sample: list[Answer]
) -> None:
    decide = sr.evaluator(policy, trusted=True)
    for record in sample:
        decision = decide(record)
        assert {name: decision[name] for name in bench.workload.OUTPUTS} == bench.hand.hand_decimals(record)


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.filterwarnings("default")  # the peers' own warnings are not ours to mend
def test_every_installed_peer_gives_the_reference_answer(
    bench: SimpleNamespace, sample: list[Answer], expected: list[Answer], name: str
) -> None:
    decide = bench.peers.peer(name)
    if decide is None:
        pytest.skip(f"{name} is not installed")
    assert expected == [decide(record) for record in sample]


def test_the_peers_tested_are_the_peers_measured(bench: SimpleNamespace) -> None:
    assert bench.peers.PEERS == PEERS


def test_naive_float_arithmetic_is_wrong_on_some_of_the_ties_that_the_records_hold(
    bench: SimpleNamespace, policy: sr.Policy
) -> None:
    records = bench.workload.make_records(5 * SAMPLE)
    exact = [bench.hand.hand(record) for record in records]
    naive = [bench.hand.hand_float(record) for record in records]
    assert 0 < bench.ours.differences(naive, exact) < len(records) / 20


def test_every_band_and_every_row_of_the_benchmark_table_is_reached(bench: SimpleNamespace) -> None:
    answers = [bench.hand.hand(record) for record in bench.workload.make_records(20 * SAMPLE)]
    assert {answer["grade"] for answer in answers} == {"A", "B", "C", "D", "unrated"}
    assert {answer["qualified"] for answer in answers} == {"pass", "refer", "fail"}
    table = bench.workload.RULES["steps"][-1]
    declared = [*(row["then"] for row in table["rows"]), table["otherwise"]]
    reached = {(answer["action"], answer["order_share_change"]) for answer in answers}
    assert {(then["action"], int(Decimal(then["order_share_change"]) * 100)) for then in declared} == reached


@pytest.mark.parametrize(
    "change",
    [
        {"qualty": 0.9},
        {"quality": 1.01},
        {"quality": -0.01},
        {"on_time": float("nan")},
        {"service": "good"},
        {"certified": "yes"},
        {"category": "other"},
        {"category": None},
        {"spend": None},
        {"ppm": True},
    ],
)
def test_the_checked_yardstick_refuses_the_records_that_the_library_refuses(
    bench: SimpleNamespace, policy: sr.Policy, change: dict[str, object]
) -> None:
    record = {"quality": 0.95, "on_time": 0.9, "category": "raw", "spend": 1000.0} | change
    with pytest.raises(ValueError, match=next(iter(change))):
        bench.hand.hand_checked(record)
    with pytest.raises(sr.InputError) as caught:
        sr.evaluate(policy, record)
    assert list(change) == [problem.path for problem in caught.value.problems]


def test_the_long_benchmark_policy_has_thirty_steps_and_decides_as_the_short_one(
    bench: SimpleNamespace, sample: list[Answer], expected: list[Answer]
) -> None:
    policy = sr.load_policy(bench.workload.many_steps())
    assert len(policy.steps) == 30
    decision = sr.evaluate(policy, sample[0])
    assert expected[0]["grade"] == decision["grade_0"] == decision["grade_5"]
