"""Credit exposure: what a customer owes or will owe, against the limit, and what follows for an order.

Exposure = receivables + deliveries not billed yet + orders not delivered yet, each document chain counted once: of an
order line of 10, of which 6 were delivered and 4 billed, 4 are a receivable, 2 are unbilled, 4 are open. What was sold
and paid does not count: a limit bounds what is outstanding, not what was ever bought.

A limit that is *unset* is inherited: from the customer to its group, from the group to the company. A limit of zero is
a limit: nothing is sold on account. Nobody is unlimited by accident: that is a word of its own.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Final, Literal, TypeAlias, final

import attrs

from supplychain_rules.customers.receivables import Receivables, receivables, rounded_money
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.trade import line_amount
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.scaled import exact_fraction

__all__ = [
    "UNLIMITED",
    "CreditDecision",
    "CreditLimits",
    "CreditOutcome",
    "Exposure",
    "Limit",
    "LimitFound",
    "decide_order",
    "exposure",
]

#: The word for a customer whose credit is not limited.
UNLIMITED: Final = "unlimited"

#: A limit, or that there is none.
Limit: TypeAlias = Money | Literal["unlimited"]

#: What follows for an order: accept it, hold it, or let a person decide.
CreditOutcome = Literal["accept", "refer", "hold"]


@final
@attrs.frozen(kw_only=True)
class Exposure:
    """What a customer owes or will owe as of a day, in its three parts."""

    customer: str
    as_of: date
    receivables: Receivables
    #: Delivered and not billed yet, at order prices.
    unbilled: Money
    #: Ordered and not delivered yet, at order prices.
    undelivered: Money

    @property
    def total(self) -> Money:
        """Return the sum of the three parts."""
        return self.receivables.outstanding + self.unbilled + self.undelivered


@final
@attrs.frozen(kw_only=True)
class LimitFound:
    """The limit that applies to a customer, and where it stands."""

    limit: Limit
    #: Whose limit it is: the customer's own, its group's, or the company's.
    level: Literal["customer", "group", "company"]


@final
@attrs.frozen(kw_only=True)
class CreditLimits:
    """Limits by customer, by group of customers and for the company; whoever is not named has none of his own.

    >>> limits = CreditLimits(customers={"C2": Money(0, "EUR")}, groups={"retail": Money(500, "EUR")},
    ...     group_of={"C1": "retail", "C2": "retail"})
    >>> limits.of("C1").limit, limits.of("C2").limit, limits.of("C3")
    (Money('500.00', 'EUR'), Money('0.00', 'EUR'), None)
    """

    customers: Mapping[str, Limit] = attrs.field(factory=dict)
    groups: Mapping[str, Limit] = attrs.field(factory=dict)
    #: Which group a customer belongs to.
    group_of: Mapping[str, str] = attrs.field(factory=dict)
    #: The limit of everybody else; None where there is none, and an order is then referred.
    company: Limit | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what is no limit."""
        company = {} if self.company is None else {"company": self.company}
        for owner, limit in [*self.customers.items(), *self.groups.items(), *company.items()]:
            if isinstance(limit, Money):
                if limit.amount < 0:
                    raise InvalidValueError(f"the limit of {owner} is negative", limit)
            elif str(limit) != UNLIMITED:  # data brings whatever it likes
                hint = f"give Money or {UNLIMITED!r}; leave it out where it is inherited"
                raise InvalidValueError(f"the limit of {owner} is no limit", limit, hint=hint)

    def of(self, customer: str) -> LimitFound | None:
        """Return the limit that applies, the customer's own first; None where nobody set one."""
        if customer in self.customers:
            return LimitFound(limit=self.customers[customer], level="customer")
        group = self.group_of.get(customer)
        if group is not None and group in self.groups:
            return LimitFound(limit=self.groups[group], level="group")
        return None if self.company is None else LimitFound(limit=self.company, level="company")


@final
@attrs.frozen(kw_only=True)
class CreditDecision:
    """What follows for an order, and why."""

    outcome: CreditOutcome
    exposure: Money
    order: Money
    limit: LimitFound | None
    #: What the limit leaves before the order, and after it; None without a limit in money.
    headroom: Money | None
    headroom_after: Money | None
    reason: Label

    def __str__(self) -> str:
        """Return the outcome and the reason in English."""
        return f"{self.outcome}: {self.reason.text('en')}"


def exposure(ledger: Ledger, customer: str, *, as_of: date, currency: str) -> Exposure:
    """Return what a customer owes or will owe as of a day.

    Args:
        ledger: sales order lines and invoice lines that name the customer, their deliveries, and payments.
        customer: the customer's id.
        as_of: the day; what became known, arrived, was billed or paid later does not count.
        currency: the currency of the account.

    Raises:
        InvalidValueError: an order, invoice or payment of the customer in another currency.
    """
    known = ledger.as_of(as_of)
    delivered: dict[str, Fraction] = {}
    for receipt in known.receipts:
        if receipt.received_on <= as_of and not receipt.wrong_item:
            delivered[receipt.order_line] = delivered.get(receipt.order_line, Fraction(0)) + Fraction(receipt.quantity)
    billed: dict[str, Fraction] = {}
    for line in known.invoice_lines:
        if line.order_line is not None and line.invoiced_on <= as_of:
            billed[line.order_line] = billed.get(line.order_line, Fraction(0)) + Fraction(line.quantity)
    unbilled = undelivered = Fraction(0)
    for order in known.order_lines:
        if order.customer != customer or order.ordered_on > as_of or not order.quantity:
            continue
        if order.unit_price.currency != currency:
            hint = f"convert it to {currency} with a dated rate first"
            raise InvalidValueError(f"{order.id} is in another currency than the account", order.unit_price, hint=hint)
        price = Fraction(line_amount(order)) / Fraction(order.quantity)
        came, charged = delivered.get(order.id, Fraction(0)), billed.get(order.id, Fraction(0))
        unbilled += max(Fraction(0), came - charged) * price
        undelivered += max(Fraction(0), Fraction(order.quantity) - max(came, charged)) * price
    return Exposure(
        customer=customer,
        as_of=as_of,
        receivables=receivables(ledger, customer, as_of=as_of, currency=currency),
        unbilled=rounded_money(unbilled, currency),
        undelivered=rounded_money(undelivered, currency),
    )


def decide_order(found: Exposure, order: Money, limits: CreditLimits, *, refer_within: object = 0) -> CreditDecision:
    """Decide whether an order that is not in the exposure yet may be taken on account.

    Args:
        found: the customer's exposure.
        order: what the order would add.
        limits: whose limit is how much.
        refer_within: an order that exceeds the limit by no more than this share of it is referred, not held.

    Returns:
        `accept` within the limit (the limit itself included), `refer` a little above it and where nobody set a
        limit, `hold` beyond.

    Raises:
        InvalidValueError: currencies that differ, a negative order or share.

    >>> from datetime import date
    >>> owed = Receivables(customer="C1", as_of=date(2026, 1, 31), currency="EUR", items=(),
    ...     unallocated=Money("-75532.50", "EUR"))
    >>> now = Exposure(customer="C1", as_of=date(2026, 1, 31), receivables=owed, unbilled=Money(0, "EUR"),
    ...     undelivered=Money(0, "EUR"))
    >>> answer = decide_order(now, Money("37766.25", "EUR"), CreditLimits(company=Money(200_000, "EUR")))
    >>> answer.outcome, answer.headroom, answer.headroom_after
    ('accept', Money('124467.50', 'EUR'), Money('86701.25', 'EUR'))
    """
    if order.amount < 0:
        raise InvalidValueError("an order is not negative", order)
    tolerance = exact_fraction(refer_within)
    if tolerance < 0:
        raise InvalidValueError("a tolerance is not negative", str(refer_within))
    before, limit = found.total, limits.of(found.customer)
    after = before + order

    ceiling = limit.limit if limit is not None and isinstance(limit.limit, Money) else None
    outcome, reason = _outcome(limit, after, tolerance)
    return CreditDecision(
        outcome=outcome,
        exposure=before,
        order=order,
        limit=limit,
        headroom=None if ceiling is None else ceiling - before,
        headroom_after=None if ceiling is None else ceiling - after,
        reason=reason,
    )


def _outcome(limit: LimitFound | None, after: Money, tolerance: Fraction) -> tuple[CreditOutcome, Label]:
    """Say what follows from an exposure with the order in it, and why."""
    if limit is None:
        return "refer", Label("nobody set a limit for this customer", "未对该客户设定信用额度")
    ceiling = limit.limit
    if not isinstance(ceiling, Money):
        return "accept", Label("this customer's credit is not limited", "该客户信用额度不设上限")
    if after <= ceiling:
        left = ceiling - after
        return "accept", Label(f"{left} of {ceiling} are left", f"额度 {ceiling} 尚余 {left}")
    over = after - ceiling
    reason = Label(f"{over} over the limit of {ceiling}", f"超出额度 {ceiling} {over}")
    referred = Fraction(over.amount) <= Fraction(ceiling.amount) * tolerance
    return ("refer" if referred else "hold"), reason
