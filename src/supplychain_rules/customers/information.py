"""How good the information about each customer is: what is missing, how old each field is, what contradicts what.

Nothing is judged by feeling: what has to be known is declared (`Requirement`), and so is the age at which a field is
stale. Contradictions and lookalikes are those of the ledger, told by customer. Nothing is corrected because of them.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Final, Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.facts.checks import contradictions
from supplychain_rules.facts.completeness import Completeness, Requirement, completeness
from supplychain_rules.facts.duplicates import lookalikes
from supplychain_rules.facts.findings import Checks, InformationFinding
from supplychain_rules.facts.ledger import Ledger, check_ledger
from supplychain_rules.facts.parties import Customer
from supplychain_rules.facts.shapes import shapes
from supplychain_rules.values.dates import check_day
from supplychain_rules.values.read_only import ReadOnlyMapping
from supplychain_rules.values.scaled import check_whole

__all__ = ["CustomerInformation", "FieldAge", "FieldState", "customer_information"]

#: `unknown`: nothing stands in the field; `undated`: it has always been known, so nobody knows how old it is.
FieldState = Literal["fresh", "stale", "undated", "unknown"]

#: Longest age that can be asked for, in days: a century.
_MAX_AGE: Final = 36_525


@final
@attrs.frozen(kw_only=True)
class FieldAge:
    """How old what stands in one field of a customer's own fact is."""

    field: str
    #: From when on the value that holds has stood there, restated or not; `None` where that is not known.
    since: date | None
    state: FieldState


@final
@attrs.frozen(kw_only=True)
class CustomerInformation:
    """What is known of one customer, and how well."""

    customer: str
    #: Fields that are known, and that have to be, over all requirements.
    filled: int
    required: int
    #: Where the others are, as `customers['C12'].tax_number`.
    missing: tuple[str, ...]
    fields: tuple[FieldAge, ...]
    #: What contradicts what in the facts about the customer.
    contradictions: tuple[InformationFinding, ...]
    #: Other customers that look like the same one.
    lookalikes: tuple[str, ...]

    @property
    def completeness(self) -> Fraction | None:
        """The share of required fields that are known; `None` where none is required."""
        return Fraction(self.filled, self.required) if self.required else None


def customer_information(
    ledger: Ledger,
    *,
    as_of: date,
    requirements: Iterable[Requirement],
    max_age_days: Mapping[str, int],
    checks: Checks | None = None,
) -> Mapping[str, CustomerInformation]:
    """Say of every customer that a fact mentions how good the information about it is, by id.

    Args:
        ledger: the facts, with all versions of the customers' own ones.
        as_of: the day; what became known later does not exist.
        requirements: which fields have to be known, of customers, contacts or any other kind.
        max_age_days: for fields of `Customer`, the age at which a value is still fresh.
        checks: limits of the contradictions; the usual ones where not given.

    Raises:
        InvalidValueError: not a ledger or a day, a field that customers do not have, or an age that is none.

    >>> facts = [Customer(id="C12", country="DE", known_on=date(2024, 1, 5)),
    ...          Customer(id="C12", country="DE", name="Harbour Foods", known_on=date(2026, 3, 2))]
    >>> found = customer_information(Ledger(facts), as_of=date(2026, 4, 1), max_age_days={"country": 365, "name": 365},
    ...     requirements=[Requirement(kind=Customer, fields=("name", "tax_number"))])["C12"]
    >>> found.completeness, [(one.field, one.state) for one in found.fields]
    (Fraction(1, 2), [('country', 'stale'), ('name', 'fresh')])
    """
    check_day("as_of", as_of)
    known = check_ledger(ledger).as_of(as_of)
    for field, age in max_age_days.items():
        if field not in _FIELDS:
            raise InvalidValueError("Customer has no such field", field, hint=did_you_mean(field, _FIELDS))
        check_whole(f"the age of {field}", age, least=0, most=_MAX_AGE)
    counted: dict[str, list[Completeness]] = {}
    for found in completeness(known, requirements):
        if found.party is not None:
            counted.setdefault(found.party, []).append(found)
    conflicts: dict[str, list[InformationFinding]] = {}
    for finding in contradictions(known) if checks is None else contradictions(known, checks):
        for party in dict.fromkeys(party for fact in finding.facts for party in known.parties_of(fact)):
            conflicts.setdefault(party, []).append(finding)
    alike: dict[str, set[str]] = {}
    for sign in lookalikes(known.customers):
        for party in sign.ids:
            alike.setdefault(party, set()).update(other for other in sign.ids if other != party)
    versions: dict[str, list[Customer]] = {customer: [] for customer in known.customer_ids}
    in_force = {party.id for party in known.customers}
    for fact in known.facts:
        if isinstance(fact, Customer) and fact.id in in_force:
            versions[fact.id].append(fact)
    return ReadOnlyMapping(
        {
            customer: CustomerInformation(
                customer=customer,
                filled=sum(found.filled for found in counted.get(customer, ())),
                required=sum(found.required for found in counted.get(customer, ())),
                missing=tuple(place for found in counted.get(customer, ()) for place in found.missing),
                fields=tuple(_age(field, facts, most, as_of) for field, most in max_age_days.items()),
                contradictions=tuple(conflicts.get(customer, ())),
                lookalikes=tuple(sorted(alike.get(customer, ()))),
            )
            for customer, facts in versions.items()
        }
    )


#: The fields whose age can be asked for.
_FIELDS: Final = tuple(name for name in shapes(Customer) if name not in ("id", "known_on"))


def _age(field: str, versions: list[Customer], most: int, as_of: date) -> FieldAge:
    """Return since when the value that holds has stood, by the versions in the order in which they became known."""
    value = getattr(versions[-1], field) if versions else None
    if value in (None, "", frozenset()):
        return FieldAge(field=field, since=None, state="unknown")
    since = versions[-1].known_on
    for version in reversed(versions):
        if getattr(version, field) != value:
            break
        since = version.known_on
    if since == date.min:
        return FieldAge(field=field, since=None, state="undated")
    return FieldAge(field=field, since=since, state="fresh" if (as_of - since).days <= most else "stale")
