"""Random records of a policy: values at thresholds and bounds, one unit beside them, and missing ones."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
from drawn_formulas import Draw, decimal_text
from hypothesis import strategies as st
from plain_formulas import Value, rounded

from supplychain_rules import Policy, dump_policy
from supplychain_rules.language.types import BooleanType, ChoiceType, DateType, NumberType, Type, day_of

__all__ = ["DrawnRecord", "drawn_records", "records", "understood"]

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.-])")

_DAY = re.compile(r"\d{4}-\d\d-\d\d")

_TEXTS = ("Acme", "no such option", "a b", "", 'say "hi"', "A..B")


@attrs.frozen
class DrawnRecord:
    """A record as it is given, and the exact values that it stands for."""

    given: dict[str, object]
    exact: dict[str, Value]


@st.composite
def drawn_records(draw: Draw, policy: Policy) -> DrawnRecord:
    """Draw a valid record."""
    numbers, days = _mentioned(policy)
    given: dict[str, object] = {}
    exact: dict[str, Value] = {}
    for field in policy.program.inputs:
        exact[field.name] = None
        if field.type.optional and draw(st.integers(0, 4)) == 0:
            if draw(st.booleans()):
                given[field.name] = None
            continue
        given[field.name], exact[field.name] = _value(draw, field.type, numbers, days)
    return DrawnRecord(given, exact)


def records(policy: Policy) -> st.SearchStrategy[dict[str, object]]:
    """Draw a valid record as a user gives it."""
    return drawn_records(policy).map(lambda record: record.given)


def understood(policy: Policy, record: DrawnRecord) -> dict[str, Value]:
    """Return the record rounded to the declared places, as the rules see it."""
    places = {f.name: f.type.decimals for f in policy.program.inputs if isinstance(f.type, NumberType)}
    return {
        name: rounded(value, places[name]) if isinstance(value, Fraction) else value
        for name, value in record.exact.items()
    }


def _mentioned(policy: Policy) -> tuple[list[Fraction], list[date]]:
    """Return every number and every day that the rules mention: that is where decisions turn."""
    texts: list[str] = []
    stack: list[Any] = [dump_policy(policy)["steps"]]
    while stack:
        current = stack.pop()
        if isinstance(current, Mapping):
            stack.extend(current.values())
        elif isinstance(current, list):
            stack.extend(current)
        else:
            texts.append(str(current))
    numbers = {Fraction(found) for text in texts for found in _NUMBER.findall(text)}
    days = {date.fromisoformat(found) for text in texts for found in _DAY.findall(text)}
    return sorted(numbers), sorted(days)


def _value(draw: Draw, kind: Type, numbers: list[Fraction], days: list[date]) -> tuple[object, Value]:
    match kind:
        case NumberType():
            return _number(draw, kind, numbers)
        case BooleanType():
            answer = draw(st.booleans())
            return answer, answer
        case ChoiceType():
            option = draw(st.sampled_from(kind.options))
            return option, option
        case DateType():
            day = _day(draw, kind, days)
            return (day.isoformat() if draw(st.booleans()) else day), day
        case _:
            text = draw(st.sampled_from(_TEXTS))
            return text, text


def _number(draw: Draw, kind: NumberType, numbers: list[Fraction]) -> tuple[object, Fraction]:
    """Draw a number in one of the classes that a record may hold."""
    power = 10**kind.decimals
    anchors = [kind.low, kind.high, 0, *(int(number * power) for number in numbers)]
    if draw(st.integers(0, 3)):
        units = draw(st.sampled_from(anchors)) + draw(st.integers(-1, 1))
    else:
        units = draw(st.integers(kind.low, kind.high))
    value = Fraction(max(kind.low, min(units, kind.high)), power)
    if draw(st.integers(0, 5)) == 0:  # more places than count: a half goes away from zero
        finer = value + Fraction(draw(st.sampled_from((-5, -4, 4, 5))), 10 * power)
        value = finer if Fraction(kind.low, power) <= finer <= Fraction(kind.high, power) else value
        return draw(st.sampled_from((Decimal(decimal_text(value)), decimal_text(value), value))), value
    text = decimal_text(value)
    shapes: list[object] = [text, Decimal(text), value, float(value)]
    shapes += [int(value)] * 2 if value.denominator == 1 else [float(value)]
    return draw(st.sampled_from(shapes)), value


def _day(draw: Draw, kind: DateType, days: list[date]) -> date:
    anchors = [kind.low, kind.high, 20_484, *((day - date(1970, 1, 1)).days for day in days)]
    number = draw(st.sampled_from(anchors)) + draw(st.integers(-1, 1))
    return day_of(max(kind.low, min(number, kind.high)))
