"""The duties of a contract as data: what is to be delivered, at which quality and price, when it is paid, how much.

Each clause says one thing that can be kept or broken, in the words in which the measures say it: a promise, days early
and late, tolerances, excused faults. What follows from a breach is said apart, by `remedies`.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import (
    Fault,
    is_boolean,
    is_id,
    is_not_negative,
    is_optional_money_owed,
    is_text,
    is_whole,
    one_of,
    optional_quantity,
    place_of,
)
from supplychain_rules.measures.arrivals import Promise, check_under_tolerance
from supplychain_rules.measures.fields import (
    MAX_COUNT,
    Concessions,
    Unattributed,
    fault_set,
    is_count,
    is_optional_calendar,
    is_optional_count,
    is_optional_day_count,
    is_share,
    name_set,
    optional_fraction,
    refuse_idle,
)
from supplychain_rules.partnership.contracts.kinds import BreachKind, breach_kinds, is_optional_label
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.scaled import exact_fraction

__all__ = [
    "ClaimTerms",
    "DeliveryTerms",
    "DocumentTerms",
    "QualityTerms",
    "ServiceLevelTerms",
    "TerminationTerms",
    "VolumeBasis",
    "VolumeTerms",
    "Windows",
]

#: Which periods a clause looks at: calendar months, quarters or years, years from the contract's first day, or all of
#: the contract at once. Those at either end are clipped to the contract.
Windows = Literal["month", "quarter", "year", "contract_year", "term"]

#: What a volume counts.
VolumeBasis = Literal["ordered", "received", "order_value", "invoiced"]

#: Parts per million of everything.
_MILLION: Final = 1_000_000


def _is_share_of_all(instance: object, field: "attrs.Attribute[Any]", value: Fraction | None) -> None:
    if value is not None and not 0 <= value <= 1:
        raise InvalidValueError(f"{place_of(instance, field)} lies outside 0..1", value, hint="99 % is '0.99'")


@final
@attrs.frozen(kw_only=True)
class DeliveryTerms:
    """When and how much is to be delivered, in the words of `DeliveryPerformance`.

    A line is kept when the quantity received by the last day allowed reaches ordered x (1 - `under_tolerance`). Delays
    of `excused_faults` give it so many days more. A line in one of the `closed_states` gets nothing more: what it lacks
    is short, not late.

    >>> DeliveryTerms(id="delivery", late_days=2, excused_faults=["buyer", "force_majeure"]).promise
    'original'
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    #: The date that a line is held to.
    promise: Promise = attrs.field(default="original", validator=one_of(*get_args(Promise)))
    #: Most days before the promise; `None` where no delivery is too early.
    early_days: int | None = attrs.field(default=None, validator=is_optional_count)
    #: Most days after the promise.
    late_days: int = attrs.field(default=0, validator=is_count)
    #: The calendar whose working days the days above and excused delays are; `None` for calendar days.
    calendar: WorkCalendar | None = attrs.field(default=None, validator=is_optional_calendar)
    #: The share of the ordered quantity that may be lacking.
    under_tolerance: Fraction = attrs.field(default=Fraction(0), converter=exact_fraction, validator=is_share(1))
    #: The share of the ordered quantity that may come beyond it; `None` where any may.
    over_tolerance: Fraction | None = attrs.field(
        default=None, converter=optional_fraction, validator=is_share(MAX_COUNT)
    )
    #: Whose delays are excused.
    excused_faults: frozenset[Fault] = attrs.field(default=frozenset(), converter=fault_set)
    #: The states of an order line after which nothing more comes, as `closed`.
    closed_states: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)

    def __attrs_post_init__(self) -> None:
        """Refuse a tolerance that asks for nothing, and a calendar without days to count."""
        check_under_tolerance(self, self.under_tolerance)
        if not (self.early_days or self.late_days or self.excused_faults):
            refuse_idle(self, "calendar", without="days to count")


@final
@attrs.frozen(kw_only=True)
class QualityTerms:
    """The quality that lots, or those of a window together, must have; whose rejects count is said as by a pass rate.

    `lots_must_pass` and `least_lot_pass_rate` are asked of each inspection; the others of all those of a window
    (`per`), once it has ended.

    >>> QualityTerms(id="quality", lots_must_pass=True, most_ppm=500).per
    'month'
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    #: Whether each lot must be accepted: by its verdict, as of an acceptance plan, else without a reject.
    lots_must_pass: bool = attrs.field(default=False, validator=is_boolean)
    #: The least share of units that pass, in each lot.
    least_lot_pass_rate: Fraction | None = attrs.field(
        default=None, converter=optional_fraction, validator=_is_share_of_all
    )
    #: The least share of units that pass, in a window.
    least_pass_rate: Fraction | None = attrs.field(
        default=None, converter=optional_fraction, validator=_is_share_of_all
    )
    #: The least share of lots that are accepted, in a window.
    least_lots_accepted: Fraction | None = attrs.field(
        default=None, converter=optional_fraction, validator=_is_share_of_all
    )
    #: Most rejects in a million inspected units, in a window.
    most_ppm: Fraction | None = attrs.field(default=None, converter=optional_fraction, validator=is_share(_MILLION))
    per: Windows = attrs.field(default="month", validator=one_of(*get_args(Windows)))
    #: Whose rejects count; empty for all, whoever's doing they were.
    faults: frozenset[Fault] = attrs.field(default=frozenset(), converter=fault_set)
    unattributed: Unattributed = attrs.field(default="counted", validator=one_of(*get_args(Unattributed)))
    concessions: Concessions = attrs.field(default="rejected", validator=one_of(*get_args(Concessions)))

    def __attrs_post_init__(self) -> None:
        """Refuse a clause that asks for nothing, and choices that nothing would read."""
        of_lots = self.lots_must_pass or self.least_lot_pass_rate is not None
        of_windows = (self.least_pass_rate, self.least_lots_accepted, self.most_ppm)
        if not of_lots and all(one is None for one in of_windows):
            raise InvalidValueError("QualityTerms ask for nothing", self.id, hint="set a least rate, or most_ppm")
        if all(one is None for one in of_windows):
            refuse_idle(self, "per", without="what is asked of a window")
        if not self.faults:
            refuse_idle(self, "unattributed", without="faults")


@final
@attrs.frozen(kw_only=True)
class ServiceLevelTerms:
    """A level that a window must reach: of lines on time in full by the delivery terms, or given from elsewhere.

    >>> ServiceLevelTerms(id="uptime", least="0.995", source="given").per
    'month'
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    #: The least level.
    least: Fraction = attrs.field(converter=exact_fraction, validator=is_share(1))
    #: Where the level comes from: the delivery terms, or what `check_compliance` is given, as an availability.
    source: Literal["on_time_in_full", "given"] = attrs.field(
        default="on_time_in_full", validator=one_of("on_time_in_full", "given")
    )
    per: Windows = attrs.field(default="month", validator=one_of(*get_args(Windows)))


@final
@attrs.frozen(kw_only=True)
class VolumeTerms:
    """The least and the most that a window takes: a quantity in a unit, or money.

    >>> VolumeTerms(id="volume", per="year", minimum=1000, unit="kg").debtor
    'buyer'
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    #: What is counted: quantities ordered or received, or money ordered for or billed.
    basis: VolumeBasis = attrs.field(default="ordered", validator=one_of(*get_args(VolumeBasis)))
    per: Windows = attrs.field(default="year", validator=one_of(*get_args(Windows)))
    #: The unit of a quantity; only lines in it count.
    unit: str = attrs.field(default="", validator=is_text)
    #: The items that count; empty for all of the contract.
    items: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)
    #: In units, or in the contract's currency.
    minimum: Decimal | None = attrs.field(default=None, converter=optional_quantity, validator=is_not_negative)
    maximum: Decimal | None = attrs.field(default=None, converter=optional_quantity, validator=is_not_negative)
    #: What the minimum and maximum of a window are that the contract clips: a share by days, or all of it.
    clipped: Literal["pro_rata", "full"] = attrs.field(default="pro_rata", validator=one_of("pro_rata", "full"))
    #: Whose duty it is.
    debtor: Literal["buyer", "supplier"] = attrs.field(default="buyer", validator=one_of("buyer", "supplier"))
    #: What a unit short of the minimum or beyond the maximum is worth, where quantities are counted.
    unit_price: Money | None = attrs.field(default=None, validator=is_optional_money_owed)

    def __attrs_post_init__(self) -> None:
        """Refuse bounds that bind nothing or contradict each other."""
        if self.minimum is None and self.maximum is None:
            raise InvalidValueError("VolumeTerms have neither minimum nor maximum", self.id)
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise InvalidValueError("VolumeTerms.minimum exceeds the maximum", f"{self.minimum} > {self.maximum}")
        if self.basis in ("order_value", "invoiced"):
            refuse_idle(self, "unit", without="a basis of quantities")
            refuse_idle(self, "unit_price", without="a basis of quantities")


@final
@attrs.frozen(kw_only=True)
class DocumentTerms:
    """The papers that must be there: certificates held all the time, and papers that come with each delivery.

    >>> DocumentTerms(id="papers", held=["ISO 9001"], with_delivery=["certificate of analysis"]).days
    0
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    #: Kinds of certificates that the supplier must hold on each day of the contract.
    held: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)
    #: Kinds of certificates that must name each order line of which something came.
    with_delivery: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)
    #: Most days after the first receipt until such a paper is there.
    days: int = attrs.field(default=0, validator=is_count)

    def __attrs_post_init__(self) -> None:
        """Refuse a clause that asks for nothing."""
        if not self.held and not self.with_delivery:
            raise InvalidValueError("DocumentTerms ask for no document", self.id, hint="set held or with_delivery")
        if not self.with_delivery:
            refuse_idle(self, "days", without="with_delivery")


@final
@attrs.frozen(kw_only=True)
class TerminationTerms:
    """The right to terminate: so many breaches of one party within so many days.

    >>> TerminationTerms(id="termination", breaches=["late_delivery"], count=3, within_days=90).count
    3
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    #: The kinds of breach that count; empty for all.
    breaches: frozenset[BreachKind] = attrs.field(default=frozenset(), converter=name_set)
    count: int = attrs.field(validator=is_whole(1, MAX_COUNT))
    within_days: int = attrs.field(validator=is_whole(1, MAX_COUNT))

    def __attrs_post_init__(self) -> None:
        """Refuse kinds that do not exist."""
        if self.breaches:
            breach_kinds(self.breaches)


@final
@attrs.frozen(kw_only=True)
class ClaimTerms:
    """Until when a claim can be raised: after that it is time-barred.

    >>> ClaimTerms(id="claims", within_days=90).within_days
    90
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    #: Days from the breach within which it is to be claimed.
    within_days: int | None = attrs.field(default=None, validator=is_optional_day_count)
    #: Years from the end of the year of the breach, after which even what was claimed and not agreed is time-barred.
    years: int | None = attrs.field(default=None, validator=attrs.validators.optional(is_whole(1, 30)))

    def __attrs_post_init__(self) -> None:
        """Refuse a clause that bars nothing."""
        if self.within_days is None and self.years is None:
            raise InvalidValueError("ClaimTerms bar nothing", self.id, hint="set within_days or years")
