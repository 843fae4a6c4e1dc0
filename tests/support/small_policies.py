"""Random rule sets over few records, and what is wrong with them by looking at every record.

Nothing here knows how `verify` works: cells are drawn together with the test that they stand for, and every record
is decided by the generated function.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from supplychain_rules import Policy, PolicyError, load_policy
from supplychain_rules.language.entry import read_record, units_function
from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    NumberType,
    TextType,
    Type,
    Value,
    day_of,
)

__all__ = ["SmallPolicy", "small_policies"]

Draw = st.DrawFn
Test = Callable[[Value], bool]

TEXTS: Final = ("p", "q", "other")


@attrs.frozen
class SmallPolicy:
    """A policy whose last step is a table, and the table's cells as tests."""

    policy: Policy
    columns: tuple[str, ...]
    cells: tuple[tuple[Test, ...], ...]
    outcomes: tuple[tuple[object, ...], ...]

    def records(self) -> list[tuple[Value, ...]]:
        """Return every record, in units; a text is one of those that a cell names, or another one."""
        return list(itertools.product(*(_domain(field.type) for field in self.policy.program.inputs)))

    def known(self, record: Mapping[str, object]) -> tuple[Value, ...]:
        """Return which of `records` a record is; all texts that no cell names are one."""
        units = read_record(self.policy.program, record, ignore_extra=False)
        fields = self.policy.program.inputs
        return tuple(
            TEXTS[-1] if isinstance(field.type, TextType) and unit is not None and unit not in TEXTS else unit
            for unit, field in zip(units, fields, strict=True)
        )

    def decided(self) -> Iterator[tuple[tuple[Value, ...], dict[str, Value], tuple[int, ...]]]:
        """Yield every record with the values of all its names, and the rows of the table that it hits."""
        program = self.policy.program
        names = [binding.name for binding in program.bindings]
        decide = units_function(program)
        for record in self.records():
            values = dict(zip([field.name for field in program.inputs], record, strict=True))
            values |= dict(zip(names, decide(record), strict=True))
            hit = tuple(
                row
                for row, tests in enumerate(self.cells)
                if all(test(values[column]) for test, column in zip(tests, self.columns, strict=True))
            )
            yield record, values, hit


def _domain(kind: Type) -> list[Value]:
    match kind:
        case NumberType() | DateType():
            found: list[Value] = list(range(kind.low, kind.high + 1))
        case BooleanType():
            found = [True, False]
        case ChoiceType():
            found = list(kind.options)
        case _:
            found = list(TEXTS)
    return [*found, None] if kind.optional else found


@st.composite
def small_policies(draw: Draw, *, guarded: bool = True) -> SmallPolicy:
    """Draw a policy of some steps and a table, over at most some thousand records."""
    data: dict[str, Any] = {"schema": "supplychain-rules/1", "id": "small", "version": "1"}
    data["inputs"] = _inputs(draw)
    data["steps"] = []
    types = _types(data)
    for place in range(draw(st.integers(0, 3))):
        step = _step(draw, place, types)
        try:
            types = _types({**data, "steps": [*data["steps"], step]})
        except PolicyError:  # such as an operation on a number that may be too large
            continue
        data["steps"] = [*data["steps"], step]
    names = list(types)
    columns = tuple(draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)))
    hit = draw(
        st.sampled_from(
            ("unique", "any", "first", "first", "priority", "collect") if guarded else ("first", "priority")
        )
    )
    options = ["keep", "grow", "stop"]
    rows, cells, outcomes = [], [], []
    for place in range(draw(st.integers(1, 5))):
        drawn = [_cell(draw, types[column]) for column in columns]
        when = {column: text for column, (text, _) in zip(columns, drawn, strict=True) if text != "-"}
        if hit == "collect":
            then: dict[str, object] = {"points": draw(st.integers(0, 3))}
        else:
            then = {"action": draw(st.sampled_from(options))}
        rows.append({"id": f"r{place}", "when": when, "then": then})
        cells.append(tuple(test for _, test in drawn))
        outcomes.append(tuple(then.values()))
    table: dict[str, Any] = {"kind": "table", "id": "decide", "hit": hit, "when": list(columns), "rows": rows}
    if hit == "collect":
        table |= {"outputs": {"points": {"type": "integer", "min": 0, "max": 99}}}
        table |= {"aggregate": draw(st.sampled_from(("sum", "max", "count")))}
    else:
        table |= {"outputs": {"action": {"type": "choice", "options": options}}}
        if draw(st.booleans()):
            table |= {"otherwise": {"action": draw(st.sampled_from(options))}}
    policy = load_policy({**data, "steps": [*data["steps"], table]})
    return SmallPolicy(policy, columns, tuple(cells), tuple(outcomes))


def _inputs(draw: Draw) -> dict[str, dict[str, Any]]:
    kinds: dict[str, dict[str, Any]] = {
        "x": {"type": "integer", "min": 0, "max": 4},
        "y": {"type": "number", "decimals": 1, "min": "-0.2", "max": "0.3"},
        "grade": {"type": "choice", "options": ["C", "B", "A"], "ordered": True},
        "kind": {"type": "choice", "options": ["raw", "pack"]},
        "known": {"type": "boolean"},
        "day": {"type": "date", "min": date(2026, 1, 1), "max": date(2026, 1, 3)},
        "name": {"type": "text"},
    }
    names = draw(st.lists(st.sampled_from(sorted(kinds)), min_size=1, max_size=3, unique=True))
    return {name: kinds[name] | ({"optional": True} if draw(st.booleans()) else {}) for name in names}


def _types(data: dict[str, Any]) -> dict[str, Type]:
    steps = data["steps"] or [{"kind": "formula", "id": "zz", "formula": "1"}]
    program = load_policy({**data, "steps": steps}).program
    types: dict[str, Type] = {field.name: field.type for field in program.inputs}
    types |= {binding.name: binding.type for binding in program.outputs if data["steps"] and not binding.lazy}
    return types


def _step(draw: Draw, place: int, types: dict[str, Type]) -> dict[str, Any]:
    numbers = [name for name, kind in types.items() if isinstance(kind, NumberType)]
    conditions = [name for name, kind in types.items() if isinstance(kind, BooleanType)]
    tests = [*conditions, *(f"{name} >= 1" for name in numbers), *(f"{name} * {name} < 0.5" for name in numbers)]
    tests += [f"is_missing({name})" for name in types]
    kinds = ["gate"] + (["formula", "ladder", "scorecard"] if numbers else [])
    match draw(st.sampled_from(kinds)):
        case "gate":
            checks = [
                {
                    "id": f"c{number}",
                    "require": draw(st.sampled_from(tests)),
                    "if_false": draw(st.sampled_from(("fail", "refer"))),
                    "if_unknown": draw(st.sampled_from(("fail", "refer", "pass"))),
                }
                for number in range(draw(st.integers(1, 2)))
            ]
            return {"kind": "gate", "id": f"gate{place}", "checks": checks}
        case "formula":
            one, other = draw(st.sampled_from(numbers)), draw(st.sampled_from(numbers))
            when = draw(st.sampled_from(tests))
            forms = (
                f"{one} + {other}",
                f"{one} - {other}",
                f"max({one}, -{other})",
                f"{one} if {when} else {other} * 2",
            )
            return {"kind": "formula", "id": f"f{place}", "formula": draw(st.sampled_from(forms))}
        case "ladder":
            first, last = sorted(draw(st.lists(st.integers(-2, 6), min_size=2, max_size=2, unique=True)))
            step: dict[str, Any] = {"kind": "ladder", "id": f"ladder{place}", "of": draw(st.sampled_from(numbers))}
            step |= {"bands": [{"name": "A", "from": last}, {"name": "B", "from": first}, {"name": "C"}]}
            return step | ({"if_unknown": draw(st.sampled_from(("none", "C")))} if draw(st.booleans()) else {})
        case _:
            ends = draw(st.lists(st.integers(-1, 5), min_size=2, max_size=2, unique=True))
            criteria = [
                {
                    "id": f"k{number}",
                    "of": draw(st.sampled_from(numbers)),
                    "weight": draw(st.sampled_from((1, 2, 30))),
                    "value": {"kind": "linear", "worst": ends[0], "best": ends[1]},
                }
                for number in range(draw(st.integers(1, 2)))
            ]
            step = {"kind": "scorecard", "id": f"card{place}", "method": "weighted_mean", "criteria": criteria}
            return step | {"missing": draw(st.sampled_from(("reweight", "null", "worst")))}


def _cell(draw: Draw, kind: Type) -> tuple[str, Test]:
    """Draw a cell and what it takes."""
    forms: list[tuple[str, Test]] = [("-", lambda _: True)]
    if kind.optional:
        forms.append(("missing", lambda value: value is None))
    match kind:
        case NumberType():
            scale = 10**kind.decimals
            units = draw(
                st.lists(st.integers(kind.low - 1, kind.high + 1), min_size=2, max_size=2, unique=True).map(sorted)
            )
            if kind.decimals > 1:  # a score: whole points do
                units = sorted(draw(st.lists(st.integers(-1, 101), min_size=2, max_size=2, unique=True)))
                units = [unit * scale for unit in units]
            low, high = units
            texts = [f"{unit / scale:.{kind.decimals}f}" for unit in units]
            forms += [
                (f">= {texts[0]}", lambda value: value is not None and value >= low),
                (f"< {texts[1]}", lambda value: value is not None and value < high),
                (f"[{texts[0]}..{texts[1]})", lambda value: value is not None and low <= value < high),
                (f"({texts[0]}..{texts[1]}]", lambda value: value is not None and low < value <= high),
                (f"not({texts[0]})", lambda value: value is not None and value != low),
                (f"{texts[0]}, > {texts[1]}", lambda value: value is not None and (value == low or value > high)),
            ]
        case DateType():
            day = draw(st.integers(kind.low, kind.high))
            shown = day_of(day).isoformat()
            forms += [
                (f">= {shown}", lambda value: value is not None and value >= day),
                (f"< {shown}", lambda value: value is not None and value < day),
                (shown, lambda value: value == day),
            ]
        case BooleanType():
            forms += [("true", lambda value: value is True), ("false", lambda value: value is False)]
        case ChoiceType() | TextType():
            options = kind.options if isinstance(kind, ChoiceType) else TEXTS[:2]
            one, other = draw(st.sampled_from(options)), draw(st.sampled_from(options))
            forms += [
                (one, lambda value: value == one),
                (f"{one}, {other}", lambda value: value in (one, other)),
                (f"not({one})", lambda value: value is not None and value != one),
            ]
            ranking = kind.ranking if isinstance(kind, ChoiceType) else ()
            if one in ranking:
                at = ranking.index(one)
                forms.append((f">= {one}", lambda value: value in ranking[at:]))
    text, test = draw(st.sampled_from(forms))
    if kind.optional and text not in ("-", "missing") and not text.startswith("not") and draw(st.integers(0, 3)) == 0:
        return f"missing, {text}", lambda value: value is None or test(value)
    return text, test
