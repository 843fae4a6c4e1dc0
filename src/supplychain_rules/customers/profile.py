"""A customer's profile: what the facts say of it as of a day, folded once over the ledger.

A **purchase** is an invoice line that names the customer; its day is the day of the invoice, its amount is without tax.
Lines of one customer on one day are one **purchase day**: frequency counts days, not lines, because nobody knows why a
basket became three lines. A credit note lowers the money, never the number of purchase days.

Recency and tenure look at everything up to the day; frequency, money, costs, answers and contacts at the period asked
about. What is not known is `None`, never zero: a margin needs the cost of every line.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from operator import attrgetter
from typing import Any, Final, Literal, final, get_args

import attrs

from supplychain_rules.customers.profile_payment import PaymentBehaviour, payment_behaviour
from supplychain_rules.customers.profile_preferences import RankedPreference, ranked_preferences
from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.facts.care import Consent
from supplychain_rules.facts.ledger import Ledger, check_ledger
from supplychain_rules.facts.parties import Contact, Customer
from supplychain_rules.values.currencies import check_currency
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.money import Money, ratio
from supplychain_rules.values.period import Period, check_period
from supplychain_rules.values.read_only import ReadOnlyMapping
from supplychain_rules.values.scaled import EXACT

__all__ = ["RECORD_FIELDS", "STAGES", "Profile", "Stage", "potential_customers", "profile_record", "profiles"]

#: How far a customer has come: known and without a purchase, with one purchase day, or with more.
Stage = Literal["potential", "one_time", "repeat"]

#: The stages.
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)

#: What a rule set can read of a profile, by the name of its input.
RECORD_FIELDS: Final = (
    *("stage", "recency_days", "tenure_days", "purchase_days", "purchases"),
    *("monetary", "margin", "margin_rate", "cost_to_serve", "contribution", "share_of_wallet"),
    *("paid_on_time_rate", "days_beyond_terms", "satisfaction", "complaints", "open_complaints", "interactions"),
)


@final
@attrs.frozen(kw_only=True)
class Profile:
    """One customer as of a day.

    >>> unknown = Profile(customer="C12", as_of=date(2026, 7, 1), gross=Money("0", "EUR"), returned=Money("0", "EUR"),
    ...     cost_of_goods=Money("0", "EUR"), cost_to_serve=Money("0", "EUR"))
    >>> unknown.stage, unknown.recency_days
    ('potential', None)
    """

    customer: str
    as_of: date
    #: The period in which purchases and all else are counted; `None` for everything up to `as_of`.
    period: Period | None = None
    #: The customer's own fact, where there is one.
    identity: Customer | None = None
    #: Who speaks for it.
    contacts: tuple[Contact, ...] = ()
    #: What it consented to and has not withdrawn.
    consents: tuple[Consent, ...] = ()
    #: The first and the last day of a purchase, ever.
    first_purchase_on: date | None = None
    last_purchase_on: date | None = None
    #: How many purchase days, ever.
    purchase_days_ever: int = 0
    #: Frequency: how many different days with a purchase.
    purchase_days: int = 0
    #: How many invoice lines.
    purchases: int = 0
    #: What was billed, without tax.
    gross: Money
    #: What was credited.
    returned: Money
    #: What the goods billed cost us; `None` where a line does not say.
    cost_of_goods: Money | None
    #: What contacts and complaints cost us, as far as they say.
    cost_to_serve: Money
    #: What the customer spends with everybody, where that is given.
    wallet: Money | None = None
    #: How it pays; `None` without an invoice that was due or paid.
    payment: PaymentBehaviour | None = None
    #: The mean of points over the most points, from 0 to 100; `None` without an answer.
    satisfaction: Fraction | None = None
    answers: int = 0
    complaints: int = 0
    #: Complaints that are open on the day, whenever they began.
    open_complaints: int = 0
    interactions: int = 0
    last_contact_on: date | None = None
    #: What it prefers, topic by topic, the best founded first.
    preferences: tuple[RankedPreference, ...] = ()

    @property
    def stage(self) -> Stage:
        """How far the customer has come."""
        match self.purchase_days_ever:
            case 0:
                return "potential"
            case 1:
                return "one_time"
            case _:
                return "repeat"

    @property
    def recency_days(self) -> int | None:
        """Days since the last purchase; `None` without one."""
        return None if self.last_purchase_on is None else (self.as_of - self.last_purchase_on).days

    @property
    def tenure_days(self) -> int | None:
        """Days since the first purchase; `None` without one."""
        return None if self.first_purchase_on is None else (self.as_of - self.first_purchase_on).days

    @property
    def monetary(self) -> Money:
        """What was billed less what was credited; below zero where more came back than went out."""
        return self.gross - self.returned

    @property
    def margin(self) -> Money | None:
        """What is left of the money after the cost of goods; returned goods count as worthless."""
        return None if self.cost_of_goods is None else self.monetary - self.cost_of_goods

    @property
    def margin_rate(self) -> Fraction | None:
        """Margin over money; `None` without a margin or without money above zero."""
        margin = self.margin
        return None if margin is None or self.monetary.amount <= 0 else ratio(margin, self.monetary)

    @property
    def contribution(self) -> Money | None:
        """Margin less the cost to serve."""
        return None if self.margin is None else self.margin - self.cost_to_serve

    @property
    def share_of_wallet(self) -> Fraction | None:
        """Money over what the customer spends with everybody, where that is given."""
        return None if self.wallet is None else ratio(self.monetary, self.wallet)

    @property
    def paid_on_time_rate(self) -> Fraction | None:
        """The share of its invoices paid by their due day."""
        return None if self.payment is None else self.payment.on_time_rate

    @property
    def days_beyond_terms(self) -> Fraction | None:
        """The mean of the days that its invoices were paid after their due day."""
        return None if self.payment is None else self.payment.days_beyond_terms


def profiles(
    ledger: Ledger,
    *,
    as_of: date,
    currency: str,
    period: Period | None = None,
    wallets: Mapping[str, Money] | None = None,
) -> Mapping[str, Profile]:
    """Return the profile of every customer that a fact mentions, by id.

    Args:
        ledger: the facts; only what was known by `as_of`, and had happened by then, counts.
        as_of: the day.
        currency: the currency of all money; every purchase, credit and cost must be in it.
        period: where purchases and all else are counted; everything up to `as_of` where not given.
        wallets: what customers spend with everybody in the same time, by id, where that is known.

    Raises:
        InvalidValueError: not a ledger, a day, a period or a currency, or money in another currency.

    >>> from supplychain_rules.facts.billing import CreditNote, InvoiceLine
    >>> facts = [InvoiceLine(id=f"I1/{n}", invoice="I1", supplier="us", customer="C12", quantity=1,
    ...     amount=Money("50", "EUR"), invoiced_on=date(2026, 3, 2)) for n in (1, 2)]
    >>> facts.append(CreditNote(id="N1", customer="C12", amount=Money("20", "EUR"), credited_on=date(2026, 3, 9)))
    >>> found = profiles(Ledger(facts), as_of=date(2026, 4, 1), currency="EUR")["C12"]
    >>> found.recency_days, found.purchase_days, found.purchases, found.monetary
    (30, 1, 2, Money('80.00', 'EUR'))
    """
    check_day("as_of", as_of)
    check_currency(currency)
    if period is not None:
        check_period(period)
    known = check_ledger(ledger).as_of(as_of)
    fold = _Fold(known, as_of, currency, period)
    with localcontext(EXACT):
        fold.all_facts()
    given = _wallets(wallets or {}, currency)
    paying = payment_behaviour(known, as_of=as_of, period=period)
    liked = ranked_preferences(known, as_of=as_of, period=period)
    return ReadOnlyMapping(
        {
            customer: tally.profile(fold, customer, given.get(customer), paying.get(customer), liked.get(customer, ()))
            for customer, tally in fold.tallies.items()
        }
    )


def potential_customers(found: Mapping[str, Profile], *, entry: Money | None = None) -> tuple[str, ...]:
    """Return the potential customers: those known and without a purchase, or with `entry`, of less money than that.

    Args:
        found: the profiles.
        entry: the money from which on one is a customer; `None`: any purchase makes one.

    Raises:
        InvalidValueError: `entry` is in another currency.

    >>> facts = [Customer(id="C12", name="Harbour Foods")]
    >>> potential_customers(profiles(Ledger(facts), as_of=date(2026, 4, 1), currency="EUR"))
    ('C12',)
    """
    return tuple(
        customer
        for customer, one in found.items()
        if one.stage == "potential" or (entry is not None and one.monetary < entry)
    )


def profile_record(profile: Profile, names: Iterable[str]) -> dict[str, object]:
    """Return what a rule set reads of a profile: numbers exactly, money as its amount, what is not known as `None`.

    Args:
        profile: the profile.
        names: the rule set's inputs, some of `RECORD_FIELDS`.

    Raises:
        InvalidValueError: a name that no profile has.

    >>> found = profiles(Ledger([Customer(id="C12")]), as_of=date(2026, 4, 1), currency="EUR")
    >>> profile_record(found["C12"], ["purchase_days", "monetary", "recency_days"])
    {'purchase_days': 0, 'monetary': Decimal('0'), 'recency_days': None}
    """
    record: dict[str, object] = {}
    for name in names:
        if name not in RECORD_FIELDS:
            raise InvalidValueError("no figure of a profile", name, hint=did_you_mean(name, RECORD_FIELDS))
        value = getattr(profile, name)
        record[name] = value.amount if isinstance(value, Money) else value
    return record


_ZERO: Final = Decimal(0)


@attrs.define(kw_only=True)
class _Tally:
    """What has been found of one customer so far."""

    identity: Customer | None = None
    contacts: list[Contact] = attrs.field(factory=list)
    consents: list[Consent] = attrs.field(factory=list)
    days_ever: set[date] = attrs.field(factory=set)
    #: Those in the period; not kept where everything counts.
    days: set[date] = attrs.field(factory=set)
    purchases: int = 0
    gross: Decimal = _ZERO
    returned: Decimal = _ZERO
    cost: Decimal = _ZERO
    cost_known: bool = True
    served: Decimal = _ZERO
    points: Fraction = Fraction(0)
    answers: int = 0
    complaints: int = 0
    open_complaints: int = 0
    interactions: int = 0
    last_contact_on: date | None = None

    def profile(
        self,
        fold: "_Fold",
        customer: str,
        wallet: Money | None,
        payment: PaymentBehaviour | None,
        preferences: tuple[RankedPreference, ...],
    ) -> Profile:
        """Return what has been found as a profile."""
        return Profile(
            customer=customer,
            as_of=fold.as_of,
            period=fold.period,
            identity=self.identity,
            contacts=tuple(self.contacts),
            consents=tuple(self.consents),
            first_purchase_on=min(self.days_ever, default=None),
            last_purchase_on=max(self.days_ever, default=None),
            purchase_days_ever=len(self.days_ever),
            purchase_days=len(self.days_ever if fold.period is None else self.days),
            purchases=self.purchases,
            gross=fold.money(self.gross),
            returned=fold.money(self.returned),
            cost_of_goods=fold.money(self.cost) if self.cost_known else None,
            cost_to_serve=fold.money(self.served),
            wallet=wallet,
            payment=payment,
            satisfaction=100 * self.points / self.answers if self.answers else None,
            answers=self.answers,
            complaints=self.complaints,
            open_complaints=self.open_complaints,
            interactions=self.interactions,
            last_contact_on=self.last_contact_on,
            preferences=preferences,
        )


class _Fold:
    """One pass over what was known of the customers on a day."""

    def __init__(self, ledger: Ledger, as_of: date, currency: str, period: Period | None) -> None:
        self.ledger, self.as_of, self.currency, self.period = ledger, as_of, currency, period
        self.tallies: dict[str, _Tally] = {customer: _Tally() for customer in ledger.customer_ids}
        self._nothing = Money(0, currency)
        self._start = date.min if period is None else period.start
        self._end = None if period is None else period.end

    def money(self, amount: Decimal) -> Money:
        """Return an amount as money; most customers return nothing and cost nothing to serve, and share one zero."""
        return Money(amount, self.currency) if amount else self._nothing

    def all_facts(self) -> None:
        """Read every kind of fact that says something about a customer."""
        self._identities()
        self._purchases()
        self._credits()
        self._care()

    def _counts(self, day: date) -> bool:
        """Tell whether a day has come, and lies in the period."""
        return self._start <= day <= self.as_of and (self._end is None or day < self._end)

    def _amount(self, money: Money, fact: str) -> Decimal:
        if money.currency != self.currency:
            hint = f"convert the ledger: converted(ledger, to={self.currency!r}, rates=...)"
            raise InvalidValueError(
                f"{fact} is in another currency than the profile ({self.currency})", money, hint=hint
            )
        return money.amount

    def _identities(self) -> None:
        for party in self.ledger.customers:
            self.tallies[party.id].identity = party
        for contact in self.ledger.contacts:
            if contact.party in self.tallies:
                self.tallies[contact.party].contacts.append(contact)
        for consent in self.ledger.consents:
            withdrawn = consent.withdrawn_on
            if consent.given_on <= self.as_of and (withdrawn is None or withdrawn > self.as_of):
                self.tallies[consent.customer].consents.append(consent)

    def _purchases(self) -> None:
        """Read the invoice lines; there are many of them, so the checks of a day and a currency are written out."""
        tallies, as_of, start, end, currency = self.tallies, self.as_of, self._start, self._end, self.currency
        ever = self.period is None
        for line in self.ledger.invoice_lines:
            customer, day, billed, cost = line.customer, line.invoiced_on, line.amount, line.cost
            if customer is None or day > as_of:
                continue
            tally = tallies[customer]
            tally.days_ever.add(day)
            if day < start or (end is not None and day >= end):
                continue
            if not ever:
                tally.days.add(day)
            tally.purchases += 1
            tally.gross += billed.amount if billed.currency == currency else self._amount(billed, line.id)
            if cost is None:
                tally.cost_known = False
            else:
                tally.cost += cost.amount

    def _credits(self) -> None:
        for note in self.ledger.credit_notes:
            if self._counts(note.credited_on):
                self.tallies[note.customer].returned += self._amount(note.amount, note.id)

    def _care(self) -> None:
        for contact in self.ledger.interactions:
            day = contact.happened_on
            if self._counts(day):
                tally = self.tallies[contact.customer]
                tally.interactions += 1
                tally.last_contact_on = max(tally.last_contact_on or day, day)
                if contact.cost is not None:
                    tally.served += self._amount(contact.cost, contact.id)
        for complaint in self.ledger.complaints:
            tally = self.tallies[complaint.customer]
            closed = complaint.closed_on
            if complaint.opened_on <= self.as_of and (closed is None or closed > self.as_of):
                tally.open_complaints += 1
            if self._counts(complaint.opened_on):
                tally.complaints += 1
                if complaint.cost is not None:
                    tally.served += self._amount(complaint.cost, complaint.id)
        for answer in sorted(self.ledger.survey_answers, key=attrgetter("id")):
            asked = self.tallies.get(answer.party)
            if asked is not None and answer.points is not None and self._counts(answer.answered_on):
                asked.points += Fraction(answer.points) / Fraction(answer.of)
                asked.answers += 1


def _wallets(wallets: Mapping[str, Any], currency: str) -> Mapping[str, Money]:
    for customer, wallet in wallets.items():
        if not isinstance(wallet, Money) or wallet.currency != currency or wallet.amount <= 0:
            hint = "leave out a wallet that is not known"
            raise InvalidValueError(f"the wallet of {customer!r} is money in {currency}, above zero", wallet, hint=hint)
    return wallets
