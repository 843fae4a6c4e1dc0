"""Arrears: how a customer has paid over some months, the behaviour score of it, and what calls for a credit review.

An arrears history looks at the account on the last day of each month, as it was known then: how many days the oldest
item was past due, and how much of the debt was. From it follow the figures of a *behaviour score*: a points scorecard
as a rule set (`behaviour_rules`), so that it explains itself, is verified, and runs on frames. Bins and points are an
example to edit, in the manner of N. Siddiqi, Credit Risk Scorecards (Wiley, 2006); they were fitted on nobody's data.
"""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final, final

import attrs

from supplychain_rules.customers.exposure import CreditLimits, Exposure
from supplychain_rules.customers.receivables import Receivables, receivables
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money, ratio
from supplychain_rules.values.period import Period, add_months
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import check_whole, exact_fraction, to_decimal

__all__ = [
    "ArrearsHistory",
    "ArrearsMonth",
    "CreditReviewPolicy",
    "CreditReviewTrigger",
    "arrears_history",
    "behaviour_record",
    "behaviour_rules",
    "credit_review_triggers",
]

#: Longest history that is looked at, in months: ten years.
_MAX_MONTHS: Final = 120

#: Decimals of the share of the debt that is past due.
_SHARE_DECIMALS: Final = 4


@final
@attrs.frozen(kw_only=True)
class ArrearsMonth:
    """The account on the last day of a month, as it was known then."""

    day: date
    outstanding: Money
    past_due: Money
    #: Days past due of the oldest item; zero where none is.
    worst_days: int


@final
@attrs.frozen(kw_only=True)
class ArrearsHistory:
    """The account over some months, the oldest first; the last entry is the day asked for."""

    customer: str
    months: tuple[ArrearsMonth, ...]

    @property
    def worst_days(self) -> int:
        """Return the most days past due that any month ended with."""
        return max(month.worst_days for month in self.months)

    @property
    def months_past_due(self) -> int:
        """Return how many months ended with something past due."""
        return sum(1 for month in self.months if month.worst_days > 0)

    @property
    def months_in_a_row(self) -> int:
        """Return how many months up to now ended with something past due, one after the other."""
        count = 0
        for month in reversed(self.months):
            if not month.worst_days:
                break
            count += 1
        return count


@final
@attrs.frozen(kw_only=True)
class CreditReviewPolicy:
    """What calls for a credit review before its turn.

    Raises:
        InvalidValueError: a share that is not above zero, or days or months below one.
    """

    #: The share of the limit that is used, from which on.
    limit_used: Fraction = attrs.field(default=Fraction(9, 10), converter=exact_fraction)
    #: Days past due of the oldest item, from which on.
    days_past_due: int = 30
    #: Months in a row that ended with something past due.
    months_in_a_row: int = 3
    #: Months after which every limit is looked at again.
    months_between_reviews: int = 12

    def __attrs_post_init__(self) -> None:
        """Refuse what would call at once, or never."""
        if self.limit_used <= 0:
            raise InvalidValueError("a share is above zero", str(self.limit_used), hint="90 % is 0.9")
        for name in ("days_past_due", "months_in_a_row", "months_between_reviews"):
            check_whole(f"CreditReviewPolicy.{name}", getattr(self, name), least=1, most=10_000)


@final
@attrs.frozen(kw_only=True)
class CreditReviewTrigger:
    """One reason for a credit review now."""

    kind: str
    reason: Label


def arrears_history(ledger: Ledger, customer: str, *, as_of: date, currency: str, months: int = 12) -> ArrearsHistory:
    """Return the account on the last day of each of the months before a day, and on the day itself.

    Args:
        ledger: the invoices, credit notes and payments.
        customer: the customer's id.
        as_of: the day; it is the last entry.
        currency: the currency of the account.
        months: how many month ends before it.

    Raises:
        InvalidValueError: another currency in the account, or not 1 to 120 months.

    >>> from supplychain_rules.facts.billing import InvoiceLine
    >>> line = InvoiceLine(id="I1/1", invoice="I1", supplier="us", customer="C1", quantity=1,
    ...     amount=Money("80", "EUR"), invoiced_on=date(2026, 1, 5), due_on=date(2026, 2, 4))
    >>> history = arrears_history(Ledger([line]), "C1", as_of=date(2026, 3, 15), currency="EUR", months=2)
    >>> [(month.day.isoformat(), month.worst_days) for month in history.months]
    [('2026-01-31', 0), ('2026-02-28', 24), ('2026-03-15', 39)]
    """
    check_whole("months", months, least=1, most=_MAX_MONTHS)
    first = Period.month(as_of.year, as_of.month).start
    days = [add_months(first, -back) - timedelta(days=1) for back in range(months - 1, -1, -1)]
    return ArrearsHistory(
        customer=customer,
        months=tuple(_month(ledger, customer, day, currency) for day in (*days, as_of)),
    )


def behaviour_record(history: ArrearsHistory) -> dict[str, object]:
    """Return the record of a history for `behaviour_rules`; the share is missing where nothing is outstanding.

    >>> month = ArrearsMonth(
    ...     day=date(2026, 1, 31), outstanding=Money(80, "EUR"), past_due=Money(20, "EUR"), worst_days=9)
    >>> behaviour_record(ArrearsHistory(customer="C1", months=(month,)))["share_past_due"]
    Decimal('0.2500')
    """
    now = history.months[-1]
    share = None
    if now.outstanding.amount > 0:
        exact = min(Fraction(1), ratio(now.past_due, now.outstanding))
        share = to_decimal(round_to_units(exact, _SHARE_DECIMALS), _SHARE_DECIMALS)
    return {
        "worst_days": min(history.worst_days, _MOST_DAYS),
        "days_now": min(now.worst_days, _MOST_DAYS),
        "months_past_due": history.months_past_due,
        "share_past_due": share,
    }


def behaviour_rules() -> dict[str, Any]:
    """Return a rule set that scores how a customer pays: points by bins, added to a start, and a class.

    Returns:
        The rule set as plain data, to edit and to load; its record is what `behaviour_record` gives.

    >>> from supplychain_rules.rules.codec import load_policy
    >>> from supplychain_rules.rules.evaluate import evaluate
    >>> record = {"worst_days": 0, "days_now": 0, "months_past_due": 0, "share_past_due": "0"}
    >>> decision = evaluate(load_policy(behaviour_rules()), record)
    >>> str(decision["behaviour"]), decision["payer"]
    ('640', 'good')
    """
    days = {"type": "integer", "min": 0, "max": _MOST_DAYS, "monotone": "down"}
    return {
        "schema": "supplychain-rules/1",
        "id": "payment-behaviour",
        "version": "1",
        "label": {"en": "Behaviour score of payments", "zh": "付款行为评分"},
        "inputs": {
            "worst_days": days | {"label": {"en": "Worst days past due", "zh": "最长逾期天数"}},
            "days_now": days | {"label": {"en": "Days past due now", "zh": "当前逾期天数"}},
            "months_past_due": {
                "type": "integer",
                "min": 0,
                "max": _MAX_MONTHS + 1,
                "monotone": "down",
                "label": {"en": "Months with something past due", "zh": "有逾期的月数"},
            },
            "share_past_due": {
                "type": "number",
                "decimals": _SHARE_DECIMALS,
                "min": "0",
                "max": "1",
                "optional": True,
                "monotone": "down",
                "label": {"en": "Share of the debt past due", "zh": "逾期款占比"},
            },
        },
        "steps": [
            {
                "kind": "scorecard",
                "id": "behaviour",
                "label": {"en": "Behaviour score", "zh": "行为评分"},
                "method": {"kind": "points", "start": "500"},
                "decimals": 0,
                "missing": "worst",
                "criteria": [
                    _bins("worst", "worst_days", [("0", 40), ("30", 20), ("60", 0), ("90", -40), (None, -90)]),
                    _bins("now", "days_now", [("0", 40), ("30", 10), ("60", -20), (None, -60)]),
                    _bins("often", "months_past_due", [("0", 30), ("2", 15), ("5", 0), (None, -30)]),
                    _bins("share", "share_past_due", [("0", 30), ("0.25", 10), ("0.5", 0), (None, -30)])
                    | {"missing": "neutral", "neutral": 0},
                ],
            },
            {
                "kind": "ladder",
                "id": "payer",
                "label": {"en": "Payer class", "zh": "付款类别"},
                "of": "behaviour",
                "bands": [
                    {"name": "good", "from": "580", "label": {"en": "good", "zh": "良好"}},
                    {"name": "fair", "from": "500", "label": {"en": "fair", "zh": "一般"}},
                    {"name": "poor", "label": {"en": "poor", "zh": "较差"}},
                ],
            },
        ],
    }


def credit_review_triggers(
    policy: CreditReviewPolicy,
    history: ArrearsHistory,
    exposure: Exposure,
    limits: CreditLimits,
    *,
    reviewed_on: date | None = None,
) -> tuple[CreditReviewTrigger, ...]:
    """Return every reason for reviewing a customer's credit now; none where there is no reason.

    Args:
        policy: from when on something is a reason.
        history: how the customer has paid.
        exposure: what it owes or will owe.
        limits: whose limit is how much.
        reviewed_on: the day of the last review; None where there was none, which is a reason itself.
    """
    found: list[tuple[str, str, str]] = []
    now = history.months[-1]
    limit = limits.of(exposure.customer)
    if limit is None:
        found.append(("no_limit", "nobody set a limit for this customer", "未对该客户设定信用额度"))
    elif isinstance(limit.limit, Money):
        used = exposure.total
        if used.amount > 0 and Fraction(used.amount) >= Fraction(limit.limit.amount) * policy.limit_used:
            found.append(("limit_used", f"{used} of {limit.limit} are used", f"额度 {limit.limit} 已用 {used}"))
    if now.worst_days >= policy.days_past_due:
        found.append(("past_due", f"{now.worst_days} days past due", f"逾期 {now.worst_days} 天"))
    row = history.months_in_a_row
    if row >= policy.months_in_a_row:
        found.append(("in_a_row", f"past due for {row} months in a row", f"连续 {row} 个月有逾期"))
    if reviewed_on is None:
        found.append(("never_reviewed", "never reviewed", "从未评审"))
    elif add_months(reviewed_on, policy.months_between_reviews) <= now.day:
        found.append(("review_due", f"last reviewed on {reviewed_on}", f"上次评审于 {reviewed_on}"))
    return tuple(CreditReviewTrigger(kind=kind, reason=Label(english, chinese)) for kind, english, chinese in found)


#: Days past due beyond which nobody counts: a lifetime of a claim.
_MOST_DAYS: Final = 3_650


def _month(ledger: Ledger, customer: str, day: date, currency: str) -> ArrearsMonth:
    owed: Receivables = receivables(ledger, customer, as_of=day, currency=currency)
    late = [item for item in owed.items if item.days_past_due(day) > 0]
    past_due = Money(0, currency)
    for item in late:
        past_due += item.open
    worst = max((item.days_past_due(day) for item in late), default=0)
    return ArrearsMonth(day=day, outstanding=owed.outstanding, past_due=past_due, worst_days=worst)


def _bins(name: str, of: str, bins: list[tuple[str | None, int]]) -> dict[str, Any]:
    """Write a criterion of points by bins: up to a threshold each, the last one beyond."""
    bands = [{"points": points} if to is None else {"to": to, "points": points} for to, points in bins]
    return {"id": name, "of": of, "value": {"kind": "bands", "bands": bands}}
