"""Choose who steps in when a supplier fails: qualified, in time, with capacity, at the least premium.

A candidate that fails a condition is out, and the answer says by which. Of the others the cheapest are taken until the
quantity is covered, which costs least because every unit of a candidate costs the same.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import exact_quantity, is_boolean, is_id, is_not_negative, is_positive
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.proportions import check_money, exact_share, money_of, optional_share, shown
from supplychain_rules.values.scaled import check_whole, number_text

__all__ = ["BackupCandidate", "BackupChoice", "BackupNeed", "BackupReason", "ChosenBackup", "choose_backups"]

#: Why a candidate is out.
BackupReason = Literal["not_qualified", "too_late", "no_capacity", "too_dear", "not_needed"]

#: Most days of anything here: ten years.
_MOST_DAYS: Final = 3_660


@final
@attrs.frozen(kw_only=True)
class BackupCandidate:
    """A supplier that could step in."""

    supplier: str = attrs.field(validator=is_id)
    qualified: bool = attrs.field(validator=is_boolean)
    #: Days from the order to the first delivery.
    lead_time_days: int
    #: How many units it can deliver in the time that is to be bridged.
    capacity: Decimal = attrs.field(converter=exact_quantity, validator=is_not_negative)
    #: How much more a unit costs than from the usual supplier, as a share; negative where it is cheaper.
    premium: Fraction = attrs.field(converter=exact_share)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no time, and a price below nothing."""
        check_whole("lead_time_days", self.lead_time_days, least=0, most=_MOST_DAYS)
        if self.premium < -1:
            raise InvalidValueError(f"the premium of {self.supplier} is below -1", number_text(self.premium))


@final
@attrs.frozen(kw_only=True)
class BackupNeed:
    """What is to be bridged."""

    quantity: Decimal = attrs.field(converter=exact_quantity, validator=is_positive)
    #: Days until the goods must begin to arrive, as the time to survive.
    within_days: int
    #: The usual price of a unit.
    unit_price: Money
    #: The highest premium that is paid; None for any.
    most_premium: Fraction | None = attrs.field(default=None, converter=optional_share)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no time or price."""
        check_whole("within_days", self.within_days, least=0, most=_MOST_DAYS)
        check_money("a unit price", self.unit_price, least="above_zero")


@final
@attrs.frozen(kw_only=True)
class ChosenBackup:
    """A candidate and what it is to deliver; nothing, and why, where it is out."""

    candidate: BackupCandidate
    quantity: Decimal
    #: What its units cost more than usual, exactly, in units of the currency.
    premium_cost: Fraction
    out: BackupReason | None
    reason: Label


@final
@attrs.frozen(kw_only=True)
class BackupChoice:
    """Who steps in with how much, what it costs more, and what stays uncovered."""

    #: Every candidate, those who deliver first.
    candidates: tuple[ChosenBackup, ...]
    uncovered: Decimal
    #: The premium of all, rounded once.
    premium_cost: Money

    @property
    def chosen(self) -> tuple[ChosenBackup, ...]:
        """Return those who deliver."""
        return tuple(each for each in self.candidates if each.out is None)

    def to_dict(self) -> dict[str, Any]:
        """Return the choice as plain data that JSON can keep; exact numbers are text."""
        return {
            "uncovered": number_text(self.uncovered),
            "premium_cost": {
                "amount": number_text(self.premium_cost.amount),
                "currency": self.premium_cost.currency,
            },
            "candidates": [
                {
                    "supplier": each.candidate.supplier,
                    "quantity": number_text(each.quantity),
                    "premium_cost": number_text(each.premium_cost),
                    "out": each.out,
                    "reason": {"en": each.reason.en, "zh": each.reason.zh},
                }
                for each in self.candidates
            ],
        }


def choose_backups(need: BackupNeed, candidates: Iterable[BackupCandidate]) -> BackupChoice:
    """Choose the candidates that cover a need at the least premium; ties go to the shorter lead time, then by name.

    Raises:
        InvalidValueError: a supplier named twice.

    >>> need = BackupNeed(quantity=100, within_days=30, unit_price=Money(10, "EUR"), most_premium="0.5")
    >>> choice = choose_backups(need, [
    ...     BackupCandidate(supplier="fast", qualified=True, lead_time_days=10, capacity=80, premium="0.3"),
    ...     BackupCandidate(supplier="cheap", qualified=True, lead_time_days=25, capacity=60, premium="0.1"),
    ...     BackupCandidate(supplier="new", qualified=False, lead_time_days=5, capacity=500, premium="0")])
    >>> [(each.candidate.supplier, str(each.quantity), each.out) for each in choice.candidates]
    [('cheap', '60', None), ('fast', '40', None), ('new', '0', 'not_qualified')]
    >>> choice.premium_cost
    Money('180.00', 'EUR')
    """
    given = tuple(candidates)
    names = [candidate.supplier for candidate in given]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidValueError("a candidate stands twice", twice[0])
    left, cost = Fraction(need.quantity), Fraction(0)
    chosen, out = [], []
    for candidate in sorted(given, key=lambda each: (each.premium, each.lead_time_days, each.supplier)):
        why, reason = _out(need, candidate)
        if why is None and not left:
            why, reason = "not_needed", Label("cheaper ones cover the need", "更便宜的备选已足够")
        if why is not None:
            out.append(
                ChosenBackup(candidate=candidate, quantity=Decimal(0), premium_cost=Fraction(0), out=why, reason=reason)
            )
            continue
        quantity = min(left, Fraction(candidate.capacity))
        premium = quantity * candidate.premium * Fraction(need.unit_price.amount)
        left -= quantity
        cost += premium
        chosen.append(
            ChosenBackup(
                candidate=candidate,
                quantity=exact_quantity(number_text(quantity)),
                premium_cost=premium,
                out=None,
                reason=reason,
            )
        )
    return BackupChoice(
        candidates=(*chosen, *sorted(out, key=lambda each: each.candidate.supplier)),
        uncovered=exact_quantity(number_text(left)),
        premium_cost=money_of(cost, need.unit_price.currency),
    )


def _out(need: BackupNeed, candidate: BackupCandidate) -> tuple[BackupReason | None, Label]:
    """Return the first condition that a candidate fails, or None and at what premium it delivers."""
    if not candidate.qualified:
        return "not_qualified", Label("not qualified", "尚未认证")
    if candidate.lead_time_days > need.within_days:
        late, latest = candidate.lead_time_days, need.within_days
        reason = Label(f"delivers too late: {late} days > {latest} days", f"交货过晚：{late} 天 > {latest} 天")
        return "too_late", reason
    if not candidate.capacity:
        return "no_capacity", Label("has no capacity", "没有产能")
    if need.most_premium is not None and candidate.premium > need.most_premium:
        premiums = f"{shown(candidate.premium)} > {shown(need.most_premium)}"
        return "too_dear", Label(f"too dear: premium {premiums}", f"溢价过高：{premiums}")
    return None, Label(f"premium {shown(candidate.premium)}", f"溢价 {shown(candidate.premium)}")
