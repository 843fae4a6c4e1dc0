"""The workload of the scalar benchmark: one rule set, its records, and what an answer is.

A gate, a scorecard of five KPIs (linear up and down, piecewise, bands up and down) with reweighting and a least
coverage, a ladder of four bands, a formula, and a first-hit table of twelve rows over four columns. A fifth of
the measured values is missing, and many stand exactly on a threshold or make a score that ends in a half.
"""

import random
from decimal import Decimal
from typing import Any, Final

__all__ = ["DEMO_STEPS", "OUTPUTS", "RULES", "Answer", "Record", "chained_steps", "make_records", "many_steps"]

Record = dict[str, object]

#: What every contestant returns, by the names of `OUTPUTS`: text, and numbers in whole hundredths or None.
Answer = dict[str, object]

#: The outputs that make an answer, in that order.
OUTPUTS: Final = ("qualified", "performance", "grade", "shortfall", "action", "order_share_change")

_RATE: Final = {"type": "number", "decimals": 4, "min": "0", "max": "1", "optional": True}


def _row(identity: str, when: dict[str, object], action: str, change: str) -> dict[str, object]:
    return {"id": identity, "when": when, "then": {"action": action, "order_share_change": change}}


_GATE: Final = {
    "kind": "gate",
    "id": "qualified",
    "checks": [
        {"id": "certificate", "require": "certified", "if_unknown": "refer"},
        {"id": "least_quality", "require": "quality >= 0.85", "if_unknown": "refer"},
    ],
}

_SCORECARD: Final = {
    "kind": "scorecard",
    "id": "performance",
    "method": "weighted_mean",
    "decimals": 2,
    "missing": "reweight",
    "min_coverage": "0.6",
    "criteria": [
        {"id": "pass_rate", "of": "quality", "weight": 35, "value": {"kind": "linear", "worst": "0.90", "best": "1"}},
        {
            "id": "delivery",
            "of": "on_time",
            "weight": 30,
            "value": {"kind": "piecewise", "points": [["0.70", "0"], ["0.90", "60"], ["1", "100"]]},
        },
        {
            "id": "support",
            "of": "service",
            "weight": 15,
            "value": {
                "kind": "bands",
                "bands": [{"from": "4.5", "points": 100}, {"from": "3", "points": 60}, {"points": 0}],
            },
        },
        {
            "id": "price_level",
            "of": "price_index",
            "weight": 10,
            "value": {"kind": "linear", "worst": "1.2", "best": "0.93"},
        },
        {
            "id": "defects",
            "of": "ppm",
            "weight": 10,
            "value": {
                "kind": "bands",
                "bands": [
                    {"to": 50, "points": 100},
                    {"to": 500, "points": 75},
                    {"to": 3000, "points": 40},
                    {"points": 0},
                ],
            },
        },
    ],
}

_LADDER: Final = {
    "kind": "ladder",
    "id": "grade",
    "of": "performance",
    "bands": [{"name": "A", "from": 90}, {"name": "B", "from": 75}, {"name": "C", "from": 60}, {"name": "D"}],
    "if_unknown": "unrated",
}

_FORMULA: Final = {"kind": "formula", "id": "shortfall", "formula": "max(0, 90 - performance)"}

_TABLE: Final = {
    "kind": "table",
    "id": "incentive",
    "hit": "first",
    "when": ["qualified", "grade", "category", "spend"],
    "outputs": {
        "action": {"type": "choice", "options": ["partner", "grow", "keep", "improve", "review", "replace"]},
        "order_share_change": {"type": "number", "decimals": 2, "min": -1, "max": 1},
    },
    "rows": [
        _row("barred", {"qualified": "fail"}, "replace", "-1"),
        _row("referred_material", {"qualified": "refer", "category": "raw"}, "review", "-0.25"),
        _row("referred", {"qualified": "refer"}, "improve", "-0.10"),
        _row("key", {"grade": "A", "category": "raw", "spend": ">= 1000000"}, "partner", "0.15"),
        _row("large", {"grade": "A", "spend": ">= 250000"}, "grow", "0.10"),
        _row("best", {"grade": "A"}, "grow", "0.05"),
        _row("good_key", {"grade": "B", "category": "raw, pack", "spend": ">= 500000"}, "grow", "0.05"),
        _row("good", {"grade": "B"}, "keep", "0"),
        _row("fair_service", {"grade": "C", "category": "service"}, "keep", "0"),
        _row("fair_large", {"grade": "C", "spend": ">= 1000000"}, "improve", "-0.10"),
        _row("fair", {"grade": "C"}, "improve", "-0.05"),
        _row("poor_large", {"grade": "D", "spend": ">= 1000000"}, "improve", "-0.30"),
    ],
    "otherwise": {"action": "review", "order_share_change": "-0.50"},
}

DEMO_STEPS: Final[list[dict[str, Any]]] = [_GATE, _SCORECARD, _LADDER, _FORMULA, _TABLE]

#: The rule set as `load_policy` takes it.
RULES: Final[dict[str, Any]] = {
    "schema": "supplychain-rules/1",
    "id": "benchmark",
    "version": "1",
    "inputs": {
        "quality": _RATE,
        "on_time": _RATE,
        "service": {"type": "number", "decimals": 1, "min": 0, "max": 5, "optional": True},
        "price_index": {"type": "number", "decimals": 3, "min": 0, "max": 10, "optional": True},
        "ppm": {"type": "integer", "min": 0, "max": 1_000_000, "optional": True},
        "certified": {"type": "boolean", "optional": True},
        "category": {"type": "choice", "options": ["raw", "pack", "service"]},
        "spend": {"type": "number", "decimals": 2, "min": 0, "max": 100_000_000},
    },
    "steps": DEMO_STEPS,
}

#: Share of the optional values that are missing: enough that every reweighting occurs in 2,000 records.
_MISSING_SHARE: Final = 0.2

#: Share of the values taken from a coarse grid, whose points are the rules' own thresholds.
_GRID_SHARE: Final = 0.4


def make_records(count: int, seed: int = 20260101) -> list[Record]:
    """Return records as an own system holds them: floats, some values missing (None or left out), many ties."""
    random_ = random.Random(seed)  # noqa: S311  records, not secrets
    return [_record(random_) for _ in range(count)]


def _record(random_: random.Random) -> Record:
    record: Record = {
        "quality": _value(random_, ("0.84", "0.85", "0.9", "0.95", "0.99", "1"), 0.94, 1.0, 4),
        "on_time": _value(random_, ("0.7", "0.75", "0.8", "0.9", "0.95", "1"), 0.8, 1.0, 4),
        "service": _value(random_, ("2.9", "3", "4.4", "4.5", "5"), 2.5, 5.0, 1),
        "price_index": _value(random_, ("0.93", "1", "1.2"), 0.85, 1.15, 3),
        "ppm": _value(random_, ("0", "50", "51", "500", "3000"), 0.0, 1500.0, 0),
        "certified": None if random_.random() < _MISSING_SHARE / 4 else random_.random() < 0.9,
        "category": random_.choice(("raw", "pack", "service")),
        "spend": float(random_.choice((random_.randrange(200_000_000) / 100, 250_000, 500_000, 1_000_000))),
    }
    # Half of the missing values are left out, as a record from JSON leaves them.
    return {name: value for name, value in record.items() if value is not None or random_.random() < 0.5}


def _value(random_: random.Random, grid: tuple[str, ...], low: float, high: float, decimals: int) -> float | None:
    if random_.random() < _MISSING_SHARE:
        return None
    if random_.random() < _GRID_SHARE:
        return float(Decimal(random_.choice(grid)))
    return round(random_.uniform(low, high), decimals)


def many_steps(blocks: int = 6) -> dict[str, Any]:
    """Return a rule set of `blocks` times the five steps above under names of their own: 6 blocks are 30 steps."""
    steps = [step for block in range(blocks) for step in _renamed(DEMO_STEPS, f"_{block}")]
    return {**RULES, "id": "many_steps", "steps": steps}


def chained_steps(count: int) -> dict[str, Any]:
    """Return a rule set of `count` steps in a row, each of which reads the step before.

    A gate asks what the table before decided, a formula reads the gate, a scorecard the formula, a ladder the
    scorecard, a table the ladder; and so on.
    """
    steps: list[dict[str, Any]] = []
    for block in range(-(-count // len(DEMO_STEPS))):
        gate, scorecard, ladder, _, table = _renamed(DEMO_STEPS, f"_{block}")
        before = f"order_share_change_{block - 1} >= -0.25" if block else "quality >= 0.85"
        checks = [gate["checks"][0], {"id": "before", "require": before, "if_unknown": "refer"}]
        rate = f"rate_{block}"
        formula = f"quality if {gate['id']} == 'pass' else round(quality * 0.9, 4)"
        first, *others = scorecard["criteria"]
        steps += [
            {**gate, "checks": checks},
            {"kind": "formula", "id": rate, "formula": formula},
            {**scorecard, "criteria": [{**first, "of": rate}, *others]},
            ladder,
            table,
        ]
    return {**RULES, "id": "chained_steps", "steps": steps[:count]}


def _renamed(steps: list[dict[str, Any]], ending: str) -> list[dict[str, Any]]:
    gate, scorecard, ladder, formula, table = steps
    names = {name: name + ending for name in OUTPUTS}
    rows = [
        {
            **row,
            "when": {names.get(column, column): cell for column, cell in row["when"].items()},
            "then": {names[name]: value for name, value in row["then"].items()},
        }
        for row in table["rows"]
    ]
    return [
        {**gate, "id": names["qualified"]},
        {**scorecard, "id": names["performance"]},
        {**ladder, "id": names["grade"], "of": names["performance"]},
        {**formula, "id": names["shortfall"], "formula": f"max(0, 90 - {names['performance']})"},
        {
            **table,
            "id": table["id"] + ending,
            "when": [names.get(column, column) for column in table["when"]],
            "outputs": {names[name]: declared for name, declared in table["outputs"].items()},
            "rows": rows,
            "otherwise": {names[name]: value for name, value in table["otherwise"].items()},
        },
    ]
