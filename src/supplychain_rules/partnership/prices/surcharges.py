"""Surcharges by an index: a table of steps, or a scale of so much for every step above a trigger.

A step is half-open: it begins at its value and ends before the next one, so that no value lies in two steps or in none.
"""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal, TypeAlias, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import exact_quantity, is_id, is_not_negative, is_positive, one_of, several
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.money import Money
from supplychain_rules.values.proportions import check_money, exact_share, money_of, optional_share, shown
from supplychain_rules.values.rounding import ROUNDING_MODES, RoundingMode, round_to_units
from supplychain_rules.values.scaled import number_text

__all__ = ["Surcharge", "SurchargeScale", "SurchargeStep", "SurchargeTable", "surcharge"]


@final
@attrs.frozen(kw_only=True)
class SurchargeStep:
    """From which index value on, and how much: a rate of the amount, negative for a rebate."""

    at: Decimal = attrs.field(converter=exact_quantity, validator=is_not_negative)
    rate: Fraction = attrs.field(converter=exact_share)


@final
@attrs.frozen(kw_only=True)
class SurchargeTable:
    """A surcharge by steps of an index; below the first step there is none.

    Raises:
        InvalidValueError: no step, or steps that do not rise.
    """

    id: str = attrs.field(validator=is_id)
    steps: tuple[SurchargeStep, ...] = attrs.field(converter=several)
    rounding: RoundingMode = attrs.field(default="half_up", validator=one_of(*ROUNDING_MODES))
    label: Label | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse steps that overlap."""
        if not self.steps:
            raise InvalidValueError(f"surcharge {self.id} has no step", self.steps, hint="give at least one")
        for one, other in pairwise(self.steps):
            if other.at <= one.at:
                hint = "sort them by `at`, each once"
                raise InvalidValueError(f"the steps of {self.id} do not rise", str(other.at), hint=hint)


@final
@attrs.frozen(kw_only=True)
class SurchargeScale:
    """A surcharge of `rate` for every `step` of the index above `trigger`, as for diesel.

    Raises:
        InvalidValueError: a step of nothing, a negative rate, or a cap below 0.
    """

    id: str = attrs.field(validator=is_id)
    trigger: Decimal = attrs.field(converter=exact_quantity, validator=is_not_negative)
    step: Decimal = attrs.field(converter=exact_quantity, validator=is_positive)
    rate: Fraction = attrs.field(converter=exact_share)
    #: Which part of a step counts: every one that has begun, whole ones only, or as much as there is.
    steps_counted: Literal["begun", "whole", "exact"] = attrs.field(validator=one_of("begun", "whole", "exact"))
    #: The greatest surcharge as a share of the amount.
    cap: Fraction | None = attrs.field(default=None, converter=optional_share)
    rounding: RoundingMode = attrs.field(default="half_up", validator=one_of(*ROUNDING_MODES))
    label: Label | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a surcharge that falls while its index rises."""
        if self.rate < 0:
            raise InvalidValueError(f"the rate of {self.id} is negative", str(self.rate), hint="take a SurchargeTable")
        if self.cap is not None and self.cap < 0:
            raise InvalidValueError(f"the cap of {self.id} is negative", str(self.cap))


#: How a surcharge is found.
SurchargeRule: TypeAlias = SurchargeTable | SurchargeScale


@final
@attrs.frozen(kw_only=True)
class Surcharge:
    """A surcharge: its rate, its money, what rounding did, and why."""

    rule: str
    value: Decimal
    amount: Money
    rate: Fraction
    money: Money
    residual: Fraction
    reason: Label

    def explain(self, lang: Lang = "en") -> str:
        """Return the surcharge as text."""
        return f"{self.reason.text(lang)}: {self.amount} × {shown(self.rate)} = {self.money}"

    def to_dict(self) -> dict[str, Any]:
        """Return the surcharge as plain data that JSON can keep; exact numbers are text."""
        return {
            "rule": self.rule,
            "value": number_text(self.value),
            "rate": number_text(self.rate),
            "money": {"amount": number_text(self.money.amount), "currency": self.money.currency},
            "residual": number_text(self.residual),
            "reason": {"en": self.reason.en, "zh": self.reason.zh},
        }


def surcharge(rule: SurchargeRule, value: object, amount: Money) -> Surcharge:
    """Return the surcharge on an amount at a value of the index.

    Raises:
        InvalidValueError: an index value that is a float or negative, or an amount that is no money.

    >>> diesel = SurchargeScale(id="diesel", trigger="1.50", step="0.05", rate="0.01", steps_counted="begun")
    >>> surcharge(diesel, "1.61", Money("800", "EUR")).money
    Money('24.00', 'EUR')
    """
    check_money("the amount of a surcharge", amount)
    number = exact_quantity(value)  # type: ignore[arg-type]  # it refuses what is none
    if number < 0:
        raise InvalidValueError("an index value is not negative", value)
    rate, reason = _by_table(rule, number) if isinstance(rule, SurchargeTable) else _by_scale(rule, number)
    exact = Fraction(amount.amount) * rate
    money = money_of(exact, amount.currency, rule.rounding)
    return Surcharge(
        rule=rule.id,
        value=number,
        amount=amount,
        rate=rate,
        money=money,
        residual=Fraction(money.amount) - exact,
        reason=reason,
    )


def _by_table(table: SurchargeTable, value: Decimal) -> tuple[Fraction, Label]:
    reached = [step for step in table.steps if value >= step.at]
    if not reached:
        first = table.steps[0].at
        return Fraction(0), Label(f"{value} is below the first step {first}", f"{value} 低于首档 {first}")
    step = reached[-1]
    return step.rate, Label(f"{value} is in the step from {step.at}", f"{value} 位于自 {step.at} 起的档位")


def _by_scale(scale: SurchargeScale, value: Decimal) -> tuple[Fraction, Label]:
    over = max(Fraction(0), Fraction(value) - Fraction(scale.trigger)) / Fraction(scale.step)
    match scale.steps_counted:
        case "begun":
            steps = Fraction(round_to_units(over, 0, "ceil"))
        case "whole":
            steps = Fraction(round_to_units(over, 0, "floor"))
        case "exact":
            steps = over
        case _:
            assert_never(scale.steps_counted)
    rate = steps * scale.rate
    reason = Label(
        f"{shown(steps)} steps of {scale.step} above {scale.trigger}",
        f"超过 {scale.trigger} 计 {shown(steps)} 档（每档 {scale.step}）",
    )
    if scale.cap is not None and rate > scale.cap:
        return scale.cap, Label(f"{reason.en}, capped", f"{reason.zh}，封顶")
    return rate, reason
