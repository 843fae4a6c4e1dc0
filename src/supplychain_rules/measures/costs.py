"""Costs, alone or against spend: the parts, rows and sums that measures of cost have in common."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from supplychain_rules.measures.claim_filter import AnyClaim, ClaimFilter, admission
from supplychain_rules.measures.counting import Cells, LeftOut, Part, Row, RowsOf, Sums, merged, one_currency
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.spend import SpendBasis, spend_rows
from supplychain_rules.values.money import Money

__all__ = [
    "all_costs",
    "all_spend",
    "claim_cost_rows",
    "cost_part",
    "currency_of",
    "no_known_cost",
    "spend_below",
]


#: The parts of rows whose numerator is a cost, or whose denominator is spend, are this word and the currency.
_COST: Final = "cost"
_SPEND: Final = "spend"


def cost_part(currency: str) -> Part:
    """Return the part of rows whose numerator is a cost in a currency."""
    return _COST, currency


def claim_cost_rows(chosen: ClaimFilter, each: Money | None = None) -> Callable[[AnyClaim], Sequence[Row]]:
    """Return the function from a claim to what it cost: `each` where that is given, else its own known cost."""
    admits = admission(chosen)
    unknown = _without_cost(chosen)

    def rows(found: AnyClaim) -> Sequence[Row]:
        verdict = admits(found)
        if verdict is False:
            return ()
        cost = each if each is not None else found.cost
        if verdict is not True:
            return ((found, found.opened_on, verdict, 1, 0, 0),)
        if cost is None:
            return ((found, found.opened_on, unknown, 1, 0, 0),)
        return ((found, found.opened_on, cost_part(cost.currency), cost.amount, 0, 1),)

    return rows


def no_known_cost(chosen: ClaimFilter, cells: Cells) -> str:
    """Return why a cost is not zero where claims were made and nobody knows what any of them cost, else nothing."""
    unknown = _without_cost(chosen) in cells and not all_costs(cells).evidence
    return f"none of the {chosen.source} has a known cost" if unknown else ""


def _without_cost(chosen: ClaimFilter) -> LeftOut:
    return LeftOut(f"{chosen.source} without a known cost left out")


def spend_below(basis: SpendBasis, index: FactIndex) -> RowsOf:
    """Return the rows of spend as what costs are measured against."""

    def below(read: Callable[[Any], Sequence[Row]]) -> Callable[[Any], Sequence[Row]]:
        def rows(driver: Any) -> Sequence[Row]:  # noqa: ANN401  each basis has its own kind of driver
            return [
                (owner, day, (_SPEND, str(currency)), 0, amount, evidence)
                for owner, day, currency, amount, _, evidence in read(driver)
            ]

        return rows

    return {table: below(read) for table, read in spend_rows(basis, index).items()}


def currency_of(measure: str, everything: Mapping[Key, Cells]) -> str:
    """Return the one currency of all costs and spend, empty where there is none.

    Raises:
        InvalidValueError: more than one.
    """
    return one_currency(
        measure, (part[1] for cells in everything.values() for part in cells if isinstance(part, tuple))
    )


def all_costs(cells: Cells) -> Sums:
    """Return the sum of a key's costs."""
    return merged(sums for part, sums in cells.items() if isinstance(part, tuple) and part[0] == _COST)


def all_spend(cells: Cells) -> Sums:
    """Return the sum of a key's spend."""
    return merged(sums for part, sums in cells.items() if isinstance(part, tuple) and part[0] == _SPEND)
