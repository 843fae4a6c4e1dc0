"""Table cells once more: the unary tests read with one regular expression and judged in three values."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

from plain_formulas import Value, three_valued_and, three_valued_not

__all__ = ["cell_holds"]

_VALUE = r'"(?:[^"]|"")*"|[^,()\[\]"<>=!]*?'
_TEST = re.compile(
    rf"\s*(?:(?P<open>[\[(\]])\s*(?P<low>{_VALUE})\s*\.\.\s*(?P<high>{_VALUE})\s*(?P<close>[\])\[])"
    rf"|(?P<sign><=|>=|!=|<|>|=)?\s*(?P<value>{_VALUE}))\s*(?:,|$)"
)


def cell_holds(cell: object, value: Value, ranking: tuple[str, ...] = ()) -> bool | None:
    """Say whether a cell holds for a value: surely, surely not, or None where the value is missing."""
    if isinstance(cell, bool):
        return None if value is None else cell == value
    if isinstance(cell, int | float | Decimal | date):
        wanted = cell if isinstance(cell, date) else Fraction(str(cell))
        return None if value is None else wanted == value
    text = str(cell).strip()
    if text == "-":
        return True
    negated = text.startswith("not(")
    parts = _tests(text.removeprefix("not(").removesuffix(")") if negated else text, value, ranking)
    held = three_valued_not(three_valued_and([three_valued_not(part) for part in parts]))
    return three_valued_not(held) if negated else held


def _tests(text: str, value: Value, ranking: tuple[str, ...]) -> list[bool | None]:
    results: list[bool | None] = []
    place = 0
    while place < len(text):
        found = _TEST.match(text, place)
        assert found, (text, place)
        place = found.end()
        results.append(_one(found, value, ranking))
    return results


def _one(found: re.Match[str], value: Value, ranking: tuple[str, ...]) -> bool | None:
    if found["open"]:
        low = _compared(">=" if found["open"] == "[" else ">", found["low"], value, ranking)
        high = _compared("<=" if found["close"] == "]" else "<", found["high"], value, ranking)
        return three_valued_and([low, high])
    if found["value"] == "missing" and not found["sign"]:
        return value is None
    return _compared(found["sign"] or "=", found["value"], value, ranking)


def _compared(sign: str, raw: str, value: Value, ranking: tuple[str, ...]) -> bool | None:
    if value is None:
        return None
    wanted = _read(raw.strip(), value)
    if sign == "=":
        return value == wanted
    if sign == "!=":
        return value != wanted
    one, other = value, wanted
    if isinstance(value, str):
        if value not in ranking or wanted not in ranking:
            return None
        one, other = Fraction(ranking.index(value)), Fraction(ranking.index(str(wanted)))
    assert one is not None
    assert other is not None
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[sign]  # type: ignore[operator]


def _read(raw: str, like: Value) -> Value:
    match like:
        case bool():
            return raw == "true"
        case Fraction():
            return Fraction(raw)
        case date():
            return date.fromisoformat(raw)
        case _:
            return raw[1:-1].replace('""', '"') if raw.startswith('"') else raw
