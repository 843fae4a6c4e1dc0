"""What holds for every answer of what it would take: it is true, and nothing nearer is."""

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from supplychain_rules import InputError, Policy, evaluate
from supplychain_rules.analysis.counterfactual import counterfactual
from supplychain_rules.language.entry import read_record
from supplychain_rules.language.types import BooleanType, ChoiceType, NumberType, Value, external
from supplychain_rules.testing.strategies_policies import loaded_policies
from supplychain_rules.testing.strategies_records import records

#: Inputs with more values than this are not tried one by one.
MOST_VALUES = 300


def decided(policy: Policy, units: list[Value], name: str) -> object:
    """Return an output of a record in units; a record whose rows conflict has none."""
    fields = policy.program.inputs
    record = {field.name: external(unit, field.type) for field, unit in zip(fields, units, strict=True)}
    try:
        return evaluate(policy, record)[name]
    except InputError:
        return "conflict"


@given(st.data())
def test_every_way_is_so_and_no_value_of_that_input_is_nearer(data: Any) -> None:  # noqa: ANN401  what `st.data` draws
    policy: Policy = data.draw(loaded_policies())
    names = [b.name for b in policy.program.outputs if isinstance(b.type, BooleanType | ChoiceType)]
    assume(names)
    name = data.draw(st.sampled_from(names))
    first, second = (data.draw(records(policy)) for _ in range(2))
    try:
        goal = evaluate(policy, second)[name]
        start = evaluate(policy, first)[name]
    except InputError:
        return
    assume(goal is not None and goal != start)

    answer = counterfactual(policy, first, {name: goal if isinstance(goal, bool) else f'"{goal}"'}, budget=4_000)

    assert not answer.reached
    for way in (*answer.ways, *answer.pairs):
        assert way.decision[name] == goal
    units = list(read_record(policy.program, first, ignore_extra=False))
    for place, field in enumerate(policy.program.inputs):
        kind = field.type
        if not isinstance(kind, NumberType) or kind.high - kind.low > MOST_VALUES or units[place] is None:
            continue
        own = int(units[place])
        reaching = [
            unit
            for unit in range(kind.low, kind.high + 1)
            if decided(policy, [*units[:place], unit, *units[place + 1 :]], name) == goal
        ]
        if field.name in answer.impossible:
            assert not reaching
        alone = [way for way in answer.ways if [change.input for change in way.changes] == [field.name]]
        for way in alone:
            found = external_units(way.changes[0].after, kind)
            if way.smallest:
                assert abs(found - own) == min(abs(unit - own) for unit in reaching)


def external_units(value: Any, kind: NumberType) -> int:  # noqa: ANN401  a decimal
    return int(value.scaleb(kind.decimals))
