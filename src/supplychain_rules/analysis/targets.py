"""What of a rule set can be exercised: rows, bands, gate outcomes and the branches of formulas.

Each is a target: a condition over inputs and results which holds on the records that exercise it.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal, final

import attrs

from supplychain_rules.errors import Problem
from supplychain_rules.language.cells import cell_condition, parse_cell
from supplychain_rules.language.entry import UnitsFunction, units_function
from supplychain_rules.language.infer import infer
from supplychain_rules.language.nodes import (
    And,
    Boolean,
    Call,
    Case,
    Compare,
    Expression,
    Name,
    Not,
    Number,
    Text,
    children,
)
from supplychain_rules.language.program import INNER, Binding, Program
from supplychain_rules.language.show import show
from supplychain_rules.language.types import Type
from supplychain_rules.rules.formula import FormulaStep
from supplychain_rules.rules.gate import GATE_OUTCOMES, GateStep
from supplychain_rules.rules.ladder import LadderStep
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.table import Row, TableStep

__all__ = ["Target", "TargetKind", "targets_function", "targets_of"]

#: What can be exercised: a row of a table, no row of it, a band, an outcome of a gate, a branch of a formula.
TargetKind = Literal["row", "no_row", "band", "outcome", "branch"]


@final
@attrs.frozen(kw_only=True)
class Target:
    """One thing that a record can exercise."""

    kind: TargetKind
    #: Where it stands, as `steps[1].rows[3]`.
    path: str
    #: The id of the row, the name of the band, the outcome, or the condition of the branch.
    name: str
    #: The step's place, and whether a record exercises just one of its targets of this group.
    step: int
    #: The row's place in its table; None for what is no row.
    row: int | None = None
    exclusive: bool
    condition: Expression = attrs.field(repr=False)


def targets_of(policy: Policy, types: Mapping[str, Type]) -> tuple[Target, ...]:
    """Return everything that records can exercise, in the order of the rule set; reachable or not."""
    found: list[Target] = []
    for place, step in enumerate(policy.steps):
        path = f"steps[{place}]"
        match step:
            case TableStep():
                found += _of_table(step, place, types)
            case LadderStep():
                names = [(band.name, f"{path}.bands[{at}]") for at, band in enumerate(step.bands)]
                if step.if_unknown is not None and step.if_unknown not in {name for name, _ in names}:
                    names.append((step.if_unknown, f"{path}.if_unknown"))
                for name, where in names:
                    test = Compare("==", Name(step.id), Text(name))
                    found.append(Target(kind="band", path=where, name=name, step=place, exclusive=True, condition=test))
            case GateStep():
                for outcome in GATE_OUTCOMES:
                    test = Compare("==", Name(step.id), Text(outcome))
                    found.append(
                        Target(kind="outcome", path=path, name=outcome, step=place, exclusive=True, condition=test)
                    )
            case FormulaStep():
                for taken, name in _branches(step.formula, ()):
                    whole = And((*taken, Boolean(value=True)))
                    where = f"{path}.formula"
                    found.append(
                        Target(kind="branch", path=where, name=name, step=place, exclusive=False, condition=whole)
                    )
            case _:
                pass
    return tuple(found)


def targets_function(policy: Policy, targets: Sequence[Target], types: Mapping[str, Type]) -> UnitsFunction:
    """Return the function from what is known of a record to whether it exercises each target."""
    if not targets:
        return lambda _: ()
    program = policy.program.row_wise
    tests = []
    for place, target in enumerate(targets):
        typed = infer(Call("coalesce", (target.condition, Boolean(value=False))), types, "", [])
        assert typed is not None  # noqa: S101  the conditions are of names and literals that fit
        tests.append(Binding(name=f"{INNER}{place}", value=typed))
    whole = Program(inputs=program.inputs, bindings=(*program.bindings, *tests))
    return units_function(whole, tuple(test.name for test in tests))


def _of_table(step: TableStep, place: int, types: Mapping[str, Type]) -> Iterator[Target]:
    path = f"steps[{place}]"
    if step.hit == "collect":
        hits = [_hit(row, types) for row in step.rows]
        for at, (row, hit) in enumerate(zip(step.rows, hits, strict=True)):
            where = f"{path}.rows[{at}]"
            yield Target(kind="row", path=where, name=row.id, step=place, row=at, exclusive=False, condition=hit)
        none = And((*(_not_surely(hit) for hit in hits), Boolean(value=True)))
        where = f"{path}.otherwise"
        yield Target(kind="no_row", path=where, name="otherwise", step=place, exclusive=False, condition=none)
        return
    fired = Name(f"{step.id}{INNER}row")
    for at, row in enumerate(step.rows):
        test = Compare("==", fired, Number(Decimal(at)))
        yield Target(
            kind="row", path=f"{path}.rows[{at}]", name=row.id, step=place, row=at, exclusive=True, condition=test
        )
    test = Compare("==", fired, Number(Decimal(len(step.rows))))
    yield Target(kind="no_row", path=f"{path}.otherwise", name="otherwise", step=place, exclusive=True, condition=test)


def _hit(row: Row, types: Mapping[str, Type]) -> Expression:
    """Return the condition on which a row of a table hits."""
    problems: list[Problem] = []
    parts = []
    for column, written in row.when.items():
        cell = parse_cell(written, types[column], "", problems)
        assert cell is not None, problems  # noqa: S101  the policy loaded
        condition = cell_condition(cell, column, types[column])
        if condition is not None:
            parts.append(condition)
    return And((*parts, Boolean(value=True)))


def _not_surely(condition: Expression) -> Expression:
    return Not(Call("coalesce", (condition, Boolean(value=False))))


def _branches(node: Expression, taken: tuple[Expression, ...]) -> Iterator[tuple[tuple[Expression, ...], str]]:
    """Yield each branch of the cases in a formula: what must hold for it to be taken, and its own condition."""
    if not isinstance(node, Case):
        for child in children(node):
            yield from _branches(child, taken)
        return
    before: tuple[Expression, ...] = taken
    for branch in node.branches:
        yield from _branches(branch.when, before)
        here = (*before, branch.when)
        yield here, f"if {show(branch.when)}"
        yield from _branches(branch.then, here)
        before = (*before, _not_surely(branch.when))
    yield before, f"else, not {show(node.branches[-1].when)}"
    yield from _branches(node.otherwise, before)
