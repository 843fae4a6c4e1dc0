"""The rule set of `workload` as good Python programmers write it by hand: the yardstick of the budgets.

`hand` is exact: it counts in scaled integers, rounds half up, and treats missing values as the rules say. It
trusts its records. `hand_checked` adds what `evaluator(policy)` checks by default: unknown and required keys,
types, ranges and options. `hand_float` is what people write first: floats and `round`; it is wrong on ties.
All three return a dict of the outputs by name, its numbers in whole hundredths; `hand_decimals` returns decimals.
"""

from collections.abc import Mapping
from decimal import Decimal
from math import floor
from typing import Any, Final

from workload import Answer

__all__ = ["hand", "hand_checked", "hand_decimals", "hand_float"]

_KNOWN: Final = frozenset(
    {"quality", "on_time", "service", "price_index", "ppm", "certified", "category", "spend"},
)
_CATEGORIES: Final = frozenset({"raw", "pack", "service"})


def hand(record: Mapping[str, Any]) -> Answer:  # noqa: PLR0915  calls would cost what is measured here
    """Decide one trusted record, exactly."""
    quality = record.get("quality")
    certified = record.get("certified")
    total = weight = 0

    if quality is not None:
        quality = floor(quality * 10_000 + 0.5)
        if quality >= 10_000:
            total += 35 * 1_000_000
        elif quality > 9_000:
            total += 35 * (quality - 9_000) * 1_000
        weight += 35

    on_time = record.get("on_time")
    if on_time is not None:
        on_time = floor(on_time * 10_000 + 0.5)
        if on_time >= 9_000:
            total += 30 * (600_000 + (on_time - 9_000) * 400)
        elif on_time > 7_000:
            total += 30 * (on_time - 7_000) * 300
        weight += 30

    service = record.get("service")
    if service is not None:
        service = floor(service * 10 + 0.5)
        if service >= 45:
            total += 15 * 1_000_000
        elif service >= 30:
            total += 15 * 600_000
        weight += 15

    price_index = record.get("price_index")
    if price_index is not None:
        price_index = floor(price_index * 1_000 + 0.5)
        if price_index <= 930:
            total += 10 * 1_000_000
        elif price_index < 1_200:
            total += 10 * (((1_200 - price_index) * 1_000_000 + 135) // 270)
        weight += 10

    ppm = record.get("ppm")
    if ppm is not None:
        ppm = floor(ppm + 0.5)
        if ppm <= 50:
            total += 10 * 1_000_000
        elif ppm <= 500:
            total += 10 * 750_000
        elif ppm <= 3_000:
            total += 10 * 400_000
        weight += 10

    if weight < 60:
        score = shortfall = None
        grade = "unrated"
    else:
        score = (total + 50 * weight) // (100 * weight)
        shortfall = max(0, 9_000 - score)
        if score >= 9_000:
            grade = "A"
        elif score >= 7_500:
            grade = "B"
        elif score >= 6_000:
            grade = "C"
        else:
            grade = "D"

    category = record["category"]
    spend = floor(record["spend"] * 100 + 0.5)

    if certified is False or (quality is not None and quality < 8_500):
        gate = "fail"
    elif certified is None or quality is None:
        gate = "refer"
    else:
        gate = "pass"

    if gate == "fail":
        action, change = "replace", -100
    elif gate == "refer":
        if category == "raw":
            action, change = "review", -25
        else:
            action, change = "improve", -10
    elif grade == "A":
        if category == "raw" and spend >= 100_000_000:
            action, change = "partner", 15
        elif spend >= 25_000_000:
            action, change = "grow", 10
        else:
            action, change = "grow", 5
    elif grade == "B":
        if category in ("raw", "pack") and spend >= 50_000_000:
            action, change = "grow", 5
        else:
            action, change = "keep", 0
    elif grade == "C":
        if category == "service":
            action, change = "keep", 0
        elif spend >= 100_000_000:
            action, change = "improve", -10
        else:
            action, change = "improve", -5
    elif grade == "D" and spend >= 100_000_000:
        action, change = "improve", -30
    else:
        action, change = "review", -50

    return {
        "qualified": gate,
        "performance": score,
        "grade": grade,
        "shortfall": shortfall,
        "action": action,
        "order_share_change": change,
    }


def hand_checked(record: Mapping[str, Any]) -> Answer:
    """Check a record, then decide it.

    Raises:
        ValueError: naming every field that is wrong.
    """
    wrong = []
    if not record.keys() <= _KNOWN:
        wrong.extend(sorted(record.keys() - _KNOWN))
    if not _is_number(record.get("quality"), 0, 1):
        wrong.append("quality")
    if not _is_number(record.get("on_time"), 0, 1):
        wrong.append("on_time")
    if not _is_number(record.get("service"), 0, 5):
        wrong.append("service")
    if not _is_number(record.get("price_index"), 0, 10):
        wrong.append("price_index")
    if not _is_number(record.get("ppm"), 0, 1_000_000):
        wrong.append("ppm")
    certified = record.get("certified")
    if certified is not None and not isinstance(certified, bool):
        wrong.append("certified")
    if record.get("category") not in _CATEGORIES:
        wrong.append("category")
    spend = record.get("spend")
    if spend is None or not _is_number(spend, 0, 100_000_000):
        wrong.append("spend")
    if wrong:
        message = f"wrong or unknown fields: {', '.join(wrong)}"
        raise ValueError(message)
    return hand(record)


def hand_decimals(record: Mapping[str, Any]) -> dict[str, object]:
    """Decide one trusted record, and return the numbers as decimals, as reading all outputs of a decision does."""
    answer = hand(record)
    for name in ("performance", "shortfall", "order_share_change"):
        units = answer[name]
        if isinstance(units, int):
            answer[name] = Decimal(units).scaleb(-2)
    return answer


def hand_float(record: Mapping[str, Any]) -> Answer:
    """Decide one trusted record in naive float arithmetic; only the answer is turned into hundredths."""
    quality, on_time, service = record.get("quality"), record.get("on_time"), record.get("service")
    price_index, ppm, certified = record.get("price_index"), record.get("ppm"), record.get("certified")
    total, weight = 0.0, 0.0
    if quality is not None:
        total += 0.35 * min(100.0, max(0.0, (quality - 0.9) / (1 - 0.9) * 100))
        weight += 0.35
    if on_time is not None:
        points = (on_time - 0.7) / 0.2 * 60 if on_time < 0.9 else 60 + (on_time - 0.9) / 0.1 * 40
        total += 0.30 * min(100.0, max(0.0, points))
        weight += 0.30
    if service is not None:
        total += 0.15 * (100 if service >= 4.5 else 60 if service >= 3 else 0)
        weight += 0.15
    if price_index is not None:
        total += 0.10 * min(100.0, max(0.0, (1.2 - price_index) / (1.2 - 0.93) * 100))
        weight += 0.10
    if ppm is not None:
        total += 0.10 * (100 if ppm <= 50 else 75 if ppm <= 500 else 40 if ppm <= 3000 else 0)
        weight += 0.10
    score = round(total / weight, 2) if weight >= 0.6 else None
    shortfall = None if score is None else round(max(0.0, 90 - score), 2)
    grade = "unrated" if score is None else "A" if score >= 90 else "B" if score >= 75 else "C" if score >= 60 else "D"
    if certified is False or (quality is not None and quality < 0.85):
        gate = "fail"
    else:
        gate = "refer" if certified is None or quality is None else "pass"
    action, change = _incentive(gate, grade, record["category"], record["spend"])
    return {
        "qualified": gate,
        "performance": _hundredths(score),
        "grade": grade,
        "shortfall": _hundredths(shortfall),
        "action": action,
        "order_share_change": round(change * 100),
    }


def _incentive(gate: str, grade: str, category: str, spend: float) -> tuple[str, float]:
    if gate == "fail":
        return "replace", -1.0
    if gate == "refer":
        return ("review", -0.25) if category == "raw" else ("improve", -0.10)
    if grade == "A":
        if category == "raw" and spend >= 1_000_000:
            return "partner", 0.15
        return "grow", 0.10 if spend >= 250_000 else 0.05
    if grade == "B":
        return ("grow", 0.05) if category != "service" and spend >= 500_000 else ("keep", 0.0)
    if grade == "C":
        if category == "service":
            return "keep", 0.0
        return "improve", -0.10 if spend >= 1_000_000 else -0.05
    return ("improve", -0.30) if grade == "D" and spend >= 1_000_000 else ("review", -0.50)


def _hundredths(value: float | None) -> int | None:
    return None if value is None else round(value * 100)


def _is_number(value: object, low: int, high: int) -> bool:
    """Say whether a value is missing, or a number within the range; NaN is within none."""
    if value is None:
        return True
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
