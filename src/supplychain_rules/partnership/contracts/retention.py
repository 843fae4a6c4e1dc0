"""Money held back: a share of each invoice that the buyer keeps as security, and when it gives it back."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import final

import attrs

from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.facts.ledger import Ledger, check_ledger
from supplychain_rules.measures.arrivals import shifted
from supplychain_rules.partnership.contracts.amounts import rounded
from supplychain_rules.partnership.contracts.check_payment import invoices_of
from supplychain_rules.partnership.contracts.compliance import check_contract
from supplychain_rules.partnership.contracts.contract import Contract
from supplychain_rules.partnership.contracts.job import Job
from supplychain_rules.partnership.contracts.remedies import Retention
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.money import Money, allocate, total

__all__ = ["Held", "RetentionAccount", "retention"]


@final
@attrs.frozen(kw_only=True)
class Held:
    """What is held back of one invoice, and what of it was given back when."""

    invoice: str
    on: date
    amount: Money
    #: The days by which it is given back so far, with how much.
    released: tuple[tuple[date, Money], ...]


@final
@attrs.frozen(kw_only=True)
class RetentionAccount:
    """What the buyer holds back as of a day; held = released + balance."""

    #: The clause's id; empty where the contract has none.
    clause: str
    as_of: date
    currency: str
    lines: tuple[Held, ...]

    @property
    def held(self) -> Money:
        """Everything that was ever held back."""
        return total((line.amount for line in self.lines), self.currency)

    @property
    def released(self) -> Money:
        """What was given back of it."""
        return total((amount for line in self.lines for _, amount in line.released), self.currency)

    @property
    def balance(self) -> Money:
        """What is still held back."""
        return self.held - self.released


def retention(
    contract: Contract, ledger: Ledger, *, as_of: date, events: Mapping[str, date] | None = None
) -> RetentionAccount:
    """Return what is held back of the invoices of a contract as of a day.

    Of each invoice, by its day, the share is held back, rounded half up to the smallest unit, until the limit is
    reached. Each step gives back its share of that, split so that nothing is lost; what is billed after an event that
    has passed already is given back at once.

    Args:
        contract: the contract; its clause is that of the day of the report.
        ledger: the facts.
        as_of: the day.
        events: the days of the events that the clause names, as `acceptance`; what has not happened is left out.

    Raises:
        InvalidValueError: not a contract, ledger or day, or an event that is no day.

    >>> from supplychain_rules.partnership.contracts.contract import ContractParty
    >>> contract = Contract(id="C7", currency="EUR", valid_from=date(2026, 1, 1), clauses=[],
    ...     parties=[ContractParty(id="V7", role="supplier"), ContractParty(id="us", role="buyer")])
    >>> retention(contract, Ledger(), as_of=date(2026, 6, 1)).balance
    Money('0.00', 'EUR')
    """
    check_contract(contract)
    job = Job(contract, check_ledger(ledger).as_of(check_day("as_of", as_of)), as_of)
    days = {name: check_day(f"events[{name!r}]", day) for name, day in (events or {}).items()}
    if "invoice" in days:
        raise InvalidValueError("the day of each invoice is known already", "invoice", hint="leave the event out")
    every = list(job.spans(Retention))
    named = {release.event for _, _, clause in every for release in clause.releases}
    for name in days:
        if every and name not in named:
            hint = did_you_mean(name, named)
            raise InvalidValueError("no release waits for this event", name, hint=hint)
    spans = [span for span in every if span[0] <= as_of]
    currency = contract.currency
    if not spans:
        return RetentionAccount(clause="", as_of=as_of, currency=currency, lines=())
    clause = spans[-1][2]
    invoices = [
        (max(line.invoiced_on for line in lines), number, total((line.amount for line in lines), currency))
        for number, lines in invoices_of(job).items()
    ]
    left = None if clause.limit is None else rounded(Fraction(clause.limit.amount), currency, "floor")
    found = []
    for on, number, amount in sorted(invoices, key=lambda one: (one[0], one[1])):
        kept = rounded(Fraction(amount.amount) * clause.share, currency)
        if left is not None:
            kept = min(kept, left)
            left -= kept
        found.append(Held(invoice=number, on=on, amount=kept, released=_released(clause, on, kept, (as_of, days))))
    return RetentionAccount(clause=clause.id, as_of=as_of, currency=currency, lines=tuple(found))


def _released(
    clause: Retention, on: date, kept: Money, known: tuple[date, Mapping[str, date]]
) -> tuple[tuple[date, Money], ...]:
    """Return what is given back by the day of the report."""
    as_of, days = known
    shares = allocate(kept, {str(place): step.share for place, step in enumerate(clause.releases)}).shares
    found = []
    for place, step in enumerate(clause.releases):
        happened = on if step.event == "invoice" else days.get(step.event)
        if happened is None or happened > as_of:
            continue
        day = max(shifted(happened, step.days, None), on)
        if day <= as_of:
            found.append((day, shares[str(place)]))
    return tuple(sorted(found, key=lambda one: one[0]))
