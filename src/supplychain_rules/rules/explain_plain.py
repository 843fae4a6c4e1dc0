"""Reasons as plain, JSON-able data: numbers are text, labels are mappings of both languages.

Every class has its own function, which names every field: a walk over fields takes three times as long,
and there are hundreds of values in one explanation.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias, assert_never

import attrs

from supplychain_rules.rules.reasons import (
    Cause,
    CheckReason,
    CriterionReason,
    FormulaReason,
    GateReason,
    LadderReason,
    QuantileReason,
    RankReason,
    Reading,
    RowReason,
    ScorecardReason,
    ShareReason,
    Standing,
    StepReason,
    TableReason,
)
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import number_text

__all__ = ["plain_reading", "plain_step"]

_Data: TypeAlias = dict[str, Any]


def plain_step(step: StepReason) -> _Data:
    """Return the reason of a step, its kind first."""
    match step:
        case FormulaReason():
            return _formula(step)
        case GateReason():
            return {
                "kind": "gate",
                "id": step.id,
                "label": _label(step.label),
                "checks": [_check(check) for check in step.checks],
                "outcome": step.outcome,
            }
        case ScorecardReason():
            return _scorecard(step)
        case LadderReason():
            return _ladder(step)
        case TableReason():
            return _table(step)
        case RankReason():
            return {
                "kind": "rank",
                "id": step.id,
                "label": _label(step.label),
                "reading": plain_reading(step.reading),
                "order": step.order,
                "ties": step.ties,
                "within": None if step.within is None else plain_reading(step.within),
                "standing": _standing(step.standing),
                "place": _number(step.place),
            }
        case QuantileReason():
            return _quantile(step)
        case ShareReason():
            return _share(step)
        case _:
            assert_never(step)


def plain_reading(reading: Reading) -> _Data:
    """Return a value with its name and label."""
    return {"name": reading.name, "label": _label(reading.label), "value": _value(reading.value)}


def _formula(step: FormulaReason) -> _Data:
    return {
        "kind": "formula",
        "id": step.id,
        "label": _label(step.label),
        "formula": step.formula,
        "decimals": step.decimals,
        "reads": [plain_reading(reading) for reading in step.reads],
        "value": _value(step.value),
        "causes": [_cause(cause) for cause in step.causes],
    }


def _check(check: CheckReason) -> _Data:
    return {
        "id": check.id,
        "reason": _label(check.reason),
        "condition": check.condition,
        "reads": [plain_reading(reading) for reading in check.reads],
        "holds": check.holds,
        "effect": check.effect,
        "causes": [_cause(cause) for cause in check.causes],
    }


def _scorecard(step: ScorecardReason) -> _Data:
    return {
        "kind": "scorecard",
        "id": step.id,
        "label": _label(step.label),
        "method": step.method,
        "criteria": [_criterion(criterion) for criterion in step.criteria],
        "remainder_label": _label(step.remainder_label),
        "remainder": _number(step.remainder),
        "score": _number(step.score),
        "coverage": _number(step.coverage),
        "min_coverage": _number(step.min_coverage),
        "low": _number(step.low),
        "high": _number(step.high),
        "missing_because": list(step.missing_because),
        "coverage_too_low": step.coverage_too_low,
    }


def _criterion(criterion: CriterionReason) -> _Data:
    return {
        "id": criterion.id,
        "label": _label(criterion.label),
        "reading": plain_reading(criterion.reading),
        "state": criterion.state,
        "score": _number(criterion.score),
        "weight": number_text(criterion.weight),
        "share": _number(criterion.share),
        "counted_share": _number(criterion.counted_share),
        "contribution": _number(criterion.contribution),
        "value_function": _setting(criterion.value_function),
        "applies_when": criterion.applies_when,
        "applies": criterion.applies,
        "peers": None if criterion.peers is None else [_number(end) for end in criterion.peers],
    }


def _ladder(step: LadderReason) -> _Data:
    return {
        "kind": "ladder",
        "id": step.id,
        "label": _label(step.label),
        "reading": plain_reading(step.reading),
        "band": step.band,
        "band_label": _label(step.band_label),
        "by_thresholds": step.by_thresholds,
        "low": _number(step.low),
        "high": _number(step.high),
        "closed": step.closed,
        "hysteresis": step.hysteresis,
        "previous": step.previous,
        "indicated": step.indicated,
        "indicated_low": _number(step.indicated_low),
        "indicated_high": _number(step.indicated_high),
        "margin": _number(step.margin),
        "held": step.held,
        "periods": step.periods,
    }


def _table(step: TableReason) -> _Data:
    return {
        "kind": "table",
        "id": step.id,
        "label": _label(step.label),
        "hit": step.hit,
        "reads": [plain_reading(reading) for reading in step.reads],
        "rows": [_row(row) for row in step.rows],
        "decided_by": step.decided_by,
        "otherwise": step.otherwise,
        "has_otherwise": step.has_otherwise,
        "outputs": [plain_reading(output) for output in step.outputs],
    }


def _quantile(step: QuantileReason) -> _Data:
    return {
        "kind": "quantile",
        "id": step.id,
        "label": _label(step.label),
        "reading": plain_reading(step.reading),
        "classes": step.classes,
        "better": step.better,
        "ties": step.ties,
        "within": None if step.within is None else plain_reading(step.within),
        "standing": None if step.standing is None else _standing(step.standing),
        "value": _number(step.value),
        "low": _number(step.low),
        "high": _number(step.high),
    }


def _share(step: ShareReason) -> _Data:
    return {
        "kind": "share",
        "id": step.id,
        "label": _label(step.label),
        "reading": plain_reading(step.reading),
        "within": None if step.within is None else plain_reading(step.within),
        "count": step.count,
        "larger": step.larger,
        "total": _number(step.total),
        "larger_total": _number(step.larger_total),
        "share": _number(step.share),
        "before": _number(step.before),
    }


def _standing(standing: Standing) -> _Data:
    return {
        "count": standing.count,
        "better": standing.better,
        "equal": standing.equal,
        "worse": standing.worse,
    }


def _row(row: RowReason) -> _Data:
    return {
        "id": row.id,
        "label": _label(row.label),
        "hits": row.hits,
        "column": row.column,
        "column_label": _label(row.column_label),
        "cell": row.cell,
        "seen": _value(row.seen),
        "unknown": row.unknown,
    }


def _cause(cause: Cause) -> _Data:
    return {"kind": cause.kind, "of": cause.of, "label": _label(cause.label)}


def _label(label: Label | None) -> _Data | None:
    return None if label is None else {"en": label.en, "zh": label.zh}


def _number(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _value(value: Any) -> str | bool | None:  # noqa: ANN401  Decimal, date, bool, str or None
    if isinstance(value, Decimal):
        return format(value, "f")
    plain: str | bool | None = value.isoformat() if isinstance(value, date) else value
    return plain


def _setting(value: Any) -> Any:  # noqa: ANN401  whatever a user's own strategy is set by
    """Turn the settings of a value function into plain data."""
    match value:
        case None | str() | bool() | int():
            return value
        case Decimal():
            return format(value, "f")
        case tuple():
            return [_setting(item) for item in value]
        case Label():
            return _label(value)
        case Fraction():
            return number_text(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _setting(item) for key, item in value.items()}
        case _ if attrs.has(type(value)):
            return {field.name: _setting(getattr(value, field.name)) for field in attrs.fields(type(value))}
        case _:
            return str(value)
