"""Random scorecards whose criteria all rise with their inputs, and records of them."""

from fractions import Fraction
from typing import Any

import attrs
from hypothesis import strategies as st

from supplychain_rules.testing.strategies_formulas import Draw, decimal_text

__all__ = ["MonotoneCard", "Scale", "monotone_cards", "scales"]

#: The inputs' range and places, wide enough for ties and fine enough for boundaries.
LOW, HIGH, DECIMALS = -20, 120, 1

_SCORES = ("0", "10", "33.3333", "60", "75", "100")


@attrs.frozen
class Scale:
    """Another unit for an input: `factor * x + offset`, with as many decimals as that needs."""

    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)

    def text(self, x: object) -> str:
        """Write a value of the first unit in this one."""
        return decimal_text(Fraction(str(x)) * self.factor + self.offset)


@attrs.frozen
class MonotoneCard:
    """A scorecard in which more is better (`rising`) or worse for each criterion."""

    step: dict[str, Any]
    rising: tuple[bool, ...]

    def rule_set(self, step: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the rule set: the inputs, the scorecard, and a grade over it."""
        inputs = {
            criterion["of"]: {"type": "number", "decimals": DECIMALS, "min": LOW, "max": HIGH, "optional": True}
            for criterion in self.step["criteria"]
        }
        grade = {
            "kind": "ladder",
            "id": "grade",
            "of": "score",
            "bands": [{"name": "A", "from": "75"}, {"name": "B", "from": "60"}, {"name": "C"}],
        }
        return {
            "schema": "supplychain-rules/1",
            "id": "monotone",
            "version": "1",
            "inputs": inputs,
            "steps": [self.step if step is None else step, grade],
        }

    def rescaled(self, scale: Scale) -> dict[str, Any]:
        """Return the same rules with every input in another unit."""
        rule_set = self.rule_set()
        ends = sorted(Fraction(scale.text(end)) for end in (LOW, HIGH))
        declared = {
            "type": "number",
            "decimals": 5,
            "min": decimal_text(ends[0]),
            "max": decimal_text(ends[1]),
            "optional": True,
        }
        criteria = [{**criterion, "value": _in_unit(criterion["value"], scale)} for criterion in self.step["criteria"]]
        return {
            **rule_set,
            "inputs": dict.fromkeys(rule_set["inputs"], declared),
            "steps": [{**self.step, "criteria": criteria}, *rule_set["steps"][1:]],
        }


@st.composite
def monotone_cards(draw: Draw) -> MonotoneCard:
    """Draw a scorecard of one to four criteria."""
    method = draw(st.sampled_from(("weighted_mean", "weighted_mean", "geometric_mean", "worst_of", "points")))
    missing = ["null", "worst", "neutral", *([] if method == "points" else ["reweight"])]
    criteria: list[dict[str, Any]] = []
    rising: list[bool] = []
    for place in range(draw(st.integers(1, 4))):
        up = draw(st.booleans())
        weights = ("1", "40", "0.5", "12") if method == "geometric_mean" else ("1", "40", "0.5", "25/48", "11.1")
        weight = draw(st.sampled_from(weights))  # exponents stay small
        criterion = {"id": f"criterion_{place}", "of": f"input_{place}", "weight": weight, "value": _value(draw, up=up)}
        criterion |= {"missing": draw(st.sampled_from(missing))} if draw(st.booleans()) else {}
        criteria.append(criterion)
        rising.append(up)
    step = {
        "kind": "scorecard",
        "id": "score",
        "method": method,
        "missing": draw(st.sampled_from(missing)),
        "decimals": draw(st.integers(0, 4)),
        "criteria": criteria,
    }
    step |= {"min_coverage": draw(st.sampled_from(("0.5", "1/3", "1")))} if draw(st.booleans()) else {}
    return MonotoneCard(step, tuple(rising))


def scales() -> st.SearchStrategy[Scale]:
    """Draw a unit: percent for a ratio, kilograms for grams, Fahrenheit for Celsius."""
    factors = st.sampled_from([Fraction(100), Fraction(1, 100), Fraction(1000), Fraction(9, 5), Fraction(1)])
    offsets = st.sampled_from([Fraction(0), Fraction(32), Fraction(-50)])
    return st.builds(Scale, factors, offsets)


def _value(draw: Draw, *, up: bool) -> dict[str, Any]:
    xs = [decimal_text(Fraction(x, 10)) for x in sorted(draw(st.sets(st.integers(-100, 1100), min_size=3, max_size=3)))]
    # The ends lie on both sides of 50, so that this neutral score is on every criterion's scale.
    levels = [draw(st.sampled_from(some)) for some in (_SCORES[:3], _SCORES, _SCORES[3:])]
    scores = sorted(levels, key=Fraction, reverse=not up)
    match draw(st.sampled_from(("linear", "piecewise", "bands"))):
        case "linear":
            return {"kind": "linear", "worst": xs[0 if up else 2], "best": xs[2 if up else 0]}
        case "piecewise":
            return {"kind": "piecewise", "points": [[x, y] for x, y in zip(xs, scores, strict=True)]}
        case _:
            side = "from" if up else "to"
            best_first = list(zip(xs, scores, strict=True))[:: -1 if up else 1]
            bands: list[dict[str, Any]] = [{side: x, "points": y} for x, y in best_first[:2]]
            return {"kind": "bands", "bands": [*bands, {"points": best_first[2][1]}]}


def _in_unit(value: dict[str, Any], scale: Scale) -> dict[str, Any]:
    """Write a value function's thresholds in another unit."""
    match value["kind"]:
        case "linear":
            return {**value, "worst": scale.text(value["worst"]), "best": scale.text(value["best"])}
        case "piecewise":
            return {**value, "points": [[scale.text(x), y] for x, y in value["points"]]}
        case _:
            bands = [
                {key: raw if key == "points" else scale.text(raw) for key, raw in band.items()}
                for band in value["bands"]
            ]
            return {**value, "bands": bands}
