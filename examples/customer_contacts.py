"""The contact plan of `customer_tiers.py`: whom to write or ring in the next days, and who is left in peace.

Thanks after a purchase are service; all else is marketing, and goes only to those who consented. Nothing is sent here.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from supplychain_rules import Ledger
from supplychain_rules.customers import (
    AfterEvent,
    ContactCap,
    ContactPlan,
    ContactRule,
    ContactSchedule,
    Silence,
    SlowingDown,
    care_customers,
    schedule_contacts,
)
from supplychain_rules.values.label import Label

__all__ = ["DAYS_AHEAD", "contacts"]

#: How many days the plan looks ahead.
DAYS_AHEAD: Final = 30

#: Gold may be rung, everybody else is written to; nobody hears from us more than twice within 30 days.
PLAN: Final = ContactPlan(
    id="care",
    version="1",
    channels=["email", "phone"],
    tiers=["gold", "silver", "basic"],
    rules=[
        ContactRule(
            id="thanks",
            trigger=AfterEvent("purchase", 2),
            channels=["email"],
            purpose="service",
            priority=2,
            wait=7,
            reason=Label("thank for the purchase", "购买致谢"),
        ),
        ContactRule(
            id="slower",
            trigger=SlowingDown("1.5"),
            tiers=["gold", "silver"],
            channels=["phone", "email"],
            purpose="marketing",
            priority=1,
            wait=30,
            reason=Label("ask what is missing", "询问需求"),
        ),
        ContactRule(
            id="silence",
            trigger=Silence(90),
            tiers=["basic"],
            channels=["email"],
            purpose="marketing",
            priority=3,
            wait=30,
            reason=Label("invite back", "邀请回购"),
        ),
    ],
    caps=[ContactCap(most=2, days=30), ContactCap(most=1, days=14, channel="phone")],
)


def contacts(ledger: Ledger, tiers: Mapping[str, str], *, as_of: date) -> ContactSchedule:
    """Return the contacts of the days after one, for customers with these tiers."""
    customers = care_customers(ledger, as_of=as_of, rules=[rule.id for rule in PLAN.rules], tiers=tiers)
    first = as_of + timedelta(days=1)
    return schedule_contacts(PLAN, customers, as_of=first, until=first + timedelta(days=DAYS_AHEAD))
