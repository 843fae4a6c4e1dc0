"""Axiom reports: every no names who and by how much, in both languages."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from supplychain_rules import InvalidValueError
from supplychain_rules.partnership.sharing import (
    AxiomReport,
    ClaimsProblem,
    RatioProblem,
    as_game,
    axiom_report,
    blocking_coalition,
    glove_game,
    nucleolus,
)
from supplychain_rules.partnership.sharing.fairness.claims import awards
from supplychain_rules.values.allocation import apportion

GLOVES = glove_game(["left"], ["one", "two"])
ESTATE = ClaimsProblem(estate=100, claims={"A": 100, "B": 200, "C": 300})


def said(report: AxiomReport, name: str) -> tuple[bool, str, str]:
    axiom = report[name]
    return axiom.holds, axiom.witness.text("en"), axiom.witness.text("zh")


def by(rule: Any) -> Any:  # noqa: ANN401  a rule's name to the rule
    return lambda problem: awards(problem, rule)


def test_a_split_in_the_core_keeps_all() -> None:
    report = axiom_report(GLOVES, nucleolus(GLOVES))

    assert () == report.lost
    assert ["efficiency", "symmetry", "null_party", "individual_rationality", "core"] == [
        axiom.id for axiom in report.axioms
    ]


def test_the_coalition_that_would_leave_is_named_with_what_it_lacks() -> None:
    shares = {"left": "2/3", "one": "1/6", "two": "1/6"}

    assert (("left", "one"), Fraction(1, 6)) == blocking_coalition(GLOVES, shares)
    assert (
        False,
        "left, one together get 5/6 and are worth 1 by themselves; there are shares at which nobody leaves",
        "left、one 合计得 5/6，自立可得 1；存在无人离开的分法",
    ) == said(axiom_report(GLOVES, shares), "core")


def test_an_empty_core_is_said_to_be_empty() -> None:
    majority = as_game(["A", "B", "C"], lambda coalition: int(len(coalition) >= 2))
    found = said(axiom_report(majority, dict.fromkeys("ABC", "1/3")), "core")

    assert (False, "A, B together get 2/3 and are worth 1 by themselves; the core is empty") == found[:2]


def test_more_parties_than_a_linear_program_takes_are_asked_for_all_but_an_empty_core() -> None:
    players = [f"{place}" for place in range(13)]
    game = as_game(players, lambda coalition: int(len(coalition) >= 7))
    found = said(axiom_report(game, dict.fromkeys(players, "1/13")), "core")

    assert (False, "0, 1, 2, 3, 4, 5, 6 together get 7/13 and are worth 1 by themselves") == found[:2]


def test_what_a_split_of_a_game_loses_is_shown() -> None:
    game = as_game(["A", "B", "idle"], {
        ("A",): 1, ("B",): 1, ("idle",): 0, ("A", "B"): 4, ("A", "idle"): 1, ("B", "idle"): 1, ("A", "B", "idle"): 4,
    })  # fmt: skip
    report = axiom_report(game, {"A": 3, "B": "0.5", "idle": 1})

    assert ("efficiency", "symmetry", "null_party", "individual_rationality", "core") == report.lost
    assert (False, "the shares add up to 4.5 of 4", "份额合计 4.5，应为 4") == said(report, "efficiency")
    assert (False, "A and B are interchangeable and get 3 and 0.5", "A 与 B 可互换，却分别得 3 与 0.5") == said(
        report, "symmetry"
    )
    assert (False, "idle adds nothing to anybody and gets 1", "idle 对任何联盟均无贡献，却得 1") == said(
        report, "null_party"
    )
    assert (False, "B gets 0.5 and is worth 1 alone", "B 得 0.5，单干可得 1") == said(report, "individual_rationality")


def test_what_awards_lose_is_shown() -> None:
    report = axiom_report(
        ClaimsProblem(estate=60, claims={"A": 10, "B": 10, "C": 50, "D": 60}), {"A": 11, "B": 9, "C": 41, "D": -1}
    )

    assert ("claims_bounds", "symmetry", "order_preservation") == report.lost
    assert (False, "A gets 11 of a claim of 10", "A 债权 10，得 11") == said(report, "claims_bounds")
    assert (False, "A and B have the same claim and get 11 and 9", "A 与 B 债权相同，却分别得 11 与 9") == said(
        report, "symmetry"
    )
    assert (False, "D has the larger claim and gets -1, C 41", "D 债权较大，却得 -1，C 得 41") == said(
        report, "order_preservation"
    )


def test_who_claims_more_and_loses_less_is_shown() -> None:
    report = axiom_report(ClaimsProblem(estate=60, claims={"A": 50, "B": 60}), {"A": 10, "B": 50})

    assert ("order_of_losses",) == report.lost
    assert (False, "B claims more than A and loses 10, A 40", "B 债权大于 A，却损失 10，A 损失 40") == said(
        report, "order_of_losses"
    )


@pytest.mark.parametrize(
    ("rule", "lost"),
    [
        ("proportional", ("claims_truncation",)),
        ("constrained_equal_awards", ("self_duality",)),
        ("constrained_equal_losses", ("self_duality", "claims_truncation")),
        ("talmud", ()),
    ],
)
def test_each_claims_rule_keeps_and_loses_what_the_literature_says(rule: Any, lost: tuple[str, ...]) -> None:  # noqa: ANN401  a name
    assert lost == axiom_report(ESTATE, awards(ESTATE, rule), rule=by(rule)).lost


def test_a_rule_that_is_not_its_own_dual_shows_where() -> None:
    report = axiom_report(ESTATE, awards(ESTATE, "constrained_equal_losses"), rule=by("constrained_equal_losses"))

    assert "A loses 100, and would get 200/3 of what is lacking" == report["self_duality"].witness.en
    assert "A gets 0, and 100/3 where no claim exceeds the estate" == report["claims_truncation"].witness.en


def test_a_larger_pool_may_lower_a_share_in_whole_units() -> None:
    def in_whole_units(problem: RatioProblem) -> Mapping[str, Fraction]:
        weights = {party: int(weight) for party, weight in problem.weights.items()}
        return {party: Fraction(units) for party, units in apportion(int(problem.amount), weights).items()}

    problem = RatioProblem(amount=3, weights={"a": 1, "b": 3, "c": 3})
    report = axiom_report(problem, in_whole_units(problem), rule=in_whole_units)

    assert ("monotone_in_the_pool",) == report.lost
    assert (False, "with 1 more a gets 0 instead of 1", "总额多 1 时，a 由 1 变为 0") == said(
        report, "monotone_in_the_pool"
    )


def test_what_a_ratio_loses_is_shown() -> None:
    problem = RatioProblem(amount=10, weights={"A": 1, "B": 1, "C": 2, "none": 0})
    report = axiom_report(problem, {"A": 5, "B": 2, "C": 1, "none": 2})

    assert ("symmetry", "null_party", "order_preservation", "quota") == report.lost
    assert (False, "none has no weight and gets 2", "none 权重为零，却得 2") == said(report, "null_party")
    assert (False, "A gets 5, exactly 2.5", "A 得 5，精确值为 2.5") == said(report, "quota")


def test_a_loss_that_is_split_by_weight_keeps_its_order() -> None:
    problem = RatioProblem(amount=-10, weights={"A": 1, "B": 4})

    assert () == axiom_report(problem, {"A": -2, "B": -8}).lost


def test_a_report_reads_in_two_languages() -> None:
    report = axiom_report(RatioProblem(amount=4, weights={"A": 1, "B": 3}), {"A": 1, "B": 3})

    assert "yes efficiency: the shares add up to 4" == str(report).splitlines()[0]
    assert "是 有效性：份额合计 4" == report.text("zh").splitlines()[0]
    with pytest.raises(InvalidValueError, match="unknown language"):
        report.text("de")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(InvalidValueError, match="this was not asked of the split"):
        report["core"]


@pytest.mark.parametrize(
    ("shares", "settings", "message"),
    [
        ({"left": 1, "one": 0}, {}, r"the shares are not those of the parties: \['two'\]"),
        ({"left": 1, "one": 0, "two": 0, "three": 0}, {}, r"not those of the parties: \['three'\]"),
        ({"left": 0.5, "one": 0, "two": 0}, {}, "the share of 'left' is a float"),
        ({"left": 1, "one": 0, "two": 0}, {"step": 0}, "a step is above 0"),
    ],
)
def test_what_is_no_split_of_the_problem_is_refused(shares: Any, settings: Any, message: str) -> None:  # noqa: ANN401  anything
    with pytest.raises(InvalidValueError, match=message):
        axiom_report(GLOVES, shares, **settings)


def test_a_blocking_coalition_of_other_parties_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="not those of the parties"):
        blocking_coalition(GLOVES, {"left": 1})


def test_what_is_no_ratio_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="the weight of 'A' is negative"):
        RatioProblem(amount=1, weights={"A": -1})
    with pytest.raises(InvalidValueError, match="all weights are zero"):
        RatioProblem(amount=1, weights={"A": 0})


def test_a_report_stays_readable_where_shares_and_names_are_long() -> None:
    claims = {f"{'long name ' * 40}{number}": Fraction(1, 10**15 + number) for number in range(1, 12)}
    shares = dict.fromkeys(claims, Fraction(0)) | {next(iter(claims)): sum(claims.values()) / 3}
    report = axiom_report(ClaimsProblem(estate=sum(claims.values()) / 3, claims=claims), shares)

    assert report.lost
    assert all(len(line) < 600 for line in report.text("en").splitlines())
