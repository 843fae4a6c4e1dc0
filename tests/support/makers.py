"""Short makers, so that a case reads like a rule set and not like a form."""

from typing import Any

from supplychain_rules import Decision, Policy, PolicyError, evaluate, load_policy
from supplychain_rules.rules.strategies import Strategies

__all__ = ["codes", "decided", "number", "policy", "refusals", "rule_set", "scorecard"]


def number(low: object = 0, high: object = 100, decimals: int = 2, *, optional: bool = False) -> dict[str, Any]:
    """Declare a number."""
    declared = {"type": "number", "decimals": decimals, "min": low, "max": high}
    return declared | ({"optional": True} if optional else {})


def rule_set(inputs: dict[str, Any], *steps: dict[str, Any]) -> dict[str, Any]:
    """Write a rule set."""
    return {
        "schema": "supplychain-rules/1",
        "id": "case",
        "version": "1",
        "inputs": inputs,
        "steps": list(steps),
    }


def policy(inputs: dict[str, Any], *steps: dict[str, Any], strategies: Strategies | None = None) -> Policy:
    """Load a rule set."""
    data = rule_set(inputs, *steps)
    return load_policy(data) if strategies is None else load_policy(data, strategies=strategies)


def scorecard(*criteria: dict[str, Any], **settings: object) -> dict[str, Any]:
    """Write a scorecard named `score`, a weighted mean where nothing else is said."""
    return {"kind": "scorecard", "id": "score", "method": "weighted_mean", **settings, "criteria": list(criteria)}


def decided(inputs: dict[str, Any], step: dict[str, Any], **record: object) -> Decision:
    """Load a rule set of one step and decide a record."""
    return evaluate(policy(inputs, step), record)


def refusals(inputs: dict[str, Any], *steps: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the code and path of every problem for which a rule set is refused."""
    try:
        policy(inputs, *steps)
    except PolicyError as error:
        return [(problem.code, problem.path) for problem in error.problems]
    return []


def codes(inputs: dict[str, Any], *steps: dict[str, Any]) -> set[str]:
    """Return the codes for which a rule set is refused."""
    return {code for code, _ in refusals(inputs, *steps)}
