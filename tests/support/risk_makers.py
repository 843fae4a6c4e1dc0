"""Short makers for risks, so that a case reads like a register."""

from supplychain_rules.partnership.risks import (
    SEVERITY_FIRST_EXAMPLE,
    Risk,
    RiskLevels,
    RiskMatrix,
    RiskPolicy,
    RpnBand,
    RpnBands,
)

__all__ = ["MATRIX", "RPN", "risk", "risk_policy"]

#: A matrix of our own for scales of five levels.
MATRIX = RiskMatrix(
    rows=[
        ["low", "low", "low", "medium", "medium"],
        ["low", "low", "medium", "medium", "high"],
        ["low", "medium", "medium", "high", "high"],
        ["low", "medium", "high", "high", "high"],
        ["medium", "medium", "high", "high", "high"],
    ]
)

#: Bands of the risk priority number, with a gate for an impact of 5.
RPN = RpnBands(
    bands=[RpnBand(from_rpn=60, risk_class="high"), RpnBand(from_rpn=20, risk_class="medium")],
    gate_impact=5,
    gate_class="high",
)


def risk_policy(scoring: object = SEVERITY_FIRST_EXAMPLE, **settings: object) -> RiskPolicy:
    """Return a policy of three classes, of which low is accepted."""
    given = {"id": "supply", "classes": ("high", "medium", "low"), "appetite": "low", "scoring": scoring}
    return RiskPolicy(**(given | settings))


def risk(levels: tuple[int | None, ...] = (3, 4, 2), name: str = "R1", **settings: object) -> Risk:
    """Return a risk with likelihood, impact and detectability."""
    given = {
        "id": name,
        "label": "a supplier stops",
        "category": "supply",
        "levels": RiskLevels(likelihood=levels[0], impact=levels[1], detectability=levels[2]),
    }
    return Risk(**(given | settings))
