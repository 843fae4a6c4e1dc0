"""Fitting: the cut points of one population as data, so that the next period is judged by the same ones.

Then a supplier changes its class because it changed, not because the others did.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.language.limits import MAX_DECIMALS
from supplychain_rules.rules.codec import dump_policy
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.evaluate import evaluate_all
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.quantile import Better, QuantileStep
from supplychain_rules.rules.scorecard import ScorecardStep
from supplychain_rules.rules.value_functions import PeerLinear
from supplychain_rules.values.scaled import number_text

__all__ = ["fit_cuts"]

#: The points of the best and of the worst value of a scale.
_BEST, _WORST = "100", "0"


def fit_cuts(policy: Policy, population: Iterable[Decision] | Iterable[Mapping[str, object]]) -> dict[str, Any]:
    """Return the rule set with every quantile and every scale among peers fixed as it is on one population.

    A quantile step gets `cuts`: of every class but the worst, the first value that has it. A `peer_linear` scale
    becomes `linear` between the worst and the best value (`bands`, where all values are equal). On the records that
    it was fitted on, the fitted rule set decides all of this as the policy does. A value between two fitted ones has
    the class of the worse one, and one beyond the ends of a scale scores as the nearer end. Ranks and shares compare
    records by their nature and stay as they are. Cases are left out: they are a population of their own.

    Args:
        policy: the rules; quantiles that have cut points already keep them.
        population: the records, or what `evaluate_all` decided on them by this policy.

    Returns:
        The rule set as plain data; give it a version of its own, and load it with `load_policy`.

    Raises:
        InvalidValueError: a step has no value on any record or compares within groups, a scale would end at a value of
            more decimals than a rule set can hold, or a decision is not of this policy.
        InputError: some records are wrong.

    >>> from supplychain_rules.rules.codec import load_policy
    >>> rules = {"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"spend": {"type": "integer", "min": 0, "max": 1000}},
    ...     "steps": [{"kind": "quantile", "id": "size", "of": "spend", "classes": 3}]}
    >>> fitted = fit_cuts(load_policy(rules), [{"spend": value} for value in (10, 20, 20, 30, 40, 50)])
    >>> fitted["steps"]
    [{'kind': 'quantile', 'id': 'size', 'of': 'spend', 'classes': 3, 'cuts': ['30', '40']}]
    """
    decisions = _decisions(policy, population)
    data = dump_policy(policy)
    data.pop("cases", None)
    for step, plain in zip(policy.steps, data["steps"], strict=True):
        match step:
            case QuantileStep(cuts=None):
                _refuse_groups(step.within, step.id)
                plain["cuts"] = [number_text(cut) for cut in _cuts(step, decisions)]
            case ScorecardStep():
                for criterion, written in zip(step.criteria, plain["criteria"], strict=True):
                    if criterion.value is not None and isinstance(criterion.value.spec, PeerLinear):
                        place = f"{step.id}.{criterion.id}"
                        _refuse_groups(criterion.value.spec.within, place)
                        values = _present(criterion.of, decisions, place)
                        written["value"] = _scale(criterion.value.spec.better, min(values), max(values), place)
    return data


def _refuse_groups(within: str | None, place: str) -> None:
    if within is not None:
        raise InvalidValueError(
            "cut points hold for all records alike, and these are compared within groups",
            place,
            hint=f"fit the records of each {within} by rules without 'within'",
        )


@final
@attrs.frozen
class _Decided:
    """One record: its inputs, read once, and its outputs."""

    inputs: Mapping[str, Any]
    decision: Decision

    def value(self, name: str) -> Any:  # noqa: ANN401  of any type
        """Return an input or an output."""
        return self.inputs[name] if name in self.inputs else self.decision[name]


def _decisions(policy: Policy, population: Iterable[Decision] | Iterable[Mapping[str, object]]) -> list[_Decided]:
    given = list(population)
    decisions = [one for one in given if isinstance(one, Decision)]
    records = [one for one in given if isinstance(one, Mapping)]
    if len(given) not in (len(decisions), len(records)):
        raise InvalidValueError("a population is records, or the decisions on them", hint="give one or the other")
    decisions += evaluate_all(policy, records) if records else ()
    other = next((one for one in decisions if one.fingerprint != policy.fingerprint), None)
    if other is not None:
        raise InvalidValueError("a decision of other rules", other, hint="evaluate_all with this policy first")
    return [_Decided(one.inputs, one) for one in decisions]


def _present(name: str, decisions: list[_Decided], place: str) -> list[Decimal]:
    values = [value for value in (one.value(name) for one in decisions) if value is not None]
    if not values:
        raise InvalidValueError(f"no record has a value of {name}, so nothing can be fitted", place)
    return values


def _cuts(step: QuantileStep, decisions: list[_Decided]) -> list[Decimal]:
    """Return the first value of each class from 2 on; where a class is empty, that of the next better one."""
    _present(step.of, decisions, step.id)
    first = min if step.better == "high" else max
    by_class: dict[int, Decimal] = {}
    for one in decisions:
        class_, value = one.decision[step.id], one.value(step.of)
        if class_ is not None:
            by_class[int(class_)] = first(value, by_class.get(int(class_), value))
    best = max(by_class)
    return [first(value for reached, value in by_class.items() if reached >= class_) for class_ in range(2, best + 1)]


def _scale(better: Better, least: Decimal, largest: Decimal, place: str) -> dict[str, Any]:
    low, high = _text(least, place), _text(largest, place)
    if least == largest:
        edge = "from" if better == "high" else "to"
        return {"kind": "bands", "bands": [{"points": _BEST, edge: low}, {"points": _WORST}]}
    worst, best = (low, high) if better == "high" else (high, low)
    return {"kind": "linear", "worst": worst, "best": best}


def _text(value: Decimal, place: str) -> str:
    text = number_text(value)
    if len(text.partition(".")[2]) > MAX_DECIMALS:
        raise InvalidValueError(
            f"a scale ends at a value of {MAX_DECIMALS} decimals at most",
            place,
            hint="round what it reads in a formula",
        )
    return text
