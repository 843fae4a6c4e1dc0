"""A plan computes what the reference interpreter does, and no number in it outgrows its reach."""

from hypothesis import given
from hypothesis import strategies as st
from plain_plans import Found, run_plan

from supplychain_rules import Policy
from supplychain_rules.engines.lowering import lower, unsupported
from supplychain_rules.engines.plan import columns_in
from supplychain_rules.language.convert import convert
from supplychain_rules.language.limits import INTEGER_LIMIT
from supplychain_rules.language.nodes import names_in
from supplychain_rules.language.program import Program
from supplychain_rules.language.reference import interpret_program
from supplychain_rules.language.types import BooleanType, Type, Value
from supplychain_rules.testing.strategies_policies import loaded_policies
from supplychain_rules.testing.strategies_records import records

#: Records drawn for each policy: drawing a policy costs more than deciding a record.
RECORDS = 3


def computable(program: Program) -> list[str]:
    """Return the bindings that a plan can hold: those that read no geometric mean."""
    refused = set(unsupported(program))
    kept: list[str] = []
    for binding in program.bindings:
        if binding.name not in refused and refused.isdisjoint(n.name for n in names_in(binding.value.node)):
            kept.append(binding.name)
        else:
            refused.add(binding.name)
    return kept


def found_as(value: Value) -> Found:
    return int(value) if isinstance(value, bool) else value


def seen(value: Found, kind: Type) -> Value:
    return bool(value) if isinstance(kind, BooleanType) and value is not None else value


@given(data=st.data(), policy=loaded_policies())
def test_a_plan_agrees_with_the_reference_on_every_binding(data: st.DataObject, policy: Policy) -> None:
    program = policy.program
    outputs = computable(program)
    guards = {guard.count for guard in program.guards}
    if not guards <= set(outputs):
        return
    plan = lower(program, outputs)
    assert plan.reach <= INTEGER_LIMIT
    for _ in range(RECORDS):
        record = data.draw(records(policy))
        units = {field.name: convert(record.get(field.name), field.type) for field in program.inputs}
        expected = interpret_program(program, units)
        row = run_plan(plan, {field.name: found_as(units[field.input]) for field in plan.inputs})
        assert {name: expected[name] for name in outputs} == {
            output.output: seen(row[output.column], output.type) for output in plan.outputs
        }


@given(policy=loaded_policies())
def test_a_column_reads_only_columns_of_lower_levels(policy: Policy) -> None:
    program = policy.program
    outputs = computable(program)
    if not {guard.count for guard in program.guards} <= set(outputs):
        return
    plan = lower(program, outputs)
    levels = {field.name: 0 for field in plan.inputs} | {column.name: column.level for column in plan.columns}
    for column in plan.columns:
        assert all(levels[name] < column.level for name in columns_in(column.cell))
