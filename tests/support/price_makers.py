"""Short makers for price clauses, so that a case reads like a contract."""

from datetime import date

from supplychain_rules import Money
from supplychain_rules.facts.prices import IndexValue
from supplychain_rules.partnership.prices import AdjustmentClause, BaseRule, CurrentRule, EditionRule, IndexTerm

__all__ = ["JANUARY", "LATEST", "clause", "eur", "index", "steel"]

JANUARY = date(2026, 1, 1)
LATEST = EditionRule(kind="latest")


def eur(amount: object) -> Money:
    """Return euros."""
    return Money(amount, "EUR")  # type: ignore[arg-type]  # text, int or Decimal


def index(series: str, month: int, value: object, known: date | None = None, year: int = 2026) -> IndexValue:
    """Return a value of a month, published on the 15th of that month where nothing else is said."""
    return IndexValue(
        series=series,
        on=date(year, month, 1),
        value=value,  # type: ignore[arg-type]  # text or int
        known_on=known or date(year, month, 15),
    )


def steel(weight: object = "0.4", base: object = 500, **settings: object) -> IndexTerm:
    """Return the term of a steel index, its base named by the contract."""
    return IndexTerm(id="steel", series="S", weight=weight, base_value=base, **settings)  # type: ignore[arg-type]  # wrong on purpose


def clause(*terms: IndexTerm, fixed: object = "0.6", **settings: object) -> AdjustmentClause:
    """Return a clause in euros that reads the month of delivery in its latest edition."""
    given = {
        "id": "C",
        "currency": "EUR",
        "fixed": fixed,
        "terms": terms or (steel(),),
        "base": BaseRule(month=JANUARY, edition=LATEST),
        "current": CurrentRule(edition=LATEST),
    }
    return AdjustmentClause(**(given | settings))
