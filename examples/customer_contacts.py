"""The contact plan of `customer_tiers.py`: whom to write or ring in the next days, and who is left in peace.

Thanks after a purchase are service; all else is marketing, and goes only to those who consented. Nothing is sent here.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from supplychain_rules import Ledger
from supplychain_rules.customers import (
    AfterEvent,
    ContactCap,
    ContactPlan,
    ContactRule,
    ContactSchedule,
    Obstacle,
    Silence,
    SlowingDown,
    care_customers,
    schedule_contacts,
)
from supplychain_rules.values.label import Label, Lang

__all__ = ["DAYS_AHEAD", "contact_lines", "contacts"]

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


#: What keeps a contact from taking place.
OBSTACLES: Final[Mapping[Obstacle, Label]] = MappingProxyType(
    {
        "unwanted": Label("an unwanted channel", "客户不接受该渠道"),
        "no_consent": Label("no consent", "未获同意"),
        "quiet_day": Label("quiet days", "静默日"),
        "cap": Label("a cap", "联系次数上限"),
        "same_reason": Label("the same reason on that day", "当天已有同一事由的联系"),
    }
)

MORE: Final = Label("... and {count:,} more", "……另有 {count:,} 项")
LEFT_OUT: Final = Label("left out: {count:,}, because of {why}", "不联系：{count:,} 次，因为{why}")


def contacts(ledger: Ledger, tiers: Mapping[str, str], *, as_of: date) -> ContactSchedule:
    """Return the contacts of the days after one, for customers with these tiers."""
    customers = care_customers(ledger, as_of=as_of, rules=[rule.id for rule in PLAN.rules], tiers=tiers)
    first = as_of + timedelta(days=1)
    return schedule_contacts(PLAN, customers, as_of=first, until=first + timedelta(days=DAYS_AHEAD))


def contact_lines(schedule: ContactSchedule, lang: Lang, *, shown: int) -> list[str]:
    """Return the first contacts that are due, and how many are left out for which reason."""
    lines = [one.text(lang) for one in schedule.due[:shown]]
    if len(schedule.due) > shown:
        lines.append(MORE.text(lang).format(count=len(schedule.due) - shown))
    comma = {"en": ", ", "zh": "、"}[lang]
    why = Counter(comma.join(OBSTACLES[each].text(lang) for each in one.obstacles) for one in schedule.dropped)
    return [*lines, *(LEFT_OUT.text(lang).format(count=count, why=reason) for reason, count in why.most_common())]
