"""Random decision tables: every hit policy, every form of cell, every type of output."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    NumberType,
    Type,
    day_of,
)
from supplychain_rules.testing.strategies_formulas import Draw, Writer, decimal_text, near

__all__ = ["cells", "draw_table", "quoted"]

_SIGNS = ("<", "<=", ">", ">=", "=", "!=")

_TEXTS = ("Acme", "no such option", "a b", "", 'say "hi"', "A..B")

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ")


def quoted(option: str) -> str:
    """Write an option in quotes wherever it could be misread."""
    spaced = not option or option != option.strip()
    safe = not spaced and set(option) <= _PLAIN and option not in ("missing", "not", "true", "false")
    return option if safe else '"' + option.replace('"', '""') + '"'


def draw_table(writer: Writer, place: int) -> dict[str, Any]:
    """Draw a table step."""
    hit = writer.pick(("first", "first", "unique", "any", "priority", "collect"))
    columns = writer.draw(st.lists(st.sampled_from(sorted(writer.scope)), min_size=1, max_size=3, unique=True))
    outputs = _outputs(writer, place, hit)
    step: dict[str, Any] = {"kind": "table", "id": f"table_{place}", "when": columns, "outputs": outputs}
    step |= {"hit": hit} if hit != "unique" or writer.chance(2) else {}
    step |= {"aggregate": writer.pick(("sum", "min", "max", "count"))} if hit == "collect" else {}
    drawn = _tree(writer, columns) if hit == "first" and len(columns) > 1 and writer.chance(2) else None
    whens = drawn or [_when(writer, columns) for _ in range(writer.draw(st.integers(1, 4)))]
    step["rows"] = [
        {"id": f"row {number}", "when": when, "then": _then(writer, outputs)} for number, when in enumerate(whens)
    ]
    step |= {"otherwise": _then(writer, outputs)} if writer.chance(2) else {}
    return step


@st.composite
def cells(draw: Draw, kind: Type) -> object:
    """Draw a cell for a column of a type: text, or a native value."""
    return _cell(Writer(draw, {"it": kind}), "it")


def _outputs(writer: Writer, place: int, hit: str) -> dict[str, dict[str, Any]]:
    kinds = ("number", "integer") if hit == "collect" else ("number", "integer", "boolean", "choice", "text", "date")
    count = writer.draw(st.integers(1, 2))
    drawn = [writer.pick(kinds) for _ in range(count)]
    if hit == "priority":
        drawn[0] = "choice"
    declared: dict[str, dict[str, Any]] = {}
    for number, kind in enumerate(drawn):
        output: dict[str, Any] = {"type": kind}
        if kind == "number":
            output |= {"decimals": writer.draw(st.integers(0, 4))}
        if kind == "choice":
            output["options"] = writer.pick((["grow", "keep", "replace"], ["a,b", "missing", "it's"]))
        output |= {"label": "An outcome"} if writer.chance(6) else {}
        declared[f"out_{place}_{number}"] = output
    return declared


def _then(writer: Writer, outputs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {name: _outcome(writer, declared) for name, declared in outputs.items()}


def _outcome(writer: Writer, declared: dict[str, Any]) -> object:
    if writer.chance(10):
        return None
    match declared["type"]:
        case "number":
            units = writer.draw(st.integers(-3, 3))
            value = Fraction(units, 10 ** declared["decimals"])
            return writer.pick((decimal_text(value), Decimal(decimal_text(value))))
        case "integer":
            return writer.draw(st.integers(-2, 2))
        case "boolean":
            return writer.chance(2)
        case "choice":
            return writer.pick(declared["options"])
        case "text":
            return writer.pick(_TEXTS)
        case _:
            return writer.pick(("2026-01-31", date(2024, 2, 29)))


def _when(writer: Writer, columns: list[str]) -> dict[str, Any]:
    return {name: _cell(writer, name) for name in columns if not writer.chance(3)}


def _tree(writer: Writer, columns: list[str]) -> list[dict[str, Any]]:
    """Draw rows as people write them: several begin with one cell, and the last of these often has no other."""
    first, *others = columns
    whens: list[dict[str, Any]] = []
    for _ in range(writer.draw(st.integers(1, 2))):
        shared = {first: _cell(writer, first)}
        whens += [shared | _when(writer, others) for _ in range(writer.draw(st.integers(1, 3)))]
        whens += [] if writer.chance(3) else [shared]
    return whens


def _cell(writer: Writer, name: str) -> object:
    kind = writer.scope[name]
    if writer.chance(10):
        return "-"
    if writer.chance(8):
        native = _native(writer, kind)
        if native is not None:
            return native
    tests = [_test(writer, kind) for _ in range(writer.draw(st.integers(1, 3)) if writer.chance(3) else 1)]
    text = writer.pick((", ", ",")).join(tests)
    return f"not({text})" if writer.chance(5) else text


def _native(writer: Writer, kind: Type) -> object:
    match kind:
        case BooleanType():
            return writer.chance(2)
        case NumberType():
            text = _value(writer, kind)
            return writer.pick((Decimal(text), float(text) if len(text) < 12 else Decimal(text)))
        case DateType():
            return day_of(near(writer.draw, kind))
    return None


def _test(writer: Writer, kind: Type) -> str:
    if writer.chance(6):
        return "missing"
    ordered = isinstance(kind, NumberType | DateType) or (isinstance(kind, ChoiceType) and bool(kind.ranking))
    if ordered and writer.chance(3):
        interval = _interval(writer, kind)
        if interval is not None:
            return interval
    if ordered and not writer.chance(3):
        return f"{writer.pick(_SIGNS)} {_ordered_value(writer, kind)}"
    return writer.pick(("", "", "= ", "!=")) + _value(writer, kind)


def _interval(writer: Writer, kind: Type) -> str | None:
    ends = [_ordered_value(writer, kind), _ordered_value(writer, kind)]
    match kind:
        case NumberType():
            ends.sort(key=Fraction)
        case ChoiceType():
            ends.sort(key=[quoted(option) for option in kind.ranking].index)
        case _:
            ends.sort()
    if ends[0] == ends[1]:
        return f"[{ends[0]}..{ends[1]}]"
    return f"{writer.pick('[(]')}{ends[0]}..{ends[1]}{writer.pick('])[')}"


def _ordered_value(writer: Writer, kind: Type) -> str:
    """Write a value that has a place in the order."""
    return quoted(writer.pick(kind.ranking)) if isinstance(kind, ChoiceType) else _value(writer, kind)


def _value(writer: Writer, kind: Type) -> str:
    match kind:
        case NumberType():
            places = min(kind.decimals, 9)
            return decimal_text(Fraction(near(writer.draw, kind) // 10 ** (kind.decimals - places), 10**places))
        case DateType():
            return day_of(near(writer.draw, kind)).isoformat()
        case BooleanType():
            return writer.pick(("true", "false"))
        case ChoiceType():
            return quoted(writer.pick(kind.options))
        case _:
            return quoted(writer.pick(_TEXTS))
