"""What holds for sets of records: one record's set is its value, and a box's set leaves no value of it out."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules import Policy
from supplychain_rules.analysis.abstract import Compiler
from supplychain_rules.analysis.intervals import ABSENT, FALSE, TRUE, UNKNOWN, Box, Set
from supplychain_rules.analysis.search import Budget, Space
from supplychain_rules.language.entry import read_record
from supplychain_rules.language.nodes import Compare, Name, Number, Text
from supplychain_rules.language.reference import interpret_program
from supplychain_rules.language.types import ChoiceType, NumberType, Type, Value
from supplychain_rules.testing.strategies_policies import loaded_policies
from supplychain_rules.testing.strategies_records import records


def holds(found: Set, unit: Value, kind: Type, domain: str, compiler: Compiler) -> bool:
    """Say whether a set holds a value."""
    if isinstance(found, tuple):
        low, high, absent = found
        return absent if unit is None else low <= int(unit) <= high
    if domain == "truth":
        return bool(found & (UNKNOWN if unit is None else TRUE if unit else FALSE))
    if domain == "codes":
        return bool(found & (ABSENT if unit is None else 2 << int(unit)))
    return bool(found & (ABSENT if unit is None else compiler.text_bits((str(unit),))))


def single(found: Set, *, domain: str) -> bool:
    """Say whether a set has one member."""
    if isinstance(found, tuple):
        return found[0] > found[1] if found[2] else found[0] == found[1]
    return found.bit_count() == 1


def sets_on(space: Space, box: Box) -> dict[str, Set]:
    """Return the set of every binding on a box."""
    env: list[Set] = [*box, *[0] * len(space.program.bindings)]
    for binding in space.program.bindings:
        env[space.compiler.slots[binding.name]] = space.compiler.functions[binding.name](env)
    return {binding.name: env[space.compiler.slots[binding.name]] for binding in space.program.bindings}


def joined(one: Set, other: Set) -> Set:
    """Return a set that holds both."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        present = [part for part in (one, other) if part[0] <= part[1]]
        absent = one[2] or other[2]
        if not present:
            return one
        return (min(part[0] for part in present), max(part[1] for part in present), absent)
    assert isinstance(one, int)
    assert isinstance(other, int)
    return one | other


@given(st.data())
def test_the_set_of_one_record_is_its_value(data: Any) -> None:  # noqa: ANN401  what `st.data` draws
    policy: Policy = data.draw(loaded_policies())
    space = Space(policy.program)
    units = read_record(policy.program, data.draw(records(policy)), ignore_extra=False)

    found = sets_on(space, space.box_of(units))

    values = interpret_program(policy.program, dict(zip([f.name for f in policy.program.inputs], units, strict=True)))
    domains = space.compiler.domains
    for binding in policy.program.bindings:
        name, kind = binding.name, binding.type
        assert holds(found[name], values[name], kind, domains[name], space.compiler), (name, found[name], values[name])
        assert single(found[name], domain=domains[name]), (name, found[name])


@given(st.data())
def test_the_set_of_a_box_leaves_no_value_out(data: Any) -> None:  # noqa: ANN401  as above
    policy: Policy = data.draw(loaded_policies())
    space = Space(policy.program)
    names = [field.name for field in policy.program.inputs]
    drawn = [read_record(policy.program, data.draw(records(policy)), ignore_extra=False) for _ in range(3)]
    first, second, third = (space.box_of(units) for units in drawn)
    box = tuple(joined(joined(a, b), c) for a, b, c in zip(first, second, third, strict=True))

    found = sets_on(space, box)

    for units in drawn:
        values = interpret_program(policy.program, dict(zip(names, units, strict=True)))
        for binding in policy.program.bindings:
            name, kind = binding.name, binding.type
            known = holds(found[name], values[name], kind, space.compiler.domains[name], space.compiler)
            assert known, (name, found[name], values[name])


@given(st.data())
def test_what_a_search_finds_is_so_and_what_some_record_does_is_found(data: Any) -> None:  # noqa: ANN401  as above
    policy: Policy = data.draw(loaded_policies())
    space = Space(policy.program)
    names = [field.name for field in policy.program.inputs]
    units = read_record(policy.program, data.draw(records(policy)), ignore_extra=False)
    values = interpret_program(policy.program, dict(zip(names, units, strict=True)))
    candidates = [b for b in policy.program.outputs if values[b.name] is not None]
    candidates = [b for b in candidates if isinstance(b.type, ChoiceType | NumberType)]
    if not candidates:
        return
    binding = data.draw(st.sampled_from(candidates))
    value = values[binding.name]
    literal = Text(str(value)) if isinstance(binding.type, ChoiceType) else Number(_decimal(value, binding.type))
    question = space.question(Compare("==", Name(binding.name), literal))

    answer = space.find(question, Budget(2_000))

    assert answer.outcome != "none"
    if answer.units is not None:
        shown = interpret_program(policy.program, dict(zip(names, answer.units, strict=True)))
        assert shown[binding.name] == value


def _decimal(value: Value, kind: NumberType) -> Decimal:
    assert isinstance(value, int)
    return Decimal(value).scaleb(-kind.decimals)
