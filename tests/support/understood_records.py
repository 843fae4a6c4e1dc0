"""A drawn record as the rules see it: every number rounded to the declared places, by the oracle's own rounding."""

from fractions import Fraction

from plain_formulas import Value, rounded

from supplychain_rules import Policy
from supplychain_rules.language.types import NumberType
from supplychain_rules.testing.strategies_records import DrawnRecord

__all__ = ["understood"]


def understood(policy: Policy, record: DrawnRecord) -> dict[str, Value]:
    """Return the record rounded to the declared places, as the rules see it."""
    places = {f.name: f.type.decimals for f in policy.program.inputs if isinstance(f.type, NumberType)}
    return {
        name: rounded(value, places[name]) if isinstance(value, Fraction) else value
        for name, value in record.exact.items()
    }
