"""Communication plans as plain data: mappings, lists, text and numbers, as TOML and JSON hold them."""

from collections.abc import Mapping
from typing import Any, Final

from supplychain_rules.partnership.collaboration.plan import CollaborationPlan
from supplychain_rules.values.plain_data import dump_plain, load_plain

__all__ = ["COLLABORATION_SCHEMA", "dump_collaboration_plan", "load_collaboration_plan"]

#: The format of a communication plan as plain data.
COLLABORATION_SCHEMA: Final = "supplychain-rules/collaboration/1"


def load_collaboration_plan(data: Mapping[str, object]) -> CollaborationPlan:
    """Read a communication plan from plain data.

    Args:
        data: a mapping, as `tomllib` or `json` give it, with `schema = "supplychain-rules/collaboration/1"`.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> plan = load_collaboration_plan({"schema": "supplychain-rules/collaboration/1", "id": "steel", "version": "1",
    ...     "valid": {"start": "2026-01-01", "end": "2027-01-01"},
    ...     "parties": [{"id": "us", "label": {"zh": "本公司"}}, {"id": "V7", "label": "Supplier"}],
    ...     "duties": [{"id": "forecast", "owed_by": "us", "owed_to": ["V7"], "lag": 3, "label": "Forecast",
    ...                 "when": {"kind": "recurring", "rhythm": {"kind": "every_months", "day": 1}}}]})
    >>> plan.duties[0].when
    Recurring(rhythm=EveryMonths(months=1, day=1))
    """
    return load_plain(CollaborationPlan, data, schema=COLLABORATION_SCHEMA)


def dump_collaboration_plan(plan: CollaborationPlan) -> dict[str, Any]:
    """Return a communication plan as plain data that JSON and TOML can keep; what is as by default is left out.

    >>> from supplychain_rules.partnership.collaboration.plan import Member
    >>> from supplychain_rules.values.label import Label
    >>> from supplychain_rules.values.period import Period
    >>> plan = CollaborationPlan(id="steel", version="1", valid=Period.year(2026),
    ...     parties=[Member(id="us", label=Label("We"))])
    >>> dump_collaboration_plan(plan)["valid"]
    {'start': '2026-01-01', 'end': '2027-01-01'}
    """
    return dump_plain(plan, schema=COLLABORATION_SCHEMA)
