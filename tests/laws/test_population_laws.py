"""What compares records never depends on their order, their ids or the unit, and equal values get equal results."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

from hypothesis import assume, given, reject
from hypothesis import strategies as st
from makers import number, policy

from supplychain_rules import (
    Decision,
    InputError,
    InvalidValueError,
    Policy,
    dump_policy,
    evaluate_all,
    fit_cuts,
    load_policy,
)
from supplychain_rules.language.convert import convert
from supplychain_rules.language.reference import interpret_populations
from supplychain_rules.language.types import BooleanType, ChoiceType, DateType, NumberType, Type, Value
from supplychain_rules.rules.quantile import QuantileStep
from supplychain_rules.testing.strategies_policies import population_policies
from supplychain_rules.testing.strategies_records import records

#: What may stop records that fit: rows that conflict, and what no share can be taken of.
REFUSALS = {"rows_conflict", "negative_value", "total_too_large"}

#: Few values, so that many are equal, and some missing.
VALUES = st.lists(st.sampled_from((None, 0, 1, 2, 2, 3, 5, 8, 40)), min_size=1, max_size=12)

X = {"x": number(0, 1_000_000, 2, optional=True)}

EVERY_STEP: tuple[dict[str, Any], ...] = (
    *({"kind": "rank", "id": f"rank_{ties}", "of": "x", "ties": ties} for ties in ("min", "max", "dense")),
    {"kind": "rank", "id": "rank_up", "of": "x", "order": "ascending"},
    {"kind": "quantile", "id": "class_min", "of": "x"},
    {"kind": "quantile", "id": "class_max", "of": "x", "ties": "max"},
    {"kind": "quantile", "id": "class_cheap", "of": "x", "better": "low", "classes": 3},
    {"kind": "share", "id": "share", "of": "x"},
    {
        "kind": "scorecard",
        "id": "score",
        "method": "weighted_mean",
        "criteria": [{"id": "peers", "of": "x", "value": {"kind": "peer_linear"}}],
    },
)


@st.composite
def populations(draw: st.DrawFn, policy: Policy) -> list[dict[str, object]]:
    """Draw records, some of them equal to others."""
    different = draw(st.lists(records(policy), min_size=1, max_size=4))
    again = draw(st.lists(st.sampled_from(different), max_size=4))
    return draw(st.permutations([*different, *again]))


def decide_all(policy: Policy, given_: Sequence[dict[str, Any]]) -> tuple[Decision, ...]:
    """Decide records, and pass on a case that what is drawn may honestly meet."""
    try:
        return evaluate_all(policy, given_)
    except InputError as error:
        return refused(error)


def refused(error: InputError) -> NoReturn:
    """Leave an example out for what may honestly stop it; fail for anything else."""
    assert {problem.code for problem in error.problems} <= REFUSALS
    reject()


def outputs(decisions: Sequence[Decision]) -> list[dict[str, Any]]:
    return [dict(decision) for decision in decisions]


def typed(values: Sequence[Value]) -> list[tuple[type, Value]]:
    """Tell True from 1 and False from 0."""
    return [(type(value), value) for value in values]


def within(value: Value, kind: Type) -> bool:
    """Say whether a value is one of its inferred type."""
    match kind:
        case _ if value is None:
            return kind.optional
        case NumberType() | DateType():
            return type(value) is int and kind.low <= value <= kind.high
        case BooleanType():
            return type(value) is bool
        case ChoiceType():
            return value in kind.options
        case _:
            return type(value) is str


@given(data=st.data(), policy=population_policies())
def test_comparing_in_one_pass_gives_what_comparing_each_with_each_gives(data: st.DataObject, policy: Policy) -> None:
    program = policy.program
    given_ = data.draw(populations(policy))
    units = [{field.name: convert(one.get(field.name), field.type) for field in program.inputs} for one in given_]
    expected = interpret_populations(program, units)
    try:
        known = policy.populate([tuple(one.values()) for one in units])
    except InputError as error:
        refused(error)
    kinds = [one.type for one in (*program.row_wise.inputs, *program.bindings)]
    for record, row, plain in zip(units, known, expected, strict=True):
        values = (*row, *policy.reason_units(row))

        assert typed([*record.values(), *plain.values()]) == typed(values)
        assert [] == [(value, kind) for value, kind in zip(values, kinds, strict=True) if not within(value, kind)]


@given(data=st.data(), policy=population_policies())
def test_the_order_of_the_records_changes_nothing(data: st.DataObject, policy: Policy) -> None:
    given_ = data.draw(populations(policy))
    order = data.draw(st.permutations(range(len(given_))))
    decided = decide_all(policy, given_)

    assert [decided[place] for place in order] == list(evaluate_all(policy, [given_[place] for place in order]))


@given(data=st.data(), policy=population_policies())
def test_equal_records_are_decided_alike_and_explained_alike(data: st.DataObject, policy: Policy) -> None:
    decided = decide_all(policy, data.draw(populations(policy)))
    by_record: dict[str, Decision] = {}
    for decision in decided:
        first = by_record.setdefault(repr(decision.inputs), decision)

        assert first == decision
        assert first.explain().to_dict() == decision.explain().to_dict()


@given(data=st.data(), policy=population_policies())
def test_a_fitted_rule_set_decides_the_same_on_the_records_it_was_fitted_on(
    data: st.DataObject, policy: Policy
) -> None:
    given_ = data.draw(populations(policy))
    decided = decide_all(policy, given_)
    try:
        fitted = load_policy(fit_cuts(policy, decided))
    except InvalidValueError:  # a step without any value
        reject()

    assert outputs(decided) == outputs(evaluate_all(fitted, given_))
    assert fitted == load_policy(dump_policy(fitted))
    assert "peer_linear" not in str(dump_policy(fitted))
    assert all(step.cuts is not None for step in fitted.steps if isinstance(step, QuantileStep))


@given(values=VALUES, factor=st.sampled_from((2, 10, 7, 100)))
def test_the_unit_of_the_values_changes_nothing(values: list[int | None], factor: int) -> None:
    rules = policy(X, *EVERY_STEP)
    scaled = [None if value is None else value * factor for value in values]

    assert outputs(evaluate_all(rules, [{"x": x} for x in values])) == outputs(
        evaluate_all(rules, [{"x": x} for x in scaled])
    )


@given(values=VALUES)
def test_ids_and_whatever_else_a_record_holds_change_nothing(values: list[int | None]) -> None:
    rules = policy(X, *EVERY_STEP)
    named = [{"x": x, "id": f"S{place}"} for place, x in enumerate(values)]
    renamed = [{"x": x, "id": f"{-place}"} for place, x in enumerate(values)]

    assert evaluate_all(rules, named, extra="ignore") == evaluate_all(rules, renamed, extra="ignore")


@given(values=VALUES, classes=st.integers(2, 9))
def test_a_class_is_what_its_definition_says(values: list[int | None], classes: int) -> None:
    steps = [
        {"kind": "quantile", "id": f"{better}_{ties}", "of": "x", "classes": classes, "better": better, "ties": ties}
        for better in ("high", "low")
        for ties in ("min", "max")
    ]
    present = [value for value in values if value is not None]
    for value, decision in zip(values, evaluate_all(policy(X, *steps), [{"x": x} for x in values]), strict=True):
        if value is None:
            assert [None] * 4 == [decision[str(step["id"])] for step in steps]
            continue
        n = len(present)
        smaller, larger = sum(x < value for x in present), sum(x > value for x in present)

        assert 1 + classes * smaller // n == decision["high_min"]
        assert 1 + classes * larger // n == decision["low_min"]
        assert -(-classes * (n - larger) // n) == decision["high_max"]
        assert -(-classes * (n - smaller) // n) == decision["low_max"]


@given(values=VALUES)
def test_a_place_is_what_its_definition_says(values: list[int | None]) -> None:
    present = [value for value in values if value is not None]
    for value, decision in zip(values, evaluate_all(policy(X, *EVERY_STEP), [{"x": x} for x in values]), strict=True):
        places = [decision[name] for name in ("rank_min", "rank_max", "rank_dense", "rank_up")]
        if value is None:
            assert [None] * 4 == places
            continue

        assert places == [
            1 + sum(x > value for x in present),
            sum(x >= value for x in present),
            1 + len({x for x in present if x > value}),
            1 + sum(x < value for x in present),
        ]


@given(values=VALUES)
def test_shares_add_up_and_the_share_before_is_compared_exactly(values: list[int | None]) -> None:
    present = [value for value in values if value is not None]
    total = sum(present)
    decided = evaluate_all(policy(X, *EVERY_STEP), [{"x": x} for x in values])
    for value, decision in zip(values, decided, strict=True):
        if value is None or total == 0:
            assert (None, None) == (decision["share"], decision["share_before"])
            continue
        before = Fraction(sum(x for x in present if x > value), total)

        assert abs(Fraction(decision["share"]) - Fraction(value, total)) <= Fraction(1, 20_000)
        for cut in ("0.8", "0.95", "0.5"):
            assert (before < Fraction(cut)) == (decision["share_before"] < Decimal(cut))


@given(values=VALUES)
def test_a_scale_among_peers_reaches_from_0_to_100(values: list[int | None]) -> None:
    decided = evaluate_all(policy(X, *EVERY_STEP), [{"x": x} for x in values])
    scores = {value: decision["score"] for value, decision in zip(values, decided, strict=True) if value is not None}
    assume(scores)
    ranked = [scores[value] for value in sorted(scores)]

    assert sorted(ranked) == ranked
    assert (100 if len(scores) == 1 else 0, 100) == (ranked[0], ranked[-1])


@given(values=VALUES, others=VALUES)
def test_cut_points_judge_each_record_alone(values: list[int | None], others: list[int | None]) -> None:
    assume(any(value is not None for value in values))
    steps = [step for step in EVERY_STEP if step["kind"] == "quantile"]
    fitted = load_policy(fit_cuts(policy(X, *steps), [{"x": x} for x in values]))
    alone = [evaluate_all(fitted, [{"x": x}])[0] for x in others]

    assert alone == list(evaluate_all(fitted, [{"x": x} for x in others]))
    for name in ("class_min", "class_max"):
        classes = sorted((x, one[name]) for x, one in zip(others, alone, strict=True) if x is not None)

        assert sorted(class_ for _, class_ in classes) == [class_ for _, class_ in classes]
