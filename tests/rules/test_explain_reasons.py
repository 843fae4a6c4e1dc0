"""What an explanation holds as data."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from makers import decided, number, policy, scorecard
from supplier_reviews import reviewed

from supplychain_rules import STRATEGIES, Decision, evaluate
from supplychain_rules.language.nodes import Call, Expression, Number
from supplychain_rules.language.types import Type
from supplychain_rules.rules.explain import (
    Cause,
    CriterionReason,
    FormulaReason,
    GateReason,
    LadderReason,
    ScorecardReason,
    TableReason,
)
from supplychain_rules.rules.strategies import ScoringMethod, Term, ValueFunction

QUALITY = {"id": "q", "of": "quality", "weight": 40}
DELIVERY = {"id": "d", "of": "delivery", "weight": 35}
SERVICE = {"id": "s", "of": "service", "weight": 25}
RATES = {name: number(optional=True) for name in ("quality", "delivery", "service")}


def first(decision: Decision) -> Any:  # noqa: ANN401  a reason of any kind
    return decision.explain().steps[0]


def formula(text: str, inputs: dict[str, Any], **record: object) -> FormulaReason:
    reason = first(decided(inputs, {"kind": "formula", "id": "f", "formula": text}, **record))
    assert isinstance(reason, FormulaReason)
    return reason


def card(*criteria: dict[str, Any], settings: dict[str, Any] | None = None, **record: object) -> ScorecardReason:
    step = scorecard(*(criteria or (QUALITY, DELIVERY, SERVICE)), **(settings or {"missing": "reweight"}))
    reason = first(decided(RATES, step, **record))
    assert isinstance(reason, ScorecardReason)
    return reason


# Formulas and gates: why something is missing


A_B = {"a": number(optional=True), "b": number(optional=True)}


@pytest.mark.parametrize(
    ("text", "record", "causes"),
    [
        pytest.param("a + b", {"a": 1}, [("missing", "b")], id="an operand"),
        pytest.param("coalesce(a, 0) + b", {}, [("missing", "b")], id="a missing value with a substitute is no cause"),
        pytest.param("coalesce(a, b)", {}, [("missing", "a"), ("missing", "b")], id="all substitutes are missing"),
        pytest.param("round(a / b, 2)", {"a": 1, "b": 0}, [("zero_divisor", "b")], id="a divisor is zero"),
        pytest.param(
            "round(a / (a - b), 2)", {"a": 1, "b": 1}, [("zero_divisor", "a - b")], id="a computed divisor is zero"
        ),
        pytest.param("a if b > 1 else 0 - a", {"b": 2}, [("missing", "a")], id="only the branch taken counts"),
        pytest.param("1 if b > 1 else a", {}, [("missing", "a")], id="an unknown condition takes the other branch"),
        pytest.param(
            "round(b / (a - 1), 1) if a > 5 else b", {"a": 1, "b": 1}, [], id="a branch not taken is no cause"
        ),
        pytest.param("a + a * a", {}, [("missing", "a")], id="each cause once"),
        pytest.param("a > 1 and b > 1", {"b": 2}, [("missing", "a")], id="the unknown part of a condition"),
        pytest.param("a > 1 and b > 1", {"b": 0}, [], id="a condition that is surely false"),
    ],
)
def test_a_formula_names_what_made_it_missing(
    text: str, record: dict[str, object], causes: list[tuple[str, str]]
) -> None:
    assert causes == [(cause.kind, cause.of) for cause in formula(text, A_B, **record).causes]


def test_an_unknown_check_names_what_made_it_unknown() -> None:
    gate = first(reviewed(certified=None))
    assert isinstance(gate, GateReason)

    assert (None, "refer", (Cause(kind="missing", of="certified"),)) == attrs.astuple(
        gate.checks[0], recurse=False, filter=attrs.filters.include("holds", "effect", "causes")
    )


# Scorecards


def test_reweighting_shows_the_share_that_counted_beside_the_share_as_written() -> None:
    shown = [(one.id, one.share, one.counted_share) for one in card(quality=90, service=50).criteria]

    assert [
        ("q", Decimal("0.4000"), Decimal("0.6154")),
        ("d", Decimal("0.3500"), None),
        ("s", Decimal("0.2500"), Decimal("0.3846")),
    ] == shown


def test_a_contribution_is_the_share_that_counted_times_the_points() -> None:
    reason = card(quality=90, service=50)

    assert [Decimal("55.3846"), None, Decimal("19.2308")] == [one.contribution for one in reason.criteria]
    assert (Decimal("74.62"), Decimal("0.0046")) == (reason.score, reason.remainder)


def test_without_a_score_nothing_is_said_to_contribute() -> None:
    reason = card(settings={"missing": "null"}, quality=90, service=50)

    assert (None, None, ("d",)) == (reason.score, reason.remainder, reason.missing_because)
    assert [None, None, None] == [one.contribution for one in reason.criteria]


def test_a_coverage_that_is_too_low_is_told_from_a_criterion_that_is_needed() -> None:
    settings = {"missing": "reweight", "min_coverage": "0.7"}
    too_low, enough = card(settings=settings, quality=90, service=50), card(settings=settings, quality=90, delivery=50)

    assert [(True, ()), (False, ())] == [(one.coverage_too_low, one.missing_because) for one in (too_low, enough)]


def test_a_coverage_of_exactly_the_minimum_is_enough_although_both_are_rounded_to_be_shown() -> None:
    thirds = ({**QUALITY, "weight": 1}, {**DELIVERY, "weight": 1}, {**SERVICE, "weight": 1})
    reason = card(*thirds, settings={"missing": "reweight", "min_coverage": "1/3"}, quality=90)

    assert (False, Decimal("90.00"), Decimal("0.3333")) == (reason.coverage_too_low, reason.score, reason.coverage)


def test_a_criterion_that_does_not_apply_has_no_share_and_says_its_condition() -> None:
    reason = card({**QUALITY, "applies": "service > 10"}, DELIVERY, SERVICE, quality=90, delivery=80, service=0)
    quality = reason.criteria[0]

    assert ("not_applicable", "service > 10", False) == (quality.state, quality.applies_when, quality.applies)
    assert (Decimal("0.0000"), None, None) == (quality.share, quality.counted_share, quality.contribution)


def test_a_criterion_of_which_nobody_knows_whether_it_applies_does_and_says_so() -> None:
    quality = card({**QUALITY, "applies": "service > 10"}, DELIVERY, SERVICE, quality=90, delivery=80).criteria[0]

    assert ("present", None) == (quality.state, quality.applies)


def test_the_least_criterion_carries_the_whole_score_of_a_worst_of() -> None:
    reason = card(settings={"method": "worst_of", "missing": "reweight"}, quality=90, service=50)

    assert [Decimal("0.0000"), None, Decimal("50.0000")] == [one.contribution for one in reason.criteria]


@attrs.frozen(kw_only=True)
class Halved:
    by: Decimal = Decimal(2)
    note: object = "any"


def halve(spec: Halved, operand: Expression, kind: Type) -> Expression:
    return operand


def least(spec: Halved, terms: tuple[Term, ...], decimals: int) -> Expression:
    return Call("min", (*(term.score for term in terms), Number(Decimal(60))))


OWN = STRATEGIES.with_strategy(ValueFunction(kind="halved", version="1", spec=Halved, lower=halve)).with_strategy(
    ScoringMethod(kind="least", version="1", spec=Halved, combine=least)
)


def test_a_method_that_does_not_say_what_each_criterion_adds_leaves_the_contributions_out() -> None:
    step = scorecard({"id": "q", "of": "quality", "value": {"kind": "halved"}}, method="least")
    decision = evaluate(policy({"quality": number()}, step, strategies=OWN), {"quality": 90})
    reason = first(decision)

    assert (Decimal(60), None, None) == (reason.score, reason.remainder, reason.criteria[0].contribution)
    assert {"kind": "halved", "spec": {"by": "2", "note": "any"}} == decision.explain().to_dict()["steps"][0][
        "criteria"
    ][0]["value_function"]


def test_weights_are_kept_exactly() -> None:
    criteria = card({**QUALITY, "weight": "25/48"}, {**DELIVERY, "weight": "23/48"}, quality=1, delivery=1).criteria

    assert [Fraction(25, 48), Fraction(23, 48)] == [one.weight for one in criteria]
    assert [Decimal("0.5208"), Decimal("0.4792")] == [one.share for one in criteria]


# Ladders


BANDS = [{"name": "A", "from": 85}, {"name": "B", "from": 70}, {"name": "C", "from": 55}, {"name": "D"}]
WAS = {"type": "choice", "options": ["A", "B", "C", "D", "unrated"], "optional": True}
WAITED = {"type": "integer", "min": -9, "max": 9, "optional": True}


def rung(score: object, *, bands: list[dict[str, Any]] | None = None, **hysteresis: Any) -> LadderReason:  # noqa: ANN401
    record = {key: hysteresis.pop(key) for key in ("was", "waited") if key in hysteresis}
    step = {"kind": "ladder", "id": "grade", "of": "score", "bands": bands or BANDS, "if_unknown": "unrated"}
    if hysteresis:
        step["hysteresis"] = {"previous": "was", "held": "waited", **hysteresis}
    inputs = {"score": number(0, 100, optional=True), "was": WAS, "waited": WAITED}
    reason = first(decided(inputs, step, score=score, **record))
    assert isinstance(reason, LadderReason)
    return reason


@pytest.mark.parametrize(
    ("score", "band", "low", "high"),
    [(100, "A", 85, None), (85, "A", 85, None), ("84.99", "B", 70, 85), (55, "C", 55, 70), (0, "D", None, 55)],
)
def test_a_band_shows_its_edges_and_the_outer_ones_are_open(
    score: object, band: str, low: int | None, high: int | None
) -> None:
    reason = rung(score)

    assert (band, low, high, "low") == (reason.band, reason.low, reason.high, reason.closed)


@pytest.mark.parametrize(
    ("score", "band", "low", "high"),
    [(10, "A", None, 10), ("10.01", "B", 10, 40), (40, "B", 10, 40), (41, "C", 40, None)],
)
def test_where_lower_is_better_the_upper_edge_belongs_to_the_band(
    score: object, band: str, low: int | None, high: int | None
) -> None:
    reason = rung(score, bands=[{"name": "A", "to": 10}, {"name": "B", "to": 40}, {"name": "C"}])

    assert (band, low, high, "high") == (reason.band, reason.low, reason.high, reason.closed)


def test_a_missing_number_has_a_band_but_no_edges() -> None:
    reason = rung(None)

    assert ("unrated", None, None, None) == (reason.band, reason.by_thresholds, reason.low, reason.high)


def test_a_band_kept_by_the_margin_shows_both_what_the_thresholds_say_and_where_the_margin_puts_them() -> None:
    reason = rung("69.80", margin=2, was="B")

    assert ("B", "C", Decimal(55), Decimal(70)) == (reason.band, reason.by_thresholds, reason.low, reason.high)
    assert ("B", Decimal(68), Decimal(87)) == (reason.indicated, reason.indicated_low, reason.indicated_high)


def test_a_band_held_back_shows_how_often_and_how_often_it_needs() -> None:
    up, down = rung(80, periods=3, periods_up=2, was="C"), rung(60, periods=3, periods_up=2, was="B", waited=-1)

    assert ("C", "B", 1, 2) == (up.band, up.indicated, up.held, up.periods)
    assert ("B", "C", -2, 3) == (down.band, down.indicated, down.held, down.periods)


@pytest.mark.parametrize("was", [None, "unrated"])
def test_without_a_previous_band_in_the_order_no_threshold_moves(was: str | None) -> None:
    reason = rung("69.80", margin=2, was=was)

    assert ("C", "C", Decimal(0), None) == (reason.band, reason.indicated, reason.margin, reason.periods)


# Tables


def test_rows_are_tried_until_one_hits_and_each_says_its_first_cell_that_failed() -> None:
    table = reviewed(quality_pass_rate=Decimal("0.93")).explain().steps[4]
    assert isinstance(table, TableReason)

    assert [
        ("best", False, "grade", "A", "D"),
        ("good", False, "grade", ">= C", "D"),
        ("bad", False, "qualified", "fail", "pass"),
    ] == [(row.id, row.hits, row.column, row.cell, row.seen) for row in table.rows]
    assert (None, True, True) == (table.decided_by, table.otherwise, table.has_otherwise)


def priority(**then: str) -> dict[str, Any]:
    return {
        "kind": "table",
        "id": "t",
        "hit": "priority",
        "when": ["a"],
        "outputs": {"action": {"type": "choice", "options": ["stop", "watch", "keep"]}},
        "rows": [{"id": key, "when": {"a": ">= 1"}, "then": {"action": value}} for key, value in then.items()],
    }


def test_of_several_rows_that_hit_the_one_that_decides_is_named() -> None:
    table = first(decided(A_B, priority(one="keep", two="stop", three="watch"), a=2))

    assert ("two", [True, True, True]) == (table.decided_by, [row.hits for row in table.rows])


def test_a_row_that_cannot_be_judged_is_unknown_not_failed() -> None:
    row = first(decided(A_B, priority(one="keep"))).rows[0]

    assert (False, True, None) == (row.hits, row.unknown, row.seen)


def test_the_demonstration_adds_up_to_the_figure_in_the_design() -> None:
    reason = reviewed().explain().steps[1]
    assert isinstance(reason, ScorecardReason)

    assert (Decimal("66.87"), Decimal("-0.0037")) == (reason.score, reason.remainder)
    assert [Decimal("29.4737"), Decimal("22.4000"), Decimal("15.0000")] == [
        one.contribution for one in reason.criteria if isinstance(one, CriterionReason)
    ]
