"""Findings in gates and ladders, and in what they lead to: outcomes that no record reaches."""

import math
from collections.abc import Callable, Collection
from fractions import Fraction
from typing import Final

from supplychain_rules.analysis.inspection import Inspection, listed
from supplychain_rules.analysis.search import Answer
from supplychain_rules.language.entry import units_function
from supplychain_rules.language.nodes import And, Call, Compare, Name, Not, Or, Text
from supplychain_rules.language.program import INNER, Program, ProgramInput
from supplychain_rules.language.types import ChoiceType, NumberType, Value
from supplychain_rules.rules.gate import GATE_OUTCOMES, GateStep
from supplychain_rules.rules.ladder import MAX_PERIODS, Hysteresis, LadderStep
from supplychain_rules.rules.table import TableStep

__all__ = ["inspect_gate", "inspect_ladder", "inspect_outputs"]

#: Most periods that a ladder is followed: longer than any streak that a rule set can ask for in both directions.
_MOST_PERIODS: Final = 3 * MAX_PERIODS


def inspect_gate(inspection: Inspection, step: GateStep, place: int) -> None:
    """Look for checks that never bite, for a gate that nobody passes, and for unknown judged worse than false."""
    for at, check in enumerate(step.checks):
        path = f"steps[{place}].checks[{at}]"
        name = f"{step.id}{INNER}{check.id}"
        false = inspection.reach(name, value=False).outcome
        unknown = inspection.reach(name, None).outcome if inspection.types[name].optional else "none"
        english, chinese = f"check '{check.id}'", f"检查项“{check.id}”"
        if "undecided" in (false, unknown):
            inspection.undecided(path, (f"whether {english} ever bites", f"{chinese}是否会起作用"))
        elif false == "none" and (unknown == "none" or check.if_unknown == "pass"):
            message = (f"{english} holds for every record: it never bites", f"{chinese}对所有记录都成立：从不起作用")
            inspection.report("idle_check", "warning", path, message)
        worse = GATE_OUTCOMES.index(check.if_unknown) < GATE_OUTCOMES.index(check.if_false)
        if worse and unknown == "found":
            message = (
                f"{english} is worse when unknown ({check.if_unknown}) than when surely false ({check.if_false})",
                f"{chinese}未知时（{check.if_unknown}）比确定不成立时（{check.if_false}）更差",
            )
            units = inspection.reach(name, None).units
            inspection.report("unknown_handling", "warning", path, message, units=units, seen_on=(name,))
    _inspect_referring(inspection, step, place)
    passed = inspection.reach(step.id, "pass").outcome
    if passed == "none":
        message = (f"no record passes '{step.id}'", f"没有记录能通过“{step.id}”")
        inspection.report("unreachable_outcome", "error", f"steps[{place}]", message)
    elif passed == "undecided":
        question = (f"whether any record passes '{step.id}'", f"是否有记录通过“{step.id}”")
        inspection.undecided(f"steps[{place}]", question)


def inspect_ladder(inspection: Inspection, step: LadderStep, place: int) -> None:
    """Look for bands that nothing reaches, unknown handling that flatters, and hysteresis that never settles."""
    path = f"steps[{place}]"
    for at, band in enumerate(step.bands):
        _inspect_band(inspection, step, band.name, f"{path}.bands[{at}]")
    names = [band.name for band in step.bands]
    if step.if_unknown is not None:
        may_be_missing = inspection.types[step.of].optional
        where = f"{path}.if_unknown"
        if step.if_unknown not in names:
            if not may_be_missing:
                message = (
                    f"'{step.of}' is never missing, so no record is '{step.if_unknown}'",
                    f"“{step.of}”从不缺失，因此没有记录为“{step.if_unknown}”",
                )
                inspection.report("unreachable_band", "warning", where, message)
            else:
                _inspect_band(inspection, step, step.if_unknown, where)
        elif may_be_missing and step.if_unknown == names[0]:
            message = (
                f"who has no data is '{names[0]}', the best band",
                f"没有数据者被评为最佳等级“{names[0]}”",
            )
            units = inspection.reach(step.of, None).units
            if units is not None:
                inspection.report("unknown_handling", "warning", where, message, units=units, seen_on=(step.of,))
    if step.hysteresis is not None:
        _inspect_hysteresis(inspection, step, step.hysteresis, path)


def inspect_outputs(inspection: Inspection, step: TableStep, place: int, dead: Collection[int]) -> None:
    """Look for options that a table declares and no row that decides gives; `dead` as `inspect_table` returns it."""
    for output in step.outputs:
        if output.type != "choice":
            continue
        given = {row.then[output.name] for at, row in enumerate(step.rows) if at not in dead}
        if step.otherwise is not None and len(step.rows) not in dead:
            given.add(step.otherwise[output.name])
        for option in output.options:
            if option not in given:
                message = (f"no row that decides gives '{option}'", f"没有生效的规则行给出“{option}”")
                path = f"steps[{place}].outputs.{output.name}.options"
                inspection.report("unreachable_option", "warning", path, message)


def _inspect_referring(inspection: Inspection, step: GateStep, place: int) -> None:
    """Report a gate of which some check refers, and yet no record is referred: another check fails all of them."""
    referring = []
    for check in step.checks:
        name = f"{step.id}{INNER}{check.id}"
        unknown = check.if_unknown == "refer" and inspection.types[name].optional
        if (check.if_false == "refer" and inspection.reach(name, value=False).outcome == "found") or (
            unknown and inspection.reach(name, None).outcome == "found"
        ):
            referring.append(check.id)
    if not referring:
        return
    referred = inspection.reach(step.id, "refer").outcome
    if referred == "none":
        message = (
            f"no record is referred by '{step.id}': whenever {listed(referring, 'en')} would, another check fails",
            f"“{step.id}”从不转人工：凡 {listed(referring, 'zh')} 需转人工时，另有检查项不通过",
        )
        inspection.report("unreachable_outcome", "warning", f"steps[{place}]", message)
    elif referred == "undecided":
        question = (f"whether any record is referred by '{step.id}'", f"是否有记录被“{step.id}”转人工")
        inspection.undecided(f"steps[{place}]", question)


def _inspect_band(inspection: Inspection, step: LadderStep, band: str, path: str) -> None:
    reached = _entered(inspection, step, band).outcome
    if reached == "none":
        message = (f"no record comes to be '{band}'", f"没有记录能评为“{band}”")
        inspection.report("unreachable_band", "warning", path, message)
    elif reached == "undecided":
        inspection.undecided(path, (f"whether any record is '{band}'", f"是否有记录评为“{band}”"))


def _entered(inspection: Inspection, step: LadderStep, band: str) -> Answer:
    """Look for a record that comes to a band: with hysteresis, one that was not there before."""
    if step.hysteresis is None:
        return inspection.reach(step.id, band)
    previous = step.hysteresis.previous
    pairs = zip(inspection.pool.column(step.id), inspection.pool.column(previous), strict=True)
    bits = sum(1 << at for at, (now, before) in enumerate(pairs) if now == band != before)
    was = Compare("==", Name(previous), Text(band))
    came = Or((Call("is_missing", (Name(previous),)), Not(was)))
    known = inspection.types[previous]
    here = Compare("==", Name(step.id), Text(band))
    can_be = isinstance(known, ChoiceType) and band in known.options
    return inspection.first(bits, lambda: And((here, came)) if can_be else here)


def _inspect_hysteresis(inspection: Inspection, step: LadderStep, hysteresis: Hysteresis, path: str) -> None:
    """Follow the ladder over the periods: at an edge, and at the best score from the worst band."""
    kind = inspection.types[step.of]
    assert isinstance(kind, NumberType)  # noqa: S101  a ladder is over a number
    if step.of == hysteresis.held:
        return  # nobody counts periods in the very number that is graded
    advance = _periods(inspection, step, hysteresis)
    where = f"{path}.hysteresis"
    for edge in _edges(step, kind):
        seen = _followed(advance, [edge - 1, edge], step.bands[-1].name)
        if len(seen) > 1:
            message = (
                f"a score that moves to and fro by one unit at an edge changes its band each time: {_in_turn(seen)}",
                f"得分在边界处来回变动一个单位，等级就每期改变：{_in_turn(seen)}",
            )
            inspection.report("oscillation", "warning", where, message)
            break
    higher_is_better = step.bands[0].from_ is not None
    best, worst = step.bands[0].name, step.bands[-1].name
    reached = _followed(advance, [kind.high if higher_is_better else kind.low], worst)
    if best not in reached and _entered(inspection, step, best).outcome != "none":
        message = (
            f"who falls from '{best}' never regains it: the margin lies beyond the best score there is",
            f"一旦跌出“{best}”便无法恢复：余量超出了可达到的最佳得分",
        )
        inspection.report("unreachable_band", "warning", where, message)


#: From a score, the previous band and the periods held back to the band and the periods now.
_Advance = Callable[[int, str, int], tuple[str, int]]


def _periods(inspection: Inspection, step: LadderStep, hysteresis: Hysteresis) -> _Advance:
    """Return what one period does, as the program does it."""
    program = inspection.policy.program.row_wise
    own = [b for b in program.bindings if b.name in (step.id, f"{step.id}_held") or b.name.startswith(step.id + INNER)]
    names = dict.fromkeys([step.of, hysteresis.previous, hysteresis.held or hysteresis.previous])
    inputs = tuple(ProgramInput(name, inspection.types[name]) for name in names)
    decide = units_function(Program(inputs=inputs, bindings=tuple(own)), (step.id, f"{step.id}_held"))

    def advance(score: int, previous: str, held: int) -> tuple[str, int]:
        given: tuple[Value, ...] = (score, previous, held)
        band, now = decide(given[: len(inputs)])
        return str(band), int(now or 0)

    return advance


def _followed(advance: _Advance, scores: list[int], band: str) -> list[str]:
    """Return the bands that come again and again when these scores come in turn, in order."""
    held = 0
    states: set[tuple[str, int]] = set()
    while (band, held) not in states and len(states) < _MOST_PERIODS:
        states.add((band, held))
        for score in scores:
            band, held = advance(score, band, held)
    bands: list[str] = []
    for score in scores:
        band, held = advance(score, band, held)
        bands.append(band)
    return list(dict.fromkeys(bands))


def _edges(step: LadderStep, kind: NumberType) -> list[int]:
    """Return the units at which a band begins that the unit before has not."""
    found = []
    for band in step.bands:
        threshold = band.from_ if band.from_ is not None else band.to
        if threshold is not None:
            units = Fraction(threshold) * 10**kind.decimals
            edge = math.ceil(units) if band.from_ is not None else math.floor(units) + 1
            if kind.low < edge <= kind.high:
                found.append(edge)
    return found


def _in_turn(bands: list[str]) -> str:
    return ", ".join(bands)
