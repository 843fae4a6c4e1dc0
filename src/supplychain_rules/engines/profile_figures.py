"""The figures of a customer's profile that tables can say: what each is made of, and which columns it needs."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from supplychain_rules.customers.profile import RECORD_FIELDS
from supplychain_rules.engines.fact_tables import FactKind, FactTable
from supplychain_rules.errors import InvalidValueError, did_you_mean

__all__ = ["MONEY", "NEEDS", "PROFILE_FIGURES", "chosen_figures"]

#: What tables cannot say of a profile, and why.
_ELSEWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "share_of_wallet": "what a customer spends with everybody is in no table of facts",
        "paid_on_time_rate": "which payment settles which invoice is found by the ledger",
        "days_beyond_terms": "which payment settles which invoice is found by the ledger",
        "satisfaction": "answers of different scales have no common decimal place",
    }
)

#: What tables can say of a profile, by the name of a rule set's input.
PROFILE_FIGURES: Final = tuple(name for name in RECORD_FIELDS if name not in _ELSEWHERE)

#: The figures that are amounts of money, and the sums that each is made of.
MONEY: Final[Mapping[str, tuple[tuple[str, int], ...]]] = MappingProxyType(
    {
        "monetary": (("gross", 1), ("returned", -1)),
        "margin": (("gross", 1), ("returned", -1), ("cost", -1)),
        "cost_to_serve": (("served", 1),),
        "contribution": (("gross", 1), ("returned", -1), ("cost", -1), ("served", -1)),
    }
)

#: What is added up or compared for each figure.
NEEDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "stage": frozenset(("first", "last")),
        "recency_days": frozenset(("last",)),
        "tenure_days": frozenset(("first",)),
        "purchase_days": frozenset(("days",)),
        "purchases": frozenset(("purchases",)),
        "margin_rate": frozenset(("gross", "returned", "cost", "cost_unknown")),
        "complaints": frozenset(("complaints",)),
        "open_complaints": frozenset(("open_complaints",)),
        "interactions": frozenset(("interactions",)),
        **{
            name: frozenset(part for part, _ in parts) | ({"cost_unknown"} if ("cost", -1) in parts else set())
            for name, parts in MONEY.items()
        },
    }
)

_COST: Final[tuple[tuple[FactKind, str], ...]] = (("invoice_lines", "cost"),)
_SERVED: Final[tuple[tuple[FactKind, str], ...]] = (("interactions", "cost"), ("complaints", "cost"))

#: What a figure needs: of each of these, one table at least with its column.
_ASKS: Final[Mapping[str, tuple[tuple[tuple[FactKind, str], ...], ...]]] = MappingProxyType(
    {
        "monetary": ((("invoice_lines", "amount"),),),
        "margin": (_COST,),
        "margin_rate": (_COST,),
        "cost_to_serve": (_SERVED,),
        "contribution": (_COST, _SERVED),
        "complaints": ((("complaints", "customer"),),),
        "open_complaints": ((("complaints", "closed_on"),),),
        "interactions": ((("interactions", "customer"),),),
    }
)


def chosen_figures(names: Iterable[str] | None, tables: Mapping[FactKind, FactTable]) -> tuple[str, ...]:
    """Return the figures that are asked for; all that the tables can say where none is named.

    Raises:
        InvalidValueError: no figure, an unknown one, or one that these tables cannot say.
    """
    if names is None:
        found = tuple(name for name in PROFILE_FIGURES if all(_answers(asked, tables) for asked in _asks(name)))
    else:
        found = tuple(dict.fromkeys([names] if isinstance(names, str) else names))
    for name in found:
        if name in _ELSEWHERE:
            hint = "take it from profiles(ledger, ...) of supplychain_rules.customers"
            raise InvalidValueError(f"tables cannot say {name}: {_ELSEWHERE[name]}", name, hint=hint)
        if name not in PROFILE_FIGURES:
            hint = did_you_mean(name, PROFILE_FIGURES) or f"figures are {', '.join(PROFILE_FIGURES)}"
            raise InvalidValueError("no figure of a profile", name, hint=hint)
        for asked in _asks(name):
            if not _answers(asked, tables):
                what = " or ".join(f"{kind} with a column {field}" for kind, field in asked)
                raise InvalidValueError(
                    f"{name} needs {what}", ", ".join(tables), hint="give that table, or map its column"
                )
    if not found:
        raise InvalidValueError("no figure of a profile", hint=f"figures are {', '.join(PROFILE_FIGURES)}")
    return found


def _asks(name: str) -> tuple[tuple[tuple[FactKind, str], ...], ...]:
    return _ASKS.get(name, ((("invoice_lines", "invoiced_on"),),))


def _answers(asked: Iterable[tuple[FactKind, str]], tables: Mapping[FactKind, FactTable]) -> bool:
    return any(kind in tables and tables[kind].has(field) for kind, field in asked)
