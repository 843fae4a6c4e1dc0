"""Statuses: what a replay says of one customer, in the order of days, with the reason of each."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, final

import attrs

from supplychain_rules.customers.tier_history import TierPin
from supplychain_rules.customers.tier_policy import TierPolicy
from supplychain_rules.customers.tier_state import TierEventKind
from supplychain_rules.values.label import LANGS, Label, Lang

__all__ = ["TierStatus", "TierTimeline", "tier_reason"]

#: What a status comes from: an event of the state machine, or somebody's hand.
StatusEvent: TypeAlias = TierEventKind | Literal["pinned"]


@final
@attrs.frozen(kw_only=True)
class TierStatus:
    """A tier from a day on, and how it came about."""

    level: str
    valid_from: date
    #: The first day on which it is no longer valid, as far as was known then; None is never.
    valid_until: date | None
    event: StatusEvent
    #: The level that the figures earned then.
    earned: str
    #: Reviews missed one after the other, this one included.
    misses: int = 0
    #: The day the level began.
    since: date
    #: Whether it is the soft landing of a fall.
    landed: bool = False
    #: Why somebody set it by hand.
    note: str = ""


@final
@attrs.frozen(kw_only=True)
class TierTimeline:
    """The statuses of a customer in order, and the pins that lie over them."""

    policy: TierPolicy = attrs.field(repr=False)
    statuses: tuple[TierStatus, ...]
    pins: tuple[TierPin, ...] = ()

    def status_on(self, day: date) -> TierStatus | None:
        """Return the status on a day: a pin where one holds, else what was earned; None before joining."""
        earned = self.earned_on(day)
        if earned is None:
            return None
        for pin in reversed(self.pins):
            if pin.from_ <= day < pin.until:
                better = self.policy.rank(earned.level) >= self.policy.rank(pin.level)
                if pin.holds == "exactly" or not better:
                    return TierStatus(
                        level=pin.level,
                        valid_from=pin.from_,
                        valid_until=pin.until,
                        event="pinned",
                        earned=earned.earned,
                        since=pin.from_,
                        note=pin.reason,
                    )
        return earned

    def earned_on(self, day: date) -> TierStatus | None:
        """Return the status on a day without regard to pins; of several of one day the last."""
        place = bisect_right(self._days, day)
        return self.statuses[place - 1] if place else None

    def tier_on(self, day: date) -> str | None:
        """Return the tier on a day; None before joining."""
        status = self.status_on(day) if self.pins else self.earned_on(day)
        return None if status is None else status.level

    @property
    def turns(self) -> tuple[date, ...]:
        """Return the days on which the tier may change, in order."""
        return tuple(sorted({*self._days, *(day for pin in self.pins for day in (pin.from_, pin.until))}))

    @property
    def _days(self) -> list[date]:
        return [one.valid_from for one in self.statuses]


def tier_reason(policy: TierPolicy, status: TierStatus) -> Label:
    """Say why a customer has a status, in English and Chinese."""
    return Label(*(_reason(policy, status, lang) for lang in LANGS))


_FALLS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "earned": Label("to what the figures keep", "降至数据所支持的级别"),
        "one_level": Label("by one level", "每次降一级"),
        "soft_landing": Label("by one level the first time", "首次仅降一级"),
        "never": Label("never", "不降级"),
    }
)


def _reason(policy: TierPolicy, status: TierStatus, lang: Lang) -> str:
    names = {level.id: level.id if level.label is None else level.label.text(lang) for level in policy.levels}
    level, earned, rule = names[status.level], names[status.earned], policy.downgrade
    english = lang == "en"
    match status.event:
        case "pinned":
            return f"{level} is set by hand: {status.note}" if english else f"人工指定为{level}：{status.note}"
        case "joined":
            if english:
                return f"nothing above {level} is earned since joining on {status.since}"
            return f"自 {status.since} 加入以来未达到{level}以上的级别"
        case "raised":
            return f"{level} is earned" if english else f"达到{level}标准"
        case "renewed":
            if policy.rank(status.earned) >= policy.rank(status.level):
                return f"{level} is earned again" if english else f"再次达到{level}标准，保级"
            return f"the figures are enough to keep {level}" if english else f"数据足以保留{level}"
        case "missed":
            count = f"{status.misses}/{rule.misses}"
            if english:
                return f"the figures earn {earned} only: miss {count}, {level} is kept in grace"
            return f"数据仅达到{earned}：第 {count} 次未达标，宽限期内保留{level}"
        case "spared":
            if rule.to == "never":
                why = "levels are never lowered" if english else "本政策不降级"
            elif english:
                why = f"it is held for {rule.hold_months} months from {status.since}"
            else:
                why = f"自 {status.since} 起最短保留 {rule.hold_months} 个月"
            return f"the figures earn {earned} only, but {why}" if english else f"数据仅达到{earned}，但{why}"
        case "lowered":
            fall = _FALLS[rule.to].text(lang)
            if english:
                return f"the figures earn {earned} only (miss {status.misses}/{rule.misses}): lowered {fall}, {level}"
            return f"数据仅达到{earned}（未达标 {status.misses}/{rule.misses}）：{fall}，现为{level}"
