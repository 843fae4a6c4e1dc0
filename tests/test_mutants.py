"""A sample of wrong rule sets, so that a gap in the cases of the examples shows on every run.

`benchmarks/mutants.py` tries all of them.
"""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "benchmarks" / "mutants.py"

#: Every so many-th mutant is tried: some seconds' worth.
STRIDE = 37

#: Of the sample as of all: at least 95 in 100 are caught.
DEMANDED = 0.95


@pytest.fixture(scope="module")
def bench() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("mutants", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutants"] = module
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.modules.pop("mutants", None)


def test_hundreds_of_slips_are_tried_and_each_is_a_change(bench: ModuleType) -> None:
    for path in bench.POLICIES:
        rules = bench.read_rules(path)
        changed = list(bench.mutants(rules))
        assert len(changed) > 100
        assert all(mutant.rules != rules and mutant.before != mutant.after for mutant in changed)
        kinds = {step["kind"] for step in rules["steps"]}
        assert {"table", "gate", "scorecard", "ladder"} <= kinds


def test_of_a_sample_of_slips_ninety_five_in_a_hundred_are_caught(bench: ModuleType) -> None:
    sample = []
    for path in bench.POLICIES:
        rules = bench.read_rules(path)
        known = bench.known_findings(rules)
        sample += [(mutant, bench.caught(mutant, known)) for mutant in list(bench.mutants(rules))[::STRIDE]]

    missed = [f"{mutant.place}: {mutant.before} -> {mutant.after}" for mutant, who in sample if who is None]
    assert len(missed) <= (1 - DEMANDED) * len(sample), missed


def test_a_slip_that_changes_nothing_is_caught_by_nobody(bench: ModuleType) -> None:
    rules = bench.read_rules(bench.POLICIES[0])

    assert None is bench.caught(bench.Mutant("nowhere", "", "", rules), bench.known_findings(rules))
