"""The factor of a clause from the ratios of its indices, line by line; the lines add up to the factor exactly.

Everything here is arithmetic: which ratio counts was settled before, and when the factor applies is settled after.
"""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final, Literal, final

import attrs

from supplychain_rules.partnership.prices.clause import AdjustmentClause, FactorBounds, IndexTerm
from supplychain_rules.values.label import Label, composed
from supplychain_rules.values.proportions import shown

__all__ = ["FactorLine", "FactorLineKind", "factor_lines", "total_of"]

#: What a line of the factor is.
FactorLineKind = Literal[
    "fixed", "index", "dead_band", "sharing", "rounding", "floor", "cap", "step", "never_down", "waiting"
]


#: Modes of a dead band in Chinese.
_MODES: Final = MappingProxyType({"excess": "仅计超出部分", "full": "触发后全额"})

#: Modes of rounding in Chinese.
_ROUNDED: Final = MappingProxyType(
    {"half_up": "四舍五入", "half_even": "四舍六入五成双", "floor": "向下取整", "ceil": "向上取整"}
)


@final
@attrs.frozen(kw_only=True)
class FactorLine:
    """One line of a factor: what it adds, or takes away where negative."""

    kind: FactorLineKind
    #: The term that it belongs to; empty for a line of the whole factor.
    term: str = ""
    value: Fraction
    label: Label


def total_of(lines: tuple[FactorLine, ...]) -> Fraction:
    """Return what lines add up to.

    >>> total_of(())
    Fraction(0, 1)
    """
    return sum((line.value for line in lines), Fraction(0))


def factor_lines(
    clause: AdjustmentClause, ratios: Mapping[str, Fraction], *, last: Fraction = Fraction(1)
) -> tuple[FactorLine, ...]:
    """Return the lines of a factor.

    Args:
        clause: the clause.
        ratios: current index / base index, exactly, by the id of the term.
        last: the factor in force until now, from which steps and the ratchet are counted.

    Returns:
        The fixed part, one line for each term, and one for each thing that held the move back; their sum is the factor.
    """
    lines = [
        FactorLine(
            kind="fixed",
            value=clause.fixed,
            label=composed(f"fixed part {shown(clause.fixed)}", f"固定部分 {shown(clause.fixed)}"),
        )
    ]
    for term in clause.terms:
        lines += _term_lines(clause, term, ratios[term.id])
    factor = total_of(tuple(lines))

    def then(kind: FactorLineKind, value: Fraction, english: str, chinese: str) -> None:
        nonlocal factor
        if value != factor:
            lines.append(FactorLine(kind=kind, value=value - factor, label=Label(english, chinese)))
            factor = value

    band = clause.dead_band
    if band is not None and band.on == "factor":
        then(
            "dead_band",
            band.of(factor),
            f"dead band on the factor, {band.mode}",
            f"对系数的免调区间（{_MODES[band.mode]}）",
        )
    if clause.sharing is not None:
        side = clause.sharing.up if factor > 1 else clause.sharing.down
        then(
            "sharing",
            1 + (factor - 1) * side,
            f"the buyer takes {shown(side)} of the move",
            f"买方承担变动的 {shown(side)}",
        )
    if clause.factor_rounding is not None:
        rounding = clause.factor_rounding
        then(
            "rounding",
            rounding.of(factor),
            f"factor rounded to {rounding.decimals} decimals, {rounding.mode.replace('_', ' ')}",
            f"系数保留 {rounding.decimals} 位小数（{_ROUNDED[rounding.mode]}）",
        )
    bounds = FactorBounds() if clause.bounds is None else clause.bounds
    if bounds.step_down is not None and factor < (low := last * (1 - bounds.step_down)):
        then("step", low, f"step down at most to {shown(low)}", f"单次下调至多到 {shown(low)}")
    if bounds.step_up is not None and factor > (high := last * (1 + bounds.step_up)):
        then("step", high, f"step up at most to {shown(high)}", f"单次上调至多到 {shown(high)}")
    if clause.never_down and factor < last:
        then("never_down", last, f"never below the last factor {shown(last)}", f"不低于上次系数 {shown(last)}")
    if bounds.floor is not None and factor < bounds.floor:
        then("floor", bounds.floor, f"floor {shown(bounds.floor)}", f"下限 {shown(bounds.floor)}")
    if bounds.cap is not None and factor > bounds.cap:
        then("cap", bounds.cap, f"cap {shown(bounds.cap)}", f"上限 {shown(bounds.cap)}")
    return tuple(lines)


def _term_lines(clause: AdjustmentClause, term: IndexTerm, exact: Fraction) -> list[FactorLine]:
    ratio, named, chinese_name = exact, *_names(term)
    if clause.ratio_rounding is not None:
        ratio = clause.ratio_rounding.of(exact)
    text = f"{shown(term.weight)} × {shown(ratio)}"
    lines = [
        FactorLine(
            kind="index",
            term=term.id,
            value=term.weight * ratio,
            label=composed(f"{named}: {text}", f"{chinese_name}：{text}"),
        )
    ]
    band = clause.dead_band
    if band is not None and band.on == "ratio" and band.of(ratio) != ratio:
        lines.append(
            FactorLine(
                kind="dead_band",
                term=term.id,
                value=term.weight * (band.of(ratio) - ratio),
                label=composed(f"{named}: dead band, {band.mode}", f"{chinese_name}：免调区间（{_MODES[band.mode]}）"),
            )
        )
    return lines


def _names(term: IndexTerm) -> tuple[str, str]:
    if term.label is None:
        return term.id, term.id
    return term.label.text("en") or term.id, term.label.text("zh") or term.id
