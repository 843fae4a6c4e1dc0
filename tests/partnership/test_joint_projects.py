"""Joint projects: which proposals are started, which stage a project is in, who put in and got out what."""

import pickle
from datetime import date
from typing import Any

import pytest

from supplychain_rules import evaluate, load_policy, verify
from supplychain_rules.errors import InputError, InvalidValueError, PolicyError
from supplychain_rules.partnership.collaboration import (
    Benefit,
    Contribution,
    JointProject,
    ProjectStage,
    ProposalCriterion,
    StageReview,
    project_account,
    project_settlement,
    proposal_rules,
    share_project,
    stage_verdict,
)
from supplychain_rules.partnership.sharing import analyse
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money


def eur(amount: object) -> Money:
    return Money(str(amount), "EUR")


def day(month: int, number: int = 1) -> date:
    return date(2026, month, number)


CRATE = JointProject(
    id="crate",
    parties=["us", "V7", "C12"],
    currency="EUR",
    stages=[
        ProjectStage(id="idea", label=Label("Idea", "构想")),
        ProjectStage(id="pilot", proofs=["no fault", "cost known"], budget=eur(5000), label=Label("Pilot", "试点")),
        ProjectStage(id="use", proofs=["released"], label=Label("Use", "应用")),
    ],
    rates={"hour": eur("80.125")},
    label=Label("Lighter crate", "轻量化周转箱"),
)


def paid(name: str, party: str, amount: object, on: date) -> Contribution:
    return Contribution(id=name, project="crate", party=party, amount=eur(amount), given_on=on)


def worked(name: str, party: str, hours: object, on: date) -> Contribution:
    return Contribution(id=name, project="crate", party=party, of="hour", quantity=str(hours), given_on=on)


def saved(name: str, party: str, amount: object, on: date) -> Benefit:
    return Benefit(id=name, project="crate", party=party, kind="saving", amount=eur(amount), received_on=on)


def review(stage: str, decision: Any, on: date, *shown: str) -> StageReview:  # noqa: ANN401  one of three words
    return StageReview(stage=stage, decision=decision, held_on=on, shown=shown)


GOOD: dict[str, Any] = {
    "rights_agreed": True,
    "sponsors_named": True,
    "permitted": True,
    "customer_value": 4,
    "saving": 4,
    "feasibility": 3,
    "fit": 5,
    "speed": 2,
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "start"),
        ({"rights_agreed": None}, "work_out"),
        ({"rights_agreed": False}, "drop"),
        ({"customer_value": 2, "saving": 2}, "work_out"),
        ({"customer_value": 1, "saving": 0, "fit": 2}, "keep"),
        ({"customer_value": None, "saving": None}, "work_out"),
        ({"permitted": None, "customer_value": 1, "saving": 0, "fit": 2}, "keep"),
    ],
)
def test_what_follows_from_a_proposal(changes: dict[str, Any], expected: str) -> None:
    assert expected == evaluate(load_policy(proposal_rules()), GOOD | changes)["next_step"]


def test_the_shipped_rules_for_proposals_have_no_findings() -> None:
    assert () == verify(load_policy(proposal_rules()))


def test_a_programme_brings_its_own_criteria() -> None:
    own = (
        ProposalCriterion("carbon", "2/3", Label("Carbon saved", "减碳")),
        ProposalCriterion("cost", "1/3", Label("Cost")),
    )
    decision = evaluate(load_policy(proposal_rules(criteria=own)), {"carbon": 5, "cost": 2, "permitted": True})
    assert ("80.00", "refer", "work_out") == (str(decision["merit"]), decision["admissible"], decision["next_step"])


@pytest.mark.parametrize("wrong", [{"criteria": ()}, {"start": 40}, {"work_out": 0}, {"start": 101}])
def test_rules_for_proposals_that_decide_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError):
        proposal_rules(**wrong)


def test_work_counts_at_the_agreed_rate_rounded_once_a_line() -> None:
    account = project_account(CRATE, [worked("K1", "V7", 3, day(3)), worked("K2", "V7", 3, day(4))], [], as_of=day(5))
    assert eur("480.76") == account.parties[1].in_kind


def test_what_comes_later_is_not_in_the_account() -> None:
    account = project_account(
        CRATE,
        [paid("K1", "us", 100, day(3)), paid("K2", "us", 100, day(6))],
        [saved("N1", "us", 50, day(7))],
        as_of=day(5),
    )
    assert (eur(100), eur(0)) == (account.contributed, account.received)


def test_the_account_adds_up_over_the_parties() -> None:
    given = [paid("K1", "us", "0.10", day(3)), paid("K2", "V7", "0.20", day(3)), worked("K3", "C12", "0.5", day(3))]
    got = [saved("N1", "us", "9000.01", day(4)), saved("N2", "C12", "0.02", day(4))]
    account = project_account(CRATE, given, got, as_of=day(5))
    assert (eur("40.36"), eur("9000.03"), eur("8959.67")) == (account.contributed, account.received, account.net)
    assert account.net == account.parties[0].net + account.parties[1].net + account.parties[2].net


def test_entries_that_are_not_of_the_project_are_refused_at_once() -> None:
    given = [
        Contribution(id="K1", project="crat", party="V8", amount=Money("5", "USD"), given_on=day(3)),
        Contribution(id="K2", project="crate", party="V7", of="huor", quantity=1, given_on=day(3)),
        paid("K2", "us", 1, day(3)),
    ]
    with pytest.raises(InputError) as refused:
        project_account(CRATE, given, [], as_of=day(5))
    assert [
        "contributions[K1].project",
        "contributions[K1].party",
        "contributions[K1].amount",
        "contributions[K2]",
        "contributions[K2].of",
    ] == [problem.path for problem in refused.value.problems]


@pytest.mark.parametrize("given", [{}, {"of": "hour"}, {"of": "hour", "quantity": 1, "amount": eur(1)}])
def test_a_contribution_is_either_money_or_a_quantity_of_something(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError, match="either money or a quantity"):
        Contribution(id="K1", project="crate", party="us", given_on=day(3), **given)


@pytest.mark.parametrize(
    ("reviews", "expected"),
    [
        ([], ("idea", ())),
        ([review("idea", "go", day(2))], ("pilot", ("no fault", "cost known"))),
        ([review("idea", "go", day(2)), review("pilot", "hold", day(3), "no fault")], ("pilot", ("cost known",))),
        (
            [
                review("pilot", "go", day(4), "cost known"),
                review("pilot", "hold", day(3), "no fault"),
                review("idea", "go", day(2)),
            ],
            ("use", ("released",)),
        ),
        ([review("idea", "stop", day(2))], (None, ())),
        ([review("idea", "go", day(9))], ("idea", ())),
    ],
)
def test_a_stage_is_passed_by_a_go_that_was_shown_every_proof(
    reviews: list[StageReview], expected: tuple[str | None, tuple[str, ...]]
) -> None:
    account = project_account(CRATE, [], [], as_of=day(8))
    verdict = stage_verdict(CRATE, reviews, account)
    assert expected == (verdict.stage and verdict.stage.id, verdict.missing)


def test_a_stage_over_its_budget_says_by_how_much() -> None:
    account = project_account(CRATE, [paid("K1", "us", "5000.01", day(3))], [], as_of=day(5))
    assert eur("0.01") == stage_verdict(CRATE, [review("idea", "go", day(2))], account).over_budget


@pytest.mark.parametrize(
    ("reviews", "message"),
    [
        ([review("idae", "go", day(2))], "unknown stage"),
        ([review("pilot", "go", day(2))], "in stage idea"),
        ([review("idea", "go", day(2)), review("pilot", "go", day(3), "no fault")], "still to be shown: cost known"),
        ([review("idea", "stop", day(2)), review("idea", "go", day(3))], "after the project was stopped"),
    ],
)
def test_reviews_out_of_turn_are_refused(reviews: list[StageReview], message: str) -> None:
    with pytest.raises(InputError, match=message):
        stage_verdict(CRATE, reviews, project_account(CRATE, [], [], as_of=day(8)))


def test_a_project_that_does_not_go_together_is_refused_by_path() -> None:
    stage = ProjectStage(id="idea", budget=Money("5", "USD"), label=Label("Idea"))
    with pytest.raises(PolicyError) as refused:
        JointProject(id="crate", parties=["us"], currency="EUR", stages=[stage, stage], label=Label("x"))
    assert ["parties", "stages[1]", "stages[0].budget", "stages[1].budget"] == [
        problem.path for problem in refused.value.problems
    ]


def test_a_project_can_be_sent_to_another_process() -> None:
    assert CRATE == pickle.loads(pickle.dumps(CRATE))  # noqa: S301  our own bytes


def test_what_was_put_in_comes_back_before_the_rest_is_split() -> None:
    given = [paid("K1", "us", 300, day(3)), paid("K2", "V7", 100, day(3))]
    account = project_account(CRATE, given, [saved("N1", "us", 1000, day(4))], as_of=day(5))
    shared = share_project(CRATE, account, {"us": 1, "V7": 1, "C12": 1})
    assert {"us": eur(500), "V7": eur(300), "C12": eur(200)} == dict(shared.settlement.shares)
    assert {"us": eur(-500), "V7": eur(300), "C12": eur(200)} == dict(shared.transfers)


def test_what_does_not_cover_the_contributions_comes_back_in_their_ratio() -> None:
    given = [paid("K1", "us", 300, day(3)), paid("K2", "V7", 100, day(3))]
    account = project_account(CRATE, given, [saved("N1", "us", 100, day(4))], as_of=day(5))
    shared = share_project(CRATE, account, {"us": 1, "V7": 1, "C12": 1})
    assert {"us": eur(75), "V7": eur(25), "C12": eur(0)} == dict(shared.settlement.shares)


def test_a_project_that_nobody_put_anything_into_is_split_by_the_weights_alone() -> None:
    account = project_account(CRATE, [], [saved("N1", "C12", "0.05", day(4))], as_of=day(5))
    shared = share_project(CRATE, account, {"us": "0.7", "V7": "0.3"})
    assert {"us": eur("0.04"), "V7": eur("0.01"), "C12": eur(0)} == dict(shared.settlement.shares)
    assert {"us": eur("0.04"), "V7": eur("0.01"), "C12": eur("-0.05")} == dict(shared.transfers)


def test_a_projects_settlement_has_no_perverse_clause() -> None:
    account = project_account(CRATE, [paid("K1", "us", 300, day(3))], [], as_of=day(5))
    kinds = {finding.kind for finding in analyse(project_settlement(CRATE, account, {"us": 1, "V7": 1})).findings}
    assert set() == kinds & {"cliff", "perverse_incentive"}


def test_the_account_of_another_project_is_refused() -> None:
    other = JointProject(id="other", parties=["us", "V7"], currency="EUR", stages=CRATE.stages, label=Label("x"))
    with pytest.raises(InvalidValueError, match="another project"):
        share_project(CRATE, project_account(other, [], [], as_of=day(5)), {"us": 1})


def test_a_weight_of_somebody_else_is_refused() -> None:
    with pytest.raises(PolicyError, match="V8"):
        share_project(CRATE, project_account(CRATE, [], [], as_of=day(5)), {"us": 1, "V8": 1})


def test_a_shared_project_can_be_sent_to_another_process() -> None:
    shared = share_project(CRATE, project_account(CRATE, [], [], as_of=day(5)), {"us": 1})
    assert shared == pickle.loads(pickle.dumps(shared))  # noqa: S301  our own bytes
