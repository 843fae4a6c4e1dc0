"""A draft is a rule set that loads, scores its own sample, and says what was guessed."""

import numbers
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.errors import InvalidValueError, PolicyError
from supplychain_rules.rules.codec import load_policy
from supplychain_rules.rules.drafting import Direction, draft_policy
from supplychain_rules.rules.evaluate import evaluate

Record = Mapping[str, object]

#: Eleven suppliers: the 10th percentile is the second value (nearest rank), the 90th the last but one.
RATES = ("0.70", "0.8812", 0.9, 0.91, Decimal("0.92"), 0.93, 0.94, 0.95, 0.96, "0.9749", 1)


def column(values: Sequence[object], name: str = "rate") -> list[Record]:
    return [{name: value} for value in values]


def drafted_input(values: Sequence[object], name: str = "rate", *, weight: int | None = 1) -> dict[str, Any]:
    """Return what is declared for a column; without a weight, another column has it."""
    records: list[Record] = [{name: value, "other": place} for place, value in enumerate(values)]
    draft = draft_policy(records, {"other": 1} if weight is None else {name: weight})
    return dict(draft["inputs"][name])


def drafted_criterion(
    values: Sequence[object], name: str = "rate", better: Mapping[str, Direction] | None = None
) -> dict[str, Any]:
    return dict(draft_policy(column(values, name), {name: 1}, better or {})["steps"][0]["criteria"][0])


def line(values: Sequence[object], name: str = "rate") -> tuple[str, str]:
    value = drafted_criterion(values, name)["value"]
    return value["worst"], value["best"]


def refusal(
    records: Any,  # noqa: ANN401  what nobody should give
    weights: Any = None,  # noqa: ANN401
    better: Any = None,  # noqa: ANN401
) -> str:
    with pytest.raises(InvalidValueError) as caught:
        draft_policy(records, {"rate": 1} if weights is None else weights, better or {})
    return str(caught.value)


def test_a_number_scores_from_the_tenth_to_the_ninetieth_percentile_of_the_sample() -> None:
    assert ("0.881", "0.975") == line(RATES)


def test_the_ends_of_a_line_are_round_numbers() -> None:
    spends = [1_234, 56_789, 123_456, 234_567, 345_678, 456_789, 567_890, 678_901, 789_012, 890_123, 9_999_999]

    assert ("60000", "890000") == line(spends)


def test_where_nearly_all_values_are_the_same_the_line_spans_all_of_them() -> None:
    assert ("0.5", "1") == line([0.5, *[1] * 20])


def test_the_order_of_the_records_changes_nothing() -> None:
    assert drafted_criterion(RATES) == drafted_criterion(tuple(reversed(RATES)))


def test_shares_are_declared_from_nought_to_one() -> None:
    expected = {"type": "number", "decimals": 4, "min": "0", "max": "1"}

    assert expected == drafted_input(RATES)


def test_bounds_leave_room_for_next_months_record() -> None:
    assert {"type": "integer", "min": "0", "max": "700"} == drafted_input([12, 350, 40])
    assert {"type": "number", "decimals": 1, "min": "-10", "max": "10"} == drafted_input([-5, 3.5])
    assert {"type": "integer", "min": "-10", "max": "0"} == drafted_input([-5, -1])
    assert {"type": "integer", "min": "0", "max": "1"} == drafted_input([0, 0])


def test_the_noise_of_float_arithmetic_is_not_data() -> None:
    assert 6 == drafted_input([0.1 + 0.2, 0.5])["decimals"]
    assert 6 == drafted_input([Fraction(1, 3), Fraction(2, 3)])["decimals"]


def test_a_value_next_to_nothing_is_data_as_it_is_for_a_decision() -> None:
    assert 6 == drafted_input([7.6e-160, 0.5, Decimal(1) / 3])["decimals"]


class Single:
    """A number of another library, as NumPy's float32."""

    def __float__(self) -> float:
        return 0.25


numbers.Real.register(Single)


def test_numbers_of_other_libraries_are_numbers() -> None:
    assert {"type": "number", "decimals": 2, "min": "0", "max": "1"} == drafted_input([Single(), 0.5])


def test_tiny_values_keep_four_digits() -> None:
    assert 8 == drafted_input([Decimal("0.000012345678"), Decimal("0.000098765432")])["decimals"]
    assert 9 == drafted_input([1e-12, 3e-12])["decimals"]


def test_a_large_number_gives_up_decimals_before_it_is_refused() -> None:
    expected = {"type": "number", "decimals": 1, "min": "0", "max": "30000000000"}

    assert expected == drafted_input([12_345_678_901.123456])


def test_a_column_is_optional_where_a_record_lacks_it_or_holds_none() -> None:
    draft = draft_policy([{"a": 1, "b": 2}, {"a": 3, "b": None}, {"a": 5}], {"a": 1, "b": 1})

    assert "optional" not in draft["inputs"]["a"]
    assert draft["inputs"]["b"]["optional"] is True


def test_a_boolean_scores_all_or_nothing() -> None:
    assert {"kind": "categories", "points": {"true": "100", "false": "0"}} == drafted_criterion([True, False])["value"]


def test_a_boolean_that_should_be_false_scores_the_other_way_round() -> None:
    criterion = drafted_criterion([True, False], better={"rate": "lower"})

    assert {"true": "0", "false": "100"} == criterion["value"]["points"]


def test_options_score_alike_and_their_owner_is_told_to_set_the_points() -> None:
    criterion = drafted_criterion(["pack", "raw", "pack"], "category")

    assert {"kind": "categories", "points": {"pack": "50", "raw": "50"}} == criterion["value"]
    assert "category (set the points: every option scores 50)" == criterion["label"]["en"]
    assert "category（请设定分值：各选项暂均为 50 分）" == criterion["label"]["zh"]


def test_text_without_a_weight_is_a_choice_where_it_is_said_again_and_again() -> None:
    assert {"type": "choice", "options": ["pack", "raw"]} == drafted_input(["raw", "pack"] * 2, weight=None)
    assert {"type": "text"} == drafted_input(["Acme", "Zhang", "Acme"], weight=None)
    assert {"type": "text"} == drafted_input(["a", "", "a", ""], weight=None)


def test_digits_without_a_weight_stay_text() -> None:
    assert {"type": "text"} == drafted_input(["00123", "00124"], weight=None)


def test_days_become_dates() -> None:
    assert {"type": "date"} == drafted_input([date(2026, 1, 31), "2026-02-28"], weight=None)
    assert {"type": "text"} == drafted_input(["20260131", "2026-W05-1"], weight=None)


def test_a_column_without_data_may_hold_anything_later() -> None:
    assert {"type": "text", "optional": True} == drafted_input([None, None], weight=None)


def test_a_weighted_column_without_data_gets_placeholders_and_says_so() -> None:
    criterion = drafted_criterion([None])

    assert {"kind": "linear", "worst": "0", "best": "100"} == criterion["value"]
    assert "rate (no data in the sample: set the bounds)" == criterion["label"]["en"]


def test_a_constant_column_scores_between_its_declared_bounds_and_says_so() -> None:
    criterion = drafted_criterion([4, 4.0, "4"])

    assert {"kind": "linear", "worst": "0", "best": "8"} == criterion["value"]
    assert "rate (the same in every record: set worst and best)" == criterion["label"]["en"]


def test_one_record_is_enough() -> None:
    draft = draft_policy([{"rate": 0.5, "ok": True}], {"rate": 1, "ok": 1})

    assert Decimal("75.00") == evaluate(load_policy(draft), {"rate": 0.5, "ok": True})["score"]


@pytest.mark.parametrize(
    "name",
    ["unit_cost", "price", "late_lines", "PPM", "ppm2025", "rejectRate", "complaints", "LateDays", "defects_per_lot"],
)
def test_names_that_speak_of_trouble_are_better_low_and_the_label_says_that_this_is_a_guess(name: str) -> None:
    criterion = drafted_criterion([1, 5], name)

    assert ("5", "1") == (criterion["value"]["worst"], criterion["value"]["best"])
    assert f"{name} (lower is better: guessed from the name)" == criterion["label"]["en"]
    assert f"{name}（按名称推测：越低越好）" == criterion["label"]["zh"]


@pytest.mark.parametrize("name", ["plates", "related", "accost", "template", "on_time"])
def test_a_word_inside_another_word_is_no_hint(name: str) -> None:
    criterion = drafted_criterion([1, 5], name)

    assert ("1", "5") == (criterion["value"]["worst"], criterion["value"]["best"])
    assert "label" not in criterion


def test_what_the_caller_says_is_no_guess() -> None:
    higher = drafted_criterion([1, 5], "price", {"price": "higher"})
    lower = drafted_criterion([1, 5], "price", {"price": "lower"})

    assert {"kind": "linear", "worst": "1", "best": "5"} == higher["value"]
    assert {"kind": "linear", "worst": "5", "best": "1"} == lower["value"]
    assert "label" not in higher
    assert "label" not in lower


def test_the_draft_reweights_and_grades_and_leaves_the_unrated_aside() -> None:
    draft = draft_policy([{"a": 1, "b": None}, {"a": 5, "b": 3}], {"a": "25/48", "b": 0.1})
    score, grade = draft["steps"]

    assert ("weighted_mean", "reweight", "0.6") == (score["method"], score["missing"], score["min_coverage"])
    assert ["25/48", "0.1"] == [criterion["weight"] for criterion in score["criteria"]]
    assert ["A", "B", "C", "D"] == [band["name"] for band in grade["bands"]]
    assert "unrated" == grade["if_unknown"]


def test_a_float_weight_of_a_third_still_loads() -> None:
    draft = draft_policy([{"a": 1, "b": 2, "c": 3}], {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3})

    assert "0.333333" == draft["steps"][0]["criteria"][0]["weight"]


def test_the_score_keeps_clear_of_columns_named_like_it() -> None:
    draft = draft_policy([{"Score": 1, "grade": 2, "grade_2": 3}], {"Score": 1})

    assert ["score_2", "grade_3"] == [step["id"] for step in draft["steps"]]


def test_the_draft_is_named_by_the_caller() -> None:
    draft = draft_policy([{"a": 1}], {"a": 1}, policy_id="review", version="2026.1")

    assert ("review", "2026.1") == (draft["id"], draft["version"])
    with pytest.raises(PolicyError):
        draft_policy([{"a": 1}], {"a": 1}, policy_id="")


def test_every_unknown_weight_is_named() -> None:
    said = refusal([{"rate": 1}], {"rate": 1, "qualty": 2, "speed": 3})

    assert "weights for columns that no record has: 'qualty', 'speed'; expected one of rate" == said


def test_every_unknown_direction_is_named() -> None:
    assert "directions for columns without a weight: 'a', 'b'" in refusal(
        [{"rate": 1, "a": 2}], None, {"b": "lower", "a": "lower"}
    )
    assert "direction of 'rate': 'up'; give 'higher' or 'lower'" == refusal([{"rate": 1}], None, {"rate": "up"})
    assert "has options, which have no direction" in refusal([{"rate": "x"}], None, {"rate": "lower"})


@pytest.mark.parametrize("records", [[], (), "rate", None, {"rate": 1}, [1], [{"rate": 1}, None], iter([{"rate": 1}])])
def test_without_records_there_is_no_draft(records: object) -> None:
    assert "mapping" in refusal(records)


@pytest.mark.parametrize("weights", [{}, [], {"rate": -1}, {"rate": 0}, {"rate": "much"}, {"rate": float("nan")}])
def test_without_weights_there_is_no_draft(weights: object) -> None:
    refusal([{"rate": 1}], weights)


@pytest.mark.parametrize("name", ["质量合格率", "on time", "class", "max", "rate_low", "", 7])
def test_a_key_that_cannot_be_a_name_is_refused_with_the_way_out(name: object) -> None:
    assert "rename them" in refusal([{"rate": 1, name: 2}])


def test_keys_that_differ_by_case_only_are_refused() -> None:
    assert "keys that differ by case only: 'Rate', 'rate'; use one spelling" == refusal([{"rate": 1, "Rate": 2}])


@pytest.mark.parametrize(
    "values",
    [
        [1, "two"],
        ["0.5", ""],
        [True, 1],
        [True, "true"],
        [[1]],
        [date(2026, 1, 31)],
        [datetime(2026, 1, 31, tzinfo=UTC)],
        [float("nan")],
        [float("inf")],
        [Decimal("NaN")],
        [10**5000],
        [Decimal("1e999999")],
        [Fraction(10**5000, 3)],
        [1e300],
        [6e11],
        ["x" * 201],
        ["a\x00b"],
        [f"option {number}" for number in range(13)],
    ],
)
def test_a_weighted_column_that_cannot_be_scored_is_named(values: list[object]) -> None:
    assert "no draft can be made: column 'rate' " in refusal(column(values))


@pytest.mark.parametrize(
    "values", [[1, "two"], [True, 1], [[1]], [datetime(2026, 1, 31, tzinfo=UTC)], [float("nan")], ["x" * 201]]
)
def test_a_column_that_no_input_can_take_is_refused_even_without_a_weight(values: list[object]) -> None:
    said = refusal([{"rate": 1, "other": value} for value in values])

    assert "no draft can be made: column 'other' " in said


def test_every_column_that_cannot_be_used_is_named_at_once() -> None:
    said = refusal([{"rate": [], "a": {}, "b": 1, "c": float("nan")}])

    assert [True, True, False, True] == [f"column {name!r}" in said for name in ("rate", "a", "b", "c")]


NUMBERS = st.one_of(
    st.none(),
    st.integers(-(10**9), 10**9),
    st.floats(-(10**6), 10**6, allow_nan=False),
    st.decimals(-1000, 1000, places=3),
    st.decimals(0, 1, places=2).map(str),
    st.fractions(-10, 10, max_denominator=99),
)

RECORDS = st.lists(
    st.fixed_dictionaries(
        {"count": NUMBERS, "cost": NUMBERS, "ok": st.sampled_from((True, False, None))},
        optional={
            "group": st.sampled_from(("raw", "pack", None)),
            "share": st.floats(0, 1),
            "name": st.text(max_size=5),
        },
    ),
    min_size=1,
    max_size=12,
)


@given(records=RECORDS, weights=st.lists(st.integers(1, 99), min_size=4, max_size=4))
def test_a_draft_scores_every_record_of_its_sample_that_has_enough_data(
    records: list[dict[str, object]], weights: list[int]
) -> None:
    known = {name for record in records for name in record}
    given_weights = {
        name: weight for name, weight in zip(("count", "cost", "ok", "group"), weights, strict=True) if name in known
    }
    policy = load_policy(draft_policy(records, given_weights))

    for record in records:
        present = sum(weight for name, weight in given_weights.items() if record.get(name) is not None)
        enough = 5 * present >= 3 * sum(given_weights.values())
        decision = evaluate(policy, record)
        assert enough == (decision["score"] is not None)
        assert enough == (decision["grade"] != "unrated")


@given(records=RECORDS)
def test_the_same_sample_gives_the_same_draft(records: list[dict[str, object]]) -> None:
    assert draft_policy(records, {"count": 1}) == draft_policy([dict(record) for record in records], {"count": 1})
