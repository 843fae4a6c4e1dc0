"""Plans of benefits and contacts as plain data: what is written is read again, and what is wrong is named at once."""

import json
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from supplychain_rules import Money, PolicyError
from supplychain_rules.customers import (
    AfterEvent,
    Benefit,
    BenefitKind,
    BenefitPlan,
    Cadence,
    ContactCap,
    ContactPlan,
    ContactRule,
    Package,
    SlowingDown,
    benefits_of,
    dump_benefit_plan,
    dump_contact_plan,
    load_benefit_plan,
    load_contact_plan,
)
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label

PLANS = Path(__file__).resolve().parents[2] / "examples" / "plans"

SERVICE = """
schema = "supplychain-rules/benefits/1"
id = "service"
version = "2026"
currency = "EUR"
tiers = ["gold", "basic"]

[[benefits]]
id = "five"
kind = "discount"
value = "5"

[[benefits]]
id = "half more"
kind = "discount"
value = 0.5

[[benefits]]
id = "manager"
kind = "account_manager"
value = "Ms Li"
cost = { amount = "1200", currency = "EUR" }
label = { en = "Account manager", zh = "客户经理" }

[[packages]]
id = "gold"
tiers = ["gold"]
benefits = ["five", "manager"]

[[packages]]
id = "all"
benefits = ["half more"]
"""

CARE = """
schema = "supplychain-rules/contacts/1"
id = "care"
version = "2026"
channels = ["email", "phone"]
tiers = ["gold"]
quiet = [2026-01-05]
calendar = { holidays = [2026-01-01] }
caps = [{ most = 2, days = 30 }]

[[rules]]
id = "thanks"
trigger = { kind = "after_event", event = "purchase", days = 2 }
channels = ["email"]
purpose = "service"
priority = 2
reason = { en = "thank for the purchase", zh = "购买致谢" }

[[rules]]
id = "slower"
trigger = { kind = "slowing_down", ratio = "1.5" }
tiers = ["gold"]
channels = ["phone", "email"]
purpose = "marketing"
priority = 1
wait = 30
reason = "ask what is missing"
"""


def test_a_plan_of_benefits_kept_as_toml_is_read_as_it_is_meant() -> None:
    expected = BenefitPlan(
        id="service",
        version="2026",
        currency="EUR",
        tiers=["gold", "basic"],
        benefits=[
            Benefit(id="five", kind="discount", value=5),
            Benefit(id="half more", kind="discount", value=Decimal("0.5")),
            Benefit(
                id="manager",
                kind="account_manager",
                value="Ms Li",
                cost=Money("1200", "EUR"),
                label=Label("Account manager", "客户经理"),
            ),
        ],
        packages=[
            Package(id="gold", tiers=["gold"], benefits=["five", "manager"]),
            Package(id="all", benefits=["half more"]),
        ],
    )
    assert expected == load_benefit_plan(tomllib.loads(SERVICE))


def test_a_kind_of_ones_own_says_whether_its_value_is_a_number() -> None:
    plan = BenefitPlan(
        id="service",
        version="1",
        currency="EUR",
        tiers=["gold"],
        kinds=[
            BenefitKind(id="room", value="text"),
            BenefitKind(id="visits", value="number", combine="additive", cap=9),
        ],
        benefits=[Benefit(id="a", kind="room", value="12"), Benefit(id="b", kind="visits", value=Decimal("2.5"))],
        packages=[Package(id="all", benefits=["a", "b"])],
    )
    again = load_benefit_plan(json.loads(json.dumps(dump_benefit_plan(plan))))
    assert plan == again
    assert ["12", Decimal("2.5")] == [benefit.value for benefit in again.benefits]


def test_a_contact_plan_kept_as_toml_is_read_as_it_is_meant() -> None:
    expected = ContactPlan(
        id="care",
        version="2026",
        channels=["email", "phone"],
        tiers=["gold"],
        quiet=[date(2026, 1, 5)],
        calendar=WorkCalendar(holidays=frozenset({date(2026, 1, 1)})),
        caps=[ContactCap(most=2, days=30)],
        rules=[
            ContactRule(
                id="thanks",
                trigger=AfterEvent("purchase", 2),
                channels=["email"],
                purpose="service",
                priority=2,
                reason=Label("thank for the purchase", "购买致谢"),
            ),
            ContactRule(
                id="slower",
                trigger=SlowingDown("1.5"),
                tiers=["gold"],
                channels=["phone", "email"],
                purpose="marketing",
                priority=1,
                wait=30,
                reason=Label("ask what is missing"),
            ),
        ],
    )
    assert expected == load_contact_plan(tomllib.loads(CARE))


def test_a_trigger_is_written_with_its_kind() -> None:
    rule = ContactRule(
        id="visit",
        trigger=Cadence(90),
        channels=["phone"],
        purpose="service",
        priority=1,
        reason=Label("visit", "拜访"),
    )
    plain = dump_contact_plan(ContactPlan(id="care", version="1", channels=["phone"], rules=[rule]))
    assert {"kind": "cadence", "days": 90} == plain["rules"][0]["trigger"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"schema": "supplychain-rules/benefits/2"}, [("bad_value", "schema")]),
        ({"curency": "EUR"}, [("unknown_key", "curency")]),
        ({"tiers": "gold"}, [("wrong_type", "tiers")]),
        ({"benefits": {}}, [("wrong_type", "benefits")]),
        ({"benefits": ["five"]}, [("wrong_type", "benefits[0]")]),
        ({"currency": "EURO"}, [("bad_value", "currency")]),
        (
            {"benefits": [{"id": "five", "kind": "discount", "value": "much"}], "packages": [{"id": "all"}]},
            [("missing_key", "packages[0].benefits")],
        ),
        (
            {
                "benefits": [
                    {"id": "five", "kind": "discount", "value": "much"},
                    {"id": "list", "kind": "price_lst", "value": "A"},
                ],
                "packages": [{"id": "all", "tiers": ["golden"], "benefits": ["five", "list"]}],
            },
            [
                ("wrong_type", "benefits[0].value"),
                ("unknown_name", "benefits[1].kind"),
                ("unknown_name", "packages[0].tiers[0]"),
            ],
        ),
        (
            {
                "benefits": [
                    {"id": "five", "kind": "discount", "value": "-5"},
                    {"id": "", "kind": "priority", "value": 1},
                ]
            },
            [("bad_value", "benefits[0]"), ("bad_value", "benefits[1].id")],
        ),
        (
            {"benefits": [{"id": "five", "kind": "discount", "value": 5, "cost": "12 EUR"}]},
            [("wrong_type", "benefits[0].cost")],
        ),
    ],
)
def test_everything_wrong_with_benefits_is_named_by_its_path(
    changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(PolicyError) as refused:
        load_benefit_plan(tomllib.loads(SERVICE) | changes)
    assert expected == [(problem.code, problem.path) for problem in refused.value.problems]


def _rule(**fields: Any) -> dict[str, Any]:  # noqa: ANN401  any value
    given = tomllib.loads(CARE)["rules"][0] | fields
    return {"rules": [given]}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"chanels": []}, [("unknown_key", "chanels")]),
        ({"rules": None}, [("wrong_type", "rules")]),
        (_rule(trigger={"kind": "after_evnt", "event": "purchase"}), [("unknown_kind", "rules[0].trigger.kind")]),
        (_rule(trigger={"event": "purchase"}), [("missing_key", "rules[0].trigger.kind")]),
        (_rule(trigger={"kind": "after_event", "event": "sale"}), [("bad_value", "rules[0].trigger.event")]),
        (_rule(trigger={"kind": "slowing_down", "ratio": "1/2"}), [("bad_value", "rules[0].trigger.ratio")]),
        (_rule(priority="2"), [("wrong_type", "rules[0].priority")]),
        (_rule(reason=5), [("bad_value", "rules[0].reason")]),
        (
            _rule(channels=["emial"], tiers=["silver"]),
            [("unknown_name", "rules[0].channels[0]"), ("unknown_name", "rules[0].tiers[0]")],
        ),
        (
            {"quiet": ["2026-13-01"], "caps": [{"most": -1, "days": 3}]},
            [("bad_value", "caps[0].most"), ("bad_value", "quiet[0]")],
        ),
        ({"calendar": {"weekend": [0]}}, [("bad_value", "calendar.weekend")]),
    ],
)
def test_everything_wrong_with_a_contact_plan_is_named_by_its_path(
    changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(PolicyError) as refused:
        load_contact_plan(tomllib.loads(CARE) | changes)
    assert sorted(expected) == sorted((problem.code, problem.path) for problem in refused.value.problems)


def test_a_misspelt_word_is_answered_with_the_one_that_was_meant() -> None:
    with pytest.raises(PolicyError, match="did you mean 'email'"):
        load_contact_plan(tomllib.loads(CARE) | _rule(channels=["emial"]))
    with pytest.raises(PolicyError, match="did you mean 'currency'"):
        load_benefit_plan(tomllib.loads(SERVICE) | {"curency": "EUR"})


@pytest.mark.parametrize("load", [load_benefit_plan, load_contact_plan])
def test_what_is_no_mapping_is_refused(load: Any) -> None:  # noqa: ANN401  any value
    with pytest.raises(PolicyError, match="a mapping is needed"):
        load([])


def test_the_plans_of_the_examples_are_read_and_grant_what_they_say() -> None:
    benefits = load_benefit_plan(tomllib.loads((PLANS / "customer_benefits.toml").read_text(encoding="utf-8")))
    contacts = load_contact_plan(tomllib.loads((PLANS / "customer_contacts.toml").read_text(encoding="utf-8")))
    assert Decimal(6) == benefits_of(benefits, tier="gold", group="wholesale")["discount"]
    assert benefits.tiers == contacts.tiers
