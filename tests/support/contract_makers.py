"""Contracts between V7 and us, in euros, for 2026, and what is found of them; deliveries as in `delivery_makers`."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from delivery_makers import MARCH, YEAR

from supplychain_rules.errors import PolicyError
from supplychain_rules.facts.billing import InvoiceLine, Payment
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.partnership.contracts import (
    Breach,
    Compliance,
    Contract,
    ContractParty,
    check_compliance,
)
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

__all__ = [
    "BOTH",
    "agreed",
    "breach",
    "breaches",
    "check",
    "eur",
    "inspected",
    "invoiced",
    "kinds",
    "paid",
    "refusals",
]

BOTH = (ContractParty(id="V7", role="supplier"), ContractParty(id="us", role="buyer"))


def eur(amount: int | str) -> Money:
    return Money(amount, "EUR")


def agreed(*clauses: Any, **others: Any) -> Contract:  # noqa: ANN401  any clause, also a wrong one
    """Return a contract of the year 2026."""
    given: dict[str, Any] = {
        "id": "C7",
        "currency": "EUR",
        "parties": BOTH,
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2027, 1, 1),
    }
    return Contract(clauses=clauses, **(given | others))


def check(
    contract: Contract,
    facts: Iterable[Any],
    *,
    as_of: date = MARCH,
    period: Period = YEAR,
    **others: Any,  # noqa: ANN401  prices and levels from elsewhere
) -> Compliance:
    return check_compliance(contract, Ledger(facts), period, as_of=as_of, **others)


def breaches(contract: Contract, facts: Iterable[Any], **others: Any) -> tuple[Breach, ...]:  # noqa: ANN401  as `check`
    return check(contract, facts, **others).breaches


def breach(contract: Contract, facts: Iterable[Any], **others: Any) -> Breach:  # noqa: ANN401  as `check`
    """Return the only breach."""
    (only,) = breaches(contract, facts, **others)
    return only


def kinds(contract: Contract, facts: Iterable[Any], **others: Any) -> list[str]:  # noqa: ANN401  as `check`
    return [one.kind for one in breaches(contract, facts, **others)]


def refusals(*clauses: Any, **others: Any) -> list[tuple[str, str]]:  # noqa: ANN401  any clause
    """Return the code and path of every problem for which a contract is refused."""
    try:
        agreed(*clauses, **others)
    except PolicyError as error:
        return [(problem.code, problem.path) for problem in error.problems]
    return []


def invoiced(amount: int | str, on: date, *, number: str = "I1", line: str | None = "L1", **others: Any) -> InvoiceLine:  # noqa: ANN401  any field
    """Bill an amount for ten pieces."""
    given: dict[str, Any] = {"id": f"{number}/{line}", "invoice": number, "supplier": "V7", "quantity": 10}
    return InvoiceLine(order_line=line, amount=eur(amount), invoiced_on=on, **(given | others))


def paid(amount: int | str, on: date, *, number: str = "I1") -> Payment:
    return Payment(id=f"{number}/{on}/{amount}", invoice=number, amount=eur(amount), paid_on=on)


def inspected(rejected: int, on: date, *, name: str = "Q1", of: int = 100, **others: Any) -> Inspection:  # noqa: ANN401  any field
    given: dict[str, Any] = {"supplier": "V7", "item": "bolt", "inspected": of}
    return Inspection(id=name, rejected=rejected, inspected_on=on, **(given | others))
