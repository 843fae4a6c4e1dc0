"""The benchmark of compliance times like with like: the loop by hand finds every breach that the library finds."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
MODULES = ("timing", "compliance_workload", "hand_compliance", "partnership_compliance")


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


@pytest.mark.parametrize("seed", [1, 2])
def test_the_loop_by_hand_finds_what_the_library_finds(bench: SimpleNamespace, seed: int) -> None:
    ledger = bench.compliance_workload.make_ledger(4_000, seed=seed)

    by_library = bench.partnership_compliance.found_in(bench.partnership_compliance.ours(ledger))
    assert bench.hand_compliance.hand_breaches(ledger) == by_library
    assert {"late_delivery", "early_delivery", "over_delivery"} == {found[0] for found in by_library}


def test_the_workload_has_lines_in_parts_open_lines_and_excused_delays(bench: SimpleNamespace) -> None:
    ledger = bench.compliance_workload.make_ledger(4_000)
    found = bench.partnership_compliance.ours(ledger).breaches

    assert 4_000 == len(ledger.receipts)
    assert any(len(breach.parts) > 1 for breach in found)
    assert any(fact.startswith("delays/") for breach in found for fact in breach.facts)


def test_a_loop_by_hand_that_finds_something_else_ends_the_run(
    bench: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = bench.compliance_workload.make_ledger(100)
    monkeypatch.setattr(bench.partnership_compliance, "hand_breaches", lambda _: [])

    with pytest.raises(SystemExit, match="differ"):
        bench.partnership_compliance.check_same(ledger)
