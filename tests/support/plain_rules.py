"""Gates, scorecards, ladders and tables once more, from the design's words, over a rule set as plain data.

`decide` takes the data that `load_policy` takes. Of the library it asks one thing only: what an earlier
step's output can be, which says how far a score that reads it can reach.
"""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import attrs
from plain_cells import cell_holds
from plain_formulas import (
    Facts,
    Value,
    as_date,
    formula_value,
    interpolated,
    rounded,
    three_valued_and,
)

__all__ = ["Reach", "RowsConflictError", "Span", "decide", "geometric_mean"]

Data = Mapping[str, Any]

#: The least and the largest value of a number.
Span = tuple[Fraction, Fraction]


@attrs.frozen(kw_only=True)
class Reach:
    """What inputs and outputs can be: the span of each number, the options of each choice."""

    spans: Mapping[str, Span]
    options: Mapping[str, tuple[str, ...]]


class RowsConflictError(Exception):
    """Rows of different outcome hit, where the hit policy says that none may."""


def decide(rule_set: Data, record: Mapping[str, Value], reach: Reach) -> dict[str, Value]:
    """Return every output; `record` holds every input."""
    facts = Facts(values=dict(record))
    for name, declared in rule_set["inputs"].items():
        if declared.get("ordered"):
            facts.rankings[name] = tuple(declared["options"])
    for step in rule_set["steps"]:
        match step["kind"]:
            case "formula":
                value = formula_value(step["formula"], facts)
                if "decimals" in step and isinstance(value, Fraction):
                    value = rounded(value, step["decimals"])
                facts.values[step["id"]] = value
            case "gate":
                _gate(step, facts)
            case "scorecard":
                facts.values.update(_Scorecard(step, facts, reach).outputs())
            case "ladder":
                _ladder(step, facts)
            case "table":
                _table(step, facts)
    return {name: value for name, value in facts.values.items() if name not in rule_set["inputs"]}


def _gate(step: Data, facts: Facts) -> None:
    outcomes = []
    for check in step["checks"]:
        held = formula_value(check["require"], facts)
        if held is None:
            outcomes.append(check.get("if_unknown", "fail"))
        else:
            outcomes.append("pass" if held else check.get("if_false", "fail"))
    ranking = ("fail", "refer", "pass")
    facts.rankings[step["id"]] = ranking
    facts.values[step["id"]] = min(outcomes, key=ranking.index)


@attrs.frozen
class _Line:
    """A criterion that applies: its score (None is missing), what it counts as, and what it could be."""

    weight: Fraction
    policy: str
    score: Fraction | None
    used: Fraction | None
    reach: Span


@attrs.frozen
class _Scorecard:
    step: Data
    facts: Facts
    reach: Reach

    def outputs(self) -> dict[str, Value]:
        lines = [line for criterion in self.step["criteria"] if (line := self.line(criterion)) is not None]
        total = sum((line.weight for line in lines), Fraction(0))
        present = sum((line.weight for line in lines if line.score is not None), Fraction(0))
        refused = any(line.policy == "null" and line.score is None for line in lines)
        refused = refused or present < _number(self.step.get("min_coverage", 0)) * total
        score = None if refused else self.combined([(line.weight, line.used) for line in lines])
        name = self.step["id"]
        filled = [
            [(line.weight, line.reach[side] if line.score is None else line.score) for line in lines] for side in (0, 1)
        ]
        return {
            name: score,
            f"{name}_coverage": rounded(present / total, 4) if total else None,
            f"{name}_low": self.combined(filled[0]),
            f"{name}_high": self.combined(filled[1]),
        }

    def line(self, criterion: Data) -> _Line | None:
        if "applies" in criterion and formula_value(criterion["applies"], self.facts) is False:
            return None
        policy = criterion.get("missing", self.step.get("missing", "null"))
        exact = _points(criterion.get("value"), self.facts.values[criterion["of"]])
        score = None if exact is None else rounded(exact, 4)
        reach = self.attainable(criterion)
        used = score
        if score is None and policy == "worst":
            used = reach[0]
        if score is None and policy == "neutral":
            used = _number(criterion.get("neutral", 50))
        return _Line(_number(criterion.get("weight", 1)), policy, score, used, reach)

    def attainable(self, criterion: Data) -> Span:
        """Return the least and the largest score that the criterion can attain."""
        value = criterion.get("value")
        span = self.reach.spans.get(criterion["of"])
        if value is not None and value["kind"] in ("bands", "categories"):
            points = [_number(band["points"]) for band in value["bands"]] if "bands" in value else []
            if "points" in value:
                points = [_number(each) for each in value["points"].values()]
                options = self.reach.options.get(criterion["of"], ("true", "false"))
                points += [_number(value["otherwise"])] if set(options) - set(value["points"]) else []
            return rounded(min(points), 4), rounded(max(points), 4)
        assert span is not None
        ends = list(span)
        if value is not None:
            ends += [x for x, _ in _lines(value) if span[0] < x < span[1]]
            value = {**value, "outside": "flat"}
        scores = [rounded(score, 4) for x in ends if (score := _points(value, x)) is not None]
        return min(scores), max(scores)

    def combined(self, pairs: list[tuple[Fraction, Fraction | None]]) -> Fraction | None:
        method, spec = self.step["method"], {}
        if not isinstance(method, str):
            method, spec = method["kind"], method
        known = [(weight, score) for weight, score in pairs if score is not None]
        weights = sum((weight for weight, _ in known), Fraction(0))
        places = self.step.get("decimals", 2)
        match method:
            case "points":
                start = _number(spec.get("start", 0))
                return rounded(start + sum((w * s for w, s in known), Fraction(0)), places)
            case "worst_of":
                return rounded(min(score for _, score in known), places) if known else None
            case "weighted_mean":
                return rounded(sum((w * s for w, s in known), Fraction(0)) / weights, places) if weights else None
            case _:
                everything = [_number(c.get("weight", 1)) for c in self.step["criteria"]]
                return geometric_mean(known, everything, places) if weights else None


def geometric_mean(known: list[tuple[Fraction, Fraction]], weights: list[Fraction], places: int) -> Fraction:
    """Return the rounded mean by comparing whole powers, beginning from a guess in floating point."""
    scale = math.lcm(*(weight.denominator for weight in weights))
    divisor = math.gcd(*(int(weight * scale) for weight in weights))
    powers = [(int(weight * scale) // divisor, score) for weight, score in known if weight]
    total = sum(power for power, _ in powers)
    product = math.prod(score**power for power, score in powers)
    if product == 0:
        return Fraction(0)
    logarithms = sum(power * (math.log(score.numerator) - math.log(score.denominator)) for power, score in powers)
    unit = Fraction(1, 10**places)
    units = round(math.exp(logarithms / total) * 10**places)
    while ((units + Fraction(1, 2)) * unit) ** total <= product:
        units += 1
    while units > 0 and ((units - Fraction(1, 2)) * unit) ** total > product:
        units -= 1
    return units * unit


def _number(raw: object) -> Fraction:
    return Fraction(str(raw)) if not isinstance(raw, Fraction) else raw


def _lines(value: Data) -> list[tuple[Fraction, Fraction]]:
    """Return the corners of a value function that is drawn in straight lines."""
    match value["kind"]:
        case "linear":
            return sorted([(_number(value["worst"]), Fraction(0)), (_number(value["best"]), Fraction(100))])
        case "target":
            target, low, high = (_number(value[key]) for key in ("target", "low", "high"))
            from_ = target - _number(value.get("tolerance_below", 0))
            to = target + _number(value.get("tolerance_above", 0))
            corners = {low: Fraction(0), from_: Fraction(100), to: Fraction(100), high: Fraction(0)}
            return sorted(corners.items())
        case _:
            return [(_number(x), _number(y)) for x, y in value["points"]]


def _points(value: Data | None, raw: Value) -> Fraction | None:
    """Return the exact score of a raw value."""
    if raw is None:
        return None
    if value is None:
        return Fraction(raw)  # type: ignore[arg-type]
    if value["kind"] == "categories":
        name = str(raw).lower() if isinstance(raw, bool) else str(raw)
        points = value["points"].get(name, value.get("otherwise"))
        return _number(points)
    assert isinstance(raw, Fraction)
    if value["kind"] == "bands":
        return next((_number(band["points"]) for band in value["bands"] if _within(band, raw)), None)
    corners = _lines(value)
    if value.get("outside", "flat") == "missing" and not corners[0][0] <= raw <= corners[-1][0]:
        return None
    return interpolated(raw, [(x, y) for x, y in corners])


def _within(band: Data, value: Fraction, shift: Fraction = Fraction(0)) -> bool:
    """Say whether a value reaches a band whose threshold is made harder by `shift`."""
    if "from" in band:
        return value >= _number(band["from"]) + shift
    return "to" not in band or value <= _number(band["to"]) - shift


def _ladder(step: Data, facts: Facts) -> None:
    number = facts.values[step["of"]]
    bands = step["bands"]
    names = [band["name"] for band in bands]
    facts.rankings[step["id"]] = tuple(reversed(names))
    rule = step.get("hysteresis")
    previous = facts.values[rule["previous"]] if rule else None
    at = names.index(previous) if previous in names else None
    margin = _number(rule.get("margin", 0)) if rule and at is not None else Fraction(0)
    indicated: Value = step.get("if_unknown")
    if number is not None:
        assert isinstance(number, Fraction)
        place = next(
            (
                place
                for place, band in enumerate(bands[:-1])
                if _within(band, number, margin if at is not None and place < at else -margin)
            ),
            len(bands) - 1,
        )
        indicated = names[place]
    facts.values[step["id"]] = indicated
    if not rule:
        return
    held = _held(rule, names, at, indicated, facts)
    facts.values[f"{step['id']}_held"] = Fraction(held)
    if held:
        facts.values[step["id"]] = previous


def _held(rule: Data, names: list[str], at: int | None, indicated: Value, facts: Facts) -> int:
    """Return the periods for which another band was indicated in vain: below zero a worse one, above a better one."""
    if at is None or indicated not in names or indicated == names[at]:
        return 0
    before = facts.values[rule["held"]] if "held" in rule else None
    count = int(before) if isinstance(before, Fraction) else 0
    if names.index(str(indicated)) > at:
        streak = (-count if count < 0 else 0) + 1
        return -streak if streak < rule.get("periods", 1) else 0
    streak = max(count, 0) + 1
    return streak if streak < rule.get("periods_up", rule.get("periods", 1)) else 0


def _table(step: Data, facts: Facts) -> None:
    outputs = {name: declared["type"] for name, declared in step["outputs"].items()}
    hits = [row["then"] for row in step["rows"] if _hits(row, facts)]
    values = [{name: _plain(then[name], kind) for name, kind in outputs.items()} for then in hits]
    otherwise = step.get("otherwise")
    rest = {name: None if otherwise is None else _plain(otherwise[name], kind) for name, kind in outputs.items()}
    facts.values.update(_collected(step, values, rest) if step.get("hit") == "collect" else _single(step, values, rest))


def _hits(row: Data, facts: Facts) -> bool:
    cells = row.get("when", {}).items()
    held = [cell_holds(cell, facts.values[name], facts.rankings.get(name, ())) for name, cell in cells]
    return three_valued_and(list(held)) is True


def _plain(raw: object, kind: str) -> Value:
    if raw is None or isinstance(raw, bool):
        return raw
    if kind in ("number", "integer"):
        return _number(raw)
    return as_date(raw) if kind == "date" else raw  # type: ignore[arg-type, return-value]


def _single(step: Data, values: list[dict[str, Value]], rest: dict[str, Value]) -> dict[str, Value]:
    match step.get("hit", "unique"):
        case "unique" if len(values) > 1:
            raise RowsConflictError
        case "any" if any(one != values[0] for one in values):
            raise RowsConflictError
        case "priority" if values:
            choices = [(n, d["options"]) for n, d in step["outputs"].items() if d["type"] == "choice"]

            def rank(row: dict[str, Value]) -> list[int]:
                return [len(o) if row[name] is None else o.index(row[name]) for name, o in choices]

            return min(values, key=rank)
    return values[0] if values else rest


def _collected(step: Data, values: list[dict[str, Value]], rest: dict[str, Value]) -> dict[str, Value]:
    if step["aggregate"] == "count":
        counted = bool(values) or step.get("otherwise") is None
        return {name: Fraction(len(values)) if counted else value for name, value in rest.items()}
    if not values:
        return rest
    results: dict[str, Value] = {}
    for name in rest:
        column = [row[name] for row in values]
        numbers = [value for value in column if isinstance(value, Fraction)]
        whole = {"sum": sum, "min": min, "max": max}[step["aggregate"]]
        results[name] = whole(numbers) if len(numbers) == len(column) else None
    return results
