"""Every engine gives every record the same answer: generated code, reference interpreter, with reasons and without."""

import contextlib
import copy
import pickle
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import number, policy
from understood_records import understood

from supplychain_rules import Decision, InputError, Policy, evaluate, evaluate_all, evaluator
from supplychain_rules.language.convert import convert
from supplychain_rules.language.reference import interpret_program
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    NumberType,
    TextType,
    Type,
    Value,
)
from supplychain_rules.testing.strategies_policies import loaded_policies
from supplychain_rules.testing.strategies_records import drawn_records, records

#: What a record should not hold.
RUBBISH: tuple[object, ...] = (
    None,
    True,
    "",
    "1e999999",
    [],
    {},
    b"A",
    object(),
    10**400,
    -(10**400),
    float("nan"),
    float("-inf"),
    1e308,
    Decimal("NaN"),
    Decimal("1e999999"),
    Decimal("-1e-999999"),
    Fraction(1, 3),
    datetime(2026, 1, 1, tzinfo=UTC),
    date.max,
)

#: Conditions of which branches are put together, so that many begin alike; `late` is never missing, the others may be.
TESTS = ("certified", "is_missing(score)", "late", "not certified", "score > 1")

SWITCHES: dict[str, tuple[object, ...]] = {
    "certified": (True, False, None),
    "late": (True, False),
    "score": (1, 2, None),
}

SWITCH_INPUTS: dict[str, dict[str, object]] = {
    "certified": {"type": "boolean", "optional": True},
    "late": {"type": "boolean"},
    "score": number(0, 5, optional=True),
}

#: From so many branches on, their order is left as it was drawn.
MANY = 20

#: Records drawn for each policy: drawing a policy costs more than deciding a record.
RECORDS = 3


def units_of(policy: Policy, record: dict[str, object]) -> dict[str, Value]:
    """Return the units of a record, by the plain conversion."""
    return {field.name: convert(record.get(field.name), field.type) for field in policy.program.inputs}


def answers(policy: Policy, record: dict[str, object]) -> Decision | None:
    """Decide a record; None where the rows of a table conflict, which is the only thing that may stop a valid one."""
    try:
        return evaluate(policy, record)
    except InputError as error:
        if {"rows_conflict"} != {problem.code for problem in error.problems}:
            raise
        return None


def typed(values: object) -> list[tuple[type, Value]]:
    """Tell True from 1 and False from 0."""
    return [(type(value), value) for value in values]  # type: ignore[attr-defined]


def within(value: Value, kind: Type) -> bool:
    """Say whether a value is one of its inferred type."""
    if value is None:
        return kind.optional
    match kind:
        case NumberType() | DateType():
            return type(value) is int and kind.low <= value <= kind.high
        case BooleanType():
            return type(value) is bool
        case ChoiceType():
            return value in kind.options
        case TextType():
            return type(value) is str
        case _:
            return False


@given(data=st.data(), policy=loaded_policies())
def test_the_generated_functions_agree_with_the_reference_on_every_value(data: st.DataObject, policy: Policy) -> None:
    for _ in range(RECORDS):
        record = data.draw(records(policy))
        units = units_of(policy, record)
        expected = interpret_program(policy.program, units)

        assert typed(expected.values()) == typed(policy.reason_units(tuple(units.values())))

        conflict = any((expected[guard.count] or 0) > 1 for guard in policy.program.guards)  # type: ignore[operator]
        decision = answers(policy, record)
        assert conflict == (decision is None)
        if decision is not None:
            eager = [expected[binding.name] for binding in policy.program.outputs if not binding.lazy]
            assert typed([*units.values(), *eager]) == typed(policy.decide_units(record))


@given(branches=st.lists(st.lists(st.sampled_from(TESTS), min_size=1, max_size=3).map(sorted), min_size=2, max_size=30))
def test_branches_that_begin_alike_are_told_apart_as_the_reference_does(branches: list[list[str]]) -> None:
    branches = branches if len(branches) > MANY else sorted(branches, key=lambda tests: tests[0])
    text = " else ".join(f"{place} if {' and '.join(tests)}" for place, tests in enumerate(branches))
    decided = policy(SWITCH_INPUTS, {"kind": "formula", "id": "branch", "formula": f"{text} else -1"})
    for record in (dict(zip(SWITCHES, values, strict=True)) for values in product(*SWITCHES.values())):
        units = units_of(decided, record)
        expected = interpret_program(decided.program, units)

        assert typed(expected.values()) == typed(decided.reason_units(tuple(units.values())))


@given(data=st.data(), policy=loaded_policies())
def test_every_value_lies_within_its_inferred_type_and_bounds(data: st.DataObject, policy: Policy) -> None:
    for _ in range(RECORDS):
        units = units_of(policy, data.draw(records(policy)))
        values = policy.reason_units(tuple(units.values()))
        outside = {
            binding.name: (value, binding.type)
            for binding, value in zip(policy.program.bindings, values, strict=True)
            if not within(value, binding.type)
        }

        assert {} == outside


@given(data=st.data(), policy=loaded_policies())
def test_a_trusted_record_gets_the_decision_of_a_checked_one(data: st.DataObject, policy: Policy) -> None:
    trusting = evaluator(policy, trusted=True)
    lenient = evaluator(policy, extra="ignore")
    for _ in range(RECORDS):
        record = data.draw(records(policy))
        checked = answers(policy, record)
        if checked is None:
            with pytest.raises(InputError, match="rows_conflict"):
                trusting(record)
        else:
            assert checked == trusting(record)
            assert checked == lenient({**record, "a key of another system": 1})


@given(data=st.data(), policy=loaded_policies())
def test_whatever_a_record_holds_nothing_but_an_input_error_comes_of_it(data: st.DataObject, policy: Policy) -> None:
    record = data.draw(records(policy))
    for name in data.draw(st.lists(st.sampled_from([f.name for f in policy.program.inputs]), max_size=3)):
        record[name] = data.draw(st.sampled_from(RUBBISH))
    for decide in (evaluator(policy), evaluator(policy, trusted=True)):
        with contextlib.suppress(InputError):
            decide(record)


@given(data=st.data(), policy=loaded_policies())
def test_a_number_decides_alike_as_int_float_decimal_text_and_fraction(data: st.DataObject, policy: Policy) -> None:
    for _ in range(RECORDS):
        record = data.draw(drawn_records(policy))
        exactly = answers(policy, understood(policy, record))  # every number as a fraction, dates as dates

        assert exactly == answers(policy, record.given)


@given(data=st.data(), policy=loaded_policies())
def test_the_callers_decimal_context_changes_no_decision(data: st.DataObject, policy: Policy) -> None:
    record = data.draw(records(policy))
    expected = answers(policy, record)
    with localcontext() as context:
        context.prec = 2
        decision = answers(policy, record)
        shown = None if decision is None else (decision.to_dict(), decision.explain().to_dict())

    assert expected == decision
    assert shown == (None if expected is None else (expected.to_dict(), expected.explain().to_dict()))


@given(data=st.data(), policy=loaded_policies())
def test_adding_a_supplier_never_moves_the_decision_of_another(data: st.DataObject, policy: Policy) -> None:
    several = [record for record in data.draw(st.lists(records(policy), max_size=4)) if answers(policy, record)]
    alone = [answers(policy, record) for record in several]
    newcomer = data.draw(records(policy))
    if answers(policy, newcomer) is None:
        newcomer = several[0] if several else {}
    place = data.draw(st.integers(0, len(several)))
    if several:
        together = evaluate_all(policy, [*several[:place], newcomer, *several[place:]])

        assert alone == [*together[:place], *together[place + 1 :]]


@given(data=st.data(), policy=loaded_policies())
def test_policies_evaluators_and_decisions_survive_pickling_and_copying(data: st.DataObject, policy: Policy) -> None:
    record = data.draw(records(policy))
    decision = answers(policy, record)
    thawed = pickle.loads(pickle.dumps(policy))  # noqa: S301  our own bytes

    assert policy == thawed
    assert decision == answers(thawed, record)
    if decision is not None:
        frozen = pickle.dumps((evaluator(policy), evaluator(policy, trusted=True, extra="ignore"), decision))
        checked, trusting, same = pickle.loads(frozen)  # noqa: S301  our own bytes
        assert decision == same == checked(record) == trusting(record) == copy.deepcopy(decision)
        assert hash(decision) == hash(same)
        assert decision.explain().to_dict() == same.explain().to_dict()
