"""Dunning: which reminder an unpaid item is due for, and what it costs the customer.

A level is reached by one of three clocks: days past the due date, days past the end of the due date's month, or days
since the reminder before. The first level cannot count from a reminder before it. Interest runs by a named day count
from the due date, rounded once; fees are added to it.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Literal, final, get_args

import attrs

from supplychain_rules.customers.receivables import OpenItem, rounded_money
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period
from supplychain_rules.values.scaled import exact_fraction

__all__ = ["Charges", "DunningClock", "DunningLevel", "DunningPolicy", "DunningStep", "dunning_step"]

#: From where the days of a level are counted.
DunningClock = Literal["due_date", "end_of_month", "previous_reminder"]

#: Days of a year by which interest is counted.
_DAY_COUNTS: Final = (360, 365)


@final
@attrs.frozen(kw_only=True)
class DunningLevel:
    """One reminder: when it is due, and its fee."""

    name: str
    clock: DunningClock = "due_date"
    #: Days after the clock's start from which on the level is due; negative days remind before the due date.
    days: int
    fee: Money | None = None
    label: Label | None = None


@final
@attrs.frozen(kw_only=True)
class DunningPolicy:
    """The levels from the mildest on, and the interest.

    Raises:
        InvalidValueError: no level, a first level that counts from a reminder before it, a negative rate, or days of a
            year that are neither 360 nor 365.
    """

    levels: tuple[DunningLevel, ...]
    #: Interest a year, as `"0.10"`.
    interest: Fraction = attrs.field(default=Fraction(0), converter=exact_fraction)
    day_count: int = 365

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be due."""
        if not self.levels:
            raise InvalidValueError("a dunning policy needs a level", self.levels)
        for level in self.levels:
            if level.clock not in get_args(DunningClock):
                raise InvalidValueError(
                    "unknown clock", level.clock, hint=f"one of {', '.join(get_args(DunningClock))}"
                )
        first = self.levels[0]
        if first.clock == "previous_reminder":
            hint = "count from due_date or end_of_month"
            raise InvalidValueError("the first level has no reminder before it", first.name, hint=hint)
        if self.interest < 0:
            raise InvalidValueError("interest is not negative", str(self.interest))
        if self.day_count not in _DAY_COUNTS:
            raise InvalidValueError("unknown day count", self.day_count, hint="360 or 365 days a year")


@final
@attrs.frozen(kw_only=True)
class Charges:
    """What a reminder asks for: the open amount, interest and fee, which add up."""

    open: Money
    interest: Money
    fee: Money

    @property
    def charges(self) -> Money:
        """Return interest and fee."""
        return self.interest + self.fee

    @property
    def total(self) -> Money:
        """Return all of it."""
        return self.open + self.charges


@final
@attrs.frozen(kw_only=True)
class DunningStep:
    """The next reminder of an item: due on a day, due now or not."""

    item: OpenItem
    level: DunningLevel
    due_on: date
    #: Whether it is due as of the day asked for.
    due: bool
    charges: Charges


def dunning_step(
    policy: DunningPolicy, item: OpenItem, *, as_of: date, reminded_on: Sequence[date] = ()
) -> DunningStep | None:
    """Return the next reminder of an open item; None where all levels were sent, or nothing is open or ever due.

    Args:
        policy: the levels.
        item: the item; each is reminded by its own history, so that one old item does not decide for all.
        as_of: the day.
        reminded_on: the days of the reminders sent for it so far, the first one first.

    Raises:
        InvalidValueError: more reminders than levels, or reminders out of order.

    >>> item = OpenItem(invoice="I1", invoiced_on=date(2026, 1, 1), due_on=date(2026, 1, 31),
    ...     amount=Money("100", "EUR"), paid=Money("0", "EUR"))
    >>> policy = DunningPolicy(levels=(DunningLevel(name="first", days=10, fee=Money("10", "EUR")),), interest="0.10")
    >>> step = dunning_step(policy, item, as_of=date(2026, 2, 15))
    >>> step.due, str(step.charges.interest), str(step.charges.charges), str(step.charges.total)
    (True, 'EUR 0.41', 'EUR 10.41', 'EUR 110.41')
    """
    sent = list(reminded_on)
    if sent != sorted(sent):
        raise InvalidValueError("reminders are in order of their days", [day.isoformat() for day in sent])
    if len(sent) > len(policy.levels):
        raise InvalidValueError(f"more reminders than the {len(policy.levels)} levels", len(sent))
    if len(sent) == len(policy.levels) or item.due_on is None or not item.open.amount:
        return None
    level = policy.levels[len(sent)]
    due_on = _start(level, item.due_on, sent) + timedelta(days=level.days)
    late = max(0, (as_of - item.due_on).days)
    exact = Fraction(item.open.amount) * policy.interest * late / policy.day_count
    currency = item.open.currency
    charges = Charges(
        open=item.open,
        interest=rounded_money(exact, currency),
        fee=Money(0, currency) if level.fee is None else level.fee,
    )
    return DunningStep(item=item, level=level, due_on=due_on, due=due_on <= as_of, charges=charges)


def _start(level: DunningLevel, due_on: date, sent: list[date]) -> date:
    match level.clock:
        case "due_date":
            return due_on
        case "end_of_month":
            return Period.month(due_on.year, due_on.month).end - timedelta(days=1)
        case "previous_reminder":
            return sent[-1]
