"""Clauses, rebate schedules and surcharges as plain data, as TOML and JSON hold them; all problems at once."""

from collections.abc import Mapping
from typing import Any, Final

from supplychain_rules.partnership.prices.clause import AdjustmentClause
from supplychain_rules.partnership.prices.rebates import RebateSchedule
from supplychain_rules.partnership.prices.surcharges import SurchargeScale, SurchargeTable
from supplychain_rules.values.plain_data import dump_plain, load_plain

__all__ = [
    "ADJUSTMENT_SCHEMA",
    "REBATE_SCHEMA",
    "SURCHARGE_SCALE_SCHEMA",
    "SURCHARGE_TABLE_SCHEMA",
    "dump_adjustment_clause",
    "dump_rebate_schedule",
    "dump_surcharge",
    "load_adjustment_clause",
    "load_rebate_schedule",
    "load_surcharge_scale",
    "load_surcharge_table",
]

#: The formats, each with a version of its own.
ADJUSTMENT_SCHEMA: Final = "supplychain-rules/price-adjustment/1"
REBATE_SCHEMA: Final = "supplychain-rules/rebate/1"
SURCHARGE_TABLE_SCHEMA: Final = "supplychain-rules/surcharge-table/1"
SURCHARGE_SCALE_SCHEMA: Final = "supplychain-rules/surcharge-scale/1"


def load_adjustment_clause(data: Mapping[str, object]) -> AdjustmentClause:
    """Read a price adjustment clause from plain data.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> clause = load_adjustment_clause({"schema": ADJUSTMENT_SCHEMA, "id": "steel", "currency": "EUR", "fixed": "0.6",
    ...     "terms": [{"id": "steel", "series": "WPU101", "weight": "0.4"}],
    ...     "base": {"month": "2026-01-01", "edition": {"kind": "first_published"}},
    ...     "current": {"lag_months": 1, "edition": {"kind": "first_published"}},
    ...     "dead_band": {"up": "0.05", "down": "0.05", "mode": "excess"}})
    >>> load_adjustment_clause(dump_adjustment_clause(clause)) == clause
    True
    """
    return load_plain(AdjustmentClause, data, schema=ADJUSTMENT_SCHEMA)


def dump_adjustment_clause(clause: AdjustmentClause) -> dict[str, Any]:
    """Return a clause as plain data; what is as by default is left out."""
    return dump_plain(clause, schema=ADJUSTMENT_SCHEMA)


def load_rebate_schedule(data: Mapping[str, object]) -> RebateSchedule:
    """Read a rebate schedule from plain data.

    Raises:
        PolicyError: anything that is wrong with it, all at once.
    """
    return load_plain(RebateSchedule, data, schema=REBATE_SCHEMA)


def dump_rebate_schedule(schedule: RebateSchedule) -> dict[str, Any]:
    """Return a rebate schedule as plain data; what is as by default is left out."""
    return dump_plain(schedule, schema=REBATE_SCHEMA)


def load_surcharge_table(data: Mapping[str, object]) -> SurchargeTable:
    """Read a surcharge table from plain data.

    Raises:
        PolicyError: anything that is wrong with it, all at once.
    """
    return load_plain(SurchargeTable, data, schema=SURCHARGE_TABLE_SCHEMA)


def load_surcharge_scale(data: Mapping[str, object]) -> SurchargeScale:
    """Read a surcharge scale from plain data.

    Raises:
        PolicyError: anything that is wrong with it, all at once.
    """
    return load_plain(SurchargeScale, data, schema=SURCHARGE_SCALE_SCHEMA)


def dump_surcharge(rule: SurchargeTable | SurchargeScale) -> dict[str, Any]:
    """Return a surcharge table or scale as plain data; what is as by default is left out."""
    schema = SURCHARGE_TABLE_SCHEMA if isinstance(rule, SurchargeTable) else SURCHARGE_SCALE_SCHEMA
    return dump_plain(rule, schema=schema)
