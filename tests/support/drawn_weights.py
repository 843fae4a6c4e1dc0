"""Random weighted scorecards and what follows from them; their scores by plain fractions; and new weights."""

import copy
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import strategies as st

from supplychain_rules import Policy, evaluate, load_policy
from supplychain_rules.testing.strategies_formulas import Draw

__all__ = ["WeighedCard", "moved", "weighed_cards", "weighed_records"]

_NUMBER = {"type": "number", "decimals": 1, "min": -20, "max": 100, "optional": True}

_GRADE = {
    "kind": "ladder",
    "id": "grade",
    "of": "score",
    "bands": [{"name": "A", "from": "60"}, {"name": "B", "from": "0"}, {"name": "C"}],
    "if_unknown": "none",
}

#: Computes with the score, so that every step of it may matter.
_SQUARE = {"kind": "formula", "id": "near", "formula": "(score - 40) * (score - 41.5) < 2"}

#: Compares only, on both sides of edges that belong to the lower side.
_SIDE = {"kind": "formula", "id": "side", "formula": "score > 40 and score <= 60 or score == 0"}

_ACTION = {
    "kind": "table",
    "id": "decide",
    "hit": "first",
    "when": ["grade", "score_coverage", "near"],
    "outputs": {"action": {"type": "choice", "options": ["grow", "keep", "ask", "leave"]}},
    "rows": [
        {"id": "thin", "when": {"score_coverage": "< 0.7"}, "then": {"action": "ask"}},
        {"id": "best", "when": {"grade": "A"}, "then": {"action": "grow"}},
        {"id": "near", "when": {"near": True}, "then": {"action": "keep"}},
    ],
    "otherwise": {"action": "leave"},
}


@attrs.frozen
class WeighedCard:
    """A rule set whose scorecard `score` reads the inputs `x0`, `x1`, ... as they are."""

    data: dict[str, Any]

    @property
    def policy(self) -> Policy:
        return load_policy(self.data)

    @property
    def criteria(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.data["steps"][0]["criteria"]
        return found

    @property
    def shares(self) -> list[Fraction]:
        weights = [Fraction(one["weight"]) for one in self.criteria]
        return [weight / sum(weights) for weight in weights]

    def score(self, record: Mapping[str, Any], weights: list[Fraction]) -> Fraction | None:
        """Return the exact score of a record by other weights, as the rulebook says it."""
        step = self.data["steps"][0]
        points = weighed = have = asked = Fraction(0)
        for criterion, weight in zip(self.criteria, weights, strict=True):
            if criterion.get("applies") and record.get("fits") is False:
                continue
            value = record.get(criterion["of"])
            asked += weight
            policy = criterion.get("missing", step["missing"])
            if value is None and policy == "null":
                return None
            if value is not None:
                have += weight
            counted = {"reweight": None, "worst": -20, "neutral": 50}[policy] if value is None else value
            if counted is not None:
                points, weighed = points + weight * Fraction(str(counted)), weighed + weight
        if weighed == 0 or have < Fraction(step.get("min_coverage", 0)) * asked:
            return None
        return points / weighed

    def reweighed(self, weights: list[Fraction]) -> Policy:
        """Load the rule set with other weights."""
        data = copy.deepcopy(self.data)
        for criterion, weight in zip(data["steps"][0]["criteria"], weights, strict=True):
            criterion["weight"] = str(weight)
        return load_policy(data)

    def decided(self, record: Mapping[str, Any], weights: list[Fraction], output: str) -> object:
        """Return an output by other weights."""
        return evaluate(self.reweighed(weights), record)[output]


def moved(shares: list[Fraction], place: int, weight: Fraction, held: frozenset[int] = frozenset()) -> list[Fraction]:
    """Return the shares with one of them moved, and the others (but the held ones) rescaled in proportion."""
    rest = sum(share for other, share in enumerate(shares) if other != place and other not in held)
    if rest == 0:  # nothing to trade with
        return shares
    left = 1 - weight - sum(shares[other] for other in held)
    return [
        weight if other == place else share if other in held else share * left / rest
        for other, share in enumerate(shares)
    ]


@st.composite
def weighed_cards(draw: Draw) -> WeighedCard:
    """Draw a scorecard of two to four criteria, a grade, a condition that computes, and a table over them."""
    policies = ["reweight", "reweight", "null", "worst", "neutral"]
    criteria = []
    for place in range(draw(st.integers(2, 4))):
        weight = draw(st.sampled_from(("1", "2", "3", "0.5", "1/3", "0")))
        criterion: dict[str, Any] = {"id": f"c{place}", "of": f"x{place}", "weight": weight}
        criterion |= {"missing": draw(st.sampled_from(policies))} if draw(st.booleans()) else {}
        criterion |= {"applies": "fits"} if draw(st.sampled_from((False, False, True))) else {}
        criteria.append(criterion)
    criteria[0]["weight"] = "2"
    step = {
        "kind": "scorecard",
        "id": "score",
        "method": "weighted_mean",
        "missing": draw(st.sampled_from(policies)),
        "decimals": draw(st.integers(0, 1)),
        "criteria": criteria,
    }
    step |= {"min_coverage": draw(st.sampled_from(("0.4", "1/2", "0.9")))} if draw(st.booleans()) else {}
    inputs: dict[str, Any] = {f"x{place}": _NUMBER for place in range(len(criteria))}
    inputs["fits"] = {"type": "boolean", "optional": True}
    data = {"schema": "supplychain-rules/1", "id": "weighed", "version": "1", "inputs": inputs}
    return WeighedCard(data | {"steps": [step, _GRADE, _SQUARE, _SIDE, _ACTION]})


@st.composite
def weighed_records(draw: Draw, card: WeighedCard, most: int = 4) -> list[dict[str, Any]]:
    """Draw records; values repeat, so that some are level."""
    values = st.sampled_from((None, "0", "-20", "-0.5", "40", "41.5", "59.9", "60", "77.3", "100"))
    names = [one["of"] for one in card.criteria]
    record = st.fixed_dictionaries({**dict.fromkeys(names, values), "fits": st.sampled_from((True, True, False, None))})
    return draw(st.lists(record, min_size=1, max_size=most))
