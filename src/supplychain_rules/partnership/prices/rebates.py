"""Volume rebates: what a buyer gets back for the quantity or spend of a period, on all units or on those of each tier.

All units: the rate of the tier reached counts for everything, so that the rebate jumps at a threshold: a cliff, which
is reported with the range below it in which buying less costs more. Incremental: each rate counts within its own tier,
and nothing jumps.
"""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import (
    each_is_a,
    exact_quantity,
    is_id,
    is_not_negative,
    is_optional_a,
    one_of,
    optional_quantity,
    several,
)
from supplychain_rules.values.currencies import check_currency
from supplychain_rules.values.intervals import Interval, IntervalSet
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.money import Money
from supplychain_rules.values.piecewise import Piecewise, choose
from supplychain_rules.values.piecewise_questions import jumps, where_above
from supplychain_rules.values.proportions import check_money, money_of, optional_share, shown
from supplychain_rules.values.rounding import ROUNDING_MODES, RoundingMode
from supplychain_rules.values.scaled import number_text

__all__ = [
    "Rebate",
    "RebateCliff",
    "RebateLine",
    "RebateSchedule",
    "RebateTier",
    "rebate",
    "rebate_cliffs",
    "rebate_function",
]

#: Quantities and spend begin at nothing.
_FROM_ZERO: Final = Interval(0, None, low_closed=True, high_closed=False)


@final
@attrs.frozen(kw_only=True)
class RebateTier:
    """A tier: from which quantity or spend on, and what it gives: a share of the spend, or an amount a unit.

    Raises:
        InvalidValueError: both or neither, a share outside 0..1, or a negative amount.
    """

    #: The quantity or spend from which on the tier is reached, itself included.
    at: Decimal = attrs.field(converter=exact_quantity, validator=is_not_negative)
    rate: Fraction | None = attrs.field(default=None, converter=optional_share)
    #: In units of the schedule's currency.
    per_unit: Decimal | None = attrs.field(default=None, converter=optional_quantity, validator=is_not_negative)

    def __attrs_post_init__(self) -> None:
        """Refuse a tier that gives nothing, or two things."""
        if (self.rate is None) == (self.per_unit is None):
            hint = "give rate, a share of the spend, or per_unit, an amount"
            raise InvalidValueError("a tier gives a rate or an amount per unit", str(self.at), hint=hint)
        if self.rate is not None and not 0 <= self.rate <= 1:
            raise InvalidValueError("a rebate rate is from 0 to 1", str(self.rate), hint="2 % is '0.02'")

    @property
    def gives(self) -> Fraction:
        """Return the rate or the amount per unit."""
        return self.rate if self.rate is not None else Fraction(self.per_unit or 0)


@final
@attrs.frozen(kw_only=True)
class RebateSchedule:
    """A rebate schedule. Below the first tier there is no rebate.

    A rate is a share of the spend, also where the tiers are reached by quantity; a tier's part of the spend is then its
    part of the units.

    Raises:
        InvalidValueError: no tier, tiers that do not rise, rates mixed with amounts, amounts per unit by spend.
    """

    id: str = attrs.field(validator=is_id)
    currency: str = attrs.field(converter=check_currency)
    #: What is compared with the thresholds.
    basis: Literal["quantity", "spend"] = attrs.field(validator=one_of("quantity", "spend"))
    method: Literal["all_units", "incremental"] = attrs.field(validator=one_of("all_units", "incremental"))
    tiers: tuple[RebateTier, ...] = attrs.field(converter=several, validator=each_is_a(RebateTier))
    #: The most that is paid back.
    cap: Money | None = None
    rounding: RoundingMode = attrs.field(default="half_up", validator=one_of(*ROUNDING_MODES))
    label: Label | None = attrs.field(default=None, validator=is_optional_a(Label))

    def __attrs_post_init__(self) -> None:
        """Refuse what has no one meaning."""
        if not self.tiers:
            raise InvalidValueError(f"schedule {self.id} has no tier", self.tiers, hint="give at least one")
        for one, other in pairwise(self.tiers):
            if other.at <= one.at:
                hint = "sort them by `at`, each once"
                raise InvalidValueError(f"the tiers of {self.id} do not rise", str(other.at), hint=hint)
        if len({tier.rate is None for tier in self.tiers}) > 1:
            raise InvalidValueError(f"schedule {self.id} mixes rates with amounts per unit", self.id)
        if self.basis == "spend" and self.tiers[0].per_unit is not None:
            hint = "take basis='quantity', or give rates"
            raise InvalidValueError(f"schedule {self.id} pays per unit and counts spend", self.basis, hint=hint)
        if self.cap is not None:
            check_money(f"the cap of {self.id}", self.cap, currency=self.currency, least="zero")


@final
@attrs.frozen(kw_only=True)
class RebateLine:
    """One line of a rebate: so much of the basis at a tier gives so much; or the cap, which takes away."""

    kind: Literal["tier", "cap"]
    #: The threshold of the tier; None for the cap.
    at: Decimal | None
    #: The quantity or spend that counts here.
    counted: Fraction
    #: The rate, or the amount per unit.
    gives: Fraction
    value: Fraction


@final
@attrs.frozen(kw_only=True)
class Rebate:
    """A rebate with its lines, which add up to it but for the rounding.

    Raises:
        InvalidValueError: lines that do not.
    """

    schedule: str
    spend: Money
    quantity: Decimal | None
    money: Money
    lines: tuple[RebateLine, ...]
    #: What rounding added, or took away where negative.
    residual: Fraction
    #: The tier that was reached; None below the first.
    reached: RebateTier | None
    #: How much is missing to the next tier; None at the last.
    to_next: Fraction | None

    def __attrs_post_init__(self) -> None:
        """Refuse lines that do not add up."""
        found = sum((line.value for line in self.lines), Fraction(0)) + self.residual
        if found != Fraction(self.money.amount):
            raise InvalidValueError("the lines do not add up to the rebate", number_text(found))

    def explain(self, lang: Lang = "en") -> str:
        """Return the rebate line by line, as text."""
        texts = []
        for line in self.lines:
            if line.kind == "cap":
                label = Label(f"{shown(line.value)}  cap", f"{shown(line.value)}  封顶")
            else:
                product = f"{shown(line.counted)} × {shown(line.gives)}"
                label = Label(
                    f"{shown(line.value)}  {product} from {line.at}",
                    f"{shown(line.value)}  {product}（达到 {line.at}）",
                )
            texts.append(label.text(lang))
        if self.residual:
            rest = shown(self.residual)
            texts.append(Label(f"{rest}  rounding", f"{rest}  舍入").text(lang))
        return "\n".join([*texts, Label(f"rebate {self.money}", f"返利 {self.money}").text(lang)])

    def to_dict(self) -> dict[str, Any]:
        """Return the rebate as plain data that JSON can keep; exact numbers are text."""
        return {
            "schedule": self.schedule,
            "money": {"amount": number_text(self.money.amount), "currency": self.money.currency},
            "residual": number_text(self.residual),
            "reached": None if self.reached is None else number_text(self.reached.at),
            "to_next": None if self.to_next is None else number_text(self.to_next),
            "lines": [
                {
                    "kind": line.kind,
                    "at": None if line.at is None else number_text(line.at),
                    "counted": number_text(line.counted),
                    "gives": number_text(line.gives),
                    "value": number_text(line.value),
                }
                for line in self.lines
            ],
        }


@final
@attrs.frozen(kw_only=True)
class RebateCliff:
    """A threshold at which a rebate jumps."""

    at: Fraction
    #: By how much the rebate jumps there.
    jump: Fraction
    #: From this quantity or spend up to the threshold, buying up to the threshold costs less than what is bought; None
    #: where it never does.
    cheaper_to_reach_from: Fraction | None


def rebate(schedule: RebateSchedule, *, spend: Money, quantity: object = None) -> Rebate:
    """Return the rebate for the spend, and quantity, of a period.

    Raises:
        InvalidValueError: money of another currency, negative amounts, or a quantity that is missing or a float.

    >>> schedule = RebateSchedule(id="R", currency="EUR", basis="spend", method="incremental",
    ...     tiers=[RebateTier(at=100_000, rate="0.02"), RebateTier(at=200_000, rate="0.05")])
    >>> rebate(schedule, spend=Money("250000", "EUR")).money
    Money('4500.00', 'EUR')
    """
    check_money(f"the spend of schedule {schedule.id}", spend, currency=schedule.currency, least="zero")
    units = optional_quantity(quantity)  # type: ignore[arg-type]  # it refuses what is none
    if units is not None and units < 0:
        raise InvalidValueError("a quantity is not negative", quantity)
    if schedule.basis == "quantity" and units is None:
        raise InvalidValueError(f"schedule {schedule.id} counts quantity", None, hint="give quantity=...")
    basis = Fraction(spend.amount) if schedule.basis == "spend" else Fraction(units or 0)
    reached = [tier for tier in schedule.tiers if basis >= tier.at]

    lines = _lines(schedule, basis, _per_basis(schedule, spend, basis))
    exact = sum((line.value for line in lines), Fraction(0))
    if schedule.cap is not None and exact > Fraction(schedule.cap.amount):
        over = Fraction(schedule.cap.amount) - exact
        lines.append(RebateLine(kind="cap", at=None, counted=exact, gives=Fraction(0), value=over))
        exact += over
    money = money_of(exact, schedule.currency, schedule.rounding)
    following = [tier for tier in schedule.tiers if basis < tier.at]
    return Rebate(
        schedule=schedule.id,
        spend=spend,
        quantity=units,
        money=money,
        lines=tuple(lines),
        residual=Fraction(money.amount) - exact,
        reached=reached[-1] if reached else None,
        to_next=Fraction(following[0].at) - basis if following else None,
    )


def rebate_function(schedule: RebateSchedule, *, unit_price: object = None) -> Piecewise:
    """Return the rebate, unrounded, as a function of the spend or quantity.

    Args:
        schedule: the schedule.
        unit_price: what a unit costs, where rates are reached by quantity.

    >>> schedule = RebateSchedule(id="R", currency="EUR", basis="spend", method="all_units",
    ...     tiers=[RebateTier(at=100, rate="0.02"), RebateTier(at=200, rate="0.05")])
    >>> print(rebate_function(schedule))
    [0..100): 0; [100..200): 0.02 x; >= 200: 0.05 x
    """
    times = Fraction(1)
    if schedule.basis == "quantity" and schedule.tiers[0].rate is not None:
        times = _price(schedule, unit_price)
    slopes = [tier.gives * times for tier in schedule.tiers]
    if schedule.method == "incremental":
        found = Piecewise.from_bands([tier.at for tier in schedule.tiers], [Fraction(0), *slopes], zero_at=0)
        found = (found - found.at(0)).restricted(_FROM_ZERO)
    else:
        found = Piecewise.constant(0, _FROM_ZERO)
        for tier, slope in zip(schedule.tiers, slopes, strict=True):
            found = choose(IntervalSet.at_least(Fraction(tier.at)), Piecewise.line(slope, 0, _FROM_ZERO), found)
    return found if schedule.cap is None else found.clamped(None, schedule.cap.amount)


def rebate_cliffs(schedule: RebateSchedule, *, unit_price: object = None) -> tuple[RebateCliff, ...]:
    """Return where the rebate jumps, and from where on it pays to buy up to the threshold, rising.

    Args:
        schedule: the schedule.
        unit_price: what a unit costs, where thresholds are quantities.

    >>> schedule = RebateSchedule(id="R", currency="EUR", basis="spend", method="all_units",
    ...     tiers=[RebateTier(at=100_000, rate="0.04")])
    >>> [(str(cliff.jump), str(cliff.cheaper_to_reach_from)) for cliff in rebate_cliffs(schedule)]
    [('4000', '96000')]
    """
    given = rebate_function(schedule, unit_price=unit_price)
    cost = Piecewise.identity(_FROM_ZERO)
    if schedule.basis == "quantity":
        cost = Piecewise.line(_price(schedule, unit_price), 0, _FROM_ZERO)
    net = cost - given
    found = []
    for jump in jumps(given):
        before = IntervalSet((Interval(0, jump.at, low_closed=True, high_closed=False),))
        dearer = where_above(net, net.at(jump.at)).intersection(before).parts
        touching = [part for part in dearer if part.high == jump.at]
        start = touching[-1].low if touching else None
        found.append(
            RebateCliff(at=jump.at, jump=jump.size, cheaper_to_reach_from=None if start is None else Fraction(start))
        )
    return tuple(found)


def _price(schedule: RebateSchedule, unit_price: object) -> Fraction:
    if unit_price is None:
        raise InvalidValueError(f"schedule {schedule.id} counts quantity", None, hint="give unit_price=...")
    price = Fraction(exact_quantity(unit_price))  # type: ignore[arg-type]  # it refuses what is none
    if price <= 0:
        raise InvalidValueError("a unit price is above 0", unit_price)
    return price


def _per_basis(schedule: RebateSchedule, spend: Money, basis: Fraction) -> Fraction:
    """Return what one unit of the basis is worth to a tier: its spend where rates count, else 1."""
    if schedule.tiers[0].rate is None or schedule.basis == "spend":
        return Fraction(1)
    return Fraction(spend.amount) / basis if basis else Fraction(0)


def _lines(schedule: RebateSchedule, basis: Fraction, per_basis: Fraction) -> list[RebateLine]:
    reached = [tier for tier in schedule.tiers if basis >= tier.at]
    if schedule.method == "all_units":
        parts = [(reached[-1], basis)] if reached else []
    else:
        ends = [*(Fraction(tier.at) for tier in reached[1:]), basis]
        parts = [(tier, end - Fraction(tier.at)) for tier, end in zip(reached, ends, strict=False)]
    return [
        RebateLine(
            kind="tier", at=tier.at, counted=part * per_basis, gives=tier.gives, value=part * per_basis * tier.gives
        )
        for tier, part in parts
    ]
