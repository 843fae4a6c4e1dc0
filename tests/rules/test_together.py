"""Records that are compared are decided together, or not at all."""

import pickle
from decimal import Decimal, localcontext
from typing import Any

import attrs
import pytest
from makers import number, policy, refusals, scorecard

from supplychain_rules import STRATEGIES, InputError, InvalidValueError, Policy, evaluate, evaluate_all, evaluator
from supplychain_rules.language.nodes import Branch, Compare, Expression, Number, case
from supplychain_rules.language.types import Type
from supplychain_rules.rules.strategies import ValueFunction

INPUTS: dict[str, Any] = {
    "spend": number(0, 1000, optional=True),
    "category": {"type": "choice", "options": ["raw", "pack"], "optional": True},
}

RANK = {"kind": "rank", "id": "place", "of": "spend"}


def peers(**settings: object) -> dict[str, Any]:
    return {"id": "spend", "of": "spend", "value": {"kind": "peer_linear", **settings}}


def scores(*values: object, **settings: object) -> list[Any]:
    rules = policy(INPUTS, scorecard(peers(**settings)))
    return [one["score"] for one in evaluate_all(rules, [{"spend": value} for value in values])]


@pytest.mark.parametrize("decide", [lambda rules: evaluate(rules, {}), evaluator])
def test_no_record_is_compared_alone(decide: Any) -> None:  # noqa: ANN401  either way to decide one
    rules = policy(INPUTS, RANK, scorecard(peers()))
    for extra in ("error", "ignore"):
        with pytest.raises(InvalidValueError) as refused:
            decide(rules) if extra == "error" else evaluate(rules, {}, extra="ignore")

        assert ("place, score", "decide all of them at once with evaluate_all") == (
            refused.value.value,
            refused.value.hint,
        )


def test_one_bad_record_leaves_none_decided_and_each_is_named() -> None:
    with pytest.raises(InputError) as refused:
        evaluate_all(policy(INPUTS, RANK), [{"spend": 1}, {"spend": -1}, {"spnd": 2}])

    assert [("bad_value", "[1].spend"), ("unknown_field", "[2].spnd")] == [
        (problem.code, problem.path) for problem in refused.value.problems
    ]


def test_keys_that_the_rules_do_not_know_may_be_ignored() -> None:
    decided = evaluate_all(policy(INPUTS, RANK), [{"spend": 1, "id": "S1"}, {"spend": 2}], extra="ignore")

    assert [2, 1] == [one["place"] for one in decided]


def test_what_to_do_with_unknown_keys_is_one_of_two_words() -> None:
    with pytest.raises(InvalidValueError, match="unknown 'extra'"):
        evaluate_all(policy(INPUTS, RANK), [], extra="drop")  # type: ignore[arg-type]


def test_rows_that_conflict_are_named_for_their_record() -> None:
    table = {
        "kind": "table",
        "id": "action",
        "when": ["place"],
        "outputs": {"step": {"type": "choice", "options": ["grow", "keep"]}},
        "rows": [
            {"id": "top", "when": {"place": "<= 2"}, "then": {"step": "grow"}},
            {"id": "rest", "when": {"place": ">= 2"}, "then": {"step": "keep"}},
        ],
    }
    with pytest.raises(InputError) as refused:
        evaluate_all(policy(INPUTS, RANK, table), [{"spend": 3}, {"spend": 2}, {"spend": 1}])

    assert [("rows_conflict", "[1].steps[1].rows", "top, rest")] == [
        (problem.code, problem.path, problem.value) for problem in refused.value.problems
    ]


def test_a_scale_among_peers_runs_from_the_worst_to_the_best_of_them() -> None:
    assert [Decimal(0), Decimal(50), Decimal(100)] == scores(10, 20, 30)
    assert [Decimal(100), Decimal(50), Decimal(0)] == scores(10, 20, 30, better="low")


def test_where_all_peers_are_equal_each_is_the_best() -> None:
    assert [Decimal(100)] * 2 == scores(7, 7)
    assert [Decimal(100)] == scores(7, better="low")


def test_a_missing_value_is_no_peer() -> None:
    assert [Decimal(0), None, Decimal(100)] == scores(10, None, 30)
    assert [None] == scores(None)


def test_a_bad_supplier_moves_the_scores_of_the_others_among_peers_and_only_there() -> None:
    fixed = {"id": "fixed", "of": "spend", "value": {"kind": "linear", "worst": 0, "best": 100}}
    rules = policy(INPUTS, {**scorecard(peers()), "id": "relative"}, {**scorecard(fixed), "id": "fixed"})
    few = evaluate_all(rules, [{"spend": 50}, {"spend": 100}])
    more = evaluate_all(rules, [{"spend": 50}, {"spend": 100}, {"spend": 0}])

    assert (0, 50) == (few[0]["relative"], more[0]["relative"])
    assert (50, 50) == (few[0]["fixed"], more[0]["fixed"])


def test_only_numbers_have_peers() -> None:
    criterion = {"id": "kind", "of": "category", "value": {"kind": "peer_linear"}}
    assert [("type_mismatch", "steps[0].criteria[0].of")] == refusals(INPUTS, scorecard(criterion))


@attrs.frozen
class Best:
    """The setting of a user's own scale: none."""


def _is_best(_: Best, operand: Expression, __: Type, ___: Expression, largest: Expression) -> Expression:
    return case((Branch(Compare("==", operand, largest), Number(Decimal(100))),), Number(Decimal(0)))


def test_a_strategy_of_ones_own_may_compare_peers() -> None:
    own = ValueFunction(kind="is_best", version="1", spec=Best, lower=_is_best, among_peers=True)
    criterion = {"id": "best", "of": "spend", "value": {"kind": "is_best"}}
    rules = policy(INPUTS, scorecard(criterion), strategies=STRATEGIES.with_strategy(own))

    assert [0, 100, 100] == [one["score"] for one in evaluate_all(rules, [{"spend": n} for n in (1, 2, 2)])]


def every_step() -> Policy:
    quantile = {"kind": "quantile", "id": "size", "of": "spend"}
    return policy(INPUTS, RANK, quantile, {"kind": "share", "id": "part", "of": "spend"}, scorecard(peers()))


def test_decisions_of_compared_records_are_values() -> None:
    rules = every_step()
    decided = evaluate_all(rules, [{"spend": 1}, {"spend": 2}])
    again = pickle.loads(pickle.dumps(decided))  # noqa: S301  our own bytes

    assert decided == again
    assert decided[0] != evaluate_all(rules, [{"spend": 1}, {"spend": 3}])[0]
    assert decided[0].inputs == {"spend": Decimal("1.00"), "category": None}
    assert str(decided[1]["score_high"]) == "100.00"


def test_the_callers_decimal_context_changes_nothing() -> None:
    given = [{"spend": "123.45"}, {"spend": "0.07"}, {"spend": "999.99"}]
    plain = evaluate_all(every_step(), given)
    with localcontext() as context:
        context.prec = 2

        assert plain == evaluate_all(every_step(), given)
