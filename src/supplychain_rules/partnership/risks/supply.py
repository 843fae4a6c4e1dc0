"""Supply exposure: what of our revenue stands still when a supplier does, and for how long.

Time to recover (TTR) is how long a supplier needs until it delivers again; time to survive (TTS) is how long we can
deliver without it, from stock and what is under way. Only the days between count, and in them only the share that
neither the other suppliers nor a backup covers. A backup counts from the day on which switching to it is done.
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import each_is_a, is_boolean, is_id, is_money_owed, several
from supplychain_rules.measures.concentration import HhiEdition
from supplychain_rules.partnership.risks.hhi import SupplyConcentration, supply_concentration
from supplychain_rules.values.label import Label, Lang, composed
from supplychain_rules.values.money import Money
from supplychain_rules.values.proportions import exact_share, money_of, shown
from supplychain_rules.values.scaled import check_whole, number_text

__all__ = [
    "Backup",
    "ItemSupply",
    "Outage",
    "SupplyExposure",
    "SupplyFinding",
    "SupplyFindingKind",
    "SupplySource",
    "supply_exposure",
]

#: Days of a year by which revenue is spread.
_DAYS_PER_YEAR: Final = 365

#: Most days of anything here: ten years.
_MOST_DAYS: Final = 3_660

#: What is found about the supply of an item.
SupplyFindingKind = Literal["single_source", "concentrated", "no_backup", "backup_not_qualified", "revenue_at_risk"]


@final
@attrs.frozen(kw_only=True)
class SupplySource:
    """A supplier of an item.

    Raises:
        InvalidValueError: a share or spare capacity below 0, or a share above 1.
    """

    supplier: str = attrs.field(validator=is_id)
    #: Its share of the quantity.
    share: Fraction = attrs.field(converter=exact_share)
    #: Days until it delivers again after it fails.
    time_to_recover: int
    #: What it could deliver on top at once, as a share of the whole quantity.
    spare: Fraction = attrs.field(default=Fraction(0), converter=exact_share)

    def __attrs_post_init__(self) -> None:
        """Refuse what no supplier has."""
        check_whole("time_to_recover", self.time_to_recover, least=0, most=_MOST_DAYS)
        if not 0 <= self.share <= 1:
            raise InvalidValueError(f"the share of {self.supplier} lies outside 0..1", number_text(self.share))
        if self.spare < 0:
            raise InvalidValueError(f"the spare capacity of {self.supplier} is negative", number_text(self.spare))


@final
@attrs.frozen(kw_only=True)
class Backup:
    """A supplier that would step in; one that is not qualified counts for nothing until it is.

    Raises:
        InvalidValueError: a capacity below 0.
    """

    supplier: str = attrs.field(validator=is_id)
    qualified: bool = attrs.field(validator=is_boolean)
    #: Days from the failure to the first delivery.
    switching_days: int
    #: What it can deliver, as a share of the whole quantity.
    capacity: Fraction = attrs.field(converter=exact_share)

    def __attrs_post_init__(self) -> None:
        """Refuse what no supplier has."""
        check_whole("switching_days", self.switching_days, least=0, most=_MOST_DAYS)
        if self.capacity < 0:
            raise InvalidValueError(f"the capacity of {self.supplier} is negative", number_text(self.capacity))


@final
@attrs.frozen(kw_only=True)
class ItemSupply:
    """How an item is supplied.

    Raises:
        InvalidValueError: no source, shares that are not exactly 1, or a supplier named twice.
    """

    item: str = attrs.field(validator=is_id)
    #: What a year of the products that need it brings.
    revenue: Money = attrs.field(validator=is_money_owed)
    sources: tuple[SupplySource, ...] = attrs.field(converter=several, validator=each_is_a(SupplySource))
    backups: tuple[Backup, ...] = attrs.field(default=(), converter=several, validator=each_is_a(Backup))
    #: Days that we can deliver after a supplier fails.
    time_to_survive: int

    def __attrs_post_init__(self) -> None:
        """Refuse what does not add up."""
        check_whole("time_to_survive", self.time_to_survive, least=0, most=_MOST_DAYS)
        if not self.sources:
            raise InvalidValueError(f"{self.item} has no supplier", self.sources, hint="give at least one")
        whole = sum((source.share for source in self.sources), Fraction(0))
        if whole != 1:
            hint = "write thirds as '1/3'"
            raise InvalidValueError(f"the shares of {self.item} are not exactly 1", number_text(whole), hint=hint)
        names = [*(one.supplier for one in self.sources), *(one.supplier for one in self.backups)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            hint = "what a supplier can deliver on top is its spare capacity"
            raise InvalidValueError(f"a supplier of {self.item} stands twice", twice[0], hint=hint)


@final
@attrs.frozen(kw_only=True)
class Outage:
    """What happens when one supplier of an item fails."""

    supplier: str
    share: Fraction
    #: Days between the end of our stock and its recovery.
    gap_days: int
    #: Days of full revenue that are lost: each day of the gap times the share that nobody covers.
    lost_days: Fraction
    #: The lost days at the revenue of a day, rounded once.
    revenue_at_risk: Money


@final
@attrs.frozen(kw_only=True)
class SupplyFinding:
    """One thing to look at in the supply of an item."""

    kind: SupplyFindingKind
    supplier: str
    message: Label


@final
@attrs.frozen(kw_only=True)
class SupplyExposure:
    """The exposure of an item: concentration, what each supplier's failure costs, and what to look at."""

    item: str
    concentration: SupplyConcentration
    #: The outages, the dearest first.
    outages: tuple[Outage, ...]
    findings: tuple[SupplyFinding, ...]

    @property
    def worst(self) -> Outage:
        """Return the dearest outage."""
        return self.outages[0]

    def explain(self, lang: Lang = "en") -> str:
        """Return the exposure as text, an outage a line and a finding a line."""
        lines = [
            composed(
                f"{each.supplier} ({shown(each.share * 100, 2)} %): gap {each.gap_days} days, lost "
                f"{shown(each.lost_days, 2)} days, {each.revenue_at_risk}",
                f"{each.supplier}（{shown(each.share * 100, 2)} %）：缺口 {each.gap_days} 天，损失 "
                f"{shown(each.lost_days, 2)} 天，{each.revenue_at_risk}",
            ).text(lang)
            for each in self.outages
        ]
        return "\n".join([*lines, *(finding.message.text(lang) for finding in self.findings)])

    def to_dict(self) -> dict[str, Any]:
        """Return the exposure as plain data that JSON can keep; exact numbers are text."""
        return {
            "item": self.item,
            "concentration": self.concentration.to_dict(),
            "outages": [
                {
                    "supplier": each.supplier,
                    "share": number_text(each.share),
                    "gap_days": each.gap_days,
                    "lost_days": number_text(each.lost_days),
                    "revenue_at_risk": number_text(each.revenue_at_risk.amount),
                    "currency": each.revenue_at_risk.currency,
                }
                for each in self.outages
            ],
            "findings": [
                {
                    "kind": each.kind,
                    "supplier": each.supplier,
                    "message": {"en": each.message.en, "zh": each.message.zh},
                }
                for each in self.findings
            ],
        }


def supply_exposure(supply: ItemSupply, *, edition: HhiEdition = "doj_2023") -> SupplyExposure:
    """Return the exposure of an item, one supplier failing at a time.

    Args:
        supply: how the item is supplied.
        edition: by which edition of the US merger guidelines supply is called concentrated.

    Source:
        D. Simchi-Levi, W. Schmidt and Y. Wei, "From superstorms to factory fires", Harvard Business Review (2014), for
        time to recover and revenue at risk; time to survive after D. Simchi-Levi et al., Interfaces 45 (2015).

    >>> castings = ItemSupply(item="casting", revenue=Money(3_650_000, "EUR"), time_to_survive=20,
    ...     sources=[SupplySource(supplier="V1", share="0.7", time_to_recover=80),
    ...              SupplySource(supplier="V2", share="0.3", time_to_recover=30, spare="0.1")],
    ...     backups=[Backup(supplier="V3", qualified=True, switching_days=50, capacity="0.5")])
    >>> worst = supply_exposure(castings).worst
    >>> worst.supplier, worst.gap_days, str(worst.lost_days), worst.revenue_at_risk
    ('V1', 60, '21', Money('210000.00', 'EUR'))
    """
    daily = Fraction(supply.revenue.amount) / _DAYS_PER_YEAR
    outages = []
    for source in supply.sources:
        lost = _lost_days(supply, source)
        outages.append(
            Outage(
                supplier=source.supplier,
                share=source.share,
                gap_days=max(0, source.time_to_recover - supply.time_to_survive),
                lost_days=lost,
                revenue_at_risk=money_of(lost * daily, supply.revenue.currency),
            )
        )
    concentration = supply_concentration({source.supplier: source.share for source in supply.sources})
    return SupplyExposure(
        item=supply.item,
        concentration=concentration,
        outages=tuple(sorted(outages, key=lambda each: (-each.lost_days, each.supplier))),
        findings=_findings(supply, concentration, outages, edition),
    )


def _lost_days(supply: ItemSupply, failing: SupplySource) -> Fraction:
    """Return the days of full revenue lost between the end of the stock and the recovery, exactly."""
    spare = sum((other.spare for other in supply.sources if other is not failing), Fraction(0))
    start, end = supply.time_to_survive, failing.time_to_recover
    ready = [backup for backup in supply.backups if backup.qualified]
    edges = sorted({start, end, *(backup.switching_days for backup in ready if start < backup.switching_days < end)})
    lost = Fraction(0)
    for left, right in pairwise(edges):
        if left < start or right > end:
            continue
        helped = sum((backup.capacity for backup in ready if backup.switching_days <= left), Fraction(0))
        lost += (right - left) * max(Fraction(0), failing.share - spare - helped)
    return lost


def _findings(
    supply: ItemSupply, concentration: SupplyConcentration, outages: Iterable[Outage], edition: HhiEdition
) -> tuple[SupplyFinding, ...]:
    found = []

    def look_at(kind: SupplyFindingKind, supplier: str, english: str, chinese: str) -> None:
        message = composed(f"{supply.item}: {english}", f"{supply.item}：{chinese}")
        found.append(SupplyFinding(kind=kind, supplier=supplier, message=message))

    used = [source for source in supply.sources if source.share]
    if len(used) == 1:
        only = used[0].supplier
        look_at("single_source", only, f"{only} is the only supplier", f"{only} 是唯一供应商")
    elif concentration.class_by(edition) == "high":
        index = shown(concentration.hhi, 0)
        largest = concentration.largest
        look_at("concentrated", largest, f"HHI {index}, {largest} is the largest", f"HHI {index}，最大为 {largest}")
    if not any(backup.qualified for backup in supply.backups):
        look_at("no_backup", "", "no qualified backup", "没有合格的备选供应商")
    for backup in supply.backups:
        if not backup.qualified:
            name = backup.supplier
            look_at("backup_not_qualified", name, f"backup {name} is not qualified", f"备选供应商 {name} 尚未认证")
    for each in sorted(outages, key=lambda outage: (-outage.lost_days, outage.supplier)):
        if each.lost_days:
            risk = each.revenue_at_risk
            look_at(
                "revenue_at_risk", each.supplier, f"{risk} stand on {each.supplier}", f"{risk} 取决于 {each.supplier}"
            )
    return tuple(found)
