"""Customers' arrears as a credit risk: probability of default x exposure x loss given default, item by item.

The amounts are passed in, as `customers.receivables` finds them. The probability comes from the caller, or from a table
by days overdue; days count from the due date, and each row is half-open.
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import each_is_a, is_id, is_money_owed, several
from supplychain_rules.values.money import Money
from supplychain_rules.values.proportions import exact_share, money_of, optional_share
from supplychain_rules.values.rounding import RoundingMode
from supplychain_rules.values.scaled import check_whole, number_text

__all__ = ["CreditLine", "CreditLoss", "CreditRisk", "DefaultRate", "DefaultRates", "expected_credit_loss"]


@final
@attrs.frozen(kw_only=True)
class CreditRisk:
    """What a customer owes in one item, and how likely it is lost.

    Raises:
        InvalidValueError: probabilities outside 0..1, or neither a probability nor days overdue.
    """

    id: str = attrs.field(validator=is_id)
    customer: str = attrs.field(validator=is_id)
    exposure: Money = attrs.field(validator=is_money_owed)
    #: The probability of default; None takes it from the table by days overdue.
    default: Fraction | None = attrs.field(default=None, converter=optional_share)
    #: Days past the due date, negative before it.
    days_overdue: int | None = None
    #: The share that is lost in a default: 1 less what security and insurance bring back.
    loss_given_default: Fraction = attrs.field(default=Fraction(1), converter=exact_share)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no probability."""
        for name in ("default", "loss_given_default"):
            share = getattr(self, name)
            if share is not None and not 0 <= share <= 1:
                raise InvalidValueError(
                    f"{name} of {self.id} lies outside 0..1", number_text(share), hint="5 % is '0.05'"
                )
        if self.default is None and self.days_overdue is None:
            hint = "give default, or days_overdue and a table"
            raise InvalidValueError(f"{self.id} has neither a probability nor days overdue", None, hint=hint)


@final
@attrs.frozen(kw_only=True)
class DefaultRate:
    """The probability of default from a number of days overdue on, to before the next row."""

    from_days: int
    default: Fraction = attrs.field(converter=exact_share)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no probability."""
        check_whole("from_days", self.from_days, least=-10_000, most=10_000)
        if not 0 <= self.default <= 1:
            raise InvalidValueError("a probability lies from 0 to 1", number_text(self.default))


@final
@attrs.frozen(kw_only=True)
class DefaultRates:
    """Probabilities of default by days overdue; below the first row there is none, and an item there is refused.

    Raises:
        InvalidValueError: rows whose days do not rise, or whose probability falls while a debt grows older.
    """

    rows: tuple[DefaultRate, ...] = attrs.field(converter=several, validator=each_is_a(DefaultRate))

    def __attrs_post_init__(self) -> None:
        """Refuse a table that rewards paying late."""
        for one, other in pairwise(self.rows):
            if other.from_days <= one.from_days:
                raise InvalidValueError("rows of default rates do not rise", other.from_days, hint="sort them by days")
            if other.default < one.default:
                hint = "an older debt is never the safer one"
                raise InvalidValueError("a default rate falls with the days", number_text(other.default), hint=hint)

    def of(self, days: int) -> Fraction | None:
        """Return the probability at so many days overdue; None below the first row."""
        reached = [row for row in self.rows if days >= row.from_days]
        return reached[-1].default if reached else None


@final
@attrs.frozen(kw_only=True)
class CreditLine:
    """The expected loss of one item, exactly."""

    risk: CreditRisk
    default: Fraction
    loss: Fraction


@final
@attrs.frozen(kw_only=True)
class CreditLoss:
    """The expected loss of all items, rounded once; the lines and the residual add up to it."""

    money: Money
    exposure: Money
    lines: tuple[CreditLine, ...]
    residual: Fraction

    def by_customer(self) -> dict[str, Fraction]:
        """Return the exact expected loss by customer, in the order of their names."""
        found: dict[str, Fraction] = {}
        for line in sorted(self.lines, key=lambda line: line.risk.customer):
            found[line.risk.customer] = found.get(line.risk.customer, Fraction(0)) + line.loss
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return the loss as plain data that JSON can keep; exact numbers are text."""
        return {
            "money": {"amount": number_text(self.money.amount), "currency": self.money.currency},
            "residual": number_text(self.residual),
            "lines": [
                {
                    "id": line.risk.id,
                    "customer": line.risk.customer,
                    "exposure": number_text(line.risk.exposure.amount),
                    "default": number_text(line.default),
                    "loss_given_default": number_text(line.risk.loss_given_default),
                    "loss": number_text(line.loss),
                }
                for line in self.lines
            ],
        }


def expected_credit_loss(
    risks: Iterable[CreditRisk], *, currency: str, rates: DefaultRates | None = None, rounding: RoundingMode = "half_up"
) -> CreditLoss:
    """Return the expected loss of what customers owe.

    Args:
        risks: the items, each with an exposure in the currency.
        currency: the currency of all of them.
        rates: probabilities by days overdue, for items without one of their own.
        rounding: how the total is rounded, once.

    Raises:
        InvalidValueError: an item of another currency, named twice, or without a probability that the table has.

    >>> owed = CreditRisk(id="I1", customer="C1", exposure=Money(10_000, "EUR"), default="0.08",
    ...     loss_given_default="0.45")
    >>> expected_credit_loss([owed], currency="EUR").money
    Money('360.00', 'EUR')
    """
    lines, exposure, seen = [], Money(0, currency), set()
    for risk in risks:
        if risk.id in seen:
            raise InvalidValueError("an item is counted twice", risk.id)
        seen.add(risk.id)
        exposure += risk.exposure
        default = risk.default
        if default is None and rates is not None and risk.days_overdue is not None:
            default = rates.of(risk.days_overdue)
        if default is None:
            hint = "give a table that begins before it"
            raise InvalidValueError(f"no default rate for {risk.id}", risk.days_overdue, hint=hint)
        lines.append(
            CreditLine(
                risk=risk, default=default, loss=Fraction(risk.exposure.amount) * default * risk.loss_given_default
            )
        )
    exact = sum((line.loss for line in lines), Fraction(0))
    money = money_of(exact, currency, rounding)
    return CreditLoss(money=money, exposure=exposure, lines=tuple(lines), residual=Fraction(money.amount) - exact)
