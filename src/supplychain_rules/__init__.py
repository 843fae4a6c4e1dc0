"""Customer and supplier management as code: facts in, decisions with reasons out.

An embeddable domain library: no files, no sockets, no clock, no randomness, no global state. Start
with `load_policy` and `evaluate`.

Importing the package is cheap: the rooms behind a name are loaded when the name is first used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supplychain_rules._door import (
        STRATEGIES,
        Decision,
        Finding,
        InputError,
        InvalidValueError,
        Label,
        Ledger,
        MeasureState,
        Money,
        Period,
        Policy,
        PolicyError,
        Problem,
        Structure,
        apply,
        compare,
        counterfactual,
        coverage,
        diff_policies,
        draft_policy,
        dump_policy,
        evaluate,
        evaluate_all,
        evaluator,
        explain_row,
        fit_cuts,
        in_force,
        load_policy,
        load_policy_text,
        measure,
        measure_frame,
        measures_to_sql,
        policy_schema,
        records,
        replay,
        sensitivity,
        structure,
        supports,
        to_sql,
        verify,
    )

__all__ = [
    "STRATEGIES",
    "Decision",
    "Finding",
    "InputError",
    "InvalidValueError",
    "Label",
    "Ledger",
    "MeasureState",
    "Money",
    "Period",
    "Policy",
    "PolicyError",
    "Problem",
    "Structure",
    "apply",
    "compare",
    "counterfactual",
    "coverage",
    "diff_policies",
    "draft_policy",
    "dump_policy",
    "evaluate",
    "evaluate_all",
    "evaluator",
    "explain_row",
    "fit_cuts",
    "in_force",
    "load_policy",
    "load_policy_text",
    "measure",
    "measure_frame",
    "measures_to_sql",
    "policy_schema",
    "records",
    "replay",
    "sensitivity",
    "structure",
    "supports",
    "to_sql",
    "verify",
]


def __getattr__(name: str) -> object:
    """Load the rooms at the first use of a public name."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from supplychain_rules import _door  # noqa: PLC0415  loading everything takes longer than most callers' imports

    value: object = getattr(_door, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
