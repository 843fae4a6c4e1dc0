"""The ledger: every fact, as it was known when.

A ledger keeps each fact in all its versions. A correction is a fact of the same kind and id that
became known later; the version known last is the one that counts. `as_of` goes back to what was
known on a day, so that a figure of last year can be had again after this year's corrections.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar, assert_never, cast, final

import attrs

from supplychain_rules.errors import InputError, InvalidValueError, Problem, bounded_repr
from supplychain_rules.facts.billing import CreditNote, InvoiceLine, Payment
from supplychain_rules.facts.care import Complaint, Consent, Interaction, Preference, ServiceEvent, SurveyAnswer
from supplychain_rules.facts.corrections import Cancellation
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.facts.parties import Contact, Customer, Site, Supplier
from supplychain_rules.facts.prices import IndexValue, MarketPrice, PriceObservation
from supplychain_rules.facts.quality import Claim, Inspection, QualityCost
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.period import Period, check_period

__all__ = ["KINDS", "Fact", "Ledger", "check_fact", "check_ledger", "happened_on"]

#: Everything that a ledger can hold.
Fact: TypeAlias = (
    Supplier
    | Customer
    | Site
    | Contact
    | OrderLine
    | Receipt
    | Delay
    | Inspection
    | Claim
    | QualityCost
    | InvoiceLine
    | CreditNote
    | Payment
    | PriceObservation
    | MarketPrice
    | IndexValue
    | ServiceEvent
    | Complaint
    | SurveyAnswer
    | Interaction
    | Consent
    | Preference
    | Certificate
    | Cancellation
)

#: The kinds in the order in which a ledger lists them, with the name of their accessor.
KINDS: Final[Mapping[type[Fact], str]] = MappingProxyType(
    {
        Supplier: "suppliers",
        Customer: "customers",
        Site: "sites",
        Contact: "contacts",
        OrderLine: "order_lines",
        Receipt: "receipts",
        Delay: "delays",
        Inspection: "inspections",
        Claim: "claims",
        QualityCost: "quality_costs",
        InvoiceLine: "invoice_lines",
        CreditNote: "credit_notes",
        Payment: "payments",
        PriceObservation: "prices",
        MarketPrice: "market_prices",
        IndexValue: "index_values",
        ServiceEvent: "service_events",
        Complaint: "complaints",
        SurveyAnswer: "survey_answers",
        Interaction: "interactions",
        Consent: "consents",
        Preference: "preferences",
        Certificate: "certificates",
        Cancellation: "cancellations",
    }
)

#: The kinds that a cancellation can take back.
_NAMES: Final = frozenset(KINDS.values()) - {KINDS[Cancellation]}

_Kind = TypeVar("_Kind", bound=Fact)

#: A fact's identity: its kind and id, shared by all its versions.
_Identity: TypeAlias = tuple[type[Fact], str]


class _Settled(tuple[Fact, ...]):
    """Facts that are already checked, free of duplicates and in order, so that a selection need not do it again."""

    __slots__ = ()


def _settle(facts: Iterable[Fact]) -> _Settled:
    """Check facts, drop duplicates and put them in order."""
    if isinstance(facts, _Settled):
        return facts
    if not isinstance(facts, Iterable):
        raise InvalidValueError("a ledger is made of a collection of facts", facts, hint="of a ledger give its .facts")
    versions: dict[type[Fact], dict[tuple[str, date], Fact]] = {kind: {} for kind in KINDS}
    contradictions: dict[tuple[str, str, date], list[Fact]] = {}
    for fact in facts:
        of_kind = versions.get(type(fact))
        if of_kind is None:
            raise _no_fact(fact)
        key = (fact.id, fact.known_on)
        twin = of_kind.setdefault(key, fact)
        if twin is not fact and twin != fact:
            contradictions.setdefault((KINDS[type(fact)], *key), [twin]).append(fact)
    problems = [_contradiction(contradictions[key]) for key in sorted(contradictions)]
    problems += _strays(versions[Cancellation].values())
    if problems:
        raise InputError(problems)
    return _Settled(found for of_kind in versions.values() for _, found in sorted(of_kind.items(), key=_key))


def _key(entry: tuple[tuple[str, date], Fact]) -> tuple[str, date]:
    return entry[0]


def _contradiction(versions: list[Fact]) -> Problem:
    """Describe facts that cannot all be true, in words that do not depend on their order."""
    first = versions[0]
    names = [field.name for field in attrs.fields(type(first))]
    differing = [name for name in names if len({getattr(fact, name) for fact in versions}) > 1]
    shown = sorted({bounded_repr(getattr(fact, differing[0])) for fact in versions})
    return Problem(
        code="contradiction",
        path=f"{KINDS[type(first)]}[{bounded_repr(first.id)}]",
        message=f"versions known on the same day ({first.known_on}) differ in {', '.join(differing)}",
        value=" or ".join(shown),
        hint="give the correction a later known_on",
    )


def check_fact(fact: object) -> None:
    """Refuse what no ledger would hold.

    Raises:
        InvalidValueError: something that is not a fact.
        InputError: a cancellation of a kind that does not exist.

    >>> check_fact(Supplier(id="V7"))
    """
    if type(fact) not in KINDS:
        raise _no_fact(fact)
    if isinstance(fact, Cancellation) and (strays := _strays((fact,))):
        raise InputError(strays)


def _no_fact(value: object) -> InvalidValueError:
    return InvalidValueError("not a fact", value, hint=f"give {', '.join(kind.__name__ for kind in KINDS)}")


def _strays(cancellations: Iterable[Fact]) -> list[Problem]:
    """Refuse cancellations of what cannot be cancelled: they would take back nothing, in silence."""
    of_cancellation = "give what was cancelled again, with a later known_on"
    return [
        Problem(
            code="unknown_kind",
            path=f"cancellations[{bounded_repr(found.id)}].of",
            message="no kind of fact that can be cancelled",
            value=bounded_repr(found.of),
            hint=of_cancellation if found.of == KINDS[Cancellation] else f"expected one of {', '.join(sorted(_NAMES))}",
        )
        for found in cancellations
        if isinstance(found, Cancellation) and found.of not in _NAMES
    ]


@final
@attrs.frozen(repr=False)
class Ledger:
    """An immutable set of facts; the order in which they are given never matters.

    Duplicates (same kind, id and `known_on`, equal content) collapse into one. Two facts that agree
    on kind, id and `known_on` and differ in content contradict each other.

    Raises:
        InputError: facts that contradict each other, all of them at once.
        InvalidValueError: something that is not a fact.

    >>> ledger = Ledger([Supplier(id="V7"), Supplier(id="V3"), Supplier(id="V7")])
    >>> ledger
    Ledger(2 suppliers)
    >>> [supplier.id for supplier in ledger.suppliers]
    ['V3', 'V7']
    """

    #: Every version of every fact, by kind, id and the day it became known.
    facts: tuple[Fact, ...] = attrs.field(default=(), converter=_settle)

    def __repr__(self) -> str:
        """Return how many facts of each kind are in force, never the facts themselves."""
        counts = ((len(facts), KINDS[kind]) for kind, facts in self._in_force.items())
        return f"Ledger({', '.join(f'{count} {name}' for count, name in counts)})"

    def __len__(self) -> int:
        """Return the number of facts, every version counted."""
        return len(self.facts)

    def in_force(self, kind: type[_Kind]) -> tuple[_Kind, ...]:
        """Return the facts of one kind in force, by id: the version known last, cancelled facts left out.

        Raises:
            InvalidValueError: not a kind of fact.

        >>> Ledger([Supplier(id="V7")]).in_force(Supplier)[0].id
        'V7'
        """
        if kind not in KINDS:
            raise InvalidValueError("not a kind of fact", kind, hint="give a class, as Receipt")
        return cast("tuple[_Kind, ...]", self._in_force.get(cast("type[Fact]", kind), ()))

    @property
    def suppliers(self) -> tuple[Supplier, ...]:
        """The supplier facts in force, by id."""
        return self.in_force(Supplier)

    @property
    def customers(self) -> tuple[Customer, ...]:
        """The customer facts in force, by id."""
        return self.in_force(Customer)

    @property
    def sites(self) -> tuple[Site, ...]:
        """The sites in force, by id."""
        return self.in_force(Site)

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """The contacts in force, by id."""
        return self.in_force(Contact)

    @property
    def order_lines(self) -> tuple[OrderLine, ...]:
        """The order lines in force, by id; a cancelled line has quantity zero."""
        return self.in_force(OrderLine)

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """The receipts in force, by id."""
        return self.in_force(Receipt)

    @property
    def delays(self) -> tuple[Delay, ...]:
        """The delays in force, by id."""
        return self.in_force(Delay)

    @property
    def inspections(self) -> tuple[Inspection, ...]:
        """The inspections in force, by id."""
        return self.in_force(Inspection)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims on suppliers in force, by id."""
        return self.in_force(Claim)

    @property
    def quality_costs(self) -> tuple[QualityCost, ...]:
        """The costs of quality in force, by id."""
        return self.in_force(QualityCost)

    @property
    def invoice_lines(self) -> tuple[InvoiceLine, ...]:
        """The invoice lines in force, by id."""
        return self.in_force(InvoiceLine)

    @property
    def credit_notes(self) -> tuple[CreditNote, ...]:
        """The credit notes in force, by id."""
        return self.in_force(CreditNote)

    @property
    def payments(self) -> tuple[Payment, ...]:
        """The payments in force, by id."""
        return self.in_force(Payment)

    @property
    def prices(self) -> tuple[PriceObservation, ...]:
        """The price observations in force, by id."""
        return self.in_force(PriceObservation)

    @property
    def market_prices(self) -> tuple[MarketPrice, ...]:
        """The market prices in force, by id."""
        return self.in_force(MarketPrice)

    @property
    def index_values(self) -> tuple[IndexValue, ...]:
        """The index values in force, each in its last edition, by id."""
        return self.in_force(IndexValue)

    @property
    def service_events(self) -> tuple[ServiceEvent, ...]:
        """The service events in force, by id."""
        return self.in_force(ServiceEvent)

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """The customers' complaints in force, by id."""
        return self.in_force(Complaint)

    @property
    def survey_answers(self) -> tuple[SurveyAnswer, ...]:
        """The answers to questionnaires in force, by id."""
        return self.in_force(SurveyAnswer)

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """The contacts with customers in force, by id."""
        return self.in_force(Interaction)

    @property
    def consents(self) -> tuple[Consent, ...]:
        """The consents of customers in force, by id, withdrawn ones included."""
        return self.in_force(Consent)

    @property
    def preferences(self) -> tuple[Preference, ...]:
        """The stated preferences of customers in force, by id."""
        return self.in_force(Preference)

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """The certificates in force, by id, expired ones included."""
        return self.in_force(Certificate)

    @property
    def unmatched_receipts(self) -> tuple[Receipt, ...]:
        """The receipts whose order line is not in the ledger; no measure can count them."""
        known = {line.id for line in self.order_lines}
        return tuple(receipt for receipt in self.receipts if receipt.order_line not in known)

    @cached_property
    def supplier_ids(self) -> tuple[str, ...]:
        """The ids of all suppliers that any fact in force mentions, sorted."""
        return self._mentioned("supplier", (found.id for found in self.suppliers))

    @cached_property
    def customer_ids(self) -> tuple[str, ...]:
        """The ids of all customers that any fact in force mentions, sorted."""
        return self._mentioned("customer", (found.id for found in self.customers))

    def as_of(self, day: date) -> "Ledger":
        """Return what was known on a day, that day included: later facts and corrections do not exist.

        Raises:
            InvalidValueError: `day` is not a calendar day.
        """
        check_day("as_of", day)
        if self._last_known <= day:
            return self  # and keep the indexes it has built
        return Ledger(_Settled(fact for fact in self.facts if fact.known_on <= day))

    def within(self, period: Period) -> "Ledger":
        """Return the facts that happened in a period, with their history.

        What counts is the version in force: an order line's day of order, a receipt's, inspection's
        or price's own day. A party always belongs, a certificate or consent when it was valid for a day of it, a
        preference from the day it was stated, a cancellation with what it takes back.

        Raises:
            InvalidValueError: not a `Period`.
        """
        check_period(period)
        chosen = {
            (kind, fact.id) for kind, facts in self._in_force.items() for fact in facts if _happened_in(fact, period)
        }
        return self._selected(chosen)

    def of(self, party: str) -> "Ledger":
        """Return the facts about one supplier or customer, with their history.

        Receipts and delays are those of its order lines, payments those of its invoices.

        Raises:
            InvalidValueError: the party's id is not text.
        """
        if not isinstance(party, str):
            raise InvalidValueError("a party is named by its id, a text", party)
        return self._selected(self._by_party.get(party, set()))

    def parties_of(self, fact: Fact) -> tuple[str, ...]:
        """Return the suppliers and customers that a fact is about, each once.

        A receipt and a delay are about those of their order line, a payment about those of its invoice; nobody where
        the line or the invoice is not in the ledger.

        >>> Ledger().parties_of(Supplier(id="V7"))
        ('V7',)
        """
        parties = _parties(fact, self._line_parties, self._invoice_parties)
        return tuple(dict.fromkeys(party for party in parties if party is not None))

    def merge(self, other: "Ledger") -> "Ledger":
        """Return the facts of both ledgers.

        Raises:
            InputError: the ledgers contradict each other.
            InvalidValueError: not a ledger.
        """
        return Ledger((*self.facts, *check_ledger(other).facts))

    def _mentioned(self, role: str, ids: Iterable[str]) -> tuple[str, ...]:
        named = {getattr(fact, role, None) for facts in self._in_force.values() for fact in facts}
        return tuple(sorted({*ids, *(name for name in named if name is not None)}))

    def _selected(self, chosen: set[_Identity]) -> "Ledger":
        """Return the chosen facts in all their versions, with the cancellations of what was chosen."""
        places = [place for kind, identity in chosen for place in self._places[KINDS[kind], identity]]
        return Ledger(_Settled(self.facts[place] for place in sorted(places)))

    @cached_property
    def _places(self) -> dict[tuple[str, str], list[int]]:
        """Where the versions of each fact stand, with the cancellations of it, by the name of its kind and its id."""
        places: dict[tuple[str, str], list[int]] = {}
        for place, fact in enumerate(self.facts):
            of = (fact.of, fact.fact) if isinstance(fact, Cancellation) else (KINDS[type(fact)], fact.id)
            places.setdefault(of, []).append(place)
        return places

    @cached_property
    def _last_known(self) -> date:
        return max((fact.known_on for fact in self.facts), default=date.min)

    @cached_property
    def _in_force(self) -> dict[type[Fact], tuple[Fact, ...]]:
        """The version of each fact that was known last, by kind, without what was cancelled."""
        kinds: dict[type[Fact], dict[str, Fact]] = {}
        for fact in self.facts:  # ordered by the day they became known, so the last one stays
            kind = type(fact)
            if kind not in kinds:
                kinds[kind] = {}
            kinds[kind][fact.id] = fact
        by_name = {KINDS[kind]: facts for kind, facts in kinds.items()}
        for taken_back in kinds.get(Cancellation, {}).values():
            assert isinstance(taken_back, Cancellation)  # noqa: S101  the key of the dict says so
            target = by_name.get(taken_back.of, {}).get(taken_back.fact)
            if target is not None and target.known_on <= taken_back.known_on:
                del by_name[taken_back.of][taken_back.fact]
        return {kind: tuple(facts.values()) for kind, facts in kinds.items() if facts}

    @cached_property
    def _line_parties(self) -> "dict[str, _Parties]":
        return {line.id: (line.supplier, line.customer) for line in self.order_lines}

    @cached_property
    def _invoice_parties(self) -> "dict[str, _Parties]":
        return {line.invoice: (line.supplier, line.customer) for line in self.invoice_lines}

    @cached_property
    def _by_party(self) -> dict[str, set[_Identity]]:
        owned: dict[str, set[_Identity]] = {}
        for kind, facts in self._in_force.items():
            for fact in facts:
                for party in self.parties_of(fact):
                    owned.setdefault(party, set()).add((kind, fact.id))
        return owned


def check_ledger(ledger: object) -> Ledger:
    """Return a ledger and refuse anything else.

    Raises:
        InvalidValueError: not a ledger.

    >>> check_ledger([Supplier(id="V7")])
    Traceback (most recent call last):
        ...
    supplychain_rules.errors.InvalidValueError: ledger must be a Ledger: [...]; write Ledger(facts)
    """
    if not isinstance(ledger, Ledger):
        raise InvalidValueError("ledger must be a Ledger", ledger, hint="write Ledger(facts)")
    return ledger


#: Supplier and customer of a fact.
_Parties: TypeAlias = tuple[str | None, ...]


def _parties(fact: Fact, by_line: Mapping[str, _Parties], by_invoice: Mapping[str, _Parties]) -> _Parties:
    """Return the parties that a fact is about; none for a receipt without its order line."""
    match fact:
        case Supplier() | Customer():
            return (fact.id,)
        case Site() | Contact() | SurveyAnswer():
            return (fact.party,)
        case Receipt() | Delay():
            return by_line.get(fact.order_line, ())
        case Payment():
            return (fact.party,) if fact.invoice is None else (fact.party, *by_invoice.get(fact.invoice, ()))
        case OrderLine() | InvoiceLine() | Complaint():
            return fact.supplier, fact.customer
        case CreditNote() | Interaction() | Consent() | Preference():
            return (fact.customer,)
        case Inspection() | Claim() | QualityCost() | PriceObservation() | ServiceEvent() | Certificate():
            return (fact.supplier,)
        case MarketPrice() | IndexValue() | Cancellation():
            return ()
        case _:
            assert_never(fact)


def happened_on(fact: Fact) -> date:
    """Return the day a fact is about: a receipt's day of receipt, a certificate's first day.

    A party, a site, a contact and a cancellation have no day of their own; theirs is the day they became known.

    >>> happened_on(Supplier(id="V7", known_on=date(2026, 1, 5)))
    datetime.date(2026, 1, 5)
    """
    match fact:
        case Supplier() | Customer() | Site() | Contact() | Cancellation():
            return fact.known_on
        case OrderLine():
            return fact.ordered_on
        case Receipt():
            return fact.received_on
        case Delay():
            return fact.recorded_on
        case Inspection():
            return fact.inspected_on
        case Claim() | Complaint():
            return fact.opened_on
        case QualityCost():
            return fact.incurred_on
        case InvoiceLine():
            return fact.invoiced_on
        case CreditNote():
            return fact.credited_on
        case Payment():
            return fact.paid_on
        case PriceObservation():
            return fact.observed_on
        case MarketPrice() | IndexValue():
            return fact.on
        case ServiceEvent():
            return fact.raised_on
        case SurveyAnswer():
            return fact.answered_on
        case Interaction():
            return fact.happened_on
        case Consent():
            return fact.given_on
        case Preference():
            return fact.stated_on
        case Certificate():
            return fact.valid_from
        case _:
            assert_never(fact)


def _happened_in(fact: Fact, period: Period) -> bool:
    match fact:
        case Supplier() | Customer() | Site() | Contact():
            return True
        case Certificate():
            until = fact.valid_until
            return fact.valid_from < period.end and (until is None or until > max(fact.valid_from, period.start))
        case Consent():
            until = fact.withdrawn_on
            return fact.given_on < period.end and (until is None or until > max(fact.given_on, period.start))
        case Preference():
            return fact.stated_on < period.end
        case Cancellation():
            return False  # it goes with what it takes back
        case _:
            return happened_on(fact) in period
