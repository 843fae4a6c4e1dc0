"""Threshold slack: how far a threshold may move, alone, until a record comes to stand on its other side.

Thresholds are the edges of ladders, the comparisons with a constant in the checks of gates, and those in the cells of
tables. Distances count in the number's own units.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, final

import attrs

from supplychain_rules.analysis.keyed import Key, shown_key
from supplychain_rules.language.nodes import Compare, Comparison, Expression, Name, Negate, Number, children
from supplychain_rules.language.types import NumberType, Type, Value, external
from supplychain_rules.rules.explain_plan import TablePlan
from supplychain_rules.rules.gate import GateStep
from supplychain_rules.rules.ladder import LadderStep
from supplychain_rules.rules.locate import join_path
from supplychain_rules.rules.policy import Policy
from supplychain_rules.values.label import Lang
from supplychain_rules.values.scaled import exact_sum, to_decimal

__all__ = ["Facts", "Standing", "ThresholdSlack", "standings", "threshold_slacks"]

#: The value of every input and output of a record, in units, by name.
Facts = Mapping[str, Value]

#: The sign that says the same with the sides exchanged.
_TURNED: Final[Mapping[Comparison, Comparison]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@final
@attrs.frozen(kw_only=True)
class Standing:
    """Where a record stands on a ladder, and how far from the bands beside its own."""

    record: Key
    step: str
    #: The number that the ladder looks at, and its value; None where it is missing.
    of: str
    value: Decimal | None
    #: The band of the record; with hysteresis the one that its number indicates.
    band: str | None
    #: How far the number must move to have the next better band: by this much. None in the best band.
    to_better: Decimal | None
    #: How far the number may move and keep its band: beyond this the next worse one begins. None in the worst band.
    to_worse: Decimal | None


@final
@attrs.frozen(kw_only=True)
class ThresholdSlack:
    """How far one threshold may rise or fall, the others staying, until a record changes sides."""

    #: Where it stands in the rule set, as `steps[1].bands[0].from`.
    path: str
    step: str
    #: The number that is compared with it.
    of: str
    operator: Comparison
    threshold: Decimal
    #: How far it may rise: the distance to the nearest number at or above; None where there is none.
    up: Decimal | None
    #: The records at that distance: they change sides when it rises further, or so far where `up_reached`.
    up_records: tuple[Key, ...]
    up_reached: bool
    #: How far it may fall: the distance to the nearest number on the lower side; None where there is none.
    down: Decimal | None
    down_records: tuple[Key, ...]
    down_reached: bool

    @property
    def slack(self) -> Decimal | None:
        """Return the smaller of both distances; None where no record has the number."""
        return min((one for one in (self.up, self.down) if one is not None), default=None)

    def text(self, lang: Lang = "en") -> str:
        """Return the slack as one line."""
        parts = []
        for distance, records, words in (
            (self.up, self.up_records, ("up", "上调")),
            (self.down, self.down_records, ("down", "下调")),
        ):
            if distance is not None:
                who = ", ".join(map(shown_key, records))
                parts.append({"en": f"{words[0]} {distance} ({who})", "zh": f"{words[1]} {distance}（{who}）"}[lang])
        told = {"en": ", ", "zh": "，"}[lang].join(parts) or {"en": "no record", "zh": "无记录"}[lang]
        name = f"{self.path} {self.of} {self.operator} {self.threshold}"
        return {"en": f"threshold {name}: slack {told}", "zh": f"阈值 {name}：余量 {told}"}[lang]


@final
@attrs.frozen(kw_only=True)
class _Threshold:
    """A constant that a number is compared with."""

    path: str
    step: str
    of: str
    operator: Comparison
    value: Decimal


def standings(policy: Policy, keys: Sequence[Key], facts: Sequence[Facts]) -> tuple[Standing, ...]:
    """Return how far each record is from the edges of each ladder of a policy."""
    types = _types(policy)
    found = []
    for step in policy.steps:
        if isinstance(step, LadderStep):
            kind = types[step.of]
            assert isinstance(kind, NumberType)  # noqa: S101  a ladder is over a number
            found += [_standing(step, key, known, kind) for key, known in zip(keys, facts, strict=True)]
    return tuple(found)


def threshold_slacks(policy: Policy, keys: Sequence[Key], facts: Sequence[Facts]) -> tuple[ThresholdSlack, ...]:
    """Return how far each threshold of a policy may move until a record changes sides."""
    types = _types(policy)
    found = []
    for threshold, margins in _thresholds(policy, facts):
        kind = types[threshold.of]
        assert isinstance(kind, NumberType)  # noqa: S101  what is compared with a number is one
        distances: list[tuple[Decimal, Key]] = []
        for key, known, margin in zip(keys, facts, margins, strict=True):
            units = known[threshold.of]
            if units is not None:
                value = to_decimal(int(units), kind.decimals)
                distances.append((_less(value, threshold.value, margin), key))
        with_equal = threshold.operator in (">=", "<")  # a number that equals the threshold stands above it
        above = [(gap, key) for gap, key in distances if gap > 0 or (gap == 0 and with_equal)]
        below = [(-gap, key) for gap, key in distances if gap < 0 or (gap == 0 and not with_equal)]
        up, down = (min((gap for gap, _ in side), default=None) for side in (above, below))
        found.append(
            ThresholdSlack(
                path=threshold.path,
                step=threshold.step,
                of=threshold.of,
                operator=threshold.operator,
                threshold=threshold.value,
                up=up,
                up_records=tuple(key for gap, key in above if gap == up),
                up_reached=not with_equal,
                down=down,
                down_records=tuple(key for gap, key in below if gap == down),
                down_reached=with_equal,
            )
        )
    return tuple(found)


def _types(policy: Policy) -> dict[str, Type]:
    program = policy.program.row_wise
    return {one.name: one.type for one in program.inputs} | {one.name: one.type for one in program.bindings}


def _standing(step: LadderStep, key: Key, known: Facts, kind: NumberType) -> Standing:
    units = known[step.of]
    if units is None:
        return Standing(
            record=key, step=step.id, of=step.of, value=None, band=step.if_unknown, to_better=None, to_worse=None
        )
    value = external(units, kind)
    assert isinstance(value, Decimal)  # noqa: S101  a number
    gaps: list[Decimal | None] = []  # how far the number is inside each band's own threshold
    for band, margin in zip(step.bands, _margins(step, known), strict=True):
        if band.from_ is not None:
            gaps.append(_less(value, band.from_, margin))
        elif band.to is not None:
            gaps.append(_less(band.to, margin, value))
        else:
            gaps.append(None)
    place = next((place for place, gap in enumerate(gaps) if gap is None or gap >= 0), len(gaps) - 1)
    better = gaps[place - 1] if place else None
    return Standing(
        record=key,
        step=step.id,
        of=step.of,
        value=value,
        band=step.bands[place].name,
        to_better=None if better is None else -better,
        to_worse=gaps[place] if place < len(gaps) - 1 else None,
    )


def _margins(step: LadderStep, known: Facts) -> list[Decimal]:
    """Return how much harder each band is to reach for a record than its threshold says; below zero, easier."""
    plain = [Decimal(0)] * len(step.bands)
    if step.hysteresis is None:
        return plain
    names = [band.name for band in step.bands]
    previous = known[step.hysteresis.previous]
    if previous not in names:
        return plain
    margin = step.hysteresis.margin
    return [margin if place < names.index(str(previous)) else -margin for place in range(len(names))]


def _thresholds(policy: Policy, facts: Sequence[Facts]) -> Iterator[tuple[_Threshold, list[Decimal]]]:
    """Yield every threshold, with how much it is raised for each record by a ladder's hysteresis."""
    none = [Decimal(0)] * len(facts)
    for number, step in enumerate(policy.steps):
        path = join_path("steps", number)
        match step:
            case LadderStep():
                margins = [_margins(step, known) for known in facts]
                for place, band in enumerate(step.bands):
                    side, value = ("from", band.from_) if band.from_ is not None else ("to", band.to)
                    if value is None:
                        continue
                    operator: Comparison = ">=" if side == "from" else "<="
                    where = f"{path}.bands[{place}].{side}"
                    own = [one[place] if side == "from" else -one[place] for one in margins]
                    found = _Threshold(path=where, step=step.id, of=step.of, operator=operator, value=value)
                    yield found, own
            case GateStep():
                for place, check in enumerate(step.checks):
                    where = f"{path}.checks[{place}].require"
                    yield from ((one, none) for one in _compared(check.require, where, step.id))
            case _:
                pass
        plan = policy.explanation_plan.steps[number]
        if isinstance(plan, TablePlan):
            seen: set[tuple[str, bool, Decimal]] = set()
            for place, row in enumerate(plan.rows):
                for cell in row.cells:
                    where = f"{path}.rows[{place}].when.{cell.column}"
                    for one in _compared(cell.test.node, where, plan.step.id):
                        same = (one.of, one.operator in (">=", "<"), one.value)
                        if same not in seen:  # rows share their edges
                            seen.add(same)
                            yield one, none


def _compared(node: Expression, path: str, step: str) -> Iterator[_Threshold]:
    """Yield the comparisons of a number with a constant in a condition."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, Compare):
            sides = (current.left, current.right)
            turned = _TURNED.get(current.operator, current.operator)
            for (name, other), operator in ((sides, current.operator), (sides[::-1], turned)):
                constant = _constant(other)
                if isinstance(name, Name) and constant is not None and operator in _TURNED:
                    yield _Threshold(path=path, step=step, of=name.name, operator=operator, value=constant)
        stack.extend(reversed(children(current)))


def _less(number: Decimal, *others: Decimal) -> Decimal:
    for other in others:
        number = exact_sum(number, other.copy_negate())
    return number


def _constant(node: Expression) -> Decimal | None:
    match node:
        case Number(value=value):
            return value
        case Negate(of=Number(value=value)):
            return value.copy_negate()
        case _:
            return None
