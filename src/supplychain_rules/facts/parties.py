"""The parties of a trade and where to reach them: suppliers, customers, sites, contacts."""

from collections.abc import Iterable
from datetime import date
from typing import final

import attrs

from supplychain_rules.facts.fields import is_day, is_id, is_optional_id, is_text, text_set

__all__ = ["Contact", "Customer", "Site", "Supplier"]


def _category_set(values: Iterable[str]) -> frozenset[str]:
    return text_set(values, "categories")


@final
@attrs.frozen(kw_only=True)
class Supplier:
    """A firm that supplies. A supplier that only other facts mention needs no such fact.

    >>> Supplier(id="V7", name="Nordic Steel", categories=["raw"]).categories
    frozenset({'raw'})
    """

    #: The buyer's own number for the supplier, kept as text.
    id: str = attrs.field(validator=is_id)
    name: str = attrs.field(default="", validator=is_text)
    #: What the supplier supplies or is classed as; decides where a measure applies.
    categories: frozenset[str] = attrs.field(default=frozenset(), converter=_category_set)
    #: Two letters of ISO 3166, or however the firm writes its countries.
    country: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The number under which tax authorities know the firm: the surest sign that two names are one.
    tax_number: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The day the fact became known; by default it has always been known.
    known_on: date = attrs.field(default=date.min, validator=is_day)


@final
@attrs.frozen(kw_only=True)
class Customer:
    """A company or person that buys from us. A customer that only other facts mention needs no such fact.

    >>> Customer(id="C12", name="Harbour Foods", categories=["retail"]).name
    'Harbour Foods'
    """

    #: The seller's own number for the customer, kept as text.
    id: str = attrs.field(validator=is_id)
    name: str = attrs.field(default="", validator=is_text)
    #: What the customer is classed as.
    categories: frozenset[str] = attrs.field(default=frozenset(), converter=_category_set)
    country: str | None = attrs.field(default=None, validator=is_optional_id)
    tax_number: str | None = attrs.field(default=None, validator=is_optional_id)
    #: The day the fact became known; by default it has always been known.
    known_on: date = attrs.field(default=date.min, validator=is_day)


@final
@attrs.frozen(kw_only=True)
class Site:
    """A plant, warehouse or shop that goods leave or reach.

    >>> Site(id="P1", name="Plant Leipzig", country="DE").country
    'DE'
    """

    id: str = attrs.field(validator=is_id)
    name: str = attrs.field(default="", validator=is_text)
    #: Whose site it is: a supplier's or customer's id; `None` for one of our own.
    party: str | None = attrs.field(default=None, validator=is_optional_id)
    country: str | None = attrs.field(default=None, validator=is_optional_id)
    known_on: date = attrs.field(default=date.min, validator=is_day)


@final
@attrs.frozen(kw_only=True)
class Contact:
    """A person who speaks for a party.

    >>> Contact(id="K3", party="V7", name="Li Na", role="quality").role
    'quality'
    """

    id: str = attrs.field(validator=is_id)
    #: The supplier's or customer's id.
    party: str = attrs.field(validator=is_id)
    name: str = attrs.field(default="", validator=is_text)
    #: What the person answers for, as `quality` or `accounts`.
    role: str | None = attrs.field(default=None, validator=is_optional_id)
    email: str | None = attrs.field(default=None, validator=is_optional_id)
    telephone: str | None = attrs.field(default=None, validator=is_optional_id)
    known_on: date = attrs.field(default=date.min, validator=is_day)
