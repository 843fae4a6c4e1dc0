"""The claims that follow from remedies: claimed, agreed, paid, and from which day on time-barred.

A remedy that is due is not yet a claim that somebody raised. What happens to it later is told as moves with days; the
state of a day follows from those known by then.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import MAXYEAR, date
from typing import Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_day, is_id, is_optional_money_owed, one_of
from supplychain_rules.measures.arrivals import shifted
from supplychain_rules.partnership.contracts.clauses import Clause
from supplychain_rules.partnership.contracts.compliance import check_contract
from supplychain_rules.partnership.contracts.contract import Contract, in_force
from supplychain_rules.partnership.contracts.remedy import RemedyDue
from supplychain_rules.partnership.contracts.terms import ClaimTerms
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.money import Money, total

__all__ = ["ClaimMove", "ClaimStatus", "RemedyClaim", "open_claims", "remedy_claims"]

#: How far a claim has come.
ClaimStatus = Literal["not_claimed", "claimed", "agreed", "settled", "withdrawn", "time_barred"]


@final
@attrs.frozen(kw_only=True)
class ClaimMove:
    """One thing that happened to a claim.

    Raises:
        InvalidValueError: a field that is wrong by itself, or a withdrawal of an amount.

    >>> ClaimMove(claim="ld:late_delivery:delivery:order_lines/PO1", kind="paid", amount=Money("50", "EUR"),
    ...     on=date(2026, 3, 1)).kind
    'paid'
    """

    #: The id of what is due.
    claim: str = attrs.field(validator=is_id)
    kind: Literal["claimed", "agreed", "paid", "withdrawn"] = attrs.field(
        validator=one_of("claimed", "agreed", "paid", "withdrawn")
    )
    #: How much was claimed or agreed in all, or paid by this move.
    amount: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    on: date = attrs.field(validator=is_day)

    def __attrs_post_init__(self) -> None:
        """Refuse a move without its amount."""
        if (self.kind == "withdrawn") != (self.amount is None):
            raise InvalidValueError("ClaimMove.amount goes with all kinds but withdrawn", self.amount)


@final
@attrs.frozen(kw_only=True)
class RemedyClaim:
    """What became of one thing due, as of a day."""

    due: RemedyDue
    status: ClaimStatus
    claimed: Money
    claimed_on: date | None
    #: What both sides agreed on; `None` while that is open.
    agreed: Money | None
    paid: Money
    #: What is still to be paid: of what was agreed, else claimed, else due; zero once nothing can be.
    outstanding: Money
    #: The first day on which it can no longer be raised, or enforced; `None` where no clause says so.
    barred_on: date | None

    @property
    def is_open(self) -> bool:
        """Whether something can still come of it."""
        return self.status in ("not_claimed", "claimed", "agreed")


def remedy_claims(
    contract: Contract, dues: Iterable[RemedyDue], moves: Iterable[ClaimMove], *, as_of: date
) -> tuple[RemedyClaim, ...]:
    """Return what became of everything due, by its id.

    Args:
        contract: the contract; its claim terms say when a claim is time-barred.
        dues: what is due, as of `settle`.
        moves: what happened; the order does not matter, except among moves of one kind and day, where the last counts.
        as_of: the day; later moves do not exist.

    Raises:
        InvalidValueError: not a contract or day, a move of something that is not due, or money of another currency.
    """
    check_contract(contract)
    check_day("as_of", as_of)
    by_id = {due.id: due for due in dues}
    history: dict[str, list[ClaimMove]] = defaultdict(list)
    for move in moves:
        if move.claim not in by_id:
            raise InvalidValueError("a move of something that is not due", move.claim, hint="see RemedyDue.id")
        if move.on <= as_of:
            history[move.claim].append(move)
    return tuple(
        _claim(contract, due, sorted(history[name], key=lambda move: move.on), as_of)
        for name, due in sorted(by_id.items())
    )


def open_claims(
    contract: Contract, dues: Iterable[RemedyDue], moves: Iterable[ClaimMove], *, as_of: date
) -> tuple[RemedyClaim, ...]:
    """Return the claims of which something can still come, by the day on which they are time-barred.

    Args:
        contract: the contract.
        dues: what is due.
        moves: what happened.
        as_of: the day.

    Raises:
        InvalidValueError: as `remedy_claims`.
    """
    found = [claim for claim in remedy_claims(contract, dues, moves, as_of=as_of) if claim.is_open]
    return tuple(sorted(found, key=lambda claim: (claim.barred_on or date.max, claim.due.id)))


def _claim(contract: Contract, due: RemedyDue, moves: list[ClaimMove], as_of: date) -> RemedyClaim:
    currency = due.amount.currency
    zero = Money(0, currency)

    def last(kind: str) -> ClaimMove | None:
        return next((move for move in reversed(moves) if move.kind == kind), None)

    first_claim = next((move for move in moves if move.kind == "claimed"), None)
    claimed, agreed, withdrawn = last("claimed"), last("agreed"), last("withdrawn")
    paid = total((move.amount or zero for move in moves if move.kind == "paid"), currency)
    barred_on = _barred_on(in_force(contract, due.breach.governed_on, as_of=as_of), due, first_claim, agreed)
    owed = due.amount
    if claimed is not None:
        owed = claimed.amount or zero
    if agreed is not None:
        owed = agreed.amount or zero
    rest = max(owed - paid, zero)
    status: ClaimStatus
    if withdrawn is not None:
        status = "withdrawn"
    elif rest.is_zero:
        status = "settled"
    elif barred_on is not None and as_of >= barred_on:
        status = "time_barred"
    elif agreed is not None:
        status = "agreed"
    else:
        status = "not_claimed" if claimed is None else "claimed"
    return RemedyClaim(
        due=due,
        status=status,
        claimed=zero if claimed is None else claimed.amount or zero,
        claimed_on=None if first_claim is None else first_claim.on,
        agreed=None if agreed is None else agreed.amount,
        paid=paid,
        outstanding=zero if status in ("withdrawn", "settled", "time_barred") else rest,
        barred_on=barred_on,
    )


def _barred_on(
    clauses: Iterable[Clause], due: RemedyDue, claimed: ClaimMove | None, agreed: ClaimMove | None
) -> date | None:
    """Return the first day on which it is too late: to claim, or if that was done in time, to have it agreed."""
    terms = next((one for one in clauses if isinstance(one, ClaimTerms)), None)
    if terms is None or agreed is not None:
        return None
    begun = due.breach.on
    if terms.within_days is not None:
        too_late = shifted(begun, terms.within_days + 1, None)
        if claimed is None or claimed.on >= too_late:
            return too_late
    return None if terms.years is None else date(min(begun.year + terms.years + 1, MAXYEAR), 1, 1)
