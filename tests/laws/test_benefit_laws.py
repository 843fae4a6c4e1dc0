"""What always holds of benefits: the rule set grants what the plan grants, lines add up, caps and exclusion hold."""

import json
from decimal import Decimal
from itertools import product
from typing import Final

import attrs
from hypothesis import given
from hypothesis import strategies as st

import supplychain_rules as sr
from supplychain_rules import Money, PolicyError
from supplychain_rules.customers.benefit_plan import Benefit, BenefitKind, BenefitPlan, Package
from supplychain_rules.customers.benefits import benefit_costs, benefit_rules, benefits_of
from supplychain_rules.customers.plan_codec import dump_benefit_plan, load_benefit_plan

TIERS: Final = ("gold", "silver", "basic")
GROUPS: Final = ("wholesale", "retail")
KINDS: Final = (
    BenefitKind(id="discount", value="number", combine="additive", cap=10, percent_of_sales=True),
    BenefitKind(id="price_list", value="text"),
    BenefitKind(id="queue", value="number"),
)
PAIRS: Final = tuple(product((*TIERS, None), (*GROUPS, None)))

COSTS = st.none() | st.decimals(0, 1_000, places=2).map(lambda amount: Money(amount, "EUR"))


@st.composite
def parts(draw: st.DrawFn) -> tuple[list[Benefit], list[Package]]:
    """Draw benefits and packages, which may be in conflict."""
    benefits = [
        Benefit(id="d1", kind="discount", value=draw(st.decimals(0, 10, places=1)), cost=draw(COSTS)),
        Benefit(id="d2", kind="discount", value=draw(st.decimals(0, 10, places=2)), cost=draw(COSTS)),
        Benefit(id="p1", kind="price_list", value="A", cost=draw(COSTS)),
        Benefit(id="p2", kind="price_list", value="B, or C", cost=draw(COSTS)),
        Benefit(id="q1", kind="queue", value=1, cost=draw(COSTS)),
    ]
    packages = [
        Package(
            id=f"K{number}",
            tiers=draw(st.lists(st.sampled_from(TIERS), unique=True, max_size=2)),
            groups=draw(st.lists(st.sampled_from(GROUPS), unique=True, max_size=1)),
            benefits=draw(st.lists(st.sampled_from([each.id for each in benefits]), unique=True, min_size=1)),
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    granted = {name for package in packages for name in package.benefits}
    return [benefit for benefit in benefits if benefit.id in granted], packages


def planned(benefits: list[Benefit], packages: list[Package]) -> BenefitPlan | None:
    """Return the plan, or None where it is in conflict."""
    try:
        return BenefitPlan(
            id="service",
            version="1",
            currency="EUR",
            tiers=TIERS,
            groups=GROUPS,
            kinds=KINDS,
            benefits=benefits,
            packages=packages,
        )
    except PolicyError as error:
        codes = {problem.code for problem in error.problems}
    assert {"contradiction"} == codes
    return None


@given(parts())
def test_a_plan_is_refused_exactly_where_some_customer_would_get_two_exclusive_benefits_of_a_kind(
    given_parts: tuple[list[Benefit], list[Package]],
) -> None:
    benefits, packages = given_parts

    def clashes(tier: str | None, group: str | None) -> bool:
        granted = {name for package in packages if package.is_for(tier, group) for name in package.benefits}
        return {"p1", "p2"} <= granted

    assert any(clashes(tier, group) for tier, group in PAIRS) == (planned(benefits, packages) is None)


@given(parts())
def test_the_rule_set_grants_what_the_plan_grants_and_verifies(
    given_parts: tuple[list[Benefit], list[Package]],
) -> None:
    plan = planned(*given_parts)
    if plan is None:
        return
    rules = benefit_rules(plan)
    if not rules["steps"]:
        return  # every benefit is a discount of zero
    policy = sr.load_policy(rules)
    outputs = {step.id.removesuffix("_table") for step in policy.steps}

    assert [] == [finding.text() for finding in sr.verify(policy) if finding.severity == "error"]
    for tier, group in PAIRS:
        found = benefits_of(plan, tier=tier, group=group)
        decision = sr.evaluate(policy, {"tier": tier, "group": group})
        for kind in KINDS:
            expected = found[kind.id]
            assert expected == decision[kind.id] if kind.id in outputs else expected in (None, Decimal(0))
        if "fixed_cost" in outputs:
            amount = None if found.fixed_cost is None else found.fixed_cost.amount
            assert amount == decision["fixed_cost"]


@given(parts(), st.decimals(0, 100_000, places=2))
def test_cost_lines_add_up_and_no_total_is_above_its_cap(
    given_parts: tuple[list[Benefit], list[Package]], sales: Decimal
) -> None:
    plan = planned(*given_parts)
    if plan is None:
        return
    for tier, group in PAIRS:
        found = benefits_of(plan, tier=tier, group=group)
        costs = benefit_costs(found, sales=Money(sales, "EUR"))
        discount = found["discount"]
        assert isinstance(discount, Decimal)
        assert discount <= 10
        assert costs.total.amount == sum(line.cost.amount for line in costs.lines)
        assert costs.total.amount <= Decimal(5_000) + sales / 10


@given(parts(), st.permutations(range(4)))
def test_the_order_of_packages_decides_nothing(
    given_parts: tuple[list[Benefit], list[Package]], order: list[int]
) -> None:
    plan = planned(*given_parts)
    if plan is None:
        return
    packages = [plan.packages[place] for place in order if place < len(plan.packages)]
    other = attrs.evolve(plan, packages=packages)

    for tier, group in PAIRS:
        found, again = (benefits_of(each, tier=tier, group=group) for each in (plan, other))
        assert found.totals == again.totals
        assert [grant.benefit for grant in found.grants] == [grant.benefit for grant in again.grants]


@given(parts())
def test_a_plan_that_is_written_and_read_again_is_the_same(drawn: tuple[list[Benefit], list[Package]]) -> None:
    plan = planned(*drawn)
    if plan is not None:
        assert plan == load_benefit_plan(json.loads(json.dumps(dump_benefit_plan(plan))))
