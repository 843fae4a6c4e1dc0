"""Short makers of rule sets, so that a test reads like the rule it is about."""

from typing import Any

from supplychain_rules import Policy, load_policy
from supplychain_rules.analysis.findings import Finding
from supplychain_rules.analysis.verify import verify

__all__ = ["choice", "found", "integer", "kinds", "ladder", "number", "rules", "table"]


def number(low: str, high: str, decimals: int = 2, **more: Any) -> dict[str, Any]:  # noqa: ANN401  keys of the format
    """Declare a number."""
    return {"type": "number", "decimals": decimals, "min": low, "max": high, **more}


def integer(low: int, high: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401  as above
    """Declare a whole number."""
    return {"type": "integer", "min": low, "max": high, **more}


def choice(*options: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  as above
    """Declare a choice."""
    return {"type": "choice", "options": list(options), **more}


def rules(inputs: dict[str, Any], *steps: dict[str, Any], **more: Any) -> Policy:  # noqa: ANN401  as above
    """Load a rule set."""
    data = {"schema": "supplychain-rules/1", "id": "short", "version": "1", "inputs": inputs, "steps": list(steps)}
    return load_policy({**data, **more})


def table(*rows: tuple[dict[str, Any], str], hit: str = "first", **more: Any) -> dict[str, Any]:  # noqa: ANN401  as above
    """Write a table of rows `({column: cell}, action)`, named r0, r1 and so on."""
    when = list(dict.fromkeys(name for cells, _ in rows for name in cells))
    options = sorted({action for _, action in rows} | set(more.get("otherwise", {}).values()))
    written = [{"id": f"r{n}", "when": cells, "then": {"action": action}} for n, (cells, action) in enumerate(rows)]
    step = {"kind": "table", "id": "decide", "hit": hit, "when": when, "rows": written}
    return {**step, "outputs": {"action": choice(*options)}, **more}


def ladder(of: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  as above
    """Write a ladder of the bands A from 85, B from 60, and C."""
    bands = [{"name": "A", "from": "85"}, {"name": "B", "from": "60"}, {"name": "C"}]
    return {"kind": "ladder", "id": "grade", "of": of, "bands": bands, **more}


def found(policy: Policy, kind: str) -> list[Finding]:
    """Return the findings of a kind."""
    return [finding for finding in verify(policy) if finding.kind == kind]


def kinds(policy: Policy) -> list[tuple[str, str]]:
    """Return kind and path of every finding."""
    return [(finding.kind, finding.path) for finding in verify(policy)]
