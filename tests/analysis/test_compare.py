import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from makers import number, rule_set

from supplychain_rules import InputError, InvalidValueError, Policy, load_policy
from supplychain_rules.analysis.compare import compare_records
from supplychain_rules.analysis.comparison import Comparison

CARD = {
    "kind": "scorecard",
    "id": "score",
    "method": "weighted_mean",
    "criteria": [{"id": "q", "of": "q", "weight": "60"}, {"id": "p", "of": "p", "weight": "40"}],
}
GRADE = {
    "kind": "ladder",
    "id": "grade",
    "of": "score",
    "bands": [{"name": "A", "from": "80"}, {"name": "B", "from": "60"}, {"name": "C"}],
}
BONUS = {"kind": "formula", "id": "bonus", "formula": "round(spend * max(0, score - 70) / 100, 2)"}
INPUTS = {"q": number(), "p": number(), "spend": number(0, 1_000_000)}
RULES = rule_set(INPUTS, CARD, GRADE, BONUS)
RECORDS = [
    {"supplier": "X", "q": 90, "p": 50, "spend": "1000.00"},
    {"supplier": "Y", "q": 60, "p": 90, "spend": "2000.00"},
    {"supplier": "Z", "q": 20, "p": 20, "spend": "10.00"},
]


def changed(**values: Any) -> Policy:  # noqa: ANN401
    """Return the rules with other weights, thresholds or steps."""
    data = copy.deepcopy(RULES)
    data["version"] = "2"
    criteria = data["steps"][0]["criteria"]
    criteria[0]["weight"], criteria[1]["weight"] = values.pop("weights", ("60", "40"))
    data["steps"][1]["bands"][0]["from"] = values.pop("top", "80")
    data["steps"] += values.pop("more", [])
    data["inputs"] = values.pop("inputs", data["inputs"])
    assert not values
    return load_policy(data)


def compared(after: Policy, records: Any = RECORDS, **asked: Any) -> Comparison:  # noqa: ANN401
    return compare_records(load_policy(RULES), after, records, **{"key": "supplier"} | asked)


def test_other_weights_move_a_supplier_and_the_criterion_that_did_it_is_named() -> None:
    found = compared(changed(weights=("80", "20")))

    assert {("B", "A"): 1, ("B", "B"): 1, ("C", "C"): 1, ("C", "A"): 0} == {
        move: found.migration("grade").count(*move) for move in (("B", "A"), ("B", "B"), ("C", "C"), ("C", "A"))
    }
    assert [
        "X: grade B → A, because score goes from 74.00 to 82.00; q contributes 72.0000, before 54.0000 (+18.0000)"
    ] == [mover.text() for mover in found.movers if mover.record == "X"]


def test_another_threshold_moves_a_supplier_whose_score_stays() -> None:
    found = compared(changed(top="74"))

    assert ["grade puts 74.00 into A (74 …), before into B (60 … 80)"] == [m.reason.text("en") for m in found.movers]
    assert ["grade 将 74.00 归入 A（74 …），此前归入 B（60 … 80）"] == [m.reason.text("zh") for m in found.movers]


def test_a_falling_score_is_explained_by_what_fell_and_not_by_what_rose_more() -> None:
    card = {"supplier": "Y", "q": 60, "p": 90, "spend": 0}  # 72.00 falls to 66.00 as q gains 12 and p loses 18
    found = compared(changed(weights=("80", "20"), top="70"), [card])

    assert () == found.movers
    higher = compare_records(changed(top="70"), changed(weights=("80", "20"), top="70"), [card], key="supplier")
    assert ["score goes from 72.00 to 66.00; p contributes 18.0000, before 36.0000 (-18.0000)"] == [
        mover.reason.text("en") for mover in higher.movers
    ]


def test_the_margins_of_the_matrix_are_the_two_distributions() -> None:
    grade = compared(changed(weights=("80", "20"))).migration("grade")

    assert (("B", "C"), (2, 1)) == (grade.before, tuple(sum(row) for row in grade.counts))
    assert 1 == grade.moved
    assert {"A": 1, "B": 1, "C": 1} == {
        name: sum(row[place] for row in grade.counts) for place, name in enumerate(grade.after)
    }


def test_what_a_change_costs_is_the_exact_difference_of_the_totals() -> None:
    total = compared(changed(weights=("80", "20"))).total("bonus")

    # Before: 1000 x 4 % + 2000 x 2 %; after: 1000 x 12 % + 2000 x 0 (the score is 66).
    assert (Decimal("80.00"), Decimal("120.00"), Decimal("40.00")) == (total.before, total.after, total.difference)
    assert [("X", Decimal("40.00"), Decimal("120.00")), ("Y", Decimal("40.00"), Decimal("0.00"))] == [
        (one.record, one.before, one.after) for one in total.largest
    ]


def test_the_same_rules_move_nobody() -> None:
    found = compared(load_policy(RULES))

    assert ((), [0], {Decimal(0)}) == (
        found.movers, [one.moved for one in found.migrations], {one.difference for one in found.totals}
    )  # fmt: skip


def test_a_gate_and_a_table_say_which_check_and_which_row() -> None:
    def steps(least: str, action: str) -> list[dict[str, Any]]:
        gate = {"kind": "gate", "id": "fit", "checks": [{"id": "least", "require": f"q >= {least}"}]}
        rows = [{"id": "good", "when": {"grade": action}, "then": {"do": "grow"}}]
        table = {"kind": "table", "id": "plan", "hit": "first", "when": ["grade"], "rows": rows,
                 "outputs": {"do": {"type": "choice", "options": ["grow", "keep"]}},
                 "otherwise": {"do": "keep"}}  # fmt: skip
        return [gate, table]

    before, after = changed(more=steps("50", "A")), changed(more=steps("70", "B"))
    found = compare_records(before, after, RECORDS[:2], key="supplier")

    assert {
        ("X", "do"): "plan is decided by row good, before by no row",
        ("Y", "do"): "plan is decided by row good, before by no row",
        ("Y", "fit"): "fit goes from pass to fail; check least says fail, before pass",
    } == {(m.record, m.output): m.reason.text("en") for m in found.movers}


def test_a_step_that_only_one_rule_set_has_is_a_reason() -> None:
    cap = {"kind": "formula", "id": "capped", "formula": "min(score, p)"}
    first = copy.deepcopy(RULES)
    second = copy.deepcopy(RULES)
    second["steps"] = [CARD, cap, {**GRADE, "of": "capped"}]
    found = compare_records(load_policy(first), load_policy(second), RECORDS[:1], key="supplier")

    assert ["step capped is new"] == [mover.reason.text("en") for mover in found.movers]
    assert ["only before: bonus", "only after: capped"] == [note.text("en") for note in found.notes]
    back = compare_records(load_policy(second), load_policy(first), RECORDS[:1], key="supplier")
    assert ["grade puts 74.00 into B (60 … 80), before into C (… 60)"] == [m.reason.text("en") for m in back.movers]


def test_records_that_either_refuses_are_counted_and_named_and_in_no_total() -> None:
    narrow = changed(inputs=INPUTS | {"spend": number(0, 1500)})
    found = compared(narrow, [*RECORDS, {"supplier": "W", "q": 1, "p": 1, "spend": 1, "pp": 2}])

    assert (2, 2) == (found.records, found.refused_count)
    assert [("Y", (), 1), ("W", 1, 1)] == [
        (one.record, one.before and len(one.before), len(one.after)) for one in found.refused
    ]
    assert Decimal("40.00") == found.total("bonus").before
    assert "Y is refused: spend:" in str(found)


def test_a_field_that_only_one_rule_set_declares_is_not_shown_to_the_other() -> None:
    found = compared(changed(inputs=INPUTS | {"new": number(optional=True)}), [RECORDS[0] | {"new": 5}])

    assert (1, 0) == (found.records, found.refused_count)


def test_reversals_are_counted_over_the_periods_of_a_supplier() -> None:
    scores = {1: 81, 2: 79, 3: 81, 4: 50}
    records = [{"supplier": "X", "month": month, "q": score, "p": score, "spend": 0} for month, score in scores.items()]
    found = compared(changed(top="75"), records[::-1], period="month")

    assert (1, 0, ("X",), ()) == (
        found.reversals[0].before, found.reversals[0].after, found.reversals[0].records_before,
        found.reversals[0].records_after,
    )  # fmt: skip
    assert [2] == [mover.period for mover in found.movers]


def test_policies_that_compare_records_decide_those_that_both_take() -> None:
    rank = {"kind": "rank", "id": "place", "of": "score"}
    podium = {"kind": "ladder", "id": "podium", "of": "place", "bands": [{"name": "top", "to": "1"}, {"name": "rest"}]}
    before, after = changed(more=[rank, podium]), changed(weights=("20", "80"), more=[rank, podium])
    bad = {"supplier": "V", "q": 1000, "p": 1, "spend": 1}
    found = compare_records(before, after, [bad, *RECORDS], key="supplier")

    assert ["V"] == [one.record for one in found.refused]
    assert {("X", "top", "rest"), ("Y", "rest", "top")} == {
        (m.record, m.before, m.after) for m in found.movers if m.output == "podium"
    }
    assert {"score"} == {m.step for m in found.movers if m.output == "podium"}


def test_rows_that_hit_together_under_one_rule_set_refuse_the_record() -> None:
    def table(edge: str) -> dict[str, Any]:
        rows = [
            {"id": "one", "when": {"q": ">= 80"}, "then": {"do": "grow"}},
            {"id": "two", "when": {"p": edge}, "then": {"do": "keep"}},
        ]
        return {"kind": "table", "id": "plan", "hit": "unique", "when": ["q", "p"], "rows": rows,
                "outputs": {"do": {"type": "choice", "options": ["grow", "keep"]}}}  # fmt: skip

    found = compare_records(changed(more=[table(">= 99")]), changed(more=[table(">= 40")]), RECORDS, key="supplier")

    assert [("X", (), True)] == [(one.record, one.before, "rows_conflict" in one.after[0]) for one in found.refused]


def test_the_comparison_is_told_in_chinese_and_kept_as_json() -> None:
    found = compared(changed(weights=("80", "20")))

    assert "X：grade B → A，因为 score 由 74.00 变为 82.00" in found.text("zh")
    assert "case 1 → case 2：3 条记录" == found.text("zh").splitlines()[0]
    assert "合计 80.00 → 120.00，差额 +40.00" in found.text("zh")
    assert "grade" == json.loads(json.dumps(found.to_dict()))["migrations"][0]["output"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"outputs": ["grad"]}, "not both rule sets have this output"),
        ({"outputs": "grade"}, "outputs are a list"),
        ({"key": None, "period": "month"}, "periods without names"),
        ({"key": 7}, "'key' is the name of a field"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_refused(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        compared(load_policy(RULES), **asked)


def test_periods_without_order_and_doubles_are_refused() -> None:
    records = [RECORDS[0] | {"month": 1}, RECORDS[1] | {"month": "b"}]
    with pytest.raises(InvalidValueError, match="these periods have no order"):
        compared(load_policy(RULES), records, period="month")
    with pytest.raises(InvalidValueError, match="two records have the same name"):
        compared(load_policy(RULES), [RECORDS[0], RECORDS[0]])


def test_a_record_without_its_name_is_refused() -> None:
    with pytest.raises(InputError, match="names the record"):
        compared(load_policy(RULES), [{"q": 1, "p": 1, "spend": 1}])
