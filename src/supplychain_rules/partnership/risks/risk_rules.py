"""A risk policy as a rule set: levels and category in; class, what is due and who hears of it out.

The rule set is proved, explained and run on every engine like any other; `assess` runs it on a register.
"""

from itertools import groupby
from typing import Any, assert_never

from supplychain_rules.partnership.risks.register import RiskScale
from supplychain_rules.partnership.risks.scoring import (
    UNRATED,
    RiskMatrix,
    RiskPolicy,
    RiskScoring,
    RpnBands,
    SeverityFirst,
)

__all__ = ["reads_detectability", "risk_rules"]


def risk_rules(policy: RiskPolicy) -> dict[str, Any]:
    """Return the rule set as plain data: outputs `risk_class`, `due` and, where there are escalations, `escalate_to`.

    `due` is `accept` within the appetite, `act` beyond it, and `assess` where a level is missing. `escalate_within` is
    in days. By risk priority number there is also the number, `rpn`.

    >>> from supplychain_rules.partnership.risks.scoring import SEVERITY_FIRST_EXAMPLE
    >>> from supplychain_rules.rules.codec import load_policy
    >>> from supplychain_rules.rules.evaluate import evaluate
    >>> rules = risk_rules(RiskPolicy(id="supply", classes=("high", "medium", "low"), appetite="low",
    ...     scoring=SEVERITY_FIRST_EXAMPLE))
    >>> found = evaluate(load_policy(rules), {"likelihood": 1, "impact": 5, "detectability": 1})
    >>> found["risk_class"], found["due"]
    ('medium', 'act')
    """
    scales = policy.scales
    inputs = {
        "likelihood": _level(scales.likelihood, "Likelihood", "可能性"),
        "impact": _level(scales.impact, "Impact", "影响程度"),
    }
    if scales.detectability is not None and reads_detectability(policy.scoring):
        inputs["detectability"] = _level(scales.detectability, "Detectability (more is worse)", "可探测度（越大越差）")
    if policy.categories:
        inputs["category"] = {
            "type": "choice",
            "options": list(policy.categories),
            "label": {"en": "Category of risk", "zh": "风险类别"},
        }
    rules: dict[str, Any] = {
        "schema": "supplychain-rules/1",
        "id": policy.id,
        "version": policy.version,
        "inputs": inputs,
        "steps": [*_class_steps(policy), _appetite_step(policy)],
    }
    if policy.label is not None:
        rules["label"] = {lang: text for lang, text in (("en", policy.label.en), ("zh", policy.label.zh)) if text}
    if policy.escalations:
        rules["steps"].append(_escalation_step(policy))
    return rules


def reads_detectability(scoring: RiskScoring) -> bool:
    """Return whether a scoring looks at detectability; a rule set has no input that nothing reads.

    >>> reads_detectability(RiskMatrix(rows=[["low"]]))
    False
    """
    match scoring:
        case RiskMatrix():
            return False
        case RpnBands():
            return True
        case SeverityFirst():
            return any(row.detectability > 1 for row in scoring.rows)
        case _:
            assert_never(scoring)


def _level(scale: RiskScale, english: str, chinese: str) -> dict[str, Any]:
    return {
        "type": "integer",
        "min": 1,
        "max": scale.most,
        "optional": True,
        "label": {"en": english, "zh": chinese},
    }


def _class_steps(policy: RiskPolicy) -> list[dict[str, Any]]:
    match policy.scoring:
        case RiskMatrix():
            return [_class_table(policy, "unique", ["likelihood", "impact"], _matrix_rows(policy.scoring), UNRATED)]
        case RpnBands():
            number = {"kind": "formula", "id": "rpn", "formula": "likelihood * impact * detectability"}
            label = {"en": "Risk priority number", "zh": "风险优先数（RPN）"}
            rows = _band_rows(policy, policy.scoring)
            best = policy.classes[-1]
            return [number | {"label": label}, _class_table(policy, "first", ["rpn", "impact"], rows, best)]
        case SeverityFirst():
            return _severity_steps(policy, policy.scoring)
        case _:
            assert_never(policy.scoring)


def _severity_steps(policy: RiskPolicy, scoring: SeverityFirst) -> list[dict[str, Any]]:
    columns = ["impact", "likelihood"]
    if reads_detectability(scoring):
        columns.append("detectability")
    unrated = [
        {"id": f"no_{column}", "when": {column: "missing"}, "then": {"risk_class": UNRATED}} for column in columns
    ]
    rows = [
        {
            "id": f"row_{place}",
            "when": {column: f">= {getattr(row, column)}" for column in columns if getattr(row, column) > 1},
            "then": {"risk_class": row.risk_class},
        }
        for place, row in enumerate(scoring.rows, start=1)
    ]
    return [_class_table(policy, "first", columns, [*unrated, *rows], policy.classes[-1])]


def _class_table(
    policy: RiskPolicy, hit: str, when: list[str], rows: list[dict[str, Any]], otherwise: str
) -> dict[str, Any]:
    return {
        "kind": "table",
        "id": "classify",
        "label": {"en": "Class of the risk", "zh": "风险等级"},
        "hit": hit,
        "when": when,
        "outputs": {"risk_class": {"type": "choice", "options": [*policy.classes, UNRATED]}},
        "rows": rows,
        "otherwise": {"risk_class": otherwise},
    }


def _matrix_rows(matrix: RiskMatrix) -> list[dict[str, Any]]:
    """Return a row for each likelihood and run of impacts of one class."""
    rows = []
    for likelihood, classes in enumerate(matrix.rows, start=1):
        for risk_class, run in groupby(enumerate(classes, start=1), key=lambda pair: pair[1]):
            impacts = [impact for impact, _class in run]
            rows.append(
                {
                    "id": f"l{likelihood}_i{impacts[0]}",
                    "when": {"likelihood": str(likelihood), "impact": f"[{impacts[0]}..{impacts[-1]}]"},
                    "then": {"risk_class": risk_class},
                }
            )
    return rows


def _band_rows(policy: RiskPolicy, scoring: RpnBands) -> list[dict[str, Any]]:
    """Return the rows from the worst class on, so that a gate lifts a class and never lowers one."""
    rows: list[dict[str, Any]] = []
    for risk_class in policy.classes:
        then = {"risk_class": risk_class}
        rows += [
            {"id": f"rpn_{band.from_rpn}", "when": {"rpn": f">= {band.from_rpn}"}, "then": then}
            for band in scoring.bands
            if band.risk_class == risk_class
        ]
        if scoring.gate_class == risk_class:
            rows.append({"id": "gate", "when": {"impact": f">= {scoring.gate_impact}"}, "then": then})
    return [{"id": "not_rated", "when": {"rpn": "missing"}, "then": {"risk_class": UNRATED}}, *rows]


def _appetite_step(policy: RiskPolicy) -> dict[str, Any]:
    rows = [{"id": "assess", "when": {"risk_class": UNRATED}, "then": {"due": "assess"}}]
    for place, category in enumerate(policy.categories, start=1):
        accepted = policy.appetite_of.get(category)
        if accepted is None:
            continue
        beyond = _beyond(policy, accepted)
        if beyond:
            when = {"category": f'"{category}"', "risk_class": beyond}
            rows.append({"id": f"beyond_{place}", "when": when, "then": {"due": "act"}})
        rows.append({"id": f"within_{place}", "when": {"category": f'"{category}"'}, "then": {"due": "accept"}})
    beyond = _beyond(policy, policy.appetite)
    if beyond:
        rows.append({"id": "beyond", "when": {"risk_class": beyond}, "then": {"due": "act"}})
    return {
        "kind": "table",
        "id": "appetite",
        "label": {"en": "Risk appetite", "zh": "风险偏好"},
        "hit": "first",
        "when": ["risk_class", "category"] if policy.categories else ["risk_class"],
        "outputs": {"due": {"type": "choice", "options": ["act", "assess", "accept"]}},
        "rows": rows,
        "otherwise": {"due": "accept"},
    }


def _beyond(policy: RiskPolicy, accepted: str) -> str:
    """Return the classes worse than the accepted one, as a cell."""
    return ", ".join(f'"{each}"' for each in policy.classes if policy.rank(each) > policy.rank(accepted))


def _escalation_step(policy: RiskPolicy) -> dict[str, Any]:
    return {
        "kind": "table",
        "id": "escalate",
        "label": {"en": "Escalation", "zh": "升级上报"},
        "hit": "first",
        "when": ["due", "risk_class"],
        "outputs": {
            "escalate_to": {"type": "choice", "options": sorted({each.to for each in policy.escalations})},
            "escalate_within": {"type": "integer", "min": 0, "max": 366},
        },
        "rows": [
            {
                "id": f"escalate_{place}",
                "when": {"due": "act", "risk_class": f'"{each.risk_class}"'},
                "then": {"escalate_to": each.to, "escalate_within": each.within_days},
            }
            for place, each in enumerate(policy.escalations, start=1)
        ],
        "otherwise": {"escalate_to": "missing", "escalate_within": "missing"},
    }
