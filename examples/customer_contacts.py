"""The contact plan of `customer_tiers.py`: whom to write or ring in the next days, and who is left in peace.

Thanks after a purchase are service; all else is marketing, and goes only to those who consented. Nothing is sent here.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from supplychain_rules import Ledger
from supplychain_rules.customers import (
    ContactSchedule,
    Obstacle,
    care_customers,
    load_contact_plan,
    schedule_contacts,
)
from supplychain_rules.values.label import Label, Lang

__all__ = ["DAYS_AHEAD", "contact_lines", "contacts"]

#: How many days the plan looks ahead.
DAYS_AHEAD: Final = 30

#: The contact plan, kept as data.
PLAN: Final = Path(__file__).resolve().parent / "plans" / "customer_contacts.toml"

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
    plan = load_contact_plan(tomllib.loads(PLAN.read_text(encoding="utf-8")))
    customers = care_customers(ledger, as_of=as_of, rules=[rule.id for rule in plan.rules], tiers=tiers)
    first = as_of + timedelta(days=1)
    return schedule_contacts(plan, customers, as_of=first, until=first + timedelta(days=DAYS_AHEAD))


def contact_lines(schedule: ContactSchedule, lang: Lang, *, shown: int) -> list[str]:
    """Return the first contacts that are due, and how many are left out for which reason."""
    lines = [one.text(lang) for one in schedule.due[:shown]]
    if len(schedule.due) > shown:
        lines.append(MORE.text(lang).format(count=len(schedule.due) - shown))
    comma = {"en": ", ", "zh": "、"}[lang]
    why = Counter(comma.join(OBSTACLES[each].text(lang) for each in one.obstacles) for one in schedule.dropped)
    return [*lines, *(LEFT_OUT.text(lang).format(count=count, why=reason) for reason, count in why.most_common())]
