"""Tier policies as plain data: mappings, lists, text and numbers, as TOML and JSON hold them."""

from collections.abc import Mapping
from typing import Any, Final

from supplychain_rules.customers.tier_policy import TierPolicy
from supplychain_rules.values.plain_data import dump_plain, load_plain

__all__ = ["TIER_SCHEMA", "dump_tier_policy", "load_tier_policy"]

#: The format of a tier policy as plain data.
TIER_SCHEMA: Final = "supplychain-rules/tiers/1"


def load_tier_policy(data: Mapping[str, object]) -> TierPolicy:
    """Read a tier policy from plain data.

    Args:
        data: a mapping, as `tomllib` or `json` give it, with `schema = "supplychain-rules/tiers/1"`.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> policy = load_tier_policy({"schema": "supplychain-rules/tiers/1", "id": "club", "version": "1",
    ...     "measures": [{"id": "spend"}],
    ...     "levels": [{"id": "gold", "all_of": [{"measure": "spend", "at_least": "1000"}]}, {"id": "basic"}],
    ...     "window": {"kind": "calendar", "length": 12}, "validity": {"kind": "rest_and_next"}})
    >>> policy.levels[0].all_of[0].at_least
    Decimal('1000')
    """
    return load_plain(TierPolicy, data, schema=TIER_SCHEMA)


def dump_tier_policy(policy: TierPolicy) -> dict[str, Any]:
    """Return a tier policy as plain data that JSON and TOML can keep; what is as by default is left out.

    >>> from supplychain_rules.customers import TierCondition, TierLevel, TierMeasure, TierValidity, TierWindow
    >>> gold = TierLevel(id="gold", all_of=[TierCondition(measure="spend", at_least="99.5")])
    >>> plain = dump_tier_policy(TierPolicy(id="club", version="1", measures=[TierMeasure(id="spend")],
    ...     levels=[gold, TierLevel(id="basic")], window=TierWindow(kind="lifetime"),
    ...     validity=TierValidity(kind="lifetime")))
    >>> plain["levels"][0]
    {'id': 'gold', 'all_of': [{'measure': 'spend', 'at_least': '99.5'}]}
    """
    return dump_plain(policy, schema=TIER_SCHEMA)
