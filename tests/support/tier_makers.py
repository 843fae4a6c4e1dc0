"""Short makers for tiers, so that a case reads like a programme's terms."""

from datetime import date
from typing import Any

from supplychain_rules.customers import (
    TierAssignment,
    TierCondition,
    TierEntry,
    TierHistory,
    TierLevel,
    TierMeasure,
    TierPolicy,
    TierValidity,
    TierWindow,
    assign_tier,
)

__all__ = ["day", "entry", "history", "level", "spend_levels", "tier_on", "tier_policy"]

#: A year of the calendar, and the airlines' validity.
YEAR = TierWindow(kind="calendar", length=12)


def day(text: str) -> date:
    """Read a day."""
    return date.fromisoformat(text)


def level(name: str, at_least: object = None, measure: str = "spend", **fields: Any) -> TierLevel:  # noqa: ANN401
    """Write a level of one threshold, or of what is given."""
    tests = () if at_least is None else (TierCondition(measure=measure, at_least=at_least),)
    return TierLevel(id=name, **({"all_of": tests} | fields))


def spend_levels(**thresholds: object) -> list[TierLevel]:
    """Write levels by thresholds of spend, the best first, with `basic` below."""
    return [*(level(name, at_least) for name, at_least in thresholds.items()), level("basic")]


def tier_policy(**fields: Any) -> TierPolicy:  # noqa: ANN401
    """Write a policy: gold from 1000 and silver from 500 in a calendar year, for the rest of it and the next."""
    given: dict[str, Any] = {
        "id": "club",
        "version": "1",
        "measures": [TierMeasure(id="spend")],
        "levels": spend_levels(gold=1000, silver=500),
        "window": YEAR,
        "validity": TierValidity(kind="rest_and_next"),
    }
    return TierPolicy(**(given | fields))


def entry(on: str, amount: object, kind: str = "spend", known_on: str | None = None) -> TierEntry:
    """Write an entry."""
    known: dict[str, Any] = {} if known_on is None else {"known_on": day(known_on)}
    return TierEntry(on=day(on), amount=amount, kind=kind, **known)


def history(*entries: tuple[str, object] | TierEntry, joined: str | None = None, **fields: Any) -> TierHistory:  # noqa: ANN401
    """Write a history of entries, spend where nothing else is said."""
    found = [one if isinstance(one, TierEntry) else entry(*one) for one in entries]
    return TierHistory(joined=None if joined is None else day(joined), entries=found, **fields)


def tier_on(policy: TierPolicy, of: TierHistory, as_of: str) -> TierAssignment:
    """Assign a tier as of a day."""
    return assign_tier(policy, of, as_of=day(as_of))
