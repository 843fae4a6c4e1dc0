"""Which facts a measure looks at: the filters that reports leave unsaid are said here."""

from collections.abc import Iterable
from typing import Final, final

import attrs

from supplychain_rules.facts.fields import text_set

__all__ = ["ATTRIBUTES", "Scope"]


def _names(values: Iterable[str]) -> frozenset[str]:
    return text_set(values, "a set of a scope")


@final
@attrs.frozen(kw_only=True)
class Scope:
    """The facts that a measure looks at; an empty set lets all pass, and the sets must all let a fact pass.

    A supplier outside `supplier_categories` or named in `without_suppliers` is *not applicable*: the
    measure does not concern it. The other sets leave facts out.

    >>> scope = Scope(without_suppliers=["own warehouse"], statuses=["complete"])
    >>> sorted(scope.statuses)
    ['complete']
    """

    #: Categories of suppliers that the measure concerns; a supplier without categories is in none.
    supplier_categories: frozenset[str] = attrs.field(default=frozenset(), converter=_names)
    #: Suppliers that it does not concern, as an own warehouse that the source lists among them.
    without_suppliers: frozenset[str] = attrs.field(default=frozenset(), converter=_names)
    #: Customers whose facts count.
    customers: frozenset[str] = attrs.field(default=frozenset(), converter=_names)
    #: Items whose facts count.
    items: frozenset[str] = attrs.field(default=frozenset(), converter=_names)
    #: Categories of items whose facts count.
    categories: frozenset[str] = attrs.field(default=frozenset(), converter=_names)
    #: Sites whose facts count.
    sites: frozenset[str] = attrs.field(default=frozenset(), converter=_names)
    #: States of order lines whose facts count; a fact that states none and has no order line does not.
    statuses: frozenset[str] = attrs.field(default=frozenset(), converter=_names)

    def concerns(self, supplier: str, categories: frozenset[str]) -> bool:
        """Return whether a measure of this scope concerns a supplier of these categories.

        >>> Scope(supplier_categories=["raw"]).concerns("V7", frozenset({"pack"}))
        False
        """
        if supplier in self.without_suppliers:
            return False
        return not self.supplier_categories or not self.supplier_categories.isdisjoint(categories)


#: Each set of a scope that leaves facts out, with the attribute of a fact that it is about.
ATTRIBUTES: Final = (
    ("customers", "customer"),
    ("items", "item"),
    ("categories", "category"),
    ("sites", "site"),
    ("statuses", "status"),
)
