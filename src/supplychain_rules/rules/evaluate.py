"""Records in, decisions out: one record, a loop over many, or a list at once."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Literal, TypeVar, final

import attrs

from supplychain_rules.errors import InputError, InvalidValueError, Problem
from supplychain_rules.language.entry import (
    ROWS_CONFLICT,
    RecordFunction,
    read_record,
    reading_function,
    record_function,
)
from supplychain_rules.language.reference import interpret, plain_value
from supplychain_rules.language.types import Value
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.explain_plan import TablePlan
from supplychain_rules.rules.policy import Policy

__all__ = ["Evaluator", "Extra", "decide_known", "evaluate", "evaluate_all", "evaluator"]

T = TypeVar("T")
R = TypeVar("R")

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
        InvalidValueError: the rules compare records with each other; `evaluate_all` decides them together.
    """
    ignore_extra = _ignores(extra)
    decide = policy.decide_units_ignoring if ignore_extra else policy.decide_units
    try:
        return Decision(policy, decide(record))
    except InputError as error:
        raise _with_rows(policy, error, partial(read_record, policy.program, record, ignore_extra=True)) from None


def evaluator(policy: Policy, *, trusted: bool = False, extra: Extra = "error") -> "Evaluator":
    """Return the compiled function of a policy, for loops and services.

    Args:
        policy: the rules.
        trusted: skip range, option and key checks, for records that the caller's own system checked.
            What a wrong record then gives is undefined, but never another exception than `InputError`.
        extra: as in `evaluate`; a trusted record's extra keys are never looked at.

    Returns:
        A callable from a record to a `Decision`; immutable, picklable, safe to share among threads.

    Raises:
        InvalidValueError: the rules compare records with each other; `evaluate_all` decides them together.
    """
    _ignores(extra)
    return Evaluator(policy=policy, trusted=trusted, extra=extra)


def evaluate_all(
    policy: Policy, records: Iterable[Mapping[str, object]], *, extra: Extra = "error"
) -> tuple[Decision, ...]:
    """Decide many records, in order; where the rules compare records, these are the ones they compare.

    Raises:
        InputError: some records are wrong; the paths begin with their positions, as `[3].grade`. Where the rules
            compare records, none is decided without the others.

    >>> from supplychain_rules.rules.codec import load_policy
    >>> rules = {"schema": "supplychain-rules/1", "id": "spend", "version": "1",
    ...     "inputs": {"spend": {"type": "integer", "min": 0, "max": 1_000_000}},
    ...     "steps": [{"kind": "rank", "id": "place", "of": "spend"}]}
    >>> [str(one["place"]) for one in evaluate_all(load_policy(rules), [{"spend": 5}, {"spend": 9}, {"spend": 5}])]
    ['2', '1', '2']
    """
    if policy.program.populations:
        return _together(policy, records, extra)
    decide = evaluator(policy, extra=extra)
    return tuple(_each(records, decide))


def _together(policy: Policy, records: Iterable[Mapping[str, object]], extra: Extra) -> tuple[Decision, ...]:
    """Read every record, compare them, and decide each by what was found."""
    read = reading_function(policy.program, ignore_extra=_ignores(extra))
    known = policy.populate(_each(records, read))

    return tuple(_each(known, partial(decide_known, policy)))


def decide_known(policy: Policy, known: tuple[Value, ...]) -> Decision:
    """Decide a record of which the inputs and all that comparisons say are known, in units.

    Raises:
        InputError: rows of a table conflict.
    """
    try:
        return Decision(policy, policy.decide_known(known))
    except InputError as error:
        raise _with_rows(policy, error, lambda: known) from None


def _each(items: Iterable[T], function: Callable[[T], R]) -> list[R]:
    """Apply a function to every item, and refuse all that fail at once, by their positions."""
    results: list[R] = []
    problems: list[Problem] = []
    for place, item in enumerate(items):
        try:
            results.append(function(item))
        except InputError as error:
            problems.extend(
                attrs.evolve(p, path=f"[{place}].{p.path}" if p.path else f"[{place}]") for p in error.problems
            )
            if len(problems) >= MAX_PROBLEMS:
                break
    if problems:
        raise InputError(problems)
    return results


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
        if self.trusted:
            decide = record_function(self.policy.program, trusted=True, ignore_extra=ignore)
        else:  # compiled once for a policy
            decide = self.policy.decide_units_ignoring if ignore else self.policy.decide_units
        object.__setattr__(self, "_decide", decide)

    def __call__(self, record: Mapping[str, object]) -> Decision:
        """Decide one record.

        Raises:
            InputError: the record does not fit; every problem is named.
        """
        try:
            return Decision(self.policy, self._decide(record))
        except InputError as error:
            read = partial(read_record, self.policy.program, record, ignore_extra=True)
            raise _with_rows(self.policy, error, read) from None

    def __reduce__(self) -> tuple[Callable[..., "Evaluator"], tuple[Policy, bool, Extra]]:
        """Pickle the settings; the function is compiled anew where it is loaded."""
        return _again, (self.policy, self.trusted, self.extra)


def _ignores(extra: Extra) -> bool:
    if extra not in ("error", "ignore"):
        raise InvalidValueError("unknown 'extra'", extra, hint="'error' or 'ignore'")
    return extra == "ignore"


def _with_rows(policy: Policy, error: InputError, read: Callable[[], tuple[Value, ...]]) -> InputError:
    """Name the rows of a table that hit together, where that is what went wrong; `read` gives what is known."""
    if not any(problem.code == ROWS_CONFLICT for problem in error.problems):
        return error
    units = read()
    values = policy.reason_units(units)
    known = {f.name: plain_value(v, f.type) for f, v in zip(policy.program.row_wise.inputs, units, strict=True)}
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
