"""A small policy that reads and gives a value of every type."""

from makers import number, policy

from supplychain_rules import Policy

__all__ = ["small_review"]


def small_review() -> Policy:
    """Return the policy."""
    inputs = {
        "on_time": number(0, 1, 4, optional=True),
        "change": number("-1.5", "1.5", 2),
        "certified": {"type": "boolean", "optional": True},
        "category": {"type": "choice", "options": ["raw", "it's"]},
        "signed": {"type": "date", "min": "2020-01-01", "max": "2030-12-31", "optional": True},
        "note": {"type": "text", "optional": True, "column": "注 释"},
    }
    return policy(
        inputs,
        {"kind": "formula", "id": "score", "formula": "round(on_time / (1 + abs(change)), 2)"},
        {"kind": "ladder", "id": "grade", "of": "score", "bands": [{"name": "A", "from": "0.5"}, {"name": "B"}]},
        {"kind": "formula", "id": "trusted", "formula": "certified and (category == 'raw' or note != 'late')"},
        {"kind": "formula", "id": "renewal", "formula": "add_days(signed, 365)"},
    )
