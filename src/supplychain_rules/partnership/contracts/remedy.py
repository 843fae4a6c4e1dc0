"""What a breach costs by its remedy: an exact amount, the formula in words and numbers, and the amount as it is owed.

Amounts stay exact until the rounding point of the remedy: the sum of each day, the breach, or the total of the remedy.
A formula is put into words only when it is read.
"""

from fractions import Fraction
from typing import final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.exact import exactly, fraction
from supplychain_rules.partnership.contracts.amounts import formula_of, rounded, shown
from supplychain_rules.partnership.contracts.breaches import Breach
from supplychain_rules.partnership.contracts.clauses import answers
from supplychain_rules.partnership.contracts.remedies import LiquidatedDamages, Remedy, ReworkCost
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money

__all__ = ["RemedyDue", "remedy"]


@final
@attrs.frozen(kw_only=True)
class RemedyDue:
    """What one party owes another for one breach by one remedy, and how that comes about."""

    #: The remedy as it was in force.
    clause: Remedy
    breach: Breach
    #: The amount before rounding to the smallest unit; days may be rounded within it.
    exact: Fraction
    #: The amount owed, a whole number of smallest units.
    amount: Money
    #: Whether a cap has lowered it.
    capped: bool
    #: What was left of a cap on all breaches, where that has lowered it.
    left: Money | None = None

    @property
    def remedy(self) -> str:
        """The id of the remedy's clause."""
        return self.clause.id

    @property
    def label(self) -> Label | None:
        """What people read for the remedy; `None` where its clause has no label."""
        return self.clause.label

    @property
    def id(self) -> str:
        """What identifies it, the same in every later report."""
        return f"{self.clause.id}:{self.breach.id}"

    @property
    def debtor(self) -> str:
        """Who owes it: the party that broke its duty."""
        return self.breach.debtor

    @property
    def creditor(self) -> str:
        """Whom it is owed to."""
        return self.breach.creditor

    @property
    def formula(self) -> Label:
        """How it comes about, in words and numbers."""
        found = formula_of(self.clause, self.breach, self.amount.currency)
        if found is None:
            return Label("")
        english, chinese = found.label.en, found.label.zh
        ceiling = _cap(self.clause, self.breach)
        if ceiling is not None and found.value > ceiling:
            english, chinese = f"{english}, capped at {shown(ceiling)}", f"{chinese}，封顶 {shown(ceiling)}"
        if self.left is not None:
            english, chinese = f"{english}, {self.left} left of the cap", f"{chinese}，总封顶尚余 {self.left}"
        return Label(english, chinese)


def remedy(clause: Remedy, breach: Breach, *, currency: str) -> RemedyDue | None:
    """Return what a breach costs by a remedy; `None` where nobody knows what the breach is worth.

    Args:
        clause: the remedy.
        breach: a breach that it answers.
        currency: the currency of the contract.

    Raises:
        InvalidValueError: a breach that the remedy does not answer, an unknown currency, or one without smallest unit.

    >>> from datetime import date
    >>> late = Breach(kind="late_delivery", clause="delivery", debtor="V7", creditor="us", on=date(2026, 1, 21),
    ...     governed_on=date(2026, 1, 5), subject="order_lines/PO1", facts=(), due_on=date(2026, 1, 20),
    ...     last_on=date(2026, 1, 20), until=date(2026, 3, 11))
    >>> damages = LiquidatedDamages(id="ld", breaches=["late_delivery"], amount=Money("5000", "EUR"),
    ...     cap=Money("200000", "EUR"))
    >>> due = remedy(damages, late, currency="EUR")
    >>> due.amount, due.formula.en
    (Money('200000.00', 'EUR'), '50 days x 5000 = 250000, capped at 200000')
    """
    if not answers(clause, breach.kind, breach.clause):
        raise InvalidValueError(f"{clause.id} is no remedy for this breach", breach.id, hint="see its breaches and of")
    with exactly():
        found = formula_of(clause, breach, currency)
    if found is None:
        return None
    exact, ceiling = found.value, _cap(clause, breach)
    capped = ceiling is not None and exact > ceiling
    if ceiling is not None and capped:
        exact = ceiling
    amount = rounded(exact, currency, clause.rounding)
    if ceiling is not None and Fraction(amount.amount) > ceiling:  # rounding must not lift an amount above its cap
        amount = rounded(ceiling, currency, "floor")
    return RemedyDue(clause=clause, breach=breach, exact=exact, amount=amount, capped=capped)


def _cap(clause: Remedy, breach: Breach) -> Fraction | None:
    """Return the most that a remedy comes to for one breach; `None` without cap."""
    if not isinstance(clause, LiquidatedDamages | ReworkCost):
        return None
    caps = []
    if isinstance(clause, LiquidatedDamages) and clause.cap is not None:
        caps.append(Fraction(clause.cap.amount))
    if clause.cap_share is not None and breach.whole is not None:
        caps.append(fraction(breach.whole) * clause.cap_share)
    return min(caps, default=None)
