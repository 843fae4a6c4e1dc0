"""Kraljic's portfolio as a rule set: two scores give one of four positions, and each position its way of buying.

Profit impact says what the item is worth to us, supply risk how hard it is to get; on both scales more is more. The
thresholds are half-open: a score of exactly the threshold is high. An item without a score has no position.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.label import Label
from supplychain_rules.values.proportions import exact_share
from supplychain_rules.values.scaled import number_text

__all__ = ["KRALJIC_LABELS", "KRALJIC_POSITIONS", "KraljicPosition", "kraljic_rules"]

#: Where an item stands.
KraljicPosition = Literal["strategic", "leverage", "bottleneck", "non_critical"]

#: The positions in the order of Kraljic's figure.
KRALJIC_POSITIONS: Final[tuple[KraljicPosition, ...]] = get_args(KraljicPosition)

#: What the positions are called.
KRALJIC_LABELS: Final[Mapping[KraljicPosition, Label]] = MappingProxyType(
    {
        "strategic": Label("strategic item", "战略物资"),
        "leverage": Label("leverage item", "杠杆物资"),
        "bottleneck": Label("bottleneck item", "瓶颈物资"),
        "non_critical": Label("non-critical item", "一般物资"),
    }
)

#: How items of a position are bought.
_APPROACHES: Final[Mapping[KraljicPosition, str]] = MappingProxyType(
    {
        "strategic": "partnership",
        "leverage": "competition",
        "bottleneck": "secure_supply",
        "non_critical": "efficiency",
    }
)

#: Scores run from 0 to this.
_MOST: Final = 100


def kraljic_rules(
    *, impact_from: object = 50, risk_from: object = 50, name: str = "kraljic", version: str = "1"
) -> dict[str, Any]:
    """Return the rule set as plain data: scores of 0 to 100 in, outputs `position` and `approach`.

    Args:
        impact_from: from which profit impact on it is high, itself included.
        risk_from: from which supply risk on it is high, itself included.
        name: the rule set's id.
        version: its version.

    Raises:
        InvalidValueError: a threshold that is not above 0 and at most 100; one side would be empty.

    Source:
        P. Kraljic, "Purchasing must become supply management", Harvard Business Review, September 1983.

    >>> from supplychain_rules.rules.codec import load_policy
    >>> from supplychain_rules.rules.evaluate import evaluate
    >>> found = evaluate(load_policy(kraljic_rules()), {"profit_impact": 50, "supply_risk": "49.99"})
    >>> found["position"], found["approach"]
    ('leverage', 'competition')
    """
    impact, risk = _threshold("impact_from", impact_from), _threshold("risk_from", risk_from)
    high_impact, low_impact = f">= {impact}", f"< {impact}"
    high_risk, low_risk = f">= {risk}", f"< {risk}"
    cells: dict[KraljicPosition, tuple[str, str]] = {
        "strategic": (high_impact, high_risk),
        "leverage": (high_impact, low_risk),
        "bottleneck": (low_impact, high_risk),
        "non_critical": (low_impact, low_risk),
    }
    return {
        "schema": "supplychain-rules/1",
        "id": name,
        "version": version,
        "label": {"en": "Kraljic portfolio", "zh": "卡拉杰克矩阵"},
        "inputs": {
            "profit_impact": _score("Profit impact", "利润影响"),
            "supply_risk": _score("Supply risk", "供应风险"),
        },
        "steps": [
            {
                "kind": "table",
                "id": "portfolio",
                "label": {"en": "Position of the item", "zh": "物资定位"},
                "hit": "unique",
                "when": ["profit_impact", "supply_risk"],
                "outputs": {
                    "position": {"type": "choice", "options": list(KRALJIC_POSITIONS)},
                    "approach": {"type": "choice", "options": list(_APPROACHES.values())},
                },
                "rows": [
                    {
                        "id": position,
                        "when": {"profit_impact": cells[position][0], "supply_risk": cells[position][1]},
                        "then": {"position": position, "approach": _APPROACHES[position]},
                        "label": {"en": KRALJIC_LABELS[position].en, "zh": KRALJIC_LABELS[position].zh},
                    }
                    for position in KRALJIC_POSITIONS
                ],
                "otherwise": {"position": "missing", "approach": "missing"},
            }
        ],
    }


def _score(english: str, chinese: str) -> dict[str, Any]:
    return {
        "type": "number",
        "decimals": 2,
        "min": 0,
        "max": _MOST,
        "optional": True,
        "label": {"en": english, "zh": chinese},
    }


def _threshold(what: str, value: object) -> str:
    found = exact_share(value)
    text = number_text(found)
    if not 0 < found <= _MOST or "/" in text:
        raise InvalidValueError(f"{what} is a decimal above 0 and at most {_MOST}", text, hint="50 is the middle")
    return text
