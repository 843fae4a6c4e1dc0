"""Records in, decisions out: one record, a loop over many, or a list at once."""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, final

import attrs

from supplychain_rules.errors import InputError, InvalidValueError, Problem
from supplychain_rules.language.entry import ROWS_CONFLICT, RecordFunction, read_record, record_function
from supplychain_rules.language.reference import interpret, plain_value
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.explain_plan import TablePlan
from supplychain_rules.rules.policy import Policy

__all__ = ["Evaluator", "Extra", "evaluate", "evaluate_all", "evaluator"]

#: What to do with keys of a record that the policy does not declare.
Extra = Literal["error", "ignore"]

#: Most problems `evaluate_all` collects: whoever has more has one systematic fault.
MAX_PROBLEMS = 1_000


def evaluate(policy: Policy, record: Mapping[str, object], *, extra: Extra = "error") -> Decision:
    """Decide one record.

    Args:
        policy: the rules.
        record: a value for each input by name; an optional one may be left out or None.
        extra: `"ignore"` lets the record hold keys that the policy does not declare.

    Raises:
        InputError: with a problem for each field that is wrong, unknown or missing: a misspelt optional
            field must not count as missing.
    """
    ignore_extra = _ignores(extra)
    decide = policy.decide_units_ignoring if ignore_extra else policy.decide_units
    try:
        return Decision(policy, decide(record))
    except InputError as error:
        raise _with_rows(policy, record, error) from None


def evaluator(policy: Policy, *, trusted: bool = False, extra: Extra = "error") -> "Evaluator":
    """Return the compiled function of a policy, for loops and services.

    Args:
        policy: the rules.
        trusted: skip range, option and key checks, for records that the caller's own system checked.
            What a wrong record then gives is undefined, but never another exception than `InputError`.
        extra: as in `evaluate`; a trusted record's extra keys are never looked at.

    Returns:
        A callable from a record to a `Decision`; immutable, picklable, safe to share among threads.
    """
    _ignores(extra)
    return Evaluator(policy=policy, trusted=trusted, extra=extra)


def evaluate_all(
    policy: Policy, records: Iterable[Mapping[str, object]], *, extra: Extra = "error"
) -> tuple[Decision, ...]:
    """Decide many records, in order.

    Raises:
        InputError: some records are wrong; the paths begin with their positions, as `[3].grade`.
    """
    decide = evaluator(policy, extra=extra)
    decisions: list[Decision] = []
    problems: list[Problem] = []
    for place, record in enumerate(records):
        try:
            decisions.append(decide(record))
        except InputError as error:
            problems.extend(
                attrs.evolve(p, path=f"[{place}].{p.path}" if p.path else f"[{place}]") for p in error.problems
            )
            if len(problems) >= MAX_PROBLEMS:
                break
    if problems:
        raise InputError(problems)
    return tuple(decisions)


@final
@attrs.frozen(kw_only=True)
class Evaluator:
    """A policy compiled for many calls; see `evaluator`."""

    policy: Policy
    trusted: bool
    extra: Extra
    _decide: RecordFunction = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        ignore = self.extra == "ignore"
        decide = record_function(self.policy.program, trusted=self.trusted, ignore_extra=ignore)
        object.__setattr__(self, "_decide", decide)

    def __call__(self, record: Mapping[str, object]) -> Decision:
        """Decide one record.

        Raises:
            InputError: the record does not fit; every problem is named.
        """
        try:
            return Decision(self.policy, self._decide(record))
        except InputError as error:
            raise _with_rows(self.policy, record, error) from None

    def __reduce__(self) -> tuple[Callable[..., "Evaluator"], tuple[Policy, bool, Extra]]:
        """Pickle the settings; the function is compiled anew where it is loaded."""
        return _again, (self.policy, self.trusted, self.extra)


def _ignores(extra: Extra) -> bool:
    if extra not in ("error", "ignore"):
        raise InvalidValueError("unknown 'extra'", extra, hint="'error' or 'ignore'")
    return extra == "ignore"


def _with_rows(policy: Policy, record: Mapping[str, object], error: InputError) -> InputError:
    """Name the rows of a table that hit together, where that is what went wrong."""
    if not any(problem.code == ROWS_CONFLICT for problem in error.problems):
        return error
    units = read_record(policy.program, record, ignore_extra=True)
    values = policy.reason_units(units)
    known = {f.name: plain_value(v, f.type) for f, v in zip(policy.program.inputs, units, strict=True)}
    known |= {b.name: plain_value(v, b.type) for b, v in zip(policy.program.bindings, values, strict=True)}
    named = []
    for place, step in enumerate(policy.explanation_plan.steps):
        if isinstance(step, TablePlan) and any(p.path == f"steps[{place}].rows" for p in error.problems):
            rows = [
                planned.row.id
                for planned in step.rows
                if all(interpret(cell.test, known) is True for cell in planned.cells)
            ]
            named.append((f"steps[{place}].rows", ", ".join(rows)))
    return InputError(attrs.evolve(p, value=dict(named).get(p.path, p.value)) for p in error.problems)


def _again(policy: Policy, trusted: bool, extra: Extra) -> Evaluator:  # noqa: FBT001  pickle passes by position
    return evaluator(policy, trusted=trusted, extra=extra)
