"""Random records of a policy: values where its decisions turn, one unit beside them, extremes, and missing ones.

A record is drawn in the forms that users give: a number as text, `Decimal`, `Fraction`, int or float, also with more
places than count; a date as `date` or ISO text.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

import attrs
from hypothesis import strategies as st

from supplychain_rules.language.types import BooleanType, ChoiceType, DateType, NumberType, Type, day_of
from supplychain_rules.rules.policy import Policy
from supplychain_rules.testing.boundaries import Boundaries, boundaries_of
from supplychain_rules.values.scaled import number_text

__all__ = ["DrawnRecord", "Exact", "drawn_records", "input_values", "records"]

#: A value in exact form: numbers as fractions, dates as dates, missing as None.
Exact: TypeAlias = Fraction | bool | str | date | None

#: Texts that a text input may hold besides those that the rules name: empty, spaced, and with signs of the language.
_TEXTS: Final = ("Acme", "no such option", "a b", "", 'say "hi"', "A..B")

#: An ordinary day of our time, 2026-01-31, for dates without narrow bounds.
_SOME_DAY: Final = 20_484


@attrs.frozen
class DrawnRecord:
    """A record as it is given, and the exact values that it stands for."""

    given: dict[str, object]
    exact: dict[str, Exact]


def drawn_records(policy: Policy) -> st.SearchStrategy[DrawnRecord]:
    """Draw a valid record with the exact values that it stands for."""
    return _drawn_records(policy, boundaries_of(policy))


def records(policy: Policy) -> st.SearchStrategy[dict[str, object]]:
    """Draw a valid record as `evaluate` takes it, seeking what the rules turn on.

    Every number and date is drawn at a value that the rules compare it with, one unit beside one, at its least and
    largest value, at zero, beside another input that it is compared with, or anywhere between. Optional inputs are
    sometimes missing, and the smallest failing record has as many of them missing as it can.

    >>> from supplychain_rules import evaluate, load_policy
    >>> policy = load_policy({"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"late": {"type": "integer", "min": 0, "max": 100}},
    ...     "steps": [{"kind": "formula", "id": "many", "formula": "late > 30"}]})
    >>> import hypothesis
    >>> found = hypothesis.find(records(policy), lambda record: bool(evaluate(policy, record)["many"]))
    >>> int(str(found["late"])) > 30
    True
    """
    return drawn_records(policy).map(lambda record: record.given)


def input_values(policy: Policy, name: str) -> st.SearchStrategy[object]:
    """Draw a present value of one input, seeking the same boundaries as `records` does."""
    kinds = {field.name: field.type for field in policy.program.inputs}
    return _values(name, kinds[name], boundaries_of(policy), {}).map(lambda drawn: drawn.given)


@st.composite
def _drawn_records(draw: st.DrawFn, policy: Policy, found: Boundaries) -> DrawnRecord:
    given: dict[str, object] = {}
    exact: dict[str, Exact] = {}
    units: dict[str, int] = {}
    for field in policy.program.inputs:
        exact[field.name] = None
        if field.type.optional and draw(st.integers(0, 4)) == 0:
            if draw(st.booleans()):
                given[field.name] = None
            continue
        drawn = draw(_values(field.name, field.type, found, units))
        given[field.name], exact[field.name] = drawn.given, drawn.exact
        if drawn.units is not None:
            units[field.name] = drawn.units
    return DrawnRecord(given, exact)


@attrs.frozen
class _Drawn:
    """A value as it is given, what it stands for, and how many units or days that is where it has any."""

    given: object
    exact: Exact
    units: int | None = None


@st.composite
def _values(draw: st.DrawFn, name: str, kind: Type, found: Boundaries, known: Mapping[str, int]) -> _Drawn:
    match kind:
        case NumberType():
            return _number(draw, kind, _anchor(draw, name, kind, found, known))
        case DateType():
            units = _anchor(draw, name, kind, found, known)
            day = day_of(units)
            return _Drawn(day.isoformat() if draw(st.booleans()) else day, day, units)
        case BooleanType():
            answer = draw(st.booleans())
            return _Drawn(answer, answer)
        case ChoiceType():
            option = draw(st.sampled_from(kind.options))
            return _Drawn(option, option)
        case _:
            text = draw(st.sampled_from((*_TEXTS, *found.texts.get(name, ()))))
            return _Drawn(text, text)


def _anchor(
    draw: st.DrawFn, name: str, kind: NumberType | DateType, found: Boundaries, known: Mapping[str, int]
) -> int:
    """Draw units at a place where something may turn, or one beside it, or anywhere in the range."""
    ordinary = 0 if isinstance(kind, NumberType) else _SOME_DAY
    ends = [max(kind.low, min(ordinary, kind.high)), kind.low, kind.high]
    turns = [*found.near.get(name, ()), *(known[p] + shift for p, shift in found.beside.get(name, ()) if p in known)]
    pools = [pool for pool in (ends, turns, found.far.get(name, ())) if pool]
    if draw(st.integers(0, 3)) == 3:
        return draw(st.integers(kind.low, kind.high))
    units = draw(st.sampled_from(draw(st.sampled_from(pools)))) + draw(st.sampled_from((0, 1, -1)))
    return max(kind.low, min(units, kind.high))


def _number(draw: st.DrawFn, kind: NumberType, units: int) -> _Drawn:
    """Draw the class of a number, and sometimes places beyond those that count: a half goes away from zero."""
    power = 10**kind.decimals
    value = Fraction(units, power)
    if draw(st.integers(0, 5)) == 5:
        finer = value + Fraction(draw(st.sampled_from((-5, -4, 4, 5))), 10 * power)
        value = finer if Fraction(kind.low, power) <= finer <= Fraction(kind.high, power) else value
        text = number_text(value)
        return _Drawn(draw(st.sampled_from((text, Decimal(text), value))), value, units)
    text = number_text(value)
    shapes: list[object] = [text, Decimal(text), value, float(value)]
    shapes += [int(value)] * 2 if value.denominator == 1 else [float(value)]
    return _Drawn(draw(st.sampled_from(shapes)), value, units)
