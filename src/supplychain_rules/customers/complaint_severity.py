"""How severe a complaint is: a decision table as a rule set, whose result names the target of the complaint clock.

Safety comes first, then what stands still at the customer's, then how much money is at stake. The thresholds are an
example to edit; the table is proved to have a row for every complaint.
"""

from typing import Any, Final

__all__ = ["SEVERITIES", "severity_rules"]

#: The severities, the gravest first.
SEVERITIES: Final = ("critical", "high", "normal", "low")


def severity_rules() -> dict[str, Any]:
    """Return the rule set: safety, standstill and value at stake to a severity; what is unknown is never low.

    >>> from supplychain_rules.rules.codec import load_policy
    >>> from supplychain_rules.rules.evaluate import evaluate
    >>> policy = load_policy(severity_rules())
    >>> harmless = {"safety": False}
    >>> records = ({"safety": True}, harmless | {"standstill": True}, harmless | {"value": "20"}, harmless)
    >>> [evaluate(policy, record)["severity"] for record in records]
    ['critical', 'high', 'low', 'normal']
    """
    return {
        "schema": "supplychain-rules/1",
        "id": "complaint-severity",
        "version": "1",
        "label": {"en": "Severity of a complaint", "zh": "投诉严重程度"},
        "inputs": {
            "safety": {
                "type": "boolean",
                "label": {"en": "People or food may be harmed", "zh": "可能危及人身或食品安全"},
            },
            "standstill": {
                "type": "boolean",
                "optional": True,
                "label": {"en": "Work stands still at the customer's", "zh": "客户停工"},
            },
            "value": {
                "type": "number",
                "decimals": 2,
                "min": "0",
                "max": "1000000000",
                "optional": True,
                "label": {"en": "Value at stake", "zh": "涉及金额"},
            },
        },
        "steps": [
            {
                "kind": "table",
                "id": "decide",
                "label": {"en": "Severity", "zh": "严重程度"},
                "hit": "first",
                "when": ["safety", "standstill", "value"],
                "outputs": {"severity": {"type": "choice", "options": list(SEVERITIES)}},
                "rows": [
                    _row("safety", {"safety": True}, "critical", "安全"),
                    _row("standstill", {"standstill": True}, "high", "停工"),
                    _row("large", {"value": ">= 10000"}, "high", "金额大"),
                    _row("small", {"value": "< 100"}, "low", "金额小"),
                ],
                "otherwise": {"severity": "normal"},
            }
        ],
        "cases": [
            {"id": "harm", "given": {"safety": True, "value": "5"}, "expect": {"severity": "critical"}},
            {
                "id": "line-stopped",
                "given": {"safety": False, "standstill": True, "value": "99.99"},
                "expect": {"severity": "high"},
            },
            {"id": "from-ten-thousand", "given": {"safety": False, "value": "10000"}, "expect": {"severity": "high"}},
            {"id": "just-below", "given": {"safety": False, "value": "9999.99"}, "expect": {"severity": "normal"}},
            {"id": "small", "given": {"safety": False, "value": "99.99"}, "expect": {"severity": "low"}},
            {"id": "nothing-known", "given": {"safety": False}, "expect": {"severity": "normal"}},
        ],
    }


def _row(name: str, when: dict[str, Any], severity: str, chinese: str) -> dict[str, Any]:
    return {"id": name, "when": when, "then": {"severity": severity}, "label": {"en": name, "zh": chinese}}
