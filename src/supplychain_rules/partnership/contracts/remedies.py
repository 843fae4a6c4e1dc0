"""What follows from a breach, as data: liquidated damages, credits, reductions, rework, interest, and money held back.

A remedy names the kinds of breach that it answers, and may name the clauses. Two remedies for one breach are refused
unless one of them says that it goes together with the other (`cumulative_with`): a late line that also costs a credit
is paid for twice otherwise. Where a remedy rounds is part of it: each day, each breach, or the total.
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_id, is_money_owed, is_optional_money_owed, one_of
from supplychain_rules.measures.fields import (
    MAX_COUNT,
    is_count,
    is_optional_calendar,
    is_part,
    is_share,
    name_set,
    optional_fraction,
    refuse_idle,
)
from supplychain_rules.partnership.contracts.kinds import BreachKind, breach_kinds, is_optional_label
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.day_count import DAY_COUNTS, DayCount
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.rounding import ROUNDING_MODES, RoundingMode
from supplychain_rules.values.scaled import exact_fraction

__all__ = [
    "REMEDIES",
    "CreditTier",
    "DamagesPer",
    "LateInterest",
    "LiquidatedDamages",
    "PriceReduction",
    "Release",
    "Remedy",
    "Retention",
    "ReworkCost",
    "RoundingPoint",
    "ServiceCredits",
]

#: Where an amount is rounded to the smallest unit: the sum of each day, each breach, or only the total of the remedy.
RoundingPoint = Literal["day", "breach", "total"]

#: What damages count: days, weeks begun, units, units for each day, or the breach once.
DamagesPer = Literal["day", "week_started", "unit", "unit_day", "breach"]

#: The kinds of breach that have days to count.
_OF_DAYS: Final = frozenset({"late_delivery", "late_payment", "missing_document"})


def _is_optional_part(instance: object, field: "attrs.Attribute[Any]", value: Fraction | None) -> None:
    if value is not None:
        is_part("5 % is '0.05'")(instance, field, value)


def _tiers(given: Iterable["CreditTier"]) -> tuple["CreditTier", ...]:
    tiers = tuple(sorted(given, key=lambda tier: -tier.below))
    for higher, lower in pairwise(tiers):
        if lower.below == higher.below or lower.credit < higher.credit:
            what = "ServiceCredits.tiers: a lower level must give no smaller credit"
            raise InvalidValueError(what, f"{lower.credit} below {lower.below}, {higher.credit} below {higher.below}")
    if not tiers:
        raise InvalidValueError("ServiceCredits.tiers is empty", hint="write (CreditTier(below='0.9', credit='0.05'),)")
    return tiers


def _releases(given: Iterable["Release"]) -> tuple["Release", ...]:
    releases = tuple(given)
    if sum(release.share for release in releases) != 1:
        shown = ", ".join(str(release.share) for release in releases)
        raise InvalidValueError("Retention.releases do not add up to 1", shown, hint="money held back is given back")
    return releases


@final
@attrs.frozen(kw_only=True)
class LiquidatedDamages:
    """A sum agreed beforehand for a breach, in place of proving the damage.

    It is either an `amount` of money or a `rate` of what the base is worth, for each day, week begun, unit, unit and
    day, or breach. By `delayed_part` each part of a line that came late bears its own days; by `whole` all of the line
    bears the days until it was complete.

    Days run from the last day that the terms allow, or from the promise itself (`counted_from`); of these, `grace_days`
    bear nothing: by `deducted` never, by `waiting` only as long as no more days have passed.

    Raises:
        InvalidValueError: both rate and amount or neither, a base or grace that nothing would read, days of a breach
            that has none, or a cap on the share of nothing.

    >>> LiquidatedDamages(id="ld", breaches=["late_delivery"], amount=Money("5000", "EUR"),
    ...     cap=Money("200000", "EUR")).per
    'day'
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    breaches: frozenset[BreachKind] = attrs.field(converter=breach_kinds)
    #: The clauses whose breaches it answers; empty for all.
    of: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)
    rate: Fraction | None = attrs.field(default=None, converter=optional_fraction, validator=_is_optional_part)
    amount: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    per: DamagesPer = attrs.field(default="day", validator=one_of(*get_args(DamagesPer)))
    base: Literal["delayed_part", "whole"] = attrs.field(
        default="delayed_part", validator=one_of("delayed_part", "whole")
    )
    counted_from: Literal["last_allowed", "promise"] = attrs.field(
        default="last_allowed", validator=one_of("last_allowed", "promise")
    )
    grace_days: int = attrs.field(default=0, validator=is_count)
    grace: Literal["deducted", "waiting"] = attrs.field(default="deducted", validator=one_of("deducted", "waiting"))
    #: The calendar whose working days are counted; `None` for calendar days.
    calendar: WorkCalendar | None = attrs.field(default=None, validator=is_optional_calendar)
    #: Most for one breach, in money or as a share of what the whole line, lot, window or invoice is worth.
    cap: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    cap_share: Fraction | None = attrs.field(default=None, converter=optional_fraction, validator=is_share(1))
    #: Most for all breaches together, the earlier ones first.
    total_cap: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    rounding_point: RoundingPoint = attrs.field(default="breach", validator=one_of(*get_args(RoundingPoint)))
    rounding: RoundingMode = attrs.field(default="half_up", validator=one_of(*ROUNDING_MODES))
    cumulative_with: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)

    def __attrs_post_init__(self) -> None:
        """Refuse damages of nothing or of two things, and choices that nothing would read."""
        if (self.rate is None) == (self.amount is None):
            raise InvalidValueError("LiquidatedDamages need either rate or amount", self.id)
        timed = self.per in ("day", "week_started", "unit_day")
        without_days = sorted(self.breaches - _OF_DAYS)
        if timed and without_days:
            hint = "count per unit or per breach"
            raise InvalidValueError(f"LiquidatedDamages.per {self.per} of a breach without days", without_days, hint)
        if not timed:
            for name in ("grace_days", "counted_from", "calendar"):
                refuse_idle(self, name, without="per='day'")
        if not self.grace_days:
            refuse_idle(self, "grace", without="grace_days")
        if self.rate is None and self.per not in ("unit", "unit_day"):
            refuse_idle(self, "base", without="rate")
        if self.rounding_point == "day" and self.per not in ("day", "unit_day"):
            raise InvalidValueError("LiquidatedDamages.rounding_point 'day' has no effect", self.per, "set per='day'")


@final
@attrs.frozen(kw_only=True)
class CreditTier:
    """Below a level, a credit of a share of what the window is worth.

    >>> CreditTier(below="0.99", credit="0.10").credit
    Fraction(1, 10)
    """

    below: Fraction = attrs.field(converter=exact_fraction, validator=is_share(1))
    credit: Fraction = attrs.field(converter=exact_fraction, validator=is_share(1))


@final
@attrs.frozen(kw_only=True)
class ServiceCredits:
    """A table from level to credit: the lowest tier that the level lies below counts, and no other.

    >>> tiers = [CreditTier(below="0.999", credit="0.10"), CreditTier(below="0.99", credit="0.25")]
    >>> ServiceCredits(id="credits", breaches=["service_level_missed"], tiers=tiers).tiers[-1].credit
    Fraction(1, 4)
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    breaches: frozenset[BreachKind] = attrs.field(converter=breach_kinds)
    of: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)
    #: From the highest level to the lowest.
    tiers: tuple[CreditTier, ...] = attrs.field(converter=_tiers)
    rounding_point: RoundingPoint = attrs.field(default="breach", validator=one_of("breach", "total"))
    rounding: RoundingMode = attrs.field(default="half_up", validator=one_of(*ROUNDING_MODES))
    cumulative_with: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)

    def __attrs_post_init__(self) -> None:
        """Refuse breaches that have no level, or one of which less is better."""
        strange = sorted(self.breaches - {"service_level_missed", "quality_below_standard"})
        if strange:
            raise InvalidValueError("ServiceCredits.breaches have no level", strange, hint="take another remedy")


@final
@attrs.frozen(kw_only=True)
class PriceReduction:
    """A part of the price is not owed: a share of what the goods concerned are worth, or what was billed too much.

    >>> PriceReduction(id="reduction", breaches=["lot_below_standard"], rate="0.30").by
    'rate'
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    breaches: frozenset[BreachKind] = attrs.field(converter=breach_kinds)
    of: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)
    #: By a rate of what the goods concerned are worth, or by the difference from the agreed price.
    by: Literal["rate", "difference"] = attrs.field(default="rate", validator=one_of("rate", "difference"))
    rate: Fraction | None = attrs.field(default=None, converter=optional_fraction, validator=_is_optional_part)
    rounding_point: RoundingPoint = attrs.field(default="breach", validator=one_of("breach", "total"))
    rounding: RoundingMode = attrs.field(default="half_up", validator=one_of(*ROUNDING_MODES))
    cumulative_with: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)

    def __attrs_post_init__(self) -> None:
        """Refuse a rate where the difference counts, and a difference of what has no price of its own."""
        if (self.by == "rate") != (self.rate is not None):
            raise InvalidValueError("PriceReduction.rate goes with by='rate'", self.rate, hint="and with nothing else")
        if self.by == "difference" and self.breaches != {"price_above_terms"}:
            raise InvalidValueError("PriceReduction.by 'difference' is for price_above_terms", sorted(self.breaches))


@final
@attrs.frozen(kw_only=True)
class ReworkCost:
    """What it costs to put the units right, at an agreed rate for each, and a fixed sum for each breach.

    >>> ReworkCost(id="rework", breaches=["lot_below_standard"], unit_rate=Money("1.25", "EUR")).fixed is None
    True
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    breaches: frozenset[BreachKind] = attrs.field(converter=breach_kinds)
    of: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)
    unit_rate: Money = attrs.field(validator=is_money_owed)
    fixed: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    cap_share: Fraction | None = attrs.field(default=None, converter=optional_fraction, validator=is_share(MAX_COUNT))
    rounding_point: RoundingPoint = attrs.field(default="breach", validator=one_of("breach", "total"))
    rounding: RoundingMode = attrs.field(default="half_up", validator=one_of(*ROUNDING_MODES))
    cumulative_with: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)


@final
@attrs.frozen(kw_only=True)
class LateInterest:
    """Simple interest on what was paid late, from the due day to the day it was paid, and a fixed sum for collecting.

    >>> LateInterest(id="interest", rate="0.08", day_count="act/360").breaches
    frozenset({'late_payment'})
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    breaches: frozenset[BreachKind] = attrs.field(default=frozenset({"late_payment"}), converter=breach_kinds)
    of: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)
    #: Interest for a year, as `"0.08"`.
    rate: Fraction = attrs.field(converter=exact_fraction, validator=is_share(MAX_COUNT))
    day_count: DayCount = attrs.field(validator=one_of(*DAY_COUNTS))
    #: A sum for each late invoice, as the 40 euros of Directive 2011/7/EU.
    fixed: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    rounding_point: RoundingPoint = attrs.field(default="breach", validator=one_of("breach", "total"))
    rounding: RoundingMode = attrs.field(default="half_up", validator=one_of(*ROUNDING_MODES))
    cumulative_with: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)

    def __attrs_post_init__(self) -> None:
        """Refuse interest on what is not money."""
        if self.breaches != {"late_payment"}:
            raise InvalidValueError("LateInterest is for late_payment", sorted(self.breaches))


@final
@attrs.frozen(kw_only=True)
class Release:
    """A share of what is held back, given back so many days after an event: each invoice, or one that is told.

    >>> Release(share="0.5", event="acceptance").days
    0
    """

    share: Fraction = attrs.field(converter=exact_fraction, validator=is_part("half is '0.5'"))
    #: `invoice` for the day of each invoice; any other name is an event whose day `retention` is given.
    event: str = attrs.field(default="invoice", validator=is_id)
    days: int = attrs.field(default=0, validator=is_count)


@final
@attrs.frozen(kw_only=True)
class Retention:
    """A share of every invoice that the buyer holds back as security, up to a limit, and gives back by steps.

    >>> Retention(id="retention", share="0.05", releases=[Release(share=1, days=365)]).limit is None
    True
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    #: The share of each invoice that is held back.
    share: Fraction = attrs.field(converter=exact_fraction, validator=is_part("5 % is '0.05'"))
    #: Most that is held back in all; `None` without limit.
    limit: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    #: When it is given back; the shares add up to 1.
    releases: tuple[Release, ...] = attrs.field(converter=_releases)


#: A remedy for a breach. (A retention is security for the remedies and answers no breach.)
Remedy: TypeAlias = LiquidatedDamages | ServiceCredits | PriceReduction | ReworkCost | LateInterest

#: The classes of remedies, to ask whether a clause is one.
REMEDIES: Final[tuple[type[Remedy], ...]] = get_args(Remedy)
