"""What an engine cannot run is said beforehand, by the steps' ids and with the reason."""

import pytest
from makers import number, policy, scorecard

from supplychain_rules import InvalidValueError, Policy, PolicyError, dump_policy, load_policy, supports
from supplychain_rules.engines.support import ENGINES, plan_of, unsupported_steps


def with_a_root() -> Policy:
    return policy(
        {"x": number(0, 10, 0)},
        {"kind": "formula", "id": "double", "formula": "x * 2"},
        scorecard(
            {"id": "speed", "of": "x", "weight": 1, "value": {"kind": "linear", "worst": 0, "best": 10}},
            method="geometric_mean",
        ),
        {"kind": "ladder", "id": "grade", "of": "score", "bands": [{"name": "A", "from": 50}, {"name": "B"}]},
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_geometric_mean_and_what_reads_it_run_in_python_only(engine: str) -> None:
    assert (() if engine == "python" else ("score", "grade")) == supports(with_a_root(), engine)


def test_the_reason_is_told_with_the_step() -> None:
    first, second = unsupported_steps(with_a_root(), "sql:duckdb")

    assert ("steps[1]", "a geometric mean is exact on the Python engine only") == (first.path, first.message)
    assert ("steps[2]", "it reads 'score', which only the Python engine can compute") == (second.path, second.message)


def test_an_unknown_engine_is_refused_with_the_list() -> None:
    with pytest.raises(InvalidValueError, match="unknown engine: 'sqlserver'; one of python, polars, "):
        supports(with_a_root(), "sqlserver")


def test_outputs_that_do_not_need_the_step_can_still_be_computed() -> None:
    assert ["double"] == [output.output for output in plan_of(with_a_root(), outputs=["double"], detail=False).outputs]

    with pytest.raises(PolicyError, match="engine_cannot"):
        plan_of(with_a_root(), outputs=None, detail=False)


@pytest.mark.parametrize("engine", ENGINES)
def test_steps_that_compare_records_run_everywhere(engine: str) -> None:
    ranked = policy(
        {"x": number(0, 10, 0)},
        {"kind": "rank", "id": "place", "of": "x"},
        {"kind": "share", "id": "part", "of": "x", "decimals": 4},
        {"kind": "ladder", "id": "abc", "of": "part_before", "bands": [{"name": "A", "to": "0.8"}, {"name": "B"}]},
    )

    assert () == supports(ranked, engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_comparison_of_geometric_means_runs_in_python_only(engine: str) -> None:
    rules = with_a_root()
    ranked = load_policy(
        {**dump_policy(rules), "steps": [*dump_policy(rules)["steps"], {"kind": "rank", "id": "place", "of": "score"}]}
    )

    assert (() if engine == "python" else ("score", "grade", "place")) == supports(ranked, engine)
    assert ["double"] == [output.output for output in plan_of(ranked, outputs=["double"], detail=False).outputs]
