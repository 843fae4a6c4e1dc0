import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from makers import number, policy, scorecard

from supplychain_rules import InputError, InvalidValueError, Policy
from supplychain_rules.analysis import outcomes
from supplychain_rules.analysis.sensitivity import minimum_weight_changes, sensitivity
from supplychain_rules.analysis.sensitivity_report import OutcomeFlip, RankFlip, Sensitivity

GRADE = {
    "kind": "ladder",
    "id": "grade",
    "of": "score",
    "bands": [{"name": "A", "from": "75"}, {"name": "B", "from": "60"}, {"name": "C"}],
    "if_unknown": "none",
}
TWO = ({"id": "q", "of": "q", "weight": 60}, {"id": "p", "of": "p", "weight": 40})
RECORDS = [{"name": "X", "q": 90, "p": 50}, {"name": "Y", "q": 60, "p": 80}]


def card(*steps: dict[str, Any], criteria: tuple[dict[str, Any], ...] = TWO, **settings: object) -> Policy:
    names = {criterion["of"] for criterion in criteria}
    inputs: dict[str, Any] = {name: number(optional=True) for name in sorted(names)}
    return policy(inputs, scorecard(*criteria, **settings), *steps)


def found(*steps: dict[str, Any], **asked: Any) -> Sensitivity:  # noqa: ANN401
    return sensitivity(card(*steps), RECORDS, key="name", **asked)


def test_the_grade_flips_where_the_rounded_score_reaches_the_edge_half_a_unit_before_it() -> None:
    grade = next(one for one in found(GRADE).of("q").outcomes if one.record == "X")

    # The score of X is 50 + 40 t, now 74; it is shown as 75.00 from 74.995 on, and as 59.99 below 59.995.
    assert (Fraction("0.249875"), Fraction("0.624875")) == (grade.interval.low, grade.interval.high)
    above, below = grade.interval.above[0], grade.interval.below[0]
    assert isinstance(above, OutcomeFlip)
    assert isinstance(below, OutcomeFlip)
    assert (True, "A", False, "C") == (above.reached, above.after, below.reached, below.after)


def test_the_nearest_flips_of_all_weights_are_named() -> None:
    report = found(GRADE)

    assert report.nearest_rank_flip == RankFlip(
        kind="overtakes", weight=Fraction(1, 2), record="Y", other="X", exact=True
    )
    nearest = report.nearest_outcome_flip
    assert nearest is not None
    assert ("X", "B", "A") == (nearest.record, nearest.before, nearest.after)


def test_an_action_of_a_table_far_below_the_scorecard_is_watched_too() -> None:
    table = {
        "kind": "table",
        "id": "decide",
        "hit": "first",
        "when": ["grade"],
        "outputs": {"action": {"type": "choice", "options": ["grow", "keep"]}},
        "rows": [{"id": "best", "when": {"grade": "A"}, "then": {"action": "grow"}}],
        "otherwise": {"action": "keep"},
    }
    report = found(GRADE, table)

    action = next(one for one in report.of("q").outcomes if (one.record, one.output) == ("X", "action"))
    # Falling to C leaves the action as it is; rising to A does not.
    assert (Fraction(0), Fraction("0.624875")) == (action.interval.low, action.interval.high)


def test_a_nested_scorecard_moves_the_grade_through_the_total_above_it() -> None:
    total = {
        "kind": "scorecard",
        "id": "total",
        "method": "weighted_mean",
        "criteria": [{"id": "inner", "of": "score", "weight": 1}, {"id": "own", "of": "p", "weight": 1}],
    }
    report = found(total, {**GRADE, "of": "total"}, step="score")

    grade = next(one for one in report.of("q").outcomes if one.record == "X")
    # total = (50 + 40 t + 50) / 2, now 62, is 60 or more where the inner score is 70 (69.99 gives 59.995, so 60.00).
    flip = grade.interval.below[0]
    assert isinstance(flip, OutcomeFlip)
    assert ("B", "C", False) == (flip.before, flip.after, flip.reached)
    assert Fraction("0.499625") == grade.interval.low


def test_every_weighted_mean_is_looked_at_where_no_step_is_named() -> None:
    total = {
        "kind": "scorecard",
        "id": "total",
        "method": "weighted_mean",
        "criteria": [{"id": "s", "of": "score", "weight": 1}],
    }

    assert [("score", "q"), ("score", "p"), ("total", "s")] == [
        (one.step, one.criterion) for one in found(total).criteria
    ]


def test_other_methods_are_left_out_by_name_and_refused_when_asked_for() -> None:
    points = {"kind": "scorecard", "id": "extra", "method": "points", "criteria": [{"id": "s", "of": "score"}]}

    assert ["extra: the weights of points do not trade off in proportion; left out"] == [
        note.text("en") for note in found(points).notes
    ]
    with pytest.raises(InvalidValueError, match=r"extra \(points\)"):
        found(points, step="extra")


def test_outputs_that_compare_the_records_are_not_decided_and_said_so() -> None:
    rank = {"kind": "rank", "id": "place", "of": "score"}
    first = {**GRADE, "id": "podium", "of": "place", "bands": [{"name": "top", "to": "1"}, {"name": "rest"}]}
    report = found(GRADE, rank, first)

    assert {"grade"} == {one.output for one in report.of("q").outcomes}
    assert ["podium compares the records by score: where it flips is not decided"] == [
        n.text("en") for n in report.notes
    ]


def test_a_record_loses_its_score_where_its_coverage_falls_below_the_minimum() -> None:
    rules = card(GRADE, missing="reweight", min_coverage="0.5")
    report = sensitivity(rules, [{"q": 90}, {"q": 60, "p": 80}])

    weight = report.of("p")
    assert Fraction(1, 2) == weight.ranking.high
    assert ("drops_out", 0) == (weight.ranking.above[0].kind, weight.ranking.above[0].record)  # type: ignore[union-attr]
    grade = next(one for one in weight.outcomes if one.record == 0)
    assert ("none", False) == (grade.interval.above[0].after, grade.interval.above[0].reached)  # type: ignore[union-attr]


def test_a_search_beyond_its_budget_says_that_it_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "MAX_LOOKS", 50)
    odd = {"kind": "formula", "id": "odd", "formula": "score * 2 == 1"}
    report = found(odd, outputs=["odd"])

    assert {False} == {one.interval.decided for one in report.of("q").outcomes}
    assert "undecided beyond" in str(report)


def test_rows_that_would_hit_together_are_a_flip_of_their_own() -> None:
    table = {
        "kind": "table",
        "id": "decide",
        "hit": "unique",
        "when": ["score", "q"],
        "outputs": {"action": {"type": "choice", "options": ["grow", "keep"]}},
        "rows": [
            {"id": "high", "when": {"score": ">= 80"}, "then": {"action": "grow"}},
            {"id": "good", "when": {"q": ">= 90"}, "then": {"action": "keep"}},
        ],
    }
    action = next(one for one in found(table).of("q").outcomes if one.record == "X")

    assert [outcomes.CONFLICT] == [flip.after for flip in action.interval.above if isinstance(flip, OutcomeFlip)]


def test_each_record_stands_so_far_from_the_bands_beside_its_own() -> None:
    standing = found(GRADE).standings[0]

    assert ("X", "B", Decimal(1), Decimal(14)) == (
        standing.record,
        standing.band,
        standing.to_better,
        standing.to_worse,
    )


def test_a_threshold_has_the_slack_of_the_nearest_record_on_each_side() -> None:
    top, middle = found(GRADE).thresholds

    assert (None, Decimal(1), ("X",), True) == (top.up, top.down, top.down_records, top.down_reached)
    assert (Decimal(8), ("Y",), False) == (middle.up, middle.up_records, middle.up_reached)
    assert Decimal(8) == middle.slack


def test_gates_and_tables_have_thresholds_too() -> None:
    gate = {"kind": "gate", "id": "fit", "checks": [{"id": "least", "require": "q >= 70 and 20 < p"}]}
    table = {
        "kind": "table",
        "id": "decide",
        "hit": "first",
        "when": ["score"],
        "outputs": {"action": {"type": "choice", "options": ["grow", "keep"]}},
        "rows": [{"id": "mid", "when": {"score": "[60..80)"}, "then": {"action": "keep"}}],
        "otherwise": {"action": "grow"},
    }
    assert [("q", ">=", "70"), ("p", ">", "20"), ("score", ">=", "60"), ("score", "<", "80")] == [
        (one.of, one.operator, str(one.threshold)) for one in found(gate, table).thresholds
    ]


def test_hysteresis_moves_the_edges_that_a_record_stands_at() -> None:
    inputs = {"score": number(), "was": {"type": "choice", "options": ["A", "B", "C"], "optional": True}}
    ladder = {**GRADE, "hysteresis": {"previous": "was", "margin": "2"}}
    ladder.pop("if_unknown")
    total = {"kind": "scorecard", "id": "total", "method": "weighted_mean", "criteria": [{"id": "s", "of": "score"}]}
    report = sensitivity(policy(inputs, total, ladder), [{"score": 74, "was": "B"}, {"score": 74, "was": "A"}])

    assert [("B", Decimal(3)), ("A", None)] == [(one.band, one.to_better) for one in report.standings]


def test_the_least_change_of_a_weight_is_in_the_weights_as_they_are_written() -> None:
    change = minimum_weight_changes(card(), RECORDS, key="name")[0]

    # 60 x 30 - 40 x 30 = 600 points of lead, 30 for each point of weight.
    assert ("X", "Y", "q", Fraction(20), Fraction(1, 3)) == (
        change.ahead, change.behind, change.criterion, change.decrease, change.relative
    )  # fmt: skip


def test_records_without_a_score_or_with_other_criteria_present_have_no_least_change() -> None:
    records = [{"q": 90, "p": 50}, {"q": 60, "p": 80}, {"q": 10}, {"q": 20}]

    assert {(0, 1)} == {(one.ahead, one.behind) for one in minimum_weight_changes(card(missing="null"), records)}
    assert {(0, 1), (3, 2)} == {
        (one.ahead, one.behind) for one in minimum_weight_changes(card(missing="reweight"), records)
    }


def test_the_findings_are_told_in_chinese_and_kept_as_json() -> None:
    report = found(GRADE)

    assert "排名" in report.text("zh")
    assert "X 的 grade 变为 A（现为 B）" in report.text("zh")
    kept = json.loads(json.dumps(report.to_dict()))
    assert "1/2" == kept["criteria"][0]["ranking"]["low"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"step": "scor"}, "did you mean 'score'"),
        ({"held": ["z"]}, "no criterion of this name"),
        ({"held": "q"}, "held criteria are a list"),
        ({"outputs": ["grad"]}, "did you mean 'grade'"),
    ],
)
def test_questions_about_what_is_not_there_are_refused_with_a_way_out(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        found(GRADE, **asked)


def test_no_records_and_two_of_one_name_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="there are no records"):
        sensitivity(card(), [])
    with pytest.raises(InvalidValueError, match="two records have the same name"):
        sensitivity(card(), [*RECORDS, RECORDS[0]], key="name")


def test_every_bad_record_is_named_by_its_position() -> None:
    with pytest.raises(InputError) as caught:
        sensitivity(card(), [{"name": "X", "q": 900}, {"q": 1}, 7], key="name")  # type: ignore[list-item]
    assert ["[1].name", "[2]"] == [problem.path for problem in caught.value.problems]
    with pytest.raises(InputError) as caught:
        sensitivity(card(), [{"q": 900}, {"qq": 1}])
    assert ["[0].q", "[1].qq"] == [problem.path for problem in caught.value.problems]


def test_a_policy_without_a_scorecard_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="the policy has no scorecard"):
        sensitivity(policy({"q": number()}, {**GRADE, "of": "q"}), [{"q": 1}])


def test_a_criterion_that_is_scored_among_peers_keeps_its_scores_as_the_weights_move() -> None:
    peers = {"id": "q", "of": "q", "weight": 1, "value": {"kind": "peer_linear"}}
    rules = card(GRADE, criteria=(peers, {"id": "p", "of": "p", "weight": 1}))
    report = sensitivity(rules, [{"q": 5, "p": 40}, {"q": 9, "p": 10}])

    # 40 - 40 t against 10 + 90 t.
    assert Fraction(3, 13) == report.of("q").best.low
    assert ["B"] == [flip.after for flip in report.of("q").outcomes[1].interval.above if isinstance(flip, OutcomeFlip)]


def test_a_weight_of_zero_leaves_a_score_missing_and_the_grade_what_an_unknown_one_gives() -> None:
    rules = card(GRADE, missing="reweight")
    report = sensitivity(rules, [{"q": 90}, {"q": 60, "p": 80}])

    flip = report.of("q").outcomes[0].interval.below[0]
    assert isinstance(flip, OutcomeFlip)
    assert ("none", Fraction(0), True) == (flip.after, flip.weight, flip.reached)


def test_the_only_weight_has_nothing_to_trade_with() -> None:
    report = sensitivity(card(GRADE, criteria=({"id": "q", "of": "q", "weight": 3},)), [{"q": 90}, {"q": 60}])

    assert (Fraction(1), Fraction(1), ()) == (report.of("q").least, report.of("q").most, report.of("q").best.below)
    assert report.nearest_rank_flip is None
    assert report.nearest_outcome_flip is None
    with pytest.raises(KeyError):
        report.of("z")
