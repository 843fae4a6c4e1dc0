"""The risk register: levels, responses, scoring by tables, appetite, escalation, findings, triggers and trends."""

import json
import pickle
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from risk_makers import MATRIX, RPN, risk, risk_policy

from supplychain_rules import InvalidValueError, Label, PolicyError, evaluate, load_policy, verify
from supplychain_rules.partnership.risks import (
    FIVE_LEVELS,
    SEVERITY_FIRST_EXAMPLE,
    Escalation,
    Response,
    RiskLevels,
    RiskMatrix,
    RiskRegister,
    RiskReview,
    RiskScale,
    RiskScales,
    RiskTrend,
    RpnBand,
    RpnBands,
    SeverityFirst,
    SeverityRow,
    Trigger,
    assess,
    dump_risk_policy,
    dump_risk_register,
    load_risk_policy,
    load_risk_register,
    register_findings,
    residual_levels,
    risk_rules,
    risk_trends,
    triggers_of,
)

TODAY = date(2026, 6, 1)
STOCK = Response(action="stock for six weeks", kind="reduce", impact_change=-2, in_place=True)


def classed(scoring: object, *levels: int) -> str:
    (found,) = assess(risk_policy(scoring), RiskRegister(id="x", risks=[risk(levels)]))
    return found.inherent_class


def test_a_matrix_gives_the_class_of_its_cell() -> None:
    rules = load_policy(risk_rules(risk_policy(MATRIX)))
    levels = range(1, 6)

    assert [MATRIX.rows[likelihood - 1][impact - 1] for likelihood, impact in product(levels, levels)] == [
        evaluate(rules, {"likelihood": likelihood, "impact": impact})["risk_class"]
        for likelihood, impact in product(levels, levels)
    ]


def test_equal_products_are_told_apart_by_the_gate() -> None:
    assert ["high", "medium", "medium"] == [classed(RPN, *levels) for levels in ((3, 5, 2), (5, 3, 2), (5, 2, 3))]


def test_severity_is_looked_at_first() -> None:
    assert ["high", "medium", "low"] == [
        classed(SEVERITY_FIRST_EXAMPLE, *levels) for levels in ((2, 5, 1), (5, 2, 1), (4, 2, 5))
    ]


@pytest.mark.parametrize("scoring", [MATRIX, RPN, SEVERITY_FIRST_EXAMPLE], ids=["matrix", "rpn", "severity_first"])
def test_what_is_not_rated_is_unrated_and_to_be_assessed(scoring: object) -> None:
    decision = evaluate(load_policy(risk_rules(risk_policy(scoring))), {"impact": 5})

    assert ("unrated", "assess") == (decision["risk_class"], decision["due"])


@pytest.mark.parametrize("scoring", [MATRIX, RPN, SEVERITY_FIRST_EXAMPLE], ids=["matrix", "rpn", "severity_first"])
def test_the_rule_set_is_proved_to_leave_nothing_out(scoring: object) -> None:
    policy = risk_policy(
        scoring,
        categories=("supply", "safety"),
        appetite="medium",
        appetite_of={"safety": "low"},
        escalations=[Escalation(risk_class="high", to="board", within_days=7)],
    )

    findings = verify(load_policy(risk_rules(policy)))

    assert [] == [finding for finding in findings if finding.severity != "info"]


def test_the_appetite_depends_on_the_category() -> None:
    policy = risk_policy(MATRIX, categories=("supply", "safety"), appetite="medium", appetite_of={"safety": "low"})
    register = RiskRegister(
        id="2026", risks=[risk((3, 3, 1), "R1"), risk((3, 3, 1), "R2", category="safety"), risk((1, 1, 1), "R3")]
    )

    assert {"R1": "accept", "R2": "act", "R3": "accept"} == {
        each.risk.id: each.due for each in assess(policy, register)
    }


def test_a_risk_beyond_the_appetite_is_escalated() -> None:
    policy = risk_policy(MATRIX, escalations=[Escalation(risk_class="high", to="board", within_days=7)])
    found = assess(policy, RiskRegister(id="2026", risks=[risk((3, 3, 1), "R1"), risk((5, 5, 1), "R2")]))

    assert [("R2", "board"), ("R1", None)] == [(each.risk.id, each.escalate_to) for each in found]
    assert 7 == found[0].residual["escalate_within"]


def test_only_responses_in_place_lower_the_residual_risk() -> None:
    planned = Response(action="second foundry", kind="reduce", likelihood_change=-2)
    (found,) = assess(risk_policy(MATRIX), RiskRegister(id="2026", risks=[risk((4, 5, 1), responses=[STOCK, planned])]))

    assert ("high", "high", "medium") == (found.inherent_class, found.residual_class, found.target_class)
    assert {"likelihood": 4, "impact": 3} == {
        name: int(found.residual.inputs[name]) for name in ("likelihood", "impact")
    }
    assert "residual" in json.loads(json.dumps(found.to_dict()))


def test_levels_stay_on_their_scales_whatever_the_order_of_responses() -> None:
    worse = Response(action="no more inspection", kind="reduce", detectability_change=4)
    levels = residual_levels(risk_policy(), risk((1, 2, 4)), [STOCK, worse])

    assert RiskLevels(likelihood=1, impact=1, detectability=5) == levels
    assert levels == residual_levels(risk_policy(), risk((1, 2, 4)), [worse, STOCK])


def test_a_register_says_what_is_wrong_with_it() -> None:
    late = Response(action="audit", kind="reduce", due_on=date(2026, 5, 31), owner="QA")
    register = RiskRegister(
        id="2026",
        risks=[
            risk((5, 5, 1), "R1"),
            risk((5, 5, 1), "R2", owner="buyer", responses=[late]),
            risk((None, 5, 1), "R3", owner="buyer"),
            risk((1, 1, 1), "R4"),
        ],
    )

    found = register_findings(risk_policy(), register, as_of=TODAY)

    assert "R3：缺少等级评定" == found[0].to_dict()["message"]["zh"]
    assert [
        ("R3", "unrated"),
        ("R1", "no_owner"),
        ("R1", "no_response"),
        ("R2", "overdue_response"),
        ("R2", "target_beyond_appetite"),
    ] == [(finding.risk, finding.kind) for finding in found]


@pytest.mark.parametrize(
    ("value", "reached"),
    [(Decimal("0.9"), True), (Fraction(91, 100), False), (None, None)],
)
def test_a_trigger_is_reached_at_its_threshold_and_unknown_is_not_quiet(value: object, reached: object) -> None:
    late = risk(triggers=[Trigger(measure="on_time", at_most="0.9")])

    (state,) = triggers_of(late, {"on_time": value})

    assert reached is state.reached
    assert state.reason.zh.startswith("on_time")


def test_a_float_triggers_nothing() -> None:
    with pytest.raises(InvalidValueError, match="the value of ppm is never a float"):
        triggers_of(risk(triggers=[Trigger(measure="ppm", at_least=500)]), {"ppm": 600.0})


def trend(before: tuple[int, int, int], after: tuple[int, int, int]) -> RiskTrend:
    reviews = [
        RiskReview(risk="R1", on=date(2026, month, 1), levels=risk(levels).levels)
        for month, levels in ((6, after), (3, before))
    ]
    (found,) = risk_trends(risk_policy(MATRIX), RiskRegister(id="2026", risks=[risk()], reviews=reviews))
    return found


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ((5, 5, 1), (1, 1, 5), "better"),
        ((1, 1, 1), (5, 5, 1), "worse"),
        ((3, 3, 1), (3, 3, 1), "same"),
        ((3, 3, 2), (3, 3, 1), "better"),
        ((3, 2, 1), (2, 3, 1), "mixed"),
    ],
)
def test_a_trend_looks_at_the_class_and_within_it_at_the_levels(
    before: tuple[int, int, int], after: tuple[int, int, int], direction: str
) -> None:
    found = trend(before, after)

    assert direction == found.direction
    assert [before, after] == [tuple(review["levels"].values()) for review in found.to_dict()["reviews"]]


def test_a_risk_reviewed_once_has_no_trend() -> None:
    once = RiskReview(risk="R1", on=TODAY, levels=RiskLevels(likelihood=1))

    assert () == risk_trends(risk_policy(), RiskRegister(id="2026", risks=[risk()], reviews=[once]))


def test_policies_and_registers_survive_plain_data_and_pickle() -> None:
    policy = risk_policy(
        RPN, categories=("supply",), appetite_of={"supply": "medium"}, label=Label("Supply risks", "供应风险")
    )
    register = RiskRegister(
        id="2026",
        risks=[risk(responses=[STOCK], triggers=[Trigger(measure="ppm", at_least="500")])],
        reviews=[RiskReview(risk="R1", on=TODAY, levels=RiskLevels(likelihood=1))],
    )

    assert policy == load_risk_policy(json.loads(json.dumps(dump_risk_policy(policy))))
    assert policy == pickle.loads(pickle.dumps(policy))  # noqa: S301  our own bytes
    assert register == load_risk_register(json.loads(json.dumps(dump_risk_register(register))))
    assert policy != risk_policy(MATRIX)
    assert policy != "supply"
    assert {"en": "Supply risks", "zh": "供应风险"} == risk_rules(policy)["label"]
    assert hash(policy) == hash(risk_policy(RPN))


def test_a_wrong_register_names_every_problem_by_its_path() -> None:
    plain = dump_risk_register(RiskRegister(id="2026", risks=[risk(responses=[STOCK])]))
    plain["risks"][0]["levels"]["impact"] = 11
    plain["risks"][0]["responses"][0]["kind"] = "hope"
    plain["risks"][0]["ownr"] = "QA"

    with pytest.raises(PolicyError) as error:
        load_risk_register(plain)

    assert {"risks[0].levels.impact", "risks[0].responses[0].kind", "risks[0].ownr"} == {
        problem.path for problem in error.value.problems
    }


TWO = RiskScales(likelihood=RiskScale(levels=["rare", "likely"]), impact=RiskScale(levels=["small", "large"]))


@pytest.mark.parametrize(
    ("build", "what"),
    [
        pytest.param(lambda: RiskScale(levels=["one"]), "a scale has 2 to 10 levels", id="scale"),
        pytest.param(lambda: RiskScale(levels=["one", " "]), "level 2 has no meaning", id="meaning"),
        pytest.param(lambda: RiskLevels(impact=0), "RiskLevels.impact must be a whole number", id="level"),
        pytest.param(
            lambda: Response(action="hope", kind="accept", impact_change=-1), "accepting a risk changes", id="accept"
        ),
        pytest.param(lambda: Trigger(measure="ppm"), "the trigger of ppm needs one threshold", id="trigger"),
        pytest.param(lambda: RiskRegister(id="x", risks=[risk(), risk()]), "a risk stands twice", id="twice"),
        pytest.param(
            lambda: RiskRegister(id="x", risks=[], reviews=[RiskReview(risk="R1", on=TODAY, levels=RiskLevels())]),
            "a review of no risk",
            id="review",
        ),
        pytest.param(lambda: risk_policy({"kind": "risk_matrix"}), "must be a RiskMatrix or RpnBands", id="scoring"),
        pytest.param(lambda: risk_policy(appetite_of="low"), "appetite must be a mapping", id="appetite_of"),
        pytest.param(lambda: risk_policy(categories=("a", "a")), "a category stands twice", id="categories"),
        pytest.param(
            lambda: risk_policy(escalations=[Escalation(risk_class="high", to=to) for to in ("board", "buyer")]),
            "a class is escalated twice",
            id="escalations",
        ),
        pytest.param(
            lambda: risk_policy(
                RpnBands(bands=[RpnBand(from_rpn=9, risk_class="low"), RpnBand(from_rpn=1, risk_class="high")])
            ),
            "a lower band has a better class",
            id="falling_bands",
        ),
        pytest.param(
            lambda: risk_policy(
                SeverityFirst(rows=[SeverityRow(impact=2, detectability=2, risk_class="high")]), scales=TWO
            ),
            "detectability is off its scale",
            id="no_scale",
        ),
        pytest.param(
            lambda: RiskRegister(
                id="x", risks=[risk()], reviews=[RiskReview(risk="R1", on=TODAY, levels=RiskLevels())] * 2
            ),
            "two reviews of R1 on one day",
            id="two_reviews",
        ),
        pytest.param(lambda: risk_policy(classes=("high",)), "classes are at least two", id="classes"),
        pytest.param(lambda: risk_policy(appetite="none"), "appetite names no class", id="appetite"),
        pytest.param(lambda: risk_policy(appetite_of={"x": "low"}), "an appetite for no category", id="category"),
        pytest.param(lambda: risk_policy(classes=('a "b"', "low")), "a class has no quotation mark", id="quotes"),
        pytest.param(lambda: risk_policy(RiskMatrix(rows=[["low"]])), "the matrix does not fit", id="matrix"),
        pytest.param(
            lambda: risk_policy(RiskMatrix(rows=[["low", "low"], ["medium", "low"]]), scales=TWO),
            "the matrix goes from medium to low",
            id="falling_matrix",
        ),
        pytest.param(lambda: risk_policy(RPN, scales=TWO), "needs a scale of detectability", id="rpn"),
        pytest.param(
            lambda: RpnBands(bands=[RpnBand(from_rpn=1, risk_class="low"), RpnBand(from_rpn=9, risk_class="high")]),
            "bands stand from the highest",
            id="bands",
        ),
        pytest.param(lambda: RpnBands(bands=[], gate_impact=5), "a gate has an impact and a class", id="gate"),
        pytest.param(
            lambda: risk_policy(
                SeverityFirst(
                    rows=[SeverityRow(impact=5, risk_class="medium"), SeverityRow(impact=3, risk_class="high")]
                )
            ),
            "a worse level gives a better class",
            id="falling_rows",
        ),
        pytest.param(
            lambda: risk_policy(SeverityFirst(rows=[SeverityRow(impact=9, risk_class="high")])),
            "off its scale",
            id="row",
        ),
        pytest.param(
            lambda: assess(risk_policy(), RiskRegister(id="x", risks=[risk((3, 9, 1))])),
            "impact of R1 is off its scale",
            id="off_scale",
        ),
        pytest.param(
            lambda: assess(risk_policy(categories=("supply",)), RiskRegister(id="x", risks=[risk(category="fire")])),
            "the category of R1 is unknown",
            id="unknown_category",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(build: Callable[[], object], what: str) -> None:
    with pytest.raises(InvalidValueError, match=what):
        build()


def test_our_scales_and_table_fit_each_other() -> None:
    assert 5 == FIVE_LEVELS.impact.most
    assert SEVERITY_FIRST_EXAMPLE == risk_policy().scoring
