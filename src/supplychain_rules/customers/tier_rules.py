"""A tier policy as a rule set: which level a customer's figures earn, as data that `load_policy` takes.

What one record decides runs on every engine, is verified and explained; what needs the past (validity, misses, pins)
is the state machine's.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, TypeAlias

import attrs

from supplychain_rules.customers.tier_policy import TierCondition, TierLevel, TierMeasure, TierPolicy
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import number_text, to_decimal

__all__ = ["EARNED", "KEPT", "figure_decimals", "kept_threshold", "tier_rules"]

#: The output that names the level which the figures earn.
EARNED: Final = "earned"

#: The output that names the best level which the figures are enough to keep, where that is easier.
KEPT: Final = "kept"

#: A half-open range of numbers; None is without end.
_Range: TypeAlias = tuple[Decimal | None, Decimal | None]

#: What a cell allows: ranges, and whether a missing figure.
_Allowed: TypeAlias = tuple[tuple[_Range, ...], bool]


def tier_rules(policy: TierPolicy) -> dict[str, Any]:
    """Return the rule set of a policy: a ladder where each level is one threshold of one measure, else a table.

    Its inputs are the measures, each over its window; its output is `earned`, and `kept` where a part of a threshold
    is enough to keep a level.

    >>> from supplychain_rules.customers.tier_policy import TierValidity, TierWindow
    >>> levels = [TierLevel(id="gold", all_of=[TierCondition(measure="spend", at_least=1000)]), TierLevel(id="basic")]
    >>> rules = tier_rules(TierPolicy(id="club", version="1", measures=[TierMeasure(id="spend")], levels=levels,
    ...     window=TierWindow(kind="calendar", length=12), validity=TierValidity(kind="rest_and_next")))
    >>> rules["steps"][0]["bands"]
    [{'name': 'gold', 'from': '1000'}, {'name': 'basic'}]
    """
    steps = [_score(policy)] if policy.score is not None else []
    steps.append(_step(policy, EARNED, policy.levels))
    if policy.downgrade.keep_at != 1:
        steps.append(_step(policy, KEPT, tuple(_eased(policy, level) for level in policy.levels)))
    return {
        "schema": "supplychain-rules/1",
        "id": policy.id,
        "version": policy.version,
        "inputs": {measure.id: _input(measure) for measure in policy.measures},
        "steps": steps,
    }


def _input(measure: TierMeasure) -> dict[str, Any]:
    least, most = (Decimal(0), Decimal(100_000)) if measure.figure in ("days", "tenure_days") else (None, None)
    declared = {
        "type": "number",
        "decimals": measure.decimals,
        "min": number_text(measure.min if least is None else max(least, measure.min)),
        "max": number_text(measure.max if most is None else min(most, measure.max)),
        "optional": True,
    }
    if measure.label is not None:
        declared["label"] = {"en": measure.label.en, "zh": measure.label.zh}
    return declared


def _score(policy: TierPolicy) -> dict[str, Any]:
    score = policy.score
    assert score is not None  # noqa: S101  the caller asked
    return {
        "kind": "scorecard",
        "id": score.id,
        "method": "weighted_mean",
        "decimals": score.decimals,
        "missing": score.missing,
        "criteria": [
            {
                "id": one.measure,
                "of": one.measure,
                "weight": number_text(one.weight),
                "value": {"kind": "linear", "worst": number_text(one.worst), "best": number_text(one.best)},
            }
            for one in score.criteria
        ],
    }


def _step(policy: TierPolicy, output: str, levels: tuple[TierLevel, ...]) -> dict[str, Any]:
    if _is_ladder(levels):
        bands: list[dict[str, str]] = [
            {"name": level.id, "from": number_text(_threshold(level))} for level in levels[:-1]
        ]
        bottom = levels[-1].id
        of = levels[0].all_of[0].measure
        bands.append({"name": bottom})
        return {"kind": "ladder", "id": output, "of": of, "bands": bands, "if_unknown": bottom}
    rows = [row for level in levels[:-1] for row in _rows(level, output)]
    used = {name for row in rows for name in row["when"]}
    known = [one.id for one in policy.measures] + ([policy.score.id] if policy.score else [])
    options = [level.id for level in reversed(levels)]
    return {
        "kind": "table",
        "id": f"{output}_by",
        "hit": "first",
        "when": [name for name in known if name in used],
        "outputs": {output: {"type": "choice", "options": options, "ordered": True}},
        "rows": rows,
        "otherwise": {output: levels[-1].id},
    }


def _is_ladder(levels: tuple[TierLevel, ...]) -> bool:
    """Return whether every level but the last is one falling threshold of one measure."""
    upper = levels[:-1]
    if any(level.any_of or level.unless or len(level.all_of) != 1 for level in upper):
        return False
    tests = [level.all_of[0] for level in upper]
    if any(one.at_least is None or one.below is not None or one.if_missing for one in tests):
        return False
    thresholds = [_threshold(level) for level in upper]
    falling = all(one > other for one, other in pairwise(thresholds))
    return len({one.measure for one in tests}) == 1 and falling


def _threshold(level: TierLevel) -> Decimal | Fraction:
    found = level.all_of[0].at_least
    assert found is not None  # noqa: S101  asked for where every level has one
    return found


def _eased(policy: TierPolicy, level: TierLevel) -> TierLevel:
    """Return a level whose thresholds are a part of what they were; vetoes and upper bounds stay."""

    def eased(condition: TierCondition) -> TierCondition:
        if condition.at_least is None:
            return condition
        return attrs.evolve(condition, at_least=kept_threshold(policy, condition.measure, condition.at_least))

    return attrs.evolve(level, all_of=map(eased, level.all_of), any_of=map(eased, level.any_of))


def kept_threshold(policy: TierPolicy, measure: str, threshold: Decimal) -> Decimal:
    """Return the least figure that is enough to keep what a threshold earns.

    A part of a threshold need not end, as a third of 100; a figure has so many decimals, and none lies between the
    exact part and the next one of these.
    """
    ratio = policy.downgrade.keep_at
    if ratio == 1:
        return threshold
    places = figure_decimals(policy, measure)
    return to_decimal(round_to_units(Fraction(threshold) * ratio, places, "ceil"), places)


def figure_decimals(policy: TierPolicy, name: str) -> int:
    """Return the decimals of a measure or of the score."""
    measure = policy.measure(name)
    if measure is not None:
        return measure.decimals
    assert policy.score is not None  # noqa: S101  the policy refused names that are neither
    return policy.score.decimals


def _rows(level: TierLevel, output: str) -> Iterator[dict[str, Any]]:
    """Yield a row for each alternative of a level."""
    required = [(one.measure, _allowed(one)) for one in level.all_of]
    required += [(one.measure, _forbidden(one)) for one in level.unless]
    alternatives: Iterable[list[tuple[str, _Allowed]]]
    alternatives = [[(one.measure, _allowed(one))] for one in level.any_of] or [[]]
    for place, alternative in enumerate(alternatives):
        cells: dict[str, _Allowed] = {}
        for measure, allowed in (*required, *alternative):
            cells[measure] = _both(cells[measure], allowed) if measure in cells else allowed
        if all(ranges or missing for ranges, missing in cells.values()):
            name = level.id if len(level.any_of) < 2 else f"{level.id}_{place + 1}"
            yield {"id": name, "when": {one: _cell(cell) for one, cell in cells.items()}, "then": {output: level.id}}


def _allowed(condition: TierCondition) -> _Allowed:
    return ((condition.at_least, condition.below),), condition.if_missing


def _forbidden(condition: TierCondition) -> _Allowed:
    """Return what a veto leaves: everything outside its range, and what is missing unless it says otherwise."""
    left: list[_Range] = []
    if condition.at_least is not None:
        left.append((None, condition.at_least))
    if condition.below is not None:
        left.append((condition.below, None))
    return tuple(left), not condition.if_missing


def _both(one: _Allowed, other: _Allowed) -> _Allowed:
    ranges = []
    for low, high in one[0]:
        for least, most in other[0]:
            start = low if least is None else least if low is None else max(low, least)
            end = high if most is None else most if high is None else min(high, most)
            if start is None or end is None or start < end:
                ranges.append((start, end))
    return tuple(ranges), one[1] and other[1]


def _cell(allowed: _Allowed) -> str:
    ranges, missing = allowed
    told = []
    for low, high in ranges:
        if low is None:
            assert high is not None  # noqa: S101  a condition has a bound
            told.append(f"< {number_text(high)}")
        elif high is None:
            told.append(f">= {number_text(low)}")
        else:
            told.append(f"[{number_text(low)}..{number_text(high)})")
    return ", ".join([*told, *(["missing"] if missing else [])])
