"""What an engine is asked for: which outputs, and which steps it cannot run."""

from collections.abc import Iterable
from typing import Final, Literal

from supplychain_rules.engines.lowering import unsupported
from supplychain_rules.errors import InvalidValueError, PolicyError, Problem, did_you_mean
from supplychain_rules.language.naming import RESERVED_SUFFIXES
from supplychain_rules.language.nodes import names_in
from supplychain_rules.language.program import INNER
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.table import TableStep

__all__ = ["Engine", "asked_outputs", "supports"]

#: The engines: records in Python, data frames, SQL.
Engine = Literal["python", "frames", "sql"]

_ENGINES: Final = ("python", "frames", "sql")


def supports(policy: Policy, engine: Engine) -> tuple[str, ...]:
    """Return the steps that an engine cannot run, by id; none where it runs the whole policy.

    A geometric mean is correctly rounded by comparing powers of whole numbers, which only the Python engine can; a step
    that reads one is named too.

    Args:
        policy: the rules.
        engine: `"python"` (`evaluate`), `"frames"` (`apply`) or `"sql"` (`to_sql`).

    Raises:
        InvalidValueError: no such engine.

    >>> from supplychain_rules import load_policy
    >>> rates = {name: {"type": "integer", "min": 0, "max": 100} for name in ("on_time", "pass_rate")}
    >>> steps = [
    ...     {"kind": "scorecard", "id": "score", "method": "geometric_mean",
    ...      "criteria": [{"id": "delivery", "of": "on_time"}, {"id": "quality", "of": "pass_rate"}]},
    ...     {"kind": "formula", "id": "gap", "formula": "100 - score"},
    ...     {"kind": "formula", "id": "worst", "formula": "min(on_time, pass_rate)"},
    ... ]
    >>> rules = {"schema": "supplychain-rules/1", "id": "demo", "version": "1", "inputs": rates, "steps": steps}
    >>> supports(load_policy(rules), "frames")
    ('score', 'gap')
    """
    match engine:
        case "python":
            return ()
        case "frames" | "sql":
            owners = _owners(policy)
            refused = {_step_of(name, owners) for name in _refused(policy)}
            return tuple(step.id for step in policy.steps if step.id in refused)
        case _:
            raise InvalidValueError("unknown engine", engine, hint=did_you_mean(engine, _ENGINES))


def asked_outputs(policy: Policy, outputs: Iterable[str] | None, *, detail: bool, engine: Engine) -> tuple[str, ...]:
    """Return the names of the bindings to compute, in the order in which they become columns.

    Args:
        policy: the rules.
        outputs: names of outputs, or of inner parts as `performance.quality`; None for all outputs.
        detail: add the checks, criteria and hit rows of every step that is asked for.
        engine: who computes them.

    Raises:
        InvalidValueError: no such output, or one asked for twice.
        PolicyError: some of them the engine cannot compute; every step is named.
    """
    known = {binding.name: binding for binding in policy.program.bindings}
    names = list(policy.outputs if outputs is None else _checked(outputs, tuple(known)))
    owners = _owners(policy)
    if detail:
        steps = {_step_of(name, owners) for name in names}
        names += [
            name
            for name, binding in known.items()
            if name.count(INNER) == 1 and not binding.lazy and _step_of(name, owners) in steps and name not in names
        ]
    refused = _refused(policy)
    problems = [_refusal(policy, name, owners, engine) for name in names if name in refused]
    # A table that may be in conflict decides whether a record is one at all, whatever is asked for.
    problems += [
        _refusal(policy, guard.count, owners, engine) for guard in policy.program.guards if guard.count in refused
    ]
    if problems:
        raise PolicyError(dict.fromkeys(problems))
    return tuple(names)


def _checked(outputs: Iterable[str], known: tuple[str, ...]) -> list[str]:
    if isinstance(outputs, str):
        raise InvalidValueError("'outputs' is a sequence of names", outputs, hint=f"give ({outputs!r},)")
    names = list(outputs)
    for place, name in enumerate(names):
        if name not in known:
            raise InvalidValueError("the policy has no such output", name, hint=did_you_mean(name, known))
        if name in names[:place]:
            raise InvalidValueError("this output is asked for twice", name)
    return names


def _refused(policy: Policy) -> frozenset[str]:
    """Return the bindings that no plan can hold, and those that read them."""
    refused = set(unsupported(policy.program))
    for binding in policy.program.bindings:
        if any(name.name in refused for name in names_in(binding.value.node)):
            refused.add(binding.name)
    return frozenset(refused)


def _refusal(policy: Policy, name: str, owners: dict[str, str], engine: Engine) -> Problem:
    identity = _step_of(name, owners)
    place = next(place for place, step in enumerate(policy.steps) if step.id == identity)
    return Problem(
        code="unsupported",
        path=f"steps[{place}]",
        message=f"the engine {engine!r} cannot run this step: it is, or reads, a geometric mean",
        value=identity,
        hint="ask for other outputs, or use evaluate, evaluator or evaluate_all",
    )


def _owners(policy: Policy) -> dict[str, str]:
    """Return the step that each declared output belongs to."""
    owners = {step.id: step.id for step in policy.steps}
    for step in policy.steps:
        if isinstance(step, TableStep):
            owners.update({output.name: step.id for output in step.outputs})
    return owners


def _step_of(binding: str, owners: dict[str, str]) -> str:
    """Return the step of a binding: of an output, of one that a step adds, or of an inner part."""
    name = binding.partition(INNER)[0]
    if name in owners:
        return owners[name]
    return next(
        owners[name.removesuffix(ending)] for ending in RESERVED_SUFFIXES if name.removesuffix(ending) in owners
    )
