"""A contract: who agreed what, from when until when, and how it was amended since.

The clauses that are in force on a day are those signed at first, with what amendments put in their place from their
effective days on. What was signed later than the day of a report does not exist for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations, pairwise
from typing import Any, Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError, PolicyError, Problem, did_you_mean, problem_at
from supplychain_rules.facts.fields import is_boolean, is_day, is_id, is_optional_day, one_of
from supplychain_rules.measures.fields import name_set
from supplychain_rules.partnership.contracts.clauses import Clause
from supplychain_rules.partnership.contracts.consistency import (
    MOST_TOLD,
    clause_problems,
    currency_problems,
    size_problems,
)
from supplychain_rules.partnership.contracts.kinds import is_optional_label
from supplychain_rules.values.currencies import check_currency
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.label import Label

__all__ = ["Amendment", "Contract", "ContractParty", "PartyRole", "Version", "ends_on", "in_force", "versions"]

#: What a party is in a contract. The supplier delivers; the buyer pays, or else the customer does.
PartyRole = Literal["supplier", "buyer", "customer", "carrier", "guarantor"]


def _clauses(given: Iterable[Clause]) -> tuple[Clause, ...]:
    clauses = tuple(given)
    for clause in clauses:
        if not isinstance(clause, get_args(Clause)):
            raise InvalidValueError("not a clause", clause, hint="write DeliveryTerms(...) or another clause")
    return clauses


def _amendments(given: Iterable["Amendment"]) -> tuple["Amendment", ...]:
    amendments = tuple(given)
    for amendment in amendments:
        if not isinstance(amendment, Amendment):
            raise InvalidValueError("not an amendment", amendment, hint="write Amendment(...)")
    return amendments


def _parties(given: Iterable["ContractParty"]) -> tuple["ContractParty", ...]:
    parties = tuple(given)
    for party in parties:
        if not isinstance(party, ContractParty):
            raise InvalidValueError("not a party", party, hint="write ContractParty(id='V7', role='supplier')")
    return parties


def _check_currency(_instance: object, _field: "attrs.Attribute[Any]", value: object) -> None:
    check_currency(value)


@final
@attrs.frozen(kw_only=True)
class ContractParty:
    """A party and what it is in the contract.

    >>> ContractParty(id="V7", role="supplier").role
    'supplier'
    """

    #: The id by which facts name it; of the buyer any, because facts of purchases do not name us.
    id: str = attrs.field(validator=is_id)
    role: PartyRole = attrs.field(validator=one_of(*get_args(PartyRole)))
    label: Label | None = attrs.field(default=None, validator=is_optional_label)


@final
@attrs.frozen(kw_only=True)
class Amendment:
    """Clauses that take the place of those with their ids, or join them, from a day on; and ids of clauses that end.

    Raises:
        InvalidValueError: a field that is wrong by itself, an amendment that changes nothing, or one that takes effect
            before it was signed without saying that it is `retroactive`.

    >>> Amendment(id="A1", signed_on=date(2026, 3, 1), effective_from=date(2026, 4, 1), ends=["volume"]).retroactive
    False
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    signed_on: date = attrs.field(validator=is_day)
    #: The first day on which it holds.
    effective_from: date = attrs.field(validator=is_day)
    clauses: tuple[Clause, ...] = attrs.field(default=(), converter=_clauses)
    #: The ids of clauses that no longer hold.
    ends: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)
    #: Whether it is meant to hold from a day before it was signed.
    retroactive: bool = attrs.field(default=False, validator=is_boolean)
    #: The first day on which the contract no longer holds: a renewal or an early end; `None` leaves it as it is.
    valid_until: date | None = attrs.field(default=None, validator=is_optional_day)
    #: The ids of amendments that have no effect once this one has.
    supersedes: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)

    def __attrs_post_init__(self) -> None:
        """Refuse what changes nothing, and the past where nobody says that it is meant."""
        if not self.clauses and not self.ends and not self.supersedes and self.valid_until is None:
            raise InvalidValueError("an amendment that changes nothing", self.id)
        if self.effective_from < self.signed_on and not self.retroactive:
            what = f"Amendment.effective_from lies before signed_on ({self.signed_on})"
            raise InvalidValueError(what, self.effective_from, hint="set retroactive=True where that is meant")

        if self.valid_until is not None and self.valid_until < self.effective_from:
            what = f"Amendment.valid_until lies before effective_from ({self.effective_from})"
            raise InvalidValueError(what, self.valid_until, hint="the first day outside the contract")

    @property
    def touches(self) -> frozenset[str]:
        """The ids of the clauses that it sets or ends, and `valid_until` where it sets the end of the contract."""
        found = self.ends | {clause.id for clause in self.clauses}
        return found if self.valid_until is None else found | {"valid_until"}


@final
@attrs.frozen(kw_only=True)
class Contract:
    """Who agreed what, from when until when; checked as a whole when it is built.

    A contract is about the order lines of its supplier, of its items, ordered while it is valid: about purchases of
    ours, or where it names a customer, about what that customer orders.

    Raises:
        InvalidValueError: a field that is wrong by itself.
        PolicyError: everything that does not go together, at once: roles, repeated ids, two clauses where one is
            wanted, a remedy for what no clause forbids, two remedies for one breach, unknown ids, money in another
            currency, amendments that overlap.

    >>> from supplychain_rules.partnership.contracts.terms import DeliveryTerms
    >>> contract = Contract(id="C7", currency="EUR", valid_from=date(2026, 1, 1),
    ...     parties=[ContractParty(id="V7", role="supplier"), ContractParty(id="us", role="buyer")],
    ...     clauses=[DeliveryTerms(id="delivery")])
    >>> contract.supplier, contract.payer, contract.customer
    ('V7', 'us', None)
    """

    id: str = attrs.field(validator=is_id)
    label: Label | None = attrs.field(default=None, validator=is_optional_label)
    parties: tuple[ContractParty, ...] = attrs.field(converter=_parties)
    #: The currency of all its money.
    currency: str = attrs.field(validator=_check_currency)
    valid_from: date = attrs.field(validator=is_day)
    #: The first day on which it no longer holds; `None` without an end.
    valid_until: date | None = attrs.field(default=None, validator=is_optional_day)
    #: The items it is about; empty for all that the supplier supplies.
    items: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)
    clauses: tuple[Clause, ...] = attrs.field(converter=_clauses)
    amendments: tuple[Amendment, ...] = attrs.field(default=(), converter=_amendments)

    def __attrs_post_init__(self) -> None:
        """Refuse what does not go together, all of it at once."""
        problems = list(size_problems(self.parties, self.clauses, [one.clauses for one in self.amendments]))
        problems = problems or [*_role_problems(self), *_id_problems(self), *_amendment_problems(self)]
        problems = problems or [*_version_problems(self), *_currency_problems(self)]
        if problems:
            raise PolicyError(problems)

    @property
    def supplier(self) -> str:
        """The id of the party that delivers."""
        return next(party.id for party in self.parties if party.role == "supplier")

    @property
    def customer(self) -> str | None:
        """The id of the customer whose orders it is about; `None` where it is about purchases of ours."""
        return next((party.id for party in self.parties if party.role == "customer"), None)

    @property
    def payer(self) -> str:
        """The id of the party that pays: the buyer, else the customer."""
        paying = {party.role: party.id for party in self.parties}
        return paying["buyer"] if "buyer" in paying else paying["customer"]


@final
@attrs.frozen(kw_only=True)
class Version:
    """The clauses of a span of days in which nothing changes."""

    valid_from: date
    #: The first day after it; `date.max` without an end.
    valid_until: date
    clauses: tuple[Clause, ...]


def in_force(contract: Contract, day: date, *, as_of: date | None = None) -> tuple[Clause, ...]:
    """Return the clauses that hold on a day, in the order of the contract; none outside its validity.

    Args:
        contract: the contract.
        day: the day.
        as_of: amendments signed later do not exist; `None` for all.

    Raises:
        InvalidValueError: not days.

    >>> from supplychain_rules.partnership.contracts.terms import DeliveryTerms
    >>> contract = Contract(id="C7", currency="EUR", valid_from=date(2026, 1, 1),
    ...     parties=[ContractParty(id="V7", role="supplier"), ContractParty(id="us", role="buyer")],
    ...     clauses=[DeliveryTerms(id="delivery")],
    ...     amendments=[Amendment(id="A1", signed_on=date(2026, 3, 1), effective_from=date(2026, 4, 1),
    ...         clauses=[DeliveryTerms(id="delivery", late_days=2)])])
    >>> [in_force(contract, date(2026, month, 1))[0].late_days for month in (3, 4)]
    [0, 2]
    """
    check_day("day", day)
    known = contract.amendments if as_of is None else _signed_by(contract, check_day("as_of", as_of))
    end = _end(contract, known)
    if day < contract.valid_from or (end is not None and day >= end):
        return ()
    return _on(contract, known, day)


def ends_on(contract: Contract, *, as_of: date | None = None) -> date | None:
    """Return the first day on which a contract no longer holds, as amended; `None` without an end.

    Args:
        contract: the contract.
        as_of: amendments signed later do not exist; `None` for all.

    >>> renewal = Amendment(id="A1", signed_on=date(2026, 10, 1), effective_from=date(2026, 10, 1),
    ...     valid_until=date(2028, 1, 1))
    >>> contract = Contract(id="C7", currency="EUR", valid_from=date(2026, 1, 1), valid_until=date(2027, 1, 1),
    ...     parties=[ContractParty(id="V7", role="supplier"), ContractParty(id="us", role="buyer")],
    ...     clauses=[], amendments=[renewal])
    >>> str(ends_on(contract)), str(ends_on(contract, as_of=date(2026, 9, 30)))
    ('2028-01-01', '2027-01-01')
    """
    return _end(contract, contract.amendments if as_of is None else _signed_by(contract, as_of))


def versions(contract: Contract, *, as_of: date | None = None) -> tuple[Version, ...]:
    """Return the spans of days in which the clauses do not change, the first one first; they meet without a gap.

    >>> from supplychain_rules.partnership.contracts.terms import DeliveryTerms
    >>> contract = Contract(id="C7", currency="EUR", valid_from=date(2026, 1, 1), valid_until=date(2027, 1, 1),
    ...     parties=[ContractParty(id="V7", role="supplier"), ContractParty(id="us", role="buyer")],
    ...     clauses=[DeliveryTerms(id="delivery")])
    >>> [(str(version.valid_from), str(version.valid_until)) for version in versions(contract)]
    [('2026-01-01', '2027-01-01')]
    """
    known = contract.amendments if as_of is None else _signed_by(contract, as_of)
    end = _end(contract, known) or date.max
    starts = {contract.valid_from} | {max(found.effective_from, contract.valid_from) for found in known}
    edges = [*sorted(start for start in starts if start < end), end]
    return tuple(
        Version(valid_from=start, valid_until=until, clauses=_on(contract, known, start))
        for start, until in pairwise(edges)
    )


def _signed_by(contract: Contract, as_of: date) -> tuple[Amendment, ...]:
    return tuple(amendment for amendment in contract.amendments if amendment.signed_on <= as_of)


def _in_order(amendments: Iterable[Amendment]) -> list[Amendment]:
    """Return amendments in the order of their effective days, without those that another one supersedes."""
    given = tuple(amendments)
    void = {name for found in given for name in found.supersedes}
    kept = (found for found in given if found.id not in void)
    return sorted(kept, key=lambda found: (found.effective_from, found.signed_on, found.id))


def _end(contract: Contract, amendments: Iterable[Amendment]) -> date | None:
    ends = [found.valid_until for found in _in_order(amendments) if found.valid_until is not None]
    return ends[-1] if ends else contract.valid_until


def _on(contract: Contract, amendments: Sequence[Amendment], day: date) -> tuple[Clause, ...]:
    """Return the clauses of a day: each amendment in the order of its effective day, without those superseded."""
    clauses = {clause.id: clause for clause in contract.clauses}
    for amendment in _in_order(found for found in amendments if found.effective_from <= day):
        for name in amendment.ends:
            clauses.pop(name, None)
        clauses.update({clause.id: clause for clause in amendment.clauses})
    return tuple(clauses.values())


def _role_problems(contract: Contract) -> Iterator[Problem]:
    roles = [party.role for party in contract.parties]
    if roles.count("supplier") != 1:
        yield problem_at("bad_value", "parties", "one supplier is needed", roles)
    if roles.count("buyer") > 1 or roles.count("customer") > 1:
        yield problem_at("bad_value", "parties", "at most one buyer and one customer", roles)
    if "buyer" not in roles and "customer" not in roles:
        yield problem_at("bad_value", "parties", "a buyer or a customer is needed", roles, "somebody pays")
    names = [party.id for party in contract.parties]
    yield from (
        problem_at("duplicate_name", f"parties[{place}].id", "this party is there already", name)
        for place, name in enumerate(names)
        if name in names[:place]
    )
    if contract.valid_until is not None and contract.valid_until <= contract.valid_from:
        message = f"does not lie after valid_from ({contract.valid_from})"
        yield problem_at("bad_value", "valid_until", message, str(contract.valid_until), "the first day outside")


def _id_problems(contract: Contract) -> Iterator[Problem]:
    for path, given in (
        ("clauses", contract.clauses),
        ("amendments", contract.amendments),
        *((f"amendments[{place}].clauses", one.clauses) for place, one in enumerate(contract.amendments)),
    ):
        ids = [one.id for one in given]
        for place, name in enumerate(ids):
            if name in ids[:place]:
                yield problem_at("duplicate_name", f"{path}[{place}].id", "this id is there already", name)


def _amendment_problems(contract: Contract) -> Iterator[Problem]:
    """Yield amendments of what is not there, and pairs of which nobody says which one counts."""
    place_of = {amendment.id: place for place, amendment in enumerate(contract.amendments)}
    for place, amendment in enumerate(contract.amendments):
        path = f"amendments[{place}]"
        before = [one for one in contract.amendments if one.effective_from < amendment.effective_from]
        end = _end(contract, before)
        if end is not None and amendment.effective_from >= end:
            message = f"takes effect when the contract has ended ({end})"
            yield problem_at("bad_value", f"{path}.effective_from", message, str(amendment.effective_from))
        others = set(place_of) - {amendment.id}
        for name in sorted(amendment.supersedes - others):
            yield problem_at(
                "unknown_name", f"{path}.supersedes", "no other amendment", name, did_you_mean(name, others)
            )
        known = {clause.id for clause in contract.clauses}
        known |= {clause.id for one in contract.amendments for clause in one.clauses}
        for name in sorted(amendment.ends - known):
            yield problem_at("unknown_name", f"{path}.ends", "no clause", name, did_you_mean(name, known))
    ordered = sorted(contract.amendments, key=lambda found: (found.effective_from, found.signed_on, found.id))
    for earlier, later in combinations(ordered, 2):
        shared = sorted(earlier.touches & later.touches)
        declared = earlier.id in later.supersedes or later.id in earlier.supersedes
        in_order = earlier.effective_from < later.effective_from and earlier.signed_on <= later.signed_on
        if shared and not in_order and not declared:
            message = f"overlaps {earlier.id}: both set {', '.join(shared)}, and their days do not say which counts"
            yield problem_at(
                "contradiction", f"amendments[{place_of[later.id]}]", message, later.id, "let one supersede the other"
            )


def _version_problems(contract: Contract) -> Iterator[Problem]:
    """Yield what is wrong with the clauses of each version, once."""
    told: set[tuple[str, str, str]] = set()
    for version in versions(contract):
        where = "clauses" if version.valid_from == contract.valid_from else f"clauses from {version.valid_from}"
        for problem in clause_problems(version.clauses, where, has_end=contract.valid_until is not None):
            key = (problem.code, problem.message, problem.value)
            if len(told) >= MOST_TOLD:
                return
            if key not in told:
                told.add(key)
                yield problem


def _currency_problems(contract: Contract) -> Iterator[Problem]:
    for place, clause in enumerate(contract.clauses):
        yield from currency_problems(clause, f"clauses[{place}]", contract.currency)
    for at, amendment in enumerate(contract.amendments):
        for place, clause in enumerate(amendment.clauses):
            yield from currency_problems(clause, f"amendments[{at}].clauses[{place}]", contract.currency)
