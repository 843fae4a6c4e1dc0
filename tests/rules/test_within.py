"""Records compared within groups: among those that agree in an input or an earlier output, and with nobody else."""

from typing import Any

import pytest
from makers import number, policy

from supplychain_rules import (
    Decision,
    InputError,
    InvalidValueError,
    Policy,
    PolicyError,
    dump_policy,
    evaluate_all,
    fit_cuts,
    load_policy,
    policy_schema,
)

INPUTS: dict[str, dict[str, Any]] = {
    "spend": number(-1_000, 1_000_000, 0, optional=True),
    "category": {
        "type": "choice",
        "options": ["raw", "pack"],
        "optional": True,
        "label": {"en": "Category", "zh": "品类"},
    },
}

RANK: dict[str, Any] = {"kind": "rank", "id": "place", "of": "spend", "within": "category"}
QUANTILE: dict[str, Any] = {"kind": "quantile", "id": "tier", "of": "spend", "classes": 2, "within": "category"}
SHARE: dict[str, Any] = {"kind": "share", "id": "part", "of": "spend", "within": "category"}
PEERS: dict[str, Any] = {
    "kind": "scorecard",
    "id": "score",
    "method": "weighted_mean",
    "criteria": [{"id": "peers", "of": "spend", "value": {"kind": "peer_linear", "within": "category"}}],
}


def rules(*steps: dict[str, Any]) -> Policy:
    return policy(INPUTS, *steps)


def decided(some: Policy, *records: tuple[int | None, str | None]) -> tuple[Decision, ...]:
    return evaluate_all(some, [{"spend": spend, "category": category} for spend, category in records])


def codes(error: PolicyError) -> list[tuple[str, str]]:
    return [(problem.code, problem.path) for problem in error.problems]


def test_each_group_has_places_classes_shares_and_scales_of_its_own() -> None:
    found = decided(rules(RANK, QUANTILE, SHARE, PEERS), (600, "raw"), (200, "raw"), (50, "pack"))

    assert [
        ["1", "2", "0.7500", "0.0000", "100.00"],
        ["2", "1", "0.2500", "0.7500", "0.00"],
        ["1", "1", "1.0000", "0.0000", "100.00"],
    ] == [[str(one[name]) for name in ("place", "tier", "part", "part_before", "score")] for one in found]


def test_a_record_whose_group_is_missing_is_compared_with_nobody() -> None:
    *_, alone = decided(rules(RANK, QUANTILE, SHARE, PEERS), (600, "raw"), (900, None), (100, None))

    assert [None] * 5 == [alone[name] for name in ("place", "tier", "part", "part_before", "score")]


def test_records_of_no_group_are_not_added_up() -> None:
    most = {"x": number(0, 2**50 - 1, 0), "kept": {"type": "boolean", "optional": True}}
    some = policy(most, {"kind": "share", "id": "part", "of": "x", "decimals": 3, "within": "kept"})

    assert {None} == {one["part"] for one in evaluate_all(some, [{"x": 2**50 - 1}] * 6)}
    with pytest.raises(InputError, match="total_too_large"):
        evaluate_all(some, [{"x": 2**50 - 1, "kept": True}] * 6)


def test_a_group_may_be_an_earlier_output() -> None:
    size = {"kind": "formula", "id": "large", "formula": "spend > 100"}
    found = decided(rules(size, {**RANK, "within": "large"}), (600, "raw"), (200, "raw"), (50, "pack"))

    assert [1, 2, 1] == [one["place"] for one in found]


@pytest.mark.parametrize("step", [RANK, QUANTILE, SHARE, PEERS], ids=lambda step: step["kind"])
def test_a_group_that_nothing_defines_is_refused_by_its_path(step: dict[str, Any]) -> None:
    wrong = {**step, "within": "categry"}
    path = "steps[0].within"
    if step is PEERS:
        value = {"kind": "peer_linear", "within": "categry"}
        wrong = {**step, "criteria": [{"id": "peers", "of": "spend", "value": value}]}
        path = "steps[0].criteria[0].value.within"

    with pytest.raises(PolicyError, match="did you mean 'category'") as caught:
        rules(wrong)

    assert [("unknown_name", path)] == codes(caught.value)


def test_cut_points_compare_nobody_so_they_have_no_groups() -> None:
    with pytest.raises(PolicyError, match="a quantile with cuts compares nobody") as caught:
        rules({**QUANTILE, "cuts": ["100"]})

    assert [("bad_value", "steps[0].within")] == codes(caught.value)


@pytest.mark.parametrize("step", [QUANTILE, PEERS], ids=lambda step: step["kind"])
def test_what_is_compared_within_groups_has_no_cut_points_to_fit(step: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError, match="cut points hold for all records alike"):
        fit_cuts(rules(step), [{"spend": 600, "category": "raw"}])


def test_the_group_is_written_and_read_back_and_stands_in_the_schema() -> None:
    some = rules(RANK, QUANTILE, SHARE, PEERS)
    written = dump_policy(some)

    assert ["category"] * 3 == [step["within"] for step in written["steps"][:3]]
    assert some == load_policy(written)
    for shape in ("RankStep", "QuantileStep", "ShareStep"):
        assert "within" in policy_schema()["$defs"][shape]["properties"]


def test_rules_without_groups_keep_their_fingerprint() -> None:
    plain = {key: value for key, value in RANK.items() if key != "within"}

    assert "within" not in dump_policy(rules(plain))["steps"][0]
    assert rules(plain).fingerprint != rules(RANK).fingerprint


def test_an_explanation_says_which_records_were_compared() -> None:
    first, *_, alone = decided(rules(RANK, QUANTILE, SHARE, PEERS), (600, "raw"), (200, "raw"), (50, "pack"), (9, None))
    text, chinese = first.explain().text(), first.explain().text("zh")

    assert 3 == text.count("Among records with: Category = raw")
    assert "only records alike in category" in text
    assert "2 records have a value: 0 better, 1 equal with this one among them, 1 worse" in text
    assert 3 == chinese.count("参与比较的记录：品类 = raw")
    assert 3 == alone.explain().text().count("Category is missing")
    assert {"name": "category", "label": {"en": "Category", "zh": "品类"}, "value": "raw"} == (
        first.explain().to_dict()["steps"][0]["within"]
    )
