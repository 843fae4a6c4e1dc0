"""What was fitted on one population judges the next one by the same cut points."""

from typing import Any

import pytest
from makers import number, policy, rule_set, scorecard

from supplychain_rules import (
    InputError,
    InvalidValueError,
    diff_policies,
    dump_policy,
    evaluate,
    evaluate_all,
    fit_cuts,
    load_policy,
    policy_schema,
)

SPEND: dict[str, Any] = {"spend": number(0, 1000, optional=True)}


def quantile(**settings: object) -> dict[str, Any]:
    return {"kind": "quantile", "id": "size", "of": "spend", **settings}


def peers(**settings: object) -> dict[str, Any]:
    return scorecard({"id": "spend", "of": "spend", "value": {"kind": "peer_linear", **settings}})


def given(*values: object) -> list[dict[str, object]]:
    return [{"spend": value} for value in values]


def cuts(*values: object, **settings: object) -> list[str]:
    """Return the cut points of a quantile on some values."""
    found: list[str] = fit_cuts(policy(SPEND, quantile(**settings)), given(*values))["steps"][0]["cuts"]
    return found


@pytest.mark.parametrize(
    ("values", "settings", "expected"),
    [
        (range(10), {}, ["2", "4", "6", "8"]),
        (range(10), {"better": "low"}, ["7", "5", "3", "1"]),
        ((10, 20, 30), {"classes": 3}, ["20", "30"]),
        ((10, 10, 10, 20, 30), {}, ["20", "20", "20", "30"]),
        ((10, 10, 10, 20, 30), {"ties": "max"}, ["10", "10", "20", "30"]),
        ((7, 7), {}, []),
        ((7, 7), {"ties": "max"}, ["7", "7", "7", "7"]),
        ((None, "1.50", "2.25"), {"classes": 2}, ["2.25"]),
    ],
)
def test_a_cut_is_the_first_value_of_its_class(
    values: tuple[object, ...], settings: dict[str, object], expected: list[str]
) -> None:
    assert expected == cuts(*values, **settings)


def test_a_value_between_two_fitted_ones_has_the_class_of_the_worse() -> None:
    fitted = load_policy(fit_cuts(policy(SPEND, quantile(classes=2)), given(10, 20)))

    assert [1, 1, 2, 2] == [evaluate(fitted, one)["size"] for one in given(0, "19.99", 20, 900)]


def test_the_next_period_is_judged_by_the_cuts_of_the_last() -> None:
    rules = policy(SPEND, quantile(classes=2))
    fitted = load_policy(fit_cuts(rules, given(10, 20, 30, 40)))
    everyone_grew = given(30, 40, 50, 60)

    assert [1, 1, 2, 2] == [one["size"] for one in evaluate_all(rules, everyone_grew)]
    assert [2, 2, 2, 2] == [one["size"] for one in evaluate_all(fitted, everyone_grew)]


@pytest.mark.parametrize(
    ("values", "settings", "expected"),
    [
        ((10, 30, 20), {}, {"kind": "linear", "worst": "10", "best": "30"}),
        ((10, 30, 20), {"better": "low"}, {"kind": "linear", "worst": "30", "best": "10"}),
        ((7, 7), {}, {"kind": "bands", "bands": [{"points": "100", "from": "7"}, {"points": "0"}]}),
        ((7, 7), {"better": "low"}, {"kind": "bands", "bands": [{"points": "100", "to": "7"}, {"points": "0"}]}),
    ],
)
def test_a_scale_among_peers_ends_where_theirs_did(
    values: tuple[int, ...], settings: dict[str, object], expected: dict[str, Any]
) -> None:
    data = fit_cuts(policy(SPEND, peers(**settings)), given(*values))

    assert expected == data["steps"][0]["criteria"][0]["value"]
    assert () == load_policy(data).program.populations


def test_decisions_fit_as_their_records_do() -> None:
    rules = policy(SPEND, quantile(), peers())
    records = given(5, 6, 7, None)

    assert fit_cuts(rules, records) == fit_cuts(rules, evaluate_all(rules, records))


def test_ranks_shares_and_cuts_that_stand_stay_as_they_are() -> None:
    steps = (
        {"kind": "rank", "id": "place", "of": "spend"},
        {"kind": "share", "id": "part", "of": "spend"},
        quantile(cuts=["500"]),
    )
    rules = policy(SPEND, *steps)

    assert dump_policy(rules) == fit_cuts(rules, given(1, 2))


def test_cases_are_left_out_because_they_are_a_population_of_their_own() -> None:
    case = {"id": "one", "given": {"spend": 1}, "expect": {"size": 1}}
    rules = load_policy(rule_set(SPEND, quantile()) | {"cases": [case]})

    assert "cases" in dump_policy(rules)
    assert "cases" not in fit_cuts(rules, given(1, 2))


def test_fitted_rules_are_other_rules_and_the_difference_reads_as_cut_points() -> None:
    rules = policy(SPEND, quantile(classes=3), peers())
    fitted = load_policy(fit_cuts(rules, given(10, 20, 30)))

    assert rules.fingerprint != fitted.fingerprint
    assert [
        "step 'size': cut points not set -> [20, 30]",
        "criterion 'spend' of 'score': value function peer_linear -> linear {worst: 10, best: 30}",
    ] == [change.text.en for change in diff_policies(rules, fitted)]
    assert "步骤“size”：分界点 未设定 -> [20, 30]" == diff_policies(rules, fitted)[0].text.zh
    assert "QuantileStep" in policy_schema()["$defs"]


@pytest.mark.parametrize("steps", [(quantile(),), (peers(),)])
def test_nothing_can_be_fitted_on_values_that_are_all_missing(steps: tuple[dict[str, Any], ...]) -> None:
    for records in (given(None, None), []):
        with pytest.raises(InvalidValueError, match="nothing can be fitted"):
            fit_cuts(policy(SPEND, *steps), records)


def test_decisions_of_other_rules_are_refused() -> None:
    rules, other = policy(SPEND, quantile()), policy(SPEND, quantile(classes=3))
    with pytest.raises(InvalidValueError, match="a decision of other rules"):
        fit_cuts(rules, evaluate_all(other, given(1, 2)))


@pytest.mark.parametrize("extra", [{"spend": 3}, "spend", None])
def test_what_is_neither_records_nor_decisions_is_refused(extra: object) -> None:
    rules = policy(SPEND, quantile())
    with pytest.raises(InvalidValueError, match="a population is records, or the decisions on them"):
        fit_cuts(rules, [*evaluate_all(rules, given(1, 2)), extra])  # type: ignore[list-item]


def test_bad_records_are_refused_as_elsewhere() -> None:
    with pytest.raises(InputError) as refused:
        fit_cuts(policy(SPEND, quantile()), given(1, -2))

    assert ["[1].spend"] == [problem.path for problem in refused.value.problems]


def test_a_scale_that_would_end_at_too_fine_a_value_is_refused() -> None:
    product = {"kind": "formula", "id": "exact", "formula": "spend * 0.000000001"}
    fine = scorecard({"id": "exact", "of": "exact", "value": {"kind": "peer_linear"}})
    with pytest.raises(InvalidValueError, match="decimals at most"):
        fit_cuts(policy(SPEND, product, fine), given("0.01", "0.02"))


def test_a_cut_may_be_as_fine_as_what_it_cuts() -> None:
    product = {"kind": "formula", "id": "exact", "formula": "spend * 0.000000001"}
    rules = policy(SPEND, product, {"kind": "quantile", "id": "size", "of": "exact", "classes": 2})
    fitted = fit_cuts(rules, given("0.01", "0.02"))

    assert ["0.00000000002"] == fitted["steps"][1]["cuts"]
    assert [1, 2] == [one["size"] for one in evaluate_all(load_policy(fitted), given("0.01", "0.02"))]
