"""Whether a contract is kept: every breach of every party's duties, with the facts that prove it, as of a day.

The facts are looked up once and each clause reads its own once, so that a million receipts cost a million looks. A line
is judged by the clauses that held on the day it was ordered; an invoice and a lot by those of their order where it is
known, else by those of their own day; a window by those that held in it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger, check_ledger
from supplychain_rules.measures.exact import exactly
from supplychain_rules.partnership.contracts.breaches import Breach, Compliance, TerminationRight
from supplychain_rules.partnership.contracts.check_delivery import check_delivery
from supplychain_rules.partnership.contracts.check_documents import check_documents
from supplychain_rules.partnership.contracts.check_levels import (
    GivenLevels,
    check_given,
    check_quality,
    check_service_levels,
)
from supplychain_rules.partnership.contracts.check_payment import check_payment
from supplychain_rules.partnership.contracts.check_price import AdjustedPrices, check_adjusted, check_price
from supplychain_rules.partnership.contracts.check_volume import check_volume
from supplychain_rules.partnership.contracts.contract import Contract
from supplychain_rules.partnership.contracts.job import Job
from supplychain_rules.partnership.contracts.terms import TerminationTerms
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.period import Period, check_period

__all__ = ["check_compliance", "check_contract"]


def check_compliance(  # noqa: PLR0913  the facts from elsewhere are words of their own
    contract: Contract,
    ledger: Ledger,
    period: Period,
    *,
    as_of: date,
    adjusted_prices: AdjustedPrices | None = None,
    levels: GivenLevels | None = None,
) -> Compliance:
    """Return the breaches of a contract that began in a period, as they are known on a day.

    The order of the facts never matters, and the breaches of two periods that meet are those of both together. An open
    overdue line is a breach as of the day; a fact or an amendment that became known later does not exist.

    Args:
        contract: the contract.
        ledger: the facts; other parties' business and other items may be among them.
        period: a breach belongs to the period in which it began, as on the day after the last one allowed.
        as_of: the day.
        adjusted_prices: prices from elsewhere, as of a price adjustment: by item, each with its first day. They go
            before the contract's.
        levels: levels from elsewhere, as an availability: by service level clause and the first day of the window.

    Raises:
        InvalidValueError: not a contract, ledger, period or day; money in another currency than the contract's; prices
            or levels that are none.

    >>> from supplychain_rules.facts.trade import OrderLine
    >>> from supplychain_rules.partnership.contracts.contract import ContractParty
    >>> from supplychain_rules.partnership.contracts.terms import DeliveryTerms
    >>> from supplychain_rules.values.money import Money
    >>> contract = Contract(id="C7", currency="EUR", valid_from=date(2026, 1, 1),
    ...     parties=[ContractParty(id="V7", role="supplier"), ContractParty(id="us", role="buyer")],
    ...     clauses=[DeliveryTerms(id="delivery", late_days=2)])
    >>> line = OrderLine(id="PO1", supplier="V7", item="bolt", quantity=10, unit_price=Money("2", "EUR"),
    ...     ordered_on=date(2026, 1, 5), promised_on=date(2026, 1, 20))
    >>> print(check_compliance(contract, Ledger([line]), Period.month(2026, 1), as_of=date(2026, 1, 31)))
    V7: late delivery, order_lines/PO1: 9 days beyond 2026-01-22, 10 units, worth 20, and open
    """
    check_contract(contract)
    check_period(period)
    known = check_ledger(ledger).as_of(check_day("as_of", as_of))
    prices, given = adjusted_prices or {}, levels or {}
    check_adjusted(prices, contract.currency)
    check_given(given)
    job = Job(contract, known, as_of)
    with exactly():
        check_delivery(job)
        check_price(job, prices)
        check_quality(job)
        check_service_levels(job, given)
        check_payment(job)
        check_volume(job)
        check_documents(job)
    every = sorted(job.breaches, key=_order)
    return Compliance(
        contract=contract.id,
        period=period,
        as_of=as_of,
        breaches=tuple(breach for breach in every if period.start <= breach.on < period.end),
        terminations=tuple(right for right in _terminations(job, every) if period.start <= right.on < period.end),
        not_judged=job.not_judged(),
        names=tuple((party.id, party.label) for party in contract.parties if party.label is not None),
    )


def check_contract(contract: object) -> Contract:
    """Return a contract and refuse anything else.

    Raises:
        InvalidValueError: not a contract.

    >>> check_contract({"id": "C7"})
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InvalidValueError: contract must be a Contract: {'id': 'C7'}; read it with load_contract
    """
    if not isinstance(contract, Contract):
        raise InvalidValueError("contract must be a Contract", contract, hint="read it with load_contract")
    return contract


def _order(breach: Breach) -> tuple[date, str, str, str]:
    return breach.on, breach.kind, breach.clause, breach.subject


def _terminations(job: Job, breaches: Sequence[Breach]) -> list[TerminationRight]:
    """Return each day on which so many breaches lay so close together; a breach counts for one right of a clause."""
    found: list[TerminationRight] = []
    for start, end, terms in job.spans(TerminationTerms):
        of_party: Mapping[tuple[str, str], list[Breach]] = defaultdict(list)
        for breach in breaches:
            if start <= breach.on < end and (not terms.breaches or breach.kind in terms.breaches):
                of_party[breach.debtor, breach.creditor].append(breach)
        for (debtor, creditor), own in sorted(of_party.items()):
            recent: list[Breach] = []
            for breach in own:
                recent = [one for one in recent if (breach.on - one.on).days < terms.within_days]
                recent.append(breach)
                if len(recent) >= terms.count:
                    found.append(
                        TerminationRight(
                            clause=terms.id,
                            debtor=debtor,
                            creditor=creditor,
                            on=breach.on,
                            breaches=tuple(one.id for one in recent),
                        )
                    )
                    recent = []
    return sorted(found, key=lambda right: (right.on, right.clause, right.debtor))
