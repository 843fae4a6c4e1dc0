"""What each engine can run of a policy: whole steps, said beforehand and by name, and never an approximation."""

from collections.abc import Iterable, Iterator
from typing import Final

from supplychain_rules.engines.dialects import DIALECTS
from supplychain_rules.engines.lowering import checked_populations, lower, unsupported
from supplychain_rules.engines.memo import remembered
from supplychain_rules.engines.plan import Plan, PlanInput
from supplychain_rules.errors import InvalidValueError, PolicyError, Problem, did_you_mean
from supplychain_rules.language.nodes import names_in
from supplychain_rules.language.populations import SUMS
from supplychain_rules.language.program import INNER, Program
from supplychain_rules.language.types import NumberType
from supplychain_rules.rules.policy import Policy, Step
from supplychain_rules.rules.table import TableStep

__all__ = ["ENGINES", "inputs_of", "plan_of", "supports", "unsupported_steps"]

#: Every engine by the name that `supports` takes: Python, the frames of `apply`, the dialects of `to_sql`.
ENGINES: Final = (
    "python",
    "polars",
    "pandas",
    "pyarrow",
    "duckdb",
    "pyspark",
    "ibis",
    *(f"sql:{name}" for name in DIALECTS),
)


#: Why a step cannot run that reads another one's value.
_READS: Final = "it reads '{}', which only the Python engine can compute"

#: What the names of a step's further outputs end in.
_ENDINGS: Final = ("_before", "_coverage", "_held", "_high", "_low")


def supports(policy: Policy, engine: str) -> tuple[str, ...]:
    """Return the ids of the steps that an engine cannot run, in order; none means that it runs the policy.

    Args:
        policy: the rules.
        engine: `"python"`, a kind of frame such as `"polars"`, or a dialect such as `"sql:duckdb"`.

    Raises:
        InvalidValueError: no such engine.

    >>> from supplychain_rules import draft_policy, load_policy
    >>> supports(load_policy(draft_policy([{"on_time": "0.9"}, {"on_time": "0.7"}], {"on_time": 1})), "sql:duckdb")
    ()
    """
    return tuple(dict.fromkeys(problem.value for problem in unsupported_steps(policy, engine)))


def unsupported_steps(policy: Policy, engine: str) -> tuple[Problem, ...]:
    """Return a problem for each step that an engine cannot run: its `value` is the step's id.

    Raises:
        InvalidValueError: no such engine.
    """
    if engine not in ENGINES:
        hint = did_you_mean(engine, ENGINES) or f"one of {', '.join(ENGINES)}"
        raise InvalidValueError("unknown engine", engine, hint=hint)
    return () if engine == "python" else tuple(_problems(policy, _reasons(policy)))


def plan_of(policy: Policy, *, outputs: Iterable[str] | None, detail: bool) -> Plan:
    """Return the plan for some outputs of a policy, for any engine but Python.

    Args:
        policy: the rules.
        outputs: names of outputs or of inner parts of steps such as `performance.quality`, or of what a comparison
            of records says such as `place.count`; None means all outputs.
        detail: without `outputs`: also the inner parts, in the order of the steps.

    Raises:
        InvalidValueError: an output does not exist or is asked for twice.
        PolicyError: what is asked for needs steps that only the Python engine can run.
    """
    program = policy.program
    if outputs is None:
        wanted = tuple(_all_outputs(program, detail=detail))
    else:
        wanted = tuple(outputs)
        known = {one.name for one in program.bindings} | {one.name for one in program.populations}
        for place, name in enumerate(wanted):
            if name not in known:
                raise InvalidValueError("no such output", name, hint=did_you_mean(name, known))
            if name in wanted[:place]:
                raise InvalidValueError("the output is asked for twice", name)
    reasons = _reasons(policy)
    checks = {guard.count for guard in program.guards} | {one.name for one in checked_populations(program)}
    if not reasons.keys().isdisjoint({*wanted, *checks}):
        raise PolicyError(_problems(policy, reasons))
    return _lowered(program, wanted)


def inputs_of(policy: Policy) -> Plan:
    """Return a plan that reads every input of a policy and computes nothing."""
    inputs = enumerate(policy.program.inputs)
    fields = (PlanInput(name=f"i{place}", input=field.name, type=field.type) for place, field in inputs)
    return Plan(inputs=tuple(fields), columns=(), outputs=(), guards=(), reach=1)


def _all_outputs(program: Program, *, detail: bool) -> Iterator[str]:
    """Yield the outputs, and with `detail` what stands between them; a comparison comes before what reads it."""
    populations = list(program.populations) if detail else []
    for place, binding in enumerate(program.bindings):
        while populations and populations[0].place <= place:
            yield populations.pop(0).name
        if binding.is_output or (detail and not binding.lazy):
            yield binding.name
    yield from (population.name for population in populations)


#: A small frame takes less time than the plan of what runs on it, which is the same for every frame.
_lowered: Final = remembered(lower)


@remembered
def _reasons(policy: Policy) -> dict[str, str]:
    """Return why bindings cannot be computed, by their names."""
    program = policy.program
    found = dict.fromkeys(unsupported(program), "a geometric mean is exact on the Python engine only")
    types = program.types
    # What a comparison says, and what reads that: such a value changes when a row is left out.
    relative: set[str] = set()
    populations = list(program.populations)
    for place in range(len(program.bindings) + 1):
        while populations and populations[0].place <= place:
            one = populations.pop(0)
            compared = types[one.of]
            cause = next((name for name in (one.of, *one.within) if name in found), None)
            if cause is not None:
                found[one.name] = _READS.format(cause)
            elif one.kind in SUMS and one.of in relative and isinstance(compared, NumberType) and compared.low < 0:
                found[one.name] = (
                    f"it adds up '{one.of}', which may be negative and comes from a comparison of records: "
                    "leaving one out would change the others"
                )
            relative.add(one.name)
        if place == len(program.bindings):
            break
        binding = program.bindings[place]
        reads = [name.name for name in names_in(binding.value.node)]
        if not relative.isdisjoint(reads):
            relative.add(binding.name)
        cause = next((name for name in reads if name in found), None)
        if binding.name not in found and cause is not None:
            found[binding.name] = _READS.format(cause)
    return found


def _problems(policy: Policy, reasons: dict[str, str]) -> Iterator[Problem]:
    """Yield a problem for each step, with the reason of the first of its bindings that has one."""
    for place, step in enumerate(policy.steps):
        for name, reason in reasons.items():
            if _is_of(step, name):
                path = f"steps[{place}]"
                hint = "evaluate it in Python, or ask for other outputs"
                yield Problem(code="engine_cannot", path=path, message=reason, value=step.id, hint=hint)
                break


def _is_of(step: Step, name: str) -> bool:
    """Say whether a binding belongs to a step: `performance`, `performance_low`, `performance.quality`."""
    owner, _, _ = name.partition(INNER)
    if isinstance(step, TableStep):
        return owner == step.id or owner in {output.name for output in step.outputs}
    return owner == step.id or owner in {f"{step.id}{ending}" for ending in _ENDINGS}
