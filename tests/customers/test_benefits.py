"""Benefits: who gets which package, what adds up and what never does, what it costs, and the same on a rule set."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

import supplychain_rules as sr
from supplychain_rules import InvalidValueError, Money, PolicyError
from supplychain_rules.customers.benefit_plan import STANDARD_KINDS, Benefit, BenefitKind, BenefitPlan, Package
from supplychain_rules.customers.benefits import benefit_costs, benefit_rules, benefits_of
from supplychain_rules.values.label import Label

EIGHT_AT_MOST = BenefitKind(id="discount", value="number", combine="additive", cap=8, percent_of_sales=True)

BENEFITS = (
    Benefit(id="five percent", kind="discount", value=5, label=Label("five percent", "九五折")),
    Benefit(id="volume", kind="discount", value=Decimal("3.5"), label=Label("volume discount", "批量折扣")),
    Benefit(id="wholesale prices", kind="price_list", value="wholesale", cost=Money(0, "EUR")),
    Benefit(id="first in line", kind="allocation_priority", value=1, cost=Money("250.50", "EUR")),
    Benefit(id="in three days", kind="lead_time_days", value=3, cost=Money(400, "EUR")),
    Benefit(id="own manager", kind="account_manager", value="own", cost=Money(1200, "EUR")),
)
PACKAGES = (
    Package(
        id="gold",
        tiers=["gold"],
        benefits=["five percent", "first in line", "in three days", "own manager"],
        label=Label("gold package", "金牌服务包"),
    ),
    Package(id="silver", tiers=["silver"], benefits=["five percent", "in three days"]),
    Package(id="wholesale", groups=["wholesale"], benefits=["volume", "wholesale prices"]),
)


def service(**changes: Any) -> BenefitPlan:  # noqa: ANN401  fields
    given: dict[str, Any] = {
        "id": "service-packages",
        "version": "2026",
        "currency": "EUR",
        "tiers": ["gold", "silver", "basic"],
        "groups": ["wholesale", "retail"],
        "kinds": (EIGHT_AT_MOST, *STANDARD_KINDS[1:]),
        "benefits": BENEFITS,
        "packages": PACKAGES,
    }
    return BenefitPlan(**given | changes)


def refused(**changes: Any) -> list[tuple[str, str]]:  # noqa: ANN401  fields
    with pytest.raises(PolicyError) as caught:
        service(**changes)
    return [(problem.code, problem.path) for problem in caught.value.problems]


def test_a_gold_wholesaler_gets_both_packages_and_the_discounts_add_up_to_the_cap() -> None:
    found = benefits_of(service(), tier="gold", group="wholesale")

    assert [benefit.id for benefit in BENEFITS] == [grant.benefit.id for grant in found.grants]
    assert ("8", "wholesale", None, "3", "own", "1") == tuple(
        None if found[kind.id] is None else str(found[kind.id]) for kind in service().kinds
    )
    assert Decimal("8.5") == found.totals[0].uncapped
    assert found.totals[0].is_capped


def test_below_the_cap_nothing_is_taken_away() -> None:
    found = benefits_of(service(), tier="silver", group="retail")

    assert Decimal(5) == found["discount"]
    assert not found.totals[0].is_capped


def test_who_has_neither_tier_nor_group_gets_what_is_for_everybody() -> None:
    everybody = Package(id="all", benefits=["five percent"])

    found = benefits_of(service(packages=(*PACKAGES, everybody)))

    assert ["five percent"] == [grant.benefit.id for grant in found.grants]


def test_a_benefit_of_two_packages_is_granted_once_and_names_both() -> None:
    everybody = Package(id="all", benefits=["five percent"])

    found = benefits_of(service(packages=(*PACKAGES, everybody)), tier="gold")

    assert Decimal(5) == found["discount"]
    assert "five percent (gold package, all)" == found.grants[0].text()
    assert "九五折（金牌服务包、all）" == found.grants[0].text("zh")


def test_what_is_granted_reads_as_a_sentence_in_both_languages() -> None:
    found = benefits_of(service(), tier="gold", group="wholesale")

    assert "discount: 8 (capped, 8.5 before)" == found.totals[0].text()
    assert "discount：8（已封顶，封顶前 8.5）" == found.totals[0].text("zh")
    assert "priority: not granted" == found.totals[2].text()
    assert "优先级：无" == found.totals[2].text("zh")


def test_costs_are_exact_and_their_lines_add_up() -> None:
    costs = benefit_costs(benefits_of(service(), tier="gold", group="wholesale"), sales=Money("12345.67", "EUR"))

    assert [
        ("wholesale prices", Money(0, "EUR")),
        ("first in line", Money("250.50", "EUR")),
        ("in three days", Money(400, "EUR")),
        ("own manager", Money(1200, "EUR")),
        ("discount", Money("987.6536", "EUR")),
    ] == [(line.of, line.cost) for line in costs.lines]
    assert Money("2838.1536", "EUR") == costs.total
    assert () == costs.uncosted


def test_a_cost_that_nobody_stated_is_not_zero() -> None:
    plan = service(benefits=(*BENEFITS[:5], Benefit(id="own manager", kind="account_manager", value="own")))

    found = benefits_of(plan, tier="gold")

    assert ("own manager",) == found.uncosted == benefit_costs(found, sales=Money(0, "EUR")).uncosted
    assert found.fixed_cost is None
    assert Money(400, "EUR") == benefits_of(plan, tier="silver").fixed_cost


def test_two_exclusive_benefits_for_one_customer_are_found_when_the_plan_is_built() -> None:
    slower = Benefit(id="in five days", kind="lead_time_days", value=5)
    retail = Package(id="retail", tiers=["silver"], groups=["retail"], benefits=["in five days"])

    with pytest.raises(PolicyError) as caught:
        service(benefits=(*BENEFITS, slower), packages=(*PACKAGES, retail))

    (problem,) = caught.value.problems
    assert ("contradiction", "packages[3].benefits") == (problem.code, problem.path)
    assert "two exclusive benefits of kind lead_time_days for one customer (tier silver, group retail)" == (
        problem.message
    )
    assert "in three days (silver), in five days (retail)" in problem.value


def test_exclusive_benefits_that_no_customer_can_meet_together_are_no_conflict() -> None:
    slower = Benefit(id="in five days", kind="lead_time_days", value=5)
    basic = Package(id="basic", tiers=["basic"], benefits=["in five days"])

    plan = service(benefits=(*BENEFITS, slower), packages=(*PACKAGES, basic))

    assert Decimal(5) == benefits_of(plan, tier="basic", group="retail")["lead_time_days"]


def test_a_package_for_everybody_conflicts_with_that_of_a_tier() -> None:
    slower = Benefit(id="in five days", kind="lead_time_days", value=5)
    everybody = Package(id="all", benefits=["in five days"])

    assert [("contradiction", "packages[3].benefits")] * 2 == refused(
        benefits=(*BENEFITS, slower), packages=(*PACKAGES, everybody)
    )


def test_two_exclusive_benefits_in_one_package_are_a_conflict() -> None:
    slower = Benefit(id="in five days", kind="lead_time_days", value=5)
    muddle = Package(id="muddle", tiers=["basic"], benefits=["in five days", "in three days"])

    assert [("contradiction", "packages[3].benefits")] == refused(
        benefits=(*BENEFITS, slower), packages=(*PACKAGES, muddle)
    )


def test_everything_wrong_with_a_plan_is_said_at_once() -> None:
    benefits = (
        *BENEFITS,
        Benefit(id="nine", kind="discount", value=9),
        Benefit(id="idle", kind="priority", value=1),
        Benefit(id="odd", kind="priorty", value=1),
        Benefit(id="text", kind="priority", value="high"),
        Benefit(id="dollars", kind="discount", value=1, cost=Money(1, "USD")),
        Benefit(id="blank", kind="price_list", value=" "),
        Benefit(id="blank", kind="price_list", value="A"),
    )
    packages = (
        Package(id="one", tiers=["platinum"], groups=["export"], benefits=[each.id for each in benefits[:6]]),
        Package(id="two", tiers=["basic"], benefits=["nine", "odd", "text", "dollars", "blank", "unheard of"]),
        Package(id="two", benefits=[]),
    )

    assert {
        ("bad_value", "benefits[6].value"),
        ("bad_value", "benefits[7]"),
        ("unknown_name", "benefits[8].kind"),
        ("wrong_type", "benefits[9].value"),
        ("bad_value", "benefits[10].cost"),
        ("bad_value", "benefits[11].value"),
        ("duplicate_id", "benefits[12]"),
        ("unknown_name", "packages[0].tiers[0]"),
        ("unknown_name", "packages[0].groups[0]"),
        ("unknown_name", "packages[1].benefits[5]"),
        ("empty", "packages[2].benefits"),
        ("duplicate_id", "packages[2]"),
    } == set(refused(benefits=benefits, packages=packages))


def test_a_plan_without_tiers_or_with_names_that_no_rule_set_takes_is_refused() -> None:
    kinds = (*service().kinds, BenefitKind(id="tier", value="text"), BenefitKind(id="lead time", value="number"))

    assert [
        ("empty", "tiers"),
        ("bad_name", "kinds[6].id"),
        ("bad_name", "kinds[7].id"),
        ("unknown_name", "packages[0].tiers[0]"),
        ("unknown_name", "packages[1].tiers[0]"),
    ] == refused(tiers=[], kinds=kinds)


def test_more_groups_than_a_table_can_hold_are_refused() -> None:
    groups = ["wholesale", *(f"g{number}" for number in range(2_500))]

    assert [("too_large", "groups")] == refused(groups=groups)


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: BenefitKind(id="x", value="text", combine="additive"), "texts neither add up"),
        (lambda: BenefitKind(id="x", value="number", cap=5), "a cap that kind x cannot have"),
        (lambda: Benefit(id="x", kind="discount", value=0.5), "never a float"),
        (lambda: Benefit(id="x", kind="discount", value=-1), "takes something away"),
        (lambda: Benefit(id="x", kind="discount", value=1, cost=Money(-1, "EUR")), "is negative"),
        (lambda: Package(id="x", benefits="five percent"), "several things are wanted"),
        (lambda: benefits_of(service(), tier="glod"), "did you mean 'gold'"),
        (lambda: benefits_of(service(), group="export"), "no such group"),
        (lambda: benefits_of(service())["discont"], "did you mean 'discount'"),
        (lambda: benefit_costs(benefits_of(service()), sales=Money(1, "USD")), "not in EUR"),
        (lambda: benefit_costs(benefits_of(service()), sales=Money(-1, "EUR")), "below zero"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_way_out(build: Any, said: str) -> None:  # noqa: ANN401  any call
    with pytest.raises(InvalidValueError, match=said):
        build()


def test_the_rule_set_grants_what_the_plan_grants_to_every_tier_and_group() -> None:
    plan = service()
    policy = sr.load_policy(benefit_rules(plan))

    for tier in (*plan.tiers, None):
        for group in (*plan.groups, None):
            found = benefits_of(plan, tier=tier, group=group)
            decision = sr.evaluate(policy, {"tier": tier, "group": group})
            for kind in plan.kinds:
                if kind.id != "priority":  # nobody is granted one, so the rule set has no such output
                    assert found[kind.id] == decision[kind.id]
            assert found.fixed_cost is not None
            assert found.fixed_cost.amount == decision["fixed_cost"]


def test_the_rule_set_says_that_a_cost_is_not_known() -> None:
    plan = service(benefits=(*BENEFITS[:5], Benefit(id="own manager", kind="account_manager", value="own")))

    policy = sr.load_policy(benefit_rules(plan))

    assert sr.evaluate(policy, {"tier": "gold"})["fixed_cost"] is None
    assert Decimal(400) == sr.evaluate(policy, {"tier": "silver"})["fixed_cost"]


def test_the_rule_set_grants_the_same_on_a_frame() -> None:
    plan = service()
    pairs = [(tier, group) for tier in (*plan.tiers, None) for group in (*plan.groups, None)]
    frame = pl.DataFrame({"tier": [tier for tier, _ in pairs], "group": [group for _, group in pairs]})

    answered = sr.apply(sr.load_policy(benefit_rules(plan)), frame)

    expected = [benefits_of(plan, tier=tier, group=group) for tier, group in pairs]
    assert [found["price_list"] for found in expected] == answered["price_list"].to_list()
    discounts = [found["discount"] for found in expected]
    assert discounts == [Decimal(str(value)) for value in answered["discount"].to_list()]


def test_verify_finds_no_fault_in_the_rule_set_of_a_plan() -> None:
    findings = sr.verify(sr.load_policy(benefit_rules(service())))

    assert [] == [finding.text() for finding in findings if finding.severity == "error"]


def test_awkward_names_of_tiers_and_price_lists_come_through_the_rule_set() -> None:
    plan = BenefitPlan(
        id="awkward",
        version="1",
        currency="EUR",
        tiers=['A, "best"', "missing", "金牌"],
        benefits=[Benefit(id="list", kind="price_list", value="A, B"), Benefit(id="all", kind="priority", value=1)],
        packages=[
            Package(id="one", tiers=['A, "best"', "金牌"], benefits=["list"]),
            Package(id="all", benefits=["all"]),
        ],
    )

    policy = sr.load_policy(benefit_rules(plan))

    assert "A, B" == sr.evaluate(policy, {"tier": 'A, "best"'})["price_list"]
    assert "A, B" == sr.evaluate(policy, {"tier": "金牌"})["price_list"]
    assert sr.evaluate(policy, {"tier": "missing"})["price_list"] is None
    assert Decimal(1) == sr.evaluate(policy, {"tier": None})["priority"]
