"""The parties of a trade: who supplies."""

from collections.abc import Iterable
from datetime import date
from typing import final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import is_day, is_id

__all__ = ["Supplier"]


def _category_set(values: Iterable[str]) -> frozenset[str]:
    if isinstance(values, str):  # a text is a collection of letters, which nobody means
        raise InvalidValueError("categories must be a collection", values, hint=f"write ({values!r},)")
    return frozenset(values)


@final
@attrs.frozen(kw_only=True)
class Supplier:
    """A firm that supplies. A supplier that only other facts mention needs no such fact.

    >>> Supplier(id="V7", name="Nordic Steel", categories=["raw"]).categories
    frozenset({'raw'})
    """

    #: The buyer's own number for the supplier, kept as text.
    id: str = attrs.field(validator=is_id)
    name: str = attrs.field(default="", validator=attrs.validators.instance_of(str))
    #: What the supplier supplies or is classed as; decides where a measure applies.
    categories: frozenset[str] = attrs.field(default=frozenset(), converter=_category_set)
    #: The day the fact became known; by default it has always been known.
    known_on: date = attrs.field(default=date.min, validator=is_day)
