"""The benchmark of partnership times like with like: every contestant shares out alike."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
MODULES = (
    "timing",
    "partnership_workload",
    "hand_partnership",
    "compliance_workload",
    "hand_compliance",
    "partnership_compliance",
    "partnership",
)


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


@pytest.mark.parametrize(
    ("contest", "size"),
    [
        ("allocation", 500),
        ("bands", 500),
        ("shapley", 2),
        ("shapley", 9),
        ("nucleolus", 3),
        ("nucleolus", 6),
        ("talmud", 5),
    ],
)
def test_every_contestant_shares_out_alike(bench: SimpleNamespace, contest: str, size: int) -> None:
    contestants = getattr(bench.partnership, f"{contest}_contest")(size)

    assert len(contestants) >= 1
    bench.partnership.check(contest, contestants)


@pytest.mark.parametrize(
    ("one", "other"),
    [([1, 2], [1, 3]), ([1, 2], [1]), ([1], [1.000001]), ([{"a": 1}], [{"a": 2}])],
)
def test_a_contestant_that_shares_out_otherwise_ends_the_run(
    bench: SimpleNamespace, one: object, other: object
) -> None:
    with pytest.raises(SystemExit, match="differ"):
        bench.partnership.check("any", {"one": (lambda: one, 1), "other": (lambda: other, 1)})


def test_a_quick_run_measures_every_part(
    bench: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["partnership.py", "--quick", "--json", "--only", "nucleolus"])
    bench.partnership.main()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert "setting" == lines[0]["measure"]
    assert {"nucleolus 6", "nucleolus 8", "talmud 8"} == {line["measure"] for line in lines[1:]}
