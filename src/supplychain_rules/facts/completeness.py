"""How complete the facts are against what is declared to be needed, and how fresh they are.

Both are counts and days, per supplier or customer and in total. Whether nine fields of ten are enough is a rule's to
say; a blank is not known and never zero, so a zero counts as filled.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final, Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError, bounded_repr, did_you_mean
from supplychain_rules.facts.ledger import KINDS, Fact, Ledger, happened_on
from supplychain_rules.facts.parties import Customer, Supplier
from supplychain_rules.facts.shapes import shapes
from supplychain_rules.values.dates import check_day

__all__ = ["Completeness", "Freshness", "Requirement", "Since", "State", "completeness", "freshness"]

#: From when a fact's age counts: the day of what it tells, or the day it became known.
Since = Literal["happened", "known"]

#: `never`: there is no such fact at all.
State = Literal["fresh", "stale", "never"]

#: Longest age that can be asked for, in days: a century.
_MAX_AGE: Final = 36_525


def _fields(given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise InvalidValueError("Requirement.fields are a collection", given, hint=f"write ({given!r},)")
    return tuple(dict.fromkeys(given))


@final
@attrs.frozen(kw_only=True)
class Requirement:
    """Which fields of a kind of fact have to be known.

    Raises:
        InvalidValueError: not a kind of fact, a field that it does not have, or no field at all.

    >>> Requirement(kind=Supplier, fields=("country", "tax_number")).fields
    ('country', 'tax_number')
    """

    #: The kind of fact, as `Supplier`.
    kind: type[Fact]
    #: The fields that have to be known.
    fields: tuple[str, ...] = attrs.field(converter=_fields)
    #: A field of the same kind; where it is not known the others need not be.
    when: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a requirement that no fact could meet."""
        _check_kind(self.kind)
        known = shapes(self.kind)
        for field in (*self.fields, *((self.when,) if self.when is not None else ())):
            if field not in known:
                hint = did_you_mean(field, known)
                raise InvalidValueError(f"{self.kind.__name__} has no field", field, hint=hint)
        if not self.fields:
            raise InvalidValueError("Requirement.fields is empty", hint=f"{self.kind.__name__} has {', '.join(known)}")


@final
@attrs.frozen(kw_only=True)
class Completeness:
    """How many required fields of a party's facts, or of all facts, are known."""

    requirement: Requirement
    #: The supplier's or customer's id; `None` for all facts together.
    party: str | None
    #: Fields that are known.
    filled: int
    #: Fields that have to be known.
    required: int
    #: Where the others are, as `suppliers['V7'].tax_number`.
    missing: tuple[str, ...]

    @property
    def share(self) -> Fraction | None:
        """The share of required fields that are known; `None` where none is required."""
        return Fraction(self.filled, self.required) if self.required else None


@final
@attrs.frozen(kw_only=True)
class Freshness:
    """When the last fact of a kind about a party happened and became known."""

    #: The kind, by the name of its accessor on the ledger, as `inspections`.
    kind: str
    #: The supplier's or customer's id.
    party: str
    #: The last day that a fact is about; `None` without a fact.
    last_happened: date | None
    #: The last day on which a fact became known; `None` without a fact.
    last_known: date | None
    #: Days from the last day that counts to the day of the question; `None` without a fact.
    age_days: int | None
    state: State


def completeness(ledger: Ledger, requirements: Iterable[Requirement]) -> tuple[Completeness, ...]:
    """Count, for each requirement, which fields of the facts in force are known: per party by id, then in total.

    A supplier or customer that other facts mention and that has no fact of its own lacks every field required of its
    kind. A fact about a supplier and a customer counts for both, and once in the total; one about neither, such as a
    receipt without its order line, counts in the total only.

    >>> ledger = Ledger([Supplier(id="V3", country="DE"), Supplier(id="V7")])
    >>> [(found.party, found.filled, found.required, found.missing)
    ...  for found in completeness(ledger, [Requirement(kind=Supplier, fields=("country",))])]
    [('V3', 1, 1, ()), ('V7', 0, 1, ("suppliers['V7'].country",)), (None, 1, 2, ("suppliers['V7'].country",))]
    """
    return tuple(found for requirement in requirements for found in _completeness(ledger, requirement))


def freshness(
    ledger: Ledger,
    *,
    as_of: date,
    max_age_days: Mapping[type[Fact], int],
    since: Since = "happened",
    parties: Iterable[str] | None = None,
) -> tuple[Freshness, ...]:
    """Say for each kind and party how old the last fact is, by what was known on a day and had happened by then.

    Args:
        ledger: the facts.
        as_of: the day of the question.
        max_age_days: the age at which a fact of each kind is still fresh, in days.
        since: whether the age counts from what the fact tells, or from when it became known.
        parties: the suppliers or customers asked about; by default all suppliers that a fact mentions.

    Raises:
        InvalidValueError: `as_of` is no day, or a kind or an age is none.

    >>> freshness(Ledger([Supplier(id="V7", known_on=date(2026, 1, 5))]), as_of=date(2026, 3, 1),
    ...           max_age_days={Supplier: 30})[0].state
    'stale'
    """
    check_day("as_of", as_of)
    if since not in ("happened", "known"):
        raise InvalidValueError("unknown start of an age", since, hint='write "happened" or "known"')
    for kind, age in max_age_days.items():
        _check_kind(kind)
        if type(age) is not int or not 0 <= age <= _MAX_AGE:
            raise InvalidValueError(f"the age of {kind.__name__} must be a whole number from 0 to {_MAX_AGE}", age)
    known = ledger.as_of(as_of)
    asked = known.supplier_ids if parties is None else sorted(set(parties))
    found: list[Freshness] = []
    for kind, most in max_age_days.items():
        last = _last_days(known, kind, as_of)
        for party in asked:
            happened, became_known = last.get(party, (None, None))
            counted = happened if since == "happened" else became_known
            days = None if counted is None else (as_of - counted).days
            found.append(
                Freshness(
                    kind=KINDS[kind],
                    party=party,
                    last_happened=happened,
                    last_known=became_known,
                    age_days=days,
                    state="never" if days is None else "fresh" if days <= most else "stale",
                )
            )
    return tuple(found)


def _check_kind(kind: object) -> None:
    if kind not in KINDS:
        name = getattr(kind, "__name__", kind)
        raise InvalidValueError(
            "not a kind of fact", name, hint=did_you_mean(name, (known.__name__ for known in KINDS))
        )


#: What may stand in a field of which nothing is known.
_EMPTY: Final[tuple[object, ...]] = (None, "", frozenset(), ())

#: Where the ledger lists the parties that facts mention, for the kinds that are parties.
_MENTIONED: Final[Mapping[type[Fact], str]] = MappingProxyType({Supplier: "supplier_ids", Customer: "customer_ids"})


@attrs.define
class _Tally:
    """What has been counted so far."""

    filled: int = 0
    missing: list[str] = attrs.field(factory=list)

    def add(self, filled: int, missing: list[str]) -> None:
        self.filled += filled
        self.missing += missing


def _completeness(ledger: Ledger, requirement: Requirement) -> Iterator[Completeness]:
    by_party: dict[str, _Tally] = {}
    total = _Tally()
    for parties, filled, missing in _each(ledger, requirement):
        total.add(filled, missing)
        for party in parties:
            by_party.setdefault(party, _Tally()).add(filled, missing)
    counted: list[tuple[str | None, _Tally]] = [*sorted(by_party.items(), key=lambda entry: entry[0]), (None, total)]
    for key, tally in counted:
        yield Completeness(
            requirement=requirement,
            party=key,
            filled=tally.filled,
            required=tally.filled + len(tally.missing),
            missing=tuple(tally.missing),
        )


def _each(ledger: Ledger, requirement: Requirement) -> Iterator[tuple[tuple[str, ...], int, list[str]]]:
    """Yield parties, filled and missing fields of each fact, and of each party without the fact that it should have."""
    kind = requirement.kind
    path = KINDS[kind]
    for fact in ledger.in_force(kind):
        asked = requirement.fields
        if requirement.when is not None and getattr(fact, requirement.when) in _EMPTY:
            asked = ()
        missing = [f"{path}[{bounded_repr(fact.id)}].{field}" for field in asked if getattr(fact, field) in _EMPTY]
        yield ledger.parties_of(fact), len(asked) - len(missing), missing
    mentioned = _MENTIONED.get(kind)
    if mentioned is not None and requirement.when is None:
        having = {fact.id for fact in ledger.in_force(kind)}
        for party in getattr(ledger, mentioned):
            if party not in having:
                yield (party,), 0, [f"{path}[{bounded_repr(party)}].{field}" for field in requirement.fields]


def _last_days(ledger: Ledger, kind: type[Fact], as_of: date) -> dict[str, tuple[date, date]]:
    """Return the last day of an event, and of becoming known, by party."""
    last: dict[str, tuple[date, date]] = {}
    for fact in ledger.in_force(kind):
        happened = happened_on(fact)
        if happened <= as_of:
            for party in ledger.parties_of(fact):
                before = last.get(party, (date.min, date.min))
                last[party] = max(before[0], happened), max(before[1], fact.known_on)
    return last
